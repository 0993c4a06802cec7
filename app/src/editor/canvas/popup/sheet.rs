//! The sheet of keys.

use leptos::prelude::*;
use model::canvas::{nearby::Direction, tool::Tool, wheel::Device};

use crate::editor::canvas::{deed::Deed, desk::Desk, keyboard::LETTERS_OFF};
use crate::{
    client::{keys::keys_here, storage},
    ui::dialog::Dialog,
};

const WHEEL: &str = "atelier-wheel";

/// What the wheel may belong to: as it is kept, and in words.
const DEVICES: &[(&str, &str, Device)] = &[
    ("auto", "Found out by how it turns", Device::Auto),
    ("mouse", "A mouse: it zooms", Device::Mouse),
    ("trackpad", "A trackpad: it moves the view", Device::Trackpad),
];

const SHOWN: &[(&str, &[Deed])] = &[
    (
        "Find and choose",
        &[
            Deed::Arrow(Direction::Right),
            Deed::Toggle,
            Deed::Extend,
            Deed::SelectAll,
            Deed::SelectNone,
            Deed::NextEdge,
            Deed::PreviousEdge,
            Deed::Find,
            Deed::Outline,
        ],
    ),
    (
        "Change",
        &[
            Deed::QuickAdd,
            Deed::Connect,
            Deed::Lift,
            Deed::Rename,
            Deed::Configure,
            Deed::Enable,
            Deed::Duplicate,
            Deed::Copy,
            Deed::Cut,
            Deed::Paste,
            Deed::PasteKeeping,
            Deed::Delete,
            Deed::Undo,
            Deed::Redo,
            Deed::Tidy,
            Deed::Test,
            Deed::TestTo,
            Deed::Breakpoint,
            Deed::Group,
            Deed::Ungroup,
            Deed::Collapse,
            Deed::Arrange,
            Deed::Menu,
            Deed::Escape,
        ],
    ),
    (
        "Look",
        &[
            Deed::Fit,
            Deed::FitSelection,
            Deed::FullSize,
            Deed::ZoomIn,
            Deed::ZoomOut,
            Deed::Use(Tool::Select),
            Deed::Use(Tool::Hand),
        ],
    ),
];

/// What the page itself or a pointer does.
const BESIDES: &[(&str, &str)] = &[
    ("Find anything", "Ctrl K"),
    ("Go from node to node", "Tab"),
    ("Go from region to region", "F6"),
    ("Save a version", "Ctrl S"),
    ("Move the view", "Space and drag"),
    ("Copy what is dragged", "Alt and drag"),
    ("Drag along one line", "⇧ and drag"),
    ("Add a node", "Double click"),
];

/// All keys, and the switch for single letters.
#[component]
pub fn KeySheet(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let off = RwSignal::new(false);
    Effect::new(move || off.set(storage::recall(LETTERS_OFF).is_some()));
    let switch = move |event| {
        let on = event_target_checked(&event);
        off.set(!on);
        if on { storage::forget(LETTERS_OFF) } else { storage::keep(LETTERS_OFF, "1") }
    };
    let lens = desk.editor.lens;
    let device = RwSignal::new("auto");
    let say = move |key: &str| {
        if let Some((key, _, said)) = DEVICES.iter().find(|(own, ..)| *own == key) {
            device.set(key);
            lens.set_device(*said);
        }
    };
    Effect::new(move || say(&storage::recall(WHEEL).unwrap_or_default()));
    let choose = move |event| {
        let key = event_target_value(&event);
        storage::keep(WHEEL, &key);
        say(&key);
    };
    let devices = DEVICES.iter().map(move |(key, words, _)| {
        view! { <option value=*key prop:selected=move || device.get() == *key>{*words}</option> }
    });
    // Drawn when it is opened: only the browser knows what its keys are called.
    let parts = move || {
        let parts = SHOWN.iter().map(|(title, deeds)| {
            part(title, deeds.iter().map(|deed| (deed.word(), deed.keys())).collect())
        });
        desk.keys.get().then(|| (parts.collect_view(), part("Besides", BESIDES.to_vec())))
    };
    view! {
        <Dialog id="keys" title="Keyboard shortcuts" open=desk.keys>
            <div class="key-sheet">{parts}</div>
            <label class="key-sheet__switch">
                <input type="checkbox" prop:checked=move || !off.get() on:change=switch />
                "Single letters work on the canvas"
            </label>
            <label class="key-sheet__switch">
                "The wheel belongs to"
                <select class="input" on:change=choose>{devices.collect_view()}</select>
            </label>
        </Dialog>
    }
    .into_any()
}

/// A part of the sheet: what is done, and by which keys.
fn part(title: &'static str, rows: Vec<(&'static str, &'static str)>) -> impl IntoView {
    let row = |(word, keys)| {
        view! {
            <div class="key-sheet__row">
                <dt>{word}</dt>
                <dd>
                    <kbd>{keys_here(keys)}</kbd>
                </dd>
            </div>
        }
    };
    view! {
        <section>
            <h3>{title}</h3>
            <dl class="key-sheet__list">{rows.into_iter().map(row).collect_view()}</dl>
        </section>
    }
}
