//! What is in force for a place on a day.

use super::award::AwardScheme;
use super::body::{Body, Convener, Item, Mode, Petitioner};
use super::pack::{Label, Pack, PackSort, Rule, Scope};
use super::value::{
    Composition, Disclosure, EffectiveCoverage, Every, Evidence, Fraction, Kind, Notice, Period, Quorum, Share,
    StandIn, Step, Value, Window,
};
use crate::hex::unhex_exact;
use crate::id::{ActivationId, MatterId, PlaceId};
use crate::record::{Hash, Noun, Recorded, Sheet};
use crate::refusal::{self, Refuse};
use crate::time::Day;
use crate::token::Token;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// Which rule of which pack, by the digest of the pack's text. One column, one word of the record:
/// `pack/version/rule/sha256`. A decision keeps it, so that a later version of the pack changes nothing about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef {
    /// The name of the pack.
    pub pack: String,
    /// Its version.
    pub version: u32,
    /// The id of the rule.
    pub id: String,
    /// SHA-256 of the pack's text.
    pub digest: [u8; 32],
}

impl RuleRef {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (pack, version, id, hex) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || pack.is_empty() || id.is_empty() {
            return None;
        }
        let digest = unhex_exact(hex)?;
        let read = Self { pack: pack.to_owned(), version: version.parse().ok()?, id: id.to_owned(), digest };
        // One way to write it, so that equal references are equal words.
        (read.to_string() == text).then_some(read)
    }
}

impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.pack, self.version, self.id, Hash(self.digest).hex())
    }
}

/// A value with the rule that says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled<T> {
    /// What it says.
    pub value: T,
    /// Which rule says it.
    pub rule: RuleRef,
}

/// A county's act: from this day this pack is in force at this place and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The name of the pack.
    pub pack: String,
    /// Its version.
    pub version: u32,
    /// Where.
    pub place: PlaceId,
    /// First day.
    pub from: Day,
    /// Last day; open when `None`.
    pub until: Option<Day>,
}

impl Activation {
    fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// An activation under its id: what the record says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// Its id.
    pub id: ActivationId,
    /// The activation.
    pub activation: Activation,
    /// Why it was ended, for everybody to read; none while it is open.
    pub reason: Option<String>,
}

/// The longest reason for an end, in characters.
pub const END_REASON_MAX: usize = 200;

/// Why an activation is not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndRefusal {
    /// It has its last day already.
    Ended {
        /// That day.
        until: Day,
    },
    /// What was decided until today was decided by it.
    Past,
}

impl Refuse for EndRefusal {
    fn kind(&self) -> refusal::Kind {
        match self {
            Self::Ended { .. } => refusal::Kind::Conflict,
            Self::Past => refusal::Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "refusal-rules-ended",
            Self::Past => "refusal-rules-end-past",
        }
    }
    fn values(&self) -> Vec<(&'static str, refusal::Value)> {
        match self {
            Self::Ended { until } => vec![("day", refusal::Value::Day(*until))],
            Self::Past => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Ended { .. } => Some("which"),
            Self::Past => Some("until"),
        }
    }
}

impl Activated {
    /// Ends it after its last day, today or later, for good: who wants it again activates it again. What was decided before keeps the
    /// rules of its day ([`RuleRef`]). One that has not begun by its last day never does.
    pub fn ended(&self, until: Day, reason: String, today: Day) -> Result<Self, EndRefusal> {
        if let Some(until) = self.activation.until {
            return Err(EndRefusal::Ended { until });
        }
        if until < today {
            return Err(EndRefusal::Past);
        }
        let activation = Activation { until: Some(until), ..self.activation.clone() };
        Ok(Self { id: self.id, activation, reason: Some(reason) })
    }
}

impl Recorded for Activated {
    const NOUN: Noun = Noun::RulePack;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let Activation { pack, version, place, from, until } = &self.activation;
        sheet.word("pack", pack);
        sheet.int("version", *version);
        sheet.id("place", *place);
        sheet.day("from", *from);
        sheet.day_or_none("until", *until);
        // Not there before an end, so that entries from before there were ends still say the same.
        if let Some(reason) = &self.reason {
            sheet.text("reason", reason);
        }
    }
}

