//! The browser's clipboard.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// Puts a text into the clipboard. False where the browser did not take it; on a connection that is
/// not safe it has no clipboard.
pub async fn copy_text(text: &str) -> bool {
    let window = window();
    window.is_secure_context()
        && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}
