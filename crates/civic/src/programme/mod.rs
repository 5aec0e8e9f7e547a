//! What county and township do with the places below: programmes with their work plans, announcements that are passed on and may be
//! questioned.

pub mod announcement;
pub mod evidence;
#[expect(clippy::module_inception, reason = "a noun has one name in every room, and its stage is called like it")]
pub mod programme;
pub mod question;
pub mod work_plan;
