//! Evaluate together: surveys of a matter, and what is put right because of them.

pub mod chain;
mod rectification;
mod survey;

use crate::frame::{Error, OrRefuse, Result, Route, Visit};
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::evaluate::rectification::RectificationState;
use civic::evaluate::survey::SurveyState;
use civic::id::{Chance, MatterId, PlaceId};
use civic::people::place::Place;
use civic::people::standing::{Post, Visibility};
use civic::record::{Actor, Entry, Verb};
use civic::stage::{Stage, StageState};
use civic::time::{Day, Timestamp};
use store::Tx;
use store::decide::matter;
use store::people::place;

pub use survey::sweep;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = survey::routes();
    routes.extend(rectification::routes());
    routes
}

/// A matter with its place and those above, innermost first.
pub(crate) struct About {
    /// The matter.
    pub matter: Matter,
    /// Its place and those above.
    pub line: Vec<Place>,
}

impl About {
    /// For the guard.
    pub fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    /// Its public number.
    pub fn number(&self) -> String {
        self.matter.number.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    /// Its title.
    pub fn title(&self) -> String {
        self.matter.title.clone().unwrap_or_default()
    }
}

/// The matter of a number, for whoever may do there what the route declared.
pub(crate) async fn about(visit: &Visit, number: &str) -> Result<(About, Option<Post>)> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let read = move |tx: &mut Tx<'_>| {
        let matter = matter::by_number(tx, &number)?;
        let line = place::line(tx, matter.place)?;
        Ok::<_, Error>(About { matter, line })
    };
    let about = visit.app.db().read(visit.county.id, read).await?;
    let post = visit.may(&about.path(), Visibility::Public)?;
    Ok((about, post))
}

/// The matter that goes on with what belongs to one.
pub(crate) fn living(tx: &mut Tx<'_>, id: MatterId) -> store::Result<Matter> {
    let own = matter::get(tx, id)?;
    match own.merged_into {
        Some(survivor) => matter::get(tx, survivor),
        None => Ok(own),
    }
}

/// A day of a form; `None` with its sentence beside the field.
pub(crate) fn days<const N: usize>(
    f: &mut crate::frame::Fields,
    names: [&'static str; N],
    w: &crate::frame::W,
) -> Option<[Day; N]> {
    let days = names.map(|name| f.day(name, w));
    let found: Vec<Day> = days.into_iter().flatten().collect();
    found.try_into().ok()
}

/// Opens a stage again that was done, since more comes; every other one stays as it is.
pub(crate) fn again(
    tx: &mut Tx<'_>,
    own: Matter,
    stage: Stage,
    (actor, now): (Actor, Timestamp),
    chance: &mut dyn Chance,
) -> Result<(Matter, Vec<Entry>)> {
    if own.stages.get(stage) != StageState::Done {
        return Ok((own, Vec::new()));
    }
    let opened = own.opened(stage, &[], &[]).refuse()?;
    matter::change(tx, &opened, now)?;
    let entry = Entry::of(&opened, Verb::Open, actor, now, chance);
    Ok((matter::get(tx, opened.id)?, vec![entry]))
}

/// Marks a stage as done that is at work and has nothing left.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    own: MatterId,
    stage: Stage,
    (actor, now): (Actor, Timestamp),
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let own = matter::get(tx, own)?;
    if own.is_open(stage).is_err() {
        return Ok(Vec::new());
    }
    let done = own.done(stage).refuse()?;
    matter::change(tx, &done, now)?;
    Ok(vec![Entry::of(&done, Verb::End, actor, now, chance)])
}

/// Marks the stage as done when a survey was counted, none runs and nothing is left to be put right.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    own: MatterId,
    with: (Actor, Timestamp),
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let surveys = store::evaluate::survey::of_matter(tx, own)?;
    let left = store::evaluate::rectification::of_matter(tx, own)?;
    let judged = !surveys.is_empty() && surveys.iter().all(|one| one.state != SurveyState::Open);
    if judged && left.iter().all(|one| one.state == RectificationState::Closed) {
        finish(tx, own, Stage::Evaluate, with, chance)
    } else {
        Ok(Vec::new())
    }
}
