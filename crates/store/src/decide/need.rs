//! Needs.

use super::matter;
use crate::people::consent;
use crate::people::erasure::Deed;
use crate::record::entry::{erase_salt, erase_salts};
use crate::{Error, FromRow, Reader, Result, Tx, args, files, sql};
use civic::decide::code::SlipCode;
use civic::decide::need::{Due, Need, NeedState, Sorting};
use civic::id::{AccountId, Chance, MatterId, NeedId, PlaceId, ResidentId};
use civic::people::consent::{Consent, ConsentKind};
use civic::record::{Entry, Noun, Verb};
use civic::time::Day;
use civic::token::{self, Token};
use uuid::Uuid;

/// The rows that stand under other places than their own place does.
pub(super) const LEVELS: &str = sql!(
    "SELECT t.id, FALSE, t.township_id IS DISTINCT FROM p.township_id, t.village_id IS DISTINCT FROM p.village_id
     FROM need t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
     WHERE t.county_id = $1 AND (t.township_id IS DISTINCT FROM p.township_id OR t.village_id IS DISTINCT FROM p.village_id)
     ORDER BY t.id LIMIT 1000"
);

impl FromRow for Need {
    const TABLE: &'static str = "need";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, matter, place) = (row.get()?, row.get()?, row.get()?);
        let code: String = row.get()?;
        let code = SlipCode::parse(&code).map_err(|_| row.corrupt())?;
        let (via, raised) = (row.token()?, row.get()?);
        let (what, audio, spot) = (row.get()?, row.get()?, row.get()?);
        let (who, name, resident, show_surname) = (row.token()?, row.get()?, row.get()?, row.get()?);
        let (helper, consent) = (row.get()?, row.get()?);
        let (reply_channel, phone, affected) = (row.token()?, row.get()?, row.token_or_none()?);
        let same_as = row.get()?;
        let state = row.token()?;
        let (due_on, due_rule): (Option<Day>, Option<String>) = (row.get()?, row.get()?);
        let due = due_on.zip(due_rule).map(|(day, rule)| Due { day, rule });
        let (sorting, sorted) = (row.token_or_none()?, row.get()?);
        let pressing: String = row.get()?;
        let pressing = token::split(&pressing).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            matter,
            place,
            code,
            via,
            raised,
            what,
            audio,
            spot,
            who,
            name,
            resident,
            show_surname,
            helper,
            consent,
            reply_channel,
            phone,
            affected,
            same_as,
            state,
            due,
            sorting,
            sorted,
            pressing,
            owner: row.get()?,
            referred_to: row.get()?,
            public_text: row.get()?,
            answered: row.get()?,
            reply: row.get()?,
            adoption: row.token_or_none()?,
            reason: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new need.
pub fn put(tx: &mut Tx<'_>, need: &Need) -> Result<()> {
    let (township, village) = matter::levels(tx, need.place)?;
    tx.run(
        sql!(
            "INSERT INTO need (county_id, id, matter_id, place_id, township_id, village_id, code, via, raised_on, what, audio_id, spot,
                 who, name, resident_id, show_surname, helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on,
                 due_rule, pressing, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $27)"
        ),
        args![
            need.id,
            need.matter,
            need.place,
            township,
            village,
            need.code.digits(),
            need.via.as_str(),
            need.raised,
            need.what.as_deref(),
            need.audio,
            need.spot.as_deref(),
            need.who.as_str(),
            need.name.as_deref(),
            need.resident,
            need.show_surname,
            need.helper,
            need.consent,
            need.reply_channel.as_str(),
            need.phone.as_deref(),
            need.affected.map(Token::as_str),
            need.same_as,
            need.state.as_str(),
            need.due.as_ref().map(|d| d.day),
            need.due.as_ref().map(|d| d.rule.as_str()),
            token::join(&need.pressing),
            need.version
        ],
    )?;
    crate::search::need_changed(tx, need)
}

