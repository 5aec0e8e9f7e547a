//! What county and township do with the places below: announcements that are passed on and may be questioned.

pub mod announcement;
pub mod question;
