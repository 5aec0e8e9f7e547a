use crate::ground::{Ground, NOW, grounds};
use store::{Error, Quiet, limit};

const MINUTE: i64 = 60_000;

fn take(ground: &Ground, subject: &'static str, after_ms: i64) -> bool {
    let taken = ground.db.write_now(ground.county, move |tx| {
        let within = limit::take(tx, subject, NOW.plus_millis(after_ms), MINUTE, 3)?;
        Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, within))
    });
    taken.unwrap()
}

#[test]
fn three_tries_in_a_minute_and_not_a_fourth() {
    for ground in grounds() {
        assert_eq!([0, 1, 2, 3].map(|ms| take(&ground, "phone", ms)), [true, true, true, false], "{}", ground.name);
        assert!(take(&ground, "another phone", 3), "{}: each subject has its own", ground.name);
        assert!(
            !take(&ground, "phone", MINUTE - 1),
            "{}: tries that are refused do not open a new window",
            ground.name
        );
        assert!(take(&ground, "phone", MINUTE), "{}: the window began with the first try", ground.name);
        assert_eq!([1, 2, 3].map(|ms| take(&ground, "phone", MINUTE + ms)), [true, true, false], "{}", ground.name);
    }
}

#[test]
fn tries_at_the_same_instant_are_all_counted() {
    for ground in grounds() {
        let threads: Vec<_> = (0..12)
            .map(|_| {
                let (db, county) = (ground.db.clone(), ground.county);
                std::thread::spawn(move || {
                    loop {
                        let taken = db.write_now(county, |tx| {
                            let within = limit::take(tx, "phone", NOW, MINUTE, 3)?;
                            Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, within))
                        });
                        match taken {
                            Err(Error::Busy) => {}
                            taken => return taken.unwrap(),
                        }
                    }
                })
            })
            .collect();
        let within = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|within| *within).count();
        assert_eq!(within, 3, "{}", ground.name);
    }
}

#[test]
fn old_windows_are_forgotten() {
    for ground in grounds() {
        take(&ground, "old", 0);
        take(&ground, "new", MINUTE);
        let forgotten = ground.db.write_now(ground.county, |tx| {
            let rows = limit::forget(tx, NOW.plus_millis(MINUTE))?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, rows))
        });
        assert_eq!(forgotten, Ok(1), "{}", ground.name);
    }
}
