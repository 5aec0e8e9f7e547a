//! `wugong doctor`: looks at everything that an installation rests on, and says of each thing what was found and what to do.

use crate::settings::{LogForm, Messages, Settings};
use crate::{Failure, installation, machine, packs};
use anyhow::Result;
use civic::time::{Timestamp, Zone};
use paper::pdf::Fonts;
use std::fmt::Write as _;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;
use store::people::county::County;
use store::{Db, Engine};

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Worth a look; the installation runs.
    Look,
    /// Something is wrong.
    Wrong,
}

impl Grade {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Wrong => "wrong",
        }
    }
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How grave it is.
    pub grade: Grade,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing is to be done.
    pub do_this: String,
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Backups are made once a day; a late one is not told at once.
const BACKUP_MS: i64 = 36 * HOUR_MS;
/// How long another machine may take to answer a call.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn good(&mut self, what: &'static str, found: impl Into<String>) {
        self.0.push(Finding { what, grade: Grade::Good, found: found.into(), do_this: String::new() });
    }
    fn look(&mut self, what: &'static str, found: impl Into<String>, do_this: &str) {
        self.0.push(Finding { what, grade: Grade::Look, found: found.into(), do_this: do_this.to_owned() });
    }
    fn wrong(&mut self, what: &'static str, found: impl Into<String>, do_this: &str) {
        self.0.push(Finding { what, grade: Grade::Wrong, found: found.into(), do_this: do_this.to_owned() });
    }
}

/// Looks at everything.
pub fn examine(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    let mut f = Findings::default();
    folder(&mut f, settings);
    secret(&mut f, settings);
    room(&mut f, settings);
    addresses(&mut f, settings);
    messages(&mut f, settings);
    rules(&mut f, settings, now);
    fonts(&mut f, settings);
    if let Some(db) = database(&mut f, settings, now) {
        for county in installation::counties(&db).unwrap_or_default() {
            if let Err(error) = of_county(&mut f, &db, &county, now) {
                f.wrong("county", format!("{}: {error}", county.name), "see what the database says");
            }
        }
    }
    f.0
}

fn folder(f: &mut Findings, settings: &Settings) {
    let data = &settings.data;
    if !data.is_dir() {
        let todo = "name the folder with `data`, or make it: `wugong county create` does";
        return f.wrong("folder of data", format!("{} is not there", data.display()), todo);
    }
    let probe = data.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
    match written {
        Err(error) => {
            let _ = std::fs::remove_file(&probe);
            f.wrong(
                "folder of data",
                format!("{}: {error}", data.display()),
                "let the user of the program write there",
            );
        }
        Ok(()) if open_to_others(data) => f.look(
            "folder of data",
            format!("others of this machine can look into {}", data.display()),
            "chmod 700: names and voices lie there",
        ),
        Ok(()) => f.good("folder of data", format!("{} can be written", data.display())),
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|of| of.permissions().mode() & 0o007 != 0)
}
#[cfg(not(unix))]
fn open_to_others(_: &Path) -> bool {
    false
}

