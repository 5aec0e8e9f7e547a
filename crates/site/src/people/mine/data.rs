//! My data: seen whole, corrected, taken along, consents withdrawn, erased.

use super::done;
use crate::frame::{Answer, Error, Fields, Once, Page, Result, View, Visit, download, end_session, once, see_other};
use askama::Template;
use axum::response::Response;
use civic::build::contribution::{Contribution, Gift};
use civic::id::{AccountId, ConsentId, ResidentId};
use civic::manage::inspection::Inspection;
use civic::people::account::{Account, AccountKind};
use civic::people::card::Card;
use civic::people::place::whole_name;
use civic::people::resident::{NAME_MAX, Resident, long_adult};
use civic::people::standing::Visibility;
use civic::record::{Entry, Verb};
use civic::refusal::Kind;
use civic::time::Day;
use civic::token::Token;
use std::fmt::Write;
use store::build::contribution;
use store::decide::need;
use store::manage::roster::OwnTurn;
use store::manage::{inspection, roster};
use store::people::consent::Given;
use store::people::erasure::{self, Deed};
use store::people::name_request::{self, NameRequest};
use store::people::{account, card, consent, household, membership, place, resident, signed};
use store::{Quiet, Tx};

/// Own words taken along.
const NEEDS_MAX: u32 = 1000;

/// Everything that is kept of the person who is signed in.
struct Kept {
    account: Account,
    resident: Option<Resident>,
    memberships: Vec<MembershipView>,
    consents: Vec<Given>,
    cards: Vec<Card>,
    asked: Option<NameRequest>,
    needs: Vec<civic::decide::need::Need>,
    gifts: Vec<Contribution>,
    turns: Vec<OwnTurn>,
    notes: Vec<Inspection>,
}

struct MembershipView {
    kind: String,
    place: String,
    household: Option<String>,
    from: Day,
    until: Option<Day>,
}

/// Whose data it is. A helper sees and changes none of it: that is done by the person, or on paper with the committee.
pub(super) fn person(visit: &Visit) -> Result<(AccountId, Option<ResidentId>)> {
    let signed = visit.signed.as_ref().ok_or(Error::SignIn)?;
    match &signed.resident {
        Some(resident) if !resident.own => Err(Error::Forbidden),
        resident => Ok((signed.account, resident.as_ref().map(|r| r.id))),
    }
}

async fn load(visit: &Visit) -> Result<Kept> {
    let (id, who) = person(visit)?;
    let w = visit.w();
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let account = account::get(tx, id)?;
            let Some(who) = who else {
                return Ok(Kept {
                    account,
                    resident: None,
                    memberships: Vec::new(),
                    consents: Vec::new(),
                    cards: Vec::new(),
                    asked: None,
                    needs: Vec::new(),
                    gifts: Vec::new(),
                    turns: Vec::new(),
                    notes: Vec::new(),
                });
            };
            let mut memberships = Vec::new();
            for one in membership::of_resident(tx, who)? {
                let line = place::line(tx, one.place)?;
                memberships.push(MembershipView {
                    kind: w.token(one.kind),
                    place: whole_name(&line),
                    household: one.household.map(|h| household::get(tx, h)).transpose()?.map(|h| h.label),
                    from: one.from,
                    until: one.until,
                });
            }
            Ok::<_, Error>(Kept {
                account,
                resident: Some(resident::get(tx, who)?),
                memberships,
                consents: consent::of_resident(tx, who)?,
                cards: card::of_resident(tx, who)?,
                asked: name_request::get(tx, who)?,
                needs: need::of_resident(tx, who, None, NEEDS_MAX)?,
                gifts: contribution::of_resident(tx, who, None, NEEDS_MAX)?,
                turns: roster::of_resident(tx, who)?,
                notes: inspection::of_resident(tx, who)?,
            })
        })
        .await
}

struct ConsentView {
    id: String,
    what: String,
    wording: String,
    when: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "people/mine/data.html")]
struct DataPage {
    v: View,
    f: Fields,
    done: Option<String>,
    rows: Vec<(String, String)>,
    name: Option<String>,
    asked: Option<String>,
    consents: Vec<ConsentView>,
    needs_n: usize,
    gifts_n: usize,
    /// Somebody in office, whose account ends with the post.
    in_office: bool,
}

