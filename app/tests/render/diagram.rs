//! The picture of a workflow, as the server sends it.

use diagram::{
    Diagram,
    view::{DiagramEdge, DiagramNode, DiagramPort, EdgeState, NodeRun, PortShape, Thumb},
};
use leptos::prelude::*;
use ui::status::Status;

use crate::render::page::{count, render};

const PICTURES: [&str; 3] = ["ffd9a8,ff8f70", "a8e6ff,5b8def", "d8ffc9,44b78b"];

fn thumb(colours: &str) -> Thumb {
    let (from, to) = colours.split_once(',').unwrap();
    let url = format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='96' height='96'%3E\
         %3Cdefs%3E%3ClinearGradient id='a' x2='1' y2='1'%3E%3Cstop stop-color='%23{from}'/%3E\
         %3Cstop offset='1' stop-color='%23{to}'/%3E%3C/linearGradient%3E%3C/defs%3E\
         %3Crect width='96' height='96' fill='url(%23a)'/%3E%3C/svg%3E"
    );
    Thumb { url, alt: "A poster".to_owned() }
}

fn node(id: &str, kind: &str, label: &str, subtitle: &str, at: (f64, f64)) -> DiagramNode {
    let ports = |id: &str| vec![DiagramPort::from_id(id)];
    DiagramNode {
        id: id.to_owned(),
        kind: kind.to_owned(),
        label: label.to_owned(),
        subtitle: subtitle.to_owned(),
        x: at.0,
        y: at.1,
        inputs: if kind == "start" { vec![] } else { ports("input") },
        outputs: if kind == "end" { vec![] } else { ports("output") },
        ..DiagramNode::default()
    }
}

fn edge(source: &str, target: &str, state: EdgeState) -> DiagramEdge {
    DiagramEdge {
        id: format!("{source}-{target}"),
        source: source.to_owned(),
        target: target.to_owned(),
        state,
        ..DiagramEdge::default()
    }
}

fn run(status: Status) -> NodeRun {
    NodeRun { status, ..NodeRun::default() }
}

/// The states of copy, image and review in the middle of an execution.
fn runs() -> [NodeRun; 3] {
    let copy = NodeRun {
        text: "“Mornings that taste like a plan.”\nSlow coffee for quick people.".to_owned(),
        progress: Some((10, 10)),
        duration: Some("6.2 s".to_owned()),
        cost: Some("$0.011".to_owned()),
        sample: true,
        ..run(Status::Completed)
    };
    let image = NodeRun {
        thumbs: PICTURES.map(thumb).to_vec(),
        progress: Some((3, 5)),
        cost: Some("$0.020".to_owned()),
        ..run(Status::Running)
    };
    let review = NodeRun {
        note: Some("Waiting for review · any editor · 2 h left".to_owned()),
        ..run(Status::AwaitingReview)
    };
    [copy, image, review]
}

fn at_work() -> (Vec<DiagramNode>, Vec<DiagramEdge>) {
    let [copy, image, review] = runs();
    let branch = |id: &str| DiagramPort { shape: PortShape::Diamond, ..DiagramPort::from_id(id) };
    let mut pick =
        node("pick", "review", "Pick the best two", "Review · any editor", (720.0, 180.0));
    pick.outputs = ["approved", "changes", "rejected"].map(branch).to_vec();
    let with = |node: DiagramNode, run: NodeRun| DiagramNode { run: Some(run), ..node };
    let nodes = vec![
        with(
            node("brief", "start", "Brief", "Start · 4 parameters", (0.0, 60.0)),
            run(Status::Completed),
        ),
        with(
            node(
                "copy",
                "generate_copy",
                "Write headlines",
                "Generate copy · Sample",
                (360.0, 0.0),
            ),
            copy,
        ),
        with(
            node(
                "image",
                "generate_image",
                "Make creatives",
                "Generate image · 1:1",
                (360.0, 230.0),
            ),
            image,
        ),
        with(pick, review),
        with(
            node(
                "attach",
                "attach_to_document",
                "Attach to copy",
                "Each image to each copy",
                (1080.0, 120.0),
            ),
            run(Status::Pending),
        ),
        with(
            node("end", "end", "Campaign", "Documents and images", (1080.0, 300.0)),
            run(Status::Queued),
        ),
    ];
    (nodes, lines())
}

fn lines() -> Vec<DiagramEdge> {
    let mut to_end = edge("pick", "end", EdgeState::NotTaken);
    to_end.source_port = "rejected".to_owned();
    let mut back = edge("pick", "copy", EdgeState::Idle);
    back.source_port = "changes".to_owned();
    vec![
        edge("brief", "copy", EdgeState::Done),
        edge("brief", "image", EdgeState::Active),
        edge("copy", "pick", EdgeState::Done),
        edge("image", "pick", EdgeState::Idle),
        edge("pick", "attach", EdgeState::Idle),
        to_end,
        back,
    ]
}

