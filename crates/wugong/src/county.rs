//! Making a county: its places from a file, and the first officer, who appoints everybody else.

use crate::installation;
use anyhow::{Context, anyhow, bail};
use civic::id::{Chance, CountyId, PlaceId};
use civic::people::county as counties;
use civic::people::place::{Level, Place, PlaceCode, PlaceRow};
use civic::record::{Actor, Entry, Verb};
use civic::refusal::Refuse;
use civic::time::{Timestamp, Zone};
use site::frame::{W, Words};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Db;
use store::people::county::County;

/// A county to be made.
pub struct New<'n> {
    /// Its name.
    pub name: &'n str,
    /// Its division code, 12 digits.
    pub code: &'n str,
    /// The IANA name of its zone.
    pub zone: &'n str,
    /// The telephone number on every page.
    pub phone: Option<&'n str>,
    /// Its host name.
    pub host: Option<&'n str>,
    /// Whether everything in it is invented.
    pub demo: bool,
}

/// Makes a county with its places, each with an entry in the record, in one write. The first row is the county itself, as
/// [`parse_places`] gives it.
pub fn found(
    db: &Db,
    new: &New<'_>,
    rows: &[PlaceRow],
    now: Timestamp,
    chance: &mut dyn Chance,
) -> anyhow::Result<(County, PlaceId)> {
    let id = CountyId::fresh(now, chance);
    let zone = Zone::named(new.zone).unwrap_or_else(Zone::china);
    let today = zone.day(now);
    let known = counties::found(id, new.code, new.name, new.zone, new.demo, today)
        .map_err(|refusals| anyhow!("{}", refusals.iter().map(said).collect::<Vec<_>>().join("; ")))?;
    let root = rows.first().filter(|row| row.code.level() == Level::County).context("the file holds no county")?;
    if root.code != known.code {
        bail!("the file is about {}, not about {}", root.code, known.code);
    }
    let mut entries = vec![Entry::of(&known, Verb::Create, Actor::NOBODY, now, chance)];
    let mut ids: BTreeMap<PlaceCode, PlaceId> = BTreeMap::new();
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let place = Place {
            id: PlaceId::fresh(now, chance),
            kind: row.kind,
            code: row.code,
            name: row.name.clone(),
            abbreviation: row.abbreviation.clone(),
            parent: row.parent.and_then(|code| ids.get(&code).copied()),
            valid_from: today,
            valid_until: None,
            became: None,
            version: 1,
        };
        ids.insert(place.code, place.id);
        entries.push(Entry::of(&place, Verb::Create, Actor::NOBODY, now, chance));
        places.push(place);
    }
    let root = places.first().map(|place| place.id).context("the file holds no county")?;
    let county = County {
        id,
        name: known.name,
        division_code: known.code.to_string(),
        zone: new.zone.to_owned(),
        host: new.host.map(str::to_owned),
        phone: new.phone.map(str::to_owned),
        demo: new.demo,
        created_at: now,
    };
    let row = county.clone();
    db.write_now(id, move |tx| {
        store::people::county::put(tx, &row)?;
        for place in &places {
            store::people::place::put(tx, place)?;
        }
        tx.commit(&entries, ())
    })
    .context("the county could not be written")?;
    Ok((county, root))
}

/// A refusal in the operator's language.
fn said<R: Refuse>(refusal: &R) -> String {
    let w = W::new(Arc::new(Words::load()), crate::settings::language(None));
    let today = Zone::china().day(installation::now());
    let field = refusal.field().map(|field| format!("--{field}: ")).unwrap_or_default();
    format!("{field}{}", w.refusal(refusal, &today))
}
