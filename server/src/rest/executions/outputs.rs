//! What an execution has made, to take away.

use axum::response::Response;
use model::{access::Permission, id::ExecutionId};

use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::{download::made, json::Path},
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(
        read.get(
            "/workflows/executions/{id}/outputs.zip",
            "Gives everything an execution has made as files in a ZIP.",
        )
        .sends("application/zip"),
        archive,
    )
}

async fn archive(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Response, Refusal> {
    Ok(made(ctx.services.outputs_archive(&actor, id).await?))
}
