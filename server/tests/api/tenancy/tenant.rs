//! A full workspace: something of every kind that has an id.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::support::{Reply, Server, from_page};

/// An image of one pixel.
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010806000000\
    1f15c4890000000d4944415478da6364f8cf500f0003860180\
    5a347d6b0000000049454e44ae426082";

/// What a workspace holds, by the placeholder of a route that names it.
pub type Ids = BTreeMap<&'static str, String>;

/// A workflow whose review waits when its text and its image are made.
fn reviewed() -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
    };
    let edge = |source: &str, handle: &str, target: &str| {
        json!({ "id": format!("{source}-{handle}-{target}"), "source": source,
                "sourceHandle": handle, "target": target })
    };
    json!({
        "name": format!("Reviewed {}", Uuid::now_v7()),
        "nodes": [
            node("start", "start", json!({})),
            node("write", "generate_copy", json!({ "prompt": "A line" })),
            node("again", "generate_copy", json!({ "prompt": "Another line" })),
            node("check", "review", json!({ "instructions": "Is it good?" })),
            node("end", "end", json!({})),
        ],
        "edges": [
            edge("start", "all", "write"), edge("start", "all", "again"),
            edge("write", "texts", "check"), edge("again", "texts", "check"),
            edge("check", "approved", "end"),
        ],
    })
}

/// What an answer says, with ids told by what they are.
pub fn said(reply: &Reply, ids: &Ids) -> String {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    ids.iter().fold(text, |text, (what, id)| text.replace(id, what))
}

/// One owner and everything of their workspace that has an id.
pub struct Tenant {
    pub cookie: String,
    pub ids: Ids,
}

impl Tenant {
    pub async fn fill(server: &Server, cookie: String) -> Self {
        let mut tenant = Self { cookie, ids: Ids::new() };
        tenant.library(server).await;
        tenant.execution(server).await;
        let subject = json!({ "kind": "document", "id": tenant.ids["documents"] });
        let comment = json!({ "subject": subject, "text": "Is it ready?" });
        let thread = tenant.made(server, "/comments", &comment).await;
        tenant.note("threads", &thread["id"]);
        tenant.note("comments", &thread["comments"][0]["id"]);
        let actor = server.actor(&tenant.cookie).await.unwrap();
        tenant.ids.insert("people", actor.user.to_string());
        tenant.ids.insert("workspaces", actor.workspace.to_string());
        let webhook = json!({
            "name": "Launches", "kind": "slack", "url": "https://hooks.example.com/x",
            "events": ["invitation"],
        });
        let webhook = tenant.made(server, "/webhooks", &webhook).await;
        tenant.note("webhooks", &webhook["id"]);
        // Switched off it is not asked for its tools.
        let tools = json!({
            "name": "tracker", "kind": "http", "url": "https://tracker.example.com/mcp",
            "enabled": false,
        });
        let tools = tenant.made(server, "/mcp-servers", &tools).await;
        tenant.note("mcp-servers", &tools["id"]);
        let agent = json!({ "name": "Scribe", "definition": { "instructions": "Write." } });
        let agent = tenant.made(server, "/agents", &agent).await;
        tenant.note("agents", &agent["agent"]["id"]);
        let path = format!("/agents/{}/publish", tenant.ids["agents"]);
        tenant.made(server, &path, &json!({})).await;
        let invite = json!({ "emails": ["invited@example.com"], "role": "viewer" });
        let invited = tenant.made(server, "/invitations", &invite).await;
        tenant.note("invitations", &invited["items"][0]["id"]);
        server.services.notices.dispatch().await.unwrap();
        let notices = tenant.get(server, "/deliveries").await;
        tenant.note("deliveries", &notices["items"][0]["id"]);
        let sessions = tenant.get(server, "/sessions").await;
        tenant.note("sessions", &sessions[0]["id"]);
        let token = json!({ "name": "A token", "role": "viewer" });
        let token = tenant.made(server, "/tokens", &token).await;
        tenant.note("tokens", &token["id"]);
        let form = json!({ "value": "sk-1", "hosts": ["api.example.com"] });
        let name = format!("key_{}", Uuid::now_v7().simple());
        let path = format!("/api/v1/secrets/{name}");
        let set = server.json(Method::PUT, &path, &tenant.cookie, &form).await;
        assert_eq!(set.status, StatusCode::CREATED, "{:?}", set.json());
        tenant.ids.insert("secrets", name.clone());
        let path = format!("/api/v1/providers/openai/prices/{name}");
        let price = json!({ "image_micros": 40_000 });
        let set = server.json(Method::PUT, &path, &tenant.cookie, &price).await;
        assert_eq!(set.status, StatusCode::NO_CONTENT, "{:?}", set.json());
        tenant.ids.insert("prices", name);
        tenant
    }

