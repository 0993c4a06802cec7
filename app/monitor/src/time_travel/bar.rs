//! The bar under the picture: play, step, drag.

use leptos::prelude::*;
use model::{execution::view::ExecutionView, time::Timestamp};
use ui::{
    button::{Button, ButtonSize, IconButton},
    format::clock,
    icon::Icon,
};
use web::client::clock::use_now;

use super::{address::keep_address, player::Player, track::Track};
use crate::store::ExecutionStore;

/// How much faster than it went the past can be played.
const SPEEDS: [u32; 6] = [1, 2, 5, 10, 30, 60];
/// How often the present moves on.
const TICK_MS: u32 = 1_000;
/// Below this many milliseconds tenths of a second are told apart.
const SHORT: u64 = 60_000;

/// Goes to any moment of the execution, and plays it from there.
#[component]
pub fn TimeSlider(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// What it moves.
    player: Player,
) -> impl IntoView {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_executions_are_told_in_tenths() {
        assert_eq!(moment_words(1_490, 2_000), "00:01.4");
        assert_eq!(moment_words(72_900, 80_000), "01:12");
    }
}
