//! What can be done with the edge under the pointer: insert a node, delete it, take off an end.

use leptos::{ev::MouseEvent, prelude::*};
use model::{
    canvas::{geometry::Point, hit::Hit, ports::PortSide},
    id::EdgeId,
};

use super::{desk::Desk, linking::handle};
use crate::editor::store::Purpose;
use crate::ui::icon::{Glyph, Icon};

/// The buttons at the middle of the edge under the pointer, or of the selected one.
#[component]
pub fn EdgeTools(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let editor = desk.editor;
    let edge = Memo::new(move |_| {
        let single = editor.chosen.with(|chosen| {
            let only = chosen.nodes.is_empty() && chosen.edges.len() == 1;
            chosen.edges.first().filter(|_| only).cloned()
        });
        let busy = desk.linking.with(Option::is_some)
            || editor.carrying.with(Option::is_some)
            || desk.band.with(Option::is_some);
        desk.hovered.get().or(single).filter(|_| editor.editable.get() && !busy)
    });
    move || edge.get().map(|id| view! { <Tools desk=desk id=id /> })
}

#[component]
fn Tools(desk: Desk, id: EdgeId) -> impl IntoView {
    let editor = desk.editor;
    let Some(thread) = editor.drawing.thread(&id) else { return ().into_any() };
    let wire = thread.wire;
    let middle = Memo::new(move |_| {
        editor.drawing.changes.track();
        Some(editor.drawing.path(&wire.get())?.label)
    });
    let place = move || {
        let at = editor.lens.view.get().to_screen(middle.get().unwrap_or_default());
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    let insert = {
        let id = id.clone();
        move |_| desk.pick(middle.get_untracked().unwrap_or_default(), Purpose::Onto(id.clone()))
    };
    let delete = {
        let id = id.clone();
        move |_| {
            desk.hovered.set(None);
            editor.delete_edge(&id);
        }
    };
    let menu = {
        let id = id.clone();
        move |event: MouseEvent| {
            event.prevent_default();
            let at = middle.get_untracked().unwrap_or_default();
            let at = editor.lens.view.get_untracked().to_screen(at);
            desk.open_menu(Hit::Edge(id.clone()), at);
        }
    };
    view! {
        <div
            class="edge-tools"
            style:transform=place
            on:contextmenu=menu
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| desk.wheel(&event)
        >
            <button type="button" class="edge-tool" data-testid="edge-insert" aria-label="Insert a node here" on:click=insert>
                <Glyph icon=Icon::Plus size=14 />
            </button>
            <button type="button" class="edge-tool" data-testid="edge-delete" aria-label="Delete this connection" on:click=delete>
                <Glyph icon=Icon::X size=14 />
            </button>
        </div>
        <Handles desk=desk id=id />
    }
    .into_any()
}

/// Where the ends can be taken off.
#[component]
fn Handles(desk: Desk, id: EdgeId) -> impl IntoView {
    let ends = move || {
        desk.editor.drawing.changes.track();
        let view = desk.editor.lens.view.get();
        let sides = [PortSide::Output, PortSide::Input];
        let dot = |side| {
            let at = view.to_screen(end_handle(desk, &id, side)?);
            Some(view! {
                <span
                    class="edge-end"
                    data-testid=match side { PortSide::Input => "edge-end-target", PortSide::Output => "edge-end-source" }
                    style:transform=format!("translate({:.1}px,{:.1}px)", at.x, at.y)
                ></span>
            })
        };
        sides.into_iter().filter_map(dot).collect_view()
    };
    view! { {ends} }
}

/// Where an end of an edge can be taken off, in world units.
pub fn end_handle(desk: Desk, id: &EdgeId, side: PortSide) -> Option<Point> {
    let zoom = desk.editor.lens.view.get_untracked().zoom;
    desk.editor
        .drawing
        .with_lines(|lines| handle(&lines.iter().find(|line| line.id == *id)?.points, side, zoom))
}
