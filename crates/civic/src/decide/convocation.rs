//! Convocations: who calls a formal meeting, on what ground, with how many days of notice.

use super::meeting::{Meeting, MeetingState, Sort};
use crate::id::{ConvocationId, MatterId, MeetingId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{Convener, InForce, Petitioner, RuleRef};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// How people were told. All of them have equal effect.
    pub enum Channel = "notice-channel" {
        /// A sheet on the board.
        Board = "board",
        /// The loudspeaker.
        Loudspeaker = "loudspeaker",
        /// From door to door.
        Door = "door",
        /// By telephone.
        Phone = "phone",
        /// A message to phones.
        Message = "message",
    }
}

/// Those who asked that the meeting be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Petition {
    /// Who they are.
    pub by: Petitioner,
    /// How many asked.
    pub asked: u32,
    /// How many could have.
    pub of: u32,
}

/// What a convocation form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who calls.
    pub convener: Convener,
    /// Who asked for it, if anybody did.
    pub petition: Option<Petition>,
    /// The day on which the notice was given.
    pub notice_on: Day,
    /// How it was given; at least one.
    pub channels: Vec<Channel>,
    /// Why there could be no longer notice, at most [`super::meeting::REASON_MAX`] characters.
    pub ad_hoc_reason: Option<String>,
    /// Whether the body that must be told at the same time was told.
    pub also_told: bool,
    /// The day of the meeting.
    pub held_on: Day,
    /// The minute of that day, 0 to 1439.
    pub minute: u16,
    /// Where.
    pub venue: String,
    /// What is to be decided, at most [`AGENDA_MAX`] characters.
    pub agenda: String,
}

impl Call {
    /// What is to be decided, line by line.
    pub fn agenda_lines(&self) -> Vec<String> {
        self.agenda.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    }
}

/// Longest agenda, in characters.
pub const AGENDA_MAX: usize = 1_000;

/// The call of a meeting for one day. A meeting that was put off has one for each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convocation {
    /// Its id.
    pub id: ConvocationId,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// The matters of that meeting.
    pub matters: Vec<MatterId>,
    /// What the form said.
    pub call: Call,
    /// The earliest day on which the meeting could be held after that notice.
    pub earliest: Day,
    /// Whether the notice did. `false`: the meeting was held all the same and could decide nothing.
    pub in_time: bool,
    /// The rule about notice, where one asks for any.
    pub notice_rule: Option<RuleRef>,
    /// The rule about who may call, where one says it.
    pub convener_rule: Option<RuleRef>,
    /// The rule about who may ask, where somebody asked.
    pub petition_rule: Option<RuleRef>,
    /// When it was entered.
    pub created_at: Timestamp,
}

/// Why a meeting is not called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConvocationRefusal {
    /// Nobody calls a talk by law.
    Talk,
    /// It is not in a state for this any more.
    State {
        /// Where it stands.
        state: MeetingState,
    },
    /// This body is called by somebody else.
    NotConvener {
        /// Who may call it.
        may: Vec<Convener>,
        /// The rule.
        rule: Option<RuleRef>,
    },
    /// No rule gives these the right to have it called.
    NoSuchPetition,
    /// Too few asked.
    TooFewAsked {
        /// How many asked.
        asked: u32,
        /// How many are needed.
        needed: i64,
        /// The rule.
        rule: RuleRef,
    },
    /// More asked than there are.
    MoreAskedThanThereAre,
    /// Nobody was told in any way.
    NoChannel,
    /// The notice lies in the future.
    NoticeToCome,
    /// The day of a meeting to come has passed.
    DayPassed,
    /// A meeting on paper cannot have been held on a day to come.
    DayToCome,
    /// No such minute of a day.
    Minute,
    /// Too few days between notice and meeting.
    TooLate {
        /// The earliest lawful day after that notice.
        earliest: Day,
        /// How many full days lie between.
        days: u16,
        /// Whether a special case with a reason may be called sooner.
        ad_hoc: bool,
        /// The rule.
        rule: RuleRef,
    },
    /// A body that must be told at the same time was not.
    NotTold {
        /// Which.
        body: Convener,
        /// The rule.
        rule: RuleRef,
    },
}

