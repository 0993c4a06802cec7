//! `{{x}}` and `{x}` to `${…}`.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use serde_json::Value;

use super::defaults::Defaults;
use crate::{
    expr::{Path, Segment},
    nodes::NodeKind,
    text::name::snake,
};

/// The variable that stands for the output of the node before.
const PREVIOUS: &str = "previous_output";

/// What a parameter is called whose name in the file has no letter that names have here.
const UNNAMED: &str = "parameter";

/// What a name in braces may stand for.
pub(super) struct SymbolTable {
    /// For each node, the path of its main output.
    nodes: BTreeMap<String, Path>,
    /// For each parameter name in the file, the name here.
    parameters: BTreeMap<String, String>,
    /// The names here that are taken.
    taken: BTreeSet<String>,
    /// Parameter names in the order of the file.
    order: Vec<String>,
    /// Parameters that some text refers to.
    used: BTreeSet<String>,
    /// For each node, the node before it (by the first edge) and its type.
    before: BTreeMap<String, (String, NodeKind)>,
    /// The node whose texts are being read.
    here: Option<String>,
}

/// The node before another.
#[derive(Clone, Copy)]
pub(super) struct Previous<'a> {
    /// The id of that node.
    pub id: &'a str,
    /// The type of that node.
    pub kind: NodeKind,
    /// The path of its main output.
    pub result: &'a Path,
}

/// Which braces a file writes variables in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// `{{x}}`; single ones are text.
    Double,
    /// `{x}`, and `{{x}}` too.
    Any,
}

impl SymbolTable {
    pub fn new(nodes: &[Value], edges: &[Value], defaults: &Defaults) -> Self {
        let own: BTreeSet<String> = ids(nodes);
        let result = |id: &String| {
            let node = nodes.iter().find(|node| node["id"] == id.as_str());
            (id.clone(), node.map_or_else(|| Path::root("nodes"), |node| result_of(id, node)))
        };
        let mut known = Self {
            nodes: own.iter().map(result).collect(),
            parameters: BTreeMap::new(),
            taken: BTreeSet::new(),
            order: vec![],
            used: BTreeSet::new(),
            before: find_predecessors(nodes, edges),
            here: None,
        };
        for (name, _) in defaults {
            known.parameter(name);
        }
        known
    }

    /// Sets the node to which the texts that follow belong.
    pub fn stand_at(&mut self, node: Option<&str>) {
        self.here = node.map(str::to_owned);
    }

    /// The node before the one whose texts are read.
    pub fn previous(&self) -> Option<Previous<'_>> {
        let (id, kind) = self.before.get(self.here.as_ref()?)?;
        Some(Previous { id, kind: *kind, result: self.nodes.get(id)? })
    }

    /// Parameters by the name in the file, with the name here, in the file's order.
    pub fn parameters(&self) -> impl Iterator<Item = (&String, &String)> {
        self.order.iter().filter_map(|name| Some((name, self.parameters.get(name)?)))
    }

    /// True when some text needs the parameter.
    pub fn is_used(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// The node's port that holds what `kind` asks for, as a reference.
    pub fn port(&self, id: &str, port: &str) -> Option<String> {
        let id = id.trim().trim_matches(['{', '}']).trim();
        self.nodes.contains_key(id).then(|| format!("${{{}}}", Path::output(id, port)))
    }

    /// The reference to the main output of the node that is named, or to what the text itself
    /// names.
    pub fn content(&mut self, reference: &str) -> String {
        let id = reference.trim().trim_matches(['{', '}']).trim();
        match self.nodes.get(id) {
            Some(path) => format!("${{{path}}}"),
            None => self.rewrite(reference, Braces::Any),
        }
    }

    /// The text with its variables as references.
    pub fn rewrite(&mut self, text: &str, braces: Braces) -> String {
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            written.push_str(before);
            let dollar = before.ends_with('$');
            let length = match variable(from, braces) {
                Some((name, length)) => {
                    // A dollar before a reference would make it literal.
                    if dollar {
                        written.pop();
                        written.push_str("${\"$\"}");
                    }
                    written.push_str(&self.reference(&name));
                    length
                }
                None => {
                    // What would now read as a reference was plain text there.
                    written.push_str(if dollar { "${" } else { "{" });
                    1
                }
            };
            rest = &from[length..];
        }
        written.push_str(rest);
        written
    }

    fn reference(&mut self, name: &str) -> String {
        let (first, field) = match name.split_once('.') {
            Some((first, field)) => (first, Some(field)),
            None => (name, None),
        };
        if let Some(path) = self.nodes.get(first) {
            return format!("${{{path}}}");
        }
        if first == PREVIOUS
            && !self.parameters.contains_key(first)
            && let Some(previous) = self.previous()
        {
            return format!("${{{}}}", previous.result);
        }
        if first == "input"
            && let Some(field) = field
        {
            return self.reference(field);
        }
        let parameter = self.parameter(first);
        self.used.insert(first.to_owned());
        let parameter = Path::root("input").then(Segment::Key(parameter));
        let path =
            field.into_iter().flat_map(|field| field.split('.')).fold(parameter, |path, key| {
                path.then(key.parse().map_or_else(|_| Segment::Key(key.to_owned()), Segment::Place))
            });
        format!("${{{path}}}")
    }

    fn parameter(&mut self, name: &str) -> String {
        if let Some(known) = self.parameters.get(name) {
            return known.clone();
        }
        // Of names in other letters than those of names here little or nothing is left.
        let has_letters = name.contains(|c: char| c.is_ascii_alphanumeric());
        let plain = if has_letters { snake(name) } else { UNNAMED.to_owned() };
        let is_free = |own: &String| !self.taken.contains(own);
        let numbered = (self.order.len() + 1..).map(|number| format!("{plain}_{number}"));
        let own = iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain);
        self.taken.insert(own.clone());
        self.order.push(name.to_owned());
        self.parameters.insert(name.to_owned(), own.clone());
        own
    }
}

