//! Documents over the API.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    api::{
        documents::{DocumentChange, DocumentFilter, NewDocument, SavedDocument},
        lineage::DocumentUses,
        listing::{Page, PageRequest},
    },
    document::DocumentStatus,
    id::{DocumentId, ExecutionId, ProjectId, TemplateId},
    library::{DocumentPage, DocumentRow},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
    rest::routes::{Access, Routes},
};

model::documents_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditDocument);
    let one = "/documents/{id}";
    let routes = routes
        .mount(read.get("/documents", "Lists documents, newest first; filter by words, project, tag, status, execution or template, or list test results and earlier attempts."), list)
        .mount(
            edit.post("/documents", "Creates a document.")
                .takes_text()
                .gives::<DocumentPage>(StatusCode::CREATED),
            create,
        )
        .mount(read.get(one, "Shows a document with its text and images."), show)
        .mount(edit.put(one, "Changes a document; refused if it changed since the given revision.").takes_text(), save)
        .mount(read.get("/documents/{id}/uses", "Lists the steps of executions that used a document as context."), uses);
    operations(routes)
}

/// The query of the list of documents.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DocumentQuery {
    #[serde(default)]
    q: String,
    #[serde(alias = "project_id")]
    project: Option<ProjectId>,
    tag: Option<String>,
    status: Option<DocumentStatus>,
    execution: Option<ExecutionId>,
    template: Option<TemplateId>,
    #[serde(default)]
    aside: bool,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(asked): Query<DocumentQuery>,
) -> Result<Answer<Page<DocumentRow>>> {
    let DocumentQuery { q, project, tag, status, execution, template, aside, limit, cursor } =
        asked;
    let filter = DocumentFilter { q, project, tag, status, execution, template, aside };
    let asked = PageRequest { limit, cursor };
    Ok(Answer(services.library.documents_page(&actor, &filter, &asked).await?))
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(new): Json<NewDocument>,
) -> Result<Response> {
    let made = services.library.create_document(&actor, new).await?;
    Ok((StatusCode::CREATED, Answer(made)).into_response())
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<DocumentPage>> {
    Ok(Answer(services.library.document(&actor, id).await?))
}

async fn uses(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Answer<DocumentUses>> {
    Ok(Answer(services.library.document_uses(&actor, id).await?))
}

async fn save(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Json(change): Json<DocumentChange>,
) -> Result<Answer<SavedDocument>> {
    Ok(Answer(services.library.save_document(&actor, id, change).await?))
}
