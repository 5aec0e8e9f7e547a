//! The satisfaction survey of a matter (domain: F27, M15): anonymous, of every household or every person of a place, shown with n of N.
//!
//! Who took part and what was chosen never stand together (domain: E5; design: §4.6). An answer is a [`Choice`]: an id by chance, no
//! time, nobody. Words are a [`Remark`] of their own, so that not even the answers of one sheet lead to its words.
//!
//! States and what is left out: `docs/states/survey.md`.

use crate::decide::matter::Matter;
use crate::hex::hex;
use crate::id::{Chance, MatterId, PlaceId, SurveyId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::rules::{RuleRef, Ruled};
use crate::stage::{Stage, StageRefusal};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The items that every survey has (domain: M15): gain, happiness, security.
pub const STANDARD: usize = 3;
/// The most items of one's own.
pub const OWN_MAX: usize = 5;
/// The longest item, in characters.
pub const ITEM_MAX: usize = 60;
/// The longest name of the body that agreed on the measures, in characters.
pub const AGREED_MAX: usize = 60;
/// The longest words of an answer, in characters.
pub const WORDS_MAX: usize = 300;
/// The most sheets of paper that are typed in at once.
pub const SHEETS_MAX: usize = 200;
/// From how many answers on a result is shown (domain: §2.4).
pub const SHOWN_FROM: i64 = 10;
/// How long the single answers are kept after the last day.
pub const KEPT_DAYS: u16 = 90;
/// How many surveys one household is asked in a quarter where no rule says it (domain: AF15).
pub const A_QUARTER: u16 = 2;
/// The longest time to answer, in days.
pub const DAYS_MAX: i32 = 60;

tokens! {
    /// Who is asked.
    pub enum Frame = "survey-frame" {
        /// Every household, once.
        Household = "household",
        /// Every person of age.
        Person = "person",
    }
    /// How far a survey is.
    pub enum SurveyState = "survey-state" {
        /// It takes answers on its days.
        Open = "open",
        /// It was counted.
        Closed = "closed",
        /// Its single answers were deleted; the sums stay.
        Cleared = "cleared",
    }
}

/// How many chose each of the five steps of an item, from "not at all" to "very".
pub type Steps = [i64; 5];

/// What came of a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many answered.
    pub answered: i64,
    /// For each item, the standard ones first.
    pub items: Vec<Steps>,
    /// What the answers were: a digest over all of them, in the order of their ids by chance.
    pub root: String,
    /// On which day they were counted.
    pub closed_on: Day,
}

/// A survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// The matter that is judged.
    pub matter: MatterId,
    /// Whose people are asked.
    pub place: PlaceId,
    /// Whether households or persons are asked.
    pub frame: Frame,
    /// How many are asked: a count of the roll on the day on which the survey was made.
    pub invited: i64,
    /// When the measures were agreed on. They are agreed before anybody is asked (domain: §2.4).
    pub agreed_on: Day,
    /// By whom they were agreed on: a meeting, a body.
    pub agreed_by: String,
    /// First day to answer.
    pub from: Day,
    /// Last day to answer.
    pub until: Day,
    /// Items of one's own, after the standard ones.
    pub own: Vec<String>,
    /// How many sheets of paper were typed in.
    pub sheets: i64,
    /// On which day the single answers are deleted.
    pub delete_on: Day,
    /// How far it is.
    pub state: SurveyState,
    /// What came of it, once it is counted.
    pub outcome: Option<Outcome>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// One answer: of nobody, at no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// An id by chance alone (UUID version 4): it says nothing of when.
    pub id: Uuid,
    /// The step of each item, 1 to 5; 0 where nothing was chosen.
    pub picks: Vec<u8>,
}

/// Words that somebody wrote, by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// An id by chance alone, another one than the choice's.
    pub id: Uuid,
    /// The words.
    pub words: String,
}

