//! The menu of a project: rename, archive and restore, delete while it is empty; and the dialog that
//! asks for its name.

use api::{
    ApiError,
    projects::{change_project, delete_project},
};
use frame::{action::SentAction, layout::session::use_session, sending::Sending};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    access::Permission,
    api::projects::ProjectChange,
    id::{ProjectId, WorkspaceId},
    library::ProjectRow,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    dialog::{Dialog, RemovalDialog},
    failure::field_refusal,
    field::TextField,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::defaults::DefaultsDialog;

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
            delete=delete_project
            on_done=gone
        />
    }
}

/// Archives a project or restores it, and shows which.
fn archive_action(project: RwSignal<ProjectRow>) -> impl Fn(bool) + Copy + Send + Sync + 'static {
    let (action, toasts) = (SentAction::default(), use_toasts());
    move |archived: bool| {
        let id = project.read_untracked().id;
        let change = ProjectChange { archived: Some(archived), ..ProjectChange::default() };
        action.send(change_project(id, change), move |now| {
            project.try_set(now);
            let said = if archived { "Project archived." } else { "Project restored." };
            toasts.show(ToastKind::Done, said);
        });
    }
}

/// A dialog that asks for a name, and saves it.
#[component]
pub(super) fn NameDialog<K, F>(
    id: &'static str,
    title: &'static str,
    verb: &'static str,
    /// The name that the field begins with.
    #[prop(into)]
    now: Signal<String>,
    open: RwSignal<bool>,
    /// Saves the name.
    keep: K,
    /// Called with the saved project.
    #[prop(into)]
    on_done: Callback<ProjectRow>,
) -> impl IntoView
where
    K: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = Result<ProjectRow, ApiError>> + 'static,
{
    let (name, sending) = (RwSignal::new(String::new()), Sending::default());
    Effect::new(move || {
        if open.get() {
            name.set(now.get_untracked());
            sending.problem.set(None);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        sending.send(keep(name.get_untracked()), move |project| {
            open.try_set(false);
            on_done.try_run(project);
        });
    };
    let (error, signed_out) = field_refusal(sending.problem);
    view! {
        <Dialog id=id title=title open=open>
            <form class="form" novalidate="" on:submit=send>
                <TextField
                    name=format!("{id}-name")
                    label="Name"
                    value=name
                    error=error
                    signed_out=signed_out
                    required=true
                />
                <footer class="dialog__footer">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        {verb}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
