//! Node types and checks over the API: what an editor outside draws with.

use axum::{Json as Answer, http::Method};
use model::{
    access::Permission,
    api::check::{CheckAnswer, CheckRequest},
    nodes::{NodeKind, NodeSpec},
};
use serde_json::Value;

use super::{
    listing::All,
    routes::{Access, Routes},
};
use crate::{error::Refusal, http::json::Json};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(Method::GET, "/nodes/types", read, types)
        .mount(Method::POST, "/nodes/validate", read, validate)
        .mount(Method::POST, "/nodes/validate-connections", read, validate_connections)
}

async fn types() -> Answer<All<&'static NodeSpec>> {
    All::answer(NodeKind::ALL.iter().map(|kind| kind.spec()).collect())
}

async fn validate(Json(body): Json<Value>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check()?))
}

async fn validate_connections(Json(body): Json<Value>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check_connections()?))
}
