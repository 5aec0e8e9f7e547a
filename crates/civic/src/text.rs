//! Text that people typed: kept as typed (Unicode NFC), bounded, without characters that hide or turn what is read.

use unicode_normalization::UnicodeNormalization;

/// Why a text is not taken. The form shows the sentence beside the field and keeps what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing was written where something is needed.
    Empty,
    /// More characters than fit.
    TooLong {
        /// The most that fits, in characters.
        max: usize,
    },
    /// A character that cannot be printed (NUL, control, the hidden letters of the tag block).
    Control,
    /// An invisible mark that turns the direction of reading; it can make a text read as what it is not.
    Direction,
}

/// One line of at most `max` characters, trimmed. Line breaks become spaces.
pub fn line(raw: &str, max: usize) -> Result<String, TextError> {
    let text: String =
        raw.chars().map(|c| if matches!(c, '\n' | '\r' | '\t' | LINE | PARAGRAPH) { ' ' } else { c }).collect();
    checked(text.trim(), max)
}

/// A text of at most `max` characters that may have several lines, trimmed, with line ends as `\n`.
pub fn block(raw: &str, max: usize) -> Result<String, TextError> {
    let text = raw.replace("\r\n", "\n").replace(['\r', LINE, PARAGRAPH], "\n");
    checked(text.trim(), max)
}

/// As [`line`], but nothing written is `None` and no error.
pub fn line_or_none(raw: &str, max: usize) -> Result<Option<String>, TextError> {
    none_if_empty(line(raw, max))
}

/// As [`block`], but nothing written is `None` and no error.
pub fn block_or_none(raw: &str, max: usize) -> Result<Option<String>, TextError> {
    none_if_empty(block(raw, max))
}

fn none_if_empty(result: Result<String, TextError>) -> Result<Option<String>, TextError> {
    match result {
        Ok(text) => Ok(Some(text)),
        Err(TextError::Empty) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Unicode's own ends of a line and of a paragraph, which browsers do not break at.
const LINE: char = '\u{2028}';
const PARAGRAPH: char = '\u{2029}';

/// Whether nothing is seen of a character that stands alone: joiners, blanks that are no spaces, selectors of a variant.
fn unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2060}'..='\u{2065}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{e0100}'..='\u{e01ef}'
        )
}

fn checked(text: &str, max: usize) -> Result<String, TextError> {
    let text: String = text.nfc().collect();
    if text.chars().all(unseen) {
        return Err(TextError::Empty);
    }
    for c in text.chars() {
        match c {
            '\n' | '\t' => {}
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                return Err(TextError::Direction);
            }
            '\u{e0000}'..='\u{e007f}' => return Err(TextError::Control),
            c if c.is_control() => return Err(TextError::Control),
            _ => {}
        }
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text)
}

/// Full-width digits, letters and signs (as Chinese keyboards give them) in their plain form.
pub fn plain_digits(raw: &str) -> String {
    raw.chars()
        .map(|c| match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
            0x3000 => ' ',
            _ => c,
        })
        .collect()
}

/// A whole number from `0` to `max`, typed with plain or full-width digits.
pub fn count(raw: &str, max: u32) -> Option<u32> {
    let digits = plain_digits(raw.trim());
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|n| *n <= max)
}

/// A mainland mobile number: 11 digits that begin with 1, spaces and dashes dropped. Nothing else is kept of it.
pub fn phone(raw: &str) -> Option<String> {
    let digits: String = plain_digits(raw).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits);
    (digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_hides_or_turns_characters_is_not_taken() {
        assert_eq!(line("巷\u{0}子", 10), Err(TextError::Control));
        assert_eq!(line("巷\u{202e}子", 10), Err(TextError::Direction));
        assert_eq!(line("   ", 10), Err(TextError::Empty));
        assert_eq!(line("一二三四", 3), Err(TextError::TooLong { max: 3 }));
        assert_eq!(line("  巷口\n淹水 ", 10), Ok("巷口 淹水".to_owned()));
        assert_eq!(block("巷口\r\n淹水😀", 10), Ok("巷口\n淹水😀".to_owned()));
    }

    #[test]
    fn a_text_of_nothing_that_is_seen_is_empty() {
        for unseen in ["\u{200b}", " \u{feff}\u{2060} ", "\u{3164}", "\u{2800}\u{fe0f}", "\u{ad}\u{200d}"] {
            assert_eq!(line(unseen, 10), Err(TextError::Empty), "{unseen:?}");
            assert_eq!(block_or_none(unseen, 10), Ok(None), "{unseen:?}");
        }
        // An emoji of several, and a sign with its variant, are seen.
        assert_eq!(line("👨\u{200d}🌾", 10), Ok("👨\u{200d}🌾".to_owned()));
        assert_eq!(line("❤\u{fe0f}", 10), Ok("❤\u{fe0f}".to_owned()));
    }

    #[test]
    fn a_text_that_hides_another_one_is_not_taken() {
        // Letters of the tag block are not shown and can be read by a program.
        assert_eq!(line("修路\u{e0061}\u{e0062}", 10), Err(TextError::Control));
    }

    #[test]
    fn a_line_is_one_line_whatever_breaks_it() {
        assert_eq!(line("巷口\u{2028}淹水", 10), Ok("巷口 淹水".to_owned()));
        assert_eq!(block("巷口\u{2029}淹水", 10), Ok("巷口\n淹水".to_owned()));
    }

    #[test]
    fn full_width_digits_are_digits() {
        assert_eq!(count("４８", 100), Some(48));
        assert_eq!(count("101", 100), None);
        assert_eq!(count("-1", 100), None);
        assert_eq!(phone("１３９ 0000-1234"), Some("13900001234".to_owned()));
        assert_eq!(phone("12345"), None);
    }

    #[test]
    fn letters_written_in_two_ways_are_kept_in_one() {
        assert_eq!(line("e\u{301}", 10), Ok("é".to_owned()));
    }
}
