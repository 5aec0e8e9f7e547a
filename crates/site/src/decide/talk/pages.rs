//! The pages of a talk: writing it down, showing it, adding points and saying what came of them.

use super::chain::cells;
use crate::decide::meeting::when;
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, W, once, once_told};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::decide::matter::{Matter, PlanState};
use civic::decide::meeting::{
    self as meetings, Meeting, MeetingState, NAME_MAX, REASON_MAX, Sort, TalkForm, VENUE_MAX,
};
use civic::decide::point::{self as points, POINT_MAX, Point, PointOutcome};
use civic::id::{MatterId, MeetingId, PlaceId, PointId};
use civic::people::place::{Place, PlaceCode, whole_name};
use civic::people::standing::{Action, Visibility};
use civic::record::{Entry, Verb};
use civic::time::Day;
use civic::token::Token;
use store::decide::{matter, meeting, point};
use store::people::place;

/// Points that one form takes; more are added on the talk's own page.
const POINTS_ONCE: usize = 6;

/// The routes of talks.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/talks/new", Action::HoldTalk, form),
        Route::post("/talks/new", Action::HoldTalk, keep),
        Route::get("/talks/{id}", Action::ReadPublic, show),
        Route::post("/talks/{id}/point", Action::HoldTalk, add_point),
        Route::post("/talks/{id}/point/{point}", Action::HoldTalk, settle),
    ]
}

#[derive(Template)]
#[template(path = "decide/talk/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    rows: Vec<[String; 3]>,
    forms: Vec<(String, String)>,
    matter: Option<(String, String)>,
    hidden: Vec<(String, String)>,
    place: String,
}

/// Where the talk is held and which matter it hears.
struct Ground {
    line: Vec<Place>,
    matter: Option<Matter>,
}

async fn ground(visit: &Visit, fields: &Fields) -> Result<Ground> {
    let number = PublicNumber::parse(fields.value("matter")).ok();
    let code = PlaceCode::parse(fields.value("at"));
    let today = visit.today;
    let fallback = visit.signed.as_ref().and_then(|s| s.standings.first()).map(|s| s.place);
    if number.is_none() && code.is_none() && fallback.is_none() {
        visit.may(&[], Visibility::Public)?;
    }
    let ground = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let matter = number.as_ref().map(|n| matter::by_number(tx, n)).transpose()?;
            let place = match (&matter, code) {
                (Some(matter), _) => matter.place,
                (None, Some(code)) => place::by_code(tx, code, today)?.id,
                (None, None) => fallback.ok_or(Error::Hidden)?,
            };
            let line = place::line(tx, place)?;
            Ok::<_, Error>(Ground { line, matter })
        })
        .await?;
    let path: Vec<PlaceId> = ground.line.iter().map(|p| p.id).collect();
    visit.may(&path, Visibility::Public)?;
    Ok(ground)
}

async fn form(visit: Visit, fields: Fields) -> Result<Response> {
    let ground = ground(&visit, &fields).await?;
    let name = visit.signed.as_ref().and_then(|s| s.shown_name.clone()).unwrap_or_default();
    let fresh = Fields::empty(&visit.app)
        .with("matter", fields.value("matter"))
        .with("at", fields.value("at"))
        .with("held_on", visit.today.to_string())
        .with("kept_by", name);
    page(&visit, ground, fresh)
}

