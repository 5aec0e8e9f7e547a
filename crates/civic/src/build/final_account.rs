//! The final account of a project: what came in and what was spent, line by line (domain: F20).
//!
//! Money, labour and things stand in three ledgers and are never added to each other. What the books know is not typed again: gifts that
//! two people saw and awards that arrived are taken from there. Somebody of the supervision committee checks the paper; from that day it
//! hangs out for as long as villagers' affairs must (Organic Law of Villagers' Committees art. 35). A wrong one is replaced by a further
//! one, and stays readable.
//!
//! States and what is left out: `docs/states/final_account.md`.

use super::project::{Budget, Cover, Line, Project, ProjectState, SourceKind};
use super::workday::Workdays;
use crate::decide::resolution::{Resolution, ResolutionState};
use crate::id::{AccountId, FinalAccountId, MatterId, ProjectId, ResolutionId};
use crate::money::Fen;
use crate::people::standing::Post;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::rules::{InForce, RuleRef, RuleRefusal};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use std::fmt::Write;
use uuid::Uuid;

/// The longest text of one line (quantity, voucher), in characters.
pub const LINE_MAX: usize = 120;
/// The longest reason and the longest words about what is left over, in characters.
pub const TEXT_MAX: usize = 500;
/// The most things that are named one by one.
pub const THINGS_MAX: usize = 20;

tokens! {
    /// Where a final account stands.
    pub enum FinalAccountState = "final-account-state" {
        /// The committee wrote it down.
        Entered = "entered",
        /// The supervision committee found it so; it hangs out or hung out.
        Checked = "checked",
        /// The supervision committee did not find it so.
        Refused = "refused",
        /// A later one took its place.
        Replaced = "replaced",
    }
}

/// A line of the budget beside what was spent on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The line as it was planned.
    pub planned: Line,
    /// How much there is, in words.
    pub quantity: Option<String>,
    /// What was spent; of a line that money covers.
    pub amount: Option<Fen>,
    /// How many days it took; of a line that work covers.
    pub days: Option<Workdays>,
    /// The vouchers, by their numbers.
    pub voucher: Option<String>,
}

/// What came in of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Income {
    /// Of what kind.
    pub kind: SourceKind,
    /// From whom, as the budget says.
    pub whose: Option<String>,
    /// The money that was planned.
    pub planned: Option<Fen>,
    /// The days that were planned.
    pub planned_days: Option<Workdays>,
    /// The money that came.
    pub amount: Option<Fen>,
    /// The days that were worked.
    pub days: Option<Workdays>,
    /// The things that came, in words.
    pub things: Option<String>,
    /// Whether it is taken from the books of this program, where two people saw it.
    pub from_books: bool,
}

/// What the books of a project say: only what two people saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Cash of residents, households and those who leave no name.
    pub residents: Fen,
    /// Cash of organisations.
    pub organisations: Fen,
    /// Awards that were paid and seen on the account.
    pub awards: Fen,
    /// Days of work.
    pub days: Workdays,
    /// Things, each in words.
    pub things: Vec<String>,
}

/// A final account. What it says never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalAccount {
    /// Its id.
    pub id: FinalAccountId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// What came in.
    pub income: Vec<Income>,
    /// What was spent, in the order of the budget.
    pub lines: Vec<Spent>,
    /// What happens with what is left over, or who pays what is missing; where money in and money out differ.
    pub rest_use: Option<String>,
    /// The resolution by which what is left over is used.
    pub resolution: Option<ResolutionId>,
    /// Where it stands.
    pub state: FinalAccountState,
    /// Who wrote it down.
    pub entered_by: Option<AccountId>,
    /// Who checked it, in which post.
    pub checked_by: Option<(AccountId, Post)>,
    /// What they said of it.
    pub opinion: Option<String>,
    /// From which day it hangs out.
    pub posted_on: Option<Day>,
    /// The last day on which it must.
    pub posted_until: Option<Day>,
    /// The rule about its days.
    pub posting_rule: Option<RuleRef>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a final account is not taken or does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinalAccountRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The project was not accepted yet.
    Project {
        /// Where it stands.
        state: ProjectState,
    },
    /// Another one waits to be checked.
    Waiting,
    /// A line has no number, or one that is none.
    Spent {
        /// Which line, from 1.
        n: i64,
    },
    /// What was spent has no voucher.
    NoVoucher {
        /// Which line, from 1.
        n: i64,
    },
    /// A source has no number, or one that is none.
    Came {
        /// Which source, from 1.
        n: i64,
    },
    /// Money is left over, and nobody says what happens with it.
    LeftOver {
        /// How much.
        money: Fen,
    },
    /// More was spent than came in, and nobody says who pays it.
    Short {
        /// How much.
        money: Fen,
    },
    /// What is left over is used by a resolution, and none was chosen.
    NoResolution,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: FinalAccountState,
    },
    /// Whoever wrote it down does not check it.
    EnteredByYou,
    /// No rule says for how long it hangs out.
    Rule(RuleRefusal),
}

