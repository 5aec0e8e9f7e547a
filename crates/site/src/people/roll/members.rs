//! Who belongs to the bodies that not everybody belongs to: members of the representatives' meeting, of the collective, owners of homes.
//! Taken in as lines that somebody types or pastes, ended with a date, and checked against what the law asks of representatives.

use super::{Village, village};
use crate::frame::{Answer, Error, Fields, Once, Page, Result, View, Visit, W, once};
use crate::record::{rule_href, rule_words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{HouseholdId, MembershipId, PlaceId, ResidentId};
use civic::people::household::{Household, LABEL_MAX};
use civic::people::membership::{Basis, Membership, MembershipKind, MembershipRefusal, area_words, begin, read_area};
use civic::people::place::{PlaceKind, village_of};
use civic::people::representative::{self, RepresentativeRefusal, SEATED_MAX, SeatsLack};
use civic::people::resident::{self, NAME_MAX, Resident, long_adult};
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use civic::refusal::{Kind, Value};
use civic::rules::{Body, Ruled};
use civic::time::Day;
use civic::token::Token;
use std::collections::BTreeMap;
use store::Tx;
use store::people::membership::Named;
use store::people::resident::Found;
use store::people::{household as households, membership as rows, place, resident as people};

/// Lines taken in at once.
const LINES_MAX: usize = 300;
/// People of one name in one village that are told apart.
const NAMESAKES_MAX: u32 = 200;
/// Rows shown: a list of owners or members may be as long as the village is large.
const ROWS_MAX: u32 = 3_000;

/// The lists that a place has besides its roll.
const fn kinds(kind: PlaceKind) -> [MembershipKind; 2] {
    match kind {
        PlaceKind::Community => [MembershipKind::Representative, MembershipKind::Owner],
        _ => [MembershipKind::Representative, MembershipKind::Collective],
    }
}

/// The list that was asked for, where this place has it.
fn asked(village: &Village, fields: &Fields) -> Result<MembershipKind> {
    let known = kinds(village.own.kind);
    match fields.value("as") {
        "" => Ok(MembershipKind::Representative),
        typed => MembershipKind::parse(typed).filter(|kind| known.contains(kind)).ok_or(Error::Hidden),
    }
}

/// The body in which those of a list sit.
const fn body(village: PlaceKind, kind: MembershipKind) -> Body {
    match (village, kind) {
        (_, MembershipKind::Owner) => Body::OwnersAssembly,
        (_, MembershipKind::Collective) => Body::CollectiveAssembly,
        (PlaceKind::Community, _) => Body::ResidentsReps,
        _ => Body::VillagersReps,
    }
}

struct MemberView {
    id: String,
    href: String,
    name: String,
    home: String,
    about: String,
    houses: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "people/roll/members.html")]
struct MembersPage {
    v: View,
    f: Fields,
    code: String,
    kind: String,
    title: String,
    lists: Vec<(String, String, bool)>,
    counts: String,
    lacks: Vec<String>,
    women: Option<String>,
    rule: Option<(String, String)>,
    now: Vec<MemberView>,
    past: Vec<MemberView>,
    keeps: bool,
    bases: Vec<(String, String)>,
    places: Vec<(String, String)>,
    people_hint: String,
    done: bool,
}

fn lack_words(w: &W, lack: SeatsLack) -> String {
    match lack {
        SeatsLack::TooFewElected { elected, members, needed } => {
            w.t3("members-lack-elected", "elected", elected, "members", members, "needed", needed)
        }
        SeatsLack::FewHouseholds { representatives } => w.t1("members-lack-few", "n", representatives),
        SeatsLack::ManyHouseholds { representatives } => w.t1("members-lack-many", "n", representatives),
    }
}

fn member_view(w: &W, visit: &Visit, one: &Named, labels: &BTreeMap<HouseholdId, String>) -> MemberView {
    let m = &one.membership;
    let from = w.full_day(&m.from);
    let time = match m.until {
        None => w.t1("data-since", "from", from),
        Some(until) => w.t2("data-from-until", "from", from, "until", w.full_day(&until)),
    };
    let basis = if m.kind == MembershipKind::Representative { w.token(m.basis) } else { String::new() };
    let area = m.area_cm2.map(|area| w.t1("members-area", "area", area_words(area)));
    let houses: Vec<&str> = m.represents.iter().filter_map(|id| labels.get(id).map(String::as_str)).collect();
    let houses = match houses.as_slice() {
        [] => String::new(),
        some => w.t2("members-houses", "n", some.len(), "list", w.list(some)),
    };
    MemberView {
        id: m.id.to_string(),
        href: format!("/roll/person/{}", m.resident),
        name: one.name.clone().unwrap_or_else(|| w.t("roll-erased")),
        home: one.label.clone().unwrap_or_default(),
        about: w.list(&[&basis, &area.unwrap_or_default(), &time]),
        houses,
        open: m.until.is_none_or(|until| visit.today < until),
    }
}

