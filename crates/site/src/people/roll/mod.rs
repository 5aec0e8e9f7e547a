//! The roll of a village: households by hamlet, who belongs to them, taking in a table, cards, and who waits for the committee's word.

mod card;
mod household;
mod import;
mod members;
mod person;
mod waiting;

use crate::frame::{Error, Fields, ListFile, Page, Result, Route, View, Visit, list_file, see_other};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::{HouseholdId, PlaceId};
use civic::people::place::{Place, PlaceCode};
use civic::people::resident::long_adult;
use civic::people::roll_import;
use civic::people::standing::{Action, Post, Visibility, posts};
use civic::time::Day;
use store::people::household::{After, Filter, PAGE, SEARCH_MAX};
use store::people::{account, household as rows, name_request, place};

/// Hamlets of one village.
const HAMLETS_MAX: u32 = 200;

/// The routes of the roll.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/roll", Action::ReadRoll, list),
        Route::post("/roll/household", Action::KeepRoll, household::add),
        Route::get("/roll/household/{household}", Action::ReadRoll, household::show),
        Route::post("/roll/household/{household}/label", Action::KeepRoll, household::relabel),
        Route::post("/roll/household/{household}/end", Action::KeepRoll, household::end),
        Route::post("/roll/household/{household}/person", Action::KeepRoll, household::add_person),
        Route::get("/roll/person/{resident}", Action::ReadRoll, person::show),
        Route::post("/roll/person/{resident}/correct", Action::KeepRoll, person::correct),
        Route::post("/roll/person/{resident}/leave", Action::KeepRoll, person::leave),
        Route::post("/roll/person/{resident}/move", Action::KeepRoll, person::move_home),
        Route::post("/roll/person/{resident}/phone", Action::KeepRoll, person::phone),
        Route::post("/roll/person/{resident}/erase", Action::KeepRoll, person::erase),
        Route::post("/roll/person/{resident}/card", Action::KeepRoll, card::issue_card),
        Route::get("/roll/import", Action::KeepRoll, import::ask),
        Route::post("/roll/import", Action::KeepRoll, import::preview).with_files(),
        Route::post("/roll/import/take", Action::KeepRoll, import::take).with_files(),
        Route::get("/roll/members", Action::ReadRoll, members::list),
        Route::post("/roll/members", Action::KeepRoll, members::add),
        Route::post("/roll/members/{membership}/end", Action::KeepRoll, members::end),
        Route::get("/roll/waiting", Action::KeepRoll, waiting::list),
        Route::post("/roll/waiting/account", Action::KeepRoll, waiting::decide_account),
        Route::post("/roll/waiting/name", Action::KeepRoll, waiting::decide_name),
    ]
}

/// A village with what is above it, and its hamlets.
struct Village {
    line: Vec<Place>,
    own: Place,
    hamlets: Vec<Place>,
}

impl Village {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|p| p.id).collect()
    }
    fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
    /// Its hamlets as options; the village itself where there are none.
    fn options(&self) -> Vec<(String, String)> {
        let places = if self.hamlets.is_empty() { std::slice::from_ref(&self.own) } else { &self.hamlets };
        places.iter().map(|p| (p.id.to_string(), p.name.clone())).collect()
    }
}

/// The village of a code, and whether the reader may see its roll.
async fn village(visit: &Visit, code: &str) -> Result<(Village, Option<Post>)> {
    visit.account()?;
    let code = PlaceCode::parse(code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let village = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            let hamlets = place::children(tx, own.id, today, "", HAMLETS_MAX)?;
            Ok::<_, Error>(Village { line, own, hamlets })
        })
        .await?;
    if village.own.code.level() != civic::people::place::Level::Village {
        return Err(Error::Hidden);
    }
    let post = visit.may(&village.path(), Visibility::Draft)?;
    Ok((village, post))
}

struct HouseholdView {
    href: String,
    hamlet: String,
    label: String,
    people: String,
    n: usize,
}

#[derive(Template)]
#[template(path = "people/roll/list.html")]
struct ListPage {
    v: View,
    f: Fields,
    code: String,
    counts: (i64, i64),
    keeps: bool,
    waiting_n: usize,
    hamlets: Vec<(String, String)>,
    places: Vec<(String, String)>,
    households: Vec<HouseholdView>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "people/roll/villages.html")]
struct VillagesPage {
    v: View,
    villages: Vec<(String, String)>,
}

/// The villages whose roll the reader may see.
async fn reach(visit: &Visit) -> Result<Vec<Place>> {
    let today = visit.today;
    let places: Vec<PlaceId> =
        visit.asker().standings.iter().filter(|s| posts(Action::ReadRoll).contains(&s.post)).map(|s| s.place).collect();
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut villages = Vec::new();
            for id in &places {
                villages.extend(place::villages(tx, *id, today, "", 1000)?);
            }
            villages.sort_by_key(|v| v.code);
            villages.dedup_by_key(|v| v.id);
            Ok::<_, Error>(villages)
        })
        .await
}

