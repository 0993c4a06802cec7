//! Versions of outputs over the API, and running again what became stale.

use axum::{Json as Answer, extract::State, http::StatusCode, response::Response};
use engine::services::Services;
use model::{
    access::Permission,
    api::{
        compare::Comparison,
        executions::VersionRow,
        lineage::{LineagePage, Subject},
    },
    execution::event::ArtifactSummary,
    id::{ArtifactId, DocumentId, ExecutionId, ImageId},
    pages::Launched,
};

use super::{
    executions::accepted,
    idempotency::IdempotencyKeyHeader,
    listing::List,
    routes::{Access, Routes},
};
use crate::{auth::caller::Caller, error::Result, http::json::Path};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let control = Access::Needs(Permission::ControlExecution);
    let kept = "/workflows/executions/{id}/artifacts/{artifact}/kept";
    let launches = Access::Needs(Permission::LaunchTemplate);
    routes
        .mount(read.get("/workflows/executions/{id}/artifacts/{artifact}/versions", "Lists every version of one output, the oldest first, with how each came to be."), versions)
        .mount(read.get("/workflows/executions/{id}/artifacts/{artifact}/compare/{other}", "Tells how two versions differ: word by word, place by place, or as two pictures."), compare)
        .mount(control.post("/workflows/executions/{id}/artifacts/{artifact}/use", "Makes an older version count again, as a new version that repeats it; what was made from another one is stale then, and open reviews of what it stands in are asked anew."), use_version)
        .mount(control.put(kept, "Keeps a version with what it was made with: it stands first among the outputs, and no retention removes it.").gives_nothing(), keep)
        .mount(control.delete(kept, "Lets a version go that was kept: it stays as long as any other.").gives_nothing(), let_go)
        .mount(read.get("/artifacts/{id}/lineage", "Tells what a version was made from, with prompts, models and costs, and what was made from it."), of_artifact)
        .mount(read.get("/images/{id}/lineage", "Tells what a picture that a workflow made came from, and what was made from it."), of_image)
        .mount(read.get("/documents/{id}/lineage", "Tells what a document that a workflow made came from, and what was made from it."), of_document)
        .mount(launches.post("/workflows/executions/{id}/rerun-stale", "Runs what is stale of an execution that is over again, as a new one; everything else is taken over.").gives::<Launched>(StatusCode::ACCEPTED), rerun_stale)
}

async fn versions(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((execution, artifact)): Path<(ExecutionId, ArtifactId)>,
) -> Result<Answer<List<VersionRow>>> {
    Ok(List::answer(services.artifacts.versions(&actor, execution, artifact).await?))
}

async fn compare(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((execution, before, after)): Path<(ExecutionId, ArtifactId, ArtifactId)>,
) -> Result<Answer<Comparison>> {
    Ok(Answer(services.artifacts.compare_versions(&actor, execution, before, after).await?))
}

async fn use_version(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((execution, artifact)): Path<(ExecutionId, ArtifactId)>,
) -> Result<Answer<ArtifactSummary>> {
    Ok(Answer(services.artifacts.use_version(&actor, execution, artifact).await?))
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
