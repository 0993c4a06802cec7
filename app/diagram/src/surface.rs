//! The stage on which the picture lies: lines under cards, gestures in, one transform out; zoom buttons, and
//! whether the view follows the work.

use leptos::{ev, html, prelude::*};
use model::canvas::nearby::{self, Direction};
use ui::{button::IconButton, icon::Icon};
use wasm_bindgen::JsCast;
use web::client::{
    clock::use_zone,
    own_until_cleanup,
    pointer::{local, press},
    resize::ResizeWatch,
    wheel::{on_wheel, read_wheel},
};
use web_sys::HtmlElement;

use crate::{
    card::NodeCard,
    describe::{describe, reading_order, surroundings},
    place::{Place, Places, bounds, card_of, forward, line, places},
    stage::{BAR_HEIGHT, FIT_MARGIN, Stage},
    view::{DiagramEdge, DiagramNode, EdgeState},
};

/// One press of an arrow key outside the nodes, in screen pixels.
const KEY_PAN: f64 = 64.0;

/// A workflow to look at: fills its parent (give that a height), pans by drag, zooms by wheel,
/// pinch, buttons and `+ − 0`; nodes are reached with Tab in reading order, arrows go to the
/// nearest one. Everything is there without scripts.
#[component]
pub fn Diagram(
    /// What it shows, for screen readers: "Steps of Facebook Ads Campaign".
    #[prop(into)]
    label: Signal<String>,
    /// The nodes; change them as often as you like, only what differs is drawn again.
    #[prop(into)]
    nodes: Signal<Vec<DiagramNode>>,
    /// The edges; one whose ends are not among the nodes is not drawn.
    #[prop(into)]
    edges: Signal<Vec<DiagramEdge>>,
    /// The id of the selected node, drawn with a ring.
    #[prop(optional, into)]
    selected: Signal<Option<String>>,
    /// The id of a node that somebody was led to: it is brought into view whenever this changes.
    #[prop(optional, into)]
    led_to: Signal<Option<String>>,
    /// Called with the id of a node that was clicked or pressed.
    #[prop(optional, into)]
    on_select: Option<Callback<String>>,
    /// The ids of nodes to keep in view and legible, unless the person fits or moves the picture; a
    /// button follows them again.
    #[prop(optional, into)]
    follow: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let stage = Stage::new(Memo::new(move |_| {
        nodes.with(|nodes| places(&nodes.iter().collect::<Vec<_>>(), card_of))
    }));
    let node_ref = NodeRef::<html::Section>::new();
    watch(node_ref, stage);
    if let Some(follow) = follow {
        Effect::new(move || stage.watch(follow.get()));
    }
    Effect::new(move || led_to.with(|id| id.iter().for_each(|id| stage.lead_to(id))));
    let may_follow =
        Memo::new(move |_| follow.is_some_and(|follow| follow.with(|ids| !ids.is_empty())));
    let select = Callback::new(move |id: String| {
        if let Some(on_select) = on_select {
            on_select.run(id);
        }
    });
    let drag = move |event: ev::PointerEvent| {
        let id = event.pointer_id();
        if let (true, Some(section)) = (stage.drag(id, local(&event)), node_ref.get_untracked()) {
            // A pointer that is already gone cannot be captured, and need not be.
            let _ = section.set_pointer_capture(id);
        }
    };
    view! {
        <section
            node_ref=node_ref
            class="diagram"
            aria-label=move || label.get()
            data-detail=move || stage.detail().key()
            on:pointerdown=move |event| stage.press(press(&event))
            on:pointermove=drag
            on:pointerup=move |event| stage.release(event.pointer_id(), local(&event))
            on:pointercancel=move |event| stage.release(event.pointer_id(), local(&event))
            on:keydown=move |event| on_key(&event, stage)
        >
            <World stage=stage nodes=nodes edges=edges selected=selected on_select=select />
            <ZoomBar stage=stage may_follow=may_follow />
        </section>
    }
    .into_any()
}

