//! What county and township do with the places below.

pub mod announcement;
pub mod question;

use crate::check;
use crate::record::verify::Check;

/// How the rows of these nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::programme::announcement::Announcement, announcement::get, "announcement"),
        check!(
            civic::programme::announcement::AnnouncementCorrection,
            announcement::correction,
            "announcement_correction"
        ),
        check!(civic::programme::question::Question, question::get, "question"),
    ]
}
