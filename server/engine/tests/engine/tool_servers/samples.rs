//! The sample, which speaks the stateless revision by the SDK's own server: inside this process, and over
//! HTTP.

use mcp_sample::SampleServer;
use tokio::net::TcpListener;

use super::{
    Heard, McpError, McpPort, ServerAddress, Transport, Url, at, client_for, json, request, server,
};

async fn assert_served(address: &ServerAddress, url: &[&Url]) {
    let (client, heard) = (client_for(url), Heard::default());

    let listing = client.list_tools(address).await.unwrap();
    let order = json!({"cluster": "live", "service": "shop", "targetRevision": "shop:41"});
    let answer =
        client.call_tool(address, request("rollbackService", order), &heard).await.unwrap();

    assert_eq!(listing.protocol.as_deref(), Some("2026-07-28"));
    assert_eq!(listing.tools.len(), 2, "{:?}", listing.refused);
    assert!(listing.refused.is_empty() && listing.instructions.is_some());
    let reading = listing.tools.iter().find(|tool| tool.name == "getServiceStatus").unwrap();
    assert!(reading.annotations.may_repeat() && reading.output_schema.is_some());
    assert!(answer.structured.is_some(), "{answer:?}");
    assert!(!heard.progress.lock().unwrap().is_empty());
    let unknown = client.call_tool(address, request("nothing", json!({})), &heard).await;
    assert!(matches!(unknown, Err(McpError::Protocol(_))), "{unknown:?}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_in_this_process_is_spoken_to_in_the_newest_revision() {
    assert_served(&server(Transport::Sample(SampleServer::Deploy)), &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_over_http_is_spoken_to_in_the_newest_revision() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { mcp_sample::serve_http(listener, &SampleServer::ALL).await });
    let url = Url::parse(&format!("http://{address}/deploy")).unwrap();

    assert_served(&server(Transport::Http(at(&url))), &[&url]).await;
}
