//! The case of a matter (domain: F34): the problem, how it went, the money, what came of it and what did not work, for others to learn
//! from. What did not work is asked of everybody, so that failures stand in the library as successes do (domain: AF12).
//!
//! States and what is left out: `docs/states/case.md`.

use crate::decide::matter::Matter;
use crate::id::{CaseId, MatterId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::{Stage, StageRefusal, StageState};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest title, in characters.
pub const TITLE_MAX: usize = 40;
/// The longest part, in characters.
pub const PART_MAX: usize = 2000;
/// The longest name of an organisation, in characters.
pub const CONTACT_MAX: usize = 60;
/// The longest reason of a correction, in characters.
pub const REASON_MAX: usize = 300;

tokens! {
    /// How far an edition of a case is.
    pub enum CaseState = "case-state" {
        /// The committee writes it.
        Draft = "draft",
        /// Everybody reads it.
        Published = "published",
        /// A later edition corrected it; it can still be read.
        Corrected = "corrected",
    }
}

/// The texts of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its title.
    pub title: String,
    /// What the trouble was.
    pub problem: String,
    /// How it went.
    pub process: String,
    /// What it cost and who gave.
    pub money: String,
    /// What came of it.
    pub result: String,
    /// What did not work.
    pub failed: String,
    /// Whom to ask: an organisation.
    pub contact: String,
}

/// One edition of the case of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The matter.
    pub matter: MatterId,
    /// 1 for the first, one more with each correction.
    pub edition: i64,
    /// Its texts.
    pub story: Story,
    /// Why it was corrected; `None` in the first edition.
    pub reason: Option<String>,
    /// How far it is.
    pub state: CaseState,
    /// On which day it was published.
    pub published_on: Option<Day>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a case is not written or published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The stage is not open.
    Stage(StageRefusal),
    /// There is one already.
    There,
    /// It is no draft.
    NotDraft,
    /// It is not what everybody reads.
    NotPublished,
}

impl From<TextFault> for CaseRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for CaseRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for CaseRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Invalid,
            Self::Stage(refusal) => refusal.kind(),
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Stage(refusal) => refusal.key(),
            Self::There => "refusal-case-there",
            Self::NotDraft => "refusal-case-not-draft",
            Self::NotPublished => "refusal-case-not-published",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Stage(refusal) => refusal.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            _ => None,
        }
    }
}

/// Whether the stage is at work or was: what is shared may be put right later as well.
pub fn at_share(matter: &Matter) -> Result<(), StageRefusal> {
    match matter.stages.get(Stage::Share) {
        StageState::Done if matter.is_public() && matter.merged_into.is_none() => Ok(()),
        _ => matter.is_open(Stage::Share),
    }
}

/// What the form of a case says.
#[derive(Clone, Copy, Debug)]
pub struct CaseForm<'a> {
    /// Its title.
    pub title: &'a str,
    /// What the trouble was.
    pub problem: &'a str,
    /// How it went.
    pub process: &'a str,
    /// What it cost and who gave.
    pub money: &'a str,
    /// What came of it.
    pub result: &'a str,
    /// What did not work. Nothing ever goes all smoothly; an empty one is not taken.
    pub failed: &'a str,
    /// Whom to ask.
    pub contact: &'a str,
}

/// Reads the texts, every fault at once.
pub fn read(form: &CaseForm<'_>) -> Result<Story, Vec<CaseRefusal>> {
    let mut faults = Faults::<CaseRefusal>::default();
    let title = faults.take(text::line(form.title, TITLE_MAX).map_err(TextFault::at("title")));
    let problem = faults.take(text::block(form.problem, PART_MAX).map_err(TextFault::at("problem")));
    let process = faults.take(text::block(form.process, PART_MAX).map_err(TextFault::at("process")));
    let money = faults.take(text::block(form.money, PART_MAX).map_err(TextFault::at("money")));
    let result = faults.take(text::block(form.result, PART_MAX).map_err(TextFault::at("result")));
    let failed = faults.take(text::block(form.failed, PART_MAX).map_err(TextFault::at("failed")));
    let contact = faults.take(text::line(form.contact, CONTACT_MAX).map_err(TextFault::at("contact")));
    let story = (|| {
        Some(Story {
            title: title?,
            problem: problem?,
            process: process?,
            money: money?,
            result: result?,
            failed: failed?,
            contact: contact?,
        })
    })();
    faults.finish(story)
}

/// Begins the first edition. `there` are those of the matter so far.
pub fn draft(
    matter: &Matter,
    there: &[Case],
    story: Story,
    (id, now): (CaseId, Timestamp),
) -> Result<Case, CaseRefusal> {
    at_share(matter)?;
    if !there.is_empty() {
        return Err(CaseRefusal::There);
    }
    Ok(Case {
        id,
        matter: matter.id,
        edition: 1,
        story,
        reason: None,
        state: CaseState::Draft,
        published_on: None,
        created_at: now,
        version: 1,
    })
}

