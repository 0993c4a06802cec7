//! Browser resources, each released when its owner goes. Everything here compiles on the server
//! too, but is reached only from effects and event handlers, which never run there.

use leptos::prelude::StoredValue;

pub mod alive;
pub mod clock;
pub mod colour;
pub mod cookie;
pub mod double_click;
pub mod events;
pub mod focus;
pub mod images;
pub mod keys;
pub mod media;
pub mod notification;
pub mod pointer;
pub mod resize;
pub mod scroll;
pub mod sending;
pub mod signal;
pub mod storage;
pub mod wheel;
pub mod writing;

/// Keeps a browser resource until the running effect runs again or its owner goes. Call it in an
/// effect: on the server such a value would be dropped by another thread, which panics.
pub fn keep<T: 'static>(resource: T) {
    StoredValue::new_local(resource);
}
