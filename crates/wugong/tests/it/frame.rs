//! What holds for every answer of the site: headers, language and look, forms from elsewhere, cookies from elsewhere, sizes.

use crate::page::Visitor;
use crate::town::{HOST, Town, on_both};
use axum::body::Body;
use axum::http::Request;
use civic::people::standing::{Action, Post, Visibility};
use site::frame::{Fields, Result, Route, SESSION_COOKIE, Visit, assemble, assemble_patient};

#[test]
fn the_program_says_that_it_is_well_under_any_name() {
    on_both(|town| {
        town.name_county(town.county, HOST);
        for host in [HOST, "127.0.0.1:8080", "nobody.test"] {
            let probe = town.visitor().at_host(host);
            probe.get("/healthz").ok().says("ok");
            probe.get("/readyz").ok().says("ok");
        }
        town.visitor().at_host("nobody.test").get("/").is(404);
    });
}

#[test]
fn a_second_county_is_never_taken_for_the_first() {
    on_both(|town| {
        town.name_county(town.county, HOST);
        // The command that makes a county waits until no server holds the first for the only one any more.
        town.wait_minutes(1);
        town.visitor().get("/").ok().says("嘉禾县");
        let other = town.visitor().at_host("other.test");
        other.get("/").is(404);
        town.put_county(town.id(), "云渡县", Some("other.test"));
        other.get("/nothing-here").is(404).says("云渡县").hides("嘉禾县");
        town.visitor().get("/").ok().says("嘉禾县");
    });
}

#[test]
fn what_the_web_library_refuses_by_itself_has_a_page_too() {
    on_both(|town| {
        for path in ["/p/%ff", "/m/%ff%fe", "/s/%c3%28", "/needs/%ff"] {
            town.visitor().get(path).is(400).says("看不懂").says("首页");
        }
    });
}

#[test]
fn a_head_is_answered_like_the_page_that_it_is_of() {
    on_both(|town| {
        let visitor = with_routes(town);
        let head = visitor.ask(Request::head("/own?x=1"), Body::empty()).is(303);
        assert_eq!(head.location(), "/sign-in?back=%2Fown%3Fx%3D1");
        town.visitor().ask(Request::head("/mine"), Body::empty()).is(303);
        town.visitor().ask(Request::head("/nothing-here"), Body::empty()).is(404);
    });
}

#[test]
fn over_https_a_browser_is_told_to_stay_there() {
    on_both(|town| {
        let header = town.visitor().get("/").header("strict-transport-security").map(str::to_owned);
        let https = town.app.setup().base_url.starts_with("https://");
        assert_eq!(header.as_deref(), https.then_some("max-age=31536000"));
        for base_url in ["https://wugong.example.cn", "http://127.0.0.1:8080"] {
            let visitor = Visitor::new(
                site::router(town.app_with(|setup| setup.base_url = base_url.to_owned())),
                town.runtime.clone(),
                HOST,
            );
            let told = ["/", "/healthz", "/nothing-here"]
                .map(|path| visitor.get(path).header("strict-transport-security").map(str::to_owned));
            assert_eq!(told.iter().all(|one| one.as_deref() == Some("max-age=31536000")), base_url.contains("https"));
            assert_eq!(told.iter().all(Option::is_none), !base_url.contains("https"));
        }
    });
}

#[test]
fn a_page_is_read_while_the_use_of_its_session_cannot_be_noted() {
    on_both(|town| {
        let staff = town.staff(Post::Committee, town.village);
        staff.get("/work").ok();
        // So long that the use is to be noted again.
        town.wait_minutes(12);
        match town.engine {
            "sqlite" => {
                let other = rusqlite::Connection::open(&town.url).unwrap();
                other.execute_batch("BEGIN IMMEDIATE").unwrap();
                staff.get("/work").ok();
                other.execute_batch("ROLLBACK").unwrap();
            }
            _ => {
                let mut other = postgres::Client::connect(&town.url, postgres::NoTls).unwrap();
                other.batch_execute("BEGIN; LOCK TABLE session IN EXCLUSIVE MODE").unwrap();
                staff.get("/work").ok();
                other.batch_execute("ROLLBACK").unwrap();
            }
        }
        staff.get("/work").ok();
    });
}

