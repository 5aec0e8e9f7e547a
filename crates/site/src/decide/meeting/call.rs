//! Calling a meeting: which body, counted how, who calls, when people were told, when and where they meet.

use super::load::{Loaded, entered, minute};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once, once_told};
use crate::people::place::brand;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::decide::convocation::{self as law, AGENDA_MAX, Call, Channel, ConvocationRefusal, Petition};
use civic::decide::matter::{Matter, MatterRefusal, PlanState};
use civic::decide::meeting::{self as meetings, Meeting, MeetingState, REASON_MAX, TITLE_MAX, VENUE_MAX};
use civic::id::{Chance, ConvocationId, MeetingId, PlaceId};
use civic::people::place::{Level, Place, PlaceKind, village_of};
use civic::people::standing::Visibility;
use civic::record::{Actor, Entry, Verb};
use civic::rules::{Body, Convener, InForce, Mode, Petitioner, Rules};
use civic::time::{Day, Timestamp};
use civic::token::Token;
use std::collections::HashMap;
use std::sync::Arc;
use store::Tx;
use store::decide::{convocation, matter, meeting, topic};
use store::people::place;

/// The most people that a petition can have.
const PEOPLE_MAX: u32 = 1_000_000;

/// A body that can decide a matter, counted in one of its ways.
#[derive(Clone)]
struct Choice {
    body: Body,
    mode: Mode,
    /// Where it meets.
    at: Place,
}

impl Choice {
    fn value(&self) -> String {
        format!("{}.{}", self.body.as_str(), self.mode.as_str())
    }
}

/// The bodies that can meet over a matter of this place, each in the ways for which a rule says how many must come.
fn choices(rules: &InForce<'_>, line: &[Place]) -> Vec<Choice> {
    let own = line.first();
    let village = village_of(line);
    let of_kind = |kind| village.filter(|p| p.kind == kind);
    let mut found = Vec::new();
    for body in Body::ALL.iter().copied() {
        let at = match body {
            Body::GroupMeeting => {
                own.filter(|p| p.kind.level() == Level::Hamlet && of_kind(PlaceKind::Village).is_some())
            }
            Body::VillagersAssembly | Body::VillagersReps | Body::CollectiveAssembly => of_kind(PlaceKind::Village),
            Body::ResidentsAssembly | Body::ResidentsReps => of_kind(PlaceKind::Community),
            // Owners meet by building or courtyard, and where there is none by community.
            Body::OwnersAssembly => own.filter(|_| of_kind(PlaceKind::Community).is_some()),
        };
        let Some(at) = at else { continue };
        for mode in body.modes().iter().copied().filter(|mode| rules.quorum(body, *mode).is_ok()) {
            found.push(Choice { body, mode, at: at.clone() });
        }
    }
    // Households first: it is how a village meets.
    found.sort_by_key(|choice| (choice.body, choice.mode != Mode::Household));
    found
}

/// A choice as the form shows it.
struct ChoiceView {
    value: String,
    label: String,
    note: String,
    on: bool,
}

fn choice_view(w: &W, force: &InForce<'_>, rules: &Rules, choice: &Choice, chosen: &str) -> ChoiceView {
    let mut notes = Vec::new();
    for reference in [
        force.quorum(choice.body, choice.mode).ok().map(|r| r.rule),
        force.decision(choice.body, choice.mode, civic::rules::Item::General).ok().map(|r| r.rule),
        force.notice(choice.body).map(|r| r.rule),
    ]
    .into_iter()
    .flatten()
    {
        if let Some((_, rule)) = rules.find(&reference) {
            notes.push(crate::record::rule_words(w, rule));
        }
    }
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    ChoiceView {
        value: choice.value(),
        label: w.t3(
            "call-choice",
            "place",
            choice.at.name.as_str(),
            "body",
            w.token(choice.body),
            "mode",
            w.token(choice.mode),
        ),
        note: notes.join(&w.t("call-choice-between")),
        on: choice.value() == chosen,
    }
}

#[derive(Template)]
#[template(path = "decide/meeting/call.html")]
struct CallPage {
    v: View,
    f: Fields,
    action: String,
    back: String,
    off: Option<String>,
    title: String,
    about: String,
    /// Empty where the meeting exists already and only its day is new.
    choices: Vec<ChoiceView>,
    fresh: bool,
    on_paper: bool,
    conveners: Vec<(String, String)>,
    petitioners: Vec<(String, String)>,
    channels: Vec<(String, String, bool)>,
    tell: Option<String>,
    ad_hoc: bool,
    earliest: String,
}

/// What a call form needs besides what was typed.
struct Ground<'a> {
    action: String,
    back: String,
    off: Option<String>,
    title: String,
    about: String,
    line: &'a [Place],
    choices: &'a [Choice],
    fresh: bool,
    on_paper: bool,
}

