//! wugong

#[cfg_attr(not(test), expect(dead_code, reason = "the seeding that reads the corpus is not written yet"))]
mod demo;

fn main() {}