#[test]
fn only_a_page_that_asked_and_is_for_everybody_is_kept() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    async fn forgetful(_: Visit) -> String {
        format!("nobody asked {}", TIMES.fetch_add(1, Ordering::SeqCst))
    }
    async fn cookie(visit: Visit) -> Result<([(&'static str, &'static str); 1], String)> {
        visit.may(&[], Visibility::Public)?;
        Ok(([("set-cookie", "mine=1; Path=/")], format!("for one {}", TIMES.fetch_add(1, Ordering::SeqCst))))
    }
    async fn public(visit: Visit) -> Result<String> {
        visit.may(&[], Visibility::Public)?;
        Ok(format!("for all {}", TIMES.fetch_add(1, Ordering::SeqCst)))
    }
    on_both(|town| {
        let routes = vec![
            Route::get("/forgetful", Action::ReadPublic, forgetful).kept(),
            Route::get("/cookie", Action::ReadPublic, cookie).kept(),
            Route::get("/public", Action::ReadPublic, public).kept(),
        ];
        let visitor = Visitor::new(assemble(town.app.clone(), routes), town.runtime.clone(), HOST);
        visitor.get("/public").ok();
        // Nothing is kept while the file was written just now.
        std::thread::sleep(std::time::Duration::from_millis(60));
        for _ in 0..3 {
            visitor.get("/forgetful").is(404).hides("nobody asked");
        }
        assert_ne!(visitor.get("/cookie").ok().text(), visitor.get("/cookie").ok().text());
        // Where nothing tells that nobody wrote in between, nothing is kept.
        let kept = town.runtime.block_on(town.db.stamp()).is_some();
        assert_eq!(visitor.get("/public").ok().text() == visitor.get("/public").ok().text(), kept);
    });
}

#[test]
fn language_and_look_stay_with_the_visitor() {
    on_both(|town| {
        let visitor = town.visitor();
        visitor.get("/nothing-here").is(404).says("没有找到");
        visitor.get("/set?lang=en&back=/healthz").is(303);
        visitor.get("/nothing-here").is(404).says("Not found");
        assert_eq!(visitor.get("/set?look=elder&back=//elsewhere.example").location(), "/");
        assert_eq!(visitor.get("/set?look=elder&back=https://elsewhere.example/").location(), "/");
        assert_eq!(visitor.get("/set?look=elder&back=/%5Celsewhere.example").location(), "/");
        assert_eq!(visitor.cookie("look").as_deref(), Some("elder"));
    });
}

#[test]
fn every_answer_carries_the_headers_that_protect_its_reader() {
    on_both(|town| {
        let visitor = town.visitor();
        let style = visitor.get("/").html();
        let style = style.split('"').find(|part| part.ends_with(".css")).unwrap().to_owned();
        for path in ["/", "/record", "/record/export", "/nothing-here", "/set", "/healthz", &style] {
            let page = visitor.get(path);
            let policy = page.header("content-security-policy").unwrap_or_else(|| panic!("{path} has no policy"));
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
            assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{path}");
            assert!(page.header("permissions-policy").is_some(), "{path}");
            assert!(page.header("x-request-id").is_some(), "{path}");
            let kept = page.header("cache-control").unwrap();
            assert_eq!(kept.contains("immutable"), path == style, "{path}: {kept}");
            // What the policy forbids would be broken on the page: nothing inline, nothing from elsewhere.
            if page.header("content-type").is_none_or(|kind| !kind.starts_with("text/html")) {
                continue;
            }
            let html = page.html();
            assert!(!html.contains(" style=\"") && !html.contains("<script>") && !html.contains(" onclick"), "{path}");
            assert!(!html.contains("src=\"http") && !html.contains("href=\"http"), "{path} leads to another origin");
        }
    });
}

