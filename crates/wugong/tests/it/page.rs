//! A browser as far as a story needs one: cookies, pages read as people read them, forms filled in and sent as browsers send them.

use crate::watch;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// Somebody with a browser.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    runtime: Arc<tokio::runtime::Runtime>,
    host: String,
    jar: Arc<Mutex<Vec<(String, String)>>>,
}

impl Visitor {
    pub fn new(router: Router, runtime: Arc<tokio::runtime::Runtime>, host: &str) -> Self {
        Self { router, runtime, host: host.to_owned(), jar: Arc::default() }
    }
    /// The same router under another host name, with an empty jar.
    pub fn at_host(&self, host: &str) -> Self {
        Self::new(self.router.clone(), self.runtime.clone(), host)
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut jar = self.jar.lock().unwrap();
        jar.retain(|(n, _)| n != name);
        if !value.is_empty() {
            jar.push((name.to_owned(), value.to_owned()));
        }
    }
    /// A cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }

    /// The token that this visitor's forms carry; empty without a session.
    pub fn csrf(&self) -> String {
        let session = self.cookie(site::frame::SESSION_COOKIE);
        session.map(|session| site::frame::form_token(&crate::town::SECRET, &session)).unwrap_or_default()
    }

    /// Opens a page. Does not follow where it leads.
    pub fn get(&self, path: &str) -> Page {
        self.ask(Request::get(path), Body::empty())
    }
    /// Sends fields as a form would, without a page: for what no page of ours sends. `form` and `csrf` are not added.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded(fields.iter().copied());
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, format!("https://{}", self.host));
        self.ask(request, Body::from(body))
    }
    /// The bytes that a page weighs when it is sent compressed.
    pub fn weight(&self, path: &str) -> usize {
        let page = self.ask(Request::get(path).header(header::ACCEPT_ENCODING, "gzip"), Body::empty());
        assert_eq!(page.header("content-encoding"), Some("gzip"), "{path} is not sent compressed");
        page.bytes.len()
    }
    /// Sends any request, with this visitor's host and cookies.
    pub fn ask(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = self.jar.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = request.header(header::HOST, &self.host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = request.body(body).unwrap();
        let asked = request.uri().path_and_query().map_or_else(String::new, |p| p.as_str().to_owned());
        watch::start();
        let router = self.router.clone();
        let (status, headers, bytes) = self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
            (parts.status, parts.headers, bytes.to_vec())
        });
        watch::nothing_is_wrong_with_the_words();
        for cookie in headers.get_all(header::SET_COOKIE) {
            self.take(cookie.to_str().unwrap());
        }
        Page { visitor: self.clone(), path: asked, status, headers, bytes }
    }

    /// Takes a cookie as a browser would: one whose name begins with `__Host-` only when it is for this host, every path and
    /// secure connections.
    fn take(&self, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
        if name.starts_with("__Host-") {
            let fits = attributes.iter().any(|a| a == "secure")
                && attributes.iter().any(|a| a == "path=/")
                && !attributes.iter().any(|a| a.starts_with("domain"));
            assert!(fits, "a browser throws this cookie away: {set}");
        }
        let gone = attributes.iter().any(|a| a == "max-age=0");
        self.set_cookie(name, if gone { "" } else { value });
    }
}

