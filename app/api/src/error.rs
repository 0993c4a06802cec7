//! The error of every server function: a [`Problem`], also when the connection itself fails.

use std::fmt;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use model::problem::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};

/// The error of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Problem);

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ApiError {}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<ApiError> for Problem {
    fn from(ApiError(problem): ApiError) -> Self {
        problem
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        // The library's own words may carry internals; only the kind of failure is passed on.
        Self(match value {
            ServerFnErrorErr::Request(_) => Problem::unreachable(),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Serialization(_) => bad_request(),
            // On the server it is the request that could not be read, in the browser the answer.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => bad_request(),
            ServerFnErrorErr::Deserialization(_) => Problem::new(
                ProblemKind::Unavailable,
                "unexpected_answer",
                "The answer couldn't be read. The server may be newer than this page. Reload it.",
            ),
            _ => Problem::internal(),
        })
    }
}

/// The problem of a request that is of no shape that was asked for.
pub(crate) fn bad_request() -> Problem {
    let detail = "The form couldn't be read. Reload the page and try again.";
    Problem::new(ProblemKind::BadRequest, "bad_request", detail)
}
