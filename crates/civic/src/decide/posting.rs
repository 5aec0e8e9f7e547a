//! Postings: a resolution hangs out for its full days. It is never withdrawn, only corrected with its history.

use super::convocation::rule_word;
use super::matter::{Matter, MatterRefusal, PlanState};
use super::objection::{Objection, ObjectionState};
use super::resolution::{Resolution, ResolutionState};
use crate::id::{CorrectionId, MatterId, PlaceId, PostingId, ResolutionId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{InForce, RuleRef, RuleRefusal, Window};
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// Where a posting stands. Whether its days are over is computed from the day, never stored.
    pub enum PostingState = "posting-state" {
        /// Hanging out.
        Up = "up",
        /// The sheet was taken down after its days were over. The page stays.
        TakenDown = "taken_down",
    }
}

/// Longest text of a posting, in characters.
pub const POSTING_MAX: usize = 4_000;
/// Longest list of where it hangs, in characters.
pub const WHERE_MAX: usize = 120;

/// A posting of a resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Its id.
    pub id: PostingId,
    /// In which matter.
    pub matter: MatterId,
    /// Where.
    pub place: PlaceId,
    /// Of which resolution.
    pub resolution: ResolutionId,
    /// The day on which it was posted.
    pub posted_on: Day,
    /// The last day on which it must hang; it may be taken down the day after.
    pub until: Day,
    /// The last day on which one may object, to 24:00.
    pub objections_until: Day,
    /// What it says now, at most [`POSTING_MAX`] characters.
    pub text: String,
    /// Where the sheet hangs, at most [`WHERE_MAX`] characters.
    pub hangs_at: String,
    /// Where it stands.
    pub state: PostingState,
    /// The day on which the sheet was taken down.
    pub taken_down_on: Option<Day>,
    /// How many corrections it has had.
    pub corrections: u32,
    /// The rule about its days.
    pub posting_rule: RuleRef,
    /// The rule about objections, where one says it.
    pub objection_rule: Option<RuleRef>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// One correction of a posting. The old text stays readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its id.
    pub id: CorrectionId,
    /// Of which posting.
    pub posting: PostingId,
    /// In which matter.
    pub matter: MatterId,
    /// 1 for the first, and so on.
    pub turn: u32,
    /// What it said before.
    pub before: String,
    /// What it says after.
    pub after: String,
    /// Why.
    pub reason: String,
    /// Whether it changes what was decided, a number, money, who acts or by when.
    pub substantial: bool,
    /// The day of the correction.
    pub corrected_on: Day,
    /// The last day before.
    pub until_before: Day,
    /// The last day after: later, when the correction is substantial.
    pub until_after: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a posting is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostingRefusal {
    /// Something stands in the way at its matter.
    Matter(MatterRefusal),
    /// A resolution of the matter was never posted.
    NotPosted,
    /// Objections wait for their answer.
    Unanswered {
        /// How many.
        objections: i64,
    },
    /// The resolution is void.
    Void,
    /// It cannot hang before it was resolved.
    BeforeResolved {
        /// The day of the meeting.
        resolved_on: Day,
    },
    /// Its day is to come.
    DayToCome,
    /// Its days are not over: it is not withdrawn, only corrected.
    NotOver {
        /// The last day on which it must hang.
        until: Day,
    },
    /// It was taken down already.
    TakenDown,
    /// A correction that changes nothing.
    SameText,
    /// A correction needs a reason.
    NoReason,
    /// A correction before the posting.
    BeforePosted {
        /// The day on which it was posted.
        posted_on: Day,
    },
    /// No rule for that day.
    Rule(RuleRefusal),
}

impl From<MatterRefusal> for PostingRefusal {
    fn from(refusal: MatterRefusal) -> Self {
        Self::Matter(refusal)
    }
}

impl From<RuleRefusal> for PostingRefusal {
    fn from(refusal: RuleRefusal) -> Self {
        Self::Rule(refusal)
    }
}

