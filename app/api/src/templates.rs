//! Templates: a template's page, changing it, its versions and presets, its launch form, launching.

use leptos::prelude::*;
use model::{
    api::presets::EarlierLaunch,
    id::{ExecutionId, TemplateId},
    pages::{LaunchPage, LaunchRequest, Launched, TemplatePage},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::templates_operations!(crate::call::functions);

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

#[server(prefix = "/api/fn", endpoint = "launch", input = leptos::server_fn::codec::Json)]
pub async fn launch(request: LaunchRequest) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .executions
        .launch(ctx.require(Permission::LaunchTemplate)?, request)
        .await
        .map_err(into_api_error)
}
