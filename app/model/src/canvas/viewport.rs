//! Which part of the world is seen, and how large. A screen point is measured from the top left
//! corner of the stage: `screen = world · zoom + pan`.

use serde::{Deserialize, Serialize};

use super::geometry::{Point, Rect, Size};

/// The smallest zoom a person can reach.
pub const ZOOM_MIN: f64 = 0.1;
/// The largest zoom.
pub const ZOOM_MAX: f64 = 2.5;
/// Smallest zoom at which a vast workflow is shown whole; a hand goes no farther away than that.
const FARTHEST: f64 = 0.02;
/// One press of a zoom button or key.
pub const ZOOM_STEP: f64 = 1.2;

/// Below this width a view is narrow: a phone.
const NARROW_PX: f64 = 640.0;
/// The smallest zoom at which a card's title can be read.
const LEGIBLE: f64 = 0.6;
/// The zoom at which everything on a card can be read.
const READING: f64 = 0.9;
/// The zoom at which a card can be worked with.
const CLEAR: f64 = 0.8;
/// What is wider or higher than so many stages is shown whole rather than legible.
const VAST: f64 = 2.5;
const WHEEL_RATE: f64 = 0.0022;
const PINCH_RATE: f64 = 0.01;
const WHEEL_CLAMP: f64 = 60.0;
const LINE_PX: f64 = 16.0;

/// The unit a browser reports wheel movement in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WheelUnit {
    /// Pixels on the screen.
    Pixel,
    /// Lines of text.
    Line,
    /// Heights of the view.
    Page,
}

/// What turned: browsers report a pinch on a trackpad as a wheel with Ctrl held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WheelGesture {
    /// A mouse wheel.
    Wheel,
    /// Two fingers on a trackpad.
    Pinch,
}

/// A wheel movement in pixels, whatever unit it came in.
pub fn wheel_pixels(delta: f64, unit: WheelUnit, view: Size) -> f64 {
    match unit {
        WheelUnit::Pixel => delta,
        WheelUnit::Line => delta * LINE_PX,
        WheelUnit::Page => delta * view.height,
    }
}

/// By how much a wheel movement (in pixels) multiplies the zoom: proportional to it, never a step.
pub fn wheel_factor(pixels: f64, gesture: WheelGesture) -> f64 {
    let rate = match gesture {
        WheelGesture::Wheel => WHEEL_RATE,
        WheelGesture::Pinch => PINCH_RATE,
    };
    (-pixels.clamp(-WHEEL_CLAMP, WHEEL_CLAMP) * rate).exp()
}

/// Pan and zoom of a view onto the world.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Viewport {
    /// Where the world's origin is on the screen.
    pub pan: Point,
    /// Screen pixels per world unit: up to [`ZOOM_MAX`], and down to [`ZOOM_MIN`] or what a vast
    /// workflow fits at.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { pan: Point::default(), zoom: 1.0 }
    }
}

impl Viewport {
    /// Where a world point appears on the screen.
    pub fn to_screen(self, world: Point) -> Point {
        world * self.zoom + self.pan
    }

    /// The world point under a screen point.
    pub fn to_canvas(self, screen: Point) -> Point {
        (screen - self.pan) * (1.0 / self.zoom)
    }

    /// The view after dragging by `delta` screen pixels.
    #[must_use]
    pub fn pan_by(self, delta: Point) -> Self {
        Self { pan: self.pan + delta, ..self }
    }

    /// The view zoomed by `factor`, with the world point under `anchor` (screen) kept in place.
    #[must_use]
    pub fn zoom_at(self, anchor: Point, factor: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(ZOOM_MIN.min(self.zoom), ZOOM_MAX);
        let pan = anchor - (anchor - self.pan) * (zoom / self.zoom);
        Self { pan, zoom }
    }

    /// The view in which all of `bounds` is seen in the middle of `view`, `margin` screen pixels
    /// from its borders, never larger than 100 %.
    pub fn fit(bounds: Rect, view: Size, margin: f64) -> Self {
        let zoom = zoom_to_fit(bounds, view, margin).clamp(FARTHEST, 1.0);
        let middle = Point::new(view.width, view.height) * 0.5;
        Self { pan: middle - bounds.center() * zoom, zoom }
    }

