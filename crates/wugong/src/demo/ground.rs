//! The ground of the demo county: places, posts, rolls, accounts, organisations, rules in force. All of it was there before the first
//! matter came up.

use super::book::{Allowed, Book};
use super::corpus::name::{GIVEN_ELDER, GIVEN_MIDDLE, SURNAMES};
use super::corpus::place::{COUNTY, TOWNSHIPS};
use super::corpus::{
    self,
    body::{Association, BRANCHES, Body, POSTS},
};
use super::people::Table;
use super::when::{PAST_DAYS, When};
use super::world::{Hamlet, Holder, Home, Township, Village, World};
use anyhow::{Context, Result};
use civic::id::{AccountId, CountyId, HouseholdId, OrganisationId, PlaceId};
use civic::people::account::{self, Account};
use civic::people::card::{self, Card, CardCode};
use civic::people::consent::{self, ConsentKind, ConsentWay, Given};
use civic::people::county;
use civic::people::membership::{self, Basis, Membership, MembershipKind};
use civic::people::organisation::{self, Organisation, OrganisationForm, OrganisationKind, OrganisationState};
use civic::people::place::{Abbreviation, Place, PlaceKind, parse_places};
use civic::people::representative;
use civic::people::roll_import::{self, Extent, Listed, Roll};
use civic::people::sign_in::Secret;
use civic::people::standing::{Post, Standing};
use civic::record::{Actor, Entry, Verb};
use civic::rules::{Activated, Activation, Rules};
use civic::time::{Day, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The staff name of the resident whom a visitor of the demo can play.
pub(super) const RESIDENT: &str = "demo-resident";
/// The staff name of the old resident whom a visitor can play.
pub(super) const ELDER: &str = "demo-elder";

/// Households of 竹溪村 by hamlet; the story of the flooded lane happens in the first.
const MAIN: [usize; 6] = [48, 36, 31, 27, 40, 22];

/// Makes the ground.
pub(super) fn lay(book: &mut Book, when: When, progress: &mut dyn FnMut(&str)) -> Result<World> {
    let day = when.ago(PAST_DAYS);
    let at = when.at(day, 9, 0);
    let county = put_county(book, day, at)?;

    let places = places(book, day, at)?;
    progress(&format!("{} places of {}", places.len(), COUNTY.1));
    let place = |code: &str| places.get(code).cloned().with_context(|| format!("no place has the code {code}"));
    let root = place(COUNTY.0)?;
    let officer = holder(book, "demo-county", Post::County, &root, None, None, day, at)?;
    holder(book, "demo-auditor", Post::Auditor, &root, None, Some(&officer), day, at)?;
    let rules = activate(book, &root, day, at, &officer)?;

    let mut townships = Vec::new();
    let mut residents = 0;
    for (number, township) in TOWNSHIPS.iter().enumerate() {
        let main = number == 0;
        let own = place(township.code)?;
        let login = if main { "demo-township".to_owned() } else { format!("town-{}", number.saturating_add(1)) };
        let town_officer = holder(book, &login, Post::Township, &own, None, Some(&officer), day, at)?;
        let mut villages = Vec::new();
        for village in township.villages {
            let shown = village.abbreviation == "ZX";
            let village_place = place(&village.code(township))?;
            let mut hamlets = Vec::new();
            for index in 0..village.hamlets.len() {
                hamlets.push(place(&village.hamlet_code(township, index))?);
            }
            let path = vec![village_place.id, own.id, root.id];
            let posts = Posts::fill(book, village.abbreviation, shown, &village_place, &town_officer, day, at)?;
            let homes = roll(book, &when, &village_place, &hamlets, main, shown, &posts.committee)?;
            residents += homes.iter().flatten().map(|home| home.people.len()).sum::<usize>();
            let hamlets =
                hamlets.into_iter().zip(homes).map(|(place, homes)| Hamlet { place, homes }).collect::<Vec<_>>();
            let day_after = when.ago(PAST_DAYS.saturating_sub(1));
            let representatives = representatives(book, &when, &village_place, &hamlets, &posts.committee, day_after)?;
            villages.push(Village {
                place: village_place,
                path,
                abbreviation: Abbreviation::parse(village.abbreviation).context("letters of a village")?,
                ground: village.ground,
                full: main,
                hamlets,
                committee: posts.committee,
                facilitator: posts.facilitator,
                supervision: posts.supervision,
                representatives,
                collective: Vec::new(),
                owners: Vec::new(),
                elder: None,
                standing: None,
                phones: Vec::new(),
            });
        }
        progress(&format!("{}: {} villages, {residents} residents so far", township.name, villages.len()));
        townships.push(Township { place: own, officer: town_officer, villages });
    }
    let mut world =
        World { when, county, root, rules, officer, townships, organisations: Vec::new(), voices: Vec::new() };
    phones(book, &mut world)?;
    shown(book, &mut world)?;
    collective(book, &mut world)?;
    owners(book, &mut world)?;
    world.organisations = organisations(book, &world)?;
    Ok(world)
}

/// The county's own row. It has no place above and no post yet that could have made it.
fn put_county(book: &mut Book, day: Day, at: Timestamp) -> Result<CountyId> {
    let county = county::found(book.id(at), COUNTY.0, COUNTY.1, "Asia/Shanghai", true, day).allowed("a county")?;
    let row = store::people::county::County {
        id: county.id,
        name: county.name.clone(),
        division_code: county.code.to_string(),
        zone: county.zone.clone(),
        host: None,
        // No such area code is given out.
        phone: Some("0729-0000000".to_owned()),
        demo: county.demo,
        created_at: at,
    };
    let entry = Entry::of(&county, Verb::Create, Actor::NOBODY, at, &mut book.draw);
    book.record(vec![entry]);
    book.step(move |tx| store::people::county::put(tx, &row));
    Ok(county.id)
}

/// Every place, read from a table as a county brings it.
fn places(book: &mut Book, day: Day, at: Timestamp) -> Result<BTreeMap<String, Place>> {
    let mut table = String::from("代码,名称,简称\n");
    let _ = writeln!(table, "{},{},", COUNTY.0, COUNTY.1);
    for township in TOWNSHIPS {
        let _ = writeln!(table, "{},{},", township.code, township.name);
        for village in township.villages {
            let _ = writeln!(table, "{},{},{}", village.code(township), village.name, village.abbreviation);
            for (index, hamlet) in village.hamlets.iter().enumerate() {
                let _ = writeln!(table, "{},{hamlet},", village.hamlet_code(township, index));
            }
        }
    }
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for row in parse_places(&table).allowed("the table of places")? {
        let parent = row.parent.and_then(|code| places.get(&code.to_string())).map(|place| place.id);
        let place = Place {
            id: book.id(at),
            kind: row.kind,
            code: row.code,
            name: row.name,
            abbreviation: row.abbreviation,
            parent,
            valid_from: day,
            valid_until: None,
            became: None,
            version: 1,
        };
        book.put(&place, Verb::Create, Actor::NOBODY, at);
        places.insert(place.code.to_string(), place);
    }
    Ok(places)
}

/// The made-up overlay, in force in the whole county from its first day.
fn activate(book: &mut Book, root: &Place, day: Day, at: Timestamp, officer: &Holder) -> Result<Rules> {
    let packs = crate::packs::embedded()?;
    let demo = packs.iter().find(|pack| pack.name == "demo-county").context("the demo county's rules")?;
    let activation =
        Activation { pack: demo.name.clone(), version: demo.version, place: root.id, from: day, until: None };
    let rules = Rules::new(packs, vec![activation.clone()])?;
    let activated = Activated { id: book.id(at), activation, reason: None };
    book.put(&activated, Verb::Activate, officer.actor(), at);
    Ok(rules)
}

/// Somebody who holds a post at a place, with an account. Nobody can sign in with its name: it has no password.
#[expect(clippy::too_many_arguments, reason = "every fact of a post is named")]
fn holder(
    book: &mut Book,
    login: &str,
    post: Post,
    place: &Place,
    title: Option<&str>,
    by: Option<&Holder>,
    day: Day,
    at: Timestamp,
) -> Result<Holder> {
    let given = if book.draw.yes(80) { book.draw.pick(GIVEN_MIDDLE)? } else { book.draw.pick(GIVEN_ELDER)? };
    let name = format!("{}{given}", book.draw.pick(SURNAMES)?);
    let account = account::staff(book.id(at), login, &name, place.id, day).allowed("a staff account")?;
    let actor = by.map_or(Actor::NOBODY, Holder::actor);
    book.put(&account, Verb::Create, actor, at);
    let standing = Standing {
        id: book.id(at),
        account: account.id,
        place: place.id,
        organisation: None,
        post,
        from: day,
        until: None,
        document: title.map(str::to_owned),
    };
    book.put(&standing, Verb::Create, actor, at);
    Ok(Holder { account: account.id, name, post })
}

struct Posts {
    committee: Holder,
    facilitator: Holder,
    supervision: Holder,
}

impl Posts {
    /// Fills the posts of a village: in the one that is shown every seat, elsewhere the first of each.
    fn fill(
        book: &mut Book,
        abbreviation: &str,
        shown: bool,
        village: &Place,
        by: &Holder,
        day: Day,
        at: Timestamp,
    ) -> Result<Self> {
        let letters = abbreviation.to_ascii_lowercase();
        let mut fill = |what: &str, post, fits: &dyn Fn(&&corpus::body::Post) -> bool| {
            let mut first = None;
            let mut number = 0;
            for kind in POSTS.iter().filter(fits) {
                for _ in 0..kind.seats {
                    number += 1;
                    let login = match (shown, number) {
                        (true, 1) => format!("demo-{what}"),
                        (_, 1) => format!("{letters}-{what}"),
                        _ => format!("{letters}-{what}-{number}"),
                    };
                    let title = match village.kind {
                        PlaceKind::Community => kind.title.replace('村', "居"),
                        _ => kind.title.to_owned(),
                    };
                    let holder = holder(book, &login, post, village, Some(&title), Some(by), day, at)?;
                    first.get_or_insert(holder);
                    if !shown {
                        break;
                    }
                }
                if !shown {
                    break;
                }
            }
            first.context("a post")
        };
        Ok(Self {
            committee: fill("committee", Post::Committee, &|post| post.body == Body::Committee)?,
            facilitator: fill("facilitator", Post::Facilitator, &|post| post.title == "网格员")?,
            supervision: fill("supervision", Post::Supervision, &|post| post.body == Body::Supervision)?,
        })
    }
}

/// The roll of a village, written as a table and taken in as a whole.
fn roll(
    book: &mut Book,
    when: &When,
    village: &Place,
    hamlets: &[Place],
    full: bool,
    shown: bool,
    committee: &Holder,
) -> Result<Vec<Vec<Home>>> {
    let day = when.ago(PAST_DAYS);
    let mut table = Table::new(day, &mut book.draw);
    for (index, hamlet) in hamlets.iter().enumerate() {
        let mut many = match (shown, full, index) {
            (true, _, _) => MAIN.get(index).copied().unwrap_or(20),
            (_, true, 0) => 28,
            (_, true, _) => 14,
            (_, false, 0) => 9,
            (_, false, _) => 2,
        };
        if shown && index == 0 {
            // Whom a visitor of the demo can play.
            table.household(&hamlet.name, &["柳桂香"]);
            table.household(&hamlet.name, &["柳建平", "熊红梅", "柳子轩"]);
            many = many.saturating_sub(2);
        } else if !shown && index > 0 {
            many = many.saturating_add(table.more(full));
        }
        table.households(&hamlet.name, many)?;
    }
    let source = table.text();
    let before = Roll { village, hamlets, households: &[], people: &[] };
    let plan = roll_import::plan(&source, &before, Extent::Whole, day).allowed("the roll of a village")?;
    let at = when.at(day, 14, 0);
    let changes = roll_import::carry_out(&plan, &before, Extent::Whole, day, at, &mut book.draw);
    let entries = changes.entries(committee.actor(), at, &mut book.draw);
    book.record(entries);

    let mut homes: BTreeMap<_, Home> = changes
        .households_new
        .iter()
        .map(|household| (household.id, Home { household: household.clone(), people: Vec::new() }))
        .collect();
    for (resident, membership) in changes.residents_new.iter().zip(&changes.memberships_new) {
        if let Some(home) = membership.household.and_then(|household| homes.get_mut(&household)) {
            home.people.push(Listed { resident: resident.clone(), membership: membership.clone() });
        }
    }
    book.step(move |tx| store::people::roll_import::put(tx, &changes));
    let mut by_hamlet: Vec<Vec<Home>> = hamlets.iter().map(|_| Vec::new()).collect();
    for home in homes.into_values() {
        let index = hamlets.iter().position(|hamlet| hamlet.id == home.household.place);
        if let Some(list) = index.and_then(|index| by_hamlet.get_mut(index)) {
            list.push(home);
        }
    }
    Ok(by_hamlet)
}

/// Who sits in the representatives' meeting: one for eight to fifteen households of each hamlet (Villagers' Committees Law art. 29: one
/// for five to fifteen), in a community one for thirty to fifty, and with five or more of them one member of the committee, so that four
/// fifths are elected.
fn representatives(
    book: &mut Book,
    when: &When,
    village: &Place,
    hamlets: &[Hamlet],
    committee: &Holder,
    day: Day,
) -> Result<Vec<Listed>> {
    let at = when.at(day, 9, 30);
    let actor = committee.actor();
    let for_each = if village.kind == PlaceKind::Community { 30 } else { 8 };
    let mut seated: Vec<Listed> = Vec::new();
    let mut seat = |book: &mut Book, listed: &Listed, basis, represents: Vec<HouseholdId>| {
        let membership = Membership {
            id: book.id(at),
            resident: listed.resident.id,
            kind: MembershipKind::Representative,
            place: village.id,
            household: None,
            area_cm2: None,
            from: day,
            until: Some(representative::term_end(day, 5)),
            basis,
            represents,
            version: 1,
        };
        let others: Vec<Membership> = seated.iter().map(|one| one.membership.clone()).collect();
        let own = std::slice::from_ref(&listed.membership);
        let membership = representative::seat(membership, own, &others).allowed("a seat among the representatives")?;
        book.put(&membership, Verb::Create, actor, at);
        seated.push(Listed { resident: listed.resident.clone(), membership });
        Ok::<_, anyhow::Error>(())
    };
    for hamlet in hamlets {
        let homes: Vec<&Home> = hamlet.homes.iter().filter(|home| home.adults(day).next().is_some()).collect();
        let many = (homes.len() / for_each).max(1);
        for part in homes.chunks(homes.len().div_ceil(many).max(1)) {
            let home = *book.draw.pick(part)?;
            let listed = home.adults(day).next().cloned().context("an adult of a household")?;
            let represents = part.iter().map(|home| home.household.id).collect();
            seat(book, &listed, Basis::Elected, represents)?;
        }
    }
    // The first of a household was taken above where it was chosen, so the second is free.
    let second = hamlets.iter().flat_map(|hamlet| &hamlet.homes).find_map(|home| home.adults(day).nth(1)).cloned();
    if let Some(listed) = second.filter(|_| hamlets.len() >= 5) {
        seat(book, &listed, Basis::Office, Vec::new())?;
    }
    Ok(seated)
}

/// Some residents of the main town sign in with a phone, which their committee noted for them.
fn phones(book: &mut Book, world: &mut World) -> Result<()> {
    let day = world.when.ago(PAST_DAYS.saturating_sub(1));
    let mut number = 100_i64;
    let Some(town) = world.townships.first_mut() else { return Ok(()) };
    for village in &mut town.villages {
        let people: Vec<Listed> = village
            .hamlets
            .iter()
            .flat_map(|hamlet| &hamlet.homes)
            .filter_map(|home| home.people.get(1))
            .cloned()
            .collect();
        for listed in book.draw.some(&people, 8) {
            number += 1;
            let at = world.when.at(day, 10, 0);
            let account = account::with_phone(book.id(at), &invented_phone(number), listed.membership.place, day)
                .allowed("an account by phone")?;
            serve(book, &account, &listed, village.committee.actor(), day, at)?;
            village.phones.push((account.id, listed));
        }
    }
    Ok(())
}

/// A number that no mobile network gives out: they begin with 13 to 19.
pub(super) fn invented_phone(number: i64) -> String {
    format!("12{number:09}")
}

fn serve(book: &mut Book, account: &Account, listed: &Listed, actor: Actor, day: Day, at: Timestamp) -> Result<()> {
    let link = account.serve(listed.resident.id, &[], day).allowed("an account for a resident")?;
    book.put(account, Verb::Create, actor, at);
    book.step(move |tx| store::people::account::link(tx, &link));
    Ok(())
}

/// The residents of 柳塆 whom a visitor of the demo can play: one with a phone, and an old one whom the facilitator helps.
fn shown(book: &mut Book, world: &mut World) -> Result<()> {
    let day = world.when.ago(PAST_DAYS.saturating_sub(2));
    let at = world.when.at(day, 15, 0);
    let village = world
        .townships
        .first_mut()
        .and_then(|town| town.villages.iter_mut().find(|village| village.abbreviation.as_str() == "ZX"))
        .context("the village that is shown")?;
    let find = |name: &str| {
        let people = village.hamlets.iter().flat_map(|hamlet| &hamlet.homes).flat_map(|home| &home.people);
        people.into_iter().find(|listed| listed.resident.name == name).cloned().context("somebody of the demo")
    };
    let (resident, elder) = (find("柳建平")?, find("柳桂香")?);
    let committee = village.committee.actor();

    let by_phone = account::with_phone(book.id(at), &invented_phone(1), resident.membership.place, day)
        .allowed("an account by phone")?;
    let by_phone = Account { login: Some(RESIDENT.to_owned()), ..by_phone };
    serve(book, &by_phone, &resident, committee, day, at)?;
    village.phones.insert(0, (by_phone.id, resident));

    let by_card = account::by_card(book.id(at), elder.membership.place, day);
    let by_card = Account { login: Some(ELDER.to_owned()), ..by_card };
    serve(book, &by_card, &elder, committee, day, at)?;
    let given = Given {
        kind: ConsentKind::HelperActs,
        resident: Some(elder.resident.id),
        need: None,
        helper: Some(village.facilitator.account),
        way: ConsentWay::Spoken,
    };
    let consent = consent::give(book.id(at), given, at).allowed("a consent")?;
    book.consent(&consent, village.facilitator.actor(), at);
    cards(book, &world.when, village, &by_card, &elder)?;
    village.elder = Some(elder);
    village.standing = Some(consent);

    // Who registered alone waits for the village's word.
    for (number, name) in [(11, "葛小琴"), (12, "杜永强")] {
        let day = world.when.ago(i32::try_from(number).unwrap_or(0).saturating_sub(9));
        let at = world.when.at(day, 20, 10);
        let place = village.hamlets.get(1).map_or(village.place.id, |hamlet| hamlet.place.id);
        let waiting =
            account::register(book.id(at), &invented_phone(number), name, place, day).allowed("a registrant")?;
        book.put(&waiting, Verb::Create, Actor::NOBODY, at);
    }
    Ok(())
}

/// Printed cards in every state of their life: the old resident lost one, got another and used it; two more lie with old neighbours who
/// have not used theirs. Nobody knows their codes: whoever wants to try prints a fresh one on the page of the person.
fn cards(book: &mut Book, when: &When, village: &Village, account: &Account, elder: &Listed) -> Result<()> {
    let actor = village.committee.actor();
    let secret = Secret(book.draw.bytes());
    let hand_out = |book: &mut Book, to: &Listed, before: &[Card], ago: i32| -> Result<Card> {
        let day = when.ago(ago);
        let at = when.at(day, 9, 40);
        let code = CardCode::fresh(&mut book.draw);
        let (card, replaced) = card::issue(book.id(at), to.resident.id, &code, &secret, before, day);
        book.put(&card, Verb::Create, actor, at);
        for mut old in replaced {
            book.change(&mut old, Verb::Change, actor, at);
        }
        Ok(card)
    };
    let lost = hand_out(book, elder, &[], PAST_DAYS.saturating_sub(3))?;
    let card = hand_out(book, elder, &[lost], 40)?;
    let day = when.ago(39);
    let mut used = card.used(account.id, day).allowed("a card that is used")?;
    book.change(&mut used, Verb::Change, Actor { account: Some(account.id), post: None }, when.at(day, 19, 20));
    let elders = village.hamlets.iter().flat_map(|hamlet| &hamlet.homes).filter_map(|home| home.people.first());
    for listed in elders.filter(|listed| listed.resident.id != elder.resident.id).take(2) {
        hand_out(book, listed, &[], 12)?;
    }
    Ok(())
}

/// Memberships besides those of the roll.
#[expect(clippy::too_many_arguments, reason = "every fact of a membership is named")]
fn join(
    book: &mut Book,
    listed: &Listed,
    kind: MembershipKind,
    area_cm2: Option<i64>,
    basis: Basis,
    actor: Actor,
    day: Day,
    at: Timestamp,
) -> Result<Listed> {
    let membership = Membership {
        id: book.id(at),
        resident: listed.resident.id,
        kind,
        place: listed.membership.place,
        household: listed.membership.household,
        area_cm2,
        from: day,
        until: None,
        basis,
        represents: Vec::new(),
        version: 1,
    };
    let membership = membership::begin(membership, std::slice::from_ref(&listed.membership)).allowed("a membership")?;
    book.put(&membership, Verb::Create, actor, at);
    Ok(Listed { resident: listed.resident.clone(), membership })
}

/// The rural collective of 石鼓村: its adults, as its members decided.
fn collective(book: &mut Book, world: &mut World) -> Result<()> {
    let day = world.when.ago(PAST_DAYS.saturating_sub(2));
    let at = world.when.at(day, 16, 0);
    let village = village_mut(world, "SG")?;
    let adults: Vec<Listed> = village
        .hamlets
        .iter()
        .take(3)
        .flat_map(|hamlet| &hamlet.homes)
        .flat_map(|home| home.adults(day))
        .cloned()
        .collect();
    let actor = village.committee.actor();
    for listed in adults {
        let member = join(book, &listed, MembershipKind::Collective, None, Basis::Decision, actor, day, at)?;
        village.collective.push(member);
    }
    Ok(())
}

/// The owners of the homes of 新街 in 官桥社区.
fn owners(book: &mut Book, world: &mut World) -> Result<()> {
    let day = world.when.ago(PAST_DAYS.saturating_sub(2));
    let at = world.when.at(day, 17, 0);
    let village = village_mut(world, "GQ")?;
    let heads: Vec<Listed> = village
        .hamlets
        .last()
        .into_iter()
        .flat_map(|hamlet| &hamlet.homes)
        .filter_map(|home| home.adults(day).next())
        .cloned()
        .collect();
    let actor = village.committee.actor();
    for listed in heads {
        let area = i64::from(book.draw.between(68..=142)).saturating_mul(10_000);
        let owner = join(book, &listed, MembershipKind::Owner, Some(area), Basis::Title, actor, day, at)?;
        village.owners.push(owner);
    }
    Ok(())
}

fn village_mut<'w>(world: &'w mut World, letters: &str) -> Result<&'w mut Village> {
    world
        .townships
        .iter_mut()
        .flat_map(|town| &mut town.villages)
        .find(|village| village.abbreviation.as_str() == letters)
        .context("a village of the demo")
}

