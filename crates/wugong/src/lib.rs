//! The binary's parts: what the commands do, how settings are found, what the worker does. The program itself is a few lines in
//! `main.rs`, so that the tests can reach everything that it is made of.

pub mod packs;
pub mod settings;
