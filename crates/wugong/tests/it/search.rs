//! Search: public texts found by their words, what is not public never, and people on the roll by the sound of their names.

use crate::need::{code_of, filled, row};
use crate::page::Visitor;
use crate::town::{Town, on_both};
use civic::people::standing::Post;

/// Brings a need up and makes it public; its number.
fn raised(town: &Town, what: &str, title: &str, text: &str) -> String {
    let code = code_of(&filled(&town.visitor(), what, "西巷口").send());
    let need = row(town, code);
    let committee = town.staff(Post::Committee, town.village);
    let form = committee.get(&format!("/needs/{}", need.id)).ok().form_ending("/sort");
    form.set("sorting", "at_once").set("title", title).set("public_text", text).send().is(303);
    let matter = need.matter;
    let number = town.read(move |tx| Ok(store::decide::matter::get(tx, matter)?.number));
    number.unwrap().to_string()
}

fn look(visitor: &Visitor, query: &[(&str, &str)]) -> crate::page::Page {
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            format!("{name}={value}")
        })
        .collect();
    visitor.get(&format!("/search?{}", query.join("&")))
}

#[test]
fn a_matter_is_found_by_words_of_its_title_and_of_its_text_and_leads_to_its_page() {
    on_both(|town| {
        let number = raised(town, "我家门口的水没过脚背", "西巷口下雨积水", "西巷口一下雨就积水，老人出不了门。");
        let visitor = town.visitor();
        let home = visitor.get("/p/429990101201").ok();
        let form = home.form("/search").set("q", "积水 老人");
        let found = form.send().ok().says("共1条").says("西巷口下雨积水").says(&number);
        assert!(found.html().contains("<mark>积水</mark>") && found.html().contains("<mark>老人</mark>"));
        found.click("西巷口下雨积水").ok().says(&number);
        for question in ["巷口", "下雨", "出不了门", "水", &number, "西巷口一下雨就积水"] {
            look(&visitor, &[("q", question)]).ok().says("西巷口下雨积水");
        }
        // The raiser's own words are nobody's.
        look(&visitor, &[("q", "脚背")]).ok().says("没有找到“脚背”").hides("西巷口下雨积水");
        // What has only some of the words is shown as that.
        look(&visitor, &[("q", "积水 路灯")]).ok().says("没有一条").says("西巷口下雨积水");
        // In English the page says the same.
        visitor.get("/set?lang=en&back=%2F").is(303);
        look(&visitor, &[("q", "积水")]).ok().says("With “积水”: 1").says("西巷口下雨积水");
    });
}

#[test]
fn hits_are_narrowed_by_place_by_stage_and_by_kind() {
    on_both(|town| {
        town.public_matter(town.village, "竹溪村装路灯");
        town.public_matter(town.hamlet, "柳塆修路灯");
        let county = town.staff(Post::County, town.root);
        crate::announcement::announce(&county, "429990000000", "周三路灯检修");
        let visitor = town.visitor();
        look(&visitor, &[("q", "路灯")])
            .ok()
            .says("共3条")
            .says("竹溪村装路灯")
            .says("柳塆修路灯")
            .says("周三路灯检修");
        let elsewhere = look(&visitor, &[("q", "路灯"), ("at", "429990101202")]).ok();
        elsewhere.says("周三路灯检修").hides("竹溪村装路灯").says("共1条");
        look(&visitor, &[("q", "路灯"), ("at", "429990101201")]).ok().says("共3条");
        look(&visitor, &[("q", "路灯"), ("kind", "announcement")]).ok().says("共1条").hides("柳塆修路灯");
        look(&visitor, &[("q", "路灯"), ("stage", "decide")]).ok().says("共2条").hides("周三路灯检修");
        let none = look(&visitor, &[("q", "路灯"), ("stage", "share"), ("at", "429990101201")]).ok();
        none.says("没有找到“路灯”").click("全县再找一次").ok().says("共3条");
        look(&visitor, &[("q", "路灯"), ("at", "000000000000")]).is(404);
        look(&visitor, &[("q", "路灯"), ("kind", "nonsense"), ("stage", "x"), ("after", "y.z")]).ok().says("共3条");
    });
}

