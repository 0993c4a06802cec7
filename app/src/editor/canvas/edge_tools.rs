//! The tools of the edge under the pointer: insert a node, delete the edge, take off an end.

use std::time::Duration;

use leptos::{ev::MouseEvent, prelude::*};
use model::{
    canvas::{
        geometry::Point,
        hit::{Hit, Line, Reach},
        ports::PortSide,
        tool::Pointer,
    },
    id::EdgeId,
};

use super::canvas_state::CanvasState;
use crate::{
    client::signal::SetNew,
    editor::store::Purpose,
    ui::icon::{Glyph, Icon},
};

const SIDES: [PortSide; 2] = [PortSide::Output, PortSide::Input];
/// The distance of an end's handle from its port, in screen pixels.
const AWAY: f64 = 24.0;
/// Half the width and height of the buttons, the radius of a handle, and how far above a handle the
/// buttons lie that would cover it, in screen pixels.
const WIDE: f64 = 25.0;
const HIGH: f64 = 12.0;
const HANDLE: f64 = 6.0;
const ABOVE: f64 = 20.0;
/// A pointer this near to an edge may be on its way to the buttons, in screen pixels.
const NEAR: f64 = 28.0;
/// An edge that the pointer has left stays hovered for this long.
const GRACE: Duration = Duration::from_millis(300);

impl CanvasState {
    /// The end whose handle is at a world point, of the hovered edge or the selected one.
    pub fn loose_end(self, world: Point, reach: Reach) -> Option<Hit> {
        let selection =
            self.editor.selection.with_untracked(|selection| selection.edges.first().cloned());
        let edges = [self.hovered.get_untracked(), selection];
        let away = AWAY / self.editor.viewport.view.get_untracked().zoom;
        self.editor.canvas_model.with_lines(|lines| {
            let own = lines.iter().filter(|line| edges.iter().flatten().any(|id| *id == line.id));
            let met = own.filter_map(|line| Some((line, line.end_near(world, away, reach.port)?)));
            let (line, (side, _)) = met.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
            Some(Hit::End(line.id.clone(), side))
        })
    }

    /// Handles a pointer that moves without being down. An edge it leaves stays hovered for a
    /// moment, because the way to a handle leads past the edge and over cards.
    pub fn hover(self, at: Point) {
        let edge = match self.hit(at, Pointer::Fine) {
            Hit::Edge(id) | Hit::End(id, _) => Some(id),
            Hit::Nothing => self.hovered.get_untracked().filter(|id| self.is_beside(id, at)),
            _ => None,
        };
        if edge.is_none() {
            return self.leave_edge_soon();
        }
        if let Some(leaving) = self.leaving.try_update_value(Option::take).flatten() {
            leaving.clear();
        }
        self.hovered.set_new(edge);
    }

    fn leave_edge_soon(self) {
        if self.hovered.with_untracked(Option::is_none) || self.leaving.get_value().is_some() {
            return;
        }
        let leave = move || {
            self.leaving.try_update_value(Option::take);
            // A pointer on the buttons is not on the stage. The page may have been left, too.
            if self.pointer.try_get_value().flatten().is_some() {
                self.hovered.set(None);
            }
        };
        self.leaving.set_value(set_timeout_with_handle(leave, GRACE).ok());
    }

    /// Whether a pointer beside an edge may be on its way to the edge's buttons.
    fn is_beside(self, id: &EdgeId, at: Point) -> bool {
        let view = self.editor.viewport.view.get_untracked();
        let (world, near) = (view.to_canvas(at), NEAR / view.zoom);
        let meets = |line: &Line| line.id == *id && line.distance(world) <= near;
        self.editor.canvas_model.with_lines(|lines| lines.iter().any(meets))
    }
}

/// The buttons at the middle of the edge under the pointer, or of the selected one.
#[component]
pub fn EdgeTools(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let editor = canvas.editor;
    forget_gone(canvas);
    let edge = Memo::new(move |_| {
        let single = editor.selection.with(|selection| {
            let only = selection.nodes.is_empty() && selection.edges.len() == 1;
            selection.edges.first().filter(|_| only).cloned()
        });
        let busy = canvas.connect_drag.with(Option::is_some)
            || editor.drag.with(Option::is_some)
            || canvas.marquee.with(Option::is_some);
        canvas.hovered.get().or(single).filter(|_| editor.editable.get() && !busy)
    });
    move || edge.get().map(|id| view! { <Tools canvas=canvas id=id /> })
}

/// Ends the hover of an edge that was deleted, so that undo does not bring back its buttons.
fn forget_gone(canvas: CanvasState) {
    let canvas_model = canvas.editor.canvas_model;
    Effect::new(move || {
        canvas_model.changes.track();
        let hovered = canvas.hovered.get_untracked();
        if hovered.is_some_and(|id| canvas_model.edge_signals(&id).is_none()) {
            canvas.hovered.set(None);
        }
    });
}

#[component]
fn Tools(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let editor = canvas.editor;
    let Some(signals) = editor.canvas_model.edge_signals(&id) else { return ().into_any() };
    let wire = signals.wire;
    let middle = Memo::new(move |_| {
        editor.canvas_model.changes.track();
        Some(editor.canvas_model.path(&wire.get())?.label)
    });
    let own = id.clone();
    let place = move || {
        editor.canvas_model.changes.track();
        let view = editor.viewport.view.get();
        let handles = SIDES.into_iter().filter_map(|side| end_handle(canvas, &own, side));
        let handles: Vec<Point> = handles.map(|at| view.to_screen(at)).collect();
        let at = tools_position(view.to_screen(middle.get().unwrap_or_default()), &handles);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    let insert = {
        let id = id.clone();
        move |_| canvas.pick(middle.get_untracked().unwrap_or_default(), Purpose::Onto(id.clone()))
    };
    let delete = {
        let id = id.clone();
        move |_| {
            canvas.hovered.set(None);
            editor.delete_edge(&id);
        }
    };
    let menu = {
        let id = id.clone();
        move |event: MouseEvent| {
            event.prevent_default();
            let at = middle.get_untracked().unwrap_or_default();
            let at = editor.viewport.view.get_untracked().to_screen(at);
            canvas.open_menu(Hit::Edge(id.clone()), at);
        }
    };
    view! {
        <div
            class="edge-tools"
            style:transform=place
            on:contextmenu=menu
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| canvas.wheel(&event)
        >
            <button type="button" class="edge-tool" data-testid="edge-insert" aria-label="Insert a node here" on:click=insert>
                <Glyph icon=Icon::Plus size=14 />
            </button>
            <button type="button" class="edge-tool" data-testid="edge-delete" aria-label="Delete this connection" on:click=delete>
                <Glyph icon=Icon::X size=14 />
            </button>
        </div>
        <Handles canvas=canvas id=id />
    }
    .into_any()
}

/// The handles by which the ends can be taken off.
#[component]
fn Handles(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let ends = move || {
        canvas.editor.canvas_model.changes.track();
        let view = canvas.editor.viewport.view.get();
        let dot = |side| {
            let at = view.to_screen(end_handle(canvas, &id, side)?);
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
fn end_handle(canvas: CanvasState, id: &EdgeId, side: PortSide) -> Option<Point> {
    let away = AWAY / canvas.editor.viewport.view.get_untracked().zoom;
    canvas
        .editor
        .canvas_model
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