/// The kept data as labels and values, for the page and for the text to take along.
fn rows(visit: &Visit, kept: &Kept) -> Vec<(String, String)> {
    let w = visit.w();
    let mut rows = Vec::new();
    let mut row = |key: &str, value: String| rows.push((w.t(key), value));
    if let Some(resident) = &kept.resident {
        row("data-name", resident.name.clone());
        let age = if Some(resident.adult_from) == long_adult() {
            w.t("data-adult-long")
        } else {
            w.t1("data-adult-from", "day", w.full_day(&resident.adult_from))
        };
        row("data-adult", age);
    }
    for one in &kept.memberships {
        let from = w.full_day(&one.from);
        let time = match one.until {
            None => w.t1("data-since", "from", from),
            Some(until) => w.t2("data-from-until", "from", from, "until", w.full_day(&until)),
        };
        let home = one.household.as_deref().unwrap_or_default();
        row(
            "data-membership",
            w.t3("data-membership-text", "kind", &one.kind, "place", format!("{} {home}", one.place), "time", time),
        );
    }
    row("data-sign-in", w.token(kept.account.kind));
    if let Some(phone) = &kept.account.phone {
        row("data-phone", phone.clone());
    }
    if let Some(name) = &kept.account.name {
        row("data-account-name", name.clone());
    }
    if let Some(login) = kept.account.login.as_ref().filter(|_| kept.account.kind == AccountKind::Staff) {
        row("data-login", login.clone());
    }
    for one in &kept.cards {
        let text = w.t2("data-card-text", "day", w.full_day(&one.issued), "state", w.token(one.state));
        row("data-card", text);
    }
    for one in &kept.turns {
        row("data-turn", w.list(&[&w.full_day(&one.from), &one.title, &one.task]));
    }
    for one in &kept.notes {
        let words = one.words.as_deref().unwrap_or_default();
        row("data-note", w.list(&[&w.full_day(&one.noted_on), &w.token(one.finding), words]));
    }
    rows
}

fn consent_views(visit: &Visit, kept: &Kept) -> Vec<ConsentView> {
    let w = visit.w();
    kept.consents
        .iter()
        .map(|given| {
            let day = w.full_day(&visit.zone.day(given.consent.given));
            let helper = given.helper_name.clone().unwrap_or_else(|| w.t("data-helper-gone"));
            ConsentView {
                id: given.consent.id.to_string(),
                what: match given.consent.helper {
                    Some(_) => w.t1("data-consent-helper", "name", helper),
                    None => w.token(given.consent.kind),
                },
                wording: given.wording.clone(),
                when: match given.consent.withdrawn {
                    None => w.t2("data-consent-given", "day", day, "way", w.token(given.consent.way)),
                    Some(at) => w.t2("data-consent-ended", "day", day, "until", w.full_day(&visit.zone.day(at))),
                },
                open: given.consent.withdrawn.is_none(),
            }
        })
        .collect()
}

async fn data_page(visit: &Visit, f: Fields, done: Option<String>) -> Result<DataPage> {
    let kept = load(visit).await?;
    Ok(DataPage {
        rows: rows(visit, &kept),
        name: kept.resident.as_ref().map(|r| r.name.clone()),
        asked: kept.asked.as_ref().map(|a| a.name.clone()),
        consents: consent_views(visit, &kept),
        needs_n: kept.needs.len(),
        gifts_n: kept.gifts.len(),
        in_office: in_office(visit),
        v: View::new(visit),
        f,
        done,
    })
}

pub(super) async fn see(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let done = done(&visit, &fields);
    Page(data_page(&visit, Fields::empty(&visit.app), done).await?).ok()
}

/// A name on the roll is the village's to change: the wish goes to the committee, which sees both names.
pub(super) async fn ask_name(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let who = person(&visit)?.1.ok_or(Error::Hidden)?;
    let Some(name) = fields.line("name", NAME_MAX, &visit.w()) else {
        return Page(data_page(&visit, fields, None).await?).again();
    };
    let (now, today) = (visit.now, visit.today);
    visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let village = village_of(tx, who, today)?.ok_or(Error::Hidden)?;
            name_request::put(tx, &NameRequest { resident: who, village, name: name.clone(), asked: now })?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Wish, ()))
        })
        .await?;
    Ok(see_other("/mine/data?done=name"))
}

