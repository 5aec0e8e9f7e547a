//! What formal meetings add to the chain of a matter: the call, the meeting with what it decided and why, counts again, meetings that
//! failed or were put off.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::decide::resolution::why::Why;
use crate::frame::W;
use crate::record::units;
use civic::decide::convocation::Convocation;
use civic::decide::meeting::{Meeting, MeetingState, Sort};
use civic::decide::motion::{Count, Motion, Outcome};
use civic::id::{MatterId, MeetingId};
use civic::rules::{Body, Mode, Rules};
use civic::time::{Day, Zone};
use store::Tx;
use store::decide::{attendance, convocation, motion, motion_count};

/// What hangs on the meetings of a matter.
#[derive(Clone, Debug, Default)]
pub struct Hung {
    calls: Vec<Convocation>,
    motions: Vec<Motion>,
    counts: Vec<Count>,
    came: Vec<(MeetingId, i64)>,
}

/// Loads it for a matter and those merged into it: five statements, however many meetings there were.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Hung> {
    Ok(Hung {
        calls: convocation::of_matter(tx, matter)?,
        motions: motion::of_matter(tx, matter)?,
        counts: motion_count::of_matter(tx, matter)?,
        came: attendance::sums_of_matter(tx, matter)?,
    })
}

/// The words, the rules and the day with which events are said.
#[derive(Clone, Copy)]
pub struct Say<'a> {
    /// The words.
    pub w: &'a W,
    /// The rules, for the reasons of a count.
    pub rules: &'a Rules,
    /// The reader's day.
    pub today: Day,
    /// The county's zone, for counts that were made later.
    pub zone: &'a Zone,
}

/// The events of the formal meetings of a matter.
pub fn events(meetings: &[Meeting], hung: &Hung, say: Say<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for meeting in meetings {
        let Sort::Formal { body, mode } = meeting.sort else { continue };
        let calls: Vec<&Convocation> = hung.calls.iter().filter(|call| call.meeting == meeting.id).collect();
        let Some(last) = calls.last() else { continue };
        for call in &calls {
            events.push(called(meeting, body, call, say));
        }
        events.extend(held(meeting, body, mode, last, hung, say));
    }
    events
}

fn link(meeting: &Meeting, w: &W) -> Detail {
    Detail::Link { href: format!("/meetings/{}", meeting.id), text: w.t("chain-meeting-read") }
}

fn called(meeting: &Meeting, body: Body, call: &Convocation, say: Say<'_>) -> Event {
    let (w, today) = (say.w, say.today);
    let channels: Vec<String> = call.call.channels.iter().map(|c| w.token(*c)).collect();
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let mut details =
        vec![Detail::Text(w.t2("chain-called-by", "who", w.token(call.call.convener), "channels", w.list(&channels)))];
    if let Some(reason) = &call.call.ad_hoc_reason {
        details.push(Detail::Text(w.t1("meeting-ad-hoc", "reason", reason)));
    }
    details.push(link(meeting, w));
    Event {
        id: format!("call-{}", call.id),
        day: call.call.notice_on,
        when: w.day(&call.call.notice_on, &today),
        figure: Figure::default(),
        say: w.t2("chain-called", "body", w.token(body), "day", w.day(&call.call.held_on, &today)),
        turn: "",
        opt: true,
        details,
    }
}

fn held(meeting: &Meeting, body: Body, mode: Mode, last: &Convocation, hung: &Hung, say: Say<'_>) -> Vec<Event> {
    let (w, today) = (say.w, say.today);
    let day = meeting.held_on.unwrap_or(last.call.held_on);
    let came = hung.came.iter().find(|(id, _)| *id == meeting.id).map_or(0, |(_, n)| *n);
    let event = |id: &str, figure: Figure, text: String, mut details: Vec<Detail>| {
        details.push(link(meeting, w));
        Event {
            id: format!("{id}-{}", meeting.id),
            day,
            when: w.day(&day, &today),
            figure,
            say: text,
            turn: "",
            opt: false,
            details,
        }
    };
    let came_figure = || unit_figure(w, mode, came);
    let reason = || {
        let reason = meeting.reason.as_deref();
        reason.map(|reason| Detail::Text(w.t1("meeting-reason", "reason", reason))).into_iter().collect::<Vec<_>>()
    };
    match meeting.state {
        MeetingState::Draft | MeetingState::Convened => Vec::new(),
        MeetingState::Open => {
            vec![event("meeting", came_figure(), w.t1("chain-open", "body", w.token(body)), Vec::new())]
        }
        MeetingState::Postponed => {
            vec![event("off", Figure::default(), w.t1("chain-postponed", "body", w.token(body)), reason())]
        }
        MeetingState::Cancelled => {
            vec![event("off", Figure::default(), w.t1("chain-cancelled", "body", w.token(body)), reason())]
        }
        MeetingState::FailedNotice => {
            vec![event("off", Figure::default(), w.t1("chain-failed-notice", "body", w.token(body)), reason())]
        }
        MeetingState::FailedQuorum => {
            let text = w.t1("chain-failed-quorum", "body", w.token(body));
            vec![event("meeting", came_figure(), text, Vec::new())]
        }
        MeetingState::Closed => {
            let motions: Vec<&Motion> = hung.motions.iter().filter(|m| m.meeting == meeting.id).collect();
            let mut events = Vec::new();
            for one in &motions {
                events.extend(decided(meeting, body, mode, day, one, hung, say));
            }
            if events.is_empty() {
                events.push(event("meeting", came_figure(), w.t1("chain-held", "body", w.token(body)), Vec::new()));
            }
            events
        }
    }
}

