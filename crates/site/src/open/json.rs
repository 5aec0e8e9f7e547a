//! The JSON answers under `/api/v1`.

use super::answer::json;
use super::describe;
use super::shape::{
    BudgetLine, Case, Event, Facility, Item, Ledgers, List, Matter, MatterLine, Place, PlaceWithParts, Posting,
    Project, Source, Survey, Table,
};
use crate::decide::matter::chain::Detail;
use crate::decide::matter::told;
use crate::frame::{Error, Fields, Result, Route, Visit, cut, see_other};
use axum::extract::Path;
use axum::response::Response;
use civic::build::contribution::{ContributionState, GiftKind};
use civic::decide::code::PublicNumber;
use civic::decide::matter::{Category, Matter as Told};
use civic::id::{CaseId, FacilityId, MatterId, PlaceId, PostingId, ProjectId, SurveyId};
use civic::people::place::{Place as OnRoll, PlaceCode};
use civic::people::standing::{Action, Visibility};
use civic::stage::Stage;
use civic::time::{Day, Timestamp};
use civic::token::Token;
use store::Tx;
use store::build::{contribution, project};
use store::decide::matter::{self, Far, Within};
use store::decide::posting;
use store::evaluate::survey;
use store::manage::facility;
use store::people::place;
use store::share::case;

/// Things on one page of a list.
const ITEMS_MAX: u32 = 50;
/// Places directly under one that one answer takes.
const PARTS_MAX: u32 = 2_000;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/openapi.json", Action::ReadPublic, openapi).kept(),
        Route::get("/api/v1/places", Action::ReadPublic, county).kept(),
        Route::get("/api/v1/places/{code}", Action::ReadPublic, one_place).kept(),
        Route::get("/api/v1/matters", Action::ReadPublic, matters).kept(),
        Route::get("/api/v1/matters/{number}", Action::ReadPublic, one_matter).kept(),
        Route::get("/api/v1/postings", Action::ReadPublic, postings).kept(),
        Route::get("/api/v1/postings/{id}", Action::ReadPublic, one_posting).kept(),
        Route::get("/api/v1/projects/{id}", Action::ReadPublic, one_project).kept(),
        Route::get("/api/v1/facilities", Action::ReadPublic, facilities).kept(),
        Route::get("/api/v1/facilities/{number}", Action::ReadPublic, one_facility).kept(),
        Route::get("/api/v1/surveys/{id}", Action::ReadPublic, one_survey).kept(),
        Route::get("/api/v1/cases", Action::ReadPublic, cases).kept(),
    ]
}

/// What every answer looks like (OpenAPI 3.1).
async fn openapi(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    json(&describe::description())
}

/// The place of `?at=`; the county's own without it. A word that is no code is a mistake of whoever wrote the program, and is said.
pub(super) fn at(tx: &mut Tx<'_>, asked: Option<&str>, today: Day) -> Result<Vec<OnRoll>> {
    let own = match asked.filter(|code| !code.is_empty()) {
        None => place::root(tx)?,
        Some(code) => place::by_code(tx, PlaceCode::parse(code).ok_or(Error::Malformed)?, today)?,
    };
    Ok(place::line(tx, own.id)?)
}

/// A parameter that may be missing.
pub(super) fn param(asked: &Fields, name: &str) -> Option<String> {
    Some(asked.value(name).to_owned()).filter(|text| !text.is_empty())
}

/// A parameter that is missing or one of a closed list; anything else is said and not ignored.
fn token<T: Token>(asked: &Fields, name: &str) -> Result<Option<T>> {
    param(asked, name).map(|text| T::parse(&text).ok_or(Error::Malformed)).transpose()
}

/// The path of the next page: what was asked for, from another row on.
fn next(visit: &Visit, asked: &Fields, names: &[&str], after: String) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in names {
        if let Some(text) = param(asked, name) {
            query.append_pair(name, &text);
        }
    }
    query.append_pair("after", &after);
    format!("{}?{}", visit.path, query.finish())
}

fn place_of(one: &OnRoll, above: Option<&OnRoll>) -> Place {
    Place {
        code: one.code.to_string(),
        name: one.name.clone(),
        kind: one.kind.as_str().to_owned(),
        above: above.map(|above| above.code.to_string()),
    }
}

