//! Who has something of a matter, and what others learn from it.

pub mod benefit;
pub mod case;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::share::benefit::Benefit, benefit::get, "benefit"),
        check!(civic::share::case::Case, case::get, "matter_case"),
    ]
}
