//! A tool of the sample: what it says of itself, and how it answers.

use rmcp::{
    handler::server::common::{schema_for_input, schema_for_output},
    model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations},
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::numbers::Numbers;

/// What an answer may depend on besides the arguments.
pub struct Call<'a> {
    /// The same for every attempt of the same call.
    pub idempotency_key: Option<&'a str>,
    /// The numbers of new things.
    pub numbers: &'a Numbers,
}

impl Call<'_> {
    /// The number of what this call makes.
    pub fn next_number(&self, counter: &str, first: u64) -> u64 {
        self.numbers.next(counter, first, self.idempotency_key)
    }
}

/// What a tool does to the world, as its annotations say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads.
    Reads,
    /// It adds something; called twice, it adds two.
    Adds,
    /// It adds something that is there once, however often it is called.
    AddsOnce,
    /// It overwrites what was there; called twice, it does the same.
    Overwrites,
}

impl Effect {
    fn annotations(self, title: &str) -> ToolAnnotations {
        let told = ToolAnnotations::with_title(title).open_world(false);
        match self {
            Self::Reads => told.read_only(true).destructive(false).idempotent(true),
            Self::Adds => told.read_only(false).destructive(false).idempotent(false),
            Self::AddsOnce => told.read_only(false).destructive(false).idempotent(true),
            Self::Overwrites => told.read_only(false).destructive(true).idempotent(true),
        }
    }
}

/// The words of a tool.
pub struct About {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub effect: Effect,
    /// What it says it is at while it works, in this order; empty where it answers at once.
    pub stages: &'static [&'static str],
}

type Answer = Box<dyn Fn(JsonObject, &Call<'_>) -> Result<CallToolResult, String> + Send + Sync>;

/// A tool with its answer.
pub struct SampleTool {
    /// As it is listed.
    pub definition: Tool,
    /// What it says it is at while it works.
    pub stages: &'static [&'static str],
    answer: Answer,
}

impl SampleTool {
    /// A tool with a structured result. Schemas are those of the types.
    pub fn new<A, R>(about: About, answer: fn(A, &Call<'_>) -> Result<R, String>) -> Self
    where
        A: DeserializeOwned + JsonSchema + 'static,
        R: Serialize + JsonSchema + 'static,
    {
        let mut tool = Self::with_answer::<A>(
            about,
            Box::new(move |arguments: JsonObject, call: &Call<'_>| {
                let result = answer(read(arguments)?, call)?;
                let result = serde_json::to_value(result).map_err(|error| error.to_string())?;
                Ok(CallToolResult::structured(result))
            }),
        );
        tool.definition.output_schema = Some(schema_for_output::<R>());
        tool
    }

    /// A tool whose result is a text.
    pub fn with_text<A>(about: About, answer: fn(A, &Call<'_>) -> Result<String, String>) -> Self
    where
        A: DeserializeOwned + JsonSchema + 'static,
    {
        Self::with_answer::<A>(
            about,
            Box::new(move |arguments: JsonObject, call: &Call<'_>| {
                let text = answer(read(arguments)?, call)?;
                Ok(CallToolResult::success(vec![ContentBlock::text(text)]))
            }),
        )
    }

    fn with_answer<A: JsonSchema + 'static>(about: About, answer: Answer) -> Self {
        // Arguments are structs, which always have such a schema.
        let arguments = schema_for_input::<A>().unwrap_or_default();
        let definition = Tool::new(about.name, about.description, arguments)
            .with_title(about.title)
            .with_annotations(about.effect.annotations(about.title));
        Self { definition, stages: about.stages, answer }
    }

    /// Answers a call: arguments that do not fit are a failure of the tool, in words.
    pub fn answer(&self, arguments: JsonObject, call: &Call<'_>) -> CallToolResult {
        (self.answer)(arguments, call)
            .unwrap_or_else(|words| CallToolResult::error(vec![ContentBlock::text(words)]))
    }
}

fn read<A: DeserializeOwned>(arguments: JsonObject) -> Result<A, String> {
    let read = serde_json::from_value(Value::Object(arguments));
    read.map_err(|error| format!("The arguments aren't valid: {error}."))
}
