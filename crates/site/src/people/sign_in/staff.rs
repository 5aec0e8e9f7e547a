//! Staff: name and password, the one-time link that sets the first one, and changing it.

use super::{By, SignInPage, count, password, sign_in};
use crate::frame::{Error, Fields, Page, Result, View, Visit, see_other};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::Chance;
use civic::people::account::{Account, AccountKind, AccountState, read_login};
use civic::people::sign_in::{self as rule, Lasting, SignInRefusal};
use civic::people::standing::Visibility;
use civic::record::{Actor, Entry, Verb};
use store::Quiet;
use store::people::{account, password_link, session};

/// Signs staff in. Which of name and password is wrong is not said, and both take as long.
pub(super) async fn open(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let login = read_login(fields.value("login")).ok();
    let name = login.clone().unwrap_or_default();
    // Few tries from one place, and more from all: who tries a colleague's name does not shut the colleague out.
    let limits = vec![
        (format!("password-of:{name}@{}", visit.client), 15, 10),
        (format!("password-of:{name}"), 15, 100),
        (format!("password-from:{}", visit.client), 15, 60),
    ];
    count(&visit, limits).await?;
    let found = match login {
        None => None,
        Some(login) => {
            visit.app.db().read(visit.county.id, move |tx| account::by_login(tx, &login).map_err(Error::from)).await?
        }
    };
    let usable = |a: &Account| a.kind == AccountKind::Staff && a.state == AccountState::Active;
    let found = found.filter(usable);
    let typed = rule::typed_password(fields.value("password")).unwrap_or_default();
    let fits = password::fits(typed, found.as_ref().and_then(|a| a.password.clone())).await?;
    let Some(found) = found.filter(|_| fits) else {
        fields.refuse(&SignInRefusal::NameOrPassword, "password", &visit.w(), &visit.today);
        return Page(SignInPage::new(&visit, fields, By::Staff)).again();
    };
    let (own, back) = (visit.clone(), fields.value("back").to_owned());
    // Staff begins at its work list, unless a page asked for the sign-in.
    let back = if back.is_empty() || back == "/" { "/work".to_owned() } else { back };
    let signed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let signed = sign_in(tx, &own, found.id, Lasting::Short, &back, &mut own.app.chance())?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, signed))
        })
        .await?;
    signed.response(&visit, &fields)
}

#[derive(Template)]
#[template(path = "people/sign_in/password.html")]
struct PasswordPage {
    v: View,
    f: Fields,
    action: String,
    login: String,
    /// Whether the old one is asked for.
    old: bool,
    min: usize,
}

fn page(visit: &Visit, f: Fields, action: &str, account: &Account, old: bool) -> PasswordPage {
    let login = account.login.clone().unwrap_or_default();
    PasswordPage { v: View::new(visit), f, action: action.to_owned(), login, old, min: rule::PASSWORD_MIN }
}

/// The password typed twice, if it may be set.
fn chosen(visit: &Visit, fields: &mut Fields, account: &Account) -> Option<String> {
    let w = visit.w();
    let names = [&account.login, &account.name, &account.phone].map(|n| n.as_deref().unwrap_or_default());
    match rule::password(fields.value("password"), &names) {
        Err(refusal) => {
            fields.refuse(&refusal, "password", &w, &visit.today);
            None
        }
        Ok(_) if fields.value("password") != fields.value("again") => {
            fields.wrong("again", w.t("password-again-differs"));
            None
        }
        Ok(password) => Some(password),
    }
}

async fn by_token(visit: &Visit, token: &str) -> Result<Account> {
    let (token, now) = (token.to_owned(), visit.now);
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let link = password_link::get(tx, &token)?.ok_or_else(|| Error::refused(&SignInRefusal::LinkGone))?;
            link.used(now).map_err(|refusal| Error::refused(&refusal))?;
            Ok(account::get(tx, link.account)?)
        })
        .await
}

/// The form behind a one-time link.
pub(super) async fn link(visit: Visit, Path(token): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let account = by_token(&visit, &token).await?;
    Page(page(&visit, Fields::default(), &visit.path, &account, false)).ok()
}

/// Sets the password by a one-time link, uses the link up and signs in.
pub(super) async fn set_by_link(visit: Visit, Path(token): Path<String>, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let account = by_token(&visit, &token).await?;
    let Some(chosen) = chosen(&visit, &mut fields, &account) else {
        return Page(page(&visit, fields, &visit.path, &account, false)).again();
    };
    let hash = password::hash(chosen, visit.app.chance().salt()).await?;
    let own = visit.clone();
    let signed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let link = password_link::get(tx, &token)?.ok_or_else(|| Error::refused(&SignInRefusal::LinkGone))?;
            let link = link.used(own.now).map_err(|refusal| Error::refused(&refusal))?;
            password_link::spend(tx, &link)?;
            let before = account::get(tx, link.account)?;
            let changed = before.with_password(hash.clone()).map_err(|refusal| Error::refused(&refusal))?;
            account::change(tx, &changed)?;
            session::end_all(tx, changed.id, None)?;
            let mut chance = own.app.chance();
            let signed = sign_in(tx, &own, changed.id, Lasting::Short, "/work", &mut chance)?;
            let actor = Actor { account: Some(changed.id), post: None };
            let entry = Entry::of(&changed, Verb::Change, actor, own.now, &mut chance);
            Ok::<_, Error>(tx.commit(&[entry], signed)?)
        })
        .await?;
    signed.response(&visit, &fields)
}

async fn own_staff(visit: &Visit) -> Result<Account> {
    let id = visit.account()?;
    let account = visit.app.db().read(visit.county.id, move |tx| account::get(tx, id).map_err(Error::from)).await?;
    if account.kind == AccountKind::Staff { Ok(account) } else { Err(Error::Hidden) }
}

/// The form for changing one's own password.
pub(super) async fn password(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let account = own_staff(&visit).await?;
    Page(page(&visit, Fields::default(), "/password", &account, true)).ok()
}

/// Changes one's own password; every other session of the account ends.
pub(super) async fn set_password(visit: Visit, mut fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let account = own_staff(&visit).await?;
    count(&visit, vec![(format!("password-of:{}", account.id), 15, 10)]).await?;
    let typed = rule::typed_password(fields.value("old")).unwrap_or_default();
    if !password::fits(typed, account.password.clone()).await? {
        fields.wrong("old", visit.w().t("password-old-wrong"));
    }
    let chosen = chosen(&visit, &mut fields, &account);
    let (Some(chosen), true) = (chosen, fields.ok()) else {
        return Page(page(&visit, fields, "/password", &account, true)).again();
    };
    let hash = password::hash(chosen, visit.app.chance().salt()).await?;
    let (own, id) = (visit.clone(), account.id);
    let here = visit.signed.as_ref().map(|s| s.session.hash);
    visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let before = account::get(tx, id)?;
            let changed = before.with_password(hash.clone()).map_err(|refusal| Error::refused(&refusal))?;
            account::change(tx, &changed)?;
            session::end_all(tx, id, here)?;
            let entry = Entry::of(&changed, Verb::Change, own.actor(None), own.now, &mut own.app.chance());
            Ok::<_, Error>(tx.commit(&[entry], ())?)
        })
        .await?;
    Ok(see_other("/mine?done=password"))
}
