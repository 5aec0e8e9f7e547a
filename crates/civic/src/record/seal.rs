//! Sealing: entries get their number and are chained by hash, by a job, within a second of the write.

use crate::hex::hex;
use crate::tokens;
use sha2::{Digest, Sha256};

tokens! {
    /// The hash by which an entry was sealed; stored with it, so that another can join without touching what is sealed.
    pub enum HashKind = "hash-kind" {
        /// SHA-256.
        Sha256 = "sha256",
    }
}

/// A seal's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash before the first entry of a county.
    pub const START: Self = Self([0; 32]);

    /// Lower-case hexadecimal.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// The hash that seals the entry with number `seq` (from 1) after `before`: hash of tag, previous hash, number, turn and the
/// entry's canonical JSON. `turn` says which write of its noun it is; without it an old write could be passed off as the last.
pub fn seal(kind: HashKind, before: Hash, seq: i64, turn: i64, canonical: &str) -> Hash {
    match kind {
        HashKind::Sha256 => {
            let mut hasher = Sha256::new();
            hasher.update(b"wugong.seal.1\0");
            hasher.update(before.0);
            hasher.update(seq.to_be_bytes());
            hasher.update(turn.to_be_bytes());
            hasher.update(canonical.as_bytes());
            Hash(hasher.finalize().into())
        }
    }
}
