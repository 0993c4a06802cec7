//! What a part of a page shows when it could not be loaded.

use leptos::prelude::*;
use model::problem::Problem;

use crate::api::ApiError;

use super::{
    button::Button,
    icon::{Glyph, Icon},
};

/// A problem in words with every detail of it, and a way to try again.
#[component]
pub fn ErrorCard(
    /// What could not be done, as a short heading.
    #[prop(into)]
    title: Signal<String>,
    /// The problem the server answered.
    #[prop(into)]
    problem: Signal<Problem>,
    /// Called when the person wants to try again; without it there is no button.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let details = move || {
        let errors = problem.get().errors;
        (!errors.is_empty()).then(|| {
            let rows = errors.into_iter().map(|error| view! { <li>{error.message}</li> });
            view! { <ul class="failure__details">{rows.collect_view()}</ul> }
        })
    };
    view! {
        <div class="failure" role="alert">
            <Glyph icon=Icon::CircleAlert size=20 />
            <div class="failure__words">
                <p class="failure__title">{move || title.get()}</p>
                <p>{move || problem.get().detail}</p>
                {details}
                <p class="failure__code subtle">
                    "Code " <code>{move || problem.get().code}</code>
                </p>
                {on_retry
                    .map(|retry| {
                        view! {
                            <Button icon=Icon::RefreshCw on_press=retry>
                                "Try again"
                            </Button>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}

/// At the top of a form: why sending it did not work, said aloud. The fields say the rest.
#[component]
pub fn FormError(
    /// What the server answered, if it refused.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p class="form-error">
                                <Glyph icon=Icon::CircleAlert size=18 />
                                <span>{error.0.detail}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