/// What came back.
#[derive(Clone)]
pub struct Page {
    pub visitor: Visitor,
    /// Path and query that were asked for.
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    /// The source.
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    /// What is read on it: without marks, each space once.
    pub fn text(&self) -> String {
        read(&self.html())
    }
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{} leads nowhere\n{}", self.shown(), self.text()))
    }
    fn shown(&self) -> String {
        format!("{} ({})", self.path, self.status)
    }

    /// Expects that status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}\n{}", self.path, self.text());
        self
    }
    /// Expects a page (200).
    #[track_caller]
    pub fn ok(self) -> Self {
        self.is(200)
    }
    /// Expects these words on it.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        let text = self.text();
        assert!(text.contains(words), "{} does not say {words}:\n{text}", self.shown());
        self
    }
    /// Expects these words nowhere, not even in the source.
    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        let (text, html) = (self.text(), self.html());
        assert!(!text.contains(words) && !html.contains(words), "{} says {words}:\n{text}", self.shown());
        self
    }
    /// Goes where it leads (303), once.
    #[track_caller]
    pub fn follow(&self) -> Self {
        assert!(self.status.is_redirection(), "{} leads nowhere\n{}", self.shown(), self.text());
        self.visitor.get(self.location())
    }
    /// The addresses of the links with these words on them.
    pub fn links(&self, words: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Option<(String, String)> = None;
        for piece in pieces(&self.html()) {
            match piece {
                Piece::Open(tag) if tag.name == "a" => {
                    open = tag.get("href").map(|href| (href.to_owned(), String::new()));
                }
                Piece::Close(name) if name == "a" => {
                    if let Some((href, text)) = open.take()
                        && squeeze(&text).contains(words)
                    {
                        found.push(href);
                    }
                }
                Piece::Text(text) => {
                    if let Some((_, words)) = &mut open {
                        words.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        found
    }
    /// Follows the first link with these words.
    #[track_caller]
    pub fn click(&self, words: &str) -> Self {
        let links = self.links(words);
        let to = links.first().unwrap_or_else(|| panic!("{} has no link {words}:\n{}", self.shown(), self.text()));
        self.visitor.get(to)
    }
    /// The form that sends to `action` (with or without its query).
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        self.forms()
            .into_iter()
            .find(|form| form.action == action || form.action.split('?').next() == Some(action))
            .unwrap_or_else(|| panic!("{} has no form for {action}:\n{}", self.shown(), self.html()))
    }
    /// The form whose action ends like this, for paths with an id in them.
    #[track_caller]
    pub fn form_ending(&self, end: &str) -> Form {
        self.forms()
            .into_iter()
            .find(|form| form.action.split('?').next().is_some_and(|a| a.ends_with(end)))
            .unwrap_or_else(|| panic!("{} has no form for ...{end}:\n{}", self.shown(), self.html()))
    }
    /// Every form on the page.
    pub fn forms(&self) -> Vec<Form> {
        forms(self)
    }
}

/// One field of a form.
#[derive(Clone, Debug)]
struct Field {
    name: String,
    value: String,
    kind: Kind,
    /// Whether it is sent: an unticked box is not.
    on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Typed,
    Hidden,
    Box,
    Radio,
    Option,
    File,
    Button,
}

/// A form as it stands on a page, to be filled in and sent.
#[derive(Clone)]
pub struct Form {
    visitor: Visitor,
    page_path: String,
    /// Where it sends to.
    pub action: String,
    post: bool,
    multipart: bool,
    fields: Vec<Field>,
    files: Vec<(String, String, String, Vec<u8>)>,
}

impl Form {
    /// Types into a field or picks its option. The field has to be there, and the option too.
    #[track_caller]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let options: Vec<usize> = self
            .fields
            .iter()
            .enumerate()
            .filter(|(_, f)| f.name == name && matches!(f.kind, Kind::Radio | Kind::Option))
            .map(|(i, _)| i)
            .collect();
        if options.is_empty() {
            let typed = self.fields.iter_mut().find(|f| f.name == name && f.kind == Kind::Typed);
            let Some(field) = typed else { self.lacks(name) };
            value.clone_into(&mut field.value);
            return self;
        }
        let mut there = false;
        for at in options {
            let field = &mut self.fields[at];
            field.on = field.value == value;
            there |= field.on;
        }
        assert!(there, "{}: {name} cannot be {value}: {:?}", self.action, self.values(name));
        self
    }
    /// Ticks a box.
    #[track_caller]
    pub fn tick(self, name: &str, value: &str) -> Self {
        self.boxed(name, value, true)
    }
    /// Takes a tick away.
    #[track_caller]
    pub fn untick(self, name: &str, value: &str) -> Self {
        self.boxed(name, value, false)
    }
    #[track_caller]
    fn boxed(mut self, name: &str, value: &str, on: bool) -> Self {
        let found = self.fields.iter_mut().find(|f| f.name == name && f.kind == Kind::Box && f.value == value);
        let Some(field) = found else { self.lacks(name) };
        field.on = on;
        self
    }
    /// Puts a file into a field.
    #[track_caller]
    pub fn upload(mut self, name: &str, file_name: &str, media_type: &str, bytes: &[u8]) -> Self {
        assert!(self.multipart, "{}: a browser sends no file with this form", self.action);
        if !self.fields.iter().any(|f| f.name == name && f.kind == Kind::File) {
            self.lacks(name);
        }
        self.files.push((name.to_owned(), file_name.to_owned(), media_type.to_owned(), bytes.to_vec()));
        self
    }
    /// Sends it by the button of that name and value, where several do different things.
    #[track_caller]
    pub fn press(self, name: &str, value: &str) -> Page {
        self.pressed(name, value).send()
    }
    /// The form as that button sends it.
    #[track_caller]
    pub fn pressed(mut self, name: &str, value: &str) -> Self {
        let found = self.fields.iter_mut().find(|f| f.name == name && f.kind == Kind::Button && f.value == value);
        let Some(field) = found else { self.lacks(name) };
        field.on = true;
        self
    }
    /// Changes a field as no browser would: a hidden one, or one that is not there.
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|f| f.name != name);
        self.fields.push(Field { name: name.to_owned(), value: value.to_owned(), kind: Kind::Hidden, on: true });
        self
    }
    /// What a field holds; `None` when there is no such field or it is not on.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.name == name && f.on).map(|f| f.value.as_str())
    }
    /// Every value that a field can have.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|f| f.name == name).map(|f| f.value.as_str()).collect()
    }
    /// The names of the fields that a person fills in.
    pub fn asks(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .fields
            .iter()
            .filter(|f| !matches!(f.kind, Kind::Hidden | Kind::Button))
            .map(|f| f.name.as_str())
            .collect();
        names.dedup();
        names
    }
    /// The names of the fields into which one types.
    pub fn typed(&self) -> Vec<&str> {
        self.of_kind(|kind| kind == Kind::Typed)
    }
    /// The names of the fields in which one of several is picked.
    pub fn picked(&self) -> Vec<&str> {
        self.of_kind(|kind| matches!(kind, Kind::Radio | Kind::Option))
    }
    /// The names of the boxes, with the value of each.
    pub fn boxes(&self) -> Vec<(&str, &str)> {
        self.fields.iter().filter(|f| f.kind == Kind::Box).map(|f| (f.name.as_str(), f.value.as_str())).collect()
    }
    /// The buttons that have a name, with the value of each.
    pub fn buttons(&self) -> Vec<(&str, &str)> {
        let named = self.fields.iter().filter(|f| f.kind == Kind::Button && !f.name.is_empty());
        named.map(|f| (f.name.as_str(), f.value.as_str())).collect()
    }
    /// What it would send, without its key and its token: two forms that say the same are equal in it.
    pub fn content(&self) -> String {
        let sent = self.fields.iter().filter(|f| f.on && !matches!(f.name.as_str(), "form" | "csrf"));
        let files = self.files.iter().map(|(name, .., bytes)| format!("{name}={bytes:?}"));
        sent.map(|f| format!("{}={}", f.name, f.value)).chain(files).collect::<Vec<_>>().join("\n")
    }
    /// Whether it writes something.
    pub fn writes(&self) -> bool {
        self.post
    }
    fn of_kind(&self, wanted: impl Fn(Kind) -> bool) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.fields.iter().filter(|f| wanted(f.kind) && !f.name.is_empty()).map(|f| f.name.as_str()).collect();
        names.dedup();
        names
    }
    #[track_caller]
    fn lacks(&self, name: &str) -> ! {
        panic!("the form for {} has no such field: {name}; it has {:?}", self.action, self.fields)
    }

    /// Sends it, as the browser of this visitor would. May be done twice: the form stays as it is.
    #[track_caller]
    pub fn send(&self) -> Page {
        let sent: Vec<(&str, &str)> = self
            .fields
            .iter()
            .filter(|f| f.on && f.kind != Kind::File && !f.name.is_empty())
            .map(|f| (f.name.as_str(), f.value.as_str()))
            .collect();
        if !self.post {
            let path = self.action.split('?').next().unwrap_or_default();
            return self.visitor.get(&format!("{path}?{}", form_urlencoded(sent.into_iter())));
        }
        let origin = format!("https://{}", self.visitor.host);
        let request = Request::post(&self.action)
            .header(header::ORIGIN, &origin)
            .header(header::REFERER, format!("{origin}{}", self.page_path));
        if !self.multipart {
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            return self.visitor.ask(request, Body::from(form_urlencoded(sent.into_iter())));
        }
        let mark = "----wugong7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (name, value) in sent {
            body.extend(
                format!("--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for field in self.fields.iter().filter(|f| f.kind == Kind::File) {
            let chosen: Vec<_> = self.files.iter().filter(|(name, ..)| *name == field.name).collect();
            // A browser sends an empty file for a field in which none was chosen.
            let none = (field.name.clone(), String::new(), "application/octet-stream".to_owned(), Vec::new());
            for (name, file, media_type, bytes) in if chosen.is_empty() { vec![&none] } else { chosen } {
                body.extend(
                    format!(
                        "--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                         Content-Type: {media_type}\r\n\r\n"
                    )
                    .bytes(),
                );
                body.extend(bytes);
                body.extend(b"\r\n");
            }
        }
        body.extend(format!("--{mark}--\r\n").bytes());
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={mark}"));
        self.visitor.ask(request, Body::from(body))
    }
}

