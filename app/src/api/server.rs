//! What a server function gets of its request: the services, who asks, and a way to answer with a cookie.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderValue, StatusCode, header::SET_COOKIE};
use engine::services::{
    Services,
    actor::{Actor, Origin},
    key::Key,
};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use model::{
    access::Permission,
    problem::{Problem, ProblemKind},
};
use tokio::sync::OnceCell;

use super::{ApiError, SIGNED_OUT};

/// Writes the session cookie for a key, or the one that removes it.
pub type SessionCookie = Arc<dyn Fn(Option<&Key>) -> HeaderValue + Send + Sync>;

/// The request as a server function sees it.
#[derive(Clone)]
pub struct Ctx {
    /// The commands of the product.
    pub services: Services,
    /// Who asks; `None` when nobody is signed in.
    pub actor: Option<Actor>,
    /// Where the request came from.
    pub origin: Origin,
    /// The key in the request's session cookie, living or not.
    pub session_key: Option<String>,
    /// How the cookie is written for the address this server has.
    pub cookie: SessionCookie,
    /// What its page has loaded.
    pub loads: Loads,
}

/// What was loaded for one request: by its type, and by what was asked for.
#[derive(Clone, Default)]
pub struct Loads(Arc<Mutex<Loaded>>);

type Loaded = HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

impl Loads {
    /// Where what is loaded of this type for this place is kept, for all who ask for it.
    pub fn kept<T: Send + Sync + 'static>(&self, place: String) -> Arc<OnceCell<T>> {
        let mut loads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = loads
            .entry((TypeId::of::<T>(), place))
            .or_insert_with(|| Arc::<OnceCell<T>>::default());
        kept.clone().downcast().unwrap_or_default()
    }

    /// Whether something of that type was asked for at this place before.
    pub fn knows(&self, kind: TypeId, place: &str) -> bool {
        let loads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loads.contains_key(&(kind, place.to_owned()))
    }
}

impl Ctx {
    /// The context of the request being answered.
    pub fn get() -> Result<Self, Problem> {
        use_context::<Self>().ok_or_else(|| {
            tracing::error!("a server function was called outside of a request");
            Problem::internal()
        })
    }

    /// The actor, if they are signed in and hold the permission.
    pub fn require(&self, permission: Permission) -> Result<&Actor, Problem> {
        let actor = self.actor.as_ref().ok_or_else(signed_out)?;
        actor.require(permission)?;
        Ok(actor)
    }

    /// Answers with the cookie of a fresh session, or with `None` the one that removes it.
    pub fn keep(&self, key: Option<&Key>) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(SET_COOKIE, (self.cookie)(key));
        }
    }
}

impl fmt::Debug for Ctx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ctx").field("actor", &self.actor).finish_non_exhaustive()
    }
}

/// A refusal on its way out, with the problem's own HTTP status.
pub fn refused(problem: impl Into<Problem>) -> ApiError {
    let problem = problem.into();
    let response = use_context::<ResponseOptions>();
    if let (Some(response), Ok(status)) = (response, StatusCode::from_u16(problem.status())) {
        response.set_status(status);
    }
    ApiError(problem)
}

/// Nobody is signed in.
pub fn signed_out() -> Problem {
    Problem::new(ProblemKind::SignedOut, "signed_out", SIGNED_OUT)
}
