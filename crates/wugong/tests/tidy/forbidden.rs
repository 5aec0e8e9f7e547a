//! Features that this program must never grow, found by their names.
//!
//! The law and the rules against formalism forbid them (the codes E1-E14 and AF1 stand for entries of the domain research,
//! named in `docs/decisions/0001-house-plan.md`). They come in as a column, a key of the words or a function long before they
//! come in as a page; so we look at names, templates, words, rule packs, the schema and the paths of files. Comments and
//! documents may name what is forbidden, and so may tests, which show that it is absent.
//!
//! The list is `forbidden.toml`. A pattern in Latin letters is a row of words: `read receipt` finds `read_receipt`, `ReadReceipt`, `readreceipts` and, in
//! sentences, "read receipt". Chinese is found as it stands.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::sql::{Table, with_added};
use crate::text::{self, Kind, words};
use crate::tree::{self, File};
use crate::{finds, none};

/// Where a pattern is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Where {
    /// Names and sentences alike.
    Anywhere,
    /// Only names: the word is honest in a sentence.
    Names,
    /// Only names of tables and columns.
    Schema,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    why: String,
    place: Where,
    patterns: Vec<String>,
    #[serde(default)]
    honest: Vec<Honest>,
    /// Files that this one ban passes over.
    #[serde(default)]
    except: Vec<Elsewhere>,
}

/// A phrase that holds a pattern and is honest all the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Honest {
    phrase: String,
    because: String,
}

/// A place that is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    place: String,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    ban: Vec<Ban>,
    elsewhere: Vec<Elsewhere>,
}

fn list() -> &'static List {
    static LIST: OnceLock<List> = OnceLock::new();
    LIST.get_or_init(|| toml::from_str(include_str!("forbidden.toml")).expect("forbidden.toml is in order"))
}

/// One line of a file as this rule sees it.
struct Line {
    number: usize,
    /// Names: code, keys, markup, SQL.
    names: String,
    /// Names and sentences.
    all: String,
}

fn lines(file: &File, text: &str) -> Vec<Line> {
    match file.extension() {
        "rs" => {
            let mut lines: Vec<Line> = Vec::new();
            for piece in text::rust(text).into_iter().filter(|piece| piece.kind != Kind::Comment) {
                for (offset, part) in piece.text.split('\n').enumerate() {
                    let names = if piece.kind == Kind::Code { part.to_owned() } else { String::new() };
                    lines.push(Line { number: piece.line + offset, names, all: part.to_owned() });
                }
            }
            lines
        }
        "sql" => plain(&text::without(text, "--", "\n"), |line| line.to_owned()),
        "html" => plain(&text::without(&text::without(text, "{#", "#}"), "<!--", "-->"), |line| line.to_owned()),
        "ts" | "js" | "mjs" | "css" => {
            let bare = text::without(text, "/*", "*/");
            let code: Vec<&str> =
                bare.split('\n').map(|l| if l.trim_start().starts_with("//") { "" } else { l }).collect();
            plain(&code.join("\n"), |line| line.to_owned())
        }
        "ftl" | "toml" => {
            let bare: Vec<&str> = text.split('\n').map(|l| if l.starts_with('#') { "" } else { l }).collect();
            plain(&bare.join("\n"), |line| line.split_once('=').map_or(String::new(), |(key, _)| key.to_owned()))
        }
        _ => plain(text, |_| String::new()),
    }
}

fn plain(text: &str, names: impl Fn(&str) -> String) -> Vec<Line> {
    let each = text.split('\n').enumerate();
    each.map(|(at, line)| Line { number: at + 1, names: names(line), all: line.to_owned() }).collect()
}

/// `seen at` in `seen_at`, `SeenAt`, `seenat`, and with a single space where sentences are looked at. The last word may be a plural.
fn holds(line: &str, pattern: &str, sentences: bool) -> bool {
    if !pattern.is_ascii() {
        return line.contains(pattern);
    }
    let wanted: Vec<&str> = pattern.split(' ').collect();
    let found = words(line);
    let last = wanted.len() - 1;
    let same = |word: &str, wanted: &str| word == wanted || word.strip_suffix('s') == Some(wanted);
    let in_a_row = found.windows(wanted.len()).any(|window| {
        let joined = window.iter().skip(1).all(|word| word.joined || (sentences && word.spaced));
        let before = window.iter().zip(&wanted).take(last).all(|(word, wanted)| word.text == *wanted);
        joined && before && same(&window[last].text, wanted[last])
    });
    in_a_row || (last > 0 && found.iter().any(|word| same(&word.text, &wanted.concat())))
}

/// Without what may stand between words: where a pattern is not even in this, no line needs a closer look.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !"_- ".contains(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

/// Each column as `table.column`, so that an exception can name one.
fn columns(file: &File, text: &str) -> Vec<Line> {
    if file.extension() != "sql" {
        return Vec::new();
    }
    let line = |table: &Table, names: String| Line { number: table.line, all: names.clone(), names };
    let each = with_added(text).into_iter().flat_map(|table| {
        let columns = table.columns.iter().map(|(column, _)| line(&table, format!("{}.{column}", table.name)));
        columns.collect::<Vec<_>>()
    });
    each.collect()
}

