//! Needs before the committee: sorted, merged, answered, and the answer on its way to each raiser.

use crate::need::{code_of, filled, row, sound};
use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::decide::answer::AnswerState;
use civic::decide::code::SlipCode;
use civic::decide::need::{Need, NeedState};
use civic::people::standing::Post;
use store::decide::answer;

/// The page of a need.
fn page_of(who: &Visitor, need: &Need) -> Page {
    who.get(&format!("/needs/{}", need.id))
}

/// Sorts a need in the way that needs a project.
pub fn sort(who: &Visitor, need: &Need, title: &str, text: &str) -> Page {
    let form = page_of(who, need).ok().form_ending("/sort").set("sorting", "project").set("title", title);
    form.set("public_text", text).tick("category", "drainage").send()
}

/// Answers a need: it will be done.
pub fn answer(who: &Visitor, need: &Need, reply: &str) -> Page {
    page_of(who, need).ok().form_ending("/answer").set("adoption", "adopted").set("reply", reply).send()
}

fn number_of(town: &Town, need: &Need) -> String {
    let matter = need.matter;
    town.read(move |tx| store::decide::matter::get(tx, matter)).number.unwrap().to_string()
}

fn arrival(town: &Town, need: &Need) -> civic::decide::answer::Answer {
    let id = need.id;
    town.read(move |tx| answer::of_need(tx, id)).unwrap()
}

/// Raises what a helper heard, to be answered on paper.
fn helped(town: &Town) -> SlipCode {
    let helper = town.staff(Post::Facilitator, town.village);
    let form = helper.get("/need/help?at=429990101201-H01").form("/need/help");
    let form = form.set("what", "一下雨西巷就淹，过不了人").set("where", "西巷口").set("name", "葛婆婆");
    let form = form.tick("helped", "1").tick("show_surname", "1").set("reply", "printed_list");
    code_of(&form.upload("say", "v.wav", "audio/wav", &sound()).send().is(303))
}

