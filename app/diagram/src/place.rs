//! Where cards and lines are. Heights are estimates, good enough to frame the picture; lines
//! depend only on the cards' corners and on port indexes.

use std::collections::BTreeMap;

use model::{
    canvas::{
        edge_path::{EdgePath, EdgeStyle, edge_path},
        frame::{empty_frame, enclosing_frame, inner_port},
        geometry::{Point, Rect, Size},
        ports::{NODE_MIN_HEIGHT, NODE_WIDTH, PortSide, height_for_ports, port_position},
    },
    nodes::for_each,
};
use ui::status::Status;

use crate::view::{DiagramEdge, DiagramNode};

const LINE: f64 = 17.0;
const PADDING: f64 = 10.0;
/// Letters that fit in a line of a card, about.
const LINE_CHARS: usize = 28;
/// Pictures on a card, its last line, the bar over that.
const THUMBS: f64 = 58.0;
const FOOT: f64 = 27.0;
const BAR: f64 = 14.0;
/// Letters in a line of a note, the height of that, and how many are shown unasked.
const NOTE_CHARS: usize = 32;
const NOTE_LINE: f64 = 20.0;
const NOTE_ROWS: usize = 14;
/// What a card may grow by while it runs: thumbnails and a footer.
const GROWTH: f64 = 112.0;

/// The card of a node and the ids of its ports.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    pub card: Rect,
    /// The loop in whose frame it lies.
    inside: Option<String>,
    /// It is drawn as a frame around what lies in it.
    pub is_frame: bool,
    /// The collapsed frame that is shown in its place.
    pub hidden: Option<String>,
    /// Its ports on the left.
    pub inputs: Vec<String>,
    /// Its ports on the right.
    pub outputs: Vec<String>,
    /// The ports of a loop's frame to what lies in it, where they are shown.
    pub inner: Vec<(PortSide, String)>,
}

impl Place {
    /// The place of a node that is drawn as this card.
    fn new(node: &DiagramNode, card: Rect) -> Self {
        let ids = |ports: &[super::view::DiagramPort]| ports.iter().map(|p| p.id.clone()).collect();
        Self {
            card,
            inside: node.inside.clone(),
            is_frame: false,
            hidden: None,
            inputs: ids(&node.inputs),
            outputs: ids(&node.outputs),
            inner: vec![],
        }
    }

    /// Draws it as the frame around what lies in it: a loop has ports inside and outside.
    fn become_frame(&mut self, frame: Rect) {
        (self.card, self.is_frame) = (frame, true);
        let sides = [
            (PortSide::Output, for_each::ITEM, &mut self.outputs),
            (PortSide::Input, for_each::RESULT, &mut self.inputs),
        ];
        for (side, port, ports) in sides {
            // The only port of a side stands for all that is there.
            if ports.len() > 1 && ports.iter().any(|known| known == port) {
                ports.retain(|known| known != port);
                self.inner.push((side, port.to_owned()));
            }
        }
    }

    /// The middle of a port; of the first where there is none of this id.
    pub fn port(&self, side: PortSide, id: &str) -> Point {
        if self.inner.iter().any(|(inner, port)| (*inner, port.as_str()) == (side, id)) {
            return inner_port(self.card, side);
        }
        let ids = match side {
            PortSide::Input => &self.inputs,
            PortSide::Output => &self.outputs,
        };
        port_position(self.card, side, ids.iter().position(|known| known == id).unwrap_or(0))
    }
}

/// The places of all nodes by id.
pub type Places = BTreeMap<String, Place>;

/// Where every node is, with the cards' boxes by `card`.
pub fn places(nodes: &[&DiagramNode], card: fn(&DiagramNode) -> Rect) -> Places {
    let place = |node: &&DiagramNode| (node.id.clone(), Place::new(node, card(node)));
    let mut places: Places = nodes.iter().map(place).collect();
    let collapsed = |id: &str| nodes.iter().any(|node| node.id == id && node.collapsed);
    for (id, frame) in frames(nodes, card) {
        if let Some(place) = places.get_mut(&id) {
            if collapsed(&id) { place.card = frame } else { place.become_frame(frame) }
        }
    }
    for (id, frame) in hidden(nodes) {
        let card = places.get(&frame).map(|place| place.card).unwrap_or_default();
        if let Some(place) = places.get_mut(&id) {
            *place = Place {
                card,
                hidden: Some(frame),
                inside: place.inside.take(),
                ..Place::default()
            };
        }
    }
    places
}

