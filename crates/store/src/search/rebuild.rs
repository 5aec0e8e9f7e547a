//! Making the index again from what it is taken from: after a restore, and once when a database learns of it.

use super::texts::{From, announcement, gone, whole_matter};
use crate::decide::matter;
use crate::people::{resident, sound};
use crate::{Db, Error, Quiet, Result, Tx, args, sql};
use civic::id::{AnnouncementId, CountyId, MatterId, ResidentId};
use uuid::Uuid;

/// The kind of job that fills the index of a county; a migration writes one for every county that is there.
pub const JOB: &str = "search";

/// Rows taken in with one unit of work, so that nobody waits behind them.
const ROWS: u32 = 100;

/// Goes on where a page ended.
type Next = Option<Uuid>;

/// Takes everything public of a county into the index, and gives names their sound. What stands there as it should costs one look.
/// Answers how many texts it looked at.
pub fn fill(db: &Db, county: CountyId) -> Result<u64> {
    let mut texts = 0;
    for turn in [matters, announcements, names] {
        let mut after = Some(Uuid::nil());
        while let Some(from) = after {
            let (n, next) = db.write_now(county, move |tx| {
                let page = turn(tx, from)?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Index, page))
            })?;
            texts += n;
            after = next;
        }
    }
    Ok(texts)
}

/// Empties the index of a county: [`fill`] makes it anew.
pub fn clear(db: &Db, county: CountyId) -> Result<()> {
    loop {
        let left = db.write_now(county, |tx| {
            let left: Vec<From> = tx.all(
                sql!("SELECT kind, row_id FROM search_text WHERE county_id = $1 ORDER BY kind, row_id LIMIT 1000"),
                &[],
            )?;
            for one in &left {
                gone(tx, one.kind, one.id)?;
            }
            Ok::<_, Error>(tx.commit_quiet(Quiet::Index, left.len()))
        })?;
        if left == 0 {
            return Ok(());
        }
    }
}

fn next(ids: &[Uuid]) -> Next {
    let full = ids.len() >= usize::try_from(ROWS).unwrap_or(usize::MAX);
    ids.last().copied().filter(|_| full)
}

fn matters(tx: &mut Tx<'_>, after: Uuid) -> Result<(u64, Next)> {
    let ids: Vec<(Uuid,)> = tx.all(
        sql!(
            "SELECT id FROM matter WHERE county_id = $1 AND id > $2 AND number IS NOT NULL AND merged_into IS NULL
             ORDER BY id LIMIT $3"
        ),
        args![after, ROWS],
    )?;
    let ids: Vec<Uuid> = ids.into_iter().map(|(id,)| id).collect();
    for id in &ids {
        let one = matter::get(tx, MatterId::from(*id))?;
        whole_matter(tx, &one)?;
    }
    Ok((u64::try_from(ids.len()).unwrap_or_default(), next(&ids)))
}

fn announcements(tx: &mut Tx<'_>, after: Uuid) -> Result<(u64, Next)> {
    let ids: Vec<(Uuid,)> = tx.all(
        sql!("SELECT id FROM announcement WHERE county_id = $1 AND id > $2 ORDER BY id LIMIT $3"),
        args![after, ROWS],
    )?;
    let ids: Vec<Uuid> = ids.into_iter().map(|(id,)| id).collect();
    for id in &ids {
        let one = crate::programme::announcement::get(tx, AnnouncementId::from(*id))?;
        announcement(tx, &one)?;
    }
    Ok((u64::try_from(ids.len()).unwrap_or_default(), next(&ids)))
}

/// Names that were written before there was a column for their sound.
fn names(tx: &mut Tx<'_>, after: Uuid) -> Result<(u64, Next)> {
    let rows: Vec<(Uuid, String)> = tx.all(
        sql!(
            "SELECT id, name FROM resident WHERE county_id = $1 AND id > $2 AND name IS NOT NULL AND name_sound IS NULL
             ORDER BY id LIMIT $3"
        ),
        args![after, ROWS],
    )?;
    for (id, name) in &rows {
        resident::sounds(tx, ResidentId::from(*id), &sound::of(name))?;
    }
    let ids: Vec<Uuid> = rows.into_iter().map(|(id, _)| id).collect();
    Ok((0, next(&ids)))
}
