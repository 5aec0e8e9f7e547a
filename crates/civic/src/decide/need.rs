//! A need: what somebody wants put right, in the person's own words, and what became of it (domain: F01, §2.1).
//!
//! States and what is left out: `docs/states/need.md`.

use crate::decide::answer::ReplyChannel;
use crate::decide::code::{PublicNumber, SlipCode};
use crate::decide::matter::{Category, Matter, MatterRefusal, PlanState};
use crate::id::{AccountId, ConsentId, FileId, MatterId, NeedId, PlaceId, ResidentId};
use crate::people::consent::Consent;
use crate::people::resident::{NAME_MAX, surname};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::{self, Token};
use crate::tokens;
use uuid::Uuid;

/// The most that somebody writes, in characters.
pub const WHAT_MAX: usize = 1000;
/// The longest description of the spot, in characters.
pub const SPOT_MAX: usize = 60;
/// The longest public text, in characters.
pub const PUBLIC_TEXT_MAX: usize = 600;
/// The longest reply or reason, in characters.
pub const REPLY_MAX: usize = 1000;
/// The longest name of the office that a need is handed on to, in characters.
pub const REFERRED_TO_MAX: usize = 60;
/// How long ago a need may have been raised that is entered from paper now, in days.
pub const RAISED_DAYS_MAX: i32 = 366;

/// The five things that the form asks for (domain: AF4). A phone number belongs to the reply, a name to who it is.
pub const FIELDS: [&str; 5] = ["what", "where", "who", "reply", "affected"];

tokens! {
    /// Where a need is.
    pub enum NeedState = "need-state" {
        /// It lies before the committee.
        Raised = "raised",
        /// The committee said which way it goes.
        Sorted = "sorted",
        /// It goes on with another need that says the same.
        Merged = "merged",
        /// Who raised it has an answer.
        Answered = "answered",
        /// Who raised it took it back before anybody had looked at it.
        Withdrawn = "withdrawn",
    }
    /// How it was raised.
    pub enum RaisedVia = "raised-via" {
        /// At a meeting.
        Meeting = "meeting",
        /// On a visit at home.
        Visit = "visit",
        /// On paper.
        Paper = "paper",
        /// By phone.
        Phone = "phone",
        /// On the site.
        Site = "site",
    }
    /// How much somebody says of who it is. In public stands at most a surname, and only by consent.
    pub enum Who = "who" {
        /// The name, for those who handle it.
        Named = "named",
        /// The surname alone.
        Surname = "surname",
        /// Nothing.
        Anonymous = "anonymous",
    }
    /// How many households it is about, as the raiser guesses.
    pub enum Affected = "affected" {
        /// One's own.
        One = "one",
        /// A few nearby.
        Few = "few",
        /// The whole hamlet.
        Hamlet = "hamlet",
    }
    /// Which way a need goes (domain: §2.1 step 2).
    pub enum Sorting = "sorting" {
        /// Handled at once.
        AtOnce = "at_once",
        /// A matter for the residents to settle among themselves.
        SelfGovernance = "self_governance",
        /// Needs a project.
        Project = "project",
        /// Belongs to an office of the government; it is handed on.
        Government = "government",
        /// A private dispute: to mediation. Never public.
        Mediation = "mediation",
        /// A complaint or a report about somebody: to the legal channel. Never public, and never shown to who it is about
        /// (Regulations on Petition Work art. 30).
        LegalChannel = "legal_channel",
    }
    /// Why it presses. Marks the need for the order of work, never a person.
    pub enum Pressing = "pressing" {
        /// Urgent.
        Urgent = "urgent",
        /// Hard to bear.
        Hard = "hard",
        /// Worrying.
        Worry = "worry",
        /// Long hoped for.
        Hope = "hope",
    }
    /// Whether what was wanted is done.
    pub enum Adoption = "adoption" {
        /// It is or will be done.
        Adopted = "adopted",
        /// It is not, for the reason given.
        NotAdopted = "not_adopted",
    }
}

impl Sorting {
    /// Whether it may be shown to everybody once sorted.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Mediation | Self::LegalChannel)
    }
}

/// The day by which the committee has to answer, and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day.
    pub day: Day,
    /// The rule's id.
    pub rule: String,
}

