//! Signing in at an OpenID provider: who gets in, as what, and who does not.

mod accounts;
mod answers;
mod provider;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use self::provider::{CLIENT, Provider, SECRET};
use crate::api::support::{Reply, Server};

const START: &str = "/api/v1/oidc/start?next=";

/// A server whose owner is there, with this provider.
async fn server_with(provider: &Provider, more: &[(&str, &str)]) -> Server {
    let settings = [
        ("ATELIER_OIDC_ISSUER", provider.issuer.as_str()),
        ("ATELIER_OIDC_CLIENT_ID", CLIENT),
        ("ATELIER_OIDC_CLIENT_SECRET", SECRET),
        ("ATELIER_OIDC_NAME", "Example SSO"),
    ];
    let server = Server::with(&[settings.as_slice(), more].concat()).await;
    server.set_up().await;
    server
}

/// Somebody whom the provider knows well, with more claims.
fn ben(more: Value) -> Value {
    let mut person = json!({
        "sub": "ben-1", "email": "ben@example.org", "email_verified": true, "name": "Ben",
    });
    for (name, value) in more.as_object().unwrap() {
        person[name] = value.clone();
    }
    person
}

/// A browser with its cookies.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn get(&mut self, server: &Server, path: &str) -> Reply {
        let reply = server.get(path, &self.cookie()).await;
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Forgets everything but the keys of sign-ins that have begun.
    fn keep_begun(&mut self) {
        self.cookies.retain(|name, _| name.starts_with("atelier_oidc_"));
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Leaves for the provider, and is led back to this path.
    async fn leave(&mut self, server: &Server, provider: &Provider, next: &str) -> String {
        let reply = self.get(server, &format!("{START}{next}")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{:?}", reply.json());
        provider.authorize(reply.header("location")).await
    }

    /// Signs in, and says where it is led to.
    async fn sign_in(&mut self, server: &Server, provider: &Provider) -> String {
        let back = self.leave(server, provider, "").await;
        let reply = self.get(server, &back).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{:?}", reply.json());
        reply.header("location").to_owned()
    }

    /// Who is signed in.
    async fn session(&mut self, server: &Server) -> Value {
        self.get(server, "/api/v1/session").await.json()
    }
}

fn refused(why: &str) -> String {
    format!("/sign-in?refused={why}")
}

/// How many accounts there are.
async fn people(server: &Server) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&server.db.pool).await.unwrap()
}
