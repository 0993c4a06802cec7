//! The cycle that forbids an order.

use std::fmt;

use crate::id::NodeId;

/// Nodes that wait for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The nodes in the order of the edges; the first is not repeated.
    pub nodes: Vec<NodeId>,
    /// Their names, as a person knows them.
    pub names: Vec<String>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.names {
            write!(f, "{name} → ")?;
        }
        f.write_str(self.names.first().map_or("", String::as_str))
    }
}

impl std::error::Error for Cycle {}
