//! The viewport of the canvas: pan, zoom and the size of the stage.

use std::time::Duration;

use leptos::prelude::*;
use model::canvas::{
    detail::Detail,
    geometry::{Point, Rect, Size},
    viewport::{Viewport, WheelGesture, ZOOM_STEP, wheel_factor, wheel_pixels},
    wheel::{Device, Wheel, WheelSense},
};
use web::client::{elements, signal::SetNew};
use web_sys::Element;

/// Screen pixels kept free around what is fitted.
const FIT_MARGIN: f64 = 56.0;
const REVEAL_MARGIN: f64 = 32.0;
const SHOW_MARGIN: f64 = 120.0;
/// The stage on the page, and what may lie over it: map and zoom, and on a phone the panel.
const STAGE: &str = "canvas";
const OVER: &str = ".minimap, .zoom-bar, .builder__panel";
/// Cards are drawn this far beyond the stage, in screen pixels, but only this long after the first
/// view, which draws no more than what is in it.
const BEYOND: f64 = 300.0;
const SOON: Duration = Duration::from_millis(200);
/// Cards are painted for a new zoom once the view has not moved for this long: by hand, or by a
/// glide, whose transition has to be over by then (`style/editor/canvas.css`).
const SETTLE: Duration = Duration::from_millis(120);
const SETTLE_AFTER_GLIDE: Duration = Duration::from_millis(280);

/// The handle of the viewport.
#[derive(Clone, Copy)]
pub struct ViewportState {
    /// Pan and zoom, as they are now or as a glide will leave them.
    pub view: RwSignal<Viewport>,
    /// The size of the stage in screen pixels; zero before the first layout.
    pub size: RwSignal<Size>,
    /// Whether the view moves by a CSS transition, because no hand moves it.
    pub glides: RwSignal<bool>,
    /// The zoom that cards are painted for: that of the view when it last settled, because painting
    /// all of them takes longer than a frame. Until it settles again the browser scales the
    /// picture.
    pub painted: RwSignal<f64>,
    /// Whether cards are drawn beyond the stage, too.
    ahead: RwSignal<bool>,
    /// Counts the moves of the view, so that a timer knows whether it is the last one's.
    moves: StoredValue<u32>,
    sense: StoredValue<WheelSense>,
    opened: StoredValue<bool>,
}

impl Default for ViewportState {
    /// A viewport before the first layout.
    fn default() -> Self {
        Self {
            view: RwSignal::new(Viewport::default()),
            size: RwSignal::new(Size::default()),
            glides: RwSignal::new(false),
            painted: RwSignal::new(Viewport::default().zoom),
            ahead: RwSignal::new(false),
            moves: StoredValue::new(0),
            sense: StoredValue::new(WheelSense::default()),
            opened: StoredValue::new(false),
        }
    }
}

impl ViewportState {
    /// Takes over the size of the stage; the first time it also shows `bounds`, at a zoom at which
    /// it can be read, with `first` in view.
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

    /// Moves the view by hand, without a glide.
    pub fn change(self, change: impl FnOnce(Viewport) -> Viewport) {
        let now = self.view.get_untracked();
        let next = change(now);
        if next != now {
            self.glides.set(false);
            self.go(next);
        }
    }

