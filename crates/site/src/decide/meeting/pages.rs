//! The public page of a meeting: when, where, who may come, what it is about, by which rules. It shows counts and never names.

use super::load::{Cited, Loaded, cite, entered, to_talk, when, who_comes};
use crate::decide::resolution::why::Why;
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, drawn};
use crate::people::place::brand;
use crate::record::units;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::attendance::Room;
use civic::decide::convocation::Convocation;
use civic::decide::meeting::MeetingState;
use civic::decide::motion::{MotionState, Outcome};
use civic::people::membership::area_words;
use civic::people::standing::Action;
use civic::rules::{Body, Measure, Mode, Rules, StandIn};
use civic::time::Day;

/// How many came, in words and for the figure.
pub(super) struct RoomView {
    /// The number that is there.
    pub there: i64,
    /// Its unit with the verb: 户.
    pub unit: String,
    /// How many are still missing, with the unit; `None` when enough are there.
    pub missing: Option<String>,
    /// For the figure: there, all, needed.
    pub cells: (u32, u32, u32),
    /// How many of how many are needed, and who left again.
    pub note: String,
}

/// The room in the reader's words.
pub(super) fn room_view(w: &W, room: &Room, mode: Mode, over: bool) -> RoomView {
    // Once it is over, who came counts, also who left before the end.
    let count = if over { room.came } else { room.there };
    let n = |n| units(w, mode, n);
    let missing = room.needed.units.saturating_sub(count.units).max(0);
    let mut notes = vec![w.t2("meeting-room-needed", "all", n(room.roll.units), "needed", n(room.needed.units))];
    if room.quorum.value.measure == Measure::NumberAndArea {
        notes.push(w.t2(
            "meeting-room-area",
            "have",
            area_words(count.area_cm2),
            "needed",
            area_words(room.needed.area_cm2),
        ));
    }
    let left = room.came.minus(room.there).units;
    if left > 0 {
        notes.push(w.t1("meeting-room-left", "n", n(left)));
    }
    let between = w.t("sentence-between");
    RoomView {
        there: count.units,
        unit: w.t(match mode {
            Mode::Person => "meeting-unit-person",
            Mode::Household => "meeting-unit-household",
            Mode::Area => "meeting-unit-area",
        }),
        missing: (missing > 0).then(|| n(missing)),
        cells: (drawn(count.units), drawn(room.roll.units), drawn(room.needed.units)),
        note: notes.join(&between),
    }
}

/// One call as the page tells it.
pub(super) struct CallView {
    pub(super) said: String,
    ad_hoc: Option<String>,
}

/// The next step of who keeps the meeting.
struct Step {
    href: String,
    text: String,
    go: bool,
}

/// A motion with what was counted.
struct MotionView {
    id: String,
    text: String,
    /// Where it stands and how the vote is taken.
    meta: String,
    /// The count that holds.
    why: Option<Why>,
    /// Those that it corrected, the latest first.
    before: Vec<Why>,
}

fn motion_views(loaded: &Loaded, w: &W, all: &Rules, today: &Day) -> Result<Vec<MotionView>> {
    let (body, mode) = loaded.sort()?;
    let views = loaded.motions.iter().map(|motion| {
        // They come with the first count first.
        let mut whys: Vec<Why> = loaded
            .counts
            .iter()
            .filter(|count| count.motion == motion.id)
            .rev()
            .map(|count| Why::new(w, all, count, w.token(body), mode, motion.ballot_mode, today))
            .collect();
        let why = if whys.is_empty() { None } else { Some(whys.remove(0)) };
        MotionView {
            id: motion.id.to_string(),
            text: motion.text.clone(),
            meta: w.list(&[&w.token(motion.state), &w.token(motion.ballot_mode)]),
            why,
            before: whys,
        }
    });
    Ok(views.collect())
}