impl Refuse for PostingRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Void | Self::NotOver { .. } | Self::TakenDown => Kind::Conflict,
            Self::NotPosted | Self::Unanswered { .. } => Kind::Conflict,
            Self::Matter(refusal) => refusal.kind(),
            Self::Rule(rule) => rule.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Matter(refusal) => refusal.key(),
            Self::NotPosted => "refusal-posting-not-posted",
            Self::Unanswered { .. } => "refusal-posting-unanswered",
            Self::Void => "refusal-posting-void",
            Self::BeforeResolved { .. } => "refusal-posting-before-resolved",
            Self::DayToCome => "refusal-posting-day-to-come",
            Self::NotOver { .. } => "refusal-posting-not-over",
            Self::TakenDown => "refusal-posting-taken-down",
            Self::SameText => "refusal-posting-same-text",
            Self::NoReason => "refusal-posting-no-reason",
            Self::BeforePosted { .. } => "refusal-posting-before-posted",
            Self::Rule(rule) => rule.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Matter(refusal) => refusal.values(),
            Self::Unanswered { objections } => vec![("objections", Value::Int(*objections))],
            Self::BeforeResolved { resolved_on } => vec![("day", Value::Day(*resolved_on))],
            Self::NotOver { until } => vec![("until", Value::Day(*until))],
            Self::BeforePosted { posted_on } => vec![("day", Value::Day(*posted_on))],
            Self::Rule(rule) => rule.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::BeforeResolved { .. } | Self::DayToCome => Some("posted_on"),
            Self::BeforePosted { .. } => Some("corrected_on"),
            Self::SameText => Some("text"),
            Self::NoReason => Some("reason"),
            _ => None,
        }
    }
}

/// What a posting form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hung {
    /// What the sheet says.
    pub text: String,
    /// Where it hangs.
    pub hangs_at: String,
    /// The true day on which it was hung.
    pub posted_on: Day,
}

/// Posts a resolution. `rules` are those in force on the day on which the sheet was hung.
pub fn post(
    resolution: &Resolution,
    hung: Hung,
    rules: &InForce<'_>,
    today: Day,
    id: PostingId,
    now: Timestamp,
) -> Result<Posting, PostingRefusal> {
    let Hung { text, hangs_at, posted_on } = hung;
    if resolution.state == ResolutionState::Void {
        return Err(PostingRefusal::Void);
    }
    if posted_on < resolution.resolved_on {
        return Err(PostingRefusal::BeforeResolved { resolved_on: resolution.resolved_on });
    }
    if posted_on > today {
        return Err(PostingRefusal::DayToCome);
    }
    let days = rules.posting()?;
    let until = posted_on.period_end(days.value);
    let window = rules.objection_window();
    Ok(Posting {
        id,
        matter: resolution.matter,
        place: resolution.place,
        resolution: resolution.id,
        posted_on,
        until,
        objections_until: objections_until(posted_on, until, window.as_ref().map(|w| w.value)),
        text,
        hangs_at,
        state: PostingState::Up,
        taken_down_on: None,
        corrections: 0,
        posting_rule: days.rule,
        objection_rule: window.map(|w| w.rule),
        created_at: now,
        version: 1,
    })
}

/// National law sets no deadline for objections, so without a local rule they are taken as long as the sheet hangs.
fn objections_until(from: Day, until: Day, window: Option<Window>) -> Day {
    match window {
        None | Some(Window::WholePosting) => until,
        Some(Window::Days(days)) => from.period_end(days),
    }
}

