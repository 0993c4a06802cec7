//! Templates: the gallery, a template's page, its launch form, launching.

use leptos::prelude::*;
use model::{
    agent_library::form::ArchiveChange,
    api::{
        presets::{EarlierLaunch, LaunchPreset, NewPreset, PresetChange},
        templates::{
            DraftChange, EnabledChange, EnabledState, Removal, SavedTemplate, TemplateDraft,
        },
    },
    id::{ExecutionId, PresetId, TemplateId},
    pages::{GalleryPage, LaunchPage, LaunchRequest, Launched, TemplatePage},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A template's page with its example ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplatePreview {
    /// The template with the facts and steps of its page.
    pub page: TemplatePage,
    /// The example of what a run gives, as HTML.
    pub example_output: SafeHtml,
}

/// A launch form that can be sent once, however often it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaunchForm {
    /// What the form shows.
    pub page: LaunchPage,
    /// Sent with every launch of this form: the first one counts.
    pub idempotency_key: String,
    /// What it is filled in with, where it is to launch something again.
    pub again: Option<EarlierLaunch>,
}

/// Every published template of the workspace, drafts that were never published, and what is
/// archived.
#[server(prefix = "/api/fn", endpoint = "gallery", input = leptos::server_fn::codec::Json)]
pub async fn load_gallery() -> Result<GalleryPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.drafts.gallery_page(ctx.require(Permission::Read)?).await.map_err(into_api_error)
}

/// One published template.
#[server(prefix = "/api/fn", endpoint = "template", input = leptos::server_fn::codec::Json)]
pub async fn load_template(
    /// The template; it must be published.
    id: TemplateId,
) -> Result<TemplatePreview, ApiError> {
    let ctx = Ctx::get()?;
    let page = ctx
        .backend
        .templates
        .template(ctx.require(Permission::Read)?, id)
        .await
        .map_err(into_api_error)?;
    let example_output = SafeHtml::from_markdown(page.example_output.clone()).await?;
    Ok(TemplatePreview { page, example_output })
}

/// Switches a template off for a reason, so that nothing of it is launched, or on again.
#[server(prefix = "/api/fn", endpoint = "set_template_enabled", input = leptos::server_fn::codec::Json)]
pub async fn set_template_enabled(
    /// The template, published or not.
    id: TemplateId,
    /// Whether it may be launched, and why not.
    change: EnabledChange,
) -> Result<EnabledState, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::PublishTemplate)?;
    ctx.backend.templates.set_template_enabled(actor, id, change).await.map_err(into_api_error)
}

/// A template's draft, with what people say of it.
#[server(prefix = "/api/fn", endpoint = "template_draft", input = leptos::server_fn::codec::Json)]
pub async fn load_template_draft(
    /// The template, published or not.
    id: TemplateId,
) -> Result<TemplateDraft, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.templates.draft(actor, id).await.map_err(into_api_error)
}

/// Changes what people say of a template; what is absent stays.
#[server(prefix = "/api/fn", endpoint = "change_template", input = leptos::server_fn::codec::Json)]
pub async fn change_template(
    /// The template; not one that came with the product.
    id: TemplateId,
    /// What is to be different.
    change: DraftChange,
) -> Result<SavedTemplate, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.templates.save_draft(actor, id, change).await.map_err(into_api_error)
}

/// Archives a template, so that lists leave it out, or restores it.
#[server(prefix = "/api/fn", endpoint = "archive_template", input = leptos::server_fn::codec::Json)]
pub async fn archive_template(
    /// The template; not one that came with the product.
    id: TemplateId,
    /// Whether it is put out of sight.
    change: ArchiveChange,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.templates.archive_template(actor, id, change).await.map_err(into_api_error)
}

/// Deletes a template; one that has executions is archived for them.
#[server(prefix = "/api/fn", endpoint = "delete_template", input = leptos::server_fn::codec::Json)]
pub async fn delete_template(
    /// The template; not one that came with the product.
    id: TemplateId,
) -> Result<Removal, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.templates.delete_template(actor, id).await.map_err(into_api_error)
}

/// What the launch form of a template needs.
#[server(prefix = "/api/fn", endpoint = "launch_page", input = leptos::server_fn::codec::Json)]
pub async fn load_launch_form(
    /// The template; it must be published.
    id: TemplateId,
    /// The execution whose values it is filled in with.
    again: Option<ExecutionId>,
) -> Result<LaunchForm, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::LaunchTemplate)?;
    let page = ctx.backend.templates.launch_page(actor, id).await.map_err(into_api_error)?;
    form(&ctx, page, again).await
}

/// What the launch form of a template's draft needs.
#[server(prefix = "/api/fn", endpoint = "launch_draft_page", input = leptos::server_fn::codec::Json)]
pub async fn load_draft_launch_form(
    /// Of which template.
    id: TemplateId,
    /// The execution whose values it is filled in with.
    again: Option<ExecutionId>,
) -> Result<LaunchForm, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::LaunchInline)?;
    let page = ctx.backend.templates.draft_launch_page(actor, id).await.map_err(into_api_error)?;
    form(&ctx, page, again).await
}

#[cfg(feature = "ssr")]
async fn form(
    ctx: &Ctx,
    page: LaunchPage,
    again: Option<ExecutionId>,
) -> Result<LaunchForm, ApiError> {
    let actor = ctx.require(Permission::LaunchTemplate)?;
    let again = match again {
        Some(id) => {
            let template = page.template.card.id;
            Some(
                ctx.backend
                    .templates
                    .earlier_launch(actor, template, id)
                    .await
                    .map_err(into_api_error)?,
            )
        }
        None => None,
    };
    Ok(LaunchForm { page, idempotency_key: uuid::Uuid::now_v7().to_string(), again })
}

/// Keeps values of a template's form under a name.
#[server(prefix = "/api/fn", endpoint = "create_preset", input = leptos::server_fn::codec::Json)]
pub async fn create_preset(
    /// Of which template.
    template: TemplateId,
    /// What is kept.
    new: NewPreset,
) -> Result<LaunchPreset, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditPreset)?;
    ctx.backend.templates.create_preset(actor, template, new).await.map_err(into_api_error)
}

/// Names a preset, or keeps other values in it.
#[server(prefix = "/api/fn", endpoint = "change_preset", input = leptos::server_fn::codec::Json)]
pub async fn change_preset(
    /// Of which template.
    template: TemplateId,
    /// The preset of this template that is changed.
    id: PresetId,
    /// What is to be different.
    change: PresetChange,
) -> Result<LaunchPreset, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditPreset)?;
    ctx.backend.templates.change_preset(actor, template, id, change).await.map_err(into_api_error)
}

/// Forgets a preset.
#[server(prefix = "/api/fn", endpoint = "delete_preset", input = leptos::server_fn::codec::Json)]
pub async fn delete_preset(
    /// Of which template.
    template: TemplateId,
    /// The preset of this template that is deleted.
    id: PresetId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditPreset)?;
    ctx.backend.templates.delete_preset(actor, template, id).await.map_err(into_api_error)
}

/// Launches a template.
#[server(prefix = "/api/fn", endpoint = "launch", input = leptos::server_fn::codec::Json)]
pub async fn launch(
    /// Which, and with what.
    request: LaunchRequest,
) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .executions
        .launch(ctx.require(Permission::LaunchTemplate)?, request)
        .await
        .map_err(into_api_error)
}