fn query(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    if fields.value("village").is_empty() {
        visit.may_anywhere()?;
        let villages = reach(&visit).await?;
        if let [one] = villages.as_slice() {
            return Ok(see_other(&format!("/roll?village={}", one.code)));
        }
        let villages = villages.iter().map(|v| (format!("/roll?village={}", v.code), v.name.clone())).collect();
        return Page(VillagesPage { v: View::new(&visit), villages }).ok();
    }
    let (village, _) = village(&visit, fields.value("village")).await?;
    if let Some(file) = ListFile::asked(&fields) {
        return export(&visit, &village, file).await;
    }
    let f = Fields::empty(&visit.app).with("label", "");
    list_page(&visit, &village, f, &fields).await?.ok()
}

/// The whole roll as a file with the columns that the import reads: taking it in again changes nothing.
async fn export(visit: &Visit, village: &Village, file: ListFile) -> Result<Response> {
    let (id, today) = (village.own.id, visit.today);
    let load = move |tx: &mut store::Tx<'_>| store::people::roll_import::load(tx, id, today).map_err(Error::from);
    let held = visit.app.db().read(visit.county.id, load).await?;
    let w = visit.w();
    let head = ["hamlet", "household", "name", "adult"].map(|key| w.t(&format!("roll-file-{key}"))).to_vec();
    let yes = w.t("roll-file-yes");
    let rows = roll_import::lines(&held.roll(), today).into_iter().map(|line| {
        let adult = line.adult_from.map_or_else(|| yes.clone(), |day| day.to_string());
        vec![line.hamlet, line.household, line.name, adult]
    });
    list_file(file, &format!("roll-{}", village.own.code), head, rows.collect()).await
}

/// The list with the form for one more household.
async fn list_page(visit: &Visit, village: &Village, f: Fields, asked: &Fields) -> Result<Page<ListPage>> {
    let keeps = visit.could(Action::KeepRoll, &village.path());
    let (id, today) = (village.own.id, visit.today);
    let hamlet = PlaceId::parse(asked.value("hamlet")).filter(|id| village.hamlets.iter().any(|h| h.id == *id));
    let text = civic::text::line(asked.value("q"), SEARCH_MAX).unwrap_or_default();
    let after = HouseholdId::parse(asked.value("after"));
    let searched = text.clone();
    let (lines, counts, waiting_n) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let after = match after {
                None => None,
                Some(after) => {
                    let last = rows::get(tx, after)?;
                    let code = place::get(tx, last.place)?.code.to_string();
                    Some(After { code, label: last.label, id: last.id })
                }
            };
            let lines = rows::page(tx, id, today, Filter { hamlet, text: &searched }, after.as_ref())?;
            let counts = rows::counts(tx, id, today)?;
            let waiting = account::waiting(tx, id, None, 100)?.len() + name_request::of_village(tx, id, 100)?.len();
            Ok::<_, Error>((lines, counts, waiting))
        })
        .await?;
    let full = lines.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    let same = format!(
        "/roll?village={}&hamlet={}&q={}",
        village.own.code,
        hamlet.map(|h| h.to_string()).unwrap_or_default(),
        query(&text)
    );
    let next = lines.last().filter(|_| full).map(|last| format!("{same}&after={}", last.household.id));
    let w = visit.w();
    let mut hamlets = vec![(String::new(), w.t("roll-all-hamlets"))];
    hamlets.extend(village.hamlets.iter().map(|h| (h.id.to_string(), h.name.clone())));
    let households = lines
        .into_iter()
        .map(|line| HouseholdView {
            href: format!("/roll/household/{}", line.household.id),
            hamlet: line.place_name,
            label: line.household.label,
            n: line.people.len(),
            people: line.people.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" "),
        })
        .collect();
    let f = f.with("q", text).with("hamlet", hamlet.map(|h| h.to_string()).unwrap_or_default());
    Ok(Page(ListPage {
        v: village.view(visit).dense(),
        f,
        code: village.own.code.to_string(),
        counts,
        keeps,
        waiting_n,
        hamlets,
        places: village.options(),
        households,
        first: after.map(|_| same),
        next,
    }))
}

/// Whether of age long since or from which day on, as a form says it: `adult` is `yes` or `from`, with the day in `adult_from`.
fn adult_from(fields: &mut Fields, visit: &Visit) -> Option<Day> {
    match fields.value("adult") {
        "yes" => long_adult(),
        "from" => fields.day("adult_from", &visit.w()),
        _ => {
            fields.wrong("adult", visit.w().t("field-choose"));
            None
        }
    }
}
