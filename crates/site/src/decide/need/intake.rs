//! The form by which a need comes in: from anybody, with or without an account, or by a helper with the person's consent.

use super::slip::may_move;
use super::voice::{self, Kept, Taken};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once_told, see_other};
use crate::people::place::{Brand, brand};
use askama::Template;
use axum::response::Response;
use civic::decide::answer::ReplyChannel;
use civic::decide::code::{PublicNumber, SlipCode};
use civic::decide::matter::{self as matters, Category, Matter};
use civic::decide::need::{
    self as needs, Affected, Due, Intake, Need, NeedRefusal, NeedState, RaisedVia, WHAT_MAX, Who,
};
use civic::id::{AccountId, Chance, ConsentId, FileId, MatterId, NeedId, PlaceId, ResidentId};
use civic::people::consent::{Consent, ConsentKind, ConsentWay, Given, give, may_act_for};
use civic::people::place::{Level, Place, PlaceCode, village_of};
use civic::people::resident::surname;
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Actor, Entry, Verb};
use civic::refusal::Refuse;
use civic::rules::{Period, Rules};
use civic::time::{Day, Timestamp};
use civic::token::Token;
use store::decide::{matter, need};
use store::files::{File, FileKind};
use store::people::signed::Resident;
use store::people::{consent, place};
use store::{Tx, files, limit, search};

/// Needs that one address, or one account, may raise within [`WINDOW_MS`]. Many phones share one address of their network.
const NEEDS_MAX: i64 = 60;
const WINDOW_MS: i64 = 10 * 60_000;
/// Look-alikes shown at most.
const ALIKE_MAX: usize = 3;
/// Places on one page of the chooser, and hamlets of one village.
const PLACES_MAX: u32 = 200;

/// Whose need it is.
#[derive(Clone, Debug)]
enum Raiser {
    /// Somebody of whom the village does not know who it is.
    Visitor,
    /// A resident who is signed in.
    Own(Resident),
    /// A resident for whom a helper acts.
    Helped(Resident, AccountId),
    /// Somebody for whom a helper fills in this one form.
    Anybody(AccountId),
}

impl Raiser {
    fn of(visit: &Visit, help: bool) -> Result<Self> {
        let resident = visit.signed.as_ref().and_then(|s| s.resident.clone());
        Ok(match (resident, help) {
            (Some(resident), _) if !resident.own => Self::Helped(resident, visit.account()?),
            (_, true) => Self::Anybody(visit.account()?),
            (Some(resident), false) => Self::Own(resident),
            (None, false) => Self::Visitor,
        })
    }
    fn resident(&self) -> Option<&Resident> {
        match self {
            Self::Own(resident) | Self::Helped(resident, _) => Some(resident),
            Self::Visitor | Self::Anybody(_) => None,
        }
    }
    fn helper(&self) -> Option<AccountId> {
        match self {
            Self::Helped(_, helper) | Self::Anybody(helper) => Some(*helper),
            Self::Visitor | Self::Own(_) => None,
        }
    }
    /// Whom the form was opened for, as its hidden field says: whoever has changed it in another window since must not raise this
    /// need in somebody else's name.
    fn word(&self) -> String {
        self.resident().map(|resident| resident.id.to_string()).unwrap_or_default()
    }
    /// The name on the roll.
    fn name(&self) -> Option<&str> {
        self.resident().and_then(|resident| resident.name.as_deref())
    }
    const fn path(&self) -> &'static str {
        match self {
            Self::Helped(..) | Self::Anybody(_) => "/need/help",
            Self::Visitor | Self::Own(_) => "/need",
        }
    }
}

/// The word of the query and the form by which a need is an opinion or a complaint on how things are done (domain: AF13). It is a need
/// like any other: it has a slip, a clock and, once it is sorted, a public answer; its matter begins as one of the village's affairs.
const OPINION: &str = "opinion";

