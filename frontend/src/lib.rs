//! Hydrates the server-rendered page.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

#[cfg(target_arch = "wasm32")]
mod entry {
    use leptos::{mount::hydrate_from_async, prelude::document, tachys::dom::body};
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen_futures::spawn_local;

    /// Called by the page's script once the client is loaded.
    #[wasm_bindgen]
    pub fn hydrate() {
        console_error_panic_hook::set_once();
        spawn_local(async {
            // The page may lie in a part that is fetched first.
            hydrate_from_async(body(), app::App).await.forget();
            // Browser tests wait for this: before it, clicks only reach the server's HTML.
            if let Some(root) = document().document_element() {
                root.set_attribute("data-hydrated", "true").ok();
            }
        });
    }
}
