//! What the generator wrote down so far: rows for the store and their entries in the record, kept until all of it goes into the
//! database at once. The demo county is there whole or not at all.

use super::draw::Draw;
use anyhow::{Result, anyhow};
use civic::build::acceptance::{Acceptance, Defect};
use civic::build::claim::{Claim, Payment};
use civic::build::contribution::Contribution;
use civic::build::final_account::FinalAccount;
use civic::build::project::{ChangeOrder, Project};
use civic::build::works::Works;
use civic::decide::answer::Answer;
use civic::decide::attendance::Attendance;
use civic::decide::code::PublicNumber;
use civic::decide::convocation::Convocation;
use civic::decide::matter::Matter;
use civic::decide::meeting::Meeting;
use civic::decide::motion::{Count, Motion};
use civic::decide::need::Need;
use civic::decide::objection::Objection;
use civic::decide::option::TopicOption;
use civic::decide::point::Point;
use civic::decide::posting::{Correction, Posting};
use civic::decide::prior_step::PriorStep;
use civic::decide::resolution::Resolution;
use civic::decide::roll::Frozen;
use civic::decide::topic::Topic;
use civic::evaluate::rectification::Rectification;
use civic::evaluate::survey::Survey;
use civic::id::{CountyId, Id, MatterId, MeetingId, PlaceId};
use civic::manage::convention::Convention;
use civic::manage::facility::Facility;
use civic::manage::inspection::Inspection;
use civic::manage::roster::{Roster, Slot};
use civic::money::Fen;
use civic::people::account::Account;
use civic::people::activity::Activity;
use civic::people::card::Card;
use civic::people::consent::{Consent, ConsentKind};
use civic::people::membership::Membership;
use civic::people::organisation::Organisation;
use civic::people::place::{Abbreviation, Place};
use civic::people::practice_base::PracticeBase;
use civic::people::should_build::ShouldBuild;
use civic::people::standing::Standing;
use civic::programme::announcement::{Announcement, AnnouncementCorrection};
use civic::programme::programme::{LocalBrand, Programme};
use civic::programme::question::Question;
use civic::programme::work_plan::Task;
use civic::record::{Actor, Entry, Noun, Recorded, Verb};
use civic::rules::Activated;
use civic::share::benefit::Benefit;
use civic::share::case::Case;
use civic::share::honour::Honour;
use civic::stage::Waiver;
use civic::time::Timestamp;
use site::frame::{Lang, W, Words};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use store::{Db, Error, Tx};
use uuid::Uuid;

/// A noun that the store keeps.
pub(super) trait Kept: Recorded + Clone + Send + Sync + 'static {
    /// Writes it as new.
    fn put(&self, tx: &mut Tx<'_>, at: Timestamp) -> store::Result<()>;
}

/// A noun that the store keeps and that changes.
pub(super) trait Changing: Recorded + Clone + Send + Sync + 'static {
    /// Writes it over the version that was read.
    fn change(&self, tx: &mut Tx<'_>, at: Timestamp) -> store::Result<()>;
    /// The version read.
    fn version(&mut self) -> &mut i64;
}

