//! The program itself, as an operator runs it: commands, exit codes, what stands on the terminal and in the log.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A folder of data for one test, in which the program is run.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("wugong-program-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wugong"));
        for (name, _) in std::env::vars() {
            if name.starts_with("WUGONG_") {
                command.env_remove(name);
            }
        }
        command
            .env("LANG", "C")
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .args(args)
            .args(["--data", &self.file("data")]);
        command
    }
    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.command(args).output().unwrap())
    }
    /// A county in a fresh database; answers what the terminal said.
    pub fn county(&self) -> String {
        let places = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/places-example.csv");
        let county =
            ["county", "create", "--name", "嘉禾县", "--code", "429990", "--places", places, "--officer", "柳清"];
        let made = self.run(&county);
        assert_eq!(made.code, 0, "{made:?}");
        made.out
    }
    /// Starts a server and waits until it answers.
    pub fn serve(&self, args: &[&str]) -> Server {
        let mut child = self
            .command(&[args, &["--listen", "127.0.0.1:0", "--log", "json"]].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            log.read_to_string(&mut text).unwrap();
            text
        });
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut greeting, mut address) = (String::new(), None);
        while address.is_none() {
            let mut line = String::new();
            if out.read_line(&mut line).unwrap() == 0 {
                child.wait().unwrap();
                panic!("the server ended: {greeting}\n{}", log.join().unwrap());
            }
            address = line.split("http://").nth(1).map(|rest| rest.split_whitespace().next().unwrap().to_owned());
            greeting.push_str(&line);
        }
        // What follows is read to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Server { child, address: address.unwrap(), log: Some(log), greeting }
    }
}
impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An address for a server that is told its port. Below the ports that the system hands out by itself: one of those, looked for and
/// let go, can belong to some other connection before the server takes it.
pub fn free_address() -> std::net::SocketAddr {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97);
    loop {
        let next = first.wrapping_add(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let port = 20_000 + u16::try_from(next % 12_000).unwrap();
        if let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}

#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}
impl Ended {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub struct Server {
    child: Child,
    pub address: String,
    pub greeting: String,
    log: Option<std::thread::JoinHandle<String>>,
}
impl Server {
    /// Status and body of a page.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address).unwrap();
        answer(stream)
    }
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
    /// Waits for the end; answers exit code and log.
    pub fn ended(mut self) -> (i32, String) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code().unwrap_or(-1), self.log.take().unwrap().join().unwrap());
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    (status, text.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned()))
}

#[test]
fn a_county_is_made_served_and_its_officer_gets_in_by_the_link() {
    let place = Place::new();
    let said = place.county();
    assert!(said.contains("嘉禾县 is made, with 7 places"), "{said}");
    let link = said.split("http://127.0.0.1:8080").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let listed = place.run(&["county", "list"]);
    assert!(listed.out.starts_with("429990000000 嘉禾县"), "{listed:?}");
    let server = place.serve(&["serve"]);
    assert!(server.greeting.contains("Wugong serves 嘉禾县 at http://127.0.0.1:"), "{}", server.greeting);
    assert_eq!(server.get("/healthz"), (200, "ok\n".into()));
    assert_eq!(server.get("/readyz"), (200, "ok\n".into()));
    let (status, page) = server.get(&link);
    assert_eq!(status, 200);
    assert!(page.contains("设密码") && page.contains("officer"), "{page}");
    assert!(!server.get("/").1.contains("这是演示"), "a real county is no demo");
    assert_eq!(server.get("/demo").0, 404);
    // No day passes in a real county but by waiting.
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let form = "days=16&before=0";
    write!(
        stream,
        "POST /demo/days HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        server.address,
        form.len()
    )
    .unwrap();
    assert_eq!(answer(stream).0, 404);
    server.signal("-TERM");
    let (code, log) = server.ended();
    assert_eq!(code, 0, "{log}");
    // The log names routes and neither codes nor what was asked.
    assert!(log.contains("/staff-link/{token}") && !log.contains(&link[12..]), "{log}");
    assert!(log.lines().all(|line| line.starts_with('{')), "{log}");
    assert!(log.contains("messages and sign-in codes are only written to"), "{log}");
}

