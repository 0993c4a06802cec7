//! Another password.

use api::account::change_password;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{account::SignedInPlace, problem::Problem};
use ui::{
    button::{Button, ButtonRole},
    card::Card,
    failure::FormError,
    field::{PasswordField, PasswordUse},
    toast::{ToastKind, use_toasts},
};

/// The form of another password, which ends all other sessions.
#[component]
pub(super) fn PasswordCard(
    /// Where the person is signed in, both ways.
    places: RwSignal<Vec<SignedInPlace>>,
) -> impl IntoView {
    let [current, new] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let toasts = use_toasts();
    let wrong = move |path: &'static str| {
        Signal::derive(move || problem.get().and_then(|error| error.field_message(path)))
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        busy.set(true);
        let sent = change_password(current.get_untracked(), new.get_untracked());
        spawn_local(async move {
            match sent.await {
                Ok(left) => {
                    current.try_set(String::new());
                    new.try_set(String::new());
                    places.try_set(left);
                    let words = "Your password is changed. You are signed out everywhere else.";
                    toasts.show(ToastKind::Done, words);
                }
                Err(error) => drop(problem.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Card title="Password">
            <form class="form" novalidate="" on:submit=save data-testid="password">
                <FormError error=problem />
                <PasswordField
                    name="current_password"
                    label="Present password"
                    purpose=PasswordUse::Current
                    value=current
                    error=wrong("current")
                />
                <PasswordField
                    name="new_password"
                    label="New password"
                    purpose=PasswordUse::New
                    value=new
                    error=wrong("new")
                    help="At least 10 characters; a short sentence is good. You are signed out everywhere else."
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=busy>"Change password"</Button>
                </footer>
            </form>
        </Card>
    }
}
