//! Documents as PDF, set by Typst with the fonts of the machine.
//!
//! A document is plain data, a [`Sheet`] of [`Part`]s, and the one form under `forms/` knows how each part looks on A4. Whatever people
//! wrote goes in as a value of that data and never as source, so that `#`, `$` or `*` in a sentence is printed as it was typed.
//!
//! Nothing is printed that cannot be read: without a font for Chinese there is [`PdfError::NoFont`], and a character that no font of
//! the machine has is [`PdfError::NoGlyph`] and not a box.

mod fonts;

use std::sync::LazyLock;

use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

pub use fonts::{FOLDERS, Fonts};

/// Largest size of a document's data. A sign-in sheet of ten thousand households stays below it.
pub const DATA_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Most lines of all tables of a document: about three hundred pages.
pub const ROWS_MAX: usize = 10_000;

/// Characters that a message about missing ones names at most.
const NAMED_MAX: usize = 8;

/// Generations that the typesetter's memory of earlier work is kept for; documents differ, so that little of it is used again.
const KEPT_GENERATIONS: usize = 1;

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// No font with Chinese characters was found.
    #[error("no font with Chinese characters under {folders}")]
    NoFont {
        /// Where it was looked for, with commas between.
        folders: String,
    },
    /// No font of the machine has these characters.
    #[error("no font has {characters}; the nearest is {font}")]
    NoGlyph {
        /// The characters, each once, in the order of the document; at most eight.
        characters: String,
        /// The font that was tried.
        font: String,
    },
    /// The document is larger than a document may be.
    #[error("the document is too long")]
    TooLong,
    /// The form does not fit its data, or the typesetter failed: a mistake of the program.
    #[error("the document cannot be set: {0}")]
    Broken(String),
}

/// A document on A4, or on A6.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sheet {
    /// Tag of its language: `zh-CN` or `en`.
    pub lang: String,
    /// Title of the file: what a window's head shows.
    pub name: String,
    /// Who issues it, above the title.
    pub organ: String,
    /// The title in large letters.
    pub title: String,
    /// What it is about, under the title.
    pub about: Vec<String>,
    /// What it says, from top to bottom.
    pub parts: Vec<Part>,
    /// Small lines at the end: where it comes from.
    pub foot: Vec<String>,
    /// Where the seal goes; nothing for a sheet that nobody seals.
    pub chop: Option<String>,
    /// Set smaller, so that much text stays on one page.
    pub small: bool,
    /// Set larger, to be read on a wall.
    pub large: bool,
    /// On a page of A6, for a post or a lamp, instead of A4.
    pub a6: bool,
}

/// How a column of a table stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// Text that shares the width that is left.
    #[default]
    Text,
    /// Twice as wide as a text.
    Wide,
    /// As wide as what stands in it.
    Narrow,
    /// As wide as what stands in it, to the right.
    Number,
}

/// One part of a document.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Part {
    /// A paragraph. Line breaks in it are kept.
    Text {
        /// The text.
        text: String,
        /// In bold.
        strong: bool,
    },
    /// A heading over what follows; it never stands alone at the end of a page.
    Heading {
        /// The heading.
        text: String,
    },
    /// Names and what they are.
    Facts {
        /// A name and the lines beside it.
        rows: Vec<(String, Vec<String>)>,
    },
    /// A table. Its head comes again on every page.
    Table {
        /// Above it; empty for none.
        caption: String,
        /// The columns, as many as each row has cells.
        columns: Vec<Column>,
        /// Heads of the columns; none for a table without.
        head: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
        /// The last line, with sums; none for a table without.
        sum: Vec<String>,
        /// Height of a row in millimetres where people write by hand; zero where it is as high as its text.
        tall: u32,
    },
    /// What readers can do, in a frame, with a code to scan.
    Box {
        /// Its heading.
        heading: String,
        /// One way a line.
        lines: Vec<String>,
        /// A sentence under them; empty for none.
        note: String,
        /// The code, as [`crate::qr::svg`] draws it; empty for none.
        #[serde(serialize_with = "on_paper")]
        qr: String,
    },
    /// Empty lines to write on.
    Lines {
        /// What is to be written there.
        heading: String,
        /// How many.
        count: u32,
    },
    /// A picture of [`crate::chart`] or [`crate::qr`].
    Picture {
        /// The SVG.
        #[serde(serialize_with = "on_paper")]
        svg: String,
        /// What it shows, for who cannot see it.
        alt: String,
        /// Its width in hundredths of the page's.
        width: u32,
    },
    /// Lines to sign on, with who signs.
    Signs {
        /// Who signs.
        words: Vec<String>,
    },
}