/// The households of a village that exist, all of them.
fn all_households(tx: &mut Tx<'_>, village: PlaceId) -> Result<Vec<Household>> {
    const PAGE: u32 = 1_000;
    let mut all: Vec<Household> = Vec::new();
    // A village has some thousands at most; the bound keeps a wrong table from turning for ever.
    for _ in 0..30 {
        let page = households::of_village(tx, village, all.last().map(|h| h.id), PAGE)?;
        let last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        all.extend(page);
        if last {
            break;
        }
    }
    Ok(all)
}

async fn page(
    visit: &Visit,
    village: &Village,
    kind: MembershipKind,
    f: Fields,
    done: bool,
) -> Result<Page<MembersPage>> {
    let w = visit.w();
    let (id, rules) = (village.own.id, visit.app.rules(visit.county.id).await?);
    let (named, homes) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let named = rows::of_kind(tx, id, kind, ROWS_MAX)?;
            let noted = named.iter().any(|one| !one.membership.represents.is_empty());
            let homes = if noted { all_households(tx, id)? } else { Vec::new() };
            Ok::<_, Error>((named, homes))
        })
        .await?;
    let labels: BTreeMap<HouseholdId, String> = homes.into_iter().map(|h| (h.id, h.label)).collect();
    let over = |one: &&Named| one.membership.until.is_some_and(|until| until < visit.today);
    let view = |one: &Named| member_view(&w, visit, one, &labels);
    let mut now: Vec<&Named> = named.iter().filter(|one| !over(one)).collect();
    now.sort_by_key(|one| (one.membership.basis, one.name.clone()));
    let all: Vec<Membership> = named.iter().map(|one| one.membership.clone()).collect();
    let composition = rules.on(&village.path(), visit.today).composition(body(village.own.kind, kind));
    let composition = composition.filter(|_| kind == MembershipKind::Representative);
    let seats = representative::seats(&all, visit.today);
    let counts = match kind {
        MembershipKind::Representative => w.t3(
            "members-counts-representative",
            "members",
            seats.members,
            "elected",
            seats.elected,
            "households",
            seats.represented.len(),
        ),
        MembershipKind::Owner => {
            let area = all.iter().filter(|m| m.holds_on(visit.today)).filter_map(|m| m.area_cm2);
            let area = area.fold(0i64, i64::saturating_add);
            w.t2("members-counts-owner", "n", now.len(), "area", area_words(area))
        }
        _ => w.t1("members-counts", "n", now.len()),
    };
    let cited = composition.as_ref().and_then(|Ruled { rule, .. }| {
        let (_, found) = rules.find(rule)?;
        Some((rule_words(&w, found), rule_href(rule)))
    });
    let mut places = vec![(village.own.id.to_string(), village.own.name.clone())];
    places.extend(village.hamlets.iter().map(|p| (p.id.to_string(), p.name.clone())));
    let known = kinds(village.own.kind);
    Ok(Page(MembersPage {
        code: village.own.code.to_string(),
        kind: kind.as_str().to_owned(),
        title: w.t(title_key(kind)),
        lists: known.iter().map(|k| (k.as_str().to_owned(), w.t(title_key(*k)), *k == kind)).collect(),
        counts,
        lacks: composition
            .as_ref()
            .map(|rule| seats.lacks(&rule.value).into_iter().map(|lack| lack_words(&w, lack)).collect())
            .unwrap_or_default(),
        women: composition
            .as_ref()
            .and_then(|rule| rule.value.women)
            .filter(|_| seats.members > 0)
            .map(|share| w.t1("members-women", "needed", share.needed(seats.members))),
        rule: cited,
        now: now.into_iter().map(view).collect(),
        past: named.iter().filter(over).map(view).collect(),
        keeps: visit.could(Action::KeepRoll, &village.path()),
        bases: if kind == MembershipKind::Representative {
            [Basis::Elected, Basis::Office].iter().map(|b| (b.as_str().to_owned(), w.token(*b))).collect()
        } else {
            Vec::new()
        },
        places: if kind == MembershipKind::Owner { places } else { Vec::new() },
        people_hint: w.t(match kind {
            MembershipKind::Representative => "members-people-hint-representative",
            MembershipKind::Owner => "members-people-hint-owner",
            _ => "members-people-hint",
        }),
        f,
        v: village.view(visit),
        done,
    }))
}

