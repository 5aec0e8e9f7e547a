//! What who holds a slip sees and may do, and the way there by typing its code.

use super::intake::{Alike, living_by_number};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, address, once, see_other};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use civic::decide::answer::Answer;
use civic::decide::code::{CodeRefusal, PublicNumber, SlipCode};
use civic::decide::matter::Matter;
use civic::decide::need::{Clock, Need, NeedState};
use civic::people::place::{Level, Place};
use civic::people::standing::Visibility;
use civic::record::{Actor, Entry, Verb};
use civic::rules::{RuleRef, Rules};
use civic::text::plain_digits;
use civic::time::Day;
use store::decide::{answer, matter, need};
use store::manage::inspection;
use store::people::erasure::{self, Deed};
use store::people::place;
use store::programme::question;
use store::{Quiet, Tx, limit};

/// Codes without a need behind them that one address may try within [`WINDOW_MS`]; afterwards it waits. With eleven random digits a
/// code is not guessed at this pace.
const MISSES_MAX: i64 = 30;
const WINDOW_MS: i64 = 10 * 60_000;
/// Look-alikes that an address may name.
const ALIKE_MAX: usize = 3;

/// A need by its slip, with what stands around it.
struct Loaded {
    need: Need,
    /// The matter that goes on.
    living: Matter,
    line: Vec<Place>,
    answer: Option<Answer>,
    same: Option<Matter>,
    alikes: Vec<Matter>,
}

fn misses(visit: &Visit) -> String {
    visit.subject("slip", &visit.client)
}

/// The matter that goes on: the need's own, or the one that it was merged into.
pub(super) fn living(tx: &mut Tx<'_>, need: &Need) -> store::Result<Matter> {
    let own = matter::get(tx, need.matter)?;
    match own.merged_into {
        Some(survivor) => matter::get(tx, survivor),
        None => Ok(own),
    }
}

/// What a slip's code opens: slips of needs, of questions about announcements and of notes about facilities look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Need,
    Question,
    Note,
}

/// What is behind a code; `None` when there is nothing, which is counted against the address. Looked up and counted in one unit: many
/// guesses at once are not told more than the same ones in a row.
pub(crate) async fn whose(visit: &Visit, code: SlipCode) -> Result<Option<Whose>> {
    let (subject, now) = (misses(visit), visit.now);
    visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            // Whoever has guessed wrong too often is not told either when a guess is right.
            if limit::used(tx, &subject, now, WINDOW_MS)? >= MISSES_MAX {
                return Err(Error::TooMany);
            }
            match need::by_code(tx, code) {
                Ok(_) => return Ok(tx.commit_quiet(Quiet::Nothing, Some(Whose::Need))),
                Err(store::Error::Missing) => {}
                Err(error) => return Err(error.into()),
            }
            match question::by_code(tx, code) {
                Ok(_) => return Ok(tx.commit_quiet(Quiet::Nothing, Some(Whose::Question))),
                Err(store::Error::Missing) => {}
                Err(error) => return Err(error.into()),
            }
            match inspection::by_code(tx, code) {
                Ok(_) => Ok(tx.commit_quiet(Quiet::Nothing, Some(Whose::Note))),
                Err(store::Error::Missing) => {
                    limit::take(tx, &subject, now, WINDOW_MS, MISSES_MAX)?;
                    Ok(tx.commit_quiet(Quiet::Limit, None))
                }
                Err(error) => Err(error.into()),
            }
        })
        .await
}

/// The need behind a code; `None` when there is none.
async fn load(visit: &Visit, code: SlipCode, alikes: Vec<PublicNumber>) -> Result<Option<Loaded>> {
    if whose(visit, code).await? != Some(Whose::Need) {
        return Ok(None);
    }
    let loaded = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let need = need::by_code(tx, code)?;
            let living = living(tx, &need)?;
            let line = place::line(tx, need.place)?;
            let answer = answer::of_need(tx, need.id)?;
            let same = match need.same_as {
                Some(id) => Some(matter::get(tx, id)?),
                None => None,
            };
            let mut like = Vec::new();
            if need.state == NeedState::Raised && same.is_none() {
                for number in &alikes {
                    like.extend(living_by_number(tx, number)?);
                }
            }
            Ok::<_, Error>(Loaded { need, living, line, answer, same, alikes: like })
        })
        .await?;
    Ok(Some(loaded))
}

