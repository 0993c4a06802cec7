//! What is around the forms before one is in: the form at the left, at the right what it is for.

use leptos::prelude::*;

use crate::{
    diagram::{
        Diagram,
        view::{DiagramEdge, DiagramNode, DiagramPort, EdgeState, NodeRun},
    },
    layout::{brand::Logo, theme::ThemeSwitch},
    ui::status::Status,
};

/// Two columns: the form, and a picture of a workflow at work. On a phone only the form.
#[component]
pub(super) fn SessionFrame(
    /// The page's heading.
    title: &'static str,
    /// One sentence under it.
    lead: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="session">
            <main class="session__form" id="content">
                <header class="session__brand">
                    <Logo size=32 />
                    <span>"Atelier"</span>
                    <span class="spring"></span>
                    <ThemeSwitch />
                </header>
                <div class="session__sheet">
                    <h1>{title}</h1>
                    <p class="session__lead">{lead}</p>
                    {children()}
                </div>
            </main>
            <Showcase />
        </div>
    }
}

/// A still of a workflow at work. It says nothing that the form needs, so it is hidden from
/// screen readers and takes no focus.
#[component]
fn Showcase() -> impl IntoView {
    view! {
        <aside class="session__showcase" aria-hidden="true" inert>
            <div class="session__stage">
                <Diagram label="A workflow at work" nodes=nodes() edges=edges() />
            </div>
            <div class="session__words">
                <p class="session__claim">
                    "Draw a workflow. Launch it. Watch it make things."
                </p>
                <p>
                    "Every step is kept the moment it is done: stop the machine in the middle, and \
                     it goes on where it was."
                </p>
            </div>
        </aside>
    }
}

fn nodes() -> Vec<DiagramNode> {
    let brief = node("brief", "start", "Brief", (0.0, 96.0));
    let copy = node("copy", "generate_copy", "Write headlines", (320.0, 0.0));
    let image = node("image", "generate_image", "Make creatives", (320.0, 208.0));
    let attach = node("attach", "attach_to_document", "Attach to copy", (640.0, 96.0));
    let done = |text: &str| NodeRun {
        status: Status::Completed,
        text: text.to_owned(),
        ..NodeRun::default()
    };
    let progress = NodeRun {
        status: Status::Running,
        progress: Some((3, 5)),
        text: "A quiet kitchen at six, light on the steam".to_owned(),
        ..NodeRun::default()
    };
    vec![
        DiagramNode { subtitle: "Start · 4 parameters".to_owned(), run: Some(done("")), ..brief },
        DiagramNode {
            subtitle: "Generate copy · 10".to_owned(),
            run: Some(done("“Mornings that taste like a plan.”")),
            ..copy
        },
        DiagramNode { subtitle: "Generate image · 1:1".to_owned(), run: Some(progress), ..image },
        DiagramNode {
            subtitle: "Each image to each copy".to_owned(),
            run: Some(NodeRun::default()),
            ..attach
        },
    ]
}

fn node(id: &str, kind: &str, label: &str, (x, y): (f64, f64)) -> DiagramNode {
    let inputs = if kind == "start" { vec![] } else { vec![DiagramPort::named("input")] };
    DiagramNode {
        id: id.to_owned(),
        kind: kind.to_owned(),
        label: label.to_owned(),
        x,
        y,
        inputs,
        outputs: vec![DiagramPort::named("output")],
        ..DiagramNode::default()
    }
}

fn edges() -> Vec<DiagramEdge> {
    let edge = |source: &str, target: &str, state| DiagramEdge {
        id: format!("{source}-{target}"),
        source: source.to_owned(),
        target: target.to_owned(),
        state,
        ..DiagramEdge::default()
    };
    vec![
        edge("brief", "copy", EdgeState::Done),
        edge("brief", "image", EdgeState::Active),
        edge("copy", "attach", EdgeState::Idle),
        edge("image", "attach", EdgeState::Idle),
    ]
}
