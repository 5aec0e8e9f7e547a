//! What the keeper of a roster does: opens it, makes turns, calls one off, closes it. Nobody is put on a turn here.

use super::pages::{Case, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once};
use crate::manage::facility::{self as own, Loaded, number_of};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{RosterId, SlotId};
use civic::manage::roster::{self as law, Every, Slot, SlotsForm};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::time::Day;
use civic::token::Token;
use store::decide::matter;
use store::manage::{facility, roster};

#[derive(Template)]
#[template(path = "manage/roster/form.html")]
struct FormPage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    action: String,
    /// Whether the roster is new; else turns are added to it.
    fresh: bool,
    title: String,
    every: Vec<(String, String)>,
}

fn form_page(visit: &Visit, loaded: &Loaded, of: Option<&Case>, f: Fields) -> Page<FormPage> {
    let w = visit.w();
    Page(FormPage {
        about: loaded.about(&w),
        back: of.map_or_else(|| loaded.href(), |case| format!("/rosters/{}", case.roster.id)),
        action: of
            .map_or_else(|| format!("{}/roster", loaded.href()), |case| format!("/rosters/{}/slots", case.roster.id)),
        fresh: of.is_none(),
        title: of.map(|case| case.roster.title.clone()).unwrap_or_default(),
        every: Every::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        f,
        v: loaded.view(visit),
    })
}

fn first(visit: &Visit) -> Fields {
    Fields::empty(&visit.app)
        .with("every", Every::Week.as_str())
        .with("times", "8")
        .with("people", "2")
        .with("from", visit.today.plus(1).to_string())
}

async fn entered(visit: &Visit, number: &str) -> Result<(Loaded, Option<Post>)> {
    let number = number_of(number)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| own::by_number(tx, &number)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

async fn case(visit: &Visit, id: &str) -> Result<(Case, Option<Post>)> {
    let id = id_of(id)?;
    let today = visit.today;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id, today)).await?;
    let post = visit.may(&case.loaded.path(), Visibility::Public)?;
    Ok((case, post))
}

/// What the form says about turns; a day that cannot be read is said beside its field.
struct Asked {
    from: Option<Day>,
    every: Every,
    times: String,
    task: String,
    people: String,
}

impl Asked {
    fn read(f: &mut Fields, w: &W) -> Option<Self> {
        let from = f.day("from", w);
        let every = f.token::<Every>("every", w);
        Some(Self {
            from: Some(from?),
            every: every?,
            times: f.value("times").to_owned(),
            task: f.value("task").to_owned(),
            people: f.value("people").to_owned(),
        })
    }
    fn form(&self) -> SlotsForm<'_> {
        SlotsForm { from: self.from, every: self.every, times: &self.times, task: &self.task, people: &self.people }
    }
}

/// The form for a new roster with its first turns.
pub(super) async fn new_form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (loaded, _) = entered(&visit, &number).await?;
    form_page(&visit, &loaded, None, first(&visit)).ok()
}

/// Opens a roster.
pub(super) async fn create(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let w = visit.w();
    if let Some(asked) = Asked::read(&mut f, &w) {
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let id = loaded.facility.id;
        let (title, care) = (f.value("title").to_owned(), f.value("care").to_owned());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let about = facility::get(tx, id)?;
            let opened = law::open(&about, &title, &care, RosterId::fresh(now, &mut chance));
            let made = opened.map_err(|r| Error::faults(&r))?;
            let slots = law::slots(&made, &asked.form(), 0, today, &mut || SlotId::fresh(now, &mut chance));
            let slots = slots.map_err(|r| Error::faults(&r))?;
            roster::put(tx, &made)?;
            let mut entries = vec![Entry::of(&made, Verb::Create, actor, now, &mut chance)];
            for slot in &slots {
                roster::put_slot(tx, slot)?;
                entries.push(Entry::of(slot, Verb::Create, actor, now, &mut chance));
            }
            if let Some(id) = made.matter {
                matter::moved(tx, id, now)?;
            }
            Ok(Once { entries, to: format!("/rosters/{}", made.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "title", &w, &visit.today)?,
            done => return done,
        }
    }
    form_page(&visit, &loaded, None, f).again()
}

/// The form for more turns.
pub(super) async fn slots_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (case, _) = case(&visit, &id).await?;
    let mut f = first(&visit);
    if let Some(last) = case.slots.last() {
        f = f.with_text("from", last.until.plus(1).to_string()).with("task", &last.task);
        f = f.with_text("people", last.people.to_string());
    }
    form_page(&visit, &case.loaded, Some(&case), f).ok()
}

/// Makes more turns.
pub(super) async fn slots(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let w = visit.w();
    if let Some(asked) = Asked::read(&mut f, &w) {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), case.roster.id);
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let own = roster::get(tx, id)?;
            let ahead = roster::slots(tx, id, today, 500)?.len();
            let slots = law::slots(&own, &asked.form(), ahead, today, &mut || SlotId::fresh(now, &mut chance));
            let slots = slots.map_err(|r| Error::faults(&r))?;
            let mut entries = Vec::new();
            for slot in &slots {
                roster::put_slot(tx, slot)?;
                entries.push(Entry::of(slot, Verb::Create, actor, now, &mut chance));
            }
            Ok(Once { entries, to: format!("/rosters/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "times", &w, &visit.today)?,
            done => return done,
        }
    }
    form_page(&visit, &case.loaded, Some(&case), f).again()
}

/// Closes a roster.
pub(super) async fn close(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), case.roster.id);
    once(&visit, &f, move |tx| {
        let closed = roster::get(tx, id)?.closed().refuse()?;
        roster::change(tx, &closed)?;
        let entry = Entry::of(&closed, Verb::Close, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/rosters/{id}") })
    })
    .await
}

/// Calls a turn off. Those who have it read it on the roster.
pub(super) async fn call_off(visit: Visit, Path((id, slot)): Path<(String, String)>, f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let slot = SlotId::parse(slot.as_str()).ok_or(Error::Hidden)?;
    let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), case.roster.id);
    once(&visit, &f, move |tx| {
        let own: Slot = roster::slot(tx, slot)?;
        if own.roster != id {
            return Err(Error::Hidden);
        }
        let off = own.called_off(today).refuse()?;
        roster::change_slot(tx, &off)?;
        let entry = Entry::of(&off, Verb::Cancel, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/rosters/{id}#slot-{slot}") })
    })
    .await
}
