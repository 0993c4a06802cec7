//! The menu of what lies under the pointer, or of the focused card.

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
    deed::Deed,
    desk::Desk,
    focus::{focus_canvas, focus_card, focus_in_place},
};
use crate::{
    client::{focus::focus, keys::keys_here},
    editor::store::{Editor, Purpose},
    ui::{choices::scroll_near, icon::Glyph},
};

const WIDTH: f64 = 232.0;
const ROW: f64 = 34.0;
/// How many rows the reason takes why something cannot be done.
const WHY_ROWS: usize = 2;

/// An open menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuAt {
    /// What it is about.
    pub on: Hit,
    /// Whether it offers what brings the selection into line.
    pub lines: bool,
    /// Where it opens, in screen pixels from the stage's corner.
    pub at: Point,
    /// The id of the row of the outline that it was asked for at; nothing on the canvas itself.
    pub row: Option<String>,
}

const NODE: &[Deed] = &[
    Deed::Configure,
    Deed::Rename,
    Deed::Connect,
    Deed::AddBefore,
    Deed::AddAfter,
    Deed::TestOnly,
    Deed::TestTo,
    Deed::TestFrom,
    Deed::Breakpoint,
    Deed::LastOutput,
    Deed::Enable,
    Deed::Collapse,
    Deed::Group,
    Deed::Extract,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Disconnect,
    Deed::Delete,
];
const LANE: &[Deed] = &[
    Deed::Collapse,
    Deed::Enable,
    Deed::Group,
    Deed::Extract,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Delete,
];
const SEVERAL: &[Deed] = &[
    Deed::Enable,
    Deed::Group,
    Deed::Extract,
    Deed::Arrange,
    Deed::Tidy,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Disconnect,
    Deed::Delete,
];
const FRAME: &[Deed] = &[
    Deed::Configure,
    Deed::Rename,
    Deed::Collapse,
    Deed::Enable,
    Deed::Ungroup,
    Deed::Extract,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Delete,
];
const NOTE: &[Deed] = &[
    Deed::Configure,
    Deed::Rename,
    Deed::Grow,
    Deed::Shrink,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Delete,
];
const LINES: &[Deed] = &[
    Deed::Align(Align::Left),
    Deed::Align(Align::Center),
    Deed::Align(Align::Right),
    Deed::Align(Align::Top),
    Deed::Align(Align::Middle),
    Deed::Align(Align::Bottom),
    Deed::Distribute(Axis::Across),
    Deed::Distribute(Axis::Down),
];
const EDGE: &[Deed] = &[
    Deed::QuickAdd,
    Deed::Reconnect(PortSide::Output),
    Deed::Reconnect(PortSide::Input),
    Deed::Label,
    Deed::Lines,
    Deed::Delete,
];
const STAGE: &[Deed] = &[
    Deed::QuickAdd,
    Deed::AddNote,
    Deed::Paste,
    Deed::SelectAll,
    Deed::Tidy,
    Deed::Fit,
    Deed::Lines,
    Deed::Export,
    Deed::ExportPicture,
    Deed::Keys,
];
const LOOKED_AT: &[Deed] = &[
    Deed::Copy,
    Deed::SelectAll,
    Deed::Fit,
    Deed::Lines,
    Deed::Export,
    Deed::ExportPicture,
    Deed::Keys,
];

impl MenuAt {
    /// Gives the focus back to where the menu was asked for.
    fn leave(&self) {
        match (&self.row, &self.on) {
            (Some(row), _) => focus(row),
            (None, Hit::Card(id)) => focus_card(id),
            (None, _) => focus_canvas(),
        }
    }

    fn deeds(&self, editor: Editor) -> Vec<Deed> {
        let chosen = editor.chosen.get_untracked().nodes;
        let lane = match &self.on {
            Hit::Card(id) => editor.drawing.lane(id),
            _ => None,
        };
        let all = match &self.on {
            _ if !editor.editable.get_untracked() => LOOKED_AT,
            _ if self.lines => LINES,
            _ if lane.as_ref().is_some_and(|lane| lane.nodes == chosen) => LANE,
            Hit::Card(_) if chosen.len() > 1 => SEVERAL,
            Hit::Card(id) if editor.node(id).is_some_and(|n| n.kind() == NodeKind::Frame) => FRAME,
            Hit::Card(id) if editor.node(id).is_some_and(|n| n.kind() == NodeKind::Note) => NOTE,
            Hit::Card(_) | Hit::Port(_) | Hit::Corner(_) => NODE,
            Hit::Edge(_) | Hit::End(..) => EDGE,
            Hit::Nothing => STAGE,
        };
        let folds = || match &self.on {
            Hit::Card(id) => lane.is_some() || editor.folds(id),
            _ => false,
        };
        all.iter().copied().filter(|deed| *deed != Deed::Collapse || folds()).collect()
    }
}

impl Desk {
    /// Opens the menu of what was hit; it becomes the selection, unless it is part of it.
    pub fn open_menu(self, on: Hit, at: Point) {
        let on = match on {
            Hit::Port(port) => Hit::Card(port.node),
            Hit::Corner(node) => Hit::Card(node),
            Hit::End(edge, _) => Hit::Edge(edge),
            other => other,
        };
        let chosen = self.editor.chosen.get_untracked();
        match &on {
            Hit::Card(id) => {
                self.editor.focus.set(Some(id.clone()));
                if !self.editor.is_chosen(id) {
                    self.editor.choose(self.editor.chosen_with(&on, Choose::Only));
                }
            }
            Hit::Edge(id) if !chosen.edges.contains(id) => {
                self.editor.choose(chosen.with(&on, Choose::Only));
            }
            _ => {}
        }
        self.menu.set(Some(MenuAt { on, at, lines: false, row: None }));
    }

