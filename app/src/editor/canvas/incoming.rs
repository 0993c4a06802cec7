//! Node types on their way from the palette.

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

use super::{card::translate, desk::Desk, focus::CANVAS};
use crate::{
    diagram::kind_icon,
    editor::{
        palette::{DragPhase, PaletteDrag},
        store::{Chosen, Purpose},
    },
    ui::icon::Glyph,
};

/// Between a node and what is added after it, in world units.
const BESIDE: f64 = 96.0;

/// A card that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ghost {
    kind: NodeKind,
    /// Its upper left corner, in world units.
    at: Point,
}

impl Desk {
    /// Adds a type that was clicked: on the way from the start to the end as long as there is
    /// nothing else, after the selected node, as the first step after the start, else in the middle
    /// of what is seen.
    pub fn add_from_palette(self, kind: NodeKind) {
        let editor = self.editor;
        let added = editor.add_first(kind).or_else(|| {
            let (at, purpose) = self.place_from_palette(kind);
            let at = editor.free_place(kind, at);
            // What cannot follow the selected node stands alone beside it.
            editor.add(kind, at, &purpose).or_else(|| match purpose {
                Purpose::After(_) => editor.add(kind, at, &Purpose::Alone),
                _ => None,
            })
        });
        if let Some(id) = added {
            self.look_at(&id);
        }
    }

    /// Where a type that was clicked goes, and what it is for there.
    fn place_from_palette(self, kind: NodeKind) -> (Point, Purpose) {
        let editor = self.editor;
        let selected = editor.chosen.with_untracked(|chosen| chosen.single().cloned());
        let none = || editor.chosen.with_untracked(Chosen::is_empty);
        let before = selected.or_else(|| self.open_start().filter(|_| none()));
        let card = before.as_ref().and_then(|id| editor.drawing.rect(id));
        let follows = !kind.default_config().inputs().is_empty();
        match (before, card) {
            (Some(id), Some(card)) if follows => {
                let onto = editor.last_way(&id, kind).map(Purpose::Onto);
                let at = Point::new(card.right() + BESIDE, card.origin.y);
                (at, onto.unwrap_or(Purpose::After(id)))
            }
            _ => {
                let view = editor.lens.view.get_untracked();
                (view.to_canvas(editor.lens.middle()) - HALF, Purpose::Alone)
            }
        }
    }

    /// The start, as long as nothing follows it.
    fn open_start(self) -> Option<NodeId> {
        self.editor.workflow.with_untracked(|workflow| {
            let start = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start)?;
            let is_open = workflow.edges.iter().all(|edge| edge.source != start.id);
            is_open.then(|| start.id.clone())
        })
    }

    /// A type is dragged from the palette: a ghost shows where it would lie.
    pub fn drag_from_palette(self, drag: &PaletteDrag) {
        let over = self
            .on_stage(Point::new(drag.x, drag.y))
            .filter(|_| self.editor.editable.get_untracked());
        let Some(at) = over.filter(|_| drag.phase != DragPhase::Ends) else {
            self.ghost.set(None);
            return self.onto.set(None);
        };
        let world = self.editor.lens.view.get_untracked().to_canvas(at);
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
            self.editor.choose(Chosen::node(id.clone()));
            self.look_at(&id);
        }
    }

    /// A point of the window as one of the stage; nothing outside.
    fn on_stage(self, at: Point) -> Option<Point> {
        let corner = document().get_element_by_id(CANVAS)?.get_bounding_client_rect();
        let at = at - Point::new(corner.left(), corner.top());
        Rect::new(0.0, 0.0, corner.width(), corner.height()).contains(at).then_some(at)
    }
}

/// From a card's corner to its middle.
pub const HALF: Point = Point::new(NODE_WIDTH / 2.0, NODE_MIN_HEIGHT / 2.0);

/// The ghost, while a type is dragged over the canvas.
#[component]
pub fn GhostCard(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || {
        desk.ghost.get().map(|Ghost { kind, at }| {
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
