//! A small county for one story: a fresh migrated database, a few places, a clock that the story moves, visitors with a cookie
//! jar each, and the whole site in process.
//!
//! ```ignore
//! #[test]
//! fn a_need_is_raised() {
//!     on_both(|town| {
//!         town.at("2026-04-12 19:30");
//!         let visitor = town.visitor();
//!         let saved = visitor.get("/needs/new").form("/needs/new").set("text", "一下雨巷子就淹").send();
//!         saved.follow().says("凭号");
//!         let committee = town.staff(Post::Committee, town.village);
//!         committee.get("/needs").says("巷子");
//!     });
//! }
//! ```

use crate::page::Visitor;
use axum::Router;
use civic::decide::code::PublicNumber;
use civic::decide::matter::Category;
use civic::id::{AccountId, Chance, CountyId, Id, PlaceId, ResidentId, StandingId};
use civic::people::place::{Abbreviation, Place, PlaceCode};
use civic::people::sign_in::Lasting;
use civic::people::standing::{Post, Standing};
use civic::record::{Actor, Entry, Verb};
use civic::rules::{Activated, Activation};
use civic::time::{Day, Timestamp, Zone};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use site::frame::Passage;
use site::{App, Setup};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use store::people::county::County;
use store::{Db, Done, Error, Options, Quiet, Tx};

/// When every story begins, unless it says otherwise.
const BEGIN: &str = "2026-04-12 9:00";
/// The secret of the installation.
pub const SECRET: [u8; 32] = [7; 32];
/// The host under which the site is asked for.
pub const HOST: &str = "wugong.test";

/// Bytes that a failing story can be run again with.
#[derive(Clone)]
pub struct Seeded(Arc<Mutex<ChaCha20Rng>>);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }
}
impl Chance for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

/// A small county.
pub struct Town {
    pub app: App,
    pub db: Db,
    pub county: CountyId,
    /// 嘉禾县, the county itself.
    pub root: PlaceId,
    /// 官桥镇.
    pub township: PlaceId,
    /// 竹溪村 (ZX), in 官桥镇.
    pub village: PlaceId,
    /// 柳塆, in 竹溪村.
    pub hamlet: PlaceId,
    /// 石埠, in 竹溪村.
    pub hamlet_2: PlaceId,
    /// 梨园村 (LY), in 官桥镇.
    pub village_2: PlaceId,
    /// `sqlite` or `postgres`, for messages of failures.
    pub engine: &'static str,
    /// The address of the database.
    pub url: String,
    /// The folder of data, gone when the town is dropped.
    pub data: PathBuf,
    pub(crate) router: Router,
    pub(crate) runtime: Arc<tokio::runtime::Runtime>,
    clock: Arc<AtomicI64>,
    chance: Seeded,
    admin: Option<(String, String)>,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Runs a story on every engine that is to be had.
pub fn on_both(story: impl Fn(&Town)) {
    for town in towns() {
        // Shown when the story fails: the output of a test that passes is thrown away.
        eprintln!("on {}", town.engine);
        story(&town);
    }
}

/// A fresh town on each engine.
pub fn towns() -> Vec<Town> {
    let mut towns = vec![Town::on_sqlite()];
    towns.extend(Town::on_postgres());
    towns
}

/// Where PostgreSQL is; `None` is said aloud.
fn server() -> Option<String> {
    let server = std::env::var("WUGONG_TEST_POSTGRES").ok();
    if server.is_none() {
        eprintln!("not run on PostgreSQL: WUGONG_TEST_POSTGRES is not set (./x test sets it)");
    }
    server
}

fn address(server: &str, name: &str) -> String {
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// The name of a migrated, empty database from which each story's own is copied, made once a process.
fn template(server: &str) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("town_template_{}", std::process::id());
        let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let db = Db::open(&Options { url: address(server, &name), threads: 1 }).unwrap();
        store::migrate::migrate(&db, Timestamp::from_millis(0)).unwrap();
        drop(db);
        // Its threads end on their own; a database cannot be copied while somebody is connected.
        for _ in 0..200 {
            let row = client.query_one("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = $1", &[&name]).unwrap();
            if row.get::<_, i64>(0) == 0 {
                return name;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("the template database is still in use");
    })
}

impl Town {
    /// A fresh town on SQLite.
    pub fn on_sqlite() -> Self {
        let data = Self::folder();
        let url = data.join("wugong.db").display().to_string();
        Self::new("sqlite", url, data, None)
    }

