//! Thanks said in public (domain: F35, M39): with consent, without any rank, taken back at any time.
//!
//! States and what is left out: `docs/states/honour.md`.

use crate::decide::matter::Matter;
use crate::id::{HonourId, MatterId, PlaceId, ResidentId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::StageRefusal;
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest name, in characters.
pub const NAME_MAX: usize = 40;
/// The longest thanks, in characters.
pub const WORDS_MAX: usize = 200;
/// How long it stands on the board.
pub const SHOWN_DAYS: u16 = 365;
/// How long it waits for an answer.
pub const ASKED_DAYS: u16 = 60;

/// Words that put people into an order or count them. Thanks do neither (domain: E1).
const RANKING: [&str; 13] = [
    "积分",
    "得分",
    "打分",
    "评分",
    "排名",
    "名次",
    "第一名",
    "第二名",
    "第三名",
    "ranking",
    "ranked",
    "points",
    "score",
];

tokens! {
    /// How whoever is thanked agreed.
    pub enum Consent = "honour-consent" {
        /// With the own sign-in.
        Own = "own",
        /// By word of mouth to the committee.
        Spoken = "spoken",
    }
    /// How far it is.
    pub enum HonourState = "honour-state" {
        /// Written, not agreed to: nobody else reads it.
        Asked = "asked",
        /// Everybody reads it.
        Shown = "shown",
        /// It is over; name and words are gone.
        Ended = "ended",
    }
}

/// Thanks to one person or one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Honour {
    /// Its id.
    pub id: HonourId,
    /// For what was done in this matter.
    pub matter: MatterId,
    /// The place of the matter, on whose board it stands.
    pub place: PlaceId,
    /// Who is thanked, where it is somebody on the roll; an organisation is on none.
    pub resident: Option<ResidentId>,
    /// The name as it stands there; `None` once it is over.
    pub name: Option<String>,
    /// What for; `None` once it is over.
    pub words: Option<String>,
    /// On which day it was written.
    pub asked_on: Day,
    /// How and on which day was agreed.
    pub consent: Option<(Consent, Day)>,
    /// The last day on which it stands there, or waits for an answer.
    pub until: Option<Day>,
    /// How far it is.
    pub state: HonourState,
    /// When it was written.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why it is not written, shown or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HonourRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The stage is not open.
    Stage(StageRefusal),
    /// It ranks or counts people.
    Ranks,
    /// Nobody of that name is on the village's roll.
    Nobody,
    /// Several of that name are.
    Several,
    /// The day of the word is after today or before it was written.
    Day,
    /// It does not wait for an answer.
    NotAsked,
    /// It is over.
    Over,
}

impl From<TextFault> for HonourRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for HonourRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for HonourRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Stage(refusal) => refusal.kind(),
            Self::NotAsked | Self::Over => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Stage(refusal) => refusal.key(),
            Self::Ranks => "refusal-honour-ranks",
            Self::Nobody => "refusal-honour-nobody",
            Self::Several => "refusal-honour-several",
            Self::Day => "refusal-honour-day",
            Self::NotAsked => "refusal-honour-not-asked",
            Self::Over => "refusal-honour-over",
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
            Self::Ranks => Some("words"),
            Self::Nobody | Self::Several => Some("name"),
            Self::Day => Some("day"),
            _ => None,
        }
    }
}

/// Writes thanks; they wait for the word of whoever is thanked. `resident` is `None` for an organisation.
pub fn ask(
    matter: &Matter,
    resident: Option<ResidentId>,
    (name, words): (&str, &str),
    (id, now, today): (HonourId, Timestamp, Day),
) -> Result<Honour, Vec<HonourRefusal>> {
    let mut faults = Faults::<HonourRefusal>::default();
    faults.take(super::case::at_share(matter));
    let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
    let said = faults.take(text::block(words, WORDS_MAX).map_err(TextFault::at("words")));
    if said.as_ref().is_some_and(|said| ranks(said)) {
        faults.add(HonourRefusal::Ranks);
    }
    let honour = (|| {
        Some(Honour {
            id,
            matter: matter.id,
            place: matter.place,
            resident,
            name: Some(name?),
            words: Some(said?),
            asked_on: today,
            consent: None,
            until: Some(today.period_end(ASKED_DAYS)),
            state: HonourState::Asked,
            created_at: now,
            version: 1,
        })
    })();
    faults.finish(honour)
}

fn ranks(words: &str) -> bool {
    let lower = words.to_lowercase();
    RANKING.iter().any(|word| lower.contains(word))
}

