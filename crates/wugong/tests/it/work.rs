//! The worker: messages leave once and are tried again, jobs that nobody can do are seen, what is over goes.

use crate::town::{Town, on_both};
use civic::id::JobId;
use civic::time::Timestamp;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use store::messages::Message;
use store::{Quiet, args};
use wugong::messages::{File, Gateway, Port};
use wugong::work::{Round, Worker};

const TEXT: &str = "【五共】验证码 482913，十分钟内有效。";

fn worker(town: &Town) -> Worker {
    Worker::new(town.app.clone())
}

fn send(town: &Town, to: &'static str) {
    let (now, chance) = (town.now(), town.chance());
    town.write(move |tx| {
        store::messages::send(tx, to, TEXT, now, &mut chance.clone())?;
        Ok(tx.commit_quiet(Quiet::Job, ()))
    });
}

/// State, attempts and payload of every job.
fn jobs(town: &Town) -> Vec<(String, i64, String, Option<String>)> {
    town.read(|tx| tx.all("SELECT state, attempts, payload, problem FROM job WHERE county_id = $1 ORDER BY id", &[]))
}

/// A gateway that gives these answers one after the other, and what it was asked.
fn gateway(answers: &'static [&'static str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = asked.clone();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                    length = n.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            heard.lock().unwrap().push(format!("{head}\n{}", String::from_utf8(body).unwrap()));
            write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        }
    });
    (url, asked)
}

#[test]
fn a_message_is_tried_again_until_the_gateway_has_it_and_then_lies_nowhere() {
    on_both(|town| {
        let (url, asked) = gateway(&["500 No", "503 Busy", "204 Taken"]);
        let port = Gateway::new(&url, "hush");
        let worker = worker(town);
        send(town, "13900001234");
        assert_eq!(worker.jobs(&port).unwrap(), Round { done: 0, failed: 1 });
        // Not again at once.
        assert_eq!(worker.jobs(&port).unwrap(), Round::default());
        assert_eq!(jobs(town)[0].3.as_deref(), Some("the gateway answered 500"));
        town.wait_minutes(1);
        assert_eq!(worker.jobs(&port).unwrap(), Round { done: 0, failed: 1 });
        town.wait_minutes(1);
        assert_eq!(worker.jobs(&port).unwrap(), Round { done: 1, failed: 0 });
        town.wait_minutes(60);
        assert_eq!(worker.jobs(&port).unwrap(), Round::default());
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 3);
        let key = |text: &str| {
            let line = text.lines().find(|l| l.to_lowercase().starts_with("idempotency-key:")).unwrap().to_owned();
            line.split_once(':').unwrap().1.trim().to_owned()
        };
        for one in asked.iter() {
            assert!(one.starts_with("POST /send HTTP/1.1"), "{one}");
            assert!(one.to_lowercase().contains("authorization: bearer hush"), "{one}");
            assert_eq!(key(one), key(&asked[0]), "the gateway can tell that it is the same message");
            let body: serde_json::Value = serde_json::from_str(one.lines().last().unwrap()).unwrap();
            assert_eq!((body["to"].as_str(), body["text"].as_str()), (Some("13900001234"), Some(TEXT)));
            assert_eq!(body["id"].as_str(), Some(key(one).as_str()));
        }
        let [(state, attempts, payload, problem)] = &jobs(town)[..] else { panic!("one job") };
        assert_eq!((state.as_str(), *attempts, problem.as_deref()), ("done", 3, None));
        assert!(!payload.contains("139") && !payload.contains("482913"), "{payload}");
    });
}

#[test]
fn a_message_that_no_gateway_takes_is_given_up_where_the_operator_sees_it() {
    on_both(|town| {
        // Nobody listens there any more.
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let port = Gateway::new(&format!("http://{closed}/"), "");
        let worker = worker(town);
        send(town, "13900001234");
        for _ in 0..store::jobs::ATTEMPTS_MAX {
            assert_eq!(worker.jobs(&port).unwrap(), Round { done: 0, failed: 1 });
            town.wait_minutes(120);
        }
        assert_eq!(worker.jobs(&port).unwrap(), Round::default());
        let [(state, _, payload, problem)] = &jobs(town)[..] else { panic!("one job") };
        assert_eq!(state, "failed");
        assert!(problem.as_deref().unwrap().starts_with("the gateway was not reached"), "{problem:?}");
        assert!(!problem.as_deref().unwrap().contains("139") && !payload.contains("139"), "{payload}");
    });
}

