//! The branches of a condition: each is a simple comparison or an expression.

use leptos::prelude::*;
use model::panel::{Comparison, Sentence};
use serde_json::{Value, json};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    field::{Choice, SelectField, TextField},
};

use super::{
    labels::FieldLabels,
    lanes::LabelWidget,
    rows::{Rows, free_name},
    written::WrittenWidget,
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The branches in the order in which they are tried.
#[component]
pub(super) fn BranchesWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let fresh = |branches: &[Value]| {
        let (id, number) = free_name(branches, "id", "branch");
        json!({ "id": id, "label": format!("Branch {number}"), "when": "" })
    };
    view! { <Rows binding=binding labels=labels noun="branch" fresh=fresh row=row /> }
}

fn row(binding: FieldBinding) -> AnyView {
    view! {
        <LabelWidget binding=binding.part("label") />
        <When binding=binding.part("when").or_empty() />
    }
    .into_any()
}

/// A condition: a comparison of chosen values, or a typed expression.
#[component]
fn When(binding: FieldBinding) -> impl IntoView {
    let simple = |text: &str| text.trim().is_empty() || Sentence::read(text).is_some();
    let text = move || binding.value.with(|value| value.as_str().unwrap_or_default().to_owned());
    let written = RwSignal::new(!simple(&untrack(text)));
    Effect::new(move || {
        if !simple(&text()) {
            written.set(true);
        }
    });
    let can_choose = Memo::new(move |_| simple(&text()));
    let labels =
        FieldLabels::new("Condition", "An expression such as nodes.check.output.score >= 7.");
    let body = move || {
        if written.get() {
            view! { <WrittenWidget binding=binding labels=labels.clone() /> }.into_any()
        } else {
            view! { <SentenceWidget binding=binding /> }.into_any()
        }
    };
    view! {
        {body}
        <Show when=move || can_choose.get() || !written.get()>
            <Button
                look=ButtonLook::Ghost
                size=ButtonSize::Small
                on_press=move |()| written.update(|written| *written = !*written)
            >
                {move || if written.get() { "Use the builder" } else { "Write an expression" }}
            </Button>
        </Show>
    }
}

/// The fields of a comparison: value, operator, value.
#[component]
fn SentenceWidget(binding: FieldBinding) -> impl IntoView {
    let whole = bind_signal(binding, sentence_of, condition_of);
    let part = |read: fn(&Sentence) -> String, write: fn(&mut Sentence, &str)| {
        let shown = RwSignal::new(whole.with_untracked(read));
        Effect::new(move |_| shown.set(whole.with(read)));
        Effect::new(move |before: Option<()>| {
            let typed = shown.get();
            if before.is_some() && typed != whole.with_untracked(read) {
                whole.update(|whole| write(whole, &typed));
            }
        });
        shown
    };
    let path = part(|s| s.path.clone(), |s, path| path.clone_into(&mut s.path));
    let comparison = part(
        |s| s.comparison.key().to_owned(),
        |s, key| s.comparison = Comparison::from_key(key).unwrap_or(s.comparison),
    );
    let with = part(|s| s.with.clone(), |s, with| with.clone_into(&mut s.with));
    let values = move || value_choices(binding, &path.get());
    let comparisons: Vec<Choice> =
        Comparison::ALL.map(|one| Choice::new(one.key(), one.words())).into();
    let id = binding.id();
    view! {
        <div class="form sentence" on:focusout=move |_| binding.subject.on_settle.run(())>
            <SelectField
                name=id.clone()
                label="Condition"
                value=path
                options=Signal::derive(values)
                error=binding.error
            />
            <SelectField
                name=format!("{id}-how")
                label="Comparison"
                value=comparison
                options=comparisons
            />
            <Show when=move || comparison.read().as_str() != Comparison::Holds.key()>
                <TextField name=format!("{id}-with") label="Compare with" value=with />
            </Show>
        </div>
    }
}

fn sentence_of(value: &Value) -> Sentence {
    let nothing =
        Sentence { path: String::new(), comparison: Comparison::Holds, with: String::new() };
    value.as_str().and_then(Sentence::read).unwrap_or(nothing)
}

fn condition_of(sentence: &Sentence) -> Result<Value, String> {
    match sentence.problem() {
        _ if sentence.path.is_empty() => Ok(Value::Null),
        Some(error) => Err(error.to_string()),
        None => Ok(Value::from(sentence.to_condition())),
    }
}

/// The values a comparison may be about; the present one is among them even if it is unknown.
fn value_choices(binding: FieldBinding, present: &str) -> Vec<Choice> {
    binding.subject.workflow.track();
    let candidates = binding.subject.candidates(&binding.path());
    let own = !present.is_empty() && candidates.iter().all(|candidate| candidate.path != present);
    let own = own.then(|| Choice::from(present));
    let choice = |candidate: model::panel::Candidate| {
        let words = format!("{} · {}", candidate.from, candidate.label);
        Choice::new(candidate.path, words)
    };
    let none = Choice::new("", "Choose a value");
    std::iter::once(none).chain(own).chain(candidates.into_iter().map(choice)).collect()
}
