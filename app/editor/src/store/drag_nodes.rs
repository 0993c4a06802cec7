//! Dragging the selected nodes, and making notes larger and smaller.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        carry::{Freedom, carry},
        frame::{corner, drawn_in},
        geometry::{Point, Size},
        snap::to_grid,
        tool::Held,
    },
    edit::{Command, Incoming, Mark, Spot, Where, copy, nest, outermost_of, paste, with_inner},
    id::NodeId,
    nodes::NodeKind,
    workflow::{self, Position, Workflow},
};
use web::client::signal::SetNew;

use super::{
    canvas_model::CanvasModel,
    editor::Editor,
    grouping::frame_at,
    selection::CanvasSelection,
    view::{CULL_THRESHOLD, Drag, DragMode},
};

/// From this many dragged cards on they move as one layer instead of one by one.
const LAYER_THRESHOLD: usize = 12;

/// Drags the selection that `node` is part of, or else only `node`, to `by` from where the drag
/// began; begins a drag where none is under way.
pub fn drag_by(editor: Editor, node: &NodeId, by: Point, held: Held, mode: DragMode) {
    let Editor { document, view, .. } = editor;
    if !document.editable.get_untracked() {
        return;
    }
    if view.drag.with_untracked(Option::is_none) {
        start_drag(editor, node, mode);
    }
    let Some(mut drag) = view.drag.get_untracked() else { return };
    let zoom = view.viewport.view.get_untracked().zoom;
    let freedom = Freedom { exact: held.alt, straight: held.shift };
    let carried = carry(drag.from, by, &drag.others, zoom, freedom);
    if drag.by == carried.by && drag.guides == carried.guides && drag.joins != held.alt {
        return;
    }
    (drag.by, drag.guides) = (carried.by, carried.guides);
    drag.joins = !held.alt;
    shift(view.canvas_model, &drag.moved, drag.by);
    view.drag.set(Some(drag));
}

/// Lifts `node`, or moves what is lifted to `by`, without snapping to the grid or to other cards.
pub fn drag_freely(editor: Editor, node: &NodeId, by: Point) {
    let exact = Held { alt: true, ..Held::default() };
    drag_by(editor, node, by, exact, DragMode::Move);
    editor.view.drag.update(|drag| {
        if let Some(drag) = drag {
            drag.joins = true;
        }
    });
}

