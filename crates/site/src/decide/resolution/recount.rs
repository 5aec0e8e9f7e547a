//! What a recount does to the resolution that came from the first count.

use crate::frame::{OrRefuse, Result};
use civic::decide::motion::Count;
use civic::decide::resolution::{self as law, ResolutionState};
use civic::id::Chance;
use civic::record::{Actor, Entry, Verb};
use civic::time::Timestamp;
use store::Tx;
use store::decide::{matter, resolution, topic};

/// Lets the resolution of a motion follow its recount, inside the unit of work that writes the count, and answers the entries of what
/// changed. Without a resolution nothing changes. One that is void now sends its matter to another meeting, unless another resolution of
/// the same matter stands.
pub fn follow(
    tx: &mut Tx<'_>,
    count: &Count,
    actor: Actor,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let Some(made) = resolution::of_motion(tx, count.motion)? else { return Ok(Vec::new()) };
    if made.state == ResolutionState::Void {
        return Ok(Vec::new());
    }
    let next = law::follow(&made, count).refuse()?;
    resolution::change(tx, &next)?;
    let mut entries = vec![Entry::of(&next, Verb::Recount, actor, now, chance)];
    if next.state != ResolutionState::Void {
        return Ok(entries);
    }
    let own = matter::get(tx, next.matter)?;
    let living = if own.merged_into.is_some() { matter::get(tx, own.living())? } else { own };
    let stands = resolution::of_matter(tx, living.id)?
        .iter()
        .any(|other| other.id != next.id && other.state != ResolutionState::Void);
    if stands {
        return Ok(entries);
    }
    let back = law::sent_back(&living).refuse()?;
    if back != living {
        matter::change(tx, &back, now)?;
        entries.push(Entry::of(&back, Verb::Change, actor, now, chance));
    }
    for open in topic::of_matter(tx, living.id)? {
        if let Ok(reopened) = open.reopened() {
            topic::change(tx, &reopened)?;
            entries.push(Entry::of(&reopened, Verb::Change, actor, now, chance));
        }
    }
    Ok(entries)
}
