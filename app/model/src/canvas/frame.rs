//! The frames of loops and groups and the bands of lanes: how large they are follows from what lies
//! in them.

mod lane_cards;

pub use lane_cards::{LaneCard, with_lane_cards, with_lane_nodes};

use super::{
    geometry::{Point, Rect, Size},
    ports::{FIRST_PORT, NODE_MIN_HEIGHT, NODE_WIDTH, PortSide},
};
use crate::{
    graph::{Lane, enclosing},
    id::NodeId,
    workflow::{Node, Workflow},
};

/// The height of the line with the name at the top of a frame, in world units.
pub const HEADER: f64 = 56.0;
/// Free room around the cards in a frame, in world units.
pub const ROOM: f64 = 48.0;
/// Free room below them: cards grow by some of it while they run.
pub const ROOM_BELOW: f64 = 92.0;
/// How far below the top of its frame a loop's inner ports are: beside the first line of cards.
pub const INNER_PORT: f64 = HEADER + ROOM + FIRST_PORT;
/// How wide the border is by which a frame is held, in world units.
const BORDER: f64 = 8.0;
/// Free room around what stands in a lane, and above that for the lane's name.
const LANE_ROOM: f64 = 24.0;
const LANE_NAME: f64 = 24.0;

/// The frame around cards whose bounding box is `held`.
pub fn enclosing_frame(held: Rect) -> Rect {
    let origin = held.origin - Point::new(ROOM, ROOM + HEADER);
    let size =
        Size::new(held.size.width + 2.0 * ROOM, held.size.height + HEADER + ROOM + ROOM_BELOW);
    Rect { origin, size }
}

/// Where the first card in a frame lies, from the frame's corner.
pub const FIRST_PLACE: Point = Point::new(ROOM, ROOM + HEADER);

/// The frame at this corner of a loop that holds nothing yet: as large as with its first card.
pub fn empty_frame(corner: Point) -> Rect {
    let size = Size::new(NODE_WIDTH, NODE_MIN_HEIGHT);
    enclosing_frame(Rect { origin: corner + FIRST_PLACE, size })
}

/// The port of a loop's frame to what lies in it: an item comes from its left side, the result goes
/// to its right.
pub fn inner_port(frame: Rect, side: PortSide) -> Point {
    let x = match side {
        PortSide::Output => frame.origin.x,
        PortSide::Input => frame.right(),
    };
    Point::new(x, frame.origin.y + INNER_PORT)
}

/// Whether a point lies on what a frame is held by: its header and its border.
pub fn is_held_at(frame: Rect, at: Point) -> bool {
    let inner = Rect::new(
        frame.origin.x + BORDER,
        frame.origin.y + HEADER,
        frame.size.width - 2.0 * BORDER,
        frame.size.height - HEADER - BORDER,
    );
    frame.contains(at) && !inner.contains(at)
}

/// The band of a lane around what stands in it.
pub fn band(held: Rect) -> Rect {
    let corner = held.origin - Point::new(LANE_ROOM, LANE_ROOM + LANE_NAME);
    Rect::from_corners(corner, Point::new(held.right() + LANE_ROOM, held.bottom() + LANE_ROOM))
}

/// The bands of lanes by the cards in them, none where no card is shown. Those of one fork begin
/// and end together, and those of a fork that stands in a lane lie in the band of that.
pub fn bands(lanes: &[Lane], card: impl Fn(&NodeId) -> Option<Rect>) -> Vec<Option<Rect>> {
    let many = |fork: &NodeId| -> usize {
        lanes.iter().filter(|lane| lane.fork == *fork).map(|lane| lane.nodes.len()).sum()
    };
    let mut forks: Vec<&NodeId> = lanes.iter().map(|lane| &lane.fork).collect();
    forks.dedup();
    // A fork that stands in a lane has less in its own lanes than there is in that.
    forks.sort_by_key(|fork| many(fork));
    let mut found: Vec<Option<Rect>> = vec![None; lanes.len()];
    for fork in forks {
        let around = |lane: &Lane| {
            let within = |inner: &Lane| inner.fork != *fork && inner.nodes.is_subset(&lane.nodes);
            let inner = lanes.iter().zip(&found).filter(|(inner, _)| within(inner));
            let cards = lane.nodes.iter().filter_map(&card);
            Rect::bounding_box(cards.chain(inner.filter_map(|(_, band)| *band))).map(band)
        };
        let own = |lane: &Lane| if lane.fork == *fork { around(lane) } else { None };
        let own: Vec<Option<Rect>> = lanes.iter().map(own).collect();
        let whole = Rect::bounding_box(own.iter().flatten().copied()).unwrap_or_default();
        for (band, own) in found.iter_mut().zip(own) {
            let (x, width) = (whole.origin.x, whole.size.width);
            let wide = |own: Rect| Rect::new(x, own.origin.y, width, own.size.height);
            *band = own.map(wide).or(*band);
        }
    }
    found
}

