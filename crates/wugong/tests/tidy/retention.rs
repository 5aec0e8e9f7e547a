//! Every column that holds something of a person says for what and until when (个保法 art. 19: the shortest time needed).
//!
//! `docs/retention.md` has two tables. The first lists personal columns: `table.column | purpose | kept until`. The second lists
//! columns that look personal by name and are not: `table.column | why not`. A column counts as personal-looking when one of the
//! words below is part of its name and its type can hold text or bytes.

use std::collections::BTreeMap;

use crate::sql::tables;
use crate::tree;
use crate::{finds, none};

/// Words in the names of columns that hold persons or what persons said.
const PERSONAL: &[&str] = &[
    "name",
    "phone",
    "contact",
    "address",
    "email",
    "wechat",
    "audio",
    "voice",
    "photo",
    "picture",
    "image",
    "scan",
    "signature",
    "speaker",
    "agent",
    "ip",
    "password",
    "person",
    "adult",
    "relation",
    "owner",
    "chair",
    "recorder",
    "presider",
    "witness",
    "text",
    "body",
    "words",
    "note",
    "notes",
    "reason",
    "answer",
    "remark",
    "dissent",
    "comment",
    "said",
    "wish",
    "statement",
    "content",
    "message",
    "payload",
];

const PATH: &str = "docs/retention.md";

/// Rows of the Markdown tables whose first cell is a `table.column`: the column and the other cells.
fn rows(markdown: &str) -> BTreeMap<String, Vec<String>> {
    let lines = markdown.lines().filter_map(|line| line.trim().strip_prefix('|'));
    lines
        .filter_map(|line| {
            let mut cells = line.trim_end_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
            let column = cells.next().filter(|cell| cell.contains('.') && !cell.contains(' '))?;
            Some((column, cells.collect()))
        })
        .collect()
}

fn looks_personal(name: &str, definition: &str) -> bool {
    let holds_text = ["TEXT", "BYTEA", "BIGINT"].iter().any(|kind| definition.to_ascii_uppercase().starts_with(kind));
    // Instants and amounts are numbers; of these only adult_from says something about a person.
    let number = definition.to_ascii_uppercase().starts_with("BIGINT") && !name.starts_with("adult");
    holds_text && !number && name.split('_').any(|word| PERSONAL.contains(&word))
}

fn breaches(migrations: &[&str], markdown: &str) -> Vec<String> {
    let rows = rows(markdown);
    let mut known = Vec::new();
    let mut found = Vec::new();
    for table in migrations.iter().flat_map(|sql| tables(sql)) {
        for (name, definition) in &table.columns {
            let column = format!("{}.{name}", table.name);
            if looks_personal(name, definition) && !rows.contains_key(&column) {
                found.push(format!("{column}: no row in {PATH} says for what it is kept and until when"));
            }
            known.push(column);
        }
    }
    for (column, cells) in &rows {
        if !known.contains(column) {
            found.push(format!("{column}: stands in {PATH} but in no migration"));
        }
        if cells.iter().any(String::is_empty) || cells.is_empty() {
            found.push(format!("{column}: has an empty cell in {PATH}"));
        }
    }
    found
}

#[test]
fn every_personal_column_states_its_retention() {
    let migrations: Vec<&str> =
        tree::texts(&["sql"]).filter(|(file, _)| file.path.starts_with("schema/")).map(|(_, text)| text).collect();
    none(&breaches(&migrations, tree::text(PATH).expect("docs/retention.md is there")));
}

#[test]
fn a_personal_column_without_retention_is_found() {
    let sql = "CREATE TABLE resident (county_id UUID, id UUID, given_name TEXT, phone TEXT, named_at BIGINT, adult_from BIGINT, PRIMARY KEY (county_id, id))";
    let table = "| column | purpose | kept until |\n|---|---|---|\n| `resident.given_name` | to know who it is | the person leaves |\n\
                 | resident.adult_from | may take part | |\n| resident.gone | x | y |\n";
    finds(
        &breaches(&[sql], table),
        &[
            "resident.phone: no row",
            "resident.adult_from: has an empty cell",
            "resident.gone: stands in docs/retention.md but in no migration",
        ],
    );
}
