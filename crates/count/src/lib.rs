//! Algorithms over plain numbers.
//!
//! This room is a leaf on purpose. It will hold four things, each in its own folder with its paper, its limits and
//! its tests:
//!
//! - `budget`: which projects a fixed sum pays for when every household has an equal share (method of equal shares);
//! - `opinion`: groups of like answers to many statements, and what the groups agree on;
//! - `sortition`: a panel drawn by lot so that every volunteer's chance is as equal as the wanted mixture allows;
//! - `matching`: which offer serves which need.
//!
//! What binds all of it:
//!
//! - It is pure: no clock, no chance, no files. A draw takes its `seed: [u8; 32]`, so that anybody can repeat it.
//! - It knows no village. Inputs are indices, counts and amounts in fen; who stands behind an index is the caller's
//!   affair, and nothing here can leak a name.
//! - A result that decides something is computed in integers and exact fractions, so that two machines agree to the
//!   last digit and a recount by hand gives the same.
//! - `civic` may call it, because a count rule is law for us; it calls nothing.
//!
//! It is empty until the first of them is needed.