/// Writes a changed need over the version that was read.
pub fn change(tx: &mut Tx<'_>, need: &Need) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE need SET what = $3, audio_id = $4, spot = $5, who = $6, name = $7, resident_id = $8, show_surname = $9,
                 helper_id = $10, consent_id = $11, reply_channel = $12, phone = $13, state = $14, sorting = $15, sorted_on = $16,
                 pressing = $17, owner_id = $18, referred_to = $19, public_text = $20, answered_on = $21, reply = $22,
                 adoption = $23, reason = $24, same_as_id = $25, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $26"
        ),
        args![
            need.id,
            need.what.as_deref(),
            need.audio,
            need.spot.as_deref(),
            need.who.as_str(),
            need.name.as_deref(),
            need.resident,
            need.show_surname,
            need.helper,
            need.consent,
            need.reply_channel.as_str(),
            need.phone.as_deref(),
            need.state.as_str(),
            need.sorting.map(Token::as_str),
            need.sorted,
            token::join(&need.pressing),
            need.owner,
            need.referred_to.as_deref(),
            need.public_text.as_deref(),
            need.answered,
            need.reply.as_deref(),
            need.adoption.map(Token::as_str),
            need.reason.as_deref(),
            need.same_as,
            need.version
        ],
    )?;
    crate::search::need_changed(tx, need)
}

/// A need by its id.
pub fn get(tx: &mut Tx<'_>, id: NeedId) -> Result<Need> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, code, via, raised_on, what, audio_id, spot, who, name, resident_id, show_surname,
                 helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on, due_rule, sorting, sorted_on,
                 pressing, owner_id, referred_to, public_text, answered_on, reply, adoption, reason, version
             FROM need WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A need by the code on its slip.
pub fn by_code(tx: &mut Tx<'_>, code: SlipCode) -> Result<Need> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, code, via, raised_on, what, audio_id, spot, who, name, resident_id, show_surname,
                 helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on, due_rule, sorting, sorted_on,
                 pressing, owner_id, referred_to, public_text, answered_on, reply, adoption, reason, version
             FROM need WHERE county_id = $1 AND code = $2"
        ),
        args![code.digits()],
    )
}

/// The needs of a matter and of every matter merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Need>> {
    tx.all(
        sql!(
            "SELECT n.id, n.matter_id, n.place_id, n.code, n.via, n.raised_on, n.what, n.audio_id, n.spot, n.who, n.name,
                 n.resident_id, n.show_surname, n.helper_id, n.consent_id, n.reply_channel, n.phone, n.affected, n.same_as_id, n.state,
                 n.due_on, n.due_rule, n.sorting, n.sorted_on, n.pressing, n.owner_id, n.referred_to, n.public_text, n.answered_on, n.reply,
                 n.adoption, n.reason, n.version
             FROM need n JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
             WHERE n.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY n.raised_on, n.id LIMIT 500"
        ),
        args![matter],
    )
}

/// The needs that a resident raised, newest first, after the need `after`.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId, after: Option<NeedId>, rows_max: u32) -> Result<Vec<Need>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, code, via, raised_on, what, audio_id, spot, who, name, resident_id, show_surname,
                 helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on, due_rule, sorting, sorted_on,
                 pressing, owner_id, referred_to, public_text, answered_on, reply, adoption, reason, version
             FROM need WHERE county_id = $1 AND resident_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![resident, after.map_or(Uuid::max(), |id| id.uuid()), rows_max],
    )
}

/// The needs that a helper entered, newest first, after the need `after`.
pub fn of_helper(tx: &mut Tx<'_>, helper: AccountId, after: Option<NeedId>, rows_max: u32) -> Result<Vec<Need>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, code, via, raised_on, what, audio_id, spot, who, name, resident_id, show_surname,
                 helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on, due_rule, sorting, sorted_on,
                 pressing, owner_id, referred_to, public_text, answered_on, reply, adoption, reason, version
             FROM need WHERE county_id = $1 AND helper_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![helper, after.map_or(Uuid::max(), |id| id.uuid()), rows_max],
    )
}

/// A need in a list of those who handle it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The need.
    pub need: Need,
    /// The name of its place.
    pub place_name: String,
    /// Its matter's title, once it has one.
    pub title: Option<String>,
    /// Its matter's public number, once it has one.
    pub number: Option<String>,
}

impl FromRow for Line {
    const TABLE: &'static str = "need";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let need = Need::from_row(row)?;
        Ok(Self { need, place_name: row.get()?, title: row.get()?, number: row.get()? })
    }
}

/// Which needs a list shows.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// A hamlet, a village or a township with what is under it.
    pub place: PlaceId,
    /// In which states.
    pub states: &'a [NeedState],
    /// Which way they go; `None` takes all, those not sorted yet too.
    pub sorting: Option<Sorting>,
    /// Whether those that are never public are among them.
    pub private: bool,
}

impl Which<'_> {
    /// States as one text with marks around each: one statement whatever is asked.
    fn states(&self) -> String {
        self.states.iter().fold(String::from(","), |all, state| all + state.as_str() + ",")
    }
}

/// A day after every other: where needs without a clock stand in a list.
const NO_DAY: &str = "9999";