/// A need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its id.
    pub id: NeedId,
    /// Its matter; after a merge still the one that it was raised with.
    pub matter: MatterId,
    /// The hamlet or village that it is about.
    pub place: PlaceId,
    /// The code on the raiser's slip.
    pub code: SlipCode,
    /// How it was raised.
    pub via: RaisedVia,
    /// The day on which it was raised.
    pub raised: Day,
    /// The raiser's own words, for those who handle it; erased on wish, or with the matter's files.
    pub what: Option<String>,
    /// The raiser's own voice, as `what`.
    pub audio: Option<FileId>,
    /// Where exactly, as `what`.
    pub spot: Option<String>,
    /// How much the raiser said of who it is.
    pub who: Who,
    /// The name or surname given, as `what`. Never there for [`Who::Anonymous`].
    pub name: Option<String>,
    /// The resident whose need it is, as `what`. Never there for [`Who::Anonymous`].
    pub resident: Option<ResidentId>,
    /// Whether the surname may stand in public.
    pub show_surname: bool,
    /// The helper who entered it.
    pub helper: Option<AccountId>,
    /// The consent by which the helper did so.
    pub consent: Option<ConsentId>,
    /// How the raiser wants to be answered.
    pub reply_channel: ReplyChannel,
    /// The raiser's phone, only for the answer; dropped when that has arrived.
    pub phone: Option<String>,
    /// How many households it is about, as the raiser guesses.
    pub affected: Option<Affected>,
    /// The public matter that the raiser takes for the same thing: a word to the committee, which merges or does not.
    pub same_as: Option<MatterId>,
    /// Where it is.
    pub state: NeedState,
    /// By when the committee has to answer; `None` where no rule asks for it.
    pub due: Option<Due>,
    /// Which way it goes.
    pub sorting: Option<Sorting>,
    /// The day of sorting.
    pub sorted: Option<Day>,
    /// Why it presses.
    pub pressing: Vec<Pressing>,
    /// Who takes care of it.
    pub owner: Option<AccountId>,
    /// The office that it was handed on to.
    pub referred_to: Option<String>,
    /// What everybody may read of it, written by the committee from the raiser's words.
    pub public_text: Option<String>,
    /// The day of the answer.
    pub answered: Option<Day>,
    /// The answer.
    pub reply: Option<String>,
    /// Whether it is done.
    pub adoption: Option<Adoption>,
    /// Why not.
    pub reason: Option<String>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NeedRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// Something stands in the way at its matter.
    Matter(MatterRefusal),
    /// Neither words nor voice.
    NothingSaid,
    /// A name was announced and not given.
    NameMissing,
    /// The phone number is missing or none.
    Phone,
    /// An answer on the site reaches only somebody who is signed in.
    ReplyOnSite,
    /// An answer that is carried round has to find somebody.
    ReplyUnnamed,
    /// A helper enters it without the person's consent.
    NoConsent,
    /// The day lies in the future or too far back.
    RaisedDay {
        /// The first day that can be.
        from: Day,
        /// The last.
        until: Day,
    },
    /// It is another matter's need.
    OtherMatter,
    /// It is not in the state for this.
    State {
        /// Where it is.
        at: NeedState,
    },
    /// The committee looks at it first.
    NotSorted,
    /// It has its answer.
    AlreadyAnswered,
    /// A public need gets a public number.
    NumberMissing,
    /// The office that it is handed on to is missing.
    ReferredToMissing,
    /// Whether it is done is missing.
    AdoptionMissing,
    /// It is not done, and nobody said why.
    ReasonMissing,
}

impl From<TextFault> for NeedRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<MatterRefusal> for NeedRefusal {
    fn from(refusal: MatterRefusal) -> Self {
        Self::Matter(refusal)
    }
}

impl Refuse for NeedRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Matter(refusal) => refusal.kind(),
            Self::OtherMatter | Self::State { .. } | Self::NotSorted | Self::AlreadyAnswered => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Matter(refusal) => refusal.key(),
            Self::NothingSaid => "refusal-need-nothing-said",
            Self::NameMissing => "refusal-need-name-missing",
            Self::Phone => "refusal-need-phone",
            Self::ReplyOnSite => "refusal-need-reply-on-site",
            Self::ReplyUnnamed => "refusal-need-reply-unnamed",
            Self::NoConsent => "refusal-need-no-consent",
            Self::RaisedDay { .. } => "refusal-need-raised-day",
            Self::OtherMatter => "refusal-need-other-matter",
            Self::State { .. } => "refusal-need-state",
            Self::NotSorted => "refusal-need-not-sorted",
            Self::AlreadyAnswered => "refusal-need-already-answered",
            Self::NumberMissing => "refusal-need-number-missing",
            Self::ReferredToMissing => "refusal-need-referred-to-missing",
            Self::AdoptionMissing => "refusal-need-adoption-missing",
            Self::ReasonMissing => "refusal-need-reason-missing",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Matter(refusal) => refusal.values(),
            Self::RaisedDay { from, until } => vec![("from", Value::Day(*from)), ("until", Value::Day(*until))],
            Self::State { at } => vec![("at", Value::Word(at.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Matter(refusal) => refusal.field(),
            Self::NothingSaid => Some("what"),
            Self::NameMissing | Self::ReplyUnnamed => Some("name"),
            Self::Phone => Some("phone"),
            Self::ReplyOnSite => Some("reply"),
            Self::NoConsent => Some("helped"),
            Self::RaisedDay { .. } => Some("raised"),
            Self::ReferredToMissing => Some("referred_to"),
            Self::AdoptionMissing => Some("adoption"),
            Self::ReasonMissing => Some("reason"),
            _ => None,
        }
    }
}

/// What comes in when somebody raises a need: texts as they were typed, the rest chosen.
#[derive(Clone, Debug)]
pub struct Intake<'a> {
    /// The words.
    pub what: &'a str,
    /// The voice, if it was spoken.
    pub audio: Option<FileId>,
    /// The hamlet or village.
    pub place: PlaceId,
    /// Where exactly.
    pub spot: &'a str,
    /// How much is said of who it is.
    pub who: Who,
    /// The name, if given; of a resident who is signed in, the name on the roll.
    pub name: &'a str,
    /// The resident who raises it or for whom the helper does.
    pub resident: Option<ResidentId>,
    /// Whether the surname may stand in public.
    pub show_surname: bool,
    /// The helper and the consent.
    pub help: Option<(AccountId, Option<&'a Consent>)>,
    /// How to answer.
    pub reply: ReplyChannel,
    /// The phone number, for an answer by message or call.
    pub phone: &'a str,
    /// How many households it is about.
    pub affected: Option<Affected>,
    /// The public matter that the raiser takes for the same thing.
    pub same_as: Option<MatterId>,
    /// How it came in.
    pub via: RaisedVia,
    /// When it was raised; `None` is today. Paper of last week keeps its day.
    pub raised: Option<Day>,
}

