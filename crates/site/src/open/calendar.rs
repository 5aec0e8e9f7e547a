//! Calendars (iCalendar, RFC 5545): meetings of a place, turns of a roster. A turn says what is to be done and how many are missing, never
//! who comes.

use super::answer::marked;
use crate::frame::{Error, Result, Route, Visit, address};
use axum::extract::Path;
use axum::response::Response;
use civic::decide::meeting::MeetingState;
use civic::id::{PlaceId, RosterId};
use civic::manage::roster::SlotState;
use civic::people::place::PlaceCode;
use civic::people::standing::{Action, Visibility};
use civic::time::{Day, Timestamp};
use store::decide::matter::Within;
use store::decide::meeting::{self, When};
use store::manage::{facility, roster};
use store::people::place;

/// Meetings to come, and past ones, of a calendar; turns of a roster.
const EVENTS_MAX: u32 = 200;
/// The longest line of a calendar, in bytes, without its break (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/p/{code}/meetings.ics", Action::ReadPublic, meetings).kept(),
        Route::get("/rosters/{id}/turns.ics", Action::ReadPublic, turns).kept(),
    ]
}

/// A text within a calendar.
fn text(raw: &str) -> String {
    raw.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace("\r\n", "\\n").replace('\n', "\\n")
}

/// A line, broken where it is too long, never within a character.
fn line(out: &mut String, name: &str, value: &str) {
    let whole = format!("{name}:{value}");
    let mut left = LINE_BYTES_MAX;
    for c in whole.chars().filter(|c| !c.is_control()) {
        if c.len_utf8() > left {
            out.push_str("\r\n ");
            left = LINE_BYTES_MAX - 1;
        }
        out.push(c);
        left -= c.len_utf8();
    }
    out.push_str("\r\n");
}

/// A day, or a moment in UTC.
enum Begins {
    On(Day, Day),
    At(Timestamp),
}

struct Event {
    id: String,
    begins: Begins,
    title: String,
    location: String,
    about: String,
    href: String,
    cancelled: bool,
}

fn calendar(visit: &Visit, name: &str, events: &[Event]) -> Response {
    let host = visit.app.setup().base_url.split("://").nth(1).unwrap_or("wugong").to_owned();
    let compact = |at: Timestamp| {
        let text: String = at.rfc3339().split(['.', 'Z']).next().unwrap_or_default().replace(['-', ':'], "");
        format!("{text}Z")
    };
    let compact_day = |day: Day| day.to_string().replace('-', "");
    let mut out = String::new();
    line(&mut out, "BEGIN", "VCALENDAR");
    line(&mut out, "VERSION", "2.0");
    line(&mut out, "PRODID", "-//Wugong//Wugong 1//ZH");
    line(&mut out, "METHOD", "PUBLISH");
    line(&mut out, "X-WR-CALNAME", &text(name));
    for event in events {
        line(&mut out, "BEGIN", "VEVENT");
        line(&mut out, "UID", &format!("{}@{host}", event.id));
        // The stamp is the day's: the same calendar is the same file all day, so that it can be kept.
        line(&mut out, "DTSTAMP", &compact(visit.zone.start(visit.today)));
        match &event.begins {
            Begins::On(from, until) => {
                line(&mut out, "DTSTART;VALUE=DATE", &compact_day(*from));
                // The end of a day is the next one's beginning.
                line(&mut out, "DTEND;VALUE=DATE", &compact_day(until.plus(1)));
            }
            Begins::At(at) => line(&mut out, "DTSTART", &compact(*at)),
        }
        line(&mut out, "SUMMARY", &text(&event.title));
        if !event.location.is_empty() {
            line(&mut out, "LOCATION", &text(&event.location));
        }
        if !event.about.is_empty() {
            line(&mut out, "DESCRIPTION", &text(&event.about));
        }
        line(&mut out, "URL", &event.href);
        if event.cancelled {
            line(&mut out, "STATUS", "CANCELLED");
        }
        line(&mut out, "END", "VEVENT");
    }
    line(&mut out, "END", "VCALENDAR");
    marked("text/calendar; charset=utf-8", out.into_bytes())
}