#[test]
fn from_a_helpers_slip_to_an_answer_that_reaches_everybody_who_raised_it() {
    on_both(|town| {
        // Step 1: a resident without a phone tells a helper.
        let first = helped(town);
        let committee = town.staff(Post::Committee, town.village);
        let one = row(town, first);
        let list = committee.get("/needs").ok().says("一下雨西巷就淹").says("还有5天");
        let page = list.click("一下雨西巷就淹").ok().says("西巷口").says("葛婆婆").says("柳村官").says("上门听到的");
        assert!(page.html().contains(&format!("<audio controls preload=\"none\" src=\"/needs/{}/voice\">", one.id)));
        let heard = committee.get(&format!("/needs/{}/voice", one.id)).ok();
        assert_eq!(
            (heard.header("content-type"), heard.header("cache-control")),
            (Some("audio/wav"), Some("no-store"))
        );
        assert_eq!(heard.header("content-disposition"), Some("inline"));
        assert!(heard.bytes.starts_with(b"RIFF"));

        // Sorted: the number is there, the words are the committee's.
        sort(&committee, &one, "西巷雨天积水", "西巷口雨天积水，行人过不去。").is(303).follow().ok().says("受理了");
        let number = number_of(town, &one);
        assert!(number.starts_with("ZX-2026-"), "{number}");
        let visitor = town.visitor();
        let public = visitor.get(&format!("/m/{number}")).ok();
        public.says("西巷口雨天积水，行人过不去").says("葛家").hides("葛婆婆").hides("过不了人");
        visitor.get(&format!("/s/{}", first.digits())).ok().says("已受理").says("西巷雨天积水");

        // Step 2: a look-alike comes in from a phone, and the form suggests the public matter while it is typed.
        town.at("2026-04-14 8:00");
        let typed = [("at", "429990101201-H02"), ("what", "西巷口雨天积水走不过去")];
        visitor.post("/needs/alike", &typed).ok().says("西巷雨天积水").says(&number);
        let form = visitor.get("/need?at=429990101201-H02").form("/need");
        let form = form.set("what", "西巷口雨天积水走不过去").set("where", "西巷").set("reply", "sms");
        let sent = form.set("phone", "13900001234").forge("same", &number).send().is(303);
        let second = code_of(&sent);
        sent.follow().ok().says("您说和这件是同一回事：西巷雨天积水");
        let two = row(town, second);
        let page = page_of(&committee, &two).ok().says("反映的人说是同一件");
        page.form_ending("/merge").send().is(303).follow().ok().says("并好了");
        // Both stay credited, both codes work.
        let public = visitor.get(&format!("/m/{number}")).ok().says("两边都算提出的人");
        assert_eq!(public.html().matches("class=\"entry").count(), 2);
        visitor.get(&format!("/s/{}", first.digits())).ok().says("还有3天");
        visitor.get(&format!("/s/{}", second.digits())).ok().says("并成一件").says("西巷雨天积水").says("还有6天");

        // Step 3: the committee is silent past its day: amber on its side, the clock for everybody.
        town.at("2026-04-20 8:00");
        let late = committee.get("/needs").ok().says("已超3天").says("1件超期没答复");
        assert!(late.html().contains("<tr class=\"wait\">"));
        let slip = visitor.get(&format!("/s/{}", first.digits())).ok().says("已超3天");
        assert!(slip.html().contains("rail ask wait"));
        visitor.get("/p/429990101201").ok().says("已超3天");
        page_of(&committee, &one).says("这次答复，2户都会收到");
        answer(&committee, &one, "四月底前清沟，五月开会商量换大管。").is(303).follow().ok().says("答复了");
        for code in [first, second] {
            let slip = visitor.get(&format!("/s/{}", code.digits())).ok();
            slip.says("已答复").says("四月底前清沟").says("照办").hides("已超");
        }
        // On the phone as a message, with the answer in it.
        let messages = town.messages();
        let message = messages.last().unwrap();
        assert_eq!((message.to.as_str(), message.answer), ("13900001234", Some(arrival(town, &row(town, second)).id)));
        assert!(message.text.contains("四月底前清沟") && message.text.contains(&second.digits()), "{}", message.text);
        // On paper, by somebody who carries the list round.
        let paper = committee.get("/needs/answers/print").ok();
        paper.says("葛婆婆").says("西巷口").says("四月底前清沟").hides("13900001234").hides("过不了人");
        let list = committee.get("/needs/answers").ok().says("送纸到家");
        let one_answer = arrival(town, &row(town, first));
        let form = list.forms().into_iter().find(|form| !form.values("how").is_empty()).unwrap();
        form.clone().press("how", "handed").is(422).says("请先勾上送到的");
        let form = form.tick("one", &one_answer.id.to_string());
        form.clone().set("day", "2026-04-19").press("how", "handed").is(422).says("4月20日").says("葛婆婆");
        form.press("how", "handed").is(303).follow().ok().says("记下了").hides("葛婆婆");
        assert_eq!(arrival(town, &row(town, first)).state, AnswerState::Handed);
        visitor.get(&format!("/s/{}", first.digits())).ok().says("4月20日纸送到了");
        // It is ready to become a topic.
        let page = page_of(&committee, &one).ok();
        assert_eq!(page.links("准备议题和会议"), [format!("/m/{number}/prepare")]);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn an_answer_by_phone_is_noted_with_its_day_and_the_number_goes() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = filled(&visitor, "路灯不亮", "村口").set("reply", "phone").set("phone", "13900005678");
        let code = code_of(&form.send());
        let committee = town.staff(Post::Committee, town.village);
        sort(&committee, &row(town, code), "村口路灯", "村口路灯不亮。").is(303);
        answer(&committee, &row(town, code), "明天换灯泡。").is(303);
        committee.get("/needs/answers").ok().says("13900005678");
        town.at("2026-04-14 9:00");
        let page = page_of(&committee, &row(town, code)).ok();
        let form = page.form_ending("/arrived");
        for (day, said) in [("2026-04-11", "4月12日"), ("2026-04-15", "4月14日"), ("2026-13-01", "没有这个日期")]
        {
            form.clone().set("day", day).press("how", "told").is(422).says(said);
        }
        form.set("day", "2026-04-13").press("how", "told").is(303).follow().ok().hides("13900005678");
        let need = row(town, code);
        assert_eq!((arrival(town, &need).state, need.phone), (AnswerState::Told, None));
        visitor.get(&format!("/s/{}", code.digits())).ok().says("4月13日当面或打电话告诉了");
        let id = need.id;
        let left = town.read(move |tx| {
            tx.number(
                "SELECT COUNT(*) FROM entry_salt s JOIN entry e ON e.county_id = s.county_id AND e.id = s.entry_id
                 WHERE s.county_id = $1 AND e.noun_id = $2 AND s.field = 'phone'",
                store::args![id],
            )
        });
        assert_eq!(left, 0, "the number cannot be guessed from the record any more");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_message_that_was_sent_is_noted_and_one_that_failed_waits_for_somebody() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let mut codes = Vec::new();
        for phone in ["13900000001", "13900000002"] {
            let form = filled(&visitor, "沟堵了", "西巷口").set("reply", "sms").set("phone", phone);
            let code = code_of(&form.send());
            sort(&committee, &row(town, code), "西巷沟堵", "西巷的沟堵了。").is(303);
            answer(&committee, &row(town, code), "本周清沟。").is(303);
            codes.push(code);
        }
        let (now, today) = (town.now(), town.today());
        for (message, taken) in town.messages().into_iter().zip([true, false]) {
            let (id, chance) = (message.answer.unwrap(), town.chance());
            town.write(move |tx| {
                let entries = answer::message_ended(tx, id, taken, today, now, &mut chance.clone())?;
                tx.commit(&entries, ())
            });
        }
        let (sent, failed) = (row(town, codes[0]), row(town, codes[1]));
        assert_eq!((arrival(town, &sent).state, sent.phone.as_deref()), (AnswerState::Sent, None));
        assert_eq!((arrival(town, &failed).state, failed.phone.as_deref()), (AnswerState::Failed, Some("13900000002")));
        committee.get("/needs/answers").ok().says("短信没发出去").says("13900000002").hides("13900000001");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_goes_to_mediation_or_the_legal_channel_is_never_public() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let facilitator = town.staff(Post::Facilitator, town.village);
        for (at, way) in ["mediation", "legal_channel"].into_iter().enumerate() {
            let form =
                filled(&visitor, "隔壁占了我家滴水檐沟", "东头").set("name", "钱多多").set("reply", "printed_list");
            let code = code_of(&form.send());
            let need = row(town, code);
            page_of(&facilitator, &need).ok().says("滴水檐沟");
            let form = page_of(&committee, &need).form_ending("/sort").set("sorting", way).set("title", "占沟");
            form.set("public_text", "隔壁占沟").send().is(303).follow().ok().says("这件不公开");
            // Afterwards it is the committee's alone.
            page_of(&facilitator, &need).is(404);
            facilitator.get("/needs?tab=taken").ok().hides("滴水檐沟");
            committee.get("/needs?tab=taken").ok().says("滴水檐沟");
            assert_eq!(
                town.read(
                    |tx| tx.number("SELECT COUNT(*) FROM matter WHERE county_id = $1 AND number IS NOT NULL", &[])
                ),
                0
            );
            for path in ["/p/429990101201", "/p/429990101201/matters", "/p/429990000000/matters"] {
                visitor.get(path).ok().hides("占沟").hides("滴水");
            }
            let found = visitor.post("/needs/alike", &[("at", "429990101201"), ("what", "隔壁占了我家滴水檐沟")]).ok();
            assert_eq!(found.text(), "");
            // It merges with nothing.
            assert!(!page_of(&committee, &need).html().contains("/merge"));
            let page = page_of(&committee, &need).ok();
            let form = page.form_ending("/answer");
            assert!(!form.asks().contains(&"adoption"), "nothing public is asked of it");
            form.set("reply", "调解员周五上门。").send().is(303);
            visitor.get(&format!("/s/{}", code.digits())).ok().says("调解员周五上门").hides("公开的事项");
            // The list that is carried round says nothing of it.
            let paper = committee.get("/needs/answers/print").ok().says("钱多多").says("当面说，不写在纸上");
            paper.clone().hides("调解员").hides("檐沟");
            assert_eq!(paper.html().matches("class=\"tall\"").count(), at + 1);
            assert_eq!(facilitator.get("/needs/answers/print").ok().html().matches("class=\"tall\"").count(), 0);
        }
    });
}

