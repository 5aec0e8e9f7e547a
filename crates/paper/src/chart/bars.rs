//! Bars with their words: sources and uses, progress of raising, planned against actual.
//!
//! A picture is as wide as a telephone (360 units for its page's width), so that its words are at least as large there as the page's own,
//! and it grows no further. It is told apart by filling and not by colour: full, grey, empty. The numbers stand in a table beside it;
//! here they stand at the end of each bar.

use std::fmt::Write as _;

/// Units of the picture's width: a telephone's page in CSS pixels.
const WIDTH: u64 = 360;
/// Height of a line of words, of a bar, and of the room under it.
const LINE: u64 = 22;
const BAR: u64 = 14;
const GAP: u64 = 10;
/// Size of the words.
const SIZE: u64 = 15;
/// Bars that one picture has at most; what is more stands in the table alone.
pub const ROWS_MAX: usize = 24;

/// How a part of a bar is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Full: what is there.
    Full,
    /// Grey: what is there in part, or waits.
    Half,
    /// Empty, with an edge: what is planned.
    Empty,
}

impl Fill {
    const fn class(self) -> &'static str {
        match self {
            Self::Full => "on",
            Self::Half => "hat",
            Self::Empty => "bg",
        }
    }
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is of.
    pub label: String,
    /// Its number with its unit, as the page writes it.
    pub figure: String,
    /// How far the empty bar behind it reaches: what is planned or sought; zero for none.
    pub of: u64,
    /// Its parts from left to right.
    pub parts: Vec<(u64, Fill)>,
}

impl Row {
    fn reach(&self) -> u64 {
        let sum = self.parts.iter().fold(0, |sum: u64, (n, _)| sum.saturating_add(*n));
        sum.max(self.of)
    }
}

/// A picture of bars on one scale.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// What it shows, in a few words.
    pub title: String,
    /// The same with its numbers, in a sentence, for who cannot see it.
    pub description: String,
    /// Groups with a heading each (empty for none).
    pub groups: Vec<(String, Vec<Row>)>,
    /// What the fillings mean.
    pub legend: Vec<(Fill, String)>,
}

/// About how wide a text is.
fn wide(text: &str) -> u64 {
    text.chars().fold(0, |sum, c| sum + if c.is_ascii() { SIZE * 6 / 10 } else { SIZE })
}

