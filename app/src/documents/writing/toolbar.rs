//! The buttons above the text that write marks of Markdown, and their keys.

use leptos::{ev, prelude::*};
use model::text::markdown::marks::{Mark, MarkedText};
use web::client::{
    caret::{text_with_selection, type_over},
    focus::focus,
    keys::shortcut_key,
};

/// A button of the toolbar.
struct Tool {
    mark: Mark,
    /// What is drawn on it.
    sign: &'static str,
    /// Its name, for screen readers and as a tooltip.
    name: &'static str,
}

static TOOLS: [Tool; 8] = [
    Tool { mark: Mark::Heading, sign: "H", name: "Heading" },
    Tool { mark: Mark::Bold, sign: "B", name: "Bold (Ctrl B)" },
    Tool { mark: Mark::Italic, sign: "I", name: "Italic (Ctrl I)" },
    Tool { mark: Mark::Link, sign: "Link", name: "Link" },
    Tool { mark: Mark::Bullets, sign: "• List", name: "Bulleted list" },
    Tool { mark: Mark::Numbers, sign: "1. List", name: "Numbered list" },
    Tool { mark: Mark::Quote, sign: "”", name: "Quote" },
    Tool { mark: Mark::Code, sign: "</>", name: "Code" },
];

/// Writes a mark around what is selected in the text box of this id, or takes it away.
fn write(text_box: &str, mark: Mark) {
    let Some((text, selected)) = text_with_selection(text_box) else { return };
    let MarkedText { replaced, by, selected } = mark.apply(&text, selected);
    type_over(text_box, replaced, &by, selected);
}

/// Writes bold and italics at their keys in the text box.
pub(super) fn on_text_key(text_box: &str, event: &ev::KeyboardEvent) {
    let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
    let mark = match shortcut_key(event).as_str() {
        "b" => Mark::Bold,
        "i" => Mark::Italic,
        _ => return,
    };
    if command {
        event.prevent_default();
        event.stop_propagation();
        write(text_box, mark);
    }
}

/// The id of a button.
fn tool_id(place: usize) -> String {
    format!("format-{place}")
}

/// The button that an arrow key leads to; none for another key.
fn neighbour(key: &str, place: usize) -> Option<usize> {
    let last = TOOLS.len() - 1;
    match key {
        "ArrowRight" => Some(if place == last { 0 } else { place + 1 }),
        "ArrowLeft" => Some(place.checked_sub(1).unwrap_or(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// The buttons. Tab reaches one of them, arrow keys the others.
#[component]
pub(super) fn Toolbar(
    /// The id of the box with the text.
    text_box: &'static str,
) -> impl IntoView {
    let reached = RwSignal::new(0_usize);
    let button = move |(place, tool): (usize, &'static Tool)| {
        let on_key = move |event: ev::KeyboardEvent| {
            if let Some(next) = neighbour(&event.key(), place) {
                event.prevent_default();
                reached.set(next);
                focus(&tool_id(next));
            }
        };
        view! {
            <button
                type="button"
                class="writing__tool"
                id=tool_id(place)
                data-sign=tool.sign
                aria-label=tool.name
                data-tip=tool.name
                tabindex=move || if reached.get() == place { "0" } else { "-1" }
                on:keydown=on_key
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| {
                    reached.set(place);
                    write(text_box, tool.mark);
                }
            >
                <span aria-hidden="true">{tool.sign}</span>
            </button>
        }
    };
    view! {
        <div class="writing__tools" role="toolbar" aria-label="Formatting" aria-controls=text_box>
            {TOOLS.iter().enumerate().map(button).collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_lead_around_the_buttons() {
        let last = TOOLS.len() - 1;

        assert_eq!(
            [neighbour("ArrowRight", last), neighbour("ArrowLeft", 0)],
            [Some(0), Some(last)]
        );
        assert_eq!([neighbour("End", 2), neighbour("a", 2)], [Some(last), None]);
    }
}
