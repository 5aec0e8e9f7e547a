//! What happens to an installation: its database is stopped and started while people send needs, its disk is full, it comes from the
//! release before. Nothing that was acknowledged is lost, what is wrong is said, and it goes on without a hand.

use crate::kill::{Outside, Program, Server, every_acknowledged_need_is_there_once, person, under_load};
use crate::operation::{Answer, need, read, request};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request(method, path, &address.to_string(), &[("cookie", "lang=en")], body).as_bytes()).unwrap();
    read(stream)
}

#[test]
fn a_postgresql_stopped_and_started_under_load_loses_nothing_and_is_found_again() {
    let server = Server::start();
    let mut program = Program::install("stopped", Some(server.url.clone()));
    let mut said = 0;
    under_load(&mut program, 6, |program, _| {
        server.control("halt");
        let began = Instant::now();
        let page = ask(program.address, "GET", "/", "");
        // The page that says so does not come later than somebody would press again.
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        assert_eq!(page.status, 503, "{}", page.body);
        assert!(page.body.contains("Busy, please wait") && page.body.contains("嘉禾县"), "{}", page.body);
        assert_eq!(ask(program.address, "GET", "/healthz", "").status, 200, "it lives");
        assert_eq!(ask(program.address, "GET", "/readyz", "").status, 503, "and can serve nobody");
        said += 1;
        server.control("again");
        let began = Instant::now();
        while ask(program.address, "GET", "/readyz", "").status != 200 {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not find its way back");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert_eq!(said, 6);
}

/// Whether this machine lets a test have a disk of its own.
fn may_mount() -> Option<Vec<&'static str>> {
    [vec!["unshare", "-m"], vec!["unshare", "-r", "-m"]].into_iter().find(|way| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]);
        command.stderr(Stdio::null()).status().is_ok_and(|ended| ended.success())
    })
}

/// A program on a disk of 24 MiB that only it and its children see.
struct Small {
    outside: PathBuf,
    child: std::process::Child,
    server: u32,
    address: SocketAddr,
}

const SCRIPT: &str = r#"
mount -t tmpfs -o size=24m tmpfs "$DATA" || exit 9
"$BIN" county create --name 嘉禾县 --code 429990 --officer 何平 --places "$PLACES" --data "$DATA" >"$OUT/made" || exit 8
"$BIN" serve --data "$DATA" --listen "$LISTEN" --behind-proxy true --log-level warn >/dev/null 2>"$OUT/log" &
echo $! >"$OUT/pid.part" && mv "$OUT/pid.part" "$OUT/pid"
wait $!
echo "served $?"
"$BIN" verify --data "$DATA" --lang en
echo "verified $?"
"$BIN" backup "$OUT/after.zip" --data "$DATA"
echo "saved $?"
"#;

