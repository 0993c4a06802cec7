//! An edge that is being drawn: pulled by the pointer, or armed by a click on a port.

use model::{
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        geometry::Point,
        hit::PortAt,
        magnet::{MAGNET, Socket, near_sockets},
        ports::PortSide,
    },
    edit::Refused,
    id::{EdgeId, NodeId},
};

use crate::store::Offers;

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
    /// Where the port at the fixed end is, in world units.
    pub start: Point,
    /// The ports on the other side, with the cards that hold them.
    pub sockets: Vec<Socket<PortAt>>,
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
    pub fn refusal(&self, at: Point, zoom: f64) -> Option<String> {
        let sockets = near_sockets(at, MAGNET / zoom, &self.sockets).into_iter();
        let verdicts = sockets.filter_map(|s| self.verdict(&s.port.node, &s.port.port));
        let whys = verdicts.filter_map(|verdict| verdict.as_ref().err());
        most_telling(whys).map(ToString::to_string)
    }

    /// The port the loose end snaps to at a world point.
    pub fn magnet(&self, at: Point, zoom: f64) -> Option<PortAt> {
        self.open_to(at, zoom).into_iter().next()
    }

    /// The ports that take the edge at a world point: one that is near, or else all of the card
    /// there.
    pub fn open_to(&self, at: Point, zoom: f64) -> Vec<PortAt> {
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

/// The SVG path from a port on `side` to a loose end.
pub fn loose_line(side: PortSide, start: Point, loose: Point) -> String {
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
