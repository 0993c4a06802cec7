//! The address that the person signs in with.

use api::account::change_address;
use frame::layout::session::Session;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::problem::Problem;
use ui::{
    button::{Button, ButtonRole},
    card::Card,
    failure::FormError,
    field::{PasswordField, PasswordUse, TextField, TextKind},
    toast::{ToastKind, use_toasts},
};

/// The address, which only the password changes.
#[component]
pub(super) fn AddressCard(session: Session) -> impl IntoView {
    let email = RwSignal::new(session.view().email);
    let password = RwSignal::new(String::new());
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
        let wanted = email.get_untracked().trim().to_owned();
        let sent = change_address(wanted.clone(), password.get_untracked());
        spawn_local(async move {
            match sent.await {
                Ok(()) => {
                    password.try_set(String::new());
                    session.update(|view| view.email = wanted);
                    toasts.show(ToastKind::Done, "Sign in with the new address from now on.");
                }
                Err(error) => drop(problem.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Card title="Address">
            <form class="form" novalidate="" on:submit=save data-testid="address">
                <FormError error=problem />
                <TextField
                    name="account_email"
                    label="E-mail"
                    kind=TextKind::Email
                    value=email
                    error=wrong("email")
                    help="You sign in with it."
                    required=true
                />
                <PasswordField
                    name="address_password"
                    label="Your password"
                    purpose=PasswordUse::Current
                    value=password
                    error=wrong("password")
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=busy>"Change address"</Button>
                </footer>
            </form>
        </Card>
    }
}
