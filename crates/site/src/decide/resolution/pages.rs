//! The page of a resolution: what was resolved, with what numbers, by which rules, and the way back to the first slip and on to the
//! posting. The photos of the signed sheet are for those who keep meetings there.

use super::chain::state_words;
use super::why::Why;
use crate::frame::{Error, Page, Result, View, Visit, W, photo_file};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::matter::Matter;
use civic::decide::meeting::Meeting;
use civic::decide::motion::{Count, Motion};
use civic::decide::need::Need;
use civic::decide::posting::Posting;
use civic::decide::prior_step::PriorStep;
use civic::decide::resolution::{Resolution, ResolutionState};
use civic::decide::topic::Topic;
use civic::id::{FileId, PlaceId, ResolutionId};
use civic::people::place::Place;
use civic::people::standing::{Action, Visibility};
use civic::rules::{Mode, Rules};
use civic::time::Day;
use store::decide::{matter, meeting, motion, motion_count, need, posting, prior_step, resolution, topic};
use store::people::place;
use store::{Tx, files};

/// A resolution with everything that it rests on.
pub struct Loaded {
    /// The resolution.
    pub resolution: Resolution,
    /// The matter that goes on with it.
    pub matter: Matter,
    /// Its place and those above, innermost first.
    pub line: Vec<Place>,
    /// The meeting that resolved it.
    pub meeting: Meeting,
    /// The motion that passed.
    pub motion: Motion,
    /// The count that counts.
    pub count: Count,
    /// Its posting, once it hangs.
    pub posting: Option<Posting>,
}

