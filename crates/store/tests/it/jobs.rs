use crate::ground::{Ground, NOW, chance, grounds};
use civic::time::Timestamp;
use store::jobs::{self, ATTEMPTS_MAX, CLAIM_MS, Job};
use store::{Error, Quiet, Result, Tx};

fn write<T: Send + 'static>(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
    let done = ground.db.write_now(ground.county, move |tx| {
        let value = f(tx)?;
        Ok::<_, Error>(tx.commit_quiet(Quiet::Job, value))
    });
    done.unwrap()
}

fn put(ground: &Ground, due: Timestamp) {
    write(ground, move |tx| jobs::put(tx, "message", "{}", due, NOW, &mut chance(5)).map(drop));
}

fn due(ground: &Ground, now: Timestamp) -> Vec<Job> {
    ground.db.read_now(ground.county, move |tx| jobs::due(tx, now, 10)).unwrap()
}

fn claim(ground: &Ground, job: &Job, now: Timestamp) -> bool {
    let job = job.clone();
    write(ground, move |tx| jobs::claim(tx, &job, now))
}

fn counts(ground: &Ground) -> Vec<(String, i64)> {
    ground.db.read_now(ground.county, jobs::counts).unwrap()
}

#[test]
fn a_job_is_claimed_by_one_worker_only() {
    for ground in grounds() {
        put(&ground, NOW);
        let job = due(&ground, NOW).remove(0);
        let claims: Vec<_> = (0..8)
            .map(|_| {
                let (db, county, job) = (ground.db.clone(), ground.county, job.clone());
                std::thread::spawn(move || {
                    // A worker that is told "busy" looks again later, so for this test it simply asks again.
                    loop {
                        let job = job.clone();
                        let answer = db.write_now(county, move |tx| {
                            let mine = jobs::claim(tx, &job, NOW)?;
                            Ok::<_, Error>(tx.commit_quiet(Quiet::Job, mine))
                        });
                        match answer {
                            Err(Error::Busy) => {}
                            answer => return answer.unwrap(),
                        }
                    }
                })
            })
            .collect();
        let mine = claims.into_iter().map(|c| c.join().unwrap()).filter(|mine| *mine).count();
        assert_eq!(mine, 1, "{}", ground.name);
        assert_eq!(due(&ground, NOW), [], "{}: claimed, so it is not due", ground.name);
    }
}

#[test]
fn a_job_is_not_due_before_its_time_nor_while_another_worker_has_it() {
    for ground in grounds() {
        put(&ground, NOW.plus_millis(1000));
        assert_eq!(due(&ground, NOW.plus_millis(999)), [], "{}", ground.name);
        let now = NOW.plus_millis(1000);
        let job = due(&ground, now).remove(0);
        assert_eq!((job.kind.as_str(), job.payload.as_str(), job.attempts), ("message", "{}", 0));
        assert!(claim(&ground, &job, now), "{}", ground.name);
        assert_eq!(due(&ground, now.plus_millis(CLAIM_MS - 1)), [], "{}", ground.name);
        // Its worker died: another one may have it.
        assert_eq!(due(&ground, now.plus_millis(CLAIM_MS)).len(), 1, "{}", ground.name);
        write(&ground, move |tx| jobs::done(tx, job.id));
        assert_eq!(due(&ground, now.plus_millis(9 * CLAIM_MS)), [], "{}", ground.name);
        assert_eq!(counts(&ground), [("done".to_owned(), 1)], "{}", ground.name);
    }
}

#[test]
fn a_job_that_fails_waits_longer_each_time_and_is_given_up_where_the_operator_sees_it() {
    for ground in grounds() {
        put(&ground, NOW);
        let (mut now, mut before) = (NOW, 0);
        for attempt in 1..=ATTEMPTS_MAX {
            let job = due(&ground, now).remove(0);
            assert_eq!(job.attempts, attempt - 1, "{}", ground.name);
            assert!(claim(&ground, &job, now), "{}", ground.name);
            write(&ground, move |tx| jobs::failed(tx, &job, "gateway", now));
            if attempt < ATTEMPTS_MAX {
                let wait = (1..600_000).step_by(500).find(|ms| !due(&ground, now.plus_millis(*ms)).is_empty()).unwrap();
                assert!(wait > before, "{}: {wait} ms after {before} ms", ground.name);
                (now, before) = (now.plus_millis(wait), wait);
            }
        }
        assert_eq!(due(&ground, now.plus_millis(1 << 40)), [], "{}", ground.name);
        assert_eq!(counts(&ground), [("failed".to_owned(), 1)], "{}", ground.name);
    }
}

#[test]
fn a_job_whose_workers_all_died_is_given_up_too() {
    for ground in grounds() {
        put(&ground, NOW);
        let mut now = NOW;
        for _ in 0..ATTEMPTS_MAX {
            let job = due(&ground, now).remove(0);
            assert!(claim(&ground, &job, now), "{}", ground.name);
            now = now.plus_millis(CLAIM_MS);
        }
        let job = due(&ground, now).remove(0);
        assert!(!claim(&ground, &job, now), "{}", ground.name);
        assert_eq!(counts(&ground), [("failed".to_owned(), 1)], "{}", ground.name);
    }
}

#[test]
fn a_worker_that_comes_back_late_cannot_undo_what_another_ended() {
    for ground in grounds() {
        put(&ground, NOW);
        let slow = due(&ground, NOW).remove(0);
        assert!(claim(&ground, &slow, NOW), "{}", ground.name);
        let later = NOW.plus_millis(CLAIM_MS);
        let second = due(&ground, later).remove(0);
        assert!(claim(&ground, &second, later), "{}", ground.name);
        // The slow one fails while the second one is at it: its claim stands.
        let failed = slow.clone();
        write(&ground, move |tx| jobs::failed(tx, &failed, "late", later));
        assert_eq!(due(&ground, later.plus_millis(CLAIM_MS - 1)), [], "{}", ground.name);
        write(&ground, move |tx| jobs::done(tx, second.id));
        write(&ground, move |tx| jobs::failed(tx, &slow, "late", later));
        assert_eq!(counts(&ground), [("done".to_owned(), 1)], "{}", ground.name);
    }
}

#[test]
fn done_jobs_are_forgotten_in_portions_and_others_are_not() {
    for ground in grounds() {
        for seed in 0..5 {
            write(&ground, move |tx| {
                let id = jobs::put(tx, "message", "{}", NOW, NOW, &mut chance(seed))?;
                if seed < 4 { jobs::done(tx, id) } else { Ok(()) }
            });
        }
        let forget = |before| write(&ground, move |tx| jobs::forget(tx, before, 3));
        assert_eq!(forget(NOW), 0, "{}", ground.name);
        let after = NOW.plus_millis(1);
        assert_eq!((forget(after), forget(after), forget(after)), (3, 1, 0), "{}", ground.name);
        assert_eq!(counts(&ground), [("waiting".to_owned(), 1)], "{}", ground.name);
    }
}
