//! Actions on nodes and edges, each as one entry of the history.

use std::collections::BTreeSet;

use diagram::place::card_of;
use leptos::prelude::*;
use model::{
    agent::library::AgentSummary,
    canvas::{
        frame::{corner, empty_frame},
        geometry::{Point, Rect},
        hit::{Card, PortAt},
        layout::free_place_below,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH, PortSide},
        snap::to_grid,
    },
    edit::{self, EdgeEnd, Edit, Incoming, Joins, Link, Refused, Selection, Spot},
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Node, Workflow},
};
use ui::format::pluralize;

use super::{
    card_view::{ConnectedOutputs, card_view},
    editor::Editor,
    grouping::frame_at,
    selection::CanvasSelection,
};

/// What is added: a node of a type, which may be set up at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNode {
    /// The type of the node.
    pub kind: NodeKind,
    /// What it does; none for one that is still to be set up.
    pub preset: Option<NodePreset>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodePreset {
    /// It calls this tool: `server.toolName`.
    Tool(String),
    /// It works by an agent of the library.
    Agent {
        /// By which steps name the agent.
        key: String,
        /// The agent's name.
        name: String,
    },
}

impl NewNode {
    /// A node that calls this tool.
    pub fn for_tool(tool: &str) -> Self {
        Self { kind: NodeKind::Tool, preset: Some(NodePreset::Tool(tool.to_owned())) }
    }

    /// A node that works by this agent.
    pub fn for_agent(agent: &AgentSummary) -> Self {
        let preset = NodePreset::Agent { key: agent.key.clone(), name: agent.name.clone() };
        Self { kind: NodeKind::Agent, preset: Some(preset) }
    }

    /// The edit that adds it, made of the one that adds a node of its type.
    pub(super) fn edit(
        &self,
        workflow: &Workflow,
        edit: Result<Edit, Refused>,
    ) -> Result<Edit, Refused> {
        match &self.preset {
            Some(NodePreset::Tool(tool)) => edit::with_tool(workflow, edit?, tool),
            Some(NodePreset::Agent { key, name }) => edit::with_agent(workflow, edit?, key, name),
            None => edit,
        }
    }
}

impl From<NodeKind> for NewNode {
    fn from(kind: NodeKind) -> Self {
        Self { kind, preset: None }
    }
}

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
    /// It is the first in this empty loop.
    Inside(NodeId),
    /// It leads to this node.
    Before(NodeId),
}

/// Connects two ports of different sides, or says why not.
pub fn connect(editor: Editor, a: &PortAt, b: &PortAt) {
    let link = link_between(a, b);
    let selection = editor.view.selection.get_untracked();
    if editor.edit(|workflow| edit::connect(workflow, &link)) {
        // A panel that opened or closed now would move the view.
        editor.view.select(selection);
    }
}

/// Connects the end of an edge on the side of `target` to `target`.
pub fn rewire(editor: Editor, id: &EdgeId, target: &PortAt) {
    let (node, port) = (target.node.clone(), Some(target.port.clone()));
    editor.edit(|workflow| edit::reconnect(workflow, id, edge_end(target.side), node, port));
}

/// Deletes an edge, whatever is selected.
pub fn delete_edge(editor: Editor, id: &EdgeId) {
    let selection = Selection { edges: [id.clone()].into(), ..Selection::default() };
    editor.edit(|workflow| edit::remove(workflow, &selection));
}

/// Deletes the selection with all edges of its nodes and offers to undo that; whether anything was
/// deleted.
pub fn delete_selection(editor: Editor) -> bool {
    let CanvasSelection { nodes, edges } = editor.view.selection.get_untracked();
    let selection = Selection { nodes, edges };
    let deleted = editor.edit(|workflow| edit::remove(workflow, &selection));
    if deleted {
        let words = editor.document.undo_label().unwrap_or_default();
        editor.offer_undo(as_deleted(&words));
    }
    deleted
}

/// Sets the label of an edge; an empty one removes it.
pub fn label_edge(editor: Editor, id: &EdgeId, words: &str) {
    editor.edit(|workflow| edit::label_edge(workflow, id, words));
}

/// Deletes all edges of the selected nodes.
pub fn disconnect(editor: Editor) {
    let nodes = editor.view.selected_nodes();
    editor.edit(|workflow| edit::disconnect(workflow, &nodes));
}

/// Gives a node another name.
pub fn rename(editor: Editor, id: &NodeId, label: &str) {
    editor.edit(|workflow| edit::rename(workflow, id, label));
}

/// Copies the selection beside itself.
pub fn duplicate(editor: Editor) {
    let nodes = editor.view.selected_nodes();
    editor.edit(|workflow| edit::duplicate(workflow, &nodes, Incoming::Drop));
}

/// The selection as text for the clipboard; nothing where nothing is selected or it cannot be
/// copied, which is shown.
pub fn copy_selection(editor: Editor) -> Option<String> {
    let nodes = editor.view.selected_nodes();
    match editor.document.workflow.with_untracked(|workflow| edit::copy(workflow, &nodes)) {
        Ok(text) => {
            let count = nodes.len() as u64;
            editor.notices.say(format!("{} copied", pluralize(count, "step", "steps")));
            Some(text)
        }
        Err(Refused::Nothing) => None,
        Err(why) => {
            editor.notices.notify(why.to_string());
            None
        }
    }
}

