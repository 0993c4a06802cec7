//! What an empty canvas offers: its first step, or a workflow to begin from.

use leptos::prelude::*;

use super::room::Room;
use crate::{
    editor::canvas::Deed,
    routes,
    ui::{
        button::{Button, ButtonLook, LinkButton},
        icon::Icon,
    },
};

/// Three ways to begin, while there is nothing but where a workflow starts and ends.
#[component]
pub(super) fn Blank(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let blank = Memo::new(move |_| editor.editable.get() && editor.is_blank());
    view! {
        <Show when=move || blank.get()>
            <div class="blank" role="group" aria-label="Ways to begin">
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Plus
                    on_press=move |()| room.desk.perform(Deed::QuickAdd)
                >
                    "Add a step"
                </Button>
                <LinkButton href=routes::gallery(room.workspace) icon=Icon::LayoutTemplate>
                    "Start from a template"
                </LinkButton>
                <Button icon=Icon::Upload on_press=move |()| room.importing.set(true)>
                    "Paste JSON"
                </Button>
            </div>
        </Show>
    }
    .into_any()
}
