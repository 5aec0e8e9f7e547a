//! The frame that every page stands in: the application, who asks and what they may, words, forms, errors, the layout.

mod app;
mod assets;
mod cache;
mod error;
mod fields;
mod layout;
pub mod measure;
mod once;
mod opened;
mod origin;
mod pages;
mod photo;
mod route;
mod sent;
mod session;
mod table;
mod visit;
mod words;

pub use app::{App, ONLY_MS, OsChance, Passage, Setup, county_secret};
pub(crate) use assets::{icon_path, script_path, style_path};
pub use error::{Answer, Error, OrRefuse, Result};
pub use fields::{Fields, Upload};
pub(crate) use layout::own_path;
pub(crate) use layout::signed_in_page;
pub use layout::{NavLink, Page, View, address, csv, cut, download, drawn, post_name};
pub(crate) use once::see_other;
pub use once::{AGAIN_MS, Cover, Once, form_digest, form_key_at, once, once_quiet, once_told};
pub use opened::write_down as write_openings;
pub use pages::routes;
pub use photo::{Photo, file as photo_file, photos};
pub use route::{Route, assemble, assemble_patient, router};
pub(crate) use sent::{FIELD as SENT, Sent};
pub use session::{SESSION_COOKIE, Signed, begin_session, end_session, with_session};
pub use table::table_text;
pub use visit::{Look, Theme, Visit, enter, form_token};
pub use words::{Arg, Lang, W, Words};
