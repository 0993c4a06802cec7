//! Actions on nodes and edges, each as one entry of the history.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        frame::corner,
        geometry::{Point, Rect},
        hit::{Card, PortAt},
        layout::free_place_below,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH, PortSide},
        snap::to_grid,
    },
    edit::{
        EdgeEnd, Edit, Extracted, Incoming, Joins, Link, Mark, Refused, Selection, Spot, Where,
        add, add_connected, add_copy, connect, copy, disconnect, duplicate, extract,
        insert_new_on_edge, insert_on_edge, label_edge, paste, reconnect, remove, rename,
    },
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Node, Workflow},
};

use super::{
    CanvasSelection, Editor, Foreign,
    card_view::{ConnectedOutputs, card_view},
    now_ms,
};
use crate::{diagram::place::card_of, ui::toast::ToastKind};

/// How a new node is connected.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// It is connected to nothing.
    Alone,
    /// An edge from this port ends at it.
    From(PortAt),
    /// It goes between the ends of this edge.
    Onto(EdgeId),
    /// It follows this node.
    After(NodeId),
    /// It leads to this node.
    Before(NodeId),
}

impl Editor {
    /// Makes an edit of the workflow, selects what it selects and shows its notice; whether it was
    /// done. Where it is refused, nothing changes and the reason is shown.
    pub fn edit(self, make: impl FnOnce(&Workflow) -> Result<Edit, Refused>) -> bool {
        self.edit_joining(Joins::Nothing, make)
    }

    /// The same, as one entry of the history with the edit before if both join alike.
    pub fn edit_joining(
        self,
        joins: Joins,
        make: impl FnOnce(&Workflow) -> Result<Edit, Refused>,
    ) -> bool {
        if !self.editable.get_untracked() {
            return false;
        }
        let edit = match self.workflow.with_untracked(make) {
            Ok(edit) => edit,
            Err(Refused::Nothing) => return false,
            Err(why) => {
                self.notify(why.to_string());
                return false;
            }
        };
        let mark = Mark::new(edit.label.clone(), now_ms()).joining(joins);
        if !self.run_marked(edit.command, mark) {
            return false;
        }
        let Selection { nodes, edges } = edit.select;
        self.select(CanvasSelection { nodes, edges });
        if let Some(notice) = edit.notice {
            self.notify(notice);
        }
        self.say(format!("Done: {}", edit.label));
        true
    }

    /// Connects two ports of different sides, or says why not.
    pub fn connect(self, a: &PortAt, b: &PortAt) {
        let link = link_between(a, b);
        let source = link.source.clone();
        if self.edit(|workflow| connect(workflow, &link)) {
            // The panel of the node stays open: the node is selected, not its new edge.
            self.select(CanvasSelection::from_node(source));
        }
    }

    /// Connects the end of an edge on the side of `target` to `target`.
    pub fn rewire(self, id: &EdgeId, target: &PortAt) {
        let end = match target.side {
            PortSide::Output => EdgeEnd::Source,
            PortSide::Input => EdgeEnd::Target,
        };
        let to = (target.node.clone(), Some(target.port.clone()));
        self.edit(|workflow| reconnect(workflow, id, end, to.0, to.1));
    }

    /// Deletes an edge, whatever is selected.
    pub fn delete_edge(self, id: &EdgeId) {
        let selection = Selection { edges: [id.clone()].into(), ..Selection::default() };
        self.edit(|workflow| remove(workflow, &selection));
    }

    /// Deletes the selection with all edges of its nodes and offers to undo that; whether anything
    /// was deleted.
    pub fn delete_selection(self) -> bool {
        let CanvasSelection { nodes, edges } = self.selection.get_untracked();
        let selection = Selection { nodes, edges };
        let deleted = self.edit(|workflow| remove(workflow, &selection));
        if deleted {
            let words = self.past.with_untracked(|past| past.undo.clone()).unwrap_or_default();
            self.offer_undo(as_deleted(&words));
        }
        deleted
    }

    /// Shows a toast with a button that undoes the newest entry; it goes away with the next change.
    pub fn offer_undo(self, words: String) {
        self.offered.set_value(Some(words.clone()));
        self.toasts.offer(ToastKind::Done, words, "Undo", move |()| self.undo());
    }

    /// Removes that toast, because its button would undo another entry.
    pub(super) fn withdraw_undo(self) {
        if let Some(words) = self.offered.try_update_value(Option::take).flatten() {
            self.toasts.withdraw(&words);
        }
    }

    /// Sets the label of an edge; an empty one removes it.
    pub fn label_edge(self, id: &EdgeId, words: &str) {
        self.edit(|workflow| label_edge(workflow, id, words));
    }

    /// Deletes all edges of the selected nodes.
    pub fn disconnect(self) {
        let nodes = self.selection.with_untracked(|selection| selection.nodes.clone());
        self.edit(|workflow| disconnect(workflow, &nodes));
    }

    /// Gives a node another name.
    pub fn rename(self, id: &NodeId, label: &str) {
        self.edit(|workflow| rename(workflow, id, label));
    }

    /// Copies the selection beside itself.
    pub fn duplicate(self) {
        let nodes = self.selection.with_untracked(|selection| selection.nodes.clone());
        self.edit(|workflow| duplicate(workflow, &nodes, Incoming::Drop));
    }

    /// The selection as text for the clipboard; nothing where nothing is selected or it cannot be
    /// copied, which is shown.
    pub fn copy_selection(self) -> Option<String> {
        let nodes = self.selection.with_untracked(|selection| selection.nodes.clone());
        match self.workflow.with_untracked(|workflow| copy(workflow, &nodes)) {
            Ok(text) => {
                self.say(format!("{} nodes copied", nodes.len()));
                Some(text)
            }
            Err(Refused::Nothing) => None,
            Err(why) => {
                self.notify(why.to_string());
                None
            }
        }
    }

