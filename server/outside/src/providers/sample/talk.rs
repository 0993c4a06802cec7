//! Plays an agent: it calls tools that only read, one a turn and at most two in all, then proposes one
//! call that writes, with arguments from their schemas, the task and earlier results, and answers in the
//! form that was asked for.

use std::collections::BTreeSet;

use model::{
    agent::talk::{Message, ToolUse},
    text::name::snake,
};
use serde_json::{Map, Value, json};

use super::{
    brief::Brief, compose::compose, dice::Dice, form::form_sentence, json::answer,
    write::writer::Writer,
};
use crate::providers::{
    chat::{ChatRequest, ChatTool},
    request::{Passage, TextFormat, TextRequest},
};

/// The most calls of tools in a talk.
const MOST_CALLS: usize = 2;
/// What is taken from earlier results: what they are about, and none of their words.
const FOUND: [&str; 5] = ["number", "id", "sha", "ref", "branch"];
/// The longest argument that is taken from the task, in characters.
const LONGEST_ARGUMENT: usize = 200;

/// The next message of a talk: a call, or the answer.
pub(super) fn next_message(request: &ChatRequest) -> Message {
    let talk = Talk::read(request);
    let called = talk.called.len();
    let unknown = |tool: &&ChatTool| tool.only_reads && !talk.called.contains(tool.name.as_str());
    let reads = request.tools.iter().find(unknown).filter(|_| called < MOST_CALLS);
    match reads.or_else(|| talk.write(request)) {
        Some(tool) => talk.call(request, tool),
        None => Message::Assistant {
            text: talk.answer(request),
            reasoning: String::new(),
            calls: vec![],
            provider_data: None,
        },
    }
}

/// What was said so far, as far as the sample minds it.
struct Talk<'a> {
    system: String,
    task: String,
    /// The tools that were called, by their names.
    called: BTreeSet<&'a str>,
    results: Vec<Passage>,
    /// Why calls gave nothing.
    failures: Vec<String>,
}

impl<'a> Talk<'a> {
    fn read(request: &'a ChatRequest) -> Self {
        let (mut system, mut task) = (vec![], vec![]);
        let (mut called, mut results, mut failures) = (BTreeSet::new(), vec![], vec![]);
        for said in &request.messages {
            match &said.message {
                Message::System { text } => system.push(text.as_str()),
                Message::User { text, .. } => task.push(text.as_str()),
                Message::Assistant { calls, .. } => {
                    called.extend(calls.iter().map(|call| call.name.as_str()));
                }
                Message::Tool { name, content, is_error: false, .. } => {
                    results.push(Passage { title: name.clone(), text: content.clone() });
                }
                Message::Tool { name, content, .. } => {
                    failures.push(format!("{} gave nothing: {content}", plain_name(name)));
                }
            }
        }
        Self { system: system.join("\n\n"), task: task.join("\n\n"), called, results, failures }
    }

