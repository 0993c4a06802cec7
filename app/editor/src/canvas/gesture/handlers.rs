//! Handles the pointers on the stage. The model says what they mean; here it is done. An
//! unconnected node that is dropped on an edge is inserted there.

use std::time::Duration;

use leptos::prelude::*;
use model::{
    canvas::{
        auto_pan::auto_pan,
        frame::innermost,
        geometry::Point,
        gestures::Gestures,
        tool::{Effect, Held, Pointer, Press},
    },
    edit::{Incoming, insert_on_edge},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
};
use web::client::{pointer::send_haptic_pulse, signal::SetNew};

use super::{
    connect::{click_port, drop_loose_end, loosen, pull},
    pointer::{hit, hover},
    select::{clear_selection, select_covered, select_hit},
};
use crate::{
    canvas::{canvas_state::CanvasState, popup::open::open_menu},
    store::{
        CanvasModel, DragMode, Editor,
        actions::insert_dragged,
        drag_nodes::{
            cancel_drag, cancel_stretch, drag_by, end_drag, end_stretch, selected_note, stretch,
        },
        grouping::frame_at,
    },
};

/// A finger that stays this long opens the menu.
const LONG_PRESS: Duration = Duration::from_millis(450);
/// A frame at 60 Hz, in seconds.
const FRAME_S: f64 = 1.0 / 60.0;

/// Handles a pointer that goes down.
pub fn press(canvas: CanvasState, mut press: Press) {
    let gesture = canvas.gesture;
    gesture.begin_press(press.pointer);
    press.on = hit(canvas, press.at, press.pointer);
    press.held.space = gesture.space.get_untracked();
    if press.pointer == Pointer::Finger {
        await_long_press(canvas);
    }
    apply_effects(canvas, gesture.update(|gestures| gestures.press(press)));
}

/// Opens the menu if the finger is still down and has not moved after `LONG_PRESS`.
fn await_long_press(canvas: CanvasState) {
    let gesture = canvas.gesture;
    let this = gesture.count_press();
    let ask = move || {
        // The page may have been left meanwhile.
        if gesture.is_last_press(this) {
            let effects = gesture.update(Gestures::long_press);
            if !effects.is_empty() {
                send_haptic_pulse();
            }
            apply_effects(canvas, effects);
        }
    };
    set_timeout(ask, LONG_PRESS);
}

/// Handles a pointer that moves; the effects follow with the next frame.
pub fn move_pointer(canvas: CanvasState, pointer: i32, at: Point, held: Held) {
    canvas.gesture.keep_move(pointer, at, held);
    if !canvas.gesture.awaits_frame() {
        request_frame(canvas);
    }
}

fn request_frame(canvas: CanvasState) {
    canvas.gesture.request_frame(move || {
        apply_moves(canvas);
        pan_at_border(canvas);
    });
}

/// Applies the last movement of each pointer.
fn apply_moves(canvas: CanvasState) {
    let gesture = canvas.gesture;
    for (pointer, (at, held)) in gesture.take_moves() {
        let view = canvas.editor.view.viewport.view.get_untracked();
        let effects = gesture.update(|gestures| gestures.drag(pointer, at, held, view));
        let is_up = gesture.with(|gestures| gestures.pointer_position().is_none());
        if effects.is_empty() && is_up {
            hover(canvas, at);
        }
        apply_effects(canvas, effects);
    }
}

/// Pans the view, frame by frame, as long as something is dragged near the border of the stage.
fn pan_at_border(canvas: CanvasState) {
    let position = |all: &Gestures| all.changes().then(|| all.pointer_position()).flatten();
    let Some(at) = canvas.gesture.with(position) else { return };
    let viewport = canvas.editor.view.viewport;
    let by = auto_pan(at, viewport.size.get_untracked(), FRAME_S);
    if by == Point::default() || canvas.gesture.awaits_frame() {
        return;
    }
    viewport.change(|view| view.pan_by(by));
    // The pointers are at other points of the world now.
    let view = viewport.view.get_untracked();
    let effects = canvas.gesture.with(|gestures| gestures.again(view));
    apply_effects(canvas, effects);
    request_frame(canvas);
}

/// Handles a pointer that goes up.
pub fn release(canvas: CanvasState, pointer: i32, at: Point, held: Held) {
    apply_moves(canvas);
    let view = canvas.editor.view.viewport.view.get_untracked();
    let effects = canvas.gesture.update(|gestures| gestures.release(pointer, at, held, view));
    apply_effects(canvas, effects);
    canvas.gesture.end_press();
}

/// Handles a pointer that the browser has cancelled.
pub fn forget(canvas: CanvasState, pointer: i32) {
    apply_effects(canvas, canvas.gesture.update(|gestures| gestures.forget(pointer)));
    canvas.gesture.end_press();
}

/// Ends the gesture that is under way without effect; whether there was one.
pub fn cancel(canvas: CanvasState) -> bool {
    let effects = canvas.gesture.update(Gestures::cancel);
    let some = !effects.is_empty();
    apply_effects(canvas, effects);
    some
}

fn apply_effects(canvas: CanvasState, effects: Vec<Effect>) {
    effects.into_iter().for_each(|effect| apply_effect(canvas, effect));
}

