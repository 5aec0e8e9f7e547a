//! Bytes in lower-case hexadecimal, as digests, tokens and seals are written.

use std::fmt::Write;

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes of two digits each; `None` for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// As [`unhex`], so many bytes and no others.
pub fn unhex_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_are_written() {
        let bytes = [0x00, 0x0f, 0xa0, 0xff];
        assert_eq!(hex(&bytes), "000fa0ff");
        assert_eq!(unhex("000fa0FF"), Some(bytes.to_vec()));
        assert_eq!(unhex_exact("000fa0ff"), Some(bytes));
        assert_eq!(unhex_exact::<3>("000fa0ff"), None);
        assert_eq!((unhex("0"), unhex("0g"), unhex("é"), unhex("")), (None, None, None, Some(Vec::new())));
    }
}
