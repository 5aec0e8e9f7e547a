//! Places and people: who there is, who may act, and in whose name.

pub mod consent;
pub mod place;
pub mod resident;
pub mod standing;
pub mod table;
