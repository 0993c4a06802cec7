//! Limits of positions and sizes on the canvas.

use super::{Command, Refused};
use crate::{
    id::NodeId,
    workflow::{FARTHEST, Position, Size},
};

impl Command {
    /// Checks that every position and size that the command sets is on the canvas.
    pub(super) fn check(&self) -> Result<(), Refused> {
        match self {
            Self::AddNodes(nodes) => nodes.iter().try_for_each(|placed| {
                let node = &placed.item;
                lies(&node.id, node.position)?;
                node.size.map_or(Ok(()), |size| fits(&node.id, size))
            }),
            Self::Move(moves) => moves.iter().try_for_each(|(id, to)| lies(id, *to)),
            Self::Nest { node, position, .. } => lies(node, *position),
            Self::Resize(id, Some(size)) => fits(id, *size),
            Self::Many(commands) => commands.iter().try_for_each(Self::check),
            _ => Ok(()),
        }
    }

    /// Rounds positions and sizes to hundredths of a pixel, which are read back as the same number.
    pub(super) fn round(&mut self) {
        match self {
            Self::AddNodes(nodes) => nodes.iter_mut().for_each(|placed| {
                round(&mut placed.item.position);
                placed.item.size = placed.item.size.map(rounded);
            }),
            Self::Move(moves) => moves.iter_mut().for_each(|(_, to)| round(to)),
            Self::Nest { position, .. } => round(position),
            Self::Resize(_, size) => *size = size.map(rounded),
            Self::Many(commands) => commands.iter_mut().for_each(Self::round),
            _ => {}
        }
    }
}

fn lies(id: &NodeId, at: Position) -> Result<(), Refused> {
    let is_near = |way: f64| way.is_finite() && way.abs() <= FARTHEST;
    if is_near(at.x) && is_near(at.y) { Ok(()) } else { Err(Refused::NoPosition(id.clone())) }
}

fn fits(id: &NodeId, size: Size) -> Result<(), Refused> {
    let is_length = |length: f64| (0.0..=FARTHEST).contains(&length);
    let is_size = is_length(size.width) && is_length(size.height);
    if is_size { Ok(()) } else { Err(Refused::NoPosition(id.clone())) }
}

fn hundredths(way: f64) -> f64 {
    (way * 100.0).round() / 100.0
}

fn round(at: &mut Position) {
    *at = Position { x: hundredths(at.x), y: hundredths(at.y) };
}

fn rounded(size: Size) -> Size {
    Size { width: hundredths(size.width), height: hundredths(size.height) }
}
