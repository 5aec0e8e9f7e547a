//! The gates between the stages of a matter, and the register of what was let pass.

pub mod chain;
mod pages;
mod place;

use crate::frame::Route;

/// The routes of stages, gates and waivers.
pub fn routes() -> Vec<Route> {
    let mut routes = pages::routes();
    routes.extend(place::routes());
    routes
}

use civic::build::acceptance::accepted;
use civic::build::claim::paid;
use civic::build::final_account::accounted;
use civic::build::project::funded;
use civic::decide::matter::Matter;
use civic::stage::{self, Condition};
use civic::time::Day;
use store::Tx;
use store::build::{claim, final_account, project};
use store::decide::resolution;

/// The conditions that hold for a matter today.
pub fn met(tx: &mut Tx<'_>, matter: &Matter, today: Day) -> store::Result<Vec<Condition>> {
    let mut met = Vec::new();
    if stage::resolved(&resolution::of_matter(tx, matter.id)?, today) {
        met.push(Condition::Resolution);
    }
    if stage::disclosed(matter) {
        met.push(Condition::Notice);
    }
    let projects = project::of_matter(tx, matter.id)?;
    let payments = claim::payments_of_matter(tx, matter.id)?;
    let paid: Vec<_> = projects
        .iter()
        .map(|one| {
            let own: Vec<_> = payments.iter().filter(|payment| payment.project == one.id).cloned().collect();
            (one.id, paid(&own))
        })
        .collect();
    if funded(&projects, &paid) {
        met.push(Condition::Funding);
    }
    if accepted(&projects) {
        met.push(Condition::Acceptance);
    }
    if accounted(&projects, &final_account::of_matter(tx, matter.id)?) {
        met.push(Condition::Account);
    }
    Ok(met)
}
