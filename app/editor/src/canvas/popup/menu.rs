//! The context menu of what is under the pointer, or of the focused card.

use leptos::{ev, html, prelude::*};
use model::{
    canvas::{
        geometry::{Point, Size},
        hit::Hit,
        ports::PortSide,
    },
    edit::{Align, Axis, Incoming},
    id::NodeId,
    nodes::NodeKind,
};
use ui::{combobox::scroll_near, icon::Glyph};
use wasm_bindgen::JsCast;
use web::client::{focus::focus, keys::keys_here};
use web_sys::HtmlElement;

use super::{open::open_picker, state::MenuAt};
use crate::{
    canvas::{
        canvas_state::CanvasState,
        clipboard::paste_from,
        command::CanvasCommand,
        focus::{focus_canvas, focus_card, focus_in_place},
        run_command::{add_note, run_command, why_not},
    },
    store::{Editor, Purpose, grouping::can_collapse},
};

const WIDTH: f64 = 232.0;
const ROW: f64 = 34.0;
/// The reason why a command cannot be run takes the height of so many rows.
const WHY_ROWS: usize = 2;

const NODE: &[CanvasCommand] = &[
    CanvasCommand::Configure,
    CanvasCommand::Rename,
    CanvasCommand::Connect,
    CanvasCommand::AddBefore,
    CanvasCommand::AddAfter,
    CanvasCommand::TestOnly,
    CanvasCommand::TestTo,
    CanvasCommand::TestFrom,
    CanvasCommand::Breakpoint,
    CanvasCommand::LastOutput,
    CanvasCommand::Enable,
    CanvasCommand::Collapse,
    CanvasCommand::Group,
    CanvasCommand::Extract,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Disconnect,
    CanvasCommand::Delete,
];
const LANE: &[CanvasCommand] = &[
    CanvasCommand::Collapse,
    CanvasCommand::Enable,
    CanvasCommand::Group,
    CanvasCommand::Extract,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Delete,
];
const SEVERAL: &[CanvasCommand] = &[
    CanvasCommand::Enable,
    CanvasCommand::Group,
    CanvasCommand::Extract,
    CanvasCommand::Arrange,
    CanvasCommand::Tidy,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Disconnect,
    CanvasCommand::Delete,
];
const FRAME: &[CanvasCommand] = &[
    CanvasCommand::Configure,
    CanvasCommand::Rename,
    CanvasCommand::Collapse,
    CanvasCommand::Enable,
    CanvasCommand::Ungroup,
    CanvasCommand::Extract,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Delete,
];
const NOTE: &[CanvasCommand] = &[
    CanvasCommand::Configure,
    CanvasCommand::Rename,
    CanvasCommand::Grow,
    CanvasCommand::Shrink,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Delete,
];
const ALIGN: &[CanvasCommand] = &[
    CanvasCommand::Align(Align::Left),
    CanvasCommand::Align(Align::Center),
    CanvasCommand::Align(Align::Right),
    CanvasCommand::Align(Align::Top),
    CanvasCommand::Align(Align::Middle),
    CanvasCommand::Align(Align::Bottom),
    CanvasCommand::Distribute(Axis::Across),
    CanvasCommand::Distribute(Axis::Down),
];
const EDGE: &[CanvasCommand] = &[
    CanvasCommand::QuickAdd,
    CanvasCommand::Reconnect(PortSide::Output),
    CanvasCommand::Reconnect(PortSide::Input),
    CanvasCommand::Label,
    CanvasCommand::Lines,
    CanvasCommand::Delete,
];
const STAGE: &[CanvasCommand] = &[
    CanvasCommand::QuickAdd,
    CanvasCommand::AddNote,
    CanvasCommand::Paste,
    CanvasCommand::SelectAll,
    CanvasCommand::Tidy,
    CanvasCommand::Fit,
    CanvasCommand::Lines,
    CanvasCommand::Export,
    CanvasCommand::ExportPicture,
    CanvasCommand::Keys,
];
const READ_ONLY: &[CanvasCommand] = &[
    CanvasCommand::Copy,
    CanvasCommand::SelectAll,
    CanvasCommand::Fit,
    CanvasCommand::Lines,
    CanvasCommand::Export,
    CanvasCommand::ExportPicture,
    CanvasCommand::Keys,
];

/// Gives the focus back to where the menu was opened from.
fn restore_focus(menu: &MenuAt) {
    match (&menu.row, &menu.on) {
        (Some(row), _) => focus(row),
        (None, Hit::Card(id)) => focus_card(id),
        (None, _) => focus_canvas(),
    }
}

/// The commands that a menu offers.
fn menu_commands(menu: &MenuAt, editor: Editor) -> Vec<CanvasCommand> {
    let Editor { document, view, .. } = editor;
    let selection = view.selected_nodes();
    let lane = match &menu.on {
        Hit::Card(id) => view.canvas_model.lane(id),
        _ => None,
    };
    let is_of =
        |id: &NodeId, kind: NodeKind| document.node(id).is_some_and(|node| node.kind() == kind);
    let all = match &menu.on {
        _ if !document.editable.get_untracked() => READ_ONLY,
        _ if menu.aligns => ALIGN,
        _ if lane.as_ref().is_some_and(|lane| lane.nodes == selection) => LANE,
        Hit::Card(_) if selection.len() > 1 => SEVERAL,
        Hit::Card(id) if is_of(id, NodeKind::Frame) => FRAME,
        Hit::Card(id) if is_of(id, NodeKind::Note) => NOTE,
        Hit::Card(_) | Hit::Port(_) | Hit::Corner(_) => NODE,
        Hit::Edge(_) | Hit::End(..) => EDGE,
        Hit::Nothing => STAGE,
    };
    let is_foldable = || match &menu.on {
        Hit::Card(id) => lane.is_some() || can_collapse(editor, id),
        _ => false,
    };
    let is_possible =
        |command: &CanvasCommand| *command != CanvasCommand::Collapse || is_foldable();
    all.iter().copied().filter(is_possible).collect()
}

