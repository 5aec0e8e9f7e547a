//! The forms of a convention: a draft, its coming into force, its end.

use super::pages::{Case, id_of, load, meeting_words};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once, see_other};
use crate::manage::facility::{self as own, Loaded, number_of};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::meeting::{Meeting, MeetingState};
use civic::id::{ConventionId, MatterId, MeetingId};
use civic::manage::convention::{self as law, Convention, ConventionForm, ConventionState, Terms};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::time::Day;
use store::decide::{matter, meeting};
use store::manage::{convention, facility};

#[derive(Template)]
#[template(path = "manage/convention/form.html")]
struct FormPage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    action: String,
    meetings: Vec<(String, String)>,
    /// Whether it takes the place of another one.
    replaces: bool,
    /// The way into force of a draft that was kept.
    force: Option<String>,
}

/// The meetings of the facility's matter that were held.
fn held(tx: &mut store::Tx<'_>, matter: Option<MatterId>) -> store::Result<Vec<Meeting>> {
    let mut all = match matter {
        Some(id) => meeting::of_matter(tx, id)?,
        None => Vec::new(),
    };
    all.retain(|one| one.state == MeetingState::Closed);
    Ok(all)
}

async fn form_page(visit: &Visit, loaded: &Loaded, f: Fields, draft: Option<&Convention>) -> Result<Page<FormPage>> {
    let living = loaded.matter.as_ref().map(|one| one.id);
    let meetings = visit.app.db().read(visit.county.id, move |tx| held(tx, living).map_err(Error::from)).await?;
    let w = visit.w();
    let mut choices = vec![("none".to_owned(), w.t("convention-no-meeting"))];
    choices.extend(meetings.iter().rev().map(|one| (one.id.to_string(), meeting_words(one, &w, visit.today))));
    Ok(Page(FormPage {
        about: loaded.about(&w),
        back: loaded.href(),
        action: match draft {
            Some(one) => format!("/conventions/{}/edit", one.id),
            None => format!("{}/convention", loaded.href()),
        },
        meetings: choices,
        replaces: draft.is_none() && !f.value("replaces").is_empty(),
        force: draft.map(|one| format!("/conventions/{}/force", one.id)),
        f,
        v: loaded.view(visit),
    }))
}

fn day_or_none(f: &mut Fields, name: &str, w: &W) -> Option<Day> {
    if f.value(name).trim().is_empty() { None } else { f.day(name, w) }
}

fn filled(f: Fields, terms: &Terms) -> Fields {
    f.with("parties", &terms.parties)
        .with("area", &terms.area)
        .with("what", &terms.what)
        .with("how_often", &terms.how_often)
        .with("money", &terms.money)
        .with("trouble", &terms.trouble)
        .with("from", terms.from.to_string())
        .with("until", terms.until.map(|day| day.to_string()).unwrap_or_default())
        .with("village_rules", if terms.village_rules { "1" } else { "" })
        .with("filing", terms.filing.clone().unwrap_or_default())
        .with("meeting", terms.meeting.map_or("none".to_owned(), |id| id.to_string()))
        .with("agreed_by", terms.agreed_by.clone().unwrap_or_default())
}

/// Reads what is agreed; what is wrong stands beside its field.
async fn terms(visit: &Visit, loaded: &Loaded, f: &mut Fields) -> Result<Option<Terms>> {
    let (w, today) = (visit.w(), visit.today);
    let (from, until) = (day_or_none(f, "from", &w), day_or_none(f, "until", &w));
    let living = loaded.matter.as_ref().map(|one| one.id);
    let chosen = MeetingId::parse(f.value("meeting"));
    let meetings = visit.app.db().read(visit.county.id, move |tx| held(tx, living).map_err(Error::from)).await?;
    let meeting = meetings.iter().find(|one| Some(one.id) == chosen);
    if chosen.is_some() && meeting.is_none() {
        f.wrong("meeting", w.t("field-choose"));
    }
    let typed = f.clone();
    let form = ConventionForm {
        parties: typed.value("parties"),
        area: typed.value("area"),
        what: typed.value("what"),
        how_often: typed.value("how_often"),
        money: typed.value("money"),
        trouble: typed.value("trouble"),
        from,
        until,
        village_rules: typed.is("village_rules", "1"),
        filing: typed.value("filing"),
        meeting,
        agreed_by: typed.value("agreed_by"),
    };
    // A meeting over a matter that was merged into this one is one of this one's.
    let own = meeting.and_then(|one| one.matters.first().copied()).or(living);
    match law::read(&form, own) {
        Ok(terms) => Ok(Some(terms).filter(|_| f.ok())),
        Err(faults) => {
            for fault in &faults {
                // A day that cannot be read has its sentence already.
                let said = civic::refusal::Refuse::field(fault).is_some_and(|field| f.err(field).is_some());
                if !said {
                    f.refuse(fault, "what", &w, &today);
                }
            }
            Ok(None)
        }
    }
}

