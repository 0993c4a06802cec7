//! What pointers mean on the canvas: events in, effects out. It knows neither page nor workflow;
//! whoever feeds it says what lies under the pointer and carries the effects out.

use std::collections::BTreeMap;

use super::{
    geometry::{Point, Rect},
    hit::{Hit, PortAt},
    marquee::Cover,
    ports::PortSide,
    tool::{Button, Choose, Effect, Held, Pointer, Press, Tool},
    viewport::Viewport,
};
use crate::id::{EdgeId, NodeId};

/// What the pointers are doing.
#[derive(Debug, Clone, Default, PartialEq)]
enum Doing {
    #[default]
    Nothing,
    /// Down, and not yet moved far enough to be more than a click.
    Waiting(Press),
    Carrying(Press, Point),
    Stretching(NodeId),
    Banding(Press, Point),
    Panning,
    Pulling(PortAt),
    Loosening(EdgeId, PortSide),
    /// Two fingers zoom and move the view.
    Pinching,
    /// The gesture has ended while pointers are still down; nothing happens until all are up.
    Spent,
}

/// A mouse that moves less than this, in screen pixels, clicks and does not drag.
const DRAG_THRESHOLD_MOUSE: f64 = 4.0;
/// The same for a finger, in screen pixels.
const DRAG_THRESHOLD_FINGER: f64 = 8.0;

/// The pointers on one canvas.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gestures {
    /// What dragging on the empty canvas does.
    pub tool: Tool,
    /// A finger draws a box instead of moving the view.
    pub finger_selects: bool,
    /// Nothing can be changed: dragging always moves the view.
    pub fixed: bool,
    down: BTreeMap<i32, Point>,
    /// The keys held when a pointer that is down moved last.
    held: Held,
    doing: Doing,
}

impl Gestures {
    /// Pointers that only move the view.
    pub fn fixed() -> Self {
        Self { fixed: true, ..Self::default() }
    }

    /// A pointer goes down.
    pub fn press(&mut self, press: Press) -> Vec<Effect> {
        self.down.insert(press.id, press.at);
        if self.down.len() > 1 {
            let cancelled = self.is_dragging() && self.doing != Doing::Pinching;
            self.doing = Doing::Pinching;
            return if cancelled { vec![Effect::Cancel] } else { vec![] };
        }
        self.doing = Doing::Waiting(press);
        vec![]
    }

    /// A pointer that is down moves; `view` is what is seen now.
    pub fn drag(&mut self, id: i32, at: Point, held: Held, view: Viewport) -> Vec<Effect> {
        let Some(was) = self.down.insert(id, at) else {
            self.down.remove(&id);
            return vec![];
        };
        self.held = held;
        if let Doing::Waiting(press) = &self.doing {
            let drag_threshold = match press.pointer {
                Pointer::Fine => DRAG_THRESHOLD_MOUSE,
                Pointer::Finger => DRAG_THRESHOLD_FINGER,
            };
            if press.at.distance(at) < drag_threshold {
                return vec![];
            }
            let from = press.at;
            self.doing = self.begin(press.clone(), view);
            return self.go_on(from, at, held, view);
        }
        if self.doing == Doing::Pinching {
            return self.pinch(id, was, at);
        }
        self.go_on(was, at, held, view)
    }

    /// Evaluates the same pointers once more, after the view moved under them.
    pub fn again(&self, view: Viewport) -> Vec<Effect> {
        let at = self.down.values().next().copied();
        let still = matches!(self.doing, Doing::Panning | Doing::Waiting(_) | Doing::Pinching);
        at.filter(|_| !still).map_or(vec![], |at| self.go_on(at, at, self.held, view))
    }