/// The one layer that moves: edges below, cards above.
#[component]
fn World(
    stage: Stage,
    nodes: Signal<Vec<DiagramNode>>,
    edges: Signal<Vec<DiagramEdge>>,
    selected: Signal<Option<String>>,
    on_select: Callback<String>,
) -> impl IntoView {
    let order =
        Memo::new(move |_| nodes.with(|n| edges.with(|e| reading_order(n, &forward(n, e)))));
    let frame = Memo::new(move |_| stage.places.with(bounds));
    let transform = move || {
        stage.view.get().map(|view| {
            format!("translate({:.2}px,{:.2}px) scale({:.4})", view.pan.x, view.pan.y, view.zoom)
        })
    };
    let pixels = |value: f64| format!("{value}px");
    let on_focus = move |id: String| {
        stage.lead_to(&id);
    };
    view! {
        <div
            class="diagram__world"
            data-fit=move || stage.view.get().is_none().then_some("static")
            data-glide=move || stage.glides.get().then_some("")
            style:transform=transform
            style:--w=move || pixels(frame.get().size.width)
            style:--h=move || pixels(frame.get().size.height)
            style:--cx=move || pixels(frame.get().center().x)
            style:--cy=move || pixels(frame.get().center().y)
            style:--margin=pixels(FIT_MARGIN)
            style:--bar=pixels(BAR_HEIGHT)
        >
            <EdgeLayer edges=edges places=stage.places />
            <ol class="diagram__nodes">
                <For each=move || order.get() key=|id| id.clone() let:id>
                    <OneNode
                        id=id
                        places=stage.places
                        nodes=nodes
                        edges=edges
                        order=order
                        selected=selected
                        on_select=on_select
                        on_focus=on_focus
                    />
                </For>
            </ol>
        </div>
    }
    .into_any()
}

#[component]
fn OneNode(
    id: String,
    places: Memo<Places>,
    nodes: Signal<Vec<DiagramNode>>,
    edges: Signal<Vec<DiagramEdge>>,
    order: Memo<Vec<String>>,
    selected: Signal<Option<String>>,
    on_select: Callback<String>,
    #[prop(into)] on_focus: Callback<String>,
) -> impl IntoView {
    let own = id.clone();
    let node = Memo::new(move |_| {
        nodes.with(|nodes| nodes.iter().find(|node| node.id == own).cloned().unwrap_or_default())
    });
    let zone = use_zone();
    let name = Memo::new(move |_| {
        let (node, order) = (node.read(), order.read());
        let around =
            nodes.with(|nodes| edges.with(|edges| surroundings(&node.id, &order, nodes, edges)));
        describe(&node, &around, zone.get())
    });
    let own = id.clone();
    let frame = Memo::new(move |_| {
        let framed = |place: &Place| place.is_frame.then_some(place.card);
        places.with(|places| places.get(&own).and_then(framed))
    });
    let chosen = Memo::new(move |_| selected.read().as_deref() == Some(id.as_str()));
    view! {
        <NodeCard
            node=node
            name=name
            frame=frame
            selected=chosen
            on_select=on_select
            on_focus=on_focus
        />
    }
    .into_any()
}

/// Follows the element's size and takes its wheel events, while it is on the page.
fn watch(node_ref: NodeRef<html::Section>, stage: Stage) {
    Effect::new(move || {
        let Some(section) = node_ref.get() else { return };
        let element: &HtmlElement = section.as_ref();
        own_until_cleanup(ResizeWatch::open(element, move |width, height| {
            stage.resize(width, height)
        }));
        let frame = element.clone();
        own_until_cleanup(on_wheel(element, move |event| {
            stage.wheel(&read_wheel(&event, &frame), event.time_stamp());
        }));
    });
}

fn on_key(event: &ev::KeyboardEvent, stage: Stage) {
    let key = event.key();
    match key.as_str() {
        _ if event.ctrl_key() || event.meta_key() || event.alt_key() => return,
        "+" | "=" => stage.zoom(1),
        "-" => stage.zoom(-1),
        "0" => stage.fit(),
        _ => {
            let Some(id) = focused_node(event) else { return pan_by_key(event, stage) };
            let next = stage.places.with_untracked(|places| nearest(&id, &key, places));
            let Some(next) = next else { return };
            focus(&next);
        }
    }
    event.prevent_default();
}

