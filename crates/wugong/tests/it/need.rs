//! Needs: raised by a visitor, by a resident, by a helper; found again by the slip.

use crate::page::{Form, Page, Visitor};
use crate::town::{Town, on_both};
use civic::decide::code::SlipCode;
use civic::decide::need::{Need, NeedState, Who};
use civic::people::consent::ConsentKind;
use civic::people::standing::Post;
use store::decide::need;

/// The address of the form of 柳塆.
const HERE: &str = "/need?at=429990101201-H01";
const HELP: &str = "/need/help?at=429990101201-H01";

/// Half a second of silence as a phone may record it.
pub fn sound() -> Vec<u8> {
    let samples = [0_u8; 8000];
    let mut wav = b"RIFF".to_vec();
    wav.extend(u32::to_le_bytes(36 + 8000));
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(8000_u32.to_le_bytes());
    wav.extend(16000_u32.to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(8000_u32.to_le_bytes());
    wav.extend(samples);
    wav
}

/// The form of a visitor with its two needed fields.
pub fn filled(visitor: &Visitor, what: &str, spot: &str) -> Form {
    visitor.get(HERE).ok().form("/need").set("what", what).set("where", spot)
}

/// The code of the slip that a form led to.
pub fn code_of(sent: &Page) -> SlipCode {
    let to = sent.location();
    SlipCode::parse(to.strip_prefix("/s/").unwrap().split('?').next().unwrap()).unwrap()
}

/// The need as it lies in the database.
pub fn row(town: &Town, code: SlipCode) -> Need {
    town.read(move |tx| need::by_code(tx, code))
}

fn count(town: &Town) -> i64 {
    town.read(|tx| tx.number("SELECT COUNT(*) FROM need WHERE county_id = $1", &[]))
}

#[test]
fn the_form_of_somebody_without_a_session_may_come_back_from_the_device_and_nothing_else_does() {
    on_both(|town| {
        let anybody = town.visitor();
        assert_eq!(anybody.get(HERE).ok().header("cache-control"), Some("private, no-cache"));
        let slip = filled(&anybody, "巷子积水", "西巷").send().is(303).follow().ok();
        assert_eq!(slip.header("cache-control"), Some("no-store"));
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        assert_eq!(town.resident(who).get(HERE).ok().header("cache-control"), Some("no-store"));
    });
}

#[test]
fn anybody_raises_something_without_account_or_script_and_sees_it_by_the_slip() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = visitor.get("/p/429990101201-H01").ok().click("反映第一件事").ok();
        form.clone().says("村委会在4月17日前答复").says("只用来办这件事");
        let asked = form.form("/need").asks().join(" ");
        assert_eq!(
            asked, "what where say name show_surname reply phone affected",
            "five things and what belongs to them"
        );

        let sent = filled(&visitor, "一下雨巷子就淹，过不了人😟", "西巷口").set("affected", "few").send().is(303);
        let slip = sent.follow().ok();
        let code = code_of(&sent);
        // Four digits three times, and a code for a camera.
        slip.clone().says(&code.to_string()).says("收到了").says("还有5天").says("演示");
        assert!(slip.html().contains("class=\"qr\"") && slip.html().contains("data-done"));
        // Who finds the slip learns nothing else.
        slip.clone().hides("巷子").hides("西巷口").hides("柳塆");

        let need = row(town, code);
        assert_eq!((need.who, need.name, need.resident, need.phone), (Who::Anonymous, None, None, None));
        assert_eq!(need.what.as_deref(), Some("一下雨巷子就淹，过不了人😟"));
        assert_eq!(need.due.unwrap().day.to_string(), "2026-04-17");

        let paper = slip.click("打印查询条").ok();
        paper.clone().says(&code.to_string()).says("竹溪村").says("0715-6300000").hides("巷子");
        assert!(paper.html().contains("sheet ticket"));
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_code_is_found_as_people_type_it_and_what_is_wrong_is_said_beside_the_field() {
    on_both(|town| {
        let visitor = town.visitor();
        let code = code_of(&filled(&visitor, "路灯不亮", "村口").send());
        let digits = code.digits();
        let look = |typed: &str| visitor.get("/look-up").ok().form("/look-up").set("code", typed).send();
        let wide: String = digits.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for typed in [digits.clone(), format!(" {code} "), code.to_string().replace(' ', "-"), wide] {
            assert_eq!(look(&typed).is(303).location(), format!("/s/{digits}"), "{typed}");
        }
        let wrong_last = format!("{}{}", &digits[..11], (digits[11..].parse::<u8>().unwrap() + 1) % 10);
        for (typed, said) in [
            ("", "这里要写"),
            ("1234", "查询号是12位，您写了4位"),
            (wrong_last.as_str(), "号码里有一位写错了"),
            ("七八九", "查询号只有数字"),
            ("ZX-2026", "编号写成 ZX-2026-017"),
            ("ZX-2026-999", "没有这个编号"),
            ("\u{202e}123", "查询号只有数字"),
        ] {
            look(typed).is(422).says(said);
        }
        visitor.get(&format!("/s/{wrong_last}")).is(404).says("号码里有一位写错了");
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        let small = number.to_lowercase().replace('-', " ");
        assert_eq!(look(&small).is(303).location(), format!("/m/{number}"));
    });
}

#[test]
fn codes_are_not_guessed_in_a_row() {
    on_both(|town| {
        let visitor = town.visitor();
        let code = code_of(&filled(&visitor, "路灯不亮", "村口").send());
        let mut chance = town.chance();
        for _ in 0..30 {
            visitor.get(&format!("/s/{}", SlipCode::fresh(&mut chance).digits())).is(404).says("没有这个号");
        }
        visitor.get(&format!("/s/{}", SlipCode::fresh(&mut chance).digits())).is(429);
        // Nor is a guess that happens to be right told apart.
        visitor.get(&format!("/s/{}", code.digits())).is(429);
        town.wait_minutes(11);
        visitor.get(&format!("/s/{}", code.digits())).ok();
    });
}

#[test]
fn codes_guessed_at_once_are_looked_up_no_oftener_than_in_a_row() {
    on_both(|town| {
        let visitor = town.visitor();
        let code = code_of(&filled(&visitor, "路灯不亮", "村口").send());
        let mut chance = town.chance();
        let guesses: Vec<String> = (0..40).map(|_| SlipCode::fresh(&mut chance).digits()).collect();
        let told: Vec<u16> = std::thread::scope(|scope| {
            let asks = guesses.iter().map(|guess| {
                let anybody = town.visitor();
                scope.spawn(move || anybody.get(&format!("/s/{guess}")).status.as_u16())
            });
            let asks: Vec<_> = asks.collect();
            asks.into_iter().map(|ask| ask.join().unwrap()).collect()
        });
        let of = |status: u16| told.iter().filter(|told| **told == status).count();
        // Who comes at the same instant as too many others may be asked to come again.
        assert!(of(404) <= 30 && of(404) + of(429) + of(503) == 40, "{}: {told:?}", town.engine);
        let counted = town.read(|tx| {
            tx.number("SELECT MAX(used) FROM rate_limit WHERE county_id = $1 AND subject LIKE 'slip:%'", &[])
        });
        assert_eq!(counted, i64::try_from(of(404)).unwrap(), "each one that was looked up is counted");
        if counted == 30 {
            visitor.get(&format!("/s/{}", code.digits())).is(429);
        }
    });
}

#[test]
fn a_form_sent_twice_or_with_other_words_has_one_effect_and_loses_nothing() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = filled(&visitor, "沟堵了", "西巷口");
        let first = form.send();
        assert_eq!(form.send().is(303).location(), first.location(), "a second press");
        // The phone goes back and sends again, with more words.
        let other = form.set("what", "沟堵了，水进了屋").send().is(409);
        other.clone().says("沟堵了，水进了屋").says("先交的已经存好");
        assert_eq!(other.links("看先交的那一份"), [first.location()]);
        assert_eq!(count(town), 1);
    });
}

