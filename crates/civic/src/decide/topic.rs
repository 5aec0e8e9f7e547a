//! A topic: a public matter put to everybody's word, with its background and the options under it (domain: F03, §2.1 step 4).

use crate::decide::matter::{Matter, MatterRefusal, PlanState};
use crate::decide::need::Need;
use crate::decide::option::{OPTIONS_MAX, TopicOption};
use crate::id::{MatterId, NeedId, PlaceId, TopicId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest title, in characters.
pub const TITLE_MAX: usize = 60;
/// The longest background, in characters.
pub const BACKGROUND_MAX: usize = 2000;
/// The longest description of who is affected, in characters.
pub const AFFECTED_MAX: usize = 200;
/// The most households that a topic can touch.
pub const HOUSEHOLDS_MAX: u32 = 100_000;

tokens! {
    /// Where a topic is.
    pub enum TopicState = "topic-state" {
        /// Being written; seen by those who prepare it alone.
        Draft = "draft",
        /// Public and open to everybody's word.
        Open = "open",
        /// Decided by a meeting.
        Decided = "decided",
        /// Given up, with the reason.
        Dropped = "dropped",
    }
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// Its matter.
    pub matter: MatterId,
    /// The need that it comes from, if from one.
    pub need: Option<NeedId>,
    /// Where it is talked over.
    pub place: PlaceId,
    /// What it is about, as a question or a plan.
    pub title: String,
    /// What one has to know to talk along.
    pub background: String,
    /// How many households it touches.
    pub affected_households: Option<u32>,
    /// Which ones, in words (`西巷口12户`), so that they can be asked.
    pub affected: String,
    /// Where it is.
    pub state: TopicState,
    /// The day on which it was begun.
    pub created: Day,
    /// The day on which it was opened.
    pub opened: Option<Day>,
    /// The day on which it was decided or dropped.
    pub ended: Option<Day>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// Something stands in the way at its matter.
    Matter(MatterRefusal),
    /// A count of households that cannot be.
    Households {
        /// The most.
        max: u32,
    },
    /// The need belongs to another matter.
    OtherMatter,
    /// It is not in the state for this.
    State {
        /// Where it is.
        at: TopicState,
    },
    /// There is nothing to choose from or to agree to.
    NoOption,
}

impl From<TextFault> for TopicRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<MatterRefusal> for TopicRefusal {
    fn from(refusal: MatterRefusal) -> Self {
        Self::Matter(refusal)
    }
}

impl Refuse for TopicRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Households { .. } => Kind::Invalid,
            Self::Matter(refusal) => refusal.kind(),
            Self::OtherMatter | Self::State { .. } | Self::NoOption => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Matter(refusal) => refusal.key(),
            Self::Households { .. } => "refusal-topic-households",
            Self::OtherMatter => "refusal-topic-other-matter",
            Self::State { .. } => "refusal-topic-state",
            Self::NoOption => "refusal-topic-no-option",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Matter(refusal) => refusal.values(),
            Self::Households { max } => vec![("max", Value::Int(i64::from(*max)))],
            Self::State { at } => vec![("at", Value::Word(at.key()))],
            Self::OtherMatter | Self::NoOption => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Matter(refusal) => refusal.field(),
            Self::Households { .. } => Some("affected_households"),
            _ => None,
        }
    }
}

/// What is written about a topic, as typed.
#[derive(Clone, Copy, Debug)]
pub struct TopicForm<'a> {
    /// What it is about.
    pub title: &'a str,
    /// What one has to know.
    pub background: &'a str,
    /// How many households it touches, if anybody counted.
    pub affected_households: &'a str,
    /// Which ones.
    pub affected: &'a str,
}

struct Texts {
    title: String,
    background: String,
    affected_households: Option<u32>,
    affected: String,
}

fn texts(form: &TopicForm<'_>, mut faults: Faults<TopicRefusal>) -> Result<Texts, Vec<TopicRefusal>> {
    let title = faults.take(text::line(form.title, TITLE_MAX).map_err(TextFault::at("title")));
    let background = faults.take(text::block(form.background, BACKGROUND_MAX).map_err(TextFault::at("background")));
    let affected = faults.take(text::line(form.affected, AFFECTED_MAX).map_err(TextFault::at("affected")));
    let affected_households = match form.affected_households.trim() {
        "" => Some(None),
        typed => faults
            .take(text::count(typed, HOUSEHOLDS_MAX).map(Some).ok_or(TopicRefusal::Households { max: HOUSEHOLDS_MAX })),
    };
    let whole = (|| {
        Some(Texts {
            title: title?,
            background: background?,
            affected_households: affected_households?,
            affected: affected?,
        })
    })();
    faults.finish(whole)
}

