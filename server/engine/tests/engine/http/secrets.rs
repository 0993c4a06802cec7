//! Secrets on their way out: to their hosts, and nowhere else.

use std::net::SocketAddr;

use axum::http::StatusCode;
use backend::actor::Actor;
use model::{
    access::Role,
    secret::{SecretForm, SecretSet},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::world::World;
use store::error::EngineError;
use vault::Vault;

use crate::engine::http::{failed, given, server, world};

const CANARY: &str = "sk-canary/9+f7Zx81==";

async fn set(world: &World, value: &str, hosts: &[SocketAddr]) -> SecretSet {
    let hosts = hosts.iter().map(ToString::to_string).collect();
    let form = SecretForm { value: Some(value.to_owned()), hosts };
    world.services.provider_access.set_secret(&world.owner, "shop_key", form).await.unwrap()
}

/// Panics when any row of any table holds the text.
async fn assert_nowhere(world: &World, canary: &str) {
    let sql =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap();
    assert!(tables.len() > 20);
    for table in tables {
        let sql = format!("SELECT count(*) FROM \"{table}\" t WHERE strpos(t::text, $1) > 0");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(canary)
            .fetch_one(&world.db.pool)
            .await
            .unwrap();
        assert_eq!(found, 0, "{table}");
    }
}

#[tokio::test]
async fn rel_s10_a_secret_reaches_its_host_and_no_record() {
    let echo = |headers: &axum::http::HeaderMap| {
        let mut sent =
            headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap()));
        let all = sent.by_ref().collect::<Vec<_>>().join("; ");
        let status =
            if headers.contains_key("x-fail") { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let body = json!({ "message": format!("you sent {all}"), "again": [all] });
        (status, [("x-request-id", all)], axum::Json(body))
    };
    let (server, mut arrived) = server(move |_, headers| echo(headers)).await;
    let world = world(&[server]).await;
    let url = format!("http://{server}/");
    assert_eq!(set(&world, CANARY, &[server]).await, SecretSet::Created);

    let output = given(&world, json!({ "url": url, "secret": "shop_key" })).await;
    let words = output["body"]["message"].as_str().unwrap();
    assert!(words.contains("authorization=Bearer [redacted]"), "{words}");
    assert_eq!(arrived.recv().await.unwrap().header("authorization"), format!("Bearer {CANARY}"));

    let config = json!({
        "url": url, "secret": "shop_key", "secret_header": "X-Api-Key",
        "headers": [{ "name": "x-fail", "value": "1" }],
    });
    let (_, words, _) = failed(&world, config).await;
    assert!(words.contains("x-api-key=[redacted]"), "{words}");
    assert_eq!(arrived.recv().await.unwrap().header("x-api-key"), CANARY);
    assert_nowhere(&world, "canary").await;
}

#[tokio::test]
async fn rel_s10_a_secret_is_not_sent_to_a_host_that_is_not_its_own() {
    let (own, _arrived) = server(|_, _| "own").await;
    let (other, mut arrived) = server(|_, _| "other").await;
    let world = world(&[own, other]).await;
    set(&world, CANARY, &[own]).await;

    let config = json!({ "url": format!("http://{other}/"), "secret": "shop_key" });
    let (code, words, attempts) = failed(&world, config).await;

    assert_eq!((code.as_str(), attempts), ("request_invalid", 1));
    assert!(words.contains(&format!("the secret isn't allowed for {other}")), "{words}");
    assert!(arrived.try_recv().is_err());
    let url = format!("http://{own}/");
    assert_eq!(given(&world, json!({ "url": url, "secret": "shop_key" })).await["body"], "own");
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_told_with_what_to_do() {
    let world = world(&[]).await;

    let config = json!({ "url": "https://example.com/", "secret": "shop_key" });
    let (code, words, attempts) = failed(&world, config).await;

    assert_eq!((code.as_str(), attempts), ("unknown_secret", 1));
    assert!(
        words.starts_with("The secret shop_key doesn't exist. Ask an admin to add it"),
        "{words}"
    );
}

#[tokio::test]
async fn a_replaced_secret_is_the_one_that_is_sent_and_a_deleted_one_is_gone() {
    let (server, mut arrived) = server(|_, _| "fine").await;
    let world = world(&[server]).await;
    let config = json!({ "url": format!("http://{server}/"), "secret": "shop_key" });
    set(&world, "first-value", &[server]).await;
    assert_eq!(set(&world, "second-value", &[server]).await, SecretSet::Replaced);

    given(&world, config.clone()).await;
    assert_eq!(arrived.recv().await.unwrap().header("authorization"), "Bearer second-value");
    let listed = world.services.provider_access.list_secrets(&world.owner).await.unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str()), (1, "shop_key"));
    assert!(listed[0].last_used_at.is_some());

    world.services.provider_access.delete_secret(&world.owner, "shop_key").await.unwrap();
    assert_eq!(failed(&world, config).await.0, "unknown_secret");
    assert!(world.services.provider_access.delete_secret(&world.owner, "shop_key").await.is_err());
}

