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
            format!(" and the path goes on by “{}”", ports.passed.label),
            format!("The workflow goes on, by “{}” only", ports.failed.label),
        ),
        None => (
            " and the path goes on".to_owned(),
            "The workflow goes on past it, without its result".to_owned(),
        ),
    }
}

/// The common fields that apply to the type of the node.
#[component]
pub(super) fn RunningFields(subject: Subject) -> impl IntoView {
    let field = |name: &'static str| FieldBinding::for_common_field(subject, name);
    let (skipped, failed) = path_words(subject.node.with_untracked(Node::kind));
    let enabled = FieldLabels::new("Enabled", &format!("Otherwise it is skipped{skipped}."));
    // A field that does not apply but is set can be seen and reset.
    let shown = |field: &str| {
        subject.node.with_untracked(|Node { data, .. }| {
            running_applies(&data.config, field) || is_field_set(data, field)
        })
    };
    let condition = format!("Such as input.count > 3. Otherwise it is skipped{skipped}.");
    let condition = FieldLabels::new("Run only if", &condition);
    let assign =
        FieldLabels::new("Name of its result", "Others may then refer to it by this name.");
    let timeout = FieldLabels::new("Longest attempt, in seconds", "Empty: the type's own bound.");
    let items = FieldLabels::new("Fewest items that must succeed", "Empty: all of them.");
    let on_error = FieldLabels::new("If it fails", "What a failure means for the rest.");
    let choices = vec![
        Choice::new("fail", "The execution fails"),
        Choice::new("continue", failed),
        Choice::new("branch", "The path goes on by its error port"),
    ];
    view! {
        <div class="form config__running">
            <h3 class="config__heading">"Whether and how it runs"</h3>
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
                <span class="switch__label">"Try again in its own way"</span>
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
        Choice::new("exponential", "Longer each time"),
        Choice::new("linear", "By the same more each time"),
        Choice::new("fixed", "Always the same"),
    ];
    let chance = vec![
        Choice::new("equal", "Half of it"),
        Choice::new("full", "All of it"),
        Choice::new("none", "Nothing"),
    ];
    let part = move |key| binding.part(key);
    view! {
        <div class="form config__inset">
            <NumberWidget
                binding=part("maxAttempts")
                labels=FieldLabels::new("Attempts in all", "1 to 10, the first included.")
            />
            <ChoiceWidget
                binding=part("backoff")
                labels=FieldLabels::new("Time between them", "How it grows.")
                options=growth
            />
            <NumberWidget
                binding=part("initialDelayMs")
                labels=FieldLabels::new("First wait, in seconds", "After the first failure.")
                scale=1000.0
            />
            <NumberWidget
                binding=part("maxDelayMs")
                labels=FieldLabels::new("Longest wait, in seconds", "However often it has failed.")
                scale=1000.0
            />
            <NumberWidget
                binding=part("multiplier")
                labels=FieldLabels::new("Growth", "Of a wait that gets longer each time.")
            />
            <ChoiceWidget
                binding=part("jitter")
                labels=FieldLabels::new("Left to chance", "So that many do not come back at once.")
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
        0 | 1 => "It is tried once.".to_owned(),
        times => format!("It is tried up to {times} times."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_path_parts_it_is_told_which_way_is_taken_past_the_node() {
        let (skipped, failed) = path_words(NodeKind::Review);
        assert_eq!(skipped, " and the path goes on by “Approved”");
        assert_eq!(failed, "The workflow goes on, by “Rejected” only");
        assert_eq!(path_words(NodeKind::Conditional).0, " and the path goes on by “Else”");
        assert_eq!(path_words(NodeKind::Wait).0, " and the path goes on");
    }
}
