//! What the pages of the settings have in common: the heading, and what is loaded below it.

use api::ApiError;
use frame::layout::page_resource::ResourceView;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use ui::{
    button::{Button, ButtonLook},
    card::PageHeader,
    icon::Icon,
    skeleton::SkeletonShape,
};
use web::settings_page::SettingsPage;

/// A page of the settings that loads one thing and shows it on cards.
#[component]
pub(super) fn SettingsSheet<T, V>(
    page: SettingsPage,
    /// What the page is for, below its heading.
    lead: &'static str,
    /// Buttons beside the heading.
    #[prop(optional, into)]
    actions: ViewFn,
    /// What is loaded, made by `load_once`.
    loads: Resource<Result<T, ApiError>>,
    /// The heading of the problem when it could not be loaded.
    failure: &'static str,
    /// How many cards are outlined while it is loaded.
    count: usize,
    /// Draws what was loaded.
    show: V,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    view! {
        <div class="page page--narrow settings">
            <PageHeader title=page.title() lead=lead actions=actions />
            <ResourceView page=loads failure=failure shape=SkeletonShape::Cards count=count show=show />
        </div>
    }
    .into_any()
}

/// The button beside a heading that adds one more of what the page lists.
#[component]
pub(super) fn AddButton(verb: &'static str, #[prop(into)] on_press: Callback<()>) -> impl IntoView {
    view! {
        <Button look=ButtonLook::Primary icon=Icon::Plus on_press=on_press>
            {verb}
        </Button>
    }
    .into_any()
}