/// Begins a topic for a public matter, as a draft. `need` is the need that it answers, if one of this matter stands behind it; it may
/// have come to the matter by a merge, so `living` of its own matter counts.
pub fn draft(
    id: TopicId,
    matter: &Matter,
    need: Option<(&Need, &Matter)>,
    form: &TopicForm<'_>,
    today: Day,
) -> Result<Topic, Vec<TopicRefusal>> {
    let mut faults = Faults::<TopicRefusal>::default();
    if matter.merged_into.is_some() {
        faults.add(MatterRefusal::Merged);
    } else if !matter.is_public() {
        faults.add(MatterRefusal::NotPublic);
    }
    if need.is_some_and(|(need, own)| need.matter != own.id || own.living() != matter.id) {
        faults.add(TopicRefusal::OtherMatter);
    }
    let Texts { title, background, affected_households, affected } = texts(form, faults)?;
    Ok(Topic {
        id,
        matter: matter.id,
        need: need.map(|(need, _)| need.id),
        place: matter.place,
        title,
        background,
        affected_households,
        affected,
        state: TopicState::Draft,
        created: today,
        opened: None,
        ended: None,
        reason: None,
        version: 1,
    })
}

impl Topic {
    /// Rewrites a draft, or puts an open topic right; what everybody could read before stays in the history.
    pub fn rewritten(&self, form: &TopicForm<'_>) -> Result<Self, Vec<TopicRefusal>> {
        let mut faults = Faults::<TopicRefusal>::default();
        if !matches!(self.state, TopicState::Draft | TopicState::Open) {
            faults.add(TopicRefusal::State { at: self.state });
        }
        let Texts { title, background, affected_households, affected } = texts(form, faults)?;
        Ok(Self { title, background, affected_households, affected, ..self.clone() })
    }

    /// Opens it to everybody; its matter becomes a topic. Options may follow from the talk, so none is needed yet.
    pub fn open(&self, matter: &Matter, today: Day) -> Result<(Self, Matter), TopicRefusal> {
        if self.matter != matter.id {
            return Err(TopicRefusal::OtherMatter);
        }
        if self.state != TopicState::Draft {
            return Err(TopicRefusal::State { at: self.state });
        }
        let matter = matter.advance(PlanState::Topic)?;
        Ok((Self { state: TopicState::Open, opened: Some(today), ..self.clone() }, matter))
    }

    /// Whether a meeting can be called to decide it: it is open and has 1 to 5 options that still stand.
    pub fn decidable(&self, options: &[TopicOption]) -> Result<(), TopicRefusal> {
        if self.state != TopicState::Open {
            return Err(TopicRefusal::State { at: self.state });
        }
        let standing = options.iter().filter(|option| option.topic == self.id && option.stands()).count();
        if (1..=OPTIONS_MAX).contains(&standing) { Ok(()) } else { Err(TopicRefusal::NoOption) }
    }

    /// A meeting decided it.
    pub fn decided(&self, on: Day) -> Result<Self, TopicRefusal> {
        self.ended(TopicState::Decided, on, None)
    }

    /// Its decision did not hold; it is open again.
    pub fn reopened(&self) -> Result<Self, TopicRefusal> {
        match self.state {
            TopicState::Decided => Ok(Self { state: TopicState::Open, ended: None, ..self.clone() }),
            at => Err(TopicRefusal::State { at }),
        }
    }

    /// Gives it up. Whoever waited for it reads why.
    pub fn dropped(&self, reason: &str, today: Day) -> Result<Self, TopicRefusal> {
        let reason = text::block(reason, BACKGROUND_MAX).map_err(TextFault::at("reason"))?;
        self.ended(TopicState::Dropped, today, Some(reason))
    }

    fn ended(&self, state: TopicState, on: Day, reason: Option<String>) -> Result<Self, TopicRefusal> {
        match (self.state, state) {
            (TopicState::Open, _) | (TopicState::Draft, TopicState::Dropped) => {
                Ok(Self { state, ended: Some(on), reason, ..self.clone() })
            }
            (at, _) => Err(TopicRefusal::State { at }),
        }
    }

    /// Whether everybody may read it.
    pub fn is_public(&self) -> bool {
        self.opened.is_some()
    }
}

