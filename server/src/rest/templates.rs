//! Templates over the API: read, create, change, copy, publish, delete, and their presets.

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    api::{
        listing::{Page, PageRequest},
        presets::LaunchPreset,
        templates::{
            CategoryCount, CloneRequest, DraftChange, NewTemplate, PublishRequest, Removed,
            SavedTemplate, TemplateDraft, TemplateSummary,
        },
    },
    id::{ProjectId, TemplateId},
    pages::TemplatePage,
    template::TemplateCategory,
    transfer::file::File,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::IntoDeserializer};
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, JsonOrNothing, Path, Query},
};

const ALL: &str = "/workflows/templates";

model::templates_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditTemplate);
    let publishes = Access::Needs(Permission::PublishTemplate);
    let routes = routes
        .mount(read.get(ALL, "Lists templates, newest first; editors also see drafts."), list)
        .mount(edit.post(ALL, "Creates a template from the canonical format, a React Flow file or steps; publishes it if it is valid.").takes::<NewTemplate>().gives::<SavedTemplate>(StatusCode::CREATED), create)
        .mount(read.get("/workflows/templates/categories/list", "Lists the categories with their number of templates."), categories)
        .mount(read.get("/workflows/templates/{id}", "Shows the published version, in the canonical format."), show)
        .mount(edit.put("/workflows/templates/{id}", "Changes the draft; refused if it changed since the given revision.").takes::<DraftChange>(), save)
        .mount(edit.delete("/workflows/templates/{id}", "Deletes a template, or archives it when it has executions."), delete)
        .mount(edit.get("/workflows/templates/{id}/draft", "Shows the draft and its problems.").gives::<TemplateDraft>(StatusCode::OK), draft)
        .mount(edit.post("/workflows/templates/{id}/clone", "Copies a template into a new one that you can edit.").gives::<SavedTemplate>(StatusCode::CREATED), copy)
        .mount(publishes.post("/workflows/templates/{id}/publish", "Publishes the draft as the next version; versions never change."), publish)
        .mount(read.get("/workflows/templates/{id}/presets", "Lists the presets of a template's form, by name."), presets);
    operations(routes)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Only templates of this category; `all` is the same as leaving it out.
    #[serde(default, deserialize_with = "category")]
    category: Option<TemplateCategory>,
    /// Must be a project of the workspace; the list is the same for all of them, because templates
    /// belong to the whole workspace.
    project_id: Option<ProjectId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

fn category<'de, D: Deserializer<'de>>(from: D) -> Result<Option<TemplateCategory>, D::Error> {
    let word = String::deserialize(from)?;
    match word.as_str() {
        "" | "all" => Ok(None),
        word => TemplateCategory::deserialize(word.into_deserializer()).map(Some),
    }
}

/// Published templates, the latest first; drafts too for those who may edit.
async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(Listed { category, project_id, limit, cursor }): Query<Listed>,
) -> Result<Answer<Page<TemplateSummary>>> {
    if let Some(id) = project_id {
        services.projects.project(&actor, id).await?;
    }
    let asked = PageRequest { limit, cursor };
    Ok(Answer(services.templates.templates_page(&actor, category, &asked).await?))
}

async fn categories(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<CategoryCount>>> {
    Ok(List::answer(services.templates.categories(&actor).await?))
}

/// The published version; the definition is in the canonical format.
async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
) -> Result<Answer<TemplatePage>> {
    Ok(Answer(services.templates.template(&actor, id).await?))
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(File(body)): Json<File>,
) -> Result<Response> {
    Ok(created_response(
        &services.templates.create_template(&actor, NewTemplate::read(body)?).await?,
    ))
}

/// `If-Match` with the draft's revision is accepted instead of `draft_revision` in the body.
async fn save(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
    headers: HeaderMap,
    Json(File(body)): Json<File>,
) -> Result<Answer<SavedTemplate>> {
    let matching = headers.get(header::IF_MATCH).and_then(|tag| tag.to_str().ok());
    let revision = matching.and_then(|tag| tag.trim_matches('"').parse().ok());
    let change = DraftChange::read(body, revision)?;
    Ok(Answer(services.templates.save_draft(&actor, id, change).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
) -> Result<Answer<Removed>> {
    let outcome = services.templates.delete_template(&actor, id).await?;
    Ok(Answer(Removed { outcome }))
}

async fn draft(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
) -> Result<Response> {
    let draft: TemplateDraft = services.templates.draft(&actor, id).await?;
    let tag = format!("\"{}\"", draft.draft_revision);
    let mut response = Answer(draft).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn copy(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
    JsonOrNothing(form): JsonOrNothing<CloneRequest>,
) -> Result<Response> {
    Ok(created_response(&services.templates.clone_template(&actor, id, form).await?))
}

async fn publish(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
    JsonOrNothing(form): JsonOrNothing<PublishRequest>,
) -> Result<Answer<SavedTemplate>> {
    Ok(Answer(services.templates.publish_template(&actor, id, form).await?))
}

async fn presets(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(template): Path<TemplateId>,
) -> Result<Answer<List<LaunchPreset>>> {
    Ok(List::answer(services.templates.presets(&actor, template).await?))
}

fn created_response(saved: &SavedTemplate) -> Response {
    let mut response = (StatusCode::CREATED, Answer(saved)).into_response();
    let place = format!("/api/v1{ALL}/{}", saved.id);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
