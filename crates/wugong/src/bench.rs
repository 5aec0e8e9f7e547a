//! `wugong bench`: what serving costs beside what it must cost. Every figure is a ratio to a baseline of the same run, since an
//! absolute time says more about the machine and its other work than about the program; times are printed all the same.
//!
//! - Reading: the home page, a list and a matter's page, without a session, over 16 open connections, against a bare handler of the
//!   same web framework that answers the same bytes.
//! - Writing: needs sent by 64 people over HTTP, each answered when it is on the disk, against the same statements through the same
//!   driver, 64 needs a commit and no HTTP.
//! - Where strace is to be had: no need is answered before a sync that came after it.

pub mod child;
pub mod http;
pub mod load;
mod need;

use crate::Failure;
use crate::cli::say;
use crate::settings::Settings;
use anyhow::{Context, Result, bail};
use child::Server;
use civic::id::Chance;
use civic::people::place::PlaceCode;
use http::{get, post};
use load::{Rate, keep_busy, on_runtime};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// Connections of readers.
const READERS: usize = 16;
/// People who send needs, and needs of a commit of the baseline.
const WRITERS: usize = 64;
/// The least part of a bare handler's rate.
const READ_GOAL: f64 = 0.25;
/// The least part of the rate without HTTP.
const WRITE_GOAL: f64 = 0.5;

/// What `wugong bench` asks for.
#[derive(clap::Args, Debug)]
pub struct Bench {
    /// How long each load lasts, in seconds
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
    /// How often each load and its baseline take turns; the middle one counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub rounds: u64,
    /// Two empty PostgreSQL databases, to measure there too: one for the pages, one for the baseline
    #[arg(long, num_args = 2, value_name = "URL")]
    pub postgres: Vec<String>,
    /// Answer every request with this file and measure nothing: the baseline's own process
    #[arg(long, value_name = "FILE", hide = true)]
    pub bare: Option<PathBuf>,
}

/// One line of the result.
struct Line {
    what: String,
    ours: Rate,
    baseline: Rate,
    goal: f64,
}

impl Line {
    fn ratio(&self) -> f64 {
        self.ours.per_second() / self.baseline.per_second()
    }
    fn met(&self) -> bool {
        self.ratio() >= self.goal
    }
    fn text(&self) -> String {
        format!(
            "{:<28} {:>9.0} {:>9.0} {:>7.2}  >= {:.2} {:<7} {:>7.2} {:>7.2}\n",
            self.what,
            self.ours.per_second(),
            self.baseline.per_second(),
            self.ratio(),
            self.goal,
            if self.met() { "met" } else { "MISSED" },
            self.ours.millis(50),
            self.ours.millis(99),
        )
    }
}

