//! Places and people: who there is, who may act, and in whose name.

pub mod account;
pub mod activity;
pub mod card;
pub mod consent;
pub mod county;
pub mod household;
pub mod membership;
pub mod opening;
pub mod organisation;
pub mod place;
pub mod practice_base;
pub mod representative;
pub mod resident;
pub mod roll_import;
pub mod should_build;
pub mod sign_in;
pub mod standing;
pub mod table;
