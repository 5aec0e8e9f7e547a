//! Places, households, people and sign-ins, each on both engines, and what the record says of them.

use crate::ground::{Ground, NOW, chance, grounds};
use civic::decide::code::PublicNumber;
use civic::id::{ConsentId, Id, MembershipId, PlaceId, ResidentId};
use civic::people::account::{self as rule, Account, AccountState};
use civic::people::card::{self as card_rule, CardCode, CardState};
use civic::people::consent::{ConsentKind, ConsentWay, Given, give};
use civic::people::household::Household;
use civic::people::membership::{Basis, Membership, MembershipKind};
use civic::people::organisation::{OrganisationForm, OrganisationKind, enter};
use civic::people::place::{Abbreviation, Place, PlaceCode};
use civic::people::resident::{self as resident_rule, Resident};
use civic::people::roll_import::{self as import_rule, Extent};
use civic::people::sign_in::{Lasting, Secret, begin_session, send_code};
use civic::people::standing::{Post, Standing};
use civic::record::{Actor, Entry, Noun, Recorded, Verb};
use civic::time::{Day, Timestamp, Zone};
use std::sync::atomic::{AtomicU64, Ordering};
use store::people::household::{After, Filter};
use store::people::{
    account, card, consent, erasure, household, membership, name_request, organisation, password_link, phone_code,
    place, resident, roll_import, session, signed, standing,
};
use store::record::verify::Problem;
use store::{Done, Error, Quiet, Result, Tx, args};
use uuid::Uuid;

const SECRET: Secret = Secret([7; 32]);

fn today() -> Day {
    Zone::china().day(NOW)
}

fn id<T>(n: u128) -> Id<T> {
    Id::from(Uuid::from_u128(n))
}

fn entry<R: Recorded>(noun: &R, verb: Verb) -> Entry {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Entry::of(noun, verb, Actor::NOBODY, NOW, &mut chance(1_000_003 * NEXT.fetch_add(1, Ordering::SeqCst)))
}

fn write<T: Send + 'static>(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static) -> T {
    ground.db.write_now(ground.county, f).unwrap()
}
fn read<T: Send + 'static>(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
    ground.db.read_now(ground.county, f).unwrap()
}
fn quiet(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static) {
    write(ground, move |tx| {
        f(tx)?;
        Ok(tx.commit_quiet(Quiet::Index, ()))
    });
}
fn problems(ground: &Ground) -> Vec<Problem> {
    while ground.db.write_now(ground.county, store::record::seal::waiting).unwrap() > 0 {}
    store::record::verify::county(&ground.db, ground.county).unwrap().problems
}

const ROOT: u128 = 1;
const TOWN: u128 = 2;
const VILLAGE: u128 = 3;
const HAMLET: u128 = 4;

fn put_place(ground: &Ground, n: u128, code: &str, name: &str, letters: &str, parent: Option<u128>) {
    let code = PlaceCode::parse(code).unwrap();
    let place = Place {
        id: id(n),
        kind: code.usual_kind(),
        code,
        name: name.into(),
        abbreviation: Abbreviation::parse(letters),
        parent: parent.map(id),
        valid_from: Day::parse("2020-01-01").unwrap(),
        valid_until: None,
        became: None,
        version: 1,
    };
    write(ground, move |tx| {
        place::put(tx, &place)?;
        tx.commit(&[entry(&place, Verb::Create)], ())
    });
}

/// A county with a township, two villages and a hamlet.
fn county() -> Vec<Ground> {
    let grounds = grounds();
    for ground in &grounds {
        put_place(ground, ROOT, "429990000000", "嘉禾县", "JH", None);
        put_place(ground, TOWN, "429990101000", "官桥镇", "", Some(ROOT));
        put_place(ground, VILLAGE, "429990101201", "竹溪村", "ZX", Some(TOWN));
        put_place(ground, HAMLET, "429990101201-H01", "柳塆", "", Some(VILLAGE));
        put_place(ground, 5, "429990101202", "梨园村", "", Some(TOWN));
    }
    grounds
}

fn put_household(ground: &Ground, n: u128, label: &str) {
    let new = Household { id: id(n), place: id(HAMLET), label: label.into(), from: today(), until: None, version: 1 };
    write(ground, move |tx| {
        household::put(tx, &new)?;
        tx.commit(&[entry(&new, Verb::Create)], ())
    });
}

