use crate::ground::{NOW, chance, grounds};
use civic::id::{CountId, MatterId};
use civic::record::{Actor, Entry, Noun, Recorded, Sheet, Verb};
use civic::token::Token;
use store::record::verify::Problem;
use store::{Error, form_key};
use uuid::Uuid;

struct Show(CountId);
impl Recorded for Show {
    // A noun whose rows are not read again: these tests are about entries alone.
    const NOUN: Noun = Noun::File;
    fn noun_id(&self) -> Uuid {
        self.0.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![MatterId::from(Uuid::from_u128(5))]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.int("votes", 35);
        sheet.text("reason", "怕水排到后墙");
    }
}

#[test]
fn a_write_is_kept_whole_with_its_entry_or_not_at_all() {
    for ground in grounds() {
        let county = ground.county;
        let write = |fail: bool| {
            ground.db.write_now(county, move |tx| {
                let entry = Entry::of(
                    &Show(CountId::from(Uuid::from_u128(9))),
                    Verb::Count,
                    Actor::NOBODY,
                    NOW,
                    &mut chance(3),
                );
                form_key::keep(tx, "me", Uuid::from_u128(1), [1; 32], "/there", NOW)?;
                let done = tx.commit(&[entry], ())?;
                if fail { Err(Error::Missing) } else { Ok(done) }
            })
        };
        assert_eq!(write(true), Err(Error::Missing), "{}", ground.name);
        let seen = || ground.db.read_now(county, |tx| form_key::seen(tx, "me", Uuid::from_u128(1), [1; 32]));
        assert_eq!(seen().unwrap(), form_key::Seen::Fresh, "{}", ground.name);
        write(false).unwrap();
        assert_eq!(seen().unwrap(), form_key::Seen::Same("/there".into()), "{}", ground.name);
        assert_eq!(write(false), Err(Error::Clash), "{}", ground.name);
    }
}

#[test]
fn a_write_without_an_entry_is_refused() {
    for ground in grounds() {
        let refused = ground.db.write_now(ground.county, |tx| tx.commit(&[], ()));
        assert!(matches!(refused, Err(Error::Engine { .. })), "{}", ground.name);
    }
}

#[test]
fn entries_are_numbered_and_chained_and_an_edited_one_is_named() {
    for ground in grounds() {
        let county = ground.county;
        for i in 0..5_u64 {
            ground
                .db
                .write_now(county, move |tx| {
                    let show = Show(CountId::from(Uuid::from_u128(u128::from(i) % 2)));
                    let entry = Entry::of(&show, Verb::Count, Actor::NOBODY, NOW, &mut chance(i));
                    tx.commit(&[entry], ())
                })
                .unwrap();
        }
        let before = store::record::verify::county(&ground.db, county).unwrap();
        // The county's own entry is the first.
        assert_eq!((before.sealed, before.waiting), (0, 6), "{}", ground.name);
        assert_eq!(ground.db.write_now(county, store::record::seal::waiting).unwrap(), 6);
        let after = store::record::verify::county(&ground.db, county).unwrap();
        assert_eq!(
            (after.sealed, after.waiting, after.problems.len()),
            (6, 0, 0),
            "{} {:?}",
            ground.name,
            after.problems
        );
        ground
            .db
            .write_now(county, |tx| {
                tx.run("UPDATE entry SET facts = $2 WHERE county_id = $1 AND seq = 3", store::args!["{}"])?;
                Ok::<_, Error>(tx.commit_quiet(store::Quiet::Nothing, ()))
            })
            .unwrap();
        let edited = store::record::verify::county(&ground.db, county).unwrap();
        assert_eq!(edited.problems, [store::record::verify::Problem::Chain { seq: 3 }], "{}", ground.name);
    }
}

