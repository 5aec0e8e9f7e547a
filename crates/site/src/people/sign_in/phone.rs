//! Signing in by a code sent to a phone, and registering with it.

use super::{By, In, SignInPage, lasting, sign_in, within};
use crate::frame::{Error, Fields, Page, Result, SENT, View, Visit, own_path};
use askama::Template;
use axum::response::Response;
use civic::hex::hex;
use civic::id::{AccountId, PlaceId};
use civic::people::account::{AccountRefusal, register as note};
use civic::people::place::Level;
use civic::people::sign_in::{CODE_SECONDS, SignInRefusal, keyed, send_code};
use civic::people::standing::Visibility;
use civic::record::{Entry, Verb};
use civic::text;
use civic::time::Timestamp;
use store::people::{account, phone_code, place};
use store::{Quiet, messages};
use subtle::ConstantTimeEq;

/// How long somebody may take to write name and village after a good code.
const PROOF_SECONDS: i64 = 30 * 60;
/// Villages offered when somebody registers.
const VILLAGES_MAX: u32 = 1000;

#[derive(Template)]
#[template(path = "people/sign_in/code.html")]
struct CodePage {
    v: View,
    f: Fields,
    phone: String,
    shown: String,
    minutes: i64,
    /// In a demo no message goes out, so the code stands on the page.
    demo_code: Option<String>,
}

#[derive(Template)]
#[template(path = "people/sign_in/register.html")]
struct RegisterPage {
    v: View,
    f: Fields,
    villages: Vec<(String, String)>,
}

enum Sent {
    Code(String),
    Refused(SignInRefusal),
    TooMany,
}

/// A number as it may stand on a page that others see: `139 **** 1234`.
pub(in crate::people) fn masked(phone: &str) -> String {
    let part = |range: std::ops::Range<usize>| phone.get(range).unwrap_or_default();
    format!("{} **** {}", part(0..3), part(7..11))
}

fn code_page(visit: &Visit, f: Fields, phone: &str, demo_code: Option<String>) -> CodePage {
    CodePage {
        v: View::new(visit),
        f,
        phone: phone.to_owned(),
        shown: masked(phone),
        minutes: CODE_SECONDS / 60,
        demo_code: demo_code.filter(|_| visit.app.setup().demo),
    }
}

/// Sends a code. Whether the number is known here is not said: the answer is the same.
pub(super) async fn send(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let w = visit.w();
    let Some(phone) = text::phone(fields.value("phone")) else {
        fields.refuse(&AccountRefusal::Phone, "phone", &w, &visit.today);
        return Page(SignInPage::new(&visit, fields, By::Phone)).again();
    };
    let (own, number, secret) = (visit.clone(), phone.clone(), visit.app.code_secret(visit.county.id));
    let sent = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let limits = [(format!("code-to:{number}"), 24 * 60, 10), (format!("code-from:{}", own.client), 60, 60)];
            if !within(tx, &own, &limits)? {
                return Ok(tx.commit_quiet(Quiet::Limit, Sent::TooMany));
            }
            let before = phone_code::get(tx, &number)?;
            let mut chance = own.app.chance();
            let sent = match send_code(&number, before.as_ref(), &secret, own.now, &mut chance) {
                Err(refusal) => Sent::Refused(refusal),
                Ok((code, kept)) => {
                    phone_code::put(tx, &kept)?;
                    let text = own.w().t2("sign-in-message", "code", &code, "minutes", CODE_SECONDS / 60);
                    messages::send(tx, &number, &text, own.now, &mut chance)?;
                    Sent::Code(code)
                }
            };
            Ok::<_, Error>(tx.commit_quiet(Quiet::Code, sent))
        })
        .await?;
    match sent {
        Sent::TooMany => Err(Error::TooMany),
        Sent::Code(code) => Page(code_page(&visit, fields, &phone, Some(code))).ok(),
        // Somebody who pressed twice has the code of the first press.
        Sent::Refused(refusal) => {
            fields.refuse(&refusal, "code", &w, &visit.today);
            Page(code_page(&visit, fields, &phone, None)).again()
        }
    }
}

enum Checked {
    In(In),
    Unknown,
    Refused(SignInRefusal),
    TooMany,
}