fn pan_by_key(event: &ev::KeyboardEvent, stage: Stage) {
    let Some(direction) = Direction::from_key(&event.key()) else { return };
    event.prevent_default();
    stage.pan(direction.unit() * -KEY_PAN);
}

fn focused_node(event: &ev::KeyboardEvent) -> Option<String> {
    event.target()?.dyn_into::<HtmlElement>().ok()?.dataset().get("node")
}

fn focus(id: &str) {
    let element = document().get_element_by_id(&format!("node-{id}"));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A node that left the picture in the meantime keeps the focus where it was.
        let _ = element.focus();
    }
}

fn nearest(from: &str, key: &str, places: &Places) -> Option<String> {
    let (here, direction) = (places.get(from)?.card, Direction::from_key(key)?);
    nearby::nearest(here, direction, places.iter().map(|(id, place)| (id.clone(), place.card)))
}

/// The lines of a diagram and the words on them, hidden from screen readers: what they say is said
/// with the cards they connect.
#[component]
pub(super) fn EdgeLayer(edges: Signal<Vec<DiagramEdge>>, places: Memo<Places>) -> impl IntoView {
    let labelled = move || {
        let has = |edge: &DiagramEdge| edge.label.is_some();
        edges.with(|all| all.iter().filter(|edge| has(edge)).cloned().collect::<Vec<_>>())
    };
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || edges.get() key=|edge| edge.id.clone() let:edge>
                <EdgeLine first=edge edges=edges places=places />
            </For>
        </svg>
        <For each=labelled key=|edge| edge.id.clone() let:edge>
            <EdgeWords edge=edge places=places />
        </For>
    }
    .into_any()
}

/// The words on a line, on a plate at its middle; what runs was drawn before, so they stay.
#[component]
fn EdgeWords(edge: DiagramEdge, places: Memo<Places>) -> impl IntoView {
    let (id, words) = (edge.id.clone(), edge.label.clone());
    let middle = Memo::new(move |_| places.with(|all| line(&edge, all)).map(|path| path.label));
    view! {
        <span
            class="edge-label clip"
            data-testid=format!("edge-label-{id}")
            aria-hidden="true"
            hidden=move || middle.get().is_none()
            style:left=move || middle.get().map(|at| format!("{}px", at.x))
            style:top=move || middle.get().map(|at| format!("{}px", at.y))
        >
            {words}
        </span>
    }
}

#[component]
fn EdgeLine(
    first: DiagramEdge,
    edges: Signal<Vec<DiagramEdge>>,
    places: Memo<Places>,
) -> impl IntoView {
    let id = first.id.clone();
    let state = Memo::new(move |_| {
        edges.with(|all| all.iter().find(|edge| edge.id == id).map_or(EdgeState::Idle, |e| e.state))
    });
    let d = Memo::new(move |_| places.with(|places| line(&first, places)).map(|path| path.d));
    view! { <path class="edge" data-state=move || state.get().key() d=move || d.get() /> }
}

/// Farther, the present zoom, nearer, fit; where something may be followed, whether it is.
#[component]
pub(super) fn ZoomBar(
    stage: Stage,
    /// Whether there is something to follow now.
    #[prop(into)]
    may_follow: Signal<bool>,
) -> impl IntoView {
    let percent = move || match stage.view.get() {
        Some(view) => format!("{:.0}%", view.zoom * 100.0),
        None => "Fit".to_owned(),
    };
    view! {
        <div class="zoom-bar" role="group" aria-label="Zoom">
            <IconButton icon=Icon::Minus label="Zoom out" on_press=move |()| stage.zoom(-1) />
            <span class="zoom-bar__value num" aria-live="off">
                {percent}
            </span>
            <IconButton icon=Icon::Plus label="Zoom in" on_press=move |()| stage.zoom(1) />
            <span class="zoom-bar__rule"></span>
            <IconButton icon=Icon::Maximize label="Fit to view" on_press=move |()| stage.fit() />
            <Show when=move || may_follow.get()>
                <IconButton
                    icon=Icon::LocateFixed
                    label="Follow running steps"
                    pressed=Signal::derive(move || Some(stage.follows()))
                    on_press=move |()| stage.turn_following()
                />
            </Show>
        </div>
    }
    .into_any()
}
