//! The forms of a project and of the orders that change its budget.

use super::load::{Loaded, id_of, load};
use super::rows::{Rows, budget, filled};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::project::{self as law, Nature, OrderForm, Plan, PlanForm, ProjectState, Purpose};
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::decide::resolution::{Resolution, ResolutionState};
use civic::id::{ChangeOrderId, PlaceId, ProjectId, ResolutionId};
use civic::people::place::Place;
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::stage::{Condition, Stage, Waiver};
use civic::time::Day;
use civic::token::Token;
use store::build::{change_order, project};
use store::decide::{matter, resolution};
use store::people::place;

#[derive(Template)]
#[template(path = "build/project/form.html")]
struct FormPage {
    v: View,
    f: Fields,
    rows: Rows,
    number: String,
    title: String,
    action: String,
    /// What it may grow out of; empty when there is nothing and nobody waived it.
    causes: Vec<(String, String)>,
    natures: Vec<(String, String)>,
    purposes: Vec<(String, String)>,
    /// The draft, once it is kept: how it is covered, and the way to publish it.
    draft: Option<DraftView>,
}

struct DraftView {
    publish: String,
    covered: bool,
    funding: Vec<String>,
}

/// The matter of a new project, with what it may grow out of.
struct About {
    matter: Matter,
    line: Vec<Place>,
    resolutions: Vec<Resolution>,
    waivers: Vec<Waiver>,
}

impl About {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    fn number(&self) -> String {
        self.matter.number.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    fn waived(&self) -> bool {
        self.waivers.iter().any(|one| one.stage == Stage::Build && one.condition == Condition::Resolution)
    }
}

async fn about(visit: &Visit, number: &str) -> Result<(About, Option<Post>)> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let about = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let matter = matter::by_number(tx, &number)?;
            let line = place::line(tx, matter.place)?;
            let resolutions = resolution::of_matter(tx, matter.id)?;
            let waivers = store::stage::of_matter(tx, matter.id)?;
            Ok::<_, Error>(About { matter, line, resolutions, waivers })
        })
        .await?;
    let post = visit.may(&about.path(), Visibility::Public)?;
    Ok((about, post))
}

fn options<T: Token>(w: &W) -> Vec<(String, String)> {
    T::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect()
}

