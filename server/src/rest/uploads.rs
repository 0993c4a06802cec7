//! Uploads of files for a later launch: the body is the file, its name is in the query.

use axum::{
    Json as Answer,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{access::Permission, id::UploadId, library::Upload};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Path, Query},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let access = Access::Needs(Permission::LaunchTemplate);
    let add = access.post("/uploads", "Uploads a file for a later launch.").takes_file();
    let drop = access.delete("/uploads/{id}", "Deletes an uploaded file that was not launched.");
    routes
        .mount(add.gives::<Upload>(StatusCode::CREATED), upload)
        .mount(drop.gives_nothing(), discard)
}

/// The file's name, in the query of its upload.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) name: String,
}

async fn upload(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(Named { name }): Query<Named>,
    bytes: Bytes,
) -> Result<Response> {
    let upload = services.uploads.upload(&actor, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(upload)).into_response())
}

async fn discard(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<UploadId>,
) -> Result<Response> {
    services.uploads.discard_upload(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
