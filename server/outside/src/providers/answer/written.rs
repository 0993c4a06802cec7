//! Calls of tools that a model wrote into the text of its answer: its server does not know how the
//! model asks for them, or the model has forgotten.

use model::agent::talk::{Message, ToolUse};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{
    super::chat::{ChatAnswer, ChatRequest, ChatTool, Ending},
    calls::{CallPiece, read_arguments},
};
use crate::json;

/// What calls begin with.
const MARKS: [&str; 5] =
    ["<tool_call>", "<function_call>", "[TOOL_CALLS]", "<|python_tag|>", FUNCTION];
const FUNCTION: &str = "<function=";
const PARAMETER: &str = "<parameter=";
/// The marks around calls and between them.
const AROUND: [&str; 10] = [
    "<tool_call>",
    "</tool_call>",
    "<function_call>",
    "</function_call>",
    "</function>",
    "[TOOL_CALLS]",
    "[/TOOL_CALLS]",
    "<|python_tag|>",
    ",",
    ";",
];
/// All that an object says which is a call.
const FIELDS: [&str; 6] = ["name", "arguments", "parameters", "id", "type", "function"];

/// Calls in a text.
#[derive(Debug, PartialEq)]
enum WrittenCalls {
    /// The words before them, and the calls.
    Whole(String, Vec<ToolUse>),
    /// They cannot be read, or are of tools that were not offered.
    Broken,
}

impl ChatRequest {
    /// The answer, with what its model wrote as calls of the offered tools as such.
    #[must_use]
    pub fn with_written_calls(&self, answer: ChatAnswer) -> ChatAnswer {
        let Message::Assistant { text, reasoning, provider_data, .. } = &answer.message else {
            return answer;
        };
        let found = find(text, &self.tools).filter(|_| answer.ending == Ending::Complete);
        let Some(WrittenCalls::Whole(text, calls)) = found else { return answer };
        let (reasoning, provider_data) = (reasoning.clone(), provider_data.clone());
        let calls = self.with_unique_ids(calls);
        let message = Message::Assistant { text, reasoning, calls, provider_data };
        ChatAnswer { message, ending: Ending::Calls, ..answer }
    }
}

/// Whether a text that should be an answer is a call of a tool.
pub fn is_written_call(text: &str, tools: &[ChatTool]) -> bool {
    find(text, tools).is_some()
}

fn find(text: &str, tools: &[ChatTool]) -> Option<WrittenCalls> {
    if tools.is_empty() {
        return None;
    }
    let text = without_fence(text.trim());
    if let Some(at) = find_mark(text, tools) {
        let (before, written) = text.split_at(at);
        let calls = read(&json::clean(written), tools);
        let whole = |calls| WrittenCalls::Whole(before.trim_end().to_owned(), calls);
        return Some(calls.map_or(WrittenCalls::Broken, whole));
    }
    let text = json::clean(text);
    let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
    let whole = |calls| WrittenCalls::Whole(String::new(), calls);
    match (read(&text, tools), is_json) {
        (calls, true) if text.starts_with(['{', '[']) => calls.map(whole),
        (calls, false) if begins_call(&text, tools) => {
            Some(calls.map_or(WrittenCalls::Broken, whole))
        }
        _ => None,
    }
}

/// Whether a text begins as an object that names a tool.
fn begins_call(text: &str, tools: &[ChatTool]) -> bool {
    let name = ["{", "\"name\"", ":", "\""]
        .iter()
        .try_fold(text, |rest, part| rest.trim_start().strip_prefix(part));
    name.is_some_and(|name| begins_with_tool(name, tools))
}

/// What is inside of a fence around all of a text; else the text.
fn without_fence(text: &str) -> &str {
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let inner = inner.and_then(|inner| inner.split_once('\n')).map(|(_, inner)| inner.trim());
    inner.filter(|inner| !inner.contains("```")).unwrap_or(text)
}

