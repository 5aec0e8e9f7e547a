//! WebM and Matroska: elements in elements. Indexes hold places in the file, so nothing may move: what must go becomes
//! a `Void` element of the same size, which players skip.

use std::ops::Range;

use super::{Sound, ogg};
use crate::{PaperError, read};

pub(super) fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    let mut out = bytes.to_vec();
    let mut found = Found::default();
    let head = Element::read(bytes, 0, bytes.len())?;
    let (HEAD, Some(head_end)) = (head.id, head.end) else { return Err(PaperError::Broken) };
    walk(&mut out, Level::Head, head.body..head_end, false, &mut found)?;
    let media_type = match found.kind.as_slice() {
        b"webm" => "audio/webm",
        b"matroska" => "audio/matroska",
        _ => return Err(PaperError::NotASound),
    };
    let segment = Element::read(bytes, head_end, bytes.len())?;
    if segment.id != SEGMENT {
        return Err(PaperError::Broken);
    }
    let end = segment.end.unwrap_or(bytes.len());
    walk(&mut out, Level::Segment, segment.body..end, false, &mut found)?;
    if found.tracks == 0 || !found.sound {
        return Err(PaperError::NotASound);
    }
    // What stands behind the segment is no part of the sound.
    out.truncate(end);
    Ok(Sound { bytes: out, media_type })
}

const HEAD: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;

#[derive(Default)]
struct Found {
    /// The document type.
    kind: Vec<u8>,
    tracks: u32,
    sound: bool,
    /// Of the track that is being read.
    codec: Vec<u8>,
    setup: Option<Range<usize>>,
    audio: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Head,
    Segment,
    Information,
    Tracks,
    Track,
    Audio,
    Cluster,
    Group,
}

/// What to do with an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Keep,
    Enter(Level),
    /// The sound itself.
    Sound,
    /// Must be there, and tells of the device: filled with zeros.
    Blank,
    /// Is remembered.
    Kind,
    Codec,
    Setup,
    /// Must say sound.
    TrackType,
    Void,
}

/// Identifiers are those of RFC 9559.
fn rule(level: Level, id: u32) -> Rule {
    match (level, id) {
        // Versions, longest identifier, longest size; document type.
        (Level::Head, 0x4286 | 0x42F7 | 0x42F2 | 0x42F3 | 0x4287 | 0x4285) => Rule::Keep,
        (Level::Head, 0x4282) => Rule::Kind,
        // SeekHead and Cues: places of other elements, which have not moved.
        (Level::Segment, 0x114D_9B74 | 0x1C53_BB6B) => Rule::Keep,
        (Level::Segment, 0x1549_A966) => Rule::Enter(Level::Information),
        (Level::Segment, 0x1654_AE6B) => Rule::Enter(Level::Tracks),
        (Level::Segment, CLUSTER) => Rule::Enter(Level::Cluster),
        // TimestampScale, Duration.
        (Level::Information, 0x2A_D7B1 | 0x4489) => Rule::Keep,
        // MuxingApp, WritingApp.
        (Level::Information, 0x4D80 | 0x5741) => Rule::Blank,
        (Level::Tracks, 0xAE) => Rule::Enter(Level::Track),
        // TrackNumber, TrackUID, FlagEnabled, FlagDefault, FlagForced, FlagLacing, MinCache, DefaultDuration,
        // TrackTimestampScale, MaxBlockAdditionID, CodecDelay, SeekPreRoll, ContentEncodings.
        (
            Level::Track,
            0xD7 | 0x73C5 | 0xB9 | 0x88 | 0x55AA | 0x9C | 0x6DE7 | 0x23_E383 | 0x23_314F | 0x55EE | 0x56AA | 0x56BB
            | 0x6D80,
        ) => Rule::Keep,
        (Level::Track, 0x83) => Rule::TrackType,
        (Level::Track, 0x86) => Rule::Codec,
        (Level::Track, 0x63A2) => Rule::Setup,
        (Level::Track, 0xE1) => Rule::Enter(Level::Audio),
        // SamplingFrequency, OutputSamplingFrequency, Channels, BitDepth.
        (Level::Audio, 0xB5 | 0x78B5 | 0x9F | 0x6264) => Rule::Keep,
        // Timestamp, Position, PrevSize.
        (Level::Cluster, 0xE7 | 0xA7 | 0xAB) => Rule::Keep,
        (Level::Cluster, 0xA0) => Rule::Enter(Level::Group),
        // SimpleBlock; Block.
        (Level::Cluster, 0xA3) | (Level::Group, 0xA1) => Rule::Sound,
        // BlockDuration, ReferenceBlock, DiscardPadding, CodecState.
        (Level::Group, 0x9B | 0xFB | 0x75A2 | 0xA4) => Rule::Keep,
        // Most of all Tags, Attachments, Chapters, Title, DateUTC, file names, sums over what has been changed, and old
        // Void elements, in which editors leave what they have struck out.
        _ => Rule::Void,
    }
}

