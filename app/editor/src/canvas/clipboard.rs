//! Copying and pasting through the browser's clipboard, as text. The paste of the middle mouse
//! button is suppressed: it moves the view, but on Linux browsers also paste the text that is
//! selected anywhere.

use std::cell::{Cell, RefCell};

use leptos::{
    ev::{self, MouseEvent},
    prelude::*,
    task::spawn_local,
};
use model::{
    canvas::geometry::{Point, Rect},
    edit::{Incoming, Refused, Spot, Where, paste},
    id::TemplateId,
};
use web::client::{
    clipboard::{copy_text, read_text},
    clock::now_ms,
    keys::keys_here,
    on_window,
};
use web_sys::ClipboardEvent;

use super::{
    canvas_state::CanvasState,
    gesture::{pointer::aim, state::HALF},
};
use crate::{
    store::{
        Editor, EditorView,
        actions::{copy_selection, delete_selection, spot_at},
    },
    transfer::Foreign,
};

/// Copies that are pasted at the same place lie this far apart, in world units.
const STEP: f64 = 32.0;

thread_local! {
    /// What was copied last on this page, for browsers that refuse access to the clipboard.
    static OWN: RefCell<Own> = RefCell::default();
}

#[derive(Default)]
struct Own {
    text: String,
    /// The template and the box of the originals, if the text was copied on this page.
    originals: Option<(TemplateId, Rect)>,
    /// How often it was pasted beside the originals.
    beside: u32,
    /// Where it was pasted last otherwise, and how often before.
    at: Option<(Point, u32)>,
}

/// Where something is pasted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum PasteTarget {
    /// Beside its originals.
    Beside,
    /// With its middle at this world point.
    At(Point),
}

/// Where something is pasted: at the pointer, unless that is still on the originals; without a
/// pointer beside the originals while they are visible, or else in the middle of the stage.
fn paste_target(pointer: Option<Point>, originals: Option<Rect>, visible: Rect) -> PasteTarget {
    let originals = originals.filter(|around| around.touches(visible));
    match (pointer, originals) {
        (Some(at), Some(around)) if around.contains(at) => PasteTarget::Beside,
        (Some(at), _) => PasteTarget::At(at),
        (None, Some(_)) => PasteTarget::Beside,
        (None, None) => PasteTarget::At(visible.center()),
    }
}

/// Whether less than half of a box is visible.
fn is_mostly_hidden(around: Rect, seen: Rect) -> bool {
    let wide = around.right().min(seen.right()) - around.origin.x.max(seen.origin.x);
    let high = around.bottom().min(seen.bottom()) - around.origin.y.max(seen.origin.y);
    wide.max(0.0) * high.max(0.0) * 2.0 < around.size.width * around.size.height
}

impl Own {
    /// Starts anew if this is another text than the one pasted before.
    fn take(&mut self, text: &str) {
        if self.text != text {
            *self = Self { text: text.to_owned(), ..Self::default() };
        }
    }

    /// How often it is pasted beside its originals, this time included.
    fn again_beside(&mut self) -> u32 {
        self.beside += 1;
        self.beside
    }

    /// Where it lies when it is pasted at a point: each time a step farther.
    fn again_at(&mut self, at: Point) -> Point {
        let times = self.at.filter(|(last, _)| *last == at).map_or(0, |(_, times)| times + 1);
        self.at = Some((at, times));
        at + Point::new(STEP, STEP) * f64::from(times)
    }
}

/// The text of a paste event.
fn text_of(event: &ClipboardEvent) -> Option<String> {
    event.clipboard_data()?.get_data("text/plain").ok()
}

/// Handles a copy event of the browser: by a key or by its own menu.
pub(super) fn on_copy(editor: Editor, event: &ClipboardEvent) {
    if let Some(text) = copy_selection(editor)
        && let Some(data) = event.clipboard_data()
    {
        event.prevent_default();
        // If the browser refuses, the page still remembers the text.
        let _ = data.set_data("text/plain", &text);
        remember(editor, text);
    }
}

