//! Build together: projects with their budget and sources, and what residents give to them.

pub mod acceptance;
pub mod award;
pub mod claim;
pub mod contribution;
pub mod final_account;
pub mod project;
pub mod workday;
pub mod works;
