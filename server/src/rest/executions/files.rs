//! The files that were sent with a launch, and those that tools gave.

use axum::{extract::State, http::HeaderMap, response::Response};
use model::{
    access::Permission,
    id::{ExecutionId, UploadId},
};
use services::{Services, library::documents::BroughtFile};

use crate::{
    auth::caller::Caller,
    error::Result,
    http::{
        download,
        json::{Path, Query},
    },
    rest::{
        library::{Size, serve_image},
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(
            read.get(
                "/workflows/executions/{id}/files/{file}",
                "Returns a file of the launch or of a tool's result: images inline, other files as a download.",
            )
            .sends("application/octet-stream"),
            content,
        )
        .mount(
            read.get(
                "/workflows/executions/{id}/files/{file}/thumbnail",
                "Returns a thumbnail of an image of the launch.",
            )
            .sends("image/*"),
            thumbnail,
        )
}

async fn content(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, file)): Path<(ExecutionId, UploadId)>,
    headers: HeaderMap,
) -> Result<Response> {
    Ok(match services.library.brought_file(&actor, id, file).await? {
        BroughtFile::Image(image) => serve_image(image, &headers),
        BroughtFile::Other(file) => download::download_upload(file),
    })
}

async fn thumbnail(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(place): Path<(ExecutionId, UploadId)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response> {
    let image = services.library.brought_thumbnail(&actor, place.0, place.1, size.side()).await?;
    Ok(serve_image(image, &headers))
}
