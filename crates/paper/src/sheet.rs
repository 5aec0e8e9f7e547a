//! Workbooks of spreadsheets (.xlsx): a table written as one, and one read as a table.
//!
//! A file from outside may be damaged, may claim to be what it is not, and may unpack to more than the machine has. It is looked
//! through with a bound on every size before anything is taken from it, and cells are read one by one, so that neither a cell at the far
//! end of a sheet nor one text that a million cells share takes memory.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// The largest file taken, in bytes.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes that it may unpack to, all parts together.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Parts that it may have: sheets, styles, texts, pictures.
const PARTS_MAX: usize = 400;
/// Rows and columns that are read.
pub const ROWS_MAX: u32 = 20_000;
/// Columns that are read.
pub const COLUMNS_MAX: u32 = 100;
/// Bytes of text that are read, all cells together.
const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Digits of a number that a spreadsheet keeps exactly, with room to spare; longer ones (telephones, codes) are text.
const DIGITS_MAX: usize = 9;
/// Width of a column in characters, at least and at most.
const WIDTH: (usize, usize) = (8, 48);

/// Why a workbook is not read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is no workbook, or is damaged.
    #[error("not a workbook, or a damaged one")]
    Broken,
    /// It is locked with a password.
    #[error("the workbook is locked")]
    Locked,
    /// The file, or what it unpacks to, is larger than what is taken, or a table has more rows or columns.
    #[error("the workbook is too large")]
    TooLarge,
    /// Something stands on more than one sheet.
    #[error("tables on several sheets: {0:?}")]
    Several(Vec<String>),
    /// Nothing stands in it.
    #[error("the workbook is empty")]
    Empty,
    /// It could not be written.
    #[error("the workbook cannot be written: {0}")]
    NotWritten(String),
}

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        Self::NotWritten(error.to_string())
    }
}

/// Whether a file begins as a workbook does: a ZIP archive.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Whether it begins as workbooks of old and locked ones do: a compound file.
pub fn is_old_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0")
}

/// A table as a workbook with one sheet. Every cell is text, or a number where its whole column is: nothing is ever a formula, and
/// leading zeros stay.
///
/// # Errors
/// [`SheetError::NotWritten`].
pub fn write(name: &str, head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, SheetError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // Names of sheets are short and without some signs.
    let name: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(31).collect();
    if !name.trim().is_empty() {
        sheet.set_name(name)?;
    }
    let bold = Format::new().set_bold();
    for (column, text) in (0..).zip(head) {
        sheet.write_string_with_format(0, column, text, &bold)?;
        let cells = || rows.iter().filter_map(|row| row.get(usize::from(column))).filter(|cell| !cell.is_empty());
        let numbers = cells().next().is_some() && cells().all(|cell| number(cell).is_some());
        let mut width = wide(text);
        for (row, cell) in (1..).zip(rows.iter().map(|row| row.get(usize::from(column)))) {
            let Some(cell) = cell.filter(|cell| !cell.is_empty()) else { continue };
            width = width.max(wide(cell));
            match number(cell).filter(|_| numbers) {
                Some(n) => sheet.write_number(row, column, n)?,
                None => sheet.write_string(row, column, cell)?,
            };
        }
        let width = u16::try_from(width.clamp(WIDTH.0, WIDTH.1) + 2).unwrap_or(u16::MAX);
        sheet.set_column_width(column, f64::from(width))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(book.save_to_buffer()?)
}

/// A number that reads back as it was written: no leading zero, few digits.
fn number(cell: &str) -> Option<i32> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let plain = digits.len() <= DIGITS_MAX && digits.bytes().all(|b| b.is_ascii_digit());
    cell.parse().ok().filter(|n: &i32| plain && n.to_string() == cell)
}

/// Width of a text in Latin letters.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// The one table of a workbook: its rows from the first one of the sheet on, so that the rows of faults are those that a spreadsheet
/// counts. A date is `2026-04-12`, a number is written without exponent.
///
/// # Errors
/// [`SheetError`]: whatever the file is, it never panics.
pub fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, SheetError> {
    if is_old_workbook(bytes) {
        return Err(SheetError::Locked);
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(SheetError::TooLarge);
    }
    unpack(bytes)?;
    // Whatever a damaged file makes the reader do ends here.
    std::panic::catch_unwind(|| cells(bytes)).unwrap_or(Err(SheetError::Broken))
}