/// Which of some boxes that lie in each other is the innermost one around a point.
pub fn innermost<T>(boxes: impl IntoIterator<Item = (T, Rect)>, at: Point) -> Option<T> {
    let area = |rect: Rect| rect.size.width * rect.size.height;
    let around = boxes.into_iter().filter(|(_, rect)| rect.contains(at));
    around.min_by(|(_, a), (_, b)| area(*a).total_cmp(&area(*b))).map(|(one, _)| one)
}

/// The corner of a node on the canvas: positions in a group or loop count from its corner.
pub fn corner(workflow: &Workflow, node: &Node) -> Point {
    let groups = enclosing(workflow, node).map(|group| Point::from(group.position));
    groups.fold(node.position.into(), |at, group| at + group)
}

/// The loop or frame in which a node is drawn.
pub fn drawn_in<'a>(workflow: &'a Workflow, node: &'a Node) -> Option<&'a NodeId> {
    let parent = node.parent_id.as_ref()?;
    workflow.node(parent)?.kind().holds_nodes().then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_held_by_its_header_and_border_and_not_by_what_is_in_it() {
        let frame = enclosing_frame(Rect::new(0.0, 0.0, 240.0, 56.0));
        let at = |x: f64, y: f64| is_held_at(frame, frame.origin + Point::new(x, y));

        assert!(frame.holds(Rect::new(0.0, 0.0, 240.0, 56.0)));
        assert!(at(100.0, 20.0) && at(2.0, 120.0));
        assert!(!at(100.0, 120.0) && !at(-1.0, 20.0));
    }

    #[test]
    fn the_frame_of_an_empty_loop_stays_where_it_is_as_its_first_card_comes() {
        let (corner, size) = (Point::new(96.0, 32.0), Size::new(NODE_WIDTH, NODE_MIN_HEIGHT));
        let first = Rect { origin: corner + FIRST_PLACE, size };

        assert_eq!(empty_frame(corner), enclosing_frame(first));
        assert_eq!(empty_frame(corner).origin, corner);
    }

    #[test]
    fn of_boxes_in_each_other_the_smallest_around_a_point_is_the_innermost() {
        let boxes = [
            ("outer", Rect::new(0.0, 0.0, 900.0, 400.0)),
            ("inner", Rect::new(100.0, 50.0, 400.0, 200.0)),
            ("beside", Rect::new(600.0, 50.0, 100.0, 100.0)),
        ];
        let at = |x: f64, y: f64| innermost(boxes, Point::new(x, y));

        assert_eq!((at(200.0, 100.0), at(550.0, 100.0)), (Some("inner"), Some("outer")));
        assert_eq!((at(650.0, 100.0), at(950.0, 100.0)), (Some("beside"), None));
    }

    fn lane(fork: &str, nodes: &[&str]) -> Lane {
        Lane {
            fork: fork.into(),
            port: "lane".to_owned(),
            label: "Lane".to_owned(),
            nodes: nodes.iter().map(|id| NodeId::from(*id)).collect(),
            edges: [].into(),
        }
    }

    #[test]
    fn bands_of_a_fork_are_equally_wide_and_hold_those_of_a_fork_in_them() {
        let lanes = [
            lane("outer", &["inner", "a", "b"]),
            lane("outer", &["c"]),
            lane("outer", &["hidden"]),
            lane("inner", &["a"]),
            lane("inner", &["b"]),
        ];
        let card = |id: &NodeId| match id.as_str() {
            "inner" => Some(Rect::new(0.0, 100.0, 240.0, 56.0)),
            "a" => Some(Rect::new(400.0, 0.0, 240.0, 56.0)),
            "b" => Some(Rect::new(400.0, 200.0, 300.0, 56.0)),
            "c" => Some(Rect::new(0.0, 500.0, 240.0, 56.0)),
            _ => None,
        };

        let found = bands(&lanes, card);

        assert_eq!(found[2], None);
        let shown: Vec<Rect> = found.into_iter().flatten().collect();
        assert!(shown[0].holds(shown[2]) && shown[0].holds(shown[3]));
        assert!(!shown[0].touches(shown[1]) && !shown[2].touches(shown[3]));
        let sides = |band: Rect| (band.origin.x, band.right());
        assert_eq!(sides(shown[0]), sides(shown[1]));
        assert_eq!(sides(shown[2]), (376.0, 724.0));
        assert_eq!(sides(shown[3]), (376.0, 724.0));
    }
}
