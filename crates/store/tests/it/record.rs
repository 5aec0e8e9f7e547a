use crate::ground::{NOW, chance, grounds};
use civic::id::{CountId, MatterId};
use civic::record::{Actor, Entry, Noun, Recorded, Sheet, Verb};
use store::{Error, form_key};
use uuid::Uuid;

struct Show(CountId);
impl Recorded for Show {
    const NOUN: Noun = Noun::Count;
    fn noun_id(&self) -> Uuid {
        self.0.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![MatterId::from(Uuid::from_u128(5))]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.int("votes", 35);
        sheet.text("reason", "怕水排到后墙");
    }
}

#[test]
fn a_write_is_kept_whole_with_its_entry_or_not_at_all() {
    for ground in grounds() {
        let county = ground.county;
        let write = |fail: bool| {
            ground.db.write_now(county, move |tx| {
                let entry = Entry::of(
                    &Show(CountId::from(Uuid::from_u128(9))),
                    Verb::Count,
                    Actor::NOBODY,
                    NOW,
                    &mut chance(3),
                );
                form_key::keep(tx, "me", Uuid::from_u128(1), [1; 32], "/there", NOW)?;
                let done = tx.commit(&[entry], ())?;
                if fail { Err(Error::Missing) } else { Ok(done) }
            })
        };
        assert_eq!(write(true), Err(Error::Missing), "{}", ground.name);
        let seen = || ground.db.read_now(county, |tx| form_key::seen(tx, "me", Uuid::from_u128(1), [1; 32]));
        assert_eq!(seen().unwrap(), form_key::Seen::Fresh, "{}", ground.name);
        write(false).unwrap();
        assert_eq!(seen().unwrap(), form_key::Seen::Same("/there".into()), "{}", ground.name);
        assert_eq!(write(false), Err(Error::Clash), "{}", ground.name);
    }
}

#[test]
fn a_write_without_an_entry_is_refused() {
    for ground in grounds() {
        let refused = ground.db.write_now(ground.county, |tx| tx.commit(&[], ()));
        assert!(matches!(refused, Err(Error::Engine { .. })), "{}", ground.name);
    }
}

#[test]
fn entries_are_numbered_and_chained_and_an_edited_one_is_named() {
    for ground in grounds() {
        let county = ground.county;
        for i in 0..5_u64 {
            ground
                .db
                .write_now(county, move |tx| {
                    let show = Show(CountId::from(Uuid::from_u128(u128::from(i) % 2)));
                    let entry = Entry::of(&show, Verb::Count, Actor::NOBODY, NOW, &mut chance(i));
                    tx.commit(&[entry], ())
                })
                .unwrap();
        }
        let before = store::record::verify::county(&ground.db, county).unwrap();
        assert_eq!((before.sealed, before.waiting), (0, 5), "{}", ground.name);
        assert_eq!(ground.db.write_now(county, store::record::seal::waiting).unwrap(), 5);
        let after = store::record::verify::county(&ground.db, county).unwrap();
        assert_eq!(
            (after.sealed, after.waiting, after.problems.len()),
            (5, 0, 0),
            "{} {:?}",
            ground.name,
            after.problems
        );
        ground
            .db
            .write_now(county, |tx| {
                tx.run("UPDATE entry SET facts = $2 WHERE county_id = $1 AND seq = 3", store::args!["{}"])?;
                Ok::<_, Error>(tx.commit_quiet(store::Quiet::Nothing, ()))
            })
            .unwrap();
        let edited = store::record::verify::county(&ground.db, county).unwrap();
        assert_eq!(edited.problems, [store::record::verify::Problem::Chain { seq: 3 }], "{}", ground.name);
    }
}