    /// Plans how nodes move into a workflow of this name; changes nothing.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn plan_extraction(self, ids: &BTreeSet<NodeId>, name: &str) -> Result<Extracted, Refused> {
        self.workflow.with_untracked(|workflow| extract(workflow, ids, name))
    }

    /// The same before the person has typed a name.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn preview_extraction(self, ids: &BTreeSet<NodeId>) -> Result<Extracted, Refused> {
        self.plan_extraction(ids, "New")
    }

    /// Inserts copied nodes, or asks what a text from elsewhere is for; `seen` is where it was
    /// pasted, in world units.
    pub fn paste(self, text: &str, at: &Where, incoming: Incoming, seen: Point) {
        match self.workflow.with_untracked(|workflow| paste(workflow, text, at, incoming)) {
            Err(Refused::NotCopied) if self.editable.get_untracked() => {
                self.foreign.set(Some(Foreign { text: text.to_owned(), at: seen }));
            }
            made => drop(self.edit(|_| made)),
        }
    }

    /// Adds a node that generates copy by a prompt.
    pub fn add_copy(self, prompt: &str, at: Point) {
        let spot = self.spot_at(at);
        self.edit(|workflow| add_copy(workflow, prompt, spot));
    }

    /// A world point on the grid, relative to the frame or loop that a new card there belongs to.
    pub fn spot_at(self, at: Point) -> Spot {
        let at = Point::new(to_grid(at.x), to_grid(at.y));
        let parent = self.frame_for(at, &Purpose::Alone);
        self.workflow.with_untracked(|workflow| spot(workflow, parent, at))
    }

    /// Inserts an unconnected node into an edge, as one entry with the drag that moved it there.
    pub fn insert_dragged(self, node: &NodeId, edge: &EdgeId, joins: Joins) {
        self.edit_joining(joins, |workflow| insert_on_edge(workflow, edge, node));
    }

    /// Adds a node whose upper left corner lies at a world point, connected as `purpose` says;
    /// returns its id, or nothing where it was refused.
    pub fn add(self, kind: NodeKind, at: Point, purpose: &Purpose) -> Option<NodeId> {
        let at = Point::new(to_grid(at.x), to_grid(at.y));
        let parent = self.frame_for(at, purpose);
        let done = self.edit(|workflow| {
            let spot = spot(workflow, parent, at);
            match purpose {
                Purpose::Alone => add(workflow, kind, spot),
                Purpose::Onto(edge) => insert_new_on_edge(workflow, edge, kind),
                Purpose::After(id) => {
                    add_connected(workflow, kind, spot, id, None, EdgeEnd::Source)
                }
                Purpose::Before(id) => {
                    add_connected(workflow, kind, spot, id, None, EdgeEnd::Target)
                }
                Purpose::From(port) => {
                    let end = match port.side {
                        PortSide::Output => EdgeEnd::Source,
                        PortSide::Input => EdgeEnd::Target,
                    };
                    add_connected(workflow, kind, spot, &port.node, Some(&port.port), end)
                }
            }
        });
        let added = self.selection.with_untracked(|selection| selection.nodes.first().cloned());
        let added = added.filter(|_| done);
        if let Some(id) = &added {
            self.select(CanvasSelection::from_node(id.clone()));
        }
        added
    }

    /// The first place at a world point or below it where a new card covers no other.
    pub fn free_place(self, kind: NodeKind, from: Point) -> Point {
        let bare = Node::new(NodeId(String::new()), "", kind.default_config());
        let view = |now: &Workflow| card_view(now, &bare, &ConnectedOutputs::from_wires(&[]));
        let size = card_of(&self.workflow.with_untracked(view)).size;
        let card = Rect { origin: Point::new(to_grid(from.x), to_grid(from.y)), size };
        self.canvas_model.with_cards(|cards| {
            let is_around = |other: &&Card| other.is_frame && other.rect.contains(card.center());
            let others = cards.iter().filter(|other| !is_around(other));
            free_place_below(card, &others.map(|other| other.rect).collect::<Vec<Rect>>())
        })
    }

    /// The frame or loop that a new card belongs to: that of the node it is connected to, else the
    /// one under its middle.
    fn frame_for(self, at: Point, purpose: &Purpose) -> Option<NodeId> {
        let middle = at + Point::new(NODE_WIDTH, NODE_MIN_HEIGHT) * 0.5;
        match purpose {
            Purpose::Onto(_) => None,
            Purpose::After(id) | Purpose::Before(id) => self.node(id)?.parent_id,
            Purpose::Alone | Purpose::From(_) => self.frame_at(middle, &BTreeSet::new()),
        }
    }
}

/// A world point relative to a frame or loop.
fn spot(workflow: &Workflow, parent: Option<NodeId>, at: Point) -> Spot {
    let outside = parent.as_ref().and_then(|id| workflow.node(id));
    let at = at - outside.map_or(Point::default(), |frame| corner(workflow, frame));
    Spot { parent, position: at.into() }
}

/// The connection between two ports of different sides.
pub fn link_between(a: &PortAt, b: &PortAt) -> Link {
    let (source, target) = if a.side == PortSide::Output { (a, b) } else { (b, a) };
    Link {
        source: source.node.clone(),
        source_handle: Some(source.port.clone()),
        target: target.node.clone(),
        target_handle: Some(target.port.clone()),
    }
}

/// Turns the label of a deletion into a sentence: "delete Brief" becomes "Deleted Brief.".
fn as_deleted(label: &str) -> String {
    format!("Deleted {}.", label.trim_start_matches("delete "))
}
