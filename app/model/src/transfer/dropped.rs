//! A file that is dropped on the canvas: a workflow, or a text as a value of the form.

use serde_json::Value;

use super::{foreign, record::definition_in, steps::is_steps, svg};
use crate::{
    parameter::{Parameter, ParameterKind},
    text::name::snake,
    workflow::{MAX_BYTES, Workflow},
};

/// The longest text that becomes a value to start with, in bytes: a definition holds all of them.
pub const MOST_TEXT: usize = 64 << 10;

/// What a dropped file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Dropped {
    /// The text of a workflow in some format.
    Workflow(String),
    /// A text, as the default value of a new input.
    Input(Box<Parameter>),
}

/// Whether a file of this type and size is worth reading.
///
/// # Errors
/// Why not, and where it belongs instead.
pub fn check(name: &str, media_type: &str, bytes: f64) -> Result<(), String> {
    // A drawing may hold the workflow that it shows.
    if media_type == "image/svg+xml" {
        return check_size(name, bytes);
    }
    if media_type.starts_with("image/") {
        return Err(image_refusal(name));
    }
    let is_text = media_type.is_empty()
        || media_type.starts_with("text/")
        || media_type.ends_with("json")
        || media_type.ends_with("yaml");
    if !is_text {
        return Err(format!("{name} is {media_type}. You can drop text files and workflows here."));
    }
    check_size(name, bytes)
}

fn image_refusal(name: &str) -> String {
    format!("{name} is an image. Add it to the library, or attach it at launch.")
}

/// Whether a file of this size is worth reading.
///
/// # Errors
/// How large it is, and may be.
pub fn check_size(name: &str, bytes: f64) -> Result<(), String> {
    #[expect(clippy::cast_precision_loss, reason = "a megabyte fits in 53 bits")]
    let most = MAX_BYTES as f64;
    if bytes > most {
        return Err(format!("{name} is {bytes} bytes; the limit is {MAX_BYTES}."));
    }
    Ok(())
}

/// Whether a file is a graph, or has one in it.
fn holds_nodes(json: &Value) -> bool {
    definition_in(json.clone()).0.get("nodes").is_some_and(Value::is_array)
}

/// Finds out what a file is by its content.
///
/// # Errors
/// Why it cannot be taken.
pub fn read(workflow: &Workflow, name: &str, text: String) -> Result<Dropped, String> {
    if text.contains('\0') || text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(format!("{name} isn't a text file."));
    }
    if svg::enclosed(&text).is_some() {
        return Ok(Dropped::Workflow(text));
    }
    if name.to_lowercase().ends_with(".svg") {
        return Err(image_refusal(name));
    }
    let json: Option<Value> = serde_json::from_str(&text).ok();
    let is_workflow = |json: &Value| holds_nodes(json) || is_steps(json);
    let file = match &json {
        Some(json) => foreign::recognize_value(json),
        None => foreign::recognize_text(&text),
    };
    // Reading it tells whose it is.
    let is_foreign = file.is_some_and(|file| file.is_known());
    if is_foreign || json.as_ref().is_some_and(is_workflow) {
        return Ok(Dropped::Workflow(text));
    }
    if text.trim().is_empty() {
        return Err(format!("{name} is empty."));
    }
    if text.len() > MOST_TEXT {
        return Err(format!(
            "{name} is {} bytes; the limit for a field is {MOST_TEXT}. Add it as a document and \
             choose it at launch.",
            text.len()
        ));
    }
    let (kind, value) = match json {
        Some(json @ (Value::Array(_) | Value::Object(_))) => (ParameterKind::Json, json),
        _ => (ParameterKind::LongText, Value::String(text)),
    };
    let label = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
    Ok(Dropped::Input(Box::new(Parameter {
        name: free(workflow, &snake(label)),
        label: label.to_owned(),
        kind,
        default: Some(value),
        ..Parameter::default()
    })))
}

/// The name, or the name with the first number that no parameter has.
fn free(workflow: &Workflow, wanted: &str) -> String {
    let is_taken = |name: &str| workflow.parameters.iter().any(|known| known.name == name);
    let numbered = (2..).map(|number: u32| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(workflow: &Workflow, name: &str, text: &str) -> Parameter {
        match read(workflow, name, text.to_owned()) {
            Ok(Dropped::Input(parameter)) => *parameter,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_is_what_an_input_starts_with_and_a_workflow_is_read() {
        let mut workflow = Workflow::default();

        let brief = input(&workflow, "Creative Brief.md", "A bottle with a filter.");
        assert_eq!(
            (brief.name.as_str(), brief.label.as_str()),
            ("creative_brief", "Creative Brief")
        );
        assert_eq!(
            (brief.kind, brief.default.clone()),
            (ParameterKind::LongText, Some(json!("A bottle with a filter.")))
        );
        workflow.parameters.push(brief);
        assert_eq!(input(&workflow, "Creative Brief.txt", "Another.").name, "creative_brief_2");
        assert_eq!(input(&workflow, "2026.json", "[1, 2]").kind, ParameterKind::Json);
        assert_eq!(input(&workflow, "2026.json", "[1, 2]").name, "p_2026");
        for file in [
            r#"{ "name": "Mine", "nodes": [] }"#,
            r#"{ "steps": [{ "name": "a", "tool": "x.y", "params": {} }] }"#,
            r#"{ "definition": { "steps": { "a": { "agent_id": "writer" } } } }"#,
        ] {
            let read = read(&workflow, "mine.json", file.to_owned());
            assert_eq!(read, Ok(Dropped::Workflow(file.to_owned())));
        }
        let how_to = r#"{ "steps": ["Fill in", "Launch"] }"#;
        assert_eq!(input(&workflow, "how.json", how_to).kind, ParameterKind::Json);
    }

    #[test]
    fn what_cannot_be_taken_says_why_and_where_it_belongs() {
        let said = |name, kind, bytes| check(name, kind, bytes).err().unwrap_or_default();
        assert!(said("a.png", "image/png", 10.0).contains("library"));
        assert!(said("a.zip", "application/zip", 10.0).contains("text files and workflows"));
        assert!(said("a.txt", "text/plain", 50e6).contains("limit"));
        assert_eq!(said("a.md", "", 10.0), "");
        let drawing = |text: &str| read(&Workflow::default(), "a.svg", text.to_owned());
        assert!(drawing("<svg></svg>").is_err_and(|why| why.contains("an image")));
        let held = svg::enclose(&Workflow::default());
        assert_eq!(drawing(&held), Ok(Dropped::Workflow(held.clone())));
        assert_eq!(said("a.svg", "image/svg+xml", 10.0), "");
        let refused = |text: String| read(&Workflow::default(), "a.txt", text).err();
        assert!(refused("a\0b".to_owned()).is_some_and(|why| why.contains("isn't a text")));
        assert!(refused("  ".to_owned()).is_some_and(|why| why.contains("empty")));
        assert!(refused("a".repeat(MOST_TEXT + 1)).is_some_and(|why| why.contains("document")));
    }
}
