//! What is seen of the canvas.

use std::time::Duration;

use leptos::prelude::*;
use model::canvas::{
    detail::Detail,
    geometry::{Point, Rect, Size},
    viewport::{Viewport, WheelGesture, ZOOM_STEP, wheel_factor, wheel_pixels},
    wheel::{Device, Wheel, WheelSense},
};
use web_sys::Element;

use crate::client::{elements, signal::SetNew};

/// Screen pixels kept free around what is fitted.
const FIT_MARGIN: f64 = 56.0;
const REVEAL_MARGIN: f64 = 32.0;
const SHOW_MARGIN: f64 = 120.0;
/// The stage on the page, and what may lie over it: map and zoom, and on a phone the panel.
const STAGE: &str = "canvas";
const OVER: &str = ".minimap, .zoom-bar, .builder__panel";
/// How far beyond the stage cards are drawn, in screen pixels, and from when on: a first view shows
/// what is in it, and the rest comes when that is on the screen.
const BEYOND: f64 = 300.0;
const SOON: Duration = Duration::from_millis(200);
/// For how long the view stays as it is until all cards are painted as it suits its zoom: after a
/// hand, and after a glide, which has to be over by then (`style/editor/canvas.css`).
const REST: Duration = Duration::from_millis(120);
const GLIDED: Duration = Duration::from_millis(280);

/// Pan and zoom, and the size of the stage.
#[derive(Clone, Copy)]
pub struct Lens {
    /// Pan and zoom.
    pub view: RwSignal<Viewport>,
    /// The stage, in screen pixels; nothing before the first layout.
    pub size: RwSignal<Size>,
    /// Whether the view glides to its next place, because no hand moves it.
    pub glides: RwSignal<bool>,
    /// The zoom that cards are painted for: that of the view when it rested last, because painting
    /// all of them takes longer than a frame. Until it rests again, their picture is stretched.
    pub painted: RwSignal<f64>,
    /// Whether cards are drawn beyond the stage, too.
    ahead: RwSignal<bool>,
    /// Counts the places of the view.
    places: StoredValue<u32>,
    sense: StoredValue<WheelSense>,
    opened: StoredValue<bool>,
}

impl Default for Lens {
    /// A view of nothing yet.
    fn default() -> Self {
        Self {
            view: RwSignal::new(Viewport::default()),
            size: RwSignal::new(Size::default()),
            glides: RwSignal::new(false),
            painted: RwSignal::new(Viewport::default().zoom),
            ahead: RwSignal::new(false),
            places: StoredValue::new(0),
            sense: StoredValue::new(WheelSense::default()),
            opened: StoredValue::new(false),
        }
    }
}

impl Lens {
    /// The stage has a size; the first time `bounds` is shown, as far as it can be read, with
    /// `first` in view.
    pub fn resize(self, width: f64, height: f64, bounds: Rect, first: Rect) {
        let size = Size::new(width, height);
        self.size.set(size);
        if !self.opened.get_value() && width > 0.0 && height > 0.0 {
            self.opened.set_value(true);
            let view = Viewport::begin(bounds, first, size, FIT_MARGIN);
            self.view.set(view);
            self.painted.set_new(view.zoom);
            // The page may have been left meanwhile.
            let draw_more = move || {
                self.ahead.try_set(true);
            };
            set_timeout(draw_more, SOON);
        }
    }

    /// Whether the first view is on the screen, so that what is beyond it may be drawn.
    pub fn is_ahead(self) -> bool {
        self.ahead.get()
    }

    /// A hand moves the view.
    pub fn change(self, change: impl FnOnce(Viewport) -> Viewport) {
        let now = self.view.get_untracked();
        let next = change(now);
        if next != now {
            self.glides.set(false);
            self.go(next);
        }
    }

    /// The view goes to another place by itself.
    fn glide(self, change: impl FnOnce(Viewport, Size) -> Viewport) {
        let now = self.view.get_untracked();
        let next = change(now, self.size.get_untracked());
        if next != now {
            self.glides.set(true);
            self.go(next);
        }
    }

    fn go(self, next: Viewport) {
        self.view.set(next);
        let count = |places: &mut u32| {
            *places = places.wrapping_add(1);
            *places
        };
        let place = self.places.try_update_value(count);
        let rest = if self.glides.get_untracked() { GLIDED } else { REST };
        let paint = move || {
            // The page may have been left meanwhile.
            if place == self.places.try_get_value() {
                self.glides.set_new(false);
                self.painted.set_new(next.zoom);
            }
        };
        set_timeout(paint, rest);
    }

    /// The person says what the wheel belongs to.
    pub fn set_device(self, device: Device) {
        self.sense.update_value(|sense| sense.setting = device);
    }

    /// A wheel or two fingers turned at `now_ms`.
    pub fn wheel(self, wheel: &Wheel, now_ms: f64) {
        let size = self.size.get_untracked();
        self.change(|view| {
            let turn = |sense: &mut WheelSense| sense.turn(wheel, now_ms, view, size);
            self.sense.try_update_value(turn).unwrap_or(view)
        });
    }

