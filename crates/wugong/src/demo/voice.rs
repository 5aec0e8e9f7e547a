//! Voice notes, made by the program: a hum that rises and falls in the rhythm of speech and says nothing. They go through the same
//! cleaning as a real recording.

use super::book::Book;
use super::sheet::Scan;
use anyhow::{Context, Result};
use store::files::{FileKind, Folder};

/// How many different notes there are.
const NOTES: usize = 3;
/// Samples a second.
const RATE: u32 = 8_000;
/// The length of one syllable, in samples: a fifth of a second.
const SYLLABLE: u32 = 1_600;

/// Hums the notes and keeps them in the folder of files.
pub(super) fn hum(book: &mut Book, files: &Folder) -> Result<Vec<Scan>> {
    let mut notes = Vec::new();
    for _ in 0..NOTES {
        let sound = paper::audio::clean(&wav(&samples(book))?).context("a hummed note")?;
        let digest = files.keep(&sound.bytes).context("the folder of files")?;
        notes.push(Scan::of(FileKind::Voice, digest, sound.media_type, sound.bytes.len()));
    }
    Ok(notes)
}

/// Nine to fourteen syllables at a pitch of a grown-up's voice, with a pause after some of them; each swells and fades.
fn samples(book: &mut Book) -> Vec<i16> {
    let mut all = Vec::new();
    let mut phase = 0_u32;
    for _ in 0..book.draw.between(9..=14) {
        let pitch = u32::try_from(book.draw.between(110..=190)).unwrap_or(150);
        for n in 0..SYLLABLE {
            phase = (phase + pitch) % RATE;
            // A triangle of -4,000 to 4,000 over one turn of the phase, and a softer one of twice the pitch.
            let turn = i64::from(triangle(phase)) + i64::from(triangle(phase * 2 % RATE)) / 3;
            let swell = i64::from(n.min(SYLLABLE - n)) * 2;
            all.push(i16::try_from(turn * swell / i64::from(SYLLABLE)).unwrap_or(0));
        }
        if book.draw.yes(30) {
            all.extend(std::iter::repeat_n(0_i16, 1_200));
        }
    }
    all
}

fn triangle(phase: u32) -> i32 {
    let half = i32::try_from(RATE / 2).unwrap_or(i32::MAX);
    let phase = i32::try_from(phase).unwrap_or(0);
    (phase - half).abs() * 2 - half
}

/// The samples as a WAV file of one channel and sixteen bits.
fn wav(samples: &[i16]) -> Result<Vec<u8>> {
    let data = u32::try_from(samples.len() * 2).context("the length of a note")?;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    for part in [1_u16, 1] {
        bytes.extend(part.to_le_bytes());
    }
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 2).to_le_bytes());
    for part in [2_u16, 16] {
        bytes.extend(part.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend(data.to_le_bytes());
    for sample in samples {
        bytes.extend(sample.to_le_bytes());
    }
    Ok(bytes)
}