/// The form for an opinion about a page. Where the page has a place, `&at=` follows.
pub(crate) fn opinion_link(path: &str) -> String {
    match about(path) {
        "" => format!("/need?as={OPINION}"),
        about => format!("/need?as={OPINION}&about={about}"),
    }
}

/// What a page is about, in one word of an address: the number of its matter, or the kind of page. Never more of it: the address of a
/// slip is the slip's code.
fn about(path: &str) -> &str {
    let mut parts = path.split('/').skip(1);
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("m", Some(number)) if PublicNumber::parse(number).is_ok() => number,
        (kind @ ("postings" | "meetings" | "talks" | "r" | "rules" | "announcements"), _) => kind,
        _ => "",
    }
}

/// What a form is about, beside its place: everything, or an opinion on a page.
#[derive(Clone, Debug)]
struct Kind {
    opinion: bool,
    about: String,
}

impl Kind {
    fn of(fields: &Fields) -> Self {
        Self { opinion: fields.is("as", OPINION), about: fields.value("about").to_owned() }
    }
    /// The same in the query of a link, behind another value.
    fn query(&self) -> String {
        if !self.opinion {
            return String::new();
        }
        let about: String = form_urlencoded::byte_serialize(self.about.as_bytes()).collect();
        format!("&as={OPINION}&about={about}")
    }
    /// The page that it is about, as a person would call it; to be written over.
    fn said(&self, w: &W) -> String {
        match self.about.as_str() {
            "postings" => w.t("need-about-posting"),
            "meetings" | "talks" => w.t("need-about-meeting"),
            "r" => w.t("need-about-resolution"),
            "rules" => w.t("need-about-rules"),
            "announcements" => w.t("need-about-announcement"),
            number => match PublicNumber::parse(number) {
                Ok(number) => w.t1("need-about-matter", "number", number.to_string()),
                Err(_) => String::new(),
            },
        }
    }
}

/// Where a need is raised.
struct Ground {
    line: Vec<Place>,
    path: Vec<PlaceId>,
    due: Option<Due>,
    /// Whether the days off of that year are not announced yet.
    may_move: bool,
}

async fn ground(visit: &Visit, code: PlaceCode) -> Result<Ground> {
    let today = visit.today;
    let line = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            Ok::<_, Error>(place::line(tx, own.id)?)
        })
        .await?;
    let path: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
    let rules = visit.app.rules(visit.county.id).await?;
    let due = due(&rules, &path, today);
    let may_move = due.as_ref().is_some_and(|due| rules.provisional(due.day));
    Ok(Ground { line, path, due, may_move })
}

/// The last day of answer by the rule in force, counted from the day of entry.
fn due(rules: &Rules, path: &[PlaceId], today: Day) -> Option<Due> {
    let force = rules.on(path, today);
    let reply = force.reply()?;
    let day = force.period_end(today, reply.value).or_else(|_| {
        // Nobody may be kept from raising something because a calendar of days off is missing. Every day then counts, and the last
        // one stays where it falls, which is never later than with the calendar.
        force.period_end(today, Period { forward: false, working: false, ..reply.value })
    });
    day.map_err(|refusal| tracing::error!(?refusal, "a reply clock cannot be reckoned"))
        .ok()
        .map(|day| Due { day, rule: reply.rule.to_string() })
}

/// The village of a place and every place in it.
fn near(tx: &mut Tx<'_>, line: &[Place], today: Day) -> Result<Vec<PlaceId>> {
    let Some(village) = village_of(line) else { return Ok(Vec::new()) };
    let hamlets = place::children(tx, village.id, today, "", PLACES_MAX)?;
    Ok(std::iter::once(village.id).chain(hamlets.iter().map(|place| place.id)).collect())
}

/// Whether a need can be about a place of that code: a village or a hamlet.
fn fits(code: &PlaceCode) -> bool {
    matches!(code.level(), Level::Village | Level::Hamlet)
}

