//! An option under a topic: one way to do it, with what it costs, who has it good, who pays, who keeps it up and whether it can be
//! done at all. All of it is asked, so that options can be compared (domain: M22, M85).

use crate::decide::topic::{Topic, TopicState};
use crate::id::{MatterId, OptionId, TopicId};
use crate::money::Fen;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use uuid::Uuid;

/// The most options under one topic. More are not compared but skimmed.
pub const OPTIONS_MAX: usize = 5;
/// The longest title, in characters.
pub const TITLE_MAX: usize = 60;
/// The longest text of one side of it, in characters.
pub const SIDE_MAX: usize = 300;

/// An option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicOption {
    /// Its id.
    pub id: OptionId,
    /// Its topic.
    pub topic: TopicId,
    /// Its topic's matter.
    pub matter: MatterId,
    /// Its place among the options, from 1; never given to another one.
    pub position: u8,
    /// What would be done.
    pub title: String,
    /// What it costs, as estimated. Nothing is a cost too.
    pub cost: Fen,
    /// Who has it good.
    pub benefits: String,
    /// Who pays.
    pub pays: String,
    /// Who keeps it up, and what that costs.
    pub upkeep: String,
    /// Whether and how it can be done.
    pub feasibility: String,
    /// The day on which it was put forward.
    pub created: Day,
    /// The day on which it was taken back.
    pub withdrawn: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The cost is no amount.
    Cost,
    /// As many as fit stand already.
    TooMany {
        /// The most.
        max: usize,
    },
    /// The topic is not in the state for this.
    TopicState {
        /// Where it is.
        at: TopicState,
    },
    /// It belongs to another topic.
    OtherTopic,
    /// It was taken back already.
    Withdrawn {
        /// When.
        day: Day,
    },
}

impl From<TextFault> for OptionRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for OptionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Cost => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Cost => "refusal-option-cost",
            Self::TooMany { .. } => "refusal-option-too-many",
            Self::TopicState { .. } => "refusal-option-topic-state",
            Self::OtherTopic => "refusal-option-other-topic",
            Self::Withdrawn { .. } => "refusal-option-withdrawn",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::TooMany { max } => vec![("max", Value::Int(i64::try_from(*max).unwrap_or(i64::MAX)))],
            Self::TopicState { at } => vec![("at", Value::Word(at.key()))],
            Self::Withdrawn { day } => vec![("day", Value::Day(*day))],
            Self::Cost | Self::OtherTopic => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Cost => Some("cost"),
            _ => None,
        }
    }
}

/// What is written about an option, as typed.
#[derive(Clone, Copy, Debug)]
pub struct OptionForm<'a> {
    /// What would be done.
    pub title: &'a str,
    /// What it costs, in yuan.
    pub cost: &'a str,
    /// Who has it good.
    pub benefits: &'a str,
    /// Who pays.
    pub pays: &'a str,
    /// Who keeps it up.
    pub upkeep: &'a str,
    /// Whether and how it can be done.
    pub feasibility: &'a str,
}

/// Puts an option forward. `others` are all options that the topic ever had, also those taken back.
pub fn add(
    id: OptionId,
    topic: &Topic,
    others: &[TopicOption],
    form: &OptionForm<'_>,
    today: Day,
) -> Result<TopicOption, Vec<OptionRefusal>> {
    let mut faults = Faults::<OptionRefusal>::default();
    faults.take(changeable(topic, topic.id));
    let others = || others.iter().filter(|other| other.topic == topic.id);
    if others().filter(|other| other.stands()).count() >= OPTIONS_MAX {
        faults.add(OptionRefusal::TooMany { max: OPTIONS_MAX });
    }
    // A place is not given twice: who was for "option 2" must not find another one there.
    let position = others().map(|other| other.position).max().unwrap_or(0).saturating_add(1);
    written(form, faults, |title, cost, [benefits, pays, upkeep, feasibility]| TopicOption {
        id,
        topic: topic.id,
        matter: topic.matter,
        position,
        title,
        cost,
        benefits,
        pays,
        upkeep,
        feasibility,
        created: today,
        withdrawn: None,
        version: 1,
    })
}

impl TopicOption {
    /// Whether it was not taken back.
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none()
    }

    /// Rewrites it while its topic is open. What stood before stays in the history.
    pub fn rewritten(&self, topic: &Topic, form: &OptionForm<'_>) -> Result<Self, Vec<OptionRefusal>> {
        let mut faults = Faults::<OptionRefusal>::default();
        faults.take(changeable(topic, self.topic));
        if let Some(day) = self.withdrawn {
            faults.add(OptionRefusal::Withdrawn { day });
        }
        written(form, faults, |title, cost, [benefits, pays, upkeep, feasibility]| Self {
            title,
            cost,
            benefits,
            pays,
            upkeep,
            feasibility,
            ..self.clone()
        })
    }

    /// Takes it back while its topic is open.
    pub fn withdrawn(&self, topic: &Topic, today: Day) -> Result<Self, OptionRefusal> {
        changeable(topic, self.topic)?;
        match self.withdrawn {
            Some(day) => Err(OptionRefusal::Withdrawn { day }),
            None => Ok(Self { withdrawn: Some(today), ..self.clone() }),
        }
    }
}

