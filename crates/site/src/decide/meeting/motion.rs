//! Motions and the counting of hands. What stands on paper is the law's; this page writes it down, checks the sums and says what
//! follows by which rule.

use super::load::{Loaded, entered, name_of, there};
use crate::decide::resolution::why::Why;
use crate::frame::{Error, Fields, Once, OrRefuse, OsChance, Page, Result, Route, View, Visit, once, once_told};
use crate::people::place::brand;
use crate::record::units;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use civic::decide::attendance::Room;
use civic::decide::matter::PlanState;
use civic::decide::meeting::{Meeting, MeetingState, NAME_MAX, REASON_MAX};
use civic::decide::motion::{
    self as motions, BallotMode, Count, Counting, DISSENT_MAX, MOTION_MAX, Motion, MotionState, Tally, Wording,
};
use civic::decide::option::TopicOption;
use civic::decide::roll::Weight;
use civic::id::{CountId, MatterId, MotionId, OptionId};
use civic::people::membership::read_area_sum;
use civic::people::standing::Action;
use civic::record::{Actor, Entry, Verb};
use civic::rules::{Body, Item, Mode};
use civic::time::Timestamp;
use civic::token::Token;
use store::Tx;
use store::decide::{attendance, matter, meeting, motion, motion_count, option, roll};
use uuid::Uuid;

/// The most votes that a form takes.
const VOTES_MAX: u32 = 1_000_000;

/// The routes of motions.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/meetings/{id}/motions", Action::KeepMeeting, show),
        Route::post("/meetings/{id}/motions", Action::KeepMeeting, put),
        Route::post("/meetings/{id}/motion/{motion}/withdraw", Action::KeepMeeting, withdraw),
        Route::post("/meetings/{id}/motion/{motion}/recuse", Action::KeepMeeting, recuse),
        Route::post("/meetings/{id}/motion/{motion}/count", Action::KeepMeeting, count),
    ]
}

/// Moves on what a meeting heard, when it was held: a topic that people met over was deliberated.
pub(super) fn after_close(
    tx: &mut Tx<'_>,
    closed: &Meeting,
    actor: Actor,
    now: Timestamp,
    chance: &mut OsChance,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    for id in &closed.matters {
        let own = matter::get(tx, *id)?;
        if closed.state == MeetingState::Closed && own.plan == PlanState::Topic {
            let moved = own.advance(PlanState::Deliberated).refuse()?;
            matter::change(tx, &moved, now)?;
            entries.push(Entry::of(&moved, Verb::Change, actor, now, chance));
        } else {
            matter::moved(tx, *id, now)?;
        }
    }
    Ok(())
}

struct MotionView {
    id: String,
    text: String,
    meta: String,
    on_table: bool,
    counted: bool,
    whys: Vec<Why>,
    recused: Vec<String>,
    units: Vec<(String, String)>,
    count_form: Fields,
    recuse_form: String,
    withdraw_form: String,
    by_area: bool,
    secret: bool,
    /// The fields of one count, for the sum that the script says.
    names: &'static str,
    /// The most that they can sum to.
    most: i64,
}

#[derive(Template)]
#[template(path = "decide/meeting/motions.html")]
struct MotionsPage {
    v: View,
    id: String,
    title: String,
    state: String,
    open: bool,
    present: String,
    motions: Vec<MotionView>,
    said: Option<String>,
    f: Fields,
    matters: Vec<(String, String)>,
    options: Vec<(String, String)>,
    items: Vec<(String, String)>,
    /// What this body must leave to another.
    leaves: Option<String>,
    modes: Vec<(String, String)>,
}

/// Which of the page's forms came back with faults.
enum Came {
    None,
    Motion(Fields),
    Count(MotionId, Fields),
    /// No form: the meeting stands otherwise than the page that was pressed.
    Said(String),
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    page(&visit, loaded, Came::None).await
}

struct Extra {
    options: Vec<TopicOption>,
    names: Vec<roll::Named>,
    there: std::collections::BTreeSet<Uuid>,
}

