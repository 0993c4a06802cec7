//! A virtual list: only the rows in view, and some around them, are in the page.

mod heights;

use std::{hash::Hash, ops::Range};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web::client::{Listener, on_window, own_until_cleanup, resize::ResizeWatch};
use web_sys::{Element, Event, HtmlElement};

use self::heights::Heights;

/// The height in CSS pixels that rows are taken to have before one has been measured.
const GUESSED_HEIGHT: f64 = 28.0;
/// A row with the focus stays in the page unless it is more than so many rows out of view.
const FAR: usize = 200;

/// Where a row stands, for the `aria-posinset` and `aria-setsize` that its `li` must have.
#[derive(Clone, Copy)]
pub struct RowPosition {
    /// The row's number, counted from 1.
    pub position: Signal<usize>,
    /// How many rows the whole list has.
    pub set_size: Signal<usize>,
}

/// A list of which only some rows are in the page. The others keep their room, and screen readers
/// learn the whole number of rows.
#[component]
pub fn VirtualList<K, V>(
    /// The class of the `ol`.
    class: &'static str,
    /// Whether rows are numbered from the last one upwards.
    #[prop(optional)]
    reversed: bool,
    /// How many rows the whole list has.
    #[prop(into)]
    count: Signal<usize>,
    /// The key of the row at an index, from 0; none where there is no such row.
    key: impl Fn(usize) -> Option<K> + Send + Sync + 'static,
    /// Renders a row, an `li`.
    row: impl Fn(RowPosition, K) -> V + Send + Clone + 'static,
) -> impl IntoView
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let list = NodeRef::<html::Ol>::new();
    let panes = Panes::new(count);
    panes.follow(list);
    let rows = move || {
        let window = panes.window.get();
        window.filter_map(|place| Some((place, key(place)?))).collect::<Vec<_>>()
    };
    let child = move |index: ReadSignal<usize>, (_, key): (usize, K)| {
        let position = Signal::derive(move || panes.window.read().start + index.get() + 1);
        row(RowPosition { position, set_size: count }, key)
    };
    let space = move |height: Memo<f64>| {
        let is_there = Memo::new(move |_| height.get() > 0.0);
        view! {
            <Show when=move || is_there.get()>
                <li aria-hidden="true" style:height=move || format!("{:.1}px", height.get())></li>
            </Show>
        }
    };
    view! {
        <ol
            class=class
            reversed=reversed
            node_ref=list
            on:focusin=move |event| panes.focused.set(row_of(&event).map(|at| panes.place_from_last(at)))
            on:focusout=move |_| panes.focused.set(None)
        >
            {space(panes.above)}
            <ForEnumerate each=rows key=|(_, key)| key.clone() children=child />
            {space(panes.below)}
        </ol>
    }
}

/// Which rows are in the page, and what decides it.
#[derive(Clone, Copy)]
struct Panes {
    count: Signal<usize>,
    heights: RwSignal<Heights>,
    /// The range that is in view, in CSS pixels from the list's top; none before that is known.
    view: RwSignal<Option<(f64, f64)>>,
    /// The index from the last of the row with the focus.
    focused: RwSignal<Option<usize>>,
    window: Memo<Range<usize>>,
    above: Memo<f64>,
    below: Memo<f64>,
}

impl Panes {
    fn new(count: Signal<usize>) -> Self {
        let heights = RwSignal::new(Heights::from_guess(GUESSED_HEIGHT));
        let view = RwSignal::new(None);
        let focused = RwSignal::new(None::<usize>);
        let window = Memo::new(move |_| {
            let of = count.get();
            let window = heights.read().window(view.get(), of);
            let row = focused.get().and_then(|row| of.checked_sub(row + 1));
            match row {
                Some(row) if row + FAR >= window.start && row < window.end + FAR => {
                    window.start.min(row)..window.end.max(row + 1)
                }
                _ => window,
            }
        });
        let above =
            Memo::new(move |_| heights.read().height_of_first(window.read().start, count.get()));
        let below = Memo::new(move |_| {
            let (heights, of) = (heights.read(), count.get());
            heights.height_of_first(of, of) - heights.height_of_first(window.read().end, of)
        });
        Self { count, heights, view, focused, window, above, below }
    }

    fn place_from_last(self, row: usize) -> usize {
        let of = self.count.try_get_untracked().unwrap_or_default();
        of.saturating_sub(row + 1)
    }

    /// Measures the list whenever what is in view may have changed.
    fn follow(self, list: NodeRef<html::Ol>) {
        Effect::new(move || {
            let Some(element) = list.get() else { return };
            let (scrolled, resized) = (element.clone(), element.clone());
            own_until_cleanup(Listener::capture("scroll", move |_: Event| self.look(&scrolled)));
            // In the next frame: a change made within this report would be reported again.
            own_until_cleanup(ResizeWatch::open(&element, move |_, _| {
                let resized = resized.clone();
                request_animation_frame(move || self.look(&resized));
            }));
            on_window(ev::resize, move |_| self.look(&element));
        });
        // Rows that were added are measured once the browser has laid them out.
        Effect::new(move || {
            self.window.track();
            self.count.track();
            let Some(element) = list.get() else { return };
            request_animation_frame(move || self.look(&element));
        });
    }

    fn look(self, list: &HtmlElement) {
        let rect = list.get_bounding_client_rect();
        let seen = window().inner_height().ok().and_then(|height| height.as_f64());
        // A hidden list has no height.
        let Some(height) = seen.filter(|_| rect.height() > 0.0) else { return };
        let rows = list.children();
        let rows = (0..rows.length()).filter_map(|at| rows.item(at));
        let rows: Vec<_> = rows
            .filter_map(|row| {
                Some((
                    self.place_from_last(number_of(&row)?),
                    row.get_bounding_client_rect().height(),
                ))
            })
            .collect();
        self.heights.try_maybe_update(|heights| (heights.measure(&rows), ()));
        self.view.try_maybe_update(|view| {
            let now = Some((-rect.top(), height - rect.top()));
            let moved = *view != now;
            *view = now;
            (moved, ())
        });
    }
}

/// The index from 0 of a row in the page; none for the empty items that keep the room of others.
fn number_of(row: &Element) -> Option<usize> {
    row.get_attribute("aria-posinset")?.parse::<usize>().ok()?.checked_sub(1)
}

fn row_of(event: &ev::FocusEvent) -> Option<usize> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    number_of(&target.closest("[aria-posinset]").ok()??)
}
