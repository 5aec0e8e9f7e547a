//! Thanks: written by the committee, shown when whoever is thanked agrees, gone with one press.

use crate::evaluate::{About, about};
use crate::frame::{App, Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, W, cut, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{HonourId, ResidentId};
use civic::people::place::{Level, PlaceCode};
use civic::people::standing::{Action, Visibility};
use civic::record::{Actor, Entry, Verb};
use civic::share::honour::{self as law, Consent, Honour, HonourRefusal, HonourState};
use civic::text;
use civic::time::Day;
use store::Tx;
use store::decide::matter;
use store::people::county::County;
use store::people::{place, resident};
use store::share::honour;

/// Thanks on one page of a board.
const LINES_MAX: u32 = 20;

/// The routes of thanks.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/honour", Action::WriteCase, form),
        Route::post("/m/{number}/honour", Action::WriteCase, ask),
        Route::post("/m/{number}/honour/{id}/agreed", Action::WriteCase, agreed),
        Route::post("/m/{number}/honour/{id}/remove", Action::WriteCase, remove),
        Route::get("/p/{code}/honours", Action::ReadPublic, board).kept(),
        Route::get("/mine/honours", Action::OwnThings, mine),
        Route::post("/mine/honours/{id}/agree", Action::OwnThings, mine_agree),
        Route::post("/mine/honours/{id}/remove", Action::OwnThings, mine_remove),
    ]
}

struct HonourView {
    name: String,
    words: String,
    state: String,
    /// The matter, where the page is not about one.
    about: Option<(String, String)>,
    /// Where a yes goes, while it waits.
    agree: Option<String>,
    remove: String,
}

fn view(one: &Honour, w: &W, today: Day, here: &str, agree: &str) -> HonourView {
    let at = format!("{here}/{}", one.id);
    let day = |key: &str, day: Option<Day>| w.t1(key, "day", day.map(|day| w.day(&day, &today)).unwrap_or_default());
    HonourView {
        name: one.name.clone().unwrap_or_default(),
        words: one.words.clone().unwrap_or_default(),
        state: match one.state {
            HonourState::Asked => day("honour-waits-until", one.until),
            HonourState::Shown | HonourState::Ended => day("honour-shown-until", one.until),
        },
        about: None,
        agree: (one.state == HonourState::Asked).then(|| format!("{at}/{agree}")),
        remove: format!("{at}/remove"),
    }
}

#[derive(Template)]
#[template(path = "share/honour-form.html")]
struct FormPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    there: Vec<HonourView>,
    wholes: Vec<(String, String)>,
}

