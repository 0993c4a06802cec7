//! Requests that make no sense, over every route and server function.

use std::time::UNIX_EPOCH;

use crate::api::support::{Server, by_program, somewhere};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use futures::{StreamExt, stream};
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
};
use serde_json::{Value, json};
use server::{
    rest,
    server_fns::{PREFIX, functions},
};
use services::testing::soak::soaking;

const AT_ONCE: usize = 8;

fn requests() -> usize {
    if soaking() { 10_000 } else { 1_000 }
}

/// What the nonsense begins with: another every day, or what ATELIER_SEED says.
fn seed() -> u64 {
    let told = std::env::var("ATELIER_SEED").ok().and_then(|seed| seed.parse().ok());
    let day = || UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400;
    told.unwrap_or_else(day)
}

/// A small generator of the same nonsense for the same seed.
struct Nonsense(u64);

impl Nonsense {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn part(&mut self) -> &'static str {
        self.one_of(&[
            "01890000-0000-7000-8000-000000000000",
            "0",
            "-1",
            "%00",
            "%ff%fe",
            "..%2f..%2fetc%2fpasswd",
            "%27%20OR%201=1--",
            "null",
            "99999999999999999999999999",
            "%F0%9F%92%A9",
        ])
    }

    fn text(&mut self) -> &'static str {
        self.one_of(&[
            r#""""#,
            r#""a\u0000b""#,
            r#""\ud800""#,
            r#""ada@example.org""#,
            r#""01890000-0000-7000-8000-000000000000""#,
            r#""${nodes.x.y}""#,
            r#""'; DROP TABLE users; --""#,
            r#""\u202e<script>alert(1)</script>""#,
        ])
    }

    fn value(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => self.one_of(&["null", "true", "false"]).to_owned(),
            1 => self
                .one_of(&["0", "-1", "1e308", "1e999", "18446744073709551616", "0.1"])
                .to_owned(),
            2..=4 => self.text().to_owned(),
            5 => format!("[{},{}]", self.value(depth - 1), self.value(depth - 1)),
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: usize) -> String {
        let fields: Vec<String> = (0..self.below(5))
            .map(|_| {
                let name = self.one_of(&[
                    "email",
                    "password",
                    "name",
                    "role",
                    "id",
                    "workspace_id",
                    "version",
                    "template",
                    "parameters",
                    "execution",
                    "command",
                    "request",
                    "code",
                    "current",
                    "new",
                    "kind",
                ]);
                format!(r#""{name}":{}"#, self.value(depth))
            })
            .collect();
        format!("{{{}}}", fields.join(","))
    }

    fn body(&mut self) -> Vec<u8> {
        match self.below(10) {
            0 => vec![],
            1 => (0..self.below(64)).map(|_| u8::try_from(self.below(256)).unwrap()).collect(),
            2 => "[".repeat(self.below(5000)).into_bytes(),
            3 => b"{\"name\":".to_vec(),
            4 => self.value(3).into_bytes(),
            _ => self.object(3).into_bytes(),
        }
    }

    fn request(&mut self, routes: &[(Method, String)], token: &str) -> Request<Body> {
        let (method, path) = &routes[self.below(routes.len())];
        let mut path = path.clone();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, self.part());
        }
        let query =
            self.one_of(&["", "?", "?executions=", "?limit=-1&cursor=%00", "?executions=1,2"]);
        let kind = self.one_of(&[
            "application/json",
            "application/json",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=",
            "application/x-www-form-urlencoded",
            "nonsense",
        ]);
        by_program(method.clone(), &format!("{path}{query}"), token)
            .header(header::CONTENT_TYPE, kind)
            .header("last-event-id", self.part())
            .body(Body::from(self.body()))
            .unwrap()
    }
}

fn routes() -> Vec<(Method, String)> {
    let rest = rest::all();
    let rest =
        rest.list().iter().map(|route| (route.method.clone(), format!("/api/v1{}", route.path)));
    let functions = functions().map(|(name, _)| (Method::POST, format!("{PREFIX}{name}")));
    rest.chain(functions).collect()
}