fn put_person(ground: &Ground, n: u128, household: u128, name: &str) {
    let person = resident_rule::note(id(n), name, Day::parse("1980-01-01").unwrap(), today()).unwrap();
    let member = Membership {
        id: id(n + 1000),
        resident: id(n),
        kind: MembershipKind::Villager,
        place: id(HAMLET),
        household: Some(id(household)),
        area_cm2: None,
        from: today().plus(-30),
        until: None,
        basis: Basis::Register,
        represents: Vec::new(),
        version: 1,
    };
    write(ground, move |tx| {
        resident::put(tx, &person)?;
        membership::put(tx, &member)?;
        tx.commit(&[entry(&person, Verb::Create), entry(&member, Verb::Create)], ())
    });
}

fn put_account(ground: &Ground, account: Account, serves: &[u128]) {
    let serves = serves.to_vec();
    write(ground, move |tx| {
        account::put(tx, &account)?;
        for n in &serves {
            account::link(tx, &account.serve(id(*n), &[], today()).unwrap())?;
        }
        tx.commit(&[entry(&account, Verb::Create)], ())
    });
}

#[test]
fn a_place_knows_what_is_above_and_below_it() {
    for ground in county() {
        let ids = |ns: &[u128]| ns.iter().map(|n| id(*n)).collect::<Vec<PlaceId>>();
        assert_eq!(read(&ground, |tx| place::path(tx, id(HAMLET))), ids(&[HAMLET, VILLAGE, TOWN, ROOT]));
        assert_eq!(read(&ground, |tx| place::path(tx, id(ROOT))), ids(&[ROOT]));
        let line = read(&ground, |tx| place::line(tx, id(HAMLET)));
        assert_eq!(line.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["柳塆", "竹溪村", "官桥镇", "嘉禾县"]);
        let villages = |within| {
            let found = read(&ground, move |tx| place::villages(tx, id(within), today(), "", 10));
            found.iter().map(|p| p.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(villages(ROOT), ["竹溪村", "梨园村"], "{}", ground.name);
        assert_eq!(villages(TOWN), ["竹溪村", "梨园村"]);
        assert_eq!(villages(VILLAGE), ["竹溪村"]);
        let serial = |ground: &Ground| {
            let letters = Abbreviation::parse("ZX").unwrap();
            write(ground, move |tx| {
                let serial = place::next_serial(tx, &letters, 2026)?;
                Ok(tx.commit_quiet(Quiet::Index, serial))
            })
        };
        assert_eq!((serial(&ground), serial(&ground)), (1, 2));
        let number =
            PublicNumber { abbreviation: Abbreviation::parse("ZX").unwrap(), year: 2026, serial: serial(&ground) };
        assert_eq!(number.to_string(), "ZX-2026-003");
    }
}

#[test]
fn households_are_listed_by_hamlet_in_pages_and_found_by_label_or_name() {
    for ground in county() {
        for n in 0..40_u128 {
            put_household(&ground, 100 + n, &format!("西巷{n:02}号"));
        }
        put_person(&ground, 200, 100, "葛长山");
        put_person(&ground, 201, 107, "李_秀英");
        let page = |text: &'static str, after: Option<After>| {
            read(&ground, move |tx| {
                household::page(tx, id(VILLAGE), today(), Filter { hamlet: None, text }, after.as_ref())
            })
        };
        let first = page("", None);
        assert_eq!(first.len(), 30, "{}", ground.name);
        assert_eq!(first[0].people, [(id::<civic::id::ResidentTag>(200), "葛长山".to_owned())]);
        let last = first.last().unwrap();
        let after = After { code: last.place_code.clone(), label: last.household.label.clone(), id: last.household.id };
        let second = page("", Some(after));
        assert_eq!(second.iter().map(|l| l.household.label.as_str()).collect::<Vec<_>>()[0], "西巷30号");
        assert_eq!(second.len(), 10);
        assert_eq!(page("长山", None).len(), 1);
        assert_eq!(page("李_", None).len(), 1, "{}: a sign with a meaning in LIKE has none here", ground.name);
        assert_eq!(page("葛_", None).len(), 0);
        assert_eq!(page("%", None).len(), 0);
        assert_eq!(page("巷07", None).len(), 1);
        for sound in ["gechangshan", "Ge Chang Shan", "gcs", "changsh"] {
            assert_eq!(page(sound, None).len(), 1, "{}: {sound}", ground.name);
            let found = read(&ground, move |tx| resident::search(tx, id(VILLAGE), today(), sound, 5));
            assert_eq!(found.len(), 1, "{}: {sound}", ground.name);
        }
        assert_eq!(page("gcx", None).len(), 0);
        assert_eq!(read(&ground, |tx| household::counts(tx, id(VILLAGE), today())), (40, 2));
        let elsewhere = read(&ground, |tx| household::page(tx, id(5), today(), Filter::default(), None));
        assert!(elsewhere.is_empty());
        let found = read(&ground, |tx| resident::search(tx, id(VILLAGE), today(), "长", 5));
        assert_eq!((found.len(), found[0].label.as_deref()), (1, Some("西巷00号")));
        assert_eq!(read(&ground, |tx| resident::named(tx, id(VILLAGE), today(), "葛长", 5)), []);
        assert_eq!(problems(&ground), []);
    }
}

#[test]
fn the_same_label_stands_twice_in_a_hamlet_only_when_one_has_ended() {
    for ground in county() {
        put_household(&ground, 100, "西巷3号");
        let again = Household {
            id: id(101),
            place: id(HAMLET),
            label: "西巷3号".into(),
            from: today(),
            until: None,
            version: 1,
        };
        let twice = again.clone();
        let refused = ground.db.write_now(ground.county, move |tx| {
            household::put(tx, &twice)?;
            tx.commit(&[entry(&twice, Verb::Create)], ())
        });
        assert_eq!(refused, Err(Error::Clash), "{}", ground.name);
        let old = read(&ground, |tx| household::get(tx, id(100)));
        let ended = old.ended(today(), 0).unwrap();
        write(&ground, move |tx| {
            household::change(tx, &ended)?;
            household::put(tx, &again)?;
            tx.commit(&[entry(&ended, Verb::End), entry(&again, Verb::Create)], ())
        });
        let stale = ground.db.write_now(ground.county, move |tx| {
            household::change(tx, &old)?;
            tx.commit(&[entry(&old, Verb::Change)], ())
        });
        assert_eq!(stale, Err(Error::Clash), "{}: a version that was read before", ground.name);
    }
}

#[test]
fn a_roll_is_taken_in_under_one_entry_and_an_edited_row_is_named() {
    const ROLL: &str = "塆,户名,姓名,是否成年\n柳塆,西巷3号,葛长山,成年\n,,李秀英,是\n柳塆,西巷5号,王伟,是\n";
    for ground in county() {
        let take = |source: &'static str, seed: u64, on: Day| {
            write(&ground, move |tx| {
                let held = roll_import::load(tx, id(VILLAGE), on)?;
                let plan = import_rule::plan(source, &held.roll(), Extent::Whole, on).unwrap();
                let mut chance = chance(seed);
                let changes = import_rule::carry_out(&plan, &held.roll(), Extent::Whole, on, NOW, &mut chance);
                roll_import::put(tx, &changes)?;
                let entries = changes.entries(Actor::NOBODY, NOW, &mut chance);
                let n = entries.len();
                tx.commit(&entries, (n, changes))
            })
        };
        let (entries, changes) = take(ROLL, 3, today());
        assert_eq!((entries, changes.residents_new.len(), changes.rows.len()), (1, 3, 8), "{}", ground.name);
        assert_eq!(problems(&ground), [], "{}", ground.name);
        let kept = read(&ground, move |tx| roll_import::of_village(tx, id(VILLAGE), 5));
        assert_eq!(kept, std::slice::from_ref(&changes.import));

        // What was there before and changes gets an entry of its own.
        let (entries, _) = take("塆,户名,姓名,是否成年\n柳塆,西巷3号,葛长山,成年\n,,李秀英,是\n", 4, today().plus(30));
        assert_eq!(entries, 3, "the import, a membership that ended, a household that ended");
        assert_eq!(problems(&ground), [], "{}", ground.name);

        let who: ResidentId = changes.residents_new[0].id;
        quiet(&ground, move |tx| {
            tx.run("UPDATE resident SET name = '葛大山' WHERE county_id = $1 AND id = $2", args![who])?;
            Ok(())
        });
        let found = problems(&ground);
        assert_eq!(found.len(), 1, "{}: {found:?}", ground.name);
        assert!(matches!(&found[0], Problem::Altered { noun: Noun::Resident, id, .. } if *id == who.uuid()));
        quiet(&ground, move |tx| {
            tx.run("DELETE FROM roll_import_row WHERE county_id = $1 AND noun_id = $2", args![who])?;
            Ok(())
        });
        let found = problems(&ground);
        assert!(
            found.iter().any(|p| matches!(p, Problem::Altered { noun: Noun::RollImport, .. }))
                && found.contains(&Problem::Unrecorded { noun: Noun::Resident, id: who.uuid() }),
            "{}: {found:?}",
            ground.name
        );
    }
}

