//! Public pages kept as they were rendered, for visitors without a session. A kept page is never older than the last acknowledged
//! write: it is only given out while the database's stamp is the one that it was rendered under. Without a stamp nothing is kept.

use super::visit::Visit;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use store::Stamp;

/// Pages kept at most; past that all are dropped, since a crawl through old pages should not push out anything in particular.
const PAGES_MAX: usize = 2000;
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

/// The kept pages.
#[derive(Default)]
pub struct Cache(Mutex<HashMap<String, Arc<Kept>>>);

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
        let kept = self.0.lock().ok()?.get(key).filter(|kept| kept.stamp == *stamp).cloned()?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.headers_mut() = kept.headers.clone();
        Some(response)
    }

    /// Keeps an answer that may be kept, and gives it back.
    pub(super) async fn keep(&self, key: String, stamp: Stamp, response: Response) -> Response {
        if response.status() != StatusCode::OK || response.extensions().get::<Keepable>().is_none() {
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
            if pages.len() >= PAGES_MAX {
                pages.clear();
            }
            pages.insert(key, Arc::new(Kept { stamp, headers: parts.headers.clone(), body: body.clone() }));
        }
        Response::from_parts(parts, Body::from(body))
    }
}