#[tokio::test]
async fn rel_s15_no_bad_request_brings_a_5xx() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let form = TokenForm {
        name: "nonsense".to_owned(),
        role: Role::Owner,
        scope: TokenScope::Full,
        expires_in_days: None,
    };
    let token = server.services.accounts.create_token(&owner, form).await.unwrap();
    let (routes, seed) = (routes(), seed());
    let mut nonsense = Nonsense(seed);

    let requests: Vec<_> =
        (0..requests()).map(|_| nonsense.request(&routes, token.key.reveal())).collect();
    let answers: Vec<_> = stream::iter(requests)
        .map(|request| {
            let asked = format!("{} {}", request.method(), request.uri());
            async { (asked, server.status(request).await) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    let broken: Vec<_> = answers.iter().filter(|(_, status)| status.is_server_error()).collect();
    assert!(
        broken.is_empty(),
        "ATELIER_SEED={seed}: {} such as {:?}",
        broken.len(),
        broken.first()
    );
    assert_eq!(server.get("/api/v1/session", &cookie).await.json()["role"], "owner");
}

const ID: &str = "01890000-0000-7000-8000-000000000000";

/// Bodies that are of another shape, and the field that is.
fn misshapen() -> Vec<(&'static str, Value, &'static str)> {
    let all = "/workflows/executions";
    let retry = "/workflows/executions/{id}/retry-node";
    vec![
        (all, json!({ "template_id": "abc" }), "template_id"),
        (all, json!({}), "template_id"),
        (all, json!({ "template_id": ID, "budget": -1 }), "budget"),
        (all, json!({ "template_id": ID, "document_ids": [ID, 3] }), "document_ids[1]"),
        (all, json!({ "template_id": ID, "colour": "red" }), "colour"),
        (retry, json!({ "node_id": 5 }), "node_id"),
        (retry, json!({ "node_id": "a", "generation": 1.5 }), "generation"),
        (retry, json!({ "config": {} }), "node_id"),
        ("/reviews/{id}/decision", json!({ "decision": "perhaps" }), "decision"),
        ("/reviews/{id}/decision", json!({ "decision": "approve", "keep": [0, "b"] }), "keep[1]"),
        ("/reviews/{id}/decision", json!({ "decision": "reject" }), "reason"),
        ("/reviews/{id}/reassign", json!({ "reviewers": "friends" }), "reviewers"),
        (
            "/reviews/{id}/reassign",
            json!({ "reviewers": "people", "people": ["Ada"] }),
            "people[0]",
        ),
        ("/tokens", json!({ "name": "CI", "role": "boss" }), "role"),
        (
            "/tokens",
            json!({ "name": "CI", "role": "viewer", "expires_in_days": -1 }),
            "expires_in_days",
        ),
        ("/workflows/templates", json!({ "definition": {}, "unfinished": 1 }), "unfinished"),
        ("/nodes/validate", json!({ "definition": {}, "nodle": 1 }), "nodle"),
    ]
}

#[tokio::test]
async fn of_a_body_or_a_query_of_another_shape_the_field_is_named() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    for (path, body, field) in misshapen() {
        let reply = server.post(&somewhere(path), &cookie, &body).await;
        let problem = reply.json();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {problem}");
        let wrong = &problem["errors"][0];
        assert_eq!(wrong["path"], field, "{path} {body}: {problem}");
        let words = wrong["message"].as_str().unwrap();
        assert!(words.contains(field) && !words.contains("column"), "{path} {body}: {problem}");
    }
    for (query, field) in [("limit=many", "limit"), ("colour=red", "colour")] {
        let path = somewhere(&format!("/workflows/templates?{query}"));
        let problem = server.get(&path, &cookie).await.json();
        assert_eq!(problem["errors"][0]["path"], field, "{problem}");
    }
}
