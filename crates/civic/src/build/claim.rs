//! Claims of an award and what was paid of it (domain: §2.2 "award flow", F19).
//!
//! A claim freezes the scheme and every number that the award was reckoned from, so that anybody can reckon it again. Whoever claims does
//! not approve. A payment is written down by the office that paid and confirmed by somebody of the village who saw it on the organisation's
//! account; only then it counts. **The program never moves money.** A wrong entry is put right by a further one and never overwritten.
//!
//! States and what is left out: `docs/states/claim.md`.

use super::award::{Gap, Known, Reckoned, instalments};
use super::contribution::{FundAccount, is_long_number};
use super::project::{Project, ProjectState};
use crate::id::{AccountId, ClaimId, MatterId, PaymentId, PlaceId, ProjectId};
use crate::money::Fen;
use crate::people::standing::Post;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::rules::RuleRef;
use crate::rules::award::{AwardScheme, Requirement, Trigger};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest text of one line (name of an account, office, voucher), in characters.
pub const LINE_MAX: usize = 60;
/// The longest reason, in characters.
pub const TEXT_MAX: usize = 300;
/// The most payments of one claim.
pub const PAYMENTS_MAX: usize = 30;

tokens! {
    /// Where a claim stands.
    pub enum ClaimState = "claim-state" {
        /// The village claims it.
        Claimed = "claimed",
        /// An office approved it.
        Approved = "approved",
        /// An office did not, and said why.
        Refused = "refused",
    }
    /// What an entry about money says.
    pub enum PaymentKind = "payment" {
        /// So much was paid.
        Paid = "paid",
        /// So much less was paid than an earlier entry says, or went back.
        Back = "back",
    }
    /// Where an entry about money stands.
    pub enum PaymentState = "payment-state" {
        /// An office wrote it down.
        Entered = "entered",
        /// Somebody of the village saw it on the account.
        Confirmed = "confirmed",
        /// Somebody of the village did not find it so.
        Refused = "refused",
    }
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// The village whose year it counts in.
    pub village: PlaceId,
    /// By which scheme, with the digest of its pack.
    pub scheme: RuleRef,
    /// On which day it was claimed; its calendar year is the one that caps count.
    pub claimed_on: Day,
    /// What it was reckoned from, as the books stood on that day.
    pub known: Known,
    /// The base.
    pub base: Fen,
    /// The award: what may be paid in all.
    pub award: Fen,
    /// On whose account it is to come; there is none in a person's name (Rural Collective Economic Organisations Law art. 44).
    pub account: FundAccount,
    /// The account's name.
    pub account_name: String,
    /// Where it stands.
    pub state: ClaimState,
    /// Who claimed.
    pub entered_by: Option<AccountId>,
    /// Who approved or refused it, in which post.
    pub decided_by: Option<(AccountId, Post)>,
    /// On which day.
    pub decided_on: Option<Day>,
    /// Why.
    pub reason: Option<String>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// An entry about money that was paid. What it says never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Of which claim.
    pub claim: ClaimId,
    /// To which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// Its place among the entries of its claim, from 1.
    pub position: i64,
    /// What it says.
    pub kind: PaymentKind,
    /// How much; above zero.
    pub amount: Fen,
    /// The day on which it was paid or went back.
    pub paid_on: Day,
    /// By which office.
    pub office: String,
    /// The number of the voucher.
    pub voucher: String,
    /// Which entry it puts right, by its place; of money that is taken back only.
    pub corrects: Option<i64>,
    /// Why; of money that is taken back only.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: PaymentState,
    /// Who wrote it down.
    pub entered_by: Option<AccountId>,
    /// Who confirmed or refused it, in which post.
    pub judged_by: Option<(AccountId, Post)>,
    /// On which day.
    pub judged_on: Option<Day>,
    /// Why it was not found so.
    pub refused_because: Option<String>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a claim or a payment is not taken or does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The project is not published, or was given up.
    Project {
        /// Where it stands.
        state: ProjectState,
    },
    /// A condition of the scheme does not hold.
    Gap(Gap),
    /// There is nothing to award.
    Nothing,
    /// By this scheme it was claimed before.
    Before {
        /// When.
        on: Day,
    },
    /// Nothing was chosen.
    Choose {
        /// Which field.
        field: &'static str,
    },
    /// A long number is no name; numbers of accounts and of identity cards stand nowhere here.
    Number {
        /// Which field.
        field: &'static str,
    },
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: ClaimState,
    },
    /// Whoever claimed does not approve.
    ClaimedByYou,
    /// What was typed is no amount of money above zero.
    Amount,
    /// More than is left of the award.
    TooMuch {
        /// What is left.
        left: Fen,
    },
    /// More than may be paid by now.
    NotDue {
        /// What may be paid by now and is not.
        due: Fen,
    },
    /// More than was paid goes back.
    NotPaid {
        /// What was paid by that entry.
        paid: Fen,
    },
    /// There is no such entry.
    NoEntry,
    /// The day is missing.
    DayMissing,
    /// The day lies ahead.
    DayToCome,
    /// The day lies before the approval.
    TooEarly {
        /// The day before which it cannot be.
        day: Day,
    },
    /// Too many entries.
    TooMany {
        /// The most.
        max: i64,
    },
    /// The entry was confirmed or refused before.
    Payment {
        /// Where it stands.
        state: PaymentState,
    },
    /// Whoever wrote it down does not confirm it.
    EnteredByYou,
}

