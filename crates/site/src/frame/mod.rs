//! The frame that every page stands in: the application, who asks and what they may, words, forms, errors, the layout.

mod app;
mod assets;
mod error;
mod fields;
mod layout;
mod once;
mod pages;
mod route;
mod session;
mod visit;
mod words;

pub use app::{App, OsChance, Setup};
pub use error::{Answer, Error, OrRefuse, Result};
pub use fields::{Fields, Upload};
pub use layout::{Page, View, csv, download};
pub use once::{Once, form_digest, once};
pub use pages::routes;
pub use route::{Route, router};
pub use session::{SESSION_COOKIE, Signed, begin_session, end_session, token_digest};
pub use visit::{Look, Theme, Visit, enter};
pub use words::{Arg, Lang, W, Words};