/// Raises a need. Every fault of the form comes back at once.
///
/// `matter` is the fresh matter that comes up with it ([`crate::decide::matter::raise`]); `due` is the day of answer where a rule asks
/// for one, counted from the day of entry.
pub fn raise(
    id: NeedId,
    matter: &Matter,
    code: SlipCode,
    intake: &Intake<'_>,
    due: Option<Due>,
    now: Timestamp,
    today: Day,
) -> Result<Need, Vec<NeedRefusal>> {
    let mut faults = Faults::<NeedRefusal>::default();
    let what = faults.take(text::block_or_none(intake.what, WHAT_MAX).map_err(TextFault::at("what")));
    if what == Some(None) && intake.audio.is_none() {
        faults.add(NeedRefusal::NothingSaid);
    }
    let spot = faults.take(text::line(intake.spot, SPOT_MAX).map_err(TextFault::at("where")));

    // Who stays unnamed leaves nothing behind, even where the form or the session knew more.
    let unnamed = intake.who == Who::Anonymous;
    let resident = intake.resident.filter(|_| !unnamed);
    let name = if unnamed {
        Some(None)
    } else {
        let given = faults.take(text::line_or_none(intake.name, NAME_MAX).map_err(TextFault::at("name")));
        if given == Some(None) {
            faults.add(NeedRefusal::NameMissing);
        }
        // Who gives the surname alone keeps the rest, also where the roll would know it.
        given.map(|name| name.map(|name| if intake.who == Who::Surname { surname(&name) } else { name }))
    };

    let phone = match intake.reply {
        ReplyChannel::Sms | ReplyChannel::Phone => {
            faults.take(text::phone(intake.phone).ok_or(NeedRefusal::Phone)).map(Some)
        }
        // A number that is not needed for the answer is not kept.
        ReplyChannel::Slip | ReplyChannel::Site | ReplyChannel::PrintedList => Some(None),
    };
    if intake.reply == ReplyChannel::Site && resident.is_none() {
        faults.add(NeedRefusal::ReplyOnSite);
    }
    if intake.reply == ReplyChannel::PrintedList && unnamed {
        faults.add(NeedRefusal::ReplyUnnamed);
    }
    let (helper, consent) = match intake.help {
        None => (None, None),
        Some((helper, consent)) => {
            // Asked with the resident that is kept: the consent of somebody unnamed must not name the person either.
            let consent = consent.filter(|consent| consent.lets(helper, resident, Some(id), now));
            if consent.is_none() {
                faults.add(NeedRefusal::NoConsent);
            }
            (Some(helper), consent.map(|consent| consent.id))
        }
    };
    let raised = intake.raised.unwrap_or(today);
    let from = today.plus(-RAISED_DAYS_MAX);
    if raised < from || raised > today {
        faults.add(NeedRefusal::RaisedDay { from, until: today });
    }
    if matter.plan != PlanState::Raised || matter.merged_into.is_some() {
        faults.add(NeedRefusal::OtherMatter);
    }
    let need = (|| {
        Some(Need {
            id,
            matter: matter.id,
            place: intake.place,
            code,
            via: intake.via,
            raised,
            what: what?,
            audio: intake.audio,
            spot: Some(spot?),
            who: intake.who,
            name: name?,
            resident,
            show_surname: intake.show_surname && !unnamed,
            helper,
            consent,
            reply_channel: intake.reply,
            phone: phone?,
            affected: intake.affected,
            same_as: intake.same_as,
            state: NeedState::Raised,
            due,
            sorting: None,
            sorted: None,
            pressing: Vec::new(),
            owner: None,
            referred_to: None,
            public_text: None,
            answered: None,
            reply: None,
            adoption: None,
            reason: None,
            version: 1,
        })
    })();
    faults.finish(need)
}

/// How the committee sorts a need.
#[derive(Clone, Debug)]
pub struct SortForm<'a> {
    /// Which way it goes.
    pub sorting: Sorting,
    /// The matter's public title. Not used where the need is never public.
    pub title: &'a str,
    /// What everybody may read of it. Not used where the need is never public.
    pub public_text: &'a str,
    /// What it is about.
    pub categories: &'a [Category],
    /// Why it presses.
    pub pressing: &'a [Pressing],
    /// Who takes care of it.
    pub owner: AccountId,
    /// The office that it is handed on to.
    pub referred_to: &'a str,
}

/// Sorts a need, and its matter with it. `number` is the fresh public number; a need that is never public gets none even if one is
/// given.
pub fn sort(
    need: &Need,
    matter: &Matter,
    form: &SortForm<'_>,
    number: Option<PublicNumber>,
    today: Day,
) -> Result<(Need, Matter), Vec<NeedRefusal>> {
    let mut faults = Faults::<NeedRefusal>::default();
    if need.matter != matter.id {
        faults.add(NeedRefusal::OtherMatter);
    }
    if need.state != NeedState::Raised {
        faults.add(NeedRefusal::State { at: need.state });
    }
    let referred_to =
        faults.take(text::line_or_none(form.referred_to, REFERRED_TO_MAX).map_err(TextFault::at("referred_to")));
    if form.sorting == Sorting::Government && referred_to == Some(None) {
        faults.add(NeedRefusal::ReferredToMissing);
    }
    let (matter, public_text) = if form.sorting.is_public() {
        let public_text =
            faults.take(text::block(form.public_text, PUBLIC_TEXT_MAX).map_err(TextFault::at("public_text")));
        let matter = match number {
            None => {
                faults.add(NeedRefusal::NumberMissing);
                None
            }
            Some(number) => match matter.sorted(form.title, form.categories, number) {
                Ok(matter) => Some(matter),
                Err(refusals) => {
                    refusals.into_iter().for_each(|refusal| faults.add(refusal));
                    None
                }
            },
        };
        (matter, public_text.map(Some))
    } else {
        (faults.take(matter.sorted_privately(form.categories)), Some(None))
    };
    let mut pressing = form.pressing.to_vec();
    pressing.sort_unstable();
    pressing.dedup();
    let both = (|| {
        let need = Need {
            state: NeedState::Sorted,
            sorting: Some(form.sorting),
            sorted: Some(today),
            pressing,
            owner: Some(form.owner),
            referred_to: referred_to?,
            public_text: public_text?,
            ..need.clone()
        };
        Some((need, matter?))
    })();
    faults.finish(both)
}

