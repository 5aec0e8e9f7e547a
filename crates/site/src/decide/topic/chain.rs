//! What topics and prior steps add to the chain of a matter.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::decide::prior_step::PriorStep;
use civic::time::Day;

/// One event for each step that was taken before the decision.
pub fn of_steps(steps: &[PriorStep], w: &W, today: Day) -> Vec<Event> {
    steps
        .iter()
        .map(|step| {
            let taken = &step.taken;
            let figure = match taken.in_favour {
                Some(n) => Figure { n: n.to_string(), unit: w.t("step-unit-in-favour") },
                None => Figure::default(),
            };
            let mut details = Vec::new();
            if let (Some(eligible), Some(present)) = (taken.eligible, taken.present) {
                details.push(Detail::Text(w.t2("step-counts", "eligible", eligible, "present", present)));
            }
            if let (Some(yes), Some(no)) = (taken.in_favour, taken.against) {
                details.push(Detail::Text(w.t2("step-votes", "yes", yes, "no", no)));
            }
            if let Some(document) = &taken.document {
                details.push(Detail::Text(w.t1("step-document", "text", document)));
            }
            Event {
                id: format!("step-{}", step.id),
                day: taken.on,
                when: w.day(&taken.on, &today),
                figure,
                say: w.t1("step-said", "body", w.token(taken.body)),
                turn: "",
                opt: true,
                details,
            }
        })
        .collect()
}
