//! The outline: every node in reading order as a tree. All that can be done on the canvas can be
//! done here with keys, and without scripts it is the page.

mod tree;

use leptos::attr::custom::custom_attribute;
use leptos::{ev, prelude::*};
use model::{
    canvas::nearby::Direction,
    edit::Command,
    id::NodeId,
    validate::{Faults, MAX_NODES, Severity},
    workflow::{Position, Workflow},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::tree::Tree;
use super::{
    canvas::{Deed, Desk, is_off},
    problems::{count_words, look},
    store::{Chosen, Editor},
};
use crate::{
    client::{alive::use_alive, focus::focus},
    diagram::{
        kind_icon,
        view::{DiagramNode, NodeRun},
    },
    ui::{
        button::IconButton,
        icon::{Glyph, Icon},
    },
};

/// The id of the tree on the page.
const OUTLINE: &str = "outline";
/// As many rows stand in the page before scripts run.
#[cfg(feature = "ssr")]
const FIRST: usize = MAX_NODES;

/// The tree of all nodes.
#[component]
pub fn Outline(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let alive = use_alive();
    let tree = Tree::new(desk.editor, alive);
    // While nobody looks no row is made.
    let rows = Memo::new(move |_| match (alive.get(), desk.side.get()) {
        (true, "outline") => tree.rows(),
        _ => vec![],
    });
    view! {
        <div class="outline" role="tree" id=OUTLINE tabindex="-1" aria-label="Nodes in order" aria-multiselectable="true">
            <Show when=move || !alive.get()>{still(desk, tree)}</Show>
            <For each=move || rows.get() key=|id| id.clone() let:id>
                <Row desk=desk id=id tree=tree />
            </For>
        </div>
    }
    .into_any()
}

/// The first rows as they stand in the page before scripts run.
#[cfg(feature = "ssr")]
fn still(desk: Desk, tree: Tree) -> impl IntoView {
    let order = desk.editor.drawing.order.get_untracked();
    let row = |id| view! { <Row desk=desk id=id tree=tree /> };
    let rows = order.into_iter().take(FIRST).map(row);
    view! { <div role="group">{rows.collect_view()}</div> }
}

/// The same to a browser that brings the page to life: they go at once, so it need not know them.
#[cfg(not(feature = "ssr"))]
fn still(_desk: Desk, _tree: Tree) -> impl IntoView {
    view! { <div role="group"></div> }
}

/// How deep a node lies, from 1, as the tree says it.
fn level(editor: Editor, node: &DiagramNode) -> usize {
    let outer = |id: &String| {
        let spot = editor.drawing.spot(&id.as_str().into())?;
        spot.card.with(|card| card.frame.clone())
    };
    // Loops that contain each other have an end too.
    let around = std::iter::successors(node.frame.clone(), outer);
    1 + around.take(MAX_NODES).count()
}

#[component]
fn Row(desk: Desk, id: NodeId, tree: Tree) -> impl IntoView {
    let editor = desk.editor;
    let Some(spot) = editor.drawing.spot(&id) else { return ().into_any() };
    let node = {
        let card = spot.card.clone();
        Memo::new(move |_| card.get())
    };
    let chosen = spot.chosen;
    let is_chosen = Signal::derive(move || chosen.get());
    let depth = Memo::new(move |_| level(editor, &node.read()));
    let faults = Memo::new(move |_| spot.faults.get());
    let expanded = {
        let id = id.clone();
        Memo::new(move |_| tree.expanded(&id, node))
    };
    let stop = {
        let id = id.clone();
        Memo::new(move |_| match editor.focus.get() {
            Some(at) => at == id,
            None => editor.drawing.order.with(|order| order.first() == Some(&id)),
        })
    };
    let click = {
        let id = id.clone();
        move |event: ev::MouseEvent| {
            let more = event.shift_key() || event.ctrl_key() || event.meta_key();
            choose(desk, &id, more);
        }
    };
    let key = {
        let id = id.clone();
        move |event: ev::KeyboardEvent| on_key(&event, desk, tree, &id)
    };
    let on_focus = {
        let id = id.clone();
        move |_| editor.focus.set(Some(id.clone()))
    };
    let page_id = row_id(&id);
    view! {
        <div
            class="outline__row"
            role="treeitem"
            id=page_id
            data-kind=move || node.read().kind.clone()
            data-selected=move || is_chosen.get().then_some("")
            {..custom_attribute("aria-level", move || depth.get().to_string())}
            aria-expanded=move || expanded.get()
            aria-selected=move || if is_chosen.get() { "true" } else { "false" }
            tabindex=move || if stop.get() { "0" } else { "-1" }
            style:--depth=move || depth.get().to_string()
            on:click=click
            on:dblclick=move |_| desk.perform(Deed::Configure)
            on:keydown=key
            on:focus=on_focus
        >
            {opener(tree, id.clone(), node, expanded)}
            <RowFace desk=desk id=id node=node faults=faults />
        </div>
    }
    .into_any()
}

/// What opens and shuts the row of what is one card on the canvas; keys do it as well.
fn opener(
    tree: Tree,
    id: NodeId,
    node: Memo<DiagramNode>,
    expanded: Memo<Option<&'static str>>,
) -> impl IntoView {
    let is_open = move || expanded.get() == Some("true");
    let icon = move || if is_open() { Icon::ChevronDown } else { Icon::ChevronRight };
    let id = StoredValue::new(id);
    let turn = move |event: ev::MouseEvent| {
        event.stop_propagation();
        id.with_value(|id| tree.open(id) || tree.close(id));
    };
    move || {
        node.with(|node| node.collapsed).then(|| {
            view! {
                <span class="outline__fold" aria-hidden="true" on:click=turn>
                    <Glyph icon=Signal::derive(icon) size=14 />
                </span>
            }
        })
    }
}

/// What a row says, and its menu.
#[component]
fn RowFace(desk: Desk, id: NodeId, node: Memo<DiagramNode>, faults: Memo<Faults>) -> impl IntoView {
    let editor = desk.editor;
    let around = {
        let id = id.clone();
        move || {
            let after = editor.drawing.around(&id).after;
            (!after.is_empty()).then(|| format!("to {}", after.join(", ")))
        }
    };
    let menu = move |()| {
        editor.focus.set(Some(id.clone()));
        desk.menu_of_row(row_id(&id));
    };
    let state = move || {
        let faults = faults.get();
        let key = match faults {
            Faults { errors: 1.., .. } => Some(look(Severity::Error).1),
            Faults { warnings: 1.., .. } => Some(look(Severity::Warning).1),
            Faults { .. } => None,
        };
        let words = node.with(|node| state_words(node.run.as_ref(), faults))?;
        Some(view! { <span class="outline__state" data-severity=key>{words}</span> })
    };
    let label = move || format!("Actions for {}", node.read().label);
    view! {
        <span class="node__tile">
            <Glyph icon=Signal::derive(move || kind_icon(&node.read().kind)) size=14 />
        </span>
        <span class="outline__words">
            <span class="outline__name clip">{move || node.read().label.clone()}</span>
            <span class="outline__kind clip">
                {move || node.read().subtitle.clone()} " " {around}
            </span>
            {state}
        </span>
        <span class="outline__menu">
            <IconButton icon=Icon::Ellipsis label=Signal::derive(label) on_press=menu />
        </span>
    }
    .into_any()
}

/// What a node does in the run that is shown, and what is wrong: "Running 2 of 5 · 1 error".
fn state_words(run: Option<&NodeRun>, faults: Faults) -> Option<String> {
    let run = run.map(|run| {
        let progress = run.progress.map_or(String::new(), |(n, m)| format!(" {n} of {m}"));
        format!("{}{progress}", run.status.word())
    });
    let words: Vec<String> = run.into_iter().chain(count_words(faults)).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

fn row_id(id: &NodeId) -> String {
    format!("outline-{id}")
}

fn choose(desk: Desk, id: &NodeId, more: bool) {
    let editor = desk.editor;
    if more {
        editor.focus.set(Some(id.clone()));
        return desk.perform(Deed::Toggle);
    }
    editor.choose(Chosen::node(id.clone()));
    editor.focus.set(Some(id.clone()));
    if let Some(card) = editor.drawing.rect(id) {
        editor.lens.reveal(card);
    }
}

fn on_key(event: &ev::KeyboardEvent, desk: Desk, tree: Tree, id: &NodeId) {
    let on_row = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    if on_row.is_none_or(|row| row.id() != row_id(id)) {
        return;
    }
    let turns = match event.key().as_str() {
        "ArrowRight" if !event.alt_key() => tree.open(id),
        "ArrowLeft" if !event.alt_key() => tree.close(id),
        _ => false,
    };
    if turns {
        return event.prevent_default();
    }
    let order = untrack(|| tree.rows());
    let Some(at) = order.iter().position(|own| own == id) else { return };
    let (around, below) = (tree.owner(id), order.get(at + 1));
    let next = match event.key().as_str() {
        "ArrowDown" if event.alt_key() => return shift(event, desk, id, Direction::Down),
        "ArrowUp" if event.alt_key() => return shift(event, desk, id, Direction::Up),
        "ArrowDown" => below,
        "ArrowUp" => at.checked_sub(1).and_then(|before| order.get(before)),
        // Into what it holds, and out of what it lies in.
        "ArrowRight" if !event.alt_key() => {
            below.filter(|own| tree.owner(own).as_ref() == Some(id))
        }
        "ArrowLeft" if !event.alt_key() => around.as_ref(),
        "Home" => order.first(),
        "End" => order.last(),
        _ => return deed(event, desk, id),
    };
    event.prevent_default();
    if let Some(next) = next {
        focus(&row_id(next));
    }
}

/// What keys do on the canvas, as far as it does not need a place on it.
fn deed(event: &ev::KeyboardEvent, desk: Desk, id: &NodeId) {
    if is_off(event) {
        return;
    }
    let deed = match Deed::of_key(event) {
        Some(Deed::Arrow(_) | Deed::Lift | Deed::Outline | Deed::Escape) | None => return,
        Some(deed) => deed,
    };
    event.prevent_default();
    match deed {
        Deed::Menu => desk.menu_of_row(row_id(id)),
        deed => desk.perform(deed),
    }
    if deed == Deed::Collapse {
        // The row may be gone, but not what has become of it.
        let focus_row = move || {
            if let Some(id) = desk.editor.focus.try_get_untracked().flatten() {
                focus(&row_id(&id));
            }
        };
        request_animation_frame(focus_row);
    }
}

/// Trades places with the next row that way that is neither before nor after it in the flow.
fn shift(event: &ev::KeyboardEvent, desk: Desk, id: &NodeId, direction: Direction) {
    event.prevent_default();
    let editor = desk.editor;
    let order = editor.drawing.order.get_untracked();
    let Some(at) = order.iter().position(|own| own == id) else { return };
    let ways: Vec<&NodeId> = match direction {
        Direction::Up => order[..at].iter().rev().collect(),
        _ => order[at + 1..].iter().collect(),
    };
    let moves = editor.workflow.with_untracked(|workflow| {
        let free = |other: &&&NodeId| is_beside(workflow, id, other);
        ways.iter().find(free).and_then(|other| swap(workflow, id, other))
    });
    match moves {
        Some(moves) => {
            if editor.run(Command::Move(moves), "change the order") {
                editor.say(format!("{} moved", editor.title(id)));
            }
        }
        None => editor.say("The connections decide this order."),
    }
    let row = row_id(id);
    request_animation_frame(move || focus(&row));
}

/// Whether two nodes lie in the same group, and neither leads to the other directly.
fn is_beside(workflow: &Workflow, a: &NodeId, b: &NodeId) -> bool {
    let parent = |id| workflow.node(id).and_then(|node| node.parent_id.clone());
    let tied = |x: &NodeId, y: &NodeId| {
        workflow.edges.iter().any(|edge| edge.source == *x && edge.target == *y)
    };
    parent(a) == parent(b) && !tied(a, b) && !tied(b, a)
}

fn swap(workflow: &Workflow, a: &NodeId, b: &NodeId) -> Option<Vec<(NodeId, Position)>> {
    let (first, second) = (workflow.node(a)?.position, workflow.node(b)?.position);
    Some(vec![(a.clone(), second), (b.clone(), first)])
}

/// What was said last, for screen readers.
#[component]
pub fn Announcements(
    /// The document.
    editor: Editor,
) -> impl IntoView {
    view! {
        <p class="unseen" role="status" aria-live="polite" data-testid="announcements">
            {move || editor.news.get()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::status::Status;

    #[test]
    fn a_row_says_how_its_node_stands() {
        let run = NodeRun { status: Status::Running, progress: Some((2, 5)), ..NodeRun::default() };
        let wrong = Faults { errors: 1, warnings: 2 };

        assert_eq!(state_words(None, Faults::default()), None);
        assert_eq!(
            state_words(Some(&run), wrong).as_deref(),
            Some("Running 2 of 5 · 1 error, 2 warnings")
        );
        assert_eq!(state_words(None, wrong).as_deref(), Some("1 error, 2 warnings"));
    }
}
