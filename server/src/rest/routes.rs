//! The only way to mount a REST route: with what it takes to call it. The list it keeps is what the
//! test of every route against every role goes through.

use app::api::server::{Ctx, signed_out};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use model::{access::Permission, problem::Problem};

use crate::{error::Refusal, http::body, state::AppState};

/// What it takes to call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// A membership whose role holds the permission.
    Needs(Permission),
}

/// How much a route reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// JSON, up to 1 MiB.
    Json,
    /// A file, up to 25 MiB.
    Upload,
}

/// One route as it was mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`, with its placeholders.
    pub path: &'static str,
    /// What it takes to call it.
    pub access: Access,
}

/// Routes on their way into the server.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<AppState>,
    list: Vec<Route>,
}

impl Routes {
    /// Mounts a handler that reads JSON or nothing.
    #[must_use]
    pub fn mount<H, T>(self, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.mount_with(Route { method, path, access }, Intake::Json, handler)
    }

    /// Mounts a handler that takes in what is said.
    #[must_use]
    pub fn mount_with<H, T>(mut self, route: Route, intake: Intake, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let Ok(filter) = MethodFilter::try_from(route.method.clone()) else {
            tracing::error!(?route, "a route has a method that cannot be mounted");
            return self;
        };
        let most = match intake {
            Intake::Json => body::JSON_MAX,
            Intake::Upload => body::UPLOAD_MAX,
        };
        // The gate comes first: nobody uploads who may not.
        let handler = on(filter, handler)
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(most, body::limit))
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

async fn gate(State(access): State<Access>, request: Request, next: Next) -> Response {
    match check(access, request.extensions().get::<Ctx>()) {
        Ok(()) => next.run(request).await,
        Err(problem) => Refusal(problem).into_response(),
    }
}

fn check(access: Access, ctx: Option<&Ctx>) -> Result<(), Problem> {
    match access {
        Access::Public => Ok(()),
        Access::Needs(permission) => ctx.ok_or_else(signed_out)?.require(permission).map(drop),
    }
}
