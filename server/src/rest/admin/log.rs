//! The audit log.

use axum::{Json as Answer, extract::State};
use engine::services::Services;
use model::{
    access::Permission,
    api::{
        audit::AuditRow,
        listing::{Page, PageRequest},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::Query,
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let audit = Access::Needs(Permission::ReadAudit);
    routes.mount(
        audit.get(
            "/audit",
            "Lists who did what, the latest first; subject_id asks about one thing.",
        ),
        list,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The id of the object that was changed, such as an execution.
    subject_id: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Result<Answer<Page<AuditRow>>> {
    let page = PageRequest { limit: asked.limit, cursor: asked.cursor };
    Ok(Answer(services.admin.audit_page(&actor, asked.subject_id.as_deref(), &page).await?))
}
