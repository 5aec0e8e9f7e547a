use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"+29.9711+113.9140/";

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn be32(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap().to_be_bytes()
}

fn le32(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap().to_le_bytes()
}

/// Bytes that stand for coded sound: all different from their neighbours, so that a shift would show.
fn samples(n: usize) -> Vec<u8> {
    (0..n).map(|at| (at * 31 % 251).to_le_bytes()[0]).collect()
}

// ---- builders, one a container; each plants the secret wherever a recorder or an editor would ----

fn wav() -> Vec<u8> {
    let chunk = |kind: &[u8], body: &[u8]| {
        let mut out = [kind, &le32(body.len()), body].concat();
        out.resize(out.len().next_multiple_of(2), 0);
        out
    };
    let format = [1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat();
    let format = [format.as_slice(), &le32(16_000), &le32(32_000), &[2, 0, 16, 0]].concat();
    let body = [
        b"WAVE".to_vec(),
        chunk(b"LIST", &[b"INFOICMT", SECRET].concat()),
        chunk(b"fmt ", &format),
        chunk(b"bext", SECRET),
        chunk(b"data", &samples(401)),
        chunk(b"id3 ", SECRET),
    ]
    .concat();
    [chunk(b"RIFF", &body), SECRET.to_vec()].concat()
}

fn mp3() -> Vec<u8> {
    // MPEG 1 layer III, 128 kbit/s, 44.1 kHz, with and without padding: 417 and 418 bytes.
    let frames: Vec<u8> = (0..20)
        .flat_map(|at| {
            let padded = at % 3 == 0;
            let mut frame = vec![0xFF, 0xFB, if padded { 0x92 } else { 0x90 }, 0xC4];
            frame.extend(samples(if padded { 414 } else { 413 }));
            frame
        })
        .collect();
    let mut front = [b"ID3\x03\0\0".as_slice(), &[0, 0, 1, 0], b"GEOB", SECRET].concat();
    front.resize(10 + 128, 0);
    let ape = |flags: u8| {
        [b"APETAGEX".as_slice(), &le32(2000), &le32(32 + 18), &le32(1), &[0, 0, 0, flags], &[0; 8]].concat()
    };
    let mut last = [b"TAG".as_slice(), SECRET].concat();
    last.resize(128, b' ');
    [front, frames, ape(0xA0), SECRET.to_vec(), ape(0x80), last].concat()
}

fn amr() -> Vec<u8> {
    // Twenty frames of 12.2 kbit/s, then one of silence, then half a frame.
    let mut out = b"#!AMR\n".to_vec();
    for _ in 0..20 {
        out.push(7 << 3 | 4);
        out.extend(samples(31));
    }
    out.push(8 << 3 | 4);
    out.extend(samples(5));
    out.push(7 << 3 | 4);
    out.extend(samples(11));
    out
}

fn page(flags: u8, number: usize, pieces: &[&[u8]], goes_on: bool) -> Vec<u8> {
    let mut laced = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        laced.extend(vec![255; piece.len() / 255]);
        if !(goes_on && at + 1 == pieces.len()) {
            laced.push((piece.len() % 255).to_le_bytes()[0]);
        }
    }
    let mut out = [b"OggS\0".as_slice(), &[flags], &[0; 8], &[7, 7, 7, 7], &le32(number), &[0; 4]].concat();
    out.push(u8::try_from(laced.len()).unwrap());
    out.extend(laced);
    out.extend(pieces.concat());
    let sum = ogg::Sums::new().page(&out);
    out[22..26].copy_from_slice(&sum.to_le_bytes());
    out
}

/// The comments lie over two pages.
fn opus() -> Vec<u8> {
    let head = b"OpusHead\x01\x01\x38\x01\x80\xBB\0\0\0\0\0";
    let comment = [b"LOCATION=".as_slice(), SECRET].concat();
    let mut comments = [b"OpusTags".as_slice(), &le32(4), b"Mine", &le32(2), &le32(comment.len()), &comment].concat();
    comments.extend(le32(600));
    comments.extend(SECRET.iter().cycle().take(600));
    let (first, second) = comments.split_at(510);
    let sound = samples(700);
    [
        page(2, 0, &[head], false),
        page(0, 1, &[first], true),
        page(1, 2, &[second], false),
        page(0, 3, &[&sound[..300], &sound[300..400]], false),
        page(4, 4, &[&sound[400..]], false),
    ]
    .concat()
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [be32(body.len() + 8).as_slice(), kind, body].concat()
}