fn village_of(tx: &mut Tx<'_>, who: ResidentId, today: Day) -> Result<Option<civic::id::PlaceId>> {
    let Some((_, home)) = signed::name_and_home(tx, who, today)? else { return Ok(None) };
    let Some(first) = home.first() else { return Ok(None) };
    Ok(civic::people::place::village_of(&place::line(tx, *first)?).map(|p| p.id))
}

/// Withdraws a consent; a helper's power ends with it.
pub(super) async fn withdraw(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let who = person(&visit)?.1.ok_or(Error::Hidden)?;
    let id = ConsentId::parse(fields.value("consent")).ok_or(Error::Malformed)?;
    let own = visit.clone();
    once(&visit, &fields, move |tx| {
        let given = consent::get(tx, id)?;
        if given.resident != Some(who) {
            return Err(Error::Hidden);
        }
        let withdrawn = given.withdraw(own.now).map_err(|refusal| Error::refused(&refusal))?;
        consent::change(tx, &withdrawn)?;
        let mut chance = own.app.chance();
        let mut entries = vec![Entry::of(&withdrawn, Verb::End, own.actor(None), own.now, &mut chance)];
        let mut deed = Deed { today: own.today, now: own.now, actor: own.actor(None), chance: &mut chance };
        entries.extend(need::consent_ended(tx, &withdrawn, &mut deed)?);
        Ok(Once { entries, to: "/mine/data?done=consent".to_owned() })
    })
    .await
}