/// One way to edit a sealed entry by hand, as SQL that both engines know; `$2` is its number.
const EDITS: &[(&str, &str)] = &[
    ("at", "UPDATE entry SET at = at + 1 WHERE county_id = $1 AND seq = $2"),
    ("turn", "UPDATE entry SET turn = turn + 1000 WHERE county_id = $1 AND seq = $2"),
    ("verb", "UPDATE entry SET verb = 'recount' WHERE county_id = $1 AND seq = $2"),
    ("verb, unreadable", "UPDATE entry SET verb = 'invent' WHERE county_id = $1 AND seq = $2"),
    ("noun", "UPDATE entry SET noun = 'meeting' WHERE county_id = $1 AND seq = $2"),
    ("noun, unreadable", "UPDATE entry SET noun = 'thing' WHERE county_id = $1 AND seq = $2"),
    ("post", "UPDATE entry SET post = 'auditor' WHERE county_id = $1 AND seq = $2"),
    ("post, unreadable", "UPDATE entry SET post = 'king' WHERE county_id = $1 AND seq = $2"),
    ("facts", "UPDATE entry SET facts = REPLACE(facts, '35', '36') WHERE county_id = $1 AND seq = $2"),
    ("seq", "UPDATE entry SET seq = seq + 1000 WHERE county_id = $1 AND seq = $2"),
    ("seq, negative", "UPDATE entry SET seq = -seq WHERE county_id = $1 AND seq = $2"),
    ("seq, taken away", "UPDATE entry SET seq = NULL WHERE county_id = $1 AND seq = $2"),
    ("hash_kind", "UPDATE entry SET hash_kind = 'md5' WHERE county_id = $1 AND seq = $2"),
    ("hash_kind, taken away", "UPDATE entry SET hash_kind = NULL WHERE county_id = $1 AND seq = $2"),
    ("hash, taken away", "UPDATE entry SET hash = NULL WHERE county_id = $1 AND seq = $2"),
    ("actor, taken away", "UPDATE entry SET actor = NULL WHERE county_id = $1 AND seq = $2"),
    (
        "matter, taken away",
        "DELETE FROM entry_matter WHERE county_id = $1 AND entry_id = (SELECT id FROM entry WHERE county_id = $1 AND seq = $2)",
    ),
    (
        "matter, put in",
        "INSERT INTO entry_matter (county_id, matter_id, entry_id) SELECT county_id, id, id FROM entry WHERE county_id = $1 AND seq = $2",
    ),
];

/// Edits that put bytes or an id in, given as `$3`.
const EDITS_WITH: &[(&str, &str)] = &[
    ("hash", "UPDATE entry SET hash = $3 WHERE county_id = $1 AND seq = $2"),
    ("actor", "UPDATE entry SET actor = $3 WHERE county_id = $1 AND seq = $2"),
    ("noun_id", "UPDATE entry SET noun_id = $3 WHERE county_id = $1 AND seq = $2"),
];

fn entry_at(i: u64) -> Entry {
    let show = Show(CountId::from(Uuid::from_u128(u128::from(i % 3))));
    let account = civic::id::AccountId::from(Uuid::from_u128(8));
    let actor = Actor { account: Some(account), post: None };
    Entry::of(&show, Verb::Count, actor, NOW.plus_millis(i64::try_from(i).unwrap()), &mut chance(i + 1))
}

