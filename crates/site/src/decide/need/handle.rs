//! One need before those who handle it: its raiser's own words, and what the committee makes of it - sort, merge, answer.

use super::intake::{Alike, living_by_number, look_alikes};
use super::slip::{AnswerView, ClockView, answer_view, clock_view, living, rule_view};
use super::voice;
use crate::frame::{
    Answer as Refused, Error, Fields, Lang, Once, OrRefuse, Page, Result, View, Visit, W, address, once,
};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use civic::decide::answer::{Answer, ReplyChannel, prepare};
use civic::decide::code::PublicNumber;
use civic::decide::matter::{Category, Matter, PlanState, merge as merged};
use civic::decide::need::{
    Adoption, AnswerForm, Need, NeedRefusal, NeedState, Pressing, SortForm, Sorting, answer as answered, sort as sorted,
};
use civic::id::{AccountId, AnswerId, Chance, MatterId, NeedId, PlaceId};
use civic::people::place::{Place, village_of, whole_name};
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Actor, Entry, Verb};
use civic::refusal::{Kind, Refuse};
use civic::time::{Day, Timestamp};
use civic::token::Token;
use store::decide::{answer, matter, need};
use store::people::{account, place};
use store::{Tx, files, messages, search};

/// Characters of an answer that go into a text message; the rest stands under the code.
const MESSAGE_MAX: usize = 120;

/// A need with everything that its page shows.
struct Loaded {
    need: Need,
    own: Matter,
    living: Matter,
    line: Vec<Place>,
    answer: Option<Answer>,
    media_type: Option<String>,
    helper: Option<String>,
    owner: Option<String>,
    same: Option<Matter>,
    alikes: Vec<Matter>,
    /// How many needs get the next answer together.
    together: usize,
}

impl Loaded {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
}

/// Whether an account still says who it is: a closed one says no more.
fn called(tx: &mut Tx<'_>, id: Option<AccountId>) -> Result<Option<String>> {
    match id {
        Some(id) => Ok(account::get(tx, id)?.name),
        None => Ok(None),
    }
}

/// The needs that an answer to `need` goes to: all that wait at its matter, each on its own channel.
fn targets(tx: &mut Tx<'_>, need: &Need, living: &Matter) -> Result<Vec<Need>> {
    if !living.is_public() {
        return Ok(vec![need.clone()]);
    }
    let all = need::of_matter(tx, living.id)?;
    let waiting = |n: &Need| matches!(n.state, NeedState::Sorted | NeedState::Merged);
    Ok(all.into_iter().filter(|n| n.id == need.id || waiting(n)).collect())
}

async fn load(visit: &Visit, id: NeedId) -> Result<Loaded> {
    let today = visit.today;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let need = need::get(tx, id)?;
            let own = matter::get(tx, need.matter)?;
            let living = living(tx, &need)?;
            let line = place::line(tx, need.place)?;
            let media_type = match need.audio {
                Some(audio) => Some(files::get(tx, audio)?.media_type),
                None => None,
            };
            let same = match need.same_as {
                Some(same) => Some(matter::get(tx, same)?),
                None => None,
            };
            let text = own.title.clone().or_else(|| need.what.clone()).unwrap_or_default();
            let mut alikes = if can_merge(&own) { look_alikes(tx, &line, &text, today)? } else { Vec::new() };
            alikes.retain(|one| one.id != living.id && same.as_ref().is_none_or(|same| same.id != one.id));
            Ok::<_, Error>(Loaded {
                answer: answer::of_need(tx, need.id)?,
                helper: called(tx, need.helper)?,
                owner: called(tx, need.owner)?,
                together: targets(tx, &need, &living)?.len(),
                media_type,
                same,
                alikes,
                need,
                own,
                living,
                line,
            })
        })
        .await
}

/// Whether a matter can still go under another one.
fn can_merge(own: &Matter) -> bool {
    own.merged_into.is_none()
        && !own.is_private()
        && matches!(own.plan, PlanState::Raised | PlanState::Sorted | PlanState::Answered | PlanState::Topic)
}

