//! The page on which the committee prepares a matter for people's word.

use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, W, once, once_told};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::decide::need::Need;
use civic::decide::option::{self as options, OptionForm, TopicOption};
use civic::decide::prior_step::{self as steps, DOCUMENT_MAX, Gap, Lack, PriorStep, Taken};
use civic::decide::topic::{self as topics, Topic, TopicForm, TopicState};
use civic::id::{OptionId, PlaceId, PriorStepId, TopicId};
use civic::people::place::Place;
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use civic::rules::{Body, Ruled, Step, StepBody};
use civic::text;
use civic::token::Token;
use store::Tx;
use store::decide::{matter, need, option, prior_step, topic};
use store::people::place;

/// The most people that a body of a step has.
const MEMBERS_MAX: u32 = 100_000;

/// The routes of topics.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/prepare", Action::PrepareTopic, prepare),
        Route::post("/m/{number}/topic", Action::PrepareTopic, put_topic),
        Route::post("/m/{number}/option", Action::PrepareTopic, put_option),
        Route::post("/m/{number}/option/{id}/withdraw", Action::PrepareTopic, withdraw_option),
        Route::post("/m/{number}/step", Action::PrepareTopic, put_step),
    ]
}

struct OptionView {
    title: String,
    cost: String,
    sides: Vec<(String, String)>,
    withdraw: String,
    form: String,
}

struct StepView {
    say: String,
    meta: String,
}

#[derive(Template)]
#[template(path = "decide/topic/prepare.html")]
struct PreparePage {
    v: View,
    number: String,
    title: String,
    topic_open: bool,
    topic_state: String,
    options: Vec<OptionView>,
    steps: Vec<StepView>,
    gaps: Vec<String>,
    /// What representatives need besides, should they decide.
    besides: Vec<String>,
    bodies: Vec<(String, String)>,
    topic_form: Fields,
    option_form: Fields,
    step_form: Fields,
}

struct Loaded {
    matter: Matter,
    line: Vec<Place>,
    topic: Option<Topic>,
    options: Vec<TopicOption>,
    steps: Vec<PriorStep>,
}

/// Which of the page's forms came back with faults.
enum Came {
    None,
    Topic(Fields),
    Option(Fields),
    Step(Fields),
}

fn load(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Loaded> {
    let matter = matter::by_number(tx, number)?;
    let line = place::line(tx, matter.place)?;
    // The last topic is the one at work; earlier ones were decided or dropped.
    let topic = topic::of_matter(tx, matter.id)?.into_iter().next_back();
    let options = option::of_matter(tx, matter.id)?;
    let steps = prior_step::of_matter(tx, matter.id)?;
    Ok(Loaded { matter, line, topic, options, steps })
}

/// Loads a matter and asks whether the visit may do there what its route declared.
async fn entered(visit: &Visit, number: &str) -> Result<(Loaded, Option<Post>)> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, &number)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

impl Loaded {
    /// The place and those above it, innermost first.
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
}

/// What is missing of a step, in words.
pub(crate) fn gap_words(w: &W, gap: &Gap) -> String {
    let body = w.token(gap.step.body);
    match gap.why {
        Lack::NotTaken | Lack::NoCounts => w.t1(gap.why.key(), "body", body),
        Lack::OutOfOrder { before } => w.t2(gap.why.key(), "body", body, "before", w.token(before)),
        Lack::TooFewPresent { present, needed } => {
            w.t3(gap.why.key(), "body", body, "present", present, "needed", needed)
        }
        Lack::TooFewAgreed { in_favour, needed } => {
            w.t3(gap.why.key(), "body", body, "in_favour", in_favour, "needed", needed)
        }
    }
}

async fn prepare(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    page(&visit, &number, Came::None).await
}

