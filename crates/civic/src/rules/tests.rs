#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use super::*;
use crate::id::PlaceId;
use crate::refusal::Refuse;
use crate::time::Day;
use crate::token::Token;
use uuid::Uuid;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn place(n: u128) -> PlaceId {
    PlaceId::from(Uuid::from_u128(n))
}

fn national() -> Rules {
    Rules::new(vec![Pack::parse(NATIONAL_2026).unwrap()], vec![]).unwrap()
}

/// County 1, with the demo overlay in force from 2026-01-01.
fn demo() -> Rules {
    let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), Pack::parse(DEMO).unwrap()];
    Rules::new(packs, vec![activation("demo-county", 1, "2026-01-01")]).unwrap()
}

fn activation(pack: &str, at: u128, from: &str) -> Activation {
    Activation { pack: pack.into(), version: 1, place: place(at), from: day(from), until: None }
}

/// An overlay of one rule.
fn overlay(name: &str, rule: &str) -> Pack {
    let head = format!(
        "pack = \"{name}\"\nversion = 1\nsort = \"overlay\"\njurisdiction = \"x\"\ntitle = {{ zh = \"x\", en = \"x\" }}\n"
    );
    Pack::parse(&format!(
        "{head}[[rule]]\nid = \"X\"\n{rule}\nvalid_from = \"2026-01-01\"\nsource = {{ zh = \"x\", en = \"x\" }}\nevidence = \"D\"\n"
    ))
    .unwrap()
}

fn posting(name: &str, days: u16) -> Pack {
    overlay(name, &format!("kind = \"posting\"\nvalue = {{ days = {days} }}\nunit = \"day\""))
}

#[test]
fn national_law_alone_answers_everything_that_the_program_must_know() {
    assert_eq!(national().check_complete(day("2026-01-01")), Ok(()));
    assert!(matches!(Rules::default().check_complete(day("2026-01-01")), Err(RulesError::Missing { .. })));
}

#[test]
fn without_any_single_needed_rule_the_program_does_not_start() {
    let whole = Pack::parse(NATIONAL_2026).unwrap();
    let needed = [Kind::Quorum, Kind::Decision, Kind::Posting, Kind::Disclosure, Kind::AdultAge, Kind::Notice];
    for (i, rule) in whole.rules.iter().enumerate() {
        let mut pack = whole.clone();
        pack.rules.remove(i);
        let complete = Rules::new(vec![pack], vec![]).unwrap().check_complete(day("2026-06-01"));
        if needed.contains(&rule.kind) {
            assert!(complete.is_err(), "{}", rule.id);
        } else {
            assert_eq!(complete, Ok(()), "{}", rule.id);
        }
    }
}

#[test]
fn before_the_law_begins_there_is_no_rule_and_the_answer_says_so() {
    let rules = national();
    let before = rules.on(&[], day("2025-12-31"));
    let refusal = before.quorum(Body::VillagersAssembly, Mode::Household).unwrap_err();
    assert_eq!(refusal, RuleRefusal::Missing { kind: Kind::Quorum, day: day("2025-12-31") });
    assert_eq!(refusal.key(), "refusal-rule-missing");
    assert!(rules.on(&[], day("2026-01-01")).quorum(Body::VillagersAssembly, Mode::Household).is_ok());
}

#[test]
fn only_first_hand_national_rules_are_in_force_without_activation() {
    let mut packs = vec![Pack::parse(NATIONAL_2026).unwrap(), Pack::parse(DEMO).unwrap()];
    packs.extend(EXAMPLES.iter().map(|(file, text)| Pack::parse(text).unwrap_or_else(|e| panic!("{file}: {e}"))));
    let rules = Rules::new(packs, vec![]).unwrap();
    let here = rules.on(&[place(1)], day("2026-06-01"));
    assert!(here.list().iter().all(|l| l.pack.sort == PackSort::National && l.rule.evidence == Evidence::V1));
    assert_eq!(here.reply(), None);
    assert_eq!(here.objection_window(), None);
    assert_eq!(here.prior_steps(Body::VillagersAssembly), []);
    assert_eq!(here.notice(Body::VillagersReps), None);
}

