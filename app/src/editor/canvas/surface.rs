//! The stage of the canvas: events in, one transform out.

use leptos::{ev, html, prelude::*};
use model::canvas::{geometry::Point, tool::Tool};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    bands::Bands,
    card::NodeCard,
    desk::Desk,
    edge_tools::EdgeTools,
    focus::{CANVAS, enter_canvas, focus_card, is_nowhere},
    keyboard::{is_by_keys, is_writing, on_key, on_key_up, watch_keys},
    lifted::Lifted,
    lines::{LineFaults, LineLabels, Lines},
    middle::{on_mouse_up, paste, watch_middle},
    minimap::Map,
    overlay::{Overlay, Refusal},
    paint::{Blocks, forget_colours},
    popup::{
        connector::Connector, finder::Finder, label::EdgeLabel, menu::ContextMenu, picker::Picker,
        rename::Rename, sheet::KeySheet,
    },
    shown::Shown,
    zoom::ZoomBar,
};
use crate::client::{
    keep,
    media::MediaWatch,
    pointer::{held, local, press},
    resize::ResizeWatch,
    signal::SetNew,
    wheel::WheelWatch,
};

/// The canvas of the editor; fills its parent.
#[component]
pub fn Canvas(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    watch_keys(desk);
    watch_middle();
    keep_focus(desk);
    let detail = desk.editor.lens.detail();
    // Of what scripts focus browsers do not know whether a pointer led there.
    let by_hand = RwSignal::new(false);
    let key = move |event: ev::KeyboardEvent| {
        if is_by_keys(&event) {
            by_hand.set_new(false);
        }
        on_key(&event, desk);
    };
    // In a field over the canvas it is words that are copied, cut and pasted.
    let clip = move |event: &ev::ClipboardEvent, take: fn(Desk, &ev::ClipboardEvent)| {
        if !is_writing(event) {
            take(desk, event);
        }
    };
    view! {
        <section
            class="canvas diagram"
            id=CANVAS
            role="application"
            aria-roledescription="workflow canvas"
            aria-label="Canvas"
            tabindex="-1"
            aria-describedby="canvas-help"
            on:keydown=key
            on:pointerdown=move |_| by_hand.set_new(true)
            on:copy=move |event| clip(&event, Desk::on_copy)
            on:cut=move |event| clip(&event, Desk::on_cut)
            on:paste=move |event| clip(&event, paste)
            on:keyup=move |event| on_key_up(&event, desk)
            data-linking=move || desk.linking.with(Option::is_some).then_some("")
            data-detail=move || detail.get().key()
            data-by-hand=move || by_hand.get().then_some("")
            data-chosen=move || desk.editor.chosen.with(|chosen| !chosen.nodes.is_empty()).then_some("")
        >
            <Surface desk=desk />
            <Floating desk=desk />
            <p class="unseen" id="canvas-help">
                "Tab goes from node to node, arrows to the nearest one. N adds, C connects, M moves. Question mark shows all keys."
            </p>
        </section>
    }
    .into_any()
}

/// What pointers work on.
#[component]
fn Surface(desk: Desk) -> impl IntoView {
    let node_ref = NodeRef::<html::Div>::new();
    watch(node_ref, desk);
    let shown = Shown::of(desk.editor);
    let capture = move |event: &ev::PointerEvent| {
        if let Some(surface) = node_ref.get_untracked() {
            // A pointer that is already gone cannot be captured, and need not be.
            let _ = surface.set_pointer_capture(event.pointer_id());
        }
    };
    let down = move |event: ev::PointerEvent| {
        capture(&event);
        enter_canvas();
        desk.press(press(&event));
    };
    view! {
        <div
            node_ref=node_ref
            class="canvas__surface"
            on:pointerdown=down
            on:pointermove=move |event| desk.go(event.pointer_id(), local(&event), held(&event))
            on:pointerup=move |event| desk.release(event.pointer_id(), local(&event), held(&event))
            on:pointercancel=move |event| desk.forget(event.pointer_id())
            on:mousedown=move |event| event.prevent_default()
            on:mouseup=move |event| on_mouse_up(&event)
            on:contextmenu=move |event| event.prevent_default()
            on:pointerleave=move |_| desk.pointer.set_value(None)
            on:dblclick=move |event| desk.double_click(mouse(&event))
        >
            <Grid desk=desk />
            <Show when=move || shown.in_blocks.get()>
                <Blocks desk=desk />
            </Show>
            <World desk=desk shown=shown />
            <Hand desk=desk />
        </div>
    }
    .into_any()
}

/// What floats over the stage.
#[component]
fn Floating(desk: Desk) -> impl IntoView {
    view! {
        <EdgeTools desk=desk />
        <Refusal desk=desk />
        <Rename desk=desk />
        <EdgeLabel desk=desk />
        <Map desk=desk />
        <ZoomBar desk=desk />
        <Picker desk=desk />
        <Connector desk=desk />
        <Finder desk=desk />
        <ContextMenu desk=desk />
        <KeySheet desk=desk />
    }
    .into_any()
}

