//! What is drawn over the cards during gestures: the selection box, guides and the edge being
//! drawn.

use leptos::prelude::*;
use model::canvas::{
    edge_path::{EdgeStyle, edge_path},
    geometry::{Point, Rect},
    ports::port_offset,
    snap::Guide,
};

use super::{
    canvas_state::CanvasState,
    gesture::{
        connect_drag::{ConnectDrag, loose_line},
        palette_drag::GhostCard,
    },
    popup::state::Picking,
    ports::port_position,
};
use crate::store::{Editor, Purpose, first::first_way};

/// The selection box, the alignment lines of a drag, the edge being drawn and the preview card.
#[component]
pub fn Overlay(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let (drag, connect_drag) = (canvas.editor.view.drag, canvas.gesture.connect_drag);
    let guides = Memo::new(move |_| drag.with(|drag| drag.as_ref().map(|c| c.guides.clone())));
    let pulled = move || connect_drag.with(|now| now.as_ref().and_then(ConnectDrag::path));
    let drawn = move || pulled().or_else(|| pending_line(canvas));
    let begins = Memo::new(move |_| first_line(canvas.editor));
    view! {
        {move || canvas.gesture.marquee.get().map(marquee)}
        <GhostCard canvas=canvas />
        <svg class="guides" width="1" height="1" aria-hidden="true" focusable="false">
            <path class="guides__begin" d=move || begins.get() />
            <path class="rubber" d=drawn />
            {move || guides.get().unwrap_or_default().into_iter().map(guide).collect_view()}
        </svg>
    }
    .into_any()
}

/// The SVG path of the edge whose loose end waits for a step to be picked.
fn pending_line(canvas: CanvasState) -> Option<String> {
    let picking = canvas.popups.picker.get()?;
    let Picking { at, purpose: Purpose::From(port) } = picking else { return None };
    let start = port_position(canvas.editor.view.canvas_model, &port)?;
    Some(loose_line(port.side, start, at))
}

/// The path from start to end while they are the only nodes: where the first step will go.
fn first_line(editor: Editor) -> Option<String> {
    let canvas_model = editor.view.canvas_model;
    canvas_model.changes.track();
    let (start, end) = first_way(editor.document)?;
    let (from, to) = (canvas_model.rect(&start)?, canvas_model.rect(&end)?);
    let at = |x: f64, rect: Rect| Point::new(x, rect.origin.y + port_offset(0));
    let (from, to) = (at(from.right(), from), at(to.origin.x, to));
    Some(edge_path(from, to, f64::MIN, EdgeStyle::Curved).d)
}

/// The reason, beside the pointer, why the port there refuses the edge.
#[component]
pub fn Refusal(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let connect_drag = canvas.gesture.connect_drag;
    let words = Memo::new(move |_| connect_drag.with(|l| l.as_ref()?.refused.clone()));
    let place = move || {
        let at = connect_drag.with(|l| l.as_ref()?.at).unwrap_or_default();
        let at = canvas.editor.view.viewport.view.get().to_screen(at);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    move || {
        let words = words.get()?;
        // Screen readers hear the reason in a toast when the edge is dropped.
        Some(view! { <p class="refusal" style:transform=place aria-hidden="true">{words}</p> })
    }
}

fn marquee(area: Rect) -> impl IntoView {
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
