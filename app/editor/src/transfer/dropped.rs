//! Files that are dropped on the canvas; a person confirms what is made of them.

use leptos::{ev::DragEvent, prelude::*, task::spawn_local};
use model::{
    parameter::{Parameter, ParameterKind},
    transfer::dropped::{Dropped, check, read},
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The length of the text that is shown for confirmation, in characters.
const SHOWN: usize = 400;

/// Reads the first file of a drop; `on_read` is called with what it is, or why it cannot be taken.
pub fn take_drop(
    event: &DragEvent,
    workflow: Signal<Workflow>,
    on_read: Callback<Result<Dropped, String>>,
) {
    let Some(file) = first_file(event) else { return };
    event.prevent_default();
    match check(&file.name(), &file.type_(), file.size()) {
        Ok(()) => read_file(file, workflow, on_read),
        Err(why) => on_read.run(Err(why)),
    }
}

/// The first file of a drop.
pub(super) fn first_file(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// The text of a file; nothing where it cannot be read.
pub(super) async fn text_of(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}

fn read_file(file: File, workflow: Signal<Workflow>, on_read: Callback<Result<Dropped, String>>) {
    spawn_local(async move {
        let text = text_of(&file).await;
        let Some(workflow) = workflow.try_get_untracked() else { return };
        let answer = match text {
            Some(text) => read(&workflow, &file.name(), text),
            None => Err(format!("Couldn't read {}.", file.name())),
        };
        on_read.try_run(answer);
    });
}

/// The dialog that shows the text which would become the default of a new input.
#[component]
pub fn DropDialog(
    /// The input that would be added; nothing closes the dialog.
    given: RwSignal<Option<Parameter>>,
    /// Called with the input when the person confirms.
    #[prop(into)]
    on_take: Callback<Parameter>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(given.read().is_some()));
    let take = move |()| {
        open.set(false);
        if let Some(parameter) = given.try_update(Option::take).flatten() {
            on_take.run(parameter);
        }
    };
    view! {
        <Dialog id="dropped" title="Add a field" open=open>
            {move || given.get().map(|parameter| view! { <InputPreview parameter=parameter /> })}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary on_press=take>
                    "Add field"
                </Button>
            </footer>
        </Dialog>
    }
}

#[component]
fn InputPreview(parameter: Parameter) -> impl IntoView {
    let text = match (&parameter.kind, &parameter.default) {
        (ParameterKind::LongText, Some(value)) => value.as_str().unwrap_or_default().to_owned(),
        (_, value) => value.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    view! {
        <div class="form">
            <p>
                "The launch form asks for " <strong>{parameter.title().to_owned()}</strong>
                " and fills it in with this text. In prompts, use "
                <code>{format!("${{input.{}}}", parameter.name)}</code> "."
            </p>
            <TextShown text=text />
        </div>
    }
}

/// The beginning of a text.
#[component]
pub(super) fn TextShown(text: String) -> impl IntoView {
    let start: String = text.chars().take(SHOWN).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    view! {
        <pre class="dropped__text" tabindex="0" role="region" aria-label="Text">
            {start}{more}
        </pre>
    }
}
