//! How a matter is judged, as its page shows it.

use super::survey::{rows, shown_words};
use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::evaluate::rectification::{Rectification, RectificationState};
use civic::evaluate::survey::Survey;
use civic::id::MatterId;
use civic::time::Day;
use store::Tx;
use store::evaluate::{rectification, survey};

/// The surveys of a matter and what is put right.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The surveys.
    pub surveys: Vec<Survey>,
    /// What is to be put right.
    pub rectifications: Vec<Rectification>,
}

/// Loads them for a matter and those merged into it.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Judged> {
    Ok(Judged { surveys: survey::of_matter(tx, matter)?, rectifications: rectification::of_matter(tx, matter)? })
}

/// Their events.
pub fn events(judged: &Judged, w: &W, today: Day) -> Vec<Event> {
    let mut events = Vec::new();
    for one in &judged.surveys {
        let href = format!("/surveys/{}", one.id);
        let runs = one.takes(today).is_ok();
        events.push(Event {
            id: format!("survey-{}", one.id),
            day: one.from,
            when: w.day(&one.from, &today),
            figure: Figure::default(),
            say: w.t3(
                "survey-say-asked",
                "n",
                one.invited,
                "frame",
                w.token(one.frame),
                "until",
                w.day(&one.until, &today),
            ),
            turn: if runs { "act" } else { "" },
            opt: false,
            details: vec![Detail::Link { href: href.clone(), text: w.t("survey-read") }],
        });
        let Some(outcome) = &one.outcome else { continue };
        let mut details = vec![Detail::Text(shown_words(one, w))];
        if one.shown().is_some() {
            let head = vec![w.t("survey-item"), w.t("survey-content")];
            let rows = rows(one, w).into_iter().map(|row| vec![row.name, row.content]).collect();
            details.push(Detail::Table { caption: w.t("survey-result"), head, rows });
        }
        details.push(Detail::Link { href, text: w.t("survey-read") });
        events.push(Event {
            id: format!("survey-result-{}", one.id),
            day: outcome.closed_on,
            when: w.day(&outcome.closed_on, &today),
            figure: Figure { n: outcome.answered.to_string(), unit: w.t("survey-answers") },
            say: w.t("survey-say-counted"),
            turn: "",
            opt: false,
            details,
        });
    }
    for one in &judged.rectifications {
        let waits = one.state != RectificationState::Closed;
        let day = one.rechecked_on.filter(|_| !waits).or(one.done_on).unwrap_or(one.due);
        events.push(Event {
            id: format!("rectification-{}", one.id),
            day,
            when: w.day(&day, &today),
            figure: Figure::default(),
            say: w.t2("rectification-say", "issue", &one.issue, "state", w.token(one.state)),
            turn: if waits { "wait" } else { "" },
            opt: false,
            details: vec![
                Detail::Text(w.t2("rectification-who", "owner", &one.owner, "day", w.day(&one.due, &today))),
                Detail::Link { href: format!("/rectifications/{}", one.id), text: w.t("rectification-read") },
            ],
        });
    }
    events
}
