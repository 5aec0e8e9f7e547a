//! The room: who came for which unit of the roll, opening and closing. Names are for who keeps the meeting, and for nobody else.

use super::load::{Loaded, counted, counts_as, entered};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, drawn, once};
use crate::people::place::brand;
use crate::record::units;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use civic::decide::attendance::{self as attendances, Attendance, AttendanceState, Comer, Presence, Room, Seat};
use civic::decide::meeting::{self as meetings, MeetingState, NAME_MAX};
use civic::id::{AttendanceId, HouseholdId, ResidentId, RollId};
use civic::people::standing::Action;
use civic::record::{Entry, Verb};
use civic::rules::Mode;
use std::collections::BTreeMap;
use store::Tx;
use store::decide::roll::{Adult, Named};
use store::decide::{attendance, matter, meeting, motion, roll};
use uuid::Uuid;

/// Units on one page of the roll.
const UNITS_MAX: usize = 60;

/// The routes of the room.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/meetings/{id}/roll", Action::KeepMeeting, show),
        Route::post("/meetings/{id}/open", Action::KeepMeeting, open),
        Route::post("/meetings/{id}/attend", Action::KeepMeeting, attend),
        Route::post("/meetings/{id}/attendance/{attendance}", Action::KeepMeeting, change),
        Route::post("/meetings/{id}/close", Action::KeepMeeting, close),
    ]
}

/// Which units the page shows, so that whoever marks them finds the page again where it was: `q` for a name, `show` for those still
/// missing or those who came, `after` for a later page.
const STAY: [&str; 3] = ["q", "show", "after"];

