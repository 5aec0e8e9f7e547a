//! QR codes as inline SVG, for slips, postings and sign-in cards.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::{PaperError, escaped};

/// Largest number of bytes in a code. At 300 bytes a code has 69 modules a side; printed 40 mm wide, its modules are
/// half a millimetre, which an old phone's camera still reads.
pub const TEXT_BYTES_MAX: usize = 300;

/// The empty margin that the standard asks for (ISO/IEC 18004: four modules on every side).
const QUIET: usize = 4;

/// A code that reads back as `text`, drawn black on its own white ground so that dark mode cannot spoil it.
///
/// Error correction is level M (15 %): slips get folded and wet, and level Q would need larger codes for it.
/// `label` is what a screen reader says.
///
/// # Errors
/// [`PaperError::Empty`] and [`PaperError::TooLong`] (more than [`TEXT_BYTES_MAX`] bytes).
pub fn svg(text: &str, label: &str) -> Result<String, PaperError> {
    if text.is_empty() {
        return Err(PaperError::Empty);
    }
    let long = PaperError::TooLong { max: TEXT_BYTES_MAX };
    if text.len() > TEXT_BYTES_MAX {
        return Err(long);
    }
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| long)?;
    let side = code.size + 2 * QUIET;
    let mut out = format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"none\" stroke=\"#000\" d=\"",
        escaped(label)
    );
    // One stroke of width 1 a run of dark modules, each move relative to the end of the run before: numbers stay short.
    let mut pen: Option<(usize, usize)> = None;
    for (y, row) in code.data.chunks_exact(code.size).take(code.size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a.value() == b.value()) {
            if run.first().is_some_and(|module| module.value()) {
                // Writing to a string cannot fail.
                let _ = match pen {
                    None => write!(out, "M{} {}.5h{}", x + QUIET, y + QUIET, run.len()),
                    Some((px, py)) if px <= x => write!(out, "m{} {}h{}", x - px, y - py, run.len()),
                    Some((px, py)) => write!(out, "m-{} {}h{}", px - x, y - py, run.len()),
                };
                pen = Some((x + run.len(), y));
            }
            x += run.len();
        }
    }
    out.push_str("\"/></svg>");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Draws the SVG's own path (not the matrix that it came from) at four pixels a module.
    fn pixels(svg: &str) -> (usize, Vec<bool>) {
        let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut dark = vec![false; side * side];
        let (mut x, mut y) = (0_i64, 0_i64);
        for step in path.split_inclusive(|c: char| c.is_ascii_alphabetic()).collect::<Vec<_>>().windows(2) {
            let verb = step[0].chars().last().unwrap();
            let args: Vec<i64> = step[1]
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .split(' ')
                .map(|n| n.trim_end_matches(".5").parse().unwrap())
                .collect();
            match verb {
                'M' => (x, y) = (args[0], args[1]),
                'm' => (x, y) = (x + args[0], y + args[1]),
                'h' => {
                    for _ in 0..args[0] {
                        let at = usize::try_from(y).unwrap() * side + usize::try_from(x).unwrap();
                        assert!(!dark[at], "a module is drawn once");
                        dark[at] = true;
                        x += 1;
                    }
                }
                other => unreachable!("{other}"),
            }
        }
        (side, dark)
    }

    fn read_back(svg: &str) -> String {
        let (side, dark) = pixels(svg);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 4, side * 4, |x, y| {
            if dark[(y / 4) * side + x / 4] { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_code_reads_back_as_its_text() {
        for text in [
            "ZX-2026-017",
            "712345678901",
            "https://county.example/s/123456789012",
            "HTTPS://COUNTY.EXAMPLE/S/123456789012",
            "西巷下雨就淹",
        ] {
            assert_eq!(read_back(&svg(text, "码").unwrap()), text);
        }
    }

    #[test]
    fn the_longest_text_reads_back_and_one_byte_more_is_refused() {
        let longest = "x".repeat(TEXT_BYTES_MAX);
        let code = svg(&longest, "码").unwrap();
        assert_eq!(read_back(&code), longest);
        assert_eq!(pixels(&code).0, 69 + 2 * QUIET, "the size that the constant's doc promises");
        assert_eq!(svg(&format!("{longest}x"), "码"), Err(PaperError::TooLong { max: TEXT_BYTES_MAX }));
        assert_eq!(svg("", "码"), Err(PaperError::Empty));
    }

    #[test]
    fn the_margin_is_four_modules_wide_and_empty() {
        let (side, dark) = pixels(&svg("712345678901", "码").unwrap());
        for y in 0..side {
            for x in 0..side {
                let margin = x < QUIET || y < QUIET || x >= side - QUIET || y >= side - QUIET;
                assert!(!(margin && dark[y * side + x]));
            }
        }
        assert!(dark[QUIET * side + QUIET], "the finder pattern begins right after the margin");
    }

    #[test]
    fn a_slip_code_stays_under_two_kilobytes_and_has_no_style() {
        let code = svg("https://county.example/s/123456789012", "查询码").unwrap();
        assert!(code.len() < 2048, "{}", code.len());
        assert!(!code.contains("style="));
    }

    #[test]
    fn a_label_cannot_break_out_of_its_attribute() {
        let code = svg("1", "\"><script>&\u{0}").unwrap();
        assert!(code.contains("aria-label=\"&quot;&gt;&lt;script&gt;&amp; \""));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_short_text_reads_back(text in "[a-zA-Z0-9:/._-]{1,80}") {
            prop_assert_eq!(read_back(&svg(&text, "").unwrap()), text);
        }
    }
}
