//! Moving, aligning, distributing.

use std::collections::BTreeSet;

use super::{Edit, Selection, count, outermost_of, title};
use crate::{
    canvas::geometry::{Point, Rect},
    edit::{Command, Refused},
    id::NodeId,
    workflow::{Position, Workflow},
};

/// Which sides or middles of cards are brought into line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// The left sides, in one column.
    Left,
    /// The middles, one below the other.
    Center,
    /// The right sides, in one column.
    Right,
    /// The upper sides, in one row.
    Top,
    /// The middles, side by side.
    Middle,
    /// The lower sides, in one row.
    Bottom,
}

/// A direction on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    Across,
    /// From top to bottom.
    Down,
}

/// Moves nodes by a distance; what lies in a node moves with it anyway.
///
/// # Errors
/// When there are none, or they would lie too far out.
pub fn shift(workflow: &Workflow, ids: &BTreeSet<NodeId>, by: Point) -> Result<Edit, Refused> {
    let moves = ids.iter().map(|id| (id.clone(), by)).collect();
    move_nodes(workflow, moves, "move")
}

/// Makes room for a node that has grown from `was` to `now`: nodes to the right of it move right by
/// as much as it grew, those below it likewise. `boxes` are the nodes beside it, as measured.
///
/// # Errors
/// When it covers none of them.
pub fn make_room(
    workflow: &Workflow,
    was: Rect,
    now: Rect,
    boxes: &[(NodeId, Rect)],
) -> Result<Edit, Refused> {
    if !boxes.iter().any(|(_, at)| now.touches(*at)) {
        return Err(Refused::Nothing);
    }
    let wider = (now.right() - was.right()).max(0.0);
    let higher = (now.bottom() - was.bottom()).max(0.0);
    let gives_way = |(id, at): &(NodeId, Rect)| {
        let by = match at {
            at if at.origin.x >= was.right() => Point::new(wider, 0.0),
            at if at.origin.y >= was.bottom() => Point::new(0.0, higher),
            _ => return None,
        };
        Some((id.clone(), by))
    };
    move_nodes(workflow, boxes.iter().filter_map(gives_way).collect(), "make room with")
}

/// Brings nodes into one line; `boxes` are their present boxes, as measured.
///
/// # Errors
/// When there are fewer than two.
pub fn align(workflow: &Workflow, boxes: &[(NodeId, Rect)], how: Align) -> Result<Edit, Refused> {
    let whole = whole(boxes, 2)?;
    let delta = |at: Rect| match how {
        Align::Left => Point::new(whole.origin.x - at.origin.x, 0.0),
        Align::Center => Point::new(whole.center().x - at.center().x, 0.0),
        Align::Right => Point::new(whole.right() - at.right(), 0.0),
        Align::Top => Point::new(0.0, whole.origin.y - at.origin.y),
        Align::Middle => Point::new(0.0, whole.center().y - at.center().y),
        Align::Bottom => Point::new(0.0, whole.bottom() - at.bottom()),
    };
    move_nodes(workflow, boxes.iter().map(|(id, at)| (id.clone(), delta(*at))).collect(), "align")
}

/// Makes the gaps between nodes equal; the outermost stay. `boxes` are their present boxes.
///
/// # Errors
/// When there are fewer than three.
pub fn distribute(
    workflow: &Workflow,
    boxes: &[(NodeId, Rect)],
    axis: Axis,
) -> Result<Edit, Refused> {
    let whole = whole(boxes, 3)?;
    let start = |at: &Rect| if axis == Axis::Across { at.origin.x } else { at.origin.y };
    let length = |at: &Rect| if axis == Axis::Across { at.size.width } else { at.size.height };
    let mut sorted: Vec<&(NodeId, Rect)> = boxes.iter().collect();
    sorted.sort_by(|(_, a), (_, b)| start(a).total_cmp(&start(b)));
    let taken: f64 = sorted.iter().map(|(_, at)| length(at)).sum();
    let gaps = f64::from(u32::try_from(sorted.len() - 1).unwrap_or(u32::MAX));
    let gap = (length(&whole) - taken) / gaps;
    let mut next = start(&whole);
    let mut moves = vec![];
    for (id, at) in sorted {
        let delta = next - start(at);
        let by = if axis == Axis::Across { Point::new(delta, 0.0) } else { Point::new(0.0, delta) };
        moves.push((id.clone(), by));
        next += length(at) + gap;
    }
    move_nodes(workflow, moves, "distribute")
}

fn whole(boxes: &[(NodeId, Rect)], least: usize) -> Result<Rect, Refused> {
    let around = Rect::bounding_box(boxes.iter().map(|(_, at)| *at));
    around.filter(|_| boxes.len() >= least).ok_or(Refused::Nothing)
}

/// Moves each node by its distance; nodes inside another moved node move along with it.
fn move_nodes(
    workflow: &Workflow,
    moves: Vec<(NodeId, Point)>,
    verb: &str,
) -> Result<Edit, Refused> {
    let ids: BTreeSet<NodeId> = moves.iter().map(|(id, _)| id.clone()).collect();
    let tops = outermost_of(workflow, &ids);
    let to = |(id, by): (NodeId, Point)| {
        let at = super::node(workflow, &id)?.position;
        Ok((id, Position { x: at.x + by.x, y: at.y + by.y }))
    };
    let moves: Vec<(NodeId, Position)> = moves
        .into_iter()
        .filter(|(id, _)| tops.contains(id))
        .map(to)
        .collect::<Result<_, Refused>>()?;
    if moves.is_empty() {
        return Err(Refused::Nothing);
    }
    let what = if ids.len() == 1 { title(workflow, &ids) } else { count(ids.len(), "node") };
    Edit::new(workflow, Command::Move(moves), format!("{verb} {what}"), Selection::from_nodes(ids))
}
