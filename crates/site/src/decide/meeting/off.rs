//! A meeting that does not take place as called: put off, called off, or found to have been announced wrongly; and taking up one that
//! failed.

use super::load::{Loaded, entered};
use crate::frame::{Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::meeting::{self as law, MeetingState, REASON_MAX};
use civic::id::MeetingId;
use civic::record::{Entry, Verb};
use store::decide::{matter, meeting};

/// What becomes of a meeting that cannot be held as called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Off {
    /// Another day will be told.
    Postpone,
    /// It is not held.
    Cancel,
    /// The notice was not as it must be.
    FailNotice,
}

impl Off {
    const ALL: [Self; 3] = [Self::Postpone, Self::Cancel, Self::FailNotice];

    /// The value in the form, and the key of its words.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Postpone => ("postpone", "meeting-off-postpone"),
            Self::Cancel => ("cancel", "meeting-off-cancel"),
            Self::FailNotice => ("fail_notice", "meeting-off-fail-notice"),
        }
    }
    const fn from(self, state: MeetingState) -> bool {
        match self {
            Self::Postpone => matches!(state, MeetingState::Convened),
            Self::Cancel => matches!(state, MeetingState::Draft | MeetingState::Convened | MeetingState::Postponed),
            Self::FailNotice => matches!(state, MeetingState::Convened | MeetingState::Open),
        }
    }
}

#[derive(Template)]
#[template(path = "decide/meeting/off.html")]
struct OffPage {
    v: View,
    f: Fields,
    action: String,
    back: String,
    title: String,
    ways: Vec<(String, String)>,
}

/// Where one came from: the meeting's page, or the list while it has none.
pub(super) fn back(loaded: &Loaded) -> String {
    match loaded.meeting.state {
        MeetingState::Draft => "/meetings".to_owned(),
        _ => format!("/meetings/{}", loaded.meeting.id),
    }
}

fn page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<OffPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    Page(OffPage {
        action: format!("/meetings/{}/off", loaded.meeting.id),
        back: back(loaded),
        title: loaded.title(),
        ways: Off::ALL
            .iter()
            .filter(|off| off.from(loaded.meeting.state))
            .map(|off| (off.words().0.to_owned(), w.t(off.words().1)))
            .collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form.
pub(super) async fn form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    page(&visit, &loaded, Fields::empty(&visit.app)).ok()
}

/// Puts it off, calls it off or lets it fail.
pub(super) async fn off(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let w = visit.w();
    let way = Off::ALL.into_iter().find(|off| off.words().0 == f.value("way"));
    if way.is_none() {
        f.wrong("way", w.t("field-choose"));
    }
    let reason = f.line("reason", REASON_MAX, &w);
    if let (Some(way), Some(reason)) = (way, reason) {
        let (actor, app, now, id) = (visit.actor(post), visit.app.clone(), visit.now, loaded.meeting.id);
        let told = !loaded.calls.is_empty();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let before = meeting::get(tx, id)?;
            let (after, verb) = match way {
                Off::Postpone => (law::postpone(&before, reason.clone()).refuse()?, Verb::Postpone),
                Off::Cancel => (law::cancel(&before, reason.clone()).refuse()?, Verb::Cancel),
                Off::FailNotice => (law::fail_notice(&before, reason.clone()).refuse()?, Verb::Close),
            };
            meeting::change(tx, &after)?;
            for matter in &after.matters {
                matter::moved(tx, *matter, now)?;
            }
            // What nobody was told of has no page that anybody could be sent to.
            let to = if told { format!("/meetings/{id}") } else { "/meetings".to_owned() };
            Ok(Once { entries: vec![Entry::of(&after, verb, actor, now, &mut chance)], to })
        })
        .await;
        match written {
            Err(error) => f.take(error, "way", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, &loaded, f).again()
}

/// Takes up a meeting that failed: a new draft about the same, which needs its own notice and its own roll.
pub(super) async fn reconvene(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let (actor, app, now, id) = (visit.actor(post), visit.app.clone(), visit.now, loaded.meeting.id);
    once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let failed = meeting::get(tx, id)?;
        let draft = law::reconvene(&failed, MeetingId::fresh(now, &mut chance), now).refuse()?;
        meeting::put(tx, &draft)?;
        Ok(Once {
            entries: vec![Entry::of(&draft, Verb::Create, actor, now, &mut chance)],
            to: format!("/meetings/{}/call", draft.id),
        })
    })
    .await
}
