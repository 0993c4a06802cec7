//! The state of the canvas: pointers, tools and everything that is under way.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use leptos::prelude::*;
use model::{
    canvas::{
        auto_pan::auto_pan,
        geometry::{Point, Rect},
        gestures::Gestures,
        hit::{Card, Hit, Reach},
        marquee::Cover,
        tool::{Choose, Effect, Held, Pointer, Press, Tool},
    },
    edit::Incoming,
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

use super::{
    connect_drag::ConnectDrag,
    focus::{focus_canvas, focus_card},
    palette_drag::Ghost,
    popup::{connector::Connecting, menu::MenuAt, picker::Picking},
};
use crate::{
    client::pointer::send_haptic_pulse,
    editor::store::{CanvasSelection, DragMode, Editor},
};

/// A finger that stays this long opens the menu.
const LONG_PRESS: Duration = Duration::from_millis(450);
/// The size of the corner by which a note is resized, in screen pixels.
const CORNER: f64 = 20.0;
/// A frame at 60 Hz, in seconds.
const FRAME_S: f64 = 1.0 / 60.0;

/// The handle of everything that is under way on the canvas.
#[derive(Clone, Copy)]
pub struct CanvasState {
    /// The document and everything that belongs to it.
    pub editor: Editor,
    /// What dragging on the empty canvas does.
    pub tool: RwSignal<Tool>,
    /// Whether a finger on the empty canvas draws a box instead of moving the view.
    pub finger_selects: RwSignal<bool>,
    /// Whether the space bar is held.
    pub space: RwSignal<bool>,
    /// Whether a pointer moves the view right now.
    pub panning: RwSignal<bool>,
    /// The one selected node, as it was before a pointer went down: its panel takes room from the
    /// canvas, which must not change its size during a gesture.
    pub settled: Memo<Option<NodeId>>,
    /// Whether a pointer is down on the canvas.
    pressed: RwSignal<bool>,
    /// The selection box that is drawn, in world units.
    pub marquee: RwSignal<Option<Rect>>,
    /// The edge under the pointer, or the one it has just left.
    pub hovered: RwSignal<Option<EdgeId>>,
    /// The timer that ends the hover, once the pointer has left the edge.
    pub leaving: StoredValue<Option<TimeoutHandle>>,
    /// The edge that is pulled from a port, or armed by a click on one.
    pub connect_drag: RwSignal<Option<ConnectDrag>>,
    /// The open quick-add picker.
    pub picker: RwSignal<Option<Picking>>,
    /// The open context menu.
    pub menu: RwSignal<Option<MenuAt>>,
    /// The open list of what to connect to.
    pub connecting: RwSignal<Option<Connecting>>,
    /// Whether the search for a node is open.
    pub finder: RwSignal<bool>,
    /// The node that is being renamed in place.
    pub renaming: RwSignal<Option<NodeId>>,
    /// The edge whose label is being edited.
    pub labelling: RwSignal<Option<EdgeId>>,
    /// The node whose panel is to be opened and focused; the page resets it.
    pub opened: RwSignal<Option<NodeId>>,
    /// The node that was clicked last; the page resets it once its panel is shown.
    pub clicked: RwSignal<Option<NodeId>>,
    /// Whether the list of keyboard shortcuts is open.
    pub keys: RwSignal<bool>,
    /// The edge that a drop would insert the dragged node into.
    pub onto: RwSignal<Option<EdgeId>>,
    /// Which tab is shown at the left: `palette` or `outline`.
    pub side: RwSignal<&'static str>,
    /// The preview of a node type that is dragged from the palette.
    pub ghost: RwSignal<Option<Ghost>>,
    /// Where the pointer is on the stage, in screen pixels; nothing while it is elsewhere.
    pub pointer: StoredValue<Option<Point>>,
    gestures: StoredValue<Gestures>,
    /// The last position of each pointer since the last frame, and the keys held then.
    pending_moves: StoredValue<BTreeMap<i32, (Point, Held)>>,
    frame_requested: StoredValue<bool>,
    /// Whether a pointer went down while the space bar was held, so that releasing it is no key.
    space_used: StoredValue<bool>,
    /// The kind of pointer that went down last: double clicks do not tell theirs.
    pub pressed_with: StoredValue<Pointer>,
    /// Counts presses, so that the timer of a long press knows whether it is still the same one.
    presses: StoredValue<u32>,
}

impl CanvasState {
    /// A canvas on which nothing is under way.
    pub fn new(editor: Editor) -> Self {
        let pressed = RwSignal::new(false);
        let settled = move |before: Option<&Option<NodeId>>| {
            if pressed.get() {
                before.cloned().flatten()
            } else {
                editor.selection.with(|selection| selection.single().cloned())
            }
        };
        let canvas = Self {
            editor,
            settled: Memo::new(settled),
            pressed,
            tool: RwSignal::new(Tool::default()),
            finger_selects: RwSignal::new(false),
            space: RwSignal::new(false),
            panning: RwSignal::new(false),
            marquee: RwSignal::new(None),
            hovered: RwSignal::new(None),
            leaving: StoredValue::new(None),
            connect_drag: RwSignal::new(None),
            picker: RwSignal::new(None),
            menu: RwSignal::new(None),
            connecting: RwSignal::new(None),
            finder: RwSignal::new(false),
            renaming: RwSignal::new(None),
            labelling: RwSignal::new(None),
            opened: RwSignal::new(None),
            clicked: RwSignal::new(None),
            keys: RwSignal::new(false),
            onto: RwSignal::new(None),
            // Without scripts nothing can be added, so the page shows the outline.
            side: RwSignal::new("outline"),
            ghost: RwSignal::new(None),
            pointer: StoredValue::new(None),
            gestures: StoredValue::new(Gestures::default()),
            pending_moves: StoredValue::default(),
            frame_requested: StoredValue::new(false),
            space_used: StoredValue::new(false),
            pressed_with: StoredValue::new(Pointer::Fine),
            presses: StoredValue::new(0),
        };
        leptos::prelude::Effect::new(move || {
            let editable = editor.editable.get();
            let gestures = if editable { Gestures::default() } else { Gestures::fixed() };
            canvas.gestures.set_value(gestures);
        });
        canvas
    }

    /// What lies under a point of the stage, in screen pixels; a finger reaches farther.
    pub fn hit(self, at: Point, pointer: Pointer) -> Hit {
        let view = self.editor.viewport.view.get_untracked();
        let reach = match pointer {
            Pointer::Fine => Reach::fine(view.zoom),
            Pointer::Finger => Reach::coarse(view.zoom),
        };
        let world = view.to_canvas(at);
        let loose = self.loose_end(world, reach).or_else(|| self.corner(world, view.zoom));
        loose.unwrap_or_else(|| self.editor.canvas_model.hit(world, reach))
    }

    /// The corner of the selected note, if the world point is on it.
    fn corner(self, world: Point, zoom: f64) -> Option<Hit> {
        let id = self.editor.selected_note()?;
        let card = self.editor.canvas_model.rect(&id)?;
        let off = Point::new(card.right(), card.bottom()) - world;
        let near = 0.0..=CORNER / zoom;
        (near.contains(&off.x) && near.contains(&off.y)).then_some(Hit::Corner(id))
    }

    /// Handles a pointer that goes down.
    pub fn press(self, mut press: Press) {
        self.pressed.set(true);
        self.pressed_with.set_value(press.pointer);
        press.on = self.hit(press.at, press.pointer);
        press.held.space = self.space.get_untracked();
        if press.held.space {
            self.space_used.set_value(true);
        }
        if press.pointer == Pointer::Finger {
            self.await_long_press();
        }
        let (tool, finger_selects) =
            (self.tool.get_untracked(), self.finger_selects.get_untracked());
        let effects = self.gestures.try_update_value(|gestures| {
            gestures.tool = tool;
            gestures.finger_selects = finger_selects;
            gestures.press(press)
        });
        self.apply_effects(effects.unwrap_or_default());
    }

    /// Opens the menu if the finger is still down and has not moved after `LONG_PRESS`.
    fn await_long_press(self) {
        self.presses.update_value(|presses| *presses = presses.wrapping_add(1));
        let this = self.presses.get_value();
        let ask = move || {
            // The page may have been left meanwhile.
            if self.presses.try_get_value() == Some(this) {
                let ask = Gestures::long_press;
                let effects = self.gestures.try_update_value(ask).unwrap_or_default();
                if !effects.is_empty() {
                    send_haptic_pulse();
                }
                self.apply_effects(effects);
            }
        };
        set_timeout(ask, LONG_PRESS);
    }

    /// Handles a pointer that moves; the effects follow with the next frame.
    pub fn move_pointer(self, pointer: i32, at: Point, held: Held) {
        self.pointer.set_value(Some(at));
        self.pending_moves.update_value(|moves| {
            moves.insert(pointer, (at, held));
        });
        if !self.frame_requested.get_value() {
            self.request_frame();
        }
    }

    fn request_frame(self) {
        self.frame_requested.set_value(true);
        request_animation_frame(move || self.on_frame());
    }

    fn on_frame(self) {
        // The page may have been left meanwhile.
        if self.frame_requested.try_get_value().is_none() {
            return;
        }
        self.frame_requested.set_value(false);
        self.apply_moves();
        self.pan_at_border();
    }

    /// Applies the last movement of each pointer.
    fn apply_moves(self) {
        let moves = self.pending_moves.try_update_value(std::mem::take).unwrap_or_default();
        for (pointer, (at, held)) in moves {
            let view = self.editor.viewport.view.get_untracked();
            let drag = |gestures: &mut Gestures| gestures.drag(pointer, at, held, view);
            let effects = self.gestures.try_update_value(drag).unwrap_or_default();
            let is_up = self.gestures.with_value(|all| all.pointer_position().is_none());
            if effects.is_empty() && is_up {
                self.hover(at);
            }
            self.apply_effects(effects);
        }
    }

    /// Pans the view, frame by frame, as long as something is dragged near the border of the stage.
    fn pan_at_border(self) {
        let position = |all: &Gestures| all.changes().then(|| all.pointer_position()).flatten();
        let dragged = self.gestures.with_value(position);
        let Some(at) = dragged else { return };
        let viewport = self.editor.viewport;
        let by = auto_pan(at, viewport.size.get_untracked(), FRAME_S);
        if by == Point::default() || self.frame_requested.get_value() {
            return;
        }
        viewport.change(|view| view.pan_by(by));
        self.again(Held::default());
        self.request_frame();
    }

    /// Applies the pointers' positions again, after the view moved under them or a key changed.
    pub fn again(self, held: Held) {
        let view = self.editor.viewport.view.get_untracked();
        self.apply_effects(self.gestures.with_value(|gestures| gestures.again(held, view)));
    }

    /// Handles a pointer that goes up.
    pub fn release(self, pointer: i32, at: Point, held: Held) {
        self.apply_moves();
        let view = self.editor.viewport.view.get_untracked();
        let release = |gestures: &mut Gestures| gestures.release(pointer, at, held, view);
        self.apply_effects(self.gestures.try_update_value(release).unwrap_or_default());
        self.panning.set(false);
        self.pressed.set(false);
    }

    /// Handles a pointer that the browser has cancelled.
    pub fn forget(self, pointer: i32) {
        let forget = |gestures: &mut Gestures| gestures.forget(pointer);
        self.apply_effects(self.gestures.try_update_value(forget).unwrap_or_default());
        self.panning.set(false);
        self.pressed.set(false);
    }

    /// Ends the gesture that is under way without effect; whether there was one.
    pub fn cancel(self) -> bool {
        let effects = self.gestures.try_update_value(Gestures::cancel).unwrap_or_default();
        let some = !effects.is_empty();
        self.apply_effects(effects);
        some
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

    fn apply_effects(self, effects: Vec<Effect>) {
        effects.into_iter().for_each(|effect| self.apply_effect(effect));
    }

    fn apply_effect(self, effect: Effect) {
        let editor = self.editor;
        match effect {
            Effect::Choose(hit, how) => self.select_hit(&hit, how),
            Effect::ChooseNothing => self.clear_selection(),
            Effect::Carry { node, by, held, copy } => {
                let incoming = if held.shift { Incoming::Keep } else { Incoming::Drop };
                let mode = if copy { DragMode::Copy(incoming) } else { DragMode::Move };
                self.drag_by(&node, by, held, mode);
            }
            Effect::Drop => self.end_drag(),
            Effect::Stretch(node, to) => editor.stretch(&node, to),
            Effect::Stretched(node) => editor.end_stretch(&node),
            Effect::Band(area, _) => self.marquee.set(Some(area)),
            Effect::Banded(area, cover, how) => self.select_covered(area, cover, how),
            Effect::Pan(by) => {
                self.panning.set(true);
                editor.viewport.change(|view| view.pan_by(by));
            }
            Effect::Pinch(about, factor) => {
                editor.viewport.change(|view| view.zoom_at(about, factor));
            }
            Effect::Cancel => {
                editor.cancel_drag();
                editor.selected_note().and_then(|note| editor.cancel_stretch(&note));
                self.marquee.set(None);
                self.connect_drag.set(None);
                self.onto.set(None);
            }
            Effect::Pull(port, at) => self.pull(&port, at),
            Effect::Connect(_, at) => self.drop_loose_end(at, Held::default()),
            Effect::Tap(port) => self.click_port(port),
            Effect::Loosen(edge, side, at) => self.loosen(&edge, side, at),
            Effect::Rewire(_, _, at, held) => self.drop_loose_end(at, held),
            Effect::Menu(on, at) => self.open_menu(on, at),
        }
    }

    fn select_hit(self, hit: &Hit, how: Choose) {
        self.editor.select(self.editor.selection_after_click(hit, how));
        if let Hit::Card(id) = hit {
            self.clicked.set((how == Choose::Only).then(|| id.clone()));
            focus_card(id);
        }
    }

    /// Handles a click on the empty canvas: it ends an armed edge, or else the selection.
    fn clear_selection(self) {
        if self.connect_drag.with_untracked(Option::is_some) {
            return self.connect_drag.set(None);
        }
        self.editor.select(CanvasSelection::default());
        focus_canvas();
    }

    /// Selects the cards in a finished selection box.
    fn select_covered(self, area: Rect, cover: Cover, how: Choose) {
        self.marquee.set(None);
        let editor = self.editor;
        let covered: BTreeSet<NodeId> = editor.canvas_model.with_cards(|cards| {
            // A box drawn inside a frame selects the cards there, not the frame itself.
            let is_covered = |card: &&Card| {
                if card.is_frame { area.holds(card.rect) } else { cover.chooses(area, card.rect) }
            };
            let covered = cards.iter().filter(is_covered);
            covered.map(|card| card.id.clone()).collect()
        });
        let covered = editor.canvas_model.expand_lanes(covered);
        let selected = |now: &Workflow| CanvasSelection::from_nodes(covered, now);
        let found = editor.workflow.with_untracked(selected);
        editor.say(format!("{} nodes selected", found.nodes.len()));
        editor.select(editor.selection.get_untracked().combine(found, how));
    }
}
