//! Routes: each one names the action that it needs, once, where the guard and the matrix test both read it.

use super::app::App;
use super::cache::Keepable;
use super::error::Error;
use super::fields::{BODY_BYTES_MAX, FORM_BYTES_MAX, WithFiles};
use super::visit::{Declared, enter};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use civic::people::standing::Action;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// How long a request may take with its body: the largest one on a weak signal.
const REQUEST_MAX: Duration = Duration::from_secs(300);

/// One route.
#[derive(Clone)]
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// Its path, with `{name}` for what varies.
    pub path: &'static str,
    /// The action that it needs.
    pub action: Action,
    handler: MethodRouter<App>,
    keepable: bool,
}

/// The paths of the routes whose pages may be kept.
#[derive(Clone)]
pub(super) struct KeptPaths(pub(super) Arc<HashSet<&'static str>>);

impl Route {
    /// A page.
    pub fn get<H, T>(path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new(Method::GET, MethodFilter::GET, path, action, handler)
    }
    /// A form.
    pub fn post<H, T>(path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::new(Method::POST, MethodFilter::POST, path, action, handler)
    }
    fn new<H, T>(method: Method, filter: MethodFilter, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let handler = on(filter, handler).layer(axum::Extension(Declared(action)));
        Self { method, path, action, handler, keepable: false }
    }
    /// A form with files in it: photos, voice notes, tables. Any other one is refused as soon as it is larger than texts are.
    #[must_use]
    pub fn with_files(mut self) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
        self.handler = self.handler.layer(axum::Extension(WithFiles));
        self
    }
    /// A public page that may be kept for visitors without a session: it holds no form and nothing of the one reader.
    #[must_use]
    pub fn kept(mut self) -> Self {
        self.handler = self.handler.layer(axum::middleware::map_response(async |mut response: Response| {
            response.extensions_mut().insert(Keepable);
            response
        }));
        self.keepable = true;
        self
    }
    /// A form for anybody. Whoever has no session and goes back gets the same page with the same form key, so that sending it again
    /// has no second effect; a page that is asked for in any other way is a fresh one. It must show nothing of the one reader.
    #[must_use]
    pub fn returns(mut self) -> Self {
        self.handler = self.handler.layer(axum::middleware::map_response(async |mut response: Response| {
            response.extensions_mut().insert(Returns);
            response
        }));
        self
    }
}

/// Marks the answer of a route whose page may come back from the device, for visitors without a session.
#[derive(Clone, Copy)]
pub(super) struct Returns;

/// Puts the whole site together.
pub fn router(app: App) -> Router {
    assemble(app, crate::routes())
}

/// Puts routes into the frame that every answer passes through.
pub fn assemble(app: App, routes: Vec<Route>) -> Router {
    assemble_patient(app, routes, REQUEST_MAX)
}

/// As [`assemble`], with another time that a request may take, for the test that does not wait for minutes.
pub fn assemble_patient(app: App, routes: Vec<Route>, patience: Duration) -> Router {
    let kept = routes.iter().filter(|route| route.keepable).map(|route| route.path).collect();
    let kept = KeptPaths(Arc::new(kept));
    let mut router = Router::new();
    for route in routes {
        router = router.route(route.path, route.handler);
    }
    router
        .fallback(async || -> Error { Error::Hidden })
        .method_not_allowed_fallback(async || -> Error { Error::Hidden })
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(axum::middleware::from_fn_with_state(patience, patient))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::Broken("a handler panicked".to_owned()).into_response()
        }))
        .layer(axum::middleware::from_fn_with_state(app.clone(), enter))
        .layer(axum::Extension(kept))
        .layer(axum::middleware::from_fn(unchanged))
        .layer(CompressionLayer::new())
        .layer(axum::middleware::map_response_with_state(app.clone(), secure))
        .with_state(app)
}

/// Answers in a few bytes when the reader has what would be sent: its mark comes back in `If-None-Match` (RFC 9110, 13.1.2).
async fn unchanged(request: Request, next: Next) -> Response {
    let has = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    let (Some(has), Some(mark)) = (has, response.headers().get(header::ETAG).cloned()) else { return response };
    let same = has.to_str().is_ok_and(|has| has.split(',').any(|one| one.trim().as_bytes() == mark.as_bytes()));
    if same && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
        for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE] {
            response.headers_mut().remove(name);
        }
    }
    response
}

/// Ends a request that takes too long: a line that lost its signal half-way would hold its place for ever.
async fn patient(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| Error::TooSlow.into_response())
}

/// Headers of every answer. No request leaves the installation's own origin, nothing runs inline, nobody frames a page.
async fn secure(State(app): State<App>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    // Once reached over https, a browser does not try without it for a year, whatever a link or a network says (RFC 6797). Other
    // names under the same domain are not ours to speak for.
    if app.setup().base_url.starts_with("https://") {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static("max-age=31536000"));
    }
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; font-src 'self'; \
             connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry("permissions-policy").or_insert(HeaderValue::from_static(
        "geolocation=(), camera=(self), microphone=(self), payment=(), usb=(), interest-cohort=()",
    ));
    headers.entry("cross-origin-opener-policy").or_insert(HeaderValue::from_static("same-origin"));
    headers.entry("cross-origin-resource-policy").or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