const fn title_key(kind: MembershipKind) -> &'static str {
    match kind {
        MembershipKind::Owner => "members-title-owner",
        MembershipKind::Collective => "members-title-collective",
        _ => "members-title-representative",
    }
}

fn fresh(visit: &Visit) -> Fields {
    let today = visit.today.to_string();
    Fields::empty(&visit.app).with("from", &today).with("until", today).with("basis", Basis::Elected.as_str())
}

/// Who is on the list.
pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    let (village, _) = village(&visit, fields.value("village")).await?;
    let kind = asked(&village, &fields)?;
    let done = fields.is("done", "1");
    page(&visit, &village, kind, fresh(&visit), done).await?.ok()
}

/// One line as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    /// The label of the person's household, to tell namesakes apart.
    home: Option<String>,
    /// The labels of the households that an elected representative stands for.
    houses: Vec<String>,
    /// An owner's area.
    area_cm2: Option<i64>,
}

/// Reads a line; `None` when it says nothing that can be read.
fn line(kind: MembershipKind, typed: &str) -> Option<Line> {
    let parts: Vec<&str> = typed.split([',', '，', '\t', ';', '；']).map(str::trim).collect();
    let mut parts = parts.into_iter();
    let name = civic::text::line(parts.next()?, NAME_MAX).ok()?;
    let label = |text: &str| civic::text::line(text, LABEL_MAX).ok();
    let area_cm2 = match kind {
        MembershipKind::Owner => Some(read_area(parts.next()?)?),
        _ => None,
    };
    let home = match parts.next() {
        None | Some("") => None,
        Some(text) => Some(label(text)?),
    };
    let mut houses = Vec::new();
    if kind == MembershipKind::Representative {
        // Labels may stand in one part with spaces or 、 between, or in parts of their own, as a table is pasted.
        for text in parts.by_ref().flat_map(|part| part.split([' ', '、', '\u{3000}'])).filter(|t| !t.is_empty()) {
            houses.push(label(text)?);
        }
    }
    if parts.next().is_some_and(|rest| !rest.is_empty()) || name.is_empty() {
        return None;
    }
    Some(Line { name, home, houses, area_cm2 })
}

fn lines(fields: &mut Fields, kind: MembershipKind, w: &W) -> Option<Vec<(usize, Line)>> {
    let typed = fields.block("people", LINES_MAX * 400, w)?;
    let mut found = Vec::new();
    for (at, text) in typed.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        match line(kind, text) {
            Some(line) => found.push((at + 1, line)),
            None => {
                fields.wrong("people", w.t1("members-line", "row", at + 1));
                return None;
            }
        }
    }
    if found.len() > LINES_MAX {
        fields.wrong("people", w.t1("members-too-many", "max", LINES_MAX));
        return None;
    }
    Some(found)
}

/// What is wrong with a line, beside the lines.
fn wrong(key: &'static str, row: usize, text: &str) -> Error {
    let row = Value::Int(i64::try_from(row).unwrap_or(i64::MAX));
    let values = vec![("row", row), ("text", Value::Text(text.to_owned()))];
    Error::Refused(Box::new(Answer { kind: Kind::Invalid, key, values, field: Some("people"), rule: None }))
}

/// The one person of that name and household.
fn who(tx: &mut Tx<'_>, village: PlaceId, day: Day, row: usize, line: &Line) -> Result<Option<Found>> {
    let mut found: BTreeMap<ResidentId, Found> = BTreeMap::new();
    for one in people::named(tx, village, day, &line.name, NAMESAKES_MAX)? {
        if line.home.is_some() && one.label != line.home {
            continue;
        }
        // The row with the household, where somebody belongs to the village in several ways.
        let better = found.get(&one.id).is_none_or(|known| known.household.is_none());
        if better {
            found.insert(one.id, one);
        }
    }
    if found.len() > 1 {
        return Err(wrong("members-several", row, &line.name));
    }
    Ok(found.into_values().next())
}

/// The households named in a line: those of the person's own hamlet before others of the same label.
fn houses(all: &[Household], row: usize, line: &Line, own: PlaceId) -> Result<Vec<HouseholdId>> {
    let mut ids = Vec::new();
    for label in &line.houses {
        let of_label: Vec<&Household> = all.iter().filter(|h| h.label == *label).collect();
        let here: Vec<&&Household> = of_label.iter().filter(|h| h.place == own).collect();
        let id = match (here.as_slice(), of_label.as_slice()) {
            ([one], _) => one.id,
            ([], [one]) => one.id,
            (_, []) => return Err(wrong("members-no-house", row, label)),
            _ => return Err(wrong("members-several-houses", row, label)),
        };
        ids.push(id);
    }
    Ok(ids)
}