/// Why a survey is not made, answered or counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SurveyRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The stage is not open.
    Stage(StageRefusal),
    /// The last day is before the first one or too far away.
    Days,
    /// The measures are to be agreed on before the first day.
    AgreedLate,
    /// More items than are answered with patience.
    TooManyItems,
    /// Nobody is on the roll of the place.
    NobodyThere,
    /// These households were asked often enough in that quarter.
    AskedEnough {
        /// How often at most.
        max: u16,
        /// The rule, where a pack has one.
        rule: Option<RuleRef>,
    },
    /// Answers are taken from another day on.
    NotYet {
        /// From which day.
        from: Day,
    },
    /// Its last day is over.
    Over {
        /// Its last day.
        until: Day,
    },
    /// Who answers is not among those asked.
    NotAsked,
    /// The household or the person has answered: final once cast.
    Answered,
    /// Nothing was chosen.
    Nothing,
    /// A line of the sheets cannot be read.
    Line {
        /// Which line, from 1.
        line: i64,
    },
    /// More answers than were asked.
    TooMany {
        /// How many are asked.
        invited: i64,
    },
    /// Its days are not over: nobody sees how it stands before.
    Running {
        /// Its last day.
        until: Day,
    },
    /// It was counted already, or its answers are gone.
    Counted,
    /// Its answers are not to be deleted yet.
    Kept {
        /// On which day.
        until: Day,
    },
}

impl From<TextFault> for SurveyRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for SurveyRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for SurveyRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Stage(refusal) => refusal.kind(),
            Self::NotAsked => Kind::Forbidden,
            Self::NotYet { .. } | Self::Over { .. } | Self::Answered | Self::Running { .. } => Kind::Conflict,
            Self::Counted | Self::Kept { .. } | Self::AskedEnough { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Stage(refusal) => refusal.key(),
            Self::Days => "refusal-survey-days",
            Self::AgreedLate => "refusal-survey-agreed-late",
            Self::TooManyItems => "refusal-survey-too-many-items",
            Self::NobodyThere => "refusal-survey-nobody-there",
            Self::AskedEnough { .. } => "refusal-survey-asked-enough",
            Self::NotYet { .. } => "refusal-survey-not-yet",
            Self::Over { .. } => "refusal-survey-over",
            Self::NotAsked => "refusal-survey-not-asked",
            Self::Answered => "refusal-survey-answered",
            Self::Nothing => "refusal-survey-nothing",
            Self::Line { .. } => "refusal-survey-line",
            Self::TooMany { .. } => "refusal-survey-too-many",
            Self::Running { .. } => "refusal-survey-running",
            Self::Counted => "refusal-survey-counted",
            Self::Kept { .. } => "refusal-survey-kept",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Stage(refusal) => refusal.values(),
            Self::AskedEnough { max, .. } => vec![("max", Value::Int(i64::from(*max)))],
            Self::NotYet { from } => vec![("day", Value::Day(*from))],
            Self::Over { until } | Self::Running { until } | Self::Kept { until } => vec![("day", Value::Day(*until))],
            Self::Line { line } => vec![("line", Value::Int(*line))],
            Self::TooMany { invited } => vec![("n", Value::Int(*invited))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Days | Self::AskedEnough { .. } => Some("from"),
            Self::AgreedLate => Some("agreed_on"),
            Self::TooManyItems => Some("own"),
            Self::Line { .. } | Self::TooMany { .. } => Some("sheets"),
            Self::Nothing => Some("pick-1"),
            _ => None,
        }
    }
    fn rule(&self) -> Option<&str> {
        match self {
            Self::AskedEnough { rule: Some(rule), .. } => Some(&rule.id),
            _ => None,
        }
    }
}

/// What the form of a survey says.
#[derive(Clone, Copy, Debug)]
pub struct SurveyForm<'a> {
    /// Whether households or persons are asked.
    pub frame: Frame,
    /// When the measures were agreed on.
    pub agreed_on: Day,
    /// By whom.
    pub agreed_by: &'a str,
    /// First day to answer.
    pub from: Day,
    /// Last day to answer.
    pub until: Day,
    /// Items of one's own, one a line.
    pub own: &'a str,
}

/// The first and the last day of the quarter of a day.
pub fn quarter(day: Day) -> (Day, Day) {
    let first_month = day.month() - (day.month() - 1) % 3;
    let first = Day::new(day.year(), first_month, 1).unwrap_or(day);
    let next = first.plus(93);
    let end = Day::new(next.year(), next.month(), 1).map_or(next, |after| after.plus(-1));
    (first, end)
}

