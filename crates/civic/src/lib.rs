//! What is true and what is allowed in Wugong: types, states, rules and refusals. Pure: no input or output, no clock, no
//! chance of its own. Time, randomness and rules in force are arguments; a decision is a function from facts to
//! `Result<Fact, Refusal>`.
//!
//! # To add a noun
//! 1. Put it in `docs/words.md`, then make `src/<stage>/<noun>.rs` with the row as a struct (ids, enums, dates, integers,
//!    texts: what the table will hold), its states as [`tokens!`] enums and its refusals as one enum that implements
//!    [`refusal::Refuse`].
//! 2. Write each change of state as a function that takes the facts and `now` and returns the changed noun or the refusal.
//!    Cite the law or the rule at the line that applies it.
//! 3. Implement [`record::Recorded`], so that every write of it can be told in the record and checked by a stranger.
//! 4. Add the noun to [`record::Noun`] and a test that reads as a sentence.

pub mod build;
pub mod decide;
pub mod evaluate;
pub mod hex;
pub mod id;
pub mod manage;
pub mod money;
pub mod people;
pub mod point;
pub mod programme;
pub mod record;
pub mod refusal;
pub mod rules;
pub mod share;
pub mod stage;
#[cfg(test)]
mod states;
pub mod text;
pub mod time;
pub mod token;