/// What a form says besides its lines.
#[derive(Clone, Copy)]
struct Terms {
    kind: MembershipKind,
    basis: Basis,
    from: Day,
    until: Option<Day>,
    /// Where owners own.
    place: Option<PlaceId>,
    /// Whether owners who are not known yet are taken in.
    strangers: bool,
}

/// Takes in one line.
fn take(
    tx: &mut Tx<'_>,
    village: PlaceId,
    terms: Terms,
    (row, line): (usize, &Line),
    (homes, seated): (&[Household], &mut Vec<Membership>),
    (visit, post): (&Visit, Option<Post>),
) -> Result<Vec<Entry>> {
    let mut chance = visit.app.chance();
    let mut entries = Vec::new();
    let actor = visit.actor(post);
    let known = who(tx, village, terms.from, row, line)?;
    let (id, own_place, household) = match known {
        Some(found) => (found.id, found.place, found.household),
        None if terms.kind == MembershipKind::Owner && terms.strangers => {
            let new: Resident = resident::note(
                ResidentId::fresh(visit.now, &mut chance),
                &line.name,
                long_adult().unwrap_or(visit.today),
                visit.today,
            )
            .map_err(|refusals| refusals.first().map_or(Error::Malformed, |r| Error::refused(r)))?;
            people::put(tx, &new)?;
            entries.push(Entry::of(&new, Verb::Create, actor, visit.now, &mut chance));
            (new.id, village, None)
        }
        None => return Err(wrong("members-nobody", row, &line.name)),
    };
    let own = rows::of_resident(tx, id)?;
    let membership = Membership {
        id: MembershipId::fresh(visit.now, &mut chance),
        resident: id,
        kind: terms.kind,
        place: match terms.kind {
            MembershipKind::Representative => village,
            MembershipKind::Owner => terms.place.unwrap_or(village),
            _ => own_place,
        },
        // A member of a collective may be stood in for by somebody of the same household; nobody stands in for a representative.
        household: household.filter(|_| terms.kind != MembershipKind::Representative),
        area_cm2: line.area_cm2,
        from: terms.from,
        until: terms.until,
        basis: terms.basis,
        represents: houses(homes, row, line, own_place)?,
        version: 1,
    };
    let membership = match terms.kind {
        MembershipKind::Representative => representative::seat(membership, &own, seated),
        _ => begin(membership, &own).map_err(RepresentativeRefusal::from),
    };
    let membership = membership.map_err(|refusal| match refusal {
        RepresentativeRefusal::Membership(MembershipRefusal::Already { .. }) => {
            wrong("members-already", row, &line.name)
        }
        RepresentativeRefusal::Membership(MembershipRefusal::NotOfPlace) => wrong("members-not-here", row, &line.name),
        RepresentativeRefusal::Represented { household } => {
            let label = homes.iter().find(|h| h.id == household).map(|h| h.label.clone());
            wrong("members-represented", row, &label.unwrap_or_default())
        }
        other => Error::refused(&other),
    })?;
    rows::put(tx, &membership)?;
    entries.push(Entry::of(&membership, Verb::Create, actor, visit.now, &mut chance));
    seated.push(membership);
    Ok(entries)
}

