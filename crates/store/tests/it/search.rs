use crate::ground::{Ground, grounds};
use civic::id::{MatterId, PlaceId};
use store::{Error, Quiet, search};
use uuid::Uuid;

const LANE: u128 = 1;

fn place(n: u128) -> PlaceId {
    PlaceId::from(Uuid::from_u128(n))
}

fn matter(n: u128) -> MatterId {
    MatterId::from(Uuid::from_u128(n))
}

fn index(ground: &Ground, n: u128, at: u128, text: &'static str) {
    ground
        .db
        .write_now(ground.county, move |tx| {
            search::index(tx, matter(n), place(at), text)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Index, ()))
        })
        .unwrap();
}

fn alike(ground: &Ground, places: &'static [u128], text: &'static str) -> Vec<(u128, usize)> {
    let places: Vec<PlaceId> = places.iter().map(|n| place(*n)).collect();
    let found = ground.db.read_now(ground.county, move |tx| search::alike(tx, &places, text, 3)).unwrap();
    found.into_iter().map(|(id, percent)| (id.uuid().as_u128(), percent)).collect()
}

fn village(ground: &Ground) {
    index(ground, LANE, 10, "村东头巷子一下雨就积水，老人出不了门");
    index(ground, 2, 10, "村口路灯坏了三盏，晚上看不见路");
    index(ground, 3, 11, "小学门口的桥栏杆断了");
    index(ground, 4, 12, "巷子积水没人管，下雨天过不去");
}

#[test]
fn a_look_alike_is_found_in_other_words_and_the_rest_is_not() {
    for ground in grounds() {
        village(&ground);
        let found = alike(&ground, &[10, 11], "下雨巷子积水");
        assert_eq!(found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [LANE], "{}: {found:?}", ground.name);
        assert!(found[0].1 >= 50, "{}: {found:?}", ground.name);
        let found = alike(&ground, &[10, 11], "我们这条巷子每次下雨都积水很深");
        assert_eq!(found.first().map(|(n, _)| *n), Some(LANE), "{}: {found:?}", ground.name);
        assert_eq!(alike(&ground, &[10, 11], "希望办一个书法班"), [], "{}", ground.name);
        assert_eq!(alike(&ground, &[10, 11], "路"), [], "{}: one character says nothing", ground.name);
        assert_eq!(alike(&ground, &[10, 11], ""), [], "{}", ground.name);
    }
}

#[test]
fn look_alikes_of_other_places_are_left_out_and_the_best_comes_first() {
    for ground in grounds() {
        village(&ground);
        let of =
            |places| alike(&ground, places, "下雨天巷子积水过不去").into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(of(&[10]), [LANE], "{}", ground.name);
        assert_eq!(of(&[10, 12]), [4, LANE], "{}", ground.name);
        assert_eq!(of(&[13]), [0; 0], "{}", ground.name);
    }
}

#[test]
fn an_index_follows_its_text_and_a_long_text_is_bounded() {
    for ground in grounds() {
        village(&ground);
        index(&ground, LANE, 10, "水渠修好了");
        assert_eq!(alike(&ground, &[10, 11], "下雨巷子积水"), [], "{}", ground.name);
        assert_eq!(alike(&ground, &[10], "水渠修好了").first(), Some(&(LANE, 100)), "{}", ground.name);
        let long: String =
            "水渠修好了".chars().chain((0..50_000).filter_map(|i| char::from_u32(0x4e00 + i % 8000))).collect();
        let (before, long) = (ground.db.statements(), &*Box::leak(long.into_boxed_str()));
        alike(&ground, &[10], long);
        assert!(ground.db.statements() - before <= 4, "{}", ground.name);
    }
}

#[test]
fn letters_of_both_sizes_and_signs_make_no_difference() {
    for ground in grounds() {
        index(&ground, 1, 10, "WiFi 信号差：村委会二楼！");
        assert_eq!(alike(&ground, &[10], "wifi信号差").first().map(|(n, _)| *n), Some(1), "{}", ground.name);
    }
}