/// Makes a survey. `invited` is the count of the roll, `asked` how many surveys reach the same households in the quarter of its
/// first day, `limit` how many may by a county's rule.
pub fn make(
    matter: &Matter,
    form: &SurveyForm<'_>,
    (invited, asked): (i64, i64),
    limit: Option<&Ruled<u16>>,
    (id, now, today): (SurveyId, Timestamp, Day),
) -> Result<Survey, Vec<SurveyRefusal>> {
    let mut faults = Faults::<SurveyRefusal>::default();
    faults.take(matter.is_open(Stage::Evaluate));
    let agreed_by = faults.take(text::line(form.agreed_by, AGREED_MAX).map_err(TextFault::at("agreed_by")));
    let typed = form.own.lines().filter(|line| !line.trim().is_empty());
    let own: Vec<Option<String>> =
        typed.map(|line| faults.take(text::line(line, ITEM_MAX).map_err(TextFault::at("own")))).collect();
    if own.len() > OWN_MAX {
        faults.add(SurveyRefusal::TooManyItems);
    }
    if form.until < form.from || form.from < today || form.from.until(form.until) > DAYS_MAX {
        faults.add(SurveyRefusal::Days);
    }
    // Who knows the answers does not choose the questions any more.
    if form.agreed_on > form.from {
        faults.add(SurveyRefusal::AgreedLate);
    }
    if invited < 1 {
        faults.add(SurveyRefusal::NobodyThere);
    }
    let max = limit.map_or(A_QUARTER, |ruled| ruled.value);
    if asked >= i64::from(max) {
        faults.add(SurveyRefusal::AskedEnough { max, rule: limit.map(|ruled| ruled.rule.clone()) });
    }
    let survey = (|| {
        Some(Survey {
            id,
            matter: matter.id,
            place: matter.place,
            frame: form.frame,
            invited,
            agreed_on: form.agreed_on,
            agreed_by: agreed_by?,
            from: form.from,
            until: form.until,
            own: own.into_iter().collect::<Option<Vec<String>>>()?,
            sheets: 0,
            delete_on: form.until.period_end(KEPT_DAYS),
            state: SurveyState::Open,
            outcome: None,
            created_at: now,
            version: 1,
        })
    })();
    faults.finish(survey)
}

impl Survey {
    /// How many items it has.
    pub fn items(&self) -> usize {
        STANDARD + self.own.len()
    }

    /// Whether it takes answers on a day.
    pub fn takes(&self, today: Day) -> Result<(), SurveyRefusal> {
        match self.state {
            SurveyState::Open if today < self.from => Err(SurveyRefusal::NotYet { from: self.from }),
            SurveyState::Open if today <= self.until => Ok(()),
            _ => Err(SurveyRefusal::Over { until: self.until }),
        }
    }

    /// An answer: the step of each item (0 for none) and words, which go their own way. `asked` is whether the household or the
    /// person is among those asked, `answered` whether it took part before.
    pub fn cast(
        &self,
        picks: Vec<u8>,
        words: &str,
        (asked, answered): (bool, bool),
        today: Day,
        chance: &mut dyn Chance,
    ) -> Result<(Choice, Option<Remark>), SurveyRefusal> {
        self.takes(today)?;
        if !asked {
            return Err(SurveyRefusal::NotAsked);
        }
        if answered {
            return Err(SurveyRefusal::Answered);
        }
        self.fits(&picks).ok_or(SurveyRefusal::Nothing)?;
        let words = text::block_or_none(words, WORDS_MAX).map_err(TextFault::at("words"))?;
        Ok((Choice { id: by_chance(chance), picks }, words.map(|words| Remark { id: by_chance(chance), words })))
    }

    fn fits(&self, picks: &[u8]) -> Option<()> {
        let whole = picks.len() == self.items() && picks.iter().all(|pick| *pick <= 5);
        (whole && picks.iter().any(|pick| *pick > 0)).then_some(())
    }

