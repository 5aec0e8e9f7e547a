//! The page of a convention and its sheet for the wall.

use crate::frame::{Error, Fields, Page, Result, View, Visit, W, address, as_pdf, pdf, see_other};
use crate::manage::facility::{self, Loaded};
use crate::people::place::organ;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::meeting::Meeting;
use civic::id::ConventionId;
use civic::manage::convention::{Convention, ConventionState};
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use paper::pdf::{Part, Sheet};
use store::Tx;
use store::decide::meeting;
use store::manage::convention;

/// A convention with its facility and the meeting that adopted it.
pub(super) struct Case {
    pub(super) one: Convention,
    pub(super) loaded: Loaded,
    pub(super) meeting: Option<Meeting>,
    /// Those of the facility, latest first.
    pub(super) all: Vec<Convention>,
}

impl Case {
    pub(super) fn visibility(&self) -> Visibility {
        if self.one.is_public() { Visibility::Public } else { Visibility::Draft }
    }
}

pub(super) fn id_of(text: &str) -> Result<ConventionId> {
    ConventionId::parse(text).ok_or(Error::Hidden)
}

pub(super) fn load(tx: &mut Tx<'_>, id: ConventionId) -> Result<Case> {
    let one = convention::get(tx, id)?;
    let loaded = facility::load(tx, one.facility)?;
    let meeting = match one.terms.meeting {
        Some(id) => Some(meeting::get(tx, id)?),
        None => None,
    };
    let all = convention::of_facility(tx, one.facility)?;
    Ok(Case { one, loaded, meeting, all })
}

/// The lines of an agreement, label and text.
fn terms(one: &Convention, w: &W) -> Vec<(String, String)> {
    let terms = &one.terms;
    let until = match &terms.until {
        Some(until) => w.t2("convention-span", "from", w.full_day(&terms.from), "until", w.full_day(until)),
        None => w.t1("convention-span-open", "from", w.full_day(&terms.from)),
    };
    vec![
        (w.t("convention-parties"), terms.parties.clone()),
        (w.t("convention-area"), terms.area.clone()),
        (w.t("convention-what"), terms.what.clone()),
        (w.t("convention-how-often"), terms.how_often.clone()),
        (w.t("convention-money"), terms.money.clone()),
        (w.t("convention-trouble"), terms.trouble.clone()),
        (w.t("convention-time"), until),
    ]
}

/// How a meeting is called on the page.
pub(super) fn meeting_words(one: &Meeting, w: &W, today: Day) -> String {
    let day = one.held_on.map(|day| w.day(&day, &today)).unwrap_or_default();
    let body = one.sort.body().map(|body| w.token(body)).unwrap_or_else(|| w.t("convention-talk"));
    w.list(&[&day, &body, one.title.as_deref().unwrap_or_default()])
}

/// Who agreed, and the page of the meeting.
fn adopted(case: &Case, w: &W, today: Day) -> (String, Option<String>) {
    match (&case.meeting, &case.one.terms.agreed_by) {
        (Some(one), _) => {
            let path = if one.sort.body().is_some() { "meetings" } else { "talks" };
            (meeting_words(one, w, today), Some(format!("/{path}/{}", one.id)))
        }
        (None, Some(who)) => (who.clone(), None),
        (None, None) => (w.t("convention-nobody-yet"), None),
    }
}

struct OtherView {
    href: String,
    text: String,
    note: String,
}

