//! The gallery, and the editor: its page, drafts kept as they are drawn, order, reading from files.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    api::templates::SavedTemplate, id::TemplateId, pages::ImportedWorkflow, transfer::steps::Order,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::drafts_operations!(crate::call::functions);

/// Reads a workflow of any format; nothing is kept.
#[server(prefix = "/api/fn", endpoint = "read_workflow", input = leptos::server_fn::codec::Json)]
pub async fn read_workflow(
    /// As it was pasted or lies in a file.
    text: String,
    /// In which order the steps of a list run.
    #[server(default)]
    order: Order,
    #[server(default)] template: Option<TemplateId>,
) -> Result<ImportedWorkflow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.drafts.read_workflow(actor, &text, order, template).await.map_err(into_api_error)
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
