//! Executions over the API: launch, list, read, follow.

mod address;
mod agent_talk;
mod csv;
mod external_refs;
mod files;
mod list;
mod outputs;
mod tool_calls;

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    api::executions::{Artifact, ArtifactRow, EventsPage, ExecutionPulse, JobRow},
    execution::state::ExecutionStatus,
    id::{ArtifactId, ExecutionId, NodeId},
    pages::{LaunchRequest, Launched, MonitorPage, RerunRequest, TestRequest},
    problem::{FieldProblem, Problem},
    transfer::file::File,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use services::Services;

use self::address::ALL;
use super::{
    idempotency::IdempotencyKeyHeader,
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
};

model::executions_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let launches = Access::Needs(Permission::LaunchTemplate);
    let routes = external_refs::mount(agent_talk::mount(tool_calls::mount(list::mount(routes))));
    files::mount(outputs::mount(operations(routes)))
        .mount(Access::Needs(Permission::LaunchTemplate).post(ALL, "Launches a published template, or a definition in any format; a workflow file can be the body, with input, context and variables beside its steps. Repeating a request with the same Idempotency-Key launches once.").takes::<LaunchRequest>().gives::<Launched>(StatusCode::ACCEPTED), launch)
        .mount(Access::Needs(Permission::LaunchInline).post("/workflows/executions/test", "Test-runs a draft, or a part of it; the published version doesn't change.").gives::<Launched>(StatusCode::ACCEPTED), test)
        .mount(read.get("/workflows/executions/{id}", "Shows an execution and its output; add jobs and artifacts with expand=jobs,artifacts."), show)
        .mount(read.get("/workflows/executions/{id}/status", "Shows the status of an execution; with If-None-Match, answers 304 while nothing changes.").gives::<ExecutionPulse>(StatusCode::OK), status)
        .mount(read.get("/workflows/executions/{id}/events", "Lists events after a given one, in order."), events)
        .mount(read.get("/workflows/executions/{id}/jobs", "Lists the jobs of an execution."), jobs)
        .mount(read.get("/workflows/executions/{id}/artifacts", "Lists every version of every output of an execution."), artifacts)
        .mount(read.get("/workflows/executions/{id}/artifacts/{artifact}", "Returns one version of an output in full."), artifact)
        .mount(launches.post("/workflows/executions/{id}/rerun", "Runs an ended execution again, as a new one; results that don't depend on from_node are reused.").gives::<Launched>(StatusCode::ACCEPTED), rerun)
        .mount(launches.post("/workflows/executions/{id}/replay", "Replays an ended execution with its recorded answers, as a new one; no calls are made.").gives::<Launched>(StatusCode::ACCEPTED), replay)
}

/// The execution's address is in `Location`. With the same `Idempotency-Key` a repeated request
/// gives the same execution.
async fn launch(
    State(services): State<Services>,
    Caller(actor): Caller,
    key: IdempotencyKeyHeader,
    Json(File(body)): Json<File>,
) -> Result<Response> {
    let mut request = LaunchRequest::read(body)?;
    key.add_to(&mut request.idempotency_key)?;
    Ok(accepted(&services.executions.launch(&actor, request).await?))
}

/// With the same `Idempotency-Key` a repeated request gives the same test run.
async fn test(
    State(services): State<Services>,
    Caller(actor): Caller,
    key: IdempotencyKeyHeader,
    Json(mut request): Json<TestRequest>,
) -> Result<Response> {
    key.add_to(&mut request.launch.idempotency_key)?;
    Ok(accepted(&services.drafts.test_run(&actor, request).await?))
}

async fn rerun(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
    Json(mut request): Json<RerunRequest>,
) -> Result<Response> {
    key.add_to(&mut request.idempotency_key)?;
    Ok(accepted(&services.executions.rerun(&actor, id, request).await?))
}

async fn replay(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    key: IdempotencyKeyHeader,
) -> Result<Response> {
    Ok(accepted(&services.executions.replay(&actor, id, key.get()).await?))
}

/// A new execution, whose address is in `Location`.
pub(super) fn accepted(launched: &Launched) -> Response {
    let mut response = (StatusCode::ACCEPTED, Answer(launched)).into_response();
    let place = format!("/api/v1{ALL}/{}", launched.execution_id);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Expand {
    /// `jobs`, `artifacts`, or both, separated by a comma.
    #[serde(default)]
    expand: String,
}

/// An execution, with its jobs and what it made where that is asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutionShown {
    /// The status, the same as in `view`.
    status: ExecutionStatus,
    /// The progress in whole percent.
    progress_percent: u8,
    /// The node that is running now.
    current_node: Option<NodeId>,
    #[serde(flatten)]
    page: MonitorPage,
    /// The result: the values of the end node; null until the execution completes.
    output: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobs: Option<Vec<JobRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifacts: Option<Vec<ArtifactRow>>,
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Query(Expand { expand }): Query<Expand>,
) -> Result<Answer<ExecutionShown>> {
    let parts: Vec<&str> = expand.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if let Some(unknown) = parts.iter().find(|part| !["jobs", "artifacts"].contains(part)) {
        let message = format!("Can't expand “{unknown}”. Choose jobs or artifacts.");
        let wrong = FieldProblem::field("unknown_part", "expand", message);
        return Err(Problem::invalid("The query isn't valid.", vec![wrong]).into());
    }
    let page = services.executions.monitor(&actor, id).await?;
    let jobs = if parts.contains(&"jobs") {
        Some(services.executions.jobs(&actor, id).await?)
    } else {
        None
    };
    let artifacts = if parts.contains(&"artifacts") {
        Some(services.artifacts.list(&actor, id).await?)
    } else {
        None
    };
    let status = page.view.status;
    let output = if status == ExecutionStatus::Completed {
        services.executions.output(&actor, id).await?
    } else {
        None
    };
    let progress_percent = page.view.progress_percent();
    let current_node = page.view.current_node().map(|node| node.id.clone());
    let shown =
        ExecutionShown { status, progress_percent, current_node, page, output, jobs, artifacts };
    Ok(Answer(shown))
}

async fn jobs(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Answer<List<JobRow>>> {
    Ok(List::answer(services.executions.jobs(&actor, id).await?))
}

async fn artifacts(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Answer<List<ArtifactRow>>> {
    Ok(List::answer(services.artifacts.list(&actor, id).await?))
}

async fn artifact(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((execution, id)): Path<(ExecutionId, ArtifactId)>,
) -> Result<Answer<Artifact>> {
    Ok(Answer(services.artifacts.artifact(&actor, execution, id).await?))
}

/// The `ETag` is made of the last event's number, the position in the queue and the cost of
/// children: a client that polls with it gets 304 while nothing changes.
async fn status(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    headers: HeaderMap,
) -> Result<Response> {
    let pulse = services.executions.pulse(&actor, id).await?;
    let place = pulse.queued.map_or(String::new(), |queued| format!("-{}", queued.position));
    let below = match pulse.children_cost_micros {
        0 => String::new(),
        micros => format!("-c{micros}"),
    };
    let tag = format!("\"{}{place}{below}\"", pulse.event_seq);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let mut response = match known {
        Some(known) if known == tag => StatusCode::NOT_MODIFIED.into_response(),
        _ => Answer(pulse).into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct After {
    #[serde(default)]
    after: i64,
}

async fn events(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Query(from): Query<After>,
) -> Result<Answer<EventsPage>> {
    services.executions.may_watch(&actor, id).await?;
    Ok(Answer(services.executions.events_page(&actor, id, from.after).await?))
}
