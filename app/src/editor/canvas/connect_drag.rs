//! An edge that is being drawn: pulled by the pointer, or armed by a click on a port.

use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        frame::HEADER,
        geometry::Point,
        hit::PortAt,
        magnet::{MAGNET, Socket, near_sockets},
        ports::PortSide,
        tool::Held,
    },
    connect::ERROR_PORT,
    edit::Refused,
    id::{EdgeId, NodeId},
};

use super::{canvas_state::CanvasState, popup::picker::Picking};
use crate::editor::store::{Offers, Purpose, offers};

/// An edge that is being drawn: one end is fixed, the other follows the pointer.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectDrag {
    /// The port at the fixed end.
    pub from: PortAt,
    /// Where the loose end is, in world units; nothing while the edge is only armed by a click.
    pub at: Option<Point>,
    /// The port the loose end snaps to.
    pub target: Option<PortAt>,
    /// Why no port near the loose end takes the edge, in words.
    pub refused: Option<String>,
    /// The existing edge whose end is taken off, and which end; nothing for a new edge.
    pub moved: Option<(EdgeId, PortSide)>,
    /// Whether each port takes the edge.
    pub offers: Offers,
    start: Point,
    sockets: Vec<Socket<PortAt>>,
}

impl ConnectDrag {
    /// Whether a port takes the edge, and why not; nothing for ports of the same side.
    pub fn verdict(&self, node: &NodeId, port: &str) -> Option<&Result<(), Refused>> {
        self.offers.get(&(node.clone(), port.to_owned()))
    }

    /// The SVG path of the edge; nothing while it is only armed.
    pub fn path(&self) -> Option<String> {
        let loose = match &self.target {
            Some(port) => self.sockets.iter().find(|socket| socket.port == *port)?.at,
            None => self.at?,
        };
        Some(loose_line(self.from.side, self.start, loose))
    }

    /// Why the edge may not end at a world point; nothing where it may or no port is near.
    fn refusal(&self, at: Point, zoom: f64) -> Option<String> {
        let sockets = near_sockets(at, MAGNET / zoom, &self.sockets).into_iter();
        let verdicts = sockets.filter_map(|s| self.verdict(&s.port.node, &s.port.port));
        let whys = verdicts.filter_map(|verdict| verdict.as_ref().err());
        most_telling(whys).map(ToString::to_string)
    }

    /// The port the loose end snaps to at a world point.
    fn magnet(&self, at: Point, zoom: f64) -> Option<PortAt> {
        self.open_to(at, zoom).into_iter().next()
    }

    /// The ports that take the edge at a world point: one that is near, or else all of the card
    /// there.
    fn open_to(&self, at: Point, zoom: f64) -> Vec<PortAt> {
        let fits = |socket: &&Socket<PortAt>| {
            self.verdict(&socket.port.node, &socket.port.port).is_some_and(Result::is_ok)
        };
        let open: Vec<Socket<PortAt>> = self.sockets.iter().filter(fits).cloned().collect();
        near_sockets(at, MAGNET / zoom, &open)
            .into_iter()
            .map(|socket| socket.port.clone())
            .collect()
    }
}

impl CanvasState {
    /// Pulls an edge out of the port `from` to the world point `at`.
    pub fn pull(self, from: &PortAt, at: Point) {
        if self.connect_drag.with_untracked(|l| l.as_ref().is_none_or(|l| l.from != *from)) {
            self.begin_link(from.clone(), None);
        }
        self.move_loose_end(at);
    }

    /// Takes the end of an edge on `side` off its port and pulls it to the world point `at`.
    pub fn loosen(self, edge: &EdgeId, side: PortSide, at: Point) {
        let is_same = |l: &ConnectDrag| l.moved.as_ref().is_some_and(|(id, _)| id == edge);
        if self.connect_drag.with_untracked(|l| !l.as_ref().is_some_and(is_same)) {
            let Some(fixed) = self.other_end(edge, side) else { return };
            self.begin_link(fixed, Some((edge.clone(), side)));
        }
        self.move_loose_end(at);
    }

    /// The SVG path of the edge whose loose end waits for a step to be picked.
    pub fn pending_line(self) -> Option<String> {
        let Picking { at, purpose: Purpose::From(port) } = self.picker.get()? else { return None };
        Some(loose_line(port.side, self.port_position(&port)?, at))
    }

    /// Where a port is, in world units; nothing while its card is hidden.
    fn port_position(self, port: &PortAt) -> Option<Point> {
        self.editor.canvas_model.with_cards(|cards| {
            let card = cards.iter().find(|card| card.id == port.node)?;
            let place = card.ports().find(|(own, _)| own == port)?;
            Some(place.1)
        })
    }

    /// The port at the end of an edge that is not on `side`.
    pub fn other_end(self, edge: &EdgeId, side: PortSide) -> Option<PortAt> {
        let wire = self.editor.canvas_model.edge_signals(edge)?.wire.get_untracked();
        Some(match side {
            PortSide::Input => {
                PortAt { node: wire.source, side: PortSide::Output, port: wire.source_port }
            }
            PortSide::Output => {
                PortAt { node: wire.target, side: PortSide::Input, port: wire.target_port }
            }
        })
    }

