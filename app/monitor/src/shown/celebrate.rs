//! A quiet moment of joy when an execution completes before a person's eyes.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web::client::media::use_media;

use crate::{live::Moment, store::ExecutionStore};

const PIECES: u32 = 28;
const LASTS_MS: u32 = 3_200;

/// Confetti, once, for who was there; none for people who want no motion.
#[component]
pub fn Celebration(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let still = use_media("(prefers-reduced-motion: reduce)");
    let shown = RwSignal::new(false);
    let moment = Moment::follow(store);
    // The effect's value is the moment before, and the timer that ends the celebration.
    Effect::new(move |before: Option<(Moment, Option<Timeout>)>| {
        let now = moment.get();
        let completes = now.completes(before.map(|(before, _)| before));
        // A tab that nobody looks at celebrates for nobody.
        let celebrate = completes && !still.get_untracked() && !document().hidden();
        shown.set(celebrate);
        let end = celebrate.then(|| {
            Timeout::new(LASTS_MS, move || {
                shown.try_set(false);
            })
        });
        (now, end)
    });
    let pieces = || {
        (0..PIECES)
            .map(|piece| {
                // Spread by the golden angle: even, and the same on every machine.
                let turn = f64::from(piece) * 137.508 % 360.0;
                let delay = piece % 7 * 40;
                view! {
                    <i
                        class="confetti__piece"
                        data-hue=piece % 5
                        style:--turn=format!("{turn:.1}deg")
                        style:--far=format!("{}", 1 + piece % 4)
                        style:--delay=format!("{delay}ms")
                    ></i>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || shown.get()>
            <div class="confetti" aria-hidden="true">
                {pieces()}
            </div>
        </Show>
    }
}
