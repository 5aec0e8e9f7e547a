//! The page of a roster, and its sheet for the board. Everybody reads turns and how many are missing; names are for those on the roster
//! and for who keeps it.

use crate::frame::{Error, Fields, Page, Result, View, Visit, W, address, as_pdf, pdf};
use crate::manage::facility::{self, Loaded};
use crate::people::place::organ;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use civic::id::{ResidentId, RosterId};
use civic::manage::roster::{Roster, RosterState, Slot, SlotState, given_name};
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use paper::pdf::{Column, Part, Sheet};
use store::Tx;
use store::manage::roster::{self, Named};

/// Turns on the page.
const SLOTS_MAX: u32 = 120;

/// A roster with its facility and its turns from today on.
pub(super) struct Case {
    pub(super) roster: Roster,
    pub(super) loaded: Loaded,
    pub(super) slots: Vec<Slot>,
    pub(super) taken: Vec<Named>,
}

pub(super) fn id_of(text: &str) -> Result<RosterId> {
    RosterId::parse(text).ok_or(Error::Hidden)
}

pub(super) fn load(tx: &mut Tx<'_>, id: RosterId, from: Day) -> Result<Case> {
    let one = roster::get(tx, id)?;
    let loaded = facility::load(tx, one.facility)?;
    let slots = roster::slots(tx, id, from, SLOTS_MAX)?;
    let taken = roster::taken_of(tx, id, from)?;
    Ok(Case { roster: one, loaded, slots, taken })
}

/// The resident for whom the visitor acts.
pub(super) fn myself(visit: &Visit) -> Option<ResidentId> {
    visit.signed.as_ref().and_then(|signed| signed.resident.as_ref()).map(|resident| resident.id)
}

struct SlotView {
    id: String,
    day: Day,
    when: String,
    task: String,
    note: String,
    /// Names, for those who may read them.
    names: Vec<String>,
    mine: bool,
    offered: bool,
    off: bool,
    take: Option<String>,
    over: Option<String>,
    leave: Option<String>,
    offer: Option<String>,
    call_off: Option<String>,
}

#[derive(Template)]
#[template(path = "manage/roster/roster.html")]
struct RosterPage {
    v: View,
    f: Fields,
    note: Option<String>,
    facility: (String, String),
    title: String,
    state: String,
    care: Option<String>,
    slots: Vec<SlotView>,
    /// Whether the visitor can take turns here.
    joins: bool,
    /// Whether a telephone is there that a reminder could reach.
    named: bool,
    sign_in: Option<String>,
    keeps: bool,
    print: String,
    more: Option<String>,
    close: Option<String>,
}

/// The days of a turn as people say them.
pub(super) fn days(slot: &Slot, w: &W, today: Day) -> String {
    if slot.from == slot.until {
        return w.list(&[&w.day(&slot.from, &today), &w.weekday(&slot.from)]);
    }
    w.t2("roster-days", "from", w.day(&slot.from, &today), "until", w.day(&slot.until, &today))
}

fn slot_view(
    case: &Case,
    slot: &Slot,
    w: &W,
    today: Day,
    me: Option<ResidentId>,
    reads: bool,
    keeps: bool,
) -> SlotView {
    let taken: Vec<&Named> = case.taken.iter().filter(|one| one.sign_up.slot == slot.id).collect();
    let there = u32::try_from(taken.len()).unwrap_or(u32::MAX);
    let left = slot.people.saturating_sub(there);
    let own = me.and_then(|me| taken.iter().find(|one| one.sign_up.resident == me));
    let off = slot.state == SlotState::CalledOff;
    let live = !off && case.roster.state == RosterState::Open;
    let offered = taken.iter().any(|one| one.sign_up.offered);
    let at = |part: &str| format!("/rosters/{}/slots/{}/{part}", case.roster.id, slot.id);
    let free = live && me.is_some() && own.is_none();
    let note = if off {
        w.token(slot.state)
    } else if left == 0 {
        w.t1("roster-full", "n", slot.people)
    } else {
        w.t2("roster-left", "n", slot.people, "left", left)
    };
    SlotView {
        id: format!("slot-{}", slot.id),
        day: slot.from,
        when: days(slot, w, today),
        task: slot.task.clone(),
        note,
        names: if reads { taken.iter().map(|one| one.name.clone()).collect() } else { Vec::new() },
        mine: own.is_some(),
        offered: own.is_some_and(|one| one.sign_up.offered),
        off,
        take: (free && left > 0).then(|| at("take")),
        over: (free && offered).then(|| at("over")),
        leave: own.map(|_| at("leave")),
        offer: own.filter(|_| live).map(|_| at("offer")),
        call_off: (keeps && live).then(|| at("off")),
    }
}

