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
    ("accept_tool_drift", Access::Needs(Permission::ManageTools)),
    ("account", Access::Needs(Permission::ManageOwnAccount)),
    ("add_comment", Access::Needs(Permission::Comment)),
    ("add_webhook", Access::Needs(Permission::ManageWorkspace)),
    ("agent_page", Access::Needs(Permission::Read)),
    ("agent_stock", Access::Needs(Permission::Read)),
    ("agent_talk", Access::Needs(Permission::Read)),
    ("agents_page", Access::Needs(Permission::Read)),
    ("answer_call", Access::Needs(Permission::ControlExecution)),
    ("archive_agent", Access::Needs(Permission::EditTemplate)),
    ("archive_template", Access::Needs(Permission::EditTemplate)),
    ("arrange", Access::Needs(Permission::EditDocument)),
    ("artifact_text", Access::Needs(Permission::Read)),
    ("attention", Access::Needs(Permission::Read)),
    ("audit", Access::Needs(Permission::ReadAudit)),
    ("audit_people", Access::Needs(Permission::ReadAudit)),
    ("budgets", Access::Needs(Permission::ManageBudgets)),
    ("builder", Access::Needs(Permission::Read)),
    ("caption_image", Access::Needs(Permission::EditDocument)),
    ("change_address", Access::Needs(Permission::ManageOwnAccount)),
    ("change_comment", Access::Needs(Permission::Comment)),
    ("change_password", Access::Needs(Permission::ManageOwnAccount)),
    ("change_preset", Access::Needs(Permission::EditPreset)),
    ("change_project", Access::Needs(Permission::EditProject)),
    ("change_role", Access::Needs(Permission::ManageMembers)),
    ("change_template", Access::Needs(Permission::EditTemplate)),
    ("change_tool_server", Access::Needs(Permission::ManageTools)),
    ("change_webhook", Access::Needs(Permission::ManageWorkspace)),
    ("change_workspace", Access::Needs(Permission::ManageWorkspace)),
    ("check_tool_server", Access::Needs(Permission::ManageTools)),
    ("choose_providers", Access::Needs(Permission::ManageProviders)),
    ("clone_template", Access::Needs(Permission::EditTemplate)),
    ("comments", Access::Needs(Permission::Read)),
    ("compare_document_versions", Access::Needs(Permission::Read)),
    ("compare_versions", Access::Needs(Permission::Read)),
    ("control", Access::Needs(Permission::ControlExecution)),
    ("control_several", Access::Needs(Permission::ControlExecution)),
    ("count_comments", Access::Needs(Permission::Read)),
    ("create_agent", Access::Needs(Permission::EditTemplate)),
    ("create_document", Access::Needs(Permission::EditDocument)),
    ("create_preset", Access::Needs(Permission::EditPreset)),
    ("create_project", Access::Needs(Permission::EditProject)),
    ("create_template", Access::Needs(Permission::EditTemplate)),
    ("create_token", Access::Needs(Permission::ManageOwnAccount)),
    ("create_workspace", Access::Person),
    ("dashboard", Access::Needs(Permission::Read)),
    ("decide", Access::Needs(Permission::DecideOwnReview)),
    ("decide_by_link", Access::Public),
    ("deciders", Access::Needs(Permission::Read)),
    ("delete_account", Access::Needs(Permission::ManageOwnAccount)),
    ("delete_comment", Access::Needs(Permission::Comment)),
    ("delete_document", Access::Needs(Permission::EditDocument)),
    ("delete_image", Access::Needs(Permission::EditDocument)),
    ("delete_preset", Access::Needs(Permission::EditPreset)),
    ("delete_price", Access::Needs(Permission::ManageProviders)),
    ("delete_project", Access::Needs(Permission::EditProject)),
    ("delete_provider", Access::Needs(Permission::ManageProviders)),
    ("delete_secret", Access::Needs(Permission::ManageSecrets)),
    ("delete_template", Access::Needs(Permission::EditTemplate)),
    ("delete_tool_server", Access::Needs(Permission::ManageTools)),
    ("delete_webhook", Access::Needs(Permission::ManageWorkspace)),
    ("delete_workspace", Access::Needs(Permission::DeleteWorkspace)),
    ("describe_image", Access::Needs(Permission::EditDocument)),
    ("docs", Access::Public),
    ("document", Access::Needs(Permission::Read)),
    ("document_files", Access::Needs(Permission::Read)),
    ("document_shelf", Access::Needs(Permission::Read)),
    ("document_text", Access::Needs(Permission::Read)),
    ("document_versions", Access::Needs(Permission::Read)),
    ("documents", Access::Needs(Permission::Read)),
    ("duplicate_agent", Access::Needs(Permission::EditTemplate)),
    ("execution_events", Access::Needs(Permission::Read)),
    ("execution_status", Access::Needs(Permission::Read)),
    ("expired_history", Access::Needs(Permission::ManageWorkspace)),
    ("find", Access::Needs(Permission::Read)),
    ("forgot_password", Access::Public),
    ("format_text", Access::Needs(Permission::Read)),
    ("gallery", Access::Needs(Permission::Read)),
    ("gave", Access::Needs(Permission::Read)),
    ("history", Access::Needs(Permission::Read)),
    ("history_choices", Access::Needs(Permission::Read)),
    ("images", Access::Needs(Permission::Read)),
    ("invitation", Access::Public),
    ("invitations", Access::Needs(Permission::ManageMembers)),
    ("invite", Access::Needs(Permission::ManageMembers)),
    ("join", Access::Public),
    ("judgement", Access::Needs(Permission::Read)),
    ("keep_document_version", Access::Needs(Permission::EditDocument)),
    ("keep_theme", Access::Needs(Permission::ManageOwnAccount)),
    ("keep_version", Access::Needs(Permission::ControlExecution)),
    ("latest_draft", Access::Needs(Permission::EditTemplate)),
    ("launch", Access::Needs(Permission::LaunchTemplate)),
    ("launch_draft_page", Access::Needs(Permission::LaunchInline)),
    ("launch_page", Access::Needs(Permission::LaunchTemplate)),
    ("leave_workspace", Access::Needs(Permission::ManageOwnAccount)),
    ("lineage", Access::Needs(Permission::Read)),
    ("linked_changes", Access::Public),
    ("linked_item", Access::Public),
    ("linked_review", Access::Public),
    ("list_agents", Access::Needs(Permission::Read)),
    ("list_tools", Access::Needs(Permission::Read)),
    ("make_password_link", Access::Needs(Permission::ManageMembers)),
    ("make_review_link", Access::Needs(Permission::DecideOwnReview)),
    ("member_holdings", Access::Needs(Permission::Read)),
    ("members", Access::Needs(Permission::Read)),
    ("mentionable", Access::Needs(Permission::Comment)),
    ("monitor", Access::Needs(Permission::Read)),
    ("move_document", Access::Needs(Permission::EditDocument)),
    ("notices", Access::Needs(Permission::ManageWorkspace)),
    ("password_link", Access::Public),
    ("project", Access::Needs(Permission::Read)),
    ("projects", Access::Needs(Permission::Read)),
    ("providers", Access::Needs(Permission::ManageProviders)),
    ("publish", Access::Needs(Permission::PublishTemplate)),
    ("publish_agent", Access::Needs(Permission::PublishTemplate)),
    ("questions", Access::Needs(Permission::Read)),
    ("read_workflow", Access::Needs(Permission::EditTemplate)),
    ("reassign_review", Access::Needs(Permission::DecideOwnReview)),
    ("register_tool_server", Access::Needs(Permission::ManageTools)),
    ("remove_document_file", Access::Needs(Permission::EditDocument)),
    ("remove_member", Access::Needs(Permission::ManageMembers)),
    ("renew_invitation", Access::Needs(Permission::ManageMembers)),
    ("remove_picture", Access::Needs(Permission::ManageOwnAccount)),
    ("rename_account", Access::Needs(Permission::ManageOwnAccount)),
    ("reopen_comments", Access::Needs(Permission::Comment)),
    ("repair_stuck", Access::Needs(Permission::RepairExecution)),
    ("replay", Access::Needs(Permission::LaunchTemplate)),
    ("rerun", Access::Needs(Permission::LaunchTemplate)),
    ("rerun_stale", Access::Needs(Permission::LaunchTemplate)),
    ("reset_password", Access::Public),
    ("resolve_comments", Access::Needs(Permission::Comment)),
    ("restore_agent_version", Access::Needs(Permission::EditTemplate)),
    ("restore_document_version", Access::Needs(Permission::EditDocument)),
    ("restore", Access::Needs(Permission::EditTemplate)),
    ("retention", Access::Needs(Permission::ManageWorkspace)),
    ("retry_delivery", Access::Needs(Permission::ManageWorkspace)),
    ("review_changes", Access::Needs(Permission::Read)),
    ("review_decisions", Access::Needs(Permission::Read)),
    ("review_item", Access::Needs(Permission::Read)),
    ("review_links", Access::Needs(Permission::DecideOwnReview)),
    ("reviews", Access::Needs(Permission::Read)),
    ("reviews_of", Access::Needs(Permission::Read)),
    ("revoke_invitation", Access::Needs(Permission::ManageMembers)),
    ("revoke_other_sessions", Access::Needs(Permission::ManageOwnAccount)),
    ("revoke_review_link", Access::Needs(Permission::DecideOwnReview)),
    ("revoke_session", Access::Needs(Permission::ManageOwnAccount)),
    ("revoke_token", Access::Needs(Permission::ManageOwnAccount)),
    ("save_agent", Access::Needs(Permission::EditTemplate)),
    ("save_document", Access::Needs(Permission::EditDocument)),
    ("save_draft", Access::Needs(Permission::EditTemplate)),
    ("secrets", Access::Needs(Permission::ManageSecrets)),
    ("see_mentions", Access::Needs(Permission::Read)),
    ("sent", Access::Needs(Permission::Read)),
    ("set_month_budget", Access::Needs(Permission::ManageBudgets)),
    ("set_preferences", Access::Needs(Permission::ManageOwnAccount)),
    ("set_price", Access::Needs(Permission::ManageProviders)),
    ("set_provider", Access::Needs(Permission::ManageProviders)),
    ("set_retention", Access::Needs(Permission::ManageWorkspace)),
    ("set_secret", Access::Needs(Permission::ManageSecrets)),
    ("set_template_budget", Access::Needs(Permission::ManageBudgets)),
    ("set_template_enabled", Access::Needs(Permission::PublishTemplate)),
    ("set_up", Access::Public),
    ("set_workspace_archived", Access::Needs(Permission::DeleteWorkspace)),
    ("sign_in", Access::Public),
    ("sign_in_ways", Access::Public),
    ("sign_out", Access::Public),
    ("start_workflow", Access::Needs(Permission::EditTemplate)),
    ("storage", Access::Needs(Permission::ManageWorkspace)),
    ("stuck", Access::Needs(Permission::ReadAudit)),
    ("switch_workspace", Access::Person),
    ("template", Access::Needs(Permission::Read)),
    ("template_draft", Access::Needs(Permission::EditTemplate)),
    ("template_version", Access::Needs(Permission::Read)),
    ("template_versions", Access::Needs(Permission::Read)),
    ("test_page", Access::Needs(Permission::LaunchInline)),
    ("test_run", Access::Needs(Permission::LaunchInline)),
    ("test_webhook", Access::Needs(Permission::ManageWorkspace)),
    ("tidy", Access::Needs(Permission::EditTemplate)),
    ("tokens", Access::Needs(Permission::ManageOwnAccount)),
    ("tool_calls", Access::Needs(Permission::Read)),
    ("tools_page", Access::Needs(Permission::Read)),
    ("transfer_ownership", Access::Needs(Permission::TransferWorkspace)),
    ("try_agent", Access::Needs(Permission::LaunchInline)),
    ("try_provider", Access::Needs(Permission::ManageProviders)),
    ("unavailable", Access::Needs(Permission::EditTemplate)),
    ("under_way", Access::Needs(Permission::Read)),
    ("use_version", Access::Needs(Permission::ControlExecution)),
    ("versions", Access::Needs(Permission::Read)),
    ("visitor", Access::Public),
    ("workspace_settings", Access::Needs(Permission::Read)),
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
    access.check(ctx)
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
