//! Pictures: their bytes, and small copies of them.

use axum::{
    Json as Answer,
    body::{Body, Bytes},
    extract::Query,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::services::documents::{Picture, ThumbnailSide};
use model::{access::Permission, id::ImageId};
use serde::Deserialize;

use super::{
    routes::{Access, Intake, Route, Routes},
    uploads::Named,
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Path,
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let access = Access::Needs(Permission::EditDocument);
    let add_one = Route { method: Method::POST, path: "/images", access };
    routes
        .mount(Method::GET, "/images", read, list)
        .mount_with(add_one, Intake::Upload, add)
        .mount(Method::GET, "/images/{id}/content", read, content)
        .mount(Method::GET, "/images/{id}/thumbnail", read, thumbnail)
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response, Refusal> {
    let items = ctx.services.images(&actor).await?;
    Ok(Answer(serde_json::json!({ "items": items })).into_response())
}

async fn add(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(Named { name }): Query<Named>,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let image = ctx.services.add_image(&actor, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(image)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Size {
    #[serde(default = "largest")]
    side: u32,
}

fn largest() -> u32 {
    ThumbnailSide::Large.pixels()
}

async fn content(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Ok(serve(ctx.services.picture(&actor, id).await?, &headers))
}

async fn thumbnail(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let side = ThumbnailSide::at_least(size.side);
    Ok(serve(ctx.services.thumbnail(&actor, id, side).await?, &headers))
}

/// Pictures never change under their id, so a browser may keep them; they are never run or framed.
fn serve(picture: Picture, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", picture.tag);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let mut response = match known {
        Some(known) if known == tag => StatusCode::NOT_MODIFIED.into_response(),
        _ => Body::from(picture.bytes).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, picture.media_type.as_str()),
        (header::ETAG, &tag),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
