//! Answers for programs: their media type, and a mark by which an unchanged one is not sent again.

use crate::frame::{Error, Result};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::hex::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A JSON answer.
pub(super) fn json<T: Serialize>(value: &T) -> Result<Response> {
    let body = serde_json::to_vec(value).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(marked("application/json", body))
}

/// An answer with its mark: whoever sends it back in `If-None-Match` learns in a few bytes that nothing changed. Any site may read it:
/// there is nothing in it that a visitor without an account may not see.
pub(super) fn marked(media_type: &'static str, body: Vec<u8>) -> Response {
    let digest: String = hex(&Sha256::digest(&body)).chars().take(32).collect();
    let mark = HeaderValue::try_from(format!("W/\"{digest}\"")).unwrap_or_else(|_| HeaderValue::from_static("W/\"\""));
    let fixed = |text: &'static str| HeaderValue::from_static(text);
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, fixed(media_type)),
        (header::ETAG, mark),
        (header::CACHE_CONTROL, fixed("public, no-cache")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, fixed("*")),
        (HeaderName::from_static("cross-origin-resource-policy"), fixed("cross-origin")),
    ];
    (headers, body).into_response()
}
