//! The record as strangers see it: its page, its file, the check of both; and the rules in force.

use crate::town::on_both;
use civic::people::standing::Post;
use site::frame::{Lang, W, Words};
use std::sync::Arc;
use wugong::verify;

fn words() -> W {
    W::new(Arc::new(Words::load()), Lang::En)
}

#[test]
fn the_page_of_the_record_shows_how_much_is_sealed_and_the_last_seal() {
    on_both(|town| {
        let visitor = town.visitor();
        visitor.get("/record").ok().says("还没有一笔记录").says("8笔刚记下");
        town.seal();
        let head = town.verify().head.unwrap();
        let page = visitor.get("/record").ok().says("已封存8笔").says("可以向他们要");
        assert!(page.text().replace(' ', "").contains(&head), "{}", page.text());
        visitor.get("/set?lang=en").is(303);
        visitor.get("/record").ok().says("8 lines sealed");
    });
}

#[test]
fn the_exported_record_is_checked_without_the_database() {
    on_both(|town| {
        town.visitor().get("/record/export").is(303);
        town.staff(Post::Committee, town.village).get("/record/export").is(403);
        let auditor = town.staff(Post::Auditor, town.root);
        town.seal();
        let page = auditor.get("/record").ok();
        let file = page.click("下载整份记录").ok();
        assert!(file.header("content-disposition").unwrap().starts_with("attachment"));
        let report = verify::file(file.bytes.as_slice()).unwrap();
        let inside = town.verify();
        assert_eq!((report.sealed, report.whole()), (inside.sealed, true));
        assert_eq!(report.head, inside.head);
        let said = verify::file_words(&report, &words());
        assert!(said.contains("Nothing in this file was changed"), "{said}");
        // Nothing that a person wrote and no salt stands in it.
        assert!(file.bytes.is_ascii() && !file.html().contains("salt"));
        let edited = file.html().replacen("429990101201", "429990101209", 1);
        let report = verify::file(edited.as_bytes()).unwrap();
        assert!(!report.whole() && report.broken.len() == 1, "{report:?}");
    });
}

#[test]
fn verify_names_the_row_that_was_edited_by_hand() {
    on_both(|town| {
        town.seal();
        let village = town.village;
        town.write(move |tx| {
            tx.run("UPDATE place SET abbreviation = 'XX' WHERE county_id = $1 AND id = $2", store::args![village])?;
            Ok(tx.commit_quiet(store::Quiet::Nothing, ()))
        });
        let report = town.verify();
        assert_eq!(report.problems.len(), 1);
        let said = verify::words("嘉禾县", &report, &words());
        assert!(said.contains(&format!("Place {village}: abbreviation differs")), "{said}");
        assert!(said.contains("Something was changed!"), "{said}");
    });
}

#[test]
fn a_local_pack_is_ended_after_a_last_day_with_a_reason_and_what_was_decided_keeps_its_rules() {
    on_both(|town| {
        let (committee, _, _, posting) = crate::resolution::resolved_and_posted(town);
        let id = civic::id::PostingId::parse(posting.rsplit_once("/").unwrap().1).unwrap();
        let hung = || town.read(move |tx| store::decide::posting::get(tx, id));
        let before = hung();
        let pack = "/rules/demo-county?v=1";
        committee.get(pack).ok().hides("不再采用");
        town.visitor().get(pack).ok().hides("不再采用");
        let officer = town.staff(Post::County, town.root);
        let form = officer.get(pack).ok().form("/rules/demo-county/end");
        let wrong = form.clone().set("until", "2026-04-12").send().is(422);
        wrong.says("这里要写");
        let form = form.set("reason", "县里出了新的规定");
        form.clone().set("until", "2026-04-12").send().is(422).says("最后一天不能早于今天");
        let other = officer.get(pack).ok().form("/rules/demo-county/end").forge("v", "7").set("reason", "不对");
        other.send().is(404);
        let form = form.set("until", "2026-04-14");
        let ended = form.send().is(303);
        form.send().is(303);
        ended.follow().ok().says("记下了").says("4月14日为止").says("县里出了新的规定");
        let again = officer.get(pack).ok();
        assert!(again.forms().iter().all(|f| !f.action.ends_with("/end")), "there is nothing left to end");
        town.visitor().get(pack).ok().says("嘉禾县：1月1日起采用，到4月14日为止。原因：县里出了新的规定");
        town.visitor().get("/rules").ok().says("演示县规则").says("5天以内");

        town.at("2026-04-15 9:00");
        town.visitor().get(pack).ok().says("不在生效");
        let after = hung();
        assert_eq!(after, before, "what hangs keeps its days and the rules that they rest on");
        town.visitor().get(&posting).ok().says("4月28日");
        let taken = officer.get(pack).ok().form("/rules/demo-county").send().is(303);
        taken.follow().ok().says("嘉禾县：4月15日起采用");
        assert!(town.verify().problems.is_empty(), "{:?}", town.verify().problems);
    });
}

#[test]
fn the_rules_in_force_are_shown_with_value_source_evidence_version_and_digest() {
    on_both(|town| {
        let visitor = town.visitor();
        let page = visitor.get("/rules?at=429990101201").ok();
        // National law with its source, the overlay labelled as what it is, examples apart.
        let page = page.says("村民会议").says("至少提前10天通知").says("村民委员会组织法第二十五条").says("原文核对过");
        let page = page.says("演示县规则").says("5天以内").says("自己拟的，不是法规").says("没有采用的");
        assert!(page.text().find("没有采用的") < page.text().rfind("例子"), "examples stand apart");
        let pack = page.click("国家规则2026版").ok().says("国家法律").says("第1版");
        let digest = wugong::packs::embedded().unwrap()[0].digest;
        pack.says(&civic::record::Hash(digest).hex());
        visitor.get("/rules/zhejiang-2020").ok().says("不在生效").says("例子，不是本县的规定");
        visitor.get("/rules/four-deliberations").ok().says("没有核对").says("第1步：党支部提议");
        visitor.get("/rules/demo-county").ok().says("嘉禾县：1月1日起采用");
        visitor.get("/rules/no-such-pack").is(404);
        visitor.get("/rules/demo-county?v=9").is(404);
        visitor.get("/rules?at=429990101999").is(404);
        visitor.get("/set?lang=en").is(303);
        visitor.get("/rules").ok().says("At least 10 days' notice").says("read in the original").hides("rule-");
    });
}

#[test]
fn pages_of_the_record_are_light_and_cost_the_same_whatever_there_is() {
    on_both(|town| {
        let visitor = town.visitor();
        for path in ["/record", "/rules", "/rules?at=429990101201-H01"] {
            visitor.get(path).ok();
            let (_, few) = town.statements(|| visitor.get(path).ok());
            assert!(few <= 6, "{path}: {few} statements");
            assert!(visitor.weight(path) <= 14 * 1024, "{path}: {} bytes", visitor.weight(path));
        }
    });
}
