//! The menu of a project: rename, archive and restore, delete while it is empty.

use api::{
    ApiError,
    projects::{change_project, delete_project},
};
use frame::layout::session::use_session;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    access::Permission,
    api::projects::ProjectChange,
    id::{ProjectId, WorkspaceId},
    library::ProjectRow,
    problem::Problem,
};
use ui::{
    dialog::RemovalDialog,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::{defaults::DefaultsDialog, naming::NameDialog};

/// The menu of a project, for those who may change it.
#[component]
pub(super) fn Manage(workspace: WorkspaceId, project: RwSignal<ProjectRow>) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::EditProject));
    may.then(|| view! { <ManageMenu workspace=workspace project=project /> })
}

#[component]
fn ManageMenu(workspace: WorkspaceId, project: RwSignal<ProjectRow>) -> impl IntoView {
    let (naming, doomed) = (RwSignal::new(false), RwSignal::new(None));
    let defaults = RwSignal::new(false);
    let id = project.read_untracked().id;
    let archive = archive_action(project);
    let name = Signal::derive(move || project.read().name.clone());
    let keep = move |name: String| {
        change_project(id, ProjectChange { name: Some(name), ..ProjectChange::default() })
    };
    let navigate = use_navigate();
    let gone =
        move |_: ProjectId| navigate(&routes::projects(workspace), NavigateOptions::default());
    let archived = Signal::derive(move || project.read().archived);
    view! {
        <Menu
            label="Manage project"
            trigger=|| {
                view! {
                    <span class="button">
                        <Glyph icon=Icon::Ellipsis />
                        <span class="button__label">"Manage"</span>
                    </span>
                }
            }
        >
            <MenuAction icon=Icon::Pencil on_press=move |()| naming.set(true)>
                "Rename…"
            </MenuAction>
            <MenuAction icon=Icon::Settings on_press=move |()| defaults.set(true)>
                "Launch defaults…"
            </MenuAction>
            <MenuAction icon=Icon::Archive on_press=move |()| archive(!archived.get_untracked())>
                {move || if archived.get() { "Restore" } else { "Archive" }}
            </MenuAction>
            <MenuAction icon=Icon::Trash on_press=move |()| doomed.set(Some(id))>
                "Delete…"
            </MenuAction>
        </Menu>
        <NameDialog
            id="rename-project"
            title="Rename project"
            verb="Rename"
            now=name
            open=naming
            keep=keep
            on_done=move |now| project.set(now)
        />
        <DefaultsDialog project=project open=defaults />
        <RemovalDialog
            id="delete-project"
            title="Delete this project?"
            text="Only an empty project can be deleted. Archive it instead to hide it with everything in it."
            verb="Delete project"
            doomed=doomed
            delete=delete
            on_done=gone
        />
    }
}

async fn delete(id: ProjectId) -> Result<(), Problem> {
    delete_project(id).await.map_err(|error| error.0)
}

/// Archives a project or restores it, and shows which.
fn archive_action(project: RwSignal<ProjectRow>) -> impl Fn(bool) + Copy + Send + Sync + 'static {
    let toasts = use_toasts();
    move |archived: bool| {
        let id = project.read_untracked().id;
        spawn_local(async move {
            let change = ProjectChange { archived: Some(archived), ..ProjectChange::default() };
            match change_project(id, change).await {
                Ok(now) => {
                    project.try_set(now);
                    let said = if archived { "Project archived." } else { "Project restored." };
                    toasts.show(ToastKind::Done, said.to_owned());
                }
                Err(ApiError(problem)) => toasts.show(ToastKind::Failed, problem),
            }
        });
    }
}
