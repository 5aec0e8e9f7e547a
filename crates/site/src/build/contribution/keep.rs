//! The book's keepers: they write down what came on paper and what arrived, and a second person confirms it.

use super::form::{Choices, typed};
use super::words::{amount, giver_for_keepers, note, what};
use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, cut, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::contribution::{
    self as law, ArrivalForm, Contribution, ContributionRefusal, ContributionState, FundAccount, Gift, GiftChannel,
    GiftKind, Giver, GiverKind, Second, ThingKind, Written,
};
use civic::id::{AccountId, ContributionId, HouseholdId, ResidentId};
use civic::people::place::{Place, village_of};
use civic::people::standing::{Action, Post};
use civic::record::{Entry, Verb};
use civic::text;
use civic::time::Day;
use civic::token::Token;
use store::Tx;
use store::build::contribution::{self, Shown};
use store::build::project;
use store::decide::matter;
use store::people::{account, household, membership, resident};

/// Rows on the keepers' list.
const ROWS_MAX: u32 = 100;

struct ItemView {
    href: String,
    what: String,
    who: String,
    state: String,
    turn: bool,
}

#[derive(Template)]
#[template(path = "build/contribution/list.html")]
struct ListPage {
    v: View,
    about: String,
    title: String,
    back: String,
    book: String,
    kinds: Vec<(String, String)>,
    items: Vec<ItemView>,
    full: bool,
}

async fn of_project(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((loaded, post))
}

fn item(shown: &Shown, w: &W, today: Day) -> ItemView {
    let one = &shown.contribution;
    let day = one.day().map(|day| w.day(&day, &today)).unwrap_or_default();
    ItemView {
        href: format!("/gifts/{}", one.id),
        what: w.list(&[&what(&one.gift, w), &amount(&one.gift, w)]),
        who: w.list(&[&giver_for_keepers(shown, w), &day]),
        state: w.token(one.state),
        turn: one.state == ContributionState::Entered,
    }
}

/// What waits: promises that have not arrived, and entries that a second person has not seen.
pub(super) async fn list(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = of_project(&visit, &id).await?;
    let id = loaded.project.id;
    let mut rows = visit.app.db().read(visit.county.id, move |tx| contribution::waiting(tx, id, ROWS_MAX + 1)).await?;
    let full = cut(&mut rows, ROWS_MAX);
    let w = visit.w();
    let brand = brand(&loaded.line);
    let page = ListPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{id}"),
        book: format!("/projects/{id}/book"),
        kinds: GiftKind::ALL
            .iter()
            .map(|kind| (format!("/projects/{id}/gifts/new?kind={}", kind.as_str()), w.token(*kind)))
            .collect(),
        items: rows.iter().map(|one| item(one, &w, visit.today)).collect(),
        full,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "build/contribution/enter.html")]
struct EnterPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    choices: Choices,
    givers: Vec<(String, String)>,
    accounts: Vec<(String, String)>,
    stages: Vec<(String, String)>,
}

fn accounts(w: &W) -> Vec<(String, String)> {
    FundAccount::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect()
}

