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
