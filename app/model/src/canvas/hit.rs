//! What lies under a point.

use super::{
    detail::Detail,
    frame::{inner_port, is_held_at},
    geometry::{Point, Rect},
    ports::{PortSide, port_position},
};
use crate::id::{EdgeId, NodeId};

/// One port of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAt {
    /// The node that the port belongs to.
    pub node: NodeId,
    /// The side of the card it sits on.
    pub side: PortSide,
    /// The name of the port in the workflow.
    pub port: String,
}

/// A card as the pointer meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The node that the card shows.
    pub id: NodeId,
    /// Its box, in world units.
    pub rect: Rect,
    /// The handles on its left, from the top.
    pub inputs: Vec<String>,
    /// The handles on its right, from the top.
    pub outputs: Vec<String>,
    /// It is a frame around other cards: what lies in it is not on it.
    pub is_frame: bool,
    /// The handles of a loop's frame for what lies in it, each with its kind.
    pub inner: Vec<(PortSide, String)>,
}

/// An edge as the pointer meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The edge that the line shows.
    pub id: EdgeId,
    /// Points along its line, near enough to each other to be joined straight.
    pub points: Vec<Point>,
}

/// How near a pointer has to come to hit something, in world units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// The distance to the middle of a port.
    pub port: f64,
    /// The distance to the line of an edge.
    pub edge: f64,
}

impl Reach {
    /// A mouse or a pen, at this zoom.
    pub fn fine(zoom: f64) -> Self {
        Self::from_pixels(zoom, 12.0, 8.0)
    }

    /// A finger, at this zoom.
    pub fn coarse(zoom: f64) -> Self {
        Self::from_pixels(zoom, 22.0, 16.0)
    }

    /// Distances in screen pixels at this zoom. Ports that are too small to be drawn cannot be hit:
    /// they would cover their cards.
    fn from_pixels(zoom: f64, port: f64, edge: f64) -> Self {
        let port = if Detail::for_zoom(zoom) == Detail::Block { 0.0 } else { port };
        Self { port: port / zoom, edge: edge / zoom }
    }
}

/// What lies under a point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hit {
    /// The empty canvas.
    #[default]
    Nothing,
    /// A port of a card.
    Port(PortAt),
    /// A card, outside its ports.
    Card(NodeId),
    /// The corner that resizes a card.
    Corner(NodeId),
    /// The end of an edge, which can be taken off its port.
    End(EdgeId, PortSide),
    /// The line of an edge.
    Edge(EdgeId),
}

impl Card {
    /// Its ports with their places.
    pub fn ports(&self) -> impl Iterator<Item = (PortAt, Point)> + '_ {
        let inner = self.inner.iter().map(|(side, port)| {
            let at = PortAt { node: self.id.clone(), side: *side, port: port.clone() };
            (at, inner_port(self.rect, *side))
        });
        let outer = [(PortSide::Input, &self.inputs), (PortSide::Output, &self.outputs)];
        let outer = outer.into_iter().flat_map(move |(side, names)| {
            names.iter().enumerate().map(move |(index, port)| {
                let at = PortAt { node: self.id.clone(), side, port: port.clone() };
                (at, port_position(self.rect, side, index))
            })
        });
        outer.chain(inner)
    }

    /// Whether a point lies on it; on a frame only where that is held by.
    fn is_at(&self, at: Point) -> bool {
        if self.is_frame { is_held_at(self.rect, at) } else { self.rect.contains(at) }
    }

    fn port_near(&self, at: Point, reach: f64) -> Option<PortAt> {
        if !self.rect.grown(reach).contains(at) {
            return None;
        }
        let near = self.ports().map(|(port, place)| (place.distance(at), port));
        let nearest = near.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (nearest.0 <= reach).then_some(nearest.1)
    }
}

impl Line {
    /// How far `at` is from it.
    pub fn distance(&self, at: Point) -> f64 {
        let pieces = self.points.windows(2).map(|ends| from_piece(at, ends[0], ends[1]));
        pieces.fold(f64::INFINITY, f64::min)
    }

    /// The bounding box of its points.
    pub fn bounding_box(&self) -> Rect {
        let corners = self.points.iter().map(|point| Rect { origin: *point, ..Rect::default() });
        Rect::bounding_box(corners).unwrap_or_default()
    }

    /// Where an end can be taken off: on the line `away` from its port, or a third of a short line.
    pub fn handle(&self, side: PortSide, away: f64) -> Option<Point> {
        let length = |ends: &[Point]| ends[0].distance(ends[1]);
        let whole: f64 = self.points.windows(2).map(length).sum();
        let mut way = self.points.clone();
        if side == PortSide::Input {
            way.reverse();
        }
        let mut left = away.min(whole / 3.0);
        for ends in way.windows(2) {
            let length = length(ends);
            if length >= left && length > 0.0 {
                return Some(ends[0] + (ends[1] - ends[0]) * (left / length));
            }
            left -= length;
        }
        None
    }

