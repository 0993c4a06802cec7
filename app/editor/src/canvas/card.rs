//! A node's card on the canvas: the diagram's card, which can be selected and dragged.

use diagram::{
    card::NodeFace,
    describe::describe,
    view::{DiagramNode, DiagramPort},
};
use leptos::{
    ev::{FocusEvent, MouseEvent, PointerEvent},
    prelude::*,
};
use model::{
    canvas::{
        frame::INNER_PORT,
        geometry::{Point, Rect},
        hit::PortAt,
        ports::{PortSide, port_offset},
    },
    id::NodeId,
    nodes::NodeKind,
    validate::{Faults, Severity},
};
use ui::{
    icon::{Glyph, Icon},
    status::Status,
};
use web::client::clock::use_zone;

use super::{
    canvas_state::CanvasState,
    focus::card_id,
    lanes::{self, Fold},
    popup::open::open_picker_inside,
};
use crate::{
    problems::{count_words, look},
    store::{Editor, EditorView, Found},
};

/// The card of one node; nothing once the node is gone.
#[component]
pub fn NodeCard(
    /// The handle of the canvas.
    canvas: CanvasState,
    /// The node, or the card of a collapsed lane.
    id: NodeId,
) -> impl IntoView {
    let editor = canvas.editor;
    let Some(signals) = editor.view.canvas_model.node_signals(&id) else { return ().into_any() };
    let node = {
        let card = signals.card.clone();
        Memo::new(move |_| card.get())
    };
    let place = signals.place.clone();
    let frame = Memo::new(move |_| place.with(|place| place.is_frame));
    let place = signals.place.clone();
    let inner = Memo::new(move |_| place.with(|place| place.inner.clone()));
    let (place, shift) = (signals.place.clone(), signals.shift.clone());
    let stretch = signals.stretch.clone();
    let at = Memo::new(move |_| {
        let card = place.with(|place| place.card).shifted(shift.get());
        Rect { size: stretch.get().unwrap_or(card.size), ..card }
    });
    let is_note = Memo::new(move |_| node.with(|node| node.note.is_some()));
    let wide = move || (frame.get() || is_note.get()).then(|| format!("{}px", at.get().size.width));
    let run = Memo::new(move |_| node.with(|node| node.run.clone()));
    let status = move || run.with(|run| run.as_ref().map(|run| run.status));
    let (selected, faults) = (signals.selected.clone(), signals.faults.clone());
    let faults = Memo::new(move |_| faults.get());
    let is_selected = Signal::derive(move || selected.get());
    let pauses = {
        let id = id.clone();
        Memo::new(move |_| editor.test_run.breakpoints.with(|all| all.contains(&id)))
    };
    let name = {
        let id = id.clone();
        let around = move || editor.view.canvas_model.surroundings(&id);
        let zone = use_zone();
        let described = move || node.with(|node| describe(node, &around(), zone.get()));
        move || card_name(described(), faults.get(), pauses.get())
    };
    let found = search_state(editor, id.clone());
    let tab = tab_index(editor, id.clone());
    let (test_id, page_id, key) = (format!("node-{id}"), card_id(&id), id.to_string());
    let on_focus = focus_taker(editor, id.clone());
    let drop = drop_state(canvas, id.clone(), node);
    view! {
        <div
            class="node"
            role="option"
            id=page_id
            data-testid=test_id
            data-node=key
            data-kind=move || node.with(|node| node.kind.clone())
            data-state=move || status().map(Status::key)
            data-selected=move || is_selected.get().then_some("")
            data-breakpoint=move || pauses.get().then_some("")
            data-frame=move || frame.get().then_some("")
            data-tint=move || node.with(|node| node.tint)
            data-found=found
            data-drop=drop
            data-disabled=move || node.with(|node| node.disabled).then_some("")
            style:--w=wide
            aria-selected=move || if is_selected.get() { "true" } else { "false" }
            aria-label=name
            tabindex=tab
            style:translate=move || translate(at.get().origin)
            style:height=move || (frame.get() || run.with(Option::is_none)).then(|| format!("{}px", at.get().size.height))
            on:focus=on_focus
        >
            <NodeFace node=node run=run />
            {fold(canvas, id.clone(), node, frame)}
            {first_step(canvas, id.clone(), node)}
            {move || badge(faults.get())}
            {move || (is_note.get() && is_selected.get()).then(|| view! { <span class="node__corner"></span> })}
            <Ports canvas=canvas id=id.clone() ports=Signal::derive(move || node.read().inputs.clone()) inner=inner side=PortSide::Input />
            <Ports canvas=canvas id=id ports=Signal::derive(move || node.read().outputs.clone()) inner=inner side=PortSide::Output />
        </div>
    }
    .into_any()
}