    /// The view a drawing opens with: all of it, but on a narrow view never too small to read;
    /// then it opens at its left side, where workflows begin.
    pub fn open(bounds: Rect, view: Size, margin: f64) -> Self {
        let floor = if view.width < NARROW_PX { LEGIBLE } else { FARTHEST };
        let zoom = zoom_to_fit(bounds, view, margin).clamp(floor, 1.0);
        let middle = Point::new(view.width, view.height) * 0.5;
        let centred = Self { pan: middle - bounds.center() * zoom, zoom };
        let left = centred.to_screen(bounds.origin).x;
        centred.pan_by(Point::new((margin - left).max(0.0), 0.0))
    }

    /// The view an editor opens with: all of `bounds` if it can be read then; else as much as can,
    /// from the left side on, with `first` in view. What is far larger than the stage is shown
    /// whole.
    pub fn begin(bounds: Rect, first: Rect, view: Size, margin: f64) -> Self {
        let whole = Self::open(bounds, view, margin);
        let is_vast =
            bounds.size.width > VAST * view.width || bounds.size.height > VAST * view.height;
        if whole.zoom >= CLEAR || is_vast || view.width < NARROW_PX {
            return whole;
        }
        let middle = Point::new(view.width, view.height) * 0.5;
        let centred = Self { pan: middle - bounds.center() * CLEAR, zoom: CLEAR };
        let left = centred.to_screen(bounds.origin).x;
        let begun = centred.pan_by(Point::new((margin - left).max(0.0), 0.0));
        begun.reveal(first, view, margin)
    }

    /// The view that watches `target`: large enough to read it, with as much of `bounds` around it
    /// as there is room for, and nothing beyond.
    pub fn watch(target: Rect, bounds: Rect, view: Size, margin: f64) -> Self {
        let close = zoom_to_fit(target, view, margin).min(READING);
        let zoom = zoom_to_fit(bounds, view, margin).max(close).clamp(ZOOM_MIN, 1.0);
        let (middle, whole) = (target.center(), bounds.center());
        let across = Span { from: bounds.origin.x, to: bounds.right(), view: view.width };
        let down = Span { from: bounds.origin.y, to: bounds.bottom(), view: view.height };
        let pan = Point::new(
            across.pan(middle.x, whole.x, zoom, margin),
            down.pan(middle.y, whole.y, zoom, margin),
        );
        Self { pan, zoom }
    }

    /// The smallest movement that brings all of `target` (world) into `view` with `margin` screen
    /// pixels around it; no movement when it is seen already.
    #[must_use]
    pub fn reveal(self, target: Rect, view: Size, margin: f64) -> Self {
        let from = self.to_screen(target.origin);
        let to = self.to_screen(Point::new(target.right(), target.bottom()));
        let delta = Point::new(
            shift(from.x, to.x, margin, view.width - margin),
            shift(from.y, to.y, margin, view.height - margin),
        );
        self.pan_by(delta)
    }

    /// The same where `covers` (screen) lie over the view: what they would hide comes to lie at the
    /// left of them or above, and what is too large for that begins there.
    #[must_use]
    pub fn reveal_beside(self, target: Rect, view: Size, margin: f64, covers: &[Rect]) -> Self {
        let above = |top: f64| Size::new(view.width, top);
        let corners = covers.iter().map(|cover| cover.origin);
        let parts = corners.flat_map(|at| [Size::new(at.x, view.height), above(at.y)]);
        let ways = std::iter::once(view).chain(parts).map(|part| self.reveal(target, part, margin));
        let is_free = |way: &Self| {
            let far = way.to_screen(Point::new(target.right(), target.bottom()));
            let shown = Rect::from_corners(way.to_screen(target.origin), far);
            !covers.iter().any(|cover| cover.touches(shown))
        };
        let far = |way: &Self| way.pan.distance(self.pan);
        let nearest = ways.filter(is_free).min_by(|a, b| far(a).total_cmp(&far(b)));
        let top = covers.iter().map(|cover| cover.origin.y).fold(view.height, f64::min);
        nearest.unwrap_or_else(|| self.reveal(target, above(top), margin))
    }
}

/// One axis of a drawing and of the view onto it.
struct Span {
    from: f64,
    to: f64,
    view: f64,
}

