//! Signing in by phone, card and password, registering alone, choosing who one is, trying the demo's parts.

use crate::page::{Page, Visitor};
use crate::town::{HOST, Town, on_both};
use axum::http::StatusCode;
use civic::id::CountyId;
use civic::people::account as rule;
use civic::people::standing::Post;
use site::frame::SESSION_COOKIE;

const PHONE: &str = "13900001234";

fn ask_for_code(visitor: &Visitor, phone: &str) -> Page {
    visitor.get("/sign-in").ok().form("/sign-in/phone").set("phone", phone).send()
}

/// Signs in with a phone that serves one person.
pub fn sign_in(town: &Town, visitor: &Visitor, phone: &str) -> Page {
    let page = ask_for_code(visitor, phone).ok();
    page.form("/sign-in/code").set("code", &town.code()).send()
}

fn wide(digits: &str) -> String {
    digits.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect()
}

#[test]
fn a_phone_that_the_village_knows_signs_in_by_a_code_typed_in_any_digits() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        town.phone(PHONE, &[who]);
        let visitor = town.visitor();
        let asked = visitor.get("/sign-in?back=/mine").ok().says("手机号").says("留到何时");
        let page =
            asked.form("/sign-in/phone").set("phone", &wide("139 0000-1234".replace(['-', ' '], "").as_str())).send();
        page.clone().ok().says("139 **** 1234").says("演示：验证码是");
        assert_eq!(town.messages().len(), 1);
        assert_eq!(town.messages()[0].to, PHONE);
        let signed = page.form("/sign-in/code").set("code", &wide(&town.code())).send().is(303);
        assert_eq!(signed.location(), "/mine");
        let cookie = signed.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-wugong=") && cookie.contains("HttpOnly") && cookie.contains("Max-Age"));
        visitor.get("/").ok().says("我的").says("葛长山");
        // The same code a second time opens nothing.
        let other = town.visitor();
        let twice = other.post("/sign-in/code", &[("phone", PHONE), ("code", &town.code())]).is(422);
        twice.says("过期了或者用过了");
        assert_eq!(other.cookie(SESSION_COOKIE), None);
        let out = visitor.get("/").form("/sign-out").send().is(303);
        assert_eq!(out.location(), "/");
        assert_eq!(visitor.cookie(SESSION_COOKIE), None);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_is_no_number_is_said_beside_the_field_and_stays_typed() {
    on_both(|town| {
        for typed in ["12345", "", "139000012345678", "139\u{0}00001234", "\u{202e}13900001234", "abcdefghijk", "手机"]
        {
            let page = ask_for_code(&town.visitor(), typed).is(422).says("这不是手机号");
            let html = page.html();
            assert!(html.contains("aria-invalid"), "{typed}");
            if typed == "12345" {
                assert_eq!(page.form("/sign-in/phone").value("phone"), Some("12345"));
            }
        }
        assert!(town.messages().is_empty());
        town.visitor().post("/sign-in/code", &[("phone", "12345"), ("code", "123456")]).is(400);
    });
}

#[test]
fn after_five_wrong_codes_the_right_one_opens_nothing() {
    on_both(|town| {
        let visitor = town.visitor();
        let mut page = ask_for_code(&visitor, PHONE).ok();
        let right = town.code();
        let wrong = if right == "111111" { "222222" } else { "111111" };
        page = page.form("/sign-in/code").set("code", "abc").send().is(422).says("6个数字");
        for left in (1..5).rev() {
            page = page.form("/sign-in/code").set("code", wrong).send().is(422).says(&format!("还能试{left}次"));
        }
        page = page.form("/sign-in/code").set("code", wrong).send().is(422).says("错太多次了");
        page.form("/sign-in/code").set("code", &right).send().is(422).says("错太多次了");
        assert_eq!(visitor.cookie(SESSION_COOKIE), None);
    });
}