/// How the committee answers a need.
#[derive(Clone, Debug)]
pub struct AnswerForm<'a> {
    /// The answer, in words for who raised it.
    pub reply: &'a str,
    /// Whether it is done; not asked of a private dispute or a complaint.
    pub adoption: Option<Adoption>,
    /// Why not.
    pub reason: &'a str,
}

/// Answers a need. `matter` is the living matter ([`Matter::living`]): a merged need gets its answer with the surviving one, each
/// raiser on the channel chosen.
pub fn answer(
    need: &Need,
    matter: &Matter,
    form: &AnswerForm<'_>,
    today: Day,
) -> Result<(Need, Matter), Vec<NeedRefusal>> {
    let mut faults = Faults::<NeedRefusal>::default();
    match need.state {
        NeedState::Sorted | NeedState::Merged => {}
        NeedState::Raised => faults.add(NeedRefusal::NotSorted),
        NeedState::Answered => faults.add(NeedRefusal::AlreadyAnswered),
        NeedState::Withdrawn => faults.add(NeedRefusal::State { at: need.state }),
    }
    if need.state != NeedState::Merged && need.matter != matter.id {
        faults.add(NeedRefusal::OtherMatter);
    }
    let reply = faults.take(text::block(form.reply, REPLY_MAX).map_err(TextFault::at("reply")));
    let reason = faults.take(text::block_or_none(form.reason, REPLY_MAX).map_err(TextFault::at("reason")));
    let asked = need.sorting.is_none_or(Sorting::is_public);
    let adoption = form.adoption.filter(|_| asked);
    match (asked, adoption, &reason) {
        (true, None, _) => faults.add(NeedRefusal::AdoptionMissing),
        (true, Some(Adoption::NotAdopted), Some(None)) => faults.add(NeedRefusal::ReasonMissing),
        _ => {}
    }
    let matter = faults.take(matter.answered());
    let both = (|| {
        let need = Need {
            state: NeedState::Answered,
            answered: Some(today),
            reply: Some(reply?),
            adoption,
            reason: reason?,
            ..need.clone()
        };
        Some((need, matter?))
    })();
    faults.finish(both)
}

/// The reply clock, as both sides see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// No rule asks for an answer by a day.
    None,
    /// So many days are left; 0 is the last day.
    Left(i32),
    /// The committee owes the answer since so many days. Amber on its side; nothing happens to who raised it (domain: AF9).
    Overdue(i32),
    /// It was answered on that day.
    Answered(Day),
    /// It was taken back.
    Withdrawn,
}

/// What who holds the slip sees. Before sorting only the state, the clock and the answer; of a need that is never public nothing
/// more afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BySlip<'a> {
    /// Where the need is.
    pub state: NeedState,
    /// The reply clock.
    pub clock: Clock,
    /// The answer.
    pub reply: Option<&'a str>,
    /// Whether it is done.
    pub adoption: Option<Adoption>,
    /// Why not.
    pub reason: Option<&'a str>,
    /// The public matter that it became or joined.
    pub matter: Option<&'a Matter>,
}

/// What everybody sees of a need. The raiser's words, voice, spot, name and phone are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public<'a> {
    /// The day on which it was raised.
    pub raised: Day,
    /// The surname, by consent.
    pub surname: Option<String>,
    /// What the committee wrote of it; `None` for one that was merged before it was sorted.
    pub text: Option<&'a str>,
    /// Which way it goes.
    pub sorting: Option<Sorting>,
    /// The office that it was handed on to.
    pub referred_to: Option<&'a str>,
    /// How many households it is about, as the raiser guesses.
    pub affected: Option<Affected>,
    /// The reply clock.
    pub clock: Clock,
    /// The answer.
    pub reply: Option<&'a str>,
    /// Whether it is done.
    pub adoption: Option<Adoption>,
    /// Why not.
    pub reason: Option<&'a str>,
}

impl Need {
    /// Whether somebody waits for an answer.
    pub fn waits(&self) -> bool {
        matches!(self.state, NeedState::Raised | NeedState::Sorted | NeedState::Merged)
    }

    /// The reply clock on that day.
    pub fn clock(&self, today: Day) -> Clock {
        if self.state == NeedState::Withdrawn {
            return Clock::Withdrawn;
        }
        match (self.answered, &self.due) {
            (Some(day), _) => Clock::Answered(day),
            (None, None) => Clock::None,
            (None, Some(due)) if today <= due.day => Clock::Left(today.until(due.day)),
            (None, Some(due)) => Clock::Overdue(due.day.until(today)),
        }
    }

    /// What the slip shows. `matter` is the living matter.
    pub fn by_slip<'a>(&'a self, matter: &'a Matter, today: Day) -> BySlip<'a> {
        BySlip {
            state: self.state,
            clock: self.clock(today),
            reply: self.reply.as_deref(),
            adoption: self.adoption,
            reason: self.reason.as_deref(),
            matter: (self.is_public() && matter.is_public()).then_some(matter),
        }
    }

