//! The condition of a branch: a comparison of chosen values, or a typed expression.

use leptos::prelude::*;
use model::panel::{Candidate, Comparison, Sentence};
use serde_json::Value;
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    field::{Choice, FormField},
};

use super::{labels::FieldLabels, text_area::Lines, written::written};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The fields of a comparison, or the expression where it is no comparison.
pub(super) fn condition(binding: FieldBinding) -> AnyView {
    let simple = |text: &str| text.trim().is_empty() || Sentence::read(text).is_some();
    let text = move || binding.value.with(|value| value.as_str().unwrap_or_default().to_owned());
    let is_written = RwSignal::new(!simple(&untrack(text)));
    Effect::new(move || {
        if !simple(&text()) {
            is_written.set(true);
        }
    });
    let can_choose = Memo::new(move |_| simple(&text()));
    let body = move || {
        if is_written.get() {
            let help = "An expression such as nodes.check.output.score >= 7.";
            written(binding, FieldLabels::new("Condition", help), Lines::One)
        } else {
            comparison_fields(binding)
        }
    };
    view! {
        {body}
        <Show when=move || can_choose.get() || !is_written.get()>
            <Button
                look=ButtonLook::Ghost
                size=ButtonSize::Small
                on_press=move |()| is_written.update(|written| *written = !*written)
            >
                {move || if is_written.get() { "Use the builder" } else { "Write an expression" }}
            </Button>
        </Show>
    }
    .into_any()
}

/// The fields of a comparison: value, operator, value.
fn comparison_fields(binding: FieldBinding) -> AnyView {
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
    let values = Signal::derive(move || value_choices(binding, &path.get()));
    let comparisons = Comparison::ALL.map(|one| Choice::new(one.key(), one.words())).to_vec();
    let id = binding.id();
    let how = FormField::choice(format!("{id}-how"), "Comparison", comparison, comparisons);
    let other = format!("{id}-with");
    view! {
        <div class="form sentence" on:focusout=move |_| binding.subject.on_settle.run(())>
            {FormField::choice(id, "Condition", path, values).error(binding.error)}
            {how}
            <Show when=move || comparison.read().as_str() != Comparison::Holds.key()>
                {FormField::line(other.clone(), "Compare with", with)}
            </Show>
        </div>
    }
    .into_any()
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
    let choice = |candidate: Candidate| {
        let words = format!("{} · {}", candidate.from, candidate.label);
        Choice::new(candidate.path, words)
    };
    let none = Choice::new("", "Choose a value");
    std::iter::once(none).chain(own).chain(candidates.into_iter().map(choice)).collect()
}
