//! What somebody typed is never lost: a form that is not taken comes back with it, to be sent again.

use crate::page::Visitor;
use crate::town::{HOST, Town, on_both};
use axum::body::Body;
use axum::http::Request;
use civic::people::standing::{Action, Post, Visibility};
use site::frame::{Error, Fields, Result, Route, SESSION_COOKIE, Visit, assemble};
use std::sync::atomic::{AtomicUsize, Ordering};

const PHONE: &str = "13900001234";
const TEXT: &str = "一下雨巷子就淹\r\n老人出不了门 <b>&";

fn needs(town: &Town) -> i64 {
    town.read(|tx| tx.number("SELECT COUNT(*) FROM need WHERE county_id = $1", &[]))
}

#[test]
fn a_page_that_was_open_too_long_gives_back_what_was_typed() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let signed = town.resident(town.villager(town.hamlet, home, "葛长山"));
        let form = signed.get("/need").form("/need").set("what", TEXT).set("where", "西巷");
        let page = form.forge("csrf", "of another session").send().is(403).says("老人出不了门 <b>&").says("西巷");
        let again = page.form("/need");
        assert_eq!((again.value("what"), again.value("csrf")), (Some(TEXT), Some(signed.csrf().as_str())));
        again.send().is(303);
        again.send().is(303);
        assert_eq!(needs(town), 1, "the key of the form is the same, so it is sent once");
        // From elsewhere nothing is read and nothing is given back.
        let body = "what=aaa&csrf=x";
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let request = Request::post("/need").header("content-type", "application/x-www-form-urlencoded");
            signed.ask(request.header(name, value), Body::from(body)).is(403).hides("aaa");
        }
        // Where the browser does not say where it comes from, the text is there to be read, and no button sends it.
        let request = Request::post("/mine/name").header("content-type", "application/x-www-form-urlencoded");
        let page = signed.ask(request, Body::from("name=%E8%91%9B%E5%B0%8F%E6%BB%A1&csrf=x")).is(403).says("葛小满");
        assert!(page.forms().iter().all(|form| form.action != "/mine/name"));
    });
}

#[test]
fn another_text_under_the_same_key_can_be_sent_as_another_form() {
    on_both(|town| {
        let form =
            town.visitor().get("/need?at=429990101201-H01").form("/need").set("where", "西巷").set("reply", "slip");
        let first = form.clone().set("what", "路灯不亮").send().is(303);
        let page = form.set("what", TEXT).send().is(409).says("已经交过").says("老人出不了门");
        assert_eq!(page.links("看先交的那一份"), [first.location()]);
        let second = page.form("/need").send().is(303);
        assert_ne!(second.location(), first.location());
        assert_eq!(needs(town), 2);
    });
}

#[test]
fn what_was_typed_while_the_program_could_not_take_it_is_sent_again_with_one_press() {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    async fn busy(visit: Visit, fields: Fields) -> Result<String> {
        visit.may_anywhere()?;
        match TIMES.fetch_add(1, Ordering::SeqCst) % 4 {
            0 => Err(Error::Store(store::Error::Busy)),
            1 => Err(Error::TooMany),
            2 => Err(Error::Broken("a fault".to_owned())),
            _ => Ok(format!("got {} {}", fields.value("text"), fields.value("picked"))),
        }
    }
    async fn secret(visit: Visit, _: Fields) -> Result<String> {
        visit.may_anywhere()?;
        Err(Error::Store(store::Error::Busy))
    }
    on_both(|town| {
        TIMES.store(0, Ordering::SeqCst);
        let routes = vec![
            Route::post("/busy", Action::HandleNeeds, busy).with_files(),
            Route::post("/secret", Action::HandleNeeds, secret),
        ];
        let visitor = Visitor::new(assemble(town.app.clone(), routes), town.runtime.clone(), HOST);
        let signed_in = town.staff(Post::Committee, town.village);
        visitor.set_cookie(SESSION_COOKIE, &signed_in.cookie(SESSION_COOKIE).unwrap());
        let csrf = visitor.csrf();
        let sent = [("csrf", csrf.as_str()), ("form", "f1"), ("text", "写了半天"), ("picked", "sms"), ("tick", "1")];
        let page = visitor.post("/busy?x=1", &sent).is(503).says("写了半天").hides("选一次");
        assert!(!page.text().contains("sms"), "what only programs read is not shown");
        let page = page.form("/busy?x=1").send().is(429).says("写了半天");
        let page = page.form("/busy?x=1").send().is(500).says("写了半天");
        assert_eq!(page.form("/busy?x=1").value("form"), Some("f1"));
        assert_eq!(page.form("/busy?x=1").send().ok().text(), "got 写了半天 sms");
        // A photo cannot come back; the page says so.
        let part = |name: &str, more: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let body =
            part("csrf", "", &csrf) + &part("text", "", "有张照片") + &part("photo", "; filename=\"a.jpg\"", "xyz");
        let request = Request::post("/busy").header("content-type", "multipart/form-data; boundary=b");
        let page = visitor.ask(request, Body::from(body + "--b--\r\n")).is(503);
        page.says("有张照片").says("重新选一次").hides("xyz");
        // Nor does a password.
        let sent = [("csrf", csrf.as_str()), ("password", "hush-hush"), ("login", "某人")];
        visitor.post("/secret", &sent).is(503).hides("hush-hush").hides("某人");
    });
}

