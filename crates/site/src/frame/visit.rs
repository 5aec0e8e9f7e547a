//! A visit: one request with everything that the frame knows of it.

use super::app::App;
use super::cache::Cache;
use super::error::{Error, Result};
use super::fields::Fields;
use super::layout::error_page;
use super::measure::Answered;
use super::opened::{self, LetIn};
use super::origin::{self, From};
use super::route::{KeptPaths, Returns};
use super::sent::Sent;
use super::session::{self, SESSION_COOKIE, Signed};
use super::words::{Lang, W};
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use civic::hex::hex;
use civic::id::{AccountId, Id, PlaceId};
use civic::people::sign_in::keyed;
use civic::people::standing::{Action, Asker, Permit, Post, Visibility, permit};
use civic::record::Actor;
use civic::time::{Day, Timestamp, Zone};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use store::people::county::County;
use subtle::ConstantTimeEq;

/// Size and calm of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As it comes.
    #[default]
    Plain,
    /// Elder mode: larger, fewer things.
    Elder,
    /// Elder mode, one step larger.
    ElderMax,
}

/// Light or dark, when the reader chose; otherwise the system's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The action that a route declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared(pub(super) Action);

/// One request. Cheap to clone.
#[derive(Clone)]
pub struct Visit {
    /// The application.
    pub app: App,
    /// The county asked for.
    pub county: Arc<County>,
    /// Its zone.
    pub zone: Zone,
    /// The moment of the request; everything in it happens then.
    pub now: Timestamp,
    /// Its legal day.
    pub today: Day,
    /// The language.
    pub lang: Lang,
    /// The look.
    pub look: Look,
    /// The theme.
    pub theme: Theme,
    /// The path asked for.
    pub path: String,
    /// Path and query, to come back to.
    pub here: String,
    /// Who is signed in.
    pub signed: Option<Arc<Signed>>,
    /// The client's address, for rate limits only ([`Visit::subject`]); of IPv6 the network, which one household has for itself.
    pub client: String,
    /// The number of the request in the log.
    pub request_id: String,
    /// Whether a write came from a page of ours, as far as the browser says.
    pub(super) own_page: bool,
    cookies: Arc<HeaderMap>,
    sent: Arc<Mutex<Option<Sent>>>,
    token: Option<String>,
    action: Option<Action>,
    asked: Arc<AtomicBool>,
    let_in: Arc<Mutex<LetIn>>,
}

impl Visit {
    /// The words.
    pub fn w(&self) -> W {
        self.app.words(self.lang)
    }

