//! Three-way merge of what two people changed since the same state.
//!
//! A person chooses only where both sides changed the same field in different ways, or where one
//! side deleted a node that the other one connected. Everything else is merged part by part.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    fresh::Fresh,
    kept::{has_more_at, with_kept},
    parts::{LISTS, PartPath, SINGLE, key_of, list, node_of, objects, then, value_of, words},
    rewrite::rewritten,
    side_summary::{SideSummary, summarize_side},
    structure::faults,
};
use crate::{
    expr::Renaming,
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

/// Something that both sides changed, each in another way.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The path to it; a choice names it by this path.
    pub way: Vec<String>,
    /// The node it belongs to, if it belongs to one.
    pub node: Option<NodeId>,
    /// Its name for people, e.g. "Headline: Prompt".
    pub words: String,
    /// The value before either changed it.
    pub base: Option<Value>,
    /// My value; none when I removed it.
    pub mine: Option<Value>,
    /// Their value; none when they removed it.
    pub theirs: Option<Value>,
    /// My and their version in words, where it is more than a single field and still there.
    pub summaries: [Option<SideSummary>; 2],
}

/// The result of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The workflow with the changes of both; in conflicts, with the chosen side.
    pub workflow: Workflow,
    /// Every conflict, whether it was chosen or not.
    pub conflicts: Vec<Conflict>,
}

/// Merges what I and they made of a workflow. In a conflict mine holds, except at the paths in
/// `take_theirs`.
pub fn merge(
    base: &Workflow,
    mine: &Workflow,
    theirs: &Workflow,
    take_theirs: &BTreeSet<Vec<String>>,
) -> Merged {
    if mine == base {
        return Merged { workflow: theirs.clone(), conflicts: vec![] };
    }
    if theirs == base || mine == theirs {
        return Merged { workflow: mine.clone(), conflicts: vec![] };
    }
    let mine = &with_distinct_ids(base, mine, theirs);
    let is_theirs = |id: &NodeId| take_theirs.contains(&vec!["nodes".to_owned(), id.to_string()]);
    let left = with_kept(base, mine, theirs, is_theirs);
    let right = with_kept(base, theirs, mine, |id| !is_theirs(id));
    let values = [base, &left, &right].map(value_of);
    let mut merge = Merge { base, mine, theirs, take_theirs, conflicts: vec![] };
    let mut whole = Map::new();
    for (name, depth) in SINGLE {
        let sides = [0, 1, 2].map(|side: usize| values[side].get(name));
        whole.extend(
            merge.part(vec![name.to_owned()], depth, sides).map(|it| (name.to_owned(), it)),
        );
    }
    for (name, key, depth) in LISTS {
        let sides = [0, 1, 2].map(|side: usize| list(&values[side], name));
        whole.insert(name.to_owned(), merge.list(name, key, depth, sides));
    }
    let read = Workflow::from_value(&Value::Object(whole)).map(|mut workflow| {
        workflow.viewport = mine.viewport;
        drop_loose(&mut workflow);
        workflow
    });
    match read {
        Ok(workflow) if hangs(&workflow, mine) => Merged { workflow, conflicts: merge.conflicts },
        // Single parts fit each by itself, but not together: then one side holds as a whole.
        _ => merge.all_or_nothing(),
    }
}

/// Whether its edges and groups lead somewhere, unless those of mine did not either.
fn hangs(workflow: &Workflow, mine: &Workflow) -> bool {
    faults(workflow).is_empty() || !faults(mine).is_empty()
}

struct Merge<'a> {
    base: &'a Workflow,
    mine: &'a Workflow,
    theirs: &'a Workflow,
    take_theirs: &'a BTreeSet<PartPath>,
    conflicts: Vec<Conflict>,
}