pub(super) async fn form(visit: Visit, fields: Fields) -> Result<Response> {
    open(visit, fields, false).await
}

pub(super) async fn help_form(visit: Visit, fields: Fields) -> Result<Response> {
    open(visit, fields, true).await
}

async fn open(visit: Visit, fields: Fields, help: bool) -> Result<Response> {
    let raiser = Raiser::of(&visit, help)?;
    let asked = PlaceCode::parse(fields.value("at"));
    let under = PlaceCode::parse(fields.value("under"));
    let code = match (asked, under) {
        (Some(code), None) if fits(&code) => Some(code),
        (None, None) => usual_place(&visit, &raiser).await?,
        _ => None,
    };
    let kind = Kind::of(&fields);
    let Some(code) = code else { return choose(&visit, &raiser, under.or(asked), help, &kind).await };
    let ground = ground(&visit, code).await?;
    // Who is there to help others gets the form for that; what it asks of consent is not left to a link.
    let helps = visit.could(Action::HelpRaise, &ground.path);
    if !help && (raiser.helper().is_some() || (matches!(raiser, Raiser::Visitor) && helps)) {
        visit.may(&ground.path, Visibility::Public)?;
        return Ok(see_other(&format!("/need/help?at={code}{}", kind.query())));
    }
    visit.may(&ground.path, Visibility::Public)?;
    let f = Fields::empty(&visit.app)
        .with("reply", if matches!(raiser, Raiser::Own(_)) { ReplyChannel::Site } else { ReplyChannel::Slip }.as_str())
        .with("who", Who::Named.as_str())
        .with("via", RaisedVia::Visit.as_str());
    let f = if kind.opinion {
        f.with("as", OPINION).with("about", kind.about.as_str()).with("where", kind.said(&visit.w()))
    } else {
        f
    };
    page(&visit, &raiser, &ground, f, None, None).ok()
}

/// The place where somebody most likely raises something.
async fn usual_place(visit: &Visit, raiser: &Raiser) -> Result<Option<PlaceCode>> {
    let known = raiser.resident().and_then(|resident| resident.home.first().copied());
    let post = visit.signed.as_ref().and_then(|s| s.standings.first()).map(|s| s.place);
    let cookie = visit.cookie("place").and_then(PlaceCode::parse);
    let today = visit.today;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            for place in [known, post].into_iter().flatten() {
                let code = place::get(tx, place)?.code;
                if fits(&code) {
                    return Ok(Some(code));
                }
            }
            let code = cookie.filter(fits).and_then(|code| place::by_code(tx, code, today).ok());
            Ok::<_, Error>(code.map(|place| place.code))
        })
        .await
}

struct PlaceView {
    href: String,
    name: String,
}

#[derive(Template)]
#[template(path = "decide/need/choose.html")]
struct ChoosePage {
    v: View,
    title: String,
    whole: Option<PlaceView>,
    places: Vec<PlaceView>,
    up: Option<PlaceView>,
}

