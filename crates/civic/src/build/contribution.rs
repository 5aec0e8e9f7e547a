//! What people give to a project: money, work and things (domain: §2.2, F14-F16). Voluntary only: a levy is another thing with other
//! guards (R-L), and nothing here can become one.
//!
//! The program moves no money. It writes down what was promised and what arrived on an organisation's account with the receipt of the
//! village's own paper. Each entry waits for a second person who neither gave nor entered it. A giver's name is shown only where the
//! giver said so and as long as that holds (Law on Donations art. 22, Charity Law art. 82); nothing orders givers by what they gave.
//!
//! States and what is left out: `docs/states/contribution.md`.

use super::project::{Cover, Project, ProjectState};
use super::workday::Workdays;
use crate::id::{AccountId, ContributionId, HouseholdId, MatterId, ProjectId, ResidentId};
use crate::money::Fen;
use crate::people::standing::Post;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest text of one line (task, thing, quantity, receipt, account), in characters.
pub const LINE_MAX: usize = 60;
/// The longest conditions and reasons, in characters.
pub const TEXT_MAX: usize = 300;
/// The most people of one entry of work.
pub const PEOPLE_MAX: u32 = 500;
/// The most of one gift of money: ten million yuan. More is a slip of the finger.
pub const CASH_MAX: Fen = Fen::new(1_000_000_000);
/// So many digits in a row are the number of an account or of an identity card, and stand in no text here (domain: E8).
const DIGITS_MAX: usize = 12;

tokens! {
    /// In which of the three ledgers a gift stands.
    pub enum GiftKind = "gift" {
        /// Money.
        Cash = "cash",
        /// Work.
        Labour = "labour",
        /// A thing, or the use of land.
        Thing = "thing",
    }
    /// Where a gift stands.
    pub enum ContributionState = "contribution-state" {
        /// Promised.
        Pledged = "pledged",
        /// It arrived, was done or is there, as one person wrote it down.
        Entered = "entered",
        /// A second person found it so.
        Confirmed = "confirmed",
        /// The giver took the promise back, or the entry was wrong.
        Withdrawn = "withdrawn",
        /// Money went back, or a lent thing did.
        Returned = "returned",
    }
    /// Who gives.
    pub enum GiverKind = "giver" {
        /// Somebody on the roll.
        Resident = "resident",
        /// A household on the roll.
        Household = "household",
        /// An organisation.
        Organisation = "organisation",
        /// Somebody who leaves no name.
        Unnamed = "unnamed",
    }
    /// How a gift came to be written down.
    pub enum GiftChannel = "gift-channel" {
        /// By the giver on this site.
        Web = "web",
        /// Through a helper, in the giver's name.
        Helper = "helper",
        /// From paper, by word of mouth or by telephone.
        Paper = "paper",
    }
    /// What sort of thing.
    pub enum ThingKind = "thing" {
        /// Stone, brick, trees and the like.
        Material = "material",
        /// Tools and machines.
        Tool = "tool",
        /// The use of land.
        Land = "land",
        /// Something else.
        Other = "other",
    }
    /// For how long.
    pub enum Tenure = "tenure" {
        /// For good.
        Given = "given",
        /// To be given back.
        Lent = "lent",
    }
    /// On whose account money arrived. There is none in a person's name (Rural Collective Economic Organisations Law art. 44).
    pub enum FundAccount = "fund-account" {
        /// The village collective's.
        Collective = "collective",
        /// The township's, which keeps the village's books in trust.
        Township = "township",
        /// Another organisation's.
        Organisation = "organisation",
    }
}

/// What is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gift {
    /// Money.
    Cash(Fen),
    /// Work.
    Labour {
        /// What is done.
        task: String,
        /// By how many.
        people: u32,
        /// Days of all of them together.
        days: Workdays,
    },
    /// A thing.
    Thing {
        /// What.
        item: String,
        /// How much of it, in words.
        quantity: String,
        /// Of what sort.
        sort: ThingKind,
        /// For how long.
        tenure: Tenure,
        /// What was agreed that one is worth; only said beside it, never summed.
        worth: Option<Fen>,
        /// The paper by which the owner agrees; land is given with one only.
        paper: Option<String>,
    },
}

