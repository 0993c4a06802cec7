//! The dialog that moves a document into another project.

use api::{
    ApiError,
    projects::{load_projects, move_document},
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::{DocumentId, ProjectId},
    library::ProjectRow,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    field::{Choice, SelectField},
    toast::{ToastKind, Toasts, use_toasts},
};

/// The project of a document, and the project's name.
pub(super) type Kept = (ProjectId, String);

/// What the menu's item and its dialog share.
#[derive(Clone, Copy)]
pub(super) struct Moving {
    document: DocumentId,
    kept: RwSignal<Kept>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    projects: RwSignal<Vec<ProjectRow>>,
    chosen: RwSignal<String>,
    toasts: Toasts,
}

impl Moving {
    pub(super) fn new(document: DocumentId, kept: RwSignal<Kept>) -> Self {
        Self {
            document,
            kept,
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            projects: RwSignal::new(vec![]),
            chosen: RwSignal::new(String::new()),
            toasts: use_toasts(),
        }
    }

    /// Opens the dialog once the projects are known.
    pub(super) fn ask(self) {
        self.chosen.set(self.kept.read_untracked().0.to_string());
        spawn_local(async move {
            match load_projects().await {
                Ok(rows) => {
                    self.projects.try_set(rows.into_iter().filter(|row| !row.archived).collect());
                    self.open.try_set(true);
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
        });
    }

    /// Moves the document into the project that is chosen.
    fn put(self) {
        let id = self.chosen.get_untracked();
        let rows = self.projects.get_untracked();
        let Some(project) = rows.into_iter().find(|row| row.id.to_string() == id) else { return };
        self.busy.set(true);
        spawn_local(async move {
            match move_document(self.document, project.id).await {
                Ok(()) => {
                    self.kept.try_set((project.id, project.name));
                    self.open.try_set(false);
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
            self.busy.try_set(false);
        });
    }
}

/// The dialog in which the project is chosen.
#[component]
pub(super) fn MoveDialog(moving: Moving) -> impl IntoView {
    let Moving { open, busy, projects, chosen, .. } = moving;
    let options = Signal::derive(move || {
        let rows = projects.read();
        rows.iter().map(|row| Choice::new(row.id.to_string(), row.name.clone())).collect::<Vec<_>>()
    });
    view! {
        <Dialog id="move-document" title="Move document" open=open>
            <SelectField
                name="destination"
                label="Project"
                value=chosen
                options=options
                help="Its images stay in their current project."
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary busy=busy on_press=move |()| moving.put()>
                    "Move"
                </Button>
            </footer>
        </Dialog>
    }
}
