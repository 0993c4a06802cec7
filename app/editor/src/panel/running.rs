//! The fields that nodes of every type have: condition, retries, timeout, failure.

use leptos::prelude::*;
use model::{
    nodes::NodeKind,
    panel::running_applies,
    workflow::{Node, RetryCause, RetryPolicy},
};
use serde_json::{Value, json};
use ui::field::{Choice, FieldValue, MultiChoiceField, choices};

use super::{
    field::{FieldLabels, Lines, choice, number, toggle, written},
    field_binding::{FieldBinding, is_field_set},
    subject::Subject,
};

/// The words for where the path goes on when a node is skipped, and when it fails and the workflow
/// continues.
fn path_words(kind: NodeKind) -> (String, String) {
    match kind.exclusive_ports() {
        Some(ports) => (
            format!("continues from “{}”", ports.passed.label),
            format!("Continue from “{}”", ports.failed.label),
        ),
        None => ("continues".to_owned(), "Continue without its result".to_owned()),
    }
}

/// The common fields that apply to the type of the node.
#[component]
pub(super) fn RunningFields(subject: Subject) -> impl IntoView {
    let field = |name: &'static str| FieldBinding::for_common_field(subject, name);
    let (skipped, failed) = path_words(subject.node.with_untracked(Node::kind));
    // A field that does not apply but is set can be seen and reset.
    let shown = |field: &str| {
        subject.node.with_untracked(|Node { data, .. }| {
            running_applies(&data.config, field) || is_field_set(data, field)
        })
    };
    let enabled = shown("enabled").then(|| {
        let help = format!("When off, the run skips this step and {skipped}.");
        toggle(field("enabled"), FieldLabels::new("Enabled", &help))
    });
    let condition = shown("if").then(|| {
        let help = format!(
            "Such as input.count > 3. If it isn't true, the run skips this step and {skipped}."
        );
        written(field("if"), FieldLabels::new("Run only if", &help), Lines::One)
    });
    let on_error = shown("onError").then(|| {
        let labels = FieldLabels::new("On failure", "What happens to the rest of the run.");
        let choices = Choice::list([
            ("fail", "Fail the run"),
            ("continue", &failed),
            ("branch", "Continue from its error output"),
        ]);
        choice(field("onError"), labels, choices)
    });
    let timeout = shown("timeoutMs").then(|| {
        let help = "Leave empty for the default of this step type.";
        number(field("timeoutMs"), FieldLabels::new("Timeout (seconds)", help), 1000.0)
    });
    let items = shown("minItems").then(|| {
        let help = "Leave empty to require all of them.";
        let labels = FieldLabels::new("Minimum items that must succeed", help);
        number(field("minItems"), labels, 1.0)
    });
    let assign = FieldLabels::new("Result name", "Later steps can use the result by this name.");
    view! {
        <div class="form config__running">
            <h3 class="config__heading">"Run settings"</h3>
            {enabled}
            {condition}
            {on_error}
            {shown("retry").then(|| view! { <Retry subject=subject /> })}
            {timeout}
            {items}
            {written(field("assign"), assign, Lines::One)}
        </div>
    }
}

/// The retry policy: that of the workflow, or one of the node's own.
#[component]
fn Retry(subject: Subject) -> impl IntoView {
    let binding = FieldBinding::for_common_field(subject, "retry");
    let own = Memo::new(move |_| !binding.value.read().is_null());
    let toggle = move |_| {
        let policy = subject.workflow.with_untracked(|workflow| workflow.settings.retry_policy());
        binding.set(if own.get_untracked() { Value::Null } else { json!(policy) });
        subject.on_settle.run(());
    };
    view! {
        <div class="field">
            <label class="switch">
                <input
                    type="checkbox"
                    role="switch"
                    class="switch__input"
                    id=binding.id()
                    prop:checked=move || own.get()
                    on:change=toggle
                />
                <span class="switch__track" aria-hidden="true"></span>
                <span class="switch__label">"Custom retries"</span>
            </label>
            <p class="field__help">{move || retry_words(&binding.value.read(), subject)}</p>
        </div>
        <Show when=move || own.get()>{retry_fields(subject)}</Show>
    }
}

fn retry_fields(subject: Subject) -> AnyView {
    let policy = FieldBinding::for_common_field(subject, "retry");
    let number = |key: &str, label: &str, help: &str, scale: f64| {
        number(policy.part(key), FieldLabels::new(label, help), scale)
    };
    let growth = Choice::list([
        ("exponential", "Exponential back-off"),
        ("linear", "Linear back-off"),
        ("fixed", "Fixed delay"),
    ]);
    let growth_labels = FieldLabels::new("Back-off", "How the delay between attempts grows.");
    let chance = Choice::list([
        ("equal", "Half of the delay"),
        ("full", "All of the delay"),
        ("none", "None"),
    ]);
    let chance_labels =
        FieldLabels::new("Random jitter", "Spreads retries so they don't all come at once.");
    let longest = "The delay never gets longer than this.";
    let factor = "How much an exponential delay grows each time.";
    view! {
        <div class="form config__inset">
            {number("maxAttempts", "Maximum attempts", "1 to 10, including the first.", 1.0)}
            {choice(policy.part("backoff"), growth_labels, growth)}
            {number("initialDelayMs", "First delay (seconds)", "After the first failure.", 1000.0)}
            {number("maxDelayMs", "Maximum delay (seconds)", longest, 1000.0)}
            {number("multiplier", "Multiplier", factor, 1.0)}
            {choice(policy.part("jitter"), chance_labels, chance)}
            {retry_causes(policy.part("on"))}
        </div>
    }
    .into_any()
}

/// The only failures that are retried.
fn retry_causes(binding: FieldBinding) -> AnyView {
    let shown = Memo::new(move |_| {
        serde_json::from_value::<Vec<String>>(binding.value.get()).unwrap_or_default()
    });
    let change = move |chosen: Vec<String>| {
        binding.set(if chosen.is_empty() { Value::Null } else { json!(chosen) });
        binding.subject.on_settle.run(());
    };
    let value = FieldValue::new(shown, change, binding.error);
    let options: Vec<Choice> =
        choices(RetryCause::ALL.iter().copied(), RetryCause::as_str, RetryCause::label);
    let help = "Choose none to retry everything that may pass.";
    view! { <MultiChoiceField name=binding.id() label="Retry only" value=value options=options help=help /> }
        .into_any()
}

fn retry_words(own: &Value, subject: Subject) -> String {
    let policy: RetryPolicy = match serde_json::from_value(own.clone()) {
        Ok(policy) => policy,
        Err(_) => subject.workflow.with(|workflow| workflow.settings.retry_policy()),
    };
    match policy.max_attempts {
        0 | 1 => "Runs once, without retries.".to_owned(),
        times => format!("Tries up to {times} times."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_path_parts_it_is_told_which_way_is_taken_past_the_node() {
        let (skipped, failed) = path_words(NodeKind::Review);
        assert_eq!(skipped, "continues from “Approved”");
        assert_eq!(failed, "Continue from “Rejected”");
        assert_eq!(path_words(NodeKind::Conditional).0, "continues from “Else”");
        assert_eq!(path_words(NodeKind::Wait).0, "continues");
    }
}
