//! The daily step: a matter whose postings ran their full days, with every objection answered, stands disclosed.

use crate::frame::{App, Error, OrRefuse, Result};
use civic::decide::posting::disclose;
use civic::id::MatterId;
use civic::record::{Actor, Entry, Verb};
use store::decide::{matter, objection, posting, resolution};
use store::people::county::County;

/// Matters looked at in one turn; the rest follows with the next.
const MATTERS_MAX: u32 = 500;

/// Moves every matter of a county on that is due, and says how many. Safe to run twice and from several processes: a matter that moved
/// meanwhile is left alone. Called by the worker on a thread of its own.
pub fn sweep(app: &App, county: &County) -> Result<usize> {
    let now = app.now();
    let today = App::zone(county).day(now);
    let mut after: Option<MatterId> = None;
    let mut moved = 0;
    loop {
        let due: Vec<MatterId> = app.db().read_now(county.id, move |tx| {
            posting::due_to_disclose(tx, today, after, MATTERS_MAX).map_err(Error::from)
        })?;
        let Some(last) = due.last() else { return Ok(moved) };
        after = Some(*last);
        for id in due {
            let app = app.clone();
            let done = app.clone().db().write_now(county.id, move |tx| {
                let before = matter::get(tx, id)?;
                let postings = posting::of_matter(tx, id)?;
                let resolutions = resolution::of_matter(tx, id)?;
                let objections = objection::of_matter(tx, id)?;
                let disclosed = disclose(&before, &resolutions, &postings, &objections, today).refuse()?;
                matter::change(tx, &disclosed, now)?;
                let entry = Entry::of(&disclosed, Verb::Change, Actor::NOBODY, now, &mut app.chance());
                Ok::<_, Error>(tx.commit(std::slice::from_ref(&entry), ())?)
            });
            match done {
                Ok(()) => moved += 1,
                // Somebody wrote to it between the look and the step: the next turn looks again.
                Err(Error::Refused(_) | Error::Store(store::Error::Clash | store::Error::Missing)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