fn enter_page(visit: &Visit, loaded: &Loaded, kind: GiftKind, f: Fields) -> Page<EnterPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let id = loaded.project.id;
    Page(EnterPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{id}/gifts"),
        action: format!("/projects/{id}/gifts/new"),
        choices: Choices::of(&loaded.project, kind, &w),
        givers: GiverKind::ALL
            .iter()
            .map(|one| (one.as_str().to_owned(), w.t(&format!("giver-is-{}", one.as_str()))))
            .collect(),
        accounts: accounts(&w),
        stages: vec![
            ("arrived".to_owned(), w.t(&format!("gift-arrived-{}", kind.as_str()))),
            ("pledged".to_owned(), w.t("gift-only-pledged")),
        ],
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form for what came on paper or by word of mouth.
pub(super) async fn enter_form(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (loaded, _) = of_project(&visit, &id).await?;
    let kind = GiftKind::parse(asked.value("kind")).unwrap_or(GiftKind::Cash);
    let f = Fields::empty(&visit.app)
        .with("kind", kind.as_str())
        .with("stage", "arrived")
        .with("day", visit.today.to_string())
        .with("account", FundAccount::Collective.as_str());
    enter_page(&visit, &loaded, kind, f).ok()
}

/// Finds who gave by what was typed: somebody on the roll of that village by the whole name, a household by its label.
fn giver(tx: &mut Tx<'_>, line: &[Place], kind: GiverKind, typed: &str, today: Day) -> Result<Giver> {
    let refused = |refusal: ContributionRefusal| Error::faults(&[refusal]);
    if kind == GiverKind::Unnamed {
        return Ok(Giver::Unnamed);
    }
    let name = text::line(typed, law::LINE_MAX)
        .map_err(civic::refusal::TextFault::at("giver"))
        .map_err(|fault| refused(fault.into()))?;
    if kind == GiverKind::Organisation {
        return Ok(Giver::Organisation(name));
    }
    let village = village_of(line).map(|place| place.id).ok_or_else(|| refused(ContributionRefusal::NoGiver))?;
    let found: Vec<Giver> = if kind == GiverKind::Resident {
        let mut people: Vec<ResidentId> =
            resident::named(tx, village, today, &name, 5)?.into_iter().map(|one| one.id).collect();
        people.dedup();
        people.into_iter().map(Giver::Resident).collect()
    } else {
        household::labelled(tx, village, today, &name)?.into_iter().map(Giver::Household).collect()
    };
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(refused(ContributionRefusal::NoGiver)),
        _ => Err(refused(ContributionRefusal::Several)),
    }
}

/// What was typed of an arrival.
fn arrival(f: &Fields, day: Option<Day>) -> ArrivalForm<'_> {
    ArrivalForm {
        day,
        receipt: f.value("receipt"),
        account: FundAccount::parse(f.value("account")),
        account_name: f.value("account_name"),
        paper: f.value("paper"),
    }
}

/// A day that may be missing; what is no day is said beside its field.
fn day(f: &mut Fields, w: &W) -> Option<Day> {
    if f.value("day").trim().is_empty() { None } else { f.day("day", w) }
}

/// Writes it down.
pub(super) async fn enter(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = of_project(&visit, &id).await?;
    let w = visit.w();
    let kind = GiftKind::parse(f.value("kind")).ok_or(Error::Malformed)?;
    let who = f.token::<GiverKind>("giver_kind", &w);
    let arrived = match f.value("stage") {
        "arrived" => true,
        "pledged" => false,
        _ => {
            f.wrong("stage", w.t("field-choose"));
            true
        }
    };
    let on = day(&mut f, &w);
    if let (Some(who), true) = (who, f.ok()) {
        let (own, id, sent, actor) = (visit.clone(), loaded.project.id, f.clone(), visit.actor(post));
        let line = loaded.line.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = own.app.chance();
            let planned = project::get(tx, id)?;
            let giver = giver(tx, &line, who, sent.value("giver"), own.today)?;
            let named = sent.is("named", "1");
            let with = Written {
                id: ContributionId::fresh(own.now, &mut chance),
                by: actor.account,
                channel: GiftChannel::Paper,
                today: own.today,
                now: own.now,
            };
            let form = typed(&sent, kind);
            let made = if arrived {
                law::enter(&planned, (giver, named), &form, &arrival(&sent, on), &with)
            } else {
                law::pledge(&planned, (giver, named), &form, &with)
            };
            let made = made.map_err(|r| Error::faults(&r))?;
            contribution::put(tx, &made)?;
            matter::moved(tx, made.matter, own.now)?;
            let entry = Entry::of(&made, Verb::Create, actor, own.now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/gifts/{}", made.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "giver", &w, &visit.today)?,
            done => return done,
        }
    }
    enter_page(&visit, &loaded, kind, f).again()
}

