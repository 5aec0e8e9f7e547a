//! The layout that every page stands in, and the answers that are no pages.

use super::app::App;
use super::error::{Error, Result};
use super::sent::{Onward, Sent};
use super::visit::{Look, Theme, Visit};
use super::words::{Lang, W};
use askama::Template;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::people::standing::{Action, Post};
use civic::time::Day;
use paper::pdf::PdfError;

/// A link in the header of staff pages.
#[derive(Clone, Debug)]
pub struct NavLink {
    /// Where.
    pub href: String,
    /// Its words.
    pub text: String,
    /// Whether this is the page.
    pub here: bool,
}

/// What the layout needs of a visit. Every page's template has one as `v`.
#[derive(Clone)]
pub struct View {
    /// The words.
    pub w: W,
    /// The classes of `<html>`.
    pub class: String,
    /// The place in the header: its name.
    pub place: String,
    /// The place above it.
    pub above: String,
    /// Where the header's place leads.
    pub home: String,
    /// Whether the pages of a demo say so.
    pub demo: bool,
    /// At which day a demo stands in which days were let pass.
    pub demo_day: Option<String>,
    /// Who is signed in, as shown.
    pub who: Option<String>,
    /// Whether it is staff.
    pub staff: bool,
    /// Whether a helper acts for a resident: the resident's name.
    pub acting_for: Option<String>,
    /// The token of forms.
    pub csrf: String,
    /// Today.
    pub today: Day,
    /// Path and query of this page.
    pub here: String,
    /// `here` as a value in a query.
    pub back: String,
    /// The form for an opinion or a complaint, about this page and at its place (domain: AF13).
    pub opinion: String,
    /// Links of staff pages.
    pub nav: Vec<NavLink>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The tag of the other language.
    pub other_lang: &'static str,
    /// Whether this page is the answer to a text that was sent before.
    pub again: bool,
    /// Elder mode.
    pub elder: bool,
    /// Whether a dark page was chosen.
    pub dark: bool,
}

impl View {
    /// Where one looks for something at this page's place and below.
    pub fn search(&self) -> String {
        self.home.strip_prefix("/p/").map_or_else(|| "/search".to_owned(), |code| format!("/search?at={code}"))
    }
    /// From a visit; `dense` for staff's tables.
    pub fn new(visit: &Visit) -> Self {
        let w = visit.w();
        let mut class = match visit.look {
            Look::Plain => String::new(),
            Look::Elder => "elder".to_owned(),
            Look::ElderMax => "elder max".to_owned(),
        };
        match visit.theme {
            Theme::System => {}
            Theme::Light => class.push_str(" light"),
            Theme::Dark => class.push_str(" dark"),
        }
        let post = visit.signed.as_ref().and_then(|s| s.standings.first()).map(|s| s.post);
        let nav = if post.is_some() { staff_nav(visit, &w) } else { Vec::new() };
        let signed = visit.signed.as_deref();
        let resident = signed.and_then(|s| s.resident.as_ref());
        Self {
            class: class.trim().to_owned(),
            place: visit.county.name.clone(),
            above: w.t("brand-method"),
            home: "/".to_owned(),
            demo: visit.app.setup().demo,
            demo_day: demo_day(visit, &w),
            who: signed.map(|s| {
                resident
                    .and_then(|r| r.name.clone())
                    .or_else(|| s.shown_name.clone())
                    .unwrap_or_else(|| w.t("nav-mine"))
            }),
            staff: post.is_some(),
            acting_for: resident.filter(|r| !r.own).and_then(|r| r.name.clone()),
            csrf: visit.csrf(),
            today: visit.today,
            here: visit.here.clone(),
            back: form_urlencoded::byte_serialize(visit.here.as_bytes()).collect(),
            opinion: crate::decide::need::opinion_link(&visit.path),
            nav,
            phone: visit.county.phone.clone(),
            other_lang: visit.lang.other().tag(),
            again: super::once::is_again(&visit.here),
            elder: visit.look != Look::Plain,
            dark: visit.theme == Theme::Dark,
            w,
        }
    }
    /// With a place in the header: its name, the one above and its page.
    #[must_use]
    pub fn at(mut self, place: &str, above: &str, home: &str) -> Self {
        place.clone_into(&mut self.place);
        above.clone_into(&mut self.above);
        home.clone_into(&mut self.home);
        if let Some(code) = home.strip_prefix("/p/") {
            self.opinion = format!("{}&at={code}", self.opinion);
        }
        self
    }
    /// Set tight, for staff's tables.
    #[must_use]
    pub fn dense(mut self) -> Self {
        if !self.elder {
            self.class = format!("dense {}", self.class).trim().to_owned();
        }
        self
    }
    /// A sheet of paper of that kind: it looks the same whatever look the reader chose.
    #[must_use]
    pub fn sheet(mut self, class: &str) -> Self {
        class.clone_into(&mut self.class);
        self
    }
    /// The tag of the language.
    pub fn lang(&self) -> &'static str {
        self.w.lang.tag()
    }
    /// Whether the page is in Chinese.
    pub fn zh(&self) -> bool {
        self.w.lang == Lang::Zh
    }
    /// A day as people say it.
    pub fn day(&self, day: &Day) -> String {
        self.w.day(day, &self.today)
    }
    /// The words of a key.
    pub fn t(&self, key: &str) -> String {
        self.w.t(key)
    }
}

