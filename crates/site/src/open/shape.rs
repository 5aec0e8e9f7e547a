//! The shapes of the JSON answers. Money is whole fen, work is quarters of a day, days are `YYYY-MM-DD`, moments are milliseconds since 1970
//! (UTC). A field is only ever added; one that changes its meaning gets another name or `/api/v2`.

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    /// The things of this page.
    pub items: Vec<T>,
    /// The path of the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A place: county, township, village, hamlet.
#[derive(Serialize, ToSchema)]
pub struct Place {
    /// Its code: 12 digits, hamlets with `-H` and two digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind of place it is.
    pub kind: String,
    /// The code of the place above; missing at the county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<String>,
}

/// A place with what lies directly under it.
#[derive(Serialize, ToSchema)]
pub struct PlaceWithParts {
    /// The place.
    #[serde(flatten)]
    pub place: Place,
    /// The places above, the next one first.
    pub line: Vec<Place>,
    /// The places directly under it, by code.
    pub parts: Vec<Place>,
}

/// A line of a list of matters.
#[derive(Serialize, ToSchema)]
pub struct MatterLine {
    /// Its public number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub categories: Vec<String>,
    /// The name of its place.
    pub place: String,
    /// Where it stands in the first stage.
    pub decide: String,
    /// Where it stands in the stage *build*: `ahead`, `open`, `done`.
    pub build: String,
    /// In the stage *manage*.
    pub manage: String,
    /// In the stage *evaluate*.
    pub evaluate: String,
    /// In the stage *share*.
    pub share: String,
    /// When something last happened to it, in milliseconds since 1970.
    pub moved_at: i64,
    /// Where more of it stands.
    pub href: String,
}

/// Something that happened to a matter.
#[derive(Serialize, ToSchema)]
pub struct Event {
    /// Its name within the matter; an anchor of the matter's page.
    pub id: String,
    /// The stage in which it happened.
    pub stage: String,
    /// The day on which it happened.
    pub day: String,
    /// What happened, in one sentence, in the language asked for.
    pub say: String,
    /// The paragraphs behind it.
    pub details: Vec<String>,
    /// The tables behind it.
    pub tables: Vec<Table>,
    /// Pages that say more.
    pub links: Vec<String>,
}

/// A table.
#[derive(Serialize, ToSchema)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Heads of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A matter with its whole chain.
#[derive(Serialize, ToSchema)]
pub struct Matter {
    /// Its public number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub categories: Vec<String>,
    /// The code of its place.
    pub place: String,
    /// Where it stands in the first stage.
    pub decide: String,
    /// Where it stands in the stage *build*.
    pub build: String,
    /// In the stage *manage*.
    pub manage: String,
    /// In the stage *evaluate*.
    pub evaluate: String,
    /// In the stage *share*.
    pub share: String,
    /// The day on which it was first raised.
    pub created_on: String,
    /// Public numbers of matters that were merged into it.
    pub merged: Vec<String>,
    /// What happened, by stage and day.
    pub events: Vec<Event>,
    /// Its projects.
    pub projects: Vec<String>,
    /// Its facilities.
    pub facilities: Vec<String>,
}

/// A posting.
#[derive(Serialize, ToSchema)]
pub struct Posting {
    /// Its id.
    pub id: String,
    /// The public number of its matter.
    pub matter: String,
    /// The name of its place.
    pub place: String,
    /// What it says now.
    pub text: String,
    /// Where the sheet hangs.
    pub hangs_at: String,
    /// The day on which it was posted.
    pub posted_on: String,
    /// The last day on which it hangs.
    pub until: String,
    /// The last day on which one may object.
    pub objections_until: String,
    /// Where it stands.
    pub state: String,
    /// How many corrections it has had.
    pub corrections: u32,
}

/// A line of a budget.
#[derive(Serialize, ToSchema)]
pub struct BudgetLine {
    /// Its name.
    pub name: String,
    /// How much of it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// What covers it: `money`, `labour`, `things`.
    pub cover: String,
    /// Its money in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fen: Option<i64>,
    /// Its work in quarters of a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter_days: Option<i64>,
}

/// A source of a budget.
#[derive(Serialize, ToSchema)]
pub struct Source {
    /// Of what kind.
    pub kind: String,
    /// From whom, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whose: Option<String>,
    /// Its money in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fen: Option<i64>,
    /// Its work in quarters of a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter_days: Option<i64>,
    /// Its things, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub things: Option<String>,
    /// The document that promises it; public money without one is only sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// What came in and was confirmed, each ledger for itself: they are never added up together.
#[derive(Serialize, ToSchema)]
pub struct Ledgers {
    /// Confirmed money in fen.
    pub money_fen: i64,
    /// Confirmed work in quarters of a day.
    pub labour_quarter_days: i64,
    /// Confirmed things: how many entries.
    pub things_entries: i64,
}

/// A project.
#[derive(Serialize, ToSchema)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// The public number of its matter.
    pub matter: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// Which edition of its budget counts.
    pub edition: i64,
    /// The lines of that edition.
    pub lines: Vec<BudgetLine>,
    /// The sources of that edition.
    pub sources: Vec<Source>,
    /// What came in.
    pub confirmed: Ledgers,
    /// The day on which it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_on: Option<String>,
    /// The day on which works began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun_on: Option<String>,
    /// The day on which works were finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built_on: Option<String>,
}

/// A facility.
#[derive(Serialize, ToSchema)]
pub struct Facility {
    /// Its public number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What kind of thing it is.
    pub kind: String,
    /// The name of its place.
    pub place: String,
    /// Where it is, in words.
    pub spot: String,
    /// Whose it is.
    pub owner: String,
    /// Who looks after it: an organisation or a function.
    pub manager: String,
    /// By whom it is kept.
    pub upkeep: String,
    /// What a year of it costs, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yearly_fen: Option<i64>,
    /// Where it stands.
    pub state: String,
}

/// How many chose each step of an item.
#[derive(Serialize, ToSchema)]
pub struct Item {
    /// The item: `gain`, `happiness`, `security`, or the words of one of the survey's own.
    pub item: String,
    /// From "not at all content" to "very content".
    pub steps: Vec<i64>,
}

/// A survey.
#[derive(Serialize, ToSchema)]
pub struct Survey {
    /// Its id.
    pub id: String,
    /// Whether households or persons were asked.
    pub frame: String,
    /// How many were asked.
    pub asked: i64,
    /// First day to answer.
    pub from: String,
    /// Last day to answer.
    pub until: String,
    /// Where it stands.
    pub state: String,
    /// How many answered; missing before it is counted and when fewer than ten did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<i64>,
    /// The sums; empty before it is counted and when fewer than ten answered.
    pub items: Vec<Item>,
}

/// A case.
#[derive(Serialize, ToSchema)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// The public number of its matter.
    pub matter: String,
    /// The name of its place.
    pub place: String,
    /// Its title.
    pub title: String,
    /// What the problem was.
    pub problem: String,
    /// How it went.
    pub process: String,
    /// What it cost and who gave.
    pub money: String,
    /// What came of it.
    pub result: String,
    /// What did not work.
    pub failed: String,
}

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says it.
    pub r#type: String,
    /// What it is, in short.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What it is, in a sentence.
    pub detail: String,
}
