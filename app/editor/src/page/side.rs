//! The palette and the outline at the left of the canvas.

use leptos::prelude::*;
use ui::tabs::{Tab, TabPanel, Tabs};

use crate::{
    canvas::{CanvasState, add_from_palette, drag_from_palette},
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