/// Corrects what a posting says, and keeps what it said. A substantial correction starts the days anew on the day of the
/// correction: nobody has less than the full days to read what was really decided
/// (docs/decisions/0012-corrections-of-postings.md). `rules` are those in force on that day.
#[expect(clippy::too_many_arguments, reason = "every fact of a correction is named")]
pub fn correct(
    posting: &Posting,
    text: String,
    reason: String,
    substantial: bool,
    corrected_on: Day,
    rules: &InForce<'_>,
    id: CorrectionId,
    now: Timestamp,
) -> Result<(Posting, Correction), PostingRefusal> {
    if text == posting.text {
        return Err(PostingRefusal::SameText);
    }
    if reason.trim().is_empty() {
        return Err(PostingRefusal::NoReason);
    }
    if corrected_on < posting.posted_on {
        return Err(PostingRefusal::BeforePosted { posted_on: posting.posted_on });
    }
    let mut next = Posting { text, corrections: posting.corrections.saturating_add(1), ..posting.clone() };
    if substantial {
        let days = rules.posting()?;
        let window = rules.objection_window();
        let until = corrected_on.period_end(days.value);
        let objections = objections_until(corrected_on, until, window.as_ref().map(|w| w.value));
        // A correction never shortens what residents were promised.
        next.until = posting.until.max(until);
        next.objections_until = posting.objections_until.max(objections);
        next.posting_rule = days.rule;
        next.objection_rule = window.map(|w| w.rule);
        // The sheet hangs again.
        next.state = PostingState::Up;
        next.taken_down_on = None;
    }
    let correction = Correction {
        id,
        posting: posting.id,
        matter: posting.matter,
        turn: next.corrections,
        before: posting.text.clone(),
        after: next.text.clone(),
        reason,
        substantial,
        corrected_on,
        until_before: posting.until,
        until_after: next.until,
        recorded_at: now,
    };
    Ok((next, correction))
}

/// Notes that the sheet was taken down, not before its days were over (Villagers' Committees Law art. 35, Residents' Committees
/// Law art. 34). There is no way to withdraw a posting: this is the only way in which one ends, and its page stays.
pub fn take_down(posting: &Posting, on: Day, today: Day) -> Result<Posting, PostingRefusal> {
    if posting.state == PostingState::TakenDown {
        return Err(PostingRefusal::TakenDown);
    }
    if on <= posting.until {
        return Err(PostingRefusal::NotOver { until: posting.until });
    }
    if on > today {
        return Err(PostingRefusal::DayToCome);
    }
    Ok(Posting { state: PostingState::TakenDown, taken_down_on: Some(on), ..posting.clone() })
}

/// The matter while its resolution hangs out, also again after a correction of substance. A second posting in it changes nothing.
pub fn hang_out(matter: &Matter) -> Result<Matter, MatterRefusal> {
    if matter.plan == PlanState::Posted && matter.merged_into.is_none() {
        return Ok(matter.clone());
    }
    matter.advance(PlanState::Posted)
}

/// The matter once its resolutions stand disclosed: each that is not void was posted, every posting ran its full days, and every
/// objection has its answer. A sheet whose resolution a recount made void discloses nothing by itself.
pub fn disclose(
    matter: &Matter,
    resolutions: &[Resolution],
    postings: &[Posting],
    objections: &[Objection],
    today: Day,
) -> Result<Matter, PostingRefusal> {
    let mut standing = resolutions.iter().filter(|resolution| resolution.state != ResolutionState::Void).peekable();
    if standing.peek().is_none() {
        return Err(PostingRefusal::Void);
    }
    if !standing.all(|resolution| postings.iter().any(|posting| posting.resolution == resolution.id)) {
        return Err(PostingRefusal::NotPosted);
    }
    if let Some(until) = postings.iter().map(|posting| posting.until).max().filter(|until| today <= *until) {
        return Err(PostingRefusal::NotOver { until });
    }
    let waiting = objections.iter().filter(|objection| objection.state == ObjectionState::Waiting).count();
    if waiting > 0 {
        return Err(PostingRefusal::Unanswered { objections: i64::try_from(waiting).unwrap_or(i64::MAX) });
    }
    Ok(matter.advance(PlanState::Disclosed)?)
}

