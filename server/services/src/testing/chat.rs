//! A provider that answers talks with what a test says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use model::{
    agent::talk::{Message, ToolUse},
    execution::failure::Failure,
};
use outside::providers::{
    CallError, ChatAnswer, ChatPiece, ChatRequest, ChatSink, Ending, ImageAnswer, ImageRequest,
    Provider, TextAnswer, TextRequest, TextSink,
};
use serde_json::{Map, Value};

const NAME: &str = "scripted";
const WINDOW: u64 = 200_000;

/// What the model answers in a turn.
#[derive(Debug, Clone)]
pub enum ScriptedTurn {
    /// This text, complete.
    Text(String),
    /// This text, and it wants tools called.
    Calls {
        /// The text beside the calls; may be empty.
        text: String,
        /// The calls, with ids that are unique in the talk.
        calls: Vec<ToolUse>,
    },
    /// It refuses, in these words.
    Refusal(String),
    /// This text, cut off at its token limit.
    CutOff(String),
    /// The call fails once; when it is made again, the turn after this one is answered.
    Error(Failure),
}

impl ScriptedTurn {
    /// An answer with a text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// An answer that is a JSON value.
    pub fn json(value: &Value) -> Self {
        Self::Text(value.to_string())
    }

    /// One call and no text; `arguments` is an object.
    pub fn call(id: &str, name: &str, arguments: Value) -> Self {
        Self::calls([(id, name, arguments)])
    }

    /// Several calls, as id, name and arguments, and no text.
    pub fn calls<'a>(calls: impl IntoIterator<Item = (&'a str, &'a str, Value)>) -> Self {
        let calls = calls.into_iter().map(|(id, name, arguments)| ToolUse {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.as_object().cloned().expect("arguments by name"),
            malformed: None,
        });
        Self::Calls { text: String::new(), calls: calls.collect() }
    }

    /// A call whose arguments are no JSON object.
    pub fn malformed_call(id: &str, name: &str, arguments: &str) -> Self {
        let call = ToolUse {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: Map::new(),
            malformed: Some(arguments.to_owned()),
        };
        Self::Calls { text: String::new(), calls: vec![call] }
    }

    fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, CallError> {
        let (text, calls, ending) = match self {
            Self::Text(text) => (text, vec![], Ending::Complete),
            Self::Calls { text, calls } => (text, calls.clone(), Ending::Calls),
            Self::Refusal(text) => (text, vec![], Ending::Refused),
            Self::CutOff(text) => (text, vec![], Ending::CutOff),
            Self::Error(failure) => return Err(failure.clone().into()),
        };
        let (text, reasoning) = (text.clone(), String::new());
        let message = Message::Assistant { text, reasoning, calls, provider_data: None };
        let usage = request.estimate_usage(&message);
        Ok(ChatAnswer { message, model: NAME.to_owned(), usage, cached_tokens: 0, ending })
    }
}

/// Which talks are answered with which turns.
#[derive(Debug, Clone)]
struct Script {
    /// Talks in which somebody other than the model says this; all for an empty text.
    about: String,
    turns: Vec<ScriptedTurn>,
}

#[derive(Debug, Default)]
struct Log {
    requests: Vec<ChatRequest>,
    /// Errors that were given: script and turn, both from 0.
    errors_given: Vec<(usize, usize)>,
}

/// A provider of talks that costs like any other. How many answers of the model a request holds says
/// which turn is next, so whoever asks for a turn again is answered the same, and talks do not
/// disturb each other. Clones share what they have seen.
#[derive(Debug, Clone)]
pub struct ScriptedChat {
    scripts: Vec<Script>,
    window: u64,
    log: Arc<Mutex<Log>>,
}

impl ScriptedChat {
    /// Answers every talk with these turns.
    pub fn new(turns: impl IntoIterator<Item = ScriptedTurn>) -> Self {
        let scripts = vec![Script { about: String::new(), turns: turns.into_iter().collect() }];
        Self { scripts, window: WINDOW, log: Arc::default() }
    }

    /// Answers talks in which somebody other than the model says `about` with these turns; the other
    /// talks as before.
    #[must_use]
    pub fn with_talk(mut self, about: &str, turns: impl IntoIterator<Item = ScriptedTurn>) -> Self {
        let script = Script { about: about.to_owned(), turns: turns.into_iter().collect() };
        self.scripts.insert(0, script);
        self
    }

    /// With models that can read so many tokens at once.
    #[must_use]
    pub fn with_window(self, window: u64) -> Self {
        Self { window, ..self }
    }

    /// Every request so far, in the order in which they came; those that failed, too.
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.log().requests.clone()
    }

    /// How many requests there were so far.
    pub fn calls(&self) -> usize {
        self.log().requests.len()
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn that answers this request.
    fn next(&self, request: &ChatRequest) -> Result<ChatAnswer, CallError> {
        let mut log = self.log();
        log.requests.push(request.clone());
        let is_about = |script: &Script| script.about.is_empty() || says(request, &script.about);
        let found = self.scripts.iter().position(is_about);
        let script = found.expect("a script without a subject is the last one");
        let answered = request.messages.iter();
        let answered = answered.filter(|said| matches!(said.message, Message::Assistant { .. }));
        let mut left = answered.count();
        for (at, turn) in self.scripts[script].turns.iter().enumerate() {
            match turn {
                ScriptedTurn::Error(_) if left > 0 || log.errors_given.contains(&(script, at)) => {}
                ScriptedTurn::Error(_) => {
                    log.errors_given.push((script, at));
                    return turn.answer(request);
                }
                ScriptedTurn::Text(_)
                | ScriptedTurn::Calls { .. }
                | ScriptedTurn::Refusal(_)
                | ScriptedTurn::CutOff(_) => match left.checked_sub(1) {
                    Some(fewer) => left = fewer,
                    None => return turn.answer(request),
                },
            }
        }
        Err(Failure::permanent("script_over", "Scripted: the test says no more").into())
    }
}

/// Whether somebody other than the model says this in the talk.
fn says(request: &ChatRequest, words: &str) -> bool {
    request.messages.iter().any(|said| match &said.message {
        Message::System { text } | Message::User { text, .. } => text.contains(words),
        Message::Tool { content, .. } => content.contains(words),
        Message::Assistant { .. } => false,
    })
}

#[async_trait]
impl Provider for ScriptedChat {
    fn name(&self) -> &'static str {
        NAME
    }

    fn label(&self) -> &'static str {
        "Scripted"
    }

    fn text_model(&self, asked: Option<&str>) -> String {
        let asked = asked.map(|model| model.strip_prefix("scripted/").unwrap_or(model));
        asked.unwrap_or(NAME).to_owned()
    }

    fn image_model(&self, asked: Option<&str>) -> String {
        self.text_model(asked)
    }

    async fn generate_text(
        &self,
        _: &TextRequest,
        _: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        Err(Failure::permanent("no_texts", "Scripted: it only talks").into())
    }

    fn context_window(&self, _: &str) -> u64 {
        self.window
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        let answer = self.next(request)?;
        let model = self.text_model(request.model.as_deref());
        if let Message::Assistant { text, calls, .. } = &answer.message {
            sink(ChatPiece::Text(text));
            calls.iter().for_each(|call| sink(ChatPiece::Call(&call.name)));
        }
        Ok(ChatAnswer { model, ..answer })
    }

    async fn generate_image(&self, _: &ImageRequest) -> Result<ImageAnswer, CallError> {
        Err(Failure::permanent("no_images", "Scripted: it makes no images").into())
    }
}
