//! The page of a posting: its days, what it says, what was corrected, what was objected and answered.

use super::diff::{Piece, pieces};
use crate::decide::resolution::why::{RuleView, Why, rule_view};
use crate::decide::resolution::{Loaded, load};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::objection::{Objection, ObjectionState};
use civic::decide::posting::{Correction, Posting, PostingState};
use civic::decide::resolution::ResolutionState;
use civic::id::PostingId;
use civic::people::standing::Action;
use civic::time::Day;
use store::Tx;
use store::decide::{correction, objection, posting};

/// The id in the address; anything else is not there.
pub(crate) fn id_of(text: &str) -> Result<PostingId> {
    PostingId::parse(text).ok_or(Error::Hidden)
}

/// A posting with what it posts.
pub(crate) fn load_posting(tx: &mut Tx<'_>, id: PostingId) -> Result<(Posting, Loaded)> {
    let hung = posting::get(tx, id)?;
    let loaded = load(tx, hung.resolution)?;
    Ok((hung, loaded))
}

/// One correction, as everybody sees it.
struct CorrectionView {
    turn: u32,
    when: String,
    day: Day,
    reason: String,
    pieces: Vec<Piece>,
    days: Option<String>,
}

/// One objection, as everybody sees it: its number and its answer, never its words or who made it.
pub(super) struct ObjectionView {
    pub(super) anchor: String,
    pub(super) title: String,
    /// What the committee owes; empty once answered.
    pub(super) owed: String,
    pub(super) left: String,
    pub(super) over: bool,
    pub(super) outcome: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) answered: Option<String>,
    pub(super) handle: Option<String>,
}

/// The objections of a posting in the reader's words; `handles` says whether the reader may answer them.
pub(super) fn objection_views(objections: &[Objection], w: &W, today: Day, handles: bool) -> Vec<ObjectionView> {
    objections
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let waits = one.state == ObjectionState::Waiting;
            let over = one.overdue(today);
            let left = one.due_on.filter(|_| waits).map(|due| today.until(due));
            let answered = one.answered_on.map(|on| {
                let key = if one.answered_late() { "objection-answered-late" } else { "objection-answered-on" };
                w.t2(key, "day", w.day(&on, &today), "n", one.answered_in_days().unwrap_or(0))
            });
            ObjectionView {
                anchor: format!("o-{}", one.id),
                title: w.t2("objection-number", "n", at + 1, "day", w.day(&one.received_on, &today)),
                owed: match one.due_on.filter(|_| waits) {
                    Some(due) => w.t1("objection-owed-by", "day", w.day(&due, &today)),
                    None if waits => w.t("objection-owed"),
                    None => String::new(),
                },
                left: left
                    .map(|days| w.t1(if over { "days-over" } else { "days-left" }, "n", days.abs()))
                    .unwrap_or_default(),
                over,
                outcome: one.outcome.map(|outcome| w.token(outcome)),
                answer: one.answer.clone(),
                answered,
                handle: (handles && waits).then(|| format!("/objections/{}", one.id)),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "decide/posting/posting.html")]
struct PostingPage {
    v: View,
    note: Option<String>,
    matter_href: String,
    number: String,
    matter_title: String,
    text: String,
    void: bool,
    recorded: Option<String>,
    span: String,
    left: i32,
    done: u32,
    days: u32,
    over: Option<String>,
    hangs_at: String,
    rules: Vec<RuleView>,
    why: Why,
    who_acts: String,
    resolution_href: String,
    print: String,
    answers: Option<String>,
    corrections: Vec<CorrectionView>,
    objections: Vec<ObjectionView>,
    object: Option<String>,
    until: String,
    object_for: Option<String>,
    correct: Option<String>,
    take_down: Option<String>,
}

/// The page of a posting.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let (posting, loaded, corrections, objections) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let (posting, loaded) = load_posting(tx, id)?;
            let corrections = correction::of_posting(tx, id)?;
            let objections = objection::of_posting(tx, id)?;
            Ok::<_, Error>((posting, loaded, corrections, objections))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, loaded.visibility())?;
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let today = visit.today;
    let brand = brand(&loaded.line);
    let state = loaded.resolution.state;
    let void = state == ResolutionState::Void;
    let posts = visit.could(Action::Post, &path);
    let handles = visit.could(Action::AnswerObjection, &path);
    let left = posting.days_left(today);
    let days = posting.posted_on.until(posting.until).max(0);
    let over = match posting.taken_down_on {
        Some(day) => Some(w.t1("posting-taken-down", "day", w.day(&day, &today))),
        None if posting.is_over(today) => Some(w.t("posting-over")),
        None => None,
    };
    let mut cited = vec![rule_view(&w, &rules, &posting.posting_rule, &w.t("posting-about-days"))];
    if let Some(rule) = &posting.objection_rule {
        cited.push(rule_view(&w, &rules, rule, &w.t("posting-about-objections")));
    }
    let number = loaded.number();
    let page = PostingPage {
        note: said(&asked, &objections, &w, today),
        matter_href: format!("/m/{number}"),
        matter_title: loaded.matter.title.clone().unwrap_or_default(),
        text: posting.text.clone(),
        void,
        recorded: (state == ResolutionState::Recorded).then(|| w.t("resolution-note-recorded")),
        span: w.t2("posting-span", "from", w.day(&posting.posted_on, &today), "until", w.day(&posting.until, &today)),
        left,
        done: u32::try_from(days.saturating_sub(left).max(0)).unwrap_or(0),
        days: u32::try_from(days).unwrap_or(0),
        over,
        hangs_at: posting.hangs_at.clone(),
        rules: cited,
        why: loaded.why(&w, &rules, &today),
        who_acts: loaded.resolution.who_acts.clone(),
        resolution_href: format!("/r/{}", posting.resolution),
        print: format!("/postings/{id}/print"),
        answers: objections
            .iter()
            .any(|one| one.state == ObjectionState::Answered)
            .then(|| format!("/postings/{id}/answers")),
        corrections: correction_views(&corrections, &w, today),
        objections: objection_views(&objections, &w, today, handles),
        object: posting.takes_objections_on(today).then(|| format!("/postings/{id}/object")),
        until: w.day(&posting.objections_until, &today),
        object_for: visit.could(Action::RecordObjection, &path).then(|| format!("/postings/{id}/object-for")),
        correct: posts.then(|| format!("/postings/{id}/correct")),
        take_down: (posts && posting.state == PostingState::Up && posting.is_over(today))
            .then(|| format!("/postings/{id}/take-down")),
        number,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// What has just been done: an objection arrived, under this number.
fn said(asked: &Fields, objections: &[Objection], w: &W, today: Day) -> Option<String> {
    let id = asked.value("objected");
    if id == "yes" {
        return Some(w.t("objection-arrived-unnamed"));
    }
    let (at, one) = objections.iter().enumerate().find(|(_, one)| one.id.to_string() == id)?;
    Some(match one.due_on {
        Some(due) => w.t2("objection-arrived-due", "n", at + 1, "day", w.day(&due, &today)),
        None => w.t1("objection-arrived", "n", at + 1),
    })
}

fn correction_views(corrections: &[Correction], w: &W, today: Day) -> Vec<CorrectionView> {
    corrections
        .iter()
        .map(|one| CorrectionView {
            turn: one.turn,
            when: w.day(&one.corrected_on, &today),
            day: one.corrected_on,
            reason: one.reason.clone(),
            pieces: pieces(&one.before, &one.after),
            days: one.substantial.then(|| w.t1("posting-corrected-anew", "day", w.day(&one.until_after, &today))),
        })
        .collect()
}