/// Guards a need: the posts of its place know of it, and of one that is never public the committee alone.
fn guard(visit: &Visit, loaded: &Loaded) -> Result<Option<Post>> {
    let path = loaded.path();
    let post = visit.may(&path, Visibility::Draft)?;
    let private = loaded.need.sorting.is_some_and(|sorting| !sorting.is_public());
    if private && !visit.could(Action::HandleNeeds, &path) {
        return Err(Error::Hidden);
    }
    Ok(post)
}

struct VoiceView {
    href: String,
    plays: bool,
}

struct MatterView {
    href: String,
    number: String,
    title: String,
    state: String,
    prepare: Option<String>,
}

#[derive(Template)]
#[template(path = "decide/need/need.html")]
struct NeedPage {
    v: View,
    note: Option<String>,
    href: String,
    back: String,
    title: String,
    state: String,
    clock: Option<ClockView>,
    rule: Option<String>,
    facts: Vec<(String, String)>,
    what: Option<String>,
    voice: Option<VoiceView>,
    gone: bool,
    public_text: Option<String>,
    matter: Option<MatterView>,
    merged: bool,
    private: bool,
    answer: Option<AnswerView>,
    arrival: Option<String>,
    same: Option<Alike>,
    alikes: Vec<Alike>,
    sort: Option<Fields>,
    merge: Option<Fields>,
    reply: Option<Fields>,
    asks_adoption: bool,
    together: usize,
    arrive: Option<Fields>,
    sortings: Vec<(String, String)>,
    categories: Vec<(&'static str, String)>,
    pressings: Vec<(&'static str, String)>,
    adoptions: Vec<(String, String)>,
}

/// Which form of the page comes back with what is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Sort,
    Merge,
    Reply,
    Arrive,
}

fn options<T: Token>(w: &W) -> Vec<(String, String)> {
    T::ALL.iter().map(|token| (token.as_str().to_owned(), w.token(*token))).collect()
}

fn boxes<T: Token>(w: &W) -> Vec<(&'static str, String)> {
    T::ALL.iter().map(|token| (token.as_str(), w.token(*token))).collect()
}

/// Everything that is known of a need, label and value.
fn facts(loaded: &Loaded, w: &W, today: Day) -> Vec<(String, String)> {
    let need = &loaded.need;
    let mut facts = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push((w.t(&format!("needs-{key}")), value));
        }
    };
    add("spot", need.spot.clone());
    add("place", Some(whole_name(&loaded.line)));
    add("who", Some(need.name.clone().unwrap_or_else(|| w.token(need.who))));
    add("helper", loaded.helper.clone());
    add("raised", Some(w.list(&[&w.day(&need.raised, &today), &w.token(need.via)])));
    let channel = w.token(need.reply_channel);
    add("channel", Some(w.list(&[&channel, need.phone.as_deref().unwrap_or_default()])));
    add("affected", need.affected.map(|a| w.token(a)));
    add("surname", need.show_surname.then(|| w.t("needs-surname-yes")));
    let about: Vec<String> = loaded.own.categories.iter().map(|c| w.token(*c)).collect();
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    add("about", (!about.is_empty()).then(|| w.list(&about)));
    add("sorting", need.sorting.map(|s| w.token(s)));
    let pressing: Vec<String> = need.pressing.iter().map(|p| w.token(*p)).collect();
    let pressing: Vec<&str> = pressing.iter().map(String::as_str).collect();
    add("pressing", (!pressing.is_empty()).then(|| w.list(&pressing)));
    add("referred", need.referred_to.clone());
    add("owner", loaded.owner.clone());
    facts
}

