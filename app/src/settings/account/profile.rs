//! What others see of the person: name and picture.

use api::account::rename_account;
use frame::layout::session::Session;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::problem::Problem;
use ui::{
    button::{Button, ButtonRole},
    card::Card,
    failure::FormError,
    field::{TextField, TextKind},
    toast::{ToastKind, use_toasts},
};

use super::picture::PictureField;

/// Name and picture.
#[component]
pub(super) fn ProfileCard(session: Session) -> impl IntoView {
    let name = RwSignal::new(session.view().user_name);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let toasts = use_toasts();
    let wrong = Signal::derive(move || problem.get().and_then(|error| error.field_message("name")));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        busy.set(true);
        let wanted = name.get_untracked();
        spawn_local(async move {
            match rename_account(wanted.clone()).await {
                Ok(()) => {
                    let kept = wanted.trim().to_owned();
                    name.try_set(kept.clone());
                    session.update(|view| view.user_name = kept);
                    toasts.show(ToastKind::Done, "Your name is changed.");
                }
                Err(error) => drop(problem.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Card title="Profile">
            <PictureField session=session />
            <form class="form" novalidate="" on:submit=save data-testid="profile">
                <FormError error=problem />
                <TextField
                    name="account_name"
                    label="Name"
                    kind=TextKind::PersonName
                    value=name
                    error=wrong
                    help="Others see it beside what you do."
                    required=true
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=busy>"Save name"</Button>
                </footer>
            </form>
        </Card>
    }
}
