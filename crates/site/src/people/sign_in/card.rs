//! Signing in with the code of a printed card.

use super::{By, In, SignInPage, lasting, sign_in, within};
use crate::frame::{Error, Fields, Page, Result, Visit};
use axum::response::Response;
use civic::id::AccountId;
use civic::people::account::{AccountRefusal, by_card};
use civic::people::card::{CardCode, CardRefusal};
use civic::people::standing::Visibility;
use civic::record::{Actor, Entry, Verb};
use store::Quiet;
use store::people::{account, card, place, signed};

enum Opened {
    In(In),
    Refused(CardRefusal),
    TooMany,
}

/// A card opens once, without anybody's leave: no helper and no consent has a say in it.
pub(super) async fn open(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let w = visit.w();
    let code = match CardCode::parse(fields.value("card")) {
        Ok(code) => code,
        Err(refusal) => {
            fields.refuse(&refusal, "card", &w, &visit.today);
            return Page(SignInPage::new(&visit, fields, By::Card)).again();
        }
    };
    let own = visit.clone();
    let hash = code.hash(&visit.app.code_secret(visit.county.id));
    let (back, lasting) = (fields.value("back").to_owned(), lasting(&fields));
    let opened = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            if !within(tx, &own, &[(format!("card-try:{}", own.client), 10, 60)])? {
                return Ok(tx.commit_quiet(Quiet::Limit, Opened::TooMany));
            }
            let Some(found) = card::by_hash(tx, hash)? else {
                return Ok(tx.commit_quiet(Quiet::Limit, Opened::Refused(CardRefusal::Unknown)));
            };
            let mut chance = own.app.chance();
            let before = card::account_of(tx, found.resident)?;
            let id = before.unwrap_or_else(|| AccountId::fresh(own.now, &mut chance));
            let used = match found.used(id, own.today) {
                Ok(used) => used,
                Err(refusal) => return Ok(tx.commit_quiet(Quiet::Limit, Opened::Refused(refusal))),
            };
            let actor = Actor { account: Some(id), post: None };
            let mut entries = Vec::new();
            if before.is_none() {
                let home = signed::name_and_home(tx, found.resident, own.today)?;
                let home = home.and_then(|(_, home)| home.first().copied());
                let home = match home {
                    Some(home) => home,
                    None => place::root(tx)?.id,
                };
                let new = by_card(id, home, own.today);
                let link = new.serve(found.resident, &[], own.today);
                let link = link.map_err(|refusal: AccountRefusal| Error::refused(&refusal))?;
                account::put(tx, &new)?;
                account::link(tx, &link)?;
                entries.push(Entry::of(&new, Verb::Create, actor, own.now, &mut chance));
            }
            card::change(tx, &used)?;
            entries.push(Entry::of(&used, Verb::Activate, actor, own.now, &mut chance));
            let signed = sign_in(tx, &own, id, lasting, &back, &mut chance)?;
            Ok::<_, Error>(tx.commit(&entries, Opened::In(signed))?)
        })
        .await?;
    match opened {
        Opened::TooMany => Err(Error::TooMany),
        Opened::In(signed) => signed.response(&visit, &fields),
        Opened::Refused(refusal) => {
            fields.refuse(&refusal, "card", &w, &visit.today);
            Page(SignInPage::new(&visit, fields, By::Card)).again()
        }
    }
}