    /// Moves the view with a glide.
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
        let count = |moves: &mut u32| {
            *moves = moves.wrapping_add(1);
            *moves
        };
        let this = self.moves.try_update_value(count);
        let settle = if self.glides.get_untracked() { SETTLE_AFTER_GLIDE } else { SETTLE };
        let paint = move || {
            // The page may have been left meanwhile.
            if this == self.moves.try_get_value() {
                self.glides.set_new(false);
                self.painted.set_new(next.zoom);
            }
        };
        set_timeout(paint, settle);
    }

    /// Sets what the wheel belongs to, as the person says.
    pub fn set_device(self, device: Device) {
        self.sense.update_value(|sense| sense.setting = device);
    }

    /// Pans or zooms by a wheel event at `now_ms`, which only has to grow from event to event.
    pub fn wheel(self, wheel: &Wheel, now_ms: f64) {
        let size = self.size.get_untracked();
        self.change(|view| {
            let turn = |sense: &mut WheelSense| sense.turn(wheel, now_ms, view, size);
            self.sense.try_update_value(turn).unwrap_or(view)
        });
    }

    /// Zooms by a wheel event over the minimap, about the middle of the stage.
    pub fn zoom_by(self, wheel: &Wheel) {
        let (middle, size) = (self.middle(), self.size.get_untracked());
        let gesture = if wheel.pinch { WheelGesture::Pinch } else { WheelGesture::Wheel };
        let factor = wheel_factor(wheel_pixels(wheel.delta.y, wheel.unit, size), gesture);
        self.change(|view| view.zoom_at(middle, factor));
    }

    /// Zooms in by so many steps, or out where `steps` is below 0, about the middle of the stage.
    pub fn zoom(self, steps: i32) {
        let middle = self.middle();
        self.glide(|view, _| view.zoom_at(middle, ZOOM_STEP.powi(steps)));
    }

    /// Sets the zoom to 100 %, about the middle of the stage.
    pub fn reset_zoom(self) {
        let middle = self.middle();
        self.glide(|view, _| view.zoom_at(middle, 1.0 / view.zoom));
    }

    /// Shows all of `bounds`.
    pub fn fit(self, bounds: Rect) {
        self.glide(|_, size| Viewport::fit(bounds, size, FIT_MARGIN));
    }

    /// Brings a card into view by the smallest movement, not under what lies over the stage.
    pub fn reveal(self, card: Rect) {
        let covers = covers();
        self.glide(|view, size| view.reveal_beside(card, size, REVEAL_MARGIN, &covers));
    }

    /// Brings a card that was searched into view, with a wide margin for its neighbours.
    pub fn show(self, card: Rect) {
        let covers = covers();
        self.glide(|view, size| view.reveal_beside(card, size, SHOW_MARGIN, &covers));
    }

    /// Moves a world point into the middle of the stage.
    pub fn center(self, world: Point) {
        let middle = self.middle();
        self.change(|view| view.pan_by(middle - view.to_screen(world)));
    }

    /// The middle of the stage, in screen pixels from its corner.
    pub fn middle(self) -> Point {
        let size = self.size.get_untracked();
        Point::new(size.width, size.height) * 0.5
    }

    /// The visible part of the world, in world units.
    pub fn visible_rect(self) -> Rect {
        visible_rect(self.view.get_untracked(), self.size.get_untracked())
    }

    pub fn visible_rect_signal(self) -> Signal<Rect> {
        Signal::derive(move || visible_rect(self.view.get(), self.size.get()))
    }

    /// The part of the world whose cards are drawn: the visible part and a margin, rounded to steps
    /// so that it changes seldom while the view moves. It stays as it is while a hand zooms.
    pub fn render_area(self) -> Memo<Rect> {
        let zooms = self.is_zooming();
        Memo::new(move |before: Option<&Rect>| {
            if let Some(before) = before.filter(|_| zooms.get()) {
                return *before;
            }
            let (view, size) = (self.view.get(), self.size.get());
            let (visible, step) = (visible_rect(view, size), BEYOND / view.zoom);
            if !self.ahead.get() {
                return visible;
            }
            let low = |value: f64| (value / step).floor() * step - step;
            let high = |value: f64| (value / step).ceil() * step + step;
            let corner = Point::new(low(visible.origin.x), low(visible.origin.y));
            Rect::from_corners(corner, Point::new(high(visible.right()), high(visible.bottom())))
        })
    }

    /// How much of a card is drawn at the zoom that cards are painted for.
    pub fn detail(self) -> Memo<Detail> {
        Memo::new(move |_| Detail::for_zoom(self.painted.get()))
    }

    /// By which factor the browser scales the painted cards.
    pub fn stretch(self) -> Memo<f64> {
        Memo::new(move |_| self.view.get().zoom / self.painted.get())
    }

    /// Whether a hand zooms right now, so that cards are painted for another zoom.
    pub fn is_zooming(self) -> Memo<bool> {
        Memo::new(move |_| {
            let is_stretched = self.view.get().zoom.total_cmp(&self.painted.get()).is_ne();
            is_stretched && !self.glides.get()
        })
    }

    /// Whether cards are drawn as blocks, at the zoom a glide leads to, or at the last settled zoom
    /// while a hand zooms.
    pub fn is_far(self) -> Memo<bool> {
        Memo::new(move |_| {
            let zoom = if self.glides.get() { self.view.get().zoom } else { self.painted.get() };
            Detail::for_zoom(zoom) == Detail::Block
        })
    }
}

/// The boxes of what lies over the stage now, in screen pixels from the stage's corner.
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

/// The part of the world on a stage of this size, in world units.
fn visible_rect(view: Viewport, size: Size) -> Rect {
    let far = view.to_canvas(Point::new(size.width, size.height));
    Rect::from_corners(view.to_canvas(Point::default()), far)
}