impl Gift {
    /// In which ledger it stands.
    pub const fn kind(&self) -> GiftKind {
        match self {
            Self::Cash(_) => GiftKind::Cash,
            Self::Labour { .. } => GiftKind::Labour,
            Self::Thing { .. } => GiftKind::Thing,
        }
    }
    /// Which lines of a budget it can be meant for.
    pub const fn covers(&self) -> Cover {
        match self {
            Self::Cash(_) => Cover::Money,
            Self::Labour { .. } => Cover::Labour,
            Self::Thing { .. } => Cover::Things,
        }
    }
}

/// Who gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Giver {
    /// Somebody on the roll.
    Resident(ResidentId),
    /// A household on the roll.
    Household(HouseholdId),
    /// An organisation, by its name.
    Organisation(String),
    /// Somebody who leaves no name.
    Unnamed,
}

impl Giver {
    /// Of what kind.
    pub const fn kind(&self) -> GiverKind {
        match self {
            Self::Resident(_) => GiverKind::Resident,
            Self::Household(_) => GiverKind::Household,
            Self::Organisation(_) => GiverKind::Organisation,
            Self::Unnamed => GiverKind::Unnamed,
        }
    }
}

/// A gift, promised or given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Its id.
    pub id: ContributionId,
    /// To which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// What.
    pub gift: Gift,
    /// Who gives.
    pub giver: Giver,
    /// Whether the giver wants the name to be read; no unless said.
    pub named: bool,
    /// How it was written down.
    pub channel: GiftChannel,
    /// For which line of the budget, from 1; for the whole where none.
    pub line: Option<i64>,
    /// Under which conditions, in the giver's words.
    pub conditions: Option<String>,
    /// The day of the promise.
    pub pledged_on: Option<Day>,
    /// The day on which it arrived, was done or came.
    pub given_on: Option<Day>,
    /// The number on the village's receipt, for money.
    pub receipt: Option<String>,
    /// On whose account it arrived, and its name; for money.
    pub account: Option<(FundAccount, String)>,
    /// Where it stands.
    pub state: ContributionState,
    /// The account that wrote down that it was promised or given.
    pub entered_by: Option<AccountId>,
    /// The account that confirmed it, with its post.
    pub confirmed_by: Option<(AccountId, Post)>,
    /// On which day.
    pub confirmed_on: Option<Day>,
    /// Why it was taken back or given back.
    pub reason: Option<String>,
    /// The day on which it was taken back or given back.
    pub ended_on: Option<Day>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a gift is not taken, confirmed or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContributionRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The project takes nothing now.
    Project {
        /// Where it stands.
        state: ProjectState,
    },
    /// What was typed is no amount of money from one fen to the most.
    Amount {
        /// Which field.
        field: &'static str,
        /// The most.
        max: Fen,
    },
    /// Nothing was chosen.
    Choose {
        /// Which field.
        field: &'static str,
    },
    /// What was typed is no number of days above zero, in quarters.
    Days,
    /// More days than that many people have in a day.
    DaysOfPeople,
    /// No number of people from one to the most.
    People {
        /// The most.
        max: i64,
    },
    /// There is no such line, or another ledger covers it.
    NoLine,
    /// Whose it is is nowhere to be found.
    NoGiver,
    /// Several are called so.
    Several,
    /// A long number is no name of an account; numbers of accounts and of identity cards stand nowhere here.
    Number {
        /// Which field.
        field: &'static str,
    },
    /// Land is given by a paper only.
    NoPaper,
    /// A day is missing.
    DayMissing,
    /// The day lies ahead.
    DayToCome,
    /// It cannot have come before it was promised.
    BeforePledge {
        /// The day of the promise.
        pledged_on: Day,
    },
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: ContributionState,
    },
    /// Whoever gave does not confirm.
    Own,
    /// Whoever entered does not confirm.
    EnteredByYou,
    /// Work that was done cannot be given back.
    NotReturned,
    /// Somebody who leaves no name has none to show.
    NoName,
}

