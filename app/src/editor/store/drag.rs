//! Dragging the selected nodes.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        carry::{Freedom, carry},
        frame::{corner, drawn_in},
        geometry::{Point, Rect},
        snap::Guide,
        tool::Held,
    },
    edit::{Command, Incoming, Mark, Spot, Where, copy, nest, outermost_of, paste, with_inner},
    id::NodeId,
    workflow::{Node, Position, Workflow},
};

use super::{CULL_THRESHOLD, CanvasSelection, Editor};

/// From this many dragged cards on they move as one layer instead of one by one.
const LAYER_THRESHOLD: usize = 12;

/// Whether a drag moves nodes or copies of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DragMode {
    /// The nodes themselves move.
    Move,
    /// Copies of the nodes move; the edges that lead to the originals are kept or left out.
    Copy(Incoming),
}

/// A drag of nodes that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// The dragged nodes, with all that lies in them and the cards that stand for them.
    pub nodes: BTreeSet<NodeId>,
    /// How far the nodes are from where the drag began, in world units.
    pub by: Point,
    /// The alignment lines that the nodes snap to.
    pub guides: Vec<Guide>,
    /// Makes one entry of the history of everything this drag does.
    pub mark: Mark,
    mode: DragMode,
    /// The cards whose own signals follow the drag: all of them, or where they are one layer only
    /// those with an edge to a card outside.
    moved: BTreeSet<NodeId>,
    /// The nodes that lie in no other dragged one.
    tops: BTreeSet<NodeId>,
    /// Whether dropping puts the nodes into the frame under them, or takes them out of theirs.
    joins: bool,
    /// The box around the nodes when the drag began.
    from: Rect,
    /// The visible cards that are not dragged, for the alignment lines.
    others: Vec<Rect>,
}

impl Drag {
    /// Whether the cards move as one layer, because there are many.
    pub fn is_one_layer(&self) -> bool {
        self.moved.len() < self.nodes.len()
    }
}

impl Editor {
    /// Drags the selection that `node` is part of, or else only `node`, to `by` from where the drag
    /// began; begins a drag where none is under way.
    pub fn drag_by(self, node: &NodeId, by: Point, held: Held, mode: DragMode) {
        if !self.editable.get_untracked() {
            return;
        }
        if self.drag.with_untracked(Option::is_none) {
            self.start_drag(node, mode);
        }
        let Some(mut drag) = self.drag.get_untracked() else { return };
        let zoom = self.viewport.view.get_untracked().zoom;
        let freedom = Freedom { exact: held.alt, straight: held.shift };
        let carried = carry(drag.from, by, &drag.others, zoom, freedom);
        if drag.by == carried.by && drag.guides == carried.guides && drag.joins != held.alt {
            return;
        }
        (drag.by, drag.guides) = (carried.by, carried.guides);
        drag.joins = !held.alt;
        self.shift(&drag.moved, drag.by);
        self.drag.set(Some(drag));
    }

    /// Lifts `node`, or moves what is lifted to `by`, without snapping to the grid or to other
    /// cards.
    pub fn drag_freely(self, node: &NodeId, by: Point) {
        let exact = Held { alt: true, ..Held::default() };
        self.drag_by(node, by, exact, DragMode::Move);
        self.drag.update(|drag| {
            if let Some(drag) = drag {
                drag.joins = true;
            }
        });
    }

    fn start_drag(self, node: &NodeId, mode: DragMode) {
        if !self.is_selected(node) {
            self.select(CanvasSelection::from_node(node.clone()));
        }
        let mut mark = self.drag_mark(move_label(self.selection.with_untracked(|c| c.nodes.len())));
        if let DragMode::Copy(incoming) = mode {
            let nodes = self.selection.with_untracked(|selection| selection.nodes.clone());
            let copies = |workflow: &Workflow| {
                let text = copy(workflow, &nodes)?;
                paste(workflow, &text, &Where::Beside(0), incoming)
            };
            if !self.edit_joining(mark.joins.clone(), copies) {
                return;
            }
            mark.label = "duplicate by dragging".to_owned();
        }
        let tops = self.selection.with_untracked(|selection| selection.nodes.clone());
        let (nodes, tops) = self.workflow.with_untracked(|workflow| {
            (with_inner(workflow, &tops), outermost_of(workflow, &tops))
        });
        let nodes = self.canvas_model.with_lanes(nodes);
        let Some(from) = self.canvas_model.bounds_of(&tops) else { return };
        let others = self.canvas_model.with_cards(|cards| {
            let visible = self.viewport.visible_rect();
            let others = cards.iter().filter(|card| !nodes.contains(&card.id));
            others.map(|card| card.rect).filter(|rect| rect.touches(visible)).collect()
        });
        let (by, guides) = (Point::default(), vec![]);
        let all_drawn =
            self.canvas_model.order.with_untracked(|order| order.len() <= CULL_THRESHOLD);
        let lifts = all_drawn && nodes.len() >= LAYER_THRESHOLD;
        self.drag.set(Some(Drag {
            moved: if lifts { self.canvas_model.boundary_nodes(&nodes) } else { nodes.clone() },
            nodes,
            by,
            guides,
            mark,
            mode,
            tops,
            joins: true,
            from,
            others,
        }));
    }

