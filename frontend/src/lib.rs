//! Hydrates the server-rendered page.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page to life; the script that Leptos puts into the page calls it once.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
