//! Stories over HTTP, each on SQLite and, where `WUGONG_TEST_POSTGRES` names a server (`./x test` starts one), on PostgreSQL.
//!
//! A story is written against [`town::Town`]; the doc there shows how. One file a noun.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests stop where something is not as it must be"
)]

mod acceptance;
mod account;
mod again;
mod announcement;
mod award;
mod backup;
mod bad_input;
mod bodies;
mod contribution;
mod crowd;
mod demo;
mod frame;
mod honour;
mod kill;
mod light;
mod manage;
mod matrix;
mod meeting;
mod need;
mod need_work;
mod newcomer;
mod open;
mod opening;
mod operation;
mod opinion;
mod organisation;
#[allow(dead_code, reason = "what stories need; each uses a part")]
mod page;
mod papers;
mod passed;
#[allow(dead_code, reason = "what stories need; each uses a part")]
mod people;
mod people_helper;
mod people_mine;
mod people_roll;
mod people_sign_in;
mod people_standing;
mod practice_base;
mod program;
mod programme;
mod project;
mod proxy;
mod record;
mod resolution;
mod room;
mod search;
mod stage;
mod survey;
mod topic;
#[allow(dead_code, reason = "what stories need; each uses a part")]
mod town;
mod trouble;
mod typed;
mod watch;
mod work;
mod work_list;
mod works;