fn form_page(visit: &Visit, about: &About, f: Fields, draft: Option<&law::Project>) -> Page<FormPage> {
    let w = visit.w();
    let brand = brand(&about.line);
    let number = about.number();
    let mut causes: Vec<(String, String)> = about
        .resolutions
        .iter()
        .filter(|one| one.state != ResolutionState::Void)
        .map(|one| {
            let day = w.day(&one.resolved_on, &visit.today);
            (one.id.to_string(), w.t2("project-cause", "day", day, "text", &one.text))
        })
        .collect();
    if about.waived() {
        causes.push(("none".to_owned(), w.t("project-cause-waived")));
    }
    Page(FormPage {
        rows: Rows::of(&f, &w),
        title: about.matter.title.clone().unwrap_or_default(),
        action: draft.map_or_else(|| format!("/m/{number}/project"), |one| format!("/projects/{}/edit", one.id)),
        causes,
        natures: options::<Nature>(&w),
        purposes: options::<Purpose>(&w),
        draft: draft.map(|one| DraftView {
            publish: format!("/projects/{}/publish", one.id),
            covered: one.budget.funding().is_whole(),
            funding: super::pages::funding_words(&one.budget.funding(), &w),
        }),
        number,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// A day that may be missing, read from a field; what is no day is said beside it.
fn day(f: &mut Fields, name: &str, w: &W) -> Option<Day> {
    if f.value(name).trim().is_empty() { None } else { f.day(name, w) }
}

/// Reads everything but rows and cause.
fn plan(f: &mut Fields, w: &W, today: &Day) -> Option<Plan> {
    let nature = f.token::<Nature>("nature", w);
    let purpose = f.token::<Purpose>("purpose", w);
    let (from, until) = (day(f, "from", w), day(f, "until", w));
    let typed = f.clone();
    let form = PlanForm {
        title: typed.value("title"),
        what: typed.value("what"),
        spot: typed.value("spot"),
        lead: typed.value("lead"),
        partners: typed.value("partners"),
        // What was not chosen is said above; the texts are checked all the same.
        nature: nature.unwrap_or(Nature::New),
        purpose: purpose.unwrap_or(Purpose::Public),
        scale: typed.value("scale"),
        from,
        until,
        upkeep: typed.value("upkeep"),
        safety: typed.value("safety"),
        result: typed.value("result"),
    };
    match law::read(&form) {
        Ok(plan) => (nature.is_some() && purpose.is_some()).then_some(plan),
        Err(faults) => {
            for fault in faults {
                // A day that cannot be read has its sentence already.
                let said = civic::refusal::Refuse::field(&fault).is_some_and(|field| f.err(field).is_some());
                if !said {
                    f.refuse(&fault, "title", w, today);
                }
            }
            None
        }
    }
}

/// The form for a new project.
pub(super) async fn new_form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    let last = about.resolutions.iter().rev().find(|one| one.state != ResolutionState::Void);
    let mut f = Fields::empty(&visit.app).with("purpose", Purpose::Public.as_str());
    if let Some(last) = last {
        f = f.with("resolution", last.id.to_string()).with("what", &last.text).with("lead", &last.who_acts);
    }
    f = f.with("title", about.matter.title.clone().unwrap_or_default());
    form_page(&visit, &about, f, None).ok()
}

/// Writes the draft.
pub(super) async fn create(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    if !f.value("more").is_empty() {
        return form_page(&visit, &about, f, None).ok();
    }
    let w = visit.w();
    let plan = plan(&mut f, &w, &visit.today);
    let budget = budget(&mut f, &w, &visit.today);
    let cause = ResolutionId::parse(f.value("resolution"));
    if let (Some(plan), Some(budget), true) = (plan, budget, f.ok()) {
        let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), about.matter.id);
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let own = matter::get(tx, id)?;
            let made = resolution::of_matter(tx, id)?;
            // A resolution of another matter is none.
            let cause = made.iter().find(|one| Some(one.id) == cause);
            let waivers = store::stage::of_matter(tx, id)?;
            let with = (ProjectId::fresh(now, &mut chance), now);
            let draft = law::draft(&own, cause, &waivers, plan.clone(), budget.clone(), with).refuse()?;
            project::put(tx, &draft)?;
            let entry = Entry::of(&draft, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/projects/{}/edit?kept=1", draft.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "title", &w, &visit.today)?,
            done => return done,
        }
    }
    form_page(&visit, &about, f, None).again()
}

/// A project whose committee asks.
async fn own(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((loaded, post))
}

/// The form of a draft.
pub(super) async fn edit_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = own(&visit, &id).await?;
    if loaded.project.state != ProjectState::Draft {
        return Ok(crate::frame::see_other(&format!("/projects/{}", loaded.project.id)));
    }
    let plan = &loaded.project.plan;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let f = Fields::empty(&visit.app)
        .with("resolution", loaded.project.resolution.map_or("none".to_owned(), |id| id.to_string()))
        .with("title", &plan.title)
        .with("what", &plan.what)
        .with("spot", &plan.spot)
        .with("lead", &plan.lead)
        .with("partners", text(&plan.partners))
        .with("nature", plan.nature.as_str())
        .with("purpose", plan.purpose.as_str())
        .with("scale", &plan.scale)
        .with("from", plan.from.to_string())
        .with("until", plan.until.to_string())
        .with("upkeep", text(&plan.upkeep))
        .with("safety", text(&plan.safety))
        .with("result", text(&plan.result));
    let f = filled(f, &loaded.project.budget);
    edit_page(&visit, &loaded, f).await?.ok()
}

