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

/// What decides which part of the picture is seen.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Aim {
    /// The watched cards; where there are none the picture opens as pictures do.
    #[default]
    Follow,
    /// All of it, because the person asked for that.
    Whole,
    /// This card, because an address led to it or it got the focus.
    Card(Rect),
    /// The place the person moved it to.
    Held,
}

/// Pan, zoom and size of a diagram's view. Without a view (server, first paint) the stylesheet
/// fits the picture by itself.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    pub(super) view: RwSignal<Option<Viewport>>,
    pub(super) places: Memo<Places>,
    size: StoredValue<Size>,
    aim: RwSignal<Aim>,
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
            aim: RwSignal::new(Aim::default()),
            gestures: StoredValue::new(Gestures::fixed()),
            sense: StoredValue::new(WheelSense::default()),
            watched: StoredValue::new(vec![]),
            glides: RwSignal::new(false),
        }
    }

    /// The stage has a new size: what is to be seen is seen again.
    pub(super) fn resize(self, width: f64, height: f64) {
        self.size.set_value(Size::new(width, height));
        self.take_aim();
    }

    /// Shows the whole picture, at every size, until the person asks for something else.
    pub(super) fn fit(self) {
        self.aim_at(Aim::Whole);
        self.take_aim();
    }

    /// These cards are to be watched: while it follows, it keeps them in view, large enough to read.
    pub(super) fn watch(self, ids: Vec<String>) {
        if self.watched.with_value(|watched| *watched == ids) {
            return;
        }
        self.watched.set_value(ids);
        if self.aim.get_untracked() == Aim::Follow {
            self.glides.set(true);
            self.take_aim();
        }
    }

    /// Whether it follows what is watched.
    pub(super) fn follows(self) -> bool {
        self.aim.get() == Aim::Follow
    }

    /// Follows what is watched again; while it does, it is to stay where it is.
    pub(super) fn turn_following(self) {
        match self.aim.get_untracked() {
            Aim::Follow => self.aim_at(Aim::Held),
            Aim::Whole | Aim::Card(_) | Aim::Held => {
                self.aim_at(Aim::Follow);
                self.glides.set(true);
                self.take_aim();
            }
        }
    }

    fn aim_at(self, aim: Aim) {
        // A drag says so with every move.
        if self.aim.get_untracked() != aim {
            self.aim.set(aim);
        }
    }

    fn take_aim(self) {
        match (self.aim.get_untracked(), self.watched_card()) {
            (Aim::Follow, Some(card)) => {
                self.show(|all, size, margin| Viewport::watch(card, all, size, margin));
            }
            (Aim::Follow, None) => self.show(Viewport::open),
            (Aim::Whole, _) => self.show(Viewport::fit),
            (Aim::Card(card), _) => {
                let view = self.view.get_untracked();
                self.show(|all, size, margin| match view {
                    Some(view) => view.reveal(card, size, REVEAL_MARGIN),
                    None => Viewport::watch(card, all, size, margin),
                });
            }
            (Aim::Held, _) => {}
        }
    }

    fn watched_card(self) -> Option<Rect> {
        let cards = self.watched.with_value(|ids| {
            self.places.with_untracked(|places| {
                let cards = ids.iter().filter_map(|id| places.get(id));
                cards.map(|place| place.card).collect::<Vec<_>>()
            })
        });
        Rect::bounding_box(cards)
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
            self.aim_at(Aim::Held);
            self.glides.set(false);
            self.view.set(Some(next));
        }
    }

    /// One step nearer (`1`) or farther (`-1`), about the middle of the stage.
    pub(super) fn zoom(self, steps: i32) {
        self.change(|view, size| {
            Some(view.zoom_at(Point::new(size.width, size.height) * 0.5, ZOOM_STEP.powi(steps)))
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

    /// Brings the card of a node into view when it is outside and keeps it there at every size;
    /// before there is a view, the view begins with it.
    pub(super) fn lead_to(self, id: &str) {
        let card = self.places.with_untracked(|places| places.get(id).map(|place| place.card));
        let Some(card) = card else { return };
        let size = above_bar(self.size.get_value());
        let is_seen = |view: Viewport| view.reveal(card, size, REVEAL_MARGIN) == view;
        if !self.view.get_untracked().is_some_and(is_seen) {
            self.aim_at(Aim::Card(card));
            self.glides.set(false);
            self.take_aim();
        }
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
            (!effects.is_empty()).then(|| effects.iter().fold(view, apply_effect))
        });
        self.gestures.with_value(Gestures::is_dragging)
    }

    /// How much of a card is legible at the present zoom.
    pub(super) fn detail(self) -> Detail {
        Detail::for_zoom(self.view.get().map_or(1.0, |view| view.zoom))
    }
}

