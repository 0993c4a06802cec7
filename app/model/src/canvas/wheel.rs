//! What a turn of the wheel means: a mouse zooms, two fingers on a trackpad pan. Browsers do not
//! say which it was, so it is judged from the numbers, unless the person has said it.

use super::{
    geometry::{Point, Size},
    viewport::{Viewport, WheelGesture, WheelUnit, wheel_factor, wheel_pixels},
};

/// A mouse wheel moves at least this far in one event; a trackpad rarely does.
const WHEEL_NOTCH: f64 = 40.0;
/// For how long a trackpad stays one after an event that only a trackpad sends, in milliseconds.
const STICKY_MS: f64 = 2_000.0;

/// The device that turns the wheel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Device {
    /// Unknown: judged by the numbers of each event.
    #[default]
    Auto,
    /// A mouse: its wheel zooms.
    Mouse,
    /// A trackpad: two fingers move the view.
    Trackpad,
}

/// One event of a wheel or of two fingers on a trackpad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wheel {
    /// Where the pointer is, in screen pixels from the stage's corner.
    pub at: Point,
    /// How far it turned, in `unit`.
    pub delta: Point,
    /// The unit of `delta`.
    pub unit: WheelUnit,
    /// Two fingers spread or closed, or Ctrl or ⌘ is held.
    pub pinch: bool,
    /// Shift is held.
    pub sideways: bool,
}

impl Wheel {
    fn looks_like_trackpad(&self) -> bool {
        let small = self.delta.y.abs() < WHEEL_NOTCH || self.delta.y.fract() != 0.0;
        self.unit == WheelUnit::Pixel && (self.delta.x != 0.0 || small)
    }

    fn apply(&self, from: Device, view: Viewport, stage: Size) -> Viewport {
        let pixels = |delta: f64| wheel_pixels(delta, self.unit, stage);
        if self.pinch {
            return view.zoom_at(self.at, wheel_factor(pixels(self.delta.y), WheelGesture::Pinch));
        }
        if from == Device::Trackpad {
            return view.pan_by(self.delta * -1.0);
        }
        if self.sideways {
            // Some browsers turn the axis themselves when Shift is held.
            let along = pixels(if self.delta.x == 0.0 { self.delta.y } else { self.delta.x });
            return view.pan_by(Point::new(-along, 0.0));
        }
        view.zoom_at(self.at, wheel_factor(pixels(self.delta.y), WheelGesture::Wheel))
    }
}

/// Remembers from event to event which device turns the wheel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WheelSense {
    /// The device that the person chose.
    pub setting: Device,
    trackpad_until_ms: Option<f64>,
}

impl WheelSense {
    /// The view after an event at `now_ms` (of any clock that only goes forward).
    pub fn turn(&mut self, wheel: &Wheel, now_ms: f64, view: Viewport, stage: Size) -> Viewport {
        let device = self.judge(wheel, now_ms);
        wheel.apply(device, view, stage)
    }

    fn judge(&mut self, wheel: &Wheel, now_ms: f64) -> Device {
        if self.setting != Device::Auto {
            return self.setting;
        }
        // Shift turns the axis of a mouse wheel, which is no sign of two fingers.
        if !wheel.pinch && !wheel.sideways && wheel.looks_like_trackpad() {
            self.trackpad_until_ms = Some(now_ms + STICKY_MS);
            return Device::Trackpad;
        }
        match self.trackpad_until_ms {
            Some(until) if now_ms < until && wheel.unit == WheelUnit::Pixel => Device::Trackpad,
            _ => Device::Mouse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Size = Size::new(800.0, 600.0);

    fn wheel(x: f64, y: f64) -> Wheel {
        let (at, delta) = (Point::new(100.0, 50.0), Point::new(x, y));
        Wheel { at, delta, unit: WheelUnit::Pixel, pinch: false, sideways: false }
    }

    #[test]
    fn a_mouse_wheel_zooms_and_a_trackpad_pans() {
        let view = Viewport::default();
        let zoomed = WheelSense::default().turn(&wheel(0.0, -120.0), 0.0, view, STAGE);
        let panned = WheelSense::default().turn(&wheel(4.0, 12.5), 0.0, view, STAGE);

        assert!(zoomed.zoom > 1.0);
        assert_eq!(panned, Viewport { pan: Point::new(-4.0, -12.5), zoom: 1.0 });
    }

    #[test]
    fn a_fast_swipe_stays_a_swipe_and_a_mouse_is_one_again_later() {
        let mut sense = WheelSense::default();
        let view = Viewport::default();
        sense.turn(&wheel(3.0, 8.0), 0.0, view, STAGE);

        assert!((sense.turn(&wheel(0.0, 120.0), 1_900.0, view, STAGE).zoom - 1.0).abs() < 1e-9);
        assert!(sense.turn(&wheel(0.0, 120.0), 2_100.0, view, STAGE).zoom < 1.0);
    }

    #[test]
    fn what_the_person_said_counts_more_than_the_numbers() {
        let view = Viewport::default();
        let mut mouse = WheelSense { setting: Device::Mouse, ..WheelSense::default() };
        let mut trackpad = WheelSense { setting: Device::Trackpad, ..WheelSense::default() };

        assert!(mouse.turn(&wheel(1.0, 2.5), 0.0, view, STAGE).zoom < 1.0);
        let panned = trackpad.turn(&wheel(0.0, 120.0), 0.0, view, STAGE);
        assert_eq!(panned.pan, Point::new(0.0, -120.0));
    }

    #[test]
    fn shift_turns_the_wheel_sideways_and_control_zooms() {
        let view = Viewport::default();
        let side = Wheel { sideways: true, ..wheel(0.0, 120.0) };
        let pinch = Wheel { pinch: true, ..wheel(0.0, -4.0) };

        let panned = WheelSense::default().turn(&side, 0.0, view, STAGE);
        assert_eq!(panned, Viewport { pan: Point::new(-120.0, 0.0), zoom: 1.0 });
        assert!(WheelSense::default().turn(&pinch, 0.0, view, STAGE).zoom > 1.0);
    }
}
