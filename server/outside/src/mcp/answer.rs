//! What a tool has answered, read from the JSON of its result.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::port::{McpError, ToolAnswer, ToolContent};

/// The most letters of a tool's own words in a failure.
const LONGEST_WORDS: usize = 4_000;

/// Reads the result of a `tools/call`.
pub(super) fn read_answer(server: &str, result: Value) -> Result<ToolAnswer, McpError> {
    let mut members = match result {
        Value::Object(members) => members,
        // A server without a handshake may answer with the bare result.
        bare => return Ok(ToolAnswer { structured: Some(bare), content: vec![] }),
    };
    if let Some(question) = question_in(server, &members) {
        return Err(question);
    }
    let is_error = members.get("isError").and_then(Value::as_bool).unwrap_or_default();
    let structured = members.remove("structuredContent").filter(|value| !value.is_null());
    let parts = match members.remove("content") {
        Some(Value::Array(parts)) => parts,
        Some(_) => return Err(odd(server, "content that isn't a list")),
        None if structured.is_some() || is_error => vec![],
        None => return Ok(bare_answer(members)),
    };
    let content: Vec<_> =
        parts.iter().map(|part| read_part(server, part)).collect::<Result<_, _>>()?;
    let answer = ToolAnswer { structured, content };
    if is_error { Err(McpError::Tool(error_words(&answer))) } else { Ok(answer) }
}

/// What a server says instead of a result: that it asks something back, or goes on by itself.
fn question_in(server: &str, result: &Map<String, Value>) -> Option<McpError> {
    let words = match result.get("resultType").and_then(Value::as_str)? {
        "input_required" => {
            let requests = result.get("inputRequests").and_then(Value::as_object);
            let mut requests = requests.into_iter().flat_map(Map::values);
            let question =
                requests.find_map(|request| request.get("params")?.get("message")?.as_str());
            let question = cut(question.unwrap_or_default());
            format!("{server} asks a question, which Atelier can't answer: “{question}”.")
        }
        "task" => format!("{server} turned the call into a task, which Atelier doesn't support."),
        _ => return None,
    };
    Some(McpError::Question(words))
}

fn bare_answer(mut members: Map<String, Value>) -> ToolAnswer {
    members.remove("_meta");
    members.remove("resultType");
    let structured = (!members.is_empty()).then_some(Value::Object(members));
    ToolAnswer { structured, content: vec![] }
}

fn odd(server: &str, what: &str) -> McpError {
    McpError::Protocol(format!("{server} answers with {what}."))
}

fn read_part(server: &str, part: &Value) -> Result<ToolContent, McpError> {
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let need = |name: &str| {
        text(name).ok_or_else(|| odd(server, &format!("content without its “{name}”")))
    };
    Ok(match text("type").unwrap_or_default() {
        "text" => ToolContent::Text(need("text")?.to_owned()),
        "image" => {
            ToolContent::Image(need("mimeType")?.to_owned(), decoded(server, need("data")?)?)
        }
        "audio" => {
            ToolContent::Audio(need("mimeType")?.to_owned(), decoded(server, need("data")?)?)
        }
        "resource_link" => {
            let uri = need("uri")?;
            ToolContent::Link(uri.to_owned(), text("name").unwrap_or(uri).to_owned())
        }
        "resource" => read_resource(server, part.get("resource").unwrap_or(&Value::Null))?,
        other => {
            let kind: String = other.chars().take(50).flat_map(char::escape_default).collect();
            return Err(odd(server, &format!("content of the unknown kind “{kind}”")));
        }
    })
}

/// Something that the server has and sends along: what it is decides what is made of it.
fn read_resource(server: &str, resource: &Value) -> Result<ToolContent, McpError> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    if let Some(words) = text("text") {
        return Ok(ToolContent::Text(words.to_owned()));
    }
    let uri = text("uri").ok_or_else(|| odd(server, "a resource without its address"))?;
    let media_type = text("mimeType").unwrap_or_default();
    Ok(match text("blob") {
        Some(blob) if media_type.starts_with("image/") => {
            ToolContent::Image(media_type.to_owned(), decoded(server, blob)?)
        }
        Some(blob) if media_type.starts_with("audio/") => {
            ToolContent::Audio(media_type.to_owned(), decoded(server, blob)?)
        }
        Some(_) | None => ToolContent::Link(uri.to_owned(), uri.to_owned()),
    })
}

