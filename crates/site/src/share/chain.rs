//! What is shared of a matter, as its page shows it.

use super::benefit::facts;
use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::id::MatterId;
use civic::share::benefit::Benefit;
use civic::share::case::{Case, CaseState};
use civic::share::honour::{Honour, HonourState};
use civic::time::Day;
use store::Tx;
use store::share::{benefit, case, honour};

/// Who has something of it, its case, and who is thanked.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// The editions of who has something of it.
    pub benefits: Vec<Benefit>,
    /// The editions of its case.
    pub cases: Vec<Case>,
    /// Thanks, also those that wait for a yes.
    pub honours: Vec<Honour>,
}

/// Loads them.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Shared> {
    Ok(Shared {
        benefits: benefit::of_matter(tx, matter)?,
        cases: case::of_matter(tx, matter)?,
        honours: honour::of_matter(tx, matter)?,
    })
}

/// Their events.
pub fn events(shared: &Shared, w: &W, today: Day) -> Vec<Event> {
    let mut events = Vec::new();
    for one in &shared.benefits {
        let mut details = Vec::new();
        if let Some(reason) = &one.reason {
            details.push(Detail::Text(w.t1("benefit-because", "reason", reason)));
        }
        details.push(Detail::Table {
            caption: w.t("benefit-title"),
            head: vec![w.t("benefit-of-whom"), w.t("benefit-how-many")],
            rows: facts(one, w).into_iter().map(|(name, n)| vec![name, n]).collect(),
        });
        details.push(Detail::Text(w.t1("benefit-basis-is", "basis", &one.basis)));
        events.push(Event {
            id: format!("benefit-{}", one.edition),
            day: one.published_on,
            when: w.day(&one.published_on, &today),
            figure: Figure { n: one.households.to_string(), unit: w.t("benefit-households-unit") },
            say: w.t(if one.edition == 1 { "benefit-say" } else { "benefit-say-corrected" }),
            turn: "",
            opt: false,
            details,
        });
    }
    for one in shared.cases.iter().filter(|one| one.state != CaseState::Draft) {
        let Some(day) = one.published_on else { continue };
        events.push(Event {
            id: format!("case-{}", one.edition),
            day,
            when: w.day(&day, &today),
            figure: Figure::default(),
            say: w.t1(if one.edition == 1 { "case-say" } else { "case-say-corrected" }, "title", &one.story.title),
            turn: "",
            opt: false,
            details: vec![
                Detail::Text(w.t1("case-failed-is", "text", &one.story.failed)),
                Detail::Link { href: format!("/cases/{}", one.id), text: w.t("case-read") },
            ],
        });
    }
    for one in shared.honours.iter().filter(|one| one.state == HonourState::Shown) {
        let (Some((_, day)), Some(name), Some(words)) = (one.consent, &one.name, &one.words) else { continue };
        events.push(Event {
            id: format!("honour-{}", one.id),
            day,
            when: w.day(&day, &today),
            figure: Figure::default(),
            say: w.t1("honour-say", "name", name),
            turn: "",
            opt: false,
            details: vec![Detail::Text(words.clone())],
        });
    }
    events
}
