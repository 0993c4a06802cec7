//! The state of the pointer gestures on the canvas.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        gestures::Gestures,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
        tool::{self, Held, Pointer, Tool},
    },
    id::EdgeId,
    nodes::NodeKind,
};

use super::connect_drag::ConnectDrag;

/// The vector from the corner of a card of the least size to its middle, in world units.
pub const HALF: Point = Point::new(NODE_WIDTH / 2.0, NODE_MIN_HEIGHT / 2.0);

/// The preview of the node that a drop from the palette would add.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ghost {
    /// The type of the node.
    pub kind: NodeKind,
    /// The upper left corner of its card, in world units.
    pub at: Point,
}

/// The handle of the gestures: what pointers and the space bar do, and what they have begun.
#[derive(Clone, Copy, Default)]
pub struct GestureState {
    /// What dragging on the empty canvas does.
    pub tool: RwSignal<Tool>,
    /// Whether a finger on the empty canvas draws a box instead of moving the view.
    pub finger_selects: RwSignal<bool>,
    /// Whether the space bar is held.
    pub space: RwSignal<bool>,
    /// Whether a pointer moves the view right now.
    pub panning: RwSignal<bool>,
    /// Whether a pointer is down on the canvas.
    pub pressed: RwSignal<bool>,
    /// The kind of pointer that went down last: double clicks do not tell theirs.
    pub pressed_with: StoredValue<Pointer>,
    /// Where the pointer is on the stage, in screen pixels; nothing while it is elsewhere.
    pub pointer: StoredValue<Option<Point>>,
    /// The selection box that is drawn, in world units.
    pub marquee: RwSignal<Option<Rect>>,
    /// The edge under the pointer, or the one it has just left.
    pub hovered: RwSignal<Option<EdgeId>>,
    /// The timer that ends the hover, once the pointer has left the edge.
    pub leaving: StoredValue<Option<TimeoutHandle>>,
    /// The edge that is pulled from a port, or armed by a click on one.
    pub connect_drag: RwSignal<Option<ConnectDrag>>,
    /// The edge that a drop would insert the dragged node into.
    pub onto: RwSignal<Option<EdgeId>>,
    /// The preview of a node type that is dragged from the palette.
    pub ghost: RwSignal<Option<Ghost>>,
    gestures: StoredValue<Gestures>,
    /// The last position of each pointer since the last frame, and the keys held then.
    pending_moves: StoredValue<BTreeMap<i32, (Point, Held)>>,
    frame_requested: StoredValue<bool>,
    /// Whether a pointer went down while the space bar was held, so that releasing it is no key.
    space_used: StoredValue<bool>,
    /// Counts presses, so that the timer of a long press knows whether it is still the same one.
    presses: StoredValue<u32>,
}

impl GestureState {
    /// Nothing is under way. While not `editable`, gestures change nothing of the document.
    pub fn new(editable: Signal<bool>) -> Self {
        let state = Self::default();
        Effect::new(move || {
            let gestures = if editable.get() { Gestures::default() } else { Gestures::fixed() };
            state.gestures.set_value(gestures);
        });
        state
    }

    /// Changes the gestures and returns what is to be done now; nothing once the page was left.
    pub fn update(
        self,
        change: impl FnOnce(&mut Gestures) -> Vec<tool::Effect>,
    ) -> Vec<tool::Effect> {
        self.gestures.try_update_value(change).unwrap_or_default()
    }

    pub fn with<T>(self, look: impl FnOnce(&Gestures) -> T) -> T {
        self.gestures.with_value(look)
    }

    /// Takes a pointer that goes down: the tool and the space bar that are in effect for it.
    pub fn begin_press(self, pointer: Pointer) {
        self.pressed.set(true);
        self.pressed_with.set_value(pointer);
        if self.space.get_untracked() {
            self.space_used.set_value(true);
        }
        let (tool, finger_selects) =
            (self.tool.get_untracked(), self.finger_selects.get_untracked());
        self.gestures.update_value(|gestures| {
            gestures.tool = tool;
            gestures.finger_selects = finger_selects;
        });
    }

    /// Takes a pointer that goes up or is cancelled.
    pub fn end_press(self) {
        self.panning.set(false);
        self.pressed.set(false);
    }

    /// Counts a press of a finger and returns its number.
    pub fn count_press(self) -> u32 {
        self.presses.update_value(|presses| *presses = presses.wrapping_add(1));
        self.presses.get_value()
    }

    /// Whether no finger was pressed since the press of this number; false once the page was left.
    pub fn is_last_press(self, press: u32) -> bool {
        self.presses.try_get_value() == Some(press)
    }

    /// Keeps the last position of a pointer for the next frame.
    pub fn keep_move(self, pointer: i32, at: Point, held: Held) {
        self.pointer.set_value(Some(at));
        self.pending_moves.update_value(|moves| {
            moves.insert(pointer, (at, held));
        });
    }

    /// Takes the last position of each pointer since the last frame.
    pub fn take_moves(self) -> BTreeMap<i32, (Point, Held)> {
        self.pending_moves.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// Whether the next frame was asked for already.
    pub fn awaits_frame(self) -> bool {
        self.frame_requested.get_value()
    }

    /// Asks for the next frame, in which `on_frame` is called unless the page was left by then.
    pub fn request_frame(self, on_frame: impl FnOnce() + 'static) {
        self.frame_requested.set_value(true);
        request_animation_frame(move || {
            if self.frame_requested.try_get_value().is_some() {
                self.frame_requested.set_value(false);
                on_frame();
            }
        });
    }

    /// Handles the space bar going down: drags move the view from now on.
    pub fn hold_space(self) {
        if !self.space.get_untracked() {
            self.space.set(true);
            self.space_used.set_value(false);
        }
    }

    /// Handles the space bar going up; true if no pointer used it, so that it counts as a key.
    pub fn release_space(self) -> bool {
        self.space.set(false);
        !self.space_used.get_value()
    }
}