/// The site with a few routes of this test in place of its own.
fn with_routes(town: &Town) -> Visitor {
    async fn forgetful(_: Visit) -> &'static str {
        "a page that nobody was asked about"
    }
    async fn forgetful_form(_: Visit, _: Fields) -> axum::response::Redirect {
        axum::response::Redirect::to("/")
    }
    async fn form(visit: Visit, fields: Fields) -> Result<String> {
        visit.may_anywhere()?;
        Ok(format!("got {}", fields.value("text")))
    }
    async fn own(visit: Visit) -> Result<&'static str> {
        visit.may(&[], Visibility::Public)?;
        Ok("mine")
    }
    let routes = vec![
        Route::get("/forgetful", Action::ReadPublic, forgetful),
        Route::post("/forgetful", Action::EnterSite, forgetful_form),
        Route::post("/form", Action::HandleNeeds, form),
        Route::get("/own", Action::OwnThings, own),
        Route::get("/api/own", Action::OwnThings, own),
    ];
    Visitor::new(assemble(town.app.clone(), routes), town.runtime.clone(), HOST)
}

/// The same routes for a visitor who holds a post.
fn committee(town: &Town) -> Visitor {
    let visitor = with_routes(town);
    let signed_in = town.staff(Post::Committee, town.village);
    visitor.set_cookie(SESSION_COOKIE, &signed_in.cookie(SESSION_COOKIE).unwrap());
    visitor
}

fn form_of(visitor: &Visitor, origin: &str, body: &str) -> u16 {
    let mut request = Request::post("/form").header("content-type", "application/x-www-form-urlencoded");
    if !origin.is_empty() {
        request = request.header("origin", origin);
    }
    visitor.ask(request, Body::from(body.to_owned())).status.as_u16()
}

#[test]
fn a_page_that_answers_without_asking_whether_it_may_is_closed() {
    on_both(|town| {
        let visitor = with_routes(town);
        visitor.get("/forgetful").is(404).hides("nobody was asked");
        visitor.post("/forgetful", &[]).is(404);
    });
}

#[test]
fn who_is_not_signed_in_is_led_to_the_sign_in_and_back() {
    on_both(|town| {
        let visitor = with_routes(town);
        assert_eq!(visitor.get("/own?x=1").is(303).location(), "/sign-in?back=%2Fown%3Fx%3D1");
        let problem = visitor.get("/api/own").is(401);
        assert_eq!(problem.header("content-type"), Some("application/problem+json"));
        visitor.post("/form", &[]).is(401);
        committee(town).get("/own").ok();
    });
}

#[test]
fn a_form_that_no_page_of_ours_sent_is_refused() {
    on_both(|town| {
        let visitor = committee(town);
        let right = format!("text=a&csrf={}", visitor.csrf());
        let here = format!("https://{HOST}");
        assert_eq!(form_of(&visitor, &here, &right), 200);
        // What sends no origin at all is no browser of ours that carries a cookie by accident; who withholds it has the token.
        assert_eq!(form_of(&visitor, "", &right), 200);
        assert_eq!(form_of(&visitor, "null", &right), 200);
        assert_eq!(form_of(&visitor, "null", "text=a"), 403);
        assert_eq!(form_of(&with_routes(town), "null", "text=a"), 403, "without a session there is no token to go by");
        assert_eq!(form_of(&with_routes(town), "", "text=a"), 401, "an old phone comes as far as the sign-in");
        let metadata = |site: &str| {
            let request = Request::post("/form").header("content-type", "application/x-www-form-urlencoded");
            let request = request.header("sec-fetch-site", site).header("origin", "null");
            visitor.ask(request, Body::from(right.clone())).status.as_u16()
        };
        assert_eq!((metadata("same-origin"), metadata("cross-site"), metadata("same-site")), (200, 403, 403));
        for elsewhere in
            ["https://evil.example", "https://wugong.test.evil.example", "https://evil.example/wugong.test"]
        {
            assert_eq!(form_of(&visitor, elsewhere, &right), 403, "{elsewhere}");
        }
        for wrong in ["text=a", "text=a&csrf=", "text=a&csrf=0123", &format!("text=a&csrf={}", committee(town).csrf())]
        {
            assert_eq!(form_of(&visitor, &here, wrong), 403, "{wrong}");
        }
        // The same in a form with files.
        let parts =
            |token: &str| format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b--\r\n");
        let send = |token: &str| {
            let request = Request::post("/form").header("content-type", "multipart/form-data; boundary=b");
            visitor.ask(request, Body::from(parts(token))).status.as_u16()
        };
        assert_eq!((send(&visitor.csrf()), send("x")), (200, 403));
    });
}