async fn edit_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Result<Page<FormPage>> {
    let matter = loaded.matter.id;
    let (resolutions, waivers) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            Ok::<_, Error>((resolution::of_matter(tx, matter)?, store::stage::of_matter(tx, matter)?))
        })
        .await?;
    let about = About { matter: loaded.matter.clone(), line: loaded.line.clone(), resolutions, waivers };
    Ok(form_page(visit, &about, f, Some(&loaded.project)))
}

/// Writes the draft anew.
pub(super) async fn edit(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = own(&visit, &id).await?;
    if !f.value("more").is_empty() {
        return edit_page(&visit, &loaded, f).await?.ok();
    }
    let w = visit.w();
    let plan = plan(&mut f, &w, &visit.today);
    let budget = budget(&mut f, &w, &visit.today);
    let cause = ResolutionId::parse(f.value("resolution"));
    if let (Some(plan), Some(budget), true) = (plan, budget, f.ok()) {
        let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), loaded.project.id);
        let living = loaded.matter.id;
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let kept = project::get(tx, id)?;
            let made = resolution::of_matter(tx, living)?;
            let cause = made.iter().find(|one| Some(one.id) == cause);
            let waivers = store::stage::of_matter(tx, living)?;
            let edited = kept.edited(cause, &waivers, plan.clone(), budget.clone()).refuse()?;
            project::rewrite(tx, &edited)?;
            let entry = Entry::of(&edited, Verb::Change, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/projects/{id}/edit?kept=1") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "title", &w, &visit.today)?,
            done => return done,
        }
    }
    edit_page(&visit, &loaded, f).await?.again()
}

#[derive(Template)]
#[template(path = "build/project/order.html")]
struct OrderPage {
    v: View,
    f: Fields,
    rows: Rows,
    about: String,
    title: String,
    back: String,
    action: String,
}

fn order_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<OrderPage> {
    let brand = brand(&loaded.line);
    Page(OrderPage {
        rows: Rows::of(&f, &visit.w()),
        about: loaded.about(&visit.w()),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{}", loaded.project.id),
        action: format!("/projects/{}/change", loaded.project.id),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form of a change order: the budget as it stands, to be written over.
pub(super) async fn order_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = own(&visit, &id).await?;
    let f = Fields::empty(&visit.app)
        .with("day", visit.today.to_string())
        .with("until", loaded.project.plan.until.to_string());
    let f = filled(f, &loaded.project.budget);
    order_page(&visit, &loaded, f).ok()
}

/// Changes the budget of a published plan.
pub(super) async fn order(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = own(&visit, &id).await?;
    if !f.value("more").is_empty() {
        return order_page(&visit, &loaded, f).ok();
    }
    let w = visit.w();
    let budget = budget(&mut f, &w, &visit.today);
    let (approved_on, until) = (day(&mut f, "day", &w), day(&mut f, "until", &w));
    if let (Some(budget), true) = (budget, f.ok()) {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), loaded.project.id);
        let typed = f.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let form = OrderForm {
                reason: typed.value("reason"),
                approved_by: typed.value("approved_by"),
                approved_on,
                until,
            };
            let planned = project::get(tx, id)?;
            let with = (ChangeOrderId::fresh(now, &mut chance), now, today);
            let (changed, order) = planned.changed(&form, budget.clone(), with).map_err(|r| Error::faults(&r))?;
            project::extend(tx, &changed)?;
            change_order::put(tx, &order)?;
            matter::moved(tx, changed.matter, now)?;
            let entries = vec![
                Entry::of(&order, Verb::Create, actor, now, &mut chance),
                Entry::of(&changed, Verb::Change, actor, now, &mut chance),
            ];
            Ok(Once { entries, to: format!("/projects/{id}#order-{}", order.edition) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "reason", &w, &visit.today)?,
            done => return done,
        }
    }
    order_page(&visit, &loaded, f).again()
}
