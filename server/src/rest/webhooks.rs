//! Webhooks and deliveries over the API: set up, tried and removed, and how the sending goes. The
//! address and the key of a webhook are never read back.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    notice::{delivery::DeliveryView, webhook::WebhookView},
};
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{auth::caller::Caller, error::Result};

model::notices_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageWorkspace);
    let routes = routes
        .mount(admin.get("/webhooks", "Lists webhooks by name, without their URLs and keys."), list)
        .mount(
            admin.get(
                "/deliveries",
                "Lists the latest 50 notifications by email and to webhooks, newest first.",
            ),
            deliveries,
        );
    operations(routes)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<WebhookView>>> {
    Ok(List::answer(services.notices.notices_page(&actor).await?.webhooks))
}

async fn deliveries(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<DeliveryView>>> {
    Ok(List::answer(services.notices.notices_page(&actor).await?.deliveries))
}
