//! Texts that are pasted and files that are dropped on the canvas: a person says what they are for.

use api::documents::create_document;
use leptos::{ev::DragEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    api::documents::NewDocument,
    canvas::geometry::Point,
    id::WorkspaceId,
    parameter::{Parameter, ParameterKind},
    transfer::dropped::{Dropped, MOST_TEXT, check, read},
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    toast::ToastKind,
};
use wasm_bindgen_futures::JsFuture;
use web::routes;
use web_sys::File;

use crate::store::{Editor, actions::add_copy};

/// The label of an input that is made of a pasted text.
const NAME: &str = "Pasted text";
/// The greatest length of a title that is made of a text's first line, in characters.
const LONGEST_TITLE: usize = 60;

/// A text that was pasted and comes from no canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    pub text: String,
    /// Where it was pasted, in world units.
    pub at: Point,
}

/// The dialog that asks what a pasted text is for: a prompt, an input or a document.
#[component]
pub fn PasteDialog(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The editor that the text was pasted into.
    editor: Editor,
    /// The pasted text; nothing closes the dialog.
    foreign: RwSignal<Option<Foreign>>,
    /// Called with a text that is a workflow, without asking.
    #[prop(into)]
    on_workflow: Callback<String>,
    /// Called with the input that is to be added.
    #[prop(into)]
    on_input: Callback<Parameter>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let input = RwSignal::new(Err::<Parameter, String>(String::new()));
    Effect::new(move || {
        let text = foreign.with(|found| found.as_ref().map(|one| one.text.clone()));
        let Some(text) = text else { return open.set(false) };
        let is_long = text.len() > MOST_TEXT;
        match editor.document.workflow.with_untracked(|workflow| read(workflow, NAME, text)) {
            Ok(Dropped::Workflow(text)) => {
                foreign.set(None);
                return on_workflow.run(text);
            }
            Ok(Dropped::Input(parameter)) => input.set(Ok(*parameter)),
            Err(why) if is_long => input.set(Err(why)),
            Err(why) => {
                foreign.set(None);
                return editor.notices.notify(why);
            }
        }
        open.set(true);
    });
    let why_not = MaybeProp::derive(move || input.read().as_ref().err().cloned());
    let take_text = move || {
        open.set(false);
        foreign.try_update(Option::take).flatten()
    };
    let navigate = use_navigate();
    let show = Callback::new(move |address: String| navigate(&address, Default::default()));
    let as_prompt = move |()| {
        if let Some(Foreign { text, at }) = take_text() {
            add_copy(editor, &text, at);
        }
    };
    let as_input = move |()| {
        if let (Some(_), Ok(parameter)) = (take_text(), input.get_untracked()) {
            on_input.run(parameter);
        }
    };
    let as_document = move |()| {
        if let Some(Foreign { text, .. }) = take_text() {
            save_document(text, editor, workspace, show);
        }
    };
    view! {
        <Dialog id="pasted" title="Pasted text" open=open>
            <div class="form">
                <p>"Choose what to add it as."</p>
                {move || foreign.get().map(|found| view! { <TextShown text=found.text /> })}
            </div>
            <footer class="dialog__footer">
                <Button on_press=as_document>"Add as a document"</Button>
                <Button why_not=why_not on_press=as_input>
                    "Add a field"
                </Button>
                <Button look=ButtonLook::Primary why_not=why_not on_press=as_prompt>
                    "Generate copy with this prompt"
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Saves a text as a document and offers to open it.
fn save_document(text: String, editor: Editor, workspace: WorkspaceId, show: Callback<String>) {
    let title = title_of(&text);
    let new = NewDocument { title: Some(title.clone()), content: text, ..NewDocument::default() };
    spawn_local(async move {
        match create_document(new).await {
            Ok(id) => {
                let address = routes::document(workspace, id);
                let words = format!("Added the document “{title}”.");
                editor.notices.toasts.offer(ToastKind::Done, words, "Open", move |()| {
                    show.try_run(address.clone());
                });
            }
            Err(error) => editor.notices.toasts.show(ToastKind::Failed, error.0),
        }
    });
}

/// The first line of a text that is not blank, without the marks of a heading.
fn title_of(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim_start_matches('#').trim());
    let first = lines.into_iter().find(|line| !line.is_empty()).unwrap_or(NAME);
    first.chars().take(LONGEST_TITLE).collect()
}

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