async fn page(visit: &Visit, number: &str, came: Came) -> Result<Response> {
    let (loaded, _) = entered(visit, number).await?;
    let w = visit.w();
    let rules = visit.app.rules(visit.county.id).await?;
    let force = rules.on(&loaded.path(), visit.today);
    let required: Vec<Ruled<Step>> = force.prior_steps(Body::VillagersAssembly);
    let gaps: Vec<String> =
        steps::gaps(&required, &loaded.steps, visit.today).into_iter().map(|gap| gap_words(&w, &gap)).collect();
    // What representatives need besides stands there too, since nobody knows yet who will decide.
    let mut besides = force.prior_steps(Body::VillagersReps);
    besides.retain(|step| !required.iter().any(|known| known.value.body == step.value.body));
    let besides = steps::gaps(&besides, &loaded.steps, visit.today);
    let besides =
        besides.into_iter().map(|gap| w.t1("step-for-representatives", "step", w.token(gap.step.body))).collect();
    let number = loaded.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let options = loaded
        .options
        .iter()
        .filter(|o| loaded.topic.as_ref().is_some_and(|t| t.id == o.topic) && o.stands())
        .map(|o| OptionView {
            title: o.title.clone(),
            cost: w.money(&o.cost),
            sides: [
                ("benefits", &o.benefits),
                ("pays", &o.pays),
                ("upkeep", &o.upkeep),
                ("feasibility", &o.feasibility),
            ]
            .into_iter()
            .map(|(k, text)| (w.t(&format!("option-{k}")), text.clone()))
            .collect(),
            withdraw: format!("/m/{number}/option/{}/withdraw", o.id),
            form: visit.form_key(),
        })
        .collect();
    let steps = loaded
        .steps
        .iter()
        .map(|s| {
            let t = &s.taken;
            let counts = match (t.eligible, t.present, t.in_favour) {
                (Some(e), Some(p), Some(y)) => w.t3("step-line", "eligible", e, "present", p, "yes", y),
                _ => String::new(),
            };
            StepView { say: w.token(t.body), meta: w.list(&[&w.day(&t.on, &visit.today), &counts]) }
        })
        .collect();
    let standing = loaded.topic.as_ref().filter(|t| matches!(t.state, TopicState::Draft | TopicState::Open));
    let mut topic_form = Fields::empty(&visit.app);
    match standing {
        Some(t) => {
            topic_form = topic_form
                .with("title", t.title.clone())
                .with("background", t.background.clone())
                .with("affected", t.affected.clone())
                .with("affected_households", t.affected_households.map(|n| n.to_string()).unwrap_or_default());
        }
        None => topic_form = topic_form.with("title", loaded.matter.title.clone().unwrap_or_default()),
    }
    let mut option_form = Fields::empty(&visit.app);
    let mut step_form = Fields::empty(&visit.app).with("on", visit.today.to_string());
    let again = !matches!(came, Came::None);
    match came {
        Came::None => {}
        Came::Topic(fields) => topic_form = fields,
        Came::Option(fields) => option_form = fields,
        Came::Step(fields) => step_form = fields,
    }
    let brand = brand(&loaded.line);
    let page = PreparePage {
        title: loaded.matter.title.clone().unwrap_or_default(),
        topic_open: standing.is_some_and(|t| t.state == TopicState::Open),
        topic_state: loaded.topic.as_ref().map(|t| w.token(t.state)).unwrap_or_default(),
        bodies: StepBody::ALL.iter().map(|b| (b.as_str().to_owned(), w.token(*b))).collect(),
        options,
        steps,
        gaps,
        besides,
        topic_form,
        option_form,
        step_form,
        number,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// Makes the topic and opens it to everybody's word, or rewrites the one that is open.
async fn put_topic(visit: Visit, Path(number): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let actor = visit.actor(post);
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    let id = loaded.matter.id;
    let typed = fields.clone();
    let to = format!("/m/{number}/prepare");
    let done = once(&visit, &fields, move |tx| {
        let mut chance = app.chance();
        let own = matter::get(tx, id)?;
        let form = TopicForm {
            title: typed.value("title"),
            background: typed.value("background"),
            affected_households: typed.value("affected_households"),
            affected: typed.value("affected"),
        };
        let standing =
            topic::of_matter(tx, id)?.into_iter().rfind(|t| matches!(t.state, TopicState::Draft | TopicState::Open));
        if let Some(standing) = standing {
            let rewritten = standing.rewritten(&form).map_err(|r| Error::faults(&r))?;
            topic::change(tx, &rewritten)?;
            let entry = Entry::of(&rewritten, Verb::Change, actor, now, &mut chance);
            return Ok(Once { entries: vec![entry], to: to.clone() });
        }
        // The topic points at the first need behind the matter, so that one walks back from it to the first slip.
        let first: Option<Need> = need::of_matter(tx, id)?.into_iter().next();
        let of_need = first.as_ref().map(|n| matter::get(tx, n.matter)).transpose()?;
        let cause = first.as_ref().zip(of_need.as_ref());
        let draft = topics::draft(TopicId::fresh(now, &mut chance), &own, cause, &form, today)
            .map_err(|r| Error::faults(&r))?;
        let (open, moved) = draft.open(&own, today).refuse()?;
        topic::put(tx, &open)?;
        matter::change(tx, &moved, now)?;
        let entries = vec![
            Entry::of(&open, Verb::Create, actor, now, &mut chance),
            Entry::of(&moved, Verb::Change, actor, now, &mut chance),
        ];
        Ok(Once { entries, to: to.clone() })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "title", &visit.w(), &visit.today)?;
            page(&visit, &number, Came::Topic(fields)).await
        }
    }
}

/// Adds an option to the topic at work.
async fn put_option(visit: Visit, Path(number): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let actor = visit.actor(post);
    let standing = loaded.topic.map(|t| t.id).ok_or(Error::Hidden)?;
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    let typed = fields.clone();
    let to = format!("/m/{number}/prepare#options");
    let stands = {
        let title = fields.value("option_title").trim().to_owned();
        move |tx: &mut Tx<'_>, _: &str| {
            Ok(option::of_topic(tx, standing)?.iter().any(|other| other.stands() && other.title == title))
        }
    };
    let done = once_told(&visit, true, &fields, stands, move |tx| {
        let mut chance = app.chance();
        let own = topic::get(tx, standing)?;
        let others = option::of_topic(tx, standing)?;
        let form = OptionForm {
            title: typed.value("option_title"),
            cost: typed.value("cost"),
            benefits: typed.value("benefits"),
            pays: typed.value("pays"),
            upkeep: typed.value("upkeep"),
            feasibility: typed.value("feasibility"),
        };
        let id = OptionId::fresh(now, &mut chance);
        let added = options::add(id, &own, &others, &form, today).map_err(|r| Error::faults(&r))?;
        option::put(tx, &added)?;
        let entry = Entry::of(&added, Verb::Create, actor, now, &mut chance);
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "option_title", &visit.w(), &visit.today)?;
            page(&visit, &number, Came::Option(fields)).await
        }
    }
}

