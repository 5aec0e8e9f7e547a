//! Tables as spreadsheets save them: lists that go out as a file, and files that come in.

use super::error::{Error, Result};
use super::fields::Fields;
use super::layout::download;
use axum::response::Response;
use civic::people::table::marked;
use encoding_rs::{Encoding, GB18030};
use paper::sheet::{self, SheetError};

/// Rows of a list in one file; a page has far fewer. Who needs more takes it place by place.
pub const FILE_ROWS_MAX: u32 = 5000;

/// How a list goes out as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFile {
    /// Text with commas.
    Csv,
    /// A workbook.
    Workbook,
}

impl ListFile {
    /// What was asked for with `as=csv` or `as=xlsx`.
    pub fn asked(asked: &Fields) -> Option<Self> {
        match asked.value("as") {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Workbook),
            _ => None,
        }
    }
}

/// A list as a file for a spreadsheet: the one place that writes one, whatever its kind. `name` is plain ASCII without an ending. Nothing
/// in it is run as a formula.
pub async fn list_file(kind: ListFile, name: &str, head: Vec<String>, rows: Vec<Vec<String>>) -> Result<Response> {
    match kind {
        ListFile::Csv => csv(&format!("{name}.csv"), &head, &rows),
        ListFile::Workbook => {
            let title = name.to_owned();
            let written = tokio::task::spawn_blocking(move || sheet::write(&title, &head, &rows)).await;
            let bytes = written.map_err(|e| Error::Broken(e.to_string()))?.map_err(|e| Error::Broken(e.to_string()))?;
            let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            Ok(download(&format!("{name}.xlsx"), media_type, bytes))
        }
    }
}

/// A table as CSV with a byte order mark, so that spreadsheets of an office read it as UTF-8.
fn csv(name: &str, head: &[String], rows: &[Vec<String>]) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    let broken = |e: csv::Error| Error::Broken(e.to_string());
    writer.write_record(head).map_err(broken)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| marked(cell))).map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|e| Error::Broken(e.to_string()))?;
    Ok(download(name, "text/csv; charset=utf-8", bytes))
}

/// A table that came as a file, as text to be read and put right. `Err` is the key of what is said beside the field, with the names of
/// sheets where there are several.
pub async fn table_file(bytes: axum::body::Bytes) -> Result<std::result::Result<String, (&'static str, Vec<String>)>> {
    if !sheet::is_workbook(&bytes) && !sheet::is_old_workbook(&bytes) {
        return Ok(table_text(&bytes).ok_or(("import-encoding", Vec::new())));
    }
    let read = tokio::task::spawn_blocking(move || sheet::read(&bytes).map(|rows| sheet::as_text(&rows))).await;
    Ok(read.map_err(|e| Error::Broken(e.to_string()))?.map_err(|error| match error {
        SheetError::Several(names) => ("import-sheets", names),
        SheetError::Locked => ("import-old", Vec::new()),
        SheetError::TooLarge => ("import-too-large", Vec::new()),
        SheetError::Empty => ("import-nothing", Vec::new()),
        SheetError::Broken | SheetError::NotWritten(_) => ("import-workbook", Vec::new()),
    }))
}

/// Text of a file: with a mark at its beginning what the mark says, else UTF-8, else GB 18030 as spreadsheets in China save it; `None`
/// when it is none of these.
pub fn table_text(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        return (!bad).then(|| text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (text, bad) = GB18030.decode_without_bom_handling(bytes);
    (!bad).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whatever_a_spreadsheet_saved_it_as() {
        let text = "户,姓名\n西巷3号,葛长山\n";
        let (gb, _, _) = GB18030.encode(text);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &gb, &utf16, &marked] {
            assert_eq!(table_text(bytes).as_deref(), Some(text));
        }
        assert_eq!(table_text(&[0xff, 0xff, 0xff]), None);
    }
}
