//! The roll of a village: kept by hand, taken in from a table, cards handed out, those who wait answered.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;
use encoding_rs::GB18030;

const VILLAGE: &str = "429990101201";
const PHONE: &str = "13900001234";

fn committee(town: &Town) -> Visitor {
    town.staff(Post::Committee, town.village)
}

fn list(visitor: &Visitor) -> Page {
    visitor.get(&format!("/roll?village={VILLAGE}"))
}

#[test]
fn a_household_is_noted_with_its_people_and_ends_with_dates() {
    on_both(|town| {
        let visitor = committee(town);
        let page = visitor.get("/roll").is(303).follow().ok().says("在册0户，0人").says("没有这样的户");
        let form = page.form("/roll/household").set("place", &town.hamlet.to_string());
        form.clone().set("label", "").send().is(422).says("这里要写").says("请写日期");
        let wrong = form.clone().set("label", "西巷\u{202e}3号").set("from", "2026-02-30").send().is(422);
        wrong.clone().says("倒过来").says("没有这个日期");
        assert_eq!(wrong.form("/roll/household").value("from"), Some("2026-02-30"));
        form.clone().forge("place", &town.hamlet_2.to_string()).forge("village", "429990101202").send().is(404);
        let form = form.set("label", "西巷３号").set("from", "２０２６－０１－０１");
        let home = form.send().is(303);
        form.send().is(303);
        list(&visitor).says("在册1户");
        let home = home.follow().ok().says("这一户还没有人");
        let second = list(&visitor).form("/roll/household");
        let second = second.set("place", &town.hamlet.to_string()).set("label", "西巷３号").set("from", "2026-01-01");
        second.send().is(422).says("已经有这个户名了");

        let add = home.form_ending("/person");
        add.clone().set("name", "").send().is(422).says("这里要写");
        add.clone().set("name", "葛小").set("adult", "from").send().is(422).says("请写日期");
        let child = add.clone().set("name", "葛小").set("adult", "from").set("adult_from", "2035-01-01").send();
        child.is(422).says("14岁以下的不登记");
        let add = add.set("name", "葛长山").set("from", "2026-01-01");
        add.send().is(303);
        add.send().is(303);
        list(&visitor).says("在册1户，1人").says("葛长山");
        let person = home.visitor.get(&home.path).click("葛长山").ok().says("早已成年");

        let correct = person.form_ending("/correct");
        correct.clone().set("name", &"长".repeat(41)).send().is(422).says("最多40个字");
        correct.set("name", "葛长川").set("adult", "from").set("adult_from", "2025-12-01").send().is(303);
        visitor.get(&person.path).ok().says("葛长川").says("2025年12月1日成年");

        home.visitor.get(&home.path).form_ending("/end").set("until", "2026-04-12").send().is(422).says("还有1个人");
        person.form_ending("/leave").set("until", "2025-12-31").send().is(422).says("不能早于");
        person.form_ending("/leave").set("until", "2026-04-11").send().is(303);
        visitor.get(&person.path).ok().says("到2026年4月11日").hides("转过去");
        visitor
            .get(&home.path)
            .form_ending("/end")
            .set("until", "2026-04-12")
            .send()
            .is(303)
            .follow()
            .says("到2026年4月12日为止");
        let label = list(&visitor).form("/roll/household").set("label", "西巷３号");
        label.set("place", &town.hamlet.to_string()).set("from", "2026-04-13").send().is(303);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn somebody_who_marries_goes_to_another_household_and_stays_the_same_person() {
    on_both(|town| {
        let (a, b) = (town.household(town.hamlet, "西巷3号"), town.household(town.hamlet_2, "东头1号"));
        let who = town.villager(town.hamlet, a, "葛小满");
        town.villager(town.hamlet_2, b, "王伟");
        let visitor = committee(town);
        let page = visitor.get(&format!("/roll/person/{who}")).ok();
        let form = page.form_ending("/move").set("place", &town.hamlet_2.to_string()).set("day", "2026-04-12");
        form.clone().set("to", "没有这户").send().is(422).says("没有这样的户");
        form.set("to", "东头1号").send().is(303).follow().ok().says("转好了").says("东头1号").says("西巷3号");
        let home = visitor.get(&format!("/roll/household/{b}")).ok().says("葛小满").says("王伟");
        assert_eq!(home.links("葛小满"), [format!("/roll/person/{who}")]);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn the_list_is_searched_filtered_and_paged() {
    on_both(|town| {
        for n in 0..35 {
            town.household(town.hamlet, &format!("西巷{n:02}号"));
        }
        let last = town.household(town.hamlet_2, "东头1号");
        town.villager(town.hamlet_2, last, "葛长山");
        let visitor = committee(town);
        let page = list(&visitor).ok().says("西巷00号").says("西巷29号").hides("西巷30号");
        let next = page.click("下一页").ok().says("西巷30号").says("东头1号").hides("西巷00号");
        next.click("回到开头").ok().says("西巷00号");
        let search = |q: &str| list(&visitor).form("/roll").set("q", q).send();
        search("长山").ok().says("东头1号").hides("西巷0");
        search("巷07").ok().says("西巷07号").hides("西巷08号");
        search("100%").ok().says("没有这样的户");
        let hamlet = list(&visitor).form("/roll").set("hamlet", &town.hamlet_2.to_string()).send();
        hamlet.ok().says("东头1号").hides("西巷00号");
        visitor.get(&format!("/roll?village={VILLAGE}&after=x")).ok();
        let (_, few) = town.statements(|| list(&visitor).ok());
        let (_, many) = town.statements(|| visitor.get(&format!("/roll?village={VILLAGE}&q=西")).status);
        assert!(few.abs_diff(many) <= 2, "{few} and {many} statements");
    });
}

#[test]
fn a_roll_is_read_by_its_own_village_alone() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let other = town.staff(Post::Committee, town.village_2);
        list(&other).is(404);
        other.get(&format!("/roll/household/{home}")).is(404);
        other.get(&format!("/roll/person/{who}")).is(404);
        let watch = town.staff(Post::Supervision, town.village);
        list(&watch).ok().says("西巷3号").hides("加一户").hides("导入户册");
        let page = watch.get(&format!("/roll/household/{home}")).ok().says("葛长山").hides("加一个人");
        assert!(page.forms().iter().all(|f| !f.action.starts_with("/roll")));
        watch.get(&format!("/roll/person/{who}")).ok().hides("登录卡");
        watch.get(&format!("/roll/import?village={VILLAGE}")).is(403);
        let helper = town.staff(Post::Facilitator, town.village);
        list(&helper).is(403);
        helper.get(&format!("/roll/household/{home}")).is(403);
        let visitor = town.visitor();
        list(&visitor).is(303);
        visitor.get(&format!("/roll/person/{who}")).is(303);
        committee(town).get("/roll/household/nothing").is(404);
        committee(town).get("/roll?village=12").is(404);
        committee(town).get("/roll?village=429990101000").is(404);
    });
}

const ROLL: &str = "塆,户名,姓名,是否成年\n柳塆,西巷3号,葛长山,成年\n,,李秀英,是\n石埠,东头1号,王伟,2026年9月1日\n";

fn import(visitor: &Visitor, table: &str, extent: &str) -> Page {
    let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).ok().form("/roll/import");
    form.set("table", table).set("extent", extent).send()
}

#[test]
fn a_pasted_roll_is_shown_first_and_taken_in_whole() {
    on_both(|town| {
        let visitor = committee(town);
        let shown = import(&visitor, ROLL, "whole").ok().says("存之前请看一遍").says("西巷3号").says("葛长山 李秀英");
        list(&visitor).says("在册0户");
        let take = shown.form("/roll/import/take");
        take.send().is(303);
        take.send().is(303);
        list(&visitor).says("在册2户，3人");
        let again = import(&visitor, ROLL, "whole").ok().says("没有要存的");
        assert!(again.forms().iter().all(|f| f.action != "/roll/import/take"));
        // The one who is not in the whole roll any more has left; what was before stays.
        let shorter = ROLL.replace("石埠,东头1号,王伟,2026年9月1日\n", "");
        town.at("2026-05-01 9:00");
        let shown = import(&visitor, &shorter, "whole").ok().says("不再在册").says("王伟");
        shown.form("/roll/import/take").send().is(303);
        list(&visitor).says("在册1户，2人");
        import(&visitor, &shorter, "additions").ok().says("没有要存的");
        assert!(town.verify().problems.is_empty(), "{:?}", town.verify().problems);
    });
}

#[test]
fn a_table_with_faults_is_refused_whole_with_row_and_column() {
    on_both(|town| {
        let visitor = committee(town);
        let source = "户名,姓名,成年,塆\n西巷3号,葛长山,是,柳塆\n西巷5号,王伟,也许,柳塆\n西巷3号,李秀英,是,张塆\n西巷3号,葛小,是,柳塆\n";
        let page = import(&visitor, source, "additions").is(422).says("有3处不对，什么都没存");
        page.clone()
            .says("第3行第3列：“也许”看不懂")
            .says("第4行第4列：本村没有“张塆”")
            .says("第5行第1列：“西巷3号”在第2行已经有了");
        let kept = page.form("/roll/import").value("table").unwrap().replace("\r\n", "\n");
        assert_eq!(kept, source);
        list(&visitor).says("在册0户");
        import(&visitor, "", "additions").is(422).says("请选文件，或者把表贴进来");
        import(&visitor, "姓名\n葛长山\n", "additions").is(422).says("表头里少了“户”这一列");
        import(&visitor, "户,姓名,成年\n1,葛\u{0}山,是\n", "additions").is(422).says("看不见的符号");
        import(&visitor, &format!("户,姓名,成年\n1,{},是\n", "长".repeat(201)), "additions").is(422).says("太长");
        let large = format!("户,姓名,成年\n{}", "1,葛长山,是\n".repeat(16_000));
        let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
        let page = form.upload("file", "roll.csv", "text/csv", large.as_bytes()).send();
        page.is(422).says("请分塆交");
    });
}

#[test]
fn a_file_is_read_as_a_spreadsheet_saved_it() {
    on_both(|town| {
        let visitor = committee(town);
        let (gb, _, _) = GB18030.encode(ROLL);
        let marked = [b"\xef\xbb\xbf".as_slice(), ROLL.as_bytes()].concat();
        let (semicolons, tabs) = (ROLL.replace(',', ";"), ROLL.replace(',', "\t"));
        let (gb_tabs, _, _) = GB18030.encode(&tabs);
        let rows: Vec<Vec<String>> = ROLL.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        let workbook = paper::sheet::write("户册", &rows[0], &rows[1..]).unwrap();
        for bytes in [gb.to_vec(), marked, gb_tabs.to_vec(), tabs.into_bytes(), semicolons.into_bytes(), workbook] {
            let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
            let page = form.upload("file", "户册.csv", "text/csv", &bytes).send().ok();
            page.says("葛长山 李秀英");
        }
        let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
        let page = form.clone().upload("file", "a.xlsx", "application/zip", b"PK\x03\x04xxxx").send();
        page.is(422).says("打不开，可能坏了");
        let old = form.clone().upload("file", "a.xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1").send();
        old.is(422).says("另存为.xlsx");
        list(&visitor).says("在册0户");
        form.upload("file", "a.csv", "text/csv", &[0xff, 0xff, 0xff, 0xff]).send().is(422).says("认不出来");
    });
}

/// A roll as a workbook, sent as a file.
fn workbook(visitor: &Visitor, head: [&str; 4], rows: &[[&str; 4]]) -> Page {
    let row = |cells: &[&str; 4]| cells.map(str::to_owned).to_vec();
    let bytes = paper::sheet::write("户册", &row(&head), &rows.iter().map(row).collect::<Vec<_>>()).unwrap();
    let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
    form.upload("file", "roll.xlsx", "application/octet-stream", &bytes).send()
}

#[test]
fn a_workbook_with_faults_is_refused_whole_and_what_stood_in_it_can_be_put_right() {
    on_both(|town| {
        let visitor = committee(town);
        let head = ["户名", "姓名", "成年", "塆"];
        let page = workbook(
            &visitor,
            head,
            &[
                ["007", "葛长山", "是", "柳塆"],
                ["西巷5号", "王伟", "也许", "柳塆"],
                ["007", "葛小", "是", "柳塆"],
                ["008", "=1+1", "是", "柳塆"],
            ],
        );
        let page = page.is(422).says("什么都没存").says("第3行第3列：“也许”看不懂");
        let page = page.says("第4行第1列：“007”在第2行已经有了");
        let kept = page.form("/roll/import").value("table").unwrap().to_owned();
        assert!(kept.contains("007\t葛长山") && kept.contains("=1+1"), "{kept}");
        list(&visitor).says("在册0户");
        // Put right in the field, it is taken in.
        let right = kept.replace("也许", "是").replace("007\t葛小", "009\t葛小");
        import(&visitor, &right, "whole").ok().form("/roll/import/take").send().is(303);
        list(&visitor).says("在册4户，4人").says("007");
    });
}

#[test]
fn a_roll_taken_out_as_a_file_and_taken_in_again_changes_nothing() {
    on_both(|town| {
        let visitor = committee(town);
        let marked = ROLL.replace("西巷3号", "'-3").replace("王伟", "王·伟");
        let shown = import(&visitor, &marked, "whole").ok();
        shown.form("/roll/import/take").send().is(303);
        list(&visitor).says("在册2户，3人").says("-3");
        for kind in ["csv", "xlsx"] {
            let file = visitor.get(&format!("/roll?village={VILLAGE}&as={kind}")).ok();
            assert!(file.header("content-disposition").unwrap().ends_with(&format!(".{kind}\"")));
            for extent in ["whole", "additions"] {
                let form = visitor.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
                let page = form.set("extent", extent).upload("file", "roll", "text/csv", &file.bytes).send();
                page.ok().says("没有要存的");
            }
        }
        let english = visitor.clone();
        english.set_cookie("lang", "en");
        let file = english.get(&format!("/roll?village={VILLAGE}&as=csv")).ok();
        assert!(file.html().contains("Household,Name"));
        let form = english.get(&format!("/roll/import?village={VILLAGE}")).form("/roll/import");
        form.upload("file", "roll.csv", "text/csv", &file.bytes).send().ok().says("nothing");
        // For the readers of the roll and nobody else.
        let other = town.staff(Post::Committee, town.village_2);
        other.get(&format!("/roll?village={VILLAGE}&as=xlsx")).is(404);
        town.visitor().get(&format!("/roll?village={VILLAGE}&as=xlsx")).is(303);
    });
}

#[test]
fn a_roll_that_changed_while_it_was_looked_at_is_shown_again() {
    on_both(|town| {
        let visitor = committee(town);
        let shown = import(&visitor, ROLL, "additions").ok();
        town.household(town.hamlet, "西巷3号");
        let again = shown.form("/roll/import/take").send().is(422).says("户册被别人改过了");
        list(&visitor).says("在册1户，0人");
        again.form("/roll/import/take").send().is(303);
        list(&visitor).says("在册2户，3人");
        let forged = import(&visitor, "户,姓名,成年\n西巷9号,葛大山,是\n", "additions").ok().form("/roll/import/take");
        forged.forge("digest", "00").send().is(422);
        list(&visitor).says("在册2户，3人");
    });
}

#[test]
fn a_card_is_printed_once_signs_in_once_and_is_replaced() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let visitor = committee(town);
        let person = visitor.get(&format!("/roll/person/{who}")).ok().says("发一张登录卡");
        let form = person.form_ending("/card");
        let slip = form.send().ok().says("葛长山").says("官桥镇竹溪村柳塆").says("用一次就作废");
        assert!(slip.html().contains("<svg"));
        let code = |page: &Page| {
            let html = page.html();
            let at = html.find("class=\"code\"").unwrap();
            let part = &html[at..at + 120];
            let spans: Vec<&str> = part.split("<span>").skip(1).map(|s| s.split('<').next().unwrap()).collect();
            spans.concat()
        };
        let first = code(&slip);
        assert_eq!(first.len(), 10);
        assert_eq!(town.tables_with(&first), Vec::<String>::new(), "the code stands nowhere");
        form.send().is(303).follow().ok().says("刚才已经发过");
        let again = visitor.get(&format!("/roll/person/{who}")).says("旧的作废").form_ending("/card").send().ok();
        let second = code(&again);
        let open = |code: &str| {
            let own = town.visitor();
            (own.clone(), own.get("/sign-in?by=card").form("/sign-in/card").set("card", code).send())
        };
        open(&first).1.is(422).says("已经换成新卡");
        let (own, signed) = open(&second);
        signed.is(303);
        own.get("/mine").ok().says("葛长山");
        let visit = visitor.get(&format!("/roll/person/{who}")).ok().says("用过了");
        assert!(visit.text().contains("发一张登录卡"));
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_phone_is_noted_shared_by_a_family_and_replaced() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let old = town.villager(town.hamlet, home, "葛长山");
        let young = town.villager(town.hamlet, home, "葛小满");
        let visitor = committee(town);
        let note = |who: civic::id::ResidentId, phone: &str| {
            visitor.get(&format!("/roll/person/{who}")).form_ending("/phone").set("phone", phone).send()
        };
        note(old, "12").is(422).says("这不是手机号");
        note(old, "１３９ 0000 1234").is(303).follow().says("现在用13900001234登录");
        note(young, PHONE).is(303);
        note(young, PHONE).is(422).says("本来就归这个人用");
        let serves = |phone: &'static str| {
            let day = town.today();
            town.read(move |tx| {
                let account = store::people::account::by_phone(tx, phone)?.unwrap();
                store::people::account::serves(tx, account.id, day)
            })
        };
        assert_eq!(serves(PHONE).len(), 2);
        note(young, "13900009999").is(303);
        assert_eq!((serves(PHONE).len(), serves("13900009999").len()), (1, 1));
        assert!(town.verify().problems.is_empty());
    });
}

