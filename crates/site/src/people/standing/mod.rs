//! Posts: who holds which where, begun and ended with dates and a document, a committee changed as a whole, and the accounts of
//! those who hold them.

mod account;

use crate::frame::{Answer, Error, Fields, Once, Page, Result, Route, View, Visit, W, once, post_name};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AccountId, Chance, PlaceId, StandingId};
use civic::people::account::{Account, AccountKind, AccountState, LOGIN_MAX, read_login, staff};
use civic::people::place::{Place, PlaceCode};
use civic::people::resident::NAME_MAX;
use civic::people::standing::{
    Action, DOCUMENT_MAX, Post, Standing, StandingRefusal, Visibility, begin as rule, gives, posts, posts_at,
};
use civic::record::{Actor, Entry, Verb};
use civic::refusal::Kind;
use civic::time::Day;
use civic::token::Token;
use store::Tx;
use store::people::standing::Held;
use store::people::{account as accounts, place, standing as rows};

/// Standings shown of one place, past ones too.
const ROWS_MAX: u32 = 100;
/// Places below shown on one page.
const PLACES_MAX: u32 = 500;
/// People of one committee: the law knows three to seven members, the form takes more for large communities.
const PEOPLE_MAX: usize = 15;

/// The routes of posts.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/standings", Action::GrantStanding, list),
        Route::post("/standings", Action::GrantStanding, begin),
        Route::post("/standings/change", Action::GrantStanding, change),
        Route::post("/standings/{standing}/end", Action::GrantStanding, end),
        Route::get("/standings/account/{account}", Action::GrantStanding, account::show),
        Route::post("/standings/account/{account}/link", Action::GrantStanding, account::link),
        Route::post("/standings/account/{account}/close", Action::GrantStanding, account::close),
    ]
}

/// A place whose posts the reader gives.
struct Seat {
    line: Vec<Place>,
    own: Place,
    giver: Post,
    held: Vec<Held>,
    below: Vec<Place>,
}

async fn seat(visit: &Visit, code: &str) -> Result<Seat> {
    visit.account()?;
    let (code, today) = (PlaceCode::parse(code).ok_or(Error::Hidden)?, visit.today);
    let (line, held, below) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            let held = rows::held_at(tx, own.id, today, ROWS_MAX)?;
            let below = place::children(tx, own.id, today, "", PLACES_MAX)?;
            Ok::<_, Error>((line, held, below))
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let giver = visit.may(&path, Visibility::Draft)?.ok_or(Error::Forbidden)?;
    let own = line.first().cloned().ok_or(Error::Hidden)?;
    Ok(Seat { line, own, giver, held, below })
}

struct HeldView {
    id: String,
    href: String,
    name: String,
    post: String,
    time: String,
    document: String,
    holds: bool,
    ends: bool,
    no_password: bool,
}

/// A body with its value, its name and who is in it.
type BodyView = (String, String, Vec<(String, String)>);

#[derive(Template)]
#[template(path = "people/standing/list.html")]
struct ListPage {
    v: View,
    f: Fields,
    code: String,
    name: String,
    above: Vec<(String, String)>,
    below: Vec<(String, String)>,
    now: Vec<HeldView>,
    past: Vec<HeldView>,
    posts: Vec<(String, String)>,
    /// Posts that a whole committee holds, each with who holds it now.
    bodies: Vec<BodyView>,
    done: bool,
}

fn time(w: &W, standing: &Standing) -> String {
    let from = w.full_day(&standing.from);
    match standing.until {
        None => w.t1("data-since", "from", from),
        Some(until) => w.t2("data-from-until", "from", from, "until", w.full_day(&until)),
    }
}