impl Refuse for ConvocationRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Talk | Self::State { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Talk => "refusal-convocation-talk",
            Self::State { .. } => "refusal-convocation-state",
            Self::NotConvener { .. } => "refusal-convocation-not-convener",
            Self::NoSuchPetition => "refusal-convocation-no-such-petition",
            Self::TooFewAsked { .. } => "refusal-convocation-too-few-asked",
            Self::MoreAskedThanThereAre => "refusal-convocation-more-asked",
            Self::NoChannel => "refusal-convocation-no-channel",
            Self::NoticeToCome => "refusal-convocation-notice-to-come",
            Self::DayPassed => "refusal-convocation-day-passed",
            Self::DayToCome => "refusal-convocation-day-to-come",
            Self::Minute => "refusal-convocation-minute",
            Self::TooLate { ad_hoc: false, .. } => "refusal-convocation-too-late",
            Self::TooLate { ad_hoc: true, .. } => "refusal-convocation-too-late-ad-hoc",
            Self::NotTold { .. } => "refusal-convocation-not-told",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::NotConvener { may, .. } => may.iter().take(1).map(|who| ("who", Value::Word(who.key()))).collect(),
            Self::TooFewAsked { asked, needed, .. } => {
                vec![("asked", Value::Int((*asked).into())), ("needed", Value::Int(*needed))]
            }
            Self::TooLate { earliest, days, .. } => {
                vec![("earliest", Value::Day(*earliest)), ("days", Value::Int((*days).into()))]
            }
            Self::NotTold { body, .. } => vec![("who", Value::Word(body.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Talk | Self::State { .. } => None,
            Self::NotConvener { .. } => Some("convener"),
            Self::NoSuchPetition | Self::TooFewAsked { .. } | Self::MoreAskedThanThereAre => Some("petition"),
            Self::NoChannel => Some("channels"),
            Self::NoticeToCome => Some("notice_on"),
            Self::DayPassed | Self::DayToCome | Self::TooLate { .. } => Some("held_on"),
            Self::Minute => Some("minute"),
            Self::NotTold { .. } => Some("also_told"),
        }
    }
    fn rule(&self) -> Option<&str> {
        match self {
            Self::NotConvener { rule, .. } => rule.as_ref().map(|r| r.id.as_str()),
            Self::TooFewAsked { rule, .. } | Self::TooLate { rule, .. } | Self::NotTold { rule, .. } => Some(&rule.id),
            _ => None,
        }
    }
}

/// Calls a formal meeting, for the first time or after it was put off. `rules` are those in force on the day of the notice.
///
/// A notice that is too short is refused with the earliest lawful day, unless the rule allows special cases and a reason is
/// given (Villagers' Committees Law art. 25, Residents' Committees Law art. 26).
pub fn convene(
    meeting: &Meeting,
    call: Call,
    rules: &InForce<'_>,
    today: Day,
    id: ConvocationId,
    now: Timestamp,
) -> Result<(Meeting, Convocation), ConvocationRefusal> {
    let (made, late) = check(meeting, call, rules, today, id, now)?;
    if let Some(refusal) = late {
        return Err(refusal);
    }
    Ok((set(meeting, &made, MeetingState::Convened), made))
}

/// Enters a meeting that was held on paper after a notice that was too short: it stands there with its true dates and decided
/// nothing. Refused where the notice was in time after all.
pub fn fail(
    meeting: &Meeting,
    call: Call,
    rules: &InForce<'_>,
    today: Day,
    id: ConvocationId,
    now: Timestamp,
) -> Result<(Meeting, Convocation), ConvocationRefusal> {
    if !meeting.on_paper {
        return Err(ConvocationRefusal::State { state: meeting.state });
    }
    let (made, late) = check(meeting, call, rules, today, id, now)?;
    if late.is_none() {
        return Err(ConvocationRefusal::State { state: meeting.state });
    }
    Ok((set(meeting, &made, MeetingState::FailedNotice), made))
}

fn set(meeting: &Meeting, made: &Convocation, state: MeetingState) -> Meeting {
    Meeting {
        state,
        held_on: Some(made.call.held_on),
        minute: Some(made.call.minute),
        venue: Some(made.call.venue.clone()),
        // The roll of another day is none for this one.
        roll: None,
        reason: None,
        ..meeting.clone()
    }
}

fn check(
    meeting: &Meeting,
    call: Call,
    rules: &InForce<'_>,
    today: Day,
    id: ConvocationId,
    now: Timestamp,
) -> Result<(Convocation, Option<ConvocationRefusal>), ConvocationRefusal> {
    let Sort::Formal { body, .. } = meeting.sort else { return Err(ConvocationRefusal::Talk) };
    if !matches!(meeting.state, MeetingState::Draft | MeetingState::Postponed) {
        return Err(ConvocationRefusal::State { state: meeting.state });
    }
    let (may, convener_rule) = rules.conveners(body);
    if !may.contains(&call.convener) {
        return Err(ConvocationRefusal::NotConvener { may, rule: convener_rule });
    }
    let petition_rule = match call.petition {
        None => None,
        Some(Petition { by, asked, of }) => {
            let share = rules.initiative(body, by).ok_or(ConvocationRefusal::NoSuchPetition)?;
            if asked > of {
                return Err(ConvocationRefusal::MoreAskedThanThereAre);
            }
            if !share.value.met(asked.into(), of.into()) {
                let needed = share.value.needed(of.into());
                return Err(ConvocationRefusal::TooFewAsked { asked, needed, rule: share.rule });
            }
            Some(share.rule)
        }
    };
    if call.channels.is_empty() {
        return Err(ConvocationRefusal::NoChannel);
    }
    if call.minute >= 1440 {
        return Err(ConvocationRefusal::Minute);
    }
    if call.notice_on > today {
        return Err(ConvocationRefusal::NoticeToCome);
    }
    match (meeting.on_paper, call.held_on < today, call.held_on > today) {
        (false, true, _) => return Err(ConvocationRefusal::DayPassed),
        (true, _, true) => return Err(ConvocationRefusal::DayToCome),
        _ => {}
    }

    let notice = rules.notice(body);
    let (earliest, ad_hoc) = match &notice {
        Some(rule) => (call.notice_on.earliest_after_notice(rule.value.days), rule.value.ad_hoc),
        // No rule asks for notice: whoever is told before it begins is told in time.
        None => (call.notice_on, false),
    };
    if let Some(rule) = &notice
        && let Some(body) = rule.value.tell
        && !call.also_told
    {
        return Err(ConvocationRefusal::NotTold { body, rule: rule.rule.clone() });
    }
    let enough = call.held_on >= earliest;
    let told_first = call.held_on >= call.notice_on;
    let special = ad_hoc && told_first && call.ad_hoc_reason.as_deref().is_some_and(|r| !r.trim().is_empty());
    let late = match (&notice, enough || special) {
        (_, true) => None,
        (Some(rule), false) => {
            Some(ConvocationRefusal::TooLate { earliest, days: rule.value.days, ad_hoc, rule: rule.rule.clone() })
        }
        (None, false) => return Err(ConvocationRefusal::NoticeToCome),
    };
    // Where the notice was long enough there was no special case, whatever stands in the field.
    let ad_hoc_reason = if enough { None } else { call.ad_hoc_reason.clone() };
    let mut channels = call.channels.clone();
    channels.sort_unstable();
    channels.dedup();
    let made = Convocation {
        id,
        meeting: meeting.id,
        matters: meeting.matters.clone(),
        call: Call { ad_hoc_reason, channels, ..call },
        earliest,
        in_time: late.is_none(),
        notice_rule: notice.map(|rule| rule.rule),
        convener_rule,
        petition_rule,
        created_at: now,
    };
    Ok((made, late))
}

impl Recorded for Convocation {
    const NOUN: Noun = Noun::Convocation;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matters.clone()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("meeting", self.meeting);
        sheet.token("convener", self.call.convener);
        sheet.token_or_none("petition_by", self.call.petition.map(|p| p.by));
        sheet.int_or_none("petition_asked", self.call.petition.map(|p| p.asked));
        sheet.int_or_none("petition_of", self.call.petition.map(|p| p.of));
        sheet.day("notice_on", self.call.notice_on);
        sheet.word("channels", &channels_word(&self.call.channels));
        sheet.text_or_none("ad_hoc_reason", self.call.ad_hoc_reason.as_deref());
        sheet.yes("also_told", self.call.also_told);
        sheet.day("held_on", self.call.held_on);
        sheet.int("minute", self.call.minute);
        sheet.text("venue", &self.call.venue);
        sheet.text("agenda", &self.call.agenda);
        sheet.day("earliest", self.earliest);
        sheet.yes("in_time", self.in_time);
        rule_word(sheet, "notice_rule", self.notice_rule.as_ref());
        rule_word(sheet, "convener_rule", self.convener_rule.as_ref());
        rule_word(sheet, "petition_rule", self.petition_rule.as_ref());
        sheet.at("created_at", self.created_at);
    }
}