impl From<TextFault> for ClaimRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ClaimRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Project { .. }
            | Self::Gap(_)
            | Self::Nothing
            | Self::Before { .. }
            | Self::State { .. }
            | Self::Payment { .. } => Kind::Conflict,
            Self::ClaimedByYou | Self::EnteredByYou => Kind::Forbidden,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Project { .. } => "refusal-claim-project",
            Self::Gap(Gap::Requirement(Requirement::Resolution)) => "refusal-claim-resolution",
            Self::Gap(Gap::Requirement(Requirement::Acceptance)) => "refusal-claim-acceptance",
            Self::Gap(Gap::Requirement(Requirement::Upkeep)) => "refusal-claim-upkeep",
            Self::Gap(Gap::Requirement(Requirement::Diary)) => "refusal-claim-diary",
            Self::Gap(Gap::Base(_)) => "refusal-claim-base",
            Self::Gap(Gap::SelfRaised) => "refusal-claim-self-raised",
            Self::Gap(Gap::Participation) => "refusal-claim-participation",
            Self::Gap(Gap::Satisfaction) => "refusal-claim-satisfaction",
            Self::Nothing => "refusal-claim-nothing",
            Self::Before { .. } => "refusal-claim-before",
            Self::Choose { .. } => "field-choose",
            Self::Number { .. } => "refusal-contribution-number",
            Self::State { .. } => "refusal-claim-state",
            Self::ClaimedByYou => "refusal-claim-claimed-by-you",
            Self::Amount => "refusal-project-amount",
            Self::TooMuch { .. } => "refusal-claim-too-much",
            Self::NotDue { .. } => "refusal-claim-not-due",
            Self::NotPaid { .. } => "refusal-claim-not-paid",
            Self::NoEntry => "refusal-claim-no-entry",
            Self::DayMissing => "field-day-empty",
            Self::DayToCome => "refusal-project-day-to-come",
            Self::TooEarly { .. } => "refusal-project-too-early",
            Self::TooMany { .. } => "refusal-project-too-many",
            Self::Payment { .. } => "refusal-claim-payment",
            Self::EnteredByYou => "refusal-claim-entered-by-you",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Project { state } => vec![("state", Value::Word(state.key()))],
            Self::Gap(Gap::Base(base)) => vec![("base", Value::Word(base.key()))],
            Self::Before { on } => vec![("day", Value::Day(*on))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::Payment { state } => vec![("state", Value::Word(state.key()))],
            Self::TooMuch { left } => vec![("left", Value::Money(*left))],
            Self::NotDue { due } => vec![("due", Value::Money(*due))],
            Self::NotPaid { paid } => vec![("paid", Value::Money(*paid))],
            Self::TooEarly { day } => vec![("day", Value::Day(*day))],
            Self::TooMany { max } => vec![("max", Value::Int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Choose { field } | Self::Number { field } => Some(field),
            Self::Amount | Self::TooMuch { .. } | Self::NotDue { .. } | Self::NotPaid { .. } | Self::TooMany { .. } => {
                Some("amount")
            }
            Self::NoEntry => Some("corrects"),
            Self::DayMissing | Self::DayToCome | Self::TooEarly { .. } => Some("day"),
            _ => None,
        }
    }
}