/// One end of an edge: the node, where it is, the port.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// The id of the node.
    pub node: &'a str,
    /// Where its card is.
    pub place: &'a Place,
    /// The name of the port; an unknown one means the first of its side.
    pub port: &'a str,
}

impl<'a> End<'a> {
    /// The node whose card is shown there.
    fn card(self) -> &'a str {
        self.place.hidden.as_deref().unwrap_or(self.node)
    }
}

/// Where an edge leaves and where it enters; nothing when one card stands for both ends.
pub fn ends(source: End<'_>, target: End<'_>) -> Option<(Point, Point)> {
    let is_hidden = source.place.hidden.is_some() || target.place.hidden.is_some();
    if is_hidden && source.card() == target.card() {
        return None;
    }
    let mut from = source.place.port(PortSide::Output, source.port);
    let mut to = target.place.port(PortSide::Input, target.port);
    // Within its frame a loop gives an item at the left side and takes the result at the right.
    let begins = target.place.inside.as_deref() == Some(source.node);
    let ends = source.place.inside.as_deref() == Some(target.node);
    if begins && source.place.inner.is_empty() && source.place.hidden.is_none() {
        from = Point::new(source.place.card.origin.x, to.y);
    } else if ends && target.place.inner.is_empty() && target.place.hidden.is_none() {
        to = Point::new(target.place.card.right(), from.y);
    }
    Some((from, to))
}

/// The box around all cards; a small one around the origin when there are none.
pub(super) fn bounds(places: &Places) -> Rect {
    let cards = places.values().map(|place| place.card);
    Rect::bounding_box(cards).unwrap_or(Rect::new(0.0, 0.0, NODE_WIDTH, NODE_MIN_HEIGHT))
}

/// The line of an edge; nothing when one of its ends is not in the picture.
pub(super) fn line(edge: &DiagramEdge, places: &Places) -> Option<EdgePath> {
    let (source, target) = (places.get(&edge.source)?, places.get(&edge.target)?);
    let from = End { node: &edge.source, place: source, port: &edge.source_port };
    let to = End { node: &edge.target, place: target, port: &edge.target_port };
    let (from, to) = ends(from, to)?;
    Some(edge_path(from, to, floor(to.x, from.x, places), EdgeStyle::Curved))
}

/// The lowest side of the cards that a line going back from `right` to `left` passes.
fn floor(left: f64, right: f64, places: &Places) -> f64 {
    let passed = |card: &Rect| card.right() >= left && card.origin.x <= right;
    let cards = places.values().filter(|place| !place.is_frame).map(|place| place.card);
    cards.filter(passed).map(|card| card.bottom() + GROWTH).fold(f64::MIN, f64::max)
}

/// How large a note is: as a person made it, else so that its words fit, about.
pub fn note_size(node: &DiagramNode) -> Option<Size> {
    let text = node.note.as_ref()?;
    let rows = |line: &str| 1 + line.chars().count() / NOTE_CHARS;
    let rows: usize = text.lines().map(rows).sum();
    #[expect(clippy::cast_precision_loss, reason = "at most some lines are counted")]
    let height = NODE_MIN_HEIGHT + rows.min(NOTE_ROWS) as f64 * NOTE_LINE + PADDING;
    Some(node.size.unwrap_or(Size::new(NODE_WIDTH, height)))
}

