//! Taking in a roll: typed, pasted or from a file; read whole, shown as what it would do, and taken in whole or not at all.

use super::{Village, village};
use crate::frame::{Answer, Error, Fields, Once, Page, Result, View, Visit, once, table_file};
use askama::Template;
use axum::response::Response;
use civic::hex::hex;
use civic::people::roll_import::{Extent, Plan, carry_out, plan};
use civic::people::standing::Post;
use civic::people::table::RowError;
use civic::refusal::Kind;
use civic::token::Token;
use std::collections::BTreeMap;
use store::people::roll_import::{self as rows, Held};

/// The longest table that one form takes, in bytes of UTF-8: some six thousand people. A larger roll comes hamlet by hamlet.
const TABLE_BYTES_MAX: usize = 240 * 1024;
/// Faults and names shown; the rest is counted.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "people/roll/import.html")]
struct ImportPage {
    v: View,
    f: Fields,
    code: String,
    name: String,
    faults: Vec<String>,
    faults_n: usize,
}

#[derive(Template)]
#[template(path = "people/roll/preview.html")]
struct PreviewPage {
    v: View,
    f: Fields,
    code: String,
    name: String,
    empty: bool,
    counts: Vec<(String, usize)>,
    news: Vec<(String, String)>,
    news_more: usize,
    ended: Vec<String>,
    ended_more: usize,
    notes: Vec<String>,
}

fn import_page(visit: &Visit, village: &Village, f: Fields, faults: &[RowError]) -> ImportPage {
    ImportPage {
        v: village.view(visit),
        f,
        code: village.own.code.to_string(),
        name: village.own.name.clone(),
        faults_n: faults.len(),
        faults: fault_views(visit, faults),
    }
}

fn fault_views(visit: &Visit, faults: &[RowError]) -> Vec<String> {
    let w = visit.w();
    faults.iter().take(SHOWN_MAX).map(|fault| w.refusal(fault, &visit.today)).collect()
}

pub(super) async fn ask(visit: Visit, fields: Fields) -> Result<Response> {
    let (village, _) = village(&visit, fields.value("village")).await?;
    let f = Fields::empty(&visit.app).with("extent", Extent::Additions.as_str());
    Page(import_page(&visit, &village, f, &[])).ok()
}

/// The table of a form: from its file, or as typed. What was in the file stands in the field afterwards, to be put right there.
async fn table(visit: &Visit, fields: &mut Fields) -> Result<Option<String>> {
    let w = visit.w();
    let file = fields.uploads("file").next().map(|u| u.bytes.clone());
    let text = match file {
        None => fields.value("table").to_owned(),
        Some(bytes) => match table_file(bytes).await? {
            Ok(text) => text,
            Err((key, names)) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                fields.wrong("file", w.t1(key, "names", w.list(&names)));
                return Ok(None);
            }
        },
    };
    if text.trim().is_empty() {
        fields.wrong("table", w.t("import-nothing"));
        return Ok(None);
    }
    if text.len() > TABLE_BYTES_MAX {
        fields.wrong("table", w.t("import-too-large"));
        return Ok(None);
    }
    Ok(Some(text))
}

async fn load(visit: &Visit, village: &Village) -> Result<Held> {
    let (id, today) = (village.own.id, visit.today);
    visit.app.db().read(visit.county.id, move |tx| rows::load(tx, id, today).map_err(Error::from)).await
}

pub(super) async fn preview(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, _) = village(&visit, fields.value("village")).await?;
    let extent = fields.token::<Extent>("extent", &visit.w());
    let Some(source) = table(&visit, &mut fields).await? else {
        return Page(import_page(&visit, &village, fields, &[])).again();
    };
    let f = fields.with_text("table", source.clone());
    let Some(extent) = extent else { return Page(import_page(&visit, &village, f, &[])).again() };
    let held = load(&visit, &village).await?;
    match plan(&source, &held.roll(), extent, visit.today) {
        Err(faults) => Page(import_page(&visit, &village, f, &faults)).again(),
        Ok(plan) => Page(preview_page(&visit, &village, &held, f, &plan)).ok(),
    }
}

