//! Reachability: which nodes come before and after a node.

use std::collections::BTreeSet;

use petgraph::visit::{Dfs, Reversed};

use super::Graph;
use crate::id::NodeId;

impl Graph<'_> {
    /// Every node that must settle before this one.
    pub fn ancestors(&self, of: &NodeId) -> BTreeSet<NodeId> {
        let Some(start) = self.places.get(of).copied() else { return BTreeSet::new() };
        let reversed = Reversed(&self.inner);
        let mut walk = Dfs::new(reversed, start);
        let mut found = BTreeSet::new();
        while let Some(node) = walk.next(reversed) {
            if node != start {
                found.insert(self.inner[node].id.clone());
            }
        }
        found
    }

    /// Every node that must wait for this one to settle.
    pub fn descendants(&self, of: &NodeId) -> BTreeSet<NodeId> {
        let mut found = self.reachable_from(of);
        found.remove(of);
        found
    }

    /// The node and every node that edges lead to from it.
    pub fn reachable_from(&self, from: &NodeId) -> BTreeSet<NodeId> {
        let Some(start) = self.places.get(from).copied() else { return BTreeSet::new() };
        let mut walk = Dfs::new(&self.inner, start);
        let mut found = BTreeSet::new();
        while let Some(node) = walk.next(&self.inner) {
            found.insert(self.inner[node].id.clone());
        }
        found
    }
}
