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
    icon::Icon,
    toast::{ToastKind, use_toasts},
};

/// The project of a document, and the project's name.
pub(super) type Kept = (ProjectId, String);

/// The button and the dialog in which the project is chosen.
#[component]
pub(super) fn Moving(document: DocumentId, kept: RwSignal<Kept>) -> impl IntoView {
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let (projects, chosen) =
        (RwSignal::new(Vec::<ProjectRow>::new()), RwSignal::new(String::new()));
    let toasts = use_toasts();
    let failed = move |ApiError(problem): ApiError| {
        toasts.show(ToastKind::Failed, problem);
    };
    let ask = move |()| {
        chosen.set(kept.read_untracked().0.to_string());
        spawn_local(async move {
            match load_projects().await {
                Ok(rows) => {
                    projects.try_set(rows.into_iter().filter(|row| !row.archived).collect());
                    open.try_set(true);
                }
                Err(error) => failed(error),
            }
        });
    };
    let find = move || {
        let id = chosen.get_untracked();
        projects.read_untracked().iter().find(|row| row.id.to_string() == id).cloned()
    };
    let put = move |()| {
        let Some(project) = find() else { return };
        busy.set(true);
        spawn_local(async move {
            match move_document(document, project.id).await {
                Ok(()) => {
                    kept.try_set((project.id, project.name));
                    open.try_set(false);
                }
                Err(error) => failed(error),
            }
            busy.try_set(false);
        });
    };
    let options = Signal::derive(move || {
        let rows = projects.read();
        rows.iter().map(|row| Choice::new(row.id.to_string(), row.name.clone())).collect::<Vec<_>>()
    });
    view! {
        <Button look=ButtonLook::Ghost icon=Icon::Folder on_press=ask>
            "Move"
        </Button>
        <Dialog id="move-document" title="Move to another project" open=open>
            <SelectField
                name="destination"
                label="Project"
                value=chosen
                options=options
                help="The images on it stay in the project they are in."
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary busy=busy on_press=put>
                    "Move"
                </Button>
            </footer>
        </Dialog>
    }
}
