//! The rules in force at a place today, and each pack of rules with its sources.

use crate::frame::{Answer, Arg, Error, Fields, Lang, Once, OrRefuse, Page, Result, Route, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{ActivationId, PlaceId};
use civic::people::place::{Level, Place, PlaceCode};
use civic::people::standing::{Action, Visibility};
use civic::record::{Entry, Hash, Verb};
use civic::refusal::Kind;
use civic::rules::{
    Activated, Activation, END_REASON_MAX, Evidence, Fraction, Measure, Mode, Of, Pack, PackSort, Rule, RuleRef, Rules,
    Value, Window,
};
use civic::time::Day;
use store::people::place;

/// Places below that are linked.
const PLACES_MAX: u32 = 200;

/// The routes of the rules.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/rules", Action::ReadPublic, list).kept(),
        Route::get("/rules/{pack}", Action::ReadPublic, show).kept(),
        Route::post("/rules/{pack}", Action::ActivateRules, activate),
        Route::post("/rules/{pack}/end", Action::ActivateRules, end),
    ]
}

/// One rule, as it is shown.
struct RuleView {
    id: String,
    /// What it is about, with mode and item; on the page of a pack, where rules of all bodies stand together, with the body too.
    about: String,
    about_whole: String,
    say: String,
    source: String,
    /// How well it is known, from when until when.
    standing: String,
    /// Not read in the original: said aloud.
    doubtful: bool,
    note: Option<String>,
    pack: String,
    pack_href: String,
}

/// One pack, as it is shown.
struct PackView {
    href: String,
    title: String,
    /// Its sort and its version.
    about: String,
    digest: String,
}

/// Rules that belong together, under the name of their body.
struct Group {
    title: String,
    rules: Vec<RuleView>,
}

/// A link to a place.
struct PlaceView {
    href: String,
    name: String,
}

#[derive(Template)]
#[template(path = "record/rules.html")]
struct RulesPage {
    v: View,
    place: String,
    groups: Vec<Group>,
    packs: Vec<PackView>,
    others: Vec<PackView>,
    above: Vec<PlaceView>,
    below: Vec<PlaceView>,
}

#[derive(Template)]
#[template(path = "record/pack.html")]
struct PackPage {
    v: View,
    pack: PackView,
    note: String,
    example: bool,
    standing: Vec<String>,
    rules: Vec<RuleView>,
    calendars: Vec<(String, String)>,
    /// The form that takes the pack into force; without places where there is none.
    f: Fields,
    action: String,
    version: u32,
    places: Vec<(String, String)>,
    /// What was just done, in words.
    done: Option<String>,
    /// The form that ends it where it is in force; without places where there is none.
    e: Fields,
    open: Vec<(String, String)>,
}

/// What comes back to the page of a pack.
enum Came {
    /// Nothing; perhaps the word of what was just done.
    Done(String),
    /// The form that takes it into force, with what is wrong.
    Activate(Fields),
    /// The form that ends it, with what is wrong.
    End(Fields),
}