fn page(visit: &Visit, seat: &Seat, f: Fields, done: bool) -> ListPage {
    let w = visit.w();
    let brand = brand(&seat.line);
    let view = |held: &Held| {
        let s = &held.standing;
        HeldView {
            id: s.id.to_string(),
            href: format!("/standings/account/{}", s.account),
            name: held.name.clone().unwrap_or_else(|| w.t("standing-closed")),
            post: post_name(&w, Some(s.post)),
            time: time(&w, s),
            document: s.document.clone().unwrap_or_default(),
            holds: s.holds_on(visit.today),
            ends: gives(seat.giver, s.post) && visit.account().ok() != Some(s.account),
            no_password: !held.password_set,
        }
    };
    let over = |held: &&Held| held.standing.until.is_some_and(|until| until < visit.today);
    let link = |p: &Place| (format!("/standings?at={}", p.code), p.name.clone());
    let given: Vec<Post> =
        posts_at(seat.own.kind.level()).iter().copied().filter(|post| gives(seat.giver, *post)).collect();
    let bodies = given
        .iter()
        .filter(|post| matches!(post, Post::Committee | Post::Supervision))
        .map(|post| {
            let holders = seat.held.iter().filter(|h| h.standing.post == *post && !over(h));
            let holders = holders.map(|h| (h.standing.id.to_string(), h.name.clone().unwrap_or_default())).collect();
            (post.as_str().to_owned(), post_name(&w, Some(*post)), holders)
        })
        .collect();
    // The places above that the reader gives posts at as well.
    let standings = visit.asker().standings;
    let reach = |p: &&Place| {
        let path: Vec<PlaceId> = seat.line.iter().skip_while(|q| q.id != p.id).map(|q| q.id).collect();
        standings.iter().any(|s| posts(Action::GrantStanding).contains(&s.post) && path.contains(&s.place))
    };
    ListPage {
        code: seat.own.code.to_string(),
        name: seat.own.name.clone(),
        above: seat.line.iter().skip(1).filter(reach).map(link).collect(),
        below: seat.below.iter().map(link).collect(),
        now: seat.held.iter().filter(|h| !over(h)).map(view).collect(),
        past: seat.held.iter().filter(over).map(view).collect(),
        posts: given.iter().map(|post| (post.as_str().to_owned(), post_name(&w, Some(*post)))).collect(),
        bodies,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
        f,
        done,
    }
}

/// The fields of a fresh page: a post begins today unless something else is said.
fn fresh(visit: &Visit) -> Fields {
    Fields::empty(&visit.app).with("from", visit.today.to_string()).with("until", visit.today.to_string())
}

async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let own = visit.asker().standings.into_iter().find(|s| posts(Action::GrantStanding).contains(&s.post));
    let code = match (fields.value("at"), own) {
        ("", Some(standing)) => {
            let read = move |tx: &mut Tx<'_>| place::get(tx, standing.place).map_err(Error::from);
            visit.app.db().read(visit.county.id, read).await?.code.to_string()
        }
        (code, _) => code.to_owned(),
    };
    let seat = seat(&visit, &code).await?;
    let done = fields.is("done", "1");
    Page(page(&visit, &seat, fresh(&visit), done)).ok()
}

/// Somebody who is to hold a post, as typed.
#[derive(Clone)]
struct Newcomer {
    name: String,
    login: Option<String>,
}

/// A staff name for somebody who was given none: the name itself, with a number where it is taken.
fn free_login(tx: &mut Tx<'_>, name: &str) -> Result<String> {
    let base: String = name.split_whitespace().collect::<Vec<_>>().join(".");
    let base: String = base.chars().take(LOGIN_MAX.saturating_sub(3)).collect();
    for n in 1..1000 {
        let typed = if n == 1 { base.clone() } else { format!("{base}{n}") };
        let login = read_login(&typed).map_err(|refusal| Error::refused(&refusal))?;
        if accounts::by_login(tx, &login)?.is_none() {
            return Ok(login);
        }
    }
    Err(Error::Store(store::Error::Clash))
}

/// The account of a newcomer: the one of that staff name, or a new one with its entry.
fn account_of(
    tx: &mut Tx<'_>,
    newcomer: &Newcomer,
    place: PlaceId,
    visit: &Visit,
    actor: Actor,
    chance: &mut dyn Chance,
) -> Result<(Account, Option<Entry>)> {
    if let Some(login) = &newcomer.login {
        let login = read_login(login).map_err(|refusal| Error::refused(&refusal))?;
        if let Some(known) = accounts::by_login(tx, &login)? {
            // The same staff name and the same name: the same person. Anything else is somebody else's name.
            let same = known.name.as_deref() == Some(newcomer.name.as_str());
            if same && known.kind == AccountKind::Staff && known.state == AccountState::Active {
                return Ok((known, None));
            }
            return Err(said(Kind::Invalid, "standing-login-taken", "login"));
        }
    }
    let login = match &newcomer.login {
        Some(login) => login.clone(),
        None => free_login(tx, &newcomer.name)?,
    };
    let id = AccountId::fresh(visit.now, chance);
    let new = staff(id, &login, &newcomer.name, place, visit.today);
    let new = new.map_err(|refusals| refusals.first().map_or(Error::Malformed, |r| Error::refused(r)))?;
    accounts::put(tx, &new)?;
    let entry = Entry::of(&new, Verb::Create, actor, visit.now, chance);
    Ok((new, Some(entry)))
}

