//! Whether the page has been hydrated: scripts have taken over what the server rendered.

use leptos::prelude::*;

/// False on the server and in the first view in the browser, true once the page is hydrated.
pub fn use_hydrated() -> Signal<bool> {
    let hydrated = RwSignal::new(false);
    Effect::new(move || hydrated.set(true));
    hydrated.into()
}
