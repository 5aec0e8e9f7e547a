//! A facility with what it came of.

use crate::frame::{Error, Result, View, Visit, W};
use crate::people::place::brand;
use civic::build::project::Project;
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::id::{FacilityId, PlaceId};
use civic::manage::facility::Facility;
use civic::people::place::Place;
use store::Tx;
use store::build::project;
use store::decide::matter;
use store::manage::facility;
use store::people::place;

/// A facility with its matter, its project and its place.
pub struct Loaded {
    /// The facility.
    pub facility: Facility,
    /// The matter that goes on with it.
    pub matter: Option<Matter>,
    /// The project that built it.
    pub project: Option<Project>,
    /// Its place and those above, innermost first.
    pub line: Vec<Place>,
}

impl Loaded {
    /// Its place and those above, for the guard.
    pub fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    /// Its page.
    pub fn href(&self) -> String {
        format!("/f/{}", self.facility.number)
    }
    /// Number and name, as they stand above the heading of pages about it.
    pub fn about(&self, w: &W) -> String {
        w.list(&[&self.facility.number.to_string(), &self.facility.sheet.name])
    }
    /// The frame of a page about it.
    pub fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
}

/// The number in an address; anything else is not there.
pub fn number_of(text: &str) -> Result<PublicNumber> {
    PublicNumber::parse(text).map_err(|_| Error::Hidden)
}

/// Loads a facility by its public number.
pub fn by_number(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Loaded> {
    let facility = facility::by_number(tx, number)?;
    around(tx, facility)
}

/// Loads a facility by its id.
pub fn load(tx: &mut Tx<'_>, id: FacilityId) -> Result<Loaded> {
    let facility = facility::get(tx, id)?;
    around(tx, facility)
}

fn around(tx: &mut Tx<'_>, facility: Facility) -> Result<Loaded> {
    let matter = match facility.matter {
        None => None,
        Some(id) => {
            let own = matter::get(tx, id)?;
            Some(match own.merged_into {
                Some(survivor) => matter::get(tx, survivor)?,
                None => own,
            })
        }
    };
    let project = match facility.project {
        Some(id) => Some(project::get(tx, id)?),
        None => None,
    };
    let line = place::line(tx, facility.place)?;
    Ok(Loaded { facility, matter, project, line })
}
