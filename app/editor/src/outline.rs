//! The outline: all nodes in reading order as a tree. It does with keys what the canvas does with
//! the pointer, and without scripts it is all the page shows.

mod tree;

use diagram::{
    kind_icon,
    view::{DiagramNode, NodeRun},
};
use leptos::attr::custom::custom_attribute;
use leptos::{ev, prelude::*};
use model::{
    canvas::nearby::Direction,
    edit::Command,
    id::NodeId,
    validate::{Faults, MAX_NODES, Severity},
    workflow::{Position, Workflow},
};
use ui::{
    button::IconButton,
    icon::{Glyph, Icon},
};
use wasm_bindgen::JsCast;
use web::client::{focus::focus, hydration_flag::use_hydrated};
use web_sys::HtmlElement;

use self::tree::Tree;
use super::{
    canvas::{CanvasCommand, CanvasState, is_off, popup::open::open_row_menu, run_command},
    problems::{count_words, look},
    store::{CanvasSelection, Editor},
};

/// The element id of the tree.
const OUTLINE: &str = "outline";
/// The number of rows in the page that the server sends.
#[cfg(feature = "ssr")]
const FIRST: usize = MAX_NODES;

/// The tree of all nodes.
#[component]
pub fn Outline(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let alive = use_hydrated();
    let tree = Tree::new(canvas.editor, alive);
    // While the outline is not shown, it has no rows.
    let rows = Memo::new(move |_| match (alive.get(), canvas.side.get()) {
        (true, "outline") => tree.rows(),
        _ => vec![],
    });
    view! {
        <div class="outline" role="tree" id=OUTLINE tabindex="-1" translate="no" aria-label="Steps in order" aria-multiselectable="true">
            <Show when=move || !alive.get()>{server_rows(canvas, tree)}</Show>
            <For each=move || rows.get() key=|id| id.clone() let:id>
                <Row canvas=canvas id=id tree=tree />
            </For>
        </div>
    }
    .into_any()
}

/// The rows in the page that the server sends.
#[cfg(feature = "ssr")]
fn server_rows(canvas: CanvasState, tree: Tree) -> impl IntoView {
    let order = canvas.editor.view.canvas_model.order.get_untracked();
    let row = |id| view! { <Row canvas=canvas id=id tree=tree /> };
    let rows = order.into_iter().take(FIRST).map(row);
    view! { <div role="group">{rows.collect_view()}</div> }
}

/// The same in the browser, which replaces these rows at once and so needs none of them.
#[cfg(not(feature = "ssr"))]
fn server_rows(_canvas: CanvasState, _tree: Tree) -> impl IntoView {
    view! { <div role="group"></div> }
}

/// The level of a node in the tree, from 1.
fn level(editor: Editor, node: &DiagramNode) -> usize {
    let outer = |id: &String| {
        let signals = editor.view.canvas_model.node_signals(&id.as_str().into())?;
        signals.card.with(|card| card.frame.clone())
    };
    // A broken workflow may have loops that contain each other.
    let ancestors = std::iter::successors(node.frame.clone(), outer);
    1 + ancestors.take(MAX_NODES).count()
}

#[component]
fn Row(canvas: CanvasState, id: NodeId, tree: Tree) -> impl IntoView {
    let editor = canvas.editor;
    let Some(signals) = editor.view.canvas_model.node_signals(&id) else { return ().into_any() };
    let node = {
        let card = signals.card.clone();
        Memo::new(move |_| card.get())
    };
    let selected = signals.selected;
    let is_selected = Signal::derive(move || selected.get());
    let depth = Memo::new(move |_| level(editor, &node.read()));
    let faults = Memo::new(move |_| signals.faults.get());
    let expanded = {
        let id = id.clone();
        Memo::new(move |_| tree.expanded(&id, node))
    };
    let stop = {
        let id = id.clone();
        Memo::new(move |_| match editor.view.focus.get() {
            Some(at) => at == id,
            None => editor.view.canvas_model.order.with(|order| order.first() == Some(&id)),
        })
    };
    let click = {
        let id = id.clone();
        move |event: ev::MouseEvent| {
            let more = event.shift_key() || event.ctrl_key() || event.meta_key();
            select(canvas, &id, more);
        }
    };
    let key = {
        let id = id.clone();
        move |event: ev::KeyboardEvent| on_key(&event, canvas, tree, &id)
    };
    let on_focus = {
        let id = id.clone();
        move |_| editor.view.focus.set(Some(id.clone()))
    };
    let page_id = row_id(&id);
    view! {
        <div
            class="outline__row"
            role="treeitem"
            id=page_id
            data-kind=move || node.read().kind.clone()
            data-selected=move || is_selected.get().then_some("")
            {..custom_attribute("aria-level", move || depth.get().to_string())}
            aria-expanded=move || expanded.get()
            aria-selected=move || if is_selected.get() { "true" } else { "false" }
            tabindex=move || if stop.get() { "0" } else { "-1" }
            style:--depth=move || depth.get().to_string()
            on:click=click
            on:dblclick=move |_| run_command(canvas, CanvasCommand::Configure)
            on:keydown=key
            on:focus=on_focus
        >
            {opener(tree, id.clone(), node, expanded)}
            <RowFace canvas=canvas id=id node=node faults=faults />
        </div>
    }
    .into_any()
}

/// The arrow that opens and closes the row of something collapsed; arrow keys do the same.
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

