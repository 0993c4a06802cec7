//! Aliases of addresses, for programs written before this API: they are rewritten to the canonical
//! address and answered by the same routes, with the same permissions.

use api::server::Ctx;
use axum::{
    Router,
    extract::Request,
    http::{Uri, uri::PathAndQuery},
    response::{IntoResponse, Response},
    routing::{any, post},
};
use tower::ServiceExt;

use crate::{
    auth::caller::page_workspace,
    error::{no_such_address, wrong_method},
    state::AppState,
};

/// The beginnings of addresses that have aliases.
const SPELLINGS: &[&str] = &[
    "/api/workflow/execute",
    "/api/workflows/{*rest}",
    "/api/executions",
    "/api/executions/{*rest}",
    "/api/nodes/{*rest}",
    "/api/agents/list",
    "/api/documents",
    "/api/documents/{*rest}",
    "/api/images",
    "/api/images/{*rest}",
    "/api/v1/workflow/execute",
    "/api/v1/workflows/runs",
    "/api/v1/workflows/runs/{*rest}",
    "/api/v1/executions",
    "/api/v1/executions/{*rest}",
    // No page has an address that begins so.
    "/workflows/templates",
    "/workflows/templates/{*rest}",
    "/workflows/executions",
    "/workflows/executions/{*rest}",
    "/documents/{id}/attachments",
    "/documents/{id}/attachments/{attachment}",
];

/// Aliases that differ in the last segment of an address.
const COMMANDS: &[&str] =
    &["/api/v1/workflows/executions/launch", "/api/v1/workflows/executions/{id}/cancel"];

/// The routes of all aliases.
pub fn router(state: &AppState) -> Router<AppState> {
    let api = Router::new()
        .nest("/api/v1", super::all().into_router())
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_such_address)
        .with_state(state.clone());
    let answer = move |request: Request| forward(api.clone(), request);
    let spelt = SPELLINGS.iter().fold(Router::new(), |router, path| {
        let answer = answer.clone();
        router.route(path, any(answer))
    });
    COMMANDS.iter().fold(spelt, |router, path| {
        let answer = answer.clone();
        router.route(path, post(answer))
    })
}

async fn forward(api: Router, mut request: Request) -> Response {
    let Some(uri) = respelt(request.uri()) else {
        return no_such_address().await.into_response();
    };
    // What the outer address captured would be taken for a part of the inner one.
    let ctx = request.extensions_mut().remove::<Ctx>();
    request.extensions_mut().clear();
    if let Some(mut ctx) = ctx {
        ctx.page_workspace = ctx.person.and_then(|_| page_workspace(&uri, request.headers()));
        request.extensions_mut().insert(ctx);
    }
    *request.uri_mut() = uri;
    match api.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn respelt(uri: &Uri) -> Option<Uri> {
    let path = canonical(uri.path())?;
    let query = uri.query().or_else(|| shows_run(uri.path()).then_some("expand=artifacts"));
    let path = match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

/// Whether an address is that of one run, which is shown with its artifacts.
fn shows_run(path: &str) -> bool {
    let (_, run) = path.rsplit_once("/workflows/runs/").unwrap_or_default();
    !run.is_empty() && !run.contains('/')
}

/// The canonical form of an address below `/api`, or of one that stands without it.
fn canonical(path: &str) -> Option<String> {
    let path = path.strip_prefix("/api/").or_else(|| path.strip_prefix('/'))?;
    let words: Vec<&str> = path.strip_prefix("v1/").unwrap_or(path).split('/').collect();
    let executions = ["workflows", "executions"];
    let words: Vec<&str> = match words.as_slice() {
        ["workflow", "execute"]
        | ["executions", "launch"]
        | ["workflows", "executions", "launch"] => executions.to_vec(),
        ["workflows", "runs", rest @ ..] | ["executions", rest @ ..] => {
            executions.iter().chain(rest).copied().collect()
        }
        words => words.to_vec(),
    };
    let words: Vec<&str> = match words.as_slice() {
        ["workflows", "executions", id, "cancel"] => {
            executions.into_iter().chain([*id, "stop"]).collect()
        }
        ["workflows", "executions", id, "trigger-step", step] => {
            executions.into_iter().chain([*id, "steps", *step, "trigger"]).collect()
        }
        words => words.to_vec(),
    };
    Some(format!("/api/v1/{}", words.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_shown_with_its_artifacts_unless_it_is_said_with_what() {
        for (asked, rewritten) in [
            ("/api/workflows/runs/7", "/api/v1/workflows/executions/7?expand=artifacts"),
            ("/api/v1/workflows/runs/7", "/api/v1/workflows/executions/7?expand=artifacts"),
            ("/api/workflows/runs/7?expand=jobs", "/api/v1/workflows/executions/7?expand=jobs"),
            ("/api/workflows/runs/7/status", "/api/v1/workflows/executions/7/status"),
            ("/api/executions/7", "/api/v1/workflows/executions/7"),
        ] {
            let respelt = respelt(&Uri::from_static(asked)).map(|uri| uri.to_string());
            assert_eq!(respelt.as_deref(), Some(rewritten), "{asked}");
        }
    }

    #[test]
    fn every_other_spelling_has_its_one_address() {
        for (spelt, one) in [
            ("/api/workflows/templates/7", "/api/v1/workflows/templates/7"),
            ("/api/workflows/executions/launch", "/api/v1/workflows/executions"),
            ("/api/v1/workflows/executions/launch", "/api/v1/workflows/executions"),
            ("/api/executions/launch", "/api/v1/workflows/executions"),
            ("/api/executions/7/retry-node", "/api/v1/workflows/executions/7/retry-node"),
            ("/api/executions", "/api/v1/workflows/executions"),
            ("/api/workflows/runs", "/api/v1/workflows/executions"),
            ("/api/workflows/runs/7", "/api/v1/workflows/executions/7"),
            (
                "/api/workflows/runs/7/steps/8/trigger",
                "/api/v1/workflows/executions/7/steps/8/trigger",
            ),
            (
                "/api/workflows/runs/7/trigger-step/8",
                "/api/v1/workflows/executions/7/steps/8/trigger",
            ),
            ("/api/v1/executions/7/cancel", "/api/v1/workflows/executions/7/stop"),
            ("/api/workflow/execute", "/api/v1/workflows/executions"),
            ("/api/nodes/validate", "/api/v1/nodes/validate"),
            ("/api/agents/list", "/api/v1/agents/list"),
            ("/api/documents/7/attachments/8", "/api/v1/documents/7/attachments/8"),
            ("/documents/7/attachments", "/api/v1/documents/7/attachments"),
            ("/workflows/templates/categories/list", "/api/v1/workflows/templates/categories/list"),
            ("/workflows/executions/7/jobs", "/api/v1/workflows/executions/7/jobs"),
        ] {
            assert_eq!(canonical(spelt).as_deref(), Some(one), "{spelt}");
        }
    }
}