/// Why packs and activations do not make rules. Operators and the county officer who activates a pack read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// One name and version twice.
    #[error("pack {name} version {version} is there twice")]
    Twice {
        /// The pack.
        name: String,
        /// Its version.
        version: u32,
    },
    /// An activation of a pack that is not there.
    #[error("there is no pack {name} version {version}")]
    Unknown {
        /// The pack.
        name: String,
        /// Its version.
        version: u32,
    },
    /// A national pack is in force by itself.
    #[error("pack {name} is national law and needs no activation")]
    National {
        /// The pack.
        name: String,
    },
    /// A local rule that gives residents less than national law does.
    #[error("rule {rule} of pack {name} asks for less than national rule {law}")]
    Weaker {
        /// The local pack.
        name: String,
        /// Its rule.
        rule: String,
        /// The national rule.
        law: String,
    },
    /// A rule without which the program cannot decide.
    #[error("no rule says `{}` of {}", kind.as_str(), body.map_or("anything", Token::as_str))]
    Missing {
        /// Which kind.
        kind: Kind,
        /// Of which body.
        body: Option<Body>,
        /// Counted how.
        mode: Option<Mode>,
        /// About what.
        item: Option<Item>,
    },
}

impl Refuse for RulesError {
    fn kind(&self) -> refusal::Kind {
        refusal::Kind::Conflict
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Twice { .. } => "refusal-rules-twice",
            Self::Unknown { .. } => "refusal-rules-unknown",
            Self::National { .. } => "refusal-rules-national",
            Self::Weaker { .. } => "refusal-rules-weaker",
            Self::Missing { .. } => "refusal-rules-missing",
        }
    }
    fn values(&self) -> Vec<(&'static str, refusal::Value)> {
        match self {
            Self::Weaker { rule, law, .. } => {
                vec![("rule", refusal::Value::Text(rule.clone())), ("law", refusal::Value::Text(law.clone()))]
            }
            Self::Missing { kind, .. } => vec![("what", refusal::Value::Word(kind.key()))],
            Self::Twice { name, .. } | Self::Unknown { name, .. } | Self::National { name } => {
                vec![("pack", refusal::Value::Text(name.clone()))]
            }
        }
    }
}

/// Why a rule cannot be told for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleRefusal {
    /// No rule of this kind is in force there on that day (a meeting on paper from before the rules begin, for instance).
    Missing {
        /// Which kind.
        kind: Kind,
        /// On which day.
        day: Day,
    },
    /// No calendar says which days of that year people work.
    NoCalendar {
        /// Which year.
        year: i16,
    },
}

impl Refuse for RuleRefusal {
    fn kind(&self) -> refusal::Kind {
        refusal::Kind::Conflict
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "refusal-rule-missing",
            Self::NoCalendar { .. } => "refusal-rule-no-calendar",
        }
    }
    fn values(&self) -> Vec<(&'static str, refusal::Value)> {
        match self {
            Self::Missing { kind, day } => {
                vec![("what", refusal::Value::Word(kind.key())), ("day", refusal::Value::Day(*day))]
            }
            Self::NoCalendar { year } => vec![("year", refusal::Value::Int((*year).into()))],
        }
    }
}

/// Every pack of the installation and what the county activated.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    packs: Vec<Pack>,
    activations: Vec<Activation>,
}

impl Rules {
    /// The rules of a county. A local rule that gives residents less than national law does is an error, not a rule.
    pub fn new(packs: Vec<Pack>, activations: Vec<Activation>) -> Result<Self, RulesError> {
        for (i, pack) in packs.iter().enumerate() {
            if packs.iter().take(i).any(|other| other.name == pack.name && other.version == pack.version) {
                return Err(RulesError::Twice { name: pack.name.clone(), version: pack.version });
            }
        }
        let national: Vec<&Rule> =
            packs.iter().filter(|p| p.sort == PackSort::National).flat_map(|p| &p.rules).collect();
        for activation in &activations {
            let Some(pack) = packs.iter().find(|p| p.name == activation.pack && p.version == activation.version) else {
                return Err(RulesError::Unknown { name: activation.pack.clone(), version: activation.version });
            };
            if pack.sort == PackSort::National {
                return Err(RulesError::National { name: pack.name.clone() });
            }
            for rule in &pack.rules {
                if let Some(law) = national.iter().find(|law| rule.undercuts(law)) {
                    return Err(RulesError::Weaker {
                        name: pack.name.clone(),
                        rule: rule.id.clone(),
                        law: law.id.clone(),
                    });
                }
            }
        }
        Ok(Self { packs, activations })
    }

