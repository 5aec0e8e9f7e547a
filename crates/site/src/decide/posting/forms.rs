//! Hanging a resolution out, correcting its sheet, noting that the sheet came down after its days.

use super::pages::{id_of, load_posting};
use crate::decide::resolution::{Loaded, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once, see_other};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::posting::{self as law, Hung, POSTING_MAX, Posting, PostingState, WHERE_MAX};
use civic::id::{CorrectionId, PostingId, ResolutionId};
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::time::Timestamp;
use store::Tx;
use store::decide::{correction, matter, posting, resolution};

/// The longest reason for a correction, in characters.
const REASON_MAX: usize = 300;

#[derive(Template)]
#[template(path = "decide/posting/post.html")]
struct PostPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    days: String,
}

async fn load_resolution(visit: &Visit, id: &str) -> Result<(ResolutionId, Loaded, Option<Post>)> {
    let id = ResolutionId::parse(id).ok_or(Error::Hidden)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((id, loaded, post))
}

async fn post_page(visit: &Visit, id: ResolutionId, loaded: &Loaded, f: Fields) -> Result<Page<PostPage>> {
    let rules = visit.app.rules(visit.county.id).await?;
    let days = rules.on(&loaded.path(), visit.today).posting().refuse()?.value;
    let brand = brand(&loaded.line);
    let w = visit.w();
    Ok(Page(PostPage {
        about: loaded.about(&visit.w()),
        action: format!("/r/{id}/post"),
        back: format!("/r/{id}"),
        days: w.t2("post-days", "n", days, "down", w.day(&visit.today.period_end(days).plus(1), &visit.today)),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// The form: the text of the resolution stands in it already.
pub(super) async fn post_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (id, loaded, _) = load_resolution(&visit, &id).await?;
    if let Some(hung) = &loaded.posting {
        return Ok(see_other(&format!("/postings/{}", hung.id)));
    }
    let f = Fields::empty(&visit.app).with("text", &loaded.resolution.text).with("posted_on", visit.today.to_string());
    post_page(&visit, id, &loaded, f).await?.ok()
}

/// Hangs it out.
pub(super) async fn post(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (id, loaded, post) = load_resolution(&visit, &id).await?;
    let w = visit.w();
    let text = f.block("text", POSTING_MAX, &w);
    let hangs_at = f.line("hangs_at", WHERE_MAX, &w);
    let posted_on = f.day("posted_on", &w);
    if let (Some(text), Some(hangs_at), Some(posted_on)) = (text, hangs_at, posted_on) {
        let hung = Hung { text, hangs_at, posted_on };
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let rules = visit.app.rules(visit.county.id).await?;
        let path = loaded.path();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let made = resolution::get(tx, id)?;
            let in_force = rules.on(&path, hung.posted_on);
            let new = PostingId::fresh(now, &mut chance);
            let hung = law::post(&made, hung.clone(), &in_force, today, new, now).refuse()?;
            posting::put(tx, &hung)?;
            let mut entries = vec![Entry::of(&hung, Verb::Post, actor, now, &mut chance)];
            entries.extend(hang_out(tx, &hung, actor, now, &mut chance)?);
            Ok(Once { entries, to: format!("/postings/{new}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "text", &w, &visit.today)?,
            done => return done,
        }
    }
    post_page(&visit, id, &loaded, f).await?.again()
}

/// Brings the matter of a posting to *posted*, or notes that something happened to it.
fn hang_out(
    tx: &mut Tx<'_>,
    hung: &Posting,
    actor: civic::record::Actor,
    now: Timestamp,
    chance: &mut dyn civic::id::Chance,
) -> Result<Option<Entry>> {
    let own = matter::get(tx, hung.matter)?;
    let living = if own.merged_into.is_some() { matter::get(tx, own.living())? } else { own };
    let next = law::hang_out(&living).refuse()?;
    if next == living {
        matter::moved(tx, living.id, now)?;
        return Ok(None);
    }
    matter::change(tx, &next, now)?;
    Ok(Some(Entry::of(&next, Verb::Change, actor, now, chance)))
}

async fn load_hung(visit: &Visit, id: &str) -> Result<(Posting, Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let (hung, loaded) = visit.app.db().read(visit.county.id, move |tx| load_posting(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((hung, loaded, post))
}

#[derive(Template)]
#[template(path = "decide/posting/correct.html")]
struct CorrectPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    now_says: String,
    /// A recount is of substance whatever anybody says.
    forced: bool,
    substance: Vec<(String, String)>,
}

/// Whether hands were counted again since the sheet last said what was counted. Such a correction is always of substance
/// (docs/decisions/0012-corrections-of-postings.md).
fn recounted(tx: &mut Tx<'_>, hung: &Posting, loaded: &Loaded) -> Result<bool> {
    if loaded.count.corrects.is_none() {
        return Ok(false);
    }
    let corrections = correction::of_posting(tx, hung.id)?;
    let said = corrections.iter().filter(|c| c.substantial).map(|c| c.recorded_at).max().unwrap_or(hung.created_at);
    Ok(loaded.count.recorded_at > said)
}

async fn correct_page(visit: &Visit, hung: &Posting, loaded: &Loaded, f: Fields) -> Result<Page<CorrectPage>> {
    let id = hung.id;
    let forced = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let (hung, loaded) = load_posting(tx, id)?;
            recounted(tx, &hung, &loaded)
        })
        .await?;
    let w = visit.w();
    let brand = brand(&loaded.line);
    Ok(Page(CorrectPage {
        about: loaded.about(&visit.w()),
        action: format!("/postings/{id}/correct"),
        back: format!("/postings/{id}"),
        now_says: hung.text.clone(),
        forced,
        substance: vec![
            ("yes".to_owned(), w.t("correct-substantial-yes")),
            ("no".to_owned(), w.t("correct-substantial-no")),
        ],
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// The form: what the sheet says now stands in it.
pub(super) async fn correct_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (hung, loaded, _) = load_hung(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("text", &hung.text);
    correct_page(&visit, &hung, &loaded, f).await?.ok()
}

/// Corrects the sheet; what it said stays readable. The day is today's: on the page it said the old thing until now.
pub(super) async fn correct(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (hung, loaded, post) = load_hung(&visit, &id).await?;
    let w = visit.w();
    let text = f.block("text", POSTING_MAX, &w);
    let reason = f.line("reason", REASON_MAX, &w);
    let said = match f.value("substantial") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if let (Some(text), Some(reason)) = (text, reason) {
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let rules = visit.app.rules(visit.county.id).await?;
        let (id, path) = (hung.id, loaded.path());
        let missing = w.t("field-choose");
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let (hung, loaded) = load_posting(tx, id)?;
            let substantial = if recounted(tx, &hung, &loaded)? { Some(true) } else { said };
            // Nothing chosen and nothing forced: answered beside the field below.
            let Some(substantial) = substantial else { return Err(Error::Malformed) };
            let new = CorrectionId::fresh(now, &mut chance);
            let in_force = rules.on(&path, today);
            let (next, made) =
                law::correct(&hung, text.clone(), reason.clone(), substantial, today, &in_force, new, now).refuse()?;
            posting::change(tx, &next)?;
            correction::put(tx, &made)?;
            let mut entries = vec![
                Entry::of(&next, Verb::Correct, actor, now, &mut chance),
                Entry::of(&made, Verb::Create, actor, now, &mut chance),
            ];
            let stands = loaded.resolution.state != civic::decide::resolution::ResolutionState::Void;
            if stands && loaded.matter.plan == civic::decide::matter::PlanState::Disclosed && substantial {
                entries.extend(hang_out(tx, &next, actor, now, &mut chance)?);
            } else {
                matter::moved(tx, loaded.matter.id, now)?;
            }
            Ok(Once { entries, to: format!("/postings/{id}#c-{}", made.turn) })
        })
        .await;
        match written {
            Err(Error::Malformed) if said.is_none() => f.wrong("substantial", missing),
            Err(error) => f.take(error, "text", &w, &visit.today)?,
            done => return done,
        }
    }
    correct_page(&visit, &hung, &loaded, f).await?.again()
}

#[derive(Template)]
#[template(path = "decide/posting/take-down.html")]
struct TakeDownPage {
    v: View,
    about: String,
    f: Fields,
    action: String,
    back: String,
    until: String,
    over: bool,
}

fn take_down_page(visit: &Visit, hung: &Posting, loaded: &Loaded, f: Fields) -> Page<TakeDownPage> {
    let brand = brand(&loaded.line);
    Page(TakeDownPage {
        about: loaded.about(&visit.w()),
        action: format!("/postings/{}/take-down", hung.id),
        back: format!("/postings/{}", hung.id),
        until: visit.w().day(&hung.until, &visit.today),
        over: hung.is_over(visit.today) && hung.state == PostingState::Up,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form; before the last day is over it says only until when the sheet hangs.
pub(super) async fn take_down_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (hung, loaded, _) = load_hung(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("on", visit.today.to_string());
    take_down_page(&visit, &hung, &loaded, f).ok()
}

/// Notes the day on which the sheet came down. The page stays.
pub(super) async fn take_down(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (hung, loaded, post) = load_hung(&visit, &id).await?;
    let w = visit.w();
    if let Some(on) = f.day("on", &w) {
        let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), hung.id);
        let written = once(&visit, &f, move |tx| {
            let hung = posting::get(tx, id)?;
            let down = law::take_down(&hung, on, today).refuse()?;
            posting::change(tx, &down)?;
            let entry = Entry::of(&down, Verb::End, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/postings/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "on", &w, &visit.today)?,
            done => return done,
        }
    }
    take_down_page(&visit, &hung, &loaded, f).again()
}
