//! Signing in.

use api::session::{SignIn, Visitor, find_visitor};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map};
use ui::{
    field::{PasswordField, PasswordUse, TextField, TextKind},
    icon::Icon,
};
use web::routes;

use super::{
    entry::{Unreachable, place_of},
    form::{SubmitForm, message_of},
    frame::SessionFrame,
};

/// The sign-in page; people who are signed in, and the first visitor, are redirected.
#[component]
pub fn SignInPage() -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let next = StoredValue::new(next);
    view! {
        <Title text="Sign in" />
        <Suspense>
            {move || Suspend::new(async move {
                let next = next.get_value();
                match who.await {
                    Ok(Visitor::SignedOut) => view! { <SignInForm next=next /> }.into_any(),
                    Ok(Visitor::Member(_)) if !next.is_empty() => {
                        view! { <Redirect path=routes::safe_next(&next) /> }.into_any()
                    }
                    Ok(other) => view! { <Redirect path=place_of(&other) /> }.into_any(),
                    Err(error) => view! { <Unreachable error=error retry=move |()| who.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The sign-in form.
#[component]
pub fn SignInForm(
    /// The path to go to afterwards; empty for the entry.
    next: String,
) -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let [email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    view! {
        <SessionFrame title="Welcome back" lead="Sign in to go on where you were.">
            <SubmitForm action=action verb="Sign in" icon=Icon::ArrowRight>
                <input type="hidden" name="next" value=next />
                <TextField
                    name="email"
                    label="E-mail"
                    kind=TextKind::Email
                    value=email
                    error=message_of(action, "email")
                    required=true
                />
                <PasswordField
                    name="password"
                    label="Password"
                    purpose=PasswordUse::Current
                    value=password
                    error=message_of(action, "password")
                />
            </SubmitForm>
            <Forgotten />
        </SessionFrame>
    }
    .into_any()
}

/// How somebody comes in again who has forgotten their password.
#[component]
fn Forgotten() -> impl IntoView {
    view! {
        <details class="session__forgotten">
            <summary>"Forgot your password?"</summary>
            <p class="muted small">
                "Ask an admin of your workspace for a link to a new password: it is in the list of members. Whoever runs this server makes one with "
                <code>"atelier user reset"</code>
                " and your address."
            </p>
        </details>
    }
}
