//! A dialog as large as the window for a long text.

use leptos::prelude::*;
use ui::{
    button::IconButton,
    dialog::{Dialog, DialogSize},
    field::FieldFrame,
    icon::Icon,
};
use web::client::focus::focus;

use super::text_area::{Lines, TextArea};
use crate::panel::field_binding::FieldBinding;

const HELP: &str = "Type $ to insert a value. Your text saves as you type.";

/// The button that opens the dialog; both boxes edit the same text.
#[component]
pub(super) fn InFull(
    binding: FieldBinding,
    label: String,
    text: RwSignal<String>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = format!("full-{}", binding.id());
    let dialog = format!("{id}-dialog");
    let (box_id, title) = (StoredValue::new(id), StoredValue::new(label.clone()));
    Effect::new(move || {
        if open.get() {
            // The box is in the page with the next frame.
            request_animation_frame(move || box_id.with_value(|id| focus(id)));
        }
    });
    view! {
        <div class="config__tool">
            <IconButton
                icon=Icon::Maximize
                label=format!("Expand {label}")
                on_press=move |()| open.set(true)
            />
        </div>
        <Dialog id=dialog title=title.get_value() open=open size=DialogSize::Full>
            <Show when=move || open.get()>
                <FieldFrame
                    name=box_id.get_value()
                    label=title.get_value()
                    help=HELP
                    error=binding.error
                >
                    <TextArea
                        binding=binding
                        text=text
                        lines=Lines::Many
                        help=HELP
                        id=box_id.get_value()
                    />
                </FieldFrame>
            </Show>
        </Dialog>
    }
}
