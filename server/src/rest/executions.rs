//! Executions over the API: launch, look, follow, control.

use axum::{
    Json as Answer,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    execution::{event::Event, view::ExecutionView},
    id::{ExecutionId, NodeId},
    pages::{Control, ExecutionRow, LaunchRequest},
};
use serde::{Deserialize, Serialize};

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path, Query},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

const ALL: &str = "/workflows/executions";

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let control = Access::Needs(Permission::ControlExecution);
    routes
        .mount(Method::POST, ALL, Access::Needs(Permission::LaunchTemplate), launch)
        .mount(Method::GET, ALL, read, list)
        .mount(Method::GET, "/workflows/executions/{id}", read, show)
        .mount(Method::GET, "/workflows/executions/{id}/status", read, status)
        .mount(Method::GET, "/workflows/executions/{id}/events", read, events)
        .mount(Method::POST, "/workflows/executions/{id}/pause", control, pause)
        .mount(Method::POST, "/workflows/executions/{id}/resume", control, resume)
        .mount(Method::POST, "/workflows/executions/{id}/stop", control, stop)
        .mount(Method::POST, "/workflows/executions/{id}/retry-node", control, retry_node)
}

/// Accepted: the execution's address is in `Location`. `Idempotency-Key` makes a repeat the same.
async fn launch(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(mut request): Json<LaunchRequest>,
) -> Result<Response> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    request.idempotency_key = request.idempotency_key.or(key.map(str::to_owned));
    let launched = ctx.services.launch(&actor, request).await?;
    let mut response = (StatusCode::ACCEPTED, Answer(&launched)).into_response();
    let place = format!("/api/v1{ALL}/{}", launched.execution_id);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

#[derive(Serialize)]
struct Page {
    items: Vec<ExecutionRow>,
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    let items = ctx.services.executions(&actor).await?;
    Ok(Answer(Page { items }).into_response())
}

async fn show(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Response> {
    Ok(Answer(ctx.services.monitor(&actor, id).await?).into_response())
}

/// What somebody who polls wants to know, and nothing else.
#[derive(Serialize)]
struct Status<'a> {
    status: &'static str,
    progress_percent: u8,
    current_node: Option<&'a NodeId>,
    error: Option<&'a str>,
    event_seq: i64,
    cost_micros: i64,
}

impl<'a> Status<'a> {
    fn of(view: &'a ExecutionView) -> Self {
        Self {
            status: view.status.as_str(),
            progress_percent: view.progress_percent(),
            current_node: view.current_node().map(|node| &node.id),
            error: view.error.as_deref(),
            event_seq: view.seq,
            cost_micros: view.bill().cost_micros,
        }
    }
}

/// `ETag` is the last event's number: a poller that sends it back gets 304 while nothing happens.
async fn status(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    headers: HeaderMap,
) -> Result<Response> {
    let view = ctx.services.execution(&actor, id).await?;
    let tag = format!("\"{}\"", view.seq);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let mut response = match known {
        Some(known) if known == tag => StatusCode::NOT_MODIFIED.into_response(),
        _ => Answer(Status::of(&view)).into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    #[serde(default)]
    after: i64,
}

#[derive(Serialize)]
struct Events {
    items: Vec<Event>,
}

async fn events(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Query(from): Query<After>,
) -> Result<Response> {
    ctx.services.may_watch(&actor, id).await?;
    let items = ctx.services.events(&actor, id, from.after).await?;
    Ok(Answer(Events { items }).into_response())
}

async fn pause(visit: Visit, caller: Caller, Path(id): Path<ExecutionId>) -> Result<StatusCode> {
    control(visit, caller, id, Control::Pause).await
}

async fn resume(visit: Visit, caller: Caller, Path(id): Path<ExecutionId>) -> Result<StatusCode> {
    control(visit, caller, id, Control::Resume).await
}

async fn stop(visit: Visit, caller: Caller, Path(id): Path<ExecutionId>) -> Result<StatusCode> {
    control(visit, caller, id, Control::Stop).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retry {
    node_id: NodeId,
}

async fn retry_node(
    visit: Visit,
    caller: Caller,
    Path(id): Path<ExecutionId>,
    Json(Retry { node_id }): Json<Retry>,
) -> Result<StatusCode> {
    control(visit, caller, id, Control::RetryNode { node_id, config: None }).await
}

async fn control(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    id: ExecutionId,
    what: Control,
) -> Result<StatusCode> {
    ctx.services.control(&actor, id, what).await?;
    Ok(StatusCode::NO_CONTENT)
}