#[test]
fn an_account_is_found_by_phone_and_staff_name_and_serves_until_a_day() {
    for ground in county() {
        put_household(&ground, 100, "西巷3号");
        put_person(&ground, 200, 100, "葛长山");
        put_person(&ground, 201, 100, "李秀英");
        let phone = rule::with_phone(id(300), "13900001234", id(VILLAGE), today()).unwrap();
        put_account(&ground, phone, &[200, 201]);
        put_account(&ground, rule::staff(id(301), "wang.fang", "王芳", id(VILLAGE), today()).unwrap(), &[]);
        let registered = rule::register(id(302), "13900009999", "葛小满", id(HAMLET), today()).unwrap();
        put_account(&ground, registered, &[]);
        let by_phone = read(&ground, |tx| account::by_phone(tx, "13900001234")).unwrap();
        assert_eq!(by_phone.id, id(300));
        assert_eq!(read(&ground, |tx| account::by_login(tx, "wang.fang")).unwrap().id, id(301));
        assert_eq!(read(&ground, |tx| account::by_phone(tx, "13911111111")), None);
        let names = |on: Day| {
            let serves = read(&ground, move |tx| account::serves(tx, id(300), on));
            serves.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(today()).len(), 2);
        let waiting = read(&ground, |tx| account::waiting(tx, id(VILLAGE), None, 10));
        assert_eq!((waiting.len(), waiting[0].0.id, waiting[0].1.as_str()), (1, id(302), "柳塆"));
        assert!(read(&ground, |tx| account::waiting(tx, id(5), None, 10)).is_empty());
        let links = read(&ground, |tx| account::links(tx, id(300)));
        let ended = links.iter().find(|l| l.resident == id(201)).unwrap().ended(today());
        let again =
            Account { version: 1, ..by_phone.clone() }.serve(id(201), std::slice::from_ref(&ended), today()).unwrap();
        quiet(&ground, move |tx| account::change_link(tx, &ended));
        assert_eq!(names(today()), ["葛长山"]);
        quiet(&ground, move |tx| account::link(tx, &again));
        assert_eq!(names(today()).len(), 2, "{}: it may serve her again", ground.name);
        assert_eq!(read(&ground, |tx| account::of_resident(tx, id(200), today()))[0].id, id(300));
        let taken = Account { id: id(303), ..by_phone };
        let refused = ground.db.write_now(ground.county, move |tx| {
            account::put(tx, &taken)?;
            tx.commit(&[entry(&taken, Verb::Create)], ())
        });
        assert_eq!(refused, Err(Error::Clash), "{}", ground.name);
        assert_eq!(problems(&ground), []);
    }
}

