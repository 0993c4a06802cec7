//! Small things the browser keeps for one person on one machine.

use leptos::prelude::window;
use web_sys::js_sys::Math;

/// What was kept under `key`, if the browser allows and has it.
pub fn recall(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// A name for this tab, the same until it is closed: a reload keeps it, another tab has its own.
pub fn tab() -> String {
    const KEY: &str = "atelier.tab";
    let Ok(Some(storage)) = window().session_storage() else { return String::new() };
    storage.get_item(KEY).ok().flatten().unwrap_or_else(|| {
        let name = Math::random().to_string();
        let _ = storage.set_item(KEY, &name);
        name
    })
}

/// Everything kept under keys that begin so, each with its key.
pub fn recall_all(prefix: &str) -> Vec<(String, String)> {
    let Ok(Some(storage)) = window().local_storage() else { return vec![] };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok()?);
    let own = keys.filter(|key| key.starts_with(prefix));
    own.filter_map(|key| storage.get_item(&key).ok()?.map(|value| (key, value))).collect()
}

/// Keeps `value` under `key`; a browser that refuses storage only forgets.
pub fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets what was kept under `key`.
pub fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(key);
    }
}