/// A count that holds, and a line for each time that hands were counted again.
fn decided(meeting: &Meeting, body: Body, mode: Mode, day: Day, one: &Motion, hung: &Hung, say: Say<'_>) -> Vec<Event> {
    let (w, today) = (say.w, say.today);
    // They come with the first count first.
    let counts: Vec<&Count> = hung.counts.iter().filter(|c| c.motion == one.id).collect();
    let Some(last) = counts.last() else { return Vec::new() };
    let why = Why::new(w, say.rules, last, w.token(body), mode, one.ballot_mode, &today);
    let head = why.cells.iter().map(|cell| cell.head.clone()).collect();
    let row = why.cells.iter().map(|cell| cell.text.clone()).collect();
    let between = w.t("sentence-between");
    let mut details = vec![
        Detail::Text(one.text.clone()),
        Detail::Table { caption: why.caption.clone(), head, rows: vec![row] },
        Detail::Text(format!("{}{between}{}", why.lines.join(&between), why.outcome)),
    ];
    if let Some(dissent) = &why.dissent {
        details.push(Detail::Text(w.t1("chain-dissent", "text", dissent)));
    }
    let mut rules: Vec<&str> = Vec::new();
    for rule in &why.rules {
        if !rules.contains(&rule.text.as_str()) {
            rules.push(&rule.text);
        }
    }
    details.push(Detail::Text(rules.join(&between)));
    details
        .push(Detail::Link { href: format!("/meetings/{}#m-{}", meeting.id, one.id), text: w.t("chain-meeting-read") });
    let key = match last.outcome {
        Outcome::Passed => "chain-passed",
        Outcome::NotPassed => "chain-not-passed",
        Outcome::NoQuorum => "chain-no-quorum",
    };
    let mut events = vec![Event {
        id: format!("motion-{}", one.id),
        day,
        when: w.day(&day, &today),
        figure: Figure { n: why.in_favour.0.clone(), unit: w.t1("chain-in-favour", "unit", &why.in_favour.1) },
        say: w.t2(key, "body", w.token(body), "text", &one.text),
        turn: "",
        opt: false,
        details,
    }];
    for count in counts.iter().skip(1) {
        let on = say.zone.day(count.recorded_at);
        let before = counts.iter().find(|c| Some(c.id) == count.corrects);
        let mut details = Vec::new();
        if let Some(reason) = &count.reason {
            details.push(Detail::Text(w.t1("meeting-reason", "reason", reason)));
        }
        if let Some(before) = before {
            let n = |c: &Count| units(w, mode, c.counting.tally.in_favour.units);
            details.push(Detail::Text(w.t2("chain-recount-numbers", "before", n(before), "after", n(count))));
        }
        details.push(link(meeting, w));
        events.push(Event {
            id: format!("count-{}", count.id),
            day: on,
            when: w.day(&on, &today),
            figure: Figure::default(),
            say: w.t("chain-recount"),
            turn: "",
            opt: false,
            details,
        });
    }
    events
}

/// How many came, as a figure.
fn unit_figure(w: &W, mode: Mode, n: i64) -> Figure {
    if n == 0 {
        return Figure::default();
    }
    let key = match mode {
        Mode::Person => "chain-came-person",
        Mode::Household => "chain-came-household",
        Mode::Area => "chain-came-area",
    };
    Figure { n: n.to_string(), unit: w.t(key) }
}
