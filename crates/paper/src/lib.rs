//! Bytes from plain data: codes, charts, documents, pictures and sounds.
//!
//! A leaf: it knows no village, no database and no page. Whoever calls it hands over numbers, text or an upload, and
//! gets back something that can be put into a page, printed, or stored.
//!
//! ```
//! // A code for a printed slip. The label is what a screen reader says instead of the picture.
//! let code = paper::qr::svg("https://county.example/s/123456789012", "查询码")?;
//! assert!(code.starts_with("<svg "));
//!
//! // Twenty households of forty-eight have come; thirty-two are needed. The page writes these numbers beside it.
//! let come = paper::chart::cells(20, 48, Some(32), 24);
//! assert!(come.contains("aria-hidden"));
//!
//! // Uploads go through one door each. What comes out is a fresh file without the place, time or device of the old.
//! assert_eq!(paper::picture::recode(b"not a picture"), Err(paper::PaperError::NotAPicture));
//! assert_eq!(paper::audio::clean(b"not a sound"), Err(paper::PaperError::NotASound));
//! # Ok::<(), paper::PaperError>(())
//! ```
//!
//! Three habits hold in every module:
//!
//! - **Nothing is believed.** A file is what its first bytes say, never what its name or its sender says; every size is
//!   checked before memory is taken for it; arbitrary bytes give a [`PaperError`], never a panic (property tests).
//! - **Only what is known stays.** Lists say which parts of a container may remain. Whatever is not on the list is
//!   removed, so that a tag invented tomorrow does not leak a home's coordinates.
//! - **No `style` attribute and no script** is ever written: the pages forbid both. Colours are classes of the one
//!   style sheet.
//!
//! To add a kind of paper: one module, one function from plain data to bytes, one variant of [`PaperError`] for each new
//! way to refuse, a test that reads the bytes back.

pub mod audio;
pub mod chart;
pub mod pdf;
pub mod picture;
pub mod qr;
mod read;
pub mod sheet;

/// Why something could not be made or taken in. It holds no text of the user and no text for the user: the page finds
/// its own words for each variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// The text for a code is empty.
    #[error("the text is empty")]
    Empty,
    /// The text for a code has more than `max` bytes.
    #[error("the text is longer than {max} bytes")]
    TooLong {
        /// Largest number of bytes (UTF-8).
        max: usize,
    },
    /// The upload has more than `max` bytes.
    #[error("the upload is larger than {max} bytes")]
    TooLarge {
        /// Largest number of bytes.
        max: usize,
    },
    /// The upload is none of the picture formats that we take in.
    #[error("the upload is not a picture that we know")]
    NotAPicture,
    /// The picture claims more than `max` pixels.
    #[error("the picture has more than {max} pixels")]
    TooManyPixels {
        /// Largest number of pixels, width times height.
        max: u64,
    },
    /// The upload is none of the sound formats that we take in, or it holds something else beside the sound.
    #[error("the upload is not a sound that we know")]
    NotASound,
    /// The upload begins like a known format and then breaks its rules, or it ends too early.
    #[error("the upload is damaged")]
    Broken,
}

/// Text made safe in XML, also inside a double-quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in XML at all, not even as a reference.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