fn page(visit: &Visit, ground: Ground, f: Fields) -> Result<Response> {
    let w = visit.w();
    let brand = brand(&ground.line);
    let names = |i: usize| ["point", "taken_by", "due_on"].map(|name| format!("{name}_{i}"));
    let again = !f.ok();
    let page = NewPage {
        rows: (0..POINTS_ONCE).map(names).collect(),
        forms: TalkForm::ALL.iter().map(|t| (t.as_str().to_owned(), w.token(*t))).collect(),
        matter: ground.matter.as_ref().and_then(|m| Some((m.number.as_ref()?.to_string(), m.title.clone()?))),
        hidden: ["matter", "at", "form"].iter().map(|n| ((*n).to_owned(), f.value(n).to_owned())).collect(),
        place: brand.name.clone(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

struct Said {
    text: String,
    taken_by: Option<String>,
    due_on: Option<Day>,
}

/// Writes a talk down that was held. Five things are asked for: where (known from the matter), the day, the form, who kept it, a point.
async fn keep(visit: Visit, mut fields: Fields) -> Result<Response> {
    let ground = ground(&visit, &fields).await?;
    let path: Vec<PlaceId> = ground.line.iter().map(|p| p.id).collect();
    let actor = visit.actor(visit.may(&path, Visibility::Public)?);
    let w = visit.w();
    let held_on = fields.day("held_on", &w);
    let form = fields.token::<TalkForm>("talk_form", &w);
    let kept_by = fields.line("kept_by", NAME_MAX, &w);
    let venue = fields.line_or_none("venue", VENUE_MAX, &w);
    let said: Vec<Said> = (0..POINTS_ONCE).filter_map(|i| row(&mut fields, &format!("_{i}"), &w)).collect();
    if said.is_empty() && fields.err("point_0").is_none() {
        fields.wrong("point_0", w.t("refusal-meeting-no-point"));
    }
    let (Some(held_on), Some(form), Some(kept_by), Some(venue), true) = (held_on, form, kept_by, venue, fields.ok())
    else {
        return page(&visit, ground, fields);
    };
    let place = ground.line.first().map(|p| p.id).ok_or(Error::Hidden)?;
    let heard = ground.matter.as_ref().map(|m| m.id);
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    let done = once_told(
        &visit,
        true,
        &fields,
        |_, _| Ok(true),
        move |tx| {
            let mut chance = app.chance();
            let id = MeetingId::fresh(now, &mut chance);
            let draft = meetings::draft_talk(id, place, heard.into_iter().collect(), form, now);
            let kept = meetings::keep(&draft, held_on, kept_by.clone(), venue.clone(), said.len(), today).refuse()?;
            meeting::put(tx, &kept)?;
            let mut entries = vec![Entry::of(&kept, Verb::Create, actor, now, &mut chance)];
            for one in &said {
                let raised = raised(one, &kept, heard, now, &mut chance)?;
                point::put(tx, &raised)?;
                entries.push(Entry::of(&raised, Verb::Create, actor, now, &mut chance));
            }
            if let Some(id) = heard {
                let own = matter::get(tx, id)?;
                // A topic that people met over was deliberated; a matter that is no topic yet only has the talk in its chain.
                if own.plan == PlanState::Topic {
                    let moved = own.advance(PlanState::Deliberated).refuse()?;
                    matter::change(tx, &moved, now)?;
                    entries.push(Entry::of(&moved, Verb::Change, actor, now, &mut chance));
                } else {
                    matter::moved(tx, id, now)?;
                }
            }
            Ok(Once { entries, to: format!("/talks/{id}?done=1") })
        },
    )
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "held_on", &w, &visit.today)?;
            page(&visit, ground, fields)
        }
    }
}

fn raised(
    said: &Said,
    held: &Meeting,
    heard: Option<MatterId>,
    now: civic::time::Timestamp,
    chance: &mut crate::frame::OsChance,
) -> Result<Point> {
    let raised = points::raise(held, PointId::fresh(now, chance), heard, said.text.clone(), now).refuse()?;
    match &said.taken_by {
        Some(by) => points::take(&raised, held, by.clone(), said.due_on).refuse(),
        None => Ok(raised),
    }
}

/// One point of a form; nothing written is no point.
fn row(fields: &mut Fields, tail: &str, w: &W) -> Option<Said> {
    let [text_name, by_name, due_name] = ["point", "taken_by", "due_on"].map(|name| format!("{name}{tail}"));
    let text = fields.block_or_none(&text_name, POINT_MAX, w)?;
    let taken_by = fields.line_or_none(&by_name, NAME_MAX, w)?;
    let due_on = if fields.value(&due_name).trim().is_empty() { None } else { Some(fields.day(&due_name, w)?) };
    let Some(text) = text else {
        if taken_by.is_some() || due_on.is_some() {
            fields.wrong(&text_name, w.t("field-empty"));
        }
        return None;
    };
    if due_on.is_some() && taken_by.is_none() {
        fields.wrong(&by_name, w.t("point-due-needs-who"));
        return None;
    }
    Some(Said { text, taken_by, due_on })
}

struct PointView {
    cells: Vec<String>,
    settle: Option<String>,
    form: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "decide/talk/talk.html")]
struct TalkPage {
    v: View,
    title: String,
    meta: String,
    done: bool,
    matters: Vec<(String, String)>,
    to_come: bool,
    points: Vec<PointView>,
    outcomes: Vec<(String, String)>,
    add: Option<String>,
    f: Fields,
    settle_fault: Option<String>,
}

struct Loaded {
    meeting: Meeting,
    line: Vec<Place>,
    matters: Vec<Matter>,
    points: Vec<Point>,
}

async fn loaded(visit: &Visit, id: &str) -> Result<(Loaded, Vec<PlaceId>)> {
    let id = MeetingId::parse(id).ok_or(Error::Hidden)?;
    let loaded = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let meeting = meeting::get(tx, id)?;
            let line = place::line(tx, meeting.place)?;
            let points = point::of_meeting(tx, id)?;
            let matters = meeting::matters_of(tx, id)?;
            Ok::<_, Error>(Loaded { meeting, line, matters, points })
        })
        .await?;
    if !matches!(loaded.meeting.sort, Sort::Talk(_)) {
        return Err(Error::Hidden);
    }
    let path: Vec<PlaceId> = loaded.line.iter().map(|p| p.id).collect();
    Ok((loaded, path))
}

