//! Questions about an announcement: asked here, written down by a helper, answered in public; and the slip of who asked.

use super::pages::{Loaded, id_of, load};
use crate::decide::need::{Whose, whose};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, address, once};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::SlipCode;
use civic::id::{AnnouncementId, QuestionId};
use civic::people::standing::{Post, Visibility};
use civic::programme::question::{
    self as law, ANSWER_MAX, Asked, QUESTION_MAX, Question, QuestionChannel, QuestionState,
};
use civic::record::{Actor, Entry, Verb};
use civic::rules::Rules;
use civic::token::Token;
use store::people::erasure::{self, Deed};
use store::people::place;
use store::programme::{announcement, question};
use store::{Tx, limit};

/// Questions from one address or account in an hour.
const TRIES_MAX: i64 = 20;
const HOUR_MS: i64 = 3_600_000;

#[derive(Template)]
#[template(path = "programme/announcement/ask.html")]
struct AskPage {
    v: View,
    f: Fields,
    about: String,
    plain: String,
    action: String,
    back: String,
    due: Option<String>,
    helped: bool,
    max: usize,
}

/// Whether a helper acts for a resident just now.
fn helped(visit: &Visit) -> bool {
    visit.signed.as_deref().and_then(|s| s.resident.as_ref()).is_some_and(|resident| !resident.own)
}

async fn public(visit: &Visit, id: &str) -> Result<Loaded> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), Visibility::Public)?;
    Ok(loaded)
}

async fn ask_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Result<Page<AskPage>> {
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let owed = law::owed(&rules.on(&loaded.path(), visit.today), visit.today);
    let one = &loaded.announcement;
    Ok(Page(AskPage {
        about: one.title.clone(),
        plain: one.plain.clone(),
        action: format!("/announcements/{}/ask", one.id),
        back: format!("/announcements/{}", one.id),
        due: owed.map(|(due, _)| w.t1("question-due", "day", w.day(&due, &visit.today))),
        helped: helped(visit),
        max: QUESTION_MAX,
        f,
        v: loaded.view(visit),
    }))
}

/// The form. Nobody needs to be signed in or to say who they are.
pub(super) async fn ask_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let loaded = public(&visit, &id).await?;
    ask_page(&visit, &loaded, Fields::empty(&visit.app)).await?.ok()
}

/// Writes a question and answers its entry and its code.
fn take(
    tx: &mut Tx<'_>,
    visit: &Visit,
    rules: &Rules,
    id: AnnouncementId,
    asked: &Asked,
    actor: Actor,
) -> Result<(SlipCode, Entry)> {
    let mut chance = visit.app.chance();
    let about = announcement::get(tx, id)?;
    let path = place::path(tx, about.place)?;
    let force = rules.on(&path, asked.received);
    let code = question::fresh_code(tx, &mut chance)?;
    let new = QuestionId::fresh(visit.now, &mut chance);
    let made =
        law::ask(&about, asked, &force, code, new, visit.today, visit.now).map_err(|faults| Error::faults(&faults))?;
    question::put(tx, &made)?;
    Ok((code, Entry::of(&made, Verb::Create, actor, visit.now, &mut chance)))
}

/// Takes a question on the site. Who asked is kept nowhere: neither in the row, nor in the record, nor beside the form's key.
pub(super) async fn ask(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let loaded = public(&visit, &id).await?;
    let w = visit.w();
    let (channel, actor) = if helped(&visit) {
        // What a helper does is written down as a helper's act.
        (QuestionChannel::Helper, visit.actor(None))
    } else {
        (QuestionChannel::Web, Actor::NOBODY)
    };
    let asked =
        Asked { channel, received: visit.today, text: f.value("text").to_owned(), phone: f.value("phone").to_owned() };
    let rules = visit.app.rules(visit.county.id).await?;
    let (own, id) = (visit.clone(), loaded.announcement.id);
    let written = once(&visit.nobody(), &f, move |tx| {
        if let Some(subject) = own.limited("ask")
            && !limit::take(tx, &subject, own.now, HOUR_MS, TRIES_MAX)?
        {
            return Err(Error::TooMany);
        }
        let (code, entry) = take(tx, &own, &rules, id, &asked, actor)?;
        Ok(Once { entries: vec![entry], to: format!("/q/{}?sent=1", code.digits()) })
    })
    .await;
    match written {
        Err(error) => f.take(error, "text", &w, &visit.today)?,
        done => return done,
    }
    ask_page(&visit, &loaded, f).await?.again()
}

#[derive(Template)]
#[template(path = "programme/announcement/ask-for.html")]
struct AskForPage {
    v: View,
    f: Fields,
    about: String,
    action: String,
    back: String,
    channels: Vec<(String, String)>,
    max: usize,
}

/// An announcement for whoever writes a question down: a question at the door may be about what the county announced, so that a post
/// anywhere is enough.
async fn anywhere(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let post = visit.may_anywhere()?;
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    Ok((loaded, post))
}

