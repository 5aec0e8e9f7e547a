//! Helper mode: found where one stands, agreed to once, shown on every page, ended by either side, never locking anybody out.

use crate::need::{code_of, row};
use crate::need_work::answer;
use crate::page::Visitor;
use crate::town::{Town, on_both};
use civic::id::ResidentId;
use civic::people::standing::Post;

/// 葛长山 of 柳塆, and a grid worker of 竹溪村.
fn helper_and_elder(town: &Town) -> (Visitor, ResidentId) {
    let home = town.household(town.hamlet, "西巷3号");
    let elder = town.villager(town.hamlet, home, "葛长山");
    (town.staff(Post::Facilitator, town.village), elder)
}

#[test]
fn a_helper_finds_an_elder_asks_once_and_acts_under_a_strip() {
    on_both(|town| {
        let (helper, elder) = helper_and_elder(town);
        let page = helper.get("/helper").ok().says("当面问过");
        page.form("/helper").set("q", "没有这人").send().ok().says("没找到");
        let found = page.form("/helper").set("q", "西巷").send().ok().says("找到1人").says("柳塆 西巷3号");
        let ask = found.click("葛长山").ok().says("行不行").says("不用经过您");
        let action = format!("/helper/{elder}");
        ask.form(&action).send().is(422).says("没有本人同意，不能替他办");
        let form = ask.form(&action).set("agreed", "spoken");
        let begun = form.send().is(303);
        assert_eq!(begun.location(), "/");
        helper.get("/").ok().says("您正在替葛长山办事");
        helper.get("/mine").ok().says("您正在替葛长山办事").says("由本人看和改");
        // Sent twice, there is one consent.
        form.send().is(303);
        let consents = town.read(move |tx| store::people::consent::of_resident(tx, elder));
        assert_eq!(consents.len(), 1);
        assert!(consents[0].wording.contains("当面说的"));
        // A helper neither sees nor takes the person's data.
        for path in ["/mine/data", "/mine/export?as=json", "/mine/erase"] {
            helper.get(path).is(403);
        }
        let left = helper.get("/mine").form("/helper/leave").send().is(303);
        assert_eq!(left.location(), "/helper");
        helper.get("/").ok().hides("您正在替");
        // The next time it is enough to press.
        let again = helper.get(&action).ok().says("同意过您替他办");
        again.form(&action).send().is(303);
        helper.get("/").says("您正在替葛长山办事");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn the_elder_sees_who_helped_and_takes_it_back_with_the_next_page() {
    on_both(|town| {
        let (helper, elder) = helper_and_elder(town);
        let action = format!("/helper/{elder}");
        helper.get(&action).form(&action).set("agreed", "signed").send().is(303);
        let own = town.visitor();
        let card = town.card(elder);
        own.get("/sign-in?by=card").form("/sign-in/card").set("card", &card).send().is(303);
        let data = own.get("/mine/data").ok().says("让柳村官替我办事").says("纸上签的");
        let form = data.form("/mine/consent");
        let withdraw = |form: &crate::page::Form| {
            let id = form.values("consent")[0].to_owned();
            form.clone().press("consent", &id)
        };
        let page = withdraw(&form).is(303).follow().ok().says("收回了").says("收回");
        assert!(page.forms().iter().all(|f| f.action != "/mine/consent"));
        withdraw(&form).is(303);
        helper.get("/mine").ok().hides("您正在替");
        helper.get(&action).ok().says("行不行");
        // Nobody takes back what is not theirs.
        let home = town.household(town.hamlet, "西巷5号");
        let stranger = town.villager(town.hamlet, home, "李秀英");
        let other = town.visitor();
        let code = town.card(stranger);
        other.get("/sign-in?by=card").form("/sign-in/card").set("card", &code).send().is(303);
        helper.get(&action).form(&action).set("agreed", "spoken").send().is(303);
        let mine = own.get("/mine/data").form("/mine/consent").values("consent")[0].to_owned();
        let csrf = other.get("/mine").form("/sign-out").value("csrf").unwrap().to_owned();
        let key = town.id::<()>().to_string();
        other.post("/mine/consent", &[("csrf", &csrf), ("form", &key), ("consent", &mine)]).is(404);
    });
}

#[test]
fn a_helper_helps_where_the_helper_stands_and_nowhere_else() {
    on_both(|town| {
        let (_, elder) = helper_and_elder(town);
        let home = town.household(town.hamlet_2, "东头1号");
        let other = town.villager(town.hamlet_2, home, "葛大山");
        let action = format!("/helper/{elder}");
        for (post, place) in
            [(Post::Facilitator, town.village_2), (Post::Township, town.township), (Post::County, town.root)]
        {
            let visitor = town.staff(post, place);
            let page = visitor.get(&action);
            assert!([403, 404].contains(&page.status.as_u16()), "{post:?} {}", page.status);
        }
        let hamlets = town.staff(Post::Facilitator, town.hamlet);
        hamlets.get("/helper?q=葛").ok().says("葛长山").hides("葛大山");
        hamlets.get(&action).ok();
        hamlets.get(&format!("/helper/{other}")).is(404);
        hamlets.get(&format!("/helper/{}", town.id::<civic::id::ResidentTag>())).is(404);
        hamlets.get("/helper/nobody").is(404);
        town.visitor().get(&action).is(303);
        town.visitor().get("/helper").is(303);
        // A post that has ended helps nobody.
        let own = town.visitor();
        let card = town.card(elder);
        own.get("/sign-in?by=card").form("/sign-in/card").set("card", &card).send().is(303);
        own.get(&action).is(404);
    });
}

#[test]
fn a_search_takes_any_text() {
    on_both(|town| {
        let (helper, _) = helper_and_elder(town);
        for text in ["%25", "_", "!", "%00", "%E2%80%AE", &"%E9%95%BF".repeat(60), "%F0%9F%98%80", "'"] {
            helper.get(&format!("/helper?q={text}")).ok().hides("葛长山");
        }
    });
}

/// Signs in with a card that was handed out just now.
fn with_card(town: &Town, who: ResidentId) -> Visitor {
    let (visitor, card) = (town.visitor(), town.card(who));
    visitor.get("/sign-in?by=card").ok().form("/sign-in/card").set("card", &card).send().is(303);
    visitor
}

#[test]
fn what_a_helper_did_is_the_persons_own_and_the_person_is_never_locked_out() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let elder = town.villager(town.hamlet, home, "葛长山");
        let account = town.staff_account(Post::Facilitator, town.village);
        let helper = town.signed_in(account);
        let ask = format!("/helper/{elder}");
        helper.get(&ask).ok().form(&ask).set("agreed", "spoken").send().is(303);

        // Acting for somebody, the form asks for no second consent, and what is raised is the person's.
        let form = helper.get("/need?at=429990101201-H01").is(303).follow().ok().form("/need/help");
        assert!(!form.asks().contains(&"helped"));
        let form = form.set("what", "一下雨巷子就淹").set("where", "西巷口").set("reply", "site");
        let code = code_of(&form.send().is(303));
        let need = row(town, code);
        let given = town.read(move |tx| store::people::consent::of_resident(tx, elder));
        assert_eq!((need.resident, need.helper, need.consent), (Some(elder), Some(account), Some(given[0].consent.id)));
        helper.get("/mine").ok().says("您正在替葛长山办事").says("一下雨巷子就淹");

        // While the helper is still at it, the person signs in alone and sees the same.
        let own = with_card(town, elder);
        own.get("/mine").ok().says("一下雨巷子就淹").hides("您正在替");
        let committee = town.staff(Post::Committee, town.village);
        crate::need_work::sort(&committee, &row(town, code), "西巷积水", "西巷口雨天积水。").is(303);
        answer(&committee, &row(town, code), "月底前清沟。").is(303);
        own.get(&format!("/s/{}", code.digits())).ok().says("月底前清沟");

        // What the person raises alone is nothing of the helper's.
        let form = own.get("/need").ok().form("/need").set("what", "网格员总不来").set("where", "西巷");
        let alone = code_of(&form.send().is(303));
        helper.get("/mine").ok().says("一下雨巷子就淹").hides("网格员总不来");

        // Taken back, it ends on the helper's next page; what was raised stays the person's.
        let data = own.get("/mine/data").ok();
        let consent = given[0].consent.id.to_string();
        let forms = data.forms().into_iter().filter(|f| f.action == "/mine/consent");
        let mut forms = forms.filter(|f| f.values("consent") == [consent.as_str()]);
        forms.next().unwrap().press("consent", &consent).is(303);
        let form = helper.get("/need/help?at=429990101201-H01").ok().form("/need/help");
        assert!(form.asks().contains(&"helped"), "a helper without a consent has to ask again");
        helper.get("/mine").ok().hides("葛长山").hides("一下雨巷子就淹");
        own.get("/mine").ok().says("一下雨巷子就淹").says("网格员总不来");

        // The helper's office ends and the account is closed: the person still gets in, by card and by phone.
        let yesterday = town.today().plus(-1);
        let standing = town.read(move |tx| {
            tx.one::<(civic::id::StandingId,)>(
                "SELECT id FROM standing WHERE county_id = $1 AND account_id = $2",
                store::args![account],
            )
        });
        let before = town.read(move |tx| store::people::standing::get(tx, standing.0));
        let ended = civic::people::standing::Standing { until: Some(yesterday), ..before.clone() };
        let entry = town.entry(&ended, civic::record::Verb::End);
        town.write(move |tx| {
            store::people::standing::end(tx, &before, yesterday)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        helper.get(&ask).is(404);
        let again = with_card(town, elder);
        again.get("/mine").ok().says("一下雨巷子就淹");
        let phone = "13900004321";
        let person = committee.get(&format!("/roll/person/{elder}")).ok();
        person.form_ending("/phone").set("phone", phone).send().is(303);
        let by_phone = town.visitor();
        crate::people_sign_in::sign_in(town, &by_phone, phone).is(303);
        by_phone.get("/mine").ok().says("一下雨巷子就淹").says("网格员总不来");
        town.visitor().get(&format!("/s/{}", alone.digits())).ok();
        assert_eq!(town.verify().problems, []);
    });
}
