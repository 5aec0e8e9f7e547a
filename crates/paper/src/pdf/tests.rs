use std::path::PathBuf;
use std::sync::Arc;

use super::*;

fn fonts() -> Arc<Fonts> {
    let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
    Fonts::shared(&folders).unwrap()
}

/// Every text of a document in the order in which it was set.
fn texts(frame: &Frame, into: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => texts(&group.frame, into),
            FrameItem::Text(text) => into.push_str(&text.text),
            _ => {}
        }
    }
}

fn set(sheet: &Sheet) -> (usize, String) {
    let document = lay_out(sheet, &fonts()).unwrap_or_else(|error| panic!("{error}"));
    let mut said = String::new();
    for page in document.pages() {
        texts(&page.frame, &mut said);
    }
    (document.pages().len(), said)
}

/// A sheet with one of every part.
fn whole() -> Sheet {
    let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    Sheet {
        lang: "zh-CN".to_owned(),
        name: "会议通知".to_owned(),
        organ: "竹溪村村民委员会".to_owned(),
        title: "会议通知".to_owned(),
        about: vec!["商议柳塆排水沟".to_owned()],
        parts: vec![
            Part::text("第一段。\n第二行。"),
            Part::strong("要紧的话。"),
            Part::Heading { text: "小标题".to_owned() },
            Part::facts([("时间".to_owned(), "4月12日".to_owned()), ("空".to_owned(), String::new())]),
            Part::Table {
                caption: "表".to_owned(),
                columns: vec![Column::Text, Column::Number],
                head: cells(["项目", "金额"]),
                rows: vec![cells(["水泥", "1,200"]), cells(["人工", "14"])],
                sum: cells(["合计", "1,214"]),
                tall: 0,
            },
            Part::Table {
                caption: String::new(),
                columns: vec![Column::Narrow, Column::Wide],
                head: Vec::new(),
                rows: vec![cells(["", ""])],
                sum: Vec::new(),
                tall: 12,
            },
            Part::Box {
                heading: "有话要说".to_owned(),
                lines: vec!["到会上说".to_owned(), "打电话".to_owned()],
                note: "七天内答复。".to_owned(),
                qr: crate::qr::svg("https://wugong.test/m/ZX-2026-017", "二维码").unwrap(),
            },
            Part::Lines { heading: "记录".to_owned(), count: 3 },
            Part::Picture { svg: crate::chart::cells(20, 48, Some(32), 24), alt: "到会20户".to_owned(), width: 80 },
            Part::Signs { words: vec!["主持人".to_owned(), "记录人".to_owned()] },
        ],
        foot: vec!["依据：村民委员会组织法".to_owned()],
        chop: Some("盖章处".to_owned()),
        small: false,
        large: false,
        a6: false,
    }
}

#[test]
fn every_part_is_printed_on_one_page() {
    let (pages, said) = set(&whole());
    assert_eq!(pages, 1);
    for text in [
        "竹溪村村民委员会",
        "第一段。",
        "第二行。",
        "要紧的话。",
        "小标题",
        "4月12日",
        "1,214",
        "七天内答复。",
        "记录人",
        "盖章处",
    ] {
        assert!(said.replace(' ', "").contains(text), "{text} is missing in {said}");
    }
    assert!(!said.contains('空'), "what is empty is left out");
}

#[test]
fn a_document_is_a_pdf_that_opens_and_the_same_one_every_time() {
    let bytes = pdf(&whole(), &fonts()).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(bytes, pdf(&whole(), &fonts()).unwrap());
    let read = hayro_syntax::Pdf::new(bytes).unwrap();
    assert_eq!(read.pages().len(), 1);
}

#[test]
fn signs_of_the_typesetter_in_a_sentence_are_printed_as_they_were_typed() {
    let nonsense = [
        "#panic(\"x\") *b* _i_ $x^2$ @ref \\ ~ -- `c` <l> = h",
        "#read(\"/etc/passwd\") #include \"x.typ\" ${a} {{b}} %s",
        "]) #eval(\"1+1\") /* // [[",
        "- 1. + / https://a.test 'q' \"q\"",
    ];
    for text in nonsense {
        let mut sheet = whole();
        sheet.about = vec![text.to_owned()];
        sheet.organ = text.to_owned();
        sheet.parts = vec![Part::text(text), Part::facts([(text.to_owned(), text.to_owned())])];
        let (_, said) = set(&sheet);
        // Lines break at spaces, and a broken line loses its last one.
        let bare = |text: &str| text.replace(' ', "");
        assert_eq!(bare(&said).matches(&bare(text)).count(), 5, "{text} in {said}");
    }
}

#[test]
fn a_character_that_no_font_has_is_named_and_not_drawn_as_a_box() {
    let mut sheet = whole();
    sheet.parts.push(Part::text("好\u{10FFFD}\u{E0B1}\u{10FFFD}"));
    match pdf(&sheet, &fonts()) {
        Err(PdfError::NoGlyph { characters, font }) => {
            assert!(characters.starts_with('\u{10FFFD}') || characters.starts_with('\u{E0B1}'), "{characters:?}");
            assert_eq!(characters.chars().count(), 2, "each is named once");
            assert!(!font.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_font_there_is_no_document() {
    let folder = std::env::temp_dir().join(format!("wugong-no-fonts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("NotoSansCJK-Regular.ttc"), b"not a font").unwrap();
    let found = Fonts::shared(std::slice::from_ref(&folder));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(found.err(), Some(PdfError::NoFont { folders: folder.display().to_string() }));
}

#[test]
fn a_document_without_end_is_refused() {
    let mut sheet = whole();
    sheet.parts = vec![Part::Lines { heading: String::new(), count: u32::MAX }, Part::text("x")];
    assert_eq!(pdf(&sheet, &fonts()), Err(PdfError::TooLong));
    sheet.parts = vec![Part::text("长".repeat(DATA_BYTES_MAX))];
    assert_eq!(pdf(&sheet, &fonts()), Err(PdfError::TooLong));
}

#[test]
fn a_list_of_many_households_goes_on_over_pages_with_its_head() {
    let mut sheet = whole();
    let rows = (1..=400).map(|n| vec![n.to_string(), format!("柳塆{n}号")]).collect();
    sheet.parts = vec![Part::Table {
        caption: String::new(),
        columns: vec![Column::Narrow, Column::Text],
        head: vec!["序号".to_owned(), "户".to_owned()],
        rows,
        sum: Vec::new(),
        tall: 10,
    }];
    let (pages, said) = set(&sheet);
    assert!(pages >= 16, "{pages} pages");
    assert_eq!(said.matches("序号").count(), pages);
    assert!(said.contains("柳塆400号"));
}
