//! Counts of hands. A count is never changed: a recount is another one.

use super::convocation::{rule, rule_word};
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::motion::{Count, Counting, Tally};
use civic::decide::roll::Weight;
use civic::id::{CountId, MatterId, MeetingId};
use civic::token::Token;

fn weight(row: &mut Reader<'_>) -> Result<Weight> {
    Ok(Weight { units: row.get()?, area_cm2: row.get()? })
}

impl FromRow for Count {
    const TABLE: &'static str = "motion_count";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            motion: row.get()?,
            meeting: row.get()?,
            matter: row.get()?,
            turn: row.int()?,
            reason: row.get()?,
            corrects: row.get()?,
            roll: weight(row)?,
            came: weight(row)?,
            there: weight(row)?,
            recused: weight(row)?,
            counting: Counting {
                tally: Tally {
                    in_favour: weight(row)?,
                    against: weight(row)?,
                    abstained: weight(row)?,
                    invalid: weight(row)?,
                },
                teller: row.get()?,
                scrutineer: row.get()?,
                on_paper_ballots: row.get()?,
                dissent: row.get()?,
            },
            needed: weight(row)?,
            base_of: row.token()?,
            base: weight(row)?,
            needed_in_favour: weight(row)?,
            measure: row.token()?,
            outcome: row.token()?,
            quorum_rule: rule(row)?,
            decision_rule: rule(row)?,
            counted_on: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

/// Writes a count. Two first counts of one motion are a clash.
pub fn put(tx: &mut Tx<'_>, count: &Count) -> Result<()> {
    let Tally { in_favour, against, abstained, invalid } = count.counting.tally;
    tx.run(
        sql!(
            "INSERT INTO motion_count (county_id, id, motion_id, meeting_id, matter_id, turn, reason, corrects_id, roll_units, roll_area_cm2,
                 came_units, came_area_cm2, there_units, there_area_cm2, recused_units, recused_area_cm2, in_favour, in_favour_area_cm2,
                 against, against_area_cm2, abstained, abstained_area_cm2, invalid, invalid_area_cm2, teller, scrutineer,
                 on_paper_ballots, dissent, needed_units, needed_area_cm2, base_of, base_units, base_area_cm2, needed_in_favour,
                 needed_in_favour_area_cm2, measure, outcome, quorum_rule, decision_rule, counted_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
                 $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41)"
        ),
        args![
            count.id,
            count.motion,
            count.meeting,
            count.matter,
            count.turn,
            count.reason.as_deref(),
            count.corrects,
            count.roll.units,
            count.roll.area_cm2,
            count.came.units,
            count.came.area_cm2,
            count.there.units,
            count.there.area_cm2,
            count.recused.units,
            count.recused.area_cm2,
            in_favour.units,
            in_favour.area_cm2,
            against.units,
            against.area_cm2,
            abstained.units,
            abstained.area_cm2,
            invalid.units,
            invalid.area_cm2,
            count.counting.teller.as_str(),
            count.counting.scrutineer.as_str(),
            count.counting.on_paper_ballots,
            count.counting.dissent.as_deref(),
            count.needed.units,
            count.needed.area_cm2,
            count.base_of.as_str(),
            count.base.units,
            count.base.area_cm2,
            count.needed_in_favour.units,
            count.needed_in_favour.area_cm2,
            count.measure.as_str(),
            count.outcome.as_str(),
            rule_word(Some(&count.quorum_rule)),
            rule_word(Some(&count.decision_rule)),
            count.counted_on,
            count.recorded_at
        ],
    )?;
    Ok(())
}

/// A count by its id.
pub fn get(tx: &mut Tx<'_>, id: CountId) -> Result<Count> {
    tx.one(
        sql!(
            "SELECT id, motion_id, meeting_id, matter_id, turn, reason, corrects_id, roll_units, roll_area_cm2, came_units, came_area_cm2,
                 there_units, there_area_cm2, recused_units, recused_area_cm2, in_favour, in_favour_area_cm2, against, against_area_cm2,
                 abstained, abstained_area_cm2, invalid, invalid_area_cm2, teller, scrutineer, on_paper_ballots, dissent, needed_units,
                 needed_area_cm2, base_of, base_units, base_area_cm2, needed_in_favour, needed_in_favour_area_cm2, measure, outcome,
                 quorum_rule, decision_rule, counted_on, recorded_at
             FROM motion_count WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// Every count of a meeting: by motion, the first count first.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: MeetingId) -> Result<Vec<Count>> {
    tx.all(
        sql!(
            "SELECT id, motion_id, meeting_id, matter_id, turn, reason, corrects_id, roll_units, roll_area_cm2, came_units, came_area_cm2,
                 there_units, there_area_cm2, recused_units, recused_area_cm2, in_favour, in_favour_area_cm2, against, against_area_cm2,
                 abstained, abstained_area_cm2, invalid, invalid_area_cm2, teller, scrutineer, on_paper_ballots, dissent, needed_units,
                 needed_area_cm2, base_of, base_units, base_area_cm2, needed_in_favour, needed_in_favour_area_cm2, measure, outcome,
                 quorum_rule, decision_rule, counted_on, recorded_at
             FROM motion_count WHERE county_id = $1 AND meeting_id = $2 ORDER BY motion_id, turn LIMIT 500"
        ),
        args![meeting],
    )
}

/// Every count about a matter or one merged into it: by motion, the first count first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Count>> {
    tx.all(
        sql!(
            "SELECT c.id, c.motion_id, c.meeting_id, c.matter_id, c.turn, c.reason, c.corrects_id, c.roll_units, c.roll_area_cm2,
                 c.came_units, c.came_area_cm2, c.there_units, c.there_area_cm2, c.recused_units, c.recused_area_cm2, c.in_favour,
                 c.in_favour_area_cm2, c.against, c.against_area_cm2, c.abstained, c.abstained_area_cm2, c.invalid, c.invalid_area_cm2,
                 c.teller, c.scrutineer, c.on_paper_ballots, c.dissent, c.needed_units, c.needed_area_cm2, c.base_of, c.base_units,
                 c.base_area_cm2, c.needed_in_favour, c.needed_in_favour_area_cm2, c.measure, c.outcome, c.quorum_rule, c.decision_rule,
                 c.counted_on, c.recorded_at
             FROM motion_count c JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id
             WHERE c.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY c.motion_id, c.turn LIMIT 1000"
        ),
        args![matter],
    )
}
