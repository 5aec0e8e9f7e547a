//! Documents, line lengths, sizes, and words that do not belong into a tree.

use std::collections::BTreeMap;

use crate::tree::{self, File};
use crate::{finds, none};

const LINE_MAX: usize = 160;
const BYTES_MAX: usize = 400 * 1024;

/// What every decision has to say, in this order.
const DECISION: &[&str] = &["## Context", "## Decision", "## Price", "## Revisit"];

/// Headings of a Markdown text outside of code blocks, with their lines.
fn headings(markdown: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (at, line) in markdown.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced && line.starts_with('#') {
            found.push((at + 1, line.trim_end()));
        }
    }
    found
}

fn title_breaches(path: &str, markdown: &str) -> Vec<String> {
    let titles: Vec<usize> =
        headings(markdown).iter().filter(|(_, text)| text.starts_with("# ")).map(|(at, _)| *at).collect();
    match titles.as_slice() {
        [_] => Vec::new(),
        [] => vec![format!("{path}: no title (# ...)")],
        [_, second, ..] => vec![format!("{path}:{second}: a second title (# ...)")],
    }
}

fn decision_breaches(path: &str, markdown: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut found = Vec::new();
    let digits = name.chars().take_while(char::is_ascii_digit).count();
    if digits != 4 || !name[digits..].starts_with('-') {
        found.push(format!("{path}: decisions are named NNNN-title.md"));
    }
    let sections: Vec<&str> =
        headings(markdown).iter().map(|(_, text)| *text).filter(|text| text.starts_with("## ")).collect();
    for wanted in DECISION {
        if !sections.contains(wanted) {
            found.push(format!("{path}: no section \"{wanted}\""));
        }
    }
    found
}

fn long_lines(file: &File, text: &str) -> Vec<String> {
    let long = text.lines().enumerate().filter(|(_, line)| line.chars().count() > LINE_MAX);
    long.map(|(at, line)| format!("{}:{}: {} characters, at most {LINE_MAX}", file.path, at + 1, line.chars().count()))
        .collect()
}

/// Paths of one person's machine are wrong on everybody else's. `own` are the paths of this very checkout.
fn machine_paths(path: &str, text: &str, own: &[String]) -> Vec<String> {
    let home = |line: &str, lead: &str| {
        line.match_indices(lead).any(|(at, _)| {
            let outside = !line[..at].ends_with(|c: char| c.is_alphanumeric() || "/._-}".contains(c));
            outside && line[at + lead.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
        })
    };
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if own.iter().any(|own| line.contains(own.as_str()))
            || ["/home/", "/root/", "/Users/"].iter().any(|lead| home(line, lead))
        {
            found.push(format!("{path}:{}: a path of somebody's machine", at + 1));
        }
    }
    found
}

/// The folder of this checkout and the one it lies in, unless that is near the root and so a common name.
fn own_paths() -> Vec<String> {
    let root = tree::root();
    let parents = root.ancestors().take(2).filter(|path| path.components().count() > 2);
    parents.filter_map(|path| path.to_str()).map(|path| format!("{path}/")).collect()
}

/// A test that does not run looks like one that passes.
fn skipped_tests(path: &str, text: &str) -> Vec<String> {
    let marks = [concat!("#[ig", "nore"), concat!(".sk", "ip("), concat!(".on", "ly("), concat!(".fix", "me(")];
    let marks = if path.ends_with(".rs") { &marks[..1] } else { &marks[1..] };
    let lines = text.lines().enumerate().filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
    lines.map(|(at, _)| format!("{path}:{}: a test that is left out", at + 1)).collect()
}

#[test]
fn every_document_has_one_title() {
    none(&tree::texts(&["md"]).flat_map(|(file, text)| title_breaches(&file.path, text)).collect::<Vec<_>>());
}

#[test]
fn every_decision_says_why_what_it_costs_and_when_to_look_again() {
    let decisions = || tree::texts(&["md"]).filter(|(file, _)| file.path.starts_with("docs/decisions/"));
    none(&decisions().flat_map(|(file, text)| decision_breaches(&file.path, text)).collect::<Vec<_>>());
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, _) in decisions() {
        let number = file.path.trim_start_matches("docs/decisions/").split('-').next().unwrap_or_default();
        if let Some(other) = numbers.insert(number, &file.path) {
            panic!("two decisions have one number: {other}, {}", file.path);
        }
    }
}

