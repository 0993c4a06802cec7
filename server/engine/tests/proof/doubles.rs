//! A model, servers of tools, a painter and a file store that leave calls in every state, and others
//! that answer all of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use blobs::{BlobError, BlobStream, Blobs, Digest, FileBlobs};
use bytes::Bytes;
use model::{
    execution::failure::{Failure, FailureClass},
    id::TemplateId,
};
use outside::{
    mcp::port::{McpError, ToolRequest},
    providers::{
        CallError, ChatAnswer, ChatRequest, ChatSink, ImageAnswer, ImageRequest, Provider,
        TextAnswer, TextRequest, TextSink, Usage,
    },
};
use serde_json::json;
use services::testing::{
    chat::{ScriptedChat, ScriptedTurn},
    mcp::{Scripted, ScriptedMcp},
    world::World,
};

use crate::{
    engine::tool_calls::{answering, png},
    proof::calls::{AGENTS, BROKEN, SILENT},
};

const TEN_MINUTES_MS: u64 = 600_000;
const PAINTER: &str = "painter";

/// Whom executions call.
pub struct Doubles {
    /// The model of agents.
    pub chat: ScriptedChat,
    /// The servers of tools.
    pub mcp: Arc<ScriptedMcp>,
    /// How many images were painted.
    pub painted: Arc<AtomicUsize>,
    is_left: bool,
}

impl Doubles {
    /// Some calls never come to an end, or to a bad one; no image is taken by the file store. One agent
    /// runs this workflow.
    pub fn leaving(sent: TemplateId) -> Self {
        Self::new(Some(sent))
    }

    /// Every call is answered.
    pub fn answering() -> Self {
        Self::new(None)
    }

    fn new(sent: Option<TemplateId>) -> Self {
        let is_left = sent.is_some();
        let mut chat = ScriptedChat::new([]);
        for name in AGENTS {
            chat = chat.with_talk(name, turns(name, sent));
        }
        let mcp = answering(move |_, request| answer(request, is_left));
        Self { chat, mcp, painted: Arc::default(), is_left }
    }

    /// From now on the executions of a world call these.
    pub fn install(&self, world: &mut World) {
        let files: Arc<dyn Blobs> = Arc::new(FileBlobs::open(world.blobs()).unwrap());
        let blobs: Arc<dyn Blobs> = if self.is_left { Arc::new(NoImages(files)) } else { files };
        let painter = Painter(self.painted.clone());
        world.change_deps(|deps| {
            deps.mcp = self.mcp.clone();
            deps.blobs = blobs;
            deps.providers = deps.providers.with_provider(self.chat.clone()).with_provider(painter);
        });
    }

    /// How often the model was asked, and with which numbers tools were called, in order.
    pub fn called(&self) -> (usize, Vec<u64>) {
        let calls = self.mcp.calls().into_iter();
        let mut numbers: Vec<u64> = calls.map(|call| number(&call)).collect();
        numbers.sort_unstable();
        (self.chat.calls(), numbers)
    }

    /// The images that were painted.
    pub fn painted(&self) -> usize {
        self.painted.load(Ordering::SeqCst)
    }
}

/// What an agent's model says, turn by turn; afterwards nobody asks for what it said before.
fn turns(name: &str, sent: Option<TemplateId>) -> Vec<ScriptedTurn> {
    let call = |id: &str, tool: &str, number: u64| {
        ScriptedTurn::call(id, tool, json!({ "number": number }))
    };
    let (read, write) = ("github__getIssue", "github__createIssue");
    let second = match name {
        "Agent reads" => Some(call("b", read, SILENT)),
        "Agent writes" => Some(call("b", write, SILENT + 1)),
        "Agent asks" => Some(call("b", write, 2)),
        "Agent busy" => sent.map(|_| ScriptedTurn::Error(busy())),
        "Agent sends" => Some(match sent {
            Some(sent) => ScriptedTurn::call("b", &format!("workflow__{sent}"), json!({})),
            None => ScriptedTurn::text("It was sent before."),
        }),
        _ => None,
    };
    let turns = [call("a", read, 1)].into_iter().chain(second);
    turns.chain([ScriptedTurn::text("Done.")]).collect()
}

fn busy() -> Failure {
    Failure {
        class: FailureClass::Transient { retry_after_ms: Some(TEN_MINUTES_MS) },
        ..Failure::transient("rate_limited", "The provider asks to wait.")
    }
}

fn number(request: &ToolRequest) -> u64 {
    request.arguments["number"].as_u64().unwrap()
}

fn answer(request: &ToolRequest, is_left: bool) -> Scripted {
    match number(request) {
        BROKEN if is_left => Scripted::Error(McpError::Lost("github hung up.".to_owned())),
        SILENT.. if is_left => Scripted::Silence,
        number => Scripted::data(json!({ "number": number })),
    }
}

/// Takes everything but images.
struct NoImages(Arc<dyn Blobs>);

#[async_trait]
impl Blobs for NoImages {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        if bytes.starts_with(b"\x89PNG") {
            return Err(BlobError::Denied(std::io::Error::other("No images.")));
        }
        self.0.put(bytes).await
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        self.0.read(digest).await
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        self.0.delete(digest).await
    }

    async fn older_than(&self, age: Duration) -> Result<Vec<Digest>, BlobError> {
        self.0.older_than(age).await
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        self.0.has(digest).await
    }
}

/// Paints the same for everybody, and counts.
struct Painter(Arc<AtomicUsize>);

#[async_trait]
impl Provider for Painter {
    fn name(&self) -> &'static str {
        PAINTER
    }

    fn text_model(&self, _: Option<&str>) -> String {
        PAINTER.to_owned()
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.text_model(asked)
    }

    async fn generate_text(
        &self,
        _: &TextRequest,
        _: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        Err(Failure::permanent("no_texts", "It only paints").into())
    }

    fn context_window(&self, _: &str) -> u64 {
        0
    }

    async fn chat(&self, _: &ChatRequest, _: &mut ChatSink<'_>) -> Result<ChatAnswer, CallError> {
        Err(Failure::permanent("no_talks", "It only paints").into())
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(ImageAnswer { bytes: png(), model: PAINTER.to_owned(), usage: Usage::default() })
    }
}