#[test]
fn a_code_is_good_for_ten_minutes_and_another_is_sent_after_one() {
    on_both(|town| {
        let visitor = town.visitor();
        let page = ask_for_code(&visitor, PHONE).ok();
        let first = town.code();
        let early = page.form("/sign-in/phone").send().is(422).says("过60秒才能再发");
        assert_eq!(town.messages().len(), 1, "a second press sends nothing");
        early.form("/sign-in/code").set("code", "000").send().is(422);
        town.wait_minutes(10);
        page.form("/sign-in/code").set("code", &first).send().is(422).says("过期了");
        let again = page.form("/sign-in/phone").send().ok();
        again.form("/sign-in/code").set("code", &town.code()).send().ok().says("第一次来");
    });
}

#[test]
fn one_number_is_sent_ten_codes_a_day_at_most() {
    on_both(|town| {
        for _ in 0..10 {
            ask_for_code(&town.visitor(), PHONE).ok();
            town.wait_minutes(2);
        }
        ask_for_code(&town.visitor(), PHONE).is(429).says("试得太多了");
        assert_eq!(town.messages().len(), 10);
        ask_for_code(&town.visitor(), "13900005555").ok();
    });
}

#[test]
fn where_a_phone_serves_a_family_one_says_who_one_is() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let old = town.villager(town.hamlet, home, "葛长山");
        let young = town.villager(town.hamlet, home, "葛小满");
        let stranger = town.villager(town.hamlet, home, "李秀英");
        town.phone(PHONE, &[old, young]);
        let visitor = town.visitor();
        let signed = sign_in(town, &visitor, PHONE).is(303);
        assert_eq!(signed.location(), "/sign-in/who?back=%2F");
        let who = signed.follow().ok().says("您是哪一位").says("葛长山").says("葛小满").hides("李秀英");
        let foreign = who.form("/sign-in/who").forge("resident", &stranger.to_string());
        foreign.send().is(404);
        let who = visitor.get("/sign-in/who?back=//elsewhere.example").ok();
        let chosen = who.form("/sign-in/who").press("resident", &young.to_string()).is(303);
        assert_eq!(chosen.location(), "/", "a way back that leads away leads home");
        visitor.get("/").ok().says("葛小满").hides("葛长山");
        who.form("/sign-in/who").forge("csrf", "0").forge("resident", &old.to_string()).send().is(403);
    });
}