fn forms(page: &Page) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    let mut open = false;
    let mut area: Option<(String, String)> = None;
    let mut select: Option<String> = None;
    for piece in pieces(&page.html()) {
        match piece {
            Piece::Open(tag) if tag.name == "form" => {
                open = true;
                found.push(Form {
                    visitor: page.visitor.clone(),
                    page_path: page.path.clone(),
                    action: tag.get("action").filter(|a| !a.is_empty()).unwrap_or(&page.path).to_owned(),
                    post: tag.get("method").is_some_and(|m| m.eq_ignore_ascii_case("post")),
                    multipart: tag.get("enctype").is_some_and(|e| e == "multipart/form-data"),
                    fields: Vec::new(),
                    files: Vec::new(),
                });
            }
            Piece::Close(name) if name == "form" => open = false,
            Piece::Text(text) => {
                if let Some((_, value)) = &mut area {
                    value.push_str(&text);
                }
            }
            Piece::Close(name) if name == "textarea" => {
                if let Some((name, value)) = area.take()
                    && let Some(form) = found.last_mut()
                {
                    // The line break right behind the opening tag belongs to the source and not to the text.
                    let value = value.strip_prefix('\n').unwrap_or(&value).replace('\n', "\r\n");
                    form.fields.push(Field { name, value, kind: Kind::Typed, on: true });
                }
            }
            Piece::Close(name) if name == "select" => {
                if let (Some(name), Some(form)) = (select.take(), found.last_mut()) {
                    // A list without a chosen option shows and sends its first.
                    let options = || form.fields.iter().filter(|f| f.name == name && f.kind == Kind::Option);
                    if !options().any(|f| f.on)
                        && let Some(first) = form.fields.iter_mut().find(|f| f.name == name && f.kind == Kind::Option)
                    {
                        first.on = true;
                    }
                }
            }
            Piece::Open(tag) if open => {
                let name = tag.get("name").unwrap_or_default().to_owned();
                let value = |missing: &str| tag.get("value").unwrap_or(missing).to_owned();
                let field = match (tag.name.as_str(), tag.get("type").unwrap_or("text")) {
                    ("textarea", _) => {
                        area = Some((name, String::new()));
                        continue;
                    }
                    ("select", _) => {
                        select = Some(name);
                        continue;
                    }
                    ("option", _) => {
                        let name = select.clone().unwrap_or_default();
                        Field { name, value: value(""), kind: Kind::Option, on: tag.get("selected").is_some() }
                    }
                    ("input", "hidden") => Field { name, value: value(""), kind: Kind::Hidden, on: true },
                    ("input", "checkbox") => {
                        Field { name, value: value("on"), kind: Kind::Box, on: tag.get("checked").is_some() }
                    }
                    ("input", "radio") => {
                        Field { name, value: value("on"), kind: Kind::Radio, on: tag.get("checked").is_some() }
                    }
                    ("input", "file") => Field { name, value: String::new(), kind: Kind::File, on: true },
                    ("input", "submit") | ("button", _) => {
                        Field { name, value: value(""), kind: Kind::Button, on: false }
                    }
                    ("input", _) => Field { name, value: value(""), kind: Kind::Typed, on: true },
                    _ => continue,
                };
                if let Some(form) = found.last_mut() {
                    form.fields.push(field);
                }
            }
            _ => {}
        }
    }
    found
}