    /// A fresh town on PostgreSQL, where there is a server.
    pub fn on_postgres() -> Option<Self> {
        let server = server()?;
        let data = Self::folder();
        let name = format!("town_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let template = template(&server);
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        let url = address(&server, &name);
        Some(Self::new("postgres", url, data, Some((server, name))))
    }

    fn folder() -> PathBuf {
        let unique = format!("wugong-it-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let data = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&data).unwrap();
        data
    }

    fn new(engine: &'static str, url: String, data: PathBuf, admin: Option<(String, String)>) -> Self {
        let zone = Zone::china();
        let begin = moment(&zone, BEGIN);
        let clock = Arc::new(AtomicI64::new(begin.millis()));
        let chance = Seeded::new(7);
        let db = Db::open(&Options { url: url.clone(), threads: 3 }).unwrap();
        store::migrate::migrate(&db, begin).unwrap();
        let mut town = Self {
            app: App::new(setup(&db, &clock, &chance, &data)),
            router: Router::new(),
            runtime: Arc::new(
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
            ),
            county: CountyId::fresh(begin, &mut chance.clone()),
            root: Id::from(uuid::Uuid::nil()),
            township: Id::from(uuid::Uuid::nil()),
            village: Id::from(uuid::Uuid::nil()),
            hamlet: Id::from(uuid::Uuid::nil()),
            hamlet_2: Id::from(uuid::Uuid::nil()),
            village_2: Id::from(uuid::Uuid::nil()),
            db,
            engine,
            url,
            data,
            clock,
            chance,
            admin,
        };
        town.router = site::router(town.app.clone());
        town.put_county(town.county, "嘉禾县", None);
        town.root = town.put_place("429990000000", "嘉禾县", "JH", None);
        town.township = town.put_place("429990101000", "官桥镇", "GQ", Some(town.root));
        town.village = town.put_place("429990101201", "竹溪村", "ZX", Some(town.township));
        town.hamlet = town.put_place("429990101201-H01", "柳塆", "", Some(town.village));
        town.hamlet_2 = town.put_place("429990101201-H02", "石埠", "", Some(town.village));
        town.village_2 = town.put_place("429990101202", "梨园村", "LY", Some(town.township));
        town.activate("demo-county", 1, town.root, "2026-01-01");
        town
    }

    /// The same installation with other settings.
    pub fn app_with(&self, change: impl FnOnce(&mut Setup)) -> App {
        let mut setup = setup(&self.db, &self.clock, &self.chance, &self.data);
        change(&mut setup);
        App::new(setup)
    }

    // ---- time and chance ----

    /// Moves the clock: `2026-04-12 19:30`, in the county's zone.
    pub fn at(&self, moment_text: &str) {
        self.clock.store(moment(&Zone::china(), moment_text).millis(), Ordering::SeqCst);
    }
    /// Moves the clock by so many minutes.
    pub fn wait_minutes(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }
    /// The present moment of the story.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }
    /// Its legal day.
    pub fn today(&self) -> Day {
        Zone::china().day(self.now())
    }
    /// Chance that is the same at every run.
    pub fn chance(&self) -> Seeded {
        self.chance.clone()
    }
    /// A fresh id of any kind.
    pub fn id<T>(&self) -> Id<T> {
        Id::fresh(self.now(), &mut self.chance())
    }

    // ---- what there is ----

    /// Writes something into the town's county and expects it to go well.
    pub fn write<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> Result<Done<T>, Error> + Send + 'static) -> T {
        self.db.write_now(self.county, f).unwrap()
    }
    /// Reads something from the town's county.
    pub fn read<T: Send + 'static>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.db.read_now(self.county, f).unwrap()
    }

    /// Another county of the installation, asked for under its own host name.
    pub fn put_county(&self, id: CountyId, name: &str, host: Option<&str>) {
        let row = County {
            id,
            name: name.to_owned(),
            division_code: "429990000000".to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            host: host.map(str::to_owned),
            phone: Some("0715-6300000".to_owned()),
            demo: true,
            created_at: self.now(),
        };
        let (now, chance) = (self.now(), self.chance());
        self.db
            .write_now(id, move |tx| {
                store::people::county::put(tx, &row)?;
                let county = store::people::county::get(tx, id)?;
                let entry = Entry::of(&county, Verb::Create, Actor::NOBODY, now, &mut chance.clone());
                tx.commit(&[entry], ())
            })
            .unwrap();
    }

