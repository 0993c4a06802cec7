//! Signing in.

use api::{
    account::ForgotPassword,
    session::{SignIn, Visitor, find_sign_in_ways, find_visitor},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map};
use model::oidc::{OidcRefusal, SignInWays};
use ui::{
    field::{PasswordField, PasswordUse, TextField, TextKind},
    icon::Icon,
};
use web::routes;

use super::{
    entry::{Unreachable, place_of},
    form::{SubmitForm, message_of},
    frame::SessionFrame,
    provider::{ProviderLink, ProviderRefusal},
};

/// The sign-in page; people who are signed in, and the first visitor, are redirected.
///
/// The query says where to go afterwards (`next`), why the provider let somebody not in (`refused`),
/// and shows the password form where people sign in with the provider only (`local=1`).
#[component]
pub fn SignInPage() -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    let ways = Resource::new_blocking(|| (), |()| find_sign_in_ways());
    let query = use_query_map();
    let asked = |name| query.with_untracked(|query| query.get(name).unwrap_or_default());
    let next = StoredValue::new(asked("next"));
    let refusal: Option<OidcRefusal> = asked("refused").parse().ok();
    let is_local = asked("local") == "1";
    let again = move |()| {
        who.refetch();
        ways.refetch();
    };
    view! {
        <Title text="Sign in" />
        <Suspense>
            {move || Suspend::new(async move {
                // What is read later may be gone: a build that is thrown away goes on waiting.
                let (next, ways) = (next.get_value(), ways.into_future());
                match (who.await, ways.await) {
                    (Ok(Visitor::SignedOut), Ok(SignInWays { provider, password, mail })) => {
                        match provider {
                            Some(name) if !password && !is_local => {
                                view! { <ProviderOnly name=name next=next refusal=refusal /> }.into_any()
                            }
                            provider => {
                                view! { <SignInForm next=next provider=provider refusal=refusal mail=mail /> }.into_any()
                            }
                        }
                    }
                    (Ok(Visitor::SignedOut), Err(error)) | (Err(error), _) => {
                        view! { <Unreachable error=error retry=again /> }.into_any()
                    }
                    (Ok(Visitor::Member(_) | Visitor::Outside { .. }), _) if !next.is_empty() => {
                        view! { <Redirect path=routes::safe_next(&next) /> }.into_any()
                    }
                    (Ok(other), _) => view! { <Redirect path=place_of(&other) /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
pub fn SignInForm(
    /// The path to go to afterwards; empty for the entry.
    next: String,
    /// What people call the sign-in provider, where there is one.
    #[prop(optional_no_strip)]
    provider: Option<String>,
    /// Why the provider let somebody not in.
    #[prop(optional_no_strip)]
    refusal: Option<OidcRefusal>,
    /// Whether somebody who has forgotten their password is sent a link.
    #[prop(optional)]
    mail: bool,
) -> impl IntoView {
    let back = next.clone();
    let provider = provider.map(|name| view! { <ProviderLink name=name next=back sole=false /> });
    let action = ServerAction::<SignIn>::new();
    view! {
        <SessionFrame title="Welcome back" lead="Sign in to continue.">
            <ProviderRefusal refusal=refusal />
            {provider}
            <SubmitForm action=action verb="Sign in" icon=Icon::ArrowRight>
                <input type="hidden" name="next" value=next />
                <TextField name="email" label="Email" kind=TextKind::Email required=true
                    error=message_of(action, "email") />
                <PasswordField name="password" label="Password" purpose=PasswordUse::Current
                    error=message_of(action, "password") />
            </SubmitForm>
            <Forgotten mail=mail />
        </SessionFrame>
    }
    .into_any()
}

/// The sign-in page where people sign in with the provider only.
#[component]
fn ProviderOnly(name: String, next: String, refusal: Option<OidcRefusal>) -> impl IntoView {
    view! {
        <SessionFrame title="Welcome back" lead="Sign in to continue.">
            <ProviderRefusal refusal=refusal />
            <ProviderLink name=name next=next sole=true />
        </SessionFrame>
    }
    .into_any()
}

/// How somebody comes in again who has forgotten their password.
#[component]
fn Forgotten(mail: bool) -> impl IntoView {
    view! {
        <details class="session__forgotten">
            <summary>"Forgot your password?"</summary>
            {mail.then(|| view! { <AskForLink /> })}
            <p class="muted small">
                {if mail { "Or ask" } else { "Ask" }}
                " an admin of your workspace for a password reset link, under Members. A server administrator can create one with "
                <code>"atelier user reset"</code>
                " and your email."
            </p>
        </details>
    }
}

/// Asks for an address, to which a link is sent. What is said afterwards is the same whether there is
/// an account or not.
#[component]
fn AskForLink() -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let sent = Memo::new(move |_| action.value().get() == Some(Ok(())));
    let content = move || {
        if sent.get() {
            return view! {
                <p role="status">
                    "If an account uses this email, a reset link is on its way."
                </p>
            }
            .into_any();
        }
        view! {
            <SubmitForm action=action verb="Send reset link" icon=Icon::ArrowRight>
                <TextField name="email" label="Your account's email" kind=TextKind::Email
                    required=true error=message_of(action, "email") />
            </SubmitForm>
        }
        .into_any()
    };
    view! { <div class="stack" data-testid="forgotten">{content}</div> }.into_any()
}