    /// A wheel that turned over the small picture of all zooms about the middle of the stage.
    pub fn zoom_by(self, wheel: &Wheel) {
        let (middle, size) = (self.middle(), self.size.get_untracked());
        let gesture = if wheel.pinch { WheelGesture::Pinch } else { WheelGesture::Wheel };
        let factor = wheel_factor(wheel_pixels(wheel.delta.y, wheel.unit, size), gesture);
        self.change(|view| view.zoom_at(middle, factor));
    }

    /// Steps nearer (above 0) or farther, about the middle of the stage.
    pub fn zoom(self, steps: i32) {
        let middle = self.middle();
        self.glide(|view, _| view.zoom_at(middle, ZOOM_STEP.powi(steps)));
    }

    /// 100 %, about the middle of the stage.
    pub fn full_size(self) {
        let middle = self.middle();
        self.glide(|view, _| view.zoom_at(middle, 1.0 / view.zoom));
    }

    /// All of `bounds`.
    pub fn fit(self, bounds: Rect) {
        self.glide(|_, size| Viewport::fit(bounds, size, FIT_MARGIN));
    }

    /// The smallest movement that brings a card into view, beside what lies over the stage.
    pub fn reveal(self, card: Rect) {
        let covers = covers();
        self.glide(|view, size| view.reveal_beside(card, size, REVEAL_MARGIN, &covers));
    }

    /// A card that was looked for, with room around it for what it hangs together with.
    pub fn show(self, card: Rect) {
        let covers = covers();
        self.glide(|view, size| view.reveal_beside(card, size, SHOW_MARGIN, &covers));
    }

    /// A world point into the middle of the stage.
    pub fn center(self, world: Point) {
        let middle = self.middle();
        self.change(|view| view.pan_by(middle - view.to_screen(world)));
    }

    /// The middle of the stage on the screen.
    pub fn middle(self) -> Point {
        let size = self.size.get_untracked();
        Point::new(size.width, size.height) * 0.5
    }

    /// The part of the world on the stage now.
    pub fn seen(self) -> Rect {
        seen(self.view.get_untracked(), self.size.get_untracked())
    }

    /// The part of the world on the stage, as it changes.
    pub fn watched(self) -> Signal<Rect> {
        Signal::derive(move || seen(self.view.get(), self.size.get()))
    }

    /// What is seen and a margin, in steps, so that it changes seldom while the view moves; what it
    /// was while a hand goes nearer or farther.
    pub fn drawn(self) -> Memo<Rect> {
        let turns = self.is_turned();
        Memo::new(move |before: Option<&Rect>| {
            if let Some(before) = before.filter(|_| turns.get()) {
                return *before;
            }
            let (view, size) = (self.view.get(), self.size.get());
            let (seen, step) = (seen(view, size), BEYOND / view.zoom);
            if !self.ahead.get() {
                return seen;
            }
            let low = |value: f64| (value / step).floor() * step - step;
            let high = |value: f64| (value / step).ceil() * step + step;
            let corner = Point::new(low(seen.origin.x), low(seen.origin.y));
            Rect::between(corner, Point::new(high(seen.right()), high(seen.bottom())))
        })
    }

    /// How much of a card is drawn.
    pub fn detail(self) -> Memo<Detail> {
        Memo::new(move |_| Detail::at(self.painted.get()))
    }

    /// How much the picture of the cards is stretched.
    pub fn stretch(self) -> Memo<f64> {
        Memo::new(move |_| self.view.get().zoom / self.painted.get())
    }

    /// Whether a hand goes nearer or farther.
    pub fn is_turned(self) -> Memo<bool> {
        Memo::new(move |_| {
            let is_stretched = self.view.get().zoom.total_cmp(&self.painted.get()).is_ne();
            is_stretched && !self.glides.get()
        })
    }

    /// Whether cards are too far away for more than a block: where the view comes to rest, or where
    /// it rested before a hand took it.
    pub fn is_far(self) -> Memo<bool> {
        Memo::new(move |_| {
            let zoom = if self.glides.get() { self.view.get().zoom } else { self.painted.get() };
            Detail::at(zoom) == Detail::Block
        })
    }
}

/// What lies over the stage now, in screen pixels from the stage's corner.
fn covers() -> Vec<Rect> {
    let stage = document().get_element_by_id(STAGE).as_ref().map(on_page);
    let Some(stage) = stage else { return vec![] };
    let parts: Vec<Element> = elements(document().query_selector_all(OVER));
    let parts = parts.iter().map(on_page);
    // What is not shown has no size, and what stands beside the stage has only a border with it.
    let over = parts.filter(|part| part.size.width > 0.0 && part.grown(-1.0).touches(stage));
    over.map(|part| part.shifted(Point::default() - stage.origin)).collect()
}

fn on_page(element: &Element) -> Rect {
    let at = element.get_bounding_client_rect();
    Rect::new(at.left(), at.top(), at.width(), at.height())
}

fn seen(view: Viewport, size: Size) -> Rect {
    let far = view.to_canvas(Point::new(size.width, size.height));
    Rect::between(view.to_canvas(Point::default()), far)
}
