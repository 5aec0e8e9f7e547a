//! MP4, M4A, 3GP: boxes in boxes. Sample tables hold places in the file, so nothing may move: what must go is filled
//! with zeros and renamed `free`, which players skip.

use super::Sound;
use crate::{PaperError, read};

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    let mut out = bytes.to_vec();
    let mut found = Found::default();
    walk(&mut out, 0, bytes.len(), Level::File, &mut found)?;
    if !found.media || found.tracks == 0 || found.tracks != found.codings {
        return Err(PaperError::NotASound);
    }
    let media_type = if bytes.get(8..11) == Some(b"3gp") { "audio/3gpp" } else { "audio/mp4" };
    Ok(Sound { bytes: out, media_type })
}

#[derive(Default)]
struct Found {
    media: bool,
    /// Tracks whose handler says sound, and tracks whose samples are of a coding that we know.
    tracks: u32,
    codings: u32,
}

/// The box that we are in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    File,
    Index,
    Movie,
    Extension,
    Track,
    Edits,
    Media,
    Information,
    DataPlaces,
    Samples,
    Fragment,
    TrackFragment,
}

/// What to do with a box.
enum Rule {
    Keep,
    /// The sound itself.
    Sound,
    Enter(Level),
    /// Zero the times of creation and change.
    Times,
    /// Must say sound; its free name is blanked.
    Handler,
    /// Must say that the media is in this file.
    Places,
    /// Must hold codings that we know.
    Codings,
    Free,
}

fn rule(level: Level, kind: &[u8; 4]) -> Rule {
    match (level, kind) {
        (Level::File, b"ftyp" | b"styp" | b"sidx") => Rule::Keep,
        (Level::File, b"mdat") => Rule::Sound,
        (Level::File, b"moov") => Rule::Enter(Level::Movie),
        (Level::File, b"mfra") => Rule::Enter(Level::Index),
        (Level::File, b"moof") => Rule::Enter(Level::Fragment),
        (Level::Movie, b"mvhd") | (Level::Track, b"tkhd") | (Level::Media, b"mdhd") => Rule::Times,
        (Level::Movie, b"mvex") => Rule::Enter(Level::Extension),
        (Level::Movie, b"trak") => Rule::Enter(Level::Track),
        (Level::Track, b"edts") => Rule::Enter(Level::Edits),
        (Level::Track, b"mdia") => Rule::Enter(Level::Media),
        (Level::Media, b"hdlr") => Rule::Handler,
        (Level::Media, b"minf") => Rule::Enter(Level::Information),
        (Level::Information, b"smhd") => Rule::Keep,
        (Level::Information, b"dinf") => Rule::Enter(Level::DataPlaces),
        (Level::Information, b"stbl") => Rule::Enter(Level::Samples),
        (Level::DataPlaces, b"dref") => Rule::Places,
        (Level::Samples, b"stsd") => Rule::Codings,
        (
            Level::Samples,
            b"stts" | b"ctts" | b"stsc" | b"stsz" | b"stz2" | b"stco" | b"co64" | b"stss" | b"sdtp" | b"sgpd" | b"sbgp",
        ) => Rule::Keep,
        (Level::Index, b"tfra" | b"mfro") | (Level::Extension, b"mehd" | b"trex") | (Level::Edits, b"elst") => {
            Rule::Keep
        }
        (Level::Fragment, b"mfhd") => Rule::Keep,
        (Level::Fragment, b"traf") => Rule::Enter(Level::TrackFragment),
        (Level::TrackFragment, b"tfhd" | b"tfdt" | b"trun" | b"sgpd" | b"sbgp" | b"saiz" | b"saio") => Rule::Keep,
        // Most of all `udta` (place, name, device), `meta` and `uuid`; and whatever nobody has thought of yet.
        _ => Rule::Free,
    }
}

fn walk(out: &mut [u8], from: usize, to: usize, level: Level, found: &mut Found) -> Result<(), PaperError> {
    let mut at = from;
    while at < to {
        let kind: [u8; 4] = read::array(out, at + 4)?;
        let (head, size) = match read::be32(out, at)? {
            // "To the end of the file", which only the outermost boxes may say.
            0 if level == Level::File => (8, to - at),
            1 => (16, read::be64(out, at + 8)?),
            size => (8, size),
        };
        if size < head {
            return Err(PaperError::Broken);
        }
        let (body, end) = (at + head, read::within(at, size, to)?);
        match rule(level, &kind) {
            Rule::Keep => {}
            Rule::Sound => found.media = true,
            Rule::Enter(inner) => walk(out, body, end, inner, found)?,
            Rule::Times => {
                let width = match read::array(out, body)? {
                    [0] => 4,
                    [1] => 8,
                    [_] => return Err(PaperError::Broken),
                };
                let times = read::within(body, 4 + 2 * width, end)?;
                read::part_mut(out, body + 4, times)?.fill(0);
            }
            Rule::Handler => {
                if read::part(out, body, end)?.get(8..12) != Some(b"soun") {
                    return Err(PaperError::NotASound);
                }
                found.tracks += 1;
                let name = read::within(body, 24, end)?;
                read::part_mut(out, name, end)?.fill(0);
            }
            Rule::Places => places(read::part(out, body, end)?)?,
            Rule::Codings => {
                codings(read::part(out, body, end)?)?;
                found.codings += 1;
            }
            Rule::Free => {
                read::part_mut(out, at + 4, at + 8)?.copy_from_slice(b"free");
                read::part_mut(out, body, end)?.fill(0);
            }
        }
        at = end;
    }
    Ok(())
}

/// Kind and content.
type Entry<'a> = ([u8; 4], &'a [u8]);

/// The entries of a box that counts them.
fn entries(body: &[u8]) -> Result<Vec<Entry<'_>>, PaperError> {
    let mut out = Vec::new();
    let mut at = 8;
    while at < body.len() {
        let size = read::be32(body, at)?;
        let end = read::within(at, size, body.len())?;
        out.push((read::array(body, at + 4)?, body.get(at + 8..end).ok_or(PaperError::Broken)?));
        at = end;
    }
    if out.is_empty() || out.len() != read::be32(body, 4)? {
        return Err(PaperError::Broken);
    }
    Ok(out)
}

/// Every entry must say "in this file": a place elsewhere would make the player fetch it.
fn places(body: &[u8]) -> Result<(), PaperError> {
    for (_, entry) in entries(body)? {
        let [_, _, _, flags] = read::array(entry, 0)?;
        if flags & 1 == 0 || entry.len() > 4 {
            return Err(PaperError::Broken);
        }
    }
    Ok(())
}

/// AAC, Opus, AMR narrow and wide, Apple's lossless coding. An encrypted or unknown one is no sound for us.
fn codings(body: &[u8]) -> Result<(), PaperError> {
    for (kind, _) in entries(body)? {
        if !matches!(&kind, b"mp4a" | b"Opus" | b"samr" | b"sawb" | b"alac") {
            return Err(PaperError::NotASound);
        }
    }
    Ok(())
}