fn secret(f: &mut Findings, settings: &Settings) {
    let path = &settings.secret_file;
    match std::fs::read(path) {
        Ok(bytes) if bytes.len() != 32 => {
            f.wrong(
                "secret",
                format!("{} holds {} bytes, not 32", path.display(), bytes.len()),
                "bring it back from a backup",
            );
        }
        Ok(_) if open_to_others(path) => {
            f.wrong("secret", format!("others of this machine can read {}", path.display()), "chmod 600");
        }
        Ok(_) => f.good("secret", format!("{} is there", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => f.look(
            "secret",
            format!("{} is not there", path.display()),
            "the first start makes one; where cards were printed already, bring it back from a backup",
        ),
        Err(error) => f.wrong("secret", format!("{}: {error}", path.display()), "let the user of the program read it"),
    }
}

fn room(f: &mut Findings, settings: &Settings) {
    let mut folders = vec![settings.data.clone()];
    folders.extend(installation::file_of(settings).and_then(|file| file.parent().map(Path::to_owned)));
    folders.dedup();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        match machine::room(folder) {
            Ok(room) => {
                let found = format!("{} of {} MiB are free at {}", room.free >> 20, room.whole >> 20, folder.display());
                if room.short() {
                    f.wrong("disk", found, "make room: a full disk refuses every form");
                } else if room.free < room.whole / 10 {
                    f.look("disk", found, "make room before it is full");
                } else {
                    f.good("disk", found);
                }
            }
            Err(error) => f.look("disk", format!("{}: {error}", folder.display()), "look at the disk by hand"),
        }
    }
}

fn addresses(f: &mut Findings, settings: &Settings) {
    let shut = settings.listen.ip().is_loopback();
    match &settings.base_url {
        None => f.look(
            "base_url",
            "not set, so QR codes lead to this machine only",
            "set the https address that people use",
        ),
        Some(url) if url.starts_with("http://") => {
            f.look(
                "base_url",
                format!("{url} is not encrypted, and browsers keep a sign-in over https only"),
                "put a server with TLS before it: deploy/nginx.conf",
            );
        }
        Some(url) if !settings.behind_proxy => f.wrong(
            "behind_proxy",
            format!("{url} is served by a server before this one, yet behind_proxy is false"),
            "set it to true, or all visitors share one address and its limits",
        ),
        Some(_) if !shut => f.wrong(
            "listen",
            format!("behind_proxy is true and {} can be reached from elsewhere", settings.listen),
            "listen on 127.0.0.1: whoever reaches it directly can pretend to come from any address",
        ),
        Some(url) => f.good("base_url", url.clone()),
    }
    let answers = TcpStream::connect_timeout(&settings.listen, PATIENCE).is_ok();
    match answers {
        true => f.good("server", format!("somebody answers on {}", settings.listen)),
        false => f.look("server", format!("nobody answers on {}", settings.listen), "start it: `wugong serve`"),
    }
    if settings.log == LogForm::Human {
        f.look("log", "it is written for people", "set log to json or auto where a machine reads it");
    }
}

fn messages(f: &mut Findings, settings: &Settings) {
    let url = match &settings.messages {
        Messages::Log => {
            let found = "messages and codes are only written to a file";
            return f.look("messages", found, "set `messages` to a gateway before real people sign in");
        }
        Messages::Gateway { url, secret } => {
            if secret.is_empty() {
                f.look("messages", "messages_secret is empty", "agree on one with the gateway");
            }
            url
        }
    };
    let (host, port) = host_and_port(url);
    let reached = (host.as_str(), port)
        .to_socket_addrs()
        .map_err(|error| error.to_string())
        .and_then(|mut all| all.next().ok_or_else(|| "no address".to_owned()))
        .and_then(|address| TcpStream::connect_timeout(&address, PATIENCE).map_err(|error| error.to_string()));
    match reached {
        Ok(_) => f.good("messages", format!("{host}:{port} answers")),
        Err(error) => {
            f.wrong(
                "messages",
                format!("{host}:{port}: {error}"),
                "nobody gets a code: ask the gateway, look at the firewall",
            );
        }
    }
}

/// Of `https://host:port/path`.
fn host_and_port(url: &str) -> (String, u16) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split('/').next().unwrap_or_default();
    let usual = if scheme == "http" { 80 } else { 443 };
    match host.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?))) {
        Some((name, port)) => (name.trim_matches(['[', ']']).to_owned(), port),
        None => (host.to_owned(), usual),
    }
}

fn rules(f: &mut Findings, settings: &Settings, now: Timestamp) {
    match packs::all(settings.rules.as_deref(), Zone::china().day(now)) {
        Ok(packs) => f.good("rule packs", format!("{} can be read", packs.len())),
        Err(error) => {
            f.wrong("rule packs", format!("{error:#}"), "the server does not start so: mend or remove the file")
        }
    }
}

