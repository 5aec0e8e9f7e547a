//! My things and my data: seen, corrected, taken along, erased.

use crate::need::{code_of, row};
use crate::need_work::{answer, sort};
use crate::page::{Form, Page, Visitor};
use crate::town::{Town, on_both};
use civic::id::{ConsentId, ResidentId};
use civic::people::consent::ConsentKind;
use civic::people::standing::Post;
use site::frame::SESSION_COOKIE;

const PHONE: &str = "13900001234";

fn somebody(town: &Town) -> (Visitor, ResidentId) {
    let home = town.household(town.hamlet, "葛长山家");
    let who = town.villager(town.hamlet, home, "葛长山");
    let account = town.phone(PHONE, &[who]);
    let visitor = town.signed_in(account);
    visitor.get("/sign-in/who").form("/sign-in/who").press("resident", &who.to_string()).is(303);
    (visitor, who)
}

#[test]
fn somebody_sees_everything_that_is_kept_and_takes_it_along() {
    on_both(|town| {
        let (visitor, _) = somebody(town);
        visitor.get("/mine").ok().says("官桥镇竹溪村柳塆").says("我反映的").says("还没有");
        let data = visitor.get("/mine/data").ok();
        for words in ["葛长山", "早已成年", PHONE, "村民，官桥镇竹溪村柳塆 葛长山家", "不存证件"]
        {
            data.clone().says(words);
        }
        let json = visitor.get("/mine/export?as=json").ok();
        assert_eq!(json.header("content-type"), Some("application/json"));
        let value: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        assert_eq!(value["resident"]["name"], "葛长山");
        assert_eq!(value["account"]["phone"], PHONE);
        assert_eq!(value["memberships"][0]["household"], "葛长山家");
        let text = visitor.get("/mine/export?as=text").ok().says(PHONE).says("葛长山");
        assert!(text.header("content-disposition").unwrap().contains("my-data.txt"));
        town.visitor().get("/mine").is(303);
        town.visitor().get("/mine/export?as=json").is(303);
    });
}

#[test]
fn a_name_is_corrected_by_the_committee_on_the_persons_wish() {
    on_both(|town| {
        let (visitor, who) = somebody(town);
        let page = visitor.get("/mine/data").ok();
        let form = page.form("/mine/name");
        for (typed, sentence) in [("", "这里要写"), ("葛\u{202e}山", "倒过来"), (&"长".repeat(41), "最多40个字")]
        {
            let again = form.clone().set("name", typed).send().is(422).says(sentence);
            if typed.chars().count() > 40 {
                assert_eq!(again.form("/mine/name").value("name"), Some(typed));
            }
        }
        form.set("name", "葛长川").send().is(303).follow().ok().says("已交给村委会").says("您要改成“葛长川”");
        let name = town.read(move |tx| store::people::resident::get(tx, who)).name;
        assert_eq!(name, "葛长山", "until the committee has said yes");
    });
}