impl Recorded for Topic {
    const NOUN: Noun = Noun::Topic;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id_or_none("need", self.need);
        sheet.id("place", self.place);
        sheet.text("title", &self.title);
        sheet.text("background", &self.background);
        sheet.int_or_none("affected_households", self.affected_households);
        sheet.text("affected", &self.affected);
        sheet.token("state", self.state);
        sheet.day("created", self.created);
        sheet.day_or_none("opened", self.opened);
        sheet.day_or_none("ended", self.ended);
        sheet.text_or_none("reason", self.reason.as_deref());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::decide::matter::merge;
    use crate::decide::matter::tests::{day, public, raised};
    use crate::decide::need::tests::answered_need;
    use crate::decide::option;

    fn form() -> TopicForm<'static> {
        TopicForm {
            title: "西巷口怎么排水",
            background: "老沟窄，一下雨就淹。",
            affected_households: "１２",
            affected: "西巷口12户",
        }
    }
    pub(crate) fn topic() -> Topic {
        draft(TopicId::from(Uuid::from_u128(70)), &public(1), None, &form(), day("2026-04-06")).unwrap()
    }

    #[test]
    fn a_topic_opens_its_matter_to_everybody() {
        let topic = topic();
        assert!(!topic.is_public());
        assert_eq!(topic.affected_households, Some(12));
        let (open, matter) = topic.open(&public(1), day("2026-04-07")).unwrap();
        assert!(open.is_public());
        assert_eq!(matter.plan, PlanState::Topic);
        assert!(open.open(&matter, day("2026-04-08")).is_err());
        assert_eq!(topic.open(&public(2), day("2026-04-07")), Err(TopicRefusal::OtherMatter));
    }

    #[test]
    fn a_topic_comes_from_a_need_of_its_matter_also_of_a_merged_one() {
        let need = answered_need();
        let id = topic().id;
        let from = draft(id, &public(1), Some((&need, &public(1))), &form(), day("2026-04-06")).unwrap();
        assert_eq!(from.need, Some(need.id));
        let merged = merge(&public(1), &public(2), &[]).unwrap().merged;
        assert!(draft(id, &public(2), Some((&need, &merged)), &form(), day("2026-04-06")).is_ok());
        let stranger = draft(id, &public(2), Some((&need, &public(1))), &form(), day("2026-04-06"));
        assert_eq!(stranger.unwrap_err(), [TopicRefusal::OtherMatter]);
        assert!(draft(id, &merged, None, &form(), day("2026-04-06")).is_err());
    }

    #[test]
    fn nothing_that_is_not_public_becomes_a_topic() {
        let faults = draft(topic().id, &raised(1), None, &form(), day("2026-04-06")).unwrap_err();
        assert_eq!(faults, [TopicRefusal::Matter(MatterRefusal::NotPublic)]);
    }

    #[test]
    fn a_form_shows_all_its_faults_at_once() {
        let empty = TopicForm { title: "", background: "", affected_households: "许多", affected: "" };
        let faults = draft(topic().id, &public(1), None, &empty, day("2026-04-06")).unwrap_err();
        let fields: Vec<_> = faults.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["title", "background", "affected", "affected_households"]);
    }

    #[test]
    fn nothing_is_put_to_a_decision_without_an_option_that_stands() {
        let (open, _) = topic().open(&public(1), day("2026-04-07")).unwrap();
        assert_eq!(open.decidable(&[]), Err(TopicRefusal::NoOption));
        let option = option::tests::added(&open, &[]);
        assert!(open.decidable(std::slice::from_ref(&option)).is_ok());
        let withdrawn = option.withdrawn(&open, day("2026-04-08")).unwrap();
        assert_eq!(open.decidable(&[withdrawn]), Err(TopicRefusal::NoOption));
        assert!(topic().decidable(&[option]).is_err(), "a draft is not decided");
    }

    #[test]
    fn a_topic_ends_decided_or_dropped_with_a_reason() {
        let (open, _) = topic().open(&public(1), day("2026-04-07")).unwrap();
        assert!(open.dropped(" ", day("2026-04-08")).is_err());
        assert!(open.dropped("镇里统一修", day("2026-04-08")).unwrap().decided(day("2026-04-09")).is_err());
        let decided = open.decided(day("2026-04-12")).unwrap();
        assert!(decided.rewritten(&form()).is_err());
        assert_eq!(decided.reopened().unwrap(), open);
        assert!(topic().decided(day("2026-04-12")).is_err());
    }
}
