//! How to check the record, and the record itself as a file.

use crate::frame::{Error, Page, Result, Route, View, Visit};
use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::people::standing::{Action, Visibility};
use civic::record::Hash;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use store::record::{export, verify};
use tokio::sync::mpsc;

/// The routes of the record.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/record", Action::ReadPublic, show).kept(),
        Route::get("/record/export", Action::ReadRecord, download),
    ]
}

#[derive(Template)]
#[template(path = "record/record.html")]
struct RecordPage {
    v: View,
    count: i64,
    waiting: i64,
    /// The last seal in groups of eight, so that it can be read aloud and compared.
    head: Option<Vec<String>>,
    may_download: bool,
    command: String,
}

async fn show(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let (head, waiting) =
        visit.app.db().read(visit.county.id, |tx| Ok::<_, Error>((export::head(tx)?, verify::waiting(tx)?))).await?;
    let anywhere: Vec<_> = visit.asker().standings.iter().map(|s| s.place).collect();
    let page = RecordPage {
        count: head.map_or(0, |(seq, _)| seq),
        waiting,
        head: head.map(|(_, hash)| groups(hash)),
        may_download: visit.could(Action::ReadRecord, &anywhere),
        command: format!("wugong verify {}", file_name(&visit)),
        v: View::new(&visit),
    };
    Page(page).ok()
}

fn groups(hash: Hash) -> Vec<String> {
    let hex: Vec<char> = hash.hex().chars().collect();
    hex.chunks(8).map(|eight| eight.iter().collect()).collect()
}

fn file_name(visit: &Visit) -> String {
    format!("record-{}-{}.jsonl", visit.county.division_code, visit.today)
}

/// Pages of the record that may wait for a slow reader. Beyond them the database is asked no more.
const WAITING_MAX: usize = 4;

/// The record up to its present head. It is written page by page as the reader takes it, so that its length costs no memory.
async fn download(visit: Visit) -> Result<Response> {
    visit.may_anywhere()?;
    let (db, county) = (visit.app.db().clone(), visit.county.id);
    let head = db.read(county, |tx| export::head(tx).map_err(Error::from)).await?;
    let until = head.map_or(0, |(seq, _)| seq);
    let (send, receive) = mpsc::channel::<std::io::Result<Bytes>>(WAITING_MAX);
    tokio::spawn(async move {
        let first = Bytes::from(export::first_line(county.uuid(), head));
        if send.send(Ok(first)).await.is_err() {
            return;
        }
        let mut after = 0;
        while after < until {
            let page = db.read(county, move |tx| export::lines(tx, after, until).map_err(Error::from)).await;
            let part = match page {
                Ok((lines, last)) if last > after => {
                    after = last;
                    Ok(Bytes::from(lines))
                }
                // A file that ends early must not look whole: the connection breaks off, and the check says that it is cut.
                _ => Err(std::io::Error::other("the record cannot be read")),
            };
            let over = part.is_err();
            if send.send(part).await.is_err() || over {
                return;
            }
        }
    });
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{}\"", file_name(&visit)))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from_stream(Parts(receive))).into_response())
}

/// The parts of a file as they come.
struct Parts(mpsc::Receiver<std::io::Result<Bytes>>);

impl Stream for Parts {
    type Item = std::io::Result<Bytes>;
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
