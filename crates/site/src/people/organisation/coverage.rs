//! How far associations are where they should be, and do what they should: two shares of places and organisations with their
//! definitions, of one place beside its own past and the county as a whole. Places are not put in an order (domain: M35, M37, AF7).

use super::forms::{chosen, ground};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::{OrganisationId, PlaceId, ShouldBuildId};
use civic::people::organisation::{OrganisationKind, OrganisationState};
use civic::people::place::PlaceCode;
use civic::people::should_build::{self as law, Coverage, Ratio, Seen, coverage, exists, works};
use civic::people::standing::{Action, Visibility};
use civic::record::{Entry, Verb};
use civic::rules::{EffectiveCoverage, Ruled};
use civic::time::Day;
use civic::token::Token;
use std::collections::BTreeMap;
use store::Tx;
use store::people::organisation::{LifeStep, Line};
use store::people::{activity, organisation, place, should_build};

/// How many days ago the past lies that a place is shown beside.
const BEFORE: [i32; 2] = [90, 365];
/// About so many days has a month, for the window of activities.
const MONTH_DAYS: i32 = 30;

/// Everything that the shares of a place are counted from.
struct Facts {
    judgements: Vec<should_build::Line>,
    associations: Vec<Line>,
    lives: Vec<LifeStep>,
    /// What was done before each of the days looked at.
    done: Vec<(Day, Vec<activity::Done>)>,
}

fn facts(tx: &mut Tx<'_>, place: PlaceId, days: &[Day], months: u16) -> store::Result<Facts> {
    let associations = OrganisationKind::ALL.iter().filter(|kind| kind.is_association());
    let mut found = Vec::new();
    for kind in associations {
        found.extend(organisation::list(tx, place, Some(*kind), None, None, 2_000)?);
    }
    let mut done = Vec::new();
    for day in days {
        let from = day.plus(i32::from(months).saturating_mul(MONTH_DAYS).saturating_neg());
        done.push((*day, activity::done(tx, place, from, *day)?));
    }
    Ok(Facts {
        judgements: should_build::within(tx, place)?,
        associations: found,
        lives: organisation::lives(tx, place)?,
        done,
    })
}

impl Facts {
    /// What should be, as it was last judged up to that day.
    fn should(&self, day: Day) -> Vec<(PlaceId, OrganisationKind)> {
        let mut last: BTreeMap<(PlaceId, OrganisationKind), bool> = BTreeMap::new();
        for line in self.judgements.iter().filter(|line| line.judgement.judged <= day) {
            last.insert((line.judgement.place, line.judgement.kind), line.judgement.should);
        }
        last.into_iter().filter(|(_, should)| *should).map(|(unit, _)| unit).collect()
    }

    /// Where an association was in its life on that day; `None` before it was entered.
    fn state(&self, id: OrganisationId, day: Day) -> Option<OrganisationState> {
        let mut steps = self.lives.iter().filter(|step| step.organisation == id && step.since <= day);
        steps.next_back().map(|step| step.state)
    }

    fn seen(&self, day: Day) -> Vec<(OrganisationId, Seen)> {
        let done = self.done.iter().find(|(on, _)| *on == day).map(|(_, done)| done.as_slice()).unwrap_or_default();
        let seen = self.associations.iter().filter_map(|line| {
            let one = &line.organisation;
            let did = done.iter().find(|did| did.organisation == one.id);
            let seen = Seen {
                place: one.place,
                kind: one.kind,
                state: self.state(one.id, day)?,
                contact: one.contact.is_some(),
                activities: did.map_or(0, |did| did.activities),
                handled: did.map_or(0, |did| did.handled),
            };
            Some((one.id, seen))
        });
        seen.collect()
    }

    fn coverage(&self, day: Day, conditions: Option<EffectiveCoverage>) -> Coverage {
        let seen: Vec<Seen> = self.seen(day).into_iter().map(|(_, seen)| seen).collect();
        coverage(&self.should(day), &seen, conditions)
    }
}

/// A share in words: 15 of 18.
fn share(w: &W, ratio: Ratio) -> String {
    if ratio.of == 0 { w.t("coverage-nothing") } else { w.t2("coverage-share", "n", ratio.n, "of", ratio.of) }
}

struct RowView {
    when: String,
    formal: String,
    effective: String,
}

/// One place and kind that was judged.
struct UnitView {
    place: String,
    kind: String,
    there: Option<(String, String)>,
    text: String,
    gap: bool,
}

#[derive(Template)]
#[template(path = "people/organisation/coverage.html")]
struct CoveragePage {
    v: View,
    title: String,
    rows: Vec<RowView>,
    county: Option<RowView>,
    conditions: Option<String>,
    source: Option<(String, String)>,
    units: Vec<UnitView>,
    judge: Option<String>,
    register: String,
}

