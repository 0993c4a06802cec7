//! Workspaces: made, gone into, renamed, archived and deleted.

use leptos::prelude::*;
use model::{api::workspaces::NewWorkspace, id::WorkspaceId};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::workspaces_operations!(crate::call::functions);

/// Makes a workspace and goes into it: its pages have to be opened anew.
#[server(prefix = "/api/fn", endpoint = "create_workspace", input = leptos::server_fn::codec::Json)]
pub async fn create_workspace(new: NewWorkspace) -> Result<WorkspaceId, ApiError> {
    let ctx = Ctx::get()?;
    let person = ctx.require_person()?;
    let made = ctx.backend.workspaces.create_workspace(person, new, &ctx.origin).await;
    made.map_err(into_api_error)
}

/// Goes into another workspace: its pages have to be opened anew.
#[server(prefix = "/api/fn", endpoint = "switch_workspace", input = leptos::server_fn::codec::Json)]
pub async fn switch_workspace(
    /// The workspace, of which the person is a member.
    id: WorkspaceId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let person = ctx.require_person()?;
    let done = ctx.backend.workspaces.switch_workspace(person, id, &ctx.origin).await;
    done.map_err(into_api_error)
}

/// Puts the workspace away, or takes it back into use.
#[server(
    prefix = "/api/fn",
    endpoint = "set_workspace_archived",
    input = leptos::server_fn::codec::Json
)]
pub async fn set_workspace_archived(
    /// Whether it is put away.
    archived: bool,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DeleteWorkspace)?;
    let done = if archived {
        ctx.backend.workspaces.archive_workspace(actor).await
    } else {
        ctx.backend.workspaces.restore_workspace(actor).await
    };
    done.map_err(into_api_error)
}
