//! Which addresses the guarded client calls at all.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use outside::outbound::{
    Lookup, OutboundClient, OutboundError, OutboundPolicy, OutboundRequest, Refusal,
};

use crate::engine::stub;

/// Every spelling that has led past a guard somewhere, or names a place no workflow may reach.
const REFUSED: [&str; 65] = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7F.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0x0.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.127.127.127:8080/",
    "http://127。0。0。1/",
    "http://127.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%2f@example.com/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://169.254.170.2/v2/credentials",
    "http://168.63.129.16/machine",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v1/instance/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:10::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://127.0.0.1\\@example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
];

/// Texts that are no web address to begin with.
const NOT_ADDRESSES: [&str; 9] = [
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://127.0.0.1%00.example.com/",
    "http://exa%00mple.com/",
    "http://256.256.256.256/",
    "http://1.2.3.4.5/",
    "http:///",
    "//example.com/",
    "example.com",
];

/// The last one is read differently by other parsers; ours is the only one that reads it.
const CALLED: [&str; 6] = [
    "http://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "http://[::ffff:8.8.8.8]/",
    "https://example.com/",
    "https://bücher.example:8443/path?q=http://127.0.0.1/",
    "http://example.com:80\\@127.0.0.1/",
];

fn client(policy: OutboundPolicy, lookup: impl Lookup + 'static) -> OutboundClient {
    OutboundClient::with_lookup(policy, Arc::new(lookup)).unwrap()
}

/// Fails the test when a name is looked up that should never have got so far.
struct Nowhere;

#[async_trait]
impl Lookup for Nowhere {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        panic!("{host} was looked up")
    }
}

/// Knows no name.
struct Unknown;

#[async_trait]
impl Lookup for Unknown {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Err(io::Error::other("failed to lookup address information: Name or service not known"))
    }
}

/// Answers each look-up with the next of these sets of addresses, over and over.
struct Turning(Vec<Vec<&'static str>>, AtomicUsize);

#[async_trait]
impl Lookup for Turning {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.1.fetch_add(1, Ordering::SeqCst) % self.0.len();
        Ok(self.0[turn].iter().map(|text| text.parse().unwrap()).collect())
    }
}

fn turning(answers: &[&[&'static str]]) -> Turning {
    Turning(answers.iter().map(|answer| answer.to_vec()).collect(), AtomicUsize::new(0))
}

#[tokio::test]
async fn rel_s7_every_spelling_of_a_private_place_is_refused_before_anything_is_looked_up() {
    let client = client(OutboundPolicy::default(), Nowhere);

    for url in REFUSED {
        let request = OutboundRequest::get(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        let error = client.send(request).await.unwrap_err();
        assert!(matches!(error, OutboundError::Refused(_)), "{url}: {error:?}");
        assert!(!error.was_sent(), "{url}");
    }
}

#[test]
fn rel_s7_texts_that_are_no_address_are_refused() {
    for text in NOT_ADDRESSES {
        let refusal = OutboundRequest::get(text).map(|_| ()).unwrap_err();
        assert!(matches!(refusal, Refusal::NotAnAddress(_)), "{text}");
    }
}

#[test]
fn rel_s7_public_addresses_and_names_pass_the_first_check() {
    let client = client(OutboundPolicy::default(), Nowhere);

    for url in CALLED {
        match client.check_confidential(&url.parse().unwrap()) {
            Ok(()) => assert!(url.starts_with("https"), "{url}"),
            Err(Refusal::InTheClear(_)) => assert!(url.starts_with("http:"), "{url}"),
            Err(other) => panic!("{url}: {other}"),
        }
    }
}

#[tokio::test]
async fn rel_s7_a_name_is_refused_when_any_of_its_addresses_is_private() {
    let answers: [&[&str]; 7] = [
        &["127.0.0.1"],
        &["8.8.8.8", "10.0.0.1"],
        &["2606:4700:4700::1111", "::1"],
        &["8.8.8.8", "::ffff:192.168.0.1"],
        &["169.254.169.254"],
        &["8.8.8.8", "fd00:ec2::254"],
        &["64:ff9b::a00:1"],
    ];

    for answer in answers {
        let client = client(OutboundPolicy::default(), turning(&[answer]));
        let request = OutboundRequest::get("http://alias.example/").unwrap();
        let error = client.send(request).await.unwrap_err();
        assert!(
            matches!(&error, OutboundError::Refused(Refusal::Private(host)) if host == "alias.example"),
            "{answer:?}: {error:?}"
        );
    }
}

#[tokio::test]
async fn rel_s7_localhost_by_name_is_refused_with_the_systems_resolver() {
    let client = OutboundClient::new(OutboundPolicy::default()).unwrap();

    for url in ["http://localhost:1/", "http://localhost.:1/", "http://LOCALHOST:1/"] {
        let error = client.send(OutboundRequest::get(url).unwrap()).await.unwrap_err();
        assert!(!error.was_sent(), "{url}: {error:?}");
        assert!(
            matches!(
                error,
                OutboundError::Refused(Refusal::Private(_)) | OutboundError::Unreachable { .. }
            ),
            "{url}"
        );
    }
}

#[tokio::test]
async fn rel_s7_a_name_that_turns_private_between_look_ups_never_reaches_the_private_server() {
    let counted = |hits: &Arc<AtomicUsize>| {
        let hits = hits.clone();
        Router::new().route(
            "/",
            get(move || async move {
                hits.fetch_add(1, Ordering::SeqCst);
                // Closing makes each try a new connection, and so a new look-up.
                ([("connection", "close")], "hello")
            }),
        )
    };
    let (public_hits, private_hits) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let private = stub::serve(counted(&private_hits)).await;
    let port = private.port();
    stub::serve_on(&format!("127.0.0.2:{port}"), counted(&public_hits)).await;
    let policy = OutboundPolicy::default().pretend_public("127.0.0.2".parse().unwrap());
    let answers: [&[&str]; 3] = [&["127.0.0.2"], &["127.0.0.1"], &["127.0.0.2", "127.0.0.1"]];
    let client = client(policy, turning(&answers));

    let mut refused = 0;
    for _ in 0..501 {
        let request = OutboundRequest::get(&format!("http://rebind.example:{port}/")).unwrap();
        refused += usize::from(client.send(request).await.is_err());
    }

    assert_eq!(private_hits.load(Ordering::SeqCst), 0);
    assert_eq!((public_hits.load(Ordering::SeqCst), refused), (167, 334));
}

#[tokio::test]
async fn rel_s7_an_allowed_host_is_allowed_for_its_port_only() {
    let server = stub::serve(Router::new().route("/", get(|| async { "local" }))).await;
    let client = OutboundClient::new(stub::allowing(&[server])).unwrap();

    let answer = client.send(OutboundRequest::get(&format!("http://{server}/")).unwrap()).await;
    assert_eq!(answer.unwrap().bytes().await.unwrap(), "local");

    let other = format!("http://127.0.0.1:{}/", server.port().wrapping_add(1).max(1));
    let error = client.send(OutboundRequest::get(&other).unwrap()).await.unwrap_err();
    assert!(matches!(error, OutboundError::Refused(Refusal::Private(_))), "{error:?}");
}

#[tokio::test]
async fn a_name_that_nobody_knows_reaches_nobody() {
    let client = client(OutboundPolicy::default(), Unknown);

    let request = OutboundRequest::get("https://nowhere.example/").unwrap();
    let error = client.send(request).await.unwrap_err();

    assert!(error.is_away() && !error.was_sent(), "{error:?}");
}
