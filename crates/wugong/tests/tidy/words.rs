//! The program's words: each key in both languages, with the same values to fill in, none missing, none left over.
//!
//! Keys that are put together while the program runs (a variable instead of a literal) are watched by the stories: a page that
//! asks for a word that is not there fails them.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{Kind, rust};
use crate::{finds, none, tree};

/// Enums whose values are never shown to anybody, so that they need no words.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("action", "what a route needs; pages say what they do in their own words"),
    ("file-kind", "decides who may open a file"),
    ("hash-kind", "stands in the record for programs"),
    ("job-state", "for the operator's tools"),
    ("level", "how deep a place lies; pages say what kind it is"),
    ("measure", "rules say it in a sentence"),
    ("rule-unit", "rules say it in a sentence"),
    ("session-lasting", "sign-in says it in a sentence"),
    ("membership-basis", "kept with the roll; the roll's page says it in a sentence"),
    ("item", "rules say it in a sentence"),
];

/// One message: its values, file and line.
#[derive(Debug, PartialEq, Eq)]
struct Message {
    values: BTreeSet<String>,
    place: String,
}

/// The messages of words files, and keys that stand there twice.
fn messages<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> (BTreeMap<String, Message>, Vec<String>) {
    let mut found: BTreeMap<String, Message> = BTreeMap::new();
    let mut twice = Vec::new();
    for (path, text) in files {
        let mut current: Option<String> = None;
        for (at, line) in text.lines().enumerate() {
            let begins = line.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
            if begins && let Some((key, _)) = line.split_once(" =") {
                let place = format!("{path}:{}", at + 1);
                if let Some(other) = found.get(key) {
                    twice.push(format!("{place}: {key} stands at {} already", other.place));
                }
                found.insert(key.to_owned(), Message { values: BTreeSet::new(), place });
                current = Some(key.to_owned());
            }
            let Some(message) = current.as_ref().and_then(|key| found.get_mut(key)) else { continue };
            for rest in line.split('$').skip(1) {
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
                message.values.insert(name);
            }
        }
    }
    (found, twice)
}

/// What one language has and the other has not, or with other values.
fn differences(zh: &BTreeMap<String, Message>, en: &BTreeMap<String, Message>) -> Vec<String> {
    let mut found = Vec::new();
    for (key, message) in zh {
        match en.get(key) {
            None => found.push(format!("{}: {key} has no English", message.place)),
            // A language may leave a value out (a number that its grammar needs and the other's does not); it may not ask for more.
            Some(other) if other.values != message.values => {
                found.push(format!("{}: {key} is filled with other values than {}", message.place, other.place));
            }
            Some(_) => {}
        }
    }
    found.extend(
        en.iter()
            .filter(|(key, _)| !zh.contains_key(*key))
            .map(|(key, m)| format!("{}: {key} has no Chinese", m.place)),
    );
    found
}

/// Keys that source text asks for by name: `.t("key")` and its sisters, the keys of refusals, and with them every literal, by which
/// a key counts as used.
#[derive(Default)]
struct Asked {
    /// Must be there: key and where it is asked for.
    keys: BTreeMap<String, String>,
    /// May be keys.
    literals: BTreeSet<String>,
}

const CALLS: &[&str] = &[".t(", ".t1(", ".t2(", ".t3("];
const REFUSALS: &[&str] = &["refusal-", "row-error-"];

fn ask_rust(path: &str, source: &str, asked: &mut Asked) {
    let mut code = String::new();
    for piece in rust(source) {
        match piece.kind {
            Kind::Code => code.push_str(piece.text.trim()),
            Kind::Comment => {}
            Kind::Literal => {
                let called = CALLS.iter().any(|call| code.ends_with(call));
                let refusal = REFUSALS.iter().any(|start| piece.text.starts_with(start)) && is_key(&piece.text);
                if called || refusal {
                    asked.keys.entry(piece.text.clone()).or_insert_with(|| format!("{path}:{}", piece.line));
                }
                asked.literals.insert(piece.text);
                code.clear();
            }
        }
    }
}

