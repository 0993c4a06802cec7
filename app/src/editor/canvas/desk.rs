//! What goes on on the canvas: pointers, tools, what is half done.

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
};

use super::{
    focus::{focus_canvas, focus_card},
    incoming::Ghost,
    linking::Linking,
    popup::{connector::Connecting, menu::MenuAt, picker::Picking},
};
use crate::{
    client::pointer::buzz,
    editor::store::{Chosen, Editor, Taken},
};

/// For how long a finger stays to ask for the menu.
const LONG_PRESS: Duration = Duration::from_millis(450);
/// How wide the corner is by which a note is made larger, in screen pixels.
const CORNER: f64 = 20.0;
/// A frame at 60 Hz, in seconds.
const FRAME_S: f64 = 1.0 / 60.0;

/// The handle of everything half done on the canvas.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The document.
    pub editor: Editor,
    /// What dragging on the empty canvas does.
    pub tool: RwSignal<Tool>,
    /// Whether a finger on the empty canvas draws a box instead of moving the view.
    pub finger_selects: RwSignal<bool>,
    /// Whether the space bar is held.
    pub space: RwSignal<bool>,
    /// Whether a pointer moves the view just now.
    pub panning: RwSignal<bool>,
    /// The one selected node, as it was before a pointer went down: what is shown of it takes room
    /// from the canvas, which must not change under a hand.
    pub settled: Memo<Option<NodeId>>,
    /// Whether a pointer is down on the canvas.
    pressed: RwSignal<bool>,
    /// The box that is drawn.
    pub band: RwSignal<Option<Rect>>,
    /// The edge under the pointer.
    pub hovered: RwSignal<Option<EdgeId>>,
    /// What ends that soon, while the pointer is beside it.
    pub leaving: StoredValue<Option<TimeoutHandle>>,
    /// The edge that is drawn.
    pub linking: RwSignal<Option<Linking>>,
    /// The picker, while it is open.
    pub picker: RwSignal<Option<Picking>>,
    /// The menu, while it is open.
    pub menu: RwSignal<Option<MenuAt>>,
    /// What is connected by choosing from a list.
    pub connecting: RwSignal<Option<Connecting>>,
    /// Whether a node is searched.
    pub finder: RwSignal<bool>,
    /// The node that is renamed.
    pub renaming: RwSignal<Option<NodeId>>,
    /// The edge whose label is written.
    pub labelling: RwSignal<Option<EdgeId>>,
    /// The node whose panel was asked for.
    pub opened: RwSignal<Option<NodeId>>,
    /// The node that was clicked.
    pub clicked: RwSignal<Option<NodeId>>,
    /// Whether the sheet of keys is shown.
    pub keys: RwSignal<bool>,
    /// The edge that the dragged node would be put on.
    pub onto: RwSignal<Option<EdgeId>>,
    /// Which tab is shown at the left: `palette` or `outline`.
    pub side: RwSignal<&'static str>,
    /// The type that is dragged from the palette.
    pub ghost: RwSignal<Option<Ghost>>,
    /// Where the pointer is on the stage; nothing while it is elsewhere.
    pub pointer: StoredValue<Option<Point>>,
    gestures: StoredValue<Gestures>,
    /// Where each pointer went since the last frame, and with which keys.
    going: StoredValue<BTreeMap<i32, (Point, Held)>>,
    framed: StoredValue<bool>,
    /// Whether the space bar that is held was for moving the view.
    spaced: StoredValue<bool>,
    /// With what the canvas was pressed last: a double click does not say so itself.
    pub pressed_with: StoredValue<Pointer>,
    /// Counts what went down, so that a finger that stays is known as the same one.
    presses: StoredValue<u32>,
}

impl Desk {
    /// A desk with nothing going on.
    pub fn new(editor: Editor) -> Self {
        let pressed = RwSignal::new(false);
        let settled = move |before: Option<&Option<NodeId>>| {
            if pressed.get() {
                before.cloned().flatten()
            } else {
                editor.chosen.with(|chosen| chosen.single().cloned())
            }
        };
        let desk = Self {
            editor,
            settled: Memo::new(settled),
            pressed,
            tool: RwSignal::new(Tool::default()),
            finger_selects: RwSignal::new(false),
            space: RwSignal::new(false),
            panning: RwSignal::new(false),
            band: RwSignal::new(None),
            hovered: RwSignal::new(None),
            leaving: StoredValue::new(None),
            linking: RwSignal::new(None),
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
            // Without scripts nothing can be added: then the outline is what there is.
            side: RwSignal::new("outline"),
            ghost: RwSignal::new(None),
            pointer: StoredValue::new(None),
            gestures: StoredValue::new(Gestures::default()),
            going: StoredValue::default(),
            framed: StoredValue::new(false),
            spaced: StoredValue::new(false),
            pressed_with: StoredValue::new(Pointer::Fine),
            presses: StoredValue::new(0),
        };
        leptos::prelude::Effect::new(move || {
            let editable = editor.editable.get();
            let gestures = if editable { Gestures::default() } else { Gestures::fixed() };
            desk.gestures.set_value(gestures);
        });
        desk
    }

