//! The name of a project, asked for when it is made and when it is renamed.

use api::ApiError;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{library::ProjectRow, problem::Problem};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    dialog::Dialog,
    failure::field_refusal,
    field::TextField,
};

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
    let (name, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let refused = RwSignal::new(None::<Problem>);
    Effect::new(move || {
        if open.get() {
            name.set(now.get_untracked());
            refused.set(None);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let keeping = keep(name.get_untracked());
        spawn_local(async move {
            match keeping.await {
                Ok(project) => {
                    open.try_set(false);
                    on_done.try_run(project);
                }
                Err(ApiError(problem)) => drop(refused.try_set(Some(problem))),
            }
            busy.try_set(false);
        });
    };
    let (error, signed_out) = field_refusal(refused);
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
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=busy>
                        {verb}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
