//! Tests that read the repository instead of running it: rules of the house that no compiler knows.
//!
//! Each rule is a function from text to a list of breaches, and has two tests: one on the tree, one on a small sample that
//! breaks it, so that a rule which has gone blind is noticed. A breach says file, line, what is wrong and why it matters.
//!
//! Where a rule stands in the way of something honest, the place to argue is its table of exceptions, each with a reason.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a rule that cannot read the tree has to stop the test"
)]

mod dependencies;
mod forbidden;
mod prose;
mod retention;
mod rooms;
mod sql;
mod text;
mod tree;
mod words;

/// Fails with every breach on a line of its own.
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "{} breaches:\n{}\n", breaches.len(), breaches.join("\n"));
}

/// For the samples: the rule must find exactly these, by the beginning of what it says, in any order.
fn finds(breaches: &[String], beginnings: &[&str]) {
    let (mut breaches, mut beginnings) = (breaches.to_vec(), beginnings.to_vec());
    breaches.sort();
    beginnings.sort_unstable();
    let fits = breaches.len() == beginnings.len() && breaches.iter().zip(&beginnings).all(|(b, s)| b.starts_with(s));
    assert!(fits, "expected\n{}\nfound\n{}\n", beginnings.join("\n"), breaches.join("\n"));
}