async fn page(visit: &Visit, about: &About, f: Fields) -> Result<Page<FormPage>> {
    let id = about.matter.id;
    let there = visit.app.db().read(visit.county.id, move |tx| honour::of_matter(tx, id)).await?;
    let (w, today, number) = (visit.w(), visit.today, about.number());
    let here = format!("/m/{number}/honour");
    let brand = brand(&about.line);
    Ok(Page(FormPage {
        there: there.iter().map(|one| view(one, &w, today, &here, "agreed")).collect(),
        wholes: ["resident", "organisation"]
            .map(|whom| (whom.to_owned(), w.t(&format!("honour-whom-{whom}"))))
            .to_vec(),
        title: about.title(),
        number,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

fn fresh(visit: &Visit) -> Fields {
    Fields::empty(&visit.app).with("day", visit.today.to_string()).with("whom", "resident")
}

async fn form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    page(&visit, &about, fresh(&visit)).await?.ok()
}

/// Somebody on the roll of the matter's village by the whole name. Of two of the same name nobody can be chosen by it.
fn named(tx: &mut Tx<'_>, about: &About, typed: &str, today: Day) -> Result<Option<ResidentId>> {
    let refused = |refusal: HonourRefusal| Error::faults(&[refusal]);
    // What is no name at all is said by the rules of the noun, with the other faults.
    let Ok(name) = text::line(typed, law::NAME_MAX) else { return Ok(None) };
    let village = about.line.iter().find(|place| place.kind.level() == Level::Village);
    let village = village.map(|place| place.id).ok_or_else(|| refused(HonourRefusal::Nobody))?;
    let mut found: Vec<ResidentId> =
        resident::named(tx, village, today, &name, 5)?.into_iter().map(|one| one.id).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Ok(Some(*one)),
        [] => Err(refused(HonourRefusal::Nobody)),
        _ => Err(refused(HonourRefusal::Several)),
    }
}

async fn ask(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = about(&visit, &number).await?;
    let w = visit.w();
    let on_roll = match f.value("whom") {
        "resident" => Some(true),
        "organisation" => Some(false),
        _ => {
            f.wrong("whom", w.t("field-choose"));
            None
        }
    };
    if let Some(on_roll) = on_roll {
        let (actor, own, typed) = (visit.actor(post), visit.clone(), f.clone());
        let again = About { matter: loaded.matter.clone(), line: loaded.line.clone() };
        let to = format!("/m/{number}/honour");
        let written = once(&visit, &f, move |tx| {
            let mut chance = own.app.chance();
            let matter = matter::get(tx, again.matter.id)?;
            let who = if on_roll { named(tx, &again, typed.value("name"), own.today)? } else { None };
            let with = (HonourId::fresh(own.now, &mut chance), own.now, own.today);
            let one = law::ask(&matter, who, (typed.value("name"), typed.value("words")), with)
                .map_err(|r| Error::faults(&r))?;
            honour::put(tx, &one)?;
            let entry = Entry::of(&one, Verb::Create, actor, own.now, &mut chance);
            Ok(Once { entries: vec![entry], to: to.clone() })
        })
        .await;
        match written {
            Err(error) => f.take(error, "name", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, &loaded, f).await?.again()
}

/// One step of thanks of a matter; what is of another one does not exist here.
async fn step<F>(visit: &Visit, number: &str, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Honour) -> Result<Honour> + Send + 'static,
{
    let (about, post) = about(visit, number).await?;
    let id = HonourId::parse(id).ok_or(Error::Hidden)?;
    let (own, actor, of) = (visit.clone(), visit.actor(post), about.matter.id);
    let to = format!("/m/{number}/honour");
    let written = once(visit, &f, move |tx| {
        let before = honour::get(tx, id)?;
        if before.matter != of {
            return Err(Error::Hidden);
        }
        Ok(Once { entries: vec![moved(tx, &step(&before)?, verb, actor, &own)?], to: to.clone() })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "day", &visit.w(), &visit.today)?;
            page(visit, &about, f).await?.again()
        }
        done => done,
    }
}

fn moved(tx: &mut Tx<'_>, after: &Honour, verb: Verb, actor: Actor, visit: &Visit) -> Result<Entry> {
    let after = if after.state == HonourState::Ended {
        honour::end(tx, after)?
    } else {
        honour::change(tx, after)?;
        after.clone()
    };
    matter::moved(tx, after.matter, visit.now)?;
    Ok(Entry::of(&after, verb, actor, visit.now, &mut visit.app.chance()))
}

/// Whoever is thanked said yes to somebody of the committee.
async fn agreed(visit: Visit, Path((number, id)): Path<(String, String)>, mut f: Fields) -> Result<Response> {
    let today = visit.today;
    let Some(on) = f.day("day", &visit.w()) else {
        let (about, _) = about(&visit, &number).await?;
        return page(&visit, &about, f).await?.again();
    };
    step(&visit, &number, &id, f, Verb::Post, move |one| one.agreed(Consent::Spoken, on, today).refuse()).await
}

/// Taken back at the word of whoever is thanked.
async fn remove(visit: Visit, Path((number, id)): Path<(String, String)>, f: Fields) -> Result<Response> {
    step(&visit, &number, &id, f, Verb::Erase, |one| one.removed().refuse()).await
}

#[derive(Template)]
#[template(path = "share/honour-mine.html")]
struct MinePage {
    v: View,
    f: Fields,
    there: Vec<HonourView>,
}

/// Whose thanks they are. A helper sees none of it.
fn person(visit: &Visit) -> Result<Option<ResidentId>> {
    match visit.signed.as_ref().ok_or(Error::SignIn)?.resident.as_ref() {
        Some(resident) if !resident.own => Err(Error::Forbidden),
        resident => Ok(resident.map(|resident| resident.id)),
    }
}

async fn mine_page(visit: &Visit, f: Fields) -> Result<Page<MinePage>> {
    let who = person(visit)?;
    let rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let Some(who) = who else { return Ok(Vec::new()) };
            let mut rows = Vec::new();
            for one in honour::of_resident(tx, who)? {
                let about = matter::get(tx, one.matter)?;
                rows.push((one, about));
            }
            Ok::<_, Error>(rows)
        })
        .await?;
    let (w, today) = (visit.w(), visit.today);
    let there = rows
        .into_iter()
        .map(|(one, about)| HonourView {
            about: about.number.map(|number| (format!("/m/{number}"), about.title.unwrap_or_default())),
            ..view(&one, &w, today, "/mine/honours", "agree")
        })
        .collect();
    Ok(Page(MinePage { there, f, v: View::new(visit) }))
}

async fn mine(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    mine_page(&visit, Fields::empty(&visit.app)).await?.ok()
}

async fn mine_step<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Honour) -> Result<Honour> + Send + 'static,
{
    visit.may(&[], Visibility::Public)?;
    let who = person(visit)?.ok_or(Error::Hidden)?;
    let id = HonourId::parse(id).ok_or(Error::Hidden)?;
    let own = visit.clone();
    let written = once(visit, &f, move |tx| {
        let before = honour::get(tx, id)?;
        // That there are another person's thanks of this id nobody learns here.
        if before.resident != Some(who) {
            return Err(Error::Hidden);
        }
        let entry = moved(tx, &step(&before)?, verb, own.actor(None), &own)?;
        Ok(Once { entries: vec![entry], to: "/mine/honours".to_owned() })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "honour", &visit.w(), &visit.today)?;
            mine_page(visit, f).await?.again()
        }
        done => done,
    }
}