fn fonts(f: &mut Findings, settings: &Settings) {
    match Fonts::search(&settings.font_folders()) {
        Ok(fonts) => {
            let file = fonts.file().map(|path| path.display().to_string()).unwrap_or_default();
            f.good("fonts", format!("documents are set in {} ({file})", fonts.family()));
        }
        Err(error) => f.wrong(
            "fonts",
            error.to_string(),
            "apt-get install fonts-noto-cjk, or name a folder with `fonts`: without one no document can be printed as PDF",
        ),
    }
}

fn database(f: &mut Findings, settings: &Settings, now: Timestamp) -> Option<Db> {
    let engine = installation::engine(installation::engine_of(settings));
    if let Some(file) = installation::file_of(settings).filter(|file| !file.exists()) {
        f.wrong("database", format!("{} is not there", file.display()), "`wugong county create`, or `wugong restore`");
        return None;
    }
    // Opening refuses an engine that is too old, an encoding and an order of texts that do not fit, and says what to do.
    let opened = installation::open(settings).and_then(|db| Ok((store::about::about(&settings.database)?, db)));
    let (about, db) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            f.wrong("database", format!("{error:#}"), "start it, look at `database`, and at what it says above");
            return None;
        }
    };
    f.good("database", format!("{engine} {}, {} MiB, texts: {}", about.version, about.bytes >> 20, about.texts));
    match store::migrate::waiting(&db) {
        Ok(waiting) if waiting.is_empty() => f.good("schema", "up to date"),
        Ok(waiting) => {
            f.wrong("schema", format!("waiting: {}", waiting.join(", ")), "`wugong backup`, then `wugong migrate`");
            return None;
        }
        Err(error) => {
            f.wrong("schema", error.to_string(), "run the program that made it, or a newer one");
            return None;
        }
    }
    clock(f, settings, now, about.clock, db.engine());
    match installation::counties(&db) {
        Ok(counties) if counties.is_empty() => {
            f.wrong("county", "there is none yet", "`wugong county create`");
        }
        Ok(counties) => {
            let names: Vec<String> = counties.into_iter().map(|county| county.name).collect();
            f.good("county", names.join(", "));
        }
        Err(error) => f.wrong("county", error.to_string(), "see what the database says"),
    }
    Some(db)
}

fn clock(f: &mut Findings, settings: &Settings, now: Timestamp, theirs: Option<i64>, engine: Engine) {
    let todo = "set the clock right (systemd-timesyncd, chrony): deadlines are reckoned by it";
    // The day on which this program's rules were checked: no clock that is right stands before it.
    if Zone::china().day(now).year() < 2026 {
        return f.wrong("clock", format!("it says {}", Zone::china().day(now)), todo);
    }
    if let Some(theirs) = theirs {
        let apart = now.millis().saturating_sub(theirs).abs();
        if apart > MINUTE_MS {
            return f.wrong("clock", format!("this machine and the database are {} s apart", apart / 1000), todo);
        }
        if apart > 2_000 {
            return f.look("clock", format!("this machine and the database are {} s apart", apart / 1000), todo);
        }
    }
    let file = installation::file_of(settings).filter(|_| engine == Engine::Sqlite);
    let written = file.and_then(|file| std::fs::metadata(file).ok()?.modified().ok());
    let ahead = written
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .is_some_and(|at| i64::try_from(at.as_millis()).is_ok_and(|at| at > now.millis().saturating_add(MINUTE_MS)));
    if ahead {
        return f.wrong("clock", "the database file was written later than now, so the clock went back", todo);
    }
    f.good(
        "clock",
        format!("{} {:02}:{:02}", Zone::china().day(now), Zone::china().clock(now).0, Zone::china().clock(now).1),
    );
}