    /// The one tool that writes which it proposes to call: the one that is spoken of most. Other
    /// workflows are not run.
    fn write(&self, request: &'a ChatRequest) -> Option<&'a ChatTool> {
        let mut writes = request.tools.iter().filter(|tool| !tool.only_reads).peekable();
        if request.tools.iter().any(|tool| !tool.only_reads && self.called.contains(&*tool.name)) {
            return None;
        }
        writes.peek()?;
        let said = format!("{}\n{}", self.system, self.task).to_lowercase();
        let spoken_of = |tool: &&ChatTool| {
            let words = snake(&tool.name);
            words.split('_').filter(|word| word.len() > 2 && said.contains(word)).count()
        };
        let tools = writes.filter(|tool| !tool.name.starts_with("workflow__"));
        // The first of several.
        tools.rev().max_by_key(spoken_of)
    }

    fn call(&self, request: &ChatRequest, tool: &ChatTool) -> Message {
        let brief = Brief::read(&self.task, Some(&self.system));
        let dice = Dice::for_item(&self.task, request.seed, request.item.index);
        let mut writer = Writer::new(&brief, dice, request.item);
        let arguments = self.arguments(&tool.input_schema, &mut writer);
        let call = ToolUse { name: tool.name.clone(), arguments, ..ToolUse::default() };
        let shown = plain_name(&tool.name);
        let reasoning = if self.called.is_empty() {
            format!("The task is about {}. I start with {shown}.", brief.subject)
        } else {
            format!("Then I use {shown}.")
        };
        let calls = request.with_unique_ids(vec![call]);
        Message::Assistant { text: String::new(), reasoning, calls, provider_data: None }
    }

    /// A value for each argument that must be given, and for what is searched for: what the task says,
    /// else one that fits.
    fn arguments(&self, schema: &Value, writer: &mut Writer<'_>) -> Map<String, Value> {
        let is_required = |name: &String| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        let required: Map<String, Value> = properties
            .filter(|(name, _)| is_required(name) || is_query(name))
            .map(|(name, schema)| (name.clone(), schema.clone()))
            .collect();
        let mut pruned = schema.as_object().cloned().unwrap_or_default();
        pruned.insert("properties".to_owned(), Value::Object(required.clone()));
        let subject = writer.brief.subject.clone();
        let mut arguments = match answer(&Value::Object(pruned), writer) {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        for (name, schema) in &required {
            if let Some(value) = self.stated(name, schema) {
                arguments.insert(name.clone(), value);
            } else if is_query(name) && schema["type"] == "string" && schema.get("enum").is_none() {
                arguments.insert(name.clone(), json!(subject));
            }
        }
        arguments
    }

    /// What the task says under this name, or as a number behind `#`, if the schema takes it.
    fn stated(&self, name: &str, schema: &Value) -> Option<Value> {
        if schema.get("enum").is_some() || schema.get("const").is_some() {
            return None;
        }
        let words = stated_words(&self.task, name).or_else(|| self.repository(name));
        let words = words.or_else(|| self.found(name));
        match schema["type"].as_str()? {
            "string" => words.map(|words| json!(words)),
            "boolean" => words?.parse::<bool>().ok().map(Value::from),
            "number" => words?.parse::<f64>().ok().map(Value::from),
            "integer" => {
                let said =
                    words.and_then(|words| words.trim_start_matches('#').parse::<i64>().ok());
                said.or_else(|| number_behind_sign(&self.task)).map(Value::from)
            }
            _ => None,
        }
    }

    /// The owner or the name of the repository that the task names, as `acme/shop`.
    fn repository(&self, name: &str) -> Option<String> {
        let part = ["owner", "repo"].iter().position(|part| *part == name)?;
        let named = ["repository", "repo"].iter().find_map(|key| stated_words(&self.task, key));
        let mut words = self.task.split_whitespace();
        let found = named.filter(|named| named.contains('/')).or_else(|| {
            words
                .find(|word| {
                    word.contains("github.com/") || word.contains('/') && word.contains('#')
                })
                .map(str::to_owned)
        })?;
        let path = found.rsplit_once("github.com/").map_or(found.as_str(), |(_, path)| path);
        let of_name = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        let word = path.split('/').nth(part)?.split(|letter| !of_name(letter)).next()?;
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// What an earlier result says under this name.
    fn found(&self, name: &str) -> Option<String> {
        let results = self.results.iter().rev();
        let values = results.filter_map(|result| serde_json::from_str::<Value>(&result.text).ok());
        let plain = |text: &str| snake(text).replace('_', "");
        values.into_iter().find_map(|value| {
            let first = value.as_array().and_then(|all| all.first()).unwrap_or(&value);
            let fields = first.as_object()?.iter();
            let mut fields = fields.filter(|(key, _)| {
                FOUND.contains(&key.as_str()) && plain(name).ends_with(&plain(key))
            });
            fields.find_map(|(_, value)| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            })
        })
    }

    fn answer(&self, request: &ChatRequest) -> String {
        let format = match &request.schema {
            Some(schema) => TextFormat::Json { schema: schema.clone() },
            None if self.system.contains("numbered list") => TextFormat::List,
            None => TextFormat::Text,
        };
        let is_text = format == TextFormat::Text;
        let asked = form_sentence(&self.task, &self.system);
        let text = compose(&TextRequest {
            system: Some(self.system.clone()),
            prompt: asked.map_or(self.task.clone(), |asked| format!("{}\n\n{asked}", self.task)),
            context: self.results.clone(),
            max_tokens: request.max_tokens,
            format,
            seed: request.seed,
            item: request.item,
            ..TextRequest::default()
        });
        if self.failures.is_empty() || !is_text {
            return text;
        }
        format!("{text}\n\n{}", self.failures.join("\n\n"))
    }
}

/// A tool as people know it.
fn plain_name(tool: &str) -> String {
    tool.replacen("__", ".", 1)
}

/// The words behind this name in a line of the task, or below it where it is a heading.
fn stated_words(task: &str, name: &str) -> Option<String> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    let mut lines = task.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let words = match line.split_once(':') {
            Some((key, words)) if plain(key) == wanted => words,
            Some(_) => continue,
            None if line.starts_with('#') && plain(line) == wanted => {
                lines.find(|line| !line.is_empty()).unwrap_or_default()
            }
            None => continue,
        };
        let words = words.trim().trim_end_matches(',').trim_matches('"').trim();
        if !words.is_empty() {
            return Some(words.chars().take(LONGEST_ARGUMENT).collect());
        }
    }
    None
}

