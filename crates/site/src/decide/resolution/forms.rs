//! Making a resolution of a motion that passed, and attaching the signed paper.

use super::pages::{id_of, load};
use crate::decide::topic::gap_words;
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once, photos};
use crate::people::place::brand;
use crate::record::rule_href;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::decide::meeting::Meeting;
use civic::decide::motion::{Motion, Outcome};
use civic::decide::prior_step::{self as steps, Gap};
use civic::decide::resolution::{self as law, Resolved, TEXT_MAX, WHO_MAX};
use civic::decide::topic::TopicState;
use civic::id::{FileId, MotionId, PlaceId, ResolutionId};
use civic::people::place::Place;
use civic::people::standing::Visibility;
use civic::record::{Entry, Verb};
use civic::rules::Rules;
use civic::time::Day;
use store::Tx;
use store::decide::{matter, meeting, motion, motion_count, prior_step, resolution, topic};
use store::files::FileKind;
use store::people::place;

/// The most photos of one signed sheet: a village of eighty households fills four pages.
pub const PHOTOS_MAX: usize = 6;

/// A motion that passed and has no resolution yet, with what is missing before it can have one.
struct Ready {
    motion: Motion,
    meeting: Meeting,
    counted_on: Day,
    gaps: Vec<Gap>,
}

/// What stands in the way of a decision of that meeting on that day.
fn gaps(tx: &mut Tx<'_>, rules: &Rules, matter: &Matter, held: &Meeting, on: Day) -> Result<Vec<Gap>> {
    let Some(body) = held.sort.body() else { return Ok(Vec::new()) };
    let path = place::path(tx, held.place)?;
    let required = rules.on(&path, on).prior_steps(body);
    let taken = if required.is_empty() { Vec::new() } else { prior_step::of_matter(tx, matter.id)? };
    Ok(steps::gaps(&required, &taken, on))
}

struct Passed {
    matter: Matter,
    line: Vec<Place>,
    ready: Vec<Ready>,
}

fn passed(tx: &mut Tx<'_>, rules: &Rules, number: &PublicNumber) -> Result<Passed> {
    let matter = matter::by_number(tx, number)?;
    let line = place::line(tx, matter.place)?;
    let made = resolution::of_matter(tx, matter.id)?;
    let mut ready = Vec::new();
    for put in motion::of_matter(tx, matter.id)? {
        let Some(last) = put.count.filter(|_| put.outcome == Some(Outcome::Passed)) else { continue };
        if made.iter().any(|resolution| resolution.motion == put.id) {
            continue;
        }
        let held = meeting::get(tx, put.meeting)?;
        let counted_on = motion_count::get(tx, last)?.counted_on;
        let gaps = gaps(tx, rules, &matter, &held, counted_on)?;
        ready.push(Ready { motion: put, meeting: held, counted_on, gaps });
    }
    Ok(Passed { matter, line, ready })
}

struct GapView {
    text: String,
    rule: String,
    href: String,
}

#[derive(Template)]
#[template(path = "decide/resolution/resolve.html")]
struct ResolvePage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    action: String,
    motions: Vec<(String, String)>,
    gaps: Vec<GapView>,
    prepare: String,
}

/// What is missing of a step, in words.
fn gap_view(gap: &Gap, w: &W) -> GapView {
    GapView { text: gap_words(w, gap), rule: gap.rule.id.clone(), href: rule_href(&gap.rule) }
}

fn resolve_page(visit: &Visit, passed: &Passed, f: Fields) -> ResolvePage {
    let w = visit.w();
    let brand = brand(&passed.line);
    let number = passed.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let chosen = passed.ready.iter().find(|one| f.value("motion") == one.motion.id.to_string());
    let motions = passed
        .ready
        .iter()
        .map(|one| {
            let body = one.meeting.sort.body().map(|body| w.token(body)).unwrap_or_default();
            let day = w.day(&one.counted_on, &visit.today);
            let label = w.t3("resolution-motion", "day", day, "body", body, "text", &one.motion.text);
            (one.motion.id.to_string(), label)
        })
        .collect();
    ResolvePage {
        title: passed.matter.title.clone().unwrap_or_default(),
        action: format!("/m/{number}/resolve"),
        prepare: format!("/m/{number}/prepare"),
        motions,
        gaps: chosen.map(|one| one.gaps.iter().map(|gap| gap_view(gap, &w)).collect()).unwrap_or_default(),
        number,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }
}

async fn load_passed(visit: &Visit, number: &str) -> Result<Passed> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let rules = visit.app.rules(visit.county.id).await?;
    let passed = visit.app.db().read(visit.county.id, move |tx| passed(tx, &rules, &number)).await?;
    let path: Vec<PlaceId> = passed.line.iter().map(|place| place.id).collect();
    visit.may(&path, Visibility::Public)?;
    Ok(passed)
}

