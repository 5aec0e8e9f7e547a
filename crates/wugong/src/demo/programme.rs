//! What county, townships and villages announce, and what people ask about it.

use super::book::{Allowed, Book};
use super::corpus::announcement::{ANNOUNCEMENTS, Announced, Asked, From, Then};
use super::ground::invented_phone;
use super::world::{Holder, World};
use anyhow::{Context, Result};
use civic::decide::code::SlipCode;
use civic::id::PlaceId;
use civic::people::place::Level;
use civic::programme::announcement::{self, Announcement, Correct};
use civic::programme::question::{self, QuestionChannel};
use civic::record::{Actor, Noun, Recorded, Verb};
use civic::time::Day;

/// Who announces: the holder of the post, the place and those above it.
struct Speaker<'w> {
    holder: &'w Holder,
    level: Level,
    path: Vec<PlaceId>,
}

fn speaker<'w>(world: &'w World, from: From) -> Result<Speaker<'w>> {
    let root = world.root.id;
    Ok(match from {
        From::County => Speaker { holder: &world.officer, level: Level::County, path: vec![root] },
        From::Township(code) => {
            let found = world.townships.iter().find(|town| town.place.code.to_string() == code);
            let town = found.context("the township of an announcement")?;
            Speaker { holder: &town.officer, level: Level::Township, path: vec![town.place.id, root] }
        }
        From::Village(letters) => {
            let mut villages = world.townships.iter().flat_map(|town| &town.villages);
            let found = villages.find(|village| village.abbreviation.as_str() == letters);
            let village = found.context("the village of an announcement")?;
            Speaker { holder: &village.committee, level: Level::Village, path: village.path.clone() }
        }
    })
}

/// Announces everything.
pub(super) fn announce(book: &mut Book, world: &World) -> Result<()> {
    for one in ANNOUNCEMENTS {
        announce_one(book, world, one)?;
    }
    Ok(())
}

/// A day as people say it in the texts.
fn said(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day())
}

fn announce_one(book: &mut Book, world: &World, one: &Announced) -> Result<()> {
    let when = &world.when;
    let speaker = speaker(world, one.from)?;
    let actor = speaker.holder.actor();
    let (day, about) = (when.ago(one.ago), when.today.plus(one.about));
    let at = when.at(day, 9, 20);
    // Its corrected form stands in the corpus; before, it was so many days earlier.
    let later = one.corrected.map_or(0, |(_, later, _)| later);
    let until = when.today.plus(one.until);
    let typed = announcement::Announced {
        place: speaker.path.first().copied().context("the place of an announcement")?,
        level: speaker.level,
        post: Some(speaker.holder.post),
        title: one.title.to_owned(),
        plain: one.plain.replace("{day}", &said(about.plus(later.saturating_neg()))),
        original: one.original.to_owned(),
        document: one.document.to_owned(),
        until: until.plus(later.saturating_neg()),
    };
    let mut announced = announcement::announce(book.id(at), &typed, day, at).allowed("an announcement")?;
    book.put(&announced, Verb::Create, actor, at);
    if let Some((ago, _, reason)) = one.corrected {
        let day = when.ago(ago);
        let at = when.at(day, 8, 40);
        let typed = Correct { plain: one.plain.replace("{day}", &said(about)), until, reason: reason.to_owned() };
        let (next, correction) =
            announced.correct(&typed, book.id(at), day, at).allowed("a correction of an announcement")?;
        announced = next;
        book.change(&mut announced, Verb::Correct, actor, at);
        book.put(&correction, Verb::Create, actor, at);
    }
    if let Some((ago, reason)) = one.ended {
        let day = when.ago(ago);
        announced = announced.end(reason, day).allowed("the end of an announcement")?;
        book.change(&mut announced, Verb::End, actor, when.at(day, 10, 5));
    }
    for (number, asked) in (0..).zip(one.asked) {
        ask(book, world, &speaker, &announced, asked, number)?;
    }
    Ok(())
}

fn ask(
    book: &mut Book,
    world: &World,
    speaker: &Speaker<'_>,
    about: &Announcement,
    asked: &Asked,
    number: i64,
) -> Result<()> {
    let when = &world.when;
    let day = when.ago(asked.ago);
    let at = when.at(day, 19, 30);
    let phone = match asked.then {
        Then::Waits { phone: true } => invented_phone(700 + number),
        _ => String::new(),
    };
    let typed = question::Asked { channel: asked.channel, received: day, text: asked.text.to_owned(), phone };
    // Who asks here leaves no trace; what came in another way was written down by somebody.
    let actor = match asked.channel {
        QuestionChannel::Web => Actor::NOBODY,
        _ => speaker.holder.actor(),
    };
    let code = SlipCode::fresh(&mut book.draw);
    let force = world.rules(&speaker.path, day);
    let mut question = question::ask(about, &typed, &force, code, book.id(at), day, at).allowed("a question")?;
    book.put(&question, Verb::Create, actor, at);
    match asked.then {
        Then::Waits { .. } => {}
        Then::Answered { ago, public, answer } => {
            let day = when.ago(ago);
            question = question.answer(public, answer, day).allowed("an answer")?;
            book.change(&mut question, Verb::Answer, speaker.holder.actor(), when.at(day, 15, 10));
        }
        Then::TakenBack => {
            question = question.withdrawn().allowed("a question that is taken back")?;
            book.forget(Noun::Question, question.noun_id(), Some("text"));
            book.change(&mut question, Verb::Erase, Actor::NOBODY, when.at(day, 20, 0));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_stand_in_every_state_that_a_question_can_have() {
        let all = || ANNOUNCEMENTS.iter().flat_map(|one| one.asked);
        assert!(all().any(|asked| matches!(asked.then, Then::TakenBack)));
        assert!(all().any(|asked| matches!(asked.then, Then::Waits { phone: true })));
        assert!(all().any(|asked| matches!(asked.then, Then::Answered { ago, .. } if asked.ago - ago > 6)));
        assert!(ANNOUNCEMENTS.iter().any(|one| one.ended.is_some()));
    }
}