    /// Every pack, active or not.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// What the county activated.
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// What is in force on `day` at a place; `path` is the place and everything above it, innermost first. A narrower place's
    /// rule goes before a wider one's, a later activation before an earlier one, and national law comes last.
    pub fn on<'a>(&'a self, path: &[PlaceId], day: Day) -> InForce<'a> {
        let mut found: Vec<(usize, Reverse<Day>, Reverse<u32>, &'a Pack)> = Vec::new();
        for pack in &self.packs {
            if pack.sort == PackSort::National {
                found.push((usize::MAX, Reverse(day), Reverse(pack.version), pack));
                continue;
            }
            for activation in &self.activations {
                if activation.pack == pack.name
                    && activation.version == pack.version
                    && activation.holds_on(day)
                    && let Some(depth) = path.iter().position(|place| *place == activation.place)
                {
                    found.push((depth, Reverse(activation.from), Reverse(pack.version), pack));
                }
            }
        }
        found.sort_by_key(|(depth, from, version, pack)| (*depth, *from, *version, pack.name.as_str()));
        let mut packs: Vec<&Pack> = Vec::with_capacity(found.len());
        for (.., pack) in found {
            if !packs.iter().any(|known| std::ptr::eq(*known, pack)) {
                packs.push(pack);
            }
        }
        InForce { packs, day }
    }

    /// Whether the days off of that day's year are only expected and not announced: every calendar of it stands there from general
    /// knowledge. A deadline that rests on it may move when the notice comes, and pages say so.
    pub fn provisional(&self, day: Day) -> bool {
        let of_year = || self.packs.iter().flat_map(|pack| &pack.calendars).filter(|c| c.year == day.year());
        of_year().next().is_some() && of_year().all(|calendar| calendar.evidence == Evidence::Memory)
    }

    /// The pack and the rule that a decision kept, if this text of the pack is still here.
    pub fn find(&self, rule: &RuleRef) -> Option<(&Pack, &Rule)> {
        let pack =
            self.packs.iter().find(|p| p.name == rule.pack && p.version == rule.version && p.digest == rule.digest)?;
        Some((pack, pack.rules.iter().find(|r| r.id == rule.id)?))
    }

    /// Whether national law alone answers everything that the program must know on `day`. Asked at start-up.
    pub fn check_complete(&self, day: Day) -> Result<(), RulesError> {
        let law = self.on(&[], day);
        let need = |kind, scope: Scope| {
            law.winner(kind, &scope).map(|_| ()).ok_or(RulesError::Missing {
                kind,
                body: scope.body,
                mode: scope.mode,
                item: scope.item,
            })
        };
        for kind in [Kind::Posting, Kind::Disclosure, Kind::AdultAge] {
            need(kind, Scope::default())?;
        }
        for body in Body::ALL.iter().copied() {
            for mode in body.modes().iter().copied() {
                let scope = Scope { body: Some(body), mode: Some(mode), ..Scope::default() };
                need(Kind::Quorum, scope)?;
                for item in body.items().iter().copied() {
                    need(Kind::Decision, Scope { item: Some(item), ..scope })?;
                }
            }
        }
        // The assemblies of everybody need notice by national law; representatives and groups have none there.
        for body in [Body::VillagersAssembly, Body::ResidentsAssembly, Body::CollectiveAssembly, Body::OwnersAssembly] {
            need(Kind::Notice, Scope { body: Some(body), ..Scope::default() })?;
        }
        Ok(())
    }
}

/// The rules in force at one place on one day.
#[derive(Clone, Debug)]
pub struct InForce<'a> {
    /// Packs, the narrowest first, national law last.
    packs: Vec<&'a Pack>,
    day: Day,
}

/// One rule in force, as pages list it.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// Its pack.
    pub pack: &'a Pack,
    /// The rule.
    pub rule: &'a Rule,
}

impl<'a> InForce<'a> {
    /// The day.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The packs that speak here, the narrowest first.
    pub fn packs(&self) -> &[&'a Pack] {
        &self.packs
    }

