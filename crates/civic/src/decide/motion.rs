//! Motions and counts of hands: what was put to the vote, who was for it, and why it passed or not.

use super::attendance::Room;
use super::convocation::rule_word;
use super::meeting::{Meeting, MeetingState, Sort};
use super::roll::Weight;
use crate::id::{CountId, MatterId, MeetingId, MotionId, OptionId, TopicId};
use crate::people::membership::area_words;
use crate::record::{Hash, Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{InForce, Item, Measure, Mode, Of, Quorum, RuleRef, RuleRefusal, Ruled, Share};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use sha2::{Digest, Sha256};
use uuid::Uuid;

tokens! {
    /// How the vote is taken. It is shown before the vote: a signature must never look secret, nor a secret vote signed.
    pub enum BallotMode = "ballot-mode" {
        /// By show of hands.
        Hands = "hands",
        /// Each signs under their choice.
        Signed = "signed",
        /// One signs for each household.
        HouseholdSigned = "household_signed",
        /// Secret, on paper, counted on the spot. Only the sums come here.
        Secret = "secret",
    }
    /// Where a motion stands.
    pub enum MotionState = "motion-state" {
        /// On the table.
        Put = "put",
        /// Counted.
        Counted = "counted",
        /// Taken back before it was counted.
        Withdrawn = "withdrawn",
    }
    /// What the count says.
    pub enum Outcome = "outcome" {
        /// Passed.
        Passed = "passed",
        /// Not passed; a tie is not passed either.
        NotPassed = "not_passed",
        /// Too few were there: nothing was decided.
        NoQuorum = "no_quorum",
    }
}

/// Longest motion, in characters.
pub const MOTION_MAX: usize = 1_000;
/// Longest dissent, in characters.
pub const DISSENT_MAX: usize = 2_000;

/// A motion put to a formal meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Motion {
    /// Its id.
    pub id: MotionId,
    /// At which meeting.
    pub meeting: MeetingId,
    /// About which of its matters.
    pub matter: MatterId,
    /// From which topic, where it comes from one.
    pub topic: Option<TopicId>,
    /// For which option, where it is for one.
    pub option: Option<OptionId>,
    /// Whether the law asks for more than usual.
    pub item: Item,
    /// How the vote is taken.
    pub ballot_mode: BallotMode,
    /// What is to be decided, at most [`MOTION_MAX`] characters.
    pub text: String,
    /// Who moved it.
    pub mover: Option<String>,
    /// Who seconded it.
    pub seconder: Option<String>,
    /// Units whose own affair it is and who do not vote on it.
    pub recused: Vec<Uuid>,
    /// Where it stands.
    pub state: MotionState,
    /// What its last count says.
    pub outcome: Option<Outcome>,
    /// Its last count.
    pub count: Option<CountId>,
    /// When it was put.
    pub put_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// What was counted. Who came and did neither is "not voting" and is computed, never entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In favour.
    pub in_favour: Weight,
    /// Against.
    pub against: Weight,
    /// Abstained.
    pub abstained: Weight,
    /// Ballots on paper that say nothing clear.
    pub invalid: Weight,
}

impl Tally {
    /// Everybody who took part in the vote.
    pub const fn taking_part(&self) -> Weight {
        self.in_favour.plus(self.against).plus(self.abstained).plus(self.invalid)
    }
}

/// What a counting form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// What was counted.
    pub tally: Tally,
    /// Who counted.
    pub teller: String,
    /// Who watched the counting.
    pub scrutineer: String,
    /// Whether a secret vote was taken on paper ballots and counted on the spot.
    pub on_paper_ballots: bool,
    /// What those against said, at most [`DISSENT_MAX`] characters.
    pub dissent: Option<String>,
}

/// One count of a motion. A recount is another one; the old one stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Its id.
    pub id: CountId,
    /// Of which motion.
    pub motion: MotionId,
    /// At which meeting.
    pub meeting: MeetingId,
    /// About which matter.
    pub matter: MatterId,
    /// 1 for the first count, and so on.
    pub turn: u32,
    /// Why it was counted again; `None` for the first.
    pub reason: Option<String>,
    /// The count that this one corrects.
    pub corrects: Option<CountId>,
    /// Who stood on the roll.
    pub roll: Weight,
    /// Who had come by then, with those who had left again.
    pub came: Weight,
    /// Who was there at the vote.
    pub there: Weight,
    /// Who of them did not vote because it was their own affair.
    pub recused: Weight,
    /// What the form said.
    pub counting: Counting,
    /// How many had to be there (or take part, see [`Quorum::counted`]).
    pub needed: Weight,
    /// Of what the share in favour was taken.
    pub base_of: Of,
    /// How many that were.
    pub base: Weight,
    /// How many in favour were needed.
    pub needed_in_favour: Weight,
    /// Whether area counts besides the number.
    pub measure: Measure,
    /// What it comes to.
    pub outcome: Outcome,
    /// The rule about who must be there.
    pub quorum_rule: RuleRef,
    /// The rule about who must be in favour.
    pub decision_rule: RuleRef,
    /// The day of the vote.
    pub counted_on: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a motion is not put or not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MotionRefusal {
    /// A talk puts nothing to the vote.
    Talk,
    /// The meeting is not open.
    NotOpen {
        /// Where it stands.
        state: MeetingState,
    },
    /// The matter is none that the meeting hears.
    Matter,
    /// This body does not decide such a thing.
    Item,
    /// A household signs only where households are counted.
    BallotMode,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: MotionState,
    },
    /// This unit is not there.
    NotThere,
    /// More hands than people who could raise one.
    MoreThanThere {
        /// How many were entered.
        entered: i64,
        /// How many there can be at most.
        most: i64,
        /// How many of those there do not vote because it is their own affair.
        recused: i64,
    },
    /// More area than those there own.
    MoreAreaThanThere {
        /// Entered, in square centimetres.
        entered_cm2: i64,
        /// At most.
        most_cm2: i64,
    },
    /// Owners without area, or area without owners.
    AreaWithoutOwners,
    /// A number below zero.
    Negative,
    /// An invalid ballot where there was no ballot.
    NoBallots,
    /// A secret vote is taken on paper ballots and counted on the spot; here come only the sums.
    SecretNeedsPaper,
    /// Nobody counted, or nobody watched.
    NoTellers,
    /// A recount needs a reason.
    NoReason,
    /// There is nothing to count again.
    NotCounted,
    /// The numbers are the same as before.
    SameNumbers,
    /// No rule for that day.
    Rule(RuleRefusal),
}

