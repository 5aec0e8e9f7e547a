//! Photos of signed sheets, drawn: lines, and strokes where people would have signed. They go through the same recoding as a real
//! photo, and say to everybody who opens them that nobody signed anything.

use super::book::Book;
use anyhow::{Context, Result};
use civic::id::{Chance as _, FileId};
use civic::time::Timestamp;
use store::files::{File, FileKind, Folder};

/// How many different sheets there are.
const SHEETS: usize = 3;
const WIDTH: usize = 620;
const HEIGHT: usize = 877;

/// A file as it lies in the folder of files: a photo of a signed sheet, a voice note.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    kind: FileKind,
    digest: [u8; 32],
    media_type: &'static str,
    bytes_len: i64,
}

impl Scan {
    /// A file that was kept.
    pub(super) fn of(kind: FileKind, digest: [u8; 32], media_type: &'static str, length: usize) -> Self {
        Self { kind, digest, media_type, bytes_len: i64::try_from(length).unwrap_or(i64::MAX) }
    }

    /// Its row, for one resolution or one need.
    pub(super) fn file(&self, book: &mut Book, at: Timestamp) -> FileId {
        let file = File {
            id: book.id(at),
            digest: self.digest,
            media_type: self.media_type.to_owned(),
            bytes_len: self.bytes_len,
            kind: self.kind,
            created_at: at,
        };
        let id = file.id;
        book.step(move |tx| store::files::put(tx, &file));
        id
    }
}

/// Draws the sheets and keeps them in the folder of files.
pub(super) fn draw(book: &mut Book, files: &Folder) -> Result<Vec<Scan>> {
    let mut sheets = Vec::new();
    for _ in 0..SHEETS {
        let picture = paper::picture::recode(&png(&pixels(book))?).context("a drawn sheet")?;
        let digest = files.keep(&picture.bytes).context("the folder of files")?;
        sheets.push(Scan::of(FileKind::Scan, digest, picture.media_type, picture.bytes.len()));
    }
    Ok(sheets)
}

/// A sheet in shades of grey, row by row: a frame, ruled lines, two columns of strokes.
fn pixels(book: &mut Book) -> Vec<u8> {
    let mut sheet = vec![246_u8; WIDTH * HEIGHT];
    let mut dot = |x: usize, y: usize, shade: u8| {
        if let Some(pixel) = sheet.get_mut(y.saturating_mul(WIDTH).saturating_add(x)).filter(|_| x < WIDTH) {
            *pixel = shade;
        }
    };
    for x in 40..WIDTH - 40 {
        for row in 0..=18 {
            dot(x, 120 + row * 38, 150);
        }
    }
    for y in 120..=804 {
        for x in [40, 150, WIDTH / 2, WIDTH / 2 + 110, WIDTH - 41] {
            dot(x, y, 150);
        }
    }
    for row in 0..18 {
        for column in [170, WIDTH / 2 + 130] {
            let (mut x, mut y) = (column, 134 + row * 38);
            for _ in 0..90 {
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    dot(x + dx, y + dy, 60);
                }
                let turn = book.draw.below(8);
                x = if turn < 5 { x + 1 } else { x.saturating_sub(1).max(column) };
                y = match turn % 4 {
                    0 => (y + 1).min(148 + row * 38),
                    1 => y.saturating_sub(1).max(126 + row * 38),
                    _ => y,
                };
            }
        }
    }
    sheet
}

/// The sheet as a PNG file, its rows stored without compression: what a phone would send, as far as the recoding is concerned.
fn png(pixels: &[u8]) -> Result<Vec<u8>> {
    let number = |n: usize| u32::try_from(n).context("the size of a sheet");
    let mut header = Vec::new();
    header.extend(number(WIDTH)?.to_be_bytes());
    header.extend(number(HEIGHT)?.to_be_bytes());
    // Eight bits a pixel, grey, no interlacing (W3C PNG, 11.2.1).
    header.extend([8, 0, 0, 0, 0]);
    let mut rows = Vec::with_capacity(pixels.len() + HEIGHT);
    for row in pixels.chunks(WIDTH) {
        rows.push(0);
        rows.extend(row);
    }
    // zlib (RFC 1950) around stored blocks (RFC 1951, 3.2.4).
    let mut data = vec![0x78, 0x01];
    let mut blocks = rows.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).context("the size of a block")?;
        data.push(u8::from(blocks.peek().is_none()));
        data.extend(length.to_le_bytes());
        data.extend((!length).to_le_bytes());
        data.extend(block);
    }
    data.extend(adler32(&rows).to_be_bytes());
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    for (kind, data) in [(b"IHDR", header.as_slice()), (b"IDAT", data.as_slice()), (b"IEND", &[])] {
        file.extend(number(data.len())?.to_be_bytes());
        let mut chunk = kind.to_vec();
        chunk.extend(data);
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    Ok(file)
}

/// RFC 1950, 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    b << 16 | a
}

/// ISO 3309, as PNG takes it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