#[test]
fn cards_codes_and_links_are_kept_by_their_hash() {
    for ground in county() {
        put_household(&ground, 100, "西巷3号");
        put_person(&ground, 200, 100, "葛长山");
        put_account(&ground, rule::by_card(id(300), id(VILLAGE), today()), &[200]);
        let code = CardCode::fresh(&mut chance(5));
        let (new, _) = card_rule::issue(id(400), id(200), &code, &SECRET, &[], today());
        let hash = new.hash;
        write(&ground, move |tx| {
            card::put(tx, &new)?;
            tx.commit(&[entry(&new, Verb::Create)], ())
        });
        let found = read(&ground, move |tx| card::by_hash(tx, hash)).unwrap();
        assert_eq!((found.state, found.account), (CardState::Issued, None));
        assert_eq!(read(&ground, |tx| card::account_of(tx, id(200))), Some(id(300)));
        let used = found.used(id(300), today()).unwrap();
        write(&ground, move |tx| {
            card::change(tx, &used)?;
            tx.commit(&[entry(&used, Verb::End)], ())
        });
        assert_eq!(read(&ground, |tx| card::of_resident(tx, id(200)))[0].state, CardState::Used);

        let (digits, sent) = send_code("13900001234", None, &SECRET, NOW, &mut chance(6)).unwrap();
        let kept = sent.clone();
        quiet(&ground, move |tx| phone_code::put(tx, &kept));
        let (tried, _) = sent.check("000000", &SECRET, NOW);
        let kept = tried.clone();
        quiet(&ground, move |tx| phone_code::put(tx, &kept));
        assert_eq!(read(&ground, |tx| phone_code::get(tx, "13900001234")), Some(tried.clone()), "{digits}");
        quiet(&ground, |tx| phone_code::forget(tx, NOW.plus_millis(1)).map(drop));
        assert_eq!(read(&ground, |tx| phone_code::get(tx, "13900001234")), None);

        let issue = |seed: u64| {
            write(&ground, move |tx| {
                let token = password_link::issue(tx, id(300), NOW, &mut chance(seed))?;
                Ok(tx.commit_quiet(Quiet::Code, token))
            })
        };
        let (first, second) = (issue(7), issue(8));
        let get = |token: String| read(&ground, move |tx| password_link::get(tx, &token));
        assert_eq!(get(first), None, "{}: a newer link takes the place of the older", ground.name);
        let link = get(second.clone()).unwrap();
        assert_eq!(get(second.to_uppercase()), Some(link.clone()));
        for wrong in ["", "zz", "é".repeat(32).as_str(), &second[1..]] {
            assert_eq!(get(wrong.to_owned()), None, "{wrong}");
        }
        let spent = link.clone();
        quiet(&ground, move |tx| password_link::spend(tx, &spent));
        let twice = ground.db.write_now(ground.county, move |tx| {
            password_link::spend(tx, &link)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Code, ()))
        });
        assert_eq!(twice, Err(Error::Clash), "{}", ground.name);
    }
}

