//! Keeping it running: the doctor, metrics, a worker alone, several servers on one database.

use crate::program::{Place, Server};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{Db, Options};

const VILLAGE: &str = "429990101201";

/// What came back over the wire.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
    pub fn cookie(&self) -> String {
        self.header("set-cookie").unwrap_or_default().split(';').next().unwrap().to_owned()
    }
}

/// Reads an answer to its end.
pub fn read(mut stream: impl Read) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

pub fn request(method: &str, path: &str, host: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str("content-type: application/x-www-form-urlencoded\r\n");
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text + "\r\n" + body
}

fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request(method, path, address, headers, body).as_bytes()).unwrap();
    read(stream)
}

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    ask(&server.address, "GET", path, &[("cookie", cookie)], "")
}

pub fn need(form: u128, what: &str) -> String {
    let form = uuid::Uuid::from_u128(form);
    format!("form={form}&for=&at={VILLAGE}&what={what}&where=here&reply=slip")
}

fn wait_until(what: &str, mut ready: impl FnMut() -> bool) {
    let began = Instant::now();
    while !ready() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A gateway that takes everything; answers its address, and how often each key came.
fn gateway() -> (String, Arc<Mutex<BTreeMap<String, usize>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let keys = Arc::new(Mutex::new(BTreeMap::new()));
    let noted = keys.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut text, mut buffer) = (String::new(), [0; 4096]);
            while !text.contains("\"text\"") {
                let n = stream.read(&mut buffer).unwrap_or(0);
                if n == 0 {
                    break;
                }
                text.push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
            let key =
                text.lines().find_map(|line| line.to_lowercase().strip_prefix("idempotency-key:").map(str::to_owned));
            if let Some(key) = key {
                *noted.lock().unwrap().entry(key.trim().to_owned()).or_insert(0) += 1;
            }
            let _ = stream.write_all(b"HTTP/1.1 204 Taken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    (url, keys)
}

/// Drops a database of the test's server when the test ends.
struct Dropped(String, String);

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Ok(mut client) = postgres::Client::connect(&self.0, postgres::NoTls) {
            let _ = client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.1));
        }
    }
}

