//! The server functions of the pages, and the permission that each needs. A function that is not in
//! this table cannot be called; a test compares the table with the functions that the app
//! registers.

use api::server::Ctx;
use app::shell::PreloadFonts;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::Nonce,
    server_fn::axum::server_fn_paths,
};
use model::{access::Permission, problem::Problem};

use crate::{error::Refusal, http::json, rest::routes::Access};

/// The beginning of the address of every server function.
pub const PREFIX: &str = "/api/fn/";

/// Name and access of every server function.
pub const FUNCTIONS: &[(&str, Access)] = &[
    ("answer_call", Access::Needs(Permission::ControlExecution)),
    ("arrange", Access::Needs(Permission::EditDocument)),
    ("artifact_text", Access::Needs(Permission::Read)),
    ("attention", Access::Needs(Permission::Read)),
    ("builder", Access::Needs(Permission::Read)),
    ("caption_image", Access::Needs(Permission::EditDocument)),
    ("change_preset", Access::Needs(Permission::LaunchTemplate)),
    ("change_project", Access::Needs(Permission::EditProject)),
    ("clone_template", Access::Needs(Permission::EditTemplate)),
    ("compare_document_versions", Access::Needs(Permission::Read)),
    ("compare_versions", Access::Needs(Permission::Read)),
    ("control", Access::Needs(Permission::ControlExecution)),
    ("control_several", Access::Needs(Permission::ControlExecution)),
    ("create_document", Access::Needs(Permission::EditDocument)),
    ("create_preset", Access::Needs(Permission::LaunchTemplate)),
    ("create_project", Access::Needs(Permission::EditProject)),
    ("create_template", Access::Needs(Permission::EditTemplate)),
    ("dashboard", Access::Needs(Permission::Read)),
    ("decide", Access::Needs(Permission::DecideOwnReview)),
    ("decide_by_link", Access::Public),
    ("delete_document", Access::Needs(Permission::EditDocument)),
    ("delete_image", Access::Needs(Permission::EditDocument)),
    ("delete_preset", Access::Needs(Permission::LaunchTemplate)),
    ("delete_price", Access::Needs(Permission::ManageProviders)),
    ("delete_project", Access::Needs(Permission::EditProject)),
    ("delete_provider", Access::Needs(Permission::ManageProviders)),
    ("describe_image", Access::Needs(Permission::EditDocument)),
    ("document", Access::Needs(Permission::Read)),
    ("document_files", Access::Needs(Permission::Read)),
    ("document_shelf", Access::Needs(Permission::Read)),
    ("document_text", Access::Needs(Permission::Read)),
    ("document_versions", Access::Needs(Permission::Read)),
    ("documents", Access::Needs(Permission::Read)),
    ("execution_events", Access::Needs(Permission::Read)),
    ("execution_status", Access::Needs(Permission::Read)),
    ("find", Access::Needs(Permission::Read)),
    ("format_text", Access::Needs(Permission::Read)),
    ("gallery", Access::Needs(Permission::Read)),
    ("gave", Access::Needs(Permission::Read)),
    ("history", Access::Needs(Permission::Read)),
    ("history_choices", Access::Needs(Permission::Read)),
    ("images", Access::Needs(Permission::Read)),
    ("judgement", Access::Needs(Permission::Read)),
    ("keep_document_version", Access::Needs(Permission::EditDocument)),
    ("keep_version", Access::Needs(Permission::ControlExecution)),
    ("latest_draft", Access::Needs(Permission::EditTemplate)),
    ("launch", Access::Needs(Permission::LaunchTemplate)),
    ("launch_draft_page", Access::Needs(Permission::LaunchInline)),
    ("launch_page", Access::Needs(Permission::LaunchTemplate)),
    ("lineage", Access::Needs(Permission::Read)),
    ("linked_changes", Access::Public),
    ("linked_item", Access::Public),
    ("linked_review", Access::Public),
    ("make_review_link", Access::Needs(Permission::DecideOwnReview)),
    ("monitor", Access::Needs(Permission::Read)),
    ("move_document", Access::Needs(Permission::EditDocument)),
    ("project", Access::Needs(Permission::Read)),
    ("projects", Access::Needs(Permission::Read)),
    ("providers", Access::Needs(Permission::ManageProviders)),
    ("publish", Access::Needs(Permission::PublishTemplate)),
    ("questions", Access::Needs(Permission::Read)),
    ("read_workflow", Access::Needs(Permission::EditTemplate)),
    ("remove_document_file", Access::Needs(Permission::EditDocument)),
    ("repair_stuck", Access::Needs(Permission::RepairExecution)),
    ("replay", Access::Needs(Permission::LaunchTemplate)),
    ("rerun", Access::Needs(Permission::LaunchTemplate)),
    ("rerun_stale", Access::Needs(Permission::LaunchTemplate)),
    ("restore_document_version", Access::Needs(Permission::EditDocument)),
    ("restore", Access::Needs(Permission::EditTemplate)),
    ("review_changes", Access::Needs(Permission::Read)),
    ("review_item", Access::Needs(Permission::Read)),
    ("review_links", Access::Needs(Permission::DecideOwnReview)),
    ("reviews", Access::Needs(Permission::Read)),
    ("reviews_of", Access::Needs(Permission::Read)),
    ("revoke_review_link", Access::Needs(Permission::DecideOwnReview)),
    ("save_document", Access::Needs(Permission::EditDocument)),
    ("save_draft", Access::Needs(Permission::EditTemplate)),
    ("sent", Access::Needs(Permission::Read)),
    ("set_month_budget", Access::Needs(Permission::ManageBudgets)),
    ("set_price", Access::Needs(Permission::ManageProviders)),
    ("set_provider", Access::Needs(Permission::ManageProviders)),
    ("set_up", Access::Public),
    ("sign_in", Access::Public),
    ("sign_out", Access::Public),
    ("start_workflow", Access::Needs(Permission::EditTemplate)),
    ("stuck", Access::Needs(Permission::ReadAudit)),
    ("template", Access::Needs(Permission::Read)),
    ("template_version", Access::Needs(Permission::Read)),
    ("template_versions", Access::Needs(Permission::Read)),
    ("test_page", Access::Needs(Permission::LaunchInline)),
    ("test_run", Access::Needs(Permission::LaunchInline)),
    ("tidy", Access::Needs(Permission::EditTemplate)),
    ("try_provider", Access::Needs(Permission::ManageProviders)),
    ("under_way", Access::Needs(Permission::Read)),
    ("use_version", Access::Needs(Permission::ControlExecution)),
    ("versions", Access::Needs(Permission::Read)),
    ("visitor", Access::Public),
    ("writing", Access::Needs(Permission::Read)),
];

const ERROR_MAX: usize = 1 << 20;

/// The address of every function that the app registers, in the table or not.
pub fn registered_paths() -> Vec<String> {
    server_fn_paths().map(|(path, _)| path.to_owned()).collect()
}

/// Calls the function a request names, if the caller may.
pub async fn call(request: Request) -> Response {
    let ctx = request.extensions().get::<Ctx>();
    if let Err(problem) = check(request.uri().path(), ctx) {
        return Refusal(problem).into_response();
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

fn check(path: &str, ctx: Option<&Ctx>) -> Result<(), Problem> {
    let name = path.strip_prefix(PREFIX).unwrap_or_default();
    let known = FUNCTIONS.iter().find(|(known, _)| *known == name);
    let (_, access) = known.ok_or_else(|| Problem::not_found("address"))?;
    match access {
        Access::Public => Ok(()),
        Access::Needs(permission) => {
            ctx.ok_or_else(Problem::signed_out)?.require(*permission).map(drop)
        }
    }
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
