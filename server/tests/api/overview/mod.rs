//! Many executions at once over the API: narrowed, in parts, as a file, commanded together, and what
//! of them a person sees everywhere.

mod home;
mod lists;
mod several;

use axum::http::StatusCode;
use backend::actor::Actor;
use model::{
    access::Role,
    id::{ProjectId, WorkspaceId},
};
use serde_json::{Value, json};
use store::accounts;
use uuid::Uuid;

use crate::api::support::Server;

const ALL: &str = "/api/v1/workflows/executions";

/// A server with its owner, and the templates of the workspace by name.
struct Stage {
    server: Server,
    cookie: String,
    owner: Actor,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        Self { server, cookie, owner }
    }

    async fn template(&self, name: &str) -> String {
        let all = self.server.get("/api/v1/workflows/templates", &self.cookie).await.json();
        let all = all["items"].as_array().unwrap().clone();
        let found = all.iter().find(|item| item["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Launches the campaign as somebody; the execution's id.
    async fn launch(&self, cookie: &str) -> String {
        let template = self.template("Facebook Ads Campaign").await;
        let body = json!({
            "template_id": template,
            "parameters": {
                "product_description": "A bottle with a filter.",
                "target_audience": "Commuters",
                "key_benefit": "Good water anywhere",
            },
        });
        let reply = self.server.post(ALL, cookie, &body).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{:?}", reply.json());
        reply.json()["execution_id"].as_str().unwrap().to_owned()
    }

    async fn stop(&self, id: &str) {
        let path = format!("{ALL}/{id}/stop");
        let reply = self.server.post(&path, &self.cookie, &json!({})).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT);
    }

    /// The ids that a query of the list gives, in its order.
    async fn ids(&self, query: &str) -> Vec<String> {
        let reply = self.server.get(&format!("{ALL}?{query}"), &self.cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{query} {:?}", reply.json());
        let items = reply.json()["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn several(&self, cookie: &str, body: &Value) -> crate::api::support::Reply {
        self.server.post(&format!("{ALL}/several"), cookie, body).await
    }

    /// Makes an execution one that failed at a moment, as nothing else about it matters here.
    async fn change(&self, id: &str, assignment: &str) {
        let update = format!("UPDATE workflow_executions SET {assignment} WHERE id = '{id}'");
        self.execute(update).await;
    }

    /// Writes what no command of the product would.
    async fn execute(&self, sql: String) {
        self.server.db.leave_unexamined();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&self.server.db.pool).await.unwrap();
    }
}

/// Another workspace on the same server; its owner's cookie.
async fn elsewhere(stage: &Stage) -> String {
    let place = WorkspaceId(Uuid::now_v7());
    let mut conn = stage.server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, place, "Elsewhere").await.unwrap();
    accounts::insert_project(&mut conn, place, ProjectId(Uuid::now_v7()), "P").await.unwrap();
    drop(conn);
    stage.server.member(place, Role::Owner).await
}
