//! Parts of the client that are fetched when they are needed.

/// The part that has something could not be fetched.
#[derive(Debug, Clone, Copy)]
pub struct NotFetched;

#[cfg(feature = "hydrate")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}
