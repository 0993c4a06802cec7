//! Files for a launch to come, sent as they are with their name in the query.

use axum::{
    Json as Answer,
    body::Bytes,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use model::{access::Permission, id::UploadId};
use serde::Deserialize;

use super::routes::{Access, Intake, Route, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Path, Query},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let access = Access::Needs(Permission::LaunchTemplate);
    let add = Route { method: Method::POST, path: "/uploads", access };
    routes.mount_with(add, Intake::Upload, upload).mount(
        Method::DELETE,
        "/uploads/{id}",
        access,
        discard,
    )
}

/// The file's name, in the query of its upload.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) name: String,
}

async fn upload(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(Named { name }): Query<Named>,
    bytes: Bytes,
) -> Result<Response> {
    let upload = ctx.services.upload(&actor, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(upload)).into_response())
}

async fn discard(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<UploadId>,
) -> Result<Response> {
    ctx.services.discard_upload(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
