//! How many decisions wait for the person, wherever they are in the workspace.

use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};

use crate::{api::reviews::count_waiting, client::keep};

/// How often it is asked while the page is looked at.
const EVERY_MS: u32 = 5_000;

/// The count; pages below the frame get it with [`use_waiting`].
#[derive(Clone, Copy)]
pub struct Waiting {
    /// How many; 0 until it is known.
    pub count: RwSignal<usize>,
}

impl Waiting {
    /// Asks anew; what cannot be loaded leaves the last count.
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(count) = count_waiting().await {
                let count = usize::try_from(count).unwrap_or(0);
                self.count.try_maybe_update(|known| {
                    let differs = *known != count;
                    *known = count;
                    (differs, ())
                });
            }
        });
    }
}

/// Keeps the count for everything below.
pub fn provide_waiting() -> Waiting {
    let waiting = Waiting { count: RwSignal::new(0) };
    provide_context(waiting);
    Effect::new(move || {
        waiting.refresh();
        keep(Interval::new(EVERY_MS, move || {
            if !document().hidden() {
                waiting.refresh();
            }
        }));
    });
    waiting
}

/// The count; none outside a workspace's frame.
pub fn use_waiting() -> Option<Waiting> {
    use_context()
}