impl From<TextFault> for ContributionRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ContributionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Project { .. } | Self::State { .. } | Self::NotReturned => Kind::Conflict,
            Self::Own | Self::EnteredByYou => Kind::Forbidden,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Project { .. } => "refusal-contribution-project",
            Self::Amount { .. } => "refusal-contribution-amount",
            Self::Choose { .. } => "field-choose",
            Self::Days => "refusal-project-days",
            Self::DaysOfPeople => "refusal-contribution-days-of-people",
            Self::People { .. } => "refusal-contribution-people",
            Self::NoLine => "refusal-contribution-no-line",
            Self::NoGiver => "refusal-contribution-no-giver",
            Self::Several => "refusal-contribution-several",
            Self::Number { .. } => "refusal-contribution-number",
            Self::NoPaper => "refusal-contribution-no-paper",
            Self::DayMissing => "field-day-empty",
            Self::DayToCome => "refusal-project-day-to-come",
            Self::BeforePledge { .. } => "refusal-contribution-before-pledge",
            Self::State { .. } => "refusal-contribution-state",
            Self::Own => "refusal-contribution-own",
            Self::EnteredByYou => "refusal-contribution-entered-by-you",
            Self::NotReturned => "refusal-contribution-not-returned",
            Self::NoName => "refusal-contribution-no-name",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Project { state } => vec![("state", Value::Word(state.key()))],
            Self::Amount { max, .. } => vec![("max", Value::Money(*max))],
            Self::People { max } => vec![("max", Value::Int(*max))],
            Self::BeforePledge { pledged_on } => vec![("day", Value::Day(*pledged_on))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Days | Self::DaysOfPeople => Some("days"),
            Self::People { .. } => Some("people"),
            Self::NoLine => Some("line"),
            Self::NoGiver | Self::Several => Some("giver"),
            Self::NoName => Some("named"),
            Self::Number { field } | Self::Amount { field, .. } | Self::Choose { field } => Some(field),
            Self::NoPaper => Some("paper"),
            Self::DayMissing | Self::DayToCome | Self::BeforePledge { .. } => Some("day"),
            _ => None,
        }
    }
}

/// What a form says of a gift.
#[derive(Clone, Copy, Debug)]
pub struct GiftForm<'a> {
    /// In which ledger.
    pub kind: GiftKind,
    /// Yuan.
    pub amount: &'a str,
    /// What is done.
    pub task: &'a str,
    /// By how many; one where nothing is said.
    pub people: &'a str,
    /// Days of all of them together.
    pub days: &'a str,
    /// What thing.
    pub item: &'a str,
    /// How much of it.
    pub quantity: &'a str,
    /// Of what sort.
    pub sort: Option<ThingKind>,
    /// For how long.
    pub tenure: Option<Tenure>,
    /// What one is worth.
    pub worth: &'a str,
    /// The paper by which the owner agrees.
    pub paper: &'a str,
    /// For which line.
    pub line: Option<i64>,
    /// Under which conditions.
    pub conditions: &'a str,
}

/// Whether digits in a row are the number of an account or of an identity card, which stands nowhere here (domain: E8).
pub(super) fn is_long_number(line: &str) -> bool {
    let mut run = 0;
    for c in text::plain_digits(line).chars().filter(|c| !matches!(c, ' ' | '-')) {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        if run >= DIGITS_MAX {
            return true;
        }
    }
    false
}

/// A text of one line without a number that would be somebody's account.
fn line_of(raw: &str, field: &'static str) -> Result<String, ContributionRefusal> {
    let line = text::line(raw, LINE_MAX).map_err(TextFault::at(field))?;
    if is_long_number(&line) {
        return Err(ContributionRefusal::Number { field });
    }
    Ok(line)
}

/// Reads what is given.
pub fn read(form: &GiftForm<'_>) -> Result<Gift, Vec<ContributionRefusal>> {
    let mut faults = Faults::<ContributionRefusal>::default();
    let gift = match form.kind {
        GiftKind::Cash => {
            let amount = Fen::parse_yuan(form.amount).filter(|one| *one > Fen::default() && *one <= CASH_MAX);
            faults.take(amount.ok_or(ContributionRefusal::Amount { field: "amount", max: CASH_MAX })).map(Gift::Cash)
        }
        GiftKind::Labour => {
            let task = faults.take(line_of(form.task, "task"));
            let typed = if form.people.trim().is_empty() { "1" } else { form.people };
            let people = text::count(typed, PEOPLE_MAX).filter(|n| *n > 0);
            let people = faults.take(people.ok_or(ContributionRefusal::People { max: i64::from(PEOPLE_MAX) }));
            let days = Workdays::parse(form.days).filter(|days| *days > Workdays::default());
            let days = faults.take(days.ok_or(ContributionRefusal::Days));
            (|| Some(Gift::Labour { task: task?, people: people?, days: days? }))()
        }
        GiftKind::Thing => {
            let item = faults.take(line_of(form.item, "item"));
            let quantity = faults.take(line_of(form.quantity, "quantity"));
            let worth = if form.worth.trim().is_empty() {
                Some(None)
            } else {
                let worth = Fen::parse_yuan(form.worth).filter(|one| *one > Fen::default() && *one <= CASH_MAX);
                faults.take(worth.ok_or(ContributionRefusal::Amount { field: "worth", max: CASH_MAX })).map(Some)
            };
            let paper = if form.paper.trim().is_empty() {
                Some(None)
            } else {
                faults.take(line_of(form.paper, "paper")).map(Some)
            };
            (|| {
                Some(Gift::Thing {
                    item: item?,
                    quantity: quantity?,
                    sort: form.sort.unwrap_or(ThingKind::Other),
                    tenure: form.tenure.unwrap_or(Tenure::Given),
                    worth: worth?,
                    paper: paper?,
                })
            })()
        }
    };
    faults.finish(gift)
}