fn line_of(raw: &str, field: &'static str) -> Result<String, ClaimRefusal> {
    let line = text::line(raw, LINE_MAX).map_err(TextFault::at(field))?;
    if is_long_number(&line) { Err(ClaimRefusal::Number { field }) } else { Ok(line) }
}

/// What the form of a claim says. Everything that the books know is not asked for.
#[derive(Clone, Copy, Debug)]
pub struct ClaimForm<'a> {
    /// On whose account.
    pub account: Option<FundAccount>,
    /// The account's name.
    pub account_name: &'a str,
}

/// Claims an award as it was reckoned. `before` are the claims of the project so far: a scheme gives once.
pub fn claim(
    (project, village): (&Project, PlaceId),
    (scheme, reckoned, known): (&RuleRef, &Reckoned, &Known),
    form: &ClaimForm<'_>,
    before: &[Claim],
    (id, by, now, today): (ClaimId, Option<AccountId>, Timestamp, Day),
) -> Result<Claim, Vec<ClaimRefusal>> {
    let mut faults = Faults::<ClaimRefusal>::default();
    if !project.is_public() || project.state == ProjectState::Stopped {
        faults.add(ClaimRefusal::Project { state: project.state });
    }
    let same = |one: &&Claim| one.scheme.pack == scheme.pack && one.scheme.id == scheme.id;
    if let Some(one) = before.iter().filter(same).find(|one| one.state != ClaimState::Refused) {
        faults.add(ClaimRefusal::Before { on: one.claimed_on });
    }
    for gap in &reckoned.gaps {
        faults.add(ClaimRefusal::Gap(*gap));
    }
    if reckoned.gaps.is_empty() && reckoned.award <= Fen::default() {
        faults.add(ClaimRefusal::Nothing);
    }
    let account = faults.take(form.account.ok_or(ClaimRefusal::Choose { field: "account" }));
    let account_name = faults.take(line_of(form.account_name, "account_name"));
    let made = (|| {
        Some(Claim {
            id,
            project: project.id,
            matter: project.matter,
            village,
            scheme: scheme.clone(),
            claimed_on: today,
            known: known.clone(),
            base: reckoned.base,
            award: reckoned.award,
            account: account?,
            account_name: account_name?,
            state: ClaimState::Claimed,
            entered_by: by,
            decided_by: None,
            decided_on: None,
            reason: None,
            recorded_at: now,
            version: 1,
        })
    })();
    faults.finish(made)
}

