//! A tool of the sample: what it says of itself, as `tools.json` has it, and how it answers.

use std::{collections::BTreeMap, sync::Arc};

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool};
use serde::Deserialize;
use serde_json::Value;

use crate::{arguments::complete, numbers::Numbers};

/// What the sample says of itself.
#[derive(Default, Deserialize)]
pub struct Fixture {
    servers: BTreeMap<String, Server>,
    /// Schemas of results, by the names that tools call them.
    results: BTreeMap<String, JsonObject>,
}

#[derive(Deserialize)]
struct Server {
    instructions: String,
    tools: Vec<ListedTool>,
}

#[derive(Deserialize)]
struct ListedTool {
    #[serde(flatten)]
    definition: Tool,
    #[serde(default)]
    stages: Vec<String>,
    /// None for a text.
    result: Option<String>,
}

/// A call with arguments that fit.
pub struct Call<'a> {
    arguments: JsonObject,
    /// The same for every attempt of the same call.
    idempotency_key: Option<&'a str>,
    numbers: &'a Numbers,
}

/// Derives the result of a call from its arguments, or says why there is none.
pub type Answer = fn(&Call<'_>) -> Result<Value, String>;

/// A tool with its answer.
pub struct SampleTool {
    /// As it is listed.
    pub definition: Tool,
    /// What it says it is at while it works, in this order; empty where it answers at once.
    pub stages: Vec<String>,
    answer: Answer,
}

impl Fixture {
    /// What a server says of itself to those who connect.
    pub fn instructions(&self, server: &str) -> &str {
        self.servers.get(server).map_or("", |server| &server.instructions)
    }

    pub fn tools(&self, server: &str, answer: fn(&str) -> Option<Answer>) -> Vec<SampleTool> {
        let listed = self.servers.get(server).into_iter().flat_map(|server| &server.tools);
        let tool = |listed: &ListedTool| {
            let (mut definition, stages) = (listed.definition.clone(), listed.stages.clone());
            let result = listed.result.as_ref().and_then(|name| self.results.get(name));
            definition.output_schema = result.cloned().map(Arc::new);
            Some(SampleTool { answer: answer(&definition.name)?, stages, definition })
        };
        listed.filter_map(tool).collect()
    }
}

impl SampleTool {
    /// Answers a call: arguments that do not fit are a failure of the tool, in words.
    pub fn answer(
        &self,
        arguments: JsonObject,
        idempotency_key: Option<&str>,
        numbers: &Numbers,
    ) -> CallToolResult {
        let fitting = complete(&self.definition.input_schema, arguments)
            .map_err(|error| format!("The arguments aren't valid: {error}."));
        let result = fitting
            .and_then(|arguments| (self.answer)(&Call { arguments, idempotency_key, numbers }));
        match result {
            Ok(Value::String(text)) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Ok(result) => CallToolResult::structured(result),
            Err(words) => CallToolResult::error(vec![ContentBlock::text(words)]),
        }
    }
}

impl Call<'_> {
    /// An argument, null where it is left out.
    pub fn value(&self, name: &str) -> &Value {
        self.arguments.get(name).unwrap_or(&Value::Null)
    }

    /// An argument that is a number.
    pub fn number(&self, name: &str) -> u64 {
        self.value(name).as_u64().unwrap_or_default()
    }

    /// An argument that is a text, empty where it is left out.
    pub fn text(&self, name: &str) -> &str {
        self.value(name).as_str().unwrap_or_default()
    }

    /// A text that has to say something.
    pub fn words(&self, name: &str) -> Result<&str, String> {
        let text = self.text(name);
        if text.trim().is_empty() { Err(format!("{name} is empty.")) } else { Ok(text) }
    }

    pub fn next_number(&self, counter: &str, first: u64) -> u64 {
        self.numbers.next(counter, first, self.idempotency_key)
    }
}
