//! What a node type's own check works with.

/// What is wrong with a node as it is set up; the workflow around it says where that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind of what is wrong.
    pub kind: FindingKind,
    /// The field of the configuration concerned, or the port.
    pub field: String,
    /// What is wrong, in words for a person.
    pub message: String,
}

/// The kind of what is wrong with a node as it is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// A field lacks a value.
    Missing,
    /// A field has no source of its own: that is wrong unless an edge enters the port of its name.
    NeedsEdge,
    /// A field, or what it counts, is outside its range.
    OutOfRange,
    /// A field holds something of another kind than it needs.
    WrongKind,
    /// There is more of something than a node may have.
    TooMany,
    /// Two entries have the same name.
    Duplicate,
    /// A name cannot be used in a reference.
    BadName,
}

/// Collects what is wrong with one node.
#[derive(Debug)]
pub struct Checker {
    edges_in: usize,
    nodes_inside: usize,
    findings: Vec<Finding>,
}

impl Checker {
    /// A checker of a node that so many edges enter and in which so many steps lie.
    pub(crate) fn new(edges_in: usize, nodes_inside: usize) -> Self {
        Self { edges_in, nodes_inside, findings: vec![] }
    }

    /// What was found, in the order of the checks.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// How many edges enter the node.
    pub fn edges_in(&self) -> usize {
        self.edges_in
    }

    /// How many steps lie in the node.
    pub fn nodes_inside(&self) -> usize {
        self.nodes_inside
    }

    /// A field of the configuration lacks a value.
    pub fn missing(&mut self, field: &str, message: &str) {
        self.add(FindingKind::Missing, field, message);
    }

    /// A field of the configuration, or what it counts, is outside its range.
    pub fn out_of_range(&mut self, field: &str, message: &str) {
        self.add(FindingKind::OutOfRange, field, message);
    }

    /// A field of the configuration holds something of another kind than it needs.
    pub fn wrong_kind(&mut self, field: &str, message: &str) {
        self.add(FindingKind::WrongKind, field, message);
    }

    /// There is more of something than a node may have.
    pub fn too_many(&mut self, field: &str, message: &str) {
        self.add(FindingKind::TooMany, field, message);
    }

    /// Two entries have the same name.
    pub fn duplicate(&mut self, field: &str, name: &str) {
        let message = format!("“{name}” is used twice. Choose another name.");
        self.add(FindingKind::Duplicate, field, &message);
    }

    /// A name cannot be used in a reference.
    pub fn bad_name(&mut self, field: &str, name: &str) {
        let message = format!(
            "“{}” can't be used. Start with a–z, then use a–z, 0–9 and _.",
            name.escape_debug()
        );
        self.add(FindingKind::BadName, field, &message);
    }

    /// A port has no edge and its field names no source either.
    pub fn needs_edge(&mut self, port: &str, message: &str) {
        self.add(FindingKind::NeedsEdge, port, message);
    }

    /// What was found in a part of the configuration, with that part's path before each field.
    pub(super) fn add_within(&mut self, part: &str, found: Self) {
        let findings = found.findings.into_iter();
        let within = |one: Finding| Finding { field: format!("{part}.{}", one.field), ..one };
        self.findings.extend(findings.map(within));
    }

    fn add(&mut self, kind: FindingKind, field: &str, message: &str) {
        self.findings.push(Finding { kind, field: field.to_owned(), message: message.to_owned() });
    }
}