fn said(kind: Kind, key: &'static str, field: &'static str) -> Error {
    Error::Refused(Box::new(Answer { kind, key, values: Vec::new(), field: Some(field), rule: None }))
}

/// Begins one post.
struct Beginning {
    place: Place,
    giver: Post,
    post: Post,
    from: Day,
    until: Option<Day>,
    document: Option<String>,
}

fn begin_one(
    tx: &mut Tx<'_>,
    newcomer: &Newcomer,
    what: &Beginning,
    visit: &Visit,
    actor: Actor,
    chance: &mut dyn Chance,
) -> Result<(AccountId, Vec<Entry>)> {
    let (account, created) = account_of(tx, newcomer, what.place.id, visit, actor, chance)?;
    let others = rows::all_of_account(tx, account.id)?;
    let standing = Standing {
        id: StandingId::fresh(visit.now, chance),
        account: account.id,
        place: what.place.id,
        organisation: None,
        post: what.post,
        from: what.from,
        until: what.until,
        document: what.document.clone(),
    };
    let standing = rule(standing, what.place.kind.level(), what.giver, &others);
    let standing = standing.map_err(|refusal| Error::refused(&refusal))?;
    rows::put(tx, &standing)?;
    let mut entries: Vec<Entry> = created.into_iter().collect();
    entries.push(Entry::of(&standing, Verb::Create, actor, visit.now, chance));
    Ok((account.id, entries))
}

/// A day that may be missing; `None` is wrong.
fn day_or_none(fields: &mut Fields, name: &str, w: &W) -> Option<Option<Day>> {
    if fields.value(name).trim().is_empty() { Some(None) } else { fields.day(name, w).map(Some) }
}

async fn begin(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let seat = seat(&visit, fields.value("at")).await?;
    let w = visit.w();
    let post = fields.token::<Post>("post", &w);
    let name = fields.line("name", NAME_MAX, &w);
    let login = fields.line_or_none("login", LOGIN_MAX, &w);
    let from = fields.day("from", &w);
    let until = day_or_none(&mut fields, "last", &w);
    let document = fields.line("document", DOCUMENT_MAX, &w);
    let (Some(post), Some(name), Some(login), Some(from), Some(until), Some(document)) =
        (post, name, login, from, until, document)
    else {
        return Page(page(&visit, &seat, fields, false)).again();
    };
    let newcomer = Newcomer { name, login };
    let what = Beginning { place: seat.own.clone(), giver: seat.giver, post, from, until, document: Some(document) };
    let own = visit.clone();
    let actor = visit.actor(Some(seat.giver));
    let done = once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let (account, entries) = begin_one(tx, &newcomer, &what, &own, actor, &mut chance)?;
        Ok(Once { entries, to: format!("/standings/account/{account}") })
    })
    .await;
    again_if_refused(&visit, &seat, fields, done, "name")
}

fn again_if_refused(
    visit: &Visit,
    seat: &Seat,
    mut fields: Fields,
    done: Result<Response>,
    fallback: &str,
) -> Result<Response> {
    match done {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, fallback, &visit.w(), &visit.today)?;
            Page(page(visit, seat, fields, false)).again()
        }
    }
}

