//! How a name sounds, in the letters of a telephone's keys: 王秀英 is found by wangxiuying, by wang xiu ying and by wxy.

use pinyin::ToPinyin;

/// Ways of reading one name that are kept: several characters of it may have several.
const WAYS_MAX: usize = 8;
/// Characters of a name that are read.
const CHARS_MAX: usize = 12;

/// Characters of names that are read in two ways, with the one that is not the usual: as a family name, or in a given name. Both are
/// kept. Rare readings are left out, so that nobody is found by a sound that nobody says.
const TWO_WAYS: [(char, &str); 28] = [
    ('单', "shan"),
    ('曾', "zeng"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('查', "zha"),
    ('解', "xie"),
    ('任', "ren"),
    ('盖', "ge"),
    ('朴', "piao"),
    ('种', "chong"),
    ('乐', "yue"),
    ('乐', "le"),
    ('翟', "zhai"),
    ('缪', "miao"),
    ('折', "she"),
    ('黑', "he"),
    ('秘', "bi"),
    ('冼', "xian"),
    ('员', "yun"),
    ('覃', "qin"),
    ('长', "chang"),
    ('长', "zhang"),
    ('朝', "zhao"),
    ('行', "hang"),
    ('重', "chong"),
    ('重', "zhong"),
    ('柏', "bo"),
    ('茜', "xi"),
];

/// The ways in which a character is read, the usual first; a letter or a digit is itself.
fn readings(c: char) -> Vec<String> {
    if c.is_ascii_alphanumeric() {
        return vec![c.to_ascii_lowercase().to_string()];
    }
    let usual = c.to_pinyin().map(|way| way.plain().replace('ü', "v"));
    let other = TWO_WAYS.iter().filter(|(known, _)| *known == c).map(|(_, way)| (*way).to_owned());
    let mut ways: Vec<String> = Vec::new();
    for way in usual.into_iter().chain(other) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

/// The sounds of a name: each way of reading it whole, and by its first letters, with blanks between. Empty where nothing of it can
/// be read.
pub fn of(name: &str) -> String {
    let mut ways: Vec<(String, String)> = vec![(String::new(), String::new())];
    for c in name.chars().take(CHARS_MAX) {
        let readings = readings(c);
        if readings.is_empty() {
            continue;
        }
        let longer = ways.iter().flat_map(|(whole, first)| {
            readings.iter().map(move |way| {
                let letter: String = way.chars().take(1).collect();
                (format!("{whole}{way}"), format!("{first}{letter}"))
            })
        });
        ways = longer.take(WAYS_MAX).collect();
    }
    let mut words: Vec<String> = Vec::new();
    for word in ways.iter().map(|(whole, _)| whole).chain(ways.iter().map(|(_, first)| first)) {
        if !word.is_empty() && !words.contains(word) {
            words.push(word.clone());
        }
    }
    words.join(" ")
}

/// What somebody typed, as a pattern for [`of`]; `None` when it is not in letters.
pub(crate) fn pattern(typed: &str) -> Option<String> {
    let letters: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .map(|c| if c == 'ü' { 'v' } else { c.to_ascii_lowercase() })
        .collect();
    let fits = !letters.is_empty() && letters.chars().all(|c| c.is_ascii_alphabetic());
    fits.then(|| format!("%{letters}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_whole_and_by_its_first_letters() {
        assert_eq!(of("王秀英"), "wangxiuying wxy");
        assert_eq!(of("阿依 Ali"), of("阿依Ali"));
        assert_eq!(of(""), "");
        assert_eq!(of("·"), "");
        assert!(of("吕旅").contains("lvlv"), "{}", of("吕旅"));
    }

    #[test]
    fn a_character_with_two_readings_is_found_by_both() {
        for (name, sounds) in [
            ("单长乐", ["shanchangle", "danzhangyue"]),
            ("曾乐", ["zengle", "zengyue"]),
            ("查朝", ["zhazhao", "chachao"]),
        ] {
            for sound in sounds {
                assert!(of(name).split(' ').any(|known| known == sound), "{sound}: {}", of(name));
            }
        }
        let many = of(&"长乐行重".repeat(9));
        assert!(many.len() < 2_000 && many.split(' ').count() <= 2 * WAYS_MAX, "{many}");
    }

    #[test]
    fn what_is_typed_in_letters_is_a_sound_and_the_rest_is_not() {
        assert_eq!(pattern("Wang xiu ying").as_deref(), Some("%wangxiuying%"));
        assert_eq!(pattern("xi'an").as_deref(), Some("%xian%"));
        assert_eq!(pattern("LÜ").as_deref(), None);
        assert_eq!(pattern("lü").as_deref(), Some("%lv%"));
        assert_eq!(pattern("王xy"), None);
        assert_eq!(pattern("50%"), None);
        assert_eq!(pattern(" "), None);
    }
}
