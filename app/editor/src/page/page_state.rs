//! The state that the parts of the page share, and its keys: F6 moves the focus from region to
//! region.

use leptos::{
    ev::{DragEvent, KeyboardEvent},
    prelude::*,
};
use model::{
    autosave::Standing, id::WorkspaceId, pages::BuilderPage, parameter::Parameter,
    transfer::dropped::Dropped, workflow::Workflow,
};
use wasm_bindgen::JsCast;
use web::client::{
    elements,
    keys::shortcut_key,
    media::{PHONE, use_media},
};
use web_sys::{Element, HtmlElement};

use crate::{
    canvas::{CanvasCommand, CanvasState, is_writing, run_command},
    saving::{Saving, use_saving},
    store::Editor,
    transfer::take_drop,
};

/// The media query of pages so narrow that the panel covers a part of the canvas.
const COVERED: &str = "(max-width: 48rem)";

/// What the inspector at the right of the canvas shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum InspectorView {
    /// The panel of the selected node; nothing while not exactly one is selected.
    #[default]
    Panel,
    /// The list of all issues.
    Problems,
}

/// The handle of everything on the page.
#[derive(Clone, Copy)]
pub(super) struct PageState {
    pub(super) workspace: WorkspaceId,
    /// The page as it was loaded; templates that are made meanwhile are added to its stock.
    pub(super) page: StoredValue<BuilderPage>,
    pub(super) canvas: CanvasState,
    pub(super) saving: Saving,
    /// Whether the screen is that of a phone, on which nothing is edited.
    pub(super) phone: Signal<bool>,
    /// Whether the panel covers a part of the canvas instead of taking room from it.
    pub(super) covered: Signal<bool>,
    pub(super) inspector: RwSignal<InspectorView>,
    /// The number of the published version; nothing before the first.
    pub(super) version: RwSignal<Option<i32>>,
    /// Whether the dialog with the versions is open.
    pub(super) versions: RwSignal<bool>,
    /// Whether the import dialog is open.
    pub(super) importing: RwSignal<bool>,
    /// The text in the import dialog.
    pub(super) import: RwSignal<String>,
    /// The input that would be made of a dropped file, while the person is asked.
    pub(super) dropped: RwSignal<Option<Parameter>>,
    /// Whether the dialog to save as another template is open.
    pub(super) copying: RwSignal<bool>,
}

impl PageState {
    /// Sets up the state around a loaded draft.
    pub(super) fn new(workspace: WorkspaceId, page: BuilderPage) -> Self {
        let phone = use_media(PHONE);
        let editor = Editor::new(&page, phone);
        let adopt = Callback::new(move |taken| editor.adopt(taken));
        let document = editor.document;
        let saving = use_saving(&page, document.workflow.into(), adopt);
        Effect::new(move || {
            let is_saved = saving.with_autosave(|autosave| *autosave.standing() == Standing::Saved);
            let is_pending = |draft: &Workflow| saving.with_autosave(|a| a.is_pending(draft));
            document.workflow.with_untracked(|draft| {
                if is_saved && document.editable.get() && !is_pending(draft) {
                    document.unavailable.ask(document.template, draft);
                }
            });
        });
        Self {
            workspace,
            canvas: CanvasState::new(editor),
            saving,
            phone,
            covered: use_media(COVERED),
            inspector: RwSignal::new(InspectorView::default()),
            version: RwSignal::new(page.version),
            versions: RwSignal::new(false),
            importing: RwSignal::new(false),
            import: RwSignal::new(String::new()),
            dropped: RwSignal::new(None),
            copying: RwSignal::new(false),
            page: StoredValue::new(page),
        }
    }

    /// Saves the draft at once and opens the dialog that publishes a version.
    pub(super) fn save(self) {
        if self.canvas.editor.document.editable.get_untracked() {
            self.canvas.editor.reveal_issues();
            self.saving.flush();
            self.versions.set(true);
        }
    }

    /// Handles a file that was dropped on the canvas: asks what to make of it, or shows why it
    /// cannot be taken.
    pub(super) fn drop_file(self, event: &DragEvent) {
        let editor = self.canvas.editor;
        if !editor.document.editable.get_untracked() {
            return;
        }
        let on_read = Callback::new(move |read| match read {
            Ok(Dropped::Workflow(text)) => {
                self.import.set(text);
                self.importing.set(true);
            }
            Ok(Dropped::Input(parameter)) => self.dropped.set(Some(*parameter)),
            Err(why) => editor.notices.notify(why),
        });
        take_drop(event, editor.document.workflow.into(), on_read);
    }

    /// A callback that replaces the workflow, as one entry of the history with this label.
    pub(super) fn replace_callback(self, label: &'static str) -> Callback<Workflow> {
        let editor = self.canvas.editor;
        Callback::new(move |next: Workflow| {
            if let Err(why) = editor.replace(next, label) {
                editor.notices.notify(why);
            }
        })
    }
}

/// Handles the keys that work everywhere on the page; the canvas has handled its own before.
pub(super) fn on_key(event: &KeyboardEvent, state: PageState) {
    if event.key() == "F6" {
        event.prevent_default();
        return next_region(event.shift_key());
    }
    if event.default_prevented() || !(event.ctrl_key() || event.meta_key()) {
        return;
    }
    if shortcut_key(event) == "s" && !event.shift_key() {
        event.prevent_default();
        return state.save();
    }
    use CanvasCommand as C;
    let command = C::from_key_event(event).filter(|_| !is_writing(event));
    if let Some(command @ (C::Undo | C::Redo | C::Find | C::Test)) = command {
        event.prevent_default();
        run_command(state.canvas, command);
    }
}

/// The regions in the order in which F6 visits them.
const REGIONS: [&str; 5] =
    [".builder-bar", ".builder__side", "#canvas", ".builder__panel", ".run-dock"];
/// The elements of a region that can take the focus; the first shown one does.
const FIRST: &str =
    "[tabindex='0'], button:not([tabindex='-1'], :disabled), input, select, textarea, a[href]";

/// Moves the focus to the next region on the page, or to the one before, going round.
pub(super) fn next_region(back: bool) {
    let found = REGIONS.iter().filter_map(|region| document().query_selector(region).ok()?);
    let found: Vec<Element> = found.collect();
    let Some(last) = found.len().checked_sub(1) else { return };
    let active = document().active_element();
    let here = found.iter().position(|region| region.contains(active.as_deref()));
    let next = match (here, back) {
        (None, _) => 0,
        (Some(at), false) => (at + 1) % found.len(),
        (Some(at), true) => at.checked_sub(1).unwrap_or(last),
    };
    enter(&found[next]);
}

fn enter(region: &Element) {
    let fields: Vec<HtmlElement> = elements(region.query_selector_all(FIRST));
    // Hidden elements have no width; a canvas without cards takes the focus itself.
    let first = fields.into_iter().find(|field| field.offset_width() > 0);
    let first = first.or_else(|| region.clone().dyn_into::<HtmlElement>().ok());
    if let Some(element) = first {
        // If the element cannot take the focus, it stays where it was.
        let _ = element.focus();
    }
}
