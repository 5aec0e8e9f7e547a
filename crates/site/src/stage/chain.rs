//! What was let pass, as the page of its matter shows it.

use crate::decide::matter::chain::{Detail, Event, Figure};
use crate::frame::W;
use civic::stage::{Stage, Waiver};
use civic::time::Day;
use civic::token::Token;

/// The waivers before one stage.
pub fn events(waivers: &[Waiver], stage: Stage, w: &W, today: Day) -> Vec<Event> {
    let here = waivers.iter().filter(|one| one.stage == stage);
    let event = |one: &Waiver| Event {
        id: format!("waiver-{}", one.id),
        day: one.waived_on,
        when: w.day(&one.waived_on, &today),
        figure: Figure::default(),
        say: w.t2("waiver-say", "who", &one.name, "condition", w.token(one.condition)),
        turn: "",
        opt: false,
        details: vec![
            Detail::Text(w.t1("waiver-because", "reason", &one.reason)),
            Detail::Link { href: format!("/waivers#w-{}", one.id), text: w.t("waiver-register-read") },
        ],
    };
    here.map(event).collect()
}

/// How the bar of the five stages draws a state.
pub const fn drawn(state: civic::stage::StageState) -> &'static str {
    match state {
        civic::stage::StageState::Ahead => "todo",
        civic::stage::StageState::Open => "now",
        civic::stage::StageState::Done => "done",
    }
}

/// The page of a stage's gate.
pub fn href(number: &str, stage: Stage) -> String {
    format!("/m/{number}/stages/{}", stage.as_str())
}