/// The text, cut to that width; the whole of it stands in the table.
fn cut(text: &str, width: u64) -> String {
    if wide(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if wide(&out) + 2 * SIZE > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// `n` of `all` on a bar as wide as the picture; something is never nothing.
fn length(n: u64, all: u64) -> u64 {
    let exact = u128::from(n) * u128::from(WIDTH) / u128::from(all.max(1));
    let drawn = u64::try_from(exact).unwrap_or(WIDTH).min(WIDTH);
    if n > 0 { drawn.max(1) } else { 0 }
}

/// The picture as SVG. Colours are the classes of the style sheet.
#[must_use]
pub fn bars(drawn: &Bars) -> String {
    let rows = || drawn.groups.iter().flat_map(|(_, rows)| rows).take(ROWS_MAX);
    let all = rows().map(Row::reach).max().unwrap_or(0);
    let mut body = String::new();
    let mut y = 0;
    let text = |body: &mut String, (x, y): (u64, u64), end: bool, bold: bool, said: &str| {
        let anchor = if end { " text-anchor=\"end\"" } else { "" };
        let weight = if bold { " font-weight=\"700\"" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{SIZE}\" fill=\"currentColor\"{anchor}{weight}>{}</text>",
            crate::escaped(said)
        );
    };
    let mut left = ROWS_MAX;
    for (heading, rows) in &drawn.groups {
        if left == 0 {
            break;
        }
        if !heading.is_empty() {
            text(&mut body, (0, y + SIZE), false, true, &cut(heading, WIDTH));
            y += LINE + 2;
        }
        for row in rows.iter().take(left) {
            let figure = cut(&row.figure, WIDTH / 2);
            text(&mut body, (0, y + SIZE), false, false, &cut(&row.label, WIDTH - wide(&figure) - SIZE));
            text(&mut body, (WIDTH, y + SIZE), true, false, &figure);
            y += LINE;
            let of = length(row.of, all);
            if of > 0 {
                let _ = write!(body, "<path class=\"bg\" d=\"M0 {y}h{of}v{BAR}H0z\"/>");
            }
            let (mut sum, mut x) = (0, 0);
            for (n, fill) in &row.parts {
                sum = u64::saturating_add(sum, *n);
                let end = length(sum, all).max(if *n > 0 { x + 1 } else { x }).min(WIDTH);
                if end > x {
                    let _ = write!(body, "<path class=\"{}\" d=\"M{x} {y}h{}v{BAR}H{x}z\"/>", fill.class(), end - x);
                }
                x = end;
            }
            y += BAR + GAP;
        }
        left = left.saturating_sub(rows.len());
    }
    for (fill, said) in &drawn.legend {
        let _ = write!(body, "<path class=\"{}\" d=\"M1 {}h{BAR}v{BAR}H1z\"/>", fill.class(), y + 3);
        text(&mut body, (BAR + 10, y + SIZE), false, false, &cut(said, WIDTH - BAR - 10));
        y += LINE;
    }
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\"><title>{}</title><desc>{}</desc>{body}</svg>",
        y.max(1) + 2,
        crate::escaped(&drawn.title),
        crate::escaped(&drawn.description)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(label: &str, of: u64, parts: &[(u64, Fill)]) -> Row {
        Row { label: label.to_owned(), figure: "75,000元".to_owned(), of, parts: parts.to_vec() }
    }

    #[test]
    fn bars_share_one_scale_and_say_their_words() {
        let drawn = bars(&Bars {
            title: "钱从哪里来".to_owned(),
            description: "大家出75,000元".to_owned(),
            groups: vec![(
                "来源 <b>".to_owned(),
                vec![row("大家", 100, &[(50, Fill::Full), (25, Fill::Half)]), row("奖补", 0, &[(200, Fill::Full)])],
            )],
            legend: vec![(Fill::Empty, "计划".to_owned())],
        });
        assert!(drawn.starts_with("<svg class=\"chart\" viewBox=\"0 0 360 "));
        assert!(drawn.contains("<title>钱从哪里来</title><desc>大家出75,000元</desc>"));
        assert!(drawn.contains("来源 &lt;b&gt;") && drawn.contains("75,000元"));
        assert!(drawn.contains("class=\"bg\" d=\"M0 46h180v14H0z\""), "{drawn}");
        assert!(
            drawn.contains("class=\"on\" d=\"M0 46h90v14H0z\"")
                && drawn.contains("class=\"hat\" d=\"M90 46h45v14H90z\"")
        );
        assert!(drawn.contains("h360v14H0z"));
    }

    #[test]
    fn a_long_name_is_cut_before_its_number_and_little_is_never_nothing() {
        let drawn = bars(&Bars {
            groups: vec![(
                String::new(),
                vec![row(&"长".repeat(60), 0, &[(1, Fill::Full)]), row("x", 0, &[(u64::MAX, Fill::Full)])],
            )],
            ..Bars::default()
        });
        assert!(drawn.contains('…') && drawn.contains("d=\"M0 22h1v14H0z\""), "{drawn}");
    }

    proptest! {
        #[test]
        fn no_bar_is_wider_than_the_picture_or_has_a_style(numbers in prop::collection::vec(any::<(u64, u64, u64)>(), 0..40)) {
            let rows = numbers.iter().map(|(of, a, b)| row("村\u{1}", *of, &[(*a, Fill::Full), (*b, Fill::Half)])).collect();
            let drawn = bars(&Bars { groups: vec![(String::new(), rows)], ..Bars::default() });
            let control = drawn.contains(char::is_control);
            prop_assert!(!drawn.contains("style=") && !control && drawn.ends_with("</svg>"));
            prop_assert!(drawn.len() < 24 * 1024, "{}", drawn.len());
            for wide in drawn.split('h').skip(1).filter_map(|rest| rest.split('v').next()?.parse::<u64>().ok()) {
                prop_assert!(wide <= WIDTH);
            }
        }
    }
}