/// The clock of a need in words: by when, how long still, and whether the day is past.
#[derive(Clone, Debug)]
pub(super) struct ClockView {
    pub(super) text: String,
    pub(super) left: String,
    pub(super) over: bool,
}

pub(super) fn clock_view(need: &Need, w: &W, today: Day) -> Option<ClockView> {
    let due = need.due.as_ref()?;
    let (left, over) = match need.clock(today) {
        Clock::Left(0) => (w.t("need-clock-today"), false),
        Clock::Left(days) => (w.t1("days-left", "n", days), false),
        Clock::Overdue(days) => (w.t1("days-over", "n", days), true),
        Clock::None | Clock::Answered(_) | Clock::Withdrawn => return None,
    };
    let text = w.t1("place-answer-due", "day", w.day(&due.day, &today));
    Some(ClockView { text, left, over })
}

/// The rule by which an answer is owed, with its source.
pub(super) fn rule_view(need: &Need, rules: &Rules, w: &W) -> Option<String> {
    let cited = rules.cite(&RuleRef::parse(&need.due.as_ref()?.rule)?)?;
    let (pack, source) = (w.label(&cited.pack), w.label(&cited.source));
    let rule = w.t3("need-rule", "pack", pack, "version", cited.version, "source", source);
    Some(may_move(rule, rules.provisional(need.due.as_ref()?.day), w))
}

/// A sentence about a deadline, with another where the days off of its year are not announced yet.
pub(super) fn may_move(text: String, moves: bool, w: &W) -> String {
    if moves { format!("{text}{}", w.t("day-may-move")) } else { text }
}

/// An answer as its raiser reads it.
pub(super) struct AnswerView {
    pub(super) day: String,
    pub(super) reply: String,
    pub(super) adoption: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) brought: Option<String>,
}

pub(super) fn answer_view(need: &Need, answer: Option<&Answer>, w: &W, today: Day) -> Option<AnswerView> {
    let day = need.answered?;
    let brought = answer.and_then(|one| {
        let day = one.day?;
        Some(w.t2("need-brought", "how", w.token(one.state), "day", w.day(&day, &today)))
    });
    Some(AnswerView {
        day: w.day(&day, &today),
        reply: need.reply.clone().unwrap_or_default(),
        adoption: need.adoption.map(|adoption| w.token(adoption)),
        reason: need.reason.clone(),
        brought,
    })
}

/// The public matter behind a slip.
struct MatterView {
    href: String,
    number: String,
    title: String,
    state: String,
}

#[derive(Template)]
#[template(path = "decide/need/slip.html")]
struct SlipPage {
    v: View,
    sent: bool,
    note: Option<String>,
    code: String,
    digits: String,
    qr: String,
    raised: String,
    state: String,
    text: String,
    clock: Option<ClockView>,
    rule: Option<String>,
    answer: Option<AnswerView>,
    matter: Option<MatterView>,
    same: Option<String>,
    alikes: Vec<Alike>,
    form: Fields,
    back: Option<Fields>,
}

pub(super) async fn show(visit: Visit, Path(code): Path<String>, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    match SlipCode::parse(&code) {
        Err(refusal) => not_found(&visit, &code, &visit.w().refusal(&refusal, &visit.today)),
        Ok(code) => page(&visit, code, &fields, None).await,
    }
}

