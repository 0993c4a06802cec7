//! A provider at which the test answers every call by hand.

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use engine::limits::Limits;
use model::{
    budget::BudgetForm,
    execution::{
        state::{ExecutionStatus, JobStatus},
        view::ExecutionView,
    },
    id::ExecutionId,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::copies,
    world::{GIVE_UP, World},
};
use tokio::sync::{mpsc, oneshot};

use crate::engine::stub;

/// What one call costs: three tokens at 50,000 micro-dollars.
pub const COST: i64 = 150_000;

/// What was paid.
pub const SPENT: &str = "SELECT coalesce(sum(cost), 0)::bigint FROM spend_ledger";
/// What is kept for calls under way.
pub const RESERVED: &str = "SELECT coalesce(sum(reserved), 0)::bigint FROM agent_jobs";

/// A call that waits for its answer.
pub struct Call(oneshot::Sender<Response>);

impl Call {
    /// Answers with a text of three tokens.
    pub fn write(self) {
        let body = json!({
            "model": "gpt-test-2026-11-01",
            "choices": [{ "message": { "content": "Words" }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 9, "completion_tokens": 3 },
        });
        self.0.send(Json(body).into_response()).ok();
    }

    /// Asks to wait so many seconds.
    pub fn refuse(self, seconds: &str) {
        let body = Json(json!({ "error": { "message": "Too many requests." } }));
        let headers = [("retry-after", seconds.to_owned())];
        self.0.send((StatusCode::TOO_MANY_REQUESTS, headers, body).into_response()).ok();
    }

    /// Somebody before the provider answers with this status.
    pub fn fail(self, status: u16) {
        self.0.send(StatusCode::from_u16(status).unwrap().into_response()).ok();
    }

    /// The same, and says for how many seconds.
    pub fn busy(self, status: u16, seconds: &str) {
        let headers = [("retry-after", seconds.to_owned())];
        self.0.send((StatusCode::from_u16(status).unwrap(), headers).into_response()).ok();
    }

    /// Asks to wait and does not say how long.
    pub fn refuse_for_a_while(self) {
        let body = Json(json!({ "error": { "message": "Too many requests." } }));
        self.0.send((StatusCode::TOO_MANY_REQUESTS, body).into_response()).ok();
    }
}

/// A workspace whose texts come from such a provider, under these limits.
pub async fn desk(limits: Limits) -> (World, mpsc::UnboundedReceiver<Call>) {
    let (sender, calls) = mpsc::unbounded_channel();
    let answer = move || async move {
        let (answer, answered) = oneshot::channel();
        sender.send(Call(answer)).ok();
        answered.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    };
    let address = stub::serve(Router::new().route("/v1/chat/completions", post(answer))).await;
    let world = World::with_providers(stub::provider(address)).await.limited(limits);
    let sql = "INSERT INTO model_prices (provider, model, input_micros_per_mtok,
                                         output_micros_per_mtok, as_of)
               VALUES ('openai', 'gpt-test', 0, 50000000000, '2026-11-01')";
    sqlx::query(sql).execute(&world.db.pool).await.unwrap();
    (world, calls)
}

/// The next calls.
pub async fn calls(desk: &mut mpsc::UnboundedReceiver<Call>, count: usize) -> Vec<Call> {
    let mut calls = vec![];
    while calls.len() < count {
        calls.push(tokio::time::timeout(GIVE_UP, desk.recv()).await.expect("a call").unwrap());
    }
    calls
}

/// So many texts of at most so many tokens, under this cap.
pub fn texts(quantity: u32, max_tokens: u32, budget: Option<u64>) -> Workflow {
    let mut workflow: Value = serde_json::to_value(copies(quantity)).unwrap();
    workflow["nodes"][1]["data"]["config"]["max_tokens"] = max_tokens.into();
    let mut workflow: Workflow = serde_json::from_value(workflow).unwrap();
    workflow.settings.budget = budget;
    workflow
}

/// Whether it is paused, and nothing is under way.
pub fn is_paused(view: &ExecutionView) -> bool {
    view.status == ExecutionStatus::Paused
        && view.nodes.iter().flat_map(|node| &node.jobs).all(|job| job.status != JobStatus::Running)
}

/// Answers whatever is asked until the execution is there; how many calls there were.
pub async fn answer_until(
    world: &World,
    desk: &mut mpsc::UnboundedReceiver<Call>,
    id: ExecutionId,
    is: impl Fn(&ExecutionView) -> bool,
) -> (usize, ExecutionView) {
    let mut count = 0;
    let arrived = world.wait(id, is);
    tokio::pin!(arrived);
    loop {
        tokio::select! {
            view = &mut arrived => return (count, view),
            Some(call) = desk.recv() => {
                count += 1;
                call.write();
            }
        }
    }
}

/// A budget of so many millionths of a dollar.
pub fn form(micros: i64) -> BudgetForm {
    BudgetForm { micros: micros.unsigned_abs() }
}
