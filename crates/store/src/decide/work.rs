//! What is due at a place: one statement over needs, answers, points, meetings, motions, resolutions, postings, objections and questions.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::work::WorkKind;
use civic::id::PlaceId;
use civic::time::Day;
use civic::token::Token;
use civic::tokens;
use uuid::Uuid;

tokens! {
    /// By what a list is sorted.
    pub enum Sort = "work-sort" {
        /// The most urgent first.
        Due = "due",
        /// By place, the most urgent of each first.
        Place = "place",
        /// By what is to be done, the most urgent of each first.
        Kind = "kind",
    }
    /// Which part of a list.
    pub enum Tab = "work-tab" {
        /// Its last day is over.
        Over = "over",
        /// Its last day is today.
        Today = "today",
        /// Its last day comes within fifteen days or is over, or nothing says a last day and it can be done now.
        Soon = "soon",
        /// Everything.
        All = "all",
    }
}

/// How far ahead [`Tab::Soon`] looks, in days.
pub const SOON_DAYS: i32 = 15;

/// Which work is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// At this place and below.
    pub place: PlaceId,
    /// Today.
    pub today: Day,
    /// Only this kind.
    pub kind: Option<WorkKind>,
    /// Only what has this in its title or public number; everything when empty.
    pub said: String,
    /// Which part.
    pub tab: Tab,
    /// In which order.
    pub sort: Sort,
    /// Whether the reader may know of needs that are never public; without it they are left out and not even counted.
    pub private: bool,
    /// After this line.
    pub after: Option<Key>,
    /// At most so many lines.
    pub rows_max: u32,
}

/// Where a line stands in its order: what the next page begins after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The place's code or the kind, where sorted by it.
    pub group: String,
    /// The last day, `9999-12-31` without one.
    pub due: String,
    /// What is to be done.
    pub kind: String,
    /// To which row.
    pub id: Uuid,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the order.
    pub key: Key,
    /// What is to be done.
    pub kind: WorkKind,
    /// The row that its page is about: the need of an answer, the meeting of a point, else the row itself.
    pub of: Uuid,
    /// The last day, where there is one.
    pub due: Option<Day>,
    /// The day of the last thing that happened to it.
    pub since: Option<Day>,
    /// The title: of the matter, or of the meeting.
    pub title: Option<String>,
    /// The matter's public number.
    pub number: Option<String>,
    /// Its place.
    pub place: PlaceId,
    /// The name of its place.
    pub place_name: String,
    /// The village above its place.
    pub village: Option<PlaceId>,
    /// The village's name.
    pub village_name: Option<String>,
    /// The township above its place.
    pub township: Option<PlaceId>,
    /// The county's own place.
    pub root: PlaceId,
}

/// How many lines each part has, whatever part is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Over their last day.
    pub over: i64,
    /// Due today.
    pub today: i64,
    /// Due within fifteen days, over, or without a last day.
    pub soon: i64,
    /// All.
    pub all: i64,
}

struct Row(Counts, Option<Line>);
impl FromRow for Row {
    const TABLE: &'static str = "work";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let counts = Counts { over: row.get()?, today: row.get()?, soon: row.get()?, all: row.get()? };
        let group: Option<String> = row.get()?;
        let (due, kind): (Option<String>, Option<WorkKind>) = (row.get()?, row.token_or_none()?);
        let (id, of): (Option<Uuid>, Option<Uuid>) = (row.get()?, row.get()?);
        let (real_due, since) = (row.get()?, row.get()?);
        let (title, number) = (row.get()?, row.get()?);
        let (place, place_name): (Option<PlaceId>, Option<String>) = (row.get()?, row.get()?);
        let (village, village_name, township, root) =
            (row.get()?, row.get()?, row.get()?, row.get::<Option<PlaceId>>()?);
        let line = (|| {
            let kind = kind?;
            Some(Line {
                key: Key { group: group?, due: due?, kind: kind.as_str().to_owned(), id: id? },
                kind,
                of: of?,
                due: real_due,
                since,
                title,
                number,
                place: place?,
                place_name: place_name?,
                village,
                village_name,
                township,
                root: root?,
            })
        })();
        Ok(Self(counts, line))
    }
}