#[test]
fn every_example_can_be_activated_and_says_what_it_is() {
    for (file, text) in EXAMPLES {
        let pack = Pack::parse(text).unwrap();
        assert_eq!(pack.sort, PackSort::Example, "{file}");
        let name = pack.name.clone();
        let rules =
            Rules::new(vec![Pack::parse(NATIONAL_2026).unwrap(), pack], vec![activation(&name, 1, "2026-03-01")]);
        let rules = rules.unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(rules.on(&[place(1)], day("2026-06-01")).list().iter().any(|l| l.pack.name == name), "{file}");
    }
}

#[test]
fn the_lawful_numbers_stand_as_the_law_has_them() {
    let rules = national();
    let law = rules.on(&[], day("2026-04-12"));
    let half = Fraction { num: 1, den: 2, strict: true };
    let two_thirds = Fraction { num: 2, den: 3, strict: false };
    let quorum = |body, mode| law.quorum(body, mode).unwrap().value;
    let decision = |body, mode, item| law.decision(body, mode, item).unwrap().value;

    assert_eq!(quorum(Body::VillagersAssembly, Mode::Person).fraction, half);
    assert_eq!(quorum(Body::VillagersAssembly, Mode::Household).fraction, two_thirds);
    assert_eq!(quorum(Body::VillagersReps, Mode::Person).fraction, two_thirds);
    assert_eq!(quorum(Body::GroupMeeting, Mode::Person).fraction, two_thirds);
    assert_eq!(quorum(Body::GroupMeeting, Mode::Household).fraction, two_thirds);
    assert_eq!(quorum(Body::ResidentsAssembly, Mode::Person).fraction, half);
    assert_eq!(quorum(Body::ResidentsAssembly, Mode::Household).fraction, half);
    assert_eq!(quorum(Body::ResidentsReps, Mode::Person).fraction, two_thirds);
    assert_eq!(quorum(Body::CollectiveAssembly, Mode::Person).fraction, two_thirds);
    let owners = quorum(Body::OwnersAssembly, Mode::Area);
    assert_eq!((owners.fraction, owners.counted, owners.measure), (two_thirds, Of::TakingPart, Measure::NumberAndArea));

    for body in
        [Body::VillagersAssembly, Body::VillagersReps, Body::GroupMeeting, Body::ResidentsAssembly, Body::ResidentsReps]
    {
        for mode in body.modes() {
            let share = decision(body, *mode, Item::General);
            assert_eq!((share.fraction, share.of), (half, Of::Present), "{body:?}");
        }
    }
    let members = decision(Body::CollectiveAssembly, Mode::Person, Item::General);
    assert_eq!((members.fraction, members.of), (two_thirds, Of::Roll));
    let others = decision(Body::CollectiveAssembly, Mode::Person, Item::NonMemberRights);
    assert_eq!((others.fraction, others.of), (Fraction { num: 3, den: 4, strict: false }, Of::Roll));
    let owners = decision(Body::OwnersAssembly, Mode::Area, Item::General);
    assert_eq!((owners.fraction, owners.of, owners.measure), (half, Of::TakingPart, Measure::NumberAndArea));
    let special = decision(Body::OwnersAssembly, Mode::Area, Item::OwnersSpecial);
    assert_eq!((special.fraction, special.of), (Fraction { num: 3, den: 4, strict: false }, Of::TakingPart));

    let notice = |body| law.notice(body).map(|n| (n.value.days, n.value.ad_hoc));
    assert_eq!(notice(Body::VillagersAssembly), Some((10, true)));
    assert_eq!(notice(Body::ResidentsAssembly), Some((10, true)));
    assert_eq!(notice(Body::CollectiveAssembly), Some((10, false)));
    assert_eq!(notice(Body::OwnersAssembly), Some((15, false)));
    assert_eq!(notice(Body::VillagersReps), None);
    assert_eq!(notice(Body::GroupMeeting), None);

    assert_eq!(law.posting().unwrap().value, 15);
    assert_eq!(law.disclosure().unwrap().value, Disclosure { general_months: 3, finance_months: 1 });
    assert_eq!(law.adult_age().unwrap().value, 18);
    assert_eq!(law.stand_in(Body::CollectiveAssembly, Mode::Person).0, StandIn::HouseholdInWriting);
    assert_eq!(law.stand_in(Body::VillagersAssembly, Mode::Household), (StandIn::AdultOfHousehold, None));
    assert_eq!(law.stand_in(Body::VillagersAssembly, Mode::Person), (StandIn::Nobody, None));
    assert_eq!(law.online(Body::VillagersAssembly), None);
    assert!(law.online(Body::CollectiveAssembly).unwrap().value);
    let asked = |body, by| law.initiative(body, by).map(|s| (s.value.num, s.value.den));
    assert_eq!(asked(Body::VillagersAssembly, Petitioner::Members), Some((1, 10)));
    assert_eq!(asked(Body::VillagersAssembly, Petitioner::Reps), Some((1, 3)));
    assert_eq!(asked(Body::VillagersReps, Petitioner::Reps), Some((1, 5)));
    assert_eq!(asked(Body::GroupMeeting, Petitioner::Members), None);
    assert_eq!(asked(Body::OwnersAssembly, Petitioner::Members), Some((1, 5)));
    assert_eq!(law.frequency(Body::VillagersReps).map(|f| f.value), Some(Every { times: 1, months: 3 }));
}

