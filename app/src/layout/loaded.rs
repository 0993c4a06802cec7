//! What a page loads, in each of its four states.

use leptos::prelude::*;
use model::problem::ProblemKind;
use serde::{Serialize, de::DeserializeOwned};

use super::error_page::NotFoundHere;
use crate::{
    api::ApiError,
    ui::{
        failure::ErrorCard,
        skeleton::{Skeleton, SkeletonShape},
    },
};

/// Shows a skeleton, then what was loaded, the page for what is not there, or the problem with a
/// way to try again. What is shown stays while it is loaded again.
#[component]
pub fn Loaded<T, V>(
    /// What is loaded.
    page: Resource<Result<T, ApiError>>,
    /// What could not be done, when it fails.
    failure: &'static str,
    /// The outline of what will appear.
    #[prop(optional)]
    shape: SkeletonShape,
    /// How many of it.
    #[prop(default = 3)]
    count: usize,
    /// Draws what was loaded.
    show: V,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let retry = move |()| page.refetch();
    let draw = move || {
        let show = show.clone();
        Suspend::new(async move {
            match page.await {
                Ok(loaded) => show(loaded),
                Err(error) if error.0.kind == ProblemKind::NotFound => {
                    view! { <NotFoundHere /> }.into_any()
                }
                Err(error) => view! {
                    <ErrorCard title=failure problem=error.0 on_retry=retry />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Transition fallback=move || view! { <Skeleton shape=shape count=count /> }>
            {draw}
        </Transition>
    }
}
