//! Who opened what is kept of the person: day, post and what, never a name.

use super::data::person;
use crate::frame::{Error, Page, Result, View, Visit, post_name};
use askama::Template;
use axum::response::Response;
use civic::people::opening::KEPT_DAYS;
use civic::people::standing::Visibility;
use std::collections::BTreeMap;
use store::people::opening::{self, Seen};
use store::people::{membership, place};

/// Lines on the page.
const LINES_MAX: usize = 200;
/// Lines read of one subject.
const OF_ONE: u32 = 60;
/// Households and places of one person that are looked at.
const SUBJECTS_MAX: usize = 30;

struct Line {
    day: String,
    when: String,
    what: String,
}

#[derive(Template)]
#[template(path = "people/mine/openings.html")]
struct OpeningsPage {
    v: View,
    lines: Vec<Line>,
    kept_days: i32,
}

pub(super) async fn show(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let (_, who) = person(&visit)?;
    let seen = match who {
        None => Vec::new(),
        Some(who) => {
            visit
                .app
                .db()
                .read(visit.county.id, move |tx| {
                    let mut subjects = vec![who.uuid()];
                    for one in membership::of_resident(tx, who)? {
                        let home = one.household.map(|household| household.uuid());
                        let line = place::line(tx, one.place)?;
                        for subject in home.into_iter().chain(line.iter().map(|place| place.id.uuid())) {
                            if !subjects.contains(&subject) && subjects.len() < SUBJECTS_MAX {
                                subjects.push(subject);
                            }
                        }
                    }
                    let mut seen = opening::of_needs(tx, who, OF_ONE)?;
                    for subject in subjects {
                        seen.extend(opening::of(tx, subject, OF_ONE)?);
                    }
                    Ok::<_, Error>(seen)
                })
                .await?
        }
    };
    Page(OpeningsPage { lines: lines(&visit, seen), kept_days: KEPT_DAYS, v: View::new(&visit) }).ok()
}

/// Newest first; the same post, day and page once, with its number.
fn lines(visit: &Visit, seen: Vec<Seen>) -> Vec<Line> {
    let w = visit.w();
    let mut days = BTreeMap::new();
    for one in seen {
        *days.entry((one.day, one.post, one.kind)).or_insert(0_i64) += one.times;
    }
    days.into_iter()
        .rev()
        .take(LINES_MAX)
        .map(|((day, post, kind), times)| Line {
            day: day.to_string(),
            when: w.full_day(&day),
            what: w.with(
                "openings-line",
                &[("post", post_name(&w, Some(post)).into()), ("what", w.token(kind).into()), ("times", times.into())],
            ),
        })
        .collect()
}
