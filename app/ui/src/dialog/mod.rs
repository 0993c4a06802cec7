//! Modal questions on the native `<dialog>`: focus trap, Escape and focus return come with it.

mod removal;

use leptos::{
    ev::{Event, MouseEvent},
    html,
    prelude::*,
};

pub use removal::RemovalDialog;

use super::{
    button::{Button, ButtonLook, IconButton},
    icon::Icon,
    toast::DialogToasts,
};

/// How much room a dialog takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DialogSize {
    /// As wide as a question needs.
    #[default]
    Regular,
    /// As wide as a form or a preview needs.
    Wide,
    /// The whole window, for a long text.
    Full,
}

impl DialogSize {
    fn class(self) -> &'static str {
        match self {
            Self::Regular => "dialog",
            Self::Wide => "dialog dialog--wide",
            Self::Full => "dialog dialog--full",
        }
    }
}

/// A modal dialog shown while `open`; Escape, its cross and a click beside it close it.
#[component]
pub fn Dialog(
    /// An id unique on the page; the heading's id is made from it.
    #[prop(into)]
    id: String,
    /// The heading, which is also the name for screen readers.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// How much room it takes.
    #[prop(optional)]
    size: DialogSize,
    /// What it holds; end with an element of class `dialog__footer` for its buttons.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else { return };
        if wanted && !dialog.open() {
            // Refused only when it is already shown or gone from the page.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    // When words are selected, a press inside may be released beside the dialog: that is no click
    // there.
    let pressed_beside = StoredValue::new(false);
    let on_click = move |event: MouseEvent| {
        if pressed_beside.get_value() && is_beside(&event) {
            open.set(false);
        }
    };
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    view! {
        <dialog
            node_ref=node
            class=size.class()
            id=id
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
            on:pointerdown=move |event| pressed_beside.set_value(is_beside(&event))
            on:click=on_click
        >
            <div class="dialog__frame">
                <header class="dialog__header">
                    <h2 id=heading>{move || title.get()}</h2>
                    <IconButton
                        icon=Icon::X
                        label="Close"
                        on_press=move |()| open.set(false)
                    />
                </header>
                {children()}
            </div>
            <DialogToasts open=open />
        </dialog>
    }
    .into_any()
}

/// Whether a dialog is shown: while there is something that it is about. What closes it takes that away.
pub fn open_while<T: Send + Sync + 'static>(about: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(about.read().is_some()));
    Effect::new(move || {
        if !open.get() && about.with_untracked(Option::is_some) {
            about.set(None);
        }
    });
    open
}

/// Whether an event happened on the backdrop: on the dialog element itself and on nothing in it.
fn is_beside(event: &Event) -> bool {
    event.target().zip(event.current_target()).is_some_and(|(at, own)| at == own)
}

/// Asks for consent before something is done, and names its effects. Enter agrees to what can be
/// undone; the button of a dangerous action must be pressed.
#[component]
pub fn ConfirmDialog(
    /// An id unique on the page.
    #[prop(into)]
    id: String,
    /// The heading: what is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What will happen.
    #[prop(into)]
    text: Signal<String>,
    /// The verb on the button.
    #[prop(into)]
    verb: Signal<String>,
    /// How that button looks; choose another look where nothing is destroyed.
    #[prop(default = Signal::stored(ButtonLook::Danger), into)]
    look: Signal<ButtonLook>,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// Called when the person agrees; the dialog closes by itself.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    let agree = move |()| {
        open.set(false);
        on_confirm.run(());
    };
    let agree = move || {
        let look = look.get();
        view! {
            <Button look=look autofocus=look != ButtonLook::Danger on_press=agree>
                {move || verb.get()}
            </Button>
        }
    };
    view! {
        <Dialog id=id title=title open=open>
            <p class="muted">{move || text.get()}</p>
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                {agree}
            </footer>
        </Dialog>
    }
    .into_any()
}