/// Where the first call begins that is no quotation.
fn find_mark(text: &str, tools: &[ChatTool]) -> Option<usize> {
    let begins = |mark: &str| {
        text.match_indices(mark).map(|(at, _)| at).find(|at| {
            let (before, rest) = (&text[..*at], text[at + mark.len()..].trim_start());
            let is_quoted = before.ends_with(['`', '"', '\'', '“', '‘'])
                || before.matches("```").count() % 2 == 1;
            let goes_on = mark == FUNCTION
                || rest.starts_with(['{', '[', '<'])
                || begins_with_tool(rest, tools);
            !is_quoted && goes_on
        })
    };
    MARKS.iter().filter_map(|mark| begins(mark)).min()
}

fn begins_with_tool(text: &str, tools: &[ChatTool]) -> bool {
    tools.iter().any(|tool| text.starts_with(&tool.name))
}

/// The calls with which a text begins; none if one of them cannot be read or made. Words behind them
/// are no calls: their model did not wait for the results.
fn read(text: &str, tools: &[ChatTool]) -> Option<Vec<ToolUse>> {
    let (mut calls, mut rest) = (vec![], text.trim_start());
    while !rest.is_empty() {
        if let Some(after) = AROUND.iter().find_map(|around| rest.strip_prefix(around)) {
            rest = after.trim_start();
            continue;
        }
        match read_next(rest, tools) {
            Some((read, after)) => {
                calls.extend(read);
                rest = after.trim_start();
            }
            None if calls.is_empty() || find_mark(rest, tools).is_some() => return None,
            None => break,
        }
    }
    let is_offered = |call: &ToolUse| tools.iter().any(|tool| tool.name == call.name);
    (!calls.is_empty() && calls.iter().all(is_offered)).then_some(calls)
}

fn read_next<'a>(text: &'a str, tools: &[ChatTool]) -> Option<(Vec<ToolUse>, &'a str)> {
    if let Some(rest) = text.strip_prefix(FUNCTION) {
        let (name, rest) = rest.split_once('>')?;
        let end = ["</function>", "</tool_call>"].iter().filter_map(|end| rest.find(end)).min();
        let (body, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let name = name.trim().trim_matches('"');
        let arguments = if body.trim_start().starts_with(PARAMETER) {
            parameters(body, tools.iter().find(|tool| tool.name == name)?)?
        } else {
            read_arguments(body).ok()?
        };
        return Some((vec![call(name, arguments)], rest));
    }
    // Mistral's newer models write a tool's name before its arguments.
    let begin = text.find(['{', '[']).filter(|at| *at > 0).and_then(|_| text.find('{'));
    let (name, written) = text.split_at(begin.unwrap_or_default());
    let mut values = serde_json::Deserializer::from_str(written).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let rest = &written[values.byte_offset()..];
    let name = name.split('[').next().unwrap_or_default().trim();
    if !name.is_empty() {
        let arguments = value.as_object().filter(|_| tools.iter().any(|tool| tool.name == name))?;
        return Some((vec![call(name, arguments.clone())], rest));
    }
    let all = value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice);
    Some((all.iter().map(read_object).collect::<Option<_>>()?, rest))
}

/// The call that an object is; none if it says anything else.
fn read_object(value: &Value) -> Option<ToolUse> {
    let function = Some(&value["function"]).filter(|function| function.is_object());
    let fields = function.unwrap_or(value).as_object()?;
    let has_arguments = ["arguments", "parameters"].iter().any(|key| fields.contains_key(*key));
    let is_call = has_arguments && fields.keys().all(|key| FIELDS.contains(&key.as_str()));
    let piece = CallPiece::read(value);
    let arguments = read_arguments(&piece.arguments).ok().filter(|_| is_call)?;
    Some(call(&piece.name, arguments))
}

/// Arguments that are each in a mark of its own: texts where the tool takes texts, else JSON as far as
/// they are some.
fn parameters(body: &str, tool: &ChatTool) -> Option<Map<String, Value>> {
    let mut arguments = Map::new();
    for part in body.split(PARAMETER).skip(1) {
        let (name, value) = part.split_once('>')?;
        let value = value.split_once("</parameter>").map_or(value, |(value, _)| value).trim();
        let is_text = tool.input_schema["properties"][name]["type"] == "string";
        let read = json::read_text(value).ok().filter(|_| !is_text);
        arguments.insert(name.to_owned(), read.unwrap_or_else(|| value.into()));
    }
    Some(arguments)
}

