//! Meetings: light talks, which only gather points, and formal meetings of a body that decides by law.

use super::attendance::Room;
use crate::id::{MatterId, MeetingId, PlaceId, RollId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{Body, Mode};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// What kind of light talk. None of them has a quorum or a vote.
    pub enum TalkForm = "talk-form" {
        /// Yard meeting of a hamlet (屋场会).
        Yard = "yard",
        /// Evening talk (村湾夜话).
        Evening = "evening",
        /// Talk hall (说事厅).
        TalkHall = "talk_hall",
        /// Bench or courtyard meeting (板凳会、院坝会).
        Bench = "bench",
        /// Deliberation council (议事会).
        Council = "council",
        /// Hearing (听证会).
        Hearing = "hearing",
        /// Open forum (恳谈会).
        Forum = "forum",
    }
    /// Where a meeting stands.
    pub enum MeetingState = "meeting-state" {
        /// Being prepared; nobody was told.
        Draft = "draft",
        /// Its day is known and notice was given.
        Convened = "convened",
        /// Going on.
        Open = "open",
        /// Over.
        Closed = "closed",
        /// Put off; a new day needs a new notice.
        Postponed = "postponed",
        /// Called off.
        Cancelled = "cancelled",
        /// Too few came; it decided nothing.
        FailedQuorum = "failed_quorum",
        /// It was not announced as it must be; it decided nothing.
        FailedNotice = "failed_notice",
    }
}

/// What kind of meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A light talk.
    Talk(TalkForm),
    /// A meeting of a body that decides, counted in one of its modes.
    Formal {
        /// Which body.
        body: Body,
        /// Counted how.
        mode: Mode,
    },
}

impl Sort {
    /// The body, where there is one.
    pub const fn body(self) -> Option<Body> {
        match self {
            Self::Talk(_) => None,
            Self::Formal { body, .. } => Some(body),
        }
    }
    /// How it is counted, where it is.
    pub const fn mode(self) -> Option<Mode> {
        match self {
            Self::Talk(_) => None,
            Self::Formal { mode, .. } => Some(mode),
        }
    }
    /// The form of a talk.
    pub const fn form(self) -> Option<TalkForm> {
        match self {
            Self::Talk(form) => Some(form),
            Self::Formal { .. } => None,
        }
    }
    /// From the three columns, exactly one shape of which is a meeting.
    pub const fn from_parts(body: Option<Body>, mode: Option<Mode>, form: Option<TalkForm>) -> Option<Self> {
        match (body, mode, form) {
            (None, None, Some(form)) => Some(Self::Talk(form)),
            (Some(body), Some(mode), None) => Some(Self::Formal { body, mode }),
            _ => None,
        }
    }
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// Where it belongs.
    pub place: PlaceId,
    /// The matters that it hears.
    pub matters: Vec<MatterId>,
    /// What kind.
    pub sort: Sort,
    /// Where it stands.
    pub state: MeetingState,
    /// Its title, at most [`TITLE_MAX`] characters. A talk needs none.
    pub title: Option<String>,
    /// The day on which it is or was held.
    pub held_on: Option<Day>,
    /// At which minute of that day, 0 to 1439.
    pub minute: Option<u16>,
    /// Where people meet, at most [`VENUE_MAX`] characters.
    pub venue: Option<String>,
    /// Who keeps it (chair; at a talk who kept it), at most [`NAME_MAX`] characters.
    pub kept_by: Option<String>,
    /// Who writes the minutes.
    pub recorder: Option<String>,
    /// Whether it was held on paper and entered afterwards with its true dates.
    pub on_paper: bool,
    /// The roll in force for it.
    pub roll: Option<RollId>,
    /// The meeting that failed and that this one takes up again.
    pub reconvened_from: Option<MeetingId>,
    /// Why it was put off, called off or failed, at most [`REASON_MAX`] characters.
    pub reason: Option<String>,
    /// When it was opened; unknown for a meeting on paper.
    pub opened_at: Option<Timestamp>,
    /// When it was closed; unknown for a meeting on paper.
    pub closed_at: Option<Timestamp>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Longest title, in characters.
pub const TITLE_MAX: usize = 60;
/// Longest place to meet, in characters.
pub const VENUE_MAX: usize = 60;
/// Longest name of who keeps, records, counts, in characters.
pub const NAME_MAX: usize = 40;
/// Longest reason, in characters.
pub const REASON_MAX: usize = 300;

/// Why a meeting is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingRefusal {
    /// The body is never counted like that.
    Mode {
        /// The body.
        body: Body,
    },
    /// It hears no matter.
    NoMatter,
    /// It is not in a state for this any more (or not yet).
    State {
        /// Where it stands.
        state: MeetingState,
    },
    /// Only a formal meeting is called, opened and closed.
    Talk,
    /// Only a talk is announced and kept without a roll.
    Formal,
    /// It cannot be opened before its day.
    TooEarly {
        /// Its day.
        held_on: Day,
    },
    /// A day that has passed cannot be announced, a day to come cannot have been held.
    Day {
        /// The day.
        day: Day,
    },
    /// No roll was frozen: nobody could be counted.
    NoRoll,
    /// Motions are on the table that nobody counted or took back.
    MotionsOpen {
        /// How many.
        motions: i64,
    },
    /// A talk is worth keeping when at least one point was raised.
    NoPoint,
    /// A reason is needed.
    NoReason,
}

