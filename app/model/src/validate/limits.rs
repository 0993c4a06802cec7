//! How large a workflow may be, and its settings' ranges.

use super::{Code, Issue};
use crate::workflow::{Settings, Workflow};

/// Most nodes of a workflow.
pub const MAX_NODES: usize = 100;
/// Most edges of a workflow.
pub const MAX_EDGES: usize = 400;
/// Most parameters of a workflow.
const MAX_PARAMETERS: usize = 100;
/// Most presets of a workflow.
const MAX_PRESETS: usize = 1_000;

/// Whether a workflow is so far beyond what is allowed that nothing else of it is worth a look: most
/// rules look from each part at all others.
pub(super) fn is_huge(workflow: &Workflow) -> bool {
    let Workflow { nodes, edges, parameters, presets, .. } = workflow;
    nodes.len() > 4 * MAX_NODES
        || edges.len() > 4 * MAX_EDGES
        || parameters.len() > 4 * MAX_PARAMETERS
        || presets.len() > MAX_PRESETS
}

pub(super) fn check(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let counts = [
        ("nodes", "steps", workflow.nodes.len(), MAX_NODES),
        ("edges", "connections", workflow.edges.len(), MAX_EDGES),
        ("parameters", "fields", workflow.parameters.len(), MAX_PARAMETERS),
        ("presets", "presets", workflow.presets.len(), MAX_PRESETS),
    ];
    for (path, what, found, allowed) in counts {
        if found > allowed {
            let message = format!("The workflow has {found} {what}; the limit is {allowed}.");
            let issue = Issue::error(Code::LimitExceeded, path, message);
            issues.push(issue.fix("Split it into several workflows."));
        }
    }
    settings(&workflow.settings, issues);
}

fn settings(settings: &Settings, issues: &mut Vec<Issue>) {
    let ranges = [
        ("timeoutMs", settings.timeout_ms, Settings::MIN_TIMEOUT_MS, Settings::MAX_TIMEOUT_MS),
        ("maxRetries", settings.max_retries.into(), 0, Settings::MAX_RETRIES.into()),
        ("concurrency", settings.concurrency.into(), 1, Settings::MAX_CONCURRENCY.into()),
    ];
    for (name, found, least, most) in ranges {
        if found < least || found > most {
            let message = format!("{name} must be between {least} and {most}, but is {found}.");
            issues.push(Issue::error(Code::ValueOutOfRange, format!("settings.{name}"), message));
        }
    }
}
