//! Reads every statement of the store: both engines must know it, and it must stay within its county, so that the same schema can
//! be spread over several servers by county (Citus) without a change.

use crate::ground::{self, grounds};
use crate::source::{self, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Statements about the few things that belong to no county, each with the reason.
const SHARED: &[(&str, &str)] = &[
    ("INSERT INTO county ", "the county itself; its id is the county"),
    ("UPDATE county SET host ", "the county itself; its id is the county"),
    ("SELECT id, name, division_code, zone, host, phone, demo, created_at FROM county ORDER", "the list of counties"),
    (
        "SELECT id, name, division_code, zone, host, phone, demo, created_at FROM county WHERE id = $1",
        "the county itself",
    ),
    ("SELECT c.id FROM county c WHERE c.id = $1 AND NOT EXISTS", "the county itself"),
    ("SELECT digest FROM schema_version ", "migrations belong to the database"),
    ("SELECT number, name, digest FROM schema_version ", "migrations belong to the database"),
    ("INSERT INTO schema_version ", "migrations belong to the database"),
    ("INSERT INTO search_word ", "SQLite's index of words; its rows come from one county"),
];

fn shared(text: &str) -> bool {
    SHARED.iter().any(|(begins, _)| text.starts_with(begins))
}

/// The one engine that a statement is for. There is none but in the search, whose index each engine makes in its own way.
fn only(statement: &Statement) -> Option<&'static str> {
    let own = [("search_word", "sqlite"), ("tsquery", "postgres")];
    let found = own.iter().find(|(word, _)| statement.text.contains(word));
    found.filter(|_| statement.place.starts_with("search/")).map(|(_, engine)| *engine)
}

/// All statements: those in `sql!` and those that `check!` puts together.
fn all() -> Vec<Statement> {
    let mut statements = source::statements();
    statements.extend(store::record::verify::statements().into_iter().map(|text| Statement {
        place: "check!".to_owned(),
        text: text.to_owned(),
        method: "all".to_owned(),
    }));
    assert!(statements.len() > 30, "only {} statements were found", statements.len());
    statements
}

#[test]
fn every_statement_stands_in_the_macro_that_marks_it() {
    let found = source::outside(&source::literals());
    assert!(found.is_empty(), "outside of sql!:\n{}", found.join("\n"));
}

