//! The page of a gate, and the register of waivers.

use super::chain::{drawn, href};
use super::met;
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, cut, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::id::{PlaceId, WaiverId};
use civic::people::place::{Place, whole_name};
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use civic::stage::{self as law, Condition, Passed, Stage, StageState, Waiver, WaiverForm};
use civic::token::Token;
use store::Tx;
use store::decide::matter;
use store::people::place;
use store::stage as waivers;

/// Waivers on one page of the register.
const LINES_MAX: u32 = 30;

/// The routes of gates and waivers.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/stages/{stage}", Action::ReadPublic, show),
        Route::post("/m/{number}/stages/{stage}/open", Action::OpenStage, open),
        Route::post("/m/{number}/stages/{stage}/waive", Action::Waive, waive),
        Route::get("/waivers", Action::ReadPublic, register).kept(),
    ]
}

struct Loaded {
    matter: Matter,
    line: Vec<Place>,
    met: Vec<Condition>,
    waivers: Vec<Waiver>,
}

impl Loaded {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
}

fn load(tx: &mut Tx<'_>, number: &PublicNumber, today: civic::time::Day) -> store::Result<Loaded> {
    let matter = matter::by_number(tx, number)?;
    let line = place::line(tx, matter.place)?;
    let met = met(tx, &matter, today)?;
    let waivers = waivers::of_matter(tx, matter.id)?;
    Ok(Loaded { matter, line, met, waivers })
}

/// Loads a matter and the stage of the path, and asks whether the visit may do there what its route declared.
async fn entered(visit: &Visit, number: &str, stage: &str) -> Result<(Loaded, Stage, Option<Post>)> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let stage = Stage::parse(stage).filter(|stage| Stage::GATED.contains(stage)).ok_or(Error::Hidden)?;
    let today = visit.today;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, &number, today)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, stage, post))
}

struct ConditionView {
    say: String,
    missing: bool,
    note: String,
}

#[derive(Template)]
#[template(path = "stage/gate.html")]
struct GatePage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    place: String,
    stage: &'static str,
    name: String,
    state: &'static str,
    state_words: String,
    conditions: Vec<ConditionView>,
    /// What can be waived, for who may.
    waivable: Vec<(String, String)>,
    waive: Option<String>,
    open: Option<String>,
    /// Whether only something that is missing keeps it from being opened.
    missing: bool,
}

async fn show(visit: Visit, Path((number, stage)): Path<(String, String)>) -> Result<Response> {
    let f = Fields::empty(&visit.app);
    page(&visit, &number, &stage, f).await
}

