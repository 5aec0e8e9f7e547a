//! Rule packs as text: read once, checked whole, refused with the line and the rule.

use super::award::{AwardBase, AwardScheme, Instalment, Retention, Satisfaction, Tier, sum_of};
use super::body::{Body, Item, Mode, Petitioner, StepBody};
use super::value::{
    Composition, Disclosure, EffectiveCoverage, Every, Evidence, Fraction, Kind, Measure, Notice, Of, Period, Quorum,
    Share, StandIn, Step, Unit, Value, Window,
};
use crate::money::Fen;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use toml::Spanned;

tokens! {
    /// What a pack is.
    pub enum PackSort = "pack-sort" {
        /// National law; in force everywhere without anybody's doing.
        National = "national",
        /// A place's own rules; in force where and from when a county activates them.
        Overlay = "overlay",
        /// An example that a county must confirm; like an overlay, but pages say what it is.
        Example = "example",
    }
}

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// To what a rule applies. A missing part means: whatever it is; a missing item means the general one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// Which body.
    pub body: Option<Body>,
    /// Counted how.
    pub mode: Option<Mode>,
    /// About what kind of thing.
    pub item: Option<Item>,
    /// Asked for by whom.
    pub by: Option<Petitioner>,
}

impl Scope {
    /// Whether a rule with this scope speaks of `asked`.
    pub(super) fn covers(&self, asked: &Self) -> bool {
        fn one<T: PartialEq>(rule: Option<T>, asked: Option<T>) -> bool {
            rule.is_none() || rule == asked
        }
        one(self.body, asked.body)
            && one(self.mode, asked.mode)
            && self.item() == asked.item()
            && one(self.by, asked.by)
    }

    /// Whether there is anything of which both scopes speak.
    pub(super) fn meets(&self, other: &Self) -> bool {
        fn one<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
            a.is_none() || b.is_none() || a == b
        }
        one(self.body, other.body)
            && one(self.mode, other.mode)
            && self.item() == other.item()
            && one(self.by, other.by)
    }

    /// A rule for everything is none for a special item: without its own rule such a motion would pass at too low a bar.
    fn item(&self) -> Item {
        self.item.unwrap_or(Item::General)
    }

    /// How many parts are given: of two rules of one pack the more particular one counts.
    pub(super) fn particular(&self) -> usize {
        usize::from(self.body.is_some())
            + usize::from(self.mode.is_some())
            + usize::from(self.item.is_some())
            + usize::from(self.by.is_some())
    }
}

/// One rule of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id within the pack: letters, digits and dashes.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// To what it applies.
    pub scope: Scope,
    /// What it says.
    pub value: Value,
    /// In what that is measured.
    pub unit: Unit,
    /// First day.
    pub valid_from: Day,
    /// Last day; open when `None`.
    pub valid_until: Option<Day>,
    /// Where it stands.
    pub source: Label,
    /// What else should be known of it.
    pub note: Option<Label>,
    /// How well the source is known.
    pub evidence: Evidence,
}

impl Rule {
    /// Whether it is valid on `day`.
    pub fn holds_on(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day <= until)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.valid_until.is_none_or(|until| other.valid_from <= until)
            && other.valid_until.is_none_or(|until| self.valid_from <= until)
    }

    /// Whether both speak of the same thing on the same day, and this one gives residents less.
    pub(super) fn undercuts(&self, law: &Self) -> bool {
        self.kind == law.kind
            && self.scope.meets(&law.scope)
            && self.overlaps(law)
            && self.value.weaker_than(&law.value)
    }
}

/// The days off and the working weekends of one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Which year.
    pub year: i16,
    /// Days off besides weekends.
    pub holidays: BTreeSet<Day>,
    /// Saturdays and Sundays on which people work.
    pub workdays: BTreeSet<Day>,
    /// Where it stands.
    pub source: Label,
    /// How well the source is known.
    pub evidence: Evidence,
}

impl Calendar {
    /// Whether people work on `day`, a day of this year.
    pub fn works_on(&self, day: Day) -> bool {
        self.workdays.contains(&day) || (day.weekday() <= 5 && !self.holidays.contains(&day))
    }
}