/// The way down to a village or a hamlet.
async fn choose(visit: &Visit, raiser: &Raiser, under: Option<PlaceCode>, help: bool, kind: &Kind) -> Result<Response> {
    let today = visit.today;
    let (line, places) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = match under.and_then(|code| place::by_code(tx, code, today).ok()) {
                Some(place) if place.kind.level() != Level::Hamlet => place,
                _ => place::root(tx)?,
            };
            let places = place::children(tx, own.id, today, "", PLACES_MAX)?;
            Ok::<_, Error>((place::line(tx, own.id)?, places))
        })
        .await?;
    if help {
        visit.may_anywhere()?;
    } else {
        visit.may(&[], Visibility::Public)?;
    }
    let (base, query) = (raiser.path(), kind.query());
    let view = |place: &Place, key: &str| PlaceView {
        href: format!("{base}?{key}={}{query}", place.code),
        name: place.name.clone(),
    };
    let own = line.first().ok_or(Error::Hidden)?;
    let w = visit.w();
    let brand = brand(&line);
    // A helper is led to no form that is closed there.
    let above: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
    let open = |place: &Place| {
        let path: Vec<PlaceId> = [place.id].into_iter().chain(above.iter().copied()).collect();
        !help || !fits(&place.code) || visit.could(Action::HelpRaise, &path)
    };
    let page = ChoosePage {
        title: w.t(title_key(raiser, kind.opinion)),
        whole: (fits(&own.code) && open(own)).then(|| PlaceView {
            href: format!("{base}?at={}{query}", own.code),
            name: w.t1("need-whole-village", "name", &own.name),
        }),
        places: places
            .iter()
            .filter(|p| open(p))
            .map(|p| view(p, if fits(&p.code) { "at" } else { "under" }))
            .collect(),
        up: line.get(1).map(|place| view(place, "under")),
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "decide/need/form.html")]
struct FormPage {
    v: View,
    f: Fields,
    action: &'static str,
    title: String,
    opinion: bool,
    what_label: String,
    /// The opinions that were answered in public.
    answered: String,
    at: String,
    place: String,
    change: String,
    raiser: String,
    helper: bool,
    /// Whether this form asks for the consent, since no standing one is there.
    agree: bool,
    who_title: String,
    phone_auto: &'static str,
    who: Vec<(String, String)>,
    replies: Vec<(String, String)>,
    affected: Vec<(String, String)>,
    vias: Vec<(String, String)>,
    kept: Option<String>,
    same: Option<Alike>,
    due: Option<String>,
    help: Option<String>,
    what_max: usize,
}

fn title_key(raiser: &Raiser, opinion: bool) -> &'static str {
    match (raiser.helper().is_some(), opinion) {
        (true, true) => "need-help-opinion-title",
        (true, false) => "need-help-title",
        (false, true) => "need-opinion-title",
        (false, false) => "need-title",
    }
}

fn page(
    visit: &Visit,
    raiser: &Raiser,
    ground: &Ground,
    f: Fields,
    kept: Option<&Kept>,
    same: Option<Alike>,
) -> Page<FormPage> {
    let w = visit.w();
    let Brand { name, above, href } = brand(&ground.line);
    let code = ground.line.first().map(|place| place.code.to_string()).unwrap_or_default();
    let village = village_of(&ground.line).map(|v| v.code.to_string()).unwrap_or_default();
    let kind = Kind::of(&f);
    let option = |token: &str, text: String| (token.to_owned(), text);
    let who = match raiser.name() {
        None => Vec::new(),
        Some(name) => vec![
            option(Who::Named.as_str(), w.t1("need-who-named", "name", name)),
            option(Who::Surname.as_str(), w.t1("need-who-surname", "name", surname(name))),
            option(Who::Anonymous.as_str(), w.t("need-who-anonymous")),
        ],
    };
    let helper = raiser.helper().is_some();
    let replies = ReplyChannel::ALL
        .iter()
        .filter(|channel| **channel != ReplyChannel::Site || raiser.resident().is_some())
        .map(|channel| option(channel.as_str(), w.t(&format!("need-reply-{}", channel.as_str()))))
        .collect();
    Page(FormPage {
        action: raiser.path(),
        title: w.t(title_key(raiser, kind.opinion)),
        opinion: kind.opinion,
        what_label: w.t(if kind.opinion { "need-opinion-what" } else { "need-what" }),
        answered: format!("/p/{village}/matters?category={}", Category::Affairs.as_str()),
        change: format!("{}?under={village}{}", raiser.path(), kind.query()),
        place: name.clone(),
        at: code.clone(),
        raiser: raiser.word(),
        helper,
        agree: matches!(raiser, Raiser::Anybody(_)),
        who_title: w.t(if helper { "need-who-helped" } else { "need-who" }),
        // The browser of a helper knows the helper's number and not the person's.
        phone_auto: if helper { "off" } else { "tel" },
        who,
        replies,
        affected: Affected::ALL.iter().map(|a| option(a.as_str(), w.token(*a))).collect(),
        vias: RaisedVia::ALL
            .iter()
            .filter(|via| **via != RaisedVia::Site)
            .map(|via| option(via.as_str(), w.token(*via)))
            .collect(),
        kept: kept.map(Kept::hex),
        same,
        due: ground
            .due
            .as_ref()
            .map(|due| may_move(w.t1("need-due", "day", w.day(&due.day, &visit.today)), ground.may_move, &w)),
        help: (!helper && visit.could(Action::HelpRaise, &ground.path))
            .then(|| format!("/need/help?at={code}{}", kind.query())),
        what_max: WHAT_MAX,
        v: View::new(visit).at(&name, &above, &href),
        f,
    })
}

