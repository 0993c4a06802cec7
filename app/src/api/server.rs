//! What server functions get from the server they run in.

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use engine::services::{
    Services,
    actor::{Actor, Origin},
    key::Key,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use model::problem::{Problem, ProblemKind};

use super::ApiError;

/// The caller and the product, for one request. The HTTP layer puts it into the context of every
/// page and server function.
#[derive(Clone)]
pub struct Ctx {
    /// The commands of the product.
    pub services: Services,
    /// Who calls; nobody when signed out.
    pub actor: Option<Actor>,
    /// Where the request came from.
    pub origin: Origin,
    /// How the session's key travels.
    pub cookie: SessionCookie,
    /// The session key the browser sent, if any.
    pub session_key: Option<String>,
}

/// The name and the attributes of the session's cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionCookie {
    /// Over HTTPS: `__Host-` and `Secure`.
    Https,
    /// Over plain HTTP on the loopback.
    Http,
}

const THIRTY_DAYS_S: u32 = 30 * 24 * 60 * 60;

impl SessionCookie {
    /// The cookie's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "__Host-atelier_session",
            Self::Http => "atelier_session",
        }
    }

    /// The header that gives the browser its key.
    pub fn give(self, key: &Key) -> String {
        self.line(key.reveal(), THIRTY_DAYS_S)
    }

    /// The header that takes the key from the browser.
    pub fn take(self) -> String {
        self.line("", 0)
    }

    fn line(self, value: &str, max_age: u32) -> String {
        let secure = match self {
            Self::Https => "; Secure",
            Self::Http => "",
        };
        let name = self.name();
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}")
    }
}

/// The context of this call.
pub fn ctx() -> Result<Ctx, ApiError> {
    use_context::<Ctx>().ok_or_else(|| {
        tracing::error!("a server function runs outside a request");
        ApiError(Problem::internal())
    })
}

impl Ctx {
    /// The caller, or the problem that nobody is signed in.
    pub fn signed_in(&self) -> Result<&Actor, ApiError> {
        let detail = "You are signed out. Sign in and try again.";
        self.actor
            .as_ref()
            .ok_or_else(|| refused(Problem::new(ProblemKind::SignedOut, "signed_out", detail)))
    }
}

/// Adds a `Set-Cookie` header to the answer.
pub fn set_cookie(line: &str) {
    if let (Some(response), Ok(value)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(line))
    {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// A refusal on its way out: scripts get the problem's own HTTP status, a plain form is led back
/// to its page by the redirect that is already set.
pub fn refused(problem: impl Into<Problem>) -> ApiError {
    let problem = problem.into();
    let form = use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    });
    let response = use_context::<ResponseOptions>();
    if let (false, Some(response), Ok(status)) =
        (form, response, StatusCode::from_u16(problem.status()))
    {
        response.set_status(status);
    }
    ApiError(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_session_cookie_is_bound_to_this_host() {
        let line = SessionCookie::Https.give(&Key::session());

        assert!(line.starts_with("__Host-atelier_session="));
        for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(line.contains(attribute), "{line}");
        }
        assert!(SessionCookie::Http.take().contains("Max-Age=0"));
    }
}