impl Case {
    /// Whether everybody may know of it.
    pub const fn is_public(&self) -> bool {
        !matches!(self.state, CaseState::Draft)
    }

    /// The draft with other texts.
    pub fn edited(&self, story: Story) -> Result<Self, CaseRefusal> {
        match self.state {
            CaseState::Draft => Ok(Self { story, ..self.clone() }),
            _ => Err(CaseRefusal::NotDraft),
        }
    }

    /// Everybody reads it from now on.
    pub fn published(&self, today: Day) -> Result<Self, CaseRefusal> {
        match self.state {
            CaseState::Draft => Ok(Self { state: CaseState::Published, published_on: Some(today), ..self.clone() }),
            _ => Err(CaseRefusal::NotDraft),
        }
    }

    /// Corrects it: this edition stays readable as corrected, the next one says why.
    pub fn corrected(
        &self,
        story: Story,
        reason: &str,
        (id, now, today): (CaseId, Timestamp, Day),
    ) -> Result<(Self, Self), CaseRefusal> {
        if self.state != CaseState::Published {
            return Err(CaseRefusal::NotPublished);
        }
        let reason = text::block(reason, REASON_MAX).map_err(TextFault::at("reason"))?;
        let next = Self {
            id,
            matter: self.matter,
            edition: self.edition + 1,
            story,
            reason: Some(reason),
            state: CaseState::Published,
            published_on: Some(today),
            created_at: now,
            version: 1,
        };
        Ok((Self { state: CaseState::Corrected, ..self.clone() }, next))
    }
}

impl Recorded for Case {
    const NOUN: Noun = Noun::Case;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let Story { title, problem, process, money, result, failed, contact } = &self.story;
        sheet.int("edition", self.edition);
        sheet.text("title", title);
        sheet.text("problem", problem);
        sheet.text("process", process);
        sheet.text("money", money);
        sheet.text("result", result);
        sheet.text("failed", failed);
        sheet.text("contact", contact);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.token("state", self.state);
        sheet.day_or_none("published_on", self.published_on);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::stage::Condition;
    use crate::states;
    use crate::token::Token;

    fn form() -> CaseForm<'static> {
        CaseForm {
            title: "西巷修路",
            problem: "一下雨就淹",
            process: "开了三次会",
            money: "花了15万元",
            result: "不淹了",
            failed: "沟盖板第一批太薄，换了一次",
            contact: "竹溪村委会",
        }
    }
    fn id(n: u128) -> CaseId {
        CaseId::from(Uuid::from_u128(n))
    }
    fn begun() -> Case {
        let shared = public(1).opened(Stage::Share, &[Condition::Acceptance, Condition::Account], &[]).unwrap();
        let begun = draft(&shared, &[], read(&form()).unwrap(), (id(1), Timestamp::from_millis(0))).unwrap();
        let again =
            draft(&shared, std::slice::from_ref(&begun), begun.story.clone(), (id(2), Timestamp::from_millis(0)));
        assert_eq!(again.unwrap_err(), CaseRefusal::There);
        let ahead = draft(&public(1), &[], begun.story.clone(), (id(2), Timestamp::from_millis(0)));
        assert_eq!(ahead.unwrap_err(), CaseRefusal::Stage(StageRefusal::NotOpen));
        begun
    }

    #[test]
    fn no_case_is_without_what_did_not_work() {
        let smooth = read(&CaseForm { failed: "  ", ..form() }).unwrap_err();
        assert_eq!(smooth.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["failed"]);
    }

    #[test]
    fn a_correction_is_another_edition_and_says_why() {
        let published = begun().published(day("2026-09-01")).unwrap();
        let with = || (id(2), Timestamp::from_millis(1), day("2026-09-05"));
        assert!(published.corrected(published.story.clone(), " ", with()).is_err());
        let (old, new) = published.corrected(published.story.clone(), "花费写错了", with()).unwrap();
        assert_eq!((old.state, new.edition, new.is_public()), (CaseState::Corrected, 2, true));
        assert_eq!(old.corrected(old.story.clone(), "再改", with()).unwrap_err(), CaseRefusal::NotPublished);
    }

    #[test]
    fn the_diagram_draws_what_a_case_can_do() {
        let at = |state| Case { state, ..begun() };
        let steps = states::steps(
            CaseState::ALL,
            &[
                &|from| at(from).edited(begun().story).map(|case| case.state),
                &|from| at(from).published(day("2026-09-01")).map(|case| case.state),
                &|from| {
                    let with = (id(2), Timestamp::from_millis(1), day("2026-09-05"));
                    at(from).corrected(begun().story, "写错了", with).map(|(old, _)| old.state)
                },
            ],
        );
        let page = include_str!("../../../../docs/states/case.md");
        states::same(page, 0, CaseState::ALL, &[CaseState::Draft, CaseState::Published], steps);
    }
}
