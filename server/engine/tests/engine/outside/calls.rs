//! What the guarded client does with redirects, credentials and hostile answers.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::{any, get};
use outside::outbound::{
    Limits, Method, OutboundClient, OutboundError, OutboundPolicy, OutboundRequest, Refusal,
};
use vault::secret::Secret;

use crate::engine::stub::{self, Then};

/// Sends back the method, the headers and the body it was called with.
async fn echo(method: Method, headers: HeaderMap, body: Bytes) -> String {
    let headers =
        headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    format!("{method}\n{}\n{}", headers.collect::<String>(), String::from_utf8_lossy(&body))
}

/// Redirects `/{status}` to wherever the query says.
async fn redirect(uri: Uri) -> (StatusCode, [(&'static str, String); 1]) {
    let status = uri.path().trim_start_matches('/').parse::<u16>().unwrap();
    (
        StatusCode::from_u16(status).unwrap(),
        [("location", uri.query().unwrap_or_default().to_owned())],
    )
}

async fn redirector() -> SocketAddr {
    stub::serve(Router::new().route("/echo", any(echo)).fallback(redirect)).await
}

async fn text(client: &OutboundClient, request: OutboundRequest) -> String {
    let body = client.send(request).await.unwrap().bytes().await.unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

fn get_from(address: SocketAddr) -> OutboundRequest {
    OutboundRequest::get(&format!("http://{address}/")).unwrap()
}

#[tokio::test]
async fn rel_s7_a_redirect_to_a_private_place_is_refused_whatever_its_status() {
    let secret = stub::serve(Router::new().fallback(|| async { "private" })).await;
    let server = redirector().await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
    let places = [
        format!("http://{secret}/"),
        format!("//{secret}/"),
        format!("http://localhost:{}/", secret.port()),
        "http://169.254.169.254/".to_owned(),
        "http://[::ffff:127.0.0.1]/".to_owned(),
        "http://user@example.com/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ];

    for status in [301, 302, 303, 307, 308] {
        for place in &places {
            let url = format!("http://{server}/{status}?{place}");
            let error = client.send(OutboundRequest::get(&url).unwrap()).await.unwrap_err();
            let refused = matches!(
                error,
                OutboundError::RedirectRefused(_) | OutboundError::Unreachable { .. }
            );
            assert!(refused, "{status} {place}: {error:?}");
        }
    }
}

#[tokio::test]
async fn rel_s7_five_redirects_are_followed_and_six_are_not() {
    let chain = Router::new().route(
        "/{left}",
        get(|uri: Uri| async move {
            let left: usize = uri.path().trim_start_matches('/').parse().unwrap();
            match left.checked_sub(1) {
                None => (StatusCode::OK, [("location", String::new())]),
                Some(next) => (StatusCode::FOUND, [("location", format!("/{next}"))]),
            }
        }),
    );
    let server = stub::serve(chain).await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
    let start = |hops| OutboundRequest::get(&format!("http://{server}/{hops}")).unwrap();

    assert_eq!(client.send(start(5)).await.unwrap().status(), StatusCode::OK);
    let error = client.send(start(6)).await.unwrap_err();
    let many = matches!(error, OutboundError::RedirectRefused(Refusal::TooManyRedirects(_, 5)));
    assert!(many, "{error:?}");
}

#[tokio::test]
async fn rel_s7_credentials_stay_with_their_origin_and_other_headers_do_not_follow_either() {
    let (first, second) = (redirector().await, redirector().await);
    let client = OutboundClient::new(stub::allowing(&[first, second])).unwrap();
    let call = |target: String| {
        OutboundRequest::get(&format!("http://{first}/307?{target}"))
            .unwrap()
            .header("cookie", "session=canary")
            .unwrap()
            .header("x-api-key", "canary")
            .unwrap()
            .header("accept", "text/plain")
            .unwrap()
            .credential("authorization", "Bearer ", &Secret::new("canary"))
            .unwrap()
    };

    let same = text(&client, call("/echo".to_owned())).await;
    assert!(same.contains("authorization: Bearer canary"), "{same}");
    assert!(same.contains("cookie: session=canary"), "{same}");

    let other = text(&client, call(format!("http://{second}/echo"))).await;
    assert!(!other.contains("canary") && !other.contains("referer"), "{other}");
    assert!(other.contains("accept: text/plain"), "{other}");

    // Led away and back again: the credential may go home, the other headers are gone for good.
    let back = format!("http://{second}/307?http://{first}/echo");
    let home = text(&client, call(back)).await;
    assert!(!home.contains("x-api-key"), "{home}");
}

#[tokio::test]
async fn a_redirect_keeps_or_drops_method_and_body_as_its_status_says() {
    let server = redirector().await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();

    for (status, expected) in
        [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
    {
        let url = format!("http://{server}/{status}?/echo").parse().unwrap();
        let answer = text(&client, OutboundRequest::new(Method::POST, url).body("payload")).await;
        assert!(answer.starts_with(expected), "{status}: {answer}");
        assert_eq!(answer.contains("payload"), expected == "POST", "{status}");
    }
}

#[test]
fn rel_s7_headers_that_frame_the_message_cannot_be_set() {
    for name in ["host", "Content-Length", "transfer-encoding", "connection", "proxy-authorization"]
    {
        let request = OutboundRequest::get("https://example.com/").unwrap();
        assert!(matches!(request.header(name, "x"), Err(Refusal::Header(_))), "{name}");
    }
    let request = OutboundRequest::get("https://example.com/").unwrap();
    assert!(request.header("x-note", "a\r\nhost: evil").is_err());
}

#[tokio::test]
async fn rel_s7_a_compressed_answer_is_measured_after_decompression() {
    // Blocks that each unpack to 1 MiB of zeroes: 10 MiB on the wire, 10 GiB in memory.
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let body = [&header[..], &include_bytes!("zeroes.deflate").repeat(10_240)].concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let server = stub::serve_bytes([head.into_bytes(), body].concat(), Then::Close).await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();

    let error = client.send(get_from(server)).await.unwrap().bytes().await.unwrap_err();

    assert!(matches!(error, OutboundError::TooLarge { limit: 10_485_760, .. }), "{error:?}");
}

#[tokio::test]
async fn rel_s7_an_answer_that_announces_or_sends_too_much_is_cut_off() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec();
    let endless = {
        let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        bytes.resize(11 * 1024 * 1024, b'x');
        bytes
    };

    for answer in [announced, endless] {
        let server = stub::serve_bytes(answer, Then::StayOpen).await;
        let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
        let error = match client.send(get_from(server)).await {
            Ok(answer) => answer.bytes().await.unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(error, OutboundError::TooLarge { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn rel_s7_a_slow_answer_ends_with_the_calls_time_limit() {
    let silent = stub::serve_bytes(Vec::new(), Then::StayOpen).await;
    let started = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec();
    let stalled = stub::serve_bytes(started, Then::StayOpen).await;
    // Enough to send it, however busy the machine.
    let limits = Limits::default().within(Duration::from_secs(2));

    for server in [silent, stalled] {
        let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
        let begun = Instant::now();
        let error = match client.send(get_from(server).limits(limits)).await {
            Ok(answer) => answer.bytes().await.unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(error, OutboundError::TimedOut { .. }), "{error:?}");
        assert!(error.was_sent());
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}

#[tokio::test]
async fn rel_s7_redirects_share_one_time_limit() {
    let looping = Router::new().fallback(|| async {
        tokio::time::sleep(Duration::from_millis(80)).await; // a slow peer
        (StatusCode::FOUND, [("location", "/again")])
    });
    let server = stub::serve(looping).await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
    let limits = Limits::default().within(Duration::from_millis(200));

    let error = client.send(get_from(server).limits(limits)).await.unwrap_err();

    assert!(matches!(error, OutboundError::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn rel_s7_too_many_or_too_large_headers_are_refused() {
    let many: String = (0..5_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let large = format!("x-large: {}\r\n", "y".repeat(80 * 1024));
    let endless = format!("x-endless: {}", "y".repeat(4 * 1024 * 1024));

    for headers in [many, large, endless] {
        let answer = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
        let server = stub::serve_bytes(answer.into_bytes(), Then::Close).await;
        let client = OutboundClient::new(stub::allowing(&[server])).unwrap();
        let error = client.send(get_from(server)).await.unwrap_err();
        assert!(matches!(error, OutboundError::Headers { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_was_never_sent_is_told_from_what_may_have_arrived() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let cut = stub::serve_bytes(Vec::new(), Then::Close).await;
    let plain = stub::serve_bytes(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), Then::Close).await;
    let client = OutboundClient::new(stub::allowing(&[closed, cut, plain])).unwrap();

    let error = client.send(get_from(closed)).await.unwrap_err();
    assert!(error.is_away() && !error.was_sent(), "{error:?}");
    let error = client.send(get_from(cut)).await.unwrap_err();
    assert!(matches!(error, OutboundError::Broken { .. }) && error.was_sent(), "{error:?}");
    let no_tls = OutboundRequest::get(&format!("https://{plain}/")).unwrap();
    let error = client.send(no_tls).await.unwrap_err();
    assert!(matches!(error, OutboundError::Unreachable { .. }), "{error:?}");
    assert!(!error.is_away() && !error.was_sent(), "somebody is there: {error:?}");
}

#[tokio::test]
async fn rel_s7_errors_name_the_host_and_never_the_query_or_a_credential() {
    let cut = stub::serve_bytes(Vec::new(), Then::Close).await;
    let client = OutboundClient::new(stub::allowing(&[cut])).unwrap();
    let urls = [format!("http://{cut}/?token=canary"), "http://u:canary@10.0.0.1/".to_owned()];

    for url in urls {
        let request = OutboundRequest::get(&url).unwrap();
        let request = request.credential("x-key", "", &Secret::new("canary")).unwrap();
        assert!(!format!("{:?}", request).contains("x-key: canary"));
        let error = client.send(request).await.unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn rel_s7_the_policy_is_closed_by_default() {
    let client = OutboundClient::new(OutboundPolicy::default()).unwrap();
    assert!(client.check_confidential(&"http://127.0.0.1:11434/".parse().unwrap()).is_err());
}