impl Claim {
    fn decided(
        &self,
        state: ClaimState,
        (by, post): (AccountId, Post),
        reason: Option<String>,
        today: Day,
    ) -> Result<Self, ClaimRefusal> {
        if self.state != ClaimState::Claimed {
            return Err(ClaimRefusal::State { state: self.state });
        }
        if self.entered_by == Some(by) {
            return Err(ClaimRefusal::ClaimedByYou);
        }
        Ok(Self { state, decided_by: Some((by, post)), decided_on: Some(today), reason, ..self.clone() })
    }
    /// An office approves it as it was reckoned, by somebody who did not claim.
    pub fn approved(&self, by: (AccountId, Post), reason: &str, today: Day) -> Result<Self, ClaimRefusal> {
        let reason = text::block_or_none(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        self.decided(ClaimState::Approved, by, reason, today)
    }
    /// An office does not, and says why. It can be claimed again.
    pub fn refused(&self, by: (AccountId, Post), reason: &str, today: Day) -> Result<Self, ClaimRefusal> {
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        self.decided(ClaimState::Refused, by, Some(reason), today)
    }
}

/// What entries add up to: what was paid less what went back, of those in a state that `counts`.
fn sum(payments: &[Payment], counts: impl Fn(&Payment) -> bool) -> Fen {
    let signed = payments.iter().filter(|one| counts(one)).map(|one| match one.kind {
        PaymentKind::Paid => one.amount.fen(),
        PaymentKind::Back => one.amount.fen().saturating_neg(),
    });
    Fen::new(signed.fold(0_i64, i64::saturating_add))
}

/// What was paid and confirmed: this much of a project's money is there.
pub fn paid(payments: &[Payment]) -> Fen {
    sum(payments, |one| one.state == PaymentState::Confirmed)
}

/// What was paid by the entries, those that wait for a second person too.
pub fn entered(payments: &[Payment]) -> Fen {
    sum(payments, |one| one.state != PaymentState::Refused)
}

/// What of an approved award may be paid by `today`: the instalments whose event has come, and what is held back once its months after
/// the acceptance are over. `began` and `accepted` are the days of the project.
pub fn due(scheme: &AwardScheme, award: Fen, began: Option<Day>, accepted: Option<Day>, today: Day) -> Fen {
    let (parts, held) = instalments(scheme, award);
    let come = |trigger: Trigger| match trigger {
        Trigger::Approval => true,
        Trigger::Begin => began.is_some(),
        Trigger::Acceptance => accepted.is_some(),
    };
    // A scheme without instalments is paid at once, but for what is held back.
    let triggers = scheme.instalments.iter().map(|one| one.trigger).chain(std::iter::repeat(Trigger::Approval));
    let now: i64 = parts.iter().zip(triggers).filter(|(_, trigger)| come(*trigger)).map(|(one, _)| one.fen()).sum();
    let over = match (scheme.retention, accepted) {
        (None, _) => true,
        (Some(held), Some(day)) => day.plus_months(held.months) <= today,
        (Some(_), None) => false,
    };
    Fen::new(if over { now.saturating_add(held.fen()) } else { now })
}

/// What the form of a payment says.
#[derive(Clone, Copy, Debug)]
pub struct PaymentForm<'a> {
    /// What it says.
    pub kind: PaymentKind,
    /// Yuan.
    pub amount: &'a str,
    /// On which day.
    pub day: Option<Day>,
    /// By which office.
    pub office: &'a str,
    /// The number of the voucher.
    pub voucher: &'a str,
    /// Which entry it puts right.
    pub corrects: Option<i64>,
    /// Why.
    pub reason: &'a str,
}

