//! Putting the cards in order: by the server, or plainly where it cannot be asked.

use leptos::{prelude::*, task::spawn_local};
use model::{
    canvas::{geometry::Size, layout::layout},
    connect::row,
    edit::Command,
    id::NodeId,
    pages::{Placed, TidyRequest},
    workflow::{self, Edge, Position, Workflow},
};

use super::Editor;
use crate::api::builder::tidy;

impl Editor {
    /// Puts the selected cards in order, or all of them when fewer than two are selected.
    pub fn tidy(self) {
        if !self.editable.get_untracked() {
            return;
        }
        let chosen = self.chosen.with_untracked(|chosen| chosen.nodes.clone());
        let only: Vec<NodeId> =
            if chosen.len() > 1 { chosen.into_iter().collect() } else { vec![] };
        let sizes = self.drawing.with_cards(|cards| {
            let size = |size: Size| workflow::Size { width: size.width, height: size.height };
            cards.iter().map(|card| (card.id.clone(), size(card.rect.size))).collect::<Vec<_>>()
        });
        let workflow = self.workflow.get_untracked();
        spawn_local(async move {
            let request = TidyRequest { workflow: workflow.clone(), sizes, only: only.clone() };
            let placed = match tidy(request).await {
                Ok(placed) => placed,
                Err(_) => self.plainly(&workflow, &only),
            };
            self.place(&placed, &only);
        });
    }

    fn place(self, placed: &[Placed], only: &[NodeId]) {
        // The page may have been left, or the document changed, while the server was asked.
        let Some(now) = self.workflow.try_get_untracked() else { return };
        let there = placed.iter().filter(|placed| now.node(&placed.id).is_some());
        let there: Vec<&Placed> = there.collect();
        let sizes = there
            .iter()
            .filter_map(|placed| Some(Command::Resize(placed.id.clone(), Some(placed.size?))));
        let moves = there.iter().map(|placed| (placed.id.clone(), placed.position)).collect();
        let steps = std::iter::once(Command::Move(moves)).chain(sizes).collect();
        if self.run(Command::Many(steps), "tidy") && only.is_empty() {
            self.lens.fit(self.drawing.bounds());
        }
        self.say("Tidied");
    }

    /// The plain layout of what lies in no group; the rest stays where it is in its group.
    fn plainly(self, workflow: &Workflow, only: &[NodeId]) -> Vec<Placed> {
        let free = |id: &NodeId| {
            let node = workflow.node(id);
            (only.is_empty() || only.contains(id)) && node.is_some_and(|n| n.parent_id.is_none())
        };
        let cards: Vec<(NodeId, Size)> = self.drawing.with_cards(|cards| {
            let free = cards.iter().filter(|card| free(&card.id));
            free.map(|card| (card.id.clone(), card.rect.size)).collect()
        });
        let place = |id: &NodeId| cards.iter().position(|(own, _)| own == id);
        // What leaves a card higher stands higher: lanes keep their order.
        let mut edges: Vec<&Edge> = workflow.edges.iter().collect();
        edges.sort_by_cached_key(|edge| row(workflow, edge));
        let links: Vec<(usize, usize)> = edges
            .iter()
            .filter_map(|edge| Some((place(&edge.source)?, place(&edge.target)?)))
            .collect();
        let sizes: Vec<Size> = cards.iter().map(|(_, size)| *size).collect();
        let corners = layout(&sizes, &links);
        let left = |points: &mut dyn Iterator<Item = (f64, f64)>| {
            points.fold((f64::MAX, f64::MAX), |a, b| (a.0.min(b.0), a.1.min(b.1)))
        };
        let was = left(&mut cards.iter().filter_map(|(id, _)| {
            workflow.node(id).map(|node| (node.position.x, node.position.y))
        }));
        let now = left(&mut corners.iter().map(|at| (at.x, at.y)));
        let placed = |((id, _), at): (&(NodeId, Size), &model::canvas::geometry::Point)| Placed {
            id: id.clone(),
            position: Position { x: at.x - now.0 + was.0, y: at.y - now.1 + was.1 },
            size: None,
        };
        cards.iter().zip(&corners).map(placed).collect()
    }
}