    fn shift(self, nodes: &BTreeSet<NodeId>, by: Point) {
        for signals in nodes.iter().filter_map(|id| self.canvas_model.node_signals(id)) {
            signals.shift.set(by);
        }
    }

    /// Ends the drag and leaves the nodes where they are now, as one entry of the history.
    pub fn end_drag(self) {
        let Some(drag) = self.drag.get_untracked() else { return };
        self.shift(&drag.moved, Point::default());
        self.drag.set(None);
        if !self.join(&drag) {
            let moves = self.moves(&drag.tops, drag.by);
            self.run_marked(Command::Move(moves), drag.mark);
        }
    }

    /// Puts the dragged nodes into the frame under them, or out of their own; whether any changed.
    fn join(self, drag: &Drag) -> bool {
        let spots = self.workflow.with_untracked(|workflow| {
            let spot = |id: &NodeId| {
                let node = workflow.node(id)?;
                let card = self.canvas_model.rect(id)?.shifted(drag.by);
                let parent = self.frame_at(card.center(), &drag.nodes);
                let outside = parent.as_ref().and_then(|id| workflow.node(id));
                let outside = outside.map_or(Point::default(), |frame| corner(workflow, frame));
                let at = corner(workflow, node) + drag.by - outside;
                let moved = parent.as_ref() != drawn_in(workflow, node);
                let spot = Spot { parent, position: at.into() };
                Some((moved, (id.clone(), spot)))
            };
            drag.tops.iter().filter_map(spot).collect::<Vec<_>>()
        });
        if !drag.joins || spots.iter().all(|(moved, _)| !moved) {
            return false;
        }
        let spots: Vec<(NodeId, Spot)> = spots.into_iter().map(|(_, spot)| spot).collect();
        let fits = self.workflow.with_untracked(|workflow| nest(workflow, &spots));
        match fits {
            Ok(edit) => self.edit_joining(drag.mark.joins.clone(), |_| Ok(edit)),
            // What cannot lie there lies over it.
            Err(why) => {
                self.notify(why.to_string());
                false
            }
        }
    }

    /// The innermost open frame or loop at a world point that is not one of `among`.
    pub fn frame_at(self, at: Point, among: &BTreeSet<NodeId>) -> Option<NodeId> {
        self.canvas_model.with_cards(|cards| {
            let here = cards.iter().rev().filter(|card| card.rect.contains(at));
            let mut open = here.filter(|card| !among.contains(&card.id) && self.is_open(&card.id));
            open.next().map(|card| card.id.clone())
        })
    }

    /// Whether nodes can be put into it: it is a frame or loop and not collapsed.
    fn is_open(self, id: &NodeId) -> bool {
        let open = |node: &Node| node.kind().holds_nodes() && !node.data.config.is_collapsed();
        self.workflow.with_untracked(|workflow| workflow.node(id).is_some_and(open))
    }

    /// Ends the drag and puts the nodes back to where they were; copies go away again.
    pub fn cancel_drag(self) {
        let Some(drag) = self.drag.get_untracked() else { return };
        self.shift(&drag.moved, Point::default());
        self.drag.set(None);
        if drag.mode != DragMode::Move {
            self.undo();
        }
    }

    /// The positions of nodes after all of them moved by the same vector.
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

/// The label of a move in the history.
pub fn move_label(count: usize) -> String {
    match count {
        1 => "move a node".to_owned(),
        many => format!("move {many} nodes"),
    }
}
