//! What a link to a new password opens: a form that replaces the password. Opening it changes
//! nothing, for programs that look at mails open links, too.

use api::{
    ApiError,
    account::{ResetPassword, find_password_link},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::api::account::PasswordLinkView;
use ui::{
    failure::ErrorCard,
    field::{PasswordField, PasswordUse},
    icon::Icon,
};

use super::{form::SubmitForm, frame::SessionFrame};

/// The page of a link to a new password.
#[component]
pub fn ResetPage() -> impl IntoView {
    let link = use_params_map().with_untracked(|params| params.get("link").unwrap_or_default());
    let link = StoredValue::new(link);
    let found = Resource::new_blocking(|| (), move |()| find_password_link(link.get_value()));
    view! {
        <Title text="New password" />
        <Suspense>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(account) => {
                        view! { <ResetForm link=link.get_value() account=account /> }.into_any()
                    }
                    Err(error) => view! { <NoLink error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Says why the link opens nothing.
#[component]
fn NoLink(error: ApiError) -> impl IntoView {
    view! {
        <SessionFrame title="This link is over" lead="Your password is as it was.">
            <ErrorCard title="It cannot be opened" problem=error.0 />
        </SessionFrame>
    }
    .into_any()
}

/// The form of the new password.
#[component]
fn ResetForm(
    /// The last part of the link.
    link: String,
    /// Whose password it replaces.
    account: PasswordLinkView,
) -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let password = RwSignal::new(String::new());
    let wrong = Signal::derive(move || {
        let refused = action.value().get().and_then(Result::err);
        refused.and_then(|ApiError(problem)| problem.field_message("password"))
    });
    view! {
        <SessionFrame
            title="New password"
            lead="It takes the place of the one before, and ends every session of the account."
        >
            <SubmitForm action=action verb="Set password" icon=Icon::KeyRound>
                <p dir="auto">
                    {account.user_name} <br /> <span class="muted">{account.email.clone()}</span>
                </p>
                <input type="hidden" name="link" value=link />
                // Password managers file the new one under this name.
                <input type="hidden" autocomplete="username" value=account.email />
                <PasswordField
                    name="password"
                    label="New password"
                    purpose=PasswordUse::New
                    value=password
                    help="At least 10 characters; a short sentence is good."
                    error=wrong
                />
            </SubmitForm>
        </SessionFrame>
    }
    .into_any()
}
