//! The dialog that deletes something. Where something else needs it, the dialog lists what does.

use leptos::{prelude::*, task::spawn_local};
use model::problem::Problem;

use super::Dialog;
use crate::{
    button::{Button, ButtonLook},
    failure::sign_in_after,
    toast::{ToastKind, use_toasts},
};

/// Asks before something is deleted, and says why it could not be.
#[component]
pub fn RemovalDialog<T, D, F, E>(
    /// An id unique on the page.
    #[prop(into)]
    id: String,
    /// The heading: what is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What will be gone, and what stays.
    text: &'static str,
    /// The verb on the button.
    verb: &'static str,
    /// The thing that may be deleted, both ways; the dialog is shown while there is one.
    doomed: RwSignal<Option<T>>,
    /// Deletes the thing; a problem is shown in the dialog, which stays open.
    delete: D,
    /// What a toast says then.
    #[prop(optional)]
    said: Option<&'static str>,
    /// Called with the thing once it is deleted and the dialog closed.
    #[prop(into)]
    on_done: Callback<T>,
    /// More that the person should know, below `text`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    T: Copy + Send + Sync + 'static,
    D: Fn(T) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + 'static,
    E: Into<Problem> + 'static,
{
    let (busy, refused) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let open = RwSignal::new(false);
    let said = said.map(|words| (use_toasts(), words));
    Effect::new(move || {
        let asked = doomed.get().is_some();
        if asked {
            refused.set(None);
        }
        open.set(asked);
    });
    Effect::new(move || {
        if !open.get() && untrack(|| doomed.get().is_some()) {
            doomed.set(None);
        }
    });
    let agree = move |()| {
        let Some(one) = doomed.get_untracked() else { return };
        busy.set(true);
        let deleting = delete(one);
        spawn_local(async move {
            match deleting.await {
                Ok(()) => {
                    doomed.try_set(None);
                    if let Some((toasts, words)) = said {
                        toasts.show(ToastKind::Done, words);
                    }
                    on_done.try_run(one);
                }
                Err(error) => drop(refused.try_set(Some(error.into()))),
            }
            busy.try_set(false);
        });
    };
    let why = move || refused.get().map(|problem| view! { <Refused problem=problem /> });
    view! {
        <Dialog id=id title=title open=open>
            <p class="muted">{text}</p>
            {children.map(|children| children())}
            {why}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Danger busy=busy on_press=agree>
                    {verb}
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Why something was not deleted, and who needs it.
#[component]
fn Refused(problem: Problem) -> impl IntoView {
    let door = sign_in_after(&problem);
    let users = problem.errors.into_iter().map(|error| {
        view! { <li dir="auto">{error.message} " " {error.fix}</li> }
    });
    view! {
        <div class="form-error" role="alert">
            <div>
                <p>{problem.detail} {door}</p>
                <ul>{users.collect_view()}</ul>
            </div>
        </div>
    }
}
