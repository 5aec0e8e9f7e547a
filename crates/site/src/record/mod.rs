//! What anybody can check: the record, and the rules in force.

mod openings;
mod pages;
mod rules;

use crate::frame::Route;

pub use rules::{fraction, rule_href, rule_name, rule_words, units};

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    let mut routes = pages::routes();
    routes.extend(rules::routes());
    routes.extend(openings::routes());
    routes
}
