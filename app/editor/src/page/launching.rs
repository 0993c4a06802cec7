//! The buttons that launch and test the draft, and running something once the server has saved it.
//!
//! A launch saves the draft and goes to the form of the published version where that is the same,
//! else to the form of the draft: the one execution then has this definition, and nothing is
//! published.

use api::templates::load_template_version;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    autosave::Standing, execution::run_scope::RunScope, problem::Problem, validate::Faults,
};
use ui::{
    button::{Button, ButtonLook},
    icon::Icon,
    toast::ToastKind,
};
use web::routes;

use super::page_state::{InspectorView, PageState};
use crate::problems::count_words;

/// Why the draft cannot run; nothing when it has no errors.
pub(super) fn why_not(state: PageState) -> Option<String> {
    let errors = Faults { warnings: 0, ..state.canvas.editor.document.faults.get() };
    count_words(errors).map(|words| format!("Fix {words} first. See Problems."))
}

/// Shows what is wrong, also with what is unfinished; whether the draft can run.
pub(super) fn can_run(state: PageState) -> bool {
    let editor = state.canvas.editor;
    editor.reveal_issues();
    let why = untrack(|| why_not(state));
    if let Some(why) = &why {
        state.inspector.set(InspectorView::Problems);
        editor.notices.notify(why.clone());
    }
    why.is_none()
}

/// The button that opens the dialog for a test run; while there are errors it says why not.
#[component]
pub(super) fn TestButton(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let ask = move |()| {
        if can_run(state) {
            editor.test_run.requested.set(Some(RunScope::Whole));
        }
    };
    view! {
        <Show when=move || editor.document.editable.get()>
            <Button
                icon=Icon::FlaskConical
                why_not=MaybeProp::derive(move || why_not(state))
                on_press=ask
            >
                "Test run"
            </Button>
        </Show>
    }
    .into_any()
}

/// The handle of launching the draft.
#[derive(Clone, Copy)]
pub(super) struct Launching {
    on_saved: OnSaved,
    comparing: RwSignal<bool>,
    /// Saves the draft where it may be changed, and leads to the launch form.
    pub(super) begin: Callback<()>,
}

/// Sets up launching. It leads to the launch form of the published version if the draft is the
/// same, or else to that of the draft, which stays a draft.
pub(super) fn use_launching(state: PageState) -> Launching {
    let editor = state.canvas.editor;
    let (on_saved, comparing) = (OnSaved::new(state, "launched"), RwSignal::new(false));
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, Default::default()));
    let published = routes::launch(state.workspace, editor.document.template);
    let draft = routes::launch_draft(state.workspace, editor.document.template);
    let then = {
        let published = published.clone();
        Callback::new(move |()| {
            comparing.set(true);
            let (published, draft) = (published.clone(), draft.clone());
            spawn_local(async move {
                match is_published(state).await {
                    Ok(same) => drop(go.try_run(if same { published } else { draft })),
                    Err(problem) => editor.notices.toasts.show(ToastKind::Failed, problem),
                }
                comparing.try_set(false);
            });
        })
    };
    let begin = Callback::new(move |()| {
        if !state.page.with_value(|page| page.editable) {
            go.run(published.clone());
        } else if can_run(state) {
            on_saved.then(then);
        }
    });
    Launching { on_saved, comparing, begin }
}

/// The button that leads to the launch form; while there are errors it says why not.
#[component]
pub(super) fn LaunchButton(state: PageState, launching: Launching) -> impl IntoView {
    let Launching { on_saved, comparing, begin } = launching;
    view! {
        <Button
            look=ButtonLook::Primary
            icon=Icon::Play
            busy=Signal::derive(move || on_saved.is_busy() || comparing.get())
            why_not=MaybeProp::derive(move || why_not(state))
            on_press=begin
        >
            "Launch"
        </Button>
    }
    .into_any()
}

/// Whether the draft is the same as the published version.
async fn is_published(state: PageState) -> Result<bool, Problem> {
    let document = state.canvas.editor.document;
    let Some(version) = state.version.get_untracked() else { return Ok(false) };
    let published =
        load_template_version(document.template, version).await.map_err(|error| error.0)?;
    Ok(document.workflow.try_with_untracked(|now| *now == published.workflow).unwrap_or(true))
}

/// Runs one callback at a time once the draft is saved.
#[derive(Clone, Copy)]
pub(super) struct OnSaved {
    state: PageState,
    /// What an unsaved draft cannot be, as a participle such as "launched"; part of the error
    /// shown.
    purpose: &'static str,
    waiting: RwSignal<Option<Callback<()>>>,
}

impl OnSaved {
    /// Starts with no callback; it runs in the reactive owner of the caller.
    pub(super) fn new(state: PageState, purpose: &'static str) -> Self {
        let on_saved = Self { state, purpose, waiting: RwSignal::new(None) };
        Effect::new(move || {
            if let Some(then) = on_saved.waiting.get() {
                on_saved.check(then);
            }
        });
        on_saved
    }

    /// Whether a callback waits for the draft to be saved.
    pub(super) fn is_busy(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Saves the draft and then runs the callback; where it cannot be saved, an error is shown and
    /// the callback dropped.
    pub(super) fn then(self, then: Callback<()>) {
        self.state.saving.flush();
        self.waiting.set(Some(then));
    }

    /// Runs or drops the callback as soon as it is known how the saving went.
    fn check(self, then: Callback<()>) {
        let (state, workflow) = (self.state, self.state.canvas.editor.document.workflow);
        let (standing, pending) = state.saving.with_autosave(|autosave| {
            (autosave.standing().clone(), workflow.with(|now| autosave.is_pending(now)))
        });
        match standing {
            Standing::Saved if !pending => {
                self.waiting.set(None);
                then.run(());
            }
            Standing::Offline | Standing::Refused(_) | Standing::Conflict(_) => {
                self.waiting.set(None);
                let words = format!(
                    "The draft isn't saved, so it can't be {}. See the status next to its name.",
                    self.purpose
                );
                state.canvas.editor.notices.toasts.show(ToastKind::Failed, words);
            }
            Standing::Saved | Standing::Changed | Standing::Saving => {}
        }
    }
}
