//! The files of the repository as a person would commit them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// One file. `text` is none where the bytes are not UTF-8.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    pub bytes: usize,
    pub text: Option<String>,
}

impl File {
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, end)| end)
    }

    pub fn in_any(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies two folders below the root")
}

pub fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let ignore = std::fs::read_to_string(root().join(".gitignore")).expect(".gitignore is there");
        let mut found = Vec::new();
        walk(&root(), "", &ignored(&ignore), &mut found);
        found.sort_by(|a, b| a.path.cmp(&b.path));
        assert!(found.iter().any(|file| file.path == "Cargo.toml"), "the tree was not found");
        found
    })
}

/// Text files with one of these extensions.
pub fn texts(extensions: &[&str]) -> impl Iterator<Item = (&'static File, &'static str)> {
    files()
        .iter()
        .filter(move |file| extensions.contains(&file.extension()))
        .filter_map(|file| file.text.as_deref().map(|text| (file, text)))
}

pub fn text(path: &str) -> Option<&'static str> {
    files().iter().find(|file| file.path == path).and_then(|file| file.text.as_deref())
}

fn walk(folder: &Path, under: &str, ignored: &[String], found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the tree can be read") {
        let entry = entry.expect("a folder of the tree can be read");
        let name = entry.file_name().into_string().expect("file names are UTF-8");
        let path = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
        if name == ".git" || ignored.iter().any(|pattern| matches(pattern, &path)) {
            continue;
        }
        if entry.file_type().expect("the kind of a file can be read").is_dir() {
            walk(&entry.path(), &path, ignored, found);
        } else if let Ok(bytes) = std::fs::read(entry.path()) {
            found.push(File { path, bytes: bytes.len(), text: String::from_utf8(bytes).ok() });
        }
    }
}

fn ignored(gitignore: &str) -> Vec<String> {
    let lines = gitignore.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            assert!(
                !line.starts_with('!') && !line.contains("**"),
                "tidy does not know the pattern {line} of .gitignore"
            );
            line.trim_end_matches('/').to_owned()
        })
        .collect()
}

/// Two shapes are enough for us: `/a/b` from the root, and a name with `*` anywhere.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('/') {
        Some(anchored) => glob(anchored, path),
        None if pattern.contains('/') => glob(pattern, path),
        None => glob(pattern, path.rsplit('/').next().unwrap_or(path)),
    }
}

fn glob(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name
            .strip_prefix(before)
            .is_some_and(|rest| rest.char_indices().any(|(at, _)| glob(after, &rest[at..])) || glob(after, "")),
    }
}

#[test]
fn what_git_ignores_is_not_read() {
    let patterns = ignored("# comment\n/target\n/web/dist/\n*.tmp\nnode_modules\n");
    let hidden = |path: &str| patterns.iter().any(|pattern| matches(pattern, path));
    assert!(hidden("target") && hidden("web/dist") && hidden("a/b.tmp") && hidden("e2e/node_modules"));
    assert!(!hidden("crates/target") && !hidden("web/dist.ts") && !hidden("a.tmpl"));
}
