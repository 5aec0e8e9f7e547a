//! The list of postings of a place, those that still hang first; and the few that its page shows.

use crate::frame::{Error, FILE_ROWS_MAX, Fields, ListFile, Page, Result, View, Visit, W, list_file};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::{PlaceId, PostingId};
use civic::people::place::{Place, PlaceCode};
use civic::people::standing::Visibility;
use civic::time::Day;
use store::Tx;
use store::decide::matter::Within;
use store::decide::posting::{self, Line};
use store::people::place;

/// Postings on one page of the list.
const LINES_MAX: u32 = 20;

/// A posting that one may object to, as the page of a place shows it.
#[derive(Clone, Debug)]
pub struct Near {
    /// Its page.
    pub href: String,
    /// The matter's title.
    pub title: String,
    /// Until when.
    pub text: String,
    /// How many days are left, in words.
    pub left: String,
}

/// The postings of a place that still take objections, the one that ends first at the head: what waits for the reader.
pub fn near(lines: &[Line], w: &W, today: Day) -> Vec<Near> {
    lines
        .iter()
        .filter(|line| line.posting.takes_objections_on(today))
        .map(|line| Near {
            href: format!("/postings/{}", line.posting.id),
            title: line.title.clone().unwrap_or_default(),
            text: w.t1("posting-near", "day", w.day(&line.posting.objections_until, &today)),
            left: w.t1("days-left", "n", today.until(line.posting.objections_until).saturating_add(1)),
        })
        .collect()
}

/// Where in the list a page begins: among the open ones or among those that are over.
#[derive(Clone, Copy)]
struct After {
    open: bool,
    until: Day,
    id: PostingId,
}

impl After {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let open = match parts.next()? {
            "o" => true,
            "e" => false,
            _ => return None,
        };
        let (until, id) = (Day::parse(parts.next()?)?, PostingId::parse(parts.next()?)?);
        parts.next().is_none().then_some(Self { open, until, id })
    }
}

struct LineView {
    href: String,
    title: String,
    number: String,
    place: String,
    span: String,
    left: Option<String>,
}

#[derive(Template)]
#[template(path = "decide/posting/list.html")]
struct ListPage {
    v: View,
    here: String,
    open: Vec<LineView>,
    over: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
    going_on: bool,
}

/// The place of the list: the one asked for, the reader's own, the one looked at last, or the whole county.
fn place_of(tx: &mut Tx<'_>, code: Option<PlaceCode>, own: Option<PlaceId>, today: Day) -> store::Result<Vec<Place>> {
    let id = match (code, own) {
        (Some(code), _) => place::by_code(tx, code, today)?.id,
        (None, Some(own)) => own,
        (None, None) => place::root(tx)?.id,
    };
    place::line(tx, id)
}

/// The list.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = match asked.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let signed = visit.signed.as_deref();
    let own = signed.and_then(|s| s.resident.as_ref()).and_then(|r| r.home.first().copied());
    let own = own.or_else(|| signed.and_then(|s| s.standings.first()).map(|s| s.place));
    let after = After::parse(asked.value("after"));
    let today = visit.today;
    let file = ListFile::asked(&asked);
    let (line, open, over) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let line = place_of(tx, code, own, today)?;
            let within = Within::of(&line);
            let from = |open: bool| after.filter(|a| a.open == open).map(|a| (a.until, a.id));
            if file.is_some() {
                // What is open first, as on the page.
                let mut all = posting::open(tx, within, today, None, FILE_ROWS_MAX)?;
                all.extend(posting::over(tx, within, today, None, FILE_ROWS_MAX)?);
                return Ok((line, all, Vec::new()));
            }
            // A page that begins among those that are over has no open ones any more.
            let open = match after {
                Some(After { open: false, .. }) => Vec::new(),
                _ => posting::open(tx, within, today, from(true), LINES_MAX + 1)?,
            };
            let over = posting::over(tx, within, today, from(false), LINES_MAX + 1)?;
            Ok::<_, Error>((line, open, over))
        })
        .await?;
    let brand = brand(&line);
    let w = visit.w();
    if let Some(file) = file {
        let head = ["number", "title", "place", "from", "until"].map(|key| w.t(&format!("list-{key}"))).to_vec();
        let rows = open.into_iter().map(|line| {
            let (from, until) = (line.posting.posted_on.to_string(), line.posting.until.to_string());
            vec![line.number.unwrap_or_default(), line.title.unwrap_or_default(), line.place_name, from, until]
        });
        return list_file(file, "postings", head, rows.collect()).await;
    }
    let code = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let (shown_open, shown_over, last) = page_of(&open, &over, max);
    let view = |line: &Line| line_view(line, &w, today);
    let page = ListPage {
        here: format!("/postings?at={code}"),
        open: shown_open.iter().map(view).collect(),
        over: shown_over.iter().map(view).collect(),
        first: after.map(|_| format!("/postings?at={code}")),
        next: last
            .map(|(mark, line)| format!("/postings?at={code}&after={mark}.{}.{}", line.posting.until, line.posting.id)),
        going_on: after.is_some(),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// At most `max` lines, the open ones first, and the last of them when more follow.
fn page_of<'a>(open: &'a [Line], over: &'a [Line], max: usize) -> (&'a [Line], &'a [Line], Option<(char, &'a Line)>) {
    let shown_open = open.get(..max.min(open.len())).unwrap_or_default();
    let room = max.saturating_sub(shown_open.len());
    let shown_over = over.get(..room.min(over.len())).unwrap_or_default();
    let more = open.len() > shown_open.len() || over.len() > shown_over.len();
    let last = match (shown_over.last(), shown_open.last()) {
        (Some(line), _) => Some(('e', line)),
        (None, Some(line)) => Some(('o', line)),
        (None, None) => None,
    };
    (shown_open, shown_over, last.filter(|_| more))
}

fn line_view(line: &Line, w: &W, today: Day) -> LineView {
    let posting = &line.posting;
    let left = posting.days_left(today);
    LineView {
        href: format!("/postings/{}", posting.id),
        title: line.title.clone().unwrap_or_default(),
        number: line.number.clone().unwrap_or_default(),
        place: line.place_name.clone(),
        span: w.t2("posting-span", "from", w.day(&posting.posted_on, &today), "until", w.day(&posting.until, &today)),
        left: (left > 0).then(|| w.t1("days-left", "n", left)),
    }
}
