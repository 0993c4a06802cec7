//! Which rows of the outline are shown: what is collapsed on the canvas is one row, until it is
//! opened here.

use std::{collections::BTreeSet, iter::successors};

use diagram::view::DiagramNode;
use leptos::prelude::*;
use model::{id::NodeId, validate::MAX_NODES};

use crate::store::Editor;

/// The tree of nodes and which of its rows are shown.
#[derive(Clone, Copy)]
pub(super) struct Tree {
    editor: Editor,
    /// Whether the page is hydrated; before that all rows are shown.
    alive: Signal<bool>,
    owners: Memo<BTreeSet<NodeId>>,
    /// The collapsed nodes whose rows were opened here.
    opened: RwSignal<BTreeSet<NodeId>>,
}

impl Tree {
    /// Builds the tree of a document.
    pub(super) fn new(editor: Editor, alive: Signal<bool>) -> Self {
        let owners = Memo::new(move |_| {
            editor.view.canvas_model.changes.track();
            let owner = |id: &NodeId| owner(editor, id);
            editor.view.canvas_model.order.with(|order| order.iter().filter_map(owner).collect())
        });
        Self { editor, alive, owners, opened: RwSignal::new(BTreeSet::new()) }
    }

    /// The rows that are shown, in reading order.
    pub(super) fn rows(self) -> Vec<NodeId> {
        self.editor.view.canvas_model.changes.track();
        let mut rows = self.editor.view.canvas_model.order.get();
        self.opened.track();
        rows.retain(|id| !self.ancestors(id).any(|id| self.is_shut(&id)));
        rows
    }

    /// The loop, frame or lane in which a node lies.
    pub(super) fn owner(self, id: &NodeId) -> Option<NodeId> {
        owner(self.editor, id)
    }

    /// Everything that a node lies in, from the inside out.
    fn ancestors(self, id: &NodeId) -> impl Iterator<Item = NodeId> + use<> {
        // A broken workflow may have loops that contain each other.
        successors(self.owner(id), move |id| self.owner(id)).take(MAX_NODES)
    }

    /// The `aria-expanded` of a row: nothing where no row lies in it.
    pub(super) fn expanded(self, id: &NodeId, node: Memo<DiagramNode>) -> Option<&'static str> {
        let holds = self.owners.with(|owners| owners.contains(id));
        let is_shut = move || {
            self.alive.get()
                && node.with(|node| node.collapsed)
                && self.opened.with(|opened| !opened.contains(id))
        };
        holds.then(|| if is_shut() { "false" } else { "true" })
    }

    /// Opens a row; false if it was open or has nothing to open.
    pub(super) fn open(self, id: &NodeId) -> bool {
        let is_shut = self.is_shut(id);
        if is_shut {
            self.opened.update(|opened| opened.extend([id.clone()]));
        }
        is_shut
    }

    /// Closes a row that was opened here; false if none was.
    pub(super) fn close(self, id: &NodeId) -> bool {
        let is_open = self.is_collapsed(id) && !self.is_shut(id);
        if is_open {
            self.opened.update(|opened| opened.retain(|own| own != id));
        }
        is_open
    }

    fn is_shut(self, id: &NodeId) -> bool {
        self.is_collapsed(id) && self.opened.with_untracked(|opened| !opened.contains(id))
    }

    fn is_collapsed(self, id: &NodeId) -> bool {
        let card = self.editor.view.canvas_model.node_signals(id).map(|signals| signals.card);
        card.is_some_and(|card| card.with_untracked(|card| card.collapsed))
    }
}

fn owner(editor: Editor, id: &NodeId) -> Option<NodeId> {
    let signals = editor.view.canvas_model.node_signals(id)?;
    signals.card.with_untracked(|card| card.frame.clone()).map(NodeId)
}
