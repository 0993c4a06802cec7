//! The dialog that resolves a conflict field by field.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    autosave::Standing,
    edit::{Conflict, FieldDifference, SideSummary},
    value::text_of,
    workflow::Workflow,
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonLook},
    dialog::{Dialog, DialogSize},
};

use super::Saving;

/// Paths of conflicts in the workflow.
type Paths = BTreeSet<Vec<String>>;

/// The words in place of a value that one side has removed.
const REMOVED: &str = "Removed";

/// Both sides of each conflict side by side, while the dialog is open.
#[component]
pub fn ConflictSheet(
    /// The handle of saving the draft.
    saving: Saving,
    /// Called with the person's own workflow when it is to be saved as another template.
    #[prop(into)]
    on_copy: Callback<Workflow>,
) -> impl IntoView {
    let theirs = RwSignal::new(Paths::new());
    let conflicts = move || {
        saving.with_autosave(|autosave| match autosave.standing() {
            Standing::Conflict(clash) => clash.conflicts.clone(),
            _ => vec![],
        })
    };
    let rows = move || {
        let row = |conflict: Conflict| view! { <Row conflict=conflict theirs=theirs /> };
        conflicts().into_iter().map(row).collect_view()
    };
    let every = move || conflicts().into_iter().map(|conflict| conflict.way).collect::<Paths>();
    let copy = move |()| {
        let mine = saving.workflow.get_untracked();
        saving.settle(&untrack(every));
        on_copy.run(mine);
    };
    view! {
        <Dialog
            id="conflict"
            title="Someone else changed the same part"
            open=saving.choosing
            size=DialogSize::Wide
        >
            <p class="muted">
                "Everything else is merged. Choose what to keep here."
            </p>
            <ul class="clashes">{rows}</ul>
            <footer class="dialog__footer">
                <Button on_press=copy>"Save mine as a copy"</Button>
                <Button on_press=move |()| saving.settle(&untrack(every))>"Take theirs"</Button>
                <Button on_press=move |()| saving.settle(&Paths::new())>"Keep mine"</Button>
                <Button
                    look=ButtonLook::Primary
                    on_press=move |()| saving.settle(&theirs.get_untracked())
                >
                    "Apply choices"
                </Button>
            </footer>
        </Dialog>
    }
}

#[component]
fn Row(conflict: Conflict, theirs: RwSignal<Paths>) -> impl IntoView {
    let Conflict { way, words, base, mine, theirs: other, summaries, .. } = conflict;
    let [my_words, their_words] = summaries;
    let mine = render_side(base.as_ref(), mine, my_words);
    let other = render_side(base.as_ref(), other, their_words);
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

/// One side of a conflict: the value of a field, or the title and the changed fields of a larger
/// part.
fn render_side(
    base: Option<&Value>,
    value: Option<Value>,
    summary: Option<SideSummary>,
) -> AnyView {
    let Some(value) = value else { return REMOVED.into_any() };
    let Some(SideSummary { title, fields }) = summary else {
        return value_words(&value).into_any();
    };
    let since = (base == Some(&value)).then(|| {
        view! { <span class="clash__field muted small">"Connected or filled in since."</span> }
    });
    let field = |field: FieldDifference| {
        let now = field.after.as_ref().map_or_else(|| REMOVED.to_owned(), value_words);
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

/// A JSON value for people: objects without braces, items of a list one per line.
fn value_words(value: &Value) -> String {
    match value {
        Value::Object(parts) => {
            let part = |(name, value): (&String, &Value)| format!("{name}: {}", value_words(value));
            parts.iter().map(part).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(value_words).collect::<Vec<_>>().join("\n"),
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

        assert_eq!(value_words(&branches), "id: yes, when: input.a > 1\nplain");
        assert_eq!(value_words(&json!({"x": 160.0, "y": 32})), "x: 160.0, y: 32");
    }
}
