//! The authorisation matrix: every route, asked by everybody, about a thing at each place, public and as a draft.
//!
//! # To add a route
//! 1. Add its row to [`TABLE`]: method, path as the site declares it, who may (in words, not by the action: the table is the
//!    second opinion), and for each `{part}` of the path a sample in [`Scene`]. The test fails while a route has no row.
//! 2. A path with parts names a thing. Make one in [`Scene::make`] at 竹溪村 (or its hamlet 柳塆) and answer its path in
//!    [`Scene::path`]; where the thing can be a draft, make a second one and add `drafts` to the row.
//! 3. What is expected follows from the row:
//!    - who may: a page (200) or a way onward (303, not to the sign-in); a form answers anything but 401, 403, 404: it is sent with
//!      the right token and nothing else, so 400 and 422 are right answers of somebody who was let in;
//!    - nobody signed in: a page leads to the sign-in (303), a form answers 401;
//!    - signed in and not allowed: 403, and 404 where the thing is a draft, unless a post of that place makes one know of it.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::id::PlaceId;
use civic::people::standing::Post;
use civic::rules::Body;
use std::collections::BTreeSet;

/// Who may.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Anybody, signed in or not.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in with a staff account; for everybody else it is not there.
    Staff,
    /// These posts, where their standing reaches the thing.
    Here(&'static [Post]),
    /// These posts, where they are held in the county itself: the thing is the county's own.
    Root(&'static [Post]),
    /// Residents of the place.
    Neighbour,
    /// These posts, wherever they hold them: the page is about no single place.
    Anywhere(&'static [Post]),
}

struct Row {
    method: &'static str,
    path: &'static str,
    who: Who,
    /// Whether the scene has a draft for this path as well.
    drafts: bool,
    /// Whether the thing is never public: there is a draft and nothing else.
    private: bool,
    /// A status that an empty form of somebody who was let in may get besides.
    also: u16,
}

const fn get(path: &'static str, who: Who) -> Row {
    Row { method: "GET", path, who, drafts: false, private: false, also: 0 }
}
const fn post(path: &'static str, who: Who) -> Row {
    Row { method: "POST", path, who, drafts: false, private: false, also: 0 }
}
const fn also(status: u16, row: Row) -> Row {
    Row { also: status, ..row }
}
const fn drafts(row: Row) -> Row {
    Row { drafts: true, ..row }
}

/// What is known of people is no public thing: to whoever has no post there it does not exist.
const fn private(row: Row) -> Row {
    Row { drafts: true, private: true, ..row }
}

const TABLE: &[Row] = &[
    // The frame
    get("/assets/{name}", Who::Anybody),
    get("/set", Who::Anybody),
    // Places and matters
    get("/", Who::Anybody),
    get("/p/{code}", Who::Anybody),
    get("/p/{code}/matters", Who::Anybody),
    get("/m/{number}", Who::Anybody),
    // For programs
    get("/open", Who::Anybody),
    get("/api/v1/openapi.json", Who::Anybody),
    get("/api/v1/places", Who::Anybody),
    get("/api/v1/places/{code}", Who::Anybody),
    get("/api/v1/matters", Who::Anybody),
    get("/api/v1/matters/{number}", Who::Anybody),
    get("/api/v1/postings", Who::Anybody),
    get("/api/v1/postings/{id}", Who::Anybody),
    get("/api/v1/projects/{id}", Who::Anybody),
    get("/api/v1/facilities", Who::Anybody),
    get("/api/v1/facilities/{number}", Who::Anybody),
    get("/api/v1/surveys/{id}", Who::Anybody),
    get("/api/v1/cases", Who::Anybody),
    get("/p/{code}/feed.atom", Who::Anybody),
    get("/m/{number}/feed.atom", Who::Anybody),
    get("/p/{code}/meetings.ics", Who::Anybody),
    get("/rosters/{id}/turns.ics", Who::Anybody),
    get("/p/{code}/facilities.geojson", Who::Anybody),
    get("/p/{code}/matters.geojson", Who::Anybody),
    get("/search", Who::Anybody),
    // Gates between the stages
    get("/p/{code}/stages/{stage}", Who::Anybody),
    get("/m/{number}/stages/{stage}", Who::Anybody),
    post("/m/{number}/stages/{stage}/open", Who::Here(&[Post::Committee])),
    post("/m/{number}/stages/{stage}/waive", Who::Here(&[Post::Township, Post::County])),
    get("/waivers", Who::Anybody),
    // Projects
    get("/m/{number}/project", Who::Here(&[Post::Committee])),
    post("/m/{number}/project", Who::Here(&[Post::Committee])),
    get("/projects/{id}", Who::Anybody),
    drafts(get("/projects/{id}/edit", Who::Here(&[Post::Committee]))),
    drafts(post("/projects/{id}/edit", Who::Here(&[Post::Committee]))),
    drafts(post("/projects/{id}/publish", Who::Here(&[Post::Committee]))),
    get("/projects/{id}/change", Who::Here(&[Post::Committee])),
    post("/projects/{id}/change", Who::Here(&[Post::Committee])),
    get("/projects/{id}/state", Who::Here(&[Post::Committee])),
    post("/projects/{id}/begin", Who::Here(&[Post::Committee])),
    post("/projects/{id}/built", Who::Here(&[Post::Committee])),
    post("/projects/{id}/stop", Who::Here(&[Post::Committee])),
    // Contributions
    get("/projects/{id}/book", Who::Anybody),
    get("/projects/{id}/pledge", Who::SignedIn),
    post("/projects/{id}/pledge", Who::SignedIn),
    get("/projects/{id}/pledge/print", Who::Anybody),
    get("/projects/{id}/gifts", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    get("/projects/{id}/gifts/new", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    post("/projects/{id}/gifts/new", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    get("/gifts/{id}", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    post("/gifts/{id}/receive", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    post("/gifts/{id}/confirm", Who::Here(&[Post::Supervision, Post::Committee])),
    post("/gifts/{id}/strike", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    post("/gifts/{id}/return", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    post("/gifts/{id}/unname", Who::Here(&[Post::Committee, Post::Supervision, Post::Facilitator])),
    get("/mine/gifts", Who::SignedIn),
    also(404, post("/mine/gifts/{id}/take-back", Who::SignedIn)),
    also(404, post("/mine/gifts/{id}/name", Who::SignedIn)),
    // Acceptances and defects
    get("/projects/{id}/acceptance", Who::Anybody),
    get("/projects/{id}/acceptance/new", Who::Here(&[Post::Committee, Post::Township, Post::County])),
    post("/projects/{id}/acceptance/new", Who::Here(&[Post::Committee, Post::Township, Post::County])),
    get("/acceptances/{id}/print", Who::Anybody),
    get("/acceptances/{id}/paper/{n}", Who::Here(&[Post::Supervision, Post::Township, Post::County])),
    post("/acceptances/{id}/confirm", Who::Here(&[Post::Supervision, Post::Township, Post::County])),
    post("/acceptances/{id}/refuse", Who::Here(&[Post::Supervision, Post::Township, Post::County])),
    post("/defects/{id}/mended", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/defects/{id}/rechecked", Who::Here(&[Post::Supervision, Post::Township, Post::County])),
    post("/defects/{id}/again", Who::Here(&[Post::Supervision, Post::Township, Post::County])),
    // Awards
    get("/awards", Who::Anybody),
    get("/projects/{id}/award", Who::Anybody),
    get("/projects/{id}/award/claim", Who::Here(&[Post::Committee])),
    also(404, post("/projects/{id}/award/claim", Who::Here(&[Post::Committee]))),
    get("/claims/{id}", Who::Anybody),
    post("/claims/{id}/approve", Who::Here(&[Post::Township, Post::County])),
    post("/claims/{id}/refuse", Who::Here(&[Post::Township, Post::County])),
    get("/claims/{id}/pay", Who::Here(&[Post::Township, Post::County])),
    post("/claims/{id}/pay", Who::Here(&[Post::Township, Post::County])),
    post("/claims/{id}/confirm", Who::Here(&[Post::Supervision, Post::Committee])),
    post("/claims/{id}/dispute", Who::Here(&[Post::Supervision, Post::Committee])),
    // Final accounts
    get("/projects/{id}/account", Who::Anybody),
    get("/projects/{id}/account/new", Who::Here(&[Post::Committee])),
    post("/projects/{id}/account/new", Who::Here(&[Post::Committee])),
    // What only one person wrote down is there for those who keep it alone.
    get("/final-accounts/{id}/print", Who::Anybody),
    post("/final-accounts/{id}/check", Who::Here(&[Post::Supervision])),
    post("/final-accounts/{id}/refuse", Who::Here(&[Post::Supervision])),
    // The works diary
    get("/projects/{id}/works", Who::Anybody),
    get("/projects/{id}/works/new", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/projects/{id}/works/new", Who::Here(&[Post::Facilitator, Post::Committee])),
    get("/works/{id}/photo/{n}", Who::Anybody),
    // Facilities and what is kept of them
    get("/facilities", Who::Anybody),
    get("/m/{number}/facility", Who::Here(&[Post::Committee])),
    post("/m/{number}/facility", Who::Here(&[Post::Committee])),
    get("/p/{code}/facility", Who::Here(&[Post::Committee])),
    post("/p/{code}/facility", Who::Here(&[Post::Committee])),
    get("/f/{number}", Who::Anybody),
    get("/f/{number}/photo/{n}", Who::Anybody),
    get("/f/{number}/plate", Who::Anybody),
    get("/f/{number}/edit", Who::Here(&[Post::Committee])),
    post("/f/{number}/edit", Who::Here(&[Post::Committee])),
    post("/f/{number}/photos", Who::Here(&[Post::Committee])),
    post("/f/{number}/close", Who::Here(&[Post::Committee])),
    post("/f/{number}/reopen", Who::Here(&[Post::Committee])),
    post("/f/{number}/remove", Who::Here(&[Post::Committee])),
    get("/f/{number}/convention", Who::Here(&[Post::Committee])),
    post("/f/{number}/convention", Who::Here(&[Post::Committee])),
    get("/conventions/{id}", Who::Anybody),
    get("/conventions/{id}/print", Who::Anybody),
    drafts(get("/conventions/{id}/edit", Who::Here(&[Post::Committee]))),
    drafts(post("/conventions/{id}/edit", Who::Here(&[Post::Committee]))),
    drafts(post("/conventions/{id}/force", Who::Here(&[Post::Committee]))),
    get("/conventions/{id}/end", Who::Here(&[Post::Committee])),
    post("/conventions/{id}/end", Who::Here(&[Post::Committee])),
    get("/f/{number}/roster", Who::Here(&[Post::Committee])),
    post("/f/{number}/roster", Who::Here(&[Post::Committee])),
    get("/rosters/{id}", Who::Anybody),
    get("/rosters/{id}/print", Who::Here(&[Post::Committee])),
    get("/rosters/{id}/slots", Who::Here(&[Post::Committee])),
    post("/rosters/{id}/slots", Who::Here(&[Post::Committee])),
    post("/rosters/{id}/close", Who::Here(&[Post::Committee])),
    post("/rosters/{id}/slots/{slot}/off", Who::Here(&[Post::Committee])),
    // Who acts for no resident, or for one of another village, is told so.
    also(403, post("/rosters/{id}/slots/{slot}/take", Who::SignedIn)),
    also(403, post("/rosters/{id}/slots/{slot}/over", Who::SignedIn)),
    also(403, post("/rosters/{id}/slots/{slot}/offer", Who::SignedIn)),
    also(403, post("/rosters/{id}/slots/{slot}/leave", Who::SignedIn)),
    get("/f/{number}/report", Who::Anybody),
    post("/f/{number}/report", Who::Anybody),
    get("/reports/{code}", Who::Anybody),
    private(get("/faults/{id}", Who::Here(&[Post::Committee]))),
    private(get("/faults/{id}/photo", Who::Here(&[Post::Committee]))),
    private(post("/faults/{id}/answer", Who::Here(&[Post::Committee]))),
    private(post("/faults/{id}/mend", Who::Here(&[Post::Committee]))),
    private(post("/faults/{id}/dismiss", Who::Here(&[Post::Committee]))),
    // Surveys and what is put right
    get("/m/{number}/survey", Who::Here(&[Post::Committee])),
    post("/m/{number}/survey", Who::Here(&[Post::Committee])),
    get("/surveys/{id}", Who::Anybody),
    get("/surveys/{id}/sheet", Who::Anybody),
    get("/surveys/{id}/answer", Who::Neighbour),
    post("/surveys/{id}/answer", Who::Neighbour),
    get("/surveys/{id}/keep", Who::Here(&[Post::Committee])),
    post("/surveys/{id}/paper", Who::Here(&[Post::Committee])),
    post("/surveys/{id}/close", Who::Here(&[Post::Committee])),
    get("/m/{number}/rectify", Who::Here(&[Post::Committee])),
    post("/m/{number}/rectify", Who::Here(&[Post::Committee])),
    get("/rectifications/{id}", Who::Anybody),
    post("/rectifications/{id}/done", Who::Here(&[Post::Committee])),
    post("/rectifications/{id}/recheck", Who::Here(&[Post::Supervision, Post::Committee])),
    // What is shared
    get("/m/{number}/benefit", Who::Here(&[Post::Committee])),
    post("/m/{number}/benefit", Who::Here(&[Post::Committee])),
    get("/m/{number}/case", Who::Here(&[Post::Committee])),
    post("/m/{number}/case", Who::Here(&[Post::Committee])),
    post("/m/{number}/case/publish", Who::Here(&[Post::Committee])),
    get("/m/{number}/honour", Who::Here(&[Post::Committee])),
    post("/m/{number}/honour", Who::Here(&[Post::Committee])),
    post("/m/{number}/honour/{id}/agreed", Who::Here(&[Post::Committee])),
    post("/m/{number}/honour/{id}/remove", Who::Here(&[Post::Committee])),
    get("/p/{code}/honours", Who::Anybody),
    get("/mine/honours", Who::SignedIn),
    also(404, post("/mine/honours/{id}/agree", Who::SignedIn)),
    also(404, post("/mine/honours/{id}/remove", Who::SignedIn)),
    get("/cases", Who::Anybody),
    get("/cases/{id}", Who::Anybody),
    // Topics and talks
    get("/m/{number}/prepare", Who::Here(&[Post::Committee])),
    post("/m/{number}/topic", Who::Here(&[Post::Committee])),
    post("/m/{number}/option", Who::Here(&[Post::Committee])),
    post("/m/{number}/option/{id}/withdraw", Who::Here(&[Post::Committee])),
    post("/m/{number}/step", Who::Here(&[Post::Committee])),
    get("/talks/new", Who::Anywhere(&[Post::Facilitator, Post::Committee])),
    post("/talks/new", Who::Anywhere(&[Post::Facilitator, Post::Committee])),
    get("/talks/{id}", Who::Anybody),
    post("/talks/{id}/point", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/talks/{id}/point/{point}", Who::Here(&[Post::Facilitator, Post::Committee])),
    // Meetings
    get("/meetings", Who::Anybody),
    get("/meetings/new", Who::Here(&[Post::Committee])),
    post("/meetings/new", Who::Here(&[Post::Committee])),
    get("/meetings/{id}", Who::Anybody),
    drafts(get("/meetings/{id}/call", Who::Here(&[Post::Committee]))),
    drafts(post("/meetings/{id}/call", Who::Here(&[Post::Committee]))),
    get("/meetings/{id}/freeze", Who::Here(&[Post::Committee])),
    post("/meetings/{id}/freeze", Who::Here(&[Post::Committee])),
    drafts(get("/meetings/{id}/off", Who::Here(&[Post::Committee]))),
    drafts(post("/meetings/{id}/off", Who::Here(&[Post::Committee]))),
    post("/meetings/{id}/reconvene", Who::Here(&[Post::Committee])),
    get("/meetings/{id}/notice", Who::Anybody),
    get("/meetings/{id}/sign-in", Who::Here(&[Post::Committee, Post::Facilitator])),
    get("/meetings/{id}/tally", Who::Here(&[Post::Committee, Post::Facilitator])),
    get("/meetings/{id}/minutes", Who::Here(&[Post::Committee, Post::Facilitator])),
    // Needs
    get("/need", Who::Anybody),
    post("/need", Who::Anybody),
    get("/need/help", Who::Anywhere(&[Post::Facilitator, Post::Committee])),
    post("/need/help", Who::Anywhere(&[Post::Facilitator, Post::Committee])),
    post("/needs/alike", Who::Anybody),
    get("/needs", Who::Anywhere(&[Post::Facilitator, Post::Committee, Post::Supervision])),
    get("/needs/answers", Who::Anywhere(&[Post::Facilitator, Post::Committee, Post::Supervision])),
    get("/needs/answers/print", Who::Anywhere(&[Post::Facilitator, Post::Committee, Post::Supervision])),
    post("/needs/answers", Who::Anywhere(&[Post::Committee])),
    private(get("/needs/{id}", Who::Here(&[Post::Facilitator, Post::Committee, Post::Supervision]))),
    private(get("/needs/{id}/voice", Who::Here(&[Post::Facilitator, Post::Committee, Post::Supervision]))),
    private(post("/needs/{id}/sort", Who::Here(&[Post::Committee]))),
    private(post("/needs/{id}/merge", Who::Here(&[Post::Committee]))),
    private(post("/needs/{id}/answer", Who::Here(&[Post::Committee]))),
    private(post("/needs/{id}/arrived", Who::Here(&[Post::Committee]))),
    get("/look-up", Who::Anybody),
    post("/look-up", Who::Anybody),
    get("/s/{code}", Who::Anybody),
    get("/s/{code}/slip", Who::Anybody),
    post("/s/{code}/same", Who::Anybody),
    post("/s/{code}/withdraw", Who::Anybody),
    // The room of a meeting: names are for who keeps it
    get("/meetings/{id}/roll", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/open", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/attend", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/attendance/{attendance}", Who::Here(&[Post::Facilitator, Post::Committee])),
    get("/meetings/{id}/motions", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/motions", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/motion/{motion}/recuse", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/motion/{motion}/count", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/motion/{motion}/withdraw", Who::Here(&[Post::Facilitator, Post::Committee])),
    post("/meetings/{id}/close", Who::Here(&[Post::Facilitator, Post::Committee])),
    // The record and the rules
    get("/record", Who::Anybody),
    get("/record/export", Who::Anywhere(&[Post::Supervision, Post::County, Post::Auditor])),
    get("/openings", Who::Anywhere(&[Post::Supervision, Post::County, Post::Auditor])),
    // The operator
    get("/operator", Who::Anywhere(&[Post::County])),
    also(404, post("/operator/again", Who::Anywhere(&[Post::County]))),
    get("/rules", Who::Anybody),
    get("/rules/{pack}", Who::Anybody),
    also(404, post("/rules/{pack}", Who::Anywhere(&[Post::County]))),
    also(404, post("/rules/{pack}/end", Who::Anywhere(&[Post::County]))),
    // Signing in
    get("/sign-in", Who::Anybody),
    post("/sign-in", Who::Anybody),
    post("/sign-in/phone", Who::Anybody),
    post("/sign-in/code", Who::Anybody),
    post("/sign-in/register", Who::Anybody),
    post("/sign-in/card", Who::Anybody),
    post("/sign-in/staff", Who::Anybody),
    get("/sign-in/who", Who::SignedIn),
    post("/sign-in/who", Who::SignedIn),
    get("/staff-link/{token}", Who::Anybody),
    post("/staff-link/{token}", Who::Anybody),
    get("/password", Who::Staff),
    post("/password", Who::Staff),
    get("/demo", Who::Anybody),
    also(404, post("/demo", Who::Anybody)),
    post("/demo/days", Who::Anybody),
    // Helping and mine
    get("/helper", Who::Anywhere(&[Post::Facilitator, Post::Committee])),
    private(get("/helper/{resident}", Who::Here(&[Post::Facilitator, Post::Committee]))),
    private(post("/helper/{resident}", Who::Here(&[Post::Facilitator, Post::Committee]))),
    post("/helper/leave", Who::SignedIn),
    get("/mine", Who::SignedIn),
    get("/mine/data", Who::SignedIn),
    get("/mine/openings", Who::SignedIn),
    also(404, post("/mine/name", Who::SignedIn)),
    get("/mine/export", Who::SignedIn),
    also(404, post("/mine/consent", Who::SignedIn)),
    get("/mine/erase", Who::SignedIn),
    post("/mine/erase", Who::SignedIn),
    // The roll
    get("/roll", Who::Anywhere(&[Post::Committee, Post::Supervision])),
    also(404, post("/roll/household", Who::Anywhere(&[Post::Committee]))),
    private(get("/roll/household/{household}", Who::Here(&[Post::Committee, Post::Supervision]))),
    private(post("/roll/household/{household}/label", Who::Here(&[Post::Committee]))),
    private(post("/roll/household/{household}/end", Who::Here(&[Post::Committee]))),
    private(post("/roll/household/{household}/person", Who::Here(&[Post::Committee]))),
    private(get("/roll/person/{resident}", Who::Here(&[Post::Committee, Post::Supervision]))),
    private(post("/roll/person/{resident}/correct", Who::Here(&[Post::Committee]))),
    private(post("/roll/person/{resident}/leave", Who::Here(&[Post::Committee]))),
    private(post("/roll/person/{resident}/move", Who::Here(&[Post::Committee]))),
    private(post("/roll/person/{resident}/phone", Who::Here(&[Post::Committee]))),
    private(post("/roll/person/{resident}/erase", Who::Here(&[Post::Committee]))),
    private(post("/roll/person/{resident}/card", Who::Here(&[Post::Committee]))),
    private(get("/roll/import", Who::Here(&[Post::Committee]))),
    also(404, post("/roll/import", Who::Anywhere(&[Post::Committee]))),
    also(404, post("/roll/import/take", Who::Anywhere(&[Post::Committee]))),
    private(get("/roll/members", Who::Here(&[Post::Committee, Post::Supervision]))),
    also(404, post("/roll/members", Who::Anywhere(&[Post::Committee]))),
    private(post("/roll/members/{membership}/end", Who::Here(&[Post::Committee]))),
    private(get("/roll/waiting", Who::Here(&[Post::Committee]))),
    also(404, post("/roll/waiting/account", Who::Anywhere(&[Post::Committee]))),
    also(404, post("/roll/waiting/name", Who::Anywhere(&[Post::Committee]))),
    // What follows a passed motion
    get("/r/{id}", Who::Anybody),
    get("/r/{id}/scan/{n}", Who::Here(&[Post::Committee, Post::Facilitator])),
    get("/m/{number}/resolve", Who::Here(&[Post::Committee])),
    post("/m/{number}/resolve", Who::Here(&[Post::Committee])),
    get("/r/{id}/certify", Who::Here(&[Post::Committee, Post::Facilitator])),
    post("/r/{id}/certify", Who::Here(&[Post::Committee, Post::Facilitator])),
    get("/r/{id}/post", Who::Here(&[Post::Committee])),
    post("/r/{id}/post", Who::Here(&[Post::Committee])),
    get("/postings", Who::Anybody),
    get("/postings/{id}", Who::Anybody),
    get("/postings/{id}/print", Who::Anybody),
    get("/postings/{id}/answers", Who::Anybody),
    get("/postings/{id}/correct", Who::Here(&[Post::Committee])),
    post("/postings/{id}/correct", Who::Here(&[Post::Committee])),
    get("/postings/{id}/take-down", Who::Here(&[Post::Committee])),
    post("/postings/{id}/take-down", Who::Here(&[Post::Committee])),
    get("/postings/{id}/object", Who::Anybody),
    post("/postings/{id}/object", Who::Anybody),
    get("/postings/{id}/object-for", Who::Here(&[Post::Supervision, Post::Committee, Post::Facilitator])),
    post("/postings/{id}/object-for", Who::Here(&[Post::Supervision, Post::Committee, Post::Facilitator])),
    get("/objections/{id}", Who::Here(&[Post::Committee])),
    post("/objections/{id}", Who::Here(&[Post::Committee])),
    // Organisations, what they do, where they should be, practice bases
    get("/organisations", Who::Anybody),
    get("/organisations/new", Who::Anywhere(&OFFICES)),
    post("/organisations/new", Who::Anywhere(&OFFICES)),
    get("/organisations/{id}", Who::Anybody),
    get("/organisations/{id}/keep", Who::Here(&OFFICES)),
    post("/organisations/{id}/change", Who::Here(&OFFICES)),
    post("/organisations/{id}/move", Who::Here(&OFFICES)),
    get("/organisations/{id}/activity", Who::Here(&OFFICES)),
    post("/organisations/{id}/activity", Who::Here(&OFFICES)),
    get("/activities/{id}", Who::Here(&OFFICES)),
    post("/activities/{id}/held", Who::Here(&OFFICES)),
    post("/activities/{id}/strike", Who::Here(&OFFICES)),
    get("/coverage", Who::Anybody),
    get("/coverage/judge", Who::Anywhere(&OFFICES)),
    post("/coverage/judge", Who::Anywhere(&OFFICES)),
    get("/bases", Who::Anybody),
    get("/bases/new", Who::Anywhere(&OFFICES)),
    post("/bases/new", Who::Anywhere(&OFFICES)),
    get("/bases/{id}", Who::Anybody),
    get("/bases/{id}/keep", Who::Here(&OFFICES)),
    post("/bases/{id}/change", Who::Here(&OFFICES)),
    post("/bases/{id}/move", Who::Here(&OFFICES)),
    // Programmes: the sample is the county's own, which only a standing in the county itself reaches
    get("/programmes", Who::Anybody),
    get("/programmes/new", Who::Anywhere(&[Post::Township, Post::County])),
    post("/programmes/new", Who::Anywhere(&[Post::Township, Post::County])),
    get("/programmes/{id}", Who::Anybody),
    get("/programmes/{id}/keep", Who::Root(&[Post::Township, Post::County])),
    post("/programmes/{id}/join", Who::Root(&[Post::Township, Post::County])),
    post("/programmes/{id}/close", Who::Root(&[Post::Township, Post::County])),
    get("/programmes/{id}/task", Who::Root(&[Post::Township, Post::County])),
    post("/programmes/{id}/task", Who::Root(&[Post::Township, Post::County])),
    get("/tasks/{id}", Who::Root(&[Post::Township, Post::County])),
    post("/tasks/{id}/show", Who::Root(&[Post::Township, Post::County])),
    post("/tasks/{id}/drop", Who::Root(&[Post::Township, Post::County])),
    // Announcements and questions
    get("/announcements", Who::Anybody),
    get("/announcements/new", Who::Anywhere(&OFFICES)),
    post("/announcements/new", Who::Anywhere(&OFFICES)),
    get("/announcements/{id}", Who::Anybody),
    get("/announcements/{id}/print", Who::Anybody),
    get("/announcements/{id}/loud", Who::Anybody),
    get("/announcements/{id}/correct", Who::Here(&OFFICES)),
    post("/announcements/{id}/correct", Who::Here(&OFFICES)),
    get("/announcements/{id}/end", Who::Here(&OFFICES)),
    post("/announcements/{id}/end", Who::Here(&OFFICES)),
    get("/announcements/{id}/ask", Who::Anybody),
    post("/announcements/{id}/ask", Who::Anybody),
    get("/announcements/{id}/ask-for", Who::Anywhere(&HANDS)),
    post("/announcements/{id}/ask-for", Who::Anywhere(&HANDS)),
    get("/questions/{id}", Who::Here(&OFFICES)),
    post("/questions/{id}", Who::Here(&OFFICES)),
    post("/questions/{id}/told", Who::Here(&OFFICES)),
    get("/q/{code}", Who::Anybody),
    post("/q/{code}/withdraw", Who::Anybody),
    // Work lists
    get("/work", Who::Anywhere(&POSTS)),
    get("/work.csv", Who::Anywhere(&POSTS)),
    // Posts
    get("/standings", Who::Anywhere(&[Post::Township, Post::County])),
    also(404, post("/standings", Who::Anywhere(&[Post::Township, Post::County]))),
    also(404, post("/standings/change", Who::Anywhere(&[Post::Township, Post::County]))),
    private(post("/standings/{standing}/end", Who::Here(&[Post::Township, Post::County]))),
    private(get("/standings/account/{account}", Who::Here(&[Post::Township, Post::County]))),
    private(post("/standings/account/{account}/link", Who::Here(&[Post::Township, Post::County]))),
    private(post("/standings/account/{account}/close", Who::Here(&[Post::Township, Post::County]))),
    // The last row: it ends the sessions of everybody who asks.
    post("/sign-out", Who::Anybody),
];

/// The paths of the pages that residents open, and whether one has to be signed in for it.
pub fn pages_of_residents() -> impl Iterator<Item = (&'static str, bool)> {
    TABLE.iter().filter(|row| row.method == "GET").filter_map(|row| match row.who {
        Who::Anybody => Some((row.path, false)),
        Who::SignedIn => Some((row.path, true)),
        Who::Staff | Who::Neighbour | Who::Here(_) | Who::Root(_) | Who::Anywhere(_) => None,
    })
}

/// The things that rows with parts in their path are about.
pub struct Scene {
    style: String,
    pub number: String,
    staff_link: String,
    resident: String,
    pub topic_number: String,
    option: String,
    pub talk: String,
    point: String,
    pub room: String,
    attendance: String,
    motion: String,
    slip: String,
    household: String,
    representative: String,
    /// `/r/..`, `/postings/..`, `/objections/..`.
    resolution: String,
    pub posting: String,
    pub project: String,
    project_draft: String,
    gift: String,
    works: String,
    acceptance: String,
    claim: String,
    account: String,
    defect: String,
    facility: String,
    convention: String,
    convention_draft: String,
    roster: String,
    slot: String,
    report: String,
    fault: String,
    objection: String,
    survey: String,
    rectification: String,
    case: String,
    honour: String,
    meeting: String,
    meeting_draft: String,
    need: String,
    officer: String,
    standing: String,
    /// `/announcements/..`, `/questions/..`, `/q/..`.
    pub announcement: String,
    question: String,
    question_slip: String,
    /// `/organisations/..`, `/activities/..`, `/bases/..`, `/programmes/..`, `/tasks/..`.
    pub organisation: String,
    activity: String,
    pub base: String,
    pub programme: String,
    task: String,
}

impl Scene {
    pub fn make(town: &Town) -> Self {
        let home = town.visitor().get("/").ok().html();
        let style = home.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css")).unwrap();
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        let officer = town.staff_account(Post::Committee, town.village);
        let (now, chance) = (town.now(), town.chance());
        let token = town.write(move |tx| {
            let token = store::people::password_link::issue(tx, officer, now, &mut chance.clone())?;
            Ok(tx.commit_quiet(store::Quiet::Session, token))
        });
        let household = town.household(town.hamlet, "东巷3号");
        let resident = town.villager(town.hamlet, household, "李秀英");
        let topic_number = town.public_matter(town.hamlet, "西巷一下雨就淹");
        let committee = town.staff(Post::Committee, town.village);
        crate::topic::make_topic(&committee, &topic_number);
        let talk = crate::topic::hold_talk(&committee, &topic_number);
        let action = |page: &str, part: &str| {
            let forms = committee.get(page).ok().forms();
            forms.into_iter().map(|f| f.action.clone()).find(|a| a.contains(part)).unwrap()
        };
        let members = committee.get("/roll/members?village=429990101201").ok().form("/roll/members");
        members.set("people", "李秀英").set("from", "2026-01-01").send().is(303);
        let representative = action("/roll/members?village=429990101201", "/roll/members/");
        let representative = representative.split('/').nth(3).unwrap().to_owned();
        let option = action(&format!("/m/{topic_number}/prepare"), "/option/");
        let point = action(&talk, "/point/");
        let form = town.visitor().get("/need?at=429990101201-H01").form("/need");
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let resolution = crate::resolution::resolve(&committee, &passed);
        let sheet = committee.get(&format!("{resolution}/certify")).ok().form_ending("/certify");
        sheet.upload("photo", "sheet.jpg", "image/jpeg", &crate::resolution::photo(7)).send().is(303);
        let posting = crate::resolution::post(&committee, &resolution, "2026-04-12");
        crate::resolution::object(&town.visitor(), &posting, "水往后墙排").is(303);
        let objection = committee.get(&posting).ok().links("去答复").remove(0);
        let project = crate::project::publish(&committee, &crate::project::draft(&committee, &passed.number, ""));
        let project_draft = crate::project::draft(&committee, &passed.number, "");
        let gift = crate::contribution::entered(&committee, &project, "75000");
        let works = crate::works::laid(town, &project);
        let (acceptance, defect) = crate::acceptance::laid(town, &project);
        let (_, facility) = crate::manage::old(town);
        let pictures = committee.get(&format!("{facility}/edit")).ok().form_ending("/photos");
        pictures.upload("photo", "road.jpg", "image/jpeg", &crate::resolution::photo(4)).send().is(303);
        let convention = crate::manage::draft(&committee, &facility);
        committee.get(&convention).ok().form_ending("/force").send().is(303);
        let convention_draft = crate::manage::draft(&committee, &facility);
        let roster = crate::manage::roster(town, &committee, &facility, "2");
        let slot = action(&roster, "/off").trim_end_matches("/off").to_owned();
        let told = town.visitor().get(&format!("{facility}/report")).ok().form_ending("/report");
        let told = told.set("finding", "defect").upload("photo", "lid.jpg", "image/jpeg", &crate::resolution::photo(5));
        let report = told.send().is(303).location().split('?').next().unwrap().to_owned();
        let fault = crate::manage::fault(&committee, &facility);
        let survey = crate::survey::made(town, &committee, &passed.number);
        let rectification = crate::survey::noted(&committee, &passed.number);
        let case = crate::survey::written(town, &committee, &passed.number);
        let honour = crate::honour::asked(town, &committee, &passed.number);
        let claim = crate::award::laid(town, &project);
        let account = crate::account::laid(town, &project);
        let meeting = crate::meeting::call_for_the_next_days(&committee, &topic_number);
        let meeting_draft = crate::meeting::draft_of_a_failed_one(town, &committee, &topic_number);
        let (announcement, question, question_slip) = crate::announcement::scene(town, town.village);
        let (keeper, base) = crate::practice_base::base(town);
        let organisation = keeper.get(&base).ok().links("竹溪村知联会分会").remove(0);
        crate::organisation::activity(&keeper, &organisation, "service", "").is(303);
        let activity = keeper.get(&organisation).ok().links("补记、划掉").remove(0);
        let (county, programme) = crate::programme::programme(town);
        let task = crate::programme::task(&county, &programme);
        // Last, since it moves the clock to the evening of the meeting.
        let (keeper, room, _) = crate::room::opened(town, 3);
        crate::room::come(&keeper, &room, 1);
        crate::room::motion(&keeper, &room);
        let action = |page: &str, part: &str| {
            let forms = keeper.get(page).ok().forms();
            forms.into_iter().map(|f| f.action.clone()).find(|a| a.contains(part)).unwrap()
        };
        let attendance = action(&format!("{room}/roll"), "/attendance/");
        let motion = action(&format!("{room}/motions"), "/motion/").rsplit_once('/').unwrap().0.to_owned();
        let form = form.set("what", "塘埂塌了一截").set("where", "塘边");
        let sent = form.upload("say", "v.wav", "audio/wav", &crate::need::sound()).send();
        let code = crate::need::code_of(&sent);
        let need = town.read(move |tx| store::decide::need::by_code(tx, code)).id;
        Self {
            organisation,
            activity,
            base,
            programme,
            task,
            announcement,
            question,
            question_slip,
            room,
            attendance,
            motion,
            meeting,
            meeting_draft,
            topic_number,
            option,
            talk,
            point,
            resolution,
            posting,
            project,
            gift,
            works,
            acceptance,
            claim,
            account,
            defect,
            project_draft: project_draft.trim_end_matches("/edit").to_owned(),
            facility,
            convention: convention.trim_end_matches("/edit").to_owned(),
            convention_draft: convention_draft.trim_end_matches("/edit").to_owned(),
            roster,
            slot,
            report,
            fault,
            objection,
            survey,
            rectification,
            case,
            honour,
            style: style.to_owned(),
            number,
            staff_link: format!("/staff-link/{token}"),
            resident: resident.to_string(),
            household: household.to_string(),
            representative,
            slip: format!("/s/{}", code.digits()),
            need: format!("/needs/{need}"),
            officer: officer.to_string(),
            standing: town.read(move |tx| store::people::standing::all_of_account(tx, officer))[0].id.to_string(),
        }
    }

    /// The address of a row's thing; `None` where a path has no sample yet.
    pub fn path(&self, path: &'static str, draft: bool) -> Option<String> {
        Some(match (path, draft) {
            ("/assets/{name}", false) => self.style.clone(),
            ("/p/{code}", false) => "/p/429990101201-H01".to_owned(),
            ("/p/{code}/stages/{stage}", false) => "/p/429990101201/stages/build".to_owned(),
            ("/p/{code}/matters", false) => "/p/429990101201/matters".to_owned(),
            ("/m/{number}", false) => format!("/m/{}", self.number),
            ("/m/{number}/option/{id}/withdraw", false) => self.option.clone(),
            (gate, false) if gate.starts_with("/m/{number}/stages/{stage}") => {
                gate.replace("{number}", &self.topic_number).replace("{stage}", "build")
            }
            ("/m/{number}/prepare", false) => format!("/m/{}/prepare", self.topic_number),
            ("/m/{number}/topic", false) => format!("/m/{}/topic", self.topic_number),
            ("/m/{number}/option", false) => format!("/m/{}/option", self.topic_number),
            ("/m/{number}/step", false) => format!("/m/{}/step", self.topic_number),
            ("/meetings/{id}/roll", false) => format!("{}/roll", self.room),
            ("/meetings/{id}/open", false) => format!("{}/open", self.room),
            ("/meetings/{id}/attend", false) => format!("{}/attend", self.room),
            ("/meetings/{id}/close", false) => format!("{}/close", self.room),
            ("/meetings/{id}/motions", false) => format!("{}/motions", self.room),
            ("/meetings/{id}/attendance/{attendance}", false) => self.attendance.clone(),
            ("/meetings/{id}/motion/{motion}/recuse", false) => format!("{}/recuse", self.motion),
            ("/meetings/{id}/motion/{motion}/count", false) => format!("{}/count", self.motion),
            ("/meetings/{id}/motion/{motion}/withdraw", false) => format!("{}/withdraw", self.motion),
            ("/talks/{id}", false) => self.talk.clone(),
            ("/talks/{id}/point", false) => format!("{}/point", self.talk),
            ("/talks/{id}/point/{point}", false) => self.point.clone(),
            ("/meetings/new", false) => format!("/meetings/new?matter={}", self.topic_number),
            (meeting, false) if meeting.starts_with("/meetings/{id}") => {
                meeting.replace("/meetings/{id}", &self.meeting)
            }
            (meeting, true) if meeting.starts_with("/meetings/{id}") => {
                meeting.replace("/meetings/{id}", &self.meeting_draft)
            }
            (need, true) if need.starts_with("/needs/{id}") => need.replace("/needs/{id}", &self.need),
            (slip, false) if slip.starts_with("/s/{code}") => slip.replace("/s/{code}", &self.slip),
            ("/staff-link/{token}", false) => self.staff_link.clone(),
            ("/rules/{pack}", false) => "/rules/national-2026".to_owned(),
            ("/rules/{pack}/end", false) => "/rules/national-2026/end".to_owned(),
            ("/helper/{resident}", true) => format!("/helper/{}", self.resident),
            ("/roll/import" | "/roll/waiting" | "/roll/members", true) => format!("{path}?village=429990101201"),
            (bare, true) if bare.starts_with("/standings/") => {
                bare.replace("{standing}", &self.standing).replace("{account}", &self.officer)
            }
            (bare, true) if bare.starts_with("/roll/") => bare
                .replace("{household}", &self.household)
                .replace("{resident}", &self.resident)
                .replace("{membership}", &self.representative),
            ("/m/{number}/resolve", false) => format!("/m/{}/resolve", self.number),
            ("/r/{id}/scan/{n}", false) => format!("{}/scan/1", self.resolution),
            ("/objections/{id}", false) => self.objection.clone(),
            (path, false) if path.starts_with("/gifts/{id}") => path.replace("/gifts/{id}", &self.gift),
            (path, false) if path.starts_with("/mine/gifts/{id}") => path.replace("/gifts/{id}", &self.gift),
            ("/m/{number}/facility", false) => format!("/m/{}/facility", self.number),
            ("/p/{code}/facility", false) => "/p/429990101201-H01/facility".to_owned(),
            ("/f/{number}/photo/{n}", false) => format!("{}/photo/1", self.facility),
            (path, false) if path.starts_with("/f/{number}") => path.replace("/f/{number}", &self.facility),
            (path, false) if path.starts_with("/conventions/{id}") => {
                path.replace("/conventions/{id}", &self.convention)
            }
            (path, true) if path.starts_with("/conventions/{id}") => {
                path.replace("/conventions/{id}", &self.convention_draft)
            }
            (path, false) if path.starts_with("/rosters/{id}/slots/{slot}") => {
                path.replace("/rosters/{id}/slots/{slot}", &self.slot)
            }
            (path, false) if path.starts_with("/rosters/{id}") => path.replace("/rosters/{id}", &self.roster),
            ("/reports/{code}", false) => self.report.clone(),
            (path, true) if path.starts_with("/faults/{id}") => path.replace("/faults/{id}", &self.fault),
            ("/m/{number}/project", false) => format!("/m/{}/project", self.number),
            ("/acceptances/{id}/paper/{n}", false) => format!("{}/paper/1", self.acceptance),
            (path, false) if path.starts_with("/acceptances/{id}") => {
                path.replace("/acceptances/{id}", &self.acceptance)
            }
            (path, false) if path.starts_with("/claims/{id}") => path.replace("/claims/{id}", &self.claim),
            (path, false) if path.starts_with("/final-accounts/{id}") => {
                path.replace("/final-accounts/{id}", &self.account)
            }
            (path, false) if path.starts_with("/defects/{id}") => path.replace("/defects/{id}", &self.defect),
            ("/works/{id}/photo/{n}", false) => format!("{}/photo/1", self.works),
            (path, false) if path.starts_with("/projects/{id}") => path.replace("/projects/{id}", &self.project),
            (path, true) if path.starts_with("/projects/{id}") => path.replace("/projects/{id}", &self.project_draft),
            (path, false) if path.starts_with("/surveys/{id}") => path.replace("/surveys/{id}", &self.survey),
            (path, false) if path.starts_with("/rectifications/{id}") => {
                path.replace("/rectifications/{id}", &self.rectification)
            }
            ("/cases/{id}", false) => self.case.clone(),
            (path, false) if path.starts_with("/m/{number}/honour/{id}") => {
                path.replace("/m/{number}/honour/{id}", &self.honour)
            }
            (path, false) if path.starts_with("/mine/honours/{id}") => path
                .replace("/mine/honours/{id}", &format!("/mine/honours/{}", self.honour.rsplit('/').next().unwrap())),
            ("/api/v1/places/{code}", false) => "/api/v1/places/429990101201".to_owned(),
            ("/api/v1/matters/{number}", false) => format!("/api/v1/matters/{}", self.number),
            ("/m/{number}/feed.atom", false) => format!("/m/{}/feed.atom", self.number),
            ("/api/v1/postings/{id}", false) => format!("/api/v1{}", self.posting),
            ("/api/v1/projects/{id}", false) => format!("/api/v1{}", self.project),
            ("/api/v1/surveys/{id}", false) => format!("/api/v1{}", self.survey),
            ("/api/v1/facilities/{number}", false) => self.facility.replace("/f/", "/api/v1/facilities/"),
            ("/p/{code}/feed.atom" | "/p/{code}/meetings.ics", false)
            | ("/p/{code}/facilities.geojson" | "/p/{code}/matters.geojson", false) => {
                path.replace("{code}", "429990101201")
            }
            ("/p/{code}/honours", false) => "/p/429990101201/honours".to_owned(),
            (path, false)
                if ["survey", "rectify", "benefit", "case", "case/publish", "honour"]
                    .iter()
                    .any(|end| path == format!("/m/{{number}}/{end}")) =>
            {
                path.replace("{number}", &self.number)
            }
            (path, false) if path.starts_with("/r/{id}") => path.replace("/r/{id}", &self.resolution),
            (path, false) if path.starts_with("/postings/{id}") => path.replace("/postings/{id}", &self.posting),
            (path, false) if path.starts_with("/organisations/{id}") => {
                path.replace("/organisations/{id}", &self.organisation)
            }
            (path, false) if path.starts_with("/activities/{id}") => path.replace("/activities/{id}", &self.activity),
            (path, false) if path.starts_with("/bases/{id}") => path.replace("/bases/{id}", &self.base),
            (path, false) if path.starts_with("/programmes/{id}") => path.replace("/programmes/{id}", &self.programme),
            (path, false) if path.starts_with("/tasks/{id}") => path.replace("/tasks/{id}", &self.task),
            (path, false) if path.starts_with("/announcements/{id}") => {
                path.replace("/announcements/{id}", &self.announcement)
            }
            (path, false) if path.starts_with("/questions/{id}") => path.replace("/questions/{id}", &self.question),
            (path, false) if path.starts_with("/q/{code}") => path.replace("/q/{code}", &self.question_slip),
            (bare, false) if !bare.contains('{') => bare.to_owned(),
            _ => return None,
        })
    }
}

/// Somebody who asks.
struct Asking {
    name: String,
    visitor: Visitor,
    /// The post, and whether it reaches 竹溪村.
    post: Option<(Post, bool)>,
    signed_in: bool,
}

/// The posts of committees, townships and the county.
const OFFICES: [Post; 3] = [Post::Committee, Post::Township, Post::County];

/// The posts that write down for others.
const HANDS: [Post; 5] = [Post::Facilitator, Post::Committee, Post::Supervision, Post::Township, Post::County];

const POSTS: [Post; 6] =
    [Post::Facilitator, Post::Committee, Post::Supervision, Post::Township, Post::County, Post::Auditor];

/// Everybody: nobody, residents, and each post at the village itself, beside it, above it and in another county.
fn everybody(town: &Town) -> Vec<Asking> {
    let mut all = Vec::new();
    let mut add = |name: String, visitor: Visitor, post: Option<(Post, bool)>, signed_in: bool| {
        all.push(Asking { name, visitor, post, signed_in });
    };
    add("nobody".into(), town.visitor(), None, false);
    for (name, place) in [("a resident there", town.hamlet), ("a resident elsewhere", town.village_2)] {
        let household = town.household(place, name);
        let resident = town.villager(place, household, "葛长山");
        add(name.into(), town.resident(resident), None, true);
    }
    let places: [(&str, PlaceId, bool); 4] = [
        ("there", town.village, true),
        ("beside it", town.village_2, false),
        ("in the township above", town.township, true),
        ("in the county above", town.root, true),
    ];
    for post in POSTS {
        for (where_to, place, reaches) in places {
            add(format!("{post:?} {where_to}"), town.staff(post, place), Some((post, reaches)), true);
        }
    }
    // The same cookie that opens another county of the installation opens nothing here.
    let other = town.another_county();
    for post in POSTS {
        add(format!("{post:?} of another county"), other(post), None, false);
    }
    all
}

#[test]
fn every_route_has_its_row_and_every_row_its_route() {
    let routes: BTreeSet<(String, &str)> =
        site::routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
    let rows: BTreeSet<(String, &str)> = TABLE.iter().map(|row| (row.method.to_owned(), row.path)).collect();
    let lacking: Vec<_> = routes.difference(&rows).collect();
    assert!(lacking.is_empty(), "routes without a row in the matrix (see the top of this file): {lacking:#?}");
    let stale: Vec<_> = rows.difference(&routes).collect();
    assert!(stale.is_empty(), "rows without a route: {stale:#?}");
    assert_eq!(rows.len(), TABLE.len(), "a row stands there twice");
    assert_eq!(routes.len(), site::routes().len(), "a route stands there twice");
}

#[test]
fn everybody_gets_at_every_route_what_the_table_says() {
    on_both(|town| {
        let scene = Scene::make(town);
        let people = everybody(town);
        let mut wrong = Vec::new();
        for row in TABLE {
            for draft in [false, true] {
                if (draft && !row.drafts) || (!draft && row.private) {
                    continue;
                }
                let path = scene.path(row.path, draft);
                let path = path.unwrap_or_else(|| panic!("{} has no sample in the scene (draft: {draft})", row.path));
                for asking in &people {
                    let page = ask(row, &path, &asking.visitor);
                    if let Some(expected) = breach(row, draft, asking, &page) {
                        wrong.push(format!(
                            "{} {path}{} by {}: {} {}, expected {expected}",
                            row.method,
                            if draft { " (draft)" } else { "" },
                            asking.name,
                            page.status.as_u16(),
                            page.header("location").unwrap_or_default(),
                        ));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
    });
}

fn ask(row: &Row, path: &str, visitor: &Visitor) -> Page {
    match row.method {
        "GET" => visitor.get(path),
        _ => visitor.post(path, &[("csrf", &visitor.csrf())]),
    }
}

/// What was expected, when the answer is another.
fn breach(row: &Row, draft: bool, asking: &Asking, page: &Page) -> Option<&'static str> {
    let status = page.status.as_u16();
    let sign_in = page.header("location").is_some_and(|to| to.starts_with("/sign-in?"));
    let may = match row.who {
        Who::Anybody => true,
        Who::SignedIn => asking.signed_in,
        Who::Neighbour => asking.name == "a resident there",
        Who::Staff => asking.post.is_some(),
        Who::Here(posts) => asking.post.is_some_and(|(post, reaches)| reaches && posts.contains(&post)),
        Who::Root(posts) => {
            asking.name.ends_with("in the county above") && asking.post.is_some_and(|(post, _)| posts.contains(&post))
        }
        Who::Anywhere(posts) => asking.post.is_some_and(|(post, _)| posts.contains(&post)),
    };
    let knows = asking.post.is_some_and(|(post, reaches)| reaches && post != Post::Auditor);
    let (fits, expected) = match (may, asking.signed_in, row.method) {
        (true, _, "GET") => (status == 200 || (status == 303 && !sign_in), "to be let in"),
        (true, ..) => {
            let let_in = !matches!(status, 401 | 403 | 404) && status < 500 && !sign_in;
            (let_in || status == row.also, "to be let in")
        }
        (false, false, "GET") => (status == 303 && sign_in, "the way to the sign-in"),
        (false, false, _) => (status == 401, "401"),
        (false, true, _) if (draft && !knows) || matches!(row.who, Who::Staff) => (status == 404, "404"),
        (false, true, _) => (status == 403, "403"),
    };
    (!fits).then_some(expected)
}

#[test]
fn every_form_refuses_a_wrong_token_and_another_origin() {
    on_both(|town| {
        let scene = Scene::make(town);
        let people = everybody(town);
        for row in TABLE.iter().filter(|row| row.method == "POST") {
            let path = scene.path(row.path, row.private).unwrap();
            for asking in people.iter().filter(|asking| asking.signed_in) {
                // The token is looked at before anything else, so that even who may do nothing here hears of the token alone.
                for token in ["0123", ""] {
                    let page = asking.visitor.post(&path, &[("csrf", token)]);
                    let refused = page.status.as_u16() == 403 && page.text().contains("这一页开得太久了");
                    assert!(refused, "{path} takes a wrong token from {}: {}", asking.name, page.status);
                }
            }
            for asking in &people {
                let request = axum::http::Request::post(&path)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("origin", "https://evil.example");
                let body = format!("csrf={}", asking.visitor.csrf());
                let page = asking.visitor.ask(request, axum::body::Body::from(body));
                assert_eq!(page.status.as_u16(), 403, "{path} takes a form of another origin from {}", asking.name);
            }
        }
    });
}

#[test]
fn a_county_that_nobody_asked_for_by_name_is_not_guessed() {
    on_both(|town| {
        drop(town.another_county());
        let stranger = town.visitor().at_host("elsewhere.test");
        stranger.get("/").is(404);
    });
}
