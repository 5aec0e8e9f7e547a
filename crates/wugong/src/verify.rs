//! Checking the record: in the database, row by row, or a file of it, anywhere and without a database.

use anyhow::{Context, Result, bail};
use civic::hex::unhex_exact;
use civic::record::{Hash, HashKind, seal};
use civic::token::Token;
use serde_json::Value as Json;
use site::frame::W;
use std::io::BufRead;
use store::record::export::FORMAT;
use store::record::verify::{Problem, Report};

/// What a file of the record was found to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Entries whose seal follows from the one before.
    pub sealed: i64,
    /// The last seal.
    pub head: Option<String>,
    /// Numbers of entries whose seal does not follow, or that are missing before them.
    pub broken: Vec<i64>,
    /// Whether the first line promises another number of entries or another last seal.
    pub cut: bool,
}

impl FileReport {
    /// Whether nothing is wrong.
    pub fn whole(&self) -> bool {
        self.broken.is_empty() && !self.cut
    }
}

/// Problems listed before the rest is only counted.
const SHOWN_MAX: usize = 200;

/// Reads a file of the record and checks it, line by line, in little memory. Errors say which line is no line of such a file.
pub fn file(reader: impl BufRead) -> Result<FileReport> {
    let mut lines = reader.lines();
    let first = lines.next().context("the file is empty")??;
    let first: Json = serde_json::from_str(&first).context("line 1 is no JSON: this is no file of the record")?;
    if first.get("format").and_then(Json::as_str) != Some(FORMAT) {
        bail!("line 1 does not say `{FORMAT}`: this is no file of the record, or one of another program");
    }
    let mut report = FileReport::default();
    let (mut before, mut seq) = (Hash::START, 0);
    for (at, line) in lines.enumerate() {
        let place = at.saturating_add(2);
        let line: Json = serde_json::from_str(&line?).with_context(|| format!("line {place} is no JSON"))?;
        let text = |name: &str| line.get(name).and_then(Json::as_str).unwrap_or_default();
        let number = |name: &str| line.get(name).and_then(Json::as_i64).unwrap_or_default();
        let entry = line.get("entry").with_context(|| format!("line {place} holds no entry"))?;
        // Keys come out in order and without blanks, which is the canonical form; whatever was changed beyond that changes the hash.
        let canonical = entry.to_string();
        let found = number("seq");
        if found != seq + 1 {
            report.broken.push(seq + 1);
        }
        seq = found;
        let there = unhex_exact(text("hash")).map(Hash);
        let expected =
            HashKind::parse(text("hash_kind")).map(|kind| seal(kind, before, seq, number("turn"), &canonical));
        if expected.is_some() && expected == there {
            report.sealed += 1;
        } else {
            report.broken.push(seq);
        }
        // The walk goes on from the seal that stands there, so that one edit is named once and not ever after.
        before = there.or(expected).unwrap_or(before);
    }
    report.head = (seq > 0).then(|| before.hex());
    let promised = first.get("head").and_then(Json::as_str).unwrap_or_default();
    report.cut = first.get("count").and_then(Json::as_i64) != Some(seq)
        || promised != report.head.as_deref().unwrap_or_default();
    Ok(report)
}

/// What was found in a file, in words.
pub fn file_words(report: &FileReport, w: &W) -> String {
    let mut lines = vec![w.t1("verify-sealed", "n", report.sealed)];
    if let Some(head) = &report.head {
        lines.push(w.t2("verify-head", "n", report.sealed, "hash", head.as_str()));
    }
    for seq in report.broken.iter().take(SHOWN_MAX) {
        lines.push(w.t1("verify-chain", "seq", *seq));
    }
    if report.cut {
        lines.push(w.t("verify-cut"));
    }
    lines.push(if report.whole() { w.t("verify-file-whole") } else { w.t("verify-altered") });
    lines.join("\n") + "\n"
}