    /// A cookie of this request.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.cookies, name)
    }

    /// Whether somebody with these standings may do `action` there; for showing a button, not for guarding.
    pub fn could(&self, action: Action, path: &[PlaceId]) -> bool {
        matches!(permit(&self.asker(), action, path, Visibility::Public, self.today), Permit::Yes(_))
    }

    /// The guard. Asks whether the action that this route declared may be done at a place (`path`: the place and those above it,
    /// innermost first), and answers the post in which it is done. Every handler asks before it shows or changes anything.
    pub fn may(&self, path: &[PlaceId], visibility: Visibility) -> Result<Option<Post>> {
        self.asked.store(true, Ordering::SeqCst);
        // A route without a declared action does not exist; should one come about, it is closed.
        let Some(action) = self.action else { return Err(Error::Hidden) };
        match permit(&self.asker(), action, path, visibility, self.today) {
            Permit::Yes(post) => {
                if let (Some(_), Ok(mut let_in)) = (post, self.let_in.lock()) {
                    let_in.action = Some(action);
                    let_in.post = post;
                    let_in.place = path.first().copied();
                }
                Ok(post)
            }
            Permit::Forbidden => Err(Error::Forbidden),
            Permit::Hidden => Err(Error::Hidden),
            Permit::SignIn => Err(Error::SignIn),
        }
    }

    /// As [`Visit::may`] for pages that belong to no place: for a post it is enough to hold it anywhere.
    pub fn may_anywhere(&self) -> Result<Option<Post>> {
        let asker = self.asker();
        let anywhere: Vec<PlaceId> = asker.standings.iter().map(|s| s.place).collect();
        self.may(&anywhere, Visibility::Public)
    }

    /// Says whose data a list shows, where that is neither one person of its address nor everybody of its place: for the note of who
    /// opened what.
    pub fn opened(&self, subjects: impl IntoIterator<Item = uuid::Uuid>) {
        if let Ok(mut let_in) = self.let_in.lock() {
            let_in.subjects = Some(subjects.into_iter().collect());
        }
    }

    /// Who asks, for `civic`.
    pub fn asker(&self) -> Asker {
        match &self.signed {
            None => Asker::default(),
            Some(signed) => Asker {
                signed_in: true,
                resident: signed.resident.is_some(),
                home: signed.resident.as_ref().map(|r| r.home.clone()).unwrap_or_default(),
                standings: signed.standings.clone(),
            },
        }
    }

    /// The account that is signed in.
    pub fn account(&self) -> Result<AccountId> {
        self.signed.as_ref().map(|s| s.account).ok_or(Error::SignIn)
    }

    /// Who acts, for the record.
    pub fn actor(&self, post: Option<Post>) -> Actor {
        Actor { account: self.signed.as_ref().map(|s| s.account), post }
    }

    /// The same visit of nobody in particular, for the form key of something that stays without a name: a row that led to the account
    /// would say whose it is.
    pub(crate) fn nobody(&self) -> Self {
        Self { signed: None, ..self.clone() }
    }

    /// Whose form keys these are.
    pub(crate) fn form_owner(&self) -> String {
        match &self.signed {
            // Not the account itself: beside the moment it would say who sent what, which is nobody's business.
            Some(signed) => self.subject("form", &signed.account.to_string()),
            None => "visitor".to_owned(),
        }
    }

    /// The token of the session's cookie.
    pub(crate) fn session_token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token that every form of a signed-in page carries.
    pub fn csrf(&self) -> String {
        self.token.as_deref().map(|token| self.csrf_of(token)).unwrap_or_default()
    }

    /// The same of another session: one that begins with this answer.
    pub(crate) fn csrf_of(&self, token: &str) -> String {
        form_token(&self.app.setup().secret, token)
    }

    /// A fresh key for one form of a page that has several; [`Fields::empty`] brings its own.
    pub fn form_key(&self) -> String {
        Id::<()>::fresh(self.now, &mut self.app.chance()).to_string()
    }

    /// A subject of rate limits. Addresses, numbers and accounts do not stand in the table as they are: beside the moment of a try they
    /// would say who raised a need without a name.
    pub fn subject(&self, what: &str, whose: &str) -> String {
        let secret = self.app.code_secret(self.county.id);
        let hash = keyed(&secret, "wugong.limit.1", &[what.as_bytes(), whose.as_bytes()]);
        let short: String = hex(&hash).chars().take(32).collect();
        format!("{what}:{short}")
    }
    /// The subject under which a resident's or visitor's writes of one kind are counted; none for whoever holds a post.
    pub fn limited(&self, what: &str) -> Option<String> {
        match &self.signed {
            Some(signed) if !signed.standings.is_empty() => None,
            Some(signed) => Some(self.subject(what, &signed.account.to_string())),
            None => Some(self.subject(what, &self.client)),
        }
    }

    /// Remembers what was sent, for the page of an error.
    pub(super) fn remember(&self, fields: &Fields, whole: bool) {
        if let Ok(mut sent) = self.sent.lock() {
            *sent = Sent::of(self, fields, whole);
        }
    }
    /// What was sent with this request.
    pub(super) fn sent(&self) -> Option<Sent> {
        self.sent.lock().ok()?.clone()
    }

    /// Refuses a form that no page of ours sent. [`Fields`] asks this of every form that is posted, so no handler has to.
    pub(super) fn check_form(&self, fields: &Fields) -> Result<()> {
        if self.signed.is_some() && !bool::from(self.csrf().as_bytes().ct_eq(fields.value("csrf").as_bytes())) {
            return Err(Error::Stale);
        }
        Ok(())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let mut visit = parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::Broken("no visit".to_owned()))?;
        visit.action = parts.extensions.get::<Declared>().map(|d| d.0);
        Ok(visit)
    }
}

/// The token of the forms of a session: bound to its cookie, and unknown to whoever lacks the installation's secret.
pub fn form_token(secret: &[u8; 32], session: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.form.1\0");
    hasher.update(secret);
    hasher.update(session.as_bytes());
    hex(&hasher.finalize())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// What the web library answered by itself, without a page: a part of the path or a query that cannot be read.
fn bare(response: &Response) -> Option<Error> {
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/plain")));
    match response.status() {
        _ if !plain => None,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Error::Hidden),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLarge),
        status if status.is_client_error() => Some(Error::Malformed),
        status if status.is_server_error() => Some(Error::Broken(format!("answered {status} without a page"))),
        _ => None,
    }
}