/// Runs the bench. An error when a goal is missed, so that a script notices.
pub fn run(settings: &Settings, bench: &Bench) -> Result<(), Failure> {
    if let Some(file) = &bench.bare {
        return Ok(bare(settings.listen, file)?);
    }
    let folder = std::env::temp_dir().join(format!("wugong-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = measure(bench, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    let missed = result?;
    if missed > 0 {
        return Err(anyhow::anyhow!("{missed} goals were missed").into());
    }
    Ok(())
}

/// The baseline's own process: a handler that answers the bytes of a file and does nothing else.
fn bare(listen: SocketAddr, file: &Path) -> Result<()> {
    let bytes = axum::body::Bytes::from(std::fs::read(file)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        say(&format!("The bare handler is served at http://{}\n", listener.local_addr()?)).ok();
        let handler = move || {
            let bytes = bytes.clone();
            async move { ([("content-type", "text/html; charset=utf-8")], bytes) }
        };
        axum::serve(listener, axum::Router::new().fallback(handler)).await?;
        Ok(())
    })
}

/// Measures everything and says how many goals were missed.
fn measure(bench: &Bench, folder: &Path) -> Result<usize> {
    let lasts = Duration::from_secs(bench.seconds);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    say(&format!(
        "Each load lasts {} s and takes turns with its baseline {} times; the middle ratio counts. {cores} cores, shared with the \
         load itself.\n",
        bench.seconds, bench.rounds
    ))
    .ok();
    let file = |name: &str| folder.join(name).display().to_string();
    let mut databases = vec![("SQLite", file("wugong.db"), file("alone.db"))];
    if let [pages, alone] = bench.postgres.as_slice() {
        databases.push(("PostgreSQL", pages.clone(), alone.clone()));
    }
    let mut missed = 0;
    for (engine, database, alone) in databases {
        say(&format!(
            "\n{engine}: making the demo county ...\n{:<28} {:>9} {:>9} {:>7}  {:<15} {:>7} {:>7}\n",
            "", "a second", "baseline", "ratio", "goal", "p50 ms", "p99 ms"
        ))
        .ok();
        let place = folder.join(engine);
        let mut show = |line: Line| {
            missed += usize::from(!line.met());
            say(&line.text()).ok();
        };
        let server = demo(&[], &place, &database)?;
        let pages = pages(server.address)?;
        for (name, path) in &pages.read {
            show(read(&format!("reading {name}"), &server, path, bench, lasts, &place)?);
        }
        // The baseline gets the same county in a database of its own, so that nobody seals or reads beside it.
        drop(demo(&[], &place.join("alone"), &alone)?);
        show(write(&server, &pages.village, &alone, bench, lasts)?);
        drop(server);
        if engine == "SQLite" {
            say(&syncs(&place, &pages.village, &database)?).ok();
        }
    }
    Ok(missed)
}

/// The demo county, served by a process of its own under the settings of a real one.
fn demo(before: &[&str], folder: &Path, database: &str) -> Result<Server> {
    std::fs::create_dir_all(folder)?;
    let data = folder.join("data").display().to_string();
    let arguments =
        ["demo", "--port", "0", "--data", &data, "--database", database, "--behind-proxy", "true", "--log", "json"];
    Server::start(before, &arguments, folder)
}

/// What is read and where needs are raised, found as a reader finds it.
struct Pages {
    read: Vec<(&'static str, String)>,
    village: String,
}

fn pages(address: SocketAddr) -> Result<Pages> {
    let page = |path: String| -> Result<String> {
        let host = address.to_string();
        on_runtime(async move {
            let mut connection = http::Connection::open(address).await?;
            let answer = connection.send(&get(&path, &host)).await?;
            Ok(String::from_utf8_lossy(&answer.body()).into_owned())
        })
    };
    let home = page("/".to_owned())?;
    // From the county to its townships, from a township to its villages, and there to one that has matters to show.
    for township in links(&home, "/p/") {
        let township = page(format!("/p/{township}"))?;
        for village in links(&township, "/p/").into_iter().filter(|code| code.len() == 12 && !code.ends_with("000")) {
            let list = format!("/p/{village}/matters");
            let shown = page(list.clone())?;
            if let Some(matter) = links(&shown, "/m/").first() {
                let read =
                    vec![("the home page", "/".to_owned()), ("a list", list), ("a matter", format!("/m/{matter}"))];
                return Ok(Pages { read, village: village.to_owned() });
            }
        }
    }
    bail!("the demo county has no village with a public matter")
}

/// What follows `begins` in the links of a page.
fn links<'h>(html: &'h str, begins: &str) -> Vec<&'h str> {
    let begins = format!("href=\"{begins}");
    html.split(begins.as_str()).skip(1).filter_map(|rest| rest.split(['"', '?', '#', '/']).next()).collect()
}

/// Reads one page against the bare handler with the same bytes.
fn read(what: &str, server: &Server, path: &str, bench: &Bench, lasts: Duration, folder: &Path) -> Result<Line> {
    let host = server.address.to_string();
    let request = get(path, &host);
    let sent = request.clone();
    let address = server.address;
    let (bytes, requests) = on_runtime(async move {
        let mut connection = http::Connection::open(address).await?;
        let answer = connection.send(&sent).await?;
        anyhow::ensure!(answer.status == 200, "{what} answers {}", answer.status);
        Ok((answer.body(), sent))
    })?;
    let file = folder.join("page");
    std::fs::write(&file, &bytes)?;
    let baseline =
        Server::start(&[], &["bench", "--bare", &file.display().to_string(), "--listen", "127.0.0.1:0"], folder)?;
    let length = bytes.len();
    let load = |address: SocketAddr, lasts: Duration| {
        let requests = requests.clone();
        keep_busy(
            address,
            READERS,
            lasts,
            move |_, _| Some(requests.clone()),
            move |answer| answer.status == 200 && answer.length() == length,
        )
    };
    // Both are warm before it counts.
    load(server.address, lasts / 4)?;
    load(baseline.address, lasts / 4)?;
    let mut turns = Vec::new();
    for _ in 0..bench.rounds {
        turns.push((load(server.address, lasts)?, load(baseline.address, lasts)?));
    }
    middle(what, turns, READ_GOAL)
}

/// The turn with the middle ratio.
fn middle(what: &str, turns: Vec<(Rate, Rate)>, goal: f64) -> Result<Line> {
    let mut lines: Vec<Line> =
        turns.into_iter().map(|(ours, baseline)| Line { what: what.to_owned(), ours, baseline, goal }).collect();
    lines.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let at = lines.len() / 2;
    lines.into_iter().nth(at).context("no turn was measured")
}

/// A need as somebody without a session sends it. Each comes from an address of its own, since one may only send a few an hour.
fn request(host: &str, village: &str, person: usize, turn: usize) -> Vec<u8> {
    let form = Uuid::from_bytes(crate::installation::Unforeseen.salt()).to_string();
    let what = need::what(person, turn);
    let client = format!("10.{}.{}.{}", person % 250, turn / 250 % 250, turn % 250);
    let fields =
        [("form", form.as_str()), ("for", ""), ("at", village), ("what", &what), ("where", "村口"), ("reply", "slip")];
    post("/need", host, &client, &fields)
}

