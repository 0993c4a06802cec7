//! Servers on loopback that play the outside world.

use std::net::SocketAddr;

use axum::Router;
use outside::outbound::OutboundPolicy;
use outside::providers::{ProviderAccess, ProviderSettings};
use services::testing::world::sample;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use vault::secret::Secret;

/// An answer that has begun: a text that streams in.
pub const BEGUN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
    data: {\"model\": \"slow\", \"choices\": [{\"delta\": {\"content\": \"Once\"}}]}\n\n";

/// Serves a router on a free port until the test ends.
pub async fn serve(router: Router) -> SocketAddr {
    serve_on("127.0.0.1:0", router).await
}

/// Serves a router on the given address until the test ends.
pub async fn serve_on(address: &str, router: Router) -> SocketAddr {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Answers every connection with these bytes as they are, then keeps it open or closes it.
pub async fn serve_bytes(answer: Vec<u8>, then: Then) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 16 * 1024];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(&answer).await;
                if then == Then::StayOpen {
                    let _ = socket.read(&mut request).await;
                }
            });
        }
    });
    address
}

/// What a byte server does after its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Closes the connection.
    Close,
    /// Says nothing more until the other side leaves.
    StayOpen,
}

/// Whoever speaks OpenAI's wire format at this address is the provider.
pub fn provider(address: SocketAddr) -> ProviderSettings {
    let access = ProviderAccess {
        base_url: Some(format!("http://{address}/v1").parse().unwrap()),
        api_key: Some(Secret::new("sk-test")),
        text_model: Some("gpt-test".to_owned()),
        image_model: None,
    };
    sample().with_access("openai", access)
}

/// A policy that lets calls out to these loopback servers.
pub fn allowing(addresses: &[SocketAddr]) -> OutboundPolicy {
    addresses.iter().fold(OutboundPolicy::default(), |policy, address| {
        policy.allow(&address.ip().to_string(), address.port()).unwrap()
    })
}
