//! Units of work: what is kept, who is answered what, and that a group of them is as good as each alone.

use crate::ground::{Ground, NOW, grounds, on_postgres, on_sqlite};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use store::{Db, Done, Error, Options, Quiet, Result, Tx, args, form_key};
use uuid::Uuid;

/// A write with one visible effect: the form key of that number.
fn keep(tx: &mut Tx<'_>, number: u128) -> Result<Done<u128>> {
    form_key::keep(tx, "me", Uuid::from_u128(number), [1; 32], "/there", NOW)?;
    Ok(tx.commit_quiet(Quiet::Nothing, number))
}

fn kept(ground: &Ground) -> i64 {
    ground
        .db
        .read_now(ground.county, |tx| tx.number("SELECT COUNT(*) FROM form_key WHERE county_id = $1", &[]))
        .unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Holds the writer until the answer is dropped, so that what comes meanwhile waits together.
fn hold(ground: &Ground) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (began, begun) = mpsc::channel();
    let (db, county) = (ground.db.clone(), ground.county);
    let released = std::sync::Mutex::new(released);
    std::thread::spawn(move || {
        db.write_now(county, move |tx| {
            began.send(()).unwrap();
            let _ = released.lock().unwrap().recv();
            Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, ()))
        })
    });
    begun.recv().unwrap();
    release
}

/// Lets the other side come to its queue.
fn settle() {
    std::thread::sleep(Duration::from_millis(150));
}

#[test]
fn the_writer_syncs_every_commit_and_readers_cannot_write() {
    let ground = on_sqlite();
    let writer = |pragma: &'static str| ground.db.shared_now(true, move |tx| tx.number(pragma, &[])).unwrap();
    assert_eq!(writer("PRAGMA synchronous"), 2, "FULL");
    assert_eq!(writer("PRAGMA foreign_keys"), 1);
    let mode = |tx: &mut Tx<'_>| tx.one::<(String,)>("PRAGMA journal_mode", &[]);
    assert_eq!(ground.db.shared_now(true, mode).unwrap().0, "wal");
    assert_eq!(ground.db.shared_now(false, mode).unwrap().0, "wal");
    assert_eq!(ground.db.shared_now(false, |tx| tx.number("PRAGMA query_only", &[])).unwrap(), 1);
}

#[test]
fn a_read_cannot_write() {
    for ground in grounds() {
        let refused = ground
            .db
            .read_now(ground.county, |tx| form_key::keep(tx, "me", Uuid::from_u128(1), [1; 32], "/there", NOW));
        assert!(refused.is_err(), "{}", ground.name);
        assert_eq!(kept(&ground), 0, "{}", ground.name);
    }
}

#[test]
fn two_hundred_writers_at_once_are_each_answered_once_and_share_commits() {
    for ground in grounds() {
        let before = ground.db.commits();
        let generation = ground.db.generation();
        let runs = Arc::new(AtomicU32::new(0));
        let answers: Vec<u128> = runtime().block_on(async {
            let tasks: Vec<_> = (0..200_u128)
                .map(|number| {
                    let (db, county, runs) = (ground.db.clone(), ground.county, runs.clone());
                    tokio::spawn(async move {
                        // A caller that is told "busy" tries again; its form key makes that safe.
                        loop {
                            let runs = runs.clone();
                            let done = db.write(county, move |tx| {
                                runs.fetch_add(1, Ordering::SeqCst);
                                match form_key::seen(tx, "me", Uuid::from_u128(number), [1; 32])? {
                                    form_key::Seen::Fresh => keep(tx, number),
                                    _ => Ok(tx.commit_quiet(Quiet::Nothing, number)),
                                }
                            });
                            match done.await {
                                Ok(number) => return number,
                                Err(Error::Busy) => {}
                                Err(error) => panic!("{error}"),
                            }
                        }
                    })
                })
                .collect();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.unwrap());
            }
            answers
        });
        assert_eq!(answers, (0..200).collect::<Vec<_>>(), "{}", ground.name);
        assert_eq!(kept(&ground), 200, "{}", ground.name);
        assert!(ground.db.generation() > generation, "{}", ground.name);
        let commits = ground.db.commits() - before;
        assert!(commits < 200, "{}: 200 writes, {commits} commits", ground.name);
        assert_eq!(runs.load(Ordering::SeqCst), 200, "{}: each ran once", ground.name);
    }
}

