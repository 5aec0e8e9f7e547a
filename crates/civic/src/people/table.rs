//! Tables as people have them: pasted from a spreadsheet, saved as CSV, typed with commas of a Chinese keyboard. Reads text that
//! is decoded already; says for every fault in which row and column it is.

use crate::refusal::{Kind, Refuse, Value};
use crate::text::{self, TextError};

/// The most rows that are read at once. A village has a few thousand people, a county a few thousand places.
pub const ROWS_MAX: usize = 20_000;
/// The most characters that one cell takes.
pub const CELL_MAX: usize = 200;

/// A fault in one cell of a table, with what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row as a spreadsheet counts it: the header is row 1, empty rows count.
    pub row: usize,
    /// The column from 1; `0` when the fault is in the row or the table as a whole.
    pub column: usize,
    /// The key of its sentence in the words files.
    pub key: &'static str,
    /// What stands in the cell, or what is missing; cut to a short length.
    pub found: String,
    /// Another row that it is about, for instance where the same household stands already.
    pub other_row: Option<usize>,
}

impl RowError {
    /// A fault in a cell.
    pub fn new(row: usize, column: usize, key: &'static str, found: &str) -> Self {
        Self { row, column, key, found: found.chars().take(40).collect(), other_row: None }
    }
    /// The same, pointing to another row.
    pub fn see(self, other_row: usize) -> Self {
        Self { other_row: Some(other_row), ..self }
    }
}

impl Refuse for RowError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        self.key
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        let int = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        let mut values =
            vec![("row", int(self.row)), ("column", int(self.column)), ("found", Value::Text(self.found.clone()))];
        if let Some(other) = self.other_row {
            values.push(("other", int(other)));
        }
        values
    }
}

/// One cell with its place in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The row, as in [`RowError::row`].
    pub row: usize,
    /// The column from 1.
    pub column: usize,
    /// The text, trimmed, in Unicode NFC; empty when nothing stands there.
    pub text: String,
}

impl Cell {
    /// A fault in this cell.
    pub fn fault(&self, key: &'static str) -> RowError {
        RowError::new(self.row, self.column, key, &self.text)
    }
}

/// A table whose columns are known by their header.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Vec<(usize, Vec<String>)>,
    columns: Vec<Option<usize>>,
}

/// One column that a table may have: the names that its header may carry, and whether it must be there.
pub struct Column {
    /// Names in lower case without spaces, the one shown to people first.
    pub names: &'static [&'static str],
    /// Whether the table is refused without it.
    pub needed: bool,
}

/// Whether a spreadsheet would run a cell as a formula. Spreadsheets in Chinese and Japanese take the full-width signs for the same, and
/// some skip white space and marks without width before they look.
pub fn is_formula(cell: &str) -> bool {
    let unseen =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let signs = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe62}', '\u{fe63}', '\u{fe66}',
        '\u{fe6b}', '\u{2212}',
    ];
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(unseen).starts_with(signs)
}

/// A cell as it may stand in a file for spreadsheets: one that would be a formula becomes text by a leading apostrophe. [`unmarked`]
/// takes it off again.
pub fn marked(cell: &str) -> String {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell that [`marked`] wrote, or a person who knows spreadsheets.
pub fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest.trim_start_matches('\''))).unwrap_or(cell)
}

impl Table {
    /// Reads a table and finds its columns by their header. Errors: too large, no header, a needed column missing or there twice,
    /// a cell that is too long or holds characters that cannot be shown.
    pub fn read(source: &str, columns: &[Column]) -> Result<Self, Vec<RowError>> {
        // Spreadsheets put a mark before the first character of a file.
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut lines = cells(source, separator(source));
        if lines.len() > ROWS_MAX {
            return Err(vec![RowError::new(ROWS_MAX, 0, "row-error-too-many", &ROWS_MAX.to_string())]);
        }
        let mut errors = Vec::new();
        for (row, line) in &mut lines {
            for (index, cell) in line.iter_mut().enumerate() {
                match text::line_or_none(unmarked(cell), CELL_MAX) {
                    Ok(clean) => *cell = clean.unwrap_or_default(),
                    Err(TextError::TooLong { .. }) => {
                        errors.push(RowError::new(*row, index + 1, "row-error-too-long", cell));
                    }
                    Err(_) => errors.push(RowError::new(*row, index + 1, "row-error-characters", "")),
                }
            }
        }
        lines.retain(|(_, line)| line.iter().any(|cell| !cell.is_empty()));
        if lines.is_empty() {
            errors.push(RowError::new(1, 0, "row-error-empty", ""));
            return Err(errors);
        }
        let (header_row, header) = lines.remove(0);
        let header: Vec<String> = header.iter().map(|name| header_name(name)).collect();
        let mut found = Vec::new();
        for column in columns {
            let mut places =
                header.iter().enumerate().filter(|(_, name)| column.names.contains(&name.as_str())).map(|(i, _)| i);
            let place = places.next();
            if let Some(second) = places.next() {
                errors.push(RowError::new(
                    header_row,
                    second + 1,
                    "row-error-column-twice",
                    column.names.first().unwrap_or(&""),
                ));
            }
            if place.is_none() && column.needed {
                errors.push(RowError::new(
                    header_row,
                    0,
                    "row-error-column-missing",
                    column.names.first().unwrap_or(&""),
                ));
            }
            found.push(place);
        }
        if errors.is_empty() { Ok(Self { rows: lines, columns: found }) } else { Err(errors) }
    }

