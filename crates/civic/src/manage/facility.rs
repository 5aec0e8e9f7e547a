//! Facilities: what was built and is looked after, each with its number, its plate and who is to be called (domain: §2.3, F21).
//!
//! A facility grows out of a project; what stood before there were projects here is entered by the committee, with the reason. It has
//! a public number of the same series as matters, so that a number read aloud is never two things.
//!
//! States and what is left out: `docs/states/facility.md`.

use crate::build::project::{Project, ProjectState};
use crate::decide::code::PublicNumber;
use crate::decide::matter::Matter;
use crate::id::{FacilityId, FileId, MatterId, PlaceId, ProjectId};
use crate::money::Fen;
use crate::point::Point;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::{Stage, StageRefusal};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest name, in characters.
pub const NAME_MAX: usize = 40;
/// The longest text of one line (spot, owner, user, manager, contact, source of cost), in characters.
pub const LINE_MAX: usize = 120;
/// The longest standard and reason, in characters.
pub const TEXT_MAX: usize = 500;
/// The most photos.
pub const PHOTOS_MAX: usize = 6;

tokens! {
    /// What kind of thing it is.
    pub enum FacilityKind = "facility-kind" {
        /// A road, a path, steps.
        Road = "road",
        /// A bridge.
        Bridge = "bridge",
        /// A ditch, a drain, a pond's bank.
        Drain = "drain",
        /// Drinking water: a well, a tank, pipes.
        Water = "water",
        /// Street lamps.
        Light = "light",
        /// A place for waste.
        Waste = "waste",
        /// A public toilet.
        Toilet = "toilet",
        /// A square, a pavilion, a garden.
        Square = "square",
        /// A room for meetings and for the day.
        Venue = "venue",
        /// A place to play or to train.
        Play = "play",
        /// A place to park or to charge.
        Parking = "parking",
        /// Something else.
        Other = "other",
    }
    /// By whom it is looked after (three modes of practice, domain: §2.3).
    pub enum UpkeepMode = "upkeep-mode" {
        /// By people whose trade it is.
        Professional = "professional",
        /// By a business under contract.
        Market = "market",
        /// By those who use it.
        SelfManaged = "self_managed",
    }
    /// Where it stands.
    pub enum FacilityState = "facility-state" {
        /// In use.
        InService = "in_service",
        /// Somebody reported a defect that is not mended yet.
        Faulty = "faulty",
        /// Not to be used for a time, with the reason.
        Closed = "closed",
        /// It is no more, with the reason.
        Removed = "removed",
    }
}

/// What the register says of a facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// What people call it.
    pub name: String,
    /// What kind of thing it is.
    pub kind: FacilityKind,
    /// Where it is, in words.
    pub spot: String,
    /// Whose it is: what was built with collective money belongs to the collective (Rural Collective Economic Organisations Law art. 36).
    pub owner: String,
    /// Who uses it.
    pub user: String,
    /// Who looks after it: an organisation or a function.
    pub manager: String,
    /// How that one is reached: a duty number, a place.
    pub contact: String,
    /// To what standard it is kept.
    pub standard: String,
    /// By whom.
    pub mode: UpkeepMode,
    /// What a year of it costs, where that is known.
    pub yearly_cost: Option<Fen>,
    /// Where that money comes from.
    pub cost_source: Option<String>,
    /// Until when who built it mends it.
    pub warranty_until: Option<Day>,
    /// Where it stands on the map, where somebody noted it.
    pub at: Option<Point>,
}

/// A facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facility {
    /// Its id.
    pub id: FacilityId,
    /// Where it belongs.
    pub place: PlaceId,
    /// Its public number.
    pub number: PublicNumber,
    /// The matter that it came of.
    pub matter: Option<MatterId>,
    /// The project that built it.
    pub project: Option<ProjectId>,
    /// Why it is entered without a project.
    pub without: Option<String>,
    /// What the register says of it.
    pub sheet: Entered,
    /// Photos of the thing.
    pub photos: Vec<FileId>,
    /// Where it stands.
    pub state: FacilityState,
    /// Why it is closed or gone.
    pub state_reason: Option<String>,
    /// When it was entered.
    pub entered_on: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacilityRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// No amount.
    Amount,
    /// No point of the country.
    At,
    /// An amount without where it comes from, or a source without its amount.
    CostHalf,
    /// The project is not built.
    NotBuilt,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: FacilityState,
    },
    /// Too many photos.
    TooManyPhotos {
        /// The most.
        max: i64,
    },
    /// The matter's stage says no.
    Stage(StageRefusal),
}