async fn page(visit: &Visit, code: SlipCode, fields: &Fields, back: Option<Fields>) -> Result<Response> {
    let w = visit.w();
    let alikes: Vec<PublicNumber> = fields
        .value("alike")
        .split(',')
        .filter_map(|number| PublicNumber::parse(number).ok())
        .take(ALIKE_MAX)
        .collect();
    let Some(loaded) = load(visit, code, alikes).await? else {
        return not_found(visit, &code.to_string(), &w.t("need-code-unknown"));
    };
    let rules = visit.app.rules(visit.county.id).await?;
    let today = visit.today;
    let Loaded { need, living, line, answer, same, alikes } = loaded;
    let seen = need.by_slip(&living, today);
    let matter = seen.matter.and_then(|matter| {
        let number = matter.number.as_ref()?.to_string();
        Some(MatterView {
            href: format!("/m/{number}"),
            title: matter.title.clone().unwrap_or_default(),
            state: w.token(matter.plan),
            number,
        })
    });
    let note = [("sent", "need-sent"), ("same", "need-same-noted"), ("gone", "need-withdrawn")]
        .into_iter()
        .find(|(word, _)| fields.is(word, "1"))
        .map(|(_, key)| w.t(key));
    let raised = need.state == NeedState::Raised;
    // Who finds a slip learns from it which village it is of, and no more than that.
    let brand = brand(village_of(&line));
    let status = if back.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SlipPage {
        sent: fields.is("sent", "1"),
        note,
        qr: qr(visit, code, &w)?,
        digits: code.digits(),
        code: code.to_string(),
        raised: w.day(&need.raised, &today),
        state: w.token(need.state),
        text: w.t(&format!("need-slip-{}", civic::token::Token::as_str(need.state))),
        clock: clock_view(&need, &w, today),
        rule: rule_view(&need, &rules, &w).filter(|_| need.waits()),
        answer: answer_view(&need, answer.as_ref(), &w, today),
        matter,
        same: same.and_then(|matter| matter.title).filter(|_| raised),
        alikes: alikes.iter().filter_map(|matter| Alike::new(matter, &w, false)).collect(),
        form: Fields::empty(&visit.app),
        back: raised.then(|| back.unwrap_or_else(|| Fields::empty(&visit.app))),
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).with_status(status)
}

/// The places from the village up.
fn village_of(line: &[Place]) -> &[Place] {
    let at = line.iter().position(|place| place.kind.level() != Level::Hamlet).unwrap_or_default();
    line.get(at..).unwrap_or_default()
}

fn qr(visit: &Visit, code: SlipCode, w: &W) -> Result<String> {
    let to = address(&visit.app, &format!("/s/{}", code.digits()));
    paper::qr::svg(&to, &w.t("need-qr")).map_err(|e| Error::Broken(e.to_string()))
}

#[derive(Template)]
#[template(path = "decide/need/paper.html")]
struct PaperPage {
    v: View,
    back: String,
    code: String,
    qr: String,
    village: String,
    raised: String,
    due: Option<String>,
    site: String,
}

/// The slip on paper: a receipt on whatever paper is in the printer.
pub(super) async fn paper(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = SlipCode::parse(&code).map_err(|_| Error::Hidden)?;
    let Some(Loaded { need, line, .. }) = load(&visit, code, Vec::new()).await? else { return Err(Error::Hidden) };
    let w = visit.w();
    let brand = brand(village_of(&line));
    let base = visit.app.setup().base_url.as_str();
    let v = View::new(&visit).at(&brand.name, &brand.above, &brand.href).sheet("sheet ticket");
    let page = PaperPage {
        back: format!("/s/{}", code.digits()),
        qr: qr(&visit, code, &w)?,
        code: code.to_string(),
        village: brand.name.clone(),
        raised: w.full_day(&need.raised),
        due: need.due.as_ref().map(|due| w.t1("place-answer-due", "day", w.full_day(&due.day))),
        site: base.split_once("://").map_or(base, |(_, rest)| rest).to_owned(),
        v,
    };
    Page(page).ok()
}

/// Notes that the raiser takes it for the same thing as a public matter.
pub(super) async fn same(visit: Visit, Path(code): Path<String>, fields: Fields) -> Result<Response> {
    let code = SlipCode::parse(&code).map_err(|_| Error::Hidden)?;
    visit.may(&[], Visibility::Public)?;
    if load(&visit, code, Vec::new()).await?.is_none() {
        return Err(Error::Hidden);
    }
    let Ok(number) = PublicNumber::parse(fields.value("same")) else {
        return Ok(see_other(&format!("/s/{}", code.digits())));
    };
    let (app, now) = (visit.app.clone(), visit.now);
    once(&visit, &fields, move |tx| {
        let old = need::by_code(tx, code)?;
        let other = living_by_number(tx, &number)?.ok_or(Error::Hidden)?;
        let said = old.taken_for(&other).refuse()?;
        need::change(tx, &said)?;
        // Whoever holds the slip does it; who that is, nobody asks.
        let entries = vec![Entry::of(&said, Verb::Change, Actor::NOBODY, now, &mut app.chance())];
        Ok(Once { entries, to: format!("/s/{}?same=1", code.digits()) })
    })
    .await
}