fn acting(ground: &Ground, hash: [u8; 32], now: Timestamp) -> Option<(Option<String>, bool)> {
    let signed = read(ground, move |tx| signed::load(tx, hash, Zone::china().day(now), now));
    signed.and_then(|s| s.resident).map(|r| (r.name, r.own))
}

#[test]
fn a_helper_acts_while_consent_and_post_hold_and_not_an_instant_longer() {
    for ground in county() {
        put_household(&ground, 100, "西巷3号");
        put_person(&ground, 200, 100, "葛长山");
        put_account(&ground, rule::staff(id(300), "helper", "王芳", id(VILLAGE), today()).unwrap(), &[]);
        let post = Standing {
            id: id(500),
            account: id(300),
            place: id(VILLAGE),
            organisation: None,
            post: Post::Facilitator,
            from: today(),
            until: None,
            document: None,
        };
        let given = Given {
            kind: ConsentKind::HelperActs,
            resident: Some(id(200)),
            need: None,
            helper: Some(id(300)),
            way: ConsentWay::Spoken,
        };
        let agreed = give(ConsentId::from(Uuid::from_u128(600)), given, NOW).unwrap();
        let (_, begun) = begin_session(id(300), Lasting::Short, NOW, &mut chance(9));
        let hash = begun.hash;
        let (kept, row) = (post.clone(), agreed.clone());
        write(&ground, move |tx| {
            standing::put(tx, &kept)?;
            session::put(tx, &begun)?;
            session::choose(tx, begun.hash, None, Some(id(200)))?;
            tx.commit(&[entry(&kept, Verb::Create)], ())
        });
        assert_eq!(acting(&ground, hash, NOW), None, "{}: nobody has agreed", ground.name);
        write(&ground, move |tx| {
            consent::put(tx, &row, "当面问过，本人同意")?;
            tx.commit(&[entry(&row, Verb::Create)], ())
        });
        assert_eq!(acting(&ground, hash, NOW), Some((Some("葛长山".into()), false)));
        let seen = read(&ground, |tx| consent::of_resident(tx, id(200)));
        assert_eq!((seen[0].helper_name.as_deref(), seen[0].wording.as_str()), (Some("王芳"), "当面问过，本人同意"));
        let withdrawn = agreed.withdraw(NOW.plus_seconds(60)).unwrap();
        write(&ground, move |tx| {
            consent::change(tx, &withdrawn)?;
            tx.commit(&[entry(&withdrawn, Verb::End)], ())
        });
        assert_eq!(acting(&ground, hash, NOW.plus_seconds(60)), None);
        // Another consent, but the post has ended: helpers help where they stand.
        let again = give(ConsentId::from(Uuid::from_u128(601)), given, NOW.plus_seconds(61)).unwrap();
        write(&ground, move |tx| {
            consent::put(tx, &again, "当面问过，本人同意")?;
            tx.commit(&[entry(&again, Verb::Create)], ())
        });
        assert!(acting(&ground, hash, NOW.plus_seconds(62)).is_some());
        let kept = post.clone();
        quiet(&ground, move |tx| standing::end(tx, &kept, today().plus(-1)));
        assert_eq!(acting(&ground, hash, NOW.plus_seconds(63)), None, "{}", ground.name);
    }
}

