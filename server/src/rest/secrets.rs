//! Secrets over the API: written and named, never read back.

use axum::{
    Json as Answer,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use engine::services::secrets::SecretSet;
use model::{access::Permission, secret::SecretForm};
use serde_json::json;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T> = std::result::Result<T, Refusal>;

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageSecrets);
    routes
        .mount(Method::GET, "/secrets", admin, list)
        .mount(Method::GET, "/secrets/{name}", admin, read)
        .mount(Method::PUT, "/secrets/{name}", admin, set)
        .mount(Method::DELETE, "/secrets/{name}", admin, delete)
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    let items = ctx.services.list_secrets(&actor).await?;
    Ok(Answer(json!({ "items": items })).into_response())
}

async fn read(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Response> {
    Ok(Answer(ctx.services.secret(&actor, &name).await?).into_response())
}

async fn set(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode> {
    Ok(match ctx.services.set_secret(&actor, &name, form).await? {
        SecretSet::Created => StatusCode::CREATED,
        SecretSet::Replaced => StatusCode::NO_CONTENT,
    })
}

async fn delete(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    ctx.services.delete_secret(&actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
