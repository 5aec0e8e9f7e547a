//! The list of matters and the page of one.

use super::chain::{Detail, Event, Figure, ordered};
use crate::build::chain as built;
use crate::decide::meeting::chain::{self as formal, Hung, Say};
use crate::decide::resolution::chain::{self as resolved, After};
use crate::evaluate::chain as judged;
use crate::frame::{Error, Fields, Page, Result, Route, View, Visit, W, cut, see_other};
use crate::manage::chain as managed;
use crate::people::place::brand;
use crate::share::chain as shared;
use crate::stage::chain as stages;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::final_account::accounted;
use civic::decide::code::PublicNumber;
use civic::decide::matter::{Category, Matter, PlanState};
use civic::decide::meeting::Meeting;
use civic::decide::need::{Clock, Need};
use civic::decide::option::TopicOption;
use civic::decide::point::Point;
use civic::decide::prior_step::PriorStep;
use civic::decide::topic::{Topic, TopicState};
use civic::id::{Id, MatterId};
use civic::people::place::{Place, PlaceCode, whole_name};
use civic::people::standing::{Action, Visibility};
use civic::stage::{Stage, StageState, Waiver};
use civic::time::Timestamp;
use civic::token::Token;
use store::decide::matter::{Far, Within};
use store::decide::{matter, meeting, need, option, point, prior_step, topic};
use store::people::place;

/// Matters on one page of a list.
const LINES_MAX: u32 = 20;

/// The routes of matters.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/p/{code}/matters", Action::ReadPublic, list).kept(),
        Route::get("/m/{number}", Action::ReadPublic, show).kept(),
    ]
}

/// One line of a list.
#[derive(Clone, Debug)]
pub struct LineView {
    /// The matter's page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Its public number.
    pub number: String,
    /// Where it stands, in words.
    pub state: String,
    /// The name of its place.
    pub place: String,
    /// When something last happened.
    pub moved: String,
}

