//! How long it is kept what servers have refused, and what makes it forgotten.

use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::post};
use engine::deps::keep_capabilities;
use model::{provider::ProviderForm, provider_choice::Vendor};
use outside::{
    outbound::OutboundClient,
    providers::{Capabilities, CapabilityCache},
};
use serde_json::{Value, json};
use services::testing::{db, world::World};

use super::{
    providers::{hello, openai, text},
    wire::{Answer, Wire},
};
use crate::engine::stub;

const KEPT: &str = "SELECT count(*) FROM server_capabilities";

#[tokio::test]
async fn what_was_guessed_after_a_refusal_without_words_is_not_kept() {
    let db = db::fresh().await;
    let wire = Wire::answering(|seen| {
        let has_seed = !seen.json()["seed"].is_null();
        if has_seed { Answer::json(400, json!({})) } else { Answer::stream(&["ok"]) }
    })
    .await;
    let cache = CapabilityCache::default();
    keep_capabilities(&cache, &db.pool).await.unwrap();
    let provider = openai(wire.address).with_capabilities(cache);

    for calls in [2, 3] {
        text(&provider, &hello()).await.1.unwrap();
        assert_eq!(wire.calls(), calls, "this process remembers it");
    }

    let kept: i64 = sqlx::query_scalar(KEPT).fetch_one(&db.pool).await.unwrap();
    assert_eq!(kept, 0, "no other process is told");
}

#[tokio::test]
async fn a_test_that_succeeds_and_saving_make_forgotten_what_a_server_refused() {
    let answer = |Json(sent): Json<Value>| async move {
        if sent["model"] == "away" {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        if !sent["seed"].is_null() {
            let error = json!({"error": {"message": "Unknown parameter: seed"}});
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
        Json(json!({"choices": [{"message": {"content": "{\"ready\": true}"}}]})).into_response()
    };
    let router = Router::new().route("/v1/chat/completions", post(answer));
    let address = stub::serve(router).await;
    let mut world = World::new().await;
    let policy = stub::allowing(&[address]);
    world.change_deps(|deps| deps.outbound = OutboundClient::new(policy).unwrap());
    let server = format!("http://{address}/v1");
    let form = |model: &str| ProviderForm {
        base_url: Some(server.clone()),
        text_model: Some(model.to_owned()),
        ..ProviderForm::default()
    };
    let (access, pool) = (&world.services.provider_access, &world.db.pool);
    let cache = world.services.context().deps.providers.capabilities().clone();
    let refuse = async || {
        let sql = "INSERT INTO server_capabilities (server, model, capabilities)
                   SELECT server, model, '{\"left_out\": [\"max_tokens\"]}'::jsonb
                     FROM unnest(ARRAY[$1, 'http://other/v1']) server,
                          unnest(ARRAY['ready', 'another']) model
                       ON CONFLICT (server, model) DO UPDATE
                      SET capabilities = excluded.capabilities";
        sqlx::query(sql).bind(&server).execute(pool).await.unwrap();
        keep_capabilities(&cache, pool).await.unwrap();
    };
    let left_out = |model: &str| -> Vec<_> { cache.get(&server, model).left_out().collect() };
    refuse().await;

    let trial = access.try_provider(&world.owner, Vendor::OpenAi, form("away")).await.unwrap();
    assert!(!trial.works);
    assert_eq!(left_out("ready"), ["max_tokens"], "nothing new is known");

    let trial = access.try_provider(&world.owner, Vendor::OpenAi, form("ready")).await.unwrap();
    assert!(trial.works, "{trial:?}");
    assert_eq!(left_out("ready"), ["seed"], "what it refuses today");
    assert_eq!(cache.get(&server, "another"), Capabilities::default());
    assert_eq!(world.count(KEPT).await, 3, "one of its own, two of another server");

    refuse().await;
    access.set_provider(&world.owner, Vendor::OpenAi, form("ready")).await.unwrap();
    assert_eq!(cache.get(&server, "ready"), Capabilities::default());
    assert_eq!(world.count(KEPT).await, 2, "those of the other server");
    assert_ne!(cache.get("http://other/v1", "ready"), Capabilities::default());
}
