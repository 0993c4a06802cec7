//! The stage of the canvas: it takes the events and moves one layer by a transform.

use leptos::{ev, html, prelude::*};
use model::canvas::{geometry::Point, tool::Tool};
use wasm_bindgen::JsCast;
use web::client::{
    media::MediaWatch,
    own_until_cleanup,
    pointer::{held_keys, local, press},
    resize::ResizeWatch,
    signal::SetNew,
    wheel::on_wheel,
};
use web_sys::HtmlElement;

use super::{
    canvas_state::CanvasState,
    card::NodeCard,
    clipboard::{on_copy, on_cut, on_mouse_up, on_paste, watch_middle_button},
    edge_tools::EdgeTools,
    focus::{CANVAS, enter_canvas, focus_card, is_nowhere},
    gesture::handlers,
    keyboard::{is_by_keys, is_writing, on_key, on_key_up, watch_keys},
    lanes::Lanes,
    lines::{LineFaults, LineLabels, Lines},
    overlay::{DragLayer, Overlay, Refusal},
    paint::{Blocks, forget_colours},
    popup::{
        connector::Connector,
        finder::Finder,
        in_place::{EdgeLabel, Rename},
        menu::ContextMenu,
        picker::Picker,
        sheet::KeySheet,
    },
    run_command::double_click,
    visible_nodes::VisibleNodes,
    zoom::{Map, ZoomBar, wheel},
};
use crate::store::EditorView;