#[test]
fn everything_wrong_is_said_at_once_beside_its_field_and_what_was_typed_stays() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = visitor.get(HERE).form("/need");
        let page = form.clone().set("where", "西巷口").send().is(422);
        page.clone().says("请写一下是什么事，或者说一段");
        assert_eq!(page.form("/need").value("where"), Some("西巷口"));

        let long = "长".repeat(1001);
        let page = form
            .clone()
            .set("what", &long)
            .set("where", "西巷\u{202e}口")
            .set("name", "葛\u{0}长山")
            .set("reply", "sms")
            .set("phone", "12345")
            .send()
            .is(422);
        for said in ["太长了，最多1000个字", "会把字倒过来", "看不见的符号", "请写11位的手机号"]
        {
            page.clone().says(said);
        }
        let again = page.form("/need");
        assert_eq!(again.value("what"), Some(long.as_str()), "nothing that was typed is lost");
        assert_eq!((again.value("phone"), again.value("reply")), (Some("12345"), Some("sms")));

        // The way that the answer goes has to lead somewhere.
        let page = form.set("what", "沟堵了").set("where", "西巷口").set("reply", "printed_list").send().is(422);
        page.says("要送到家，就得知道送给谁");
        assert_eq!(count(town), 0);

        let wide =
            filled(&visitor, "沟堵了", "西巷口").set("reply", "phone").set("phone", "１３９ ００００ １２３４").send();
        assert_eq!(row(town, code_of(&wide)).phone.as_deref(), Some("13900001234"));
    });
}