    /// The end whose handle, `away` from its port, is met at `at`, and how far off that is; where
    /// the port is nearer, that is meant.
    pub fn end_near(&self, at: Point, away: f64, reach: f64) -> Option<(PortSide, f64)> {
        let (from, to) = (self.points.first()?, self.points.last()?);
        let met = |(side, port): (PortSide, &Point)| {
            let off = self.handle(side, away)?.distance(at);
            (off <= reach && off < port.distance(at)).then_some((side, off))
        };
        let ends = [(PortSide::Output, from), (PortSide::Input, to)];
        ends.into_iter().filter_map(met).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn is_near(&self, at: Point, reach: f64) -> bool {
        self.bounding_box().grown(reach).contains(at) && self.distance(at) <= reach
    }
}

/// What lies under `at` (world): a port before the card it sits on, a card before the lines under
/// it, and of those that overlap the one drawn last.
pub fn hit(cards: &[Card], lines: &[Line], at: Point, reach: Reach) -> Hit {
    let port = cards.iter().rev().find_map(|card| card.port_near(at, reach.port));
    if let Some(port) = port {
        return Hit::Port(port);
    }
    if let Some(card) = cards.iter().rev().find(|card| card.is_at(at)) {
        return Hit::Card(card.id.clone());
    }
    match lines.iter().rev().find(|line| line.is_near(at, reach.edge)) {
        Some(line) => Hit::Edge(line.id.clone()),
        None => Hit::Nothing,
    }
}

fn from_piece(at: Point, from: Point, to: Point) -> f64 {
    let (way, off) = (to - from, at - from);
    let length = way.x * way.x + way.y * way.y;
    let along = if length > 0.0 { (off.x * way.x + off.y * way.y) / length } else { 0.0 };
    (from + way * along.clamp(0.0, 1.0)).distance(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card(id: &str, x: f64, y: f64) -> Card {
        let port = |name: &str| vec![name.to_owned()];
        let rect = Rect::new(x, y, 240.0, 56.0);
        Card {
            id: id.into(),
            rect,
            inputs: port("input"),
            outputs: port("output"),
            is_frame: false,
            inner: vec![],
        }
    }

    proptest! {
        #[test]
        fn without_ports_and_lines_the_topmost_box_is_hit(
            corners in proptest::collection::vec((-300.0..300.0, -300.0..300.0), 0..12),
            x in -400.0..600.0, y in -400.0..600.0,
        ) {
            let cards: Vec<Card> = corners
                .iter()
                .enumerate()
                .map(|(index, (x, y))| {
                    Card { inputs: vec![], outputs: vec![], ..card(&index.to_string(), *x, *y) }
                })
                .collect();
            let at = Point::new(x, y);

            let found = hit(&cards, &[], at, Reach::fine(1.0));

            let topmost = cards.iter().rfind(|card| card.rect.contains(at));
            prop_assert_eq!(found, topmost.map_or(Hit::Nothing, |card| Hit::Card(card.id.clone())));
        }
    }

    #[test]
    fn through_a_frame_one_meets_the_lines_in_it() {
        let inputs = vec![];
        let frame = Rect::new(-48.0, -104.0, 700.0, 300.0);
        let frame =
            Card { rect: frame, inputs, outputs: vec![], is_frame: true, ..card("f", 0.0, 0.0) };
        let points = vec![Point::new(240.0, 28.0), Point::new(400.0, 28.0)];
        let lines = [Line { id: "e".into(), points }];
        let at = |x: f64, y: f64| {
            hit(std::slice::from_ref(&frame), &lines, Point::new(x, y), Reach::fine(1.0))
        };

        assert_eq!(at(300.0, 28.0), Hit::Edge("e".into()));
        assert_eq!(at(300.0, 100.0), Hit::Nothing);
        assert_eq!(at(300.0, -80.0), Hit::Card("f".into()));
    }

    #[test]
    fn a_port_is_met_before_its_card_and_a_card_before_a_line() {
        let cards = [card("a", 0.0, 0.0), card("b", 400.0, 0.0)];
        let points = vec![Point::new(240.0, 28.0), Point::new(400.0, 28.0)];
        let lines = [Line { id: "e".into(), points }];
        let at = |x: f64, y: f64| hit(&cards, &lines, Point::new(x, y), Reach::fine(1.0));

        assert!(matches!(at(232.0, 30.0), Hit::Port(port) if port.port == "output"));
        assert_eq!(at(120.0, 30.0), Hit::Card("a".into()));
        assert_eq!(at(320.0, 34.0), Hit::Edge("e".into()));
        assert_eq!(at(320.0, 40.0), Hit::Nothing);
        // Far away ports are not drawn, and a card is met on all of it.
        let far = hit(&cards, &lines, Point::new(232.0, 30.0), Reach::fine(0.1));
        assert_eq!(far, Hit::Card("a".into()));
    }

    #[test]
    fn the_ends_of_a_line_are_met_apart_from_each_other_and_from_their_ports() {
        let line = |length: f64| Line {
            id: "e".into(),
            points: vec![Point::new(0.0, 0.0), Point::new(length, 0.0)],
        };
        let met = |length: f64, x: f64| {
            let end = line(length).end_near(Point::new(x, 0.0), 24.0, 12.0);
            end.map(|(side, _)| side)
        };

        assert_eq!(line(160.0).handle(PortSide::Input, 24.0), Some(Point::new(136.0, 0.0)));
        assert_eq!(line(36.0).handle(PortSide::Output, 24.0), Some(Point::new(12.0, 0.0)));
        let (output, input) = (Some(PortSide::Output), Some(PortSide::Input));
        assert_eq!((met(160.0, 30.0), met(160.0, 130.0)), (output, input));
        assert_eq!((met(36.0, 14.0), met(36.0, 22.0)), (output, input));
        assert_eq!((met(36.0, 2.0), met(36.0, 35.0), met(160.0, 80.0)), (None, None, None));
        assert_eq!(line(0.0).handle(PortSide::Output, 24.0), None);
    }
}