fn decoded(server: &str, data: &str) -> Result<Bytes, McpError> {
    let bytes = STANDARD.decode(data.trim());
    bytes.map(Bytes::from).map_err(|_| odd(server, "content that isn't base64"))
}

/// The tool's own words for its failure.
fn error_words(answer: &ToolAnswer) -> String {
    let texts = answer.content.iter().filter_map(|part| match part {
        ToolContent::Text(text) => Some(text.trim()),
        ToolContent::Image(..) | ToolContent::Audio(..) | ToolContent::Link(..) => None,
    });
    let words = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let words = match &answer.structured {
        Some(structured) if words.is_empty() => structured.to_string(),
        Some(_) | None => words,
    };
    if words.is_empty() { "The tool failed without a reason.".to_owned() } else { cut(&words) }
}

/// A text that is not longer than a failure may be.
pub(super) fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST_WORDS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_of_content_is_read() {
        let result = json!({
            "structuredContent": {"number": 7},
            "content": [
                {"type": "text", "text": "Seven"},
                {"type": "image", "mimeType": "image/png", "data": "AQI="},
                {"type": "audio", "mimeType": "audio/wav", "data": "AQI="},
                {"type": "resource_link", "uri": "repo://readme", "name": "README"},
                {"type": "resource", "resource": {"uri": "repo://a", "text": "inside"}},
                {"type": "resource", "resource": {"uri": "repo://b", "mimeType": "image/png", "blob": "AQI="}},
                {"type": "resource", "resource": {"uri": "repo://c", "blob": "AQI="}},
            ],
        });

        let answer = read_answer("github", result).unwrap();

        let two = || Bytes::from_static(&[1, 2]);
        assert_eq!(answer.structured, Some(json!({"number": 7})));
        assert_eq!(
            answer.content,
            [
                ToolContent::Text("Seven".to_owned()),
                ToolContent::Image("image/png".to_owned(), two()),
                ToolContent::Audio("audio/wav".to_owned(), two()),
                ToolContent::Link("repo://readme".to_owned(), "README".to_owned()),
                ToolContent::Text("inside".to_owned()),
                ToolContent::Image("image/png".to_owned(), two()),
                ToolContent::Link("repo://c".to_owned(), "repo://c".to_owned()),
            ]
        );
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_tools_failure() {
        let failed = |result| read_answer("github", result).unwrap_err().to_string();

        assert_eq!(
            failed(json!({"isError": true, "content": [{"type": "text", "text": "No."}]})),
            "No."
        );
        assert_eq!(
            failed(json!({"isError": true, "structuredContent": {"code": 7}})),
            "{\"code\":7}"
        );
        assert_eq!(failed(json!({"isError": true})), "The tool failed without a reason.");
        let long =
            json!({"isError": true, "content": [{"type": "text", "text": "ä".repeat(5_000)}]});
        assert_eq!(failed(long).chars().count(), LONGEST_WORDS + 1);
    }

    #[test]
    fn bare_results_are_structured_and_broken_ones_refused() {
        assert_eq!(read_answer("a", json!([1])).unwrap().structured, Some(json!([1])));
        assert_eq!(read_answer("a", json!({"b": 1})).unwrap().structured, Some(json!({"b": 1})));
        assert_eq!(read_answer("a", json!({"_meta": {}})).unwrap(), ToolAnswer::default());
        for content in [json!(7), json!([{"type": "video"}]), json!([{"type": "text"}]), json!([7])]
        {
            let refused = read_answer("a", json!({"content": content})).unwrap_err();
            assert!(matches!(refused, McpError::Protocol(_)), "{refused}");
        }
        let no_base64 = json!([{"type": "image", "mimeType": "image/png", "data": "%"}]);
        assert!(read_answer("a", json!({"content": no_base64})).is_err());
    }
}
