//! Webhooks and deliveries over the API: set up, tried and removed, and how the sending goes. The
//! address and the key of a webhook are never read back.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    id::{DeliveryId, WebhookId},
    notice::{
        delivery::DeliveryView,
        webhook::{NewWebhook, WebhookForm, WebhookView},
    },
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

const ONE: &str = "/webhooks/{id}";

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageWorkspace);
    routes
        .mount(admin.get("/webhooks", "Lists webhooks by name, without their URLs and keys."), list)
        .mount(
            admin
                .post(
                    "/webhooks",
                    "Adds a webhook; the key that signs its calls is shown only here.",
                )
                .gives::<NewWebhook>(StatusCode::CREATED),
            add,
        )
        .mount(
            admin.put(ONE, "Changes a webhook; without a URL, the saved one and its key stay."),
            change,
        )
        .mount(admin.delete(ONE, "Deletes a webhook and what it hasn't received yet."), delete)
        .mount(
            admin.post("/webhooks/{id}/test", "Calls a webhook once with a test notification."),
            test,
        )
        .mount(
            admin.get(
                "/deliveries",
                "Lists the latest 50 notifications by email and to webhooks, newest first.",
            ),
            deliveries,
        )
        .mount(
            admin.post("/deliveries/{id}/retry", "Sends a notification that hasn't arrived again."),
            retry,
        )
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<WebhookView>>> {
    Ok(List::answer(services.notices.notices_page(&actor).await?.webhooks))
}

async fn add(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<WebhookForm>,
) -> Result<Response> {
    let new = services.notices.add_webhook(&actor, form).await?;
    Ok((StatusCode::CREATED, Answer(new)).into_response())
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
    Json(form): Json<WebhookForm>,
) -> Result<Answer<NewWebhook>> {
    Ok(Answer(services.notices.change_webhook(&actor, id, form).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode> {
    services.notices.delete_webhook(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode> {
    services.notices.test_webhook(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn deliveries(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<DeliveryView>>> {
    Ok(List::answer(services.notices.notices_page(&actor).await?.deliveries))
}

async fn retry(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DeliveryId>,
) -> Result<StatusCode> {
    services.notices.retry_delivery(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
