//! What is drawn over the cards while something is under way: the box, the guides.

use leptos::prelude::*;
use model::canvas::{
    edge_path::{EdgeStyle, edge_path},
    geometry::{Point, Rect},
    ports::port_offset,
    snap::Guide,
};

use super::{desk::Desk, incoming::GhostCard, linking::Linking};
use crate::editor::store::Editor;

/// The box that is drawn, and the lines that dragged cards lie on.
#[component]
pub fn Overlay(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let guides = Memo::new(move |_| {
        desk.editor.carrying.with(|carrying| carrying.as_ref().map(|c| c.guides.clone()))
    });
    let pulled = move || desk.linking.with(|linking| linking.as_ref().and_then(Linking::path));
    let drawn = move || pulled().or_else(|| desk.awaited());
    let begins = Memo::new(move |_| first_line(desk.editor));
    view! {
        {move || desk.band.get().map(band)}
        <GhostCard desk=desk />
        <svg class="guides" width="1" height="1" aria-hidden="true" focusable="false">
            <path class="guides__begin" d=move || begins.get() />
            <path class="rubber" d=drawn />
            {move || guides.get().unwrap_or_default().into_iter().map(guide).collect_view()}
        </svg>
    }
    .into_any()
}

/// From start to end, where nothing is between them yet: the way steps are to be put on.
fn first_line(editor: Editor) -> Option<String> {
    editor.drawing.changes.track();
    let (start, end) = editor.first_way()?;
    let (from, to) = (editor.drawing.rect(&start)?, editor.drawing.rect(&end)?);
    let at = |x: f64, rect: Rect| Point::new(x, rect.origin.y + port_offset(0));
    let (from, to) = (at(from.right(), from), at(to.origin.x, to));
    Some(edge_path(from, to, f64::MIN, EdgeStyle::Curved).d)
}

/// Beside the pointer, why the port it is at refuses the edge that is drawn.
#[component]
pub fn Refusal(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let words = Memo::new(move |_| desk.linking.with(|l| l.as_ref()?.refused.clone()));
    let place = move || {
        let at = desk.linking.with(|l| l.as_ref()?.at).unwrap_or_default();
        let at = desk.editor.lens.view.get().to_screen(at);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    move || {
        let words = words.get()?;
        // It is said aloud when the edge is let go.
        Some(view! { <p class="refusal" style:transform=place aria-hidden="true">{words}</p> })
    }
}

fn band(area: Rect) -> impl IntoView {
    view! {
        <div
            class="band"
            style:left=format!("{}px", area.origin.x)
            style:top=format!("{}px", area.origin.y)
            style:width=format!("{}px", area.size.width)
            style:height=format!("{}px", area.size.height)
        ></div>
    }
}

fn guide(guide: Guide) -> impl IntoView {
    let middle = (guide.from + guide.to) * 0.5;
    let words = guide.gap.map(|gap| {
        view! {
            <text class="guide__gap" x=middle.x y=middle.y - 6.0 text-anchor="middle">
                {format!("{gap:.0}")}
            </text>
        }
    });
    view! {
        <line class="guide" x1=guide.from.x y1=guide.from.y x2=guide.to.x y2=guide.to.y />
        {words}
    }
}
