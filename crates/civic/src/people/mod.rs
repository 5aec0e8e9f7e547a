//! Places and people: who there is, who may act, and in whose name.

pub mod standing;