/// What was found in the database, in words: each altered row with noun, id, fields and entry.
pub fn words(county: &str, report: &Report, w: &W) -> String {
    let mut lines = vec![w.t1("verify-county", "name", county), w.t1("verify-sealed", "n", report.sealed)];
    if report.waiting > 0 {
        lines.push(w.t1("verify-waiting", "n", report.waiting));
    }
    lines.push(w.t1("verify-rows", "n", report.rows));
    if let Some(head) = &report.head {
        lines.push(w.t2("verify-head", "n", report.sealed, "hash", head.as_str()));
    }
    for problem in report.problems.iter().take(SHOWN_MAX) {
        lines.push(problem_words(problem, w));
    }
    if report.problems.len() > SHOWN_MAX {
        lines.push(w.t1("verify-more", "n", report.problems.len() - SHOWN_MAX));
    }
    lines.push(if report.problems.is_empty() { w.t("verify-whole") } else { w.t("verify-altered") });
    lines.join("\n") + "\n"
}

fn problem_words(problem: &Problem, w: &W) -> String {
    let named =
        |key: &str, noun: &str, id: &uuid::Uuid| w.with(key, &[("noun", noun.into()), ("id", id.to_string().into())]);
    match problem {
        Problem::Chain { seq } => w.t1("verify-chain", "seq", *seq),
        Problem::Gap { seq } => w.t1("verify-gap", "seq", *seq),
        Problem::Altered { noun, id, entry, fields } => w.with(
            "verify-row",
            &[
                ("noun", w.token(*noun).into()),
                ("id", id.to_string().into()),
                ("fields", fields.join(", ").into()),
                ("entry", entry.to_string().into()),
            ],
        ),
        Problem::Gone { noun, id } => named("verify-gone", &w.token(*noun), id),
        Problem::Unrecorded { noun, id } => named("verify-unrecorded", &w.token(*noun), id),
        Problem::Unreadable { table, column, id } => {
            w.t3("verify-unreadable", "table", *table, "column", column.as_str(), "id", id.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of three entries, sealed as the database seals them.
    fn sample() -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut before = Hash::START;
        for seq in 1..=3_i64 {
            let entry = format!("{{\"at\":{seq},\"facts\":{{\"votes\":{}}},\"verb\":\"count\"}}", 30 + seq);
            before = seal(HashKind::Sha256, before, seq, 1, &entry);
            let hash = before.hex();
            lines.push(format!(
                "{{\"entry\":{entry},\"hash\":\"{hash}\",\"hash_kind\":\"sha256\",\"seq\":{seq},\"turn\":1}}"
            ));
        }
        lines[0] = store::record::export::first_line(uuid::Uuid::nil(), Some((3, before))).trim_end().to_owned();
        lines
    }
    fn check(lines: &[String]) -> FileReport {
        file(lines.join("\n").as_bytes()).unwrap()
    }

    #[test]
    fn a_whole_file_is_whole() {
        let report = check(&sample());
        assert!(report.whole() && report.sealed == 3 && report.head.is_some(), "{report:?}");
    }

    #[test]
    fn an_edit_is_named_once() {
        let mut lines = sample();
        lines[2] = lines[2].replace("\"votes\":32", "\"votes\":33");
        assert_eq!(check(&lines), FileReport { sealed: 2, broken: vec![2], cut: false, ..check(&sample()) });
    }

    #[test]
    fn an_entry_taken_out_put_in_or_cut_off_is_noticed() {
        let mut lines = sample();
        lines.remove(2);
        assert_eq!(check(&lines).broken, [2, 3]);
        let mut lines = sample();
        lines.insert(2, lines[2].clone());
        assert!(!check(&lines).whole());
        let mut lines = sample();
        lines.truncate(3);
        assert!(check(&lines).cut && check(&lines).broken.is_empty());
        let mut lines = sample();
        lines[1] = lines[1].replace("\"turn\":1", "\"turn\":2");
        assert_eq!(check(&lines).broken, [1]);
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_line() {
        for (text, says) in [("", "empty"), ("x", "line 1"), ("{\"format\":\"y\"}", "line 1")] {
            assert!(file(text.as_bytes()).unwrap_err().to_string().contains(says), "{text}");
        }
        let mut lines = sample();
        lines[2] = "x".into();
        assert!(file(lines.join("\n").as_bytes()).unwrap_err().to_string().contains("line 3"));
    }
}
