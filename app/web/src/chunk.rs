//! Chunks of the client: WebAssembly modules of their own, each fetched when it is first needed.

/// The chunk could not be fetched: there was no way to the server, or it has another release now.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLoadError;

#[cfg(feature = "hydrate")]
impl From<leptos::wasm_split::SplitLoaderError> for ChunkLoadError {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Makes a chunk of two functions: `$chunk` gives a view, once the code of the view is fetched, and
/// on the server at once; `$fetch` only fetches the code.
#[macro_export]
macro_rules! chunk {
    (
        $(#[$about:meta])*
        $chunk:ident($($given:ident: $kind:ty),*) fetched by $fetch:ident, preloaded by $preload:ident:
        $view:expr
    ) => {
        $(#[$about])*
        #[cfg(feature = "hydrate")]
        #[leptos::wasm_split::wasm_split(
            $chunk,
            wasm_split_path = ::leptos::wasm_split,
            preload($preload),
            fallible
        )]
        fn $chunk($($given: $kind),*) -> Result<AnyView, $crate::chunk::ChunkLoadError> {
            Ok($view)
        }

        $(#[$about])*
        #[cfg(not(feature = "hydrate"))]
        async fn $chunk($($given: $kind),*) -> Result<AnyView, $crate::chunk::ChunkLoadError> {
            Ok($view)
        }

        /// Fetches the chunk; on the server there is nothing to fetch.
        async fn $fetch() -> Result<(), $crate::chunk::ChunkLoadError> {
            #[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
            $preload().await?;
            Ok(())
        }
    };
}