#[test]
fn erasing_a_person_leaves_ids_and_the_record_whole() {
    for ground in county() {
        put_household(&ground, 100, "葛长山家");
        put_person(&ground, 200, 100, "葛长山");
        put_person(&ground, 201, 100, "李秀英");
        let phone = rule::with_phone(id(300), "13900001234", id(VILLAGE), today()).unwrap();
        put_account(&ground, phone, &[200]);
        quiet(&ground, |tx| {
            let request = name_request::NameRequest {
                resident: id(200),
                village: id(VILLAGE),
                name: "葛长川".into(),
                asked: NOW,
            };
            name_request::put(tx, &request)
        });
        assert_eq!(read(&ground, |tx| name_request::of_village(tx, id(VILLAGE), 5)).len(), 1);
        let erase = |n: u128, seed: u64| {
            write(&ground, move |tx| {
                let mut chance = chance(seed);
                let mut deed = erasure::Deed { today: today(), now: NOW, actor: Actor::NOBODY, chance: &mut chance };
                let entries = erasure::resident(tx, id(n), &mut deed)?;
                let many = entries.len();
                if entries.is_empty() { Ok(tx.commit_quiet(Quiet::Nothing, many)) } else { tx.commit(&entries, many) }
            })
        };
        assert_eq!(erase(200, 11), 4, "{}: membership, resident, label, account", ground.name);
        assert_eq!(erase(200, 12), 0, "a replay finds nothing to do");
        let gone: Resident = read(&ground, |tx| resident::get(tx, id(200)));
        assert_eq!((gone.name.as_str(), gone.adult_from.to_string().as_str()), ("", "1900-01-01"));
        assert_eq!(read(&ground, |tx| household::get(tx, id(100))).label, "葛家家");
        let closed = read(&ground, |tx| account::get(tx, id(300)));
        assert_eq!((closed.state, closed.phone), (AccountState::Closed, None));
        assert_eq!(read(&ground, |tx| household::counts(tx, id(VILLAGE), today())), (1, 1));
        assert_eq!(read(&ground, |tx| name_request::of_village(tx, id(VILLAGE), 5)), []);
        // The last one in a household takes its label along.
        erase(201, 13);
        let left = read(&ground, |tx| household::get(tx, id(100)));
        assert_eq!((left.label.as_str(), left.until), ("-", Some(today())), "{}", ground.name);
        let salts = read(&ground, |tx| {
            tx.number(
                "SELECT COUNT(*) FROM entry_salt s JOIN entry e ON e.county_id = s.county_id AND e.id = s.entry_id
                 WHERE s.county_id = $1 AND e.noun = 'resident' AND e.verb <> 'erase'",
                &[],
            )
        });
        assert_eq!(salts, 0);
        let jobs = read(&ground, |tx| store::jobs::due(tx, NOW, 10));
        assert_eq!(jobs.iter().filter(|j| j.kind == erasure::JOB).count(), 2);
        assert!(jobs[0].payload.contains(&id::<civic::id::ResidentTag>(200).to_string()), "{}", jobs[0].payload);
        assert_eq!(problems(&ground), [], "{}", ground.name);
    }
}

