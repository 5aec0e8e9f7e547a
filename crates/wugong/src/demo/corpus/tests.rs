use std::collections::HashSet;

use civic::decide::matter::Category;
use civic::people::place::{Abbreviation, Level, PlaceCode, PlaceKind};
use civic::token::Token as _;

use super::body::{Association, BRANCHES, Body, POSTS};
use super::name::{GIVEN_ELDER, GIVEN_MIDDLE, GIVEN_YOUNG, SURNAMES};
use super::place::{COUNTY, TOWNSHIPS, Village};
use super::*;

/// Every text of a story that a reader may see.
fn texts(story: &Story) -> Vec<&'static str> {
    let mut out = vec![story.title, story.answer, story.resolution];
    out.extend(story.says);
    out.extend(story.wheres);
    out.extend(story.dissent);
    out.extend(story.points.iter().flat_map(|point| [point.said, point.taker, point.came]));
    out.extend(story.options.iter().flat_map(|way| [way.title, way.benefits, way.pays, way.upkeep, way.feasible]));
    out.extend(story.objection.iter().flat_map(|(says, answer)| [*says, *answer]));
    out
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for text in texts {
        assert!(seen.insert(text), "twice: {text}");
    }
}

#[test]
fn there_are_a_hundred_and_twenty_stories_and_every_category_has_some() {
    assert!(stories().count() >= 120, "{}", stories().count());
    for category in Category::ALL {
        let count = stories().filter(|story| story.category == *category).count();
        assert!(count >= 4, "{category:?} {count}");
    }
}

#[test]
fn every_ground_has_stories_enough_for_its_villages() {
    for village in TOWNSHIPS.iter().flat_map(|township| township.villages) {
        assert!(stories_for(village.ground).count() >= 60, "{}", village.name);
    }
    for ground in [Ground::Hill, Ground::Water, Ground::Plain, Ground::Town] {
        assert!(stories().filter(|story| story.ground == ground).count() >= 8, "{ground:?}");
    }
}

#[test]
fn at_least_thirty_needs_have_a_look_alike() {
    assert!(stories().filter(|story| story.says.len() >= 2).count() >= 90);
    assert!(stories().filter(|story| story.says.len() >= 3).count() >= 15);
}

#[test]
fn every_text_is_within_the_limits_of_its_field() {
    for story in stories() {
        let slug = story.slug;
        assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{slug}");
        assert!((6..=30).contains(&chars(story.title)), "{slug}: title of {}", chars(story.title));
        assert!((1..=3).contains(&story.says.len()), "{slug}");
        assert!(story.says.iter().all(|say| (12..=300).contains(&chars(say))), "{slug}: a say");
        assert!((1..=4).contains(&story.wheres.len()), "{slug}");
        assert!(story.wheres.iter().all(|place| (2..=20).contains(&chars(place))), "{slug}: a where");
        assert!((30..=300).contains(&chars(story.answer)), "{slug}: answer of {}", chars(story.answer));
        assert!((20..=300).contains(&chars(story.resolution)), "{slug}: resolution of {}", chars(story.resolution));
        assert!(story.points.len() <= 6, "{slug}: {} points", story.points.len());
        assert!(story.points.len() >= 3, "{slug}: {} points", story.points.len());
        for point in story.points {
            assert!(
                (2..=60).contains(&chars(point.said)) && (2..=20).contains(&chars(point.taker)),
                "{slug}: {point:?}"
            );
            assert!((2..=40).contains(&chars(point.came)) && (1..=30).contains(&point.days), "{slug}: {point:?}");
        }
        for way in &story.options {
            let short = [way.title, way.benefits, way.pays, way.upkeep, way.feasible];
            assert!(short.iter().all(|text| (1..=60).contains(&chars(text))), "{slug}: {way:?}");
            assert!(way.yuan <= 500_000, "{slug}");
        }
        assert!(story.dissent.iter().all(|reason| chars(reason) <= 80) && !story.dissent.is_empty(), "{slug}");
        if let Some((says, answer)) = story.objection {
            assert!(chars(says) <= 120 && chars(answer) <= 200, "{slug}");
        }
        assert!(*story.households.start() >= 1 && story.households.start() < story.households.end(), "{slug}");
        assert!(*story.households.end() <= 200, "{slug}");
    }
}

#[test]
fn nothing_is_said_twice() {
    distinct(stories().map(|story| story.slug));
    distinct(stories().map(|story| story.title));
    distinct(stories().map(|story| story.answer));
    distinct(stories().map(|story| story.resolution));
    distinct(stories().flat_map(|story| story.says.iter().copied()));
    distinct(stories().filter_map(|story| story.objection).map(|(says, _)| says));
    distinct(stories().flat_map(|story| story.dissent.iter().copied()));
}

