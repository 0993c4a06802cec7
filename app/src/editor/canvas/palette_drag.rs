//! Adding node types from the palette, by a click or by dragging them onto the canvas.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        hit::Hit,
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH},
        tool::Pointer,
    },
    id::NodeId,
    nodes::NodeKind,
};

use super::{canvas_state::CanvasState, card::translate, focus::CANVAS};
use crate::{
    diagram::kind_icon,
    editor::{
        palette::{DragPhase, PaletteDrag},
        store::{CanvasSelection, Purpose},
    },
    ui::icon::Glyph,
};

/// The gap between a node and one that is added after it, in world units.
const BESIDE: f64 = 96.0;

/// The preview of the node that a drop would add.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ghost {
    kind: NodeKind,
    /// The upper left corner of its card, in world units.
    at: Point,
}

impl CanvasState {
    /// Adds a type that was clicked: between start and end while they are the only nodes, or else
    /// after the selected node, or else after a start that nothing follows, or else unconnected in
    /// the middle of the stage.
    pub fn add_from_palette(self, kind: NodeKind) {
        let editor = self.editor;
        let added = editor.add_first(kind).or_else(|| {
            let (at, purpose) = self.place_from_palette(kind);
            let at = editor.free_place(kind, at);
            // A type that cannot follow the selected node is added beside it without an edge.
            editor.add(kind, at, &purpose).or_else(|| match purpose {
                Purpose::After(_) => editor.add(kind, at, &Purpose::Alone),
                _ => None,
            })
        });
        if let Some(id) = added {
            self.look_at(&id);
        }
    }

    /// The world point where a type that was clicked is added, and how it is connected.
    fn place_from_palette(self, kind: NodeKind) -> (Point, Purpose) {
        let editor = self.editor;
        let selected = editor.selection.with_untracked(|selection| selection.single().cloned());
        let none = || editor.selection.with_untracked(CanvasSelection::is_empty);
        let before = selected.or_else(|| self.open_start().filter(|_| none()));
        let card = before.as_ref().and_then(|id| editor.canvas_model.rect(id));
        let follows = !kind.default_config().inputs().is_empty();
        match (before, card) {
            (Some(id), Some(card)) if follows => {
                let onto = editor.last_way(&id, kind).map(Purpose::Onto);
                let at = Point::new(card.right() + BESIDE, card.origin.y);
                (at, onto.unwrap_or(Purpose::After(id)))
            }
            _ => {
                let view = editor.viewport.view.get_untracked();
                (view.to_canvas(editor.viewport.middle()) - HALF, Purpose::Alone)
            }
        }
    }

    /// The start node, if nothing follows it yet.
    fn open_start(self) -> Option<NodeId> {
        self.editor.workflow.with_untracked(|workflow| {
            let start = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start)?;
            let is_open = workflow.edges.iter().all(|edge| edge.source != start.id);
            is_open.then(|| start.id.clone())
        })
    }

    /// Handles a drag from the palette: shows a preview, and adds the node where it is dropped.
    pub fn drag_from_palette(self, drag: &PaletteDrag) {
        let over = self
            .to_stage(Point::new(drag.x, drag.y))
            .filter(|_| self.editor.editable.get_untracked());
        let Some(at) = over.filter(|_| drag.phase != DragPhase::Ends) else {
            self.ghost.set(None);
            return self.onto.set(None);
        };
        let world = self.editor.viewport.view.get_untracked().to_canvas(at);
        let edge = match self.hit(at, Pointer::Finger) {
            Hit::Edge(id) | Hit::End(id, _) => Some(id),
            _ => None,
        };
        if drag.phase == DragPhase::Moves {
            self.ghost.set(Some(Ghost { kind: drag.kind, at: world - HALF }));
            return self.onto.set(edge);
        }
        self.ghost.set(None);
        self.onto.set(None);
        let purpose = edge.map_or(Purpose::Alone, Purpose::Onto);
        if let Some(id) = self.editor.add(drag.kind, world - HALF, &purpose) {
            self.editor.select(CanvasSelection::from_node(id.clone()));
            self.look_at(&id);
        }
    }

    /// Converts a point of the window to one of the stage; nothing outside of it.
    fn to_stage(self, at: Point) -> Option<Point> {
        let corner = document().get_element_by_id(CANVAS)?.get_bounding_client_rect();
        let at = at - Point::new(corner.left(), corner.top());
        Rect::new(0.0, 0.0, corner.width(), corner.height()).contains(at).then_some(at)
    }
}

/// The vector from the corner of a card of the least size to its middle, in world units.
pub const HALF: Point = Point::new(NODE_WIDTH / 2.0, NODE_MIN_HEIGHT / 2.0);

/// The preview card, while a type is dragged over the canvas.
#[component]
pub fn GhostCard(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || {
        canvas.ghost.get().map(|Ghost { kind, at }| {
            let spec = kind.spec();
            view! {
                <div
                    class="node node--ghost"
                    data-kind=spec.key
                    style:translate=translate(at)
                >
                    <div class="node__header">
                        <span class="node__tile">
                            <Glyph icon=kind_icon(spec.key) size=18 />
                        </span>
                        <div class="node__names">
                            <p class="node__title clip">{spec.label}</p>
                        </div>
                    </div>
                </div>
            }
        })
    }
}
