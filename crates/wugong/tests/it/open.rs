//! What programs read: the same as visitors, described, with marks for what did not change, and nothing of anybody.

use crate::page::Page;
use crate::resolution::committee;
use crate::town::{Town, on_both};
use axum::body::Body;
use axum::http::Request;
use civic::rules::Body as Decides;
use serde_json::Value;
use std::collections::BTreeSet;

fn ask(town: &Town, path: &str, headers: &[(&str, &str)]) -> Page {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    town.visitor().ask(request, Body::empty())
}

fn json(town: &Town, path: &str) -> Value {
    let page = ask(town, path, &[]).is(200);
    assert_eq!(page.header("content-type"), Some("application/json"));
    serde_json::from_str(&page.html()).unwrap()
}

#[test]
fn the_description_names_every_route_and_is_held_by_a_snapshot() {
    let description = site::open::description();
    let described: BTreeSet<String> = description.paths.paths.keys().cloned().collect();
    let routes: BTreeSet<String> = site::routes()
        .iter()
        .map(|route| route.path.to_owned())
        .filter(|path| path.starts_with("/api/v1/") && path != "/api/v1/openapi.json")
        .collect();
    assert_eq!(described, routes);
    insta::assert_snapshot!(serde_json::to_string_pretty(&description).unwrap());
}

