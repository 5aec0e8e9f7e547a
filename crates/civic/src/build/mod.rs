//! Build together: projects with their budget and sources, and what residents give to them.

pub mod project;
pub mod workday;
