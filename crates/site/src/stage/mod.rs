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
use civic::build::project::funded;
use civic::decide::matter::Matter;
use civic::stage::{self, Condition};
use civic::time::Day;
use store::Tx;
use store::build::project;
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
    if funded(&projects) {
        met.push(Condition::Funding);
    }
    if accepted(&projects) {
        met.push(Condition::Acceptance);
    }
    Ok(met)
}
