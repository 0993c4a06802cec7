//! What an empty canvas offers: a first step, or a workflow to begin from.

use leptos::prelude::*;
use ui::{
    button::{Button, ButtonLook, LinkButton},
    icon::Icon,
};
use web::routes;

use super::page_state::PageState;
use crate::canvas::{CanvasCommand, run_command};

/// Three ways to begin, while the workflow has no nodes but Start and End.
#[component]
pub(super) fn Blank(state: PageState) -> impl IntoView {
    let document = state.canvas.editor.document;
    let blank = Memo::new(move |_| document.editable.get() && document.is_blank());
    view! {
        <Show when=move || blank.get()>
            <div class="blank" role="group" aria-label="Get started">
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Plus
                    on_press=move |()| run_command(state.canvas, CanvasCommand::QuickAdd)
                >
                    "Add a step"
                </Button>
                <LinkButton href=routes::gallery(state.workspace) icon=Icon::LayoutTemplate>
                    "Start from a template"
                </LinkButton>
                <Button icon=Icon::Upload on_press=move |()| state.importing.set(true)>
                    "Paste JSON"
                </Button>
            </div>
        </Show>
    }
    .into_any()
}
