//! What people paste and phones send into the forms about people and needs: a clear answer beside the field, or one effect; never a
//! broken page, never a lost text. What belongs to one noun alone stands with that noun.

use crate::need::{code_of, filled, row, sound};
use crate::need_work::{answer, sort};
use crate::page::{Form, Page, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

const VILLAGE: &str = "429990101201";

/// Forms with something to type into, about people and needs, each with whoever may open it and its page.
fn pages(town: &Town) -> Vec<(Visitor, String)> {
    let home = town.household(town.hamlet, "西巷3号");
    let who = town.villager(town.hamlet, home, "葛长山");
    let committee = town.staff(Post::Committee, town.village);
    let anybody = town.visitor();
    let fresh = row(town, code_of(&filled(&anybody, "沟堵了", "西巷口").send()));
    let answered = row(
        town,
        code_of(&filled(&anybody, "路灯不亮", "村口").set("name", "葛婆婆").set("reply", "printed_list").send()),
    );
    sort(&committee, &answered, "村口路灯", "村口路灯不亮。").is(303);
    let sorted = row(town, code_of(&filled(&anybody, "井水发黄", "塘边").send()));
    sort(&committee, &sorted, "井水", "井水发黄。").is(303);
    answer(&committee, &row(town, answered.code), "明天换灯泡。").is(303);
    let township = town.staff(Post::Township, town.township);
    let resident = town.resident(who);
    vec![
        (anybody.clone(), "/need?at=429990101201-H01".to_owned()),
        (resident.clone(), "/need?at=429990101201-H01".to_owned()),
        (town.staff(Post::Facilitator, town.village), "/need/help?at=429990101201-H01".to_owned()),
        (committee.clone(), format!("/needs/{}", fresh.id)),
        (committee.clone(), format!("/needs/{}", sorted.id)),
        (committee.clone(), format!("/needs/{}", answered.id)),
        (committee.clone(), "/needs/answers".to_owned()),
        (anybody, "/look-up".to_owned()),
        (resident, "/mine/data".to_owned()),
        (committee.clone(), format!("/roll?village={VILLAGE}")),
        (committee.clone(), format!("/roll/household/{home}")),
        (committee.clone(), format!("/roll/person/{who}")),
        (committee, format!("/roll/import?village={VILLAGE}")),
        (township, format!("/standings?at={VILLAGE}")),
    ]
}

fn own_forms(page: &Page) -> Vec<Form> {
    page.forms().into_iter().filter(|f| f.writes() && !f.typed().is_empty()).collect()
}

#[test]
fn what_cannot_be_read_is_said_beside_its_field_and_stays_typed() {
    on_both(|town| {
        let long = "长".repeat(60_000 / 3);
        let mut asked = 0;
        for (who, at) in pages(town) {
            let page = who.get(&at).ok();
            for form in own_forms(&page) {
                for name in form.typed() {
                    for odd in ["葛\u{0}长山", "葛\u{202e}山长", long.as_str()] {
                        let mut own = form.clone();
                        if name == "adult_from" {
                            own = own.set("adult", "from");
                        }
                        let back = own.set(name, odd).send();
                        let what = format!(
                            "{name} of {} at {at} with {:?}",
                            form.action,
                            odd.chars().take(4).collect::<String>()
                        );
                        assert_eq!(back.status.as_u16(), 422, "{what}:\n{}", back.text());
                        assert!(back.html().contains("role=\"alert\""), "{what} is refused without a word");
                        let again = own_forms(&back).into_iter().find(|f| f.action == form.action);
                        let again = again.unwrap_or_else(|| panic!("{what}: the form is gone:\n{}", back.text()));
                        assert_eq!(again.value(name), Some(odd), "{what}: what was typed is lost");
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 90, "{asked}");
        // What is only looked for finds nothing, and is no error.
        let (committee, helper) =
            (town.staff(Post::Committee, town.village), town.staff(Post::Facilitator, town.village));
        for odd in ["%00", "%E2%80%AE", "%25_", &"%E9%95%BF".repeat(500)] {
            committee.get(&format!("/roll?village={VILLAGE}&q={odd}")).ok();
            helper.get(&format!("/helper?q={odd}")).ok();
        }
        for odd in ["积\u{0}水\u{0}", "\u{202e}水积", long.as_str()] {
            town.visitor().post("/needs/alike", &[("at", VILLAGE), ("what", odd)]).ok();
        }
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn no_day_that_is_none_is_taken_for_one() {
    on_both(|town| {
        let mut asked = 0;
        for (who, at) in pages(town) {
            let page = who.get(&at).ok();
            for form in own_forms(&page) {
                let days = ["from", "until", "day", "raised", "adult_from"];
                for name in form.typed().into_iter().filter(|name| days.contains(name)) {
                    for odd in ["2026-02-30", "2026-13-01", "昨天", "0000-00-00", "99999-01-01"] {
                        let mut own = form.clone();
                        if name == "adult_from" {
                            own = own.set("adult", "from");
                        }
                        let back = own.set(name, odd).send().is(422).says("没有这个日期");
                        let again = own_forms(&back).into_iter().find(|f| f.action == form.action).unwrap();
                        assert_eq!(again.value(name), Some(odd), "{name} at {at}");
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked >= 40, "{asked}");
    });
}

#[test]
fn a_key_that_comes_again_with_other_content_shows_both_and_changes_nothing() {
    on_both(|town| {
        let committee = town.staff(Post::Committee, town.village);
        let add = committee.get(&format!("/roll?village={VILLAGE}")).ok().form("/roll/household");
        let add = add.set("place", &town.hamlet.to_string()).set("label", "西巷3号").set("from", "2026-01-01");
        let home = add.send().is(303).location().to_owned();
        let other = add.set("label", "西巷4号").send().is(409).says("先交的已经存好").says("西巷4号");
        assert_eq!(other.links("看先交的那一份"), [home.as_str()]);
        committee.get(&format!("/roll?village={VILLAGE}")).ok().says("在册1户").hides("西巷4号");

        let person = committee.get(&home).ok().form_ending("/person").set("name", "葛长山").set("from", "2026-01-01");
        person.send().is(303);
        person.set("name", "葛长川").send().is(409).says("葛长川");
        let page = committee.get(&home).ok().says("葛长山").hides("葛长川").click("葛长山").ok();
        let correct = page.form_ending("/correct").set("name", "葛长江");
        correct.send().is(303);
        correct.set("name", "葛长河").send().is(409).says("葛长河");
        committee.get(&page.path).ok().says("葛长江").hides("葛长河");

        let code = code_of(&filled(&town.visitor(), "沟堵了", "西巷口").send());
        let need = row(town, code);
        let form = committee.get(&format!("/needs/{}", need.id)).ok().form_ending("/sort");
        let form = form.set("sorting", "project").set("title", "西巷沟堵").set("public_text", "沟堵了。");
        form.tick("category", "drainage").send().is(303);
        let form = committee.get(&format!("/needs/{}", need.id)).ok().form_ending("/answer");
        let form = form.set("adoption", "adopted").set("reply", "本周清沟。");
        form.send().is(303);
        form.send().is(303);
        form.set("reply", "下周再清。").send().is(409).says("下周再清。");
        town.visitor().get(&format!("/s/{}", code.digits())).ok().says("本周清沟").hides("下周再清");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn emoji_rare_characters_and_other_scripts_are_kept_as_they_were_typed() {
    on_both(|town| {
        let committee = town.staff(Post::Committee, town.village);
        // A surname outside the first 65,536 characters, a family of emoji joined into one, Uyghur, and a combining accent.
        let (name, words) = ("𠮷长山", "沟堵了👨‍👩‍👧 ئۇيغۇرچە e\u{301}");
        let add = committee.get(&format!("/roll?village={VILLAGE}")).ok().form("/roll/household");
        let home = add.set("place", &town.hamlet.to_string()).set("label", "𠮷家🏠").set("from", "2026-01-01").send();
        let person = home.is(303).follow().ok().says("𠮷家🏠").form_ending("/person");
        person.set("name", name).set("from", "2026-01-01").send().is(303).follow().ok().says(name);
        let sent = filled(&town.visitor(), words, "西巷口").set("name", name).send().is(303);
        let need = row(town, code_of(&sent));
        // Normal form C: what looks the same is the same.
        assert_eq!(need.what.as_deref(), Some("沟堵了👨‍👩‍👧 ئۇيغۇرچە é"));
        committee.get(&format!("/needs/{}", need.id)).ok().says("👨‍👩‍👧").says("ئۇيغۇرچە").says(name);
        sort(&committee, &need, "沟堵👨‍👩‍👧", "沟堵了 ئۇيغۇرچە").is(303);
        let matter = need.matter;
        let number = town.read(move |tx| store::decide::matter::get(tx, matter)).number.unwrap();
        town.visitor().get(&format!("/m/{number}")).ok().says("👨‍👩‍👧").says("ئۇيغۇرچە").hides(name);
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_sound_that_is_none_keeps_the_words_beside_it_and_says_so_in_the_readers_language() {
    on_both(|town| {
        let visitor = town.visitor();
        visitor.get("/set?lang=en").is(303);
        let form = filled(&visitor, "沟堵了", "西巷口");
        let picture = crate::resolution::photo(9);
        let cut = &sound()[..60];
        for bytes in [&b"MZ\x90\0 a program"[..], &picture, cut, &[0; 4096]] {
            let back = form.clone().upload("say", "voice.wav", "audio/wav", bytes).send().is(422).hides("录音");
            let again = back.form("/need");
            assert_eq!((again.value("what"), again.value("where")), (Some("沟堵了"), Some("西巷口")));
        }
        let files = town.read(|tx| tx.number("SELECT COUNT(*) FROM file WHERE county_id = $1", &[]));
        assert_eq!(files, 0, "nothing of it is kept");
    });
}

#[test]
fn a_cookie_of_another_county_raises_sorts_and_reads_nothing_here() {
    on_both(|town| {
        let code = code_of(&filled(&town.visitor(), "沟堵了", "西巷口").send());
        let need = row(town, code);
        let from_there = town.another_county();
        let stranger = from_there(Post::Committee);
        assert!(stranger.get(&format!("/needs/{}", need.id)).is(303).location().starts_with("/sign-in"));
        let fields =
            [("csrf", stranger.csrf()), ("form", town.id::<()>().to_string()), ("sorting", "project".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        for end in ["sort", "merge", "answer", "arrived"] {
            stranger.post(&format!("/needs/{}/{end}", need.id), &fields).is(401);
        }
        stranger.get(&format!("/roll?village={VILLAGE}")).is(303);
        stranger.get("/mine").is(303);
        // What anybody may do works as for anybody, and is nobody's.
        let raised = row(town, code_of(&filled(&stranger, "路灯不亮", "村口").send()));
        assert_eq!((raised.resident, raised.helper), (None, None));
        assert_eq!(town.verify().problems, []);
    });
}
