//! Converts what a tool answers to a value, images of the library and files.

use model::{decide::ImageOut, execution::failure::Failure, number::find_lost, value::ImageRef};
use outside::{
    json,
    mcp::port::{ToolAnswer, ToolContent, ToolFile},
    schema::Schema,
};
use serde_json::{Map, Value, json};

use super::{failures::FailureMapper, file_keeper::FileKeeper};
use crate::{
    executors::{image_store, paid::storable},
    tools::{CallableTool, arguments},
};

/// The port of the result, which is also that of its artifact.
pub(super) const OUTPUT: &str = "output";
/// The most bytes of a value; what is larger is kept as a file.
const MOST_BYTES: usize = 1 << 20;
/// How many characters of it the value has then.
const PREVIEW_CHARS: usize = 2_000;
/// More images than these are files.
const MOST_IMAGES: usize = 20;
/// The most files; of more, only name and size are kept.
const MOST_FILES: usize = 50;
const MOST_FAULT_CHARS: usize = 400;

/// What a tool gave.
pub(in crate::executors) struct Output {
    /// What the node passes on.
    pub value: Value,
    /// Images, which are stored but not in the library yet; the value refers to them.
    pub images: Vec<ImageOut>,
    /// What of the result does not fit the schema that the server says for it.
    pub misfit: Option<String>,
}

impl From<Value> for Output {
    fn from(value: Value) -> Self {
        Self { value, images: vec![], misfit: None }
    }
}

/// The content of an answer by its kinds.
#[derive(Debug, Default)]
struct Parts {
    texts: Vec<String>,
    /// Images and other files.
    files: Vec<ToolFile>,
    links: Vec<Value>,
    other: Vec<Value>,
}

impl From<Vec<ToolContent>> for Parts {
    fn from(content: Vec<ToolContent>) -> Self {
        let mut parts = Self::default();
        for part in content {
            match part {
                ToolContent::Text(text) => parts.texts.push(text),
                ToolContent::Image(media_type, bytes) => {
                    let name = media_type.replace('/', ".");
                    parts.files.push(ToolFile { name, media_type, bytes });
                }
                ToolContent::File(file) => parts.files.push(file),
                ToolContent::Link(uri, name) => parts.links.push(json!({"uri": uri, "name": name})),
                ToolContent::Other(part) => parts.other.push(part),
            }
        }
        parts
    }
}

/// What is known of an answer before it is read.
pub(super) struct Reading<'a> {
    /// The schema that the server says for it.
    pub schema: Option<&'a Value>,
    /// What steps read in place of it, as the alias of the tool says.
    pub wanted: Option<&'a Value>,
    /// The arguments of the call, as the workflow names them.
    pub given: &'a Map<String, Value>,
}

/// Reads an answer by what is known of it; its files are put into the blob store.
///
/// # Errors
/// Its files cannot be stored.
pub(super) async fn read(
    answer: ToolAnswer,
    reading: Reading<'_>,
    keeper: &FileKeeper<'_>,
    failures: &FailureMapper<'_>,
) -> Result<Output, Failure> {
    let Reading { schema, wanted, given } = reading;
    let mut parts = Parts::from(answer.content);
    let (mut images, mut files) = (vec![], vec![]);
    for file in std::mem::take(&mut parts.files) {
        // The bytes say what an image is, not the server.
        let has_room = images.len() < MOST_IMAGES;
        let checked = if has_room { keeper.as_image(&file.bytes).await } else { None };
        // Without its files the answer is lost.
        if let Some(checked) = checked {
            let kept = keeper.keep_image(checked, failures.image_words()).await;
            images.push(kept.map_err(Failure::without_answer)?);
        } else if files.len() < MOST_FILES {
            let kept = keeper.keep_file(file, failures).await;
            files.push(kept.map_err(Failure::without_answer)?);
        } else {
            let ToolFile { name, media_type, bytes } = file;
            files.push(json!({"name": name, "media_type": media_type, "bytes": bytes.len()}));
        }
    }
    let mut misfit = schema.zip(answer.structured.as_ref()).and_then(|(schema, structured)| {
        let fault = Schema::for_tool(failures.tool, schema).ok()?.check(structured).err()?;
        Some(failures.clean_line(&fault, MOST_FAULT_CHARS))
    });
    let structured = answer.structured.map(|structured| unwrapped(structured, schema));
    let references: Vec<ImageRef> = images.iter().map(image_store::reference).collect();
    let mut value = failures.clean(value(parts, structured, &references, files));
    if let Some(wanted) = wanted {
        match arguments::read_result(wanted, given, &value) {
            Ok(read) => value = read,
            // What arrived stays as it is.
            Err(error) => misfit = Some(failures.clean_line(&error.to_string(), MOST_FAULT_CHARS)),
        }
    }
    let value = match in_file(&value) {
        Some((file, preview)) => {
            let kept = keeper.keep_file(file, failures).await;
            let mut kept = kept.map_err(Failure::without_answer)?;
            kept["preview"] = preview.into();
            kept
        }
        None => value,
    };
    Ok(Output { value, images, misfit })
}