/// The thresholds of every body, over every roll from 1 to 200, against the sentences of the law in whole numbers.
#[test]
fn at_every_roll_the_quorum_is_the_first_number_that_the_law_accepts() {
    let rules = national();
    let law = rules.on(&[], day("2026-04-12"));
    for body in Body::ALL {
        for mode in body.modes() {
            let quorum = law.quorum(*body, *mode).unwrap().value.fraction;
            let over_half =
                matches!((body, mode), (Body::VillagersAssembly, Mode::Person) | (Body::ResidentsAssembly, _));
            for roll in 1i64..=200 {
                let mut first = None;
                for present in 0..=roll {
                    let lawful = if over_half { present * 2 > roll } else { present * 3 >= roll * 2 };
                    assert_eq!(quorum.met(present, roll), lawful, "{body:?} {mode:?} {present} of {roll}");
                    if lawful && first.is_none() {
                        first = Some(present);
                    }
                }
                assert_eq!(Some(quorum.needed(roll)), first, "{body:?} {mode:?} roll {roll}");
            }
        }
    }
}

#[test]
fn at_every_number_present_a_decision_needs_the_first_number_that_the_law_accepts() {
    let rules = national();
    let law = rules.on(&[], day("2026-04-12"));
    for body in Body::ALL {
        for mode in body.modes() {
            for item in body.items() {
                let share = law.decision(*body, *mode, *item).unwrap().value.fraction;
                for base in 1i64..=200 {
                    for votes in 0..=base {
                        let lawful = match (body, item) {
                            (Body::CollectiveAssembly, Item::General) => votes * 3 >= base * 2,
                            (Body::CollectiveAssembly, _) | (Body::OwnersAssembly, Item::OwnersSpecial) => {
                                votes * 4 >= base * 3
                            }
                            _ => votes * 2 > base,
                        };
                        assert_eq!(share.met(votes, base), lawful, "{body:?} {item:?} {votes} of {base}");
                    }
                }
            }
        }
    }
}

#[test]
fn an_overlay_counts_in_its_place_from_its_day_and_nowhere_else() {
    let rules = demo();
    let path = [place(3), place(2), place(1)];
    assert!(rules.on(&path, day("2026-01-01")).reply().is_some());
    assert!(rules.on(&path, day("2025-12-31")).reply().is_none());
    assert!(rules.on(&[place(9)], day("2026-06-01")).reply().is_none());
    let here = rules.on(&path, day("2026-06-01"));
    assert_eq!(here.notice(Body::VillagersReps).unwrap().value.days, 3);
    assert_eq!(here.objection_window().unwrap().value, Window::WholePosting);
    assert_eq!(here.quorum(Body::GroupMeeting, Mode::Household).unwrap().rule.pack, "national-2026");
    let steps: Vec<_> =
        here.prior_steps(Body::VillagersAssembly).iter().map(|s| (s.value.order, s.value.body)).collect();
    assert_eq!(steps, [(1, StepBody::Branch), (2, StepBody::TwoCommittees), (3, StepBody::MembersMeeting)]);
    assert_eq!(here.prior_steps(Body::GroupMeeting), []);
}