#[test]
fn writes_that_wait_together_are_one_commit() {
    for ground in grounds() {
        let release = hold(&ground);
        let before = ground.db.commits();
        let writers: Vec<_> = (0..50_u128)
            .map(|number| {
                let (db, county) = (ground.db.clone(), ground.county);
                std::thread::spawn(move || db.write_now(county, move |tx| keep(tx, number)))
            })
            .collect();
        settle();
        drop(release);
        for (number, writer) in writers.into_iter().enumerate() {
            assert_eq!(writer.join().unwrap().unwrap(), number as u128);
        }
        // On SQLite the unit that held the writer and the fifty that waited stand in one group; on PostgreSQL a group is closed
        // when its first unit begins.
        let commits = if ground.name == "sqlite" { 1 } else { 2 };
        assert_eq!(ground.db.commits() - before, commits, "{}", ground.name);
        assert_eq!(kept(&ground), 50);
    }
}

#[test]
fn a_refused_unit_and_one_that_panics_leave_their_neighbours_alone() {
    for ground in grounds() {
        let release = hold(&ground);
        let spawn = |number: u128| {
            let (db, county) = (ground.db.clone(), ground.county);
            std::thread::spawn(move || {
                db.write_now(county, move |tx| {
                    let done = keep(tx, number)?;
                    match number % 4 {
                        1 => Err(Error::Missing),
                        2 => panic!("a unit panics, which this test wants"),
                        _ => Ok(done),
                    }
                })
            })
        };
        let writers: Vec<_> = (0..12_u128).map(spawn).collect();
        settle();
        drop(release);
        for (number, writer) in writers.into_iter().enumerate() {
            let answer = writer.join().unwrap();
            match number % 4 {
                1 => assert_eq!(answer, Err(Error::Missing), "{}", ground.name),
                2 => assert!(matches!(answer, Err(Error::Engine { .. })), "{} {answer:?}", ground.name),
                _ => assert_eq!(answer, Ok(number as u128), "{}", ground.name),
            }
        }
        assert_eq!(kept(&ground), 6, "{}", ground.name);
        // The thread lives on.
        assert_eq!(ground.db.write_now(ground.county, |tx| keep(tx, 100)), Ok(100), "{}", ground.name);
    }
}

#[test]
fn nothing_of_a_unit_is_kept_after_a_statement_failed_in_it_whatever_it_answers() {
    for ground in grounds() {
        ground.db.write_now(ground.county, |tx| keep(tx, 1)).unwrap();
        let answer = ground.db.write_now(ground.county, |tx| {
            form_key::keep(tx, "me", Uuid::from_u128(2), [1; 32], "/there", NOW)?;
            // The error is swallowed: PostgreSQL has given the transaction up, SQLite would go on.
            let _ = form_key::keep(tx, "me", Uuid::from_u128(1), [1; 32], "/there", NOW);
            Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, ()))
        });
        assert_eq!(answer, Err(Error::Clash), "{}", ground.name);
        assert_eq!(kept(&ground), 1, "{}", ground.name);
    }
}

#[test]
fn when_the_transaction_is_lost_nobody_of_its_group_is_told_that_it_was_kept() {
    let ground = on_sqlite();
    let release = hold(&ground);
    let spawn = |number: u128| {
        let (db, county) = (ground.db.clone(), ground.county);
        let writer = std::thread::spawn(move || {
            db.write_now(county, move |tx| {
                let done = keep(tx, number)?;
                if number == 1 {
                    // As SQLite does by itself when the disk is full: the whole transaction is rolled back.
                    tx.run(
                        "INSERT OR ROLLBACK INTO county (id, name, division_code, zone, demo, created_at)
                         VALUES ($1, '', '', '', FALSE, 0)",
                        &[],
                    )?;
                }
                Ok::<_, Error>(done)
            })
        });
        std::thread::sleep(Duration::from_millis(50));
        writer
    };
    let writers: Vec<_> = (0..3).map(spawn).collect();
    drop(release);
    let answers: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    let told = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(kept(&ground), told as i64, "{answers:?}");
    assert_eq!(answers[0], Err(Error::Busy), "it was in the group before");
    assert_eq!(answers[1], Err(Error::Clash));
    assert_eq!(answers[2], Ok(2), "it came after and has a transaction of its own");
}

