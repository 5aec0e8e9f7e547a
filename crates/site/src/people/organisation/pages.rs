//! The page of one organisation: what it is, its branches, what it does.

use super::register::{LineView, line_view};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, cut};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{ActivityId, OrganisationId, PlaceId};
use civic::people::activity::ActivityState;
use civic::people::organisation::Organisation;
use civic::people::place::{Place, whole_name};
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use store::Tx;
use store::people::{activity, organisation, place, practice_base};
use store::programme::work_plan;

/// Activities on one page.
const ACTIVITIES_MAX: u32 = 20;

/// An organisation with its place and those above it, innermost first.
pub(super) struct Loaded {
    pub(super) organisation: Organisation,
    pub(super) line: Vec<Place>,
}

impl Loaded {
    pub(super) fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    pub(super) fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
    pub(super) fn code(&self) -> String {
        self.line.first().map(|place| place.code.to_string()).unwrap_or_default()
    }
}

pub(super) fn load(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Loaded> {
    let organisation = organisation::get(tx, id)?;
    let line = place::line(tx, organisation.place)?;
    Ok(Loaded { organisation, line })
}

/// The id in the address; anything else is not there.
pub(super) fn id_of(text: &str) -> Result<OrganisationId> {
    OrganisationId::parse(text).ok_or(Error::Hidden)
}

struct ActivityView {
    day: Day,
    when: String,
    kind: String,
    purpose: String,
    text: String,
    matter: Option<(String, String)>,
    struck: Option<String>,
    keep: Option<String>,
}

fn activity_view(line: &activity::Line, w: &W, today: Day, keeps: bool) -> ActivityView {
    let one = &line.activity;
    let came = one
        .people
        .map(|people| w.t2("activity-came", "people", people, "organisations", one.organisations.unwrap_or(1)));
    let open = w.token(one.open_to);
    ActivityView {
        day: one.held,
        when: w.day(&one.held, &today),
        kind: w.token(one.kind),
        purpose: one.purpose.clone(),
        text: w.list(&[line.place_name.as_str(), open.as_str(), came.as_deref().unwrap_or_default()]),
        matter: line.matter.as_ref().map(|(title, number)| (format!("/m/{number}"), title.clone())),
        struck: (one.state == ActivityState::Struck)
            .then(|| w.t1("activity-struck", "reason", one.reason.as_deref().unwrap_or_default())),
        keep: (keeps && one.state != ActivityState::Struck).then(|| format!("/activities/{}", one.id)),
    }
}

#[derive(Template)]
#[template(path = "people/organisation/organisation.html")]
struct OrganisationPage {
    v: View,
    name: String,
    meta: String,
    facts: Vec<(String, String)>,
    parent: Option<(String, String)>,
    branches: Vec<LineView>,
    planned: Vec<ActivityView>,
    held: Vec<ActivityView>,
    first: Option<String>,
    next: Option<String>,
    bases: Vec<LineView>,
    tasks: Vec<LineView>,
    register: String,
    keep: Option<String>,
    activity: Option<String>,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let after =
        asked.value("after").split_once('.').and_then(|(day, id)| Some((Day::parse(day)?, ActivityId::parse(id)?)));
    let going_on = after.is_some();
    let (loaded, parent, branches, mut activities, bases, tasks) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let parent = match loaded.organisation.parent {
                Some(parent) => Some(organisation::get(tx, parent)?),
                None => None,
            };
            let branches = organisation::of_parent(tx, id)?;
            let activities = activity::of_organisation(tx, id, after, ACTIVITIES_MAX + 1)?;
            let bases = practice_base::of_organisation(tx, id)?;
            let tasks = work_plan::of_organisation(tx, id)?;
            Ok::<_, Error>((loaded, parent, branches, activities, bases, tasks))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, Visibility::Public)?;
    let (w, today) = (visit.w(), visit.today);
    let one = &loaded.organisation;
    let keeps = visit.could(Action::KeepOrganisation, &path);
    let more = cut(&mut activities, ACTIVITIES_MAX);
    let next = activities
        .last()
        .filter(|_| more)
        .map(|last| format!("/organisations/{id}?after={}.{}", last.activity.held, last.activity.id));
    let (planned, held): (Vec<_>, Vec<_>) =
        activities.iter().partition(|line| line.activity.state == ActivityState::Planned);
    let mut facts = vec![
        (
            w.t("organisation-is"),
            w.list(&[&w.token(one.kind), &if one.branch { w.t("organisation-branch") } else { String::new() }]),
        ),
        (
            w.t("organisation-stands"),
            w.t2("organisation-since", "state", w.token(one.state), "day", w.day(&one.since, &today)),
        ),
        (
            w.t("organisation-place"),
            match whole_name(&loaded.line) {
                name if name.is_empty() => visit.county.name.clone(),
                name => name,
            },
        ),
    ];
    if let Some(contact) = &one.contact {
        facts.push((w.t("organisation-contact"), contact.clone()));
    }
    let page = OrganisationPage {
        name: one.name.clone(),
        meta: w.t("organisation-lead"),
        facts,
        parent: parent.map(|parent| (format!("/organisations/{}", parent.id), parent.name)),
        branches: branches.iter().map(|line| line_view(line, &w)).collect(),
        planned: planned.into_iter().map(|line| activity_view(line, &w, today, keeps)).collect(),
        held: held.into_iter().map(|line| activity_view(line, &w, today, keeps)).collect(),
        bases: bases
            .iter()
            .map(|line| LineView {
                href: format!("/bases/{}", line.base.id),
                name: line.base.name.clone(),
                text: w.list(&[&line.place_name, &w.token(line.base.state)]),
            })
            .collect(),
        tasks: tasks
            .iter()
            .map(|task| LineView {
                href: format!("/programmes/{}", task.programme),
                name: task.goal.clone(),
                text: w.list(&[
                    &w.t(if task.owner == id { "organisation-task-owner" } else { "organisation-task-helper" }),
                    &w.token(task.state),
                    &w.t1("task-due", "day", w.day(&task.due, &today)),
                ]),
            })
            .collect(),
        first: going_on.then(|| format!("/organisations/{id}")),
        next,
        register: format!("/organisations?at={}", loaded.code()),
        keep: keeps.then(|| format!("/organisations/{id}/keep")),
        activity: keeps.then(|| format!("/organisations/{id}/activity")),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}
