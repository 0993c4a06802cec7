//! What stands at the right of the canvas: the panel of the selected node, or what is wrong.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*};
use model::{
    edit::{
        Command, Edit, Joins, Mark, Refused, fix, name_parameter, rename_assigned, rename_parameter,
    },
    id::NodeId,
    nodes::NodeKind,
    validate::Issue,
    workflow::{Node, Parameter, Workflow},
};

use super::{
    room::{Beside, Room},
    width::{PanelEdge, use_width},
};
use crate::{
    client::focus::focus_first,
    editor::{
        canvas::focus_card,
        panel::{ConfigPanel, NodeEdit, Parameters, focus_field},
        problems::{ProblemList, fix_words, is_about_input},
        store::{Chosen, Editor, now_ms},
    },
};

/// How long a tap takes from the finger's leaving to its click, at most.
const TAP: Duration = Duration::from_millis(300);

/// Whether something stands at the right.
pub(super) fn is_shown(room: Room) -> bool {
    room.beside.get() == Beside::Problems || room.desk.settled.read().is_some()
}

/// The panel of the selected node, or what is wrong.
#[component]
pub(super) fn BesideCanvas(room: Room) -> impl IntoView {
    let desk = room.desk;
    let selected = desk.settled;
    Effect::new(move || {
        if desk.opened.get().is_some() {
            desk.opened.set(None);
            room.beside.set(Beside::Panel);
            desk.editor.testing.tab.set("setup");
            request_animation_frame(|| focus_first(".builder__panel .config__fields"));
        }
    });
    answer_clicks(room);
    stay_in_view(room);
    let body = move || match (room.beside.get(), selected.get()) {
        (Beside::Problems, _) => Some(view! { <Problems room=room /> }.into_any()),
        (Beside::Panel, Some(id)) => Some(view! { <PanelOf room=room id=id /> }.into_any()),
        (Beside::Panel, None) => None,
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
            let fresh = fresh();
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

/// Whether something came up just now: on a phone the tap that brought it ends in a click, which is
/// not meant for what lies under the finger now.
fn fresh() -> RwSignal<bool> {
    let fresh = RwSignal::new(true);
    Effect::new(move || {
        let settle = move || {
            fresh.try_set(false);
        };
        set_timeout(settle, TAP);
    });
    fresh
}

/// Whoever clicks a node wants its panel, also while the list of what is wrong stands there.
fn answer_clicks(room: Room) {
    let desk = room.desk;
    Effect::new(move || {
        let clicked = desk.clicked.get();
        if clicked.is_some() && clicked == desk.settled.get() {
            desk.clicked.set(None);
            room.beside.set(Beside::Panel);
        }
    });
}

/// The panel takes room from the canvas, or on a phone lies over it: what it is about comes into
/// view again.
fn stay_in_view(room: Room) {
    let (desk, editor) = (room.desk, room.desk.editor);
    Effect::new(move |before: Option<f64>| {
        let width = editor.lens.size.get().width;
        let card = desk.settled.get_untracked().and_then(|id| editor.drawing.rect(&id));
        if let (true, Some(card)) = (before.is_some_and(|before| width < before), card) {
            editor.lens.reveal(card);
        }
        width
    });
    let reveal = move |id: &NodeId| {
        if let Some(card) = editor.drawing.rect(id) {
            editor.lens.reveal(card);
        }
    };
    Effect::new(move || {
        if let Some(id) = desk.settled.get().filter(|_| room.narrow.get_untracked()) {
            // The sheet is there with the next frame.
            request_animation_frame(move || reveal(&id));
        }
    });
}

#[component]
fn Problems(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let words =
        move |issue: Issue| editor.workflow.with_untracked(|workflow| fix_words(workflow, &issue));
    let mend = move |issue: Issue| mend(editor, &issue);
    let go = move |issue: Issue| {
        let Some(node) = place_of(editor, &issue) else { return };
        let field = if is_about_input(&issue) { Some(issue.path) } else { issue.field };
        room.beside.set(Beside::Panel);
        editor.testing.tab.set("setup");
        room.desk.find(&node);
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
                issues=editor.issues
                fix=Callback::new(words)
                on_fix=mend
                on_go=go
            />
        </div>
    }
}

/// The node whose panel shows what an issue is about.
fn place_of(editor: Editor, issue: &Issue) -> Option<NodeId> {
    let start = |workflow: &Workflow| {
        let found = workflow.nodes.iter().find(|node| node.kind() == NodeKind::Start);
        found.map(|node| node.id.clone())
    };
    let start = || editor.workflow.with_untracked(start).filter(|_| is_about_input(issue));
    issue.node_id.clone().or_else(start)
}

/// Puts right what is wrong, where it is certain what was meant.
fn mend(editor: Editor, issue: &Issue) {
    editor.edit(|workflow| fix(workflow, issue).ok_or(Refused::Nothing));
}

/// The panel of one node for as long as it is there.
#[component]
fn PanelOf(room: Room, id: NodeId) -> impl IntoView {
    let editor = room.desk.editor;
    let Some(first) = editor.node(&id) else { return ().into_any() };
    let own = id.clone();
    // A node that was deleted is shown as it was until its panel is gone.
    let node = Memo::new(move |before: Option<&Node>| {
        let now = editor.workflow.with(|workflow| workflow.node(&own).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let parameters = changing(editor);
    let close = move |()| {
        editor.choose(Chosen::default());
        focus_card(&id);
    };
    let stock = StoredValue::new(room.page.with_value(|page| page.stock.clone()));
    view! {
        <ConfigPanel
            node=node
            workflow=editor.workflow
            issues=editor.issues
            stock=stock
            editable=editor.editable
            testing=editor.testing
            parameters=parameters
            on_change=move |edit: NodeEdit| change(editor, edit)
            on_settle=move |()| editor.seal()
            on_mend=move |issue: Issue| mend(editor, &issue)
            on_source=move |source: NodeId| show_output(editor, source)
            on_close=close
        />
    }
    .into_any()
}

/// Shows what a step gave in the run that is shown.
fn show_output(editor: Editor, source: NodeId) {
    editor.testing.tab.set("output");
    if let Some(card) = editor.drawing.rect(&source) {
        editor.lens.reveal(card);
    }
    editor.choose(Chosen::node(source));
}

/// What is done with the inputs. They are part of the start, whose panel stays.
fn changing(editor: Editor) -> Parameters {
    let typing = || Joins::Typing { node: None, field: "parameters".to_owned() };
    let staying = move |joins: Joins, make: &dyn Fn(&Workflow) -> Result<Edit, Refused>| {
        let chosen = editor.chosen.get_untracked();
        editor.edit_joining(joins, make);
        editor.choose(chosen);
    };
    Parameters {
        on_change: Callback::new(move |all: Vec<Parameter>| {
            let mark = Mark::new("change the inputs", now_ms()).joining(typing());
            editor.run_marked(Command::Parameters(all), mark);
        }),
        on_rename: Callback::new(move |(old, new): (String, String)| {
            staying(Joins::Nothing, &|workflow| rename_parameter(workflow, &old, &new));
        }),
        on_label: Callback::new(move |name: String| {
            staying(typing(), &|workflow| name_parameter(workflow, &name));
        }),
    }
}

/// Changes a node; what refers to its result by name follows a new name.
fn change(editor: Editor, edit: NodeEdit) {
    let Some(old) = editor.node(&edit.node) else { return };
    let joins = Joins::Typing { node: Some(edit.node.clone()), field: edit.field };
    let mark = Mark::new(format!("change {}", old.title()), now_ms()).joining(joins);
    let renamed = (old.data.assign.is_some() && old.data.assign != edit.data.assign)
        .then(|| {
            let new = edit.data.assign.as_deref();
            editor.workflow.with_untracked(|now| rename_assigned(now, &edit.node, new)).ok()
        })
        .flatten();
    // A name that cannot be used is kept as it is typed; its field says what is wrong.
    let command = match renamed {
        Some(renaming) => renaming.command,
        None => Command::Change(edit.node, Box::new(edit.data)),
    };
    editor.run_marked(command, mark);
}
