//! The application: what handlers share.

use super::cache::Cache;
use super::error::{Error, Result};
use super::measure::Measures;
use super::opened::Openings;
use super::words::{Lang, W, Words};
use civic::id::{Chance, CountyId};
use civic::people::sign_in::{Secret, keyed};
use civic::rules::{Pack, Rules};
use civic::time::{Timestamp, Zone};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use store::Db;
use store::files::Folder;
use store::people::county::County;

/// The present moment, passed in so that tests can move it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Fresh random bytes, passed in so that tests can repeat them.
pub type Bytes = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Lets days pass in a demo. The clock of the installation counts them in; they are kept beside the data, so that time never runs
/// backwards in a record.
pub trait Passage: Send + Sync {
    /// How many days passed so, besides the true ones.
    fn days(&self) -> u32;
    /// Lets `more` days pass after `before`. When others passed meanwhile (a form sent twice, two visitors at once), nothing happens:
    /// the days that stand there now are for the next look. `false` when no more may pass.
    ///
    /// # Errors
    /// When they cannot be kept; then they have not passed.
    fn pass(&self, before: u32, more: u32) -> std::io::Result<bool>;
}

/// How long a county's rules are kept in memory before its activations are read again.
const RULES_KEPT_MS: i64 = 60_000;

/// How long a county without a host name counts as the only one before the list is read again. `wugong county create` waits longer
/// than this before it makes a second one.
pub const ONLY_MS: i64 = 3_000;

/// What the binary or a test passes in.
pub struct Setup {
    /// The database.
    pub db: Db,
    /// The folder of files.
    pub files: Folder,
    /// The present moment.
    pub clock: Clock,
    /// Fresh random bytes.
    pub chance: Bytes,
    /// How the installation is reached from outside, without a slash at the end; QR codes carry it.
    pub base_url: String,
    /// Whether "try it as" is there and every page says that this is a demo.
    pub demo: bool,
    /// Lets days pass; in a demo alone. The clock above counts them in.
    pub passage: Option<Arc<dyn Passage>>,
    /// Whether the address of a client is taken from the reverse proxy's `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The installation's secret: form tokens and the hashes of codes that people type rest on it. It is kept in a file outside the
    /// database and stays the same at every start, for a printed card must still open after one.
    pub secret: [u8; 32],
    /// Every rule pack of the installation; a county's activations are read from its tables.
    pub packs: Vec<Pack>,
    /// The folder beside the database.
    pub data: PathBuf,
    /// Where fonts for documents are looked for.
    pub fonts: Vec<PathBuf>,
}

/// A source of randomness for one unit of work.
pub struct OsChance(Bytes);
impl Chance for OsChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }
}

struct Inner {
    setup: Setup,
    words: Arc<Words>,
    /// When they were read, and the counties of the installation.
    counties: RwLock<(Timestamp, Vec<Arc<County>>)>,
    rules: RwLock<HashMap<CountyId, (Timestamp, Arc<Rules>)>>,
    cache: Cache,
    measures: Measures,
    openings: Openings,
}

