//! Where the words asked for stand in a text, and the part of a long text round the first of them.

use store::search::cut::{folded, is_han};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The piece as it was written.
    pub text: String,
    /// Whether it is one of the words.
    pub hit: bool,
}

/// Characters of a long text that are shown.
const SHOWN: usize = 90;
/// Of these, at most so many before the first word found.
const BEFORE: usize = 20;

/// For every character of a text whether it belongs to one of the words, which are folded.
fn lit(chars: &[char], words: &[String]) -> Vec<bool> {
    // Folding may make several characters of one; each remembers which it came from.
    let mut flat: Vec<char> = Vec::new();
    let mut from: Vec<usize> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        for c in folded(&c.to_string()).chars() {
            flat.push(c);
            from.push(at);
        }
    }
    let mut lit = vec![false; chars.len()];
    for word in words {
        let word: Vec<char> = word.chars().collect();
        // A word in letters is found whole: the "do" of "window" is none.
        let whole = word.iter().all(|c| !is_han(*c));
        let letter = |at: Option<usize>| {
            at.and_then(|at| flat.get(at)).is_some_and(|c| c.is_alphanumeric() && !is_han(*c)) && whole
        };
        for (at, found) in flat.windows(word.len().max(1)).enumerate() {
            if found == word.as_slice() && !letter(at.checked_sub(1)) && !letter(at.checked_add(word.len())) {
                for place in from.iter().skip(at).take(word.len()) {
                    if let Some(one) = lit.get_mut(*place) {
                        *one = true;
                    }
                }
            }
        }
    }
    lit
}

/// A text in pieces, the words asked for by themselves.
pub fn whole(text: &str, words: &[String]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let lit = lit(&chars, words);
    joined(chars.into_iter().zip(lit))
}

/// The part of a text round the first word found, in pieces; its beginning where none is in it.
pub fn part(text: &str, words: &[String]) -> Vec<Piece> {
    let chars: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let lit = lit(&chars, words);
    let first = lit.iter().position(|hit| *hit).unwrap_or_default();
    let begin = if chars.len() <= SHOWN { 0 } else { first.saturating_sub(BEFORE).min(chars.len() - SHOWN) };
    let more = chars.len() > begin + SHOWN;
    let mut pieces = joined(chars.into_iter().zip(lit).skip(begin).take(SHOWN));
    let dots = || Piece { text: "…".to_owned(), hit: false };
    if begin > 0 {
        pieces.insert(0, dots());
    }
    if more {
        pieces.push(dots());
    }
    pieces
}

fn joined(chars: impl Iterator<Item = (char, bool)>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (c, hit) in chars {
        match pieces.last_mut() {
            Some(last) if last.hit == hit => last.text.push(c),
            _ => pieces.push(Piece { text: c.to_string(), hit }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|p| if p.hit { format!("[{}]", p.text) } else { p.text.clone() }).collect()
    }
    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn words_are_lit_as_they_were_written() {
        assert_eq!(shown(&whole("村口路灯坏了", &words(&["路灯", "村口"]))), "[村口路灯]坏了");
        assert_eq!(
            shown(&whole("ＷｉＦｉ 与 wifi5 do window", &words(&["wifi", "do"]))),
            "[ＷｉＦｉ] 与 wifi5 [do] window"
        );
        assert_eq!(shown(&whole("3㎞的路", &words(&["km"]))), "3㎞的路", "it is 3km, one word");
        assert_eq!(shown(&whole("㎞的路", &words(&["km"]))), "[㎞]的路");
        assert_eq!(shown(&whole("ZX-2026-017", &words(&["zx", "2026", "017"]))), "[ZX]-[2026]-[017]");
        assert_eq!(shown(&whole("", &words(&["路"]))), "");
        assert_eq!(shown(&whole("路", &[])), "路");
    }

    #[test]
    fn of_a_long_text_the_part_round_the_first_word_is_shown() {
        let long = format!("{}路灯{}", "东".repeat(200), "西".repeat(200));
        let cut = part(&long, &words(&["路灯"]));
        assert_eq!(shown(&cut), format!("…{}[路灯]{}…", "东".repeat(20), "西".repeat(68)));
        assert_eq!(shown(&part(&long, &words(&["桥"]))), format!("{}…", "东".repeat(90)));
        let end = part(&format!("{}路灯", "东".repeat(200)), &words(&["路灯"]));
        assert_eq!(shown(&end), format!("…{}[路灯]", "东".repeat(88)));
        assert_eq!(shown(&part("一\n 二\t三", &[])), "一 二 三");
        assert_eq!(part("短", &[])[0].text, "短");
    }
}
