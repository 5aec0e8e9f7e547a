//! Surveys: made by the committee, answered by everybody asked, counted after their last day (design: §4.6).

use super::{About, about, again, days, living, settle};
use crate::frame::{
    App, Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, W, as_pdf, once, pdf, see_other,
};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::evaluate::survey::{self as law, Frame, Survey, SurveyForm, SurveyState};
use civic::id::{PlaceId, ResidentId, SurveyId};
use civic::people::place::whole_name;
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Actor, Entry, Verb};
use civic::stage::Stage;
use civic::token::Token;
use paper::chart::{Tone, bar};
use paper::pdf::{Column, Part, Sheet};
use store::decide::matter;
use store::evaluate::survey;
use store::people::county::County;
use store::people::place;
use store::{Quiet, Tx};

/// The routes of surveys.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/survey", Action::KeepSurvey, new_form),
        Route::post("/m/{number}/survey", Action::KeepSurvey, create),
        Route::get("/surveys/{id}", Action::ReadPublic, show),
        Route::get("/surveys/{id}/sheet", Action::ReadPublic, sheet),
        Route::get("/surveys/{id}/answer", Action::AnswerSurvey, answer_form),
        Route::post("/surveys/{id}/answer", Action::AnswerSurvey, answer),
        Route::get("/surveys/{id}/keep", Action::KeepSurvey, keep_form),
        Route::post("/surveys/{id}/paper", Action::KeepSurvey, typed_in),
        Route::post("/surveys/{id}/close", Action::KeepSurvey, close),
    ]
}

/// The names of its items: what every survey asks, then its own.
pub(super) fn item_names(one: &Survey, w: &W) -> Vec<String> {
    let mut names = vec![w.t("survey-gain"), w.t("survey-happiness"), w.t("survey-security")];
    names.extend(one.own.iter().cloned());
    names
}

/// One item of a result.
pub(super) struct RowView {
    /// Its words.
    pub name: String,
    /// How many are content, of how many.
    pub content: String,
    steps: Vec<(String, i64)>,
    bar: String,
}

/// The items of a result that may be shown; nothing otherwise.
pub(super) fn rows(one: &Survey, w: &W) -> Vec<RowView> {
    let Some(outcome) = one.shown() else { return Vec::new() };
    let items = item_names(one, w).into_iter().zip(&outcome.items);
    items
        .map(|(name, steps)| {
            let (content, all) = law::content(*steps);
            let drawn = (u32::try_from(content).unwrap_or(0), u32::try_from(all).unwrap_or(0));
            RowView {
                name,
                content: w.t2("survey-content-of", "n", content, "all", all),
                steps: step_names(w).into_iter().zip(*steps).collect(),
                bar: bar(drawn.0, drawn.1, Tone::Plain),
            }
        })
        .collect()
}

fn step_names(w: &W) -> Vec<String> {
    ["survey-step-1", "survey-step-2", "survey-step-3", "survey-step-4", "survey-step-5"].map(|key| w.t(key)).to_vec()
}

/// How many answered of how many asked, and why nothing is shown where nothing is.
pub(super) fn shown_words(one: &Survey, w: &W) -> String {
    match (&one.outcome, one.shown()) {
        (None, _) => w.t("survey-not-counted"),
        (Some(outcome), Some(_)) => w.t2("survey-n-of", "n", outcome.answered, "all", one.invited),
        (Some(_), None) => w.t2("survey-too-few", "all", one.invited, "least", law::SHOWN_FROM),
    }
}

#[derive(Template)]
#[template(path = "evaluate/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    frames: Vec<(String, String)>,
    standard: Vec<String>,
}

