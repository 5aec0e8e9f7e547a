//! Seeded chance: the same seed draws the same county.

use anyhow::{Context, Result};
use civic::id::Chance;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::ops::RangeInclusive;

/// A source of chance that begins again with the same seed.
pub(super) struct Draw(ChaCha20Rng);

impl Draw {
    /// Begins.
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// Thirty-two bytes, for a secret.
    pub(super) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A place in a list of that length.
    pub(super) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(0))).unwrap_or(0)
    }

    /// One of a list.
    pub(super) fn pick<'t, T>(&mut self, list: &'t [T]) -> Result<&'t T> {
        let place = self.place(list.len());
        list.get(place).context("nothing to choose from")
    }

    /// A whole number of a range.
    pub(super) fn between(&mut self, range: RangeInclusive<i32>) -> i32 {
        let (least, most) = (*range.start(), *range.end());
        let steps = u64::try_from(most.saturating_sub(least)).unwrap_or(0).saturating_add(1);
        least.saturating_add(i32::try_from(self.below(steps)).unwrap_or(0))
    }

    /// Yes, in so many of a hundred cases.
    pub(super) fn yes(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// So many of a list, in the order of chance.
    pub(super) fn some<T: Clone>(&mut self, list: &[T], many: usize) -> Vec<T> {
        let mut rest = list.to_vec();
        let mut out = Vec::with_capacity(many.min(rest.len()));
        while out.len() < many && !rest.is_empty() {
            let place = self.place(rest.len());
            out.push(rest.swap_remove(place));
        }
        out
    }
}

impl Chance for Draw {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}
