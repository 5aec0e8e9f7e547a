//! The binary's parts: what the commands do, how settings are found, what the worker does. The program itself is a few lines in
//! `main.rs`, so that the tests can reach everything that it is made of.

pub mod archive;
pub mod backup;
pub mod bench;
pub mod cli;
pub mod county;
pub mod days;
pub mod demo;
pub mod doctor;
pub mod erase_again;
mod failure;
pub mod installation;
pub mod log;
pub mod machine;
pub mod messages;
pub mod metrics;
pub mod packs;
pub mod restore;
pub mod serve;
pub mod settings;
mod trial;
pub mod verify;
pub mod work;

pub use failure::Failure;
