//! Style, script and icon, under names that carry their digest, so that a browser keeps them for a year.

use super::error::{Error, Result};
use super::visit::Visit;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::hex::hex;
use civic::people::standing::Visibility;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
struct Own;

// Made by `web/` from TypeScript and never committed; pages work without it, and so does a build that lacks it.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist/"]
#[include = "*.js"]
#[allow_missing = true]
struct Script;

struct Asset {
    bytes: Vec<u8>,
    name: String,
}

fn load(name: &str, bytes: Option<Vec<u8>>) -> Option<Asset> {
    let bytes = bytes?;
    let digest: String = hex(&Sha256::digest(&bytes)).chars().take(12).collect();
    let (stem, end) = name.rsplit_once('.')?;
    Some(Asset { bytes, name: format!("{stem}-{digest}.{end}") })
}

fn style() -> Option<&'static Asset> {
    static STYLE: OnceLock<Option<Asset>> = OnceLock::new();
    STYLE.get_or_init(|| load("wugong.css", Own::get("wugong.css").map(|f| f.data.into_owned()))).as_ref()
}

fn script() -> Option<&'static Asset> {
    static SCRIPT: OnceLock<Option<Asset>> = OnceLock::new();
    SCRIPT.get_or_init(|| load("wugong.js", Script::get("wugong.js").map(|f| f.data.into_owned()))).as_ref()
}

fn icon() -> Option<&'static Asset> {
    static ICON: OnceLock<Option<Asset>> = OnceLock::new();
    ICON.get_or_init(|| load("icon.svg", Own::get("icon.svg").map(|f| f.data.into_owned()))).as_ref()
}

/// The path of the icon.
pub(crate) fn icon_path() -> String {
    icon().map(|a| format!("/assets/{}", a.name)).unwrap_or_default()
}

/// The path of the style sheet.
pub(crate) fn style_path() -> String {
    style().map(|a| format!("/assets/{}", a.name)).unwrap_or_default()
}

/// The path of the script, when it was built.
pub(crate) fn script_path() -> Option<String> {
    script().map(|a| format!("/assets/{}", a.name))
}

pub(super) async fn get(visit: Visit, Path(name): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let found =
        [(style(), "text/css; charset=utf-8"), (script(), "text/javascript; charset=utf-8"), (icon(), "image/svg+xml")]
            .into_iter()
            .find_map(|(asset, kind)| asset.filter(|a| a.name == name).map(|a| (a, kind)));
    let (asset, kind) = found.ok_or(Error::Hidden)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, asset.bytes.clone()).into_response())
}