/// Meetings of a place and what lies below it: those to come, and those that were.
async fn meetings(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let (name, rows) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let within = Within::of(&place::line(tx, own.id)?);
            let mut rows = meeting::list(tx, within, When::ToCome, None, EVENTS_MAX)?;
            rows.extend(meeting::list(tx, within, When::Past, None, EVENTS_MAX)?);
            Ok::<_, Error>((own.name, rows))
        })
        .await?;
    let w = visit.w();
    let events: Vec<Event> = rows
        .into_iter()
        .filter_map(|row| {
            let own = row.meeting;
            let day = own.held_on?;
            let begins = match own.minute {
                Some(minute) => {
                    let part = |n: u16| i8::try_from(n).unwrap_or_default();
                    Begins::At(visit.zone.at(day, part(minute / 60), part(minute % 60)))
                }
                None => Begins::On(day, day),
            };
            Some(Event {
                id: own.id.to_string(),
                begins,
                title: own.title.or_else(|| row.matter_title.clone()).unwrap_or_else(|| w.t("calendar-meeting")),
                location: w.list(&[&row.place_name, own.venue.as_deref().unwrap_or_default()]),
                about: w.token(own.state),
                href: address(&visit.app, &format!("/meetings/{}", own.id)),
                cancelled: matches!(own.state, MeetingState::Cancelled | MeetingState::Postponed),
            })
        })
        .collect();
    Ok(calendar(&visit, &w.t1("calendar-meetings", "place", name), &events))
}

/// The turns of a roster from today on.
async fn turns(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = RosterId::parse(&id).ok_or(Error::Hidden)?;
    let today = visit.today;
    let (one, own, path, slots) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = roster::get(tx, id)?;
            let own = facility::get(tx, one.facility)?;
            let path: Vec<PlaceId> = place::path(tx, one.place)?;
            let taken = roster::taken_of(tx, id, today)?;
            let slots: Vec<_> = roster::slots(tx, id, today, EVENTS_MAX)?
                .into_iter()
                .map(|slot| {
                    let taken = taken.iter().filter(|one| one.sign_up.slot == slot.id).count();
                    (slot, taken)
                })
                .collect();
            Ok::<_, Error>((one, own, path, slots))
        })
        .await?;
    visit.may(&path, Visibility::Public)?;
    let w = visit.w();
    let events: Vec<Event> = slots
        .into_iter()
        .map(|(slot, taken)| {
            let missing = i64::from(slot.people).saturating_sub(i64::try_from(taken).unwrap_or(i64::MAX)).max(0);
            Event {
                id: slot.id.to_string(),
                begins: Begins::On(slot.from, slot.until),
                title: slot.task,
                location: own.sheet.spot.clone(),
                about: w.t2("calendar-turn", "n", i64::from(slot.people), "missing", missing),
                href: address(&visit.app, &format!("/rosters/{id}")),
                cancelled: slot.state == SlotState::CalledOff,
            }
        })
        .collect();
    Ok(calendar(&visit, &one.title, &events))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_broken_between_characters_and_a_text_has_no_marks_of_its_own() {
        let mut out = String::new();
        line(&mut out, "SUMMARY", &text(&"修路，排水;a,b\\c\n".repeat(9)));
        assert!(out.ends_with("\r\n"));
        let lines: Vec<&str> = out.trim_end().split("\r\n").collect();
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= LINE_BYTES_MAX), "{lines:?}");
        assert!(lines.iter().skip(1).all(|line| line.starts_with(' ')));
        let joined: String = lines.iter().enumerate().map(|(n, line)| if n == 0 { line } else { &line[1..] }).collect();
        assert_eq!(joined, format!("SUMMARY:{}", "修路，排水\\;a\\,b\\\\c\\n".repeat(9)));
    }
}