impl From<RuleRefusal> for MotionRefusal {
    fn from(refusal: RuleRefusal) -> Self {
        Self::Rule(refusal)
    }
}

impl Refuse for MotionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Talk | Self::NotOpen { .. } | Self::State { .. } | Self::NotCounted => Kind::Conflict,
            Self::Rule(rule) => rule.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Talk => "refusal-motion-talk",
            Self::NotOpen { .. } => "refusal-motion-not-open",
            Self::Matter => "refusal-motion-matter",
            Self::Item => "refusal-motion-item",
            Self::BallotMode => "refusal-motion-ballot-mode",
            Self::State { .. } => "refusal-motion-state",
            Self::NotThere => "refusal-motion-not-there",
            Self::MoreThanThere { recused: 0, .. } => "refusal-motion-more-than-there",
            Self::MoreThanThere { .. } => "refusal-motion-more-than-there-recused",
            Self::MoreAreaThanThere { .. } => "refusal-motion-more-area-than-there",
            Self::AreaWithoutOwners => "refusal-motion-area-without-owners",
            Self::Negative => "refusal-motion-negative",
            Self::NoBallots => "refusal-motion-no-ballots",
            Self::SecretNeedsPaper => "refusal-motion-secret-needs-paper",
            Self::NoTellers => "refusal-motion-no-tellers",
            Self::NoReason => "refusal-motion-no-reason",
            Self::NotCounted => "refusal-motion-not-counted",
            Self::SameNumbers => "refusal-motion-same-numbers",
            Self::Rule(rule) => rule.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::NotOpen { state } => vec![("state", Value::Word(state.key()))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::MoreThanThere { entered, most, recused } => {
                vec![("entered", Value::Int(*entered)), ("most", Value::Int(*most)), ("recused", Value::Int(*recused))]
            }
            Self::MoreAreaThanThere { entered_cm2, most_cm2 } => {
                vec![("entered", Value::Text(area_words(*entered_cm2))), ("most", Value::Text(area_words(*most_cm2)))]
            }
            Self::Rule(rule) => rule.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Matter => Some("matter"),
            Self::Item => Some("item"),
            Self::BallotMode => Some("ballot_mode"),
            Self::MoreThanThere { .. } | Self::Negative | Self::SameNumbers => Some("in_favour"),
            Self::MoreAreaThanThere { .. } | Self::AreaWithoutOwners => Some("in_favour_area"),
            Self::NoBallots => Some("invalid"),
            Self::SecretNeedsPaper => Some("on_paper_ballots"),
            Self::NoTellers => Some("teller"),
            Self::NoReason => Some("reason"),
            Self::NotThere => Some("unit"),
            _ => None,
        }
    }
}

/// What a motion form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// About which matter of the meeting.
    pub matter: MatterId,
    /// From which topic.
    pub topic: Option<TopicId>,
    /// For which option.
    pub option: Option<OptionId>,
    /// Whether the law asks for more than usual.
    pub item: Item,
    /// How the vote is taken.
    pub ballot_mode: BallotMode,
    /// What is to be decided.
    pub text: String,
    /// Who moved it.
    pub mover: Option<String>,
    /// Who seconded it.
    pub seconder: Option<String>,
}

/// Puts a motion.
pub fn put(meeting: &Meeting, wording: Wording, id: MotionId, now: Timestamp) -> Result<Motion, MotionRefusal> {
    let Sort::Formal { body, mode } = meeting.sort else { return Err(MotionRefusal::Talk) };
    opened(meeting)?;
    if !meeting.matters.contains(&wording.matter) {
        return Err(MotionRefusal::Matter);
    }
    if !body.items().contains(&wording.item) {
        return Err(MotionRefusal::Item);
    }
    if wording.ballot_mode == BallotMode::HouseholdSigned && mode != Mode::Household {
        return Err(MotionRefusal::BallotMode);
    }
    let Wording { matter, topic, option, item, ballot_mode, text, mover, seconder } = wording;
    Ok(Motion {
        id,
        meeting: meeting.id,
        matter,
        topic,
        option,
        item,
        ballot_mode,
        text,
        mover,
        seconder,
        recused: Vec::new(),
        state: MotionState::Put,
        outcome: None,
        count: None,
        put_at: now,
        version: 1,
    })
}

/// Takes a motion back before it is counted.
pub fn withdraw(meeting: &Meeting, motion: &Motion) -> Result<Motion, MotionRefusal> {
    opened(meeting)?;
    on_table(motion)?;
    Ok(Motion { state: MotionState::Withdrawn, ..motion.clone() })
}

/// A unit whose own affair it is stands back from this motion: it stays, counts as present and does not vote. `there` says
/// whether it sits at the meeting now. Asking twice changes nothing.
pub fn recuse(meeting: &Meeting, motion: &Motion, unit: Uuid, there: bool) -> Result<Motion, MotionRefusal> {
    opened(meeting)?;
    on_table(motion)?;
    if !there {
        return Err(MotionRefusal::NotThere);
    }
    let mut recused = motion.recused.clone();
    recused.push(unit);
    recused.sort_unstable();
    recused.dedup();
    Ok(Motion { recused, ..motion.clone() })
}

/// A unit that stood back votes after all.
pub fn take_back_recusal(meeting: &Meeting, motion: &Motion, unit: Uuid) -> Result<Motion, MotionRefusal> {
    opened(meeting)?;
    on_table(motion)?;
    let recused = motion.recused.iter().copied().filter(|u| *u != unit).collect();
    Ok(Motion { recused, ..motion.clone() })
}