#[test]
fn a_program_walks_from_the_county_to_what_happened_to_a_matter() {
    on_both(|town| {
        let passed = town.passed(Decides::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        crate::resolution::resolve(&who, &passed);
        let project = crate::project::publish(&who, &crate::project::draft(&who, &passed.number, ""));
        let draft = crate::project::draft(&who, &passed.number, "");
        crate::contribution::entered(&who, &project, "75000");
        let (_, facility) = crate::manage::old(town);

        let county = json(town, "/api/v1/places");
        let township = county["parts"][0]["code"].as_str().unwrap();
        let village = json(town, &format!("/api/v1/places/{township}"))["parts"][0]["code"].clone();
        assert_eq!(village, "429990101201");
        let list = json(town, "/api/v1/matters?at=429990101201&stage=decide");
        let line =
            list["items"].as_array().unwrap().iter().find(|one| one["number"] == passed.number.as_str()).unwrap();
        let one = json(town, line["href"].as_str().unwrap());
        assert_eq!((&one["number"], &one["place"]), (&line["number"], &Value::from("429990101201-H01")));
        let said: Vec<&str> =
            one["events"].as_array().unwrap().iter().map(|event| event["say"].as_str().unwrap()).collect();
        assert!(said.iter().any(|say| say.contains("立项")) || said.len() > 3, "{said:?}");
        let described = json(town, one["projects"][0].as_str().unwrap());
        assert_eq!(described["matter"], one["number"]);
        assert_eq!(
            described["lines"].as_array().unwrap().iter().filter_map(|line| line["fen"].as_i64()).sum::<i64>(),
            15_000_000
        );
        // Entered and not confirmed by a second person: nothing has come yet.
        assert_eq!(described["confirmed"]["money_fen"], 0);
        assert_eq!(one["projects"].as_array().unwrap().len(), 1, "a draft is nobody's");
        let hidden = draft.trim_end_matches("/edit").replace("/projects/", "/api/v1/projects/");
        ask(town, &hidden, &[]).is(404);
        who.get(&hidden).is(404);
        let register = json(town, "/api/v1/facilities");
        assert_eq!(register["items"][0]["number"].as_str().unwrap(), facility.trim_start_matches("/f/"));
    });
}

#[test]
fn a_wrong_question_is_answered_with_a_problem_and_not_with_everything() {
    on_both(|town| {
        for (path, status) in [
            ("/api/v1/matters?stage=building", 400),
            ("/api/v1/matters?category=%27%3B--", 400),
            ("/api/v1/matters?after=yesterday", 400),
            ("/api/v1/matters?at=429990101299", 404),
            ("/api/v1/matters?at=here", 400),
            ("/api/v1/postings?over=2", 400),
            ("/api/v1/matters/ZX-2026-999", 404),
            ("/api/v1/matters/%00", 404),
            ("/api/v1/projects/1", 404),
            ("/api/v1/nothing", 404),
            ("/api/v1/cases?after=x", 400),
        ] {
            let page = ask(town, path, &[]).is(status);
            assert_eq!(page.header("content-type"), Some("application/problem+json"), "{path}");
            let problem: Value = serde_json::from_str(&page.html()).unwrap();
            assert_eq!(problem["status"], status, "{path}");
            assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        }
        ask(town, "/p/nowhere/feed.atom", &[]).is(404);
        ask(town, "/rosters/x/turns.ics", &[]).is(404);
    });
}

#[test]
fn pages_of_a_list_go_on_by_key_without_a_gap_or_a_double() {
    on_both(|town| {
        let numbers: BTreeSet<String> =
            (0..53).map(|n| town.public_matter(town.hamlet, &format!("第{n}盏灯不亮"))).collect();
        let (mut found, mut path) = (Vec::new(), Some("/api/v1/matters?at=429990101201".to_owned()));
        while let Some(next) = path {
            let page = json(town, &next);
            found
                .extend(page["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().to_owned()));
            path = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(found.len(), 53);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), numbers);
    });
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    on_both(|town| {
        let number = town.public_matter(town.hamlet, "巷口的灯不亮");
        for path in [
            "/api/v1/matters".to_owned(),
            format!("/api/v1/matters/{number}"),
            "/p/429990101201/feed.atom".to_owned(),
            "/p/429990101201/meetings.ics".to_owned(),
            "/p/429990101201/matters.geojson".to_owned(),
        ] {
            let first = ask(town, &path, &[]).is(200);
            let mark = first.header("etag").unwrap().to_owned();
            assert_eq!(first.header("access-control-allow-origin"), Some("*"));
            let again = ask(town, &path, &[("if-none-match", &mark)]).is(304);
            assert_eq!((again.html().as_str(), again.header("etag")), ("", Some(mark.as_str())), "{path}");
            ask(town, &path, &[("if-none-match", "W/\"other\"")]).is(200);
        }
        let before = ask(town, "/api/v1/matters", &[]).header("etag").unwrap().to_owned();
        town.public_matter(town.hamlet, "塘埂漏水");
        ask(town, "/api/v1/matters", &[("if-none-match", &before)]).is(200);
    });
}

#[test]
fn feeds_calendars_and_maps_say_what_the_pages_say() {
    on_both(|town| {
        town.public_matter(town.hamlet, "<b>灯</b> & \"桩\"不亮");
        town.at("2026-04-16 9:00");
        let (caller, number) = crate::meeting::topic(town);
        crate::meeting::call_form(&caller, &number, "2026-04-16", "2026-04-20").send().is(303);
        let feed = ask(town, "/p/429990101201/feed.atom", &[]).is(200);
        assert_eq!(feed.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        let feed = feed.html();
        assert!(feed.contains("&#60;b&#62;灯&#60;/b&#62; &#38; ") && !feed.contains("<b>灯"), "{feed}");
        assert_eq!(feed.matches("<entry>").count(), feed.matches("</entry>").count());
        let of_matter = ask(town, &format!("/m/{number}/feed.atom"), &[]).is(200).html();
        assert!(of_matter.contains(&format!("/m/{number}#")), "{of_matter}");

        let calendar = ask(town, "/p/429990101201/meetings.ics", &[]).is(200);
        assert_eq!(calendar.header("content-type"), Some("text/calendar; charset=utf-8"));
        let calendar = calendar.html();
        assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
        assert!(calendar.contains("DTSTART:20260420T") && calendar.lines().all(|line| line.len() <= 75), "{calendar}");

        let who = committee(town);
        let (_, facility) = crate::manage::old(town);
        let map = |kind: &str| -> Value {
            serde_json::from_str(&ask(town, &format!("/p/429990101201/{kind}.geojson"), &[]).is(200).html()).unwrap()
        };
        assert_eq!(map("facilities")["features"][0]["geometry"], Value::Null);
        let edit = || who.get(&format!("{facility}/edit")).ok().form_ending("/edit");
        edit().set("at", "巷口").send().is(422).says("不像在我国");
        edit().set("at", "113.9123，29.97").send().is(303);
        let map = map("facilities");
        assert_eq!(map["features"][0]["geometry"]["coordinates"], serde_json::json!([113.9123, 29.97]));
        assert_eq!(map["type"], "FeatureCollection");

        // A roster's calendar says how many are missing and never who comes.
        let page = crate::manage::roster(town, &who, &facility, "2");
        let household = town.household(town.hamlet, "南巷7号");
        let one = town.resident(town.villager(town.hamlet, household, "陈秀英"));
        one.get(&page).ok().form_ending("/take").send().is(303);
        let turns = ask(town, &format!("{page}/turns.ics"), &[]).is(200).html();
        assert!(turns.contains("还差1个") && !turns.contains("秀英"), "{turns}");
        town.visitor().get("/open").ok().says("/api/v1/matters").says("feed.atom");
    });
}
