//! Making a county: its places from a file, and the first officer, who appoints everybody else.

use crate::Failure;
use crate::installation::{self, Unforeseen};
use crate::settings::Settings;
use anyhow::{Context, anyhow, bail};
use civic::id::{AccountId, Chance, CountyId, PlaceId, StandingId};
use civic::people::account;
use civic::people::place::{Level, Place, PlaceCode, PlaceRow, parse_places};
use civic::people::standing::{Post, Standing};
use civic::people::{county as counties, table::RowError};
use civic::record::{Actor, Entry, Verb};
use civic::refusal::Refuse;
use civic::time::{Timestamp, Zone};
use clap::Args;
use site::frame::{W, Words, table_text};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use store::people::county::County;
use store::{Db, Engine, Tx};

/// What `wugong county create` asks for.
#[derive(Args, Debug)]
pub struct Create {
    /// The name of the county
    #[arg(long)]
    pub name: String,
    /// Its division code, 6 or 12 digits
    #[arg(long)]
    pub code: String,
    /// A CSV file of its places with the columns code, name, abbreviation (and, where wanted, parent, kind)
    #[arg(long, value_name = "FILE")]
    pub places: PathBuf,
    /// The name of the first officer, as shown
    #[arg(long, value_name = "NAME")]
    pub officer: String,
    /// What the officer types to sign in
    #[arg(long, default_value = "officer")]
    pub login: String,
    /// The telephone number that stands on every page
    #[arg(long)]
    pub phone: Option<String>,
    /// The host name under which it is reached, when there are several counties
    #[arg(long)]
    pub host: Option<String>,
    /// The time zone in which its days begin and end
    #[arg(long, default_value = "Asia/Shanghai")]
    pub zone: String,
}

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

/// A county that is ready to be written: its row, its places, and what the record says of them.
pub struct Founding {
    /// The county.
    pub county: County,
    /// Its own place, the root of all others.
    pub root: PlaceId,
    places: Vec<Place>,
    entries: Vec<Entry>,
}

/// Gets a county ready with its places. The first row is the county itself, as [`parse_places`] gives it.
pub fn prepare(new: &New<'_>, rows: &[PlaceRow], now: Timestamp, chance: &mut dyn Chance) -> anyhow::Result<Founding> {
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
    Ok(Founding { county, root, places, entries })
}

impl Founding {
    /// Writes it in one unit of work, together with what `more` writes and the entries that it gives: all of it or nothing.
    pub fn write<T: Send + 'static>(
        self,
        db: &Db,
        more: impl Fn(&mut Tx<'_>) -> store::Result<(Vec<Entry>, T)> + Send + 'static,
    ) -> anyhow::Result<T> {
        let Self { county, places, entries, .. } = self;
        db.write_now(county.id, move |tx| {
            store::people::county::put(tx, &county)?;
            for place in &places {
                store::people::place::put(tx, place)?;
            }
            let (further, value) = more(tx)?;
            let all: Vec<Entry> = entries.iter().cloned().chain(further).collect();
            tx.commit(&all, value)
        })
        .context("the county could not be written")
    }
}

/// Makes a county for real, and answers what the operator does next.
pub fn create(settings: &Settings, create: &Create) -> Result<String, Failure> {
    let shown = create.places.display();
    let source = std::fs::read(&create.places)
        .with_context(|| format!("the file {shown} cannot be read"))
        .and_then(|bytes| {
            table_text(&bytes).with_context(|| format!("the file {shown} is no text in UTF-8 or GB 18030"))
        })
        .map_err(Failure::usage)?;
    let rows = parse_places(&source).map_err(|errors| Failure::usage(anyhow!(table(&errors))))?;
    let code =
        if create.code.trim().len() == 6 { format!("{}000000", create.code.trim()) } else { create.code.clone() };
    let db = installation::open(settings)?;
    // A fresh database needs no backup and no question; one in use is brought up to date by `wugong migrate` alone.
    let waiting = store::migrate::waiting(&db)?;
    let there = if waiting.is_empty() { installation::counties(&db)? } else { Vec::new() };
    if !waiting.is_empty() {
        if waiting.len() < store::migrate::total() {
            return Err(Failure::migrations(&waiting));
        }
        store::migrate::migrate(&db, installation::now())?;
    }
    if let Some(known) = there.iter().find(|county| county.division_code == code) {
        return Err(Failure::usage(anyhow!("{} is there already", known.name)));
    }
    if !there.is_empty() && db.engine() == Engine::Sqlite {
        return Err(Failure::usage(anyhow!("a SQLite file holds one county; several need PostgreSQL")));
    }
    if !there.is_empty() && create.host.is_none() {
        return Err(Failure::usage(anyhow!("several counties are told apart by host name: say which with --host")));
    }
    if let Some(nameless) = there.iter().find(|county| county.host.is_none()) {
        let known = &nameless.name;
        return Err(Failure::usage(anyhow!("{known} has no host name yet; set it first with `wugong county host`")));
    }
    if !there.is_empty() {
        // A running server may hold the first county for the only one, and that for a moment longer than its host name is set.
        let moment = u64::try_from(site::frame::ONLY_MS).unwrap_or_default() + 500;
        std::thread::sleep(std::time::Duration::from_millis(moment));
    }
    let now = installation::now();
    let new = New {
        name: &create.name,
        code: &code,
        zone: &create.zone,
        phone: create.phone.as_deref(),
        host: create.host.as_deref(),
        demo: false,
    };
    let founding = prepare(&new, &rows, now, &mut Unforeseen).map_err(Failure::usage)?;
    let name = founding.county.name.clone();
    let token = with_officer(&db, founding, create, now)?;
    let base = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    Ok(format!(
        "{} is made, with {} places.\n\n\
         Start it:            wugong serve\n\
         First officer:       {} signs in as `{}`\n\
         Sets a password at:  {base}/staff-link/{token}\n\n\
         The link works once, for seven days. Whoever has it becomes the county officer: hand it over yourself.\n",
        name,
        rows.len(),
        create.officer,
        create.login
    ))
}