/// The card of a node, whatever its state in an execution adds below.
#[expect(clippy::cast_precision_loss, reason = "a card has a handful of lines")]
pub fn card_of(node: &DiagramNode) -> Rect {
    if let Some(size) = note_size(node) {
        return Rect { origin: Point::new(node.x, node.y), size };
    }
    let lines = node.summary.len().min(3) as f64;
    let summary = if lines > 0.0 { lines * LINE + PADDING } else { 0.0 };
    let ports = height_for_ports(node.inputs.len(), node.outputs.len());
    Rect::new(node.x, node.y, NODE_WIDTH, (NODE_MIN_HEIGHT + summary).max(ports))
}

/// The card of a node with what its state in an execution adds below, about as high as it is drawn.
#[expect(clippy::cast_precision_loss, reason = "a card has a handful of lines")]
pub fn card_with_run(node: &DiagramNode) -> Rect {
    let card = card_of(node);
    let Some(run) = &node.run else { return card };
    let lines = match run.note.as_deref().unwrap_or(run.text.trim()).chars().count() {
        0 => node.summary.len(),
        chars => chars.div_ceil(LINE_CHARS) + usize::from(run.until.is_some()),
    };
    let body = if lines > 0 { lines.min(3) as f64 * LINE + PADDING } else { 0.0 };
    let thumbs = if run.thumbs.is_empty() { 0.0 } else { THUMBS };
    let foot = match run.status {
        Status::Running => BAR + FOOT,
        Status::AwaitingReview => FOOT,
        _ if run.stale || run.duration.is_some() || run.cost.is_some() => FOOT,
        _ => 0.0,
    };
    let height = (NODE_MIN_HEIGHT + body + thumbs + foot).max(card.size.height);
    Rect::new(card.origin.x, card.origin.y, card.size.width, height)
}

/// Frames in frames deeper than this are drawn as cards.
const DEEPEST: usize = 16;

/// The frame of every loop and group that has something in it, or is shown as empty; `card` says where a node alone is.
/// A collapsed one is a card at the corner of the frame it would be, that of a lane at the corner
/// of what stands in it.
pub(super) fn frames(
    nodes: &[&DiagramNode],
    card: impl Fn(&DiagramNode) -> Rect,
) -> BTreeMap<String, Rect> {
    let mut inner = BTreeMap::<&str, Vec<&DiagramNode>>::new();
    for node in nodes {
        if let Some(owner) = &node.frame {
            inner.entry(owner).or_default().push(node);
        }
    }
    let owners =
        nodes.iter().filter(|node| node.empty_loop || inner.contains_key(node.id.as_str()));
    owners.map(|node| (node.id.clone(), place(node, &inner, &card, DEEPEST))).collect()
}

fn place(
    node: &DiagramNode,
    inner: &BTreeMap<&str, Vec<&DiagramNode>>,
    card: &impl Fn(&DiagramNode) -> Rect,
    levels: usize,
) -> Rect {
    let own = card(node);
    if node.empty_loop {
        return empty_frame(own.origin);
    }
    let Some(nodes) = inner.get(node.id.as_str()).filter(|_| levels > 0) else { return own };
    let held = Rect::bounding_box(nodes.iter().map(|node| place(node, inner, card, levels - 1)));
    let Some(held) = held else { return own };
    match (node.collapsed, node.lane) {
        (false, _) => enclosing_frame(held),
        (true, false) => Rect { origin: enclosing_frame(held).origin, ..own },
        (true, true) => Rect { origin: held.origin, ..own },
    }
}

/// The outermost collapsed frame that is shown in the place of each node that lies in one.
pub(super) fn hidden(nodes: &[&DiagramNode]) -> BTreeMap<String, String> {
    if nodes.iter().all(|node| !node.collapsed) {
        return BTreeMap::new();
    }
    let by_id: BTreeMap<&str, &DiagramNode> =
        nodes.iter().map(|node| (node.id.as_str(), *node)).collect();
    let shown = |node: &&DiagramNode| {
        let (mut at, mut found) = (*node, None);
        // As deep as there are nodes, so that frames that contain each other end the walk.
        for _ in 0..nodes.len() {
            let Some(around) = at.frame.as_deref().and_then(|id| by_id.get(id)) else { break };
            at = around;
            found = if at.collapsed { Some(at.id.clone()) } else { found };
        }
        Some((node.id.clone(), found?))
    };
    nodes.iter().filter_map(shown).collect()
}

