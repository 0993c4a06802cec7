//! The routes of the pages and of their server functions.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, Uri},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list_with_exclusions};
use model::problem::Problem;

use crate::{
    error::Refusal,
    http::body,
    server_fns::{self, provide_request},
    state::AppState,
};

/// The routes of the pages, generated once in a process, before its first router exists. While
/// Leptos generates them, resources of a page of another router would never resolve
/// (<https://github.com/leptos-rs/leptos/issues/4773>).
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
    // Leptos would mount the server functions by itself, without permission check and body limit.
    generate_route_list_with_exclusions(app::shell::pages, Some(server_fns::registered_paths()))
});

/// Every page of the app, its server functions under `/api/fn`, and the page for what is not there.
pub fn router(state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    let shell = move || app::shell(options.clone());
    let functions = |most: usize| body::limit_body(post(server_fns::call), most);
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), provide_request, shell)
        .route("/api/fn/save_document", functions(body::TEXT_MAX))
        .route("/api/fn/format_text", functions(body::TEXT_MAX))
        .route("/api/fn/read_workflow", functions(body::TEXT_MAX))
        .route("/api/fn/preview_api", functions(body::TEXT_MAX))
        .route("/api/fn/register_tool_server", functions(body::TEXT_MAX))
        .route("/api/fn/change_tool_server", functions(body::TEXT_MAX))
        .route("/api/fn/{*name}", functions(body::JSON_MAX))
        .fallback(not_found)
        .layer(from_fn(redirect_to_page))
}

/// Redirects an address that somebody has shortened or ended by hand to the page that is meant.
async fn redirect_to_page(request: Request, next: Next) -> Response {
    match find_page(request.uri()) {
        Some(page) => Redirect::permanent(&page).into_response(),
        None => next.run(request).await,
    }
}

/// The page of a workspace that is meant by its address with a slash at the end, by the address of
/// an execution without its id, or by `project` with an id; none for other addresses.
fn find_page(asked: &Uri) -> Option<String> {
    let path = asked.path().strip_prefix("/workspace/")?;
    let page = path.trim_end_matches('/');
    let page = match page.strip_suffix("/workflows/executions") {
        Some(workspace) => format!("{workspace}/executions"),
        None => page.replacen("/project/", "/projects/", 1),
    };
    let query = asked.query().map_or(String::new(), |query| format!("?{query}"));
    (page != path && !page.is_empty()).then(|| format!("/workspace/{page}{query}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_was_cut_or_ended_by_hand_leads_to_its_page() {
        let find_page = |asked| find_page(&Uri::from_static(asked));

        assert_eq!(find_page("/workspace/7/").as_deref(), Some("/workspace/7"));
        assert_eq!(
            find_page("/workspace/7/documents//?q=a").as_deref(),
            Some("/workspace/7/documents?q=a")
        );
        for executions in
            ["/workspace/7/workflows/executions", "/workspace/7/workflows/executions/"]
        {
            assert_eq!(find_page(executions).as_deref(), Some("/workspace/7/executions"));
        }
        let project = find_page("/workspace/7/project/8");
        assert_eq!(project.as_deref(), Some("/workspace/7/projects/8"));
        for there in
            ["/workspace/7", "/workspace/7/workflows/executions/1", "/", "/workspace/", "/x/"]
        {
            assert_eq!(find_page(there), None, "{there}");
        }
    }
}