    /// What everybody sees, if anybody may see anything. `matter` is the living matter.
    pub fn public<'a>(&'a self, matter: &Matter, today: Day) -> Option<Public<'a>> {
        (self.is_public() && matter.is_public()).then(|| Public {
            raised: self.raised,
            surname: self.name.as_deref().filter(|_| self.show_surname).map(surname),
            text: self.public_text.as_deref(),
            sorting: self.sorting,
            referred_to: self.referred_to.as_deref(),
            affected: self.affected,
            clock: self.clock(today),
            reply: self.reply.as_deref(),
            adoption: self.adoption,
            reason: self.reason.as_deref(),
        })
    }

    /// Whether it was sorted as something that everybody may see, or merged into something that is.
    fn is_public(&self) -> bool {
        match self.sorting {
            Some(sorting) => sorting.is_public(),
            None => matches!(self.state, NeedState::Merged | NeedState::Answered),
        }
    }

    /// Its state after its matter was merged into another ([`crate::decide::matter::merge`]). One that has its answer keeps it.
    pub fn merged(&self) -> Result<Self, NeedRefusal> {
        match self.state {
            NeedState::Raised | NeedState::Sorted => Ok(Self { state: NeedState::Merged, ..self.clone() }),
            NeedState::Answered | NeedState::Merged => Ok(self.clone()),
            NeedState::Withdrawn => Err(NeedRefusal::State { at: self.state }),
        }
    }

    /// Notes that the raiser takes it for the same thing as a public matter, while nobody has looked at it yet. `matter` is the living
    /// one.
    pub fn taken_for(&self, matter: &Matter) -> Result<Self, NeedRefusal> {
        if self.state != NeedState::Raised {
            return Err(NeedRefusal::State { at: self.state });
        }
        if !matter.is_public() {
            return Err(NeedRefusal::Matter(MatterRefusal::NotPublic));
        }
        Ok(Self { same_as: Some(matter.id), ..self.clone() })
    }

    /// Takes it back, while nobody has looked at it yet. Nothing of the person and of the words stays.
    pub fn withdrawn(&self) -> Result<Self, NeedRefusal> {
        match self.state {
            NeedState::Raised => Ok(self.erased()),
            at => Err(NeedRefusal::State { at }),
        }
    }

    /// Puts the public text right. The old one stays in the history.
    pub fn reworded(&self, public_text: &str) -> Result<Self, NeedRefusal> {
        if !self.is_public() {
            return Err(NeedRefusal::Matter(MatterRefusal::NotPublic));
        }
        let public_text = text::block(public_text, PUBLIC_TEXT_MAX).map_err(TextFault::at("public_text"))?;
        Ok(Self { public_text: Some(public_text), ..self.clone() })
    }

    /// Gives it into other hands.
    pub fn owned_by(&self, owner: AccountId) -> Result<Self, NeedRefusal> {
        match self.state {
            NeedState::Sorted | NeedState::Merged => Ok(Self { owner: Some(owner), ..self.clone() }),
            at => Err(NeedRefusal::State { at }),
        }
    }

    /// Drops the phone number once the answer has arrived; it was given for that alone.
    pub fn without_phone(&self) -> Self {
        Self { phone: None, ..self.clone() }
    }

    /// Takes the surname out of public sight, from now on, when the consent to it is withdrawn.
    pub fn without_surname(&self) -> Self {
        Self { show_surname: false, ..self.clone() }
    }

    /// Erases everything that is about the person. One that nobody had looked at is taken back with it; what the committee wrote and
    /// answered stays.
    pub fn erased(&self) -> Self {
        Self {
            what: None,
            audio: None,
            spot: None,
            who: Who::Anonymous,
            name: None,
            resident: None,
            show_surname: false,
            helper: None,
            consent: None,
            // Nobody can be reached any more; the slip still shows the answer.
            reply_channel: ReplyChannel::Slip,
            phone: None,
            same_as: None,
            state: if self.state == NeedState::Raised { NeedState::Withdrawn } else { self.state },
            ..self.clone()
        }
    }
}

