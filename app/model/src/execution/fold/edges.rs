//! How events change the edges of an execution.

use crate::{
    execution::{event::SettledEdges, indexed::Indexed, state::EdgeState, view::EdgeView},
    id::EdgeId,
};

/// Settles edges; one that is named as both live and dead is live.
pub(super) fn settle(edges: &mut Indexed<EdgeView>, settled: &SettledEdges) {
    set(edges, &settled.dead, EdgeState::Dead);
    set(edges, &settled.live, EdgeState::Live);
}

pub(super) fn set(edges: &mut Indexed<EdgeView>, ids: &[EdgeId], state: EdgeState) {
    for id in ids {
        if let Some(edge) = edges.get_mut(id.as_str()) {
            edge.state = state;
        }
    }
}
