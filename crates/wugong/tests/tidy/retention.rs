//! Every column that can hold something of a person says for what and until when (个保法 art. 19: the shortest time needed).
//!
//! `docs/retention.md` has two tables. The first lists personal columns: `table.column | purpose | kept until`. The second lists
//! columns that could hold something of a person and do not: `table.column | why not`. Every column of text or bytes stands in
//! one of them, unless its last word says that only the program writes it (a state, a digest, a day). `adult_from` is not a
//! day like others: it comes from a birthday.

use std::collections::BTreeMap;

use crate::sql::with_added;
use crate::tree;
use crate::{finds, none};

/// Last words of columns that hold what the program itself writes: enums, days, digests, ids of rules, codes.
const MECHANICAL: &str = "abbreviation adoption channel code day digest field from hash host id kind mode noun on pack piece \
                          plan post pressing rule salt sorting stage state type until verb via zone";

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

fn can_be_personal(name: &str, definition: &str) -> bool {
    let text = ["TEXT", "BYTEA"].iter().any(|kind| definition.to_ascii_uppercase().starts_with(kind));
    let last = name.rsplit('_').next().unwrap_or(name);
    text && (name.starts_with("adult") || !MECHANICAL.split(' ').any(|word| word == last))
}

fn breaches(migrations: &[&str], markdown: &str) -> Vec<String> {
    let rows = rows(markdown);
    let mut known = Vec::new();
    let mut found = Vec::new();
    for table in migrations.iter().flat_map(|sql| with_added(sql)) {
        for (name, definition) in &table.columns {
            let column = format!("{}.{name}", table.name);
            if can_be_personal(name, definition) && !rows.contains_key(&column) {
                found.push(format!(
                    "{column}: no row in {PATH} says for what it is kept and until when, or why it is nobody's"
                ));
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
    let sql = "CREATE TABLE resident (county_id UUID, id UUID, given_name TEXT, phone TEXT, named_at BIGINT, adult_from TEXT, state TEXT,
               moved_on TEXT, PRIMARY KEY (county_id, id));
               ALTER TABLE resident ADD COLUMN nickname TEXT;";
    let table = "| column | purpose | kept until |\n|---|---|---|\n| `resident.given_name` | to know who it is | the person leaves |\n\
                 | resident.adult_from | may take part | |\n| resident.gone | x | y |\n";
    finds(
        &breaches(&[sql], table),
        &[
            "resident.phone: no row",
            "resident.nickname: no row",
            "resident.adult_from: has an empty cell",
            "resident.gone: stands in docs/retention.md but in no migration",
        ],
    );
}
