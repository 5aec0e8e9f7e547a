use crate::ground::{Ground, NOW, grounds};
use store::form_key::{self, Seen};
use store::{Error, Quiet};
use uuid::Uuid;

const FORM: Uuid = Uuid::from_u128(1);

fn keep(ground: &Ground, owner: &'static str, after_ms: i64) -> store::Result<()> {
    ground.db.write_now(ground.county, move |tx| {
        form_key::keep(tx, owner, FORM, [7; 32], "/needs/3", NOW.plus_millis(after_ms))?;
        Ok(tx.commit_quiet(Quiet::Nothing, ()))
    })
}

fn seen(ground: &Ground, owner: &'static str, digest: [u8; 32]) -> Seen {
    ground.db.read_now(ground.county, move |tx| form_key::seen(tx, owner, FORM, digest)).unwrap()
}

#[test]
fn the_same_form_gives_the_first_answer_and_other_content_shows_what_was_saved() {
    for ground in grounds() {
        assert_eq!(seen(&ground, "me", [7; 32]), Seen::Fresh, "{}", ground.name);
        keep(&ground, "me", 0).unwrap();
        assert_eq!(seen(&ground, "me", [7; 32]), Seen::Same("/needs/3".into()), "{}", ground.name);
        assert_eq!(seen(&ground, "me", [8; 32]), Seen::Other("/needs/3".into()), "{}", ground.name);
        assert_eq!(seen(&ground, "somebody else", [7; 32]), Seen::Fresh, "{}: a key is its owner's", ground.name);
        assert_eq!(keep(&ground, "me", 0), Err(Error::Clash), "{}: pressed twice at the same instant", ground.name);
    }
}

#[test]
fn keys_are_forgotten_in_portions_the_oldest_first() {
    for ground in grounds() {
        for (owner, after_ms) in [("a", 0), ("b", 1), ("c", 2), ("d", 3)] {
            keep(&ground, owner, after_ms).unwrap();
        }
        let forget = || {
            let forgotten = ground.db.write_now(ground.county, |tx| {
                let rows = form_key::forget(tx, NOW.plus_millis(3), 2)?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, rows))
            });
            forgotten.unwrap()
        };
        assert_eq!(forget(), 2, "{}", ground.name);
        let known = ["a", "b", "c", "d"].map(|owner| seen(&ground, owner, [7; 32]) != Seen::Fresh);
        assert_eq!(known, [false, false, true, true], "{}", ground.name);
        assert_eq!((forget(), forget()), (1, 0), "{}", ground.name);
    }
}

#[test]
fn a_text_that_was_told_is_found_for_a_while_and_then_taken_for_a_new_one() {
    for ground in grounds() {
        let told = |since_ms: i64, digest: [u8; 32]| {
            let since = NOW.plus_millis(since_ms);
            ground.db.read_now(ground.county, move |tx| form_key::told(tx, FORM, digest, since)).unwrap()
        };
        let keep_told = |answer: &'static str, after_ms: i64| {
            let kept = ground.db.write_now(ground.county, move |tx| {
                form_key::keep_told(tx, FORM, [7; 32], answer, NOW.plus_millis(after_ms))?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Again, ()))
            });
            kept.unwrap();
        };
        keep_told("/needs/1", 0);
        assert_eq!(told(-1, [7; 32]).as_deref(), Some("/needs/1"), "{}", ground.name);
        assert_eq!((told(0, [7; 32]), told(-1, [8; 32])), (None, None), "{}", ground.name);
        keep_told("/needs/2", 5);
        assert_eq!(told(0, [7; 32]).as_deref(), Some("/needs/2"), "{}: the later one", ground.name);
        keep(&ground, "me", 0).unwrap();
        let forget = |after_ms: i64| {
            let forgotten = ground.db.write_now(ground.county, move |tx| {
                let rows = form_key::forget_told(tx, NOW.plus_millis(after_ms), 10)?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, rows))
            });
            forgotten.unwrap()
        };
        assert_eq!((forget(5), forget(6), forget(100)), (0, 1, 0), "{}: nobody's own key goes with it", ground.name);
    }
}
