//! The resource that a page loads, and how each of its four states is shown: loading, loaded, not
//! found, failed.

use std::{any::TypeId, fmt::Debug, time::Duration};

use api::ApiError;
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use model::problem::ProblemKind;
use serde::{Serialize, de::DeserializeOwned};
use ui::{
    failure::ErrorCard,
    skeleton::{Skeleton, SkeletonShape},
};

use super::error_page::NotFoundHere;

/// Loads a page's model. Leptos may build a page several times for one request: all builds share
/// what the first one loads, and it is sent to the browser once. If each build loaded for itself,
/// the HTML could differ from the model that the browser starts from, and hydration would fail.
pub fn load_once<S, T, L>(
    source: impl Fn() -> S + Send + Sync + 'static,
    load: impl Fn(S) -> L + Send + Sync + 'static,
) -> Resource<Result<T, ApiError>>
where
    S: Clone + Debug + PartialEq + Send + Sync + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    L: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let is_sent = is_sent(TypeId::of::<T>(), &untrack(|| place(&source())));
    let load = move |source| {
        let place = place(&source);
        share_in_request(place, with_request(load(source)))
    };
    // The view waits for the resource by itself, and nothing waits for a build that is thrown away.
    serialize_once(is_sent, || Resource::new_with_options(source, load, !is_sent))
}

fn place(source: &impl Debug) -> String {
    format!("{source:?}")
}

/// Whether another build of this page already sends what is loaded for `place` to the browser.
#[cfg(feature = "ssr")]
fn is_sent(kind: TypeId, place: &str) -> bool {
    use_context::<api::server::Ctx>().is_some_and(|ctx| ctx.loads.knows(kind, place))
}

#[cfg(not(feature = "ssr"))]
fn is_sent(_kind: TypeId, _place: &str) -> bool {
    false
}

/// Makes a resource whose value is serialized into the page, unless another build's one is already:
/// the browser reads the one of the build that came first.
fn serialize_once<R>(is_sent: bool, make: impl FnOnce() -> R) -> R {
    let shared =
        Owner::current_shared_context().filter(|shared| is_sent && shared.get_is_hydrating());
    let Some(shared) = shared else { return make() };
    shared.set_is_hydrating(false);
    let made = make();
    shared.set_is_hydrating(true);
    made
}

/// Gives `loading` a context of its own, with the request's `Ctx` and response. A build that is
/// thrown away loses its context while it loads; yet what it loads may be what the browser starts
/// from.
#[cfg(feature = "ssr")]
fn with_request<L: Future>(loading: L) -> impl Future<Output = L::Output> {
    let ctx = use_context::<api::server::Ctx>();
    let response = use_context::<leptos_axum::ResponseOptions>();
    Owner::new().with(|| {
        if let Some(ctx) = ctx {
            provide_context(ctx);
        }
        if let Some(response) = response {
            provide_context(response);
        }
        // The future keeps the owner, and so the context that was just provided.
        leptos::reactive::computed::ScopedFuture::new(loading)
    })
}

#[cfg(not(feature = "ssr"))]
fn with_request<L: Future>(loading: L) -> L {
    loading
}

/// What the request has loaded for `place`; where nothing is, `loading` is run. The context is
/// taken before anything is awaited: a build that is thrown away has none afterwards.
#[cfg(feature = "ssr")]
fn share_in_request<T, L>(place: String, loading: L) -> impl Future<Output = Result<T, ApiError>>
where
    T: Clone + Send + Sync + 'static,
    L: Future<Output = Result<T, ApiError>>,
{
    let ctx = use_context::<api::server::Ctx>();
    let cell = ctx.map(|ctx| ctx.loads.cell::<T>(place)).unwrap_or_default();
    async move { cell.get_or_try_init(|| loading).await.cloned() }
}

#[cfg(not(feature = "ssr"))]
fn share_in_request<L: Future>(_place: String, loading: L) -> L {
    loading
}

/// Whether the page for what is not there is shown: what this person may not see looks the same.
fn is_hidden(error: &ApiError) -> bool {
    matches!(error.0.kind, ProblemKind::NotFound | ProblemKind::Forbidden)
}

/// Owns the signals of the view that is shown, until another view has taken its place. Otherwise
/// they would be disposed of as soon as the page is loaded again, while the old view is still on
/// the page and reads signals: the first change of one of those would panic.
#[derive(Clone, Copy)]
struct ViewOwner {
    parent: StoredValue<Owner>,
    shown: StoredValue<Option<Owner>>,
}

impl ViewOwner {
    fn new() -> Self {
        Self { parent: StoredValue::new(Owner::new()), shown: StoredValue::new(None) }
    }

    /// Draws the view that takes the place of the one that is shown, with an owner of its own.
    fn replace_view(self, draw: impl FnOnce() -> AnyView) -> AnyView {
        let parent = self.parent.try_get_value();
        if !cfg!(target_arch = "wasm32") {
            // Nothing is shown twice. A build that was thrown away while it waited is not shown at all:
            // what it would read is gone.
            return if parent.is_some() { draw() } else { ().into_any() };
        }
        // The page may have been left.
        let Some(owner) = parent.map(|parent| parent.child()) else { return draw() };
        // What the view draws later is below this owner, too, and sees the contexts given there.
        let view = OwnedView::new_with_owner(owner.with(draw), owner.clone()).into_any();
        let before = self.shown.try_update_value(|shown| shown.replace(owner)).flatten();
        if let Some(before) = before {
            // The old view is taken from the page in this turn of the browser's event loop.
            set_timeout(move || before.cleanup(), Duration::ZERO);
        }
        view
    }
}

/// Shows a skeleton while a page loads, then what was loaded, the page for what is not there, or
/// the problem with a button to try again. What is shown stays while the page is loaded again.
#[component]
pub fn ResourceView<T, V>(
    /// The resource, made by [`load_once`].
    page: Resource<Result<T, ApiError>>,
    /// The heading of the error card when loading fails.
    failure: &'static str,
    /// The outline of what will appear, shown while the page loads.
    #[prop(optional)]
    shape: SkeletonShape,
    /// How many outlines are shown.
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
    let owner = ViewOwner::new();
    let draw = move || {
        let show = show.clone();
        Suspend::new(async move {
            match page.await {
                Ok(loaded) => owner.replace_view(|| show(loaded)),
                Err(error) if is_hidden(&error) => view! { <NotFoundHere /> }.into_any(),
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
