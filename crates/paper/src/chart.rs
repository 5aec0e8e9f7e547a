//! Small drawings that stand beside numbers: days gone, households come, hands raised.
//!
//! Every drawing is hidden from screen readers (`aria-hidden`) because the page writes the same numbers in words right
//! beside it. Colours are classes of the style sheet (`bg on red amb hat gap goal halo`); widths are SVG attributes,
//! so no `style` is needed. Every drawing stays below four kilobytes whatever the numbers are (usually under one).

mod bars;

use std::fmt::Write as _;

pub use bars::{Bars, Fill, ROWS_MAX, Row, bars};

/// Whose turn a bar speaks of; the style sheet has one colour for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nobody is called upon.
    Plain,
    /// The reader must act.
    Act,
    /// The committee owes something.
    Wait,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "on",
            Self::Act => "red",
            Self::Wait => "amb",
        }
    }
}

/// What the classes of the drawings mean on paper: black, grey and white, told apart without colour.
pub(crate) const PAPER_STYLE: &str = "<style>.bg{fill:#fff;stroke:#000;stroke-width:.5}.on,.red{fill:#222}.amb{fill:#666}\
     .hat{fill:#999}.gap{stroke:#fff;fill:none}.goal{stroke:#000;stroke-width:2;fill:none}.halo{stroke:#fff;stroke-width:5;fill:none}\
     </style>";

/// More days than this are drawn as one band, because cells would be thinner than the gaps between them.
const DAYS_MAX: u32 = 60;

/// More cells than this cannot be told apart on a phone; then one cell stands for 2, 5, 10, 20, 50 ... households.
const CELLS_MAX: u32 = 200;

/// A band of `all` cells, one a day, the first `done` of them filled.
#[must_use]
pub fn bar(done: u32, all: u32, tone: Tone) -> String {
    let (all, done) = (u64::from(all), u64::from(done.min(all)));
    let width = all.max(1) * 10;
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 {width} 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <path class=\"bg\" d=\"M0 0h{width}v8H0z\"/>"
    );
    if done > 0 {
        let _ = write!(out, "<path class=\"{}\" d=\"M0 0h{}v8H0z\"/>", tone.class(), done * 10);
    }
    if (2..=u64::from(DAYS_MAX)).contains(&all) {
        out.push_str("<path class=\"gap\" d=\"");
        for day in 1..all {
            let _ = write!(out, "M{} 0v8", day * 10);
        }
        out.push_str("\"/>");
    }
    out.push_str("</svg>");
    out
}

/// One cell a household in `columns` columns, filled column by column, so that a goal is a line from top to bottom: left
/// of it are the households that are needed.
///
/// `have` of `all` are filled; `goal` (a quorum) is marked. Beyond 200 households one cell stands for several, and the
/// last filled one may be filled in part: the line and the filling stay exact.
#[must_use]
pub fn cells(have: u32, all: u32, goal: Option<u32>, columns: u32) -> String {
    let each = group(all);
    let count = u64::from(all.div_ceil(each)).max(1);
    let columns = u64::from(columns).clamp(1, count);
    let rows = count.div_ceil(columns);
    let columns = count.div_ceil(rows);
    let grid = Grid { each: u64::from(each), rows };
    let (width, height) = (columns * 10, rows * 10);
    let mut out = format!(
        "<svg class=\"cells\" viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\"><path class=\"bg\" d=\"{}\"/>",
        grid.area(u64::from(all.max(1)))
    );
    let have = have.min(all);
    if have > 0 {
        let _ = write!(out, "<path class=\"on\" d=\"{}\"/>", grid.area(u64::from(have)));
    }
    if count > 1 {
        out.push_str("<path class=\"gap\" d=\"");
        for row in 1..rows {
            let _ = write!(out, "M0 {}h{width}", row * 10);
        }
        for column in 1..columns {
            let _ = write!(out, "M{} 0v{height}", column * 10);
        }
        out.push_str("\"/>");
    }
    if let Some(goal) = goal.filter(|&goal| goal > 0 && goal <= all) {
        let line = grid.line(u64::from(goal));
        // On filled cells the line needs a light border to be seen.
        if have >= goal {
            let _ = write!(out, "<path class=\"halo\" fill=\"none\" d=\"{line}\"/>");
        }
        let _ = write!(out, "<path class=\"goal\" fill=\"none\" d=\"{line}\"/>");
    }
    out.push_str("</svg>");
    out
}