    /// A pointer goes up.
    pub fn release(&mut self, id: i32, at: Point, held: Held, view: Viewport) -> Vec<Effect> {
        if self.down.remove(&id).is_none() {
            return vec![];
        }
        let rest = if self.down.is_empty() { Doing::Nothing } else { Doing::Spent };
        let world = view.to_canvas(at);
        match std::mem::replace(&mut self.doing, rest) {
            Doing::Waiting(press) => click(press),
            Doing::Carrying(..) => vec![Effect::Drop],
            Doing::Stretching(node) => vec![Effect::Stretched(node)],
            Doing::Banding(press, from) => {
                let choose = match () {
                    () if held.command => Choose::Toggle,
                    () if held.shift || press.held.shift => Choose::Add,
                    () => Choose::Only,
                };
                vec![Effect::Banded(Rect::from_corners(from, world), cover(held), choose)]
            }
            Doing::Pulling(port) => vec![Effect::Connect(port, world)],
            Doing::Loosening(edge, side) => vec![Effect::Rewire(edge, side, world, held)],
            Doing::Pinching if self.down.len() == 1 => {
                self.doing = Doing::Panning;
                vec![]
            }
            Doing::Nothing | Doing::Panning | Doing::Pinching | Doing::Spent => vec![],
        }
    }

    /// A pointer is lost, or Escape ends what is under way.
    pub fn cancel(&mut self) -> Vec<Effect> {
        let changes = self.changes();
        self.doing = if self.down.is_empty() { Doing::Nothing } else { Doing::Spent };
        if changes { vec![Effect::Cancel] } else { vec![] }
    }

    /// Drops a pointer that will send no more events.
    pub fn forget(&mut self, id: i32) -> Vec<Effect> {
        self.down.remove(&id);
        self.cancel()
    }

    /// The finger that is down has stayed long enough to ask for a menu.
    pub fn long_press(&mut self) -> Vec<Effect> {
        let Doing::Waiting(press) = &self.doing else { return vec![] };
        let menu = Effect::Menu(press.on.clone(), press.at);
        let choose = match &press.on {
            Hit::Card(_) | Hit::Edge(_) => Some(Effect::Choose(press.on.clone(), Choose::Only)),
            _ => None,
        };
        self.doing = Doing::Spent;
        choose.into_iter().chain([menu]).collect()
    }

    /// Whether a pointer has moved far enough to be more than a click.
    pub fn is_dragging(&self) -> bool {
        !matches!(self.doing, Doing::Nothing | Doing::Waiting(_))
    }

    /// Whether something is dragged that moves the view at its border.
    pub fn changes(&self) -> bool {
        matches!(
            self.doing,
            Doing::Carrying(..)
                | Doing::Stretching(_)
                | Doing::Banding(..)
                | Doing::Pulling(_)
                | Doing::Loosening(..)
        )
    }

    /// Where the first pointer that is down is, in screen pixels.
    pub fn pointer_position(&self) -> Option<Point> {
        self.down.values().next().copied()
    }

    /// What a press becomes once it has moved.
    fn begin(&self, press: Press, view: Viewport) -> Doing {
        let from = view.to_canvas(press.at);
        let pans = press.button != Button::Main
            || press.held.space
            || self.tool == Tool::Hand
            || self.fixed;
        if pans {
            return Doing::Panning;
        }
        match &press.on {
            Hit::Port(port) => Doing::Pulling(port.clone()),
            Hit::End(edge, side) => Doing::Loosening(edge.clone(), *side),
            Hit::Card(_) => Doing::Carrying(press, from),
            Hit::Corner(node) => Doing::Stretching(node.clone()),
            Hit::Nothing | Hit::Edge(_) if press.pointer == Pointer::Finger => {
                if self.finger_selects { Doing::Banding(press, from) } else { Doing::Panning }
            }
            Hit::Nothing | Hit::Edge(_) => Doing::Banding(press, from),
        }
    }

    fn go_on(&self, was: Point, at: Point, held: Held, view: Viewport) -> Vec<Effect> {
        let world = view.to_canvas(at);
        vec![match &self.doing {
            Doing::Carrying(press, from) => {
                let Hit::Card(node) = &press.on else { return vec![] };
                // Alt held from the beginning makes a copy; pressed later it only frees the grid.
                let (node, copy) = (node.clone(), press.held.alt);
                Effect::Carry { node, by: world - *from, held, copy }
            }
            Doing::Stretching(node) => Effect::Stretch(node.clone(), world),
            Doing::Banding(_, from) => Effect::Band(Rect::from_corners(*from, world), cover(held)),
            Doing::Panning => Effect::Pan(at - was),
            Doing::Pulling(port) => Effect::Pull(port.clone(), world),
            Doing::Loosening(edge, side) => Effect::Loosen(edge.clone(), *side, world),
            Doing::Nothing | Doing::Waiting(_) | Doing::Pinching | Doing::Spent => return vec![],
        }]
    }

