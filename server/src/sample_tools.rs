//! `atelier mcp-sample`: the sample of a tool server, for other programs.

use std::net::SocketAddr;

use anyhow::{Result, anyhow};
use mcp_sample::{SampleServer, serve_http, serve_stdio};
use tokio::net::TcpListener;

/// Where the sample listens if no address is given: nobody on another machine gets there.
pub const ADDRESS: &str = "127.0.0.1:3100";

/// Answers as one sample on standard input and output until the input ends; or at an address until
/// the process is ended, where all samples answer unless one is chosen.
pub async fn serve(http: Option<SocketAddr>, server: Option<SampleServer>) -> Result<()> {
    let Some(address) = http else {
        if let Some(server) = server {
            serve_stdio(server).await;
        }
        return Ok(());
    };
    let chosen = server.map_or(SampleServer::ALL.to_vec(), |server| vec![server]);
    let failed = |error: std::io::Error| {
        anyhow!("can't serve the sample at {address}: {error}. Choose another address with --http")
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    for server in &chosen {
        eprintln!("The {0} sample is running at http://{address}/{0}", server.name());
    }
    serve_http(listener, &chosen).await.map_err(failed)
}
