use crate::ground::{Ground, NOW, grounds};
use civic::id::{AccountId, ResidentId};
use civic::people::sign_in::{Lasting, Session};
use store::people::session;
use store::{Error, Quiet, Result, Tx};
use uuid::Uuid;

fn account(n: u128) -> AccountId {
    AccountId::from(Uuid::from_u128(n))
}

fn begun(token: u8, account_number: u128, at_seconds: i64) -> Session {
    Session {
        hash: [token; 32],
        account: account(account_number),
        resident: None,
        helping: None,
        lasting: Lasting::Short,
        began: NOW.plus_seconds(at_seconds),
        noted: NOW.plus_seconds(at_seconds),
    }
}

fn write<T: Send + 'static>(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
    ground.db.write_now(ground.county, move |tx| {
        let value = f(tx)?;
        Ok(tx.commit_quiet(Quiet::Session, value))
    })
}

fn get(ground: &Ground, token: u8) -> Option<Session> {
    ground.db.read_now(ground.county, move |tx| session::get(tx, [token; 32])).unwrap()
}

fn put(ground: &Ground, session: Session) {
    write(ground, move |tx| session::put(tx, &session)).unwrap();
}

#[test]
fn a_session_begins_is_used_chooses_and_ends() {
    for ground in grounds() {
        let resident = ResidentId::from(Uuid::from_u128(8));
        put(&ground, begun(1, 5, 0));
        assert_eq!(get(&ground, 1), Some(begun(1, 5, 0)), "{}", ground.name);
        let used = Session { noted: NOW.plus_seconds(60), ..begun(1, 5, 0) };
        write(&ground, move |tx| session::note(tx, &used)).unwrap();
        write(&ground, move |tx| session::choose(tx, [1; 32], Some(resident), None)).unwrap();
        let now = Session { resident: Some(resident), noted: NOW.plus_seconds(60), ..begun(1, 5, 0) };
        assert_eq!(get(&ground, 1), Some(now), "{}", ground.name);
        write(&ground, |tx| session::end(tx, [1; 32])).unwrap();
        assert_eq!(get(&ground, 1), None, "{}", ground.name);
        let gone = write(&ground, |tx| session::choose(tx, [1; 32], None, None));
        assert_eq!(gone, Err(Error::Clash), "{}: what has ended chooses nothing", ground.name);
    }
}

#[test]
fn all_sessions_of_an_account_end_together_and_no_others() {
    for ground in grounds() {
        for (token, owner) in [(1, 5), (2, 5), (3, 6)] {
            put(&ground, begun(token, owner, 0));
        }
        assert_eq!(write(&ground, |tx| session::end_all(tx, account(5), None)), Ok(2), "{}", ground.name);
        assert_eq!([1, 2, 3].map(|token| get(&ground, token).is_some()), [false, false, true], "{}", ground.name);
    }
}

#[test]
fn a_session_of_another_county_does_not_open_this_one() {
    for ground in grounds() {
        put(&ground, begun(1, 5, 0));
        let other = civic::id::CountyId::from(Uuid::from_u128(3));
        assert_eq!(ground.db.read_now(other, |tx| session::get(tx, [1; 32])), Ok(None), "{}", ground.name);
    }
}

#[test]
fn setting_a_password_ends_every_session_but_the_one_in_which_it_is_set() {
    for ground in grounds() {
        for token in [1, 2, 3] {
            put(&ground, begun(token, 5, 0));
        }
        assert_eq!(write(&ground, |tx| session::end_all(tx, account(5), Some([2; 32]))), Ok(2), "{}", ground.name);
        assert_eq!([1, 2, 3].map(|token| get(&ground, token).is_some()), [false, true, false], "{}", ground.name);
    }
}

#[test]
fn sessions_long_unused_or_too_old_are_forgotten() {
    for ground in grounds() {
        let (idle, absolute) = (Lasting::Short.idle_seconds(), Lasting::Short.absolute_seconds());
        put(&ground, begun(1, 5, 0));
        put(&ground, Session { noted: NOW.plus_seconds(absolute - 1), ..begun(2, 5, 0) });
        put(&ground, Session { noted: NOW.plus_seconds(absolute - 1), ..begun(3, 5, 1) });
        put(&ground, Session { lasting: Lasting::Long, ..begun(4, 5, 0) });
        assert!(idle < absolute);
        let now = NOW.plus_seconds(absolute);
        assert_eq!(write(&ground, move |tx| session::forget(tx, now)), Ok(2), "{}", ground.name);
        assert_eq!(
            [1, 2, 3, 4].map(|token| get(&ground, token).is_some()),
            [false, false, true, true],
            "{}",
            ground.name
        );
    }
}