/// A tag with its attributes.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}
impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

enum Piece {
    Open(Tag),
    Close(String),
    Text(String),
}

/// Cuts a page into tags and text. Knows the HTML that our templates write and no other.
fn pieces(html: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        if !text.is_empty() {
            out.push(Piece::Text(unescape(text)));
        }
        if let Some(comment) = tail.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let mut quote = None;
        let end = tail.char_indices().find(|(_, c)| match (quote, c) {
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (Some(open), c) if open == *c => {
                quote = None;
                false
            }
            (None, '>') => true,
            _ => false,
        });
        let Some((end, _)) = end else { break };
        let tag = &tail[1..end];
        rest = &tail[end + 1..];
        match tag.strip_prefix('/') {
            Some(name) => out.push(Piece::Close(name.trim().to_ascii_lowercase())),
            None => out.push(Piece::Open(tag_of(tag))),
        }
    }
    if !rest.is_empty() {
        out.push(Piece::Text(unescape(rest)));
    }
    out
}

fn tag_of(source: &str) -> Tag {
    let source = source.trim_end_matches('/');
    let (name, mut rest) = source.split_once(char::is_whitespace).unwrap_or((source, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end);
        let mut value = String::new();
        rest = tail;
        if let Some(tail) = tail.strip_prefix('=') {
            let (found, after) = match tail.chars().next() {
                Some(q @ ('"' | '\'')) => tail[1..].split_once(q).unwrap_or((&tail[1..], "")),
                _ => tail.split_once(char::is_whitespace).unwrap_or((tail, "")),
            };
            value = unescape(found);
            rest = after;
        }
        attributes.push((key.to_ascii_lowercase(), value));
    }
    Tag { name: name.to_ascii_lowercase(), attributes }
}

