//! Finding anything of the workspace.

use leptos::prelude::*;
use model::pages::FoundRow;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// Templates, executions, documents and projects that the words are about, a few of each.
#[server(prefix = "/api/fn", endpoint = "find", input = leptos::server_fn::codec::Json)]
pub async fn find_anything(
    /// What was typed.
    words: String,
) -> Result<Vec<FoundRow>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .overview
        .search(ctx.require(Permission::Read)?, &words)
        .await
        .map_err(into_api_error)
}
