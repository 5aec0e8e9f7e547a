//! Photos of places and of signed sheets: taken in, drawn anew, given back without anything but their pixels.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, Limits};

use crate::{PaperError, read};

/// Largest upload. A phone of today writes 3-8 MB a photo.
pub const UPLOAD_BYTES_MAX: usize = 12 * 1024 * 1024;

/// Largest picture, by what its header claims, before memory is taken for it (a few kilobytes can claim gigapixels).
pub const PIXELS_MAX: u64 = 40_000_000;

/// Longest side of what is kept. A page of handwriting photographed whole stays readable at this size.
pub const SIDE_MAX: u32 = 1600;

/// JPEG quality of what is kept.
const QUALITY: u8 = 82;

/// A picture that holds its pixels and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/png` if the picture has transparent parts.
    pub media_type: &'static str,
    /// Pixels from left to right, at most [`SIDE_MAX`].
    pub width: u32,
    /// Pixels from top to bottom, at most [`SIDE_MAX`].
    pub height: u32,
}

/// Takes in a JPEG, PNG or WebP file (by content; of a moving picture the first frame), turns it upright as its
/// orientation tag says, scales it down to [`SIDE_MAX`], and writes it anew. Place, time, device, thumbnail, colour
/// profile and whatever else the file carried stay behind, because only pixels go across.
///
/// A phone's photo takes about half a second and 120 MB, the largest picture twice that: call it on a blocking thread,
/// and not many at once.
///
/// # Errors
/// [`PaperError::TooLarge`] above [`UPLOAD_BYTES_MAX`], [`PaperError::NotAPicture`] for any other format,
/// [`PaperError::TooManyPixels`] above [`PIXELS_MAX`], [`PaperError::Broken`] if it cannot be decoded to its end.
pub fn recode(bytes: &[u8]) -> Result<Picture, PaperError> {
    if bytes.len() > UPLOAD_BYTES_MAX {
        return Err(PaperError::TooLarge { max: UPLOAD_BYTES_MAX });
    }
    // A bug in a decoder met by a hostile file must cost one refusal, not a worker.
    catch_unwind(AssertUnwindSafe(|| recode_unguarded(bytes))).unwrap_or(Err(PaperError::Broken))
}

fn recode_unguarded(bytes: &[u8]) -> Result<Picture, PaperError> {
    let whole = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => {
            // The decoder paints a cut file grey to its end; a sheet of signatures must not lose its lower half unseen.
            jpeg_ends(bytes)?;
            decode(JpegDecoder::new(Cursor::new(bytes)))
        }
        Ok(ImageFormat::Png) => decode(PngDecoder::with_limits(Cursor::new(bytes), limits())),
        Ok(ImageFormat::WebP) => decode(WebPDecoder::new(Cursor::new(bytes))),
        _ => return Err(PaperError::NotAPicture),
    };
    let (mut image, orientation) = whole?;
    if image.width().max(image.height()) > SIDE_MAX {
        image = image.resize(SIDE_MAX, SIDE_MAX, FilterType::Triangle);
    }
    image.apply_orientation(orientation);
    encode(image)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    limits
}

fn decode(decoder: image::ImageResult<impl ImageDecoder>) -> Result<(DynamicImage, Orientation), PaperError> {
    let mut decoder = decoder.map_err(|_| PaperError::Broken)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PaperError::Broken);
    }
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PaperError::TooManyPixels { max: PIXELS_MAX });
    }
    // A damaged orientation tag is no reason to refuse a photo that can be seen.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|_| PaperError::Broken)?;
    Ok((image, orientation))
}

fn encode(image: DynamicImage) -> Result<Picture, PaperError> {
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    let see_through = image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255);
    let media_type = if see_through {
        // Eight bits a channel are what a screen shows; sixteen would double the file.
        DynamicImage::from(image.into_rgba8())
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .map_err(|_| PaperError::Broken)?;
        "image/png"
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        DynamicImage::from(image.into_rgb8()).write_with_encoder(encoder).map_err(|_| PaperError::Broken)?;
        "image/jpeg"
    };
    Ok(Picture { bytes, media_type, width, height })
}

