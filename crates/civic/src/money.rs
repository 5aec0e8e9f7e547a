//! Money: whole fen, checked.

use std::fmt;

/// An amount in fen (1/100 yuan). Never a float.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(i64);

impl Fen {
    /// The largest amount a form takes: 10 billion yuan. It keeps every sum of a county far below 2^53.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// An amount of `fen`.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }
    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.0
    }
    /// The sum, or `None` past the range of 64 bits.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
    /// Reads yuan as people type them: `150000`, `150,000`, `1500.5`, full-width digits. `None` when it is no amount or over
    /// [`Fen::MAX`].
    pub fn parse_yuan(text: &str) -> Option<Self> {
        let text: String = crate::text::plain_digits(text.trim()).replace([',', '，', '元', ' '], "");
        let (yuan, fen) = text.split_once('.').unwrap_or((&text, ""));
        if yuan.is_empty()
            || yuan.len() > 12
            || fen.len() > 2
            || !yuan.bytes().chain(fen.bytes()).all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let yuan: i64 = yuan.parse().ok()?;
        let fen: i64 = format!("{fen:0<2}").parse().ok()?;
        let sum = Self(yuan.checked_mul(100)?.checked_add(fen)?);
        (sum <= Self::MAX).then_some(sum)
    }
}

impl fmt::Display for Fen {
    /// Yuan with thousands separated, and fen only where there are any: `150,000`, `9,300.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.0 / 100).unsigned_abs().to_string();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        match (self.0 % 100).unsigned_abs() {
            0 => Ok(()),
            fen => write!(f, ".{fen:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_as_people_type_them() {
        for (text, fen) in
            [("150000", 15_000_000), ("１５０，０００", 15_000_000), ("9,300.5元", 930_050), ("0.07", 7), ("0", 0)]
        {
            assert_eq!(Fen::parse_yuan(text), Some(Fen::new(fen)), "{text}");
        }
        for text in ["", "-1", "1.234", "abc", "1e5", "99999999999999", ".5", "1.2.3", "10000000001"] {
            assert_eq!(Fen::parse_yuan(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_is_shown_with_thousands_and_only_the_fen_there_are() {
        assert_eq!(Fen::new(15_000_000).to_string(), "150,000");
        assert_eq!(Fen::new(930_050).to_string(), "9,300.50");
        assert_eq!(Fen::new(-1).to_string(), "-0.01");
    }
}
