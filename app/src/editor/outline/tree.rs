//! Which rows of the outline are shown: what is one card on the canvas is one row, until somebody
//! looks into it here.

use std::{collections::BTreeSet, iter::successors};

use leptos::prelude::*;
use model::{id::NodeId, validate::MAX_NODES};

use crate::{diagram::view::DiagramNode, editor::store::Editor};

/// What lies in what, and what of it is shown.
#[derive(Clone, Copy)]
pub(super) struct Tree {
    editor: Editor,
    /// Whether scripts have taken over the page: before that all rows are shown.
    alive: Signal<bool>,
    owners: Memo<BTreeSet<NodeId>>,
    /// What was opened here.
    opened: RwSignal<BTreeSet<NodeId>>,
}

impl Tree {
    /// The tree of a document.
    pub(super) fn new(editor: Editor, alive: Signal<bool>) -> Self {
        let owners = Memo::new(move |_| {
            editor.drawing.changes.track();
            let around = |id: &NodeId| owner(editor, id);
            editor.drawing.order.with(|order| order.iter().filter_map(around).collect())
        });
        Self { editor, alive, owners, opened: RwSignal::new(BTreeSet::new()) }
    }

    /// The rows that are shown, in reading order.
    pub(super) fn rows(self) -> Vec<NodeId> {
        self.editor.drawing.changes.track();
        let mut rows = self.editor.drawing.order.get();
        self.opened.track();
        rows.retain(|id| !self.around(id).any(|id| self.is_shut(&id)));
        rows
    }

    /// The loop, frame or lane in which a node lies.
    pub(super) fn owner(self, id: &NodeId) -> Option<NodeId> {
        owner(self.editor, id)
    }

    /// Everything in which a node lies, from the inside out.
    fn around(self, id: &NodeId) -> impl Iterator<Item = NodeId> + use<> {
        // Loops that contain each other have an end too.
        successors(self.owner(id), move |id| self.owner(id)).take(MAX_NODES)
    }

    /// Whether rows lie in that of a node, and whether they are shown: `aria-expanded`.
    pub(super) fn expanded(self, id: &NodeId, node: Memo<DiagramNode>) -> Option<&'static str> {
        let holds = self.owners.with(|owners| owners.contains(id));
        let is_shut = move || {
            self.alive.get()
                && node.with(|node| node.collapsed)
                && self.opened.with(|opened| !opened.contains(id))
        };
        holds.then(|| if is_shut() { "false" } else { "true" })
    }

    /// Shows what lies in a row that is shut; whether it was.
    pub(super) fn open(self, id: &NodeId) -> bool {
        let is_shut = self.is_shut(id);
        if is_shut {
            self.opened.update(|opened| opened.extend([id.clone()]));
        }
        is_shut
    }

    /// Shuts what was opened here; whether it was.
    pub(super) fn close(self, id: &NodeId) -> bool {
        let is_open = self.is_one_card(id) && !self.is_shut(id);
        if is_open {
            self.opened.update(|opened| opened.retain(|own| own != id));
        }
        is_open
    }

    fn is_shut(self, id: &NodeId) -> bool {
        self.is_one_card(id) && self.opened.with_untracked(|opened| !opened.contains(id))
    }

    fn is_one_card(self, id: &NodeId) -> bool {
        let card = self.editor.drawing.spot(id).map(|spot| spot.card);
        card.is_some_and(|card| card.with_untracked(|card| card.collapsed))
    }
}

fn owner(editor: Editor, id: &NodeId) -> Option<NodeId> {
    let spot = editor.drawing.spot(id)?;
    spot.card.with_untracked(|card| card.frame.clone()).map(NodeId)
}
