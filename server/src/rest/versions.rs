//! Versions of outputs over the API, and running again what became stale.

use axum::{Json as Answer, extract::State, http::StatusCode, response::Response};
use model::{
    access::Permission,
    api::lineage::{LineagePage, Subject},
    id::{ArtifactId, DocumentId, ExecutionId, ImageId},
    pages::Launched,
};
use services::Services;

use super::{
    executions::accepted,
    idempotency::IdempotencyKeyHeader,
    routes::{Access, Routes},
};
use crate::{auth::caller::Caller, error::Result, http::json::Path};

model::versions_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let control = Access::Needs(Permission::ControlExecution);
    let kept = "/workflows/executions/{id}/artifacts/{artifact}/kept";
    let launches = Access::Needs(Permission::LaunchTemplate);
    operations(routes)
        .mount(control.put(kept, "Keeps a version and its inputs: it comes first among the outputs, and retention doesn't delete it.").gives_nothing(), keep)
        .mount(control.delete(kept, "Stops keeping a version: retention applies to it again.").gives_nothing(), let_go)
        .mount(read.get("/artifacts/{id}/lineage", "Shows what a version was made from, with prompts, models and costs, and what was made from it."), of_artifact)
        .mount(read.get("/images/{id}/lineage", "Shows what an image was made from, and what was made from it."), of_image)
        .mount(read.get("/documents/{id}/lineage", "Shows what a document was made from, and what was made from it."), of_document)
        .mount(launches.post("/workflows/executions/{id}/rerun-stale", "Runs the stale steps of an ended execution again, as a new one; all other results are reused.").gives::<Launched>(StatusCode::ACCEPTED), rerun_stale)
}

async fn keep(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(version): Path<(ExecutionId, ArtifactId)>,
) -> Result<StatusCode> {
    services.artifacts.keep_version(&actor, version.0, version.1, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn let_go(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(version): Path<(ExecutionId, ArtifactId)>,
) -> Result<StatusCode> {
    services.artifacts.keep_version(&actor, version.0, version.1, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn of_artifact(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ArtifactId>,
) -> Result<Answer<LineagePage>> {
    Ok(Answer(services.artifacts.lineage(&actor, Subject::Artifact(id)).await?))
}

async fn of_image(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
) -> Result<Answer<LineagePage>> {
    Ok(Answer(services.artifacts.lineage(&actor, Subject::Image(id)).await?))
}

async fn of_document(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<LineagePage>> {
    Ok(Answer(services.artifacts.lineage(&actor, Subject::Document(id)).await?))
}

async fn rerun_stale(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
) -> Result<Response> {
    Ok(accepted(&services.executions.rerun_stale(&actor, id, key.get()).await?))
}
