//! Fields of nodes: what is required, and the ranges of what is written out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Code, Issue};
use crate::{
    connect,
    expr::RESERVED,
    graph::loop_of,
    id::NodeId,
    nodes::{Checker, FieldKind, FieldSpec, Finding, FindingKind, NodeKind, Work},
    text::name::is_name,
    workflow::{Node, RetryPolicy, Settings, Workflow},
};

pub(super) fn check(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let (entering, inside) = (count_entering(workflow), count_inside(workflow));
    for (place, node) in workflow.nodes.iter().enumerate() {
        common(workflow, node, place, issues);
        issues.extend(
            without_effect(node, place)
                .map(|issue| with_node_name(issue.with_node(&node.id), node)),
        );
        // What does not run may be unfinished.
        if !node.data.enabled {
            continue;
        }
        let config = node.data.config.to_value();
        for field in node.data.config.spec().fields {
            let value = config.get(field.name).unwrap_or(&Value::Null);
            let found = of_spec(field, value, &format!("nodes[{place}].data.config"));
            issues.extend(found.map(|issue| with_node_name(issue.with_node(&node.id), node)));
        }
        let count = |counts: &BTreeMap<&NodeId, usize>| counts.get(&node.id).copied().unwrap_or(0);
        let mut checker = Checker::new(count(&entering), count(&inside));
        node.data.config.check(&mut checker);
        let findings = checker.into_findings().into_iter();
        let found = findings.filter_map(|finding| own_issue(workflow, node, place, finding));
        issues.extend(found.map(|issue| with_node_name(issue, node)));
    }
}

/// How many edges enter each node.
fn count_entering(workflow: &Workflow) -> BTreeMap<&NodeId, usize> {
    let mut counts: BTreeMap<&NodeId, usize> = BTreeMap::new();
    for edge in &workflow.edges {
        *counts.entry(&edge.target).or_default() += 1;
    }
    counts
}

/// How many steps lie in each loop.
fn count_inside(workflow: &Workflow) -> BTreeMap<&NodeId, usize> {
    let mut counts: BTreeMap<&NodeId, usize> = BTreeMap::new();
    for node in workflow.nodes.iter().filter(|node| node.data.config.work() != Work::None) {
        if let Some(owner) = loop_of(workflow, &node.id) {
            *counts.entry(owner).or_default() += 1;
        }
    }
    counts
}

/// What a node's own check found, as an issue; none where an edge brings what the node needs.
fn own_issue(workflow: &Workflow, node: &Node, place: usize, finding: Finding) -> Option<Issue> {
    let field = finding.field.as_str();
    let code = match finding.kind {
        FindingKind::Missing => Code::MissingParameter,
        FindingKind::NeedsEdge => {
            let into = connect::incoming(workflow, &node.id);
            if into.iter().any(|(_, ends)| ends.target.name == field) {
                return None;
            }
            Code::MissingParameter
        }
        FindingKind::OutOfRange => Code::ValueOutOfRange,
        FindingKind::WrongKind => Code::WrongType,
        FindingKind::TooMany => Code::LimitExceeded,
        FindingKind::Duplicate => Code::DuplicateId,
        FindingKind::BadName => Code::InvalidName,
    };
    let path = format!("nodes[{place}].data.config.{field}");
    let issue = Issue::error(code, path, finding.message);
    Some(issue.with_node(&node.id).in_field(field))
}

/// The issue with the name of its node before the message, for readers who do not see the canvas.
fn with_node_name(issue: Issue, node: &Node) -> Issue {
    Issue { message: format!("{}: {}", node.title(), issue.message), ..issue }
}

/// What the spec says of one field; references are judged where they are known.
fn of_spec(field: &FieldSpec, value: &Value, config: &str) -> Option<Issue> {
    let path = format!("{config}.{}", field.name);
    let blank = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    if blank {
        let message = format!("Fill in “{}”.", field.label);
        let issue = Issue::error(Code::MissingParameter, path, message).in_field(field.name);
        return field.required.then_some(issue);
    }
    let message = range_problem(field, value)?;
    Some(Issue::error(Code::ValueOutOfRange, path, message).in_field(field.name))
}

/// What is wrong with a number outside the range of its field.
pub(super) fn range_problem(field: &FieldSpec, value: &Value) -> Option<String> {
    let number = value.as_f64()?;
    #[expect(clippy::cast_precision_loss, reason = "ranges of fields are small")]
    let (min, max) = match field.kind {
        FieldKind::Integer { min, max } => (min as f64, max as f64),
        FieldKind::Number { min, max, .. } => (min, max),
        FieldKind::TemplateVersion => (1.0, f64::from(i32::MAX)),
        _ => return None,
    };
    let label = field.label;
    let inside = (min..=max).contains(&number);
    (!inside).then(|| format!("{label} must be between {min} and {max}, but is {number}."))
}