async fn entered(visit: &Visit, number: &str) -> Result<(Loaded, Option<Post>)> {
    let number = number_of(number)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| own::by_number(tx, &number)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

/// The form for a new one, or for one that takes the place of another.
pub(super) async fn new_form(visit: Visit, Path(number): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &number).await?;
    let mut f = Fields::empty(&visit.app);
    match ConventionId::parse(asked.value("replaces")) {
        Some(id) => {
            let before =
                visit.app.db().read(visit.county.id, move |tx| convention::get(tx, id).map_err(Error::from)).await?;
            if before.facility != loaded.facility.id {
                return Err(Error::Hidden);
            }
            f = filled(f.with("replaces", id.to_string()), &before.terms);
        }
        None => {
            let sheet = &loaded.facility.sheet;
            f = f.with("parties", &sheet.user).with("area", &sheet.spot).with("what", &sheet.standard);
            f = f.with("from", visit.today.to_string()).with("meeting", "none");
        }
    }
    form_page(&visit, &loaded, f, None).await?.ok()
}

/// Writes the draft.
pub(super) async fn create(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let terms = terms(&visit, &loaded, &mut f).await?;
    if let (Some(terms), true) = (terms, f.ok()) {
        let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), loaded.facility.id);
        let replaces = ConventionId::parse(f.value("replaces"));
        let reason = f.value("reason").to_owned();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let about = facility::get(tx, id)?;
            let before = replaces.map(|id| convention::get(tx, id)).transpose()?;
            let before = before.as_ref().map(|one| (one, reason.as_str()));
            let with = (ConventionId::fresh(now, &mut chance), now);
            let made = law::draft(&about, terms.clone(), before, with).refuse()?;
            convention::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/conventions/{}/edit?kept=1", made.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "what", &visit.w(), &visit.today)?,
            done => return done,
        }
    }
    form_page(&visit, &loaded, f, None).await?.again()
}

/// A convention whose committee asks.
async fn case(visit: &Visit, id: &str) -> Result<(Case, Option<Post>)> {
    let id = id_of(id)?;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&case.loaded.path(), case.visibility())?;
    Ok((case, post))
}

/// The form of a draft.
pub(super) async fn edit_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (case, _) = case(&visit, &id).await?;
    if case.one.state != ConventionState::Draft {
        return Ok(see_other(&format!("/conventions/{}", case.one.id)));
    }
    let f = filled(Fields::empty(&visit.app), &case.one.terms);
    form_page(&visit, &case.loaded, f, Some(&case.one)).await?.ok()
}

/// Writes the draft anew.
pub(super) async fn edit(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let terms = terms(&visit, &case.loaded, &mut f).await?;
    if let (Some(terms), true) = (terms, f.ok()) {
        let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), case.one.id);
        let written = once(&visit, &f, move |tx| {
            let edited = convention::get(tx, id)?.edited(terms.clone()).refuse()?;
            convention::change(tx, &edited)?;
            let entry = Entry::of(&edited, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/conventions/{id}/edit?kept=1") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "what", &visit.w(), &visit.today)?,
            done => return done,
        }
    }
    form_page(&visit, &case.loaded, f, Some(&case.one)).await?.again()
}

/// Puts a draft in force, and ends the one whose place it takes.
pub(super) async fn force(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), case.one.id);
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let draft = convention::get(tx, id)?;
        let adopted = draft.terms.meeting.map(|id| meeting::get(tx, id)).transpose()?;
        let standing = convention::of_facility(tx, draft.facility)?;
        let made = draft.put_in_force(adopted.as_ref(), &standing, today).map_err(|r| Error::faults(&r))?;
        let mut entries = Vec::new();
        if let Some(before) = standing.iter().find(|one| made.replaces == Some(one.id)) {
            let ended = before.replaced(&made, today).refuse()?;
            convention::change(tx, &ended)?;
            entries.push(Entry::of(&ended, Verb::End, actor, now, &mut chance));
        }
        convention::change(tx, &made)?;
        entries.push(Entry::of(&made, Verb::Activate, actor, now, &mut chance));
        if let Some(id) = made.matter {
            matter::moved(tx, id, now)?;
        }
        Ok(Once { entries, to: format!("/conventions/{id}") })
    })
    .await;
    match written {
        Err(error) => f.take(error, "meeting", &visit.w(), &visit.today)?,
        done => return done,
    }
    let mut shown = filled(Fields::empty(&visit.app), &case.one.terms);
    for (name, text) in f.errors() {
        shown.wrong(name, text.clone());
    }
    form_page(&visit, &case.loaded, shown, Some(&case.one)).await?.again()
}

#[derive(Template)]
#[template(path = "manage/convention/end.html")]
struct EndPage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    action: String,
    area: String,
}

fn end_page(visit: &Visit, case: &Case, f: Fields) -> Page<EndPage> {
    let id = case.one.id;
    Page(EndPage {
        about: case.loaded.about(&visit.w()),
        back: format!("/conventions/{id}"),
        action: format!("/conventions/{id}/end"),
        area: case.one.terms.area.clone(),
        f,
        v: case.loaded.view(visit),
    })
}

/// The form that ends one.
pub(super) async fn end_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (case, _) = case(&visit, &id).await?;
    end_page(&visit, &case, Fields::empty(&visit.app)).ok()
}

/// Ends one, with the reason.
pub(super) async fn end(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (case, post) = case(&visit, &id).await?;
    let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), case.one.id);
    let reason = f.value("reason").to_owned();
    let written = once(&visit, &f, move |tx| {
        let ended = convention::get(tx, id)?.ended(&reason, today).refuse()?;
        convention::change(tx, &ended)?;
        let entry = Entry::of(&ended, Verb::End, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/conventions/{id}") })
    })
    .await;
    match written {
        Err(error) => f.take(error, "reason", &visit.w(), &visit.today)?,
        done => return done,
    }
    end_page(&visit, &case, f).again()
}
