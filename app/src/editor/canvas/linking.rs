//! An edge that is being drawn: pulled by the pointer, or armed by a click on a port.

use leptos::prelude::*;
use model::{
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        frame::HEADER,
        geometry::Point,
        hit::PortAt,
        magnet::{MAGNET, Socket, meant},
        ports::PortSide,
        tool::Held,
    },
    connect::ERROR_PORT,
    edit::Refused,
    id::{EdgeId, NodeId},
};

use super::{desk::Desk, popup::picker::Picking};
use crate::editor::store::{Offers, Purpose, offers};

/// An edge without its other end.
#[derive(Debug, Clone, PartialEq)]
pub struct Linking {
    /// The end that is fixed.
    pub from: PortAt,
    /// Where the loose end is, in world units; nothing while the edge is only armed.
    pub at: Option<Point>,
    /// The port the loose end is drawn to.
    pub target: Option<PortAt>,
    /// Why the port under the loose end refuses it.
    pub refused: Option<String>,
    /// The edge whose end is taken off; nothing for a new one.
    pub moved: Option<(EdgeId, PortSide)>,
    /// What each port says to it.
    pub offers: Offers,
    start: Point,
    sockets: Vec<Socket<PortAt>>,
}

impl Linking {
    /// What a port says to the edge; nothing for ports of the same side.
    pub fn verdict(&self, node: &NodeId, port: &str) -> Option<&Result<(), Refused>> {
        self.offers.get(&(node.clone(), port.to_owned()))
    }

    /// The line of the edge.
    pub fn path(&self) -> Option<String> {
        let loose = match &self.target {
            Some(port) => self.sockets.iter().find(|socket| socket.port == *port)?.at,
            None => self.at?,
        };
        Some(line(self.from.side, self.start, loose))
    }

    /// Why the edge may not end where its loose end is.
    fn refusal(&self, at: Point, zoom: f64) -> Option<String> {
        let sockets = meant(at, MAGNET / zoom, &self.sockets).into_iter();
        let verdicts = sockets.filter_map(|s| self.verdict(&s.port.node, &s.port.port));
        let whys = verdicts.filter_map(|verdict| verdict.as_ref().err());
        most_telling(whys).map(ToString::to_string)
    }

    /// The port the loose end would connect to.
    fn magnet(&self, at: Point, zoom: f64) -> Option<PortAt> {
        self.open_to(at, zoom).into_iter().next()
    }

    /// The ports the loose end may mean: those of the card it lies on, unless it is near one.
    fn open_to(&self, at: Point, zoom: f64) -> Vec<PortAt> {
        let fits = |socket: &&Socket<PortAt>| {
            self.verdict(&socket.port.node, &socket.port.port).is_some_and(Result::is_ok)
        };
        let open: Vec<Socket<PortAt>> = self.sockets.iter().filter(fits).cloned().collect();
        meant(at, MAGNET / zoom, &open).into_iter().map(|socket| socket.port.clone()).collect()
    }
}

impl Desk {
    /// An edge is pulled out of `from` to `at`.
    pub fn pull(self, from: &PortAt, at: Point) {
        if self.linking.with_untracked(|l| l.as_ref().is_none_or(|l| l.from != *from)) {
            self.begin_link(from.clone(), None);
        }
        self.lead(at);
    }

    /// An end of an edge is taken off its port and pulled to `at`.
    pub fn loosen(self, edge: &EdgeId, side: PortSide, at: Point) {
        let is_same = |l: &Linking| l.moved.as_ref().is_some_and(|(id, _)| id == edge);
        if self.linking.with_untracked(|l| !l.as_ref().is_some_and(is_same)) {
            let Some(fixed) = self.other_end(edge, side) else { return };
            self.begin_link(fixed, Some((edge.clone(), side)));
        }
        self.lead(at);
    }

    /// The line of the edge that waits for the step that is being picked for its loose end.
    pub fn awaited(self) -> Option<String> {
        let Picking { at, purpose: Purpose::From(port) } = self.picker.get()? else { return None };
        Some(line(port.side, self.spot_of(&port)?, at))
    }

    /// Where a port lies, in world units.
    fn spot_of(self, port: &PortAt) -> Option<Point> {
        self.editor.drawing.with_cards(|cards| {
            let card = cards.iter().find(|card| card.id == port.node)?;
            let place = card.ports().find(|(own, _)| own == port)?;
            Some(place.1)
        })
    }