/// Lines of a list in the reader's words.
pub fn line_views(lines: &[matter::Line], visit: &Visit) -> Vec<LineView> {
    let w = visit.w();
    lines
        .iter()
        .map(|line| {
            let number = line.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
            LineView {
                href: format!("/m/{number}"),
                title: line.matter.title.clone().unwrap_or_default(),
                number,
                state: w.token(line.matter.plan),
                place: line.place_name.clone(),
                moved: w.day(&visit.zone.day(line.moved_at), &visit.today),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "decide/matter/list.html")]
struct ListPage {
    v: View,
    action: String,
    state: String,
    states: Vec<(String, String)>,
    category: String,
    categories: Vec<(String, String)>,
    raise: String,
    lines: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
}

/// The states in which a matter is talked about.
pub(crate) const TALKING: [PlanState; 4] =
    [PlanState::Sorted, PlanState::Answered, PlanState::Topic, PlanState::Deliberated];
/// The states in which it is decided.
pub(crate) const SETTLED: [PlanState; 3] = [PlanState::Decided, PlanState::Posted, PlanState::Disclosed];

/// The two halves of the way by which the first page counts: a word of the filter and its states.
const HALVES: [(&str, &[PlanState]); 2] = [("talking", &TALKING), ("settled", &SETTLED)];

/// The states that a word of the filter stands for, and the word; none for everything.
fn filtered(word: &str) -> (String, Vec<PlanState>) {
    if let Some((word, states)) = HALVES.iter().find(|(half, _)| *half == word) {
        return ((*word).to_owned(), states.to_vec());
    }
    let one = PlanState::parse(word).filter(|state| *state != PlanState::Raised);
    (one.map(Token::as_str).unwrap_or_default().to_owned(), one.into_iter().collect())
}

/// How far the matters of a filter are.
fn far(plans: &[PlanState]) -> Far<'_> {
    if plans.is_empty() { Far::Anywhere } else { Far::Plans(plans) }
}

/// The matters of a place, by state and by what they are about, page after page.
async fn list(visit: Visit, Path(code): Path<String>, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let (state, plans) = filtered(fields.value("state"));
    let category = Category::parse(fields.value("category"));
    let after = fields
        .value("after")
        .split_once('.')
        .and_then(|(at, id)| Some((Timestamp::from_millis(at.parse().ok()?), MatterId::parse(id)?)));
    let today = visit.today;
    let (line, mut rows) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            let rows = matter::list(tx, Within::of(&line), far(&plans), category, after, LINES_MAX + 1)?;
            Ok::<_, Error>((line, rows))
        })
        .await?;
    let w = visit.w();
    let brand = brand(&line);
    let action = format!("{}/matters", brand.href);
    let category = category.map(Token::as_str).unwrap_or_default();
    let here = format!("{action}?state={state}&category={category}");
    let more = cut(&mut rows, LINES_MAX);
    let next =
        rows.last().filter(|_| more).map(|last| format!("{here}&after={}.{}", last.moved_at.millis(), last.matter.id));
    let halves = HALVES.iter().map(|(half, _)| ((*half).to_owned(), w.t(&format!("place-{half}"))));
    let single = PlanState::ALL.iter().filter(|s| **s != PlanState::Raised);
    let states = halves.chain(single.map(|s| (s.as_str().to_owned(), w.token(*s)))).collect();
    let page = ListPage {
        lines: line_views(&rows, &visit),
        first: after.map(|_| here),
        after: next,
        raise: format!("/need?at={}", brand.href.trim_start_matches("/p/")),
        category: category.to_owned(),
        categories: Category::ALL.iter().map(|c| (c.as_str().to_owned(), w.token(*c))).collect(),
        states,
        state,
        action,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// Everything that the page of a matter shows.
struct Loaded {
    matter: Matter,
    line: Vec<Place>,
    under: Vec<Matter>,
    needs: Vec<Need>,
    topics: Vec<Topic>,
    options: Vec<TopicOption>,
    steps: Vec<PriorStep>,
    meetings: Vec<Meeting>,
    points: Vec<Point>,
    hung: Hung,
    after: After,
    waivers: Vec<Waiver>,
    built: built::Built,
    managed: managed::Managed,
    judged: judged::Judged,
    shared: shared::Shared,
}

/// One of the five stages of a matter, with what happened in it.
struct StageView {
    key: &'static str,
    name: String,
    text: String,
    /// `todo`, `now` or `done`.
    state: &'static str,
    href: String,
    span: String,
    events: Vec<Event>,
}

#[derive(Template)]
#[template(path = "decide/matter/matter.html")]
struct MatterPage {
    v: View,
    number: String,
    title: String,
    place: String,
    stages: Vec<StageView>,
    merged_note: Option<String>,
    next: String,
    owed: Option<(String, String, bool)>,
    prepare: Option<String>,
    /// For who keeps talks and prepares no topics.
    project: Option<String>,
    /// What the committee does once the last three stages are open: where, and its words.
    later: Vec<(String, String)>,
    talk: Option<String>,
}

/// Everything of a matter that its page shows; of one that was merged, itself and the one that goes on.
async fn load(visit: &Visit, number: &str) -> Result<std::result::Result<Loaded, (Matter, Matter)>> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let matter = matter::by_number(tx, &number)?;
            // A merged matter's number stays valid: it leads on to the one that goes on.
            if let Some(survivor) = matter.merged_into {
                let survivor = matter::get(tx, survivor)?;
                return Ok(Err((matter, survivor)));
            }
            let line = place::line(tx, matter.place)?;
            let under = matter::under(tx, matter.id)?;
            let needs = need::of_matter(tx, matter.id)?;
            let topics = topic::of_matter(tx, matter.id)?;
            let options = option::of_matter(tx, matter.id)?;
            let steps = prior_step::of_matter(tx, matter.id)?;
            let meetings = meeting::of_matter(tx, matter.id)?;
            let points = point::of_matter(tx, matter.id)?;
            let hung = formal::load(tx, matter.id)?;
            let after = resolved::load(tx, matter.id)?;
            let waivers = store::stage::of_matter(tx, matter.id)?;
            let built = built::load(tx, matter.id)?;
            let managed = managed::load(tx, matter.id)?;
            let judged = judged::load(tx, matter.id)?;
            let shared = shared::load(tx, matter.id)?;
            Ok::<_, Error>(Ok(Loaded {
                matter,
                line,
                under,
                needs,
                topics,
                options,
                steps,
                meetings,
                points,
                hung,
                after,
                waivers,
                built,
                managed,
                judged,
                shared,
            }))
        })
        .await
}

