//! The list of keyboard shortcuts, with the settings for single letters and the wheel.

use leptos::prelude::*;
use model::canvas::{nearby::Direction, tool::Tool, wheel::Device};
use ui::dialog::Dialog;
use web::client::{keys::keys_here, storage};

use crate::canvas::{canvas_state::CanvasState, command::CanvasCommand, keyboard::LETTERS_OFF};

const WHEEL: &str = "atelier-wheel";

/// What turns the wheel: the key in the browser's storage, the words, the setting.
const DEVICES: &[(&str, &str, Device)] = &[
    ("auto", "Detect automatically", Device::Auto),
    ("mouse", "Mouse (wheel zooms)", Device::Mouse),
    ("trackpad", "Trackpad (scrolling moves the view)", Device::Trackpad),
];

const SHOWN: &[(&str, &[CanvasCommand])] = &[
    (
        "Find and select",
        &[
            CanvasCommand::Arrow(Direction::Right),
            CanvasCommand::Toggle,
            CanvasCommand::Extend,
            CanvasCommand::SelectAll,
            CanvasCommand::SelectNone,
            CanvasCommand::NextEdge,
            CanvasCommand::PreviousEdge,
            CanvasCommand::Find,
            CanvasCommand::Outline,
        ],
    ),
    (
        "Edit",
        &[
            CanvasCommand::QuickAdd,
            CanvasCommand::Connect,
            CanvasCommand::Lift,
            CanvasCommand::Rename,
            CanvasCommand::Configure,
            CanvasCommand::Enable,
            CanvasCommand::Duplicate,
            CanvasCommand::Copy,
            CanvasCommand::Cut,
            CanvasCommand::Paste,
            CanvasCommand::PasteKeeping,
            CanvasCommand::Delete,
            CanvasCommand::Undo,
            CanvasCommand::Redo,
            CanvasCommand::Tidy,
            CanvasCommand::Test,
            CanvasCommand::TestTo,
            CanvasCommand::Breakpoint,
            CanvasCommand::Group,
            CanvasCommand::Ungroup,
            CanvasCommand::Collapse,
            CanvasCommand::Arrange,
            CanvasCommand::Menu,
            CanvasCommand::Escape,
        ],
    ),
    (
        "View",
        &[
            CanvasCommand::Fit,
            CanvasCommand::FitSelection,
            CanvasCommand::FullSize,
            CanvasCommand::ZoomIn,
            CanvasCommand::ZoomOut,
            CanvasCommand::Use(Tool::Select),
            CanvasCommand::Use(Tool::Hand),
        ],
    ),
];

/// Keys of the page itself and pointer gestures, which are no commands of the canvas.
const BESIDES: &[(&str, &str)] = &[
    ("Find anything", "Ctrl K"),
    ("Go from step to step", "Tab"),
    ("Go to the next area", "F6"),
    ("Publish…", "Ctrl S"),
    ("Move the view", "Space and drag"),
    ("Duplicate while dragging", "Alt and drag"),
    ("Drag in a straight line", "⇧ and drag"),
    ("Add a step", "Double click"),
];

/// The dialog with all keyboard shortcuts.
#[component]
pub fn KeySheet(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let off = RwSignal::new(false);
    Effect::new(move || off.set(storage::recall(LETTERS_OFF).is_some()));
    let switch = move |event| {
        let on = event_target_checked(&event);
        off.set(!on);
        if on { storage::forget(LETTERS_OFF) } else { storage::keep(LETTERS_OFF, "1") }
    };
    let viewport = canvas.editor.view.viewport;
    let device = RwSignal::new("auto");
    let say = move |key: &str| {
        if let Some((key, _, said)) = DEVICES.iter().find(|(own, ..)| *own == key) {
            device.set(key);
            viewport.set_device(*said);
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
    // Rendered when it is opened, because only the browser knows the names of its keys.
    let parts = move || {
        let parts = SHOWN.iter().map(|(title, commands)| {
            part(title, commands.iter().map(|command| (command.label(), command.keys())).collect())
        });
        canvas.popups.keys.get().then(|| (parts.collect_view(), part("More", BESIDES.to_vec())))
    };
    view! {
        <Dialog id="keys" title="Keyboard shortcuts" open=canvas.popups.keys>
            <div class="key-sheet">{parts}</div>
            <label class="key-sheet__switch">
                <input type="checkbox" prop:checked=move || !off.get() on:change=switch />
                "Single-letter shortcuts"
            </label>
            <label class="key-sheet__switch">
                "Mouse wheel"
                <select class="input" on:change=choose>{devices.collect_view()}</select>
            </label>
        </Dialog>
    }
    .into_any()
}

/// A section of the list: rows of a label and its keys.
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
