//! What can be added, and what is there.

use leptos::prelude::*;

use crate::{
    editor::{
        canvas::Desk,
        outline::Outline,
        palette::{Palette, PaletteDrag},
    },
    ui::tabs::{Tab, TabPanel, Tabs},
};

const ID: &str = "builder-side";

/// Palette and outline; without scripts, and where nothing may be changed, the outline.
#[component]
pub(super) fn Side(desk: Desk) -> impl IntoView {
    let selected = desk.side;
    let editable = desk.editor.editable;
    Effect::new(move || {
        if editable.get() {
            selected.set("palette");
        }
    });
    let tabs = vec![Tab { key: "palette", label: "Add" }, Tab { key: "outline", label: "Outline" }];
    let add = move |kind| desk.add_from_palette(kind);
    let drag = move |drag: PaletteDrag| desk.drag_from_palette(&drag);
    view! {
        <aside class="builder__side" aria-label="Nodes">
            <Tabs id=ID label="Nodes" tabs=tabs selected=selected />
            <TabPanel id=ID key="palette" selected=selected>
                <Palette on_add=add on_drag=drag />
            </TabPanel>
            <TabPanel id=ID key="outline" selected=selected>
                <Outline desk=desk />
            </TabPanel>
        </aside>
    }
    .into_any()
}