    /// Sheets of paper as the keeper types them in: a line is a sheet, one digit an item in their order, `0` or `-` where nothing was
    /// ticked, anything between. `before` is how many answers there are. They come in until the survey is counted: the box of
    /// sheets is opened after the last day.
    pub fn typed_in(
        &self,
        lines: &str,
        words: &str,
        before: i64,
        today: Day,
        chance: &mut dyn Chance,
    ) -> Result<(Self, Vec<Choice>, Vec<Remark>), SurveyRefusal> {
        if self.state != SurveyState::Open {
            return Err(SurveyRefusal::Counted);
        }
        if today < self.from {
            return Err(SurveyRefusal::NotYet { from: self.from });
        }
        let mut choices = Vec::new();
        for (line, typed) in (1..).zip(lines.lines()) {
            if typed.trim().is_empty() {
                continue;
            }
            let marks = text::plain_digits(typed);
            let picks: Option<Vec<u8>> = marks
                .chars()
                .filter(|c| !matches!(c, ' ' | ',' | '，' | '、' | '\t' | '\r'))
                .map(|c| if c == '-' { Some(0) } else { c.to_digit(6).and_then(|n| u8::try_from(n).ok()) })
                .collect();
            let picks = picks.filter(|picks| self.fits(picks).is_some()).ok_or(SurveyRefusal::Line { line })?;
            choices.push(Choice { id: by_chance(chance), picks });
        }
        if choices.is_empty() {
            return Err(SurveyRefusal::Line { line: 1 });
        }
        let sheets = i64::try_from(choices.len()).unwrap_or(i64::MAX);
        if choices.len() > SHEETS_MAX || before.saturating_add(sheets) > self.invited {
            return Err(SurveyRefusal::TooMany { invited: self.invited });
        }
        let mut remarks = Vec::new();
        for line in words.lines().filter(|line| !line.trim().is_empty()).take(SHEETS_MAX) {
            let words = text::line(line, WORDS_MAX).map_err(TextFault::at("words"))?;
            remarks.push(Remark { id: by_chance(chance), words });
        }
        Ok((Self { sheets: self.sheets + sheets, ..self.clone() }, choices, remarks))
    }

    /// Counts it, after its last day.
    pub fn closed(&self, choices: &[Choice], today: Day) -> Result<Self, SurveyRefusal> {
        if self.state != SurveyState::Open {
            return Err(SurveyRefusal::Counted);
        }
        if today <= self.until {
            return Err(SurveyRefusal::Running { until: self.until });
        }
        let mut items = vec![[0; 5]; self.items()];
        for choice in choices {
            for (item, pick) in items.iter_mut().zip(&choice.picks) {
                let step = usize::from(*pick).checked_sub(1).and_then(|at| item.get_mut(at));
                if let Some(n) = step {
                    *n += 1;
                }
            }
        }
        let answered = i64::try_from(choices.len()).unwrap_or(i64::MAX);
        let outcome = Outcome { answered, items, root: root(choices), closed_on: today };
        Ok(Self { state: SurveyState::Closed, outcome: Some(outcome), ..self.clone() })
    }

    /// Its single answers and words are deleted, on their day or later.
    pub fn cleared(&self, today: Day) -> Result<Self, SurveyRefusal> {
        match self.state {
            SurveyState::Closed if today >= self.delete_on => Ok(Self { state: SurveyState::Cleared, ..self.clone() }),
            SurveyState::Cleared => Err(SurveyRefusal::Counted),
            _ => Err(SurveyRefusal::Kept { until: self.delete_on }),
        }
    }

    /// What everybody may see of it: nothing before it is counted, and nothing of fewer than [`SHOWN_FROM`].
    pub fn shown(&self) -> Option<&Outcome> {
        self.outcome.as_ref().filter(|outcome| outcome.answered >= SHOWN_FROM)
    }
}

/// How many are content with an item (the two upper steps), of how many who said something about it.
pub fn content(steps: Steps) -> (i64, i64) {
    let [one, two, three, four, five] = steps;
    (four + five, one + two + three + four + five)
}

/// An id by chance alone.
fn by_chance(chance: &mut dyn Chance) -> Uuid {
    uuid::Builder::from_random_bytes(chance.salt()).into_uuid()
}

/// The digest over all answers, in the order of their ids.
pub fn root(choices: &[Choice]) -> String {
    let mut sorted: Vec<&Choice> = choices.iter().collect();
    sorted.sort_by_key(|choice| choice.id);
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.survey.1\0");
    for choice in sorted {
        hasher.update(choice.id.as_bytes());
        hasher.update(&choice.picks);
    }
    hex(&hasher.finalize())
}

/// The sums as one text: steps with commas, items with semicolons.
pub fn written(items: &[Steps]) -> String {
    let item = |steps: &Steps| steps.map(|n| n.to_string()).join(",");
    items.iter().map(item).collect::<Vec<_>>().join(";")
}

