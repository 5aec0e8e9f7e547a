//! MP3: audio frames one behind the other, with tags of four makers hung before and behind them.

use super::Sound;
use crate::{PaperError, read};

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    let mut rest = bytes;
    while let Some(cut) = tag_behind(rest)? {
        rest = read::part(rest, 0, rest.len().checked_sub(cut).ok_or(PaperError::Broken)?)?;
    }
    while let Some(cut) = tag_before(rest)? {
        rest = rest.get(cut..).ok_or(PaperError::Broken)?;
    }
    let mut out = Vec::with_capacity(rest.len());
    let mut stream = None;
    let mut frames = 0_u32;
    while rest.iter().any(|&byte| byte != 0) {
        let Some(frame) = Frame::read(rest)? else {
            // Fewer than four bytes are left: the head of a frame that was never written.
            break;
        };
        // A frame of another kind right behind is no frame at all but bytes that look like one.
        if *stream.get_or_insert(frame.stream) != frame.stream {
            return Err(PaperError::Broken);
        }
        let Some((whole, behind)) = rest.split_at_checked(frame.length) else {
            // The last frame is cut short; the rest is whole.
            break;
        };
        out.extend(whole);
        rest = behind;
        frames += 1;
    }
    // One frame may be chance: two of the same kind in exact distance are sound.
    if frames < 2 {
        return Err(PaperError::Broken);
    }
    Ok(Sound { bytes: out, media_type: "audio/mpeg" })
}

struct Frame {
    /// Version and sampling rate, which stay the same in a stream.
    stream: (u8, u8),
    /// With its head, in bytes.
    length: usize,
}

impl Frame {
    /// The head of a layer III frame (ISO/IEC 11172-3 §2.4.1.3, 13818-3).
    fn read(bytes: &[u8]) -> Result<Option<Self>, PaperError> {
        const MPEG_1: u8 = 3;
        /// Kilobits a second by index: MPEG 1, and MPEG 2 and 2.5.
        const RATES: [[usize; 14]; 2] = [
            [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
            [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ];
        const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];
        let &[sync, kind, rates, last, ..] = bytes else { return Ok(None) };
        let (version, layer) = (kind >> 3 & 3, kind >> 1 & 3);
        if sync != 0xFF || kind & 0xE0 != 0xE0 || version == 1 || last & 3 == 2 {
            return Err(PaperError::Broken);
        }
        if layer != 1 {
            // Layers I and II, and AAC, which has the same beginning.
            return Err(PaperError::NotASound);
        }
        let [high, low] = RATES;
        let table = if version == MPEG_1 { high } else { low };
        // Index 0 is "free": its frames have no length that could be followed.
        let kilobits = usize::from(rates >> 4).checked_sub(1).and_then(|index| table.get(index));
        let samples = SAMPLES.get(usize::from(rates >> 2 & 3));
        let (Some(kilobits), Some(samples)) = (kilobits, samples) else { return Err(PaperError::Broken) };
        let padding = usize::from(rates >> 1 & 1);
        let length = match version {
            MPEG_1 => 144_000 * kilobits / samples,
            2 => 72_000 * kilobits * 2 / samples,
            _ => 72_000 * kilobits * 4 / samples,
        };
        Ok(Some(Self { stream: (version, rates >> 2 & 3), length: length + padding }))
    }
}

/// The size of a tag that the bytes begin with: ID3v2, or APE with a head.
fn tag_before(bytes: &[u8]) -> Result<Option<usize>, PaperError> {
    if let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes {
        return Ok(Some(10 + seven_bits([a, b, c, d])? + if flags & 0x10 == 0 { 0 } else { 10 }));
    }
    if bytes.starts_with(b"APETAGEX") {
        return Ok(Some(32 + read::le32(bytes, 12)?));
    }
    Ok(None)
}

/// The size of a tag that the bytes end with: ID3v1 and its longer form, ID3v2.4 with a foot, APE, Lyrics3.
fn tag_behind(bytes: &[u8]) -> Result<Option<usize>, PaperError> {
    let last = |n: usize| bytes.len().checked_sub(n).and_then(|at| bytes.get(at..));
    if last(355).is_some_and(|tail| tail.starts_with(b"TAG+") && tail.get(227..230) == Some(b"TAG")) {
        return Ok(Some(355));
    }
    if last(128).is_some_and(|tail| tail.starts_with(b"TAG")) {
        return Ok(Some(128));
    }
    if let Some(&[b'3', b'D', b'I', _, _, _, a, b, c, d]) = last(10) {
        return Ok(Some(20 + seven_bits([a, b, c, d])?));
    }
    if let Some(foot) = last(32).filter(|tail| tail.starts_with(b"APETAGEX")) {
        // Its size counts the foot and not the head; the highest bit of the flags says that there is a head.
        let flags: [u8; 4] = read::array(foot, 20)?;
        let head = if flags[3] & 0x80 == 0 { 0 } else { 32 };
        return Ok(Some(read::le32(foot, 12)?.max(32) + head));
    }
    if let Some(foot) = last(15).filter(|tail| tail.ends_with(b"LYRICS200")) {
        let digits = foot.get(..6).and_then(|digits| std::str::from_utf8(digits).ok());
        let size: usize = digits.and_then(|digits| digits.parse().ok()).ok_or(PaperError::Broken)?;
        return Ok(Some(size + 15));
    }
    Ok(None)
}

/// A length of four bytes with seven bits each, as ID3v2 writes it so that it never looks like a frame.
fn seven_bits(bytes: [u8; 4]) -> Result<usize, PaperError> {
    bytes.into_iter().try_fold(
        0,
        |sum: usize, byte| {
            if byte < 0x80 { Ok(sum * 128 + usize::from(byte)) } else { Err(PaperError::Broken) }
        },
    )
}
