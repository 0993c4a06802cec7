//! The browser's local and session storage.

use leptos::prelude::window;
use web_sys::js_sys::Math;

/// The value stored under `key`; none where there is none, or the browser refuses storage.
pub fn recall(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// A random name of this tab, which a reload keeps and every other tab has another of.
pub fn tab() -> String {
    const KEY: &str = "atelier.tab";
    let Ok(Some(storage)) = window().session_storage() else { return String::new() };
    storage.get_item(KEY).ok().flatten().unwrap_or_else(|| {
        let name = Math::random().to_string();
        let _ = storage.set_item(KEY, &name);
        name
    })
}

/// The stored values whose keys begin with `prefix`, each with its key.
pub fn recall_all(prefix: &str) -> Vec<(String, String)> {
    let Ok(Some(storage)) = window().local_storage() else { return vec![] };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok()?);
    let own = keys.filter(|key| key.starts_with(prefix));
    own.filter_map(|key| storage.get_item(&key).ok()?.map(|value| (key, value))).collect()
}

/// Stores `value` under `key`; nothing happens where the browser refuses storage.
pub fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Removes the value stored under `key`.
pub fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(key);
    }
}
