//! Files that belong to documents, over the API.

use axum::{
    Json as Answer,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    id::{DocumentId, UploadId},
    library::Upload,
};

use crate::{
    auth::caller::Caller,
    error::Result,
    http::{
        download,
        json::{Path, Query},
    },
    rest::{
        listing::List,
        routes::{Access, Routes},
        uploads::Named,
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditDocument);
    let (all, one) = ("/documents/{id}/files", "/documents/{id}/files/{file}");
    let add = edit.post(
        all,
        "Adds an image, PDF or text file to a document; prompts that use the document use it too.",
    );
    routes
        .mount(read.get(all, "Lists the files of a document, oldest first."), list)
        .mount(add.takes_file().gives::<Upload>(StatusCode::CREATED), keep)
        .mount(
            read.get(one, "Downloads a file of a document.").sends("application/octet-stream"),
            content,
        )
        .mount(edit.delete(one, "Removes a file from a document.").gives_nothing(), remove)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<List<Upload>>> {
    Ok(List::answer(services.library.document_files(&actor, id).await?))
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

async fn remove(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, file)): Path<(DocumentId, UploadId)>,
) -> Result<StatusCode> {
    services.library.drop_document_file(&actor, id, file).await?;
    Ok(StatusCode::NO_CONTENT)
}
