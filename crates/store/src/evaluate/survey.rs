//! Surveys, who took part in them, and what was chosen: two tables that nothing connects (docs/states/survey.md).

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::evaluate::survey::{Choice, Frame, Outcome, Remark, Survey, read, written};
use civic::id::{MatterId, PlaceId, ResidentId, SurveyId};
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Survey {
    const TABLE: &'static str = "survey";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let mut survey = Self {
            id: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            frame: row.token()?,
            invited: row.get()?,
            agreed_on: row.get()?,
            agreed_by: row.get()?,
            from: row.get()?,
            until: row.get()?,
            own: row.get::<String>()?.lines().map(str::to_owned).collect(),
            sheets: row.get()?,
            delete_on: row.get()?,
            state: row.token()?,
            created_at: row.get()?,
            version: row.get()?,
            outcome: None,
        };
        let (answered, steps) = (row.get::<Option<i64>>()?, row.get::<Option<String>>()?);
        let items = match &steps {
            Some(steps) => Some(read(steps).ok_or_else(|| row.corrupt())?),
            None => None,
        };
        let (root, closed_on) = (row.get::<Option<String>>()?, row.get::<Option<Day>>()?);
        if let (Some(answered), Some(items), Some(root), Some(closed_on)) = (answered, items, root, closed_on) {
            survey.outcome = Some(Outcome { answered, items, root, closed_on });
        }
        Ok(survey)
    }
}

struct Chosen(Choice);
impl FromRow for Chosen {
    const TABLE: &'static str = "survey_choice";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, picks) = (row.get()?, row.get::<String>()?);
        let picks = picks.chars().map(|c| c.to_digit(6).and_then(|n| u8::try_from(n).ok())).collect::<Option<_>>();
        Ok(Self(Choice { id, picks: picks.ok_or_else(|| row.corrupt())? }))
    }
}

struct Written(Remark);
impl FromRow for Written {
    const TABLE: &'static str = "survey_remark";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(Remark { id: row.get()?, words: row.get()? }))
    }
}

/// Writes a new survey.
pub fn put(tx: &mut Tx<'_>, survey: &Survey) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO survey (county_id, id, matter_id, place_id, frame, invited, agreed_on, agreed_by, from_on, until_on, own_items,
                 sheets, delete_on, state, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            survey.id,
            survey.matter,
            survey.place,
            survey.frame.as_str(),
            survey.invited,
            survey.agreed_on,
            survey.agreed_by.as_str(),
            survey.from,
            survey.until,
            survey.own.join("\n"),
            survey.sheets,
            survey.delete_on,
            survey.state.as_str(),
            survey.created_at,
            survey.version
        ],
    )?;
    Ok(())
}

/// Writes a changed survey over the version that was read.
pub fn change(tx: &mut Tx<'_>, survey: &Survey) -> Result<()> {
    let outcome = survey.outcome.as_ref();
    tx.change(
        sql!(
            "UPDATE survey SET sheets = $3, state = $4, answered = $5, steps = $6, root = $7, closed_on = $8, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $9"
        ),
        args![
            survey.id,
            survey.sheets,
            survey.state.as_str(),
            outcome.map(|one| one.answered),
            outcome.map(|one| written(&one.items)),
            outcome.map(|one| one.root.clone()),
            outcome.map(|one| one.closed_on),
            survey.version
        ],
    )
}