/// The needs that are waited for, the one with the earliest last day of answer first and those without one at the end, after the
/// need `after`.
pub fn waiting(tx: &mut Tx<'_>, which: &Which<'_>, after: Option<&Need>, rows_max: u32) -> Result<Vec<Line>> {
    let due =
        after.map_or(String::new(), |need| need.due.as_ref().map_or(NO_DAY.to_owned(), |due| due.day.to_string()));
    tx.all(
        sql!(
            "SELECT n.id, n.matter_id, n.place_id, n.code, n.via, n.raised_on, n.what, n.audio_id, n.spot, n.who, n.name,
                 n.resident_id, n.show_surname, n.helper_id, n.consent_id, n.reply_channel, n.phone, n.affected, n.same_as_id, n.state,
                 n.due_on, n.due_rule, n.sorting, n.sorted_on, n.pressing, n.owner_id, n.referred_to, n.public_text, n.answered_on, n.reply,
                 n.adoption, n.reason, n.version, p.name, m.title, m.number
             FROM need n JOIN place p ON p.county_id = n.county_id AND p.id = n.place_id
                 JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
             WHERE n.county_id = $1 AND (n.place_id = $2 OR n.village_id = $2 OR n.township_id = $2)
                 AND CAST($3 AS TEXT) LIKE '%,' || n.state || ',%' AND (CAST($4 AS TEXT) IS NULL OR n.sorting = $4)
                 AND ($5 OR n.sorting IS NULL OR n.sorting NOT IN ('mediation', 'legal_channel'))
                 AND (COALESCE(n.due_on, '9999'), n.id) > ($6, $7)
             ORDER BY COALESCE(n.due_on, '9999'), n.id LIMIT $8"
        ),
        args![
            which.place,
            which.states(),
            which.sorting.map(Token::as_str),
            which.private,
            due,
            after.map_or(Uuid::nil(), |need| need.id.uuid()),
            rows_max
        ],
    )
}

/// The needs that nobody waits for any more, the newest first, after the need `after`.
pub fn ended(tx: &mut Tx<'_>, which: &Which<'_>, after: Option<NeedId>, rows_max: u32) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT n.id, n.matter_id, n.place_id, n.code, n.via, n.raised_on, n.what, n.audio_id, n.spot, n.who, n.name,
                 n.resident_id, n.show_surname, n.helper_id, n.consent_id, n.reply_channel, n.phone, n.affected, n.same_as_id, n.state,
                 n.due_on, n.due_rule, n.sorting, n.sorted_on, n.pressing, n.owner_id, n.referred_to, n.public_text, n.answered_on, n.reply,
                 n.adoption, n.reason, n.version, p.name, m.title, m.number
             FROM need n JOIN place p ON p.county_id = n.county_id AND p.id = n.place_id
                 JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
             WHERE n.county_id = $1 AND (n.place_id = $2 OR n.village_id = $2 OR n.township_id = $2)
                 AND CAST($3 AS TEXT) LIKE '%,' || n.state || ',%' AND (CAST($4 AS TEXT) IS NULL OR n.sorting = $4)
                 AND ($5 OR n.sorting IS NULL OR n.sorting NOT IN ('mediation', 'legal_channel')) AND n.id < $6
             ORDER BY n.id DESC LIMIT $7"
        ),
        args![
            which.place,
            which.states(),
            which.sorting.map(Token::as_str),
            which.private,
            after.map_or(Uuid::max(), |id| id.uuid()),
            rows_max
        ],
    )
}

/// How many needs of a place stand in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The state.
    pub state: NeedState,
    /// How many.
    pub all: i64,
    /// How many of these should have been answered before today.
    pub overdue: i64,
}

impl FromRow for Tally {
    const TABLE: &'static str = "need";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { state: row.token()?, all: row.get()?, overdue: row.get()? })
    }
}

/// How many needs of a hamlet, a village or a township stand in which state.
pub fn tally(tx: &mut Tx<'_>, place: PlaceId, private: bool, today: Day) -> Result<Vec<Tally>> {
    tx.all(
        sql!(
            "SELECT n.state, COUNT(*), CAST(SUM(CASE WHEN n.due_on < $3 THEN 1 ELSE 0 END) AS BIGINT) FROM need n
             WHERE n.county_id = $1 AND (n.place_id = $2 OR n.village_id = $2 OR n.township_id = $2)
                 AND ($4 OR n.sorting IS NULL OR n.sorting NOT IN ('mediation', 'legal_channel'))
             GROUP BY n.state ORDER BY n.state LIMIT 10"
        ),
        args![place, today, private],
    )
}

