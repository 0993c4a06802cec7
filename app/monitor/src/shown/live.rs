//! What happens before a person's eyes: news for people who do not see the page, and a quiet moment of joy
//! when it completes. The past that they go through is no news.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use model::execution::{event::Event, state::ExecutionStatus};
use web::client::media::use_media;

use crate::{
    event_text::{
        sentence::{Names, sentence},
        weight::Weight,
    },
    store::ExecutionStore,
};

/// Progress of this long is told in one go.
const GATHER_MS: u32 = 1_500;
/// The latest sentences of a lively time; the log has the others.
const MOST: usize = 3;

/// What screen readers say when they are idle, and what at once.
fn announcements(events: &[Event], names: &Names<'_>) -> (String, String) {
    let of = |wanted: Weight| {
        let lines = events.iter().map(|event| sentence(event, names));
        let lines: Vec<_> =
            lines.filter(|line| line.weight == wanted).map(|line| line.text).collect();
        lines[lines.len().saturating_sub(MOST)..].join(". ")
    };
    (of(Weight::Step), of(Weight::Alarm))
}

/// The two regions that screen readers listen to.
#[component]
pub fn Announcer(store: ExecutionStore) -> impl IntoView {
    let (polite, urgent) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The pending timer is the effect's value, so it ends with the page.
    Effect::new(move |pending: Option<Option<Timeout>>| {
        if store.untold.with(Vec::is_empty) {
            return None;
        }
        if let Some(Some(pending)) = pending {
            return Some(pending);
        }
        Some(Timeout::new(GATHER_MS, move || {
            let Some(events) = store.untold.try_update(std::mem::take) else { return };
            let said =
                store.view.try_with_untracked(|view| announcements(&events, &Names::new(view)));
            let (step, alarm) = said.unwrap_or_default();
            if !step.is_empty() {
                polite.try_set(step);
            }
            if !alarm.is_empty() {
                urgent.try_set(alarm);
            }
        }))
    });
    view! {
        <div class="unseen" aria-live="polite">
            {move || polite.get()}
        </div>
        <div class="unseen" role="alert">
            {move || urgent.get()}
        </div>
    }
}

const PIECES: u32 = 28;
const LASTS_MS: u32 = 3_200;

/// Confetti, once, for who was there; none for people who want no motion.
#[component]
pub fn Celebration(store: ExecutionStore) -> impl IntoView {
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

/// What the page shows of the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Past,
    /// The present, in which it stands so.
    Present(ExecutionStatus),
}

impl Moment {
    /// What the page shows, as it changes.
    pub fn follow(store: ExecutionStore) -> Memo<Self> {
        Memo::new(move |_| {
            let status = store.view.with(|view| view.status);
            if store.shown_at.read().is_some() { Self::Past } else { Self::Present(status) }
        })
    }

    /// Whether the execution has completed since `before`, while the present was shown.
    pub fn completes(self, before: Option<Self>) -> bool {
        let was_open = matches!(before, Some(Self::Present(status)) if !status.is_over());
        was_open && self == Self::Present(ExecutionStatus::Completed)
    }
}

#[cfg(test)]
mod tests {
    use model::execution::view::ExecutionView;

    use super::*;
    use crate::sample;

    #[test]
    fn progress_is_merged_and_failure_stands_apart() {
        let events = sample::failed_events();
        let view = ExecutionView::from_events(&events);
        let names = Names::new(&view);

        let (polite, urgent) = announcements(&events, &names);

        assert!(polite.ends_with("Write headlines completed"), "{polite}");
        assert_eq!(polite.matches(". ").count(), MOST - 1);
        assert!(urgent.contains("Failed at Make creatives"), "{urgent}");
    }

    #[test]
    fn details_are_left_to_the_log() {
        let events = sample::completed_events();
        let (polite, _) = announcements(&events[5..9], &Names::default());

        assert_eq!(polite, "copy started. image started");
    }
}

#[cfg(test)]
mod live_tests {
    use super::*;

    const RUNNING: Moment = Moment::Present(ExecutionStatus::Running);
    const PAUSED: Moment = Moment::Present(ExecutionStatus::Paused);
    const COMPLETED: Moment = Moment::Present(ExecutionStatus::Completed);

    #[test]
    fn what_ends_while_it_is_watched_completes() {
        assert!(COMPLETED.completes(Some(RUNNING)));
        assert!(COMPLETED.completes(Some(PAUSED)));
    }

    #[test]
    fn the_past_and_what_was_over_before_complete_nothing() {
        assert!(!COMPLETED.completes(None), "it was over when the page was opened");
        assert!(!Moment::Past.completes(Some(PAUSED)), "a paused one, gone back from");
        assert!(!COMPLETED.completes(Some(Moment::Past)), "back to the present");
        assert!(!COMPLETED.completes(Some(COMPLETED)));
        let stopped = Moment::Present(ExecutionStatus::Stopped);
        assert!(!stopped.completes(Some(RUNNING)));
    }
}
