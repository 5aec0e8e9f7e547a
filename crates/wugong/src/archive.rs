//! The archive of a backup: one zip file that any tool opens and that restores into either engine.
//!
//! | part | holds |
//! |---|---|
//! | `tables/NAME.jsonl` | a line of JSON for each row: an array with a value for each column, in the order that the manifest says |
//! | `files/ab/cdef...` | a photo, recording or scan, named by its SHA-256 |
//! | `beside/NAME` | a small file of the folder of data: `secret`, `erased.log`, `days-passed` of a demo |
//! | `rules/NAME.toml` | a rule pack of the installation's own |
//! | `manifest.json` | what all this is, with length and SHA-256 of every other part; written last |
//!
//! Ids are written as usual, bytes in hexadecimal, a fraction by the sixteen digits of its bits, so that it comes back as it was.

use anyhow::{Context, Result, bail};
use civic::hex::{hex, unhex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;
use store::Value;
use store::copy::{Kind, Table};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What the manifest calls itself.
pub const FORMAT: &str = "wugong.backup.1";
/// The part that says what the others are.
pub const MANIFEST: &str = "manifest.json";
/// The longest manifest, and the longest line of a row, that is read.
const TEXT_MAX: u64 = 256 * 1024 * 1024;

/// One part of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name in the archive.
    pub name: String,
    /// Its length before compression.
    pub bytes: u64,
    /// SHA-256 of its bytes before compression, in hexadecimal.
    pub sha256: String,
}

/// One table of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableOf {
    /// Its name.
    pub name: String,
    /// Name and type of each column, in the order in which a row holds them.
    pub columns: Vec<(String, String)>,
    /// How many rows there are.
    pub rows: u64,
}

impl TableOf {
    /// The part that holds its rows.
    pub fn part(&self) -> String {
        table_part(&self.name)
    }
    /// As the store knows it.
    pub fn table(&self) -> Result<Table> {
        let kind =
            |name: &str| Kind::parse(name).with_context(|| format!("{} has a column of the type {name}", self.name));
        let columns = self.columns.iter().map(|(name, of)| Ok((name.clone(), kind(of)?))).collect::<Result<_>>()?;
        Ok(Table { name: self.name.clone(), columns })
    }
}

fn table_part(name: &str) -> String {
    format!("tables/{name}.jsonl")
}

/// One county of it, with the head of its record: whoever wrote that down elsewhere can compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyOf {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its division code.
    pub code: String,
    /// Sealed entries of its record.
    pub sealed: i64,
    /// The last seal, empty before the first.
    pub head: String,
}

/// What an archive is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the program that made it.
    pub program: String,
    /// When, in milliseconds.
    pub made_at: i64,
    /// The engine that it was made of; it restores into either.
    pub engine: String,
    /// The migrations that the database had seen: number and name.
    pub schema: Vec<(i64, String)>,
    /// Its counties.
    pub counties: Vec<CountyOf>,
    /// Its tables.
    pub tables: Vec<TableOf>,
    /// Files that rows name and that were not to be had, by digest: missing, or damaged on the disk.
    pub missing: Vec<String>,
    /// Every other part.
    pub parts: Vec<Part>,
}

/// An archive that is being written.
pub struct Writer {
    zip: ZipWriter<BufWriter<File>>,
    parts: Vec<Part>,
    hash: Sha256,
    bytes: u64,
}

impl Writer {
    /// Into that file.
    pub fn new(file: File) -> Self {
        let zip = ZipWriter::new(BufWriter::with_capacity(1 << 18, file));
        Self { zip, parts: Vec::new(), hash: Sha256::new(), bytes: 0 }
    }

