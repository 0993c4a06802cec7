//! The workspace itself: its name and colour, the names that launches may set, put away and taken
//! back, deleted.

use api::{
    ApiError,
    workspaces::{
        change_workspace, delete_workspace, load_workspace_settings, set_workspace_archived,
    },
};
use frame::{
    dialog_form::{DialogForm, FormDialog},
    form::{CardForm, Form},
    layout::{
        page_resource::{ResourceView, load_once},
        session::{Session, use_session},
        workspace_tile::WorkspaceTile,
    },
    sending::Sending,
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::workspaces::{WorkspaceChange, WorkspaceRemoval, WorkspaceSettings},
    workspace::WorkspaceColour,
};
use ui::{
    button::{Button, ButtonLook},
    card::{Card, PageHeader},
    dialog::ConfirmDialog,
    field::{LongTextField, SelectField, TextField, choices},
    icon::Icon,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::{
    client::page::{open_anew, reload},
    routes,
    settings_page::SettingsPage,
};

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
    let save = move |()| {
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
    let colours = choices(WorkspaceColour::ALL, WorkspaceColour::as_str, WorkspaceColour::label);
    view! {
        <Card title="Name and color">
            <CardForm sending=sending on_submit=save verb="Save" look=ButtonLook::Primary>
                <TextField name="workspace-name" label="Name" required=true
                    value=name error=sending.wrong("name") />
                <div class="workspace-colour">
                    <WorkspaceTile name=name colour=shown />
                    <SelectField name="workspace-colour" label="Color" value=colour options=colours />
                </div>
            </CardForm>
        </Card>
    }
    .into_any()
}

/// The environment names that launches of the workspace may set.
#[component]
fn LaunchEnvironment() -> impl IntoView {
    let page = load_once(|| (), |()| load_workspace_settings());
    view! {
        <ResourceView
            page=page
            failure="Couldn't load launch variables"
            shape=SkeletonShape::Cards
            count=1
            show=|settings| view! { <LaunchNames settings=settings /> }.into_any()
        />
    }
}

#[component]
fn LaunchNames(settings: WorkspaceSettings) -> impl IntoView {
    let names = RwSignal::new(settings.launch_env_names.join("\n"));
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
        let written: Vec<String> = names.get_untracked().lines().map(str::to_owned).collect();
        let change =
            WorkspaceChange { launch_env_names: Some(written), ..WorkspaceChange::default() };
        sending.send(change_workspace(change), move |()| toasts.show(ToastKind::Done, "Saved."));
    };
    let wrong = Signal::derive(move || {
        let problem = sending.problem.get()?;
        problem.errors.into_iter().next().map(|error| error.message)
    });
    view! {
        <Card title="Launch variables">
            <CardForm sending=sending on_submit=save verb="Save" look=ButtonLook::Primary>
                <LongTextField name="launch-env-names" label="Variable names" rows=3
                    value=names error=wrong
                    help="One per line. Steps read them as ${env.NAME}. Each launch or project sets the values. All members can see them, so keep passwords and keys under Secrets." />
            </CardForm>
        </Card>
    }
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
        <FormDialog id="delete-workspace" title="Delete this workspace?" open=asking>
            <RemovalForm session=session open=asking />
        </FormDialog>
    }
    .into_any()
}

/// Asks for the workspace's name before everything in it is deleted.
#[component]
fn RemovalForm(session: Session, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new(WorkspaceRemoval { name: String::new() });
    let sending = form.sending;
    let label = Signal::derive(move || {
        session.watch(|view| format!("Type {} to confirm", view.workspace_name))
    });
    let send = move |()| {
        sending.send(delete_workspace(form.filled()), move |()| {
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
            <TextField name="delete-workspace-name" label=label required=true
                value=form.text("name", |removal| &mut removal.name) />
        </DialogForm>
    }
}
