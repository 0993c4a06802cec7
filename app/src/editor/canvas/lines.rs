//! The edges, in one drawing under the cards, and what is wrong with them.

use leptos::prelude::*;
use model::{canvas::edge_path::EdgeStyle, id::EdgeId};

use super::desk::Desk;
use crate::{
    client::storage,
    editor::{
        problems::look,
        store::{EdgeFault, Editor},
    },
    ui::icon::Glyph,
};

/// Where it is kept how lines are drawn, for every workflow of the person.
const LINES: &str = "atelier-lines";
const SQUARE: &str = "square";

impl Desk {
    /// Draws lines in level and upright pieces, or in curves again, from now on.
    pub fn turn_lines(self) {
        match self.editor.drawing.style.get_untracked() {
            EdgeStyle::Curved => storage::keep(LINES, SQUARE),
            EdgeStyle::Square => storage::forget(LINES),
        }
        self.recall_lines();
    }

    fn recall_lines(self) {
        let square = storage::recall(LINES).as_deref() == Some(SQUARE);
        let style = if square { EdgeStyle::Square } else { EdgeStyle::Curved };
        let Editor { drawing, workflow, .. } = self.editor;
        if drawing.style.get_untracked() != style {
            workflow.with_untracked(|workflow| drawing.restyle(style, workflow));
        }
    }
}

/// All lines; the outline says in words what they connect.
#[component]
pub fn Lines(
    /// What goes on.
    desk: Desk,
    /// The edges to draw.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    Effect::new(move || desk.recall_lines());
    view! {
        <svg class="edges" width="1" height="1" aria-hidden="true" focusable="false">
            <For each=move || shown.get() key=|id| id.clone() let:id>
                <EdgeLine desk=desk id=id />
            </For>
        </svg>
    }
    .into_any()
}

#[component]
fn EdgeLine(desk: Desk, id: EdgeId) -> impl IntoView {
    let drawing = desk.editor.drawing;
    let Some(thread) = drawing.thread(&id) else { return ().into_any() };
    let wire = thread.wire.clone();
    let d = Memo::new(move |_| Some(drawing.path(&wire.get())?.d));
    let wire = thread.wire.clone();
    let lit = Memo::new(move |_| {
        let ends = wire.with(|wire| [wire.source.clone(), wire.target.clone()]);
        ends.iter().any(|end| drawing.spot(end).is_some_and(|spot| spot.chosen.get()))
    });
    let (chosen, state, fault) = (thread.chosen, thread.state, thread.fault);
    let hovered = {
        let id = id.clone();
        move || desk.hovered.with(|now| now.as_ref() == Some(&id))
    };
    let onto = {
        let id = id.clone();
        move || desk.onto.with(|now| now.as_ref() == Some(&id))
    };
    view! {
        <path
            class="edge"
            data-testid=format!("edge-{id}")
            data-state=move || state.get().key()
            data-selected=move || chosen.get().then_some("")
            data-lit=move || lit.get().then_some("")
            data-hovered=move || hovered().then_some("")
            data-onto=move || onto().then_some("")
            data-problem=move || fault.with(|fault| fault.as_ref().map(|fault| look(fault.severity).1))
            d=move || d.get()
        />
    }
    .into_any()
}

/// The words on lines, each on a plate at its middle.
#[component]
pub fn LineLabels(
    /// What goes on.
    desk: Desk,
    /// The edges that are drawn.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    let labelled = Memo::new(move |_| {
        desk.editor.drawing.changes.track();
        let has = |id: &EdgeId| {
            let thread = desk.editor.drawing.thread(id);
            thread.is_some_and(|thread| thread.wire.with_untracked(|wire| wire.label.is_some()))
        };
        shown.with(|shown| shown.iter().filter(|id| has(id)).cloned().collect::<Vec<_>>())
    });
    view! {
        <For each=move || labelled.get() key=|id| id.clone() let:id>
            <LineLabel desk=desk id=id />
        </For>
    }
    .into_any()
}

#[component]
fn LineLabel(desk: Desk, id: EdgeId) -> impl IntoView {
    let drawing = desk.editor.drawing;
    let Some(thread) = drawing.thread(&id) else { return ().into_any() };
    let (wire, fault, chosen) = (thread.wire.clone(), thread.fault, thread.chosen);
    // A mark or the line's buttons have the middle.
    let beside = {
        let id = id.clone();
        move || {
            let hovered = desk.hovered.with(|now| now.as_ref() == Some(&id));
            (hovered || chosen.get() || fault.with(Option::is_some)).then_some("")
        }
    };
    let middle = Memo::new(move |_| Some(drawing.path(&wire.get())?.label));
    let words = move || thread.wire.get().label;
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

/// What is wrong with lines, each at its middle; the list of problems says it in words.
#[component]
pub fn LineFaults(
    /// What goes on.
    desk: Desk,
    /// The edges that are drawn.
    shown: Memo<Vec<EdgeId>>,
) -> impl IntoView {
    view! {
        <For each=move || shown.get() key=|id| id.clone() let:id>
            <LineFault desk=desk id=id />
        </For>
    }
    .into_any()
}

#[component]
fn LineFault(desk: Desk, id: EdgeId) -> impl IntoView {
    let drawing = desk.editor.drawing;
    let Some(thread) = drawing.thread(&id) else { return ().into_any() };
    let wire = StoredValue::new(thread.wire);
    let badge = move |fault: EdgeFault| {
        let middle = move || Some(drawing.path(&wire.get_value().get())?.label);
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
    let fault = thread.fault;
    (move || fault.get().map(&badge)).into_any()
}