    /// Begins a part. Pictures and recordings are compressed already.
    pub fn begin(&mut self, name: &str, compress: bool) -> io::Result<()> {
        let method = if compress { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        self.zip.start_file(name, options).map_err(io::Error::from)?;
        self.parts.push(Part { name: name.to_owned(), bytes: 0, sha256: String::new() });
        self.hash = Sha256::new();
        self.bytes = 0;
        Ok(())
    }

    /// More of the part.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.zip.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Ends the part.
    pub fn end(&mut self) {
        let digest = std::mem::take(&mut self.hash).finalize();
        if let Some(part) = self.parts.last_mut() {
            part.bytes = self.bytes;
            part.sha256 = hex(&digest);
        }
    }

    /// A whole part.
    pub fn part(&mut self, name: &str, compress: bool, bytes: &[u8]) -> io::Result<()> {
        self.begin(name, compress)?;
        self.write(bytes)?;
        self.end();
        Ok(())
    }

    /// Begins the part of a table.
    pub fn begin_table(&mut self, table: &Table) -> io::Result<()> {
        self.begin(&table_part(&table.name), true)
    }

    /// Puts the manifest behind the parts and brings everything to the disk. Answers the length of the file.
    pub fn finish(mut self, mut manifest: Manifest) -> io::Result<u64> {
        manifest.parts = std::mem::take(&mut self.parts);
        let text = serde_json::to_vec_pretty(&manifest)?;
        self.begin(MANIFEST, true)?;
        self.write(&text)?;
        let file = self.zip.finish().map_err(io::Error::from)?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

/// A row as a line of JSON, the end of the line included.
pub fn line(row: &[Value]) -> io::Result<Vec<u8>> {
    let mut out = vec![b'['];
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match value {
            Value::Null => out.extend(b"null"),
            Value::Int(n) => out.extend(n.to_string().bytes()),
            Value::Bool(yes) => out.extend(yes.to_string().bytes()),
            Value::Text(text) => serde_json::to_writer(&mut out, text)?,
            Value::Id(id) => serde_json::to_writer(&mut out, &id.to_string())?,
            Value::Bytes(bytes) => serde_json::to_writer(&mut out, &hex(bytes))?,
            Value::Real(n) => serde_json::to_writer(&mut out, &format!("{:016x}", n.to_bits()))?,
        }
    }
    out.extend(b"]\n");
    Ok(out)
}

/// The row that such a line holds; `None` when it is no row of that table.
pub fn row(line: &[u8], table: &Table) -> Option<Vec<Value>> {
    use serde_json::Value as Json;
    let found: Vec<Json> = serde_json::from_slice(line).ok()?;
    if found.len() != table.columns.len() {
        return None;
    }
    let values = found.into_iter().zip(&table.columns).map(|(json, (_, kind))| match (json, kind) {
        (Json::Null, _) => Some(Value::Null),
        (Json::Number(n), Kind::Int) => n.as_i64().map(Value::Int),
        (Json::Bool(yes), Kind::Bool) => Some(Value::Bool(yes)),
        (Json::String(text), Kind::Text) => Some(Value::Text(text)),
        (Json::String(text), Kind::Id) => Uuid::parse_str(&text).ok().map(Value::Id),
        (Json::String(text), Kind::Bytes) => unhex(&text).map(Value::Bytes),
        (Json::String(text), Kind::Real) => u64::from_str_radix(&text, 16).ok().map(|n| Value::Real(f64::from_bits(n))),
        _ => None,
    });
    values.collect()
}

/// An archive that is read.
pub struct Reader {
    zip: ZipArchive<BufReader<File>>,
    /// What it says of itself.
    pub manifest: Manifest,
}

impl Reader {
    /// Opens an archive and reads its manifest. Errors say what is wrong with the file.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        let mut first = [0_u8; 2];
        let begins_as_one = file.read_exact(&mut first).is_ok() && first == *b"PK";
        file.rewind()?;
        let zip = ZipArchive::new(BufReader::with_capacity(1 << 18, file));
        let mut zip = match zip {
            Ok(zip) => zip,
            Err(_) if begins_as_one => bail!("{} is cut short or damaged: its end is not there", path.display()),
            Err(_) => bail!("{} is no backup of this program", path.display()),
        };
        let text = {
            let part = zip.by_name(MANIFEST);
            let Ok(part) = part else { bail!("{} is no backup of this program: it has no manifest", path.display()) };
            let mut text = Vec::new();
            part.take(TEXT_MAX).read_to_end(&mut text).context("the manifest is damaged")?;
            text
        };
        let head: serde_json::Value = serde_json::from_slice(&text).context("the manifest is no JSON")?;
        match head.get("format").and_then(serde_json::Value::as_str) {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("wugong.backup.") => {
                bail!("the backup is of the format {other}, this program reads {FORMAT}: a newer program made it")
            }
            _ => bail!("{} is no backup of this program", path.display()),
        }
        let manifest: Manifest = serde_json::from_value(head).context("the manifest does not read")?;
        Ok(Self { zip, manifest })
    }

    /// Reads every part and compares it with the manifest. Errors name the part.
    pub fn check(&mut self) -> Result<()> {
        let there = self.zip.len();
        if there != self.manifest.parts.len() + 1 {
            bail!("the archive has {there} parts, its manifest speaks of {}", self.manifest.parts.len() + 1);
        }
        let mut buffer = vec![0_u8; 1 << 18];
        for part in &self.manifest.parts {
            if !fit(&part.name) {
                bail!("the part {} is none that a backup has", part.name);
            }
            let Ok(mut found) = self.zip.by_name(&part.name) else { bail!("the part {} is missing", part.name) };
            let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
            loop {
                let n = match found.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(n) => n,
                    Err(error) => bail!("the part {} is damaged: {error}", part.name),
                };
                hash.update(buffer.get(..n).unwrap_or_default());
                bytes += u64::try_from(n).unwrap_or(u64::MAX);
                if bytes > part.bytes {
                    break;
                }
            }
            if bytes != part.bytes || hex(&hash.finalize()) != part.sha256 {
                bail!("the part {} was altered: it does not match the manifest", part.name);
            }
        }
        for table in &self.manifest.tables {
            if !self.manifest.parts.iter().any(|part| part.name == table.part()) {
                bail!("the table {} has no part", table.name);
            }
        }
        Ok(())
    }

