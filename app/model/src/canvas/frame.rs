//! The frames of loops and groups: how large they are follows from what lies in them.

use super::{
    geometry::{Point, Rect, Size},
    ports::{FIRST_PORT, PortSide},
};
use crate::{
    graph::enclosing,
    id::NodeId,
    nodes::NodeKind,
    workflow::{Node, Workflow},
};

/// The line with the name at the top of a frame.
pub const HEADER: f64 = 56.0;
/// Free room around what lies in a frame.
pub const ROOM: f64 = 48.0;
/// Free room below it: also for what cards grow by while they run.
pub const ROOM_BELOW: f64 = 92.0;
/// How far below the top of its frame a loop's inner ports are: beside the first line of cards.
pub const INNER_PORT: f64 = HEADER + ROOM + FIRST_PORT;
/// How wide the border is by which a frame is held, in world units.
const BORDER: f64 = 8.0;

/// The frame around what it holds.
pub fn around(held: Rect) -> Rect {
    let origin = held.origin - Point::new(ROOM, ROOM + HEADER);
    let size =
        Size::new(held.size.width + 2.0 * ROOM, held.size.height + HEADER + ROOM + ROOM_BELOW);
    Rect { origin, size }
}

/// The port of a loop's frame to what lies in it: an item comes from its left side, the result goes
/// to its right.
pub fn inner_port(frame: Rect, side: PortSide) -> Point {
    let x = match side {
        PortSide::Output => frame.origin.x,
        PortSide::Input => frame.right(),
    };
    Point::new(x, frame.origin.y + INNER_PORT)
}

/// Whether a point lies on what a frame is held by: its header and its border.
pub fn is_held_at(frame: Rect, at: Point) -> bool {
    let inner = Rect::new(
        frame.origin.x + BORDER,
        frame.origin.y + HEADER,
        frame.size.width - 2.0 * BORDER,
        frame.size.height - HEADER - BORDER,
    );
    frame.contains(at) && !inner.contains(at)
}

/// The corner of a node on the canvas: positions in a group or loop count from its corner.
pub fn corner(workflow: &Workflow, node: &Node) -> Point {
    let groups = enclosing(workflow, node).map(|group| Point::from(group.position));
    groups.fold(node.position.into(), |at, group| at + group)
}

/// The loop or frame in which a node is drawn.
pub fn drawn_in<'a>(workflow: &'a Workflow, node: &'a Node) -> Option<&'a NodeId> {
    let parent = node.parent_id.as_ref()?;
    let kind = workflow.node(parent)?.kind();
    [NodeKind::ForEach, NodeKind::Frame].contains(&kind).then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_held_by_its_header_and_border_and_not_by_what_is_in_it() {
        let frame = around(Rect::new(0.0, 0.0, 240.0, 56.0));
        let at = |x: f64, y: f64| is_held_at(frame, frame.origin + Point::new(x, y));

        assert!(frame.holds(Rect::new(0.0, 0.0, 240.0, 56.0)));
        assert!(at(100.0, 20.0) && at(2.0, 120.0));
        assert!(!at(100.0, 120.0) && !at(-1.0, 20.0));
    }
}