    /// Every row that is not empty, as its number and its cells in the order of the columns asked for; `None` where the table
    /// has no such column.
    pub fn rows(&self) -> impl Iterator<Item = (usize, Vec<Option<Cell>>)> + '_ {
        self.rows.iter().map(|(row, line)| {
            let cells = self.columns.iter().map(|column| {
                column.map(|index| Cell {
                    row: *row,
                    column: index + 1,
                    text: line.get(index).cloned().unwrap_or_default(),
                })
            });
            (*row, cells.collect())
        })
    }
}

/// A header in lower case and without spaces, units and remarks in brackets, so that `姓名（必填）` is `姓名`.
fn header_name(raw: &str) -> String {
    let plain = text::plain_digits(raw).to_lowercase();
    let bare = plain.split('(').next().unwrap_or_default();
    bare.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | ':' | '*')).collect()
}

/// The separator that stands most often in the first line that is not empty.
fn separator(source: &str) -> char {
    let first = source.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut best = (',', 0);
    for separator in ['\t', ',', ';', '，', '；'] {
        let count = first.matches(separator).count();
        if count > best.1 {
            best = (separator, count);
        }
    }
    best.0
}

/// Splits into rows and cells. A cell may stand in double quotes, where a quote is written twice and line ends are text
/// (RFC 4180); stops one row past [`ROWS_MAX`].
fn cells(source: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut number = 1;
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((number, std::mem::take(&mut row)));
                number += 1;
                if rows.len() > ROWS_MAX {
                    return rows;
                }
            }
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((number, row));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: &[Column] =
        &[Column { names: &["姓名", "name"], needed: true }, Column { names: &["户", "household"], needed: false }];

    fn read(source: &str) -> Vec<Vec<String>> {
        let table = Table::read(source, COLUMNS).unwrap();
        table.rows().map(|(_, cells)| cells.into_iter().flatten().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn a_table_is_read_whatever_its_separator() {
        for source in [
            "户,姓名\n1,葛长山\n",
            "户\t姓名\r\n1\t葛长山\r\n",
            "户；姓名\n1；葛长山",
            "户，姓名\r1，葛长山",
            "\u{feff}Household ; NAME\n\n 1 ; 葛长山 \n",
            "户号,户（户号）,姓名 (必填)\n9,1,\"葛长山\"\n",
        ] {
            assert_eq!(read(source), [["葛长山", "1"]], "{source}");
        }
    }

    #[test]
    fn a_quoted_cell_keeps_separators_and_quotes() {
        assert_eq!(read("户,姓名\n\"西巷,3号\",\"葛\"\"长山\"\n"), [["葛\"长山", "西巷,3号"]]);
    }

    #[test]
    fn a_fault_names_row_and_column() {
        let errors = Table::read("户,姓名\n\n1,a\u{202e}b\n", COLUMNS).unwrap_err();
        assert_eq!(errors, [RowError::new(3, 2, "row-error-characters", "")]);
        let errors = Table::read("户,年龄\n1,2\n", COLUMNS).unwrap_err();
        assert_eq!(errors, [RowError::new(1, 0, "row-error-column-missing", "姓名")]);
        let errors = Table::read("姓名,name\n1,2\n", COLUMNS).unwrap_err();
        assert_eq!(errors, [RowError::new(1, 2, "row-error-column-twice", "姓名")]);
        assert_eq!(Table::read(" \n\n", COLUMNS).unwrap_err(), [RowError::new(1, 0, "row-error-empty", "")]);
        let long = format!("姓名\n{}", "长".repeat(CELL_MAX + 1));
        assert_eq!(Table::read(&long, COLUMNS).unwrap_err()[0].key, "row-error-too-long");
        assert_eq!(Table::read(&"姓名\n".repeat(ROWS_MAX + 9), COLUMNS).unwrap_err()[0].key, "row-error-too-many");
    }

    #[test]
    fn what_looks_like_a_formula_is_marked_as_text_and_read_back_as_it_was() {
        let formulas = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM",
            "﹦1",
            "\n=1",
            "\t1",
            "\r1",
            " =1",
            "\u{3000}＝1",
            "\u{feff}=1",
            "\u{200b}=1",
            "\u{2212}1",
            "'=1",
            "''+1",
        ];
        for cell in formulas {
            assert!(marked(cell).starts_with('\''), "{cell}");
            assert_eq!(unmarked(&marked(cell)), cell);
        }
        for cell in ["", "柳塆", "3-4号", "a=b", "'quoted'", "'", "13900000000", "2026-04-12"] {
            assert_eq!((marked(cell).as_str(), unmarked(cell)), (cell, cell));
        }
        assert_eq!(read("户,姓名\n'-3,'=A\n"), [["=A", "-3"]]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(source in ".*") {
            let _ = Table::read(&source, COLUMNS);
        }

        #[test]
        fn what_is_quoted_is_read_back(names in prop::collection::vec("[a-z,\";]{1,8}", 1..8)) {
            let mut source = String::from("户,姓名\n");
            for name in &names {
                source.push_str(&format!("1,\"{}\"\n", name.replace('"', "\"\"")));
            }
            let back: Vec<String> = read(&source).into_iter().map(|mut row| row.remove(0)).collect();
            prop_assert_eq!(back, names);
        }
    }
}