async fn page(visit: &Visit, ground: Ground<'_>, f: Fields) -> Result<Page<CallPage>> {
    let w = visit.w();
    let rules = visit.app.rules(visit.county.id).await?;
    let path: Vec<PlaceId> = ground.line.iter().map(|p| p.id).collect();
    let force = rules.on(&path, visit.today);
    let chosen = f.value("mode").to_owned();
    let mut conveners: Vec<Convener> = Vec::new();
    let mut petitioners: Vec<Petitioner> = Vec::new();
    let mut earliest = Vec::new();
    let mut bodies: Vec<Body> = Vec::new();
    for choice in ground.choices {
        if bodies.contains(&choice.body) {
            continue;
        }
        bodies.push(choice.body);
        conveners.extend(force.conveners(choice.body).0);
        petitioners.extend(Petitioner::ALL.iter().copied().filter(|by| force.initiative(choice.body, *by).is_some()));
        let first = force
            .notice(choice.body)
            .map_or(visit.today, |notice| visit.today.earliest_after_notice(notice.value.days));
        earliest.push(w.t2("call-earliest-of", "body", w.token(choice.body), "day", w.day(&first, &visit.today)));
    }
    conveners.sort_unstable();
    conveners.dedup();
    petitioners.sort_unstable();
    petitioners.dedup();
    let tell = bodies.iter().find_map(|body| force.notice(*body)?.value.tell).map(|who| w.token(who));
    let ad_hoc = bodies.iter().any(|body| force.notice(*body).is_some_and(|notice| notice.value.ad_hoc));
    let earliest_parts: Vec<&str> = earliest.iter().map(String::as_str).collect();
    let earliest = w.t1("call-earliest", "list", w.list(&earliest_parts));
    let brand = brand(ground.line);
    let word = |key: &str| (String::new(), w.t(key));
    let mut petitions = vec![word("call-petition-none")];
    petitions.extend(petitioners.into_iter().map(|by| (by.as_str().to_owned(), w.token(by))));
    Ok(Page(CallPage {
        action: ground.action,
        back: ground.back,
        off: ground.off,
        title: ground.title,
        about: ground.about,
        choices: if ground.fresh {
            ground.choices.iter().map(|choice| choice_view(&w, &force, &rules, choice, &chosen)).collect()
        } else {
            Vec::new()
        },
        fresh: ground.fresh,
        on_paper: ground.on_paper,
        conveners: conveners.into_iter().map(|who| (who.as_str().to_owned(), w.token(who))).collect(),
        petitioners: petitions,
        channels: Channel::ALL
            .iter()
            .map(|c| (c.as_str().to_owned(), w.token(*c), f.all("channels").any(|v| v == c.as_str())))
            .collect(),
        tell,
        ad_hoc,
        earliest,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// Reads the call; what is wrong stands beside its field.
fn typed(f: &mut Fields, w: &W) -> Option<Call> {
    let convener = f.token::<Convener>("convener", w);
    let petition = match f.value("petition_by") {
        "" => Some(None),
        _ => {
            let by = f.token::<Petitioner>("petition_by", w);
            let asked = f.count("petition_asked", PEOPLE_MAX, w);
            let of = f.count("petition_of", PEOPLE_MAX, w);
            match (by, asked, of) {
                (Some(by), Some(asked), Some(of)) => Some(Some(Petition { by, asked, of })),
                _ => None,
            }
        }
    };
    let notice_on = f.day("notice_on", w);
    let channels: Vec<Channel> = f.all("channels").filter_map(Channel::parse).collect();
    let ad_hoc_reason = f.line_or_none("ad_hoc_reason", REASON_MAX, w);
    let held_on = f.day("held_on", w);
    let at = minute(f.value("minute"));
    if at.is_none() {
        f.wrong("minute", w.t("refusal-convocation-minute"));
    }
    let venue = f.line("venue", VENUE_MAX, w);
    let agenda = f.block("agenda", AGENDA_MAX, w);
    if channels.is_empty() {
        f.wrong("channels", w.t("refusal-convocation-no-channel"));
    }
    let call = Call {
        convener: convener?,
        petition: petition?,
        notice_on: notice_on?,
        channels,
        ad_hoc_reason: ad_hoc_reason?,
        also_told: f.value("also_told") == "1",
        held_on: held_on?,
        minute: at?,
        venue: venue?,
        agenda: agenda?,
    };
    f.ok().then_some(call)
}

/// Calls a meeting by the rules in force on the day of its notice. `short`: enter a meeting on paper whose notice was too short as one
/// that decided nothing.
#[expect(clippy::too_many_arguments, reason = "every fact that decides a call is named")]
fn call_up(
    draft: &Meeting,
    call: &Call,
    rules: &Rules,
    path: &[PlaceId],
    short: bool,
    today: Day,
    id: ConvocationId,
    now: Timestamp,
) -> Result<(Meeting, law::Convocation)> {
    let force = rules.on(path, call.notice_on);
    match law::convene(draft, call.clone(), &force, today, id, now) {
        Err(ConvocationRefusal::TooLate { .. }) if short && draft.on_paper => {
            law::fail(draft, call.clone(), &force, today, id, now).refuse()
        }
        done => done.refuse(),
    }
}

/// The matter that a new meeting is to hear, with its place.
struct Heard {
    matter: Matter,
    line: Vec<Place>,
    /// The title of its topic, where it has one.
    topic: Option<String>,
}

impl Heard {
    fn number(&self) -> String {
        self.matter.number.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|p| p.id).collect()
    }
}

async fn heard(visit: &Visit, query: &HashMap<String, String>) -> Result<Heard> {
    let number = query.get("matter").and_then(|typed| PublicNumber::parse(typed).ok());
    let Some(number) = number else {
        visit.may_anywhere()?;
        return Err(Error::Hidden);
    };
    let heard = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let found = matter::by_number(tx, &number)?;
            let matter = match found.merged_into {
                Some(survivor) => matter::get(tx, survivor)?,
                None => found,
            };
            let line = place::line(tx, matter.place)?;
            let topic = topic::of_matter(tx, matter.id)?.into_iter().rfind(|t| t.is_public()).map(|t| t.title);
            Ok::<_, Error>(Heard { matter, line, topic })
        })
        .await?;
    Ok(heard)
}

fn about_matter<'a>(w: &W, heard: &'a Heard, choices: &'a [Choice]) -> Ground<'a> {
    let number = heard.number();
    let title = heard.matter.title.clone().unwrap_or_default();
    Ground {
        action: format!("/meetings/new?matter={number}"),
        back: format!("/m/{number}/prepare"),
        off: None,
        title: w.t("call-title"),
        about: w.t2("call-about", "number", number, "title", title),
        line: &heard.line,
        choices,
        fresh: true,
        on_paper: false,
    }
}

/// The form of a new meeting over a matter.
pub(super) async fn new_form(visit: Visit, Query(query): Query<HashMap<String, String>>) -> Result<Response> {
    let heard = heard(&visit, &query).await?;
    visit.may(&heard.path(), Visibility::Public)?;
    let w = visit.w();
    let rules = visit.app.rules(visit.county.id).await?;
    let choices = choices(&rules.on(&heard.path(), visit.today), &heard.line);
    let title = heard.topic.clone().or_else(|| heard.matter.title.clone()).unwrap_or_default();
    let mut f = Fields::empty(&visit.app)
        .with("title", &title)
        .with("notice_on", visit.today.to_string())
        .with("minute", "19:30")
        .with("channels", Channel::Board.as_str())
        .with("agenda", w.t1("call-agenda-usual", "title", &title));
    if let Some(first) = choices.first() {
        f = f.with("mode", first.value());
    }
    page(&visit, about_matter(&w, &heard, &choices), f).await?.ok()
}

/// Makes the meeting and its call in one act.
pub(super) async fn new(visit: Visit, Query(query): Query<HashMap<String, String>>, mut f: Fields) -> Result<Response> {
    let heard = heard(&visit, &query).await?;
    let actor = visit.actor(visit.may(&heard.path(), Visibility::Public)?);
    let w = visit.w();
    let rules = visit.app.rules(visit.county.id).await?;
    let choices = choices(&rules.on(&heard.path(), visit.today), &heard.line);
    let choice = choices.iter().find(|choice| choice.value() == f.value("mode")).cloned();
    if choice.is_none() {
        f.wrong("mode", w.t("field-choose"));
    }
    let title = f.line("title", TITLE_MAX, &w);
    let on_paper = f.value("on_paper") == "1";
    let short = f.value("short") == "1";
    let call = typed(&mut f, &w);
    if let (Some(choice), Some(title), Some(call)) = (choice, title, call) {
        let path: Vec<PlaceId> = heard.line.iter().skip_while(|p| p.id != choice.at.id).map(|p| p.id).collect();
        let (app, now, today, id) = (visit.app.clone(), visit.now, visit.today, heard.matter.id);
        let rules = rules.clone();
        let stands = |tx: &mut Tx<'_>, to: &str| {
            let id = to.strip_prefix("/meetings/").and_then(|to| to.split('/').next()).and_then(MeetingId::parse);
            let Some(id) = id else { return Ok(false) };
            Ok(meeting::get(tx, id)?.state != MeetingState::Cancelled)
        };
        let written = once_told(&visit, true, &f, stands, move |tx| {
            let mut chance = app.chance();
            let own = matter::get(tx, id)?;
            open_for_meeting(&own)?;
            let fresh = MeetingId::fresh(now, &mut chance);
            let sort = (choice.body, choice.mode);
            let draft =
                meetings::draft(fresh, choice.at.id, vec![own.id], sort, title.clone(), on_paper, now).refuse()?;
            let made = ConvocationId::fresh(now, &mut chance);
            let (called, made) = call_up(&draft, &call, &rules, &path, short, today, made, now)?;
            meeting::put(tx, &called)?;
            convocation::put(tx, &made)?;
            matter::moved(tx, own.id, now)?;
            Ok(Once { entries: entries(&called, &made, actor, now, &mut chance), to: onward(&called) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "mode", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, about_matter(&w, &heard, &choices), f).await?.again()
}

/// A closed matter is taken up again as a topic first.
fn open_for_meeting(matter: &Matter) -> Result<()> {
    if matter.merged_into.is_some() {
        return Err(Error::refused(&MatterRefusal::Merged));
    }
    if matter.plan == PlanState::Closed {
        let refusal = MatterRefusal::OutOfOrder { from: PlanState::Closed, to: PlanState::Deliberated };
        return Err(Error::refused(&refusal));
    }
    Ok(())
}

fn entries(
    called: &Meeting,
    made: &law::Convocation,
    actor: Actor,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Vec<Entry> {
    let verb = if called.state == MeetingState::Convened { Verb::Convene } else { Verb::Close };
    vec![Entry::of(called, verb, actor, now, chance), Entry::of(made, Verb::Convene, actor, now, chance)]
}

/// After a call comes the roll; after a notice that was too short, nothing.
fn onward(called: &Meeting) -> String {
    match called.state {
        MeetingState::Convened => format!("/meetings/{}/freeze", called.id),
        _ => format!("/meetings/{}", called.id),
    }
}

fn again_ground<'a>(w: &W, loaded: &'a Loaded, choices: &'a [Choice]) -> Ground<'a> {
    let id = loaded.meeting.id;
    Ground {
        action: format!("/meetings/{id}/call"),
        back: super::off::back(loaded),
        off: (loaded.meeting.state == MeetingState::Draft).then(|| format!("/meetings/{id}/off")),
        title: w.t("call-again-title"),
        about: loaded.title(),
        line: &loaded.line,
        choices,
        fresh: false,
        on_paper: loaded.meeting.on_paper,
    }
}

fn only(loaded: &Loaded) -> Result<Vec<Choice>> {
    let (body, mode) = loaded.sort()?;
    Ok(loaded.line.first().map(|at| Choice { body, mode, at: at.clone() }).into_iter().collect())
}

/// The form of a call for a meeting that is there: taken up again after it failed, or put off. A new day needs a whole new notice.
pub(super) async fn again_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = entered(&visit, &id).await?;
    let w = visit.w();
    let before = loaded.calls.last();
    let mut f = Fields::empty(&visit.app).with("notice_on", visit.today.to_string());
    f = match before {
        Some(before) => {
            let call = &before.call;
            let mut f = f
                .with("convener", call.convener.as_str())
                .with("minute", super::load::clock(call.minute))
                .with("venue", &call.venue)
                .with("agenda", &call.agenda);
            for channel in &call.channels {
                f = f.with("channels", channel.as_str());
            }
            f
        }
        None => f
            .with("minute", "19:30")
            .with("channels", Channel::Board.as_str())
            .with("agenda", w.t1("call-agenda-usual", "title", loaded.title())),
    };
    let choices = only(&loaded)?;
    page(&visit, again_ground(&w, &loaded, &choices), f).await?.ok()
}

/// Calls it.
pub(super) async fn again(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = entered(&visit, &id).await?;
    let actor = visit.actor(post);
    let w = visit.w();
    let short = f.value("short") == "1";
    if let Some(call) = typed(&mut f, &w) {
        let rules: Arc<Rules> = visit.app.rules(visit.county.id).await?;
        let (app, now, today) = (visit.app.clone(), visit.now, visit.today);
        let (id, path) = (loaded.meeting.id, loaded.path());
        let written = once(&visit, &f, move |tx: &mut Tx<'_>| {
            let mut chance = app.chance();
            let draft = meeting::get(tx, id)?;
            let made = ConvocationId::fresh(now, &mut chance);
            let (called, made) = call_up(&draft, &call, &rules, &path, short, today, made, now)?;
            convocation::put(tx, &made)?;
            meeting::change(tx, &called)?;
            for matter in &called.matters {
                matter::moved(tx, *matter, now)?;
            }
            Ok(Once { entries: entries(&called, &made, actor, now, &mut chance), to: onward(&called) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "held_on", &w, &visit.today)?,
            done => return done,
        }
    }
    let choices = only(&loaded)?;
    page(&visit, again_ground(&w, &loaded, &choices), f).await?.again()
}
