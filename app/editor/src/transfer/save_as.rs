//! Saving the workflow as another template.

use api::templates::create_template;
use frame::sending::wrong_at;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    api::templates::NewTemplate, id::WorkspaceId, problem::Problem, template::TemplateCategory,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    failure::FormError,
    field::{Choice, LongTextField, SelectField, TextField},
};
use web::routes;

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
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move || {
        if open.get() {
            let (own, purpose) =
                workflow.with_untracked(|own| (own.name.clone(), own.description.clone()));
            name.set(format!("{own} (copy)"));
            description.set(purpose);
            failure.set(None);
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
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match create_template(form).await {
                Ok(saved) => navigate(&routes::builder(workspace, saved.id), Default::default()),
                Err(error) => drop(failure.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    let wrong = move |path| wrong_at(failure, path);
    let one = |category: &TemplateCategory| Choice::new(category.as_str(), category.label());
    let categories: Vec<Choice> = TemplateCategory::ALL.iter().map(one).collect();
    view! {
        <Dialog id="save-as" title="Save a copy" open=open>
            <div class="form">
                <FormError error=failure />
                <TextField name="save-as-name" label="Name" value=name error=wrong("name") />
                <LongTextField
                    name="save-as-purpose"
                    label="Description"
                    value=description
                    error=wrong("description")
                    rows=3
                />
                <SelectField
                    name="save-as-category"
                    label="Category"
                    value=category
                    options=categories
                    error=wrong("category")
                />
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary busy=busy on_press=save>
                    "Save copy"
                </Button>
            </footer>
        </Dialog>
    }
}