impl Recorded for Need {
    const NOUN: Noun = Noun::Need;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.token("via", self.via);
        sheet.day("raised", self.raised);
        sheet.token("who", self.who);
        sheet.yes("show_surname", self.show_surname);
        sheet.token("reply_channel", self.reply_channel);
        sheet.token_or_none("affected", self.affected);
        sheet.token("state", self.state);
        sheet.day_or_none("due", self.due.as_ref().map(|due| due.day));
        sheet.word_or_none("due_rule", self.due.as_ref().map(|due| due.rule.as_str()));
        sheet.token_or_none("sorting", self.sorting);
        sheet.day_or_none("sorted", self.sorted);
        sheet.word("pressing", &token::join(&self.pressing));
        sheet.day_or_none("answered", self.answered);
        sheet.token_or_none("adoption", self.adoption);
        sheet.text_or_none("what", self.what.as_deref());
        sheet.text_or_none("spot", self.spot.as_deref());
        sheet.text_or_none("name", self.name.as_deref());
        sheet.text_or_none("phone", self.phone.as_deref());
        sheet.text_or_none("referred_to", self.referred_to.as_deref());
        sheet.text_or_none("public_text", self.public_text.as_deref());
        sheet.text_or_none("reply", self.reply.as_deref());
        sheet.text_or_none("reason", self.reason.as_deref());
        // Whoever reads the record must not see which needs have the same raiser or helper, nor a code that opens one: these
        // stand there salted, like texts, and can be erased like them.
        sheet.text("code", &self.code.digits());
        sheet.text_or_none("audio", self.audio.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("resident", self.resident.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("helper", self.helper.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("consent", self.consent.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("same_as", self.same_as.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("owner", self.owner.map(|id| id.to_string()).as_deref());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    pub(crate) use crate::decide::matter::tests::day;
    use crate::decide::matter::tests::{number, public, raised as raised_matter};
    use crate::decide::matter::{self, raise as raise_matter};
    use crate::id::Chance;
    use crate::people::consent::{ConsentKind, ConsentWay, Given, give};
    use crate::record::{Actor, Entry, Verb};
    use crate::states;
    use proptest::prelude::*;

    struct Counter(u8);
    impl Chance for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_775_000_000_000);
    fn today() -> Day {
        day("2026-04-01")
    }
    fn account(n: u128) -> AccountId {
        AccountId::from(Uuid::from_u128(n))
    }
    fn resident() -> ResidentId {
        ResidentId::from(Uuid::from_u128(50))
    }
    fn need_id() -> NeedId {
        NeedId::from(Uuid::from_u128(60))
    }
    fn code() -> SlipCode {
        SlipCode::fresh(&mut Counter(0))
    }
    fn intake() -> Intake<'static> {
        Intake {
            what: "一下雨巷子就淹",
            audio: None,
            place: PlaceId::from(Uuid::from_u128(1000)),
            spot: "西巷口",
            who: Who::Named,
            name: "葛长山",
            resident: Some(resident()),
            show_surname: true,
            help: None,
            reply: ReplyChannel::Slip,
            phone: "",
            affected: Some(Affected::Few),
            same_as: None,
            via: RaisedVia::Site,
            raised: None,
        }
    }
    fn due() -> Option<Due> {
        Some(Due { day: day("2026-04-06"), rule: "demo-reply".into() })
    }
    fn raise_with(intake: &Intake<'_>) -> Result<Need, Vec<NeedRefusal>> {
        raise(need_id(), &raised_matter(1), code(), intake, due(), NOW, today())
    }
    fn need() -> Need {
        raise_with(&intake()).unwrap()
    }
    fn sort_form(sorting: Sorting) -> SortForm<'static> {
        SortForm {
            sorting,
            title: "西巷口下雨积水",
            public_text: "西巷口雨天积水，影响几户人家。",
            categories: &[Category::Drainage],
            pressing: &[Pressing::Worry, Pressing::Urgent, Pressing::Worry],
            owner: account(3),
            referred_to: "",
        }
    }
    fn sorted(sorting: Sorting) -> (Need, Matter) {
        let form = SortForm { referred_to: "镇水利站", ..sort_form(sorting) };
        sort(&need(), &raised_matter(1), &form, Some(number(17)), day("2026-04-02")).unwrap()
    }
    fn answer_form() -> AnswerForm<'static> {
        AnswerForm {
            reply: "疏通了沟，五月开会商量换大管。", adoption: Some(Adoption::Adopted), reason: ""
        }
    }
    pub(crate) fn answered_need() -> Need {
        let (need, matter) = sorted(Sorting::Project);
        answer(&need, &matter, &answer_form(), day("2026-04-05")).unwrap().0
    }

    #[test]
    fn the_form_asks_at_most_five_things() {
        let everything =
            Intake { what: "", spot: "", name: "", phone: "12", reply: ReplyChannel::Sms, resident: None, ..intake() };
        let faults = raise_with(&everything).unwrap_err();
        let fields: Vec<_> = faults.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["what", "where", "name", "phone"], "each fault beside its own field, all at once");
        assert_eq!(FIELDS.len(), 5);
    }

    #[test]
    fn a_voice_note_is_enough() {
        let spoken = Intake { what: " ", audio: Some(FileId::from(Uuid::from_u128(8))), ..intake() };
        assert_eq!(raise_with(&spoken).unwrap().what, None);
        let faults = raise_with(&Intake { what: "", ..intake() }).unwrap_err();
        assert_eq!(faults, [NeedRefusal::NothingSaid]);
    }

    #[test]
    fn who_stays_unnamed_leaves_no_name_behind() {
        let need = raise_with(&Intake { who: Who::Anonymous, ..intake() }).unwrap();
        assert_eq!((need.name, need.resident, need.show_surname), (None, None, false));
        let need = raise_with(&Intake { who: Who::Surname, ..intake() }).unwrap();
        assert_eq!(need.name.as_deref(), Some("葛"));
    }

    #[test]
    fn a_phone_number_is_kept_only_where_the_answer_needs_it() {
        let by_message = Intake { reply: ReplyChannel::Sms, phone: "１３９ ００００ １２３４", ..intake() };
        assert_eq!(raise_with(&by_message).unwrap().phone.as_deref(), Some("13900001234"));
        let by_slip = Intake { phone: "13900001234", ..intake() };
        assert_eq!(raise_with(&by_slip).unwrap().phone, None);
        let wrong = Intake { reply: ReplyChannel::Phone, phone: "12345", ..intake() };
        assert_eq!(raise_with(&wrong).unwrap_err(), [NeedRefusal::Phone]);
    }

    #[test]
    fn an_answer_on_the_site_needs_somebody_who_is_signed_in() {
        let by_site = Intake { reply: ReplyChannel::Site, ..intake() };
        assert!(raise_with(&by_site).is_ok());
        for nobody in [Intake { resident: None, ..by_site.clone() }, Intake { who: Who::Anonymous, ..by_site }] {
            assert_eq!(raise_with(&nobody).unwrap_err(), [NeedRefusal::ReplyOnSite]);
        }
    }

    #[test]
    fn an_answer_that_is_carried_round_has_to_find_somebody() {
        let carried = Intake { reply: ReplyChannel::PrintedList, ..intake() };
        assert!(raise_with(&carried).is_ok());
        assert_eq!(raise_with(&Intake { who: Who::Anonymous, ..carried }).unwrap_err(), [NeedRefusal::ReplyUnnamed]);
    }

    #[test]
    fn the_raiser_may_say_what_it_is_the_same_as_and_take_it_back_until_somebody_has_looked() {
        let said = need().taken_for(&public(7)).unwrap();
        assert_eq!((said.same_as, said.state), (Some(public(7).id), NeedState::Raised));
        assert!(need().taken_for(&raised_matter(2)).is_err(), "nobody outside knows of a matter that is not public");
        let gone = said.withdrawn().unwrap();
        assert_eq!((gone.state, gone.what, gone.same_as), (NeedState::Withdrawn, None, None));
        let (looked_at, _) = sorted(Sorting::Project);
        assert_eq!(looked_at.withdrawn(), Err(NeedRefusal::State { at: NeedState::Sorted }));
        assert!(looked_at.taken_for(&public(7)).is_err());
    }