fn picture(name: &str, nodes: Vec<DiagramNode>, edges: Vec<DiagramEdge>) -> String {
    render(name, "/", move || {
        view! {
            <main class="look-at" style="height:100dvh">
                <Diagram
                    label="Steps of Facebook Ads Campaign"
                    nodes=nodes
                    edges=edges
                    selected=Some("image".to_owned())
                />
            </main>
        }
    })
}

#[test]
fn every_node_and_line_is_there_without_scripts() {
    let (nodes, edges) = at_work();

    let html = picture("diagram", nodes, edges);

    assert_eq!(count(&html, "class=\"node\""), 6);
    assert_eq!(count(&html, "class=\"edge\""), 7);
    assert!(html.contains("data-fit=\"static\""));
    assert!(html.contains("d=\"M240 88C300 88 300 28 360 28\""), "{html}");
    assert!(html.contains("--cx:660px"), "the stylesheet fits the picture by its frame");
}

#[test]
fn the_words_on_a_line_lie_at_its_middle_and_are_said_with_the_cards_it_connects() {
    let (nodes, mut edges) = at_work();
    edges[0].label = Some("<what> was asked".to_owned());

    let html = picture("diagram_labels", nodes, edges);

    assert_eq!(count(&html, "class=\"edge-label clip\""), 1);
    assert!(html.contains("left:300px;top:58px"), "{html}");
    assert!(html.contains("&lt;what&gt; was asked<!></span>"), "{html}");
    assert!(html.contains("from Brief (&lt;what&gt; was asked)"), "{html}");
    assert!(html.contains("to Write headlines (&lt;what&gt; was asked)"), "{html}");
}

#[test]
fn nodes_are_buttons_in_reading_order_with_their_state_in_words() {
    let (nodes, edges) = at_work();

    let html = picture("diagram_names", nodes, edges);

    let names = [
        "Brief, Start, 4 parameters, step 1 of 6, completed, to Write headlines and Make creatives",
        "Make creatives, Generate image, 1:1, step 2 of 6, running 3 of 5, from Brief",
    ];
    let places = names.map(|name| html.find(name).unwrap_or_else(|| panic!("{name}\n{html}")));
    assert!(places[0] < places[1]);
    assert!(html.contains("Waiting for review · any editor · 2 h left"));
    assert_eq!(count(&html, "aria-pressed=\"true\""), 1);
}

#[test]
fn ux_48_every_status_has_a_word_and_a_picture_and_not_only_a_colour() {
    let nodes = Status::ALL
        .iter()
        .zip([
            (0., 0.),
            (1., 0.),
            (2., 0.),
            (0., 1.),
            (1., 1.),
            (2., 1.),
            (0., 2.),
            (1., 2.),
            (2., 2.),
            (0., 3.),
        ])
        .map(|(status, (column, row))| DiagramNode {
            run: Some(run(*status)),
            summary: vec!["One line of what it does".to_owned()],
            ..node(
                status.key(),
                "generate_copy",
                status.word(),
                "Generate copy · Sample",
                (column * 300.0, row * 140.0),
            )
        })
        .collect();

    let html = picture("statuses", nodes, vec![]);

    for status in Status::ALL {
        assert!(html.contains(&format!("data-state=\"{}\"", status.key())), "{status:?}");
        assert!(html.contains(&format!("<span class=\"node__word\">{}", status.word())));
        assert!(html.contains(&format!("data-icon=\"{}\"", status.icon().slug())));
    }
}

#[test]
fn every_node_type_has_its_own_picture() {
    let kinds = [
        "start",
        "end",
        "generate_copy",
        "generate_image",
        "attach_to_document",
        "review",
        "ai_review",
        "conditional",
        "parallel",
        "merge",
        "for_each",
        "transform",
        "http_request",
        "tool",
        "agent",
        "sub_workflow",
        "wait",
        "unheard_of",
    ];
    let nodes = kinds
        .iter()
        .enumerate()
        .map(|(index, kind)| {
            let (column, row) = ((index % 5) as f64, (index / 5) as f64);
            let summary =
                vec!["10 × Facebook headline".to_owned(), "Sample · about $0.02".to_owned()];
            DiagramNode {
                summary,
                ..node(kind, kind, kind, "A type of node", (column * 290.0, row * 150.0))
            }
        })
        .collect();

    let html = picture("kinds", nodes, vec![]);

    assert!(html.contains("data-icon=\"circle-question-mark\""));
    assert_eq!(count(&html, "data-icon=\"circle-question-mark\""), 1);
}
