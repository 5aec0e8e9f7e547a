//! Photos of a form: drawn anew, so that nothing but their pixels is kept, put into the folder, and given back.

use super::error::{Error, Result};
use super::fields::{Fields, Upload};
use super::visit::Visit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::id::{Chance, FileId};
use civic::time::Timestamp;
use store::Tx;
use store::files::{self, File, FileKind};
use tokio::sync::Semaphore;

/// Pictures drawn anew at the same time: each takes a processor and a hundred megabytes.
static PICTURES: Semaphore = Semaphore::const_new(2);

/// A photo on the disk, without place and time of its taking, before its row is written.
pub struct Photo {
    digest: [u8; 32],
    media_type: &'static str,
    bytes_len: i64,
}

impl Photo {
    /// Writes its row.
    pub fn put(
        &self,
        tx: &mut Tx<'_>,
        kind: FileKind,
        now: Timestamp,
        chance: &mut dyn Chance,
    ) -> store::Result<FileId> {
        let file = File {
            id: FileId::fresh(now, chance),
            digest: self.digest,
            media_type: self.media_type.to_owned(),
            bytes_len: self.bytes_len,
            kind,
            created_at: now,
        };
        files::put(tx, &file)?;
        Ok(file.id)
    }
}

/// Draws the photos of a field anew. What is wrong with one stands beside the field. A browser sends chosen files once; a form that
/// comes back asks for them again, and says so.
pub async fn photos(visit: &Visit, f: &mut Fields, name: &str, (least, most): (usize, usize)) -> Result<Vec<Photo>> {
    let w = visit.w();
    let uploads: Vec<Upload> = f.uploads(name).cloned().collect();
    if uploads.len() < least {
        f.wrong(name, w.t("scan-missing"));
    } else if uploads.len() > most {
        f.wrong(name, w.t1("scan-too-many", "max", most));
    }
    let mut photos = Vec::new();
    // Nothing is drawn for a form that comes back anyway.
    if f.ok() {
        for upload in &uploads {
            match drawn(visit, upload).await? {
                Ok(photo) => photos.push(photo),
                Err(key) => f.wrong(name, w.t(key)),
            }
        }
    }
    Ok(photos)
}

/// Draws a photo anew and puts it into the folder. `Err` holds the key of the sentence for the reader.
async fn drawn(visit: &Visit, upload: &Upload) -> Result<std::result::Result<Photo, &'static str>> {
    let _turn = PICTURES.acquire().await.map_err(|error| Error::Broken(error.to_string()))?;
    let (folder, bytes) = (visit.app.setup().files.clone(), upload.bytes.clone());
    tokio::task::spawn_blocking(move || {
        use paper::PaperError;
        let picture = match paper::picture::recode(&bytes) {
            Ok(picture) => picture,
            Err(PaperError::TooLarge { .. } | PaperError::TooManyPixels { .. }) => return Ok(Err("scan-too-large")),
            Err(PaperError::Broken) => return Ok(Err("scan-broken")),
            Err(_) => return Ok(Err("scan-no-picture")),
        };
        let digest = folder.keep(&picture.bytes)?;
        let bytes_len = i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX);
        Ok::<_, std::io::Error>(Ok(Photo { digest, media_type: picture.media_type, bytes_len }))
    })
    .await
    .map_err(|error| Error::Broken(error.to_string()))?
    .map_err(|error| Error::Broken(error.to_string()))
}

/// The bytes of a file that the guard let through.
pub async fn file(visit: &Visit, file: File) -> Result<Response> {
    let folder = visit.app.setup().files.clone();
    let bytes = tokio::task::spawn_blocking(move || folder.read(&file.digest))
        .await
        .map_err(|error| Error::Broken(error.to_string()))?
        .map_err(|error| Error::Broken(error.to_string()))?;
    let kind = HeaderValue::try_from(file.media_type.as_str())
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}
