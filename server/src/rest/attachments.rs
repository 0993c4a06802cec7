//! Images on documents over the API.

use axum::{
    Json as Answer,
    http::Method,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
};
use serde::{Deserialize, Serialize};

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let edit = Access::Needs(Permission::EditDocument);
    let (all, one) = ("/documents/{id}/attachments", "/documents/{id}/attachments/{image}");
    routes
        .mount(Method::GET, all, Access::Needs(Permission::Read), list)
        .mount(Method::POST, all, edit, attach)
        .mount(Method::DELETE, one, edit, detach)
        .mount(Method::PUT, "/documents/{id}/attachments/{image}/primary", edit, make_primary)
}

#[derive(Serialize)]
struct Page {
    items: Vec<AttachedImage>,
}

fn page(items: Vec<AttachedImage>) -> Response {
    Answer(Page { items }).into_response()
}

async fn list(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Response> {
    Ok(page(ctx.services.attachments(&actor, id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attach {
    image_ids: Vec<ImageId>,
}

async fn attach(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Json(Attach { image_ids }): Json<Attach>,
) -> Result<Response> {
    Ok(page(ctx.services.arrange(&actor, id, Arrangement::Attach(image_ids)).await?))
}

async fn detach(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Response> {
    Ok(page(ctx.services.arrange(&actor, id, Arrangement::Detach(image)).await?))
}

async fn make_primary(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Response> {
    Ok(page(ctx.services.arrange(&actor, id, Arrangement::MakePrimary(image)).await?))
}