#[test]
fn an_activation_ends_at_the_end_of_its_last_day() {
    let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), posting("local", 20)];
    let ends = Activation { until: Some(day("2026-06-30")), ..activation("local", 1, "2026-03-01") };
    let rules = Rules::new(packs, vec![ends]).unwrap();
    let days = |d: &str| rules.on(&[place(1)], day(d)).posting().unwrap().value;
    assert_eq!([days("2026-02-28"), days("2026-03-01"), days("2026-06-30"), days("2026-07-01")], [15, 20, 20, 15]);
}

#[test]
fn the_narrowest_place_decides_and_of_one_place_the_latest_activation() {
    let packs =
        vec![Pack::parse(NATIONAL_2026).unwrap(), posting("county", 20), posting("town", 25), posting("later", 30)];
    let county = activation("county", 1, "2026-02-01");
    let town = activation("town", 2, "2026-02-01");
    let later = activation("later", 1, "2026-03-01");
    let rules = Rules::new(packs, vec![county, later, town]).unwrap();
    let days = |path: &[PlaceId], d: &str| rules.on(path, day(d)).posting().unwrap().value;
    assert_eq!(days(&[place(2), place(1)], "2026-06-01"), 25);
    assert_eq!(days(&[place(1)], "2026-02-15"), 20);
    assert_eq!(days(&[place(1)], "2026-03-01"), 30);
    assert_eq!(days(&[], "2026-06-01"), 15);
}

#[test]
fn a_local_rule_that_gives_residents_less_than_the_law_cannot_be_activated() {
    let group = "scope = { body = \"group_meeting\" }\nunit = \"share\"";
    let cases = [
        "kind = \"posting\"\nvalue = { days = 14 }\nunit = \"day\"".to_owned(),
        "kind = \"notice\"\nscope = { body = \"villagers_assembly\" }\nvalue = { days = 9 }\nunit = \"day\"".to_owned(),
        "kind = \"notice\"\nscope = { body = \"owners_assembly\" }\nvalue = { days = 20 }\nunit = \"day\"".to_owned(),
        format!("kind = \"quorum\"\nvalue = {{ num = 1, den = 2, strict = true, of = \"roll\" }}\n{group}"),
        format!("kind = \"decision\"\nvalue = {{ num = 1, den = 2, strict = false, of = \"present\" }}\n{group}"),
        format!("kind = \"decision\"\nvalue = {{ num = 2, den = 3, strict = false, of = \"taking_part\" }}\n{group}"),
        "kind = \"initiative\"\nscope = { body = \"villagers_assembly\", by = \"members\" }\n\
         value = { num = 1, den = 5, strict = false }\nunit = \"share\""
            .to_owned(),
        "kind = \"disclosure\"\nvalue = { general_months = 6, finance_months = 1 }\nunit = \"month\"".to_owned(),
        "kind = \"adult_age\"\nvalue = { years = 16 }\nunit = \"year\"".to_owned(),
        "kind = \"stand_in\"\nscope = { body = \"collective_assembly\" }\nvalue = { by = \"adult_of_household\" }\nunit = \"none\""
            .to_owned(),
        "kind = \"frequency\"\nscope = { body = \"villagers_rep_meeting\" }\nvalue = { times = 1, months = 6 }\nunit = \"month\""
            .to_owned(),
    ];
    for rule in cases {
        let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), overlay("local", &rule)];
        let result = Rules::new(packs, vec![activation("local", 1, "2026-01-01")]);
        assert!(matches!(result, Err(RulesError::Weaker { .. })), "{rule}");
    }
    let stricter = [
        "kind = \"posting\"\nvalue = { days = 20 }\nunit = \"day\"".to_owned(),
        format!("kind = \"quorum\"\nvalue = {{ num = 3, den = 4, strict = false, of = \"roll\" }}\n{group}"),
        format!("kind = \"decision\"\nvalue = {{ num = 1, den = 2, strict = true, of = \"roll\" }}\n{group}"),
        "kind = \"initiative\"\nscope = { body = \"villagers_assembly\", by = \"members\" }\n\
         value = { num = 1, den = 20, strict = false }\nunit = \"share\""
            .to_owned(),
    ];
    for rule in stricter {
        let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), overlay("local", &rule)];
        assert!(Rules::new(packs, vec![activation("local", 1, "2026-01-01")]).is_ok(), "{rule}");
    }
}

