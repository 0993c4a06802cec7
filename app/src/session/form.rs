//! The form around the fields of set-up and sign-in.

use api::ApiError;
use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, server_fn::ServerFn};
use model::problem::Problem;
use serde::de::DeserializeOwned;
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    failure::FormError,
    icon::Icon,
};
use web::client::hydration_flag::use_hydrated;

/// Text only, no elements: where scripts run, browsers parse the inside of a `noscript` as text.
const NO_SCRIPT: &str = "Atelier needs JavaScript. Turn it on for this site.";

/// What the refusal of a form says about the field at this path.
pub(super) fn message_of<F>(action: ServerAction<F>, path: &'static str) -> Signal<Option<String>>
where
    F: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    let answer = action.value();
    Signal::derive(move || {
        let refused = answer.get().and_then(Result::err);
        refused.and_then(|ApiError(problem)| problem.field_message(path))
    })
}

/// Sends its fields, by their names, to a server function.
#[component]
pub(super) fn SubmitForm<F>(
    /// The call; its answer is shown at the top when it is a refusal.
    action: ServerAction<F>,
    /// The verb on the button.
    #[prop(into)]
    verb: String,
    /// The picture on the button.
    icon: Icon,
    /// The fields of the form, named as the arguments of the call.
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Output = (), Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let answer = action.value();
    let problem = Signal::derive(move || match answer.get() {
        Some(Err(ApiError(problem))) => Some(problem),
        Some(Ok(())) | None => None,
    });
    // A form that was accepted stays busy until the next page is shown.
    let busy = Signal::derive(move || action.pending().get() || answer.get() == Some(Ok(())));
    let submit = move |event: SubmitEvent| match F::from_event(&event) {
        Ok(input) => drop(action.dispatch(input)),
        Err(error) => leptos::logging::error!("the form could not be read: {error:?}"),
    };
    view! {
        <LargeForm problem=problem busy=busy on_submit=submit verb=verb icon=icon>
            <noscript class="form-error">{NO_SCRIPT}</noscript>
            {children()}
        </LargeForm>
    }
    .into_any()
}

/// The form of a page before sign-in. Until the page is hydrated the button is disabled: the server
/// refuses what a browser would send by itself.
#[component]
pub(super) fn LargeForm(
    /// Why it was refused.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
    /// Whether it is sent just now.
    #[prop(into)]
    busy: Signal<bool>,
    /// Sends it.
    on_submit: impl Fn(SubmitEvent) + 'static,
    /// The verb on the button.
    verb: String,
    /// The picture on the button.
    icon: Icon,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_submit(event);
    };
    view! {
        <form class="form form--large" method="post" novalidate on:submit=submit>
            <FormError error=problem />
            {children()}
            <Button
                look=ButtonLook::Primary
                size=ButtonSize::Large
                role=ButtonRole::Submit
                icon=icon
                busy=busy
                disabled=Signal::derive(move || !hydrated.get())
            >
                {verb}
            </Button>
        </form>
    }
    .into_any()
}