    /// A place below another; an empty `letters` means that numbers use those of the place above.
    pub fn put_place(&self, code: &str, name: &str, letters: &str, parent: Option<PlaceId>) -> PlaceId {
        let code = PlaceCode::parse(code).unwrap();
        let place = Place {
            id: self.id(),
            kind: code.usual_kind(),
            code,
            name: name.to_owned(),
            abbreviation: Abbreviation::parse(letters),
            parent,
            valid_from: Day::new(2020, 1, 1).unwrap(),
            valid_until: None,
            became: None,
            version: 1,
        };
        let id = place.id;
        let entry = Entry::of(&place, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance());
        self.write(move |tx| {
            store::people::place::put(tx, &place)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        id
    }

    /// Takes a rule pack into force at a place.
    pub fn activate(&self, pack: &str, version: u32, place: PlaceId, from: &str) {
        let activation =
            Activation { pack: pack.to_owned(), version, place, from: Day::parse(from).unwrap(), until: None };
        let activated = Activated { id: self.id(), activation, reason: None };
        let entry = Entry::of(&activated, Verb::Activate, Actor::NOBODY, self.now(), &mut self.chance());
        self.write(move |tx| {
            store::rules::put(tx, &activated)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        self.app.forget_rules(self.county);
    }

    /// A public matter, as a committee that opens one by itself makes it; its public number.
    pub fn public_matter(&self, place: PlaceId, title: &str) -> String {
        let number = PublicNumber {
            abbreviation: Abbreviation::parse("ZX").unwrap(),
            year: self.today().year(),
            serial: u32::try_from(self.chance().below(900_000)).unwrap() + 1,
        };
        let shown = number.to_string();
        let matter =
            civic::decide::matter::open(self.id(), place, title, &[Category::Drainage], number, self.today()).unwrap();
        let entry = Entry::of(&matter, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance());
        let now = self.now();
        self.write(move |tx| {
            store::decide::matter::put(tx, &matter, now)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        shown
    }

    /// A second county of the installation under its own host. Answers a maker of browsers that came from there: somebody signed in
    /// there in that post, whose cookie is then brought here.
    pub fn another_county(&self) -> impl Fn(Post) -> Visitor + '_ {
        let id: CountyId = self.id();
        self.name_county(self.county, HOST);
        self.put_county(id, "云渡县", Some("other.test"));
        // A server that runs already looks for new counties after a while.
        self.wait_minutes(1);
        let code = PlaceCode::parse("429989000000").unwrap();
        let root = Place {
            id: self.id(),
            kind: code.usual_kind(),
            code,
            name: "云渡县".to_owned(),
            abbreviation: Abbreviation::parse("YD"),
            parent: None,
            valid_from: Day::new(2020, 1, 1).unwrap(),
            valid_until: None,
            became: None,
            version: 1,
        };
        let place = root.id;
        let entry = Entry::of(&root, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance());
        self.db
            .write_now(id, move |tx| {
                store::people::place::put(tx, &root)?;
                tx.commit(std::slice::from_ref(&entry), ())
            })
            .unwrap();
        move |post| {
            let account: AccountId = self.id();
            let login = format!("far-{}", &account.uuid().simple().to_string()[14..]);
            let row = civic::people::account::staff(account, &login, "外县人", place, self.today()).unwrap();
            let standing = self.standing(account, post, place);
            let entries = [
                Entry::of(&row, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance()),
                Entry::of(&standing, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance()),
            ];
            let (now, chance) = (self.now(), self.chance());
            let token = self
                .db
                .write_now(id, move |tx| {
                    store::people::account::put(tx, &row)?;
                    store::people::standing::put(tx, &standing)?;
                    let mut chance = chance.clone();
                    let token = site::frame::begin_session(tx, account, None, Lasting::Short, now, &mut chance)?;
                    tx.commit(&entries, token)
                })
                .unwrap();
            let there = self.visitor().at_host("other.test");
            there.set_cookie(site::frame::SESSION_COOKIE, &token);
            let known = there.get("/record/export").status.as_u16();
            let expected = if matches!(post, Post::Supervision | Post::County | Post::Auditor) { 200 } else { 403 };
            assert_eq!(known, expected, "the cookie works in its own county");
            let visitor = self.visitor();
            visitor.set_cookie(site::frame::SESSION_COOKIE, &token);
            visitor
        }
    }

    /// Gives a county its host name.
    pub fn name_county(&self, id: CountyId, host: &str) {
        let host = host.to_owned();
        self.db
            .write_now(id, move |tx| {
                store::people::county::set_host(tx, Some(&host))?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Index, ()))
            })
            .unwrap();
    }

    fn standing(&self, account: AccountId, post: Post, place: PlaceId) -> Standing {
        Standing {
            id: StandingId::from(self.id::<()>().uuid()),
            account,
            place,
            organisation: None,
            post,
            from: Day::new(2026, 1, 1).unwrap(),
            until: None,
            document: None,
        }
    }

    /// Seals what waits, as the worker does.
    pub fn seal(&self) {
        while self.write(store::record::seal::waiting) > 0 {}
    }

    // ---- who there is ----

    /// Somebody with a browser who is not signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.router.clone(), self.runtime.clone(), HOST)
    }

    /// A staff account that holds a post at a place since the beginning of the year.
    pub fn staff_account(&self, post: Post, place: PlaceId) -> AccountId {
        let account: AccountId = self.id();
        let standing = self.standing(account, post, place);
        let login = format!("staff-{}", &account.uuid().simple().to_string()[14..]);
        let row = civic::people::account::staff(account, &login, "柳村官", place, self.today()).unwrap();
        let made = Entry::of(&row, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance());
        let begun = Entry::of(&standing, Verb::Create, Actor::NOBODY, self.now(), &mut self.chance());
        self.write(move |tx| {
            store::people::account::put(tx, &row)?;
            store::people::standing::put(tx, &standing)?;
            tx.commit(&[made.clone(), begun.clone()], ())
        });
        account
    }

    /// The browser of a resident whom the village knows, signed in by a phone.
    pub fn resident(&self, resident: ResidentId) -> Visitor {
        let phone = format!("139{:08}", self.chance().below(100_000_000));
        let account = self.phone(&phone, &[resident]);
        self.session(account, Some(resident))
    }

    /// Somebody in a post at a place, signed in.
    pub fn staff(&self, post: Post, place: PlaceId) -> Visitor {
        self.signed_in(self.staff_account(post, place))
    }

    /// A browser in which an account is signed in.
    pub fn signed_in(&self, account: AccountId) -> Visitor {
        self.session(account, None)
    }

    fn session(&self, account: AccountId, resident: Option<ResidentId>) -> Visitor {
        let (now, chance) = (self.now(), self.chance());
        let token = self.write(move |tx| {
            let token = site::frame::begin_session(tx, account, resident, Lasting::Long, now, &mut chance.clone())?;
            Ok(tx.commit_quiet(Quiet::Session, token))
        });
        let visitor = self.visitor();
        visitor.set_cookie(site::frame::SESSION_COOKIE, &token);
        visitor
    }

    // ---- what is measured ----

    /// The answer of `f`, and how many SQL statements it took.
    pub fn statements<T>(&self, f: impl FnOnce() -> T) -> (T, u64) {
        let before = self.db.statements();
        let value = f();
        (value, self.db.statements() - before)
    }

    /// Nothing of the record was altered.
    pub fn verify(&self) -> store::record::verify::Report {
        self.seal();
        store::record::verify::county(&self.db, self.county).unwrap()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
        if let Some((server, name)) = &self.admin
            && let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Days that a story lets pass by the page of the demo move the story's own clock.
struct Passing(Arc<AtomicI64>);

impl Passage for Passing {
    fn days(&self) -> u32 {
        let since = self.0.load(Ordering::SeqCst) - moment(&Zone::china(), BEGIN).millis();
        u32::try_from(since / 86_400_000).unwrap_or(0)
    }
    fn pass(&self, before: u32, more: u32) -> std::io::Result<bool> {
        if self.days() == before {
            self.0.fetch_add(i64::from(more) * 86_400_000, Ordering::SeqCst);
        }
        Ok(true)
    }
}

fn setup(db: &Db, clock: &Arc<AtomicI64>, chance: &Seeded, data: &Path) -> Setup {
    let (clock, passing, chance) = (clock.clone(), clock.clone(), chance.clone());
    Setup {
        db: db.clone(),
        files: store::files::Folder::open(&data.join("files")).unwrap(),
        clock: Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst))),
        chance: Arc::new(move |bytes| chance.clone().fill(bytes)),
        base_url: format!("https://{HOST}"),
        demo: true,
        passage: Some(Arc::new(Passing(passing))),
        behind_proxy: false,
        secret: SECRET,
        packs: wugong::packs::embedded().unwrap(),
        data: data.to_owned(),
        fonts: paper::pdf::FOLDERS.iter().map(PathBuf::from).collect(),
    }
}

/// Reads `2026-04-12 19:30` in the county's zone.
fn moment(zone: &Zone, text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap_or((text, "12:00"));
    let (hour, minute) = time.split_once(':').unwrap();
    zone.at(Day::parse(day).unwrap(), hour.parse().unwrap(), minute.parse().unwrap())
}