fn changeable(topic: &Topic, of: TopicId) -> Result<(), OptionRefusal> {
    if topic.id != of {
        return Err(OptionRefusal::OtherTopic);
    }
    match topic.state {
        TopicState::Draft | TopicState::Open => Ok(()),
        at => Err(OptionRefusal::TopicState { at }),
    }
}

fn written(
    form: &OptionForm<'_>,
    mut faults: Faults<OptionRefusal>,
    make: impl FnOnce(String, Fen, [String; 4]) -> TopicOption,
) -> Result<TopicOption, Vec<OptionRefusal>> {
    let title = faults.take(text::line(form.title, TITLE_MAX).map_err(TextFault::at("title")));
    let cost = faults.take(Fen::parse_yuan(form.cost).ok_or(OptionRefusal::Cost));
    let mut side = |typed, field| faults.take(text::block(typed, SIDE_MAX).map_err(TextFault::at(field)));
    let (benefits, pays) = (side(form.benefits, "benefits"), side(form.pays, "pays"));
    let (upkeep, feasibility) = (side(form.upkeep, "upkeep"), side(form.feasibility, "feasibility"));
    let whole = (|| Some(make(title?, cost?, [benefits?, pays?, upkeep?, feasibility?])))();
    faults.finish(whole)
}

impl Recorded for TopicOption {
    const NOUN: Noun = Noun::Option;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("topic", self.topic);
        sheet.int("position", self.position);
        sheet.text("title", &self.title);
        sheet.money("cost_fen", self.cost);
        sheet.text("benefits", &self.benefits);
        sheet.text("pays", &self.pays);
        sheet.text("upkeep", &self.upkeep);
        sheet.text("feasibility", &self.feasibility);
        sheet.day("created", self.created);
        sheet.day_or_none("withdrawn", self.withdrawn);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::decide::topic::tests::topic;

    fn form() -> OptionForm<'static> {
        OptionForm {
            title: "换大管",
            cost: "15,000元",
            benefits: "西巷口12户",
            pays: "村集体出一半，其余申请奖补",
            upkeep: "塆里每年清一次",
            feasibility: "两天能做完，不占地",
        }
    }
    pub(crate) fn added(topic: &Topic, others: &[TopicOption]) -> TopicOption {
        let id = OptionId::from(Uuid::from_u128(80 + u128::try_from(others.len()).unwrap()));
        add(id, topic, others, &form(), day("2026-04-08")).unwrap()
    }

    #[test]
    fn an_option_says_what_it_costs_who_has_it_good_who_pays_who_keeps_it_and_whether_it_can_be_done() {
        let option = added(&topic(), &[]);
        assert_eq!((option.position, option.cost), (1, Fen::new(1_500_000)));
        let empty = OptionForm { title: "", cost: "不贵", benefits: "", pays: "", upkeep: "", feasibility: "" };
        let faults = option.rewritten(&topic(), &empty).unwrap_err();
        let fields: Vec<_> = faults.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["title", "cost", "benefits", "pays", "upkeep", "feasibility"]);
    }

    #[test]
    fn at_most_five_options_stand_and_no_place_is_given_twice() {
        let topic = topic();
        let mut options = Vec::new();
        for _ in 0..OPTIONS_MAX {
            options.push(added(&topic, &options));
        }
        let id = OptionId::from(Uuid::from_u128(99));
        let faults = add(id, &topic, &options, &form(), day("2026-04-08")).unwrap_err();
        assert_eq!(faults, [OptionRefusal::TooMany { max: 5 }]);
        options[1] = options[1].withdrawn(&topic, day("2026-04-09")).unwrap();
        assert_eq!(added(&topic, &options).position, 6);
    }

    #[test]
    fn what_was_decided_is_not_rewritten() {
        let (open, _) = topic().open(&public(1), day("2026-04-07")).unwrap();
        let option = added(&open, &[]);
        let decided = open.decided(day("2026-04-12")).unwrap();
        assert_eq!(
            option.rewritten(&decided, &form()).unwrap_err(),
            [OptionRefusal::TopicState { at: TopicState::Decided }]
        );
        assert!(option.withdrawn(&decided, day("2026-04-13")).is_err());
        assert!(add(option.id, &decided, &[], &form(), day("2026-04-13")).is_err());
    }
}
