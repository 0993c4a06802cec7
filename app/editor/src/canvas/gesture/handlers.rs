//! Handles the pointers on the stage. The model says what they mean; here it is done.

use std::time::Duration;

use leptos::prelude::*;
use model::{
    canvas::{
        auto_pan::auto_pan,
        geometry::Point,
        gestures::Gestures,
        tool::{Effect, Held, Pointer, Press},
    },
    edit::Incoming,
};
use web::client::pointer::send_haptic_pulse;

use super::{
    connect::{click_port, drop_loose_end, loosen, pull},
    node_drag::{drag_over_edges, drop_on_edge},
    pointer::{hit, hover},
    select::{clear_selection, select_covered, select_hit},
};
use crate::{
    canvas::{canvas_state::CanvasState, popup::open::open_menu},
    store::{
        DragMode,
        drag_nodes::cancel_drag,
        stretching::{cancel_stretch, end_stretch, selected_note, stretch},
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
