//! Signing in at the provider: the link that leads there, and what is said when it came to nothing.

use leptos::prelude::*;
use model::{oidc::OidcRefusal, problem::Problem};
use ui::{
    failure::FormError,
    icon::{Glyph, Icon},
};
use web::routes;

/// The link by which people sign in at the provider.
#[component]
pub(super) fn ProviderLink(
    /// What people call the provider.
    name: String,
    /// The path to go to afterwards; empty for the entry.
    next: String,
    /// Whether there is no other way to sign in.
    sole: bool,
) -> impl IntoView {
    let class =
        if sole { "button button--primary session__provider" } else { "button session__provider" };
    let others = (!sole).then(|| {
        view! { <p class="session__or subtle small">"or with your password"</p> }
    });
    view! {
        // Not a page of the app: the browser itself goes there.
        <a class=class data-size="large" href=routes::provider_sign_in(&next) rel="external">
            <Glyph icon=Icon::KeyRound />
            <span class="button__label" dir="auto">
                {format!("Continue with {name}")}
            </span>
        </a>
        {others}
    }
    .into_any()
}

/// Says aloud why somebody came back from the provider and is not signed in.
#[component]
pub(super) fn ProviderRefusal(refusal: Option<OidcRefusal>) -> impl IntoView {
    refusal.map(|refusal| {
        view! {
            <div class="session__refusal">
                <FormError error=Signal::stored(Some(Problem::from(refusal))) />
            </div>
        }
    })
}
