//! The inspector at the right of the canvas: the panel of the selected node, or the issues. The
//! person drags its edge, or sets its width by keys; the browser keeps it.

use std::time::Duration;

use frame::comments::button::CommentsButton;
use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use model::{
    comment::subject::CommentSubject,
    edit::{
        Command, Edit, Joins, Mark, Refused, feed, fix, name_parameter, rename_assigned,
        rename_parameter,
    },
    id::NodeId,
    nodes::NodeKind,
    parameter::Parameter,
    validate::Issue,
    workflow::{Node, Workflow},
};
use web::client::{clock::now_ms, focus::focus_first, storage};

use super::page_state::{InspectorView, PageState};
use crate::{
    canvas::{focus_card, show_node},
    panel::{ConfigPanel, NodeEdit, ParameterCallbacks, Subject, focus_field},
    problems::{ProblemList, fix_words, is_about_input},
    store::{CanvasSelection, Editor},
};

/// The longest time from a finger's going up to the click event of its tap.
const TAP: Duration = Duration::from_millis(300);

/// Whether the inspector shows anything.
pub(super) fn is_shown(state: PageState) -> bool {
    let settled = state.canvas.selection.settled;
    state.inspector.get() == InspectorView::Problems || settled.read().is_some()
}

/// The panel of the selected node, or the list of issues.
#[component]
pub(super) fn Inspector(state: PageState) -> impl IntoView {
    let canvas = state.canvas;
    let selected = canvas.selection.settled;
    Effect::new(move || {
        if canvas.selection.opened.get().is_some() {
            canvas.selection.opened.set(None);
            state.inspector.set(InspectorView::Panel);
            canvas.editor.test_run.tab.set("setup");
            request_animation_frame(|| focus_first(".builder__panel .config__fields"));
        }
    });
    show_clicked_node(state);
    keep_in_view(state);
    let body = move || match (state.inspector.get(), selected.get()) {
        (InspectorView::Problems, _) => Some(view! { <Problems state=state /> }.into_any()),
        (InspectorView::Panel, Some(id)) => {
            Some(view! { <NodePanel state=state id=id /> }.into_any())
        }
        (InspectorView::Panel, None) => None,
    };
    let leave = move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && !event.default_prevented()
            && let Some(id) = selected.get_untracked()
        {
            focus_card(&id);
        }
    };
    let width = use_width();
    let aside = move || {
        body().map(|body| {
            let fresh = use_fresh();
            view! {
                <PanelEdge width=width />
                <aside
                    class="builder__panel"
                    style=("--panel", move || width.get().map(|width| format!("{width}px")))
                    aria-label="Details"
                    data-fresh=move || fresh.get().then_some("")
                    on:keydown=leave
                >
                    {body}
                </aside>
            }
        })
    };
    view! { {aside} }.into_any()
}

/// True for a moment after something appears: on a phone the tap that opened it ends in a click,
/// which is not meant for what is under the finger now.
fn use_fresh() -> RwSignal<bool> {
    let fresh = RwSignal::new(true);
    Effect::new(move || {
        let settle = move || {
            fresh.try_set(false);
        };
        set_timeout(settle, TAP);
    });
    fresh
}

/// Shows the panel of a node that is clicked, also while the list of issues is shown.
fn show_clicked_node(state: PageState) {
    let canvas = state.canvas;
    Effect::new(move || {
        let clicked = canvas.selection.clicked.get();
        if clicked.is_some() && clicked == canvas.selection.settled.get() {
            canvas.selection.clicked.set(None);
            state.inspector.set(InspectorView::Panel);
        }
    });
}

/// Brings the node of the panel into view again when the panel narrows the canvas, or covers it.
fn keep_in_view(state: PageState) {
    let (settled, view) = (state.canvas.selection.settled, state.canvas.editor.view);
    Effect::new(move |before: Option<f64>| {
        let width = view.viewport.size.get().width;
        let card = settled.get_untracked().and_then(|id| view.canvas_model.rect(&id));
        if let (true, Some(card)) = (before.is_some_and(|before| width < before), card) {
            view.viewport.reveal(card);
        }
        width
    });
    let reveal = move |id: &NodeId| {
        if let Some(card) = view.canvas_model.rect(id) {
            view.viewport.reveal(card);
        }
    };
    Effect::new(move || {
        if let Some(id) = settled.get().filter(|_| state.covered.get_untracked()) {
            // The panel is there with the next frame.
            request_animation_frame(move || reveal(&id));
        }
    });
}