impl From<TextFault> for FinalAccountRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<RuleRefusal> for FinalAccountRefusal {
    fn from(refusal: RuleRefusal) -> Self {
        Self::Rule(refusal)
    }
}

impl Refuse for FinalAccountRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Project { .. } | Self::State { .. } | Self::Waiting => Kind::Conflict,
            Self::EnteredByYou => Kind::Forbidden,
            Self::Rule(rule) => rule.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Project { .. } => "refusal-final-account-project",
            Self::Waiting => "refusal-final-account-waiting",
            Self::Spent { .. } => "refusal-final-account-spent",
            Self::NoVoucher { .. } => "refusal-final-account-no-voucher",
            Self::Came { .. } => "refusal-final-account-came",
            Self::LeftOver { .. } => "refusal-final-account-left-over",
            Self::Short { .. } => "refusal-final-account-short",
            Self::NoResolution => "refusal-final-account-no-resolution",
            Self::State { .. } => "refusal-final-account-state",
            Self::EnteredByYou => "refusal-final-account-entered-by-you",
            Self::Rule(rule) => rule.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Project { state } => vec![("state", Value::Word(state.key()))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::Spent { n } | Self::NoVoucher { n } | Self::Came { n } => vec![("n", Value::Int(*n))],
            Self::LeftOver { money } | Self::Short { money } => vec![("money", Value::Money(*money))],
            Self::Rule(rule) => rule.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Spent { .. } | Self::NoVoucher { .. } => Some("lines"),
            Self::Came { .. } => Some("income"),
            Self::LeftOver { .. } | Self::Short { .. } => Some("rest_use"),
            Self::NoResolution => Some("resolution"),
            _ => None,
        }
    }
}

fn money_of<'a>(amounts: impl Iterator<Item = &'a Option<Fen>>) -> Fen {
    // Amounts are at most `Fen::MAX` and rows are few, so that a sum always fits.
    amounts.fold(Fen::default(), |all, one| all.plus(one.unwrap_or_default()).unwrap_or(all))
}

/// What came in of each kind: first what the books know, then each other source of the budget, whose number is still to be typed.
pub fn income(budget: &Budget, books: &Books) -> Vec<Income> {
    use SourceKind::{Donation, FiscalAward, InKind, ResidentCash, ResidentLabour};
    let of = |kind: SourceKind| budget.sources.iter().filter(move |one| one.kind == kind);
    let blank = |kind: SourceKind, from_books: bool| Income {
        kind,
        whose: None,
        planned: None,
        planned_days: None,
        amount: None,
        days: None,
        things: None,
        from_books,
    };
    let mut rows = Vec::new();
    for (kind, came) in [(ResidentCash, books.residents), (Donation, books.organisations), (FiscalAward, books.awards)]
    {
        let planned = money_of(of(kind).map(|one| &one.amount));
        if of(kind).next().is_some() || came != Fen::default() {
            rows.push(Income { planned: Some(planned), amount: Some(came), ..blank(kind, true) });
        }
    }
    for one in &budget.sources {
        if !matches!(one.kind, ResidentCash | Donation | FiscalAward | ResidentLabour | InKind) {
            rows.push(Income { whose: one.whose.clone(), planned: one.amount, ..blank(one.kind, false) });
        }
    }
    let planned = of(ResidentLabour).filter_map(|one| one.days).fold(Workdays::default(), Workdays::plus);
    if of(ResidentLabour).next().is_some() || books.days > Workdays::default() {
        rows.push(Income { planned_days: Some(planned), days: Some(books.days), ..blank(ResidentLabour, true) });
    }
    if of(InKind).next().is_some() || !books.things.is_empty() {
        let named = books.things.iter().take(THINGS_MAX).map(String::as_str).collect::<Vec<_>>().join("；");
        let whose = of(InKind).find_map(|one| one.things.clone());
        rows.push(Income { whose, things: Some(named).filter(|named| !named.is_empty()), ..blank(InKind, true) });
    }
    rows
}