    /// The port at an edge's other end.
    pub fn other_end(self, edge: &EdgeId, side: PortSide) -> Option<PortAt> {
        let wire = self.editor.drawing.thread(edge)?.wire.get_untracked();
        Some(match side {
            PortSide::Input => {
                PortAt { node: wire.source, side: PortSide::Output, port: wire.source_port }
            }
            PortSide::Output => {
                PortAt { node: wire.target, side: PortSide::Input, port: wire.target_port }
            }
        })
    }

    /// An edge begins at a port; ports say what they think of it from now on.
    pub fn begin_link(self, from: PortAt, moved: Option<(EdgeId, PortSide)>) {
        if !self.editor.editable.get_untracked() {
            return;
        }
        let sockets: Vec<Socket<PortAt>> = self.editor.drawing.with_cards(|cards| {
            let sockets = cards.iter().flat_map(|card| {
                let mut held = card.rect;
                if card.is_frame {
                    held.size.height = HEADER;
                }
                card.ports().map(move |(port, at)| Socket { port, at, card: held })
            });
            sockets.filter(|socket| socket.port.side != from.side).collect()
        });
        let Some(start) = self.spot_of(&from) else { return };
        let ports: Vec<PortAt> = sockets.iter().map(|socket| socket.port.clone()).collect();
        let offers = self.editor.workflow.with_untracked(|workflow| {
            offers(workflow, &from, &ports, moved.as_ref().map(|(id, _)| id))
        });
        let (at, target, refused) = (None, None, None);
        let linking = Linking { from, at, target, refused, moved, offers, start, sockets };
        self.linking.set(Some(linking));
    }

    fn lead(self, at: Point) {
        let zoom = self.editor.lens.view.get_untracked().zoom;
        self.linking.update(|linking| {
            if let Some(linking) = linking {
                linking.target = linking.magnet(at, zoom);
                let free = linking.target.is_none();
                linking.refused = free.then(|| linking.refusal(at, zoom)).flatten();
                linking.at = Some(at);
            }
        });
    }

    /// The pulled edge is let go at `at`: it connects, says why not, or asks what to add there.
    pub fn let_go(self, at: Point, held: Held) {
        let Some(linking) = self.linking.get_untracked() else { return };
        self.linking.set(None);
        let zoom = self.editor.lens.view.get_untracked().zoom;
        let open = linking.open_to(at, zoom);
        // Every step has a port for its failure; a card means it only where there is no other.
        if open.iter().filter(|port| port.port != ERROR_PORT).count() > 1 {
            return self.choose_port(linking, &open[0].node, at);
        }
        match (open.into_iter().next(), &linking.moved) {
            (Some(target), Some((edge, _))) => {
                self.editor.rewire(edge, &target);
            }
            (Some(target), None) => {
                self.editor.connect(&linking.from, &target);
            }
            (None, Some((edge, _))) if held.alt => self.editor.delete_edge(edge),
            (None, moved) => match linking.refusal(at, zoom) {
                Some(why) => self.editor.refuse(why),
                None if moved.is_none() => self.pick_for(linking.from, at),
                None => {}
            },
        }
    }

    /// A port was clicked: the first one arms an edge, the second one ends it.
    pub fn tap(self, port: PortAt) {
        let Some(linking) = self.linking.get_untracked() else {
            self.editor.say(format!(
                "Connecting from {}, {}. Click another port, or Escape to stop.",
                self.editor.title(&port.node),
                port.port
            ));
            return self.begin_link(port, None);
        };
        self.linking.set(None);
        match linking.verdict(&port.node, &port.port) {
            Some(Ok(())) => self.editor.connect(&linking.from, &port),
            Some(Err(why)) => self.editor.refuse(why.to_string()),
            None if port == linking.from => {}
            None => self.begin_link(port, None),
        }
    }
}

/// From a port to a loose end.
fn line(side: PortSide, start: Point, loose: Point) -> String {
    let (from, to) = match side {
        PortSide::Output => (start, loose),
        PortSide::Input => (loose, start),
    };
    edge_path(from, to, f64::MIN, EdgeStyle::Curved).d
}

/// Why a whole card refuses an edge: that some of its ports do not fit says least.
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