/// The committees of the main town, the two associations with their eighteen branches, and a few others.
fn organisations(book: &mut Book, world: &World) -> Result<Vec<Organisation>> {
    let day = world.when.ago(PAST_DAYS.saturating_sub(3));
    let at = world.when.at(day, 11, 0);
    let actor = world.officer.actor();
    let mut all = Vec::new();
    let mut enter = |kind, name: &str, place: PlaceId, parent: Option<&Organisation>, branch, contact: &str, state| {
        let form = OrganisationForm { kind, name, place, parent, branch, contact };
        let id: OrganisationId = book.id(at);
        let mut organisation = organisation::enter(id, &form, day).allowed("an organisation")?;
        book.put(&organisation, Verb::Create, actor, at);
        let steps: &[OrganisationState] = match state {
            OrganisationState::Preparing => &[],
            OrganisationState::Established => &[OrganisationState::Established],
            OrganisationState::Running => &[OrganisationState::Established, OrganisationState::Running],
            OrganisationState::Dormant => &[OrganisationState::Established, OrganisationState::Dormant],
            OrganisationState::Dissolved => &[OrganisationState::Dissolved],
        };
        for to in steps {
            organisation = organisation.moved(*to, day, day).allowed("the life of an organisation")?;
            book.change(&mut organisation, Verb::Change, actor, at);
        }
        all.push(organisation.clone());
        Ok::<_, anyhow::Error>(organisation)
    };
    let running = OrganisationState::Running;
    let root = world.root.id;
    let intellectuals =
        enter(OrganisationKind::Intellectuals, "青渡县知联会", root, None, false, "县知联会办公室", running)?;
    let strata = enter(OrganisationKind::NewStrata, "青渡县新联会", root, None, false, "县新联会办公室", running)?;
    let office = OrganisationKind::Office;
    enter(office, "青渡县共同缔造办公室", root, None, false, "县政府一楼", running)?;
    for town in &world.townships {
        enter(office, &format!("{}政府", town.place.name), town.place.id, None, false, "值班室", running)?;
    }
    let places: BTreeMap<String, PlaceId> = world
        .townships
        .iter()
        .flat_map(|town| town.villages.iter().map(|village| &village.place).chain([&town.place]))
        .map(|place| (place.code.to_string(), place.id))
        .collect();
    for (number, branch) in BRANCHES.iter().enumerate() {
        let (kind, parent) = match branch.association {
            Association::Intellectuals => (OrganisationKind::Intellectuals, &intellectuals),
            Association::NewStrata => (OrganisationKind::NewStrata, &strata),
        };
        let place = places.get(branch.place).copied().context("the place of a branch")?;
        let state = match number {
            13 => OrganisationState::Preparing,
            15 => OrganisationState::Dormant,
            9 | 11 => OrganisationState::Established,
            _ => running,
        };
        enter(kind, branch.name, place, Some(parent), true, "分会办公室", state)?;
    }
    for village in world.townships.first().into_iter().flat_map(|town| &town.villages) {
        let (name, place) = (&village.place.name, village.place.id);
        let committee = match village.place.kind {
            PlaceKind::Community => (OrganisationKind::ResidentsCommittee, "居民委员会"),
            _ => (OrganisationKind::VillagersCommittee, "村民委员会"),
        };
        enter(committee.0, &format!("{name}{}", committee.1), place, None, false, "", running)?;
        let supervision = format!("{name}监督委员会");
        enter(OrganisationKind::SupervisionCommittee, &supervision, place, None, false, "", running)?;
        if village.abbreviation.as_str() == "ZX" {
            for hamlet in &village.hamlets {
                let council = format!("{}理事会", hamlet.place.name);
                enter(OrganisationKind::VillagersCouncil, &council, hamlet.place.id, None, false, "", running)?;
            }
            let team = OrganisationKind::VolunteerTeam;
            enter(team, "竹溪村帮一把小队", place, None, false, "村部", running)?;
        }
    }
    Ok(all)
}

/// Somebody who lives in a village and has an account: for acts on the site.
pub(super) fn with_phone(book: &mut Book, village: &Village) -> Option<(AccountId, Listed)> {
    let place = book.draw.place(village.phones.len());
    village.phones.get(place).cloned()
}
