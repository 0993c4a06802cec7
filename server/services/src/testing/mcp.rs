//! A client of MCP servers whose servers list and answer what a test says.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use model::mcp::{
    server::UnusedTool,
    tool::{ToolAnnotations, ToolDefinition},
};
use outside::mcp::port::{
    CallObserver, Listing, McpError, McpPort, ServerAddress, ToolAnswer, ToolContent, ToolRequest,
};
use serde_json::Value;
use tokio::sync::Notify;

/// What a tool says that only reads.
pub const READS: ToolAnnotations = ToolAnnotations {
    read_only: Some(true),
    destructive: None,
    idempotent: None,
    open_world: None,
};
/// What a tool says that writes.
pub const WRITES: ToolAnnotations = ToolAnnotations {
    read_only: Some(false),
    destructive: Some(false),
    idempotent: Some(false),
    open_world: None,
};

/// What a tool does when it is called.
pub enum Scripted {
    /// It answers.
    Answer(ToolAnswer),
    /// It fails.
    Error(McpError),
    /// It never answers.
    Silence,
    /// It says these lines in its log, and never answers.
    Told(Vec<&'static str>),
}

impl Scripted {
    /// An answer with a structured result.
    pub fn data(value: Value) -> Self {
        Self::Answer(ToolAnswer { structured: Some(value), content: vec![] })
    }

    /// An answer with this content alone.
    pub fn content(content: Vec<ToolContent>) -> Self {
        Self::Answer(ToolAnswer { structured: None, content })
    }
}

type Answers = Box<dyn Fn(usize, &ToolRequest) -> Scripted + Send + Sync>;

/// Servers that all have the same tools, unless a test says otherwise of one.
pub struct ScriptedMcp {
    servers: Mutex<Servers>,
    answers: Answers,
    calls: Mutex<Vec<ToolRequest>>,
    arrived: Notify,
    cancelled: AtomicUsize,
}

#[derive(Default)]
struct Servers {
    tools: Vec<ToolDefinition>,
    /// The tools of a server that has others.
    own: BTreeMap<String, Vec<ToolDefinition>>,
    refused: Vec<UnusedTool>,
    failures: BTreeMap<String, McpError>,
    /// What processes that are checked said last.
    said: String,
    asked: Vec<ServerAddress>,
}

impl ScriptedMcp {
    /// Servers that have these tools; what one does is said by the number of the call, from 0, and the
    /// call itself.
    pub fn new(
        tools: Vec<ToolDefinition>,
        answers: impl Fn(usize, &ToolRequest) -> Scripted + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            servers: Mutex::new(Servers { tools, ..Servers::default() }),
            answers: Box::new(answers),
            calls: Mutex::default(),
            arrived: Notify::new(),
            cancelled: AtomicUsize::new(0),
        })
    }

    /// Changes the tools that all servers list from now on.
    pub fn change_tools(&self, change: impl FnOnce(&mut Vec<ToolDefinition>)) {
        change(&mut lock(&self.servers).tools);
    }

    /// From now on this server answers, and lists these tools.
    pub fn set_tools(&self, server: &str, tools: Vec<ToolDefinition>) {
        let mut servers = lock(&self.servers);
        servers.failures.remove(server);
        servers.own.insert(server.to_owned(), tools);
    }

    /// From now on this server does not list its tools.
    pub fn fail(&self, server: &str, error: McpError) {
        lock(&self.servers).failures.insert(server.to_owned(), error);
    }

    /// From now on this is what a process said last that is checked.
    pub fn say(&self, words: &str) {
        words.clone_into(&mut lock(&self.servers).said);
    }

    /// From now on all servers also list a tool that is not used.
    pub fn refuse(&self, name: &str, reason: &str) {
        let refused = UnusedTool { name: name.to_owned(), reason: reason.to_owned() };
        lock(&self.servers).refused.push(refused);
    }

    /// The servers that were asked for their tools, in their order.
    pub fn asked(&self) -> Vec<ServerAddress> {
        lock(&self.servers).asked.clone()
    }

    /// The calls that were made, in their order.
    pub fn calls(&self) -> Vec<ToolRequest> {
        lock(&self.calls).clone()
    }

    /// Waits until a call has come.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// How many calls were cancelled before they had an answer.
    pub fn cancelled(&self) -> usize {
        self.cancelled.load(Ordering::SeqCst)
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a call that is dropped before it is answered.
struct UnderWay<'a> {
    cancelled: &'a AtomicUsize,
    is_answered: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[async_trait]
impl McpPort for ScriptedMcp {
    async fn list_tools(&self, server: &ServerAddress) -> Result<Listing, McpError> {
        let mut servers = lock(&self.servers);
        servers.asked.push(server.clone());
        if let Some(error) = servers.failures.get(&server.name) {
            return Err(error.clone());
        }
        let tools = servers.own.get(&server.name).unwrap_or(&servers.tools).clone();
        Ok(Listing {
            protocol: Some("2026-07-28".to_owned()),
            tools,
            refused: servers.refused.clone(),
            instructions: Some("Be kind.".to_owned()),
            latency: Duration::from_millis(7),
        })
    }

    async fn check(&self, server: &ServerAddress) -> Result<Listing, (McpError, String)> {
        let listed = self.list_tools(server).await;
        listed.map_err(|error| (error, lock(&self.servers).said.clone()))
    }

    async fn call_tool(
        &self,
        _server: &ServerAddress,
        request: ToolRequest,
        observer: &dyn CallObserver,
    ) -> Result<ToolAnswer, McpError> {
        let place = {
            let mut calls = lock(&self.calls);
            calls.push(request.clone());
            calls.len() - 1
        };
        let mut under_way = UnderWay { cancelled: &self.cancelled, is_answered: false };
        self.arrived.notify_one();
        match (self.answers)(place, &request) {
            Scripted::Answer(answer) => {
                under_way.is_answered = true;
                Ok(answer)
            }
            Scripted::Error(error) => {
                under_way.is_answered = true;
                Err(error)
            }
            Scripted::Silence => pending().await,
            Scripted::Told(lines) => {
                for line in lines {
                    observer.log("info", line);
                }
                pending().await
            }
        }
    }

    async fn close(&self) {}
}

/// A tool with this schema of its arguments.
pub fn tool(name: &str, input_schema: Value, annotations: ToolAnnotations) -> ToolDefinition {
    ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: format!("Does {name}."),
        input_schema,
        output_schema: None,
        annotations,
    }
}
