//! What two people made of the same, field by field, and whose is to hold.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{edit::Conflict, saving::Standing, value::text_of, workflow::Workflow};
use serde_json::Value;

use super::Saving;
use crate::ui::{
    button::{Button, ButtonLook},
    dialog::{Dialog, DialogSize},
};

type Ways = BTreeSet<Vec<String>>;

/// Mine and theirs side by side, while there is a conflict and somebody looks at it.
#[component]
pub fn ConflictSheet(
    /// How the draft is kept.
    saving: Saving,
    /// Called with my workflow when it is to become one of its own.
    #[prop(into)]
    on_copy: Callback<Workflow>,
) -> impl IntoView {
    let theirs = RwSignal::new(Ways::new());
    let conflicts = move || {
        saving.with(|keeper| match keeper.standing() {
            Standing::Conflict(clash) => clash.conflicts.clone(),
            _ => vec![],
        })
    };
    let rows = move || {
        let row = |conflict: Conflict| view! { <Row conflict=conflict theirs=theirs /> };
        conflicts().into_iter().map(row).collect_view()
    };
    let every = move || conflicts().into_iter().map(|conflict| conflict.way).collect::<Ways>();
    let copy = move |()| {
        let mine = saving.workflow.get_untracked();
        saving.settle(&untrack(every));
        on_copy.run(mine);
    };
    view! {
        <Dialog
            id="conflict"
            title="Somebody else changed the same"
            open=saving.choosing
            size=DialogSize::Wide
        >
            <p class="muted">
                "Everything else was brought together. For these, choose whose is to hold."
            </p>
            <ul class="clashes">{rows}</ul>
            <footer class="dialog__footer">
                <Button on_press=copy>"Save mine as copy"</Button>
                <Button on_press=move |()| saving.settle(&untrack(every))>"Take theirs"</Button>
                <Button on_press=move |()| saving.settle(&Ways::new())>"Keep mine"</Button>
                <Button
                    look=ButtonLook::Primary
                    on_press=move |()| saving.settle(&theirs.get_untracked())
                >
                    "Use what is chosen"
                </Button>
            </footer>
        </Dialog>
    }
}

#[component]
fn Row(conflict: Conflict, theirs: RwSignal<Ways>) -> impl IntoView {
    let Conflict { way, words, mine, theirs: other, .. } = conflict;
    let name = format!("clash-{}", way.join("."));
    let (own, taken) = (way.clone(), way);
    let take_mine = move |_| {
        theirs.update(|ways| {
            ways.remove(&own);
        })
    };
    let (is_theirs, chosen) = (taken.clone(), taken.clone());
    let take_theirs = move |_| {
        theirs.update(|ways| {
            ways.insert(taken.clone());
        })
    };
    view! {
        <li class="clash">
            <fieldset>
                <legend class="clash__what">{words}</legend>
                <label class="clash__side">
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || !theirs.read().contains(&is_theirs)
                        on:change=take_mine
                    />
                    <span class="clash__whose">"Mine"</span>
                    <span class="clash__value">{shown(mine.as_ref())}</span>
                </label>
                <label class="clash__side">
                    <input
                        type="radio"
                        name=name
                        prop:checked=move || theirs.read().contains(&chosen)
                        on:change=take_theirs
                    />
                    <span class="clash__whose">"Theirs"</span>
                    <span class="clash__value">{shown(other.as_ref())}</span>
                </label>
            </fieldset>
        </li>
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "Removed".to_owned(),
        Some(value) => text_of(value),
    }
}
