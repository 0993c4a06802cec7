//! Launching what is drawn, and trying it out.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{execution::part::Part, problem::Problem, validate::Faults};

use super::{kept::Kept, room::Room};
use crate::{
    api::builder::load_version,
    editor::problems::count_words,
    routes,
    ui::{
        button::{Button, ButtonLook},
        icon::Icon,
        toast::ToastKind,
    },
};

/// Why it cannot run, while there are errors.
pub(super) fn why_not(room: Room) -> Option<String> {
    let errors = Faults { warnings: 0, ..room.desk.editor.faults.get() };
    count_words(errors).map(|words| format!("{words} to be put right first: see Problems."))
}

/// Asks what of the draft is to be tried out; says why not while there are errors.
#[component]
pub(super) fn TestButton(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    view! {
        <Show when=move || editor.editable.get()>
            <Button
                icon=Icon::FlaskConical
                why_not=MaybeProp::derive(move || why_not(room))
                on_press=move |()| editor.testing.asked.set(Some(Part::Whole))
            >
                "Test run"
            </Button>
        </Show>
    }
    .into_any()
}

/// The way to the launch form of what is drawn.
#[derive(Clone, Copy)]
pub(super) struct Launching {
    kept: Kept,
    comparing: RwSignal<bool>,
    /// Goes there.
    pub(super) begin: Callback<()>,
}

/// Leads to the launch form of what is drawn, which stays a draft: unless the published version is
/// the same, the draft is launched for this once.
pub(super) fn launching(room: Room) -> Launching {
    let editor = room.desk.editor;
    let (kept, comparing) = (Kept::new(room, "launched"), RwSignal::new(false));
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, Default::default()));
    let published = routes::launch(room.workspace, editor.template);
    let draft = routes::launch_draft(room.workspace, editor.template);
    let then = {
        let published = published.clone();
        Callback::new(move |()| {
            comparing.set(true);
            let (published, draft) = (published.clone(), draft.clone());
            spawn_local(async move {
                match is_published(room).await {
                    Ok(same) => drop(go.try_run(if same { published } else { draft })),
                    Err(problem) => editor.toasts.show(ToastKind::Failed, problem.detail),
                }
                comparing.try_set(false);
            });
        })
    };
    let begin = Callback::new(move |()| {
        if room.page.with_value(|page| page.editable) {
            kept.then(then)
        } else {
            go.run(published.clone())
        }
    });
    Launching { kept, comparing, begin }
}

/// Leads to the launch form; says why not while there are errors.
#[component]
pub(super) fn LaunchButton(room: Room, launching: Launching) -> impl IntoView {
    let Launching { kept, comparing, begin } = launching;
    view! {
        <Button
            look=ButtonLook::Primary
            icon=Icon::Play
            busy=Signal::derive(move || kept.is_busy() || comparing.get())
            why_not=MaybeProp::derive(move || why_not(room))
            on_press=begin
        >
            "Launch"
        </Button>
    }
    .into_any()
}

/// Whether what is drawn is the published version.
async fn is_published(room: Room) -> Result<bool, Problem> {
    let editor = room.desk.editor;
    let Some(version) = room.version.get_untracked() else { return Ok(false) };
    let published = load_version(editor.template, version).await.map_err(|error| error.0)?;
    Ok(editor.workflow.try_with_untracked(|now| *now == published.workflow).unwrap_or(true))
}
