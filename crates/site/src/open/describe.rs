//! What the JSON answers look like, for programs and for the people who write them: made from the handlers and shapes themselves.

use super::json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wugong",
        description = "Everything that a visitor without an account may read. Money is whole fen, work is quarters of a day, days are \
                       YYYY-MM-DD, moments are milliseconds since 1970 in UTC. Every answer has an ETag. An error is a problem document \
                       (RFC 9457)."
    ),
    paths(
        json::county,
        json::one_place,
        json::matters,
        json::one_matter,
        json::postings,
        json::one_posting,
        json::one_project,
        json::facilities,
        json::one_facility,
        json::one_survey,
        json::cases
    )
)]
struct Description;

/// The description (OpenAPI 3.1).
pub fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}