/// What the form says of one line of the budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpentForm<'a> {
    /// How much there is, in words.
    pub quantity: &'a str,
    /// Yuan or days, by what covers the line.
    pub amount: &'a str,
    /// The vouchers; of a line that money covers.
    pub voucher: &'a str,
}

/// What the form says.
#[derive(Clone, Debug)]
pub struct FinalAccountForm<'a> {
    /// For each row of [`income`], yuan where the books do not know it.
    pub income: Vec<&'a str>,
    /// For each line of the budget.
    pub lines: Vec<SpentForm<'a>>,
    /// What happens with what is left over, or who pays what is missing.
    pub rest_use: &'a str,
}

/// Writes a final account down. `decided` is the resolution that was chosen for what is left over, `before` are those of the project
/// so far.
pub fn enter(
    project: &Project,
    books: &Books,
    form: &FinalAccountForm<'_>,
    decided: Option<&Resolution>,
    before: &[FinalAccount],
    (id, by, now): (FinalAccountId, Option<AccountId>, Timestamp),
) -> Result<FinalAccount, Vec<FinalAccountRefusal>> {
    let mut faults = Faults::<FinalAccountRefusal>::default();
    if project.state != ProjectState::Accepted {
        faults.add(FinalAccountRefusal::Project { state: project.state });
    }
    if before.iter().any(|one| one.state == FinalAccountState::Entered) {
        faults.add(FinalAccountRefusal::Waiting);
    }
    let mut came = income(&project.budget, books);
    for (at, (n, row)) in (1_i64..).zip(came.iter_mut()).enumerate() {
        if row.from_books {
            continue;
        }
        let typed = form.income.get(at).copied().unwrap_or_default();
        row.amount = faults.take(Fen::parse_yuan(typed).ok_or(FinalAccountRefusal::Came { n }));
    }
    let mut lines = Vec::new();
    for (at, (n, planned)) in (1_i64..).zip(&project.budget.lines).enumerate() {
        let typed = form.lines.get(at).copied().unwrap_or_default();
        let quantity = faults.take(text::line_or_none(typed.quantity, LINE_MAX).map_err(TextFault::at("lines")));
        let voucher = faults.take(text::line_or_none(typed.voucher, LINE_MAX).map_err(TextFault::at("lines")));
        let number = match planned.cover {
            Cover::Money => Fen::parse_yuan(typed.amount).map(|amount| (Some(amount), None)),
            Cover::Labour => Workdays::parse(typed.amount).map(|days| (None, Some(days))),
            // What was given in kind has no price; that it is there is said in words.
            Cover::Things => typed.amount.trim().is_empty().then_some((None, None)),
        };
        let number = faults.take(number.ok_or(FinalAccountRefusal::Spent { n }));
        if let (Some((Some(amount), _)), Some(None)) = (number, &voucher)
            && amount > Fen::default()
        {
            faults.add(FinalAccountRefusal::NoVoucher { n });
        }
        if let (Some(quantity), Some(voucher), Some((amount, days))) = (quantity, voucher, number) {
            lines.push(Spent { planned: planned.clone(), quantity, amount, days, voucher });
        }
    }
    let rest_use = faults.take(text::block_or_none(form.rest_use, TEXT_MAX).map_err(TextFault::at("rest_use")));
    let whole =
        lines.len() == project.budget.lines.len() && came.iter().all(|one| one.from_books || one.amount.is_some());
    let rest = money_of(came.iter().map(|one| &one.amount)).fen() - money_of(lines.iter().map(|one| &one.amount)).fen();
    let decided = decided.filter(|one| one.state != ResolutionState::Void);
    if whole && rest != 0 {
        let money = Fen::new(rest.abs());
        if rest_use == Some(None) {
            faults.add(if rest > 0 {
                FinalAccountRefusal::LeftOver { money }
            } else {
                FinalAccountRefusal::Short { money }
            });
        }
        if rest > 0 && decided.is_none() {
            faults.add(FinalAccountRefusal::NoResolution);
        }
    }
    let made = (|| {
        Some(FinalAccount {
            id,
            project: project.id,
            matter: project.matter,
            income: came,
            lines,
            // Where nothing is left and nothing is missing there is nothing to say.
            rest_use: rest_use?.filter(|_| rest != 0),
            resolution: decided.filter(|_| rest > 0).map(|one| one.id),
            state: FinalAccountState::Entered,
            entered_by: by,
            checked_by: None,
            opinion: None,
            posted_on: None,
            posted_until: None,
            posting_rule: None,
            recorded_at: now,
            version: 1,
        })
    })();
    faults.finish(made)
}

