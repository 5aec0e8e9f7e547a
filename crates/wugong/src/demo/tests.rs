use super::*;
use civic::time::Day;

fn folder(name: &str) -> Folder {
    Folder::open(&std::env::temp_dir().join(format!("wugong-demo-{name}-{}", std::process::id()))).unwrap()
}

fn at(day: &str, hour: i8, minute: i8) -> Timestamp {
    Zone::china().at(Day::parse(day).unwrap(), hour, minute)
}

#[test]
fn the_county_can_be_made_with_every_seed_around_every_day() {
    let files = folder("days");
    let moments = [
        // The first day on which it can be made, the middle of the night, the end of a day.
        at("2026-04-07", 9, 0),
        at("2026-05-04", 0, 3),
        at("2026-06-21", 23, 58),
        // In and after the longest holidays, over the turn of the year, the last day.
        at("2026-10-08", 7, 30),
        at("2027-01-15", 18, 45),
        at("2027-02-09", 12, 0),
        at("2027-11-16", 20, 0),
    ];
    for (seed, now) in (100..).zip(moments) {
        let made = compose(&files, seed, now, &mut |_| {});
        assert!(made.is_ok(), "seed {seed} around {:?}: {:?}", Zone::china().day(now), made.err());
    }
}

#[test]
fn where_no_rules_or_calendars_are_known_it_says_so() {
    let files = folder("years");
    for now in [at("2026-04-06", 12, 0), at("2027-11-17", 12, 0), at("2028-06-01", 12, 0)] {
        let said = compose(&files, 1, now, &mut |_| {}).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("calendars"), "{said}");
    }
}

#[test]
fn a_demo_knows_how_old_it_is() {
    let set_up = Zone::china().day(at("2026-11-24", 9, 0)).plus(when::PAST_DAYS.saturating_neg());
    let created_at = Zone::china().at(set_up, 9, 0);
    assert_eq!(made_days_ago(created_at, at("2026-11-24", 15, 0)), 0);
    assert_eq!(made_days_ago(created_at, at("2026-12-01", 0, 1)), 7);
}