#[test]
fn who_registers_alone_waits_for_the_villages_word() {
    on_both(|town| {
        let visitor = town.visitor();
        let page = sign_in(town, &visitor, PHONE).ok().says("第一次来").says("只有您写的那个村的村委会");
        let form = page.form("/sign-in/register");
        for (name, sentence) in [
            ("", "这里要写"),
            ("葛\u{202e}满", "倒过来"),
            ("葛\u{0}满", "看不见的符号"),
            (&"长".repeat(41), "太长了，最多40个字"),
        ] {
            let again = form.clone().set("name", name).set("village", &town.village.to_string()).send().is(422);
            again.says(sentence);
        }
        let again = form.clone().set("name", "葛小满").send().is(422).says("请选一个");
        assert_eq!(again.form("/sign-in/register").value("name"), Some("葛小满"));
        // A hamlet, a township and a place that is none are no villages.
        for place in [town.hamlet.to_string(), town.township.to_string(), "x".to_owned()] {
            form.clone().set("name", "葛小满").forge("village", &place).send().is(422);
        }
        // A number that was not proved does not register.
        form.clone().set("name", "葛小满").forge("phone", "13900009999").send().is(422).says("过期了或者用过了");
        let form = form.set("name", "葛小满").set("village", &town.village.to_string());
        let sent = form.send().is(303);
        assert_eq!(sent.location(), "/mine");
        // Sent twice, it registers once.
        form.forge("csrf", visitor.get("/").form("/sign-out").value("csrf").unwrap()).send().is(303);
        let waiting = town.read({
            let village = town.village;
            move |tx| store::people::account::waiting(tx, village, None, 10)
        });
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].0.name.as_deref(), Some("葛小满"));
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_proof_of_a_phone_is_good_for_half_an_hour() {
    on_both(|town| {
        let visitor = town.visitor();
        let page = sign_in(town, &visitor, PHONE).ok();
        town.wait_minutes(30);
        let form = page.form("/sign-in/register").set("name", "葛小满").set("village", &town.village.to_string());
        form.send().is(422);
    });
}

#[test]
fn a_card_opens_once_and_not_after_another_was_handed_out() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let lost = town.card(who);
        let card = town.card(who);
        let open = |visitor: &Visitor, code: &str| {
            visitor.get("/sign-in?by=card").ok().form("/sign-in/card").set("card", code).send()
        };
        let visitor = town.visitor();
        open(&visitor, &lost).is(422).says("已经换成新卡");
        open(&visitor, "K7M2P").is(422).says("卡号是10位，您写了5位");
        open(&visitor, "O0I1LABCDE").is(422).says("没有0、1");
        open(&visitor, "").is(422);
        let typed = wide(&card.to_lowercase().replace('-', ""));
        let signed = open(&visitor, &typed).is(303);
        signed.follow().ok().says("葛长山");
        open(&town.visitor(), &card).is(422).says("这张卡用过了");
        // Another card for the same person opens the same account.
        let next = town.card(who);
        let other = town.visitor();
        open(&other, &next).is(303);
        let accounts = town.read(move |tx| store::people::account::links_to(tx, who));
        assert_eq!(accounts.len(), 1);
        let late = town.card(who);
        town.at("2026-10-31 9:00");
        open(&town.visitor(), &late).is(422).says("过期了");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn staff_sets_a_password_by_a_link_that_works_once_and_signs_in_with_it() {
    on_both(|town| {
        let account = rule::staff(town.id(), "wang.fang", "王芳", town.village, town.today()).unwrap();
        let id = town.account(account, &[]);
        let (now, chance) = (town.now(), town.chance());
        let token = town.write(move |tx| {
            let token = store::people::password_link::issue(tx, id, now, &mut chance.clone())?;
            Ok(tx.commit_quiet(store::Quiet::Code, token))
        });
        let path = format!("/staff-link/{token}");
        let visitor = town.visitor();
        visitor.get("/staff-link/0000").is(409).says("用过了或者过期了");
        let form = visitor.get(&path).ok().says("用户名：wang.fang").form(&path);
        for (password, again, sentence) in [
            ("又短又好猜", "又短又好猜", "至少10个字"),
            ("wang.fang.2026", "wang.fang.2026", "不要有您的名字"),
            ("12345678901", "12345678901", "太好猜了"),
            ("竹溪村的水很清很甜", "竹溪村的水很清很甜", "至少10个字"),
            ("竹溪村的水很清很甜呀", "竹溪村的水很清很甜啊", "两遍写得不一样"),
        ] {
            let page = form.clone().set("password", password).set("again", again).send().is(422).says(sentence);
            page.hides(password);
        }
        let good = "竹溪村的水很清很甜呀";
        let form = form.set("password", good).set("again", good);
        assert_eq!(form.send().is(303).location(), "/work");
        visitor.get(&path).is(409);
        town.visitor().get(&path).is(409);

        let sign = |login: &str, password: &str| {
            let other = town.visitor();
            let page = other.get("/sign-in?by=staff&back=/password").ok().form("/sign-in/staff");
            (other, page.set("login", login).set("password", password).send())
        };
        sign("wang.fang", "竹溪村的水很清很甜啊").1.is(422).says("用户名或密码不对").hides("很甜啊");
        sign("nobody", good).1.is(422).says("用户名或密码不对");
        sign("wang fang\u{0}", good).1.is(422).says("用户名或密码不对");
        let (desk, signed) = sign("ＷＡＮＧ.fang", good);
        assert_eq!(signed.is(303).location(), "/password");
        let cookie = desk.cookie(SESSION_COOKIE).unwrap();

        // Changing it needs the old one, and signs everybody else out.
        let (other, _) = sign("wang.fang", good);
        let form = desk.get("/password").ok().form("/password");
        let new = "槐树下面说话最凉快了";
        let form = form.set("password", new).set("again", new);
        form.clone().set("old", "不是这个").send().is(422).says("现在的密码不对");
        form.set("old", good).send().is(303);
        desk.get("/password").ok();
        assert_eq!(desk.cookie(SESSION_COOKIE).as_deref(), Some(cookie.as_str()));
        assert_eq!(other.get("/password").is(303).location(), "/sign-in?back=%2Fpassword");
        sign("wang.fang", good).1.is(422);
        assert_eq!(sign("wang.fang", new).1.status, StatusCode::SEE_OTHER);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_link_for_a_password_ends_after_a_week() {
    on_both(|town| {
        let account = rule::staff(town.id(), "wang.fang", "王芳", town.village, town.today()).unwrap();
        let id = town.account(account, &[]);
        let (now, chance) = (town.now(), town.chance());
        let token = town.write(move |tx| {
            let token = store::people::password_link::issue(tx, id, now, &mut chance.clone())?;
            Ok(tx.commit_quiet(store::Quiet::Code, token))
        });
        let form = town.visitor().get(&format!("/staff-link/{token}")).ok().form_ending(&token);
        town.wait_minutes(7 * 24 * 60);
        let good = "竹溪村的水很清很甜呀";
        form.set("password", good).set("again", good).send().is(409).says("过期了");
    });
}

#[test]
fn passwords_are_not_guessed_by_trying() {
    on_both(|town| {
        let form = town.visitor().get("/sign-in?by=staff").ok().form("/sign-in/staff").set("login", "wang.fang");
        for _ in 0..10 {
            form.clone().set("password", "something else").send().is(422);
        }
        form.set("password", "something else").send().is(429);
    });
}

#[test]
fn who_tries_somebodys_name_does_not_shut_that_person_out() {
    on_both(|town| {
        let router = site::router(town.app_with(|setup| setup.behind_proxy = true));
        let try_from = |address: &str| {
            let visitor = Visitor::new(router.clone(), town.runtime.clone(), HOST);
            let request = axum::http::Request::post("/sign-in/staff")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("x-forwarded-for", address);
            visitor.ask(request, axum::body::Body::from("login=wang.fang&password=something")).status.as_u16()
        };
        for n in 0..10 {
            assert_eq!(try_from(&format!("2001:db8:1:2::{n}")), 422, "try {n}");
        }
        assert_eq!(try_from("2001:db8:1:2::99"), 429, "another address of the same network is the same");
        assert_eq!(try_from("2001:db8:1:3::1"), 422, "the person at work is let in");
        // What was counted says of nobody who it was.
        let counted = town.read(|tx| tx.all::<(String,)>("SELECT subject FROM rate_limit WHERE county_id = $1", &[]));
        assert!(!counted.is_empty() && counted.iter().all(|(one,)| !one.contains("2001") && !one.contains("wang")));
    });
}

#[test]
fn a_staff_session_ends_after_two_idle_hours_and_a_residents_after_two_months() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        town.phone(PHONE, &[who]);
        let own = town.visitor();
        sign_in(town, &own, PHONE).is(303);
        town.wait_minutes(59 * 24 * 60);
        own.get("/").says("葛长山");
        town.wait_minutes(60 * 24 * 60);
        own.get("/").hides("葛长山");
        // On a device of others the session is short.
        let page = own.get("/sign-in").form("/sign-in/phone").set("phone", PHONE).tick("shared", "1").send().ok();
        let signed = page.form("/sign-in/code").set("code", &town.code()).send().is(303);
        assert!(!signed.header("set-cookie").unwrap().contains("Max-Age"));
        own.get("/").says("葛长山");
        town.wait_minutes(2 * 60);
        own.get("/").hides("葛长山");
    });
}

#[test]
fn a_cookie_of_another_county_is_nobody_here() {
    on_both(|town| {
        let other: CountyId = town.id();
        town.put_county(other, "邻县", Some("other.test"));
        // With two counties the first is no longer the only one: it answers under no name of its own any more.
        let staff = town.staff(Post::Committee, town.village);
        let there = staff.at_host("other.test");
        there.set_cookie(SESSION_COOKIE, &staff.cookie(SESSION_COOKIE).unwrap());
        assert_eq!(there.get("/password").is(303).location(), "/sign-in?back=%2Fpassword");
        let _ = HOST;
    });
}

#[test]
fn the_parts_of_the_demo_are_tried_with_one_press_and_are_not_there_elsewhere() {
    on_both(|town| {
        town.visitor().get("/demo").ok().says("没有给演示用的人");
        let home = town.household(town.hamlet, "西巷3号");
        let elder = town.villager(town.hamlet, home, "葛长山");
        let mut account = rule::by_card(town.id(), town.village, town.today());
        account.login = Some("demo-elder".to_owned());
        town.account(account, &[elder]);
        let staff = rule::staff(town.id(), "demo-committee", "王芳", town.village, town.today()).unwrap();
        town.account(staff, &[]);
        let visitor = town.visitor();
        let page = visitor.get("/demo").ok().says("老人，有人帮忙").says("葛长山").says("村委会").hides("审计");
        page.form("/demo").press("role", "demo-elder").is(303);
        assert_eq!(visitor.cookie("look").as_deref(), Some("elder"));
        visitor.get("/").ok().says("葛长山");
        let page = visitor.get("/demo").ok();
        assert_eq!(page.form("/demo").press("role", "demo-committee").is(303).location(), "/work");
        assert_eq!(visitor.cookie("look").as_deref(), Some("plain"));
        visitor.get("/demo").form("/demo").forge("role", "demo-auditor").send().is(404);
        // Nobody signs in under such a name without a password.
        let form = town.visitor().get("/sign-in?by=staff").form("/sign-in/staff");
        form.set("login", "demo-elder").set("password", "").send().is(422);
    });
}

#[test]
fn in_a_demo_days_are_let_pass_and_every_page_says_at_which_day_it_stands() {
    on_both(|town| {
        let anybody = town.visitor();
        anybody.get("/").ok().hides("这里今天是");
        let form = |visitor: &Visitor| visitor.get("/demo").ok().form("/demo/days");
        let once = form(&anybody);
        assert_eq!(once.clone().press("days", "5").is(303).location(), "/demo");
        once.press("days", "5").is(303);
        assert_eq!(town.today().to_string(), "2026-04-17", "a form sent twice lets its days pass once");
        // Also a page that was kept for visitors is today's.
        anybody.get("/").ok().says("这里今天是2026年4月17日");
        form(&anybody).forge("days", "4000").send().is(400);
        // Whoever was signed in still is.
        let home = town.household(town.hamlet, "西巷3号");
        let elder = town.villager(town.hamlet, home, "葛长山");
        let mut account = rule::by_card(town.id(), town.village, town.today());
        account.login = Some("demo-elder".to_owned());
        town.account(account, &[elder]);
        anybody.get("/demo").ok().form("/demo").press("role", "demo-elder").is(303);
        form(&anybody).press("days", "16").is(303);
        anybody.get("/").ok().says("葛长山").says("这里今天是2026年5月3日");
    });
}

#[test]
fn a_sign_in_in_english_is_in_english() {
    on_both(|town| {
        let visitor = town.visitor();
        visitor.get("/set?lang=en").is(303);
        visitor.get("/sign-in").ok().says("Mobile number").says("How long");
        let page = ask_for_code(&visitor, PHONE).ok().says("Sent to 139 **** 1234");
        assert!(town.messages()[0].text.starts_with("Wugong: your code is"));
        page.form("/sign-in/code").set("code", &town.code()).send().ok().says("Your first time here");
    });
}
