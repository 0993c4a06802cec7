//! Notices by mail and to webhooks, as admins see and set them.

use async_trait::async_trait;
use model::{
    id::{DeliveryId, WebhookId},
    notice::{
        delivery::NoticesPage,
        webhook::{NewWebhook, WebhookForm},
    },
    problem::Problem,
};

use crate::actor::Actor;

/// Notices by mail and to webhooks, as admins see and set them.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Whether mails are sent, the workspace's webhooks, and its latest deliveries.
    async fn notices_page(&self, actor: &Actor) -> Result<NoticesPage, Problem>;

    /// Sets a webhook up; the key of its signatures is in the answer, and nowhere else.
    async fn add_webhook(&self, actor: &Actor, form: WebhookForm) -> Result<NewWebhook, Problem>;

    /// Changes a webhook; without an address the one that is kept stays.
    async fn change_webhook(
        &self,
        actor: &Actor,
        id: WebhookId,
        form: WebhookForm,
    ) -> Result<NewWebhook, Problem>;

    /// Deletes a webhook with what is on its way to it.
    async fn delete_webhook(&self, actor: &Actor, id: WebhookId) -> Result<(), Problem>;

    /// Calls a webhook with a test, once; refused with what it answered where that is no success.
    async fn test_webhook(&self, actor: &Actor, id: WebhookId) -> Result<(), Problem>;

    /// Has a delivery that has not arrived tried again at once.
    async fn retry_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<(), Problem>;
}