/// The canvas of the editor; fills its parent.
#[component]
pub fn Canvas(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    watch_keys(canvas);
    watch_middle_button();
    keep_focus(canvas);
    let detail = canvas.editor.view.viewport.detail();
    // Browsers do not know whether a pointer led to an element that a script focuses.
    let by_hand = RwSignal::new(false);
    let key = move |event: ev::KeyboardEvent| {
        if is_by_keys(&event) {
            by_hand.set_new(false);
        }
        on_key(&event, canvas);
    };
    // In a field over the canvas, copy, cut and paste are about its text.
    let clip = move |event: &ev::ClipboardEvent, take: fn(CanvasState, &ev::ClipboardEvent)| {
        if !is_writing(event) {
            take(canvas, event);
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
            // A browser that translates replaces the texts that are redrawn here.
            translate="no"
            on:keydown=key
            on:pointerdown=move |_| by_hand.set_new(true)
            on:copy=move |event| clip(&event, |canvas, event| on_copy(canvas.editor, event))
            on:cut=move |event| clip(&event, |canvas, event| on_cut(canvas.editor, event))
            on:paste=move |event| clip(&event, on_paste)
            on:keyup=move |event| on_key_up(&event, canvas)
            data-linking=move || canvas.gesture.connect_drag.with(Option::is_some).then_some("")
            data-detail=move || detail.get().key()
            data-by-hand=move || by_hand.get().then_some("")
            data-chosen=move || canvas.editor.view.selection.with(|selection| !selection.nodes.is_empty()).then_some("")
        >
            <Surface canvas=canvas />
            <Floating canvas=canvas />
            <p class="unseen" id="canvas-help">
                "Tab goes from step to step, arrow keys to the nearest one. N adds, C connects, M moves. Question mark shows all keyboard shortcuts."
            </p>
        </section>
    }
    .into_any()
}

/// The element that takes pointer events.
#[component]
fn Surface(canvas: CanvasState) -> impl IntoView {
    let node_ref = NodeRef::<html::Div>::new();
    watch(node_ref, canvas);
    let visible = VisibleNodes::new(canvas.editor.view);
    let capture = move |event: &ev::PointerEvent| {
        if let Some(surface) = node_ref.get_untracked() {
            // A pointer that is already gone cannot be captured, and need not be.
            let _ = surface.set_pointer_capture(event.pointer_id());
        }
    };
    let down = move |event: ev::PointerEvent| {
        capture(&event);
        enter_canvas();
        handlers::press(canvas, press(&event));
    };
    view! {
        <div
            node_ref=node_ref
            class="canvas__surface"
            on:pointerdown=down
            on:pointermove=move |event| handlers::move_pointer(canvas, event.pointer_id(), local(&event), held_keys(&event))
            on:pointerup=move |event| handlers::release(canvas, event.pointer_id(), local(&event), held_keys(&event))
            on:pointercancel=move |event| handlers::forget(canvas, event.pointer_id())
            on:mousedown=move |event| event.prevent_default()
            on:mouseup=move |event| on_mouse_up(&event)
            on:contextmenu=move |event| event.prevent_default()
            on:pointerleave=move |_| canvas.gesture.pointer.set_value(None)
            on:dblclick=move |event| double_click(canvas, mouse(&event))
        >
            <Grid canvas=canvas />
            <Show when=move || visible.in_blocks.get()>
                <Blocks canvas=canvas />
            </Show>
            <World canvas=canvas visible=visible />
            <Hand canvas=canvas />
        </div>
    }
    .into_any()
}

/// What floats over the stage.
#[component]
fn Floating(canvas: CanvasState) -> impl IntoView {
    view! {
        <EdgeTools canvas=canvas />
        <Refusal canvas=canvas />
        <Rename canvas=canvas />
        <EdgeLabel canvas=canvas />
        <Map canvas=canvas />
        <ZoomBar canvas=canvas />
        <Picker canvas=canvas />
        <Connector canvas=canvas />
        <Finder canvas=canvas />
        <ContextMenu canvas=canvas />
        <KeySheet canvas=canvas />
    }
    .into_any()
}

/// The dots of the grid: a layer of its own, so that moving the view does not repaint them.
#[component]
fn Grid(canvas: CanvasState) -> impl IntoView {
    let view = canvas.editor.view.viewport.view;
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

/// The one layer that moves, with edges below and cards above. The browser keeps a picture of it
/// and only shifts and scales that while nothing but the view changes.
#[component]
fn World(canvas: CanvasState, visible: VisibleNodes) -> impl IntoView {
    let viewport = canvas.editor.view.viewport;
    let glides = move || viewport.glides.get().then_some("");
    let (stretch, zooming) = (viewport.stretch(), viewport.is_zooming());
    let at = Memo::new(move |_| {
        let pan = viewport.view.get().pan;
        format!("translate3d({:.2}px,{:.2}px,0px) scale({:.5})", pan.x, pan.y, stretch.get())
    });
    let scale = move || format!("scale({:.5})", viewport.painted.get());
    let VisibleNodes { nodes, edges, .. } = visible;
    view! {
        <div
            class="canvas__view"
            data-glide=glides
            data-turned=move || zooming.get().then_some("")
            style:transform=move || at.get()
        >
            <div class="diagram__world" style:transform=scale>
                <Lanes canvas=canvas />
                <Lines canvas=canvas shown=edges />
                <LineLabels canvas=canvas shown=edges />
                <LineFaults canvas=canvas shown=edges />
                <div
                    class="canvas__nodes"
                    role="listbox"
                    aria-label="Steps"
                    aria-multiselectable="true"
                >
                    <For each=move || nodes.get() key=|id| id.clone() let:id>
                        <NodeCard canvas=canvas id=id />
                    </For>
                </div>
                <DragLayer canvas=canvas />
                <Overlay canvas=canvas />
            </div>
        </div>
    }
    .into_any()
}

/// Covers the stage while a pointer moves the view or would, to set the cursor: a cursor of the
/// stage itself would restyle every part of every card.
#[component]
fn Hand(canvas: CanvasState) -> impl IntoView {
    let gesture = canvas.gesture;
    let cursor = Memo::new(move |_| match () {
        () if gesture.panning.get() => Some("grabbing"),
        () if gesture.space.get() || gesture.tool.get() == Tool::Hand => Some("grab"),
        () => None,
    });
    view! {
        <Show when=move || cursor.get().is_some()>
            <div class="canvas__hand" style:cursor=move || cursor.get()></div>
        </Show>
    }
    .into_any()
}

/// Gives the focus back to a card that loses it because its place in the reading order changes.
fn keep_focus(canvas: CanvasState) {
    let editor = canvas.editor;
    let regain = move || {
        let focused = editor.view.focus.try_get_untracked().flatten();
        if let Some(id) = focused.filter(|_| is_nowhere()) {
            focus_card(&id);
        }
    };
    Effect::new(move |drawn: Option<()>| {
        editor.view.canvas_model.order.track();
        if drawn.is_some() {
            request_animation_frame(regain);
        }
    });
}

/// Follows the size of the surface, the colour scheme and wheel events, while it is on the page.
fn watch(node_ref: NodeRef<html::Div>, canvas: CanvasState) {
    Effect::new(move || {
        let Some(surface) = node_ref.get() else { return };
        let element: &HtmlElement = surface.as_ref();
        let EditorView { canvas_model, viewport, .. } = canvas.editor.view;
        own_until_cleanup(ResizeWatch::open(element, move |width, height| {
            let bounds = canvas_model.bounds();
            let first =
                canvas_model.order.with_untracked(|order| canvas_model.rect(order.first()?));
            viewport.resize(width, height, bounds, first.unwrap_or(bounds));
        }));
        let dark = "(prefers-color-scheme: dark)";
        own_until_cleanup(MediaWatch::open(dark, move |_| {
            forget_colours();
            canvas_model.changes.update(|changes| *changes = changes.wrapping_add(1));
        }));
        own_until_cleanup(on_wheel(element, move |event| wheel(viewport, &event)));
    });
}

/// Where a mouse event is, in screen pixels from the corner of the surface.
fn mouse(event: &ev::MouseEvent) -> Point {
    let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let surface = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    surface.map_or(at, |surface| {
        let corner = surface.get_bounding_client_rect();
        at - Point::new(corner.left(), corner.top())
    })
}
