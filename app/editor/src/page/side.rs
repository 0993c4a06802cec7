//! The palette and the outline at the left of the canvas, and what an empty canvas offers.

use leptos::prelude::*;
use ui::{
    button::{Button, ButtonLook, LinkButton},
    icon::Icon,
    tabs::{Tab, TabPanel, Tabs},
};
use web::routes;

use super::page_state::PageState;
use crate::{
    canvas::{CanvasCommand, CanvasState, add_from_palette, drag_from_palette, run_command},
    outline::Outline,
    palette::{Palette, PaletteDrag},
    store::NewNode,
};

const ID: &str = "builder-side";

/// The tabs of palette and outline; the outline is first without scripts and on a read-only page.
#[component]
pub(super) fn Side(canvas: CanvasState) -> impl IntoView {
    let selected = canvas.side;
    let editable = canvas.editor.document.editable;
    Effect::new(move || {
        if editable.get() {
            selected.set("palette");
        }
    });
    let tabs = vec![Tab { key: "palette", label: "Add" }, Tab { key: "outline", label: "Outline" }];
    let add = move |new: NewNode| add_from_palette(canvas.editor, new);
    let drag = move |drag: PaletteDrag| drag_from_palette(canvas, &drag);
    view! {
        <aside class="builder__side" aria-label="Steps">
            <Tabs id=ID label="Steps" tabs=tabs selected=selected />
            <TabPanel id=ID key="palette" selected=selected>
                <Palette on_add=add on_drag=drag />
            </TabPanel>
            <TabPanel id=ID key="outline" selected=selected>
                <Outline canvas=canvas />
            </TabPanel>
        </aside>
    }
    .into_any()
}

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