async fn page(visit: &Visit, loaded: Loaded, came: Came) -> Result<Response> {
    let w = visit.w();
    let (body, mode) = loaded.sort()?;
    let rules = visit.app.rules(visit.county.id).await?;
    let (own_roll, matters) = (loaded.roll.as_ref().map(|r| r.id), loaded.meeting.matters.clone());
    let extra = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut options = Vec::new();
            for id in matters.iter().take(10) {
                options.extend(option::of_matter(tx, *id)?);
            }
            let (names, there) = match own_roll {
                Some(id) => (roll::named(tx, id, mode)?, there(&attendance::of_roll(tx, id)?)),
                None => (Vec::new(), std::collections::BTreeSet::new()),
            };
            Ok::<_, Error>(Extra { options, names, there })
        })
        .await?;
    let open = loaded.meeting.state == MeetingState::Open;
    let again = !matches!(came, Came::None);
    let name_of = |unit: Uuid| name_of(&w, &extra.names, unit);
    let (mut f, mut count_faults, mut said) = (Fields::empty(&visit.app), None, None);
    match came {
        Came::None => {}
        Came::Motion(fields) => f = fields,
        Came::Count(id, fields) => count_faults = Some((id, fields)),
        Came::Said(sentence) => said = Some(sentence),
    }
    let motions = loaded
        .motions
        .iter()
        .map(|m| {
            let mut counts: Vec<&Count> = loaded.counts.iter().filter(|c| c.motion == m.id).collect();
            counts.sort_by_key(|c| std::cmp::Reverse(c.turn));
            let last = counts.first();
            let count_form = match &count_faults {
                Some((id, fields)) if *id == m.id => fields.clone(),
                _ => match last {
                    Some(last) => Fields::empty(&visit.app)
                        .with("teller", last.counting.teller.clone())
                        .with("scrutineer", last.counting.scrutineer.clone())
                        .with("dissent", last.counting.dissent.clone().unwrap_or_default()),
                    None => Fields::empty(&visit.app),
                },
            };
            let free: Vec<(String, String)> =
                extra.there.iter().filter(|u| !m.recused.contains(u)).map(|u| (u.to_string(), name_of(*u))).collect();
            MotionView {
                id: m.id.to_string(),
                text: m.text.clone(),
                meta: w.list(&[
                    &w.token(m.state),
                    &w.token(m.ballot_mode),
                    &m.mover.as_ref().map(|n| w.t1("motion-moved-by", "name", n)).unwrap_or_default(),
                    &m.seconder.as_ref().map(|n| w.t1("motion-seconded-by", "name", n)).unwrap_or_default(),
                ]),
                on_table: open && m.state == MotionState::Put,
                counted: m.state == MotionState::Counted
                    && matches!(loaded.meeting.state, MeetingState::Open | MeetingState::Closed),
                whys: counts
                    .iter()
                    .map(|c| Why::new(&w, &rules, c, w.token(body), mode, m.ballot_mode, &visit.today))
                    .collect(),
                recused: m.recused.iter().map(|u| name_of(*u)).collect(),
                units: free,
                count_form,
                recuse_form: visit.form_key(),
                withdraw_form: visit.form_key(),
                by_area: mode == Mode::Area,
                secret: m.ballot_mode == BallotMode::Secret,
                names: if m.ballot_mode == BallotMode::Secret {
                    "in_favour against abstained invalid"
                } else {
                    "in_favour against abstained"
                },
                most: match last {
                    Some(last) => last.there.units - last.recused.units,
                    None => {
                        let back = m.recused.iter().filter(|unit| extra.there.contains(unit)).count();
                        loaded.sums.there.units - i64::try_from(back).unwrap_or(i64::MAX)
                    }
                },
            }
        })
        .collect();
    let brand = brand(&loaded.line);
    let page = MotionsPage {
        id: loaded.meeting.id.to_string(),
        title: loaded.title(),
        state: w.token(loaded.meeting.state),
        present: w.t1("room-tally", "units", units(&w, mode, loaded.sums.there.units)),
        matters: loaded.matters.iter().map(|m| (m.id.to_string(), m.title.clone().unwrap_or_default())).collect(),
        options: std::iter::once((String::new(), w.t("motion-option-none")))
            .chain(
                extra
                    .options
                    .iter()
                    .filter(|o| o.stands())
                    .map(|o| (o.id.to_string(), w.list(&[&o.title, &w.money(&o.cost)]))),
            )
            .collect(),
        items: body.items().iter().map(|i| (i.as_str().to_owned(), w.token(*i))).collect(),
        leaves: (body == Body::VillagersReps).then(|| w.t("motion-village-rules-elsewhere")),
        modes: BallotMode::ALL
            .iter()
            .filter(|b| **b != BallotMode::HouseholdSigned || mode == Mode::Household)
            .map(|b| (b.as_str().to_owned(), w.token(*b)))
            .collect(),
        open,
        motions,
        said,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// Puts a motion to the meeting.
async fn put(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let only = match loaded.meeting.matters.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let own = MatterId::parse(fields.value("matter")).or(only);
    if own.is_none() {
        fields.wrong("matter", w.t("field-choose"));
    }
    let text = fields.block("text", MOTION_MAX, &w);
    let ballot_mode = fields.token::<BallotMode>("ballot_mode", &w);
    let item = Item::parse(fields.value("item")).unwrap_or(Item::General);
    let mover = fields.line_or_none("mover", NAME_MAX, &w);
    let seconder = fields.line_or_none("seconder", NAME_MAX, &w);
    let chosen = OptionId::parse(fields.value("option"));
    let (Some(own), Some(text), Some(ballot_mode), Some(mover), Some(seconder)) =
        (own, text, ballot_mode, mover, seconder)
    else {
        return page(&visit, loaded, Came::Motion(fields)).await;
    };
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let stands = |tx: &mut Tx<'_>, to: &str| {
        let Some(id) = to.rsplit_once("#m-").and_then(|(_, id)| MotionId::parse(id)) else { return Ok(false) };
        Ok(motion::get(tx, id)?.state != MotionState::Withdrawn)
    };
    let done = once_told(&visit, true, &fields, stands, move |tx| {
        let mut chance = app.chance();
        let held = meeting::get(tx, meeting_id)?;
        meeting::while_open(tx, meeting_id)?;
        let option = chosen.map(|id| option::get(tx, id)).transpose()?.filter(|o| o.matter == own);
        let wording = Wording {
            matter: own,
            topic: option.as_ref().map(|o| o.topic),
            option: option.as_ref().map(|o| o.id),
            item,
            ballot_mode,
            text: text.clone(),
            mover: mover.clone(),
            seconder: seconder.clone(),
        };
        let put = motions::put(&held, wording, MotionId::fresh(now, &mut chance), now).refuse()?;
        motion::put(tx, &put)?;
        let entry = Entry::of(&put, Verb::Create, actor, now, &mut chance);
        Ok(Once { entries: vec![entry], to: format!("/meetings/{meeting_id}/motions#m-{}", put.id) })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "text", &w, &visit.today)?;
            page(&visit, loaded, Came::Motion(fields)).await
        }
    }
}

