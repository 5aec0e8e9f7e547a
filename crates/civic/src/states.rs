//! Compares the diagrams in `docs/states` with what the functions of a noun really do. Every noun's tests run its functions on each
//! of its states and hand in what came of it; a step that is drawn and not possible, or possible and not drawn, fails.

use crate::token::Token;
use std::collections::BTreeSet;

/// The steps that one `stateDiagram` of a page draws, `[*]` among their ends.
fn drawn(page: &str, nth: usize) -> Vec<(&str, &str)> {
    let block = page.split("stateDiagram-v2").nth(nth + 1).expect("a diagram");
    let block = block.split("```").next().expect("its end");
    let steps = block.lines().filter_map(|line| {
        let (from, rest) = line.split_once("-->")?;
        Some((from.trim(), rest.split(':').next()?.trim()))
    });
    steps.collect()
}

/// What is drawn must be what is possible: the `nth` diagram of `page` (from 0) has exactly the states `all`, begins with exactly
/// `begins`, and draws exactly `steps`; a state that nothing leads out of ends in `[*]`.
pub(crate) fn same<T: Token + Ord>(
    page: &str,
    nth: usize,
    all: &[T],
    begins: &[T],
    steps: impl IntoIterator<Item = (T, T)>,
) {
    const END: &str = "[*]";
    let drawn = drawn(page, nth);
    let words = |states: &[T]| states.iter().map(|state| state.as_str()).collect::<BTreeSet<_>>();
    let possible: BTreeSet<(&str, &str)> = steps.into_iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let inner: BTreeSet<(&str, &str)> = drawn.iter().copied().filter(|(from, to)| *from != END && *to != END).collect();
    let missing: Vec<_> = possible.difference(&inner).collect();
    let invented: Vec<_> = inner.difference(&possible).collect();
    assert!(missing.is_empty(), "possible and not drawn: {missing:?}");
    assert!(invented.is_empty(), "drawn and not possible: {invented:?}");
    let states: BTreeSet<&str> =
        drawn.iter().flat_map(|(from, to)| [*from, *to]).filter(|state| *state != END).collect();
    assert_eq!(states, words(all), "the states");
    let first: BTreeSet<&str> = drawn.iter().filter(|(from, _)| *from == END).map(|(_, to)| *to).collect();
    assert_eq!(first, words(begins), "where it begins");
    let ends: BTreeSet<&str> = drawn.iter().filter(|(_, to)| *to == END).map(|(from, _)| *from).collect();
    for state in states {
        let stuck = !possible.iter().any(|(from, to)| *from == state && *to != state);
        assert!(!stuck || ends.contains(state), "{state} leads nowhere and does not end");
    }
}

/// The steps that a noun's functions take: each of `functions` is tried on each of `states`, and those that are refused are left out.
pub(crate) fn steps<T: Copy, R>(states: &[T], functions: &[&dyn Fn(T) -> Result<T, R>]) -> Vec<(T, T)> {
    let pairs = states.iter().flat_map(|from| functions.iter().filter_map(move |f| Some((*from, f(*from).ok()?))));
    pairs.collect()
}
