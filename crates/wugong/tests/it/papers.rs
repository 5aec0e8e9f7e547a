//! Papers as PDF: every sheet that is printed is a file too, under its own address, for the same readers; and what is said where the
//! machine has no font for it.

use crate::page::{Page, Visitor};
use crate::project::building;
use crate::resolution::resolved_and_posted;
use crate::town::{HOST, Town, on_both};
use civic::people::standing::Post;

/// The pages of a PDF.
pub fn pages(page: Page) -> usize {
    let page = page.is(200);
    assert_eq!(page.header("content-type"), Some("application/pdf"));
    assert!(page.header("content-disposition").is_some_and(|text| text.ends_with(".pdf\"")));
    assert!(page.bytes.starts_with(b"%PDF-"));
    let read = hayro_syntax::Pdf::new(page.bytes.clone()).unwrap_or_else(|_| panic!("it does not open"));
    read.pages().len()
}

/// The file of a sheet, by the link on it.
pub fn file_of(sheet: &Page) -> Page {
    let link = sheet.links("存成 PDF").remove(0).replace("&amp;", "&");
    sheet.visitor.get(&format!("{}{link}", sheet.path.split('?').next().unwrap()))
}

fn pdf(who: &Visitor, path: &str) -> Page {
    // The way there is on the sheet itself.
    assert!(who.get(path).ok().html().contains("href=\"?as=pdf\""), "{path} has no link");
    who.get(&format!("{path}?as=pdf"))
}

#[test]
fn the_papers_of_a_meeting_and_its_posting_are_files_for_the_same_readers() {
    on_both(|town| {
        let (_, _, _, posting) = resolved_and_posted(town);
        let anybody = town.visitor();
        town.at("2026-04-12 9:00");
        let (committee, number) = crate::meeting::topic(town);
        let meeting = crate::meeting::call_for_the_next_days(&committee, &number);
        assert_eq!(pages(pdf(&anybody, &format!("{posting}/print"))), 1);
        for sheet in ["sign-in", "tally", "minutes"] {
            assert!(pages(pdf(&committee, &format!("{meeting}/{sheet}"))) >= 1);
            // Names stand on them: as on the page, so in the file.
            anybody.get(&format!("{meeting}/{sheet}?as=pdf")).is(303);
            let elsewhere = town.staff(Post::Committee, town.village_2);
            elsewhere.get(&format!("{meeting}/{sheet}?as=pdf")).is(403);
        }
        // In English, and as often as somebody asks.
        anybody.set_cookie("lang", "en");
        let first = anybody.get(&format!("{posting}/print?as=pdf"));
        assert_eq!(first.bytes, anybody.get(&format!("{posting}/print?as=pdf")).bytes);
        assert_eq!(pages(first), 1);
    });
}

#[test]
fn the_notice_of_a_meeting_is_one_page_whatever_is_on_the_agenda() {
    on_both(|town| {
        crate::meeting::lane(town, 12);
        let (committee, number) = crate::meeting::topic(town);
        let meeting = crate::meeting::call_for_the_next_days(&committee, &number);
        assert_eq!(pages(pdf(&town.visitor(), &format!("{meeting}/notice"))), 1);
    });
}

#[test]
fn a_ledger_a_sheet_for_promises_and_an_acceptance_are_files() {
    on_both(|town| {
        let (who, _, project) = building(town);
        let anybody = town.visitor();
        let gift = |text: &str| {
            let form = who.get(&format!("{project}/gifts/new?kind=labour")).ok().form_ending("/gifts/new");
            let form = form.set("giver_kind", "unnamed").set("people", "2").set("days", "1.5");
            form.set("task", text).send().is(303);
        };
        assert!(!anybody.get(&format!("{project}/book")).ok().html().contains("as=pdf"), "nothing to print yet");
        gift("#清淤 *沟* _底_ $3$ @人 \\ <b>");
        let book = anybody.get(&format!("{project}/book")).ok();
        assert_eq!(pages(book.click("这本账存成 PDF")), 1);
        assert_eq!(pages(pdf(&anybody, &format!("{project}/pledge/print"))), 1);
        let (acceptance, _) = crate::acceptance::laid(town, &project);
        assert_eq!(pages(pdf(&anybody, &format!("{acceptance}/print"))), 1);
        // A matter that is not public shows no paper of it either.
        anybody.get("/projects/01890000-0000-7000-8000-000000000000/book?ledger=labour&as=pdf").is(404);
    });
}

#[test]
fn a_list_is_a_file_for_spreadsheets_with_the_same_lines_in_both_kinds() {
    on_both(|town| {
        let (_, passed, _, _) = resolved_and_posted(town);
        let anybody = town.visitor();
        let list = anybody.get("/postings").ok();
        for (words, kind) in [("下载 Excel", "xlsx"), ("下载 CSV", "csv")] {
            let file = list.click(words).ok();
            let name = format!("attachment; filename=\"postings.{kind}\"");
            assert_eq!(file.header("content-disposition"), Some(name.as_str()));
            if kind == "csv" {
                let text = file.html();
                assert!(text.starts_with("\u{feff}编号,标题") && text.contains(&passed.number), "{text}");
            } else {
                let rows = paper::sheet::read(&file.bytes).unwrap();
                assert!(rows.len() == 2 && rows[1][0] == passed.number, "{rows:?}");
            }
        }
        for path in ["/facilities?at=429990101201", "/organisations?at=429990101201"] {
            let rows = paper::sheet::read(&anybody.get(&format!("{path}&as=xlsx")).ok().bytes).unwrap();
            assert_eq!(rows.len(), 1, "{path}: a head alone");
        }
    });
}

#[test]
fn pictures_say_their_numbers_and_a_table_beside_them_too() {
    on_both(|town| {
        let (_, _, project) = building(town);
        let anybody = town.visitor();
        let page = anybody.get(&project).ok();
        assert!(
            page.html().contains("钱从哪里来、用到哪里")
                && page.html().contains("<svg class=\"chart\"")
                && page.html().contains("role=\"img\"")
        );
        let book = anybody.get(&format!("{project}/book")).ok().says("筹到哪里了").says("方案里要筹的");
        assert_eq!(book.html().matches("<svg class=\"chart\"").count(), 2, "money and work, each its own");
        let (acceptance, _) = crate::acceptance::laid(town, &project);
        let page = anybody.get(&format!("{project}/acceptance")).ok();
        assert!(page.html().contains("计划和实际") && page.html().contains("<svg class=\"chart\""));
        assert_eq!(pages(anybody.get(&format!("{acceptance}/print?as=pdf"))), 1);
    });
}

#[test]
fn what_cannot_be_printed_is_said_with_a_way_onward() {
    on_both(|town| {
        let (who, _, _, posting) = resolved_and_posted(town);
        let bare = |town: &Town| {
            let app = town.app_with(|setup| setup.fonts = vec![setup.data.join("no-fonts")]);
            Visitor::new(site::router(app), town.runtime.clone(), HOST)
        };
        let page = bare(town).get(&format!("{posting}/print?as=pdf")).is(503);
        page.says("没有装中文字体").says("用浏览器里的“打印”");
        // A character of somebody's own, that no font can have.
        let form = who.get(&format!("{posting}/correct")).ok().form_ending("/correct");
        let text = format!("{}\u{10FFFD}", form.value("text").unwrap_or_default());
        form.set("text", &text).set("substantial", "no").set("reason", "补一个字").send().is(303);
        let page = town.visitor().get(&format!("{posting}/print?as=pdf")).is(503);
        page.says("有字打不出来").says("\u{10FFFD}");
        town.visitor().get(&format!("{posting}/print")).ok();
    });
}
