//! The rooms of the house and what may stand in them.

use crate::text::{self, Kind, says};
use crate::tree::{self, File};
use crate::{finds, none};

struct Room {
    name: &'static str,
    /// Rooms it may use.
    below: &'static [&'static str],
    /// For pure rooms every crate is listed: a new one is a decision. Elsewhere docs/decisions/0002 is enough.
    crates: Option<&'static [&'static str]>,
    /// What its source may not say, with the reason.
    never: &'static [(&'static str, &'static str)],
}

/// No clock, chance, disk, network, environment or output.
const PURE: &[(&str, &str)] = &[
    ("std::fs", "a pure room reads no files"),
    ("std::net", "a pure room has no network"),
    ("std::env", "settings are arguments"),
    ("std::process", "a pure room starts nothing"),
    ("std::thread", "a pure room starts nothing"),
    ("std::io", "a pure room has no input and output"),
    ("SystemTime", "time is an argument"),
    ("Instant", "time is an argument"),
    ("println!", "a pure room says nothing"),
    ("eprintln!", "a pure room says nothing"),
    ("print!", "a pure room says nothing"),
    ("eprint!", "a pure room says nothing"),
    ("tokio", "a pure room does not wait"),
    ("async fn", "a pure room does not wait"),
];

const ROOMS: &[Room] = &[
    Room {
        name: "civic",
        below: &["count"],
        crates: Some(&["jiff", "serde", "serde_json", "sha2", "thiserror", "toml", "unicode-normalization", "uuid"]),
        never: &[
            ("f64", "money, votes and shares are integers and exact fractions"),
            ("f32", "money, votes and shares are integers and exact fractions"),
        ],
    },
    Room { name: "count", below: &[], crates: Some(&[]), never: &[] },
    Room { name: "paper", below: &[], crates: None, never: &[] },
    Room { name: "store", below: &["civic"], crates: None, never: &[] },
    Room { name: "site", below: &["civic", "count", "paper", "store"], crates: None, never: &[] },
    Room { name: "wugong", below: &["civic", "count", "paper", "store", "site"], crates: None, never: &[] },
];

/// Names of files and folders that say nothing about what is in them.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helpers", "common", "manager", "managers", "service", "services", "misc", "stuff"];

/// The empty word is the field's own there.
const EMPTY_NAMES_ALLOWED: &[(&str, &str)] = &[
    (".service", "systemd calls its units so"),
    ("service-worker", "the browser's own word"),
    ("service_worker", "the browser's own word"),
];

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|room| room.name == name)
}

fn manifest_breaches(room: &Room, manifest: &str) -> Vec<String> {
    let path = format!("crates/{}/Cargo.toml", room.name);
    let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
    let table = |key: &str| manifest.get(key).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    let mut found = Vec::new();
    for name in table("dependencies").chain(table("build-dependencies")) {
        if is_room(name) && !room.below.contains(&name.as_str()) {
            found.push(format!("{path}: `{}` may not use the room `{name}`", room.name));
        }
        if !is_room(name) && room.crates.is_some_and(|crates| !crates.contains(&name.as_str())) {
            found.push(format!("{path}: `{name}` is no crate for the pure room `{}`", room.name));
        }
        if name == "anyhow" && room.name != "wugong" {
            found.push(format!("{path}: errors are typed here; anyhow is for the binary"));
        }
    }
    if manifest.get("lints").and_then(|lints| lints.get("workspace")) != Some(&toml::Value::Boolean(true)) {
        found.push(format!("{path}: the lints of the workspace are not inherited"));
    }
    found
}

fn source_breaches(file: &File, text: &str) -> Vec<String> {
    let Some(room) = ROOMS.iter().find(|room| file.path.starts_with(&format!("crates/{}/src/", room.name))) else {
        return Vec::new();
    };
    let pure = if room.crates.is_some() { PURE } else { &[] };
    let mut found = Vec::new();
    for piece in text::rust(text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (name, why) in pure.iter().chain(room.never) {
            if says(&piece.text, name) {
                found.push(format!("{}:{}: `{name}`: {why}", file.path, piece.line));
            }
        }
        for other in ROOMS.iter().filter(|other| other.name != room.name && !room.below.contains(&other.name)) {
            let reached = ["use ", ""].iter().any(|lead| says(&piece.text, &format!("{lead}{}::", other.name)))
                && !says(&piece.text, &format!("crate::{}::", other.name))
                && !says(&piece.text, &format!("super::{}::", other.name))
                && !says(&piece.text, &format!("self::{}::", other.name));
            if reached {
                found.push(format!(
                    "{}:{}: `{}` may not use the room `{}`",
                    file.path, piece.line, room.name, other.name
                ));
            }
        }
    }
    found
}

/// Where the drivers may be named: the two halves of `Db` and `Tx`, and tests that edit rows behind the program's back.
const DRIVERS: &[(&str, &str)] = &[
    ("crates/store/src/db.rs", "connections"),
    ("crates/store/src/db/", "connections"),
    ("crates/store/src/tx.rs", "statements"),
    ("crates/store/src/value.rs", "what is bound"),
    ("crates/store/src/row.rs", "what comes back"),
    ("crates/store/src/error.rs", "the drivers' errors become ours"),
    ("crates/store/tests/", "tests"),
    ("crates/wugong/tests/", "tests"),
];

