//! Tables as spreadsheets save them.

use encoding_rs::{Encoding, GB18030};

/// Text of a file: with a mark at its beginning what the mark says, else UTF-8, else GB 18030 as spreadsheets in China save it; `None`
/// when it is none of these.
pub fn table_text(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        return (!bad).then(|| text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (text, bad) = GB18030.decode_without_bom_handling(bytes);
    (!bad).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whatever_a_spreadsheet_saved_it_as() {
        let text = "户,姓名\n西巷3号,葛长山\n";
        let (gb, _, _) = GB18030.encode(text);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &gb, &utf16, &marked] {
            assert_eq!(table_text(bytes).as_deref(), Some(text));
        }
        assert_eq!(table_text(&[0xff, 0xff, 0xff]), None);
    }
}
