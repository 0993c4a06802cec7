//! The track: a moment to drag, and when steps ended.

use leptos::{ev, html, prelude::*};

use model::execution::view::ExecutionView;

use super::player::Player;
use crate::{status::status_of, store::ExecutionStore};

/// Places for marks in a hundredth of the track.
const PLACES: f64 = 4.0;

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
    /// The state of the execution that is shown.
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
            let (at, most) = ends(at, length);
            range.set_max(&most.to_string());
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
    // A millisecond is no step: keys go from one thing that happened to the next.
    let on_key = move |event: ev::KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => false,
            "ArrowRight" | "ArrowUp" => true,
            _ => return,
        };
        event.prevent_default();
        player.step(forward);
    };
    let present = Memo::new(move |_| store.shown_at.read().is_none());
    let marks = Memo::new(move |_| {
        let of = |view: &ExecutionView| marks(view, length.get());
        if present.get() {
            store.view.with(of)
        } else {
            store.look_at_present(of).unwrap_or_default()
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
                max=ends(at.get_untracked(), length.get_untracked()).1
                value=ends(at.get_untracked(), length.get_untracked()).0
                step="1"
                on:input=drag
                on:keydown=on_key
                on:change=move |_| dragged.set(false)
            />
            <span class="past__marks" aria-hidden="true">
                {move || marks.get().into_iter().map(mark).collect_view()}
            </span>
        </div>
    }
}

/// A moment and the whole as a range has them: what took no time is at its end.
fn ends(at: u64, length: u64) -> (u64, u64) {
    match length {
        0 => (1, 1),
        _ => (at, length),
    }
}

fn share(at: u64, length: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
    let share = if length == 0 { 1.0 } else { at as f64 / length as f64 };
    share.min(1.0) * 100.0
}

/// Ends that lie too close together to be told apart are one mark.
fn marks(view: &ExecutionView, length: u64) -> Vec<Mark> {
    let ends = view.nodes.iter().filter(|node| node.is_real()).filter_map(|node| {
        let at = share(node.ended_at?.ms_since(view.launched_at), length);
        let at = (at * PLACES).round() / PLACES;
        Some(Mark { at, state: status_of(node, view.status).key() })
    });
    let mut marks: Vec<_> = ends.collect();
    marks.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.state.cmp(b.state)));
    marks.dedup();
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn ends_at_the_same_place_are_one_mark() {
        let view = sample::completed().view;
        let places = |length| {
            let marks = marks(&view, length);
            marks.into_iter().map(|mark| (mark.at, mark.state)).collect::<Vec<_>>()
        };

        let ends =
            [(0.0, "completed"), (80.0, "completed"), (95.0, "completed"), (96.0, "completed")];
        assert_eq!(places(10_000), ends);
        assert_eq!(places(100_000_000), [(0.0, "completed")]);
    }
}
