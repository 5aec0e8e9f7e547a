//! What a correction changed: the old text with what went struck and what came marked, so that everybody sees it at a glance.

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Stands in both.
    Same(String),
    /// Stood in the old one.
    Gone(String),
    /// Stands in the new one.
    Come(String),
}

/// The most cells of the table that is filled for one comparison; above it the whole middle counts as changed.
const CELLS_MAX: usize = 4_000_000;

/// Numbers and Latin words stay whole, so that 35 becoming 34 shows both numbers; every other character stands for itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let long = |c: char| c.is_ascii_alphanumeric();
        let end = if long(first) { rest.find(|c| !long(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, tail) = rest.split_at(end);
        tokens.push(token);
        rest = tail;
    }
    tokens
}

/// Adds a token to the last piece when it is of the same kind.
fn push(pieces: &mut Vec<Piece>, make: fn(String) -> Piece, token: &str) {
    let fresh = make(token.to_owned());
    match (pieces.last_mut(), &fresh) {
        (Some(Piece::Same(text)), Piece::Same(_))
        | (Some(Piece::Gone(text)), Piece::Gone(_))
        | (Some(Piece::Come(text)), Piece::Come(_)) => text.push_str(token),
        _ => pieces.push(fresh),
    }
}

/// Compares two texts.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (tokens(before), tokens(after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = old_rest.get(..old_rest.len() - tail).unwrap_or_default();
    let new_middle = new_rest.get(..new_rest.len() - tail).unwrap_or_default();
    let mut out = Vec::new();
    old.iter().take(head).for_each(|token| push(&mut out, Piece::Same, token));
    middle(&mut out, old_middle, new_middle);
    old_rest.iter().skip(old_middle.len()).for_each(|token| push(&mut out, Piece::Same, token));
    out
}

/// The longest common row of tokens stays, the rest went or came.
fn middle(out: &mut Vec<Piece>, old: &[&str], new: &[&str]) {
    let width = new.len() + 1;
    if old.len().saturating_mul(width) > CELLS_MAX {
        old.iter().for_each(|token| push(out, Piece::Gone, token));
        new.iter().for_each(|token| push(out, Piece::Come, token));
        return;
    }
    // common[i * width + j]: how many tokens old[i..] and new[j..] have in common, in order.
    let mut common = vec![0_u16; (old.len() + 1) * width];
    let at = |common: &[u16], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&common, i + 1, j + 1).saturating_add(1)
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (old.get(i), new.get(j)) {
        if a == b {
            push(out, Piece::Same, a);
            (i, j) = (i + 1, j + 1);
        } else if at(&common, i + 1, j) >= at(&common, i, j + 1) {
            push(out, Piece::Gone, a);
            i += 1;
        } else {
            push(out, Piece::Come, b);
            j += 1;
        }
    }
    old.iter().skip(i).for_each(|token| push(out, Piece::Gone, token));
    new.iter().skip(j).for_each(|token| push(out, Piece::Come, token));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) -> Piece {
        Piece::Same(text.to_owned())
    }
    fn gone(text: &str) -> Piece {
        Piece::Gone(text.to_owned())
    }
    fn come(text: &str) -> Piece {
        Piece::Come(text.to_owned())
    }

    #[test]
    fn a_changed_number_shows_both_numbers_whole() {
        let found = pieces("赞成35户，反对2户", "赞成34户，反对2户");
        assert_eq!(found, [same("赞成"), gone("35"), come("34"), same("户，反对2户")]);
    }

    #[test]
    fn words_put_in_and_taken_out_are_marked_where_they_stand() {
        assert_eq!(pieces("修西巷路", "修西巷水泥路"), [same("修西巷"), come("水泥"), same("路")]);
        assert_eq!(pieces("一二三四", "一四"), [same("一"), gone("二三"), same("四")]);
        assert_eq!(pieces("", "新"), [come("新")]);
        assert_eq!(pieces("同", "同"), [same("同")]);
    }

    #[test]
    fn both_texts_can_be_read_out_of_the_pieces() {
        for (before, after) in
            [("甲乙丙丁戊", "乙甲丁丙戊己"), ("abc 12 def", "abd 13 12 xdef"), ("水往后墙排", "加暗沟")]
        {
            let found = pieces(before, after);
            let side = |new: bool| -> String {
                found
                    .iter()
                    .filter_map(|piece| match piece {
                        Piece::Same(text) => Some(text.as_str()),
                        Piece::Gone(text) => (!new).then_some(text.as_str()),
                        Piece::Come(text) => new.then_some(text.as_str()),
                    })
                    .collect()
            };
            assert_eq!((side(false).as_str(), side(true).as_str()), (before, after));
        }
    }

    #[test]
    fn two_long_texts_without_anything_in_common_are_shown_whole() {
        let (before, after) = ("甲".repeat(4000), "乙".repeat(4000));
        assert_eq!(pieces(&before, &after), [gone(&before), come(&after)]);
    }
}