/// A public matter that may be the same.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) on: bool,
}

impl Alike {
    pub(super) fn new(matter: &Matter, w: &W, on: bool) -> Option<Self> {
        Some(Self {
            number: matter.number.as_ref()?.to_string(),
            title: matter.title.clone().unwrap_or_default(),
            state: w.token(matter.plan),
            on,
        })
    }
}

/// The public matters near a place that are most like a text, best first, each once.
pub(super) fn look_alikes(tx: &mut Tx<'_>, line: &[Place], text: &str, today: Day) -> Result<Vec<Matter>> {
    let mut found: Vec<Matter> = Vec::new();
    let near = near(tx, line, today)?;
    for (id, _) in search::alike(tx, &near, text, ALIKE_MAX)? {
        let mut one = matter::get(tx, id)?;
        if let Some(survivor) = one.merged_into {
            one = matter::get(tx, survivor)?;
        }
        if one.is_public() && !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// A public matter by what was typed as its number, or the one that goes on in its place.
pub(super) fn living_by_number(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Option<Matter>> {
    match matter::by_number(tx, number) {
        Ok(Matter { merged_into: Some(survivor), .. }) => Ok(Some(matter::get(tx, survivor)?)),
        Ok(matter) => Ok(Some(matter)),
        Err(store::Error::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "decide/need/alike.html")]
struct AlikePart {
    w: W,
    alikes: Vec<Alike>,
}

/// The piece of a page that shows public matters like what is being typed. It is asked for by POST, so that the text stands in no
/// address and no log.
pub(super) async fn alike(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(fields.value("at")).filter(fits).ok_or(Error::Malformed)?;
    let (text, today) = (clipped(fields.value("what")), visit.today);
    let found = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            look_alikes(tx, &line, &text, today)
        })
        .await?;
    let w = visit.w();
    let alikes = found.iter().filter_map(|matter| Alike::new(matter, &w, false)).collect();
    Page(AlikePart { w, alikes }).ok()
}

/// As much of a text as is looked at for look-alikes.
fn clipped(text: &str) -> String {
    text.chars().take(WHAT_MAX).collect()
}

/// What came with the form, in one piece that can be tried before and in the transaction.
#[derive(Clone, Debug)]
struct Draft {
    place: PlaceId,
    /// What it is about, where the form said so.
    category: Option<Category>,
    what: String,
    spot: String,
    who: Who,
    name: String,
    resident: Option<ResidentId>,
    show_surname: bool,
    helper: Option<AccountId>,
    /// Whether the person's consent was ticked in this form.
    agreed: bool,
    reply: ReplyChannel,
    phone: String,
    affected: Option<Affected>,
    same: Option<MatterId>,
    via: RaisedVia,
    raised: Option<Day>,
    audio: Option<Kept>,
    due: Option<Due>,
}

/// The consent by which a helper raises a need.
enum Agreed {
    None,
    /// The standing one between the helper and the resident.
    Standing(Consent),
    /// One for this need alone.
    Fresh(Consent),
}

impl Draft {
    fn agreed(&self, standing: &[Consent], need: NeedId, now: Timestamp, chance: &mut dyn Chance) -> Agreed {
        let Some(helper) = self.helper else { return Agreed::None };
        if let Some(resident) = self.resident {
            match may_act_for(helper, resident, standing, now) {
                Err(_) => return Agreed::None,
                Ok(standing) if self.who != Who::Anonymous => return Agreed::Standing(standing.clone()),
                // The standing consent covers this too; but the row of an unnamed need may not lead to the person, so one that
                // names the need alone is noted in its place.
                Ok(_) => {}
            }
        } else if !self.agreed {
            return Agreed::None;
        }
        let given = Given {
            kind: ConsentKind::HelperActs,
            resident: None,
            need: Some(need),
            helper: Some(helper),
            way: ConsentWay::Spoken,
        };
        give(ConsentId::fresh(now, chance), given, now).map_or(Agreed::None, Agreed::Fresh)
    }

    fn raise(
        &self,
        id: NeedId,
        matter: &Matter,
        code: SlipCode,
        audio: Option<FileId>,
        agreed: &Agreed,
        (now, today): (Timestamp, Day),
    ) -> std::result::Result<Need, Vec<NeedRefusal>> {
        let consent = match agreed {
            Agreed::None => None,
            Agreed::Standing(consent) | Agreed::Fresh(consent) => Some(consent),
        };
        let intake = Intake {
            what: &self.what,
            audio,
            place: self.place,
            spot: &self.spot,
            who: self.who,
            name: &self.name,
            resident: self.resident,
            show_surname: self.show_surname,
            help: self.helper.map(|helper| (helper, consent)),
            reply: self.reply,
            phone: &self.phone,
            affected: self.affected,
            same_as: self.same,
            via: self.via,
            raised: self.raised,
        };
        needs::raise(id, matter, code, &intake, self.due.clone(), now, today)
    }

    /// Tries it without writing anything, so that every fault shows at once beside its field.
    fn faults(&self, standing: &[Consent], visit: &Visit) -> Vec<NeedRefusal> {
        let mut chance = visit.app.chance();
        let (now, today) = (visit.now, visit.today);
        let matter = matters::raise(MatterId::fresh(now, &mut chance), self.place, today);
        let id = NeedId::fresh(now, &mut chance);
        let audio = self.audio.as_ref().map(|_| FileId::fresh(now, &mut chance));
        let agreed = self.agreed(standing, id, now, &mut chance);
        self.raise(id, &matter, SlipCode::fresh(&mut chance), audio, &agreed, (now, today)).err().unwrap_or_default()
    }
}

pub(super) async fn send(visit: Visit, fields: Fields) -> Result<Response> {
    take(visit, fields, false).await
}

pub(super) async fn help_send(visit: Visit, fields: Fields) -> Result<Response> {
    take(visit, fields, true).await
}

async fn take(visit: Visit, fields: Fields, help: bool) -> Result<Response> {
    if help {
        visit.may_anywhere()?;
    }
    let code = PlaceCode::parse(fields.value("at")).filter(fits).ok_or(Error::Malformed)?;
    let ground = ground(&visit, code).await?;
    let post = visit.may(&ground.path, Visibility::Public)?;
    let raiser = Raiser::of(&visit, help)?;
    let (w, today) = (visit.w(), visit.today);
    let mut f = fields.clone();
    if fields.value("for") != raiser.word() {
        f.wrong("what", w.t1("need-for-changed", "name", raiser.name().unwrap_or_default()));
    } else if !help && raiser.helper().is_some() {
        return Err(Error::Malformed);
    }
    let audio = match voice::take(&visit, &fields).await? {
        Taken::None => None,
        Taken::Kept(kept) => Some(kept),
        Taken::Refused(key) => {
            f.wrong("say", w.t(key));
            None
        }
    };
    let before = before(&visit, &raiser, &ground, &fields).await?;
    let same = before.same.as_ref();
    let draft = draft(&mut f, &raiser, &ground, &w, audio.clone(), same.map(|matter| matter.id));
    if let Some(draft) = &draft {
        // Where something is wrong with the sound, its own sentence says enough.
        let silent = f.err("say").is_some();
        let faults = draft.faults(&before.standing, &visit);
        for fault in faults.iter().filter(|fault| !(silent && **fault == NeedRefusal::NothingSaid)) {
            // A resident's name is picked and not typed.
            let at = match fault.field() {
                Some("name") if raiser.name().is_some() => "who",
                Some(field) => field,
                None => "what",
            };
            // The field says what it is for, not only that it is empty.
            let unsaid = at == "where" && fields.value("where").trim().is_empty();
            f.wrong(at, if unsaid { w.t("need-where-empty") } else { w.refusal(fault, &today) });
        }
    }
    match draft.filter(|_| f.ok()) {
        Some(draft) => write(&visit, &fields, draft, post, before).await,
        None => {
            let same = same.and_then(|matter| Alike::new(matter, &w, true));
            page(&visit, &raiser, &ground, f, audio.as_ref(), same).again()
        }
    }
}

/// What is looked up before a need is written.
struct Before {
    /// The standing consents between the helper and the resident.
    standing: Vec<Consent>,
    /// The public matter that the raiser says is the same.
    same: Option<Matter>,
    /// Public matters that may be the same, where the raiser said nothing.
    alikes: Vec<String>,
}

async fn before(visit: &Visit, raiser: &Raiser, ground: &Ground, fields: &Fields) -> Result<Before> {
    let pair = match raiser {
        Raiser::Helped(resident, helper) => Some((*helper, resident.id)),
        _ => None,
    };
    let number = PublicNumber::parse(fields.value("same")).ok();
    let (line, text, today) = (ground.line.clone(), clipped(fields.value("what")), visit.today);
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let standing = match pair {
                Some((helper, resident)) => consent::between(tx, helper, resident)?,
                None => Vec::new(),
            };
            let same = match &number {
                Some(number) => living_by_number(tx, number)?,
                None => None,
            };
            let alikes = if same.is_some() { Vec::new() } else { look_alikes(tx, &line, &text, today)? };
            let alikes = alikes.iter().filter_map(|m| m.number.as_ref()).map(ToString::to_string).collect();
            Ok::<_, Error>(Before { standing, same, alikes })
        })
        .await
}

