//! Webhooks: signed, tried again under the same id, and never led into private networks.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use model::{
    id::WebhookId,
    notice::{
        delivery::{DeliveryChannel, DeliveryState},
        webhook::{NewWebhook, WebhookForm, WebhookKind},
    },
    preferences::NoticeKind,
};
use outside::outbound::OutboundClient;
use serde_json::Value;
use services::testing::{
    play::graph,
    world::{World, none},
};
use sha2::Sha256;
use store::audit;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{deliveries, fail, send};
use crate::engine::stub;

/// A call as it arrived.
struct Called {
    headers: HeaderMap,
    body: String,
}

impl Called {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Whether the signature is that of this key, computed as a receiver does.
    fn is_signed_with(&self, key: &str) -> bool {
        let bytes = STANDARD.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&bytes).unwrap();
        let (id, second) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{second}.{}", self.body).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature") == wanted
    }
}

/// A receiver that answers its n-th call (from 0) so, and what arrived there.
async fn receiver(
    answer: impl Fn(usize) -> Response + Send + Sync + 'static,
) -> (SocketAddr, mpsc::UnboundedReceiver<Called>) {
    let (sender, called) = mpsc::unbounded_channel();
    let count = Arc::new(AtomicUsize::new(0));
    let answers: Arc<dyn Fn(usize) -> Response + Send + Sync> = Arc::new(answer);
    let take = move |State(answers): State<Arc<dyn Fn(usize) -> Response + Send + Sync>>,
                     headers: HeaderMap,
                     body: Bytes| async move {
        let place = count.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(&body).into_owned();
        sender.send(Called { headers, body }).ok();
        answers(place)
    };
    (stub::serve(Router::new().fallback(take).with_state(answers)).await, called)
}

fn ok() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A workspace whose webhooks may be at these servers.
async fn world(servers: &[SocketAddr]) -> World {
    let mut world = World::new().await;
    world.change_deps(|deps| deps.outbound = OutboundClient::new(stub::allowing(servers)).unwrap());
    world
}

fn form(kind: WebhookKind, url: Option<String>) -> WebhookForm {
    let events = [NoticeKind::ExecutionFailed].into();
    WebhookForm { name: "Launches".to_owned(), kind, url, events }
}

async fn add(world: &World, kind: WebhookKind, address: SocketAddr) -> NewWebhook {
    let form = form(kind, Some(format!("http://{address}/hooks/canary")));
    world.services.notices.add_webhook(&world.owner, form).await.unwrap()
}

async fn try_out(world: &World, id: WebhookId) -> String {
    let tested = world.services.notices.test_webhook(&world.owner, id).await;
    tested.map_or_else(|error| error.into_problem().detail, |()| "arrived".to_owned())
}

