//! What SQLite is told of the sizes of tables, so that it chooses its way through them like somebody who knows the county.
//!
//! Every index begins with `county_id`, and of a column of which nothing is known SQLite takes it that ten rows share a value. So it
//! prefers an index of which it needs the county alone (since that one is in the order asked for, or holds every column asked
//! for) to the index that leads to the row, and walks through the whole county for each of them: seconds instead of microseconds in
//! a county that has been at work for a year. Counting real rows (`ANALYZE`) would say nothing in an empty database and would
//! let the ways change from one day to the next. So a year's county is written down once instead, the same for everybody; the
//! test `no_statement_walks_through_a_whole_county_but_those_that_say_why` reads the ways that follow from it.
//! PostgreSQL keeps statistics of its own.

use crate::{Result, Tx};

/// Writes the sizes for every index that is there now. For SQLite; in the unit of work of a migration.
///
/// The numbers are rows of the index, then rows that share a value of its first column, of its first two, and so on
/// (<https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table>): all of them share the county, a unique index leads to one row,
/// and a partial index holds few rows.
pub(crate) fn tell(tx: &mut Tx<'_>) -> Result<()> {
    tx.batch(
        "ANALYZE sqlite_schema;
         DELETE FROM sqlite_stat1;
         INSERT INTO sqlite_stat1 (tbl, idx, stat)
             SELECT m.name, l.name, (
                 SELECT rows || ' ' || group_concat(
                     CASE WHEN seqno = 0 THEN rows WHEN l.\"unique\" AND seqno = last THEN 1
                          WHEN seqno = 1 THEN 50 WHEN seqno = 2 THEN 10 ELSE 2 END, ' ')
                 FROM (SELECT seqno, CASE WHEN l.partial THEN 50000 ELSE 1000000 END AS rows,
                              (SELECT MAX(seqno) FROM pragma_index_info(l.name)) AS last
                       FROM pragma_index_info(l.name) ORDER BY seqno))
             FROM sqlite_schema m JOIN pragma_index_list(m.name) l
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%';
         ANALYZE sqlite_schema;",
    )
}