#[test]
fn a_gateway_that_sends_us_elsewhere_is_not_followed() {
    let (other, asked_there) = gateway(&["200 OK"]);
    let answer: &'static str = Box::leak(format!("302 Found\r\nlocation: {other}").into_boxed_str());
    let (url, _) = gateway(Box::leak(vec![answer].into_boxed_slice()));
    let message = Message { to: "13900001234".into(), text: TEXT.into(), answer: None };
    let refused = Gateway::new(&url, "hush").send(JobId::from(uuid::Uuid::from_u128(1)), &message);
    assert!(refused.is_err(), "{refused:?}");
    assert!(asked_there.lock().unwrap().is_empty());
}

#[test]
fn a_job_that_nobody_knows_is_tried_and_seen() {
    on_both(|town| {
        let (now, chance) = (town.now(), town.chance());
        town.write(move |tx| {
            store::jobs::put(tx, "no.such", "{}", now, now, &mut chance.clone())?;
            store::jobs::put(tx, store::messages::SEND, "[]", now, now, &mut chance.clone())?;
            Ok(tx.commit_quiet(Quiet::Job, ()))
        });
        assert_eq!(worker(town).jobs(&File::new(&town.data)).unwrap(), Round { done: 0, failed: 2 });
        let problems: Vec<Option<String>> = jobs(town).into_iter().map(|job| job.3).collect();
        assert!(problems.contains(&Some("no worker knows this kind of job".into())), "{problems:?}");
        assert!(problems.contains(&Some("the message cannot be read".into())), "{problems:?}");
    });
}

/// Counts what goes through it.
#[derive(Clone, Default)]
struct Counting(Arc<Mutex<Vec<JobId>>>);
impl Port for Counting {
    fn send(&self, id: JobId, _: &Message) -> Result<(), String> {
        self.0.lock().unwrap().push(id);
        Ok(())
    }
}

#[test]
fn several_workers_send_every_message_once() {
    on_both(|town| {
        for _ in 0..20 {
            send(town, "13900001234");
        }
        let sent = Counting::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let (worker, port) = (worker(town), sent.clone());
                scope.spawn(move || {
                    for _ in 0..10 {
                        // A worker that met another one at a row tries at its next turn.
                        let _ = worker.jobs(&port);
                    }
                });
            }
        });
        let mut ids = sent.0.lock().unwrap().clone();
        assert_eq!(ids.len(), 20);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 20);
        assert!(jobs(town).iter().all(|job| job.0 == "done"));
    });
}

#[test]
fn a_message_of_the_demo_stands_in_its_file_once() {
    let town = Town::on_sqlite();
    let port = File::new(&town.data);
    let message = Message { to: "13900001234".into(), text: TEXT.into(), answer: None };
    for n in [1, 1, 2] {
        port.send(JobId::from(uuid::Uuid::from_u128(n)), &message).unwrap();
    }
    let lines = std::fs::read_to_string(town.data.join(File::NAME)).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let line: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(line["text"].as_str(), Some(TEXT));
}

#[test]
fn what_is_kept_for_a_time_goes_when_its_time_is_over() {
    on_both(|town| {
        let worker = worker(town);
        let (now, chance) = (town.now(), town.chance());
        town.write(move |tx| {
            for (n, days) in [(1, 0), (2, 89), (3, 91)] {
                let at = Timestamp::from_millis(now.millis() - days * 86_400_000);
                store::form_key::keep(tx, "visitor", uuid::Uuid::from_u128(n), [1; 32], "/", at)?;
            }
            store::limit::take(tx, "a", now.plus_millis(-2 * 86_400_000), 60_000, 5)?;
            let old = now.plus_millis(-40 * 86_400_000);
            let job = store::jobs::put(tx, "x", "{}", old, old, &mut chance.clone())?;
            store::jobs::done(tx, job)?;
            Ok(tx.commit_quiet(Quiet::Job, ()))
        });
        let visitor = town.staff(civic::people::standing::Post::Auditor, town.root);
        let orphan = town.app.setup().files.keep(b"a photo whose form was refused").unwrap();
        let swept = worker.sweep().unwrap();
        assert_eq!((swept.rows, swept.files), (3, 0));
        visitor.get("/record/export").ok();
        let left = town.read(|tx| tx.number("SELECT COUNT(*) FROM form_key WHERE county_id = $1", args![]));
        assert_eq!(left, 2);
        // The file is as old as the machine's own clock says; ten days later by ours it goes, and so does the session.
        let behind = wugong::installation::now().millis() - town.now().millis();
        town.wait_minutes(behind / 60_000 + 10 * 24 * 60);
        assert_eq!(worker.sweep().unwrap().files, 1);
        assert!(town.app.setup().files.read(&orphan).is_err());
        let sessions = town.read(|tx| tx.number("SELECT COUNT(*) FROM session WHERE county_id = $1", args![]));
        assert_eq!(sessions, 0);
    });
}