#[test]
fn a_voice_note_is_enough_and_is_not_lost_when_something_else_is_wrong() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = visitor.get(HERE).form("/need");
        let page = form.clone().upload("say", "voice.wav", "audio/wav", &sound()).send().is(422);
        page.clone().says("录音已经收到，不用再录");
        let sent = page.form("/need").set("where", "西巷口").send().is(303);
        let need = row(town, code_of(&sent));
        assert!(need.what.is_none() && need.audio.is_some());

        for (bytes, said) in
            [(&b"<html>no sound</html>"[..], "这不是录音"), (&b"RIFF\x10\0\0\0WAVEfmt "[..], "这段录音坏了")]
        {
            let page = form.clone().set("where", "塘边").upload("say", "a.wav", "audio/wav", bytes).send().is(422);
            page.clone().says(said).hides("请写一下是什么事");
        }
        // A name for a file that is not there does no harm.
        let page = form.set("where", "塘边").forge("kept", &"ab".repeat(32)).send().is(422);
        page.says("请写一下是什么事，或者说一段");
    });
}

#[test]
fn a_resident_is_known_by_the_roll_and_may_stay_unnamed_without_a_trace() {
    on_both(|town| {
        let household = town.household(town.hamlet, "葛长山");
        let resident = town.villager(town.hamlet, household, "葛长山");
        let signed = town.resident(resident);
        let form = signed.get("/need").ok().says("柳塆").form("/need");
        assert!(!form.asks().contains(&"name"), "the roll knows the name");
        let form = form.set("what", "路灯不亮").set("where", "村口");
        let named = row(town, code_of(&form.clone().tick("show_surname", "1").send()));
        assert_eq!((named.name.as_deref(), named.resident), (Some("葛长山"), Some(resident)));
        let given = town.read(move |tx| store::people::consent::of_need(tx, named.id));
        assert_eq!(
            given.iter().map(|c| (c.kind, c.resident)).collect::<Vec<_>>(),
            [(ConsentKind::ShowSurname, Some(resident))]
        );

        let form = signed.get("/need").form("/need").set("what", "有人把垃圾倒在塘边").set("where", "塘边");
        let surname = row(town, code_of(&form.clone().set("who", "surname").send()));
        assert_eq!(surname.name.as_deref(), Some("葛"));

        let form = signed.get("/need").form("/need").set("what", "会计的账不公开").set("where", "村部");
        form.clone().set("who", "anonymous").send().is(422).says("写了名字，才能在“我的”里看到答复");
        let unnamed = row(town, code_of(&form.set("who", "anonymous").set("reply", "slip").send()));
        assert_eq!((unnamed.name, unnamed.resident), (None, None));
        let account = town.read(move |tx| {
            let traced = tx.number(
                "SELECT COUNT(*) FROM entry WHERE county_id = $1 AND noun_id = $2 AND actor IS NOT NULL",
                store::args![unnamed.id],
            )?;
            let owned = tx.number(
                "SELECT COUNT(*) FROM form_key WHERE county_id = $1 AND owner NOT IN ('visitor', 'told')",
                &[],
            )?;
            Ok(traced + owned)
        });
        assert_eq!(account, 0, "neither the record nor the form's key leads to who it was");
    });
}