/// The edges along which it goes on: those that give a round's result back to its loop lead
/// backwards.
pub(super) fn forward(nodes: &[DiagramNode], edges: &[DiagramEdge]) -> Vec<DiagramEdge> {
    let owners: BTreeMap<&str, &str> =
        nodes.iter().filter_map(|node| Some((node.id.as_str(), node.inside.as_deref()?))).collect();
    let back =
        |edge: &&DiagramEdge| owners.get(edge.source.as_str()) == Some(&edge.target.as_str());
    edges.iter().filter(|edge| !back(edge)).cloned().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::view::{DiagramPort, NodeRun};

    fn node(id: &str, x: f64) -> DiagramNode {
        DiagramNode {
            id: id.to_owned(),
            x,
            inputs: vec![DiagramPort::from_id("input")],
            outputs: vec![DiagramPort::from_id("yes"), DiagramPort::from_id("no")],
            ..DiagramNode::default()
        }
    }

    fn edge(port: &str) -> DiagramEdge {
        DiagramEdge {
            source: "a".to_owned(),
            target: "b".to_owned(),
            source_port: port.to_owned(),
            ..DiagramEdge::default()
        }
    }

    #[test]
    fn a_card_grows_by_what_a_run_adds() {
        let done = NodeRun {
            status: Status::Completed,
            text: "word ".repeat(40),
            duration: Some("2 s".to_owned()),
            ..NodeRun::default()
        };
        let running = NodeRun { status: Status::Running, ..NodeRun::default() };
        let height = |run: Option<NodeRun>| {
            card_with_run(&DiagramNode { run, ..node("a", 0.0) }).size.height
        };

        assert_eq!(height(None), card_of(&node("a", 0.0)).size.height);
        assert_eq!(height(Some(done)), NODE_MIN_HEIGHT + 3.0 * LINE + PADDING + FOOT);
        assert_eq!(height(Some(running)), NODE_MIN_HEIGHT + BAR + FOOT);
    }

    #[test]
    fn a_line_leaves_the_port_it_names_and_the_first_when_unknown() {
        let places = places(&[&node("a", 0.0), &node("b", 400.0)], card_of);

        let [no, unknown] = ["no", "?"].map(|port| line(&edge(port), &places).unwrap().d);

        assert!(no.starts_with("M240 52C"), "{no}");
        assert!(unknown.starts_with("M240 28C"), "{unknown}");
    }

    #[test]
    fn a_round_begins_at_the_left_side_of_its_frame_and_ends_at_the_right() {
        let body = DiagramNode {
            inside: Some("each".to_owned()),
            frame: Some("each".to_owned()),
            ..node("a", 400.0)
        };
        let places = places(&[&node("each", 0.0), &body], card_of);
        let frame = places["each"].card;
        let edge = |source: &str, target: &str| DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        };

        let begin = line(&edge("each", "a"), &places).unwrap().d;
        let end = line(&edge("a", "each"), &places).unwrap().d;

        assert!(places["each"].is_frame);
        assert!(begin.starts_with(&format!("M{} 28", frame.origin.x)), "{begin}");
        assert!(end.ends_with(&format!("{} 28", frame.right())), "{end}");
    }

    #[test]
    fn a_collapsed_loop_is_one_card_and_its_round_has_no_line() {
        let each = DiagramNode { collapsed: true, ..node("each", 0.0) };
        let body = DiagramNode { frame: Some("each".to_owned()), ..node("a", 400.0) };
        let places = places(&[&each, &body, &node("b", 900.0)], card_of);
        let drawn = |source: &str, target: &str| {
            let (source, target) = (source.to_owned(), target.to_owned());
            line(&DiagramEdge { source, target, ..DiagramEdge::default() }, &places).is_some()
        };

        assert!(!places["each"].is_frame && !drawn("each", "a") && !drawn("a", "each"));
        assert!(drawn("each", "b") && drawn("b", "a") && drawn("b", "b"));
    }

    #[test]
    fn an_edge_to_nowhere_has_no_line() {
        assert_eq!(line(&edge("yes"), &places(&[&node("a", 0.0)], card_of)), None);
    }

    #[test]
    fn the_frame_holds_every_card() {
        let places = places(&[&node("a", -100.0), &node("b", 400.0)], card_of);

        assert_eq!(bounds(&places), Rect::new(-100.0, 0.0, 740.0, 80.0));
    }
}

