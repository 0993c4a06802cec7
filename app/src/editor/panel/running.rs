//! The fields that nodes of every type have: condition, retries, timeout, failure.

use leptos::prelude::*;
use model::{
    nodes::NodeKind,
    panel::running_applies,
    workflow::{Node, NodeData, RetryPolicy},
};
use serde_json::{Value, json};

use super::{
    field::{ChoiceWidget, FieldLabels, NumberWidget, ToggleWidget, WrittenWidget},
    subject::Subject,
};
use crate::ui::field::Choice;

/// The common fields in the order of the panel, by their names in a workflow file.
pub(super) const FIELDS: [&str; 7] =
    ["enabled", "if", "onError", "retry", "timeoutMs", "minItems", "assign"];

/// The value of a common field as in a workflow file; null where it is left out.
pub(super) fn value_of(data: &NodeData, field: &str) -> Value {
    match field {
        "enabled" => json!(data.enabled),
        "if" => json!(data.condition),
        "onError" => json!(data.on_error),
        "retry" => json!(data.retry),
        "timeoutMs" => json!(data.timeout_ms),
        "minItems" => json!(data.min_items),
        "assign" => json!(data.assign),
        "notes" => json!(data.notes),
        _ => Value::Null,
    }
}

/// The data with one common field set; null leaves it out.
pub(super) fn with_value(data: &NodeData, field: &str, value: Value) -> Result<NodeData, String> {
    let mut data = data.clone();
    match field {
        "enabled" => data.enabled = read::<Option<_>>(value)?.unwrap_or(true),
        "if" => data.condition = read(value)?,
        "onError" => data.on_error = read::<Option<_>>(value)?.unwrap_or_default(),
        "retry" => data.retry = read(value)?,
        "timeoutMs" => data.timeout_ms = read(value)?,
        "minItems" => data.min_items = read(value)?,
        "assign" => data.assign = read(value)?,
        "notes" => data.notes = read(value)?,
        _ => {}
    }
    Ok(data)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Whether any common field differs from its default.
pub(super) fn is_set(data: &NodeData) -> bool {
    FIELDS.iter().any(|field| is_field_set(data, field))
}

fn is_field_set(data: &NodeData, field: &str) -> bool {
    match field {
        "enabled" => !data.enabled,
        "onError" => data.on_error != Default::default(),
        field => !value_of(data, field).is_null(),
    }
}

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
                .then(|| view! { <ToggleWidget binding=subject.running("enabled") labels=enabled /> })}
            {shown("if")
                .then(|| view! { <WrittenWidget binding=subject.running("if") labels=condition /> })}
            {shown("onError")
                .then(|| {
                    view! {
                        <ChoiceWidget
                            binding=subject.running("onError")
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
                            binding=subject.running("timeoutMs")
                            labels=timeout
                            scale=1000.0
                        />
                    }
                })}
            {shown("minItems")
                .then(|| view! { <NumberWidget binding=subject.running("minItems") labels=items /> })}
            <WrittenWidget binding=subject.running("assign") labels=assign />
        </div>
    }
}

/// The retry policy: that of the workflow, or one of the node's own.
#[component]
fn Retry(subject: Subject) -> impl IntoView {
    let binding = subject.running("retry");
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
    let binding = subject.running("retry");
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
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::workflow::OnError;

    use super::*;

    fn data() -> NodeData {
        Node::new("a".into(), "A", NodeKind::Wait.default_config()).data
    }

    #[test]
    fn every_common_field_is_set_and_left_out_again() {
        let retry = json!(RetryPolicy::default());
        let values = [
            ("enabled", json!(false)),
            ("if", json!("input.a")),
            ("onError", json!("branch")),
            ("retry", retry),
            ("timeoutMs", json!(5000)),
            ("minItems", json!(2)),
            ("assign", json!("a")),
            ("notes", json!("Why")),
        ];
        for (field, value) in values {
            let set = with_value(&data(), field, value.clone()).unwrap();

            assert_eq!(value_of(&set, field), value);
            assert_eq!(is_set(&set), field != "notes");
            assert_eq!(with_value(&set, field, Value::Null).unwrap(), data());
        }
    }

    #[test]
    fn where_a_path_parts_it_is_told_which_way_is_taken_past_the_node() {
        let (skipped, failed) = path_words(NodeKind::Review);
        assert_eq!(skipped, " and the path goes on by “Approved”");
        assert_eq!(failed, "The workflow goes on, by “Rejected” only");
        assert_eq!(path_words(NodeKind::Conditional).0, " and the path goes on by “Else”");
        assert_eq!(path_words(NodeKind::Wait).0, " and the path goes on");
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(with_value(&data(), "timeoutMs", json!("long")).is_err());
        assert_eq!(data().on_error, OnError::Fail);
    }
}
