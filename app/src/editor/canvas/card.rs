//! A node's card on the canvas: the diagram's card, which can be chosen and dragged.

use leptos::prelude::*;
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

use super::{bands::Fold, desk::Desk, focus::card_id};
use crate::{
    diagram::{
        card::NodeFace,
        describe::describe,
        view::{DiagramNode, DiagramPort},
    },
    editor::{
        problems::{count_words, look},
        store::{Editor, Found},
    },
    ui::{icon::Glyph, status::Status},
};

/// One node, if it is still there.
#[component]
pub fn NodeCard(
    /// What goes on.
    desk: Desk,
    /// Which.
    id: NodeId,
) -> impl IntoView {
    let editor = desk.editor;
    let Some(spot) = editor.drawing.spot(&id) else { return ().into_any() };
    let node = {
        let card = spot.card.clone();
        Memo::new(move |_| card.get())
    };
    let place = spot.place.clone();
    let frame = Memo::new(move |_| place.with(|place| place.is_frame));
    let place = spot.place.clone();
    let inner = Memo::new(move |_| place.with(|place| place.inner.clone()));
    let (place, shift) = (spot.place.clone(), spot.shift.clone());
    let stretch = spot.stretch.clone();
    let at = Memo::new(move |_| {
        let card = place.with(|place| place.card).shifted(shift.get());
        Rect { size: stretch.get().unwrap_or(card.size), ..card }
    });
    let is_note = Memo::new(move |_| node.with(|node| node.note.is_some()));
    let wide = move || (frame.get() || is_note.get()).then(|| format!("{}px", at.get().size.width));
    let run = Memo::new(move |_| node.with(|node| node.run.clone()));
    let status = move || run.with(|run| run.as_ref().map(|run| run.status));
    let (chosen, faults) = (spot.chosen.clone(), spot.faults.clone());
    let faults = Memo::new(move |_| faults.get());
    let is_chosen = Signal::derive(move || chosen.get());
    let pauses = {
        let id = id.clone();
        Memo::new(move |_| editor.testing.breakpoints.with(|all| all.contains(&id)))
    };
    let name = {
        let id = id.clone();
        let told = move || node.with(|node| describe(node, &editor.drawing.around(&id)));
        move || named(told(), faults.get(), pauses.get())
    };
    let found = standing(editor, id.clone());
    let tab = tab_index(editor, id.clone());
    let (test_id, page_id, key) = (format!("node-{id}"), card_id(&id), id.to_string());
    let on_focus = {
        let id = id.clone();
        move |_| editor.focus.set(Some(id.clone()))
    };
    view! {
        <div
            class="node"
            role="option"
            id=page_id
            data-testid=test_id
            data-node=key
            data-kind=move || node.with(|node| node.kind.clone())
            data-state=move || status().map(Status::key)
            data-selected=move || is_chosen.get().then_some("")
            data-breakpoint=move || pauses.get().then_some("")
            data-frame=move || frame.get().then_some("")
            data-tint=move || node.with(|node| node.tint)
            data-found=found
            data-disabled=move || node.with(|node| node.disabled).then_some("")
            style:--w=wide
            aria-selected=move || if is_chosen.get() { "true" } else { "false" }
            aria-label=name
            tabindex=tab
            style:translate=move || translate(at.get().origin)
            style:height=move || (frame.get() || run.with(Option::is_none)).then(|| format!("{}px", at.get().size.height))
            on:focus=on_focus
        >
            <NodeFace node=node run=run />
            {fold(desk, id.clone(), node, frame)}
            {move || badge(faults.get())}
            {move || (is_note.get() && is_chosen.get()).then(|| view! { <span class="node__corner"></span> })}
            <Ports desk=desk id=id.clone() ports=Signal::derive(move || node.read().inputs.clone()) inner=inner side=PortSide::Input />
            <Ports desk=desk id=id ports=Signal::derive(move || node.read().outputs.clone()) inner=inner side=PortSide::Output />
        </div>
    }
    .into_any()
}

/// How a card stands in a search, while one goes on: what `style/editor/canvas.css` calls it.
fn standing(editor: Editor, id: NodeId) -> Memo<Option<&'static str>> {
    let stands = move |found: &Found| match found.at.as_ref() == Some(&id) {
        true => "here",
        false if found.all.contains(&id) => "too",
        false => "not",
    };
    Memo::new(move |_| editor.found.with(|found| found.as_ref().map(&stands)))
}