#[derive(Template)]
#[template(path = "decide/meeting/meeting.html")]
struct MeetingPage {
    v: View,
    state: String,
    what: String,
    when: Option<String>,
    /// The day is not the day any more.
    was: bool,
    day: Option<Day>,
    venue: Option<String>,
    title: String,
    reason: Option<String>,
    on_paper: bool,
    matters: Vec<(String, String, String)>,
    who: Option<(String, Option<String>)>,
    kept: Option<String>,
    call: Option<CallView>,
    agenda: Vec<String>,
    room: Option<RoomView>,
    motions: Vec<MotionView>,
    notice: Option<String>,
    rules: Vec<Cited>,
    before: Option<String>,
    after: Option<String>,
    steps: Vec<Step>,
    reconvene: Option<(String, Fields)>,
    soon: Option<String>,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = match entered(&visit, &id).await {
        Err(Error::Hidden) => return to_talk(&visit, &id).await,
        other => other?,
    };
    let rules = visit.app.rules(visit.county.id).await?;
    page(&visit, &loaded, &rules)?.ok()
}

pub(super) fn call_view(w: &W, made: &Convocation, today: &Day) -> CallView {
    let channels: Vec<String> = made.call.channels.iter().map(|c| w.token(*c)).collect();
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let mut said = vec![w.t3(
        "meeting-called",
        "who",
        w.token(made.call.convener),
        "day",
        w.day(&made.call.notice_on, today),
        "channels",
        w.list(&channels),
    )];
    if let Some(petition) = made.call.petition {
        said.push(w.t3("meeting-petition", "by", w.token(petition.by), "asked", petition.asked, "of", petition.of));
    }
    CallView {
        said: said.join(&w.t("sentence-between")),
        ad_hoc: made.call.ad_hoc_reason.as_ref().map(|reason| w.t1("meeting-ad-hoc", "reason", reason)),
    }
}

/// Who may come, and who may come for whom where the first does not say it already.
pub(super) fn who_view(w: &W, body: Body, mode: Mode, stand_in: StandIn) -> (String, Option<String>) {
    let said = (mode == Mode::Household && stand_in == StandIn::AdultOfHousehold) || body.of_representatives();
    (who_comes(w, body, mode), (!said).then(|| w.token(stand_in)))
}