impl FinalAccount {
    /// The money that came in.
    pub fn came(&self) -> Fen {
        money_of(self.income.iter().map(|one| &one.amount))
    }
    /// The money that was spent.
    pub fn spent(&self) -> Fen {
        money_of(self.lines.iter().map(|one| &one.amount))
    }
    /// The money that was planned to be spent.
    pub fn planned(&self) -> Fen {
        money_of(self.lines.iter().map(|one| &one.planned.amount))
    }
    /// The money that is left over; below zero what is missing.
    pub fn rest(&self) -> Fen {
        Fen::new(self.came().fen().saturating_sub(self.spent().fen()))
    }
    fn judged(&self, by: AccountId) -> Result<(), FinalAccountRefusal> {
        if self.state != FinalAccountState::Entered {
            return Err(FinalAccountRefusal::State { state: self.state });
        }
        if self.entered_by == Some(by) { Err(FinalAccountRefusal::EnteredByYou) } else { Ok(()) }
    }
    /// The supervision committee found it so. It hangs out from today, as long as the rules of the day ask.
    pub fn checked(
        &self,
        (by, post): (AccountId, Post),
        opinion: &str,
        rules: &InForce<'_>,
        today: Day,
    ) -> Result<Self, FinalAccountRefusal> {
        let opinion = text::block_or_none(opinion, TEXT_MAX).map_err(TextFault::at("opinion"))?;
        self.judged(by)?;
        let days = rules.posting()?;
        Ok(Self {
            state: FinalAccountState::Checked,
            checked_by: Some((by, post)),
            opinion,
            posted_on: Some(today),
            posted_until: Some(today.period_end(days.value)),
            posting_rule: Some(days.rule),
            ..self.clone()
        })
    }
    /// The supervision committee did not find it so, and says why.
    pub fn refused(&self, (by, post): (AccountId, Post), reason: &str) -> Result<Self, FinalAccountRefusal> {
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("opinion"))?;
        self.judged(by)?;
        Ok(Self {
            state: FinalAccountState::Refused,
            checked_by: Some((by, post)),
            opinion: Some(reason),
            ..self.clone()
        })
    }
    /// A later one was checked and takes its place. It stays readable.
    pub fn replaced(&self) -> Result<Self, FinalAccountRefusal> {
        match self.state {
            FinalAccountState::Checked => Ok(Self { state: FinalAccountState::Replaced, ..self.clone() }),
            state => Err(FinalAccountRefusal::State { state }),
        }
    }
    fn lines_text(&self) -> String {
        let mut out = String::new();
        for one in &self.lines {
            let (fen, days) = (one.amount.map(Fen::fen), one.days.map(Workdays::in_quarters));
            let planned = (one.planned.amount.map(Fen::fen), one.planned.days.map(Workdays::in_quarters));
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (was, quantity, voucher) = (text(&one.planned.quantity), text(&one.quantity), text(&one.voucher));
            let (name, cover) = (&one.planned.name, one.planned.cover.as_str());
            let _ = writeln!(out, "{name}\t{cover}\t{was}\t{planned:?}\t{quantity}\t{fen:?}\t{days:?}\t{voucher}");
        }
        out
    }
    fn income_text(&self) -> String {
        let mut out = String::new();
        for one in &self.income {
            let planned = (one.planned.map(Fen::fen), one.planned_days.map(Workdays::in_quarters));
            let came = (one.amount.map(Fen::fen), one.days.map(Workdays::in_quarters));
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (whose, things) = (text(&one.whose), text(&one.things));
            let _ =
                writeln!(out, "{}\t{whose}\t{planned:?}\t{came:?}\t{things}\t{}", one.kind.as_str(), one.from_books);
        }
        out
    }
}