#[test]
fn lines_of_code_fit_on_a_screen() {
    none(&tree::texts(&["rs"]).flat_map(|(file, text)| long_lines(file, text)).collect::<Vec<_>>());
}

#[test]
fn no_file_is_large() {
    let large = tree::files().iter().filter(|file| file.bytes > BYTES_MAX);
    none(&large.map(|file| format!("{}: {} bytes, at most {BYTES_MAX}", file.path, file.bytes)).collect::<Vec<_>>());
}

#[test]
fn no_text_knows_anybodys_machine() {
    let own = own_paths();
    let texts = tree::files().iter().filter_map(|file| file.text.as_deref().map(|text| (file, text)));
    let texts = texts.filter(|(file, _)| file.path != "crates/wugong/tests/tidy/prose.rs");
    none(&texts.flat_map(|(file, text)| machine_paths(&file.path, text, &own)).collect::<Vec<_>>());
}

#[test]
fn no_test_is_left_out() {
    let rust = tree::texts(&["rs"]);
    let browser = tree::texts(&["mjs", "js", "ts"]).filter(|(file, _)| file.path.starts_with("e2e/"));
    none(&rust.chain(browser).flat_map(|(file, text)| skipped_tests(&file.path, text)).collect::<Vec<_>>());
}

/// The diagrams of states that no test of the pure room compares with its functions. `civic` is all of that room's source.
fn unchecked_diagrams<'a>(diagrams: impl Iterator<Item = &'a str>, civic: &str) -> Vec<String> {
    let unchecked = diagrams.filter(|path| !civic.contains(&format!("/../{path}\")")));
    unchecked
        .map(|path| format!("{path}: no test compares it with what its noun can do (crates/civic/src/states.rs)"))
        .collect()
}

#[test]
fn every_diagram_of_states_is_compared_with_its_noun() {
    let diagrams = tree::files().iter().map(|file| file.path.as_str()).filter(|path| path.starts_with("docs/states/"));
    let civic: String = tree::texts(&["rs"])
        .filter(|(file, _)| file.path.starts_with("crates/civic/src/"))
        .map(|(_, text)| text)
        .collect();
    none(&unchecked_diagrams(diagrams, &civic));
}

#[test]
fn scripts_stop_at_the_first_error() {
    for path in ["x", "x.d/postgres", ".ci/run"] {
        let script = tree::text(path).unwrap_or_else(|| panic!("{path} is there"));
        assert!(script.starts_with("#!/usr/bin/env bash\n") && script.contains("\nset -euo pipefail\n"), "{path}");
    }
}

#[test]
fn breaches_in_prose_are_found() {
    none(&title_breaches("a.md", "# One\n```sh\n# no title\n```\n## Two\n"));
    finds(&title_breaches("a.md", "# One\n# Two\n"), &["a.md:2: a second title"]);
    finds(&title_breaches("a.md", "One\n"), &["a.md: no title"]);
    none(&decision_breaches("docs/decisions/0001-a.md", "# A\n## Context\n## Decision\n## Price\n## Revisit\n"));
    finds(
        &decision_breaches("docs/decisions/1-a.md", "# A\n## Context\n## Decision\n## Revisit\n"),
        &["docs/decisions/1-a.md: decisions are named", "docs/decisions/1-a.md: no section \"## Price\""],
    );
    let file = File { path: "a.rs".into(), bytes: 0, text: None };
    finds(&long_lines(&file, &format!("{}\n{}\n", "字".repeat(160), "a".repeat(161))), &["a.rs:2: 161 characters"]);
    let own = [String::from("/srv/build/wugong/")];
    finds(
        &machine_paths(
            "a.md",
            "cd /home/li/wugong\nsee /srv/build/wugong/x\n$HOME/.cargo and a/home/b and /home page",
            &own,
        ),
        &["a.md:1: a path of somebody's machine", "a.md:2: a path of somebody's machine"],
    );
    finds(&skipped_tests("a.rs", concat!("#[ig", "nore = \"later\"]")), &["a.rs:1: a test that is left out"]);
    finds(&skipped_tests("a.mjs", concat!("test.sk", "ip('x')")), &["a.mjs:1: a test that is left out"]);
    let checked = "include_str!(\"../../../../docs/states/a.md\")";
    finds(
        &unchecked_diagrams(["docs/states/a.md", "docs/states/b.md"].into_iter(), checked),
        &["docs/states/b.md: no"],
    );
}
