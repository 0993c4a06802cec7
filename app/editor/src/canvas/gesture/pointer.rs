//! What the pointer is over, and which point of the world it is at.

use std::time::Duration;

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::Point,
        hit::{Hit, Line, Reach},
        tool::Pointer,
    },
    id::EdgeId,
};
use web::client::signal::SetNew;

use crate::{
    canvas::canvas_state::CanvasState,
    store::{Editor, drag_nodes::selected_note},
};

/// The distance of the handle of an edge's end from its port, in screen pixels.
pub const AWAY: f64 = 24.0;
/// The size of the corner by which a note is resized, in screen pixels.
const CORNER: f64 = 20.0;
/// A pointer this near to an edge may be on its way to the buttons, in screen pixels.
const NEAR: f64 = 28.0;
/// An edge that the pointer has left stays hovered for this long.
const GRACE: Duration = Duration::from_millis(300);

/// What lies under a point of the stage, in screen pixels; a finger reaches farther.
pub fn hit(canvas: CanvasState, at: Point, pointer: Pointer) -> Hit {
    let editor = canvas.editor;
    let view = editor.view.viewport.view.get_untracked();
    let reach = match pointer {
        Pointer::Fine => Reach::fine(view.zoom),
        Pointer::Finger => Reach::coarse(view.zoom),
    };
    let world = view.to_canvas(at);
    let loose = loose_end(canvas, world, reach).or_else(|| note_corner(editor, world, view.zoom));
    loose.unwrap_or_else(|| editor.view.canvas_model.hit(world, reach))
}

/// The corner of the selected note, if the world point is on it.
fn note_corner(editor: Editor, world: Point, zoom: f64) -> Option<Hit> {
    let id = selected_note(editor)?;
    let card = editor.view.canvas_model.rect(&id)?;
    let off = Point::new(card.right(), card.bottom()) - world;
    let near = 0.0..=CORNER / zoom;
    (near.contains(&off.x) && near.contains(&off.y)).then_some(Hit::Corner(id))
}

/// The end whose handle is at a world point, of the hovered edge or the selected one.
fn loose_end(canvas: CanvasState, world: Point, reach: Reach) -> Option<Hit> {
    let view = canvas.editor.view;
    let selected = view.selection.with_untracked(|selection| selection.edges.first().cloned());
    let edges = [canvas.gesture.hovered.get_untracked(), selected];
    let away = AWAY / view.viewport.view.get_untracked().zoom;
    view.canvas_model.with_lines(|lines| {
        let own = lines.iter().filter(|line| edges.iter().flatten().any(|id| *id == line.id));
        let met = own.filter_map(|line| Some((line, line.end_near(world, away, reach.port)?)));
        let (line, (side, _)) = met.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
        Some(Hit::End(line.id.clone(), side))
    })
}

/// The world point at the pointer, or in the middle of the stage.
pub fn aim(canvas: CanvasState) -> Point {
    let viewport = canvas.editor.view.viewport;
    let screen = canvas.gesture.pointer.get_value().unwrap_or_else(|| viewport.middle());
    viewport.view.get_untracked().to_canvas(screen)
}

/// Handles a pointer that moves without being down. An edge it leaves stays hovered for a moment,
/// because the way to a handle leads past the edge and over cards.
pub fn hover(canvas: CanvasState, at: Point) {
    let gesture = canvas.gesture;
    let edge = match hit(canvas, at, Pointer::Fine) {
        Hit::Edge(id) | Hit::End(id, _) => Some(id),
        Hit::Nothing => {
            gesture.hovered.get_untracked().filter(|id| is_beside(canvas.editor, id, at))
        }
        _ => None,
    };
    if edge.is_none() {
        return leave_edge_soon(canvas);
    }
    if let Some(leaving) = gesture.leaving.try_update_value(Option::take).flatten() {
        leaving.clear();
    }
    gesture.hovered.set_new(edge);
}

fn leave_edge_soon(canvas: CanvasState) {
    let gesture = canvas.gesture;
    if gesture.hovered.with_untracked(Option::is_none) || gesture.leaving.get_value().is_some() {
        return;
    }
    let leave = move || {
        gesture.leaving.try_update_value(Option::take);
        // A pointer on the buttons is not on the stage. The page may have been left, too.
        if gesture.pointer.try_get_value().flatten().is_some() {
            gesture.hovered.set(None);
        }
    };
    gesture.leaving.set_value(set_timeout_with_handle(leave, GRACE).ok());
}

/// Whether a pointer beside an edge may be on its way to the edge's buttons.
fn is_beside(editor: Editor, id: &EdgeId, at: Point) -> bool {
    let view = editor.view.viewport.view.get_untracked();
    let (world, near) = (view.to_canvas(at), NEAR / view.zoom);
    let meets = |line: &Line| line.id == *id && line.distance(world) <= near;
    editor.view.canvas_model.with_lines(|lines| lines.iter().any(meets))
}