#[component]
fn Problems(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let workflow = editor.document.workflow;
    let words = move |issue: Issue| workflow.with_untracked(|now| fix_words(now, &issue));
    let apply_fix = move |issue: Issue| apply_fix(editor, &issue);
    let go = move |issue: Issue| {
        let Some(node) = node_of(editor, &issue) else { return };
        let field = if is_about_input(&issue) { Some(issue.path) } else { issue.field };
        state.inspector.set(InspectorView::Panel);
        editor.test_run.tab.set("setup");
        show_node(editor, &node);
        if let Some(field) = field {
            // The card has the focus in the next frame, and the panel is there by then.
            request_animation_frame(move || {
                request_animation_frame(move || focus_field(&field));
            });
        }
    };
    view! {
        <div class="builder__list">
            <h2 class="builder__heading">"Problems"</h2>
            <ProblemList
                issues=editor.document.issues
                fix=Callback::new(words)
                on_fix=apply_fix
                on_go=go
            />
        </div>
    }
}

/// The node whose panel shows what an issue is about.
fn node_of(editor: Editor, issue: &Issue) -> Option<NodeId> {
    let start = |workflow: &Workflow| {
        let found = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start);
        found.map(|node| node.id.clone())
    };
    let start = || editor.document.workflow.with_untracked(start).filter(|_| is_about_input(issue));
    issue.node_id.clone().or_else(start)
}

/// Applies the fix of an issue; does nothing where none is certain.
fn apply_fix(editor: Editor, issue: &Issue) {
    editor.edit(|workflow| fix(workflow, issue).ok_or(Refused::Nothing));
}

