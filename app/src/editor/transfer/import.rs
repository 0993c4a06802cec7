//! Reading a workflow from a text; nothing is put in before a person has seen what was read.

use leptos::{ev::DragEvent, prelude::*, task::spawn_local};
use model::{
    pages::ImportedWorkflow, problem::Problem, transfer::dropped::check_size, workflow::Workflow,
};
use web_sys::File;

use super::dropped::{first_file, text_of};
use crate::{
    api::builder::read_workflow,
    ui::{
        button::{Button, ButtonLook},
        dialog::{Dialog, DialogSize},
        field::LongTextField,
        format,
    },
};

type Read = RwSignal<Option<Result<ImportedWorkflow, Problem>>>;

/// Paste or drop a workflow of any format, look at what was read, take it.
#[component]
pub fn ImportDialog(
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// What is to be read, both ways.
    text: RwSignal<String>,
    /// Called with the workflow that is to take the draft's place; says why it cannot.
    #[prop(into)]
    on_import: Callback<Workflow, Result<(), String>>,
) -> impl IntoView {
    let found: Read = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let read = move |()| {
        busy.set(true);
        let text = text.get_untracked();
        spawn_local(async move {
            let answer = read_workflow(text).await.map_err(|error| error.0);
            found.try_set(Some(answer));
            busy.try_set(false);
        });
    };
    let take = Callback::new(move |workflow: Workflow| match on_import.run(workflow) {
        Ok(()) => {
            open.set(false);
            found.set(None);
            text.set(String::new());
        }
        Err(why) => found.set(Some(Err(Problem::invalid(why, vec![])))),
    });
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        let Some(file) = first_file(&event) else { return };
        match check_size(&file.name(), file.size()) {
            Ok(()) => take_file(file, text),
            // The field alone would hold up the page for minutes.
            Err(why) => found.set(Some(Err(Problem::invalid(why, vec![])))),
        }
    };
    view! {
        <Dialog id="import" title="Import a workflow" open=open size=DialogSize::Wide>
            <div class="form" on:dragover=|event| event.prevent_default() on:drop=on_drop>
                <LongTextField
                    name="import-text"
                    label="Workflow"
                    value=text
                    help="Paste JSON of this product or of React Flow, or drop a file here: a picture that was exported will do, too."
                    rows=8
                />
                {move || found.get().map(|found| view! { <Found found=found on_take=take /> })}
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary busy=busy on_press=read>
                    "Read it"
                </Button>
            </footer>
        </Dialog>
    }
}

/// A file that cannot be read leaves the text as it is.
fn take_file(file: File, text: RwSignal<String>) {
    spawn_local(async move {
        if let Some(read) = text_of(&file).await {
            text.try_set(read);
        }
    });
}

#[component]
fn Found(found: Result<ImportedWorkflow, Problem>, on_take: Callback<Workflow>) -> impl IntoView {
    let list = |lines: Vec<String>| {
        let line = |line: String| view! { <li>{line}</li> };
        view! { <ul class="import__lines">{lines.into_iter().map(line).collect_view()}</ul> }
    };
    match found {
        Err(problem) => {
            let lines = problem.errors.into_iter().map(|error| match error.path {
                Some(path) => format!("{path}: {}", error.message),
                None => error.message,
            });
            view! {
                <div class="form-error" role="alert">
                    <div>
                        <p>{problem.detail}</p>
                        {list(lines.collect())}
                    </div>
                </div>
            }
            .into_any()
        }
        Ok(read) => {
            let steps = format::counted(read.workflow.nodes.len() as u64, "node", "nodes");
            let issues = read.issues.into_iter().map(|issue| issue.message).collect();
            let workflow = read.workflow;
            view! {
                <div class="import__found" role="status">
                    <p>{format!("{} · {steps}", workflow.name)}</p>
                    {list(read.notes)}
                    {list(issues)}
                    <Button on_press=move |()| on_take.run(workflow.clone())>
                        "Replace the draft with it"
                    </Button>
                </div>
            }
            .into_any()
        }
    }
}
