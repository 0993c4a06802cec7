//! The pages and their server functions, each with the request they answer.

use app::api::server::Ctx;
use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    middleware,
    response::{IntoResponse, Response},
    routing::post,
};
use leptos::{
    context::{provide_context, use_context},
    nonce::Nonce,
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use model::problem::Problem;

use crate::{error::Refusal, http::body, state::AppState};

/// Every page of the app, its server functions under `/api/fn`, and the page for what is not there.
pub fn router(state: &AppState) -> Router<AppState> {
    let pages = generate_route_list(app::App);
    let options = state.leptos.clone();
    let shell = move || app::shell(options.clone());
    let functions =
        post(call_function).layer(middleware::from_fn_with_state(body::JSON_MAX, body::limit));
    Router::new()
        .leptos_routes_with_context(state, pages, provide_request, shell)
        .route("/api/fn/{*name}", functions)
        .fallback(not_found)
}

/// Gives components and server functions the request's own nonce and `Ctx`.
fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(nonce) = parts.extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
    if let Some(ctx) = parts.extensions.get::<Ctx>() {
        provide_context(ctx.clone());
    }
}

async fn call_function(request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(provide_request, request).await.into_response()
}

async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    if request.uri().path().starts_with("/api/") {
        return Refusal(Problem::not_found("address")).into_response();
    }
    let options = state.leptos.clone();
    let shell = move || app::shell(options.clone());
    let render = leptos_axum::render_app_to_stream_with_context(provide_request, shell);
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
