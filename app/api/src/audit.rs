//! The audit log.

use leptos::prelude::*;
use model::{
    api::{
        audit::{AuditFilter, AuditRow},
        listing::{Page, PageRequest},
    },
    pages::PersonName,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A page of the workspace's audit log.
#[server(prefix = "/api/fn", endpoint = "audit", input = leptos::server_fn::codec::Json)]
pub async fn load_audit(
    /// Which lines.
    filter: AuditFilter,
    /// Which page of them.
    asked: PageRequest,
) -> Result<Page<AuditRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ReadAudit)?;
    ctx.backend.admin.audit_page(actor, &filter, &asked).await.map_err(into_api_error)
}

/// Who is in the audit log.
#[server(prefix = "/api/fn", endpoint = "audit_people", input = leptos::server_fn::codec::Json)]
pub async fn load_audit_people() -> Result<Vec<PersonName>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ReadAudit)?;
    ctx.backend.admin.audit_people(actor).await.map_err(into_api_error)
}
