//! Who has something of a matter, what others learn from it, and thanks.

pub mod benefit;
pub mod case;
pub mod honour;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::share::benefit::Benefit, benefit::get, "benefit"),
        check!(civic::share::case::Case, case::get, "matter_case"),
        check!(civic::share::honour::Honour, honour::get, "honour"),
    ]
}