async fn mine_agree(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let today = visit.today;
    mine_step(&visit, &id, f, Verb::Post, move |one| one.agreed(Consent::Own, today, today).refuse()).await
}

async fn mine_remove(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    mine_step(&visit, &id, f, Verb::Erase, |one| one.removed().refuse()).await
}

struct LineView {
    name: String,
    words: String,
    href: String,
    title: String,
}

#[derive(Template)]
#[template(path = "share/honours.html")]
struct BoardPage {
    v: View,
    place: String,
    lines: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
}

/// The board of a place, the latest first: in the order of days and in no other.
async fn board(visit: Visit, Path(code): Path<String>, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let before = HonourId::parse(asked.value("before"));
    let today = visit.today;
    let (line, mut rows) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let rows = honour::board(tx, own.id, before, LINES_MAX + 1)?;
            Ok::<_, Error>((place::line(tx, own.id)?, rows))
        })
        .await?;
    let more = cut(&mut rows, LINES_MAX);
    let brand = brand(&line);
    let here = format!("{}/honours", brand.href);
    let page = BoardPage {
        place: line.first().map(|place| place.name.clone()).unwrap_or_default(),
        after: rows.last().filter(|_| more).map(|last| format!("{here}?before={}", last.honour.id)),
        first: before.map(|_| here),
        lines: rows
            .into_iter()
            .map(|line| LineView {
                name: line.honour.name.unwrap_or_default(),
                words: line.honour.words.unwrap_or_default(),
                href: format!("/m/{}", line.number),
                title: line.title,
            })
            .collect(),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// Ends thanks whose last day is over; says how many.
pub fn sweep(app: &App, county: &County) -> Result<usize> {
    let (now, today) = (app.now(), App::zone(county).day(app.now()));
    let due = app.db().read_now(county.id, move |tx| honour::ending(tx, today).map_err(Error::from))?;
    let mut ended = 0;
    for one in due {
        let own = app.clone();
        let done: Result<()> = app.db().write_now(county.id, move |tx| {
            let over = honour::get(tx, one.id)?.over(today).refuse()?;
            let gone = honour::end(tx, &over)?;
            let entry = Entry::of(&gone, Verb::Erase, Actor::NOBODY, now, &mut own.chance());
            Ok(tx.commit(std::slice::from_ref(&entry), ())?)
        });
        match done {
            Ok(()) => ended += 1,
            // Another worker was faster, or somebody took it back.
            Err(Error::Refused(_) | Error::Store(store::Error::Clash | store::Error::Missing)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ended)
}
