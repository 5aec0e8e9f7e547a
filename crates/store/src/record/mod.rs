//! The record's tables: entries as they are written, sealed, read back and checked.

pub mod entry;
pub mod export;
pub mod seal;
pub mod verify;
