//! A model that does what it is told, by whoever it is told.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use model::{
    agent::talk::{Message, ToolUse},
    execution::failure::Failure,
};
use outside::providers::{
    CallError, ChatAnswer, ChatRequest, ChatSink, Ending, ImageAnswer, ImageRequest, Provider,
    TextAnswer, TextRequest, TextSink, Usage,
};
use serde_json::Value;

/// What a model does next: it calls a tool by this name with these arguments, or is done.
pub(super) type Next = Option<(String, Value)>;

type Choice = Arc<dyn Fn(&[Message]) -> Next + Send + Sync>;

/// Chooses its next call by what was said so far. Clones share what they have seen.
#[derive(Clone)]
pub(super) struct Following {
    choose: Choice,
    requests: Arc<Mutex<Vec<ChatRequest>>>,
}

impl Following {
    pub(super) fn new(choose: impl Fn(&[Message]) -> Next + Send + Sync + 'static) -> Self {
        Self { choose: Arc::new(choose), requests: Arc::default() }
    }

    /// What it was told by tools, in the order of its requests; a message counts once.
    pub(super) fn results(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = requests.iter().max_by_key(|request| request.messages.len());
        let said = longest.into_iter().flat_map(|request| &request.messages);
        said.filter_map(|said| tool_result(&said.message)).map(str::to_owned).collect()
    }
}

/// What a tool has given or said.
pub(super) fn tool_result(message: &Message) -> Option<&str> {
    match message {
        Message::Tool { content, .. } => Some(content),
        Message::System { .. } | Message::User { .. } | Message::Assistant { .. } => None,
    }
}

#[async_trait]
impl Provider for Following {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn label(&self) -> &'static str {
        "Following"
    }

    fn text_model(&self, _: Option<&str>) -> String {
        "large".to_owned()
    }

    fn image_model(&self, _: Option<&str>) -> String {
        "large".to_owned()
    }

    async fn generate_text(
        &self,
        _: &TextRequest,
        _: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        Err(Failure::permanent("no_texts", "It only talks.").into())
    }

    fn context_window(&self, _: &str) -> u64 {
        1_000_000
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        _: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let said: Vec<Message> = request.messages.iter().map(|said| said.message.clone()).collect();
        let (text, calls) = match (self.choose)(&said) {
            None => ("Done.".to_owned(), vec![]),
            Some((name, arguments)) => {
                let id = format!("call{}", said.len());
                let arguments = arguments.as_object().cloned().unwrap_or_default();
                let call = ToolUse { id, name, arguments, ..ToolUse::default() };
                (String::new(), vec![call])
            }
        };
        let ending = if calls.is_empty() { Ending::Complete } else { Ending::Calls };
        let reasoning = String::new();
        Ok(ChatAnswer {
            message: Message::Assistant { text, reasoning, calls, provider_data: None },
            model: "large".to_owned(),
            usage: Usage { input_tokens: 10, output_tokens: 10, ..Usage::default() },
            cached_tokens: 0,
            ending,
        })
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        Err(Failure::permanent("no_images", "It makes no images.").into())
    }
}