/// The county with what lies under it: where to begin.
#[utoipa::path(get, path = "/api/v1/places", responses((status = 200, body = PlaceWithParts)))]
pub(super) async fn county(visit: Visit) -> Result<Response> {
    with_parts(visit, None).await
}

/// A place with what lies under it.
#[utoipa::path(get, path = "/api/v1/places/{code}", params(("code" = String, Path, description = "The code of a place")),
    responses((status = 200, body = PlaceWithParts), (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_place(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    with_parts(visit, Some(code)).await
}

async fn with_parts(visit: Visit, code: Option<PlaceCode>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let today = visit.today;
    let (line, parts) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = match code {
                None => place::root(tx)?,
                Some(code) => place::by_code(tx, code, today)?,
            };
            let parts = place::children(tx, own.id, today, "", PARTS_MAX)?;
            Ok::<_, Error>((place::line(tx, own.id)?, parts))
        })
        .await?;
    let own = line.first().ok_or(Error::Hidden)?;
    let above = line.iter().skip(1);
    let next = above.clone().skip(1).map(Some).chain([None]);
    json(&PlaceWithParts {
        place: place_of(own, line.get(1)),
        line: above.zip(next).map(|(one, above)| place_of(one, above)).collect(),
        parts: parts.iter().map(|one| place_of(one, Some(own))).collect(),
    })
}

fn categories(matter: &Told) -> Vec<String> {
    matter.categories.iter().map(|one| one.as_str().to_owned()).collect()
}

fn stage_of(matter: &Told, stage: Stage) -> String {
    matter.stages.get(stage).as_str().to_owned()
}

/// Public matters of a place and what lies below it, the one that moved last first.
#[utoipa::path(get, path = "/api/v1/matters", params(
        ("at" = Option<String>, Query, description = "The code of a place; the whole county without it"),
        ("stage" = Option<String>, Query, description = "Come to this stage: `decide`, `build`, `manage`, `evaluate`, `share`"),
        ("category" = Option<String>, Query, description = "What they are about"),
        ("after" = Option<String>, Query, description = "Where the page begins: taken from `next`")),
    responses((status = 200, body = List<MatterLine>), (status = 400, body = super::shape::Problem),
        (status = 404, body = super::shape::Problem)))]
pub(super) async fn matters(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let stage = token::<Stage>(&asked, "stage")?;
    let category = token::<Category>(&asked, "category")?;
    let after = match param(&asked, "after") {
        None => None,
        Some(text) => Some(moment_and(&text, MatterId::parse).ok_or(Error::Malformed)?),
    };
    let (code, today) = (param(&asked, "at"), visit.today);
    let mut rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let line = at(tx, code.as_deref(), today)?;
            let far = stage.map_or(Far::Anywhere, Far::In);
            Ok::<_, Error>(matter::list(tx, Within::of(&line), far, category, after, ITEMS_MAX + 1)?)
        })
        .await?;
    let more = cut(&mut rows, ITEMS_MAX);
    let last = rows.last().filter(|_| more).map(|last| format!("{}.{}", last.moved_at.millis(), last.matter.id));
    let items = rows
        .into_iter()
        .map(|row| {
            let own = &row.matter;
            let number = own.number.as_ref().map(ToString::to_string).unwrap_or_default();
            MatterLine {
                href: format!("/api/v1/matters/{number}"),
                number,
                title: own.title.clone().unwrap_or_default(),
                categories: categories(own),
                decide: own.plan.as_str().to_owned(),
                build: stage_of(own, Stage::Build),
                manage: stage_of(own, Stage::Manage),
                evaluate: stage_of(own, Stage::Evaluate),
                share: stage_of(own, Stage::Share),
                moved_at: row.moved_at.millis(),
                place: row.place_name,
            }
        })
        .collect();
    json(&List { items, next: last.map(|last| next(&visit, &asked, &["at", "stage", "category"], last)) })
}

fn moment_and<T>(text: &str, id: impl Fn(&str) -> Option<T>) -> Option<(Timestamp, T)> {
    let (at, rest) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id(rest)?))
}

fn day_and<T>(text: &str, id: impl Fn(&str) -> Option<T>) -> Option<(Day, T)> {
    let (day, rest) = text.split_once('.')?;
    Some((Day::parse(day)?, id(rest)?))
}

