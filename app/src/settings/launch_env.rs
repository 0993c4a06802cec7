//! The environment names that launches of the workspace may set.

use api::workspaces::{change_workspace, load_workspace_settings};
use frame::{
    layout::page_resource::{ResourceView, load_once},
    sending::Sending,
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::api::workspaces::{WorkspaceChange, WorkspaceSettings};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    card::Card,
    failure::FormError,
    field::LongTextField,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};

/// The card of the names.
#[component]
pub(super) fn LaunchEnvironment() -> impl IntoView {
    let page = load_once(|| (), |()| load_workspace_settings());
    view! {
        <ResourceView
            page=page
            failure="Couldn't load launch variables"
            shape=SkeletonShape::Cards
            count=1
            show=|settings| view! { <Names settings=settings /> }.into_any()
        />
    }
}

#[component]
fn Names(settings: WorkspaceSettings) -> impl IntoView {
    let names = RwSignal::new(settings.launch_env_names.join("\n"));
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
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
            <form class="form" novalidate on:submit=save>
                <FormError error=sending.problem />
                <LongTextField
                    name="launch-env-names"
                    label="Variable names"
                    help="One per line. Steps read them as ${env.NAME}. Each launch or project sets the values. All members can see them, so keep passwords and keys under Secrets."
                    value=names
                    error=wrong
                    rows=3
                />
                <footer class="settings__actions">
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        "Save"
                    </Button>
                </footer>
            </form>
        </Card>
    }
}
