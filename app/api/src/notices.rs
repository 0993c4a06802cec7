//! Notices by mail and to webhooks, as admins see and set them.

use leptos::prelude::*;
use model::{
    id::{DeliveryId, WebhookId},
    notice::{
        delivery::NoticesPage,
        webhook::{NewWebhook, WebhookForm},
    },
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// Whether mails are sent, the webhooks, and the latest deliveries.
#[server(prefix = "/api/fn", endpoint = "notices", input = leptos::server_fn::codec::Json)]
pub async fn load_notices() -> Result<NoticesPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.notices_page(actor).await.map_err(into_api_error)
}

/// Sets a webhook up.
#[server(prefix = "/api/fn", endpoint = "add_webhook", input = leptos::server_fn::codec::Json)]
pub async fn add_webhook(
    /// Its name, form, address, and what it is told of.
    form: WebhookForm,
) -> Result<NewWebhook, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.add_webhook(actor, form).await.map_err(into_api_error)
}

/// Changes a webhook.
#[server(prefix = "/api/fn", endpoint = "change_webhook", input = leptos::server_fn::codec::Json)]
pub async fn change_webhook(
    /// The webhook.
    id: WebhookId,
    /// What it is from now on; without an address the one that is kept stays.
    form: WebhookForm,
) -> Result<NewWebhook, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.change_webhook(actor, id, form).await.map_err(into_api_error)
}

/// Deletes a webhook.
#[server(prefix = "/api/fn", endpoint = "delete_webhook", input = leptos::server_fn::codec::Json)]
pub async fn delete_webhook(
    /// The webhook.
    id: WebhookId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.delete_webhook(actor, id).await.map_err(into_api_error)
}

/// Calls a webhook with a test.
#[server(prefix = "/api/fn", endpoint = "test_webhook", input = leptos::server_fn::codec::Json)]
pub async fn test_webhook(
    /// The webhook.
    id: WebhookId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.test_webhook(actor, id).await.map_err(into_api_error)
}

/// Has a delivery that has not arrived tried again at once.
#[server(prefix = "/api/fn", endpoint = "retry_delivery", input = leptos::server_fn::codec::Json)]
pub async fn retry_delivery(
    /// The delivery.
    id: DeliveryId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.notices.retry_delivery(actor, id).await.map_err(into_api_error)
}
