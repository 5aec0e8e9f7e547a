//! The page on which one looks for something.

use super::lit::{Piece, part, whole};
use crate::frame::{Error, Fields, Page, Result, Route, View, Visit, cut};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::people::place::PlaceCode;
use civic::people::standing::{Action, Visibility};
use civic::stage::Stage;
use civic::token::Token;
use store::people::place;
use store::search::{self, After, Asked, COUNTED_MAX, Hit, Kind, cut as words_of};

/// The longest question, in characters; what is longer is cut off.
const QUESTION_MAX: usize = 60;
/// Texts on one page.
const LINES_MAX: u32 = 20;

/// The routes of the search.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/search", Action::ReadPublic, show).kept()]
}

/// Where the page of a text is.
fn href(hit: &Hit) -> String {
    match hit.kind {
        Kind::Matter => format!("/m/{}", hit.number.as_deref().unwrap_or_default()),
        Kind::Resolution => format!("/r/{}", hit.id),
        Kind::Posting => format!("/postings/{}", hit.id),
        Kind::Announcement => format!("/announcements/{}", hit.id),
        Kind::Case => format!("/cases/{}", hit.id),
    }
}

/// One text that was found.
struct HitView {
    href: String,
    stage: &'static str,
    title: Vec<Piece>,
    text: Vec<Piece>,
    meta: String,
}

/// A choice of a list: value, words, whether it is the one chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    v: View,
    q: String,
    places: Vec<Choice>,
    kinds: Vec<Choice>,
    stages: Vec<Choice>,
    /// Whether something was asked.
    asked: bool,
    said: String,
    hits: Vec<HitView>,
    /// The seals that stand on the page.
    seals: Vec<&'static str>,
    /// The same question without its limits, where it has some.
    wider: Option<String>,
    first: Option<String>,
    next: Option<String>,
    raise: String,
}

fn after_of(text: &str) -> Option<After> {
    let (half, seat) = text.split_once('.')?;
    let titled = match half {
        "title" => true,
        "text" => false,
        _ => return None,
    };
    Some(After { titled, seat: seat.parse().ok()? })
}

fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    query.finish()
}

async fn show(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let q: String = fields.value("q").trim().chars().filter(|c| !c.is_control()).take(QUESTION_MAX).collect();
    let kind = Kind::parse(fields.value("kind"));
    let stage = Stage::parse(fields.value("stage"));
    let code = match fields.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let after = after_of(fields.value("after"));
    let (today, question) = (visit.today, q.clone());
    let (line, words, mut hits) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let line = match code {
                Some(code) => {
                    let own = place::by_code(tx, code, today)?;
                    place::line(tx, own.id)?
                }
                None => vec![place::root(tx)?],
            };
            let words = words_of::question(&question);
            // The whole county is no limit.
            let path = if line.len() > 1 { line.iter().map(|place| place.id).collect() } else { Vec::new() };
            let asked = Asked { words, kind, path, stage };
            let hits = search::find(tx, &asked, after, LINES_MAX + 1)?;
            Ok::<_, Error>((line, asked.words, hits))
        })
        .await?;
    let w = visit.w();
    let brand = brand(&line);
    let at = line.first().map(|place| place.code.to_string()).unwrap_or_default();
    let (kind_word, stage_word) =
        (kind.map(Token::as_str).unwrap_or_default(), stage.map(Token::as_str).unwrap_or_default());
    let here = [("q", q.as_str()), ("at", at.as_str()), ("kind", kind_word), ("stage", stage_word)];
    let more = cut(&mut hits.rows, LINES_MAX);
    let last = hits.rows.last().filter(|_| more && !hits.some).map(|hit| hit.after);
    let next = last.map(|last| {
        let after = format!("{}.{}", if last.titled { "title" } else { "text" }, last.seat);
        format!("/search?{}", query(&[here.as_slice(), &[("after", after.as_str())]].concat()))
    });
    let asked = !q.is_empty();
    let limited = line.len() > 1 || kind.is_some() || stage.is_some();
    let said = if words.is_empty() {
        w.t("search-signs")
    } else if hits.some {
        w.t1("search-some", "q", &q)
    } else if hits.n > i64::from(COUNTED_MAX) {
        w.t2("search-many", "q", &q, "n", i64::from(COUNTED_MAX))
    } else if hits.n == 0 {
        w.t1("search-none", "q", &q)
    } else {
        w.t2("search-found", "q", &q, "n", hits.n)
    };
    let mut seals: Vec<&'static str> = hits.rows.iter().filter_map(|hit| hit.stage).map(Token::as_str).collect();
    seals.sort_unstable();
    seals.dedup();
    let page = SearchPage {
        places: line
            .iter()
            .map(|place| (place.code.to_string(), place.name.clone(), place.code.to_string() == at))
            .collect(),
        kinds: choices(Kind::ALL, kind, |one| w.token(one)),
        stages: choices(Stage::ALL, stage, |one| w.token(one)),
        hits: hits
            .rows
            .iter()
            .map(|hit| HitView {
                href: href(hit),
                stage: hit.stage.map(Token::as_str).unwrap_or_default(),
                title: whole(&hit.title, &words),
                text: part(&hit.text, &words),
                meta: w.list(&[
                    &w.token(hit.kind),
                    &hit.stage.map(|stage| w.token(stage)).unwrap_or_default(),
                    hit.number.as_deref().unwrap_or_default(),
                    &hit.place_name,
                    &w.day(&hit.day, &visit.today),
                ]),
            })
            .collect(),
        wider: (asked && limited && (hits.n == 0 || hits.some)).then(|| format!("/search?{}", query(&[("q", &q)]))),
        first: after.map(|_| format!("/search?{}", query(&here))),
        raise: if line.len() > 1 { format!("/need?at={at}") } else { "/need".to_owned() },
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
        q,
        asked,
        said,
        seals,
        next,
    };
    Page(page).ok()
}

fn choices<T: Token + PartialEq>(all: &[T], chosen: Option<T>, words: impl Fn(T) -> String) -> Vec<Choice> {
    all.iter().map(|one| (one.as_str().to_owned(), words(*one), Some(*one) == chosen)).collect()
}
