//! The context menu of what is under the pointer, or of the focused card.

use leptos::{ev, html, prelude::*};
use model::{
    canvas::{
        geometry::{Point, Size},
        hit::Hit,
        ports::PortSide,
        tool::Choose,
    },
    edit::{Align, Axis, Incoming},
    nodes::NodeKind,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::editor::canvas::{
    canvas_state::CanvasState,
    command::CanvasCommand,
    focus::{focus_canvas, focus_card, focus_in_place},
};
use crate::{
    client::{focus::focus, keys::keys_here},
    editor::store::{Editor, Purpose},
    ui::{combobox::scroll_near, icon::Glyph},
};

const WIDTH: f64 = 232.0;
const ROW: f64 = 34.0;
/// The reason why a command cannot be run takes the height of so many rows.
const WHY_ROWS: usize = 2;

/// An open menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuAt {
    /// What was hit: a card, an edge or nothing.
    pub on: Hit,
    /// Whether it offers the alignments of the selection.
    pub aligns: bool,
    /// Where it opens, in screen pixels from the stage's corner.
    pub at: Point,
    /// The element id of the row of the outline that it was opened from; nothing on the canvas.
    pub row: Option<String>,
}

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

impl MenuAt {
    /// Gives the focus back to where the menu was opened from.
    fn restore_focus(&self) {
        match (&self.row, &self.on) {
            (Some(row), _) => focus(row),
            (None, Hit::Card(id)) => focus_card(id),
            (None, _) => focus_canvas(),
        }
    }

    fn commands(&self, editor: Editor) -> Vec<CanvasCommand> {
        let selection = editor.selection.get_untracked().nodes;
        let lane = match &self.on {
            Hit::Card(id) => editor.canvas_model.lane(id),
            _ => None,
        };
        let all = match &self.on {
            _ if !editor.editable.get_untracked() => READ_ONLY,
            _ if self.aligns => ALIGN,
            _ if lane.as_ref().is_some_and(|lane| lane.nodes == selection) => LANE,
            Hit::Card(_) if selection.len() > 1 => SEVERAL,
            Hit::Card(id) if editor.node(id).is_some_and(|n| n.kind() == NodeKind::Frame) => FRAME,
            Hit::Card(id) if editor.node(id).is_some_and(|n| n.kind() == NodeKind::Note) => NOTE,
            Hit::Card(_) | Hit::Port(_) | Hit::Corner(_) => NODE,
            Hit::Edge(_) | Hit::End(..) => EDGE,
            Hit::Nothing => STAGE,
        };
        let can_collapse = || match &self.on {
            Hit::Card(id) => lane.is_some() || editor.can_collapse(id),
            _ => false,
        };
        let is_possible =
            |command: &CanvasCommand| *command != CanvasCommand::Collapse || can_collapse();
        all.iter().copied().filter(is_possible).collect()
    }
}

impl CanvasState {
    /// Selects what was hit, unless it is selected, and opens its menu at a point in screen pixels.
    pub fn open_menu(self, on: Hit, at: Point) {
        let on = match on {
            Hit::Port(port) => Hit::Card(port.node),
            Hit::Corner(node) => Hit::Card(node),
            Hit::End(edge, _) => Hit::Edge(edge),
            other => other,
        };
        let selection = self.editor.selection.get_untracked();
        match &on {
            Hit::Card(id) => {
                self.editor.focus.set(Some(id.clone()));
                if !self.editor.is_selected(id) {
                    self.editor.select(self.editor.selection_after_click(&on, Choose::Only));
                }
            }
            Hit::Edge(id) if !selection.edges.contains(id) => {
                self.editor.select(selection.apply_click(&on, Choose::Only));
            }
            _ => {}
        }
        self.menu.set(Some(MenuAt { on, at, aligns: false, row: None }));
    }

    /// Opens the menu of alignments at the upper left corner of the selected cards.
    pub fn open_align_menu(self) {
        let editor = self.editor;
        let selection = editor.selection.get_untracked().nodes;
        let bounds = editor.canvas_model.bounds_of(&selection);
        let Some(bounds) = bounds.filter(|_| selection.len() > 1) else {
            return editor.notify("Select at least two nodes first.");
        };
        let size = editor.viewport.size.get_untracked();
        let at = editor.viewport.view.get_untracked().to_screen(bounds.origin);
        let at = Point::new(at.x.clamp(8.0, size.width), at.y.clamp(8.0, size.height));
        let on = selection.first().map_or(Hit::Nothing, |id| Hit::Card(id.clone()));
        self.menu.set(Some(MenuAt { on, at, aligns: true, row: None }));
    }

    /// Opens the menu of the focused card, or that of the canvas.
    pub fn open_focus_menu(self) {
        let editor = self.editor;
        let focused = editor.focus.get_untracked();
        let card = focused.clone().and_then(|id| editor.canvas_model.rect(&id));
        let view = editor.viewport.view.get_untracked();
        match (focused, card) {
            (Some(id), Some(card)) => {
                let corner = Point::new(card.origin.x + 24.0, card.origin.y + 40.0);
                self.open_menu(Hit::Card(id), view.to_screen(corner));
            }
            _ => self.open_menu(Hit::Nothing, editor.viewport.middle()),
        }
    }

    /// Opens the menu of the focused card for the row of the outline with this element id.
    pub fn open_row_menu(self, row: String) {
        self.open_focus_menu();
        self.menu.update(|menu| {
            if let Some(menu) = menu {
                menu.row = Some(row);
            }
        });
    }

    fn run_menu_command(self, menu: &MenuAt, command: CanvasCommand) {
        self.menu.set(None);
        // The focus was in the menu, which is gone now.
        menu.restore_focus();
        let world = self.editor.viewport.view.get_untracked().to_canvas(menu.at);
        match (command, &menu.on) {
            (CanvasCommand::QuickAdd, Hit::Edge(id)) => self.pick(world, Purpose::Onto(id.clone())),
            (CanvasCommand::QuickAdd, _) => self.pick(world, Purpose::Alone),
            (CanvasCommand::AddNote, _) => self.add_note(world),
            (CanvasCommand::Paste, _) => self.paste_from(Some(world), Incoming::Drop),
            (command, _) => self.run_command(command),
        }
    }
}

/// The menu, while it is open.
#[component]
pub fn ContextMenu(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || canvas.menu.get().map(|menu| view! { <Open canvas=canvas menu=menu /> })
}

#[component]
fn Open(canvas: CanvasState, menu: MenuAt) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let commands = menu.commands(canvas.editor);
    let offered: Vec<_> = commands.iter().map(|one| (*one, canvas.why_not(*one))).collect();
    let reasons = offered.iter().filter(|(_, why_not)| why_not.is_some()).count();
    let (at, rows) = (menu.at, commands.len() + reasons * WHY_ROWS);
    // Selecting a node opens its panel, which narrows the stage: the open menu follows.
    let place = Memo::new(move |_| corner(canvas.editor.viewport.size.get(), at, rows));
    let back = menu.clone();
    let close = move || {
        canvas.menu.set(None);
        back.restore_focus();
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
            None => menu.with_value(|menu| canvas.run_menu_command(menu, command)),
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
