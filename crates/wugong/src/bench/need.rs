//! A need without HTTP: the statements that the form of a need runs, through the same functions of `store` and `civic`, many of them
//! to a commit. What a page adds (parsing, guards, rendering, waiting for a commit of its own) is what the bench is after.

use super::load::{Rate, moment};
use crate::installation::{self, Unforeseen};
use anyhow::{Context, Result};
use civic::decide::answer::ReplyChannel;
use civic::decide::need::{Due, Intake, RaisedVia, Who};
use civic::decide::{matter as matters, need as needs};
use civic::id::{Chance, CountyId, MatterId, NeedId, PlaceId};
use civic::people::place::PlaceCode;
use civic::record::{Actor, Entry, Verb};
use civic::time::{Timestamp, Zone};
use std::time::Duration;
use store::decide::{matter, need};
use store::people::place;
use store::{Db, Error, Options, Tx, form_key, limit, search};
use uuid::Uuid;

/// As many look-alikes as the form shows, and as many places as it looks at.
const ALIKE_MAX: usize = 3;
const PLACES_MAX: u32 = 200;

/// What somebody says.
pub fn what(person: usize, turn: usize) -> String {
    format!("一下雨，{person}号门前的巷子就积水，老人出不了门，第{turn}回说了，请来看看")
}

/// Runs the statements of one need, as the form of a visitor without a session does, and answers its entries.
pub fn one(
    tx: &mut Tx<'_>,
    code: PlaceCode,
    what: &str,
    client: &str,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> store::Result<Vec<Entry>> {
    let today = Zone::china().day(now);
    // Where it is, and what is like it.
    let own = place::by_code(tx, code, today)?;
    let line = place::line(tx, own.id)?;
    let hamlets = place::children(tx, own.id, today, "", PLACES_MAX)?;
    let near: Vec<PlaceId> = std::iter::once(own.id).chain(hamlets.iter().map(|place| place.id)).collect();
    for (alike, _) in search::alike(tx, &near, what, ALIKE_MAX)? {
        matter::get(tx, alike)?;
    }
    // The need itself, once for its form.
    let form = Uuid::from_bytes(chance.salt());
    let digest = chance.token();
    if form_key::seen(tx, "visitor", form, digest)? != form_key::Seen::Fresh {
        return Err(Error::Clash);
    }
    if !limit::take(tx, &format!("need:{client}"), now, 600_000, 60)? {
        return Err(Error::Busy);
    }
    let fresh = matters::raise(MatterId::fresh(now, chance), own.id, today);
    let slip = need::fresh_code(tx, chance)?;
    let intake = Intake {
        what,
        audio: None,
        place: line.first().map_or(own.id, |place| place.id),
        spot: "村口",
        who: Who::Anonymous,
        name: "",
        resident: None,
        show_surname: false,
        help: None,
        reply: ReplyChannel::Slip,
        phone: "",
        affected: None,
        same_as: None,
        via: RaisedVia::Site,
        raised: None,
    };
    let due = Some(Due { day: today, rule: "bench".to_owned() });
    let raised = needs::raise(NeedId::fresh(now, chance), &fresh, slip, &intake, due, now, today);
    let raised = raised.map_err(|_| Error::Missing)?;
    matter::put(tx, &fresh, now)?;
    need::put(tx, &raised)?;
    form_key::keep(tx, "visitor", form, digest, &format!("/s/{}?sent=1&alike=", slip.digits()), now)?;
    let entry = |chance: &mut dyn Chance| {
        [
            Entry::of(&fresh, Verb::Create, Actor::NOBODY, now, chance),
            Entry::of(&raised, Verb::Create, Actor::NOBODY, now, chance),
        ]
    };
    Ok(entry(chance).into())
}

/// Writes needs of that village to a database for so long, `many` to a commit.
pub fn alone(database: &str, code: PlaceCode, many: usize, lasts: Duration) -> Result<Rate> {
    let db = Db::open(&Options { url: database.to_owned(), threads: 1 })?;
    let county: CountyId = installation::county(&db, None)?.id;
    let began = moment();
    let mut rate = Rate::default();
    for turn in 0.. {
        if began.elapsed() >= lasts {
            break;
        }
        let sent = moment();
        let now = installation::now();
        db.write_now(county, move |tx| {
            let mut chance = Unforeseen;
            let mut entries = Vec::with_capacity(many * 2);
            for person in 0..many {
                let client = format!("10.{}.{}.{}", person % 250, turn / 250 % 250, turn % 250);
                entries.extend(one(tx, code, &what(person, turn), &client, now, &mut chance)?);
            }
            tx.commit(&entries, ())
        })
        .context("the baseline could not write")?;
        rate.note(sent.elapsed(), many);
    }
    rate.end(began.elapsed());
    Ok(rate)
}