/// Reads the form. `None` when something is wrong that has its sentence already.
fn draft(
    f: &mut Fields,
    raiser: &Raiser,
    ground: &Ground,
    w: &W,
    audio: Option<Kept>,
    same: Option<MatterId>,
) -> Option<Draft> {
    let typed = f.value("name").trim().to_owned();
    let (who, name) = match raiser.name() {
        Some(name) => (f.token::<Who>("who", w), name.to_owned()),
        None if typed.is_empty() => (Some(Who::Anonymous), typed),
        // A surname by itself says no more than that.
        None if surname(&typed) == typed => (Some(Who::Surname), typed),
        None => (Some(Who::Named), typed),
    };
    let reply = f.token::<ReplyChannel>("reply", w);
    let helper = raiser.helper();
    let (via, raised) = match helper {
        None => (Some(RaisedVia::Site), Some(None)),
        Some(_) => {
            let raised = if f.value("raised").trim().is_empty() { Some(None) } else { f.day("raised", w).map(Some) };
            (f.token::<RaisedVia>("via", w), raised)
        }
    };
    Some(Draft {
        place: ground.line.first()?.id,
        category: f.is("as", OPINION).then_some(Category::Affairs),
        what: f.value("what").to_owned(),
        spot: f.value("where").to_owned(),
        who: who?,
        name,
        resident: raiser.resident().map(|resident| resident.id),
        show_surname: f.is("show_surname", "1"),
        helper,
        agreed: f.is("helped", "1"),
        reply: reply?,
        phone: f.value("phone").to_owned(),
        affected: Affected::parse(f.value("affected")),
        same,
        via: via?,
        raised: raised?,
        audio,
        due: ground.due.clone(),
    })
}

