//! Decide together: from a need to a resolution that stands disclosed.

pub mod answer;
pub mod attendance;
pub mod code;
pub mod convocation;
pub mod matter;
pub mod meeting;
pub mod motion;
pub mod need;
pub mod objection;
pub mod option;
pub mod point;
pub mod posting;
pub mod prior_step;
pub mod resolution;
pub mod roll;
pub mod topic;
#[cfg(test)]
pub(crate) mod trial;
pub mod work;
