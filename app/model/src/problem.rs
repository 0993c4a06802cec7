//! The one error shape a person or a program outside ever sees.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of refusal this is; it alone decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The request is malformed (400).
    BadRequest,
    /// Nobody is signed in (401).
    SignedOut,
    /// The actor may not do this (403).
    Forbidden,
    /// It is not there, or not the actor's to see (404).
    NotFound,
    /// The address is there, but not for this method (405).
    WrongMethod,
    /// It does not fit the present state (409).
    Conflict,
    /// It was there and is no more (410).
    Gone,
    /// Too large (413).
    TooLarge,
    /// The body is of a kind this address does not read (415).
    Unreadable,
    /// The request was meant for another host (421).
    Misdirected,
    /// The request is sound but its content is not (422); see the issues.
    Invalid,
    /// Too many requests (429).
    RateLimited,
    /// Something of ours failed (500); details are in the log.
    Internal,
    /// A part we need is away for the moment (503).
    Unavailable,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldProblem {
    /// Stable machine code, e.g. `missing_parameter`.
    pub code: String,
    /// Where in the request, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The node concerned, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// The field of the node or form concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, in words for a person.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// Why a request was not carried out: what failed, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Decides the HTTP status.
    pub kind: ProblemKind,
    /// Stable machine code.
    pub code: String,
    /// One sentence for a person; never an internal detail.
    pub detail: String,
    /// Every single thing that is wrong, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// The code of [`Problem::signed_out`].
    const SIGNED_OUT: &'static str = "signed_out";
    /// The code of [`Problem::unreachable`].
    pub const UNREACHABLE: &'static str = "unreachable";

    /// A problem without field details.
    pub fn new(kind: ProblemKind, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            detail: detail.into(),
            errors: vec![],
            retry_after_s: None,
        }
    }

    /// Whether the same may work later without anybody changing it.
    pub fn may_pass(&self) -> bool {
        use ProblemKind::{Internal, RateLimited, Unavailable};
        matches!(self.kind, Internal | RateLimited | Unavailable)
    }

    /// The named thing is not there, or not the actor's to see: the same words for both.
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemKind::NotFound, "not_found", format!("This {what} doesn't exist."))
    }

    /// The action does not fit the present state.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, code, detail)
    }

    /// The content is wrong in the listed ways.
    pub fn invalid(detail: impl Into<String>, errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..Self::new(ProblemKind::Invalid, "invalid", detail) }
    }

    /// The browser got no answer.
    pub fn unreachable() -> Self {
        let detail = "Can't reach the server. Check your connection and try again.";
        Self::new(ProblemKind::Unavailable, Self::UNREACHABLE, detail)
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Self {
        let detail = "You aren't signed in. Sign in and try again.";
        Self::new(ProblemKind::SignedOut, Self::SIGNED_OUT, detail)
    }

    /// Whether nobody is signed in, so that a link to the sign-in page helps; not where somebody
    /// has just failed to sign in.
    pub fn is_signed_out(&self) -> bool {
        self.code == Self::SIGNED_OUT
    }

    /// Our side failed; the cause went to the log.
    pub fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "internal",
            "Something went wrong on the server. Try again. The server's log has the details.",
        )
    }

    /// The message about the field `path`; none where the field is fine.
    pub fn field_message(&self, path: &str) -> Option<String> {
        let about = |error: &&FieldProblem| error.path.as_deref() == Some(path);
        self.errors.iter().find(about).map(|error| error.message.clone())
    }

    /// The HTTP status of this problem.
    pub fn status(&self) -> u16 {
        match self.kind {
            ProblemKind::BadRequest => 400,
            ProblemKind::SignedOut => 401,
            ProblemKind::Forbidden => 403,
            ProblemKind::NotFound => 404,
            ProblemKind::WrongMethod => 405,
            ProblemKind::Conflict => 409,
            ProblemKind::Gone => 410,
            ProblemKind::TooLarge => 413,
            ProblemKind::Unreadable => 415,
            ProblemKind::Misdirected => 421,
            ProblemKind::Invalid => 422,
            ProblemKind::RateLimited => 429,
            ProblemKind::Internal => 500,
            ProblemKind::Unavailable => 503,
        }
    }
}

impl FieldProblem {
    /// A problem of one field of what was sent.
    pub fn field(code: &str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            path: Some(path.into()),
            node_id: None,
            field: None,
            message: message.into(),
            fix: None,
        }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn with_fix(self, words: impl Into<String>) -> Self {
        Self { fix: Some(words.into()), ..self }
    }
}

/// The dotted path of what lies at `inner` within what lies at `prefix`; `.` is that itself.
pub(crate) fn join_path(prefix: &str, inner: &str) -> String {
    match (prefix, inner) {
        (_, "." | "") => prefix.to_owned(),
        ("", inner) => inner.to_owned(),
        (prefix, inner) => format!("{prefix}.{inner}"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}
