//! Manage together: facilities, conventions, rosters and notes of what somebody saw.

pub mod convention;
pub mod facility;
pub mod inspection;
pub mod roster;

use crate::check;
use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`. Who took a turn has no entry, so there is nothing to verify.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::manage::facility::Facility, facility::get, "facility"),
        check!(civic::manage::convention::Convention, convention::get, "convention"),
        check!(civic::manage::roster::Roster, roster::get, "roster"),
        check!(civic::manage::roster::Slot, roster::slot, "roster_slot"),
        check!(civic::manage::inspection::Inspection, inspection::get, "inspection"),
    ]
}
