//! Decide together: from a need to a resolution that stands disclosed.

pub mod answer;
pub mod code;
pub mod matter;
pub mod need;
pub mod option;
pub mod topic;
