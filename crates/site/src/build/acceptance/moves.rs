//! What a second person says of an acceptance, and the way of a defect.

use super::pages::{found, show_page};
use crate::build::project::load;
use crate::frame::{Error, Fields, Once, OrRefuse, Result, Visit, once};
use axum::extract::Path;
use axum::response::Response;
use civic::build::acceptance::{
    Acceptance, AcceptanceRefusal, AcceptanceState, Defect, DefectState, Verdict, accepted,
};
use civic::build::project::ProjectState;
use civic::id::{Chance, DefectId, ProjectId};
use civic::record::{Actor, Entry, Verb};
use civic::stage::{Stage, StageState};
use civic::time::{Day, Timestamp};
use store::Tx;
use store::build::{acceptance, project};
use store::decide::matter;

/// Moves the project on after its acceptance changed, and ends the stage *build* of its matter once everything was accepted and nothing
/// is left to be mended.
fn follow(
    tx: &mut Tx<'_>,
    one: &Acceptance,
    actor: Actor,
    (now, today): (Timestamp, Day),
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let built = project::get(tx, one.project)?;
    let own = matter::get(tx, one.matter)?;
    let living = match own.merged_into {
        Some(survivor) => matter::get(tx, survivor)?,
        None => own,
    };
    let moved = match (one.state, one.verdict, one.passed_on, built.state) {
        (AcceptanceState::Confirmed, _, Some(_), ProjectState::Built) => {
            Some(built.accepted(one.held_on, today).refuse()?)
        }
        (AcceptanceState::Confirmed, Verdict::Fail, None, ProjectState::Built) => Some(built.taken_up().refuse()?),
        _ => None,
    };
    if let Some(moved) = moved {
        project::change(tx, &moved)?;
        entries.push(Entry::of(&moved, Verb::Change, actor, now, chance));
    }
    let projects = project::of_matter(tx, living.id)?;
    let mut left = !accepted(&projects);
    for built in &projects {
        left |= acceptance::defects(tx, built.id)?.iter().any(|defect| defect.state != DefectState::Rechecked);
    }
    if !left && living.stages.get(Stage::Build) == StageState::Open {
        let done = living.done(Stage::Build).refuse()?;
        matter::change(tx, &done, now)?;
        entries.push(Entry::of(&done, Verb::Close, actor, now, chance));
    } else {
        matter::moved(tx, living.id, now)?;
    }
    Ok(entries)
}

async fn judged<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Acceptance) -> std::result::Result<Acceptance, AcceptanceRefusal> + Send + 'static,
{
    let (one, loaded) = found(visit, id).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    let (actor, now, today, app, id, of) =
        (visit.actor(post), visit.now, visit.today, visit.app.clone(), one.id, one.project);
    let written = once(visit, &f, move |tx| {
        let mut chance = app.chance();
        let after = step(&acceptance::get(tx, id)?).refuse()?;
        acceptance::change(tx, &after)?;
        let mut entries = vec![Entry::of(&after, verb, actor, now, &mut chance)];
        entries.extend(follow(tx, &after, actor, (now, today), &mut chance)?);
        Ok(Once { entries, to: format!("/projects/{of}/acceptance#a-{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "reason", &visit.w(), &visit.today)?;
            show_page(visit, of, f).await
        }
        done => done,
    }
}

/// A second person found it so.
pub(super) async fn confirm(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (by, today) = (visit.account().ok(), visit.today);
    judged(&visit, &id, f, Verb::Certify, move |one| one.confirmed(by, today)).await
}

/// A second person did not find it so.
pub(super) async fn refuse(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (by, reason) = (visit.account().ok(), f.value("reason").to_owned());
    judged(&visit, &id, f, Verb::End, move |one| one.refused(by, &reason)).await
}

async fn defect_moved<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Defect) -> std::result::Result<Defect, AcceptanceRefusal> + Send + 'static,
{
    let id = DefectId::parse(id).ok_or(Error::Hidden)?;
    let (loaded, of): (_, ProjectId) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let defect = acceptance::defect(tx, id)?;
            Ok::<_, Error>((load(tx, defect.project)?, defect.project))
        })
        .await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
    let written = once(visit, &f, move |tx| {
        let mut chance = app.chance();
        let before = acceptance::defect(tx, id)?;
        let judged = acceptance::get(tx, before.acceptance)?;
        // What nobody confirmed binds nobody.
        if judged.state != AcceptanceState::Confirmed {
            return Err(AcceptanceRefusal::State { state: judged.state }).refuse();
        }
        let after = step(&before).refuse()?;
        acceptance::change_defect(tx, &after)?;
        let mut entries = vec![Entry::of(&after, verb, actor, now, &mut chance)];
        let all = acceptance::defects(tx, after.project)?;
        let passed = judged.after_recheck(&all, today);
        if passed != judged {
            acceptance::change(tx, &passed)?;
            entries.push(Entry::of(&passed, Verb::Change, actor, now, &mut chance));
        }
        entries.extend(follow(tx, &passed, actor, (now, today), &mut chance)?);
        Ok(Once { entries, to: format!("/projects/{of}/acceptance#defect-{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "reason", &visit.w(), &visit.today)?;
            show_page(visit, of, f).await
        }
        done => done,
    }
}

/// Somebody says that it is mended.
pub(super) async fn mended(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (by, today) = (visit.account().ok(), visit.today);
    defect_moved(&visit, &id, f, Verb::Change, move |one| one.mended(by, today)).await
}

/// Another person found it good.
pub(super) async fn rechecked(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (by, today) = (visit.account().ok(), visit.today);
    defect_moved(&visit, &id, f, Verb::Certify, move |one| one.rechecked(by, today)).await
}

/// Another person did not.
pub(super) async fn again(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    defect_moved(&visit, &id, f, Verb::Open, Defect::open_again).await
}