impl Posting {
    /// Whether its full days are over on `today`.
    pub fn is_over(&self, today: Day) -> bool {
        today > self.until
    }
    /// How many days it still hangs, today included; 0 when they are over.
    pub fn days_left(&self, today: Day) -> i32 {
        today.until(self.until).saturating_add(1).max(0)
    }
    /// Whether one may object on `day`.
    pub fn takes_objections_on(&self, day: Day) -> bool {
        self.posted_on <= day && day <= self.objections_until
    }
}

impl Recorded for Posting {
    const NOUN: Noun = Noun::Posting;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("matter", self.matter);
        sheet.id("place", self.place);
        sheet.id("resolution", self.resolution);
        sheet.day("posted_on", self.posted_on);
        sheet.day("until", self.until);
        sheet.day("objections_until", self.objections_until);
        sheet.text("text", &self.text);
        sheet.text("hangs_at", &self.hangs_at);
        sheet.token("state", self.state);
        sheet.day_or_none("taken_down_on", self.taken_down_on);
        sheet.int("corrections", self.corrections);
        rule_word(sheet, "posting_rule", Some(&self.posting_rule));
        rule_word(sheet, "objection_rule", self.objection_rule.as_ref());
        sheet.at("created_at", self.created_at);
    }
}

impl Recorded for Correction {
    const NOUN: Noun = Noun::Correction;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("posting", self.posting);
        sheet.id("matter", self.matter);
        sheet.int("turn", self.turn);
        sheet.text("before", &self.before);
        sheet.text("after", &self.after);
        sheet.text("reason", &self.reason);
        sheet.yes("substantial", self.substantial);
        sheet.day("corrected_on", self.corrected_on);
        sheet.day("until_before", self.until_before);
        sheet.day("until_after", self.until_after);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{self, day, demo, id, law, now};
    use super::*;
    use crate::states;
    use crate::token::Token;

    fn hung(on: &str) -> Hung {
        Hung { text: "决议".into(), hangs_at: "祠堂门口".into(), posted_on: day(on) }
    }

    fn posted(on: &str) -> Posting {
        post(&trial::resolution(), hung(on), &demo(on), day(on), id(90), now()).unwrap()
    }

    #[test]
    fn a_posting_hangs_fifteen_full_days_and_comes_down_on_the_sixteenth_after() {
        let posting = posted("2026-04-13");
        assert_eq!((posting.until, posting.objections_until), (day("2026-04-28"), day("2026-04-28")));
        assert_eq!(posting.posting_rule.id, "R-D-4-posting");
        for after in 0..=30 {
            let today = day("2026-04-13").plus(after);
            assert_eq!(posting.is_over(today), after > 15, "{today}");
            assert_eq!(posting.takes_objections_on(today), after <= 15, "{today}");
            assert_eq!(take_down(&posting, today, today).is_ok(), after > 15, "{today}");
        }
        assert_eq!(posting.days_left(day("2026-04-28")), 1);
        assert_eq!(posting.days_left(day("2026-04-29")), 0);
    }

    #[test]
    fn a_posting_is_never_withdrawn() {
        let posting = posted("2026-04-13");
        let refusal = take_down(&posting, day("2026-04-28"), day("2026-04-28")).unwrap_err();
        assert_eq!(refusal, PostingRefusal::NotOver { until: day("2026-04-28") });
        assert_eq!(refusal.kind(), Kind::Conflict);
        let down = take_down(&posting, day("2026-04-29"), day("2026-05-02")).unwrap();
        assert_eq!((down.state, &down.text), (PostingState::TakenDown, &posting.text));
        assert_eq!(take_down(&down, day("2026-04-30"), day("2026-05-02")), Err(PostingRefusal::TakenDown));
        assert_eq!(take_down(&posting, day("2026-05-03"), day("2026-05-02")), Err(PostingRefusal::DayToCome));
    }

