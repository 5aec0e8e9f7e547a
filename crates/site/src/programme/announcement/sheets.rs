//! An announcement on paper: the sheet for the board, and the text for whoever reads it over the loudspeaker.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Lang, Page, Result, View, Visit, address};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::people::standing::Visibility;
use civic::programme::announcement::sentences;

/// From so many characters on, the sheet is set smaller.
const MUCH: usize = 260;

async fn loaded(visit: &Visit, id: &str) -> Result<Loaded> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), Visibility::Public)?;
    Ok(loaded)
}

#[derive(Template)]
#[template(path = "programme/announcement/board.html")]
struct BoardPage {
    v: View,
    back: String,
    from: String,
    title: String,
    plain: String,
    much: bool,
    ended: bool,
    document: Option<String>,
    published: String,
    until: String,
    qr: String,
}

/// The sheet for the board. It says what the page says, so that who has no telephone misses nothing.
pub(super) async fn board(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let loaded = loaded(&visit, &id).await?;
    let w = visit.w();
    let one = &loaded.announcement;
    let qr = paper::qr::svg(&address(&visit.app, &format!("/announcements/{}", one.id)), &w.t("announcement-qr"))
        .map_err(|error| Error::Broken(error.to_string()))?;
    let said = one.plain.chars().count();
    let page = BoardPage {
        back: format!("/announcements/{}", one.id),
        from: loaded.from(),
        title: one.title.clone(),
        plain: one.plain.clone(),
        much: said > if w.lang == Lang::Zh { MUCH } else { 2 * MUCH },
        ended: one.ended.is_some(),
        document: one.document.clone(),
        published: w.full_day(&one.published),
        until: w.full_day(&one.until),
        qr,
        v: View::new(&visit).sheet("sheet"),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "programme/announcement/loud.html")]
struct LoudPage {
    v: View,
    back: String,
    from: String,
    title: String,
    sentences: Vec<String>,
}

/// The text for the loudspeaker: one sentence a line in large letters.
pub(super) async fn loud(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let loaded = loaded(&visit, &id).await?;
    let one = &loaded.announcement;
    let page = LoudPage {
        back: format!("/announcements/{}", one.id),
        from: loaded.from(),
        title: one.title.clone(),
        sentences: sentences(&one.plain).into_iter().map(str::to_owned).collect(),
        v: View::new(&visit).sheet("sheet"),
    };
    Page(page).ok()
}
