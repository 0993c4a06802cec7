//! Documents to take away over the API.

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use engine::services::library::export::Export;
use futures::stream;
use model::{access::Permission, api::documents::ExportFormat, id::DocumentId};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{fs::File, io::AsyncReadExt};

use super::download;
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Path, Query},
    rest::routes::{Access, Routes},
};

/// Bytes read at once.
const CHUNK: usize = 64 << 10;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(
        read.get("/documents/{id}/export", "Gives a document with its images as a file: Markdown in a ZIP, or one page of HTML to be printed.")
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
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    Ok(sent(ctx.services.export_document(&actor, id, format).await?))
}

/// The file, read as it is sent.
fn sent(export: Export) -> Response {
    let Export { name, media_type, file, bytes } = export;
    let read = |mut file: File| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    };
    let body = Body::from_stream(stream::try_unfold(File::from_std(file), read));
    download::sent((&name, media_type, bytes), body)
}