    /// Every rule in force, one for each thing ruled, by kind and body.
    pub fn list(&self) -> Vec<Listed<'a>> {
        let mut winners: BTreeMap<(Kind, Scope, usize), Listed<'a>> = BTreeMap::new();
        let mut i = 0usize;
        for pack in &self.packs {
            for rule in pack.rules.iter().filter(|rule| rule.holds_on(self.day)) {
                i = i.saturating_add(1);
                let listed = Listed { pack, rule };
                if rule.kind == Kind::PriorStep {
                    let speaks = self.steps_pack(rule.scope.body);
                    if pack.sort == PackSort::National || speaks.is_some_and(|first| std::ptr::eq(first, *pack)) {
                        winners.insert((rule.kind, rule.scope, i), listed);
                    }
                    continue;
                }
                if rule.kind == Kind::AwardScheme {
                    // Schemes stand side by side; a project takes each once.
                    winners.insert((rule.kind, rule.scope, i), listed);
                    continue;
                }
                // Another rule that covers this one's whole scope and goes before it leaves nothing of it.
                if self.winner(rule.kind, &rule.scope).is_some_and(|(_, won)| std::ptr::eq(won, rule)) {
                    winners.insert((rule.kind, rule.scope, 0), listed);
                }
            }
        }
        winners.into_values().collect()
    }

    fn winner(&self, kind: Kind, asked: &Scope) -> Option<(&'a Pack, &'a Rule)> {
        self.packs.iter().find_map(|pack| {
            pack.rules
                .iter()
                .filter(|rule| rule.kind == kind && rule.holds_on(self.day) && rule.scope.covers(asked))
                .max_by_key(|rule| rule.scope.particular())
                .map(|rule| (*pack, rule))
        })
    }

    fn reference(pack: &Pack, rule: &Rule) -> RuleRef {
        RuleRef { pack: pack.name.clone(), version: pack.version, id: rule.id.clone(), digest: pack.digest }
    }

    fn read<T>(&self, kind: Kind, scope: Scope, pick: impl Fn(&Value) -> Option<T>) -> Option<Ruled<T>> {
        let (pack, rule) = self.winner(kind, &scope)?;
        // The parser gives each kind its own value, so `pick` answers for every rule of the kind.
        Some(Ruled { value: pick(&rule.value)?, rule: Self::reference(pack, rule) })
    }

    fn must<T>(&self, kind: Kind, found: Option<Ruled<T>>) -> Result<Ruled<T>, RuleRefusal> {
        found.ok_or(RuleRefusal::Missing { kind, day: self.day })
    }

    /// The notice that the body needs; `None` where no rule asks for any.
    pub fn notice(&self, body: Body) -> Option<Ruled<Notice>> {
        self.read(Kind::Notice, of(body), |value| match value {
            Value::Notice(notice) => Some(*notice),
            _ => None,
        })
    }

    /// Who may call the body; where no rule says it, whose body it is ([`Body::usual_conveners`]).
    pub fn conveners(&self, body: Body) -> (Vec<Convener>, Option<RuleRef>) {
        let found = self.read(Kind::Convener, of(body), |value| match value {
            Value::Convener(who) => Some(who.clone()),
            _ => None,
        });
        found.map_or_else(|| (body.usual_conveners().to_vec(), None), |ruled| (ruled.value, Some(ruled.rule)))
    }

    /// The share of `by` that may ask for the body to be called; `None` where no rule gives them that.
    pub fn initiative(&self, body: Body, by: Petitioner) -> Option<Ruled<Fraction>> {
        self.read(Kind::Initiative, Scope { by: Some(by), ..of(body) }, |value| match value {
            Value::Initiative(share) => Some(*share),
            _ => None,
        })
    }

    /// How often the body must meet; `None` where no rule says it.
    pub fn frequency(&self, body: Body) -> Option<Ruled<Every>> {
        self.read(Kind::Frequency, of(body), |value| match value {
            Value::Frequency(every) => Some(*every),
            _ => None,
        })
    }

    /// The share that must be there.
    pub fn quorum(&self, body: Body, mode: Mode) -> Result<Ruled<Quorum>, RuleRefusal> {
        let found = self.read(Kind::Quorum, Scope { mode: Some(mode), ..of(body) }, |value| match value {
            Value::Quorum(quorum) => Some(*quorum),
            _ => None,
        });
        self.must(Kind::Quorum, found)
    }

    /// The share that must be in favour.
    pub fn decision(&self, body: Body, mode: Mode, item: Item) -> Result<Ruled<Share>, RuleRefusal> {
        let scope = Scope { mode: Some(mode), item: Some(item), ..of(body) };
        let found = self.read(Kind::Decision, scope, |value| match value {
            Value::Decision(share) => Some(*share),
            _ => None,
        });
        self.must(Kind::Decision, found)
    }

    /// Who may stand in. Where no rule says it: in household mode any adult of the household, since the law asks for a
    /// representative of the household and names no other condition; in every other mode nobody.
    pub fn stand_in(&self, body: Body, mode: Mode) -> (StandIn, Option<RuleRef>) {
        let found = self.read(Kind::StandIn, Scope { mode: Some(mode), ..of(body) }, |value| match value {
            Value::StandIn(who) => Some(*who),
            _ => None,
        });
        let usual = if mode == Mode::Household { StandIn::AdultOfHousehold } else { StandIn::Nobody };
        found.map_or((usual, None), |ruled| (ruled.value, Some(ruled.rule)))
    }

    /// Whether one may take part from afar. Only where a rule says so: the villagers' law has no such clause.
    pub fn online(&self, body: Body) -> Option<Ruled<bool>> {
        self.read(Kind::Online, of(body), |value| match value {
            Value::Online(allowed) => Some(*allowed),
            _ => None,
        })
    }

    /// The steps asked for before this body decides, in order; none where no rule asks. A local process is added to the steps of
    /// national law and takes none of them away; of two steps with one number the national one comes first.
    pub fn prior_steps(&self, body: Body) -> Vec<Ruled<Step>> {
        let local = self.steps_pack(Some(body));
        let national = self.packs.iter().copied().filter(|pack| pack.sort == PackSort::National);
        let local = local.filter(|pack| pack.sort != PackSort::National);
        let mut steps: Vec<Ruled<Step>> = Vec::new();
        for pack in national.chain(local) {
            for rule in pack.rules.iter().filter(|rule| rule.holds_on(self.day)) {
                if rule.scope.body.is_some_and(|b| b != body) {
                    continue;
                }
                if let Value::PriorStep(step) = rule.value
                    && !steps.iter().any(|known| known.value.body == step.body)
                {
                    steps.push(Ruled { value: step, rule: Self::reference(pack, rule) });
                }
            }
        }
        steps.sort_by_key(|step| step.value.order);
        steps
    }

    /// The award schemes, those of the narrowest pack first.
    pub fn award_schemes(&self) -> Vec<Ruled<AwardScheme>> {
        let rules = self.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (*pack, rule)));
        let held = rules.filter(|(_, rule)| rule.holds_on(self.day));
        held.filter_map(|(pack, rule)| match &rule.value {
            Value::AwardScheme(scheme) => {
                Some(Ruled { value: scheme.as_ref().clone(), rule: Self::reference(pack, rule) })
            }
            _ => None,
        })
        .collect()
    }

    /// The steps of one process stand side by side, so they all come from the narrowest pack that has any.
    fn steps_pack(&self, body: Option<Body>) -> Option<&'a Pack> {
        self.packs.iter().copied().find(|pack| {
            pack.rules.iter().any(|rule| {
                rule.kind == Kind::PriorStep
                    && rule.holds_on(self.day)
                    && (rule.scope.body.is_none() || rule.scope.body == body)
            })
        })
    }

    /// How many full days a decision stays posted.
    pub fn posting(&self) -> Result<Ruled<u16>, RuleRefusal> {
        let found = self.read(Kind::Posting, Scope::default(), |value| match value {
            Value::Posting(days) => Some(*days),
            _ => None,
        });
        self.must(Kind::Posting, found)
    }

    /// Until when a posting may be objected to; `None` where no rule says it.
    pub fn objection_window(&self) -> Option<Ruled<Window>> {
        self.read(Kind::ObjectionWindow, Scope::default(), |value| match value {
            Value::ObjectionWindow(window) => Some(*window),
            _ => None,
        })
    }

    /// Until when an objection must be answered; `None` where no rule says it.
    pub fn objection_answer(&self) -> Option<Ruled<Period>> {
        self.read(Kind::ObjectionAnswer, Scope::default(), |value| match value {
            Value::ObjectionAnswer(period) => Some(*period),
            _ => None,
        })
    }

    /// Until when a need must be answered; `None` where no rule says it.
    pub fn reply(&self) -> Option<Ruled<Period>> {
        self.read(Kind::Reply, Scope::default(), |value| match value {
            Value::Reply(period) => Some(*period),
            _ => None,
        })
    }

    /// How often affairs are disclosed.
    pub fn disclosure(&self) -> Result<Ruled<Disclosure>, RuleRefusal> {
        let found = self.read(Kind::Disclosure, Scope::default(), |value| match value {
            Value::Disclosure(disclosure) => Some(*disclosure),
            _ => None,
        });
        self.must(Kind::Disclosure, found)
    }

    /// From which age a person counts.
    pub fn adult_age(&self) -> Result<Ruled<u16>, RuleRefusal> {
        let found = self.read(Kind::AdultAge, Scope::default(), |value| match value {
            Value::AdultAge(years) => Some(*years),
            _ => None,
        });
        self.must(Kind::AdultAge, found)
    }

    /// Who makes up a meeting of representatives; `None` where no rule says it.
    pub fn composition(&self, body: Body) -> Option<Ruled<Composition>> {
        self.read(Kind::Composition, of(body), |value| match value {
            Value::Composition(composition) => Some(*composition),
            _ => None,
        })
    }

    /// For how many years somebody is a representative; `None` where no rule says it.
    pub fn term(&self, body: Body) -> Option<Ruled<u16>> {
        self.read(Kind::Term, of(body), |value| match value {
            Value::Term(years) => Some(*years),
            _ => None,
        })
    }

    /// From when on an association is said to really work; `None` where no rule says it.
    pub fn effective_coverage(&self) -> Option<Ruled<EffectiveCoverage>> {
        self.read(Kind::EffectiveCoverage, Scope::default(), |value| match value {
            Value::EffectiveCoverage(conditions) => Some(*conditions),
            _ => None,
        })
    }

    /// How many surveys one household is asked in a quarter; `None` where no rule says it.
    pub fn survey_limit(&self) -> Option<Ruled<u16>> {
        self.read(Kind::SurveyLimit, Scope::default(), |value| match value {
            Value::SurveyLimit(most) => Some(*most),
            _ => None,
        })
    }

    /// Whether people work on `day`, by the narrowest calendar of its year.
    pub fn works_on(&self, day: Day) -> Result<bool, RuleRefusal> {
        self.packs
            .iter()
            .find_map(|pack| pack.calendars.iter().find(|calendar| calendar.year == day.year()))
            .map(|calendar| calendar.works_on(day))
            .ok_or(RuleRefusal::NoCalendar { year: day.year() })
    }

    /// The last day of `period` after the event on `event`. It starts on the day after (Civil Code art. 201).
    pub fn period_end(&self, event: Day, period: Period) -> Result<Day, RuleRefusal> {
        let mut end = event;
        if period.working {
            let mut left = period.days;
            while left > 0 {
                end = end.plus(1);
                if self.works_on(end)? {
                    left = left.saturating_sub(1);
                }
            }
            return Ok(end);
        }
        end = event.period_end(period.days);
        if period.forward {
            // No calendar has a hundred days off in a row; a bound keeps a wrong one from turning for ever.
            for _ in 0..100 {
                if self.works_on(end)? {
                    break;
                }
                end = end.plus(1);
            }
        }
        Ok(end)
    }
}

fn of(body: Body) -> Scope {
    Scope { body: Some(body), ..Scope::default() }
}

/// What a page says of a rule that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The title of the pack.
    pub pack: Label,
    /// Its version.
    pub version: u32,
    /// The id of the rule.
    pub id: String,
    /// Where it stands.
    pub source: Label,
    /// How well the source is known.
    pub evidence: Evidence,
}

impl Rules {
    /// What a page says of `rule`: `None` when this text of the pack is not here any more.
    pub fn cite(&self, rule: &RuleRef) -> Option<Cited> {
        let (pack, rule) = self.find(rule)?;
        Some(Cited {
            pack: pack.title.clone(),
            version: pack.version,
            id: rule.id.clone(),
            source: rule.source.clone(),
            evidence: rule.evidence,
        })
    }
}
