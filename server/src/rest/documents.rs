//! Documents over the API.

use axum::Json as Answer;
use model::{
    access::Permission,
    api::listing::Page,
    id::DocumentId,
    library::{DocumentPage, DocumentRow},
};

use super::{
    listing::MadeBy,
    routes::{Access, Routes},
};
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

async fn list(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(made): Query<MadeBy>,
) -> Result<Answer<Page<DocumentRow>>> {
    let (execution, asked) = made.asked();
    Ok(Answer(ctx.services.documents_page(&actor, execution, &asked).await?))
}

async fn show(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<DocumentPage>> {
    Ok(Answer(ctx.services.document(&actor, id).await?))
}
