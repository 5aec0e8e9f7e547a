//! Work that is given: whole quarters of a day. Never turned into money here (domain: §2.2, R-V): what is given freely is thanked, not
//! priced.

use std::fmt;

/// Days of work in quarters: 4 is one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Workdays(i64);

impl Workdays {
    /// The most that a form takes: ten thousand days.
    pub const MAX: Self = Self(40_000);

    /// That many quarters of a day.
    pub const fn quarters(quarters: i64) -> Self {
        Self(quarters)
    }
    /// How many quarters of a day.
    pub const fn in_quarters(self) -> i64 {
        self.0
    }
    /// Both together; stays at the end of the range instead of wrapping.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
    /// That of several people.
    #[must_use]
    pub const fn times(self, people: i64) -> Self {
        Self(self.0.saturating_mul(people))
    }
    /// Reads days as people type them: `14`, `2.5`, `0.25`. `None` when it is no number of quarters or over
    /// [`Workdays::MAX`].
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::text::plain_digits(text.trim()).replace([',', '天', ' '], "");
        let (days, part) = text.split_once('.').unwrap_or((&text, "0"));
        if days.is_empty() || days.len() > 6 || !days.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let quarters = match part {
            "0" | "00" => 0,
            "25" => 1,
            "5" | "50" => 2,
            "75" => 3,
            _ => return None,
        };
        let days: i64 = days.parse().ok()?;
        let sum = Self(days.checked_mul(4)?.checked_add(quarters)?);
        (sum <= Self::MAX).then_some(sum)
    }
}

impl fmt::Display for Workdays {
    /// Days with the quarters that there are: `14`, `2.5`, `0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 4)?;
        match self.0 % 4 {
            1 => f.write_str(".25"),
            2 => f.write_str(".5"),
            3 => f.write_str(".75"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_quarters_and_nothing_finer() {
        for (text, quarters) in [("14", 56), ("１４", 56), ("2.5", 10), ("0.25", 1), ("1.75天", 7), ("10000", 40_000)]
        {
            assert_eq!(Workdays::parse(text), Some(Workdays::quarters(quarters)), "{text}");
        }
        for text in ["", "-1", "1.3", "1.", ".5", "一天", "1e3", "10000.25", "999999999"] {
            assert_eq!(Workdays::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_shown_with_the_quarters_that_there_are() {
        for text in ["0", "14", "2.5", "0.25", "1.75"] {
            assert_eq!(Workdays::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Workdays::quarters(3).times(4), Workdays::quarters(12));
    }
}
