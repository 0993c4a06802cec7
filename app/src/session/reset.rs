//! What a link to a new password opens: a form that replaces the password. Opening it changes
//! nothing, for programs that look at mails open links, too.

use api::{
    ApiError,
    account::{ResetPassword, find_password_link},
    page::answer_with,
};
use frame::layout::page_resource::load_once;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use model::{
    api::account::PasswordLinkView,
    problem::{Problem, ProblemKind},
};
use ui::{
    failure::ErrorCard,
    field::{PasswordField, PasswordUse},
    icon::Icon,
    skeleton::{Skeleton, SkeletonShape},
};

use super::{
    form::{SubmitForm, message_of},
    frame::SessionFrame,
};

/// The page of a link to a new password.
#[component]
pub fn ResetPage() -> impl IntoView {
    let params = use_params_map();
    let link = Memo::new(move |_| params.with(|params| params.get("link").unwrap_or_default()));
    let page = load_once(move || link.get(), find_password_link);
    let again = Callback::new(move |()| page.refetch());
    let show = move || {
        // What is read later may be gone: a build that is thrown away goes on waiting.
        let link = link.get_untracked();
        Suspend::new(async move {
            match page.await {
                Ok(account) => view! { <ResetForm link=link account=account /> }.into_any(),
                Err(ApiError(problem)) => {
                    view! { <NoLink problem=problem again=again /> }.into_any()
                }
            }
        })
    };
    view! {
        <Title text="New password" />
        <Meta name="robots" content="noindex" />
        <Transition fallback=|| {
            view! { <Skeleton shape=SkeletonShape::Lines count=4 /> }
        }>{show}</Transition>
    }
}

/// Says why the link opens nothing: it is over, or it could not be looked at.
#[component]
fn NoLink(problem: Problem, again: Callback<()>) -> impl IntoView {
    answer_with(problem.status());
    if matches!(problem.kind, ProblemKind::Gone | ProblemKind::NotFound) {
        return view! {
            <SessionFrame title="Ask for a new link" lead="Your password hasn't changed.">
                <ErrorCard title="Couldn't open link" problem=problem />
            </SessionFrame>
        }
        .into_any();
    }
    view! {
        <main class="not-found" id="content">
            <ErrorCard title="Couldn't open link" problem=problem on_retry=again />
        </main>
    }
    .into_any()
}

#[component]
fn ResetForm(
    /// The last part of the link.
    link: String,
    /// Whose password it replaces.
    account: PasswordLinkView,
) -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    view! {
        <SessionFrame
            title="New password"
            lead="It replaces your old password and signs you out everywhere."
        >
            <SubmitForm action=action verb="Set password" icon=Icon::KeyRound>
                <p dir="auto">
                    {account.user_name} <br /> <span class="muted">{account.email.clone()}</span>
                </p>
                <input type="hidden" name="link" value=link />
                // Password managers file the new one under this name.
                <input type="hidden" autocomplete="username" value=account.email />
                <PasswordField name="password" label="New password" purpose=PasswordUse::New
                    error=message_of(action, "password")
                    help="At least 10 characters. A short sentence works well." />
            </SubmitForm>
        </SessionFrame>
    }
    .into_any()
}