#[tokio::test]
async fn a_call_is_signed_and_made_again_under_the_same_id_until_it_is_taken() {
    let (address, mut calls) = receiver(|place| match place {
        0 => (StatusCode::INTERNAL_SERVER_ERROR, "Out of coffee.").into_response(),
        _ => ok(),
    })
    .await;
    let world = world(&[address]).await;
    let key = add(&world, WebhookKind::Generic, address).await.secret.unwrap();
    let id = fail(&world).await;

    assert_eq!(send(&world.services, DeliveryChannel::Webhook).await, 1);
    let waits = deliveries(&world).await.remove(0);
    assert_eq!(send(&world.services, DeliveryChannel::Webhook).await, 0, "not at once");
    world.db.advance(Duration::from_secs(60)).await;
    assert_eq!(send(&world.services, DeliveryChannel::Webhook).await, 1);

    let (first, second) = (calls.try_recv().unwrap(), calls.try_recv().unwrap());
    assert!(first.is_signed_with(&key) && second.is_signed_with(&key));
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.body, second.body);
    let mut conn = world.db.pool.acquire().await.unwrap();
    let heads = audit::list_heads(&mut conn, Some(world.owner.workspace)).await.unwrap();
    let head = &heads[0];
    assert_eq!(second.header("atelier-audit-head"), format!("{} {}", head.line, head.hash));
    let told: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(told["type"], "execution.failed");
    assert!(told["data"]["url"].as_str().unwrap().ends_with(&id.to_string()), "{told}");
    assert_eq!(waits.state, DeliveryState::Waiting);
    assert_eq!(
        waits.last_error.as_deref(),
        Some("it answered 500 Internal Server Error: Out of coffee")
    );
    assert_eq!(deliveries(&world).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_no_other() {
    let (sender, mut hangs) = mpsc::unbounded_channel();
    let hang = move || {
        sender.send(()).ok();
        std::future::pending::<StatusCode>()
    };
    let hanging = stub::serve(Router::new().fallback(hang)).await;
    let (quick, mut calls) = receiver(|_| ok()).await;
    let world = world(&[hanging, quick]).await;
    add(&world, WebhookKind::Generic, hanging).await;
    let other = WebhookForm {
        name: "Quick".to_owned(),
        ..form(WebhookKind::Generic, Some(format!("http://{quick}/")))
    };
    world.services.notices.add_webhook(&world.owner, other).await.unwrap();
    let stop = CancellationToken::new();
    let courier = tokio::spawn(world.services.notices.clone().run_courier(stop.clone()));

    fail(&world).await;
    hangs.recv().await.unwrap();
    calls.recv().await.unwrap();
    // It hangs, and what happens then is told.
    for _ in 0..2 {
        fail(&world).await;
        calls.recv().await.unwrap();
    }

    assert!(hangs.try_recv().is_err(), "it has one call at a time");
    stop.cancel();
    courier.abort();
}

#[tokio::test]
async fn a_run_without_steps_is_told_of_when_it_has_ended() {
    let (address, mut calls) = receiver(|_| ok()).await;
    let world = world(&[address]).await;
    let events = [NoticeKind::ExecutionEnded].into();
    let url = Some(format!("http://{address}/"));
    let form = WebhookForm { events, ..form(WebhookKind::Generic, url) };
    world.services.notices.add_webhook(&world.owner, form).await.unwrap();
    let template = world.publish(&graph(&[], &[("start", "end")])).await;

    let id = world.launch(template, none()).await;

    world.wait_over(id).await;
    assert_eq!(send(&world.services, DeliveryChannel::Webhook).await, 1);
    let told: Value = serde_json::from_str(&calls.try_recv().unwrap().body).unwrap();
    assert_eq!(told["type"], "execution.ended");
}

#[tokio::test]
async fn slack_gets_a_text_and_what_was_not_chosen_is_not_told() {
    let (address, mut calls) = receiver(|_| ok()).await;
    let world = world(&[address]).await;
    let made = add(&world, WebhookKind::Slack, address).await;
    assert_eq!(made.secret, None);
    fail(&world).await;

    send(&world.services, DeliveryChannel::Webhook).await;

    let told: Value = serde_json::from_str(&calls.try_recv().unwrap().body).unwrap();
    let text = told["text"].as_str().unwrap();
    assert!(text.contains("failed*\n") && text.ends_with("|Open run>"), "{text}");
    let changed =
        WebhookForm { events: [NoticeKind::Budget].into(), ..form(WebhookKind::Generic, None) };
    let changed = world.services.notices.change_webhook(&world.owner, made.id, changed).await;
    assert!(changed.unwrap().secret.is_some(), "calls are signed from now on");
    fail(&world).await;
    assert_eq!(send(&world.services, DeliveryChannel::Webhook).await, 0);
}

#[tokio::test]
async fn an_address_is_private_or_in_clear_only_where_the_operator_vouches_for_it() {
    let world = world(&[]).await;
    for url in ["http://hooks.example.org/x", "https://10.0.0.1/x", "https://[::1]/x", "no"] {
        let form = form(WebhookKind::Slack, Some(url.to_owned()));
        let refused = world.services.notices.add_webhook(&world.owner, form).await.unwrap_err();
        let problem = refused.into_problem();
        assert_eq!(problem.errors[0].path.as_deref(), Some("url"), "{url} {problem:?}");
    }
    let missing = world.services.notices.add_webhook(&world.owner, form(WebhookKind::Slack, None));
    assert_eq!(missing.await.unwrap_err().into_problem().status(), 422);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_answer_without_end_is_not_read() {
    let (inside, mut reached) = receiver(|_| ok()).await;
    let (outside, _calls) = receiver(move |place| match place {
        0 => (StatusCode::FOUND, [(header::LOCATION, format!("http://{inside}/"))]).into_response(),
        _ => (StatusCode::BAD_GATEWAY, "x".repeat(30 << 20)).into_response(),
    })
    .await;
    let world = world(&[outside, inside]).await;
    let id = add(&world, WebhookKind::Generic, outside).await.id;

    let redirected = try_out(&world, id).await;
    let endless = try_out(&world, id).await;

    assert!(redirected.contains("redirect"), "{redirected}");
    assert!(reached.try_recv().is_err());
    assert!(endless.len() < 500 && endless.contains("wasn't delivered"), "{endless}");
    assert!(!endless.contains("canary") && !redirected.contains("canary"));
}

#[tokio::test]
async fn what_opens_a_webhook_is_never_shown() {
    let (address, _calls) = receiver(|_| ok()).await;
    let world = world(&[address]).await;
    let made = add(&world, WebhookKind::Generic, address).await;
    let page = world.services.notices.notices_page(&world.owner).await.unwrap();
    let rows: String = sqlx::query_scalar("SELECT string_agg(w::text, '') FROM webhooks w")
        .fetch_one(&world.db.pool)
        .await
        .unwrap();

    let key = made.secret.unwrap();
    for text in [format!("{page:?}"), rows] {
        assert!(!text.contains("canary") && !text.contains(&key), "{text}");
    }
    assert_eq!(page.webhooks[0].host, address.to_string());
    world.services.notices.delete_webhook(&world.owner, made.id).await.unwrap();
    let page = world.services.notices.notices_page(&world.owner).await.unwrap();
    assert!(page.webhooks.is_empty());
}