struct Case {
    shown: Shown,
    loaded: Loaded,
    post: Option<Post>,
}

async fn case(visit: &Visit, id: &str) -> Result<Case> {
    let id = ContributionId::parse(id).ok_or(Error::Hidden)?;
    let (shown, loaded) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let shown = contribution::shown(tx, id)?;
            let loaded = load(tx, shown.contribution.project)?;
            Ok::<_, Error>((shown, loaded))
        })
        .await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok(Case { shown, loaded, post })
}

#[derive(Template)]
#[template(path = "build/contribution/gift.html")]
struct GiftPage {
    v: View,
    f: Fields,
    about: String,
    project: String,
    back: String,
    heading: String,
    state: String,
    facts: Vec<(String, String)>,
    cash: bool,
    land: bool,
    receive: Option<String>,
    confirm: Option<String>,
    /// Why it is not the reader who confirms.
    not_you: Option<String>,
    strike: Option<String>,
    give_back: Option<String>,
    unname: Option<String>,
    accounts: Vec<(String, String)>,
}

fn facts(case: &Case, w: &W, today: Day) -> Vec<(String, String)> {
    let one = &case.shown.contribution;
    let mut facts = Vec::new();
    let mut fact = |key: &str, text: String| {
        if !text.is_empty() {
            facts.push((w.t(key), text));
        }
    };
    let day = |day: Option<Day>| day.map(|day| w.day(&day, &today)).unwrap_or_default();
    fact("gift-giver", giver_for_keepers(&case.shown, w));
    fact("gift-how", w.token(one.channel));
    fact("gift-note", note(one, w));
    // Its number is one of the edition of that day; after an order it may be another line's.
    let budget = &case.loaded.project.budget;
    let number = one.line.filter(|_| case.loaded.project.edition == 1).and_then(|n| usize::try_from(n - 1).ok());
    let line = number.and_then(|n| budget.lines.get(n));
    fact("gift-line", line.map(|line| line.name.clone()).unwrap_or_default());
    fact("gift-conditions", one.conditions.clone().unwrap_or_default());
    fact("gift-pledged-on", day(one.pledged_on));
    fact("gift-given-on", day(one.given_on));
    fact("gift-receipt", one.receipt.clone().unwrap_or_default());
    if let Some((kind, name)) = &one.account {
        fact("gift-account", w.list(&[&w.token(*kind), name]));
    }
    if let Gift::Thing { paper: Some(paper), .. } = &one.gift {
        fact("gift-paper", paper.clone());
    }
    if let (Some((_, post)), Some(on)) = (one.confirmed_by, one.confirmed_on) {
        fact("gift-confirmed", w.list(&[&w.token(post), &w.day(&on, &today)]));
    }
    fact("gift-reason", one.reason.clone().unwrap_or_default());
    fact("gift-ended-on", day(one.ended_on));
    facts
}

