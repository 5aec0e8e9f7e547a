//! Pages, forms, API, words and assets: parses, guards, renders.
//!
//! A request travels one way: [`frame::enter`] finds county, language, look and who asks; the route's handler parses its form
//! ([`frame::Fields`]), asks [`frame::Visit::may`], lets `store` load, `civic` decide and `store` write, and renders a template.
//!
//! # To add a page
//! 1. `src/<stage>/<noun>/pages.rs` (and `forms.rs`, `api.rs`): handlers `async fn(Visit, ...) -> Result<Response>`.
//! 2. Its line in the noun's `routes()` with method, path and [`civic::people::standing::Action`]. The authorisation matrix test picks it up
//!    by itself and fails when the handler answers without having asked `may`.
//! 3. `templates/<stage>/<noun>/x.html` extends `frame/layout.html`; every word is a key in `words/zh-CN/` and `words/en/`.

pub mod build;
pub mod decide;
pub mod evaluate;
pub mod frame;
pub mod manage;
pub mod open;
pub mod operator;
pub mod people;
pub mod programme;
pub mod record;
pub mod search;
pub mod share;
pub mod stage;

pub use frame::{App, Route, Setup, router};

/// Every route of the site, with the action it needs.
pub fn routes() -> Vec<Route> {
    let mut routes = frame::routes();
    routes.extend(people::routes());
    routes.extend(decide::routes());
    routes.extend(build::routes());
    routes.extend(manage::routes());
    routes.extend(evaluate::routes());
    routes.extend(share::routes());
    routes.extend(stage::routes());
    routes.extend(programme::routes());
    routes.extend(record::routes());
    routes.extend(open::routes());
    routes.extend(search::routes());
    routes.extend(operator::routes());
    routes
}