fn demo_day(visit: &Visit, w: &W) -> Option<String> {
    let moved = visit.app.setup().passage.as_ref().is_some_and(|passage| passage.days() > 0);
    moved.then(|| w.t1("demo-strip-day", "day", w.full_day(&visit.today)))
}

fn staff_nav(visit: &Visit, w: &W) -> Vec<NavLink> {
    let anywhere: Vec<_> = visit.asker().standings.iter().map(|s| s.place).collect();
    let links = [
        ("/work", "nav-work", Action::ReadWork),
        ("/needs", "nav-needs", Action::ReadNeeds),
        ("/meetings", "nav-meetings", Action::ReadPublic),
        ("/helper", "nav-helper", Action::HelpRaise),
        ("/roll", "nav-roll", Action::ReadRoll),
        ("/standings", "nav-standings", Action::GrantStanding),
        ("/operator", "nav-operator", Action::Operate),
    ];
    links
        .into_iter()
        .filter(|(_, _, action)| visit.could(*action, &anywhere))
        .map(|(href, key, _)| NavLink { href: href.to_owned(), text: w.t(key), here: visit.path.starts_with(href) })
        .collect()
}

/// A rendered template as a page.
pub struct Page<T>(pub T);

impl<T: Template> Page<T> {
    /// The page with another status, for a form that is shown again.
    pub fn with_status(self, status: StatusCode) -> Result<Response> {
        let html = self.0.render()?;
        Ok((status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html)
            .into_response())
    }
    /// The page.
    pub fn ok(self) -> Result<Response> {
        self.with_status(StatusCode::OK)
    }
    /// The form shown again with what is wrong (422).
    pub fn again(self) -> Result<Response> {
        self.with_status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

/// A whole number as a figure draws it: never below zero, and a number beyond every figure is the largest.
pub fn drawn(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// Bytes to be saved under a name (plain ASCII).
pub fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

#[derive(Template)]
#[template(path = "frame/error.html")]
struct ErrorPage {
    v: View,
    title: String,
    text: String,
    saved: Option<String>,
    sent: Option<SentView>,
    sign_in: bool,
}

/// What was typed, on the page that says why it was not taken.
struct SentView {
    texts: Vec<String>,
    /// Files have to be picked again.
    files: bool,
    /// The form that sends it again, or takes it through the sign-in.
    form: Option<SentForm>,
}

struct SentForm {
    action: String,
    fields: Vec<(String, String)>,
    button: String,
}

impl SentView {
    fn new(visit: &Visit, sent: &Sent, onward: Onward, w: &W) -> Self {
        let own = |name: &str, value: String| (name.to_owned(), value);
        let form = match onward {
            Onward::Read => None,
            Onward::Again { key, csrf } => {
                let mut fields = vec![own("csrf", csrf), own("form", key)];
                fields.retain(|(_, value)| !value.is_empty());
                fields.extend_from_slice(sent.pairs());
                Some(SentForm { action: sent.to().to_owned(), fields, button: w.t("error-send-again") })
            }
            Onward::SignIn => {
                // A form is sent to where it is shown or, where nothing is shown under its address, to the first page.
                let fields = vec![own("back", "/".to_owned()), own(super::sent::FIELD, sent.seal(visit))];
                Some(SentForm { action: "/sign-in".to_owned(), fields, button: w.t("error-sign-in-go") })
            }
        };
        Self { texts: sent.texts().into_iter().map(str::to_owned).collect(), files: sent.files(), form }
    }
}

/// After a sign-in, the form that was waiting for it, to be looked at and sent. `token` is that of the new session.
pub(crate) fn signed_in_page(visit: &Visit, token: &str, sent: &Sent) -> Result<Response> {
    let w = visit.w();
    let csrf = visit.csrf_of(token);
    let key = sent.key().to_owned();
    let view = SentView::new(visit, sent, Onward::Again { key, csrf: csrf.clone() }, &w);
    let mut v = View::new(visit);
    v.who = v.who.or_else(|| Some(w.t("nav-mine")));
    v.csrf = csrf;
    let (title, text) = (w.t("sent-waiting-title"), w.t("sent-waiting-text"));
    Page(ErrorPage { v, title, text, saved: None, sent: Some(view), sign_in: false }).ok()
}

/// The page (or, under `/api/`, the problem document of RFC 9457) of an error.
pub(super) fn error_page(visit: &Visit, method: &Method, error: &Error) -> Response {
    match error {
        Error::Store(inner @ (store::Error::Full | store::Error::Engine { .. } | store::Error::Corrupt { .. })) => {
            tracing::error!(request = visit.request_id, error = %inner, "broken");
        }
        Error::Broken(what) => tracing::error!(request = visit.request_id, what, "broken"),
        // Whoever keeps the machine can mend these; the reader cannot.
        Error::Paper(error) => tracing::error!(request = visit.request_id, %error, "not printed"),
        _ => {}
    }
    let w = visit.w();
    let status = error.status();
    let (title, text) = match error {
        Error::Refused(answer) => (w.t("error-refused-title"), w.filled(answer.key, &answer.values, &visit.today)),
        Error::Faults(answers) => {
            let said: Vec<String> = answers.iter().map(|a| w.filled(a.key, &a.values, &visit.today)).collect();
            (w.t("error-refused-title"), said.join(" "))
        }
        Error::Paper(PdfError::NoGlyph { characters, font }) => {
            (w.t("error-no-glyph-title"), w.t2("error-no-glyph-text", "characters", characters, "font", font))
        }
        other => (w.t(&format!("{}-title", other.words())), w.t(&format!("{}-text", other.words()))),
    };
    if visit.path.starts_with("/api/") {
        let body =
            serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": text });
        let kind = HeaderValue::from_static("application/problem+json");
        return (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response();
    }
    if matches!(error, Error::SignIn) && (method == Method::GET || method == Method::HEAD) {
        let back: String = form_urlencoded::byte_serialize(visit.here.as_bytes()).collect();
        return super::once::see_other(&format!("/sign-in?back={back}"));
    }
    let saved = match error {
        Error::Reused { saved } => Some(saved.clone()),
        _ => None,
    };
    let sent = visit.sent().map(|sent| SentView::new(visit, &sent, sent.onward(visit, error), &w));
    let waits = sent.as_ref().is_some_and(|sent| sent.form.is_some());
    let sign_in = matches!(error, Error::SignIn) && !waits;
    let page = ErrorPage { v: View::new(visit), title, text, saved, sent, sign_in };
    Page(page).with_status(status).unwrap_or_else(|_| status.into_response())
}

/// The words for a post.
pub fn post_name(w: &W, post: Option<Post>) -> String {
    match post {
        Some(post) => w.token(post),
        None => w.t("post-none"),
    }
}

/// Whether a path leads to a page of this site and not away.
pub(crate) fn own_path(back: &str) -> &str {
    let own =
        back.starts_with('/') && !back.starts_with("//") && !back.contains('\\') && !back.contains(char::is_control);
    if own { back } else { "/" }
}

/// The application's address for QR codes and printed links.
pub fn address(app: &App, path: &str) -> String {
    format!("{}{path}", app.setup().base_url)
}

/// Cuts a list to one page. A list is asked for one row more than a page has: whether that was there is whether more follows.
pub fn cut<T>(rows: &mut Vec<T>, rows_max: u32) -> bool {
    let max = usize::try_from(rows_max).unwrap_or(usize::MAX);
    let more = rows.len() > max;
    rows.truncate(max);
    more
}