fn breaches(file: &File, text: &str) -> Vec<String> {
    let path = Line { number: 0, names: file.path.clone(), all: file.path.clone() };
    let lines: Vec<Line> = std::iter::once(path).chain(lines(file, text)).collect();
    let columns = columns(file, text);
    let whole = squeezed(&format!("{}\n{text}", file.path));
    let mut found = Vec::new();
    let within = |except: &[Elsewhere]| except.iter().any(|elsewhere| file.path.starts_with(&elsewhere.place));
    for ban in list().ban.iter().filter(|ban| !within(&ban.except)) {
        let patterns: Vec<&String> = ban.patterns.iter().filter(|pattern| whole.contains(&squeezed(pattern))).collect();
        if patterns.is_empty() {
            continue;
        }
        let honestly =
            |text: &str| ban.honest.iter().fold(text.to_owned(), |text, honest| text.replace(&honest.phrase, "，"));
        for line in if ban.place == Where::Schema { &columns } else { &lines } {
            let sentences = ban.place == Where::Anywhere;
            let within = honestly(if sentences { &line.all } else { &line.names });
            for pattern in patterns.iter().filter(|pattern| holds(&within, pattern, sentences)) {
                found.push(format!("{}:{}: \"{pattern}\" ({})", file.path, line.number, ban.why));
            }
        }
    }
    found
}

#[test]
fn nothing_forbidden_has_a_name_here() {
    let mut found = Vec::new();
    for file in tree::files() {
        let elsewhere = list().elsewhere.iter().any(|elsewhere| file.path.starts_with(&elsewhere.place));
        if let (Some(text), false) = (&file.text, elsewhere) {
            found.extend(breaches(file, text));
        }
    }
    none(&found);
}

#[test]
fn forbidden_names_are_found_in_every_kind_of_file() {
    let look = |path: &str, text: &str| breaches(&File { path: path.into(), bytes: 0, text: None }, text);
    finds(&look("a.rs", "// 打卡 is forbidden\nfn f() { show(\"每天打卡\") }"), &["a.rs:2: \"打卡\""]);
    finds(
        &look("a.rs", "struct A { checkIn: u8 }\nfn read_receipts() {}"),
        &["a.rs:1: \"check in\"", "a.rs:2: \"read receipt\""],
    );
    finds(
        &look("a.sql", "-- no id_number\nCREATE TABLE t (id_number TEXT,\n seen_at BIGINT)"),
        &["a.sql:2: \"seen at\"", "a.sql:2: \"id number\""],
    );
    finds(&look("zh-CN/a.ftl", "# 积分榜\nhome-note = 全村积分榜"), &["zh-CN/a.ftl:2: \"积分\""]);
    finds(
        &look("en/a.ftl", "likes = They like it\nnote = Somebody likes it. See the leaderboard."),
        &["en/a.ftl:1: \"likes\"", "en/a.ftl:2: \"leader board\""],
    );
    finds(&look("a.html", "{# 已读 #}\n<p>已读 3 人</p>"), &["a.html:2: \"已读\""]);
    finds(&look("a.ts", "// geolocation\nnavigator.geolocation.watch()"), &["a.ts:2: \"geo location\""]);
    finds(
        &look("crates/civic/src/people/blacklist.rs", ""),
        &["crates/civic/src/people/blacklist.rs:0: \"black list\""],
    );
}

#[test]
fn honest_words_pass() {
    let look = |path: &str, text: &str| breaches(&File { path: path.into(), bytes: 0, text: None }, text);
    let code = "fn point_raised() {} struct Points; let rank = fine_grained; let seen_at = sign_in(); fn check(input: u8) {} \
                fn likes_nothing() {}";
    finds(&look("a.rs", code), &["a.rs:1: \"likes\""]);
    none(&look(
        "a.rs",
        "fn point_raised() {} struct Points; let rank = fine_grained; let seen_at = sign_in(); \"check in the hall\"",
    ));
    none(&look("a.ftl", "promise = 不打卡，没有积分，不看在线时长。\nconsent = 已读给本人听\nsheet = 签到簿"));
    none(&look("a.rs", "headers(\"camera=(), geolocation=()\")"));
}

#[test]
fn every_exception_has_a_reason_and_every_pattern_can_match() {
    let list = list();
    assert!(list.elsewhere.iter().all(|elsewhere| !elsewhere.because.is_empty()));
    for ban in &list.ban {
        assert!(ban.except.iter().all(|elsewhere| !elsewhere.because.is_empty()), "{}", ban.why);
        assert!(ban.honest.iter().all(|honest| !honest.because.is_empty()), "{}", ban.why);
        for pattern in &ban.patterns {
            assert!(holds(&pattern.replace(' ', "_"), pattern, false), "{pattern} cannot match");
        }
    }
}
