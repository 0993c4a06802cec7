//! The workspace itself: its name and colour, put away and taken back, deleted.

use api::{
    ApiError,
    workspaces::{change_workspace, delete_workspace, set_workspace_archived},
};
use frame::{
    dialog_form::DialogForm,
    layout::{
        session::{Session, use_session},
        workspace_tile::WorkspaceTile,
    },
    sending::Sending,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::workspaces::{WorkspaceChange, WorkspaceRemoval},
    workspace::WorkspaceColour,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    card::{Card, PageHeader},
    dialog::{ConfirmDialog, Dialog},
    failure::FormError,
    field::{Choice, SelectField, TextField},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::{
    client::page::{open_anew, reload},
    routes,
    settings_page::SettingsPage,
};

use super::launch_env::LaunchEnvironment;

/// The settings of the workspace itself.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    use_session().map(|session| {
        let owns = session.may(Permission::DeleteWorkspace);
        view! {
            <div class="page page--narrow settings">
                <PageHeader
                    title=SettingsPage::Workspace.title()
                    lead="Name and color of this workspace. Each workspace has its own workflows, members, providers and budgets."
                />
                <Appearance session=session />
                <LaunchEnvironment />
                {owns.then(|| view! { <Archiving session=session /> })}
                {owns.then(|| view! { <Removal session=session /> })}
            </div>
        }
    })
}

/// The form of the name and the colour.
#[component]
fn Appearance(session: Session) -> impl IntoView {
    let now = session.view();
    let (name, colour) = (
        RwSignal::new(now.workspace_name),
        RwSignal::new(now.workspace_colour.as_str().to_owned()),
    );
    let shown =
        Signal::derive(move || WorkspaceColour::from_name(&colour.read()).unwrap_or_default());
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (wanted, tile) = (name.get_untracked(), shown.get_untracked());
        let change = WorkspaceChange {
            name: Some(wanted.clone()),
            colour: Some(tile),
            ..WorkspaceChange::default()
        };
        sending.send(change_workspace(change), move |()| {
            session.update(|view| {
                view.workspace_name = wanted.trim().to_owned();
                view.workspace_colour = tile;
            });
            toasts.show(ToastKind::Done, "Saved.");
        });
    };
    let colours = WorkspaceColour::ALL.map(|one| Choice::new(one.as_str(), one.label())).to_vec();
    view! {
        <Card title="Name and color">
            <form class="form" novalidate on:submit=save>
                <FormError error=sending.problem />
                <TextField
                    name="workspace-name"
                    label="Name"
                    value=name
                    error=sending.wrong("name")
                    required=true
                />
                <div class="workspace-colour">
                    <WorkspaceTile name=name colour=shown />
                    <SelectField
                        name="workspace-colour"
                        label="Color"
                        value=colour
                        options=colours
                    />
                </div>
                <footer class="settings__actions">
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        "Save"
                    </Button>
                </footer>
            </form>
        </Card>
    }
    .into_any()
}

/// Puts the workspace away, or takes it back into use.
#[component]
fn Archiving(session: Session) -> impl IntoView {
    let archived = session.view().archived;
    let (asking, busy, toasts) = (RwSignal::new(false), RwSignal::new(false), use_toasts());
    let set = move |archived: bool| {
        busy.set(true);
        spawn_local(async move {
            match set_workspace_archived(archived).await {
                // Every page shows something else now.
                Ok(()) => reload(),
                Err(ApiError(refused)) => {
                    toasts.show(ToastKind::Failed, refused);
                    busy.try_set(false);
                }
            }
        });
    };
    let button = if archived {
        view! {
            <Button icon=Icon::Archive busy=busy on_press=move |()| set(false)>
                "Restore workspace"
            </Button>
        }
        .into_any()
    } else {
        view! {
            <Button icon=Icon::Archive busy=busy on_press=move |()| asking.set(true)>
                "Archive workspace"
            </Button>
        }
        .into_any()
    };
    let words = if archived {
        "This workspace is archived. Members can read everything, but nothing changes or runs."
    } else {
        "Members can still read an archived workspace. Nothing changes or runs until you restore it."
    };
    view! {
        <Card title="Archive">
            <p class="muted">{words}</p>
            <footer class="settings__actions">{button}</footer>
        </Card>
        <ConfirmDialog
            id="archive-workspace"
            title="Archive this workspace?"
            text="No one can launch, edit or decide anything until you restore it. It moves to the bottom of the workspace menu."
            verb="Archive"
            look=ButtonLook::Primary
            open=asking
            on_confirm=move |()| set(true)
        />
    }
    .into_any()
}

/// Deletes the workspace once its name is typed.
#[component]
fn Removal(session: Session) -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <Card title="Delete">
            <p class="muted">
                "Deletes all workflows, runs, documents, images, members, secrets and the audit log. This can't be undone."
            </p>
            <footer class="settings__actions">
                <Button
                    look=ButtonLook::Danger
                    icon=Icon::Trash
                    on_press=move |()| asking.set(true)
                >
                    "Delete workspace…"
                </Button>
            </footer>
        </Card>
        <Dialog id="delete-workspace" title="Delete this workspace?" open=asking>
            {move || asking.get().then(|| view! { <RemovalForm session=session open=asking /> })}
        </Dialog>
    }
    .into_any()
}

/// Asks for the workspace's name before everything in it is deleted; what is typed is gone from the
/// page once the dialog is closed.
#[component]
fn RemovalForm(session: Session, open: RwSignal<bool>) -> impl IntoView {
    let (typed, sending) = (RwSignal::new(String::new()), Sending::default());
    let label = Signal::derive(move || {
        session.watch(|view| format!("Type {} to confirm", view.workspace_name))
    });
    let send = move |()| {
        let sent = delete_workspace(WorkspaceRemoval { name: typed.get_untracked() });
        sending.send(sent, move |()| {
            open_anew(&routes::entry());
            // It stays busy until the other page is there.
            sending.busy.try_set(true);
        });
    };
    view! {
        <DialogForm
            open=open
            sending=sending
            on_submit=send
            verb="Delete workspace"
            look=ButtonLook::Danger
        >
            <p class="muted">
                "Active runs end right away. Everything in the workspace is deleted for all members. This can't be undone."
            </p>
            <TextField
                name="delete-workspace-name"
                label=label
                value=typed
                error=sending.wrong("name")
                required=true
            />
        </DialogForm>
    }
}
