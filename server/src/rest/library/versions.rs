//! Versions of documents over the API.

use axum::{Json as Answer, extract::State};
use model::{access::Permission, api::documents::DocumentVersion, id::DocumentId};
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::Path,
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    routes.mount(
        Access::Needs(Permission::Read).get(
            "/documents/{id}/versions/{version}",
            "Shows a version of a document with its text.",
        ),
        show,
    )
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, version)): Path<(DocumentId, i32)>,
) -> Result<Answer<DocumentVersion>> {
    Ok(Answer(services.library.document_version(&actor, id, version).await?))
}
