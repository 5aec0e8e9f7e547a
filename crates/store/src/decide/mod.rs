//! Decide together: needs, topics, meetings, resolutions, postings.

use crate::record::verify::Check;

/// How the rows of this stage's nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    Vec::new()
}
