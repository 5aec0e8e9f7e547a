//! Who waits for the committee's word: those who registered alone, and names that residents asked to have corrected.

use super::{Village, village};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, once, see_other};
use askama::Template;
use axum::response::Response;
use civic::id::{AccountId, ResidentId};
use civic::people::account::{Account, AccountState};
use civic::people::household::LABEL_MAX;
use civic::record::{Entry, Verb};
use store::people::erasure::{self, Deed};
use store::people::name_request::{self, Asked};
use store::people::resident::{self, Found};
use store::people::{account, signed};
use store::{Quiet, messages};

/// Waiting ones on one page; when these are done, the next ones come.
const ROWS_MAX: u32 = 20;
/// People offered for one who waits.
const FOUND_MAX: u32 = 8;

struct AccountView {
    id: String,
    name: String,
    phone: String,
    place: String,
    when: String,
    people: Vec<(String, String)>,
    searched: String,
}

struct NameView {
    id: String,
    now: String,
    asked: String,
    when: String,
}

#[derive(Template)]
#[template(path = "people/roll/waiting.html")]
struct WaitingPage {
    v: View,
    f: Fields,
    code: String,
    accounts: Vec<AccountView>,
    names: Vec<NameView>,
    done: Option<String>,
}

async fn page(visit: &Visit, village: &Village, f: Fields, asked: &Fields) -> Result<WaitingPage> {
    let (id, today) = (village.own.id, visit.today);
    let wanted = AccountId::parse(asked.value("for"));
    let text = civic::text::line(asked.value("q"), LABEL_MAX).unwrap_or_default();
    let searched = text.clone();
    type Rows = (Vec<(Account, String, Vec<Found>)>, Vec<Asked>);
    let (accounts, names): Rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut accounts = Vec::new();
            for (one, place) in account::waiting(tx, id, None, ROWS_MAX)? {
                let name = one.name.clone().unwrap_or_default();
                // People of that very name, or those whom the committee looks for.
                let people = if wanted == Some(one.id) && !searched.is_empty() {
                    resident::search(tx, id, today, &searched, FOUND_MAX)?
                } else {
                    resident::named(tx, id, today, &name, FOUND_MAX)?
                };
                accounts.push((one, place, people));
            }
            Ok::<_, Error>((accounts, name_request::of_village(tx, id, ROWS_MAX)?))
        })
        .await?;
    let w = visit.w();
    let accounts = accounts
        .into_iter()
        .map(|(one, place, people)| AccountView {
            name: one.name.clone().unwrap_or_default(),
            phone: one.phone.clone().unwrap_or_default(),
            place,
            when: w.full_day(&one.created),
            people: people
                .into_iter()
                .map(|p| {
                    let home = [Some(p.place_name), p.label].into_iter().flatten().collect::<Vec<_>>().join(" ");
                    (p.id.to_string(), format!("{} {home}", p.name))
                })
                .collect(),
            searched: if wanted == Some(one.id) { text.clone() } else { String::new() },
            id: one.id.to_string(),
        })
        .collect();
    let names = names
        .into_iter()
        .map(|one| NameView {
            id: one.request.resident.to_string(),
            now: one.name_now,
            asked: one.request.name,
            when: w.full_day(&visit.zone.day(one.request.asked)),
        })
        .collect();
    let known = ["yes", "no", "name"];
    let done = known.into_iter().find(|d| *d == asked.value("done")).map(|d| w.t(&format!("waiting-done-{d}")));
    Ok(WaitingPage { v: village.view(visit), f, code: village.own.code.to_string(), accounts, names, done })
}

pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    let (village, _) = village(&visit, fields.value("village")).await?;
    let f = Fields::empty(&visit.app);
    Page(page(&visit, &village, f, &fields).await?).ok()
}

/// Says who somebody is, or that nobody here knows the person; a message tells either.
pub(super) async fn decide_account(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, post) = village(&visit, fields.value("village")).await?;
    let id = AccountId::parse(fields.value("account")).ok_or(Error::Malformed)?;
    let w = visit.w();
    let yes = fields.is("do", "yes");
    let who = ResidentId::parse(fields.value("resident"));
    if yes && who.is_none() {
        fields.wrong("resident", w.t("waiting-choose"));
        let asked = Fields::default().with("for", id.to_string()).with("q", fields.value("q"));
        return Page(page(&visit, &village, fields, &asked).await?).again();
    }
    let to = format!("/roll/waiting?village={}&done={}", village.own.code, if yes { "yes" } else { "no" });
    let (own, path, name) = (visit.clone(), village.path(), village.own.name.clone());
    let village_id = village.own.id;
    once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let before = account::get(tx, id)?;
        // Somebody of another village waits for that village's word.
        if !store::people::place::path(tx, before.place)?.contains(&village_id) {
            return Err(Error::Hidden);
        }
        if before.state != AccountState::Waiting {
            return Err(Error::Store(store::Error::Clash));
        }
        let phone = before.phone.clone().unwrap_or_default();
        let words = own.w();
        let (entries, text) = if let Some(who) = who.filter(|_| yes) {
            let (_, home) = signed::name_and_home(tx, who, own.today)?.ok_or(Error::Hidden)?;
            if !home.iter().any(|place| path.first() == Some(place)) {
                return Err(Error::Hidden);
            }
            let confirmed = before.confirmed().map_err(|refusal| Error::refused(&refusal))?;
            let link = confirmed.serve(who, &[], own.today).map_err(|refusal| Error::refused(&refusal))?;
            account::change(tx, &confirmed)?;
            account::link(tx, &link)?;
            let entry = Entry::of(&confirmed, Verb::Change, own.actor(post), own.now, &mut chance);
            (vec![entry], words.t1("waiting-message-yes", "village", &name))
        } else {
            let mut deed = Deed { today: own.today, now: own.now, actor: own.actor(post), chance: &mut chance };
            let entries = erasure::account(tx, id, &mut deed)?;
            (entries, words.t1("waiting-message-no", "village", &name))
        };
        messages::send(tx, &phone, &text, own.now, &mut chance)?;
        Ok(Once { entries, to: to.clone() })
    })
    .await
}

/// Corrects a name as asked for, or leaves it.
pub(super) async fn decide_name(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, post) = village(&visit, fields.value("village")).await?;
    let who = ResidentId::parse(fields.value("resident")).ok_or(Error::Malformed)?;
    let to = format!("/roll/waiting?village={}&done=name", village.own.code);
    let (own, village_id) = (visit.clone(), village.own.id);
    if !fields.is("do", "yes") {
        visit
            .app
            .db()
            .write(visit.county.id, move |tx| {
                if name_request::get(tx, who)?.is_none_or(|asked| asked.village != village_id) {
                    return Err(Error::Hidden);
                }
                name_request::end(tx, who)?;
                Ok(tx.commit_quiet(Quiet::Wish, ()))
            })
            .await?;
        return Ok(see_other(&to));
    }
    once(&visit, &fields, move |tx| {
        let asked = name_request::get(tx, who)?.filter(|a| a.village == village_id).ok_or(Error::Hidden)?;
        let before = resident::get(tx, who)?;
        let right = before.corrected(&asked.name, before.adult_from, own.today);
        let right = right.map_err(|refusals| refusals.first().map_or(Error::Malformed, |r| Error::refused(r)))?;
        resident::change(tx, &right)?;
        name_request::end(tx, who)?;
        let entry = Entry::of(&right, Verb::Correct, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await
}
