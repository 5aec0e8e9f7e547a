//! A household: who belongs to it, one more, another label, its end.

use super::{Village, adult_from, list_page, village};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{HouseholdId, MembershipId, PlaceId, ResidentId};
use civic::people::household::{Household, note};
use civic::people::membership::{Basis, Membership, MembershipKind, begin};
use civic::people::place::{Place, PlaceKind, village_of};
use civic::people::resident;
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use store::people::resident::Member;
use store::people::{household as rows, membership, place, resident as people};

/// Notes a household in a hamlet of a village.
pub(super) async fn add(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, post) = village(&visit, fields.value("village")).await?;
    let w = visit.w();
    let chosen = PlaceId::parse(fields.value("place"));
    let chosen = chosen.filter(|id| *id == village.own.id || village.hamlets.iter().any(|h| h.id == *id));
    let label = fields.line("label", civic::people::household::LABEL_MAX, &w);
    if chosen.is_none() {
        fields.wrong("place", w.t("field-choose"));
    }
    let from = fields.day("from", &w);
    let (Some(place), Some(label), Some(from)) = (chosen, label, from) else {
        return again(&visit, &village, fields).await;
    };
    let own = visit.clone();
    let done = once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let others = rows::of_label(tx, place, &label)?;
        let new = note(HouseholdId::fresh(own.now, &mut chance), place, &label, from, &others);
        let new = new.map_err(|refusal| Error::refused(&refusal))?;
        rows::put(tx, &new)?;
        let entry = Entry::of(&new, Verb::Create, own.actor(post), own.now, &mut chance);
        Ok(Once { entries: vec![entry], to: format!("/roll/household/{}", new.id) })
    })
    .await;
    match done {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, "label", &w, &visit.today)?;
            again(&visit, &village, fields).await
        }
    }
}

async fn again(visit: &Visit, village: &Village, fields: Fields) -> Result<Response> {
    list_page(visit, village, fields, &Fields::default()).await?.again()
}

/// A household with its place and its people.
pub(super) struct Home {
    pub(super) household: Household,
    pub(super) line: Vec<Place>,
    pub(super) members: Vec<Member>,
}

impl Home {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|p| p.id).collect()
    }
    /// As what its people are listed.
    pub(super) fn kind(&self) -> MembershipKind {
        match village_of(&self.line).map(|p| p.kind) {
            Some(PlaceKind::Community) => MembershipKind::Resident,
            _ => MembershipKind::Villager,
        }
    }
}

async fn home(visit: &Visit, id: &str) -> Result<(Home, Option<Post>)> {
    visit.account()?;
    let id = HouseholdId::parse(id).ok_or(Error::Hidden)?;
    let home = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let household = rows::get(tx, id)?;
            let line = place::line(tx, household.place)?;
            let members = people::of_household(tx, id)?;
            Ok::<_, Error>(Home { household, line, members })
        })
        .await?;
    let post = visit.may(&home.path(), Visibility::Draft)?;
    Ok((home, post))
}

struct MemberView {
    href: String,
    name: String,
    age: String,
    kind: String,
    time: String,
    gone: bool,
}

#[derive(Template)]
#[template(path = "people/roll/household.html")]
struct HouseholdPage {
    v: View,
    f: Fields,
    id: String,
    code: String,
    label: String,
    hamlet: String,
    from: String,
    ended: Option<String>,
    keeps: bool,
    people: Vec<MemberView>,
}

fn page(visit: &Visit, home: &Home, f: Fields) -> HouseholdPage {
    let w = visit.w();
    let brand = brand(&home.line);
    let village = village_of(&home.line);
    let people = home
        .members
        .iter()
        .map(|m| {
            let from = w.full_day(&m.membership.from);
            MemberView {
                href: format!("/roll/person/{}", m.resident.id),
                name: if m.resident.name.is_empty() { w.t("roll-erased") } else { m.resident.name.clone() },
                age: super::person::age(&w, &m.resident, visit.today),
                kind: w.token(m.membership.kind),
                time: match m.membership.until {
                    None => w.t1("data-since", "from", from),
                    Some(until) => w.t2("data-from-until", "from", from, "until", w.full_day(&until)),
                },
                gone: !m.membership.holds_on(visit.today),
            }
        })
        .collect();
    HouseholdPage {
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
        f,
        id: home.household.id.to_string(),
        code: village.map(|p| p.code.to_string()).unwrap_or_default(),
        label: home.household.label.clone(),
        hamlet: home.line.first().map(|p| p.name.clone()).unwrap_or_default(),
        from: w.full_day(&home.household.from),
        ended: home.household.until.map(|d| w.full_day(&d)),
        keeps: visit.could(Action::KeepRoll, &home.path()) && home.household.until.is_none(),
        people,
    }
}