/// Whether the final account of everything that a matter builds hangs out or hung out: each published plan that was not given up.
pub fn accounted(projects: &[Project], accounts: &[FinalAccount]) -> bool {
    let mut standing = projects.iter().filter(|one| one.is_public() && one.state != ProjectState::Stopped).peekable();
    let posted = |project: &Project| {
        accounts.iter().any(|one| one.project == project.id && one.state == FinalAccountState::Checked)
    };
    standing.peek().is_some() && standing.all(posted)
}

impl Recorded for FinalAccount {
    const NOUN: Noun = Noun::FinalAccount;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.text("income", &self.income_text());
        sheet.text("lines", &self.lines_text());
        sheet.money("came", self.came());
        sheet.money("spent", self.spent());
        sheet.text_or_none("rest_use", self.rest_use.as_deref());
        sheet.id_or_none("resolution", self.resolution);
        sheet.token("state", self.state);
        sheet.token_or_none("checked_post", self.checked_by.map(|(_, post)| post));
        sheet.text_or_none("opinion", self.opinion.as_deref());
        sheet.day_or_none("posted_on", self.posted_on);
        sheet.day_or_none("posted_until", self.posted_until);
        sheet.word_or_none("posting_rule", self.posting_rule.as_ref().map(ToString::to_string).as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::project::tests::{id, planned};
    use super::*;
    use crate::decide::matter::tests::day;
    use crate::decide::trial;
    use crate::states;
    use proptest::prelude::*;

    fn yuan(yuan: i64) -> Fen {
        Fen::new(yuan * 100)
    }
    fn accepted() -> Project {
        Project { state: ProjectState::Accepted, published_on: Some(day("2026-05-01")), ..planned() }
    }
    fn books() -> Books {
        Books {
            residents: yuan(75_000),
            awards: yuan(75_000),
            days: Workdays::quarters(58),
            things: vec!["石料22方".to_owned()],
            ..Books::default()
        }
    }
    fn form() -> FinalAccountForm<'static> {
        let lines = [("", "118000", "票1-4"), ("360米", "30000", "票5"), ("", "14.5", ""), ("22方", "", "")];
        FinalAccountForm {
            income: Vec::new(),
            lines: lines.map(|(quantity, amount, voucher)| SpentForm { quantity, amount, voucher }).to_vec(),
            rest_use: "留作清沟的钱",
        }
    }
    fn made(
        project: &Project,
        books: &Books,
        form: &FinalAccountForm<'_>,
        before: &[FinalAccount],
    ) -> Result<FinalAccount, Vec<FinalAccountRefusal>> {
        let decided = trial::resolution();
        enter(project, books, form, Some(&decided), before, (id(60), Some(id(7)), Timestamp::from_millis(0)))
    }
    fn entered() -> FinalAccount {
        made(&accepted(), &books(), &form(), &[]).unwrap()
    }
    fn at(state: FinalAccountState) -> FinalAccount {
        FinalAccount { state, ..entered() }
    }
    fn second() -> (AccountId, Post) {
        (id(8), Post::Supervision)
    }

    #[test]
    fn what_the_books_know_is_not_typed_and_the_three_ledgers_are_never_added() {
        let one = entered();
        assert_eq!((one.came(), one.spent(), one.rest()), (yuan(150_000), yuan(148_000), yuan(2_000)));
        assert_eq!(one.planned(), yuan(150_000));
        let row = |kind| one.income.iter().find(|row| row.kind == kind).unwrap();
        assert_eq!(row(SourceKind::ResidentLabour).days, Some(Workdays::quarters(58)));
        assert_eq!(row(SourceKind::ResidentLabour).amount, None);
        assert_eq!(row(SourceKind::InKind).things.as_deref(), Some("石料22方"));
        assert!(one.income.iter().all(|row| row.from_books));
    }

    #[test]
    fn what_is_left_over_says_its_use_and_the_resolution_and_what_is_missing_who_pays() {
        let silent = FinalAccountForm { rest_use: " ", ..form() };
        let left = FinalAccountRefusal::LeftOver { money: yuan(2_000) };
        assert_eq!(made(&accepted(), &books(), &silent, &[]).unwrap_err(), [left]);
        let undecided = enter(&accepted(), &books(), &form(), None, &[], (id(60), None, Timestamp::from_millis(0)));
        assert_eq!(undecided.unwrap_err(), [FinalAccountRefusal::NoResolution]);
        let poor = Books { awards: yuan(70_000), ..books() };
        let short = FinalAccountRefusal::Short { money: yuan(3_000) };
        assert_eq!(made(&accepted(), &poor, &silent, &[]).unwrap_err(), [short]);
        let paid = made(&accepted(), &poor, &form(), &[]).unwrap();
        assert_eq!((paid.rest(), paid.resolution), (yuan(-3_000), None));
        // Where both are the same nothing is said.
        let even = Books { awards: yuan(73_000), ..books() };
        let even = made(&accepted(), &even, &form(), &[]).unwrap();
        assert_eq!((even.rest_use, even.resolution), (None, None));
    }

