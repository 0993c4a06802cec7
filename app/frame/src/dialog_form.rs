//! Forms in dialogs, and what such a dialog is about.

use leptos::{ev::SubmitEvent, prelude::*};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    failure::FormError,
};

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
}

/// The form in a dialog: why it was refused, its inputs, and the buttons that close the dialog and
/// send the form. It is made with its state each time the dialog opens, so that what was typed is
/// gone once the dialog is closed.
#[component]
pub fn DialogForm(
    /// Whether the dialog around it is shown, both ways.
    open: RwSignal<bool>,
    /// Whether it is sent just now, and why it was refused.
    sending: Sending,
    /// Sends it.
    #[prop(into)]
    on_submit: Callback<()>,
    /// The verb on the button that sends it.
    verb: &'static str,
    /// How that button looks.
    #[prop(default = ButtonLook::Primary)]
    look: ButtonLook,
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