/// The form: the words of the motion stand in it already, since those are what people raised their hands for.
pub(super) async fn resolve_form(visit: Visit, Path(number): Path<String>, asked: Fields) -> Result<Response> {
    let passed = load_passed(&visit, &number).await?;
    let chosen = passed.ready.iter().find(|one| asked.value("motion") == one.motion.id.to_string());
    let mut f = Fields::empty(&visit.app);
    if let Some(one) = chosen.or_else(|| passed.ready.first()) {
        f = f.with("motion", one.motion.id.to_string()).with("text", &one.motion.text);
    }
    Page(resolve_page(&visit, &passed, f)).ok()
}

/// Makes the resolution.
pub(super) async fn resolve(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let passed = load_passed(&visit, &number).await?;
    let path: Vec<PlaceId> = passed.line.iter().map(|place| place.id).collect();
    let post = visit.may(&path, Visibility::Public)?;
    let w = visit.w();
    let text = f.block("text", TEXT_MAX, &w);
    let who_acts = f.line("who_acts", WHO_MAX, &w);
    let deadline = day_or_none(&mut f, "deadline", &w);
    let effective_on = day_or_none(&mut f, "effective_on", &w);
    let motion = MotionId::parse(f.value("motion"));
    if motion.is_none() {
        f.wrong("motion", w.t("field-choose"));
    }
    if let (Some(text), Some(who_acts), Some(deadline), Some(effective_on), Some(motion)) =
        (text, who_acts, deadline, effective_on, motion)
    {
        let resolved = Resolved { text, who_acts, deadline, effective_on };
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let rules = visit.app.rules(visit.county.id).await?;
        let living = passed.matter.id;
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let put = motion::get(tx, motion)?;
            let of = matter::get(tx, put.matter)?;
            if of.living() != living {
                return Err(Error::Hidden);
            }
            let matter = matter::get(tx, living)?;
            let held = meeting::get(tx, put.meeting)?;
            let last = motion_count::get(tx, put.count.ok_or(store::Error::Clash)?)?;
            let gaps = gaps(tx, &rules, &matter, &held, last.counted_on)?;
            let id = ResolutionId::fresh(now, &mut chance);
            let made = law::resolve(&held, &put, &last, &gaps, resolved.clone(), id, now).refuse()?;
            resolution::put(tx, &made)?;
            let mut entries = vec![Entry::of(&made, Verb::Resolve, actor, now, &mut chance)];
            let settled = law::settled(&matter).refuse()?;
            if settled == matter {
                matter::moved(tx, matter.id, now)?;
            } else {
                matter::change(tx, &settled, now)?;
                entries.push(Entry::of(&settled, Verb::Change, actor, now, &mut chance));
            }
            if let Some(id) = put.topic {
                let open = topic::get(tx, id)?;
                if open.state == TopicState::Open {
                    let decided = open.decided(last.counted_on).refuse()?;
                    topic::change(tx, &decided)?;
                    entries.push(Entry::of(&decided, Verb::Change, actor, now, &mut chance));
                }
            }
            Ok(Once { entries, to: format!("/r/{id}?made=1") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "motion", &w, &visit.today)?,
            done => return done,
        }
    }
    Page(resolve_page(&visit, &passed, f)).again()
}

/// A day that may be missing: `Some(None)` is right and empty, `None` is wrong and said beside the field.
fn day_or_none(f: &mut Fields, name: &str, w: &W) -> Option<Option<Day>> {
    if f.value(name).trim().is_empty() { Some(None) } else { f.day(name, w).map(Some) }
}

#[derive(Template)]
#[template(path = "decide/resolution/certify.html")]
struct CertifyPage {
    v: View,
    about: String,
    f: Fields,
    text: String,
    back: String,
    action: String,
    again: bool,
}

/// The form for the photos of the signed sheet.
pub(super) async fn certify_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let f = Fields::empty(&visit.app);
    certify_page(&visit, id_of(&id)?, f).await?.ok()
}

async fn certify_page(visit: &Visit, id: ResolutionId, f: Fields) -> Result<Page<CertifyPage>> {
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let brand = brand(&loaded.line);
    Ok(Page(CertifyPage {
        about: loaded.about(&visit.w()),
        text: loaded.resolution.text,
        back: format!("/r/{id}"),
        action: format!("/r/{id}/certify"),
        again: !loaded.resolution.scans.is_empty(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// Attaches the photos of the signed sheet.
pub(super) async fn certify(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let (path, visibility) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            Ok::<_, Error>((loaded.path(), loaded.visibility()))
        })
        .await?;
    let post = visit.may(&path, visibility)?;
    let photos = photos(&visit, &mut f, "photo", (1, PHOTOS_MAX)).await?;
    if f.ok() {
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let made = resolution::get(tx, id)?;
            let mut ids: Vec<FileId> = Vec::new();
            for photo in &photos {
                ids.push(photo.put(tx, FileKind::Scan, now, &mut chance)?);
            }
            let certified = law::certify(&made, ids.clone()).refuse()?;
            resolution::put_scans(tx, id, made.version, &ids)?;
            resolution::change(tx, &certified)?;
            matter::moved(tx, made.matter, now)?;
            let entry = Entry::of(&certified, Verb::Certify, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/r/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "photo", &visit.w(), &visit.today)?,
            done => return done,
        }
    }
    certify_page(&visit, id, f).await?.again()
}
