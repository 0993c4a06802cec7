//! Checking a workflow: the same verdict, in the same words, while drawing, saving and launching.

mod connections;
mod context;
mod faults;
mod fields;
mod issue;
mod launch;
mod limits;
mod loops;
mod parameters;
mod pattern;
mod reads;
mod references;
mod structure;
mod value;

pub use context::{ContextReference, context_references, missing_context, missing_names};
pub use faults::Faults;
pub use issue::{Code, Issue, Severity, UnknownName};
pub use launch::validate_parameters;
pub use limits::{MAX_EDGES, MAX_NODES};
pub use reads::asking;
pub(crate) use reads::{inputs_read, paths_read, takes, texts_with_references};
pub(crate) use references::{items_at, type_of, unknown};

use crate::{
    graph::{Cycle, Graph, order},
    id::NodeId,
    workflow::{Edge, Workflow},
};

/// Everything that is wrong with a workflow, errors first, otherwise in its own order. A name that
/// only a launch can bring is a warning: [`missing_context`] tells of what a launch does not bring.
pub fn validate(workflow: &Workflow) -> Vec<Issue> {
    let mut issues = vec![];
    limits::check(workflow, &mut issues);
    if limits::is_huge(workflow) {
        return issues;
    }
    let graph = Graph::new(workflow);
    structure::check(workflow, &graph, &mut issues);
    loops::check(workflow, &mut issues);
    connections::check(workflow, &mut issues);
    parameters::check(workflow, &mut issues);
    fields::check(workflow, &mut issues);
    references::check(workflow, &graph, &mut issues);
    issues.sort_by_key(|issue| issue.severity);
    issues
}

/// What is wrong with one edge, drawn or about to be; a cycle it would close included.
pub fn validate_connection(workflow: &Workflow, edge: &Edge) -> Option<Issue> {
    let found = connections::one(workflow, edge, "edge");
    if found.as_ref().is_some_and(Issue::blocks) {
        return found;
    }
    let mut with = workflow.clone();
    with.edges.retain(|other| other.id != edge.id);
    with.edges.push(edge.clone());
    structure::cycle(&Graph::new(&with)).or(found)
}

/// True when nothing forbids publishing and launching.
pub fn is_runnable(issues: &[Issue]) -> bool {
    !issues.iter().any(Issue::blocks)
}

/// All steps in an order in which they may run.
///
/// # Errors
/// A cycle, with its nodes.
pub fn execution_order(workflow: &Workflow) -> Result<Vec<NodeId>, Cycle> {
    order(workflow)
}