/// Who wrote something down, how and when.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// The id of the gift.
    pub id: ContributionId,
    /// The account.
    pub by: Option<AccountId>,
    /// How.
    pub channel: GiftChannel,
    /// The legal day.
    pub today: Day,
    /// The moment.
    pub now: Timestamp,
}

fn open(project: &Project, states: &[ProjectState]) -> Result<(), ContributionRefusal> {
    if project.is_public() && states.contains(&project.state) {
        Ok(())
    } else {
        Err(ContributionRefusal::Project { state: project.state })
    }
}

fn begun(
    project: &Project,
    gift: Gift,
    (giver, named): (Giver, bool),
    form: &GiftForm<'_>,
    with: &Written,
    faults: &mut Faults<ContributionRefusal>,
) -> Option<Contribution> {
    let conditions = faults.take(text::block_or_none(form.conditions, TEXT_MAX).map_err(TextFault::at("conditions")));
    if let Some(line) = form.line {
        let at = usize::try_from(line).ok().and_then(|n| n.checked_sub(1));
        let meant = at.and_then(|at| project.budget.lines.get(at));
        if meant.is_none_or(|meant| meant.cover != gift.covers()) {
            faults.add(ContributionRefusal::NoLine);
        }
    }
    if named && giver == Giver::Unnamed {
        faults.add(ContributionRefusal::NoName);
    }
    Some(Contribution {
        id: with.id,
        project: project.id,
        matter: project.matter,
        gift,
        giver,
        named,
        channel: with.channel,
        line: form.line,
        conditions: conditions?,
        pledged_on: None,
        given_on: None,
        receipt: None,
        account: None,
        state: ContributionState::Pledged,
        entered_by: with.by,
        confirmed_by: None,
        confirmed_on: None,
        reason: None,
        ended_on: None,
        recorded_at: with.now,
        version: 1,
    })
}

/// Takes a promise. Nobody is asked for one and nobody is held to it.
pub fn pledge(
    project: &Project,
    giver: (Giver, bool),
    form: &GiftForm<'_>,
    with: &Written,
) -> Result<Contribution, Vec<ContributionRefusal>> {
    let mut faults = Faults::<ContributionRefusal>::default();
    faults.take(open(project, &[ProjectState::Planned, ProjectState::Building]));
    let gift = faults.merge(read(form));
    let made = gift.and_then(|gift| begun(project, gift, giver, form, with, &mut faults));
    faults.finish(made.map(|made| Contribution { pledged_on: Some(with.today), ..made }))
}

/// What a form says when something arrived.
#[derive(Clone, Copy, Debug)]
pub struct ArrivalForm<'a> {
    /// On which day.
    pub day: Option<Day>,
    /// The number on the receipt; for money.
    pub receipt: &'a str,
    /// On whose account; for money.
    pub account: Option<FundAccount>,
    /// The account's name; for money.
    pub account_name: &'a str,
    /// The paper by which the owner agrees; for land.
    pub paper: &'a str,
}

/// Writes down what arrived without having been promised here.
pub fn enter(
    project: &Project,
    giver: (Giver, bool),
    form: &GiftForm<'_>,
    arrival: &ArrivalForm<'_>,
    with: &Written,
) -> Result<Contribution, Vec<ContributionRefusal>> {
    use ProjectState::{Building, Built, Planned};
    let mut faults = Faults::<ContributionRefusal>::default();
    // Slips come in late: what was given while it was built is written down after the last day of works too.
    faults.take(open(project, &[Planned, Building, Built]));
    let gift = faults.merge(read(form));
    let made = gift.and_then(|gift| begun(project, gift, giver, form, with, &mut faults));
    let made = made.and_then(|made| faults.merge(made.received(arrival, with.by, with.today)));
    faults.finish(made)
}