/// An answer as a step would read it, where nothing of it is kept: of files only name, type and size,
/// and of a large value its beginning.
pub fn preview_answer(
    answer: ToolAnswer,
    callable: &CallableTool,
    given: &Map<String, Value>,
) -> Value {
    let mut parts = Parts::from(answer.content);
    let files = std::mem::take(&mut parts.files).into_iter().map(
        |file| json!({"name": file.name, "media_type": file.media_type, "bytes": file.bytes.len()}),
    );
    let files = files.collect();
    let schema = callable.definition.output_schema.as_ref();
    let structured = answer.structured.map(|structured| unwrapped(structured, schema));
    let redactor = &callable.server.redactor;
    let value = value(parts, structured, &[], files);
    let value = json::map_texts(value, &|text| redactor.clean(&storable(text)));
    let wanted = callable.alias.as_ref().and_then(|alias| alias.result.as_ref());
    let read = wanted.and_then(|wanted| arguments::read_result(wanted, given, &value).ok());
    let value = read.unwrap_or(value);
    match in_file(&value) {
        Some((file, preview)) => json!({"bytes": file.bytes.len(), "preview": preview}),
        None => value,
    }
}

/// The result of a tool that gives no object, which `FastMCP` wraps into one and says so.
fn unwrapped(structured: Value, schema: Option<&Value>) -> Value {
    let is_wrapped = schema.is_some_and(|schema| schema["x-fastmcp-wrap-result"] == true);
    match structured {
        Value::Object(mut wrapped) if is_wrapped && wrapped.len() == 1 => {
            match wrapped.remove("result") {
                Some(Value::String(text)) => text_value(text),
                Some(result) => result,
                None => Value::Object(wrapped),
            }
        }
        other => other,
    }
}

/// A value that is too large for a row as a file, with its beginning.
fn in_file(value: &Value) -> Option<(ToolFile, String)> {
    let (name, media_type, text) = match value {
        Value::String(text) => ("result.txt", "text/plain", text.clone()),
        other => ("result.json", "application/json", other.to_string()),
    };
    (text.len() > MOST_BYTES).then(|| {
        let preview = text.chars().take(PREVIEW_CHARS).collect();
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        (ToolFile { name, media_type, bytes: text.into() }, preview)
    })
}