fn start_drag(editor: Editor, node: &NodeId, mode: DragMode) {
    let Editor { document, view, .. } = editor;
    if !view.is_selected(node) {
        view.select(CanvasSelection::from_node(node.clone()));
    }
    let mut mark = document.drag_mark(move_label(view.selected_nodes().len()));
    if let DragMode::Copy(incoming) = mode {
        if !copy_in_place(editor, incoming, &mark) {
            return;
        }
        mark.label = "duplicate by dragging".to_owned();
    }
    let tops = view.selected_nodes();
    let (nodes, tops) = document
        .workflow
        .with_untracked(|workflow| (with_inner(workflow, &tops), outermost_of(workflow, &tops)));
    let canvas_model = view.canvas_model;
    let nodes = canvas_model.with_lanes(nodes);
    let Some(from) = canvas_model.bounds_of(&tops) else { return };
    let others = canvas_model.with_cards(|cards| {
        let visible = view.viewport.visible_rect();
        let others = cards.iter().filter(|card| !nodes.contains(&card.id));
        others.map(|card| card.rect).filter(|rect| rect.touches(visible)).collect()
    });
    let (by, guides) = (Point::default(), vec![]);
    let all_drawn = canvas_model.order.with_untracked(|order| order.len() <= CULL_THRESHOLD);
    let lifts = all_drawn && nodes.len() >= LAYER_THRESHOLD;
    view.drag.set(Some(Drag {
        moved: if lifts { canvas_model.boundary_nodes(&nodes) } else { nodes.clone() },
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

/// Inserts a copy of the selection where it is, as part of the drag of `mark`; whether it was done.
fn copy_in_place(editor: Editor, incoming: Incoming, mark: &Mark) -> bool {
    let nodes = editor.view.selected_nodes();
    editor.edit_joining(mark.joins.clone(), |workflow| {
        let text = copy(workflow, &nodes)?;
        paste(workflow, &text, &Where::Beside(0), incoming)
    })
}

fn shift(canvas_model: CanvasModel, nodes: &BTreeSet<NodeId>, by: Point) {
    for signals in nodes.iter().filter_map(|id| canvas_model.node_signals(id)) {
        signals.shift.set(by);
    }
}

/// Ends the drag and leaves the nodes where they are now, as one entry of the history.
pub fn end_drag(editor: Editor) {
    let view = editor.view;
    let Some(drag) = view.drag.get_untracked() else { return };
    shift(view.canvas_model, &drag.moved, Point::default());
    view.drag.set(None);
    if !join_frame(editor, &drag) {
        let positions = |workflow: &Workflow| moved_positions(workflow, &drag.tops, drag.by);
        let moves = editor.document.workflow.with_untracked(positions);
        editor.run_marked(Command::Move(moves), drag.mark);
    }
}

/// Puts the dragged nodes into the frame under them, or out of their own; whether any changed.
fn join_frame(editor: Editor, drag: &Drag) -> bool {
    let Editor { document, view, .. } = editor;
    let spots = document.workflow.with_untracked(|workflow| {
        let spot = |id: &NodeId| {
            let node = workflow.node(id)?;
            let card = view.canvas_model.rect(id)?.shifted(drag.by);
            let parent = frame_at(editor, card.center(), &drag.nodes);
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
    let fits = document.workflow.with_untracked(|workflow| nest(workflow, &spots));
    match fits {
        Ok(edit) => editor.edit_joining(drag.mark.joins.clone(), |_| Ok(edit)),
        // What cannot lie there lies over it.
        Err(why) => {
            editor.notices.notify(why.to_string());
            false
        }
    }
}

/// The frame or loop that a drop would put the dragged nodes into now; nothing where they stay in
/// what they lie in. Follows the drag.
pub fn drop_frame(editor: Editor) -> Option<NodeId> {
    let Editor { document, view, .. } = editor;
    view.drag.with(|drag| {
        let drag = drag.as_ref().filter(|drag| drag.joins)?;
        drag.tops.iter().find_map(|id| {
            let card = view.canvas_model.rect(id)?.shifted(drag.by);
            let parent = frame_at(editor, card.center(), &drag.nodes)?;
            let is_own = document.workflow.with_untracked(|workflow| {
                workflow.node(id).is_some_and(|node| drawn_in(workflow, node) == Some(&parent))
            });
            (!is_own).then_some(parent)
        })
    })
}

/// Ends the drag and puts the nodes back to where they were; copies go away again.
pub fn cancel_drag(editor: Editor) {
    let view = editor.view;
    let Some(drag) = view.drag.get_untracked() else { return };
    shift(view.canvas_model, &drag.moved, Point::default());
    view.drag.set(None);
    if drag.mode != DragMode::Move {
        editor.undo();
    }
}

/// The positions of nodes after all of them moved by the same vector.
fn moved_positions(
    workflow: &Workflow,
    nodes: &BTreeSet<NodeId>,
    by: Point,
) -> Vec<(NodeId, Position)> {
    let moved = |id: &NodeId| {
        let at = workflow.node(id)?.position;
        Some((id.clone(), Position { x: at.x + by.x, y: at.y + by.y }))
    };
    nodes.iter().filter_map(moved).collect()
}

/// The label of a move in the history.
fn move_label(count: usize) -> String {
    match count {
        1 => "move a step".to_owned(),
        many => format!("move {many} steps"),
    }
}

/// The smallest size of a note, in world units.
const LEAST: Size = Size { width: 160.0, height: 80.0 };
/// How much larger one step by keys makes a note, in world units.
const STEP: Size = Size { width: 80.0, height: 48.0 };

/// The one selected node, if it is a note that may be changed: its corner can be dragged.
pub fn selected_note(editor: Editor) -> Option<NodeId> {
    let id = editor.view.selected_node()?;
    let is_note = editor.document.node(&id).is_some_and(|node| node.kind() == NodeKind::Note);
    (is_note && editor.document.editable.get_untracked()).then_some(id)
}

/// Drags the lower right corner of a card to a world point.
pub fn stretch(canvas_model: CanvasModel, id: &NodeId, to: Point) {
    let (Some(signals), Some(card)) = (canvas_model.node_signals(id), canvas_model.rect(id)) else {
        return;
    };
    let (width, height) = (to_grid(to.x - card.origin.x), to_grid(to.y - card.origin.y));
    let size = Size::new(width.max(LEAST.width), height.max(LEAST.height));
    signals.stretch.set_new(Some(size));
}

/// Ends the drag of a corner and keeps the size, as one entry of the history.
pub fn end_stretch(editor: Editor, id: &NodeId) {
    if let Some(size) = cancel_stretch(editor.view.canvas_model, id) {
        resize(editor, id, size);
    }
}

/// Forgets the size that a drag has given a card, and returns it.
pub fn cancel_stretch(canvas_model: CanvasModel, id: &NodeId) -> Option<Size> {
    let signals = canvas_model.node_signals(id)?;
    let size = signals.stretch.get_untracked()?;
    signals.stretch.set(None);
    Some(size)
}

/// Makes the selected note larger by so many steps, or smaller where `steps` is below 0.
pub fn grow(editor: Editor, steps: f64) {
    let Some(id) = selected_note(editor) else { return };
    let Some(card) = editor.view.canvas_model.rect(&id) else { return };
    let width = (card.size.width + steps * STEP.width).max(LEAST.width);
    let height = (card.size.height + steps * STEP.height).max(LEAST.height);
    resize(editor, &id, Size::new(width, height));
}

fn resize(editor: Editor, id: &NodeId, Size { width, height }: Size) {
    let size = workflow::Size { width, height };
    editor.run(Command::Resize(id.clone(), Some(size)), format!("resize {}", editor.title(id)));
}
