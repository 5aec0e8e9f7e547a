//! AMR: a line that names the coding, then speech frames of 20 ms. There is no place for anything else.

use super::Sound;
use crate::PaperError;

/// Bytes of speech after the head byte, by frame type (RFC 4867 §3.6, 3GPP TS 26.101); `None` are unused types.
const NARROW: [Option<usize>; 16] = [
    Some(12),
    Some(13),
    Some(15),
    Some(17),
    Some(19),
    Some(20),
    Some(26),
    Some(31),
    Some(5),
    Some(6),
    Some(5),
    Some(5),
    None,
    None,
    None,
    Some(0),
];

/// The same for wide band (3GPP TS 26.201).
const WIDE: [Option<usize>; 16] = [
    Some(17),
    Some(23),
    Some(32),
    Some(36),
    Some(40),
    Some(46),
    Some(50),
    Some(58),
    Some(60),
    Some(5),
    None,
    None,
    None,
    None,
    Some(0),
    Some(0),
];

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    let (head, sizes, media_type) = if bytes.starts_with(b"#!AMR\n") {
        (6, &NARROW, "audio/amr")
    } else if bytes.starts_with(b"#!AMR-WB\n") {
        (9, &WIDE, "audio/amr-wb")
    } else {
        return Err(PaperError::NotASound);
    };
    let mut at = head;
    let mut frames = 0_u32;
    while let Some(&first) = bytes.get(at) {
        // One bit "another frame follows in this packet" and two of padding: all zero in a file.
        if first & 0b1000_0011 != 0 {
            return Err(PaperError::Broken);
        }
        let size = sizes.get(usize::from(first >> 3)).copied().flatten().ok_or(PaperError::Broken)?;
        let to = at + 1 + size;
        if to > bytes.len() {
            // A phone switched off while it wrote: the last 20 ms are gone, the rest is whole.
            break;
        }
        at = to;
        frames += 1;
    }
    let sound = bytes.get(..at).filter(|_| frames > 0).ok_or(PaperError::Broken)?;
    Ok(Sound { bytes: sound.to_vec(), media_type })
}
