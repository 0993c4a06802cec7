//! The only way an error becomes a response: problem+json with the status of its kind.

use axum::{
    Json,
    extract::{
        Request,
        rejection::{PathRejection, QueryRejection},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    api::shape,
    problem::{Problem, ProblemKind},
};
use serde::Serialize;
use store::error::EngineError;

pub type Result<T, E = Refusal> = std::result::Result<T, E>;

/// The error type of all handlers: a problem that becomes a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Problem);

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    type_: &'static str,
    status: u16,
    // Flattened, so that our own pages parse it like the error of a server function.
    #[serde(flatten)]
    problem: &'a Problem,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        Self(error.into_problem())
    }
}

impl From<PathRejection> for Refusal {
    /// A malformed id is answered like an unknown one.
    fn from(_: PathRejection) -> Self {
        Self(Problem::not_found("address"))
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        let problem = |detail: &str| Problem::new(ProblemKind::BadRequest, "bad_query", detail);
        Self(match shape::query_problem(&rejection) {
            Some(wrong) => {
                Problem { errors: vec![wrong], ..problem("The query of the URL isn't valid.") }
            }
            None => problem(&rejection.body_text()),
        })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status =
            StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Body { type_: "about:blank", status: status.as_u16(), problem: &problem };
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let wait =
            problem.retry_after_s.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
        (status, headers, wait, Json(body)).into_response()
    }
}

pub async fn wrong_method(request: Request) -> Refusal {
    let detail = format!("This URL doesn't accept {}.", request.method());
    Refusal(Problem::new(ProblemKind::WrongMethod, "wrong_method", detail))
}

pub async fn no_such_address() -> Refusal {
    Refusal(Problem::not_found("address"))
}