/// A survey by its id.
pub fn get(tx: &mut Tx<'_>, id: SurveyId) -> Result<Survey> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, frame, invited, agreed_on, agreed_by, from_on, until_on, own_items, sheets, delete_on, state,
                 created_at, version, answered, steps, root, closed_on
             FROM survey WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The surveys of a matter and of those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Survey>> {
    tx.all(
        sql!(
            "SELECT s.id, s.matter_id, s.place_id, s.frame, s.invited, s.agreed_on, s.agreed_by, s.from_on, s.until_on, s.own_items,
                 s.sheets, s.delete_on, s.state, s.created_at, s.version, s.answered, s.steps, s.root, s.closed_on
             FROM survey s JOIN matter m ON m.county_id = s.county_id AND m.id = s.matter_id
             WHERE s.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY s.id LIMIT 50"
        ),
        args![matter],
    )
}

/// Counted surveys whose single answers are to be deleted on `today`.
pub fn to_clear(tx: &mut Tx<'_>, today: Day) -> Result<Vec<SurveyId>> {
    let rows: Vec<(Uuid,)> = tx.all(
        sql!(
            "SELECT id FROM survey WHERE county_id = $1 AND state = 'closed' AND delete_on <= $2 ORDER BY delete_on, id LIMIT 200"
        ),
        args![today],
    )?;
    Ok(rows.into_iter().map(|(id,)| SurveyId::from(id)).collect())
}

/// How many surveys that begin between two days reach households of a place: those of the place, of what is below it and of what
/// is above it.
pub fn reaching(tx: &mut Tx<'_>, place: PlaceId, (from, until): (Day, Day)) -> Result<i64> {
    tx.number(
        sql!(
            "SELECT COUNT(*) FROM survey s
             JOIN place p ON p.county_id = s.county_id AND p.id = s.place_id
             JOIN place o ON o.county_id = s.county_id AND o.id = $2
             WHERE s.county_id = $1 AND s.from_on >= $3 AND s.from_on <= $4
                 AND (p.id = o.id OR p.village_id = o.id OR p.township_id = o.id OR p.root_id = o.id
                     OR o.village_id = p.id OR o.township_id = p.id OR o.root_id = p.id)"
        ),
        args![place, from, until],
    )
}

/// Surveys that take answers on a day and reach a place: those of the place, of what is below it and of what is above it, with the
/// titles of their matters; those that end first come first.
pub fn asking(tx: &mut Tx<'_>, place: PlaceId, today: Day, rows_max: u32) -> Result<Vec<(SurveyId, String)>> {
    let rows: Vec<(Uuid, String)> = tx.all(
        sql!(
            "SELECT s.id, m.title FROM survey s
             JOIN matter m ON m.county_id = s.county_id AND m.id = s.matter_id
             JOIN place p ON p.county_id = s.county_id AND p.id = s.place_id
             JOIN place o ON o.county_id = s.county_id AND o.id = $2
             WHERE s.county_id = $1 AND s.state = 'open' AND s.from_on <= $3 AND s.until_on >= $3 AND m.title IS NOT NULL
                 AND (p.id = o.id OR p.village_id = o.id OR p.township_id = o.id OR p.root_id = o.id
                     OR o.village_id = p.id OR o.township_id = p.id OR o.root_id = p.id)
             ORDER BY s.until_on, s.id LIMIT $4"
        ),
        args![place, today, rows_max],
    )?;
    Ok(rows.into_iter().map(|(id, title)| (SurveyId::from(id), title)).collect())
}

/// How many are asked at a place on a day: its households, or its people of age.
pub fn invited(tx: &mut Tx<'_>, place: PlaceId, frame: Frame, today: Day) -> Result<i64> {
    match frame {
        Frame::Household => tx.number(
            sql!(
                "SELECT COUNT(DISTINCT m.household_id) FROM membership m
                 JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 WHERE m.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                     AND m.household_id IS NOT NULL AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)"
            ),
            args![place, today],
        ),
        Frame::Person => tx.number(
            sql!(
                "SELECT COUNT(DISTINCT m.resident_id) FROM membership m
                 JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
                 WHERE m.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                     AND r.adult_from <= $3 AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)"
            ),
            args![place, today],
        ),
    }
}

/// As whom a resident answers: the household or the person, when it is among those asked.
pub fn taker(tx: &mut Tx<'_>, survey: &Survey, resident: ResidentId, today: Day) -> Result<Option<Uuid>> {
    let rows: Vec<(Option<Uuid>, Option<Day>)> = tx.all(
        sql!(
            "SELECT m.household_id, r.adult_from FROM membership m
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             WHERE m.county_id = $1 AND m.resident_id = $2
                 AND (p.id = $3 OR p.village_id = $3 OR p.township_id = $3 OR p.root_id = $3)
                 AND m.from_day <= $4 AND (m.until_day IS NULL OR m.until_day >= $4)
             ORDER BY m.id LIMIT 20"
        ),
        args![resident, survey.place, today],
    )?;
    Ok(match survey.frame {
        Frame::Household => rows.into_iter().find_map(|(household, _)| household),
        Frame::Person => {
            rows.into_iter().find(|(_, adult)| adult.is_some_and(|adult| adult <= today)).map(|_| resident.uuid())
        }
    })
}

