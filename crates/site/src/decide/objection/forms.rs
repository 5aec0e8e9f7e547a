//! The forms of objections. One rule for all of them: what came by 24:00 of the last day counts, on whichever channel; what came
//! later is refused with both days, and what was typed stays (docs/decisions/0020-who-may-object.md).

use crate::decide::posting::{id_of, load_posting};
use crate::decide::resolution::Loaded;
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once, once_told};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::objection::ObjectionState;
use civic::decide::objection::{self as law, OBJECTION_MAX, Objected, Objection, ObjectionChannel, ObjectionOutcome};
use civic::decide::posting::Posting;
use civic::decide::resolution::sent_back;
use civic::id::{ObjectionId, ResidentId};
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::token::Token;
use store::Tx;
use store::decide::{matter, objection, posting, topic};
use store::limit;
use store::people::{place, resident};

/// Objections from one address or account in an hour.
const TRIES_MAX: i64 = 10;
const HOUR_MS: i64 = 3_600_000;

async fn load_hung(visit: &Visit, id: &str) -> Result<(Posting, Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let (hung, loaded) = visit.app.db().read(visit.county.id, move |tx| load_posting(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((hung, loaded, post))
}

#[derive(Template)]
#[template(path = "decide/objection/object.html")]
struct ObjectPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    text: String,
    until: String,
    /// Whether it is too late; the form then gives way to the road that is still open.
    late: bool,
    raise: String,
    /// The reader's name, where somebody is signed in who could give it.
    name: Option<String>,
    who: Vec<(String, String)>,
}

fn object_page(visit: &Visit, hung: &Posting, loaded: &Loaded, f: Fields) -> Page<ObjectPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let resident = visit.signed.as_deref().and_then(|s| s.resident.as_ref());
    let name = resident.and_then(|r| r.name.clone());
    let code = loaded.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    Page(ObjectPage {
        about: loaded.about(&visit.w()),
        action: format!("/postings/{}/object", hung.id),
        back: format!("/postings/{}", hung.id),
        text: hung.text.clone(),
        until: w.day(&hung.objections_until, &visit.today),
        late: !hung.takes_objections_on(visit.today),
        raise: format!("/need?at={code}"),
        who: match &name {
            Some(name) => vec![
                ("named".to_owned(), w.t1("objection-who-named", "name", name)),
                ("unnamed".to_owned(), w.t("objection-who-unnamed")),
            ],
            None => Vec::new(),
        },
        name,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form. Nobody needs to be signed in or to say who they are.
pub(super) async fn object_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (hung, loaded, _) = load_hung(&visit, &id).await?;
    object_page(&visit, &hung, &loaded, Fields::empty(&visit.app)).ok()
}

/// Writes an objection and answers its entry.
fn take(
    tx: &mut Tx<'_>,
    visit: &Visit,
    rules: &civic::rules::Rules,
    id: civic::id::PostingId,
    objected: Objected,
    actor: civic::record::Actor,
) -> Result<(Objection, Entry)> {
    let mut chance = visit.app.chance();
    let hung = posting::get(tx, id)?;
    let path = place::path(tx, hung.place)?;
    let in_force = rules.on(&path, objected.received_on);
    let new = ObjectionId::fresh(visit.now, &mut chance);
    let made = law::object(&hung, objected, &in_force, visit.today, new, visit.now).refuse()?;
    objection::put(tx, &made)?;
    matter::moved(tx, hung.matter, visit.now)?;
    let entry = Entry::of(&made, Verb::Object, actor, visit.now, &mut chance);
    Ok((made, entry))
}

/// Takes an objection on the site, today, by whoever it is; through a helper it is the resident's own.
pub(super) async fn object(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (hung, loaded, _) = load_hung(&visit, &id).await?;
    let w = visit.w();
    let text = f.block("text", OBJECTION_MAX, &w);
    let resident = visit.signed.as_deref().and_then(|s| s.resident.clone());
    let (channel, resident): (ObjectionChannel, Option<ResidentId>) = match resident {
        Some(resident) => {
            let named = match f.value("who") {
                "named" => true,
                "unnamed" => false,
                _ => {
                    f.wrong("who", w.t("field-choose"));
                    false
                }
            };
            let channel = if resident.own { ObjectionChannel::Web } else { ObjectionChannel::Helper };
            (channel, named.then_some(resident.id))
        }
        None => (ObjectionChannel::Web, None),
    };
    if let (Some(text), true) = (text, f.ok()) {
        let objected = Objected { resident, channel, received_on: visit.today, text };
        // Who leaves the name out leaves no trace of the account in the record either.
        let actor = if resident.is_some() || channel == ObjectionChannel::Helper {
            visit.actor(None)
        } else {
            civic::record::Actor::NOBODY
        };
        let rules = visit.app.rules(visit.county.id).await?;
        let (own, id) = (visit.clone(), hung.id);
        // A form's key that knows the account would lead, by its moment alone, from there to an objection without a name.
        let written = once_told(
            &visit,
            resident.is_some(),
            &f,
            |_, _| Ok(true),
            move |tx| {
                if let Some(subject) = own.limited("object")
                    && !limit::take(tx, &subject, own.now, HOUR_MS, TRIES_MAX)?
                {
                    return Err(Error::TooMany);
                }
                let (made, entry) = take(tx, &own, &rules, id, objected.clone(), actor)?;
                // The address is kept beside the form's key, which knows the account: it must not lead from there to an unnamed objection.
                let mark = if made.resident.is_some() { made.id.to_string() } else { "yes".to_owned() };
                Ok(Once { entries: vec![entry], to: format!("/postings/{id}?objected={mark}") })
            },
        )
        .await;
        match written {
            Err(error) => {
                // On the site the day is always today's, so that a refusal about it belongs to what was written.
                let mut shown = Fields::default();
                shown.take(error, "text", &w, &visit.today)?;
                for (_, sentence) in shown.errors() {
                    f.wrong("text", sentence.clone());
                }
            }
            done => return done,
        }
    }
    object_page(&visit, &hung, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "decide/objection/record.html")]
struct RecordPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    text: String,
    span: String,
    channels: Vec<(String, String)>,
}

fn record_page(visit: &Visit, hung: &Posting, loaded: &Loaded, f: Fields) -> Page<RecordPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let channels = [ObjectionChannel::Said, ObjectionChannel::Phone, ObjectionChannel::Paper];
    Page(RecordPage {
        about: loaded.about(&visit.w()),
        action: format!("/postings/{}/object-for", hung.id),
        back: format!("/postings/{}", hung.id),
        text: hung.text.clone(),
        span: w.t2(
            "objection-record-span",
            "from",
            w.day(&hung.posted_on, &visit.today),
            "until",
            w.day(&hung.objections_until, &visit.today),
        ),
        channels: channels.iter().map(|c| (c.as_str().to_owned(), w.token(*c))).collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form for an objection that came on paper, by telephone or by word of mouth. It stays open after the last day: a slip that was in
/// the box in time is entered when the box is emptied.
pub(super) async fn record_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (hung, loaded, _) = load_hung(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("received_on", visit.today.to_string());
    record_page(&visit, &hung, &loaded, f).ok()
}

/// Enters such an objection with the true day on which it came.
pub(super) async fn record(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (hung, loaded, post) = load_hung(&visit, &id).await?;
    let w = visit.w();
    let text = f.block("text", OBJECTION_MAX, &w);
    let received_on = f.day("received_on", &w);
    let channel = f.token::<ObjectionChannel>("channel", &w);
    if channel.is_some_and(|c| matches!(c, ObjectionChannel::Web | ObjectionChannel::Helper)) {
        f.wrong("channel", w.t("field-choose"));
    }
    if let (Some(text), Some(received_on), Some(channel), true) = (text, received_on, channel, f.ok()) {
        let objected = Objected { resident: None, channel, received_on, text };
        let rules = visit.app.rules(visit.county.id).await?;
        let (own, id, actor) = (visit.clone(), hung.id, visit.actor(post));
        let written = once(&visit, &f, move |tx| {
            let (made, entry) = take(tx, &own, &rules, id, objected.clone(), actor)?;
            Ok(Once { entries: vec![entry], to: format!("/postings/{id}?objected={}", made.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "text", &w, &visit.today)?,
            done => return done,
        }
    }
    record_page(&visit, &hung, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "decide/objection/answer.html")]
struct AnswerPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    text: String,
    came: String,
    who: Option<String>,
    due: Option<String>,
    left: Option<String>,
    over: bool,
    answered: bool,
    outcomes: Vec<(String, String)>,
}

struct Case {
    objection: Objection,
    hung: Posting,
    loaded: Loaded,
    name: Option<String>,
    post: Option<Post>,
}

async fn load_case(visit: &Visit, id: &str) -> Result<Case> {
    let id = ObjectionId::parse(id).ok_or(Error::Hidden)?;
    let (objection, hung, loaded, name) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let objection = objection::get(tx, id)?;
            let (hung, loaded) = load_posting(tx, objection.posting)?;
            let name = match objection.resident {
                // Whoever was erased meanwhile has no name any more.
                Some(id) if !resident::erased(tx, id)? => Some(resident::get(tx, id)?.name),
                _ => None,
            };
            Ok::<_, Error>((objection, hung, loaded, name))
        })
        .await?;
    // That there is an objection everybody knows; its words and who wrote them are for those who answer.
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok(Case { objection, hung, loaded, name, post })
}

fn answer_page(visit: &Visit, case: &Case, f: Fields) -> Page<AnswerPage> {
    let w = visit.w();
    let one = &case.objection;
    let brand = brand(&case.loaded.line);
    let over = one.overdue(visit.today);
    Page(AnswerPage {
        about: case.loaded.about(&visit.w()),
        action: format!("/objections/{}", one.id),
        back: format!("/postings/{}", case.hung.id),
        text: one.text.clone(),
        came: w.t2("objection-came", "day", w.day(&one.received_on, &visit.today), "channel", w.token(one.channel)),
        who: case.name.clone(),
        due: one.due_on.map(|due| w.t1("objection-owed-by", "day", w.day(&due, &visit.today))),
        left: one.due_on.map(|due| {
            let days = visit.today.until(due);
            w.t1(if over { "days-over" } else { "days-left" }, "n", days.abs())
        }),
        over,
        answered: one.state == ObjectionState::Answered,
        outcomes: ObjectionOutcome::ALL.iter().map(|o| (o.as_str().to_owned(), w.token(*o))).collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The words of the objection, for those who answer, and the form for the answer.
pub(super) async fn answer_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let case = load_case(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("answered_on", visit.today.to_string());
    answer_page(&visit, &case, f).ok()
}

/// Answers. What goes to a meeting again sends its matter back; what was changed leads on to the correction of the sheet.
pub(super) async fn answer(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let case = load_case(&visit, &id).await?;
    let w = visit.w();
    let text = f.block("answer", OBJECTION_MAX, &w);
    let outcome = f.token::<ObjectionOutcome>("outcome", &w);
    let on = f.day("answered_on", &w);
    if let (Some(text), Some(outcome), Some(on)) = (text, outcome, on) {
        let (actor, now, today, app) = (visit.actor(case.post), visit.now, visit.today, visit.app.clone());
        let (id, hung) = (case.objection.id, case.hung.id);
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let waiting = objection::get(tx, id)?;
            let answered = law::answer(&waiting, text.clone(), outcome, on, today).refuse()?;
            objection::change(tx, &answered)?;
            let mut entries = vec![Entry::of(&answered, Verb::Answer, actor, now, &mut chance)];
            let own = matter::get(tx, answered.matter)?;
            let living = if own.merged_into.is_some() { matter::get(tx, own.living())? } else { own };
            let back =
                if outcome == ObjectionOutcome::ToMeeting { sent_back(&living).refuse()? } else { living.clone() };
            if back == living {
                matter::moved(tx, living.id, now)?;
            } else {
                matter::change(tx, &back, now)?;
                entries.push(Entry::of(&back, Verb::Change, actor, now, &mut chance));
                for decided in topic::of_matter(tx, living.id)? {
                    if let Ok(reopened) = decided.reopened() {
                        topic::change(tx, &reopened)?;
                        entries.push(Entry::of(&reopened, Verb::Change, actor, now, &mut chance));
                    }
                }
            }
            let to = match outcome {
                ObjectionOutcome::Changed => format!("/postings/{hung}/correct"),
                _ => format!("/postings/{hung}#o-{id}"),
            };
            Ok(Once { entries, to })
        })
        .await;
        match written {
            Err(error) => f.take(error, "answer", &w, &visit.today)?,
            done => return done,
        }
    }
    answer_page(&visit, &case, f).again()
}
