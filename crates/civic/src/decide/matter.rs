//! The matter: the spine on which everything hangs, from the need to the last word on it (design: decision 3).
//!
//! States and what is left out: `docs/states/matter.md`.

use crate::decide::code::PublicNumber;
use crate::id::{MatterId, PlaceId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::{Stage, StageState, Stages};
use crate::text;
use crate::time::Day;
use crate::token::{self, Token};
use crate::tokens;
use uuid::Uuid;

/// The longest title, in characters: one line on a phone in large type, two at most.
pub const TITLE_MAX: usize = 40;
/// The most categories of one matter.
pub const CATEGORIES_MAX: usize = 3;

tokens! {
    /// How far a matter is in the stage "decide together".
    pub enum PlanState = "plan-state" {
        /// Somebody raised it; nobody has looked at it yet. Not public.
        Raised = "raised",
        /// It was looked at and goes its way. Public with a number, or not public at all.
        Sorted = "sorted",
        /// Who raised it has an answer.
        Answered = "answered",
        /// It is a topic, open to everybody's word.
        Topic = "topic",
        /// People met over it.
        Deliberated = "deliberated",
        /// It was decided.
        Decided = "decided",
        /// The resolution hangs out for objection.
        Posted = "posted",
        /// The posting ran its days; the resolution stands disclosed.
        Disclosed = "disclosed",
        /// Nothing more is to come of it in this stage.
        Closed = "closed",
    }
    /// What a matter is about.
    pub enum Category = "category" {
        /// Roads, lanes, bridges.
        Road = "road",
        /// Ditches, drains, flooding.
        Drainage = "drainage",
        /// Drinking water, wells.
        Water = "water",
        /// Light, electricity, network.
        Light = "light",
        /// Rubbish, sewage, toilets.
        Waste = "waste",
        /// Trees, ponds, the look of the place.
        Green = "green",
        /// Squares, rooms, sports places.
        Venue = "venue",
        /// Dangerous places, fire, traffic.
        Safety = "safety",
        /// Fields, irrigation, trades.
        Farming = "farming",
        /// The old, the young, the ill.
        Care = "care",
        /// Feasts, customs, culture.
        Culture = "culture",
        /// The committee's work, accounts, contracts; opinions and complaints on how things are done, here too (domain: AF13).
        Affairs = "affairs",
        /// Something else.
        Other = "other",
    }
}

/// A matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// Where it is.
    pub place: PlaceId,
    /// Its public title, written by whoever sorted it; `None` until then and for ever when it is nobody else's business.
    pub title: Option<String>,
    /// Its public number; a matter is public exactly when it has one.
    pub number: Option<PublicNumber>,
    /// What it is about.
    pub categories: Vec<Category>,
    /// How far it is.
    pub plan: PlanState,
    /// How far it is in the stages after the first.
    pub stages: Stages,
    /// The matter that goes on in its place. Never a merged one itself.
    pub merged_into: Option<MatterId>,
    /// The day on which it came up.
    pub created: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatterRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// More categories than fit.
    TooManyCategories,
    /// It was merged; the surviving matter goes on in its place.
    Merged,
    /// It is not in a state from which this follows.
    OutOfOrder {
        /// Where it stands.
        from: PlanState,
        /// Where it should go.
        to: PlanState,
    },
    /// It is not public, so nothing public follows from it.
    NotPublic,
    /// Both are one matter already: the same, or merged earlier, perhaps in the other direction.
    AlreadyOne,
    /// It was merged into a third one.
    MergedElsewhere,
    /// The other one was merged in the meantime.
    SurvivorMerged,
    /// The other one is closed.
    SurvivorClosed,
    /// It has a public number and the other one has none, so who holds the number would find nothing.
    SurvivorNotPublic,
    /// One of them goes to mediation or to the legal channel and is never shown.
    Private,
    /// It is past the state in which it could still go under another one.
    TooLate {
        /// Where it stands.
        at: PlanState,
    },
    /// People wait for an answer.
    Unanswered {
        /// How many needs have none.
        needs: usize,
    },
}

