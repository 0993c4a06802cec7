//! The lines of the edges in one SVG under the cards, their labels and their issues.

use leptos::prelude::*;
use model::{canvas::edge_path::EdgeStyle, id::EdgeId};
use ui::icon::Glyph;
use web::client::storage;

use super::canvas_state::CanvasState;
use crate::{
    problems::look,
    store::{EdgeFault, Editor},
};

/// The storage key for the style of lines, for every workflow of the person.
const LINES: &str = "atelier-lines";
const SQUARE: &str = "square";

/// Switches between square and curved lines; the browser remembers it.
pub(super) fn toggle_line_style(editor: Editor) {
    match editor.view.canvas_model.style.get_untracked() {
        EdgeStyle::Curved => storage::keep(LINES, SQUARE),
        EdgeStyle::Square => storage::forget(LINES),
    }
    restore_line_style(editor);
}

fn restore_line_style(editor: Editor) {
    let square = storage::recall(LINES).as_deref() == Some(SQUARE);
    let style = if square { EdgeStyle::Square } else { EdgeStyle::Curved };
    let (workflow, canvas_model) = (editor.document.workflow, editor.view.canvas_model);
    if canvas_model.style.get_untracked() != style {
        workflow.with_untracked(|workflow| canvas_model.restyle(style, workflow));
    }
}

/// The lines; the outline says in words what they connect.
#[component]
pub fn Lines(
    /// The handle of the canvas.
    canvas: CanvasState,
    /// The edges to draw.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    Effect::new(move || restore_line_style(canvas.editor));
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || shown.get() key=|id| id.clone() let:id>
                <EdgeLine canvas=canvas id=id />
            </For>
        </svg>
    }
    .into_any()
}

#[component]
fn EdgeLine(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let canvas_model = canvas.editor.view.canvas_model;
    let Some(signals) = canvas_model.edge_signals(&id) else { return ().into_any() };
    let wire = signals.wire.clone();
    let d = Memo::new(move |_| Some(canvas_model.path(&wire.get())?.d));
    let wire = signals.wire.clone();
    let lit = Memo::new(move |_| {
        let ends = wire.with(|wire| [wire.source.clone(), wire.target.clone()]);
        ends.iter()
            .any(|end| canvas_model.node_signals(end).is_some_and(|signals| signals.selected.get()))
    });
    let (selected, state, fault) = (signals.selected, signals.state, signals.fault);
    let hovered = {
        let id = id.clone();
        move || canvas.gesture.hovered.with(|now| now.as_ref() == Some(&id))
    };
    let onto = {
        let id = id.clone();
        move || canvas.gesture.onto.with(|now| now.as_ref() == Some(&id))
    };
    view! {
        <path
            class="edge"
            data-testid=format!("edge-{id}")
            data-state=move || state.get().key()
            data-selected=move || selected.get().then_some("")
            data-lit=move || lit.get().then_some("")
            data-hovered=move || hovered().then_some("")
            data-onto=move || onto().then_some("")
            data-problem=move || fault.with(|fault| fault.as_ref().map(|fault| look(fault.severity).1))
            d=move || d.get()
        />
    }
    .into_any()
}

/// The labels of edges, each at the middle of its line.
#[component]
pub fn LineLabels(
    /// The handle of the canvas.
    canvas: CanvasState,
    /// The edges that are drawn.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    let canvas_model = canvas.editor.view.canvas_model;
    let labelled = Memo::new(move |_| {
        canvas_model.changes.track();
        let has = |id: &EdgeId| {
            let signals = canvas_model.edge_signals(id);
            signals.is_some_and(|signals| signals.wire.with_untracked(|wire| wire.label.is_some()))
        };
        shown.with(|shown| shown.iter().filter(|id| has(id)).cloned().collect::<Vec<_>>())
    });
    view! {
        <For each=move || labelled.get() key=|id| id.clone() let:id>
            <LineLabel canvas=canvas id=id />
        </For>
    }
    .into_any()
}

#[component]
fn LineLabel(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let canvas_model = canvas.editor.view.canvas_model;
    let Some(signals) = canvas_model.edge_signals(&id) else { return ().into_any() };
    let (wire, fault, selected) = (signals.wire.clone(), signals.fault, signals.selected);
    // The middle of the line belongs to its issue mark or to its buttons.
    let beside = {
        let id = id.clone();
        move || {
            let hovered = canvas.gesture.hovered.with(|now| now.as_ref() == Some(&id));
            (hovered || selected.get() || fault.with(Option::is_some)).then_some("")
        }
    };
    let middle = Memo::new(move |_| Some(canvas_model.path(&wire.get())?.label));
    let words = move || signals.wire.get().label;
    view! {
        <span
            class="edge-label clip"
            data-testid=format!("edge-label-{id}")
            data-beside=beside
            aria-hidden="true"
            style:left=move || middle.get().map(|at| format!("{}px", at.x))
            style:top=move || middle.get().map(|at| format!("{}px", at.y))
        >
            {words}
        </span>
    }
    .into_any()
}

/// The issue marks of edges, each at the middle of its line; the list of problems has the words.
#[component]
pub fn LineFaults(
    /// The handle of the canvas.
    canvas: CanvasState,
    /// The edges that are drawn.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    view! {
        <For each=move || shown.get() key=|id| id.clone() let:id>
            <LineFault canvas=canvas id=id />
        </For>
    }
    .into_any()
}

#[component]
fn LineFault(canvas: CanvasState, id: EdgeId) -> impl IntoView {
    let canvas_model = canvas.editor.view.canvas_model;
    let Some(signals) = canvas_model.edge_signals(&id) else { return ().into_any() };
    let wire = StoredValue::new(signals.wire);
    let badge = move |fault: EdgeFault| {
        let middle = move || Some(canvas_model.path(&wire.get_value().get())?.label);
        let (icon, key) = look(fault.severity);
        view! {
            <span
                class="node__faults node__faults--edge"
                data-testid=format!("edge-fault-{id}")
                data-severity=key
                title=fault.message
                aria-hidden="true"
                style:left=move || middle().map(|at| format!("{}px", at.x))
                style:top=move || middle().map(|at| format!("{}px", at.y))
            >
                <Glyph icon=icon size=14 />
            </span>
        }
    };
    let fault = signals.fault;
    (move || fault.get().map(&badge)).into_any()
}
