//! A card: a printed one-time code with which somebody without a phone signs in. Handed out by the village, given again when lost.

use crate::id::{AccountId, CardId, Chance, MatterId, ResidentId};
use crate::people::sign_in::{Secret, keyed};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use std::fmt;
use uuid::Uuid;

/// How long a card can be used, in days from the day on which it was handed out.
pub const CARD_DAYS: u16 = 180;

/// The characters of a card's code: digits and capital letters without 0, 1, I, L and O, which are taken for one another. There are
/// 31, a prime number, on which the check character rests.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The code on a card: 9 random characters and a check character, shown as `K7M2P-9XQ4R`.
///
/// Each character counts with its place, and the sum modulo 31 is 0: since 31 is prime and no two weights are equal, every single
/// wrong character and every swap of two characters is found.
#[derive(Clone, PartialEq, Eq)]
pub struct CardCode([u8; CardCode::LENGTH]);

impl CardCode {
    /// How many characters a code has.
    pub const LENGTH: usize = 10;

    /// A fresh code: one of 31^9, which is more than 2^44.
    pub fn fresh(chance: &mut (impl Chance + ?Sized)) -> Self {
        let mut code = [0; Self::LENGTH];
        let mut sum: u64 = 0;
        for (place, slot) in (1_u64..).zip(code.iter_mut().take(Self::LENGTH - 1)) {
            let draw = chance.below(31);
            sum += place * draw;
            *slot = character(draw);
        }
        // The check character stands at place 10: 10 * check + sum = 0 modulo 31, and 10 * 28 = 1 modulo 31.
        let check = (31 - sum % 31) * 28 % 31;
        if let Some(last) = code.last_mut() {
            *last = character(check);
        }
        Self(code)
    }

    /// Reads a code as people type it: lower case, full-width, with or without dash or spaces.
    pub fn parse(typed: &str) -> Result<Self, CardRefusal> {
        let bare: Vec<u8> = text::plain_digits(typed)
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−'))
            .map(|c| u8::try_from(c.to_ascii_uppercase()).map_err(|_| CardRefusal::Characters))
            .collect::<Result<_, _>>()?;
        let mut sum: u64 = 0;
        for (place, byte) in (1_u64..).zip(&bare) {
            let value = (0_u64..).zip(ALPHABET).find(|(_, c)| *c == byte).map(|(value, _)| value);
            sum += place * value.ok_or(CardRefusal::Characters)?;
        }
        let code = <[u8; Self::LENGTH]>::try_from(bare).map_err(|bare| CardRefusal::Length { typed: bare.len() })?;
        if sum.is_multiple_of(31) { Ok(Self(code)) } else { Err(CardRefusal::Check) }
    }

    /// What the store keeps instead of the code.
    pub fn hash(&self, secret: &Secret) -> [u8; 32] {
        keyed(secret, "wugong.card.1", &[&self.0])
    }
}

fn character(value: u64) -> u8 {
    usize::try_from(value).ok().and_then(|value| ALPHABET.get(value)).copied().unwrap_or(b'2')
}

impl fmt::Display for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if place == Self::LENGTH / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for CardCode {
    /// Shows no character: a code that stands in a log opens a door.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCode(..)")
    }
}