/// Whether a household or a person took part.
pub fn took_part(tx: &mut Tx<'_>, survey: SurveyId, taker: Uuid) -> Result<bool> {
    let n = tx.number(
        sql!("SELECT COUNT(*) FROM survey_part WHERE county_id = $1 AND survey_id = $2 AND taker_id = $3"),
        args![survey, taker],
    )?;
    Ok(n > 0)
}

/// Notes that a household or a person took part. A second one meets the key of the table.
pub fn put_part(tx: &mut Tx<'_>, survey: SurveyId, taker: Uuid) -> Result<()> {
    tx.run(sql!("INSERT INTO survey_part (county_id, survey_id, taker_id) VALUES ($1, $2, $3)"), args![survey, taker])?;
    Ok(())
}

/// How many took part otherwise than on paper.
pub fn parts(tx: &mut Tx<'_>, survey: SurveyId) -> Result<i64> {
    tx.number(sql!("SELECT COUNT(*) FROM survey_part WHERE county_id = $1 AND survey_id = $2"), args![survey])
}

/// What was chosen, in the order of ids by chance.
pub fn choices(tx: &mut Tx<'_>, survey: SurveyId) -> Result<Vec<Choice>> {
    let rows: Vec<Chosen> = tx.all(
        sql!("SELECT id, picks FROM survey_choice WHERE county_id = $1 AND survey_id = $2 ORDER BY id LIMIT 500000"),
        args![survey],
    )?;
    Ok(rows.into_iter().map(|Chosen(choice)| choice).collect())
}

/// What was written, in the order of ids by chance.
pub fn remarks(tx: &mut Tx<'_>, survey: SurveyId) -> Result<Vec<Remark>> {
    let rows: Vec<Written> = tx.all(
        sql!("SELECT id, words FROM survey_remark WHERE county_id = $1 AND survey_id = $2 ORDER BY id LIMIT 500000"),
        args![survey],
    )?;
    Ok(rows.into_iter().map(|Written(remark)| remark).collect())
}

/// Puts answers into the box and shuffles it: every choice and every remark of the survey is written anew in the order of its id. The place
/// of a row in the file, and the transaction that PostgreSQL keeps with each row, are then the same for all of them and say
/// nothing of when one came in, while `survey_part` keeps the order in which people came.
pub fn shuffle_in(tx: &mut Tx<'_>, survey: SurveyId, more: Vec<Choice>, said: Vec<Remark>) -> Result<()> {
    let mut all = choices(tx, survey)?;
    all.extend(more);
    all.sort_by_key(|choice| choice.id);
    let mut words = remarks(tx, survey)?;
    words.extend(said);
    words.sort_by_key(|remark| remark.id);
    empty(tx, survey)?;
    for choice in &all {
        let picks: String = choice.picks.iter().map(ToString::to_string).collect();
        tx.run(
            sql!("INSERT INTO survey_choice (county_id, id, survey_id, picks) VALUES ($1, $2, $3, $4)"),
            args![choice.id, survey, picks],
        )?;
    }
    for remark in &words {
        tx.run(
            sql!("INSERT INTO survey_remark (county_id, id, survey_id, words) VALUES ($1, $2, $3, $4)"),
            args![remark.id, survey, remark.words.as_str()],
        )?;
    }
    Ok(())
}

/// Deletes every single answer of a survey; who took part goes with them.
pub fn clear(tx: &mut Tx<'_>, survey: SurveyId) -> Result<()> {
    empty(tx, survey)?;
    tx.run(sql!("DELETE FROM survey_part WHERE county_id = $1 AND survey_id = $2"), args![survey])?;
    Ok(())
}

fn empty(tx: &mut Tx<'_>, survey: SurveyId) -> Result<()> {
    tx.run(sql!("DELETE FROM survey_choice WHERE county_id = $1 AND survey_id = $2"), args![survey])?;
    tx.run(sql!("DELETE FROM survey_remark WHERE county_id = $1 AND survey_id = $2"), args![survey])?;
    Ok(())
}
