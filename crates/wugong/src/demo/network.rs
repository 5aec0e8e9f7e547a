//! What organisations do: their activities, where they should be, practice bases, and a programme with its work plan. What is done
//! there leads to matters and meetings that the generator made before.

use super::book::{Allowed, Book};
use super::corpus::body::BRANCHES;
use super::corpus::network::{ACTIVITIES, BRANDS, JUDGED, Kind, PLANS, STUDIES, TASKS, Task, Then};
use super::world::{Township, World};
use anyhow::{Context, Result};
use civic::decide::matter::{Matter, PlanState};
use civic::decide::meeting::MeetingState;
use civic::id::PlaceId;
use civic::people::activity::{self, ActivityForm, ActivityKind, Came, OpenTo};
use civic::people::organisation::{Organisation, OrganisationKind, OrganisationState};
use civic::people::place::Level;
use civic::people::practice_base::{self, BaseForm, BaseState, Theme};
use civic::people::should_build;
use civic::programme::evidence::Evidence;
use civic::programme::programme::{self, LocalBrand, ProgrammeForm};
use civic::programme::work_plan::{self, TaskForm};
use civic::record::{Actor, Verb};
use civic::time::Day;

/// Makes all of it.
pub(super) fn weave(book: &mut Book, world: &World) -> Result<()> {
    activities(book, world)?;
    judgements(book, world)?;
    bases(book, world)?;
    plan(book, world)
}

/// An organisation by its name.
fn named<'w>(world: &'w World, name: &str) -> Result<&'w Organisation> {
    world.organisations.iter().find(|one| one.name == name).with_context(|| format!("the organisation {name}"))
}

/// A place by its code: a township or a village.
fn place_of(world: &World, code: &str) -> Result<PlaceId> {
    let places = world
        .townships
        .iter()
        .flat_map(|town| town.villages.iter().map(|village| &village.place).chain(std::iter::once(&town.place)));
    let found = places.into_iter().find(|place| place.code.to_string() == code);
    Ok(found.with_context(|| format!("the place {code}"))?.id)
}

/// Who enters something at a place: the office of its township.
fn office(world: &World, place: PlaceId) -> Result<&Township> {
    let within = |town: &&Township| town.place.id == place || town.villages.iter().any(|v| v.path.contains(&place));
    world.townships.iter().find(within).context("the township of a place")
}

/// The matters of a township that were answered, the newest last.
fn answered(book: &Book, town: &Township, before: Day) -> Vec<Matter> {
    let near = |place: PlaceId| {
        town.villages.iter().any(|v| v.place.id == place || v.hamlets.iter().any(|h| h.place.id == place))
    };
    let open = [PlanState::Raised, PlanState::Sorted];
    let fits = |one: &&Matter| {
        one.is_public()
            && one.merged_into.is_none()
            && !open.contains(&one.plan)
            && one.created < before
            && near(one.place)
    };
    book.matters().filter(fits).cloned().collect()
}