    #[test]
    fn every_line_has_its_number_and_money_its_voucher() {
        let mut bad = form();
        bad.lines = vec![SpentForm { amount: "118000", ..SpentForm::default() }];
        let refused = made(&accepted(), &books(), &bad, &[]).unwrap_err();
        let spent = |n| FinalAccountRefusal::Spent { n };
        assert_eq!(refused, [FinalAccountRefusal::NoVoucher { n: 1 }, spent(2), spent(3)]);
        let mut project = accepted();
        let form_of = super::super::project::SourceForm {
            kind: SourceKind::Collective,
            whose: "村集体",
            amount: "1740",
            document: "",
        };
        project.budget.sources.push(super::super::project::source(&form_of).unwrap());
        let refused = made(&project, &books(), &form(), &[]).unwrap_err();
        assert_eq!(refused, [FinalAccountRefusal::Came { n: 3 }], "what no book holds is typed");
        let typed = FinalAccountForm { income: vec!["", "", "1740"], ..form() };
        assert_eq!(made(&project, &books(), &typed, &[]).unwrap().came(), yuan(151_740));
    }

    #[test]
    fn an_account_follows_the_acceptance_and_one_waits_at_a_time() {
        for state in ProjectState::ALL {
            let project = Project { state: *state, ..accepted() };
            let taken = made(&project, &books(), &form(), &[]).is_ok();
            assert_eq!(taken, *state == ProjectState::Accepted, "{state:?}");
        }
        assert_eq!(made(&accepted(), &books(), &form(), &[entered()]).unwrap_err(), [FinalAccountRefusal::Waiting]);
    }

    #[test]
    fn another_person_checks_it_and_it_hangs_out_for_the_days_of_the_rule() {
        let rules = trial::law("2026-07-10");
        let own = entered().checked((id(7), Post::Supervision), "", &rules, day("2026-07-10"));
        assert_eq!(own.unwrap_err(), FinalAccountRefusal::EnteredByYou);
        let one = entered().checked(second(), "和票据一致", &rules, day("2026-07-10")).unwrap();
        // Fifteen days begin after the day on which it was hung.
        assert_eq!(one.posted_until, Some(day("2026-07-25")));
        assert!(accounted(&[accepted()], std::slice::from_ref(&one)));
        assert!(!accounted(&[accepted()], &[entered()]) && !accounted(&[], &[one]));
    }

    proptest! {
        #[test]
        fn what_is_left_over_is_what_came_less_what_was_spent(
            residents in 0_i64..1_000_000_000, awards in 0_i64..1_000_000_000, spent in 0_i64..1_000_000_000,
        ) {
            let books = Books { residents: Fen::new(residents), awards: Fen::new(awards), ..books() };
            let typed = format!("{}.{:02}", spent / 100, spent % 100);
            let mut form = form();
            form.lines[0].amount = &typed;
            let one = made(&accepted(), &books, &form, &[]).unwrap();
            prop_assert_eq!(one.rest().fen(), residents + awards - spent - 3_000_000);
            prop_assert_eq!(one.rest_use.is_some(), one.rest().fen() != 0);
        }
    }

    #[test]
    fn the_diagram_draws_what_a_final_account_can_do() {
        let page = include_str!("../../../../docs/states/final_account.md");
        let today = day("2026-07-10");
        let rules = trial::law("2026-07-10");
        let steps = states::steps(
            FinalAccountState::ALL,
            &[
                &|s| at(s).checked(second(), "", &rules, today).map(|one| one.state),
                &|s| at(s).refused(second(), "少一张票").map(|one| one.state),
                &|s| at(s).replaced().map(|one| one.state),
            ],
        );
        states::same(page, 0, FinalAccountState::ALL, &[FinalAccountState::Entered], steps);
    }
}
