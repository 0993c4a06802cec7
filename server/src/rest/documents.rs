//! Documents over the API.

use axum::Json as Answer;
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    id::{DocumentId, ExecutionId},
    library::{DocumentPage, DocumentRow},
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Path, Query},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(read.get("/documents", "Lists documents, the latest first."), list)
        .mount(read.get("/documents/{id}", "Shows a document with its text and images."), show)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Listed {
    execution: Option<ExecutionId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(Listed { execution, limit, cursor }): Query<Listed>,
) -> Result<Answer<Page<DocumentRow>>> {
    let asked = PageRequest { limit, cursor };
    Ok(Answer(ctx.services.documents_page(&actor, execution, &asked).await?))
}

async fn show(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<DocumentPage>> {
    Ok(Answer(ctx.services.document(&actor, id).await?))
}
