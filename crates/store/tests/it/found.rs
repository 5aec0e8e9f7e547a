//! Finding texts by their words: the same hits in the same order on both engines.

use crate::ground::{Ground, NOW, chance, grounds};
use civic::decide::code::PublicNumber;
use civic::decide::matter::{self as rule, Matter};
use civic::id::{Id, PlaceId};
use civic::people::place::{Abbreviation, Place, PlaceCode};
use civic::record::{Actor, Entry, Verb};
use civic::stage::{Stage, StageState};
use civic::time::Day;
use std::collections::BTreeMap;
use store::decide::matter;
use store::people::place;
use store::search::{self, After, Asked, Hits, Item, Kind, cut};
use store::{Error, Quiet, Result, Tx};
use uuid::Uuid;

const ROOT: u128 = 1;
const TOWN: u128 = 2;
const VILLAGE: u128 = 3;
const HAMLET: u128 = 4;
const ELSEWHERE: u128 = 5;

fn id<T>(n: u128) -> Id<T> {
    Id::from(Uuid::from_u128(n))
}
fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
fn write(ground: &Ground, f: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static) {
    let done = ground.db.write_now(ground.county, move |tx| {
        f(tx)?;
        Ok::<_, Error>(tx.commit_quiet(Quiet::Index, ()))
    });
    done.unwrap();
}

fn put_place(ground: &Ground, n: u128, code: &str, letters: &str, parent: Option<u128>) {
    let code = PlaceCode::parse(code).unwrap();
    let one = Place {
        id: id(n),
        kind: code.usual_kind(),
        code,
        name: format!("地方{n}"),
        abbreviation: Abbreviation::parse(letters),
        parent: parent.map(id),
        valid_from: day("2020-01-01"),
        valid_until: None,
        became: None,
        version: 1,
    };
    let done = ground.db.write_now(ground.county, move |tx| {
        place::put(tx, &one)?;
        let seed = u64::try_from(n).unwrap();
        tx.commit(&[Entry::of(&one, Verb::Create, Actor::NOBODY, NOW, &mut chance(seed))], ())
    });
    done.unwrap();
}

/// An announcement, as far as the index knows of it.
fn put(ground: &Ground, n: u128, at: u128, on: &str, title: &'static str, text: &'static str) {
    let on = day(on);
    write(ground, move |tx| {
        let kind = if n < 200 { Kind::Announcement } else { Kind::Posting };
        search::put(tx, &Item { kind, id: Uuid::from_u128(n), matter: None, place: id(at), day: on, title, text })
    });
}

fn public(serial: u32, at: u128, title: &str) -> Matter {
    let number = PublicNumber { abbreviation: Abbreviation::parse("ZX").unwrap(), year: 2026, serial };
    rule::open(id(1000 + u128::from(serial)), id(at), title, &[], number, day("2026-03-01")).unwrap()
}

fn corpus() -> Vec<Ground> {
    let grounds = grounds();
    for ground in &grounds {
        put_place(ground, ROOT, "429990000000", "JH", None);
        put_place(ground, TOWN, "429990101000", "GQ", Some(ROOT));
        put_place(ground, VILLAGE, "429990101201", "ZX", Some(TOWN));
        put_place(ground, HAMLET, "429990101201-H01", "", Some(VILLAGE));
        put_place(ground, ELSEWHERE, "429990101202", "QX", Some(TOWN));
        put(ground, 101, TOWN, "2026-01-05", "雨季防汛提示", "下雨天请绕开河边。村口路灯已经修好。");
        put(ground, 102, VILLAGE, "2026-02-05", "路灯维修通知", "村口三盏路灯坏了，电工 3 月 6 日来修。");
        put(
            ground,
            103,
            VILLAGE,
            "2026-03-05",
            "西巷口积水",
            "西巷口下雨就积水，请从东头走。Wi-Fi 2026 version 3.5 O'Neil's \"road\"",
        );
        put(ground, 104, ELSEWHERE, "2026-03-06", "清溪村路灯", "新装路灯十盏，广場的燈也換了。");
        put(ground, 201, HAMLET, "2026-03-07", "栏杆加固", "桥栏杆断了，加固用去 3.5 万元 (50%)。&<b>粗</b>");
        put(ground, 202, HAMLET, "2026-03-07", "路灯", "柳塆路灯一盏。");
        put(ground, 203, HAMLET, "2026-03-07", "路灯", "柳塆路灯两盏。");
        let mut road = public(17, VILLAGE, "村东头的路要修");
        road.stages.build = StageState::Open;
        let bridge = public(18, HAMLET, "桥栏杆断了");
        write(ground, move |tx| {
            matter::put(tx, &road, NOW)?;
            matter::put(tx, &bridge, NOW)
        });
    }
    grounds
}

fn asked(question: &str) -> Asked {
    Asked { words: cut::question(question), ..Asked::default() }
}

fn find(ground: &Ground, asked: Asked, after: Option<After>, rows_max: u32) -> Hits {
    ground.db.read_now(ground.county, move |tx| search::find(tx, &asked, after, rows_max)).unwrap()
}