/// A public matter with everything that happened to it, by stage.
pub(crate) struct Told {
    /// The matter.
    pub matter: Matter,
    /// Its place and those above, innermost first.
    pub line: Vec<Place>,
    /// The public numbers of those merged into it.
    pub under: Vec<PublicNumber>,
    /// Its stages with their events.
    pub stages: Vec<(Stage, Vec<Event>)>,
}

/// What the page of a public matter tells; `Err` with the number of the one that goes on where it was merged.
pub(crate) async fn told(visit: &Visit, number: &str) -> Result<std::result::Result<Told, String>> {
    let loaded = match load(visit, number).await? {
        Ok(loaded) => loaded,
        Err((_, survivor)) => {
            visit.may(&[], Visibility::Public)?;
            return Ok(Err(survivor.number.ok_or(Error::Hidden)?.to_string()));
        }
    };
    let path: Vec<_> = loaded.line.iter().map(|p| p.id).collect();
    visit.may(&path, Visibility::Public)?;
    let (w, rules) = (visit.w(), visit.app.rules(visit.county.id).await?);
    let said = Say { w: &w, rules: &rules, today: visit.today, zone: &visit.zone };
    let stages = Stage::ALL.iter().map(|stage| (*stage, stage_events(&loaded, *stage, said))).collect();
    let under = loaded.under.iter().filter_map(|merged| merged.number.clone()).collect();
    Ok(Ok(Told { matter: loaded.matter, line: loaded.line, under, stages }))
}

