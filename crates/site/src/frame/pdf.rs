//! Prints as PDF: every sheet that is there to be printed is also there as a file, under the same address with `?as=pdf`, so that who
//! may read the one may read the other.

use super::error::{Error, Result};
use super::fields::Fields;
use super::visit::Visit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use paper::pdf::{Fonts, PdfError, Sheet};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Documents set at the same time: each takes a processor for some tenths of a second, and a long one for seconds.
static DESKS: Semaphore = Semaphore::const_new(2);
/// How long a request waits for a desk, and for its document.
const WAIT_MAX: Duration = Duration::from_secs(20);
const SET_MAX: Duration = Duration::from_secs(60);

/// Whether the document is asked for as a file.
pub fn as_pdf(asked: &Fields) -> bool {
    asked.is("as", "pdf")
}

/// The document as a file that a browser shows. `name` is plain ASCII without its ending.
pub async fn pdf(visit: &Visit, name: &str, mut sheet: Sheet) -> Result<Response> {
    visit.lang.tag().clone_into(&mut sheet.lang);
    let busy = || Error::Store(store::Error::Busy);
    let desk = tokio::time::timeout(WAIT_MAX, DESKS.acquire()).await.map_err(|_| busy())?;
    let desk = desk.map_err(|error| Error::Broken(error.to_string()))?;
    let folders = visit.app.setup().fonts.clone();
    let set = tokio::task::spawn_blocking(move || {
        // The desk is taken until the work is done, also when nobody waits for it any more.
        let _desk = desk;
        paper::pdf::pdf(&sheet, &*Fonts::shared(&folders)?)
    });
    let set = tokio::time::timeout(SET_MAX, set).await.map_err(|_| Error::Paper(PdfError::TooLong))?;
    let bytes = set.map_err(|error| Error::Broken(error.to_string()))??;
    let disposition = HeaderValue::try_from(format!("inline; filename=\"{name}.pdf\""))
        .unwrap_or_else(|_| HeaderValue::from_static("inline"));
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
