//! Where the ports of a node are: computed from their order, never measured, so edges can be
//! drawn on the server and before the first layout.

use super::geometry::{Point, Rect};

/// The width of every node card.
pub const NODE_WIDTH: f64 = 240.0;
/// The height of a card without content; the first port sits in the middle of it.
pub const NODE_MIN_HEIGHT: f64 = 56.0;
/// From the top of a card to its first port.
pub const FIRST_PORT: f64 = 28.0;
/// From one port to the next.
pub const PORT_PITCH: f64 = 24.0;

/// The side of a card a port sits on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortSide {
    /// Left: what comes in.
    Input,
    /// Right: what goes out.
    Output,
}

impl PortSide {
    /// The side at the other end of an edge.
    pub fn opposite(self) -> Self {
        match self {
            Self::Input => Self::Output,
            Self::Output => Self::Input,
        }
    }
}

/// How far below the card's top the port number `index` sits.
pub fn port_offset(index: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a node has fewer than 2^52 ports")]
    let rows = index as f64;
    FIRST_PORT + rows * PORT_PITCH
}

/// The centre of the port number `index` on one side of a card.
pub fn port_position(card: Rect, side: PortSide, index: usize) -> Point {
    let x = match side {
        PortSide::Input => card.origin.x,
        PortSide::Output => card.right(),
    };
    Point::new(x, card.origin.y + port_offset(index))
}

/// The height a card needs so that all ports of its fuller side fit.
pub fn height_for_ports(inputs: usize, outputs: usize) -> f64 {
    match inputs.max(outputs) {
        0 | 1 => NODE_MIN_HEIGHT,
        rows => port_offset(rows - 1) + FIRST_PORT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_left_and_outputs_right_one_pitch_apart() {
        let card = Rect::new(100.0, 50.0, NODE_WIDTH, 120.0);

        assert_eq!(port_position(card, PortSide::Input, 0), Point::new(100.0, 78.0));
        assert_eq!(port_position(card, PortSide::Output, 2), Point::new(340.0, 126.0));
    }

    #[test]
    fn a_card_is_high_enough_for_its_ports() {
        assert!((height_for_ports(1, 0) - 56.0).abs() < f64::EPSILON);
        assert!((height_for_ports(1, 3) - 104.0).abs() < f64::EPSILON);
    }
}
