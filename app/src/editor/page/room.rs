//! What the parts of the page share.

use leptos::{
    ev::{DragEvent, KeyboardEvent},
    prelude::*,
};
use model::{
    id::WorkspaceId,
    pages::BuilderPage,
    transfer::dropped::Dropped,
    workflow::{Parameter, Workflow},
};

use super::regions::next_region;
use crate::{
    client::media::use_media,
    editor::{
        canvas::{Deed, Desk, is_writing},
        saving::{Saving, use_saving},
        store::Editor,
        transfer::take_drop,
    },
};

/// Below this width there is no room to edit.
const NARROW: &str = "(max-width: 47.99rem)";

/// What stands at the right of the canvas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Beside {
    /// The panel of the selected node.
    #[default]
    Panel,
    /// What is wrong.
    Problems,
}

/// The handle of everything on the page.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) workspace: WorkspaceId,
    /// What it started from.
    pub(super) page: StoredValue<BuilderPage>,
    pub(super) desk: Desk,
    pub(super) saving: Saving,
    /// Whether there is no room to edit.
    pub(super) narrow: Signal<bool>,
    pub(super) beside: RwSignal<Beside>,
    /// The published version.
    pub(super) version: RwSignal<Option<i32>>,
    /// Whether the versions are shown.
    pub(super) versions: RwSignal<bool>,
    /// Whether a workflow is imported.
    pub(super) importing: RwSignal<bool>,
    /// The text that is imported.
    pub(super) import: RwSignal<String>,
    /// The input that a dropped file would become.
    pub(super) dropped: RwSignal<Option<Parameter>>,
    /// Whether it is saved as another template.
    pub(super) copying: RwSignal<bool>,
}

impl Room {
    /// Everything around a loaded draft.
    pub(super) fn open(workspace: WorkspaceId, page: BuilderPage) -> Self {
        let narrow = use_media(NARROW);
        let editor = Editor::new(&page, narrow);
        let adopt = Callback::new(move |taken| editor.adopt(taken));
        Self {
            workspace,
            desk: Desk::new(editor),
            saving: use_saving(&page, editor.workflow.into(), adopt),
            narrow,
            beside: RwSignal::new(Beside::default()),
            version: RwSignal::new(page.version),
            versions: RwSignal::new(false),
            importing: RwSignal::new(false),
            import: RwSignal::new(String::new()),
            dropped: RwSignal::new(None),
            copying: RwSignal::new(false),
            page: StoredValue::new(page),
        }
    }

    /// Keeps the draft at once, and asks what the version of it is to be called.
    pub(super) fn save(self) {
        if self.desk.editor.editable.get_untracked() {
            self.saving.flush();
            self.versions.set(true);
        }
    }

    /// A file was dropped on the canvas: asks what is to become of it, or says why it is not taken.
    pub(super) fn drop_file(self, event: &DragEvent) {
        let editor = self.desk.editor;
        if !editor.editable.get_untracked() {
            return;
        }
        let on_read = Callback::new(move |read| match read {
            Ok(Dropped::Workflow(text)) => {
                self.import.set(text);
                self.importing.set(true);
            }
            Ok(Dropped::Input(parameter)) => self.dropped.set(Some(*parameter)),
            Err(why) => editor.refuse(why),
        });
        take_drop(event, editor.workflow.into(), on_read);
    }

    /// Puts a whole workflow in the place of the present one, as one entry of the history.
    pub(super) fn taker(self, label: &'static str) -> Callback<Workflow> {
        taker(self.desk.editor, label)
    }
}

fn taker(editor: Editor, label: &'static str) -> Callback<Workflow> {
    Callback::new(move |taken: Workflow| {
        if let Err(why) = editor.replace(taken, label) {
            editor.refuse(why);
        }
    })
}

/// Keys that mean the same everywhere on the page; the canvas has taken its own before.
pub(super) fn on_key(event: &KeyboardEvent, room: Room) {
    if event.key() == "F6" {
        event.prevent_default();
        return next_region(event.shift_key());
    }
    if event.is_composing() || event.default_prevented() || !(event.ctrl_key() || event.meta_key())
    {
        return;
    }
    if event.key().eq_ignore_ascii_case("s") && !event.shift_key() {
        event.prevent_default();
        return room.save();
    }
    let deed = Deed::of_key(event).filter(|_| !is_writing(event));
    if let Some(deed @ (Deed::Undo | Deed::Redo | Deed::Find | Deed::Test)) = deed {
        event.prevent_default();
        room.desk.perform(deed);
    }
}
