//! Backup and restore: an archive made while people send needs holds exactly what was acknowledged up to its point, restores into
//! either engine, and whatever is wrong with a file is said.

use crate::kill::{Outside, Program, Server, at_need, person};
use crate::program::Place;
use crate::town::on_both;
use civic::people::standing::Post;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Db, Options};
use uuid::Uuid;
use wugong::archive::{Manifest, Reader, Writer};
use wugong::settings::{Flags, Settings};

const CLIENTS: usize = 16;

fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    let began = Instant::now();
    while !ready() {
        assert!(began.elapsed() < Duration::from_secs(120), "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The keys of the forms that a database holds.
fn kept(database: &str) -> BTreeSet<Uuid> {
    let db = Db::open(&Options { url: database.to_owned(), threads: 1 }).unwrap();
    let county = db.shared_now(false, store::people::county::all).unwrap().remove(0).id;
    let number = |sql: &'static str| db.read_now(county, move |tx| tx.number(sql, &[])).unwrap();
    let kept: BTreeSet<Uuid> = db
        .read_now(county, |tx| tx.all::<(Uuid,)>("SELECT form FROM form_key WHERE county_id = $1", &[]))
        .unwrap()
        .into_iter()
        .map(|(form,)| form)
        .collect();
    for sql in [
        "SELECT COUNT(*) FROM need WHERE county_id = $1",
        "SELECT COUNT(*) FROM matter WHERE county_id = $1",
        "SELECT COUNT(*) FROM entry WHERE county_id = $1 AND noun = 'need' AND verb = 'create'",
    ] {
        assert_eq!(usize::try_from(number(sql)).unwrap(), kept.len(), "{sql}");
    }
    kept
}

/// A backup while sixteen people send needs; `elsewhere` is an empty database of the other engine.
fn in_the_middle_of_load(program: &mut Program, elsewhere: &str) {
    program.start();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outside = Arc::new(Outside::default());
    let people: Vec<_> =
        (0..CLIENTS).map(|number| runtime.spawn(person(program.address, number, outside.clone()))).collect();
    let count = || outside.count.load(Ordering::SeqCst);
    wait_for("some needs", || count() >= 10 * CLIENTS);
    let forms = |outside: &Outside| outside.acknowledged.lock().unwrap().keys().copied().collect::<BTreeSet<Uuid>>();
    let before = forms(&outside);
    let archive = program.data.join("middle.zip");
    let archive = archive.to_str().unwrap();
    let made = program.command(&["backup", archive]).output().unwrap();
    let after = forms(&outside);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let so_far = count();
    wait_for("more needs", || count() >= so_far + 5 * CLIENTS);
    outside.stop.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        for person in people {
            person.await.unwrap();
        }
    });
    assert_eq!(outside.again.load(Ordering::SeqCst), 0, "no write failed or had to be sent again");
    assert!(after.len() > before.len(), "people went on sending while the backup was made");
    let all = forms(&outside);
    program.kill();

    for (name, database) in [("own", None), ("other", Some(elsewhere))] {
        let data = program.data.join(name);
        let database = database.map_or_else(|| data.join("wugong.db").display().to_string(), str::to_owned);
        let restored = Program { data, database, address: program.address, child: None };
        std::fs::create_dir_all(&restored.data).unwrap();
        let back = restored.command(&["restore", archive, "--lang", "en"]).output().unwrap();
        let said = String::from_utf8_lossy(&back.stdout).into_owned() + &String::from_utf8_lossy(&back.stderr);
        assert!(back.status.success() && said.contains("Nothing was changed."), "{said}");
        let keys = |forms: &BTreeSet<Uuid>| forms.iter().map(|form| at_need(*form).0).collect::<BTreeSet<Uuid>>();
        let there = kept(&restored.database);
        assert!(keys(&before).is_subset(&there), "what was acknowledged before is there");
        assert!(there.is_subset(&keys(&all)), "what is there was acknowledged");
        // What was under way when the backup ended may be in it or not: at most one form of each person.
        assert!(there.difference(&keys(&after)).count() <= CLIENTS, "nothing that was sent after the backup");
        // Each person sends one form after the other, so whatever is there stands behind all of that person's earlier ones.
        for form in &all {
            let (person, turn) = form.as_u64_pair();
            if turn > 1 && there.contains(&at_need(*form).0) {
                assert!(there.contains(&at_need(Uuid::from_u64_pair(person, turn - 1)).0), "{person}/{turn}");
            }
        }
        println!("{name}: {} before, {} in the backup, {} in all", before.len(), there.len(), all.len());
        let verified = restored.command(&["verify", "--lang", "en"]).output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        // It serves, and a slip opens: codes are checked with the secret, which came along.
        let mut restored = restored;
        restored.start();
        let acknowledged = outside.acknowledged.lock().unwrap();
        let (_, to) = acknowledged.iter().find(|(form, _)| there.contains(&at_need(**form).0)).unwrap();
        let opened = runtime.block_on(async {
            let mut connection = wugong::bench::http::Connection::open(restored.address).await.unwrap();
            let request = wugong::bench::http::get(to.split('?').next().unwrap(), &restored.address.to_string());
            connection.send(&request).await.unwrap().status
        });
        assert_eq!(opened, 200, "{to}");
        restored.kill();
    }
}

