//! The invented words of the demo county: places, names, branches, posts, and stories of what people ask for.
//!
//! Everything here is made up. Names are put together from plain surnames and plain given names; nobody is meant. The
//! words are the voice of the whole product: what is the matter, where, whom it touches, who does what by when. No
//! officialese, no politics, no belief, no origin, no illness, no reward and no punishment; tests keep it so.
//!
//! To add a story: one [`Story`](story::Story) in the file of its subject. Write it as it would be said across a yard.
//! Give it two phrasings by different people when a neighbour would raise it too: the demo makes look-alikes of them.

pub mod announcement;
pub mod body;
mod care;
mod culture;
mod drainage;
mod farming;
mod light;
pub mod name;
pub mod network;
mod other;
pub mod place;
mod power;
mod road;
mod safety;
mod school;
pub mod story;
mod waste;
mod water;

use story::{Ground, Story};

/// All stories, file by file.
pub fn stories() -> impl Iterator<Item = &'static Story> {
    [
        road::STORIES,
        water::STORIES,
        drainage::STORIES,
        light::STORIES,
        waste::STORIES,
        safety::STORIES,
        care::STORIES,
        school::STORIES,
        culture::STORIES,
        farming::STORIES,
        power::STORIES,
        other::STORIES,
    ]
    .into_iter()
    .flatten()
}

/// The stories that can happen on such ground.
pub fn stories_for(ground: Ground) -> impl Iterator<Item = &'static Story> {
    stories().filter(move |story| story.ground == Ground::Any || story.ground == ground)
}

#[cfg(test)]
mod tests;
