//! The program as an operator runs it, killed without a warning while 32 people send needs: every need that was acknowledged is
//! there exactly once, the record verifies, and it starts again by itself. On PostgreSQL the database is killed in turns with
//! the program. `WUGONG_TEST_KILLS` asks for another number of kills.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{Db, Options};
use uuid::Uuid;
use wugong::bench::http::{Connection, get, post};

const CLIENTS: usize = 32;
const VILLAGE: &str = "429990101201";
/// Needs that must be acknowledged between two kills, so that every kill hits a program at work.
const BETWEEN: usize = 2 * CLIENTS;
/// How long anything may take to come back. Only a program that never does gets there.
const PATIENCE: Duration = Duration::from_secs(120);

fn kills() -> usize {
    std::env::var("WUGONG_TEST_KILLS").ok().map_or(20, |text| text.parse().unwrap())
}

/// An installation with one county, and its server.
pub struct Program {
    pub data: PathBuf,
    pub database: String,
    pub address: SocketAddr,
    pub child: Option<Child>,
}

impl Program {
    pub fn install(name: &str, database: Option<String>) -> Self {
        let data = std::env::temp_dir().join(format!("wugong-kill-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        std::fs::create_dir_all(&data).unwrap();
        let database = database.unwrap_or_else(|| data.join("wugong.db").display().to_string());
        let address = crate::program::free_address();
        let program = Self { data, database, address, child: None };
        let places = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/places-example.csv");
        let places = places.display().to_string();
        let create =
            ["county", "create", "--name", "嘉禾县", "--code", "429990", "--officer", "何平", "--places", &places];
        let made = program.command(&create).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        program
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wugong"));
        command.args(arguments).arg("--data").arg(&self.data).args(["--database", &self.database]);
        command.args(["--log-level", "warn", "--listen", &self.address.to_string(), "--behind-proxy", "true"]);
        command.stdin(Stdio::null());
        command
    }

    /// Starts the server and waits until it answers.
    pub fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.data.join("log")).unwrap();
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
        let began = Instant::now();
        while std::net::TcpStream::connect(self.address).is_err() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < PATIENCE, "it does not start: {ended:?}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it with SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.join("log")).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// A PostgreSQL server of this test's own.
pub struct Server {
    folder: PathBuf,
    pub url: String,
}

impl Server {
    pub fn start() -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run ./x test"));
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("kill_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = PathBuf::from(variable("WUGONG_TEST_DIR")).join(name);
        let mut server = Self { folder, url: String::new() };
        server.url = server.control("start");
        server
    }
    pub fn control(&self, command: &str) -> String {
        let script = std::env::var("WUGONG_TEST_PG_CTL").unwrap();
        let output = Command::new(script).arg(command).arg(&self.folder).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.control("stop");
    }
}

/// What the people outside know.
#[derive(Default)]
pub struct Outside {
    /// Where each acknowledged form led to.
    pub acknowledged: Mutex<BTreeMap<Uuid, String>>,
    pub count: AtomicUsize,
    /// Sent again because no answer came or the program said that it is busy.
    pub again: AtomicUsize,
    pub stop: AtomicBool,
}

/// One person: sends a need, and sends the very same form again until it is acknowledged.
pub async fn person(address: SocketAddr, number: usize, outside: Arc<Outside>) {
    let host = address.to_string();
    let mut connection = None;
    let mut turn = 0_u64;
    while !outside.stop.load(Ordering::SeqCst) {
        turn += 1;
        let form = Uuid::from_u64_pair(u64::try_from(number).unwrap() + 1, turn);
        let what = format!("一下雨，{number}号门前的巷子就淹，第{turn}回说了");
        // Each need comes from an address of its own, since one address may only send a few an hour.
        let client = format!("10.{}.{}.{}", number, turn / 250, turn % 250);
        let key = form.to_string();
        let fields = [
            ("form", key.as_str()),
            ("for", ""),
            ("at", VILLAGE),
            ("what", &what),
            ("where", "村口"),
            ("reply", "slip"),
        ];
        let request = post("/need", &host, &client, &fields);
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "need {turn} of person {number} is never acknowledged");
            if connection.is_none() {
                connection = Connection::open(address).await.ok();
            }
            let answer = match &mut connection {
                Some(open) => open.send(&request).await.ok(),
                None => None,
            };
            match answer {
                Some(answer) if answer.status == 303 => {
                    let to = answer.header("location").unwrap().to_owned();
                    assert!(outside.acknowledged.lock().unwrap().insert(form, to).is_none());
                    outside.count.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                // Busy: the database is away. Trying again is what the page says too.
                Some(answer) if answer.status == 503 => {}
                Some(answer) => panic!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body())),
                None => connection = None,
            }
            outside.again.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

/// Lets people send needs and kills what `kill` kills, again and again; then counts.
pub fn under_load(program: &mut Program, rounds: usize, mut kill: impl FnMut(&mut Program, usize)) {
    program.start();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outside = Arc::new(Outside::default());
    let people: Vec<_> =
        (0..CLIENTS).map(|number| runtime.spawn(person(program.address, number, outside.clone()))).collect();
    let work = |so_far: usize| {
        let began = Instant::now();
        while outside.count.load(Ordering::SeqCst) < so_far + BETWEEN {
            assert!(people.iter().all(|person| !person.is_finished()), "somebody gave up");
            assert!(began.elapsed() < PATIENCE, "nothing is acknowledged any more");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    for round in 0..rounds {
        work(outside.count.load(Ordering::SeqCst));
        // Not always at the same point of what it does.
        std::thread::sleep(Duration::from_millis(u64::try_from(round * 37 % 90).unwrap()));
        kill(program, round);
    }
    work(outside.count.load(Ordering::SeqCst));
    outside.stop.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        for person in people {
            person.await.unwrap();
        }
    });
    every_acknowledged_need_is_there_once(program, &outside);

    // The slips open, and the record holds, with the program running and after its last kill.
    let acknowledged = outside.acknowledged.lock().unwrap();
    for to in acknowledged.values().step_by(acknowledged.len() / 20 + 1) {
        let opened = runtime.block_on(async {
            let mut connection = Connection::open(program.address).await.unwrap();
            let path = to.split('?').next().unwrap();
            connection.send(&get(path, &program.address.to_string())).await.unwrap().status
        });
        assert_eq!(opened, 200, "{to}");
    }
    verifies(program);
    program.kill();
    verifies(program);
    println!(
        "{} needs acknowledged, {} sent again, {} kills",
        acknowledged.len(),
        outside.again.load(Ordering::SeqCst),
        rounds
    );
}

pub fn verifies(program: &Program) {
    let verified = program.command(&["verify", "--lang", "en"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned() + &String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "{said}");
}

pub fn at_need(form: Uuid) -> (Uuid, site::frame::Fields) {
    let fields = site::frame::Fields::from_pairs(vec![("form".to_owned(), form.to_string())]);
    (site::frame::form_key_at("/need", &fields).unwrap(), fields)
}

pub fn every_acknowledged_need_is_there_once(program: &Program, outside: &Outside) {
    let db = Db::open(&Options { url: program.database.clone(), threads: 1 }).unwrap();
    let county = db.shared_now(false, store::people::county::all).unwrap().remove(0).id;
    let kept: BTreeMap<Uuid, String> = db
        .read_now(county, |tx| tx.all::<(Uuid, String)>("SELECT form, answer FROM form_key WHERE county_id = $1", &[]))
        .unwrap()
        .into_iter()
        .collect();
    let acknowledged = outside.acknowledged.lock().unwrap();
    // Nobody gave a form up, so what is kept and what was acknowledged are the same, and each led to the same slip. A form's key is
    // kept as it is at its path.
    let secret = std::fs::read(program.data.join("secret")).unwrap().try_into().unwrap();
    let secret = site::frame::county_secret(&secret, county);
    let sent: BTreeMap<Uuid, String> = acknowledged
        .iter()
        .map(|(form, to)| {
            let (key, fields) = at_need(*form);
            (key, site::frame::Cover::of(&secret, "/need", &fields).unwrap().over(to))
        })
        .collect();
    assert_eq!(sent.len(), acknowledged.len());
    assert_eq!(kept, sent);
    let slips: BTreeSet<&String> = kept.values().collect();
    assert_eq!(slips.len(), kept.len(), "each need has a slip of its own");
    let number =
        |sql: &'static str| usize::try_from(db.read_now(county, move |tx| tx.number(sql, &[])).unwrap()).unwrap();
    for sql in [
        "SELECT COUNT(*) FROM need WHERE county_id = $1",
        "SELECT COUNT(*) FROM matter WHERE county_id = $1",
        "SELECT COUNT(*) FROM entry WHERE county_id = $1 AND noun = 'need' AND verb = 'create'",
        "SELECT COUNT(DISTINCT noun_id) FROM entry WHERE county_id = $1 AND noun = 'need'",
        "SELECT COUNT(*) FROM entry WHERE county_id = $1 AND noun = 'matter'",
    ] {
        assert_eq!(number(sql), acknowledged.len(), "{sql}");
    }
}

#[test]
fn a_program_killed_under_load_keeps_every_acknowledged_need_once() {
    let mut program = Program::install("sqlite", None);
    under_load(&mut program, kills(), |program, _| {
        program.kill();
        program.start();
    });
}

#[test]
fn a_program_and_its_postgresql_killed_in_turns_keep_every_acknowledged_need_once() {
    let server = Server::start();
    let mut program = Program::install("postgres", Some(server.url.clone()));
    under_load(&mut program, kills(), |program, round| {
        if round % 2 == 0 {
            program.kill();
            program.start();
        } else {
            // The program stays, and has to find its way back by itself.
            server.control("kill9");
            server.control("again");
        }
    });
}