/// An empty database of the test's server.
fn on_postgres() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("WUGONG_TEST_POSTGRES").expect("WUGONG_TEST_POSTGRES is not set: run ./x test");
    let name = format!("backup_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

#[test]
fn a_backup_in_the_middle_of_load_holds_what_was_acknowledged_up_to_its_point() {
    let mut program = Program::install("backup", None);
    in_the_middle_of_load(&mut program, &on_postgres());
}

#[test]
fn a_backup_of_postgresql_in_the_middle_of_load_holds_what_was_acknowledged_up_to_its_point() {
    let server = Server::start();
    let mut program = Program::install("backup-postgres", Some(server.url.clone()));
    let elsewhere = program.data.join("elsewhere.db").display().to_string();
    // Its own engine the second time as well: the database of the other name is PostgreSQL's.
    in_the_middle_of_load(&mut program, &elsewhere);
    let data = program.data.join("third");
    let again = Program { data, database: on_postgres(), address: program.address, child: None };
    std::fs::create_dir_all(&again.data).unwrap();
    let archive = program.data.join("middle.zip");
    let back = again.command(&["restore", archive.to_str().unwrap()]).output().unwrap();
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    assert_eq!(kept(&again.database), kept(&elsewhere));
}

fn settings(data: &Path, database: &str) -> Settings {
    let flags =
        Flags { data: Some(data.display().to_string()), database: Some(database.to_owned()), ..Flags::default() };
    Settings::read(&flags, &BTreeMap::new(), None).unwrap()
}

/// Every row of every table that is copied, by table.
fn rows(url: &str) -> BTreeMap<String, Vec<String>> {
    #[derive(Default)]
    struct Rows(BTreeMap<String, Vec<String>>);
    impl store::copy::Sink for Rows {
        fn begin(&mut self, table: &store::copy::Table) -> std::io::Result<()> {
            self.0.insert(table.name.clone(), Vec::new());
            Ok(())
        }
        fn row(&mut self, table: &store::copy::Table, row: &[store::Value]) -> std::io::Result<()> {
            let mut row: Vec<_> = table.columns.iter().map(|(name, _)| name).zip(row).collect();
            row.sort_by_key(|(name, _)| (*name).clone());
            self.0.get_mut(&table.name).unwrap().push(format!("{row:?}"));
            Ok(())
        }
        fn end(&mut self, _: &store::copy::Table, _: u64) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut rows = Rows::default();
    store::copy::out(url, &mut rows).unwrap();
    rows.0
}

fn empty_place(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("wugong-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn every_row_and_file_goes_over_to_the_other_engine_and_who_was_erased_since_stays_erased() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let other = town.villager(town.hamlet, home, "葛小山");
        town.phone("13900001234", &[who]);
        town.public_matter(town.hamlet, "西巷一下雨就淹");
        town.staff(Post::Committee, town.village).get("/work").ok();
        let photo = town.app.setup().files.keep(b"a picture").unwrap();
        let lost = [9; 32];
        for digest in [photo, lost] {
            let file = store::files::File {
                id: town.id(),
                digest,
                media_type: "一\n\t\\N\r\u{1}\"\\.".into(),
                bytes_len: 9,
                kind: store::files::FileKind::Scan,
                created_at: town.now(),
            };
            town.write(move |tx| {
                store::files::put(tx, &file)?;
                Ok(tx.commit_quiet(store::Quiet::Nothing, ()))
            });
        }
        town.seal();
        let from = settings(&town.data, &town.url);
        let archive = town.data.join("backups");
        std::fs::create_dir_all(&archive).unwrap();
        let made = wugong::backup::run(&from, &archive, town.now()).unwrap();
        assert_eq!(made.path.file_name().unwrap(), "wugong-2026-04-12-010000Z.zip", "named by the moment, in UTC");
        assert_eq!((made.files, made.missing.len()), (2, 1), "{made:?}");
        assert!(
            wugong::backup::run(&from, &made.path, town.now()).unwrap_err().to_string().contains("overwrites nothing")
        );
        let left: Vec<_> = std::fs::read_dir(&archive).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing half-written lies about");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&made.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let mut as_it_was = rows(&town.url);
        // The note of the backup came after its moment.
        assert_eq!(as_it_was.insert("backup".into(), Vec::new()).unwrap().len(), 1);

        // The day after, somebody erases.
        let signed = town.resident(who);
        signed.get("/mine/erase").form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        let worker = wugong::work::Worker::new(town.app.clone());
        worker.jobs(&wugong::messages::File::new(&town.data)).unwrap();
        let erased = town.data.join(wugong::erase_again::NAME);
        assert!(erased.exists());

        let data = empty_place(&format!("restored-{}", town.engine));
        let url = if town.engine == "sqlite" { on_postgres() } else { data.join("wugong.db").display().to_string() };
        let into = settings(&data, &url);
        let words = site::frame::W::new(Arc::new(site::frame::Words::load()), site::frame::Lang::En);
        // First without the list: everything is as it was.
        let options =
            wugong::restore::Restore { file: made.path.clone(), erased: None, keep_altered: false, lang: None };
        let said = wugong::restore::run(&into, &options, &words).unwrap();
        assert!(said.contains("1 files were not to be had") && said.contains("Nothing was changed."), "{said}");
        let back = rows(&url);
        for (table, rows) in &as_it_was {
            assert_eq!(back.get(table), Some(rows), "{table}");
        }
        assert_eq!(
            std::fs::read(data.join("files").join(&civic::hex::hex(&photo)[..2]).join(&civic::hex::hex(&photo)[2..]))
                .unwrap(),
            b"a picture"
        );
        // There is something now, so a second one is refused and changes nothing.
        let refused = wugong::restore::run(&into, &options, &words).unwrap_err();
        assert_eq!(refused.code, 2, "{refused}");
        assert_eq!(rows(&url), back);

        let data = empty_place(&format!("restored-again-{}", town.engine));
        let url = if town.engine == "sqlite" { on_postgres() } else { data.join("wugong.db").display().to_string() };
        let options =
            wugong::restore::Restore { file: made.path, erased: Some(erased), keep_altered: false, lang: None };
        let said = wugong::restore::run(&settings(&data, &url), &options, &words).unwrap();
        assert!(said.contains("erased again"), "{said}");
        let db = Db::open(&Options { url, threads: 1 }).unwrap();
        let name = move |id| db.read_now(town.county, move |tx| store::people::resident::get(tx, id)).unwrap().name;
        assert_eq!(name(who), "");
        assert_eq!(name(other), "葛小山");
        assert!(data.join(wugong::erase_again::NAME).exists(), "the next restore needs it too");
    });
}

/// Writes an archive anew with some parts changed; the manifest fits it again, as somebody who knows the format would make it.
fn forged(from: &Path, to: &Path, change: impl Fn(&str, Vec<u8>) -> Vec<u8>, manifest: impl Fn(&mut Manifest)) {
    let mut reader = Reader::open(from).unwrap();
    let mut writer = Writer::new(std::fs::File::create(to).unwrap());
    for part in reader.manifest.parts.clone() {
        let bytes = reader.bytes(&part.name).unwrap();
        writer.part(&part.name, true, &change(&part.name, bytes)).unwrap();
    }
    let mut forged = reader.manifest.clone();
    manifest(&mut forged);
    writer.finish(forged).unwrap();
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_the_place_stays_empty() {
    let place = Place::new();
    let none = place.run(&["backup", &place.file("none.zip")]);
    assert!(none.code == 1 && none.err.contains("there is no database"), "{none:?}");
    place.county();
    // What a server does before it ends: it seals.
    let server = place.serve(&["serve"]);
    server.signal("-TERM");
    assert_eq!(server.ended().0, 0);
    let nowhere = place.run(&["backup", &place.file("no/such/folder/x.zip")]);
    assert!(nowhere.code == 1 && nowhere.err.contains("cannot be written"), "{nowhere:?}");
    let good = place.file("good.zip");
    let made = place.run(&["backup", &good]);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.out.contains("429990000000 嘉禾县: 10 sealed entries, the last seal is "), "{made:?}");

    let bad = PathBuf::from(place.file("bad.zip"));
    let bytes = std::fs::read(&good).unwrap();
    let other = Place::new();
    let refused = |code: i32, says: &str| {
        let ended = other.run(&["restore", bad.to_str().unwrap(), "--lang", "en"]);
        assert_eq!(ended.code, code, "{says}: {ended:?}");
        assert!(ended.err.contains(says), "{says}: {ended:?}");
        assert!(!ended.err.contains("panicked"), "{ended:?}");
        let left = other.0.join("data");
        let left: Vec<_> =
            std::fs::read_dir(&left).map(|dir| dir.map(|e| e.unwrap().path()).collect()).unwrap_or_default();
        assert_eq!(left, Vec::<PathBuf>::new(), "{says}");
    };
    std::fs::write(&bad, "a letter").unwrap();
    refused(5, "is no backup of this program");
    std::fs::write(&bad, "").unwrap();
    refused(5, "is no backup of this program");
    for cut in [10, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&bad, &bytes[..cut]).unwrap();
        refused(5, "cut short or damaged");
    }
    // A bit falls over somewhere: found wherever it is.
    for at in (40..bytes.len() - 40).step_by(bytes.len() / 23) {
        let mut fallen = bytes.clone();
        fallen[at] ^= 0x10;
        std::fs::write(&bad, &fallen).unwrap();
        let ended = other.run(&["restore", bad.to_str().unwrap()]);
        // A few bytes of a zip file say nothing that is used, such as the date of a part.
        if ended.code == 0 {
            std::fs::remove_dir_all(other.0.join("data")).unwrap();
        } else {
            assert_eq!(ended.code, 5, "byte {at}: {ended:?}");
        }
    }
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&bad).unwrap());
    zip.start_file("holiday.jpg", zip::write::SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap();
    refused(5, "it has no manifest");
    let same = |_: &str, bytes: Vec<u8>| bytes;
    forged(Path::new(&good), &bad, same, |m| m.format = "wugong.backup.2".into());
    refused(5, "a newer program made it");
    forged(Path::new(&good), &bad, same, |m| m.schema.push((9999, "9999_later".into())));
    refused(5, "does not know 9999_later");
    forged(Path::new(&good), &bad, same, |m| m.tables[0].rows += 1);
    refused(5, "its manifest speaks of");
    let without =
        |table: &'static str| move |name: &str, bytes: Vec<u8>| if name.contains(table) { Vec::new() } else { bytes };
    forged(Path::new(&good), &bad, without("/place."), |m| {
        m.tables.iter_mut().filter(|t| t.name == "place").for_each(|t| t.rows = 0);
    });
    refused(5, "refers to");
    forged(
        Path::new(&good),
        &bad,
        |name, bytes| if name.contains("/place.") { b"[1]\n".to_vec() } else { bytes },
        |_| {},
    );
    refused(5, "line 1 of tables/place.jsonl is no row of that table");
    forged(Path::new(&good), &bad, same, |m| m.tables.retain(|t| t.name != "form_key"));
    refused(5, "the table form_key is missing");

    // Somebody edits a row and makes the sums fit again. The record knows better.
    let edited = |name: &str, bytes: Vec<u8>| {
        if name != "tables/place.jsonl" {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("竹溪村"));
        text.replace("竹溪村", "竹西村").into_bytes()
    };
    forged(Path::new(&good), &bad, edited, |_| {});
    refused(3, "name differs from the record");
    // Or takes the end of the record away.
    let shorter = |name: &str, bytes: Vec<u8>| {
        bytes.into_iter().take(if name.contains("/entry_head.") { 0 } else { usize::MAX }).collect()
    };
    forged(Path::new(&good), &bad, shorter, |m| {
        m.tables.iter_mut().filter(|t| t.name == "entry_head").for_each(|t| t.rows = 0)
    });
    refused(3, "the record of the backup does not add up");
    // Who wants it all the same gets it, and is told.
    forged(Path::new(&good), &bad, edited, |_| {});
    let kept = other.run(&["restore", bad.to_str().unwrap(), "--keep-altered"]);
    assert_eq!(kept.code, 0, "{kept:?}");
    assert!(kept.out.contains("although its record does not add up"), "{kept:?}");
    assert_eq!(other.run(&["verify"]).code, 3);

    let again = other.run(&["restore", &good]);
    assert!(again.code == 2 && again.err.contains("is there already"), "{again:?}");
    let third = Place::new();
    let back = third.run(&["restore", &good]);
    assert_eq!(back.code, 0, "{back:?}");
    let server = third.serve(&["serve"]);
    assert!(server.get("/").1.contains("嘉禾县"));
    let one: Vec<u8> = std::fs::read(place.0.join("data/secret")).unwrap();
    assert_eq!(std::fs::read(third.0.join("data/secret")).unwrap(), one);
}
