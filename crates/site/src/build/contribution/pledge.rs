//! A promise, made on the telephone by oneself, through a helper, or on the sheet that is printed for it.

use super::form::{Choices, typed};
use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, as_pdf, once, pdf};
use crate::people::place::{brand, organ};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::contribution::{self as law, GiftChannel, GiftKind, Giver, Written};
use civic::id::ContributionId;
use civic::record::{Entry, Verb};
use civic::token::Token;
use paper::pdf::{Column, Part, Sheet};
use store::build::{contribution, project};
use store::decide::matter;
use store::limit;

/// Promises of one account in an hour.
const TRIES_MAX: i64 = 20;
const HOUR_MS: i64 = 3_600_000;

#[derive(Template)]
#[template(path = "build/contribution/pledge.html")]
struct PledgePage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    print: String,
    /// The reader's name; without one nobody promises here.
    name: Option<String>,
    /// Whether the project takes anything now.
    takes: bool,
    kinds: Vec<(String, String)>,
    choices: Option<Choices>,
}

async fn loaded(visit: &Visit, id: &str) -> Result<Loaded> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    Ok(loaded)
}

fn page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<PledgePage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let id = loaded.project.id;
    let resident = visit.signed.as_deref().and_then(|signed| signed.resident.as_ref());
    Page(PledgePage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{id}"),
        action: format!("/projects/{id}/pledge"),
        print: format!("/projects/{id}/pledge/print"),
        name: resident.and_then(|resident| resident.name.clone()),
        takes: loaded.project.is_at_work(),
        kinds: GiftKind::ALL
            .iter()
            .map(|kind| (format!("/projects/{id}/pledge?kind={}", kind.as_str()), w.token(*kind)))
            .collect(),
        choices: GiftKind::parse(f.value("kind")).map(|kind| Choices::of(&loaded.project, kind, &w)),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form: first what kind, then how much.
pub(super) async fn form(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let loaded = loaded(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("kind", asked.value("kind"));
    page(&visit, &loaded, f).ok()
}

/// Takes the promise. Through a helper it is the resident's own.
pub(super) async fn pledge(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let loaded = loaded(&visit, &id).await?;
    let w = visit.w();
    let resident = visit.signed.as_deref().and_then(|signed| signed.resident.clone());
    let kind = GiftKind::parse(f.value("kind"));
    if resident.is_none() {
        f.wrong("kind", w.t("pledge-no-resident"));
    } else if kind.is_none() {
        f.wrong("kind", w.t("field-choose"));
    }
    if let (Some(resident), Some(kind), true) = (resident, kind, f.ok()) {
        let (own, id, sent) = (visit.clone(), loaded.project.id, f.clone());
        let channel = if resident.own { GiftChannel::Web } else { GiftChannel::Helper };
        let written = once(&visit, &f, move |tx| {
            if let Some(subject) = own.limited("pledge")
                && !limit::take(tx, &subject, own.now, HOUR_MS, TRIES_MAX)?
            {
                return Err(Error::TooMany);
            }
            let mut chance = own.app.chance();
            let planned = project::get(tx, id)?;
            let with = Written {
                id: ContributionId::fresh(own.now, &mut chance),
                by: own.signed.as_ref().map(|signed| signed.account),
                channel,
                today: own.today,
                now: own.now,
            };
            let giver = (Giver::Resident(resident.id), sent.is("named", "1"));
            let made = law::pledge(&planned, giver, &typed(&sent, kind), &with).map_err(|r| Error::faults(&r))?;
            contribution::put(tx, &made)?;
            matter::moved(tx, made.matter, own.now)?;
            let entry = Entry::of(&made, Verb::Create, own.actor(None), own.now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/projects/{id}/book?pledged=1") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "kind", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "build/contribution/sheet.html")]
struct SheetPage {
    v: View,
    organ: String,
    title: String,
    number: String,
    back: String,
}

/// Empty lines of the sheet, and how high each is in millimetres.
const PROMISES: usize = 12;
const PROMISE_MM: u32 = 13;

impl SheetPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let head = ["who", "money", "work", "things", "named", "sign"].map(|key| t(&format!("pledge-sheet-{key}")));
        Sheet {
            name: format!("{} {}", t("pledge-sheet"), self.number),
            organ: self.organ.clone(),
            title: t("pledge-sheet"),
            about: vec![format!("{} {}", self.number, self.title)],
            parts: vec![
                Part::text(t("pledge-sheet-text")),
                Part::Table {
                    caption: String::new(),
                    columns: vec![Column::Text; head.len()],
                    rows: vec![vec![String::new(); head.len()]; PROMISES],
                    head: head.to_vec(),
                    sum: Vec::new(),
                    tall: PROMISE_MM,
                },
                Part::text(t("pledge-sheet-note")),
                Part::Signs { words: ["pledge-sheet-taker", "pledge-sheet-second", "book-day"].map(t).to_vec() },
            ],
            ..Sheet::default()
        }
    }
}

/// The sheet on which people without a telephone promise: same effect, same three ledgers.
pub(super) async fn sheet(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let loaded = loaded(&visit, &id).await?;
    let page = SheetPage {
        organ: organ(&loaded.line),
        title: loaded.project.plan.title.clone(),
        number: loaded.number(),
        back: format!("/projects/{}", loaded.project.id),
        v: View::new(&visit).sheet("sheet rows"),
    };
    if as_pdf(&asked) { pdf(&visit, "pledge", page.paper()).await } else { Page(page).ok() }
}
