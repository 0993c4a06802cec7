//! Whether scripts have taken over the page.

use leptos::prelude::*;

/// False in the server's page, true once it is alive.
pub fn use_alive() -> Signal<bool> {
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    alive.into()
}
