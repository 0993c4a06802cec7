//! News for people who do not see the page: progress merged and polite, trouble at once.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use model::execution::event::Event;

use crate::{
    event_text::{names::Names, sentence::sentence, weight::Weight},
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
pub fn Announcer(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
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
