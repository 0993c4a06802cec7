//! A workflow as an SVG file, to be put on a slide or into a repository: everything is in it, the
//! definition too, so that it can be imported again.

use std::fmt::Write as _;

use model::{
    canvas::{
        geometry::{Point, Rect},
        ports::PortSide,
    },
    text::markup::escaped,
    transfer::svg::enclose,
    workflow::Workflow,
};

use super::{
    kind_icon,
    place::{Place, Places, bounds, card_of, line, places},
    view::{DiagramEdge, DiagramNode},
    workflow::{diagram_edges, diagram_nodes},
};

const MARGIN: f64 = 40.0;
/// Letters that fit in a line of a card beside its icon, and below it.
const TITLE_CHARS: usize = 23;
const LINE_CHARS: usize = 33;
/// From one line of a card to the next, and where the first under the title is.
const LINE: f64 = 17.0;
const FIRST_LINE: f64 = 72.0;

const STYLE: &str = "text{font-family:Inter,system-ui,sans-serif;fill:#131a2e;font-size:12px}\
    .t{font-size:14px;font-weight:600}.m{fill:#4a5675}.c{fill:#fff;stroke:#c5d0e6}\
    .e{fill:none;stroke:#8493b5;stroke-width:2}.p{fill:#fff;stroke:#8493b5;stroke-width:2}";

/// The picture of a workflow, drawn for light paper; `colour` tells the one of a node type.
pub fn drawing(workflow: &Workflow, colour: impl Fn(&str) -> String) -> String {
    let (nodes, edges) = (diagram_nodes(workflow), diagram_edges(workflow));
    let places = places(&nodes.iter().collect::<Vec<_>>(), card_of);
    let all = bounds(&places);
    let at = all.origin - Point::new(MARGIN, MARGIN);
    let (width, height) = (all.size.width + 2.0 * MARGIN, all.size.height + 2.0 * MARGIN);
    let of = |is_frame: bool| {
        let drawn = nodes.iter().filter_map(|node| Some((node, places.get(&node.id)?)));
        drawn.filter(move |(_, place)| place.is_frame == is_frame)
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {width} {height}\" \
         width=\"{width}\" height=\"{height}\">\n<title>{}</title>\n{}\n<style>{STYLE}</style>\n\
         <rect{} fill=\"#f4f7fd\"/>\n",
        at.x,
        at.y,
        words(&workflow.name, usize::MAX),
        enclose(workflow),
        place_of(Rect::new(at.x, at.y, width, height)),
    );
    svg.extend(of(true).map(|(node, place)| frame(node, place.card, &colour(&node.kind))));
    svg.extend(edges.iter().filter_map(|edge| connection(edge, &places)));
    svg.extend(of(false).map(|(node, place)| card(node, place, &colour(&node.kind))));
    svg.push_str("</svg>\n");
    svg
}