fn new_page(visit: &Visit, about: &About, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let brand = brand(&about.line);
    Page(NewPage {
        number: about.number(),
        title: about.title(),
        frames: Frame::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        standard: vec![w.t("survey-gain"), w.t("survey-happiness"), w.t("survey-security")],
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

async fn new_form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    let f = Fields::empty(&visit.app)
        .with("frame", Frame::Household.as_str())
        .with("from", visit.today.to_string())
        .with("until", visit.today.plus(10).to_string());
    new_page(&visit, &about, f).ok()
}

async fn create(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    let w = visit.w();
    let (frame, given) = (f.token::<Frame>("frame", &w), days(&mut f, ["agreed_on", "from", "until"], &w));
    if let (Some(frame), Some([agreed_on, from, until])) = (frame, given) {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), about.matter.id);
        let rules = visit.app.rules(visit.county.id).await?;
        let limit = rules.on(&about.path(), today).survey_limit();
        let typed = f.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let own = matter::get(tx, id)?;
            let (own, mut entries) = again(tx, own, Stage::Evaluate, (actor, now), &mut chance)?;
            let form = SurveyForm {
                frame,
                agreed_on,
                agreed_by: typed.value("agreed_by"),
                from,
                until,
                own: typed.value("own"),
            };
            let counts =
                (survey::invited(tx, own.place, frame, today)?, survey::reaching(tx, own.place, law::quarter(from))?);
            let with = (SurveyId::fresh(now, &mut chance), now, today);
            let made = law::make(&own, &form, counts, limit.as_ref(), with).map_err(|r| Error::faults(&r))?;
            survey::put(tx, &made)?;
            matter::moved(tx, own.id, now)?;
            entries.push(Entry::of(&made, Verb::Create, actor, now, &mut chance));
            Ok(Once { entries, to: format!("/surveys/{}", made.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "from", &w, &visit.today)?,
            done => return done,
        }
    }
    new_page(&visit, &about, f).again()
}

struct Loaded {
    survey: Survey,
    about: About,
}

impl Loaded {
    fn path(&self) -> Vec<PlaceId> {
        self.about.path()
    }
}

fn load(tx: &mut Tx<'_>, id: SurveyId) -> store::Result<Loaded> {
    let survey = survey::get(tx, id)?;
    let matter = living(tx, survey.matter)?;
    let line = place::line(tx, survey.place)?;
    Ok(Loaded { survey, about: About { matter, line } })
}

async fn loaded(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = SurveyId::parse(id).ok_or(Error::Hidden)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

#[derive(Template)]
#[template(path = "evaluate/survey.html")]
struct ShowPage {
    v: View,
    number: String,
    title: String,
    place: String,
    said: String,
    facts: Vec<(String, String)>,
    items: Vec<String>,
    rows: Vec<RowView>,
    heads: Vec<String>,
    answer: Option<String>,
    keep: Option<String>,
    sheet: Option<String>,
    root: Option<String>,
    thanks: bool,
}

async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let (w, today, path) = (visit.w(), visit.today, loaded.path());
    let one = &loaded.survey;
    let span = w.t2("survey-span", "from", w.day(&one.from, &today), "until", w.day(&one.until, &today));
    let agreed = w.t2("survey-agreed-is", "who", &one.agreed_by, "day", w.day(&one.agreed_on, &today));
    let facts = vec![
        (w.t("survey-who"), w.t2("survey-who-is", "n", one.invited, "frame", w.token(one.frame))),
        (w.t("survey-days"), span),
        (w.t("survey-agreed"), agreed),
        (w.t("survey-deleted"), w.day(&one.delete_on, &today)),
    ];
    let brand = brand(&loaded.about.line);
    let open = one.takes(today).is_ok();
    let page = ShowPage {
        number: loaded.about.number(),
        title: loaded.about.title(),
        place: whole_name(&loaded.about.line),
        said: shown_words(one, &w),
        facts,
        items: item_names(one, &w),
        rows: rows(one, &w),
        heads: step_names(&w),
        answer: open.then(|| format!("/surveys/{}/answer", one.id)),
        keep: visit.could(Action::KeepSurvey, &path).then(|| format!("/surveys/{}/keep", one.id)),
        sheet: (one.state == SurveyState::Open && today <= one.until).then(|| format!("/surveys/{}/sheet", one.id)),
        root: one.outcome.as_ref().map(|outcome| outcome.root.clone()),
        thanks: asked.is("answered", "1"),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "evaluate/sheet.html")]
struct SheetPage {
    v: View,
    back: String,
    title: String,
    place: String,
    until: String,
    items: Vec<String>,
    steps: Vec<String>,
}

impl SheetPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let head: Vec<String> = std::iter::once(t("survey-item")).chain(self.steps.iter().cloned()).collect();
        let columns = vec![Column::Text; head.len()];
        let row = |item: &String| {
            std::iter::once(item.clone()).chain(self.steps.iter().map(|_| "□".to_owned())).collect::<Vec<String>>()
        };
        let table = Part::Table {
            caption: t("survey-paper-how"),
            columns,
            head,
            rows: self.items.iter().map(row).collect(),
            sum: Vec::new(),
            tall: 0,
        };
        Sheet {
            name: format!("{} {}", t("survey-title"), self.title),
            organ: self.place.clone(),
            title: t("survey-title"),
            about: vec![self.title.clone()],
            parts: vec![
                table,
                Part::Lines { heading: t("survey-words"), count: 3 },
                Part::text(self.v.w.t1("survey-paper-box", "day", &self.until)),
            ],
            ..Sheet::default()
        }
    }
}

