//! Opinions and complaints: a way to them on every page, answered in public (domain: AF13).

use crate::need::{code_of, filled, row};
use crate::need_work::answer;
use crate::town::on_both;
use civic::decide::matter::Category;
use civic::people::standing::Post;

#[test]
fn an_opinion_on_a_page_comes_before_the_committee_and_is_answered_in_public() {
    on_both(|town| {
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        let visitor = town.visitor();
        let page = visitor.get(&format!("/m/{number}")).ok();
        let form = page.click("提意见").ok().says("答复是公开的").says("要说的就是他们本人").form("/need");
        assert_eq!(
            form.value("where"),
            Some(format!("事项 {number}").as_str()),
            "what it is about stands there already"
        );
        let sent = form.set("what", "这件事拖了半年没人说一声").send().is(303);
        sent.follow().ok().says("收到了").says("还有5天");

        let need = row(town, code_of(&sent));
        let committee = town.staff(Post::Committee, town.village);
        let page =
            committee.get(&format!("/needs/{}", need.id)).ok().says("村务、意见").says(&format!("事项 {number}"));
        let form = page.form_ending("/sort");
        assert_eq!(form.value("category"), Some("affairs"), "what it is about is ticked");
        let form = form.set("sorting", "at_once").set("title", "办事进度没人说");
        form.set("public_text", "有户人家说，事情办到哪一步没人告诉。").send().is(303);
        answer(&committee, &need, "以后每周五贴出来。").is(303);

        let matter = need.matter;
        let matter = town.read(move |tx| store::decide::matter::get(tx, matter));
        assert_eq!(matter.categories, [Category::Affairs]);
        let list = visitor.get("/need?as=opinion&at=429990101201-H01").ok().click("看大家提过的意见和答复").ok();
        list.clone().says("办事进度没人说").hides("柳塆巷子排水");
        list.click("办事进度没人说").ok().says("以后每周五贴出来。");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn an_opinion_finds_its_village_and_its_helper_and_never_names_the_slip_that_it_came_from() {
    on_both(|town| {
        let visitor = town.visitor();
        let choose = visitor.get("/look-up").ok().click("提意见").ok().says("是哪里的事");
        let form = choose.click("官桥镇").ok().click("竹溪村").ok().says("提意见、投诉").form("/need");
        assert_eq!(form.value("as"), Some("opinion"));

        let sent = filled(&visitor, "沟堵了", "巷口").send().is(303);
        let (slip, code) = (sent.follow().ok(), code_of(&sent).digits());
        assert!(
            slip.links("提意见").iter().all(|to| !to.contains(&code)),
            "the code of a slip stands in no other address"
        );

        let helper = town.staff(Post::Facilitator, town.village);
        let led = helper.get("/need?as=opinion&at=429990101201-H01&about=rules").is(303).follow().ok();
        let form = led.says("替人提意见").form("/need/help");
        assert_eq!((form.value("as"), form.value("where")), (Some("opinion"), Some("规则")));
        // A form that is wrong comes back as what it was.
        form.set("what", "").send().is(422).says("替人提意见");
    });
}