/// Handles a cut event of the browser.
pub(super) fn on_cut(editor: Editor, event: &ClipboardEvent) {
    on_copy(editor, event);
    if event.default_prevented() {
        delete_selection(editor);
    }
}

/// Copies the selection without an event of the browser, as from a menu.
pub(super) fn copy(editor: Editor) {
    let Some(text) = copy_selection(editor) else { return };
    remember(editor, text.clone());
    spawn_local(async move {
        // If the browser refuses, the page still remembers the text.
        let _ = copy_text(&text).await;
    });
}

/// Copies and deletes the selection without an event of the browser.
pub(super) fn cut(editor: Editor) {
    copy(editor);
    delete_selection(editor);
}

/// Pastes without an event of the browser: at a world point, or where the paste key would.
pub(super) fn paste_from(canvas: CanvasState, at: Option<Point>, incoming: Incoming) {
    spawn_local(async move {
        let own = || OWN.with_borrow(|own| own.text.clone());
        let text = read_text().await.filter(|text| !text.is_empty()).unwrap_or_else(own);
        // The page may have been left meanwhile.
        if canvas.editor.document.workflow.try_get_untracked().is_none() {
            return;
        }
        if text.is_empty() {
            let words = format!("Nothing to paste here. Press {} instead.", keys_here("Ctrl V"));
            return canvas.editor.notices.notify(words);
        }
        insert(canvas, &text, at, incoming);
    });
}

/// Pastes a text, at a world point or where the paste key would, and shows what was pasted.
fn insert(canvas: CanvasState, text: &str, at: Option<Point>, incoming: Incoming) {
    let Editor { document, view, .. } = canvas.editor;
    let (place, seen) = paste_place(canvas, text, at);
    let before = document.past.with_untracked(|past| past.changes);
    paste_text(canvas, text, &place, incoming, seen);
    if document.past.with_untracked(|past| past.changes) != before {
        show_pasted(view);
    }
}

/// Where a text is pasted, and which world point that is about.
fn paste_place(canvas: CanvasState, text: &str, at: Option<Point>) -> (Where, Point) {
    let (editor, viewport) = (canvas.editor, canvas.editor.view.viewport);
    let pointer = canvas.gesture.pointer.get_value();
    let pointer = pointer.map(|at| viewport.view.get_untracked().to_canvas(at));
    OWN.with_borrow_mut(|own| {
        own.take(text);
        let here = own.originals.filter(|(template, _)| *template == editor.document.template);
        let originals = here.map(|(_, around)| around);
        let target = at.map_or_else(
            || paste_target(pointer, originals, viewport.visible_rect()),
            PasteTarget::At,
        );
        match target {
            PasteTarget::Beside => (Where::Beside(own.again_beside()), aim(canvas)),
            PasteTarget::At(at) => {
                let at = own.again_at(at);
                // A card whose middle is there lies in the same frame.
                let spot = spot_at(editor, at - HALF);
                let middle = Point::from(spot.position) + HALF;
                (Where::At(Spot { position: middle.into(), ..spot }), at)
            }
        }
    })
}

/// Inserts copied nodes, or asks what a text from elsewhere is for; `seen` is where it was pasted,
/// in world units.
fn paste_text(canvas: CanvasState, text: &str, at: &Where, incoming: Incoming, seen: Point) {
    let document = canvas.editor.document;
    match document.workflow.with_untracked(|workflow| paste(workflow, text, at, incoming)) {
        Err(Refused::NotCopied) if document.editable.get_untracked() => {
            let foreign = Foreign { text: text.to_owned(), at: seen };
            canvas.popups.foreign.set(Some(foreign));
        }
        made => drop(canvas.editor.edit(|_| made)),
    }
}

/// Moves the view to the pasted nodes if less than half of them is visible.
fn show_pasted(view: EditorView) {
    let seen = view.viewport.visible_rect();
    let around = view.canvas_model.bounds_of(&view.selected_nodes());
    if let Some(around) = around.filter(|around| is_mostly_hidden(*around, seen)) {
        view.viewport.reveal(around);
    }
}

