//! What surrounds every answer: headers, hosts, origins, limits, health.

use crate::api::support::{HOST, ORIGIN, Server, from_page, set_up_body, sign_in_body};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use futures::stream;
use serde_json::json;

fn nonce(policy: &str) -> &str {
    policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap()
}

#[tokio::test]
async fn a_page_has_only_scripts_and_styles_with_its_own_nonce() {
    let server = Server::start().await;

    let (one, two) = (server.get("/", "").await, server.get("/", "").await);

    let policy = one.header("content-security-policy");
    let page = String::from_utf8(one.body.clone()).unwrap();
    let own = page.matches("<script").count() + page.matches("<style").count();
    let blessed = page.matches(&format!("nonce=\"{}\"", nonce(policy))).count();
    assert!(own > 1 && own == blessed, "{page}");
    assert_ne!(nonce(policy), nonce(two.header("content-security-policy")));
}

#[tokio::test]
async fn rel_s6_every_answer_forbids_framing_sniffing_and_foreign_scripts() {
    let server = Server::start().await;

    for path in ["/", "/nowhere", "/api/v1/session", "/api/v1/nowhere", "/healthz"] {
        let reply = server.get(path, "").await;
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.contains("style-src-attr 'unsafe-inline'"), "{path}: {policy}");
        let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).unwrap();
        assert!(scripts.contains("'wasm-unsafe-eval'") && !scripts.contains("unsafe-inline"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-request-id").len(), 32, "{path}");
    }
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let public = [("ATELIER_PUBLIC_URL", "https://atelier.example.org")];
    let (plain, secure) = (Server::start().await, Server::with(&public).await);

    assert_eq!(plain.get("/", "").await.header("strict-transport-security"), "");
    assert_ne!(secure.get("/", "").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn rel_s6_a_foreign_host_is_misdirected_everywhere_but_at_the_probes() {
    let server = Server::start().await;
    let at = async |host: &str, path: &str| {
        let request = Request::get(path).header(header::HOST, host).body(Body::empty());
        server.send(request.unwrap()).await
    };

    for path in ["/", "/api/v1/session", "/api/fn/anything", "/pkg/atelier.js"] {
        let reply = at("evil.example:3000", path).await;
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert_eq!(reply.json()["code"], "unknown_host");
    }
    assert_eq!(at("10.0.0.7:3000", "/healthz").await.status, StatusCode::OK);
    assert_eq!(at("localhost:8080", "/").await.status, StatusCode::OK);
    let nameless = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(server.send(nameless).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn rel_s6_unsafe_requests_from_foreign_pages_are_refused() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let mut cases: Vec<Vec<(&str, &str)>> = vec![vec![]];
    for origin in ["http://evil.example", "null", "http://127.0.0.1:3001", "https://127.0.0.1:3000"]
    {
        cases.push(vec![("origin", origin)]);
        cases.push(vec![("origin", origin), ("sec-fetch-site", "same-origin")]);
    }
    for site in ["cross-site", "same-site", "none"] {
        cases.push(vec![("sec-fetch-site", site)]);
        cases.push(vec![("origin", ORIGIN), ("sec-fetch-site", site)]);
    }

    for headers in cases {
        for (method, path) in [
            (Method::DELETE, "/api/v1/session"),
            (Method::POST, "/api/v1/session"),
            (Method::POST, "/api/v1/tokens"),
            (Method::PUT, "/api/v1/password"),
            (Method::POST, "/api/fn/anything"),
        ] {
            let mut request =
                Request::builder().method(method).uri(path).header(header::HOST, HOST);
            request = request.header(header::COOKIE, &cookie);
            request = request.header(header::CONTENT_TYPE, "application/json");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let reply = server.send(request.body(Body::from("{}")).unwrap()).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert_eq!(reply.json()["code"], "foreign_origin");
        }
    }
    assert!(server.actor(&cookie).await.is_some());
}

#[tokio::test]
async fn rel_s6_what_a_plain_form_can_send_is_refused() {
    let server = Server::start().await;

    for kind in ["application/x-www-form-urlencoded", "text/plain", "Text/Plain; charset=utf-8"] {
        let request = from_page(Method::POST, "/api/v1/session", "")
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(sign_in_body().to_string()));
        let reply = server.send(request.unwrap()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{kind}");
    }
}

#[tokio::test]
async fn a_body_of_1_mib_passes_and_one_byte_more_does_not() {
    let server = Server::start().await;
    let send = async |length: usize, announced: bool| {
        let mut text = set_up_body().to_string();
        text.push_str(&" ".repeat(length - text.len()));
        let request = from_page(Method::POST, "/api/v1/set-up", "")
            .header(header::CONTENT_TYPE, "application/json");
        let body = if announced {
            Body::from(text)
        } else {
            let parts: Vec<_> = text
                .as_bytes()
                .chunks(4096)
                .map(|part| Ok::<_, String>(Bytes::copy_from_slice(part)))
                .collect();
            Body::from_stream(stream::iter(parts))
        };
        server.send(request.body(body).unwrap()).await
    };

    for announced in [true, false] {
        let reply = send((1 << 20) + 1, announced).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    assert_eq!(send(1 << 20, true).await.status, StatusCode::CREATED);
    let large = json!({ "text": "x".repeat(1 << 20) });
    let function = server.post("/api/fn/sign_in", "", &large).await;
    assert_eq!(function.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn rel_s15_bad_input_gets_a_problem_and_never_a_500() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let deep = "[".repeat(100_000);
    let bodies: [(&[u8], u16); 9] = [
        (b"", 400),
        (b"{", 400),
        (b"null", 422),
        (b"[]", 422),
        (b"\xff\xfe", 400),
        (b"{\"email\": \"\\ud800\", \"password\": \"x\"}", 400),
        (b"{\"email\": \"a\\u0000@b\", \"password\": \"x\"}", 422),
        (b"{\"email\": 1e999, \"password\": \"x\"}", 422),
        (deep.as_bytes(), 422),
    ];

    for (body, status) in bodies {
        let request = from_page(Method::POST, "/api/v1/session", "")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_vec()));
        let reply = server.send(request.unwrap()).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(reply.status.as_u16(), status, "{shown} {:?}", reply.json());
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    for path in ["/api/v1/tokens/not-an-id", "/api/v1/sessions/%00", "/api/v1/tokens/%ff"] {
        let reply = server.json(Method::DELETE, path, &cookie, &json!({})).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    let unread = from_page(Method::POST, "/api/v1/session", "").body(Body::from("{}")).unwrap();
    assert_eq!(server.send(unread).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let wrong = server.json(Method::PATCH, "/api/v1/session", &cookie, &json!({})).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["code"]), (405, &json!("wrong_method")));
}

#[tokio::test]
async fn probes_tell_a_living_process_from_one_that_can_serve() {
    let server = Server::start().await;
    assert_eq!(server.get("/readyz", "").await.status, StatusCode::OK);

    server.leaving.cancel();

    assert_eq!(server.get("/healthz", "").await.status, StatusCode::OK);
    let ready = server.get("/readyz", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((ready.header("retry-after"), &ready.json()["code"]), ("5", &json!("leaving")));
}

#[tokio::test]
async fn a_process_whose_files_have_no_room_says_that_it_cannot_serve() {
    let server = Server::start().await;
    // No file can be made below a file, by root neither.
    std::fs::remove_dir_all(server.files.path()).unwrap();
    std::fs::write(server.files.path(), "").unwrap();

    let ready = server.get("/readyz", "").await;

    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["code"], "storage_full");
    assert_eq!(server.get("/healthz", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_database_the_process_lives_and_says_that_it_cannot_serve() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    server.db.pool.close().await;

    assert_eq!(server.get("/healthz", "").await.status, StatusCode::OK);
    for (path, cookie) in [("/readyz", ""), ("/api/v1/session", cookie.as_str())] {
        let reply = server.get(path, cookie).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(
            (reply.header("retry-after"), &reply.json()["code"]),
            ("5", &json!("database_unavailable")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    let server = Server::start().await;

    let (page, api) = (server.get("/nowhere", "").await, server.get("/api/v2/x", "").await);

    assert_eq!((page.status, api.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(api.header("content-type"), "application/problem+json");
}