/// Checks a code. A phone that the village knows is signed in; with any other one may register.
pub(super) async fn check(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let phone = text::phone(fields.value("phone")).ok_or(Error::Malformed)?;
    let (own, number, secret) = (visit.clone(), phone.clone(), visit.app.code_secret(visit.county.id));
    let (typed, back, lasting) = (fields.value("code").to_owned(), fields.value("back").to_owned(), lasting(&fields));
    let checked = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            if !within(tx, &own, &[(format!("code-try:{}", own.client), 10, 120)])? {
                return Ok(tx.commit_quiet(Quiet::Limit, Checked::TooMany));
            }
            let Some(kept) = phone_code::get(tx, &number)? else {
                return Ok(tx.commit_quiet(Quiet::Limit, Checked::Refused(SignInRefusal::CodeGone)));
            };
            let (kept, result) = kept.check(&typed, &secret, own.now);
            phone_code::put(tx, &kept)?;
            let checked = match (result, account::by_phone(tx, &number)?) {
                (Err(refusal), _) => Checked::Refused(refusal),
                (Ok(()), None) => Checked::Unknown,
                (Ok(()), Some(known)) => {
                    Checked::In(sign_in(tx, &own, known.id, lasting, &back, &mut own.app.chance())?)
                }
            };
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, checked))
        })
        .await?;
    match checked {
        Checked::TooMany => Err(Error::TooMany),
        Checked::In(signed) => signed.response(&visit, &fields),
        Checked::Unknown => {
            let until = visit.now.plus_seconds(PROOF_SECONDS);
            let f = Fields::default()
                .with("phone", &phone)
                .with("until", until.millis().to_string())
                .with("proof", proof(&visit, &phone, until))
                .with("back", fields.value("back"))
                .with("shared", fields.value("shared"))
                .with(SENT, fields.value(SENT));
            Page(register_page(&visit, f).await?).ok()
        }
        Checked::Refused(refusal) => {
            fields.refuse(&refusal, "code", &visit.w(), &visit.today);
            Page(code_page(&visit, fields, &phone, None)).again()
        }
    }
}

/// Says that a phone was proved by a code until then: it goes through the registrant's form, so nothing of somebody who changes
/// their mind is kept.
fn proof(visit: &Visit, phone: &str, until: Timestamp) -> String {
    let secret = visit.app.code_secret(visit.county.id);
    let hash = keyed(&secret, "wugong.phone-proof.1", &[phone.as_bytes(), &until.millis().to_be_bytes()]);
    hex(&hash)
}

async fn register_page(visit: &Visit, f: Fields) -> Result<RegisterPage> {
    let today = visit.today;
    let villages = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let root = place::root(tx)?;
            let townships = place::children(tx, root.id, today, "", 200)?;
            let villages = place::villages(tx, root.id, today, "", VILLAGES_MAX)?;
            Ok::<_, Error>((townships, villages))
        })
        .await?;
    let (townships, villages) = villages;
    let above = |parent: Option<PlaceId>| {
        townships.iter().find(|t| Some(t.id) == parent).map(|t| t.name.clone()).unwrap_or_default()
    };
    let mut options = vec![(String::new(), visit.w().t("choose"))];
    options.extend(villages.iter().map(|v| (v.id.to_string(), format!("{}{}", above(v.parent), v.name))));
    Ok(RegisterPage { v: View::new(visit), f, villages: options })
}

/// Somebody registers with a proved phone, a name and a village, and waits for the village's word.
pub(super) async fn register(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let w = visit.w();
    let phone = text::phone(fields.value("phone")).ok_or(Error::Malformed)?;
    let until = Timestamp::from_millis(fields.value("until").parse().map_err(|_| Error::Malformed)?);
    let proved = bool::from(proof(&visit, &phone, until).as_bytes().ct_eq(fields.value("proof").as_bytes()));
    if !proved || visit.now >= until {
        return Err(Error::refused(&SignInRefusal::CodeGone));
    }
    let village = PlaceId::parse(fields.value("village"));
    let known = match village {
        None => None,
        Some(id) => {
            let found = visit.app.db().read(visit.county.id, move |tx| place::get(tx, id)).await;
            found.ok().filter(|p| p.kind.level() == Level::Village && p.holds_on(visit.today)).map(|p| p.id)
        }
    };
    if known.is_none() {
        fields.wrong("village", w.t("field-choose"));
    }
    let (id, place) =
        (AccountId::fresh(visit.now, &mut visit.app.chance()), known.unwrap_or_else(|| uuid::Uuid::nil().into()));
    let noted = note(id, &phone, fields.value("name"), place, visit.today);
    for refusal in noted.as_ref().err().into_iter().flatten() {
        fields.refuse(refusal, "name", &w, &visit.today);
    }
    let (Ok(new), true) = (noted, fields.ok()) else {
        return Page(register_page(&visit, fields).await?).again();
    };
    let (own, back, lasting) = (visit.clone(), own_path(fields.value("back")).to_owned(), lasting(&fields));
    let signed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let mut chance = own.app.chance();
            // The form sent twice, or the village has noted the phone meanwhile: the phone is proved, so it is signed in.
            if let Some(known) = account::by_phone(tx, &phone)? {
                let signed = sign_in(tx, &own, known.id, lasting, &back, &mut chance)?;
                return Ok(tx.commit_quiet(Quiet::Session, signed));
            }
            account::put(tx, &new)?;
            let signed = sign_in(tx, &own, new.id, lasting, "/mine", &mut chance)?;
            let actor = civic::record::Actor { account: Some(new.id), post: None };
            let entry = Entry::of(&new, Verb::Create, actor, own.now, &mut chance);
            Ok::<_, Error>(tx.commit(&[entry], signed)?)
        })
        .await?;
    signed.response(&visit, &fields)
}