#[test]
fn a_text_whose_salt_was_taken_away_by_hand_is_not_taken_for_erased() {
    for ground in county() {
        put_household(&ground, 100, "柳家");
        put_person(&ground, 200, 100, "柳春生");
        assert_eq!(problems(&ground), [], "{}", ground.name);
        quiet(&ground, |tx| {
            tx.run(
                "DELETE FROM entry_salt WHERE county_id = $1 AND field = 'name' AND entry_id IN
                 (SELECT id FROM entry WHERE county_id = $1 AND noun = 'resident')",
                &[],
            )?;
            tx.run("UPDATE resident SET name = '柳夏生' WHERE county_id = $1", &[])?;
            Ok(())
        });
        let found = problems(&ground);
        let named =
            matches!(found.as_slice(), [Problem::Altered { noun: Noun::Resident, fields, .. }] if fields == &["name"]);
        assert!(named, "{}: {found:?}", ground.name);
    }
}

#[test]
fn a_row_that_was_put_under_another_place_by_hand_is_named() {
    // What stands in a row besides its facts so that lists and powers are found fast: whoever moves it moves what people see and may.
    let edits: &[(&'static str, Noun, &str)] = &[
        ("UPDATE place SET village_id = $2 WHERE county_id = $1 AND id = $3", Noun::Place, "village_id"),
        ("UPDATE place SET township_id = $2 WHERE county_id = $1 AND id = $3", Noun::Place, "township_id"),
        ("UPDATE place SET root_id = $2 WHERE county_id = $1 AND id = $3", Noun::Place, "root_id"),
        ("UPDATE household SET village_id = $2 WHERE county_id = $1 AND place_id = $3", Noun::Household, "village_id"),
    ];
    for ground in county() {
        put_household(&ground, 100, "柳家");
        assert_eq!(problems(&ground), [], "{}", ground.name);
        for (sql, noun, field) in edits {
            quiet(&ground, move |tx| tx.change(sql, args![id::<()>(5), id::<()>(HAMLET)]));
            let found = problems(&ground);
            let named =
                |p: &Problem| matches!(p, Problem::Altered { noun: n, fields, .. } if n == noun && fields == &[*field]);
            assert!(found.iter().any(named), "{sql} on {}: {found:?}", ground.name);
            let back = if *field == "township_id" {
                TOWN
            } else if *field == "root_id" {
                ROOT
            } else {
                VILLAGE
            };
            quiet(&ground, move |tx| tx.change(sql, args![id::<()>(back), id::<()>(HAMLET)]));
            assert_eq!(problems(&ground), [], "{}", ground.name);
        }
    }
}

#[test]
fn an_organisation_is_kept_with_its_life() {
    for ground in county() {
        let form = OrganisationForm {
            kind: OrganisationKind::VillagersCouncil,
            name: "柳塆理事会",
            place: id(HAMLET),
            parent: None,
            branch: false,
            contact: "0715-6300001",
        };
        let new = enter(id(700), &form, today()).unwrap();
        let row = new.clone();
        write(&ground, move |tx| {
            organisation::put(tx, &row)?;
            tx.commit(&[entry(&row, Verb::Create)], ())
        });
        assert_eq!(read(&ground, |tx| organisation::of_place(tx, id(HAMLET), None, 5)), [new]);
        assert_eq!(problems(&ground), []);
    }
}

#[test]
fn whoever_is_on_the_roll_is_read_in_pages() {
    for ground in county() {
        put_household(&ground, 100, "西巷3号");
        for n in 0..5 {
            put_person(&ground, 200 + n, 100, &format!("葛{n}"));
        }
        let page = |after: Option<MembershipId>| {
            read(&ground, move |tx| resident::on_roll(tx, id(VILLAGE), MembershipKind::Villager, today(), after, 3))
        };
        let first = page(None);
        let second = page(first.last().map(|m| m.membership.id));
        assert_eq!((first.len(), second.len()), (3, 2), "{}", ground.name);
        let members = read(&ground, |tx| resident::of_household(tx, id(100)));
        assert_eq!(members.len(), 5);
        assert_eq!(read(&ground, |tx| membership::people_after(tx, id(100), today())), 5);
    }
}
