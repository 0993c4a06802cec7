//! What pages call at `/api/fn/<name>`, and the permission that each function needs: the
//! [operations](model::operations), and the functions in the table here. What is in neither cannot be
//! called; a test compares the table with the functions that the app registers.

use api::{
    call::{Arguments, Operation},
    server::Ctx,
};
use app::shell::PreloadFonts;
use axum::{
    Json as Answer,
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::Nonce,
    server_fn::axum::server_fn_paths,
};
use model::{access::Permission, problem::Problem};
use serde_json::Value;

use crate::{error::Refusal, http::json, rest::routes::Access};

/// The beginning of the address of every server function.
pub const PREFIX: &str = "/api/fn/";

/// Name and access of every function that is no operation.
const FUNCTIONS: &[(&str, Access)] = &[
    ("artifact_text", Access::Needs(Permission::Read)),
    ("change_address", Access::Needs(Permission::ManageOwnAccount)),
    ("change_password", Access::Needs(Permission::ManageOwnAccount)),
    ("choose_providers", Access::Needs(Permission::ManageProviders)),
    ("clone_template", Access::Needs(Permission::EditTemplate)),
    ("control", Access::Needs(Permission::ControlExecution)),
    ("create_document", Access::Needs(Permission::EditDocument)),
    ("create_token", Access::Needs(Permission::ManageOwnAccount)),
    ("create_workspace", Access::Person),
    ("decide_by_link", Access::Public),
    ("delete_account", Access::Needs(Permission::ManageOwnAccount)),
    ("delete_price", Access::Needs(Permission::ManageProviders)),
    ("delete_provider", Access::Needs(Permission::ManageProviders)),
    ("delete_secret", Access::Needs(Permission::ManageSecrets)),
    ("docs", Access::Public),
    ("document", Access::Needs(Permission::Read)),
    ("document_text", Access::Needs(Permission::Read)),
    ("forgot_password", Access::Public),
    ("format_text", Access::Needs(Permission::Read)),
    ("gave", Access::Needs(Permission::Read)),
    ("history", Access::Needs(Permission::Read)),
    ("invitation", Access::Public),
    ("join", Access::Public),
    ("judgement", Access::Needs(Permission::Read)),
    ("launch", Access::Needs(Permission::LaunchTemplate)),
    ("launch_draft_page", Access::Needs(Permission::LaunchInline)),
    ("launch_page", Access::Needs(Permission::LaunchTemplate)),
    ("leave_workspace", Access::Needs(Permission::ManageOwnAccount)),
    ("linked_changes", Access::Public),
    ("linked_item", Access::Public),
    ("linked_review", Access::Public),
    ("monitor", Access::Needs(Permission::Read)),
    ("move_document", Access::Needs(Permission::EditDocument)),
    ("password_link", Access::Public),
    ("questions", Access::Needs(Permission::Read)),
    ("read_workflow", Access::Needs(Permission::EditTemplate)),
    ("rename_account", Access::Needs(Permission::ManageOwnAccount)),
    ("replay", Access::Needs(Permission::LaunchTemplate)),
    ("rerun_stale", Access::Needs(Permission::LaunchTemplate)),
    ("reset_password", Access::Public),
    ("review_item", Access::Needs(Permission::Read)),
    ("reviews", Access::Needs(Permission::Read)),
    ("reviews_of", Access::Needs(Permission::Read)),
    ("revoke_other_sessions", Access::Needs(Permission::ManageOwnAccount)),
    ("revoke_review_link", Access::Needs(Permission::DecideOwnReview)),
    ("revoke_session", Access::Needs(Permission::ManageOwnAccount)),
    ("set_month_budget", Access::Needs(Permission::ManageBudgets)),
    ("set_price", Access::Needs(Permission::ManageProviders)),
    ("set_provider", Access::Needs(Permission::ManageProviders)),
    ("set_secret", Access::Needs(Permission::ManageSecrets)),
    ("set_template_budget", Access::Needs(Permission::ManageBudgets)),
    ("set_up", Access::Public),
    ("set_workspace_archived", Access::Needs(Permission::DeleteWorkspace)),
    ("sign_in", Access::Public),
    ("sign_in_ways", Access::Public),
    ("sign_out", Access::Public),
    ("switch_workspace", Access::Person),
    ("template", Access::Needs(Permission::Read)),
    ("tool_calls", Access::Needs(Permission::Read)),
    ("visitor", Access::Public),
    ("writing", Access::Needs(Permission::Read)),
];

const ERROR_MAX: usize = 1 << 20;

/// Name and access of everything that pages call.
pub fn functions() -> impl Iterator<Item = (&'static str, Access)> {
    let operations = api::operations();
    let operations = operations.map(|one| (one.name, Access::Needs(one.permission)));
    operations.chain(FUNCTIONS.iter().copied())
}

/// The address of every function that the app registers, in the table or not.
pub fn registered_paths() -> Vec<String> {
    server_fn_paths().map(|(path, _)| path.to_owned()).collect()
}

/// Calls the function a request names, if the caller may.
pub async fn call(request: Request) -> Response {
    let ctx = request.extensions().get::<Ctx>();
    let name = request.uri().path().strip_prefix(PREFIX).unwrap_or_default();
    let operation = api::operations().find(|operation| operation.name == name);
    let access = match operation {
        Some(operation) => Some(Access::Needs(operation.permission)),
        None => FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, access)| *access),
    };
    let access = access.ok_or_else(|| Problem::not_found("address"));
    if let Err(problem) = access.and_then(|access| access.check(ctx)) {
        return Refusal(problem).into_response();
    }
    if let (Some(operation), Some(ctx)) = (operation, ctx.cloned()) {
        return answer(operation, ctx, request).await.into_response();
    }
    let answer = leptos_axum::handle_server_fns_with_context(provide_request, request).await;
    with_own_status(answer.into_response()).await
}

/// Gives components and server functions the request's own nonce and `Ctx`.
pub fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(nonce) = parts.extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
    if let Some(fonts) = parts.extensions.get::<PreloadFonts>() {
        provide_context(fonts.clone());
    }
    if let Some(ctx) = parts.extensions.get::<Ctx>() {
        provide_context(ctx.clone());
    }
}

async fn answer(
    operation: &Operation,
    ctx: Ctx,
    request: Request,
) -> Result<Answer<Value>, Refusal> {
    let json::Json(arguments) = json::Json::from_request(request, &()).await?;
    Ok(Answer((operation.answer)(ctx, Arguments(arguments)).await?))
}

/// Gives an error the status of the problem in its body: Leptos answers every error with 500.
async fn with_own_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_MAX).await else {
        return Refusal(Problem::internal()).into_response();
    };
    if let Ok(problem) = json::parse::<Problem>(&bytes)
        && let Ok(status) = StatusCode::from_u16(problem.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(bytes))
}