#[derive(Template)]
#[template(path = "manage/convention/convention.html")]
struct ConventionPage {
    v: View,
    facility: (String, String),
    state: String,
    area: String,
    terms: Vec<(String, String)>,
    adopted: String,
    adopted_href: Option<String>,
    filing: Option<String>,
    ended: Option<String>,
    replaces: Option<(String, String)>,
    replaced_by: Option<String>,
    others: Vec<OtherView>,
    print: String,
    correct: Option<String>,
    end: Option<String>,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let path = case.loaded.path();
    visit.may(&path, case.visibility())?;
    let keeps = visit.could(Action::KeepFacility, &path);
    if keeps && case.one.state == ConventionState::Draft {
        return Ok(see_other(&format!("/conventions/{id}/edit")));
    }
    let (w, today) = (visit.w(), visit.today);
    let one = &case.one;
    let (adopted, adopted_href) = adopted(&case, &w, today);
    let stands = one.state == ConventionState::InForce;
    let ended = one.ended_on.map(|on| {
        let because = one.ended_because.clone().unwrap_or_default();
        w.t2("convention-ended", "day", w.full_day(&on), "reason", because)
    });
    let page = ConventionPage {
        facility: (case.loaded.href(), case.loaded.about(&w)),
        state: w.token(one.state),
        area: one.terms.area.clone(),
        terms: terms(one, &w),
        adopted,
        adopted_href,
        filing: one.terms.filing.as_ref().map(|filing| w.t1("convention-filed", "number", filing)),
        ended,
        replaces: one.replaces.map(|before| (format!("/conventions/{before}"), one.reason.clone().unwrap_or_default())),
        replaced_by: case
            .all
            .iter()
            .find(|other| other.replaces == Some(id) && other.is_public())
            .map(|other| format!("/conventions/{}", other.id)),
        others: case
            .all
            .iter()
            .filter(|other| other.id != id && other.is_public())
            .map(|other| OtherView {
                href: format!("/conventions/{}", other.id),
                text: other.terms.area.clone(),
                note: w.list(&[&w.token(other.state), &w.full_day(&other.terms.from)]),
            })
            .collect(),
        print: format!("/conventions/{id}/print"),
        correct: (keeps && stands).then(|| format!("{}/convention?replaces={id}", case.loaded.href())),
        end: (keeps && stands).then(|| format!("/conventions/{id}/end")),
        v: case.loaded.view(&visit),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "manage/convention/sheet.html")]
struct SheetPage {
    v: View,
    back: String,
    organ: String,
    facility: String,
    number: String,
    off: Option<String>,
    terms: Vec<(String, String)>,
    adopted: String,
    filing: Option<String>,
    qr: String,
}

impl SheetPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let title = t("convention-title");
        let lines = std::iter::once(self.adopted.clone()).chain(self.filing.clone());
        Sheet {
            name: format!("{title} {}", self.facility),
            organ: self.organ.clone(),
            title,
            about: std::iter::once(format!("{} {}", self.facility, self.number)).chain(self.off.clone()).collect(),
            parts: vec![
                Part::facts(self.terms.clone()),
                Part::Box {
                    heading: String::new(),
                    lines: lines.collect(),
                    note: t("convention-no-threat"),
                    qr: self.qr.clone(),
                },
                Part::Signs { words: vec![t("convention-sign")] },
            ],
            small: true,
            ..Sheet::default()
        }
    }
}

/// The sheet for the wall.
pub(super) async fn print(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&case.loaded.path(), case.visibility())?;
    let (w, today) = (visit.w(), visit.today);
    let one = &case.one;
    let number = case.loaded.facility.number.to_string();
    let qr = paper::qr::svg(&address(&visit.app, &format!("/conventions/{id}")), &w.t1("plate-qr", "number", &number))
        .map_err(|error| Error::Broken(error.to_string()))?;
    let page = SheetPage {
        back: format!("/conventions/{id}"),
        organ: organ(&case.loaded.line),
        facility: case.loaded.facility.sheet.name.clone(),
        // No sheet of a draft or of one that is over is hung up by mistake.
        off: (one.state != ConventionState::InForce).then(|| w.token(one.state)),
        terms: terms(one, &w),
        adopted: w.t1("convention-adopted-is", "who", adopted(&case, &w, today).0),
        filing: one.terms.filing.as_ref().map(|filing| w.t1("convention-filed", "number", filing)),
        number,
        qr,
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "convention", page.paper()).await } else { Page(page).ok() }
}
