//! Who opened what is kept of persons. Handlers need not think of it: a page that was answered to somebody with a post, for an action
//! that is about persons, is noted here, with the person, household or need that its address names, or else with its place. What waits
//! to be written down is written in groups a moment later, so that reading stays fast.

use super::app::App;
use super::visit::Visit;
use civic::id::{CountyId, PlaceId};
use civic::people::opening::Opened;
use civic::people::sign_in::keyed;
use civic::people::standing::{Action, Post};
use std::collections::BTreeMap;
use std::sync::Mutex;
use store::people::opening::{self, Opening};
use store::{Error, Quiet};
use uuid::Uuid;

/// Openings that may wait while the database is away. Beyond them the log says that some were lost.
const WAITING_MAX: usize = 100_000;
/// Rows in one unit of work.
const GROUP_MAX: usize = 500;

/// Routes whose action is about persons and whose page shows nobody: a form, a sheet without names.
const NOBODY: &[&str] = &[
    "/need/help",
    "/roll/import",
    "/meetings/{id}/tally",
    "/r/{id}/certify",
    "/postings/{id}/object-for",
    "/talks/new",
];

/// What one visit was let in for.
#[derive(Clone, Debug, Default)]
pub(super) struct LetIn {
    pub(super) action: Option<Action>,
    pub(super) post: Option<Post>,
    pub(super) place: Option<PlaceId>,
    /// Whom a list is about; the handler of a list says it.
    pub(super) subjects: Option<Vec<Uuid>>,
}

/// What a page of that route and action opens, if anybody's data.
fn kind(action: Action, route: &str) -> Option<Opened> {
    let about_persons = matches!(
        action,
        Action::ReadNeeds
            | Action::HelpRaise
            | Action::KeepMeeting
            | Action::ReadRoll
            | Action::KeepRoll
            | Action::AnswerObjection
            | Action::RecordObjection
    );
    if !about_persons || NOBODY.contains(&route) {
        return None;
    }
    Some(match route {
        "/roll" | "/roll/members" => Opened::Roll,
        "/roll/household/{household}" => Opened::Household,
        "/roll/person/{resident}" | "/helper" | "/helper/{resident}" => Opened::Resident,
        "/needs" | "/needs/{id}" | "/needs/{id}/voice" => Opened::Need,
        "/needs/answers" | "/needs/answers/print" => Opened::Answers,
        route if route.starts_with("/meetings/") || route.starts_with("/r/") => Opened::Meeting,
        _ => Opened::Other,
    })
}

/// Notes that the page of this visit was answered.
pub(super) fn note(visit: &Visit, route: &str, let_in: &LetIn) {
    let (Some(action), Some(post), Some(signed)) = (let_in.action, let_in.post, &visit.signed) else { return };
    let Some(kind) = kind(action, route) else { return };
    let named = || visit.path.split('/').find_map(|step| Uuid::parse_str(step).ok());
    let subjects = match (&let_in.subjects, kind) {
        (Some(subjects), _) => subjects.clone(),
        (None, Opened::Household | Opened::Resident | Opened::Need) => named().into_iter().collect(),
        _ => let_in.place.map(|place| place.uuid()).into_iter().collect(),
    };
    let secret = visit.app.code_secret(visit.county.id);
    let actor = keyed(&secret, "wugong.opening.1", &[signed.account.uuid().as_bytes()]);
    let rows = subjects.into_iter().map(|subject| Opening { subject, day: visit.today, kind, post, actor });
    visit.app.openings().put(visit.county.id, rows);
}

/// What waits to be written down.
#[derive(Default)]
pub struct Openings(Mutex<Vec<(CountyId, Opening)>>);

impl Openings {
    fn put(&self, county: CountyId, rows: impl Iterator<Item = Opening>) {
        let Ok(mut waiting) = self.0.lock() else { return };
        waiting.extend(rows.map(|row| (county, row)));
        if waiting.len() > WAITING_MAX {
            tracing::error!(lost = waiting.len() - WAITING_MAX, "openings could not be written down");
            waiting.truncate(WAITING_MAX);
        }
    }

    fn take(&self) -> Vec<(CountyId, Opening)> {
        self.0.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default()
    }
}

/// Writes down what waits. What the database did not take waits on.
pub async fn write_down(app: &App) {
    let mut counties: BTreeMap<CountyId, Vec<Opening>> = BTreeMap::new();
    for (county, row) in app.openings().take() {
        counties.entry(county).or_default().push(row);
    }
    for (county, rows) in counties {
        for group in rows.chunks(GROUP_MAX) {
            let own = group.to_vec();
            let written = app.db().write(county, move |tx| {
                for row in &own {
                    opening::put(tx, row)?;
                }
                Ok::<_, Error>(tx.commit_quiet(Quiet::Opening, ()))
            });
            if let Err(error) = written.await {
                tracing::warn!(%error, "openings wait to be written down");
                app.openings().put(county, group.iter().cloned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_about_persons_is_noted_also_where_nobody_thought_of_it() {
        assert_eq!(kind(Action::ReadRoll, "/roll"), Some(Opened::Roll));
        assert_eq!(kind(Action::ReadRoll, "/roll/something/new"), Some(Opened::Other));
        assert_eq!(kind(Action::KeepMeeting, "/meetings/{id}/roll"), Some(Opened::Meeting));
        assert_eq!(kind(Action::KeepMeeting, "/meetings/{id}/tally"), None);
        assert_eq!(kind(Action::ReadPublic, "/roll"), None);
    }

    /// A route that is left out of the notes must be there, or it hides the one that took its place.
    #[test]
    fn routes_that_show_nobody_are_there() {
        let routes = crate::routes();
        for route in NOBODY {
            assert!(routes.iter().any(|known| known.path == *route), "{route}");
        }
    }
}