impl From<TextFault> for MatterRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for MatterRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::TooManyCategories => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::TooManyCategories => "refusal-matter-too-many-categories",
            Self::Merged => "refusal-matter-merged",
            Self::OutOfOrder { .. } => "refusal-matter-out-of-order",
            Self::NotPublic => "refusal-matter-not-public",
            Self::AlreadyOne => "refusal-matter-already-one",
            Self::MergedElsewhere => "refusal-matter-merged-elsewhere",
            Self::SurvivorMerged => "refusal-matter-survivor-merged",
            Self::SurvivorClosed => "refusal-matter-survivor-closed",
            Self::SurvivorNotPublic => "refusal-matter-survivor-not-public",
            Self::Private => "refusal-matter-private",
            Self::TooLate { .. } => "refusal-matter-too-late",
            Self::Unanswered { .. } => "refusal-matter-unanswered",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::TooManyCategories => {
                vec![("max", Value::Int(i64::try_from(CATEGORIES_MAX).unwrap_or(i64::MAX)))]
            }
            Self::OutOfOrder { from, to } => vec![("from", Value::Word(from.key())), ("to", Value::Word(to.key()))],
            Self::TooLate { at } => vec![("at", Value::Word(at.key()))],
            Self::Unanswered { needs } => vec![("needs", Value::Int(i64::try_from(*needs).unwrap_or(i64::MAX)))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::TooManyCategories => Some("categories"),
            Self::AlreadyOne | Self::SurvivorMerged | Self::SurvivorClosed | Self::SurvivorNotPublic => Some("into"),
            _ => None,
        }
    }
}

/// A matter that somebody's need brings up. Nothing of it is public.
pub fn raise(id: MatterId, place: PlaceId, today: Day) -> Matter {
    Matter {
        id,
        place,
        title: None,
        number: None,
        categories: Vec::new(),
        plan: PlanState::Raised,
        stages: Stages::AHEAD,
        merged_into: None,
        created: today,
        version: 1,
    }
}

/// A matter that the committee brings up itself: public from the start, without a need behind it.
pub fn open(
    id: MatterId,
    place: PlaceId,
    title: &str,
    categories: &[Category],
    number: PublicNumber,
    today: Day,
) -> Result<Matter, Vec<MatterRefusal>> {
    raise(id, place, today).sorted(title, categories, number)
}

impl Matter {
    /// The same matter with the category that came in with it: an opinion has a link of its own. It holds until the committee
    /// sorts it.
    #[must_use]
    pub fn about(self, category: Category) -> Self {
        Self { categories: vec![category], ..self }
    }
    /// Whether everybody may know of it.
    pub fn is_public(&self) -> bool {
        self.number.is_some()
    }

    /// Whether it was sorted as nobody else's business: a private dispute or a complaint.
    pub fn is_private(&self) -> bool {
        self.number.is_none() && self.plan != PlanState::Raised
    }

    /// The matter that goes on: itself, or the one that it was merged into. One step is enough, see [`merge`].
    pub fn living(&self) -> MatterId {
        self.merged_into.unwrap_or(self.id)
    }

    /// Gives it title, categories and public number: from now on everybody may see it.
    pub fn sorted(
        &self,
        title: &str,
        categories: &[Category],
        number: PublicNumber,
    ) -> Result<Self, Vec<MatterRefusal>> {
        let mut faults = Faults::<MatterRefusal>::default();
        let next = faults.take(self.step(PlanState::Sorted));
        let title = faults.take(text::line(title, TITLE_MAX).map_err(TextFault::at("title")));
        let categories = faults.take(chosen(categories));
        let whole = (|| Some(Self { title: Some(title?), categories: categories?, number: Some(number), ..next? }))();
        faults.finish(whole)
    }

    /// Sorts it as nobody else's business. It gets neither title nor number, now or later.
    pub fn sorted_privately(&self, categories: &[Category]) -> Result<Self, MatterRefusal> {
        Ok(Self { categories: chosen(categories)?, ..self.step(PlanState::Sorted)? })
    }

    /// Puts title and categories right. The old title stays in the history.
    pub fn retitled(&self, title: &str, categories: &[Category]) -> Result<Self, Vec<MatterRefusal>> {
        let mut faults = Faults::<MatterRefusal>::default();
        if self.merged_into.is_some() {
            faults.add(MatterRefusal::Merged);
        } else if !self.is_public() {
            faults.add(MatterRefusal::NotPublic);
        }
        let title = faults.take(text::line(title, TITLE_MAX).map_err(TextFault::at("title")));
        let categories = faults.take(chosen(categories));
        let whole = (|| Some(Self { title: Some(title?), categories: categories?, ..self.clone() }))();
        faults.finish(whole)
    }