/// What every node has: label, assigned name, retry, timeout.
fn common(workflow: &Workflow, node: &Node, place: usize, issues: &mut Vec<Issue>) {
    let data = format!("nodes[{place}].data");
    let mut add = |code: Code, field: &str, message: String| {
        let issue = Issue::error(code, format!("{data}.{field}"), message);
        issues.push(with_node_name(issue.with_node(&node.id), node));
    };
    if let Some(name) = &node.data.assign {
        let mut before = workflow.nodes[..place].iter();
        if !is_name(name) {
            let message = format!(
                "“{name}” isn't a valid name. Start with a letter a–z, then use a–z, 0–9 and _."
            );
            add(Code::InvalidName, "assign", message);
        } else if RESERVED.contains(&name.as_str()) {
            let message = format!("{name} is reserved. Use another name.");
            add(Code::InvalidName, "assign", message);
        } else if before.any(|other| other.data.assign.as_ref() == Some(name)) {
            let message = format!("The name {name} is used twice. Use another name.");
            add(Code::DuplicateId, "assign", message);
        }
    }
    if let Some(ms) = node.data.timeout_ms
        && !(1..=Settings::MAX_TIMEOUT_MS).contains(&ms)
    {
        let most = Settings::MAX_TIMEOUT_MS;
        let message = format!("timeoutMs must be between 1 and {most}, but is {ms}.");
        add(Code::ValueOutOfRange, "timeoutMs", message);
    }
    if let Some(message) = min_items_problem(node) {
        add(Code::ValueOutOfRange, "minItems", message);
    }
    if let Some(retry) = &node.data.retry {
        for (field, message) in retry_problems(retry) {
            add(Code::ValueOutOfRange, field, message);
        }
    }
}

/// Settings of attempts and items at nodes that have none.
fn without_effect(node: &Node, place: usize) -> impl Iterator<Item = Issue> {
    let attempts = node.data.config.work() == Work::Jobs && node.kind() != NodeKind::Wait;
    let timeout = node.data.timeout_ms.is_some() && !attempts;
    let retry = node.data.retry.is_some() && !attempts;
    let items = node.data.min_items.is_some() && node.data.config.work() != Work::Jobs;
    let told = [
        items.then_some(("minItems", "this step has no items of its own")),
        timeout.then_some(("timeoutMs", "this step can't time out")),
        retry.then_some(("retry", "this step can't be retried")),
    ];
    told.into_iter().flatten().map(move |(field, why)| {
        let (path, message) =
            (format!("nodes[{place}].data.{field}"), format!("{field} has no effect: {why}."));
        Issue::warning(Code::NoEffect, path, message)
    })
}

/// Why `min_items` cannot be met; none where a reference gives the number of items, which may be
/// any.
fn min_items_problem(node: &Node) -> Option<String> {
    let least = u64::from(node.data.min_items?);
    if least == 0 {
        return Some("Enter at least 1.".to_owned());
    }
    let config = &node.data.config;
    let quantity = if config.has_quantity() {
        config.to_value().get("quantity").and_then(Value::as_u64)?
    } else if config.work() == Work::Jobs {
        1
    } else {
        return None;
    };
    (least > quantity)
        .then(|| format!("{least} of {quantity} items can't succeed. Enter at most {quantity}."))
}

fn retry_problems(retry: &RetryPolicy) -> Vec<(&'static str, String)> {
    let mut found = vec![];
    let (most, attempts) = (RetryPolicy::MAX_ATTEMPTS, retry.max_attempts);
    if !(1..=most).contains(&attempts) {
        let message = format!("maxAttempts must be between 1 and {most}, but is {attempts}.");
        found.push(("retry.maxAttempts", message));
    }
    if retry.multiplier < 1.0 || retry.multiplier > 10.0 {
        let message = format!("multiplier must be between 1 and 10, but is {}.", retry.multiplier);
        found.push(("retry.multiplier", message));
    }
    if retry.max_delay_ms > Settings::MAX_TIMEOUT_MS {
        let most = Settings::MAX_TIMEOUT_MS;
        let message = format!("maxDelayMs must be at most {most}, but is {}.", retry.max_delay_ms);
        found.push(("retry.maxDelayMs", message));
    }
    if retry.initial_delay_ms > retry.max_delay_ms {
        let message = "initialDelayMs can't be greater than maxDelayMs.".to_owned();
        found.push(("retry.initialDelayMs", message));
    }
    found
}
