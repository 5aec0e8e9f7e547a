//! What is built for a matter, as its page shows it.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::build::project::{ChangeOrder, Project};
use civic::id::MatterId;
use civic::time::Day;
use store::Tx;
use store::build::{change_order, project};

/// The projects of a matter and what came of them.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The projects, drafts too.
    pub projects: Vec<Project>,
    /// The orders that changed their budgets.
    pub orders: Vec<ChangeOrder>,
}

/// Loads them for a matter and those merged into it.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Built> {
    let projects = project::of_matter(tx, matter)?;
    if projects.is_empty() {
        return Ok(Built::default());
    }
    Ok(Built { projects, orders: change_order::of_matter(tx, matter)? })
}

/// Their events. A draft is nobody's business yet.
pub fn events(built: &Built, w: &W, today: Day) -> Vec<Event> {
    let mut events = Vec::new();
    for one in built.projects.iter().filter(|one| one.is_public()) {
        let href = format!("/projects/{}", one.id);
        let link = || Detail::Link { href: href.clone(), text: w.t("project-read") };
        let mut say = |name: &str, day: Option<Day>, key: &str, figure: Figure, details: Vec<Detail>| {
            if let Some(day) = day {
                events.push(Event {
                    id: format!("project-{name}-{}", one.id),
                    day,
                    when: w.day(&day, &today),
                    figure,
                    say: w.t1(key, "title", &one.plan.title),
                    turn: "",
                    opt: false,
                    details,
                });
            }
        };
        let money = Figure { n: one.budget.total().to_string(), unit: w.t("project-yuan") };
        say(
            "plan",
            one.published_on,
            "project-say-published",
            money,
            vec![Detail::Text(one.plan.what.clone()), link()],
        );
        say("begin", one.begun_on, "project-say-begun", Figure::default(), Vec::new());
        say("end", one.built_on, "project-say-built", Figure::default(), Vec::new());
        if let Some(reason) = &one.stopped_because {
            let because = vec![Detail::Text(w.t1("project-stopped-because", "reason", reason)), link()];
            say("stop", one.ended_on, "project-say-stopped", Figure::default(), because);
        }
    }
    for order in &built.orders {
        let Some(of) = built.projects.iter().find(|one| one.id == order.project) else { continue };
        events.push(Event {
            id: format!("order-{}", order.id),
            day: order.approved_on,
            when: w.day(&order.approved_on, &today),
            figure: Figure::default(),
            say: w.t1("project-say-changed", "title", &of.plan.title),
            turn: "",
            opt: false,
            details: vec![
                Detail::Text(order.reason.clone()),
                Detail::Text(w.t1("project-order-by", "who", &order.approved_by)),
                Detail::Link {
                    href: format!("/projects/{}#order-{}", of.id, order.edition),
                    text: w.t("project-order-read"),
                },
            ],
        });
    }
    events
}