/// Takes a need back that nobody has looked at.
pub(super) async fn withdraw(visit: Visit, Path(code): Path<String>, fields: Fields) -> Result<Response> {
    let code = SlipCode::parse(&code).map_err(|_| Error::Hidden)?;
    visit.may(&[], Visibility::Public)?;
    if load(&visit, code, Vec::new()).await?.is_none() {
        return Err(Error::Hidden);
    }
    if !fields.is("sure", "1") {
        let mut f = fields.clone();
        f.wrong("sure", visit.w().t("need-withdraw-unsure"));
        return page(&visit, code, &Fields::default(), Some(f)).await;
    }
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    once(&visit, &fields, move |tx| {
        let old = need::by_code(tx, code)?;
        old.withdrawn().refuse()?;
        let mut chance = app.chance();
        let mut deed = Deed { today, now, actor: Actor::NOBODY, chance: &mut chance };
        let entries = erasure::need(tx, &old, &mut deed)?;
        Ok(Once { entries, to: format!("/s/{}?gone=1", code.digits()) })
    })
    .await
}

#[derive(Template)]
#[template(path = "decide/need/look-up.html")]
struct LookUpPage {
    v: View,
    f: Fields,
}

pub(super) async fn look_up(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    Page(LookUpPage { v: View::new(&visit), f: Fields::empty(&visit.app) }).ok()
}

fn not_found(visit: &Visit, code: &str, sentence: &str) -> Result<Response> {
    let mut f = Fields::empty(&visit.app).with("code", code);
    f.wrong("code", sentence.to_owned());
    Page(LookUpPage { v: View::new(visit), f }).with_status(StatusCode::NOT_FOUND)
}

/// Finds what was typed: a slip's code or a public number. Sent by POST, so that no code stands in an address that a proxy notes.
pub(super) async fn look(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let (w, today) = (visit.w(), visit.today);
    let typed = fields.value("code");
    let sentence = if plain_digits(typed).chars().any(|c| c.is_ascii_alphabetic()) {
        match PublicNumber::parse(typed) {
            Err(refusal) => w.refusal(&refusal, &today),
            Ok(number) => {
                let asked = number.clone();
                let found = visit.app.db().read(visit.county.id, move |tx| living_by_number(tx, &asked)).await?;
                if found.is_some() {
                    return Ok(see_other(&format!("/m/{number}")));
                }
                // Facilities have numbers of the same series.
                let asked = number.clone();
                let there = visit.app.db().read(visit.county.id, move |tx| {
                    match store::manage::facility::by_number(tx, &asked) {
                        Ok(_) => Ok(true),
                        Err(store::Error::Missing) => Ok(false),
                        Err(error) => Err(Error::from(error)),
                    }
                });
                if there.await? {
                    return Ok(see_other(&format!("/f/{number}")));
                }
                w.t("need-number-unknown")
            }
        }
    } else {
        match SlipCode::parse(typed) {
            Ok(code) => match whose(&visit, code).await? {
                Some(Whose::Question) => return Ok(see_other(&format!("/q/{}", code.digits()))),
                Some(Whose::Need) => return Ok(see_other(&format!("/s/{}", code.digits()))),
                Some(Whose::Note) => return Ok(see_other(&format!("/reports/{}", code.digits()))),
                None => w.t("need-code-unknown"),
            },
            Err(CodeRefusal::Length { typed: 0 }) => w.t("field-empty"),
            Err(refusal) => w.refusal(&refusal, &today),
        }
    };
    let mut f = fields.clone();
    f.wrong("code", sentence);
    Page(LookUpPage { v: View::new(&visit), f }).again()
}
