//! Public pages kept as they were rendered, for visitors without a session. A kept page is never older than the last acknowledged
//! write: it is only given out while the database's stamp is the one that it was rendered under. Without a stamp nothing is kept.

use super::visit::Visit;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use store::Stamp;

/// Pages kept at most; past that, or past [`BYTES_MAX`], all are dropped, since a crawl through old pages should not push out
/// anything in particular.
const PAGES_MAX: usize = 2000;
/// Bytes of all kept pages with their keys: an address and a cookie in the key may be long, and whoever asks chooses them.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The largest page kept, in bytes.
const PAGE_BYTES_MAX: usize = 128 * 1024;

/// Marks the answer of a route whose pages may be kept. Such a page holds no form key and nothing of the one reader.
#[derive(Clone, Copy)]
pub(super) struct Keepable;

struct Kept {
    stamp: Stamp,
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    /// About what it holds of the memory under that key.
    fn weight(&self, key: &str) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        key.len() + self.body.len() + headers
    }
}

#[derive(Default)]
struct Pages {
    all: HashMap<String, Arc<Kept>>,
    bytes: usize,
}

impl Pages {
    fn put(&mut self, key: String, kept: Kept) {
        let weight = kept.weight(&key);
        if let Some(before) = self.all.remove(&key) {
            self.bytes = self.bytes.saturating_sub(before.weight(&key));
        }
        if self.all.len() >= PAGES_MAX || self.bytes + weight > BYTES_MAX {
            *self = Self::default();
        }
        if weight <= BYTES_MAX {
            self.bytes += weight;
            self.all.insert(key, Arc::new(kept));
        }
    }
}

/// The kept pages.
#[derive(Default)]
pub struct Cache(Mutex<Pages>);

impl Cache {
    /// What a public page depends on besides the data.
    pub(super) fn key(visit: &Visit) -> String {
        format!(
            "{}\n{}\n{}\n{:?}\n{:?}\n{}\n{}",
            visit.county.id,
            visit.here,
            visit.lang.tag(),
            visit.look,
            visit.theme,
            visit.today,
            visit.cookie("place").unwrap_or_default()
        )
    }

    /// The kept page, if it is still what a fresh one would be.
    pub(super) fn get(&self, key: &str, stamp: &Stamp) -> Option<Response> {
        let kept = self.0.lock().ok()?.all.get(key).filter(|kept| kept.stamp == *stamp).cloned()?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.headers_mut() = kept.headers.clone();
        Some(response)
    }

    /// Keeps an answer that may be kept, and gives it back. `asked` says that its handler asked whether it may be shown. A page that
    /// sets a cookie is meant for one reader and is not kept.
    pub(super) async fn keep(&self, key: String, stamp: Stamp, asked: bool, response: Response) -> Response {
        let own = response.headers().contains_key(header::SET_COOKIE);
        let keepable = response.extensions().get::<Keepable>().is_some();
        if response.status() != StatusCode::OK || own || !asked || !keepable {
            return response;
        }
        let (parts, body) = response.into_parts();
        // A page is rendered whole before it is answered, so that reading it back does not wait for anything.
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Response::from_parts(parts, Body::empty());
        };
        if body.len() <= PAGE_BYTES_MAX
            && let Ok(mut pages) = self.0.lock()
        {
            let kept = Kept { stamp, headers: parts.headers.clone(), body: body.clone() };
            pages.put(key, kept);
        }
        Response::from_parts(parts, Body::from(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        let folder = std::env::temp_dir().join(format!("wugong-cache-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = folder.join("stamp.db").display().to_string();
        let db = store::Db::open(&store::Options { url, threads: 1 }).unwrap();
        store::migrate::migrate(&db, civic::time::Timestamp::from_millis(0)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let stamps = std::iter::repeat_with(|| {
            std::thread::sleep(std::time::Duration::from_millis(25));
            runtime.block_on(db.stamp())
        });
        stamps.take(100).flatten().next().unwrap()
    }

    #[test]
    fn kept_pages_never_weigh_more_than_their_bound() {
        let (stamp, body) = (stamp(), Bytes::from(vec![b'x'; PAGE_BYTES_MAX]));
        let mut pages = Pages::default();
        for n in 0..1000 {
            // Half of them under a key that is as long as a request's head may be.
            let key = if n % 2 == 0 { format!("/{n}") } else { format!("/{n}{}", "x".repeat(60_000)) };
            for _ in 0..2 {
                pages.put(key.clone(), Kept { stamp: stamp.clone(), headers: HeaderMap::new(), body: body.clone() });
            }
            let held: usize = pages.all.iter().map(|(key, kept)| kept.weight(key)).sum();
            assert_eq!(held, pages.bytes, "what is taken out is taken off");
            assert!(held <= BYTES_MAX && !pages.all.is_empty(), "{held} bytes after {n}");
        }
    }
}
