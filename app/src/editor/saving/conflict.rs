//! What two people made of the same, field by field, and whose is to hold.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    edit::{Conflict, FieldDifference, Told},
    saving::Standing,
    value::text_of,
    workflow::Workflow,
};
use serde_json::Value;

use super::Saving;
use crate::ui::{
    button::{Button, ButtonLook},
    dialog::{Dialog, DialogSize},
};

type Ways = BTreeSet<Vec<String>>;

/// What is said in the place of what is gone.
const REMOVED: &str = "Removed";

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
            title="The same was changed elsewhere"
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
    let Conflict { way, words, base, mine, theirs: other, told, .. } = conflict;
    let [my_words, their_words] = told;
    let mine = made(base.as_ref(), mine, my_words);
    let other = made(base.as_ref(), other, their_words);
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
                    <span class="clash__value">{mine}</span>
                </label>
                <label class="clash__side">
                    <input
                        type="radio"
                        name=name
                        prop:checked=move || theirs.read().contains(&chosen)
                        on:change=take_theirs
                    />
                    <span class="clash__whose">"Theirs"</span>
                    <span class="clash__value">{other}</span>
                </label>
            </fieldset>
        </li>
    }
}

/// What one side made of it: a field as it is now, of more what it is and which fields differ.
fn made(base: Option<&Value>, value: Option<Value>, told: Option<Told>) -> AnyView {
    let Some(value) = value else { return REMOVED.into_any() };
    let Some(Told { title, fields }) = told else { return said(&value).into_any() };
    let since = (base == Some(&value)).then(|| {
        view! { <span class="clash__field muted small">"Connected or filled since."</span> }
    });
    let field = |field: FieldDifference| {
        let now = field.after.as_ref().map_or_else(|| REMOVED.to_owned(), said);
        view! {
            <span class="clash__field">
                <span class="muted small">{field.words}</span>
                <span>{now}</span>
            </span>
        }
    };
    view! {
        {title}
        {since}
        {fields.into_iter().map(field).collect_view()}
    }
    .into_any()
}

/// A value as it is read.
fn said(value: &Value) -> String {
    match value {
        Value::Object(parts) => {
            let part = |(name, value): (&String, &Value)| format!("{name}: {}", said(value));
            parts.iter().map(part).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join("\n"),
        value => text_of(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_said_without_the_signs_it_is_kept_with() {
        let branches = json!([{"id": "yes", "when": "input.a > 1"}, "plain"]);

        assert_eq!(said(&branches), "id: yes, when: input.a > 1\nplain");
        assert_eq!(said(&json!({"x": 160.0, "y": 32})), "x: 160.0, y: 32");
    }
}
