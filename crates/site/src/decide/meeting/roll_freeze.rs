//! Freezing the roll: who counts on the day of the meeting. Whoever freezes it sees first whom it leaves out and why.

use super::load::{Loaded, counts_as, entered};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use crate::record::units;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::meeting::Meeting;
use civic::decide::roll::{self as law, Frozen, LeftOut, RollRefusal};
use civic::id::{PlaceId, RollId};
use civic::people::membership::MembershipKind;
use civic::people::place::village_of;
use civic::record::{Entry, Verb};
use civic::rules::Mode;
use civic::time::Timestamp;
use civic::token::Token;
use store::Tx;
use store::decide::roll::CANDIDATES_MAX;
use store::decide::{meeting, roll};

/// Units left out that are shown by name.
const LEFT_OUT_MAX: usize = 50;

#[derive(Template)]
#[template(path = "decide/meeting/freeze.html")]
struct FreezePage {
    v: View,
    f: Fields,
    action: String,
    back: String,
    title: String,
    size: String,
    day: String,
    left_out: Vec<(String, String)>,
    left_out_more: usize,
    refused: Option<String>,
    /// Where the list is kept from which the roll is made.
    mend: String,
    before: bool,
}

/// Would freeze the roll of a meeting as it is now.
fn frozen(
    tx: &mut Tx<'_>,
    called: &Meeting,
    kind: MembershipKind,
    id: RollId,
    now: Timestamp,
) -> Result<std::result::Result<(Meeting, Frozen), RollRefusal>> {
    let mut candidates = roll::candidates(tx, called.place, kind)?;
    if let (MembershipKind::Representative, Some(day)) = (kind, called.held_on) {
        let mut belonging = roll::candidates(tx, called.place, MembershipKind::Villager)?;
        belonging.extend(roll::candidates(tx, called.place, MembershipKind::Resident)?);
        candidates = law::still_of_place(candidates, &belonging, day);
    }
    if candidates.len() > CANDIDATES_MAX {
        return Ok(Err(RollRefusal::TooLarge));
    }
    Ok(law::freeze(called, &candidates, id, now))
}

fn kind_of(loaded: &Loaded) -> Result<MembershipKind> {
    Ok(counts_as(loaded.sort()?.0))
}

/// The page on which whoever is missing is put right.
fn mend(loaded: &Loaded) -> Result<String> {
    let village = village_of(&loaded.line).map(|p| p.code.to_string());
    let village = village.unwrap_or_default();
    Ok(match kind_of(loaded)? {
        MembershipKind::Villager | MembershipKind::Resident => format!("/roll?village={village}"),
        kind => format!("/roll/members?village={village}&as={}", kind.as_str()),
    })
}

async fn page(visit: &Visit, loaded: &Loaded, f: Fields, refused: Option<String>) -> Result<Page<FreezePage>> {
    let w = visit.w();
    let (kind, (_, mode)) = (kind_of(loaded)?, loaded.sort()?);
    let (called, now, place): (Meeting, Timestamp, PlaceId) = (loaded.meeting.clone(), visit.now, loaded.meeting.place);
    let (seen, labels) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let seen = frozen(tx, &called, kind, RollId::from(uuid::Uuid::nil()), now)?;
            let labels = match mode {
                Mode::Household => roll::labels(tx, place)?,
                Mode::Person | Mode::Area => Vec::new(),
            };
            Ok::<_, Error>((seen, labels))
        })
        .await?;
    let brand = brand(&loaded.line);
    let (size, left, refused) = match seen {
        Ok((_, frozen)) => (units(&w, mode, frozen.roll.size.units), frozen.left_out, refused),
        Err(refusal) => (units(&w, mode, 0), Vec::new(), Some(w.refusal(&refusal, &visit.today))),
    };
    let left_out_more = left.len().saturating_sub(LEFT_OUT_MAX);
    let left_out = left
        .into_iter()
        .take(LEFT_OUT_MAX)
        .map(|(unit, why)| {
            let name = labels.iter().find(|(id, _)| *id == unit).map(|(_, label)| label.clone());
            let why = match why {
                LeftOut::AllGone => "roll-left-out-gone",
                LeftOut::NoAdult => "roll-left-out-no-adult",
            };
            (name.unwrap_or_else(|| w.t("roll-nameless")), w.t(why))
        })
        .collect();
    Ok(Page(FreezePage {
        action: format!("/meetings/{}/freeze", loaded.meeting.id),
        back: format!("/meetings/{}", loaded.meeting.id),
        title: loaded.title(),
        size,
        day: loaded.meeting.held_on.map(|day| w.day(&day, &visit.today)).unwrap_or_default(),
        left_out,
        left_out_more,
        refused,
        mend: mend(loaded)?,
        before: loaded.roll.is_some(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// What the roll would be, and the button.
pub(super) async fn form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let f = Fields::empty(&visit.app);
    page(&visit, &loaded, f, None).await?.ok()
}

/// Freezes it.
pub(super) async fn freeze(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let (actor, kind) = (visit.actor(post), kind_of(&loaded)?);
    let (app, now, id) = (visit.app.clone(), visit.now, loaded.meeting.id);
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let called = meeting::get(tx, id)?;
        let (called, frozen) = frozen(tx, &called, kind, RollId::fresh(now, &mut chance), now)?.refuse()?;
        roll::put(tx, &frozen)?;
        meeting::change(tx, &called)?;
        let entries = vec![
            Entry::of(&called, Verb::Change, actor, now, &mut chance),
            Entry::of(&frozen.roll, Verb::Freeze, actor, now, &mut chance),
        ];
        Ok(Once { entries, to: format!("/meetings/{id}") })
    })
    .await;
    match written {
        Err(Error::Refused(answer)) if answer.kind == civic::refusal::Kind::Invalid => {
            let refused = visit.w().filled(answer.key, &answer.values, &visit.today);
            page(&visit, &loaded, f, Some(refused)).await?.again()
        }
        done => done,
    }
}