/// The panel of one node; nothing if the node is gone already.
#[component]
fn NodePanel(state: PageState, id: NodeId) -> impl IntoView {
    let editor = state.canvas.editor;
    let Some(first) = editor.document.node(&id) else { return ().into_any() };
    let own = id.clone();
    // A node that is deleted is shown as it was until its panel is removed.
    let node = Memo::new(move |before: Option<&Node>| {
        let now = editor.document.workflow.with(|workflow| workflow.node(&own).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let parameters = parameter_callbacks(editor);
    let (template, node_id) = (editor.document.template, Some(id.clone()));
    let about = CommentSubject::Template { id: template, node_id };
    let label = Signal::derive(move || node.with(|node| node.title().to_owned()));
    let comments = move || view! { <CommentsButton subject=about.clone() about=label /> };
    let close = move |()| {
        editor.view.select(CanvasSelection::default());
        focus_card(&id);
    };
    let subject = Subject {
        node: node.into(),
        workflow: editor.document.workflow.into(),
        issues: editor.document.issues.into(),
        stock: StoredValue::new(state.page.with_value(|page| page.stock.clone())),
        on_change: Callback::new(move |edit: NodeEdit| change(editor, edit)),
        on_settle: Callback::new(move |()| editor.document.seal()),
        on_fix: Callback::new(move |issue: Issue| apply_fix(editor, &issue)),
        insert: RwSignal::new(None),
    };
    view! {
        <ConfigPanel
            subject=subject
            editable=editor.document.editable
            test_run=editor.test_run
            parameters=parameters
            on_source=move |source: NodeId| show_output(editor, source)
            on_close=close
            tools=comments
        />
    }
    .into_any()
}

/// Selects a step and shows its output in the test run that the canvas shows.
fn show_output(editor: Editor, source: NodeId) {
    editor.test_run.tab.set("output");
    if let Some(card) = editor.view.canvas_model.rect(&source) {
        editor.view.viewport.reveal(card);
    }
    editor.view.select(CanvasSelection::from_node(source));
}

/// The callbacks that change the workflow's inputs. The panel of Start stays, because the selection
/// is kept.
fn parameter_callbacks(editor: Editor) -> ParameterCallbacks {
    let typing = || Joins::Typing { node: None, field: "parameters".to_owned() };
    let keep_selection = move |joins: Joins, make: &dyn Fn(&Workflow) -> Result<Edit, Refused>| {
        let selection = editor.view.selection.get_untracked();
        editor.edit_joining(joins, make);
        editor.view.select(selection);
    };
    ParameterCallbacks {
        on_change: Callback::new(move |all: Vec<Parameter>| {
            let mark = Mark::new("change the fields", now_ms()).joining(typing());
            editor.run_marked(Command::Parameters(all), mark);
        }),
        on_rename: Callback::new(move |(old, new): (String, String)| {
            keep_selection(Joins::Nothing, &|workflow| rename_parameter(workflow, &old, &new));
        }),
        on_label: Callback::new(move |name: String| {
            keep_selection(typing(), &|workflow| name_parameter(workflow, &name));
        }),
    }
}

/// Changes a node. What the change has to be connected with is, in the same entry of the history, and
/// where the name of its result changes, references to that name change with it.
fn change(editor: Editor, edit: NodeEdit) {
    let Some(old) = editor.document.node(&edit.node) else { return };
    editor.document.unfinished.note_change(&edit.node);
    if let Some(link) = &edit.connect {
        editor.edit(|workflow| feed(workflow, link, edit.data));
        return;
    }
    let joins = Joins::Typing { node: Some(edit.node.clone()), field: edit.field };
    let mark = Mark::new(format!("change {}", old.title()), now_ms()).joining(joins);
    let renamed = (old.data.assign.is_some() && old.data.assign != edit.data.assign)
        .then(|| {
            let new = edit.data.assign.as_deref();
            let workflow = editor.document.workflow;
            workflow.with_untracked(|now| rename_assigned(now, &edit.node, new)).ok()
        })
        .flatten();
    // A name that is not allowed is kept as typed; its field shows the issue.
    let command = match renamed {
        Some(renaming) => renaming.command,
        None => Command::Change(edit.node, Box::new(edit.data)),
    };
    editor.run_marked(command, mark);
}

const KEY: &str = "atelier.panel";
/// The bounds, the usual width and the step of keys, all in pixels.
const LEAST: f64 = 320.0;
const MOST: f64 = 640.0;
const USUAL: f64 = 380.0;
const STEP: f64 = 20.0;

/// The width in pixels that the browser has kept; nothing for the usual one.
pub(super) fn use_width() -> RwSignal<Option<f64>> {
    let width = RwSignal::new(None);
    Effect::new(move || {
        let kept = storage::recall(KEY).and_then(|kept| kept.parse::<f64>().ok());
        width.set(kept.filter(|kept| (LEAST..=MOST).contains(kept)));
    });
    width
}

/// The edge of the panel; the browser keeps the width when a drag ends.
#[component]
pub(super) fn PanelEdge(width: RwSignal<Option<f64>>) -> impl IntoView {
    let edge = NodeRef::<html::Div>::new();
    let dragged = RwSignal::new(false);
    let set = move |to: f64| width.set(Some(to.round().clamp(LEAST, MOST)));
    let keep = move || match width.get_untracked() {
        Some(width) => storage::keep(KEY, &width.to_string()),
        None => storage::forget(KEY),
    };
    let press = move |event: PointerEvent| {
        let Some(edge) = edge.get_untracked().filter(|_| event.button() == 0) else { return };
        // A pointer that is already gone cannot be captured and drags nothing.
        dragged.set(edge.set_pointer_capture(event.pointer_id()).is_ok());
    };
    let drag = move |event: PointerEvent| {
        let right = window().inner_width().ok().and_then(|width| width.as_f64());
        if let Some(right) = right.filter(|_| dragged.get_untracked()) {
            set(right - f64::from(event.client_x()));
        }
    };
    let release = move |_| {
        if dragged.get_untracked() {
            dragged.set(false);
            keep();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let panel = edge.get_untracked().and_then(|edge| edge.next_element_sibling());
        let now = panel.map_or(USUAL, |panel| panel.get_bounding_client_rect().width());
        match event.key().as_str() {
            "ArrowLeft" => set(now + STEP),
            "ArrowRight" => set(now - STEP),
            "Home" => set(LEAST),
            "End" => set(MOST),
            _ => return,
        }
        event.prevent_default();
        keep();
    };
    let reset = move |_| {
        width.set(None);
        keep();
    };
    view! {
        <div
            node_ref=edge
            class="builder__edge"
            role="separator"
            tabindex="0"
            aria-label="Panel width"
            aria-orientation="vertical"
            aria-valuemin=LEAST
            aria-valuemax=MOST
            aria-valuenow=move || width.get().unwrap_or(USUAL)
            data-dragged=move || dragged.get().then_some("")
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=release
            on:pointercancel=release
            on:keydown=on_key
            on:dblclick=reset
        ></div>
    }
}
