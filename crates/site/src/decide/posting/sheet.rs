//! The sheets to hang up: the posting itself on one A4 page, and the answers to objections beside it.

use super::pages::{ObjectionView, id_of, load_posting, objection_views};
use crate::decide::resolution::why::Why;
use crate::frame::{Error, Fields, Lang, Page, Result, View, Visit, W, address, as_pdf, pdf};
use crate::people::place::organ;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::objection::ObjectionState;
use civic::hex::hex;
use civic::record::Noun;
use civic::rules::RuleRef;
use paper::pdf::{Part, Sheet};
use store::decide::objection;
use store::record::entry;

/// From so many characters on, the sheet is set smaller.
const MUCH: usize = 150;

#[derive(Template)]
#[template(path = "decide/posting/sheet.html")]
struct SheetPage {
    v: View,
    back: String,
    organ: String,
    text: String,
    much: bool,
    void: bool,
    recorded: bool,
    why: Why,
    who_acts: String,
    deadline: Option<String>,
    effective: String,
    until: String,
    answer_days: Option<String>,
    number: String,
    qr: String,
    hung: String,
    sources: String,
    seal: Option<String>,
}

impl SheetPage {
    fn paper(&self) -> Sheet {
        let (v, t) = (&self.v, |key: &str| self.v.t(key));
        let mut parts = Vec::new();
        if self.void {
            parts.push(Part::strong(t("resolution-note-void")));
        }
        parts.extend(self.why.parts(&v.w));
        parts.push(Part::facts([
            (t("sheet-who-acts"), self.who_acts.clone()),
            (t("sheet-deadline"), self.deadline.clone().unwrap_or_default()),
            (t("sheet-effective"), self.effective.clone()),
            (t("why-dissent"), self.why.dissent.clone().unwrap_or_default()),
        ]));
        let phone = v.phone.as_ref().map(|phone| v.w.t1("sheet-object-phone", "phone", phone));
        let code = format!("{} {}", t("sheet-object-code"), self.number);
        let ways = [Some(t("sheet-object-said")), phone, Some(t("sheet-object-paper")), Some(code)];
        parts.push(Part::Box {
            heading: v.w.t1("sheet-object", "day", &self.until),
            lines: ways.into_iter().flatten().collect(),
            note: self.answer_days.clone().unwrap_or_else(|| t("sheet-answer-none")),
            qr: self.qr.clone(),
        });
        let recorded = self.recorded.then(|| t("sheet-recorded"));
        let foot = [Some(self.hung.clone()), Some(self.sources.clone()), self.seal.clone(), recorded];
        Sheet {
            name: format!("{} {}", t("sheet-title"), self.number),
            organ: self.organ.clone(),
            title: t("sheet-title"),
            about: vec![self.text.clone()],
            parts,
            foot: foot.into_iter().flatten().collect(),
            chop: Some(t("sheet-chop")),
            large: !self.much,
            ..Sheet::default()
        }
    }
}

/// A rule's source alone, for the foot of the sheet.
fn source(w: &W, rules: &civic::rules::Rules, rule: &RuleRef) -> String {
    rules.find(rule).map(|(_, rule)| w.label(&rule.source).to_owned()).unwrap_or_else(|| rule.id.clone())
}

/// The sheet. It says what the page says, so that who has no telephone misses nothing.
pub(super) async fn print(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let (posting, loaded, last) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let (posting, loaded) = load_posting(tx, id)?;
            let last = entry::last_of(tx, Noun::Posting, id.uuid())?;
            Ok::<_, Error>((posting, loaded, last))
        })
        .await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let today = visit.today;
    let path = loaded.path();
    let number = loaded.number();
    let why = loaded.why(&w, &rules, &today);
    let qr = paper::qr::svg(&address(&visit.app, &format!("/m/{number}")), &w.t1("sheet-qr", "number", &number))
        .map_err(|error| Error::Broken(error.to_string()))?;
    // The day after the last one: the sheet hangs to the end of its last full day.
    let down = posting.until.plus(1);
    let days = posting.posted_on.until(posting.until);
    let answer = rules.on(&path, posting.posted_on).objection_answer();
    let mut sources = vec![source(&w, &rules, &loaded.count.decision_rule)];
    let posting_source = source(&w, &rules, &posting.posting_rule);
    if !sources.contains(&posting_source) {
        sources.push(posting_source);
    }
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let said = posting.text.chars().count()
        + loaded.count.counting.dissent.as_deref().map_or(0, |text| text.chars().count())
        + loaded.resolution.who_acts.chars().count()
        + why.lines.iter().map(|line| line.chars().count()).sum::<usize>()
        + sources.iter().map(|text| text.chars().count()).sum::<usize>();
    let page = SheetPage {
        back: format!("/postings/{id}"),
        organ: organ(&loaded.line),
        text: posting.text.clone(),
        much: said > if w.lang == Lang::Zh { MUCH } else { 2 * MUCH },
        void: loaded.resolution.state == civic::decide::resolution::ResolutionState::Void,
        recorded: loaded.resolution.state == civic::decide::resolution::ResolutionState::Recorded,
        why,
        who_acts: loaded.resolution.who_acts.clone(),
        deadline: loaded.resolution.deadline.map(|day| w.full_day(&day)),
        effective: w.full_day(&loaded.resolution.effective_on),
        until: w.day(&posting.objections_until, &posting.posted_on),
        answer_days: answer.map(|period| {
            let key = if period.value.working { "sheet-answer-working" } else { "sheet-answer" };
            w.t1(key, "n", period.value.days)
        }),
        number,
        qr,
        hung: w.t3("sheet-hung", "from", w.full_day(&posting.posted_on), "down", w.full_day(&down), "n", days),
        sources: w.t1("sheet-sources", "sources", w.list(&sources)),
        seal: last.and_then(|stored| stored.hash).map(|hash| {
            let start: String = hex(&hash).chars().take(8).collect();
            let (left, right) = start.split_at(4);
            w.t1("sheet-record", "seal", format!("{left} {right}"))
        }),
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "posting", page.paper()).await } else { Page(page).ok() }
}

#[derive(Template)]
#[template(path = "decide/posting/answers.html")]
struct AnswersPage {
    v: View,
    back: String,
    organ: String,
    title: String,
    number: String,
    answers: Vec<ObjectionView>,
}

/// The answers to objections, to hang beside the sheet: who objected on paper reads the answer on paper.
pub(super) async fn answers(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let (loaded, objections) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let (_, loaded) = load_posting(tx, id)?;
            Ok::<_, Error>((loaded, objection::of_posting(tx, id)?))
        })
        .await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let w = visit.w();
    // The numbers are those of the page, so the unanswered are left out only after they were counted.
    let views = objection_views(&objections, &w, visit.today, false);
    let answers = views
        .into_iter()
        .zip(&objections)
        .filter(|(_, one)| one.state == ObjectionState::Answered)
        .map(|(view, _)| view)
        .collect();
    let page = AnswersPage {
        back: format!("/postings/{id}"),
        organ: organ(&loaded.line),
        title: loaded.matter.title.clone().unwrap_or_default(),
        number: loaded.number(),
        answers,
        v: View::new(&visit).sheet("sheet rows"),
    };
    Page(page).ok()
}