/// Writes down what was paid, or that less was paid than an entry says. `due` is what may be paid by now in all ([`due`]), `before` are
/// the entries of the claim so far.
pub fn pay(
    claim: &Claim,
    form: &PaymentForm<'_>,
    before: &[Payment],
    due: Fen,
    (id, by, now, today): (PaymentId, Option<AccountId>, Timestamp, Day),
) -> Result<Payment, Vec<ClaimRefusal>> {
    let mut faults = Faults::<ClaimRefusal>::default();
    if claim.state != ClaimState::Approved {
        faults.add(ClaimRefusal::State { state: claim.state });
    }
    if before.len() >= PAYMENTS_MAX {
        faults.add(ClaimRefusal::TooMany { max: i64::try_from(PAYMENTS_MAX).unwrap_or(i64::MAX) });
    }
    let amount = Fen::parse_yuan(form.amount).filter(|one| *one > Fen::default());
    let amount = faults.take(amount.ok_or(ClaimRefusal::Amount));
    let has = entered(before);
    if let Some(amount) = amount {
        match form.kind {
            PaymentKind::Paid => {
                let left = |of: Fen| Fen::new(of.fen().saturating_sub(has.fen()).max(0));
                if amount > left(claim.award) {
                    faults.add(ClaimRefusal::TooMuch { left: left(claim.award) });
                } else if amount > left(due) {
                    faults.add(ClaimRefusal::NotDue { due: left(due) });
                }
            }
            PaymentKind::Back => {
                let of = |one: &&Payment| {
                    Some(one.position) == form.corrects
                        && one.kind == PaymentKind::Paid
                        && one.state == PaymentState::Confirmed
                };
                match before.iter().find(of) {
                    None => faults.add(ClaimRefusal::NoEntry),
                    Some(one) => {
                        let back = sum(before, |other| {
                            other.corrects == Some(one.position) && other.state != PaymentState::Refused
                        });
                        // What went back is negative.
                        let paid = Fen::new(one.amount.fen().saturating_add(back.fen()));
                        if amount > paid {
                            faults.add(ClaimRefusal::NotPaid { paid });
                        }
                    }
                }
            }
        }
    }
    let paid_on = faults.take(form.day.ok_or(ClaimRefusal::DayMissing));
    if let Some(on) = paid_on {
        if on > today {
            faults.add(ClaimRefusal::DayToCome);
        }
        if let Some(day) = claim.decided_on.filter(|day| on < *day) {
            faults.add(ClaimRefusal::TooEarly { day });
        }
    }
    let office = faults.take(line_of(form.office, "office"));
    let voucher = faults.take(line_of(form.voucher, "voucher"));
    let (corrects, reason) = match form.kind {
        PaymentKind::Paid => (None, Some(None)),
        PaymentKind::Back => {
            (form.corrects, faults.take(text::block(form.reason, TEXT_MAX).map_err(TextFault::at("reason"))).map(Some))
        }
    };
    let made = (|| {
        Some(Payment {
            id,
            claim: claim.id,
            project: claim.project,
            matter: claim.matter,
            position: before.iter().map(|one| one.position).max().unwrap_or(0).saturating_add(1),
            kind: form.kind,
            amount: amount?,
            paid_on: paid_on?,
            office: office?,
            voucher: voucher?,
            corrects,
            reason: reason?,
            state: PaymentState::Entered,
            entered_by: by,
            judged_by: None,
            judged_on: None,
            refused_because: None,
            recorded_at: now,
            version: 1,
        })
    })();
    faults.finish(made)
}

impl Payment {
    fn judged(
        &self,
        state: PaymentState,
        (by, post): (AccountId, Post),
        refused_because: Option<String>,
        today: Day,
    ) -> Result<Self, ClaimRefusal> {
        if self.state != PaymentState::Entered {
            return Err(ClaimRefusal::Payment { state: self.state });
        }
        if self.entered_by == Some(by) {
            return Err(ClaimRefusal::EnteredByYou);
        }
        Ok(Self { state, judged_by: Some((by, post)), judged_on: Some(today), refused_because, ..self.clone() })
    }
    /// Somebody of the village saw it on the account.
    pub fn confirmed(&self, by: (AccountId, Post), today: Day) -> Result<Self, ClaimRefusal> {
        self.judged(PaymentState::Confirmed, by, None, today)
    }
    /// Somebody of the village did not find it so.
    pub fn refused(&self, by: (AccountId, Post), reason: &str, today: Day) -> Result<Self, ClaimRefusal> {
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("because"))?;
        self.judged(PaymentState::Refused, by, Some(reason), today)
    }
}

