//! Places, people and sign-ins.

pub mod county;
pub mod place;
pub mod session;
pub mod signed;
pub mod standing;

use crate::record::verify::Check;

/// How the rows of these nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        crate::check!(civic::people::place::Place, place::get, "place"),
        crate::check!(civic::people::standing::Standing, standing::get, "standing"),
    ]
}
