//! What a server function gets of its request: the backend, who asks, and a way to set the cookie.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderValue, StatusCode, header::SET_COOKIE};
use backend::{
    Backend,
    actor::{Actor, Origin, Person, no_workspace},
    key::Key,
};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use model::{access::Permission, id::WorkspaceId, problem::Problem};
use tokio::sync::OnceCell;

use super::ApiError;

/// Writes the session cookie for a key, or the one that removes it.
pub type SessionCookie = Arc<dyn Fn(Option<&Key>) -> HeaderValue + Send + Sync>;

/// The request as a server function sees it.
#[derive(Clone)]
pub struct Ctx {
    /// The commands of the product that pages give.
    pub backend: Backend,
    /// Who asks, as a member of a workspace; none when nobody is signed in, or somebody who is in no
    /// workspace.
    pub actor: Option<Actor>,
    /// Who is signed in with this browser, in a workspace or in none; none with an API token.
    pub person: Option<Person>,
    /// The workspace of the page that sent the request, as far as the browser says. It opens
    /// nothing: it only keeps a page from acting in another workspace than it shows.
    pub page_workspace: Option<WorkspaceId>,
    /// Where the request came from.
    pub origin: Arc<Origin>,
    /// The key in the request's session cookie; the session may have ended.
    pub session_key: Option<String>,
    /// Writes the session cookie; whether it is `Secure` depends on the address of this server.
    pub cookie: SessionCookie,
    /// What the builds of the request's page have loaded, shared between them.
    pub loads: Loads,
}

/// What was loaded for one request, by its type and by the arguments it was loaded with.
#[derive(Clone, Default)]
pub struct Loads(Arc<Mutex<LoadCells>>);

type LoadCells = HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

impl Loads {
    /// The cell for a value of type `T` loaded with the arguments `place`; made empty at the first
    /// call.
    pub fn cell<T: Send + Sync + 'static>(&self, place: String) -> Arc<OnceCell<T>> {
        let mut loads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = loads
            .entry((TypeId::of::<T>(), place))
            .or_insert_with(|| Arc::<OnceCell<T>>::default());
        cell.clone().downcast().unwrap_or_default()
    }

    /// Whether a [cell](Self::cell) for this type and these arguments was asked for before.
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

    /// The actor, if they are signed in, hold the permission, and are in the workspace of the page
    /// that asks.
    pub fn require(&self, permission: Permission) -> Result<&Actor, Problem> {
        let actor = self.actor.as_ref().ok_or_else(|| self.outsider())?;
        if self.page_workspace.is_some_and(|shown| shown != actor.workspace) {
            let words = "You switched workspaces in another tab. Reload this page.";
            return Err(Problem::conflict("workspace_switched", words));
        }
        actor.require(permission)?;
        Ok(actor)
    }

    /// The problem of somebody who is no member of a workspace here.
    fn outsider(&self) -> Problem {
        match self.person {
            Some(_) => no_workspace(),
            None => Problem::signed_out(),
        }
    }

    /// Who is signed in with a browser, in whatever workspace or in none.
    pub fn require_person(&self) -> Result<Person, Problem> {
        match (self.person, &self.actor) {
            (Some(person), _) => Ok(person),
            (None, Some(actor)) => actor.require_person().and(Err(Problem::signed_out())),
            (None, None) => Err(Problem::signed_out()),
        }
    }

    /// Adds the cookie of a new session to the response; without a key the one that removes the
    /// cookie.
    pub fn set_session_cookie(&self, key: Option<&Key>) {
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

/// Makes a problem the error of a server function, and sets its HTTP status on the response.
pub fn into_api_error(problem: Problem) -> ApiError {
    let response = use_context::<ResponseOptions>();
    if let (Some(response), Ok(status)) = (response, StatusCode::from_u16(problem.status())) {
        response.set_status(status);
    }
    ApiError(problem)
}