macro_rules! kept {
    ($($noun:ty => $put:path;)*) => {$(
        impl Kept for $noun {
            fn put(&self, tx: &mut Tx<'_>, _: Timestamp) -> store::Result<()> { $put(tx, self) }
        }
    )*};
}
macro_rules! changing {
    ($($noun:ty => $put:path, $change:path;)*) => {$(
        kept! { $noun => $put; }
        impl Changing for $noun {
            fn change(&self, tx: &mut Tx<'_>, _: Timestamp) -> store::Result<()> { $change(tx, self) }
            fn version(&mut self) -> &mut i64 { &mut self.version }
        }
    )*};
}

kept! {
    Activated => store::rules::put;
    LocalBrand => store::programme::programme::put_brand;
    ShouldBuild => store::people::should_build::put;
    AnnouncementCorrection => store::programme::announcement::put_correction;
    Correction => store::decide::correction::put;
    Convocation => store::decide::convocation::put;
    Count => store::decide::motion_count::put;
    ChangeOrder => store::build::change_order::put;
    PriorStep => store::decide::prior_step::put;
    Works => store::build::works::put;
    Waiver => store::stage::put;
    Standing => store::people::standing::put;
    Benefit => store::share::benefit::put;
}
changing! {
    Place => store::people::place::put, store::people::place::change;
    Account => store::people::account::put, store::people::account::change;
    Membership => store::people::membership::put, store::people::membership::change;
    Card => store::people::card::put, store::people::card::change;
    Activity => store::people::activity::put, store::people::activity::change;
    PracticeBase => store::people::practice_base::put, store::people::practice_base::change;
    Programme => store::programme::programme::put, store::programme::programme::change;
    Task => store::programme::work_plan::put, store::programme::work_plan::change;
    Announcement => store::programme::announcement::put, store::programme::announcement::change;
    Question => store::programme::question::put, store::programme::question::change;
    Organisation => store::people::organisation::put, store::people::organisation::change;
    Project => store::build::project::put, store::build::project::change;
    Contribution => store::build::contribution::put, store::build::contribution::change;
    Claim => store::build::claim::put, store::build::claim::change;
    Payment => store::build::claim::put_payment, store::build::claim::change_payment;
    FinalAccount => store::build::final_account::put, store::build::final_account::change;
    Need => store::decide::need::put, store::decide::need::change;
    Answer => store::decide::answer::put, store::decide::answer::change;
    Topic => store::decide::topic::put, store::decide::topic::change;
    Meeting => store::decide::meeting::put, store::decide::meeting::change;
    Attendance => store::decide::attendance::put, store::decide::attendance::change;
    Point => store::decide::point::put, store::decide::point::change;
    Motion => store::decide::motion::put, store::decide::motion::change;
    Resolution => store::decide::resolution::put, store::decide::resolution::change;
    Posting => store::decide::posting::put, store::decide::posting::change;
    Objection => store::decide::objection::put, store::decide::objection::change;
    TopicOption => store::decide::option::put, store::decide::option::change;
    Facility => store::manage::facility::put, store::manage::facility::change;
    Convention => store::manage::convention::put, store::manage::convention::change;
    Roster => store::manage::roster::put, store::manage::roster::change;
    Slot => store::manage::roster::put_slot, store::manage::roster::change_slot;
    Inspection => store::manage::inspection::put, store::manage::inspection::change;
    Survey => store::evaluate::survey::put, store::evaluate::survey::change;
    Rectification => store::evaluate::rectification::put, store::evaluate::rectification::change;
    Case => store::share::case::put, store::share::case::change;
    Honour => store::share::honour::put, store::share::honour::change;
}
impl Changing for Consent {
    fn change(&self, tx: &mut Tx<'_>, _: Timestamp) -> store::Result<()> {
        store::people::consent::change(tx, self)
    }
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}
impl Changing for Acceptance {
    fn change(&self, tx: &mut Tx<'_>, _: Timestamp) -> store::Result<()> {
        store::build::acceptance::change(tx, self)
    }
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}
impl Changing for Defect {
    fn change(&self, tx: &mut Tx<'_>, _: Timestamp) -> store::Result<()> {
        store::build::acceptance::change_defect(tx, self)
    }
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}
impl Kept for Matter {
    fn put(&self, tx: &mut Tx<'_>, at: Timestamp) -> store::Result<()> {
        store::decide::matter::put(tx, self, at)
    }
}
impl Changing for Matter {
    fn change(&self, tx: &mut Tx<'_>, at: Timestamp) -> store::Result<()> {
        store::decide::matter::change(tx, self, at)
    }
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}

type Step = Box<dyn Fn(&mut Tx<'_>) -> store::Result<()> + Send + Sync>;

/// The book.
pub(super) struct Book {
    /// The chance of this county.
    pub(super) draw: Draw,
    steps: Vec<Step>,
    entries: Vec<Entry>,
    serials: BTreeMap<(Abbreviation, i16), u32>,
    messages: u32,
    /// Matters and meetings as they were noted last.
    matters: BTreeMap<MatterId, Matter>,
    meetings: BTreeMap<MeetingId, Meeting>,
    /// Projects that had their turn.
    pub(super) projects: usize,
    /// Receipts that were written.
    pub(super) receipts: u32,
    /// Awards that villages claimed: village, calendar year, how much.
    pub(super) awarded: Vec<(PlaceId, i16, Fen)>,
    /// The sentences of the pages.
    words: W,
}

impl Book {
    /// An empty book.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            draw: Draw::new(seed),
            steps: Vec::new(),
            entries: Vec::new(),
            serials: BTreeMap::new(),
            messages: 0,
            matters: BTreeMap::new(),
            meetings: BTreeMap::new(),
            projects: 0,
            receipts: 0,
            awarded: Vec::new(),
            words: W::new(Arc::new(Words::load()), Lang::Zh),
        }
    }

    /// A fresh id for something that comes to be at that moment.
    pub(super) fn id<T>(&mut self, at: Timestamp) -> Id<T> {
        Id::fresh(at, &mut self.draw)
    }

    /// Notes something new.
    pub(super) fn put<N: Kept>(&mut self, noun: &N, verb: Verb, actor: Actor, at: Timestamp) {
        self.entries.push(Entry::of(noun, verb, actor, at, &mut self.draw));
        self.note(noun);
        let noun = noun.clone();
        self.step(move |tx| noun.put(tx, at));
    }

    /// Notes a change and moves on to the version that the store makes of it.
    pub(super) fn change<N: Changing>(&mut self, noun: &mut N, verb: Verb, actor: Actor, at: Timestamp) {
        self.entries.push(Entry::of(noun, verb, actor, at, &mut self.draw));
        self.note(noun);
        let written = noun.clone();
        self.step(move |tx| written.change(tx, at));
        let version = noun.version();
        *version = version.saturating_add(1);
    }

    /// Remembers what others may lead to.
    fn note(&mut self, noun: &dyn Any) {
        if let Some(matter) = noun.downcast_ref::<Matter>() {
            self.matters.insert(matter.id, matter.clone());
        } else if let Some(meeting) = noun.downcast_ref::<Meeting>() {
            self.meetings.insert(meeting.id, meeting.clone());
        }
    }

    /// Every matter as it was noted last, in the order in which they came up.
    pub(super) fn matters(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }

    /// Every meeting as it was noted last.
    pub(super) fn meetings(&self) -> impl Iterator<Item = &Meeting> {
        self.meetings.values()
    }

    /// Notes a project with the next edition of its budget.
    pub(super) fn extend(&mut self, project: &mut Project, actor: Actor, at: Timestamp) {
        self.entries.push(Entry::of(project, Verb::Change, actor, at, &mut self.draw));
        let written = project.clone();
        self.step(move |tx| store::build::project::extend(tx, &written));
        project.version = project.version.saturating_add(1);
    }

    /// Notes a write that another entry speaks for.
    pub(super) fn step(&mut self, step: impl Fn(&mut Tx<'_>) -> store::Result<()> + Send + Sync + 'static) {
        self.steps.push(Box::new(step));
    }

    /// Notes entries that somebody else made.
    pub(super) fn record(&mut self, entries: Vec<Entry>) {
        self.entries.extend(entries);
    }

    /// Notes a consent, with the sentence that stands beside its box on the page.
    pub(super) fn consent(&mut self, consent: &Consent, actor: Actor, at: Timestamp) {
        self.entries.push(Entry::of(consent, Verb::Create, actor, at, &mut self.draw));
        let wording = self.words.t(match consent.kind {
            ConsentKind::HelperActs => "need-consent-helper",
            ConsentKind::ShowSurname => "need-consent-surname",
            ConsentKind::KeepPhone => "need-consent-phone",
        });
        let consent = consent.clone();
        self.step(move |tx| store::people::consent::put(tx, &consent, &wording));
    }

    /// Notes a frozen roll with its rows.
    pub(super) fn roll(&mut self, frozen: &Frozen, actor: Actor, at: Timestamp) {
        self.entries.push(Entry::of(&frozen.roll, Verb::Freeze, actor, at, &mut self.draw));
        let frozen = frozen.clone();
        self.step(move |tx| store::decide::roll::put(tx, &frozen));
    }

    /// Takes the salts of one text of a noun, or of all its texts, out of the record: what was erased cannot be guessed any more.
    pub(super) fn forget(&mut self, noun: Noun, id: Uuid, field: Option<&str>) {
        for entry in self.entries.iter_mut().filter(|entry| entry.noun == noun && entry.noun_id == id) {
            entry.salts.retain(|salt| salt.field == "actor" || field.is_some_and(|field| field != salt.field));
        }
    }

    /// The next public number of a place, in the store's series as well.
    pub(super) fn number(&mut self, abbreviation: &Abbreviation, year: i16) -> PublicNumber {
        let last = self.serials.entry((abbreviation.clone(), year)).or_default();
        *last = last.saturating_add(1);
        let number = PublicNumber { abbreviation: abbreviation.clone(), year, serial: *last };
        let drawn = number.clone();
        self.step(move |tx| {
            let serial = store::people::place::next_serial(tx, &drawn.abbreviation, drawn.year)?;
            if serial == drawn.serial { Ok(()) } else { Err(Error::Clash) }
        });
        number
    }

    /// Whether the next message is one that the network does not take: every fifth, from the second on.
    pub(super) fn message_fails(&mut self) -> bool {
        self.messages = self.messages.saturating_add(1);
        self.messages % 5 == 2
    }

    /// How many entries stand in it.
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Writes all of it in one unit of work.
    pub(super) fn write(self, db: &Db, county: CountyId) -> Result<()> {
        let Self { steps, entries, .. } = self;
        db.write_now(county, move |tx| {
            for (at, step) in steps.iter().enumerate() {
                step(tx)?;
                if at == 1000 {
                    tx.learn()?;
                }
            }
            let done = tx.commit(&entries, ())?;
            tx.learn()?;
            Ok(done)
        })
        .map_err(|error: Error| anyhow!("writing the demo county: {error}"))
    }
}

/// A refusal where the generator expected none: a rule says no to what it wanted to make up.
pub(super) trait Allowed<T> {
    /// The value, or what was refused.
    fn allowed(self, what: &str) -> Result<T>;
}
impl<T, R: Debug> Allowed<T> for Result<T, R> {
    fn allowed(self, what: &str) -> Result<T> {
        self.map_err(|refusal| anyhow!("{what}: {refusal:?}"))
    }
}