impl Loaded {
    /// Its place and those above, for the guard.
    pub fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    /// Whether everybody may know of it.
    pub fn visibility(&self) -> Visibility {
        if self.matter.is_public() { Visibility::Public } else { Visibility::Draft }
    }
    /// The public number of its matter.
    pub fn number(&self) -> String {
        self.matter.number.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    /// The matter that a form belongs to, above its heading.
    pub fn about(&self, w: &W) -> String {
        w.list(&[&self.number(), self.matter.title.as_deref().unwrap_or_default()])
    }
    /// Why it passed, in the reader's words.
    pub fn why(&self, w: &W, rules: &Rules, today: &Day) -> Why {
        let body = self.meeting.sort.body().map(|body| w.token(body)).unwrap_or_default();
        let mode = self.meeting.sort.mode().unwrap_or(Mode::Household);
        Why::new(w, rules, &self.count, body, mode, self.motion.ballot_mode, today)
    }
}

/// Loads a resolution with what it rests on.
pub fn load(tx: &mut Tx<'_>, id: ResolutionId) -> Result<Loaded> {
    let made = resolution::get(tx, id)?;
    let own = matter::get(tx, made.matter)?;
    let living = match own.merged_into {
        Some(survivor) => matter::get(tx, survivor)?,
        None => own,
    };
    let line = place::line(tx, made.place)?;
    let held = meeting::get(tx, made.meeting)?;
    let put = motion::get(tx, made.motion)?;
    let count = motion_count::get(tx, made.count)?;
    let hung = posting::of_resolution(tx, made.id)?;
    Ok(Loaded { resolution: made, matter: living, line, meeting: held, motion: put, count, posting: hung })
}

/// The id in the address; anything else is not there.
pub(super) fn id_of(text: &str) -> Result<ResolutionId> {
    ResolutionId::parse(text).ok_or(Error::Hidden)
}

struct StepView {
    when: String,
    day: Day,
    say: String,
}

#[derive(Template)]
#[template(path = "decide/resolution/resolution.html")]
struct ResolutionPage {
    v: View,
    number: String,
    matter_href: String,
    matter_title: String,
    text: String,
    void: bool,
    certified: bool,
    state_title: String,
    state_text: String,
    who_acts: String,
    deadline: Option<String>,
    effective: String,
    meeting_href: String,
    why: Why,
    steps: Vec<StepView>,
    posting: Option<PostingView>,
    first: Option<FirstView>,
    topic: Option<(String, String)>,
    certify: Option<String>,
    post: Option<String>,
    scans: Vec<String>,
}

struct PostingView {
    href: String,
    text: String,
    left: Option<String>,
    print: String,
    object: Option<String>,
}

struct FirstView {
    href: String,
    when: String,
    text: String,
}

/// The page of a resolution.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let (loaded, steps, needs, topics, scans) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let steps = prior_step::of_matter(tx, loaded.matter.id)?;
            let needs = need::of_matter(tx, loaded.matter.id)?;
            let topics = topic::of_matter(tx, loaded.matter.id)?;
            let scans = resolution::scans(tx, id)?;
            Ok::<_, Error>((loaded, steps, needs, topics, scans))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, loaded.visibility())?;
    let rules = visit.app.rules(visit.county.id).await?;
    let w = visit.w();
    let today = visit.today;
    let brand = brand(&loaded.line);
    let number = loaded.number();
    let Resolution { state, resolved_on, effective_on, .. } = loaded.resolution;
    let keeps = visit.could(Action::KeepMeeting, &path);
    let void = state == ResolutionState::Void;
    let page = ResolutionPage {
        matter_href: format!("/m/{number}"),
        matter_title: loaded.matter.title.clone().unwrap_or_default(),
        text: loaded.resolution.text.clone(),
        void,
        certified: state == ResolutionState::Certified,
        state_title: w.token(state),
        state_text: state_words(&w, state),
        who_acts: loaded.resolution.who_acts.clone(),
        deadline: loaded.resolution.deadline.map(|day| w.day(&day, &today)),
        effective: if effective_on == resolved_on {
            w.t1("resolution-effective-at-once", "day", w.day(&effective_on, &today))
        } else {
            w.day(&effective_on, &today)
        },
        meeting_href: format!("/meetings/{}", loaded.meeting.id),
        why: loaded.why(&w, &rules, &today),
        steps: step_views(&steps, resolved_on, &w, today),
        posting: loaded.posting.as_ref().map(|posting| posting_view(posting, &w, today)),
        first: first_view(&needs, &loaded.matter, &number, &w, today),
        topic: topic_view(&topics, loaded.motion.topic, &number),
        certify: (keeps && !void).then(|| format!("/r/{id}/certify")),
        post: (visit.could(Action::Post, &path) && !void && loaded.posting.is_none()).then(|| format!("/r/{id}/post")),
        scans: if keeps { (1..=scans.len()).map(|n| format!("/r/{id}/scan/{n}")).collect() } else { Vec::new() },
        number,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// The steps taken before the decision, in the order of their days.
fn step_views(steps: &[PriorStep], resolved_on: Day, w: &W, today: Day) -> Vec<StepView> {
    let mut steps: Vec<&PriorStep> = steps.iter().filter(|step| step.taken.on <= resolved_on).collect();
    steps.sort_by_key(|step| (step.taken.on, step.recorded_at));
    steps
        .into_iter()
        .map(|step| {
            let taken = &step.taken;
            let body = w.token(taken.body);
            let say = match (taken.eligible, taken.present, taken.in_favour) {
                (Some(eligible), Some(present), Some(in_favour)) => w.with(
                    "resolution-step-counts",
                    &[
                        ("body", body.into()),
                        ("eligible", eligible.into()),
                        ("present", present.into()),
                        ("favour", in_favour.into()),
                    ],
                ),
                _ => body,
            };
            StepView { when: w.day(&taken.on, &today), day: taken.on, say }
        })
        .collect()
}

fn posting_view(posting: &Posting, w: &W, today: Day) -> PostingView {
    let left = posting.days_left(today);
    PostingView {
        href: format!("/postings/{}", posting.id),
        text: w.t2("posting-span", "from", w.day(&posting.posted_on, &today), "until", w.day(&posting.until, &today)),
        left: (left > 0).then(|| w.t1("days-left", "n", left)),
        print: format!("/postings/{}/print", posting.id),
        object: posting.takes_objections_on(today).then(|| format!("/postings/{}/object", posting.id)),
    }
}

/// The first slip, by its public words: where the whole chain began.
fn first_view(needs: &[Need], matter: &Matter, number: &str, w: &W, today: Day) -> Option<FirstView> {
    needs.iter().find_map(|need| {
        let public = need.public(matter, today)?;
        let text = public.text.map(str::to_owned).or_else(|| matter.title.clone())?;
        Some(FirstView { href: format!("/m/{number}#need-{}", need.id), when: w.day(&need.raised, &today), text })
    })
}

fn topic_view(topics: &[Topic], of: Option<civic::id::TopicId>, number: &str) -> Option<(String, String)> {
    let found = of.and_then(|id| topics.iter().find(|topic| topic.id == id));
    let found = found.or_else(|| topics.iter().rev().find(|topic| topic.is_public()));
    found
        .filter(|topic| topic.is_public())
        .map(|topic| (format!("/m/{number}#topic-{}", topic.id), topic.title.clone()))
}

/// A photo of the signed sheet. Names and signatures stand on it, so it is for those who keep meetings there.
pub(super) async fn scan(visit: Visit, Path((id, n)): Path<(String, usize)>) -> Result<Response> {
    let id = id_of(&id)?;
    let (path, visibility, file) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let made = resolution::get(tx, id)?;
            let matter = matter::get(tx, made.matter)?;
            let path = place::path(tx, made.place)?;
            let scans: Vec<FileId> = resolution::scans(tx, id)?;
            let file = match n.checked_sub(1).and_then(|at| scans.get(at)) {
                Some(file) => Some(files::get(tx, *file)?),
                None => None,
            };
            let visibility = if matter.is_public() { Visibility::Public } else { Visibility::Draft };
            Ok::<_, Error>((path, visibility, file))
        })
        .await?;
    visit.may(&path, visibility)?;
    photo_file(&visit, file.ok_or(Error::Hidden)?).await
}