/// Who confirms.
#[derive(Clone, Copy, Debug)]
pub struct Second<'a> {
    /// The account.
    pub account: AccountId,
    /// In which post.
    pub post: Post,
    /// The residents whom that account belongs to.
    pub residents: &'a [ResidentId],
    /// Their households.
    pub households: &'a [HouseholdId],
}

impl Contribution {
    fn only(&self, states: &[ContributionState]) -> Result<(), ContributionRefusal> {
        if states.contains(&self.state) { Ok(()) } else { Err(ContributionRefusal::State { state: self.state }) }
    }

    /// What was promised arrived, was done or came. It waits for a second person from now on.
    pub fn received(
        &self,
        form: &ArrivalForm<'_>,
        by: Option<AccountId>,
        today: Day,
    ) -> Result<Self, Vec<ContributionRefusal>> {
        let mut faults = Faults::<ContributionRefusal>::default();
        faults.take(self.only(&[ContributionState::Pledged]));
        let day = faults.take(form.day.ok_or(ContributionRefusal::DayMissing));
        if let Some(day) = day {
            if day > today {
                faults.add(ContributionRefusal::DayToCome);
            }
            if let Some(pledged_on) = self.pledged_on.filter(|pledged_on| day < *pledged_on) {
                faults.add(ContributionRefusal::BeforePledge { pledged_on });
            }
        }
        let (mut receipt, mut account, mut gift) = (None, None, self.gift.clone());
        match &mut gift {
            Gift::Cash(_) => {
                // A donation is receipted and registered (Law on Donations art. 16).
                receipt = faults.take(line_of(form.receipt, "receipt"));
                let name = faults.take(line_of(form.account_name, "account_name"));
                let whose = faults.take(form.account.ok_or(ContributionRefusal::Choose { field: "account" }));
                account = whose.zip(name);
            }
            // Nobody works more than a day and a half on one day; what is more was typed wrong.
            Gift::Labour { people, days, .. } => {
                if *days > Workdays::quarters(6).times(i64::from(*people)) {
                    faults.add(ContributionRefusal::DaysOfPeople);
                }
            }
            Gift::Thing { sort, paper, .. } => {
                if !form.paper.trim().is_empty() {
                    *paper = faults.take(line_of(form.paper, "paper"));
                }
                if *sort == ThingKind::Land && paper.is_none() {
                    faults.add(ContributionRefusal::NoPaper);
                }
            }
        }
        let state = ContributionState::Entered;
        faults.finish(Some(Self { gift, given_on: day, receipt, account, state, entered_by: by, ..self.clone() }))
    }

    /// A second person finds it so: neither the giver, nor of the giving household, nor who entered it.
    pub fn confirmed(&self, second: &Second<'_>, today: Day) -> Result<Self, ContributionRefusal> {
        self.only(&[ContributionState::Entered])?;
        let own = match &self.giver {
            Giver::Resident(resident) => second.residents.contains(resident),
            Giver::Household(household) => second.households.contains(household),
            Giver::Organisation(_) | Giver::Unnamed => false,
        };
        if own {
            return Err(ContributionRefusal::Own);
        }
        if self.entered_by == Some(second.account) {
            return Err(ContributionRefusal::EnteredByYou);
        }
        Ok(Self {
            state: ContributionState::Confirmed,
            confirmed_by: Some((second.account, second.post)),
            confirmed_on: Some(today),
            ..self.clone()
        })
    }

    /// The giver takes a promise back; no reason is asked for.
    pub fn taken_back(&self, today: Day) -> Result<Self, ContributionRefusal> {
        self.only(&[ContributionState::Pledged])?;
        Ok(Self { state: ContributionState::Withdrawn, ended_on: Some(today), ..self.clone() })
    }