    /// Begins an edge at a port; from now on each port shows whether it takes the edge.
    pub fn begin_link(self, from: PortAt, moved: Option<(EdgeId, PortSide)>) {
        if !self.editor.editable.get_untracked() {
            return;
        }
        let sockets: Vec<Socket<PortAt>> = self.editor.canvas_model.with_cards(|cards| {
            let sockets = cards.iter().flat_map(|card| {
                let mut held = card.rect;
                if card.is_frame {
                    held.size.height = HEADER;
                }
                card.ports().map(move |(port, at)| Socket { port, at, card: held })
            });
            sockets.filter(|socket| socket.port.side != from.side).collect()
        });
        let Some(start) = self.port_position(&from) else { return };
        let ports: Vec<PortAt> = sockets.iter().map(|socket| socket.port.clone()).collect();
        let offers = self.editor.workflow.with_untracked(|workflow| {
            offers(workflow, &from, &ports, moved.as_ref().map(|(id, _)| id))
        });
        let (at, target, refused) = (None, None, None);
        let connect_drag = ConnectDrag { from, at, target, refused, moved, offers, start, sockets };
        self.connect_drag.set(Some(connect_drag));
    }

    /// Moves the loose end to a world point.
    fn move_loose_end(self, at: Point) {
        let zoom = self.editor.viewport.view.get_untracked().zoom;
        self.connect_drag.update(|connect_drag| {
            if let Some(connect_drag) = connect_drag {
                connect_drag.target = connect_drag.magnet(at, zoom);
                let free = connect_drag.target.is_none();
                connect_drag.refused = free.then(|| connect_drag.refusal(at, zoom)).flatten();
                connect_drag.at = Some(at);
            }
        });
    }

    /// Drops the loose end at a world point: the edge connects, or the reason why not is shown, or
    /// the person is asked what to add there.
    pub fn drop_loose_end(self, at: Point, held: Held) {
        let Some(connect_drag) = self.connect_drag.get_untracked() else { return };
        self.connect_drag.set(None);
        let zoom = self.editor.viewport.view.get_untracked().zoom;
        let open = connect_drag.open_to(at, zoom);
        // The error port, which every step has, counts only where no other port takes the edge.
        if open.iter().filter(|port| port.port != ERROR_PORT).count() > 1 {
            return self.choose_port(connect_drag, &open[0].node, at);
        }
        match (open.into_iter().next(), &connect_drag.moved) {
            (Some(target), Some((edge, _))) => {
                self.editor.rewire(edge, &target);
            }
            (Some(target), None) => {
                self.editor.connect(&connect_drag.from, &target);
            }
            (None, Some((edge, _))) if held.alt => self.editor.delete_edge(edge),
            (None, moved) => match connect_drag.refusal(at, zoom) {
                Some(why) => self.editor.notify(why),
                None if moved.is_none() => self.pick_for(connect_drag.from, at),
                None => {}
            },
        }
    }

    /// Handles a click on a port: the first one arms an edge, the second one connects it.
    pub fn click_port(self, port: PortAt) {
        let Some(connect_drag) = self.connect_drag.get_untracked() else {
            self.editor.say(format!(
                "Connecting from {}, {}. Click another port, or Escape to stop.",
                self.editor.title(&port.node),
                port.port
            ));
            return self.begin_link(port, None);
        };
        self.connect_drag.set(None);
        match connect_drag.verdict(&port.node, &port.port) {
            Some(Ok(())) => self.editor.connect(&connect_drag.from, &port),
            Some(Err(why)) => self.editor.notify(why.to_string()),
            None if port == connect_drag.from => {}
            None => self.begin_link(port, None),
        }
    }
}

/// The SVG path from a port on `side` to a loose end.
fn loose_line(side: PortSide, start: Point, loose: Point) -> String {
    let (from, to) = match side {
        PortSide::Output => (start, loose),
        PortSide::Input => (loose, start),
    };
    edge_path(from, to, f64::MIN, EdgeStyle::Curved).d
}

/// The reason why a whole card refuses an edge: that a type does not fit counts least, because some
/// port of a card nearly always does not.
fn most_telling<'a>(whys: impl Iterator<Item = &'a Refused>) -> Option<&'a Refused> {
    whys.min_by_key(|why| matches!(why, Refused::NoFit(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_a_port_is_taken_says_more_than_that_others_do_not_fit() {
        let no_fit = |words: &str| Refused::NoFit(words.to_owned());
        let taken = Refused::Drawn { source_name: "a".to_owned(), target_name: "b".to_owned() };
        let whys = [no_fit("one"), taken.clone(), no_fit("other")];

        assert_eq!(most_telling(whys.iter()), Some(&taken));
        assert_eq!(most_telling(whys.iter().filter(|why| **why != taken)), Some(&no_fit("one")));
    }
}