    /// The names of the parts below a folder, without that folder.
    pub fn below(&self, folder: &str) -> Vec<String> {
        let names = self.manifest.parts.iter().filter_map(|part| part.name.strip_prefix(folder));
        names.map(str::to_owned).collect()
    }

    /// The bytes of a part.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>> {
        let part = self.zip.by_name(name).with_context(|| format!("the part {name} is missing"))?;
        let mut bytes = Vec::new();
        part.take(TEXT_MAX).read_to_end(&mut bytes).with_context(|| format!("the part {name} is damaged"))?;
        Ok(bytes)
    }
}

/// Whether a part may have that name: nothing in it leads out of the folder that it is put into.
fn fit(name: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let mut steps = name.split('/');
    matches!(steps.next(), Some("tables" | "files" | "beside" | "rules"))
        && steps.clone().count() <= 2
        && steps.all(plain)
}

/// The rows of a table of an archive, for the store.
impl store::copy::Source for Reader {
    fn tables(&self) -> Vec<Table> {
        self.manifest.tables.iter().filter_map(|table| table.table().ok()).collect()
    }

    fn rows(&mut self, table: &Table, take: store::copy::Take<'_>) -> store::copy::Outcome<()> {
        let unfit = |what: String| store::copy::Failed::Unfit(what);
        let name = table_part(&table.name);
        let part = self.zip.by_name(&name).map_err(|error| unfit(format!("the part {name}: {error}")))?;
        let mut lines = BufReader::with_capacity(1 << 18, part);
        let mut text = Vec::new();
        for n in 1_u64.. {
            text.clear();
            if lines.by_ref().take(TEXT_MAX).read_until(b'\n', &mut text)? == 0 {
                break;
            }
            let row = row(&text, table).ok_or_else(|| unfit(format!("line {n} of {name} is no row of that table")))?;
            take(&row)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was() {
        let kinds = [Kind::Id, Kind::Text, Kind::Int, Kind::Bool, Kind::Real, Kind::Bytes, Kind::Text];
        let columns = kinds.iter().enumerate().map(|(at, kind)| (format!("c{at}"), *kind)).collect();
        let table = Table { name: "t".into(), columns };
        for real in [0.1, -0.0, f64::MAX, 1.0 / 3.0] {
            let values = vec![
                Value::Id(Uuid::from_u128(7)),
                Value::Text("一\"\\\n\t\u{1}行".into()),
                Value::Int(i64::MIN),
                Value::Bool(true),
                Value::Real(real),
                Value::Bytes(vec![0, 255]),
                Value::Null,
            ];
            let text = line(&values).unwrap();
            assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1, "a row is one line");
            assert_eq!(row(&text, &table), Some(values));
        }
        for wrong in ["[]", "[1,2,3,4,5,6,7]", "{}", "[null,null,1.5,null,null,null,null]", "no"] {
            assert_eq!(row(wrong.as_bytes(), &table), None, "{wrong}");
        }
    }

    #[test]
    fn no_part_leads_out_of_its_folder() {
        for good in ["tables/need.jsonl", "files/ab/0123", "beside/secret", "rules/县规.toml"] {
            assert!(fit(good), "{good}");
        }
        for bad in [
            "files/../secret",
            "/etc/passwd",
            "files/ab/..",
            "beside/",
            "rules/a/b/c",
            "x/y",
            "tables/.hid",
            "files\\x",
        ] {
            assert!(!fit(bad), "{bad}");
        }
    }
}
