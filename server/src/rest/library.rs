//! Templates and documents over the API.

use axum::{
    Json as Answer,
    http::Method,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    id::{DocumentId, TemplateId},
};
use serde_json::json;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Path,
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(Method::GET, "/workflows/templates", read, templates)
        .mount(Method::GET, "/workflows/templates/{id}", read, template)
        .mount(Method::GET, "/documents", read, documents)
        .mount(Method::GET, "/documents/{id}", read, document)
}

async fn templates(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    let items = ctx.services.gallery(&actor).await?;
    Ok(Answer(json!({ "items": items })).into_response())
}

/// The definition is in the canonical format.
async fn template(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
) -> Result<Response> {
    Ok(Answer(ctx.services.template(&actor, id).await?).into_response())
}

async fn documents(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    let items = ctx.services.documents(&actor).await?;
    Ok(Answer(json!({ "items": items })).into_response())
}

async fn document(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Response> {
    Ok(Answer(ctx.services.document(&actor, id).await?).into_response())
}