impl Refuse for MeetingRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::State { .. } | Self::Talk | Self::Formal | Self::TooEarly { .. } | Self::NoRoll => Kind::Conflict,
            Self::MotionsOpen { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Mode { .. } => "refusal-meeting-mode",
            Self::NoMatter => "refusal-meeting-no-matter",
            Self::State { .. } => "refusal-meeting-state",
            Self::Talk => "refusal-meeting-talk",
            Self::Formal => "refusal-meeting-formal",
            Self::TooEarly { .. } => "refusal-meeting-too-early",
            Self::Day { .. } => "refusal-meeting-day",
            Self::NoRoll => "refusal-meeting-no-roll",
            Self::MotionsOpen { .. } => "refusal-meeting-motions-open",
            Self::NoPoint => "refusal-meeting-no-point",
            Self::NoReason => "refusal-meeting-no-reason",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Mode { body } => vec![("body", Value::Word(body.key()))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::TooEarly { held_on } => vec![("day", Value::Day(*held_on))],
            Self::Day { day } => vec![("day", Value::Day(*day))],
            Self::MotionsOpen { motions } => vec![("motions", Value::Int(*motions))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Mode { .. } => Some("mode"),
            Self::NoMatter => Some("matter"),
            Self::Day { .. } => Some("held_on"),
            Self::NoPoint => Some("point"),
            Self::NoReason => Some("reason"),
            _ => None,
        }
    }
}

/// A formal meeting being prepared. `on_paper`: it was held already and is entered with its true dates.
pub fn draft(
    id: MeetingId,
    place: PlaceId,
    matters: Vec<MatterId>,
    (body, mode): (Body, Mode),
    title: String,
    on_paper: bool,
    now: Timestamp,
) -> Result<Meeting, MeetingRefusal> {
    if !body.modes().contains(&mode) {
        return Err(MeetingRefusal::Mode { body });
    }
    if matters.is_empty() {
        return Err(MeetingRefusal::NoMatter);
    }
    Ok(Meeting { title: Some(title), on_paper, ..bare(id, place, matters, Sort::Formal { body, mode }, now) })
}

/// A talk. It may hear matters that exist, or none yet.
pub fn draft_talk(id: MeetingId, place: PlaceId, matters: Vec<MatterId>, form: TalkForm, now: Timestamp) -> Meeting {
    bare(id, place, matters, Sort::Talk(form), now)
}

fn bare(id: MeetingId, place: PlaceId, matters: Vec<MatterId>, sort: Sort, now: Timestamp) -> Meeting {
    Meeting {
        id,
        place,
        matters,
        sort,
        state: MeetingState::Draft,
        title: None,
        held_on: None,
        minute: None,
        venue: None,
        kept_by: None,
        recorder: None,
        on_paper: false,
        roll: None,
        reconvened_from: None,
        reason: None,
        opened_at: None,
        closed_at: None,
        created_at: now,
        version: 1,
    }
}

/// Tells people of a talk to come. No rule asks for notice.
pub fn announce(
    meeting: &Meeting,
    day: Day,
    minute: Option<u16>,
    venue: Option<String>,
    today: Day,
) -> Result<Meeting, MeetingRefusal> {
    talk(meeting)?;
    from(meeting, &[MeetingState::Draft, MeetingState::Convened, MeetingState::Postponed])?;
    if day < today {
        return Err(MeetingRefusal::Day { day });
    }
    let minute = minute.filter(|m| *m < 1440);
    Ok(Meeting { state: MeetingState::Convened, held_on: Some(day), minute, venue, reason: None, ..meeting.clone() })
}