/// The first number that stands behind a `#`.
fn number_behind_sign(task: &str) -> Option<i64> {
    task.split('#').skip(1).find_map(|rest| {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest[..digits].parse().ok()
    })
}

fn is_query(name: &str) -> bool {
    ["query", "search", "q"].contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;
    use crate::providers::chat::ChatMessage;

    fn said(message: Message) -> ChatMessage {
        ChatMessage { message, images: vec![] }
    }

    fn tool(name: &str, only_reads: bool, input_schema: Value) -> ChatTool {
        let (name, description) = (name.to_owned(), String::new());
        ChatTool { name, description, input_schema, only_reads }
    }

    fn request(task: &str, tools: Vec<ChatTool>) -> ChatRequest {
        let user = Message::User { text: task.to_owned(), images: vec![] };
        ChatRequest { messages: vec![said(user)], tools, ..ChatRequest::default() }
    }

    /// Plays the talk to its end; gives the calls, and the answer.
    fn play(mut request: ChatRequest) -> (Vec<ToolUse>, String) {
        let mut made = vec![];
        loop {
            let next = next_message(&request);
            assert_eq!(next, next_message(&request), "the same request has the same answer");
            let Message::Assistant { text, calls, .. } = next.clone() else {
                panic!("an answer of the model");
            };
            if calls.is_empty() {
                return (made, text);
            }
            request.messages.push(said(next));
            for call in calls {
                let content = format!("{} says nothing.", call.name);
                let (call_id, name) = (call.id.clone(), call.name.clone());
                let edited = None;
                let result = Message::Tool { call_id, name, content, is_error: false, edited };
                request.messages.push(said(result));
                made.push(call);
            }
        }
    }

    #[test]
    fn it_calls_two_tools_that_only_read_and_one_that_writes_and_then_answers() {
        let any = || json!({ "type": "object" });
        let tools = vec![
            tool("github__addLabels", false, any()),
            tool("github__createIssue", false, any()),
            tool("github__getIssue", true, any()),
            tool("atelier__time", true, any()),
            tool("github__listIssues", true, any()),
        ];

        let (calls, text) = play(request("Summarise the issue about slow logins", tools));

        let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["github__getIssue", "atelier__time", "github__createIssue"]);
        assert_ne!(calls[0].id, calls[1].id);
        assert!(!text.trim().is_empty());
    }

    #[test]
    fn arguments_come_from_the_task_where_it_says_them() {
        let schema = json!({
            "type": "object",
            "properties": {
                "owner": { "type": "string" }, "issue_number": { "type": "integer" },
                "query": { "type": "string" }, "state": { "type": "string" },
                "sort": { "enum": ["up", "down"] },
            },
            "required": ["owner", "issue_number", "query", "sort"],
        });
        let task = "Look into issue #42.\nowner: acme\nTopic: slow logins";

        let (calls, _) = play(request(task, vec![tool("find", true, schema.clone())]));
        for task in [
            "Triage acme/shop#42",
            "Repository: acme/shop\nLook at #42",
            "See https://github.com/acme/shop/issues/42",
        ] {
            let mut schema = schema.clone();
            schema["properties"]["repo"] = json!({ "type": "string" });
            schema["required"] = json!(["owner", "repo"]);
            let (calls, _) = play(request(task, vec![tool("find", true, schema)]));
            assert_eq!(
                (&calls[0].arguments["owner"], &calls[0].arguments["repo"]),
                (&json!("acme"), &json!("shop"))
            );
        }

        let arguments = &calls[0].arguments;
        assert_eq!(arguments["owner"], "acme");
        assert_eq!(arguments["issue_number"], 42);
        assert_eq!(arguments["query"], "slow logins");
        assert!(!arguments.contains_key("state"), "{arguments:?}");
        assert!(["up", "down"].iter().any(|word| arguments["sort"] == *word), "{arguments:?}");
    }

    #[test]
    fn a_task_without_a_form_is_answered_in_that_of_the_instructions() {
        let mut asked = request("Make it short.\n\n# topic\n\ntea", vec![]);
        let text =
            "You know our brand. Write one slogan about tea.\n\nWork on the task.".to_owned();
        asked.messages.insert(0, said(Message::System { text }));
        let (_, text) = play(asked);
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn the_answer_has_the_form_that_was_asked_for() {
        let schema = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
        let asked = ChatRequest { schema: Some(schema), ..request("Name our tea", vec![]) };
        let (_, text) = play(asked);
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        assert!(value["title"].is_string(), "{text}");
    }
}