/// Reads what [`written`] wrote.
pub fn read(text: &str) -> Option<Vec<Steps>> {
    let item = |item: &str| -> Option<Steps> {
        let steps: Vec<i64> = item.split(',').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        steps.try_into().ok()
    };
    text.split(';').map(item).collect()
}

impl Recorded for Survey {
    const NOUN: Noun = Noun::Survey;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.token("frame", self.frame);
        sheet.int("invited", self.invited);
        sheet.day("agreed_on", self.agreed_on);
        sheet.text("agreed_by", &self.agreed_by);
        sheet.day("from", self.from);
        sheet.day("until", self.until);
        sheet.text("own", &self.own.join("\n"));
        sheet.int("sheets", self.sheets);
        sheet.day("delete_on", self.delete_on);
        sheet.token("state", self.state);
        if let Some(outcome) = &self.outcome {
            sheet.int("answered", outcome.answered);
            sheet.word("items", &written(&outcome.items));
            sheet.word("root", &outcome.root);
            sheet.day("closed_on", outcome.closed_on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::stage::{Condition, StageState};
    use crate::states;

    struct Counter(u64);
    impl Chance for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = u8::try_from(self.0 >> 56).unwrap();
            }
        }
    }
    fn judged() -> Matter {
        public(1).opened(Stage::Evaluate, &[Condition::Acceptance], &[]).unwrap()
    }
    fn form() -> SurveyForm<'static> {
        SurveyForm {
            frame: Frame::Household,
            agreed_on: day("2026-07-01"),
            agreed_by: "柳塆塆会",
            from: day("2026-07-10"),
            until: day("2026-07-20"),
            own: "路好不好走\n\n沟通不通",
        }
    }
    fn with() -> (SurveyId, Timestamp, Day) {
        (SurveyId::from(Uuid::from_u128(1)), Timestamp::from_millis(0), day("2026-07-09"))
    }
    fn survey() -> Survey {
        make(&judged(), &form(), (48, 0), None, with()).unwrap()
    }
    fn at(state: SurveyState) -> Survey {
        Survey { state, ..survey() }
    }
    fn answers(n: usize) -> Vec<Choice> {
        let mut chance = Counter(7);
        (0..n).map(|_| Choice { id: by_chance(&mut chance), picks: vec![5, 4, 3, 2, 0] }).collect()
    }

    #[test]
    fn a_survey_is_made_with_measures_agreed_beforehand_in_an_open_stage_and_not_too_often() {
        assert_eq!((survey().items(), survey().delete_on), (5, day("2026-10-18")));
        let refused = |form: SurveyForm<'_>, counts| make(&judged(), &form, counts, None, with()).unwrap_err();
        assert_eq!(
            refused(SurveyForm { agreed_on: day("2026-07-11"), ..form() }, (48, 0)),
            [SurveyRefusal::AgreedLate]
        );
        assert!(make(&judged(), &SurveyForm { agreed_on: form().from, ..form() }, (48, 0), None, with()).is_ok());
        assert_eq!(refused(SurveyForm { until: day("2026-07-09"), ..form() }, (48, 0)), [SurveyRefusal::Days]);
        assert_eq!(
            refused(SurveyForm { own: "一\n二\n三\n四\n五\n六", ..form() }, (48, 0)),
            [SurveyRefusal::TooManyItems]
        );
        assert_eq!(refused(form(), (0, 0)), [SurveyRefusal::NobodyThere]);
        assert_eq!(refused(form(), (48, 2)), [SurveyRefusal::AskedEnough { max: 2, rule: None }]);
        let closed = make(&public(1), &form(), (48, 0), None, with()).unwrap_err();
        assert_eq!(closed, [SurveyRefusal::Stage(StageRefusal::NotOpen)]);
        assert_eq!(public(1).stages.evaluate, StageState::Ahead);
    }

    #[test]
    fn a_quarter_ends_where_the_next_one_begins() {
        assert_eq!(quarter(day("2026-07-10")), (day("2026-07-01"), day("2026-09-30")));
        assert_eq!(quarter(day("2026-12-31")), (day("2026-10-01"), day("2026-12-31")));
        assert_eq!(quarter(day("2026-02-28")), (day("2026-01-01"), day("2026-03-31")));
    }

    #[test]
    fn an_answer_is_final_and_of_nobody() {
        let mut chance = Counter(1);
        let picks = || vec![5, 5, 4, 0, 1];
        let (choice, remark) =
            survey().cast(picks(), " 路灯暗 ", (true, false), day("2026-07-10"), &mut chance).unwrap();
        assert_eq!(choice.id.get_version_num(), 4, "by chance, not by time");
        assert_ne!(choice.id, remark.unwrap().id);
        let mut cast = |picks, who, on: &str| survey().cast(picks, "", who, day(on), &mut chance).unwrap_err();
        assert_eq!(cast(picks(), (true, true), "2026-07-10"), SurveyRefusal::Answered);
        assert_eq!(cast(picks(), (false, false), "2026-07-10"), SurveyRefusal::NotAsked);
        assert_eq!(cast(picks(), (true, false), "2026-07-09"), SurveyRefusal::NotYet { from: day("2026-07-10") });
        assert_eq!(cast(picks(), (true, false), "2026-07-21"), SurveyRefusal::Over { until: day("2026-07-20") });
        for bad in [vec![0; 5], vec![5; 4], vec![6, 1, 1, 1, 1]] {
            assert_eq!(cast(bad, (true, false), "2026-07-20"), SurveyRefusal::Nothing);
        }
    }

    #[test]
    fn a_sheet_of_paper_is_one_answer_and_there_are_never_more_than_were_asked() {
        let mut chance = Counter(1);
        let mut typed =
            |lines: &str, before| survey().typed_in(lines, "沟盖板翘", before, day("2026-07-21"), &mut chance);
        let (changed, choices, remarks) = typed("5 4 3 2 1\n５，５，－，0 1\n\n", 40).unwrap();
        assert_eq!((changed.sheets, choices.len(), remarks.len()), (2, 2, 1));
        assert_eq!(choices[1].picks, [5, 5, 0, 0, 1]);
        assert_eq!(typed("54321\n5432", 0).unwrap_err(), SurveyRefusal::Line { line: 2 });
        assert_eq!(typed("54361", 0).unwrap_err(), SurveyRefusal::Line { line: 1 });
        assert_eq!(typed("54321", 48).unwrap_err(), SurveyRefusal::TooMany { invited: 48 });
    }

    #[test]
    fn nobody_sees_how_it_stands_before_the_last_day_is_over_and_ten_have_answered() {
        let running = survey().closed(&answers(12), day("2026-07-20")).unwrap_err();
        assert_eq!(running, SurveyRefusal::Running { until: day("2026-07-20") });
        let closed = survey().closed(&answers(10), day("2026-07-21")).unwrap();
        let outcome = closed.shown().unwrap();
        assert_eq!(outcome.items, [[0, 0, 0, 0, 10], [0, 0, 0, 10, 0], [0, 0, 10, 0, 0], [0, 10, 0, 0, 0], [0; 5]]);
        assert_eq!(outcome.items.iter().map(|item| content(*item)).collect::<Vec<_>>()[..2], [(10, 10), (10, 10)]);
        assert!(survey().closed(&answers(9), day("2026-07-21")).unwrap().shown().is_none());
        assert_eq!(read(&written(&outcome.items)).unwrap(), outcome.items);
        assert_eq!(read("1,2"), None);
    }

    #[test]
    fn the_root_says_nothing_of_the_order_and_changes_with_every_answer() {
        let mut mixed = answers(12);
        let first = root(&mixed);
        mixed.reverse();
        assert_eq!(root(&mixed), first);
        mixed[3].picks[0] = 1;
        assert_ne!(root(&mixed), first);
    }

    #[test]
    fn the_diagram_draws_what_a_survey_can_do() {
        let late = day("2026-12-01");
        let steps = states::steps(
            SurveyState::ALL,
            &[
                &|from| at(from).closed(&answers(3), late).map(|survey| survey.state),
                &|from| at(from).cleared(late).map(|survey| survey.state),
                &|from| at(from).typed_in("54321", "", 0, late, &mut Counter(1)).map(|(survey, ..)| survey.state),
            ],
        );
        let page = include_str!("../../../../docs/states/survey.md");
        states::same(page, 0, SurveyState::ALL, &[SurveyState::Open], steps);
        let kept = at(SurveyState::Closed).cleared(day("2026-10-17")).unwrap_err();
        assert_eq!(kept, SurveyRefusal::Kept { until: day("2026-10-18") });
        assert!(at(SurveyState::Closed).cleared(day("2026-10-18")).is_ok());
    }

    use crate::token::Token;
}