fn ask_template(path: &str, source: &str, asked: &mut Asked) {
    for (at, line) in source.lines().enumerate() {
        for (start, _) in line.match_indices('"') {
            let Some(literal) = line.get(start + 1..).and_then(|rest| rest.split('"').next()) else { continue };
            let before = line.get(..start).unwrap_or_default();
            if CALLS.iter().any(|call| before.ends_with(call)) {
                asked.keys.entry(literal.to_owned()).or_insert_with(|| format!("{path}:{}", at + 1));
            }
            asked.literals.insert(literal.to_owned());
        }
    }
}

fn is_key(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// The enums of stored words in a source: name and values.
fn tokens(source: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut open = false;
    for line in source.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("pub enum ")
            && let Some((_, rest)) = rest.split_once(" = \"")
            && let Some((name, _)) = rest.split_once('"')
        {
            found.push((name.to_owned(), Vec::new()));
            open = true;
        } else if line.starts_with('}') {
            open = false;
        } else if open
            && !line.starts_with("//")
            && let Some((_, rest)) = line.split_once(" = \"")
            && let Some((word, _)) = rest.split_once('"')
            && let Some((_, words)) = found.last_mut()
        {
            words.push(word.to_owned());
        }
    }
    found
}

fn language(tag: &str) -> (BTreeMap<String, Message>, Vec<String>) {
    let under = format!("crates/site/words/{tag}/");
    messages(
        tree::texts(&["ftl"])
            .filter(|(file, _)| file.path.starts_with(&under))
            .map(|(file, text)| (file.path.as_str(), text)),
    )
}

/// Everything that the program asks for.
fn asked() -> Asked {
    let mut asked = Asked::default();
    for (file, text) in tree::texts(&["rs"]) {
        let source = ["crates/civic/src/", "crates/store/src/", "crates/site/src/", "crates/wugong/src/"];
        if file.in_any(&source) {
            ask_rust(&file.path, text, &mut asked);
        }
    }
    for (file, text) in tree::texts(&["html"]) {
        if file.in_any(&["crates/site/templates/"]) {
            ask_template(&file.path, text, &mut asked);
        }
    }
    for stem in asked.literals.clone() {
        // `Error::words` names a pair of sentences by their stem.
        if stem.starts_with("error-") && is_key(&stem) {
            for end in ["-title", "-text"] {
                asked.literals.insert(format!("{stem}{end}"));
            }
        }
    }
    asked
}

/// Every enum of stored words in the program.
fn enums() -> Vec<(String, Vec<String>)> {
    let sources = tree::texts(&["rs"]).filter(|(file, _)| file.in_any(&["crates/civic/src/", "crates/store/src/"]));
    // The file that defines the macro shows an example of it.
    sources.filter(|(file, _)| !file.path.ends_with("token.rs")).flat_map(|(_, text)| tokens(text)).collect()
}

#[test]
fn every_word_is_there_in_both_languages_once_and_filled_alike() {
    let ((zh, twice_zh), (en, twice_en)) = (language("zh-CN"), language("en"));
    assert!(zh.len() > 100, "the words were not found");
    let mut found = differences(&zh, &en);
    found.extend(twice_zh);
    found.extend(twice_en);
    none(&found);
}

#[test]
fn every_word_that_is_asked_for_is_there() {
    let (zh, _) = language("zh-CN");
    let asked = asked();
    assert!(asked.keys.len() > 100, "the questions were not found");
    let missing = asked.keys.iter().filter(|(key, _)| !zh.contains_key(*key));
    none(&missing.map(|(key, place)| format!("{place}: {key} is in no words file")).collect::<Vec<_>>());
}