fn own_motion(loaded: &Loaded, id: &str) -> Result<Motion> {
    let id = MotionId::parse(id).ok_or(Error::Hidden)?;
    loaded.motions.iter().find(|m| m.id == id).cloned().ok_or(Error::Hidden)
}

/// Takes a motion off the table before it was counted.
async fn withdraw(visit: Visit, Path((id, motion_id)): Path<(String, String)>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let own = own_motion(&loaded, &motion_id)?.id;
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let held = meeting::get(tx, meeting_id)?;
        meeting::while_open(tx, meeting_id)?;
        let withdrawn = motions::withdraw(&held, &motion::get(tx, own)?).refuse()?;
        motion::change(tx, &withdrawn)?;
        let entry = Entry::of(&withdrawn, Verb::End, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/meetings/{meeting_id}/motions") })
    })
    .await;
    said(&visit, &id, done).await
}

/// Shows a refusal above the motions as they are now; what was pressed had no field to say it beside.
async fn said(visit: &Visit, id: &str, done: Result<Response>) -> Result<Response> {
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let sentence = super::room::sentence(visit, error)?;
            let (now, _) = entered(visit, id).await?;
            let mut answer = page(visit, now, Came::Said(sentence)).await?;
            *answer.status_mut() = StatusCode::CONFLICT;
            Ok(answer)
        }
    }
}

/// A unit that is concerned stands back from a motion, or takes that back.
async fn recuse(visit: Visit, Path((id, motion_id)): Path<(String, String)>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let own = own_motion(&loaded, &motion_id)?.id;
    let own_roll = loaded.roll.as_ref().map(|r| r.id).ok_or(Error::Hidden)?;
    let unit = Uuid::try_parse(fields.value("unit")).map_err(|_| Error::Malformed)?;
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let held = meeting::get(tx, meeting_id)?;
        meeting::while_open(tx, meeting_id)?;
        let here = there(&attendance::of_unit(tx, own_roll, unit)?.into_iter().collect::<Vec<_>>());
        let before = motion::get(tx, own)?;
        let after = motions::recuse(&held, &before, unit, here.contains(&unit)).refuse()?;
        motion::change(tx, &after)?;
        let entry = Entry::of(&after, Verb::Attend, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/meetings/{meeting_id}/motions#m-{own}") })
    })
    .await;
    said(&visit, &id, done).await
}

