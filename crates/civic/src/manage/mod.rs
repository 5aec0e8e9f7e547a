//! Manage together: facilities, what their users agreed about them, who takes turns, and what somebody saw on the way past.

pub mod ban;
pub mod convention;
pub mod facility;
pub mod inspection;
pub mod roster;
