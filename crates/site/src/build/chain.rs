//! What is built for a matter, as its page shows it.

use crate::build::final_account::rest_words;
use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::build::acceptance::{Acceptance, AcceptanceState};
use civic::build::claim::{Claim, ClaimState, Payment, PaymentKind};
use civic::build::contribution::GiftKind;
use civic::build::final_account::{FinalAccount, FinalAccountState};
use civic::build::project::{ChangeOrder, Project};
use civic::id::{MatterId, ProjectId};
use civic::time::Day;
use civic::token::Token;
use store::Tx;
use store::build::contribution::OfProject;
use store::build::{acceptance, change_order, claim, contribution, final_account, project, works};

/// The projects of a matter and what came of them.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The projects, drafts too.
    pub projects: Vec<Project>,
    /// The orders that changed their budgets.
    pub orders: Vec<ChangeOrder>,
    /// What people gave and a second person confirmed, a sum for each ledger.
    pub given: Vec<OfProject>,
    /// How many notes the works diary of a project has, and the day of the last.
    pub works: Vec<(ProjectId, i64, Day)>,
    /// Acceptances, without their lines.
    pub acceptances: Vec<Acceptance>,
    /// Claims of awards.
    pub claims: Vec<Claim>,
    /// What was paid of awards and confirmed.
    pub payments: Vec<Payment>,
    /// Final accounts.
    pub accounts: Vec<FinalAccount>,
}

/// Loads them for a matter and those merged into it.
pub fn load(tx: &mut Tx<'_>, matter: MatterId) -> store::Result<Built> {
    let projects = project::of_matter(tx, matter)?;
    if projects.is_empty() {
        return Ok(Built::default());
    }
    Ok(Built {
        projects,
        orders: change_order::of_matter(tx, matter)?,
        given: contribution::of_matter(tx, matter)?,
        works: works::of_matter(tx, matter)?,
        acceptances: acceptance::of_matter(tx, matter)?,
        claims: claim::of_matter(tx, matter)?,
        payments: claim::payments_of_matter(tx, matter)?,
        accounts: final_account::of_matter(tx, matter)?,
    })
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
    for (of, n, last) in &built.works {
        events.push(Event {
            id: format!("works-{of}"),
            day: *last,
            when: w.day(last, &today),
            figure: Figure { n: n.to_string(), unit: w.t("works-notes") },
            say: w.t("works-say"),
            turn: "",
            opt: false,
            details: vec![Detail::Link { href: format!("/projects/{of}/works"), text: w.t("works-read") }],
        });
    }
    for one in built.acceptances.iter().filter(|one| one.state == AcceptanceState::Confirmed) {
        events.push(Event {
            id: format!("acceptance-{}", one.id),
            day: one.held_on,
            when: w.day(&one.held_on, &today),
            figure: Figure::default(),
            say: w.t2("acceptance-say", "level", w.token(one.level), "verdict", w.token(one.verdict)),
            turn: "",
            opt: false,
            details: vec![
                Detail::Text(one.quality.clone()),
                Detail::Link { href: format!("/projects/{}/acceptance", one.project), text: w.t("acceptance-read") },
            ],
        });
        if let Some(day) = one.passed_on.filter(|day| *day > one.held_on) {
            events.push(Event {
                id: format!("acceptance-passed-{}", one.id),
                day,
                when: w.day(&day, &today),
                figure: Figure::default(),
                say: w.t("acceptance-say-passed"),
                turn: "",
                opt: true,
                details: Vec::new(),
            });
        }
    }
    for one in &built.claims {
        let link = || Detail::Link { href: format!("/claims/{}", one.id), text: w.t("claim-read") };
        let figure = Figure { n: one.award.to_string(), unit: w.t("project-yuan") };
        let mut say = |name: &str, day: Day, key: &str, figure: Figure, details: Vec<Detail>| {
            events.push(Event {
                id: format!("claim-{name}-{}", one.id),
                day,
                when: w.day(&day, &today),
                figure,
                say: w.t(key),
                turn: "",
                opt: name == "made",
                details,
            });
        };
        say("made", one.claimed_on, "claim-say", figure.clone(), vec![link()]);
        let because = one.reason.clone().map(Detail::Text);
        match (one.state, one.decided_on) {
            (ClaimState::Approved, Some(day)) => {
                say("approved", day, "claim-say-approved", figure, because.into_iter().chain([link()]).collect());
            }
            (ClaimState::Refused, Some(day)) => {
                let details = because.into_iter().chain([link()]).collect();
                say("refused", day, "claim-say-refused", Figure::default(), details);
            }
            _ => {}
        }
    }
    for one in &built.payments {
        let back = one.kind == PaymentKind::Back;
        events.push(Event {
            id: format!("payment-{}", one.id),
            day: one.paid_on,
            when: w.day(&one.paid_on, &today),
            figure: Figure { n: one.amount.to_string(), unit: w.t("project-yuan") },
            say: w.t(if back { "payment-say-back" } else { "payment-say" }),
            turn: "",
            opt: false,
            details: one
                .reason
                .clone()
                .map(Detail::Text)
                .into_iter()
                .chain([Detail::Link { href: format!("/claims/{}#paid", one.claim), text: w.t("claim-read") }])
                .collect(),
        });
    }
    for one in built.accounts.iter().filter(|one| one.state == FinalAccountState::Checked) {
        let Some(day) = one.posted_on else { continue };
        events.push(Event {
            id: format!("account-{}", one.id),
            day,
            when: w.day(&day, &today),
            figure: Figure { n: one.spent().to_string(), unit: w.t("project-yuan") },
            say: w.t1("final-account-say", "rest", rest_words(one, w)),
            turn: "",
            opt: false,
            details: vec![Detail::Link {
                href: format!("/projects/{}/account", one.project),
                text: w.t("final-account-read"),
            }],
        });
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
    for one in built.given.iter().filter(|one| built.projects.iter().any(|project| project.id == one.project)) {
        // Each ledger is an event of its own, in its own measure.
        let figure = match one.kind {
            GiftKind::Cash => Figure { n: one.sum.money.to_string(), unit: w.t("project-yuan") },
            GiftKind::Labour => Figure { n: one.sum.days.to_string(), unit: w.t("gift-unit-days") },
            GiftKind::Thing => Figure { n: one.sum.entries.to_string(), unit: w.t("gift-unit-things") },
        };
        events.push(Event {
            id: format!("given-{}-{}", one.kind.as_str(), one.project),
            day: one.until,
            when: w.day(&one.until, &today),
            figure,
            say: w.t(&format!("gift-say-{}", one.kind.as_str())),
            turn: "",
            opt: false,
            details: vec![
                Detail::Text(w.t2("gift-say-entries", "n", one.sum.entries, "from", w.day(&one.from, &today))),
                Detail::Link { href: format!("/projects/{}/book", one.project), text: w.t("book-read") },
            ],
        });
    }
    events
}