    /// What lies under a point of the screen.
    pub fn hit(self, at: Point, pointer: Pointer) -> Hit {
        let view = self.editor.lens.view.get_untracked();
        let reach = match pointer {
            Pointer::Fine => Reach::fine(view.zoom),
            Pointer::Finger => Reach::coarse(view.zoom),
        };
        let world = view.to_canvas(at);
        let loose = self.loose_end(world, reach).or_else(|| self.corner(world, view.zoom));
        loose.unwrap_or_else(|| self.editor.drawing.hit(world, reach))
    }

    /// The corner of the selected note.
    fn corner(self, world: Point, zoom: f64) -> Option<Hit> {
        let id = self.editor.chosen_note()?;
        let card = self.editor.drawing.rect(&id)?;
        let off = Point::new(card.right(), card.bottom()) - world;
        let near = 0.0..=CORNER / zoom;
        (near.contains(&off.x) && near.contains(&off.y)).then_some(Hit::Corner(id))
    }

    /// A pointer goes down.
    pub fn press(self, mut press: Press) {
        self.pressed.set(true);
        self.pressed_with.set_value(press.pointer);
        press.on = self.hit(press.at, press.pointer);
        press.held.space = self.space.get_untracked();
        if press.held.space {
            self.spaced.set_value(true);
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
        self.carry_out(effects.unwrap_or_default());
    }

    /// A finger that is still down and has not moved when the time is over asks for the menu.
    fn await_long_press(self) {
        self.presses.update_value(|presses| *presses = presses.wrapping_add(1));
        let this = self.presses.get_value();
        let ask = move || {
            // The page may have been left meanwhile.
            if self.presses.try_get_value() == Some(this) {
                let ask = Gestures::long_press;
                let effects = self.gestures.try_update_value(ask).unwrap_or_default();
                if !effects.is_empty() {
                    buzz();
                }
                self.carry_out(effects);
            }
        };
        set_timeout(ask, LONG_PRESS);
    }

    /// A pointer moves; what follows happens at the next frame.
    pub fn go(self, pointer: i32, at: Point, held: Held) {
        self.pointer.set_value(Some(at));
        self.going.update_value(|going| {
            going.insert(pointer, (at, held));
        });
        if !self.framed.get_value() {
            self.framed.set_value(true);
            request_animation_frame(move || self.frame());
        }
    }

    fn frame(self) {
        // The page may have been left meanwhile.
        if self.framed.try_get_value().is_none() {
            return;
        }
        self.framed.set_value(false);
        self.catch_up();
        self.pan_at_border();
    }

    /// Does what the last movement of each pointer asks for.
    fn catch_up(self) {
        let going = self.going.try_update_value(std::mem::take).unwrap_or_default();
        for (pointer, (at, held)) in going {
            let view = self.editor.lens.view.get_untracked();
            let drag = |gestures: &mut Gestures| gestures.drag(pointer, at, held, view);
            let effects = self.gestures.try_update_value(drag).unwrap_or_default();
            if effects.is_empty() && self.gestures.with_value(|gestures| gestures.at().is_none()) {
                self.hover(at);
            }
            self.carry_out(effects);
        }
    }

    /// Goes on moving the view as long as something is dragged near the border.
    fn pan_at_border(self) {
        let dragged = self.gestures.with_value(|g| g.changes().then(|| g.at()).flatten());
        let Some(at) = dragged else { return };
        let lens = self.editor.lens;
        let by = auto_pan(at, lens.size.get_untracked(), FRAME_S);
        if by == Point::default() || self.framed.get_value() {
            return;
        }
        lens.change(|view| view.pan_by(by));
        self.again(Held::default());
        self.framed.set_value(true);
        request_animation_frame(move || self.frame());
    }

    /// The same pointers once more, after the view moved under them or a key changed.
    pub fn again(self, held: Held) {
        let view = self.editor.lens.view.get_untracked();
        self.carry_out(self.gestures.with_value(|gestures| gestures.again(held, view)));
    }

    /// A pointer goes up.
    pub fn release(self, pointer: i32, at: Point, held: Held) {
        self.catch_up();
        let view = self.editor.lens.view.get_untracked();
        let release = |gestures: &mut Gestures| gestures.release(pointer, at, held, view);
        self.carry_out(self.gestures.try_update_value(release).unwrap_or_default());
        self.panning.set(false);
        self.pressed.set(false);
    }

    /// A pointer is lost.
    pub fn forget(self, pointer: i32) {
        let forget = |gestures: &mut Gestures| gestures.forget(pointer);
        self.carry_out(self.gestures.try_update_value(forget).unwrap_or_default());
        self.panning.set(false);
        self.pressed.set(false);
    }

    /// Escape: what is under way ends without effect; whether there was something.
    pub fn cancel(self) -> bool {
        let effects = self.gestures.try_update_value(Gestures::cancel).unwrap_or_default();
        let some = !effects.is_empty();
        self.carry_out(effects);
        some
    }

    /// The space bar goes down: what is dragged from now on is the view.
    pub fn hold_space(self) {
        if !self.space.get_untracked() {
            self.space.set(true);
            self.spaced.set_value(false);
        }
    }

    /// The space bar goes up; whether it moved nothing, so that it was a key.
    pub fn let_space_go(self) -> bool {
        self.space.set(false);
        !self.spaced.get_value()
    }

    fn carry_out(self, effects: Vec<Effect>) {
        effects.into_iter().for_each(|effect| self.effect(effect));
    }

    fn effect(self, effect: Effect) {
        let editor = self.editor;
        match effect {
            Effect::Choose(hit, how) => self.choose(&hit, how),
            Effect::ChooseNothing => self.choose_nothing(),
            Effect::Carry { node, by, held, copy } => {
                let incoming = if held.shift { Incoming::Keep } else { Incoming::Drop };
                let taken = if copy { Taken::Copies(incoming) } else { Taken::Themselves };
                self.carry(&node, by, held, taken);
            }
            Effect::Drop => self.put_down(),
            Effect::Stretch(node, to) => editor.stretch(&node, to),
            Effect::Stretched(node) => editor.stretched(&node),
            Effect::Band(area, _) => self.band.set(Some(area)),
            Effect::Banded(area, cover, how) => self.banded(area, cover, how),
            Effect::Pan(by) => {
                self.panning.set(true);
                editor.lens.change(|view| view.pan_by(by));
            }
            Effect::Pinch(about, factor) => {
                editor.lens.change(|view| view.zoom_at(about, factor));
            }
            Effect::Cancel => {
                editor.put_back();
                editor.chosen_note().and_then(|note| editor.unstretch(&note));
                self.band.set(None);
                self.linking.set(None);
                self.onto.set(None);
            }
            Effect::Pull(port, at) => self.pull(&port, at),
            Effect::Connect(_, at) => self.let_go(at, Held::default()),
            Effect::Tap(port) => self.tap(port),
            Effect::Loosen(edge, side, at) => self.loosen(&edge, side, at),
            Effect::Rewire(_, _, at, held) => self.let_go(at, held),
            Effect::Menu(on, at) => self.open_menu(on, at),
        }
    }

    fn choose(self, hit: &Hit, how: Choose) {
        self.editor.choose(self.editor.chosen_with(hit, how));
        if let Hit::Card(id) = hit {
            self.clicked.set((how == Choose::Only).then(|| id.clone()));
            focus_card(id);
        }
    }

    /// A click on the empty canvas ends an armed edge first, then the selection.
    fn choose_nothing(self) {
        if self.linking.with_untracked(Option::is_some) {
            return self.linking.set(None);
        }
        self.editor.choose(Chosen::default());
        focus_canvas();
    }

    fn banded(self, area: Rect, cover: Cover, how: Choose) {
        self.band.set(None);
        let editor = self.editor;
        let covered: BTreeSet<NodeId> = editor.drawing.with_cards(|cards| {
            // A box drawn in a frame is about what lies there, not about the frame.
            let chosen = |card: &&Card| {
                if card.is_frame { area.holds(card.rect) } else { cover.chooses(area, card.rect) }
            };
            let covered = cards.iter().filter(chosen);
            covered.map(|card| card.id.clone()).collect()
        });
        let covered = editor.drawing.meant(covered);
        let found = editor.workflow.with_untracked(|workflow| Chosen::nodes(covered, workflow));
        editor.say(format!("{} nodes selected", found.nodes.len()));
        editor.choose(editor.chosen.get_untracked().joined(found, how));
    }
}