/// Everything to take along: as JSON for programs, as text for people.
pub(super) async fn export(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let kept = load(&visit).await?;
    let w = visit.w();
    if fields.value("as") == "json" {
        let json = serde_json::json!({
            "county": visit.county.name,
            "taken_on": visit.today.to_string(),
            "resident": kept.resident.as_ref().map(|r| serde_json::json!({ "name": r.name, "adult_from": r.adult_from.to_string() })),
            "memberships": kept.memberships.iter().map(|m| serde_json::json!({
                "kind": m.kind, "place": m.place, "household": m.household, "from": m.from.to_string(),
                "until": m.until.map(|d| d.to_string()),
            })).collect::<Vec<_>>(),
            "account": {
                "kind": kept.account.kind.as_str(), "state": kept.account.state.as_str(), "phone": kept.account.phone,
                "name": kept.account.name, "login": kept.account.login, "created": kept.account.created.to_string(),
            },
            "cards": kept.cards.iter().map(|c| serde_json::json!({
                "issued": c.issued.to_string(), "state": c.state.as_str(), "used": c.used.map(|d| d.to_string()),
            })).collect::<Vec<_>>(),
            "consents": kept.consents.iter().map(|c| serde_json::json!({
                "kind": c.consent.kind.as_str(), "way": c.consent.way.as_str(), "wording": c.wording, "helper": c.helper_name,
                "given_at": c.consent.given.millis(), "withdrawn_at": c.consent.withdrawn.map(|t| t.millis()),
            })).collect::<Vec<_>>(),
            "gifts": kept.gifts.iter().map(|g| {
                let (fen, days, words) = match &g.gift {
                    Gift::Cash(amount) => (Some(amount.fen()), None, None),
                    Gift::Labour { task, days, .. } => (None, Some(days.to_string()), Some(task.clone())),
                    Gift::Thing { item, quantity, .. } => (None, None, Some(format!("{item} {quantity}"))),
                };
                serde_json::json!({
                    "kind": g.gift.kind().as_str(), "fen": fen, "days": days, "words": words, "state": g.state.as_str(),
                    "named": g.named, "conditions": g.conditions, "pledged_on": g.pledged_on.map(|d| d.to_string()),
                    "given_on": g.given_on.map(|d| d.to_string()), "receipt": g.receipt,
                })
            }).collect::<Vec<_>>(),
            "turns": kept.turns.iter().map(|t| serde_json::json!({
                "from": t.from.to_string(), "until": t.until.to_string(), "roster": t.title, "task": t.task,
            })).collect::<Vec<_>>(),
            "notes": kept.notes.iter().map(|n| serde_json::json!({
                "code": n.code.digits(), "noted": n.noted_on.to_string(), "finding": n.finding.as_str(), "words": n.words,
                "state": n.state.as_str(), "answer": n.answer,
            })).collect::<Vec<_>>(),
            "needs": kept.needs.iter().map(|n| serde_json::json!({
                "code": n.code.digits(), "raised": n.raised.to_string(), "what": n.what, "spot": n.spot, "name": n.name,
                "phone": n.phone, "state": n.state.as_str(), "reply": n.reply,
            })).collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&json).map_err(|e| Error::Broken(e.to_string()))?;
        return Ok(download("my-data.json", "application/json", text.into_bytes()));
    }
    // A mark at the beginning lets editors of an office read it as UTF-8.
    let mut text = String::from("\u{feff}");
    let _ =
        writeln!(text, "{}\n", w.t2("data-text-head", "county", &visit.county.name, "day", w.full_day(&visit.today)));
    for (label, value) in rows(&visit, &kept) {
        let _ = writeln!(text, "{label}: {value}");
    }
    for one in consent_views(&visit, &kept) {
        let _ = writeln!(text, "\n{}\n{}\n{}", one.what, one.wording, one.when);
    }
    for one in &kept.needs {
        let _ = writeln!(
            text,
            "\n{}",
            w.t2("data-text-need", "day", w.full_day(&one.raised), "code", one.code.to_string())
        );
        for words in [&one.what, &one.spot, &one.name, &one.phone, &one.reply].into_iter().flatten() {
            let _ = writeln!(text, "{words}");
        }
    }
    for one in &kept.gifts {
        let day = one.day().map(|day| w.full_day(&day)).unwrap_or_default();
        let _ = writeln!(text, "\n{}", w.list(&[&day, &crate::build::contribution::in_words(one, &w)]));
        if let Some(words) = &one.conditions {
            let _ = writeln!(text, "{words}");
        }
    }
    Ok(download("my-data.txt", "text/plain; charset=utf-8", text.into_bytes()))
}

#[derive(Template)]
#[template(path = "people/mine/erase.html")]
struct ErasePage {
    v: View,
    f: Fields,
    resident: bool,
    in_office: bool,
}

fn erase_page(visit: &Visit, f: Fields) -> Result<ErasePage> {
    let resident = person(visit)?.1.is_some();
    Ok(ErasePage { v: View::new(visit), f, resident, in_office: in_office(visit) })
}

/// Somebody in office answers for what was done in it; the account ends with the post.
fn in_office(visit: &Visit) -> bool {
    let staff = |s: &std::sync::Arc<signed::Signed>| s.account_kind == AccountKind::Staff && !s.standings.is_empty();
    visit.signed.as_ref().is_some_and(staff)
}

pub(super) async fn ask_erase(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    Page(erase_page(&visit, Fields::empty(&visit.app))?).ok()
}

/// Erases the account, or everything that is kept of the person. What was counted stays counted.
pub(super) async fn erase(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let (id, who) = person(&visit)?;
    if in_office(&visit) {
        return Err(Error::Refused(Box::new(Answer {
            kind: Kind::Conflict,
            key: "erase-in-office",
            values: Vec::new(),
            field: None,
            rule: None,
        })));
    }
    let w = visit.w();
    let all = match (fields.value("what"), who) {
        ("account", _) => None,
        ("all", Some(who)) => Some(who),
        _ => {
            fields.wrong("what", w.t("field-choose"));
            None
        }
    };
    if !fields.is("sure", "1") {
        fields.wrong("sure", w.t("erase-sure-missing"));
    }
    if !fields.ok() {
        return Page(erase_page(&visit, fields)?).again();
    }
    let own = visit.clone();
    let done = once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let mut deed = Deed { today: own.today, now: own.now, actor: own.actor(None), chance: &mut chance };
        let entries = match all {
            Some(who) => erasure::resident(tx, who, &mut deed)?,
            None => erasure::account(tx, id, &mut deed)?,
        };
        Ok(Once { entries, to: "/".to_owned() })
    })
    .await?;
    // The account may serve the rest of a family: then only this person is gone from it, and the session ends all the same.
    end_session(&visit, done).await
}
