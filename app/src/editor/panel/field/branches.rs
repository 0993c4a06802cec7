//! The branches of a condition: each a sentence, or an expression where a sentence says too little.

use leptos::prelude::*;
use model::panel::{Comparison, Sentence};
use serde_json::{Value, json};

use super::{
    Told,
    lanes::LabelWidget,
    rows::{Rows, free_name},
    written::WrittenWidget,
};
use crate::{
    editor::panel::spot::{Spot, tied},
    ui::{
        button::{Button, ButtonLook, ButtonSize},
        field::{Choice, SelectField, TextField},
    },
};

/// Branches in the order they are tried.
#[component]
pub(super) fn BranchesWidget(spot: Spot, told: Told) -> impl IntoView {
    let fresh = |branches: &[Value]| {
        let (id, number) = free_name(branches, "id", "branch");
        json!({ "id": id, "label": format!("Branch {number}"), "when": "" })
    };
    view! { <Rows spot=spot told=told noun="branch" fresh=fresh row=row /> }
}

fn row(spot: Spot) -> AnyView {
    view! {
        <LabelWidget spot=spot.part("label") />
        <When spot=spot.part("when").or_empty() />
    }
    .into_any()
}

/// A condition, chosen piece by piece or written.
#[component]
fn When(spot: Spot) -> impl IntoView {
    let simple = |text: &str| text.trim().is_empty() || Sentence::read(text).is_some();
    let text = move || spot.value.with(|value| value.as_str().unwrap_or_default().to_owned());
    let written = RwSignal::new(!simple(&untrack(text)));
    Effect::new(move || {
        if !simple(&text()) {
            written.set(true);
        }
    });
    let can_choose = Memo::new(move |_| simple(&text()));
    let told = Told::new("Taken if", "An expression such as nodes.check.output.score >= 7.");
    let body = move || {
        if written.get() {
            view! { <WrittenWidget spot=spot told=told.clone() /> }.into_any()
        } else {
            view! { <SentenceWidget spot=spot /> }.into_any()
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
                {move || if written.get() { "Choose instead" } else { "Write an expression" }}
            </Button>
        </Show>
    }
}

/// Value, comparison, value.
#[component]
fn SentenceWidget(spot: Spot) -> impl IntoView {
    let whole = tied(spot, sentence_of, condition_of);
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
    let values = move || value_choices(spot, &path.get());
    let comparisons: Vec<Choice> =
        Comparison::ALL.map(|one| Choice::new(one.key(), one.words())).into();
    let id = spot.id();
    view! {
        <div class="form sentence" on:focusout=move |_| spot.subject.on_settle.run(())>
            <SelectField
                name=id.clone()
                label="Taken if"
                value=path
                options=Signal::derive(values)
                error=spot.error
            />
            <SelectField
                name=format!("{id}-how")
                label="Compared"
                value=comparison
                options=comparisons
            />
            <Show when=move || comparison.read().as_str() != Comparison::Holds.key()>
                <TextField name=format!("{id}-with") label="With" value=with />
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
        None => Ok(Value::from(sentence.written())),
    }
}

/// What a sentence may be about, the present value included.
fn value_choices(spot: Spot, present: &str) -> Vec<Choice> {
    spot.subject.workflow.track();
    let offers = spot.subject.offered(&spot.path());
    let own = !present.is_empty() && offers.iter().all(|offer| offer.path != present);
    let own = own.then(|| Choice::from(present));
    let choice = |offer: model::panel::Offered| {
        let words = format!("{} · {}", offer.from, offer.label);
        Choice::new(offer.path, words)
    };
    let none = Choice::new("", "Choose a value");
    std::iter::once(none).chain(own).chain(offers.into_iter().map(choice)).collect()
}