/// What a question finds, by the numbers of the corpus.
fn ids(hits: &Hits) -> Vec<u128> {
    hits.rows.iter().map(|hit| hit.id.as_u128()).collect()
}

fn path(n: u128) -> Vec<PlaceId> {
    let places: &[u128] = match n {
        ROOT => &[],
        TOWN => &[TOWN, ROOT],
        HAMLET => &[HAMLET, VILLAGE, TOWN, ROOT],
        own => &[own, TOWN, ROOT],
    };
    places.iter().map(|n| id(*n)).collect()
}

/// By question and place: which texts, how many in all, and whether they have some of the words only.
type Found = BTreeMap<(usize, usize), (Vec<u128>, i64, bool)>;

/// Questions of all sorts; some are nonsense, some would be signs of a language of questions.
const QUESTIONS: [&str; 42] = [
    "路灯",
    "村口路灯",
    "村口 路灯",
    "巷口",
    "西巷口积水",
    "灯",
    "水",
    "路",
    "栏杆",
    "断",
    "version",
    "VERSION 3.5",
    "Ｗｉ－Ｆｉ",
    "2026",
    "3.5",
    "3",
    "ZX-2026-017",
    "zx2026017",
    "O'Neil",
    "\"路灯\"",
    "路灯 AND 栏杆",
    "路灯 OR 栏杆",
    "NOT 路灯",
    "路灯*",
    "^路灯",
    "words:路灯",
    "{words}:路灯",
    "NEAR(路灯 村口)",
    "路灯 & 栏杆",
    "路灯 | !栏杆",
    "'路灯':A",
    "<->",
    "(((",
    "路灯)",
    "--; DROP TABLE",
    "\\",
    "%_",
    "場",
    "燈",
    "<b>粗</b>",
    "",
    "\u{e000}路灯 \u{0}",
];

#[test]
fn both_engines_find_the_same_texts_in_the_same_order() {
    let found: Vec<Found> = corpus()
        .iter()
        .map(|ground| {
            let places = [ROOT, TOWN, VILLAGE, HAMLET, ELSEWHERE];
            let mut all = BTreeMap::new();
            for (q, question) in QUESTIONS.iter().enumerate() {
                for (p, place) in places.iter().enumerate() {
                    let hits = find(ground, Asked { path: path(*place), ..asked(question) }, None, 20);
                    all.insert((q, p), (ids(&hits), hits.n, hits.some));
                }
            }
            all
        })
        .collect();
    let [one, other] = found.as_slice() else { panic!("two engines") };
    for (question, hits) in one {
        assert_eq!(Some(hits), other.get(question), "{}", QUESTIONS[question.0]);
    }
    let some = one.values().filter(|(hits, ..)| !hits.is_empty()).count();
    assert!(some > 60, "only {some} questions found anything");
}

#[test]
fn texts_are_found_by_their_words_those_with_all_in_the_title_first_then_the_newer() {
    for ground in corpus() {
        let of = |question: &str| {
            let hits = find(&ground, asked(question), None, 20);
            (ids(&hits), hits.some)
        };
        let (lamps, _) = of("路灯");
        assert_eq!(lamps[2..], [104, 102, 101], "{}: {lamps:?}", ground.name);
        assert!(lamps[..2].contains(&202) && lamps[..2].contains(&203), "{lamps:?}");
        assert_eq!(of("村口路灯"), (vec![102, 101], false), "{}", ground.name);
        assert_eq!(of("巷口").0, [103], "{}: though 西巷口 is cut in another way", ground.name);
        assert_eq!(of("桥栏杆").0, [1018, 201], "{}", ground.name);
        assert_eq!(of("ZX-2026-017").0, [1017], "{}", ground.name);
        assert_eq!(of("O'Neil's ROAD").0, [103], "{}", ground.name);
        assert_eq!(of("水").0, [103], "{}: one character", ground.name);
        assert_eq!(of("<b>粗</b>").0, [201], "{}", ground.name);
        // Nothing has both, so what has one of them is shown, and it is said.
        assert_eq!(of("积水 栏杆"), (vec![201, 103, 1018], true), "{}", ground.name);
        assert_eq!(of("书法班"), (vec![], false), "{}", ground.name);
        for nothing in ["", "，。", "\"\"", "(((", "*", "\u{e001}announcement"] {
            let hits = find(&ground, asked(nothing), None, 20);
            assert_eq!((hits.n, hits.rows.len()), (0, 0), "{}: {nothing}", ground.name);
        }
    }
}