/// Writes the county with the account of its first officer and the standing that it holds. Answers the token of the link by which
/// the officer sets a password.
fn with_officer(db: &Db, founding: Founding, create: &Create, now: Timestamp) -> Result<String, Failure> {
    let today = Zone::named(&founding.county.zone).unwrap_or_else(Zone::china).day(now);
    let id = AccountId::fresh(now, &mut Unforeseen);
    let officer = account::staff(id, &create.login, &create.officer, founding.root, today)
        .map_err(|refusals| Failure::usage(anyhow!("{}", refusals.iter().map(said).collect::<Vec<_>>().join("; "))))?;
    let standing = Standing {
        id: StandingId::fresh(now, &mut Unforeseen),
        account: id,
        place: founding.root,
        organisation: None,
        post: Post::County,
        from: today,
        until: None,
        document: None,
    };
    let entries = vec![
        Entry::of(&officer, Verb::Create, Actor::NOBODY, now, &mut Unforeseen),
        Entry::of(&standing, Verb::Create, Actor::NOBODY, now, &mut Unforeseen),
    ];
    Ok(founding.write(db, move |tx| {
        store::people::account::put(tx, &officer)?;
        store::people::standing::put(tx, &standing)?;
        let token = store::people::password_link::issue(tx, id, now, &mut Unforeseen)?;
        Ok((entries.clone(), token))
    })?)
}

/// Sets the host name under which a county is reached.
pub fn set_host(db: &Db, county: &County, host: &str) -> Result<String, Failure> {
    let bare = host.trim().to_lowercase();
    let fits = !bare.is_empty()
        && bare.len() <= 253
        && bare.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'));
    if !fits {
        return Err(Failure::usage(anyhow!(
            "`{host}` is no host name: letters, digits, dashes and dots, no https:// and no port"
        )));
    }
    if let Some(other) =
        installation::counties(db)?.iter().find(|c| c.id != county.id && c.host.as_deref() == Some(&bare))
    {
        return Err(Failure::usage(anyhow!("{} is reached as {bare} already", other.name)));
    }
    let (id, now, name) = (county.id, installation::now(), bare.clone());
    db.write_now(id, move |tx| {
        store::people::county::set_host(tx, Some(&name))?;
        let known = store::people::county::get(tx, id)?;
        tx.commit(&[Entry::of(&known, Verb::Change, Actor::NOBODY, now, &mut Unforeseen)], ())
    })?;
    Ok(format!("{} is reached as {bare}.\n", county.name))
}

/// A refusal in the operator's language.
fn said<R: Refuse>(refusal: &R) -> String {
    let w = W::new(Arc::new(Words::load()), crate::settings::language(None));
    let today = Zone::china().day(installation::now());
    let field = refusal.field().map(|field| format!("--{field}: ")).unwrap_or_default();
    format!("{field}{}", w.refusal(refusal, &today))
}

/// What is wrong with a file of places, a line for each fault, at most fifty.
fn table(errors: &[RowError]) -> String {
    let mut lines = vec!["the file of places is not taken:".to_owned()];
    lines.extend(errors.iter().take(50).map(said));
    if errors.len() > 50 {
        lines.push(format!("... and {} more", errors.len() - 50));
    }
    lines.join("\n")
}