#[test]
fn whoever_sorts_and_answers_is_told_everything_that_is_missing() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let code = code_of(&filled(&visitor, "沟堵了", "西巷口").send());
        let need = row(town, code);
        let page = page_of(&committee, &need).ok();
        let form = page.form_ending("/sort");
        form.send().is(422).says("请选一个");
        let form = form.set("sorting", "government").set("title", &"长".repeat(41));
        let form =
            form.tick("category", "road").tick("category", "water").tick("category", "light").tick("category", "waste");
        let again = form.send().is(422);
        for said in ["请写转给哪个单位", "太长了，最多40个字", "这里要写", "最多选3"] {
            again.clone().says(said);
        }
        let form = again.form_ending("/sort");
        assert_eq!(form.value("title"), Some("长".repeat(41).as_str()));
        let form = form.untick("category", "waste").set("referred_to", "镇水利站").set("title", "沟堵了");
        let sent = form.set("public_text", "西巷沟堵了。").send().is(303);
        // A refused form takes no number.
        assert!(number_of(town, &need).ends_with("-001"));
        assert_eq!(sent.follow().ok().text().matches("镇水利站").count(), 1);
        // Whoever has the page still open is told that it was done.
        let late = page.form_ending("/sort").set("sorting", "project").set("title", "再来").set("public_text", "再来");
        late.forge("form", &town.id::<()>().to_string()).send().is(409).says("这件现在是“已受理”");

        let page = page_of(&committee, &need).ok();
        let form = page.form_ending("/answer");
        form.send().is(422).says("这里要写").says("请选办还是不办");
        let form = form.set("adoption", "not_adopted").set("reply", "归水利站管。");
        let again = form.send().is(422).says("不办，就要说为什么");
        again.form_ending("/answer").set("reason", "不是村里的沟").send().is(303).follow().ok().says("没采纳");
        let late = form.set("reason", "晚了").forge("form", &town.id::<()>().to_string());
        late.send().is(409).says("已经答复过了");
        visitor.get(&format!("/s/{}", code.digits())).ok().says("归水利站管").says("不是村里的沟");
    });
}

