//! The operations of notices.

/// Notices by mail and to webhooks, as admins see and set them.
#[macro_export]
macro_rules! notices_operations {
    ($then:path) => {
        $then! { notices Notices NoticeOperations {
            /// Whether mails are sent, the workspace's webhooks, and its latest deliveries.
            PAGE ManageWorkspace load_notices = notices_page()
                -> one $crate::notice::delivery::NoticesPage;
            /// Adds a webhook; the key that signs its calls is shown only here.
            POST "/webhooks" ManageWorkspace add_webhook =
                add_webhook(; form: $crate::notice::webhook::WebhookForm)
                -> made $crate::notice::webhook::NewWebhook;
            /// Changes a webhook; without a URL, the saved one and its key stay.
            PUT "/webhooks/{id}" ManageWorkspace change_webhook = change_webhook(
                id: $crate::id::WebhookId; form: $crate::notice::webhook::WebhookForm)
                -> one $crate::notice::webhook::NewWebhook;
            /// Deletes a webhook and what it hasn't received yet.
            DELETE "/webhooks/{id}" ManageWorkspace delete_webhook =
                delete_webhook(id: $crate::id::WebhookId) -> done;
            /// Calls a webhook once with a test notification.
            POST "/webhooks/{id}/test" ManageWorkspace test_webhook =
                test_webhook(id: $crate::id::WebhookId) -> done;
            /// Sends a notification that hasn't arrived again.
            POST "/deliveries/{id}/retry" ManageWorkspace retry_delivery =
                retry_delivery(id: $crate::id::DeliveryId) -> done;
        } }
    };
}
