//! Links to what is public here already, typed as people have them: the number of a matter, or the address of a page.

use crate::frame::{Error, Fields, Result, Visit, W};
use civic::decide::code::PublicNumber;
use civic::decide::meeting::MeetingState;
use civic::id::{MeetingId, PostingId};
use civic::programme::evidence::Evidence;
use civic::time::Day;
use store::Tx;
use store::decide::{matter, meeting, posting, resolution};

/// The most lines that are read.
const LINES_MAX: usize = 20;

/// What a line may name.
#[derive(Clone, Debug)]
enum Named {
    Matter(PublicNumber),
    Meeting(MeetingId),
    Posting(PostingId),
}

/// Reads one line: a public number, or an address that ends like `/meetings/..`, `/postings/..`, `/m/..`.
fn named(line: &str) -> Option<Named> {
    if let Ok(number) = PublicNumber::parse(line) {
        return Some(Named::Matter(number));
    }
    let path = line.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let (last, kind) = (parts.next()?, parts.next()?);
    match kind {
        "m" => PublicNumber::parse(last).ok().map(Named::Matter),
        "meetings" | "talks" => MeetingId::parse(last).map(Named::Meeting),
        "postings" => PostingId::parse(last).map(Named::Posting),
        _ => None,
    }
}

/// The thing that was named, if it is there and public.
fn found(tx: &mut Tx<'_>, named: &Named) -> store::Result<Option<Evidence>> {
    let result = match named {
        Named::Matter(number) => matter::by_number(tx, number).map(|one| Evidence::Matter(one.living())),
        Named::Meeting(id) => match meeting::get(tx, *id) {
            // Of a meeting that was not called yet nobody knows.
            Ok(one) if one.state == MeetingState::Draft => return Ok(None),
            other => other.map(|one| Evidence::Meeting(one.id)),
        },
        Named::Posting(id) => posting::get(tx, *id).map(|one| Evidence::Posting(one.id)),
    };
    match result {
        Ok(evidence) => Ok(Some(evidence)),
        Err(store::Error::Missing) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The links of a field, one a line. A line that leads to nothing public is said beside the field.
pub(crate) async fn read(visit: &Visit, f: &mut Fields, field: &str) -> Result<Option<Vec<Evidence>>> {
    let w = visit.w();
    let lines: Vec<String> =
        f.value(field).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if lines.len() > LINES_MAX {
        f.wrong(field, w.t1("link-too-many", "max", i64::try_from(LINES_MAX).unwrap_or(i64::MAX)));
        return Ok(None);
    }
    let parsed: Vec<Option<Named>> = lines.iter().map(|line| named(line)).collect();
    let wanted = parsed.clone();
    let links = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut links = Vec::new();
            for one in &wanted {
                links.push(match one {
                    Some(one) => found(tx, one)?,
                    None => None,
                });
            }
            Ok::<_, Error>(links)
        })
        .await?;
    let mut good = Vec::new();
    for (line, link) in lines.iter().zip(links) {
        match link {
            Some(link) => good.push(link),
            None => f.wrong(field, w.t1("link-unknown", "line", line.chars().take(40).collect::<String>())),
        }
    }
    Ok(f.err(field).is_none().then_some(good))
}

/// A link as it is shown.
pub(crate) struct LinkView {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Whether people met there.
    pub(crate) met: bool,
}

/// The public pages behind links. What is gone from the public is left out.
pub(crate) fn views(tx: &mut Tx<'_>, links: &[Evidence], w: &W, today: Day) -> store::Result<Vec<LinkView>> {
    let mut views = Vec::new();
    for link in links {
        views.extend(match link {
            Evidence::Matter(id) => {
                let own = matter::get(tx, *id)?;
                let one = if own.merged_into.is_some() { matter::get(tx, own.living())? } else { own };
                one.number.as_ref().map(|number| LinkView {
                    href: format!("/m/{number}"),
                    title: one.title.clone().unwrap_or_default(),
                    text: w.list(&[&number.to_string(), &w.token(one.plan)]),
                    met: false,
                })
            }
            Evidence::Meeting(id) => {
                let one = meeting::get(tx, *id)?;
                let title = match one.title.clone() {
                    Some(title) => title,
                    None => meeting::matters_of(tx, *id)?.first().and_then(|m| m.title.clone()).unwrap_or_default(),
                };
                let when = one.held_on.map(|day| w.day(&day, &today)).unwrap_or_default();
                Some(LinkView {
                    href: format!("/meetings/{id}"),
                    title,
                    text: w.list(&[&w.t("link-meeting"), &when]),
                    met: true,
                })
            }
            Evidence::Posting(id) => {
                let one = posting::get(tx, *id)?;
                let resolved = resolution::get(tx, one.resolution)?;
                let about = matter::get(tx, resolved.matter)?;
                Some(LinkView {
                    href: format!("/postings/{id}"),
                    title: about.title.unwrap_or_default(),
                    text: w.list(&[&w.t("link-posting"), &w.day(&one.posted_on, &today)]),
                    met: false,
                })
            }
        });
    }
    Ok(views)
}

/// Links as they were typed, one a line, to be written over.
pub(crate) fn typed(views: &[LinkView]) -> String {
    let lines = views.iter().map(|one| one.href.strip_prefix("/m/").unwrap_or(&one.href).to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_people_have_it() {
        let id = "0197a0b0-0000-7000-8000-000000000001";
        for (line, what) in [
            ("ZX-2026-017".to_owned(), "m"),
            ("zx 2026 017".to_owned(), "m"),
            ("https://x.test/m/ZX-2026-017#e-3".to_owned(), "m"),
            (format!("https://x.test/meetings/{id}?a=b"), "meeting"),
            (format!("/talks/{id}"), "meeting"),
            (format!("/postings/{id}/"), "posting"),
            ("修了一条路".to_owned(), ""),
            (format!("/needs/{id}"), ""),
            ("/meetings/1".to_owned(), ""),
        ] {
            let found = match named(&line) {
                Some(Named::Matter(_)) => "m",
                Some(Named::Meeting(_)) => "meeting",
                Some(Named::Posting(_)) => "posting",
                None => "",
            };
            assert_eq!(found, what, "{line}");
        }
    }
}
