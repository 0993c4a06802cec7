//! Keys that belong to an input method, as for Japanese or Chinese.

use leptos::{ev::KeyboardEvent, prelude::*};

use super::{Listener, own_until_cleanup};

/// The code of keys that an input method takes; Safari tells of the Enter that ends a word only so.
const TAKEN: u32 = 229;

/// Keeps keys that compose a word from everything on the page that waits for keys: Enter confirms the
/// word and Escape takes it back, and neither ends a field, closes what is around it or runs a command.
/// Call once, in the app.
pub fn watch_composing() {
    Effect::new(|| {
        own_until_cleanup(["keydown", "keyup"].map(|name| {
            Listener::capture(name, |event: KeyboardEvent| {
                if event.is_composing() || event.key_code() == TAKEN {
                    event.stop_propagation();
                }
            })
        }));
    });
}
