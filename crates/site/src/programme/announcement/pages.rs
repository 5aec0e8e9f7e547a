//! The page of an announcement: what it says in plain words, the original, what was corrected, what was asked and answered.

use crate::decide::posting::diff::{Piece, pieces};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, cut};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AnnouncementId, PlaceId, QuestionId};
use civic::people::place::Place;
use civic::people::standing::{Action, Visibility};
use civic::programme::announcement::{Announcement, AnnouncementCorrection};
use civic::programme::question::{Question, QuestionState};
use civic::time::Day;
use store::Tx;
use store::people::place;
use store::programme::{announcement, question};

/// Questions on one page.
const QUESTIONS_MAX: u32 = 15;

/// An announcement with its place and those above it, innermost first.
pub(super) struct Loaded {
    pub(super) announcement: Announcement,
    pub(super) line: Vec<Place>,
}

impl Loaded {
    pub(super) fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    /// In whose name it is written.
    pub(super) fn from(&self) -> String {
        self.line.first().map(|place| place.name.clone()).unwrap_or_default()
    }
    pub(super) fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
}

/// The id in the address; anything else is not there.
pub(super) fn id_of(text: &str) -> Result<AnnouncementId> {
    AnnouncementId::parse(text).ok_or(Error::Hidden)
}

pub(super) fn load(tx: &mut Tx<'_>, id: AnnouncementId) -> Result<Loaded> {
    let announcement = announcement::get(tx, id)?;
    let line = place::line(tx, announcement.place)?;
    Ok(Loaded { announcement, line })
}

struct CorrectionView {
    day: Day,
    when: String,
    reason: String,
    pieces: Vec<Piece>,
    until: Option<String>,
}

fn correction_view(one: &AnnouncementCorrection, w: &W, today: Day) -> CorrectionView {
    CorrectionView {
        day: one.corrected,
        when: w.day(&one.corrected, &today),
        reason: one.reason.clone(),
        pieces: if one.before == one.after { Vec::new() } else { pieces(&one.before, &one.after) },
        until: (one.until_before != one.until_after).then(|| {
            let (before, after) = (w.day(&one.until_before, &today), w.day(&one.until_after, &today));
            w.t2("announcement-until-moved", "before", before, "after", after)
        }),
    }
}

struct QuestionView {
    anchor: String,
    came: String,
    text: Option<String>,
    answer: Option<String>,
    answered: Option<String>,
    owed: Option<String>,
    left: Option<String>,
    over: bool,
    handle: Option<String>,
}

fn question_view(one: &Question, w: &W, today: Day, handles: bool) -> QuestionView {
    let waits = one.state == QuestionState::Waiting;
    let over = one.overdue(today);
    let due = one.due.filter(|_| waits);
    QuestionView {
        anchor: format!("q-{}", one.id),
        came: w.t1("question-came", "day", w.day(&one.received, &today)),
        text: one.public_text.clone(),
        answer: one.answer.clone(),
        answered: one.answered.map(|on| {
            let key = if one.answered_late() { "question-answered-late" } else { "question-answered-on" };
            w.t2(key, "day", w.day(&on, &today), "n", one.answered_in_days().unwrap_or(0))
        }),
        owed: waits.then(|| match due {
            Some(due) => w.t1("question-owed-by", "day", w.day(&due, &today)),
            None => w.t("question-owed"),
        }),
        left: due.map(|due| w.t1(if over { "days-over" } else { "days-left" }, "n", today.until(due).abs())),
        over,
        // One whose answer has to be told by telephone stays in the hands of those who answer.
        handle: (handles && (waits || one.phone.is_some())).then(|| format!("/questions/{}", one.id)),
    }
}

#[derive(Template)]
#[template(path = "programme/announcement/announcement.html")]
struct AnnouncementPage {
    v: View,
    title: String,
    meta: String,
    plain: String,
    original: Option<String>,
    document: Option<String>,
    ended: Option<String>,
    over: Option<String>,
    corrections: Vec<CorrectionView>,
    questions: Vec<QuestionView>,
    next: Option<String>,
    first: Option<String>,
    ask: String,
    print: String,
    loud: String,
    ask_for: Option<String>,
    correct: Option<String>,
    end: Option<String>,
    all: String,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let after = QuestionId::parse(asked.value("after"));
    let (loaded, corrections, mut questions) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let corrections = announcement::corrections(tx, id)?;
            let questions = question::of_announcement(tx, id, after, QUESTIONS_MAX + 1)?;
            Ok::<_, Error>((loaded, corrections, questions))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, Visibility::Public)?;
    let (w, today) = (visit.w(), visit.today);
    let one = &loaded.announcement;
    let more = cut(&mut questions, QUESTIONS_MAX);
    let keeps = visit.could(Action::Announce, &path);
    let anywhere: Vec<PlaceId> = visit.asker().standings.iter().map(|s| s.place).collect();
    let alive = one.holds_on(today);
    let at = |end: &str| format!("/announcements/{id}/{end}");
    let page = AnnouncementPage {
        title: one.title.clone(),
        meta: w.list(&[
            &w.t1("announcement-from", "place", loaded.from()),
            &w.day(&one.published, &today),
            &w.t1("announcement-until", "day", w.day(&one.until, &today)),
        ]),
        plain: one.plain.clone(),
        original: one.original.clone(),
        document: one.document.as_ref().map(|text| w.t1("announcement-document-is", "text", text)),
        ended: one
            .ended
            .zip(one.reason.as_ref())
            .map(|(day, reason)| w.t2("announcement-ended-because", "day", w.day(&day, &today), "reason", reason)),
        over: (one.ended.is_none() && !alive).then(|| w.t("announcement-over")),
        corrections: corrections.iter().map(|one| correction_view(one, &w, today)).collect(),
        questions: questions.iter().map(|one| question_view(one, &w, today, keeps)).collect(),
        next: questions.last().filter(|_| more).map(|last| format!("/announcements/{id}?after={}", last.id)),
        first: after.map(|_| format!("/announcements/{id}")),
        ask: at("ask"),
        print: at("print"),
        loud: at("loud"),
        ask_for: visit.could(Action::RecordQuestion, &anywhere).then(|| at("ask-for")),
        correct: (keeps && alive).then(|| at("correct")),
        end: (keeps && alive).then(|| at("end")),
        all: format!("/announcements?at={}", loaded.line.first().map(|p| p.code.to_string()).unwrap_or_default()),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}
