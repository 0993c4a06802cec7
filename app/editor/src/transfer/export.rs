//! Saving the workflow as a file or as another template.

use api::templates::create_template;
use diagram::drawing::drawing;
use frame::sending::Sending;
use leptos::prelude::{document, *};
use leptos_router::hooks::use_navigate;
use model::{
    api::templates::NewTemplate,
    id::WorkspaceId,
    template::TemplateCategory,
    transfer::{
        react_flow,
        steps::{self, MoreThanSteps, Order},
    },
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    failure::FormError,
    field::{Choice, FieldInput, FormField},
};
use wasm_bindgen::{JsCast, JsValue};
use web::{client::colour::colour_of_kind, routes};
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

/// The dialog that asks for name, purpose and category, saves, and opens the editor of the new
/// template.
#[component]
pub fn SaveAsDialog(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Whether the dialog is open, both ways.
    open: RwSignal<bool>,
    /// The workflow that is saved.
    #[prop(into)]
    workflow: Signal<Workflow>,
    /// The category that is preselected.
    category: TemplateCategory,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let category = RwSignal::new(category.as_str().to_owned());
    let sending = Sending::default();
    Effect::new(move || {
        if open.get() {
            let (own, purpose) =
                workflow.with_untracked(|own| (own.name.clone(), own.description.clone()));
            name.set(format!("{own} (copy)"));
            description.set(purpose);
            sending.problem.set(None);
        }
    });
    let navigate = use_navigate();
    let save = move |()| {
        let form = NewTemplate {
            definition: serde_json::to_value(workflow.get_untracked()).unwrap_or_default(),
            name: Some(name.get_untracked()),
            description: Some(description.get_untracked()),
            category: TemplateCategory::from_key(&category.read_untracked()).unwrap_or_default(),
            example_output: String::new(),
            unfinished: true,
            rename: false,
        };
        let navigate = navigate.clone();
        sending.send(create_template(form), move |saved| {
            navigate(&routes::builder(workspace, saved.id), Default::default());
        });
    };
    let one = |category: &TemplateCategory| Choice::new(category.as_str(), category.label());
    let categories: Vec<Choice> = TemplateCategory::ALL.iter().map(one).collect();
    view! {
        <Dialog id="save-as" title="Save a copy" open=open>
            <div class="form">
                <FormError error=sending.problem />
                {FormField::line("save-as-name", "Name", name).error(sending.wrong("name"))}
                {FormField::new("save-as-purpose", "Description", FieldInput::lines(description, 3))
                    .error(sending.wrong("description"))}
                {FormField::choice("save-as-category", "Category", category, categories)
                    .error(sending.wrong("category"))}
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary busy=sending.busy on_press=save>
                    "Save copy"
                </Button>
            </footer>
        </Dialog>
    }
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