#[test]
fn packs_and_activations_that_do_not_fit_are_named() {
    let law = || Pack::parse(NATIONAL_2026).unwrap();
    assert!(matches!(Rules::new(vec![law(), law()], vec![]), Err(RulesError::Twice { .. })));
    let unknown = Rules::new(vec![law()], vec![activation("nowhere", 1, "2026-01-01")]);
    assert!(matches!(unknown, Err(RulesError::Unknown { .. })));
    let national = Rules::new(vec![law()], vec![activation("national-2026", 1, "2026-01-01")]);
    assert!(matches!(national, Err(RulesError::National { .. })));
}

#[test]
fn a_rule_kept_by_a_decision_is_found_again_by_its_digest_only() {
    let rules = national();
    let kept = rules.on(&[], day("2026-04-12")).posting().unwrap().rule;
    let word = kept.to_string();
    assert!(word.is_ascii());
    assert_eq!(RuleRef::parse(&word), Some(kept.clone()));
    let cited = rules.cite(&kept).unwrap();
    assert_eq!((cited.id.as_str(), cited.version, cited.evidence), ("R-D-4-posting", 1, Evidence::V1));
    assert!(cited.source.zh.contains("第三十五条"));
    let other = RuleRef { digest: [0; 32], ..kept };
    assert_eq!(rules.cite(&other), None);
    for wrong in
        ["", "a/1/b", &word.to_uppercase(), &word.replace("/1/", "/01/"), &format!("{word}/x"), &word[..word.len() - 1]]
    {
        assert_eq!(RuleRef::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_period_in_plain_days_moves_past_days_off_only_where_the_rule_says_so() {
    let rules = demo();
    let here = rules.on(&[place(1)], day("2026-09-20"));
    let period = Period { days: 5, working: false, forward: true };
    // 28 September + 5 = 3 October, inside the holiday; the first working day after is Thursday 8 October.
    assert_eq!(here.period_end(day("2026-09-28"), period), Ok(day("2026-10-08")));
    let stays = Period { forward: false, ..period };
    assert_eq!(here.period_end(day("2026-09-28"), stays), Ok(day("2026-10-03")));
    // Sunday 20 September is a working day that year.
    assert_eq!(here.period_end(day("2026-09-15"), period), Ok(day("2026-09-20")));
}

#[test]
fn working_days_skip_weekends_and_holidays_and_count_swapped_weekends() {
    let rules = demo();
    let here = rules.on(&[place(1)], day("2026-02-01"));
    let five = Period { days: 5, working: true, forward: false };
    // Thursday 12 February: 13 (Fri), 14 (Sat, worked), then the festival to the 23rd, 24, 25, 26.
    assert_eq!(here.period_end(day("2026-02-12"), five), Ok(day("2026-02-26")));
    assert_eq!(here.period_end(day("2026-03-02"), five), Ok(day("2026-03-09")));
}

#[test]
fn a_deadline_in_a_year_whose_days_off_are_not_announced_is_reckoned_and_says_that_it_may_move() {
    let rules = demo();
    let here = rules.on(&[place(1)], day("2026-12-28"));
    let five = Period { days: 5, working: true, forward: false };
    // Monday 28 December: 29, 30, 31, then New Year on Friday 1 January, Monday 4 and Tuesday 5 January.
    assert_eq!(here.period_end(day("2026-12-28"), five), Ok(day("2027-01-05")));
    let forward = Period { days: 4, working: false, forward: true };
    assert_eq!(here.period_end(day("2026-12-28"), forward), Ok(day("2027-01-04")));
    assert!(rules.provisional(day("2027-01-04")));
    assert!(!rules.provisional(day("2026-12-31")));
    assert!(!rules.provisional(day("2028-01-01")), "of a year without a calendar nothing is reckoned at all");
    assert!(!national().provisional(day("2027-01-04")));
}

#[test]
fn a_year_without_a_calendar_is_a_refusal_and_never_a_guess() {
    let rules = demo();
    let here = rules.on(&[place(1)], day("2027-12-20"));
    let five = Period { days: 5, working: true, forward: false };
    assert_eq!(here.period_end(day("2027-12-30"), five), Err(RuleRefusal::NoCalendar { year: 2028 }));
    let law = national();
    let nowhere = law.on(&[], day("2026-06-01"));
    assert_eq!(nowhere.works_on(day("2026-06-01")), Err(RuleRefusal::NoCalendar { year: 2026 }));
    // A period of plain days that does not move needs no calendar.
    let plain = Period { days: 5, working: false, forward: false };
    assert_eq!(nowhere.period_end(day("2026-06-01"), plain), Ok(day("2026-06-06")));
}

#[test]
fn the_list_of_rules_in_force_names_each_thing_once() {
    let rules = demo();
    let here = rules.on(&[place(1)], day("2026-06-01"));
    let list = here.list();
    let steps = list.iter().filter(|l| l.rule.kind == Kind::PriorStep).count();
    // Six of the county, and the authorisation that national law asks for before representatives decide.
    assert_eq!(steps, 7);
    let mut seen = std::collections::BTreeSet::new();
    for listed in list.iter().filter(|l| l.rule.kind != Kind::PriorStep) {
        assert!(seen.insert((listed.rule.kind, listed.rule.scope)), "{}", listed.rule.id);
    }
    let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), posting("local", 20)];
    let rules = Rules::new(packs, vec![activation("local", 1, "2026-01-01")]).unwrap();
    let here = rules.on(&[place(1)], day("2026-06-01"));
    let posting: Vec<_> =
        here.list().iter().filter(|l| l.rule.kind == Kind::Posting).map(|l| l.pack.name.clone()).collect();
    assert_eq!(posting, ["local"]);
}

/// Every share that stands in national law, over every base from 1 to 300, against the sentence of the law multiplied out. A rule that is
/// added later is taken in by itself; a kind that is added later does not compile here until somebody has thought of its border.
#[test]
fn every_number_of_national_law_is_held_at_its_border() {
    let pack = Pack::parse(NATIONAL_2026).unwrap();
    let border = |rule: &Rule, share: Fraction| {
        let (num, den) = (i64::from(share.num), i64::from(share.den));
        for base in 1i64..=300 {
            let first = (0..=base).find(|n| if share.strict { n * den > base * num } else { n * den >= base * num });
            let first = first.unwrap_or_else(|| panic!("{}: nothing of {base} is enough", rule.id));
            assert_eq!(share.needed(base), first.max(1), "{} of {base}", rule.id);
            assert!(share.met(first.max(1), base), "{} of {base}", rule.id);
            assert!(first == 0 || !share.met(first - 1, base), "{} of {base}", rule.id);
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    for rule in &pack.rules {
        seen.insert(rule.kind);
        let first = rule.valid_from;
        assert!(rule.holds_on(first) && !rule.holds_on(first.plus(-1)), "{}", rule.id);
        match &rule.value {
            Value::Quorum(quorum) => border(rule, quorum.fraction),
            Value::Decision(share) => border(rule, share.fraction),
            Value::Initiative(share) => border(rule, *share),
            Value::Notice(notice) => {
                // So many full days lie between: the day of the notice and the day of the meeting are none of them.
                for start in 0..400 {
                    let told = day("2026-01-01").plus(start);
                    let earliest = told.earliest_after_notice(notice.days);
                    assert_eq!(told.until(earliest), i32::from(notice.days) + 1, "{}", rule.id);
                }
            }
            Value::Posting(days) => {
                for start in 0..400 {
                    let hung = day("2026-01-01").plus(start);
                    assert_eq!(hung.until(hung.period_end(*days)), i32::from(*days), "{}", rule.id);
                }
            }
            Value::Composition(made) => {
                border(rule, made.elected);
                if let Some(women) = made.women {
                    border(rule, women);
                }
                assert!(made.households_least < made.households_most, "{}", rule.id);
            }
            // Held at their borders where they are read: who may call and stand in (`decide`), the step before representatives decide
            // (`decide::prior_step`), who is of age on the day (`decide::roll`, `people::membership`).
            Value::Convener(_) | Value::StandIn(_) | Value::Online(_) | Value::PriorStep(_) | Value::AdultAge(_) => {}
            // Said on the page of the rules; nothing is computed from them yet.
            Value::Frequency(_) | Value::Disclosure(_) => {}
            // No national rule of these was read itself.
            Value::ObjectionWindow(_)
            | Value::ObjectionAnswer(_)
            | Value::Reply(_)
            | Value::Term(_)
            | Value::EffectiveCoverage(_)
            | Value::AwardScheme(_)
            | Value::SurveyLimit(_) => {
                panic!("{}: think of its border", rule.id)
            }
        }
    }
    assert_eq!(seen.len(), 13, "{seen:?}");
}

#[test]
fn representatives_decide_only_what_the_assembly_authorised_and_a_county_cannot_take_that_step_away() {
    let steps = |rules: &Rules, body| {
        let here = rules.on(&[place(1)], day("2026-06-01"));
        here.prior_steps(body).into_iter().map(|s| (s.value.body, s.rule.pack)).collect::<Vec<_>>()
    };
    let national = national();
    assert_eq!(steps(&national, Body::VillagersReps), [(StepBody::Authorisation, "national-2026".to_owned())]);
    assert_eq!(steps(&national, Body::VillagersAssembly), []);
    let found: Vec<StepBody> = steps(&demo(), Body::VillagersReps).into_iter().map(|(body, _)| body).collect();
    let expected = [StepBody::Authorisation, StepBody::Branch, StepBody::TwoCommittees, StepBody::MembersMeeting];
    assert_eq!(found, expected);
    let other = "kind = \"prior_step\"\nscope = { body = \"villagers_rep_meeting\" }\nvalue = { body = \"branch\", order = 1 }\nunit = \"none\"";
    let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), overlay("local", other)];
    let rules = Rules::new(packs, vec![activation("local", 1, "2026-01-01")]).unwrap();
    let found: Vec<StepBody> = steps(&rules, Body::VillagersReps).into_iter().map(|(body, _)| body).collect();
    assert_eq!(found, [StepBody::Authorisation, StepBody::Branch]);
}

#[test]
fn the_village_rules_are_the_assemblys_alone() {
    let rules = national();
    let law = rules.on(&[], day("2026-06-01"));
    for mode in Body::VillagersAssembly.modes() {
        let share = law.decision(Body::VillagersAssembly, *mode, Item::VillageRules).unwrap().value;
        assert_eq!((share.fraction, share.of), (Fraction { num: 1, den: 2, strict: true }, Of::Present));
    }
    assert!(!Body::VillagersReps.items().contains(&Item::VillageRules));
    assert!(law.decision(Body::VillagersReps, Mode::Person, Item::VillageRules).is_err());
}

#[test]
fn who_represents_whom_is_ruled_nationally_and_a_county_may_only_ask_for_more() {
    let made = |least, most, num| {
        format!(
            "kind = \"composition\"\nscope = {{ body = \"villagers_rep_meeting\" }}\nvalue = {{ elected = {{ num = {num}, den = 10, strict = false }}, \
             women = {{ num = 1, den = 3, strict = false }}, households_least = {least}, households_most = {most} }}\nunit = \"share\""
        )
    };
    let taken = |rule: &str| {
        let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), overlay("local", rule)];
        Rules::new(packs, vec![activation("local", 1, "2026-01-01")]).is_ok()
    };
    assert!(taken(&made(5, 15, 8)) && taken(&made(8, 12, 9)));
    for weaker in [made(4, 15, 8), made(5, 16, 8), made(5, 15, 7)] {
        assert!(!taken(&weaker), "{weaker}");
    }
    let no_women = made(5, 15, 8).replace("women = { num = 1, den = 3, strict = false }, ", "");
    assert!(!taken(&no_women));
    let rules = demo();
    let term = |at: &[PlaceId]| rules.on(at, day("2026-06-01")).term(Body::VillagersReps).map(|t| t.value);
    assert_eq!((term(&[place(1)]), term(&[])), (Some(5), None));
}
