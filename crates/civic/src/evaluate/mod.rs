//! Evaluate together: what those concerned say of a thing, without names, and what is put right because of it (domain: §2.4).

pub mod rectification;
pub mod survey;