/// A matter with its chain. One that was merged leads on to the one that goes on.
#[utoipa::path(get, path = "/api/v1/matters/{number}",
    params(("number" = String, Path, description = "The public number of a matter")),
    responses((status = 200, body = Matter), (status = 303, description = "It was merged into another one"),
        (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_matter(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let told = match told(&visit, &number).await? {
        Ok(told) => told,
        Err(survivor) => return Ok(see_other(&format!("/api/v1/matters/{survivor}"))),
    };
    let id = told.matter.id;
    let (projects, facilities) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| Ok::<_, Error>((project::of_matter(tx, id)?, facility::of_matter(tx, id)?)))
        .await?;
    let own = &told.matter;
    let events = told.stages.into_iter().flat_map(|(stage, events)| {
        events.into_iter().map(move |event| {
            let (mut details, mut tables, mut links) = (Vec::new(), Vec::new(), Vec::new());
            for detail in event.details {
                match detail {
                    Detail::Text(text) => details.push(text),
                    Detail::Link { href, .. } => links.push(href),
                    Detail::Table { caption, head, rows } => tables.push(Table { caption, head, rows }),
                }
            }
            let stage = stage.as_str().to_owned();
            Event { id: event.id, stage, day: event.day.to_string(), say: event.say, details, tables, links }
        })
    });
    json(&Matter {
        number: own.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        title: own.title.clone().unwrap_or_default(),
        categories: categories(own),
        place: told.line.first().map(|place| place.code.to_string()).unwrap_or_default(),
        decide: own.plan.as_str().to_owned(),
        build: stage_of(own, Stage::Build),
        manage: stage_of(own, Stage::Manage),
        evaluate: stage_of(own, Stage::Evaluate),
        share: stage_of(own, Stage::Share),
        created_on: own.created.to_string(),
        merged: told.under.iter().map(ToString::to_string).collect(),
        events: events.collect(),
        projects: projects
            .iter()
            .filter(|one| one.is_public())
            .map(|one| format!("/api/v1/projects/{}", one.id))
            .collect(),
        facilities: facilities.iter().map(|one| format!("/api/v1/facilities/{}", one.number)).collect(),
    })
}

fn posting_of(row: posting::Line) -> Posting {
    let one = row.posting;
    Posting {
        id: one.id.to_string(),
        matter: row.number.unwrap_or_default(),
        place: row.place_name,
        text: one.text,
        hangs_at: one.hangs_at,
        posted_on: one.posted_on.to_string(),
        until: one.until.to_string(),
        objections_until: one.objections_until.to_string(),
        state: one.state.as_str().to_owned(),
        corrections: one.corrections,
    }
}

/// Postings of a place and what lies below it: those that hang, or with `over` those whose days are over.
#[utoipa::path(get, path = "/api/v1/postings", params(
        ("at" = Option<String>, Query, description = "The code of a place; the whole county without it"),
        ("over" = Option<String>, Query, description = "`1` for those whose days are over"),
        ("after" = Option<String>, Query, description = "Where the page begins: taken from `next`")),
    responses((status = 200, body = List<Posting>), (status = 400, body = super::shape::Problem),
        (status = 404, body = super::shape::Problem)))]
pub(super) async fn postings(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let over = match asked.value("over") {
        "" => false,
        "1" => true,
        _ => return Err(Error::Malformed),
    };
    let after = match param(&asked, "after") {
        None => None,
        Some(text) => Some(day_and(&text, PostingId::parse).ok_or(Error::Malformed)?),
    };
    let (code, today) = (param(&asked, "at"), visit.today);
    let mut rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let within = Within::of(&at(tx, code.as_deref(), today)?);
            let list = if over { posting::over } else { posting::open };
            Ok::<_, Error>(list(tx, within, today, after, ITEMS_MAX + 1)?)
        })
        .await?;
    let more = cut(&mut rows, ITEMS_MAX);
    let last = rows.last().filter(|_| more).map(|last| format!("{}.{}", last.posting.until, last.posting.id));
    let items = rows.into_iter().map(posting_of).collect();
    json(&List { items, next: last.map(|last| next(&visit, &asked, &["at", "over"], last)) })
}

