//! What a page loads, in each of its four states.

use std::{any::TypeId, fmt::Debug, time::Duration};

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

/// Loads a page's model. Answering one request, Leptos may build a page several times; all of them
/// have what is loaded first, and it is sent once. Otherwise the HTML of something that moves on in
/// between would differ from what the browser starts from, and the page would break there.
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
        of_request(place, with_request(load(source)))
    };
    // A page waits for what it shows by itself, and nobody for what was built in vain.
    sending(is_sent, || Resource::new_with_options(source, load, !is_sent))
}

fn place(source: &impl Debug) -> String {
    format!("{source:?}")
}

/// Whether what is loaded for this place goes to the browser with the page already.
#[cfg(feature = "ssr")]
fn is_sent(kind: TypeId, place: &str) -> bool {
    use_context::<crate::api::server::Ctx>().is_some_and(|ctx| ctx.loads.knows(kind, place))
}

#[cfg(not(feature = "ssr"))]
fn is_sent(_kind: TypeId, _place: &str) -> bool {
    false
}

/// Makes a resource whose value is sent along with the page, unless that is done already: the browser
/// reads the one of the page that was built first.
fn sending<R>(is_sent: bool, make: impl FnOnce() -> R) -> R {
    let shared =
        Owner::current_shared_context().filter(|shared| is_sent && shared.get_is_hydrating());
    let Some(shared) = shared else { return make() };
    shared.set_is_hydrating(false);
    let made = make();
    shared.set_is_hydrating(true);
    made
}

/// Loads with the request at hand to the end. A page that was built in vain is given up while it
/// loads, and its context with it; yet what it loads may be what the browser starts from.
#[cfg(feature = "ssr")]
fn with_request<L: Future>(loading: L) -> impl Future<Output = L::Output> {
    let ctx = use_context::<crate::api::server::Ctx>();
    let response = use_context::<leptos_axum::ResponseOptions>();
    Owner::new().with(|| {
        if let Some(ctx) = ctx {
            provide_context(ctx);
        }
        if let Some(response) = response {
            provide_context(response);
        }
        // It keeps the owner, and so what was just provided.
        leptos::reactive::computed::ScopedFuture::new(loading)
    })
}

#[cfg(not(feature = "ssr"))]
fn with_request<L: Future>(loading: L) -> L {
    loading
}

/// What the request has loaded for this place, or else loads now. Its context is taken before anything
/// is waited for: a page that was built in vain has none afterwards.
#[cfg(feature = "ssr")]
fn of_request<T, L>(place: String, loading: L) -> impl Future<Output = Result<T, ApiError>>
where
    T: Clone + Send + Sync + 'static,
    L: Future<Output = Result<T, ApiError>>,
{
    let ctx = use_context::<crate::api::server::Ctx>();
    let kept = ctx.map(|ctx| ctx.loads.kept::<T>(place)).unwrap_or_default();
    async move { kept.get_or_try_init(|| loading).await.cloned() }
}

#[cfg(not(feature = "ssr"))]
fn of_request<L: Future>(_place: String, loading: L) -> L {
    loading
}

/// What is not this person's to see looks like what is not there.
fn hidden(error: &ApiError) -> bool {
    matches!(error.0.kind, ProblemKind::NotFound | ProblemKind::Forbidden)
}

/// Owns what is shown, for as long as it is shown. By itself its signals would be gone as soon as it
/// is loaded again, while it still stands on the page and listens to others: the first change of one
/// would break the page.
#[derive(Clone, Copy)]
struct Room {
    whole: StoredValue<Owner>,
    shown: StoredValue<Option<Owner>>,
}

impl Room {
    fn new() -> Self {
        Self { whole: StoredValue::new(Owner::new()), shown: StoredValue::new(None) }
    }

    /// Draws what takes the place of what is shown.
    fn put(self, draw: impl FnOnce() -> AnyView) -> AnyView {
        // Outside a browser nothing is shown twice; and the page may be gone.
        let whole = cfg!(target_arch = "wasm32").then(|| self.whole.try_get_value()).flatten();
        let Some(owner) = whole.map(|whole| whole.child()) else { return draw() };
        let view = owner.with(draw);
        let before = self.shown.try_update_value(|shown| shown.replace(owner)).flatten();
        if let Some(before) = before {
            // It is taken from the page in this turn of the browser's loop.
            set_timeout(move || before.cleanup(), Duration::ZERO);
        }
        view
    }
}

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
    let room = Room::new();
    let draw = move || {
        let show = show.clone();
        Suspend::new(async move {
            match page.await {
                Ok(loaded) => room.put(|| show(loaded)),
                Err(error) if hidden(&error) => view! { <NotFoundHere /> }.into_any(),
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