/// A sheet of paper, twice on a page; once as a file.
async fn sheet(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let w = visit.w();
    let page = SheetPage {
        back: format!("/surveys/{}", loaded.survey.id),
        title: loaded.about.title(),
        place: whole_name(&loaded.about.line),
        until: w.full_day(&loaded.survey.until),
        items: item_names(&loaded.survey, &w),
        steps: step_names(&w),
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "survey", page.paper()).await } else { Page(page).ok() }
}

#[derive(Template)]
#[template(path = "evaluate/answer.html")]
struct AnswerPage {
    v: View,
    f: Fields,
    title: String,
    action: String,
    sheet: String,
    items: Vec<(String, String)>,
    steps: Vec<(String, String)>,
    until: String,
}

fn answer_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<AnswerPage> {
    let w = visit.w();
    let brand = brand(&loaded.about.line);
    let id = loaded.survey.id;
    Page(AnswerPage {
        title: loaded.about.title(),
        action: format!("/surveys/{id}/answer"),
        sheet: format!("/surveys/{id}/sheet"),
        items: (1..).map(|n: usize| format!("pick-{n}")).zip(item_names(&loaded.survey, &w)).collect(),
        steps: ["5", "4", "3", "2", "1"].map(str::to_owned).into_iter().zip(step_names(&w).into_iter().rev()).collect(),
        until: w.day(&loaded.survey.until, &visit.today),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The resident who is signed in, or in whose name a helper acts.
fn resident(visit: &Visit) -> Result<ResidentId> {
    let signed = visit.signed.as_ref().ok_or(Error::SignIn)?;
    Ok(signed.resident.as_ref().ok_or(Error::Forbidden)?.id)
}

async fn answer_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let f = Fields::empty(&visit.app);
    answer_page(&visit, &loaded, f).ok()
}

/// Takes an answer. No row of a form that was sent is kept, since it would tie the answer to a session and a moment; a form that comes twice
/// meets the household that took part.
async fn answer(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let w = visit.w();
    let picks: Vec<u8> =
        (1..=loaded.survey.items()).map(|n| f.value(&format!("pick-{n}")).parse::<u8>().unwrap_or(0)).collect();
    let (app, today, who, own, words) =
        (visit.app.clone(), visit.today, resident(&visit)?, loaded.survey.id, f.value("words").to_owned());
    let written: Result<()> = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let one = survey::get(tx, own)?;
            let taker = survey::taker(tx, &one, who, today)?;
            let before = match taker {
                Some(taker) => survey::took_part(tx, own, taker)?,
                None => false,
            };
            let cast = one.cast(picks.clone(), &words, (taker.is_some(), before), today, &mut app.chance());
            let (choice, remark) = cast.refuse()?;
            if let Some(taker) = taker {
                survey::put_part(tx, own, taker)?;
            }
            survey::shuffle_in(tx, own, vec![choice], remark.into_iter().collect())?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Secret, ()))
        })
        .await;
    match written {
        Ok(()) => Ok(see_other(&format!("/surveys/{own}?answered=1"))),
        Err(error) => {
            f.take(error, "pick-1", &w, &visit.today)?;
            answer_page(&visit, &loaded, f).again()
        }
    }
}

#[derive(Template)]
#[template(path = "evaluate/keep.html")]
struct KeepPage {
    v: View,
    f: Fields,
    title: String,
    back: String,
    paper: Option<String>,
    close: Option<String>,
    items: Vec<String>,
    remarks: Vec<String>,
    rectify: String,
}