/// Counts a motion. `recused` is the weight of those there who stood back from it; `rules` are those in force on the day of the
/// meeting.
#[expect(clippy::too_many_arguments, reason = "every fact that decides a vote is named")]
pub fn count(
    meeting: &Meeting,
    motion: &Motion,
    room: &Room,
    recused: Weight,
    counting: Counting,
    rules: &InForce<'_>,
    id: CountId,
    now: Timestamp,
) -> Result<(Motion, Count), MotionRefusal> {
    opened(meeting)?;
    on_table(motion)?;
    let facts = Attending { roll: room.roll, came: room.came, there: room.there, recused };
    let first = Turn { turn: 1, reason: None, corrects: None };
    counted(meeting, motion, facts, counting, rules, first, id, now)
}

/// Counts a motion again, during the meeting or after it: the numbers of the last count were wrong. Who was there stays as it
/// was; the old count stays too.
#[expect(clippy::too_many_arguments, reason = "every fact that decides a vote is named")]
pub fn recount(
    meeting: &Meeting,
    motion: &Motion,
    last: &Count,
    counting: Counting,
    reason: String,
    rules: &InForce<'_>,
    id: CountId,
    now: Timestamp,
) -> Result<(Motion, Count), MotionRefusal> {
    if !matches!(meeting.state, MeetingState::Open | MeetingState::Closed) {
        return Err(MotionRefusal::NotOpen { state: meeting.state });
    }
    if motion.state != MotionState::Counted || motion.count != Some(last.id) || last.motion != motion.id {
        return Err(MotionRefusal::NotCounted);
    }
    if reason.trim().is_empty() {
        return Err(MotionRefusal::NoReason);
    }
    if counting.tally == last.counting.tally {
        return Err(MotionRefusal::SameNumbers);
    }
    let facts = Attending { roll: last.roll, came: last.came, there: last.there, recused: last.recused };
    let next = Turn { turn: last.turn.saturating_add(1), reason: Some(reason), corrects: Some(last.id) };
    counted(meeting, motion, facts, counting, rules, next, id, now)
}

/// Who was there when hands were counted.
#[derive(Clone, Copy)]
struct Attending {
    roll: Weight,
    came: Weight,
    there: Weight,
    recused: Weight,
}

struct Turn {
    turn: u32,
    reason: Option<String>,
    corrects: Option<CountId>,
}

#[expect(clippy::too_many_arguments, reason = "every fact that decides a vote is named")]
fn counted(
    meeting: &Meeting,
    motion: &Motion,
    facts: Attending,
    counting: Counting,
    rules: &InForce<'_>,
    turn: Turn,
    id: CountId,
    now: Timestamp,
) -> Result<(Motion, Count), MotionRefusal> {
    let Sort::Formal { body, mode } = meeting.sort else { return Err(MotionRefusal::Talk) };
    let quorum = rules.quorum(body, mode)?;
    let decision = rules.decision(body, mode, motion.item)?;
    check(motion, &facts, &counting, mode)?;
    let result = judge(facts.roll, facts.came, facts.there, &counting.tally, &quorum, &decision);
    let count = Count {
        id,
        motion: motion.id,
        meeting: meeting.id,
        matter: motion.matter,
        turn: turn.turn,
        reason: turn.reason,
        corrects: turn.corrects,
        roll: facts.roll,
        came: facts.came,
        there: facts.there,
        recused: facts.recused,
        counting,
        needed: result.needed,
        base_of: decision.value.of,
        base: result.base,
        needed_in_favour: result.needed_in_favour,
        measure: measure(&quorum.value, &decision.value),
        outcome: result.outcome,
        quorum_rule: quorum.rule,
        decision_rule: decision.rule,
        counted_on: meeting.held_on.unwrap_or_else(|| rules.day()),
        recorded_at: now,
    };
    let motion =
        Motion { state: MotionState::Counted, outcome: Some(count.outcome), count: Some(count.id), ..motion.clone() };
    Ok((motion, count))
}

fn check(motion: &Motion, facts: &Attending, counting: &Counting, mode: Mode) -> Result<(), MotionRefusal> {
    let tally = &counting.tally;
    let parts = [tally.in_favour, tally.against, tally.abstained, tally.invalid];
    if parts.iter().any(|part| part.units < 0 || part.area_cm2 < 0) {
        return Err(MotionRefusal::Negative);
    }
    let secret = motion.ballot_mode == BallotMode::Secret;
    // A secret vote needs ballots that nobody can trace; a click on a phone beside a name is none.
    if secret && !counting.on_paper_ballots {
        return Err(MotionRefusal::SecretNeedsPaper);
    }
    if !secret && tally.invalid.units > 0 {
        return Err(MotionRefusal::NoBallots);
    }
    if counting.teller.trim().is_empty() || counting.scrutineer.trim().is_empty() {
        return Err(MotionRefusal::NoTellers);
    }
    let (entered, most) = (tally.taking_part(), facts.there.minus(facts.recused));
    if entered.units > most.units {
        return Err(MotionRefusal::MoreThanThere {
            entered: entered.units,
            most: most.units,
            recused: facts.recused.units,
        });
    }
    if mode == Mode::Area {
        if parts.iter().any(|part| (part.units == 0) != (part.area_cm2 == 0)) {
            return Err(MotionRefusal::AreaWithoutOwners);
        }
        if entered.area_cm2 > most.area_cm2 {
            return Err(MotionRefusal::MoreAreaThanThere { entered_cm2: entered.area_cm2, most_cm2: most.area_cm2 });
        }
    }
    Ok(())
}

/// What a vote comes to, with the numbers that say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// How many had to be there, or to take part.
    pub needed: Weight,
    /// Of how many the share in favour was taken.
    pub base: Weight,
    /// How many in favour were needed.
    pub needed_in_favour: Weight,
    /// What it comes to.
    pub outcome: Outcome,
}

