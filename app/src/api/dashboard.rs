//! Executions as the dashboard lists them.

use leptos::prelude::*;
use model::pages::DashboardPage;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, refused};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// Executions that are under way and those that ended lately.
#[server(prefix = "/api/fn", endpoint = "dashboard", input = leptos::server_fn::codec::Json)]
pub async fn load_dashboard() -> Result<DashboardPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.dashboard(ctx.require(Permission::Read)?).await.map_err(refused)
}