impl Recorded for Claim {
    const NOUN: Noun = Noun::Claim;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let known = &self.known;
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.id("village", self.village);
        sheet.word("scheme", &self.scheme.to_string());
        sheet.day("claimed_on", self.claimed_on);
        sheet.money("cash", known.cash);
        sheet.int("quarters", known.labour.in_quarters());
        sheet.money_or_none("cost", known.cost);
        sheet.money("planned", known.planned);
        sheet.int_or_none("people", known.people);
        sheet.int_or_none("came", known.came.map(|(came, _)| came));
        sheet.int_or_none("roll", known.came.map(|(_, roll)| roll));
        sheet.int_or_none("content", known.content.map(|(content, _)| content));
        sheet.int_or_none("asked", known.content.map(|(_, asked)| asked));
        sheet.word("there", &known.there_words());
        sheet.money("village_has", known.village_has);
        sheet.money("all_have", known.all_have);
        sheet.money("base", self.base);
        sheet.money("award", self.award);
        sheet.token("account", self.account);
        sheet.text("account_name", &self.account_name);
        sheet.token("state", self.state);
        sheet.token_or_none("decided_post", self.decided_by.map(|(_, post)| post));
        sheet.day_or_none("decided_on", self.decided_on);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

impl Recorded for Payment {
    const NOUN: Noun = Noun::Payment;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("claim", self.claim);
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.int("position", self.position);
        sheet.token("kind", self.kind);
        sheet.money("amount", self.amount);
        sheet.day("paid_on", self.paid_on);
        sheet.text("office", &self.office);
        sheet.text("voucher", &self.voucher);
        sheet.int_or_none("corrects", self.corrects);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.token("state", self.state);
        sheet.token_or_none("judged_post", self.judged_by.map(|(_, post)| post));
        sheet.day_or_none("judged_on", self.judged_on);
        sheet.text_or_none("refused_because", self.refused_because.as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::project::tests::{id, planned};
    use super::*;
    use crate::build::award::reckon;
    use crate::decide::matter::tests::day;
    use crate::rules::Fraction;
    use crate::rules::award::{AwardBase, Instalment, Retention};
    use crate::states;
    use proptest::prelude::*;

    const OFFICER: u128 = 9;

    fn yuan(yuan: i64) -> Fen {
        Fen::new(yuan * 100)
    }
    fn officer() -> (AccountId, Post) {
        (id(OFFICER), Post::Township)
    }
    const fn of(num: u32, den: u32) -> Fraction {
        Fraction { num, den, strict: false }
    }
    /// Three tenths when works begin, thirteen twentieths after the acceptance, one twentieth a year later.
    fn scheme() -> AwardScheme {
        let part = |trigger, share| Instalment { trigger, share };
        AwardScheme {
            requires: vec![Requirement::Acceptance],
            instalments: vec![part(Trigger::Begin, of(3, 10)), part(Trigger::Acceptance, of(13, 20))],
            retention: Some(Retention { share: of(1, 20), months: 12 }),
            ..crate::build::award::tests::scheme(AwardBase::SelfRaised)
        }
    }
    fn rule() -> RuleRef {
        RuleRef { pack: "demo".to_owned(), version: 1, id: "X-award".to_owned(), digest: [7; 32] }
    }
    fn known() -> Known {
        Known { cash: yuan(75_000), planned: yuan(150_000), there: vec![Requirement::Acceptance], ..Known::default() }
    }
    fn form() -> ClaimForm<'static> {
        ClaimForm { account: Some(FundAccount::Collective), account_name: "竹溪村集体" }
    }
    fn with(n: u128) -> (ClaimId, Option<AccountId>, Timestamp, Day) {
        (id(n), Some(id(7)), Timestamp::from_millis(0), day("2026-07-01"))
    }
    fn try_claim(known: &Known, form: &ClaimForm<'_>, before: &[Claim]) -> Result<Claim, Vec<ClaimRefusal>> {
        let project = Project { state: ProjectState::Accepted, published_on: Some(day("2026-05-01")), ..planned() };
        let reckoned = reckon(&scheme(), known);
        claim((&project, id(3)), (&rule(), &reckoned, known), form, before, with(40))
    }
    fn claimed() -> Claim {
        try_claim(&known(), &form(), &[]).unwrap()
    }
    fn approved() -> Claim {
        claimed().approved(officer(), "", day("2026-07-02")).unwrap()
    }
    fn money(amount: &str) -> PaymentForm<'_> {
        PaymentForm {
            kind: PaymentKind::Paid,
            amount,
            day: Some(day("2026-07-03")),
            office: "镇财政所",
            voucher: "记账12号",
            corrects: None,
            reason: "",
        }
    }
    fn try_pay(claim: &Claim, form: &PaymentForm<'_>, before: &[Payment]) -> Result<Payment, Vec<ClaimRefusal>> {
        let due = due(&scheme(), claim.award, Some(day("2026-05-10")), Some(day("2026-06-22")), day("2026-07-05"));
        let by = (id(50), Some(id(OFFICER)), Timestamp::from_millis(0), day("2026-07-05"));
        pay(claim, form, before, due, by)
    }
    fn seen(one: Payment) -> Payment {
        one.confirmed((id(8), Post::Supervision), day("2026-07-06")).unwrap()
    }

