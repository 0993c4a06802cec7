//! What admins see of executions that do not go on, and how long history is kept.

use crate::api::support::Server;
use axum::http::{Method, StatusCode};
use model::access::Role;
use serde_json::json;

const HISTORY: &str = "/api/v1/admin/history";
const STUCK: &str = "/api/v1/admin/stuck";

#[tokio::test]
async fn admins_say_how_long_history_is_kept() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let keep = async |days: i64| {
        server.json(Method::PUT, HISTORY, &cookie, &json!({ "days": days })).await.status
    };

    let before = server.get(HISTORY, &cookie).await.json();
    let refused = keep(0).await;
    let kept = keep(30).await;

    assert_eq!(before, json!({ "days": 90 }));
    assert_eq!((refused, kept), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NO_CONTENT));
    let after = server.get(HISTORY, &cookie).await.json();
    assert_eq!(after, json!({ "days": 30 }));
}

#[tokio::test]
async fn admins_see_what_is_stuck_in_their_workspace_and_why() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let admin = server.member(actor.workspace, Role::Admin).await;
    let editor = server.member(actor.workspace, Role::Editor).await;
    let elsewhere = server.neighbour().await;
    let elsewhere = server.actor(&elsewhere).await.unwrap();
    let neighbour = server.member(elsewhere.workspace, Role::Admin).await;
    let (id, _) = (server.launch(&actor).await, server.launch(&actor).await);
    let none = json!({ "items": [] });
    assert_eq!(server.get(STUCK, &admin).await.json(), none, "both go on once a worker comes");

    server.db.leave_unexamined();
    let damage = "UPDATE agent_jobs SET job_type = 'teleport' WHERE execution_id = $1";
    sqlx::query(damage).bind(id.0).execute(&server.db.pool).await.unwrap();

    let shown = server.get(STUCK, &admin).await.json();
    let [stuck] = &shown["items"].as_array().unwrap()[..] else { panic!("{shown:#}") };
    assert_eq!(stuck["execution_id"], id.to_string(), "{shown:#}");
    assert_eq!(stuck["name"], "Facebook Ads Campaign", "{shown:#}");
    assert_eq!(stuck["status"], "running", "{shown:#}");
    let words = |field: &str| stuck[field].as_str().unwrap_or_default().to_owned();
    assert!(words("wrong").contains("No server knows jobs of type teleport"), "{shown:#}");
    assert!(words("advice").contains("Its results stay"), "{shown:#}");
    assert_eq!(server.get(STUCK, &owner).await.json(), shown);
    assert_eq!(server.get(STUCK, &editor).await.status, StatusCode::FORBIDDEN);
    assert_eq!(server.get(STUCK, &neighbour).await.json(), none);
}

#[tokio::test]
async fn admins_end_what_is_stuck_once_and_nothing_else() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let admin = server.member(actor.workspace, Role::Admin).await;
    let editor = server.member(actor.workspace, Role::Editor).await;
    let (id, sound) = (server.launch(&actor).await, server.launch(&actor).await);
    server.db.leave_unexamined();
    let damage = "UPDATE agent_jobs SET job_type = 'teleport' WHERE execution_id = $1";
    sqlx::query(damage).bind(id.0).execute(&server.db.pool).await.unwrap();
    let repair = async |id, who: &str| {
        server.json(Method::POST, &format!("{STUCK}/{id}/repair"), who, &json!({})).await
    };

    assert_eq!(server.get(STUCK, &admin).await.json()["items"][0]["repair"], "end");
    assert_eq!(repair(id, &editor).await.status, StatusCode::FORBIDDEN);
    let of_a_sound_one = repair(sound, &admin).await;
    assert_eq!(of_a_sound_one.status, StatusCode::CONFLICT);
    assert_eq!(of_a_sound_one.json()["code"], "not_stuck");

    assert_eq!(repair(id, &admin).await.status, StatusCode::NO_CONTENT);
    let place = format!("/api/v1/workflows/executions/{id}/status");
    let ended = server.get(&place, &admin).await.json();
    assert_eq!((&ended["status"], &ended["end_reason"]), (&json!("stopped"), &json!("unreadable")));
    assert_eq!(server.get(STUCK, &admin).await.json(), json!({ "items": [] }));
    assert_eq!(repair(id, &admin).await.status, StatusCode::CONFLICT, "it is over");
}

#[tokio::test]
async fn admins_see_and_end_what_cannot_be_read() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let admin = server.member(actor.workspace, Role::Admin).await;
    let (id, _) = (server.launch(&actor).await, server.launch(&actor).await);
    server.db.leave_unexamined();
    let deeper_than_readers_go = "
        UPDATE execution_nodes
           SET output = jsonb_build_object('all', (repeat('[', 200) || repeat(']', 200))::jsonb)
         WHERE execution_id = $1 AND status = 'completed'";
    sqlx::query(deeper_than_readers_go).bind(id.0).execute(&server.db.pool).await.unwrap();

    let shown = server.get(STUCK, &admin).await.json();
    let [stuck] = &shown["items"].as_array().unwrap()[..] else { panic!("{shown:#}") };
    assert_eq!(stuck["execution_id"], id.to_string(), "{shown:#}");
    assert_eq!((&stuck["status"], &stuck["repair"]), (&json!("running"), &json!("end")));
    let words = stuck["wrong"].as_str().unwrap_or_default();
    assert!(words.contains("can't be read"), "{shown:#}");

    let repair = format!("{STUCK}/{id}/repair");
    let repair = async || server.json(Method::POST, &repair, &admin, &json!({})).await.status;
    assert_eq!(repair().await, StatusCode::NO_CONTENT);
    let place = format!("/api/v1/workflows/executions/{id}/status");
    let ended = server.get(&place, &admin).await.json();
    assert_eq!((&ended["status"], &ended["end_reason"]), (&json!("stopped"), &json!("unreadable")));
    assert_eq!(server.get(STUCK, &admin).await.json(), json!({ "items": [] }));
    assert_eq!(repair().await, StatusCode::CONFLICT, "it is over");
}
