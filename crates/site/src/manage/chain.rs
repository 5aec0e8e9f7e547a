//! What is kept of a matter, as its page shows it.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::id::MatterId;
use civic::manage::convention::Convention;
use civic::manage::facility::Facility;
use civic::manage::inspection::Inspection;
use civic::manage::roster::Roster;
use civic::time::Day;
use store::Tx;
use store::manage::{convention, facility, inspection, roster};

/// The facilities of a matter and what became of them.
#[derive(Clone, Debug, Default)]
pub struct Managed {
    /// The facilities.
    pub facilities: Vec<Facility>,
    /// Their conventions, drafts too.
    pub conventions: Vec<Convention>,
    /// Their rosters.
    pub rosters: Vec<Roster>,
    /// What was reported broken.
    pub faults: Vec<Inspection>,
}

/// Loads them for a matter and those merged into it.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Managed> {
    let facilities = facility::of_matter(tx, matter)?;
    if facilities.is_empty() {
        return Ok(Managed::default());
    }
    Ok(Managed {
        facilities,
        conventions: convention::of_matter(tx, matter)?,
        rosters: roster::of_matter(tx, matter)?,
        faults: inspection::of_matter(tx, matter)?,
    })
}

/// Their events.
pub fn events(managed: &Managed, w: &W, today: Day) -> Vec<Event> {
    let mut events = Vec::new();
    let mut add = |id: String, day: Day, say: String, turn: &'static str, details: Vec<Detail>| {
        events.push(Event {
            id,
            day,
            when: w.day(&day, &today),
            figure: Figure::default(),
            say,
            turn,
            opt: false,
            details,
        });
    };
    for one in &managed.facilities {
        let link = |text: &str| Detail::Link { href: format!("/f/{}", one.number), text: w.t(text) };
        let mut details =
            vec![Detail::Text(w.t1("facility-kept-by", "who", &one.sheet.manager)), link("facility-read")];
        for roster in managed.rosters.iter().filter(|roster| roster.facility == one.id) {
            details.push(Detail::Link { href: format!("/rosters/{}", roster.id), text: roster.title.clone() });
        }
        let say = w.t2("facility-say-entered", "name", &one.sheet.name, "number", one.number.to_string());
        add(format!("facility-{}", one.id), one.entered_on, say, "", details);
        for agreed in managed.conventions.iter().filter(|agreed| agreed.facility == one.id) {
            let Some(on) = agreed.in_force_on else { continue };
            let details = vec![
                Detail::Text(agreed.terms.what.clone()),
                Detail::Link { href: format!("/conventions/{}", agreed.id), text: w.t("convention-read") },
            ];
            let key = if agreed.replaces.is_some() { "convention-say-corrected" } else { "convention-say" };
            add(format!("convention-{}", agreed.id), on, w.t1(key, "name", &one.sheet.name), "", details);
        }
        for fault in managed.faults.iter().filter(|fault| fault.facility == one.id) {
            let turn = if fault.waits() { "wait" } else { "" };
            let mut details: Vec<Detail> = fault.answer.iter().map(|text| Detail::Text(text.clone())).collect();
            details.push(Detail::Link {
                href: format!("/f/{}#fault-{}", one.number, fault.id),
                text: w.t("inspection-read"),
            });
            let id = format!("fault-{}", fault.id);
            add(id, fault.noted_on, w.t1("inspection-say", "name", &one.sheet.name), turn, details);
            if let Some(on) = fault.settled_on {
                let say = w.t1(
                    if fault.state == civic::manage::inspection::InspectionState::Mended {
                        "inspection-say-done"
                    } else {
                        "inspection-say-nothing"
                    },
                    "name",
                    &one.sheet.name,
                );
                add(format!("fault-done-{}", fault.id), on, say, "", Vec::new());
            }
        }
    }
    events
}