fn preview_page(visit: &Visit, village: &Village, held: &Held, f: Fields, plan: &Plan) -> PreviewPage {
    use civic::people::roll_import::HouseholdRef;
    let w = visit.w();
    let roll = held.roll();
    let place =
        |id| roll.hamlets.iter().chain([roll.village]).find(|p| p.id == id).map(|p| p.name.clone()).unwrap_or_default();
    // New people, household by household.
    let mut homes: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for person in &plan.people {
        let label = match person.household {
            HouseholdRef::New(at) => plan.households.get(at).map(|h| h.label.clone()),
            HouseholdRef::Known(id) => roll.households.iter().find(|h| h.id == id).map(|h| h.label.clone()),
        };
        homes.entry((place(person.place), label.unwrap_or_default())).or_default().push(person.name.clone());
    }
    let news_more = homes.len().saturating_sub(SHOWN_MAX);
    let news = homes
        .into_iter()
        .take(SHOWN_MAX)
        .map(|((hamlet, label), names)| (format!("{hamlet} {label}"), names.join(" ")))
        .collect();
    let name = |id| roll.people.iter().find(|l| l.membership.id == id).map(|l| l.resident.name.clone());
    let ended: Vec<String> = plan.ended.iter().filter_map(|(_, membership)| name(*membership)).collect();
    let counts = [
        ("import-households", plan.households.len()),
        ("import-people", plan.people.len()),
        ("import-moves", plan.moves.len()),
        ("import-corrections", plan.corrections.len()),
        ("import-ended", plan.ended.len()),
        ("import-emptied", plan.emptied.len()),
        ("import-unchanged", plan.unchanged),
        ("import-children", plan.children),
    ];
    let f = f.with_text("digest", hex(&plan.digest())).fresh_key(&visit.app);
    PreviewPage {
        v: village.view(visit),
        f,
        code: village.own.code.to_string(),
        name: village.own.name.clone(),
        empty: plan.is_empty(),
        counts: counts.into_iter().map(|(key, n)| (w.t(key), n)).collect(),
        news,
        news_more,
        ended_more: ended.len().saturating_sub(SHOWN_MAX),
        ended: ended.into_iter().take(SHOWN_MAX).collect(),
        notes: fault_views(visit, &plan.notes),
    }
}

/// Takes a table in that was shown. When the roll changed in between, what would be done is another thing, and it is shown again.
pub(super) async fn take(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, post) = village(&visit, fields.value("village")).await?;
    let extent = fields.token::<Extent>("extent", &visit.w()).ok_or(Error::Malformed)?;
    let Some(source) = table(&visit, &mut fields).await? else {
        return Page(import_page(&visit, &village, fields, &[])).again();
    };
    let done = take_in(&visit, &village, post, &fields, source.clone(), extent).await;
    match done {
        Err(Error::Refused(answer)) if answer.key == CHANGED => {
            let held = load(&visit, &village).await?;
            match plan(&source, &held.roll(), extent, visit.today) {
                Err(faults) => Page(import_page(&visit, &village, fields, &faults)).again(),
                Ok(plan) => {
                    fields.wrong("table", visit.w().t(CHANGED));
                    Page(preview_page(&visit, &village, &held, fields, &plan)).again()
                }
            }
        }
        other => other,
    }
}

/// The key of what is said when the roll changed after it was shown.
const CHANGED: &str = "import-changed";

async fn take_in(
    visit: &Visit,
    village: &Village,
    post: Option<Post>,
    fields: &Fields,
    source: String,
    extent: Extent,
) -> Result<Response> {
    let (own, id, shown) = (visit.clone(), village.own.id, fields.value("digest").to_owned());
    let to = format!("/roll?village={}", village.own.code);
    once(visit, fields, move |tx| {
        let mut chance = own.app.chance();
        let held = rows::load(tx, id, own.today)?;
        let changed = || {
            let (kind, key) = (Kind::Conflict, CHANGED);
            Error::Refused(Box::new(Answer { kind, key, values: Vec::new(), field: None, rule: None }))
        };
        let plan = plan(&source, &held.roll(), extent, own.today).map_err(|_| changed())?;
        if hex(&plan.digest()) != shown || plan.is_empty() {
            return Err(changed());
        }
        let changes = carry_out(&plan, &held.roll(), extent, own.today, own.now, &mut chance);
        rows::put(tx, &changes)?;
        let entries = changes.entries(own.actor(post), own.now, &mut chance);
        Ok(Once { entries, to: to.clone() })
    })
    .await
}
