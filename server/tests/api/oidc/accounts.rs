//! Who somebody from the provider is here, and what they may do.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use model::{
    access::Role,
    id::{UserId, WorkspaceId},
};
use serde_json::{Value, json};
use services::password::Passwords;
use store::accounts;
use uuid::Uuid;

use super::{
    Browser, ben, people,
    provider::{Provider, Twist},
    refused, server_with,
};
use crate::api::support::{EMAIL, PASSWORD, Server, by_program, sign_in_body};

const PROJECTS: &str = "/api/v1/projects";
const RULES: (&str, &str) = ("ATELIER_OIDC_ROLES", "groups:admins=admin,groups:staff=editor");

/// The claims of the owner, as the provider knows her.
fn ada(more: Value) -> Value {
    let person = ben(json!({ "sub": "ada-1", "email": EMAIL, "name": "Ada" }));
    let Value::Object(mut fields) = person else { panic!("no object") };
    fields.extend(more.as_object().unwrap().clone());
    Value::Object(fields)
}

/// Signs the owner in with her password.
async fn owner(server: &Server) -> (String, WorkspaceId) {
    let cookie = server.post("/api/v1/session", "", &sign_in_body()).await.cookie();
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    (cookie, workspace)
}

/// A member with a password, by an invitation of long ago.
async fn member(server: &Server, email: &str) -> UserId {
    let (_, workspace) = owner(server).await;
    let hash = Passwords::default().hash(PASSWORD.to_owned()).await.unwrap();
    let id = UserId(Uuid::now_v7());
    let new = accounts::NewUser { id, email, name: "Member", password_hash: &hash };
    let mut conn = server.db.pool.acquire().await.unwrap();
    accounts::insert_user(&mut conn, new).await.unwrap();
    accounts::insert_membership(&mut conn, workspace, id, Role::Runner).await.unwrap();
    id
}

async fn with_password(server: &Server, email: &str, password: &str) -> StatusCode {
    let form = json!({ "email": email, "password": password });
    server.post("/api/v1/session", "", &form).await.status
}

#[tokio::test]
async fn claims_give_the_role_at_each_sign_in_and_leave_the_last_owner_what_she_is() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[RULES]).await;

    for (groups, role) in [
        (json!(["staff"]), "editor"),
        (json!(["staff", "admins"]), "admin"),
        (json!("staff"), "editor"),
    ] {
        provider.know(ben(json!({ "groups": groups })));
        let mut browser = Browser::default();
        assert_eq!(browser.sign_in(&server, &provider).await, "/");
        assert_eq!(browser.session(&server).await["role"], role, "{groups}");
    }
    for groups in [json!([]), json!(["Admins"]), Value::Null] {
        provider.know(ben(json!({ "groups": groups })));
        let location = Browser::default().sign_in(&server, &provider).await;
        assert_eq!(location, refused("no_role"), "{groups}");
    }
    provider.know(ada(json!({ "groups": ["staff"] })));
    let mut browser = Browser::default();
    assert_eq!(browser.sign_in(&server, &provider).await, "/");
    assert_eq!(browser.session(&server).await["role"], "owner");
    let (cookie, _) = owner(&server).await;
    let log = server.get("/api/v1/audit", &cookie).await;
    let log = String::from_utf8(log.body).unwrap();
    for action in ["account.linked", "member.joined", "member.role_changed"] {
        assert!(log.contains(action), "{action} {log}");
    }
}

