//! A value that is one of several shapes, told apart by a word in it.

use leptos::prelude::*;
use serde_json::Value;

use crate::editor::panel::spot::Spot;

/// The word that tells which shape is there, both ways: another word puts what `fresh` makes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    /// The word in the list.
    pub picked: RwSignal<String>,
    /// The word of what is there.
    pub now: Memo<String>,
}

/// Which of several shapes is there, by the word at `tag`; `usual` where there is none.
pub(super) fn variant(
    spot: Spot,
    tag: &'static str,
    usual: &'static str,
    fresh: fn(&str) -> Value,
) -> Variant {
    let word = move |value: &Value| value[tag].as_str().unwrap_or(usual).to_owned();
    let now = Memo::new(move |_| spot.value.with(word));
    let picked = RwSignal::new(now.get_untracked());
    Effect::new(move |_| picked.set(now.get()));
    Effect::new(move |before: Option<()>| {
        let wanted = picked.get();
        if before.is_some() && wanted != now.get_untracked() {
            spot.set(fresh(&wanted));
            spot.subject.on_settle.run(());
        }
    });
    Variant { picked, now }
}
