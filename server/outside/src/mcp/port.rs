//! What the engine needs of an MCP client.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use mcp_sample::SampleServer;
use model::{
    id::WorkspaceId,
    mcp::{api::ApiOperations, server::UnusedTool, tool::ToolDefinition},
};
use serde_json::{Map, Value};
use url::Url;
use vault::secret::{Redactor, Secret};

/// A server to be asked, with all that it takes to reach it.
#[derive(Clone)]
pub struct ServerAddress {
    /// Whose server it is: connections are shared inside a workspace only. None for the operator's
    /// servers and the sample server.
    pub workspace: Option<WorkspaceId>,
    /// What workflows call it.
    pub name: String,
    /// How it is reached.
    pub transport: Transport,
}

/// How a server is reached.
#[derive(Clone)]
pub enum Transport {
    /// Streamable HTTP.
    Http(HttpAddress),
    /// JSON-RPC over HTTP without a handshake.
    JsonRpc(HttpAddress),
    /// Any HTTP API, by the operations that were read of its document.
    OpenApi(Arc<ApiAddress>),
    /// A process of this machine, from the operator's configuration.
    Stdio(Arc<StdioCommand>),
    /// The sample server, inside this process, under one of its names.
    Sample(SampleServer),
}

impl Transport {
    /// Takes what a server is sent in secret out of what it says.
    pub fn redactor(&self) -> Redactor {
        match self {
            Self::Http(address) | Self::JsonRpc(address) => address.redactor(),
            Self::OpenApi(api) => api.redactor(),
            Self::Stdio(command) => command.redactor(),
            Self::Sample(_) => Redactor::default(),
        }
    }

    /// The web address; none for a program and a sample.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::Http(address) | Self::JsonRpc(address) => Some(&address.url),
            Self::OpenApi(api) => Some(&api.http.url),
            Self::Stdio(_) | Self::Sample(_) => None,
        }
    }
}

/// A web address with the headers that go along.
#[derive(Clone)]
pub struct HttpAddress {
    pub url: Url,
    /// Headers with secrets, as they are sent; they never follow a redirect.
    pub headers: Vec<(String, Secret)>,
}

impl HttpAddress {
    /// Takes the keys in its headers out of what the server says.
    pub fn redactor(&self) -> Redactor {
        let values = self.headers.iter().map(|(_, secret)| secret.expose());
        redactor(values)
    }
}

/// An HTTP API with its operations.
#[derive(Clone)]
pub struct ApiAddress {
    /// What the paths of the operations stand below.
    pub http: HttpAddress,
    /// Parameters of the address with secrets.
    pub query: Vec<(String, Secret)>,
    pub api: ApiOperations,
}

impl ApiAddress {
    fn redactor(&self) -> Redactor {
        let sent = self.http.headers.iter().chain(&self.query);
        redactor(sent.map(|(_, secret)| secret.expose()))
    }
}

fn redactor<'a>(values: impl Iterator<Item = &'a str>) -> Redactor {
    // A server repeats a key without the scheme before it, too.
    let parts = values.flat_map(|value| [Some(value), value.rsplit(' ').next()]).flatten();
    Redactor::new(&parts.map(Secret::new).collect::<Vec<_>>())
}

/// Bytes of an argument that may be a key.
const SHORTEST_KEY: usize = 16;

/// A process that speaks MCP on its standard input and output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StdioCommand {
    /// The program and its arguments; no shell reads them.
    pub argv: Vec<String>,
    /// Its whole environment, besides `PATH`, `HOME` and `LANG`.
    pub env: Vec<(String, String)>,
    /// Most bytes that it, and each of its children, may have written to in memory; none means no
    /// limit. What is reserved and never used does not count.
    pub memory_bytes: Option<u64>,
    /// Most seconds of processor time of it, and of each of its children; none means no limit.
    pub cpu_seconds: Option<u64>,
}

impl StdioCommand {
    /// Takes the values of its environment and long arguments that are no paths, any of which may be a
    /// key, out of what it says.
    pub fn redactor(&self) -> Redactor {
        let values = self.env.iter().map(|(_, value)| value.as_str());
        let given = self.argv.iter().skip(1).map(|word| word.rsplit('=').next().unwrap_or(word));
        let long = given.filter(|word| word.len() >= SHORTEST_KEY && !word.contains('/'));
        Redactor::new(&values.chain(long).map(Secret::new).collect::<Vec<_>>())
    }
}

/// The tools of a server, as it lists them now.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The revision of the protocol that was agreed on; none for servers without a handshake.
    pub protocol: Option<String>,
    /// Its tools, by name.
    pub tools: Vec<ToolDefinition>,
    /// What it lists besides, and why that is not used.
    pub refused: Vec<UnusedTool>,
    /// What it says of itself and how it is used; none where it says nothing.
    pub instructions: Option<String>,
    /// How long the answer took.
    pub latency: Duration,
}

