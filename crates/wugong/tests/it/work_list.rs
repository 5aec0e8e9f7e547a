//! Work lists: what is due, whose turn it is, the same for the committee and for those who look after it.

use crate::page::Page;
use crate::resolution::{committee, object, post, resolve};
use crate::town::on_both;
use civic::people::standing::Post;
use civic::rules::Body;

/// The rows of the table, each as it is read.
fn rows(page: &Page) -> Vec<String> {
    let html = page.html();
    let body = html.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap_or_default().to_owned();
    body.split("<tr").skip(1).map(|row| format!("<tr{row}")).collect()
}

/// Whether some row says that.
fn says(page: &Page, words: &str) -> bool {
    rows(page).iter().any(|row| row.contains(words))
}

fn row<'a>(rows: &'a [String], words: &str) -> &'a String {
    rows.iter().find(|row| row.contains(words)).unwrap_or_else(|| panic!("no row says {words}: {rows:#?}"))
}

#[test]
fn each_step_after_a_passed_motion_stands_in_the_committees_list_until_it_is_done() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let list = |tab: &str| who.get(&format!("/work?tab={tab}")).ok();
        assert!(says(&list("today"), "写成决议") && says(&list("today"), &passed.number));
        let resolution = resolve(&who, &passed);
        assert!(says(&list("today"), "张贴公示") && !says(&list("today"), "写成决议"));
        assert!(says(&list("all"), "交签字原件"));
        town.at("2026-04-13 9:00");
        let late = list("over");
        assert!(row(&rows(&late), "张贴公示").contains("class=\"act\""), "what is mine and due is red");
        let posting = post(&who, &resolution, "2026-04-13");
        assert!(says(&list("soon"), "公示到期") && says(&list("soon"), "还15天") && !says(&list("soon"), "张贴公示"));

        town.at("2026-04-15 9:00");
        object(&town.visitor(), &posting, "水往后墙排").is(303);
        town.at("2026-04-21 9:00");
        let mine = rows(&list("over"));
        assert!(row(&mine, "答复异议").contains("class=\"act\"") && row(&mine, "答复异议").contains("超1天"));
        // Above the village the same line is the committee's: amber, without its words, without the page that shows them.
        for (post, place) in [(Post::Township, town.township), (Post::County, town.root), (Post::Auditor, town.root)] {
            let page = town.staff(post, place).get("/work?tab=over").ok();
            let theirs = rows(&page);
            let line = row(&theirs, "答复异议");
            assert!(
                line.contains("class=\"wait\"") && line.contains("村委会") && !line.contains("/objections/"),
                "{line}"
            );
            page.hides("后墙");
        }
        town.at("2026-04-29 9:00");
        assert!(says(&list("soon"), "揭下公示单") && !says(&list("soon"), "公示到期"));
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_list_shows_its_own_place_and_nothing_beside_it() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        town.staff(Post::Committee, town.village_2).get("/work?tab=all").ok().says("没有要办的事");
        town.staff(Post::Committee, town.village_2).get("/work?at=429990101201").is(403);
        let township = town.staff(Post::Township, town.township);
        township.get("/work?tab=all&at=429990101201").ok().says("西巷水泥路");
        township.get("/work?tab=all&at=429990101202").ok().hides("西巷水泥路").says("没有要办的事");
        township.get("/work?tab=all&at=429990101201-H02").ok().hides("西巷水泥路");
        township.get("/work?tab=all&kind=post").ok().hides("西巷水泥路");
        township.get("/work?tab=all&kind=resolve").ok().says("西巷水泥路");
        // What is looked for stays in the filter, in the tabs and in the file.
        let found = township.get("/work?tab=all&q=%E6%B0%B4%E6%B3%A5%E8%B7%AF").ok().says("西巷水泥路");
        assert_eq!(found.form("/work").value("q"), Some("水泥路"));
        assert!(found.links("导出表格").iter().all(|href| href.contains("&q=")), "the file holds what is shown");
        township.get(&format!("/work?tab=all&q={}", passed.number.to_lowercase())).ok().says("西巷水泥路");
        for nothing in ["%25", "_", "%E4%B8%9C%E5%B7%B7", "'"] {
            township.get(&format!("/work?tab=all&q={nothing}")).ok().hides("西巷水泥路");
        }
        for no_text in ["%00", "%E2%80%AE", &"x".repeat(2_000)] {
            township.get(&format!("/work?tab=all&q={no_text}")).ok().says("西巷水泥路");
        }
        // What makes no sense is not there, or is the list as it comes.
        township.get("/work?at=12").is(404);
        township.get("/work?tab=x&sort=x&kind=x&after=x~y").ok();
        town.visitor().get("/work").is(303);
    });
}

#[test]
fn a_long_list_goes_on_page_after_page_in_every_order_and_takes_the_same_statements() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        who.get("/work?tab=all").ok();
        let (_, few) = town.statements(|| who.get("/work?tab=all").ok());
        for _ in 0..60 {
            town.passed(Body::GroupMeeting, "2026-04-12", 35);
        }
        let (_, many) = town.statements(|| who.get("/work?tab=all").ok());
        assert_eq!(few, many);
        for sort in ["due", "place", "kind"] {
            let mut page = who.get(&format!("/work?tab=all&sort={sort}")).ok();
            let mut seen = page.links("西巷水泥路");
            while let Some(next) = page.links("往后看").first().cloned() {
                page = who.get(&next).ok();
                seen.extend(page.links("西巷水泥路"));
            }
            let all = seen.len();
            seen.sort();
            seen.dedup();
            // Each matter has a need without an answer and a motion without a resolution.
            assert_eq!((all, seen.len()), (122, 122), "by {sort}");
        }
        let file = who.get("/work.csv?tab=all").ok();
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.starts_with('\u{feff}') && text.lines().count() == 123, "{}", text.lines().count());
        let rows = paper::sheet::read(&who.get("/work.csv?tab=all&as=xlsx").ok().bytes).unwrap();
        assert_eq!(rows.len(), 123);
    });
}
