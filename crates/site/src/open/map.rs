//! Maps (GeoJSON, RFC 7946): facilities where they stand, matters where what came of them stands. What nobody noted on the map has no
//! geometry and is there all the same.

use super::answer::marked;
use crate::frame::{Error, Result, Route, Visit, address};
use axum::extract::Path;
use axum::response::Response;
use civic::people::place::PlaceCode;
use civic::people::standing::{Action, Visibility};
use civic::point::{Point, in_degrees};
use civic::token::Token;
use serde::Serialize;
use serde_json::value::RawValue;
use store::decide::matter::{self, Far, Within};
use store::manage::facility;
use store::people::place;

/// Features of one map.
const FEATURES_MAX: u32 = 2_000;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/p/{code}/facilities.geojson", Action::ReadPublic, facilities).kept(),
        Route::get("/p/{code}/matters.geojson", Action::ReadPublic, matters).kept(),
    ]
}

#[derive(Serialize)]
struct Map {
    r#type: &'static str,
    features: Vec<Feature>,
}

#[derive(Serialize)]
struct Feature {
    r#type: &'static str,
    id: String,
    geometry: Option<Geometry>,
    properties: Properties,
}

#[derive(Serialize)]
struct Geometry {
    r#type: &'static str,
    coordinates: Box<RawValue>,
}

#[derive(Serialize)]
struct Properties {
    title: String,
    place: String,
    kind: String,
    state: String,
    href: String,
}

/// A point; its degrees are written from whole numbers and lose nothing.
fn geometry(at: Point) -> Result<Geometry> {
    let written = format!("[{},{}]", in_degrees(at.lon), in_degrees(at.lat));
    let coordinates = RawValue::from_string(written).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(Geometry { r#type: "Point", coordinates })
}

fn answer(features: Vec<Feature>) -> Result<Response> {
    let map = Map { r#type: "FeatureCollection", features };
    let body = serde_json::to_vec(&map).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(marked("application/geo+json", body))
}

/// The facilities of a place and what lies below it.
async fn facilities(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            Ok::<_, Error>(facility::list(tx, own.id, None, None, None, FEATURES_MAX)?)
        })
        .await?;
    let features = rows.into_iter().map(|row| {
        let own = row.facility;
        Ok(Feature {
            r#type: "Feature",
            geometry: own.sheet.at.map(geometry).transpose()?,
            properties: Properties {
                title: own.sheet.name.clone(),
                place: row.place_name,
                kind: own.sheet.kind.as_str().to_owned(),
                state: own.state.as_str().to_owned(),
                href: address(&visit.app, &format!("/f/{}", own.number)),
            },
            id: own.number.to_string(),
        })
    });
    answer(features.collect::<Result<_>>()?)
}

/// The matters of a place and what lies below it. Where something of a matter was built, it stands there; who raised it lives nowhere on
/// this map.
async fn matters(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let (rows, built) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let within = Within::of(&place::line(tx, own.id)?);
            let rows = matter::list(tx, within, Far::Anywhere, None, None, FEATURES_MAX)?;
            Ok::<_, Error>((rows, facility::list(tx, own.id, None, None, None, FEATURES_MAX)?))
        })
        .await?;
    let features = rows.into_iter().map(|row| {
        let own = row.matter;
        let there = built.iter().filter(|one| one.facility.matter == Some(own.id));
        let number = own.number.as_ref().map(ToString::to_string).unwrap_or_default();
        Ok(Feature {
            r#type: "Feature",
            geometry: there.filter_map(|one| one.facility.sheet.at).next().map(geometry).transpose()?,
            properties: Properties {
                title: own.title.clone().unwrap_or_default(),
                place: row.place_name,
                kind: own.categories.first().map(|one| one.as_str()).unwrap_or_default().to_owned(),
                state: own.plan.as_str().to_owned(),
                href: address(&visit.app, &format!("/m/{number}")),
            },
            id: number,
        })
    });
    answer(features.collect::<Result<_>>()?)
}
