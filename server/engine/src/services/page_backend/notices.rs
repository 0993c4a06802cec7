//! What pages ask of notices and webhooks.

use backend::actor::Actor;
use model::{
    id::{DeliveryId, WebhookId},
    notice::{
        delivery::NoticesPage,
        webhook::{NewWebhook, WebhookForm},
    },
};

forward! {
    notices::Notices {
        fn notices_page(actor: &Actor) -> NoticesPage;
        fn add_webhook(actor: &Actor, form: WebhookForm) -> NewWebhook;
        fn change_webhook(actor: &Actor, id: WebhookId, form: WebhookForm) -> NewWebhook;
        fn delete_webhook(actor: &Actor, id: WebhookId) -> ();
        fn test_webhook(actor: &Actor, id: WebhookId) -> ();
        fn retry_delivery(actor: &Actor, id: DeliveryId) -> ();
    }
}
