//! The ports of the cards on the canvas.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::Point,
        hit::{Card, PortAt},
        ports::PortSide,
    },
    id::EdgeId,
};

use crate::store::CanvasModel;

/// The ports on a side of the cards that `is_meant` accepts, each with how many its card has there.
pub(super) fn ports_on_side(
    canvas_model: CanvasModel,
    side: PortSide,
    is_meant: impl Fn(&Card) -> bool,
) -> Vec<(PortAt, usize)> {
    canvas_model.with_cards(|cards| {
        let with_count = |card: &Card| {
            let own = card.ports().map(|(port, _)| port).filter(|port| port.side == side);
            let own: Vec<PortAt> = own.collect();
            let count = own.len();
            own.into_iter().map(move |port| (port, count))
        };
        cards.iter().filter(|card| is_meant(card)).flat_map(with_count).collect()
    })
}

/// Where a port is, in world units; nothing while its card is hidden.
pub(super) fn port_position(canvas_model: CanvasModel, port: &PortAt) -> Option<Point> {
    canvas_model.with_cards(|cards| {
        let card = cards.iter().find(|card| card.id == port.node)?;
        let place = card.ports().find(|(own, _)| own == port)?;
        Some(place.1)
    })
}

/// The port at the end of an edge that is not on `side`.
pub(super) fn other_end(
    canvas_model: CanvasModel,
    edge: &EdgeId,
    side: PortSide,
) -> Option<PortAt> {
    let wire = canvas_model.edge_signals(edge)?.wire.get_untracked();
    Some(match side {
        PortSide::Input => {
            PortAt { node: wire.source, side: PortSide::Output, port: wire.source_port }
        }
        PortSide::Output => {
            PortAt { node: wire.target, side: PortSide::Input, port: wire.target_port }
        }
    })
}