#[tokio::test]
async fn rel_s10_a_secret_of_another_key_row_or_workspace_does_not_open() {
    let (server, mut arrived) = server(|_, _| "fine").await;
    let mut world = world(&[server]).await;
    let config = json!({ "url": format!("http://{server}/"), "secret": "shop_key" });
    set(&world, CANARY, &[server]).await;
    let value = Some("other-value".to_owned());
    let form = SecretForm { value, hosts: vec![server.to_string()] };
    world.services.provider_access.set_secret(&world.owner, "another", form).await.unwrap();

    let swap = "UPDATE secrets s SET nonce = o.nonce, ciphertext = o.ciphertext
                  FROM secrets o WHERE o.id <> s.id";
    sqlx::query(swap).execute(&world.db.pool).await.unwrap();
    assert_eq!(failed(&world, config.clone()).await.0, "sealed_secret");

    set(&world, CANARY, &[server]).await;
    world.change_deps(|deps| deps.vault = Vault::with_key(&"77".repeat(32)).unwrap());
    let (code, words, _) = failed(&world, config).await;
    assert_eq!(code, "sealed_secret");
    assert!(words.contains("Enter it again, or start all servers"), "{words}");
    assert!(arrived.try_recv().is_err());

    let neighbour = world.neighbour().await;
    assert_eq!(world.services.provider_access.list_secrets(&neighbour).await.unwrap(), []);
    let editor = Actor { role: Role::Editor, ..world.owner.clone() };
    assert!(world.services.provider_access.list_secrets(&editor).await.is_err());
    let form: SecretForm =
        serde_json::from_value::<SecretForm>(json!({ "value": "x", "hosts": ["a"] })).unwrap();
    assert!(world.services.provider_access.set_secret(&editor, "shop_key", form).await.is_err());
    let audit = "SELECT string_agg(action || ' ' || detail::text, ' ' ORDER BY id) FROM audit_log";
    let lines: Value =
        sqlx::query_scalar::<_, String>(audit).fetch_one(&world.db.pool).await.unwrap().into();
    assert!(lines.as_str().unwrap().contains("secret.replaced"), "{lines}");
}

#[tokio::test]
async fn rel_s10_a_secret_whose_value_stays_is_sent_to_fewer_hosts_and_never_to_another() {
    let (own, mut arrived) = server(|_, _| "own").await;
    let (other, _arrived) = server(|_, _| "other").await;
    let world = world(&[own, other]).await;
    let access = &world.services.provider_access;
    let hosts = async |hosts: &[SocketAddr]| {
        let hosts = hosts.iter().map(ToString::to_string).collect();
        access.set_secret(&world.owner, "shop_key", SecretForm { value: None, hosts }).await
    };
    let EngineError::Refused(missing) = hosts(&[own]).await.unwrap_err() else { panic!("kept") };
    assert_eq!(missing.errors[0].path.as_deref(), Some("value"));
    set(&world, CANARY, &[own, other]).await;

    assert_eq!(hosts(&[own]).await.unwrap(), SecretSet::Replaced);
    let EngineError::Refused(wider) = hosts(&[own, other]).await.unwrap_err() else {
        panic!("whoever may change hosts can have the secret sent to themselves")
    };

    assert_eq!(wider.errors[0].path.as_deref(), Some("value"), "{wider:?}");
    let listed = access.list_secrets(&world.owner).await.unwrap();
    assert_eq!(listed[0].hosts, [own.to_string()]);
    assert!(listed[0].created_by.is_some());
    let config = json!({ "url": format!("http://{own}/"), "secret": "shop_key" });
    assert_eq!(given(&world, config).await["body"], "own");
    assert_eq!(arrived.recv().await.unwrap().header("authorization"), format!("Bearer {CANARY}"));
}

#[tokio::test]
async fn a_secret_is_listed_with_the_steps_that_name_it() {
    let world = world(&[]).await;
    set(&world, CANARY, &[SocketAddr::from(([127, 0, 0, 1], 9))]).await;
    let asks_with = |secret: &str| -> Workflow {
        serde_json::from_value(json!({
            "schemaVersion": 1, "name": "Prices", "parameters": [],
            "nodes": [
                { "id": "start", "type": "start", "position": { "x": 0, "y": 0 }, "data": {} },
                { "id": "ask", "type": "http_request", "position": { "x": 300, "y": 0 },
                  "data": { "label": "Ask the shop",
                            "config": { "url": "https://example.com/", "secret": secret } } },
                { "id": "end", "type": "end", "position": { "x": 600, "y": 0 }, "data": {} },
            ],
            "edges": [{ "id": "a", "source": "start", "target": "ask" },
                      { "id": "b", "source": "ask", "target": "end" }],
        }))
        .unwrap()
    };
    let template = world.publish(&asks_with("shop_key")).await;
    world.publish(&asks_with("another_key")).await;

    let list = world.services.provider_access.secret_list(&world.owner).await.unwrap();

    let uses: Vec<_> = list.uses_of("shop_key").collect();
    assert_eq!(uses.len(), 1, "the draft and its version are one step: {uses:?}");
    assert_eq!((uses[0].template_id, uses[0].step.as_str()), (template, "Ask the shop"));
    let neighbour = world.neighbour().await;
    let theirs = world.services.provider_access.secret_list(&neighbour).await.unwrap();
    assert_eq!((theirs.secrets.len(), theirs.uses.len()), (0, 0));
}