/// A rule pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its name: letters, digits and dashes.
    pub name: String,
    /// Its version, from 1. What was published is never changed, only followed by a higher version.
    pub version: u32,
    /// What it is.
    pub sort: PackSort,
    /// Whose rules they are: `CN`, or a place in words.
    pub jurisdiction: String,
    /// Its title.
    pub title: Label,
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// Its rules, in the order of the text.
    pub rules: Vec<Rule>,
    /// Its calendars.
    pub calendars: Vec<Calendar>,
}

/// Why a pack cannot be used. Operators read it: the line and the rule lead to the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackError {
    /// The line, from 1, where it can be told.
    pub line: Option<usize>,
    /// The id of the rule, where there is one.
    pub rule: Option<String>,
    /// What is wrong.
    pub what: PackFault,
}

/// What is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackFault {
    /// It is no TOML, a key is missing or unknown, or a value has the wrong type; in the words of the TOML reader.
    #[error("{message}")]
    Toml {
        /// What the TOML reader says.
        message: String,
    },
    /// A name or id is empty or has other characters than letters, digits and dashes.
    #[error("`{name}` is no name: only ASCII letters, digits and dashes")]
    Name {
        /// The name.
        name: String,
    },
    /// A word is none of those that stand there.
    #[error("`{word}` is no {what}")]
    Word {
        /// What it should be.
        what: &'static str,
        /// The word.
        word: String,
    },
    /// A version of zero.
    #[error("the version starts at 1")]
    Version,
    /// No such day, or not written `YYYY-MM-DD`.
    #[error("`{text}` is no day: write YYYY-MM-DD")]
    Day {
        /// What stood there.
        text: String,
    },
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Ends,
    /// An empty title or source.
    #[error("`{field}` is empty in one of the languages")]
    Blank {
        /// Which field.
        field: &'static str,
    },
    /// A number out of its range.
    #[error("`{field}` must be from {least} to {most}")]
    Range {
        /// Which field.
        field: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A share that nobody can reach, or that is none.
    #[error("{num}/{den} is no share that can be reached")]
    Share {
        /// Numerator.
        num: u32,
        /// Denominator.
        den: u32,
    },
    /// The unit does not belong to the kind.
    #[error("a rule of this kind is not measured in `{}`", unit.as_str())]
    Unit {
        /// The unit.
        unit: Unit,
    },
    /// The scope does not belong to the kind, or the body is never counted like that.
    #[error("`{part}` does not fit this rule's scope")]
    Scope {
        /// Which part of the scope.
        part: &'static str,
    },
    /// Two rules with one id, or two calendars of one year.
    #[error("it stands there twice")]
    Twice,
    /// Two rules of one pack that say something of the same thing on the same day.
    #[error("rule {other} speaks of the same thing at the same time")]
    Same {
        /// The id of the other.
        other: String,
    },
    /// A rule of a national pack whose clause was not read itself.
    #[error("a national pack holds only rules with evidence V1")]
    NotFirstHand,
    /// A day off on a weekend is none, a working weekend must be one, and both belong to the year.
    #[error("{day} does not belong there")]
    CalendarDay {
        /// The day.
        day: Day,
    },
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, "rule {rule}: ")?;
        }
        fmt::Display::fmt(&self.what, f)
    }
}
impl std::error::Error for PackError {}

