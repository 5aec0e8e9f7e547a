//! The fonts of the machine that have Chinese characters.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

use super::PdfError;

/// Where Debian and its like keep fonts.
pub const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts/opentype"];

/// Parts of the names of files with Chinese characters, the ones that read best on paper first; the last ones have rare characters.
const NAMES: [&str; 14] = [
    "notosanscjk",
    "sourcehansans",
    "source-han-sans",
    "wqy",
    "wenquanyi",
    "lxgw",
    "notoserifcjk",
    "sourcehanserif",
    "fandol",
    "simhei",
    "simsun",
    "uming",
    "hanamin",
    "plangothic",
];
/// Further parts that are only taken when none of [`NAMES`] fits.
const OTHER_NAME: &str = "cjk";
/// Documents use two weights, regular and bold.
const OTHER_WEIGHTS: [&str; 7] = ["light", "thin", "black", "medium", "demilight", "semibold", "heavy"];
const ENDINGS: [&str; 4] = [".otf", ".ttf", ".ttc", ".otc"];

/// Files looked into, folders deep, and bytes of one file at most. Read fonts stay in memory, so there are few.
const FILES_MAX: usize = 12;
const DEPTH_MAX: u8 = 6;
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Characters that a font for village papers must have.
const NEEDED: [char; 4] = ['村', '议', 'A', '9'];

/// One face in a file. The file is read when a document first needs it.
struct Face {
    path: PathBuf,
    index: u32,
    font: OnceLock<Option<Font>>,
}

/// Fonts that were found.
pub struct Fonts {
    book: LazyHash<FontBook>,
    faces: Vec<Face>,
    family: String,
}

impl Fonts {
    /// Searches the folders.
    ///
    /// # Errors
    /// [`PdfError::NoFont`] when none has Chinese characters.
    pub fn search(folders: &[PathBuf]) -> Result<Self, PdfError> {
        let mut infos = Vec::new();
        let mut faces = Vec::new();
        for path in files(folders) {
            let Ok(bytes) = fs::read(&path) else { continue };
            for (index, info) in (0..).zip(FontInfo::iter(&bytes)) {
                if NEEDED.iter().any(|c| info.coverage.contains(u32::from(*c))) {
                    infos.push(info);
                    faces.push(Face { path: path.clone(), index, font: OnceLock::new() });
                }
            }
        }
        // The first file with all that is needed; a collection holds one family a region, and the simplified one draws characters as
        // schools in China teach them.
        let whole = |info: &FontInfo| NEEDED.iter().all(|c| info.coverage.contains(u32::from(*c)));
        let wish = |family: &str| (family.contains("Mono"), !(family.ends_with(" SC") || family.ends_with(" CN")));
        let fit: Vec<(&Path, &str)> = faces
            .iter()
            .zip(&infos)
            .filter(|(_, info)| whole(info))
            .map(|(face, info)| (face.path.as_path(), info.family.as_str()))
            .collect();
        let file = fit.first().map(|(path, _)| *path);
        let of_file = fit.iter().filter(|(path, _)| Some(*path) == file);
        let best = of_file.map(|(_, family)| *family).min_by_key(|family| wish(family)).map(str::to_owned);
        let Some(family) = best else {
            let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            return Err(PdfError::NoFont { folders: folders.join(", ") });
        };
        Ok(Self { book: LazyHash::new(FontBook::from_infos(infos)), faces, family })
    }

    /// The fonts of these folders, searched once in a process. What is missing is looked for again the next time, so that a font
    /// installed meanwhile is found without a new start.
    ///
    /// # Errors
    /// As [`Fonts::search`].
    pub fn shared(folders: &[PathBuf]) -> Result<Arc<Self>, PdfError> {
        static FOUND: Mutex<Vec<(Vec<PathBuf>, Arc<Fonts>)>> = Mutex::new(Vec::new());
        let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, fonts)) = found.iter().find(|(of, _)| of == folders) {
            return Ok(fonts.clone());
        }
        let fonts = Arc::new(Self::search(folders)?);
        found.push((folders.to_vec(), fonts.clone()));
        Ok(fonts)
    }

    /// The family that documents are set in.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// The file of that family.
    pub fn file(&self) -> Option<&Path> {
        let first =
            (0..).zip(&self.faces).find(|(at, _)| self.book.info(*at).is_some_and(|info| info.family == self.family));
        first.map(|(_, face)| face.path.as_path())
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(super) fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        face.font
            .get_or_init(|| {
                // Faces of one collection share its bytes.
                let read = |face: &Face| face.font.get().and_then(|font| Some(font.as_ref()?.data().clone()));
                let shared = self.faces.iter().filter(|other| other.path == face.path).find_map(read);
                let bytes = shared.or_else(|| fs::read(&face.path).ok().map(Bytes::new))?;
                Font::new(bytes, face.index)
            })
            .clone()
    }
}

/// Font files, the best first: of a folder that somebody named all, of the system's folders those whose names promise Chinese characters.
fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders {
        let own = !FOLDERS.iter().any(|system| Path::new(system) == folder);
        walk(folder, own, DEPTH_MAX, &mut found);
    }
    found.sort();
    found.truncate(FILES_MAX);
    found.into_iter().map(|(_, path)| path).collect()
}

fn walk(folder: &Path, own: bool, depth: u8, found: &mut Vec<(usize, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Links are not followed into folders: one could lead in a circle.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if let Some(depth) = depth.checked_sub(1) {
                walk(&path, own, depth, found);
            }
            continue;
        }
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let small = fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= FILE_BYTES_MAX);
        let rank = NAMES.iter().position(|part| name.contains(part)).map(|rank| rank + 1);
        let rank = rank.or(name.contains(OTHER_NAME).then_some(NAMES.len() + 1));
        let used = !OTHER_WEIGHTS.iter().any(|weight| name.contains(weight));
        if let Some(rank) = if own { Some(0) } else { rank.filter(|_| used) }
            && small
            && ENDINGS.iter().any(|end| name.ends_with(end))
        {
            found.push((rank, path));
        }
    }
}
