//! Forms in dialogs, and what such a dialog is about.

use leptos::{ev::SubmitEvent, prelude::*};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    copy::CopyButton,
    dialog::{Dialog, DialogSize},
    failure::FormError,
};
use web::client::focus::focus_first;

use super::sending::Sending;

/// What a dialog is about, while it is open.
#[derive(Debug)]
pub struct Editing<T: 'static> {
    /// Whether the dialog is shown, both ways.
    pub open: RwSignal<bool>,
    /// What is changed; none for something new.
    pub known: RwSignal<Option<T>>,
}

impl<T> Clone for Editing<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Editing<T> {}

impl<T: Send + Sync> Default for Editing<T> {
    fn default() -> Self {
        Self { open: RwSignal::new(false), known: RwSignal::new(None) }
    }
}

impl<T: Send + Sync> Editing<T> {
    /// Opens the dialog for something known, or for something new.
    pub fn begin(self, known: Option<T>) {
        self.known.set(known);
        self.open.set(true);
    }

    /// The heading of the dialog: `verb` for something new, the name of what is changed otherwise.
    pub fn title(self, verb: &'static str, name: fn(&T) -> &str) -> Signal<String> {
        Signal::derive(move || match self.known.read().as_ref() {
            Some(known) => format!("Edit {}", name(known)),
            None => verb.to_owned(),
        })
    }
}

/// A dialog whose form is made, with its state, each time it opens: what was typed is gone from the
/// page once it is closed.
#[component]
pub fn FormDialog(
    /// An id unique on the page.
    id: &'static str,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// How much room it takes.
    #[prop(optional)]
    size: DialogSize,
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Dialog id=id title=title open=open size=size>
            {move || open.get().then(|| children())}
        </Dialog>
    }
    .into_any()
}

/// The form in a dialog: why it was refused, its inputs, and the buttons that close the dialog and
/// send the form.
#[component]
pub fn DialogForm(
    /// Whether the dialog around it is shown, both ways.
    open: RwSignal<bool>,
    /// Whether it is sent just now, and why it was refused.
    sending: Sending,
    #[prop(into)] on_submit: Callback<()>,
    /// The verb on the button that sends it.
    verb: &'static str,
    #[prop(default = ButtonLook::Primary)] look: ButtonLook,
    /// The `data-testid` of the form.
    #[prop(optional)]
    test_id: Option<&'static str>,
    /// Its inputs.
    children: Children,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form class="form" novalidate on:submit=send data-testid=test_id>
            <FormError error=sending.problem />
            {children()}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=look role=ButtonRole::Submit busy=sending.busy>
                    {verb}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// How a dialog shows a key that was made in it.
#[derive(Debug, Clone, Copy)]
pub struct KeyWords {
    /// The heading while the key is shown.
    pub title: &'static str,
    /// What the key is for, and that it is shown this once.
    pub text: &'static str,
    /// The name of the field that shows it.
    pub label: &'static str,
    pub what: &'static str,
    /// The `data-testid` of what is shown.
    pub test_id: &'static str,
}

/// A dialog whose form may make a key. The key is shown in its place this once, and is gone from the
/// page, as is what was typed, once the dialog is closed.
#[component]
pub fn KeyDialog(
    /// An id unique on the page.
    id: &'static str,
    /// The heading of the form.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// The key that was made just now, both ways.
    key: RwSignal<Option<String>>,
    /// How the dialog shows the key.
    words: KeyWords,
    children: ChildrenFn,
) -> impl IntoView {
    Effect::new(move || {
        if !open.get() {
            key.set(None);
        }
    });
    let title =
        Signal::derive(
            move || {
                if key.read().is_some() { words.title.to_owned() } else { title.get() }
            },
        );
    let children = StoredValue::new(children);
    view! {
        <FormDialog id=id title=title open=open>
            {move || match key.get() {
                Some(key) => view! { <NewKey key=key words=words open=open /> }.into_any(),
                None => children.with_value(|form| form()),
            }}
        </FormDialog>
    }
    .into_any()
}

#[component]
fn NewKey(key: String, words: KeyWords, open: RwSignal<bool>) -> impl IntoView {
    // The form that had the focus is gone.
    Effect::new(|| focus_first(".tokens__key"));
    let shown = key.clone();
    view! {
        <div class="stack" data-testid=words.test_id>
            <p>{words.text}</p>
            <div class="tokens__key">
                <input class="input" readonly=true aria-label=words.label value=shown />
                <CopyButton text=key verb="Copy" what=words.what size=ButtonSize::Regular />
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary on_press=move |()| open.set(false)>"Done"</Button>
            </footer>
        </div>
    }
    .into_any()
}
