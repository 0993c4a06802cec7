//! The track: a moment to drag, and when steps ended.

use leptos::{html, prelude::*};

use super::player::Player;
use crate::monitor::{picture::status_of, store::ExecutionStore};

/// A step's end on the track.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    /// Where, in hundredths of the whole.
    at: f64,
    state: &'static str,
}

/// The range from the launch to the end.
#[component]
pub fn Track(
    /// What is known.
    store: ExecutionStore,
    /// What it moves.
    player: Player,
    /// The moment that is shown, in milliseconds after the launch.
    at: Memo<u64>,
    /// How long the execution took or has taken, in milliseconds.
    length: Memo<u64>,
    /// The moment in words.
    words: Memo<String>,
    /// Whether a drag is under way.
    dragged: RwSignal<bool>,
) -> impl IntoView {
    let range = NodeRef::<html::Input>::new();
    // Together: a value above the end that the range has not yet heard of would be cut.
    Effect::new(move || {
        let (at, length) = (at.get(), length.get());
        if let Some(range) = range.get() {
            range.set_max(&length.max(1).to_string());
            range.set_value(&at.to_string());
        }
    });
    let drag = move |event| {
        dragged.set(true);
        player.playing.set(false);
        if let Ok(moment) = event_target_value(&event).parse() {
            player.go_to(moment);
        }
    };
    let marks = Memo::new(move |before: Option<&Vec<Mark>>| {
        let present = store.shown_at.read().is_none();
        match before.filter(|_| !present) {
            Some(before) => before.clone(),
            None => marks(store, length.get()),
        }
    });
    let mark = |mark: Mark| {
        view! { <i data-state=mark.state style:--at=format!("{:.2}%", mark.at)></i> }
    };
    let filled = move || format!("{:.2}%", share(at.get(), length.get()));
    view! {
        <div class="past__track slider" style:--filled=filled>
            <input
                node_ref=range
                class="slider__range"
                type="range"
                aria-label="Moment"
                aria-valuetext=words
                min="0"
                max=length.get_untracked().max(1)
                value=at.get_untracked()
                step="1"
                on:input=drag
                on:change=move |_| dragged.set(false)
            />
            <span class="past__marks" aria-hidden="true">
                {move || marks.get().into_iter().map(mark).collect_view()}
            </span>
        </div>
    }
}

fn share(at: u64, length: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
    let share = at as f64 / length.max(1) as f64;
    share.min(1.0) * 100.0
}

fn marks(store: ExecutionStore, length: u64) -> Vec<Mark> {
    let view = store.view.read();
    let ends = view.nodes.iter().filter_map(|node| {
        let at = share(node.ended_at?.ms_since(view.launched_at), length);
        Some(Mark { at, state: status_of(node, view.status).key() })
    });
    ends.collect()
}