#[test]
fn closing_the_sign_in_keeps_somebody_on_the_roll() {
    on_both(|town| {
        let (visitor, who) = somebody(town);
        let page = visitor.get("/mine/erase").ok().says("找不回来");
        page.form("/mine/erase").send().is(422).says("请选一个").says("想好了请勾上");
        let form = page.form("/mine/erase").set("what", "account").tick("sure", "1");
        form.send().is(303);
        assert_eq!(visitor.cookie(SESSION_COOKIE), None);
        assert_eq!(town.read(|tx| store::people::account::by_phone(tx, PHONE)), None);
        assert_eq!(town.read(move |tx| store::people::resident::get(tx, who)).name, "葛长山");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn erasing_everything_leaves_nothing_of_the_person_in_any_table() {
    on_both(|town| {
        let (visitor, who) = somebody(town);
        visitor.get("/mine/data").form("/mine/name").set("name", "葛长川").send().is(303);
        let form = visitor.get("/mine/erase").form("/mine/erase").set("what", "all").tick("sure", "1");
        form.send().is(303);
        assert_eq!(visitor.cookie(SESSION_COOKIE), None);
        visitor.get("/mine").is(303);
        assert!(town.verify().problems.is_empty(), "{:?}", town.verify().problems);
        assert_eq!(town.read(move |tx| store::people::resident::get(tx, who)).name, "");
        // What was erased stands in no table of the database.
        for words in ["葛长山", "葛长川", PHONE] {
            assert_eq!(town.tables_with(words), Vec::<String>::new(), "{words}");
        }
        let jobs = town.read({
            let now = town.now();
            move |tx| store::jobs::due(tx, now, 10)
        });
        let job = jobs.iter().find(|j| j.kind == store::people::erasure::JOB).unwrap();
        assert!(job.payload.contains(&who.to_string()));
    });
}

#[test]
fn staff_in_office_keeps_its_account() {
    on_both(|town| {
        let staff = town.staff(Post::Committee, town.village);
        staff.get("/mine").ok().says("竹溪村 村（居）委会").says("改密码").hides("我反映的");
        let data = staff.get("/mine/data").ok().says("柳村官").hides("/mine/erase");
        staff.get("/mine/erase").ok().says("您还在任");
        let csrf = data.form("/sign-out").value("csrf").unwrap().to_owned();
        let key = town.id::<()>().to_string();
        let fields = [("csrf", csrf.as_str()), ("form", key.as_str()), ("what", "account"), ("sure", "1")];
        staff.post("/mine/erase", &fields).is(409).says("您还在任");
    });
}

/// Takes back one consent by its button on the page of one's data.
fn take_back(page: &Page, consent: ConsentId) -> Form {
    let id = consent.to_string();
    let forms = page.forms().into_iter().filter(|f| f.action == "/mine/consent");
    forms.map(|f| (f.values("consent") == [id.as_str()], f)).find(|(own, _)| *own).unwrap().1.pressed("consent", &id)
}

#[test]
fn a_surname_and_a_number_are_taken_back_at_any_time_and_the_answer_is_still_brought() {
    on_both(|town| {
        let (visitor, _) = somebody(town);
        let number = "13900005678";
        let form = visitor.get("/need").ok().form("/need").set("what", "一下雨巷子就淹").set("where", "西巷口");
        let form = form.tick("show_surname", "1").set("reply", "sms").set("phone", number);
        let code = code_of(&form.send().is(303));
        let committee = town.staff(Post::Committee, town.village);
        sort(&committee, &row(town, code), "西巷积水", "西巷口雨天积水。").is(303);
        let matter = row(town, code).matter;
        let public = town.read(move |tx| store::decide::matter::get(tx, matter)).number.unwrap().to_string();
        town.visitor().get(&format!("/m/{public}")).ok().says("葛家");

        let need = row(town, code).id;
        let given = town.read(move |tx| store::people::consent::of_need(tx, need));
        let of = |kind: ConsentKind| given.iter().find(|c| c.kind == kind).unwrap().id;
        let data = visitor.get("/mine/data").ok().says("公开我的姓").says("留我的电话到答复为止");

        // The surname leaves public sight with the next page; the need stays what it was.
        let surname = take_back(&data, of(ConsentKind::ShowSurname));
        surname.send().is(303).follow().ok().says("收回了").hides("不能再替您办");
        assert_eq!(surname.send().is(303).location(), "/mine/data?done=consent", "pressed again");
        let again = surname
            .forge("form", &town.id::<()>().to_string())
            .forge("consent", &of(ConsentKind::ShowSurname).to_string());
        again.send().is(409).says("已经收回过了");
        town.visitor().get(&format!("/m/{public}")).ok().says("西巷口雨天积水").hides("葛家");

        // The number is nowhere any more, and nothing is sent to it.
        let data = visitor.get("/mine/data").ok();
        take_back(&data, of(ConsentKind::KeepPhone)).send().is(303);
        assert_eq!(row(town, code).phone, None);
        assert_eq!(town.tables_with(number), Vec::<String>::new());
        answer(&committee, &row(town, code), "月底前清沟。").is(303);
        assert!(town.messages().is_empty(), "nobody has the number");
        committee.get("/needs/answers").ok().says("葛长山").hides(number);
        visitor.get(&format!("/s/{}", code.digits())).ok().says("月底前清沟");
        // What is gone cannot be read back from the record.
        let digests = town.read(move |tx| {
            tx.number(
                "SELECT COUNT(*) FROM entry_salt s JOIN entry e ON e.county_id = s.county_id AND e.id = s.entry_id
                 WHERE s.county_id = $1 AND e.noun_id = $2 AND s.field = 'phone'",
                store::args![need],
            )
        });
        assert_eq!(digests, 0);
        assert_eq!(town.verify().problems, []);
    });
}
