//! The sheet of keys.

use leptos::prelude::*;
use model::canvas::{nearby::Direction, tool::Tool};

use crate::editor::canvas::{deed::Deed, desk::Desk};
use crate::{client::storage, ui::dialog::Dialog};

const LETTERS_OFF: &str = "atelier-letters-off";

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
            Deed::Everything,
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
    let part = |(title, deeds): &(&'static str, &'static [Deed])| {
        let rows = deeds.iter().map(|deed| {
            view! {
                <div class="key-sheet__row">
                    <dt>{deed.word()}</dt>
                    <dd>
                        <kbd>{deed.keys()}</kbd>
                    </dd>
                </div>
            }
        });
        view! {
            <section>
                <h3>{*title}</h3>
                <dl class="key-sheet__list">{rows.collect_view()}</dl>
            </section>
        }
    };
    view! {
        <Dialog id="keys" title="Keyboard shortcuts" open=desk.keys>
            <div class="key-sheet">{SHOWN.iter().map(part).collect_view()}</div>
            <label class="key-sheet__switch">
                <input type="checkbox" prop:checked=move || !off.get() on:change=switch />
                "Single letters work on the canvas"
            </label>
        </Dialog>
    }
    .into_any()
}