/// Judges a vote. The village laws count those present (Villagers' Committees Law art. 26, 30, 32; Residents' Committees Law
/// art. 27, 29: "经到会人员的过半数通过"): who came and raised no hand counts as not in favour. The collective counts all its
/// members (Collective Organisations Law art. 27), owners count those who take part (Civil Code art. 278).
///
/// Who left early is no longer there for the quorum and still counts in "到会人员": of two readings the stricter one, so that
/// no decision ever rests on people having gone home (docs/decisions/0010-who-counts-at-a-meeting.md).
pub fn judge(
    roll: Weight,
    came: Weight,
    there: Weight,
    tally: &Tally,
    quorum: &Ruled<Quorum>,
    decision: &Ruled<Share>,
) -> Judged {
    let (quorum, decision) = (quorum.value, decision.value);
    let area = |measure, n: i64| if measure == Measure::NumberAndArea { n } else { 0 };
    let counted = match quorum.counted {
        Of::TakingPart => tally.taking_part(),
        Of::Present | Of::Roll => there,
    };
    let needed = Weight {
        units: quorum.fraction.needed(roll.units),
        area_cm2: area(quorum.measure, quorum.fraction.needed(roll.area_cm2)),
    };
    let base = match decision.of {
        Of::Roll => roll,
        Of::Present => came,
        Of::TakingPart => tally.taking_part(),
    };
    let needed_in_favour = Weight {
        units: decision.fraction.needed(base.units),
        area_cm2: area(decision.measure, decision.fraction.needed(base.area_cm2)),
    };
    let quorate = quorum.fraction.met(counted.units, roll.units)
        && (quorum.measure == Measure::Number || quorum.fraction.met(counted.area_cm2, roll.area_cm2));
    let agreed = decision.fraction.met(tally.in_favour.units, base.units)
        && (decision.measure == Measure::Number || decision.fraction.met(tally.in_favour.area_cm2, base.area_cm2));
    let outcome = match (quorate, agreed) {
        (false, _) => Outcome::NoQuorum,
        (true, true) => Outcome::Passed,
        (true, false) => Outcome::NotPassed,
    };
    Judged { needed, base, needed_in_favour, outcome }
}

fn measure(quorum: &Quorum, decision: &Share) -> Measure {
    if quorum.measure == Measure::NumberAndArea || decision.measure == Measure::NumberAndArea {
        Measure::NumberAndArea
    } else {
        Measure::Number
    }
}

fn opened(meeting: &Meeting) -> Result<(), MotionRefusal> {
    if meeting.state == MeetingState::Open { Ok(()) } else { Err(MotionRefusal::NotOpen { state: meeting.state }) }
}

fn on_table(motion: &Motion) -> Result<(), MotionRefusal> {
    if motion.state == MotionState::Put { Ok(()) } else { Err(MotionRefusal::State { state: motion.state }) }
}

/// "Why it passed": every number filled in, with the rules. Computed from a count alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Who stood on the roll.
    pub roll: Weight,
    /// How many had to be there or take part.
    pub needed: Weight,
    /// Who had come.
    pub came: Weight,
    /// Who was there at the vote.
    pub there: Weight,
    /// Who had left before it.
    pub left: Weight,
    /// Who did not vote because it was their own affair.
    pub recused: Weight,
    /// In favour.
    pub in_favour: Weight,
    /// Against.
    pub against: Weight,
    /// Abstained.
    pub abstained: Weight,
    /// Invalid ballots.
    pub invalid: Weight,
    /// There and none of these.
    pub not_voting: Weight,
    /// Of what the share in favour was taken.
    pub base_of: Of,
    /// How many that were.
    pub base: Weight,
    /// How many in favour were needed.
    pub needed_in_favour: Weight,
    /// How many in favour were missing; 0 when there were enough.
    pub missing_in_favour: Weight,
    /// Whether area counts besides the number.
    pub by_area: bool,
    /// Whether as many were against as in favour.
    pub tie: bool,
    /// What it comes to.
    pub outcome: Outcome,
    /// The rule about who must be there.
    pub quorum_rule: RuleRef,
    /// The rule about who must be in favour.
    pub decision_rule: RuleRef,
}

impl Count {
    /// There, and neither voted nor stood back.
    pub fn not_voting(&self) -> Weight {
        self.there.minus(self.recused).minus(self.counting.tally.taking_part())
    }

    /// Why it comes to what it does.
    pub fn explain(&self) -> Explanation {
        let Tally { in_favour, against, abstained, invalid } = self.counting.tally;
        let missing = self.needed_in_favour.minus(in_favour);
        Explanation {
            roll: self.roll,
            needed: self.needed,
            came: self.came,
            there: self.there,
            left: self.came.minus(self.there),
            recused: self.recused,
            in_favour,
            against,
            abstained,
            invalid,
            not_voting: self.not_voting(),
            base_of: self.base_of,
            base: self.base,
            needed_in_favour: self.needed_in_favour,
            missing_in_favour: Weight { units: missing.units.max(0), area_cm2: missing.area_cm2.max(0) },
            by_area: self.measure == Measure::NumberAndArea,
            tie: in_favour.units == against.units && in_favour.units > 0,
            outcome: self.outcome,
            quorum_rule: self.quorum_rule.clone(),
            decision_rule: self.decision_rule.clone(),
        }
    }
}

impl Recorded for Motion {
    const NOUN: Noun = Noun::Motion;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("meeting", self.meeting);
        sheet.id("matter", self.matter);
        sheet.id_or_none("topic", self.topic);
        sheet.id_or_none("option", self.option);
        sheet.token("item", self.item);
        sheet.token("ballot_mode", self.ballot_mode);
        sheet.text("text", &self.text);
        sheet.text_or_none("mover", self.mover.as_deref());
        sheet.text_or_none("seconder", self.seconder.as_deref());
        sheet.int("recused", i64::try_from(self.recused.len()).unwrap_or(i64::MAX));
        sheet.word("recused_digest", &Hash(recused_digest(&self.recused)).hex());
        sheet.token("state", self.state);
        sheet.token_or_none("outcome", self.outcome);
        sheet.id_or_none("count", self.count);
        sheet.at("put_at", self.put_at);
    }
}

/// The units that stood back, as one digest: the record shows an edited list without holding the list.
fn recused_digest(units: &[Uuid]) -> [u8; 32] {
    let mut units = units.to_vec();
    units.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.recused.1\0");
    for unit in &units {
        hasher.update(unit.as_bytes());
    }
    hasher.finalize().into()
}

