//! The dialogs of the page.

use api::{ApiError, templates::create_template};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    api::templates::{NewTemplate, SavedTemplate},
    edit::{self, Command},
    parameter::Parameter,
    template::TemplateCategory,
    workflow::Workflow,
};
use ui::toast::ToastKind;
use web::routes;

use super::{launching::OnSaved, page_state::PageState};
use crate::{
    canvas::{CanvasCommand, run_command},
    saving::ConflictSheet,
    store::Editor,
    test_run::TestDialog,
    transfer::{
        DropDialog, ExtractDialog, Import, ImportDialog, ImportTarget, PasteDialog, SaveAsDialog,
    },
    versions::VersionsDialog,
};

/// What a workflow is called that was imported without a name.
const UNNAMED: &str = "Imported workflow";

/// All dialogs of the page; each is hidden until its signal opens it.
#[component]
pub(super) fn Dialogs(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let workflow = Signal::from(editor.document.workflow);
    let category = state.page.with_value(|page| page.category);
    let published = move |version: i32| {
        state.version.set(Some(version));
        editor.notices.toasts.show(ToastKind::Done, format!("Published version {version}."));
    };
    let navigate = use_navigate();
    let open = Callback::new(move |address: String| navigate(&address, Default::default()));
    let on_saved = OnSaved::new(state, "tested");
    let copy = move |mine: Workflow| save_copy(state, mine, category, open);
    let add_input = move |parameter: Parameter| {
        let label = format!("add the field {}", parameter.title());
        let document = editor.document;
        let known = document.workflow.with_untracked(|workflow| workflow.parameters.clone());
        let all = known.into_iter().chain([parameter]).collect();
        editor.run(Command::Parameters(all), label);
    };
    view! {
        <TestDialog editor=editor keep=Callback::new(move |then| on_saved.then(then)) />
        <ConflictSheet saving=state.saving on_copy=copy />
        <VersionsDialog
            template=editor.document.template
            open=state.versions
            workflow=workflow
            saving=state.saving
            on_publish=published
            on_restore=state.replace_callback("restore a version")
        />
        <ImportDialog
            template=editor.document.template
            open=state.importing
            text=state.import
            on_import=move |import| take_import(state, import, category, open)
        />
        <ExtractDialog
            editor=editor
            open=state.canvas.popups.extracting
            category=category
            on_made=move |offer| state.page.update_value(|page| page.stock.templates.push(offer))
        />
        <DropDialog given=state.dropped on_take=add_input />
        <PasteDialog
            workspace=state.workspace
            editor=editor
            foreign=state.canvas.popups.foreign
            on_workflow=move |text| {
                state.import.set(text);
                state.importing.set(true);
            }
            on_input=add_input
        />
        <SaveAsDialog
            workspace=state.workspace
            open=state.copying
            workflow=workflow
            category=category
        />
    }
    .into_any()
}

/// Takes a workflow that was read where the person wants it.
fn take_import(
    state: PageState,
    import: Import,
    category: TemplateCategory,
    open: Callback<String>,
) -> Result<(), String> {
    let Import { workflow, target } = import;
    let editor = state.canvas.editor;
    match target {
        ImportTarget::Replace => editor.replace(workflow, "import")?,
        ImportTarget::Beside => {
            let document = editor.document;
            let edit = document.workflow.with_untracked(|here| edit::insert(here, workflow));
            let edit = edit.map_err(|why| why.to_string())?;
            editor.edit(|_| Ok(edit));
        }
        ImportTarget::New => {
            let name = match workflow.name.trim() {
                "" => UNNAMED.to_owned(),
                name => name.to_owned(),
            };
            let made = save_new(workflow, name, category);
            spawn_local(async move {
                match made.await {
                    Ok(saved) => {
                        open.try_run(routes::builder(state.workspace, saved.id));
                    }
                    Err(error) => editor.notices.toasts.show(ToastKind::Failed, error.0),
                }
            });
            return Ok(());
        }
    }
    run_command(state.canvas, CanvasCommand::Fit);
    Ok(())
}

/// Makes a template of its own of a workflow that need not be able to run yet.
async fn save_new(
    workflow: Workflow,
    name: String,
    category: TemplateCategory,
) -> Result<SavedTemplate, ApiError> {
    let form = NewTemplate {
        definition: serde_json::to_value(&workflow).unwrap_or_default(),
        name: Some(name),
        description: None,
        category,
        example_output: String::new(),
        unfinished: true,
        rename: true,
    };
    create_template(form).await
}

/// Saves one's own side of a conflict as a template of its own.
fn save_copy(state: PageState, mine: Workflow, category: TemplateCategory, open: Callback<String>) {
    let editor: Editor = state.canvas.editor;
    let name = format!("{} (my changes {})", mine.name, state.saving.revision());
    spawn_local(async move {
        match save_new(mine, name, category).await {
            Ok(saved) => {
                let address = routes::builder(state.workspace, saved.id);
                let words = format!("Saved your copy as “{}”.", saved.name);
                editor.notices.toasts.offer(ToastKind::Done, words, "Open", move |()| {
                    open.try_run(address.clone());
                });
            }
            Err(error) => editor.notices.toasts.show(ToastKind::Failed, error.0),
        }
    });
}