    #[test]
    fn a_helper_needs_the_persons_consent() {
        let helper = account(4);
        let given = Given {
            kind: ConsentKind::HelperActs,
            resident: None,
            need: Some(need_id()),
            helper: Some(helper),
            way: ConsentWay::Spoken,
        };
        let consent = give(ConsentId::from(Uuid::from_u128(9)), given, NOW).unwrap();
        let helped = Intake { resident: None, help: Some((helper, Some(&consent))), via: RaisedVia::Visit, ..intake() };
        let need = raise_with(&helped).unwrap();
        assert_eq!((need.helper, need.consent), (Some(helper), Some(consent.id)));

        let withdrawn = consent.withdraw(NOW).unwrap();
        for none in [None, Some(&withdrawn)] {
            let without = Intake { help: Some((helper, none)), ..helped.clone() };
            assert_eq!(raise_with(&without).unwrap_err(), [NeedRefusal::NoConsent]);
        }
        let other = Intake { help: Some((account(5), Some(&consent))), ..helped };
        assert_eq!(raise_with(&other).unwrap_err(), [NeedRefusal::NoConsent]);
    }

    #[test]
    fn paper_of_last_week_keeps_its_day_and_tomorrow_is_none() {
        let paper = Intake { raised: Some(day("2026-03-25")), via: RaisedVia::Paper, ..intake() };
        assert_eq!(raise_with(&paper).unwrap().raised, day("2026-03-25"));
        for wrong in ["2026-04-02", "2025-03-30"] {
            let faults = raise_with(&Intake { raised: Some(day(wrong)), ..intake() }).unwrap_err();
            assert_eq!(faults.len(), 1, "{wrong}");
        }
    }

    #[test]
    fn the_reply_clock_counts_down_to_its_last_day_and_then_turns_amber() {
        let need = need();
        assert_eq!(need.clock(day("2026-04-01")), Clock::Left(5));
        assert_eq!(need.clock(day("2026-04-06")), Clock::Left(0));
        assert_eq!(need.clock(day("2026-04-08")), Clock::Overdue(2));
        assert_eq!(answered_need().clock(day("2026-05-01")), Clock::Answered(day("2026-04-05")));
        assert_eq!(Need { due: None, ..need }.clock(day("2026-05-01")), Clock::None);
    }

    #[test]
    fn before_sorting_a_slip_shows_state_and_clock_and_nobody_else_anything() {
        let need = need();
        let matter = raised_matter(1);
        let seen = need.by_slip(&matter, today());
        assert_eq!((seen.state, seen.clock), (NeedState::Raised, Clock::Left(5)));
        assert_eq!((seen.reply, seen.matter), (None, None));
        assert_eq!(need.public(&matter, today()), None);
    }

    #[test]
    fn after_sorting_everybody_reads_the_committees_text_and_never_the_raisers() {
        let (need, matter) = sorted(Sorting::Project);
        let seen = need.public(&matter, today()).unwrap();
        assert_eq!(seen.surname.as_deref(), Some("葛"));
        assert_eq!(seen.text, Some("西巷口雨天积水，影响几户人家。"));
        let shown = format!("{seen:?}");
        for hidden in ["葛长山", "一下雨巷子就淹", "西巷口\""] {
            assert!(!shown.contains(hidden), "{hidden}");
        }
        assert_eq!(need.by_slip(&matter, today()).matter, Some(&matter));
        assert_eq!(need.without_surname().public(&matter, today()).unwrap().surname, None);
        assert_eq!(need.pressing, [Pressing::Urgent, Pressing::Worry]);
    }

    #[test]
    fn a_dispute_and_a_complaint_never_become_public() {
        for sorting in [Sorting::Mediation, Sorting::LegalChannel] {
            let (need, matter) = sorted(sorting);
            assert!(matter.is_private() && matter.title.is_none() && need.public_text.is_none());
            let (need, matter) = answer(&need, &matter, &answer_form(), day("2026-04-05")).unwrap();
            assert_eq!(need.public(&matter, today()), None);
            let seen = need.by_slip(&matter, today());
            assert_eq!((seen.matter, seen.adoption), (None, None));
            assert!(seen.reply.is_some(), "the answer reaches who holds the slip");
            assert!(need.reworded("x").is_err());
            assert!(matter::merge(&raised_matter(2), &matter, &[]).is_err());
        }
    }

    #[test]
    fn what_belongs_to_the_government_says_to_whom_it_goes() {
        let faults =
            sort(&need(), &raised_matter(1), &sort_form(Sorting::Government), Some(number(17)), today()).unwrap_err();
        assert_eq!(faults, [NeedRefusal::ReferredToMissing]);
        assert_eq!(sorted(Sorting::Government).0.referred_to.as_deref(), Some("镇水利站"));
    }

    #[test]
    fn a_need_is_sorted_once_and_answered_once() {
        let (need, matter) = sorted(Sorting::AtOnce);
        let again = sort(&need, &matter, &sort_form(Sorting::AtOnce), Some(number(18)), today()).unwrap_err();
        assert_eq!(again.first().map(Refuse::key), Some("refusal-need-state"));
        let (need, matter) = answer(&need, &matter, &answer_form(), today()).unwrap();
        assert_eq!(matter.plan, PlanState::Answered);
        assert_eq!(answer(&need, &matter, &answer_form(), today()).unwrap_err(), [NeedRefusal::AlreadyAnswered]);
        let raised = raise_matter(matter.id, matter.place, today());
        assert!(
            answer(&super::tests::need(), &raised, &answer_form(), today())
                .unwrap_err()
                .contains(&NeedRefusal::NotSorted)
        );
    }