/// The needs that were raised with a matter, without those of matters merged into it.
pub fn raised_with(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Need>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, code, via, raised_on, what, audio_id, spot, who, name, resident_id, show_surname,
                 helper_id, consent_id, reply_channel, phone, affected, same_as_id, state, due_on, due_rule, sorting, sorted_on,
                 pressing, owner_id, referred_to, public_text, answered_on, reply, adoption, reason, version
             FROM need WHERE county_id = $1 AND matter_id = $2 ORDER BY raised_on, id LIMIT 500"
        ),
        args![matter],
    )
}

/// A slip code that no need has yet.
pub fn fresh_code(tx: &mut Tx<'_>, chance: &mut dyn Chance) -> Result<SlipCode> {
    for _ in 0..20 {
        let code = SlipCode::fresh(chance);
        let taken =
            tx.number(sql!("SELECT COUNT(*) FROM need WHERE county_id = $1 AND code = $2"), args![code.digits()])?;
        if taken == 0 {
            return Ok(code);
        }
    }
    Err(Error::Clash)
}

/// How many needs that hang on a matter, also through merged ones, wait for an answer.
pub fn unanswered(tx: &mut Tx<'_>, matter: MatterId) -> Result<i64> {
    tx.number(
        sql!(
            "SELECT COUNT(*) FROM need n JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
             WHERE n.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND n.state IN ('raised', 'sorted', 'merged')"
        ),
        args![matter],
    )
}

/// A public need that waits for its answer, as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its matter's title.
    pub title: Option<String>,
    /// Its matter's public number.
    pub number: String,
    /// By when the committee has to answer.
    pub due: Option<Day>,
}

impl FromRow for Waiting {
    const TABLE: &'static str = "need";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { title: row.get()?, number: row.get()?, due: row.get()? })
    }
}

/// The public needs of a village that were sorted and have no answer yet, the most urgent first.
pub fn waiting_in_public(tx: &mut Tx<'_>, village: PlaceId, rows_max: u32) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT m.title, m.number, n.due_on FROM need n JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
             WHERE n.county_id = $1 AND n.village_id = $2 AND n.state = 'sorted' AND m.number IS NOT NULL
             ORDER BY n.due_on, n.id LIMIT $3"
        ),
        args![village, rows_max],
    )
}

/// Erases what a need holds of its raiser: words, voice, spot, name, phone, with the salts of their digests; the consents given for it
/// end. One that nobody had looked at is taken back with it, and its matter closed. Answers the entries to commit.
pub fn erase(tx: &mut Tx<'_>, need: &Need, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    let gone = need.erased();
    change(tx, &gone)?;
    if let Some(audio) = need.audio {
        files::remove(tx, audio)?;
    }
    erase_salts(tx, Noun::Need, need.id.uuid())?;
    let mut entries = vec![Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance)];
    for given in consent::of_need(tx, need.id)? {
        if let Ok(withdrawn) = given.withdraw(deed.now) {
            consent::change(tx, &withdrawn)?;
            entries.push(Entry::of(&withdrawn, Verb::End, deed.actor, deed.now, deed.chance));
        }
    }
    if need.state == NeedState::Raised {
        let unanswered = usize::try_from(unanswered(tx, need.matter)?).unwrap_or(usize::MAX);
        // Where others' needs were merged into this matter, it goes on for them.
        if let Ok(closed) = matter::get(tx, need.matter)?.close(unanswered) {
            matter::change(tx, &closed, deed.now)?;
            entries.push(Entry::of(&closed, Verb::Close, deed.actor, deed.now, deed.chance));
        }
    }
    Ok(entries)
}

/// Does what follows when a consent that was given for one need was withdrawn: the surname leaves public sight, the phone number goes.
/// Answers the entries to commit.
pub fn consent_ended(tx: &mut Tx<'_>, consent: &Consent, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    let Some(id) = consent.need else { return Ok(Vec::new()) };
    let old = get(tx, id)?;
    let new = match consent.kind {
        ConsentKind::ShowSurname if old.show_surname => old.without_surname(),
        ConsentKind::KeepPhone if old.phone.is_some() => {
            erase_salt(tx, Noun::Need, id.uuid(), "phone")?;
            old.without_phone()
        }
        _ => return Ok(Vec::new()),
    };
    change(tx, &new)?;
    Ok(vec![Entry::of(&new, Verb::Change, deed.actor, deed.now, deed.chance)])
}