async fn keep_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Result<Page<KeepPage>> {
    let one = &loaded.survey;
    let id = one.id;
    // Words are read once all of them are in.
    let remarks = if one.state == SurveyState::Open {
        Vec::new()
    } else {
        visit.app.db().read(visit.county.id, move |tx| survey::remarks(tx, id)).await?
    };
    let brand = brand(&loaded.about.line);
    let open = one.state == SurveyState::Open;
    Ok(Page(KeepPage {
        title: loaded.about.title(),
        back: format!("/surveys/{id}"),
        paper: (open && one.from <= visit.today).then(|| format!("/surveys/{id}/paper")),
        close: (open && one.until < visit.today).then(|| format!("/surveys/{id}/close")),
        items: item_names(one, &visit.w()),
        remarks: remarks.into_iter().map(|remark| remark.words).collect(),
        rectify: format!("/m/{}/rectify?survey={id}", loaded.about.number()),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

async fn keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let f = Fields::empty(&visit.app);
    keep_page(&visit, &loaded, f).await?.ok()
}

/// Types in sheets of paper. This form is the keeper's and not of those who answered, so that it is kept as any other one.
async fn typed_in(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = loaded(&visit, &id).await?;
    let (actor, now, today, app, own) =
        (visit.actor(post), visit.now, visit.today, visit.app.clone(), loaded.survey.id);
    let typed = f.clone();
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let one = survey::get(tx, own)?;
        let before = survey::parts(tx, own)? + one.sheets;
        let (changed, choices, remarks) =
            one.typed_in(typed.value("sheets"), typed.value("words"), before, today, &mut chance).refuse()?;
        survey::change(tx, &changed)?;
        survey::shuffle_in(tx, own, choices, remarks)?;
        let entry = Entry::of(&changed, Verb::Change, actor, now, &mut chance);
        Ok(Once { entries: vec![entry], to: format!("/surveys/{own}/keep") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "sheets", &visit.w(), &visit.today)?;
            keep_page(&visit, &loaded, f).await?.again()
        }
        done => done,
    }
}

/// Counts it. The box is shuffled once more, and the entry says how many, the sums and the digest over all answers.
async fn close(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = loaded(&visit, &id).await?;
    let (actor, now, today, app, own) =
        (visit.actor(post), visit.now, visit.today, visit.app.clone(), loaded.survey.id);
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let one = survey::get(tx, own)?;
        let closed = one.closed(&survey::choices(tx, own)?, today).refuse()?;
        survey::change(tx, &closed)?;
        survey::shuffle_in(tx, own, Vec::new(), Vec::new())?;
        let living = living(tx, closed.matter)?.id;
        matter::moved(tx, living, now)?;
        let mut entries = vec![Entry::of(&closed, Verb::Close, actor, now, &mut chance)];
        entries.extend(settle(tx, living, (actor, now), &mut chance)?);
        Ok(Once { entries, to: format!("/surveys/{own}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "sheets", &visit.w(), &visit.today)?;
            keep_page(&visit, &loaded, f).await?.again()
        }
        done => done,
    }
}

/// Deletes the single answers of counted surveys whose day has come; says of how many surveys.
pub fn sweep(app: &App, county: &County) -> Result<usize> {
    let (now, zone) = (app.now(), App::zone(county));
    let today = zone.day(now);
    let due = app.db().read_now(county.id, move |tx| survey::to_clear(tx, today).map_err(Error::from))?;
    let mut cleared = 0;
    for id in due {
        let chance = app.clone();
        let done: Result<()> = app.db().write_now(county.id, move |tx| {
            let one = survey::get(tx, id)?;
            let clear = one.cleared(today).refuse()?;
            survey::change(tx, &clear)?;
            survey::clear(tx, id)?;
            let entry = Entry::of(&clear, Verb::Erase, Actor::NOBODY, now, &mut chance.chance());
            Ok(tx.commit(std::slice::from_ref(&entry), ())?)
        });
        match done {
            Ok(()) => cleared += 1,
            // Another worker was faster, or the next turn looks again.
            Err(Error::Refused(_) | Error::Store(store::Error::Clash | store::Error::Missing)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(cleared)
}
