//! Parts of the client of their own, each fetched when it is first needed.

/// The part that has something could not be fetched.
#[derive(Debug, Clone, Copy)]
pub struct NotFetched;

#[cfg(feature = "hydrate")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Makes a part: a function that gives a view, has it fetched before, and on the server is called at
/// once; and one that only fetches it.
macro_rules! part {
    (
        $(#[$about:meta])*
        $part:ident($($given:ident: $kind:ty),*) fetched by $fetch:ident, preloaded by $preload:ident:
        $view:expr
    ) => {
        $(#[$about])*
        #[cfg(feature = "hydrate")]
        #[leptos::wasm_split::wasm_split(
            $part,
            wasm_split_path = ::leptos::wasm_split,
            preload($preload),
            fallible
        )]
        fn $part($($given: $kind),*) -> Result<AnyView, $crate::part::NotFetched> {
            Ok($view)
        }

        $(#[$about])*
        #[cfg(not(feature = "hydrate"))]
        async fn $part($($given: $kind),*) -> Result<AnyView, $crate::part::NotFetched> {
            Ok($view)
        }

        /// Has the part here; on the server it always is.
        async fn $fetch() -> Result<(), $crate::part::NotFetched> {
            #[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
            $preload().await?;
            Ok(())
        }
    };
}

pub(crate) use part;