#[test]
fn both_engines_know_every_statement() {
    let mut wrong = Vec::new();
    for ground in grounds() {
        let mut sqlite = ground.sqlite.as_ref().map(|path| rusqlite::Connection::open(path).unwrap());
        let mut postgres = ground.postgres.as_ref().map(|url| ground::postgres(url));
        for statement in all() {
            let engine = if sqlite.is_some() { "sqlite" } else { "postgres" };
            if only(&statement).is_some_and(|only| only != engine) {
                continue;
            }
            let refused = if let Some(conn) = &mut sqlite {
                conn.prepare(&statement.text).err().map(|e| e.to_string())
            } else {
                let prepared = postgres.as_mut().unwrap().prepare(&statement.text);
                prepared.err().map(|e| e.as_db_error().map_or_else(|| e.to_string(), |e| e.message().to_owned()))
            };
            wrong.extend(
                refused.map(|why| format!("{} on {}: {why}\n    {}", statement.place, ground.name, statement.text)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statements that walk through a whole county on SQLite, each with the reason.
const WALKS: &[(&str, &str)] = &[
    ("SELECT t.id FROM ", "verify looks at every row"),
    ("SELECT t.id, FALSE, ", "verify looks at every row"),
    ("WITH right_one AS ", "verify looks at every place"),
    ("SELECT COUNT(*) FROM entry WHERE county_id = $1 AND seq IS NULL", "an index holds those that wait alone"),
    ("SELECT CAST(1 AS BIGINT) FROM entry WHERE county_id = $1 AND seq IS NULL", "the same"),
    ("SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry", "the same"),
    ("SELECT at FROM entry WHERE county_id = $1 AND seq IS NULL", "the same"),
    (
        "SELECT id, at, bytes_len, files_missing, sealed FROM backup",
        "in the order of its index, and no more than asked for",
    ),
    ("SELECT seq, hash FROM entry_head ", "one row a county"),
    ("UPDATE entry_head ", "one row a county"),
    (
        "SELECT id, pack, pack_version, place_id, from_day, until_day, reason FROM rule_activation",
        "few, and all of them are read",
    ),
    ("SELECT state, COUNT(*) FROM job ", "for the operator; done jobs are forgotten"),
    ("DELETE FROM rate_limit ", "once a day, for those that are forgotten"),
    ("DELETE FROM password_link ", "the same"),
    ("DELETE FROM session ", "the same"),
    ("WITH work AS (", "what waits is found by indexes (0006_work.sql), then put together, counted and sorted"),
    (
        "SELECT o.id, o.kind, o.name, ",
        "the register: a county has some hundred organisations, and it is cut after every page",
    ),
    ("SELECT o.kind, o.branch,", "the register counts all of them"),
    ("SELECT b.id, b.place_id, b.name, b.theme,", "a county has some practice bases"),
    ("SELECT s.id, s.place_id, s.kind, s.should,", "what was judged of a place and below, some dozen rows"),
    ("SELECT COUNT(DISTINCT m.resident_id) FROM membership m", "once, when a survey is made"),
    ("INSERT INTO roll_row ", "the rows are in the statement"),
    ("SELECT COUNT(*) FROM (SELECT t.seat FROM search_word ", "the index of words is asked, and each hit is one row"),
    ("SELECT t.kind, t.row_id, t.seat, ", "the same"),
    ("DELETE FROM search_word ", "the row by its number"),
    ("SELECT kind, row_id FROM search_text WHERE county_id = $1 ORDER", "takes the first rows of all away"),
];

#[test]
fn no_statement_walks_through_a_whole_county_but_those_that_say_why() {
    let ground = ground::on_sqlite();
    let conn = rusqlite::Connection::open(ground.sqlite.as_ref().unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    for statement in all().iter().filter(|statement| !shared(&statement.text) && only(statement) != Some("postgres")) {
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.text)).unwrap();
        let mut steps = explained.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get(3).unwrap();
            if !step.ends_with("(county_id=?)") && !step.starts_with("SCAN ") {
                continue;
            }
            match WALKS.iter().find(|(begins, _)| statement.text.starts_with(begins)) {
                Some((begins, _)) => drop(excused.insert(*begins)),
                None => wrong.push(format!("{step}\n    {}: {}", statement.place, statement.text)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<&str> = WALKS.iter().map(|(begins, _)| *begins).collect();
    assert_eq!(excused, all, "an excuse that nobody needs");
}

#[test]
fn every_statement_stays_in_its_county_and_within_bounds() {
    let schema = Schema::read();
    let mut wrong = Vec::new();
    for statement in all().iter().filter(|statement| !shared(&statement.text)) {
        let breaches = schema.breaches(&statement.text, &statement.method);
        wrong.extend(breaches.iter().map(|breach| format!("{}: {breach}\n    {}", statement.place, statement.text)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (begins, _) in SHARED {
        assert!(all().iter().any(|statement| statement.text.starts_with(begins)), "nothing begins like this: {begins}");
    }
}

#[test]
fn breaches_in_statements_are_found() {
    let schema = Schema {
        tables: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
        keys: BTreeMap::from([("a".to_owned(), vec![vec!["county_id".to_owned(), "id".to_owned()]])]),
    };
    let find = |method: &str, text: &str, expected: &[&str]| {
        let found = schema.breaches(text, method);
        let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.contains(e));
        assert!(fits, "{text}\nfound {found:?}\nexpected {expected:?}");
    };
    find("one", "SELECT n FROM a WHERE county_id = $1 AND id = $2", &[]);
    find("one", "SELECT COUNT(*) FROM a WHERE county_id = $1", &[]);
    find(
        "all",
        "SELECT n FROM a JOIN b ON b.county_id = a.county_id AND b.id = a.b_id WHERE a.county_id = $1 LIMIT $2",
        &[],
    );
    find("run", "UPDATE a SET n = $3 WHERE county_id = $1 AND id = $2", &[]);
    find(
        "run",
        "INSERT INTO a (county_id, id) VALUES ($1, $2) ON CONFLICT (county_id, id) DO UPDATE SET n = excluded.n",
        &[],
    );
    find("run", "INSERT INTO a (county_id, id) SELECT county_id, id FROM b WHERE county_id = $1 AND n = $2", &[]);
    find("all", "SELECT n FROM a WHERE county_id = $1 AND id = $2", &[]);
    find("all", "SELECT n FROM a WHERE county_id = $1 AND n = $2", &["no LIMIT"]);
    find("one", "SELECT n FROM a WHERE county_id = $1 AND n = $2 ORDER BY n", &["no LIMIT"]);
    find("all", "SELECT n, COUNT(*) FROM a WHERE county_id = $1 GROUP BY n", &["no LIMIT"]);
    find("all", "SELECT n FROM a WHERE n = $1 LIMIT 5", &["county_id = $1", "tied"]);
    find("all", "SELECT n FROM a, b WHERE a.county_id = $1 AND a.id = b.id LIMIT 5", &["tied"]);
    find("all", "SELECT n FROM a JOIN b ON a.id = b.id WHERE a.county_id = $1 LIMIT 5", &["tied"]);
    find("run", "DELETE FROM a WHERE county_id = $1 AND id IN (SELECT id FROM b)", &["tied"]);
    find("run", "UPDATE a SET county_id = $2 WHERE county_id = $1", &["moves a row"]);
    find("run", "INSERT INTO a (id, county_id) VALUES ($1, $2)", &["first column"]);
    find("run", "INSERT INTO a (county_id, id) VALUES ($2, $1)", &["first value"]);
    find(
        "run",
        "INSERT INTO a (county_id, id) VALUES ($1, (SELECT MAX(id) FROM b WHERE county_id = $1))",
        &["SELECT inside VALUES"],
    );
    find("one", "SELECT now() FROM a WHERE county_id = $1 AND id = $2", &["NOW"]);
    find("one", "SELECT n FROM a WHERE county_id = $1 AND id = $2 FOR UPDATE", &["FOR UPDATE"]);
    find("one", "SELECT CAST(n AS UUID) FROM a WHERE county_id = $1 AND id = $2", &["CAST"]);
    find("one", "SELECT SUM(n) FROM a WHERE county_id = $1", &["SUM"]);
    find("one", "SELECT CAST(SUM(n) AS BIGINT) FROM a WHERE county_id = $1", &[]);
}

/// What the rules must know of the schema.
struct Schema {
    tables: BTreeSet<String>,
    /// The columns of every unique key by table.
    keys: BTreeMap<String, Vec<Vec<String>>>,
}

impl Schema {
    fn read() -> Self {
        let ground = ground::on_postgres();
        let mut client = ground::postgres(ground.postgres.as_ref().unwrap());
        let rows = client
            .query(
                "SELECT t.relname, array_agg(a.attname::text ORDER BY k.at) FROM pg_index i
                 JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
                 CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, at)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
                 -- A key over what is there (WHERE x IS NOT NULL) holds for whoever asks x = $2.
                 WHERE i.indisunique AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\([a-z_]+ IS NOT NULL\\)$')
                 GROUP BY t.relname, i.indexrelid",
                &[],
            )
            .unwrap();
        let mut schema = Self { tables: BTreeSet::new(), keys: BTreeMap::new() };
        for row in rows {
            let (table, columns): (String, Vec<String>) = (row.get(0), row.get(1));
            schema.tables.insert(table.clone());
            schema.keys.entry(table).or_default().push(columns);
        }
        assert!(schema.tables.len() > 5);
        schema
    }

    /// What is wrong with a statement.
    fn breaches(&self, text: &str, method: &str) -> Vec<String> {
        let tokens = tokens(text);
        let mut found = Vec::new();
        let word = |at: usize| tokens.get(at).map_or("", String::as_str);
        let upper: Vec<String> = tokens.iter().map(|t| t.to_uppercase()).collect();
        let has = |w: &str| upper.iter().any(|u| u == w);
        for banned in [
            "NOW",
            "RANDOM",
            "CURRENT_TIMESTAMP",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "CLOCK_TIMESTAMP",
            "GEN_RANDOM_UUID",
            "NEXTVAL",
            "CURRVAL",
            "ROLLUP",
            "CUBE",
            "RANDOMBLOB",
            "UNIXEPOCH",
        ] {
            if has(banned) {
                found.push(format!("{banned}: time and chance are arguments, and every node must agree"));
            }
        }
        for at in 0..upper.len() {
            match upper[at].as_str() {
                "FOR" if ["UPDATE", "SHARE", "NO", "KEY"].contains(&upper.get(at + 1).map_or("", String::as_str)) => {
                    found.push("FOR UPDATE: a change of state compares and sets".to_owned());
                }
                "AS" if ["UUID", "BYTEA", "BOOLEAN"].contains(&upper.get(at + 1).map_or("", String::as_str)) => {
                    found.push(format!("CAST to {}: SQLite makes a number of it", upper[at + 1]));
                }
                "SUM" if word(at + 1) == "(" && !(at >= 2 && upper[at - 2] == "CAST" && word(at - 1) == "(") => {
                    found.push("SUM without CAST: PostgreSQL makes NUMERIC of it".to_owned());
                }
                "SET" if word(at + 1) == "county_id" => {
                    found.push("moves a row to another county".to_owned());
                }
                _ => {}
            }
        }
        let insert = upper.first().is_some_and(|first| first == "INSERT");
        if insert {
            if word(3) != "(" || word(4) != "county_id" {
                found.push("county_id is not the first column".to_owned());
            }
            match upper.iter().position(|t| t == "VALUES") {
                Some(at) if word(at + 1) != "(" || word(at + 2) != "$1" => {
                    found.push("$1 is not the first value".to_owned());
                }
                Some(_) if has("SELECT") => found.push("a SELECT inside VALUES, which Citus refuses".to_owned()),
                _ => {}
            }
        }
        let ties = (0..tokens.len()).filter(|at| word(*at) == "county_id" && word(at + 1) == "=").count();
        let using = (0..tokens.len()).filter(|at| upper[*at] == "USING" && word(at + 2) == "county_id").count();
        if (!insert || has("SELECT"))
            && !(0..tokens.len()).any(|at| word(at) == "county_id" && word(at + 1) == "=" && word(at + 2) == "$1")
        {
            found.push("it does not say county_id = $1".to_owned());
        }
        let named = self.named(&tokens, &upper);
        if named.len() > ties + using {
            found.push(format!("{} tables, of which {} are tied to the county", named.len(), ties + using));
        }
        if has("SELECT")
            && !insert
            && !has("LIMIT")
            && !["run", "change"].contains(&method)
            && !self.single(&tokens, &upper)
        {
            found.push("a list with no LIMIT that is neither an aggregate nor a row by its key".to_owned());
        }
        found
    }

    /// The tables that a statement reads or changes, once for each time they are named; the one it inserts into left out.
    fn named(&self, tokens: &[String], upper: &[String]) -> Vec<String> {
        let mut named = Vec::new();
        for (at, word) in upper.iter().enumerate() {
            if !["FROM", "JOIN", "UPDATE"].contains(&word.as_str()) {
                continue;
            }
            let mut next = at + 1;
            while let Some(table) = tokens.get(next).filter(|t| self.tables.contains(*t)) {
                named.push(table.clone());
                // `FROM a, b` and `FROM a x, b y`
                next = match (tokens.get(next + 1).map(String::as_str), tokens.get(next + 2).map(String::as_str)) {
                    (Some(","), _) => next + 2,
                    (_, Some(",")) => next + 3,
                    _ => break,
                };
            }
        }
        named
    }

    /// Does the statement answer one row by its nature: an aggregate without groups, or a row by a unique key?
    fn single(&self, tokens: &[String], upper: &[String]) -> bool {
        let from = upper.iter().position(|t| t == "FROM").unwrap_or(upper.len());
        let aggregate = ["COUNT", "MAX", "MIN", "SUM", "EXISTS"];
        if upper[..from].iter().any(|t| aggregate.contains(&t.as_str())) && !upper.iter().any(|t| t == "GROUP") {
            return true;
        }
        let Some(table) = tokens.get(from + 1) else { return false };
        let given: BTreeSet<&str> = tokens
            .windows(3)
            .filter(|w| w[1] == "=" && (w[2].starts_with('$') || w[2].starts_with('\'')))
            .map(|w| w[0].as_str())
            .collect();
        !upper.iter().any(|t| t == "OR")
            && self.keys.get(table).is_some_and(|keys| {
                keys.iter().any(|columns| columns.iter().all(|column| given.contains(column.as_str())))
            })
    }
}

/// Words, numbers, texts and signs. `a.b` falls into three, so that a column can be looked at without its alias.
fn tokens(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let taken = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |at| at + 2),
            '$' => 1 + rest[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - 1),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        found.push(rest[..taken].to_owned());
        rest = rest[taken..].trim_start();
    }
    found
}