/// How those who took part chose, in one band: for (full), against (grey), abstained (grey, half as high), silent
/// (empty). `goal` is the number of votes for that is needed; its line stands after the last of them.
#[must_use]
pub fn split(r#for: u32, against: u32, abstain: u32, silent: u32, goal: Option<u32>) -> String {
    let all = [r#for, against, abstain, silent].into_iter().map(u64::from).sum::<u64>().max(1);
    // The band is 24 times as wide as high at any number of votes, in whole units: 120 a vote, five times `all` high.
    let (vote, height) = (120, all * 5);
    let width = all * vote;
    let mut out = format!(
        "<svg class=\"cells\" viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\">\
         <path class=\"bg\" d=\"M0 0h{width}v{height}H0z\"/>"
    );
    let mut x = 0;
    for (class, votes, halves) in [("on", r#for, 2), ("hat", against, 2), ("hat", abstain, 1)] {
        let wide = u64::from(votes) * vote;
        if wide > 0 {
            // The height is even or odd with `all`; doubling it first keeps the half exact to one digit.
            let (top, tall) = (half(height * (2 - halves)), half(height * halves));
            let _ = write!(out, "<path class=\"{class}\" d=\"M{x} {top}h{wide}v{tall}h-{wide}z\"/>");
        }
        x += wide;
    }
    if let Some(goal) = goal.filter(|&goal| goal > 0 && u64::from(goal) <= all) {
        let line = format!("M{} -{all}v{}", u64::from(goal) * vote, height + 2 * all);
        if r#for >= goal {
            let _ = write!(out, "<path class=\"halo\" vector-effect=\"non-scaling-stroke\" d=\"{line}\"/>");
        }
        let _ = write!(out, "<path class=\"goal\" vector-effect=\"non-scaling-stroke\" d=\"{line}\"/>");
    }
    out.push_str("</svg>");
    out
}

/// `doubled / 2` in at most one decimal.
fn half(doubled: u64) -> String {
    if doubled.is_multiple_of(2) { (doubled / 2).to_string() } else { format!("{}.5", doubled / 2) }
}

/// The smallest of 1, 2, 5, 10, 20, 50 ... households a cell that needs no more than [`CELLS_MAX`] cells.
fn group(all: u32) -> u32 {
    let mut ten: u32 = 1;
    loop {
        for step in [1, 2, 5] {
            let each = ten.saturating_mul(step);
            if all.div_ceil(each) <= CELLS_MAX {
                return each;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// Cells of ten units, filled from the top of the first column.
struct Grid {
    each: u64,
    rows: u64,
}

impl Grid {
    /// The full columns before household `n`, and the height of what it reaches in the next one.
    fn reach(&self, n: u64) -> (u64, u64) {
        let column = self.rows * self.each;
        (n / column * 10, n % column)
    }

    /// The outline of the first `n` households.
    fn area(&self, n: u64) -> String {
        let (x, rest) = self.reach(n);
        let mut out = String::new();
        if x > 0 {
            let _ = write!(out, "M0 0h{x}v{}H0z", self.rows * 10);
        }
        if rest > 0 {
            let _ = write!(out, "M{x} 0h10v{}h-10z", self.tall(rest));
        }
        out
    }

    /// The line after household `n`; it has a step where `n` ends inside a column. It sticks out by four at both ends.
    fn line(&self, n: u64) -> String {
        let (x, rest) = self.reach(n);
        let bottom = self.rows * 10 + 4;
        if rest == 0 { format!("M{x} -4V{bottom}") } else { format!("M{} -4V{}H{x}V{bottom}", x + 10, self.tall(rest)) }
    }

    /// `households * 10 / each`, written out exactly: `each` has no prime factors but 2 and 5, so the digits end.
    fn tall(&self, households: u64) -> String {
        let tenfold = households * 10;
        let mut out = (tenfold / self.each).to_string();
        let mut rest = tenfold % self.each;
        if rest > 0 {
            out.push('.');
        }
        while rest > 0 {
            rest *= 10;
            let _ = write!(out, "{}", rest / self.each);
            rest %= self.each;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn eight_days_of_fifteen_fill_eight_cells() {
        assert_eq!(
            bar(8, 15, Tone::Act),
            "<svg class=\"bar\" viewBox=\"0 0 150 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <path class=\"bg\" d=\"M0 0h150v8H0z\"/><path class=\"red\" d=\"M0 0h80v8H0z\"/>\
             <path class=\"gap\" d=\"M10 0v8M20 0v8M30 0v8M40 0v8M50 0v8M60 0v8M70 0v8M80 0v8M90 0v8M100 0v8M110 0v8\
             M120 0v8M130 0v8M140 0v8\"/></svg>"
        );
    }

    #[test]
    fn a_bar_without_days_or_past_its_end_is_still_a_bar() {
        assert!(bar(0, 0, Tone::Plain).contains("viewBox=\"0 0 10 8\""));
        assert_eq!(bar(16, 15, Tone::Plain), bar(15, 15, Tone::Plain));
        assert!(!bar(3, 61, Tone::Wait).contains("gap"));
    }

    #[test]
    fn twenty_of_forty_eight_fill_ten_columns_of_two() {
        let drawn = cells(20, 48, Some(32), 24);
        assert!(drawn.contains("viewBox=\"0 0 240 20\""));
        assert!(drawn.contains("<path class=\"bg\" d=\"M0 0h240v20H0z\"/><path class=\"on\" d=\"M0 0h100v20H0z\"/>"));
        assert!(drawn.contains("<path class=\"goal\" fill=\"none\" d=\"M160 -4V24\"/>"));
        assert!(!drawn.contains("halo"), "the line stands on empty cells");
    }

    #[test]
    fn an_odd_household_fills_one_cell_and_a_reached_goal_gets_its_border() {
        let drawn = cells(35, 48, Some(33), 24);
        assert!(drawn.contains("M0 0h170v20H0zM170 0h10v10h-10z"));
        assert!(drawn.contains("<path class=\"halo\" fill=\"none\" d=\"M170 -4V10H160V24\"/>"), "{drawn}");
    }

    #[test]
    fn many_households_share_a_cell_and_stay_exact() {
        // 1,003 households, ten a cell: 101 cells in 25 columns of at most five rows; 7 more than 66 cells are filled.
        let drawn = cells(667, 1003, Some(669), 25);
        assert!(drawn.contains("v7h-10z") || drawn.contains("v17h-10z"), "{drawn}");
        assert!(!drawn.contains("halo"), "two short of the goal is short of the goal");
        let twenty = Grid { each: 20, rows: 4 };
        assert_eq!(twenty.area(81), "M0 0h10v40H0zM10 0h10v0.5h-10z");
    }

    #[test]
    fn a_split_adds_up_and_marks_the_votes_needed() {
        let drawn = split(29, 3, 1, 2, Some(18));
        assert!(drawn.contains("viewBox=\"0 0 4200 175\""));
        assert!(drawn.contains("<path class=\"on\" d=\"M0 0h3480v175h-3480z\"/>"));
        assert!(drawn.contains("<path class=\"hat\" d=\"M3480 0h360v175h-360z\"/>"));
        assert!(drawn.contains("<path class=\"hat\" d=\"M3840 87.5h120v87.5h-120z\"/>"));
        assert!(drawn.contains("d=\"M2160 -35v245\""));
        assert!(drawn.contains("halo"));
        assert!(!split(17, 18, 0, 0, Some(18)).contains("halo"));
        assert!(split(0, 0, 0, 0, None).contains("viewBox=\"0 0 120 5\""));
    }

    proptest! {
        #[test]
        fn no_drawing_has_a_style_or_more_than_four_kilobytes(a: u32, b: u32, c: u32, d: u32, columns in 0_u32..100) {
            for drawn in [bar(a, b, Tone::Plain), cells(a, b, Some(c), columns), split(a, b, c, d, Some(b))] {
                prop_assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"));
                prop_assert!(drawn.contains("aria-hidden=\"true\"") && !drawn.contains("style="));
                prop_assert!(drawn.len() < 4096, "{}", drawn.len());
            }
        }

        #[test]
        fn the_border_of_the_line_shows_exactly_when_the_goal_is_reached(have in 0_u32..3000, goal in 1_u32..3000) {
            prop_assert_eq!(cells(have, 3000, Some(goal), 24).contains("halo"), have >= goal);
        }
    }
}
