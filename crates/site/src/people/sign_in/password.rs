//! Passwords of staff: argon2id, away from the threads that answer requests.

use crate::frame::{Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use civic::hex::{hex, unhex};
use subtle::ConstantTimeEq;
use tokio::sync::{Semaphore, SemaphorePermit};

/// KiB of memory, rounds, lanes.
type Costs = (u32, u32, u32);
/// What a hash costs today. A stored hash names its own costs, so that these may grow.
const COSTS: Costs = (19 * 1024, 2, 1);
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Passwords hashed at the same time: each takes 19 MiB, and anybody may ask for one.
static TURNS: Semaphore = Semaphore::const_new(4);

async fn turn() -> Result<SemaphorePermit<'static>> {
    TURNS.acquire().await.map_err(|error| Error::Broken(error.to_string()))
}

fn derive(password: &str, salt: &[u8], (memory, rounds, lanes): Costs) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(memory, rounds, lanes, Some(HASH_BYTES)).ok()?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

/// The text that is kept of a password: `argon2id$v=19$m=..,t=..,p=..$salt$hash`, salt and hash in hexadecimal.
pub(super) async fn hash(password: String, salt: [u8; SALT_BYTES]) -> Result<String> {
    let _turn = turn().await?;
    let derived = tokio::task::spawn_blocking(move || derive(&password, &salt, COSTS)).await;
    let hash = derived.ok().flatten().ok_or_else(|| Error::Broken("a password could not be hashed".to_owned()))?;
    let (m, t, p) = COSTS;
    Ok(format!("argon2id$v=19$m={m},t={t},p={p}${}${}", hex(&salt), hex(&hash)))
}

/// Costs, salt and hash of a kept text.
type Kept = (Costs, Vec<u8>, Vec<u8>);

fn parse(kept: &str) -> Option<Kept> {
    let mut parts = kept.split('$');
    let (name, version, costs) = (parts.next()?, parts.next()?, parts.next()?);
    if name != "argon2id" || version != "v=19" {
        return None;
    }
    let mut costs = costs.split(',').map(|part| part.split_once('=').and_then(|(_, n)| n.parse().ok()));
    let costs = (costs.next()??, costs.next()??, costs.next()??);
    Some((costs, unhex(parts.next()?)?, unhex(parts.next()?)?))
}

/// Whether a password is the one of which `kept` was made. Without one it takes as long and says no, so that nobody learns from the
/// time which names there are.
pub(super) async fn fits(password: String, kept: Option<String>) -> Result<bool> {
    let _turn = turn().await?;
    let checked = tokio::task::spawn_blocking(move || {
        let known = kept.as_deref().and_then(parse);
        let (costs, salt, hash) = known.unwrap_or((COSTS, vec![0; SALT_BYTES], Vec::new()));
        derive(&password, &salt, costs).is_some_and(|found| bool::from(found.as_slice().ct_eq(hash.as_slice())))
    });
    checked.await.map_err(|_| Error::Broken("a password could not be checked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let kept = hash("竹溪村的水很清".to_owned(), [5; 16]).await.unwrap();
        assert!(kept.starts_with("argon2id$v=19$m=19456,t=2,p=1$0505"), "{kept}");
        assert!(fits("竹溪村的水很清".to_owned(), Some(kept.clone())).await.unwrap());
        assert!(!fits("竹溪村的水很请".to_owned(), Some(kept)).await.unwrap());
        for none in [None, Some(String::new()), Some("argon2id$v=19$m=1,t=2$00$00".to_owned()), Some("é$é".to_owned())]
        {
            assert!(!fits("竹溪村的水很清".to_owned(), none).await.unwrap());
        }
    }
}
