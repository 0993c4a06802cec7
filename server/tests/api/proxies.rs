//! Reverse proxies that change what the browser asked for: what works, and what is said where it cannot.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use crate::api::support::{Reply, Server, from_page, sign_in_body};

/// Signs in with these headers, the host among them.
async fn sign_in(server: &Server, lines: &[(&str, &str)]) -> Reply {
    let mut request = Request::post("/api/v1/session").header("content-type", "application/json");
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(sign_in_body().to_string())).unwrap()).await
}

#[tokio::test]
async fn people_sign_in_behind_a_proxy_that_rewrites_the_host_or_loses_the_port() {
    let public = ("ATELIER_PUBLIC_URL", "https://a.example:8443");
    let lan = ("ATELIER_PUBLIC_URL", "http://a.lan:8080");
    // Requests of the tests come from there.
    let proxies = ("ATELIER_PROXIES", "192.0.2.0/24");
    let origin = ("origin", "https://a.example:8443");
    let inner = ("host", "atelier:3000");
    let cases: [(&[_], &[_], &str); 5] = [
        // What nginx does by itself: its own word for the host.
        (&[public], &[("host", "127.0.0.1:3000"), origin], "__Host-atelier_sid"),
        (&[public, proxies], &[inner, origin], "__Host-atelier_sid"),
        // `proxy_set_header Host $host` says no port.
        (&[lan], &[("host", "a.lan"), ("origin", "http://a.lan:8080")], "atelier_sid"),
        (
            &[proxies],
            &[
                inner,
                ("x-forwarded-host", "a.example"),
                ("x-forwarded-port", "8443"),
                ("x-forwarded-proto", "https"),
                origin,
            ],
            "__Host-atelier_sid",
        ),
        (
            &[proxies],
            &[inner, ("forwarded", "for=1.1.1.1;host=\"a.example:8443\";proto=https"), origin],
            "__Host-atelier_sid",
        ),
    ];

    for (settings, lines, cookie) in cases {
        let server = Server::with(settings).await;
        server.set_up().await;
        let reply = sign_in(&server, lines).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{settings:?} {lines:?} {:?}", reply.json());
        assert_eq!(reply.cookie().split('=').next(), Some(cookie), "{settings:?} {lines:?}");
    }
}

#[tokio::test]
async fn where_a_proxy_hides_the_host_both_are_named_with_the_setting() {
    let server = Server::start().await;
    let origin = ("origin", "https://a.example");
    let forwarded = ("x-forwarded-host", "a.example");

    let changed = sign_in(&server, &[("host", "127.0.0.1:3000"), origin]).await;
    let unknown = sign_in(&server, &[("host", "atelier:3000"), forwarded, origin]).await;
    let foreign =
        sign_in(&server, &[("host", "127.0.0.1:3000"), origin, ("sec-fetch-site", "cross-site")])
            .await;

    let words = |reply: &Reply| reply.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(changed.status, StatusCode::FORBIDDEN);
    for part in ["127.0.0.1:3000", "ATELIER_PUBLIC_URL=https://a.example", "192.0.2.1"] {
        assert!(words(&changed).contains(part), "{}", words(&changed));
    }
    assert_eq!(unknown.status, StatusCode::MISDIRECTED_REQUEST);
    for part in ["atelier:3000 (forwarded for a.example)", "ATELIER_PUBLIC_URL", "ATELIER_PROXIES"]
    {
        assert!(words(&unknown).contains(part), "{}", words(&unknown));
    }
    assert!(!words(&foreign).contains("ATELIER"), "{}", words(&foreign));
}

#[tokio::test]
async fn pages_are_compressed_and_streams_of_events_are_not() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    let open = async |path: &str| {
        let request = from_page(Method::GET, path, &cookie).header(header::ACCEPT_ENCODING, "gzip");
        server.open(request.body(Body::empty()).unwrap()).await.headers().clone()
    };

    let page = open(&format!("/workspace/{}/workflows", workspace.0)).await;
    let events = open("/api/v1/stream?workspace=true").await;

    assert_eq!(page[header::CONTENT_ENCODING], "gzip");
    assert_eq!(page[header::VARY], "accept-encoding");
    assert_eq!(events[header::CONTENT_TYPE], "text/event-stream");
    assert!(!events.contains_key(header::CONTENT_ENCODING));
}