    #[test]
    fn a_sheet_hung_last_week_is_entered_with_its_true_day() {
        let entered = |on: &str| post(&trial::resolution(), hung(on), &demo(on), day("2026-04-20"), id(90), now());
        assert_eq!(entered("2026-04-13").unwrap().until, day("2026-04-28"));
        assert_eq!(entered("2026-04-11"), Err(PostingRefusal::BeforeResolved { resolved_on: day("2026-04-12") }));
        assert_eq!(entered("2026-04-21"), Err(PostingRefusal::DayToCome));
    }

    #[test]
    fn a_slip_of_the_pen_is_corrected_and_the_days_go_on() {
        let posting = posted("2026-04-13");
        let rules = demo("2026-04-20");
        let (next, correction) =
            correct(&posting, "决议，改一字".into(), "错字".into(), false, day("2026-04-20"), &rules, id(95), now())
                .unwrap();
        assert_eq!((next.until, next.corrections), (posting.until, 1));
        assert_eq!((correction.before.as_str(), correction.after.as_str()), ("决议", "决议，改一字"));
        assert_eq!(correction.until_after, correction.until_before);
    }

    #[test]
    fn a_correction_of_substance_starts_the_days_anew_and_never_shortens_them() {
        let posting = posted("2026-04-13");
        let fix = |on: &str| {
            correct(&posting, "赞成34".into(), "数错了".into(), true, day(on), &demo(on), id(95), now()).unwrap().0
        };
        let next = fix("2026-04-20");
        assert_eq!((next.until, next.objections_until), (day("2026-05-05"), day("2026-05-05")));
        assert_eq!(fix("2026-04-13").until, day("2026-04-28"));
        let down = take_down(&posting, day("2026-04-29"), day("2026-04-29")).unwrap();
        let rules = demo("2026-05-01");
        let (again, _) =
            correct(&down, "赞成34".into(), "数错了".into(), true, day("2026-05-01"), &rules, id(95), now()).unwrap();
        assert_eq!((again.state, again.until), (PostingState::Up, day("2026-05-16")));
    }

    #[test]
    fn a_correction_needs_another_text_and_a_reason() {
        let posting = posted("2026-04-13");
        let fix = |text: &str, reason: &str, on: &str| {
            correct(&posting, text.into(), reason.into(), false, day(on), &demo(on), id(95), now()).map(|_| ())
        };
        assert_eq!(fix("决议", "错字", "2026-04-20"), Err(PostingRefusal::SameText));
        assert_eq!(fix("别的", " ", "2026-04-20"), Err(PostingRefusal::NoReason));
        let early = fix("别的", "错字", "2026-04-12");
        assert_eq!(early, Err(PostingRefusal::BeforePosted { posted_on: day("2026-04-13") }));
    }

    #[test]
    fn without_a_local_rule_one_may_object_as_long_as_it_hangs() {
        let on = "2026-04-13";
        let posting = post(&trial::resolution(), hung(on), &law(on), day(on), id(90), now()).unwrap();
        assert_eq!((posting.objections_until, posting.objection_rule), (posting.until, None));
        assert_eq!(objections_until(day(on), posting.until, Some(Window::Days(5))), day("2026-04-18"));
    }

    fn matter(plan: PlanState) -> Matter {
        let number = crate::decide::code::PublicNumber::parse("ZX-2026-017").unwrap();
        let place = trial::place();
        let open = super::super::matter::open(id(20), place, "西巷路", &[], number, day("2026-04-01")).unwrap();
        Matter { plan, ..open }
    }

    fn objected(on: &str) -> Objection {
        let said = crate::decide::objection::Objected {
            resident: None,
            channel: crate::decide::objection::ObjectionChannel::Paper,
            received_on: day(on),
            text: "水往后墙排".into(),
        };
        crate::decide::objection::object(&posted("2026-04-13"), said, &demo(on), day(on), id(100), now()).unwrap()
    }