/// A posting.
#[utoipa::path(get, path = "/api/v1/postings/{id}", params(("id" = String, Path, description = "The id of a posting")),
    responses((status = 200, body = Posting), (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_posting(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = PostingId::parse(&id).ok_or(Error::Hidden)?;
    let (row, path) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = posting::get(tx, id)?;
            let about = matter::get(tx, one.matter)?;
            let line = place::line(tx, one.place)?;
            let place_name = line.first().map(|place| place.name.clone()).unwrap_or_default();
            let number = about.number.as_ref().map(ToString::to_string);
            let path: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
            Ok::<_, Error>((posting::Line { posting: one, title: about.title, number, place_name }, path))
        })
        .await?;
    visit.may(&path, Visibility::Public)?;
    json(&posting_of(row))
}

/// A project with its budget and what came in.
#[utoipa::path(get, path = "/api/v1/projects/{id}", params(("id" = String, Path, description = "The id of a project")),
    responses((status = 200, body = Project), (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_project(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = ProjectId::parse(&id).ok_or(Error::Hidden)?;
    let (one, about, path, sums) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = project::get(tx, id)?;
            let about = matter::get(tx, one.matter)?;
            let path = place::path(tx, one.place)?;
            let sums = contribution::sums(tx, id)?;
            Ok::<_, Error>((one, about, path, sums))
        })
        .await?;
    // What is not public yet is no draft here that somebody of the committee may read: programs see what visitors see.
    visit.may(&path, Visibility::Public)?;
    if !one.is_public() || !about.is_public() {
        return Err(Error::Hidden);
    }
    let of = |kind| sums.of(kind, ContributionState::Confirmed);
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    json(&Project {
        id: one.id.to_string(),
        matter: about.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        title: one.plan.title.clone(),
        state: one.state.as_str().to_owned(),
        edition: one.edition,
        lines: one
            .budget
            .lines
            .iter()
            .map(|line| BudgetLine {
                name: line.name.clone(),
                quantity: line.quantity.clone(),
                cover: line.cover.as_str().to_owned(),
                fen: line.amount.map(civic::money::Fen::fen),
                quarter_days: line.days.map(civic::build::workday::Workdays::in_quarters),
            })
            .collect(),
        sources: one
            .budget
            .sources
            .iter()
            .map(|source| Source {
                kind: source.kind.as_str().to_owned(),
                whose: source.whose.clone(),
                fen: source.amount.map(civic::money::Fen::fen),
                quarter_days: source.days.map(civic::build::workday::Workdays::in_quarters),
                things: source.things.clone(),
                document: source.document.clone(),
            })
            .collect(),
        confirmed: Ledgers {
            money_fen: of(GiftKind::Cash).money.fen(),
            labour_quarter_days: of(GiftKind::Labour).days.in_quarters(),
            things_entries: of(GiftKind::Thing).entries,
        },
        published_on: day(one.published_on),
        begun_on: day(one.begun_on),
        built_on: day(one.built_on),
    })
}

fn facility_of(row: facility::Line) -> Facility {
    let (one, own) = (row.facility.clone(), row.facility.sheet);
    Facility {
        number: one.number.to_string(),
        name: own.name,
        kind: own.kind.as_str().to_owned(),
        place: row.place_name,
        spot: own.spot,
        owner: own.owner,
        manager: own.manager,
        upkeep: own.mode.as_str().to_owned(),
        yearly_fen: own.yearly_cost.map(civic::money::Fen::fen),
        state: one.state.as_str().to_owned(),
    }
}

/// The register of facilities of a place and what lies below it, the latest first.
#[utoipa::path(get, path = "/api/v1/facilities", params(
        ("at" = Option<String>, Query, description = "The code of a place; the whole county without it"),
        ("after" = Option<String>, Query, description = "Where the page begins: taken from `next`")),
    responses((status = 200, body = List<Facility>), (status = 400, body = super::shape::Problem),
        (status = 404, body = super::shape::Problem)))]
