//! A point on the map, in whole millionths of a degree (CGCS2000, which for this purpose is WGS 84).

use std::fmt;

/// Millionths of a degree.
const UNIT: i64 = 1_000_000;

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// East of Greenwich, in millionths of a degree.
    pub lon: i64,
    /// North of the equator, in millionths of a degree.
    pub lat: i64,
}

impl Point {
    /// Reads `东经, 北纬` as people type them: `113.9123, 29.97`, with any comma or blank between, full-width digits, degree signs. The
    /// longitude comes first; the other way round is found out, since no place of the country has both in the same range. `None` when
    /// it is no point of the country (73 to 136 degrees east, 3 to 54 north).
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::text::plain_digits(text.trim()).replace(['，', '、', ';', '；', ' ', '\u{3000}'], ",");
        let mut parts = text.split(',').filter(|part| !part.is_empty());
        let (one, two) = (degrees(parts.next()?)?, degrees(parts.next()?)?);
        if parts.next().is_some() {
            return None;
        }
        let (lon, lat) = if one < two { (two, one) } else { (one, two) };
        let there = (73 * UNIT..=136 * UNIT).contains(&lon) && (3 * UNIT..=54 * UNIT).contains(&lat);
        there.then_some(Self { lon, lat })
    }
}

fn degrees(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('°');
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 12 || !digits(whole) || !digits(part) {
        return None;
    }
    // A tenth of a metre; what is typed beyond says nothing more.
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let (whole, part): (i64, i64) = (whole.parse().ok()?, part.parse().ok()?);
    Some(whole * UNIT + part)
}

/// Degrees with a point, as programs read them: `113.912300`.
pub fn in_degrees(millionths: i64) -> String {
    format!("{}.{:06}", millionths / UNIT, millionths % UNIT)
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", in_degrees(self.lon), in_degrees(self.lat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_as_people_type_it() {
        let point = Some(Point { lon: 113_912_300, lat: 29_970_000 });
        for text in [
            "113.9123, 29.97",
            "113.9123 29.970",
            "113.9123°，29.97°",
            "１１３．９１２３、29.97",
            "29.97,113.9123",
            "113.91230000001,29.97",
        ] {
            assert_eq!(Point::parse(text), point, "{text}");
        }
        assert_eq!(point.map(|p| p.to_string()).as_deref(), Some("113.912300, 29.970000"));
        assert_eq!(point.and_then(|p| Point::parse(&p.to_string())), point);
        for text in [
            "",
            "113.9",
            "113.9,29.9,1",
            "13.9,29.9",
            "113.9,-29.9",
            "abc,29.9",
            "2.35,48.85",
            "113..9,29.9",
            "999999,29.9",
        ] {
            assert_eq!(Point::parse(text), None, "{text}");
        }
    }
}
