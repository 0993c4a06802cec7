//! What fingers and wheels mean: pure, fed by the surface.

use std::collections::BTreeMap;

use model::canvas::{
    geometry::{Point, Size},
    viewport::{Viewport, WheelGesture, WheelUnit, wheel_factor, wheel_pixels},
};

/// Movement below this many pixels is a click.
const DRAG_THRESHOLD: f64 = 4.0;
/// A mouse wheel moves at least this far in one event; a trackpad rarely does.
const WHEEL_NOTCH: f64 = 40.0;

/// One event of a wheel or of two fingers on a trackpad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wheel {
    pub(super) at: Point,
    pub(super) delta: Point,
    pub(super) unit: WheelUnit,
    pub(super) pinch: bool,
}

impl Wheel {
    fn is_trackpad(&self) -> bool {
        let small = self.delta.y.abs() < WHEEL_NOTCH || self.delta.y.fract() != 0.0;
        self.unit == WheelUnit::Pixel && (self.delta.x != 0.0 || small)
    }

    /// The view after this event: a wheel zooms at the pointer, a trackpad pans, a pinch zooms.
    pub(super) fn apply(&self, view: Viewport, stage: Size) -> Viewport {
        if !self.pinch && self.is_trackpad() {
            return view.pan_by(self.delta * -1.0);
        }
        let gesture = if self.pinch { WheelGesture::Pinch } else { WheelGesture::Wheel };
        let pixels = wheel_pixels(self.delta.y, self.unit, stage);
        view.zoom_at(self.at, wheel_factor(pixels, gesture))
    }
}

/// The pointers that are down, and whether they have become a drag.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fingers {
    down: BTreeMap<i32, Point>,
    start: Point,
    dragging: bool,
}

impl Fingers {
    /// A pointer goes down.
    pub(super) fn press(&mut self, pointer: i32, at: Point) {
        if self.down.is_empty() {
            self.start = at;
            self.dragging = false;
        }
        self.down.insert(pointer, at);
    }

    /// A pointer goes up or is lost.
    pub(super) fn release(&mut self, pointer: i32) {
        self.down.remove(&pointer);
        if self.down.is_empty() {
            self.dragging = false;
        }
    }

    /// Whether the pointers have moved far enough to be more than a click.
    pub(super) fn is_dragging(&self) -> bool {
        self.dragging
    }

    /// The view after a pointer moved; nothing while it may still be a click or is not down.
    pub(super) fn drag(&mut self, pointer: i32, at: Point, view: Viewport) -> Option<Viewport> {
        let was = *self.down.get(&pointer)?;
        let far = self.start.distance(at) >= DRAG_THRESHOLD;
        if !self.dragging && !far && self.down.len() < 2 {
            return None;
        }
        self.dragging = true;
        self.down.insert(pointer, at);
        let other = self.down.iter().find(|(id, _)| **id != pointer).map(|(_, at)| *at);
        Some(match other {
            None => view.pan_by(at - was),
            Some(other) => {
                let (before, after) = ((was + other) * 0.5, (at + other) * 0.5);
                let spread = at.distance(other) / was.distance(other).max(1.0);
                view.pan_by(after - before).zoom_at(after, spread)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheel(x: f64, y: f64) -> Wheel {
        let delta = Point::new(x, y);
        Wheel { at: Point::new(100.0, 50.0), delta, unit: WheelUnit::Pixel, pinch: false }
    }

    #[test]
    fn a_mouse_wheel_zooms_and_a_trackpad_pans() {
        let stage = Size::new(800.0, 600.0);
        let zoomed = wheel(0.0, -120.0).apply(Viewport::default(), stage);
        let panned = wheel(4.0, 12.5).apply(Viewport::default(), stage);

        assert!(zoomed.zoom > 1.0);
        assert_eq!(panned, Viewport { pan: Point::new(-4.0, -12.5), zoom: 1.0 });
    }

    #[test]
    fn a_tremble_is_a_click_and_a_move_is_a_drag() {
        let mut fingers = Fingers::default();
        fingers.press(1, Point::new(10.0, 10.0));

        assert_eq!(fingers.drag(1, Point::new(12.0, 11.0), Viewport::default()), None);
        let moved = fingers.drag(1, Point::new(30.0, 10.0), Viewport::default());

        assert_eq!(moved.map(|view| view.pan), Some(Point::new(20.0, 0.0)));
        assert!(fingers.is_dragging());
        fingers.release(1);
        assert!(!fingers.is_dragging());
    }

    #[test]
    fn spreading_two_fingers_zooms_about_their_middle() {
        let mut fingers = Fingers::default();
        fingers.press(1, Point::new(100.0, 100.0));
        fingers.press(2, Point::new(200.0, 100.0));

        let view = fingers.drag(2, Point::new(300.0, 100.0), Viewport::default());

        let zoom = view.map(|view| view.zoom);
        assert_eq!(zoom, Some(2.0));
        assert_eq!(
            view.map(|view| view.to_screen(Point::new(150.0, 100.0))),
            Some(Point::new(200.0, 100.0))
        );
    }
}