/// Needs over HTTP against their statements alone.
fn write(server: &Server, village: &str, alone: &str, bench: &Bench, lasts: Duration) -> Result<Line> {
    let code = PlaceCode::parse(village).context("a village has a code")?;
    let host = server.address.to_string();
    let mut sent = 0;
    let mut turns = Vec::new();
    for _ in 0..bench.rounds {
        let (host, village, from) = (host.clone(), village.to_owned(), sent);
        let ours = keep_busy(
            server.address,
            WRITERS,
            lasts,
            move |person, turn| Some(request(&host, &village, person, from + turn)),
            |answer| answer.status == 303,
        )?;
        sent += ours.answers;
        turns.push((ours, need::alone(alone, code, WRITERS, lasts)?));
    }
    middle("needs acknowledged", turns, WRITE_GOAL)
}

/// Needs that one person sends while the server is traced.
const TRACED: usize = 40;

/// Counts syncs before answers: one person sends needs one after the other, so each answer must have had a sync since the answer
/// before it. Says so in a line; a missing tracer is said too.
fn syncs(folder: &Path, village: &str, database: &str) -> Result<String> {
    let trace = folder.join("trace");
    let path = trace.display().to_string();
    let calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg";
    let tracer = ["strace", "-f", "-qq", "-s", "12", "-e", calls, "-o", &path];
    let server = match demo(&tracer, folder, database) {
        Ok(server) => server,
        Err(error) => {
            return Ok(format!("syncs before answers: not counted, strace is not to be had here ({error:#})\n"));
        }
    };
    let host = server.address.to_string();
    let village = village.to_owned();
    let next = move |_, turn| (turn < TRACED).then(|| request(&host, &village, 249, turn));
    let rate = keep_busy(server.address, 1, Duration::from_secs(600), next, |answer| answer.status == 303)?;
    drop(server);
    let found = answers_without_sync(&std::fs::read_to_string(&trace)?);
    if found.answers < rate.answers {
        bail!("the trace shows {} answers of {}", found.answers, rate.answers);
    }
    Ok(format!(
        "syncs before answers: {} needs answered, {} syncs, {} answers without a sync of their own{}\n",
        found.answers,
        found.syncs,
        found.bare,
        if found.bare == 0 { "" } else { "   MISSED" }
    ))
}

/// What a trace shows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Trace {
    syncs: usize,
    answers: usize,
    bare: usize,
}

/// Reads a trace: `fdatasync(...)` that has come back, and writes to a socket that begin an answer of 303.
fn answers_without_sync(trace: &str) -> Trace {
    let mut found = Trace::default();
    let mut synced = false;
    for line in trace.lines() {
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        // A call that another thread interrupts in the trace stands in two lines, and has come back with the second.
        let back = call.starts_with("<... fdatasync resumed") || call.starts_with("<... fsync resumed");
        if (sync && !call.contains("unfinished") || back) && call.ends_with("= 0") {
            found.syncs += 1;
            synced = true;
        }
        if call.contains("\"HTTP/1.1 303") || call.contains("\"HTTP/1.1 30\"") {
            found.answers += 1;
            found.bare += usize::from(!synced);
            synced = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_sync_of_its_own_is_found_in_a_trace() {
        let trace = "101 fdatasync(9) = 0\n102 writev(12, [{iov_base=\"HTTP/1.1 303\"..., iov_len=300}], 1) = 300\n\
                     101 fdatasync(9 <unfinished ...>\n102 sendto(13, \"HTTP/1.1 200\"..., 9, 0, NULL, 0) = 9\n\
                     101 <... fdatasync resumed>) = 0\n102 sendto(12, \"HTTP/1.1 303\"..., 300, 0, NULL, 0) = 300\n\
                     101 fdatasync(9) = -1 EIO (Input/output error)\n102 sendto(12, \"HTTP/1.1 303\"..., 300, 0, NULL, 0) = 300\n";
        assert_eq!(answers_without_sync(trace), Trace { syncs: 2, answers: 3, bare: 1 });
    }

    #[test]
    fn a_goal_is_met_or_missed_by_the_ratio_of_the_middle_turn() {
        let rate = |answers| {
            let mut rate = Rate::default();
            rate.note(Duration::from_millis(5), answers);
            rate.end(Duration::from_secs(1));
            rate
        };
        let turns = vec![(rate(10), rate(100)), (rate(90), rate(100)), (rate(30), rate(100))];
        let line = middle("x", turns, READ_GOAL).unwrap();
        assert!(line.met() && (line.ratio() - 0.3).abs() < 1e-9, "{}", line.text());
        assert!(line.text().contains("met") && !line.text().contains("MISSED"));
    }
}
