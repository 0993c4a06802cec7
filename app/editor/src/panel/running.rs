//! The fields that nodes of every type have: condition, retries, timeout, failure.

use leptos::prelude::*;
use model::{
    nodes::NodeKind,
    panel::running_applies,
    workflow::{Node, RetryPolicy},
};
use serde_json::{Value, json};
use ui::field::Choice;

use super::{
    common_fields::is_field_set,
    field::{ChoiceWidget, FieldLabels, NumberWidget, ToggleWidget, WrittenWidget},
    field_binding::FieldBinding,
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
    let enabled =
        FieldLabels::new("Enabled", &format!("When off, the run skips this step and {skipped}."));
    // A field that does not apply but is set can be seen and reset.
    let shown = |field: &str| {
        subject.node.with_untracked(|Node { data, .. }| {
            running_applies(&data.config, field) || is_field_set(data, field)
        })
    };
    let condition = format!(
        "Such as input.count > 3. If it isn't true, the run skips this step and {skipped}."
    );
    let condition = FieldLabels::new("Run only if", &condition);
    let assign = FieldLabels::new("Result name", "Later steps can use the result by this name.");
    let timeout =
        FieldLabels::new("Timeout (seconds)", "Leave empty for the default of this step type.");
    let items =
        FieldLabels::new("Minimum items that must succeed", "Leave empty to require all of them.");
    let on_error = FieldLabels::new("On failure", "What happens to the rest of the run.");
    let choices = vec![
        Choice::new("fail", "Fail the run"),
        Choice::new("continue", failed),
        Choice::new("branch", "Continue from its error output"),
    ];
    view! {
        <div class="form config__running">
            <h3 class="config__heading">"Run settings"</h3>
            {shown("enabled")
                .then(|| view! { <ToggleWidget binding=field("enabled") labels=enabled /> })}
            {shown("if")
                .then(|| view! { <WrittenWidget binding=field("if") labels=condition /> })}
            {shown("onError")
                .then(|| {
                    view! {
                        <ChoiceWidget
                            binding=field("onError")
                            labels=on_error
                            options=choices
                        />
                    }
                })}
            {shown("retry").then(|| view! { <Retry subject=subject /> })}
            {shown("timeoutMs")
                .then(|| {
                    view! {
                        <NumberWidget
                            binding=field("timeoutMs")
                            labels=timeout
                            scale=1000.0
                        />
                    }
                })}
            {shown("minItems")
                .then(|| view! { <NumberWidget binding=field("minItems") labels=items /> })}
            <WrittenWidget binding=field("assign") labels=assign />
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
        <Show when=move || own.get()>
            <RetryFields subject=subject />
        </Show>
    }
}

#[component]
fn RetryFields(subject: Subject) -> impl IntoView {
    let binding = FieldBinding::for_common_field(subject, "retry");
    let growth = vec![
        Choice::new("exponential", "Exponential back-off"),
        Choice::new("linear", "Linear back-off"),
        Choice::new("fixed", "Fixed delay"),
    ];
    let chance = vec![
        Choice::new("equal", "Half of the delay"),
        Choice::new("full", "All of the delay"),
        Choice::new("none", "None"),
    ];
    let part = move |key| binding.part(key);
    view! {
        <div class="form config__inset">
            <NumberWidget
                binding=part("maxAttempts")
                labels=FieldLabels::new("Maximum attempts", "1 to 10, including the first.")
            />
            <ChoiceWidget
                binding=part("backoff")
                labels=FieldLabels::new("Back-off", "How the delay between attempts grows.")
                options=growth
            />
            <NumberWidget
                binding=part("initialDelayMs")
                labels=FieldLabels::new("First delay (seconds)", "After the first failure.")
                scale=1000.0
            />
            <NumberWidget
                binding=part("maxDelayMs")
                labels=FieldLabels::new("Maximum delay (seconds)", "The delay never gets longer than this.")
                scale=1000.0
            />
            <NumberWidget
                binding=part("multiplier")
                labels=FieldLabels::new("Multiplier", "How much an exponential delay grows each time.")
            />
            <ChoiceWidget
                binding=part("jitter")
                labels=FieldLabels::new("Random jitter", "Spreads retries so they don't all come at once.")
                options=chance
            />
        </div>
    }
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