/// Walks the segments of a JPEG file to its end marker. What stands behind that (phones hang films there) is not looked
/// at and does not go across.
fn jpeg_ends(bytes: &[u8]) -> Result<(), PaperError> {
    let mut at = 2;
    loop {
        let [mark, kind] = read::array(bytes, at)?;
        match (mark, kind) {
            (0xFF, 0xD9) => return Ok(()),
            // Fill bytes, and markers that stand alone.
            (0xFF, 0xFF) => at += 1,
            (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
            (0xFF, _) => {
                let length = u16::from_be_bytes(read::array(bytes, at + 2)?);
                if length < 2 {
                    return Err(PaperError::Broken);
                }
                at = read::within(at + 2, usize::from(length), bytes.len())?;
                if kind == 0xDA {
                    // Coded pixels follow until a marker; a literal FF is written FF 00, restarts are D0 to D7.
                    let coded = bytes.get(at..).ok_or(PaperError::Broken)?;
                    let next = coded.windows(2).position(|pair| matches!(pair, [0xFF, 0x01..=0xCF | 0xD8..=0xFE]));
                    at += next.ok_or(PaperError::Broken)?;
                }
            }
            _ => return Err(PaperError::Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"29 58 12 N 113 54 37 E";

    /// Red above, blue below, as a JPEG whose EXIF holds an orientation, a maker's note and a place.
    fn photo(width: u32, height: u32, orientation: u16) -> Vec<u8> {
        let pixels =
            RgbImage::from_fn(
                width,
                height,
                |_, y| if y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) },
            );
        let mut out = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut out, 90);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.write_image(&pixels, width, height, ExtendedColorType::Rgb8).unwrap();
        assert!(holds(&out, SECRET), "the test's own photo must carry a place");
        out
    }

    /// A TIFF block, high byte first: orientation (0x0112), maker's name (0x010F), pointer to a GPS block (0x8825).
    fn exif(orientation: u16) -> Vec<u8> {
        let mut out = b"MM\0\x2A\0\0\0\x08\0\x03".to_vec();
        let length = u32::try_from(SECRET.len()).unwrap();
        let text_at = 10_u32 + 3 * 12 + 4;
        out.extend([1, 0x0F, 0, 2]);
        out.extend(length.to_be_bytes());
        out.extend(text_at.to_be_bytes());
        out.extend([1, 0x12, 0, 3, 0, 0, 0, 1]);
        out.extend(orientation.to_be_bytes());
        out.extend([0, 0]);
        out.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1]);
        out.extend((text_at + length).to_be_bytes());
        out.extend([0; 4]);
        out.extend(SECRET);
        // The GPS block: one entry, latitude reference "N".
        out.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
        out
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    fn png(image: &RgbaImage) -> Vec<u8> {
        let mut out = Vec::new();
        image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
        out
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
        image::load_from_memory(&picture.bytes).unwrap().to_rgba8().get_pixel(x, y).0
    }

    #[test]
    fn place_and_device_do_not_go_across() {
        let clean = recode(&photo(64, 48, 1)).unwrap();
        assert_eq!((clean.media_type, clean.width, clean.height), ("image/jpeg", 64, 48));
        assert!(!holds(&clean.bytes, SECRET) && !holds(&clean.bytes, b"Exif") && !holds(&clean.bytes, b"MM\0\x2A"));
        assert!(pixel(&clean, 30, 5)[0] > 180 && pixel(&clean, 30, 40)[2] > 180);
    }

    #[test]
    fn a_photo_taken_sideways_stands_upright() {
        // Six: the right side of the sensor was up, so what is above becomes right.
        let upright = recode(&photo(64, 48, 6)).unwrap();
        assert_eq!((upright.width, upright.height), (48, 64));
        assert!(pixel(&upright, 40, 30)[0] > 180, "red, once above, is now right");
        assert!(pixel(&upright, 5, 30)[2] > 180, "blue, once below, is now left");
    }

    #[test]
    fn a_large_photo_is_scaled_to_its_longest_side_and_a_small_one_is_left() {
        let large = recode(&photo(3200, 1000, 6)).unwrap();
        assert_eq!((large.width, large.height), (500, 1600));
        let small = recode(&photo(20, 10, 1)).unwrap();
        assert_eq!((small.width, small.height), (20, 10));
    }

    #[test]
    fn a_see_through_picture_stays_a_png_and_an_opaque_one_becomes_a_jpeg() {
        let clear = RgbaImage::from_fn(30, 30, |x, _| Rgba([10, 200, 10, if x < 15 { 0 } else { 255 }]));
        let kept = recode(&png(&clear)).unwrap();
        assert_eq!(kept.media_type, "image/png");
        assert_eq!(pixel(&kept, 2, 2)[3], 0);
        let opaque = recode(&png(&RgbaImage::from_pixel(30, 30, Rgba([10, 200, 10, 255])))).unwrap();
        assert_eq!(opaque.media_type, "image/jpeg");
    }

    #[test]
    fn a_webp_is_taken_in_and_a_gif_is_not() {
        let mut webp = Vec::new();
        RgbImage::from_pixel(40, 20, Rgb([200, 30, 30]))
            .write_to(&mut Cursor::new(&mut webp), ImageFormat::WebP)
            .unwrap();
        let taken = recode(&webp).unwrap();
        assert_eq!((taken.media_type, taken.width), ("image/jpeg", 40));
        assert_eq!(recode(b"GIF89a\x01\0\x01\0\0\0\0;"), Err(PaperError::NotAPicture));
    }

    #[test]
    fn text_in_a_png_does_not_go_across() {
        let mut tagged = png(&RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 0])));
        // A text chunk goes right after the header chunk, which ends at byte 33.
        let body = [b"tEXtComment\0".as_slice(), SECRET].concat();
        let length = u32::try_from(body.len() - 4).unwrap().to_be_bytes();
        let sum = crc(&body).to_be_bytes();
        tagged.splice(33..33, [length.as_slice(), &body, &sum].concat());
        assert!(holds(&tagged, SECRET));
        let clean = recode(&tagged).unwrap();
        assert_eq!(clean.media_type, "image/png");
        assert!(!holds(&clean.bytes, SECRET));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, &byte| {
            (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        // 50,000 x 50,000 pixels claimed in 33 bytes and a few more.
        let mut bomb = png(&RgbaImage::new(1, 1));
        bomb[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
        let sum = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&sum);
        assert_eq!(recode(&bomb), Err(PaperError::TooManyPixels { max: PIXELS_MAX }));

        let mut jpeg = photo(16, 16, 1);
        let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(recode(&jpeg), Err(PaperError::TooManyPixels { max: PIXELS_MAX }));
    }

    #[test]
    fn a_cut_file_is_refused_wherever_it_is_cut() {
        let whole = photo(64, 48, 1);
        for cut in (12..whole.len()).step_by(37) {
            assert_eq!(recode(&whole[..cut]), Err(PaperError::Broken), "cut at {cut} of {}", whole.len());
        }
        let sharp = png(&RgbaImage::from_fn(64, 64, |x, y| {
            Rgba([x.wrapping_mul(37).to_le_bytes()[0], y.wrapping_mul(91).to_le_bytes()[0], 7, 200])
        }));
        for cut in (40..sharp.len() - 16).step_by(41) {
            assert_eq!(recode(&sharp[..cut]), Err(PaperError::Broken), "cut at {cut} of {}", sharp.len());
        }
    }

    #[test]
    fn a_film_hung_behind_a_photo_does_not_go_across() {
        let mut moving = photo(64, 48, 1);
        moving.extend(b"ftypmp42 and a film");
        assert!(!holds(&recode(&moving).unwrap().bytes, b"ftypmp42"));
    }

    #[test]
    fn text_and_too_large_files_are_refused() {
        for other in [b"".as_slice(), b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"] {
            assert_eq!(recode(other), Err(PaperError::NotAPicture));
        }
        let mut large = photo(16, 16, 1);
        large.resize(UPLOAD_BYTES_MAX + 1, 0);
        assert_eq!(recode(&large), Err(PaperError::TooLarge { max: UPLOAD_BYTES_MAX }));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_after_a_known_beginning_never_panic(
            start in prop::sample::select(vec![
                b"\xFF\xD8\xFF".as_slice(), b"\x89PNG\r\n\x1A\n", b"RIFF\x40\0\0\0WEBPVP8 ", b"RIFF\x40\0\0\0WEBPVP8L", b"",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let _ = recode_unguarded(&[start, &rest].concat());
        }

        #[test]
        fn a_photo_with_some_bytes_changed_never_panics(changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..8)) {
            let mut bytes = photo(32, 24, 3);
            for (at, value) in changes {
                let at = usize::from(at) % bytes.len();
                bytes[at] = value;
            }
            let _ = recode_unguarded(&bytes);
        }
    }
}
