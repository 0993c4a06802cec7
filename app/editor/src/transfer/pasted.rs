//! Texts that are pasted on the canvas and are no copied nodes: a person says what they are for.

use api::documents::create_document;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    api::documents::NewDocument,
    canvas::geometry::Point,
    id::WorkspaceId,
    parameter::Parameter,
    transfer::dropped::{Dropped, MOST_TEXT, read},
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    toast::ToastKind,
};
use web::routes;

use super::dropped::TextShown;
use crate::store::{Editor, actions::add_copy};

/// The label of an input that is made of a pasted text.
const NAME: &str = "Pasted text";
/// The greatest length of a title that is made of a text's first line, in characters.
const LONGEST_TITLE: usize = 60;

/// A text that was pasted and comes from no canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The text as it was pasted.
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
