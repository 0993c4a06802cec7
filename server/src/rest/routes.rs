//! The only way to mount a REST route: with what it takes to call it. The list it keeps is what the
//! test of every route against every role goes through.

use api::server::Ctx;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    handler::Handler,
    http::{Method, StatusCode, Uri},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use model::{
    access::Permission,
    id::WorkspaceId,
    problem::{FieldProblem, Problem, ProblemKind},
};
use schemars::{JsonSchema, SchemaGenerator};

use super::shape::{Described, Gives, Need, Shape};
use crate::{
    error::Refusal,
    http::{body, json},
    state::AppState,
};

/// The query parameter that programs of the founders send with every list; only the caller's own
/// workspace is accepted.
pub(super) const WORKSPACE: &str = "workspace_id";

/// What it takes to call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody may call it, signed in or not.
    Public,
    /// A membership whose role holds the permission.
    Needs(Permission),
    /// Whoever is signed in with a browser may call it, in whatever workspace or in none; no token.
    Person,
}

/// The kind and size of the body that a route reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// JSON, up to 1 MiB.
    Json,
    /// JSON that holds a whole text, up to 8 MiB.
    Text,
    /// A file, up to 25 MiB.
    Upload,
}

/// One route as it is mounted.
#[derive(Debug, Clone)]
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api/v1`, with its placeholders.
    pub path: &'static str,
    /// What it takes to call it.
    pub access: Access,
    /// What it does, in one sentence for the reference.
    pub says: &'static str,
    /// The kind and size of its body.
    pub intake: Intake,
    /// Its query, body and answer; what is not set is read off the handler's signature.
    pub shape: Shape,
}

impl Access {
    /// A route that reads.
    pub fn get(self, path: &'static str, says: &'static str) -> Route {
        Route::new(self, Method::GET, path, says)
    }

    /// A route that makes or does.
    pub fn post(self, path: &'static str, says: &'static str) -> Route {
        Route::new(self, Method::POST, path, says)
    }

    /// A route that replaces.
    pub fn put(self, path: &'static str, says: &'static str) -> Route {
        Route::new(self, Method::PUT, path, says)
    }

    /// A route that changes what is named and leaves the rest.
    pub fn patch(self, path: &'static str, says: &'static str) -> Route {
        Route::new(self, Method::PATCH, path, says)
    }

    /// A route that removes.
    pub fn delete(self, path: &'static str, says: &'static str) -> Route {
        Route::new(self, Method::DELETE, path, says)
    }

    /// Refuses whoever may not call what this is the access of.
    pub(crate) fn check(self, ctx: Option<&Ctx>) -> Result<(), Problem> {
        match self {
            Self::Public => Ok(()),
            Self::Needs(permission) => {
                ctx.ok_or_else(Problem::signed_out)?.require(permission).map(drop)
            }
            Self::Person => ctx.ok_or_else(Problem::signed_out)?.require_person().map(drop),
        }
    }
}

/// Operations whose body may hold a whole text: the document of an API.
const LONG_BODIES: [(&str, &str); 3] =
    [("POST", "/mcp-servers"), ("POST", "/mcp-servers/preview"), ("PATCH", "/mcp-servers/{id}")];

impl Route {
    /// A route that reads JSON, if anything.
    pub(super) fn new(
        access: Access,
        method: Method,
        path: &'static str,
        says: &'static str,
    ) -> Self {
        let is_long = LONG_BODIES.iter().any(|(verb, at)| method == *verb && path == *at);
        let intake = if is_long { Intake::Text } else { Intake::Json };
        Self { method, path, access, says, intake, shape: Shape::default() }
    }

    /// The body is read as this.
    #[must_use]
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        self.shape.body = Some((Need::Required, SchemaGenerator::subschema_for::<T>));
        self
    }

    /// The answer is this, as JSON.
    #[must_use]
    pub fn gives<T: JsonSchema>(mut self, status: StatusCode) -> Self {
        self.shape.gives = Gives::Json(status, SchemaGenerator::subschema_for::<T>);
        self
    }

    /// The body is a file's bytes.
    #[must_use]
    pub fn takes_file(mut self) -> Self {
        self.intake = Intake::Upload;
        self
    }

    /// The body may hold a whole text.
    #[must_use]
    pub fn takes_text(mut self) -> Self {
        self.intake = Intake::Text;
        self
    }

    /// The answer has no body.
    #[must_use]
    pub fn gives_nothing(mut self) -> Self {
        self.shape.gives = Gives::Nothing(StatusCode::NO_CONTENT);
        self
    }

    /// The answer leads a browser elsewhere.
    #[must_use]
    pub fn leads_on(mut self) -> Self {
        self.shape.gives = Gives::Nothing(StatusCode::SEE_OTHER);
        self
    }

    /// The answer is of another media type than JSON.
    #[must_use]
    pub fn sends(mut self, media: &'static str) -> Self {
        self.shape.gives = Gives::Other(media);
        self
    }
}

/// Routes on their way into the server.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<AppState>,
    list: Vec<Route>,
}

impl Routes {
    /// Mounts a handler, described by its own signature.
    #[must_use]
    pub fn mount<H, T, P>(mut self, mut route: Route, handler: H) -> Self
    where
        H: Handler<T, AppState> + Described<P>,
        T: 'static,
    {
        route.shape = route.shape.or(H::shape());
        let Ok(filter) = MethodFilter::try_from(route.method.clone()) else {
            tracing::error!(?route, "a route has a method that cannot be mounted");
            return self;
        };
        let most = match route.intake {
            Intake::Json => body::JSON_MAX,
            Intake::Text => body::TEXT_MAX,
            Intake::Upload => body::UPLOAD_MAX,
        };
        let reads_none = route.shape.body.is_none() && route.intake == Intake::Json;
        let handler = if reads_none && route.method != Method::GET {
            on(filter, handler).layer(middleware::from_fn(without_body))
        } else {
            on(filter, handler)
        };
        // The permission is checked before the body is read.
        let handler = body::limit_body(handler, most)
            .layer(middleware::from_fn_with_state(route.access, gate));
        self.router = self.router.route(route.path, handler);
        self.list.push(route);
        self
    }

    /// What was mounted, in order.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// The routes themselves, to be nested under `/api/v1`.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

async fn gate(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    let checked = {
        let ctx = request.extensions().get::<Ctx>();
        access.check(ctx).and_then(|()| strip_workspace(ctx, request.uri()))
    };
    match checked {
        Ok(uri) => {
            if let Some(uri) = uri {
                *request.uri_mut() = uri;
            }
            next.run(request).await
        }
        Err(problem) => Refusal(problem).into_response(),
    }
}

/// Takes the parameter [`WORKSPACE`] from the query, the same for all routes: each is of the
/// caller's own workspace. Gives the address without it; none where the address stays as it is.
fn strip_workspace(ctx: Option<&Ctx>, uri: &Uri) -> Result<Option<Uri>, Problem> {
    let Some(query) = uri.query().filter(|query| query.contains(WORKSPACE)) else {
        return Ok(None);
    };
    let Some(actor) = ctx.and_then(|ctx| ctx.actor.as_ref()) else { return Ok(None) };
    let is_named = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name == WORKSPACE);
    let (named, others): (Vec<&str>, Vec<&str>) = query.split('&').partition(is_named);
    for (_, said) in named.iter().filter_map(|pair| pair.split_once('=')) {
        let id = said.parse().map_err(|_| {
            let words = format!("“{WORKSPACE}” must be an id.");
            let wrong = FieldProblem::field("bad_shape", WORKSPACE, words.clone());
            Problem {
                errors: vec![wrong],
                ..Problem::new(ProblemKind::BadRequest, "bad_query", words)
            }
        })?;
        actor.require_workspace(Some(WorkspaceId(id)))?;
    }
    let rest = if others.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), others.join("&"))
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = rest.parse().ok();
    Ok(Uri::from_parts(parts).ok())
}

/// Refuses a body that the route would not read.
async fn without_body(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // The layer before has read the whole body, and limited it.
    let bytes = axum::body::to_bytes(body, body::JSON_MAX).await.unwrap_or_default();
    match json::refuse_unread(&bytes) {
        Ok(()) => next.run(Request::from_parts(parts, Body::empty())).await,
        Err(problem) => Refusal(problem).into_response(),
    }
}