impl Recorded for Count {
    const NOUN: Noun = Noun::Count;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let Tally { in_favour, against, abstained, invalid } = self.counting.tally;
        sheet.id("motion", self.motion);
        sheet.id("meeting", self.meeting);
        sheet.id("matter", self.matter);
        sheet.int("turn", self.turn);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.id_or_none("corrects", self.corrects);
        sheet.int("roll", self.roll.units);
        sheet.int("roll_area_cm2", self.roll.area_cm2);
        sheet.int("came", self.came.units);
        sheet.int("came_area_cm2", self.came.area_cm2);
        sheet.int("there", self.there.units);
        sheet.int("there_area_cm2", self.there.area_cm2);
        sheet.int("recused", self.recused.units);
        sheet.int("recused_area_cm2", self.recused.area_cm2);
        sheet.int("in_favour", in_favour.units);
        sheet.int("in_favour_area_cm2", in_favour.area_cm2);
        sheet.int("against", against.units);
        sheet.int("against_area_cm2", against.area_cm2);
        sheet.int("abstained", abstained.units);
        sheet.int("abstained_area_cm2", abstained.area_cm2);
        sheet.int("invalid", invalid.units);
        sheet.int("invalid_area_cm2", invalid.area_cm2);
        sheet.text("teller", &self.counting.teller);
        sheet.text("scrutineer", &self.counting.scrutineer);
        sheet.yes("on_paper_ballots", self.counting.on_paper_ballots);
        sheet.text_or_none("dissent", self.counting.dissent.as_deref());
        sheet.int("needed", self.needed.units);
        sheet.int("needed_area_cm2", self.needed.area_cm2);
        sheet.token("base_of", self.base_of);
        sheet.int("base", self.base.units);
        sheet.int("base_area_cm2", self.base.area_cm2);
        sheet.int("needed_in_favour", self.needed_in_favour.units);
        sheet.int("needed_in_favour_area_cm2", self.needed_in_favour.area_cm2);
        sheet.token("measure", self.measure);
        sheet.token("outcome", self.outcome);
        rule_word(sheet, "quorum_rule", Some(&self.quorum_rule));
        rule_word(sheet, "decision_rule", Some(&self.decision_rule));
        sheet.day("counted_on", self.counted_on);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{day, formal, id, law, now, talk};
    use super::*;
    use crate::rules::Body;
    use proptest::prelude::*;

    fn open(body: Body, mode: Mode) -> Meeting {
        Meeting { state: MeetingState::Open, held_on: Some(day("2026-04-12")), roll: Some(id(5)), ..formal(body, mode) }
    }

    fn group() -> Meeting {
        open(Body::GroupMeeting, Mode::Household)
    }

    fn wording(ballot_mode: BallotMode) -> Wording {
        Wording {
            matter: id(20),
            topic: None,
            option: None,
            item: Item::General,
            ballot_mode,
            text: "修西巷水泥路180米".into(),
            mover: Some("理事会".into()),
            seconder: None,
        }
    }

    fn motion(meeting: &Meeting) -> Motion {
        put(meeting, wording(BallotMode::Hands), id(40), now()).unwrap()
    }

    fn tally(in_favour: i64, against: i64, abstained: i64) -> Tally {
        Tally {
            in_favour: Weight::units(in_favour),
            against: Weight::units(against),
            abstained: Weight::units(abstained),
            invalid: Weight::default(),
        }
    }

    fn counting(tally: Tally) -> Counting {
        Counting {
            tally,
            teller: "熊".into(),
            scrutineer: "杜".into(),
            on_paper_ballots: false,
            dissent: Some("怕水排到后墙".into()),
        }
    }

    fn room(meeting: &Meeting, roll: i64, came: i64, there: i64) -> Room {
        let Sort::Formal { body, mode } = meeting.sort else { panic!("a talk") };
        let quorum = law("2026-04-12").quorum(body, mode).unwrap();
        Room::new(Weight::units(roll), Weight::units(came), Weight::units(there), quorum)
    }

    fn vote(meeting: &Meeting, room: &Room, recused: i64, tally: Tally) -> Result<(Motion, Count), MotionRefusal> {
        let rules = law("2026-04-12");
        count(meeting, &motion(meeting), room, Weight::units(recused), counting(tally), &rules, id(50), now())
    }