/// Several channels as one word, as they stand in one column: `board,phone`.
pub fn channels_word(channels: &[Channel]) -> String {
    let words: Vec<&str> = channels.iter().map(|c| c.as_str()).collect();
    words.join(",")
}

/// Reads [`channels_word`].
pub fn channels_parse(word: &str) -> Option<Vec<Channel>> {
    word.split(',').filter(|part| !part.is_empty()).map(Channel::parse).collect()
}

/// A rule on a record sheet.
pub(crate) fn rule_word(sheet: &mut Sheet<'_>, field: &'static str, rule: Option<&RuleRef>) {
    sheet.word_or_none(field, rule.map(RuleRef::to_string).as_deref());
}

#[cfg(test)]
mod tests {
    use super::super::meeting;
    use super::super::trial::{day, demo, formal, id, law, now, talk};
    use super::*;
    use crate::rules::{Body, Mode};

    fn call(notice_on: &str, held_on: &str) -> Call {
        Call {
            convener: Convener::VillagersCommittee,
            petition: None,
            notice_on: day(notice_on),
            channels: vec![Channel::Phone, Channel::Board, Channel::Phone],
            ad_hoc_reason: None,
            also_told: false,
            held_on: day(held_on),
            minute: 19 * 60 + 30,
            venue: "葛家院子".into(),
            agenda: "修西巷水泥路".into(),
        }
    }