async fn end(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let account = visit.account()?;
    let id = StandingId::parse(&id).ok_or(Error::Hidden)?;
    let code = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let standing = rows::get(tx, id)?;
            Ok::<_, Error>(place::get(tx, standing.place)?.code.to_string())
        })
        .await?;
    let seat = seat(&visit, &code).await?;
    let Some(until) = fields.day("until", &visit.w()) else {
        return Page(page(&visit, &seat, fields, false)).again();
    };
    let (own, giver) = (visit.clone(), seat.giver);
    let done = once(&visit, &fields, move |tx| {
        let before = rows::get(tx, id)?;
        let after = before.ended(until, (account, giver)).map_err(|refusal| Error::refused(&refusal))?;
        rows::end(tx, &before, until)?;
        let entry = Entry::of(&after, Verb::End, own.actor(Some(giver)), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: format!("/standings?at={code}&done=1") })
    })
    .await;
    again_if_refused(&visit, &seat, fields, done, "until")
}

/// The people of a committee as typed: one a line, a staff name behind the name where one is wanted.
fn newcomers(fields: &mut Fields, w: &W) -> Option<Vec<Newcomer>> {
    let typed = fields.block_or_none("people", PEOPLE_MAX * 2 * (NAME_MAX + LOGIN_MAX), w)?.unwrap_or_default();
    let mut found = Vec::new();
    for (at, line) in typed.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let parts: Vec<&str> = line.split([',', '，', '\t', ';', '；']).map(str::trim).collect();
        let (name, login) = match parts.as_slice() {
            [name] => (*name, None),
            [name, login] => (*name, Some((*login).to_owned()).filter(|l| !l.is_empty())),
            _ => ("", None),
        };
        let login_fits = login.as_ref().is_none_or(|l| read_login(l).is_ok());
        if civic::text::line(name, NAME_MAX).is_err() || !login_fits {
            fields.wrong("people", w.t1("standing-line", "row", at + 1));
            return None;
        }
        found.push(Newcomer { name: name.to_owned(), login });
    }
    if found.len() > PEOPLE_MAX {
        fields.wrong("people", w.t1("standing-too-many", "max", PEOPLE_MAX));
        return None;
    }
    Some(found)
}

/// Changes a committee as a whole: who is not ticked ends with the day before, who is named begins, under one document.
async fn change(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let seat = seat(&visit, fields.value("at")).await?;
    let account = visit.account()?;
    let w = visit.w();
    let post = fields.token::<Post>("post", &w).filter(|p| matches!(p, Post::Committee | Post::Supervision));
    let from = fields.day("from", &w);
    let document = fields.line("document", DOCUMENT_MAX, &w);
    let people = newcomers(&mut fields, &w);
    let stays: Vec<String> = fields.all("stays").map(str::to_owned).collect();
    if people.as_ref().is_some_and(|p| p.is_empty() && stays.is_empty()) {
        fields.wrong("people", w.t("standing-nobody"));
    }
    let (Some(post), Some(from), Some(document), Some(people), true) = (post, from, document, people, fields.ok())
    else {
        return Page(page(&visit, &seat, fields, false)).again();
    };
    let what =
        Beginning { place: seat.own.clone(), giver: seat.giver, post, from, until: None, document: Some(document) };
    let (own, today) = (visit.clone(), visit.today);
    let actor = visit.actor(Some(seat.giver));
    let to = format!("/standings?at={}&done=1", seat.own.code);
    let done = once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let mut entries = Vec::new();
        let last = what.from.plus(-1);
        for held in rows::held_at(tx, what.place.id, today, ROWS_MAX)? {
            let before = held.standing;
            let over = before.until.is_some_and(|until| until <= last);
            if before.post != what.post || over || stays.contains(&before.id.to_string()) {
                continue;
            }
            let after = before.ended(last, (account, what.giver)).map_err(|refusal| match refusal {
                // Beside the day of the change, where it can be put right.
                StandingRefusal::EndsBeforeItBegins { .. } => said(Kind::Invalid, "standing-too-early", "from"),
                other => Error::refused(&other),
            })?;
            rows::end(tx, &before, last)?;
            entries.push(Entry::of(&after, Verb::End, actor, own.now, &mut chance));
        }
        for newcomer in &people {
            entries.extend(begin_one(tx, newcomer, &what, &own, actor, &mut chance)?.1);
        }
        if entries.is_empty() {
            return Err(said(Kind::Invalid, "standing-no-change", "people"));
        }
        Ok(Once { entries, to: to.clone() })
    })
    .await;
    again_if_refused(&visit, &seat, fields, done, "people")
}
