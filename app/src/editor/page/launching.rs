//! Launching what is drawn: it is kept and published before, as launches run versions.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{api::templates::PublishRequest, problem::Problem, saving::Standing, validate::Issue};

use super::room::Room;
use crate::{
    api::builder::{load_version, publish},
    editor::problems::count_words,
    routes,
    ui::{
        button::{Button, ButtonLook},
        icon::Icon,
        toast::ToastKind,
    },
};

/// How far the way to the launch form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nobody asked for it.
    Rest,
    /// The draft is being kept.
    Keeping,
    /// The draft is being published.
    Publishing,
}

/// Leads to the launch form of what is drawn; says why not while there are errors.
#[component]
pub(super) fn LaunchButton(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let step = RwSignal::new(Step::Rest);
    let why_not = move || {
        editor.issues.with(|issues| {
            let errors: Vec<Issue> = issues.iter().filter(|i| i.blocks()).cloned().collect();
            count_words(&errors)
                .map(|words| format!("{words} to be put right first: see Problems."))
        })
    };
    let navigate = use_navigate();
    let target = routes::launch(room.workspace, editor.template);
    let go = Callback::new(move |()| navigate(&target, Default::default()));
    Effect::new(move || {
        if step.get() == Step::Keeping {
            proceed(room, step, go);
        }
    });
    let press = move |()| match room.page.with_value(|page| page.editable) {
        true => {
            room.saving.flush();
            step.set(Step::Keeping);
        }
        false => go.run(()),
    };
    view! {
        <Button
            look=ButtonLook::Primary
            icon=Icon::Play
            busy=Signal::derive(move || step.get() != Step::Rest)
            why_not=MaybeProp::derive(why_not)
            on_press=press
        >
            "Launch"
        </Button>
    }
    .into_any()
}

/// Goes on when the draft is kept; gives up when it cannot be.
fn proceed(room: Room, step: RwSignal<Step>, go: Callback<()>) {
    let workflow = room.desk.editor.workflow;
    let (standing, pending) = room
        .saving
        .with(|keeper| (keeper.standing().clone(), workflow.with(|now| keeper.is_pending(now))));
    match standing {
        Standing::Saved if !pending => {
            step.set(Step::Publishing);
            spawn_local(async move {
                match publish_if_needed(room).await {
                    Ok(()) => {
                        go.try_run(());
                    }
                    Err(problem) => {
                        room.desk.editor.toasts.show(ToastKind::Failed, problem.detail);
                    }
                }
                step.try_set(Step::Rest);
            });
        }
        Standing::Offline | Standing::Refused(_) | Standing::Conflict(_) => {
            step.set(Step::Rest);
            let words = "It is not saved yet, so it cannot be launched: see the chip at its name.";
            room.desk.editor.toasts.show(ToastKind::Failed, words);
        }
        Standing::Saved | Standing::Changed | Standing::Saving => {}
    }
}

/// Publishes the draft unless the published version is the same.
async fn publish_if_needed(room: Room) -> Result<(), Problem> {
    let editor = room.desk.editor;
    if let Some(version) = room.version.get_untracked() {
        let published = load_version(editor.template, version).await.map_err(|error| error.0)?;
        if editor.workflow.try_get_untracked().is_none_or(|now| now == published.workflow) {
            return Ok(());
        }
    }
    let form = PublishRequest {
        note: "Launched from the editor".to_owned(),
        draft_revision: Some(room.saving.revision()),
    };
    let saved = publish(editor.template, form).await.map_err(|error| error.0)?;
    room.version.try_set(saved.version);
    Ok(())
}