#[test]
fn two_who_merge_the_same_two_in_opposite_directions_leave_one_matter_and_one_is_told() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let other = town.staff(Post::Committee, town.village);
        let mut needs = Vec::new();
        for what in ["西巷积水", "西巷口淹水"] {
            let code = code_of(&filled(&visitor, what, "西巷").send());
            sort(&committee, &row(town, code), what, what).is(303);
            needs.push(row(town, code));
        }
        let numbers: Vec<String> = needs.iter().map(|need| number_of(town, need)).collect();
        let forms = [
            page_of(&committee, &needs[0]).form_ending("/merge").set("number", &numbers[1]),
            page_of(&other, &needs[1]).form_ending("/merge").set("number", &numbers[0]),
        ];
        let gate = std::sync::Barrier::new(2);
        let mut answers: Vec<Page> = std::thread::scope(|scope| {
            let at_once = |form: &crate::page::Form| {
                gate.wait();
                form.send()
            };
            let threads: Vec<_> = forms.iter().map(|form| scope.spawn(move || at_once(form))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        answers.sort_by_key(|page| page.status);
        assert_eq!(answers[0].status.as_u16(), 303);
        let told = answers.pop().unwrap().is(409);
        let text = told.text();
        assert!(text.contains("已经是一件") || text.contains("别人刚改过"), "{text}");
        // One number leads to the other one, and both slips to the one that goes on.
        let found: Vec<u16> = numbers.iter().map(|n| visitor.get(&format!("/m/{n}")).status.as_u16()).collect();
        assert!(found == [200, 303] || found == [303, 200], "{found:?}");
        for need in &needs {
            let slip = visitor.get(&format!("/s/{}", need.code.digits())).ok();
            let living = if found[0] == 200 { &numbers[0] } else { &numbers[1] };
            slip.says(living);
        }
        // Its page says so of the number that went, and of no other that somebody writes into the address.
        let (living, gone) = if found[0] == 200 { (&numbers[0], &numbers[1]) } else { (&numbers[1], &numbers[0]) };
        visitor.get(&format!("/m/{gone}")).follow().ok().says(&format!("{gone} 和这件是同一回事"));
        for never in [living.as_str(), "ZX-2026-999"] {
            visitor.get(&format!("/m/{living}?merged={never}")).ok().hides("和这件是同一回事");
        }
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_merge_says_what_stands_in_its_way() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let code = code_of(&filled(&visitor, "西巷积水", "西巷").send());
        let need = row(town, code);
        let form = page_of(&committee, &need).ok().form_ending("/merge");
        for (typed, said) in [("", "请选一个"), ("西巷", "编号写成 ZX-2026-017"), ("ZX-2026-999", "没有这个编号")]
        {
            form.clone().set("number", typed).send().is(422).says(said);
        }
        // What another village handles is not this village's to fill.
        let far = town.public_matter(town.village_2, "梨园的路");
        form.set("number", &far).send().is(403);
        assert_eq!(row(town, code).state, NeedState::Raised);
    });
}