fn run_menu_command(canvas: CanvasState, menu: &MenuAt, command: CanvasCommand) {
    canvas.popups.menu.set(None);
    // The focus was in the menu, which is gone now.
    restore_focus(menu);
    let world = canvas.editor.view.viewport.view.get_untracked().to_canvas(menu.at);
    match (command, &menu.on) {
        (CanvasCommand::QuickAdd, Hit::Edge(id)) => {
            open_picker(canvas, world, Purpose::Onto(id.clone()));
        }
        (CanvasCommand::QuickAdd, _) => open_picker(canvas, world, Purpose::Alone),
        (CanvasCommand::AddNote, _) => add_note(canvas, world),
        (CanvasCommand::Paste, _) => paste_from(canvas, Some(world), Incoming::Drop),
        (command, _) => run_command(canvas, command),
    }
}

/// The menu, while it is open.
#[component]
pub fn ContextMenu(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || canvas.popups.menu.get().map(|menu| view! { <Open canvas=canvas menu=menu /> })
}

#[component]
fn Open(canvas: CanvasState, menu: MenuAt) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let commands = menu_commands(&menu, canvas.editor);
    let reason = |command: &CanvasCommand| (*command, why_not(canvas.editor, *command));
    let offered: Vec<_> = commands.iter().map(reason).collect();
    let reasons = offered.iter().filter(|(_, why_not)| why_not.is_some()).count();
    let (at, rows) = (menu.at, commands.len() + reasons * WHY_ROWS);
    // Selecting a node opens its panel, which narrows the stage: the open menu follows.
    let place = Memo::new(move |_| corner(canvas.editor.view.viewport.size.get(), at, rows));
    let back = menu.clone();
    let close = move || {
        canvas.popups.menu.set(None);
        restore_focus(&back);
    };
    Effect::new(move || {
        if let Some(list) = list.get() {
            focus_item(&list, |_, _| 0);
        }
    });
    let on_key = {
        let close = close.clone();
        move |event: ev::KeyboardEvent| {
            event.stop_propagation();
            let Some(list) = list.get_untracked() else { return };
            let key = event.key();
            match key.as_str() {
                "ArrowDown" => focus_item(&list, |at, count| (at + 1) % count),
                "ArrowUp" => focus_item(&list, |at, count| (at + count - 1) % count),
                "Home" => focus_item(&list, |_, _| 0),
                "End" => focus_item(&list, |_, count| count - 1),
                "Escape" | "Tab" => close(),
                _ if CanvasCommand::is_letter(&key) => type_ahead(&list, &commands, &key),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let menu = StoredValue::new(menu);
    let item = |(command, why_not): (CanvasCommand, Option<String>)| {
        let disabled = why_not.is_some().then_some("true");
        let choose = move |_| match disabled {
            Some(_) => {}
            None => menu.with_value(|menu| run_menu_command(canvas, menu, command)),
        };
        let why = why_not.map(|words| view! { <span class="menu__why">{words}</span> });
        view! {
            <button
                type="button"
                class="menu__item"
                role="menuitem"
                tabindex="-1"
                aria-disabled=disabled
                on:click=choose
            >
                <Glyph icon=command.icon() />
                <span class="spring">{command.label()} {why}</span>
                <kbd class="menu__keys">{keys_here(command.keys())}</kbd>
            </button>
        }
    };
    view! {
        <div class="choices__scrim" on:pointerdown=move |_| close()></div>
        <div
            node_ref=list
            class="context-menu menu__panel"
            role="menu"
            aria-label="Actions"
            style:left=move || format!("{}px", place.get().x)
            style:top=move || format!("{}px", place.get().y)
            on:keydown=on_key
        >
            {offered.into_iter().map(item).collect_view()}
        </div>
    }
    .into_any()
}

fn items(list: &web_sys::HtmlDivElement) -> Vec<HtmlElement> {
    let children = list.children();
    let item = |at| children.item(at)?.dyn_into::<HtmlElement>().ok();
    (0..children.length()).filter_map(item).collect()
}

/// Focuses the item at the place that `next` gives for the place of the focused one and the count.
fn focus_item(list: &web_sys::HtmlDivElement, next: impl Fn(usize, usize) -> usize) {
    let items = items(list);
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let at = items.iter().position(|item| active.as_deref() == Some(item.as_ref())).unwrap_or(0);
    let item = &items[next(at, items.len())];
    // Without scrolling the page: the menu is already placed on the stage.
    focus_in_place(item);
    scroll_near(item);
}

fn type_ahead(list: &web_sys::HtmlDivElement, commands: &[CanvasCommand], key: &str) {
    let key = key.to_lowercase();
    let starts = |command: &CanvasCommand| command.label().to_lowercase().starts_with(&key);
    if let Some(place) = commands.iter().position(starts) {
        focus_item(list, |_, _| place);
    }
}

/// The upper left corner of the menu: at its point, or flipped so that it stays on the stage.
fn corner(stage: Size, at: Point, rows: usize) -> Point {
    #[expect(clippy::cast_precision_loss, reason = "a menu has a handful of rows")]
    let height = rows as f64 * ROW + 16.0;
    let flip = |at: f64, length: f64, room: f64| {
        if at + length > room { (at.min(room) - length).max(8.0) } else { at }
    };
    Point::new(flip(at.x, WIDTH, stage.width), flip(at.y, height, stage.height))
}