impl Part {
    /// A paragraph.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), strong: false }
    }
    /// A paragraph in bold.
    pub fn strong(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), strong: true }
    }
    /// Names and what they are, one line each; what is empty is left out.
    pub fn facts(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let rows = rows.into_iter().filter(|(_, text)| !text.is_empty());
        Self::Facts { rows: rows.map(|(name, text)| (name, vec![text])).collect() }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Table { rows, .. } => rows.len(),
            Self::Facts { rows } => rows.len(),
            Self::Box { lines, .. } => lines.len(),
            Self::Lines { count, .. } => usize::try_from(*count).unwrap_or(usize::MAX),
            _ => 1,
        }
    }
}

/// Pictures are drawn for a page, which knows their namespace and the colours of their classes; paper has to be told.
fn on_paper<S: serde::Serializer>(svg: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let opening = "<svg xmlns=\"http://www.w3.org/2000/svg\" ";
    let mut drawn = svg.replacen("<svg ", opening, 1);
    if let Some(at) = drawn.find('>') {
        drawn.insert_str(at + 1, crate::chart::PAPER_STYLE);
    }
    serializer.serialize_str(&drawn)
}

/// The form, and what it is set from.
const FORM: &str = include_str!("../forms/sheet.typ");
const FORM_PATH: &str = "sheet.typ";
const DATA_PATH: &str = "sheet.json";

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));
static FORM_SOURCE: LazyLock<Option<Source>> =
    LazyLock::new(|| file(FORM_PATH).map(|id| Source::new(id, FORM.to_owned())));
static DATA_ID: LazyLock<Option<FileId>> = LazyLock::new(|| file(DATA_PATH));

fn file(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

/// All that the form can see: itself, its data and the fonts. No disk, no network, no clock.
struct Desk<'f> {
    form: Source,
    data_id: FileId,
    data: Bytes,
    fonts: &'f Fonts,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }
    fn main(&self) -> FileId {
        self.form.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.form.id() { Ok(self.form.clone()) } else { Err(FileError::AccessDenied) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn broken(errors: &[SourceDiagnostic]) -> PdfError {
    let said: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    PdfError::Broken(said.join("; "))
}

/// Lays the document out, and sees to it that every character of it can be printed.
fn lay_out(sheet: &Sheet, fonts: &Fonts) -> Result<PagedDocument, PdfError> {
    let rows = sheet.parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.rows()));
    let mut data = serde_json::to_value(sheet).map_err(|error| PdfError::Broken(error.to_string()))?;
    if let Some(data) = data.as_object_mut() {
        data.insert("font".to_owned(), fonts.family().into());
    }
    let data = data.to_string();
    if rows > ROWS_MAX || data.len() > DATA_BYTES_MAX {
        return Err(PdfError::TooLong);
    }
    let missing = || PdfError::Broken("the form is not there".to_owned());
    let form = FORM_SOURCE.as_ref().ok_or_else(missing)?.clone();
    let data_id = DATA_ID.as_ref().copied().ok_or_else(missing)?;
    let desk = Desk { form, data_id, data: Bytes::new(data.into_bytes()), fonts };
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| broken(&errors))?;
    let mut missing = Missing::default();
    for page in document.pages() {
        missing.read(&page.frame);
    }
    if !missing.characters.is_empty() {
        let font = if missing.font.is_empty() { fonts.family().to_owned() } else { missing.font };
        return Err(PdfError::NoGlyph { characters: missing.characters.iter().collect(), font });
    }
    Ok(document)
}

/// Characters that were set with the glyph of no character.
#[derive(Default)]
struct Missing {
    characters: Vec<char>,
    font: String,
}

impl Missing {
    fn read(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.read(&group.frame),
                FrameItem::Text(text) => {
                    for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                        let said = text.text.get(glyph.range()).unwrap_or_default();
                        for c in said.chars().filter(|c| !c.is_control()) {
                            if self.characters.len() < NAMED_MAX && !self.characters.contains(&c) {
                                self.characters.push(c);
                                self.font = text.font.font().info().family.clone();
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The document as a PDF file. The same sheet and fonts give the same bytes.
///
/// It takes some tenths of a second of a processor, so it is not for a thread that answers requests.
///
/// # Errors
/// [`PdfError::NoGlyph`] when a character cannot be printed, [`PdfError::TooLong`] beyond [`DATA_BYTES_MAX`] and [`ROWS_MAX`],
/// [`PdfError::Broken`] for a mistake of the program.
pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let options = PdfOptions { creator: Smart::Custom(Some("Wugong".to_owned())), ..PdfOptions::default() };
    let document = lay_out(sheet, fonts);
    let made = document.and_then(|document| typst_pdf::pdf(&document, &options).map_err(|errors| broken(&errors)));
    typst::comemo::evict(KEPT_GENERATIONS);
    made
}

#[cfg(test)]
mod tests;