    /// An office strikes what was entered wrong or what will not come, and says why.
    pub fn struck(&self, reason: &str, today: Day) -> Result<Self, ContributionRefusal> {
        self.only(&[ContributionState::Pledged, ContributionState::Entered])?;
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: ContributionState::Withdrawn, reason: Some(reason), ended_on: Some(today), ..self.clone() })
    }

    /// Money went back to the giver, or a lent thing did.
    pub fn returned(&self, reason: &str, on: Option<Day>, today: Day) -> Result<Self, Vec<ContributionRefusal>> {
        let mut faults = Faults::<ContributionRefusal>::default();
        faults.take(self.only(&[ContributionState::Confirmed]));
        if matches!(self.gift, Gift::Labour { .. }) {
            faults.add(ContributionRefusal::NotReturned);
        }
        let reason = faults.take(text::block(reason, TEXT_MAX).map_err(TextFault::at("reason")));
        let on = faults.take(on.ok_or(ContributionRefusal::DayMissing));
        if on.is_some_and(|on| on > today) {
            faults.add(ContributionRefusal::DayToCome);
        }
        faults.finish(Some(Self { state: ContributionState::Returned, reason, ended_on: on, ..self.clone() }))
    }

    /// The giver says whether the name may be read; it can be said again and again, in whatever state it is.
    pub fn named(&self, named: bool) -> Result<Self, ContributionRefusal> {
        if named && self.giver == Giver::Unnamed {
            return Err(ContributionRefusal::NoName);
        }
        Ok(Self { named, ..self.clone() })
    }

    /// The same without the person: that something was given stays, who gave it does not.
    pub fn erased(&self) -> Self {
        Self { giver: Giver::Unnamed, named: false, conditions: None, ..self.clone() }
    }

    /// The day by which lists are ordered: that of the gift, before it that of the promise. Never the amount.
    pub fn day(&self) -> Option<Day> {
        self.given_on.or(self.pledged_on)
    }
}

/// What one ledger adds up to. There is no function that adds two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Entries.
    pub entries: i64,
    /// Money, in the ledger of money.
    pub money: Fen,
    /// Days, in the ledger of work.
    pub days: Workdays,
    /// People counted once an entry, in the ledger of work.
    pub people: i64,
}

impl Recorded for Contribution {
    const NOUN: Noun = Noun::Contribution;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.token("gift", self.gift.kind());
        match &self.gift {
            Gift::Cash(amount) => sheet.money("amount", *amount),
            Gift::Labour { task, people, days } => {
                sheet.text("task", task);
                sheet.int("people", *people);
                sheet.int("quarters", days.in_quarters());
            }
            Gift::Thing { item, quantity, sort, tenure, worth, paper } => {
                sheet.text("item", item);
                sheet.text("quantity", quantity);
                sheet.token("sort", *sort);
                sheet.token("tenure", *tenure);
                sheet.money_or_none("worth", *worth);
                sheet.text_or_none("paper", paper.as_deref());
            }
        }
        // Who gave stands salted, an id too: with it anybody could add up from the record what one person gave.
        match &self.giver {
            Giver::Resident(id) => sheet.text("giver", &id.to_string()),
            Giver::Household(id) => sheet.text("giver", &id.to_string()),
            Giver::Organisation(name) => sheet.text("giver", name),
            Giver::Unnamed => {}
        }
        sheet.token("giver_kind", self.giver.kind());
        sheet.yes("named", self.named);
        sheet.token("channel", self.channel);
        sheet.int_or_none("line", self.line);
        sheet.text_or_none("conditions", self.conditions.as_deref());
        sheet.day_or_none("pledged_on", self.pledged_on);
        sheet.day_or_none("given_on", self.given_on);
        sheet.text_or_none("receipt", self.receipt.as_deref());
        sheet.token_or_none("account", self.account.as_ref().map(|(account, _)| *account));
        sheet.text_or_none("account_name", self.account.as_ref().map(|(_, name)| name.as_str()));
        sheet.token("state", self.state);
        sheet.token_or_none("confirmed_post", self.confirmed_by.map(|(_, post)| post));
        sheet.day_or_none("confirmed_on", self.confirmed_on);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.day_or_none("ended_on", self.ended_on);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::project::tests::{id, planned};
    use super::*;
    use crate::decide::matter::tests::day;
    use crate::states;

