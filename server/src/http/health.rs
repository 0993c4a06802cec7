//! Whether the process lives and whether it can serve. Both answer on any host name: probes use addresses.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use engine::store;
use model::problem::{Problem, ProblemKind};

use crate::error::Refusal;
use crate::state::AppState;

/// `/healthz` and `/readyz`.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> Response {
    if state.leaving.is_cancelled() {
        let detail = "This process is on its way out.";
        return Refusal(Problem::new(ProblemKind::Unavailable, "leaving", detail)).into_response();
    }
    match store::ping(&state.services.pool).await {
        Ok(()) => (StatusCode::OK, "ready").into_response(),
        Err(error) => Refusal::from(error).into_response(),
    }
}