/// The structured result, where there is one, with what is no text beside it; else the content: by
/// itself where it is of one kind, by kind where it is of several.
fn value(parts: Parts, structured: Option<Value>, images: &[ImageRef], files: Vec<Value>) -> Value {
    let text = (!parts.texts.is_empty()).then(|| text_value(parts.texts.join("\n")));
    let (text, beside) = if structured.is_some() { (None, text) } else { (text, None) };
    let list = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
    let kinds = [
        ("text", text),
        ("images", list(images.iter().map(ImageRef::to_value).collect())),
        ("files", list(files)),
        ("links", list(parts.links)),
        ("other", list(parts.other)),
    ];
    let found = kinds.into_iter().filter_map(|(kind, value)| Some((kind.to_owned(), value?)));
    let mut found: Map<String, Value> = found.collect();
    match structured {
        Some(Value::Object(mut structured)) if says_more(&structured, beside.as_ref()) => {
            structured.extend(beside.map(|text| ("content_text".to_owned(), text)));
            value_beside(structured, found)
        }
        Some(structured) if found.is_empty() => structured,
        // Later steps read it as it is.
        Some(Value::Object(structured)) => value_beside(structured, found),
        Some(structured) => {
            found.insert("result".to_owned(), structured);
            Value::Object(found)
        }
        None if found.len() > 1 || found.contains_key("other") => Value::Object(found),
        None => match found.into_iter().next() {
            Some((kind, Value::Array(mut one))) if kind != "text" && one.len() == 1 => {
                one.remove(0)
            }
            Some((_, value)) => value,
            None => Value::Null,
        },
    }
}

/// Whether the text beside a structured result is not the same as JSON once more.
fn says_more(structured: &Map<String, Value>, text: Option<&Value>) -> bool {
    text.is_some_and(|text| text.as_object() != Some(structured))
        && !structured.contains_key("content_text")
}

fn value_beside(mut structured: Map<String, Value>, found: Map<String, Value>) -> Value {
    for (kind, value) in found {
        let is_taken = structured.contains_key(&kind);
        let key = if is_taken { format!("content_{kind}") } else { kind };
        structured.insert(key, value);
    }
    Value::Object(structured)
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
        value(Parts::from(content), None, &[], vec![])
    }

    fn text(text: &str) -> ToolContent {
        ToolContent::Text(text.to_owned())
    }

    #[test]
    fn structured_content_comes_first_then_json_in_text_then_text() {
        let structured = Some(json!({"number": 7}));
        let beside = |words| value(Parts::from(vec![text(words)]), structured.clone(), &[], vec![]);

        assert_eq!(beside("Issue 7"), json!({"number": 7, "content_text": "Issue 7"}));
        assert_eq!(beside("{ \"number\": 7 }"), json!({"number": 7}));
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

    #[test]
    fn what_is_no_text_stands_beside_a_structured_result() {
        let parts = || Parts {
            texts: vec!["Seven".to_owned()],
            links: vec![json!({"uri": "file:///a", "name": "a"})],
            other: vec![json!({"type": "ui"})],
            ..Parts::default()
        };
        let beside = |structured| value(parts(), Some(structured), &[], vec![]);
        let (links, other) = (json!(parts().links), json!(parts().other));

        assert_eq!(
            beside(json!({"number": 7, "other": 1})),
            json!({"number": 7, "other": 1, "content_other": other, "links": links,
                   "content_text": "Seven"})
        );
        assert_eq!(beside(json!([7])), json!({"result": [7], "other": other, "links": links}));
    }

    #[test]
    fn an_unknown_part_is_named_beside_the_others() {
        let odd = json!({"type": "ui"});
        let unknown = || ToolContent::Other(odd.clone());

        assert_eq!(read(vec![unknown()]), json!({"other": [odd]}));
        assert_eq!(read(vec![text("Done."), unknown()]), json!({"text": "Done.", "other": [odd]}));
    }

    #[test]
    fn a_result_that_fastmcp_wraps_is_unwrapped() {
        let schema = json!({"type": "object", "x-fastmcp-wrap-result": true});
        let wrapped = || json!({"result": [7]});

        assert_eq!(unwrapped(wrapped(), Some(&schema)), json!([7]));
        assert_eq!(unwrapped(json!({"result": "[7]"}), Some(&schema)), json!([7]));
        assert_eq!(unwrapped(wrapped(), Some(&json!({}))), wrapped());
        assert_eq!(unwrapped(json!({"number": 7}), Some(&schema)), json!({"number": 7}));
    }
}
