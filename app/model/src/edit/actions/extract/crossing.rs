//! References across the border: values read inside and made outside, and the other way round.

use std::collections::BTreeMap;

use super::border::{Border, no};
use crate::{
    connect::outputs,
    edit::Refused,
    expr::{Expression, Path, Renaming, Segment, Template},
    field::Text,
    graph::loop_of,
    id::NodeId,
    nodes::Work,
    text::name::snake,
    validate::texts_with_references,
    workflow::Node,
};

/// Longest name that is made of a reference.
const LONGEST_NAME: usize = 48;

/// Values that cross the border one way.
#[derive(Default)]
pub(super) struct Crossings {
    /// The values in the order they were found, each with whether it may be missing where it is
    /// read.
    pub values: Vec<(Path, bool)>,
    /// How each value is written where it is read.
    written: BTreeMap<Path, Path>,
}

impl Crossings {
    /// One more value that is read.
    pub fn add(&mut self, Crossing { written, value, may_miss }: Crossing) {
        match self.values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, known)) => *known |= may_miss,
            None => self.values.push((value.clone(), may_miss)),
        }
        if let Some(written) = written {
            self.written.insert(written, value);
        }
    }

    /// Each value with the text that reads it, also where it may be missing.
    pub fn read(&self) -> impl Iterator<Item = (&Path, Text)> {
        self.values.iter().map(|(value, may_miss)| {
            if *may_miss {
                (value, Text(format!("${{{value} ?? null}}")))
            } else {
                (value, Text(format!("${{{value}}}")))
            }
        })
    }

    /// The renaming of the references to what they are called from now on.
    pub fn renaming(&self, new: impl Fn(&Path) -> Option<String>) -> Renaming {
        let paths = self.written.iter().filter_map(|(old, value)| Some((old.clone(), new(value)?)));
        Renaming { paths: paths.collect(), ..Renaming::default() }
    }
}

/// A name for a value, made of the reference to it.
pub(super) fn value_name(path: &Path) -> String {
    let words: Vec<&str> = match path.name() {
        "nodes" | "input" => (1..path.segments().len()).filter_map(|at| path.key(at)).collect(),
        _ => (0..path.segments().len()).filter_map(|at| path.key(at)).collect(),
    };
    let mut name = snake(&words.join("_"));
    name.truncate(LONGEST_NAME);
    name
}

/// One value that is read across the border.
pub(super) struct Crossing {
    /// How it is written where it is read; none where an edge brings it.
    pub written: Option<Path>,
    /// The path of the value, by node ids.
    pub value: Path,
    /// Whether it may be missing where it is read.
    pub may_miss: bool,
}

/// A text or expression of a node.
struct Source {
    field: String,
    paths: Vec<Path>,
    /// Whether it has a default for a missing value.
    may_miss: bool,
}

fn sources(node: &Node) -> Vec<Source> {
    if node.data.config.work() == Work::None {
        return vec![];
    }
    let bare = node.data.config.expressions();
    let texts = texts_with_references(&node.data.config).into_iter();
    let condition = node.data.condition.clone().map(|source| ("if".to_owned(), source));
    let read = |field: String, source: &str, paths: Option<Vec<Path>>| {
        let may_miss = source.contains("??") || source.contains("has(");
        Source { field, paths: paths.unwrap_or_default(), may_miss }
    };
    let in_texts = texts.map(|(field, text)| {
        let paths = Template::parse(&text).ok().map(|text| text.references());
        read(field, &text, paths)
    });
    let in_bare = bare.iter().cloned().chain(condition).map(|(field, source)| {
        let paths = Expression::parse(&source).ok().map(|source| source.references());
        read(field, &source, paths)
    });
    in_texts.chain(in_bare).collect()
}

/// What is read inside and made outside.
pub(super) fn inward(border: &Border<'_>) -> Result<Crossings, Refused> {
    let mut found = Crossings::default();
    for node in border.workflow.nodes.iter().filter(|node| border.holds(&node.id)) {
        for source in sources(node) {
            for path in &source.paths {
                let scope = IterationScope::for_reference(border, node, &source.field, path)?;
                if let Some(written) = outer(border, node, path, &scope)? {
                    let value = value(border, &written);
                    let may_miss = source.may_miss;
                    found.add(Crossing { written: Some(written), value, may_miss });
                }
            }
        }
    }
    Ok(found)
}