#[test]
fn a_form_that_was_opened_for_somebody_else_says_so() {
    on_both(|town| {
        let household = town.household(town.hamlet, "葛长山");
        let (one, other) =
            (town.villager(town.hamlet, household, "葛长山"), town.villager(town.hamlet, household, "葛小妹"));
        let signed = town.resident(one);
        let form = signed.get("/need").form("/need").set("what", "路灯不亮").set("where", "村口");
        // In another window of the family's phone somebody else was chosen.
        let family = town.resident(other);
        let session = family.cookie(site::frame::SESSION_COOKIE).unwrap();
        signed.set_cookie(site::frame::SESSION_COOKIE, &session);
        let form = form.forge("csrf", &signed.csrf());
        let page = form.send().is(422).says("现在填的算葛小妹的");
        let sent = page.form("/need").send().is(303);
        assert_eq!(row(town, code_of(&sent)).resident, Some(other));
        assert_eq!(count(town), 1);
    });
}

#[test]
fn a_helper_records_for_somebody_only_with_that_persons_consent() {
    on_both(|town| {
        let helper = town.staff(Post::Facilitator, town.hamlet);
        // The link for everybody leads a helper to the form that asks for the consent.
        let page = helper.get(HERE).is(303).follow().ok();
        let form = page.form("/need/help").set("what", "西巷一下雨就淹").set("where", "西巷口").set("name", "葛婆婆");
        form.send().is(422).says("本人同意了，才能代填");
        let form = form.tick("helped", "1").set("via", "visit").set("raised", "2026-04-10");
        for (day, said) in [("2026-04-13", "之间的一天"), ("2026-02-30", "没有这个日期"), ("昨天", "没有这个日期")]
        {
            form.clone().set("raised", day).send().is(422).says(said);
        }
        let sent = form.send().is(303);
        let slip = sent.follow().ok().says("打印查询条");
        let need = row(town, code_of(&sent));
        assert_eq!((need.name.as_deref(), need.raised.to_string().as_str()), (Some("葛婆婆"), "2026-04-10"));
        assert_eq!(need.due.as_ref().unwrap().day.to_string(), "2026-04-17", "counted from the day of entry");
        let given = town.read(move |tx| store::people::consent::of_need(tx, need.id));
        assert_eq!((given.len(), given[0].kind, given[0].helper), (1, ConsentKind::HelperActs, need.helper));
        assert_eq!(need.consent, Some(given[0].id));
        // The slip works for whoever holds it.
        town.visitor().get(&slip.path).ok().says("收到了");
        // A helper of another village cannot record here.
        town.staff(Post::Facilitator, town.village_2).get(HELP).is(403);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_nobody_has_looked_at_can_be_taken_back_with_everything_in_it() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = visitor.get(HERE).form("/need").set("what", "邻居占了路").set("where", "东头");
        let form = form.set("name", "葛婆婆").upload("say", "v.wav", "audio/wav", &sound());
        let sent = form.set("reply", "phone").set("phone", "13900001234").send();
        let code = code_of(&sent);
        let audio = row(town, code).audio.unwrap();
        let slip = sent.follow();
        let form = slip.form_ending("/withdraw");
        form.send().is(422).says("请先勾上这一格");
        form.tick("sure", "1").send().is(303).follow().ok().says("撤回了");
        let need = row(town, code);
        assert_eq!(need.state, NeedState::Withdrawn);
        assert!(need.what.is_none() && need.name.is_none() && need.phone.is_none() && need.audio.is_none());
        assert!(town.db.read_now(town.county, move |tx| store::files::get(tx, audio)).is_err());
        let given = town.read(move |tx| store::people::consent::of_need(tx, need.id));
        assert!(given.iter().all(|c| c.withdrawn.is_some()) && !given.is_empty());
        visitor.get(&format!("/s/{}", code.digits())).ok().says("已撤回").hides("撤回这一件");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_place_is_chosen_on_the_way_down() {
    on_both(|town| {
        let page = town.visitor().get("/need").ok().says("是哪里的事");
        let page = page.click("官桥镇").ok().click("竹溪村").ok();
        page.form("/need");
        let page = page.click("换个地方").ok();
        page.click("竹溪村全村的事").ok().form("/need");
        page.click("石埠").ok().says("地方：石埠").form("/need");
        // The next time it is known from the page of the place.
        let visitor = town.visitor();
        visitor.get("/p/429990101201-H02").ok();
        visitor.get("/need").ok().says("地方：石埠");
        assert_eq!(visitor.get("/need?at=429990109999").status, 404);
    });
}

#[test]
fn where_no_rule_asks_for_an_answer_there_is_no_clock() {
    on_both(|town| {
        town.at("2025-12-30 9:00");
        let visitor = town.visitor();
        visitor.get(HERE).ok().hides("村委会在");
        let sent = filled(&visitor, "沟堵了", "西巷口").send();
        assert_eq!(row(town, code_of(&sent)).due, None);
        sent.follow().ok().hides("还有");
    });
}

#[test]
fn an_account_does_not_fill_the_disk_with_voice_notes() {
    on_both(|town| {
        let household = town.household(town.hamlet, "葛长山");
        let signed = town.resident(town.villager(town.hamlet, household, "葛长山"));
        let form = signed.get("/need").form("/need").upload("say", "voice.wav", "audio/wav", &sound());
        for _ in 0..30 {
            form.send().is(422);
        }
        form.send().is(429);
    });
}

/// Counts what a finger does: each link, field, choice and button once.
struct Taps(usize);

impl Taps {
    fn click(&mut self, page: &Page, words: &str) -> Page {
        self.0 += 1;
        page.click(words).ok()
    }
    fn set(&mut self, form: Form, name: &str, value: &str) -> Form {
        self.0 += 1;
        form.set(name, value)
    }
    fn tick(&mut self, form: Form, name: &str) -> Form {
        self.0 += 1;
        form.tick(name, "1")
    }
    fn send(&mut self, form: &Form) -> Page {
        self.0 += 1;
        form.send()
    }
}

#[test]
fn a_helper_asks_for_five_things_and_is_done_within_twelve_taps() {
    on_both(|town| {
        let helper = town.staff(Post::Facilitator, town.village);
        let mut taps = Taps(0);
        // From the page of the hamlet, where a phone begins, to the printed slip.
        let page = helper.get("/p/429990101201-H01").ok();
        taps.0 += 1;
        let links = page.links("");
        let raise = links.iter().find(|to| to.starts_with("/need?at=")).unwrap();
        let page = helper.get(raise).is(303).follow().ok();
        let form = page.form("/need/help");
        let things: std::collections::BTreeSet<&str> = form
            .asks()
            .into_iter()
            .filter_map(|name| match name {
                "what" | "say" => Some("what it is, written or spoken"),
                "where" => Some("where"),
                "name" | "show_surname" => Some("whose it is"),
                "reply" | "phone" => Some("where the answer goes"),
                "affected" => Some("whom it is about"),
                // Consent is asked of the person and not of the form; what is otherwise than usual lies folded up.
                "helped" => None,
                "via" | "raised" => {
                    let html = page.html();
                    let (before, after) = html.split_once(&format!("name=\"{name}\"")).unwrap();
                    assert!(
                        before.rfind("<details") > before.rfind("</details") && after.contains("</details"),
                        "{name}"
                    );
                    None
                }
                other => panic!("the form asks for {other} as well"),
            })
            .collect();
        assert!(things.len() <= 5, "{things:?}");
        // Everything is answered, also what could be left out.
        let form = taps.set(form, "what", "一下雨西巷就淹");
        let form = taps.set(form, "where", "西巷口");
        let form = taps.set(form, "name", "葛婆婆");
        let form = taps.tick(form, "show_surname");
        let form = taps.set(form, "reply", "phone");
        let form = taps.set(form, "phone", "13900001234");
        let form = taps.set(form, "affected", "few");
        let form = taps.tick(form, "helped");
        let slip = taps.send(&form).is(303).follow().ok();
        taps.click(&slip, "打印查询条").says("竹溪村");
        assert!(taps.0 <= 12, "{} taps", taps.0);
    });
}