/// The secret of one county, made of that of the installation.
pub fn county_secret(secret: &[u8; 32], county: CountyId) -> Secret {
    Secret(keyed(&Secret(*secret), "wugong.county.1", &[county.uuid().as_bytes()]))
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl App {
    /// Puts it together.
    pub fn new(setup: Setup) -> Self {
        Self(Arc::new(Inner {
            setup,
            words: Arc::new(Words::load()),
            counties: RwLock::new((Timestamp::from_millis(0), Vec::new())),
            rules: RwLock::default(),
            cache: Cache::default(),
            measures: Measures::default(),
            openings: Openings::default(),
        }))
    }
    /// What it was made from.
    pub fn setup(&self) -> &Setup {
        &self.0.setup
    }
    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.setup.db
    }
    /// Public pages kept as they were rendered.
    pub(super) fn cache(&self) -> &Cache {
        &self.0.cache
    }
    /// Openings of what is kept of persons that wait to be written down.
    pub(super) fn openings(&self) -> &Openings {
        &self.0.openings
    }
    /// What this process counts of its work.
    pub fn measures(&self) -> &Measures {
        &self.0.measures
    }
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        (self.0.setup.clock)()
    }
    /// A source of randomness.
    pub fn chance(&self) -> OsChance {
        OsChance(self.0.setup.chance.clone())
    }
    /// The rules of a county. Activations are read again after a minute, so that several server processes agree soon, and at once
    /// after [`App::forget_rules`].
    pub async fn rules(&self, county: CountyId) -> Result<Arc<Rules>> {
        let now = self.now();
        let fresh = |at: &Timestamp| now.millis().saturating_sub(at.millis()).abs() < RULES_KEPT_MS;
        if let Some((_, rules)) =
            self.0.rules.read().ok().and_then(|r| r.get(&county).filter(|(at, _)| fresh(at)).cloned())
        {
            return Ok(rules);
        }
        let activations = self.db().read(county, |tx| store::rules::all(tx).map_err(Error::from)).await?;
        let rules = Rules::new(self.0.setup.packs.clone(), activations).map_err(|e| Error::Broken(e.to_string()))?;
        let rules = Arc::new(rules);
        if let Ok(mut all) = self.0.rules.write() {
            all.insert(county, (now, rules.clone()));
        }
        Ok(rules)
    }
    /// Reads a county's activations again at the next use.
    pub fn forget_rules(&self, county: CountyId) {
        if let Ok(mut all) = self.0.rules.write() {
            all.remove(&county);
        }
    }
    /// The secret with which a county's codes are hashed.
    pub fn code_secret(&self, county: CountyId) -> Secret {
        county_secret(&self.0.setup.secret, county)
    }
    /// The words of one language.
    pub fn words(&self, lang: Lang) -> W {
        W::new(self.0.words.clone(), lang)
    }

    /// The county that a request is for: by host name, or the only one there is. Never from a form. An error when no county is
    /// known yet and the database is away.
    pub async fn county(&self, host: &str) -> store::Result<Option<Arc<County>>> {
        let now = self.now();
        if let Some(county) = self.known(host, Some(now)) {
            return Ok(Some(county));
        }
        // Not known yet, or another one may have been made by a command while the server runs.
        match self.db().shared(store::people::county::all).await {
            Ok(rows) => {
                if let Ok(mut counties) = self.0.counties.write() {
                    *counties = (now, rows.into_iter().map(Arc::new).collect());
                }
                Ok(self.known(host, Some(now)))
            }
            // While the database is away nothing is shown but that it is, and that in the words of the county known before.
            Err(error) => self.known(host, None).map(Some).ok_or(error),
        }
    }

    /// The county of that id, once a request for it has come.
    pub fn county_by_id(&self, id: CountyId) -> Option<Arc<County>> {
        self.0.counties.read().ok()?.1.iter().find(|c| c.id == id).cloned()
    }

    /// A county known from before. `now` asks that the only one is sure to be the only one.
    fn known(&self, host: &str, now: Option<Timestamp>) -> Option<Arc<County>> {
        let known = self.0.counties.read().ok()?;
        let (read_at, counties) = (known.0, &known.1);
        let host =
            host.rsplit_once(':').map_or(host, |(name, port)| if port.parse::<u16>().is_ok() { name } else { host });
        let by_host = counties.iter().find(|c| c.host.as_deref().is_some_and(|h| h.eq_ignore_ascii_case(host)));
        match by_host {
            Some(county) => Some(county.clone()),
            // The only one answers under every name, as long as it has none of its own and is sure to be the only one. A second one
            // is only made once the first has its name, so nobody who asks for the second is shown the first.
            None if counties.len() == 1
                && counties.iter().all(|only| only.host.is_none())
                && now.is_none_or(|now| now.millis().saturating_sub(read_at.millis()).abs() < ONLY_MS) =>
            {
                counties.first().cloned()
            }
            None => None,
        }
    }

    /// The zone of a county.
    pub fn zone(county: &County) -> Zone {
        Zone::named(&county.zone).unwrap_or_else(Zone::china)
    }
}