/// Takes in the lines: all of them or none.
pub(super) async fn add(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let (village, post) = village(&visit, fields.value("village")).await?;
    let kind = asked(&village, &fields)?;
    let w = visit.w();
    let found = lines(&mut fields, kind, &w);
    let from = fields.day("from", &w);
    let mut until = None;
    let mut basis = match kind {
        MembershipKind::Owner => Some(Basis::Title),
        _ => Some(Basis::Decision),
    };
    let mut at = None;
    if kind == MembershipKind::Representative {
        basis = fields.token::<Basis>("basis", &w).filter(|b| matches!(b, Basis::Elected | Basis::Office));
        if !fields.value("last").trim().is_empty() {
            until = fields.day("last", &w);
        } else if let Some(from) = from {
            // Where a rule says how long a term is, it ends by itself.
            let rules = visit.app.rules(visit.county.id).await?;
            let term = rules.on(&village.path(), from).term(body(village.own.kind, kind));
            until = term.map(|years| representative::term_end(from, years.value));
        }
    }
    if kind == MembershipKind::Owner {
        let own = std::iter::once(&village.own).chain(&village.hamlets);
        at = PlaceId::parse(fields.value("place")).filter(|id| own.into_iter().any(|p| p.id == *id));
        if at.is_none() {
            fields.wrong("place", w.t("field-choose"));
        }
    }
    let (Some(found), Some(from), Some(basis), true) = (found, from, basis, fields.ok()) else {
        return page(&visit, &village, kind, fields, false).await?.again();
    };
    let terms = Terms { kind, basis, from, until, place: at, strangers: fields.is("strangers", "1") };
    let (own, id) = (visit.clone(), village.own.id);
    let to = format!("/roll/members?village={}&as={}&done=1", village.own.code, kind.as_str());
    let done = once(&visit, &fields, move |tx| {
        let houses = found.iter().any(|(_, line)| !line.houses.is_empty());
        let homes = if houses { all_households(tx, id)? } else { Vec::new() };
        let mut seated: Vec<Membership> = Vec::new();
        if kind == MembershipKind::Representative {
            let rows_max = u32::try_from(SEATED_MAX).unwrap_or(u32::MAX);
            seated = rows::of_kind(tx, id, kind, rows_max)?.into_iter().map(|one| one.membership).collect();
        }
        let mut entries = Vec::new();
        for (row, line) in &found {
            entries.extend(take(tx, id, terms, (*row, line), (&homes, &mut seated), (&own, post))?);
        }
        Ok(Once { entries, to: to.clone() })
    })
    .await;
    match done {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, "people", &w, &visit.today)?;
            page(&visit, &village, kind, fields, false).await?.again()
        }
    }
}

/// Ends one with a last day. Whoever left the village is ended with everything else on the page of the person.
pub(super) async fn end(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    visit.account()?;
    let id = MembershipId::parse(&id).ok_or(Error::Hidden)?;
    let (membership, line) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let membership = rows::get(tx, id)?;
            let line = place::line(tx, membership.place)?;
            Ok::<_, Error>((membership, line))
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    visit.may(&path, Visibility::Draft)?;
    let code = village_of(&line).map(|p| p.code.to_string());
    let (village, post) = village(&visit, &code.unwrap_or_default()).await?;
    let kind = membership.kind;
    if !kinds(village.own.kind).contains(&kind) {
        return Err(Error::Hidden);
    }
    let w = visit.w();
    let Some(until) = fields.day("until", &w) else {
        return page(&visit, &village, kind, fields, false).await?.again();
    };
    let own = visit.clone();
    let to = format!("/roll/members?village={}&as={}&done=1", village.own.code, kind.as_str());
    let done = once(&visit, &fields, move |tx| {
        let after = rows::get(tx, id)?.ended(until).map_err(|refusal| Error::refused(&refusal))?;
        rows::change(tx, &after)?;
        let entry = Entry::of(&after, Verb::End, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: to.clone() })
    })
    .await;
    match done {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, "until", &w, &visit.today)?;
            page(&visit, &village, kind, fields, false).await?.again()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_person_a_household_and_the_households_that_chose_them() {
        let read = |typed| line(MembershipKind::Representative, typed);
        let whole = read("葛长山，西巷3号，西巷1号 西巷2号、西巷3号").unwrap();
        assert_eq!((whole.name.as_str(), whole.home.as_deref()), ("葛长山", Some("西巷3号")));
        assert_eq!(whole.houses, ["西巷1号", "西巷2号", "西巷3号"]);
        let pasted = read("葛长山\t西巷3号\t西巷1号\t西巷2号").unwrap();
        assert_eq!(pasted.houses, ["西巷1号", "西巷2号"]);
        let bare = read(" 葛长山 ").unwrap();
        assert_eq!((bare.home, bare.houses.len()), (None, 0));
        assert_eq!(read("，西巷3号"), None);
        assert_eq!(read(&"长".repeat(41)), None);
    }

    #[test]
    fn an_owner_has_an_area_and_a_member_of_the_collective_has_none() {
        let owner = line(MembershipKind::Owner, "陈水生，８９.５").unwrap();
        assert_eq!(owner.area_cm2, Some(895_000));
        for wrong in ["陈水生", "陈水生，0", "陈水生，很大", "陈水生，-3", "陈水生，1.23456", "陈水生，89，1栋，多了"]
        {
            assert_eq!(line(MembershipKind::Owner, wrong), None, "{wrong}");
        }
        assert!(line(MembershipKind::Collective, "陈水生，西巷3号").is_some());
        assert_eq!(line(MembershipKind::Collective, "陈水生，西巷3号，多了"), None);
    }
}