/// The text of a row and the button of its menu.
#[component]
fn RowFace(
    canvas: CanvasState,
    id: NodeId,
    node: Memo<DiagramNode>,
    faults: Memo<Faults>,
) -> impl IntoView {
    let editor = canvas.editor;
    let followers = {
        let id = id.clone();
        move || {
            let mut after = editor.view.canvas_model.surroundings(&id).after;
            // Several connections may lead to one step.
            after.dedup();
            (!after.is_empty()).then(|| format!("→ {}", after.join(", ")))
        }
    };
    let menu = move |()| {
        editor.view.focus.set(Some(id.clone()));
        open_row_menu(canvas, row_id(&id));
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
                {move || node.read().subtitle.clone()} " " {followers}
            </span>
            {state}
        </span>
        <span class="outline__menu">
            <IconButton icon=Icon::Ellipsis label=Signal::derive(label) on_press=menu />
        </span>
    }
    .into_any()
}

/// The run state and the issues of a node in words: "Running 2 of 5 · 1 error".
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

/// Selects a node and brings its card into view; with `more` only toggles it in the selection.
fn select(canvas: CanvasState, id: &NodeId, more: bool) {
    let editor = canvas.editor;
    if more {
        editor.view.focus.set(Some(id.clone()));
        return run_command(canvas, CanvasCommand::Toggle);
    }
    editor.view.select(CanvasSelection::from_node(id.clone()));
    editor.view.focus.set(Some(id.clone()));
    if let Some(card) = editor.view.canvas_model.rect(id) {
        editor.view.viewport.reveal(card);
    }
}

fn on_key(event: &ev::KeyboardEvent, canvas: CanvasState, tree: Tree, id: &NodeId) {
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
    let (owner, below) = (tree.owner(id), order.get(at + 1));
    let next = match event.key().as_str() {
        "ArrowDown" if event.alt_key() => return shift(event, canvas, id, Direction::Down),
        "ArrowUp" if event.alt_key() => return shift(event, canvas, id, Direction::Up),
        "ArrowDown" => below,
        "ArrowUp" => at.checked_sub(1).and_then(|before| order.get(before)),
        // The arrows lead into what the node holds, and out to what it lies in.
        "ArrowRight" if !event.alt_key() => {
            below.filter(|own| tree.owner(own).as_ref() == Some(id))
        }
        "ArrowLeft" if !event.alt_key() => owner.as_ref(),
        "Home" => order.first(),
        "End" => order.last(),
        _ => return run_key_command(event, canvas, id),
    };
    event.prevent_default();
    if let Some(next) = next {
        focus(&row_id(next));
    }
}

/// Runs the command of a key, unless it needs a place on the canvas.
fn run_key_command(event: &ev::KeyboardEvent, canvas: CanvasState, id: &NodeId) {
    use CanvasCommand as C;
    if is_off(event) {
        return;
    }
    let Some(command) = CanvasCommand::from_key_event(event) else { return };
    if matches!(command, C::Arrow(_) | C::Lift | C::Outline | C::Escape) {
        return;
    }
    event.prevent_default();
    match command {
        CanvasCommand::Menu => open_row_menu(canvas, row_id(id)),
        command => run_command(canvas, command),
    }
    if command == CanvasCommand::Collapse {
        // The row may be gone; the focused card stands for the node now.
        let focus_row = move || {
            if let Some(id) = canvas.editor.view.focus.try_get_untracked().flatten() {
                focus(&row_id(&id));
            }
        };
        request_animation_frame(focus_row);
    }
}

/// Swaps a node with the next row that way that is not directly connected with it.
fn shift(event: &ev::KeyboardEvent, canvas: CanvasState, id: &NodeId, direction: Direction) {
    event.prevent_default();
    let editor = canvas.editor;
    let order = editor.view.canvas_model.order.get_untracked();
    let Some(at) = order.iter().position(|own| own == id) else { return };
    let others: Vec<&NodeId> = match direction {
        Direction::Up => order[..at].iter().rev().collect(),
        _ => order[at + 1..].iter().collect(),
    };
    let moves = editor.document.workflow.with_untracked(|workflow| {
        let free = |other: &&&NodeId| can_swap(workflow, id, other);
        others.iter().find(free).and_then(|other| swap(workflow, id, other))
    });
    match moves {
        Some(moves) => {
            if editor.run(Command::Move(moves), "change the order") {
                editor.notices.say(format!("{} moved", editor.title(id)));
            }
        }
        None => editor.notices.say("Connections set this order. Change them to move the step."),
    }
    let row = row_id(id);
    request_animation_frame(move || focus(&row));
}

/// Whether two nodes lie in the same frame and no edge connects them.
fn can_swap(workflow: &Workflow, a: &NodeId, b: &NodeId) -> bool {
    let parent = |id| workflow.node(id).and_then(|node| node.parent_id.clone());
    let linked = |x: &NodeId, y: &NodeId| {
        workflow.edges.iter().any(|edge| edge.source == *x && edge.target == *y)
    };
    parent(a) == parent(b) && !linked(a, b) && !linked(b, a)
}

/// The positions of two nodes after they swapped places.
fn swap(workflow: &Workflow, a: &NodeId, b: &NodeId) -> Option<Vec<(NodeId, Position)>> {
    let (first, second) = (workflow.node(a)?.position, workflow.node(b)?.position);
    Some(vec![(a.clone(), second), (b.clone(), first)])
}

/// The live region that speaks announcements to screen readers.
#[component]
pub fn Announcements(
    /// The editor whose announcements are spoken.
    editor: Editor,
) -> impl IntoView {
    view! {
        <p class="unseen" role="status" aria-live="polite" data-testid="announcements">
            {move || editor.notices.news.get()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use ui::status::Status;

    use super::*;

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
