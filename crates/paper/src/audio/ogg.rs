//! Ogg: packets laid over pages. The second packet of a stream is its comments; it is emptied where it lies, so that
//! no page moves, and the sums of all pages are computed anew.

use std::ops::Range;

use super::Sound;
use crate::{PaperError, read};

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    let sums = Sums::new();
    let pages = pages(bytes)?;
    let stream = pages.first().map(|page| page.stream);
    for (at, page) in pages.iter().enumerate() {
        // One stream from its first page to its end: no film beside it and no second piece behind it.
        if Some(page.stream) != stream || page.begins != (at == 0) {
            return Err(PaperError::NotASound);
        }
        let whole = read::part(bytes, page.whole.start, page.whole.end)?;
        if sums.page(whole) != u32::from_le_bytes(read::array(whole, SUM_AT)?) {
            return Err(PaperError::Broken);
        }
    }
    let packets = first_packets(&pages);
    let [first, comments] = packets.as_slice() else { return Err(PaperError::Broken) };
    let first: Vec<u8> = gather(bytes, first)?;
    let empty: &[u8] = if first.starts_with(b"OpusHead") {
        // Vendor of no length, no comments; zeros behind them are padding (RFC 7845 §5.2).
        b"OpusTags\0\0\0\0\0\0\0\0"
    } else if first.starts_with(b"\x01vorbis") {
        VORBIS_NO_COMMENTS
    } else {
        return Err(PaperError::NotASound);
    };
    let old = gather(bytes, comments)?;
    if old.len() < empty.len() || old.get(..7) != empty.get(..7) {
        return Err(PaperError::Broken);
    }
    if packets_behind(&pages) == 0 {
        return Err(PaperError::Broken);
    }
    let mut out = bytes.to_vec();
    let mut source = empty.iter().copied().chain(std::iter::repeat(0));
    for piece in comments {
        for byte in read::part_mut(&mut out, piece.start, piece.end)? {
            *byte = source.next().unwrap_or(0);
        }
    }
    for page in &pages {
        let whole = read::part_mut(&mut out, page.whole.start, page.whole.end)?;
        let sum = sums.page(whole).to_le_bytes();
        read::part_mut(whole, SUM_AT, SUM_AT + 4)?.copy_from_slice(&sum);
    }
    Ok(Sound { bytes: out, media_type: "audio/ogg" })
}

/// A Vorbis comment packet with no vendor, no comments and its closing bit; decoders do not look behind that.
pub(super) const VORBIS_NO_COMMENTS: &[u8] = b"\x03vorbis\0\0\0\0\0\0\0\0\x01";

/// Where a page holds its sum.
const SUM_AT: usize = 22;

struct Page {
    whole: Range<usize>,
    stream: u32,
    begins: bool,
    /// The pieces of packets in it, each with whether the packet ends there.
    pieces: Vec<(Range<usize>, bool)>,
}

fn pages(bytes: &[u8]) -> Result<Vec<Page>, PaperError> {
    let mut pages = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let head: [u8; 27] = read::array(bytes, at)?;
        let [b'O', b'g', b'g', b'S', 0, flags, .., laced] = head else { return Err(PaperError::Broken) };
        let stream = u32::from_le_bytes(read::array(bytes, at + 14)?);
        let mut place = read::within(at, 27 + usize::from(laced), bytes.len())?;
        let mut pieces = Vec::new();
        let mut from = place;
        for &size in read::part(bytes, at + 27, place)? {
            place = read::within(place, usize::from(size), bytes.len())?;
            if size < 255 {
                pieces.push((from..place, true));
                from = place;
            }
        }
        if from < place {
            pieces.push((from..place, false));
        }
        pages.push(Page { whole: at..place, stream, begins: flags & 2 != 0, pieces });
        at = place;
    }
    Ok(pages)
}

/// The pieces of the first two packets, if both end.
fn first_packets(pages: &[Page]) -> Vec<Vec<Range<usize>>> {
    let mut packets = Vec::new();
    let mut open = Vec::new();
    for (piece, ends) in pages.iter().flat_map(|page| &page.pieces) {
        open.push(piece.clone());
        if *ends {
            packets.push(std::mem::take(&mut open));
            if packets.len() == 2 {
                break;
            }
        }
    }
    packets
}

fn packets_behind(pages: &[Page]) -> usize {
    pages.iter().flat_map(|page| &page.pieces).filter(|(_, ends)| *ends).count().saturating_sub(2)
}

fn gather(bytes: &[u8], pieces: &[Range<usize>]) -> Result<Vec<u8>, PaperError> {
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(read::part(bytes, piece.start, piece.end)?);
    }
    Ok(out)
}

/// The page sum of RFC 3533 §6: polynomial 04C11DB7, high bit first, starting at zero, its own field taken as zero.
pub(super) struct Sums([u32; 256]);

impl Sums {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|byte| {
            let first = u32::try_from(byte).unwrap_or_default() << 24;
            (0..8).fold(first, |sum, _| if sum >> 31 == 1 { (sum << 1) ^ 0x04C1_1DB7 } else { sum << 1 })
        }))
    }

    pub(super) fn page(&self, bytes: &[u8]) -> u32 {
        bytes.iter().enumerate().fold(0, |sum: u32, (at, &byte)| {
            let byte = if (SUM_AT..SUM_AT + 4).contains(&at) { 0 } else { byte };
            let [high, ..] = sum.to_be_bytes();
            (sum << 8) ^ self.0.get(usize::from(high ^ byte)).copied().unwrap_or_default()
        })
    }
}
