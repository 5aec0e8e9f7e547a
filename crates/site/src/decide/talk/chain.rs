//! What talks add to the chain of a matter.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::decide::meeting::{Meeting, MeetingState, Sort};
use civic::decide::point::Point;
use civic::time::Day;

/// The cells of one point: what was said, who takes it, by when and what came of it.
pub fn cells(point: &Point, w: &W, today: Day) -> Vec<String> {
    let outcome = match (point.outcome, &point.reason) {
        (Some(outcome), Some(reason)) => w.list(&[&w.token(outcome), reason]),
        (Some(outcome), None) => w.token(outcome),
        (None, _) => match point.due_on {
            Some(due) => w.t1("point-due", "day", w.day(&due, &today)),
            None => w.t("point-open"),
        },
    };
    vec![point.text.clone(), point.taken_by.clone().unwrap_or_else(|| w.t("point-nobody")), outcome]
}

/// One event for each talk that was held or is called, with its points on this matter.
pub fn of_talks(meetings: &[Meeting], points: &[Point], w: &W, today: Day) -> Vec<Event> {
    let talks = meetings.iter().filter_map(|m| match (m.sort, m.state) {
        (Sort::Talk(form), MeetingState::Closed | MeetingState::Convened) => m.held_on.map(|day| (m, form, day)),
        _ => None,
    });
    talks
        .map(|(meeting, form, day)| {
            let own: Vec<&Point> = points.iter().filter(|p| p.meeting == meeting.id).collect();
            let held = meeting.state == MeetingState::Closed;
            let overdue = own.iter().any(|p| p.overdue(today));
            let mut details = Vec::new();
            if !own.is_empty() {
                details.push(Detail::Table {
                    caption: w.t("talk-points"),
                    head: ["point-text", "point-taken-by", "point-outcome"].iter().map(|k| w.t(k)).collect(),
                    rows: own.iter().map(|p| cells(p, w, today)).collect(),
                });
            }
            details.push(Detail::Link { href: format!("/talks/{}", meeting.id), text: w.t("talk-see") });
            let figure = if held {
                Figure { n: own.len().to_string(), unit: w.t("talk-unit-points") }
            } else {
                Figure::default()
            };
            let say = w.t1(if held { "talk-held" } else { "talk-called" }, "form", w.token(form));
            Event {
                id: format!("talk-{}", meeting.id),
                day,
                when: w.day(&day, &today),
                figure,
                say,
                turn: if overdue { "wait" } else { "" },
                opt: false,
                details,
            }
        })
        .collect()
}
