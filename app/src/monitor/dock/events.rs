//! The tab of events: the log, and what of it is wanted.

use leptos::prelude::*;
use model::execution::event::EventKind;

use super::log::LogList;
use crate::{monitor::store::ExecutionStore, ui::field::SearchField};

/// What events are about, as people look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What went wrong, was lost or tried again.
    Trouble,
    /// What people decided and changed.
    People,
    /// What was made and what it cost.
    Results,
    /// How the execution and its steps went on.
    Progress,
}

impl Topic {
    const ALL: [Self; 4] = [Self::Trouble, Self::People, Self::Results, Self::Progress];

    fn word(self) -> &'static str {
        match self {
            Self::Trouble => "Trouble",
            Self::People => "People",
            Self::Results => "Results",
            Self::Progress => "Progress",
        }
    }

    /// What an event is about.
    pub fn for_event(kind: &EventKind) -> Self {
        use EventKind as E;
        match kind {
            E::ExecutionFailed { .. }
            | E::NodeFailed { .. }
            | E::JobFailed { .. }
            | E::JobRetryScheduled { .. }
            | E::JobLimited { .. }
            | E::JobLost { .. }
            | E::JobAsks(_)
            | E::ExecutionClockBack(_) => Self::Trouble,
            E::ExecutionPaused { .. }
            | E::ExecutionResumed
            | E::ExecutionStopped { .. }
            | E::NodeRetried { .. }
            | E::NodeReset { .. }
            | E::NodeEdited { .. }
            | E::NodeAwaitingReview { .. }
            | E::ReviewApproved { .. }
            | E::ReviewDecided { .. }
            | E::ExecutionAutoRun { .. }
            | E::ExecutionBreakpoints { .. }
            | E::ExecutionBudget { .. }
            | E::JobAnswered(_) => Self::People,
            E::ArtifactCreated { .. } | E::DocumentCreated { .. } | E::CostAdded { .. } => {
                Self::Results
            }
            _ => Self::Progress,
        }
    }
}

/// The log with its filter.
#[component]
pub fn Events(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let (topic, words) = (RwSignal::new(None::<Topic>), RwSignal::new(String::new()));
    let chip = move |of: Option<Topic>| {
        let pressed = move || if topic.get() == of { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                on:click=move |_| topic.set(of)
            >
                {of.map_or("All", Topic::word)}
            </button>
        }
    };
    let topics = Topic::ALL.map(Some);
    view! {
        <div class="log-filter">
            <div class="segments" role="group" aria-label="Which events">
                {chip(None)}
                {topics.map(chip).collect_view()}
            </div>
            <SearchField
                name="log-search"
                label="Search the events"
                value=words
                on_input=move |typed| words.set(typed)
            />
        </div>
        <LogList store=store of=Signal::stored(None) topic=topic words=words />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::sample;

    #[test]
    fn failures_are_trouble_and_outputs_are_results() {
        let failed = sample::failed_events();
        let of =
            |topic| failed.iter().filter(|event| Topic::for_event(&event.kind) == topic).count();

        assert!(of(Topic::Trouble) > 0);
        assert!(of(Topic::Results) > 0);
        assert!(of(Topic::Progress) > of(Topic::Trouble));
    }
}
