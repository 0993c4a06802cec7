//! Node types and checks over the API, for editors other than our own.

use axum::Json as Answer;
use model::{
    access::Permission,
    api::check::{CheckAnswer, CheckRequest},
    nodes::{NodeKind, NodeSpec},
    transfer::file::File,
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{error::Result, http::json::Json};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(read.get("/nodes/types", "Lists the node types with their ports and fields."), types)
        .mount(
            read.post(
                "/nodes/validate",
                "Checks a definition, or one node by its own configuration.",
            )
            .takes::<CheckRequest>(),
            validate,
        )
        .mount(
            read.post(
                "/nodes/validate-connections",
                "Checks how nodes are connected, or whether an edge is allowed.",
            )
            .takes::<CheckRequest>(),
            validate_connections,
        )
}

async fn types() -> Answer<List<&'static NodeSpec>> {
    List::answer(NodeKind::ALL.iter().map(|kind| kind.spec()).collect())
}

async fn validate(Json(File(body)): Json<File>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check()?))
}

async fn validate_connections(Json(File(body)): Json<File>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check_connections()?))
}
