//! What is known of a project for its award: from the books and papers, never typed where it is known.

use crate::build::project::Loaded;
use civic::build::acceptance::{Acceptance, AcceptanceState};
use civic::build::award::Known;
use civic::build::project::{ProjectState, SourceKind};
use civic::build::workday::Workdays;
use civic::decide::resolution::ResolutionState;
use civic::id::PlaceId;
use civic::money::Fen;
use civic::people::place::village_of;
use civic::rules::award::AwardScheme;
use civic::rules::award::Requirement;
use civic::rules::{RuleRef, Ruled, Rules};
use civic::time::Day;
use store::Tx;
use store::build::{acceptance, claim, final_account, works};
use store::decide::motion_count;

/// The village whose year a claim counts in; above villages the project's own place.
pub(super) fn village(loaded: &Loaded) -> PlaceId {
    village_of(&loaded.line).map_or(loaded.project.place, |place| place.id)
}

/// Whether the books are asked for what residents gave. While it is being built they say what has come so far, which is not what will
/// come, so that the plan is asked.
pub(super) const fn by_books(state: ProjectState) -> bool {
    matches!(state, ProjectState::Built | ProjectState::Accepted)
}

/// The schemes that count for a project: those of the day on which its plan was published, so that nobody changes the promise afterwards.
pub(super) fn schemes(rules: &Rules, loaded: &Loaded, today: Day) -> Vec<Ruled<AwardScheme>> {
    rules.on(&loaded.path(), loaded.project.published_on.unwrap_or(today)).award_schemes()
}

/// The acceptance that passed last.
fn passed(found: &[Acceptance]) -> Option<&Acceptance> {
    found.iter().rev().find(|one| one.state == AcceptanceState::Confirmed && one.passed_on.is_some())
}

/// What is known of a project but for what its village has of a scheme already: see [`with_year`].
pub(super) fn known(tx: &mut Tx<'_>, loaded: &Loaded, people: Option<u32>) -> store::Result<Known> {
    let one = &loaded.project;
    let (cash, labour) = if by_books(one.state) {
        let books = final_account::books(tx, one.id)?;
        (books.residents, books.days)
    } else {
        let of = |kind: SourceKind| one.budget.sources.iter().filter(move |source| source.kind == kind);
        let cash = of(SourceKind::ResidentCash).filter_map(|source| source.amount);
        let labour = of(SourceKind::ResidentLabour).filter_map(|source| source.days);
        (
            cash.fold(Fen::default(), |all, one| all.plus(one).unwrap_or(all)),
            labour.fold(Workdays::default(), Workdays::plus),
        )
    };
    let found = acceptance::of_project(tx, one.id)?;
    let last = passed(&found);
    let mut there = Vec::new();
    let mut came = None;
    if let Some(cause) = loaded.cause.as_ref().filter(|cause| cause.state != ResolutionState::Void) {
        there.push(Requirement::Resolution);
        let count = motion_count::get(tx, cause.count)?;
        came = Some((count.came.units, count.roll.units));
    }
    if one.state == ProjectState::Accepted {
        there.push(Requirement::Acceptance);
    }
    if one.plan.upkeep.is_some() {
        there.push(Requirement::Upkeep);
    }
    if !works::of_project(tx, one.id, None, 1)?.is_empty() {
        there.push(Requirement::Diary);
    }
    Ok(Known {
        cash,
        labour,
        cost: last.map(Acceptance::cost),
        planned: one.budget.total(),
        people,
        came,
        content: last.and_then(|one| one.opinion),
        there,
        village_has: Fen::default(),
        all_have: Fen::default(),
    })
}

/// The same with what the village and all villages have of a scheme in the year of `today`.
pub(super) fn with_year(
    tx: &mut Tx<'_>,
    known: &Known,
    scheme: &RuleRef,
    village: PlaceId,
    today: Day,
) -> store::Result<Known> {
    let (village_has, all_have) = claim::taken(tx, scheme, village, today.year())?;
    Ok(Known { village_has, all_have, ..known.clone() })
}