struct Element {
    id: u32,
    body: usize,
    /// `None`: of unknown size, as recorders write it that do not know yet when they will end.
    end: Option<usize>,
}

impl Element {
    fn read(bytes: &[u8], at: usize, limit: usize) -> Result<Self, PaperError> {
        let [first] = read::array(bytes, at)?;
        let width = usize::try_from(first.leading_zeros()).map_err(|_| PaperError::Broken)? + 1;
        if width > 4 {
            return Err(PaperError::Broken);
        }
        let from = read::within(at, width, limit)?;
        let id = read::part(bytes, at, from)?.iter().fold(0_u32, |id, &byte| id << 8 | u32::from(byte));
        let [first] = read::array(bytes, from)?;
        let width = usize::try_from(first.leading_zeros()).map_err(|_| PaperError::Broken)? + 1;
        if width > 8 {
            return Err(PaperError::Broken);
        }
        let body = read::within(from, width, limit)?;
        let raw = read::part(bytes, from, body)?.iter().fold(0_u64, |size, &byte| size << 8 | u64::from(byte));
        let ones = u64::MAX >> (64 - 7 * width);
        let size = raw & ones;
        let end = if size == ones {
            None
        } else {
            Some(read::within(body, usize::try_from(size).map_err(|_| PaperError::Broken)?, limit)?)
        };
        Ok(Self { id, body, end })
    }
}

/// Walks the children in `range`. If `open` (the parent's size is unknown), stops before the first child that belongs
/// to the parent's parent. Says where it stopped.
fn walk(out: &mut [u8], level: Level, range: Range<usize>, open: bool, found: &mut Found) -> Result<usize, PaperError> {
    let mut at = range.start;
    while at < range.end {
        let element = Element::read(out, at, range.end)?;
        let action = rule(level, element.id);
        if open && action == Rule::Void && ends_cluster(element.id) {
            return Ok(at);
        }
        let Some(end) = element.end else {
            // Only clusters may be of unknown size here (RFC 9559 §5.1).
            let Rule::Enter(Level::Cluster) = action else { return Err(PaperError::Broken) };
            at = walk(out, Level::Cluster, element.body..range.end, true, found)?;
            continue;
        };
        let body = element.body..end;
        match action {
            Rule::Keep => {}
            Rule::Enter(inner) => {
                if inner == Level::Track {
                    (found.audio, found.setup) = (false, None);
                    found.codec.clear();
                }
                walk(out, inner, body, false, found)?;
                if inner == Level::Track {
                    track(out, found)?;
                }
            }
            Rule::Sound => found.sound = true,
            Rule::Blank => read::part_mut(out, body.start, body.end)?.fill(0),
            Rule::Kind => found.kind = text(out, body)?,
            Rule::Codec => found.codec = text(out, body)?,
            Rule::Setup => found.setup = Some(body),
            Rule::TrackType => {
                const AUDIO: u64 = 2;
                let kind = read::part(out, body.start, body.end)?;
                found.audio = kind.iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)) == AUDIO;
            }
            Rule::Void => void(out, at, end)?,
        }
        at = end;
    }
    Ok(at)
}

