//! Cuts texts into the words by which they are found.
//!
//! Chinese has no blanks. A text is indexed under every word of the dictionary that stands anywhere in it and under each of its
//! characters; a question is cut once, as one reads it. So whatever is written in a text is found by it, however its neighbours
//! would have it cut: 西巷口 is found by 巷口. What the dictionary does not know is found by its characters.

use jieba_rs::Jieba;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The longest word, in characters; the rest of a longer one is left out, in texts and in questions alike.
const WORD_MAX: usize = 40;
/// Words of one question. More do not make the answer better.
pub const WORDS_MAX: usize = 12;

/// The dictionary, read when first needed: that takes a tenth of a second.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Reads the dictionary now, so that nobody waits for it later.
pub fn warm() {
    LazyLock::force(&DICTIONARY);
}

/// A text as it is compared: wide letters and digits as narrow ones, capitals as small ones.
pub fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Whether it is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// A run of characters of one sort.
enum Run<'t> {
    Han(&'t str),
    Other(&'t str),
}

/// The runs of a folded text; signs and blanks stand between them.
fn runs(folded: &str) -> Vec<Run<'_>> {
    let sort = |c: char| if is_han(c) { 2 } else { u8::from(c.is_alphanumeric()) };
    let mut found = Vec::new();
    let mut begin: Option<(usize, u8)> = None;
    let ends = folded.char_indices().map(|(at, c)| (at, sort(c))).chain([(folded.len(), 0)]);
    for (at, now) in ends {
        if let Some((from, sort)) = begin
            && sort != now
        {
            let run = folded.get(from..at).unwrap_or_default();
            found.push(if sort == 2 { Run::Han(run) } else { Run::Other(run) });
            begin = None;
        }
        if begin.is_none() && now > 0 {
            begin = Some((at, now));
        }
    }
    found
}

fn bounded(word: &str) -> String {
    word.chars().take(WORD_MAX).collect()
}

/// The words under which a text is indexed.
pub fn text(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in runs(&folded(text)) {
        match run {
            Run::Han(run) => {
                words.extend(DICTIONARY.cut_all(run).into_iter().map(|token| token.word.to_owned()));
                words.extend(run.chars().map(String::from));
            }
            Run::Other(run) => drop(words.insert(bounded(run))),
        }
    }
    words
}

/// The words of a question in their order, each once, at most [`WORDS_MAX`].
pub fn question(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for run in runs(&folded(text)) {
        let cut = match run {
            // Nothing is guessed that is not in the dictionary: a guess would be made in another way inside a longer text.
            Run::Han(run) => DICTIONARY.cut(run, false).into_iter().map(|token| token.word.to_owned()).collect(),
            Run::Other(run) => vec![bounded(run)],
        };
        for word in cut {
            if words.len() < WORDS_MAX && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_is_cut_as_one_reads_it() {
        assert_eq!(question("村口路灯坏了"), ["村口", "路灯", "坏", "了"]);
        assert_eq!(question("ZX-2026-017"), ["zx", "2026", "017"]);
        assert_eq!(question("ＷiFi，２０２６ 年"), ["wifi", "2026", "年"]);
        assert_eq!(question("路灯 路灯"), ["路灯"]);
        assert_eq!(question("\"路灯\" AND (NOT*) OR -': ^ \u{e000} \u{0}"), ["路灯", "and", "not", "or"]);
        assert!(question("  ，。！\"'*()").is_empty());
        assert_eq!(question(&"字 词 很 多 的 一 个 问 题 没 有 完 了".repeat(9)).len(), WORDS_MAX);
    }

    #[test]
    fn a_text_is_found_by_every_word_in_it_however_it_is_cut() {
        let words = text("西巷口下雨积水，Wi-Fi 2026");
        for word in ["巷口", "下雨", "积水", "水", "wi", "fi", "2026"] {
            let asked = question(word);
            assert!(asked.iter().all(|part| words.contains(part)), "{word}: {asked:?} in {words:?}");
        }
        assert!(!words.contains("2026年"));
        assert!(text("").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_text_is_found_by_it(
            text_of in "[村口路灯坏了西巷下雨积水道修渠桥栏杆老人活动中心广场停车位a-c1-3，。 ]{0,40}", from in 0_usize..40, len in 1_usize..9
        ) {
            let chars: Vec<char> = text_of.chars().collect();
            let from = from.min(chars.len());
            let part: String = chars[from..(from + len).min(chars.len())].iter().collect();
            // A run of letters is one word; half of it is another.
            prop_assume!(!part.chars().any(|c| c.is_ascii_alphanumeric()));
            let words = text(&text_of);
            for word in question(&part) {
                prop_assert!(words.contains(&word), "{word} of {part} in {text_of}");
            }
        }
    }
}