#[test]
fn what_was_typed_while_nobody_can_be_found_out_comes_back() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let signed = town.resident(town.villager(town.hamlet, home, "葛长山"));
        let form = signed.get("/need").form("/need").set("what", TEXT).set("where", "西巷");
        let change = |sql: &str| match town.engine {
            "sqlite" => rusqlite::Connection::open(&town.url).unwrap().execute_batch(sql).unwrap(),
            _ => postgres::Client::connect(&town.url, postgres::NoTls).unwrap().batch_execute(sql).unwrap(),
        };
        change("ALTER TABLE session RENAME TO session_away");
        let page = form.send().is(500).says("老人出不了门");
        change("ALTER TABLE session_away RENAME TO session");
        page.form("/need").send().is(303);
        assert_eq!(needs(town), 1);
    });
}

#[test]
fn a_form_waits_while_its_sender_signs_in_again() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let (old, young) = (town.villager(town.hamlet, home, "葛长山"), town.villager(town.hamlet, home, "葛小满"));
        town.phone(PHONE, &[old, young]);
        let signed = town.resident(old);
        let form = signed.get("/mine/data").form("/mine/name").set("name", "葛常山");
        // Two months later, or signed out in another window.
        signed.get("/").form("/sign-out").send().is(303);
        let page = form.send().is(401).says("葛常山");
        let page = page.form("/sign-in").send().ok().says("还没交").hides("?carried");
        // Another way to sign in, and back; what was typed goes along.
        let card = page.form("/sign-in").press("by", "card").ok().says("还没交");
        let page = card.form("/sign-in").press("by", "phone").ok();
        let page = page.form("/sign-in/phone").set("phone", PHONE).send().ok();
        let page = page.form("/sign-in/code").set("code", "000000").send().is(422);
        let who = page.form("/sign-in/code").set("code", &town.code()).send().ok().says("您是哪一位");
        let page = who.form("/sign-in/who").press("resident", &old.to_string()).ok().says("葛常山").says("接着交");
        page.form("/mine/name").send().is(303);
        let asked = town.read(|tx| tx.number("SELECT COUNT(*) FROM name_request WHERE county_id = $1", &[]));
        assert_eq!(asked, 1);
    });
}

#[test]
fn what_this_site_did_not_give_out_is_not_offered_after_a_sign_in() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        town.phone(PHONE, &[town.villager(town.hamlet, home, "葛长山")]);
        let text = r#"["/mine/erase","",false,[["what","all"],["sure","1"]]]"#;
        for forged in [text.to_owned(), "0".repeat(64) + text, "é".repeat(64)] {
            let visitor = town.visitor();
            let page = visitor.post("/sign-in", &[("carried", &forged)]).ok();
            assert!(!page.html().contains("/mine/erase"));
            let page = page.form("/sign-in/phone").set("phone", PHONE).forge("carried", &forged).send().ok();
            let form = page.form("/sign-in/code").set("code", &town.code()).forge("carried", &forged);
            assert_eq!(form.send().is(303).location(), "/");
            town.wait_minutes(2);
        }
        town.visitor().get(&format!("/sign-in?carried={}", "0".repeat(64))).ok().hides("name=\"carried\"");
    });
}