/// Finds out everything about a request, lets its handler answer, and renders what went wrong in the reader's language.
pub async fn enter(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = app.now();
    let headers = request.headers();
    let host = origin::host(headers, request.uri());
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    // The log names the route and never the path: a slip's code or a one-time link in it opens what is not public.
    let route = request.extensions().get::<MatchedPath>().map_or("-", |m| m.as_str()).to_owned();
    let mut chance = app.chance();
    let request_id = Id::<()>::fresh(started, &mut chance).to_string();
    if let Some(answer) = super::pages::health(&app, &path, &request_id).await {
        return numbered(answer, request_id);
    }
    let peer = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|info| info.0.ip());
    let client = origin::client(headers, app.setup().behind_proxy, peer);
    let county = match app.county(&host).await {
        Ok(Some(county)) => county,
        Ok(None) => return (StatusCode::NOT_FOUND, "no county answers under this name").into_response(),
        Err(error) => {
            tracing::error!(request = request_id, %error, "the counties cannot be read");
            // Without a county there is no page to say it on, so the sentence stands alone.
            let lang = cookie(headers, "lang").and_then(Lang::parse).unwrap_or_default();
            let error = Error::Store(error);
            return (error.status(), app.words(lang).t(&format!("{}-text", error.words()))).into_response();
        }
    };
    let zone = App::zone(&county);
    let today = zone.day(started);
    let lang = cookie(headers, "lang").and_then(Lang::parse).unwrap_or_default();
    let look = match cookie(headers, "look") {
        Some("elder") => Look::Elder,
        Some("max") => Look::ElderMax,
        _ => Look::Plain,
    };
    let theme = match cookie(headers, "theme") {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    let token = cookie(headers, SESSION_COOKIE).filter(|t| t.len() == 64).map(str::to_owned);
    let reads = method == Method::GET || method == Method::HEAD;
    let from = if reads { From::Here } else { origin::from(headers, &host, &app.setup().base_url) };
    let mut visit = Visit {
        county: county.clone(),
        zone,
        now: started,
        today,
        lang,
        look,
        theme,
        here: request.uri().path_and_query().map_or_else(|| path.clone(), |p| p.as_str().to_owned()),
        path: path.clone(),
        signed: None,
        client,
        request_id: request_id.clone(),
        cookies: Arc::new(headers.clone()),
        own_page: from == From::Here,
        sent: Arc::default(),
        token: None,
        action: None,
        asked: Arc::new(AtomicBool::new(false)),
        let_in: Arc::default(),
        app: app.clone(),
    };
    let loaded = match &token {
        Some(token) if !path.starts_with("/assets/") => session::load(&app, county.id, token, started, today).await,
        _ => Ok(None),
    };
    // A kept page was asked for when it was made; only such pages are kept.
    let mut kept = false;
    let mut response = match loaded {
        Err(error) => {
            // Who it is cannot be found out just now; what was typed is read all the same, to be given back.
            if !reads && from != From::Elsewhere {
                request.extensions_mut().insert(visit.clone());
                let _ = Fields::from_request(request, &app).await;
            }
            error.into_response()
        }
        // Without a session there is no token that a form could prove itself with.
        Ok(signed) if from == From::Elsewhere || (from == From::Withheld && signed.is_none()) => {
            Error::Stale.into_response()
        }
        Ok(signed) => {
            if signed.is_some() {
                visit.token = token;
            }
            visit.signed = signed.map(Arc::new);
            request.extensions_mut().insert(visit.clone());
            // The stamp is taken before anything is read: a write in between makes the page stale at once and not later.
            let of_kept = request.extensions().get::<KeptPaths>().is_some_and(|kept| kept.0.contains(route.as_str()));
            let may_be_kept = visit.signed.is_none() && method == Method::GET && of_kept;
            let stamp = if may_be_kept { app.db().stamp().await } else { None };
            match stamp {
                None => next.run(request).await,
                Some(stamp) => {
                    let key = Cache::key(&visit);
                    let found = app.cache().get(&key, &stamp);
                    app.measures().page(found.is_some());
                    match found {
                        Some(page) => {
                            kept = true;
                            page
                        }
                        None => {
                            let response = next.run(request).await;
                            let asked = visit.asked.load(Ordering::SeqCst);
                            app.cache().keep(key, stamp, asked, response).await
                        }
                    }
                }
            }
        }
    };
    let refused = response.extensions_mut().remove::<Error>().or_else(|| bare(&response));
    // A page that answers without having asked whether it may is a hole in the house; it is closed here and found by the tests.
    let answered = response.status().is_success() || response.status().is_redirection();
    if refused.is_none() && answered && !kept && !visit.asked.load(Ordering::SeqCst) {
        tracing::error!(route, "a handler answered without asking");
        response = Error::Hidden.into_response();
        response.extensions_mut().remove::<Error>();
    }
    if let Some(error) = refused {
        response = error_page(&visit, &method, &error);
    } else if reads && response.status().is_success() {
        let let_in = visit.let_in.lock().map(|let_in| let_in.clone()).unwrap_or_default();
        opened::note(&visit, &route, &let_in);
    }
    if visit.signed.is_none() && reads && response.extensions().get::<Returns>().is_some() {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    let status = response.status().as_u16();
    let ms = app.now().millis() - started.millis();
    tracing::info!(request = request_id, %method, route, status, ms, "answered");
    response.extensions_mut().insert(Answered(route));
    numbered(response, request_id)
}

/// Names the request in its answer, as the log does.
fn numbered(mut response: Response, request_id: String) -> Response {
    if let Ok(value) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