async fn page(visit: &Visit, number: &str, stage: &str, f: Fields) -> Result<Response> {
    let (loaded, stage, _) = entered(visit, number, stage).await?;
    let w = visit.w();
    let number = loaded.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let gate = law::gate(stage, &loaded.met, &loaded.waivers);
    let state = loaded.matter.stages.get(stage);
    let ahead = state == StageState::Ahead;
    let missing: Vec<Condition> =
        gate.iter().filter(|(_, passed)| *passed == Passed::Missing).map(|(condition, _)| *condition).collect();
    let conditions = gate
        .iter()
        .map(|(condition, passed)| ConditionView {
            say: w.token(*condition),
            missing: *passed == Passed::Missing,
            note: match passed {
                Passed::Holds => w.t("condition-holds"),
                Passed::Missing => w.t("condition-missing"),
                Passed::Waived(waiver) => {
                    let day = w.day(&waiver.waived_on, &visit.today);
                    w.t3("condition-waived", "day", day, "who", &waiver.name, "reason", &waiver.reason)
                }
            },
        })
        .collect();
    let path = loaded.path();
    let here = href(&number, stage);
    let brand = brand(&loaded.line);
    let again = !f.errors().is_empty();
    let page = GatePage {
        title: loaded.matter.title.clone().unwrap_or_default(),
        place: whole_name(&loaded.line),
        stage: stage.as_str(),
        name: w.token(stage),
        state: drawn(state),
        state_words: w.token(state),
        waivable: missing.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        waive: (ahead && !missing.is_empty() && visit.could(Action::Waive, &path)).then(|| format!("{here}/waive")),
        open: (state != StageState::Open && (missing.is_empty() || !ahead) && visit.could(Action::OpenStage, &path))
            .then(|| format!("{here}/open")),
        missing: ahead && !missing.is_empty(),
        conditions,
        number,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// Opens the stage.
async fn open(visit: Visit, Path((number, stage)): Path<(String, String)>, mut fields: Fields) -> Result<Response> {
    let (loaded, at, post) = entered(&visit, &number, &stage).await?;
    let actor = visit.actor(post);
    let (app, now, today, id) = (visit.app.clone(), visit.now, visit.today, loaded.matter.id);
    let to = format!("/m/{number}#{}", at.as_str());
    let done = once(&visit, &fields, move |tx| {
        let own = matter::get(tx, id)?;
        let met = met(tx, &own, today)?;
        let opened = own.opened(at, &met, &waivers::of_matter(tx, id)?).refuse()?;
        matter::change(tx, &opened, now)?;
        let entry = Entry::of(&opened, Verb::Open, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "condition", &visit.w(), &visit.today)?;
            page(&visit, &number, &stage, fields).await
        }
    }
}

/// Lets a condition pass.
async fn waive(visit: Visit, Path((number, stage)): Path<(String, String)>, mut fields: Fields) -> Result<Response> {
    let (loaded, at, post) = entered(&visit, &number, &stage).await?;
    let w = visit.w();
    let Some(condition) = fields.token::<Condition>("condition", &w) else {
        return page(&visit, &number, &stage, fields).await;
    };
    let post = post.ok_or(Error::Hidden)?;
    let actor = visit.actor(Some(post));
    let (app, now, today, id) = (visit.app.clone(), visit.now, visit.today, loaded.matter.id);
    let to = href(&number, at);
    let typed = fields.clone();
    let done = once(&visit, &fields, move |tx| {
        let mut chance = app.chance();
        let own = matter::get(tx, id)?;
        let (met, before) = (met(tx, &own, today)?, waivers::of_matter(tx, id)?);
        let form = WaiverForm { stage: at, condition, name: typed.value("name"), reason: typed.value("reason") };
        let with = (WaiverId::fresh(now, &mut chance), post, now, today);
        let waiver = law::waive(&own, &form, &met, &before, with).map_err(|r| Error::faults(&r))?;
        waivers::put(tx, &waiver)?;
        matter::moved(tx, id, now)?;
        let entry = Entry::of(&waiver, Verb::Waive, actor, now, &mut chance);
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "condition", &visit.w(), &visit.today)?;
            page(&visit, &number, &stage, fields).await
        }
    }
}

struct LineView {
    id: String,
    day: String,
    when: String,
    href: String,
    what: String,
    matter: String,
    who: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "stage/waivers.html")]
struct RegisterPage {
    v: View,
    lines: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
}

/// Every condition that was let pass in the county, latest first.
async fn register(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let before = WaiverId::parse(fields.value("before"));
    let mut rows = visit.app.db().read(visit.county.id, move |tx| waivers::register(tx, before, LINES_MAX + 1)).await?;
    let w = visit.w();
    let more = cut(&mut rows, LINES_MAX);
    let after = rows.last().filter(|_| more).map(|last| format!("/waivers?before={}", last.waiver.id));
    let lines = rows
        .into_iter()
        .map(|line| LineView {
            id: format!("w-{}", line.waiver.id),
            day: line.waiver.waived_on.to_string(),
            when: w.day(&line.waiver.waived_on, &visit.today),
            href: format!("/m/{}", line.number),
            what: w.t2("waiver-what", "stage", w.token(line.waiver.stage), "condition", w.token(line.waiver.condition)),
            matter: w.t3("waiver-matter", "number", line.number, "title", line.title, "place", line.place_name),
            who: w.t2("waiver-who", "name", line.waiver.name, "post", w.token(line.waiver.post)),
            reason: line.waiver.reason,
        })
        .collect();
    let page = RegisterPage { v: View::new(&visit), lines, after, first: before.map(|_| "/waivers".to_owned()) };
    Page(page).ok()
}
