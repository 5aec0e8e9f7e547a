//! The list of what is announced to a place, and the few that its page shows.

use crate::frame::{Error, Fields, Page, Result, View, Visit, W, cut};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::{AnnouncementId, PlaceId};
use civic::people::place::PlaceCode;
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use store::Tx;
use store::people::place;
use store::programme::announcement::{self, Holding, Line};

/// Announcements on one page of the list.
const LINES_MAX: u32 = 20;
/// Announcements on the page of a place.
const NEAR_MAX: u32 = 3;

/// An announcement on the page of a place, or one line of the list.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    /// Its page.
    pub(crate) href: String,
    /// Its title.
    pub(crate) title: String,
    /// From whom and until when.
    pub(crate) text: String,
    /// How many questions wait for their answer; empty when none does.
    pub(crate) waits: String,
    /// Whether one of them is past its last day.
    pub(crate) over: bool,
}

/// What is announced to a place today, the newest first.
pub(crate) fn near(tx: &mut Tx<'_>, path: &[PlaceId], today: Day) -> store::Result<Vec<Line>> {
    announcement::of_path(tx, path, Holding::Now, today, None, NEAR_MAX)
}

impl Near {
    /// A line in the reader's words.
    pub(crate) fn new(line: &Line, w: &W, today: Day) -> Self {
        let one = &line.announcement;
        let until = match one.ended {
            Some(day) => w.t1("announcement-ended-on", "day", w.day(&day, &today)),
            None => w.t1("announcement-until", "day", w.day(&one.until, &today)),
        };
        Self {
            href: format!("/announcements/{}", one.id),
            title: one.title.clone(),
            text: w.list(&[line.place_name.as_str(), &w.day(&one.published, &today), &until]),
            waits: match (line.overdue, line.waiting) {
                (0, 0) => String::new(),
                (0, n) => w.t1("announcement-waiting", "n", n),
                (n, _) => w.t1("announcement-overdue", "n", n),
            },
            over: line.overdue > 0,
        }
    }
}

#[derive(Template)]
#[template(path = "programme/announcement/list.html")]
struct ListPage {
    v: View,
    now: Vec<Near>,
    past: Vec<Near>,
    going_on: bool,
    first: Option<String>,
    next: Option<String>,
    new: Option<String>,
}

/// Where the list of those that are over goes on.
fn after_of(text: &str) -> Option<(Day, AnnouncementId)> {
    let (day, id) = text.split_once('.')?;
    Some((Day::parse(day)?, AnnouncementId::parse(id)?))
}

/// The list.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = match asked.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let own = own_place(&visit);
    let after = after_of(asked.value("after"));
    let today = visit.today;
    let (line, now, mut past) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match (code, own) {
                (Some(code), _) => place::by_code(tx, code, today)?.id,
                (None, Some(own)) => own,
                (None, None) => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
            let now = match after {
                None => announcement::of_path(tx, &path, Holding::Now, today, None, 100)?,
                Some(_) => Vec::new(),
            };
            let past = announcement::of_path(tx, &path, Holding::Past, today, after, LINES_MAX + 1)?;
            Ok::<_, Error>((line, now, past))
        })
        .await?;
    let w = visit.w();
    let brand = brand(&line);
    let code = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let more = cut(&mut past, LINES_MAX);
    let anywhere: Vec<PlaceId> = visit.asker().standings.iter().map(|s| s.place).collect();
    let page = ListPage {
        now: now.iter().map(|line| Near::new(line, &w, today)).collect(),
        past: past.iter().map(|line| Near::new(line, &w, today)).collect(),
        going_on: after.is_some(),
        first: after.map(|_| format!("/announcements?at={code}")),
        next: past.last().filter(|_| more).map(|last| {
            let one = &last.announcement;
            format!("/announcements?at={code}&after={}.{}", one.published, one.id)
        }),
        new: visit.could(Action::Announce, &anywhere).then(|| "/announcements/new".to_owned()),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// The reader's own place, where one is known.
fn own_place(visit: &Visit) -> Option<PlaceId> {
    let signed = visit.signed.as_deref()?;
    let home = signed.resident.as_ref().and_then(|r| r.home.first().copied());
    home.or_else(|| signed.standings.first().map(|s| s.place))
}
