//! The address that the person signs in with.

use api::account::change_address;
use frame::{layout::session::Session, sending::Sending};
use leptos::{ev::SubmitEvent, prelude::*};
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
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = email.get_untracked().trim().to_owned();
        let sent = change_address(wanted.clone(), password.get_untracked());
        sending.send(sent, move |()| {
            password.try_set(String::new());
            session.update(|view| view.email = wanted);
            toasts.show(
                ToastKind::Done,
                "Email address changed. Sign in with the new one from now on.",
            );
        });
    };
    view! {
        <Card title="Email address">
            <form class="form" novalidate="" on:submit=save data-testid="address">
                <FormError error=sending.problem />
                <TextField
                    name="account_email"
                    label="Email"
                    kind=TextKind::Email
                    value=email
                    error=sending.wrong("email")
                    help="You sign in with this address."
                    required=true
                />
                <PasswordField
                    name="address_password"
                    label="Your password"
                    purpose=PasswordUse::Current
                    value=password
                    error=sending.wrong("password")
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=sending.busy>"Change email address"</Button>
                </footer>
            </form>
        </Card>
    }
}
