//! One command to several executions.

use axum::{Json as Answer, extract::State};
use engine::services::Services;
use model::{
    access::Permission,
    api::history::{SeveralAnswer, SeveralRequest},
};

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::Json,
    rest::{
        listing::List,
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    routes.mount(Access::Needs(Permission::ControlExecution).post("/workflows/executions/several", "Stops up to 100 executions, or retries their failed steps; reports the result for each."), several)
}

async fn several(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(request): Json<SeveralRequest>,
) -> Result<Answer<List<SeveralAnswer>>> {
    Ok(List::answer(services.executions.control_several(&actor, &request).await?))
}