tokens! {
    /// Where a card is in its life.
    pub enum CardState = "card-state" {
        /// Handed out.
        Issued = "issued",
        /// Used; it opens nothing more.
        Used = "used",
        /// Another one was handed out in its place.
        Replaced = "replaced",
    }
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: CardId,
    /// Whose.
    pub resident: ResidentId,
    /// The account that its use opened.
    pub account: Option<AccountId>,
    /// The keyed hash of its code.
    pub hash: [u8; 32],
    /// Where it is in its life.
    pub state: CardState,
    /// The day on which it was handed out.
    pub issued: Day,
    /// The last day on which it can be used.
    pub until: Day,
    /// The day on which it was used.
    pub used: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a card does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardRefusal {
    /// Too few or too many characters.
    Length {
        /// How many were typed.
        typed: usize,
    },
    /// A character that no code holds.
    Characters,
    /// A character is wrong, or two are swapped.
    Check,
    /// There is no such card.
    Unknown,
    /// It was used already; the village hands out another one.
    Used,
    /// Another one was handed out in its place.
    Replaced,
    /// It was not used in time.
    Expired {
        /// Its last day.
        until: Day,
    },
}

impl Refuse for CardRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Used | Self::Replaced | Self::Expired { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Length { .. } => "refusal-card-length",
            Self::Characters => "refusal-card-characters",
            Self::Check => "refusal-card-check",
            Self::Unknown => "refusal-card-unknown",
            Self::Used => "refusal-card-used",
            Self::Replaced => "refusal-card-replaced",
            Self::Expired { .. } => "refusal-card-expired",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        let int = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match self {
            Self::Length { typed } => vec![("typed", int(*typed)), ("needed", int(CardCode::LENGTH))],
            Self::Expired { until } => vec![("until", Value::Day(*until))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        Some("card")
    }
}

/// Hands out a card. It comes back with the cards of the same resident that it replaces; whoever finds a lost one finds nothing.
pub fn issue(
    id: CardId,
    resident: ResidentId,
    code: &CardCode,
    secret: &Secret,
    before: &[Card],
    today: Day,
) -> (Card, Vec<Card>) {
    let card = Card {
        id,
        resident,
        account: None,
        hash: code.hash(secret),
        state: CardState::Issued,
        issued: today,
        until: today.period_end(CARD_DAYS),
        used: None,
        version: 1,
    };
    let replaced = before
        .iter()
        .filter(|old| old.resident == resident && old.state == CardState::Issued)
        .map(|old| Card { state: CardState::Replaced, ..old.clone() })
        .collect();
    (card, replaced)
}

impl Card {
    /// Uses the card up and signs its resident in with `account`, the account that this or an earlier card opened. No helper and no
    /// consent has a say in it.
    pub fn used(&self, account: AccountId, today: Day) -> Result<Self, CardRefusal> {
        match self.state {
            CardState::Used => Err(CardRefusal::Used),
            CardState::Replaced => Err(CardRefusal::Replaced),
            CardState::Issued if today > self.until => Err(CardRefusal::Expired { until: self.until }),
            CardState::Issued => {
                Ok(Self { state: CardState::Used, account: Some(account), used: Some(today), ..self.clone() })
            }
        }
    }
}

impl Recorded for Card {
    const NOUN: Noun = Noun::Card;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.text("resident", &self.resident.to_string());
        sheet.text_or_none("account", self.account.map(|id| id.to_string()).as_deref());
        sheet.token("state", self.state);
        sheet.day("issued", self.issued);
        sheet.day("until", self.until);
        sheet.day_or_none("used", self.used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::states;
    use crate::token::Token;
    use proptest::prelude::*;

    struct Source(Vec<u8>, usize);
    impl Chance for Source {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
        }
    }
    const SECRET: Secret = Secret([3; 32]);
    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn code() -> CardCode {
        CardCode::fresh(&mut Source((1..=72).collect(), 0))
    }
    fn resident() -> ResidentId {
        ResidentId::from(Uuid::from_u128(1))
    }
    fn id(n: u128) -> CardId {
        CardId::from(Uuid::from_u128(n))
    }
    fn account() -> AccountId {
        AccountId::from(Uuid::from_u128(2))
    }
    fn card() -> Card {
        issue(id(1), resident(), &code(), &SECRET, &[], day("2026-04-01")).0
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = code();
        let shown = code.to_string();
        assert_eq!(shown.len(), 11);
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!(" {} ", shown.replace('-', "－"))]
        {
            assert_eq!(CardCode::parse(&typed), Ok(code.clone()), "{typed}");
        }
        assert_eq!(CardCode::parse("K7M2P"), Err(CardRefusal::Length { typed: 5 }));
        assert_eq!(CardCode::parse("O0I1LABCDE"), Err(CardRefusal::Characters));
        assert_eq!(CardCode::parse("一二三四五六七八九十"), Err(CardRefusal::Characters));
        assert_eq!(format!("{code:?}"), "CardCode(..)");
    }

    proptest! {
        #[test]
        fn every_wrong_character_and_every_swap_is_found(bytes in prop::collection::vec(any::<u8>(), 72)) {
            prop_assume!(bytes.iter().any(|b| *b != 0xff));
            let code = CardCode::fresh(&mut Source(bytes, 0));
            let shown = code.to_string().replace('-', "").into_bytes();
            for place in 0..shown.len() {
                for other in ALPHABET {
                    let mut wrong = shown.clone();
                    wrong[place] = *other;
                    let read = CardCode::parse(std::str::from_utf8(&wrong).unwrap());
                    prop_assert_eq!(read.is_ok(), *other == shown[place]);
                }
                for other in 0..place {
                    let mut wrong = shown.clone();
                    wrong.swap(place, other);
                    let read = CardCode::parse(std::str::from_utf8(&wrong).unwrap());
                    prop_assert_eq!(read.is_ok(), shown[place] == shown[other]);
                }
            }
        }

        #[test]
        fn nothing_that_is_typed_breaks_the_reading(typed in ".*") {
            let _ = CardCode::parse(&typed);
        }
    }

    #[test]
    fn a_card_opens_once_and_in_time() {
        let card = card();
        assert_eq!(card.until, day("2026-09-28"));
        assert!(matches!(card.used(account(), day("2026-09-29")), Err(CardRefusal::Expired { .. })));
        let used = card.used(account(), day("2026-09-28")).unwrap();
        assert_eq!(used.account, Some(account()));
        assert_eq!(used.used(account(), day("2026-09-28")), Err(CardRefusal::Used));
    }

    #[test]
    fn a_lost_card_opens_nothing_once_another_is_handed_out() {
        let lost = card();
        let other = Card { resident: ResidentId::from(Uuid::from_u128(9)), ..lost.clone() };
        let (new, replaced) = issue(id(2), resident(), &code(), &SECRET, &[lost, other], day("2026-05-01"));
        assert_eq!(replaced.len(), 1);
        assert_eq!(replaced[0].used(account(), day("2026-05-02")), Err(CardRefusal::Replaced));
        assert!(new.used(account(), day("2026-05-02")).is_ok());
    }

    #[test]
    fn a_card_is_known_by_a_keyed_hash_alone() {
        assert_eq!(card().hash, code().hash(&SECRET));
        assert_ne!(card().hash, code().hash(&Secret([4; 32])));
    }

    #[test]
    fn the_diagram_draws_what_a_card_can_do() {
        let today = day("2026-04-02");
        let at = |state| Card { state, ..card() };
        let replaced = |state| {
            let (_, replaced) = issue(id(2), resident(), &code(), &SECRET, &[at(state)], today);
            replaced.first().map(|old| old.state).ok_or(CardRefusal::Used)
        };
        let steps = states::steps(CardState::ALL, &[&|s| at(s).used(account(), today).map(|one| one.state), &replaced]);
        states::same(include_str!("../../../../docs/states/card.md"), 0, CardState::ALL, &[card().state], steps);
    }
}
