//! Signing in and out over HTTP.

use crate::api::support::{EMAIL, PASSWORD, Server, from_page, set_up_body, sign_in_body};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::json;

#[tokio::test]
async fn the_first_visitor_is_signed_in_as_owner() {
    let server = Server::start().await;

    let cookie = server.set_up().await;

    let reply = server.get("/api/v1/session", &cookie).await;
    let view = reply.json();
    assert_eq!((&view["email"], &view["role"]), (&json!(EMAIL), &json!("owner")));
    let again = server.post("/api/v1/set-up", "", &set_up_body()).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn rel_s5_the_cookie_is_out_of_reach_of_scripts_and_foreign_pages() {
    let server = Server::start().await;

    let reply = server.post("/api/v1/set-up", "", &set_up_body()).await;

    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("atelier_sid="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!reply.json().to_string().contains(reply.cookie().split_once('=').unwrap().1));
}

#[tokio::test]
async fn rel_s5_a_preset_cookie_is_replaced_at_sign_in_and_never_signed_in() {
    let server = Server::start().await;
    server.set_up().await;
    let preset = "atelier_sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    let reply = server.post("/api/v1/session", preset, &sign_in_body()).await;

    assert_ne!(reply.cookie(), preset);
    assert_eq!(server.get("/api/v1/session", preset).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.get("/api/v1/session", &reply.cookie()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn rel_s5_old_cookies_are_dead_after_sign_in_sign_out_and_a_new_password() {
    let server = Server::start().await;
    let first = server.set_up().await;

    let second = server.post("/api/v1/session", &first, &sign_in_body()).await.cookie();
    let change = json!({"current": PASSWORD, "new": "battery staple"});
    let changed = server.json(Method::PUT, "/api/v1/password", &second, &change).await;
    let third = changed.cookie();
    let out = server.json(Method::DELETE, "/api/v1/session", &third, &json!({})).await;

    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").starts_with("atelier_sid=; Path=/; Max-Age=0;"));
    for cookie in [first, second, third] {
        assert_eq!(server.get("/api/v1/session", &cookie).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn rel_s4_guesses_end_in_429_with_the_time_to_wait() {
    let server = Server::start().await;
    server.set_up().await;
    let guess = json!({"email": EMAIL, "password": "wrong password"});
    let mut replies = vec![];

    for _ in 0..12 {
        replies.push(server.post("/api/v1/session", "", &guess).await);
    }

    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(statuses, [vec![401; 10], vec![429; 2]].concat());
    let wait: u64 = replies[11].header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait));
    let nobody = json!({"email": "nobody@example.org", "password": "wrong password"});
    let unknown = server.post("/api/v1/session", "", &nobody).await;
    assert_eq!(unknown.body, replies[0].body);
}

#[tokio::test]
async fn rel_s3_fields_nobody_asked_for_are_refused_and_change_nothing() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let before = server.get("/api/v1/session", &cookie).await.json();
    let token = json!({"name": "ci", "role": "viewer"});
    let password = json!({"current": PASSWORD, "new": "battery staple"});

    for field in ["workspace_id", "id", "created_by", "status", "is_system", "version", "user_id"] {
        for (method, path, body) in [
            (Method::POST, "/api/v1/session", sign_in_body()),
            (Method::POST, "/api/v1/set-up", set_up_body()),
            (Method::POST, "/api/v1/tokens", token.clone()),
            (Method::PUT, "/api/v1/password", password.clone()),
        ] {
            let mut body = body;
            body[field] = json!("01890000-0000-7000-8000-000000000000");
            let reply = server.json(method, path, &cookie, &body).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field}");
        }
    }
    assert_eq!(server.get("/api/v1/session", &cookie).await.json(), before);
    assert_eq!(server.get("/api/v1/tokens", &cookie).await.json(), json!([]));
}

#[tokio::test]
async fn a_program_calls_with_its_token_and_without_an_origin() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let made =
        server.post("/api/v1/tokens", &cookie, &json!({"name": "ci", "role": "runner"})).await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let call = async |authorization: &str, cookie: &str| {
        let mut request = axum::http::Request::get("/api/v1/session")
            .header(header::HOST, crate::api::support::HOST)
            .header(header::AUTHORIZATION, authorization);
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        server.send(request.body(Body::empty()).unwrap()).await.status
    };

    assert!(token.starts_with("atl_"));
    assert_eq!(call(&format!("Bearer {token}"), "").await, StatusCode::OK);
    for wrong in ["Bearer atl_wrong", "Bearer", "Basic YTpi", &format!("Bearer {}", &cookie[12..])]
    {
        assert_eq!(call(wrong, &cookie).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let shown = server.get("/api/v1/tokens", &cookie).await;
    assert!(!String::from_utf8(shown.body).unwrap().contains(&token[4..]));
}

#[tokio::test]
async fn signing_in_needs_json_even_from_our_own_pages() {
    let server = Server::start().await;
    server.set_up().await;
    let request = from_page(Method::POST, "/api/v1/session", "")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from("--x--"));

    assert_eq!(server.send(request.unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