fn apply_effect(canvas: CanvasState, effect: Effect) {
    let (editor, gesture) = (canvas.editor, canvas.gesture);
    let viewport = editor.view.viewport;
    match effect {
        Effect::Choose(hit, how) => select_hit(canvas, &hit, how),
        Effect::ChooseNothing => clear_selection(canvas),
        Effect::Carry { node, by, held, copy } => {
            let incoming = if held.shift { Incoming::Keep } else { Incoming::Drop };
            let mode = if copy { DragMode::Copy(incoming) } else { DragMode::Move };
            drag_over_edges(canvas, &node, by, held, mode);
        }
        Effect::Drop => drop_on_edge(canvas),
        Effect::Stretch(node, to) => stretch(editor.view.canvas_model, &node, to),
        Effect::Stretched(node) => end_stretch(editor, &node),
        Effect::Band(area, _) => gesture.marquee.set(Some(area)),
        Effect::Banded(area, cover, how) => {
            gesture.marquee.set(None);
            select_covered(editor, area, cover, how);
        }
        Effect::Pan(by) => {
            gesture.panning.set(true);
            viewport.change(|view| view.pan_by(by));
        }
        Effect::Pinch(about, factor) => viewport.change(|view| view.zoom_at(about, factor)),
        Effect::Cancel => drop_everything(canvas),
        Effect::Pull(port, at) => pull(canvas, &port, at),
        Effect::Connect(_, at) => drop_loose_end(canvas, at, Held::default()),
        Effect::Tap(port) => click_port(canvas, port),
        Effect::Loosen(edge, side, at) => loosen(canvas, &edge, side, at),
        Effect::Rewire(_, _, at, held) => drop_loose_end(canvas, at, held),
        Effect::Menu(on, at) => open_menu(canvas, on, at),
    }
}

/// Ends what a gesture has begun, without effect.
fn drop_everything(canvas: CanvasState) {
    let (editor, gesture) = (canvas.editor, canvas.gesture);
    cancel_drag(editor);
    selected_note(editor).and_then(|note| cancel_stretch(editor.view.canvas_model, &note));
    gesture.marquee.set(None);
    gesture.connect_drag.set(None);
    gesture.onto.set(None);
}

/// The middle of a card has to be this near to an edge to be inserted there, in screen pixels.
const NEAR: f64 = 24.0;

/// Drags nodes to `by` from where the drag began, and marks the edge a drop would insert into.
pub fn drag_over_edges(canvas: CanvasState, node: &NodeId, by: Point, held: Held, mode: DragMode) {
    drag_by(canvas.editor, node, by, held, mode);
    canvas.gesture.onto.set_new(edge_below(canvas.editor));
}

/// Ends the drag; an unconnected node that lies on an edge is inserted into it.
pub fn drop_on_edge(canvas: CanvasState) {
    let editor = canvas.editor;
    let edge = canvas.gesture.onto.get_untracked();
    let drag = editor.view.drag.get_untracked();
    canvas.gesture.onto.set(None);
    end_drag(editor);
    if let Some((edge, drag)) = edge.zip(drag)
        && let Some(node) = drag.nodes.first()
    {
        insert_dragged(editor, node, &edge, drag.mark.joins);
    }
    editor.document.seal();
}

/// The edge under the middle of the one dragged card, if the node can be inserted there.
fn edge_below(editor: Editor) -> Option<EdgeId> {
    let Editor { document, view, .. } = editor;
    let drag = view.drag.get_untracked()?;
    let id = drag.nodes.first().filter(|_| drag.nodes.len() == 1)?;
    let middle = view.canvas_model.rect(id)?.shifted(drag.by).center();
    let near = NEAR / view.viewport.view.get_untracked().zoom;
    let edge = edge_near(view.canvas_model, middle, near);
    let edge = edge.or_else(|| edge_of_lane(editor, middle, id))?;
    let fits = document.workflow.with_untracked(|workflow| {
        let is_loose = workflow.edges.iter().all(|e| e.source != *id && e.target != *id);
        is_loose && insert_on_edge(workflow, &edge, id).is_ok()
    });
    fits.then_some(edge)
}

fn edge_near(canvas_model: CanvasModel, at: Point, near: f64) -> Option<EdgeId> {
    canvas_model.with_lines(|lines| {
        let close = lines.iter().filter(|line| line.bounding_box().grown(near).contains(at));
        let close = close.map(|line| (line.distance(at), &line.id));
        let nearest = close.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (nearest.0 <= near).then(|| nearest.1.clone())
    })
}

/// The nearest edge of the innermost lane around a world point; none where the point is in a loop
/// that lies in the lane.
fn edge_of_lane(editor: Editor, at: Point, dragged: &NodeId) -> Option<EdgeId> {
    let Editor { document, view, .. } = editor;
    let around = frame_at(editor, at, &[dragged.clone()].into());
    let repeats = |id: &NodeId| document.node(id).is_some_and(|n| n.kind() == NodeKind::ForEach);
    let around = around.filter(repeats).and_then(|id| view.canvas_model.rect(&id));
    let edges = view.bands.with_untracked(|bands| {
        let lanes = bands.iter().map(|band| (Some(&band.edges), band.rect));
        innermost(lanes.chain(around.map(|rect| (None, rect))), at).flatten().cloned()
    })?;
    view.canvas_model.with_lines(|lines| {
        let own = lines.iter().filter(|line| edges.contains(&line.id));
        let own = own.map(|line| (line.distance(at), &line.id));
        own.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
    })
}
