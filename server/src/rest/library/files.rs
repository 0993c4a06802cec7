//! Files that belong to documents, over the API.

use axum::{
    Json as Answer,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    id::{DocumentId, UploadId},
    library::Upload,
};
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::{
        download,
        json::{Path, Query},
    },
    rest::{
        routes::{Access, Routes},
        uploads::Named,
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let add = Access::Needs(Permission::EditDocument).post(
        "/documents/{id}/files",
        "Adds an image, PDF or text file to a document; prompts that use the document use it too.",
    );
    routes.mount(add.takes_file().gives::<Upload>(StatusCode::CREATED), keep).mount(
        read.get("/documents/{id}/files/{file}", "Downloads a file of a document.")
            .sends("application/octet-stream"),
        content,
    )
}

async fn keep(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Query(Named { name }): Query<Named>,
    bytes: Bytes,
) -> Result<Response> {
    let file = services.library.add_document_file(&actor, id, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(file)).into_response())
}

/// The file is downloaded, never shown: its content comes from strangers.
async fn content(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, file)): Path<(DocumentId, UploadId)>,
) -> Result<Response> {
    Ok(download::download_upload(services.library.document_file(&actor, id, file).await?))
}
