//! Converts what a tool answers to a value and images of the library.

use bytes::Bytes;
use model::{decide::ImageOut, execution::failure::Failure, number::find_lost, value::ImageRef};
use outside::{
    json,
    mcp::port::{ToolAnswer, ToolContent},
};
use serde_json::{Map, Value, json};

use super::{failures::FailureMapper, images::ImageKeeper};
use crate::executors::image_store;

/// The port of the result, which is also that of its artifact.
pub(super) const OUTPUT: &str = "output";
/// The most bytes of texts and data of an answer.
const MOST_BYTES: usize = 1 << 20;
const MOST_IMAGES: usize = 20;

/// What a tool gave.
pub(in crate::executors) struct Output {
    /// What the node passes on.
    pub value: Value,
    /// Images, which are stored but not in the library yet; the value refers to them.
    pub images: Vec<ImageOut>,
}

/// The content of an answer by its kinds.
#[derive(Debug, Default)]
struct Parts {
    texts: Vec<String>,
    images: Vec<Bytes>,
    links: Vec<Value>,
    /// The media type of sound that is among it.
    sound: Option<String>,
}

impl From<Vec<ToolContent>> for Parts {
    fn from(content: Vec<ToolContent>) -> Self {
        let mut parts = Self::default();
        for part in content {
            match part {
                ToolContent::Text(text) => parts.texts.push(text),
                // The bytes say what an image is, not the server.
                ToolContent::Image(_, bytes) => parts.images.push(bytes),
                ToolContent::Audio(media_type, _) => parts.sound = Some(media_type),
                ToolContent::Link(uri, name) => parts.links.push(json!({"uri": uri, "name": name})),
            }
        }
        parts
    }
}

/// Reads an answer; its images are put into the blob store.
///
/// # Errors
/// It is too large, holds something that cannot be kept, or its images cannot be stored.
pub(super) async fn read(
    answer: ToolAnswer,
    keeper: &ImageKeeper<'_>,
    failures: &FailureMapper<'_>,
) -> Result<Output, Failure> {
    let parts = Parts::from(answer.content);
    check(&parts, answer.structured.as_ref(), failures)?;
    let mut images = vec![];
    for bytes in &parts.images {
        // Without its images the answer is lost.
        let kept = keeper.keep(bytes.clone(), failures.image_words()).await;
        images.push(kept.map_err(Failure::without_answer)?);
    }
    let references: Vec<ImageRef> = images.iter().map(image_store::reference).collect();
    let value = value(parts, answer.structured, &references);
    Ok(Output { value: failures.clean(value), images })
}

fn check(
    parts: &Parts,
    structured: Option<&Value>,
    failures: &FailureMapper<'_>,
) -> Result<(), Failure> {
    let data = structured.map_or(0, |value| value.to_string().len());
    let bytes = parts.texts.iter().map(String::len).sum::<usize>() + data;
    if bytes > MOST_BYTES {
        let words = format!(
            "it answered with {bytes} bytes, more than the limit of {MOST_BYTES}. Ask it for less"
        );
        return Err(failures.unusable("answer_too_large", &words));
    }
    if parts.images.len() > MOST_IMAGES {
        let words = format!("it answered with more than {MOST_IMAGES} images");
        return Err(failures.unusable("answer_too_large", &words));
    }
    match &parts.sound {
        Some(media_type) => {
            let words =
                format!("it answered with audio ({media_type}), which the library doesn't support");
            Err(failures.unusable("answer_has_sound", &words))
        }
        None => Ok(()),
    }
}

/// The structured result, where there is one; else the content: by itself where it is of one kind,
/// by kind where it is of several.
fn value(parts: Parts, structured: Option<Value>, images: &[ImageRef]) -> Value {
    if let Some(structured) = structured {
        return structured;
    }
    let text = (!parts.texts.is_empty()).then(|| text_value(parts.texts.join("\n")));
    let images: Vec<Value> = images.iter().map(ImageRef::to_value).collect();
    let kinds = [
        ("text", text),
        ("images", (!images.is_empty()).then_some(Value::Array(images))),
        ("links", (!parts.links.is_empty()).then_some(Value::Array(parts.links))),
    ];
    let mut found: Vec<(&str, Value)> =
        kinds.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect();
    match (found.len(), found.pop()) {
        (_, None) => Value::Null,
        (1, Some(("text", text))) => text,
        (1, Some((_, Value::Array(mut one)))) if one.len() == 1 => one.remove(0),
        (1, Some((_, value))) => value,
        (_, Some(last)) => {
            found.push(last);
            let named = found.into_iter().map(|(kind, value)| (kind.to_owned(), value));
            Value::Object(named.collect::<Map<_, _>>())
        }
    }
}

/// JSON where the text is an object or a list of which nothing would be changed or lost; else the
/// text.
fn text_value(text: String) -> Value {
    let is_data = text.trim_start().starts_with(['{', '[']);
    if !is_data || find_lost(text.as_bytes()).is_some() {
        return Value::String(text);
    }
    json::read_text(&text).unwrap_or(Value::String(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: Vec<ToolContent>) -> Value {
        value(Parts::from(content), None, &[])
    }

    fn text(text: &str) -> ToolContent {
        ToolContent::Text(text.to_owned())
    }

    #[test]
    fn structured_content_comes_first_then_json_in_text_then_text() {
        let structured = Some(json!({"number": 7}));
        let parts = Parts::from(vec![text("Issue 7")]);

        assert_eq!(value(parts, structured, &[]), json!({"number": 7}));
        assert_eq!(read(vec![text("{\"number\": 7}")]), json!({"number": 7}));
        assert_eq!(read(vec![text("[1, 2]")]), json!([1, 2]));
        assert_eq!(read(vec![text("Fine."), text("Really.")]), json!("Fine.\nReally."));
        for plain in
            ["42", "true", "{broken", "{\"id\": 12345678901234567890123}", "{\"a\": 1, \"a\": 2}"]
        {
            assert_eq!(read(vec![text(plain)]), json!(plain));
        }
        assert_eq!(read(vec![]), Value::Null);
    }

    #[test]
    fn links_stand_by_themselves_or_beside_the_text() {
        let link = || ToolContent::Link("file:///a".to_owned(), "a".to_owned());
        let one = json!({"uri": "file:///a", "name": "a"});

        assert_eq!(read(vec![link()]), one);
        assert_eq!(read(vec![link(), link()]), json!([one, one]));
        assert_eq!(read(vec![text("See"), link()]), json!({"text": "See", "links": [one]}));
    }
}