    /// Its state after who raised it got an answer. A matter that is further on stays there.
    pub fn answered(&self) -> Result<Self, MatterRefusal> {
        match self.plan {
            PlanState::Raised | PlanState::Sorted => self.step(PlanState::Answered),
            _ => Ok(self.clone()),
        }
    }

    /// Moves a public matter on along the stage, or back for another round where that is allowed: from *topic* on. The nouns that
    /// do it (topic, meeting, resolution, posting) check their own gates before.
    pub fn advance(&self, to: PlanState) -> Result<Self, MatterRefusal> {
        if to > PlanState::Answered && !self.is_public() && self.merged_into.is_none() {
            return Err(MatterRefusal::NotPublic);
        }
        self.step(to)
    }

    /// Closes it. `unanswered` counts the needs that hang on it, also through merged matters, and have no answer yet: nobody closes
    /// a matter over the head of somebody who waits (domain: M14).
    pub fn close(&self, unanswered: usize) -> Result<Self, MatterRefusal> {
        let closed = self.step(PlanState::Closed)?;
        if unanswered > 0 { Err(MatterRefusal::Unanswered { needs: unanswered }) } else { Ok(closed) }
    }

    fn step(&self, to: PlanState) -> Result<Self, MatterRefusal> {
        if self.merged_into.is_some() {
            return Err(MatterRefusal::Merged);
        }
        if !follows(self.plan, to) {
            return Err(MatterRefusal::OutOfOrder { from: self.plan, to });
        }
        Ok(Self { plan: to, ..self.clone() })
    }
}

/// Whether `to` follows from `from`.
pub const fn follows(from: PlanState, to: PlanState) -> bool {
    use PlanState::{Answered, Closed, Decided, Deliberated, Disclosed, Posted, Raised, Sorted, Topic};
    match from {
        // Who raised it may take it back before anybody has looked at it.
        Raised => matches!(to, Sorted | Closed),
        Sorted => matches!(to, Answered | Topic | Closed),
        Answered => matches!(to, Topic | Closed),
        Topic => matches!(to, Deliberated | Closed),
        // People may meet again over it, and it may go back to be a topic with other options (domain: M06).
        Deliberated => matches!(to, Topic | Deliberated | Decided | Closed),
        // A decision that does not hold (too few came, the notice was short) leaves the matter open for another meeting.
        Decided => matches!(to, Deliberated | Posted | Closed),
        // An objection that is upheld sends it back.
        Posted => matches!(to, Deliberated | Disclosed),
        // A correction of substance hangs the resolution out again.
        Disclosed => matches!(to, Topic | Posted | Closed),
        // What was closed may be taken up again, with its whole history.
        Closed => matches!(to, Topic),
    }
}

fn chosen(categories: &[Category]) -> Result<Vec<Category>, MatterRefusal> {
    let mut categories = categories.to_vec();
    categories.sort_unstable();
    categories.dedup();
    if categories.len() > CATEGORIES_MAX { Err(MatterRefusal::TooManyCategories) } else { Ok(categories) }
}

/// What a merge changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The matter that went under.
    pub merged: Matter,
    /// The matters that had gone under it before; they point to the survivor now, so that one step always finds it.
    pub moved: Vec<Matter>,
    /// The surviving matter. Nothing of it changes, but the store must compare and raise its version too: else two people who
    /// merge the same two matters in opposite directions at the same instant would leave a circle.
    pub survivor: Matter,
}

/// Merges `from` into `into`. Needs, slips, codes and numbers stay where they are: the merged matter points to the surviving one.
///
/// `into` is the living matter behind the one that was chosen ([`Matter::living`]), `under` are all matters that point to `from`.
pub fn merge(from: &Matter, into: &Matter, under: &[Matter]) -> Result<Merge, MatterRefusal> {
    if from.id == into.id || from.merged_into == Some(into.id) || into.merged_into == Some(from.id) {
        return Err(MatterRefusal::AlreadyOne);
    }
    if from.merged_into.is_some() {
        return Err(MatterRefusal::MergedElsewhere);
    }
    if into.merged_into.is_some() {
        return Err(MatterRefusal::SurvivorMerged);
    }
    if from.is_private() || into.is_private() {
        return Err(MatterRefusal::Private);
    }
    if !matches!(from.plan, PlanState::Raised | PlanState::Sorted | PlanState::Answered | PlanState::Topic) {
        return Err(MatterRefusal::TooLate { at: from.plan });
    }
    if into.plan == PlanState::Closed {
        return Err(MatterRefusal::SurvivorClosed);
    }
    if from.is_public() && !into.is_public() {
        return Err(MatterRefusal::SurvivorNotPublic);
    }
    let points = |matter: &Matter| Matter { merged_into: Some(into.id), ..matter.clone() };
    Ok(Merge { merged: points(from), moved: under.iter().map(points).collect(), survivor: into.clone() })
}

