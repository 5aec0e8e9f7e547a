//! WAV: a list of chunks, of which three are needed to play it.

use super::Sound;
use crate::{PaperError, read};

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    // What stands behind the length that the header gives is no part of the sound.
    let end = read::within(8, read::le32(bytes, 4)?, bytes.len())?;
    let (mut format, mut fact, mut data) = (None, None, None);
    let mut at = 12;
    while at < end {
        let kind: [u8; 4] = read::array(bytes, at)?;
        let from = read::within(at, 8, end)?;
        let to = read::within(from, read::le32(bytes, at + 4)?, end)?;
        let body = read::part(bytes, from, to)?;
        let slot = match &kind {
            b"fmt " => Some(&mut format),
            b"fact" => Some(&mut fact),
            b"data" => Some(&mut data),
            _ => None,
        };
        if let Some(slot) = slot
            && slot.replace(body).is_some()
        {
            return Err(PaperError::Broken);
        }
        // Chunks stand on even places; the last one's padding is often left out.
        at = to + (to - from) % 2;
    }
    let (Some(format), Some(data)) = (format, data) else { return Err(PaperError::Broken) };
    let format = known(format)?;
    let mut body = b"WAVE".to_vec();
    chunk(&mut body, b"fmt ", format)?;
    if let Some(samples) = fact {
        // Four bytes: the number of samples a channel.
        chunk(&mut body, b"fact", read::part(samples, 0, 4)?)?;
    }
    chunk(&mut body, b"data", data)?;
    let mut out = Vec::with_capacity(body.len() + 8);
    chunk(&mut out, b"RIFF", &body)?;
    Ok(Sound { bytes: out, media_type: "audio/wav" })
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) -> Result<(), PaperError> {
    out.extend(kind);
    out.extend(u32::try_from(body.len()).map_err(|_| PaperError::Broken)?.to_le_bytes());
    out.extend(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
    Ok(())
}

/// The part of the format chunk that the coding needs, if it is one of those that browsers play.
fn known(format: &[u8]) -> Result<&[u8], PaperError> {
    const PCM: u16 = 1;
    const FLOAT: u16 = 3;
    const A_LAW: u16 = 6;
    const MU_LAW: u16 = 7;
    const EXTENSIBLE: u16 = 0xFFFE;
    let coding = |at| read::array(format, at).map(u16::from_le_bytes);
    let (tag, channels) = (coding(0)?, coding(2)?);
    if !(1..=8).contains(&channels) {
        return Err(PaperError::Broken);
    }
    match tag {
        PCM => read::part(format, 0, 16),
        FLOAT | A_LAW | MU_LAW => read::part(format, 0, if format.len() < 18 { 16 } else { 18 }),
        // The real coding stands in the first two bytes of a longer identifier.
        EXTENSIBLE if matches!(coding(24)?, PCM | FLOAT) => read::part(format, 0, 40),
        _ => Err(PaperError::NotASound),
    }
}
