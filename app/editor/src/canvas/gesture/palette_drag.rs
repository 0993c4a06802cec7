//! Adding node types from the palette, by a click or by dragging them onto the canvas.

use diagram::kind_icon;
use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        hit::Hit,
        tool::Pointer,
    },
    id::NodeId,
    nodes::NodeKind,
};
use ui::icon::Glyph;

use super::{
    pointer::hit,
    state::{Ghost, HALF},
};
use crate::{
    canvas::{
        canvas_state::CanvasState,
        card::translate,
        focus::{CANVAS, lift::look_at},
    },
    palette::{DragPhase, PaletteDrag},
    store::{
        CanvasSelection, Editor, EditorDocument, NewNode, Purpose,
        actions::{add, free_place},
        offers::{add_first, last_way},
    },
};

/// The gap between a node and one that is added after it, in world units.
const BESIDE: f64 = 96.0;

/// Adds a type that was clicked: between start and end while they are the only nodes, or else after
/// the selected node, or else after a start that nothing follows, or else unconnected in the middle
/// of the stage.
pub fn add_from_palette(editor: Editor, new: NewNode) {
    let kind = new.kind;
    let added = add_first(editor, new.clone()).or_else(|| {
        let (at, purpose) = place_from_palette(editor, kind);
        let at = free_place(editor, kind, at);
        // A type that cannot follow the selected node is added beside it without an edge.
        add(editor, new.clone(), at, &purpose).or_else(|| match purpose {
            Purpose::After(_) => add(editor, new, at, &Purpose::Alone),
            _ => None,
        })
    });
    if let Some(id) = added {
        look_at(editor, &id);
    }
}

/// The world point where a type that was clicked is added, and how it is connected.
fn place_from_palette(editor: Editor, kind: NodeKind) -> (Point, Purpose) {
    let Editor { document, view, .. } = editor;
    let none = || view.selection.with_untracked(CanvasSelection::is_empty);
    let before = view.selected_node().or_else(|| open_start(document).filter(|_| none()));
    let card = before.as_ref().and_then(|id| view.canvas_model.rect(id));
    let follows = !kind.default_config().inputs().is_empty();
    match (before, card) {
        (Some(id), Some(card)) if follows => {
            let onto = last_way(document, &id, kind).map(Purpose::Onto);
            let at = Point::new(card.right() + BESIDE, card.origin.y);
            (at, onto.unwrap_or(Purpose::After(id)))
        }
        _ => {
            let viewport = view.viewport;
            let middle = viewport.view.get_untracked().to_canvas(viewport.middle());
            (middle - HALF, Purpose::Alone)
        }
    }
}

/// The start node, if nothing follows it yet.
fn open_start(document: EditorDocument) -> Option<NodeId> {
    document.workflow.with_untracked(|workflow| {
        let start = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start)?;
        let is_open = workflow.edges.iter().all(|edge| edge.source != start.id);
        is_open.then(|| start.id.clone())
    })
}

/// Handles a drag from the palette: shows a preview, and adds the node where it is dropped.
pub fn drag_from_palette(canvas: CanvasState, drag: &PaletteDrag) {
    let (editor, gesture) = (canvas.editor, canvas.gesture);
    let over =
        to_stage(Point::new(drag.x, drag.y)).filter(|_| editor.document.editable.get_untracked());
    let Some(at) = over.filter(|_| drag.phase != DragPhase::Ends) else {
        gesture.ghost.set(None);
        return gesture.onto.set(None);
    };
    let world = editor.view.viewport.view.get_untracked().to_canvas(at);
    let edge = match hit(canvas, at, Pointer::Finger) {
        Hit::Edge(id) | Hit::End(id, _) => Some(id),
        _ => None,
    };
    if drag.phase == DragPhase::Moves {
        gesture.ghost.set(Some(Ghost { kind: drag.new.kind, at: world - HALF }));
        return gesture.onto.set(edge);
    }
    gesture.ghost.set(None);
    gesture.onto.set(None);
    let purpose = edge.map_or(Purpose::Alone, Purpose::Onto);
    if let Some(id) = add(editor, drag.new.clone(), world - HALF, &purpose) {
        editor.view.select(CanvasSelection::from_node(id.clone()));
        look_at(editor, &id);
    }
}

/// Converts a point of the window to one of the stage; nothing outside of it.
fn to_stage(at: Point) -> Option<Point> {
    let corner = document().get_element_by_id(CANVAS)?.get_bounding_client_rect();
    let at = at - Point::new(corner.left(), corner.top());
    Rect::new(0.0, 0.0, corner.width(), corner.height()).contains(at).then_some(at)
}

/// The preview card, while a type is dragged over the canvas.
#[component]
pub fn GhostCard(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || {
        canvas.gesture.ghost.get().map(|Ghost { kind, at }| {
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
