//! What follows a passed motion, as the page of its matter shows it.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::decide::objection::{Objection, ObjectionState};
use civic::decide::posting::{Correction, Posting};
use civic::decide::resolution::{Resolution, ResolutionState};
use civic::id::MatterId;
use civic::time::Day;
use store::Tx;
use store::decide::{correction, objection, posting, resolution};

/// Resolutions of a matter and what came of them.
#[derive(Clone, Debug, Default)]
pub struct After {
    /// The resolutions.
    pub resolutions: Vec<Resolution>,
    /// Their postings.
    pub postings: Vec<Posting>,
    /// What was corrected.
    pub corrections: Vec<Correction>,
    /// What was objected.
    pub objections: Vec<Objection>,
}

/// Loads them for a matter and those merged into it: four statements, however many there are.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<After> {
    Ok(After {
        resolutions: resolution::of_matter(tx, matter)?,
        postings: posting::of_matter(tx, matter)?,
        corrections: correction::of_matter(tx, matter)?,
        objections: objection::of_matter(tx, matter)?,
    })
}

/// The words for how far a resolution is proven.
pub fn state_words(w: &W, state: ResolutionState) -> String {
    w.t(match state {
        ResolutionState::Recorded => "resolution-note-recorded",
        ResolutionState::Certified => "resolution-note-certified",
        ResolutionState::Void => "resolution-note-void",
    })
}

/// Their events. What somebody objected is not among them, only that somebody did and what was answered.
pub fn events(after: &After, w: &W, today: Day) -> Vec<Event> {
    let mut events = Vec::new();
    for one in &after.resolutions {
        let mut details =
            vec![Detail::Text(one.text.clone()), Detail::Text(w.t1("resolution-who-acts-is", "who", &one.who_acts))];
        if let Some(deadline) = one.deadline {
            details.push(Detail::Text(w.t1("resolution-deadline-is", "day", w.day(&deadline, &today))));
        }
        details.push(Detail::Text(state_words(w, one.state)));
        details.push(Detail::Link { href: format!("/r/{}", one.id), text: w.t("resolution-read") });
        events.push(Event {
            id: format!("resolution-{}", one.id),
            day: one.resolved_on,
            when: w.day(&one.resolved_on, &today),
            figure: Figure::default(),
            say: w.t(if one.state == ResolutionState::Void { "resolution-say-void" } else { "resolution-say" }),
            turn: "",
            opt: false,
            details,
        });
    }
    for one in &after.postings {
        let days = one.posted_on.until(one.until);
        let left = one.days_left(today);
        let mut details = vec![
            Detail::Text(w.t1("posting-hangs-at-is", "where", &one.hangs_at)),
            Detail::Text(w.t1("posting-until-is", "day", w.day(&one.until, &today))),
        ];
        if one.takes_objections_on(today) {
            details.push(Detail::Link { href: format!("/postings/{}/object", one.id), text: w.t("objection-make") });
        }
        details.push(Detail::Link { href: format!("/postings/{}", one.id), text: w.t("posting-read") });
        events.push(Event {
            id: format!("posting-{}", one.id),
            day: one.posted_on,
            when: w.day(&one.posted_on, &today),
            figure: Figure { n: days.to_string(), unit: w.t("posting-unit-days") },
            say: if left > 0 { w.t1("posting-say-open", "n", left) } else { w.t("posting-say-over") },
            turn: "",
            opt: false,
            details,
        });
    }
    for one in &after.corrections {
        let mut details = vec![Detail::Text(w.t1("posting-corrected-because", "reason", &one.reason))];
        if one.substantial {
            details.push(Detail::Text(w.t1("posting-corrected-anew", "day", w.day(&one.until_after, &today))));
        }
        details.push(Detail::Link {
            href: format!("/postings/{}#c-{}", one.posting, one.turn),
            text: w.t("posting-corrected-read"),
        });
        events.push(Event {
            id: format!("correction-{}", one.id),
            day: one.corrected_on,
            when: w.day(&one.corrected_on, &today),
            figure: Figure::default(),
            say: w.t("posting-corrected"),
            turn: "",
            opt: false,
            details,
        });
    }
    for one in &after.objections {
        let waits = one.state == ObjectionState::Waiting;
        events.push(Event {
            id: format!("objection-{}", one.id),
            day: one.received_on,
            when: w.day(&one.received_on, &today),
            figure: Figure { n: "1".to_owned(), unit: w.t("objection-unit") },
            say: match one.due_on.filter(|_| waits) {
                Some(due) => w.t1("objection-say-due", "day", w.day(&due, &today)),
                None => w.t("objection-say"),
            },
            turn: if waits { "wait" } else { "" },
            opt: false,
            details: vec![Detail::Link {
                href: format!("/postings/{}#o-{}", one.posting, one.id),
                text: w.t("objection-read"),
            }],
        });
        if let (Some(on), Some(answer), Some(outcome)) = (one.answered_on, &one.answer, one.outcome) {
            events.push(Event {
                id: format!("objection-answer-{}", one.id),
                day: on,
                when: w.day(&on, &today),
                figure: Figure::default(),
                say: w.t1("objection-say-answered", "what", w.token(outcome)),
                turn: "",
                opt: false,
                details: vec![Detail::Text(answer.clone())],
            });
        }
    }
    events
}