#[cfg(test)]
mod frame_tests {
    use model::canvas::geometry::Point;

    use super::*;

    fn node(id: &str, inside: Option<&str>, x: f64) -> DiagramNode {
        let (inside, frame) = (inside.map(str::to_owned), inside.map(str::to_owned));
        DiagramNode { id: id.to_owned(), x, inside, frame, ..DiagramNode::default() }
    }

    fn card(node: &DiagramNode) -> Rect {
        Rect::new(node.x, 0.0, 240.0, 60.0)
    }

    #[test]
    fn a_frame_holds_what_lies_in_it_and_frames_hold_frames() {
        let nodes = [
            node("outer", None, 0.0),
            node("inner", Some("outer"), 0.0),
            node("a", Some("inner"), 0.0),
            node("b", Some("outer"), 400.0),
            node("alone", None, 900.0),
        ];

        let frames = frames(&nodes.iter().collect::<Vec<_>>(), card);

        assert_eq!(frames.keys().collect::<Vec<_>>(), ["inner", "outer"]);
        let (inner, outer) = (frames["inner"], frames["outer"]);
        assert_eq!(inner.union(card(&nodes[2])), inner);
        assert_eq!(outer.union(inner).union(card(&nodes[3])), outer);
    }

    #[test]
    fn an_empty_loop_is_a_frame_where_it_is_shown_as_one() {
        let empty = DiagramNode { empty_loop: true, ..node("each", None, 100.0) };
        let nodes = [empty, node("alone", None, 900.0)];

        let frames = frames(&nodes.iter().collect::<Vec<_>>(), card);

        assert_eq!(frames.keys().collect::<Vec<_>>(), ["each"]);
        assert_eq!(frames["each"].origin, Point::new(100.0, 0.0));
    }

    #[test]
    fn loops_that_contain_each_other_are_still_drawn() {
        let nodes = [node("a", Some("b"), 0.0), node("b", Some("a"), 0.0)];

        assert_eq!(frames(&nodes.iter().collect::<Vec<_>>(), card).len(), 2);
        assert!(hidden(&nodes.iter().collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn a_collapsed_frame_is_a_card_at_its_corner_and_hides_what_lies_in_it() {
        let group = |id: &str, inside| DiagramNode { collapsed: true, ..node(id, inside, 900.0) };
        let nodes = [
            group("f", None),
            group("g", Some("f")),
            node("a", Some("g"), 0.0),
            node("b", None, 0.0),
        ];
        let nodes: Vec<&DiagramNode> = nodes.iter().collect();

        let place = frames(&nodes, card)["f"];

        assert_eq!((place.origin.x, place.size.width), (-96.0, 240.0));
        let lane = DiagramNode { lane: true, ..group("l", None) };
        let held = [lane, node("c", Some("l"), 300.0), node("d", Some("l"), 700.0)];
        assert_eq!(frames(&held.iter().collect::<Vec<_>>(), card)["l"].origin.x, 300.0);
        let shown = hidden(&nodes);
        assert_eq!(shown.get("a").map(String::as_str), Some("f"));
        assert_eq!(shown.len(), 2);
    }

    #[test]
    fn a_result_leads_back() {
        let nodes = [node("each", None, 0.0), node("a", Some("each"), 0.0)];
        let edge = |source: &str, target: &str| DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        };

        let forward = forward(&nodes, &[edge("each", "a"), edge("a", "each")]);

        assert_eq!(forward, [edge("each", "a")]);
    }
}
