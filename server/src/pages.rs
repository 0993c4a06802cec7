//! The pages, each with the request it answers.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list_with_exclusions};
use model::problem::Problem;

use crate::{
    error::Refusal,
    functions::{self, provide_request},
    http::body,
    state::AppState,
};

/// Where the pages are: found out once in a process, before its first router is there. While Leptos
/// looks for them, what a page of another router loads would wait for ever
/// (<https://github.com/leptos-rs/leptos/issues/4773>).
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
    // Leptos would mount the functions by itself, past the gate and the limit on bodies.
    generate_route_list_with_exclusions(app::App, Some(functions::registered()))
});

/// Every page of the app, its server functions under `/api/fn`, and the page for what is not there.
pub fn router(state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    let shell = move || app::shell(options.clone());
    let functions = |most: usize| body::limited(post(functions::call), most);
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), provide_request, shell)
        .route("/api/fn/save_document", functions(body::TEXT_MAX))
        .route("/api/fn/format_text", functions(body::TEXT_MAX))
        .route("/api/fn/read_workflow", functions(body::TEXT_MAX))
        .route("/api/fn/{*name}", functions(body::JSON_MAX))
        .fallback(not_found)
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
