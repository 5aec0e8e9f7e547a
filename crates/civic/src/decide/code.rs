//! Two codes of a need: the slip code, which only its holder has, and the public number, which can be read aloud (design:
//! decision 4).

use crate::id::Chance;
use crate::people::place::Abbreviation;
use crate::refusal::{Kind, Refuse, Value};
use crate::text;
use std::fmt;

/// Why a typed code is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Something else than digits stands in a slip code.
    NotDigits,
    /// Too few or too many digits.
    Length {
        /// How many were typed.
        typed: usize,
    },
    /// The check digit does not fit: a digit is wrong or two are swapped.
    Check,
    /// It is no public number.
    Number,
}

impl Refuse for CodeRefusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self {
            Self::NotDigits => "refusal-code-not-digits",
            Self::Length { .. } => "refusal-code-length",
            Self::Check => "refusal-code-check",
            Self::Number => "refusal-code-number",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Length { typed } => {
                vec![
                    ("typed", Value::Int(i64::try_from(*typed).unwrap_or(i64::MAX))),
                    ("needed", Value::Int(i64::from(SlipCode::DIGITS))),
                ]
            }
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        Some("code")
    }
}

/// The code on a slip: 11 random digits and a check digit, shown as `1234 5678 9012`. Who holds it sees state and answer of one
/// need. Pads of slips may be printed before anybody raises anything.
///
/// The check digit is Verhoeff's (J. Verhoeff, *Error Detecting Decimal Codes*, Mathematical Centre Tracts 29, Amsterdam
/// 1969): it finds every single wrong digit and every swap of two neighbours, which is how codes go wrong when they are
/// dictated. It is computed from the group of a pentagon's symmetries, so no table stands here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlipCode(u64);

impl SlipCode {
    /// How many digits a slip code has.
    pub const DIGITS: u32 = 12;
    /// How many different slip codes there are.
    pub const SPACE: u64 = 100_000_000_000;

    /// A fresh code. The store draws again in the rare case that it is taken.
    pub fn fresh(chance: &mut (impl Chance + ?Sized)) -> Self {
        Self::with_check(chance.below(Self::SPACE))
    }

    fn with_check(payload: u64) -> Self {
        // The payload moves one place up; what its sum lacks to the neutral element is the check digit.
        let shifted = payload.saturating_mul(10);
        Self(shifted + inverse(check_sum(shifted, Self::DIGITS)))
    }

    /// Reads a code as people type it: with spaces, dashes or dots anywhere, with full-width digits.
    pub fn parse(typed: &str) -> Result<Self, CodeRefusal> {
        let bare: String = text::plain_digits(typed).chars().filter(|c| !is_gap(*c)).collect();
        if !bare.chars().all(|c| c.is_ascii_digit()) {
            return Err(CodeRefusal::NotDigits);
        }
        let length = CodeRefusal::Length { typed: bare.len() };
        if u32::try_from(bare.len()) != Ok(Self::DIGITS) {
            return Err(length);
        }
        let code = bare.parse().map_err(|_| length)?;
        if check_sum(code, Self::DIGITS) == 0 { Ok(Self(code)) } else { Err(CodeRefusal::Check) }
    }

    /// The 12 digits without gaps: the column's text.
    pub fn digits(self) -> String {
        format!("{:012}", self.0)
    }
}

impl fmt::Display for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04} {:04} {:04}", self.0 / 100_000_000, self.0 / 10_000 % 10_000, self.0 % 10_000)
    }
}

impl fmt::Debug for SlipCode {
    /// Shows no digit: a code that stands in a log is a code in the wrong hands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlipCode(..)")
    }
}

/// Spaces, dashes and dots of every keyboard.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | '·' | '・' | '\u{2010}'..='\u{2015}' | '−' | '﹣')
}

/// The product of two digits in the dihedral group of order 10: 0-4 turn a pentagon, 5-9 turn it over.
const fn product(a: u64, b: u64) -> u64 {
    let turn = if a < 5 { a + b % 5 } else { 5 + a % 5 - b % 5 } % 5;
    if (a < 5) == (b < 5) { turn } else { turn + 5 }
}

/// What a digit must be multiplied with to give 0.
const fn inverse(a: u64) -> u64 {
    if a < 5 { (5 - a) % 5 } else { a }
}

/// Verhoeff's permutation, which makes the order of the digits matter.
const fn permuted(a: u64) -> u64 {
    match a {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    }
}

/// The sum of the last `digits` digits, each permuted as often as its place from the right; 0 when the check digit fits. Zeros in
/// front count, since a permuted zero is none.
fn check_sum(code: u64, digits: u32) -> u64 {
    let mut rest = code;
    let mut sum = 0;
    for place in 0..digits {
        // The permutation returns to its start after eight times.
        let digit = (0..place % 8).fold(rest % 10, |digit, _| permuted(digit));
        sum = product(sum, digit);
        rest /= 10;
    }
    sum
}

/// The public number of a matter: the place's abbreviation, the year, a serial of at least three digits: `ZX-2026-017`. Gaps in
/// the serials are allowed; a number never changes its matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicNumber {
    /// The abbreviation of the place that sorted the need.
    pub abbreviation: Abbreviation,
    /// The year in which it was sorted.
    pub year: i16,
    /// From 1 in every place and year.
    pub serial: u32,
}

impl PublicNumber {
    /// The largest serial.
    pub const SERIAL_MAX: u32 = 999_999;

