//! What an execution is linked to in other systems.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    external_ref::{ExternalRef, ExternalRefKey},
    id::ExecutionId,
};
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
    rest::{
        listing::List,
        routes::{Access, Routes},
    },
};

const OF_ONE: &str = "/workflows/executions/{id}/external-refs";

pub(super) fn mount(routes: Routes) -> Routes {
    let controls = Access::Needs(Permission::ControlExecution);
    routes
        .mount(controls.post(OF_ONE, "Links an execution to an issue, a pull request, a run or a commit in another system."), add)
        .mount(controls.delete(OF_ONE, "Removes a link to another system from an execution."), remove)
}

/// Gives all that the execution is linked to then.
async fn add(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Json(reference): Json<ExternalRef>,
) -> Result<Answer<List<ExternalRef>>> {
    Ok(List::answer(services.executions.add_external_ref(&actor, id, reference).await?))
}

/// Gives all that the execution is linked to then.
async fn remove(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Query(key): Query<ExternalRefKey>,
) -> Result<Answer<List<ExternalRef>>> {
    Ok(List::answer(services.executions.remove_external_ref(&actor, id, &key).await?))
}