/// The page of a place.
pub(super) async fn show(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = match asked.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let today = visit.today;
    let rules = visit.app.rules(visit.county.id).await?;
    let days: Vec<Day> =
        std::iter::once(today).chain(BEFORE.iter().map(|ago| today.plus(ago.saturating_neg()))).collect();
    let (in_force, wanted) = (rules.clone(), days.clone());
    let (line, own, whole, rule) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match code {
                Some(code) => place::by_code(tx, code, today)?.id,
                None => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
            let rule: Option<Ruled<EffectiveCoverage>> = in_force.on(&path, today).effective_coverage();
            let months = rule.as_ref().map_or(12, |rule| rule.value.months);
            let own = facts(tx, id, &wanted, months)?;
            let whole = match path.last() {
                Some(root) if *root != id => Some(facts(tx, *root, wanted.get(..1).unwrap_or_default(), months)?),
                _ => None,
            };
            Ok::<_, Error>((line, own, whole, rule))
        })
        .await?;
    let w = visit.w();
    let conditions = rule.as_ref().map(|rule| rule.value);
    let row = |facts: &Facts, day: Day, when: String| {
        let found = facts.coverage(day, conditions);
        RowView {
            when,
            formal: share(&w, found.formal),
            effective: found.effective.map(|ratio| share(&w, ratio)).unwrap_or_else(|| w.t("coverage-no-rule")),
        }
    };
    let labels = ["coverage-now", "coverage-quarter", "coverage-year"];
    let at = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let brand = brand(&line);
    let page = CoveragePage {
        title: w.t1("coverage-title-of", "place", &brand.name),
        rows: days
            .iter()
            .zip(labels)
            .map(|(day, label)| row(&own, *day, w.t1(label, "day", w.day(day, &today))))
            .collect(),
        county: whole.as_ref().map(|whole| row(whole, today, visit.county.name.clone())),
        conditions: conditions.map(|c| {
            let values = [
                ("months", i64::from(c.months).into()),
                ("activities", i64::from(c.activities).into()),
                ("handled", i64::from(c.handled).into()),
            ];
            w.with("coverage-conditions", &values)
        }),
        source: rule.as_ref().and_then(|rule| {
            let (pack, found) = rules.find(&rule.rule)?;
            Some((format!("/rules/{}", pack.name), w.label(&found.source).to_owned()))
        }),
        units: units(&own, &w, today, conditions),
        judge: visit.could(Action::KeepOrganisation, &path).then(|| format!("/coverage/judge?at={at}")),
        register: format!("/organisations?at={at}"),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// What was judged of each place and kind, in the order of places; a gap is information.
fn units(facts: &Facts, w: &W, today: Day, conditions: Option<EffectiveCoverage>) -> Vec<UnitView> {
    let seen = facts.seen(today);
    let mut views = Vec::new();
    for (at, line) in facts.judgements.iter().enumerate() {
        let one = &line.judgement;
        // The last judgement of a place and kind counts; earlier ones stand before it.
        let same = |other: &should_build::Line| other.judgement.place == one.place && other.judgement.kind == one.kind;
        if facts.judgements.get(at + 1).is_some_and(same) {
            continue;
        }
        let there = facts.associations.iter().find(|line| {
            let it = &line.organisation;
            it.place == one.place && it.kind == one.kind && exists(it.state)
        });
        let does = there.and_then(|line| {
            let id = line.organisation.id;
            let (_, seen) = seen.iter().find(|(other, _)| *other == id)?;
            conditions
                .map(|conditions| w.t(if works(seen, conditions) { "coverage-works" } else { "coverage-works-not" }))
        });
        let judged = if one.should { "coverage-should" } else { "coverage-should-not" };
        views.push(UnitView {
            place: line.place_name.clone(),
            kind: w.token(one.kind),
            there: there
                .map(|line| (format!("/organisations/{}", line.organisation.id), line.organisation.name.clone())),
            text: w.list(&[
                &w.t2(judged, "reason", &one.reason, "day", w.day(&one.judged, &today)),
                does.as_deref().unwrap_or_default(),
            ]),
            gap: one.should && there.is_none(),
        });
    }
    views
}

#[derive(Template)]
#[template(path = "people/organisation/judge.html")]
struct JudgePage {
    v: View,
    f: Fields,
    kinds: Vec<(String, String)>,
    places: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    back: String,
}

async fn judge_page(visit: &Visit, f: Fields) -> Result<Page<JudgePage>> {
    let ground = ground(visit, f.value("at")).await?;
    let w = visit.w();
    let brand = brand(&ground.line);
    let at = ground.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    Ok(Page(JudgePage {
        kinds: OrganisationKind::ALL
            .iter()
            .filter(|kind| kind.is_association())
            .map(|k| (k.as_str().to_owned(), w.token(*k)))
            .collect(),
        places: ground.places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect(),
        answers: ["yes", "no"].map(|word| (word.to_owned(), w.t(&format!("coverage-judge-{word}")))).to_vec(),
        back: format!("/coverage?at={at}"),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// The form for a judgement.
pub(super) async fn judge_form(visit: Visit, asked: Fields) -> Result<Response> {
    let f = Fields::empty(&visit.app).with("at", asked.value("at"));
    judge_page(&visit, f).await?.ok()
}

/// Judges whether a place should have an association of a kind.
pub(super) async fn judge(visit: Visit, mut f: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let w = visit.w();
    let chosen = chosen(&visit, &mut f).await?;
    let kind = f.token::<OrganisationKind>("kind", &w);
    let should = match f.value("should") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            f.wrong("should", w.t("field-choose"));
            None
        }
    };
    if let (Some((place, post)), Some(kind), Some(should)) = (chosen, kind, should) {
        let reason = f.value("reason").to_owned();
        let to = format!("/coverage?at={}", place.code);
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let id = ShouldBuildId::fresh(now, &mut chance);
            let made =
                law::judge(id, place.id, kind, should, &reason, today, now).map_err(|faults| Error::faults(&faults))?;
            should_build::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: to.clone() })
        })
        .await;
        match written {
            Err(error) => f.take(error, "reason", &w, &visit.today)?,
            done => return done,
        }
    }
    judge_page(&visit, f).await?.again()
}