impl Pack {
    /// Reads a pack and checks it whole.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let at = |offset: usize| {
            Some(text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count().saturating_add(1))
        };
        let head: PackToml = toml::from_str(text).map_err(|error| PackError {
            line: error.span().and_then(|span| at(span.start)),
            rule: None,
            what: PackFault::Toml { message: error.message().to_owned() },
        })?;
        let of_head = |what| PackError { line: Some(1), rule: None, what };
        let name = name(&head.pack).map_err(of_head)?;
        let sort: PackSort = word("sort of pack", &head.sort).map_err(of_head)?;
        if head.version == 0 {
            return Err(of_head(PackFault::Version));
        }
        let title = label("title", head.title).map_err(of_head)?;
        if head.jurisdiction.trim().is_empty() {
            return Err(of_head(PackFault::Blank { field: "jurisdiction" }));
        }

        let mut rules: Vec<Rule> = Vec::with_capacity(head.rule.len());
        for spanned in head.rule {
            let line = at(spanned.span().start);
            let raw = spanned.into_inner();
            let id = raw.id.clone();
            let fail = |what| PackError { line, rule: Some(id.clone()), what };
            let rule = raw.read().map_err(fail)?;
            if sort == PackSort::National && rule.evidence != Evidence::V1 {
                return Err(fail(PackFault::NotFirstHand));
            }
            if rules.iter().any(|other| other.id == rule.id) {
                return Err(fail(PackFault::Twice));
            }
            // Steps and schemes stand side by side; of everything else a pack says one thing only.
            let same = |other: &&Rule| other.kind == rule.kind && other.scope == rule.scope && other.overlaps(&rule);
            if !matches!(rule.kind, Kind::PriorStep | Kind::AwardScheme)
                && let Some(other) = rules.iter().find(same)
            {
                return Err(fail(PackFault::Same { other: other.id.clone() }));
            }
            rules.push(rule);
        }

        let mut calendars: Vec<Calendar> = Vec::with_capacity(head.calendar.len());
        for spanned in head.calendar {
            let line = at(spanned.span().start);
            let calendar = spanned.into_inner().read().map_err(|what| PackError { line, rule: None, what })?;
            if calendars.iter().any(|other| other.year == calendar.year) {
                return Err(PackError { line, rule: None, what: PackFault::Twice });
            }
            calendars.push(calendar);
        }

        Ok(Self {
            name,
            version: head.version,
            sort,
            jurisdiction: head.jurisdiction,
            title,
            digest: Sha256::digest(text.as_bytes()).into(),
            rules,
            calendars,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackToml {
    pack: String,
    version: u32,
    sort: String,
    jurisdiction: String,
    title: Label,
    #[serde(default)]
    rule: Vec<Spanned<RuleToml>>,
    #[serde(default)]
    calendar: Vec<Spanned<CalendarToml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleToml {
    id: String,
    kind: String,
    #[serde(default)]
    scope: ScopeToml,
    value: toml::Table,
    unit: String,
    valid_from: String,
    valid_until: Option<String>,
    source: Label,
    note: Option<Label>,
    evidence: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeToml {
    body: Option<String>,
    mode: Option<String>,
    item: Option<String>,
    by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarToml {
    year: i16,
    holidays: Vec<String>,
    workdays: Vec<String>,
    source: Label,
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeToml {
    days: u16,
    #[serde(default)]
    ad_hoc: bool,
    tell: Option<String>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConvenerToml {
    conveners: Vec<String>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FractionToml {
    num: u32,
    den: u32,
    strict: bool,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareToml {
    num: u32,
    den: u32,
    strict: bool,
    of: String,
    measure: Option<String>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuorumToml {
    num: u32,
    den: u32,
    strict: bool,
    of: String,
    counted: Option<String>,
    measure: Option<String>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EveryToml {
    times: u16,
    months: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandInToml {
    by: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlineToml {
    allowed: bool,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepToml {
    body: String,
    order: u16,
    quorum: Option<FractionToml>,
    decision: Option<FractionToml>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysToml {
    days: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowToml {
    #[serde(default)]
    whole_posting: bool,
    days: Option<u16>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodToml {
    days: u16,
    #[serde(default)]
    forward: bool,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DisclosureToml {
    general_months: u16,
    finance_months: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageToml {
    activities: u16,
    handled: u16,
    months: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MostToml {
    most: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearsToml {
    years: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositionToml {
    elected: FractionToml,
    women: Option<FractionToml>,
    households_least: u16,
    households_most: u16,
}

/// A rate or a part: exact, so that it has no `strict`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateToml {
    num: u32,
    den: u32,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierToml {
    from_fen: i64,
    to_fen: Option<i64>,
    rate: RateToml,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstalmentToml {
    trigger: String,
    share: RateToml,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionToml {
    share: RateToml,
    months: u16,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SatisfactionToml {
    share: FractionToml,
    asked: u32,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeToml {
    base: String,
    amount_fen: Option<i64>,
    labour_day_fen: Option<i64>,
    #[serde(default)]
    tiers: Vec<TierToml>,
    cap_project_fen: Option<i64>,
    cap_village_year_fen: Option<i64>,
    budget_year_fen: Option<i64>,
    min_self_raised: Option<FractionToml>,
    min_participation: Option<FractionToml>,
    min_satisfaction: Option<SatisfactionToml>,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    instalments: Vec<InstalmentToml>,
    retention: Option<RetentionToml>,
    document: String,
}

impl RuleToml {
    fn read(self) -> Result<Rule, PackFault> {
        let id = name(&self.id)?;
        let kind: Kind = word("kind of rule", &self.kind)?;
        let unit: Unit = word("unit", &self.unit)?;
        let scope = Scope {
            body: self.scope.body.map(|b| word("body", &b)).transpose()?,
            mode: self.scope.mode.map(|m| word("mode", &m)).transpose()?,
            item: self.scope.item.map(|i| word("item", &i)).transpose()?,
            by: self.scope.by.map(|b| word("petitioner", &b)).transpose()?,
        };
        let value = value(kind, unit, self.value)?;
        check_scope(kind, &scope)?;
        let valid_from = day(&self.valid_from)?;
        let valid_until = self.valid_until.as_deref().map(day).transpose()?;
        if valid_until.is_some_and(|until| until < valid_from) {
            return Err(PackFault::Ends);
        }
        let source = label("source", self.source)?;
        let note = self.note.map(|note| label("note", note)).transpose()?;
        let evidence = word("evidence", &self.evidence)?;
        Ok(Rule { id, kind, scope, value, unit, valid_from, valid_until, source, note, evidence })
    }
}

impl CalendarToml {
    fn read(self) -> Result<Calendar, PackFault> {
        let holidays: BTreeSet<Day> = self.holidays.iter().map(|d| day(d)).collect::<Result<_, _>>()?;
        let workdays: BTreeSet<Day> = self.workdays.iter().map(|d| day(d)).collect::<Result<_, _>>()?;
        let strange = |d: &&Day| d.year() != self.year;
        if let Some(day) = holidays.iter().chain(&workdays).find(strange) {
            return Err(PackFault::CalendarDay { day: *day });
        }
        // A working weekday needs no entry: a typing error would otherwise pass unseen.
        if let Some(day) = workdays.iter().find(|d| d.weekday() <= 5 || holidays.contains(d)) {
            return Err(PackFault::CalendarDay { day: *day });
        }
        let source = label("source", self.source)?;
        Ok(Calendar { year: self.year, holidays, workdays, source, evidence: word("evidence", &self.evidence)? })
    }
}

fn value(kind: Kind, unit: Unit, raw: toml::Table) -> Result<Value, PackFault> {
    fn typed<T: serde::de::DeserializeOwned>(raw: toml::Table) -> Result<T, PackFault> {
        raw.try_into().map_err(|error: toml::de::Error| PackFault::Toml { message: error.message().to_owned() })
    }
    let units: &[Unit] = match kind {
        Kind::Notice | Kind::Posting => &[Unit::Day],
        Kind::ObjectionAnswer | Kind::Reply => &[Unit::Day, Unit::WorkingDay],
        Kind::ObjectionWindow => &[Unit::Day],
        Kind::Frequency | Kind::Disclosure | Kind::EffectiveCoverage => &[Unit::Month],
        Kind::AdultAge | Kind::Term => &[Unit::Year],
        Kind::Initiative | Kind::Quorum | Kind::Decision | Kind::Composition => &[Unit::Share],
        Kind::Convener | Kind::StandIn | Kind::Online | Kind::PriorStep | Kind::SurveyLimit | Kind::AwardScheme => {
            &[Unit::None]
        }
    };
    if !units.contains(&unit) {
        return Err(PackFault::Unit { unit });
    }
    Ok(match kind {
        Kind::Notice => {
            let raw: NoticeToml = typed(raw)?;
            let tell = raw.tell.map(|t| word("body to tell", &t)).transpose()?;
            Value::Notice(Notice { days: days(raw.days)?, ad_hoc: raw.ad_hoc, tell })
        }
        Kind::Convener => {
            let raw: ConvenerToml = typed(raw)?;
            if raw.conveners.is_empty() {
                return Err(PackFault::Range { field: "conveners", least: 1, most: 8 });
            }
            Value::Convener(raw.conveners.iter().map(|c| word("convener", c)).collect::<Result<_, _>>()?)
        }
        Kind::Initiative => Value::Initiative(fraction(&typed(raw)?)?),
        Kind::Frequency => {
            let raw: EveryToml = typed(raw)?;
            Value::Frequency(Every { times: within("times", raw.times, 1, 52)?, months: months("months", raw.months)? })
        }
        Kind::Quorum => {
            let raw: QuorumToml = typed(raw)?;
            if word::<Of>("share's base", &raw.of)? != Of::Roll {
                return Err(PackFault::Word { what: "base of a quorum", word: raw.of });
            }
            let counted = raw.counted.map_or(Ok(Of::Present), |c| word("count", &c))?;
            if counted == Of::Roll {
                return Err(PackFault::Word { what: "count", word: Of::Roll.as_str().to_owned() });
            }
            Value::Quorum(Quorum {
                fraction: fraction(&FractionToml { num: raw.num, den: raw.den, strict: raw.strict })?,
                counted,
                measure: raw.measure.map_or(Ok(Measure::Number), |m| word("measure", &m))?,
            })
        }
        Kind::Decision => {
            let raw: ShareToml = typed(raw)?;
            Value::Decision(Share {
                fraction: fraction(&FractionToml { num: raw.num, den: raw.den, strict: raw.strict })?,
                of: word("share's base", &raw.of)?,
                measure: raw.measure.map_or(Ok(Measure::Number), |m| word("measure", &m))?,
            })
        }
        Kind::StandIn => Value::StandIn(word::<StandIn>("stand-in", &typed::<StandInToml>(raw)?.by)?),
        Kind::Online => Value::Online(typed::<OnlineToml>(raw)?.allowed),
        Kind::PriorStep => {
            let raw: StepToml = typed(raw)?;
            Value::PriorStep(Step {
                body: word::<StepBody>("body of a step", &raw.body)?,
                order: within("order", raw.order, 1, 9)?,
                quorum: raw.quorum.as_ref().map(fraction).transpose()?,
                decision: raw.decision.as_ref().map(fraction).transpose()?,
            })
        }
        Kind::Posting => Value::Posting(within("days", typed::<DaysToml>(raw)?.days, 1, 366)?),
        Kind::ObjectionWindow => {
            let raw: WindowToml = typed(raw)?;
            Value::ObjectionWindow(match (raw.whole_posting, raw.days) {
                (true, None) => Window::WholePosting,
                (false, Some(days)) => Window::Days(within("days", days, 1, 366)?),
                _ => return Err(PackFault::Toml { message: "either `whole_posting = true` or `days`".to_owned() }),
            })
        }
        Kind::ObjectionAnswer => Value::ObjectionAnswer(period(unit, &typed(raw)?)?),
        Kind::Reply => Value::Reply(period(unit, &typed(raw)?)?),
        Kind::Disclosure => {
            let raw: DisclosureToml = typed(raw)?;
            Value::Disclosure(Disclosure {
                general_months: months("general_months", raw.general_months)?,
                finance_months: months("finance_months", raw.finance_months)?,
            })
        }
        Kind::AdultAge => Value::AdultAge(within("years", typed::<YearsToml>(raw)?.years, 1, 120)?),
        Kind::Composition => {
            let raw: CompositionToml = typed(raw)?;
            let households_least = within("households_least", raw.households_least, 1, 1000)?;
            Value::Composition(Composition {
                elected: fraction(&raw.elected)?,
                women: raw.women.as_ref().map(fraction).transpose()?,
                households_least,
                households_most: within("households_most", raw.households_most, households_least, 1000)?,
            })
        }
        Kind::EffectiveCoverage => {
            let raw: CoverageToml = typed(raw)?;
            let activities = within("activities", raw.activities, 1, 366)?;
            Value::EffectiveCoverage(EffectiveCoverage {
                activities,
                handled: within("handled", raw.handled, 0, activities)?,
                months: months("months", raw.months)?,
            })
        }
        Kind::SurveyLimit => Value::SurveyLimit(within("most", typed::<MostToml>(raw)?.most, 1, 20)?),
        Kind::AwardScheme => Value::AwardScheme(Box::new(scheme(typed(raw)?)?)),
        Kind::Term => Value::Term(within("years", typed::<YearsToml>(raw)?.years, 1, 120)?),
    })
}

/// The most tiers and the most instalments of a scheme: the product of their denominators fits into 128 bits.
const PARTS_MAX: usize = 6;

fn scheme(raw: SchemeToml) -> Result<AwardScheme, PackFault> {
    let wrong = |message: &str| PackFault::Toml { message: message.to_owned() };
    let money = |fen: i64| {
        let fits = (0..=Fen::MAX.fen()).contains(&fen);
        fits.then_some(Fen::new(fen)).ok_or(PackFault::Range { field: "fen", least: 0, most: u32::MAX })
    };
    let money_or_none = |fen: Option<i64>| fen.map(money).transpose();
    let share = |raw: &RateToml| fraction(&FractionToml { num: raw.num, den: raw.den, strict: false });
    let base = word::<AwardBase>("base of an award", &raw.base)?;
    if matches!(base, AwardBase::Flat | AwardBase::PerCapita) != raw.amount_fen.is_some() {
        return Err(wrong("`amount_fen` stands with `flat` and `per_capita` and with nothing else"));
    }
    if raw.tiers.len() > PARTS_MAX || raw.instalments.len() > PARTS_MAX {
        return Err(wrong("at most six tiers and six instalments"));
    }
    let mut tiers: Vec<Tier> = Vec::new();
    for tier in &raw.tiers {
        let (from, to) = (money(tier.from_fen)?, money_or_none(tier.to_fen)?);
        // The lowest begins with the first fen, each where the one below it ends, and only the last is open.
        let begins = match tiers.last() {
            None => from == Fen::default(),
            Some(below) => below.to == Some(from),
        };
        if !begins || to.is_some_and(|to| to <= from) {
            return Err(wrong("tiers begin at 0, follow each other without a gap, and only the last is open"));
        }
        tiers.push(Tier { from, to, rate: share(&tier.rate)? });
    }
    let instalments: Vec<Instalment> = raw
        .instalments
        .iter()
        .map(|one| Ok(Instalment { trigger: word("trigger", &one.trigger)?, share: share(&one.share)? }))
        .collect::<Result<_, PackFault>>()?;
    let retention = raw
        .retention
        .map(|one| Ok::<_, PackFault>(Retention { share: share(&one.share)?, months: months("months", one.months)? }))
        .transpose()?;
    if !instalments.is_empty() || retention.is_some() {
        let parts = instalments.iter().map(|one| &one.share).chain(retention.iter().map(|one| &one.share));
        if sum_of(parts) != Some((1, 1)) {
            return Err(wrong("instalments and retention together are the whole award"));
        }
    }
    let satisfaction = raw
        .min_satisfaction
        .map(|one| Ok::<_, PackFault>(Satisfaction { share: fraction(&one.share)?, asked: one.asked }))
        .transpose()?;
    let part = |raw: &Option<FractionToml>| raw.as_ref().map(fraction).transpose();
    if raw.document.trim().is_empty() {
        return Err(PackFault::Blank { field: "document" });
    }
    Ok(AwardScheme {
        base,
        amount: money_or_none(raw.amount_fen)?,
        labour_day: money_or_none(raw.labour_day_fen)?,
        tiers,
        cap_project: money_or_none(raw.cap_project_fen)?,
        cap_village_year: money_or_none(raw.cap_village_year_fen)?,
        budget_year: money_or_none(raw.budget_year_fen)?,
        min_self_raised: part(&raw.min_self_raised)?,
        min_participation: part(&raw.min_participation)?,
        min_satisfaction: satisfaction,
        requires: raw.requires.iter().map(|one| word("requirement", one)).collect::<Result<_, _>>()?,
        instalments,
        retention,
        document: raw.document,
    })
}

fn check_scope(kind: Kind, scope: &Scope) -> Result<(), PackFault> {
    let of_body = matches!(
        kind,
        Kind::Notice
            | Kind::Convener
            | Kind::Initiative
            | Kind::Frequency
            | Kind::Quorum
            | Kind::Decision
            | Kind::StandIn
            | Kind::Online
            | Kind::Composition
            | Kind::Term
    );
    let fault = |part| Err(PackFault::Scope { part });
    if of_body != scope.body.is_some() && kind != Kind::PriorStep {
        return fault("body");
    }
    if let Some(mode) = scope.mode {
        let known = scope.body.is_some_and(|body| body.modes().contains(&mode));
        if !known || !matches!(kind, Kind::Quorum | Kind::Decision | Kind::StandIn) {
            return fault("mode");
        }
    }
    if let Some(item) = scope.item {
        let known = scope.body.is_some_and(|body| body.items().contains(&item));
        if !known || kind != Kind::Decision {
            return fault("item");
        }
    }
    if scope.by.is_some() != (kind == Kind::Initiative) {
        return fault("by");
    }
    Ok(())
}

fn name(text: &str) -> Result<String, PackFault> {
    let plain = !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain { Ok(text.to_owned()) } else { Err(PackFault::Name { name: text.to_owned() }) }
}

fn word<T: Token>(what: &'static str, text: &str) -> Result<T, PackFault> {
    T::parse(text).ok_or_else(|| PackFault::Word { what, word: text.to_owned() })
}

fn label(field: &'static str, label: Label) -> Result<Label, PackFault> {
    if label.zh.trim().is_empty() || label.en.trim().is_empty() { Err(PackFault::Blank { field }) } else { Ok(label) }
}

fn day(text: &str) -> Result<Day, PackFault> {
    Day::parse(text).filter(|d| d.to_string() == text).ok_or_else(|| PackFault::Day { text: text.to_owned() })
}

fn within(field: &'static str, n: u16, least: u16, most: u16) -> Result<u16, PackFault> {
    if (least..=most).contains(&n) {
        Ok(n)
    } else {
        Err(PackFault::Range { field, least: least.into(), most: most.into() })
    }
}

fn days(n: u16) -> Result<u16, PackFault> {
    within("days", n, 0, 366)
}

fn months(field: &'static str, n: u16) -> Result<u16, PackFault> {
    within(field, n, 1, 120)
}

fn period(unit: Unit, raw: &PeriodToml) -> Result<Period, PackFault> {
    Ok(Period { days: within("days", raw.days, 1, 366)?, working: unit == Unit::WorkingDay, forward: raw.forward })
}

fn fraction(raw: &FractionToml) -> Result<Fraction, PackFault> {
    let FractionToml { num, den, strict } = *raw;
    // More than all of it can never be reached.
    if num == 0 || den > 1000 || num > den || (num == den && strict) {
        return Err(PackFault::Share { num, den });
    }
    Ok(Fraction { num, den, strict })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    const HEAD: &str = r#"
pack = "test"
version = 1
sort = "overlay"
jurisdiction = "somewhere"
title = { zh = "试", en = "Test" }
"#;
    const RULE: &str = r#"
[[rule]]
id = "P-1"
kind = "posting"
value = { days = 15 }
unit = "day"
valid_from = "2026-01-01"
source = { zh = "法", en = "Law" }
evidence = "V1"
"#;

    fn fault(text: &str) -> PackError {
        Pack::parse(text).unwrap_err()
    }

    #[test]
    fn a_pack_is_read_with_its_digest() {
        let text = format!("{HEAD}{RULE}");
        let pack = Pack::parse(&text).unwrap();
        assert_eq!(pack.rules[0].value, Value::Posting(15));
        assert_eq!(pack.digest, <[u8; 32]>::from(Sha256::digest(text.as_bytes())));
        let other = Pack::parse(&text.replace("= 15", "= 16")).unwrap();
        assert_ne!(pack.digest, other.digest);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = fault(&format!("{HEAD}{RULE}colour = \"red\"\n"));
        assert_eq!(error.line, Some(16));
        assert!(matches!(error.what, PackFault::Toml { ref message } if message.contains("colour")), "{error}");
        let error = fault(&format!("{HEAD}{}", RULE.replace("days = 15", "days = 15, hours = 3")));
        assert_eq!(error.rule.as_deref(), Some("P-1"));
        assert!(matches!(error.what, PackFault::Toml { ref message } if message.contains("hours")), "{error}");
    }

    #[test]
    fn an_unknown_kind_is_refused_with_its_rule() {
        let error = fault(&format!("{HEAD}{}", RULE.replace("\"posting\"", "\"fine\"")));
        assert_eq!((error.line, error.rule.as_deref()), (Some(8), Some("P-1")));
        assert_eq!(error.what, PackFault::Word { what: "kind of rule", word: "fine".into() });
    }

    #[test]
    fn a_rule_without_a_source_is_refused() {
        let line = "source = { zh = \"法\", en = \"Law\" }\n";
        let error = fault(&format!("{HEAD}{}", RULE.replace(line, "")));
        assert!(matches!(error.what, PackFault::Toml { ref message } if message.contains("source")), "{error}");
        let error = fault(&format!("{HEAD}{}", RULE.replace("\"法\"", "\" \"")));
        assert_eq!(error.what, PackFault::Blank { field: "source" });
    }

    #[test]
    fn each_fault_of_a_rule_is_named() {
        let cases = [
            ("\"day\"", "\"month\"", PackFault::Unit { unit: Unit::Month }),
            ("2026-01-01", "2026-02-30", PackFault::Day { text: "2026-02-30".into() }),
            ("2026-01-01", "2026-1-1", PackFault::Day { text: "2026-1-1".into() }),
            ("P-1", "P 1", PackFault::Name { name: "P 1".into() }),
            ("= 15", "= 0", PackFault::Range { field: "days", least: 1, most: 366 }),
            ("unit", "scope = { body = \"group_meeting\" }\nunit", PackFault::Scope { part: "body" }),
            ("evidence", "valid_until = \"2025-12-31\"\nevidence", PackFault::Ends),
            ("\"V1\"", "\"rumour\"", PackFault::Word { what: "evidence", word: "rumour".into() }),
        ];
        for (from, to, what) in cases {
            assert_eq!(fault(&format!("{HEAD}{}", RULE.replace(from, to))).what, what, "{to}");
        }
        assert_eq!(fault(&format!("{HEAD}{RULE}{RULE}")).what, PackFault::Twice);
        let twin = RULE.replace("P-1", "P-2");
        assert_eq!(fault(&format!("{HEAD}{RULE}{twin}")).what, PackFault::Same { other: "P-1".into() });
    }

    #[test]
    fn a_share_that_nobody_can_reach_is_refused() {
        for (num, den, strict) in [(0, 3, false), (4, 3, false), (3, 3, true), (1, 1001, false)] {
            let rule = RULE
                .replace("\"posting\"", "\"quorum\"\nscope = { body = \"group_meeting\" }")
                .replace("\"day\"", "\"share\"")
                .replace("{ days = 15 }", &format!("{{ num = {num}, den = {den}, strict = {strict}, of = \"roll\" }}"));
            assert_eq!(fault(&format!("{HEAD}{rule}")).what, PackFault::Share { num, den });
        }
    }

    #[test]
    fn a_national_pack_holds_only_what_was_read_in_the_law() {
        let text = format!("{HEAD}{RULE}").replace("\"overlay\"", "\"national\"");
        assert!(Pack::parse(&text).is_ok());
        assert_eq!(fault(&text.replace("\"V1\"", "\"V2\"")).what, PackFault::NotFirstHand);
    }

    #[test]
    fn a_calendar_with_a_day_of_another_year_or_a_working_weekday_is_refused() {
        let calendar = |holiday: &str, workday: &str| {
            format!(
                "{HEAD}\n[[calendar]]\nyear = 2026\nholidays = [\"{holiday}\"]\nworkdays = [\"{workday}\"]\n\
                 source = {{ zh = \"通知\", en = \"Notice\" }}\nevidence = \"V2\"\n"
            )
        };
        let pack = Pack::parse(&calendar("2026-01-01", "2026-01-04")).unwrap();
        let works = |d: &str| pack.calendars[0].works_on(Day::parse(d).unwrap());
        assert!(!works("2026-01-01"));
        assert!(works("2026-01-04"));
        assert!(!works("2026-01-10"));
        assert!(works("2026-01-05"));
        for (holiday, workday) in [("2027-01-01", "2026-01-04"), ("2026-01-01", "2026-01-05")] {
            assert!(matches!(fault(&calendar(holiday, workday)).what, PackFault::CalendarDay { .. }));
        }
    }
}