    #[test]
    fn a_claim_freezes_what_it_was_reckoned_from_and_a_scheme_gives_once() {
        let one = claimed();
        assert_eq!((one.award, one.known.clone()), (yuan(75_000), known()));
        let again = try_claim(&known(), &form(), std::slice::from_ref(&one)).unwrap_err();
        assert_eq!(again, [ClaimRefusal::Before { on: day("2026-07-01") }]);
        // After a refusal it may be claimed again; the same scheme in a later version is still the same scheme.
        let no = one.refused(officer(), "缺票据", day("2026-07-02")).unwrap();
        assert!(try_claim(&known(), &form(), &[no]).is_ok());
        let older = Claim { scheme: RuleRef { version: 9, ..rule() }, ..one };
        assert!(try_claim(&known(), &form(), &[older]).is_err());
    }

    #[test]
    fn each_condition_of_the_scheme_is_refused_in_its_own_words() {
        let bare = Known { there: Vec::new(), ..known() };
        let keys: Vec<_> = try_claim(&bare, &form(), &[]).unwrap_err().iter().map(Refuse::key).collect();
        assert_eq!(keys, ["refusal-claim-acceptance"]);
        let nothing = Known { cash: Fen::default(), ..known() };
        assert_eq!(
            try_claim(&nothing, &form(), &[]).unwrap_err(),
            [ClaimRefusal::Gap(Gap::Base(AwardBase::SelfRaised))]
        );
        let all = [
            Gap::Requirement(Requirement::Resolution),
            Gap::Requirement(Requirement::Acceptance),
            Gap::Requirement(Requirement::Upkeep),
            Gap::Requirement(Requirement::Diary),
            Gap::Base(AwardBase::Flat),
            Gap::SelfRaised,
            Gap::Participation,
            Gap::Satisfaction,
        ];
        let mut keys: Vec<_> = all.iter().map(|gap| ClaimRefusal::Gap(*gap).key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all.len());
        let person = ClaimForm { account: None, account_name: "6222 0212 3456 7890" };
        let fields: Vec<_> = try_claim(&known(), &person, &[]).unwrap_err().iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["account", "account_name"]);
    }

    #[test]
    fn whoever_claims_does_not_approve_and_whoever_pays_does_not_confirm() {
        let own = claimed().approved((id(7), Post::Township), "", day("2026-07-02"));
        assert_eq!(own, Err(ClaimRefusal::ClaimedByYou));
        let one = try_pay(&approved(), &money("1000"), &[]).unwrap();
        assert_eq!(one.confirmed((id(OFFICER), Post::Committee), day("2026-07-06")), Err(ClaimRefusal::EnteredByYou));
        assert_eq!(seen(one).state, PaymentState::Confirmed);
    }

    #[test]
    fn it_is_paid_in_parts_as_they_come_due_and_never_more_than_the_award() {
        let claim = approved();
        // 95 of 100 are due before the year after the acceptance is over.
        let late = try_pay(&claim, &money("75000"), &[]).unwrap_err();
        assert_eq!(late, [ClaimRefusal::NotDue { due: yuan(71_250) }]);
        let more = try_pay(&claim, &money("75000.01"), &[]).unwrap_err();
        assert_eq!(more, [ClaimRefusal::TooMuch { left: yuan(75_000) }]);
        let first = seen(try_pay(&claim, &money("22500"), &[]).unwrap());
        let second = try_pay(&claim, &money("48750"), std::slice::from_ref(&first)).unwrap();
        // What waits for its second person takes its room already.
        let both = [first, second];
        assert!(try_pay(&claim, &money("0.01"), &both).is_err());
        assert_eq!((paid(&both), entered(&both)), (yuan(22_500), yuan(71_250)));
        let (began, accepted) = (Some(day("2026-05-10")), Some(day("2026-06-22")));
        let on = |text| due(&scheme(), claim.award, began, accepted, day(text));
        assert_eq!((on("2027-06-21"), on("2027-06-22")), (yuan(71_250), yuan(75_000)));
        assert_eq!(due(&scheme(), claim.award, began, None, day("2026-06-01")), yuan(22_500));
        assert_eq!(due(&scheme(), claim.award, None, None, day("2026-06-01")), Fen::default());
    }

    #[test]
    fn a_wrong_entry_is_put_right_by_a_further_one() {
        let claim = approved();
        let wrong = seen(try_pay(&claim, &money("22500"), &[]).unwrap());
        let back = PaymentForm { kind: PaymentKind::Back, corrects: Some(1), reason: "多记了500", ..money("500") };
        let put_right = seen(try_pay(&claim, &back, std::slice::from_ref(&wrong)).unwrap());
        let all = [wrong.clone(), put_right];
        assert_eq!(paid(&all), yuan(22_000));
        let rest = PaymentForm { amount: "22000.01", ..back };
        assert_eq!(try_pay(&claim, &rest, &all).unwrap_err(), [ClaimRefusal::NotPaid { paid: yuan(22_000) }]);
        let none = PaymentForm { corrects: Some(2), reason: "", ..back };
        let refused = try_pay(&claim, &none, &all).unwrap_err();
        let fields: Vec<_> = refused.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["corrects", "reason"]);
    }

    #[test]
    fn a_payment_names_its_day_its_office_and_its_voucher() {
        let bare = PaymentForm { day: None, office: " ", voucher: "6222021234567890", ..money("0") };
        let refused = try_pay(&approved(), &bare, &[]).unwrap_err();
        let fields: Vec<_> = refused.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["amount", "day", "office", "voucher"]);
        let early = PaymentForm { day: Some(day("2026-07-01")), ..money("1") };
        assert_eq!(try_pay(&approved(), &early, &[]).unwrap_err(), [ClaimRefusal::TooEarly { day: day("2026-07-02") }]);
        let ahead = PaymentForm { day: Some(day("2026-07-06")), ..money("1") };
        assert_eq!(try_pay(&approved(), &ahead, &[]).unwrap_err(), [ClaimRefusal::DayToCome]);
        let soon = try_pay(&claimed(), &money("1"), &[]).unwrap_err();
        assert_eq!(soon, [ClaimRefusal::State { state: ClaimState::Claimed }]);
    }

    proptest! {
        #[test]
        fn what_is_paid_stays_between_nothing_and_the_award_whatever_is_entered(
            steps in prop::collection::vec((1_i64..4_000_000, 0_u8..3, 1_i64..6), 0..25),
        ) {
            let claim = approved();
            let mut all: Vec<Payment> = Vec::new();
            for (amount, what, corrects) in steps {
                let typed = format!("{}.{:02}", amount / 100, amount % 100);
                let back = PaymentForm { kind: PaymentKind::Back, corrects: Some(corrects), reason: "改", ..money(&typed) };
                let form = if what == 0 { back } else { money(&typed) };
                if let Ok(one) = try_pay(&claim, &form, &all) {
                    all.push(match what {
                        2 => one.refused((id(8), Post::Committee), "没到账", day("2026-07-06")).unwrap(),
                        _ => seen(one),
                    });
                }
                prop_assert!(paid(&all) >= Fen::default() && paid(&all) <= claim.award);
            }
        }
    }

    #[test]
    fn the_diagrams_draw_what_claims_and_payments_can_do() {
        let page = include_str!("../../../../docs/states/claim.md");
        let today = day("2026-07-08");
        let at = |state| Claim { state, ..claimed() };
        let steps = states::steps(
            ClaimState::ALL,
            &[&|s| at(s).approved(officer(), "", today).map(|one| one.state), &|s| {
                at(s).refused(officer(), "缺票据", today).map(|one| one.state)
            }],
        );
        states::same(page, 0, ClaimState::ALL, &[ClaimState::Claimed], steps);
        let entered = try_pay(&approved(), &money("1"), &[]).unwrap();
        let at = |state| Payment { state, ..entered.clone() };
        let second = (id(8), Post::Supervision);
        let steps = states::steps(
            PaymentState::ALL,
            &[&|s| at(s).confirmed(second, today).map(|one| one.state), &|s| {
                at(s).refused(second, "没到账", today).map(|one| one.state)
            }],
        );
        states::same(page, 1, PaymentState::ALL, &[PaymentState::Entered], steps);
    }
}