/// Ids of the nodes a file has.
fn ids(nodes: &[Value]) -> BTreeSet<String> {
    let id = |node: &Value| node.get("id").and_then(Value::as_str).map(str::to_owned);
    nodes.iter().filter_map(id).collect()
}

/// For each node, the node before it that produces something; nodes that only order and choose are
/// passed over.
fn find_predecessors(nodes: &[Value], edges: &[Value]) -> BTreeMap<String, (String, NodeKind)> {
    let kinds: BTreeMap<&str, &str> = nodes
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node["type"].as_str()?)))
        .collect();
    let mut sources: BTreeMap<&str, &str> = BTreeMap::new();
    for edge in edges {
        if let (Some(source), Some(target)) = (edge["source"].as_str(), edge["target"].as_str()) {
            sources.entry(target).or_insert(source);
        }
    }
    let passes = [NodeKind::Parallel, NodeKind::Conditional, NodeKind::Start];
    let found = kinds.keys().filter_map(|id| {
        let mut at = *id;
        // As often as there are nodes: edges may lead in a circle.
        for _ in &kinds {
            at = sources.get(at)?;
            let written = *kinds.get(at)?;
            let kind = NodeKind::from_key(if written == "attach" {
                "attach_to_document"
            } else {
                written
            });
            if !passes.contains(&kind) {
                return Some(((*id).to_owned(), (at.to_owned(), kind)));
            }
        }
        None
    });
    found.collect()
}

/// The path of a node's main output: its one text or image, all of several, or its whole output.
fn result_of(id: &str, node: &Value) -> Path {
    let port = match node["type"].as_str() {
        Some("generate_copy") => "texts",
        Some("generate_image") => "images",
        Some("attach" | "attach_to_document") => "documents",
        Some("start") => "all",
        Some("end") => "result",
        _ => return Path::output(id, "output"),
    };
    let path = Path::output(id, port);
    let quantity = node.pointer("/data/config/quantity").or_else(|| node.pointer("/data/quantity"));
    let several = quantity.is_some_and(|quantity| quantity.as_f64() != Some(1.0));
    match port {
        "texts" | "images" if !several => path.then(Segment::Place(0)),
        _ => path,
    }
}

/// The variable at the beginning of a text, and how many bytes it takes.
fn variable(text: &str, braces: Braces) -> Option<(String, usize)> {
    let double = text.strip_prefix("{{").and_then(|inner| {
        let (name, _) = inner.split_once("}}")?;
        Some((name.trim().to_owned(), name.len() + 4))
    });
    let single = || {
        let (name, _) = text.strip_prefix('{')?.split_once('}')?;
        (braces == Braces::Any).then(|| (name.trim().to_owned(), name.len() + 2))
    };
    double.or_else(single).filter(|(name, _)| is_variable(name))
}

fn is_variable(name: &str) -> bool {
    let mut letters = name.chars();
    // A letter may be followed by its accent as a character of its own.
    let is_more = |c| matches!(c, '_' | '-' | '.' | '\u{300}'..='\u{36f}');
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || is_more(c))
}
