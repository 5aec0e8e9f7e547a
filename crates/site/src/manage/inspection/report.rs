//! What anybody notes at a facility, and the slip of who noted it.

use crate::decide::need::{Whose, whose};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, address, once, photos};
use crate::manage::facility::{Loaded, by_number, load, number_of};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::SlipCode;
use civic::id::InspectionId;
use civic::manage::facility::FacilityState;
use civic::manage::inspection::{self as law, Finding, NoteForm, TEXT_MAX};
use civic::people::standing::Visibility;
use civic::record::{Actor, Entry, Verb};
use civic::token::Token;
use store::decide::matter;
use store::files::FileKind;
use store::limit;
use store::manage::{facility, inspection};

/// Notes from one address or account in an hour.
const TRIES_MAX: i64 = 20;
const HOUR_MS: i64 = 3_600_000;

#[derive(Template)]
#[template(path = "manage/inspection/report.html")]
struct ReportPage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    action: String,
    findings: Vec<(String, String)>,
    /// Whether somebody is signed in who can say who it is; a helper's person is named anyway.
    names: bool,
    helped: Option<String>,
    gone: bool,
    max: usize,
}

async fn entered(visit: &Visit, number: &str) -> Result<Loaded> {
    let number = number_of(number)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| by_number(tx, &number)).await?;
    visit.may(&loaded.path(), Visibility::Public)?;
    Ok(loaded)
}

fn page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<ReportPage> {
    let w = visit.w();
    let resident = visit.signed.as_ref().and_then(|signed| signed.resident.as_ref());
    Page(ReportPage {
        about: loaded.about(&w),
        back: loaded.href(),
        action: format!("{}/report", loaded.href()),
        findings: Finding::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        names: resident.is_some_and(|one| one.own),
        helped: resident.filter(|one| !one.own).and_then(|one| one.name.clone()),
        gone: loaded.facility.state == FacilityState::Removed,
        max: TEXT_MAX,
        f,
        v: loaded.view(visit),
    })
}

/// The form. Nobody needs to be signed in or to say who they are.
pub(super) async fn form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let loaded = entered(&visit, &number).await?;
    page(&visit, &loaded, Fields::empty(&visit.app)).ok()
}

/// Takes a note.
pub(super) async fn send(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let loaded = entered(&visit, &number).await?;
    let w = visit.w();
    let finding = f.token::<Finding>("finding", &w);
    let photos = photos(&visit, &mut f, "photo", (0, 1)).await?;
    if let (Some(finding), true) = (finding, f.ok()) {
        let signed = visit.signed.as_ref().and_then(|signed| Some((signed.account, signed.resident.as_ref()?)));
        // Who it was is kept where the person says so, and where a helper enters it: what a helper does is written down as a helper's act.
        let (resident, helper) = match signed {
            Some((account, one)) if !one.own => (Some(one.id), Some(account)),
            Some((_, one)) if f.is("named", "1") => (Some(one.id), None),
            _ => (None, None),
        };
        let actor = if resident.is_some() { visit.actor(None) } else { Actor::NOBODY };
        let rules = visit.app.rules(visit.county.id).await?;
        let (own, id, path) = (visit.clone(), loaded.facility.id, loaded.path());
        let words = f.value("words").to_owned();
        // A row that joins an account with a slip would say who stayed unnamed.
        let keyed = if resident.is_some() { visit.clone() } else { visit.nobody() };
        let written = once(&keyed, &f, move |tx| {
            if let Some(subject) = own.limited("report")
                && !limit::take(tx, &subject, own.now, HOUR_MS, TRIES_MAX)?
            {
                return Err(Error::TooMany);
            }
            let mut chance = own.app.chance();
            let about = facility::get(tx, id)?;
            let photo = match photos.first() {
                Some(photo) => Some(photo.put(tx, FileKind::Photo, own.now, &mut chance)?),
                None => None,
            };
            let form = NoteForm { finding, words: &words, photo, resident, helper };
            let code = inspection::fresh_code(tx, &mut chance)?;
            let with = (InspectionId::fresh(own.now, &mut chance), code, own.today, own.now);
            let (note, after) = law::note(&about, &form, &rules.on(&path, own.today), with).refuse()?;
            inspection::put(tx, &note)?;
            let mut entries = vec![Entry::of(&note, Verb::Create, actor, own.now, &mut chance)];
            if after != about {
                facility::change(tx, &after)?;
                entries.push(Entry::of(&after, Verb::Change, Actor::NOBODY, own.now, &mut chance));
            }
            if let Some(id) = about.matter {
                matter::moved(tx, id, own.now)?;
            }
            Ok(Once { entries, to: format!("/reports/{}?sent=1", code.digits()) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "words", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "manage/inspection/slip.html")]
struct SlipPage {
    v: View,
    sent: bool,
    code: String,
    qr: String,
    state: String,
    about: String,
    href: String,
    words: Option<String>,
    due: Option<String>,
    left: Option<(String, bool)>,
    answer: Option<String>,
}

/// What who holds a slip sees.
pub(super) async fn slip(visit: Visit, Path(code): Path<String>, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = SlipCode::parse(&code).map_err(|_| Error::Hidden)?;
    if whose(&visit, code).await? != Some(Whose::Note) {
        return Err(Error::Hidden);
    }
    let read = move |tx: &mut store::Tx<'_>| {
        let note = inspection::by_code(tx, code)?;
        let loaded = load(tx, note.facility)?;
        Ok::<_, Error>((note, loaded))
    };
    let (note, loaded) = visit.app.db().read(visit.county.id, read).await?;
    let (w, today) = (visit.w(), visit.today);
    let to = address(&visit.app, &format!("/reports/{}", code.digits()));
    let qr = paper::qr::svg(&to, &w.t("inspection-qr")).map_err(|error| Error::Broken(error.to_string()))?;
    let due = note.due_on.filter(|_| note.waits());
    let over = note.overdue(today);
    let page = SlipPage {
        sent: asked.is("sent", "1"),
        code: code.to_string(),
        qr,
        state: w.t(&format!("inspection-slip-{}", note.state.as_str())),
        about: loaded.about(&w),
        href: loaded.href(),
        words: note.words.clone(),
        due: due.map(|due| w.t1("inspection-due", "day", w.day(&due, &today))),
        left: due.map(|due| (w.t1(if over { "days-over" } else { "days-left" }, "n", today.until(due).abs()), over)),
        answer: note.answer.clone(),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}
