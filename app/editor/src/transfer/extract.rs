//! Converting the selection to a workflow of its own.

use std::collections::BTreeSet;

use api::templates::create_template;
use frame::sending::Sending;
use leptos::prelude::*;
use model::{
    api::templates::NewTemplate, edit::Extracted, id::NodeId, pages::TemplateOffer,
    template::TemplateCategory,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    failure::FormError,
    field::TextField,
};

use crate::store::Editor;

/// The dialog that shows inputs and outputs of the selection, asks for a name, publishes the new
/// workflow and replaces the selection by one step that runs it.
#[component]
pub fn ExtractDialog(
    /// The editor whose selection is converted.
    editor: Editor,
    /// Whether the dialog is open, both ways.
    open: RwSignal<bool>,
    /// The category of the new workflow.
    category: TemplateCategory,
    /// Called with the new workflow, before a step names it.
    #[prop(into)]
    on_made: Callback<TemplateOffer>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let selection = RwSignal::new(BTreeSet::<NodeId>::new());
    let sending = Sending::default();
    Effect::new(move || {
        if open.get() {
            selection.set(editor.view.selected_nodes());
            name.set(propose_name(editor));
            sending.problem.set(None);
        }
    });
    let shown = Memo::new(move |_| {
        let is_open = open.get();
        is_open.then(|| editor.document.preview_extraction(&selection.get()).ok()).flatten()
    });
    let convert = move |()| {
        let ids = selection.get_untracked();
        let name = name.get_untracked().trim().to_owned();
        let form = match editor.document.plan_extraction(&ids, &name) {
            Ok(found) => form(&found, name, category),
            Err(why) => return editor.notices.notify(why.to_string()),
        };
        sending.send(create_template(form), move |saved| {
            let version = saved.version.unwrap_or(1);
            let (id, name) = (saved.id, saved.name);
            on_made.try_run(TemplateOffer { id, name: name.clone(), version });
            replace_by_step(editor, open, &ids, &name);
        });
    };
    view! {
        <Dialog id="extract" title="Convert to a workflow" open=open>
            <div class="form">
                <FormError error=sending.problem />
                <p>
                    "Moves the selected steps to a new published workflow. One step that runs it takes \
                     their place."
                </p>
                <TextField name="extract-name" label="Name" value=name error=sending.wrong("name") />
                {move || shown.get().map(|found| view! { <Passing found=found /> })}
            </div>
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary busy=sending.busy on_press=convert>
                    "Convert"
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// The request that publishes the new workflow.
fn form(found: &Extracted, name: String, category: TemplateCategory) -> NewTemplate {
    NewTemplate {
        definition: serde_json::to_value(&found.child).unwrap_or_default(),
        name: Some(name),
        description: None,
        category,
        example_output: String::new(),
        unfinished: false,
        rename: false,
    }
}

/// Replaces the nodes by one step that runs the new workflow, and offers to undo that.
fn replace_by_step(editor: Editor, open: RwSignal<bool>, ids: &BTreeSet<NodeId>, name: &str) {
    // The editor may have been left meanwhile.
    if open.try_set(false).is_some() {
        return;
    }
    if editor.edit(|workflow| Ok(model::edit::extract(workflow, ids, name)?.edit)) {
        let words = format!("Published “{name}”. One step runs it now.");
        editor.offer_undo(words);
    }
}

/// A name made of the titles of the first and the last selected step.
fn propose_name(editor: Editor) -> String {
    let order = editor.view.canvas_model.order.get_untracked();
    let nodes = editor.view.selected_nodes();
    let mut titles = order.iter().filter(|id| nodes.contains(*id)).map(|id| editor.title(id));
    match (titles.next(), titles.next_back()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        (Some(only), None) => only,
        _ => String::new(),
    }
}

/// The inputs and outputs of the new workflow.
#[component]
fn Passing(found: Extracted) -> impl IntoView {
    let rows = found.child.parameters.iter().zip(&found.given).map(|(parameter, pair)| {
        view! {
            <dt>
                <code>{parameter.name.clone()}</code>
                " "
                {parameter.port_type().to_string()}
            </dt>
            <dd><code>{pair.value.as_str().to_owned()}</code></dd>
        }
    });
    let inputs = if found.given.is_empty() {
        view! { <p class="muted">"It needs no values."</p> }.into_any()
    } else {
        view! { <dl class="extract__values">{rows.collect_view()}</dl> }.into_any()
    };
    let outputs = match found.gives.as_slice() {
        [] => "The result of its last step.".to_owned(),
        names => names.join(", "),
    };
    view! {
        <section aria-labelledby="extract-in">
            <h3 id="extract-in">"Fields"</h3>
            {inputs}
        </section>
        <section aria-labelledby="extract-out">
            <h3 id="extract-out">"Result"</h3>
            <p>{outputs}</p>
        </section>
    }
}