/// The attributes that say where a box is.
fn place_of(Rect { origin: at, size }: Rect) -> String {
    let (x, y, width, height) = (at.x, at.y, size.width, size.height);
    format!(" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn frame(node: &DiagramNode, place: Rect, colour: &str) -> String {
    format!(
        "<rect{} rx=\"14\" fill=\"{colour}\" fill-opacity=\".06\" stroke=\"{colour}\" \
         stroke-opacity=\".5\"/>\n{}",
        place_of(place),
        heading(node, place.origin, colour),
    )
}

fn connection(edge: &DiagramEdge, places: &Places) -> Option<String> {
    let path = line(edge, places)?;
    let mut drawn = format!("<path class=\"e\" d=\"{}\"/>\n", path.d);
    if let Some(label) = &edge.label {
        // Writing to a String cannot fail.
        let _ = writeln!(
            drawn,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" stroke=\"#f4f7fd\" stroke-width=\"6\" \
             paint-order=\"stroke\">{}</text>",
            path.label.x,
            path.label.y + 4.0,
            words(label, LINE_CHARS),
        );
    }
    Some(drawn)
}

fn card(node: &DiagramNode, place: &Place, colour: &str) -> String {
    let (at, bottom) = (place.card.origin, place.card.bottom());
    let opacity = if node.disabled { ".5" } else { "1" };
    let mut drawn = format!(
        "<g opacity=\"{opacity}\">\n<rect class=\"c\"{} rx=\"14\"/>\n{}",
        place_of(place.card),
        heading(node, at, colour),
    );
    let note = node.note.iter().flat_map(|note| note.lines());
    let mut below = at.y + FIRST_LINE;
    let lines = node.summary.iter().map(String::as_str).chain(note);
    for text in lines.filter(|line| !line.trim().is_empty()) {
        if below > bottom {
            break;
        }
        drawn.push_str(&text_at(Point::new(at.x + 12.0, below), "m", text, LINE_CHARS));
        below += LINE;
    }
    let sides = [(PortSide::Input, &place.inputs), (PortSide::Output, &place.outputs)];
    for (side, id) in sides.iter().flat_map(|(side, ids)| ids.iter().map(move |id| (*side, id))) {
        let port = place.port(side, id);
        // Writing to a String cannot fail.
        let _ =
            writeln!(drawn, "<circle class=\"p\" cx=\"{}\" cy=\"{}\" r=\"5\"/>", port.x, port.y);
    }
    drawn.push_str("</g>\n");
    drawn
}

/// Icon, title and the line under it, at the upper left corner of a card or frame.
fn heading(node: &DiagramNode, at: Point, colour: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"34\" height=\"34\" rx=\"10\" fill=\"{colour}\" \
         fill-opacity=\".13\"/>\n<path transform=\"translate({} {}) scale(.75)\" fill=\"none\" \
         stroke=\"{colour}\" stroke-width=\"2.2\" stroke-linecap=\"round\" \
         stroke-linejoin=\"round\" d=\"{}\"/>\n{}{}",
        at.x + 11.0,
        at.y + 11.0,
        at.x + 19.0,
        at.y + 19.0,
        kind_icon(&node.kind).path(),
        text_at(at + Point::new(56.0, 25.0), "t", &node.label, TITLE_CHARS),
        text_at(at + Point::new(56.0, 43.0), "m", &node.subtitle, TITLE_CHARS + 4),
    )
}

fn text_at(at: Point, class: &str, text: &str, most: usize) -> String {
    format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>\n", at.x, at.y, words(text, most))
}

/// As much of a text as fits, without what XML cannot hold.
fn words(text: &str, most: usize) -> String {
    let mut letters = text.chars().filter(|letter| !letter.is_control());
    let mut kept: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    escaped(&kept)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::transfer::{import, svg::enclosed};
    use serde_json::json;

    use super::*;

    fn workflow() -> Workflow {
        serde_json::from_value(json!({
            "schemaVersion": 1,
            "name": "Ads <script>alert(1)</script>\u{7}",
            "nodes": [
                { "id": "a", "type": "start", "position": { "x": 0, "y": 0 }, "data": {} },
                { "id": "b", "type": "generate_copy", "position": { "x": 400, "y": -80 },
                  "data": { "label": "A title that is far too long for a card",
                            "config": { "prompt": "Write & rhyme" } } },
            ],
            "edges": [{ "id": "e", "source": "a", "target": "b", "label": "first \"a\"" }],
        }))
        .unwrap()
    }

    #[test]
    fn a_drawing_shows_cards_and_lines_and_is_read_back_without_a_loss() {
        let workflow = workflow();

        let svg =
            drawing(&workflow, |kind| if kind == "start" { "teal" } else { "navy" }.to_owned());

        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
        assert!(
            svg.contains("A title that is far to…") && svg.contains("stroke=\"navy\""),
            "{svg}"
        );
        assert!(svg.contains("first &quot;a&quot;") && svg.contains("Write &amp; rhyme"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains('\u{7}'));
        assert_eq!(
            (svg.matches("class=\"e\"").count(), svg.matches("class=\"c\"").count()),
            (1, 2)
        );
        assert!(svg.contains("viewBox=\"-40 -120 "), "{svg}");
        let read = import(&svg).unwrap().workflow;
        assert_eq!(read.to_json(), workflow.to_json());
        let again = drawing(&read, |_| "navy".to_owned());
        assert_eq!(enclosed(&again), enclosed(&svg));
    }

    #[test]
    fn an_empty_workflow_is_still_a_picture() {
        let svg = drawing(&Workflow::default(), |_| String::new());

        assert!(svg.contains("viewBox=\"-40 -40 320 136\""), "{svg}");
    }
}