    /// Reads a number as people type it: lower case, full-width, without dashes, with a serial that lost its zeros.
    pub fn parse(typed: &str) -> Result<Self, CodeRefusal> {
        let bare: String = text::plain_digits(typed).chars().filter(|c| !is_gap(*c)).collect();
        let letters = bare.find(|c: char| c.is_ascii_digit()).ok_or(CodeRefusal::Number)?;
        let (letters, digits) = bare.split_at(letters);
        let abbreviation = Abbreviation::parse(letters).ok_or(CodeRefusal::Number)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) || !(5..=10).contains(&digits.len()) {
            return Err(CodeRefusal::Number);
        }
        let (year, serial) = digits.split_at(4);
        let year = year.parse().map_err(|_| CodeRefusal::Number)?;
        let serial = serial.parse().map_err(|_| CodeRefusal::Number)?;
        if !(2000..2200).contains(&year) || !(1..=Self::SERIAL_MAX).contains(&serial) {
            return Err(CodeRefusal::Number);
        }
        Ok(Self { abbreviation, year, serial })
    }
}

impl fmt::Display for PublicNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:03}", self.abbreviation, self.year, self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_digit_is_that_of_the_published_example() {
        // Verhoeff's scheme gives 3 as the check digit of 236.
        assert_eq!(inverse(check_sum(2360, 4)), 3);
        assert_eq!(check_sum(2363, 4), 0);
    }

    #[test]
    fn the_digits_form_a_group() {
        for a in 0..10 {
            assert_eq!(product(a, 0), a);
            assert_eq!(product(0, a), a);
            assert_eq!(product(a, inverse(a)), 0);
            for b in 0..10 {
                assert!(product(a, b) < 10);
                for c in 0..10 {
                    assert_eq!(product(product(a, b), c), product(a, product(b, c)), "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_found_at_every_place() {
        // In a group, what stands around two neighbours cannot hide their swap, so looking at the pair alone is exhaustive.
        let at = |digit: u64, place: u32| (0..place).fold(digit, |digit, _| permuted(digit));
        for place in 0..8 {
            for a in 0..10 {
                for b in (0..10).filter(|b| *b != a) {
                    let straight = product(at(a, place), at(b, place + 1));
                    let swapped = product(at(b, place), at(a, place + 1));
                    assert_ne!(straight, swapped, "{a}{b} at {place}");
                }
            }
        }
        assert!((0..10).all(|digit| at(digit, 8) == digit));
    }

    proptest! {
        #[test]
        fn a_code_is_read_back_and_every_slip_of_the_tongue_is_found(payload in 0..SlipCode::SPACE) {
            let code = SlipCode::with_check(payload);
            prop_assert_eq!(SlipCode::parse(&code.digits()), Ok(code));
            prop_assert_eq!(SlipCode::parse(&code.to_string()), Ok(code));
            let digits = code.digits().into_bytes();
            for place in 0..digits.len() {
                for other in b'0'..=b'9' {
                    let mut wrong = digits.clone();
                    wrong[place] = other;
                    let read = SlipCode::parse(std::str::from_utf8(&wrong).unwrap());
                    prop_assert_eq!(read.is_ok(), other == digits[place]);
                }
                if place + 1 < digits.len() {
                    let mut wrong = digits.clone();
                    wrong.swap(place, place + 1);
                    let read = SlipCode::parse(std::str::from_utf8(&wrong).unwrap());
                    prop_assert_eq!(read.is_ok(), digits[place] == digits[place + 1]);
                }
            }
        }

        #[test]
        fn a_public_number_is_read_back(year in 2000_i16..2200, serial in 1..=PublicNumber::SERIAL_MAX) {
            let number = PublicNumber { abbreviation: Abbreviation::parse("ZX").unwrap(), year, serial };
            prop_assert_eq!(PublicNumber::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn nothing_that_is_typed_breaks_the_reading(typed in ".*") {
            let _ = SlipCode::parse(&typed);
            let _ = PublicNumber::parse(&typed);
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = SlipCode::with_check(12_345_678_901);
        let digits = code.digits();
        let (a, b, c) = (&digits[..4], &digits[4..8], &digits[8..]);
        for typed in
            [format!("{a}-{b}-{c}"), format!("　{a} {b}　{c} "), format!("{a}—{b}－{c}"), format!("{a}.{b}·{c}\n")]
        {
            assert_eq!(SlipCode::parse(&typed), Ok(code), "{typed}");
        }
        let wide: String = digits.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        assert_eq!(SlipCode::parse(&wide), Ok(code));
        assert_eq!(SlipCode::parse("1234"), Err(CodeRefusal::Length { typed: 4 }));
        assert_eq!(SlipCode::parse(""), Err(CodeRefusal::Length { typed: 0 }));
        assert_eq!(SlipCode::parse("1234 5678 901二"), Err(CodeRefusal::NotDigits));
        assert_eq!(format!("{code:?}"), "SlipCode(..)");
    }

    #[test]
    fn a_public_number_is_read_as_people_type_it() {
        let number = PublicNumber::parse("ZX-2026-017").unwrap();
        assert_eq!(number.to_string(), "ZX-2026-017");
        for typed in ["zx2026017", "ＺＸ－２０２６－０１７", "ZX 2026 17", " zx-2026-17\n"] {
            assert_eq!(PublicNumber::parse(typed).as_ref(), Ok(&number), "{typed}");
        }
        for typed in [
            "",
            "ZX",
            "2026-017",
            "ZX-1926-017",
            "ZX-2026-000",
            "ZX-2026",
            "ZX-2026-1234567",
            "竹溪-2026-017",
            "Z-2026-1",
        ] {
            assert_eq!(PublicNumber::parse(typed), Err(CodeRefusal::Number), "{typed}");
        }
        let large = PublicNumber { serial: 1234, ..number };
        assert_eq!(large.to_string(), "ZX-2026-1234");
    }
}