#[test]
fn a_server_refuses_a_database_that_is_older_than_the_program() {
    let place = Place::new();
    let refused = place.run(&["serve"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("wugong migrate") && refused.err.contains("0001_house"), "{refused:?}");
    assert_eq!(place.run(&["verify"]).code, 4);
    assert!(place.run(&["migrate"]).out.contains("was brought up to date"));
    assert!(place.run(&["migrate"]).out.contains("up to date already"));
    let server = place.serve(&["serve"]);
    assert!(server.greeting.contains("no county yet"), "{}", server.greeting);
    assert_eq!(server.get("/healthz"), (200, "ok\n".into()), "it lives");
    assert_eq!(server.get("/readyz"), (503, "no county yet\n".into()), "and serves nobody yet");
    drop(server);
    let other = Place::new();
    let server = other.serve(&["serve", "--migrate"]);
    server.signal("-INT");
    assert_eq!(server.ended().0, 0);
}

#[test]
fn who_sends_a_file_that_is_too_large_sees_the_page_that_says_so() {
    let place = Place::new();
    place.county();
    let server = place.serve(&["serve"]);
    let (chunk, chunks) = (vec![b'x'; 1024 * 1024], 30_usize);
    // As a browser does: everything is sent before the answer is read.
    for path in ["/need", "/sign-in/phone"] {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let head = "--b\r\nContent-Disposition: form-data; name=\"say\"; filename=\"a.wav\"\r\n\r\n";
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n\
             Content-Length: {}\r\n\r\n{head}",
            server.address,
            head.len() + chunks * chunk.len()
        )
        .unwrap();
        for _ in 0..chunks {
            stream.write_all(&chunk).unwrap();
        }
        let (status, page) = answer(stream);
        assert_eq!(status, 413, "{path}");
        assert!(page.contains("太大"), "{path}: {page}");
    }
}