#[test]
fn a_full_disk_refuses_writes_and_keeps_what_was_acknowledged() {
    let ground = on_sqlite();
    ground.db.write_now(ground.county, |tx| keep(tx, 1)).unwrap();
    let pages = ground.db.shared_now(true, |tx| tx.number("PRAGMA page_count", &[])).unwrap();
    let limit: &'static str = Box::leak(format!("PRAGMA max_page_count = {}", pages + 20).into_boxed_str());
    ground.db.shared_now(true, move |tx| tx.number(limit, &[])).unwrap();
    let large = "水".repeat(2000);
    let mut acknowledged = 1;
    let mut refused = None;
    for number in 2..200_u128 {
        let large = large.clone();
        let answer = ground.db.write_now(ground.county, move |tx| {
            form_key::keep(tx, "me", Uuid::from_u128(number), [1; 32], &large, NOW)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, ()))
        });
        match answer {
            Ok(()) => acknowledged += 1,
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    assert_eq!(refused, Some(Error::Full));
    assert_eq!(kept(&ground), acknowledged);
    ground.db.shared_now(true, |tx| tx.number("PRAGMA max_page_count = 1000000", &[])).unwrap();
    assert_eq!(ground.db.write_now(ground.county, |tx| keep(tx, 500)), Ok(500), "room again, and it goes on by itself");
}

