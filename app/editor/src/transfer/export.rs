//! Exporting a workflow as a file.

use diagram::drawing::drawing;
use leptos::prelude::document;
use model::{
    transfer::{
        react_flow,
        steps::{self, MoreThanSteps, Order},
    },
    workflow::Workflow,
};
use wasm_bindgen::{JsCast, JsValue};
use web::client::colour::colour_of_kind;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url, js_sys::Array};

const JSON: &str = "application/json";

/// Lets the browser save the workflow in the canonical format.
pub fn download(workflow: &Workflow) {
    save(&file_name(&workflow.name, "json"), JSON, &workflow.to_json());
}

/// Lets the browser save the workflow as React Flow loads it.
pub fn download_react_flow(workflow: &Workflow) {
    let file = file_name(&workflow.name, "react-flow.json");
    save(&file, JSON, &react_flow::export(workflow));
}

/// Lets the browser save the workflow as a list of steps; returns the order in which importing it
/// gives the same workflow.
///
/// # Errors
/// When a list of steps cannot express the workflow.
pub fn download_steps(workflow: &Workflow) -> Result<Order, MoreThanSteps> {
    let (text, order) = steps::export(workflow)?;
    save(&file_name(&workflow.name, "steps.json"), JSON, &text);
    Ok(order)
}

/// Lets the browser save an SVG picture of the workflow, from which it can be imported again.
pub fn download_picture(workflow: &Workflow) {
    let colour = |kind: &str| colour_of_kind(kind, true).unwrap_or_else(|| "gray".to_owned());
    save(&file_name(&workflow.name, "svg"), "image/svg+xml", &drawing(workflow, colour));
}

fn save(name: &str, media_type: &str, text: &str) {
    // A browser that cannot save files does nothing.
    let _ = offer(name, media_type, text);
}

fn offer(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// The name of a workflow's file: "Spring ads" becomes `spring-ads.json`.
fn file_name(name: &str, end: &str) -> String {
    let letter =
        |c: char| if c.is_alphanumeric() { c.to_lowercase().to_string() } else { "-".to_owned() };
    let name: String = name.chars().map(letter).collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { format!("workflow.{end}") } else { format!("{}.{end}", words.join("-")) }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_is_called_like_its_workflow() {
        assert_eq!(file_name("Spring ads / 2026", "json"), "spring-ads-2026.json");
        assert_eq!(file_name("../..", "json"), "workflow.json");
    }
}