/// What is in force: at the place asked for, at one's home, or for the whole county.
async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let asked = PlaceCode::parse(fields.value("at"));
    let home = visit.signed.as_ref().and_then(|s| s.resident.as_ref()).and_then(|r| r.home.first().copied());
    let today = visit.today;
    let (line, below) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match (asked, home) {
                (Some(code), _) => place::by_code(tx, code, today)?.id,
                (None, Some(home)) => home,
                (None, None) => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let below = place::children(tx, id, today, "", PLACES_MAX)?;
            Ok::<(Vec<Place>, Vec<Place>), Error>((line, below))
        })
        .await?;
    let rules = visit.app.rules(visit.county.id).await?;
    let path: Vec<_> = line.iter().map(|p| p.id).collect();
    let force = rules.on(&path, today);
    let w = visit.w();
    let mut groups: Vec<Group> = Vec::new();
    let mut listed = force.list();
    listed.sort_by_key(|one| (one.rule.scope.body, one.rule.kind, one.rule.scope));
    let mut current = None;
    for one in &listed {
        let view = rule_view(&w, one.pack, one.rule, &today);
        if current != Some(one.rule.scope.body) {
            current = Some(one.rule.scope.body);
            let title = one.rule.scope.body.map_or_else(|| w.t("rules-of-everything"), |body| w.token(body));
            groups.push(Group { title, rules: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.rules.push(view);
        }
    }
    let here = force.packs();
    let packs = here.iter().map(|pack| pack_view(&w, pack)).collect();
    let others = rules
        .packs()
        .iter()
        .filter(|pack| !here.iter().any(|active| std::ptr::eq(*active, *pack)))
        .map(|pack| pack_view(&w, pack))
        .collect();
    let own = line.first().ok_or(Error::Hidden)?;
    let link = |place: &Place| PlaceView { href: format!("/rules?at={}", place.code), name: place.name.clone() };
    let brand = brand(&line);
    let page = RulesPage {
        place: own.name.clone(),
        groups,
        packs,
        others,
        above: line.iter().skip(1).map(link).collect(),
        below: below.iter().filter(|_| own.kind.level() != Level::Hamlet).map(link).collect(),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// One pack: `?v=` its version, the highest when nothing is said.
async fn show(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let wanted: Option<u32> = fields.value("v").parse().ok();
    let came = Came::Done(fields.value("done").to_owned());
    Page(pack_page(&visit, &name, wanted, came).await?).ok()
}

async fn pack_page(visit: &Visit, name: &str, wanted: Option<u32>, came: Came) -> Result<PackPage> {
    let rules = visit.app.rules(visit.county.id).await?;
    let pack = rules
        .packs()
        .iter()
        .filter(|pack| pack.name == name && wanted.is_none_or(|version| pack.version == version))
        .max_by_key(|pack| pack.version)
        .ok_or(Error::Hidden)?;
    let w = visit.w();
    let today = visit.today;
    let (of, version) = (pack.name.clone(), pack.version);
    let active: Vec<(Activated, String)> = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            // The page says what is and what is to come; who reads an old decision finds the rule in the pack all the same.
            let all = store::rules::activated(tx)?.into_iter().filter(|one| {
                let a = &one.activation;
                a.pack == of && a.version == version && a.until.is_none_or(|until| until >= today && until >= a.from)
            });
            all.map(|one| Ok((place::get(tx, one.activation.place)?.name, one)))
                .map(|row: store::Result<_>| row.map(|(name, one)| (one, name)).map_err(Error::from))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let standing = match pack.sort {
        PackSort::National => vec![w.t1("rules-in-force-here", "place", &visit.county.name)],
        _ if active.is_empty() => vec![w.t("rules-not-in-force")],
        _ => active
            .iter()
            .map(|(one, name)| {
                let from = w.day(&one.activation.from, &today);
                match (one.activation.until, &one.reason) {
                    (Some(until), reason) => {
                        let until = w.day(&until, &today);
                        let said = w.t3("rules-in-force-until", "place", name, "day", from, "until", until);
                        format!(
                            "{said}{}",
                            reason.as_ref().map(|r| w.t1("rules-end-because", "reason", r)).unwrap_or_default()
                        )
                    }
                    (None, _) => w.t2("rules-in-force-at", "place", name, "day", from),
                }
            })
            .collect(),
    };
    let note = match pack.sort {
        PackSort::National => "rules-national-note",
        PackSort::Overlay => "rules-overlay-note",
        PackSort::Example => "rules-example-note",
    };
    let calendars = pack
        .calendars
        .iter()
        .map(|calendar| {
            let days = w.t3(
                "rules-calendar",
                "year",
                // A number would be set with a comma.
                calendar.year.to_string(),
                "off",
                calendar.holidays.len(),
                "on",
                calendar.workdays.len(),
            );
            let source = w.t1("rules-source", "source", w.label(&calendar.source));
            let mut about = w.list(&[&source, &w.token(calendar.evidence)]);
            if calendar.evidence == Evidence::Memory {
                about.push_str(&w.t("day-may-move"));
            }
            (days, about)
        })
        .collect();
    let places = match pack.sort {
        PackSort::National => Vec::new(),
        PackSort::Overlay | PackSort::Example => takers(visit).await?,
    };
    let open = active
        .iter()
        .filter(|(one, _)| one.activation.until.is_none() && !places.is_empty())
        .map(|(one, name)| {
            let from = w.day(&one.activation.from, &today);
            (one.id.to_string(), w.t2("rules-in-force-at", "place", name, "day", from))
        })
        .collect();
    let fresh = |name: &str| Fields::empty(&visit.app).with(name, today.to_string());
    let (f, e, done) = match came {
        Came::Done(what) => {
            let known = [("1", "rules-activated"), ("end", "rules-ended")];
            let done = known.into_iter().find(|(word, _)| *word == what).map(|(_, key)| w.t(key));
            (fresh("from"), fresh("until"), done)
        }
        Came::Activate(f) => (f, fresh("until"), None),
        Came::End(e) => (fresh("from"), e, None),
    };
    Ok(PackPage {
        f,
        e,
        open,
        action: format!("/rules/{}", pack.name),
        version: pack.version,
        places,
        done,
        pack: pack_view(&w, pack),
        note: w.t(note),
        example: pack.sort == PackSort::Example,
        standing,
        rules: pack.rules.iter().map(|rule| rule_view(&w, pack, rule, &today)).collect(),
        calendars,
        v: View::new(visit),
    })
}

/// The places at which the reader takes packs into force: the county and its towns; none for anybody else.
async fn takers(visit: &Visit) -> Result<Vec<(String, String)>> {
    if visit.signed.is_none() {
        return Ok(Vec::new());
    }
    let today = visit.today;
    let (root, towns) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let root = place::root(tx)?;
            let towns = place::children(tx, root.id, today, "", PLACES_MAX)?;
            Ok::<_, Error>((root, towns))
        })
        .await?;
    if !visit.could(Action::ActivateRules, &[root.id]) {
        return Ok(Vec::new());
    }
    Ok(std::iter::once(&root).chain(&towns).map(|p| (p.id.to_string(), p.name.clone())).collect())
}

/// Takes a pack into force at a place from a day on. Never for a day that is past: what was decided before was decided by the rules of
/// its day.
async fn activate(visit: Visit, Path(name): Path<String>, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let rules = visit.app.rules(visit.county.id).await?;
    let version = fields.value("v").parse::<u32>().unwrap_or_default();
    let known = rules.packs().iter().any(|pack| pack.name == name && pack.version == version);
    if !known {
        return Err(Error::Hidden);
    }
    let id = PlaceId::parse(fields.value("place"));
    let line = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match id {
                Some(id) => id,
                None => place::root(tx)?.id,
            };
            Ok::<_, Error>(place::line(tx, id)?)
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let post = visit.may(&path, Visibility::Public)?;
    let w = visit.w();
    let from = fields.day("from", &w);
    if from.is_some_and(|from| from < visit.today) {
        fields.wrong("from", w.t("rules-activate-past"));
    }
    let (Some(from), Some(place), true) = (from, path.first().copied(), fields.ok()) else {
        return Page(pack_page(&visit, &name, Some(version), Came::Activate(fields)).await?).again();
    };
    let (own, packs) = (visit.clone(), rules.packs().to_vec());
    let new = Activation { pack: name.clone(), version, place, from, until: None };
    let to = format!("/rules/{name}?v={version}&done=1");
    let written = once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let mut all = store::rules::all(tx)?;
        let same = |a: &Activation| a.pack == new.pack && a.version == new.version && a.place == new.place;
        if all.iter().any(|a| same(a) && a.until.is_none()) {
            let key = "rules-activate-there";
            let answer = Answer { kind: Kind::Conflict, key, values: Vec::new(), field: Some("place"), rule: None };
            return Err(Error::Refused(Box::new(answer)));
        }
        all.push(new.clone());
        // A rule that gives residents less than the law does is none.
        Rules::new(packs.clone(), all).map_err(|refusal| Error::refused(&refusal))?;
        let activated =
            Activated { id: ActivationId::fresh(own.now, &mut chance), activation: new.clone(), reason: None };
        store::rules::put(tx, &activated)?;
        let entry = Entry::of(&activated, Verb::Activate, own.actor(post), own.now, &mut chance);
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    visit.app.forget_rules(visit.county.id);
    match written {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, "place", &w, &visit.today)?;
            Page(pack_page(&visit, &name, Some(version), Came::Activate(fields)).await?).again()
        }
    }
}