/// Politics, belief, origin, illness, punishment, reward, officialese (domain rules E1 to E9, AF1); and spaces or
/// half-width marks, with which old browsers break lines in the wrong place. Words that may stand nowhere in the tree are
/// not repeated here: the tidy test looks for them in these files too.
#[test]
fn no_text_touches_what_nobody_may_be_asked_or_speaks_like_an_office() {
    let touchy = [
        "党", "政治", "教堂", "佛", "祠", "庙", "民族", "病", "残疾", "低保", "贫困", "五保", "罚", "排名", "名次",
        "签到", "先进", "评比", "选举", "信访", "上访", "定位", "考试", "曝光", "捐款",
    ];
    let officialese = [
        "贯彻",
        "落实",
        "进一步",
        "切实",
        "高度重视",
        "广大群众",
        "研究决定",
        "有关部门",
        "相关部门",
        "予以",
        "特此",
        "开展",
        "推进",
        "提升",
        "赋能",
        "抓手",
        "您好",
        "敬请",
        "谅解",
    ];
    for story in stories() {
        for text in texts(story) {
            for word in touchy.iter().chain(&officialese) {
                assert!(!text.contains(word), "{}: {word} in {text}", story.slug);
            }
            assert!(!text.contains([' ', ',', ';', '!', '?', '|', '\u{3000}']), "{}: {text}", story.slug);
        }
    }
}

#[test]
fn codes_are_built_like_real_ones_and_cannot_be_real() {
    assert!(COUNTY.0.starts_with("4299"), "there is no prefecture 99");
    let county = PlaceCode::parse(COUNTY.0).unwrap();
    let mut codes = HashSet::new();
    for township in TOWNSHIPS {
        let code = PlaceCode::parse(township.code).unwrap();
        assert_eq!((code.level(), code.parent()), (Level::Township, Some(county)));
        let number: u16 = township.code[6..9].parse().unwrap();
        assert!(if township.name.ends_with('镇') { 100..200 } else { 200..400 }.contains(&number), "{}", township.name);
        for village in township.villages {
            let village_code = PlaceCode::parse(&village.code(township)).unwrap();
            assert_eq!((village_code.level(), village_code.parent()), (Level::Village, Some(code)));
            let community = village_code.usual_kind() == PlaceKind::Community;
            assert_eq!(community, village.name.ends_with("社区"), "{}", village.name);
            for index in 0..village.hamlets.len() {
                let hamlet = PlaceCode::parse(&village.hamlet_code(township, index)).unwrap();
                assert_eq!((hamlet.level(), hamlet.parent()), (Level::Hamlet, Some(village_code)));
                assert!(codes.insert(hamlet), "{hamlet}");
            }
        }
    }
}

#[test]
fn the_county_has_eight_townships_of_ten_villages_with_four_to_eight_hamlets() {
    assert_eq!(TOWNSHIPS.len(), 8);
    let villages: Vec<&Village> = TOWNSHIPS.iter().flat_map(|township| township.villages).collect();
    assert!(TOWNSHIPS.iter().all(|township| (10..=12).contains(&township.villages.len())));
    distinct(villages.iter().map(|village| village.name));
    distinct(villages.iter().map(|village| village.abbreviation));
    for village in villages {
        assert!((4..=8).contains(&village.hamlets.len()), "{}", village.name);
        distinct(village.hamlets.iter().copied());
        assert_eq!(Abbreviation::parse(village.abbreviation).unwrap().as_str(), village.abbreviation);
    }
    let [first, ..] = TOWNSHIPS else { unreachable!() };
    let village = first.villages.iter().find(|village| village.name == "竹溪村").unwrap();
    assert_eq!((village.abbreviation, village.hamlets[0]), ("ZX", "柳塆"), "the place of the story that we show");
}

#[test]
fn there_are_eighteen_branches_each_at_a_place_of_the_county() {
    assert_eq!(BRANCHES.len(), 18);
    distinct(BRANCHES.iter().map(|branch| branch.name));
    let places: HashSet<String> = TOWNSHIPS
        .iter()
        .flat_map(|township| {
            township.villages.iter().map(|village| village.code(township)).chain([township.code.to_owned()])
        })
        .collect();
    for branch in BRANCHES {
        assert!(places.contains(branch.place), "{}", branch.name);
        let kind = if branch.association == Association::NewStrata { "新联会" } else { "知联会" };
        assert!(branch.name.contains(kind) && !branch.offers.is_empty(), "{}", branch.name);
    }
}

#[test]
fn a_committee_has_three_to_seven_seats_and_nobody_sits_alone_over_money() {
    let seats = |body| POSTS.iter().filter(|post| post.body == body).map(|post| post.seats).sum::<u8>();
    assert!((3..=7).contains(&seats(Body::Committee)));
    assert!(seats(Body::Supervision) >= 3);
    distinct(POSTS.iter().map(|post| post.title));
}

#[test]
fn names_are_many_and_none_comes_twice() {
    assert!(SURNAMES.len() >= 60);
    distinct(SURNAMES.iter().copied());
    assert!(SURNAMES.iter().all(|surname| chars(surname) == 1));
    for pool in [GIVEN_ELDER, GIVEN_MIDDLE, GIVEN_YOUNG] {
        assert!(pool.len() >= 50, "{}", pool.len());
        assert!(pool.iter().all(|given| chars(given) == 2));
    }
    distinct([GIVEN_ELDER, GIVEN_MIDDLE, GIVEN_YOUNG].concat());
}