fn activities(book: &mut Book, world: &World) -> Result<()> {
    for (number, branch) in BRANCHES.iter().enumerate() {
        let own = named(world, branch.name)?.clone();
        let town = office(world, own.place)?;
        let matters = answered(book, town, world.when.today);
        let actor = town.officer.actor();
        let many = match own.state {
            OrganisationState::Running => 2 + (number * 7) % 5,
            OrganisationState::Established | OrganisationState::Dormant => 1,
            OrganisationState::Preparing | OrganisationState::Dissolved => 0,
        };
        for turn in 0..many {
            let ago = book.draw.between(2..=88);
            let kind = match turn % 4 {
                0 => ActivityKind::Service,
                1 => ActivityKind::MatterHandled,
                2 => ActivityKind::Study,
                _ => ActivityKind::Activity,
            };
            let matter = matters.get((number + turn) % matters.len().max(1));
            let (kind, matter) = match (kind, matter) {
                (ActivityKind::MatterHandled, Some(matter)) => (kind, Some(matter)),
                (ActivityKind::MatterHandled, None) => (ActivityKind::Service, None),
                (kind, _) => (kind, None),
            };
            let purpose = match kind {
                ActivityKind::Service => branch.offers.to_owned(),
                ActivityKind::MatterHandled => format!("上门看了现场，{}", branch.offers),
                ActivityKind::Study => (*book.draw.pick(STUDIES)?).to_owned(),
                ActivityKind::Activity => (*book.draw.pick(ACTIVITIES)?).to_owned(),
            };
            let open_to =
                *book.draw.pick(&[OpenTo::Everybody, OpenTo::Residents, OpenTo::Residents, OpenTo::Invited])?;
            let form = ActivityForm {
                kind,
                held: world.when.ago(ago),
                place: where_held(book, town, &own, matter)?,
                purpose,
                open_to,
                matter: matter.map(|one| one.id),
                came: Some(Came {
                    organisations: u32::try_from(book.draw.between(1..=3)).unwrap_or(1),
                    people: u32::try_from(book.draw.between(4..=46)).unwrap_or(4),
                }),
            };
            enter(book, world, &own, &form, world.when.ago(ago.saturating_sub(1)), actor)?;
        }
        if own.state == OrganisationState::Running && number % 4 == 1 {
            let ahead = book.draw.between(3..=20);
            let form = ActivityForm {
                kind: ActivityKind::Service,
                held: world.when.today.plus(ahead),
                place: own.place,
                purpose: (*book.draw.pick(PLANS)?).to_owned(),
                open_to: OpenTo::Everybody,
                matter: None,
                came: None,
            };
            let planned = enter(book, world, &own, &form, world.when.ago(1), actor)?;
            // One of them does not take place.
            if number == 5 {
                let mut off = planned.struck("师傅那天不得空，另定日子").allowed("an activity that is struck out")?;
                book.change(&mut off, Verb::Cancel, actor, world.when.at(world.when.today, 8, 30));
            }
        }
    }
    Ok(())
}

fn where_held(book: &mut Book, town: &Township, own: &Organisation, matter: Option<&Matter>) -> Result<PlaceId> {
    if let Some(matter) = matter {
        return Ok(matter.place);
    }
    let own_village = town.villages.iter().find(|village| village.place.id == own.place);
    let village = match own_village {
        Some(village) => village,
        None => book.draw.pick(&town.villages)?,
    };
    Ok(if own_village.is_some() { book.draw.pick(&village.hamlets)?.place.id } else { village.place.id })
}

fn enter(
    book: &mut Book,
    world: &World,
    own: &Organisation,
    form: &ActivityForm,
    on: Day,
    actor: Actor,
) -> Result<activity::Activity> {
    let at = world.when.at(on, 17, 40);
    let made = activity::enter(book.id(at), own, form, on, at).allowed("an activity")?;
    book.put(&made, Verb::Create, actor, at);
    Ok(made)
}

fn judgements(book: &mut Book, world: &World) -> Result<()> {
    for (number, (code, kind, should, reason)) in (0..).zip(JUDGED) {
        let place = place_of(world, code)?;
        let kind = match kind {
            Kind::Intellectuals => OrganisationKind::Intellectuals,
            Kind::NewStrata => OrganisationKind::NewStrata,
            Kind::Chamber => OrganisationKind::Chamber,
            Kind::Worthies => OrganisationKind::Worthies,
        };
        // Most were judged in the first days, some since.
        let day = world.when.ago(if number % 6 == 5 { 21 } else { 92 });
        let at = world.when.at(day, 16, 0);
        let made = should_build::judge(book.id(at), place, kind, *should, reason, day, at).allowed("a judgement")?;
        book.put(&made, Verb::Create, office(world, place)?.officer.actor(), at);
    }
    Ok(())
}