impl Merge<'_> {
    fn all_or_nothing(mut self) -> Merged {
        self.conflicts.clear();
        let [base, mine, theirs] = [self.base, self.mine, self.theirs].map(value_of);
        self.conflict(vec![], [Some(&base), Some(&mine), Some(&theirs)]);
        let theirs_holds = self.take_theirs.contains(&vec![]);
        let workflow = if theirs_holds { self.theirs } else { self.mine };
        Merged { workflow: workflow.clone(), conflicts: self.conflicts }
    }

    fn conflict(
        &mut self,
        way: PartPath,
        [base, mine, theirs]: [Option<&Value>; 3],
    ) -> Option<Value> {
        let chosen = if self.take_theirs.contains(&way) { theirs } else { mine };
        self.conflicts.push(Conflict {
            node: node_of(&way),
            words: words(&way, [self.mine, self.theirs]),
            summaries: [(mine, self.mine), (theirs, self.theirs)]
                .map(|(value, side)| summarize_side(&way, [base, value], [self.base, side])),
            way,
            base: base.cloned(),
            mine: mine.cloned(),
            theirs: theirs.cloned(),
        });
        chosen.cloned()
    }

    fn part(&mut self, way: PartPath, depth: usize, sides: [Option<&Value>; 3]) -> Option<Value> {
        let [base, mine, theirs] = sides;
        if self.is_needed(&way, sides) {
            return self.conflict(way, sides);
        }
        if mine == theirs || theirs == base {
            return mine.cloned();
        }
        if mine == base {
            return theirs.cloned();
        }
        let Some([left, right]) = objects(&way, depth, mine, theirs) else {
            return self.conflict(way, sides);
        };
        let before = base.and_then(Value::as_object);
        let more = right.keys().filter(|key| !left.contains_key(*key));
        let mut merged = Map::new();
        for key in left.keys().chain(more) {
            let inner = [before.and_then(|map| map.get(key)), left.get(key), right.get(key)];
            let part = self.part(then(&way, key), depth - 1, inner);
            merged.extend(part.map(|part| (key.clone(), part)));
        }
        Some(Value::Object(merged))
    }

    /// Whether one side took a node away that the other has connected or filled since.
    fn is_needed(&self, way: &[String], [base, mine, theirs]: [Option<&Value>; 3]) -> bool {
        let ([list, id], true) = (way, base.is_some()) else { return false };
        if list != "nodes" {
            return false;
        }
        let id = NodeId::from(id.as_str());
        match (mine, theirs) {
            (None, Some(_)) => has_more_at(self.base, self.theirs, &id),
            (Some(_), None) => has_more_at(self.base, self.mine, &id),
            _ => false,
        }
    }

    fn list(&mut self, name: &str, key: &str, depth: usize, sides: [&[Value]; 3]) -> Value {
        let way = vec![name.to_owned()];
        let [Some(base), Some(mine), Some(theirs)] = sides.map(|items| by_key(items, key)) else {
            let whole = sides.map(|items| Value::Array(items.to_vec()));
            let [base, mine, theirs] = &whole;
            let part = self.part(way, 0, [Some(base), Some(mine), Some(theirs)]);
            return part.unwrap_or_default();
        };
        let keys =
            sides.map(|items| items.iter().map(|item| key_of(item, key)).collect::<Vec<_>>());
        let merged = order(&keys).into_iter().filter_map(|id| {
            let sides = [base.get(id), mine.get(id), theirs.get(id)].map(Option::<&&Value>::copied);
            self.part(then(&way, id), depth, sides)
        });
        Value::Array(merged.collect())
    }
}

/// Items by their key; none where two have the same.
fn by_key<'a>(items: &'a [Value], key: &str) -> Option<BTreeMap<&'a str, &'a Value>> {
    let found: BTreeMap<&str, &Value> = items.iter().map(|it| (key_of(it, key), it)).collect();
    (found.len() == items.len()).then_some(found)
}

/// My order where I changed it, else theirs. What only the other side has comes behind the item it
/// followed there.
fn order<'a>([base, mine, theirs]: &[Vec<&'a str>; 3]) -> Vec<&'a str> {
    let (first, second) = if mine == base { (theirs, mine) } else { (mine, theirs) };
    let mut order = first.clone();
    let mut before = None;
    for id in second {
        if !order.contains(id) {
            let at = before.and_then(|before| order.iter().position(|other| *other == before));
            order.insert(at.map_or(0, |at| at + 1), *id);
        }
        before = Some(*id);
    }
    order
}

/// Removes the edges at a node whose removal was chosen.
fn drop_loose(workflow: &mut Workflow) {
    loop {
        let ids: BTreeSet<NodeId> = workflow.nodes.iter().map(|node| node.id.clone()).collect();
        let is_there = |id: &NodeId| ids.contains(id);
        workflow.nodes.retain(|node| node.parent_id.as_ref().is_none_or(is_there));
        if workflow.nodes.len() == ids.len() {
            workflow.edges.retain(|edge| is_there(&edge.source) && is_there(&edge.target));
            return;
        }
    }
}

/// My side, with new ids for nodes and edges that both sides added under the same id.
fn with_distinct_ids(base: &Workflow, mine: &Workflow, theirs: &Workflow) -> Workflow {
    let mut mine = mine.clone();
    let taken =
        |workflow: &Workflow| workflow.nodes.iter().map(|n| n.id.0.clone()).collect::<Vec<_>>();
    let mut free = Fresh::nodes(&mine).taking(taken(theirs)).taking(taken(base));
    let mut ids: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    for node in mine.nodes.iter().filter(|node| base.node(&node.id).is_none()) {
        if theirs.node(&node.id).is_some_and(|other| other != node) {
            ids.insert(node.id.clone(), free.node(node.id.as_str()));
        }
    }
    let nodes = ids.iter().map(|(old, new)| (old.0.clone(), new.0.clone())).collect();
    let renaming = Renaming { nodes, ..Renaming::default() };
    let new = |id: &NodeId| ids.get(id).unwrap_or(id).clone();
    for node in mine.nodes.iter_mut().filter(|_| !ids.is_empty()) {
        node.id = new(&node.id);
        node.parent_id = node.parent_id.as_ref().map(new);
        node.data = rewritten(&node.data, &renaming);
    }
    for edge in &mut mine.edges {
        (edge.source, edge.target) = (new(&edge.source), new(&edge.target));
    }
    edges_apart(base, mine, theirs)
}

fn edges_apart(base: &Workflow, mut mine: Workflow, theirs: &Workflow) -> Workflow {
    let taken = theirs.edges.iter().chain(&base.edges).map(|edge| edge.id.0.clone());
    let mut free = Fresh::edges(&mine).taking(taken);
    let mut ids: BTreeSet<EdgeId> = BTreeSet::new();
    for edge in &mut mine.edges {
        let clashes = theirs.edge(&edge.id).is_some_and(|other| other != edge);
        // Of two with one id the first alone is looked at; such a list is merged as a whole.
        if base.edge(&edge.id).is_none() && clashes && ids.insert(edge.id.clone()) {
            edge.id = free.edge(&edge.source, &edge.target);
        }
    }
    mine
}