    async fn library(&mut self, server: &Server) {
        let project = self.made(server, "/projects", &json!({ "name": "Spring" })).await;
        self.note("projects", &project["id"]);
        let document = json!({ "title": "A brief", "content": "Words." });
        let document = self.made(server, "/documents", &document).await;
        self.note("documents", &document["id"]);
        let image = self.sent(server, "/images?name=dot.png").await;
        self.note("images", &image["id"]);
        let attach = json!({ "image_ids": [image["id"]] });
        let path = format!("/documents/{}/attachments", self.ids["documents"]);
        self.made(server, &path, &attach).await;
        let path = format!("/documents/{}/files?name=dot.png", self.ids["documents"]);
        let file = self.sent(server, &path).await;
        self.note("files", &file["id"]);
        let upload = self.sent(server, "/uploads?name=dot.png").await;
        self.note("uploads", &upload["id"]);
    }

    async fn execution(&mut self, server: &Server) {
        let template = self.made(server, "/workflows/templates", &reviewed()).await;
        self.note("templates", &template["id"]);
        let path = format!("/workflows/templates/{}/presets", self.ids["templates"]);
        let preset = self.made(server, &path, &json!({ "name": "Spring" })).await;
        self.note("presets", &preset["id"]);
        let launch = json!({
            "template_id": template["id"], "upload_ids": [self.ids["files"]],
        });
        let launched = self.made(server, "/workflows/executions", &launch).await;
        self.note("executions", &launched["execution_id"]);
        let mut news = server.services.context().bus.subscribe();
        let worker = server.worker();
        let review = loop {
            let waiting = self.get(server, "/reviews").await;
            match waiting["items"].as_array().and_then(|items| items.first()) {
                Some(review) => break review.clone(),
                None => drop(news.next().await.unwrap()),
            }
        };
        worker.stop().await;
        self.note("reviews", &review["id"]);
        let path = format!("/reviews/{}/links", self.ids["reviews"]);
        let link = self.made(server, &path, &json!({ "hours": 24 })).await;
        self.note("links", &link["id"]);
        let path = format!("/workflows/executions/{}/artifacts", self.ids["executions"]);
        let artifacts = self.get(server, &path).await;
        self.note("artifacts", &artifacts["items"][0]["id"]);
        self.note("compare", &artifacts["items"][1]["id"]);
    }

    fn note(&mut self, what: &'static str, id: &Value) {
        let id = id.as_str().unwrap_or_else(|| panic!("no id of {what}: {id}"));
        self.ids.insert(what, id.to_owned());
    }

    pub async fn get(&self, server: &Server, path: &str) -> Value {
        let reply = server.get(&format!("/api/v1{path}"), &self.cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{path} {:?}", reply.json());
        reply.json()
    }

    async fn made(&self, server: &Server, path: &str, body: &Value) -> Value {
        let reply = server.post(&format!("/api/v1{path}"), &self.cookie, body).await;
        assert!(reply.status.is_success(), "{path} {:?}", reply.json());
        reply.json()
    }

    async fn sent(&self, server: &Server, path: &str) -> Value {
        let reply = call(server, &Method::POST, path, &self.cookie, image_body()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{path} {:?}", reply.json());
        reply.json()
    }
}

pub fn image_body() -> Body {
    Body::from(hex::decode(PIXEL).unwrap())
}

pub async fn call(server: &Server, method: &Method, path: &str, cookie: &str, body: Body) -> Reply {
    let request = from_page(method.clone(), &format!("/api/v1{path}"), cookie)
        .header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(body).unwrap()).await
}
