//! What no convention may say: fines, loss of welfare, public shaming, and what else punishes (domain: E3). The list of words with its
//! law is `ban.toml` beside this file; nothing is decided by it but whether a text is taken, and the answer says which words and why.

use serde::Deserialize;
use std::sync::LazyLock;

/// Words of one kind that a convention may not say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ban {
    /// The tail of the key of its sentence.
    pub kind: String,
    /// The law that it rests on, as it is shown.
    pub law: String,
    words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    no: Vec<String>,
    yes: Vec<String>,
    ban: Vec<Ban>,
}

// A list that cannot be read is an empty one; the first test of this module fails on it.
static LIST: LazyLock<List> = LazyLock::new(|| toml::from_str(include_str!("ban.toml")).unwrap_or_default());

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The word as it stands in the list.
    pub word: &'static str,
    /// Of which kind.
    pub kind: &'static str,
    /// The law.
    pub law: &'static str,
}

/// The first thing in a text that no convention may say: the longest word that is found counts. Spaces and marks between characters
/// are passed over, so that a word pulled apart is the same word.
pub fn find(text: &str) -> Option<Found> {
    let mut bare: String = crate::text::plain_digits(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let mut words: Vec<(&'static str, &'static Ban)> =
        LIST.ban.iter().flat_map(|ban| ban.words.iter().map(move |word| (word.as_str(), ban))).collect();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    for (word, ban) in words {
        // What stands behind a "no" is taken out whole, so that no shorter word is found in it.
        while let Some(at) = bare.find(word) {
            let before = bare.get(..at).unwrap_or_default();
            if !denied(before) {
                return Some(Found { word, kind: &ban.kind, law: &ban.law });
            }
            let after = bare.get(at + word.len()..).unwrap_or_default();
            bare = format!("{before}\n{after}");
        }
    }
    None
}

/// Whether what stands before a word turns it into its opposite.
fn denied(before: &str) -> bool {
    !LIST.yes.iter().any(|yes| before.ends_with(yes.as_str())) && LIST.no.iter().any(|no| before.ends_with(no.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_there_and_finds_each_of_its_words() {
        let list: List = toml::from_str(include_str!("ban.toml")).unwrap();
        assert_eq!(list.ban.len(), 6);
        for ban in &list.ban {
            assert!(!ban.law.is_empty());
            for word in &ban.words {
                assert!(find(&format!("谁不扫地就{word}。")).is_some(), "{word}");
            }
        }
    }

    #[test]
    fn what_punishes_is_found_however_it_is_pulled_apart() {
        let found = find("不打扫的，罚 款５０元").unwrap();
        assert_eq!((found.word, found.kind), ("罚款", "fine"));
        assert!(found.law.contains("行政处罚法"));
        assert_eq!(find("名字上【黑·名·单】").unwrap().kind, "shame");
        assert_eq!(find("取消 低保").unwrap().kind, "welfare");
        assert_eq!(find("每次罚50块").unwrap().word, "罚");
        assert_eq!(find("不得不罚款").unwrap().word, "罚款");
        assert_eq!(find("不罚款，但是要曝光").unwrap().word, "曝光");
    }

    #[test]
    fn a_promise_not_to_punish_is_taken() {
        for text in ["没来的不罚款，也不扣分", "严禁罚款", "不搞黑名单", "每周扫一次，两家一组", "不得停水", ""]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