/// Adds a node that generates copy by a prompt.
pub fn add_copy(editor: Editor, prompt: &str, at: Point) {
    let spot = spot_at(editor, at);
    editor.edit(|workflow| edit::add_copy(workflow, prompt, spot));
}

/// A world point on the grid, relative to the frame or loop that a new card there belongs to.
pub fn spot_at(editor: Editor, at: Point) -> Spot {
    let at = Point::new(to_grid(at.x), to_grid(at.y));
    let parent = frame_for(editor, at, &Purpose::Alone);
    editor.document.workflow.with_untracked(|workflow| spot(workflow, parent, at))
}

/// Inserts an unconnected node into an edge, as one entry with the drag that moved it there.
pub fn insert_dragged(editor: Editor, node: &NodeId, edge: &EdgeId, joins: Joins) {
    editor.edit_joining(joins, |workflow| edit::insert_on_edge(workflow, edge, node));
}

/// Adds a node whose upper left corner lies at a world point, connected as `purpose` says; returns
/// its id, or nothing where it was refused.
pub fn add(
    editor: Editor,
    new: impl Into<NewNode>,
    at: Point,
    purpose: &Purpose,
) -> Option<NodeId> {
    let at = Point::new(to_grid(at.x), to_grid(at.y));
    let parent = frame_for(editor, at, purpose);
    let new = new.into();
    let kind = new.kind;
    let done = editor.edit(|workflow| {
        let spot = spot(workflow, parent, at);
        let edit = match purpose {
            Purpose::Alone => {
                let first = spot.parent.as_ref().map(|id| edit::add_inside(workflow, kind, id));
                first.and_then(Result::ok).map_or_else(|| edit::add(workflow, kind, spot), Ok)
            }
            Purpose::Inside(id) => edit::add_inside(workflow, kind, id),
            Purpose::Onto(edge) => edit::insert_new_on_edge(workflow, edge, kind),
            Purpose::After(id) => {
                edit::add_connected(workflow, kind, spot, id, None, EdgeEnd::Source)
            }
            Purpose::Before(id) => {
                edit::add_connected(workflow, kind, spot, id, None, EdgeEnd::Target)
            }
            Purpose::From(port) => {
                let (node, end) = (&port.node, edge_end(port.side));
                edit::add_connected(workflow, kind, spot, node, Some(&port.port), end)
            }
        };
        new.edit(workflow, edit)
    });
    let added = editor.view.selection.with_untracked(|selection| selection.nodes.first().cloned());
    let added = added.filter(|_| done);
    if let Some(id) = &added {
        editor.view.select(CanvasSelection::from_node(id.clone()));
        editor.document.unfinished.note_new(id.clone());
    }
    added
}

/// The first place at a world point or below it where a new card covers no other.
pub fn free_place(editor: Editor, kind: NodeKind, from: Point) -> Point {
    let bare = Node::new(NodeId(String::new()), "", kind.default_config());
    let card = |now: &Workflow| card_view(now, &bare, &ConnectedOutputs::from_wires(&[]));
    let card = editor.document.workflow.with_untracked(card);
    let drawn = if card.empty_loop { empty_frame(Point::default()) } else { card_of(&card) };
    let size = drawn.size;
    let card = Rect { origin: Point::new(to_grid(from.x), to_grid(from.y)), size };
    editor.view.canvas_model.with_cards(|cards| {
        let is_around = |other: &&Card| other.is_frame && other.rect.contains(card.center());
        let others = cards.iter().filter(|other| !is_around(other));
        free_place_below(card, &others.map(|other| other.rect).collect::<Vec<Rect>>())
    })
}

/// The frame or loop that a new card belongs to: that of the node it is connected to, else the one
/// under its middle.
fn frame_for(editor: Editor, at: Point, purpose: &Purpose) -> Option<NodeId> {
    let middle = at + Point::new(NODE_WIDTH, NODE_MIN_HEIGHT) * 0.5;
    match purpose {
        Purpose::Onto(_) => None,
        Purpose::After(id) | Purpose::Before(id) => editor.document.node(id)?.parent_id,
        Purpose::Inside(id) => Some(id.clone()),
        Purpose::Alone | Purpose::From(_) => frame_at(editor, middle, &BTreeSet::new()),
    }
}

/// A world point relative to a frame or loop.
fn spot(workflow: &Workflow, parent: Option<NodeId>, at: Point) -> Spot {
    let outside = parent.as_ref().and_then(|id| workflow.node(id));
    let at = at - outside.map_or(Point::default(), |frame| corner(workflow, frame));
    Spot { parent, position: at.into() }
}

fn edge_end(side: PortSide) -> EdgeEnd {
    match side {
        PortSide::Output => EdgeEnd::Source,
        PortSide::Input => EdgeEnd::Target,
    }
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