    const FORM: GiftForm<'static> = GiftForm {
        kind: GiftKind::Cash,
        amount: "500",
        task: "",
        people: "",
        days: "",
        item: "",
        quantity: "",
        sort: None,
        tenure: None,
        worth: "",
        paper: "",
        line: None,
        conditions: "",
    };
    const WORK: GiftForm<'static> =
        GiftForm { kind: GiftKind::Labour, task: "搬石料", people: "5", days: "4.5", ..FORM };
    const LAND: GiftForm<'static> =
        GiftForm {
            kind: GiftKind::Thing, item: "路边地", quantity: "18平方米", sort: Some(ThingKind::Land), ..FORM
        };

    fn written() -> Written {
        let (by, today, now) = (Some(id(1)), day("2026-05-02"), Timestamp::from_millis(0));
        Written { id: id(20), by, channel: GiftChannel::Paper, today, now }
    }
    fn arrival() -> ArrivalForm<'static> {
        ArrivalForm {
            day: Some(day("2026-05-02")),
            receipt: "0012",
            account: Some(FundAccount::Collective),
            account_name: "竹溪村经济合作社",
            paper: "",
        }
    }
    fn entered(form: &GiftForm<'_>, giver: Giver) -> Contribution {
        enter(&planned(), (giver, false), form, &arrival(), &written()).unwrap()
    }
    fn at(state: ContributionState) -> Contribution {
        Contribution { state, pledged_on: None, ..entered(&FORM, Giver::Resident(id(7))) }
    }
    fn second<'a>(account: u128, residents: &'a [ResidentId], households: &'a [HouseholdId]) -> Second<'a> {
        Second { account: id(account), post: Post::Supervision, residents, households }
    }
    fn fields(refused: &[ContributionRefusal]) -> Vec<&'static str> {
        refused.iter().filter_map(Refuse::field).collect()
    }

    #[test]
    fn a_second_person_confirms_who_neither_gave_nor_entered() {
        let on = day("2026-05-03");
        let gift = entered(&FORM, Giver::Resident(id(7)));
        assert_eq!(gift.confirmed(&second(2, &[id(7)], &[]), on), Err(ContributionRefusal::Own));
        assert_eq!(gift.confirmed(&second(1, &[], &[]), on), Err(ContributionRefusal::EnteredByYou));
        let confirmed = gift.confirmed(&second(2, &[id(8)], &[]), on).unwrap();
        assert_eq!(confirmed.confirmed_by, Some((id(2), Post::Supervision)));
        let again = confirmed.confirmed(&second(3, &[], &[]), on);
        assert_eq!(again, Err(ContributionRefusal::State { state: ContributionState::Confirmed }));
        // Who lives in the house that gave did not give alone, and still is no second person.
        let household = entered(&FORM, Giver::Household(id(9)));
        assert_eq!(household.confirmed(&second(2, &[id(8)], &[id(9)]), on), Err(ContributionRefusal::Own));
        assert!(household.confirmed(&second(2, &[id(8)], &[id(10)]), on).is_ok());
    }

    #[test]
    fn money_arrives_on_an_organisations_account_with_a_receipt_and_no_number_of_it() {
        let giver = || (Giver::Unnamed, false);
        let bare = ArrivalForm { receipt: "", account: None, account_name: " ", ..arrival() };
        let refused = enter(&planned(), giver(), &FORM, &bare, &written()).unwrap_err();
        assert_eq!(fields(&refused), ["receipt", "account_name", "account"]);
        for number in ["6222021234567890123", "6222 0212 3456 7890", "６２２２０２１２３４５６７８９０"]
        {
            let form = ArrivalForm { account_name: number, ..arrival() };
            let refused = enter(&planned(), giver(), &FORM, &form, &written()).unwrap_err();
            assert_eq!(refused, [ContributionRefusal::Number { field: "account_name" }], "{number}");
        }
        let ahead = ArrivalForm { day: Some(day("2026-05-03")), ..arrival() };
        let refused = enter(&planned(), giver(), &FORM, &ahead, &written()).unwrap_err();
        assert_eq!(refused, [ContributionRefusal::DayToCome]);
    }

    #[test]
    fn amounts_that_make_no_sense_are_refused() {
        for amount in ["", "0", "-5", "10000000.01", "1e6", "五百"] {
            let refused = read(&GiftForm { amount, ..FORM }).unwrap_err();
            assert_eq!(fields(&refused), ["amount"], "{amount}");
        }
        assert!(read(&GiftForm { amount: "10,000,000", ..FORM }).is_ok());
        for (people, days, field) in
            [("0", "1", "people"), ("501", "1", "people"), ("3", "0", "days"), ("3", "1.1", "days")]
        {
            assert_eq!(fields(&read(&GiftForm { people, days, ..WORK }).unwrap_err()), [field], "{people} {days}");
        }
        let much = GiftForm { people: "2", days: "3.25", ..WORK };
        let refused = enter(&planned(), (Giver::Unnamed, false), &much, &arrival(), &written()).unwrap_err();
        assert_eq!(refused, [ContributionRefusal::DaysOfPeople]);
        assert!(
            enter(&planned(), (Giver::Unnamed, false), &GiftForm { days: "3", ..much }, &arrival(), &written()).is_ok()
        );
    }

    #[test]
    fn land_is_given_by_a_paper_only() {
        let giver = || (Giver::Household(id(9)), false);
        let refused = enter(&planned(), giver(), &LAND, &arrival(), &written()).unwrap_err();
        assert_eq!(refused, [ContributionRefusal::NoPaper]);
        let signed = GiftForm { paper: "2026年4月20日让地同意书", ..LAND };
        assert!(enter(&planned(), giver(), &signed, &arrival(), &written()).is_ok());
        // It may be promised before the paper is there, and comes with it.
        let promised = pledge(&planned(), giver(), &LAND, &written()).unwrap();
        assert_eq!(promised.received(&arrival(), None, day("2026-05-02")).unwrap_err(), [ContributionRefusal::NoPaper]);
    }

    #[test]
    fn a_gift_is_meant_for_a_line_of_its_own_ledger() {
        // Of the road's lines the first two need money, the third work, the fourth things.
        for (form, line, fits) in
            [(FORM, 1, true), (FORM, 3, false), (WORK, 3, true), (WORK, 1, false), (FORM, 9, false)]
        {
            let form = GiftForm { line: Some(line), ..form };
            assert_eq!(pledge(&planned(), (Giver::Unnamed, false), &form, &written()).is_ok(), fits, "{line}");
        }
        assert!(pledge(&planned(), (Giver::Unnamed, false), &GiftForm { line: Some(0), ..FORM }, &written()).is_err());
    }

    #[test]
    fn a_name_is_shown_when_its_owner_says_so_and_can_always_be_taken_back() {
        let given = entered(&FORM, Giver::Resident(id(7)));
        assert!(!given.named);
        for state in ContributionState::ALL {
            let shown = at(*state).named(true).unwrap();
            assert!(shown.named && !shown.named(false).unwrap().named);
        }
        let nobody = pledge(&planned(), (Giver::Unnamed, true), &FORM, &written()).unwrap_err();
        assert_eq!(nobody, [ContributionRefusal::NoName]);
        let gone = Contribution { conditions: Some("修到我家门口".into()), ..given }.erased();
        assert_eq!((gone.giver, gone.conditions), (Giver::Unnamed, None));
    }

    #[test]
    fn who_gave_stands_in_the_record_under_a_salt_alone() {
        let mut none = |_: &'static str| Some([7; 16]);
        let mut sheet = Sheet::new(&mut none);
        entered(&FORM, Giver::Resident(id(0xabcdef))).facts(&mut sheet);
        assert!(!sheet.done().canonical().contains("abcdef"));
    }

    #[test]
    fn a_project_that_is_over_takes_nothing() {
        for state in ProjectState::ALL {
            let project = Project { state: *state, ..planned() };
            let promised = pledge(&project, (Giver::Unnamed, false), &FORM, &written());
            assert_eq!(promised.is_ok(), matches!(state, ProjectState::Planned | ProjectState::Building), "{state:?}");
        }
    }

    #[test]
    fn the_diagram_draws_what_a_contribution_can_do() {
        let on = day("2026-05-03");
        let one = |result: Result<Contribution, ContributionRefusal>| result.map(|one| one.state).map_err(|_| ());
        let all = |result: Result<Contribution, Vec<ContributionRefusal>>| result.map(|one| one.state).map_err(|_| ());
        let steps = states::steps(
            ContributionState::ALL,
            &[
                &|s| all(at(s).received(&arrival(), None, on)),
                &|s| one(at(s).confirmed(&second(2, &[], &[]), on)),
                &|s| one(at(s).taken_back(on)),
                &|s| one(at(s).struck("记错了", on)),
                &|s| all(at(s).returned("多收了", Some(on), on)),
            ],
        );
        let first = [ContributionState::Pledged, ContributionState::Entered];
        let page = include_str!("../../../../docs/states/contribution.md");
        states::same(page, 0, ContributionState::ALL, &first, steps);
    }
}