/// `moov` before `mdat`, as recorders write it that tidy up at the end: every place in `stco` depends on its size.
fn m4a(handler: &[u8; 4], coding: &[u8; 4]) -> Vec<u8> {
    let sound = samples(300);
    let times = [0x66_u8; 8];
    let build = |place: usize| {
        let entry = boxed(
            coding,
            &[[0; 6].as_slice(), &[0, 1], &[0; 8], &[0, 1, 0, 16, 0, 0, 0, 0], &[0x3E, 0x80, 0, 0]].concat(),
        );
        let table = [
            boxed(b"stsd", &[[0; 4].as_slice(), &be32(1), &entry].concat()),
            boxed(b"stts", &[[0; 4].as_slice(), &be32(1), &be32(3), &be32(1024)].concat()),
            boxed(b"stsc", &[[0; 4].as_slice(), &be32(1), &be32(1), &be32(3), &be32(1)].concat()),
            boxed(b"stsz", &[[0; 4].as_slice(), &be32(100), &be32(3)].concat()),
            boxed(b"stco", &[[0; 4].as_slice(), &be32(1), &be32(place)].concat()),
        ]
        .concat();
        let places = boxed(b"dref", &[[0; 4].as_slice(), &be32(1), &boxed(b"url ", &[0, 0, 0, 1])].concat());
        let information = [boxed(b"smhd", &[0; 8]), boxed(b"dinf", &places), boxed(b"stbl", &table)].concat();
        let media = [
            boxed(b"mdhd", &[[0; 4].as_slice(), &times, &be32(16_000), &be32(3072), &[0x55, 0xC4, 0, 0]].concat()),
            boxed(b"hdlr", &[[0; 8].as_slice(), handler, &[0; 12], SECRET, &[0]].concat()),
            boxed(b"minf", &information),
        ]
        .concat();
        let wide = [0x66_u8; 16];
        let track = [
            boxed(b"tkhd", &[[1, 0, 0, 7].as_slice(), &wide, &[0; 72]].concat()),
            boxed(b"mdia", &media),
            boxed(b"udta", &boxed(b"name", SECRET)),
        ]
        .concat();
        let movie = [
            boxed(b"mvhd", &[[0; 4].as_slice(), &times, &[0; 88]].concat()),
            boxed(b"trak", &track),
            boxed(b"udta", &boxed(b"\xA9xyz", SECRET)),
            boxed(b"meta", SECRET),
            boxed(b"uuid", &[[9; 16].as_slice(), SECRET].concat()),
        ]
        .concat();
        [boxed(b"ftyp", b"M4A \0\0\0\0M4A isom"), boxed(b"free", SECRET), boxed(b"moov", &movie)].concat()
    };
    let place = build(0).len() + 8;
    [build(place), boxed(b"mdat", &sound)].concat()
}

fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(body.len()).unwrap() | 0x4000;
    [id, &size.to_be_bytes(), body].concat()
}

/// As a browser records: segment and clusters of unknown size; and what an editor adds.
fn webm(codec: &[u8], setup: &[u8], kind: u8) -> Vec<u8> {
    let unknown = [1, 255, 255, 255, 255, 255, 255, 255];
    let head = element(b"\x1A\x45\xDF\xA3", &element(b"\x42\x82", b"webm"));
    let information = [
        element(b"\x2A\xD7\xB1", &[0x0F, 0x42, 0x40]),
        element(b"\x4D\x80", SECRET),
        element(b"\x57\x41", b"Chrome"),
        element(b"\x7B\xA9", SECRET),
        element(b"\x44\x61", &[0x66; 8]),
    ]
    .concat();
    let track = [
        element(b"\xD7", &[1]),
        element(b"\x73\xC5", &[5, 5, 5]),
        element(b"\x83", &[kind]),
        element(b"\x63\xA2", setup),
        element(b"\x86", codec),
        element(b"\x53\x6E", SECRET),
        element(b"\xE1", &[element(b"\xB5", &[0x47, 0x3B, 0x80, 0]), element(b"\x9F", &[1])].concat()),
    ]
    .concat();
    let cluster = |time: u8| {
        let block = [&[0x81, 0, 0, 0x80], samples(120).as_slice()].concat();
        let group = [element(b"\xA1", &block), element(b"\x75\xA1", SECRET)].concat();
        [
            b"\x1F\x43\xB6\x75".as_slice(),
            &unknown,
            &element(b"\xE7", &[time]),
            &element(b"\xA3", &block),
            &element(b"\xA0", &group),
        ]
        .concat()
    };
    let tags = element(b"\x12\x54\xC3\x67", &[[0; 200].as_slice(), SECRET].concat());
    [
        head,
        b"\x18\x53\x80\x67".to_vec(),
        unknown.to_vec(),
        element(b"\x15\x49\xA9\x66", &information),
        element(b"\x16\x54\xAE\x6B", &element(b"\xAE", &track)),
        cluster(0),
        tags.clone(),
        cluster(9),
        element(b"\xEC", SECRET),
        tags,
    ]
    .concat()
}