    fn pinch(&self, id: i32, was: Point, at: Point) -> Vec<Effect> {
        let Some(other) = self.down.iter().find(|(other, _)| **other != id) else { return vec![] };
        let other = *other.1;
        let (before, after) = ((was + other) * 0.5, (at + other) * 0.5);
        let spread = at.distance(other) / was.distance(other).max(1.0);
        vec![Effect::Pan(after - before), Effect::Pinch(after, spread)]
    }
}

fn cover(held: Held) -> Cover {
    if held.alt { Cover::Inside } else { Cover::Touching }
}

/// What a press that did not move asks for.
fn click(press: Press) -> Vec<Effect> {
    if press.button == Button::Second {
        return vec![Effect::Menu(press.on, press.at)];
    }
    if press.button == Button::Middle {
        return vec![];
    }
    let choose = match () {
        () if press.held.command => Choose::Toggle,
        () if press.held.shift => Choose::Add,
        () => Choose::Only,
    };
    match press.on {
        Hit::Nothing => vec![Effect::ChooseNothing],
        Hit::Port(port) => vec![Effect::Tap(port)],
        Hit::Corner(node) => vec![Effect::Choose(Hit::Card(node), choose)],
        Hit::End(edge, _) => vec![Effect::Choose(Hit::Edge(edge), choose)],
        on @ (Hit::Card(_) | Hit::Edge(_)) => vec![Effect::Choose(on, choose)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Viewport = Viewport { pan: Point::new(0.0, 0.0), zoom: 2.0 };

    fn press(on: Hit) -> Press {
        let (at, held) = (Point::new(10.0, 10.0), Held::default());
        Press { id: 1, at, pointer: Pointer::Fine, button: Button::Main, held, on }
    }

    fn drag(gestures: &mut Gestures, x: f64, y: f64) -> Vec<Effect> {
        gestures.drag(1, Point::new(x, y), Held::default(), VIEW)
    }

    fn release(gestures: &mut Gestures, x: f64, y: f64) -> Vec<Effect> {
        gestures.release(1, Point::new(x, y), Held::default(), VIEW)
    }

    #[test]
    fn a_move_below_the_threshold_is_a_click_and_a_longer_one_carries_the_card() {
        let mut gestures = Gestures::default();
        gestures.press(press(Hit::Card("a".into())));

        assert_eq!(drag(&mut gestures, 12.0, 11.0), []);
        let moved = drag(&mut gestures, 30.0, 10.0);

        let by = Point::new(10.0, 0.0);
        let held = Held::default();
        assert_eq!(moved, [Effect::Carry { node: "a".into(), by, held, copy: false }]);
        assert_eq!(release(&mut gestures, 30.0, 10.0), [Effect::Drop]);
        gestures.press(press(Hit::Card("a".into())));
        let clicked = release(&mut gestures, 11.0, 10.0);
        assert_eq!(clicked, [Effect::Choose(Hit::Card("a".into()), Choose::Only)]);
    }

    #[test]
    fn a_card_goes_on_with_the_view_as_the_keys_are_held() {
        let mut gestures = Gestures::default();
        gestures.press(press(Hit::Card("a".into())));
        let held = Held { alt: true, ..Held::default() };
        gestures.drag(1, Point::new(30.0, 10.0), held, VIEW);

        let moved = gestures.again(VIEW.pan_by(Point::new(-8.0, 0.0)));

        let by = Point::new(14.0, 0.0);
        assert_eq!(moved, [Effect::Carry { node: "a".into(), by, held, copy: false }]);
    }

    #[test]
    fn the_empty_canvas_gives_a_box_the_hand_and_a_finger_move_the_view() {
        let mut select = Gestures::default();
        select.press(press(Hit::Nothing));
        let band = drag(&mut select, 30.0, 20.0);
        assert_eq!(band, [Effect::Band(Rect::new(5.0, 5.0, 10.0, 5.0), Cover::Touching)]);

        let mut hand = Gestures { tool: Tool::Hand, ..Gestures::default() };
        hand.press(press(Hit::Card("a".into())));
        assert_eq!(drag(&mut hand, 30.0, 10.0), [Effect::Pan(Point::new(20.0, 0.0))]);

        let mut finger = Gestures::default();
        finger.press(Press { pointer: Pointer::Finger, ..press(Hit::Nothing) });
        assert_eq!(drag(&mut finger, 15.0, 10.0), []);
        assert_eq!(drag(&mut finger, 30.0, 10.0), [Effect::Pan(Point::new(20.0, 0.0))]);
    }

    #[test]
    fn escape_ends_a_drag_and_its_release_does_nothing() {
        let mut gestures = Gestures::default();
        gestures.press(press(Hit::Card("a".into())));
        drag(&mut gestures, 90.0, 90.0);

        assert_eq!(gestures.cancel(), [Effect::Cancel]);
        assert_eq!(drag(&mut gestures, 95.0, 90.0), []);
        assert_eq!(release(&mut gestures, 95.0, 90.0), []);
    }

    #[test]
    fn a_second_finger_ends_the_drag_and_spreading_zooms_about_the_middle() {
        let mut gestures = Gestures::default();
        gestures.press(Press { at: Point::new(100.0, 100.0), ..press(Hit::Card("a".into())) });
        drag(&mut gestures, 120.0, 100.0);
        let second = Press { id: 2, at: Point::new(220.0, 100.0), ..press(Hit::Nothing) };

        assert_eq!(gestures.press(second), [Effect::Cancel]);
        let spread = gestures.drag(2, Point::new(320.0, 100.0), Held::default(), VIEW);

        let (middle, moved) = (Point::new(220.0, 100.0), Point::new(50.0, 0.0));
        assert_eq!(spread, [Effect::Pan(moved), Effect::Pinch(middle, 2.0)]);
    }

    #[test]
    fn a_port_gives_an_edge_by_drag_and_by_click() {
        let port = PortAt { node: "a".into(), side: PortSide::Output, port: "output".to_owned() };
        let mut gestures = Gestures::default();
        gestures.press(press(Hit::Port(port.clone())));
        assert_eq!(release(&mut gestures, 10.0, 10.0), [Effect::Tap(port.clone())]);

        gestures.press(press(Hit::Port(port.clone())));
        let pulled = drag(&mut gestures, 40.0, 10.0);
        assert_eq!(pulled, [Effect::Pull(port.clone(), Point::new(20.0, 5.0))]);
        let dropped = release(&mut gestures, 60.0, 10.0);
        assert_eq!(dropped, [Effect::Connect(port, Point::new(30.0, 5.0))]);
    }

    #[test]
    fn a_corner_is_dragged_to_make_its_card_larger() {
        let mut gestures = Gestures::default();
        gestures.press(press(Hit::Corner("a".into())));

        let stretched = drag(&mut gestures, 90.0, 50.0);

        assert_eq!(stretched, [Effect::Stretch("a".into(), Point::new(45.0, 25.0))]);
        assert_eq!(release(&mut gestures, 90.0, 50.0), [Effect::Stretched("a".into())]);
    }

    #[test]
    fn a_finger_that_stays_asks_for_the_menu() {
        let mut gestures = Gestures::default();
        gestures.press(Press { pointer: Pointer::Finger, ..press(Hit::Card("a".into())) });

        let effects = gestures.long_press();

        let on = Hit::Card("a".into());
        let menu = Effect::Menu(on.clone(), Point::new(10.0, 10.0));
        assert_eq!(effects, [Effect::Choose(on, Choose::Only), menu]);
        assert_eq!(release(&mut gestures, 10.0, 10.0), []);
    }
}