/// Unpacks every part once and counts, whatever the file says of its sizes.
fn unpack(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    if archive.len() > PARTS_MAX {
        return Err(SheetError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| SheetError::Broken)?;
        let read = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink());
        left = left.checked_sub(read.map_err(|_| SheetError::Broken)?).ok_or(SheetError::TooLarge)?;
    }
    Ok(())
}

fn cells(bytes: &[u8]) -> Result<Vec<Vec<String>>, SheetError> {
    let broken = |_| SheetError::Broken;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let seen = book.sheets_metadata().iter();
    let seen = seen.filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = seen.map(|sheet| sheet.name.clone()).collect();
    let mut filled: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let mut room = TEXT_BYTES_MAX;
    for name in names {
        let mut reader = book.worksheet_cells_reader(&name).map_err(broken)?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        while let Some(cell) = reader.next_cell().map_err(broken)? {
            let text = text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            let (row, column) = cell.get_position();
            room = room.checked_sub(text.len()).ok_or(SheetError::TooLarge)?;
            if row >= ROWS_MAX || column >= COLUMNS_MAX {
                return Err(SheetError::TooLarge);
            }
            let (row, column) = (size(row), size(column));
            if rows.len() <= row {
                rows.resize_with(row + 1, Vec::new);
            }
            if let Some(line) = rows.get_mut(row) {
                if line.len() <= column {
                    line.resize_with(column + 1, String::new);
                }
                if let Some(cell) = line.get_mut(column) {
                    *cell = text;
                }
            }
        }
        if !rows.is_empty() {
            filled.push((name, rows));
        }
    }
    if filled.len() > 1 {
        return Err(SheetError::Several(filled.into_iter().map(|(name, _)| name).collect()));
    }
    filled.pop().map(|(_, rows)| rows).ok_or(SheetError::Empty)
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// What a cell shows, nearly: its value in words that a table takes.
fn text(value: &DataRef<'_>) -> String {
    let said = match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(n) => n.to_string(),
        // Written out whole, so that a telephone number is no power of ten.
        DataRef::Float(n) => format!("{n}"),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let mut date = String::new();
            // Writing to a string cannot fail.
            let _ = write!(date, "{year:04}-{month:02}-{day:02}");
            date
        }
        DataRef::DateTime(at) => format!("{}", at.as_f64()),
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    said.trim().to_owned()
}