/// A body in pieces, which counts how much of it was read.
struct Pieces(std::vec::IntoIter<Vec<u8>>, std::sync::Arc<AtomicUsize>);

impl futures_core::Stream for Pieces {
    type Item = std::io::Result<Vec<u8>>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let piece = self.0.next();
        self.1.fetch_add(piece.as_ref().map_or(0, Vec::len), Ordering::SeqCst);
        std::task::Poll::Ready(piece.map(Ok))
    }
}

#[test]
fn what_is_too_large_is_refused_and_read_no_further_than_its_page_needs_to_be_seen() {
    async fn form(visit: Visit, fields: Fields) -> Result<String> {
        visit.may(&[], Visibility::Public)?;
        Ok(format!("{} fields, {} files", fields.pairs().len(), fields.files().len()))
    }
    on_both(|town| {
        let routes = vec![
            Route::post("/texts", Action::ReadPublic, form),
            Route::post("/photos", Action::ReadPublic, form).with_files(),
        ];
        let visitor = Visitor::new(assemble(town.app.clone(), routes), town.runtime.clone(), HOST);
        let send = |path: &str, pieces: usize, said: Option<usize>, file: &str| {
            let read = std::sync::Arc::new(AtomicUsize::new(0));
            let head = format!("--b\r\nContent-Disposition: form-data; name=\"x\"{file}\r\n\r\n");
            let mut all = vec![head.into_bytes()];
            all.extend(std::iter::repeat_n(vec![b'x'; 64 * 1024], pieces));
            all.push(b"\r\n--b--\r\n".to_vec());
            let counted = read.clone();
            let stream = Pieces(all.into_iter(), counted);
            let mut request = Request::post(path).header("content-type", "multipart/form-data; boundary=b");
            if let Some(said) = said {
                request = request.header("content-length", said);
            }
            let status = visitor.ask(request, Body::from_stream(stream)).status.as_u16();
            (status, read.load(Ordering::SeqCst))
        };
        let photo = "; filename=\"a.jpg\"";
        assert_eq!(send("/texts", 1, None, "").0, 200);
        // A browser shows the answer only once it has sent everything: what says its size is dropped as it comes, up to a bound.
        let (status, read) = send("/texts", 200, Some(200 * 64 * 1024), "");
        assert!(status == 413 && read >= 200 * 64 * 1024, "{status} after {read} bytes");
        assert_eq!(send("/texts", 1000, Some(1000 * 64 * 1024), ""), (413, 0), "by what it says of itself");
        for file in ["", photo] {
            let (status, read) = send("/texts", 200, None, file);
            assert!(status == 413 && read < 1024 * 1024, "{file}: {status} after {read} bytes");
        }
        assert_eq!(send("/photos", 200, None, "").0, 413, "a text is never as long as a photo");
        assert_eq!(send("/photos", 200, None, photo).0, 200);
        assert_eq!(send("/photos", 500, Some(500 * 64 * 1024), photo).0, 413);
        assert_eq!(send("/photos", 1000, Some(1000 * 64 * 1024), photo), (413, 0));
        assert_eq!(send("/photos", 500, None, photo).0, 413);
    });
}

#[test]
fn what_a_form_led_to_is_not_read_in_the_table() {
    on_both(|town| {
        let form = town.visitor().get("/need?at=429990101201-H01").form("/need");
        let form = form.set("what", "路灯不亮").set("where", "西巷").set("reply", "slip");
        let sent = form.send().is(303);
        let code: String = sent.location().chars().filter(char::is_ascii_digit).take(12).collect();
        let rows = town.read(|tx| tx.all::<(String,)>("SELECT answer FROM form_key WHERE county_id = $1", &[]));
        assert!(rows.len() == 1 && rows.iter().all(|(answer,)| !answer.contains(&code) && !answer.contains('/')));
        assert_eq!(form.send().is(303).location(), sent.location(), "who has the form is led there again");
    });
}