fn ask_for_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<AskForPage> {
    let w = visit.w();
    let channels = [QuestionChannel::Said, QuestionChannel::Phone, QuestionChannel::Paper];
    let one = &loaded.announcement;
    Page(AskForPage {
        about: one.title.clone(),
        action: format!("/announcements/{}/ask-for", one.id),
        back: format!("/announcements/{}", one.id),
        channels: channels.iter().map(|c| (c.as_str().to_owned(), w.token(*c))).collect(),
        max: QUESTION_MAX,
        f,
        v: loaded.view(visit),
    })
}

/// The form for a question that came by telephone, on paper or by word of mouth.
pub(super) async fn ask_for_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = anywhere(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("received", visit.today.to_string());
    ask_for_page(&visit, &loaded, f).ok()
}

/// Enters such a question with the true day on which it came.
pub(super) async fn ask_for(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = anywhere(&visit, &id).await?;
    let w = visit.w();
    let received = f.day("received", &w);
    let channel = f.token::<QuestionChannel>("channel", &w);
    if channel.is_some_and(|c| matches!(c, QuestionChannel::Web | QuestionChannel::Helper)) {
        f.wrong("channel", w.t("field-choose"));
    }
    if let (Some(received), Some(channel), true) = (received, channel, f.ok()) {
        let asked = Asked { channel, received, text: f.value("text").to_owned(), phone: f.value("phone").to_owned() };
        let rules = visit.app.rules(visit.county.id).await?;
        let (own, id, actor) = (visit.clone(), loaded.announcement.id, visit.actor(post));
        let written = once(&visit, &f, move |tx| {
            let (code, entry) = take(tx, &own, &rules, id, &asked, actor)?;
            Ok(Once { entries: vec![entry], to: format!("/q/{}?sent=1", code.digits()) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "text", &w, &visit.today)?,
            done => return done,
        }
    }
    ask_for_page(&visit, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "programme/announcement/answer.html")]
struct AnswerPage {
    v: View,
    f: Fields,
    about: String,
    action: String,
    back: String,
    text: String,
    came: String,
    due: Option<String>,
    left: Option<String>,
    over: bool,
    waits: bool,
    /// The number to call back, and the form that says it was done.
    phone: Option<String>,
    tell: Option<String>,
    answer: Option<String>,
    question_max: usize,
    answer_max: usize,
}

struct Case {
    question: Question,
    loaded: Loaded,
    post: Option<Post>,
}

async fn case(visit: &Visit, id: &str) -> Result<Case> {
    let id = QuestionId::parse(id).ok_or(Error::Hidden)?;
    let (question, loaded) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let question = question::get(tx, id)?;
            let loaded = load(tx, question.announcement)?;
            Ok::<_, Error>((question, loaded))
        })
        .await?;
    // That there is a question everybody knows; its words and a number to call back are for those who answer.
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok(Case { question, loaded, post })
}

fn answer_page(visit: &Visit, case: &Case, f: Fields) -> Page<AnswerPage> {
    let (w, today) = (visit.w(), visit.today);
    let one = &case.question;
    let over = one.overdue(today);
    let waits = one.state == QuestionState::Waiting;
    let due = one.due.filter(|_| waits);
    Page(AnswerPage {
        about: case.loaded.announcement.title.clone(),
        action: format!("/questions/{}", one.id),
        back: format!("/announcements/{}", one.announcement),
        text: one.text.clone(),
        came: w.list(&[&w.t1("question-came", "day", w.day(&one.received, &today)), &w.token(one.channel)]),
        due: due.map(|due| w.t1("question-owed-by", "day", w.day(&due, &today))),
        left: due.map(|due| w.t1(if over { "days-over" } else { "days-left" }, "n", today.until(due).abs())),
        over,
        waits,
        phone: one.phone.clone(),
        tell: (one.state == QuestionState::Answered && one.phone.is_some())
            .then(|| format!("/questions/{}/told", one.id)),
        answer: one.answer.clone(),
        question_max: QUESTION_MAX,
        answer_max: ANSWER_MAX,
        f,
        v: case.loaded.view(visit),
    })
}

/// The words of who asked, for those who answer, and the form for the answer.
pub(super) async fn answer_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("public_text", case.question.text.as_str());
    answer_page(&visit, &case, f).ok()
}

