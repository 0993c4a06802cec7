//! The tools of the edge under the pointer: insert a node, delete the edge, take off an end.

use leptos::{ev::MouseEvent, prelude::*};
use model::{
    canvas::{geometry::Point, hit::Hit, ports::PortSide},
    id::EdgeId,
};
use ui::icon::{Glyph, Icon};

use super::{
    canvas_state::CanvasState,
    gesture::pointer::AWAY,
    popup::open::{open_menu, open_picker},
    zoom::wheel,
};
use crate::store::{EditorView, Purpose, actions::delete_edge};

const SIDES: [PortSide; 2] = [PortSide::Output, PortSide::Input];
/// Half the width and height of the buttons, the radius of a handle, and how far above a handle the
/// buttons lie that would cover it, in screen pixels.
const WIDE: f64 = 25.0;
const HIGH: f64 = 12.0;
const HANDLE: f64 = 6.0;
const ABOVE: f64 = 20.0;

/// The buttons at the middle of the edge under the pointer, or of the selected one.
#[component]
pub fn EdgeTools(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let (document, view, gesture) = (canvas.editor.document, canvas.editor.view, canvas.gesture);
    forget_gone(canvas);
    let edge = Memo::new(move |_| {
        let single = view.selection.with(|selection| {
            let only = selection.nodes.is_empty() && selection.edges.len() == 1;
            selection.edges.first().filter(|_| only).cloned()
        });
        let busy = gesture.connect_drag.with(Option::is_some)
            || view.drag.with(Option::is_some)
            || gesture.marquee.with(Option::is_some);
        gesture.hovered.get().or(single).filter(|_| document.editable.get() && !busy)
    });
    move || edge.get().map(|id| view! { <Tools canvas=canvas id=id /> })
}

/// Ends the hover of an edge that was deleted, so that undo does not bring back its buttons.
fn forget_gone(canvas: CanvasState) {
    let canvas_model = canvas.editor.view.canvas_model;
    Effect::new(move || {
        canvas_model.changes.track();
        let hovered = canvas.gesture.hovered.get_untracked();
        if hovered.is_some_and(|id| canvas_model.edge_signals(&id).is_none()) {
            canvas.gesture.hovered.set(None);
        }
    });
}

#[component]
fn Tools(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let editor = canvas.editor;
    let EditorView { canvas_model, viewport, .. } = editor.view;
    let Some(signals) = canvas_model.edge_signals(&id) else { return ().into_any() };
    let wire = signals.wire;
    let middle = Memo::new(move |_| {
        canvas_model.changes.track();
        Some(canvas_model.path(&wire.get())?.label)
    });
    let own = id.clone();
    let place = move || {
        canvas_model.changes.track();
        let view = viewport.view.get();
        let handles = SIDES.into_iter().filter_map(|side| end_handle(editor.view, &own, side));
        let handles: Vec<Point> = handles.map(|at| view.to_screen(at)).collect();
        let at = tools_position(view.to_screen(middle.get().unwrap_or_default()), &handles);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    let insert = {
        let id = id.clone();
        move |_| {
            let at = middle.get_untracked().unwrap_or_default();
            open_picker(canvas, at, Purpose::Onto(id.clone()));
        }
    };
    let delete = {
        let id = id.clone();
        move |_| {
            canvas.gesture.hovered.set(None);
            delete_edge(editor, &id);
        }
    };
    let menu = {
        let id = id.clone();
        move |event: MouseEvent| {
            event.prevent_default();
            let at = middle.get_untracked().unwrap_or_default();
            let at = viewport.view.get_untracked().to_screen(at);
            open_menu(canvas, Hit::Edge(id.clone()), at);
        }
    };
    view! {
        <div
            class="edge-tools"
            style:transform=place
            on:contextmenu=menu
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| wheel(viewport, &event)
        >
            <button type="button" class="edge-tool" data-testid="edge-insert" aria-label="Insert a step here" on:click=insert>
                <Glyph icon=Icon::Plus size=14 />
            </button>
            <button type="button" class="edge-tool" data-testid="edge-delete" aria-label="Delete connection" on:click=delete>
                <Glyph icon=Icon::X size=14 />
            </button>
        </div>
        <Handles editor_view=editor.view id=id />
    }
    .into_any()
}

/// The handles by which the ends can be taken off.
#[component]
fn Handles(editor_view: EditorView, id: EdgeId) -> impl IntoView {
    let ends = move || {
        editor_view.canvas_model.changes.track();
        let view = editor_view.viewport.view.get();
        let dot = |side| {
            let at = view.to_screen(end_handle(editor_view, &id, side)?);
            Some(view! {
                <span
                    class="edge-end"
                    data-testid=match side { PortSide::Input => "edge-end-target", PortSide::Output => "edge-end-source" }
                    style:transform=format!("translate({:.1}px,{:.1}px)", at.x, at.y)
                ></span>
            })
        };
        SIDES.into_iter().filter_map(dot).collect_view()
    };
    view! { {ends} }
}

/// Where the handle of an end is, in world units; nothing on an edge too short for one.
fn end_handle(view: EditorView, id: &EdgeId, side: PortSide) -> Option<Point> {
    let away = AWAY / view.viewport.view.get_untracked().zoom;
    view.canvas_model
        .with_lines(|lines| lines.iter().find(|line| line.id == *id)?.handle(side, away))
}

/// Where the buttons of an edge are: in its middle, or above its handles if they would cover one.
fn tools_position(middle: Point, handles: &[Point]) -> Point {
    let is_covered = |handle: &Point| {
        let off = *handle - middle;
        off.x.abs() < WIDE + HANDLE && off.y.abs() < HIGH + HANDLE
    };
    if !handles.iter().any(is_covered) {
        return middle;
    }
    let top = handles.iter().map(|handle| handle.y).fold(middle.y, f64::min);
    Point::new(middle.x, top - ABOVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_leave_the_handles_of_a_short_edge_free() {
        let at = |length: f64, fall: f64| {
            let handles = [Point::new(24.0, 0.0), Point::new(length - 24.0, fall)];
            tools_position(Point::new(length / 2.0, fall / 2.0), &handles)
        };

        assert_eq!(at(160.0, 0.0), Point::new(80.0, 0.0));
        assert_eq!(at(96.0, 0.0), Point::new(48.0, -20.0));
        assert_eq!(at(96.0, 30.0), Point::new(48.0, -20.0));
        assert_eq!(at(96.0, 200.0), Point::new(48.0, 100.0));
    }
}
