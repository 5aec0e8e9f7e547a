//! What county and township do with the places below.

pub mod announcement;
#[expect(clippy::module_inception, reason = "a noun has one name in every room, and its stage is called like it")]
pub mod programme;
pub mod question;
pub mod work_plan;

use crate::check;
use crate::record::verify::Check;

/// How the rows of these nouns are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![
        check!(civic::programme::programme::Programme, programme::get, "programme"),
        check!(civic::programme::programme::LocalBrand, programme::brand, "local_brand"),
        check!(civic::programme::work_plan::Task, work_plan::get, "task"),
        check!(civic::programme::announcement::Announcement, announcement::get, "announcement"),
        check!(
            civic::programme::announcement::AnnouncementCorrection,
            announcement::correction,
            "announcement_correction"
        ),
        check!(civic::programme::question::Question, question::get, "question"),
    ]
}
