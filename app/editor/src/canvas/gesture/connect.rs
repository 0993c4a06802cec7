//! Drawing an edge: pulled by the pointer, or by a click on one port and then on another.

use leptos::prelude::*;
use model::{
    canvas::{
        frame::HEADER, geometry::Point, hit::PortAt, magnet::Socket, ports::PortSide, tool::Held,
    },
    id::EdgeId,
    ports::ERROR_PORT,
};

use super::connect_drag::ConnectDrag;
use crate::{
    canvas::{
        canvas_state::CanvasState,
        popup::open::{open_picker, open_port_list},
        ports::{other_end, port_position},
    },
    store::{Purpose, actions, offers},
};

/// Pulls an edge out of the port `from` to the world point `at`.
pub fn pull(canvas: CanvasState, from: &PortAt, at: Point) {
    let connect_drag = canvas.gesture.connect_drag;
    if connect_drag.with_untracked(|l| l.as_ref().is_none_or(|l| l.from != *from)) {
        begin_link(canvas, from.clone(), None);
    }
    move_loose_end(canvas, at);
}

/// Takes the end of an edge on `side` off its port and pulls it to the world point `at`.
pub fn loosen(canvas: CanvasState, edge: &EdgeId, side: PortSide, at: Point) {
    let is_same = |l: &ConnectDrag| l.moved.as_ref().is_some_and(|(id, _)| id == edge);
    if canvas.gesture.connect_drag.with_untracked(|l| !l.as_ref().is_some_and(is_same)) {
        let Some(fixed) = other_end(canvas.editor.view.canvas_model, edge, side) else { return };
        begin_link(canvas, fixed, Some((edge.clone(), side)));
    }
    move_loose_end(canvas, at);
}

/// Begins an edge at a port; from now on each port shows whether it takes the edge.
fn begin_link(canvas: CanvasState, from: PortAt, moved: Option<(EdgeId, PortSide)>) {
    let (document, canvas_model) = (canvas.editor.document, canvas.editor.view.canvas_model);
    if !document.editable.get_untracked() {
        return;
    }
    let sockets: Vec<Socket<PortAt>> = canvas_model.with_cards(|cards| {
        let sockets = cards.iter().flat_map(|card| {
            let mut held = card.rect;
            if card.is_frame {
                held.size.height = HEADER;
            }
            card.ports().map(move |(port, at)| Socket { port, at, card: held })
        });
        sockets.filter(|socket| socket.port.side != from.side).collect()
    });
    let Some(start) = port_position(canvas_model, &from) else { return };
    let ports: Vec<PortAt> = sockets.iter().map(|socket| socket.port.clone()).collect();
    let offers = document.workflow.with_untracked(|workflow| {
        offers(workflow, &from, &ports, moved.as_ref().map(|(id, _)| id))
    });
    let (at, target, refused) = (None, None, None);
    let connect_drag = ConnectDrag { from, at, target, refused, moved, offers, start, sockets };
    canvas.gesture.connect_drag.set(Some(connect_drag));
}

/// Moves the loose end to a world point.
fn move_loose_end(canvas: CanvasState, at: Point) {
    let zoom = canvas.editor.view.viewport.view.get_untracked().zoom;
    canvas.gesture.connect_drag.update(|connect_drag| {
        if let Some(connect_drag) = connect_drag {
            connect_drag.target = connect_drag.magnet(at, zoom);
            let free = connect_drag.target.is_none();
            connect_drag.refused = free.then(|| connect_drag.refusal(at, zoom)).flatten();
            connect_drag.at = Some(at);
        }
    });
}

/// Drops the loose end at a world point: the edge connects, or the reason why not is shown, or the
/// person is asked what to add there.
pub fn drop_loose_end(canvas: CanvasState, at: Point, held: Held) {
    let Some(connect_drag) = canvas.gesture.connect_drag.get_untracked() else { return };
    canvas.gesture.connect_drag.set(None);
    let editor = canvas.editor;
    let zoom = editor.view.viewport.view.get_untracked().zoom;
    let open = connect_drag.open_to(at, zoom);
    // The error port, which every step has, counts only where no other port takes the edge.
    if open.iter().filter(|port| port.port != ERROR_PORT).count() > 1 {
        return open_port_list(canvas, connect_drag, &open[0].node, at);
    }
    match (open.into_iter().next(), &connect_drag.moved) {
        (Some(target), Some((edge, _))) => actions::rewire(editor, edge, &target),
        (Some(target), None) => actions::connect(editor, &connect_drag.from, &target),
        (None, Some((edge, _))) if held.alt => actions::delete_edge(editor, edge),
        (None, moved) => match connect_drag.refusal(at, zoom) {
            Some(why) => editor.notices.notify(why),
            None if moved.is_none() => open_picker(canvas, at, Purpose::From(connect_drag.from)),
            None => {}
        },
    }
}

/// Handles a click on a port: the first one arms an edge, the second one connects it.
pub fn click_port(canvas: CanvasState, port: PortAt) {
    let editor = canvas.editor;
    let Some(connect_drag) = canvas.gesture.connect_drag.get_untracked() else {
        editor.notices.say(format!(
            "Connecting from {}, {}. Click an input or output, or press Escape to cancel.",
            editor.title(&port.node),
            port.port
        ));
        return begin_link(canvas, port, None);
    };
    canvas.gesture.connect_drag.set(None);
    match connect_drag.verdict(&port.node, &port.port) {
        Some(Ok(())) => actions::connect(editor, &connect_drag.from, &port),
        Some(Err(why)) => editor.notices.notify(why.to_string()),
        None if port == connect_drag.from => {}
        None => begin_link(canvas, port, None),
    }
}
