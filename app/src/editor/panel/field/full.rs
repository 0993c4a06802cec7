//! Writing a long text in a room of its own.

use leptos::prelude::*;

use super::written::{Lines, WrittenBox};
use crate::{
    client::focus::focus,
    editor::panel::spot::Spot,
    ui::{
        button::IconButton,
        dialog::{Dialog, DialogSize},
        field::FieldFrame,
        icon::Icon,
    },
};

const HELP: &str = "Type $ to insert a value. What you write is kept as you write it.";

/// A button that opens the text as large as the window; both are one text.
#[component]
pub(super) fn InFull(spot: Spot, label: String, text: RwSignal<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = format!("full-{}", spot.id());
    let dialog = format!("{id}-dialog");
    let (box_id, title) = (StoredValue::new(id), StoredValue::new(label.clone()));
    Effect::new(move || {
        if open.get() {
            // The box is there with the next frame.
            request_animation_frame(move || box_id.with_value(|id| focus(id)));
        }
    });
    view! {
        <div class="config__tool">
            <IconButton
                icon=Icon::Maximize
                label=format!("Write in full: {label}")
                on_press=move |()| open.set(true)
            />
        </div>
        <Dialog id=dialog title=title.get_value() open=open size=DialogSize::Full>
            <Show when=move || open.get()>
                <FieldFrame
                    name=box_id.get_value()
                    label=title.get_value()
                    help=HELP
                    error=spot.error
                >
                    <WrittenBox
                        spot=spot
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