    #[test]
    fn whoever_is_told_no_is_told_why() {
        let (need, matter) = sorted(Sorting::Project);
        let no = AnswerForm { adoption: Some(Adoption::NotAdopted), ..answer_form() };
        assert_eq!(answer(&need, &matter, &no, today()).unwrap_err(), [NeedRefusal::ReasonMissing]);
        let silent = AnswerForm { adoption: None, reply: "", ..answer_form() };
        let faults = answer(&need, &matter, &silent, today()).unwrap_err();
        assert_eq!(faults.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["reply", "adoption"]);
        assert!(answer(&need, &matter, &AnswerForm { reason: "今年没钱", ..no }, today()).is_ok());
    }

    #[test]
    fn a_merged_need_keeps_its_slip_and_gets_the_answer_of_the_survivor() {
        let (survivor_need, survivor) = sorted(Sorting::Project);
        let survivor = Matter { id: public(7).id, ..survivor };
        let merge = matter::merge(&raised_matter(1), &survivor, &[]).unwrap();
        let need = need().merged().unwrap();
        assert_eq!((need.state, need.code), (NeedState::Merged, survivor_need.code));
        assert!(need.waits());
        assert_eq!(need.by_slip(&survivor, today()).matter, Some(&survivor));
        assert_eq!(need.public(&survivor, today()).unwrap().surname.as_deref(), Some("葛"), "still credited");
        let (need, living) = answer(&need, &merge.survivor, &answer_form(), today()).unwrap();
        assert_eq!(living.id, survivor.id);
        assert_eq!(need.by_slip(&living, today()).reply, Some(answer_form().reply));
        assert_eq!(need.merged().unwrap(), need, "an answered need keeps its answer when its matter is merged later");
    }

    #[test]
    fn erasing_leaves_what_the_committee_wrote_and_nothing_of_the_person() {
        let erased = answered_need().erased();
        assert!(erased.what.is_none() && erased.name.is_none() && erased.resident.is_none() && erased.phone.is_none());
        assert!(erased.reply.is_some() && erased.public_text.is_some());
        assert_eq!(need().erased().state, NeedState::Withdrawn);
        assert!(!need().erased().waits());
    }

    #[test]
    fn neither_words_nor_name_nor_code_nor_raiser_stand_in_the_record() {
        let need = answered_need();
        let entry = Entry::of(&need, Verb::Answer, Actor::NOBODY, NOW, &mut Counter(0)).canonical();
        assert!(entry.is_ascii());
        for hidden in [need.code.digits(), resident().to_string(), account(3).to_string()] {
            assert!(!entry.contains(&hidden));
        }
        assert!(entry.contains("\"due\":\"2026-04-06\"") && entry.contains("\"state\":\"answered\""));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_gives_a_need_or_a_fault_beside_a_field(
            what in ".{0,40}", spot in ".{0,80}", name in ".{0,50}", phone in ".{0,14}",
            who in prop::sample::select(Who::ALL), reply in prop::sample::select(ReplyChannel::ALL),
        ) {
            let typed = Intake { what: &what, spot: &spot, name: &name, phone: &phone, who, reply, ..intake() };
            match raise_with(&typed) {
                Ok(need) => {
                    prop_assert!(need.what.is_some() || need.audio.is_some());
                    prop_assert!(need.spot.is_some());
                    prop_assert_eq!(who == Who::Anonymous, need.name.is_none() && need.resident.is_none());
                    prop_assert_eq!(need.phone.is_some(), matches!(reply, ReplyChannel::Sms | ReplyChannel::Phone));
                }
                Err(faults) => {
                    prop_assert!(!faults.is_empty());
                    prop_assert!(faults.iter().all(|fault| fault.field().is_some()));
                }
            }
        }

        #[test]
        fn no_way_of_steps_shows_a_private_need(
            sorting in prop::sample::select(Sorting::ALL), steps in prop::collection::vec(0_u8..5, 0..12)
        ) {
            let (mut need, mut matter) = sorted(sorting);
            for step in steps {
                match step {
                    0 => if let Ok(both) = answer(&need, &matter, &answer_form(), today()) { (need, matter) = both },
                    1 => if let Ok(next) = need.merged() { need = next },
                    2 => if let Ok(next) = need.reworded("x") { need = next },
                    3 => if let Ok(next) = matter.advance(PlanState::Topic) { matter = next },
                    _ => if let Ok(next) = matter.close(usize::from(need.waits())) { matter = next },
                }
                prop_assert_eq!(need.public(&matter, today()).is_some(), sorting.is_public());
            }
        }
    }

    #[test]
    fn the_diagram_draws_what_a_need_can_do() {
        let at = |state| Need { state, sorting: None, ..need() };
        let steps = states::steps(
            NeedState::ALL,
            &[
                &|s| {
                    sort(&at(s), &raised_matter(1), &sort_form(Sorting::Project), Some(number(17)), today())
                        .map(|(need, _)| need.state)
                        .map_err(drop)
                },
                &|s| answer(&at(s), &public(1), &answer_form(), today()).map(|(need, _)| need.state).map_err(drop),
                // One that has its answer or was merged before stays as it is.
                &|s| {
                    at(s).merged().map_err(drop).and_then(|need| if need.state == s { Err(()) } else { Ok(need.state) })
                },
                &|s| at(s).withdrawn().map(|need| need.state).map_err(drop),
                &|s| Some(at(s).erased().state).filter(|to| *to != s).ok_or(()),
            ],
        );
        let page = include_str!("../../../../docs/states/need.md");
        states::same(page, 0, NeedState::ALL, &[NeedState::Raised], steps);
    }
}