#[test]
fn requests_that_have_begun_end_before_the_server_does_and_the_file_is_whole() {
    let place = Place::new();
    place.county();
    let server = place.serve(&["serve"]);
    let body = "by=phone&phone=13900001234";
    let mut slow = TcpStream::connect(&server.address).unwrap();
    let length = body.len();
    write!(
        slow,
        "POST /sign-in/phone HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{}",
        server.address,
        &body[..10]
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let (status, _) = answer(slow);
    assert_eq!(status, 200);
    assert_eq!(server.ended().0, 0);
    let log = place.0.join("data/wugong.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |m| m.len()) == 0, "the write-ahead log is empty");
    // What the command wrote before was sealed, at the latest at the end.
    let checked = place.run(&["verify", "--lang", "zh-CN"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains("封存的10笔对得上") && checked.out.contains("没有任何改动"), "{checked:?}");
}

#[test]
fn verify_says_noun_id_field_and_entry_of_a_row_edited_by_hand() {
    let place = Place::new();
    place.county();
    let whole = place.run(&["verify"]);
    assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{whole:?}");
    assert!(whole.out.ends_with("Nothing was changed.\n"), "{whole:?}");
    let conn = rusqlite::Connection::open(place.0.join("data/wugong.db")).unwrap();
    let edited = conn.execute("UPDATE place SET kind = 'community' WHERE name = '竹溪村'", []).unwrap();
    assert_eq!(edited, 1);
    let (id, entry): (uuid::Uuid, uuid::Uuid) = conn
        .query_row(
            "SELECT p.id, e.id FROM place p JOIN entry e ON e.noun_id = p.id WHERE p.name = '竹溪村'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    drop(conn);
    let found = place.run(&["verify"]);
    assert_eq!(found.code, 3, "{found:?}");
    let line = format!("Place {id}: kind differs from the record (entry {entry})");
    assert!(found.out.contains(&line), "{found:?}");
    assert!(found.err.contains("the record does not add up"), "{found:?}");
}

#[test]
fn an_exported_record_is_checked_anywhere() {
    let place = Place::new();
    place.county();
    let server = place.serve(&["serve"]);
    std::thread::sleep(Duration::from_millis(700));
    server.signal("-TERM");
    assert_eq!(server.ended().0, 0);
    let file = place.file("record.jsonl");
    assert!(place.run(&["record", "export", &file]).out.contains("10 entries"));
    let again = place.run(&["record", "export", &file]);
    assert_eq!(again.code, 1, "an export overwrites nothing: {again:?}");
    let elsewhere = Place::new();
    let whole = elsewhere.run(&["verify", &file]);
    assert_eq!(whole.code, 0, "{whole:?}");
    assert!(whole.out.contains("10 sealed lines are as they were"), "{whole:?}");
    assert!(!elsewhere.0.join("data").exists(), "checking a file needs and makes no database");
    let edited = std::fs::read_to_string(&file).unwrap().replacen("\"verb\":\"create\"", "\"verb\":\"change\"", 1);
    std::fs::write(&file, edited).unwrap();
    let found = elsewhere.run(&["verify", &file]);
    assert_eq!(found.code, 3, "{found:?}");
    assert!(found.out.contains("The seal of line 1 does not fit"), "{found:?}");
    let none = elsewhere.run(&["verify", &elsewhere.file("no-such-file")]);
    assert_eq!(none.code, 1, "{none:?}");
}

#[test]
fn a_wrong_call_or_setting_is_said_in_plain_words() {
    let place = Place::new();
    for (args, code, says) in [
        (vec!["serv"], 2, "unrecognized subcommand"),
        (vec!["serve", "--listen", "8080"], 2, "an address with a port"),
        (vec!["serve", "--settings", "/no/such/file"], 2, "cannot be read"),
        (vec!["serve", "--listen", "192.0.2.1:1", "--migrate"], 1, "nobody can listen on 192.0.2.1:1"),
        (vec!["serve", "--database", "postgres://wugong@127.0.0.1:1/x"], 1, "the database cannot be opened"),
        (vec!["verify", "--county", "x"], 1, "there is no county x"),
        (vec!["demo", "--listen", "0.0.0.0:0"], 2, "a demo listens on this machine only"),
    ] {
        let ended = place.run(&args);
        assert_eq!(ended.code, code, "{args:?}: {ended:?}");
        assert!(ended.err.contains(says), "{args:?}: {ended:?}");
        assert!(!ended.err.contains("panicked"), "{args:?}: {ended:?}");
    }
    let mut misspelt = place.command(&["settings"]);
    let ended = Ended::of(misspelt.env("WUGONG_LISTN", "x").output().unwrap());
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("WUGONG_LISTN"), "{ended:?}");
}

#[test]
fn a_file_of_places_with_faults_makes_nothing() {
    let place = Place::new();
    let file = place.file("places.csv");
    std::fs::write(&file, "code,name\n429990000000,嘉禾县\n42999010120,竹溪村\n").unwrap();
    let create = |name: &str, code: &str, file: &str| {
        place.run(&[
            "county",
            "create",
            "--name",
            name,
            "--code",
            code,
            "--places",
            file,
            "--officer",
            "柳清",
            "--settings",
            "/dev/null",
        ])
    };
    let refused = create("嘉禾县", "429990", &file);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("Row 3, column 1: \"42999010120\" is no code of a place"), "{refused:?}");
    let good = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/places-example.csv");
    assert!(create("嘉禾县", "429991", good).err.contains("the file is about 429990000000"));
    assert!(create("", "429990", good).err.contains("--name"));
    let named = place.run(&[
        "county",
        "create",
        "--name",
        "嘉禾县",
        "--code",
        "429990",
        "--places",
        good,
        "--officer",
        "柳清",
        "--login",
        "a b",
    ]);
    assert_eq!(named.code, 2, "{named:?}");
    assert!(place.run(&["county", "list"]).out.is_empty(), "nothing was made");
    place.county();
    assert!(create("嘉禾县", "429990", good).err.contains("is there already"));
    assert!(create("另一县", "429980", good).err.contains("a SQLite file holds one county"));
}

#[test]
fn settings_say_what_holds_and_where_it_came_from() {
    let place = Place::new();
    let file = place.file("settings.toml");
    std::fs::write(&file, "base_url = \"https://wugong.example.cn\"\nlog = \"json\"\n").unwrap();
    let mut command = place.command(&["settings", "--explain", "--settings", &file]);
    let ended = Ended::of(command.env("WUGONG_LOG", "human").env("WUGONG_MESSAGES_SECRET", "hush").output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    for line in
        ["base_url = https://wugong.example.cn   [file]", "log = human   [environment]", "(hidden)   [environment]"]
    {
        assert!(ended.out.contains(line), "{line}: {ended:?}");
    }
    assert!(ended.out.contains("data = ") && ended.out.contains("[flag]") && ended.out.contains("[default]"));
    assert!(!ended.out.contains("hush"), "{ended:?}");
}

#[test]
fn jobs_that_were_given_up_are_shown_to_the_operator() {
    let place = Place::new();
    place.county();
    assert_eq!(place.run(&["jobs"]).out, "嘉禾县: no jobs\n");
    let conn = rusqlite::Connection::open(place.0.join("data/wugong.db")).unwrap();
    let county: uuid::Uuid = conn.query_row("SELECT id FROM county", [], |row| row.get(0)).unwrap();
    conn.execute(
        "INSERT INTO job (county_id, id, kind, payload, state, due_at, attempts, claimed_until, problem, created_at)
         VALUES (?1, ?2, 'message.send', '', 'failed', 0, 8, 0, 'the gateway answered 500', 1776000000000)",
        (county, uuid::Uuid::from_u128(7)),
    )
    .unwrap();
    drop(conn);
    let shown = place.run(&["jobs"]).out;
    assert!(shown.contains("嘉禾县: 1 failed"), "{shown}");
    assert!(shown.contains("2026-04-12 message.send") && shown.contains("the gateway answered 500"), "{shown}");
}

#[test]
fn a_demo_touches_no_real_county() {
    let place = Place::new();
    place.county();
    let refused = place.run(&["demo", "--port", "0"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("holds a real county"), "{refused:?}");
}

#[test]
fn a_database_that_sorts_otherwise_than_byte_by_byte_is_refused_with_advice() {
    let Ok(server) = std::env::var("WUGONG_TEST_POSTGRES") else {
        eprintln!("not run on PostgreSQL: WUGONG_TEST_POSTGRES is not set (./x test sets it)");
        return;
    };
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    let place = Place::new();
    let base = server.rsplit_once('/').unwrap().0;
    for (at, how) in
        ["ENCODING 'SQL_ASCII' LOCALE 'C'", "LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C.UTF-8'"].iter().enumerate()
    {
        let name = format!("program_{}_{at}", std::process::id());
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 {how}")).unwrap();
        let refused = place.run(&["migrate", "--database", &format!("{base}/{name}")]);
        assert_eq!(refused.code, 1, "{how}: {refused:?}");
        assert!(refused.err.contains("CREATE DATABASE") && refused.err.contains("C.UTF-8"), "{how}: {refused:?}");
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
    }
}

#[test]
fn several_counties_of_one_database_are_told_apart_by_their_host() {
    let Ok(server) = std::env::var("WUGONG_TEST_POSTGRES") else {
        eprintln!("not run on PostgreSQL: WUGONG_TEST_POSTGRES is not set (./x test sets it)");
        return;
    };
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    let name = format!("program_{}_counties", std::process::id());
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let database = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let place = Place::new();
    let second = place.file("second.csv");
    std::fs::write(&second, "code,name\n429989000000,云渡县\n").unwrap();
    let first = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/places-example.csv");
    let create = |code: &str, county: &str, file: &str, host: &[&str]| {
        let args = ["county", "create", "--name", county, "--code", code, "--places", file, "--officer", "柳清"];
        place.run(&[&args[..], host, &["--database", &database]].concat())
    };
    assert_eq!(create("429990", "嘉禾县", first, &[]).code, 0);
    assert!(create("429989", "云渡县", &second, &[]).err.contains("--host"));
    let refused = create("429989", "云渡县", &second, &["--host", "yundu.example.cn"]);
    assert!(refused.err.contains("wugong county host"), "{refused:?}");
    let host = |args: &[&str]| place.run(&[&["county", "host"], args, &["--database", &database]].concat());
    assert_eq!(host(&["https://x/"]).code, 2);
    assert_eq!(host(&["Jiahe.example.cn"]).code, 0);
    assert_eq!(create("429989", "云渡县", &second, &["--host", "yundu.example.cn"]).code, 0);
    assert!(host(&["jiahe.example.cn", "--county", "云渡县"]).err.contains("already"));
    let running = place.serve(&["serve", "--database", &database]);
    let page = |name: &str| {
        let mut stream = TcpStream::connect(&running.address).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n").unwrap();
        answer(stream)
    };
    assert!(page("jiahe.example.cn").1.contains("嘉禾县"));
    assert!(page("yundu.example.cn:443").1.contains("云渡县"));
    assert_eq!(page("other.example.cn").0, 404);
    drop(running);
    let checked = place.run(&["verify", "--database", &database]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains("嘉禾县") && checked.out.contains("云渡县"));
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

#[test]
fn who_lets_the_head_of_a_request_trickle_loses_the_connection_and_nobody_else_does() {
    let place = Place::new();
    place.county();
    let server = place.serve(&["serve"]);
    let mut slow = TcpStream::connect(&server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(slow, "GET / HTTP/1.1\r\nhost: {}\r\nx-slow: ", server.address).unwrap();
    assert_eq!(server.get("/healthz").0, 200, "others are answered meanwhile");
    // An end or a reset, but no timeout of ours.
    let mut rest = Vec::new();
    let ended = slow.read_to_end(&mut rest);
    assert!(ended.is_ok() || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset));
    server.signal("-TERM");
    assert_eq!(server.ended().0, 0);
}