/// What of a stage no button covers.
fn above_bar(size: Size) -> Size {
    Size::new(size.width, (size.height - BAR_HEIGHT).max(1.0))
}

/// The view after an effect that only moves it.
fn apply_effect(view: Viewport, effect: &Effect) -> Viewport {
    match effect {
        Effect::Pan(by) => view.pan_by(*by),
        Effect::Pinch(about, factor) => view.zoom_at(*about, *factor),
        _ => view,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        place::{card_of, places},
        view::DiagramNode,
    };

    /// A stage of 800 × 600 on two steps far from each other.
    fn stage() -> Stage {
        let stage = unmeasured();
        stage.resize(800.0, 600.0);
        stage
    }

    /// The same before its size is known.
    fn unmeasured() -> Stage {
        let node = |(id, x): (&str, f64)| {
            let id = id.to_owned();
            DiagramNode { id, x, ..DiagramNode::default() }
        };
        let nodes = [("copy", 0.0), ("image", 3_000.0)].map(node);
        Stage::new(Memo::new(move |_| places(&nodes.each_ref(), card_of)))
    }

    fn watch(stage: Stage, id: &str) -> Option<Viewport> {
        stage.watch(vec![id.to_owned()]);
        stage.view.get_untracked()
    }

    #[test]
    fn it_follows_from_step_to_step_until_the_person_fits_the_picture() {
        Owner::new().with(|| {
            let stage = stage();
            let (copy, image) = (watch(stage, "copy"), watch(stage, "image"));
            assert_ne!(copy, image);

            stage.fit();
            let fitted = stage.view.get_untracked();

            assert_eq!(watch(stage, "copy"), fitted);
            assert_ne!(fitted, copy);
            stage.resize(700.0, 600.0);
            let narrower = stage.view.get_untracked();
            assert_ne!(narrower, fitted, "all of it is seen at every size");
            assert_eq!(watch(stage, "image"), narrower);
            stage.resize(800.0, 600.0);
            stage.turn_following();
            assert_eq!(stage.view.get_untracked(), image, "it goes where the work is by now");
        });
    }

    #[test]
    fn a_card_that_is_led_to_before_there_is_a_view_is_in_it_at_every_size() {
        Owner::new().with(|| {
            let stage = unmeasured();
            let card = stage.places.with_untracked(|places| places["image"].card);
            stage.lead_to("image");
            watch(stage, "copy");
            for width in [800.0, 420.0] {
                stage.resize(width, 600.0);
                let view = stage.view.get_untracked();
                let right =
                    view.map(|view| view.to_screen(Point::new(card.right(), card.origin.y)).x);
                assert!(right.is_some_and(|x| (0.0..=width).contains(&x)), "{right:?} of {width}");
            }
            stage.turn_following();
            assert_eq!(stage.view.get_untracked(), watch(stage, "copy"));
        });
    }

    #[test]
    fn a_picture_that_was_moved_stays_until_it_is_to_follow_again() {
        Owner::new().with(|| {
            let stage = stage();
            let copy = watch(stage, "copy");
            stage.pan(Point::new(30.0, 0.0));
            let moved = stage.view.get_untracked();

            assert_ne!(moved, copy);
            assert_eq!(watch(stage, "image"), moved);
            stage.resize(640.0, 480.0);
            assert_eq!(stage.view.get_untracked(), moved);
            stage.turn_following();
            let followed = stage.view.get_untracked();
            assert_ne!(followed, moved);
            stage.turn_following();
            assert_eq!(watch(stage, "copy"), followed);
        });
    }
}