/// Meetings that were held near a place, before that day.
fn met(book: &Book, near: &[PlaceId], before: Day) -> Vec<Evidence> {
    let held = |one: &&civic::decide::meeting::Meeting| {
        one.state == MeetingState::Closed && near.contains(&one.place) && one.held_on.is_some_and(|on| on < before)
    };
    book.meetings().filter(held).map(|one| Evidence::Meeting(one.id)).collect()
}

fn bases(book: &mut Book, world: &World) -> Result<()> {
    let town = world.townships.first().context("the main town")?;
    let village =
        town.villages.iter().find(|v| v.abbreviation.as_str() == "ZX").context("the village that is shown")?;
    let hamlet = village.hamlets.first().context("a hamlet")?;
    let actor = village.committee.actor();
    let (entered, written) = (world.when.ago(60), world.when.ago(3));
    let host = named(world, "官桥镇竹溪村知联会分会")?.clone();
    let partners = ["官桥镇新联会分会", "竹溪村村民委员会"].map(|name| named(world, name).map(|one| one.id));
    let partners = partners.into_iter().collect::<Result<Vec<_>>>()?;
    let form = BaseForm {
        name: format!("{}实践创新基地", hamlet.place.name),
        theme: Theme::Industry,
        partners,
        services: "每周三下午，有人在晒场边的老仓房看果树、看虫、算账。\n农忙时改到晚上。\n想学的，带上自家的枝叶来。"
            .to_owned(),
        results: String::new(),
        links: Vec::new(),
    };
    let at = world.when.at(entered, 10, 30);
    let mut base =
        practice_base::enter(book.id(at), hamlet.place.id, &host, &form, entered).allowed("a practice base")?;
    book.put(&base, Verb::Create, actor, at);
    let near: Vec<PlaceId> =
        std::iter::once(village.place.id).chain(village.hamlets.iter().map(|h| h.place.id)).collect();
    let served = book
        .matters()
        .filter(|one| {
            let settled =
                matches!(one.plan, PlanState::Disclosed | PlanState::Decided | PlanState::Closed | PlanState::Posted);
            one.is_public()
                && settled
                && near.contains(&one.place)
                && one.created < written
                && one.merged_into.is_none()
        })
        .take(4)
        .map(|one| Evidence::Matter(one.id));
    let mut links: Vec<Evidence> = served.collect();
    links.extend(met(book, &near, written).into_iter().take(3));
    let form = BaseForm {
        links,
        results: "救活了三十来棵烂根的树，十棵没救活，改种了桃。\n两家合着买了一台粉枝机，谁用谁出油钱。\n想办的冷库没办成，电不够。".to_owned(),
        ..form
    };
    let at = world.when.at(written, 15, 20);
    base = base.changed(&form).allowed("a base written anew")?;
    book.change(&mut base, Verb::Change, actor, at);
    base = base.moved(BaseState::Running, written, written).allowed("a base that works")?;
    book.change(&mut base, Verb::Change, actor, at);

    // A second one is being set up: it has served nobody yet, and so it does not work yet.
    let host = named(world, "白湖镇知联会分会")?.clone();
    let lake = office(world, host.place)?;
    let place = lake.villages.first().context("a village by the lake")?.place.id;
    let day = world.when.ago(9);
    let at = world.when.at(day, 11, 0);
    let form = BaseForm {
        name: "白湖看水点".to_owned(),
        theme: Theme::Environment,
        partners: Vec::new(),
        services: "拿一瓶塘水来，当场看。哪天有人，贴在塘口。".to_owned(),
        results: String::new(),
        links: Vec::new(),
    };
    let second = practice_base::enter(book.id(at), place, &host, &form, day).allowed("a practice base")?;
    book.put(&second, Verb::Create, lake.officer.actor(), at);
    Ok(())
}

