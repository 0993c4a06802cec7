//! What a tool has answered, read from the JSON of its result.

use serde_json::{Map, Value};

use super::port::{McpError, ToolAnswer, ToolContent, ToolFile};
use crate::lenient_base64::decode;

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
        Some(Value::Null) => vec![],
        Some(part) => vec![part],
        None if structured.is_some() || is_error => vec![],
        None => return Ok(bare_answer(members)),
    };
    // The tool has acted: a part that cannot be read spoils none of the others.
    let read = |part: Value| read_part(&part).unwrap_or(ToolContent::Other(part));
    let answer = ToolAnswer { structured, content: parts.into_iter().map(read).collect() };
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

fn read_part(part: &Value) -> Option<ToolContent> {
    if let Some(words) = part.as_str() {
        return Some(ToolContent::Text(words.to_owned()));
    }
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let media_type = || text("mimeType").unwrap_or_default();
    Some(match text("type")? {
        "text" => ToolContent::Text(text("text")?.to_owned()),
        "image" => ToolContent::Image(media_type().to_owned(), decode(text("data")?)?),
        "audio" => {
            let name = media_type().replace('/', ".");
            file(name, media_type(), text("data")?)?
        }
        "resource_link" => {
            let uri = text("uri")?;
            ToolContent::Link(uri.to_owned(), text("name").unwrap_or(uri).to_owned())
        }
        "resource" => read_resource(part.get("resource")?)?,
        _ => return None,
    })
}

/// Something that the server has and sends along: what it is decides what is made of it.
fn read_resource(resource: &Value) -> Option<ToolContent> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    if let Some(words) = text("text") {
        return Some(ToolContent::Text(words.to_owned()));
    }
    let uri = text("uri").unwrap_or_default();
    match (text("blob"), text("mimeType").unwrap_or_default()) {
        (Some(blob), image) if image.starts_with("image/") => {
            Some(ToolContent::Image(image.to_owned(), decode(blob)?))
        }
        (Some(blob), media_type) => {
            let name = uri.rsplit('/').next().unwrap_or_default();
            file(name.to_owned(), media_type, blob)
        }
        (None, _) if uri.is_empty() => None,
        (None, _) => Some(ToolContent::Link(uri.to_owned(), uri.to_owned())),
    }
}

fn file(name: String, media_type: &str, data: &str) -> Option<ToolContent> {
    let media_type = media_type.to_owned();
    Some(ToolContent::File(ToolFile { name, media_type, bytes: decode(data)? }))
}

/// The tool's own words for its failure.
fn error_words(answer: &ToolAnswer) -> String {
    let texts = answer.content.iter().filter_map(|part| match part {
        ToolContent::Text(text) => Some(text.trim()),
        ToolContent::Image(..)
        | ToolContent::File(_)
        | ToolContent::Link(..)
        | ToolContent::Other(_) => None,
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
    use bytes::Bytes;
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
                {"type": "resource", "resource": {"uri": "file:///c.pdf", "mimeType": "application/pdf", "blob": "AQI="}},
                {"type": "resource", "resource": {"uri": "repo://d"}},
            ],
        });

        let answer = read_answer("github", result).unwrap();

        let two = || Bytes::from_static(&[1, 2]);
        let file = |name: &str, media_type: &str| {
            let (name, media_type) = (name.to_owned(), media_type.to_owned());
            ToolContent::File(ToolFile { name, media_type, bytes: two() })
        };
        assert_eq!(answer.structured, Some(json!({"number": 7})));
        assert_eq!(
            answer.content,
            [
                ToolContent::Text("Seven".to_owned()),
                ToolContent::Image("image/png".to_owned(), two()),
                file("audio.wav", "audio/wav"),
                ToolContent::Link("repo://readme".to_owned(), "README".to_owned()),
                ToolContent::Text("inside".to_owned()),
                ToolContent::Image("image/png".to_owned(), two()),
                file("c.pdf", "application/pdf"),
                ToolContent::Link("repo://d".to_owned(), "repo://d".to_owned()),
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
    fn bare_results_are_structured_and_no_content_is_no_result() {
        assert_eq!(read_answer("a", json!([1])).unwrap().structured, Some(json!([1])));
        assert_eq!(read_answer("a", json!({"b": 1})).unwrap().structured, Some(json!({"b": 1})));
        for none in [json!({"_meta": {}}), json!({"content": null}), json!({"content": []})] {
            assert_eq!(read_answer("a", none).unwrap(), ToolAnswer::default());
        }
    }

    #[test]
    fn a_part_that_cannot_be_read_stands_beside_the_others() {
        for odd in [
            json!({"type": "ui", "html": "<b>"}),
            json!({"type": "text"}),
            json!(7),
            json!({"type": "image", "mimeType": "image/png", "data": "%"}),
            json!({"type": "resource", "resource": {}}),
        ] {
            let content = json!([{"type": "text", "text": "Done."}, odd]);
            let answer = read_answer("a", json!({"content": content})).unwrap();
            let parts = [ToolContent::Text("Done.".to_owned()), ToolContent::Other(odd)];
            assert_eq!(answer.content, parts);
        }
        let alone = read_answer("a", json!({"content": "Done."})).unwrap();
        assert_eq!(alone.content, [ToolContent::Text("Done.".to_owned())]);
    }

    #[test]
    fn base64_is_read_in_every_spelling() {
        let file = Bytes::from_static(b"\x89PNG\xff\xfe\xfd\xfc");
        for data in ["iVBORw", "iVBO\r\nRw==", "data:image/png;base64,iVBORw=="] {
            let image = json!([{"type": "image", "mimeType": "image/png", "data": data}]);
            let answer = read_answer("a", json!({"content": image})).unwrap();
            assert_eq!(
                answer.content,
                [ToolContent::Image("image/png".to_owned(), file.slice(..4))]
            );
        }
        let url_safe = json!([{"type": "audio", "mimeType": "audio/wav", "data": "iVBOR__-_fw"}]);
        let answer = read_answer("a", json!({"content": url_safe})).unwrap();
        assert!(
            matches!(&answer.content[..], [ToolContent::File(sound)] if sound.bytes == file),
            "{answer:?}"
        );
    }
}
