//! Whose prompts made what an AI review judged.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Source, judged_sources, sources};
use crate::{
    id::NodeId,
    nodes::NodeKind,
    workflow::{Node, Workflow},
};

/// The steps that suggestions of an AI review are for, in the order of the workflow: those with a
/// prompt that made what it judges, whatever passed it on in between. Where texts went into it,
/// images that came along are not meant.
pub fn addressees(workflow: &Workflow, judge: &NodeId) -> Vec<NodeId> {
    let Some(judge) = workflow.node(&judge.in_round("")) else { return vec![] };
    let all = sources(workflow);
    let mut todo: Vec<Source> = judged_sources(workflow, judge).into_iter().collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(source) = todo.pop() {
        let id = source.node();
        let Some(step) = workflow.node(id).filter(|_| seen.insert(source.clone())) else {
            continue;
        };
        if step.data.config.has_prompt() {
            found.insert(id.clone());
        } else {
            todo.extend(passed_on(&all, &source));
        }
    }
    let of = |wanted: fn(&Node) -> bool| {
        let nodes = workflow.nodes.iter().filter(|node| found.contains(&node.id) && wanted(node));
        nodes.map(|node| node.id.clone()).collect::<Vec<_>>()
    };
    let texts = of(|node| matches!(node.kind(), NodeKind::GenerateCopy | NodeKind::Agent));
    if texts.is_empty() { of(|_| true) } else { texts }
}

/// What a step without a prompt had what it gives from: a loop its items from before it, and what
/// it gives from its body.
fn passed_on(all: &BTreeMap<NodeId, BTreeSet<Source>>, source: &Source) -> Vec<Source> {
    let read = || all.get(source.node()).into_iter().flatten();
    let is_result = |source: &&Source| matches!(source, Source::Result(_));
    let gives = !matches!(source, Source::Item(_)) && read().any(|source| is_result(&source));
    read().filter(|source| is_result(source) == gives).cloned().collect()
}