    #[test]
    fn the_lane_is_decided_as_the_page_shows_it() {
        let meeting = group();
        let (motion, count) = vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(35, 2, 2)).unwrap();
        assert_eq!((motion.state, motion.outcome), (MotionState::Counted, Some(Outcome::Passed)));
        let why = count.explain();
        assert_eq!((why.roll.units, why.needed.units, why.there.units), (48, 32, 39));
        assert_eq!((why.base_of, why.base.units, why.needed_in_favour.units), (Of::Present, 39, 20));
        assert_eq!((why.in_favour.units, why.not_voting.units, why.tie, why.by_area), (35, 0, false, false));
        assert_eq!((why.quorum_rule.id.as_str(), why.decision_rule.id.as_str()), ("R-VG-1-quorum", "R-VG-1-decision"));
        assert_eq!(why.decision_rule.pack, "national-2026");
    }

    #[test]
    fn who_raises_no_hand_counts_as_present_and_not_in_favour() {
        let meeting = group();
        let (_, count) = vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(19, 0, 0)).unwrap();
        assert_eq!((count.outcome, count.not_voting().units), (Outcome::NotPassed, 20));
        assert_eq!(count.explain().missing_in_favour.units, 1);
    }

    #[test]
    fn a_tie_is_not_passed() {
        let meeting = group();
        let (_, count) = vote(&meeting, &room(&meeting, 48, 36, 36), 0, tally(18, 18, 0)).unwrap();
        assert_eq!(count.outcome, Outcome::NotPassed);
        assert!(count.explain().tie);
    }

    #[test]
    fn with_one_household_too_few_nothing_is_decided() {
        let meeting = group();
        let (_, count) = vote(&meeting, &room(&meeting, 48, 31, 31), 0, tally(31, 0, 0)).unwrap();
        assert_eq!(count.outcome, Outcome::NoQuorum);
        let (_, count) = vote(&meeting, &room(&meeting, 48, 32, 32), 0, tally(17, 0, 0)).unwrap();
        assert_eq!(count.outcome, Outcome::Passed);
    }

    #[test]
    fn who_left_early_is_missing_for_the_quorum_and_still_counts_as_having_come() {
        let meeting = group();
        let (_, gone) = vote(&meeting, &room(&meeting, 48, 39, 31), 0, tally(31, 0, 0)).unwrap();
        assert_eq!(gone.outcome, Outcome::NoQuorum);
        let (_, count) = vote(&meeting, &room(&meeting, 48, 39, 32), 0, tally(19, 13, 0)).unwrap();
        assert_eq!((count.outcome, count.base.units), (Outcome::NotPassed, 39));
        assert_eq!(count.explain().left.units, 7);
    }

    #[test]
    fn who_stood_back_is_present_and_has_no_hand_to_raise() {
        let meeting = group();
        let room = room(&meeting, 48, 39, 39);
        let (_, count) = vote(&meeting, &room, 3, tally(20, 16, 0)).unwrap();
        assert_eq!((count.outcome, count.base.units, count.not_voting().units), (Outcome::Passed, 39, 0));
        let refusal = vote(&meeting, &room, 3, tally(20, 17, 0)).unwrap_err();
        assert_eq!(refusal, MotionRefusal::MoreThanThere { entered: 37, most: 36, recused: 3 });
        assert_eq!(refusal.key(), "refusal-motion-more-than-there-recused");
    }

    #[test]
    fn more_hands_than_people_are_refused() {
        let meeting = group();
        let refusal = vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(35, 3, 2)).unwrap_err();
        assert_eq!(refusal, MotionRefusal::MoreThanThere { entered: 40, most: 39, recused: 0 });
        assert_eq!(refusal.field(), Some("in_favour"));
        assert!(vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(-1, 0, 0)).is_err());
    }

    /// Every roll, every number present, every number in favour, against the sentences of the law in whole numbers.
    #[test]
    fn every_vote_at_every_roll_comes_to_what_the_law_says() {
        let rules = law("2026-04-12");
        for body in crate::rules::Body::ALL.iter().copied().filter(|b| *b != Body::OwnersAssembly) {
            for mode in body.modes().iter().copied() {
                let quorum = rules.quorum(body, mode).unwrap();
                let decision = rules.decision(body, mode, Item::General).unwrap();
                for roll in 1i64..=200 {
                    for present in 0..=roll {
                        // Both sides of each border and the ends, for every roll and every number present.
                        let border = if body == Body::CollectiveAssembly { roll * 2 / 3 } else { present / 2 };
                        for votes in [0, border - 1, border, border + 1, border + 2, present] {
                            if !(0..=present).contains(&votes) {
                                continue;
                            }
                            let (all, here) = (Weight::units(roll), Weight::units(present));
                            let judged = judge(all, here, here, &tally(votes, 0, 0), &quorum, &decision);
                            let quorate = match (body, mode) {
                                (Body::VillagersAssembly, Mode::Person) | (Body::ResidentsAssembly, _) => {
                                    present * 2 > roll
                                }
                                _ => present * 3 >= roll * 2,
                            };
                            let agreed = match body {
                                Body::CollectiveAssembly => votes * 3 >= roll * 2,
                                _ => votes * 2 > present,
                            };
                            let lawful = match (quorate, agreed) {
                                (false, _) => Outcome::NoQuorum,
                                (true, true) => Outcome::Passed,
                                (true, false) => Outcome::NotPassed,
                            };
                            assert_eq!(judged.outcome, lawful, "{body:?} {mode:?}: {votes} of {present} of {roll}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn owners_need_number_and_area_of_those_who_take_part() {
        let meeting = open(Body::OwnersAssembly, Mode::Area);
        let quorum = law("2026-04-12").quorum(Body::OwnersAssembly, Mode::Area).unwrap();
        let there = Weight { units: 8, area_cm2: 8_000 };
        let room = Room::new(Weight { units: 9, area_cm2: 9_000 }, there, there, quorum);
        let w = |units, area_cm2| Weight { units, area_cm2 };
        let take = |item, in_favour, against| {
            let motion = put(&meeting, Wording { item, ..wording(BallotMode::Signed) }, id(40), now()).unwrap();
            let tally = Tally { in_favour, against, ..Tally::default() };
            let rules = law("2026-04-12");
            count(&meeting, &motion, &room, Weight::default(), counting(tally), &rules, id(50), now())
                .map(|(_, c)| c.outcome)
        };
        // Six of nine take part: just enough. More than half of them in both measures.
        assert_eq!(take(Item::General, w(4, 3_001), w(2, 2_999)), Ok(Outcome::Passed));
        assert_eq!(take(Item::General, w(4, 3_000), w(2, 3_000)), Ok(Outcome::NotPassed));
        assert_eq!(take(Item::General, w(3, 4_000), w(3, 2_000)), Ok(Outcome::NotPassed));
        assert_eq!(take(Item::General, w(3, 3_500), w(2, 2_499)), Ok(Outcome::NoQuorum));
        // Eight take part: three quarters are six, and 6,000 of the area.
        assert_eq!(take(Item::OwnersSpecial, w(6, 6_000), w(2, 2_000)), Ok(Outcome::Passed));
        assert_eq!(take(Item::OwnersSpecial, w(6, 5_999), w(2, 2_001)), Ok(Outcome::NotPassed));
        assert_eq!(take(Item::OwnersSpecial, w(5, 7_000), w(3, 1_000)), Ok(Outcome::NotPassed));
        assert_eq!(take(Item::General, w(5, 0), w(2, 1)), Err(MotionRefusal::AreaWithoutOwners));
        assert!(matches!(take(Item::General, w(5, 8_001), w(0, 0)), Err(MotionRefusal::MoreAreaThanThere { .. })));
    }

    /// With equal flats number and area say the same, so every border of the number can be walked.
    #[test]
    fn owners_of_equal_flats_decide_at_the_borders_of_the_law() {
        let rules = law("2026-04-12");
        let quorum = rules.quorum(Body::OwnersAssembly, Mode::Area).unwrap();
        for item in [Item::General, Item::OwnersSpecial] {
            let decision = rules.decision(Body::OwnersAssembly, Mode::Area, item).unwrap();
            let flats = |n: i64| Weight { units: n, area_cm2: n * 913_700 };
            for roll in 1i64..=60 {
                for voting in 0..=roll {
                    for votes in 0..=voting {
                        let tally =
                            Tally { in_favour: flats(votes), against: flats(voting - votes), ..Tally::default() };
                        let judged = judge(flats(roll), flats(roll), flats(roll), &tally, &quorum, &decision);
                        let agreed = match item {
                            Item::OwnersSpecial => votes * 4 >= voting * 3,
                            _ => votes * 2 > voting,
                        };
                        let lawful = match (voting * 3 >= roll * 2, agreed) {
                            (false, _) => Outcome::NoQuorum,
                            (true, true) => Outcome::Passed,
                            (true, false) => Outcome::NotPassed,
                        };
                        assert_eq!(judged.outcome, lawful, "{item:?}: {votes} of {voting} of {roll}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_collective_needs_two_thirds_of_all_its_members_and_three_quarters_for_a_stranger() {
        let meeting = open(Body::CollectiveAssembly, Mode::Person);
        let room = room(&meeting, 90, 70, 70);
        let take = |item, votes| {
            let motion = put(&meeting, Wording { item, ..wording(BallotMode::Hands) }, id(40), now()).unwrap();
            let rules = law("2026-04-12");
            count(&meeting, &motion, &room, Weight::default(), counting(tally(votes, 0, 0)), &rules, id(50), now())
                .unwrap()
                .1
                .outcome
        };
        assert_eq!([take(Item::General, 59), take(Item::General, 60)], [Outcome::NotPassed, Outcome::Passed]);
        let stranger = [take(Item::NonMemberRights, 67), take(Item::NonMemberRights, 68)];
        assert_eq!(stranger, [Outcome::NotPassed, Outcome::Passed]);
    }

    #[test]
    fn a_secret_vote_needs_paper_ballots_and_only_there_a_ballot_is_invalid() {
        let meeting = group();
        let rules = law("2026-04-12");
        let room = room(&meeting, 48, 39, 39);
        let secret = put(&meeting, wording(BallotMode::Secret), id(40), now()).unwrap();
        let invalid = Tally { invalid: Weight::units(3), ..tally(30, 4, 2) };
        let take = |motion: &Motion, on_paper_ballots| {
            let counting = Counting { on_paper_ballots, ..counting(invalid) };
            count(&meeting, motion, &room, Weight::default(), counting, &rules, id(50), now()).map(|(_, c)| c.outcome)
        };
        assert_eq!(take(&secret, false), Err(MotionRefusal::SecretNeedsPaper));
        assert_eq!(take(&secret, true), Ok(Outcome::Passed));
        assert_eq!(take(&motion(&meeting), true), Err(MotionRefusal::NoBallots));
    }

    #[test]
    fn somebody_counts_and_somebody_else_watches() {
        let meeting = group();
        let (room, rules) = (room(&meeting, 48, 39, 39), law("2026-04-12"));
        let alone = Counting { scrutineer: " ".into(), ..counting(tally(35, 2, 2)) };
        let result = count(&meeting, &motion(&meeting), &room, Weight::default(), alone, &rules, id(50), now());
        assert_eq!(result, Err(MotionRefusal::NoTellers));
    }

    #[test]
    fn a_recount_corrects_a_number_says_why_and_keeps_the_old_one() {
        let meeting = group();
        let rules = law("2026-04-12");
        let (counted, first) = vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(20, 15, 4)).unwrap();
        assert_eq!(first.outcome, Outcome::Passed);
        let again = |meeting: &Meeting, reason: &str, t| {
            recount(meeting, &counted, &first, counting(t), reason.into(), &rules, id(51), now())
        };
        let closed = Meeting { state: MeetingState::Closed, ..meeting.clone() };
        let (motion, second) = again(&closed, "数漏一户", tally(19, 16, 4)).unwrap();
        assert_eq!((second.turn, second.corrects, second.outcome), (2, Some(first.id), Outcome::NotPassed));
        assert_eq!((motion.count, motion.outcome), (Some(second.id), Some(Outcome::NotPassed)));
        assert_eq!((first.turn, first.counting.tally), (1, tally(20, 15, 4)));
        assert_eq!(again(&closed, "", tally(19, 16, 4)), Err(MotionRefusal::NoReason));
        assert_eq!(again(&closed, "再数", tally(20, 15, 4)), Err(MotionRefusal::SameNumbers));
        assert!(again(&closed, "再数", tally(20, 16, 4)).is_err(), "40 hands of 39");
        let failed = Meeting { state: MeetingState::FailedQuorum, ..meeting.clone() };
        assert!(again(&failed, "再数", tally(19, 16, 4)).is_err());
        let stale = recount(&closed, &motion, &first, counting(tally(18, 16, 4)), "再数".into(), &rules, id(52), now());
        assert_eq!(stale, Err(MotionRefusal::NotCounted), "only the last count is corrected");
    }

    #[test]
    fn a_motion_is_counted_once_and_not_after_it_was_taken_back() {
        let meeting = group();
        let (room, rules) = (room(&meeting, 48, 39, 39), law("2026-04-12"));
        let (counted, _) = vote(&meeting, &room, 0, tally(35, 2, 2)).unwrap();
        let twice =
            count(&meeting, &counted, &room, Weight::default(), counting(tally(1, 1, 1)), &rules, id(50), now());
        assert_eq!(twice, Err(MotionRefusal::State { state: MotionState::Counted }));
        let back = withdraw(&meeting, &motion(&meeting)).unwrap();
        assert!(
            count(&meeting, &back, &room, Weight::default(), counting(tally(1, 1, 1)), &rules, id(50), now()).is_err()
        );
        assert!(withdraw(&meeting, &counted).is_err());
    }

    #[test]
    fn recusing_twice_is_recusing_once_and_nobody_absent_stands_back() {
        let meeting = group();
        let unit = Uuid::from_u128(100);
        let once = recuse(&meeting, &motion(&meeting), unit, true).unwrap();
        assert_eq!(recuse(&meeting, &once, unit, true).unwrap(), once);
        assert_eq!(recuse(&meeting, &once, unit, false), Err(MotionRefusal::NotThere));
        assert_eq!(take_back_recusal(&meeting, &once, unit).unwrap().recused, Vec::<Uuid>::new());
        let (counted, _) = vote(&meeting, &room(&meeting, 48, 39, 39), 0, tally(35, 2, 2)).unwrap();
        assert!(recuse(&meeting, &counted, unit, true).is_err());
    }

    #[test]
    fn a_motion_that_does_not_fit_the_meeting_is_not_put() {
        let meeting = group();
        let put = |meeting: &Meeting, wording| super::put(meeting, wording, id(40), now());
        assert_eq!(put(&talk(), wording(BallotMode::Hands)), Err(MotionRefusal::Talk));
        let other = Wording { matter: id(21), ..wording(BallotMode::Hands) };
        assert_eq!(put(&meeting, other), Err(MotionRefusal::Matter));
        let special = Wording { item: Item::OwnersSpecial, ..wording(BallotMode::Hands) };
        assert_eq!(put(&meeting, special), Err(MotionRefusal::Item));
        let by_person = open(Body::GroupMeeting, Mode::Person);
        assert_eq!(put(&by_person, wording(BallotMode::HouseholdSigned)), Err(MotionRefusal::BallotMode));
        let closed = Meeting { state: MeetingState::Closed, ..meeting };
        assert!(matches!(put(&closed, wording(BallotMode::Hands)), Err(MotionRefusal::NotOpen { .. })));
    }

    #[test]
    fn before_the_rules_begin_nothing_is_counted() {
        let meeting = Meeting { held_on: Some(day("2025-12-30")), ..group() };
        let early = law("2025-12-30");
        let result = count(
            &meeting,
            &motion(&meeting),
            &room(&meeting, 48, 39, 39),
            Weight::default(),
            counting(tally(35, 2, 2)),
            &early,
            id(50),
            now(),
        );
        assert!(matches!(result, Err(MotionRefusal::Rule(RuleRefusal::Missing { .. }))));
    }

    proptest! {
        #[test]
        fn one_more_in_favour_never_undoes_a_decision(roll in 1i64..400, came in 0i64..400, gone in 0i64..40, votes in 0i64..400) {
            let came = came.min(roll);
            let there = (came - gone).max(0);
            let votes = votes.min(there);
            let rules = law("2026-04-12");
            for body in [Body::GroupMeeting, Body::ResidentsAssembly, Body::CollectiveAssembly] {
                let mode = body.modes()[0];
                let (quorum, decision) =
                    (rules.quorum(body, mode).unwrap(), rules.decision(body, mode, Item::General).unwrap());
                let at = |n| {
                    judge(Weight::units(roll), Weight::units(came), Weight::units(there), &tally(n, 0, 0), &quorum, &decision)
                };
                if votes < there && at(votes).outcome == Outcome::Passed {
                    prop_assert_eq!(at(votes + 1).outcome, Outcome::Passed);
                }
                prop_assert_eq!(
                    at(votes).outcome == Outcome::Passed,
                    there >= at(votes).needed.units && votes >= at(votes).needed_in_favour.units
                );
            }
        }

        #[test]
        fn an_against_an_abstention_and_a_silence_weigh_the_same_where_those_present_count(
            roll in 1i64..300, present in 0i64..300, votes in 0i64..300, against in 0i64..300
        ) {
            let present = present.min(roll);
            let votes = votes.min(present);
            let against = against.min(present - votes);
            let rules = law("2026-04-12");
            let quorum = rules.quorum(Body::VillagersAssembly, Mode::Household).unwrap();
            let decision = rules.decision(Body::VillagersAssembly, Mode::Household, Item::General).unwrap();
            let here = Weight::units(present);
            let take = |t| judge(Weight::units(roll), here, here, &t, &quorum, &decision).outcome;
            let silent = take(tally(votes, 0, 0));
            prop_assert_eq!(silent, take(tally(votes, against, 0)));
            prop_assert_eq!(silent, take(tally(votes, 0, against)));
        }

        #[test]
        fn owners_pass_only_what_both_number_and_area_carry_to_the_square_centimetre(
            areas in proptest::collection::vec(1i64..5_000_000, 1..40), split in proptest::collection::vec(0u8..3, 40), special in any::<bool>()
        ) {
            let rules = law("2026-04-12");
            let item = if special { Item::OwnersSpecial } else { Item::General };
            let quorum = rules.quorum(Body::OwnersAssembly, Mode::Area).unwrap();
            let decision = rules.decision(Body::OwnersAssembly, Mode::Area, item).unwrap();
            let sum = |wanted: &[u8]| {
                areas.iter().zip(&split).filter(|(_, vote)| wanted.contains(vote)).fold(Weight::default(), |sum, (area, _)| {
                    sum.plus(Weight { units: 1, area_cm2: *area })
                })
            };
            let (roll, part, yes) = (sum(&[0, 1, 2]), sum(&[1, 2]), sum(&[1]));
            let tally = Tally { in_favour: yes, against: sum(&[2]), ..Tally::default() };
            let outcome = judge(roll, roll, roll, &tally, &quorum, &decision).outcome;
            // Civil Code art. 278: two thirds of both take part; over half, or three quarters, of both that take part agree.
            let enough = part.units * 3 >= roll.units * 2 && part.area_cm2 * 3 >= roll.area_cm2 * 2;
            let agreed = |yes: i64, of: i64| if special { yes * 4 >= of * 3 && of > 0 } else { yes * 2 > of };
            let expected = match (enough, agreed(yes.units, part.units) && agreed(yes.area_cm2, part.area_cm2)) {
                (false, _) => Outcome::NoQuorum,
                (true, true) => Outcome::Passed,
                (true, false) => Outcome::NotPassed,
            };
            prop_assert_eq!(outcome, expected);
        }

        #[test]
        fn a_quorum_is_never_met_by_rounding(roll in 1i64..3_000, present in 0i64..3_000) {
            let rules = law("2026-04-12");
            let quorum = rules.quorum(Body::VillagersAssembly, Mode::Household).unwrap();
            let here = Weight::units(present.min(roll));
            let room = Room::new(Weight::units(roll), here, here, quorum);
            prop_assert_eq!(room.enough(), here.units * 3 >= roll * 2);
            prop_assert_eq!(room.enough(), room.missing() == 0);
        }
    }
}
