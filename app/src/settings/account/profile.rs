//! Who the person is: name and picture, the address that they sign in with, and their password.

use api::account::{change_address, change_password, rename_account};
use frame::{form::CardForm, layout::session::Session, sending::Sending};
use leptos::prelude::*;
use model::account::SignedInPlace;
use ui::{
    card::Card,
    field::{PasswordField, PasswordUse, TextField, TextKind},
    toast::{ToastKind, use_toasts},
};

use super::picture::PictureField;

/// Name and picture.
#[component]
pub(super) fn ProfileCard(session: Session) -> impl IntoView {
    let name = RwSignal::new(session.view().user_name);
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
        let wanted = name.get_untracked();
        sending.send(rename_account(wanted.clone()), move |()| {
            let kept = wanted.trim().to_owned();
            name.try_set(kept.clone());
            session.update(|view| view.user_name = kept);
            toasts.show(ToastKind::Done, "Name saved.");
        });
    };
    view! {
        <Card title="Profile">
            <PictureField session=session />
            <CardForm sending=sending on_submit=save verb="Save name" test_id="profile">
                <TextField name="account_name" label="Name" kind=TextKind::PersonName required=true
                    value=name error=sending.wrong("name")
                    help="Other members see it next to your work." />
            </CardForm>
        </Card>
    }
}

/// The address, which only the password changes.
#[component]
pub(super) fn AddressCard(session: Session) -> impl IntoView {
    let email = RwSignal::new(session.view().email);
    let password = RwSignal::new(String::new());
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
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
            <CardForm sending=sending on_submit=save verb="Change email address" test_id="address">
                <TextField name="account_email" label="Email" kind=TextKind::Email required=true
                    value=email error=sending.wrong("email") help="You sign in with this address." />
                <PasswordField name="address_password" label="Your password"
                    purpose=PasswordUse::Current value=password error=sending.wrong("password") />
            </CardForm>
        </Card>
    }
}

/// The form of another password, which ends all other sessions.
#[component]
pub(super) fn PasswordCard(
    /// Where the person is signed in, both ways.
    places: RwSignal<Vec<SignedInPlace>>,
) -> impl IntoView {
    let [current, new] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
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
            <CardForm sending=sending on_submit=save verb="Change password" test_id="password">
                <PasswordField name="current_password" label="Current password"
                    purpose=PasswordUse::Current value=current error=sending.wrong("current") />
                <PasswordField name="new_password" label="New password" purpose=PasswordUse::New
                    value=new error=sending.wrong("new")
                    help="Use at least 10 characters. A few words work well. Changing it signs you out on all other devices." />
            </CardForm>
        </Card>
    }
}