impl Small {
    fn start(way: &[&str]) -> Self {
        let outside = std::env::temp_dir().join(format!("wugong-full-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&outside);
        let data = outside.join("data");
        std::fs::create_dir_all(&data).unwrap();
        let address = crate::program::free_address();
        let places = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/places-example.csv");
        let child = Command::new(way[0])
            .args(&way[1..])
            .args(["sh", "-c", SCRIPT])
            .env("DATA", &data)
            .env("OUT", &outside)
            .env("BIN", env!("CARGO_BIN_EXE_wugong"))
            .env("PLACES", &places)
            .env("LISTEN", address.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while !outside.join("pid").exists() || TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "it does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        let server: u32 = std::fs::read_to_string(outside.join("pid")).unwrap().trim().parse().unwrap();
        Self { outside, child, server, address }
    }

    /// On the disk as the server sees it.
    fn filler(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}/filler", self.server, self.outside.join("data").display()))
    }

    fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        let block = [0_u8; 4096];
        while file.write_all(&block).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    /// Stops it in order; answers what the script said, and what was on the disk, brought out by a backup.
    fn stop(mut self) -> (String, Program) {
        assert!(Command::new("kill").args(["-TERM", &self.server.to_string()]).status().unwrap().success());
        let mut said = String::new();
        std::io::Read::read_to_string(&mut self.child.stdout.take().unwrap(), &mut said).unwrap();
        self.child.wait().unwrap();
        let data = std::env::temp_dir().join(format!("wugong-full-after-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        let database = data.join("wugong.db").display().to_string();
        let program = Program { data, database, address: self.address, child: None };
        std::fs::create_dir_all(&program.data).unwrap();
        let archive = self.outside.join("after.zip").display().to_string();
        let back = program.command(&["restore", &archive]).output().unwrap();
        assert!(back.status.success(), "{said}{}", String::from_utf8_lossy(&back.stderr));
        (said, program)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-9", &self.server.to_string()]).stderr(Stdio::null()).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.outside);
    }
}

#[test]
fn a_full_disk_is_said_loses_nothing_and_is_over_when_there_is_room() {
    let Some(way) = may_mount() else {
        eprintln!("not run: this machine lets nobody mount, not even in a namespace of one's own");
        return;
    };
    let small = Small::start(&way);
    let address = small.address;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outside = Arc::new(Outside::default());
    let people: Vec<_> = (0..8).map(|number| runtime.spawn(person(address, number, outside.clone()))).collect();
    let count = || outside.count.load(Ordering::SeqCst);
    let until = |what: &str, ready: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !ready() {
            assert!(people.iter().all(|person| !person.is_finished()), "{what}: somebody gave up");
            assert!(began.elapsed() < Duration::from_secs(100), "never: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    for round in 0..2 {
        let so_far = count();
        until("needs are acknowledged", &|| count() >= so_far + 40);
        small.fill();
        let refused = outside.again.load(Ordering::SeqCst);
        until("needs are refused", &|| outside.again.load(Ordering::SeqCst) >= refused + 8);
        // What was typed comes back with the page that says so; reading goes on.
        let page = ask(address, "POST", "/need", &need(0x7700 + round, "the+lane+floods+again"));
        assert_eq!(page.status, 503, "{}", page.body);
        assert!(page.body.contains("There is no room left to save it"), "{}", page.body);
        assert!(page.body.contains("the lane floods again"), "{}", page.body);
        for path in ["/", "/p/429990101201", "/record", "/need"] {
            assert_eq!(ask(address, "GET", path, "").status, 200, "{path}");
        }
        small.make_room();
    }
    let so_far = count();
    until("needs are acknowledged again", &|| count() >= so_far + 40);
    outside.stop.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        for person in people {
            person.await.unwrap();
        }
    });
    let (said, after) = small.stop();
    for says in ["served 0", "Nothing was changed.", "verified 0", "saved 0"] {
        assert!(said.contains(says), "{says}: {said}");
    }
    every_acknowledged_need_is_there_once(&after, &outside);
}

/// A county that the release before made over HTTP, from nothing to its first resolution, and backed up: schema up to
/// `0007_representative`, entries as that release wrote them. `slip` leads to its need.
const BEFORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/release-0007.zip");

/// Brings it into a database of that engine, at the schema that it was made under.
fn as_it_was(url: &str) -> store::Db {
    let mut reader = wugong::archive::Reader::open(Path::new(BEFORE)).unwrap();
    reader.check().unwrap();
    let numbers: Vec<i64> = reader.manifest.schema.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7], "as the release before left it");
    let db = store::Db::open(&store::Options { url: url.to_owned(), threads: 2 }).unwrap();
    store::migrate::only(&db, &numbers, wugong::installation::now()).unwrap();
    let rows = store::copy::into(url, &mut reader).unwrap();
    assert!(rows > 200, "{rows} rows");
    db
}

fn upgraded(engine: &str, place: &crate::program::Place, url: &str) {
    std::fs::create_dir_all(place.0.join("data")).unwrap();
    let db = as_it_was(url);
    assert!(!store::migrate::waiting(&db).unwrap().is_empty(), "{engine}: there is something to do");
    let county = db.shared_now(false, store::people::county::all).unwrap().remove(0).id;
    let number = |sql: &'static str| db.read_now(county, move |tx| tx.number(sql, &[])).unwrap();
    let count = || {
        [
            number("SELECT COUNT(*) FROM entry WHERE county_id = $1"),
            number("SELECT COUNT(*) FROM need WHERE county_id = $1"),
            number("SELECT COUNT(*) FROM resident WHERE county_id = $1"),
            number("SELECT COUNT(*) FROM resolution WHERE county_id = $1"),
        ]
    };
    let before = count();
    // The program says what to do, a backup is made first, and then it is brought up to date.
    let refused = place.run(&["serve", "--database", url]);
    assert_eq!(refused.code, 4, "{engine}: {refused:?}");
    let saved = place.run(&["backup", &place.file("before.zip"), "--database", url]);
    assert_eq!(saved.code, 1, "{engine}: its photo is not beside this database: {saved:?}");
    assert!(saved.err.contains("files were not to be had"), "{engine}: {saved:?}");
    let migrated = place.run(&["migrate", "--database", url]);
    assert!(migrated.code == 0 && migrated.out.contains("was brought up to date"), "{engine}: {migrated:?}");
    assert_eq!(count(), before, "{engine}: nothing came or went");
    let verified = place.run(&["verify", "--database", url, "--lang", "en"]);
    assert!(verified.code == 0 && verified.out.contains("Nothing was changed."), "{engine}: {verified:?}");

    // The secret came with it, so its slip opens; and every page that a visitor reaches from the home page is there.
    let mut reader = wugong::archive::Reader::open(Path::new(BEFORE)).unwrap();
    std::fs::write(place.0.join("data/secret"), reader.bytes("beside/secret").unwrap()).unwrap();
    let server = place.serve(&["serve", "--database", url]);
    let mut seen = std::collections::BTreeSet::new();
    let mut next = vec!["/".to_owned(), "/meetings".to_owned(), "/postings".to_owned(), "/waivers".to_owned()];
    while let Some(path) = next.pop() {
        if seen.len() >= 120 || !seen.insert(path.clone()) {
            continue;
        }
        let (status, page) = server.get(&path);
        assert!(status == 200 || status == 303, "{engine}: {path} answers {status}");
        for link in page.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
            let inside = ["p/", "m/", "r/", "meetings", "postings", "record", "rules"]
                .iter()
                .any(|start| link.starts_with(start));
            if inside && !link.contains("export") {
                next.push(format!("/{}", link.replace("&amp;", "&").replace("&#38;", "&")));
            }
        }
    }
    for kind in ["/m/", "/r/", "/meetings/", "/postings/", "/p/"] {
        assert!(seen.iter().any(|path| path.starts_with(kind)), "{engine}: no page of {kind} was reached: {seen:?}");
    }
    server.signal("-TERM");
    assert_eq!(server.ended().0, 0);
    // What was written since (the sealing of the day) still adds up.
    assert_eq!(place.run(&["verify", "--database", url]).code, 0, "{engine}");
}

#[test]
fn a_database_of_the_release_before_is_brought_up_to_date_with_everything_in_it() {
    let place = crate::program::Place::new();
    std::fs::create_dir_all(place.0.join("data")).unwrap();
    upgraded("sqlite", &place, &place.file("data/wugong.db"));

    let server = std::env::var("WUGONG_TEST_POSTGRES").expect("WUGONG_TEST_POSTGRES is not set: run ./x test");
    let name = format!("upgrade_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let place = crate::program::Place::new();
    upgraded("postgres", &place, &format!("{}/{name}", server.rsplit_once('/').unwrap().0));
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

#[test]
fn a_backup_of_the_release_before_restores_into_this_one() {
    let place = crate::program::Place::new();
    let back = place.run(&["restore", BEFORE, "--lang", "en"]);
    assert!(back.code == 0 && back.out.contains("Nothing was changed."), "{back:?}");
    let server = place.serve(&["serve"]);
    assert_eq!(server.get("/").0, 200);
}
