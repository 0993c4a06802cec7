//! Making a workflow of its own of what is selected.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::NewTemplate, edit::Extracted, id::NodeId, pages::TemplateOffer,
    template::TemplateCategory,
};

use crate::{
    api::{ApiError, builder::create_template},
    editor::store::Editor,
    ui::{
        button::{Button, ButtonLook},
        dialog::Dialog,
        failure::FormError,
        field::TextField,
    },
};

/// Shows what goes into the selection and what comes out of it, asks for a name, publishes the new
/// workflow and puts one step in the place of the selection.
#[component]
pub fn ExtractDialog(
    /// The document.
    editor: Editor,
    /// Where the new workflow belongs.
    category: TemplateCategory,
    /// Told of the new workflow, before a step names it.
    #[prop(into)]
    on_made: Callback<TemplateOffer>,
) -> impl IntoView {
    let open = editor.extracting;
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(BTreeSet::<NodeId>::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    Effect::new(move || {
        if open.get() {
            chosen.set(editor.chosen.with_untracked(|chosen| chosen.nodes.clone()));
            name.set(proposed(editor));
            failure.set(None);
        }
    });
    let shown = Memo::new(move |_| {
        let is_open = open.get();
        is_open.then(|| editor.extractable(&chosen.get()).ok()).flatten()
    });
    let convert = move |()| {
        let ids = chosen.get_untracked();
        let name = name.get_untracked().trim().to_owned();
        let form = match editor.extracted(&ids, &name) {
            Ok(found) => form(&found, name, category),
            Err(why) => return editor.refuse(why.to_string()),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match create_template(form).await {
                Ok(saved) => {
                    let version = saved.version.unwrap_or(1);
                    let (id, name) = (saved.id, saved.name);
                    on_made.try_run(TemplateOffer { id, name: name.clone(), version });
                    put_in(editor, &ids, &name);
                }
                Err(error) => drop(failure.try_set(Some(error))),
            }
            busy.try_set(false);
        });
    };
    let error = move || failure.with(|error| error.as_ref()?.of_field("name"));
    view! {
        <Dialog id="extract" title="Convert to a workflow" open=open>
            <div class="form">
                <FormError error=failure />
                <p>
                    "The selected steps become a workflow of their own, which is published. One step \
                     that runs it takes their place."
                </p>
                <TextField name="extract-name" label="Name" value=name error=Signal::derive(error) />
                {move || shown.get().map(|found| view! { <Passing found=found /> })}
            </div>
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary busy=busy on_press=convert>
                    "Convert"
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// The new workflow as it is sent.
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

/// The step that runs the new workflow, in the place of what it is made of.
fn put_in(editor: Editor, ids: &BTreeSet<NodeId>, name: &str) {
    // The editor may have been left meanwhile.
    if editor.extracting.try_set(false).is_some() {
        return;
    }
    if editor.edit(|workflow| Ok(model::edit::extract(workflow, ids, name)?.edit)) {
        let words = format!("“{name}” is published, and one step runs it.");
        editor.offer_undo(words);
    }
}

/// A name made of those of the selected steps.
fn proposed(editor: Editor) -> String {
    let order = editor.drawing.order.get_untracked();
    let nodes = editor.chosen.with_untracked(|chosen| chosen.nodes.clone());
    let mut titles = order.iter().filter(|id| nodes.contains(*id)).map(|id| editor.title(id));
    match (titles.next(), titles.next_back()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        (Some(only), None) => only,
        _ => String::new(),
    }
}

/// What goes in, and what comes out.
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
        view! { <p class="muted">"Nothing: it needs no values from outside."</p> }.into_any()
    } else {
        view! { <dl class="extract__values">{rows.collect_view()}</dl> }.into_any()
    };
    let outputs = match found.gives.as_slice() {
        [] => "The result of its last step, as one value.".to_owned(),
        names => names.join(", "),
    };
    view! {
        <section aria-labelledby="extract-in">
            <h3 id="extract-in">"What goes in"</h3>
            {inputs}
        </section>
        <section aria-labelledby="extract-out">
            <h3 id="extract-out">"What comes out"</h3>
            <p>{outputs}</p>
        </section>
    }
}
