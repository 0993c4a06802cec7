//! Administration over the API: stuck executions, the retention of history, budgets, the audit log.

mod budgets;
mod log;

use axum::{Json as Answer, extract::State, http::StatusCode};
use engine::services::Services;
use model::{
    access::Permission,
    api::executions::{HistorySettings, StuckExecution},
    id::ExecutionId,
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let audit = Access::Needs(Permission::ReadAudit);
    let workspace = Access::Needs(Permission::ManageWorkspace);
    log::mount(budgets::mount(routes))
        .mount(audit.get("/admin/stuck", "Lists stuck executions."), stuck)
        .mount(
            Access::Needs(Permission::RepairExecution)
                .post("/admin/stuck/{id}/repair", "Repairs a stuck execution."),
            repair,
        )
        .mount(workspace.get("/admin/history", "Shows how long history is kept."), history)
        .mount(workspace.put("/admin/history", "Sets how long history is kept."), keep)
}

async fn stuck(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<StuckExecution>>> {
    Ok(List::answer(services.admin.stuck_executions(&actor).await?))
}

async fn repair(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<StatusCode> {
    services.admin.repair_stuck(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn history(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<HistorySettings>> {
    Ok(Answer(services.admin.history_settings(&actor).await?))
}

async fn keep(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(settings): Json<HistorySettings>,
) -> Result<StatusCode> {
    services.admin.keep_history(&actor, settings).await?;
    Ok(StatusCode::NO_CONTENT)
}