/// A table as text with tabs between its cells, as a spreadsheet copies it: what a form takes and a person can put right.
pub fn as_text(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push('\t');
            }
            if cell.contains(['\t', '\n', '\r', '"']) {
                let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                out.push_str(cell);
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;

    fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
        cells.map(str::to_owned).to_vec()
    }

    fn packed(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn leading_zeros_long_numbers_and_what_looks_like_a_formula_stay_text() {
        let rows = vec![
            row(["007", "13800000000", "=1+1", "3", "+86"]),
            row(["12", "", "@SUM(A1)", "-14", "\t=cmd"]),
            row(["", "", "", "", ""]),
            row(["x", "1", "-1", "0", "=HYPERLINK(\"https://a.test\")"]),
        ];
        let bytes = write("户[册]:*", &row(["户号", "电话", "话", "数", "符"]), &rows).unwrap();
        let read_back = read(&bytes).unwrap();
        assert_eq!(read_back[0], row(["户号", "电话", "话", "数", "符"]));
        assert_eq!(read_back[1], rows[0]);
        assert_eq!(read_back[2], row(["12", "", "@SUM(A1)", "-14", "=cmd"]));
        assert!(read_back[3].is_empty(), "an empty row stays where it was");
        assert_eq!(read_back[4], rows[3]);
        // No formula in the file at all.
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut xml = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
        assert!(!xml.contains("<f>") && xml.contains("<c r=\"D2\"><v>3</v>"), "{xml}");
    }

    #[test]
    fn dates_numbers_and_yes_are_read_as_people_write_them() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        let day = rust_xlsxwriter::ExcelDateTime::parse_from_str("2008-05-03").unwrap();
        sheet.write_datetime_with_format(1, 1, &day, &date).unwrap();
        sheet.write_number(1, 2, 13_800_000_000.0_f64).unwrap();
        sheet.write_number(1, 3, 1.5).unwrap();
        sheet.write_boolean(1, 4, true).unwrap();
        sheet.write_formula(1, 5, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).unwrap();
        let rows = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(rows, [vec![], row(["", "2008-05-03", "13800000000", "1.5", "是", "2"])]);
    }

    #[test]
    fn a_workbook_with_two_tables_an_empty_one_and_a_broken_one_are_told_apart() {
        let mut book = Workbook::new();
        for name in ["柳塆", "石埠"] {
            book.add_worksheet().set_name(name).unwrap().write_string(0, 0, "户").unwrap();
        }
        book.add_worksheet();
        assert_eq!(read(&book.save_to_buffer().unwrap()), Err(SheetError::Several(row(["柳塆", "石埠"]))));
        let mut empty = Workbook::new();
        empty.add_worksheet();
        assert_eq!(read(&empty.save_to_buffer().unwrap()), Err(SheetError::Empty));
        let whole = write("x", &row(["a"]), &[row(["b"])]).unwrap();
        for cut in [0, 4, 30, whole.len() / 2, whole.len() - 1] {
            assert!(read(&whole[..cut]).is_err(), "{cut}");
        }
        assert_eq!(read(&packed(&[("a.txt", b"x".to_vec())])), Err(SheetError::Broken));
        assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Err(SheetError::Locked));
        // A hidden sheet is nobody's table.
        let mut hidden = Workbook::new();
        hidden.add_worksheet().write_string(0, 0, "户").unwrap();
        hidden.add_worksheet().set_hidden(true).write_string(0, 0, "别的").unwrap();
        assert_eq!(read(&hidden.save_to_buffer().unwrap()), Ok(vec![row(["户"])]));
    }

    #[test]
    fn a_file_that_unpacks_to_more_than_the_bound_is_refused_before_it_is_read() {
        let bomb = packed(&[("xl/worksheets/sheet1.xml", vec![b' '; 70 * 1024 * 1024])]);
        assert!(bomb.len() < 200 * 1024);
        assert_eq!(read(&bomb), Err(SheetError::TooLarge));
        assert_eq!(read(&vec![0; FILE_BYTES_MAX + 1]), Err(SheetError::TooLarge));
        let parts: Vec<(String, Vec<u8>)> = (0..=PARTS_MAX).map(|n| (format!("{n}"), Vec::new())).collect();
        let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        assert_eq!(read(&packed(&parts)), Err(SheetError::TooLarge));
    }

    #[test]
    fn a_cell_at_the_far_end_and_a_text_that_many_cells_share_take_no_memory() {
        let mut far = Workbook::new();
        far.add_worksheet().write_string(1_048_575, 16_383, "x").unwrap();
        assert_eq!(read(&far.save_to_buffer().unwrap()), Err(SheetError::TooLarge));
        let mut shared = Workbook::new();
        let sheet = shared.add_worksheet();
        let long = "长".repeat(10_000);
        for n in 0..400 {
            sheet.write_string(n, 0, &long).unwrap();
        }
        assert_eq!(read(&shared.save_to_buffer().unwrap()), Err(SheetError::TooLarge));
    }

    #[test]
    fn a_table_as_text_keeps_tabs_quotes_and_line_ends_in_their_cell() {
        assert_eq!(as_text(&[row(["a", "b\"c"]), row(["", "d\te"])]), "a\t\"b\"\"c\"\n\t\"d\te\"\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn what_is_written_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[ -~一-龥０-９]{1,12}", 3), 1..20)
        ) {
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|row| row.into_iter().map(|cell| cell.trim().to_owned()).map(|c| if c.is_empty() { "x".to_owned() } else { c }).collect())
                .collect();
            let back = read(&write("表", &row(["a", "b", "c"]), &rows).unwrap()).unwrap();
            prop_assert_eq!(&back[1..], &rows[..]);
        }

        #[test]
        fn no_damage_breaks_the_reading(at in any::<prop::sample::Index>(), byte: u8) {
            let mut bytes = write("表", &row(["a", "b"]), &[row(["1", "x"]), row(["2", "y"])]).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read(&bytes);
        }
    }
}