#[test]
fn what_is_not_public_is_never_found_and_what_went_under_another_matter_no_more() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let code = code_of(&filled(&visitor, "隔壁占了我家滴水檐沟", "东头").send());
        look(&visitor, &[("q", "檐沟")]).ok().says("没有找到");
        let need = row(town, code);
        let form = committee.get(&format!("/needs/{}", need.id)).ok().form_ending("/sort");
        form.set("sorting", "mediation").set("title", "檐沟").set("public_text", "檐沟").send().is(303);
        for who in [&visitor, &committee] {
            look(who, &[("q", "檐沟")]).ok().says("没有找到").hides("滴水");
        }
        let stays = raised(town, "水深", "西巷积水", "西巷积水。");
        let goes = raised(town, "水大", "东头淹水", "水漫过路面了。");
        look(&visitor, &[("q", "东头")]).ok().says("东头淹水");
        let number = civic::decide::code::PublicNumber::parse(&goes).unwrap();
        let id = town.read(move |tx| {
            let matter = store::decide::matter::by_number(tx, &number)?;
            Ok(store::decide::need::of_matter(tx, matter.id)?.remove(0).id)
        });
        let form = committee.get(&format!("/needs/{id}")).ok().form_ending("/merge").set("number", &stays);
        form.send().is(303);
        // Its title is gone; what was raised in it is read in the other one from now on.
        look(&visitor, &[("q", "淹水")]).ok().says("没有找到").hides("东头淹水");
        let found = look(&visitor, &[("q", "漫过")]).ok().says("共1条").says("西巷积水");
        found.click("西巷积水").ok().says(&stays);
        look(&visitor, &[("q", &goes)]).ok().hides("东头淹水");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_question_of_signs_gets_a_sentence_and_no_sign_has_a_meaning() {
    on_both(|town| {
        raised(town, "路坏了", "修<b>路</b>&桥", "路上有\"坑\"，<script>alert(1)</script> 3.5 公里");
        let visitor = town.visitor();
        visitor.get("/search").ok().says("写一两个词就行");
        visitor.get("/search?q=").ok().says("写一两个词就行");
        for signs in ["\"", "*", "()", "，。！", "' OR '", "-", "^", "\\", "\u{0}'", "%"] {
            look(&visitor, &[("q", signs)]).ok();
        }
        look(&visitor, &[("q", "\"*\"")]).ok().says("只有符号没法找");
        for nonsense in
            ["NEAR(", "words:x", "a AND", "NOT", "x*", "{y}:z", "';DROP TABLE matter;--", "<->", "!", "\u{e001}matter"]
        {
            let page = look(&visitor, &[("q", nonsense)]).ok();
            assert!(page.html().contains("role=\"status\"") || nonsense == "!", "{nonsense}");
        }
        let long = "路".repeat(5_000);
        look(&visitor, &[("q", &long)]).ok().says("修");
        let found = look(&visitor, &[("q", "路 <script>alert(1)</script>")]).ok();
        let html = found.html();
        assert!(
            html.contains("修&lt;b&gt;<mark>路</mark>&lt;/b&gt;")
                || html.contains("修&#60;b&#62;<mark>路</mark>&#60;/b&#62;"),
            "{html}"
        );
        assert!(!html.contains("<script>alert") && !html.contains("<b>路"), "{html}");
    });
}

#[test]
fn pages_of_hits_go_on_to_the_last() {
    on_both(|town| {
        for n in 0..25 {
            town.public_matter(town.hamlet, &format!("第{n}盏路灯"));
        }
        let visitor = town.visitor();
        let first = look(&visitor, &[("q", "路灯"), ("at", "429990101201-H01")]).ok().says("共25条");
        let lines = |page: &crate::page::Page| page.html().matches("<a href=\"/m/").count();
        assert_eq!(lines(&first), 20);
        let second = first.click("往后看").ok().says("共25条");
        assert_eq!(lines(&second), 5);
        assert!(second.links("往后看").is_empty());
    });
}

#[test]
fn somebody_is_found_on_the_roll_by_the_sound_of_the_name_and_no_more_once_erased() {
    on_both(|town| {
        let home = town.household(town.hamlet, "河边7号");
        let other = town.household(town.hamlet, "河边8号");
        let who = town.villager(town.hamlet, home, "王秀英");
        town.villager(town.hamlet, other, "葛大山");
        let committee = town.staff(Post::Committee, town.village);
        for sound in ["wxy", "wangxiuying", "wang xiu ying", "Wang", "王秀"] {
            let query = sound.replace(' ', "+");
            committee.get(&format!("/roll?village=429990101201&q={query}")).ok().says("王秀英").hides("葛大山");
        }
        committee.get("/roll?village=429990101201&q=zzz").ok().hides("王秀英");
        // Names are on the roll alone.
        look(&town.visitor(), &[("q", "王秀英")]).ok().says("没有找到");
        look(&committee, &[("q", "wangxiuying")]).ok().says("没有找到");
        town.phone("13900001234", &[who]);
        let signed = town.resident(who);
        signed.get("/mine/erase").form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        let left = town.read(|tx| {
            tx.number(
                "SELECT COUNT(*) FROM resident WHERE county_id = $1 AND name IS NULL AND name_sound IS NOT NULL",
                &[],
            )
        });
        assert_eq!(left, 0);
        committee.get("/roll?village=429990101201&q=wxy").ok().hides("河边7号");
    });
}