    #[test]
    fn a_matter_hangs_out_from_its_decision_on() {
        assert_eq!(hang_out(&matter(PlanState::Decided)).unwrap().plan, PlanState::Posted);
        assert_eq!(hang_out(&matter(PlanState::Posted)).unwrap().plan, PlanState::Posted);
        assert_eq!(hang_out(&matter(PlanState::Disclosed)).unwrap().plan, PlanState::Posted);
        let early = MatterRefusal::OutOfOrder { from: PlanState::Topic, to: PlanState::Posted };
        assert_eq!(hang_out(&matter(PlanState::Topic)), Err(early));
    }

    #[test]
    fn a_resolution_stands_disclosed_when_its_days_are_over_and_every_objection_is_answered() {
        let standing = matter(PlanState::Posted);
        let postings = [posted("2026-04-13")];
        let on = |objections: &[Objection], today: &str| {
            disclose(&standing, &[trial::resolution()], &postings, objections, day(today)).map(|matter| matter.plan)
        };
        assert_eq!(on(&[], "2026-04-28"), Err(PostingRefusal::NotOver { until: day("2026-04-28") }));
        assert_eq!(on(&[], "2026-04-29"), Ok(PlanState::Disclosed));
        let waiting = objected("2026-04-15");
        assert_eq!(on(std::slice::from_ref(&waiting), "2026-04-29"), Err(PostingRefusal::Unanswered { objections: 1 }));
        let stays = crate::decide::objection::ObjectionOutcome::Stays;
        let answered =
            crate::decide::objection::answer(&waiting, "加暗沟".into(), stays, day("2026-04-18"), day("2026-04-18"))
                .unwrap();
        assert_eq!(on(&[answered], "2026-04-29"), Ok(PlanState::Disclosed));
    }

    #[test]
    fn a_void_resolution_discloses_nothing_and_one_that_never_hung_keeps_the_others_waiting() {
        let standing = matter(PlanState::Posted);
        let (postings, today) = ([posted("2026-04-13")], day("2026-05-10"));
        let on = |resolutions: &[Resolution]| disclose(&standing, resolutions, &postings, &[], today).map(|m| m.plan);
        let void = Resolution { state: ResolutionState::Void, ..trial::resolution() };
        assert_eq!(on(std::slice::from_ref(&void)), Err(PostingRefusal::Void));
        assert_eq!(on(&[]), Err(PostingRefusal::Void));
        let second = Resolution { id: id(71), ..trial::resolution() };
        assert_eq!(on(&[trial::resolution(), second]), Err(PostingRefusal::NotPosted));
        assert_eq!(on(&[trial::resolution(), Resolution { id: id(71), ..void }]), Ok(PlanState::Disclosed));
    }

    #[test]
    fn a_void_resolution_is_not_posted() {
        let void = Resolution { state: ResolutionState::Void, ..trial::resolution() };
        let on = "2026-04-13";
        let result = post(&void, hung(on), &law(on), day(on), id(90), now());
        assert_eq!(result, Err(PostingRefusal::Void));
    }

    #[test]
    fn the_diagram_draws_what_a_posting_can_do() {
        let (first, on, rules) = (posted("2026-04-13"), day("2026-04-29"), demo("2026-04-29"));
        let at = |state| Posting { state, ..first.clone() };
        let correct = |state, substance| {
            correct(&at(state), "改".into(), "错".into(), substance, on, &rules, id(95), now())
                .map(|(one, _)| one.state)
        };
        let steps = states::steps(
            PostingState::ALL,
            &[&|s| correct(s, false), &|s| correct(s, true), &|s| take_down(&at(s), on, on).map(|one| one.state)],
        );
        let page = include_str!("../../../../docs/states/posting.md");
        states::same(page, 0, PostingState::ALL, &[first.state], steps);
    }
}