/// The dots: a layer of its own, so that moving the view does not paint them again.
#[component]
fn Grid(desk: Desk) -> impl IntoView {
    let view = desk.editor.lens.view;
    let step = Memo::new(move |_| 16.0 * view.get().zoom);
    let at = move || {
        let (pan, step) = (view.get().pan, step.get());
        format!("translate({:.2}px,{:.2}px)", pan.x.rem_euclid(step), pan.y.rem_euclid(step))
    };
    let faint = Memo::new(move |_| view.get().zoom < 0.4);
    view! {
        <div
            class="canvas__grid"
            data-faint=move || faint.get().then_some("")
            style:--step=move || format!("{:.3}px", step.get())
            style:transform=at
        ></div>
    }
    .into_any()
}

/// The one layer that moves, and in it what is painted: edges below, cards above. Of the layer the
/// browser keeps a picture, which it only shifts and stretches while nothing but the view changes.
#[component]
fn World(desk: Desk, shown: Shown) -> impl IntoView {
    let lens = desk.editor.lens;
    let glides = move || lens.glides.get().then_some("");
    let (stretch, turned) = (lens.stretch(), lens.is_turned());
    let at = Memo::new(move |_| {
        let pan = lens.view.get().pan;
        format!("translate3d({:.2}px,{:.2}px,0px) scale({:.5})", pan.x, pan.y, stretch.get())
    });
    let scale = move || format!("scale({:.5})", lens.painted.get());
    let Shown { nodes, edges, .. } = shown;
    view! {
        <div
            class="canvas__view"
            data-glide=glides
            data-turned=move || turned.get().then_some("")
            style:transform=move || at.get()
        >
            <div class="diagram__world" style:transform=scale>
                <Bands desk=desk />
                <Lines desk=desk shown=edges />
                <LineLabels desk=desk shown=edges />
                <LineFaults desk=desk shown=edges />
                <div
                    class="canvas__nodes"
                    role="listbox"
                    aria-label="Nodes"
                    aria-multiselectable="true"
                >
                    <For each=move || nodes.get() key=|id| id.clone() let:id>
                        <NodeCard desk=desk id=id />
                    </For>
                </div>
                <Lifted desk=desk />
                <Overlay desk=desk />
            </div>
        </div>
    }
    .into_any()
}

/// Over all of it while a hand moves the view, or would: the stage's own cursor would have to be told
/// to every part of every card.
#[component]
fn Hand(desk: Desk) -> impl IntoView {
    let cursor = Memo::new(move |_| match () {
        () if desk.panning.get() => Some("grabbing"),
        () if desk.space.get() || desk.tool.get() == Tool::Hand => Some("grab"),
        () => None,
    });
    view! {
        <Show when=move || cursor.get().is_some()>
            <div class="canvas__hand" style:cursor=move || cursor.get()></div>
        </Show>
    }
    .into_any()
}

/// A card that gets another place in the reading order loses the focus by it, and has it back.
fn keep_focus(desk: Desk) {
    let editor = desk.editor;
    let regain = move || {
        let focused = editor.focus.try_get_untracked().flatten();
        if let Some(id) = focused.filter(|_| is_nowhere()) {
            focus_card(&id);
        }
    };
    Effect::new(move |drawn: Option<()>| {
        editor.drawing.order.track();
        if drawn.is_some() {
            request_animation_frame(regain);
        }
    });
}

/// Follows the surface's size and takes its wheel events, while it is on the page.
fn watch(node_ref: NodeRef<html::Div>, desk: Desk) {
    Effect::new(move || {
        let Some(surface) = node_ref.get() else { return };
        let element: &HtmlElement = surface.as_ref();
        let editor = desk.editor;
        keep(ResizeWatch::open(element, move |width, height| {
            let (bounds, drawing) = (editor.drawing.bounds(), editor.drawing);
            let first = drawing.order.with_untracked(|order| drawing.rect(order.first()?));
            editor.lens.resize(width, height, bounds, first.unwrap_or(bounds));
        }));
        let dark = "(prefers-color-scheme: dark)";
        keep(MediaWatch::open(dark, move |_| {
            forget_colours();
            editor.drawing.changes.update(|changes| *changes = changes.wrapping_add(1));
        }));
        keep(WheelWatch::open(element, move |event| desk.wheel(&event)));
    });
}

/// Where a mouse event lies on the surface.
fn mouse(event: &ev::MouseEvent) -> Point {
    let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let surface = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    surface.map_or(at, |surface| {
        let corner = surface.get_bounding_client_rect();
        at - Point::new(corner.left(), corner.top())
    })
}
