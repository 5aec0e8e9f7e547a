//! Convocations.

use super::meeting::matters;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::convocation::{Call, Convocation, Petition, channels_parse, channels_word};
use civic::id::{ConvocationId, MatterId, MeetingId};
use civic::rules::RuleRef;
use civic::token::Token;

/// The next column as the rule that a decision kept, or NULL.
pub(super) fn rule_or_none(row: &mut Reader<'_>) -> Result<Option<RuleRef>> {
    let word: Option<String> = row.get()?;
    word.map(|word| RuleRef::parse(&word).ok_or_else(|| row.corrupt())).transpose()
}

/// The next column as the rule that a decision kept.
pub(super) fn rule(row: &mut Reader<'_>) -> Result<RuleRef> {
    rule_or_none(row)?.ok_or_else(|| row.corrupt())
}

/// A rule as it stands in a column.
pub(super) fn rule_word(rule: Option<&RuleRef>) -> Option<String> {
    rule.map(RuleRef::to_string)
}

impl FromRow for Convocation {
    const TABLE: &'static str = "convocation";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, meeting, matters) = (row.get()?, row.get()?, matters(row)?);
        let convener = row.token()?;
        let by = row.token_or_none()?;
        let (asked, of) = (row.int_or_none()?, row.int_or_none()?);
        let petition = match (by, asked, of) {
            (Some(by), Some(asked), Some(of)) => Some(Petition { by, asked, of }),
            (None, None, None) => None,
            _ => return Err(row.corrupt()),
        };
        let notice_on = row.get()?;
        let channels: String = row.get()?;
        let channels = channels_parse(&channels).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            meeting,
            matters,
            call: Call {
                convener,
                petition,
                notice_on,
                channels,
                ad_hoc_reason: row.get()?,
                also_told: row.get()?,
                held_on: row.get()?,
                minute: row.int()?,
                venue: row.get()?,
                agenda: row.get()?,
            },
            earliest: row.get()?,
            in_time: row.get()?,
            notice_rule: rule_or_none(row)?,
            convener_rule: rule_or_none(row)?,
            petition_rule: rule_or_none(row)?,
            created_at: row.get()?,
        })
    }
}

/// Writes a call. It is never changed: a meeting that was put off is called again by another one.
pub fn put(tx: &mut Tx<'_>, made: &Convocation) -> Result<()> {
    let call = &made.call;
    tx.run(
        sql!(
            "INSERT INTO convocation (county_id, id, meeting_id, convener, petition_by, petition_asked, petition_of, notice_on, channels,
                 ad_hoc_reason, also_told, held_on, minute, venue, agenda, earliest_on, in_time, notice_rule, convener_rule,
                 petition_rule, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
        ),
        args![
            made.id,
            made.meeting,
            call.convener.as_str(),
            call.petition.map(|p| p.by.as_str()),
            call.petition.map(|p| p.asked),
            call.petition.map(|p| p.of),
            call.notice_on,
            channels_word(&call.channels),
            call.ad_hoc_reason.as_deref(),
            call.also_told,
            call.held_on,
            call.minute,
            call.venue.as_str(),
            call.agenda.as_str(),
            made.earliest,
            made.in_time,
            rule_word(made.notice_rule.as_ref()),
            rule_word(made.convener_rule.as_ref()),
            rule_word(made.petition_rule.as_ref()),
            made.created_at
        ],
    )?;
    Ok(())
}

/// A call by its id.
pub fn get(tx: &mut Tx<'_>, id: ConvocationId) -> Result<Convocation> {
    tx.one(
        sql!(
            "SELECT c.id, c.meeting_id, e.matter_ids, c.convener, c.petition_by, c.petition_asked, c.petition_of, c.notice_on, c.channels,
                 c.ad_hoc_reason, c.also_told, c.held_on, c.minute, c.venue, c.agenda, c.earliest_on, c.in_time, c.notice_rule,
                 c.convener_rule, c.petition_rule, c.created_at
             FROM convocation c JOIN meeting e ON e.county_id = c.county_id AND e.id = c.meeting_id
             WHERE c.county_id = $1 AND c.id = $2"
        ),
        args![id],
    )
}

/// The calls of a meeting, oldest first; the last one holds.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: MeetingId) -> Result<Vec<Convocation>> {
    tx.all(
        sql!(
            "SELECT c.id, c.meeting_id, e.matter_ids, c.convener, c.petition_by, c.petition_asked, c.petition_of, c.notice_on, c.channels,
                 c.ad_hoc_reason, c.also_told, c.held_on, c.minute, c.venue, c.agenda, c.earliest_on, c.in_time, c.notice_rule,
                 c.convener_rule, c.petition_rule, c.created_at
             FROM convocation c JOIN meeting e ON e.county_id = c.county_id AND e.id = c.meeting_id
             WHERE c.county_id = $1 AND c.meeting_id = $2 ORDER BY c.id LIMIT 100"
        ),
        args![meeting],
    )
}

/// The calls of all meetings that hear a matter or one merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Convocation>> {
    tx.all(
        sql!(
            "SELECT c.id, c.meeting_id, e.matter_ids, c.convener, c.petition_by, c.petition_asked, c.petition_of, c.notice_on, c.channels,
                 c.ad_hoc_reason, c.also_told, c.held_on, c.minute, c.venue, c.agenda, c.earliest_on, c.in_time, c.notice_rule,
                 c.convener_rule, c.petition_rule, c.created_at
             FROM convocation c JOIN meeting e ON e.county_id = c.county_id AND e.id = c.meeting_id
             WHERE c.county_id = $1 AND c.meeting_id IN
                 (SELECT l.meeting_id FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                  WHERE l.county_id = $1 AND (m.id = $2 OR m.merged_into = $2))
             ORDER BY c.id LIMIT 500"
        ),
        args![matter],
    )
}