/// Remembers that a card has the keyboard focus.
fn focus_taker(editor: Editor, id: NodeId) -> impl Fn(FocusEvent) {
    move |_| editor.view.focus.set(Some(id.clone()))
}

/// Whether a card fits the open search, as `style/editor/canvas.css` names it; nothing while no
/// search is open.
fn search_state(editor: Editor, id: NodeId) -> Memo<Option<&'static str>> {
    let state = move |found: &Found| {
        if found.at.as_ref() == Some(&id) {
            "here"
        } else if found.all.contains(&id) {
            "too"
        } else {
            "not"
        }
    };
    Memo::new(move |_| editor.view.found.with(|found| found.as_ref().map(&state)))
}

/// The `translate` style of a card. A custom property would be inherited, and the browser would
/// style everything in the card anew with each move.
pub fn translate(at: Point) -> String {
    format!("{}px {}px", at.x, at.y)
}

/// The accessible name of a card: its description, its issues and its breakpoint.
fn card_name(mut name: String, faults: Faults, pauses: bool) -> String {
    if let Some(wrong) = count_words(faults) {
        name = format!("{name}, {wrong}");
    }
    if pauses { format!("{name}, breakpoint") } else { name }
}

/// The number of issues at the card's corner; the card's accessible name says it in words.
fn badge(faults: Faults) -> Option<impl IntoView> {
    let words = count_words(faults)?;
    let (icon, key) = look(if faults.errors > 0 { Severity::Error } else { Severity::Warning });
    let count = faults.errors + faults.warnings;
    Some(view! {
        <span class="node__faults" data-severity=key title=words aria-hidden="true">
            <Glyph icon=icon size=14 />
            {(count > 1).then_some(count)}
        </span>
    })
}

/// The button that collapses what a card holds; none on cards that can hold no nodes and have no
/// lanes.
fn fold(
    canvas: CanvasState,
    id: NodeId,
    node: Memo<DiagramNode>,
    frame: Memo<bool>,
) -> Option<impl IntoView> {
    let kind = node.with_untracked(|node| NodeKind::from_key(&node.kind));
    let holds = kind.holds_nodes() || kind == NodeKind::Parallel;
    holds.then(|| view! { <CardFold canvas=canvas id=id node=node frame=frame /> })
}

#[component]
fn CardFold(
    canvas: CanvasState,
    id: NodeId,
    node: Memo<DiagramNode>,
    frame: Memo<bool>,
) -> impl IntoView {
    let editor = canvas.editor;
    let fork = id.clone();
    let EditorView { bands, canvas_model, .. } = editor.view;
    // Whether some of its lanes are open, and whether some are collapsed.
    let lanes = Memo::new(move |_| {
        if node.with(|node| node.lane || node.kind != NodeKind::Parallel.key()) {
            return (false, false);
        }
        let open = bands.with(|all| all.iter().any(|band| band.fork == fork));
        let closed = canvas_model.lanes.with(|all| all.iter().any(|lane| lane.fork == fork));
        (open, closed)
    });
    let collapsed =
        Memo::new(move |_| node.with(|node| node.collapsed) || lanes.get() == (false, true));
    let shown = move || {
        let holds = collapsed.get() || frame.get() || lanes.get().0;
        holds && editor.document.editable.get()
    };
    let test_id = format!("fold-{id}");
    let press = Callback::new(move |()| lanes::fold(editor, &id));
    view! {
        <Show when=shown>
            <Fold test_id=test_id.clone() collapsed=collapsed on_press=press />
        </Show>
    }
    .into_any()
}

/// The button in an empty loop that adds its first step; none on other cards.
fn first_step(canvas: CanvasState, id: NodeId, node: Memo<DiagramNode>) -> Option<impl IntoView> {
    let is_loop = node.with_untracked(|node| node.kind == NodeKind::ForEach.key());
    is_loop.then(|| view! { <FirstStep canvas=canvas id=id node=node /> })
}

#[component]
fn FirstStep(canvas: CanvasState, id: NodeId, node: Memo<DiagramNode>) -> impl IntoView {
    let editable = canvas.editor.document.editable;
    let shown = move || node.with(|node| node.empty_loop) && editable.get();
    let (test_id, id) = (format!("inside-{id}"), StoredValue::new(id));
    let add = move |_| id.with_value(|id| open_picker_inside(canvas, id));
    view! {
        <Show when=shown>
            // By keys it is the command that adds a step.
            <span
                class="node__inside"
                data-testid=test_id.clone()
                aria-hidden="true"
                on:pointerdown=|event: PointerEvent| {
                    if event.button() == 0 {
                        event.stop_propagation();
                    }
                }
                on:dblclick=|event: MouseEvent| event.stop_propagation()
                on:click=add
            >
                <Glyph icon=Icon::Plus size=16 />
                "Add a step inside"
            </span>
        </Show>
    }
    .into_any()
}