fn page(visit: &Visit, loaded: &Loaded, all: &Rules) -> Result<Page<MeetingPage>> {
    let (w, today) = (visit.w(), visit.today);
    let (body, mode) = loaded.sort()?;
    let path = loaded.path();
    let force = all.on(&path, loaded.day(today));
    let meeting = &loaded.meeting;
    let id = meeting.id;
    let over = !matches!(meeting.state, MeetingState::Convened | MeetingState::Open | MeetingState::Draft);
    let began = matches!(meeting.state, MeetingState::Open | MeetingState::Closed | MeetingState::FailedQuorum);
    let last = loaded.calls.last();
    let mut references = Vec::new();
    references.extend(force.quorum(body, mode).ok().map(|r| r.rule));
    references.extend(force.decision(body, mode, civic::rules::Item::General).ok().map(|r| r.rule));
    references.extend(force.stand_in(body, mode).1);
    references.extend(last.and_then(|made| made.notice_rule.clone()));
    let mut rules: Vec<Cited> = Vec::new();
    for reference in &references {
        rules.push(cite(&w, all, reference, mode));
    }
    let kept = match (&meeting.kept_by, &meeting.recorder) {
        (Some(chair), Some(recorder)) => Some(w.t2("meeting-kept-by", "chair", chair, "recorder", recorder)),
        _ => None,
    };
    let brand = brand(&loaded.line);
    let soon = (meeting.state == MeetingState::Convened).then_some(meeting.held_on).flatten().map(|day| {
        match today.until(day) {
            0 => w.t("meeting-today"),
            days if days > 0 => w.t1("days-left", "n", days),
            _ => w.t("meeting-day-over"),
        }
    });
    let page = MeetingPage {
        state: w.token(meeting.state),
        what: w.list(&[&w.token(body), &w.token(mode)]),
        when: when(&w, meeting, &today),
        was: matches!(meeting.state, MeetingState::Postponed | MeetingState::Cancelled),
        day: meeting.held_on,
        venue: meeting.venue.clone(),
        title: loaded.title(),
        reason: meeting.reason.clone(),
        on_paper: meeting.on_paper,
        matters: loaded
            .matters
            .iter()
            .filter_map(|m| {
                let number = m.number.as_ref()?.to_string();
                Some((format!("/m/{number}"), number, m.title.clone().unwrap_or_default()))
            })
            .collect(),
        who: (meeting.state == MeetingState::Convened || meeting.state == MeetingState::Open)
            .then(|| who_view(&w, body, mode, force.stand_in(body, mode).0)),
        kept,
        call: last.map(|made| call_view(&w, made, &today)),
        agenda: last.map(|made| made.call.agenda_lines()).unwrap_or_default(),
        room: if began { loaded.room(&force).map(|room| room_view(&w, &room, mode, over)) } else { None },
        motions: motion_views(loaded, &w, all, &today)?,
        notice: last.map(|_| format!("/meetings/{id}/notice")),
        rules,
        before: meeting.reconvened_from.map(|before| format!("/meetings/{before}")),
        after: loaded
            .successor
            .as_ref()
            .filter(|next| next.state != MeetingState::Draft)
            .map(|next| format!("/meetings/{}", next.id)),
        steps: steps(visit, loaded, &w),
        reconvene: reconvene(visit, loaded).map(|f| (format!("/meetings/{id}/reconvene"), f)),
        soon,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    Ok(Page(page))
}

fn reconvene(visit: &Visit, loaded: &Loaded) -> Option<Fields> {
    let failed = matches!(loaded.meeting.state, MeetingState::FailedQuorum | MeetingState::FailedNotice);
    (failed && loaded.successor.is_none() && visit.could(Action::Convene, &loaded.path()))
        .then(|| Fields::empty(&visit.app))
}

/// What the reader can do here next, by where the meeting stands.
fn steps(visit: &Visit, loaded: &Loaded, w: &W) -> Vec<Step> {
    let path = loaded.path();
    let (convene, keep) = (visit.could(Action::Convene, &path), visit.could(Action::KeepMeeting, &path));
    let id = loaded.meeting.id;
    let mut steps = Vec::new();
    let mut step = |yes: bool, to: &str, key: &str, go: bool| {
        if yes {
            steps.push(Step { href: format!("/meetings/{id}/{to}"), text: w.t(key), go });
        }
    };
    let roll = loaded.roll.is_some();
    // Names stand on the roll, so only who keeps the meeting is led to it.
    match loaded.meeting.state {
        MeetingState::Postponed => {
            step(convene, "call", "meeting-step-call-again", true);
            step(convene, "off", "meeting-step-off", false);
        }
        MeetingState::Convened => {
            let come = loaded.meeting.held_on.is_some_and(|day| day <= visit.today);
            step(convene && !roll, "freeze", "meeting-step-freeze", true);
            step(keep && roll, "roll", "meeting-step-open", come);
            step(keep && roll, "sign-in", "meeting-step-sign-in", false);
            step(keep, "tally", "meeting-step-tally", false);
            step(convene && roll, "freeze", "meeting-step-freeze-again", false);
            step(convene, "off", "meeting-step-off", false);
        }
        MeetingState::Open => {
            step(keep, "roll", "meeting-step-roll", true);
            step(keep, "motions", "meeting-step-motions", false);
            step(keep, "tally", "meeting-step-tally", false);
            step(convene, "off", "meeting-step-fail", false);
        }
        MeetingState::Closed => {
            step(keep, "motions", "meeting-step-recount", false);
            step(keep, "roll", "meeting-step-who-came", false);
            step(keep, "minutes", "meeting-step-minutes", false);
        }
        MeetingState::FailedQuorum => {
            step(keep, "roll", "meeting-step-who-came", false);
            step(keep, "minutes", "meeting-step-minutes", false);
        }
        MeetingState::Draft | MeetingState::Cancelled | MeetingState::FailedNotice => {}
    }
    // What passed is written down as a resolution from the page of its matter.
    let passed = |matter| {
        loaded
            .motions
            .iter()
            .any(|m| m.matter == matter && m.state == MotionState::Counted && m.outcome == Some(Outcome::Passed))
    };
    if loaded.meeting.state == MeetingState::Closed && visit.could(Action::Post, &path) {
        let numbers = loaded.matters.iter().filter(|m| passed(m.id)).filter_map(|m| m.number.as_ref());
        steps.extend(numbers.map(|number| Step {
            href: format!("/m/{number}/resolve"),
            text: w.t1("meeting-step-resolve", "number", number.to_string()),
            go: true,
        }));
    }
    steps
}