/// A call of a tool.
#[derive(Debug, Clone)]
pub struct ToolRequest {
    /// The tool's name at the server.
    pub tool: String,
    /// Its arguments, as they are sent.
    pub arguments: Map<String, Value>,
    /// The same for every attempt of the same call: servers that know it do the work once. It is sent
    /// as `_meta` of the call.
    pub idempotency_key: String,
    /// The longest that the answer may take.
    pub time_limit: Duration,
}

/// What a tool has answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolAnswer {
    /// Its structured result, where it gives one.
    pub structured: Option<Value>,
    /// Its content, in its order.
    pub content: Vec<ToolContent>,
}

/// One part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolContent {
    /// Text, which may be JSON.
    Text(String),
    /// An image, with its media type.
    Image(String, Bytes),
    /// A file of another kind, as sound or a PDF.
    File(ToolFile),
    /// The address of something that the server has, and its name.
    Link(String, String),
    /// A part that cannot be read, as it came.
    Other(Value),
}

/// A file in an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolFile {
    pub name: String,
    /// Its media type, as its server says it.
    pub media_type: String,
    pub bytes: Bytes,
}

/// Told while a call is under way.
pub trait CallObserver: Send + Sync {
    /// How far the tool is, of how much where that is known, and its words for it.
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>);
    /// A line of the server's log.
    fn log(&self, level: &str, message: &str);
}

/// Nobody watches what a server says during a call.
pub struct Unwatched;

impl CallObserver for Unwatched {
    fn progress(&self, _: f64, _: Option<f64>, _: Option<&str>) {}

    fn log(&self, _: &str, _: &str) {}
}

/// Why a server was not asked, or what it answered instead of a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum McpError {
    /// It cannot be reached now; nothing has been done.
    #[error("{0}")]
    Unreachable(String),
    /// The call has left, and no answer came: it may have been carried out.
    #[error("{0}")]
    Lost(String),
    /// A gateway answers in its place, and has no answer of it: it may have carried the call out, and is
    /// away.
    #[error("{0}")]
    Gateway(String),
    /// It did not answer in time; the call may have been carried out.
    #[error("{0}")]
    TimedOut(String),
    /// It wants less calls; after this long it may be asked again.
    #[error("{1}")]
    Limited(Option<Duration>, String),
    /// It refused who asks: a key is wrong or missing.
    #[error("{0}")]
    Unauthorized(String),
    /// Somebody has to sign in to it.
    #[error("{0}")]
    SignedOut(String),
    /// The tool ran and failed, in its own words.
    #[error("{0}")]
    Tool(String),
    /// It does not keep to the protocol, or to our limits.
    #[error("{0}")]
    Protocol(String),
    /// It asks something back, which is not answered yet.
    #[error("{0}")]
    Question(String),
}

impl McpError {
    /// Whether a server that was asked for its tools is away, as one that nobody reaches.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Lost(_) | Self::Gateway(_) | Self::TimedOut(_))
    }

    /// The same in other words.
    #[must_use]
    pub fn reworded(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Unreachable(words) => Self::Unreachable(change(&words)),
            Self::Lost(words) => Self::Lost(change(&words)),
            Self::Gateway(words) => Self::Gateway(change(&words)),
            Self::TimedOut(words) => Self::TimedOut(change(&words)),
            Self::Limited(wait, words) => Self::Limited(wait, change(&words)),
            Self::Unauthorized(words) => Self::Unauthorized(change(&words)),
            Self::SignedOut(words) => Self::SignedOut(change(&words)),
            Self::Tool(words) => Self::Tool(change(&words)),
            Self::Protocol(words) => Self::Protocol(change(&words)),
            Self::Question(words) => Self::Question(change(&words)),
        }
    }
}

/// The client of MCP servers.
#[async_trait]
pub trait McpPort: Send + Sync {
    /// Asks a server for its tools, now: nothing from a cache.
    ///
    /// # Errors
    /// When it cannot be asked or does not keep to the protocol and our limits.
    async fn list_tools(&self, server: &ServerAddress) -> Result<Listing, McpError>;

    /// The same by a new connection. The failure comes with what its process said last when it was
    /// started: nothing but the keys it got is taken out of that, so it is for admins.
    ///
    /// # Errors
    /// As [`McpPort::list_tools`].
    async fn check(&self, server: &ServerAddress) -> Result<Listing, (McpError, String)> {
        self.list_tools(server).await.map_err(|error| (error, String::new()))
    }

    /// Calls a tool. Dropping the future tells the server that the call is cancelled.
    ///
    /// # Errors
    /// When the server cannot be reached, the tool fails, or the answer is none.
    async fn call_tool(
        &self,
        server: &ServerAddress,
        request: ToolRequest,
        observer: &dyn CallObserver,
    ) -> Result<ToolAnswer, McpError>;

    /// Ends the connections and processes that are kept open, and waits for them.
    async fn close(&self);
}
