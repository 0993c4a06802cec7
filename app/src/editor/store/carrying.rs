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

use super::{CULLED, Chosen, Editor};

/// So many cards are dragged as one layer.
const MANY: usize = 12;

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
    /// The dragged nodes, with all that lies in them and the cards that stand for them.
    pub nodes: BTreeSet<NodeId>,
    /// How far.
    pub by: Point,
    /// The lines they are drawn to.
    pub guides: Vec<Guide>,
    /// The one entry of the history it will be.
    pub mark: Mark,
    taken: Taken,
    /// The cards that follow by themselves: all, or where many are one layer those from which lines
    /// lead out.
    moved: BTreeSet<NodeId>,
    /// The nodes that lie in no other dragged one.
    tops: BTreeSet<NodeId>,
    /// Whether they come to lie in the frame where they are let go, or out of theirs.
    joins: bool,
    from: Rect,
    others: Vec<Rect>,
}

impl Carrying {
    /// Whether the cards are dragged as one layer.
    pub fn is_lifted(&self) -> bool {
        self.moved.len() < self.nodes.len()
    }
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
        if carrying.by == carried.by
            && carrying.guides == carried.guides
            && carrying.joins != held.alt
        {
            return;
        }
        (carrying.by, carrying.guides) = (carried.by, carried.guides);
        carrying.joins = !held.alt;
        self.shift(&carrying.moved, carrying.by);
        self.carrying.set(Some(carrying));
    }

    /// Lifts `node`, or moves what is lifted to `by`, without grid and guides.
    pub fn carry_freely(self, node: &NodeId, by: Point) {
        let exact = Held { alt: true, ..Held::default() };
        self.carry(node, by, exact, Taken::Themselves);
        self.carrying.update(|carrying| {
            if let Some(carrying) = carrying {
                carrying.joins = true;
            }
        });
    }

    fn pick_up(self, node: &NodeId, taken: Taken) {
        if !self.is_chosen(node) {
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
        let (nodes, tops) = self.workflow.with_untracked(|workflow| {
            (with_inner(workflow, &tops), outermost_of(workflow, &tops))
        });
        let nodes = self.drawing.with_lanes(nodes);
        let Some(from) = self.drawing.around_of(&tops) else { return };
        let others = self.drawing.with_cards(|cards| {
            let seen = self.lens.seen();
            let others = cards.iter().filter(|card| !nodes.contains(&card.id));
            others.map(|card| card.rect).filter(|rect| rect.touches(seen)).collect()
        });
        let (by, guides) = (Point::default(), vec![]);
        let all_drawn = self.drawing.order.with_untracked(|order| order.len() <= CULLED);
        let lifts = all_drawn && nodes.len() >= MANY;
        self.carrying.set(Some(Carrying {
            moved: if lifts { self.drawing.rim(&nodes) } else { nodes.clone() },
            nodes,
            by,
            guides,
            mark,
            taken,
            tops,
            joins: true,
            from,
            others,
        }));
    }

    fn shift(self, nodes: &BTreeSet<NodeId>, by: Point) {
        for spot in nodes.iter().filter_map(|id| self.drawing.spot(id)) {
            spot.shift.set(by);
        }
    }

    /// Leaves what is dragged where it is now.
    pub fn put_down(self) {
        let Some(carrying) = self.carrying.get_untracked() else { return };
        self.shift(&carrying.moved, Point::default());
        self.carrying.set(None);
        if !self.join(&carrying) {
            let moves = self.moves(&carrying.tops, carrying.by);
            self.run_marked(Command::Move(moves), carrying.mark);
        }
    }

    /// Lets what is dragged lie in the frame under it, or out of its own; whether that changed.
    fn join(self, carrying: &Carrying) -> bool {
        let spots = self.workflow.with_untracked(|workflow| {
            let spot = |id: &NodeId| {
                let node = workflow.node(id)?;
                let card = self.drawing.rect(id)?.shifted(carrying.by);
                let parent = self.frame_at(card.center(), &carrying.nodes);
                let outside = parent.as_ref().and_then(|id| workflow.node(id));
                let outside = outside.map_or(Point::default(), |frame| corner(workflow, frame));
                let at = corner(workflow, node) + carrying.by - outside;
                let moved = parent.as_ref() != drawn_in(workflow, node);
                let spot = Spot { parent, position: at.into() };
                Some((moved, (id.clone(), spot)))
            };
            carrying.tops.iter().filter_map(spot).collect::<Vec<_>>()
        });
        if !carrying.joins || spots.iter().all(|(moved, _)| !moved) {
            return false;
        }
        let spots: Vec<(NodeId, Spot)> = spots.into_iter().map(|(_, spot)| spot).collect();
        let fits = self.workflow.with_untracked(|workflow| nest(workflow, &spots));
        match fits {
            Ok(edit) => self.edit_joining(carrying.mark.joins.clone(), |_| Ok(edit)),
            // What cannot lie there lies over it.
            Err(why) => {
                self.refuse(why.to_string());
                false
            }
        }
    }

    /// The innermost frame or loop at a world point that is not among those.
    pub fn frame_at(self, at: Point, among: &BTreeSet<NodeId>) -> Option<NodeId> {
        self.drawing.with_cards(|cards| {
            let here = cards.iter().rev().filter(|card| card.rect.contains(at));
            let mut open = here.filter(|card| !among.contains(&card.id) && self.is_open(&card.id));
            open.next().map(|card| card.id.clone())
        })
    }

    /// Whether something may come to lie in it: a loop or a frame that shows what it holds.
    fn is_open(self, id: &NodeId) -> bool {
        let open = |node: &Node| node.kind().holds_nodes() && !node.data.config.is_collapsed();
        self.workflow.with_untracked(|workflow| workflow.node(id).is_some_and(open))
    }

    /// Takes what is dragged back to where it was.
    pub fn put_back(self) {
        let Some(carrying) = self.carrying.get_untracked() else { return };
        self.shift(&carrying.moved, Point::default());
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
