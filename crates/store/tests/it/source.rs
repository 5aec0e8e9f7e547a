//! Reads the store's own source: every statement that stands in it, and who runs it.

use std::path::Path;

/// A string literal with the code before it.
pub struct Literal {
    pub file: String,
    pub line: usize,
    /// Its value, escapes done.
    pub text: String,
    /// The code before it without blanks, comments and other literals, as far as the last `;`, `{` or `}`.
    pub before: String,
}

/// A statement inside `sql!`.
pub struct Statement {
    pub place: String,
    pub text: String,
    /// The method of `Tx` that runs it; empty when it is handed on.
    pub method: String,
}

/// The methods of `Tx` that take a statement.
pub const METHODS: [&str; 6] = ["all", "optional", "one", "number", "run", "change"];

/// Every string literal of the store's source.
pub fn literals() -> Vec<Literal> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    read_folder(&root, &root, &mut found);
    assert!(found.len() > 50, "the source was not found");
    found
}

fn read_folder(root: &Path, folder: &Path, found: &mut Vec<Literal>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let file = path.strip_prefix(root).unwrap().display().to_string();
            found.extend(read(&file, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The string literals of one file.
pub fn read(file: &str, source: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let (mut before, mut rest, mut line) = (String::new(), source, 1);
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some((text, taken)) = literal(rest, &before) {
            found.push(Literal { file: file.to_owned(), line, text, before: before.clone() });
            before.push_str("\"\"");
            taken
        } else if c == '\'' {
            // A character, or the beginning of a lifetime.
            match rest.as_bytes().get(1) {
                Some(b'\\') => 2 + rest[2..].find('\'').map_or(0, |at| if at == 0 { 2 } else { at + 1 }),
                _ => match rest[1..].chars().nth(1) {
                    Some('\'') => 2 + rest[1..].chars().next().unwrap().len_utf8(),
                    _ => 1,
                },
            }
        } else {
            match c {
                ';' | '{' | '}' => before.clear(),
                c if c.is_whitespace() => {}
                c => before.push(c),
            }
            c.len_utf8()
        };
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    found
}

/// A string literal at the beginning of `rest`: its value and its length in the source.
fn literal(rest: &str, before: &str) -> Option<(String, usize)> {
    let in_word = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with('"') {
        return Some(escaped(rest));
    }
    let raw = rest.strip_prefix('r').filter(|_| !in_word || before.ends_with('b'))?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let inside = raw[hashes..].strip_prefix('"')?;
    let end = inside.find(&format!("\"{}", "#".repeat(hashes)))?;
    Some((inside[..end].to_owned(), 1 + hashes + 1 + end + 1 + hashes))
}

fn escaped(rest: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, at + 1),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('\n') => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some(c) => text.push(c),
                None => break,
            },
            c => text.push(c),
        }
    }
    (text, rest.len())
}

/// Splits `...tx.all::<(A, B)>(` into what stands before and the method's name.
fn called(code: &str) -> Option<&str> {
    let mut head = code.strip_suffix('(')?;
    if head.ends_with('>') {
        let mut depth = 0_usize;
        let open = head.char_indices().rev().find(|(_, c)| {
            match c {
                '>' => depth += 1,
                '<' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        head = head[..open?.0].strip_suffix("::")?;
    }
    let name = head.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    head[..head.len() - name.len()].ends_with('.').then_some(name)
}

/// Every statement in `sql!`.
pub fn statements() -> Vec<Statement> {
    let in_macro = |literal: &Literal| literal.before.strip_suffix("sql!(").map(str::to_owned);
    literals()
        .into_iter()
        .filter_map(|literal| {
            let code = in_macro(&literal)?;
            let method = called(&code).filter(|name| METHODS.contains(name)).unwrap_or_default().to_owned();
            Some(Statement { place: format!("{}:{}", literal.file, literal.line), text: literal.text, method })
        })
        .collect()
}

/// Literals that are run or look like statements and yet stand outside of `sql!`.
pub fn outside(literals: &[Literal]) -> Vec<String> {
    let mut found = Vec::new();
    for literal in literals {
        let place = format!("{}:{}", literal.file, literal.line);
        let mut words = literal.text.split_whitespace();
        let begins = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&words.next().unwrap_or_default());
        let runs = called(&literal.before).is_some_and(|name| METHODS.contains(&name));
        // `check!` puts its statement together from pieces; `store::record::verify::statements` hands it to the tests.
        let checked = literal.file == "record/verify.rs" && literal.before.ends_with("unrecorded:concat!(");
        // The driver asks its own server what it is and in which line it stands, outside of any unit of work.
        let driver = matches!(literal.file.as_str(), "db/postgres.rs" | "db/postgres/stamps.rs")
            && [".query_one(", "client.execute(", "client.prepare("].iter().any(|call| literal.before.ends_with(call));
        // A copy of whole tables, of every county, for backup and restore.
        let copy = matches!(literal.file.as_str(), "db/copy.rs" | "db/about.rs");
        if !literal.before.ends_with("sql!(")
            && !checked
            && !driver
            && !copy
            && (runs || begins && words.next().is_some())
        {
            found.push(format!("{place}: {}", literal.text));
        }
    }
    found
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let source = "fn f<'a>(c: char) { tx.all::<(Id<T>, i64)>(sql!(\n  \"SELECT a \\\n   FROM b -- \\\"c\\\"\"), x('\"', '\\'', b\"y\")); // \"no\"\n\
                  tx.run(r#\"DELETE \"q\"\"#, &[]); }";
    let read = read("a.rs", source);
    let texts: Vec<&str> = read.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["SELECT a FROM b -- \"c\"", "y", "DELETE \"q\""]);
    assert_eq!((read[0].line, read[2].line), (2, 4));
    assert_eq!(read[0].before.strip_suffix("sql!(").and_then(called), Some("all"));
    assert_eq!(outside(&read), ["a.rs:4: DELETE \"q\""]);
}