/// Writes down a count, or a count again with its reason. The old numbers stay.
async fn count(visit: Visit, Path((id, motion_id)): Path<(String, String)>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let own = own_motion(&loaded, &motion_id)?.id;
    let (body, mode) = loaded.sort()?;
    let own_roll = loaded.roll.clone().ok_or(Error::Hidden)?;
    let by_area = mode == Mode::Area;
    let mut weight = |name: &str| -> Option<Weight> {
        let units = if name == "invalid" && fields.value(name).trim().is_empty() {
            0
        } else {
            fields.count(name, VOTES_MAX, &w)?
        };
        let area = format!("{name}_area");
        let area_cm2 = match fields.value(&area).trim() {
            typed if by_area && !typed.is_empty() => read_area_sum(typed),
            _ => Some(0),
        };
        if area_cm2.is_none() {
            fields.wrong(&area, w.t("count-area-wrong"));
        }
        Some(Weight { units: i64::from(units), area_cm2: area_cm2? })
    };
    let tally = (weight("in_favour"), weight("against"), weight("abstained"), weight("invalid"));
    let teller = fields.line("teller", NAME_MAX, &w);
    let scrutineer = fields.line("scrutineer", NAME_MAX, &w);
    let dissent = fields.block_or_none("dissent", DISSENT_MAX, &w);
    let reason = fields.line_or_none("reason", REASON_MAX, &w);
    let (Some(in_favour), Some(against), Some(abstained), Some(invalid)) = tally else {
        return page(&visit, loaded, Came::Count(own, fields)).await;
    };
    let (Some(teller), Some(scrutineer), Some(dissent), Some(reason)) = (teller, scrutineer, dissent, reason) else {
        return page(&visit, loaded, Came::Count(own, fields)).await;
    };
    let counting = Counting {
        tally: Tally { in_favour, against, abstained, invalid },
        teller,
        scrutineer,
        on_paper_ballots: fields.is("on_paper_ballots", "1"),
        dissent,
    };
    let rules = visit.app.rules(visit.county.id).await?;
    let (path, day) = (loaded.path(), loaded.day(visit.today));
    let (app, now, meeting_id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let done = once(&visit, &fields, move |tx| {
        let mut chance = app.chance();
        let held = meeting::get(tx, meeting_id)?;
        let before = motion::get(tx, own)?;
        let in_force = rules.on(&path, day);
        let count_id = CountId::fresh(now, &mut chance);
        let (verb, (after, counted)) = match before.count {
            None => {
                meeting::while_open(tx, meeting_id)?;
                let quorum = in_force.quorum(body, mode).refuse()?;
                let sums = attendance::sums(tx, own_roll.id, by_area)?;
                let room = Room::new(own_roll.size, sums.came, sums.there, quorum);
                let back = attendance::recused(tx, own_roll.id, own, by_area)?;
                let counted =
                    motions::count(&held, &before, &room, back, counting.clone(), &in_force, count_id, now).refuse()?;
                (Verb::Count, counted)
            }
            Some(last) => {
                let last = motion_count::get(tx, last)?;
                let reason = reason.clone().unwrap_or_default();
                let counted =
                    motions::recount(&held, &before, &last, counting.clone(), reason, &in_force, count_id, now)
                        .refuse()?;
                (Verb::Recount, counted)
            }
        };
        motion_count::put(tx, &counted)?;
        motion::change(tx, &after)?;
        matter::moved(tx, after.matter, now)?;
        let mut entries = vec![
            Entry::of(&counted, verb, actor, now, &mut chance),
            Entry::of(&after, Verb::Change, actor, now, &mut chance),
        ];
        if verb == Verb::Recount {
            entries.extend(crate::decide::resolution::follow(tx, &counted, actor, now, &mut chance)?);
        }
        Ok(Once { entries, to: format!("/meetings/{meeting_id}/motions#m-{own}") })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "in_favour", &w, &visit.today)?;
            page(&visit, loaded, Came::Count(own, fields)).await
        }
    }
}
