//! The bar under the picture: play, step, drag; the step and the moment that are shown stand in the address.

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use model::{execution::view::ExecutionView, id::NodeId, time::Timestamp};
use ui::{
    button::{Button, ButtonSize, IconButton},
    format::clock,
    icon::Icon,
};
use web::client::clock::use_now;

use super::player::Player;
use crate::{status::status_of, store::ExecutionStore};

/// How much faster than it went the past can be played.
const SPEEDS: [u32; 6] = [1, 2, 5, 10, 30, 60];
/// How often the present moves on.
const TICK_MS: u32 = 1_000;
/// Below this many milliseconds tenths of a second are told apart.
const SHORT: u64 = 60_000;

/// Goes to any moment of the execution, and plays it from there.
#[component]
pub fn TimeSlider(store: ExecutionStore, player: Player) -> impl IntoView {
    let dragged = RwSignal::new(false);
    keep_address(store, player, dragged);
    let clock = use_now(TICK_MS);
    let length = Memo::new(move |_| length(store, clock));
    let at = Memo::new(move |_| match store.shown_at.get() {
        Some(at) => at.ms_since(store.view.with(|view| view.launched_at)),
        None => length.get(),
    });
    let words = Memo::new(move |_| {
        let of = length.get();
        format!("{} of {}", moment_words(at.get(), of), moment_words(of, of))
    });
    let past = Memo::new(move |_| store.shown_at.read().is_some());
    view! {
        <section
            class="past"
            aria-label="Time slider"
            translate="no"
            data-past=move || past.get().to_string()
        >
            <PlayButton player=player />
            <span class="past__steps">
                <IconButton
                    icon=Icon::ChevronLeft
                    label="Previous event"
                    on_press=move |()| player.step(false)
                />
                <IconButton
                    icon=Icon::ChevronRight
                    label="Next event"
                    on_press=move |()| player.step(true)
                />
            </span>
            <Track store=store at=at length=length words=words dragged=dragged player=player />
            <span class="past__moment num">{words}</span>
            <Speed player=player />
            // It has its place before it is shown, so that the track keeps its size under a finger.
            <span class="past__back" data-shown=move || past.get().then_some("")>
                <Button size=ButtonSize::Small on_press=move |()| player.end()>
                    "Back to the present"
                </Button>
            </span>
            <Show when=move || player.failed.get()>
                <p class="past__failed" role="alert">
                    "Couldn't load the events. Try again."
                </p>
            </Show>
        </section>
    }
}

#[component]
fn PlayButton(player: Player) -> impl IntoView {
    let playing = player.playing;
    let icon = move || if playing.get() { Icon::Pause } else { Icon::Play };
    let label = move || if playing.get() { "Pause playback" } else { "Play" }.to_owned();
    let press = move |()| if playing.get_untracked() { playing.set(false) } else { player.play() };
    view! {
        <IconButton icon=Signal::derive(icon) label=Signal::derive(label) on_press=press />
    }
}

#[component]
fn Speed(player: Player) -> impl IntoView {
    let choose = move |event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            player.speed.set(speed);
        }
    };
    let option = |speed: u32| view! { <option value=speed>{speed} "×"</option> };
    view! {
        <select class="input past__speed" aria-label="Speed" on:change=choose>
            {SPEEDS.map(option).collect_view()}
        </select>
    }
}

/// From the launch to the end, or to the present while it runs.
fn length(store: ExecutionStore, clock: Signal<Option<Timestamp>>) -> u64 {
    let of = |view: &ExecutionView, now| view.ended_at.unwrap_or(now).ms_since(view.launched_at);
    match store.shown_at.get().and(clock.get()) {
        None => store.view.with(|view| of(view, store.now.get())),
        Some(browser) => {
            let now = store.database_time(browser);
            store.look_at_present(|view| of(view, now)).unwrap_or_default()
        }
    }
}

/// `01:12`, of short executions `00:01.4`.
fn moment_words(ms: u64, of: u64) -> String {
    match of {
        0..SHORT => format!("{}.{}", clock(ms), ms / 100 % 10),
        _ => clock(ms),
    }
}

/// Goes where the address leads, then keeps it up to date; a drag or a play counts where it ends.
pub fn keep_address(store: ExecutionStore, player: Player, dragged: RwSignal<bool>) {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    Effect::new(move |followed: Option<()>| {
        let moving = player.playing.get() || dragged.get();
        let (chosen, at) = (store.chosen.get(), store.shown_at.get());
        if followed.is_none() {
            let asked = |name| query.with_untracked(|query| query.get(name));
            if let Some(node) = asked("node").map(NodeId) {
                store.go_to(store.view.with_untracked(|view| view.knows(&node)).then_some(node));
            }
            if let Some(at) = asked("at").and_then(|at| at.parse().ok()) {
                player.go_to(at);
            }
        } else if !moving {
            let launched = store.view.with_untracked(|view| view.launched_at);
            let mut parts = vec![];
            parts.extend(chosen.map(|node| format!("node={}", node.as_str())));
            parts.extend(at.map(|at| format!("at={}", at.ms_since(launched))));
            let path = location.pathname.get_untracked();
            let mark = if parts.is_empty() { "" } else { "?" };
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(&format!("{path}{mark}{}", parts.join("&")), options);
        }
    });
}

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
    store: ExecutionStore,
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

    #[test]
    fn short_executions_are_told_in_tenths() {
        assert_eq!(moment_words(1_490, 2_000), "00:01.4");
        assert_eq!(moment_words(72_900, 80_000), "01:12");
    }
}

#[cfg(test)]
mod track_tests {
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
