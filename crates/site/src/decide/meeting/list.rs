//! The list of meetings: those to come and those that were, by place.

use super::load::when;
use crate::frame::{Error, Fields, Page, Result, View, Visit, W};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::decide::meeting::{MeetingState, Sort};
use civic::id::{MeetingId, PlaceId};
use civic::people::place::{PlaceCode, village_of};
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use store::Tx;
use store::decide::matter::Within;
use store::decide::meeting::{self, Line, When};
use store::people::place;

/// Meetings on one page of the list.
const LINES_MAX: u32 = 20;
/// Meetings to come on the page of a place.
const NEAR_MAX: u32 = 3;

/// One line of a list.
#[derive(Clone, Debug)]
pub struct LineView {
    /// The meeting's page.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// What kind of meeting.
    pub sort: String,
    /// Day and time; nothing while it has none.
    pub when: String,
    /// Where people meet; the place where nobody said more.
    pub venue: String,
    /// Where it stands.
    pub state: String,
    /// Whether it is on the reader's day.
    pub today: bool,
}

/// A line in the reader's words.
pub fn line_view(line: &Line, w: &W, today: &Day) -> LineView {
    let meeting = &line.meeting;
    let (href, sort) = match meeting.sort {
        Sort::Talk(form) => (format!("/talks/{}", meeting.id), w.token(form)),
        // A draft has no public page; what can be done with it is to call it.
        Sort::Formal { body, .. } if meeting.state == MeetingState::Draft => {
            (format!("/meetings/{}/call", meeting.id), w.token(body))
        }
        Sort::Formal { body, .. } => (format!("/meetings/{}", meeting.id), w.token(body)),
    };
    LineView {
        href,
        title: meeting.title.clone().or_else(|| line.matter_title.clone()).unwrap_or_else(|| sort.clone()),
        sort,
        when: when(w, meeting, today).unwrap_or_default(),
        venue: meeting.venue.clone().unwrap_or_else(|| line.place_name.clone()),
        state: w.token(meeting.state),
        today: meeting.held_on == Some(*today),
    }
}

/// The next meetings of a place, for its page.
pub fn near(tx: &mut Tx<'_>, within: Within) -> Result<Vec<Line>> {
    Ok(meeting::list(tx, within, When::ToCome, None, NEAR_MAX)?)
}

#[derive(Template)]
#[template(path = "decide/meeting/list.html")]
struct ListPage {
    v: View,
    past: bool,
    to_come_href: String,
    past_href: String,
    lines: Vec<LineView>,
    in_hand: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
    place: String,
}

/// The meetings of a place: one's own, or the one asked for.
pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let asked = PlaceCode::parse(fields.value("at"));
    let home = visit.signed.as_ref().and_then(|s| {
        let home = s.resident.as_ref().and_then(|r| r.home.first().copied());
        home.or_else(|| s.standings.first().map(|standing| standing.place))
    });
    let past = fields.value("past") == "1";
    let after =
        fields.value("after").split_once('.').and_then(|(day, id)| Some((Day::parse(day)?, MeetingId::parse(id)?)));
    let (today, signed) = (visit.today, visit.clone());
    let (line, mut rows, in_hand) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id: PlaceId = match (asked, home) {
                (Some(code), _) => place::by_code(tx, code, today)?.id,
                (None, Some(home)) => home,
                (None, None) => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let when = if past { When::Past } else { When::ToCome };
            let rows = meeting::list(tx, Within::of(&line), when, after, LINES_MAX + 1)?;
            // What is being prepared is shown to who prepares it.
            let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
            let village = village_of(&line).map(|p| p.id);
            let in_hand = match village.filter(|_| !past && signed.could(Action::Convene, &path)) {
                Some(village) => meeting::in_hand(tx, village, None, LINES_MAX)?,
                None => Vec::new(),
            };
            Ok::<_, Error>((line, rows, in_hand))
        })
        .await?;
    let w = visit.w();
    let brand = brand(&line);
    let code = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let (to_come_href, past_href) = (format!("/meetings?at={code}"), format!("/meetings?at={code}&past=1"));
    let here = if past { &past_href } else { &to_come_href };
    let most = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows
        .last()
        .filter(|_| more)
        .and_then(|last| Some(format!("{here}&after={}.{}", last.meeting.held_on?, last.meeting.id)));
    let page = ListPage {
        past,
        first: after.map(|_| here.clone()),
        after: next,
        lines: rows.iter().map(|line| line_view(line, &w, &visit.today)).collect(),
        in_hand: in_hand.iter().map(|line| line_view(line, &w, &visit.today)).collect(),
        to_come_href,
        past_href,
        place: brand.name.clone(),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
