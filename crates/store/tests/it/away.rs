//! A PostgreSQL that goes away: killed under load, cut off while it commits, or reached over a wire that must be encrypted.

use crate::ground::{self, Ground, NOW, Server, on_postgres, on_server};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;
use store::form_key::{self, Seen};
use store::{Db, Engine, Error, Options, Quiet, Result};
use uuid::Uuid;

/// One write as a page does it: looks the form's key up, and does nothing twice. Answers whether it was new.
async fn press(db: &Db, county: civic::id::CountyId, form: u128) -> Result<bool> {
    db.write(county, move |tx| match form_key::seen(tx, "me", Uuid::from_u128(form), [1; 32])? {
        Seen::Fresh => {
            form_key::keep(tx, "me", Uuid::from_u128(form), [1; 32], "/there", NOW)?;
            tx.run("UPDATE rate_limit SET used = used + 1 WHERE county_id = $1 AND subject = 'presses'", &[])?;
            Ok(tx.commit_quiet(Quiet::Nothing, true))
        }
        _ => Ok(tx.commit_quiet(Quiet::Nothing, false)),
    })
    .await
}

fn prepare(ground: &Ground) {
    ground
        .db
        .write_now(ground.county, |tx| {
            tx.run("INSERT INTO rate_limit (county_id, subject, window_at, used) VALUES ($1, 'presses', 0, 0)", &[])?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, ()))
        })
        .unwrap();
}

/// Form keys and effects in the database.
fn counted(ground: &Ground) -> (i64, i64) {
    ground
        .db
        .read_now(ground.county, |tx| {
            Ok::<_, Error>((
                tx.number("SELECT COUNT(*) FROM form_key WHERE county_id = $1", &[])?,
                tx.number("SELECT used FROM rate_limit WHERE county_id = $1 AND subject = 'presses'", &[])?,
            ))
        })
        .unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_killed_server_makes_callers_wait_or_try_again_and_nothing_is_lost_or_done_twice() {
    let server = Server::start();
    let ground = on_server(&server.url, 4);
    prepare(&ground);
    let (stop, busy, done) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    runtime().block_on(async {
        let tasks: Vec<_> = (0..16_u128)
            .map(|client| {
                let (db, county) = (ground.db.clone(), ground.county);
                let (stop, busy, done) = (stop.clone(), busy.clone(), done.clone());
                tokio::spawn(async move {
                    let mut form = client << 64;
                    while !stop.load(Ordering::SeqCst) {
                        form += 1;
                        loop {
                            match press(&db, county, form).await {
                                Ok(_) => break,
                                Err(Error::Busy) => {
                                    busy.fetch_add(1, Ordering::SeqCst);
                                    tokio::time::sleep(Duration::from_millis(20)).await;
                                }
                                Err(error) => panic!("{error}"),
                            }
                        }
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            server.kill();
            tokio::time::sleep(Duration::from_secs(4)).await;
            server.again();
            let before = done.load(Ordering::SeqCst);
            while done.load(Ordering::SeqCst) < before + 16 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        stop.store(true, Ordering::SeqCst);
        for task in tasks {
            task.await.unwrap();
        }
    });
    let done = i64::try_from(done.load(Ordering::SeqCst)).unwrap();
    assert_eq!(counted(&ground), (done, done), "form keys and effects against acknowledged writes");
    let busy = busy.load(Ordering::SeqCst);
    assert!(busy > 0, "callers are told while the server is away");
    println!("{done} writes, {busy} answers of busy, two kills");
}

/// Stands between the program and the server, and can cut the line at the commit.
struct Between {
    port: u16,
    /// 0 lets everything pass; 1 cuts before the next commit reaches the server; 2 cuts after the server has done it.
    cut: Arc<AtomicU8>,
}

impl Between {
    fn start(server: &str) -> Self {
        let target = server.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicU8::new(0));
        let own = cut.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&target).unwrap());
                let answer_lost = Arc::new(AtomicBool::new(false));
                let (cut, lost) = (own.clone(), answer_lost.clone());
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || {
                    pump(&from, &to, |bytes| {
                        if !bytes.windows(7).any(|w| w == b"COMMIT\0") {
                            return true;
                        }
                        match cut.swap(0, Ordering::SeqCst) {
                            1 => return false,
                            2 => lost.store(true, Ordering::SeqCst),
                            _ => {}
                        }
                        true
                    });
                });
                std::thread::spawn(move || pump(&server, &client, |_| !answer_lost.load(Ordering::SeqCst)));
            }
        });
        Self { port, cut }
    }
}

