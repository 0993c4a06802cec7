//! The ways to the sample: a stream, standard input and output, HTTP.

use std::{error::Error, io, net::IpAddr, sync::Arc};

use axum::Router;
use rmcp::{
    RoleServer,
    transport::{
        IntoTransport, StreamableHttpServerConfig, StreamableHttpService,
        async_rw::TransportAdapterAsyncCombinedRW, stdio,
        streamable_http_server::session::never::NeverSessionManager,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};

use crate::{handler::Handler, server::SampleServer};

/// Answers one client on a stream, such as a pipe inside this process, until it is closed.
pub async fn serve_stream<S>(stream: S, server: SampleServer)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    serve::<S, io::Error, TransportAdapterAsyncCombinedRW>(stream, server).await;
}

/// Answers whoever has started this process, on its standard input and output, until the input ends.
pub async fn serve_stdio(server: SampleServer) {
    serve(stdio(), server).await;
}

/// Answers over streamable HTTP, each server at the path of its name. Only hosts are answered that
/// mean the listener's address, and no page of a browser.
///
/// # Errors
/// The listener fails.
pub async fn serve_http(listener: TcpListener, servers: &[SampleServer]) -> io::Result<()> {
    let address = listener.local_addr()?.ip();
    axum::serve(listener, router(address, servers)).await
}

async fn serve<T, E, A>(transport: T, server: SampleServer)
where
    T: IntoTransport<RoleServer, E, A>,
    E: Error + Send + Sync + 'static,
{
    match rmcp::serve_server(Handler::new(server), transport).await {
        Ok(running) => {
            if let Err(error) = running.waiting().await {
                tracing::warn!(%error, server = server.name(), "the sample has ended");
            }
        }
        Err(error) => {
            tracing::debug!(%error, server = server.name(), "nobody has greeted the sample");
        }
    }
}

fn router(address: IpAddr, servers: &[SampleServer]) -> Router {
    servers.iter().fold(Router::new(), |router, server| {
        router.nest_service(&format!("/{}", server.name()), service(address, *server))
    })
}

fn service(
    address: IpAddr,
    server: SampleServer,
) -> StreamableHttpService<Handler, NeverSessionManager> {
    let config = StreamableHttpServerConfig::default();
    let mut hosts = config.allowed_hosts.clone();
    if !address.is_unspecified() {
        hosts.push(address.to_string());
    }
    let config = config
        .with_allowed_hosts(hosts)
        .enforce_origin_validation()
        .with_legacy_session_mode(false);
    StreamableHttpService::new(
        move || Ok(Handler::new(server)),
        Arc::new(NeverSessionManager::default()),
        config,
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::net::Ipv4Addr;

    use axum::{
        body::Body,
        http::{Request, StatusCode, header},
    };
    use rmcp::{
        ClientLifecycleMode, ClientServiceExt, RoleClient,
        model::{CallToolRequestParams, CallToolResult, ProtocolVersion, RequestMetaObject},
        service::RunningService,
    };
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;
    use crate::handler::IDEMPOTENCY_META;

    type Client = RunningService<RoleClient, ()>;

    async fn connect(server: SampleServer, lifecycle: ClientLifecycleMode) -> Client {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(serve_stream(theirs, server));
        ().serve_with_lifecycle(ours, lifecycle).await.unwrap()
    }

    fn stateless() -> ClientLifecycleMode {
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }
    }

    fn request(tool: &'static str, arguments: Value) -> CallToolRequestParams {
        let mut arguments = arguments.as_object().unwrap().clone();
        arguments.insert("owner".to_owned(), json!("acme"));
        arguments.insert("repo".to_owned(), json!("shop"));
        CallToolRequestParams::new(tool).with_arguments(arguments)
    }

    /// The result of a tool, as clients of every revision read it.
    fn result(answer: &CallToolResult) -> Value {
        let text = || serde_json::from_str(&answer.content[0].as_text().unwrap().text).unwrap();
        answer.structured_content.clone().unwrap_or_else(text)
    }

    #[tokio::test]
    async fn clients_of_both_revisions_read_the_same() {
        let mut seen = vec![];
        for lifecycle in [stateless(), ClientLifecycleMode::Initialize] {
            let client = connect(SampleServer::Github, lifecycle).await;

            let listed = client.list_all_tools().await.unwrap();
            let jobs = request("getWorkflowJobs", json!({"runId": 9001, "filter": "failed"}));
            let jobs = client.call_tool(jobs).await.unwrap();

            assert_eq!(jobs.meta.as_ref().unwrap().get("sample"), Some(&Value::Bool(true)));
            let names: Vec<_> = listed.into_iter().map(|tool| tool.name).collect();
            seen.push((names, result(&jobs)));
            client.cancel().await.unwrap();
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].0.len(), 16);
        assert_eq!(seen[0].1[0]["name"], "test");
    }

    #[tokio::test]
    async fn a_call_that_is_made_again_on_another_connection_makes_nothing_new() {
        let mut numbers = vec![];
        for key in ["a", "b", "a"] {
            let client = connect(SampleServer::Github, stateless()).await;
            let mut create = request("createIssue", json!({"title": "It breaks"}));
            let mut meta = RequestMetaObject::new();
            meta.insert(IDEMPOTENCY_META.to_owned(), json!(key));
            create.meta = Some(meta);

            let issue = result(&client.call_tool(create).await.unwrap());

            numbers.push(issue["number"].as_u64().unwrap());
            client.cancel().await.unwrap();
        }
        assert_eq!(numbers[0], numbers[2]);
        assert!(numbers[1] > numbers[0], "{numbers:?}");
    }

    #[tokio::test]
    async fn a_tool_of_another_server_is_not_there() {
        let client = connect(SampleServer::Deploy, stateless()).await;

        let refused = client.call_tool(request("getIssue", json!({"number": 1}))).await;

        assert!(refused.unwrap_err().to_string().contains("deploy has no tool getIssue"));
        client.cancel().await.unwrap();
    }

    #[tokio::test]
    async fn over_http_foreign_hosts_and_pages_are_refused() {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}});
        let ask = async |host: &str, origin: Option<&str>| {
            let mut request = Request::post("/github")
                .header(header::HOST, host)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, "application/json, text/event-stream");
            if let Some(origin) = origin {
                request = request.header(header::ORIGIN, origin);
            }
            let request = request.body(Body::from(body.to_string())).unwrap();
            let router = router(Ipv4Addr::LOCALHOST.into(), &[SampleServer::Github]);
            router.oneshot(request).await.unwrap().status()
        };

        assert_eq!(ask("127.0.0.1:3100", None).await, StatusCode::OK);
        assert_eq!(ask("rebound.example.org", None).await, StatusCode::FORBIDDEN);
        let page = ask("127.0.0.1:3100", Some("https://page.example.org")).await;
        assert_eq!(page, StatusCode::FORBIDDEN);
    }
}
