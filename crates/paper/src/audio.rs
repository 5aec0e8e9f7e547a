//! Voice notes: taken in, freed of everything that is not sound.
//!
//! Nothing is decoded: a note keeps every sample that its phone wrote, in dialect and all. What goes is what a
//! container carries beside the sound: where and when it was recorded, on which device, by which name, its cover
//! picture. [`clean`] walks the container by a list of the parts that may stay, and refuses a file whose structure it
//! cannot follow to the end; a film is not a sound.
//!
//! | container | who writes it | what stays |
//! |---|---|---|
//! | WebM, Matroska | browsers (MediaRecorder) | tracks and blocks; all else becomes `Void` of the same size |
//! | Ogg (Opus, Vorbis) | older Firefox, recorders | all pages; the comment packet is emptied, sums are written anew |
//! | MP4, M4A, 3GP | Safari, Android and iPhone recorders | sample tables and media; all else becomes `free`, times zero |
//! | MP3 | recorders | audio frames only |
//! | WAV | recorders | `fmt `, `fact` and `data` |
//! | AMR | older phones | speech frames only |
//!
//! What stays inside the coded sound itself is the name of its encoder (MP3, AAC), which says nothing of a person.
//! AMR and 3GP play in no browser; offer them as a download.

mod amr;
mod mp3;
mod mp4;
mod ogg;
mod wav;
mod webm;

use crate::PaperError;

/// Largest upload: about half an hour of speech as phones write it, a minute and a half of uncompressed WAV.
pub const UPLOAD_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A sound that holds its samples and what is needed to play them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// The file.
    pub bytes: Vec<u8>,
    /// What to serve it as: `audio/webm`, `audio/matroska`, `audio/ogg`, `audio/mp4`, `audio/3gpp`, `audio/mpeg`,
    /// `audio/wav`, `audio/amr` or `audio/amr-wb`.
    pub media_type: &'static str,
}

/// Takes in a recording of one of the containers above (by content) and gives it back without its metadata. Cleaning
/// what is clean changes nothing.
///
/// # Errors
/// [`PaperError::TooLarge`] above [`UPLOAD_BYTES_MAX`]; [`PaperError::NotASound`] for any other format, for an unknown
/// kind of coding and for files with a film in them; [`PaperError::Broken`] if the structure does not add up.
pub fn clean(bytes: &[u8]) -> Result<Sound, PaperError> {
    if bytes.len() > UPLOAD_BYTES_MAX {
        return Err(PaperError::TooLarge { max: UPLOAD_BYTES_MAX });
    }
    match bytes {
        [0x1A, 0x45, 0xDF, 0xA3, ..] => webm::clean(bytes),
        [b'O', b'g', b'g', b'S', ..] => ogg::clean(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => wav::clean(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::clean(bytes),
        [b'#', b'!', b'A', b'M', b'R', ..] => amr::clean(bytes),
        [b'I', b'D', b'3', ..] | [0xFF, 0xE0..=0xFF, ..] => mp3::clean(bytes),
        _ => Err(PaperError::NotASound),
    }
}

#[cfg(test)]
mod tests;