/// Takes an option off the list; it stays in the history.
async fn withdraw_option(visit: Visit, Path((number, id)): Path<(String, String)>, fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let actor = visit.actor(post);
    let id = OptionId::parse(&id).ok_or(Error::Hidden)?;
    if !loaded.options.iter().any(|o| o.id == id) {
        return Err(Error::Hidden);
    }
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    let to = format!("/m/{number}/prepare#options");
    once(&visit, &fields, move |tx| {
        let standing = option::get(tx, id)?;
        let own = topic::get(tx, standing.topic)?;
        let withdrawn = standing.withdrawn(&own, today).refuse()?;
        option::change(tx, &withdrawn)?;
        let entry = Entry::of(&withdrawn, Verb::End, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await
}

/// Records a step that was taken before the decision.
async fn put_step(visit: Visit, Path(number): Path<String>, mut fields: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &number).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let body = fields.token::<StepBody>("body", &w);
    let on = fields.day("on", &w);
    let mut number_or_none = |name: &str| -> Option<Option<u32>> {
        if fields.value(name).trim().is_empty() { Some(None) } else { fields.count(name, MEMBERS_MAX, &w).map(Some) }
    };
    let counts =
        (number_or_none("eligible"), number_or_none("present"), number_or_none("in_favour"), number_or_none("against"));
    let document = match text::line_or_none(fields.value("document"), DOCUMENT_MAX) {
        Ok(document) => Some(document),
        Err(_) => fields.line_or_none("document", DOCUMENT_MAX, &w),
    };
    let (Some(body), Some(on), (Some(eligible), Some(present), Some(in_favour), Some(against)), Some(document)) =
        (body, on, counts, document)
    else {
        return page(&visit, &number, Came::Step(fields)).await;
    };
    let taken = Taken { body, on, eligible, present, in_favour, against, document };
    let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
    let id = loaded.matter.id;
    let to = format!("/m/{number}/prepare#steps");
    let done = once_told(
        &visit,
        true,
        &fields,
        |_, _| Ok(true),
        move |tx| {
            let mut chance = app.chance();
            let step = steps::record(id, taken.clone(), today, PriorStepId::fresh(now, &mut chance), now).refuse()?;
            prior_step::put(tx, &step)?;
            matter::moved(tx, id, now)?;
            let entry = Entry::of(&step, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: to.clone() })
        },
    )
    .await;
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            fields.take(error, "on", &w, &visit.today)?;
            page(&visit, &number, Came::Step(fields)).await
        }
    }
}