/// Carries bytes until one side ends or `pass` says no; then both ends are shut.
fn pump(mut from: &TcpStream, mut to: &TcpStream, pass: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 65536];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if !pass(&buffer[..n]) || to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_commit_whose_answer_was_lost_is_busy_and_the_form_key_tells_the_truth() {
    let ground = on_postgres();
    prepare(&ground);
    let url = ground.postgres.as_ref().unwrap();
    let between = Between::start(url);
    let name = url.rsplit_once('/').unwrap().1;
    let through = format!("postgres://wugong@127.0.0.1:{}/{name}", between.port);
    let db = Db::open(&Options { url: through, threads: 1 }).unwrap();
    let county = ground.county;
    let runtime = runtime();
    let press = |form| runtime.block_on(press(&db, county, form));

    assert_eq!(press(1), Ok(true));
    between.cut.store(1, Ordering::SeqCst);
    assert_eq!(press(2), Err(Error::Busy), "the commit did not reach the server");
    assert_eq!(counted(&ground), (1, 1));
    assert_eq!(press(2), Ok(true), "so the second press does it");

    between.cut.store(2, Ordering::SeqCst);
    assert_eq!(press(3), Err(Error::Busy), "the server did it and nobody heard");
    assert_eq!(counted(&ground), (3, 3));
    assert_eq!(press(3), Ok(false), "so the second press finds it done");
    assert_eq!(counted(&ground), (3, 3));

    // A read has no such doubt: it is simply read again.
    between.cut.store(2, Ordering::SeqCst);
    let read = runtime.block_on(db.read(county, |tx| form_key::seen(tx, "me", Uuid::from_u128(3), [1; 32])));
    assert_eq!(read, Ok(Seen::Same("/there".to_owned())));
}

#[test]
fn an_encrypted_way_is_refused_where_the_server_has_none_or_its_certificate_is_not_known() {
    let server = Server::start();
    let open = |query: &str| {
        let url = format!("{}?{query}", server.url);
        match Db::open(&Options { url, threads: 1 }) {
            Ok(db) => Ok(db),
            Err(Error::Engine { message, .. }) => Err(message),
            Err(error) => panic!("{error:?}"),
        }
    };
    let refused = |query: &str, says: &[&str]| {
        let message = open(query).map(|db| db.engine()).unwrap_err();
        assert!(says.iter().all(|word| message.contains(word)), "{query}: {message}");
    };
    assert_eq!(open("sslmode=disable&connect_timeout=3").unwrap().engine(), Engine::Postgres);
    refused("sslmode=require", &["TLS"]);
    refused("sslmode=prefer", &["sslmode=prefer", "verify-full"]);
    refused("sslmode=verify-full&sslrootcert=/nowhere/at%20all.pem", &["/nowhere/at all.pem"]);

    // The server makes itself a certificate for its address, as an administrator would.
    let mut client = ground::postgres(&server.url);
    client
        .batch_execute(
            "COPY (SELECT 1) TO PROGRAM 'printf \"[req]\\ndistinguished_name=d\\nx509_extensions=x\\nprompt=no\\n[d]\\nCN=county\\n\
             [x]\\nbasicConstraints=CA:FALSE\\nsubjectAltName=IP:127.0.0.1\\n\" >tls.cnf && openssl req -new -x509 -days 30 -nodes \
             -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -config tls.cnf -out server.crt -keyout server.key 2>/dev/null \
             && chmod 600 server.key'",
        )
        .unwrap();
    client.batch_execute("ALTER SYSTEM SET ssl = 'on'").unwrap();
    client.batch_execute("SELECT pg_reload_conf()").unwrap();
    let certificate: String = client.query_one("SELECT pg_read_file('server.crt')", &[]).unwrap().get(0);
    let file = std::env::temp_dir().join(format!("wugong-{}.pem", ground::unique()));
    std::fs::write(&file, certificate).unwrap();
    let known = format!("sslmode=verify-full&sslrootcert={}", file.display());

    let db = (0..100)
        .find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            open(&known).ok()
        })
        .expect("the server takes encrypted connections soon after it has read its settings again");
    let encrypted = "SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(db.shared_now(false, move |tx| tx.one::<(String,)>(encrypted, &[])).unwrap().0, "true");
    refused("sslmode=require", &["certificate"]);
    // The right certificate under another name.
    let elsewhere = server.url.replace("127.0.0.1", "localhost");
    let refusal = Db::open(&Options { url: format!("{elsewhere}?{known}"), threads: 1 }).map(|db| db.engine());
    assert!(matches!(&refusal, Err(Error::Engine { message, .. }) if message.contains("certificate")), "{refusal:?}");
    let empty = std::env::temp_dir().join(format!("wugong-{}.pem", ground::unique()));
    std::fs::write(&empty, "").unwrap();
    refused(&format!("sslmode=require&sslrootcert={}", empty.display()), &["no certificate"]);
    let _ = std::fs::remove_file(file);
    let _ = std::fs::remove_file(empty);
}