#[test]
fn a_full_queue_says_busy_at_once_and_what_waited_is_done() {
    let ground = on_sqlite();
    let release = hold(&ground);
    let (answered, busy): (Vec<_>, Vec<_>) = runtime().block_on(async {
        let tasks: Vec<_> = (0..4200_u128)
            .map(|number| {
                let (db, county) = (ground.db.clone(), ground.county);
                tokio::spawn(async move { db.write(county, move |tx| keep(tx, number)).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let early = tasks.iter().filter(|task| task.is_finished()).count();
        assert_eq!(early, 4200 - 4096, "those for whom there is no room are told before the writer is free");
        drop(release);
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers.into_iter().partition(|answer: &Result<u128>| answer.is_ok())
    });
    assert!(busy.iter().all(|answer| *answer == Err(Error::Busy)));
    assert_eq!((answered.len(), busy.len()), (4096, 104));
    assert_eq!(kept(&ground), 4096);
}

#[test]
fn a_unit_whose_caller_left_before_it_began_is_not_run() {
    let ground = on_sqlite();
    let release = hold(&ground);
    runtime().block_on(async {
        let (db, county) = (ground.db.clone(), ground.county);
        let leaves = db.write(county, |tx| keep(tx, 1));
        assert!(tokio::time::timeout(Duration::from_millis(50), leaves).await.is_err());
        let stays = tokio::spawn(async move { db.write(county, |tx| keep(tx, 2)).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(release);
        assert_eq!(stays.await.unwrap(), Ok(2));
    });
    assert_eq!(kept(&ground), 1);
}

#[test]
fn reading_and_then_writing_loses_no_change_between_thirty_two_at_once() {
    let ground = on_postgres();
    let county = ground.county;
    ground
        .db
        .write_now(county, |tx| {
            tx.run("INSERT INTO rate_limit (county_id, subject, window_at, used) VALUES ($1, 'n', 0, 0)", &[])?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, ()))
        })
        .unwrap();
    let busy = Arc::new(AtomicU32::new(0));
    runtime().block_on(async {
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (db, busy) = (ground.db.clone(), busy.clone());
                tokio::spawn(async move {
                    for _ in 0..5 {
                        loop {
                            let added = db.write(county, |tx| {
                                let used = tx.number(
                                    "SELECT used FROM rate_limit WHERE county_id = $1 AND subject = 'n'",
                                    &[],
                                )?;
                                tx.run(
                                    "UPDATE rate_limit SET used = $2 WHERE county_id = $1 AND subject = 'n'",
                                    args![used + 1],
                                )?;
                                Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, ()))
                            });
                            match added.await {
                                Ok(()) => break,
                                Err(Error::Busy) => busy.fetch_add(1, Ordering::SeqCst),
                                Err(error) => panic!("{error}"),
                            };
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let used = ground
        .db
        .read_now(county, |tx| tx.number("SELECT used FROM rate_limit WHERE county_id = $1 AND subject = 'n'", &[]))
        .unwrap();
    assert_eq!(used, 160, "{} callers were told to try again", busy.load(Ordering::SeqCst));
    println!("160 increments of one row, {} answers of busy", busy.load(Ordering::SeqCst));
}

#[test]
fn a_county_cannot_reach_the_rows_of_another() {
    for ground in grounds() {
        ground.db.write_now(ground.county, |tx| keep(tx, 1)).unwrap();
        let other = civic::id::CountyId::from(Uuid::from_u128(77));
        let seen = ground.db.read_now(other, |tx| form_key::seen(tx, "me", Uuid::from_u128(1), [1; 32]));
        assert_eq!(seen, Ok(form_key::Seen::Fresh), "{}", ground.name);
        let forgotten = ground.db.write_now(other, |tx| {
            let rows = form_key::forget(tx, NOW.plus_millis(1), 100)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, rows))
        });
        assert_eq!(forgotten, Ok(0), "{}", ground.name);
        // A county that nobody made can write nothing at all.
        assert_eq!(ground.db.write_now(other, |tx| keep(tx, 2)), Err(Error::Clash), "{}", ground.name);
    }
}

#[test]
fn the_stamp_of_the_data_changes_with_every_acknowledged_write_of_any_program() {
    for ground in grounds() {
        let file = ground.sqlite.as_ref().map(|file| file.display().to_string());
        let url = file.or_else(|| ground.postgres.clone()).unwrap();
        let other = Db::open(&Options { url, threads: 1 }).unwrap();
        let runtime = runtime();
        let stamp = || {
            (0..100).find_map(|_| {
                std::thread::sleep(Duration::from_millis(5));
                runtime.block_on(ground.db.stamp())
            })
        };
        let mut seen = vec![stamp().expect("a database at rest has a stamp")];
        for number in 0..40_u128 {
            // Right after a write there is none, or another one; never one from before.
            if number % 2 == 0 {
                other.write_now(ground.county, move |tx| keep(tx, number)).unwrap();
            } else {
                ground.db.write_now(ground.county, move |tx| keep(tx, number)).unwrap();
            }
            let after = runtime.block_on(ground.db.stamp());
            assert!(!after.is_some_and(|after| seen.contains(&after)), "{} {number}", ground.name);
            if number % 10 == 0 {
                seen.push(stamp().expect("it is at rest again"));
            }
        }
        let last = stamp();
        assert!(last.is_some() && last == stamp(), "{}: at rest it stays", ground.name);
    }
}

#[test]
fn writes_of_two_server_processes_stand_in_one_line_and_none_is_thrown_back() {
    let ground = on_postgres();
    let other = Db::open(&Options { url: ground.postgres.clone().unwrap(), threads: 3 }).unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let before = ground.db.commits() + other.commits();
    runtime().block_on(async {
        let tasks: Vec<_> = (0..400_u128)
            .map(|number| {
                let db = if number % 2 == 0 { ground.db.clone() } else { other.clone() };
                let (county, runs) = (ground.county, runs.clone());
                tokio::spawn(async move {
                    db.write(county, move |tx| {
                        runs.fetch_add(1, Ordering::SeqCst);
                        // What every write of a page does: it looks for its own key and for a row that all of them count in.
                        form_key::seen(tx, "me", Uuid::from_u128(number), [1; 32])?;
                        store::limit::take(tx, "all", NOW, 600_000, 1_000_000)?;
                        keep(tx, number)
                    })
                    .await
                })
            })
            .collect();
        for (number, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.unwrap(), Ok(number as u128));
        }
    });
    assert_eq!(kept(&ground), 400);
    assert_eq!(runs.load(Ordering::SeqCst), 400, "each ran once");
    let commits = ground.db.commits() + other.commits() - before;
    assert!(commits < 400, "400 writes, {commits} commits");
}

#[test]
fn the_writes_of_a_county_do_not_wait_for_those_of_another() {
    let ground = on_postgres();
    let release = hold(&ground);
    let other = civic::id::CountyId::from(Uuid::from_u128(77));
    // That county does not exist, which its write is told without waiting for the first one.
    assert_eq!(ground.db.write_now(other, |tx| keep(tx, 2)), Err(Error::Clash));
    drop(release);
}
