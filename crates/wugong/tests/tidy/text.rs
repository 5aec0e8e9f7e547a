//! Just enough reading of source text: which part is code, which a comment, which a literal, and which words a name holds.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Code,
    Comment,
    Literal,
}

/// A stretch of one kind. Code and comments end with their line; a literal may go on.
#[derive(Debug)]
pub struct Piece {
    pub line: usize,
    pub kind: Kind,
    pub text: String,
}

/// Cuts Rust source. Attributes and macros count as code.
pub fn rust(source: &str) -> Vec<Piece> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut pieces = Vec::new();
    let mut code = String::new();
    let (mut index, mut line) = (0, 1);
    while index < chars.len() {
        let start_line = line;
        let found = match (at(index), at(index + 1)) {
            ('/', '/') => Some((Kind::Comment, end_of_line(&chars, index), 2, 0)),
            ('/', '*') => Some((Kind::Comment, end_of_block(&chars, index), 2, 2)),
            ('"', _) => Some((Kind::Literal, end_of_string(&chars, index), 1, 1)),
            ('r', '"' | '#') if !is_word(code.chars().next_back()) || code.ends_with('b') => {
                end_of_raw(&chars, index).map(|(end, hashes)| (Kind::Literal, end, hashes + 2, hashes + 1))
            }
            ('\'', _) => end_of_char(&chars, index).map(|end| (Kind::Literal, end, 1, 1)),
            _ => None,
        };
        if let Some((kind, end, skip_front, skip_back)) = found {
            flush(&mut pieces, &mut code, start_line);
            let last = end.saturating_sub(skip_back).max(index + skip_front).min(chars.len());
            let text: String = chars[(index + skip_front).min(last)..last].iter().collect();
            line += chars[index..end].iter().filter(|c| **c == '\n').count();
            pieces.push(Piece { line: start_line, kind, text });
            index = end;
        } else {
            if at(index) == '\n' {
                flush(&mut pieces, &mut code, line);
                line += 1;
            } else {
                code.push(at(index));
            }
            index += 1;
        }
    }
    flush(&mut pieces, &mut code, line);
    pieces
}

fn flush(pieces: &mut Vec<Piece>, code: &mut String, line: usize) {
    if !code.trim().is_empty() {
        pieces.push(Piece { line, kind: Kind::Code, text: code.clone() });
    }
    code.clear();
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn end_of_line(chars: &[char], from: usize) -> usize {
    (from..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len())
}

/// Block comments nest in Rust.
fn end_of_block(chars: &[char], from: usize) -> usize {
    let (mut depth, mut i) = (0_usize, from);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => {
                (depth, i) = (depth - 1, i + 2);
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], from: usize) -> usize {
    let mut i = from + 1;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of `r#"..."#` and its number of hashes; none where this is a plain name such as `r#type`.
fn end_of_raw(chars: &[char], from: usize) -> Option<(usize, usize)> {
    let hashes = chars[from + 1..].iter().take_while(|c| **c == '#').count();
    let open = from + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let close =
        |i: &usize| chars[*i] == '"' && chars[*i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    let end = (open + 1..chars.len()).find(close)?;
    Some((end + 1 + hashes, hashes))
}

/// A quote opens a character only when another closes it; otherwise it begins a lifetime.
fn end_of_char(chars: &[char], from: usize) -> Option<usize> {
    match (chars.get(from + 1), chars.get(from + 2)) {
        (Some('\\'), _) => (from + 3..chars.len()).find(|i| chars[*i] == '\'').map(|i| i + 1),
        (Some(_), Some('\'')) => Some(from + 3),
        _ => None,
    }
}

/// Takes away everything from `open` to `close`, but keeps the line breaks in it.
pub fn without(text: &str, open: &str, close: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        let (inside, onward) = after.split_once(close).unwrap_or((after, ""));
        kept.extend(inside.chars().filter(|c| *c == '\n'));
        // A comment that ends with its line must not swallow the line break.
        if close == "\n" && after.contains('\n') {
            kept.push('\n');
        }
        rest = onward;
    }
    kept.push_str(rest);
    kept
}

/// Does `text` hold `name` as a whole word? A name that ends with `_` or a bracket is a beginning and may go on.
pub fn says(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(word);
        let after = text[at + name.len()..].chars().next().is_some_and(word);
        let (opens, closes) = (name.starts_with(word), name.ends_with(char::is_alphanumeric));
        (!opens || !before) && (!closes || !after)
    })
}

/// The words in a line: runs of letters, digits, `_` and `-`, cut at `_`, `-` and where small letters turn into capitals.
/// `true` marks a word that begins a new run after a single space.
pub struct Word {
    pub text: String,
    pub joined: bool,
    pub spaced: bool,
}

pub fn words(line: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut current, mut joined, mut spaced) = (String::new(), false, false);
    let mut gap = String::new();
    let mut before = ' ';
    for c in line.chars().chain(std::iter::once('\n')) {
        let letter = c.is_ascii_alphanumeric();
        let camel = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (!letter || camel) && !current.is_empty() {
            words.push(Word { text: std::mem::take(&mut current).to_ascii_lowercase(), joined, spaced });
            gap.clear();
        }
        if letter {
            if current.is_empty() {
                joined = !words.is_empty() && gap.chars().all(|g| g == '_' || g == '-');
                spaced = !words.is_empty() && gap == " ";
            }
            current.push(c);
        } else {
            gap.push(c);
        }
        before = c;
    }
    words
}

#[test]
fn comments_code_and_literals_are_told_apart() {
    let source = "let a = \"x // y\"; // said \"so\"\nlet b = 'c'; fn f<'a>(x: &'a str) {}\nr#\"raw \" text\"# /* a\nb */ r#type '\\''";
    let got: Vec<(usize, Kind, String)> =
        rust(source).into_iter().map(|p| (p.line, p.kind, p.text.trim().to_owned())).collect();
    let want = [
        (1, Kind::Code, "let a ="),
        (1, Kind::Literal, "x // y"),
        (1, Kind::Code, ";"),
        (1, Kind::Comment, "said \"so\""),
        (2, Kind::Code, "let b ="),
        (2, Kind::Literal, "c"),
        (2, Kind::Code, "; fn f<'a>(x: &'a str) {}"),
        (3, Kind::Literal, "raw \" text"),
        (3, Kind::Comment, "a\nb"),
        (4, Kind::Code, "r#type"),
        (4, Kind::Literal, "\\'"),
    ];
    let want: Vec<_> = want.into_iter().map(|(line, kind, text)| (line, kind, text.to_owned())).collect();
    assert_eq!(got, want);
}

#[test]
fn names_fall_into_words_however_they_are_joined() {
    let shown: Vec<String> = words("readReceipt read_receipt read-receipt read receipt a, b")
        .iter()
        .map(|w| {
            format!(
                "{}{}",
                if w.joined {
                    "+"
                } else if w.spaced {
                    " "
                } else {
                    "|"
                },
                w.text
            )
        })
        .collect();
    assert_eq!(shown.concat(), "|read+receipt read+receipt read+receipt read receipt a|b");
}