fn driver_breaches(file: &File, text: &str) -> Vec<String> {
    if DRIVERS.iter().any(|(place, _)| file.path.starts_with(place)) {
        return Vec::new();
    }
    let code = text::rust(text).into_iter().filter(|piece| piece.kind == Kind::Code);
    code.flat_map(|piece| {
        let named = ["rusqlite", "postgres", "tokio_postgres", "libsqlite3_sys"].into_iter();
        let found =
            named.filter(|name| says(&piece.text, &format!("{name}::")) || says(&piece.text, &format!("use {name};")));
        found
            .map(|name| format!("{}:{}: `{name}` outside of what stands behind Db and Tx", file.path, piece.line))
            .collect::<Vec<_>>()
    })
    .collect()
}

fn name_breaches(path: &str) -> Vec<String> {
    let bare = EMPTY_NAMES_ALLOWED.iter().fold(path.to_owned(), |path, (honest, _)| path.replace(honest, ""));
    let parts = bare.split('/').flat_map(|part| part.split(['.', '_', '-']));
    let empty = parts.filter(|word| EMPTY_NAMES.contains(&word.to_ascii_lowercase().as_str()));
    empty.map(|word| format!("{path}: \"{word}\" says nothing; name it after the noun it is about")).collect()
}

#[test]
fn rooms_depend_downwards_only() {
    let mut found = Vec::new();
    for room in ROOMS {
        let manifest = tree::text(&format!("crates/{}/Cargo.toml", room.name)).expect("every room has a manifest");
        found.extend(manifest_breaches(room, manifest));
    }
    none(&found);
}

#[test]
fn there_is_no_room_that_the_plan_does_not_know() {
    let crates = tree::files().iter().filter_map(|file| file.path.strip_prefix("crates/")?.split('/').next());
    let unknown = crates.filter(|name| !is_room(name)).map(|name| format!("crates/{name}: no such room in the plan"));
    none(&unknown.collect::<Vec<_>>());
}

#[test]
fn sources_reach_downwards_and_pure_rooms_stay_pure() {
    none(&tree::texts(&["rs"]).flat_map(|(file, text)| source_breaches(file, text)).collect::<Vec<_>>());
}

#[test]
fn drivers_are_named_in_one_place() {
    none(&tree::texts(&["rs"]).flat_map(|(file, text)| driver_breaches(file, text)).collect::<Vec<_>>());
}

#[test]
fn every_file_is_named_after_what_it_holds() {
    none(&tree::files().iter().flat_map(|file| name_breaches(&file.path)).collect::<Vec<_>>());
}

#[test]
fn breaches_of_the_plan_are_found() {
    let room = |name: &str| ROOMS.iter().find(|room| room.name == name).expect("a room");
    let lints = "[lints]\nworkspace = true\n";
    finds(
        &manifest_breaches(room("civic"), &format!("{lints}[dependencies]\nstore.workspace = true\ntokio = \"1\"\n")),
        &[
            "crates/civic/Cargo.toml: `civic` may not use the room `store`",
            "crates/civic/Cargo.toml: `tokio` is no crate",
        ],
    );
    finds(
        &manifest_breaches(room("paper"), "[dependencies]\nanyhow = \"1\"\nsite = \"1\""),
        &[
            "crates/paper/Cargo.toml: errors are typed",
            "crates/paper/Cargo.toml: `paper` may not use the room `site`",
            "crates/paper/Cargo.toml: the lints",
        ],
    );
    let look = |path: &str, text: &str| source_breaches(&File { path: path.into(), bytes: 0, text: None }, text);
    finds(
        &look("crates/civic/src/a.rs", "// std::fs\nuse std::fs;\nlet x: f64 = \"f32\";\nuse store::tx;"),
        &[
            "crates/civic/src/a.rs:2: `std::fs`",
            "crates/civic/src/a.rs:3: `f64`",
            "crates/civic/src/a.rs:4: `civic` may not use the room `store`",
        ],
    );
    none(&look(
        "crates/civic/src/a.rs",
        "use crate::store::x; let count = iter.count(); use count::budget; restore::f()",
    ));
    let drivers = |path: &str, text: &str| driver_breaches(&File { path: path.into(), bytes: 0, text: None }, text);
    finds(
        &drivers("crates/store/src/jobs.rs", "fn f(c: &rusqlite::Connection) {}"),
        &["crates/store/src/jobs.rs:1: `rusqlite`"],
    );
    none(&drivers("crates/store/src/db.rs", "use rusqlite::Connection;"));
    finds(&name_breaches("crates/site/src/date_utils.rs"), &["crates/site/src/date_utils.rs: \"utils\""]);
    finds(&name_breaches("crates/site/src/common/mod.rs"), &["crates/site/src/common/mod.rs: \"common\""]);
    none(&name_breaches("web/src/service-worker.ts"));
    none(&name_breaches("crates/civic/src/people/helper.rs"));
}
