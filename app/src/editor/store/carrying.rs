//! Dragging the selected nodes.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        carry::{Freedom, carry},
        geometry::{Point, Rect},
        snap::Guide,
        tool::Held,
    },
    edit::{Command, Incoming, Mark, Where, copy, paste},
    id::NodeId,
    workflow::{Position, Workflow},
};

use super::{Chosen, Editor};

/// What a drag takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The nodes themselves.
    Themselves,
    /// Copies of them, the edges that lead to the originals left out or not.
    Copies(Incoming),
}

/// What is dragged, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrying {
    /// The dragged nodes, with all that lies in them.
    pub nodes: BTreeSet<NodeId>,
    /// How far.
    pub by: Point,
    /// The lines they are drawn to.
    pub guides: Vec<Guide>,
    /// The one entry of the history it will be.
    pub mark: Mark,
    taken: Taken,
    /// The nodes that lie in no other dragged one.
    tops: BTreeSet<NodeId>,
    from: Rect,
    others: Vec<Rect>,
}

impl Editor {
    /// Drags on from `node`: the whole selection if it is part of it, else only it.
    pub fn carry(self, node: &NodeId, by: Point, held: Held, taken: Taken) {
        if !self.editable.get_untracked() {
            return;
        }
        if self.carrying.with_untracked(Option::is_none) {
            self.pick_up(node, taken);
        }
        let Some(mut carrying) = self.carrying.get_untracked() else { return };
        let zoom = self.lens.view.get_untracked().zoom;
        let freedom = Freedom { exact: held.alt, straight: held.shift };
        let carried = carry(carrying.from, by, &carrying.others, zoom, freedom);
        if carrying.by == carried.by && carrying.guides == carried.guides {
            return;
        }
        (carrying.by, carrying.guides) = (carried.by, carried.guides);
        self.shift(&carrying.nodes, carrying.by);
        self.carrying.set(Some(carrying));
    }

    /// Lifts `node`, or moves what is lifted to `by`, without grid and guides.
    pub fn carry_freely(self, node: &NodeId, by: Point) {
        let exact = Held { alt: true, ..Held::default() };
        self.carry(node, by, exact, Taken::Themselves);
    }

    fn pick_up(self, node: &NodeId, taken: Taken) {
        if self.chosen.with_untracked(|chosen| !chosen.nodes.contains(node)) {
            self.choose(Chosen::node(node.clone()));
        }
        let mut mark = self.drag_mark(moved(self.chosen.with_untracked(|c| c.nodes.len())));
        if let Taken::Copies(incoming) = taken {
            let nodes = self.chosen.with_untracked(|chosen| chosen.nodes.clone());
            let copies = |workflow: &Workflow| {
                let text = copy(workflow, &nodes)?;
                paste(workflow, &text, &Where::Beside(0), incoming)
            };
            if !self.edit_joining(mark.joins.clone(), copies) {
                return;
            }
            mark.label = "duplicate by dragging".to_owned();
        }
        let tops = self.chosen.with_untracked(|chosen| chosen.nodes.clone());
        let (nodes, tops) = self
            .workflow
            .with_untracked(|workflow| (with_inner(workflow, &tops), outer(workflow, tops)));
        let Some(from) = self.drawing.around_of(&tops) else { return };
        let others = self.drawing.with_cards(|cards| {
            let seen = self.lens.seen();
            let others = cards.iter().filter(|card| !nodes.contains(&card.id));
            others.map(|card| card.rect).filter(|rect| rect.touches(seen)).collect()
        });
        let (by, guides) = (Point::default(), vec![]);
        self.carrying.set(Some(Carrying { nodes, by, guides, mark, taken, tops, from, others }));
    }

    fn shift(self, nodes: &BTreeSet<NodeId>, by: Point) {
        for spot in nodes.iter().filter_map(|id| self.drawing.spot(id)) {
            spot.shift.set(by);
        }
    }

    /// Leaves what is dragged where it is now.
    pub fn put_down(self) {
        let Some(carrying) = self.carrying.get_untracked() else { return };
        self.shift(&carrying.nodes, Point::default());
        self.carrying.set(None);
        let moves = self.moves(&carrying.tops, carrying.by);
        self.run_marked(Command::Move(moves), carrying.mark);
    }

    /// Takes what is dragged back to where it was.
    pub fn put_back(self) {
        let Some(carrying) = self.carrying.get_untracked() else { return };
        self.shift(&carrying.nodes, Point::default());
        self.carrying.set(None);
        if carrying.taken != Taken::Themselves {
            self.undo();
        }
    }

    /// The move of some nodes by the same way.
    pub fn moves(self, nodes: &BTreeSet<NodeId>, by: Point) -> Vec<(NodeId, Position)> {
        self.workflow.with_untracked(|workflow| {
            let moved = |id: &NodeId| {
                let at = workflow.node(id)?.position;
                Some((id.clone(), Position { x: at.x + by.x, y: at.y + by.y }))
            };
            nodes.iter().filter_map(moved).collect()
        })
    }
}

/// What a move is called in the history.
pub fn moved(count: usize) -> String {
    match count {
        1 => "move a node".to_owned(),
        many => format!("move {many} nodes"),
    }
}

/// These nodes and all that lies in them.
fn with_inner(workflow: &Workflow, nodes: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut all = nodes.clone();
    // As deep as there are nodes, so that groups that contain each other end here too.
    for _ in 0..workflow.nodes.len() {
        let lies_in = |parent: &Option<NodeId>| parent.as_ref().is_some_and(|id| all.contains(id));
        let inner = workflow.nodes.iter().filter(|node| lies_in(&node.parent_id));
        let new: Vec<NodeId> =
            inner.map(|node| node.id.clone()).filter(|id| !all.contains(id)).collect();
        if new.is_empty() {
            break;
        }
        all.extend(new);
    }
    all
}

/// Those that lie in no other of them: they take the others along.
fn outer(workflow: &Workflow, nodes: BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let inner = |id: &NodeId| {
        let mut parent = workflow.node(id).and_then(|node| node.parent_id.as_ref());
        for _ in 0..workflow.nodes.len() {
            let Some(group) = parent else { return false };
            if nodes.contains(group) {
                return true;
            }
            parent = workflow.node(group).and_then(|node| node.parent_id.as_ref());
        }
        false
    };
    nodes.iter().filter(|id| !inner(id)).cloned().collect()
}
