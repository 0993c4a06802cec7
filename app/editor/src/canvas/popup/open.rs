//! Opening the picker, the lists and the menus.

use leptos::prelude::*;
use model::{
    canvas::{
        frame::FIRST_PLACE,
        geometry::{Point, Size},
        hit::Hit,
        ports::PortSide,
        tool::Choose,
    },
    id::NodeId,
};

use super::{
    choices::stage_corner,
    state::{Connecting, MenuAt, Picking},
};
use crate::{
    canvas::{
        canvas_state::CanvasState,
        gesture::connect_drag::ConnectDrag,
        ports::{other_end, ports_on_side},
    },
    store::{CanvasSelection, Purpose},
};

/// The size of the list of one card's ports, in screen pixels.
const PORT_LIST: Size = Size { width: 320.0, height: 220.0 };

/// Opens the picker for a node at a world point, where the draft may be changed.
pub fn open_picker(canvas: CanvasState, at: Point, purpose: Purpose) {
    if canvas.editor.document.editable.get_untracked() {
        canvas.popups.picker.set(Some(Picking { at, purpose }));
    }
}

/// Opens the picker for the first step inside an empty loop, where that step will lie.
pub fn open_picker_inside(canvas: CanvasState, id: &NodeId) {
    if let Some(card) = canvas.editor.view.canvas_model.rect(id) {
        open_picker(canvas, card.origin + FIRST_PLACE, Purpose::Inside(id.clone()));
    }
}

/// Opens the list of ports that the focused node can lead to.
pub fn open_connector(canvas: CanvasState) {
    let editor = canvas.editor;
    let focused = editor.view.focus.get_untracked();
    let Some(node) = focused.filter(|_| editor.document.editable.get_untracked()) else { return };
    let own = ports_on_side(editor.view.canvas_model, PortSide::Output, |card| card.id == node);
    if own.is_empty() {
        return editor.notices.notify("Nothing can follow this step.");
    }
    let from = own.into_iter().map(|(port, _)| port).collect();
    canvas.popups.connecting.set(Some(Connecting { node, from, moved: None, onto: None }));
}

/// Opens the list of ports of `node` for an edge that was dropped on it at the world point `at`.
pub fn open_port_list(canvas: CanvasState, connect_drag: ConnectDrag, node: &NodeId, at: Point) {
    let place = stage_corner(canvas.editor.view.viewport, at, PORT_LIST);
    canvas.popups.connecting.set(Some(Connecting {
        node: connect_drag.from.node.clone(),
        from: vec![connect_drag.from],
        moved: connect_drag.moved.map(|(edge, _)| edge),
        onto: Some((node.clone(), place)),
    }));
}

/// Opens the list of ports that the end of the selected edge on `side` can move to.
pub fn open_reconnector(canvas: CanvasState, side: PortSide) {
    let (document, view) = (canvas.editor.document, canvas.editor.view);
    let edge =
        view.selection.with_untracked(|CanvasSelection { edges, .. }| edges.first().cloned());
    let Some(edge) = edge.filter(|_| document.editable.get_untracked()) else { return };
    let Some(fixed) = other_end(view.canvas_model, &edge, side) else { return };
    let node = fixed.node.clone();
    let (from, moved) = (vec![fixed], Some(edge));
    canvas.popups.connecting.set(Some(Connecting { node, from, moved, onto: None }));
}

/// Selects what was hit, unless it is selected, and opens its menu at a point in screen pixels.
pub fn open_menu(canvas: CanvasState, on: Hit, at: Point) {
    let on = match on {
        Hit::Port(port) => Hit::Card(port.node),
        Hit::Corner(node) => Hit::Card(node),
        Hit::End(edge, _) => Hit::Edge(edge),
        other => other,
    };
    let view = canvas.editor.view;
    let selection = view.selection.get_untracked();
    match &on {
        Hit::Card(id) => {
            view.focus.set(Some(id.clone()));
            if !view.is_selected(id) {
                view.select(view.selection_after_click(&on, Choose::Only));
            }
        }
        Hit::Edge(id) if !selection.edges.contains(id) => {
            view.select(selection.apply_click(&on, Choose::Only));
        }
        _ => {}
    }
    canvas.popups.menu.set(Some(MenuAt { on, at, aligns: false, row: None }));
}

/// Opens the menu of alignments at the upper left corner of the selected cards.
pub fn open_align_menu(canvas: CanvasState) {
    let view = canvas.editor.view;
    let selection = view.selected_nodes();
    let bounds = view.canvas_model.bounds_of(&selection);
    let Some(bounds) = bounds.filter(|_| selection.len() > 1) else {
        return canvas.editor.notices.notify("Select at least two steps first.");
    };
    let size = view.viewport.size.get_untracked();
    let at = view.viewport.view.get_untracked().to_screen(bounds.origin);
    let at = Point::new(at.x.clamp(8.0, size.width), at.y.clamp(8.0, size.height));
    let on = selection.first().map_or(Hit::Nothing, |id| Hit::Card(id.clone()));
    canvas.popups.menu.set(Some(MenuAt { on, at, aligns: true, row: None }));
}

/// Opens the menu of the focused card, or that of the canvas.
pub fn open_focus_menu(canvas: CanvasState) {
    let view = canvas.editor.view;
    let focused = view.focus.get_untracked();
    let card = focused.clone().and_then(|id| view.canvas_model.rect(&id));
    match (focused, card) {
        (Some(id), Some(card)) => {
            let corner = Point::new(card.origin.x + 24.0, card.origin.y + 40.0);
            let at = view.viewport.view.get_untracked().to_screen(corner);
            open_menu(canvas, Hit::Card(id), at);
        }
        _ => open_menu(canvas, Hit::Nothing, view.viewport.middle()),
    }
}

/// Opens the menu of the focused card for the row of the outline with this element id.
pub fn open_row_menu(canvas: CanvasState, row: String) {
    open_focus_menu(canvas);
    canvas.popups.menu.update(|menu| {
        if let Some(menu) = menu {
            menu.row = Some(row);
        }
    });
}