    /// Opens the menu of what brings the selected cards into line, beside the first of them.
    pub fn menu_of_order(self) {
        let editor = self.editor;
        let chosen = editor.chosen.get_untracked().nodes;
        let Some(around) = editor.drawing.around_of(&chosen).filter(|_| chosen.len() > 1) else {
            return editor.refuse("Select at least two nodes first.");
        };
        let size = editor.lens.size.get_untracked();
        let at = editor.lens.view.get_untracked().to_screen(around.origin);
        let at = Point::new(at.x.clamp(8.0, size.width), at.y.clamp(8.0, size.height));
        let on = chosen.first().map_or(Hit::Nothing, |id| Hit::Card(id.clone()));
        self.menu.set(Some(MenuAt { on, at, lines: true, row: None }));
    }

    /// Opens the menu of the focused card, or that of the canvas.
    pub fn menu_of_focus(self) {
        let editor = self.editor;
        let focused = editor.focus.get_untracked();
        let card = focused.clone().and_then(|id| editor.drawing.rect(&id));
        let view = editor.lens.view.get_untracked();
        match (focused, card) {
            (Some(id), Some(card)) => {
                let corner = Point::new(card.origin.x + 24.0, card.origin.y + 40.0);
                self.open_menu(Hit::Card(id), view.to_screen(corner));
            }
            _ => self.open_menu(Hit::Nothing, editor.lens.middle()),
        }
    }

    /// Opens the menu of the focused card for the row of the outline with this id.
    pub fn menu_of_row(self, row: String) {
        self.menu_of_focus();
        self.menu.update(|menu| {
            if let Some(menu) = menu {
                menu.row = Some(row);
            }
        });
    }

    fn chosen_from_menu(self, menu: &MenuAt, deed: Deed) {
        self.menu.set(None);
        // The focus was in the menu, which is gone now.
        menu.leave();
        let world = self.editor.lens.view.get_untracked().to_canvas(menu.at);
        match (deed, &menu.on) {
            (Deed::QuickAdd, Hit::Edge(id)) => self.pick(world, Purpose::Onto(id.clone())),
            (Deed::QuickAdd, _) => self.pick(world, Purpose::Alone),
            (Deed::AddNote, _) => self.add_note(world),
            (Deed::Paste, _) => self.paste_from(Some(world), Incoming::Drop),
            (deed, _) => self.perform(deed),
        }
    }
}

/// The menu, while it is open.
#[component]
pub fn ContextMenu(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || desk.menu.get().map(|menu| view! { <Open desk=desk menu=menu /> })
}

#[component]
fn Open(desk: Desk, menu: MenuAt) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let deeds = menu.deeds(desk.editor);
    // What is selected opens its panel, and the stage gets narrower under the open menu.
    let offered: Vec<_> = deeds.iter().map(|deed| (*deed, desk.why_not(*deed))).collect();
    let reasons = offered.iter().filter(|(_, why_not)| why_not.is_some()).count();
    let (at, rows) = (menu.at, deeds.len() + reasons * WHY_ROWS);
    let place = Memo::new(move |_| corner(desk.editor.lens.size.get(), at, rows));
    let back = menu.clone();
    let close = move || {
        desk.menu.set(None);
        back.leave();
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
                _ if Deed::is_letter(&key) => type_ahead(&list, &deeds, &key),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let menu = StoredValue::new(menu);
    let item = |(deed, why_not): (Deed, Option<String>)| {
        let disabled = why_not.is_some().then_some("true");
        let choose = move |_| match disabled {
            Some(_) => {}
            None => menu.with_value(|menu| desk.chosen_from_menu(menu, deed)),
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
                <Glyph icon=deed.icon() />
                <span class="spring">{deed.word()} {why}</span>
                <kbd class="menu__keys">{keys_here(deed.keys())}</kbd>
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

/// Focuses an item by the place of the focused one and how many there are.
fn focus_item(list: &web_sys::HtmlDivElement, next: impl Fn(usize, usize) -> usize) {
    let items = items(list);
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let at = items.iter().position(|item| active.as_deref() == Some(item.as_ref())).unwrap_or(0);
    let item = &items[next(at, items.len())];
    // The page stays where it is: the menu comes to lie on the stage by itself.
    focus_in_place(item);
    scroll_near(item);
}

fn type_ahead(list: &web_sys::HtmlDivElement, deeds: &[Deed], key: &str) {
    let starts = |deed: &Deed| deed.word().to_lowercase().starts_with(&key.to_lowercase());
    if let Some(place) = deeds.iter().position(starts) {
        focus_item(list, |_, _| place);
    }
}

/// Where the menu lies: at its point, or flipped so that it stays on the stage.
fn corner(stage: Size, at: Point, rows: usize) -> Point {
    #[expect(clippy::cast_precision_loss, reason = "a menu has a handful of rows")]
    let height = rows as f64 * ROW + 16.0;
    let flip = |at: f64, length: f64, room: f64| {
        if at + length > room { (at.min(room) - length).max(8.0) } else { at }
    };
    Point::new(flip(at.x, WIDTH, stage.width), flip(at.y, height, stage.height))
}