fn call(name: &str, arguments: Map<String, Value>) -> ToolUse {
    ToolUse { id: String::new(), name: name.to_owned(), arguments, malformed: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(text: &str) -> Option<WrittenCalls> {
        let properties = json!({ "text": { "type": "string" } });
        let tool = |name: &str| ChatTool {
            name: name.to_owned(),
            description: String::new(),
            input_schema: json!({ "type": "object", "properties": properties }),
            only_reads: true,
        };
        find(text, &[tool("lab__echo"), tool("lab__add")])
    }

    #[test]
    fn a_call_that_a_model_wrote_as_text_is_read_in_each_of_its_ways() {
        let arguments = |value: Value| value.as_object().cloned().unwrap_or_default();
        let echo = || call("lab__echo", arguments(json!({ "text": "7" })));
        let add = || call("lab__add", arguments(json!({ "a": [1] })));
        for (text, before, calls) in [
            (
                "Look:\n<tool_call>\n{\"name\": \"lab__echo\", \"arguments\": {\"text\": \"7\"}}\n</tool_call>",
                "Look:",
                vec![echo()],
            ),
            (
                "<tool_call>{\"name\": \"lab__echo\", \"arguments\": \"{\\\"text\\\": \\\"7\\\"}\"}</tool_call>\n<tool_call>{\"name\": \"lab__add\", \"arguments\": {\"a\": [1]}}\nNow I wait.",
                "",
                vec![echo(), add()],
            ),
            (
                "[TOOL_CALLS][{\"name\": \"lab__echo\", \"arguments\": {\"text\": \"7\"}}, {\"name\": \"lab__add\", \"arguments\": {\"a\": [1]}}]",
                "",
                vec![echo(), add()],
            ),
            (
                "So.[TOOL_CALLS]lab__echo[CALL_ID]x1[ARGS]{\"text\": \"7\"}[TOOL_CALLS]lab__add{\"a\": [1]}",
                "So.",
                vec![echo(), add()],
            ),
            ("<function=lab__echo>{\"text\": \"7\"}</function>", "", vec![echo()]),
            (
                "<tool_call>\n<function=lab__echo>\n<parameter=text>\n7\n</parameter>\n</function>\n</tool_call><function=lab__add><parameter=a>[1]</parameter>",
                "",
                vec![echo(), add()],
            ),
            (
                "<|python_tag|>{\"name\": \"lab__echo\", \"parameters\": {\"text\": \"7\"}}",
                "",
                vec![echo()],
            ),
            (
                "{\"name\": \"lab__echo\", \"parameters\": {\"text\": \"7\"}}; {\"name\": \"lab__add\", \"parameters\": {\"a\": [1]}}",
                "",
                vec![echo(), add()],
            ),
            (
                "```json\n{\"type\": \"function\", \"name\": \"lab__echo\", \"parameters\": {\"text\": \"7\"}}\n```",
                "",
                vec![echo()],
            ),
        ] {
            let whole = WrittenCalls::Whole(before.to_owned(), calls);
            assert_eq!(found(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn a_call_that_cannot_be_made_is_no_answer_and_what_only_speaks_of_calls_is_one() {
        for text in [
            "<tool_call>{\"name\": \"lab__echo\", \"arguments\": {\"text\": </tool_call>",
            "<tool_call>{\"name\": \"other\", \"arguments\": {}}</tool_call>",
            "<function=other>{}</function>",
            "[TOOL_CALLS]lab__echo",
            "{\"name\": \"lab__echo\", \"parameters\": {\"text\": \"7\"",
        ] {
            assert_eq!(found(text), Some(WrittenCalls::Broken), "{text}");
        }
        for text in [
            "Tea is served at four.",
            "Models write `<tool_call>{}</tool_call>`, or a <tool_call> without more.",
            "So:\n```\n<tool_call>{\"name\": \"lab__echo\"}</tool_call>\n```\nDone.",
            "{\"name\": \"lab__echo\", \"description\": \"Echoes.\", \"parameters\": {}}",
            "{\"name\": \"Anna\", \"parameters\": {\"age\": 7}}",
            "[1, 2]",
            "[]",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