/// What a page says when it is read aloud: no tags, no scripts, no styles.
fn read(html: &str) -> String {
    let mut out = String::new();
    let mut silent = false;
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) if matches!(tag.name.as_str(), "script" | "style" | "title") => silent = true,
            Piece::Close(name) if matches!(name.as_str(), "script" | "style" | "title") => silent = false,
            Piece::Open(tag) if !INLINE.contains(&tag.name.as_str()) => out.push('\n'),
            Piece::Close(name) if !INLINE.contains(&name.as_str()) => out.push('\n'),
            Piece::Text(text) if !silent => out.push_str(&text),
            _ => {}
        }
    }
    squeeze(&out)
}

/// Tags that leave the words on both sides of them together.
const INLINE: &[&str] = &["b", "a", "i", "em", "strong", "span", "small", "bdi", "code", "mark", "use", "svg", "path"];

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end < 12) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let entity = &rest[1..end];
        let c = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "nbsp" => Some(' '),
            _ => entity.strip_prefix('#').and_then(|n| {
                let code = n.strip_prefix('x').map_or_else(|| n.parse().ok(), |h| u32::from_str_radix(h, 16).ok());
                code.and_then(char::from_u32)
            }),
        };
        match c {
            Some(c) => out.push(c),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

fn form_urlencoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        for (i, part) in [name, value].iter().enumerate() {
            if i == 1 {
                out.push('=');
            }
            for byte in part.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(byte.into()),
                    b' ' => out.push('+'),
                    _ => out.push_str(&format!("%{byte:02X}")),
                }
            }
        }
    }
    out
}

#[test]
fn a_page_is_read_as_a_browser_reads_it() {
    let html = "<form method=\"post\" action='/x?a=1&amp;b=2' enctype=\"multipart/form-data\">\
        <input type=\"hidden\" name=\"form\" value=\"k&quot;1\"><textarea name=\"text\" rows=4>\n a &lt; b\n</textarea>\
        <select name=\"at\"><option value=\"1\">One</option><option value=\"2\" selected>Two</option></select>\
        <input type=checkbox name=ok value=1><input type=\"file\" name=\"photo\"><button name=\"go\" value=\"b\">Go > </button></form>";
    let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().build().unwrap());
    let visitor = Visitor::new(Router::new(), runtime, "here");
    let page =
        Page { visitor, path: "/".into(), status: StatusCode::OK, headers: HeaderMap::new(), bytes: html.into() };
    let form = page.form("/x");
    assert_eq!((form.action.as_str(), form.post, form.multipart), ("/x?a=1&b=2", true, true));
    assert_eq!(form.value("form"), Some("k\"1"));
    assert_eq!(form.value("text"), Some(" a < b\r\n"));
    assert_eq!(form.value("at"), Some("2"));
    assert_eq!(form.clone().set("at", "1").value("at"), Some("1"));
    assert_eq!((form.value("ok"), form.clone().tick("ok", "1").value("ok")), (None, Some("1")));
    assert_eq!(form.asks(), ["text", "at", "ok", "photo"]);
    assert_eq!(page.text(), "a < b One Two Go >");
    assert_eq!(form_urlencoded([("a b", "县&=")].into_iter()), "a+b=%E5%8E%BF%26%3D");
}
