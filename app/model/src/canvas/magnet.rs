//! What a loose end of an edge would connect to if it were let go here.

use super::geometry::{Point, Rect};

/// From how near on a port draws an edge to itself, in screen pixels.
pub const MAGNET: f64 = 32.0;

/// Where an edge may end: a port and the card it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Socket<T> {
    /// What the caller calls the port.
    pub port: T,
    /// Where the port is.
    pub at: Point,
    /// The box of the card that the port belongs to.
    pub card: Rect,
}

/// The sockets that an end at `at` may connect to: the port nearest within `reach`, else every port
/// of the card it lies on.
pub fn near_sockets<T>(at: Point, reach: f64, sockets: &[Socket<T>]) -> Vec<&Socket<T>> {
    let near = sockets.iter().filter(|socket| socket.at.distance(at) <= reach);
    let nearest = near.min_by(|a, b| a.at.distance(at).total_cmp(&b.at.distance(at)));
    if let Some(nearest) = nearest {
        return vec![nearest];
    }
    let card = sockets.iter().map(|socket| socket.card).find(|card| card.contains(at));
    sockets.iter().filter(|socket| Some(socket.card) == card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_port_wins_and_a_card_stands_for_its_first() {
        let card = Rect::new(0.0, 0.0, 240.0, 100.0);
        let socket = |port, y| Socket { port, at: Point::new(0.0, y), card };
        let sockets = [socket("a", 28.0), socket("b", 52.0)];
        let port =
            |x, y| near_sockets(Point::new(x, y), 32.0, &sockets).first().map(|socket| socket.port);

        assert_eq!(port(-10.0, 45.0), Some("b"));
        assert_eq!(port(200.0, 90.0), Some("a"));
        assert_eq!(port(-40.0, 28.0), None);
        let count = |x, y| near_sockets(Point::new(x, y), 32.0, &sockets).len();
        assert_eq!((count(-10.0, 45.0), count(200.0, 90.0), count(-40.0, 28.0)), (1, 2, 0));
    }
}