impl Span {
    /// Puts `middle` into the middle unless that would show emptiness; `whole` where all fits.
    fn pan(&self, middle: f64, whole: f64, zoom: f64, margin: f64) -> f64 {
        let (most, least) = (margin - self.from * zoom, self.view - margin - self.to * zoom);
        if least >= most {
            return self.view * 0.5 - whole * zoom;
        }
        (self.view * 0.5 - middle * zoom).clamp(least, most)
    }
}

fn zoom_to_fit(bounds: Rect, view: Size, margin: f64) -> f64 {
    let room = Size::new(view.width - 2.0 * margin, view.height - 2.0 * margin);
    let wide = room.width / bounds.size.width.max(1.0);
    let high = room.height / bounds.size.height.max(1.0);
    wide.min(high)
}

fn shift(from: f64, to: f64, low: f64, high: f64) -> f64 {
    if from < low {
        low - from
    } else if to > high {
        (high - to).max(low - from)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn watching_a_card_makes_it_legible_and_shows_nothing_beyond_the_drawing() {
        let bounds = Rect::new(0.0, 0.0, 1_840.0, 100.0);
        let view = Size::new(992.0, 500.0);
        let card = |x: f64| Rect::new(x, 0.0, 240.0, 100.0);
        let seen = |x: f64| Viewport::watch(card(x), bounds, view, 48.0);

        assert_eq!((seen(0.0).zoom, seen(0.0).pan.x), (0.9, 48.0));
        assert_eq!(seen(640.0).to_screen(card(640.0).center()).x, 496.0);
        assert_eq!(seen(1_600.0).to_screen(Point::new(1_840.0, 0.0)).x, 944.0);
        assert_eq!(seen(640.0).to_screen(bounds.center()).y, 250.0);
    }

    #[test]
    fn watching_never_leaves_out_what_would_fit() {
        let bounds = Rect::new(0.0, 0.0, 800.0, 300.0);
        let view = Size::new(992.0, 500.0);

        let watch = Viewport::watch(Rect::new(0.0, 0.0, 240.0, 100.0), bounds, view, 48.0);

        assert_eq!(watch, Viewport::fit(bounds, view, 48.0));
    }

    #[test]
    fn an_editor_opens_so_that_cards_can_be_read_and_the_first_is_seen() {
        let view = Size::new(1_000.0, 600.0);
        let first = Rect::new(0.0, 900.0, 240.0, 80.0);
        let begin = |width: f64, height: f64| {
            Viewport::begin(Rect::new(0.0, 0.0, width, height), first, view, 50.0)
        };

        assert_eq!(begin(600.0, 300.0).zoom, 1.0);
        let wide = begin(2_000.0, 1_400.0);
        assert_eq!((wide.zoom, wide.to_screen(first.origin).x), (0.8, 50.0));
        assert!(wide.to_screen(first.origin).y >= 50.0);
        assert!(wide.to_screen(Point::new(240.0, 980.0)).y <= 550.0);
        assert!(begin(9_000.0, 1_000.0).zoom < 0.2);
    }

    fn points() -> impl Strategy<Value = Point> {
        (-5_000.0..5_000.0, -5_000.0..5_000.0).prop_map(|(x, y)| Point::new(x, y))
    }

    fn viewports() -> impl Strategy<Value = Viewport> {
        (points(), ZOOM_MIN..ZOOM_MAX).prop_map(|(pan, zoom)| Viewport { pan, zoom })
    }

    fn boxes() -> impl Strategy<Value = Rect> {
        (points(), 1.0..4_000.0, 1.0..2_000.0)
            .prop_map(|(at, width, height)| Rect::new(at.x, at.y, width, height))
    }

    proptest! {
        #[test]
        fn to_screen_undoes_to_canvas(view in viewports(), point in points()) {
            prop_assert!(view.to_screen(view.to_canvas(point)).distance(point) < 1e-6);
        }

        #[test]
        fn zooming_keeps_the_point_under_the_pointer(
            view in viewports(), pointer in points(), factor in 0.2..5.0,
        ) {
            let before = view.to_canvas(pointer);

            let after = view.zoom_at(pointer, factor).to_screen(before);

            prop_assert!(after.distance(pointer) < 0.5);
        }

        #[test]
        fn zooming_stays_in_range(view in viewports(), pointer in points(), factor in 0.001..1e3) {
            let zoom = view.zoom_at(pointer, factor).zoom;

            prop_assert!((ZOOM_MIN..=ZOOM_MAX).contains(&zoom));
        }

        #[test]
        fn fitting_shows_the_middle_in_the_middle(
            bounds in boxes(), width in 200.0..2_000.0, height in 200.0..1_200.0,
        ) {
            let view = Viewport::fit(bounds, Size::new(width, height), 24.0);

            let middle = view.to_screen(bounds.center());
            prop_assert!(middle.distance(Point::new(width / 2.0, height / 2.0)) < 1e-6);
            prop_assert!(view.zoom <= 1.0);
        }

        #[test]
        fn revealing_twice_moves_once(view in viewports(), bounds in boxes()) {
            let stage = Size::new(800.0, 600.0);

            let once = view.reveal(bounds, stage, 20.0);

            let again = once.reveal(bounds, stage, 20.0);
            prop_assert!(again.pan.distance(once.pan) < 1e-6);
        }
    }

    #[test]
    fn what_is_revealed_comes_out_from_under_what_lies_over_the_view() {
        let (view, map) = (Size::new(1_000.0, 600.0), Rect::new(784.0, 452.0, 200.0, 132.0));
        let sheet = Rect::new(0.0, 300.0, 1_000.0, 300.0);
        let card = |x: f64, y: f64| Rect::new(x, y, 240.0, 80.0);
        let at = |target: Rect, cover: Rect| {
            let way = Viewport::default().reveal_beside(target, view, 32.0, &[cover]);
            (target.origin.x + way.pan.x, target.origin.y + way.pan.y)
        };

        assert_eq!(at(card(100.0, 100.0), map), (100.0, 100.0));
        assert_eq!(at(card(2_000.0, 2_000.0), map), (728.0, 340.0), "above is nearer");
        assert_eq!(at(card(560.0, 480.0), map), (512.0, 480.0), "its left is nearer");
        assert_eq!(at(card(100.0, 400.0), sheet), (100.0, 188.0));
        assert_eq!(at(Rect::new(100.0, 400.0, 240.0, 500.0), sheet), (100.0, 32.0));
    }

    #[test]
    fn a_vast_workflow_fits_and_a_hand_goes_no_farther_away() {
        let (vast, stage) = (Rect::new(0.0, 0.0, 16_000.0, 9_000.0), Size::new(960.0, 600.0));

        let all = Viewport::fit(vast, stage, 40.0);

        assert!(all.zoom < ZOOM_MIN && all.to_screen(vast.origin).x >= 39.9);
        assert_eq!(all.zoom_at(Point::default(), 0.5).zoom, all.zoom);
        assert!(all.zoom_at(Point::default(), 2.0).zoom > all.zoom);
    }

    #[test]
    fn fitting_a_wide_graph_fills_the_width() {
        let view =
            Viewport::fit(Rect::new(0.0, 0.0, 2_000.0, 100.0), Size::new(1_000.0, 500.0), 0.0);

        assert_eq!(view, Viewport { pan: Point::new(0.0, 225.0), zoom: 0.5 });
    }

    #[test]
    fn a_phone_opens_a_wide_drawing_legibly_at_its_beginning() {
        let wide = Rect::new(-100.0, 0.0, 2_000.0, 100.0);

        let phone = Viewport::open(wide, Size::new(390.0, 600.0), 24.0);
        let desk = Viewport::open(wide, Size::new(1_000.0, 600.0), 24.0);

        assert!((phone.zoom - 0.6).abs() < 1e-9);
        assert!((phone.to_screen(wide.origin).x - 24.0).abs() < 1e-9);
        assert_eq!(desk, Viewport::fit(wide, Size::new(1_000.0, 600.0), 24.0));
    }

    #[test]
    fn a_wheel_zooms_in_proportion_and_one_event_is_bounded() {
        let (small, large) =
            (wheel_factor(-3.0, WheelGesture::Wheel), wheel_factor(-30.0, WheelGesture::Wheel));

        assert!((small.powi(10) - large).abs() < 1e-9);
        assert!(
            (wheel_factor(-9_000.0, WheelGesture::Wheel) - (60.0_f64 * 0.0022).exp()).abs() < 1e-9
        );
        assert!((wheel_pixels(3.0, WheelUnit::Line, Size::default()) - 48.0).abs() < 1e-9);
    }
}