/// Keeps a talk that was held: day, who kept it, and at least one point. With place and form that is all it asks for.
pub fn keep(
    meeting: &Meeting,
    day: Day,
    kept_by: String,
    venue: Option<String>,
    points: usize,
    today: Day,
) -> Result<Meeting, MeetingRefusal> {
    talk(meeting)?;
    from(meeting, &[MeetingState::Draft, MeetingState::Convened, MeetingState::Postponed])?;
    if day > today {
        return Err(MeetingRefusal::Day { day });
    }
    if points == 0 {
        return Err(MeetingRefusal::NoPoint);
    }
    let venue = venue.or_else(|| meeting.venue.clone());
    let on_paper = day < today;
    Ok(Meeting {
        state: MeetingState::Closed,
        held_on: Some(day),
        kept_by: Some(kept_by),
        venue,
        on_paper,
        ..meeting.clone()
    })
}

/// Puts off a meeting that people were told of. A new day needs a new notice ([`super::convocation::convene`] again).
pub fn postpone(meeting: &Meeting, reason: String) -> Result<Meeting, MeetingRefusal> {
    from(meeting, &[MeetingState::Convened])?;
    because(meeting, MeetingState::Postponed, reason)
}

/// Calls off a meeting that was not opened.
pub fn cancel(meeting: &Meeting, reason: String) -> Result<Meeting, MeetingRefusal> {
    from(meeting, &[MeetingState::Draft, MeetingState::Convened, MeetingState::Postponed])?;
    because(meeting, MeetingState::Cancelled, reason)
}

/// The notice turned out not to have been given as it must be. What people said stays; nothing can be decided there.
pub fn fail_notice(meeting: &Meeting, reason: String) -> Result<Meeting, MeetingRefusal> {
    formal(meeting)?;
    from(meeting, &[MeetingState::Convened, MeetingState::Open])?;
    because(meeting, MeetingState::FailedNotice, reason)
}

/// Opens a formal meeting on its day. Opened later it was held on paper: its day stays the true one.
pub fn open(
    meeting: &Meeting,
    chair: String,
    recorder: String,
    today: Day,
    now: Timestamp,
) -> Result<Meeting, MeetingRefusal> {
    formal(meeting)?;
    let held_on = match (meeting.state, meeting.held_on) {
        (MeetingState::Convened, Some(day)) => day,
        _ => return Err(MeetingRefusal::State { state: meeting.state }),
    };
    if today < held_on {
        return Err(MeetingRefusal::TooEarly { held_on });
    }
    if meeting.roll.is_none() {
        return Err(MeetingRefusal::NoRoll);
    }
    let on_paper = meeting.on_paper || today > held_on;
    Ok(Meeting {
        state: MeetingState::Open,
        kept_by: Some(chair),
        recorder: Some(recorder),
        on_paper,
        opened_at: (!on_paper).then_some(now),
        ..meeting.clone()
    })
}

/// Closes a formal meeting. Where too few came it failed its quorum: nothing was decided, and it can be taken up again.
/// `motions_open` are those neither counted nor taken back; a quorate meeting is not closed over them.
pub fn close(meeting: &Meeting, room: &Room, motions_open: usize, now: Timestamp) -> Result<Meeting, MeetingRefusal> {
    formal(meeting)?;
    from(meeting, &[MeetingState::Open])?;
    let closed_at = (!meeting.on_paper).then_some(now);
    if !room.came_enough() {
        return Ok(Meeting { state: MeetingState::FailedQuorum, closed_at, ..meeting.clone() });
    }
    if motions_open > 0 {
        return Err(MeetingRefusal::MotionsOpen { motions: i64::try_from(motions_open).unwrap_or(i64::MAX) });
    }
    Ok(Meeting { state: MeetingState::Closed, closed_at, ..meeting.clone() })
}

/// Takes up again a meeting that failed: a new one, about the same, which needs its own notice and its own roll.
pub fn reconvene(failed: &Meeting, id: MeetingId, now: Timestamp) -> Result<Meeting, MeetingRefusal> {
    formal(failed)?;
    from(failed, &[MeetingState::FailedQuorum, MeetingState::FailedNotice])?;
    Ok(Meeting {
        title: failed.title.clone(),
        reconvened_from: Some(failed.id),
        ..bare(id, failed.place, failed.matters.clone(), failed.sort, now)
    })
}