impl From<TextFault> for FacilityRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for FacilityRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for FacilityRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::State { .. } | Self::NotBuilt => Kind::Conflict,
            Self::Stage(stage) => stage.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Amount => "refusal-facility-amount",
            Self::At => "refusal-facility-at",
            Self::CostHalf => "refusal-facility-cost-half",
            Self::NotBuilt => "refusal-facility-not-built",
            Self::State { .. } => "refusal-facility-state",
            Self::TooManyPhotos { .. } => "refusal-facility-photos",
            Self::Stage(stage) => stage.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::TooManyPhotos { max } => vec![("max", Value::Int(*max))],
            Self::Stage(stage) => stage.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Amount => Some("cost"),
            Self::At => Some("at"),
            Self::CostHalf => Some("cost_source"),
            Self::TooManyPhotos { .. } => Some("photo"),
            Self::NotBuilt => Some("project"),
            Self::State { .. } | Self::Stage(_) => None,
        }
    }
}

/// What the form of a facility says.
#[derive(Clone, Copy, Debug)]
pub struct FacilityForm<'a> {
    /// What people call it.
    pub name: &'a str,
    /// What kind of thing it is.
    pub kind: FacilityKind,
    /// Where it is.
    pub spot: &'a str,
    /// Whose it is.
    pub owner: &'a str,
    /// Who uses it.
    pub user: &'a str,
    /// Who looks after it.
    pub manager: &'a str,
    /// How that one is reached.
    pub contact: &'a str,
    /// To what standard it is kept.
    pub standard: &'a str,
    /// By whom.
    pub mode: UpkeepMode,
    /// What a year costs, in yuan; empty when it is not known.
    pub cost: &'a str,
    /// Where that money comes from.
    pub cost_source: &'a str,
    /// Until when who built it mends it.
    pub warranty_until: Option<Day>,
    /// East and north in degrees; empty when nobody noted it.
    pub at: &'a str,
}

/// Reads what the register is to say.
pub fn read(form: &FacilityForm<'_>) -> Result<Entered, Vec<FacilityRefusal>> {
    let mut faults = Faults::<FacilityRefusal>::default();
    let name = faults.take(text::line(form.name, NAME_MAX).map_err(TextFault::at("name")));
    let spot = faults.take(text::line(form.spot, LINE_MAX).map_err(TextFault::at("spot")));
    let owner = faults.take(text::line(form.owner, LINE_MAX).map_err(TextFault::at("owner")));
    let user = faults.take(text::line(form.user, LINE_MAX).map_err(TextFault::at("user")));
    let manager = faults.take(text::line(form.manager, LINE_MAX).map_err(TextFault::at("manager")));
    let contact = faults.take(text::line(form.contact, LINE_MAX).map_err(TextFault::at("contact")));
    let standard = faults.take(text::block(form.standard, TEXT_MAX).map_err(TextFault::at("standard")));
    let cost_source = faults.take(text::line_or_none(form.cost_source, LINE_MAX).map_err(TextFault::at("cost_source")));
    let yearly_cost = match form.cost.trim() {
        "" => Some(None),
        typed => match Fen::parse_yuan(typed) {
            Some(cost) => Some(Some(cost)),
            None => {
                faults.add(FacilityRefusal::Amount);
                None
            }
        },
    };
    // Money of nobody in particular is not there when something breaks ("有钱管").
    if let (Some(cost), Some(source)) = (&yearly_cost, &cost_source)
        && cost.is_some_and(|cost| cost > Fen::default()) != source.is_some()
    {
        faults.add(FacilityRefusal::CostHalf);
    }
    let at = match form.at.trim() {
        "" => Some(None),
        typed => {
            let point = Point::parse(typed);
            if point.is_none() {
                faults.add(FacilityRefusal::At);
            }
            point.map(Some)
        }
    };
    let sheet = (|| {
        Some(Entered {
            name: name?,
            kind: form.kind,
            spot: spot?,
            owner: owner?,
            user: user?,
            manager: manager?,
            contact: contact?,
            standard: standard?,
            mode: form.mode,
            yearly_cost: yearly_cost?,
            cost_source: cost_source?,
            warranty_until: form.warranty_until,
            at: at?,
        })
    })();
    faults.finish(sheet)
}

/// What a facility comes of.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// A project of a matter that is kept by now.
    Project(&'a Matter, &'a Project),
    /// It stood there before; the place, and why it is entered.
    Old(PlaceId, &'a str),
}