#[test]
fn verify_finds_any_single_edited_column_of_a_sealed_entry() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    // The county's own and twelve more; the edits are made to those.
    const ENTRIES: i64 = 13;
    for ground in grounds() {
        let (db, county) = (ground.db.clone(), ground.county);
        for i in 0..12 {
            db.write_now(county, move |tx| tx.commit(&[entry_at(i)], ())).unwrap();
        }
        db.write_now(county, store::record::seal::waiting).unwrap();
        let verify = || store::record::verify::county(&ground.db, county).unwrap();
        let untouched = verify();
        assert_eq!((untouched.sealed, untouched.problems.len()), (ENTRIES, 0), "{}", ground.name);

        let edits = EDITS.len() + EDITS_WITH.len();
        let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
        let result = runner.run(&(0..edits, 2..=ENTRIES, any::<[u8; 32]>()), |(edit, seq, bytes)| {
            // The edit is made, looked at, and taken back by putting the old rows in again.
            let before = rows(&ground);
            let (name, touched) = match EDITS.get(edit) {
                Some((name, sql)) => (*name, change(&ground, sql, seq, None)),
                None => {
                    let (name, sql) = EDITS_WITH[edit - EDITS.len()];
                    let value = if name == "noun_id" {
                        store::Value::Id(Uuid::from_slice(&bytes[..16]).unwrap())
                    } else {
                        store::Value::Bytes(bytes.to_vec())
                    };
                    (name, change(&ground, sql, seq, Some(value)))
                }
            };
            prop_assert_eq!(touched, 1, "{}", name);
            let found = verify();
            restore(&ground, before);
            prop_assert!(!found.problems.is_empty(), "{}: {} of entry {} was edited unseen", ground.name, name, seq);
            prop_assert!(found.sealed >= ENTRIES - 2, "{}: one edit spoils {:?}", name, found.problems);
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
        assert_eq!(verify(), untouched, "{}", ground.name);
    }
}

fn change(ground: &crate::ground::Ground, sql: &'static str, seq: i64, value: Option<store::Value>) -> u64 {
    ground
        .db
        .write_now(ground.county, move |tx| {
            let mut args = vec![store::Value::Int(seq)];
            args.extend(value.clone());
            let rows = tx.run(sql, &args)?;
            Ok::<_, Error>(tx.commit_quiet(store::Quiet::Nothing, rows))
        })
        .unwrap()
}

/// Everything of the record's entries that the edits touch.
#[derive(Clone)]
struct Rows {
    entries: Vec<Row>,
    matters: Vec<(Uuid, Uuid)>,
}

#[derive(Clone)]
struct Row {
    id: Uuid,
    at: i64,
    turn: i64,
    verb: String,
    noun: String,
    noun_id: Uuid,
    post: Option<String>,
    actor: Option<Vec<u8>>,
    facts: String,
    seq: Option<i64>,
    hash_kind: Option<String>,
    hash: Option<Vec<u8>>,
}

impl store::FromRow for Row {
    fn from_row(row: &mut store::Reader<'_>) -> store::Result<Self> {
        Ok(Self {
            id: row.get()?,
            at: row.get()?,
            turn: row.get()?,
            verb: row.get()?,
            noun: row.get()?,
            noun_id: row.get()?,
            post: row.get()?,
            actor: row.get()?,
            facts: row.get()?,
            seq: row.get()?,
            hash_kind: row.get()?,
            hash: row.get()?,
        })
    }
}

fn rows(ground: &crate::ground::Ground) -> Rows {
    ground
        .db
        .read_now(ground.county, |tx| {
            Ok::<_, Error>(Rows {
                entries: tx.all(
                    "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry
                     WHERE county_id = $1",
                    &[],
                )?,
                matters: tx.all("SELECT matter_id, entry_id FROM entry_matter WHERE county_id = $1", &[])?,
            })
        })
        .unwrap()
}

fn restore(ground: &crate::ground::Ground, rows: Rows) {
    ground
        .db
        .write_now(ground.county, move |tx| {
            tx.run("DELETE FROM entry_matter WHERE county_id = $1", &[])?;
            for r in rows.entries.clone() {
                tx.change(
                    "UPDATE entry SET at = $3, turn = $4, verb = $5, noun = $6, noun_id = $7, post = $8, actor = $9, facts = $10,
                     seq = $11, hash_kind = $12, hash = $13 WHERE county_id = $1 AND id = $2",
                    store::args![r.id, r.at, r.turn, r.verb, r.noun, r.noun_id, r.post, r.actor, r.facts, r.seq, r.hash_kind, r.hash],
                )?;
            }
            for (matter, entry) in rows.matters.clone() {
                tx.run(
                    "INSERT INTO entry_matter (county_id, matter_id, entry_id) VALUES ($1, $2, $3)",
                    store::args![matter, entry],
                )?;
            }
            Ok::<_, Error>(tx.commit_quiet(store::Quiet::Nothing, ()))
        })
        .unwrap();
}

#[test]
fn an_entry_taken_out_or_put_in_by_hand_is_found() {
    for ground in grounds() {
        let (db, county) = (ground.db.clone(), ground.county);
        for i in 0..6 {
            db.write_now(county, move |tx| tx.commit(&[entry_at(i)], ())).unwrap();
        }
        db.write_now(county, store::record::seal::waiting).unwrap();
        let verify = || store::record::verify::county(&ground.db, county).unwrap();
        let take_out = |seq| {
            for sql in [
                "DELETE FROM entry_matter WHERE county_id = $1 AND entry_id = (SELECT id FROM entry WHERE county_id = $1 AND seq = $2)",
                "DELETE FROM entry_salt WHERE county_id = $1 AND entry_id = (SELECT id FROM entry WHERE county_id = $1 AND seq = $2)",
                "DELETE FROM entry WHERE county_id = $1 AND seq = $2",
            ] {
                change(&ground, sql, seq, None);
            }
        };
        take_out(7);
        assert_eq!(verify().problems, [Problem::Gap { seq: 7 }], "{}: the last one", ground.name);
        take_out(3);
        let problems = verify().problems;
        assert!(problems.contains(&Problem::Gap { seq: 3 }), "{}: {problems:?}", ground.name);
        assert!(problems.contains(&Problem::Chain { seq: 4 }), "{}: {problems:?}", ground.name);
    }
}

#[test]
fn an_entry_numbered_so_that_neither_chain_nor_sealing_sees_it_is_found() {
    for ground in grounds() {
        let (db, county) = (ground.db.clone(), ground.county);
        for i in 0..6 {
            db.write_now(county, move |tx| tx.commit(&[entry_at(i)], ())).unwrap();
        }
        db.write_now(county, store::record::seal::waiting).unwrap();
        let sealed = store::record::verify::county(&db, county).unwrap().sealed;
        db.write_now(county, move |tx| tx.commit(&[entry_at(6)], ())).unwrap();
        // The last entry of a noun decides what its row must say; this one would be the last without ever being sealed.
        for number in [0, -1] {
            let put = db.write_now(county, move |tx| {
                let sql =
                    "UPDATE entry SET seq = $2, hash_kind = 'sha256' WHERE county_id = $1 AND (seq IS NULL OR seq < 1)";
                tx.change(sql, store::args![number])?;
                Ok::<_, Error>(tx.commit_quiet(store::Quiet::Nothing, ()))
            });
            put.unwrap();
            let report = store::record::verify::county(&db, county).unwrap();
            let found = report.problems.iter().any(|p| matches!(p, Problem::Chain { seq } if *seq == number));
            assert!(found, "{}: {report:?}", ground.name);
            assert_eq!(report.sealed, sealed, "{}: the chain itself is whole", ground.name);
        }
    }
}

#[test]
fn the_record_verifies_while_it_is_written_and_sealed() {
    for ground in grounds() {
        let (db, county) = (ground.db.clone(), ground.county);
        let (writer, sealer) = (db.clone(), db.clone());
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let ended = stop.clone();
        let writes = std::thread::spawn(move || {
            for i in 0..150 {
                while writer.write_now(county, move |tx| tx.commit(&[entry_at(i)], ())) == Err(Error::Busy) {}
            }
        });
        let seals = std::thread::spawn(move || {
            while !ended.load(std::sync::atomic::Ordering::SeqCst) {
                match sealer.write_now(county, store::record::seal::waiting) {
                    Ok(_) | Err(Error::Busy) => std::thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            }
        });
        let mut looked = 0;
        while !writes.is_finished() {
            let report = store::record::verify::county(&db, county).unwrap();
            assert_eq!(report.problems, [], "{}", ground.name);
            looked += 1;
        }
        writes.join().unwrap();
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        seals.join().unwrap();
        while db.write_now(county, store::record::seal::waiting) != Ok(0) {}
        let report = store::record::verify::county(&db, county).unwrap();
        assert_eq!((report.sealed, report.waiting, report.problems.len()), (151, 0, 0), "{}", ground.name);
        assert!(looked > 1, "{}", ground.name);
    }
}

#[test]
fn two_programs_that_seal_at_once_make_one_chain() {
    let ground = crate::ground::on_postgres();
    let county = ground.county;
    for i in 0..40 {
        ground.db.write_now(county, move |tx| tx.commit(&[entry_at(i)], ())).unwrap();
    }
    let url = ground.postgres.clone().unwrap();
    let sealers: Vec<_> = (0..3)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let db = store::Db::open(&store::Options { url, threads: 1 }).unwrap();
                loop {
                    match db.write_now(county, store::record::seal::waiting) {
                        Ok(n) => return n,
                        Err(Error::Busy | Error::Clash) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    let sealed: usize = sealers.into_iter().map(|s| s.join().unwrap()).sum();
    assert_eq!(sealed, 41, "each entry is sealed by one of them");
    let report = store::record::verify::county(&ground.db, county).unwrap();
    assert_eq!((report.sealed, report.waiting, report.problems.len()), (41, 0, 0));
}

#[test]
fn every_noun_of_the_record_is_checked() {
    let ground = crate::ground::on_postgres();
    let mut client = crate::ground::postgres(ground.postgres.as_ref().unwrap());
    let tables: Vec<String> = client
        .query("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'", &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let checked = store::record::verify::nouns();
    let unchecked: Vec<&str> = Noun::ALL
        .iter()
        .filter(|noun| {
            // Some tables have other names than their nouns, since SQL or the stage knows the short one otherwise.
            let table = match noun {
                Noun::Option => "topic_option",
                Noun::Correction => "posting_correction",
                Noun::RulePack => "rule_activation",
                other => other.as_str(),
            };
            tables.iter().any(|known| known == table) && !checked.contains(noun)
        })
        .map(|noun| noun.as_str())
        // A file's row is its digest; its bytes are compared with it whenever they are read.
        .filter(|noun| *noun != "file")
        .collect();
    assert_eq!(unchecked, [""; 0], "these have a table and no line in `checks()`");
}