impl Honour {
    /// Whoever is thanked agreed on a day; from then on everybody reads it.
    pub fn agreed(&self, consent: Consent, on: Day, today: Day) -> Result<Self, HonourRefusal> {
        if self.state != HonourState::Asked {
            return Err(HonourRefusal::NotAsked);
        }
        if on > today || on < self.asked_on {
            return Err(HonourRefusal::Day);
        }
        Ok(Self {
            consent: Some((consent, on)),
            until: Some(today.period_end(SHOWN_DAYS)),
            state: HonourState::Shown,
            ..self.clone()
        })
    }

    /// Taken back, or answered with no: name and words go.
    pub fn removed(&self) -> Result<Self, HonourRefusal> {
        match self.state {
            HonourState::Ended => Err(HonourRefusal::Over),
            _ => Ok(self.emptied()),
        }
    }

    /// Its last day is over.
    pub fn over(&self, today: Day) -> Result<Self, HonourRefusal> {
        match self.until {
            Some(until) if until < today => self.removed(),
            _ => Err(HonourRefusal::Over),
        }
    }

    fn emptied(&self) -> Self {
        Self { resident: None, name: None, words: None, until: None, state: HonourState::Ended, ..self.clone() }
    }
}

impl Recorded for Honour {
    const NOUN: Noun = Noun::Honour;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        // Who is thanked stands salted, an id too: an answer of no must not be found by whom it came from.
        sheet.text_or_none("resident", self.resident.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("name", self.name.as_deref());
        sheet.text_or_none("words", self.words.as_deref());
        sheet.day("asked_on", self.asked_on);
        sheet.token_or_none("consent", self.consent.map(|(consent, _)| consent));
        sheet.day_or_none("consent_on", self.consent.map(|(_, day)| day));
        sheet.day_or_none("until", self.until);
        sheet.token("state", self.state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::stage::{Condition, Stage};
    use crate::states;
    use crate::token::Token;

    fn with() -> (HonourId, Timestamp, Day) {
        (HonourId::from(Uuid::from_u128(1)), Timestamp::from_millis(0), day("2026-08-01"))
    }
    fn shared() -> Matter {
        public(1).opened(Stage::Share, &[Condition::Acceptance, Condition::Account], &[]).unwrap()
    }
    fn asked() -> Honour {
        let who = ResidentId::from(Uuid::from_u128(7));
        ask(&shared(), Some(who), ("柳春生", "连着三天帮着抬石头"), with()).unwrap()
    }

    #[test]
    fn thanks_neither_rank_nor_count_people() {
        for words in ["出工第一名", "积分最高", "Ranked first", "全村排名靠前"] {
            let refused = ask(&shared(), None, ("葛家理事会", words), with()).unwrap_err();
            assert_eq!(refused, [HonourRefusal::Ranks], "{words}");
        }
        let empty = ask(&public(1), None, (" ", ""), with()).unwrap_err();
        assert_eq!(empty.len(), 3, "the stage, the name, the words: {empty:?}");
    }

    #[test]
    fn it_stands_there_a_year_after_a_yes_and_leaves_nothing() {
        let today = day("2026-08-05");
        assert_eq!(asked().agreed(Consent::Spoken, day("2026-08-06"), today), Err(HonourRefusal::Day));
        assert_eq!(asked().agreed(Consent::Spoken, day("2026-07-31"), today), Err(HonourRefusal::Day));
        let shown = asked().agreed(Consent::Spoken, day("2026-08-03"), today).unwrap();
        let until = shown.until.unwrap();
        assert_eq!(until, today.period_end(SHOWN_DAYS));
        assert_eq!(shown.over(until), Err(HonourRefusal::Over), "its last day is its own");
        let over = shown.over(until.plus(1)).unwrap();
        assert_eq!((over.state, &over.name, &over.words, over.resident), (HonourState::Ended, &None, &None, None));
        assert_eq!(over.removed(), Err(HonourRefusal::Over));
    }

    #[test]
    fn the_diagram_draws_what_an_honour_can_do() {
        let at = |state| Honour { state, ..asked() };
        let steps = states::steps(
            HonourState::ALL,
            &[
                &|from| at(from).agreed(Consent::Own, day("2026-08-02"), day("2026-08-02")).map(|one| one.state),
                &|from| at(from).removed().map(|one| one.state),
                &|from| at(from).over(day("2028-01-01")).map(|one| one.state),
            ],
        );
        let page = include_str!("../../../../docs/states/honour.md");
        states::same(page, 0, HonourState::ALL, &[HonourState::Asked], steps);
    }
}