/// The fields of a fresh page: today stands where a day is asked for.
fn fresh(visit: &Visit) -> Fields {
    let today = visit.today.to_string();
    Fields::empty(&visit.app).with("from", today.clone()).with("until", today).with("adult", "yes")
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (home, _) = home(&visit, &id).await?;
    let f = fresh(&visit).with("label", home.household.label.clone());
    Page(page(&visit, &home, f)).ok()
}

/// A form about a household that is shown again when it is refused.
async fn change<F>(visit: &Visit, home: &Home, mut fields: Fields, fallback: &str, f: F) -> Result<Response>
where
    F: Fn(&mut store::Tx<'_>) -> Result<Once> + Send + 'static,
{
    match once(visit, &fields, f).await {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, fallback, &visit.w(), &visit.today)?;
            Page(page(visit, home, fields)).again()
        }
    }
}

pub(super) async fn relabel(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (home, post) = home(&visit, &id).await?;
    // Read before anything is looked up by it: what cannot be read is no label that another household could have.
    let Some(label) = fields.line("label", civic::people::household::LABEL_MAX, &visit.w()) else {
        return Page(page(&visit, &home, fields)).again();
    };
    let (own, id) = (visit.clone(), home.household.id);
    change(&visit, &home, fields, "label", move |tx| {
        let before = rows::get(tx, id)?;
        let others = rows::of_label(tx, before.place, &label)?;
        let after = before.relabelled(&label, &others).map_err(|refusal| Error::refused(&refusal))?;
        rows::change(tx, &after)?;
        let entry = Entry::of(&after, Verb::Correct, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: format!("/roll/household/{id}") })
    })
    .await
}

pub(super) async fn end(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (home, post) = home(&visit, &id).await?;
    let Some(until) = fields.day("until", &visit.w()) else {
        return Page(page(&visit, &home, fields)).again();
    };
    let (own, id) = (visit.clone(), home.household.id);
    change(&visit, &home, fields, "until", move |tx| {
        let people = membership::people_after(tx, id, until)?;
        let after = rows::get(tx, id)?.ended(until, people).map_err(|refusal| Error::refused(&refusal))?;
        rows::change(tx, &after)?;
        let entry = Entry::of(&after, Verb::End, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: format!("/roll/household/{id}") })
    })
    .await
}

pub(super) async fn add_person(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (home, post) = home(&visit, &id).await?;
    let w = visit.w();
    let adult = adult_from(&mut fields, &visit);
    let from = fields.day("from", &w);
    let noted = adult.map(|day| {
        let id = ResidentId::fresh(visit.now, &mut visit.app.chance());
        (resident::note(id, fields.value("name"), day, visit.today), resident::old_enough(day, visit.today))
    });
    match &noted {
        None => {
            fields.line("name", resident::NAME_MAX, &w);
        }
        Some((noted, old_enough)) => {
            for refusal in noted.as_ref().err().into_iter().flatten() {
                fields.refuse(refusal, "name", &w, &visit.today);
            }
            if let Err(refusal) = old_enough {
                fields.refuse(refusal, "adult_from", &w, &visit.today);
            }
        }
    }
    let (Some((Ok(new), _)), Some(from), true) = (noted, from, fields.ok()) else {
        return Page(page(&visit, &home, fields)).again();
    };
    let (own, household, place, kind) = (visit.clone(), home.household.id, home.household.place, home.kind());
    change(&visit, &home, fields, "name", move |tx| {
        let mut chance = own.app.chance();
        let membership = Membership {
            id: MembershipId::fresh(own.now, &mut chance),
            resident: new.id,
            kind,
            place,
            household: Some(household),
            area_cm2: None,
            from,
            until: None,
            basis: Basis::Register,
            represents: Vec::new(),
            version: 1,
        };
        let membership = begin(membership, &[]).map_err(|refusal| Error::refused(&refusal))?;
        if rows::get(tx, household)?.until.is_some() {
            return Err(Error::Store(store::Error::Clash));
        }
        people::put(tx, &new)?;
        membership::put(tx, &membership)?;
        let entries = vec![
            Entry::of(&new, Verb::Create, own.actor(post), own.now, &mut chance),
            Entry::of(&membership, Verb::Create, own.actor(post), own.now, &mut chance),
        ];
        Ok(Once { entries, to: format!("/roll/household/{household}") })
    })
    .await
}