#[test]
fn the_worker_seals_what_was_written_and_stops_when_told() {
    on_both(|town| {
        let worker = worker(town);
        let running = worker.clone().start(Box::new(File::new(&town.data)));
        for _ in 0..200 {
            if town.read(store::record::verify::waiting) == 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let report = store::record::verify::county(&town.db, town.county).unwrap();
        assert_eq!((report.waiting, report.problems.len()), (0, 0));
        send(town, "13900001234");
        for _ in 0..200 {
            if jobs(town).iter().all(|job| job.0 == "done") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert_eq!(jobs(town)[0].0, "done");
        running.stop();
        town.public_matter(town.hamlet, "停下以后的事");
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert_eq!(town.read(store::record::verify::waiting), 1, "a worker that was stopped does nothing");
        assert_eq!(worker.seal().unwrap(), 1);
    });
}

#[test]
fn what_was_erased_is_named_by_ids_alone_and_erased_again_after_a_restore() {
    on_both(|town| {
        let worker = worker(town);
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let account = town.phone("13900001234", &[who]);
        // A need by itself, taken back by who holds its slip.
        let form = town.visitor().get("/need?at=429990101201-H01").form("/need");
        let sent =
            form.set("what", "路灯不亮").set("where", "村口").set("reply", "phone").set("phone", "13900005678").send();
        let slip = sent.is(303).follow().ok();
        let need =
            town.read(|tx| tx.one::<(civic::id::NeedId,)>("SELECT id FROM need WHERE county_id = $1 LIMIT 1", &[])).0;
        // The day before somebody erases, a backup is made.
        let before = town.read(move |tx| {
            Ok((
                store::people::resident::get(tx, who)?,
                store::people::account::get(tx, account)?,
                store::decide::need::get(tx, need)?,
            ))
        });
        let signed = town.resident(who);
        signed.get("/mine/erase").form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        slip.form_ending("/withdraw").tick("sure", "1").send().is(303);
        assert!(worker.jobs(&File::new(&town.data)).unwrap().done >= 2);
        let log = town.data.join(wugong::erase_again::NAME);
        let lines = std::fs::read_to_string(&log).unwrap();
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert!(lines.lines().all(|line| line.starts_with(&town.county.to_string())), "{lines}");
        for id in [who.to_string(), need.to_string()] {
            assert!(lines.contains(&id), "{id}: {lines}");
        }
        assert!(lines.is_ascii() && !lines.contains("139"), "ids and a moment: {lines}");

        // The same again changes nothing, for nothing has come back.
        let nothing = wugong::erase_again::run(&town.db, &log).unwrap();
        assert_eq!(nothing.erased, 0, "{nothing:?}");
        // The backup brings the need back with its words and number.
        let (_, _, words) = before;
        let gone = town.read(move |tx| store::decide::need::get(tx, need));
        let back = civic::decide::need::Need { version: gone.version, ..words };
        let entry = civic::record::Entry::of(
            &back,
            civic::record::Verb::Change,
            civic::record::Actor::NOBODY,
            town.now(),
            &mut town.chance(),
        );
        town.write(move |tx| {
            store::decide::need::change(tx, &back)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        let done = wugong::erase_again::run(&town.db, &log).unwrap();
        assert_eq!(done.erased, 1, "{done:?}");
        let after = town.read(move |tx| store::decide::need::get(tx, need));
        assert_eq!((after.what, after.phone, after.spot), (None, None, None));
        assert_eq!(wugong::erase_again::run(&town.db, &log).unwrap().erased, 0);
        // What a backup does not know is passed over; what is no line of ours is said.
        std::fs::write(
            &log,
            format!("{} {{\"accounts\":[],\"at\":0,\"resident\":\"{}\"}}\n", town.county, town.id::<()>()),
        )
        .unwrap();
        assert_eq!(wugong::erase_again::run(&town.db, &log).unwrap(), wugong::erase_again::Done { erased: 0, left: 1 });
        std::fs::write(&log, "葛长山\n").unwrap();
        assert!(wugong::erase_again::run(&town.db, &log).is_err());
    });
}
