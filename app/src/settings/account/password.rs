//! Another password.

use api::account::change_password;
use frame::sending::Sending;
use leptos::{ev::SubmitEvent, prelude::*};
use model::account::SignedInPlace;
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
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let sent = change_password(current.get_untracked(), new.get_untracked());
        sending.send(sent, move |left| {
            current.try_set(String::new());
            new.try_set(String::new());
            places.try_set(left);
            let words = "Password changed. You are signed out on all other devices.";
            toasts.show(ToastKind::Done, words);
        });
    };
    view! {
        <Card title="Password">
            <form class="form" novalidate="" on:submit=save data-testid="password">
                <FormError error=sending.problem />
                <PasswordField
                    name="current_password"
                    label="Current password"
                    purpose=PasswordUse::Current
                    value=current
                    error=sending.wrong("current")
                />
                <PasswordField
                    name="new_password"
                    label="New password"
                    purpose=PasswordUse::New
                    value=new
                    error=sending.wrong("new")
                    help="Use at least 10 characters. A few words work well. Changing it signs you out on all other devices."
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=sending.busy>"Change password"</Button>
                </footer>
            </form>
        </Card>
    }
}