/// Keeps the copied text and where the originals lie.
fn remember(editor: Editor, text: String) {
    let view = editor.view;
    let around = view.canvas_model.bounds_of(&view.selected_nodes());
    let originals = around.map(|around| (editor.document.template, around));
    OWN.with_borrow_mut(|own| *own = Own { text, originals, ..Own::default() });
}

const MIDDLE: i16 = 1;
/// A paste this soon after the button went up comes from it, in milliseconds.
const PASTE_DELAY_MS: f64 = 300.0;
const NEVER: f64 = f64::MIN;

thread_local! {
    /// When a middle button went up last, unless a key or a paste came after it; in milliseconds.
    static UP: Cell<f64> = const { Cell::new(NEVER) };
}

/// Remembers when the middle button went up, as long as the canvas is on the page.
pub fn watch_middle_button() {
    on_window(ev::mouseup, |event| {
        if event.button() == MIDDLE {
            UP.set(now_ms());
        }
    });
    on_window(ev::keydown, |_| UP.set(NEVER));
}

/// Handles a mouse button that goes up on the canvas: the middle one pastes nothing.
pub fn on_mouse_up(event: &MouseEvent) {
    if event.button() == MIDDLE {
        event.prevent_default();
    }
}

/// Handles a paste event on the canvas, unless it comes from the middle button.
pub fn on_paste(canvas: CanvasState, event: &ClipboardEvent) {
    if now_ms() - UP.replace(NEVER) < PASTE_DELAY_MS {
        // Nothing else on the page may take it either.
        event.prevent_default();
    } else if let Some(text) = text_of(event).filter(|text| !text.trim().is_empty()) {
        event.prevent_default();
        insert(canvas, &text, None, Incoming::Drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Rect = Rect::new(0.0, 0.0, 1_000.0, 600.0);

    #[test]
    fn what_is_pasted_lies_at_the_pointer_else_beside_what_is_seen_of_it_else_in_the_middle() {
        let (near, far) = (Rect::new(100.0, 100.0, 240.0, 80.0), Rect::new(9e3, 7e3, 240.0, 80.0));
        let (on, off) = (Point::new(120.0, 120.0), Point::new(500.0, 400.0));
        let middle = PasteTarget::At(Point::new(500.0, 300.0));

        assert_eq!(paste_target(Some(off), Some(near), SEEN), PasteTarget::At(off));
        assert_eq!(paste_target(Some(on), Some(near), SEEN), PasteTarget::Beside);
        assert_eq!(paste_target(Some(off), None, SEEN), PasteTarget::At(off));
        assert_eq!(paste_target(None, Some(near), SEEN), PasteTarget::Beside);
        assert_eq!(
            (paste_target(None, Some(far), SEEN), paste_target(None, None, SEEN)),
            (middle, middle)
        );
    }

    #[test]
    fn what_is_less_than_half_seen_is_mostly_hidden() {
        assert!(!is_mostly_hidden(Rect::new(900.0, 0.0, 200.0, 80.0), SEEN));
        assert!(is_mostly_hidden(Rect::new(920.0, 0.0, 200.0, 80.0), SEEN));
        assert!(is_mostly_hidden(Rect::new(9e3, 9e3, 200.0, 80.0), SEEN));
    }

    #[test]
    fn copies_at_one_place_lie_beside_each_other() {
        let mut own = Own::default();
        own.take("one");
        let (here, there) = (Point::new(16.0, 16.0), Point::new(320.0, 0.0));

        let places = [here, here, there, here].map(|at| own.again_at(at));

        assert_eq!(places, [here, Point::new(48.0, 48.0), there, here]);
        assert_eq!((own.again_beside(), own.again_beside()), (1, 2));
        own.take("other");
        assert_eq!((own.again_beside(), own.again_at(here)), (1, here));
    }
}