fn on_postgres(what: &str) -> (String, Dropped) {
    let server = std::env::var("WUGONG_TEST_POSTGRES").expect("WUGONG_TEST_POSTGRES is not set: run ./x test");
    let name = format!("operation_{what}_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    (format!("{}/{name}", server.rsplit_once('/').unwrap().0), Dropped(server, name))
}

#[test]
fn two_servers_on_one_postgresql_are_one_county() {
    let (database, _dropped) = on_postgres("two");
    let place = Place::new();
    let places = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/places-example.csv");
    let made = place.run(&[
        "county",
        "create",
        "--name",
        "嘉禾县",
        "--code",
        "429990",
        "--places",
        places,
        "--officer",
        "柳清",
        "--database",
        &database,
    ]);
    assert_eq!(made.code, 0, "{made:?}");
    let (gateway, keys) = gateway();
    let settings = ["serve", "--database", &database, "--behind-proxy", "true", "--messages", &gateway];
    let (one, other) = (place.serve(&settings), place.serve(&settings));

    // A session that began here holds there, and one that ends there ends here.
    let link = made.out.split("http://127.0.0.1:8080").nth(1).unwrap().split_whitespace().next().unwrap();
    let set = ask(&one.address, "POST", link, &[], "password=zhuxi-2026-lane&again=zhuxi-2026-lane");
    assert_eq!(set.status, 303, "{}", set.body);
    let session = set.cookie();
    assert!(session.contains('='), "{}", set.head);
    for server in [&other, &one] {
        let page = get(server, "/mine", &session);
        assert_eq!(page.status, 200, "{}", page.head);
    }
    let page = get(&other, "/mine", &session).body;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("csrf={csrf}");
    let out = ask(&other.address, "POST", "/sign-out", &[("cookie", &session)], &form);
    assert_eq!(out.status, 303, "{}", out.body);
    assert_eq!(get(&one, "/mine", &session).status, 303, "signed out everywhere");

    // A form sent to one, and again to the other, has one effect. A page kept by one is never older than the last write to the other.
    let db = Db::open(&Options { url: database.clone(), threads: 1 }).unwrap();
    let county = db.shared_now(false, store::people::county::all).unwrap().remove(0).id;
    let number = |sql: &'static str| db.read_now(county, move |tx| tx.number(sql, &[])).unwrap();
    let servers = [&one, &other];
    for turn in 0..60_usize {
        let (first, second) = (servers[turn % 2], servers[(turn + 1) % 2]);
        // Both have kept the page as it is.
        for server in servers {
            assert_eq!(get(server, "/record", "lang=en").status, 200);
        }
        let client = format!("10.1.{}.1", turn);
        let form = need(u128::try_from(turn).unwrap() + 1, "the+lane+floods");
        let send = |server: &Server| ask(&server.address, "POST", "/need", &[("x-forwarded-for", &client)], &form);
        let sent = send(first);
        assert_eq!(sent.status, 303, "{}", sent.body);
        let written = number("SELECT COUNT(*) FROM entry WHERE county_id = $1");
        let page = get(second, "/record", "lang=en").body;
        assert!(entries_on(&page) >= written, "turn {turn}: {written} entries are written\n{page}");
        let again = send(second);
        assert_eq!((again.status, again.header("location")), (303, sent.header("location")));
    }
    assert_eq!(number("SELECT COUNT(*) FROM need WHERE county_id = $1"), 60);

    // Jobs are done once, whichever of the two takes them.
    let before = keys.lock().unwrap().len();
    for n in 0..30 {
        let (server, client) = (servers[n % 2], format!("10.2.{n}.1"));
        let form = format!("by=phone&phone=139000055{n:02}");
        let asked = ask(&server.address, "POST", "/sign-in/phone", &[("x-forwarded-for", &client)], &form);
        assert_eq!(asked.status, 200, "{}", asked.body);
    }
    wait_until("all messages are sent", || keys.lock().unwrap().len() >= before + 30);
    std::thread::sleep(Duration::from_millis(1500));
    let keys = keys.lock().unwrap();
    assert!(keys.len() == before + 30 && keys.values().all(|times| *times == 1), "{keys:?}");
    assert_eq!(number("SELECT COUNT(*) FROM job WHERE county_id = $1 AND state <> 'done'"), 0);
    drop((one, other));
    let verified = place.run(&["verify", "--database", &database]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

/// Sealed and waiting entries that the page of the record speaks of, in English.
fn entries_on(page: &str) -> i64 {
    let text = page.replace(['\u{2068}', '\u{2069}', ','], "");
    let number = |before: &str| -> i64 {
        let found = text.find(before).map(|at| &text[..at]);
        let word = found.and_then(|text| text.rsplit(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()));
        word.map_or(0, |word| word.parse().unwrap_or(0))
    };
    number(" lines sealed")
        + number(" line sealed")
        + number(" more were just written")
        + number(" more was just written")
}

#[test]
fn a_worker_alone_does_what_servers_leave_to_it() {
    let place = Place::new();
    place.county();
    let server = place.serve(&["serve", "--no-worker"]);
    let sent = ask(&server.address, "POST", "/need", &[], &need(1, "the+lane+floods"));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let db = Db::open(&Options { url: place.file("data/wugong.db"), threads: 1 }).unwrap();
    let county = db.shared_now(false, store::people::county::all).unwrap().remove(0).id;
    let waiting = || db.read_now(county, store::record::verify::waiting).unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    let left = waiting();
    assert!(left > 0, "nobody seals");
    let mut worker = place
        .command(&["work"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    wait_until("everything is sealed", || waiting() == 0);
    let told = std::process::Command::new("kill").args(["-TERM", &worker.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(worker.wait().unwrap().code(), Some(0), "it stops in order");
    server.signal("-TERM");
    assert_eq!(server.ended().0, 0);
}

#[test]
fn metrics_are_on_their_own_port_and_say_nothing_of_anybody() {
    let place = Place::new();
    place.county();
    let port = crate::program::free_address().to_string();
    let server = place.serve(&["serve", "--metrics-listen", &port]);
    let sent = ask(&server.address, "POST", "/need", &[], &need(1, "the+lane+floods"));
    let slip = sent.header("location").unwrap().split('?').next().unwrap().to_owned();
    assert_eq!(get(&server, &slip, "").status, 200);
    assert_eq!(get(&server, "/", "").status, 200);
    assert_eq!(get(&server, "/no-such-page-139", "").status, 404);
    assert_eq!(get(&server, "/metrics", "").status, 404, "never on the port that people reach");
    let archive = place.file("one.zip");
    assert_eq!(place.run(&["backup", &archive]).code, 0);
    let metrics = ask(&port, "GET", "/metrics", &[], "");
    assert_eq!(metrics.status, 200);
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = metrics.body;
    for line in [
        "wugong_build_info{version=\"0.1.0\",engine=\"SQLite\"} 1",
        "wugong_requests_total{method=\"POST\",route=\"/need\",status=\"3xx\"} 1",
        "wugong_requests_total{method=\"GET\",route=\"/s/{code}\",status=\"2xx\"} 1",
        "wugong_requests_total{method=\"GET\",route=\"-\",status=\"4xx\"} 2",
        "wugong_request_seconds_bucket{method=\"POST\",route=\"/need\",le=\"+Inf\"} 1",
        "wugong_request_seconds_count{method=\"POST\",route=\"/need\"} 1",
        "wugong_database_up 1",
        "wugong_jobs{state=\"failed\"} 0",
        "# TYPE wugong_request_seconds histogram",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    for name in ["wugong_backup_timestamp_seconds ", "process_resident_memory_bytes ", "wugong_disk_free_bytes "] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}\n{text}");
    }
    assert!(!text.contains(&slip) && !text.contains("139") && !text.contains("嘉禾"), "{text}");
    // Each line is a comment, or a name with a number behind it.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok() && name.starts_with(|c: char| c.is_ascii_lowercase()), "{line}");
    }
    assert_eq!(ask(&port, "GET", "/", &[], "").status, 404, "and nothing else there");
}

#[test]
fn the_doctor_says_of_each_thing_what_was_found_and_what_to_do() {
    let place = Place::new();
    let sick = place.run(&["doctor"]);
    assert_eq!(sick.code, 1, "{sick:?}");
    for says in ["folder of data", "is not there", "`wugong county create`"] {
        assert!(sick.out.contains(says), "{says}: {sick:?}");
    }
    place.county();
    let server = place.serve(&["serve"]);
    std::thread::sleep(Duration::from_millis(700));
    let well = place.run(&["doctor", "--listen", &server.address]);
    assert!(well.out.contains("none was made yet") && well.out.contains("somebody answers on"), "{well:?}");
    assert_eq!(well.code, 0, "{well:?}");
    assert_eq!(place.run(&["backup", &place.file("one.zip")]).code, 0);
    let json = place.run(&["doctor", "--json", "--listen", &server.address]);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let of = |what: &str| {
        found
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["what"] == what)
            .unwrap_or_else(|| panic!("{what}: {found}"))
            .clone()
    };
    for what in [
        "folder of data",
        "secret",
        "rule packs",
        "fonts",
        "database",
        "schema",
        "clock",
        "county",
        "worker",
        "jobs",
        "backup",
        "server",
    ] {
        assert_eq!(of(what)["grade"], "good", "{what}: {found}");
    }
    // How much room this machine has is not ours to say.
    assert!(of("disk")["found"].as_str().unwrap().contains("MiB are free"), "{found}");
    for one in found.as_array().unwrap() {
        assert!(one["grade"] == "good" || !one["do"].as_str().unwrap().is_empty(), "{one}");
    }

    let wrong = |args: &[&str], what: &str, says: &str| {
        let ended = place.run(&[&["doctor", "--json"], args].concat());
        let found: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        let one = found.as_array().unwrap().iter().find(|one| one["what"] == what && one["grade"] == "wrong");
        assert!(
            ended.code == 1 && one.is_some_and(|one| one["found"].as_str().unwrap().contains(says)),
            "{what}: {found}"
        );
    };
    wrong(&["--base-url", "https://wugong.example.cn"], "behind_proxy", "behind_proxy is false");
    wrong(
        &["--base-url", "https://wugong.example.cn", "--behind-proxy", "true", "--listen", "0.0.0.0:1"],
        "listen",
        "can be reached from elsewhere",
    );
    wrong(&["--messages", "http://127.0.0.1:1/send"], "messages", "127.0.0.1:1");
    wrong(&["--database", "postgres://wugong@127.0.0.1:1/x"], "database", "the database cannot be opened");
    // What lies in the database, put there by hand: a job given up, a backup of last week, an entry of tomorrow.
    drop(server);
    let conn = rusqlite::Connection::open(place.0.join("data/wugong.db")).unwrap();
    conn.execute_batch("UPDATE backup SET at = at - 7 * 86400000").unwrap();
    wrong(&[], "backup", "168 hours old");
    conn.execute_batch("UPDATE entry SET at = at + 86400000").unwrap();
    wrong(&[], "clock", "from the future");
    conn.execute_batch("UPDATE entry SET at = at - 2 * 86400000, seq = NULL; DELETE FROM entry_head").unwrap();
    wrong(&[], "worker", "waited for more than ten minutes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let secret = place.0.join("data/secret");
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
        wrong(&[], "secret", "can read");
    }
    conn.execute_batch("UPDATE schema_version SET number = 9999 WHERE number = 7").unwrap();
    wrong(&[], "schema", "newer program");
}