#[tokio::test]
async fn who_is_given_no_role_any_more_loses_sessions_and_tokens_at_the_refused_sign_in() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[RULES]).await;
    provider.know(ben(json!({ "groups": ["staff"] })));
    let mut browser = Browser::default();
    browser.sign_in(&server, &provider).await;
    let form = json!({ "name": "Nightly", "role": "runner" });
    let token = server.post("/api/v1/tokens", &browser.cookie(), &form).await.json();
    let by_token = || by_program(Method::GET, PROJECTS, token["token"].as_str().unwrap());
    let works = server.send(by_token().body(Body::empty()).unwrap()).await;
    assert_eq!(works.status, StatusCode::OK);
    provider.know(ben(json!({ "groups": [] })));

    let location = Browser::default().sign_in(&server, &provider).await;

    assert_eq!(location, refused("no_role"));
    let session = browser.get(&server, "/api/v1/session").await;
    assert_eq!(session.status, StatusCode::UNAUTHORIZED);
    let revoked = server.send(by_token().body(Body::empty()).unwrap()).await;
    assert_eq!(revoked.status, StatusCode::UNAUTHORIZED);
    let (cookie, _) = owner(&server).await;
    let log = String::from_utf8(server.get("/api/v1/audit", &cookie).await.body).unwrap();
    assert!(log.contains("account.shut_out"), "{log}");
}

#[tokio::test]
async fn silence_about_an_address_is_enough_where_the_operator_says_so() {
    let provider = Provider::start().await;
    let trusting = [("ATELIER_OIDC_TRUST_EMAIL", "yes"), ("ATELIER_OIDC_DEFAULT_ROLE", "viewer")];
    let server = server_with(&provider, &trusting).await;
    provider.know(ben(json!({ "email_verified": null })));
    assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");

    provider.know(ada(json!({ "email_verified": false })));
    for twist in [Twist::Nothing, Twist::SilentPerson] {
        provider.twist(twist);
        let location = Browser::default().sign_in(&server, &provider).await;
        assert_eq!(location, refused("unverified_address"), "{twist:?}");
    }
}

#[tokio::test]
async fn without_rules_the_default_role_is_only_where_somebody_begins() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_DEFAULT_ROLE", "viewer")]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();
    browser.sign_in(&server, &provider).await;
    let user = browser.session(&server).await["user_id"].as_str().unwrap().to_owned();
    let (cookie, _) = owner(&server).await;
    let path = format!("/api/v1/members/{user}");
    let changed = server.json(Method::PUT, &path, &cookie, &json!({ "role": "editor" })).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{:?}", changed.json());

    browser.sign_in(&server, &provider).await;

    assert_eq!(browser.session(&server).await["role"], "editor");
}

#[tokio::test]
async fn without_rules_a_member_stays_what_they_are_here_at_their_first_sign_in() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_DEFAULT_ROLE", "viewer")]).await;
    member(&server, "ben@example.org").await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();

    browser.sign_in(&server, &provider).await;

    assert_eq!(browser.session(&server).await["role"], "runner");
}

#[tokio::test]
async fn an_address_that_is_not_verified_makes_no_account_and_opens_none() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_DEFAULT_ROLE", "admin")]).await;

    for person in [
        ben(json!({ "email_verified": false })),
        ben(json!({ "email_verified": null })),
        ben(json!({ "email": null })),
        ben(json!({ "email": "no address" })),
        ada(json!({ "email_verified": false })),
    ] {
        provider.know(person.clone());
        let location = Browser::default().sign_in(&server, &provider).await;
        assert_eq!(location, refused("unverified_address"), "{person}");
    }
    assert_eq!(people(&server).await, 1);
}

#[tokio::test]
async fn an_account_of_the_same_address_becomes_theirs_and_what_opened_it_before_ends() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[]).await;
    let id = member(&server, "Ben@example.org").await;
    let (_, workspace) = owner(&server).await;
    let before = server.session(id, workspace).await;
    let form = json!({ "name": "lies in wait", "role": "runner" });
    let token = server.post("/api/v1/tokens", &before, &form).await.json();
    let by_token = || by_program(Method::GET, PROJECTS, token["token"].as_str().unwrap());
    let works = server.send(by_token().body(Body::empty()).unwrap()).await;
    assert_eq!(works.status, StatusCode::OK);
    provider.know(ben(json!({})));
    let mut browser = Browser::default();

    assert_eq!(browser.sign_in(&server, &provider).await, "/");

    let revoked = server.send(by_token().body(Body::empty()).unwrap()).await;
    assert_eq!(revoked.status, StatusCode::UNAUTHORIZED);

    let session = browser.session(&server).await;
    assert_eq!((&session["user_id"], &session["role"]), (&json!(id), &json!("runner")));
    assert_eq!(server.get("/api/v1/session", &before).await.status, StatusCode::UNAUTHORIZED);
    let old = with_password(&server, "ben@example.org", PASSWORD).await;
    assert_eq!(old, StatusCode::UNAUTHORIZED);
    let change = json!({ "current": PASSWORD, "new": "battery staple" });
    let path = "/api/v1/password";
    let none = server.json(Method::PUT, path, &browser.cookie(), &change).await;
    assert!(none.json()["errors"][0]["message"].as_str().unwrap().contains("have no password"));
    // Somebody else there has the address now.
    provider.know(ben(json!({ "sub": "ben-2" })));
    let location = Browser::default().sign_in(&server, &provider).await;
    assert_eq!(location, refused("address_taken"));
}

