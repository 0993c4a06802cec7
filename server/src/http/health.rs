//! Health checks: whether the process is alive, and whether it can serve. Both answer on any host
//! name, because probes use addresses.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use model::problem::{Problem, ProblemKind};

use crate::{error::Refusal, state::AppState};

/// Seconds after which this process may serve, or another one in its place.
const RETRY_AFTER_S: u64 = 5;

/// `/healthz` and `/readyz`.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> Response {
    match can_serve(&state).await {
        Ok(()) => (StatusCode::OK, "ready").into_response(),
        Err(problem) => {
            let retry_after_s = problem.retry_after_s.or(Some(RETRY_AFTER_S));
            Refusal(Problem { retry_after_s, ..problem }).into_response()
        }
    }
}

async fn can_serve(state: &AppState) -> Result<(), Problem> {
    if state.leaving.is_cancelled() {
        let detail = "This process is shutting down.";
        return Err(Problem::new(ProblemKind::Unavailable, "leaving", detail));
    }
    store::ping(&state.services.context().pool).await.map_err(Problem::from)?;
    state.services.admin.check_disk().await.map_err(Problem::from)
}