/// The page of a matter: its chain from the first slip on.
async fn show(visit: Visit, Path(number): Path<String>, fields: Fields) -> Result<Response> {
    let loaded = match load(&visit, &number).await? {
        Ok(loaded) => loaded,
        Err((merged, survivor)) => {
            visit.may(&[], Visibility::Public)?;
            let (from, to) = (merged.number, survivor.number.ok_or(Error::Hidden)?);
            let from = from.map(|n| n.to_string()).unwrap_or_default();
            return Ok(see_other(&format!("/m/{to}?merged={from}")));
        }
    };
    let path: Vec<_> = loaded.line.iter().map(|p| p.id).collect();
    visit.may(&path, Visibility::Public)?;
    let w = visit.w();
    let rules = visit.app.rules(visit.county.id).await?;
    let said = Say { w: &w, rules: &rules, today: visit.today, zone: &visit.zone };
    let brand = brand(&loaded.line);
    let number = loaded.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let stages = Stage::ALL.iter().map(|stage| stage_view(&loaded, *stage, &number, said)).collect();
    let owed = loaded
        .needs
        .iter()
        .filter(|n| n.waits())
        .filter_map(|n| match n.clock(visit.today) {
            Clock::Left(days) => n.due.as_ref().map(|d| (d.day, w.t1("days-left", "n", days), false)),
            Clock::Overdue(days) => n.due.as_ref().map(|d| (d.day, w.t1("days-over", "n", days), true)),
            _ => None,
        })
        .min_by_key(|(day, ..)| *day)
        .map(|(day, left, over)| (w.t1("place-answer-due", "day", w.day(&day, &visit.today)), left, over));
    let merged_note = PublicNumber::parse(fields.value("merged"))
        .ok()
        .filter(|from| loaded.under.iter().any(|merged| merged.number.as_ref() == Some(from)))
        .map(|from| w.t1("matter-merged-note", "number", from.to_string()));
    let page = MatterPage {
        title: loaded.matter.title.clone().unwrap_or_default(),
        place: whole_name(&loaded.line),
        stages,
        next: w.t(&format!("matter-next-{}", next(&loaded.matter, &loaded.built))),
        prepare: visit.could(Action::PrepareTopic, &path).then(|| format!("/m/{number}/prepare")),
        project: (visit.could(Action::PlanProject, &path) && !loaded.after.resolutions.is_empty())
            .then(|| format!("/m/{number}/project")),
        talk: (!visit.could(Action::PrepareTopic, &path) && visit.could(Action::HoldTalk, &path))
            .then(|| format!("/talks/new?matter={number}")),
        later: later(&loaded.matter, &number, &w, |action| visit.could(action, &path)),
        merged_note,
        owed,
        number,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// What comes next: of the stages at work the one furthest on says it, else the first stage; between building and what follows it is the
/// final account, as long as there is none.
fn next(matter: &Matter, built: &built::Built) -> &'static str {
    let at_work = Stage::GATED.iter().rev().find(|stage| matter.stages.get(**stage) == StageState::Open);
    match at_work {
        Some(stage) => stage.as_str(),
        None if matter.stages.get(Stage::Build) != StageState::Done => matter.plan.as_str(),
        None if accounted(&built.projects, &built.accounts) => "built",
        None => "account",
    }
}

/// What the committee does once the last three stages are open.
fn later(matter: &Matter, number: &str, w: &W, could: impl Fn(Action) -> bool) -> Vec<(String, String)> {
    let begun = |stage| matter.stages.get(stage) != StageState::Ahead;
    let mut ways = Vec::new();
    if matter.stages.manage == StageState::Open && could(Action::KeepFacility) {
        ways.push((format!("/m/{number}/facility"), w.t("facility-enter")));
    }
    if begun(Stage::Evaluate) && could(Action::KeepSurvey) {
        ways.push((format!("/m/{number}/survey"), w.t("survey-make")));
        ways.push((format!("/m/{number}/rectify"), w.t("rectification-make")));
    }
    if begun(Stage::Share) && could(Action::WriteCase) {
        ways.push((format!("/m/{number}/benefit"), w.t("benefit-title")));
        ways.push((format!("/m/{number}/case"), w.t("case-write")));
        ways.push((format!("/m/{number}/honour"), w.t("honour-title")));
    }
    ways
}

/// What happened in a stage, in the order of days.
fn stage_events(loaded: &Loaded, stage: Stage, said: Say<'_>) -> Vec<Event> {
    let w = said.w;
    ordered(match stage {
        Stage::Decide => events(loaded, said),
        _ => {
            let mut events = stages::events(&loaded.waivers, stage, w, said.today);
            match stage {
                Stage::Build => events.extend(built::events(&loaded.built, w, said.today)),
                Stage::Evaluate => events.extend(judged::events(&loaded.judged, w, said.today)),
                Stage::Share => events.extend(shared::events(&loaded.shared, w, said.today)),
                Stage::Manage => events.extend(managed::events(&loaded.managed, w, said.today)),
                Stage::Decide => {}
            }
            events
        }
    })
}

fn stage_view(loaded: &Loaded, stage: Stage, number: &str, said: Say<'_>) -> StageView {
    let w = said.w;
    let events = stage_events(loaded, stage, said);
    let span = match (events.first(), events.last()) {
        (Some(first), Some(last)) if first.day != last.day => {
            w.t2("matter-span", "from", &first.when, "until", &last.when)
        }
        (Some(first), _) => first.when.clone(),
        _ => String::new(),
    };
    let own = loaded.matter.stages.get(stage);
    let (text, state) = match (stage, loaded.matter.plan) {
        (Stage::Decide, plan @ (PlanState::Disclosed | PlanState::Closed)) => (w.token(plan), "done"),
        (Stage::Decide, plan) => (w.token(plan), "now"),
        _ if own == StageState::Ahead => (w.t("stage-later"), "todo"),
        _ => (w.token(own), stages::drawn(own)),
    };
    let key = stage.as_str();
    // What has not begun leads to the page that says what must be there before.
    let href =
        if events.is_empty() && stage != Stage::Decide { stages::href(number, stage) } else { format!("#{key}") };
    StageView { key, name: w.token(stage), text, state, href, span, events }
}

fn events(loaded: &Loaded, said: Say<'_>) -> Vec<Event> {
    let (w, today) = (said.w, said.today);
    let mut events = Vec::new();
    for one in &loaded.needs {
        let Some(public) = one.public(&loaded.matter, today) else { continue };
        let who = match &public.surname {
            Some(surname) => w.t1("matter-raised-by", "name", surname),
            None => w.t("matter-raised-by-somebody"),
        };
        let text = public.text.map(str::to_owned).or_else(|| loaded.matter.title.clone()).unwrap_or_default();
        let merged = loaded.under.iter().any(|m| m.id == one.matter);
        let mut details = Vec::new();
        if one.helper.is_some() {
            details.push(Detail::Text(w.t("matter-raised-with-help")));
        }
        details.push(Detail::Text(w.t1("matter-raised-via", "via", w.token(one.via))));
        if let Some(affected) = public.affected {
            details.push(Detail::Text(w.t1("matter-affected", "who", w.token(affected))));
        }
        if merged {
            details.push(Detail::Text(w.t("matter-merged-credit")));
        }
        events.push(Event {
            id: anchor("need", one.id),
            day: one.raised,
            when: w.day(&one.raised, &today),
            figure: Figure { n: "1".to_owned(), unit: w.t("matter-unit-raised") },
            say: w.t2("matter-said", "who", who, "text", text),
            turn: if one.waits() { "wait" } else { "" },
            opt: merged,
            details,
        });
        if let (Some(day), Some(reply)) = (one.answered, public.reply) {
            // One answer to several who raised the same is one event.
            let alike = |other: &&Need| {
                (other.answered, &other.reply, other.adoption, &other.reason)
                    == (one.answered, &one.reply, one.adoption, &one.reason)
            };
            let together: Vec<&Need> = loaded.needs.iter().filter(alike).collect();
            if together.first().is_some_and(|first| first.id != one.id) {
                continue;
            }
            let mut details = vec![Detail::Text(reply.to_owned())];
            if let Some(reason) = public.reason {
                details.push(Detail::Text(w.t1("matter-reason", "text", reason)));
            }
            let say = match public.adoption {
                Some(adoption) if together.len() > 1 => {
                    w.t2("matter-answered-many", "n", together.len(), "what", w.token(adoption))
                }
                Some(adoption) => w.t1("matter-answered-as", "what", w.token(adoption)),
                None => w.t("matter-answered"),
            };
            events.push(Event {
                id: anchor("answer", one.id),
                day,
                when: w.day(&day, &today),
                figure: Figure::default(),
                say,
                turn: "",
                opt: false,
                details,
            });
        }
    }
    for one in loaded.topics.iter().filter(|t| t.state != TopicState::Draft) {
        let day = one.opened.unwrap_or(one.created);
        let mut details = vec![Detail::Text(one.background.clone())];
        let rows: Vec<Vec<String>> = loaded
            .options
            .iter()
            .filter(|o| o.topic == one.id && o.stands())
            .map(|o| {
                vec![
                    o.title.clone(),
                    w.money(&o.cost),
                    o.benefits.clone(),
                    o.pays.clone(),
                    o.upkeep.clone(),
                    o.feasibility.clone(),
                ]
            })
            .collect();
        let n = rows.len();
        if n > 0 {
            let head = ["title", "cost", "benefits", "pays", "upkeep", "feasibility"]
                .iter()
                .map(|k| w.t(&format!("option-{k}")))
                .collect();
            details.push(Detail::Table { caption: w.t("matter-options"), head, rows });
        }
        events.push(Event {
            id: anchor("topic", one.id),
            day,
            when: w.day(&day, &today),
            figure: if n > 0 {
                Figure { n: n.to_string(), unit: w.t("matter-unit-options") }
            } else {
                Figure::default()
            },
            say: w.t1("matter-topic-opened", "title", &one.title),
            turn: "",
            opt: false,
            details,
        });
    }
    events.extend(crate::decide::topic::chain::of_steps(&loaded.steps, w, today));
    events.extend(crate::decide::talk::chain::of_talks(&loaded.meetings, &loaded.points, w, today));
    events.extend(formal::events(&loaded.meetings, &loaded.hung, said));
    events.extend(resolved::events(&loaded.after, w, today));
    events
}

fn anchor<T>(noun: &str, id: Id<T>) -> String {
    format!("{noun}-{id}")
}