/// The lines asked for, and how many each part has. One statement, however much there is.
pub fn list(tx: &mut Tx<'_>, asked: &Asked) -> Result<(Counts, Vec<Line>)> {
    let today = asked.today;
    let (from, until) = match asked.tab {
        Tab::Over => ("", today.plus(-1).to_string()),
        Tab::Today => ("", today.to_string()),
        Tab::Soon => ("", today.plus(SOON_DAYS).to_string()),
        Tab::All => ("", "9999-12-31".to_owned()),
    };
    let from = if asked.tab == Tab::Today { today.to_string() } else { from.to_owned() };
    let none = Key { group: String::new(), due: String::new(), kind: String::new(), id: Uuid::nil() };
    let after = asked.after.clone().unwrap_or(none);
    let rows: Vec<Row> = tx.all(
        sql!(
            "WITH work AS (
                 SELECT 'need_sort' AS kind, n.id AS id, n.id AS of_id, n.due_on AS due_on, n.raised_on AS since_on, n.matter_id AS matter_id,
                     n.place_id AS place_id, CAST(NULL AS TEXT) AS title
                 FROM need n WHERE n.county_id = $1 AND n.state = 'raised'
                 UNION ALL
                 SELECT 'need_answer', n.id, n.id, n.due_on, COALESCE(n.sorted_on, n.raised_on), n.matter_id, n.place_id, CAST(NULL AS TEXT)
                 FROM need n WHERE n.county_id = $1 AND n.state IN ('sorted', 'merged')
                     AND ($2 OR n.sorting IS NULL OR n.sorting NOT IN ('mediation', 'legal_channel'))
                 UNION ALL
                 SELECT 'answer_hand', a.id, n.id, CAST(NULL AS TEXT), a.answered_on, n.matter_id, n.place_id, CAST(NULL AS TEXT)
                 FROM answer a JOIN need n ON n.county_id = a.county_id AND n.id = a.need_id
                 WHERE a.county_id = $1 AND a.state IN ('waiting', 'failed') AND a.channel IN ('phone', 'printed_list')
                     AND ($2 OR n.sorting IS NULL OR n.sorting NOT IN ('mediation', 'legal_channel'))
                 UNION ALL
                 SELECT 'point_settle', q.id, g.id, q.due_on, g.held_on, q.matter_id, g.place_id, g.title
                 FROM point q JOIN meeting g ON g.county_id = q.county_id AND g.id = q.meeting_id
                 WHERE q.county_id = $1 AND q.outcome IS NULL AND q.due_on IS NOT NULL AND g.state <> 'cancelled'
                 UNION ALL
                 SELECT 'meeting_keep', g.id, g.id, g.held_on, g.held_on,
                     (SELECT h.matter_id FROM meeting_matter h WHERE h.county_id = $1 AND h.meeting_id = g.id ORDER BY h.matter_id LIMIT 1),
                     g.place_id, g.title
                 FROM meeting g WHERE g.county_id = $1 AND g.state IN ('convened', 'open')
                 UNION ALL
                 SELECT 'resolve', o.id, o.id, g.held_on, g.held_on, o.matter_id, g.place_id, CAST(NULL AS TEXT)
                 FROM motion o JOIN meeting g ON g.county_id = o.county_id AND g.id = o.meeting_id
                 WHERE o.county_id = $1 AND o.state = 'counted' AND o.outcome = 'passed' AND g.state IN ('open', 'closed')
                     AND NOT EXISTS (SELECT 1 FROM resolution r WHERE r.county_id = $1 AND r.motion_id = o.id)
                 UNION ALL
                 SELECT 'certify', r.id, r.id, CAST(NULL AS TEXT), r.resolved_on, r.matter_id, r.place_id, CAST(NULL AS TEXT)
                 FROM resolution r WHERE r.county_id = $1 AND r.state = 'recorded'
                 UNION ALL
                 SELECT 'post', r.id, r.id, r.resolved_on, r.resolved_on, r.matter_id, r.place_id, CAST(NULL AS TEXT)
                 FROM matter m JOIN resolution r ON r.county_id = m.county_id AND r.matter_id = m.id
                 WHERE m.county_id = $1 AND m.plan IN ('decided', 'posted') AND r.state <> 'void'
                     AND NOT EXISTS (SELECT 1 FROM posting s WHERE s.county_id = $1 AND s.resolution_id = r.id)
                 UNION ALL
                 SELECT 'posting_correct', s.id, s.id, CAST(NULL AS TEXT), s.posted_on, s.matter_id, s.place_id, CAST(NULL AS TEXT)
                 FROM motion_count c JOIN resolution r ON r.county_id = c.county_id AND r.motion_id = c.motion_id AND r.count_id = c.id
                     JOIN posting s ON s.county_id = r.county_id AND s.resolution_id = r.id
                 WHERE c.county_id = $1 AND c.corrects_id IS NOT NULL AND c.recorded_at > s.created_at
                     AND NOT EXISTS (SELECT 1 FROM posting_correction k WHERE k.county_id = $1 AND k.posting_id = s.id AND k.substantial
                         AND k.recorded_at >= c.recorded_at)
                 UNION ALL
                 SELECT 'posting_end', s.id, s.id, CASE WHEN s.until_on >= $6 THEN s.until_on END, s.posted_on, s.matter_id, s.place_id, CAST(NULL AS TEXT)
                 FROM posting s WHERE s.county_id = $1 AND s.state = 'up'
                 UNION ALL
                 SELECT 'fault_mend', i.id, i.id, i.due_on, i.noted_on, i.matter_id, i.place_id, f.name
                 FROM inspection i JOIN facility f ON f.county_id = i.county_id AND f.id = i.facility_id
                 WHERE i.county_id = $1 AND i.state IN ('open', 'answered')
                 UNION ALL
                 SELECT 'convention_end', c.id, c.id, c.until_on, c.in_force_on, c.matter_id, c.place_id, f.name
                 FROM convention c JOIN facility f ON f.county_id = c.county_id AND f.id = c.facility_id
                 WHERE c.county_id = $1 AND c.state = 'in_force' AND c.until_on <= $7
                 UNION ALL
                 SELECT 'claim_decide', c.id, c.id, CAST(NULL AS TEXT), c.claimed_on, c.matter_id, p.place_id, CAST(NULL AS TEXT)
                 FROM claim c JOIN project p ON p.county_id = c.county_id AND p.id = c.project_id
                 WHERE c.county_id = $1 AND c.state = 'claimed'
                 UNION ALL
                 SELECT 'payment_confirm', y.id, y.claim_id, CAST(NULL AS TEXT), y.paid_on, y.matter_id, p.place_id, CAST(NULL AS TEXT)
                 FROM payment y JOIN project p ON p.county_id = y.county_id AND p.id = y.project_id
                 WHERE y.county_id = $1 AND y.state = 'entered'
                 UNION ALL
                 SELECT 'account_check', f.id, f.project_id, CAST(NULL AS TEXT), p.ended_on, f.matter_id, p.place_id, CAST(NULL AS TEXT)
                 FROM final_account f JOIN project p ON p.county_id = f.county_id AND p.id = f.project_id
                 WHERE f.county_id = $1 AND f.state = 'entered'
                 UNION ALL
                 SELECT 'objection_answer', o.id, o.id, o.due_on, o.received_on, o.matter_id, s.place_id, CAST(NULL AS TEXT)
                 FROM objection o JOIN posting s ON s.county_id = o.county_id AND s.id = o.posting_id
                 WHERE o.county_id = $1 AND o.state = 'waiting'
                 UNION ALL
                 SELECT 'question_answer', q.id, q.id, q.due_on, q.received_on, NULL, a.place_id, a.title
                 FROM question q JOIN announcement a ON a.county_id = q.county_id AND a.id = q.announcement_id
                 WHERE q.county_id = $1 AND q.state = 'waiting'
             ), line AS (
                 SELECT w.kind AS kind, w.id AS id, w.of_id AS of_id, w.due_on AS due_on, w.since_on AS since_on,
                     COALESCE(v.title, m.title, w.title) AS title, COALESCE(v.number, m.number) AS number, l.id AS place_id, l.name AS place_name,
                     l.village_id AS village_id, b.name AS village_name, l.township_id AS township_id, l.root_id AS root_id,
                     COALESCE(w.due_on, '9999-12-31') AS due_key,
                     CASE CAST($3 AS TEXT) WHEN 'place' THEN l.code WHEN 'kind' THEN w.kind ELSE '' END AS group_key
                 FROM work w JOIN place l ON l.county_id = $1 AND l.id = w.place_id
                     LEFT JOIN place b ON b.county_id = $1 AND b.id = l.village_id
                     LEFT JOIN matter m ON m.county_id = $1 AND m.id = w.matter_id
                     LEFT JOIN matter v ON v.county_id = $1 AND v.id = m.merged_into
                 WHERE (l.id = $4 OR l.village_id = $4 OR l.township_id = $4 OR l.root_id = $4)
                     AND (CAST($5 AS TEXT) = '' OR w.kind = CAST($5 AS TEXT))
                     AND (CAST($17 AS TEXT) = ''
                         OR REPLACE(COALESCE(v.title, m.title, w.title, ''), CAST($17 AS TEXT), '') <> COALESCE(v.title, m.title, w.title, '')
                         OR REPLACE(COALESCE(v.number, m.number, ''), CAST($18 AS TEXT), '') <> COALESCE(v.number, m.number, ''))
             ), counts AS (
                 SELECT COUNT(CASE WHEN due_on < $6 THEN 1 END) AS over_n, COUNT(CASE WHEN due_on = $6 THEN 1 END) AS today_n,
                     COUNT(CASE WHEN due_on <= $7 OR due_on IS NULL THEN 1 END) AS soon_n, COUNT(*) AS all_n
                 FROM line
             ), page AS (
                 SELECT * FROM line
                 WHERE ($8 OR (due_on >= $9 AND due_on <= $10) OR ($16 AND due_on IS NULL)) AND (group_key, due_key, kind, id) > ($11, $12, $13, $14)
                 ORDER BY group_key, due_key, kind, id LIMIT $15
             )
             SELECT c.over_n, c.today_n, c.soon_n, c.all_n, g.group_key, g.due_key, g.kind, g.id, g.of_id, g.due_on, g.since_on, g.title,
                 g.number, g.place_id, g.place_name, g.village_id, g.village_name, g.township_id, g.root_id
             FROM counts c LEFT JOIN page g ON 1 = 1 ORDER BY g.group_key, g.due_key, g.kind, g.id LIMIT $15"
        ),
        args![
            asked.private,
            asked.sort.as_str(),
            asked.place,
            asked.kind.map(Token::as_str).unwrap_or_default(),
            today,
            today.plus(SOON_DAYS),
            asked.tab == Tab::All,
            from,
            until,
            after.group,
            after.due,
            after.kind,
            after.id,
            asked.rows_max,
            asked.tab == Tab::Soon,
            asked.said.as_str(),
            civic::text::plain_digits(&asked.said).to_uppercase()
        ],
    )?;
    let counts = rows.first().map(|row| row.0).unwrap_or_default();
    Ok((counts, rows.into_iter().filter_map(|row| row.1).collect()))
}