/// A page of the roll, as the query of its address; nothing for the first one of all.
fn query(values: [&str; 3]) -> String {
    let pairs = STAY.into_iter().zip(values).filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// The same page of the roll again.
fn stay(fields: &Fields) -> String {
    query(STAY.map(|name| fields.value(name)))
}

/// A part of the roll, with how many units are in it.
struct PartView {
    href: String,
    text: String,
    n: usize,
    here: bool,
}

/// One unit of the roll.
struct UnitView {
    unit: Uuid,
    name: String,
    /// Who came, and what can be done about it.
    came: Option<(String, String, bool)>,
    /// Who could come: value, name, whether of age on the day of the roll.
    adults: Vec<(String, String)>,
    form: String,
}

#[derive(Template)]
#[template(path = "decide/meeting/room.html")]
struct RoomPage {
    v: View,
    id: String,
    title: String,
    state: String,
    open: bool,
    can_open: bool,
    tally: String,
    missing: String,
    enough: bool,
    figure: (u32, u32, u32),
    units: Vec<UnitView>,
    parts: Vec<PartView>,
    stay: Vec<(&'static str, String)>,
    search: String,
    show: String,
    after: Option<String>,
    first: Option<String>,
    in_person: bool,
    open_form: Fields,
    close_form: String,
    motions: String,
    fault: Option<(Uuid, String)>,
    said: Option<String>,
}

/// What is wrong, and where on the page it stands.
enum Wrong {
    /// Beside a unit.
    Unit(Uuid, String),
    /// Above everything: the meeting stands otherwise than the page that was pressed.
    Whole(String),
}

struct Names {
    named: Vec<Named>,
    people: Vec<Adult>,
    attendances: Vec<Attendance>,
}

async fn show(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    page(&visit, loaded, &fields, None, None).await
}

async fn page(
    visit: &Visit,
    loaded: Loaded,
    fields: &Fields,
    open_form: Option<Fields>,
    wrong: Option<Wrong>,
) -> Result<Response> {
    let w = visit.w();
    let (body, mode) = loaded.sort()?;
    let path = loaded.path();
    let rules = visit.app.rules(visit.county.id).await?;
    let room = loaded.room(&rules.on(&path, loaded.day(visit.today)));
    let names = match &loaded.roll {
        None => Names { named: Vec::new(), people: Vec::new(), attendances: Vec::new() },
        Some(own) => {
            let (id, day, place, kind) = (own.id, own.day, loaded.meeting.place, counts_as(body));
            visit
                .app
                .db()
                .read(visit.county.id, move |tx| {
                    let people = roll::people(tx, place, kind, day)?;
                    let named = roll::named(tx, id, mode)?;
                    let attendances = attendance::of_roll(tx, id)?;
                    Ok::<_, Error>(Names { named, people, attendances })
                })
                .await?
        }
    };
    let search = fields.value("q").trim().to_owned();
    let open = loaded.meeting.state == MeetingState::Open;
    let day = loaded.roll.as_ref().map_or(visit.today, |r| r.day);
    let mut households: BTreeMap<HouseholdId, Vec<&Adult>> = BTreeMap::new();
    let mut by_resident: BTreeMap<ResidentId, &Adult> = BTreeMap::new();
    for adult in &names.people {
        if let Some(household) = adult.household {
            households.entry(household).or_default().push(adult);
        }
        by_resident.entry(adult.resident).or_insert(adult);
    }
    let attended: BTreeMap<Uuid, &Attendance> = names.attendances.iter().map(|a| (a.unit, a)).collect();
    let nameless = w.t("meeting-name-erased");
    let name_of = |resident: ResidentId| {
        by_resident.get(&resident).and_then(|a| a.name.clone()).unwrap_or_else(|| nameless.clone())
    };
    let came = |n: &Named| attended.get(&n.unit).is_some_and(|a| a.state != AttendanceState::Mistaken);
    let show = fields.value("show");
    let came_all = names.named.iter().filter(|n| came(n)).count();
    let mut all: Vec<&Named> = names
        .named
        .iter()
        .filter(|n| match show {
            "missing" => !came(n),
            "came" => came(n),
            _ => true,
        })
        .filter(|n| {
            let label = n.name.as_deref().unwrap_or_default();
            let member = || {
                households
                    .get(&HouseholdId::from(n.unit))
                    .is_some_and(|m| m.iter().any(|a| a.name.as_deref().is_some_and(|name| name.contains(&search))))
            };
            search.is_empty() || label.contains(&search) || member()
        })
        .collect();
    all.sort_by_cached_key(|n| (counted(n.name.as_deref().unwrap_or_default()), n.unit));
    let after = Uuid::try_parse(fields.value("after")).ok();
    let start = after.and_then(|id| all.iter().position(|n| n.unit == id)).map_or(0, |at| at + 1);
    let more = all.len() > start + UNITS_MAX;
    let shown: Vec<&Named> = all.into_iter().skip(start).take(UNITS_MAX).collect();
    let here = format!("/meetings/{}/roll", loaded.meeting.id);
    let page_of = |show: &str, after: &str| format!("{here}{}", query([search.as_str(), show, after]));
    let next = shown.last().filter(|_| more).map(|last| page_of(show, &last.unit.to_string()));
    let parts = [
        ("", "room-all", names.named.len()),
        ("missing", "room-not-come", names.named.len() - came_all),
        ("came", "room-came-all", came_all),
    ]
    .into_iter()
    .map(|(part, key, n)| PartView { href: page_of(part, ""), text: w.t(key), n, here: part == show })
    .collect();
    let unit_views = shown
        .into_iter()
        .map(|n| {
            let here_now = attended.get(&n.unit).filter(|a| a.state != AttendanceState::Mistaken);
            let came = here_now.map(|a| {
                let left = a.state == AttendanceState::Left;
                let said = if left {
                    w.t1("room-left", "name", name_of(a.resident))
                } else {
                    w.t1("room-came", "name", name_of(a.resident))
                };
                (said, format!("/meetings/{}/attendance/{}", loaded.meeting.id, a.id), left)
            });
            let candidates: Vec<&Adult> = if mode == Mode::Household {
                households.get(&HouseholdId::from(n.unit)).cloned().unwrap_or_default()
            } else {
                // The person first, then those of the household who may come with a mandate where the rules allow it.
                let own = by_resident.get(&ResidentId::from(n.unit)).copied();
                let others =
                    own.and_then(|a| a.household).and_then(|h| households.get(&h)).cloned().unwrap_or_default();
                own.into_iter().chain(others.into_iter().filter(|a| a.resident.uuid() != n.unit)).collect()
            };
            let adults = candidates
                .into_iter()
                .map(|a| {
                    let name = a.name.clone().unwrap_or_else(|| nameless.clone());
                    let shown = if a.adult_from > day { w.t1("room-not-of-age", "name", &name) } else { name };
                    (a.resident.to_string(), shown)
                })
                .collect();
            UnitView {
                unit: n.unit,
                name: n.name.clone().unwrap_or_else(|| nameless.clone()),
                came,
                adults,
                form: visit.form_key(),
            }
        })
        .collect();
    let (tally, missing, enough, figure) = match &room {
        Some(room) => (
            w.t1("room-tally", "units", units(&w, mode, room.there.units)),
            if room.missing() > 0 {
                w.t1("room-missing", "units", units(&w, mode, room.missing()))
            } else {
                w.t("room-enough")
            },
            room.enough(),
            (drawn(room.there.units), drawn(room.roll.units), drawn(room.needed.units)),
        ),
        None => (String::new(), w.t("room-no-roll"), false, (0, 0, 0)),
    };
    let brand = brand(&loaded.line);
    let again = wrong.is_some() || open_form.is_some();
    let (fault, said) = match wrong {
        Some(Wrong::Unit(unit, sentence)) => (Some((unit, sentence)), None),
        Some(Wrong::Whole(sentence)) => (None, Some(sentence)),
        None => (None, None),
    };
    let can_open = loaded.meeting.state == MeetingState::Convened;
    let open_form = open_form.unwrap_or_else(|| {
        let name = visit.signed.as_ref().and_then(|s| s.shown_name.clone()).unwrap_or_default();
        Fields::empty(&visit.app).with("recorder", name)
    });
    let page = RoomPage {
        id: loaded.meeting.id.to_string(),
        title: loaded.title(),
        state: w.token(loaded.meeting.state),
        motions: format!("/meetings/{}/motions", loaded.meeting.id),
        first: after.map(|_| page_of(show, "")),
        parts,
        stay: STAY.iter().map(|name| (*name, fields.value(name).to_owned())).filter(|(_, v)| !v.is_empty()).collect(),
        show: show.to_owned(),
        after: next,
        units: unit_views,
        in_person: mode != Mode::Household,
        close_form: visit.form_key(),
        open,
        can_open,
        tally,
        missing,
        enough,
        figure,
        search,
        open_form,
        fault,
        said,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// Opens the meeting: who chairs, who writes.
async fn open(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let chair = fields.line("chair", NAME_MAX, &w);
    let recorder = fields.line("recorder", NAME_MAX, &w);
    let (Some(chair), Some(recorder)) = (chair, recorder) else {
        return page(&visit, loaded, &Fields::default(), Some(fields), None).await;
    };
    let (app, now, today, own) = (visit.app.clone(), visit.now, visit.today, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let opened = meetings::open(&meeting::get(tx, own)?, chair.clone(), recorder.clone(), today, now).refuse()?;
        meeting::change(tx, &opened)?;
        moved(tx, &opened, now)?;
        let entry = Entry::of(&opened, Verb::Open, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/meetings/{own}/roll") })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "chair", &w, &visit.today)?;
            page(&visit, loaded, &Fields::default(), Some(fields), None).await
        }
    }
}

fn moved(tx: &mut Tx<'_>, meeting: &meetings::Meeting, now: civic::time::Timestamp) -> Result<()> {
    for id in &meeting.matters {
        matter::moved(tx, *id, now)?;
    }
    Ok(())
}

/// Marks that somebody came for a unit: a household's adult, or the person.
async fn attend(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let unit = Uuid::try_parse(fields.value("unit")).map_err(|_| Error::Malformed)?;
    let (body, mode) = loaded.sort()?;
    let own_roll = loaded.roll.clone().ok_or(Error::Hidden)?;
    let Some(resident) = ResidentId::parse(fields.value("resident")) else {
        return page(&visit, loaded, &fields, None, Some(Wrong::Unit(unit, w.t("room-choose-who")))).await;
    };
    let kind = counts_as(body);
    let mandate = fields.is("mandate", "1");
    let rules = visit.app.rules(visit.county.id).await?;
    let (path, day) = (loaded.path(), loaded.day(visit.today));
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let stay = stay(&fields);
    let done = once(&visit, &fields, move |tx| {
        let held = meeting::get(tx, meeting_id)?;
        // Two people at two doors write at the same time; closing the meeting must not slip in between.
        meeting::while_open(tx, meeting_id)?;
        let seat = roll::row(tx, own_roll.id, unit)?;
        let person = roll::person(tx, resident, kind, own_roll.day)?.ok_or(Error::Hidden)?;
        let unit_household = match mode {
            Mode::Household => Some(HouseholdId::from(unit)),
            _ => roll::person(tx, ResidentId::from(unit), kind, own_roll.day)?.and_then(|p| p.household),
        };
        let before = attendance::of_unit(tx, own_roll.id, unit)?;
        let comer = Comer {
            resident,
            household: person.household,
            adult_from: person.adult_from,
            mandate,
            presence: Presence::There,
        };
        let seat = seat.map(|row| Seat { row, household: unit_household });
        let in_force = rules.on(&path, day);
        let mut chance = app.chance();
        let fresh = AttendanceId::fresh(now, &mut chance);
        let came =
            attendances::attend(&held, &own_roll, seat, comer, before.as_ref(), &in_force, fresh, now).refuse()?;
        if before.is_some() {
            attendance::change(tx, &came)?;
        } else {
            attendance::put(tx, &came)?;
        }
        let entry = Entry::of(&came, Verb::Attend, actor, now, &mut chance);
        Ok(Once { entries: vec![entry], to: format!("/meetings/{meeting_id}/roll{stay}#u-{unit}") })
    })
    .await;
    refused(&visit, loaded, &fields, unit, done).await
}

/// Shows a refusal beside the unit that it is about.
async fn refused(
    visit: &Visit,
    loaded: Loaded,
    fields: &Fields,
    unit: Uuid,
    done: Result<Response>,
) -> Result<Response> {
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let sentence = sentence(visit, error)?;
            page(visit, loaded, fields, None, Some(Wrong::Unit(unit, sentence))).await
        }
    }
}

/// Somebody left early, or was marked by mistake.
async fn change(visit: Visit, Path((id, attendance_id)): Path<(String, String)>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let attendance_id = AttendanceId::parse(&attendance_id).ok_or(Error::Hidden)?;
    let left = match fields.value("what") {
        "left" => true,
        "mistaken" => false,
        _ => return Err(Error::Malformed),
    };
    let own_roll: RollId = loaded.roll.as_ref().map(|r| r.id).ok_or(Error::Hidden)?;
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let known =
        visit.app.db().read(visit.county.id, move |tx| attendance::get(tx, attendance_id).map_err(Error::from)).await?;
    if known.roll != own_roll {
        return Err(Error::Hidden);
    }
    let (unit, stay) = (known.unit, stay(&fields));
    let done = once(&visit, &fields, move |tx| {
        let held = meeting::get(tx, meeting_id)?;
        meeting::while_open(tx, meeting_id)?;
        let before = attendance::get(tx, attendance_id)?;
        let after = if left {
            attendances::leave(&held, &before, now).refuse()?
        } else {
            attendances::mistaken(&held, &before).refuse()?
        };
        attendance::change(tx, &after)?;
        let entry = Entry::of(&after, Verb::Attend, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/meetings/{meeting_id}/roll{stay}#u-{unit}") })
    })
    .await;
    refused(&visit, loaded, &fields, unit, done).await
}

/// Closes the meeting. Where too few came it is a meeting that failed its quorum, and says so.
async fn close(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let (body, mode) = loaded.sort()?;
    let own_roll = loaded.roll.clone().ok_or(Error::Hidden)?;
    let rules = visit.app.rules(visit.county.id).await?;
    let (path, day) = (loaded.path(), loaded.day(visit.today));
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let held = meeting::get(tx, meeting_id)?;
        let quorum = rules.on(&path, day).quorum(body, mode).refuse()?;
        let sums = attendance::sums(tx, own_roll.id, mode == Mode::Area)?;
        let room = Room::new(own_roll.size, sums.came, sums.there, quorum);
        let on_table = motion::on_table(tx, meeting_id)?;
        let closed = meetings::close(&held, &room, on_table, now).refuse()?;
        meeting::change(tx, &closed)?;
        let mut chance = app.chance();
        let mut entries = vec![Entry::of(&closed, Verb::Close, actor, now, &mut chance)];
        super::motion::after_close(tx, &closed, actor, now, &mut chance, &mut entries)?;
        Ok(Once { entries, to: format!("/meetings/{meeting_id}") })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        // Somebody else closed it meanwhile, or a motion is still on the table: the room as it is now, and why.
        Err(error) => {
            let sentence = sentence(&visit, error)?;
            let (now, _) = entered(&visit, &id).await?;
            let mut answer = page(&visit, now, &Fields::default(), None, Some(Wrong::Whole(sentence))).await?;
            *answer.status_mut() = StatusCode::CONFLICT;
            Ok(answer)
        }
    }
}

/// The sentence of a refusal; any other error is handed back.
pub(super) fn sentence(visit: &Visit, error: Error) -> Result<String> {
    let mut said = Fields::default();
    said.take(error, "unit", &visit.w(), &visit.today)?;
    Ok(said.errors().first().map(|(_, s)| s.clone()).unwrap_or_default())
}