/// Where a card lies, as a style: a style of its own, because what is inherited would have all
/// within the card styled anew.
pub fn translate(at: Point) -> String {
    format!("{}px {}px", at.x, at.y)
}

/// A card in words, with what is wrong with it and whether runs pause before it.
fn named(mut name: String, faults: Faults, pauses: bool) -> String {
    if let Some(wrong) = count_words(faults) {
        name = format!("{name}, {wrong}");
    }
    if pauses { format!("{name}, breakpoint") } else { name }
}

/// How many things are wrong, at the card's corner; the card's name says it in words.
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

/// The button that makes one card of what a card holds; none where nothing can lie in it or stand
/// after it in a lane.
fn fold(
    desk: Desk,
    id: NodeId,
    node: Memo<DiagramNode>,
    frame: Memo<bool>,
) -> Option<impl IntoView> {
    let kind = node.with_untracked(|node| NodeKind::from_key(&node.kind));
    let holds = kind.holds_nodes() || kind == NodeKind::Parallel;
    holds.then(|| view! { <CardFold desk=desk id=id node=node frame=frame /> })
}

#[component]
fn CardFold(desk: Desk, id: NodeId, node: Memo<DiagramNode>, frame: Memo<bool>) -> impl IntoView {
    let editor = desk.editor;
    let fork = id.clone();
    // Whether some lanes of it are open, and whether some are one card.
    let lanes = Memo::new(move |_| {
        if node.with(|node| node.lane || node.kind != NodeKind::Parallel.key()) {
            return (false, false);
        }
        let open = editor.bands.with(|all| all.iter().any(|band| band.fork == fork));
        let closed = editor.drawing.lanes.with(|all| all.iter().any(|lane| lane.fork == fork));
        (open, closed)
    });
    let collapsed =
        Memo::new(move |_| node.with(|node| node.collapsed) || lanes.get() == (false, true));
    let shown = move || {
        let holds = collapsed.get() || frame.get() || lanes.get().0;
        holds && editor.editable.get()
    };
    let test_id = format!("fold-{id}");
    let press = Callback::new(move |()| desk.fold(&id));
    view! {
        <Show when=shown>
            <Fold test_id=test_id.clone() collapsed=collapsed on_press=press />
        </Show>
    }
    .into_any()
}

/// One card is reached with Tab: the one that had the focus last, else the first.
fn tab_index(editor: Editor, id: NodeId) -> impl Fn() -> &'static str {
    let is_stop = Memo::new(move |_| match editor.focus.get() {
        Some(at) => at == id,
        None => editor.drawing.order.with(|order| order.first() == Some(&id)),
    });
    move || if is_stop.get() { "0" } else { "-1" }
}

#[component]
fn Ports(
    desk: Desk,
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
            let spot = Dot { side, several, inner: false, top: port_offset(index) };
            view! { <PortDot desk=desk id=id.clone() port=port spot=spot /> }
        };
        let inside = inside.into_iter().map(|port| {
            let spot = Dot { side, several: true, inner: true, top: INNER_PORT };
            view! { <PortDot desk=desk id=id.clone() port=port spot=spot /> }
        });
        let inside = inside.collect_view();
        view! {
            {outside.into_iter().enumerate().map(row).collect_view()}
            {inside}
        }
    };
    view! { <div class="node__ports" aria-hidden="true">{rows}</div> }
}

/// Where a port is drawn, and whether its name is.
#[derive(Debug, Clone, Copy)]
struct Dot {
    side: PortSide,
    several: bool,
    /// It is a loop's port to what lies in its frame, on the other side.
    inner: bool,
    top: f64,
}

/// A port, and what it says to the edge that is being drawn.
#[component]
fn PortDot(desk: Desk, id: NodeId, port: DiagramPort, spot: Dot) -> impl IntoView {
    let Dot { side, several, inner, top } = spot;
    let is_left = (side == PortSide::Input) != inner;
    let at = PortAt { node: id.clone(), side, port: port.id.clone() };
    let says = Memo::new(move |_| {
        desk.linking.with(|linking| {
            let linking = linking.as_ref()?;
            if linking.target.as_ref() == Some(&at) {
                return Some(("target", None));
            }
            if linking.from == at {
                return Some(("from", None));
            }
            Some(
                match linking.verdict(&at.node, &at.port).filter(|_| at.side != linking.from.side) {
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
