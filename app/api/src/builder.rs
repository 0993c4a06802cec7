//! The editor: its page, drafts kept as they are drawn, versions, order, reading from files.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    api::templates::{NewTemplate, PublishRequest, SavedTemplate, TemplateVersion, VersionRow},
    id::TemplateId,
    pages::{
        BuilderPage, DraftSaved, DraftToSave, ImportedWorkflow, Launched, NewerDraft, Placed,
        TestPage, TestRequest, TidyRequest,
    },
    transfer::steps::Order,
    validate::Issue,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

/// Everything the editor of a template shows.
#[server(prefix = "/api/fn", endpoint = "builder", input = leptos::server_fn::codec::Json)]
pub async fn load_builder(
    /// The template, published or not.
    id: TemplateId,
) -> Result<BuilderPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.drafts.builder(ctx.require(Permission::Read)?, id).await.map_err(into_api_error)
}

/// Keeps a draft; one that was made from an older draft than there is gets that one back.
#[server(prefix = "/api/fn", endpoint = "save_draft", input = leptos::server_fn::codec::Json)]
pub async fn save_draft(
    /// The whole draft, its template, and the revision it was made from.
    draft: DraftToSave,
) -> Result<DraftSaved, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .keep_draft(ctx.require(Permission::EditTemplate)?, draft)
        .await
        .map_err(into_api_error)
}

/// The draft as it is now.
#[server(prefix = "/api/fn", endpoint = "latest_draft", input = leptos::server_fn::codec::Json)]
pub async fn load_latest_draft(
    /// Of which template.
    id: TemplateId,
) -> Result<NewerDraft, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .latest_draft(ctx.require(Permission::EditTemplate)?, id)
        .await
        .map_err(into_api_error)
}

/// What steps of the draft name and for which publishing it would be refused.
#[server(prefix = "/api/fn", endpoint = "unavailable", input = leptos::server_fn::codec::Json)]
pub async fn load_unavailable(
    /// Of which template.
    id: TemplateId,
) -> Result<Vec<Issue>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .templates
        .unavailable(ctx.require(Permission::EditTemplate)?, id)
        .await
        .map_err(into_api_error)
}

/// Publishes the draft as the next version.
#[server(prefix = "/api/fn", endpoint = "publish", input = leptos::server_fn::codec::Json)]
pub async fn publish(
    /// Of which template.
    id: TemplateId,
    /// Which draft, and what changed.
    form: PublishRequest,
) -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::PublishTemplate)?;
    ctx.backend.templates.publish_template(actor, id, form).await.map_err(into_api_error)
}

/// The published versions of a template, the latest first.
#[server(prefix = "/api/fn", endpoint = "template_versions", input = leptos::server_fn::codec::Json)]
pub async fn load_versions(
    /// Of which template.
    id: TemplateId,
) -> Result<Vec<VersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .templates
        .template_versions(ctx.require(Permission::Read)?, id)
        .await
        .map_err(into_api_error)
}

/// A published version with its definition.
#[server(prefix = "/api/fn", endpoint = "template_version", input = leptos::server_fn::codec::Json)]
pub async fn load_version(
    /// Of which template.
    id: TemplateId,
    /// The number of the version, counted from 1 per template.
    version: i32,
) -> Result<TemplateVersion, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.templates.template_version(actor, id, version).await.map_err(into_api_error)
}

/// Makes a published version the draft again.
#[server(prefix = "/api/fn", endpoint = "restore", input = leptos::server_fn::codec::Json)]
pub async fn restore_version(
    /// Of which template.
    id: TemplateId,
    /// The number of the version that becomes the draft.
    version: i32,
    /// The revision of the draft that is replaced; a conflict when the draft has moved on since.
    draft_revision: i64,
) -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend
        .drafts
        .restore_version(actor, id, version, draft_revision)
        .await
        .map_err(into_api_error)
}

/// Where the cards of a workflow belong.
#[server(prefix = "/api/fn", endpoint = "tidy", input = leptos::server_fn::codec::Json)]
pub async fn tidy(
    /// The workflow, and how large its cards are.
    request: TidyRequest,
) -> Result<Vec<Placed>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .tidy(ctx.require(Permission::EditTemplate)?, request)
        .await
        .map_err(into_api_error)
}

/// Reads a workflow of any format; nothing is kept.
#[server(prefix = "/api/fn", endpoint = "read_workflow", input = leptos::server_fn::codec::Json)]
pub async fn read_workflow(
    /// As it was pasted or lies in a file.
    text: String,
    /// In which order the steps of a list run.
    #[server(default)]
    order: Order,
    /// The template whose draft it is for.
    #[server(default)]
    template: Option<TemplateId>,
) -> Result<ImportedWorkflow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.drafts.read_workflow(actor, &text, order, template).await.map_err(into_api_error)
}

/// Makes a template of a definition.
#[server(prefix = "/api/fn", endpoint = "create_template", input = leptos::server_fn::codec::Json)]
pub async fn create_template(
    /// What it is called, what it is for, what it does.
    form: NewTemplate,
) -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.templates.create_template(actor, form).await.map_err(into_api_error)
}

/// What is asked before a draft is tried out.
#[server(prefix = "/api/fn", endpoint = "test_page", input = leptos::server_fn::codec::Json)]
pub async fn load_test_page(
    /// Of which template.
    id: TemplateId,
) -> Result<TestPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .test_page(ctx.require(Permission::LaunchInline)?, id)
        .await
        .map_err(into_api_error)
}

/// Tries a draft out, all of it or a part.
#[server(prefix = "/api/fn", endpoint = "test_run", input = leptos::server_fn::codec::Json)]
pub async fn test_run(
    /// The template, the part of it that is run, and the parameters.
    request: TestRequest,
) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .test_run(ctx.require(Permission::LaunchInline)?, request)
        .await
        .map_err(into_api_error)
}

/// Makes an empty workflow.
#[server(prefix = "/api/fn", endpoint = "start_workflow", input = leptos::server_fn::codec::Json)]
pub async fn start_workflow() -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .drafts
        .start_workflow(ctx.require(Permission::EditTemplate)?)
        .await
        .map_err(into_api_error)
}

/// Copies a template into one that may be changed.
#[server(prefix = "/api/fn", endpoint = "clone_template", input = leptos::server_fn::codec::Json)]
pub async fn clone_template(
    /// The template that is copied, and stays as it is.
    id: TemplateId,
) -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend
        .templates
        .clone_template(actor, id, model::api::templates::CloneRequest::default())
        .await
        .map_err(into_api_error)
}
