//! Importing a workflow from a text or file; a person confirms what was read.

use api::builder::read_workflow;
use leptos::{
    ev::{DragEvent, Event},
    prelude::*,
    task::spawn_local,
};
use model::{
    id::TemplateId,
    pages::ImportedWorkflow,
    problem::Problem,
    transfer::{dropped::check_size, steps::Order},
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::{Dialog, DialogSize},
    field::{FieldInput, FormField},
    format,
};
use web::{docs_page::DocsPage, routes};
use web_sys::{File, HtmlInputElement};

use super::pasted::{first_file, text_of};

type Read = RwSignal<Option<Result<ImportedWorkflow, Problem>>>;

/// What is made of a workflow that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportTarget {
    /// It takes the place of the draft.
    Replace,
    /// It lies beside what is there, with ids of its own.
    Beside,
    /// It becomes a workflow of its own.
    New,
}

/// A workflow that was read, and what is made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub workflow: Workflow,
    pub target: ImportTarget,
}

/// The dialog that reads a workflow of any format, shows what was read and takes it where the person
/// wants it.
#[component]
pub fn ImportDialog(
    /// The template whose draft is open.
    template: TemplateId,
    /// Whether the dialog is open, both ways.
    open: RwSignal<bool>,
    /// The text to read, both ways.
    text: RwSignal<String>,
    /// Called with what is to be taken; returns why it cannot be.
    #[prop(into)]
    on_import: Callback<Import, Result<(), String>>,
) -> impl IntoView {
    let found: Read = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let side_by_side = RwSignal::new(false);
    let reading = Reading { template, text, side_by_side, found, busy };
    // A result belongs to the text and the order it was read with.
    Effect::new(move || {
        text.track();
        side_by_side.track();
        found.set(None);
    });
    let take = Callback::new(move |import: Import| match on_import.run(import) {
        Ok(()) => {
            open.set(false);
            text.set(String::new());
        }
        Err(why) => reading.refuse(why),
    });
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        if let Some(file) = first_file(&event) {
            reading.take_file(file);
        }
    };
    let on_choice = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            reading.take_file(file);
        }
        // Without this, choosing the same file again would send no event.
        input.set_value("");
    };
    view! {
        <Dialog id="import" title="Import a workflow" open=open size=DialogSize::Wide>
            <div class="form" on:dragover=|event| event.prevent_default() on:drop=on_drop>
                {FormField::new("import-text", "Workflow", FieldInput::lines(text, 8))
                    .help("Paste JSON from Atelier or React Flow, or a list of steps. Or drop a file here, such as an exported image.")}
                <StepsOptions text=text side_by_side=side_by_side />
                {move || found.get().map(|found| view! { <Found found=found on_take=take /> })}
            </div>
            <footer class="dialog__footer">
                <label class="button choice">
                    "Choose file"
                    <input
                        class="outbox__input"
                        type="file"
                        accept=".json,.svg,.txt,.yaml,.yml,application/json,image/svg+xml"
                        on:change=on_choice
                    />
                </label>
                <Button look=ButtonLook::Primary busy=busy on_press=move |()| reading.read()>
                    "Preview"
                </Button>
            </footer>
        </Dialog>
    }
}

/// What there is to know and to choose of a list of steps. The page on the format opens beside the
/// draft: what was typed stays.
#[component]
fn StepsOptions(text: RwSignal<String>, side_by_side: RwSignal<bool>) -> impl IntoView {
    let has_steps = Memo::new(move |_| text.with(|text| text.contains("\"steps\"")));
    let (href, rel) = (routes::docs(DocsPage::Steps), "external noopener");
    let order = move || FieldInput::switch(side_by_side);
    view! {
        <p class="small">
            <a class="link" href=href target="_blank" rel=rel>
                "How to write a list of steps"
            </a>
        </p>
        <Show when=move || has_steps.get()>
            {FormField::new("import-order", "Run independent steps in parallel", order())
                .help("When off, steps run one after another, in the order written.")}
        </Show>
    }
}

/// The state of reading a text.
#[derive(Clone, Copy)]
struct Reading {
    template: TemplateId,
    text: RwSignal<String>,
    side_by_side: RwSignal<bool>,
    found: Read,
    busy: RwSignal<bool>,
}

impl Reading {
    fn read(self) {
        self.busy.set(true);
        let text = self.text.get_untracked();
        let order = if self.side_by_side.get_untracked() { Order::Needed } else { Order::Written };
        spawn_local(async move {
            let read = read_workflow(text, order, Some(self.template));
            let answer = read.await.map_err(|error| error.0);
            self.found.try_set(Some(answer));
            self.busy.try_set(false);
        });
    }

    /// Reads a file; one that cannot be read leaves the text as it is.
    fn take_file(self, file: File) {
        if let Err(why) = check_size(&file.name(), file.size()) {
            // Just showing the text in the field would block the page for minutes.
            return self.refuse(why);
        }
        spawn_local(async move {
            let Some(content) = text_of(&file).await else { return };
            if self.text.try_set(content).is_none() {
                self.read();
            }
        });
    }

    fn refuse(self, why: String) {
        self.found.set(Some(Err(Problem::invalid(why, vec![]))));
    }
}

#[component]
fn Found(found: Result<ImportedWorkflow, Problem>, on_take: Callback<Import>) -> impl IntoView {
    let list = |lines: Vec<String>| {
        let line = |line: String| view! { <li>{line}</li> };
        view! { <ul class="import__lines">{lines.into_iter().map(line).collect_view()}</ul> }
    };
    match found {
        Err(problem) => {
            let lines = problem.errors.into_iter().map(|error| {
                let words = match error.path {
                    Some(path) if !path.is_empty() => format!("{path}: {}", error.message),
                    _ => error.message,
                };
                error.fix.map_or(words.clone(), |fix| format!("{words} {fix}"))
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
            let steps = format::pluralize(read.workflow.nodes.len() as u64, "step", "steps");
            let name = match read.workflow.name.trim() {
                "" => "Untitled".to_owned(),
                name => name.to_owned(),
            };
            let issues = read.issues.into_iter().map(|issue| issue.message).collect();
            let workflow = StoredValue::new(read.workflow);
            let take = move |target: ImportTarget| {
                on_take.run(Import { workflow: workflow.get_value(), target });
            };
            view! {
                <div class="import__found" role="status">
                    <p>{format!("{name} · {steps}")}</p>
                    {list(read.notes)}
                    {list(issues)}
                    <div class="row">
                        <Button on_press=move |()| take(ImportTarget::Replace)>
                            "Replace this draft"
                        </Button>
                        <Button on_press=move |()| take(ImportTarget::Beside)>
                            "Add to this draft"
                        </Button>
                        <Button on_press=move |()| take(ImportTarget::New)>
                            "Open as a new workflow"
                        </Button>
                    </div>
                </div>
            }
            .into_any()
        }
    }
}