/// Writes a need, once, and leads to its slip.
async fn write(visit: &Visit, fields: &Fields, draft: Draft, post: Option<Post>, before: Before) -> Result<Response> {
    let (app, now, today, w) = (visit.app.clone(), visit.now, visit.today, visit.w());
    let actor = match draft.who {
        // Who stays unnamed is not to be found by the record either.
        Who::Anonymous if draft.helper.is_none() => Actor::NOBODY,
        _ => visit.actor(post),
    };
    let subject = visit.limited("need");
    let wordings = [w.t("need-consent-helper"), w.t("need-consent-surname"), w.t("need-consent-phone")];
    let way = if draft.helper.is_some() { ConsentWay::Spoken } else { ConsentWay::Site };
    // The key of this form belongs to nobody: a row that joins an account with a slip would say who stayed unnamed.
    let stands = |tx: &mut Tx<'_>, to: &str| {
        let code =
            to.strip_prefix("/s/").and_then(|to| to.split('?').next()).and_then(|code| SlipCode::parse(code).ok());
        let Some(code) = code else { return Ok(false) };
        Ok(need::by_code(tx, code)?.state != NeedState::Withdrawn)
    };
    once_told(visit, false, fields, stands, move |tx| {
        if let Some(subject) = &subject
            && !limit::take(tx, subject, now, WINDOW_MS, NEEDS_MAX)?
        {
            return Err(Error::TooMany);
        }
        let mut chance = app.chance();
        let fresh = matters::raise(MatterId::fresh(now, &mut chance), draft.place, today);
        let matter = match draft.category {
            Some(category) => fresh.about(category),
            None => fresh,
        };
        let id = NeedId::fresh(now, &mut chance);
        let code = need::fresh_code(tx, &mut chance)?;
        let audio = match &draft.audio {
            None => None,
            Some(kept) => {
                let file = File {
                    id: FileId::fresh(now, &mut chance),
                    digest: kept.digest,
                    media_type: kept.media_type.to_owned(),
                    bytes_len: kept.bytes_len,
                    kind: FileKind::Voice,
                    created_at: now,
                };
                files::put(tx, &file)?;
                Some(file.id)
            }
        };
        let agreed = draft.agreed(&before.standing, id, now, &mut chance);
        let raised = draft.raise(id, &matter, code, audio, &agreed, (now, today));
        let one = raised.map_err(|faults| match faults.first() {
            Some(fault) => Error::refused(fault),
            None => Error::Malformed,
        })?;
        matter::put(tx, &matter, now)?;
        need::put(tx, &one)?;
        let mut entries = vec![
            Entry::of(&matter, Verb::Create, actor, now, &mut chance),
            Entry::of(&one, Verb::Create, actor, now, &mut chance),
        ];
        let for_need = |kind, id: ConsentId| {
            let given = Given { kind, resident: one.resident, need: Some(one.id), helper: None, way };
            give(id, given, now).refuse()
        };
        let [helping, showing, keeping] = &wordings;
        let mut consents = Vec::new();
        if let Agreed::Fresh(consent) = agreed {
            consents.push((consent, helping));
        }
        if one.show_surname {
            consents.push((for_need(ConsentKind::ShowSurname, ConsentId::fresh(now, &mut chance))?, showing));
        }
        if one.phone.is_some() {
            consents.push((for_need(ConsentKind::KeepPhone, ConsentId::fresh(now, &mut chance))?, keeping));
        }
        for (given, wording) in &consents {
            consent::put(tx, given, wording)?;
            entries.push(Entry::of(given, Verb::Create, actor, now, &mut chance));
        }
        let to = format!("/s/{}?sent=1&alike={}", code.digits(), before.alikes.join(","));
        Ok(Once { entries, to })
    })
    .await
}
