//! Decide together: from a need to a resolution that stands disclosed.

pub mod code;
pub mod matter;