#[test]
fn every_value_that_is_shown_has_its_word() {
    let (zh, _) = language("zh-CN");
    let mut found = Vec::new();
    let known = enums();
    assert!(known.len() > 30, "the enums were not found");
    for (name, words) in &known {
        let shown = !NOT_SHOWN.iter().any(|(hidden, _)| hidden == name);
        for word in words {
            let key = format!("{name}-{word}");
            if shown && !zh.contains_key(&key) {
                found.push(format!("{key} is in no words file"));
            }
        }
    }
    for name in NOT_SHOWN.iter().map(|(name, _)| *name) {
        if !known.iter().any(|(known, _)| known == name) {
            found.push(format!("{name} is on a list of this test and is no enum"));
        }
    }
    none(&found);
}

#[test]
fn no_word_is_left_over() {
    let (zh, _) = language("zh-CN");
    let asked = asked();
    let values: BTreeSet<String> =
        enums().iter().flat_map(|(name, words)| words.iter().map(move |word| format!("{name}-{word}"))).collect();
    // A literal with a gap stands for every key that fits around it: `matter-next-{}`.
    let gaps: Vec<(&str, &str)> = asked
        .literals
        .iter()
        .filter_map(|literal| Some((literal.split_once('{')?.0, literal.rsplit_once('}')?.1)))
        .filter(|(start, end)| (start.ends_with('-') || end.starts_with('-')) && is_key(&format!("{start}-{end}")))
        .collect();
    let between = |key: &str| gaps.iter().any(|(s, e)| !s.is_empty() && key.starts_with(s) && key.ends_with(e));
    // `{}-title` behind a stem that is asked for itself, in whole or with a gap.
    let behind = |key: &str| {
        gaps.iter()
            .filter(|(start, _)| start.is_empty())
            .filter_map(|(_, end)| key.strip_suffix(end))
            .any(|stem| asked.literals.contains(stem) || between(stem))
    };
    let fits = |key: &str| between(key) || behind(key);
    let unused = zh.iter().filter(|(key, _)| !asked.literals.contains(*key) && !values.contains(*key) && !fits(key));
    none(&unused.map(|(key, message)| format!("{}: nobody asks for {key}", message.place)).collect::<Vec<_>>());
}

#[test]
fn breaches_in_words_are_found() {
    let file = "# head\na-one = 一\na-two = { $n ->\n    [one] x\n   *[other] { $m }\n}\na-one = 再\n";
    let (zh, twice) = messages([("z.ftl", file)].into_iter());
    finds(&twice, &["z.ftl:7: a-one stands at z.ftl:2"]);
    assert_eq!(zh["a-two"].values, BTreeSet::from(["m".to_owned(), "n".to_owned()]));
    let (en, _) = messages([("e.ftl", "a-two = { $n }\nb = x\n")].into_iter());
    finds(
        &differences(&zh, &en),
        &["z.ftl:7: a-one has no English", "z.ftl:3: a-two is filled with other", "e.ftl:2: b has no Chinese"],
    );
    let mut asked = Asked::default();
    let source = "fn f() { w.t(\"k-one\"); v.w.t2(\n  \"k-two\", \"n\", 1); x(\"refusal-a-b\"); let k = \"k-three\"; // .t(\"no\")\n}";
    ask_rust("a.rs", source, &mut asked);
    assert_eq!(asked.keys.keys().collect::<Vec<_>>(), ["k-one", "k-two", "refusal-a-b"]);
    assert!(asked.literals.contains("k-three") && !asked.literals.contains("no"));
    let mut asked = Asked::default();
    ask_template(
        "a.html",
        "<p>{{ v.t(\"t-one\") }}{{ v.w.t1(\"t-two\", \"n\", x) }}{{ part(\"t-three\") }}",
        &mut asked,
    );
    assert_eq!(asked.keys.keys().collect::<Vec<_>>(), ["t-one", "t-two"]);
    assert!(asked.literals.contains("t-three"));
    let source = "tokens! {\n    /// Doc.\n    pub enum Hue = \"hue\" {\n        /// Red = \"no\".\n        Red = \"red\",\n    }\n}\nconst A: &str = \"x\";";
    assert_eq!(tokens(source), [("hue".to_owned(), vec!["red".to_owned()])]);
}
