//! Answers that somebody has to bring: the list to carry round, and its ticks.

use super::handle::brought;
use super::work::{Ground, ground};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::decide::answer::{AnswerState, ReplyChannel};
use civic::id::AnswerId;
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use store::decide::{answer, need};
use store::people::place;

/// Answers on one list: as many as somebody brings in a day or two.
const LINES_MAX: u32 = 100;

struct RowView {
    id: String,
    href: String,
    who: String,
    place: String,
    title: String,
    reply: String,
    reason: Option<String>,
    channel: String,
    phone: Option<String>,
    failed: bool,
    answered: String,
}

fn row(line: &answer::Line, w: &W, today: Day) -> RowView {
    let need = &line.need;
    // What is nobody else's business is told face to face and stands on no paper that is carried round.
    let open = need.sorting.is_none_or(|sorting| sorting.is_public());
    let said = |text: &Option<String>| text.clone().filter(|_| open);
    RowView {
        id: line.answer.id.to_string(),
        href: format!("/needs/{}", need.id),
        who: need.name.clone().unwrap_or_else(|| w.token(need.who)),
        place: w.list(&[&line.place_name, need.spot.as_deref().unwrap_or_default()]),
        title: match (&line.title, &line.number) {
            (Some(title), Some(number)) if open => w.list(&[title, number]),
            _ => w.t1("answers-raised", "day", w.day(&need.raised, &today)),
        },
        reply: said(&need.reply).unwrap_or_else(|| w.t("answers-face-to-face")),
        reason: said(&need.reason),
        channel: w.token(line.answer.channel),
        phone: need.phone.clone().filter(|_| line.answer.channel != ReplyChannel::PrintedList),
        failed: line.answer.state == AnswerState::Failed,
        answered: w.day(&line.answer.answered, &today),
    }
}

#[derive(Template)]
#[template(path = "decide/need/answers.html")]
struct AnswersPage {
    v: View,
    f: Fields,
    note: Option<String>,
    place: String,
    places: Vec<(String, String)>,
    rows: Vec<RowView>,
    next: Option<String>,
    back: String,
    print: String,
    /// Whether the reader may tick.
    ticks: bool,
}

async fn load(visit: &Visit, ground: &Ground, after: Option<AnswerId>) -> Result<(Vec<answer::Line>, bool)> {
    let place = ground.line.first().ok_or(Error::Hidden)?.id;
    let private = ground.private;
    let mut lines = visit
        .app
        .db()
        .read(visit.county.id, move |tx| Ok::<_, Error>(answer::waiting(tx, place, after, LINES_MAX + 1)?))
        .await?;
    let page_max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = lines.len() > page_max;
    lines.truncate(page_max);
    lines.retain(|line| private || line.need.sorting.is_none_or(|sorting| sorting.is_public()));
    visit.opened(lines.iter().map(|line| line.need.id.uuid()));
    Ok((lines, more))
}

async fn page(
    visit: &Visit,
    ground: Ground,
    after: Option<AnswerId>,
    f: Fields,
    note: Option<String>,
) -> Result<Page<AnswersPage>> {
    let (lines, more) = load(visit, &ground, after).await?;
    let (w, today) = (visit.w(), visit.today);
    let brand = brand(&ground.line);
    let code = ground.line.first().map(|place| place.code.to_string()).unwrap_or_default();
    let next = lines.last().filter(|_| more).map(|last| format!("/needs/answers?v={code}&after={}", last.answer.id));
    Ok(Page(AnswersPage {
        f,
        note,
        rows: lines.iter().map(|line| row(line, &w, today)).collect(),
        next,
        back: format!("/needs?v={code}"),
        print: format!("/needs/answers/print?v={code}"),
        ticks: ground.private,
        place: code,
        places: ground.places,
        v: View::new(visit).dense().at(&brand.name, &brand.above, &brand.href),
    }))
}

pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    let ground = ground(&visit, fields.value("v")).await?;
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string());
    let note = fields.is("done", "1").then(|| visit.w().t("needs-done-arrived"));
    page(&visit, ground, AnswerId::parse(fields.value("after")), f, note).await?.ok()
}

#[derive(Template)]
#[template(path = "decide/need/answers-paper.html")]
struct PaperPage {
    v: View,
    back: String,
    place: String,
    day: String,
    rows: Vec<RowView>,
}

/// The list on paper, for whoever carries it round: answers that are wanted on paper, or by a call that nobody took.
pub(super) async fn paper(visit: Visit, fields: Fields) -> Result<Response> {
    let ground = ground(&visit, fields.value("v")).await?;
    let (lines, _) = load(&visit, &ground, None).await?;
    let (w, today) = (visit.w(), visit.today);
    let brand = brand(&ground.line);
    let code = ground.line.first().map(|place| place.code.to_string()).unwrap_or_default();
    let v = View::new(&visit).at(&brand.name, &brand.above, &brand.href).sheet("sheet rows");
    let page = PaperPage {
        back: format!("/needs/answers?v={code}"),
        place: brand.name.clone(),
        day: w.full_day(&today),
        rows: lines.iter().map(|line| row(line, &w, today)).collect(),
        v,
    };
    Page(page).ok()
}

/// Notes for every ticked line that it was told or handed over.
pub(super) async fn tick(visit: Visit, fields: Fields) -> Result<Response> {
    let ground = ground(&visit, fields.value("v")).await?;
    let post = visit.may(&ground.path, Visibility::Draft)?;
    let w = visit.w();
    let mut f = fields.clone();
    let day = f.day("day", &w);
    let mut ids: Vec<AnswerId> = fields.all("one").filter_map(AnswerId::parse).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(usize::try_from(LINES_MAX).unwrap_or(usize::MAX));
    if ids.is_empty() {
        f.wrong("one", w.t("answers-none-ticked"));
    }
    let Some(day) = day.filter(|_| f.ok()) else { return page(&visit, ground, None, f, None).await?.again() };
    let code = ground.line.first().map(|place| place.code.to_string()).unwrap_or_default();
    let (by, actor) = (visit.account()?, visit.actor(post));
    let (own, app, now, today) = (visit.clone(), visit.app.clone(), visit.now, visit.today);
    let handed = fields.is("how", "handed");
    let done = once(&visit, &fields, move |tx| {
        let mut chance = app.chance();
        let mut entries = Vec::new();
        for id in &ids {
            let one = answer::get(tx, *id)?;
            let raised_at = need::get(tx, one.need)?.place;
            let path = place::path(tx, raised_at)?;
            if !own.could(Action::HandleNeeds, &path) {
                return Err(Error::Hidden);
            }
            entries.extend(brought(tx, &one, handed, by, day, today, actor, now, &mut chance)?);
        }
        Ok(Once { entries, to: format!("/needs/answers?v={code}&done=1") })
    })
    .await;
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => {
            let mut f = fields.clone();
            f.take(error, "one", &w, &visit.today)?;
            page(&visit, ground, None, f, None).await?.again()
        }
        done => done,
    }
}
