//! How the graph and the dock below it share the height of the monitor. While there is more to come
//! the graph has most of it; once the execution is completed, its results have. The person drags the
//! line between both or moves it by keys, and the browser keeps where they left it.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use model::execution::state::ExecutionStatus;
use web::client::cookie;

use super::store::ExecutionStore;

/// The bounds of the dock's share and the step of keys, in percent of the height of both.
const LEAST: f64 = 15.0;
const MOST: f64 = 85.0;
const STEP: f64 = 5.0;

/// What has most of the height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Graph,
    /// The dock with what the execution made.
    Results,
}

impl Room {
    fn for_status(status: ExecutionStatus) -> Self {
        match status {
            ExecutionStatus::Completed => Self::Results,
            // Of these people want to know where they stand, or stood.
            ExecutionStatus::Pending
            | ExecutionStatus::Running
            | ExecutionStatus::Paused
            | ExecutionStatus::Failed
            | ExecutionStatus::Stopped => Self::Graph,
        }
    }

    /// The value of `data-room` on the monitor.
    pub fn key(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Results => "results",
        }
    }

    /// The cookie that keeps the dock's share.
    fn cookie(self) -> String {
        format!("monitor-{}", self.key())
    }

    /// The dock's share by the styles, about, while nobody has chosen another one.
    fn usual(self) -> f64 {
        if self == Self::Graph { 35.0 } else { 65.0 }
    }

    fn kept(self) -> Option<f64> {
        read_share(&cookie::preference(&self.cookie())?)
    }
}

/// A share as the browser keeps it; none where nobody can have chosen it.
fn read_share(kept: &str) -> Option<f64> {
    kept.parse().ok().filter(|share| (LEAST..=MOST).contains(share))
}

/// The dock's share when the line is at `y`, where the dock ends at `bottom` and both are `height`
/// high, all in pixels.
fn share_at(y: f64, bottom: f64, height: f64) -> f64 {
    ((bottom - y) / height.max(1.0) * 100.0).round().clamp(LEAST, MOST)
}

/// What has most of the height, and where the line between both is.
#[derive(Clone, Copy)]
pub struct Split {
    /// What has most of the height.
    pub room: Memo<Room>,
    /// The dock's share that the person has chosen.
    share: RwSignal<Option<f64>>,
}

impl Split {
    /// The split of this execution's page, as it was left.
    pub fn new(store: ExecutionStore) -> Self {
        // Who goes through the past keeps the page that they began with.
        let room = Memo::new(move |before: Option<&Room>| {
            let past = store.shown_at.read().is_some();
            let now = store.view.with(|view| Room::for_status(view.status));
            before.copied().filter(|_| past).unwrap_or(now)
        });
        let share = RwSignal::new(room.get_untracked().kept());
        Effect::new(move |before: Option<Room>| {
            let now = room.get();
            if before.is_some_and(|before| before != now) {
                share.set(now.kept());
            }
            now
        });
        Self { room, share }
    }

    /// The height of the graph's row; none for the usual one.
    pub fn graph_row(self) -> Option<String> {
        self.share.get().map(|share| format!("{}fr", 100.0 - share))
    }

    /// The height of the dock's row; none for the usual one.
    pub fn dock_row(self) -> Option<String> {
        self.share.get().map(|share| format!("{share}fr"))
    }

    fn now(self) -> f64 {
        self.share.get().unwrap_or_else(|| self.room.get().usual())
    }

    fn set(self, share: f64) {
        self.share.set(Some(share.clamp(LEAST, MOST)));
    }

    fn keep(self) {
        let kept = self.share.get_untracked().map(|share| share.to_string());
        // An empty value is read as none.
        cookie::remember(&self.room.get_untracked().cookie(), &kept.unwrap_or_default());
    }
}

/// The line between the graph and the dock; it stands right before the dock.
#[component]
pub fn Splitter(split: Split) -> impl IntoView {
    let line = NodeRef::<html::Div>::new();
    let dragged = RwSignal::new(false);
    let press = move |event: PointerEvent| {
        let Some(line) = line.get_untracked().filter(|_| event.button() == 0) else { return };
        // A pointer that is already gone cannot be captured and drags nothing.
        dragged.set(line.set_pointer_capture(event.pointer_id()).is_ok());
    };
    let drag = move |event: PointerEvent| {
        let Some(line) = line.get_untracked().filter(|_| dragged.get_untracked()) else { return };
        let page = line.parent_element();
        let graph = page.and_then(|page| page.query_selector(".monitor__canvas").ok().flatten());
        if let Some((graph, dock)) = graph.zip(line.next_element_sibling()) {
            let dock = dock.get_bounding_client_rect();
            let height = graph.get_bounding_client_rect().height() + dock.height();
            split.set(share_at(f64::from(event.client_y()), dock.bottom(), height));
        }
    };
    let release = move |_| {
        if dragged.get_untracked() {
            dragged.set(false);
            split.keep();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let now = untrack(|| split.now());
        match event.key().as_str() {
            "ArrowUp" => split.set(now + STEP),
            "ArrowDown" => split.set(now - STEP),
            "Home" => split.set(LEAST),
            "End" => split.set(MOST),
            _ => return,
        }
        event.prevent_default();
        split.keep();
    };
    let reset = move |_| {
        split.share.set(None);
        split.keep();
    };
    view! {
        <div
            node_ref=line
            class="monitor__split"
            role="separator"
            tabindex="0"
            aria-label="Size of the results"
            aria-orientation="horizontal"
            aria-valuemin=LEAST
            aria-valuemax=MOST
            aria-valuenow=move || split.now()
            data-dragged=move || dragged.get().then_some("")
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=release
            on:pointercancel=release
            on:keydown=on_key
            on:dblclick=reset
        ></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn results_have_the_room_once_it_is_completed_and_keep_it_while_the_past_is_shown() {
        Owner::new().with(|| {
            let store = ExecutionStore::new(sample::running());
            let room = Split::new(store).room;
            assert_eq!(room.get_untracked(), Room::Graph);

            store.view.set(sample::completed().view);
            assert_eq!(room.get_untracked(), Room::Results);

            store.show_past(sample::instant(1), |view| *view = sample::running().view);
            assert_eq!(room.get_untracked(), Room::Results);
        });
    }

    #[test]
    fn the_line_goes_where_the_pointer_is_within_its_bounds() {
        assert_eq!(share_at(400.0, 900.0, 800.0), 63.0);
        assert_eq!(share_at(2_000.0, 900.0, 800.0), LEAST);
        assert_eq!(share_at(-50.0, 900.0, 0.0), MOST);
    }

    #[test]
    fn what_nobody_can_have_chosen_is_not_taken() {
        assert_eq!(read_share("65"), Some(65.0));
        for odd in ["", "5", "1000", "NaN", "half"] {
            assert_eq!(read_share(odd), None, "{odd}");
        }
    }
}
