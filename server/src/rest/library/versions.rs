//! Versions of documents over the API.

use axum::{Json as Answer, extract::State};
use engine::services::Services;
use model::{
    access::Permission,
    api::{
        compare::Comparison,
        documents::{DocumentVersion, DocumentVersionRow, SavedDocument},
    },
    id::DocumentId,
};

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::Path,
    rest::{
        listing::List,
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditDocument);
    let (all, one) = ("/documents/{id}/versions", "/documents/{id}/versions/{version}");
    routes
        .mount(
            read.get(
                all,
                "Lists the versions of a document, newest first, including the current one.",
            ),
            list,
        )
        .mount(edit.post(all, "Saves the current text of a document as a version."), keep)
        .mount(read.get(one, "Shows a version of a document with its text."), show)
        .mount(
            read.get(
                "/documents/{id}/versions/{version}/compare/{other}",
                "Compares the texts of two versions word by word.",
            ),
            compare,
        )
        .mount(
            edit.post(
                "/documents/{id}/versions/{version}/restore",
                "Restores a version of a document, as a new version.",
            ),
            restore,
        )
}

type Versions = Answer<List<DocumentVersionRow>>;

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Versions> {
    Ok(List::answer(services.library.document_versions(&actor, id).await?))
}

async fn keep(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Versions> {
    Ok(List::answer(services.library.keep_document_version(&actor, id).await?))
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, version)): Path<(DocumentId, i32)>,
) -> Result<Answer<DocumentVersion>> {
    Ok(Answer(services.library.document_version(&actor, id, version).await?))
}

async fn compare(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, version, other)): Path<(DocumentId, i32, i32)>,
) -> Result<Answer<Comparison>> {
    Ok(Answer(services.library.compare_document_versions(&actor, id, version, other).await?))
}

async fn restore(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, version)): Path<(DocumentId, i32)>,
) -> Result<Answer<SavedDocument>> {
    Ok(Answer(services.library.restore_document_version(&actor, id, version).await?))
}
