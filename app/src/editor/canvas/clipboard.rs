//! Copying and pasting through the browser's clipboard, as text.

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use model::{
    canvas::{geometry::Point, snap::to_grid},
    edit::{Incoming, Spot, Where},
    workflow::Position,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::ClipboardEvent;

use super::desk::Desk;

thread_local! {
    /// What was copied last here, for where the browser gives no clipboard.
    static OWN: RefCell<Own> = RefCell::default();
}

#[derive(Default)]
struct Own {
    text: String,
    /// How often it was pasted beside its originals.
    pasted: u32,
}

/// What a paste event holds.
fn text_of(event: &ClipboardEvent) -> Option<String> {
    event.clipboard_data()?.get_data("text/plain").ok()
}

impl Desk {
    /// The copy key, or the browser's own menu.
    pub fn on_copy(self, event: &ClipboardEvent) {
        if let Some(text) = self.editor.copied()
            && let Some(data) = event.clipboard_data()
        {
            event.prevent_default();
            // A browser that refuses leaves what was copied here.
            let _ = data.set_data("text/plain", &text);
            remember(text);
        }
    }

    /// The cut key, or the browser's own menu.
    pub fn on_cut(self, event: &ClipboardEvent) {
        self.on_copy(event);
        if event.default_prevented() {
            self.editor.delete_chosen();
        }
    }

    /// The paste key, or the browser's own menu.
    pub fn on_paste(self, event: &ClipboardEvent) {
        if let Some(text) = text_of(event).filter(|text| !text.trim().is_empty()) {
            event.prevent_default();
            self.insert(&text, None, Incoming::Drop);
        }
    }

    /// Copies from a menu.
    pub fn copy(self) {
        let Some(text) = self.editor.copied() else { return };
        let write = window().navigator().clipboard().write_text(&text);
        remember(text);
        spawn_local(async move {
            // A browser that refuses leaves what was copied here.
            let _ = JsFuture::from(write).await;
        });
    }

    /// Cuts from a menu.
    pub fn cut(self) {
        self.copy();
        self.editor.delete_chosen();
    }

    /// Pastes from a menu or by other keys, at a world point or beside the originals.
    pub fn paste_from(self, at: Option<Point>, incoming: Incoming) {
        let read = window().navigator().clipboard().read_text();
        spawn_local(async move {
            let text = JsFuture::from(read).await.ok().and_then(|text| text.as_string());
            let own = || OWN.with_borrow(|own| own.text.clone());
            let text = text.filter(|text| !text.is_empty()).unwrap_or_else(own);
            if self.editor.workflow.try_get_untracked().is_some() {
                self.insert(&text, at, incoming);
            }
        });
    }

    /// Inserts a text at a world point; without one under the pointer, else beside the originals.
    fn insert(self, text: &str, at: Option<Point>, incoming: Incoming) {
        let times = OWN.with_borrow_mut(|own| {
            if own.text != text {
                *own = Own { text: text.to_owned(), pasted: 0 };
            }
            own.pasted += 1;
            own.pasted
        });
        let place = match at {
            Some(at) => Where::At(Spot {
                parent: None,
                position: Position { x: to_grid(at.x), y: to_grid(at.y) },
            }),
            None => Where::Beside(times),
        };
        let seen = at.unwrap_or_else(|| self.aim());
        self.editor.paste(text, &place, incoming, seen);
    }
}

fn remember(text: String) {
    OWN.with_borrow_mut(|own| *own = Own { text, pasted: 0 });
}