pub(super) fn from(meeting: &Meeting, states: &[MeetingState]) -> Result<(), MeetingRefusal> {
    if states.contains(&meeting.state) { Ok(()) } else { Err(MeetingRefusal::State { state: meeting.state }) }
}

fn talk(meeting: &Meeting) -> Result<(), MeetingRefusal> {
    if matches!(meeting.sort, Sort::Talk(_)) { Ok(()) } else { Err(MeetingRefusal::Formal) }
}

fn formal(meeting: &Meeting) -> Result<(), MeetingRefusal> {
    if matches!(meeting.sort, Sort::Formal { .. }) { Ok(()) } else { Err(MeetingRefusal::Talk) }
}

fn because(meeting: &Meeting, state: MeetingState, reason: String) -> Result<Meeting, MeetingRefusal> {
    if reason.trim().is_empty() {
        return Err(MeetingRefusal::NoReason);
    }
    Ok(Meeting { state, reason: Some(reason), ..meeting.clone() })
}

impl Recorded for Meeting {
    const NOUN: Noun = Noun::Meeting;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matters.clone()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        // Besides naming the entry's matters, so that a meeting that was hung under another matter shows.
        let matters: Vec<String> = self.matters.iter().map(ToString::to_string).collect();
        sheet.word("matters", &matters.join(","));
        sheet.token_or_none("body", self.sort.body());
        sheet.token_or_none("mode", self.sort.mode());
        sheet.token_or_none("form", self.sort.form());
        sheet.token("state", self.state);
        sheet.text_or_none("title", self.title.as_deref());
        sheet.day_or_none("held_on", self.held_on);
        sheet.int_or_none("minute", self.minute);
        sheet.text_or_none("venue", self.venue.as_deref());
        sheet.text_or_none("kept_by", self.kept_by.as_deref());
        sheet.text_or_none("recorder", self.recorder.as_deref());
        sheet.yes("on_paper", self.on_paper);
        sheet.id_or_none("roll", self.roll);
        sheet.id_or_none("reconvened_from", self.reconvened_from);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.at_or_none("opened_at", self.opened_at);
        sheet.at_or_none("closed_at", self.closed_at);
        sheet.at("created_at", self.created_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{self, day, formal as formal_meeting, id, now};
    use super::*;
    use crate::states;

    fn convened() -> Meeting {
        Meeting {
            state: MeetingState::Convened,
            held_on: Some(day("2026-04-12")),
            roll: Some(id(5)),
            ..formal_meeting(Body::GroupMeeting, Mode::Household)
        }
    }

    fn opened() -> Meeting {
        open(&convened(), "葛".into(), "龙".into(), day("2026-04-12"), now()).unwrap()
    }

    #[test]
    fn a_body_is_drafted_only_in_a_mode_in_which_it_is_counted() {
        let make = |mode| draft(id(1), id(2), vec![id(3)], (Body::VillagersReps, mode), "题".into(), false, now());
        assert_eq!(make(Mode::Household), Err(MeetingRefusal::Mode { body: Body::VillagersReps }));
        assert_eq!(make(Mode::Person).unwrap().state, MeetingState::Draft);
        let none = draft(id(1), id(2), vec![], (Body::VillagersReps, Mode::Person), "题".into(), false, now());
        assert_eq!(none, Err(MeetingRefusal::NoMatter));
    }

    #[test]
    fn a_meeting_opens_on_its_day_and_not_before() {
        let early = open(&convened(), "葛".into(), "龙".into(), day("2026-04-11"), now());
        assert_eq!(early, Err(MeetingRefusal::TooEarly { held_on: day("2026-04-12") }));
        assert_eq!(opened().opened_at, Some(now()));
        assert!(!opened().on_paper);
        let without_roll = Meeting { roll: None, ..convened() };
        let refusal = open(&without_roll, "葛".into(), "龙".into(), day("2026-04-12"), now());
        assert_eq!(refusal, Err(MeetingRefusal::NoRoll));
    }

    #[test]
    fn a_meeting_entered_after_its_day_was_held_on_paper_and_keeps_its_true_day() {
        let late = open(&convened(), "葛".into(), "龙".into(), day("2026-04-19"), now()).unwrap();
        assert!(late.on_paper);
        assert_eq!((late.held_on, late.opened_at), (Some(day("2026-04-12")), None));
    }

    #[test]
    fn a_meeting_to_which_too_few_came_decides_nothing_and_can_be_taken_up_again() {
        let failed = close(&opened(), &trial::room(48, 31, 31), 1, now()).unwrap();
        assert_eq!(failed.state, MeetingState::FailedQuorum);
        let again = reconvene(&failed, id(77), now()).unwrap();
        assert_eq!((again.state, again.reconvened_from), (MeetingState::Draft, Some(failed.id)));
        assert_eq!((again.held_on, again.roll), (None, None));
        assert_eq!(reconvene(&opened(), id(78), now()), Err(MeetingRefusal::State { state: MeetingState::Open }));
    }

    #[test]
    fn a_quorate_meeting_is_not_closed_over_an_open_motion_nor_twice() {
        let room = trial::room(48, 32, 32);
        assert_eq!(close(&opened(), &room, 1, now()), Err(MeetingRefusal::MotionsOpen { motions: 1 }));
        let closed = close(&opened(), &room, 0, now()).unwrap();
        assert_eq!(closed.state, MeetingState::Closed);
        assert_eq!(close(&closed, &room, 0, now()), Err(MeetingRefusal::State { state: MeetingState::Closed }));
    }

    #[test]
    fn who_left_early_came_all_the_same_and_the_meeting_was_held() {
        assert_eq!(close(&opened(), &trial::room(48, 32, 20), 0, now()).unwrap().state, MeetingState::Closed);
    }

    #[test]
    fn putting_off_calling_off_and_failing_need_a_reason_and_a_meeting_not_yet_over() {
        assert_eq!(postpone(&convened(), " ".into()), Err(MeetingRefusal::NoReason));
        let later = postpone(&convened(), "下雨".into()).unwrap();
        assert_eq!((later.state, later.reason.as_deref()), (MeetingState::Postponed, Some("下雨")));
        assert!(postpone(&opened(), "下雨".into()).is_err());
        assert!(cancel(&opened(), "下雨".into()).is_err());
        assert_eq!(cancel(&later, "不开了".into()).unwrap().state, MeetingState::Cancelled);
        assert_eq!(fail_notice(&opened(), "没贴通知".into()).unwrap().state, MeetingState::FailedNotice);
    }

    #[test]
    fn no_state_leads_out_of_a_meeting_that_is_over() {
        use MeetingState::{Cancelled, Closed, FailedNotice, FailedQuorum};
        for state in [Closed, Cancelled, FailedNotice, FailedQuorum] {
            let meeting = Meeting { state, ..convened() };
            assert!(postpone(&meeting, "x".into()).is_err());
            assert!(cancel(&meeting, "x".into()).is_err());
            assert!(fail_notice(&meeting, "x".into()).is_err());
            assert!(open(&meeting, "x".into(), "y".into(), day("2026-04-12"), now()).is_err());
            assert!(close(&meeting, &trial::room(48, 40, 40), 0, now()).is_err());
        }
    }

    #[test]
    fn a_talk_needs_place_day_form_keeper_and_one_point_and_nothing_else() {
        let talk = trial::talk();
        let kept = keep(&talk, day("2026-03-20"), "熊".into(), None, 1, day("2026-03-20")).unwrap();
        assert_eq!((kept.state, kept.title, kept.venue), (MeetingState::Closed, None, None));
        assert_eq!(
            keep(&talk, day("2026-03-20"), "熊".into(), None, 0, day("2026-03-20")),
            Err(MeetingRefusal::NoPoint)
        );
        let tomorrow = keep(&talk, day("2026-03-21"), "熊".into(), None, 1, day("2026-03-20"));
        assert_eq!(tomorrow, Err(MeetingRefusal::Day { day: day("2026-03-21") }));
        assert!(keep(&talk, day("2026-03-19"), "熊".into(), None, 1, day("2026-03-20")).unwrap().on_paper);
    }

    #[test]
    fn a_talk_may_be_announced_without_notice_days_and_a_formal_meeting_may_not() {
        let talk = announce(&trial::talk(), day("2026-03-20"), Some(1170), None, day("2026-03-20")).unwrap();
        assert_eq!((talk.state, talk.minute), (MeetingState::Convened, Some(1170)));
        let formal = announce(&convened(), day("2026-05-20"), None, None, day("2026-03-20"));
        assert_eq!(formal, Err(MeetingRefusal::Formal));
        let past = announce(&trial::talk(), day("2026-03-19"), None, None, day("2026-03-20"));
        assert_eq!(past, Err(MeetingRefusal::Day { day: day("2026-03-19") }));
        assert_eq!(close(&talk, &trial::room(1, 1, 1), 0, now()), Err(MeetingRefusal::Talk));
    }

    #[test]
    fn a_meeting_is_either_a_talk_or_a_body_in_a_mode() {
        let formal = Sort::Formal { body: Body::GroupMeeting, mode: Mode::Person };
        assert_eq!(Sort::from_parts(formal.body(), formal.mode(), formal.form()), Some(formal));
        let yard = Sort::Talk(TalkForm::Yard);
        assert_eq!(Sort::from_parts(yard.body(), yard.mode(), yard.form()), Some(yard));
        assert_eq!(Sort::from_parts(formal.body(), None, None), None);
        assert_eq!(Sort::from_parts(formal.body(), formal.mode(), yard.form()), None);
    }

    /// The same meeting in another state.
    fn at(meeting: &Meeting, state: MeetingState) -> Meeting {
        Meeting { state, ..meeting.clone() }
    }

    #[test]
    fn the_diagram_draws_what_a_formal_meeting_can_do() {
        use crate::decide::convocation::{self, Call, Channel};
        use crate::rules::Convener;
        let (rules, today) = (trial::demo("2026-04-01"), day("2026-04-12"));
        let call = |held_on: &str| Call {
            convener: Convener::GroupHead,
            petition: None,
            notice_on: day("2026-04-01"),
            channels: vec![Channel::Board],
            ad_hoc_reason: None,
            also_told: false,
            held_on: day(held_on),
            minute: 1170,
            venue: "葛家院子".into(),
            agenda: "表决".into(),
        };
        let why = || "下雨".to_owned();
        let close = |came, state| close(&at(&convened(), state), &trial::room(48, came, came), 0, now());
        let fail = |state| {
            let paper = Meeting { on_paper: true, ..at(&convened(), state) };
            convocation::fail(&paper, call("2026-04-02"), &rules, today, id(30), now())
                .map(|(meeting, _)| meeting.state)
        };
        let steps = states::steps(
            MeetingState::ALL,
            &[
                &|s| {
                    convocation::convene(&at(&convened(), s), call("2026-04-12"), &rules, today, id(30), now())
                        .map(|(meeting, _)| meeting.state)
                        .map_err(drop)
                },
                &|s| fail(s).map_err(drop),
                &|s| postpone(&at(&convened(), s), why()).map(|m| m.state).map_err(drop),
                &|s| cancel(&at(&convened(), s), why()).map(|m| m.state).map_err(drop),
                &|s| fail_notice(&at(&convened(), s), why()).map(|m| m.state).map_err(drop),
                &|s| open(&at(&convened(), s), "葛".into(), "杜".into(), today, now()).map(|m| m.state).map_err(drop),
                &|s| close(39, s).map(|m| m.state).map_err(drop),
                &|s| close(3, s).map(|m| m.state).map_err(drop),
            ],
        );
        let page = include_str!("../../../../docs/states/meeting.md");
        states::same(page, 0, MeetingState::ALL, &[MeetingState::Draft], steps);
    }

    #[test]
    fn the_diagram_draws_what_a_talk_can_do() {
        use MeetingState::{Cancelled, Closed, Convened, Draft, Postponed};
        let (talk, today) = (trial::talk(), day("2026-04-12"));
        let steps = states::steps(
            MeetingState::ALL,
            &[
                &|s| announce(&at(&talk, s), today, None, None, today).map(|m| m.state).map_err(drop),
                &|s| keep(&at(&talk, s), today, "葛".into(), None, 1, today).map(|m| m.state).map_err(drop),
                &|s| postpone(&at(&talk, s), "下雨".into()).map(|m| m.state).map_err(drop),
                &|s| cancel(&at(&talk, s), "下雨".into()).map(|m| m.state).map_err(drop),
            ],
        );
        let all = [Draft, Convened, Postponed, Cancelled, Closed];
        states::same(include_str!("../../../../docs/states/meeting.md"), 1, &all, &[Draft], steps);
    }
}