fn roster_page(visit: &Visit, case: &Case, f: Fields, note: Option<String>) -> Page<RosterPage> {
    let (w, today) = (visit.w(), visit.today);
    let path = case.loaded.path();
    let keeps = visit.could(Action::KeepFacility, &path);
    let me = myself(visit);
    let on = on(visit, case);
    let open = case.roster.state == RosterState::Open;
    let id = case.roster.id;
    Page(RosterPage {
        facility: (case.loaded.href(), case.loaded.about(&w)),
        title: case.roster.title.clone(),
        state: w.token(case.roster.state),
        care: case.roster.care.clone(),
        slots: case.slots.iter().map(|slot| slot_view(case, slot, &w, today, me, keeps || on, keeps)).collect(),
        joins: me.is_some() && open,
        named: me.is_some(),
        sign_in: visit.signed.is_none().then(|| format!("/sign-in?back=%2Frosters%2F{id}")),
        keeps,
        print: format!("/rosters/{id}/print"),
        more: (keeps && open).then(|| format!("/rosters/{id}/slots")),
        close: (keeps && open).then(|| format!("/rosters/{id}/close")),
        note,
        f,
        v: case.loaded.view(visit),
    })
}

/// Whether the visitor has one of the turns.
fn on(visit: &Visit, case: &Case) -> bool {
    myself(visit).is_some_and(|me| case.taken.iter().any(|one| one.sign_up.resident == me))
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let today = visit.today;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id, today)).await?;
    visit.may(&case.loaded.path(), Visibility::Public)?;
    let note = ["taken", "left", "offered", "kept"]
        .into_iter()
        .find(|word| asked.value("done") == *word)
        // A form that was sent before says what was done then; the page says what is so now.
        .filter(|word| matches!(*word, "taken" | "offered" | "kept") == on(&visit, &case))
        .map(|word| visit.w().t(&format!("roster-done-{word}")));
    roster_page(&visit, &case, Fields::empty(&visit.app), note).ok()
}

/// The page again with why a turn was not taken.
pub(super) async fn again(visit: &Visit, id: RosterId, f: Fields, status: StatusCode) -> Result<Response> {
    let today = visit.today;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id, today)).await?;
    roster_page(visit, &case, f, None).with_status(status)
}

struct RowView {
    when: String,
    task: String,
    names: String,
}

#[derive(Template)]
#[template(path = "manage/roster/sheet.html")]
struct SheetPage {
    v: View,
    back: String,
    organ: String,
    title: String,
    facility: String,
    care: Option<String>,
    rows: Vec<RowView>,
    qr: String,
}

impl SheetPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let mut parts = vec![Part::text(self.v.w.list(&[&self.facility, &t("roster-choice")]))];
        parts.extend(self.care.clone().map(Part::text));
        parts.push(Part::Table {
            caption: String::new(),
            columns: vec![Column::Text, Column::Wide, Column::Wide],
            head: ["roster-day", "roster-task", "roster-who"].map(t).to_vec(),
            rows: self.rows.iter().map(|row| vec![row.when.clone(), row.task.clone(), row.names.clone()]).collect(),
            sum: Vec::new(),
            tall: 0,
        });
        parts.push(Part::Box {
            heading: String::new(),
            lines: Vec::new(),
            note: t("roster-sheet-text"),
            qr: self.qr.clone(),
        });
        Sheet {
            name: self.title.clone(),
            organ: self.organ.clone(),
            title: self.title.clone(),
            parts,
            ..Sheet::default()
        }
    }
}

/// The sheet for the board: given names of those who agreed to it, and free lines for those who write themselves in.
pub(super) async fn print(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let today = visit.today;
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id, today)).await?;
    visit.may(&case.loaded.path(), Visibility::Public)?;
    let w = visit.w();
    let qr = paper::qr::svg(&address(&visit.app, &format!("/rosters/{id}")), &w.t("roster-qr"))
        .map_err(|error| Error::Broken(error.to_string()))?;
    let row = |slot: &Slot| {
        let taken: Vec<&Named> = case.taken.iter().filter(|one| one.sign_up.slot == slot.id).collect();
        let mut names: Vec<String> = taken
            .iter()
            .map(|one| match one.sign_up.show_name {
                true if !one.name.is_empty() => given_name(&one.name),
                _ => w.t("roster-somebody"),
            })
            .collect();
        let left = usize::try_from(slot.people).unwrap_or(0).saturating_sub(names.len());
        names.extend(std::iter::repeat_n("______".to_owned(), left));
        RowView { when: days(slot, &w, today), task: slot.task.clone(), names: names.join(&w.t("roster-between")) }
    };
    let page = SheetPage {
        back: format!("/rosters/{id}"),
        organ: organ(&case.loaded.line),
        title: case.roster.title.clone(),
        facility: case.loaded.about(&w),
        care: case.roster.care.clone(),
        rows: case.slots.iter().filter(|slot| slot.state == SlotState::Open).map(row).collect(),
        qr,
        v: View::new(&visit).sheet("sheet rows"),
    };
    if as_pdf(&asked) { pdf(&visit, "roster", page.paper()).await } else { Page(page).ok() }
}