    fn assembly() -> Meeting {
        formal(Body::VillagersAssembly, Mode::Household)
    }

    fn try_convene(meeting: &Meeting, call: Call) -> Result<(Meeting, Convocation), ConvocationRefusal> {
        let today = call.notice_on;
        convene(meeting, call, &law("2026-04-01"), today, id(30), now())
    }

    #[test]
    fn ten_days_of_notice_lie_between_notice_and_meeting() {
        let (meeting, made) = try_convene(&assembly(), call("2026-04-01", "2026-04-12")).unwrap();
        assert_eq!((meeting.state, meeting.held_on), (MeetingState::Convened, Some(day("2026-04-12"))));
        assert_eq!((made.earliest, made.in_time), (day("2026-04-12"), true));
        assert_eq!(made.call.channels, [Channel::Board, Channel::Phone]);
        let refusal = try_convene(&assembly(), call("2026-04-01", "2026-04-11")).unwrap_err();
        assert!(matches!(
            refusal,
            ConvocationRefusal::TooLate { earliest, days: 10, ad_hoc: true, .. } if earliest == day("2026-04-12")
        ));
        assert_eq!(refusal.rule(), Some("R-VA-notice"));
        assert_eq!(refusal.field(), Some("held_on"));
    }

    #[test]
    fn every_day_of_notice_is_counted_at_its_border() {
        for days in 0..=40 {
            let held_on = day("2026-04-01").plus(days);
            let call = Call { held_on, ..call("2026-04-01", "2026-04-01") };
            assert_eq!(try_convene(&assembly(), call).is_ok(), days >= 11, "{days}");
        }
    }

