//! Numbers at places of a byte slice, without a panic when the slice is too short.

use crate::PaperError;

/// The `N` bytes at `at`.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], PaperError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(PaperError::Broken)
}

/// A length of 32 bits, high byte first.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Result<usize, PaperError> {
    usize::try_from(u32::from_be_bytes(array(bytes, at)?)).map_err(|_| PaperError::Broken)
}

/// A length of 64 bits, high byte first.
pub(crate) fn be64(bytes: &[u8], at: usize) -> Result<usize, PaperError> {
    usize::try_from(u64::from_be_bytes(array(bytes, at)?)).map_err(|_| PaperError::Broken)
}

/// A length of 32 bits, low byte first.
pub(crate) fn le32(bytes: &[u8], at: usize) -> Result<usize, PaperError> {
    usize::try_from(u32::from_le_bytes(array(bytes, at)?)).map_err(|_| PaperError::Broken)
}

/// `at + len`, if it stays within `end`.
pub(crate) fn within(at: usize, len: usize, end: usize) -> Result<usize, PaperError> {
    at.checked_add(len).filter(|&to| to <= end).ok_or(PaperError::Broken)
}

/// The bytes from `from` to `to`.
pub(crate) fn part(bytes: &[u8], from: usize, to: usize) -> Result<&[u8], PaperError> {
    bytes.get(from..to).ok_or(PaperError::Broken)
}

/// The bytes from `from` to `to`, to be written over.
pub(crate) fn part_mut(bytes: &mut [u8], from: usize, to: usize) -> Result<&mut [u8], PaperError> {
    bytes.get_mut(from..to).ok_or(PaperError::Broken)
}
