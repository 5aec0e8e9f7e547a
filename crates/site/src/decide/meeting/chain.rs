//! What formal meetings add to the chain of a matter: that one was called, put off, failed or held, and what each count came to.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::decide::resolution::why::Why;
use crate::frame::W;
use civic::decide::meeting::{Meeting, MeetingState, Sort};
use civic::decide::motion::{Count, Motion};
use civic::rules::Rules;
use civic::time::Day;

/// One event for each formal meeting that people were told of. Counts of one motion stand in it from the first to the last.
pub fn of_meetings(
    meetings: &[Meeting],
    motions: &[Motion],
    counts: &[Count],
    rules: &Rules,
    w: &W,
    today: Day,
) -> Vec<Event> {
    meetings
        .iter()
        .filter_map(|meeting| {
            let Sort::Formal { body, mode } = meeting.sort else { return None };
            let day = meeting.held_on?;
            if meeting.state == MeetingState::Draft {
                return None;
            }
            let mut details = Vec::new();
            let mut figure = Figure::default();
            for motion in motions.iter().filter(|m| m.meeting == meeting.id) {
                let mut own: Vec<&Count> = counts.iter().filter(|c| c.motion == motion.id).collect();
                own.sort_by_key(|count| count.turn);
                for count in own {
                    let why = Why::new(w, rules, count, w.token(body), mode, motion.ballot_mode, &today);
                    figure = Figure {
                        n: why.in_favour.0.clone(),
                        unit: w.t1("meeting-chain-in-favour", "unit", &why.in_favour.1),
                    };
                    details.push(Detail::Text(motion.text.clone()));
                    details.extend(why.recount.map(Detail::Text));
                    details.push(Detail::Table {
                        caption: why.caption,
                        head: why.cells.iter().map(|cell| cell.head.clone()).collect(),
                        rows: vec![why.cells.iter().map(|cell| cell.text.clone()).collect()],
                    });
                    details.extend(why.lines.into_iter().map(Detail::Text));
                    details.push(Detail::Text(why.outcome));
                    details.extend(why.dissent.map(|text| Detail::Text(w.t1("meeting-chain-dissent", "text", text))));
                }
            }
            details.extend(meeting.reason.clone().map(Detail::Text));
            details.push(Detail::Link { href: format!("/meetings/{}", meeting.id), text: w.t("meeting-chain-see") });
            Some(Event {
                id: format!("meeting-{}", meeting.id),
                day,
                when: w.day(&day, &today),
                figure,
                say: w.t2("meeting-chain-said", "body", w.token(body), "state", w.token(meeting.state)),
                turn: "",
                opt: false,
                details,
            })
        })
        .collect()
}
