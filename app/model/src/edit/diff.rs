//! What differs between two workflows, in words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::parts::{
    LISTS, PartPath, SINGLE, key_of, list, node_of, objects, then, value_of, words,
};
use crate::{
    id::{EdgeId, NodeId},
    workflow::Workflow,
};

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Added,
    /// It is gone.
    Removed,
    /// Something in it is different.
    Changed,
    /// It only lies elsewhere on the canvas.
    Moved,
}

/// A part that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Whether it was added, removed, changed or moved.
    pub what: What,
    pub node: Option<NodeId>,
    pub edge: Option<EdgeId>,
    /// What it is called, e.g. "Headline" or "field topic".
    pub words: String,
    /// What of it differs; empty for what came or went.
    pub fields: Vec<FieldDifference>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldDifference {
    /// The name of the field with its part, e.g. "Headline: Prompt".
    pub words: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Every difference between a workflow and an older one, except the viewport of the editor.
pub fn diff(old: &Workflow, new: &Workflow) -> Vec<Difference> {
    let (before, after) = (value_of(old), value_of(new));
    let both = [new, old];
    let mut found = vec![];
    for (name, depth) in SINGLE {
        let way = vec![name.to_owned()];
        let pair = [before.get(name), after.get(name)];
        found.extend(changed(&way, depth, pair, both));
    }
    for (name, key, depth) in LISTS {
        let pair = [list(&before, name), list(&after, name)];
        found.extend(diff_lists(name, key, depth, pair, both));
    }
    found
}

/// Items with their key and how many items with the same key came before.
fn keyed<'a>(items: &'a [Value], key: &str) -> Vec<((&'a str, usize), &'a Value)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let keyed = items.iter().map(|item| {
        let id = key_of(item, key);
        let number = seen.entry(id).or_default();
        *number += 1;
        ((id, *number), item)
    });
    keyed.collect()
}

fn diff_lists(
    name: &str,
    key: &str,
    depth: usize,
    [before, after]: [&[Value]; 2],
    both: [&Workflow; 2],
) -> Vec<Difference> {
    let (old, new) = (keyed(before, key), keyed(after, key));
    let in_old: BTreeMap<_, _> = old.iter().copied().collect();
    let in_new: BTreeMap<_, _> = new.iter().copied().collect();
    let way = |id: &str| vec![name.to_owned(), id.to_owned()];
    let mut found = vec![];
    for (id, item) in &new {
        match in_old.get(id) {
            None => found.push(part(&way(id.0), What::Added, both)),
            Some(was) => found.extend(changed(&way(id.0), depth, [Some(*was), Some(*item)], both)),
        }
    }
    let gone = old.iter().filter(|(id, _)| !in_new.contains_key(id));
    found.extend(gone.map(|(id, _)| part(&way(id.0), What::Removed, both)));
    let stayed = old.iter().map(|(id, _)| id).filter(|id| in_new.contains_key(*id));
    if !stayed.eq(new.iter().map(|(id, _)| id).filter(|id| in_old.contains_key(*id))) {
        let words = format!("order of the {name}");
        found.push(Difference { words, ..part(&[name.to_owned()], What::Changed, both) });
    }
    found
}

fn part(way: &[String], what: What, both: [&Workflow; 2]) -> Difference {
    let edge = match way {
        [list, id] if list == "edges" => Some(id.as_str().into()),
        _ => None,
    };
    Difference { what, node: node_of(way), edge, words: words(way, both), fields: vec![] }
}

pub(super) fn changed(
    way: &[String],
    depth: usize,
    pair: [Option<&Value>; 2],
    both: [&Workflow; 2],
) -> Option<Difference> {
    let mut leaves = vec![];
    leaves_of(way.to_vec(), depth, pair, &mut leaves);
    if leaves.is_empty() {
        return None;
    }
    let is_place = |way: &PartPath| way.len() == 3 && way[0] == "nodes" && way[2] == "position";
    let moved = leaves.iter().all(|(way, ..)| is_place(way));
    let field = |(way, before, after): (PartPath, Option<Value>, Option<Value>)| FieldDifference {
        words: words(&way, both),
        before,
        after,
    };
    let what = if moved { What::Moved } else { What::Changed };
    let fields = leaves.into_iter().map(field).collect();
    Some(Difference { fields, ..part(way, what, both) })
}

/// The smallest parts that differ, with what they were and are.
fn leaves_of(
    way: PartPath,
    depth: usize,
    [before, after]: [Option<&Value>; 2],
    found: &mut Vec<(PartPath, Option<Value>, Option<Value>)>,
) {
    if before == after {
        return;
    }
    let Some([old, new]) = objects(&way, depth, before, after) else {
        found.push((way, before.cloned(), after.cloned()));
        return;
    };
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        leaves_of(then(&way, key), depth - 1, [old.get(key), new.get(key)], found);
    }
}