fn plan(book: &mut Book, world: &World) -> Result<()> {
    let actor = world.officer.actor();
    let day = world.when.ago(90);
    let at = world.when.at(day, 9, 0);
    let form = ProgrammeForm {
        name: "同心聚力·共同缔造".to_owned(),
        brand: "同心聚力，共同缔造".to_owned(),
        goals: "房前屋后的事，乡亲自己提、自己定、自己管。\n县里和两个联谊会出主意、出手艺，不替乡亲做主。\n办成的、没办成的，都写出来。".to_owned(),
        plan: "青共缔〔方案〕1号".to_owned(),
        from: day,
        until: day.plus(365),
    };
    let programme = programme::open(book.id(at), world.root.id, &form).allowed("a programme")?;
    book.put(&programme, Verb::Create, actor, at);
    let mut brands: Vec<LocalBrand> = Vec::new();
    for (number, (code, text)) in (0..).zip(BRANDS) {
        let day = world.when.ago(88_i32.saturating_sub(number));
        let at = world.when.at(day, 10, 10);
        let joined =
            programme.join(book.id(at), place_of(world, code)?, text, &brands, day).allowed("a place that joins")?;
        book.put(&joined, Verb::Create, actor, at);
        brands.push(joined);
    }
    for (number, one) in TASKS.iter().enumerate() {
        take_up(book, world, &programme, one, number, actor)?;
    }
    Ok(())
}

fn level_of(world: &World, place: PlaceId) -> Level {
    if place == world.root.id {
        Level::County
    } else if world.townships.iter().any(|town| town.place.id == place) {
        Level::Township
    } else {
        Level::Village
    }
}

fn take_up(
    book: &mut Book,
    world: &World,
    programme: &programme::Programme,
    one: &Task,
    number: usize,
    actor: Actor,
) -> Result<()> {
    let owner = named(world, one.owner)?;
    let day = world.when.ago(89);
    let at = world.when.at(day, 9, 30);
    let helpers = one.helpers.iter().map(|name| named(world, name).map(|one| one.id)).collect::<Result<Vec<_>>>()?;
    let form = TaskForm {
        goal: one.goal.to_owned(),
        owner: owner.id,
        owner_level: level_of(world, owner.place),
        helpers,
        due: world.when.today.plus(one.due),
        document: one.document.to_owned(),
        funding: one.funding.to_owned(),
    };
    let mut task = work_plan::take_up(book.id(at), programme, &form).allowed("a task")?;
    book.put(&task, Verb::Create, actor, at);
    let (day, many, done) = match one.then {
        Then::Open => return Ok(()),
        Then::Part(many) => (world.when.ago(4), many, false),
        Then::Done(ago, many) => (world.when.ago(ago), many, true),
        Then::Dropped(ago, reason) => {
            let day = world.when.ago(ago);
            task = task.dropped(reason, day).allowed("a task that is dropped")?;
            book.change(&mut task, Verb::Cancel, actor, world.when.at(day, 14, 0));
            return Ok(());
        }
    };
    let meetings = book.meetings().filter(|one| {
        one.state == MeetingState::Closed
            && one.held_on.is_some_and(|on| on < day)
            && one.created_at < world.when.at(day, 0, 0)
    });
    let mut links: Vec<Evidence> =
        meetings.take(if one.meets { many } else { 0 }).map(|meeting| Evidence::Meeting(meeting.id)).collect();
    if links.is_empty() {
        // Matters that came to something by that day, other ones for each task.
        let fits = |matter: &&Matter| {
            matter.is_public()
                && matter.merged_into.is_none()
                && matter.created < day
                && !matches!(matter.plan, PlanState::Raised | PlanState::Sorted)
        };
        links.extend(book.matters().filter(fits).skip(number * 3).take(many).map(|matter| Evidence::Matter(matter.id)));
    }
    task = task.shown(&links, done, day).allowed("a task that shows")?;
    book.change(&mut task, Verb::Change, actor, world.when.at(day, 14, 0));
    Ok(())
}
