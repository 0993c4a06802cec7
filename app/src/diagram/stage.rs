//! The state of one diagram on the page: what is seen of it.

use leptos::prelude::*;
use model::canvas::{
    detail::Detail,
    geometry::{Point, Rect, Size},
    gestures::Gestures,
    tool::{Effect, Held, Press},
    viewport::{Viewport, ZOOM_STEP},
    wheel::{Wheel, WheelSense},
};

use super::place::{Places, bounds};

/// Screen pixels kept free around a fitted picture.
pub(super) const FIT_MARGIN: f64 = 40.0;
/// What the zoom buttons take of the stage's height beyond that margin.
pub(super) const BAR_HEIGHT: f64 = 34.0;
const REVEAL_MARGIN: f64 = 24.0;

/// Pan, zoom and size of a diagram's view. Without a view (server, first paint) the stylesheet
/// fits the picture by itself.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    pub(super) view: RwSignal<Option<Viewport>>,
    pub(super) places: Memo<Places>,
    size: StoredValue<Size>,
    touched: StoredValue<bool>,
    gestures: StoredValue<Gestures>,
    sense: StoredValue<WheelSense>,
    watched: StoredValue<Vec<String>>,
    /// Whether the view glides to its next place, because nobody moves it by hand.
    pub(super) glides: RwSignal<bool>,
}

impl Stage {
    pub(super) fn new(places: Memo<Places>) -> Self {
        Self {
            view: RwSignal::new(None),
            places,
            size: StoredValue::new(Size::default()),
            touched: StoredValue::new(false),
            gestures: StoredValue::new(Gestures::fixed()),
            sense: StoredValue::new(WheelSense::default()),
            watched: StoredValue::new(vec![]),
            glides: RwSignal::new(false),
        }
    }

    /// The stage has a new size: fit again, unless the person has chosen a view.
    pub(super) fn resize(self, width: f64, height: f64) {
        self.size.set_value(Size::new(width, height));
        if self.touched.get_value() {
            return;
        }
        match self.watched_card() {
            Some(card) => self.show(|all, size, margin| Viewport::watch(card, all, size, margin)),
            None => self.show(Viewport::open),
        }
    }

    /// Shows the whole picture and follows the size again.
    pub(super) fn fit(self) {
        self.touched.set_value(false);
        self.watched.set_value(vec![]);
        self.show(Viewport::fit);
    }

    /// Keeps these cards in view, large enough to read, until the person moves the picture; none
    /// shows all of it.
    pub(super) fn watch(self, ids: Vec<String>) {
        if self.touched.get_value() || self.watched.with_value(|watched| *watched == ids) {
            return;
        }
        self.watched.set_value(ids);
        self.glides.set(true);
        match self.watched_card() {
            Some(card) => self.show(|all, size, margin| Viewport::watch(card, all, size, margin)),
            None => self.show(Viewport::open),
        }
    }

    fn watched_card(self) -> Option<Rect> {
        let cards = self.watched.with_value(|ids| {
            self.places.with_untracked(|places| {
                let cards = ids.iter().filter_map(|id| places.get(id));
                cards.map(|place| place.card).collect::<Vec<_>>()
            })
        });
        Rect::around(cards)
    }

    fn show(self, choose: impl FnOnce(Rect, Size, f64) -> Viewport) {
        let size = self.size.get_value();
        if size.width > 0.0 && size.height > 0.0 {
            let bounds = self.places.with_untracked(bounds);
            self.view.set(Some(choose(bounds, above_bar(size), FIT_MARGIN)));
        }
    }

    fn change(self, change: impl FnOnce(Viewport, Size) -> Option<Viewport>) {
        let Some(view) = self.view.get_untracked() else { return };
        if let Some(next) = change(view, self.size.get_value()) {
            self.touched.set_value(true);
            self.glides.set(false);
            self.view.set(Some(next));
        }
    }

    /// One step nearer (`1`) or farther (`-1`), about the middle of the stage.
    pub(super) fn zoom(self, steps: i32) {
        self.change(|view, size| {
            let middle = Point::new(size.width, size.height) * 0.5;
            Some(view.zoom_at(middle, ZOOM_STEP.powi(steps)))
        });
    }

    pub(super) fn pan(self, delta: Point) {
        self.change(|view, _| Some(view.pan_by(delta)));
    }

    pub(super) fn wheel(self, wheel: &Wheel, now_ms: f64) {
        self.change(|view, size| {
            self.sense.try_update_value(|sense| sense.turn(wheel, now_ms, view, size))
        });
    }

    /// Brings a card into view when it is outside, e.g. because it got the focus.
    pub(super) fn reveal(self, card: Rect) {
        self.change(|view, size| {
            let next = view.reveal(card, above_bar(size), REVEAL_MARGIN);
            (next != view).then_some(next)
        });
    }

    pub(super) fn press(self, press: Press) {
        self.gestures.update_value(|gestures| drop(gestures.press(press)));
    }

    pub(super) fn release(self, pointer: i32, at: Point) {
        let view = self.view.get_untracked().unwrap_or_default();
        self.gestures.update_value(|gestures| {
            gestures.release(pointer, at, Held::default(), view);
        });
    }

    /// Moves the picture with a pointer; whether this is a drag by now.
    pub(super) fn drag(self, pointer: i32, at: Point) -> bool {
        let drag =
            |gestures: &mut Gestures, view| gestures.drag(pointer, at, Held::default(), view);
        self.change(|view, _| {
            let effects = self.gestures.try_update_value(|gestures| drag(gestures, view))?;
            (!effects.is_empty()).then(|| effects.iter().fold(view, moved))
        });
        self.gestures.with_value(Gestures::is_dragging)
    }

    /// How much of a card is legible at the present zoom.
    pub(super) fn detail(self) -> Detail {
        Detail::at(self.view.get().map_or(1.0, |view| view.zoom))
    }
}

/// What of a stage no button covers.
fn above_bar(size: Size) -> Size {
    Size::new(size.width, (size.height - BAR_HEIGHT).max(1.0))
}

/// The view after an effect that only moves it.
fn moved(view: Viewport, effect: &Effect) -> Viewport {
    match effect {
        Effect::Pan(by) => view.pan_by(*by),
        Effect::Pinch(about, factor) => view.zoom_at(*about, *factor),
        _ => view,
    }
}