impl Recorded for Matter {
    const NOUN: Noun = Noun::Matter;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        // A merge stands in the timelines of both.
        [Some(self.id), self.merged_into].into_iter().flatten().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.text_or_none("title", self.title.as_deref());
        sheet.word_or_none("number", self.number.as_ref().map(ToString::to_string).as_deref());
        sheet.word("categories", &token::join(&self.categories));
        sheet.token("plan", self.plan);
        sheet.id_or_none("merged_into", self.merged_into);
        sheet.day("created", self.created);
        // A stage that is still ahead says nothing, so that a matter has the same facts as before there were stages.
        for (field, stage) in
            [("build", Stage::Build), ("manage", Stage::Manage), ("evaluate", Stage::Evaluate), ("share", Stage::Share)]
        {
            let state = self.stages.get(stage);
            if state != StageState::Ahead {
                sheet.token(field, state);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::people::place::Abbreviation;
    use crate::states;
    use proptest::prelude::*;

    pub(crate) fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    pub(crate) fn raised(n: u128) -> Matter {
        raise(MatterId::from(Uuid::from_u128(n)), PlaceId::from(Uuid::from_u128(1000)), day("2026-04-01"))
    }
    pub(crate) fn number(serial: u32) -> PublicNumber {
        PublicNumber { abbreviation: Abbreviation::parse("ZX").unwrap(), year: 2026, serial }
    }
    pub(crate) fn public(n: u128) -> Matter {
        raised(n).sorted("西巷口下雨积水", &[Category::Drainage], number(u32::try_from(n).unwrap())).unwrap()
    }
    fn at(plan: PlanState) -> Matter {
        Matter { plan, ..public(1) }
    }

    #[test]
    fn a_matter_is_public_from_the_moment_it_has_a_number() {
        let matter = raised(1);
        assert!(!matter.is_public() && !matter.is_private());
        assert!(public(1).is_public());
        let private = matter.sorted_privately(&[]).unwrap();
        assert!(private.is_private() && !private.is_public());
        assert_eq!(private.advance(PlanState::Topic), Err(MatterRefusal::NotPublic));
        assert_eq!(private.answered().unwrap().plan, PlanState::Answered);
    }

    #[test]
    fn sorting_shows_every_fault_of_the_form_at_once() {
        let all = Category::ALL;
        let faults = raised(1).sorted(" ", all, number(1)).unwrap_err();
        let fields: Vec<_> = faults.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["title", "categories"]);
        assert_eq!(public(1).sorted("again", &[], number(2)).unwrap_err().len(), 1);
    }

    #[test]
    fn a_matter_goes_its_way_step_by_step_and_never_skips_the_talk() {
        use PlanState::*;
        let way = [Sorted, Answered, Topic, Deliberated, Decided, Posted, Disclosed, Closed];
        let mut matter = public(1);
        for to in way.into_iter().skip(1).filter(|to| *to != Closed) {
            matter = matter.advance(to).unwrap();
        }
        assert_eq!(matter.close(0).unwrap().plan, Closed);
        assert!(at(Topic).advance(Decided).is_err());
        assert!(at(Decided).advance(Disclosed).is_err());
        assert!(at(Posted).advance(Closed).is_err(), "a posting runs its days");
        assert!(at(Closed).advance(Topic).is_ok(), "taken up again");
    }

    #[test]
    fn nobody_closes_a_matter_while_somebody_waits_for_an_answer() {
        assert_eq!(public(1).close(2), Err(MatterRefusal::Unanswered { needs: 2 }));
        assert_eq!(at(PlanState::Closed).close(0).unwrap_err().key(), "refusal-matter-out-of-order");
    }

    #[test]
    fn two_merges_in_opposite_directions_make_one_matter() {
        let (a, b) = (public(1), public(2));
        let a_merged = merge(&a, &b, &[]).unwrap().merged;
        assert_eq!(a_merged.living(), b.id);
        // The second merge, b into a: the living matter behind a is b itself.
        assert_eq!(merge(&b, &b, std::slice::from_ref(&a_merged)), Err(MatterRefusal::AlreadyOne));
        assert_eq!(merge(&b, &a_merged, &[]), Err(MatterRefusal::AlreadyOne));
        assert_eq!(merge(&a_merged, &b, &[]), Err(MatterRefusal::AlreadyOne));
    }

    #[test]
    fn a_merged_matter_does_nothing_more_and_is_not_merged_again() {
        let merged = merge(&public(1), &public(2), &[]).unwrap().merged;
        assert_eq!(merge(&merged, &public(3), &[]), Err(MatterRefusal::MergedElsewhere));
        assert_eq!(merge(&public(3), &merged, &[]), Err(MatterRefusal::SurvivorMerged));
        assert_eq!(merged.advance(PlanState::Topic), Err(MatterRefusal::Merged));
        assert_eq!(merged.close(0), Err(MatterRefusal::Merged));
        assert_eq!(merged.retitled("x", &[]), Err(vec![MatterRefusal::Merged]));
        assert_eq!(merged.number, Some(number(1)), "its number stays valid");
    }

    #[test]
    fn what_was_decided_or_is_private_goes_under_nothing() {
        let decided = at(PlanState::Decided);
        assert_eq!(merge(&decided, &public(2), &[]), Err(MatterRefusal::TooLate { at: PlanState::Decided }));
        assert!(merge(&public(2), &decided, &[]).is_ok(), "a look-alike that comes late joins");
        let private = raised(3).sorted_privately(&[]).unwrap();
        assert_eq!(merge(&private, &public(2), &[]), Err(MatterRefusal::Private));
        assert_eq!(merge(&raised(2), &private, &[]), Err(MatterRefusal::Private));
        assert_eq!(merge(&public(2), &raised(3), &[]), Err(MatterRefusal::SurvivorNotPublic));
        assert_eq!(merge(&public(2), &at(PlanState::Closed), &[]), Err(MatterRefusal::SurvivorClosed));
    }

    proptest! {
        #[test]
        fn after_any_merges_every_matter_finds_its_survivor_in_one_step(
            pairs in prop::collection::vec((0_usize..9, 0_usize..9), 0..40)
        ) {
            let mut matters: Vec<Matter> =
                (1..=9).map(|n| if n % 3 == 0 { raised(n) } else { public(n) }).collect();
            let mut groups: Vec<usize> = (0..9).collect();
            for (from, chosen) in pairs {
                let living = matters[chosen].living();
                let into = matters.iter().find(|m| m.id == living).unwrap().clone();
                let under: Vec<Matter> =
                    matters.iter().filter(|m| m.merged_into == Some(matters[from].id)).cloned().collect();
                let Ok(done) = merge(&matters[from], &into, &under) else { continue };
                prop_assert_ne!(groups[from], groups[chosen], "only what was two becomes one");
                let (gone, stays) = (groups[from], groups[chosen]);
                groups.iter_mut().filter(|g| **g == gone).for_each(|g| *g = stays);
                for changed in done.moved.into_iter().chain([done.merged, done.survivor]) {
                    let place = matters.iter().position(|m| m.id == changed.id).unwrap();
                    matters[place] = changed;
                }
            }
            for (i, a) in matters.iter().enumerate() {
                let survivor = matters.iter().find(|m| m.id == a.living()).unwrap();
                prop_assert_eq!(survivor.merged_into, None);
                prop_assert!(!a.is_public() || survivor.is_public(), "a number never leads to nothing");
                for (j, b) in matters.iter().enumerate() {
                    prop_assert_eq!(groups[i] == groups[j], a.living() == b.living());
                }
            }
        }
    }

    #[test]
    fn the_diagram_draws_what_a_matter_can_do() {
        // Withdrawn needs close their matter by the same step.
        let steps = PlanState::ALL.iter().flat_map(|from| PlanState::ALL.iter().map(|to| (*from, *to)));
        let steps = steps.filter(|(from, to)| follows(*from, *to));
        states::same(include_str!("../../../../docs/states/matter.md"), 0, PlanState::ALL, &[PlanState::Raised], steps);
    }
}