async fn show(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (loaded, path) = loaded(&visit, &id).await?;
    let seen = match loaded.meeting.state {
        MeetingState::Draft => Visibility::Draft,
        _ => Visibility::Public,
    };
    visit.may(&path, seen)?;
    talk_page(&visit, loaded, &path, Fields::empty(&visit.app), fields.is("done", "1"), None)
}

fn talk_page(
    visit: &Visit,
    loaded: Loaded,
    path: &[PlaceId],
    f: Fields,
    done: bool,
    settle_fault: Option<String>,
) -> Result<Response> {
    let w = visit.w();
    let keeps = visit.could(Action::HoldTalk, path);
    let Sort::Talk(form) = loaded.meeting.sort else { return Err(Error::Hidden) };
    let brand = brand(&loaded.line);
    let id = loaded.meeting.id;
    let day = loaded.meeting.held_on.map(|d| w.full_day(&d)).unwrap_or_default();
    let again = !f.ok() || settle_fault.is_some();
    let page = TalkPage {
        title: w.t2("talk-title", "day", &day, "form", w.token(form)),
        meta: w.list(&[
            &when(&w, &loaded.meeting, &visit.today).filter(|_| loaded.meeting.minute.is_some()).unwrap_or_default(),
            &whole_name(&loaded.line),
            loaded.meeting.venue.as_deref().unwrap_or_default(),
            &loaded.meeting.kept_by.as_ref().map(|k| w.t1("talk-kept-by", "name", k)).unwrap_or_default(),
        ]),
        matters: loaded
            .matters
            .iter()
            .filter_map(|m| Some((format!("/m/{}", m.number.as_ref()?), m.title.clone()?)))
            .collect(),
        to_come: loaded.meeting.state == MeetingState::Convened,
        points: loaded
            .points
            .iter()
            .map(|p| PointView {
                cells: cells(p, &w, visit.today),
                settle: (keeps && p.outcome.is_none()).then(|| format!("/talks/{id}/point/{}", p.id)),
                form: visit.form_key(),
                over: p.overdue(visit.today),
            })
            .collect(),
        outcomes: PointOutcome::ALL.iter().map(|o| (o.as_str().to_owned(), w.token(*o))).collect(),
        add: (keeps && loaded.meeting.state != MeetingState::Cancelled).then(|| format!("/talks/{id}/point")),
        f,
        done,
        settle_fault,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// Adds a point that was forgotten.
async fn add_point(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, path) = loaded(&visit, &id).await?;
    let actor = visit.actor(visit.may(&path, Visibility::Public)?);
    let w = visit.w();
    let said = row(&mut fields, "", &w);
    if said.is_none() && fields.ok() {
        fields.wrong("point", w.t("field-empty"));
    }
    let Some(said) = said.filter(|_| fields.ok()) else {
        return talk_page(&visit, loaded, &path, fields, false, None);
    };
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let heard: Option<MatterId> = loaded.meeting.matters.first().copied();
    let done = once_told(
        &visit,
        true,
        &fields,
        |_, _| Ok(true),
        move |tx| {
            let mut chance = app.chance();
            let raised = raised(&said, &meeting::get(tx, meeting_id)?, heard, now, &mut chance)?;
            point::put(tx, &raised)?;
            let entry = Entry::of(&raised, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/talks/{meeting_id}?done=1") })
        },
    )
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "point", &w, &visit.today)?;
            talk_page(&visit, loaded, &path, fields, false, None)
        }
    }
}

/// Says what came of a point.
async fn settle(visit: Visit, Path((id, point_id)): Path<(String, String)>, mut fields: Fields) -> Result<Response> {
    let (loaded, path) = loaded(&visit, &id).await?;
    let actor = visit.actor(visit.may(&path, Visibility::Public)?);
    let point_id = PointId::parse(&point_id).ok_or(Error::Hidden)?;
    if !loaded.points.iter().any(|p| p.id == point_id) {
        return Err(Error::Hidden);
    }
    let w = visit.w();
    let outcome = fields.token::<PointOutcome>("outcome", &w);
    let reason = fields.line_or_none("reason", REASON_MAX, &w);
    let fault = |fields: &Fields| fields.errors().first().map(|(_, sentence)| sentence.clone());
    let (Some(outcome), Some(reason)) = (outcome, reason) else {
        return talk_page(&visit, loaded, &path, Fields::empty(&visit.app), false, fault(&fields));
    };
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let settled = points::settle(&point::get(tx, point_id)?, outcome, reason.clone()).refuse()?;
        point::change(tx, &settled)?;
        let entry = Entry::of(&settled, Verb::Change, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/talks/{meeting_id}?done=1") })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "reason", &w, &visit.today)?;
            talk_page(&visit, loaded, &path, Fields::empty(&visit.app), false, fault(&fields))
        }
    }
}
