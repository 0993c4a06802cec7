//! The frame of the pages before sign-in: the form at the left, a picture of the product at the
//! right.

use diagram::{
    Diagram,
    view::{DiagramEdge, DiagramNode, DiagramPort, EdgeState, NodeRun, Thumb},
};
use frame::layout::{brand::Logo, theme::ThemeSwitch};
use leptos::prelude::*;
use ui::status::Status;

/// Sky, sun and hills of the posters in the picture.
const POSTERS: [[&str; 4]; 3] = [
    ["ffe3bd", "ff9a76", "fff6e6", "b4508a"],
    ["cfe4ff", "7fa6f3", "ffffff", "2f4fa3"],
    ["e3f7d8", "62c29b", "fffbe0", "176a68"],
];

fn thumb([sky, dusk, sun, hills]: &[&str; 4]) -> Thumb {
    let url = format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E\
         %3ClinearGradient id='a' x2='0' y2='1'%3E%3Cstop stop-color='%23{sky}'/%3E\
         %3Cstop offset='1' stop-color='%23{dusk}'/%3E%3C/linearGradient%3E\
         %3Cpath fill='url(%23a)' d='M0 0h48v48H0z'/%3E\
         %3Ccircle cx='31' cy='19' r='7' fill='%23{sun}'/%3E\
         %3Cpath fill='%23{hills}' fill-opacity='.55' d='M0 34c9-9 18-8 26-2s14 5 22-2v18H0z'/%3E\
         %3Cpath fill='%23{hills}' d='M0 41c12-8 22-4 30-1s12 2 18-2v10H0z'/%3E%3C/svg%3E"
    );
    Thumb { url, alt: String::new() }
}

/// Two columns: the form, and a picture of a workflow at work. On a phone only the form.
#[component]
pub(super) fn SessionFrame(
    /// The page's heading.
    #[prop(into)]
    title: String,
    /// One sentence under it.
    #[prop(into)]
    lead: String,
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
                    <p class="session__lead" dir="auto">
                        {lead}
                    </p>
                    {children()}
                </div>
            </main>
            <Showcase />
        </div>
    }
    .into_any()
}

/// A still of a workflow at work. It says nothing that the form needs, so it is hidden from
/// screen readers and takes no focus.
#[component]
fn Showcase() -> impl IntoView {
    view! {
        <aside class="session__showcase" aria-hidden="true" inert>
            <div class="session__stage">
                <Diagram label="A running workflow" nodes=nodes() edges=edges() />
            </div>
            <div class="session__words">
                <p class="session__claim">
                    "Draw a workflow. Launch it. Watch the results appear."
                </p>
                <p>
                    "Every finished step is saved. If the server stops, your run continues where it \
                     left off."
                </p>
            </div>
        </aside>
    }
    .into_any()
}

fn nodes() -> Vec<DiagramNode> {
    let brief = node("brief", "start", "Brief", 0.0, 104.0);
    let copy = node("copy", "generate_copy", "Write headlines", 296.0, 0.0);
    let image = node("image", "generate_image", "Make creatives", 296.0, 196.0);
    let attach = node("attach", "attach_to_document", "Attach to copy", 592.0, 104.0);
    let done = |text: &str| NodeRun {
        status: Status::Completed,
        text: text.to_owned(),
        ..NodeRun::default()
    };
    let progress = NodeRun {
        status: Status::Running,
        progress: Some((3, 5)),
        thumbs: POSTERS.iter().map(thumb).collect(),
        ..NodeRun::default()
    };
    vec![
        DiagramNode { subtitle: "Start · 4 fields".to_owned(), run: Some(done("")), ..brief },
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

fn node(id: &str, kind: &str, label: &str, x: f64, y: f64) -> DiagramNode {
    let inputs = if kind == "start" { vec![] } else { vec![DiagramPort::from_id("input")] };
    DiagramNode {
        id: id.to_owned(),
        kind: kind.to_owned(),
        label: label.to_owned(),
        x,
        y,
        inputs,
        outputs: vec![DiagramPort::from_id("output")],
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
