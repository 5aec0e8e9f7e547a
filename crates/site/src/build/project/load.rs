//! A project with what it rests on.

use crate::frame::{Error, Result, W};
use civic::build::project::Project;
use civic::decide::matter::Matter;
use civic::decide::resolution::Resolution;
use civic::id::{PlaceId, ProjectId};
use civic::people::place::Place;
use civic::people::standing::Visibility;
use store::Tx;
use store::build::project;
use store::decide::{matter, resolution};
use store::people::place;

/// A project with its matter, its cause and its place.
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// The matter that goes on with it.
    pub matter: Matter,
    /// The resolution that it grows out of.
    pub cause: Option<Resolution>,
    /// Its place and those above, innermost first.
    pub line: Vec<Place>,
}

impl Loaded {
    /// Its place and those above, for the guard.
    pub fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    /// Whether everybody may know of it.
    pub fn visibility(&self) -> Visibility {
        if self.matter.is_public() && self.project.is_public() { Visibility::Public } else { Visibility::Draft }
    }
    /// The public number of its matter.
    pub fn number(&self) -> String {
        self.matter.number.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    /// The matter that a page belongs to, above its heading.
    pub fn about(&self, w: &W) -> String {
        w.list(&[&self.number(), self.matter.title.as_deref().unwrap_or_default()])
    }
}

/// The id in the address; anything else is not there.
pub fn id_of(text: &str) -> Result<ProjectId> {
    ProjectId::parse(text).ok_or(Error::Hidden)
}

/// Loads a project with what it rests on.
pub fn load(tx: &mut Tx<'_>, id: ProjectId) -> Result<Loaded> {
    let project = project::get(tx, id)?;
    let own = matter::get(tx, project.matter)?;
    let living = match own.merged_into {
        Some(survivor) => matter::get(tx, survivor)?,
        None => own,
    };
    let cause = match project.resolution {
        Some(id) => Some(resolution::get(tx, id)?),
        None => None,
    };
    let line = place::line(tx, project.place)?;
    Ok(Loaded { project, matter: living, cause, line })
}
