//! Who lives in the demo county: households by hamlet, as a village would write them into a table, and the table is taken in by the
//! same way as a real one.

use super::corpus::name::{GIVEN_ELDER, GIVEN_MIDDLE, GIVEN_YOUNG, SURNAMES};
use super::draw::Draw;
use anyhow::Result;
use civic::time::Day;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The table of a village's roll, being written.
pub(super) struct Table<'t> {
    text: String,
    /// Names of the village, so that two people are not taken for one.
    taken: BTreeSet<String>,
    today: Day,
    draw: &'t mut Draw,
}

impl<'t> Table<'t> {
    /// An empty table.
    pub(super) fn new(today: Day, draw: &'t mut Draw) -> Self {
        Self { text: String::from("户,姓名,成年,塆\n"), taken: BTreeSet::new(), today, draw }
    }

    /// What was written.
    pub(super) fn text(self) -> String {
        self.text
    }

    /// A household as it is told: its head first, everybody of age.
    pub(super) fn household(&mut self, hamlet: &str, people: &[&str]) {
        let Some(head) = people.first() else { return };
        for person in people {
            self.taken.insert((*person).to_owned());
            self.row(head, person, "成年", hamlet);
        }
    }

    /// So many households made up.
    pub(super) fn households(&mut self, hamlet: &str, many: usize) -> Result<()> {
        let own = own_surname(hamlet);
        let second = *self.draw.pick(SURNAMES)?;
        let third = *self.draw.pick(SURNAMES)?;
        for _ in 0..many {
            let surname = match self.draw.below_hundred() {
                0..58 => own.unwrap_or(second),
                58..80 => second,
                80..92 => third,
                _ => *self.draw.pick(SURNAMES)?,
            };
            self.made_up(hamlet, surname)?;
        }
        Ok(())
    }

    /// A few households more, so that no two hamlets are alike.
    pub(super) fn more(&mut self, full: bool) -> usize {
        usize::try_from(self.draw.between(0..=if full { 9 } else { 1 })).unwrap_or(0)
    }

    fn made_up(&mut self, hamlet: &str, surname: &str) -> Result<()> {
        let (head, mut people) = match self.draw.below_hundred() {
            // Old people whose children live elsewhere.
            0..22 => {
                let head = self.person(surname, GIVEN_ELDER)?;
                let mut people = Vec::new();
                if self.draw.yes(60) {
                    people.push(self.married(GIVEN_ELDER)?);
                }
                (head, people)
            }
            // Parents with grown children, often with a grandparent.
            22..80 => {
                let head = self.person(surname, GIVEN_MIDDLE)?;
                let mut people = vec![self.married(GIVEN_MIDDLE)?];
                if self.draw.yes(45) {
                    people.push(self.person(surname, GIVEN_ELDER)?);
                }
                if self.draw.yes(70) {
                    people.push(self.person(surname, GIVEN_YOUNG)?);
                }
                if self.draw.yes(25) {
                    people.push(self.person(surname, GIVEN_YOUNG)?);
                }
                (head, people)
            }
            // A young family with the old.
            _ => {
                let head = self.person(surname, GIVEN_YOUNG)?;
                let mut people = vec![self.married(GIVEN_YOUNG)?];
                if self.draw.yes(50) {
                    people.push(self.person(surname, GIVEN_MIDDLE)?);
                }
                (head, people)
            }
        };
        self.row(&head, &head, "成年", hamlet);
        for person in people.drain(..) {
            self.row(&head, &person, "成年", hamlet);
        }
        if self.draw.yes(9) {
            // Fourteen to seventeen: on the roll with the day of coming of age; some come of age these weeks.
            let child = self.person(surname, GIVEN_YOUNG)?;
            let adult_from = self.today.plus(self.draw.between(-60..=1300));
            self.row(&head, &child, &adult_from.to_string(), hamlet);
        }
        Ok(())
    }

    fn row(&mut self, household: &str, person: &str, age: &str, hamlet: &str) {
        let _ = writeln!(self.text, "{household},{person},{age},{hamlet}");
    }

    fn married(&mut self, given: &[&str]) -> Result<String> {
        let surname = *self.draw.pick(SURNAMES)?;
        self.person(surname, given)
    }

    /// A name that nobody in the village has.
    fn person(&mut self, surname: &str, given: &[&str]) -> Result<String> {
        for _ in 0..12 {
            let name = format!("{surname}{}", self.draw.pick(given)?);
            if self.taken.insert(name.clone()) {
                return Ok(name);
            }
        }
        // The surname is used up at that age.
        for _ in 0..1000 {
            let name = format!("{}{}", self.draw.pick(SURNAMES)?, self.draw.pick(given)?);
            if self.taken.insert(name.clone()) {
                return Ok(name);
            }
        }
        anyhow::bail!("no name is left for another person")
    }
}

/// The surname that a hamlet is called after: 葛家塆 is mostly of 葛, 柳塆 of 柳.
fn own_surname(hamlet: &str) -> Option<&'static str> {
    let mut signs = hamlet.chars();
    let first = signs.next()?;
    let named = matches!(signs.next(), Some('家' | '塆' | '湾'));
    SURNAMES.iter().copied().find(|surname| named && surname.starts_with(first))
}

impl Draw {
    fn below_hundred(&mut self) -> i32 {
        self.between(0..=99)
    }
}