#[test]
fn what_is_too_large_or_makes_no_sense_is_refused_with_a_page() {
    on_both(|town| {
        let visitor = committee(town);
        let token = visitor.csrf();
        let here = format!("https://{HOST}");
        let long = format!("csrf={token}&text={}", "a".repeat(300 * 1024));
        assert_eq!(form_of(&visitor, &here, &long), 413);
        let many = format!("csrf={token}{}", "&x=1".repeat(500));
        assert_eq!(form_of(&visitor, &here, &many), 413);
        let request = Request::post("/form").header("content-type", "multipart/form-data; boundary=b");
        let mut bytes = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n"
        )
        .into_bytes();
        bytes.resize(25 * 1024 * 1024, b'x');
        bytes.extend(b"\r\n--b--\r\n");
        visitor.ask(request, Body::from(bytes)).is(413).says("太大了");
        for broken in ["multipart/form-data", "multipart/form-data; boundary=c"] {
            let request = Request::post("/form").header("content-type", broken);
            let status = visitor.ask(request, Body::from("--b\r\nx")).status.as_u16();
            assert!(matches!(status, 400 | 403), "{broken}: {status}");
        }
        let request = Request::post("/form").header("content-type", "application/x-www-form-urlencoded");
        let bytes = [b"csrf=", token.as_bytes(), b"&text=%00%ff%zz\xff\xfe"].concat();
        let status = visitor.ask(request, Body::from(bytes)).status.as_u16();
        assert_eq!(status, 200, "bytes that are no text reach the form, whose fields then say what is wrong");
    });
}

#[test]
fn what_goes_wrong_in_a_handler_is_answered_with_a_page() {
    async fn broken(visit: Visit) -> Result<&'static str> {
        visit.may(&[], Visibility::Public)?;
        panic!("a fault of the program")
    }
    async fn slow(visit: Visit) -> Result<&'static str> {
        visit.may(&[], Visibility::Public)?;
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        Ok("at last")
    }
    on_both(|town| {
        let routes =
            vec![Route::get("/broken", Action::ReadPublic, broken), Route::get("/slow", Action::ReadPublic, slow)];
        let patience = std::time::Duration::from_millis(50);
        let router = assemble_patient(town.app.clone(), routes, patience);
        let visitor = Visitor::new(router, town.runtime.clone(), HOST);
        visitor.get("/broken").is(500).says("出了毛病").hides("a fault of the program");
        visitor.get("/slow").is(408).says("没有等到");
    });
}

#[test]
fn a_cookie_that_nobody_gave_out_opens_nothing() {
    on_both(|town| {
        let visitor = with_routes(town);
        for cookie in [&"0".repeat(64), "", "x", &"z".repeat(64), &"0".repeat(5000), "a b;c"] {
            visitor.set_cookie(SESSION_COOKIE, cookie);
            assert!(visitor.get("/own").is(303).location().starts_with("/sign-in"), "{cookie}");
        }
    });
}

#[test]
fn a_standing_that_has_ended_opens_nothing_any_more() {
    on_both(|town| {
        let visitor = town.staff(Post::Auditor, town.root);
        visitor.get("/record/export").ok();
        let account = town.read(|tx| {
            tx.optional::<(civic::id::StandingId,)>("SELECT id FROM standing WHERE county_id = $1 LIMIT 1", &[])
        });
        let standing = account.unwrap().0;
        let yesterday = town.today().plus(-1);
        let entry = town.read(move |tx| store::people::standing::get(tx, standing));
        let ended = civic::people::standing::Standing { until: Some(yesterday), ..entry };
        let entry = civic::record::Entry::of(
            &ended,
            civic::record::Verb::End,
            civic::record::Actor::NOBODY,
            town.now(),
            &mut town.chance(),
        );
        town.write(move |tx| {
            let before = store::people::standing::get(tx, standing)?;
            store::people::standing::end(tx, &before, yesterday)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        visitor.get("/record/export").is(403);
    });
}