/// Ends a pack at a place after a last day, with the reason. What was decided until then stays under it.
async fn end(visit: Visit, Path(name): Path<String>, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let version = fields.value("v").parse::<u32>().unwrap_or_default();
    let w = visit.w();
    let Some(id) = ActivationId::parse(fields.value("which")) else {
        fields.wrong("which", w.t("field-choose"));
        return Page(pack_page(&visit, &name, Some(version), Came::End(fields)).await?).again();
    };
    let line = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let place = store::rules::get(tx, id)?.activation.place;
            Ok::<_, Error>(place::line(tx, place)?)
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let post = visit.may(&path, Visibility::Public)?;
    let until = fields.day("until", &w);
    let reason = fields.line("reason", END_REASON_MAX, &w);
    let (Some(until), Some(reason)) = (until, reason) else {
        return Page(pack_page(&visit, &name, Some(version), Came::End(fields)).await?).again();
    };
    let packs = visit.app.rules(visit.county.id).await?.packs().to_vec();
    let own = visit.clone();
    let to = format!("/rules/{name}?v={version}&done=end");
    let pack = name.clone();
    let written = once(&visit, &fields, move |tx| {
        let before = store::rules::get(tx, id)?;
        if (before.activation.pack.as_str(), before.activation.version) != (pack.as_str(), version) {
            return Err(Error::Hidden);
        }
        let ended = before.ended(until, reason.clone(), own.today).refuse()?;
        store::rules::end(tx, &ended)?;
        // What stays has to do for every decision, as it has to when a pack is taken into force.
        Rules::new(packs.clone(), store::rules::all(tx)?).refuse()?;
        let entry = Entry::of(&ended, Verb::End, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    visit.app.forget_rules(visit.county.id);
    match written {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, "which", &w, &visit.today)?;
            Page(pack_page(&visit, &name, Some(version), Came::End(fields)).await?).again()
        }
    }
}

fn pack_view(w: &W, pack: &Pack) -> PackView {
    PackView {
        href: format!("/rules/{}?v={}", pack.name, pack.version),
        title: w.label(&pack.title).to_owned(),
        about: w.list(&[&w.token(pack.sort), &w.t1("rules-version", "n", pack.version)]),
        digest: Hash(pack.digest).hex(),
    }
}

fn rule_view(w: &W, pack: &Pack, rule: &Rule, today: &Day) -> RuleView {
    let body = rule.scope.body.map(|body| w.token(body)).unwrap_or_default();
    let mode = rule.scope.mode.map(|mode| w.token(mode)).unwrap_or_default();
    let item = rule.scope.item.map(|item| w.token(item)).unwrap_or_default();
    let about = |parts: &[&str]| {
        let scope = w.list(parts);
        let kind = w.token(rule.kind);
        if scope.is_empty() { kind } else { w.t2("rules-of", "kind", kind, "scope", scope) }
    };
    let until = rule.valid_until.map(|until| w.t1("rules-until", "day", w.day(&until, today))).unwrap_or_default();
    RuleView {
        id: rule.id.clone(),
        about: about(&[&mode, &item]),
        about_whole: about(&[&body, &mode, &item]),
        say: rule_words(w, rule),
        source: w.t1("rules-source", "source", w.label(&rule.source)),
        standing: w.list(&[
            &w.token(rule.evidence),
            &w.t1("rules-from", "day", w.day(&rule.valid_from, today)),
            &until,
        ]),
        doubtful: !matches!(rule.evidence, Evidence::V1),
        note: rule.note.as_ref().map(|note| w.label(note).to_owned()),
        pack: w.label(&pack.title).to_owned(),
        pack_href: format!("/rules/{}?v={}", pack.name, pack.version),
    }
}

/// So many persons, households or owners, as the mode counts.
pub fn units(w: &W, mode: Mode, n: i64) -> String {
    w.t1(
        match mode {
            Mode::Person => "units-person",
            Mode::Household => "units-household",
            Mode::Area => "units-area",
        },
        "n",
        n,
    )
}

/// Pack, version and id of a rule. Without the pack's text the bare reference remains, so that a decision never loses its ground.
pub fn rule_name(w: &W, rules: &Rules, rule: &RuleRef) -> String {
    let pack = rules.find(rule).map_or(rule.pack.as_str(), |(pack, _)| w.label(&pack.title));
    w.t3("rule-name", "pack", pack, "n", rule.version, "id", rule.id.as_str())
}

/// The rule on the page of its pack.
pub fn rule_href(rule: &RuleRef) -> String {
    format!("/rules/{}?v={}#{}", rule.pack, rule.version, rule.id)
}

/// A fraction as people say it.
pub fn fraction(w: &W, fraction: Fraction) -> String {
    match (fraction.num, fraction.den, fraction.strict) {
        (1, 2, true) => w.t("fraction-half-more"),
        (1, 2, false) => w.t("fraction-half-least"),
        (num, den, false) if num == den => w.t("fraction-all"),
        (num, den, strict) => w.t2(if strict { "fraction-more" } else { "fraction-least" }, "num", num, "den", den),
    }
}

/// What a rule says, in a sentence.
pub fn rule_words(w: &W, rule: &Rule) -> String {
    let mut parts: Vec<String> = Vec::new();
    match &rule.value {
        Value::Notice(notice) => {
            parts.push(w.t1("rule-notice", "n", notice.days));
            if notice.ad_hoc {
                parts.push(w.t("rule-notice-ad-hoc"));
            }
            if let Some(who) = notice.tell {
                parts.push(w.t1("rule-notice-tell", "who", w.token(who)));
            }
        }
        Value::Convener(conveners) => {
            let names: Vec<String> = conveners.iter().map(|who| w.token(*who)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            parts.push(w.t1("rule-convener", "who", w.list(&names)));
        }
        Value::Initiative(share) => {
            let by = rule.scope.by.map(|by| w.token(by)).unwrap_or_default();
            parts.push(w.t2("rule-initiative", "by", by, "share", fraction(w, *share)));
        }
        Value::Frequency(every) => {
            parts.push(w.t2("rule-frequency", "times", every.times, "months", every.months));
        }
        Value::Quorum(quorum) => {
            let units = w.t(match rule.scope.mode {
                Some(Mode::Household) => "unit-household",
                Some(Mode::Area) => "unit-area",
                Some(Mode::Person) | None => "unit-person",
            });
            let key = if quorum.counted == Of::TakingPart { "rule-quorum-taking-part" } else { "rule-quorum-present" };
            parts.push(w.t2(key, "units", units, "share", fraction(w, quorum.fraction)));
            area(w, quorum.measure, &mut parts);
        }
        Value::Decision(share) => {
            parts.push(w.t2("rule-decision", "of", w.token(share.of), "share", fraction(w, share.fraction)));
            area(w, share.measure, &mut parts);
        }
        Value::StandIn(who) => parts.push(w.token(*who)),
        Value::Online(allowed) => parts.push(w.t(if *allowed { "rule-online-yes" } else { "rule-online-no" })),
        Value::PriorStep(step) => {
            parts.push(w.t2("rule-step", "n", step.order, "body", w.token(step.body)));
            if let Some(share) = step.quorum {
                parts.push(w.t1("rule-step-quorum", "share", fraction(w, share)));
            }
            if let Some(share) = step.decision {
                parts.push(w.t1("rule-step-decision", "share", fraction(w, share)));
            }
        }
        Value::Posting(days) => parts.push(w.t1("rule-posting", "n", *days)),
        Value::ObjectionWindow(Window::WholePosting) => parts.push(w.t("rule-window-whole")),
        Value::ObjectionWindow(Window::Days(days)) => parts.push(w.t1("rule-window-days", "n", *days)),
        Value::ObjectionAnswer(period) | Value::Reply(period) => {
            let key = if period.working { "rule-period-working" } else { "rule-period" };
            parts.push(w.t1(key, "n", period.days));
            if period.forward {
                parts.push(w.t("rule-period-forward"));
            }
        }
        Value::Disclosure(every) => {
            let months: [(&str, Arg); 2] =
                [("general", every.general_months.into()), ("finance", every.finance_months.into())];
            parts.push(w.with("rule-disclosure", &months));
        }
        Value::AdultAge(years) => parts.push(w.t1("rule-adult", "n", *years)),
        Value::Composition(made) => {
            parts.push(w.t1("rule-composition-elected", "share", fraction(w, made.elected)));
            if let Some(women) = made.women {
                parts.push(w.t1("rule-composition-women", "share", fraction(w, women)));
            }
            let (least, most) = (made.households_least, made.households_most);
            parts.push(w.t2("rule-composition-households", "least", least, "most", most));
        }
        Value::EffectiveCoverage(conditions) => {
            let values: [(&str, Arg); 3] = [
                ("activities", conditions.activities.into()),
                ("handled", conditions.handled.into()),
                ("months", conditions.months.into()),
            ];
            parts.push(w.with("rule-effective-coverage", &values));
        }
        Value::SurveyLimit(most) => parts.push(w.t1("rule-survey-limit", "n", *most)),
        Value::AwardScheme(scheme) => parts.extend(crate::build::award::scheme_words(w, scheme)),
        Value::Term(years) => parts.push(w.t1("rule-term", "n", *years)),
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let said = w.list(&parts);
    // A share at the head of an English sentence is a word of its middle elsewhere.
    let mut chars = said.chars();
    match (w.lang, chars.next()) {
        (Lang::En, Some(first)) => first.to_uppercase().chain(chars).collect(),
        _ => said,
    }
}

fn area(w: &W, measure: Measure, parts: &mut Vec<String>) {
    if measure == Measure::NumberAndArea {
        parts.push(w.t("rule-measure-area"));
    }
}
