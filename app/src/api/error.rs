//! The error of every server function: a [`Problem`], also when the connection itself fails.

use std::fmt;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use model::problem::{FieldProblem, Problem, ProblemKind};
use serde::{Deserialize, Serialize};

/// The detail of the problem that nobody is signed in, and of no other problem: where a page has
/// only this text of a problem, it recognises by it that a link to the sign-in page helps.
pub const SIGNED_OUT: &str = "You are not signed in. Sign in and try again.";

/// The error of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Problem);

impl ApiError {
    /// The message about the field `path`; none where the field is fine.
    pub fn field_message(&self, path: &str) -> Option<String> {
        let about = |error: &&FieldProblem| error.path.as_deref() == Some(path);
        self.0.errors.iter().find(about).map(|error| error.message.clone())
    }
}

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
                "The answer could not be read. Reload the page: the server may be newer than it.",
            ),
            _ => Problem::internal(),
        })
    }
}

fn bad_request() -> Problem {
    let detail = "The form could not be read. Reload the page and try again.";
    Problem::new(ProblemKind::BadRequest, "bad_request", detail)
}
