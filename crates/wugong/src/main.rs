//! wugong
fn main() {}