#[tokio::test]
async fn without_a_role_a_stranger_needs_an_invitation() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_ONLY", "yes")]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();
    assert_eq!(browser.sign_in(&server, &provider).await, refused("no_account"));
    let (cookie, _) = owner(&server).await;
    let invite = json!({ "emails": ["ben@example.org"], "role": "editor" });
    let invited = server.post("/api/v1/invitations", &cookie, &invite).await.json();
    let link = invited["items"][0]["path"].as_str().unwrap().to_owned();
    let join = format!("/api/v1{link}");
    let form = json!({ "name": "Ben", "password": PASSWORD });
    let by_hand = server.post(&join, "", &form).await;
    assert_eq!(by_hand.json()["code"], "passwords_off");
    let page = String::from_utf8(server.get(&link, "").await.body).unwrap();
    assert!(page.contains("Continue with Example SSO") && !page.contains("name=\"password\""));

    assert_eq!(browser.sign_in(&server, &provider).await, "/");
    let joined =
        server.post(&join, &browser.cookie(), &json!({ "name": "", "password": "" })).await;

    assert_eq!(joined.status, StatusCode::CREATED, "{:?}", joined.json());
    assert_eq!(
        (&joined.json()["role"], &joined.json()["user_name"]),
        (&json!("editor"), &json!("Ben"))
    );
}

#[tokio::test]
async fn with_the_provider_only_the_first_owner_alone_has_a_password() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_ONLY", "yes")]).await;
    member(&server, "ben@example.org").await;

    assert_eq!(with_password(&server, "ben@example.org", PASSWORD).await, StatusCode::FORBIDDEN);
    let wrong = with_password(&server, "ben@example.org", "wrong password").await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    let wrong = with_password(&server, EMAIL, "wrong password").await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    // Also after she has signed in with the provider.
    provider.know(ada(json!({})));
    assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");
    assert_eq!(with_password(&server, EMAIL, PASSWORD).await, StatusCode::CREATED);

    let page = async |path: &str| String::from_utf8(server.get(path, "").await.body).unwrap();
    let (usual, local) = (page("/sign-in").await, page("/sign-in?local=1").await);
    assert!(usual.contains("Continue with Example SSO") && !usual.contains("name=\"password\""));
    assert!(local.contains("name=\"password\""));
}

#[tokio::test]
async fn people_come_into_the_workspace_that_was_the_first_one_or_into_none() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[("ATELIER_OIDC_DEFAULT_ROLE", "editor")]).await;
    let (cookie, workspace) = owner(&server).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();
    browser.sign_in(&server, &provider).await;
    assert_eq!(browser.session(&server).await["workspace_id"], json!(workspace));
    // Afterwards the oldest workspace is another one.
    server.neighbour().await;
    let path = "/api/v1/workspace";
    let removal = json!({ "name": "Studio" });
    let removed = server.json(Method::DELETE, path, &cookie, &removal).await;
    assert!(removed.status.is_success(), "{:?}", removed.json());

    provider.know(ben(json!({ "sub": "cem-1", "email": "cem@example.org" })));

    let location = Browser::default().sign_in(&server, &provider).await;
    assert_eq!(location, refused("no_workspace"));
}