/// Enters a facility into the register.
pub fn enter(
    cause: Cause<'_>,
    sheet: Entered,
    (id, number, today): (FacilityId, PublicNumber, Day),
) -> Result<Facility, FacilityRefusal> {
    let (place, matter, project, without) = match cause {
        Cause::Project(matter, project) => {
            matter.is_open(Stage::Manage)?;
            // A stage that a waiver opened early may hold works that still go on; what was never begun cannot be kept.
            if !matches!(project.state, ProjectState::Building | ProjectState::Built | ProjectState::Accepted) {
                return Err(FacilityRefusal::NotBuilt);
            }
            (project.place, Some(matter.id), Some(project.id), None)
        }
        Cause::Old(place, reason) => {
            let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("without"))?;
            (place, None, None, Some(reason))
        }
    };
    Ok(Facility {
        id,
        place,
        number,
        matter,
        project,
        without,
        sheet,
        photos: Vec::new(),
        state: FacilityState::InService,
        state_reason: None,
        entered_on: today,
        version: 1,
    })
}

impl Facility {
    fn unless(&self, refused: &[FacilityState]) -> Result<(), FacilityRefusal> {
        if refused.contains(&self.state) { Err(FacilityRefusal::State { state: self.state }) } else { Ok(()) }
    }

    /// Says something else in the register. What it said before stays in the record.
    pub fn edited(&self, sheet: Entered) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::Removed])?;
        Ok(Self { sheet, ..self.clone() })
    }

    /// Shows more photos.
    pub fn pictured(&self, more: &[FileId]) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::Removed])?;
        let photos: Vec<FileId> = self.photos.iter().chain(more).copied().collect();
        if photos.len() > PHOTOS_MAX {
            return Err(FacilityRefusal::TooManyPhotos { max: i64::try_from(PHOTOS_MAX).unwrap_or(i64::MAX) });
        }
        Ok(Self { photos, ..self.clone() })
    }

    /// Somebody reported a defect. One that is closed stays closed: people are kept away already.
    pub fn broke(&self) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::Removed])?;
        let state = if self.state == FacilityState::Closed { FacilityState::Closed } else { FacilityState::Faulty };
        Ok(Self { state, ..self.clone() })
    }

    /// A defect is settled; so many are left.
    pub fn settled(&self, left: i64) -> Self {
        let well = self.state == FacilityState::Faulty && left == 0;
        Self { state: if well { FacilityState::InService } else { self.state }, ..self.clone() }
    }

    /// Closes it for a time, with the reason.
    pub fn closed(&self, reason: &str) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::Closed, FacilityState::Removed])?;
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: FacilityState::Closed, state_reason: Some(reason), ..self.clone() })
    }

    /// Opens it again; with open defects it is faulty.
    pub fn reopened(&self, faults: i64) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::InService, FacilityState::Faulty, FacilityState::Removed])?;
        let state = if faults > 0 { FacilityState::Faulty } else { FacilityState::InService };
        Ok(Self { state, state_reason: None, ..self.clone() })
    }

    /// It is no more. Its page stays, and says why.
    pub fn removed(&self, reason: &str) -> Result<Self, FacilityRefusal> {
        self.unless(&[FacilityState::Removed])?;
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: FacilityState::Removed, state_reason: Some(reason), ..self.clone() })
    }
}