/// Marks a frame or loop that a drop would put what is dragged into.
fn drop_state(
    canvas: CanvasState,
    id: NodeId,
    node: Memo<DiagramNode>,
) -> impl Fn() -> Option<&'static str> {
    let holds = node.with_untracked(|node| NodeKind::from_key(&node.kind).holds_nodes());
    let is_target =
        Memo::new(move |_| holds && canvas.drop_target.with(|target| target.as_ref() == Some(&id)));
    move || is_target.get().then_some("")
}

/// Tab reaches one card: the one that had the focus last, or else the first.
fn tab_index(editor: Editor, id: NodeId) -> impl Fn() -> &'static str {
    let is_stop = Memo::new(move |_| match editor.view.focus.get() {
        Some(at) => at == id,
        None => editor.view.canvas_model.order.with(|order| order.first() == Some(&id)),
    });
    move || if is_stop.get() { "0" } else { "-1" }
}

#[component]
fn Ports(
    canvas: CanvasState,
    id: NodeId,
    ports: Signal<Vec<DiagramPort>>,
    inner: Memo<Vec<(PortSide, String)>>,
    side: PortSide,
) -> impl IntoView {
    let rows = move || {
        let within = inner.get();
        let is_inner =
            |port: &DiagramPort| within.iter().any(|(of, id)| *of == side && *id == port.id);
        let (inside, outside): (Vec<_>, Vec<_>) = ports.get().into_iter().partition(is_inner);
        let several = outside.len() > 1;
        let row = |(index, port): (usize, DiagramPort)| {
            let dot = Dot { side, several, inner: false, top: port_offset(index) };
            view! { <PortDot canvas=canvas id=id.clone() port=port dot=dot /> }
        };
        let inside = inside.into_iter().map(|port| {
            let dot = Dot { side, several: true, inner: true, top: INNER_PORT };
            view! { <PortDot canvas=canvas id=id.clone() port=port dot=dot /> }
        });
        let inside = inside.collect_view();
        view! {
            {outside.into_iter().enumerate().map(row).collect_view()}
            {inside}
        }
    };
    view! { <div class="node__ports" aria-hidden="true">{rows}</div> }
}

/// Where a port is drawn, and whether its name is drawn.
#[derive(Debug, Clone, Copy)]
struct Dot {
    side: PortSide,
    several: bool,
    /// Whether it is a loop's port to the nodes in its frame, which is drawn on the other side.
    inner: bool,
    top: f64,
}

/// A port, and whether the edge that is being drawn may connect to it.
#[component]
fn PortDot(canvas: CanvasState, id: NodeId, port: DiagramPort, dot: Dot) -> impl IntoView {
    let Dot { side, several, inner, top } = dot;
    let is_left = (side == PortSide::Input) != inner;
    let at = PortAt { node: id.clone(), side, port: port.id.clone() };
    let says = Memo::new(move |_| {
        canvas.gesture.connect_drag.with(|connect_drag| {
            let connect_drag = connect_drag.as_ref()?;
            if connect_drag.target.as_ref() == Some(&at) {
                return Some(("target", None));
            }
            if connect_drag.from == at {
                return Some(("from", None));
            }
            Some(
                match connect_drag
                    .verdict(&at.node, &at.port)
                    .filter(|_| at.side != connect_drag.from.side)
                {
                    Some(Ok(())) => ("open", None),
                    Some(Err(why)) => ("closed", Some(why.to_string())),
                    None => ("away", None),
                },
            )
        })
    });
    let takes = format!("{}: {}", port.label, port.holds);
    view! {
        <span
            class="port"
            data-testid=format!("port-{id}-{}", port.id)
            data-side=if is_left { "in" } else { "out" }
            data-inner=inner.then_some("")
            data-shape=port.shape.key()
            data-link=move || says.read().as_ref().map(|(key, _)| *key)
            title=move || {
                let why = says.read().as_ref().and_then(|(_, why)| why.clone());
                why.unwrap_or_else(|| takes.clone())
            }
            style:--top=format!("{top}px")
        >
            {several.then(|| view! { <span class="port__label">{port.label}</span> })}
        </span>
    }
    .into_any()
}