fn opus_webm() -> Vec<u8> {
    webm(b"A_OPUS", b"OpusHead\x01\x01\x38\x01\x80\xBB\0\0\0\0\0", 2)
}

fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("audio/wav", wav()),
        ("audio/mpeg", mp3()),
        ("audio/amr", amr()),
        ("audio/ogg", opus()),
        ("audio/mp4", m4a(b"soun", b"mp4a")),
        ("audio/webm", opus_webm()),
    ]
}

// ---- what holds for all ----

#[test]
fn where_and_when_it_was_recorded_is_gone_from_every_container() {
    for (media_type, bytes) in all() {
        assert!(media_type == "audio/amr" || holds(&bytes, SECRET), "{media_type} must carry the secret to begin with");
        let sound = clean(&bytes).unwrap();
        assert_eq!(sound.media_type, media_type);
        assert!(!holds(&sound.bytes, SECRET), "{media_type}");
        assert!(!holds(&sound.bytes, &[0x66; 4]), "{media_type} keeps a time");
    }
}

#[test]
fn cleaning_what_is_clean_changes_nothing() {
    for (media_type, bytes) in all() {
        let once = clean(&bytes).unwrap();
        assert_eq!(clean(&once.bytes), Ok(once.clone()), "{media_type}");
    }
}

#[test]
fn what_is_no_sound_is_refused() {
    for other in [
        b"".as_slice(),
        b"hello",
        b"%PDF-1.7",
        b"\xFF\xD8\xFF\xE0\0\x10JFIF",
        b"<html><script>",
        b"RIFF\x04\0\0\0AVI LIST",
        b"#!AMR_MC1.0\n",
    ] {
        assert!(matches!(clean(other), Err(PaperError::NotASound | PaperError::Broken)), "{other:?}");
    }
    assert_eq!(clean(&vec![0; UPLOAD_BYTES_MAX + 1]), Err(PaperError::TooLarge { max: UPLOAD_BYTES_MAX }));
}

#[test]
fn a_file_cut_in_its_structure_is_refused() {
    for (media_type, bytes) in all() {
        // Frames of MP3 and AMR stand alone: a cut file of them is a shorter sound, and that is what comes out.
        if matches!(media_type, "audio/mpeg" | "audio/amr") {
            continue;
        }
        let end = if media_type == "audio/wav" { bytes.len() - SECRET.len() - 30 } else { bytes.len() - 1 };
        for cut in (12..end).step_by(13) {
            match clean(&bytes[..cut]) {
                Err(_) => {}
                // A recording of unknown size may end after any whole block.
                Ok(sound) => {
                    assert!(media_type == "audio/webm" && sound.bytes.len() <= cut, "{media_type} cut at {cut}")
                }
            }
        }
    }
}

// ---- what holds for one ----

#[test]
fn a_wav_keeps_format_and_samples_alone() {
    let sound = clean(&wav()).unwrap().bytes;
    assert_eq!(sound.len(), 12 + 8 + 16 + 8 + 402);
    assert_eq!(&sound[4..8], &le32(sound.len() - 8));
    assert_eq!(&sound[44..44 + 401], samples(401).as_slice());
    let mut film = wav();
    let format = film.windows(4).position(|four| four == b"fmt ").unwrap();
    film[format + 8] = 0x55;
    assert_eq!(clean(&film), Err(PaperError::NotASound), "MP3 in a WAV");
}

#[test]
fn an_mp3_keeps_its_frames_alone_and_loses_a_half_one() {
    let mut bytes = mp3();
    let sound = clean(&bytes).unwrap().bytes;
    assert_eq!(sound.len(), 7 * 418 + 13 * 417);
    assert!(sound.starts_with(&[0xFF, 0xFB, 0x92]));
    bytes.truncate(138 + 5 * 417 + 200);
    assert_eq!(clean(&bytes).unwrap().bytes.len(), 2 * 418 + 3 * 417);
}

#[test]
fn junk_between_mp3_frames_and_raw_aac_are_refused() {
    let mut bytes = mp3();
    bytes.splice(138 + 418..138 + 418, b"junk".iter().copied());
    assert_eq!(clean(&bytes), Err(PaperError::Broken));
    assert_eq!(clean(&[0xFF, 0xF1, 0x50, 0x80, 0, 0, 0, 0]), Err(PaperError::NotASound));
}

