//! Media queries as signals.

use leptos::prelude::*;
use web_sys::{MediaQueryList, MediaQueryListEvent};

use super::{Listener, own_until_cleanup};

/// Phones: they show workflows, and none is edited on them. A narrow page alone is no phone: one that
/// is enlarged to 200 % is as narrow. Styles say the same at `.begin`.
pub const PHONE: &str = "(max-width: 47.99rem) and (pointer: coarse)";

/// Calls a function whenever a media query starts or stops matching, until dropped.
pub struct MediaWatch {
    query: MediaQueryList,
    _on_change: Listener<MediaQueryListEvent>,
}

impl MediaWatch {
    /// Watches `query`; nothing when the browser does not understand it.
    pub fn open(query: &str, mut report: impl FnMut(bool) + 'static) -> Option<Self> {
        let query = window().match_media(query).ok().flatten()?;
        let on_change = Listener::open(&query, "change", move |event: MediaQueryListEvent| {
            report(event.matches());
        })?;
        Some(Self { query, _on_change: on_change })
    }

    /// Whether the query matches now.
    pub fn matches(&self) -> bool {
        self.query.matches()
    }
}

/// Whether a media query matches; false on the server and until the page is alive.
pub fn use_media(query: &'static str) -> Signal<bool> {
    let matches = RwSignal::new(false);
    Effect::new(move || {
        let opened = MediaWatch::open(query, move |now| {
            matches.try_set(now);
        });
        if let Some(opened) = &opened {
            matches.set(opened.matches());
        }
        own_until_cleanup(opened);
    });
    matches.into()
}