fn of_county(f: &mut Findings, db: &Db, county: &County, now: Timestamp) -> Result<()> {
    let (open, backups, sealed, unsealed) = db.read_now(county.id, move |tx| {
        Ok::<_, store::Error>((
            store::jobs::open(tx, now)?,
            store::backup::last(tx, 1)?,
            store::record::entry::last_sealed(tx)?,
            store::record::entry::unsealed_since(tx)?,
        ))
    })?;
    let name = &county.name;
    // In a demo days were let pass.
    if !county.demo && sealed.is_some_and(|at| at.millis() > now.millis().saturating_add(MINUTE_MS)) {
        f.wrong(
            "clock",
            format!("{name}: the last entry of the record is from the future, so the clock went back"),
            "set the clock right before anybody writes",
        );
    }
    let late = |at: Option<Timestamp>, ms: i64| at.is_some_and(|at| now.millis().saturating_sub(at.millis()) > ms);
    if late(open.late, 10 * MINUTE_MS) || late(unsealed, 10 * MINUTE_MS) {
        let todo = "start a worker: `wugong serve`, or `wugong work` beside servers with --no-worker";
        f.wrong("worker", format!("{name}: jobs or seals have waited for more than ten minutes"), todo);
    } else {
        f.good("worker", format!("{name}: {} jobs wait for their time", open.waiting));
    }
    match open.failed {
        0 => f.good("jobs", format!("{name}: none was given up")),
        n => f.look(
            "jobs",
            format!("{name}: {n} were given up"),
            "`wugong jobs` says why; the operator's page lets them be done again",
        ),
    }
    match backups.first() {
        _ if county.demo => {}
        None => f.look("backup", format!("{name}: none was made yet"), "`wugong backup FOLDER`, every night"),
        Some(backup) => {
            let hours = now.millis().saturating_sub(backup.at.millis()) / HOUR_MS;
            if now.millis().saturating_sub(backup.at.millis()) > BACKUP_MS {
                f.wrong(
                    "backup",
                    format!("{name}: the last one is {hours} hours old"),
                    "see why the nightly one did not run",
                );
            } else if backup.files_missing > 0 {
                let found = format!("{name}: {} files were not to be had for the last one", backup.files_missing);
                f.wrong("backup", found, "look at the disk; an older backup may have them");
            } else {
                f.good("backup", format!("{name}: {hours} hours ago, {} KiB", backup.bytes_len / 1024));
            }
        }
    }
    Ok(())
}

/// As a table for people.
pub fn table(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or_default();
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{:5}  {:width$}  {}", finding.grade.as_str(), finding.what, finding.found);
        if !finding.do_this.is_empty() {
            let _ = writeln!(text, "       {:width$}  -> {}", "", finding.do_this);
        }
    }
    let count = |grade: Grade| findings.iter().filter(|finding| finding.grade == grade).count();
    let _ = writeln!(
        text,
        "\n{} good, {} worth a look, {} wrong",
        count(Grade::Good),
        count(Grade::Look),
        count(Grade::Wrong)
    );
    text
}

/// As JSON, for machines.
pub fn json(findings: &[Finding]) -> String {
    let list: Vec<serde_json::Value> = findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "what": finding.what, "grade": finding.grade.as_str(), "found": finding.found, "do": finding.do_this,
            })
        })
        .collect();
    format!("{}\n", serde_json::Value::Array(list))
}

/// Whether anything is wrong: the command ends with 1 then.
pub fn ended(findings: &[Finding]) -> Result<(), Failure> {
    match findings.iter().filter(|finding| finding.grade == Grade::Wrong).count() {
        0 => Ok(()),
        n => Err(Failure::from(anyhow::anyhow!("{n} things are wrong"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_is_called_at_its_own_port() {
        assert_eq!(host_and_port("https://sms.example.cn/send"), ("sms.example.cn".into(), 443));
        assert_eq!(host_and_port("http://127.0.0.1:99/x"), ("127.0.0.1".into(), 99));
        assert_eq!(host_and_port("http://[::1]:99"), ("::1".into(), 99));
    }
}
