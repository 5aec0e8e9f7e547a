//! The binary's parts: what the commands do, how settings are found, what the worker does. The program itself is a few lines in
//! `main.rs`, so that the tests can reach everything that it is made of.

pub mod cli;
pub mod county;
mod failure;
pub mod installation;
pub mod log;
pub mod messages;
pub mod packs;
pub mod serve;
pub mod settings;
mod trial;
pub mod verify;
pub mod work;

#[cfg_attr(not(test), expect(dead_code, reason = "the seeding that reads the corpus is not written yet"))]
mod demo;

pub use failure::Failure;
