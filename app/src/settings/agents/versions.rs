//! The versions of an agent: how one differs from another or from the draft, and going back to one.

use api::agents::restore_agent_version;
use frame::sending::Sending;
use leptos::prelude::*;
use model::{
    agent::{definition::AgentDefinition, library::AgentVersionView},
    api::{
        compare::{Change, Comparison, changes},
        texts::pieces,
    },
    problem::Problem,
};
use ui::{
    button::{Button, ButtonSize},
    failure::FormError,
    field::{Choice, SelectField},
    toast::{ToastKind, use_toasts},
    versions::{Difference, VersionEntry, VersionList, WordDifference},
};

use super::state::AgentState;

/// The value of the draft in the list of versions.
const DRAFT: &str = "draft";

/// The versions, the latest first, and how the chosen one differs.
#[component]
pub(super) fn Versions(
    state: AgentState,
    /// Called after the draft has become what a version was.
    on_restored: Callback<()>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<i32>);
    let entry = |version: &AgentVersionView| VersionEntry {
        number: version.version,
        note: version.note.clone().unwrap_or_default(),
        at: version.at,
        by: version.by.clone(),
    };
    let rows = Signal::derive(move || {
        let rows = state.page.with(|page| page.versions.iter().map(entry).collect::<Vec<_>>());
        Some(Ok::<_, Problem>(rows))
    });
    let shown = move || {
        let number = chosen.get()?;
        let version = find_version(state, number)?;
        Some(view! { <Chosen state=state version=version on_restored=on_restored /> })
    };
    view! {
        <VersionList
            label="Agent versions"
            nothing="No published versions yet."
            rows=rows
            chosen=chosen
            on_choose=move |number| chosen.set(Some(number))
            on_retry=move |()| {}
        />
        {shown}
    }
    .into_any()
}

fn find_version(state: AgentState, number: i32) -> Option<AgentVersionView> {
    state.page.with(|page| page.versions.iter().find(|one| one.version == number).cloned())
}

#[component]
fn Chosen(
    state: AgentState,
    version: AgentVersionView,
    on_restored: Callback<()>,
) -> impl IntoView {
    let number = version.version;
    let (sending, toasts) = (Sending::default(), use_toasts());
    let other = RwSignal::new(DRAFT.to_owned());
    let others = state.page.with_untracked(|page| {
        let others = page.versions.iter().filter(|one| one.version != number);
        let others =
            others.map(|one| Choice::new(one.version.to_string(), format!("v{}", one.version)));
        std::iter::once(Choice::new(DRAFT, "Draft")).chain(others).collect::<Vec<_>>()
    });
    let restore = move |()| {
        sending.send(restore_agent_version(state.id, number), move |_| {
            let words = format!("The draft now matches v{number}. Publish it to use it.");
            toasts.show(ToastKind::Done, words);
            on_restored.try_run(());
        });
    };
    let before = version.definition;
    let differences = move || {
        let after = match other.get().parse::<i32>() {
            Ok(number) => find_version(state, number).map(|found| found.definition),
            Err(_) => Some(state.page.with(|page| page.draft.clone())),
        };
        after.map(|after| view! { <Differences before=before.clone() after=after /> })
    };
    view! {
        <div class="agent-versions__chosen">
            <SelectField
                name="agent_version_other"
                label=format!("Compare v{number} with")
                value=other
                options=others
            />
            {differences}
            <FormError error=sending.problem />
            {state
                .may_edit
                .then(|| {
                    view! {
                        <Button size=ButtonSize::Small busy=sending.busy on_press=restore>
                            {format!("Restore v{number}")}
                        </Button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// How two definitions differ: the instructions word by word, all else place by place.
#[component]
fn Differences(before: AgentDefinition, after: AgentDefinition) -> impl IntoView {
    let (old, new) = (before.instructions.as_str(), after.instructions.as_str());
    let words = (old != new).then(|| {
        let pieces = pieces(old, new);
        view! {
            <div class="diff">
                <p class="muted small">"Instructions"</p>
                <WordDifference pieces=pieces />
            </div>
        }
    });
    let others = other_changes(&before, &after);
    let others = (words.is_none() || !others.is_empty()).then(|| {
        let comparison = Comparison::Json { changes: others };
        view! { <Difference comparison=comparison /> }
    });
    view! {
        {words}
        {others}
    }
    .into_any()
}

/// What differs besides the instructions.
fn other_changes(before: &AgentDefinition, after: &AgentDefinition) -> Vec<Change> {
    let written = |definition: &AgentDefinition| {
        let mut definition = definition.clone();
        definition.instructions.0.clear();
        serde_json::to_value(definition).unwrap_or_default()
    };
    changes(&written(before), &written(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_besides_the_instructions_is_told_by_its_place() {
        let before =
            AgentDefinition { instructions: "Write.".into(), ..AgentDefinition::default() };
        let mut after = AgentDefinition { instructions: "Sing.".into(), ..before.clone() };
        assert_eq!(other_changes(&before, &after), vec![]);

        after.limits.turns = 3;

        let found = other_changes(&before, &after);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "limits.turns");
    }
}