    #[test]
    fn every_body_is_called_by_whose_it_is_and_its_notice_is_counted_at_its_border() {
        // So many full days as the law says; none where it says none.
        for (body, days) in [
            (Body::VillagersAssembly, Some(10)),
            (Body::VillagersReps, None),
            (Body::GroupMeeting, None),
            (Body::ResidentsAssembly, Some(10)),
            (Body::ResidentsReps, None),
            (Body::CollectiveAssembly, Some(10)),
            (Body::OwnersAssembly, Some(15)),
        ] {
            let convener = body.usual_conveners()[0];
            for mode in body.modes() {
                for between in 0..=20 {
                    let held_on = day("2026-04-01").plus(between);
                    let call = Call { convener, also_told: true, held_on, ..call("2026-04-01", "2026-04-01") };
                    let lawful = days.is_none_or(|days| between > days);
                    assert_eq!(try_convene(&formal(body, *mode), call).is_ok(), lawful, "{body:?} {between}");
                }
            }
            for other in Convener::ALL.iter().filter(|one| !body.usual_conveners().contains(one)) {
                let held_on = day("2026-06-01");
                let call = Call { convener: *other, also_told: true, held_on, ..call("2026-04-01", "2026-04-01") };
                let refused = try_convene(&formal(body, body.modes()[0]), call);
                assert!(matches!(refused, Err(ConvocationRefusal::NotConvener { .. })), "{body:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_special_case_needs_a_reason_and_a_rule_that_knows_special_cases() {
        let urgent = |reason: &str| Call { ad_hoc_reason: Some(reason.into()), ..call("2026-04-01", "2026-04-02") };
        assert!(try_convene(&assembly(), urgent("  ")).is_err());
        let (_, made) = try_convene(&assembly(), urgent("塘埂要垮")).unwrap();
        assert_eq!(made.call.ad_hoc_reason.as_deref(), Some("塘埂要垮"));
        let members = formal(Body::CollectiveAssembly, Mode::Person);
        let board = Call { convener: Convener::CollectiveBoard, ..urgent("急") };
        assert!(matches!(try_convene(&members, board), Err(ConvocationRefusal::TooLate { ad_hoc: false, .. })));
        let before = Call { held_on: day("2026-03-31"), notice_on: day("2026-04-01"), ..urgent("急") };
        let paper = Meeting { on_paper: true, ..assembly() };
        assert!(try_convene(&paper, before).is_err(), "nobody is told after the meeting");
    }

    #[test]
    fn a_reason_that_was_not_needed_makes_no_special_case() {
        let calm = Call { ad_hoc_reason: Some("急".into()), ..call("2026-04-01", "2026-04-12") };
        assert_eq!(try_convene(&assembly(), calm).unwrap().1.call.ad_hoc_reason, None);
    }

    #[test]
    fn where_no_rule_asks_for_notice_the_same_day_will_do_and_the_day_before_will_not() {
        let group = formal(Body::GroupMeeting, Mode::Household);
        assert!(try_convene(&group, call("2026-04-01", "2026-04-01")).is_ok());
        let paper = Meeting { on_paper: true, ..group.clone() };
        let after =
            convene(&paper, call("2026-04-01", "2026-03-31"), &law("2026-04-01"), day("2026-04-02"), id(1), now());
        assert_eq!(after, Err(ConvocationRefusal::NoticeToCome));
        let overlay = |held: &str| {
            convene(&group, call("2026-04-01", held), &demo("2026-04-01"), day("2026-04-01"), id(1), now())
        };
        assert!(overlay("2026-04-04").is_err());
        assert!(overlay("2026-04-05").is_ok());
    }

    #[test]
    fn only_who_may_call_calls() {
        let stranger = Call { convener: Convener::GroupHead, ..call("2026-04-01", "2026-04-12") };
        let refusal = try_convene(&assembly(), stranger.clone()).unwrap_err();
        assert_eq!(refusal.rule(), Some("R-VA-convener"));
        assert_eq!(refusal.values(), [("who", Value::Word("convener-villagers_committee".into()))]);
        assert!(try_convene(&formal(Body::GroupMeeting, Mode::Household), stranger).is_ok());
    }

    #[test]
    fn who_asks_for_a_meeting_must_be_enough() {
        let asked = |by, asked, of| {
            let petition = Some(Petition { by, asked, of });
            try_convene(&assembly(), Call { petition, ..call("2026-04-01", "2026-04-12") })
        };
        for of in 1u32..=200 {
            for n in 0..=of {
                assert_eq!(asked(Petitioner::Members, n, of).is_ok(), n * 10 >= of, "{n} of {of}");
                assert_eq!(asked(Petitioner::Reps, n, of).is_ok(), n * 3 >= of, "{n} of {of}");
            }
        }
        assert!(matches!(
            asked(Petitioner::Members, 16, 163),
            Err(ConvocationRefusal::TooFewAsked { asked: 16, needed: 17, .. })
        ));
        assert_eq!(asked(Petitioner::Members, 9, 8), Err(ConvocationRefusal::MoreAskedThanThereAre));
        assert_eq!(asked(Petitioner::HouseholdReps, 48, 48), Err(ConvocationRefusal::NoSuchPetition));
    }

    #[test]
    fn the_owners_assembly_is_called_in_fifteen_days_and_the_residents_committee_is_told() {
        let owners = formal(Body::OwnersAssembly, Mode::Area);
        let call = |held: &str, told| Call {
            convener: Convener::OwnersCommittee,
            also_told: told,
            ..call("2026-04-01", held)
        };
        assert!(matches!(try_convene(&owners, call("2026-04-17", false)), Err(ConvocationRefusal::NotTold { .. })));
        assert!(try_convene(&owners, call("2026-04-17", true)).is_ok());
        assert!(try_convene(&owners, call("2026-04-16", true)).is_err());
    }

    #[test]
    fn a_meeting_put_off_needs_the_whole_notice_again_and_another_roll() {
        let (meeting, _) = try_convene(&assembly(), call("2026-04-01", "2026-04-12")).unwrap();
        let meeting = Meeting { roll: Some(id(5)), ..meeting };
        assert!(matches!(
            try_convene(&meeting, call("2026-04-02", "2026-04-20")),
            Err(ConvocationRefusal::State { .. })
        ));
        let postponed = meeting::postpone(&meeting, "下大雨".into()).unwrap();
        assert!(try_convene(&postponed, call("2026-04-10", "2026-04-20")).is_err());
        let (again, _) = try_convene(&postponed, call("2026-04-10", "2026-04-21")).unwrap();
        assert_eq!((again.state, again.roll, again.reason), (MeetingState::Convened, None, None));
    }

    #[test]
    fn a_meeting_held_on_paper_is_entered_with_its_true_dates() {
        let paper = Meeting { on_paper: true, ..assembly() };
        let entered =
            |held: &str| convene(&paper, call("2026-04-01", held), &law("2026-04-01"), day("2026-04-19"), id(1), now());
        assert_eq!(entered("2026-04-12").unwrap().0.held_on, Some(day("2026-04-12")));
        assert_eq!(entered("2026-04-20"), Err(ConvocationRefusal::DayToCome));
        let to_come =
            convene(&assembly(), call("2026-04-01", "2026-04-12"), &law("2026-04-01"), day("2026-04-19"), id(1), now());
        assert_eq!(to_come, Err(ConvocationRefusal::DayPassed));
    }

    #[test]
    fn a_paper_meeting_whose_notice_was_too_short_stands_there_and_decided_nothing() {
        let paper = Meeting { on_paper: true, ..assembly() };
        let late = call("2026-04-01", "2026-04-08");
        let today = day("2026-04-19");
        assert!(convene(&paper, late.clone(), &law("2026-04-01"), today, id(1), now()).is_err());
        let (failed, made) = fail(&paper, late.clone(), &law("2026-04-01"), today, id(1), now()).unwrap();
        assert_eq!((failed.state, made.in_time), (MeetingState::FailedNotice, false));
        assert_eq!(made.earliest, day("2026-04-12"));
        assert!(meeting::reconvene(&failed, id(2), now()).is_ok());
        let good = fail(&paper, call("2026-04-01", "2026-04-12"), &law("2026-04-01"), today, id(1), now());
        assert!(good.is_err(), "a meeting called in time cannot be failed for its notice");
        assert!(fail(&assembly(), late, &law("2026-04-01"), today, id(1), now()).is_err());
    }

    #[test]
    fn what_cannot_be_is_refused_beside_its_field() {
        let base = call("2026-04-01", "2026-04-12");
        let refused =
            |call: Call| convene(&assembly(), call, &law("2026-04-01"), day("2026-04-01"), id(1), now()).unwrap_err();
        assert_eq!(refused(Call { channels: vec![], ..base.clone() }).field(), Some("channels"));
        assert_eq!(refused(Call { minute: 1440, ..base.clone() }).field(), Some("minute"));
        assert_eq!(refused(Call { notice_on: day("2026-04-02"), ..base.clone() }).field(), Some("notice_on"));
        let talk = convene(&talk(), base, &law("2026-04-01"), day("2026-04-01"), id(1), now());
        assert_eq!(talk, Err(ConvocationRefusal::Talk));
    }

    #[test]
    fn channels_stand_in_one_column() {
        assert_eq!(channels_word(&[Channel::Board, Channel::Phone]), "board,phone");
        assert_eq!(channels_parse("board,phone"), Some(vec![Channel::Board, Channel::Phone]));
        assert_eq!(channels_parse("board,pigeon"), None);
    }
}
