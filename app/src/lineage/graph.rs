//! The lineage graph: what was made from what.

use leptos::prelude::*;
use model::{
    api::lineage::{LineageEntry, Subject},
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        geometry::Point,
    },
    id::WorkspaceId,
};
use ui::icon::Glyph;
use web::routes::{self, ThumbnailSide};

use super::{
    entry::anchor,
    layout::{BoxKey, GraphBox, HEIGHT, Layout, Sign, WIDTH, layout},
};

fn curve(from: Point, to: Point) -> String {
    let floor = from.y.max(to.y) + HEIGHT / 2.0;
    edge_path(from, to, floor, EdgeStyle::Curved).d
}

/// The graph, whose boxes link to what they stand for; not shown where the version is alone in it.
#[component]
pub(super) fn LineageGraph<'a>(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The version with all it was made from and all that was made from it.
    entries: &'a [LineageEntry],
) -> impl IntoView {
    let Layout { spots, lines, size: (width, height) } = layout(entries);
    let curves =
        lines.into_iter().map(|line| view! { <path d=curve(line.0, line.1) /> }).collect_view();
    (spots.len() > 1).then(|| {
        let boxes = spots.into_iter().map(|spot| render_box(workspace, spot)).collect_view();
        view! {
            <div
                class="card lineage-graph"
                role="group"
                aria-label="Lineage graph"
                tabindex="0"
            >
                <div
                    class="lineage-graph__sheet"
                    style:width=format!("{width}px")
                    style:height=format!("{height}px")
                >
                    <svg class="lineage-graph__lines" width=width height=height aria-hidden="true">
                        {curves}
                    </svg>
                    {boxes}
                </div>
            </div>
        }
    })
}

fn render_box(workspace: WorkspaceId, spot: GraphBox) -> impl IntoView {
    let GraphBox { of, name, sign, is_this, is_gone, at } = spot;
    let title = if is_gone { format!("{name}, deleted") } else { name.clone() };
    let (href, rel) = match of {
        BoxKey::Version(id) => (format!("#{}", anchor(id)), Some("external")),
        BoxKey::Document(id) => (routes::document(workspace, id), None),
        BoxKey::Elsewhere(id) => (routes::lineage(workspace, Subject::Artifact(id)), None),
    };
    let href = (!is_gone).then_some(href);
    let sign = match sign {
        Sign::Icon(icon) => view! { <Glyph icon=icon size=18 /> }.into_any(),
        Sign::Picture(image) => {
            let src = routes::thumbnail(image, ThumbnailSide::Small);
            view! { <img src=src alt="" width="32" height="32" loading="lazy" /> }.into_any()
        }
    };
    view! {
        <a
            class="lineage-graph__box"
            href=href
            rel=rel
            aria-current=is_this.then_some("true")
            title=title
            style:left=format!("{}px", at.x)
            style:top=format!("{}px", at.y)
            style:width=format!("{WIDTH}px")
            style:height=format!("{HEIGHT}px")
        >
            {sign}
            <span class="clip-two">{name}</span>
            {is_gone.then(|| view! { <span class="subtle small">"deleted"</span> })}
        </a>
    }
}