fn register(town: &Town, name: &str, phone: &str) -> Visitor {
    let own = town.visitor();
    let page = own.get("/sign-in").form("/sign-in/phone").set("phone", phone).send().ok();
    let page = page.form("/sign-in/code").set("code", &town.code()).send().ok();
    let form = page.form("/sign-in/register").set("name", name).set("village", &town.village.to_string());
    form.send().is(303);
    own
}

#[test]
fn who_registered_alone_is_confirmed_by_the_committee_and_told() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛小满");
        let own = register(town, "葛小满", PHONE);
        own.get("/mine").ok().says("村委会还没认您是谁");
        let visitor = committee(town);
        let page =
            list(&visitor).says("等您确认的1件").click("等您确认的").ok().says(PHONE).says("葛小满 柳塆 西巷3号");
        let form = page.form("/roll/waiting/account");
        form.clone().press("do", "yes").is(422).says("请选出是哪一位");
        // Somebody of another village is not offered, and not taken when forged.
        let far = town.household(town.village_2, "远处1号");
        let stranger = town.villager(town.village_2, far, "葛小满");
        form.clone().forge("resident", &stranger.to_string()).press("do", "yes").is(404);
        let other = town.staff(Post::Committee, town.village_2);
        other.get(&format!("/roll/waiting?village={VILLAGE}")).is(404);
        let account = form.value("account").unwrap().to_owned();
        let csrf = other.get("/mine").form("/sign-out").value("csrf").unwrap().to_owned();
        let key = town.id::<()>().to_string();
        let forged = [
            ("csrf", csrf.as_str()),
            ("form", key.as_str()),
            ("village", "429990101202"),
            ("account", account.as_str()),
            ("do", "no"),
        ];
        other.post("/roll/waiting/account", &forged).is(404);
        let form = form.set("resident", &who.to_string());
        form.clone().press("do", "yes").is(303).follow().ok().says("认好了").says("没有。");
        form.press("do", "yes").is(303);
        assert!(town.messages().iter().any(|m| m.text.contains("村委会认了您")));
        own.get("/mine").ok().hides("还没认您");
        own.get("/sign-in/who").ok().form("/sign-in/who").press("resident", &who.to_string()).is(303);
        own.get("/mine/data").ok().says("西巷3号").hides("登记的名字");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn who_is_not_known_leaves_nothing_behind() {
    on_both(|town| {
        let own = register(town, "张生人", PHONE);
        let visitor = committee(town);
        let waiting = format!("/roll/waiting?village={VILLAGE}");
        let page = visitor.get(&waiting).ok().says("户册上没有同名的人");
        page.forms().iter().find(|f| f.action == "/roll/waiting").unwrap().clone().set("q", "没有").send().ok();
        page.form("/roll/waiting/account").press("do", "no").is(303).follow().ok().says("信息删掉了");
        assert!(town.messages().iter().any(|m| m.text.contains("没认出您")));
        own.get("/mine").is(303);
        assert_eq!(town.tables_with("张生人"), Vec::<String>::new());
        // The message that says so is on its way still; nothing else holds the number.
        let left: Vec<String> = town.tables_with(PHONE).into_iter().filter(|t| t != "job.payload").collect();
        assert!(left.iter().all(|t| t.starts_with("phone_code")), "{left:?}");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_name_asked_for_is_corrected_or_left() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let account = town.phone(PHONE, &[who]);
        let own = town.signed_in(account);
        own.get("/sign-in/who").form("/sign-in/who").press("resident", &who.to_string()).is(303);
        let ask = |name: &str| own.get("/mine/data").form("/mine/name").set("name", name).send().is(303);
        ask("葛长川");
        let visitor = committee(town);
        let waiting = format!("/roll/waiting?village={VILLAGE}");
        let page = visitor.get(&waiting).ok().says("“葛长山”要改成“葛长川”");
        page.form("/roll/waiting/name").press("do", "no").is(303);
        own.get("/mine/data").ok().says("葛长山").hides("葛长川");
        ask("葛长河");
        visitor.get(&waiting).form("/roll/waiting/name").press("do", "yes").is(303).follow().says("办好了");
        own.get("/mine/data").ok().says("葛长河").hides("正在核对");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn the_committee_erases_somebody_who_asked_on_paper() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let visitor = committee(town);
        let form = visitor.get(&format!("/roll/person/{who}")).form_ending("/erase");
        form.send().is(422).says("要本人要求才能删");
        form.tick("wished", "1").send().is(303);
        assert_eq!(town.tables_with("葛长山"), Vec::<String>::new());
        visitor.get(&format!("/roll/person/{who}")).ok().says("（已删除）").hides("登录卡");
        list(&visitor).says("在册0户，0人");
        assert!(town.verify().problems.is_empty());
    });
}