fn gift_page(visit: &Visit, case: &Case, f: Fields) -> Page<GiftPage> {
    let w = visit.w();
    let brand = brand(&case.loaded.line);
    let one = &case.shown.contribution;
    let at = |part: &str| format!("/gifts/{}/{part}", one.id);
    let entered = one.state == ContributionState::Entered;
    let mine = one.entered_by.is_some() && one.entered_by == visit.signed.as_deref().map(|signed| signed.account);
    let confirms = visit.could(Action::ConfirmContribution, &case.loaded.path());
    let returnable = !matches!(one.gift, Gift::Labour { .. });
    Page(GiftPage {
        about: case.loaded.about(&w),
        project: case.loaded.project.plan.title.clone(),
        back: format!("/projects/{}/gifts", one.project),
        heading: w.list(&[&what(&one.gift, &w), &amount(&one.gift, &w)]),
        state: w.token(one.state),
        facts: facts(case, &w, visit.today),
        cash: matches!(one.gift, Gift::Cash(_)),
        land: matches!(one.gift, Gift::Thing { sort: ThingKind::Land, .. }),
        receive: (one.state == ContributionState::Pledged).then(|| at("receive")),
        confirm: (entered && confirms && !mine).then(|| at("confirm")),
        not_you: (entered && (mine || !confirms)).then(|| w.t("gift-not-you")),
        strike: matches!(one.state, ContributionState::Pledged | ContributionState::Entered).then(|| at("strike")),
        give_back: (one.state == ContributionState::Confirmed && returnable).then(|| at("return")),
        unname: one.named.then(|| at("unname")),
        accounts: accounts(&w),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// One gift, for those who keep the book.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let f = Fields::empty(&visit.app)
        .with("day", visit.today.to_string())
        .with("account", FundAccount::Collective.as_str());
    gift_page(&visit, &case, f).ok()
}

/// Runs a step on a gift and comes back to its page, or says there why not.
async fn step<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, fallback: &str, f_step: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>, &Contribution, Option<AccountId>, Option<Post>) -> Result<Contribution> + Send + 'static,
{
    let case = case(visit, id).await?;
    let (own, id, post) = (visit.clone(), case.shown.contribution.id, case.post);
    let actor = visit.actor(post);
    let written = once(visit, &f, move |tx| {
        let before = contribution::get(tx, id)?;
        let after = f_step(tx, &before, actor.account, post)?;
        contribution::change(tx, &after)?;
        matter::moved(tx, after.matter, own.now)?;
        let entry = Entry::of(&after, verb, actor, own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: format!("/gifts/{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, fallback, &visit.w(), &visit.today)?;
            gift_page(visit, &case, f).again()
        }
        done => done,
    }
}

/// What was promised arrived.
pub(super) async fn receive(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let on = day(&mut f, &visit.w());
    if !f.ok() {
        return gift_page(&visit, &case(&visit, &id).await?, f).again();
    }
    let (sent, today) = (f.clone(), visit.today);
    step(&visit, &id, f, Verb::Change, "day", move |_, before, by, _| {
        before.received(&arrival(&sent, on), by, today).map_err(|r| Error::faults(&r))
    })
    .await
}

/// Whom an account belongs to, and their households.
fn own(tx: &mut Tx<'_>, account: AccountId, today: Day) -> Result<(Vec<ResidentId>, Vec<HouseholdId>)> {
    let residents: Vec<ResidentId> =
        account::links(tx, account)?.iter().filter(|link| link.holds_on(today)).map(|link| link.resident).collect();
    let mut households = Vec::new();
    for one in &residents {
        households.extend(membership::of_resident(tx, *one)?.iter().filter_map(|one| one.household));
    }
    Ok((residents, households))
}

/// A second person confirms.
pub(super) async fn confirm(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let today = visit.today;
    step(&visit, &id, f, Verb::Confirm, "confirm", move |tx, before, by, post| {
        let (account, post) = by.zip(post).ok_or(Error::Forbidden)?;
        let (residents, households) = own(tx, account, today)?;
        let second = Second { account, post, residents: &residents, households: &households };
        before.confirmed(&second, today).refuse()
    })
    .await
}

/// Strikes what was entered wrong or will not come.
pub(super) async fn strike(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let (reason, today) = (f.value("reason").to_owned(), visit.today);
    step(&visit, &id, f, Verb::End, "reason", move |_, before, _, _| before.struck(&reason, today).refuse()).await
}

/// Money went back, or a lent thing did.
pub(super) async fn give_back(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let on = day(&mut f, &visit.w());
    if !f.ok() {
        return gift_page(&visit, &case(&visit, &id).await?, f).again();
    }
    let (reason, today) = (f.value("reason").to_owned(), visit.today);
    step(&visit, &id, f, Verb::End, "reason", move |_, before, _, _| {
        before.returned(&reason, on, today).map_err(|r| Error::faults(&r))
    })
    .await
}

/// Takes the name off at the giver's word, for whoever has no telephone.
pub(super) async fn unname(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    step(&visit, &id, f, Verb::Change, "named", move |_, before, _, _| before.named(false).refuse()).await
}