#[test]
fn an_amr_keeps_whole_frames() {
    let bytes = amr();
    assert_eq!(clean(&bytes).unwrap().bytes, bytes[..6 + 20 * 32 + 6]);
    assert_eq!(clean(b"#!AMR\n"), Err(PaperError::Broken));
    assert_eq!(clean(b"#!AMR\nhello"), Err(PaperError::Broken));
}

#[test]
fn an_emptied_comment_packet_keeps_its_place_and_every_page_its_sum() {
    let bytes = opus();
    let sound = clean(&bytes).unwrap().bytes;
    assert_eq!(sound.len(), bytes.len());
    assert!(holds(&sound, b"OpusTags\0\0\0\0\0\0\0\0"));
    assert_eq!(sound[sound.len() - 300..], bytes[bytes.len() - 300..]);
    let mut damaged = bytes;
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert_eq!(clean(&damaged), Err(PaperError::Broken));
}

#[test]
fn a_second_stream_in_an_ogg_is_refused() {
    let mut two = opus();
    two.extend(page(2, 0, &[b"\x80theora"], false));
    assert_eq!(clean(&two), Err(PaperError::NotASound));
}

#[test]
fn in_an_mp4_nothing_moves_and_the_table_still_points_at_the_sound() {
    let bytes = m4a(b"soun", b"mp4a");
    let sound = clean(&bytes).unwrap().bytes;
    assert_eq!(sound.len(), bytes.len());
    let table = sound.windows(4).position(|four| four == b"stco").unwrap();
    let place = u32::from_be_bytes(sound[table + 12..table + 16].try_into().unwrap());
    assert_eq!(sound[usize::try_from(place).unwrap()..], samples(300));
    for gone in [b"udta", b"meta", b"uuid"] {
        assert!(!holds(&sound, gone));
    }
}

#[test]
fn a_film_and_an_encrypted_sound_are_refused() {
    assert_eq!(clean(&m4a(b"vide", b"avc1")), Err(PaperError::NotASound));
    assert_eq!(clean(&m4a(b"soun", b"enca")), Err(PaperError::NotASound));
    assert_eq!(clean(&webm(b"V_VP8", b"", 1)), Err(PaperError::NotASound));
    assert_eq!(clean(&webm(b"A_OPUS", b"", 1)), Err(PaperError::NotASound));
}

#[test]
fn an_mp4_that_fetches_its_sound_elsewhere_is_refused() {
    let mut bytes = m4a(b"soun", b"mp4a");
    let place = bytes.windows(4).position(|four| four == b"url ").unwrap();
    bytes[place + 7] = 0;
    assert_eq!(clean(&bytes), Err(PaperError::Broken));
}

#[test]
fn in_a_webm_nothing_moves_and_all_blocks_stay() {
    let bytes = opus_webm();
    let sound = clean(&bytes).unwrap().bytes;
    assert_eq!(sound.len(), bytes.len());
    let blocks = |bytes: &[u8]| bytes.windows(120).filter(|window| *window == samples(120)).count();
    assert_eq!((blocks(&bytes), blocks(&sound)), (4, 4));
    assert!(!holds(&sound, b"\x12\x54\xC3\x67") && !holds(&sound, b"Chrome"));
}

#[test]
fn comments_in_the_setup_of_a_vorbis_track_are_emptied() {
    let comments = [b"\x03vorbis".as_slice(), &le32(SECRET.len()), SECRET, &le32(0), &[1]].concat();
    let setup = [
        &[2, 30, u8::try_from(comments.len()).unwrap()],
        [b"\x01vorbis".as_slice(), &[0; 23]].concat().as_slice(),
        &comments,
        b"\x05vorbis and the books",
    ]
    .concat();
    let sound = clean(&webm(b"A_VORBIS", &setup, 2)).unwrap().bytes;
    assert!(!holds(&sound, SECRET));
    assert!(holds(&sound, ogg::VORBIS_NO_COMMENTS) && holds(&sound, b"\x05vorbis and the books"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_after_a_known_beginning_never_panic(
        start in prop::sample::select(vec![
            b"\x1A\x45\xDF\xA3".as_slice(), b"OggS\0\x02", b"RIFF\x40\0\0\0WAVE", b"\0\0\0\x10ftypM4A ", b"#!AMR\n", b"ID3", b"\xFF\xFB", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = clean(&[start, &rest].concat());
    }

    #[test]
    fn a_changed_file_never_panics_and_what_comes_out_is_clean(
        which in 0_usize..6,
        changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..6),
    ) {
        let (_, mut bytes) = all().swap_remove(which);
        for (at, value) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = value;
        }
        if let Ok(sound) = clean(&bytes) {
            prop_assert_eq!(clean(&sound.bytes), Ok(sound));
        }
    }
}