impl Recorded for Facility {
    const NOUN: Noun = Noun::Facility;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.word("number", &self.number.to_string());
        sheet.id_or_none("matter", self.matter);
        sheet.id_or_none("project", self.project);
        sheet.text_or_none("without", self.without.as_deref());
        let own = &self.sheet;
        sheet.text("name", &own.name);
        sheet.token("kind", own.kind);
        sheet.text("spot", &own.spot);
        sheet.text("owner", &own.owner);
        sheet.text("user", &own.user);
        sheet.text("manager", &own.manager);
        sheet.text("contact", &own.contact);
        sheet.text("standard", &own.standard);
        sheet.token("mode", own.mode);
        sheet.money_or_none("yearly_cost", own.yearly_cost);
        sheet.text_or_none("cost_source", own.cost_source.as_deref());
        sheet.day_or_none("warranty_until", own.warranty_until);
        sheet.int_or_none("lon", own.at.map(|at| at.lon));
        sheet.int_or_none("lat", own.at.map(|at| at.lat));
        let photos: Vec<String> = self.photos.iter().map(ToString::to_string).collect();
        sheet.word_or_none("photos", (!photos.is_empty()).then(|| photos.join(" ")).as_deref());
        sheet.token("state", self.state);
        sheet.text_or_none("state_reason", self.state_reason.as_deref());
        sheet.day("entered_on", self.entered_on);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, number, public};
    use crate::id::Id;
    use crate::stage::Condition;
    use crate::states;

    pub(crate) fn form() -> FacilityForm<'static> {
        FacilityForm {
            name: "西巷水泥路",
            kind: FacilityKind::Road,
            spot: "西巷口到祠堂",
            owner: "竹溪村集体",
            user: "西巷各户",
            manager: "柳塆理事会",
            contact: "村委会值班电话 0715-6300000",
            standard: "路面干净，边沟通畅",
            mode: UpkeepMode::SelfManaged,
            cost: "600",
            cost_source: "村集体",
            warranty_until: Some(day("2027-07-01")),
            at: "113.9123, 29.97",
        }
    }
    pub(crate) fn old() -> Facility {
        let with = (Id::from(Uuid::from_u128(70)), number(31), day("2026-07-01"));
        let place = Id::from(Uuid::from_u128(1));
        enter(Cause::Old(place, "1998年修的，那时没有项目"), read(&form()).unwrap(), with).unwrap()
    }
    fn at(state: FacilityState) -> Facility {
        Facility { state, ..old() }
    }

    #[test]
    fn what_stood_there_before_is_entered_with_a_reason() {
        let with = (Id::from(Uuid::from_u128(70)), number(31), day("2026-07-01"));
        let place = Id::from(Uuid::from_u128(1));
        let silent = enter(Cause::Old(place, "  "), read(&form()).unwrap(), with).unwrap_err();
        assert_eq!((silent.key(), silent.field()), ("refusal-text-empty", Some("without")));
        assert!(old().matter.is_none() && old().project.is_none());
    }

    #[test]
    fn a_project_becomes_a_facility_when_its_matter_is_kept_and_not_before() {
        let matter = public(1);
        let project = Project { state: ProjectState::Built, ..crate::build::project::tests::planned() };
        let with = || (Id::from(Uuid::from_u128(70)), number(31), day("2026-07-01"));
        let refused = enter(Cause::Project(&matter, &project), read(&form()).unwrap(), with()).unwrap_err();
        assert_eq!(refused, FacilityRefusal::Stage(StageRefusal::NotOpen));
        let open = matter.opened(Stage::Manage, Condition::ALL, &[]).unwrap();
        let made = enter(Cause::Project(&open, &project), read(&form()).unwrap(), with()).unwrap();
        assert_eq!((made.matter, made.project, made.place), (Some(matter.id), Some(project.id), project.place));
        let planned = Project { state: ProjectState::Planned, ..project };
        let refused = enter(Cause::Project(&open, &planned), read(&form()).unwrap(), with()).unwrap_err();
        assert_eq!(refused, FacilityRefusal::NotBuilt);
    }

    #[test]
    fn money_for_upkeep_comes_from_somewhere() {
        let fields =
            |form: &FacilityForm<'_>| -> Vec<_> { read(form).unwrap_err().iter().filter_map(Refuse::field).collect() };
        assert_eq!(fields(&FacilityForm { cost_source: "", ..form() }), ["cost_source"]);
        assert_eq!(fields(&FacilityForm { cost: "", ..form() }), ["cost_source"]);
        assert_eq!(fields(&FacilityForm { cost: "六百", ..form() }), ["cost"]);
        assert!(read(&FacilityForm { cost: "", cost_source: "", ..form() }).is_ok());
        assert!(read(&FacilityForm { cost: "0", cost_source: "", ..form() }).is_ok());
        let empty =
            FacilityForm { name: "", spot: "", owner: "", user: "", manager: "", contact: "", standard: "", ..form() };
        assert_eq!(fields(&empty), ["name", "spot", "owner", "user", "manager", "contact", "standard"]);
    }

    #[test]
    fn six_photos_are_enough() {
        let photos: Vec<FileId> = (0..7).map(|n| Id::from(Uuid::from_u128(n))).collect();
        let six = old().pictured(&photos[..6]).unwrap();
        assert_eq!(six.pictured(&photos[6..]), Err(FacilityRefusal::TooManyPhotos { max: 6 }));
    }

    #[test]
    fn the_diagram_draws_what_a_facility_can_do() {
        let one = |result: Result<Facility, FacilityRefusal>| result.map(|one| one.state).map_err(|_| ());
        let steps = states::steps(
            FacilityState::ALL,
            &[
                &|s| one(at(s).edited(read(&form()).unwrap())),
                &|s| one(at(s).broke()),
                &|s| if s == FacilityState::Faulty { Ok(at(s).settled(0).state) } else { Err(()) },
                &|s| one(at(s).closed("桥墩裂了")),
                &|s| one(at(s).reopened(0)),
                &|s| one(at(s).reopened(1)),
                &|s| one(at(s).removed("并入新路")),
            ],
        );
        for state in FacilityState::ALL {
            let left = at(*state).settled(1);
            assert_eq!(left.state, *state, "one defect is left");
        }
        let page = include_str!("../../../../docs/states/facility.md");
        states::same(page, 0, FacilityState::ALL, &[FacilityState::InService], steps);
    }
}