/// What is read outside and made inside.
pub(super) fn outward(border: &Border<'_>) -> Crossings {
    let mut found = Crossings::default();
    for node in border.workflow.nodes.iter().filter(|node| !border.holds(&node.id)) {
        for source in sources(node) {
            for path in &source.paths {
                let Some((id, steps)) = node_read(border, path) else { continue };
                if border.holds(&id) {
                    let written = path.beginning(steps);
                    let value = value(border, &written);
                    let may_miss = source.may_miss;
                    found.add(Crossing { written: Some(written), value, may_miss });
                }
            }
        }
    }
    found
}

/// The node a path reads, and how many steps of it lead to the port, or to all of its ports.
fn node_read(border: &Border<'_>, path: &Path) -> Option<(NodeId, usize)> {
    if path.name() == "nodes" {
        return Some((path.key(1)?.into(), if path.key(2).is_some() { 3 } else { 2 }));
    }
    let id = border.workflow.names().get(path.name())?.clone();
    let by_port = !is_whole(border, &id) && path.key(1).is_some();
    Some((id, if by_port { 2 } else { 1 }))
}

/// Whether a name given to this node stands for its one output.
fn is_whole(border: &Border<'_>, id: &NodeId) -> bool {
    let node = border.workflow.node(id);
    node.is_some_and(|node| outputs(border.workflow, node).iter().any(|port| port.name == "output"))
}

/// The path by the node's id, where it is written with an assigned name.
fn value(border: &Border<'_>, written: &Path) -> Path {
    let names = border.workflow.names();
    let Some(id) = names.get(written.name()) else { return written.clone() };
    let key = |name: &str| Segment::Key(name.to_owned());
    let node = Path::root("nodes").then(key(id.as_str()));
    let node = if is_whole(border, id) { node.then(key("output")) } else { node };
    written.segments()[1..].iter().cloned().fold(node, Path::then)
}

/// Whether a field reads the item or the index of a loop outside the border.
struct IterationScope {
    item: bool,
    index: bool,
}

impl IterationScope {
    fn for_reference(
        border: &Border<'_>,
        node: &Node,
        field: &str,
        path: &Path,
    ) -> Result<Self, Refused> {
        let Some(owner) = loop_of(border.workflow, &node.id).filter(|id| !border.holds(id)) else {
            return Ok(Self { item: false, index: false });
        };
        let config = &node.data.config;
        let own = config.items(field);
        let quantity = config.to_value().get("quantity").cloned().unwrap_or_default();
        let counts = config.has_quantity() && field != "quantity" && quantity.as_u64() != Some(1);
        let asks =
            ["index", "count"].contains(&path.name()) || path.segments().contains(&Segment::Index);
        if counts && asks && !quantity.is_number() {
            let (title, owner) = (node.title(), border.title(owner));
            return Err(no(format!(
                "It isn't clear whether {title} counts its own items or the rounds of {owner}. \
                 Set its quantity to a number first."
            )));
        }
        Ok(Self { item: !own.has_item(), index: !own.has_index() && !counts })
    }

    fn is_in(&self, segment: &Segment) -> bool {
        match segment {
            Segment::Index => self.index,
            Segment::Item => self.item,
            _ => false,
        }
    }
}

/// The part of a path that has to be given from outside; none where all of it is inside.
fn outer(
    border: &Border<'_>,
    node: &Node,
    path: &Path,
    scope: &IterationScope,
) -> Result<Option<Path>, Refused> {
    let steps = match path.name() {
        "input" if path.key(1).is_some() => 2,
        "nodes" if path.key(1).is_none() => return Err(whole(node, path)),
        "input" => return Err(whole(node, path)),
        "execution" => 2,
        "item" if scope.item => 1,
        "index" | "count" if scope.index => 1,
        _ => match node_read(border, path) {
            Some((id, steps)) if !border.holds(&id) => steps,
            _ => 0,
        },
    };
    let selected = path.segments().iter().rposition(|segment| scope.is_in(segment));
    match (steps, selected) {
        (0, None) => Ok(None),
        (0, Some(_)) => {
            let title = node.title();
            let words = "the round of a loop outside the selection";
            Err(no(format!("{title}: {path} uses {words}. Select the whole loop.")))
        }
        (steps, selected) => Ok(Some(path.beginning(steps.max(selected.map_or(0, |at| at + 1))))),
    }
}

fn whole(node: &Node, path: &Path) -> Refused {
    let (title, name) = (node.title(), path.name());
    no(format!("{title} uses all of ${{{name}}}. Refer to the values it needs by name."))
}
