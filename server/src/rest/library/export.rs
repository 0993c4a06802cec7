//! The export of documents as files.

use axum::{extract::State, response::Response};
use model::{access::Permission, api::documents::ExportFormat, id::DocumentId};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Refusal,
    http::{
        download::{download_export, show_to_print},
        json::{Path, Query},
    },
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(
        read.get("/documents/{id}/export", "Returns a document as a file: Markdown and its images in a ZIP, HTML, plain text or DOCX; or as a page to print.")
            .sends("application/octet-stream"),
        export,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct As {
    #[serde(default = "markdown")]
    format: ExportFormat,
}

fn markdown() -> ExportFormat {
    ExportFormat::Markdown
}

async fn export(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let export = services.library.export_document(&actor, id, format).await?;
    Ok(match format {
        ExportFormat::Print => show_to_print(export),
        ExportFormat::Markdown | ExportFormat::Html | ExportFormat::Text | ExportFormat::Docx => {
            download_export(export)
        }
    })
}