/// The children of a segment, before which a cluster of unknown size must have ended.
fn ends_cluster(id: u32) -> bool {
    // SeekHead, Info, Tracks, Cluster, Cues, Attachments, Chapters, Tags.
    matches!(
        id,
        0x114D_9B74 | 0x1549_A966 | 0x1654_AE6B | CLUSTER | 0x1C53_BB6B | 0x1941_A469 | 0x1043_A770 | 0x1254_C367
    )
}

/// Text without the zeros that may pad it.
fn text(bytes: &[u8], range: Range<usize>) -> Result<Vec<u8>, PaperError> {
    Ok(read::part(bytes, range.start, range.end)?.iter().copied().take_while(|&byte| byte != 0).collect())
}

/// A track has ended: is it a sound that we know, and does its setup hold comments?
fn track(out: &mut [u8], found: &mut Found) -> Result<(), PaperError> {
    if !found.audio {
        return Err(PaperError::NotASound);
    }
    found.tracks += 1;
    match found.codec.as_slice() {
        b"A_OPUS" | b"A_AAC" | b"A_MPEG/L3" | b"A_PCM/INT/LIT" | b"A_PCM/FLOAT/IEEE" => Ok(()),
        b"A_VORBIS" => {
            let setup = found.setup.clone().ok_or(PaperError::Broken)?;
            let comments = vorbis_comments(read::part(out, setup.start, setup.end)?)?;
            let packet = read::part_mut(out, setup.start + comments.start, setup.start + comments.end)?;
            if packet.len() < ogg::VORBIS_NO_COMMENTS.len() || !packet.starts_with(b"\x03vorbis") {
                return Err(PaperError::Broken);
            }
            for (at, byte) in packet.iter_mut().enumerate() {
                *byte = ogg::VORBIS_NO_COMMENTS.get(at).copied().unwrap_or(0);
            }
            Ok(())
        }
        _ => Err(PaperError::NotASound),
    }
}

/// Where the second of three packets lies: a count less one, two sizes in runs of 255, the packets.
fn vorbis_comments(setup: &[u8]) -> Result<Range<usize>, PaperError> {
    let mut bytes = setup.iter().copied().enumerate();
    let (Some((_, 2)), mut sizes, mut head) = (bytes.next(), [0_usize; 2], 0) else { return Err(PaperError::Broken) };
    for size in &mut sizes {
        loop {
            let (at, byte) = bytes.next().ok_or(PaperError::Broken)?;
            *size += usize::from(byte);
            head = at + 1;
            if byte < 255 {
                break;
            }
        }
    }
    let [first, second] = sizes;
    let from = read::within(head, first, setup.len())?;
    Ok(from..read::within(from, second, setup.len())?)
}

/// Puts a `Void` element over the bytes: its identifier, its size in one byte or in eight, zeros.
fn void(out: &mut [u8], from: usize, to: usize) -> Result<(), PaperError> {
    let place = read::part_mut(out, from, to)?;
    place.fill(0);
    let short = place.len().checked_sub(2).ok_or(PaperError::Broken)?;
    // All ones would say "unknown", so the largest size of one byte is 126.
    if short <= 126 {
        let size = u8::try_from(short).map_err(|_| PaperError::Broken)?;
        place.get_mut(..2).ok_or(PaperError::Broken)?.copy_from_slice(&[0xEC, 0x80 | size]);
    } else {
        let size = u64::try_from(place.len() - 9).map_err(|_| PaperError::Broken)?;
        let [_, a, b, c, d, e, f, g] = size.to_be_bytes();
        place.get_mut(..9).ok_or(PaperError::Broken)?.copy_from_slice(&[0xEC, 0x01, a, b, c, d, e, f, g]);
    }
    Ok(())
}