#[test]
fn hits_are_narrowed_by_place_kind_and_stage_and_news_from_above_hold_below() {
    for ground in corpus() {
        let at = |n: u128| {
            let mut found = ids(&find(&ground, Asked { path: path(n), ..asked("路灯") }, None, 20));
            found.sort_unstable();
            found
        };
        assert_eq!(at(HAMLET), [101, 102, 202, 203], "{}", ground.name);
        assert_eq!(at(VILLAGE), [101, 102, 202, 203], "{}", ground.name);
        assert_eq!(at(ELSEWHERE), [101, 104], "{}", ground.name);
        assert_eq!(at(TOWN), [101, 102, 104, 202, 203], "{}", ground.name);
        let kind = |kind| ids(&find(&ground, Asked { kind: Some(kind), ..asked("栏杆") }, None, 20));
        assert_eq!((kind(Kind::Matter), kind(Kind::Posting), kind(Kind::Resolution)), (vec![1018], vec![201], vec![]));
        let stage = |stage| ids(&find(&ground, Asked { stage: Some(stage), ..asked("路") }, None, 20));
        assert_eq!((stage(Stage::Build), stage(Stage::Share)), (vec![1017], vec![]), "{}", ground.name);
        let hits = find(&ground, asked("ZX-2026-017"), None, 20);
        let hit = &hits.rows[0];
        assert_eq!((hit.stage, hit.number.as_deref()), (Some(Stage::Build), Some("ZX-2026-017")));
        assert_eq!((hit.title.as_str(), hit.place_name.as_str()), ("村东头的路要修", "地方3"));
    }
}

#[test]
fn pages_of_hits_go_on_where_one_ended_and_leave_nothing_out() {
    for ground in corpus() {
        let whole = ids(&find(&ground, asked("路灯"), None, 20));
        for rows_max in 1..4 {
            let (mut found, mut after) = (Vec::new(), None);
            while found.len() < 20 {
                let hits = find(&ground, asked("路灯"), after, rows_max);
                assert_eq!(hits.n, 5, "{}", ground.name);
                let Some(last) = hits.rows.last() else { break };
                after = Some(last.after);
                found.extend(ids(&hits));
            }
            assert_eq!(found, whole, "{} by {rows_max}", ground.name);
        }
    }
}

#[test]
fn the_index_follows_its_rows_and_what_goes_under_another_matter_is_found_no_more() {
    for ground in corpus() {
        let of = |question: &str| ids(&find(&ground, asked(question), None, 20));
        put(&ground, 102, VILLAGE, "2026-02-05", "水渠维修通知", "水渠修好了");
        assert!(!of("路灯").contains(&102) && of("水渠").contains(&102), "{}", ground.name);
        write(&ground, |tx| search::gone(tx, Kind::Announcement, Uuid::from_u128(102)));
        assert_eq!(of("水渠"), [0; 0], "{}", ground.name);
        write(&ground, |tx| search::gone(tx, Kind::Announcement, Uuid::from_u128(102)));

        write(&ground, |tx| {
            let (road, bridge) = (matter::get(tx, id(1017))?, matter::get(tx, id(1018))?);
            let done = rule::merge(&bridge, &road, &[]).unwrap();
            matter::change(tx, &done.merged, NOW)?;
            matter::change(tx, &done.survivor, NOW)
        });
        assert_eq!(of("栏杆"), [201], "{}", ground.name);
        write(&ground, |tx| {
            let mut road = matter::get(tx, id(1017))?;
            road.stages.manage = StageState::Open;
            road.title = Some("东头水泥路".into());
            matter::change(tx, &road, NOW)
        });
        let hits = find(&ground, asked("水泥"), None, 20);
        assert_eq!((ids(&hits), hits.rows[0].stage), (vec![1017], Some(Stage::Manage)), "{}", ground.name);
        assert!(!of("要修").contains(&1017), "{}", ground.name);
    }
}

#[test]
fn the_index_is_made_again_from_the_rows_alone() {
    for ground in corpus() {
        let of = |question: &str| ids(&find(&ground, asked(question), None, 20));
        search::clear(&ground.db, ground.county).unwrap();
        assert_eq!((of("栏杆"), of("路灯")), (vec![], vec![]), "{}", ground.name);
        for _ in 0..2 {
            search::fill(&ground.db, ground.county).unwrap();
            assert_eq!((of("栏杆"), of("路灯")), (vec![1018], vec![]), "{}: announcements had no rows", ground.name);
        }
        if let Some(path) = &ground.sqlite {
            let conn = rusqlite::Connection::open(path).unwrap();
            let n: i64 = conn.query_row("SELECT COUNT(*) FROM search_word", [], |row| row.get(0)).unwrap();
            assert_eq!(n, 2);
            conn.execute("INSERT INTO search_word (search_word) VALUES ('integrity-check')", []).unwrap();
        }
    }
}

#[test]
fn one_question_costs_few_statements_and_postgresql_asks_its_index() {
    for ground in corpus() {
        let before = ground.db.statements();
        find(&ground, asked("村口路灯"), None, 20);
        assert!(ground.db.statements() - before <= 3, "{}", ground.name);
        if let Some(url) = &ground.postgres {
            let mut client = crate::ground::postgres(url);
            client.batch_execute("SET enable_seqscan = off; SET enable_indexscan = off").unwrap();
            let rows = client
                .query(
                    "EXPLAIN SELECT t.seat FROM search_text t
                     WHERE array_to_tsvector(string_to_array(t.words, ' ')) @@ CAST(CAST('''路灯''' AS TEXT) AS tsquery)",
                    &[],
                )
                .unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            assert!(plan.join("\n").contains("search_text_words"), "{plan:?}");
        }
    }
}