pub(super) async fn facilities(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let after = match param(&asked, "after") {
        None => None,
        Some(text) => Some(FacilityId::parse(&text).ok_or(Error::Malformed)?),
    };
    let (code, today) = (param(&asked, "at"), visit.today);
    let mut rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = at(tx, code.as_deref(), today)?.first().map(|own| own.id).ok_or(Error::Hidden)?;
            Ok::<_, Error>(facility::list(tx, own, None, None, after, ITEMS_MAX + 1)?)
        })
        .await?;
    let more = cut(&mut rows, ITEMS_MAX);
    let last = rows.last().filter(|_| more).map(|last| last.facility.id.to_string());
    let items = rows.into_iter().map(facility_of).collect();
    json(&List { items, next: last.map(|last| next(&visit, &asked, &["at"], last)) })
}

/// A facility.
#[utoipa::path(get, path = "/api/v1/facilities/{number}",
    params(("number" = String, Path, description = "The public number of a facility")),
    responses((status = 200, body = Facility), (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_facility(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let number = PublicNumber::parse(&number).map_err(|_| Error::Hidden)?;
    let (row, path) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let facility = facility::by_number(tx, &number)?;
            let line = place::line(tx, facility.place)?;
            let place_name = line.first().map(|place| place.name.clone()).unwrap_or_default();
            let path: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
            Ok::<_, Error>((facility::Line { facility, place_name }, path))
        })
        .await?;
    visit.may(&path, Visibility::Public)?;
    json(&facility_of(row))
}

/// A survey: how many answered of how many, and the sums once it is counted and at least ten did.
#[utoipa::path(get, path = "/api/v1/surveys/{id}", params(("id" = String, Path, description = "The id of a survey")),
    responses((status = 200, body = Survey), (status = 404, body = super::shape::Problem)))]
pub(super) async fn one_survey(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = SurveyId::parse(&id).ok_or(Error::Hidden)?;
    let (one, path) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = survey::get(tx, id)?;
            let path = place::path(tx, one.place)?;
            Ok::<_, Error>((one, path))
        })
        .await?;
    visit.may(&path, Visibility::Public)?;
    let shown = one.shown();
    let names = ["gain", "happiness", "security"].map(str::to_owned).into_iter().chain(one.own.iter().cloned());
    json(&Survey {
        id: one.id.to_string(),
        frame: one.frame.as_str().to_owned(),
        asked: one.invited,
        from: one.from.to_string(),
        until: one.until.to_string(),
        state: one.state.as_str().to_owned(),
        answered: shown.map(|outcome| outcome.answered),
        items: shown.map_or_else(Vec::new, |outcome| {
            names.zip(&outcome.items).map(|(item, steps)| Item { item, steps: steps.to_vec() }).collect()
        }),
    })
}

/// The library of cases, the latest first.
#[utoipa::path(get, path = "/api/v1/cases", params(
        ("at" = Option<String>, Query, description = "The code of a place; the whole county without it"),
        ("category" = Option<String>, Query, description = "What they are about"),
        ("q" = Option<String>, Query, description = "Words in them"),
        ("after" = Option<String>, Query, description = "Where the page begins: taken from `next`")),
    responses((status = 200, body = List<Case>), (status = 400, body = super::shape::Problem),
        (status = 404, body = super::shape::Problem)))]
pub(super) async fn cases(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let category = token::<Category>(&asked, "category")?;
    let after = match param(&asked, "after") {
        None => None,
        Some(text) => Some(CaseId::parse(&text).ok_or(Error::Malformed)?),
    };
    let words = civic::text::line_or_none(asked.value("q"), 40).map_err(|_| Error::Malformed)?.unwrap_or_default();
    let (code, today) = (param(&asked, "at"), visit.today);
    let mut rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let within = Within::of(&at(tx, code.as_deref(), today)?);
            Ok::<_, Error>(case::library(tx, within, category.map(Token::as_str), &words, after, ITEMS_MAX + 1)?)
        })
        .await?;
    let more = cut(&mut rows, ITEMS_MAX);
    let last = rows.last().filter(|_| more).map(|last| last.case.id.to_string());
    let items = rows
        .into_iter()
        .map(|row| {
            let story = row.case.story;
            Case {
                id: row.case.id.to_string(),
                matter: row.number,
                place: row.place_name,
                title: story.title,
                problem: story.problem,
                process: story.process,
                money: story.money,
                result: story.result,
                failed: story.failed,
            }
        })
        .collect();
    json(&List { items, next: last.map(|last| next(&visit, &asked, &["at", "category", "q"], last)) })
}