/// Answers in public.
pub(super) async fn answer(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let w = visit.w();
    let (id, about) = (case.question.id, case.question.announcement);
    let (public_text, answer) = (f.value("public_text").to_owned(), f.value("answer").to_owned());
    let (actor, now, today, app) = (visit.actor(case.post), visit.now, visit.today, visit.app.clone());
    let calls_back = case.question.phone.is_some();
    let written = once(&visit, &f, move |tx| {
        let waiting = question::get(tx, id)?;
        let answered = waiting.answer(&public_text, &answer, today).map_err(|faults| Error::faults(&faults))?;
        question::change(tx, &answered)?;
        let entry = Entry::of(&answered, Verb::Answer, actor, now, &mut app.chance());
        let to = if calls_back { format!("/questions/{id}") } else { format!("/announcements/{about}#q-{id}") };
        Ok(Once { entries: vec![entry], to })
    })
    .await;
    match written {
        Err(error) => f.take(error, "answer", &w, &visit.today)?,
        done => return done,
    }
    answer_page(&visit, &case, f).again()
}

/// Notes that the answer was told by telephone; the number goes.
pub(super) async fn told(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let (id, about) = (case.question.id, case.question.announcement);
    let (actor, now, today, app) = (visit.actor(case.post), visit.now, visit.today, visit.app.clone());
    once(&visit, &f, move |tx| {
        let told = question::get(tx, id)?.told(today).refuse()?;
        question::change(tx, &told)?;
        let entry = Entry::of(&told, Verb::Deliver, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/announcements/{about}#q-{id}") })
    })
    .await
}

/// The question of a slip; a code that opens none is counted against the address.
async fn held(visit: &Visit, code: &str) -> Result<(Question, Loaded)> {
    visit.may(&[], Visibility::Public)?;
    let code = SlipCode::parse(code).map_err(|_| Error::Hidden)?;
    if whose(visit, code).await? != Some(Whose::Question) {
        return Err(Error::Hidden);
    }
    let read = move |tx: &mut Tx<'_>| {
        let question = question::by_code(tx, code)?;
        let loaded = load(tx, question.announcement)?;
        Ok::<_, Error>((question, loaded))
    };
    visit.app.db().read(visit.county.id, read).await
}

#[derive(Template)]
#[template(path = "programme/announcement/slip.html")]
struct SlipPage {
    v: View,
    f: Fields,
    sent: bool,
    code: String,
    digits: String,
    qr: String,
    state: String,
    about: String,
    about_href: String,
    text: Option<String>,
    due: Option<String>,
    left: Option<String>,
    over: bool,
    answer: Option<String>,
    answered: Option<String>,
    waits: bool,
}

fn slip_page(visit: &Visit, question: &Question, loaded: &Loaded, sent: bool, f: Fields) -> Result<Page<SlipPage>> {
    let (w, today) = (visit.w(), visit.today);
    let to = address(&visit.app, &format!("/q/{}", question.code.digits()));
    let qr = paper::qr::svg(&to, &w.t("question-qr")).map_err(|error| Error::Broken(error.to_string()))?;
    let waits = question.state == QuestionState::Waiting;
    let over = question.overdue(today);
    let due = question.due.filter(|_| waits);
    Ok(Page(SlipPage {
        sent,
        code: question.code.to_string(),
        digits: question.code.digits(),
        qr,
        state: w.token(question.state),
        about: loaded.announcement.title.clone(),
        about_href: format!("/announcements/{}#q-{}", question.announcement, question.id),
        text: Some(question.text.clone()).filter(|text| !text.is_empty()),
        due: due.map(|due| w.t1("question-owed-by", "day", w.day(&due, &today))),
        left: due.map(|due| w.t1(if over { "days-over" } else { "days-left" }, "n", today.until(due).abs())),
        over,
        answer: question.answer.clone(),
        answered: question.answered.map(|on| w.t1("question-answer-on", "day", w.day(&on, &today))),
        waits,
        f,
        v: loaded.view(visit),
    }))
}

/// What who holds a slip sees.
pub(super) async fn slip(visit: Visit, Path(code): Path<String>, asked: Fields) -> Result<Response> {
    let (question, loaded) = held(&visit, &code).await?;
    slip_page(&visit, &question, &loaded, asked.is("sent", "1"), Fields::empty(&visit.app))?.ok()
}

/// Takes a question back that nobody has answered: its words go.
pub(super) async fn withdraw(visit: Visit, Path(code): Path<String>, mut f: Fields) -> Result<Response> {
    let (question, loaded) = held(&visit, &code).await?;
    let w = visit.w();
    if !f.is("sure", "1") {
        f.wrong("sure", w.t("question-withdraw-unsure"));
        return slip_page(&visit, &question, &loaded, false, f)?.again();
    }
    let (id, digits) = (question.id, question.code.digits());
    let (now, today, app) = (visit.now, visit.today, visit.app.clone());
    once(&visit.nobody(), &f, move |tx| {
        let old = question::get(tx, id)?;
        old.withdrawn().refuse()?;
        let mut chance = app.chance();
        // Whoever holds the slip does it; who that is, nobody asks.
        let mut deed = Deed { today, now, actor: Actor::NOBODY, chance: &mut chance };
        let entries = erasure::question(tx, &old, &mut deed)?;
        Ok(Once { entries, to: format!("/q/{digits}") })
    })
    .await
}