fn page(visit: &Visit, loaded: &Loaded, shown: Option<(Part, Fields)>, note: Option<String>) -> Result<Page<NeedPage>> {
    let (w, today) = (visit.w(), visit.today);
    let Loaded { need, own, living, line, .. } = loaded;
    let path = loaded.path();
    let handles = visit.could(Action::HandleNeeds, &path);
    let part = |part: Part, there: bool| {
        (handles && there).then(|| match &shown {
            Some((one, f)) if *one == part => f.clone(),
            _ => own.categories.iter().fold(Fields::empty(&visit.app).with("day", today.to_string()), |f, category| {
                f.with("category", category.as_str())
            }),
        })
    };
    let private = need.sorting.is_some_and(|sorting| !sorting.is_public());
    let matter = living.number.as_ref().map(|number| MatterView {
        href: format!("/m/{number}"),
        title: living.title.clone().unwrap_or_default(),
        state: w.token(living.plan),
        prepare: visit.could(Action::PrepareTopic, &path).then(|| format!("/m/{number}/prepare")),
        number: number.to_string(),
    });
    let waits = loaded.answer.as_ref().filter(|one| !one.arrived());
    let brand = brand(line);
    let alike = |matter: &Matter| Alike::new(matter, &w, false);
    let village = village_of(line).map(|p| p.code.to_string());
    Ok(Page(NeedPage {
        note,
        href: format!("/needs/{}", need.id),
        back: format!("/needs?v={}", village.unwrap_or_default()),
        title: own.title.clone().unwrap_or_else(|| w.t("needs-one")),
        state: w.token(need.state),
        clock: clock_view(need, &w, today),
        rule: None,
        facts: facts(loaded, &w, today),
        what: need.what.clone(),
        voice: loaded
            .media_type
            .as_deref()
            .map(|media_type| VoiceView { href: format!("/needs/{}/voice", need.id), plays: voice::plays(media_type) }),
        gone: need.what.is_none() && need.audio.is_none(),
        public_text: need.public_text.clone(),
        merged: own.merged_into.is_some(),
        matter,
        private,
        answer: answer_view(need, loaded.answer.as_ref(), &w, today),
        arrival: loaded.answer.as_ref().map(|one| w.list(&[&w.token(one.channel), &w.token(one.state)])),
        same: loaded.same.as_ref().filter(|_| can_merge(own)).and_then(|m| Alike::new(m, &w, true)),
        alikes: loaded.alikes.iter().filter_map(alike).collect(),
        sort: part(Part::Sort, need.state == NeedState::Raised),
        merge: part(Part::Merge, can_merge(own)),
        reply: part(Part::Reply, matches!(need.state, NeedState::Sorted | NeedState::Merged)),
        asks_adoption: !private,
        together: loaded.together,
        arrive: part(Part::Arrive, waits.is_some()),
        sortings: options::<Sorting>(&w),
        categories: boxes::<Category>(&w),
        pressings: boxes::<Pressing>(&w),
        adoptions: options::<Adoption>(&w),
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

async fn whole(
    visit: &Visit,
    loaded: &Loaded,
    shown: Option<(Part, Fields)>,
    note: Option<String>,
    status: StatusCode,
) -> Result<Response> {
    let mut page = page(visit, loaded, shown, note)?;
    if page.0.clock.is_some() {
        let rules = visit.app.rules(visit.county.id).await?;
        page.0.rule = rule_view(&loaded.need, &rules, &visit.w());
    }
    page.with_status(status)
}

fn id_of(id: &str) -> Result<NeedId> {
    NeedId::parse(id).ok_or(Error::Hidden)
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let loaded = load(&visit, id_of(&id)?).await?;
    guard(&visit, &loaded)?;
    let done = ["sorted", "merged", "answered", "arrived"].into_iter().find(|word| *word == fields.value("done"));
    let note = done.map(|word| visit.w().t(&format!("needs-done-{word}")));
    whole(&visit, &loaded, None, note, StatusCode::OK).await
}

/// The raiser's voice, for those who may read the words.
pub(super) async fn listen(visit: Visit, Path(id): Path<String>, headers: HeaderMap) -> Result<Response> {
    let loaded = load(&visit, id_of(&id)?).await?;
    guard(&visit, &loaded)?;
    let audio = loaded.need.audio.ok_or(Error::Hidden)?;
    let file = visit.app.db().read(visit.county.id, move |tx| Ok::<_, Error>(files::get(tx, audio)?)).await?;
    let folder = visit.app.setup().files.clone();
    let bytes = tokio::task::spawn_blocking(move || folder.read(&file.digest));
    let bytes = bytes.await.map_err(|e| Error::Broken(e.to_string()))?.map_err(|e| Error::Broken(e.to_string()))?;
    Ok(voice::answer(&headers, &file.media_type, bytes))
}

/// Shows the page again with what is wrong, or the error by itself where the form is not there any more.
async fn again(visit: &Visit, id: NeedId, part: Part, fields: &Fields, error: Error) -> Result<Response> {
    let loaded = load(visit, id).await?;
    let mut f = fields.clone();
    f.take(error.clone(), "form", &visit.w(), &visit.today)?;
    let page = page(visit, &loaded, Some((part, f.clone())), None)?;
    let there = match part {
        Part::Sort => page.0.sort.is_some(),
        Part::Merge => page.0.merge.is_some(),
        Part::Reply => page.0.reply.is_some(),
        Part::Arrive => page.0.arrive.is_some(),
    };
    if !there {
        return Err(error);
    }
    whole(visit, &loaded, Some((part, f)), None, error.status()).await
}

/// A fresh public number with the letters of the nearest place above that has some.
pub(crate) fn fresh_number(tx: &mut Tx<'_>, line: &[Place], today: Day) -> Result<Option<PublicNumber>> {
    let Some(abbreviation) = line.iter().find_map(|place| place.abbreviation.clone()) else { return Ok(None) };
    let serial = place::next_serial(tx, &abbreviation, today.year())?;
    Ok(Some(PublicNumber { abbreviation, year: today.year(), serial }))
}

/// Every fault beside its field; where it is too late for the whole form, that alone.
fn told(faults: &[NeedRefusal]) -> Error {
    match faults.iter().find(|fault| fault.kind() == Kind::Conflict) {
        Some(late) => Error::refused(late),
        None => Error::faults(faults),
    }
}

/// The values of boxes that are values of an enum.
fn ticked<T: Token>(fields: &Fields, name: &str) -> Vec<T> {
    fields.all(name).filter_map(T::parse).collect()
}

/// Says which way a need goes. A public one gets its number here.
pub(super) async fn sort(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = load(&visit, id).await?;
    let post = guard(&visit, &loaded)?;
    let w = visit.w();
    let mut f = fields.clone();
    let Some(sorting) = f.token::<Sorting>("sorting", &w) else {
        return match loaded.need.state {
            NeedState::Raised => {
                whole(&visit, &loaded, Some((Part::Sort, f)), None, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            at => Err(Error::refused(&NeedRefusal::State { at })),
        };
    };
    let owner = visit.account()?;
    let (app, actor, now, today) = (visit.app.clone(), visit.actor(post), visit.now, visit.today);
    let typed = fields.clone();
    let done = once(&visit, &fields, move |tx| {
        let need = need::get(tx, id)?;
        let own = matter::get(tx, need.matter)?;
        let line = place::line(tx, need.place)?;
        let number = if sorting.is_public() { fresh_number(tx, &line, today)? } else { None };
        let (categories, pressing) = (ticked::<Category>(&typed, "category"), ticked::<Pressing>(&typed, "pressing"));
        let form = SortForm {
            sorting,
            title: typed.value("title"),
            public_text: typed.value("public_text"),
            categories: &categories,
            pressing: &pressing,
            owner,
            referred_to: typed.value("referred_to"),
        };
        let (need, own) = sorted(&need, &own, &form, number, today).map_err(|faults| told(&faults))?;
        need::change(tx, &need)?;
        matter::change(tx, &own, now)?;
        if let (Some(title), Some(text)) = (&own.title, &need.public_text) {
            search::index(tx, own.id, own.place, &format!("{title}\n{text}"))?;
        }
        let mut chance = app.chance();
        let entries = vec![
            Entry::of(&own, Verb::Sort, actor, now, &mut chance),
            Entry::of(&need, Verb::Sort, actor, now, &mut chance),
        ];
        Ok(Once { entries, to: format!("/needs/{id}?done=sorted") })
    })
    .await;
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => again(&visit, id, Part::Sort, &fields, error).await,
        done => done,
    }
}

/// Puts a matter and everything under it under another one, and writes it. Answers the entries.
fn put_under(
    tx: &mut Tx<'_>,
    from: MatterId,
    into: &Matter,
    actor: Actor,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let from = matter::get(tx, from)?;
    let under = matter::under(tx, from.id)?;
    let done = merged(&from, into, &under).refuse()?;
    let mut entries = Vec::new();
    for moved in std::iter::once(&done.merged).chain(&done.moved) {
        matter::change(tx, moved, now)?;
        entries.push(Entry::of(moved, Verb::Merge, actor, now, chance));
    }
    // The survivor's row says the same as before; its version is raised, so that of two who merge the same two in opposite directions
    // at the same instant one is told.
    matter::change(tx, &done.survivor, now)?;
    search::index(tx, from.id, from.place, "")?;
    for old in need::raised_with(tx, from.id)? {
        if old.state == NeedState::Withdrawn {
            continue;
        }
        let new = old.merged().refuse()?;
        if new != old {
            need::change(tx, &new)?;
            entries.push(Entry::of(&new, Verb::Merge, actor, now, chance));
        }
    }
    Ok(entries)
}

/// Merges a need's matter into a public one. Both raisers stay credited, both codes stay valid.
pub(super) async fn merge(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = load(&visit, id).await?;
    let post = guard(&visit, &loaded)?;
    let typed = [fields.value("number"), fields.value("into")].into_iter().find(|v| !v.trim().is_empty());
    let number = match typed.map(PublicNumber::parse) {
        Some(Ok(number)) => number,
        Some(Err(refusal)) => return again(&visit, id, Part::Merge, &fields, not_there(refusal.key())).await,
        None => return again(&visit, id, Part::Merge, &fields, not_there("field-choose")).await,
    };
    let (own, app, actor, now) = (visit.clone(), visit.app.clone(), visit.actor(post), visit.now);
    let done = once(&visit, &fields, move |tx| {
        let need = need::get(tx, id)?;
        let into = living_by_number(tx, &number)?.ok_or_else(|| not_there("need-number-unknown"))?;
        // Who handles needs in one village puts nothing into another's.
        let there = place::path(tx, into.place)?;
        if !own.could(Action::HandleNeeds, &there) {
            return Err(Error::Forbidden);
        }
        let entries = put_under(tx, need.matter, &into, actor, now, &mut app.chance())?;
        Ok(Once { entries, to: format!("/needs/{id}?done=merged") })
    })
    .await;
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => again(&visit, id, Part::Merge, &fields, error).await,
        done => done,
    }
}

/// That there is no matter to merge into, said beside the field.
fn not_there(key: &'static str) -> Error {
    let answer = Refused { kind: Kind::Invalid, key, values: Vec::new(), field: Some("into"), rule: None };
    Error::Refused(Box::new(answer))
}

/// What a text message with an answer says. Of what is nobody else's business it says only that there is an answer: others read a
/// phone too.
fn message(need: &Need, living: &Matter, village: &str, w: &W, to: &str, today: Day) -> String {
    let day = w.day(&need.raised, &today);
    let reply = need.reply.as_deref().filter(|_| living.is_public()).unwrap_or_default();
    if reply.is_empty() {
        return w.t3("need-message-bare", "place", village, "day", day, "to", to);
    }
    let short: String = reply.chars().take(MESSAGE_MAX).collect();
    let short = if short.len() < reply.len() { format!("{short}…") } else { short };
    w.with(
        "need-message",
        &[("place", village.into()), ("day", day.into()), ("reply", short.into()), ("to", to.into())],
    )
}

/// Answers a need, and with it everybody who waits at the same matter, each on the channel chosen.
pub(super) async fn reply(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = load(&visit, id).await?;
    let post = guard(&visit, &loaded)?;
    let (app, actor, now, today) = (visit.app.clone(), visit.actor(post), visit.now, visit.today);
    // A message is read by somebody whose language nobody has asked for.
    let zh = visit.app.words(Lang::Zh);
    let typed = fields.clone();
    let done = once(&visit, &fields, move |tx| {
        let asked = need::get(tx, id)?;
        let mut matter = living(tx, &asked)?;
        let before = matter.plan;
        let form = AnswerForm {
            reply: typed.value("reply"),
            adoption: Adoption::parse(typed.value("adoption")),
            reason: typed.value("reason"),
        };
        let mut chance = app.chance();
        let mut entries = Vec::new();
        for old in targets(tx, &asked, &matter)? {
            let (need, after) = answered(&old, &matter, &form, today).map_err(|faults| told(&faults))?;
            matter = after;
            need::change(tx, &need)?;
            entries.push(Entry::of(&need, Verb::Answer, actor, now, &mut chance));
            let one = prepare(AnswerId::fresh(now, &mut chance), &need).refuse()?;
            answer::put(tx, &one)?;
            entries.push(Entry::of(&one, Verb::Create, actor, now, &mut chance));
            if let (ReplyChannel::Sms, Some(phone)) = (one.channel, &need.phone) {
                let line = place::line(tx, need.place)?;
                let village = village_of(&line).map(|p| p.name.as_str()).unwrap_or_default();
                let to = address(&app, &format!("/s/{}", need.code.digits()));
                let text = message(&need, &matter, village, &zh, &to, today);
                messages::send_answer(tx, one.id, phone, &text, now, &mut chance)?;
            }
        }
        if matter.plan == before {
            matter::moved(tx, matter.id, now)?;
        } else {
            matter::change(tx, &matter, now)?;
            entries.push(Entry::of(&matter, Verb::Answer, actor, now, &mut chance));
        }
        Ok(Once { entries, to: format!("/needs/{id}?done=answered") })
    })
    .await;
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => again(&visit, id, Part::Reply, &fields, error).await,
        done => done,
    }
}

/// Notes that an answer was told or handed over.
pub(super) async fn arrive(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = load(&visit, id).await?;
    let post = guard(&visit, &loaded)?;
    let mut f = fields.clone();
    let day = f.day("day", &visit.w());
    let Some(day) = day else {
        return whole(&visit, &loaded, Some((Part::Arrive, f)), None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let (by, actor) = (visit.account()?, visit.actor(post));
    let (app, now, today, handed) = (visit.app.clone(), visit.now, visit.today, fields.is("how", "handed"));
    let done = once(&visit, &fields, move |tx| {
        let one = answer::of_need(tx, id)?.ok_or(Error::Hidden)?;
        let entries = brought(tx, &one, handed, by, day, today, actor, now, &mut app.chance())?;
        Ok(Once { entries, to: format!("/needs/{id}?done=arrived") })
    })
    .await;
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => again(&visit, id, Part::Arrive, &fields, error).await,
        done => done,
    }
}

/// Writes that somebody told or handed over an answer. The phone number has done its service with it.
#[expect(clippy::too_many_arguments, reason = "who, how, when and by which clock: each is another thing")]
pub(super) fn brought(
    tx: &mut Tx<'_>,
    one: &Answer,
    handed: bool,
    by: AccountId,
    day: Day,
    today: Day,
    actor: Actor,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let new = if handed { one.handed(by, day, today) } else { one.told(by, day, today) }.refuse()?;
    answer::change(tx, &new)?;
    let mut entries = vec![Entry::of(&new, Verb::Deliver, actor, now, chance)];
    entries.extend(answer::drop_phone(tx, one.need, actor, now, chance)?);
    Ok(entries)
}
