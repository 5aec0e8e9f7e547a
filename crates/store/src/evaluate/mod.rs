//! What those concerned say of a matter, and what is put right because of it.

pub mod rectification;
pub mod survey;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::evaluate::survey::Survey, survey::get, "survey"),
        check!(civic::evaluate::rectification::Rectification, rectification::get, "rectification"),
    ]
}
