//! People for stories: households, residents, accounts, cards, written as the program itself writes them.

use crate::town::Town;
use civic::id::{AccountId, HouseholdId, PlaceId, ResidentId};
use civic::people::account::{self as rule, Account};
use civic::people::card::{CardCode, issue};
use civic::people::household::Household;
use civic::people::membership::{Basis, Membership, MembershipKind};
use civic::people::resident;
use civic::record::{Actor, Entry, Recorded, Verb};
use civic::time::Day;
use store::messages::Message;
use store::people as rows;

impl Town {
    /// The entry of a write of the program itself.
    pub fn entry<R: Recorded>(&self, noun: &R, verb: Verb) -> Entry {
        Entry::of(noun, verb, Actor::NOBODY, self.now(), &mut self.chance())
    }

    /// A household of a hamlet.
    pub fn household(&self, place: PlaceId, label: &str) -> HouseholdId {
        let from = Day::new(2026, 1, 1).unwrap();
        let new = Household { id: self.id(), place, label: label.to_owned(), from, until: None, version: 1 };
        let (id, entry) = (new.id, self.entry(&new, Verb::Create));
        self.write(move |tx| {
            rows::household::put(tx, &new)?;
            tx.commit(std::slice::from_ref(&entry), ())
        });
        id
    }

    /// Somebody of a household as a member of that kind, since the beginning of the year.
    pub fn membership(
        &self,
        resident: ResidentId,
        kind: MembershipKind,
        place: PlaceId,
        household: HouseholdId,
    ) -> Membership {
        Membership {
            id: self.id(),
            resident,
            kind,
            place,
            household: Some(household),
            area_cm2: None,
            from: Day::new(2026, 1, 1).unwrap(),
            until: None,
            basis: Basis::Register,
            represents: Vec::new(),
            version: 1,
        }
    }

    /// A villager of age in a household of a hamlet.
    pub fn villager(&self, place: PlaceId, household: HouseholdId, name: &str) -> ResidentId {
        let new = resident::note(self.id(), name, Day::new(1970, 1, 1).unwrap(), self.today()).unwrap();
        let member = self.membership(new.id, MembershipKind::Villager, place, household);
        let (id, entries) = (new.id, [self.entry(&new, Verb::Create), self.entry(&member, Verb::Create)]);
        self.write(move |tx| {
            rows::resident::put(tx, &new)?;
            rows::membership::put(tx, &member)?;
            tx.commit(&entries, ())
        });
        id
    }

    /// An account as it is, serving those residents.
    pub fn account(&self, account: Account, serves: &[ResidentId]) -> AccountId {
        let (id, entry) = (account.id, self.entry(&account, Verb::Create));
        let links: Vec<_> = serves.iter().map(|r| account.serve(*r, &[], self.today()).unwrap()).collect();
        self.write(move |tx| {
            rows::account::put(tx, &account)?;
            for link in &links {
                rows::account::link(tx, link)?;
            }
            tx.commit(std::slice::from_ref(&entry), ())
        });
        id
    }

    /// An account with a phone, serving those residents.
    pub fn phone(&self, phone: &str, serves: &[ResidentId]) -> AccountId {
        let account = rule::with_phone(self.id(), phone, self.village, self.today()).unwrap();
        self.account(account, serves)
    }

    /// A fresh card of a resident, as printed; it replaces those before.
    pub fn card(&self, resident: ResidentId) -> String {
        let code = CardCode::fresh(&mut self.chance());
        let (id, secret, today) = (self.id(), self.app.code_secret(self.county), self.today());
        let shown = code.to_string();
        let (now, chance) = (self.now(), self.chance());
        self.write(move |tx| {
            let before = rows::card::of_resident(tx, resident)?;
            let (new, replaced) = issue(id, resident, &code, &secret, &before, today);
            let mut entries = Vec::new();
            for old in &replaced {
                rows::card::change(tx, old)?;
                entries.push(Entry::of(old, Verb::End, Actor::NOBODY, now, &mut chance.clone()));
            }
            rows::card::put(tx, &new)?;
            entries.push(Entry::of(&new, Verb::Create, Actor::NOBODY, now, &mut chance.clone()));
            tx.commit(&entries, ())
        });
        shown
    }

    /// The messages that wait to be sent, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        let now = self.now();
        let jobs = self.read(move |tx| store::jobs::due(tx, now, 100));
        jobs.iter().filter(|j| j.kind == store::messages::SEND).map(|j| Message::parse(&j.payload).unwrap()).collect()
    }

    /// The code in the last message.
    pub fn code(&self) -> String {
        let text = self.messages().last().unwrap().text.clone();
        text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6).unwrap().to_owned()
    }

    /// The tables in which a text stands somewhere in a row.
    pub fn tables_with(&self, words: &str) -> Vec<String> {
        let mut found = Vec::new();
        if self.engine == "sqlite" {
            let conn = rusqlite::Connection::open(&self.url).unwrap();
            let names = |sql: &str| -> Vec<String> {
                let mut statement = conn.prepare(sql).unwrap();
                statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            for table in names("SELECT name FROM sqlite_master WHERE type = 'table'") {
                for column in names(&format!("SELECT name FROM pragma_table_info('{table}')")) {
                    let sql = format!("SELECT COUNT(*) FROM {table} WHERE instr(CAST({column} AS TEXT), ?1) > 0");
                    if conn.query_row(&sql, [words], |row| row.get::<_, i64>(0)).unwrap() > 0 {
                        found.push(format!("{table}.{column}"));
                    }
                }
            }
        } else {
            let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
            let columns = client
                .query(
                    "SELECT table_name::text, column_name::text FROM information_schema.columns
                     WHERE table_schema = 'public' AND data_type = 'text'",
                    &[],
                )
                .unwrap();
            for row in columns {
                let (table, column): (String, String) = (row.get(0), row.get(1));
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE position($1 IN {column}) > 0");
                if client.query_one(&sql, &[&words]).unwrap().get::<_, i64>(0) > 0 {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
        found
    }
}