#[test]
fn lists_show_what_is_late_first_page_after_page_and_as_a_table() {
    on_both(|town| {
        let visitor = town.visitor();
        let committee = town.staff(Post::Committee, town.village);
        let mut last = None;
        for day in 1..=3 {
            town.at(&format!("2026-04-{:02} 9:00", 12 + day));
            for n in 0..20 {
                last = Some(code_of(&filled(&visitor, &format!("第{day}天第{n}件"), "塘边").send().is(303)));
            }
            town.wait_minutes(11);
        }
        let first = committee.get("/needs").ok().says("等答复 60");
        let rows = |page: &Page| page.html().matches("<th scope=\"row\">").count();
        assert_eq!(rows(&first), 50);
        let text = first.text();
        assert!(text.find("第1天").unwrap() < text.find("第2天").unwrap(), "the one that is due first stands first");
        let second = first.click("往后看").ok();
        assert_eq!(rows(&second), 10);
        second.says("第3天").hides("第1天");
        let (_, few) = town.statements(|| committee.get("/needs?v=429990101201-H02").ok());
        let (_, many) = town.statements(|| committee.get("/needs?v=429990101201-H01").ok());
        assert_eq!(few, many, "the number of statements does not grow with the list");

        sort(&committee, &row(town, last.unwrap()), "=塘边", "塘边的事。").is(303);
        let table = committee.get("/needs?tab=taken&as=csv").ok();
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = table.html();
        assert!(text.contains("'=塘边") && text.contains("ZX-2026-001") && !text.contains("第3天"), "{text}");
        let rows = paper::sheet::read(&committee.get("/needs?tab=taken&as=xlsx").ok().bytes).unwrap();
        assert!(rows.iter().flatten().any(|cell| cell == "=塘边"), "a workbook keeps it as text: {rows:?}");
        assert!(rows.len() == text.lines().count());
        // The supervision committee reads along, a committee elsewhere sees its own.
        town.staff(Post::Supervision, town.village).get("/needs").ok().says("第1天");
        let elsewhere = town.staff(Post::Committee, town.village_2);
        elsewhere.get("/needs").ok().says("这里没有").hides("第1天");
        elsewhere.get("/needs?v=429990101201").is(404);
        page_of(&elsewhere, &row(town, last.unwrap())).is(404);
    });
}

#[test]
fn a_voice_is_heard_by_those_who_handle_it_alone_and_in_parts() {
    on_both(|town| {
        let visitor = town.visitor();
        let form = visitor.get("/need?at=429990101201").form("/need").set("where", "塘边");
        let code = code_of(&form.upload("say", "v.wav", "audio/wav", &sound()).send());
        let path = format!("/needs/{}/voice", row(town, code).id);
        let facilitator = town.staff(Post::Facilitator, town.village);
        let asked = axum::http::Request::get(&path).header("range", "bytes=0-3");
        let part = facilitator.ask(asked, axum::body::Body::empty()).is(206);
        assert_eq!((part.bytes.as_slice(), part.header("content-range")), (&b"RIFF"[..], Some("bytes 0-3/8044")));
        assert!(visitor.get(&path).location().starts_with("/sign-in"));
        let household = town.household(town.hamlet, "葛长山");
        town.resident(town.villager(town.hamlet, household, "葛长山")).get(&path).is(404);
        town.staff(Post::Township, town.township).get(&path).is(403);
        town.staff(Post::Auditor, town.root).get(&path).is(404);
    });
}
